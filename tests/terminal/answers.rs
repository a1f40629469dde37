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
        ("\x1b[=c", "\x1bP!|00000000\x1b\\"),
        ("\x1b[=0c", "\x1bP!|00000000\x1b\\"),
        ("\x1b[=1c", ""),
        ("\x1b[>q", version.as_str()),
        ("\x1b[>0q", version.as_str()),
        ("\x1b[5n", "\x1b[0n"),
        ("\x1b[2;7H\x1b[6n", "\x1b[2;7R"),
        ("\x1b[?6n", "\x1b[?1;1;1R"),
        ("\x1b[?996n", "\x1b[?997;1n"),
        ("\x1b[?2026$p", "\x1b[?2026;2$y"),
        ("\x1b[?2004h\x1b[?2004$p", "\x1b[?2004;1$y"),
        ("\x1b[?1049$p", "\x1b[?1049;2$y"),
        ("\x1b[?7$p", "\x1b[?7;1$y"),
        ("\x1b[?31337$p", "\x1b[?31337;0$y"),
        ("\x1b[4$p", "\x1b[4;2$y"),
        ("\x1b[?u", "\x1b[?0u"),
        ("\x1b[>7u\x1b[?u", "\x1b[?7u"),
        ("\x1b]11;?\x07", "\x1b]11;rgb:0d0d/1010/1515\x07"),
        (
            "\x1b]10;?;?\x1b\\",
            "\x1b]10;rgb:c9c9/d3d3/e0e0\x1b\\\x1b]11;rgb:0d0d/1010/1515\x1b\\",
        ),
        (
            "\x1b]4;1;?;16;?\x07",
            "\x1b]4;1;rgb:ffff/7b7b/7272\x07\x1b]4;16;rgb:0000/0000/0000\x07",
        ),
        ("\x1b]12;?\x07", "\x1b]12;rgb:c9c9/d3d3/e0e0\x07"),
        ("\x1b[14t", "\x1b[4;80;160t"),
        ("\x1b[16t", "\x1b[6;16;8t"),
        ("\x1b[18t", "\x1b[8;5;20t"),
        ("\x1b[21t", ""),
        ("\x1b]52;c;?\x07", ""),
        ("\x1b[1;31m\x1bP$qm\x1b\\", "\x1bP1$r0;1;38:5:1m\x1b\\"),
        ("\x1b[4 q\x1bP$q q\x1b\\", "\x1bP1$r4 q\x1b\\"),
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

#[test]
fn a_colour_that_was_set_is_told_back_and_shown() {
    let set = "\x1b]4;1;#010203;2;rgb:f/0/8\x07\x1b]10;#a0b0c0;#102030\x07";
    let asked = "\x1b]4;1;?;2;?\x07\x1b]10;?;?\x07";
    let mut screen = fed(format!("{set}{asked}\x1b[31ma\x1b[32mb\x1b[33mc\x1b[mde"));
    assert_eq!(
        String::from_utf8(screen.take_replies()).unwrap(),
        "\x1b]4;1;rgb:0101/0202/0303\x07\x1b]4;2;rgb:ffff/0000/8888\x07\
         \x1b]10;rgb:a0a0/b0b0/c0c0\x07\x1b]11;rgb:1010/2020/3030\x07"
    );
    let colours = |screen: &Screen| -> Vec<(Color, Color)> {
        let cells = screen.rows(0..1)[0].cells();
        cells.map(|cell| (cell.style.fg, cell.style.bg)).collect()
    };
    let ground = Color::Rgb(16, 32, 48);
    let text = Color::Rgb(160, 176, 192);
    let shown = colours(&screen);
    assert_eq!(shown[0], (Color::Rgb(1, 2, 3), ground));
    assert_eq!(shown[1], (Color::Rgb(255, 0, 136), ground));
    assert_eq!(shown[2], (Color::Indexed(3), ground));
    assert_eq!(shown[3..5], [(text, ground); 2]);
    assert_eq!(shown.len(), 20, "the ground of blanks is shown too");
    // What is there already changes with the colours, and a watcher hears of it.
    let seen = screen.generation();
    screen
        .feed(b"\x1b]104;1\x07\x1b]110\x07\x1b]111\x07\x1b]4;1;?\x07\x1b]11;?\x07")
        .unwrap();
    assert!(screen.patch_since(Some(seen)).rows.len() == 5);
    let plain = |n: u8| (Color::Indexed(n), Color::Default);
    let shown = colours(&screen);
    assert_eq!(shown[0], plain(1));
    assert_eq!(shown[1], (Color::Rgb(255, 0, 136), Color::Default));
    assert_eq!(shown[3..], [(Color::Default, Color::Default); 2]);
    assert_eq!(
        String::from_utf8(screen.take_replies()).unwrap(),
        "\x1b]4;1;rgb:ffff/7b7b/7272\x07\x1b]11;rgb:0d0d/1010/1515\x07"
    );
    screen.feed(b"\x1b]104\x07").unwrap();
    assert_eq!(colours(&screen)[1], plain(2));
}

#[test]
fn a_reset_takes_back_the_colours_that_were_set() {
    assert_eq!(
        answers("\x1b]11;#ffffff\x07\x1b[?996n\x1bc\x1b]11;?\x07\x1b[?996n"),
        "\x1b[?997;2n\x1b]11;rgb:0d0d/1010/1515\x07\x1b[?997;1n"
    );
    assert_eq!(text(&fed("\x1b]11;#ffffff\x07x\x1bc")), "");
}

#[test]
fn what_was_not_set_is_told_as_the_ground() {
    let mut screen = fed("");
    let ground = Palette {
        background: (250, 250, 250),
        ..Palette::default()
    };
    screen.set_palette(ground);
    screen
        .feed(b"\x1b]11;?\x07\x1b[?996n\x1b]11;#000000\x07\x1b]11;?\x07")
        .unwrap();
    assert_eq!(
        String::from_utf8(screen.take_replies()).unwrap(),
        "\x1b]11;rgb:fafa/fafa/fafa\x07\x1b[?997;2n\x1b]11;rgb:0000/0000/0000\x07"
    );
}

#[test]
fn the_ground_is_that_of_the_default_theme() {
    use opsroom::config::builtin;
    use opsroom::config::theme::{Role, Tint};
    let theme = builtin::theme("opsroom").unwrap();
    let ground = Palette::default();
    let tint = |(r, g, b)| Tint::Rgb(r, g, b);
    let pane = theme.face(Role::Pane);
    assert_eq!(
        (pane.fg, pane.bg),
        (tint(ground.foreground), tint(ground.background))
    );
    for n in 0..16 {
        assert_eq!(
            theme.agent_tint(Tint::Indexed(n)),
            tint(ground.indexed(n)),
            "{n}"
        );
    }
}
