//! Work that nobody does any more: an agent ended by itself and left its brief where it stands. A person is
//! asked what becomes of it; nothing starts by itself, but where the room starts briefs: there a person is asked
//! once that has failed too often.
//!
//! Must not ask where the work goes on anyhow: handed over at a gate, given to somebody else, moved, or
//! stopped by a person, who knows what they stopped.

use super::consequence::Consequence;
use super::policy::Of;
use super::{Checked, Turn};
use crate::model::left::{AGAIN, ANEW, HOLD, LEAVE};
use crate::model::passing::{Aim, Start, Step};
use crate::model::{
    Actor, AgentId, BriefId, Exit, Left, Matter, Person, Place, RESERVED, Request, RequestId,
    Stage, StartOn, Verdict, words,
};

impl Turn<'_> {
    /// An agent ended by itself; `brief` is what it worked on.
    pub(super) fn left(&mut self, agent: AgentId, brief: BriefId, exit: &Exit) {
        let Some(at) = self.unattended(&brief) else {
            return;
        };
        if self.room.starts_again(&brief) {
            return;
        }
        let how = match exit {
            Exit::Code(0) => "ended without a handoff".to_owned(),
            Exit::Code(_) | Exit::Signal(_) | Exit::Failed(_) | Exit::Stopped(_) => exit.sentence(),
            Exit::Lost => "was gone when the room came back".to_owned(),
        };
        let name = self.name(agent);
        let text = format!("{name}: {how}. Brief {brief} stands in {at}, and nobody works on it.");
        let of = Of::Work(agent, brief.clone());
        self.ask_left(brief, at, &text, &[AGAIN, ANEW, HOLD, LEAVE], of);
    }

    /// A start failed too often for the room to try it again: a person is asked, as of any work that nobody does.
    pub(super) fn never_started(&mut self, brief: &BriefId, why: &str) {
        let Some(at) = self.unattended(brief) else {
            return;
        };
        if self.room.starts_again(brief) {
            return;
        }
        let text = format!(
            "brief {brief} could not be started in {at}{}\nNobody works on it.",
            words::followed(why)
        );
        let of = Of::Brief(brief.clone());
        self.ask_left(brief.clone(), at, &text, &[ANEW, HOLD, LEAVE], of);
    }

    /// With too many cards open nothing is asked: the tile and the queue show it all the same.
    fn ask_left(&mut self, brief: BriefId, at: Place, text: &str, options: &[&str], of: Of) {
        let about = Matter::Left(Left { brief, at });
        let _asked = self.ask_matter("left", text, options, about, of);
    }

    /// What agents left that were gone when the room came back, once the folder is known.
    pub(super) fn lost_left(&mut self) {
        for (agent, brief) in std::mem::take(&mut self.room.passing.lost) {
            self.left(agent, brief, &Exit::Lost);
        }
    }

    /// Where a brief stands, if work on it stopped: in its pipeline, with nobody on it and no gate open.
    fn unattended(&self, brief: &BriefId) -> Option<Place> {
        let known = self.room.settled(brief).ok()?;
        let reserved = RESERVED.contains(&known.place.stage.as_str());
        let goes_on = self.unassigned(brief).is_err() || self.no_gate_open(brief).is_err();
        (!reserved && !goes_on).then(|| known.place.clone())
    }

    /// A card about a brief that is not left any more goes.
    pub(super) fn left_no_more(&mut self, brief: &BriefId) {
        let asked: Vec<(RequestId, Place)> = self
            .room
            .open_requests()
            .filter(|it| it.brief.as_ref() == Some(brief))
            .filter_map(|it| Some((it.id, it.ask.left()?.at.clone())))
            .collect();
        if asked.is_empty() {
            return;
        }
        let now = self.unattended(brief);
        for (request, at) in asked.into_iter().filter(|(_, at)| now.as_ref() != Some(at)) {
            let stands = self.room.briefs.get(brief).map(|it| it.place.clone());
            let why = match stands {
                None => format!("there is no brief {brief} any more"),
                Some(place) if place != at => format!("brief {brief} stands in {place} now"),
                Some(_) => format!("somebody works on brief {brief} again"),
            };
            self.withdraw(Actor::Room, request, &why);
        }
    }

    /// What follows from the answer.
    pub(super) fn settled_left(
        &self,
        request: &Request,
        left: &Left,
        verdict: &Verdict,
        by: &Person,
    ) -> Checked<Consequence> {
        let Verdict::Reply { text } = verdict else {
            return Ok(Consequence::Nothing);
        };
        match (text.as_str(), request.agent) {
            (AGAIN, Some(agent)) => Ok(Consequence::Again {
                agent,
                launch: self.again(agent)?,
            }),
            (AGAIN | ANEW, _) => {
                let brief = self.startable(&left.brief)?;
                let start = Start {
                    by: Actor::Person(by.clone()),
                    to: self.recipient(brief, StartOn::Stage)?,
                    words: String::new(),
                    place: brief.place.clone(),
                    aim: Aim::Start,
                    reply: None,
                    step: Step::Reading,
                    text: String::new(),
                };
                self.can_begin(brief, &start)?;
                Ok(Consequence::Start {
                    brief: left.brief.clone(),
                    start: Box::new(start),
                })
            }
            (HOLD, _) => {
                let to = Place {
                    track: left.at.track.clone(),
                    stage: Stage::from("hold"),
                };
                self.movable(&left.brief, &left.at, &to)?;
                Ok(Consequence::Move {
                    brief: left.brief.clone(),
                    from: left.at.clone(),
                    to,
                    why: format!("nobody worked on it ({})", request.id),
                })
            }
            _ => Ok(Consequence::Nothing),
        }
    }
}
