//! Scripts of writing and choosing.

use opsroom::model::{Answer, Wish};
use opsroom::terminal::Size;
use opsroom::view::command::Command;
use opsroom::view::desk::Popup;
use opsroom::view::update::{Act, Draft, Edited, Input};
use opsroom::wire::ToClient;

use crate::play::{Play, Script, wish, wishes};

/// The server's answer to the last `ReadBrief`.
pub fn brief_text(p: &mut Play, brief: &str) -> Vec<Act> {
    let text = Ok(("briefs/web/dev/x.md".to_owned(), "do it".to_owned()));
    let ticket = p.desk.last_ticket;
    p.server(ToClient::BriefText {
        ticket,
        brief: brief.into(),
        text,
    })
}

/// What stands in the form, with the cursor.
fn line(p: &Play) -> String {
    let Some(Popup::Write(form)) = &p.desk.popup else {
        panic!("{:?}", p.desk.popup)
    };
    let mut text = form.line.text.clone();
    text.insert(form.line.cursor, '|');
    text
}

/// Writes a message, then edits it.
fn edited(p: &mut Play, keys: &str) -> String {
    p.keys("3 m");
    p.text("one two");
    p.keys(keys);
    line(p)
}

fn at(p: &Play) -> usize {
    match &p.desk.popup {
        Some(Popup::Palette { at, .. }) => *at,
        other => panic!("{other:?}"),
    }
}

pub const WRITE: &[Script] = &[
    (Command::Submit, |p| {
        p.keys("r");
        assert!(
            matches!(wish(&p.keys("enter")), Wish::Decide { .. }),
            "no reason is fine"
        );
        p.keys("3 m enter");
        assert_eq!(line(p), "|", "an empty message is not sent");
    }),
    (Command::Cancel, |p| {
        p.keys("r");
        assert!(wishes(&p.keys("esc")).is_empty() && p.desk.popup.is_none());
        p.keys("r ctrl-c");
        assert!(p.desk.popup.is_none());
    }),
    (Command::Newline, |p| {
        assert_eq!(edited(p, "ctrl-j"), "one two\n|")
    }),
    (Command::EntryDown, |p| {
        p.keys(": down ctrl-n tab");
        assert_eq!(at(p), 3);
    }),
    (Command::EntryUp, |p| {
        p.keys(": down down up");
        assert_eq!(at(p), 1);
        p.keys("ctrl-p shift-tab");
        assert_eq!(at(p), 0);
    }),
    (Command::EntriesDown, |p| {
        p.keys(": pagedown");
        assert_eq!(at(p), 10);
    }),
    (Command::EntriesUp, |p| {
        p.keys(": pagedown pageup");
        assert_eq!(at(p), 0);
    }),
    (Command::CharLeft, |p| {
        assert_eq!(edited(p, "left"), "one tw|o")
    }),
    (Command::CharRight, |p| {
        assert_eq!(edited(p, "home right"), "o|ne two")
    }),
    (Command::WordLeft, |p| {
        assert_eq!(edited(p, "alt-b"), "one |two")
    }),
    (Command::WordRight, |p| {
        assert_eq!(edited(p, "home alt-f"), "one| two")
    }),
    (Command::InputStart, |p| {
        assert_eq!(edited(p, "ctrl-a"), "|one two")
    }),
    (Command::InputEnd, |p| {
        assert_eq!(edited(p, "ctrl-a ctrl-e"), "one two|")
    }),
    (Command::DeleteBack, |p| {
        assert_eq!(edited(p, "backspace"), "one tw|")
    }),
    (Command::DeleteForward, |p| {
        assert_eq!(edited(p, "home delete"), "|ne two")
    }),
    (Command::DeleteWord, |p| {
        assert_eq!(edited(p, "ctrl-w"), "one |")
    }),
    (Command::DeleteToEnd, |p| {
        assert_eq!(edited(p, "alt-b ctrl-k"), "one |")
    }),
    (Command::DeleteToStart, |p| {
        assert_eq!(edited(p, "alt-b ctrl-u"), "|two")
    }),
];

