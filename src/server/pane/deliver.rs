//! Writes recorded messages into a pane, one at a time: wait for a quiet keyboard, interrupt where
//! that was asked for, paste, and submit a moment later. Decides only when; writes through its answers.
//!
//! Must not submit into what somebody is typing.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use crate::model::{Event, Manner};
use crate::terminal::{ModeSet, Modes, encode_paste};

/// Messages that may wait in one pane. One more is not written, and says so.
const WAITING: usize = 64;
/// A keyboard is quiet after this long without a key.
const QUIET: Duration = Duration::from_secs(2);
/// How long a message waits for a quiet keyboard before it is given up.
const PATIENCE: Duration = Duration::from_secs(300);
/// How long an agent gets to stop after it was interrupted.
const STOPPING: Duration = Duration::from_millis(300);
/// Programs take a return right behind a paste for a part of it; this much later they submit.
const SUBMIT: Duration = Duration::from_millis(50);
/// How long a message may wait to be taken by an agent that does not read.
const TAKING: Duration = Duration::from_secs(10);

/// What stops an agent's turn.
const INTERRUPT: &[u8] = b"\x1b";

/// The messages of one pane.
#[derive(Debug, Default)]
pub struct Deliveries {
    waiting: VecDeque<Delivery>,
    step: Step,
    last_key: Option<Instant>,
}

#[derive(Debug)]
struct Delivery {
    message: u64,
    text: String,
    manner: Manner,
    since: Instant,
}

/// How far the first message is.
#[derive(Debug, Default)]
enum Step {
    /// Not begun.
    #[default]
    Quiet,
    /// The agent was interrupted and may paste from then on.
    Stopping(Instant),
    /// It was pasted and is submitted then.
    Pasted(Instant),
    /// Everything was handed to the terminal; the agent must take it until then.
    Taking(Instant),
}

/// What to do now.
#[derive(Debug, PartialEq)]
pub enum Act {
    /// Write these bytes.
    Write(Vec<u8>),
    /// Tell the room.
    Tell(Event),
}

/// Whether everything that was written has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flushed {
    /// It has.
    Yes,
    /// The agent has not read it yet.
    No,
}

impl Deliveries {
    /// Takes one more message. Gives the event that says so where it cannot.
    pub fn add(
        &mut self,
        message: u64,
        text: String,
        manner: Manner,
        now: Instant,
    ) -> Option<Event> {
        if self.waiting.len() >= WAITING {
            return Some(failed(
                message,
                format!("{WAITING} messages wait in this pane already"),
            ));
        }
        self.waiting.push_back(Delivery {
            message,
            text,
            manner,
            since: now,
        });
        None
    }

    /// A person pressed a key in this pane.
    pub fn key_pressed(&mut self, now: Instant) {
        self.last_key = Some(now);
    }

    /// When [`Deliveries::act`] should be called again, if ever. With [`Step::Taking`] also after each flush.
    pub fn due(&self) -> Option<Instant> {
        let first = self.waiting.front()?;
        Some(match self.step {
            Step::Quiet => self
                .quiet_from()
                .map_or(first.since, |quiet| quiet.min(first.since + PATIENCE)),
            Step::Stopping(at) | Step::Pasted(at) | Step::Taking(at) => at,
        })
    }

    /// The next thing to do, if it is time for one. Call it until it gives nothing.
    pub fn act(&mut self, modes: &Modes, flushed: Flushed, now: Instant) -> Option<Act> {
        let first = self.waiting.front()?;
        match self.step {
            Step::Quiet if self.quiet_from().is_some_and(|quiet| quiet > now) => {
                let given_up = now >= first.since + PATIENCE;
                given_up.then(|| {
                    self.end(Some(
                        "somebody kept typing in its pane; send it again".to_owned(),
                    ))
                })
            }
            Step::Quiet => Some(self.begin(modes, now)),
            Step::Stopping(at) if at <= now => Some(self.paste(modes, now)),
            Step::Pasted(at) if at <= now => Some(self.submit(now)),
            Step::Taking(_) if flushed == Flushed::Yes => Some(self.end(None)),
            Step::Taking(at) if at <= now => Some(self.end(Some(
                "the agent does not read its input; look at its pane".to_owned(),
            ))),
            Step::Stopping(_) | Step::Pasted(_) | Step::Taking(_) => None,
        }
    }

    /// The pane is gone: every message says so.
    pub fn abandon(&mut self, why: &str) -> Vec<Event> {
        self.step = Step::Quiet;
        self.waiting
            .drain(..)
            .map(|delivery| failed(delivery.message, why.to_owned()))
            .collect()
    }

