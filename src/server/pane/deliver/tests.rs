#![allow(clippy::unwrap_used, clippy::panic)]
use super::*;
use crate::profile::Submit;

fn bracketed() -> Modes {
    Modes {
        set: ModeSet::BRACKETED_PASTE,
        ..Modes::default()
    }
}

fn keys() -> Keys {
    Keys::default()
}

fn written(message: u64, fault: Option<&str>) -> Option<Act> {
    Some(Act::Tell(Event::Written {
        message,
        fault: fault.map(str::to_owned),
    }))
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
    let later = messages.due().unwrap();
    assert_eq!(later, start + keys().submit.delay);
    assert_eq!(
        messages.act(&modes, &keys(), Flushed::Yes, later),
        Some(Act::Write(b"\r".to_vec()))
    );
    assert_eq!(messages.act(&modes, &keys(), Flushed::No, later), None);
    assert_eq!(
        messages.act(&modes, &keys(), Flushed::Yes, later),
        written(7, None)
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
        fault: Some(why),
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
        fault: Some(why), ..
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
            fault: Some(_)
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
    assert_eq!(act(&mut messages, 3_150), None);
    assert_eq!(act(&mut messages, 3_200), None, "nothing is seen of that");
    assert!(messages.is_writing(), "the next one waits");
    shows(&mut messages, 4, Turn::Goes);
    assert_eq!(act(&mut messages, 3_300), written(7, None));
}

#[test]
fn what_is_never_seen_is_sent_all_the_same_and_the_next_one_waits_for_a_while() {
    let start = Instant::now();
    let (modes, keys) = (bracketed(), keys());
    let mut messages = Deliveries::default();
    messages.add(7, "x".into(), Manner::AtRest, start);
    shows(&mut messages, 1, Turn::Over);
    let mut act = |now| messages.act(&modes, &keys, Flushed::Yes, now);
    assert!(matches!(act(start), Some(Act::Write(_))));
    let sent = start + APPEARS;
    assert_eq!(act(sent), Some(Act::Write(b"\r".to_vec())));
    assert_eq!(act(sent), None);
    assert_eq!(act(sent + SUBMITS), written(7, None));
}
