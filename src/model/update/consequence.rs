//! What a decision or a redirect moves besides answering: a brief, a word, another agent. It is planned,
//! with every check, before the decision is recorded; following it cannot fail.

use super::policy::AGREE;
use super::start::Reply;
use super::{Checked, Turn};
use crate::model::passing::{Aim, Recipient, Start, Step};
use crate::model::{
    Actor, AgentId, Answer, Ask, Brief, BriefId, Effect, GateReport, Happening, Launch, Level,
    Manner, Matter, Person, Place, Policy, Proposed, Redirect, Request, Runs, Told, Verdict, words,
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
    Say {
        agent: AgentId,
        text: String,
        manner: Manner,
    },
    /// The brief goes to somebody.
    Start { brief: BriefId, start: Box<Start> },
    /// The branch of a brief lands.
    Land(BriefId),
    /// The branch of a brief stays as it is, and the brief is done.
    LeaveBranch(BriefId),
    /// A branch did not land, and its brief goes back.
    Unland {
        brief: BriefId,
        to: Place,
        why: String,
    },
    /// This is what is run.
    Run(Runs),
    /// Nothing changes, and everybody is told so.
    Stays(String),
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
                let from = request.agent;
                self.redirected(request.brief.as_ref(), from, redirect, person)
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
        if let Some(report) = gate.ask.report() {
            passes(report)?;
            if report.landing().is_some() {
                return Ok(Consequence::Land(brief));
            }
        }
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
            Some(agent) if self.can_say(agent, &text).is_ok() => Consequence::Say {
                agent,
                text,
                manner: Manner::AtRest,
            },
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
                Ok(Consequence::Say {
                    agent,
                    text,
                    manner: Manner::AtRest,
                })
            }
        }
    }

    /// Where a redirect sends the brief of an agent.
    fn redirected(
        &self,
        brief: Option<&BriefId>,
        of: Option<AgentId>,
        redirect: &Redirect,
        person: &Person,
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
                let role = self.role(role)?;
                let to = self.room.someone_of(role, known);
                self.taken_over(known, to, text, person)
            }
            Redirect::Agent { agent, .. } if of == Some(*agent) => {
                Err("it has the brief already; give new direction in words instead".to_owned())
            }
            Redirect::Agent { agent, text } => {
                self.taken_over(known, Recipient::Living(*agent), text, person)
            }
        }
    }

    /// A brief is taken from whoever has it.
    fn taken_over(
        &self,
        brief: &Brief,
        to: Recipient,
        words: &str,
        by: &Person,
    ) -> Checked<Consequence> {
        let start = Start {
            by: Actor::Person(by.clone()),
            to,
            words: words.to_owned(),
            place: brief.place.clone(),
            aim: Aim::Take(None),
            reply: None,
            step: Step::Reading,
            text: String::new(),
        };
        self.can_begin(brief, &start)?;
        Ok(Consequence::Start {
            brief: brief.id.clone(),
            start: Box::new(start),
        })
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
            Consequence::Say {
                agent,
                text,
                manner,
            } => self.message(by, agent, text, manner),
            Consequence::Start { brief, start } => self.begin(brief, *start),
            Consequence::Stop(agent) => {
                let _it_lives = self.stop(by, agent);
            }
            Consequence::Land(brief) => self.order_landing(&brief),
            Consequence::LeaveBranch(brief) => self.leave_branch(person, &brief),
            Consequence::Unland { brief, to, why } => self.unland(person, brief, to, why),
            Consequence::Again { agent, launch } => {
                self.restarted(by, agent, launch);
            }
            Consequence::Run(runs) => self.holds(by, runs),
            Consequence::Stays(text) => self.notice(Level::Note, text),
            Consequence::Agree(rules) => self.record(by, Happening::Policies { rules }),
        }
    }

    /// A redirect of an agent that asks nothing. What it works on may be taken from it; it is told.
    pub(super) fn redirect(
        &mut self,
        person: &Person,
        id: AgentId,
        redirect: Redirect,
        reply: Reply,
    ) -> Checked<Option<Answer>> {
        let agent = self.room.living_agent(id)?;
        let (name, brief) = (agent.name.clone(), agent.brief.clone());
        if self.room.open_requests().any(|it| it.agent == Some(id)) {
            return Err(format!(
                "{name} waits for a decision; answer its request first"
            ));
        }
        let by = Actor::Person(person.clone());
        if let Redirect::Direction { text } = redirect {
            return self.say(by, id, text, Manner::Interrupt).map(Some);
        }
        let mut consequence = self.redirected(brief.as_ref(), Some(id), &redirect, person)?;
        let told = format!(
            "{} took brief {} from you; stop working on it",
            person.name,
            brief.unwrap_or_default()
        );
        self.can_say(id, &told)?;
        if let Consequence::Start { start, .. } = &mut consequence {
            start.aim = Aim::Take(Some((id, told)));
            start.reply = reply;
            self.follow(person, consequence);
            return Ok(None);
        }
        // In one write with the move, so that no kill falls between them.
        self.message(by, id, told, Manner::Interrupt);
        self.follow(person, consequence);
        Ok(Some(Answer::Done))
    }

    /// Gives a brief to a living agent, in words that it gets once at rest.
    pub(super) fn give(&mut self, by: Actor, brief: BriefId, agent: AgentId, text: String) {
        self.used_at_last(agent);
        let taken = brief.clone();
        let place = self.room.briefs.get(&brief).map(|it| it.place.clone());
        let message = self.room.book.last_message.saturating_add(1);
        let assigned = Happening::Assigned {
            brief,
            agent,
            place,
            told: Some(Told { message, text }),
        };
        self.record(by, assigned);
        self.left_no_more(&taken);
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
        self.stop_checks(&brief);
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
            (Matter::Runs(runs), verdict) => Ok(Self::settled_runs(runs, verdict)),
            (Matter::Budget(overrun), verdict) => {
                Ok(self.settled_overrun(request.agent, overrun, verdict, by))
            }
            (Matter::Landing { from }, verdict) => self.after_landing(request, from, verdict),
            (Matter::Start(proposed), verdict) => self.proposed(request, proposed, verdict, by),
            (Matter::Left(left), verdict) => self.settled_left(request, left, verdict, by),
            (Matter::CutOff(cut), verdict) => self.settled_cut_off(request, cut, verdict),
        }
    }

    /// What the answer to a proposed start does: it starts as it was shown, or otherwise, or not at all.
    fn proposed(
        &self,
        request: &Request,
        proposed: &Proposed,
        verdict: &Verdict,
        by: &Person,
    ) -> Checked<Consequence> {
        let Some(id) = request
            .brief
            .clone()
            .filter(|_| !proposed.is_refused_by(verdict))
        else {
            return Ok(Consequence::Nothing);
        };
        let as_shown = || match proposed.agent {
            Some(agent) => Recipient::Living(agent),
            None => Recipient::New(proposed.role.clone()),
        };
        let known = self.room.settled(&id)?;
        let (to, words, aim) = match verdict {
            Verdict::Redirect(redirect @ Redirect::Stage { .. }) => {
                return self.redirected(Some(&id), None, redirect, by);
            }
            Verdict::Redirect(Redirect::Role { role, text }) => {
                let to = self.room.someone_of(self.role(role)?, known);
                (to, text.clone(), Aim::Start)
            }
            Verdict::Redirect(Redirect::Agent { agent, text }) => {
                (Recipient::Living(*agent), text.clone(), Aim::Start)
            }
            Verdict::Redirect(Redirect::Direction { text }) => {
                (as_shown(), text.clone(), Aim::Start)
            }
            Verdict::Approve | Verdict::Reply { .. } | Verdict::Reject { .. } => {
                let text = proposed.text.raw().to_owned();
                (as_shown(), String::new(), Aim::Approved(text))
            }
        };
        let start = Start {
            by: Actor::Person(by.clone()),
            to,
            words,
            place: proposed.place.clone(),
            aim,
            reply: None,
            step: Step::Reading,
            text: String::new(),
        };
        self.can_begin(known, &start)?;
        Ok(Consequence::Start {
            brief: id,
            start: Box::new(start),
        })
    }
}

/// Whether a person may let a gate pass with what was found.
fn passes(report: &GateReport) -> Checked<()> {
    let failed: Vec<String> = report.failed().map(|check| check.name.clone()).collect();
    if !failed.is_empty() {
        return Err(format!(
            "{} did not pass; reject it, or redirect it to another stage if it shall go on all the same",
            words::some_of(&failed)
        ));
    }
    match report.landing() {
        Some(landing) if landing.tree.is_empty() => Err(format!(
            "nobody knows what would land ({}); reject it, and have it handed over again",
            words::some_of(&report.gaps)
        )),
        Some(_) | None => Ok(()),
    }
}
