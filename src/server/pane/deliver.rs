//! Writes recorded messages into a pane, one at a time: wait for a quiet keyboard, interrupt where
//! that was asked for, paste, and submit a moment later. Decides only when; writes through its answers.
//!
//! Must not submit into what somebody is typing.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use crate::model::{Event, Manner};
use crate::profile::{Keys, Paste};
use crate::terminal::{ModeSet, Modes, encode_paste};

/// Messages that may wait in one pane. One more is not written, and says so.
const WAITING: usize = 64;
/// A keyboard is quiet after this long without a key.
const QUIET: Duration = Duration::from_secs(2);
/// How long a message waits for a quiet keyboard before it is given up.
const PATIENCE: Duration = Duration::from_secs(300);
/// How long an agent gets to stop after it was interrupted.
const STOPPING: Duration = Duration::from_millis(300);
/// How long it gets to empty its input line.
const CLEARING: Duration = Duration::from_millis(50);
/// How long a message may wait to be taken by an agent that does not read.
const TAKING: Duration = Duration::from_secs(10);

/// The messages of one pane.
#[derive(Debug, Default)]
pub struct Deliveries {
    waiting: VecDeque<Delivery>,
    step: Step,
    last_key: Option<Instant>,
    door: Door,
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
    /// So many presses of the interrupt were written; the next one is then.
    Pressing(usize, Instant),
    /// The agent was interrupted; its input line is emptied, or pasted into, then.
    Stopping(Instant),
    /// The input line was emptied and may be pasted into then.
    Cleared(Instant),
    /// It was pasted at the first, and is submitted at the second.
    Pasted(Instant, Instant),
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

/// Whether words may be written now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Door {
    /// They may.
    #[default]
    Open,
    /// A dialog is open: they would answer it.
    Shut,
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

    /// Says whether words may be written from now on.
    pub fn set_door(&mut self, door: Door) {
        self.door = door;
    }

    /// Whether a message is half-way.
    pub fn is_writing(&self) -> bool {
        !matches!(self.step, Step::Quiet)
    }

    /// When [`Deliveries::act`] should be called again, if ever. With [`Step::Taking`] also after each flush.
    pub fn due(&self) -> Option<Instant> {
        let first = self.waiting.front()?;
        Some(match self.step {
            Step::Quiet if self.door == Door::Shut => first.since + PATIENCE,
            Step::Quiet => self
                .quiet_from()
                .map_or(first.since, |quiet| quiet.min(first.since + PATIENCE)),
            Step::Pressing(_, at)
            | Step::Stopping(at)
            | Step::Cleared(at)
            | Step::Pasted(_, at)
            | Step::Taking(at) => at,
        })
    }

    /// The next thing to do, if it is time for one. Call it until it gives nothing.
    pub fn act(
        &mut self,
        modes: &Modes,
        keys: &Keys,
        flushed: Flushed,
        now: Instant,
    ) -> Option<Act> {
        let first = self.waiting.front()?;
        if self.door == Door::Shut {
            return self.kept_back(first.since, flushed, now);
        }
        match self.step {
            Step::Quiet if self.quiet_from().is_some_and(|quiet| quiet > now) => {
                let given_up = now >= first.since + PATIENCE;
                given_up.then(|| {
                    self.end(Some(
                        "somebody kept typing in its pane; send it again".to_owned(),
                    ))
                })
            }
            Step::Quiet => Some(self.begin(modes, keys, now)),
            Step::Pressing(pressed, at) if at <= now => Some(self.press(pressed, modes, keys, now)),
            Step::Stopping(at) if at <= now => Some(self.clear(modes, keys, now)),
            Step::Cleared(at) if at <= now => Some(self.paste(modes, keys, now)),
            Step::Pasted(since, at) if at <= now => Some(self.submit(since, keys, now)),
            Step::Taking(_) if flushed == Flushed::Yes => Some(self.end(None)),
            Step::Taking(at) if at <= now => Some(self.end(Some(
                "the agent does not read its input; look at its pane".to_owned(),
            ))),
            Step::Pressing(..)
            | Step::Stopping(_)
            | Step::Cleared(_)
            | Step::Pasted(..)
            | Step::Taking(_) => None,
        }
    }