#[test]
fn pasted_text_goes_where_it_is_written_and_never_runs_commands() {
    let mut p = Play::new();
    assert!(wishes(&p.input(Input::Paste("a\na\n".to_owned()))).is_empty());
    assert!(p.said().starts_with("pasted text goes to an agent only"));
    p.keys("3 m");
    p.input(Input::Paste("first\r\nsecond\u{1b}[2J".to_owned()));
    assert_eq!(line(&p), "first\nsecond[2J|");
    p.keys("esc /");
    p.input(Input::Paste("one\ntwo".to_owned()));
    assert_eq!(line(&p), "one two|");
}

/// A new brief came out of the editor.
fn written(text: &str) -> Input {
    let draft = Draft {
        text: text.to_owned(),
        path: "/tmp/draft.md".to_owned(),
    };
    Input::Edited(Edited::New {
        track: "web".into(),
        draft: Some(draft),
    })
}

/// What the next new brief begins with.
fn begins_with(p: &mut Play) -> Option<String> {
    p.keys("o");
    let acts = p.keys("enter");
    let begun = acts.into_iter().find_map(|act| match act {
        Act::NewBrief { draft, .. } => Some(draft),
        _ => None,
    });
    begun.expect("the editor opens")
}

#[test]
fn a_new_brief_goes_to_the_first_stage_and_an_empty_one_nowhere() {
    let mut p = Play::new();
    let Wish::BriefAdd { stage, text, .. } = wish(&p.input(written("+++\n+++\nwork"))) else {
        panic!()
    };
    assert_eq!((stage.as_str(), text.as_str()), ("prep", "+++\n+++\nwork"));
    let acts = p.answer(Answer::Brief("0007-work".into()));
    assert!(
        acts.contains(&Act::Discard("/tmp/draft.md".to_owned())),
        "{acts:?}"
    );
    assert_eq!(begins_with(&mut p), None);
    let none = Input::Edited(Edited::New {
        track: "web".into(),
        draft: None,
    });
    assert!(wishes(&p.input(none)).is_empty());
}

#[test]
fn a_new_brief_that_is_not_taken_is_kept_and_gone_on_with() {
    let kept = |p: &mut Play| {
        assert!(
            p.said()
                .contains("what you wrote is kept in /tmp/draft.md, o goes on with it"),
            "{}",
            p.said()
        );
        assert_eq!(p.desk.draft.as_deref(), Some("/tmp/draft.md"));
    };
    let mut p = Play::new();
    p.input(written("work"));
    let acts = p.answer(Answer::Refused("bob drives".to_owned()));
    assert!(!acts.iter().any(|act| matches!(act, Act::Discard(_))));
    assert!(p.said().starts_with("bob drives; "), "{}", p.said());
    kept(&mut p);
    assert_eq!(begins_with(&mut p), Some("/tmp/draft.md".to_owned()));

    let mut p = Play::new();
    p.input(written("work"));
    p.input(Input::LinkLost("gone".to_owned()));
    kept(&mut p);

    let mut p = Play::new();
    p.input(Input::LinkLost("gone".to_owned()));
    assert!(wishes(&p.input(written("work"))).is_empty());
    kept(&mut p);

    let mut p = Play::new();
    p.input(Input::Edited(Edited::Kept {
        path: "/tmp/draft.md".to_owned(),
        why: "no title".to_owned(),
    }));
    kept(&mut p);
}

#[test]
fn a_text_to_read_scrolls_and_goes() {
    let mut p = Play::new();
    p.input(Input::Resized(Size {
        cols: 140,
        rows: 20,
    }));
    p.keys("space G");
    let top = |p: &Play| match &p.desk.popup {
        Some(Popup::Detail { top, .. }) => Some(*top),
        _ => None,
    };
    assert!(top(&p).unwrap() > 20);
    p.keys("g g j");
    assert_eq!(top(&p), Some(1));
    p.keys("q");
    assert_eq!(top(&p), None);
}
