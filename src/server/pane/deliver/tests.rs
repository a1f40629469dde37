#![allow(clippy::unwrap_used, clippy::panic)]
use super::*;
use crate::profile::{Paste, Submit};
use crate::terminal::ModeSet;

fn bracketed() -> Modes {
    Modes {
        set: ModeSet::BRACKETED_PASTE,
        ..Modes::default()
    }
}

fn keys() -> Keys {
    Keys::default()
}

fn told(message: u64, outcome: Wrote) -> Option<Act> {
    Some(Act::Tell(Event::Written { message, outcome }))
}

/// What is there to tell: these rows, and a terminal that hands over what is typed like this.
fn shows_rows(messages: &mut Deliveries, rows: &[&str], input: Input) {
    let rows = rows.iter().map(|row| (*row).to_owned()).collect();
    messages.set_traces(Traces { rows, input });
}

#[test]
fn a_message_is_pasted_and_submitted_a_moment_later() {
    let start = Instant::now();
    let mut messages = Deliveries::default();
    assert_eq!(
        messages.add(7, "one\ntwo".into(), Manner::AtRest, start),
        None
    );
    let modes = bracketed();
    assert_eq!(
        messages.act(&modes, &keys(), Flushed::Yes, start),
        Some(Act::Write(b"\x1b[200~one\ntwo\x1b[201~".to_vec()))
    );
    assert_eq!(messages.act(&modes, &keys(), Flushed::Yes, start), None);
    shows_rows(&mut messages, &[], Input::Lines(Unread::Something));
    let later = messages.due().unwrap();
    assert_eq!(later, start + keys().submit.delay);
    assert_eq!(
        messages.act(&modes, &keys(), Flushed::Yes, later),
        Some(Act::Write(b"\r".to_vec()))
    );
    assert_eq!(messages.act(&modes, &keys(), Flushed::No, later), None);
    assert_eq!(
        messages.act(&modes, &keys(), Flushed::Yes, later),
        Some(Act::Submitted(7))
    );
    shows_rows(&mut messages, &[], Input::Lines(Unread::Nothing));
    assert_eq!(
        messages.act(&modes, &keys(), Flushed::Yes, later),
        told(7, Wrote::Taken)
    );
    assert_eq!(messages.due(), None);
}

#[test]
fn nothing_is_written_while_somebody_types() {
    let start = Instant::now();
    let mut messages = Deliveries::default();
    messages.key_pressed(start);
    messages.add(1, "x".into(), Manner::AtRest, start);
    assert_eq!(
        messages.act(&bracketed(), &keys(), Flushed::Yes, start),
        None
    );
    assert_eq!(messages.due(), Some(start + QUIET));
    assert!(
        messages
            .act(&bracketed(), &keys(), Flushed::Yes, start + QUIET)
            .is_some()
    );
}

#[test]
fn a_key_between_paste_and_return_keeps_the_return_back() {
    let start = Instant::now();
    let mut messages = Deliveries::default();
    messages.add(1, "x".into(), Manner::AtRest, start);
    assert!(matches!(
        messages.act(&bracketed(), &keys(), Flushed::Yes, start),
        Some(Act::Write(_))
    ));
    messages.key_pressed(start + Duration::from_millis(20));
    let Some(Act::Tell(Event::Written {
        message: 1,
        outcome: Wrote::Not(why),
    })) = messages.act(
        &bracketed(),
        &keys(),
        Flushed::Yes,
        start + keys().submit.delay,
    )
    else {
        panic!("it was submitted");
    };
    assert!(why.contains("not sent"), "{why}");
}

#[test]
fn an_interrupt_comes_first_and_alone() {
    let start = Instant::now();
    let mut messages = Deliveries::default();
    messages.add(1, "x".into(), Manner::Interrupt, start);
    assert_eq!(
        messages.act(&bracketed(), &keys(), Flushed::Yes, start),
        Some(Act::Write(b"\x1b".to_vec()))
    );
    assert_eq!(
        messages.act(&bracketed(), &keys(), Flushed::Yes, start),
        None
    );
    assert!(matches!(
        messages.act(&bracketed(), &keys(), Flushed::Yes, start + STOPPING),
        Some(Act::Write(bytes)) if bytes.starts_with(b"\x1b[200~")
    ));
}

#[test]
fn nothing_is_begun_or_submitted_while_a_dialog_is_open() {
    let (start, keys) = (Instant::now(), Keys::default());
    let mut messages = Deliveries::default();
    messages.add(1, "x".into(), Manner::Interrupt, start);
    messages.set_door(Door::Shut);
    let act = |messages: &mut Deliveries, at| messages.act(&bracketed(), &keys, Flushed::Yes, at);
    assert_eq!(act(&mut messages, start), None);
    assert_eq!(
        messages.due(),
        Some(start + PATIENCE),
        "nothing wakes for it"
    );
    messages.set_door(Door::Open);
    assert_eq!(
        act(&mut messages, start),
        Some(Act::Write(b"\x1b".to_vec()))
    );
    let pasted = start + STOPPING;
    assert!(matches!(act(&mut messages, pasted), Some(Act::Write(_))));
    messages.set_door(Door::Shut);
    let Some(Act::Tell(Event::Written {
        outcome: Wrote::Not(why),
        ..
    })) = act(&mut messages, pasted)
    else {
        panic!("it was submitted");
    };
    assert!(why.contains("not sent"), "{why}");
}

