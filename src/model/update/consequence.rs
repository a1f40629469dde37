//! What a decision or a redirect moves besides answering: a brief, a word, another agent. It is planned,
//! with every check, before the decision is recorded; following it cannot fail.

use super::policy::AGREE;
use super::{Checked, Turn};
use crate::model::{
    Actor, AgentId, Answer, Ask, BriefId, Effect, Happening, Launch, Manner, Matter, Person, Place,
    Policy, Redirect, Request, Verdict, words,
};

/// What else follows.
pub(super) enum Consequence {
    /// The answer is all.
    Nothing,
    /// A brief moves.
    Move {
        brief: BriefId,
        from: Place,
        to: Place,
        why: String,
    },
    /// An agent is told, once it is at rest.
    Say { agent: AgentId, text: String },
    /// A new agent gets the brief that the launch names.
    Launch(Launch),
    /// A living agent gets the brief.
    Give {
        brief: BriefId,
        agent: AgentId,
        text: String,
    },
    /// These rules are agreed to.
    Agree(Vec<Policy>),
    /// An agent is stopped.
    Stop(AgentId),
    /// An ended agent is started again.
    Again { agent: AgentId, launch: Launch },
}

/// What is said to whoever answers the room's own question otherwise.
pub(super) const ONE_OF_THEM: &str =
    "the room's own question has only the answers on its card; choose one of them";

