//! Writes recorded messages into a pane, one at a time: wait for a quiet keyboard, interrupt where
//! that was asked for, paste, and submit a moment later. Where a screen can be read, each step waits until the one
//! before is seen there: the turn over, the words, and that they are gone. Decides only when; writes through its answers.
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
/// How much longer an interrupted turn may be seen to go on, before it is written to all the same.
const STOPS: Duration = Duration::from_secs(5);
/// How long pasted words may take to be seen, before they are submitted all the same.
const APPEARS: Duration = Duration::from_secs(3);
/// How long the next message waits until something is seen of a submission.
const SUBMITS: Duration = Duration::from_secs(3);
/// How long a message may wait to be taken by an agent that does not read.
const TAKING: Duration = Duration::from_secs(10);

/// The messages of one pane.
#[derive(Debug, Default)]
pub struct Deliveries {
    waiting: VecDeque<Delivery>,
    step: Step,
    last_key: Option<Instant>,
    door: Door,
    /// What stands on the screen, where it can be read.
    sight: Option<Glance>,
    /// The picture before the last write.
    before: u64,
    /// When something was seen of what was pasted.
    appeared: Option<Instant>,
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
    /// It was taken; something should be seen of that until then.
    Sent(Instant),
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

/// What can be seen of an agent whose screen can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glance {
    /// Which picture stands there.
    pub generation: u64,
    /// Whether it says that a turn goes on.
    pub turn: Turn,
}

/// Whether a turn goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It does.
    Goes,
    /// It does not, as far as can be seen.
    Over,
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

    /// Says what stands on the screen; nothing where its rules cannot tell rest from work.
    pub fn set_sight(&mut self, sight: Option<Glance>) {
        self.sight = sight;
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
            Step::Stopping(at) => self.stopped_by(at),
            Step::Pasted(since, at) => self.complete_by(since, at),
            Step::Pressing(_, at) | Step::Cleared(at) | Step::Taking(at) | Step::Sent(at) => at,
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
        let since = first.since;
        if matches!(self.step, Step::Pasted(..)) && self.changed() {
            self.appeared.get_or_insert(now);
        }
        if self.door == Door::Shut {
            return self.kept_back(since, flushed, now);
        }
        match self.step {
            Step::Quiet if self.quiet_from().is_some_and(|quiet| quiet > now) => {
                let given_up = now >= since + PATIENCE;
                given_up.then(|| {
                    self.end(Some(
                        "somebody kept typing in its pane; send it again".to_owned(),
                    ))
                })
            }
            Step::Quiet => Some(self.begin(modes, keys, now)),
            Step::Pressing(pressed, at) if at <= now => Some(self.press(pressed, modes, keys, now)),
            Step::Stopping(at) if self.stopped_by(at) <= now => Some(self.clear(modes, keys, now)),
            Step::Cleared(at) if at <= now => Some(self.paste(modes, keys, now)),
            Step::Pasted(since, at) if self.complete_by(since, at) <= now => {
                Some(self.submit(since, keys, now))
            }
            Step::Taking(_) if flushed == Flushed::Yes && self.sight.is_none() => {
                Some(self.end(None))
            }
            Step::Taking(_) if flushed == Flushed::Yes => {
                self.step = Step::Sent(now + SUBMITS);
                None
            }
            Step::Sent(at) if at <= now || self.changed() => Some(self.end(None)),
            Step::Taking(at) if at <= now => Some(self.end(Some(
                "the agent does not read its input; look at its pane".to_owned(),
            ))),
            Step::Pressing(..)
            | Step::Stopping(_)
            | Step::Cleared(_)
            | Step::Pasted(..)
            | Step::Taking(_)
            | Step::Sent(_) => None,
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
            // what it was sent opened a dialog
            Step::Sent(_) => return Some(self.end(None)),
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

    /// Whether another picture stands there than before the last write.
    fn changed(&self) -> bool {
        self.sight.is_some_and(|it| it.generation != self.before)
    }

    /// When an interrupted turn counts as over.
    fn stopped_by(&self, at: Instant) -> Instant {
        match self.sight.map(|it| it.turn) {
            Some(Turn::Goes) => at + STOPS,
            Some(Turn::Over) | None => at,
        }
    }

    /// When what was pasted counts as being there: a moment after something is seen of it.
    fn complete_by(&self, since: Instant, at: Instant) -> Instant {
        match (self.sight, self.appeared) {
            (None, _) => at,
            (Some(_), Some(appeared)) => at.max(appeared + (at - since)),
            (Some(_), None) => at.max(since + APPEARS),
        }
    }

    /// Something is written now: what stands there is what was there before.
    fn mark(&mut self) {
        self.before = self.sight.map_or(0, |it| it.generation);
        self.appeared = None;
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
        self.mark();
        self.step = Step::Pasted(now, now + keys.submit.delay);
        let text = self.waiting.front().map_or("", |first| first.text.as_str());
        Act::Write(pasted(text, modes, keys.paste))
    }

    fn submit(&mut self, pasted: Instant, keys: &Keys, now: Instant) -> Act {
        if self.last_key.is_some_and(|key| key >= pasted) {
            let why = "somebody typed while it was written; it stands in the pane, not sent";
            return self.end(Some(why.to_owned()));
        }
        self.mark();
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