    fn quiet_from(&self) -> Option<Instant> {
        self.last_key.map(|key| key + QUIET)
    }

    fn begin(&mut self, modes: &Modes, now: Instant) -> Act {
        match self.waiting.front().map(|first| first.manner) {
            Some(Manner::Interrupt) => {
                self.step = Step::Stopping(now + STOPPING);
                Act::Write(INTERRUPT.to_vec())
            }
            Some(Manner::AtRest) | None => self.paste(modes, now),
        }
    }

    fn paste(&mut self, modes: &Modes, now: Instant) -> Act {
        self.step = Step::Pasted(now + SUBMIT);
        let text = self.waiting.front().map_or("", |first| first.text.as_str());
        Act::Write(pasted(text, modes))
    }

    fn submit(&mut self, now: Instant) -> Act {
        let pasted_at = match self.step {
            Step::Pasted(at) => at - SUBMIT,
            Step::Quiet | Step::Stopping(_) | Step::Taking(_) => now,
        };
        if self.last_key.is_some_and(|key| key >= pasted_at) {
            let why = "somebody typed while it was written; it stands in the pane, not sent";
            return self.end(Some(why.to_owned()));
        }
        self.step = Step::Taking(now + TAKING);
        Act::Write(b"\r".to_vec())
    }

    fn end(&mut self, fault: Option<String>) -> Act {
        self.step = Step::Quiet;
        let message = self.waiting.pop_front().map_or(0, |first| first.message);
        Act::Tell(Event::Written { message, fault })
    }
}

/// A program without bracketed paste would take each line for an answer of its own: it gets one line.
fn pasted(text: &str, modes: &Modes) -> Vec<u8> {
    if modes.on(ModeSet::BRACKETED_PASTE) {
        return encode_paste(text, modes);
    }
    let one_line = text
        .trim()
        .split(['\r', '\n'])
        .map(str::trim)
        .filter(|line| !line.is_empty());
    encode_paste(&one_line.collect::<Vec<_>>().join(" "), modes)
}

fn failed(message: u64, why: String) -> Event {
    Event::Written {
        message,
        fault: Some(why),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn bracketed() -> Modes {
        Modes {
            set: ModeSet::BRACKETED_PASTE,
            ..Modes::default()
        }
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
            messages.act(&modes, Flushed::Yes, start),
            Some(Act::Write(b"\x1b[200~one\ntwo\x1b[201~".to_vec()))
        );
        assert_eq!(messages.act(&modes, Flushed::Yes, start), None);
        let later = messages.due().unwrap();
        assert_eq!(later, start + SUBMIT);
        assert_eq!(
            messages.act(&modes, Flushed::Yes, later),
            Some(Act::Write(b"\r".to_vec()))
        );
        assert_eq!(messages.act(&modes, Flushed::No, later), None);
        assert_eq!(messages.act(&modes, Flushed::Yes, later), written(7, None));
        assert_eq!(messages.due(), None);
    }

    #[test]
    fn nothing_is_written_while_somebody_types() {
        let start = Instant::now();
        let mut messages = Deliveries::default();
        messages.key_pressed(start);
        messages.add(1, "x".into(), Manner::AtRest, start);
        assert_eq!(messages.act(&bracketed(), Flushed::Yes, start), None);
        assert_eq!(messages.due(), Some(start + QUIET));
        assert!(
            messages
                .act(&bracketed(), Flushed::Yes, start + QUIET)
                .is_some()
        );
    }

    #[test]
    fn a_key_between_paste_and_return_keeps_the_return_back() {
        let start = Instant::now();
        let mut messages = Deliveries::default();
        messages.add(1, "x".into(), Manner::AtRest, start);
        assert!(matches!(
            messages.act(&bracketed(), Flushed::Yes, start),
            Some(Act::Write(_))
        ));
        messages.key_pressed(start + Duration::from_millis(20));
        let Some(Act::Tell(Event::Written {
            message: 1,
            fault: Some(why),
        })) = messages.act(&bracketed(), Flushed::Yes, start + SUBMIT)
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
            messages.act(&bracketed(), Flushed::Yes, start),
            Some(Act::Write(b"\x1b".to_vec()))
        );
        assert_eq!(messages.act(&bracketed(), Flushed::Yes, start), None);
        assert!(matches!(
            messages.act(&bracketed(), Flushed::Yes, start + STOPPING),
            Some(Act::Write(bytes)) if bytes.starts_with(b"\x1b[200~")
        ));
    }

    #[test]
    fn without_bracketed_paste_a_message_is_one_line() {
        assert_eq!(pasted("rm x\nls\r\n", &Modes::default()), b"rm x ls");
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
}
