//! Writes recorded messages into a pane, one at a time: wait for a quiet keyboard, interrupt where
//! that was asked for, paste, and submit a moment later. Where a screen can be read, each step waits until the one
//! before is seen there: the turn over, and the words. A message is taken once its program is seen to have taken it;
//! else that is what is said of it. Decides only when; writes through its answers.
//!
//! Must not submit into what somebody is typing, nor anything twice.

mod paste;
mod sight;
mod taken;

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use crate::model::{Event, Manner, Wrote};
use crate::profile::Keys;
use crate::terminal::Modes;

use self::paste::pasted;
pub use self::sight::{Door, Flushed, Glance, Turn};
use self::taken::Before;
pub use self::taken::{Input, Traces, Unread};

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
/// How long a program may take to be seen to take what was submitted. A hook of it may have to start first, on a
/// machine that has much to do.
const SEEN: Duration = Duration::from_secs(10);
/// How often it is looked at meanwhile: a program that reads its input need not show that.
const LOOKS: Duration = Duration::from_millis(50);
/// How long a message may wait for a terminal that takes nothing more.
const TAKING: Duration = Duration::from_secs(10);

/// Said where it does not.
const UNREAD: &str = "the agent does not read its input; look at its pane";

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
    picture: u64,
    /// What is there now to tell whether a message is taken.
    traces: Traces,
    /// And what was there before.
    before: Before,
    /// Whether a turn went on when it was submitted.
    turn: Option<Turn>,
    /// How often the program left its line editor.
    left: u64,
    /// What its input may hold.
    stands: Stands,
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

/// What stands in the program's input, as far as messages go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stands {
    /// Nothing of ours.
    #[default]
    Nothing,
    /// Words that were written there and not seen to be taken. What comes next would be written behind them.
    Words,
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
    /// Everything was handed to the terminal, which must take it until then.
    Taking(Instant),
    /// The terminal took it; the program should be seen to take it until the first, and is looked at again at the second.
    Sent(Instant, Instant),
}

/// What to do now.
#[derive(Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one at a time, and it is done at once"
)]
pub enum Act {
    /// Write these bytes.
    Write(Vec<u8>),
    /// Tell the room.
    Tell(Event),
    /// Tell the room that this one is submitted by now.
    Submitted(u64),
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
        // what stands there from now on may be theirs
        self.stands = Stands::Nothing;
    }

    /// The program left its line editor: it turned bracketed paste off.
    pub fn editor_left(&mut self) {
        self.left += 1;
    }

    /// Whether [`Deliveries::set_traces`] is of use now.
    pub fn wants_traces(&self) -> bool {
        !self.waiting.is_empty() && (self.is_writing() || self.door == Door::Open)
    }

    /// Says what is there to tell whether a message is taken.
    pub fn set_traces(&mut self, traces: Traces) {
        self.traces = traces;
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
            Step::Sent(until, at) => until.min(at),
            Step::Pressing(_, at) | Step::Cleared(at) | Step::Taking(at) => at,
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
        let (since, message) = (first.since, first.message);
        if matches!(self.step, Step::Pasted(..)) && self.changed() {
            self.appeared.get_or_insert(now);
        }
        if self.door == Door::Shut {
            return self.kept_back(since, flushed, now);
        }
        match self.step {
            Step::Quiet if self.quiet_from().is_some_and(|quiet| quiet > now) => {
                let given_up = now >= since + PATIENCE;
                given_up.then(|| self.not("somebody kept typing in its pane; send it again"))
            }
            Step::Quiet => Some(self.begin(modes, keys, now)),
            Step::Pressing(pressed, at) if at <= now => Some(self.press(pressed, modes, keys, now)),
            Step::Stopping(at) if self.stopped_by(at) <= now => Some(self.clear(modes, keys, now)),
            Step::Cleared(at) if at <= now => Some(self.paste(modes, keys, now)),
            Step::Pasted(since, at) if self.complete_by(since, at) <= now => {
                Some(self.submit(since, keys, now))
            }
            Step::Taking(_) if flushed == Flushed::Yes => {
                self.step = Step::Sent(now + SEEN, now);
                Some(Act::Submitted(message))
            }
            Step::Taking(at) if at <= now => Some(self.not(UNREAD)),
            Step::Sent(..) if self.is_taken() => Some(self.end(Wrote::Taken)),
            Step::Sent(until, _) if until <= now => {
                self.stands = Stands::Words;
                let why = Before::why(&self.traces);
                Some(self.end(Wrote::Unseen(why)))
            }
            Step::Sent(until, at) if at <= now => {
                self.step = Step::Sent(until, now + LOOKS);
                None
            }
            Step::Pressing(..)
            | Step::Stopping(_)
            | Step::Cleared(_)
            | Step::Pasted(..)
            | Step::Taking(_)
            | Step::Sent(..) => None,
        }
    }

    /// Whether the program is seen to have taken what was submitted: a turn goes on, where none did, or its input
    /// says so.
    fn is_taken(&self) -> bool {
        let turn = self.sight.map(|it| it.turn);
        let begun = self.turn == Some(Turn::Over) && turn == Some(Turn::Goes);
        begun || self.before.taken(&self.traces, self.left)
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
                self.stands = Stands::Words;
                "a dialog came up while it was written; it stands in the pane, not sent"
            }
            // what it was sent opened a dialog
            Step::Sent(..) => return Some(self.end(Wrote::Taken)),
            Step::Taking(_) if flushed == Flushed::Yes => return Some(self.end(Wrote::Taken)),
            Step::Taking(at) if at > now => return None,
            Step::Taking(_) => UNREAD,
        };
        Some(self.not(why))
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
        self.sight.is_some_and(|it| it.generation != self.picture)
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
        self.picture = self.sight.map_or(0, |it| it.generation);
        self.appeared = None;
    }

    fn quiet_from(&self) -> Option<Instant> {
        self.last_key.map(|key| key + QUIET)
    }

    fn begin(&mut self, modes: &Modes, keys: &Keys, now: Instant) -> Act {
        match self.waiting.front().map(|first| first.manner) {
            Some(Manner::Interrupt) => self.press(0, modes, keys, now),
            Some(Manner::AtRest) if self.stands == Stands::Words => self.clear(modes, keys, now),
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
        self.before = Before::pasting(self.traces.rows.clone());
        self.step = Step::Pasted(now, now + keys.submit.delay);
        let text = self.waiting.front().map_or("", |first| first.text.as_str());
        Act::Write(pasted(text, modes, keys.paste))
    }

    fn submit(&mut self, pasted: Instant, keys: &Keys, now: Instant) -> Act {
        if self.last_key.is_some_and(|key| key >= pasted) {
            return self
                .not("somebody typed while it was written; it stands in the pane, not sent");
        }
        self.mark();
        self.turn = self.sight.map(|it| it.turn);
        self.before.submitting(self.traces.clone(), self.left);
        self.step = Step::Taking(now + TAKING);
        Act::Write(keys.submit.key.as_bytes().to_vec())
    }

    fn not(&mut self, why: &str) -> Act {
        self.end(Wrote::Not(why.to_owned()))
    }

    fn end(&mut self, outcome: Wrote) -> Act {
        self.step = Step::Quiet;
        if outcome == Wrote::Taken {
            self.stands = Stands::Nothing;
        }
        let message = self.waiting.pop_front().map_or(0, |first| first.message);
        Act::Tell(Event::Written { message, outcome })
    }
}

fn failed(message: u64, why: String) -> Event {
    Event::Written {
        message,
        outcome: Wrote::Not(why),
    }
}

#[cfg(test)]
mod tests;
