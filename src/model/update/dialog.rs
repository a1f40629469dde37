//! Dialogs that are known from a screen alone: they become cards where the agent asks in no better way, and
//! their answers are pressed on that screen and verified there.
//!
//! Must not trust a dialog's words for more than they are: text on a screen. What is pressed is found by the
//! option's words when it is pressed, and only if the dialog is still the one that was decided.

use super::{Checked, Turn, request::Opening};
use crate::model::{
    Actor, AgentId, Ask, AskKey, Card, Effect, Happening, Level, Manner, Means, Notice, Person,
    Press, Pressed, Redirect, Request, RequestId, Room, Standing, Status, Telling, Time, Verdict,
    dialog, state::Seen, words,
};

/// How long a dialog stands on a screen before it becomes a card, in ms: a hook's word comes within that.
const GRACE_MS: u64 = 100;
/// How long the dialog of a request that was answered in a better way may take to go, in ms.
const LEAVING_MS: u64 = 2_000;
/// How soon a dialog is tried again that found no place among the open requests, in ms.
const AGAIN_MS: u64 = 1_000;

/// A decision on a dialog, checked: what is pressed where, and what its agent is told behind it.
pub(super) struct Pressing {
    card: Card,
    agent: AgentId,
    press: Press,
    words: Option<String>,
}

impl Turn<'_> {
    /// What stands on a screen now.
    pub(super) fn read(&mut self, agent: AgentId, dialog: Option<Standing>, telling: Telling) {
        if self.room.living_agent(agent).is_err() {
            return;
        }
        let live = self.room.passing.live.entry(agent).or_default();
        live.telling = telling;
        let known = live.dialog.take();
        live.dialog = dialog.map(|standing| match known {
            Some(seen) if seen.standing.digest == standing.digest => Seen { standing, ..seen },
            Some(_) | None => Seen {
                standing,
                since: self.now,
                opens: later(self.now, GRACE_MS),
            },
        });
        self.close_what_went(agent);
        self.open_dialogs();
        self.deliver_due();
    }

    /// A card whose dialog is not on the screen any more. While it is being answered, its pane will say.
    fn close_what_went(&mut self, agent: AgentId) {
        let Some(card) = self.room.dialog_card(agent).cloned() else {
            return;
        };
        let live = self.room.passing.live.get(&agent);
        let seen = live.and_then(|live| live.dialog.as_ref());
        let (by, why) = match (&card.status, seen) {
            (_, Some(seen)) if seen.standing.digest == card.digest => return,
            (Status::Open, None) => (
                Actor::Agent(agent),
                "it is gone from its screen, answered there or not",
            ),
            (Status::Open, Some(_)) => (Actor::Agent(agent), "its screen shows another dialog now"),
            (Status::Unsure(_), _) => (
                Actor::Room,
                "the dialog went later; whether your answer did that is not known",
            ),
            (Status::Answering(_) | Status::Decided(_) | Status::Withdrawn { .. }, _) => return,
        };
        self.withdraw(by, card.id, why);
    }

    /// Dialogs that stood long enough become cards.
    pub(super) fn open_dialogs(&mut self) {
        let live = self.room.passing.live.keys();
        let due = live.filter(|agent| {
            let at = self.room.dialog_opens_at(**agent);
            at.is_some_and(|at| at <= self.now)
        });
        for agent in due.copied().collect::<Vec<_>>() {
            self.open_dialog(agent);
        }
    }

    fn open_dialog(&mut self, agent: AgentId) {
        let live = self.room.passing.live.get_mut(&agent);
        let Some(seen) = live.and_then(|live| live.dialog.as_mut()) else {
            return;
        };
        seen.opens = later(self.now, AGAIN_MS);
        let Standing {
            ask,
            digest,
            screen,
        } = seen.standing.clone();
        let brief = self.room.book.agents.get(&agent);
        let brief = brief.and_then(|agent| agent.brief.clone());
        let number = self.room.book.last_request.0.saturating_add(1);
        self.open(Opening {
            key: AskKey(format!("screen of agent {agent}: {number}")),
            agent: Some(agent),
            brief,
            ask,
            digest,
            screen,
        });
    }

    /// The agent asks by itself now: what was read from its screen is the same, and knows less.
    pub(super) fn asked_better(&mut self, agent: AgentId) {
        let Some(card) = self.room.dialog_card(agent) else {
            return;
        };
        match card.status {
            Status::Open | Status::Unsure(_) => {
                let id = card.id;
                self.withdraw(Actor::Room, id, "it asks by a better way than its screen");
            }
            Status::Answering(_) | Status::Decided(_) | Status::Withdrawn { .. } => {}
        }
    }

    /// Before a line is applied: a request that came by a better way than the screen may end with it.
    pub(super) fn note_answer(&mut self, what: &Happening) {
        let request = if let Happening::Decided { card, .. } = what {
            card.request
        } else if let Happening::Withdrawn { request, .. } = what {
            *request
        } else {
            return;
        };
        let known = self.room.book.requests.get(&request);
        let agent = known.filter(|it| is_structured(it)).and_then(|it| it.agent);
        if let Some(live) = agent.and_then(|agent| self.room.passing.live.get_mut(&agent)) {
            live.answered = Some(self.now);
        }
    }

    /// What a verdict presses, where the request is a dialog; or why it cannot be answered so.
    pub(super) fn press_for(
        &self,
        request: &Request,
        verdict: &Verdict,
        by: &Person,
    ) -> Checked<Option<Pressing>> {
        let (Ask::Dialog { options, .. }, Some(agent)) = (&request.ask, request.agent) else {
            return Ok(None);
        };
        if options.is_empty() {
            return Err("none of its options is known here; answer it in its pane".to_owned());
        }
        let press = match verdict {
            Verdict::Approve => dialog::choose(options, Means::Approve)?,
            Verdict::Reply { text } => dialog::named(options, text)?,
            Verdict::Reject { .. } | Verdict::Redirect(_) => Press::Refuse,
        };
        let words = words_behind(verdict, by);
        if let Some(words) = &words {
            self.can_say(agent, words)?;
        }
        let card = Card {
            request: request.id,
            digest: request.digest.clone(),
        };
        Ok(Some(Pressing {
            card,
            agent,
            press,
            words,
        }))
    }

    /// Presses what was decided and recorded. Words wait until the dialog is gone and the agent at rest.
    pub(super) fn press(&mut self, by: &Person, presses: Vec<Pressing>) {
        for one in &presses {
            if let Some(words) = one.words.clone() {
                let by = Actor::Person(by.clone());
                self.message(by, one.agent, words, Manner::AtRest);
            }
        }
        let effects = presses.into_iter().map(|one| Effect::Press {
            request: one.card.request,
            agent: one.agent,
            digest: one.card.digest,
            press: one.press,
        });
        self.out.extend(effects);
    }

    /// A pane says what became of an answer.
    pub(super) fn pressed(&mut self, id: RequestId, outcome: Pressed) {
        let Some(request) = self.room.request(id) else {
            return;
        };
        let (Status::Answering(decision), Some(agent)) = (&request.status, request.agent) else {
            return;
        };
        let name = self.name(agent);
        let told = match &outcome {
            Pressed::Cleared => None,
            Pressed::Changed(why) => Some(format!("{name} got no answer from you: {why}")),
            Pressed::Unknown(why) => Some(format!(
                "whether {name} took your answer is not known: {why}"
            )),
        };
        let who = decision.by.clone();
        self.record(
            Actor::Room,
            Happening::Pressed {
                request: id,
                outcome,
            },
        );
        if let Some(text) = told {
            self.tell_person(&who, text);
        }
        let live = self.room.passing.live.get_mut(&agent);
        if let Some(seen) = live.and_then(|live| live.dialog.as_mut()) {
            seen.opens = seen.opens.max(later(self.now, GRACE_MS));
        }
        self.close_what_went(agent);
        self.deliver_due();
    }

    fn tell_person(&mut self, person: &Person, text: String) {
        let seats = self.room.seats.values();
        let theirs = seats.filter(|seat| &seat.person == person);
        let notice = |seat| Effect::Tell {
            seat,
            notice: Notice {
                at: self.now,
                level: Level::Warning,
                text: text.clone(),
            },
        };
        let told: Vec<Effect> = theirs.map(|seat| notice(seat.id)).collect();
        self.out.extend(told);
    }

    /// A server took over: nothing is pressed twice, and what stands on a screen is read there again.
    pub(super) fn screens_are_read_anew(&mut self) {
        let open = self.room.open_requests();
        let dialogs = open.filter(|it| matches!(it.ask, Ask::Dialog { .. }));
        let dialogs: Vec<(RequestId, Status)> =
            dialogs.map(|it| (it.id, it.status.clone())).collect();
        for (id, status) in dialogs {
            let why = match status {
                Status::Answering(_) | Status::Unsure(_) => {
                    "the server was replaced while it was being answered; whether the answer arrived is not known"
                }
                Status::Open | Status::Decided(_) | Status::Withdrawn { .. } => {
                    "the server was replaced; what still stands on the screen comes again"
                }
            };
            self.withdraw(Actor::Room, id, why);
        }
    }
}

