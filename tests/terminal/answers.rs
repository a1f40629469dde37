//! Questions of programs and their answers.

use crate::*;

#[test]
fn questions_are_answered_in_their_order() {
    assert_eq!(
        answers("\x1b]7501;?\x07\x1b[c"),
        "\x1b]7501;?\x07\x1b[?62;22c"
    );
    assert_eq!(
        answers("\x1b]7501;?\x1b\\\x1b[c"),
        "\x1b]7501;?\x1b\\\x1b[?62;22c"
    );
    assert_eq!(answers("\r\nabc\x1b[6nd\x1b[6n"), "\x1b[2;4R\x1b[2;5R");
}

#[test]
fn every_question_has_its_answer() {
    let version = format!("\x1bP>|opsroom {}\x1b\\", env!("CARGO_PKG_VERSION"));
    let table = [
        ("\x1b[c", "\x1b[?62;22c"),
        ("\x1b[0c", "\x1b[?62;22c"),
        ("\x1bZ", "\x1b[?62;22c"),
        ("\x1b[>c", "\x1b[>1;100;0c"),
        ("\x1b[=c", ""),
        ("\x1b[>q", version.as_str()),
        ("\x1b[>0q", version.as_str()),
        ("\x1b[5n", "\x1b[0n"),
        ("\x1b[?996n", "\x1b[?997;1n"),
        ("\x1b[?2026$p", "\x1b[?2026;2$y"),
        ("\x1b[?2004h\x1b[?2004$p", "\x1b[?2004;1$y"),
        ("\x1b[?1049$p", "\x1b[?1049;2$y"),
        ("\x1b[?7$p", "\x1b[?7;1$y"),
        ("\x1b[?31337$p", "\x1b[?31337;0$y"),
        ("\x1b[4$p", "\x1b[4;2$y"),
        ("\x1b[?u", "\x1b[?0u"),
        ("\x1b[>7u\x1b[?u", "\x1b[?7u"),
        ("\x1b]11;?\x07", "\x1b]11;rgb:1818/1818/1818\x07"),
        (
            "\x1b]10;?;?\x1b\\",
            "\x1b]10;rgb:d8d8/d8d8/d8d8\x1b\\\x1b]11;rgb:1818/1818/1818\x1b\\",
        ),
        (
            "\x1b]4;1;?;16;?\x07",
            "\x1b]4;1;rgb:cccc/6666/6666\x07\x1b]4;16;rgb:0000/0000/0000\x07",
        ),
        ("\x1b[14t", "\x1b[4;80;160t"),
        ("\x1b[16t", "\x1b[6;16;8t"),
        ("\x1b[18t", "\x1b[8;5;20t"),
        ("\x1b[21t", ""),
        ("\x1b]52;c;?\x07", ""),
        ("\x1b[1;31m\x1bP$qm\x1b\\", "\x1bP1$r0;1;38:5:1m\x1b\\"),
        ("\x1bP$qr\x1b\\", "\x1bP0$r\x1b\\"),
        (
            "\x1bP+q544E\x1b\\",
            "\x1bP1+r544E=787465726D2D323536636F6C6F72\x1b\\",
        ),
        ("\x1bP+q7878\x1b\\", "\x1bP0+r\x1b\\"),
        ("\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\", ""),
    ];
    for (question, answer) in table {
        assert_eq!(answers(question), answer, "{question:?}");
        assert_eq!(
            text(&fed(question)),
            "",
            "{question:?} left something on the screen"
        );
    }
}
