//! Messages to agents: held until the agent is at rest, submitted, seen to be taken or not, or dropped with a reason.
//!
//! At rest means: a process is there, no permission, question or dialog of it is open, nothing is being
//! written to it, no card asks whether it took an earlier one, its brief's budget is not used up, nobody typed into its pane just now, no source contradicts, and
//! - its state is `idle` (after a message: `idle` said anew, or still `idle` a moment later), or
//! - its state is `unknown`, nothing was heard of it for a moment, and no screen rule of its profile can say
//!   `idle`: such an agent would else never get a word. Where one can, a screen that fits no rule may be a dialog that nobody has written a rule for, and a paste would answer it
//!   (bracketed paste is no help: programs leave it on in dialogs). Then a message waits until the screen is
//!   known, and a person may send it as an interrupt.

use std::collections::BTreeSet;

use super::{Checked, Turn};
use crate::model::owed::Doubt;
use crate::model::{
    Actor, AgentId, Answer, Delivery, Effect, Evidence, Happening, Manner, Request, RequestId,
    Room, Source, State, Telling, Time, Wrote, state,
};

/// Messages held for one agent; one more is refused.
const HELD_MAX: usize = 100;
/// How long an agent must be quiet before it counts as at rest where `idle` does not say so, in ms.
const QUIET_MS: u64 = 2_000;
/// How long after a person's last key in its pane a message waits, in ms.
const TYPING_MS: u64 = 5_000;

impl Turn<'_> {
    pub(super) fn say(
        &mut self,
        by: Actor,
        agent: AgentId,
        text: String,
        manner: Manner,
    ) -> Checked<Answer> {
        self.can_say(agent, &text)?;
        self.message(by, agent, text, manner);
        Ok(Answer::Done)
    }

    /// Whether a message to this agent would be accepted.
    pub(super) fn can_say(&self, agent: AgentId, text: &str) -> Checked<()> {
        let to = self.room.living_agent(agent)?;
        if text.trim().is_empty() {
            return Err("the message is empty; write what to say".to_owned());
        }
        let held = self.room.book.messages.values();
        let held = held.filter(|it| it.to == agent && it.delivery == Delivery::Held);
        if held.count() >= HELD_MAX {
            return Err(format!(
                "{HELD_MAX} messages wait for {} already; wait until it is at rest",
                to.name
            ));
        }
        Ok(())
    }

    /// Accepts a message. The check was made before.
    pub(super) fn message(&mut self, by: Actor, agent: AgentId, text: String, manner: Manner) {
        let message = self.room.book.last_message.saturating_add(1);
        self.record(
            by,
            Happening::Messaged {
                message,
                agent,
                text,
                manner,
            },
        );
    }

    /// Delivers whatever may be delivered now: every interrupt, and one message to each agent at rest.
    pub(super) fn deliver_due(&mut self) {
        let messages = self.room.book.messages.values();
        let held = messages.filter(|it| it.delivery == Delivery::Held);
        let held: Vec<(u64, AgentId, Manner)> = held.map(|it| (it.id, it.to, it.manner)).collect();
        for (message, to, manner) in held {
            let due = match manner {
                Manner::Interrupt => self.room.may_be_interrupted(to),
                Manner::AtRest => self.room.rests_at(to).is_some_and(|at| at <= self.now),
            };
            if due {
                self.deliver(message, to);
            }
        }
    }

    fn deliver(&mut self, message: u64, agent: AgentId) {
        self.wrote_to(agent);
        self.record(Actor::Room, Happening::Delivered { message });
        let Some(sent) = self.room.book.messages.get(&message) else {
            return;
        };
        self.out.push(Effect::Deliver {
            message,
            agent,
            text: sent.text.clone(),
            manner: sent.manner,
        });
    }

    pub(super) fn written(&mut self, message: u64, outcome: Wrote) {
        let Some(sent) = self.room.book.messages.get(&message) else {
            return;
        };
        if sent.delivery == Delivery::Held {
            return;
        }
        let sent = sent.clone();
        self.wrote_to(sent.to);
        match outcome {
            Wrote::Submitted(at) => {
                if let Some(live) = self.room.passing.live.get_mut(&sent.to) {
                    live.submitted = Some((message, at));
                }
                return self.seen_to_take(sent.to);
            }
            Wrote::Taken => self.record(Actor::Room, Happening::Written { message }),
            Wrote::Unseen(why) => {
                self.ask_about(&sent, &Doubt::Unseen(why.clone()));
                self.record(Actor::Room, Happening::Unseen { message, why });
            }
            Wrote::Not(why) => self.record(Actor::Room, Happening::Dropped { message, why }),
        }
        if let Some(live) = self.room.passing.live.get_mut(&sent.to) {
            live.submitted = None;
        }
        self.deliver_due();
    }

    /// Whether a turn is heard to have begun since a message was submitted: then it was taken. A screen is looked
    /// at by its pane, which knows what stood there before.
    pub(super) fn seen_to_take(&mut self, agent: AgentId) {
        let Some(live) = self.room.passing.live.get(&agent) else {
            return;
        };
        let Some((message, at)) = live.submitted else {
            return;
        };
        if live.known.iter().any(|it| it.at >= at && says_a_turn(it)) {
            self.written(message, Wrote::Taken);
        }
    }

    /// An agent did something that only one who has read does.
    pub(super) fn has_read(&mut self, agent: AgentId) {
        let live = self.room.passing.live.get(&agent);
        if let Some((message, _)) = live.and_then(|live| live.submitted) {
            self.written(message, Wrote::Taken);
        }
    }

    /// An agent that did not work works now, and nothing else was said to it: what it was not seen to take, it took.
    pub(super) fn took_late(&mut self, agent: AgentId) {
        if self.room.being_written_to(agent) {
            return;
        }
        let doubts: Vec<RequestId> = self.room.doubts(agent).map(|it| it.id).collect();
        for request in doubts {
            let why = format!("{} went to work after all", self.name(agent));
            self.withdraw(Actor::Room, request, &why);
        }
    }

    pub(super) fn drop_messages(&mut self, agent: AgentId, why: &str) {
        let messages = self.room.book.messages.values();
        let to_it: Vec<(u64, Delivery)> = messages
            .filter(|it| it.to == agent)
            .map(|it| (it.id, it.delivery.clone()))
            .collect();
        for (message, delivery) in to_it {
            let why = match delivery {
                Delivery::Sent(_) => format!("{why} before it was seen to take it"),
                Delivery::Held
                | Delivery::Delivered(_)
                | Delivery::Unseen(_)
                | Delivery::Dropped(_) => {
                    format!("{why} before it was at rest")
                }
            };
            self.record(Actor::Room, Happening::Dropped { message, why });
        }
    }

    fn wrote_to(&mut self, agent: AgentId) {
        if let Some(live) = self.room.passing.live.get_mut(&agent) {
            live.written = Some(self.now);
        }
    }
}