    /// A dialog is open: what has not begun waits, and what is half-way is not submitted into it.
    fn kept_back(&mut self, since: Instant, flushed: Flushed, now: Instant) -> Option<Act> {
        let why = match self.step {
            Step::Quiet if now >= since + PATIENCE => {
                "a dialog stayed open on its screen; answer it and send this again"
            }
            Step::Quiet => return None,
            Step::Pressing(..) | Step::Stopping(_) | Step::Cleared(_) => {
                "a dialog came up when it was interrupted; answer it and send this again"
            }
            Step::Pasted(..) => {
                "a dialog came up while it was written; it stands in the pane, not sent"
            }
            Step::Taking(_) if flushed == Flushed::Yes => return Some(self.end(None)),
            Step::Taking(at) if at > now => return None,
            Step::Taking(_) => "the agent does not read its input; look at its pane",
        };
        Some(self.end(Some(why.to_owned())))
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

    fn begin(&mut self, modes: &Modes, keys: &Keys, now: Instant) -> Act {
        match self.waiting.front().map(|first| first.manner) {
            Some(Manner::Interrupt) => self.press(0, modes, keys, now),
            Some(Manner::AtRest) | None => self.paste(modes, keys, now),
        }
    }

    /// One press of the interrupt; a profile may have been edited to fewer of them since the last.
    fn press(&mut self, pressed: usize, modes: &Modes, keys: &Keys, now: Instant) -> Act {
        let Some(key) = keys.interrupt.get(pressed) else {
            return self.clear(modes, keys, now);
        };
        let pressed = pressed + 1;
        self.step = match pressed < keys.interrupt.len() {
            true => Step::Pressing(pressed, now + Keys::BETWEEN),
            false => Step::Stopping(now + STOPPING),
        };
        Act::Write(key.as_bytes().to_vec())
    }

    fn clear(&mut self, modes: &Modes, keys: &Keys, now: Instant) -> Act {
        let Some(key) = &keys.clear_input else {
            return self.paste(modes, keys, now);
        };
        self.step = Step::Cleared(now + CLEARING);
        Act::Write(key.as_bytes().to_vec())
    }

    fn paste(&mut self, modes: &Modes, keys: &Keys, now: Instant) -> Act {
        self.step = Step::Pasted(now, now + keys.submit.delay);
        let text = self.waiting.front().map_or("", |first| first.text.as_str());
        Act::Write(pasted(text, modes, keys.paste))
    }

    fn submit(&mut self, pasted: Instant, keys: &Keys, now: Instant) -> Act {
        if self.last_key.is_some_and(|key| key >= pasted) {
            let why = "somebody typed while it was written; it stands in the pane, not sent";
            return self.end(Some(why.to_owned()));
        }
        self.step = Step::Taking(now + TAKING);
        Act::Write(keys.submit.key.as_bytes().to_vec())
    }

    fn end(&mut self, fault: Option<String>) -> Act {
        self.step = Step::Quiet;
        let message = self.waiting.pop_front().map_or(0, |first| first.message);
        Act::Tell(Event::Written { message, fault })
    }
}

/// A program without bracketed paste would take each line for an answer of its own: it gets one line.
fn pasted(text: &str, modes: &Modes, paste: Paste) -> Vec<u8> {
    match paste {
        Paste::Bracketed if modes.on(ModeSet::BRACKETED_PASTE) => encode_paste(text, modes),
        Paste::Bracketed | Paste::Plain => {
            let one_line = text
                .trim()
                .split(['\r', '\n'])
                .map(str::trim)
                .filter(|line| !line.is_empty());
            let bare = Modes::default();
            encode_paste(&one_line.collect::<Vec<_>>().join(" "), &bare)
        }
    }
}

fn failed(message: u64, why: String) -> Event {
    Event::Written {
        message,
        fault: Some(why),
    }
}

#[cfg(test)]
mod tests;