#[test]
fn without_bracketed_paste_a_message_is_one_line() {
    assert_eq!(
        pasted("rm x\nls\r\n", &Modes::default(), Paste::Bracketed),
        b"rm x ls"
    );
}

#[test]
fn a_profile_says_what_interrupts_clears_and_submits() {
    let start = Instant::now();
    let keys = Keys {
        interrupt: vec!["\u{1b}".into(), "\u{3}".into()],
        clear_input: Some("\u{15}".into()),
        submit: Submit {
            key: "\n".into(),
            delay: Duration::from_millis(80),
        },
        paste: Paste::Plain,
        ..Keys::default()
    };
    let mut messages = Deliveries::default();
    messages.add(1, "x\ny".into(), Manner::Interrupt, start);
    let mut now = start;
    let mut wrote = Vec::new();
    while let Some(act) = messages.act(&bracketed(), &keys, Flushed::No, now) {
        let Act::Write(bytes) = act else { break };
        assert_eq!(messages.act(&bracketed(), &keys, Flushed::No, now), None);
        wrote.push((now - start, String::from_utf8(bytes).unwrap()));
        now = messages.due().unwrap();
    }
    let at = |ms, text: &str| (Duration::from_millis(ms), text.to_owned());
    let wanted = [
        at(0, "\u{1b}"),
        at(100, "\u{3}"),
        at(400, "\u{15}"),
        at(450, "x y"),
        at(530, "\n"),
    ];
    assert_eq!(wrote, wanted);
}

#[test]
fn one_message_too_many_is_said_to_be_not_written() {
    let start = Instant::now();
    let mut messages = Deliveries::default();
    for number in 0..WAITING as u64 {
        assert_eq!(
            messages.add(number, String::new(), Manner::AtRest, start),
            None
        );
    }
    assert!(matches!(
        messages.add(99, String::new(), Manner::AtRest, start),
        Some(Event::Written {
            message: 99,
            outcome: Wrote::Not(_)
        })
    ));
    assert_eq!(messages.abandon("gone").len(), WAITING);
}

/// A screen that can be read, with this picture on it.
fn shows(messages: &mut Deliveries, generation: u64, turn: Turn) {
    messages.set_sight(Some(Glance { generation, turn }));
}

#[test]
fn where_the_screen_can_be_read_every_step_waits_until_the_one_before_is_seen() {
    let start = Instant::now();
    let later = |ms| start + Duration::from_millis(ms);
    let (modes, keys) = (bracketed(), keys());
    let mut messages = Deliveries::default();
    messages.add(7, "x".into(), Manner::Interrupt, start);
    let act = |messages: &mut Deliveries, ms| messages.act(&modes, &keys, Flushed::Yes, later(ms));
    shows(&mut messages, 1, Turn::Goes);
    assert!(matches!(act(&mut messages, 0), Some(Act::Write(_))));
    assert_eq!(act(&mut messages, 2_000), None, "its turn goes on");
    assert_eq!(messages.due(), Some(later(300) + STOPS));
    shows(&mut messages, 2, Turn::Over);
    let pasted = Some(Act::Write(b"\x1b[200~x\x1b[201~".to_vec()));
    assert_eq!(act(&mut messages, 2_100), pasted);
    assert_eq!(act(&mut messages, 3_000), None, "nothing is seen of it");
    shows(&mut messages, 3, Turn::Over);
    assert_eq!(act(&mut messages, 3_100), None, "it has only appeared");
    assert_eq!(messages.due(), Some(later(3_150)));
    assert_eq!(act(&mut messages, 3_150), Some(Act::Write(b"\r".to_vec())));
    assert_eq!(act(&mut messages, 3_150), Some(Act::Submitted(7)));
    shows(&mut messages, 4, Turn::Over);
    assert_eq!(
        act(&mut messages, 3_200),
        None,
        "another picture is no turn"
    );
    assert!(messages.is_writing(), "the next one waits");
    shows(&mut messages, 5, Turn::Goes);
    assert_eq!(act(&mut messages, 3_300), told(7, Wrote::Taken));
}

/// Writes a message to a program whose input stood like this before and like that with it, and submits it.
fn submitted(messages: &mut Deliveries, before: &[&str], with: &[&str], input: Input) -> Instant {
    let start = Instant::now();
    messages.add(7, "x".into(), Manner::AtRest, start);
    shows_rows(messages, before, input);
    let act = |messages: &mut Deliveries, at| messages.act(&bracketed(), &keys(), Flushed::Yes, at);
    assert!(matches!(act(messages, start), Some(Act::Write(_))));
    shows_rows(messages, with, input);
    let at = start + APPEARS;
    assert_eq!(act(messages, at), Some(Act::Write(b"\r".to_vec())));
    assert_eq!(act(messages, at), Some(Act::Submitted(7)));
    at
}