impl Room {
    /// The card of the dialog on an agent's screen.
    pub(in crate::model) fn dialog_card(&self, agent: AgentId) -> Option<&Request> {
        self.open_requests()
            .find(|it| it.agent == Some(agent) && matches!(it.ask, Ask::Dialog { .. }))
    }

    /// From when on the dialog on an agent's screen is to have a card that it does not have.
    pub(in crate::model) fn dialog_opens_at(&self, agent: AgentId) -> Option<Time> {
        let live = self.passing.live.get(&agent)?;
        let seen = live.dialog.as_ref()?;
        let asked = self
            .open_requests()
            .any(|it| it.agent == Some(agent) && it.ask.holds_its_agent());
        if asked {
            return None;
        }
        // The dialog of a request that a hook answered may stand for another moment.
        let answered = live.answered.filter(|answered| *answered >= seen.since);
        let left = answered.map(|answered| later(answered, LEAVING_MS));
        Some(seen.opens.max(left.unwrap_or_default()))
    }
}

fn is_structured(request: &Request) -> bool {
    match request.ask {
        Ask::Permission { .. } | Ask::Question { .. } => true,
        Ask::Gate { .. } | Ask::Dialog { .. } | Ask::Matter { .. } => false,
    }
}

/// What an agent is told behind the rejection of its dialog.
fn words_behind(verdict: &Verdict, by: &Person) -> Option<String> {
    match verdict {
        Verdict::Approve | Verdict::Reply { .. } => None,
        Verdict::Reject { reason } if reason.trim().is_empty() => None,
        Verdict::Reject { reason } => Some(format!(
            "{} rejected that{}",
            by.name,
            words::followed(reason)
        )),
        Verdict::Redirect(Redirect::Direction { text }) => Some(format!("{}: {text}", by.name)),
        Verdict::Redirect(
            Redirect::Role { .. } | Redirect::Agent { .. } | Redirect::Stage { .. },
        ) => None,
    }
}

fn later(at: Time, ms: u64) -> Time {
    Time(at.0.saturating_add(ms))
}