impl Room {
    /// Agents for which a message waits for rest.
    pub(in crate::model) fn agents_spoken_to(&self) -> BTreeSet<AgentId> {
        let messages = self.book.messages.values();
        messages
            .filter(|it| it.delivery == Delivery::Held && it.manner == Manner::AtRest)
            .map(|it| it.to)
            .collect()
    }

    /// From when on this agent counts as at rest if nothing else happens; `None` while it is not.
    pub(in crate::model) fn rests_at(&self, agent: AgentId) -> Option<Time> {
        let live = self.passing.live.get(&agent)?;
        live.pid?;
        let paused = self.overrun_of(agent).is_some();
        let doubted = self.doubts(agent).next().is_some();
        if paused || doubted || self.in_a_dialog(agent) || self.being_written_to(agent) {
            return None;
        }
        let best = state::judge(&live.known)?;
        if state::contradiction(best, &live.known).is_some() {
            return None;
        }
        let rests = match best.state {
            State::Idle => match live.written.filter(|written| *written >= best.at) {
                Some(written) => later(written, QUIET_MS),
                None => best.at,
            },
            State::Unknown if live.telling == Telling::Rest => return None,
            State::Unknown => later(live.since.max(live.written.unwrap_or_default()), QUIET_MS),
            State::Starting
            | State::Working
            | State::Waiting
            | State::Stuck
            | State::Limited
            | State::Exited(_) => return None,
        };
        let typed = self.passing.typed.iter();
        let typed = typed.filter(|((_, pane), _)| *pane == agent);
        let undisturbed = typed.map(|(_, at)| later(*at, TYPING_MS)).max();
        Some(rests.max(undisturbed.unwrap_or_default()))
    }

    /// An interrupt waits for nothing but a process, and the end of an open dialog.
    fn may_be_interrupted(&self, agent: AgentId) -> bool {
        let live = self.passing.live.get(&agent);
        live.is_some_and(|live| live.pid.is_some()) && !self.in_a_dialog(agent)
    }

    /// A gate is no dialog: nothing is open on the agent's screen while it waits. One that stands on the
    /// screen counts before it has a card.
    fn in_a_dialog(&self, agent: AgentId) -> bool {
        let live = self.passing.live.get(&agent);
        live.is_some_and(|live| live.dialog.is_some())
            || self
                .open_requests()
                .any(|it| it.agent == Some(agent) && it.ask.holds_its_agent())
    }

    /// Open cards that say that this agent was not seen to take a message: another would be written behind it.
    fn doubts(&self, agent: AgentId) -> impl Iterator<Item = &Request> {
        let open = self.open_requests();
        open.filter(move |it| it.agent == Some(agent) && it.ask.is_unseen())
    }

    fn being_written_to(&self, agent: AgentId) -> bool {
        let mut messages = self.book.messages.values();
        messages.any(|it| it.to == agent && matches!(it.delivery, Delivery::Sent(_)))
    }
}

/// Whether it says that a turn goes on, waits for somebody or failed, and says so as it happens.
fn says_a_turn(evidence: &Evidence) -> bool {
    let source = match evidence.source {
        Source::Api | Source::Record | Source::Hook => true,
        Source::Process | Source::Notice | Source::Screen | Source::Silence => false,
    };
    let state = match evidence.state {
        State::Working | State::Waiting | State::Stuck | State::Limited => true,
        State::Starting | State::Idle | State::Unknown | State::Exited(_) => false,
    };
    source && state
}

fn later(at: Time, ms: u64) -> Time {
    Time(at.0.saturating_add(ms))
}