/// What is said in the end of a message that was submitted then, with these rows there ever since.
fn outcome(messages: &mut Deliveries, at: Instant, rows: &[&str], input: Input) -> Wrote {
    shows_rows(messages, rows, input);
    let mut now = at;
    loop {
        match messages.act(&bracketed(), &keys(), Flushed::Yes, now) {
            Some(Act::Tell(Event::Written { outcome, .. })) => return outcome,
            Some(act) => panic!("{act:?}"),
            None => now = messages.due().unwrap(),
        }
    }
}

const EMPTY: &[&str] = &["hello", "────", "❯", "────", "? for shortcuts"];
const FULL: &[&str] = &["hello", "────", "❯ x", "────", ""];
const RAW: Input = Input::Keys(Unread::Nothing);

#[test]
fn what_is_never_seen_to_be_taken_is_submitted_once_and_said_to_be_so() {
    let mut messages = Deliveries::default();
    shows(&mut messages, 1, Turn::Over);
    let at = submitted(&mut messages, EMPTY, FULL, RAW);
    shows(&mut messages, 2, Turn::Over);
    let Wrote::Unseen(why) = outcome(&mut messages, at, FULL, RAW) else {
        panic!("something was seen");
    };
    assert!(why.contains("nothing shows that it took it"), "{why}");
    assert_eq!(messages.due(), None, "it is not submitted again");
}

#[test]
fn a_key_that_makes_a_new_line_or_opens_a_list_is_not_taken_for_an_answer() {
    for stands in [
        &["hello", "────", "❯ x", "", "────", ""][..],
        &["hello", "────", "❯ x.md", "────", "? for shortcuts"],
        &["❯", "hello", "────", "❯ x", "────", " x.md", " y.md"],
    ] {
        let mut messages = Deliveries::default();
        let at = submitted(&mut messages, EMPTY, FULL, RAW);
        let outcome = outcome(&mut messages, at, stands, RAW);
        assert!(
            matches!(outcome, Wrote::Unseen(_)),
            "{stands:?}: {outcome:?}"
        );
    }
}

#[test]
fn an_input_that_is_empty_again_below_its_words_was_taken() {
    for stands in [
        &["hello", "❯ x", "────", "❯", "────", ""][..],
        &["────", "❯", "────"],
    ] {
        let mut messages = Deliveries::default();
        let at = submitted(&mut messages, EMPTY, FULL, RAW);
        assert_eq!(outcome(&mut messages, at, stands, RAW), Wrote::Taken);
    }
}

#[test]
fn a_line_that_was_read_was_taken_and_one_that_only_stands_there_was_not() {
    let (waits, read) = (Unread::Something, Unread::Nothing);
    for (then, taken) in [
        (Input::Lines(waits), false),
        (Input::Lines(read), true),
        (Input::Keys(read), false),
    ] {
        let mut messages = Deliveries::default();
        let at = submitted(&mut messages, &["$"], &["$ x"], Input::Lines(waits));
        let outcome = outcome(&mut messages, at, &["$ x", ""], then);
        assert_eq!(outcome == Wrote::Taken, taken, "{then:?}: {outcome:?}");
    }
}

#[test]
fn a_line_editor_that_is_left_took_its_line() {
    let mut messages = Deliveries::default();
    messages.editor_left();
    let at = submitted(&mut messages, &["$"], &["$ x"], RAW);
    assert_eq!(messages.act(&bracketed(), &keys(), Flushed::Yes, at), None);
    messages.editor_left();
    assert_eq!(outcome(&mut messages, at, &["$ x"], RAW), Wrote::Taken);
}

#[test]
fn what_may_still_stand_in_an_input_is_cleared_before_the_next_words() {
    let keys = Keys {
        clear_input: Some("\u{15}".into()),
        ..keys()
    };
    let mut messages = Deliveries::default();
    let at = submitted(&mut messages, EMPTY, FULL, RAW);
    assert!(matches!(
        outcome(&mut messages, at, FULL, RAW),
        Wrote::Unseen(_)
    ));
    messages.add(8, "y".into(), Manner::AtRest, at);
    let mut act = |at| messages.act(&bracketed(), &keys, Flushed::Yes, at);
    assert_eq!(act(at), Some(Act::Write(b"\x15".to_vec())));
    let pasted = Some(Act::Write(b"\x1b[200~y\x1b[201~".to_vec()));
    assert_eq!(act(at + CLEARING), pasted);
}

#[test]
fn what_a_person_typed_is_never_cleared() {
    let keys = Keys {
        clear_input: Some("\u{15}".into()),
        ..keys()
    };
    let mut messages = Deliveries::default();
    let at = submitted(&mut messages, EMPTY, FULL, RAW);
    assert!(matches!(
        outcome(&mut messages, at, FULL, RAW),
        Wrote::Unseen(_)
    ));
    messages.key_pressed(at);
    messages.add(8, "y".into(), Manner::AtRest, at);
    let pasted = Some(Act::Write(b"\x1b[200~y\x1b[201~".to_vec()));
    let act = messages.act(&bracketed(), &keys, Flushed::Yes, at + QUIET);
    assert_eq!(act, pasted);
}
