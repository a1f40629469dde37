//! What programs say beside their picture.

use crate::*;

#[test]
fn programs_are_heard() {
    let notify = |title: &str, body: &str| Signal::Notify {
        title: title.into(),
        body: body.into(),
    };
    let table = [
        ("\x1b]0;◐ work\x07", vec![Signal::Title("◐ work".into())]),
        ("\x1b]2;a;b\x1b\\", vec![Signal::Title("a;b".into())]),
        ("\x07\x07", vec![Signal::Bell]),
        (
            "\x1b]9;Codex wants to edit nn.txt\x07",
            vec![notify("", "Codex wants to edit nn.txt")],
        ),
        (
            "\x1b]777;notify;Approval required;x;y\x07",
            vec![notify("Approval required", "x;y")],
        ),
        ("\x1b]99;i=1:d=0;Claude\x1b\\", vec![notify("Claude", "")]),
        ("\x1b]99;i=1:p=body:e=1;aGk=\x1b\\", vec![notify("", "hi")]),
        ("\x1b]99;i=1:p=?;\x1b\\", vec![]),
        ("\x1b]9;4;3;\x07", vec![Signal::Progress(Progress::Busy)]),
        (
            "\x1b]9;4;1;250\x07",
            vec![Signal::Progress(Progress::Percent(100))],
        ),
        (
            "\x1b]7;file:///tmp\x07",
            vec![Signal::Cwd("file:///tmp".into())],
        ),
        (
            "\x1b]52;c;aGVsbG8\x07",
            vec![Signal::Clipboard(b"hello".to_vec())],
        ),
        (
            "\x1b]133;A\x07\x1b]133;D;3\x07",
            vec![
                Signal::PromptMark(PromptMark::Prompt),
                Signal::PromptMark(PromptMark::Done(Some(3))),
            ],
        ),
        (
            "\x1b[?2004h\x1b[?2004l",
            vec![
                Signal::BracketedPaste(Switch::On),
                Signal::BracketedPaste(Switch::Off),
            ],
        ),
        ("\x1b]1337;File=x\x07\x1bkname\x1b\\", vec![]),
    ];
    for (bytes, expected) in table {
        assert_eq!(signals(bytes), expected, "{bytes:?}");
    }
}

fn status(record: &str) -> Option<Status> {
    match signals(format!("\x1b]7501;{record}\x07")).as_slice() {
        [Signal::Status(status)] => Some(status.clone()),
        [] => None,
        other => panic!("{other:?}"),
    }
}

#[test]
fn status_records_are_read() {
    let blocked = status(
        "state=blocked:app=claude-code:kind=permission:msg=YXBwcm92ZSBXcml0ZTogaGVsbG8udHh0",
    )
    .unwrap();
    assert_eq!(
        (blocked.state, blocked.kind),
        (StatusState::Blocked, Some(BlockKind::Permission))
    );
    assert_eq!(blocked.app.as_deref(), Some("claude-code"));
    assert_eq!(blocked.message.as_deref(), Some("approve Write: hello.txt"));
    let child = status(
        "state=working:app=claude-code:id=ae35735c3c92b9113:title=d3JpdGUgc3ViIGZpbGU=:progress=40",
    )
    .unwrap();
    assert_eq!(
        (child.id.as_deref(), child.title.as_deref()),
        (Some("ae35735c3c92b9113"), Some("write sub file"))
    );
    assert_eq!(child.progress, Some(40));
    assert_eq!(
        status("state=clear:id=x").unwrap().state,
        StatusState::Clear
    );
    for state in ["idle", "working", "done", "error"] {
        assert!(status(&format!("state={state}")).is_some());
    }
    assert_eq!(status("state=napping"), None);
    assert_eq!(status("kind=permission"), None);
    assert_eq!(status("state=idle:msg=%%%").unwrap().message, None);
}

#[test]
fn a_large_clipboard_is_taken_and_a_huge_one_is_not() {
    let large = "QUFB".repeat(200_000);
    assert_eq!(
        signals(format!("\x1b]52;c;{large}\x07")),
        [Signal::Clipboard(vec![b'A'; 600_000])]
    );
    assert_eq!(signals(format!("\x1b]52;c;{large}{large}\x07")), []);
    assert_eq!(signals(format!("\x1b]0;{large}\x07")), []);
}
