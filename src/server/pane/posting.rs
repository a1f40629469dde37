//! How a pane writes messages: what it sees goes into its deliveries, and what they say is done.

use std::sync::Arc;

use tokio::time::Instant;

use crate::model::{Event, State, Telling, Wrote};
use crate::profile::Profile;

use super::super::clock;
use super::deliver::{Act, Door, Flushed, Glance, Traces, Turn};
use super::tty::Tty;
use super::{Pane, reading};

impl Pane {
    /// Goes on with the messages, as far as what is seen allows.
    pub(super) fn deliver(&mut self, now: Instant) {
        if self.deliveries.due().is_none() {
            return;
        }
        let profile = self.tongue.profile();
        loop {
            let flushed = match self.tty.as_ref().is_none_or(Tty::is_flushed) {
                true => Flushed::Yes,
                false => Flushed::No,
            };
            let door = self.door(&profile);
            self.deliveries.set_door(door);
            let sight = self.glance(&profile);
            self.deliveries.set_sight(sight);
            if self.deliveries.wants_traces() {
                let traces = self.traces();
                self.deliveries.set_traces(traces);
            }
            let modes = self.glass.screen().modes();
            match self.deliveries.act(&modes, &profile.keys, flushed, now) {
                Some(Act::Write(bytes)) => {
                    if self.write(&bytes).is_err() {
                        tracing::debug!(agent = %self.agent, "a message found no room; its time will run out");
                    }
                }
                Some(Act::Tell(event)) => self.heard.event(event),
                Some(Act::Submitted(message)) => {
                    let outcome = Wrote::Submitted(clock::now());
                    self.heard.event(Event::Written { message, outcome });
                }
                None => return,
            }
        }
    }

    /// Whether a message may be written: not into a dialog, and not beside an answer to one.
    fn door(&mut self, profile: &Arc<Profile>) -> Door {
        if self.pressing.is_some() {
            return Door::Shut;
        }
        if profile.screen.is_empty() {
            return Door::Open;
        }
        match self.reader.look(self.glass.screen(), profile).standing {
            Some(_) => Door::Shut,
            None => Door::Open,
        }
    }

    /// What is seen of an agent that can be seen to be at rest.
    fn glance(&mut self, profile: &Arc<Profile>) -> Option<Glance> {
        if reading::telling(profile) == Telling::NeverRest {
            return None;
        }
        let screen = self.glass.screen();
        let works = self.reader.look(screen, profile).reading.state == State::Working;
        let turn = if works { Turn::Goes } else { Turn::Over };
        let generation = screen.generation();
        Some(Glance { generation, turn })
    }

    /// What is there to tell whether a message is taken.
    fn traces(&self) -> Traces {
        let screen = self.glass.screen();
        let rows = screen.rows(0..screen.size().rows).iter();
        Traces {
            rows: rows.map(|row| row.text().to_owned()).collect(),
            input: self.tty.as_ref().map(Tty::input).unwrap_or_default(),
        }
    }
}
