//! A server takes over between what was decided and what follows from it: what is owed is done now, on the same road
//! as ever, or the journal says why it is not. Words that were being written are never said twice unasked: nobody
//! knows whether they arrived, so a person is asked.

use super::consequence::Consequence;
use super::policy::Of;
use super::{Checked, Turn};
use crate::model::owed::{CutOff, Doubt, Owed};
use crate::model::{
    Actor, BriefId, Decision, Delivery, Happening, Level, Manner, Matter, Message, Request,
    Verdict, words,
};

/// Said of a message that was handed to a pane by the server before this one.
const CUT_OFF: &str =
    "the server was replaced while it was being written; it may or may not have arrived";
/// How much of such a message its card shows, in bytes.
const SHOWN: usize = 2 * 1024;

impl Turn<'_> {
    /// What the server before this one decided and did not do.
    pub(super) fn does_what_is_owed(&mut self) {
        for owed in self.room.book.owed.clone() {
            match owed {
                Owed::Decision { request, decision } => self.follows_at_last(&request, &decision),
                Owed::Checks {
                    brief,
                    agent,
                    from,
                    report,
                } => {
                    let failed: Vec<_> = report.failed().collect();
                    let text = super::gate::told(&brief, &from, &failed);
                    if self.can_say(agent, &text).is_ok() {
                        self.message(Actor::Room, agent, text, Manner::AtRest);
                    }
                }
            }
        }
        self.deliver_due();
    }

    fn follows_at_last(&mut self, request: &Request, decision: &Decision) {
        let brief = request.brief.as_ref();
        if brief.is_some_and(|brief| self.room.passing.starts.contains_key(brief)) {
            return;
        }
        let (person, verdict) = (&decision.by, &decision.verdict);
        match self.planned(request, verdict, person) {
            Ok(Consequence::Nothing) => {
                self.lapsed(request, "nothing is left to be done".to_owned());
            }
            Ok(consequence) => self.follow(person, consequence),
            Err(why) => {
                let text = format!(
                    "{} {} {} before the server was replaced, and it cannot be done now: {why}",
                    person.name,
                    verdict.past(),
                    request.id
                );
                self.notice(Level::Warning, text);
                self.lapsed(request, why);
            }
        }
    }

    fn lapsed(&mut self, request: &Request, why: String) {
        let line = Happening::Lapsed {
            request: request.id,
            brief: request.brief.clone(),
            why,
        };
        self.record(Actor::Room, line);
    }

    /// A start that a person decided on does not happen: it is not tried again by the next server.
    pub(super) fn start_lapsed(&mut self, brief: &BriefId, why: &str) {
        let owed = self.room.book.owed.iter().find_map(|owed| match owed {
            Owed::Decision { request, .. } if request.brief.as_ref() == Some(brief) => {
                Some(request.clone())
            }
            Owed::Decision { .. } | Owed::Checks { .. } => None,
        });
        if let Some(request) = owed {
            self.lapsed(&request, why.to_owned());
        }
    }

    /// Messages that were being written: whether they arrived is not known, and that is said, and asked.
    pub(super) fn drop_cut_off(&mut self) {
        let messages = self.room.book.messages.values();
        let sent = messages.filter(|it| matches!(it.delivery, Delivery::Sent(_)));
        for message in sent.cloned().collect::<Vec<_>>() {
            self.ask_about(&message, &Doubt::Replaced);
            let (message, why) = (message.id, CUT_OFF.to_owned());
            self.record(Actor::Room, Happening::Dropped { message, why });
        }
    }

    /// Whether a message arrived is not known: a person is asked, once.
    pub(super) fn ask_about(&mut self, message: &Message, doubt: &Doubt) {
        let mut open = self.room.open_requests();
        let asked = open.any(|it| it.ask.cut_off().is_some_and(|it| it.message == message.id));
        if asked {
            return;
        }
        drop(open);
        let from = match &message.from {
            Actor::Person(person) => person.name.clone(),
            Actor::Agent(agent) => self.name(*agent),
            Actor::Room | Actor::Hand | Actor::Policy { .. } => "the room".to_owned(),
        };
        let name = self.name(message.to);
        let said = words::cut(&message.text, SHOWN);
        let more = if said.len() < message.text.len() {
            "\n(and more)"
        } else {
            ""
        };
        let head = match doubt {
            Doubt::Replaced => format!(
                "{name} may or may not have got this: the server was replaced while it was being written. Its pane shows it."
            ),
            Doubt::Unseen(why) => format!(
                "{name} was not seen to take this: {why}. Look at its pane: where the words stand in its input, press enter there."
            ),
        };
        let text = format!("{head}\n{from}: {said}{more}");
        let about = Matter::CutOff(Box::new(CutOff {
            message: message.id,
            from: message.from.clone(),
            text: message.text.clone(),
            manner: message.manner,
            doubt: doubt.clone(),
        }));
        let brief = self.room.book.agents.get(&message.to);
        let of = match brief.and_then(|agent| agent.brief.clone()) {
            Some(brief) => Of::Work(message.to, brief),
            None => Of::Agent(message.to),
        };
        let options = &[CutOff::AGAIN, CutOff::LEAVE];
        if self
            .ask_matter("cut off", &text, options, about, of)
            .is_none()
        {
            self.notice(Level::Warning, text);
        }
    }

    /// What follows from the answer.
    pub(super) fn settled_cut_off(
        &self,
        request: &Request,
        cut: &CutOff,
        verdict: &Verdict,
    ) -> Checked<Consequence> {
        match (verdict, request.agent) {
            (Verdict::Reply { text }, Some(agent)) if text == CutOff::AGAIN => {
                self.can_say(agent, &cut.text)?;
                Ok(Consequence::Say {
                    agent,
                    text: cut.text.clone(),
                    manner: cut.manner,
                })
            }
            _ => Ok(Consequence::Nothing),
        }
    }
}