impl Turn<'_> {
    /// What follows from a verdict on this request besides its answer.
    pub(super) fn planned(
        &self,
        request: &Request,
        verdict: &Verdict,
        person: &Person,
    ) -> Checked<Consequence> {
        let gate = match &request.ask {
            Ask::Matter { about, .. } => return self.answered(request, about, verdict, person),
            Ask::Permission { .. } | Ask::Question { .. } | Ask::Dialog { .. } => None,
            Ask::Gate { from, to, .. } => Some((from, to)),
        };
        match (gate, verdict) {
            (_, Verdict::Redirect(Redirect::Direction { text })) => {
                self.directed(request, text, person)
            }
            (_, Verdict::Redirect(redirect)) => {
                self.redirected(request.brief.as_ref(), request.agent, redirect)
            }
            (Some((from, to)), Verdict::Approve) => self.advanced(request, from, to.as_str()),
            (Some((from, _)), Verdict::Reject { reason }) => {
                Ok(self.returned(request, from, reason, person))
            }
            (Some(_), Verdict::Reply { .. })
            | (None, Verdict::Approve | Verdict::Reject { .. } | Verdict::Reply { .. }) => {
                Ok(Consequence::Nothing)
            }
        }
    }

    fn advanced(&self, gate: &Request, from: &Place, to: &str) -> Checked<Consequence> {
        let Some(brief) = gate.brief.clone() else {
            return Err(format!("request {} belongs to no brief", gate.id));
        };
        let to = Place {
            track: from.track.clone(),
            stage: to.into(),
        };
        self.movable(&brief, from, &to)?;
        let (from, why) = (from.clone(), format!("approved ({})", gate.id));
        Ok(Consequence::Move {
            brief,
            from,
            to,
            why,
        })
    }

    /// A gate that is rejected leaves the brief where it is; its agent hears why, if it lives.
    fn returned(&self, gate: &Request, at: &Place, reason: &str, by: &Person) -> Consequence {
        let brief = gate.brief.clone().unwrap_or_default();
        let text = format!(
            "{} rejected the handoff of brief {brief}{}\nThe brief stays in {at}. Hand it over again when that is dealt with.",
            by.name,
            words::followed(reason)
        );
        match gate.agent {
            Some(agent) if self.can_say(agent, &text).is_ok() => Consequence::Say { agent, text },
            Some(_) | None => Consequence::Nothing,
        }
    }

    /// On a permission or a question the asker gets the words with its answer. Nobody waits on a
    /// gate, so its agent gets them as a message. A dialog's agent gets them behind the rejection (`dialog`).
    fn directed(&self, request: &Request, words: &str, by: &Person) -> Checked<Consequence> {
        match (&request.ask, request.agent) {
            (Ask::Permission { .. } | Ask::Question { .. } | Ask::Dialog { .. }, _) => {
                Ok(Consequence::Nothing)
            }
            (Ask::Matter { .. }, _) => Err(ONE_OF_THEM.to_owned()),
            (Ask::Gate { .. }, None) => Err("nobody is there to be directed".to_owned()),
            (Ask::Gate { .. }, Some(agent)) => {
                let text = format!("{}: {words}", by.name);
                self.can_say(agent, &text)?;
                Ok(Consequence::Say { agent, text })
            }
        }
    }

    /// Where a redirect sends the brief of an agent.
    fn redirected(
        &self,
        brief: Option<&BriefId>,
        of: Option<AgentId>,
        redirect: &Redirect,
    ) -> Checked<Consequence> {
        let Some(brief) = brief else {
            return Err("no brief belongs to it; give new direction in words instead".to_owned());
        };
        let known = self.room.settled(brief)?;
        match redirect {
            Redirect::Direction { .. } => Ok(Consequence::Nothing),
            Redirect::Stage { place, text } => {
                self.movable(brief, &known.place, place)?;
                Ok(Consequence::Move {
                    brief: brief.clone(),
                    from: known.place.clone(),
                    to: place.clone(),
                    why: text.clone(),
                })
            }
            Redirect::Role { role, text } => {
                Ok(Consequence::Launch(self.launch_for(role, known, text)?))
            }
            Redirect::Agent { agent, .. } if of == Some(*agent) => {
                Err("it has the brief already; give new direction in words instead".to_owned())
            }
            Redirect::Agent { agent, text } => {
                self.has_no_brief(*agent)?;
                let text = self.assignment(known, text);
                self.can_say(*agent, &text)?;
                Ok(Consequence::Give {
                    brief: brief.clone(),
                    agent: *agent,
                    text,
                })
            }
        }
    }

    pub(super) fn follow(&mut self, person: &Person, consequence: Consequence) {
        let by = Actor::Person(person.clone());
        match consequence {
            Consequence::Nothing => {}
            Consequence::Move {
                brief,
                from,
                to,
                why,
            } => self.order_move(by, brief, from, to, why),
            Consequence::Say { agent, text } => self.message(by, agent, text, Manner::AtRest),
            Consequence::Launch(launch) => {
                self.spawn(by, launch);
            }
            Consequence::Stop(agent) => {
                let _it_lives = self.stop(by, agent);
            }
            Consequence::Again { agent, launch } => {
                self.restarted(by, agent, launch);
            }
            Consequence::Agree(rules) => self.record(by, Happening::Policies { rules }),
            Consequence::Give { brief, agent, text } => self.give(by, brief, agent, text),
        }
    }

    /// A redirect of an agent that asks nothing. What it works on may be taken from it; it is told.
    pub(super) fn redirect(
        &mut self,
        person: &Person,
        id: AgentId,
        redirect: Redirect,
    ) -> Checked<Answer> {
        let agent = self.room.living_agent(id)?;
        let (name, brief) = (agent.name.clone(), agent.brief.clone());
        if self.room.open_requests().any(|it| it.agent == Some(id)) {
            return Err(format!(
                "{name} waits for a decision; answer its request first"
            ));
        }
        let by = Actor::Person(person.clone());
        if let Redirect::Direction { text } = redirect {
            return self.say(by, id, text, Manner::Interrupt);
        }
        let consequence = self.redirected(brief.as_ref(), Some(id), &redirect)?;
        let told = format!(
            "{} took brief {} from you; stop working on it",
            person.name,
            brief.unwrap_or_default()
        );
        self.can_say(id, &told)?;
        self.follow(person, consequence);
        self.message(by, id, told, Manner::Interrupt);
        Ok(Answer::Done)
    }

    /// Gives a brief to a living agent, in words that it gets once at rest.
    pub(super) fn give(&mut self, by: Actor, brief: BriefId, agent: AgentId, text: String) {
        self.used_at_last(agent);
        let taken = brief.clone();
        self.record(by.clone(), Happening::Assigned { brief, agent });
        self.left_no_more(&taken);
        self.message(by, agent, text, Manner::AtRest);
    }

    pub(super) fn order_move(
        &mut self,
        by: Actor,
        brief: BriefId,
        from: Place,
        to: Place,
        why: String,
    ) {
        // what was used so far was used for it
        if let Some(agent) = self.room.works_on(&brief) {
            self.used_at_last(agent);
        }
        let moved = Happening::Moved {
            brief: brief.clone(),
            from: Some(from.clone()),
            to: Some(to.clone()),
            why,
        };
        self.record(by, moved);
        self.out.push(Effect::BriefMove { brief, from, to });
    }

    /// What the answer to a question of the room's own does.
    fn answered(
        &self,
        request: &Request,
        about: &Matter,
        verdict: &Verdict,
        by: &Person,
    ) -> Checked<Consequence> {
        match (about, verdict) {
            (Matter::Rules(rules), Verdict::Reply { text }) if text == AGREE => {
                Ok(Consequence::Agree(rules.clone()))
            }
            (Matter::Rules(_), _) => Ok(Consequence::Nothing),
            (Matter::Budget(overrun), verdict) => {
                Ok(self.settled_overrun(request.agent, overrun, verdict, by))
            }
            (Matter::Left(left), verdict) => self.settled_left(request, left, verdict),
        }
    }
}
