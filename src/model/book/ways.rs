//! What lines of the journal mean for the ways of briefs: who worked, what failed, who keeps one back.

use super::{Book, Life, Touched};
use crate::model::{
    Actor, AgentId, Ask, BriefId, Course, Decision, Exit, Filed, Kept, Maker, Matter, Place,
    RequestId, Track, Verdict, Work,
};

impl Book {
    /// A brief's way so far.
    pub fn course_of(&self, brief: &BriefId) -> Course {
        self.courses.get(brief).cloned().unwrap_or_default()
    }

    /// Changes a way. One of which nothing is to be remembered is not kept.
    pub(super) fn course(
        &mut self,
        brief: &BriefId,
        change: impl FnOnce(&mut Course),
    ) -> Vec<Touched> {
        let before = self.course_of(brief);
        let mut course = before.clone();
        change(&mut course);
        if course == before {
            return Vec::new();
        }
        match course == Course::default() {
            true => drop(self.courses.remove(brief)),
            false => drop(self.courses.insert(brief.clone(), course)),
        }
        vec![Touched::Course(brief.clone())]
    }

    /// Whoever gives it out by hand has looked: what failed before counts no longer.
    pub(super) fn given(
        &mut self,
        by: &Actor,
        brief: &BriefId,
        id: AgentId,
        place: Option<&Place>,
    ) -> Vec<Touched> {
        let agent = self.agents.get(&id);
        let maker = place.zip(agent).map(|(place, agent)| Maker {
            agent: id,
            profile: agent.profile.clone(),
            stage: place.stage.clone(),
        });
        self.course(brief, |course| {
            course.kept = None;
            maker.into_iter().for_each(|maker| course.assigned(maker));
            if is_person(by) {
                course.goes_well();
            }
        })
    }

    /// An agent that ends before it handed over has failed, unless a person ended it, or the room was closed.
    pub(super) fn ended_early(&mut self, id: AgentId, exit: &Exit) -> Vec<Touched> {
        let agent = self.agents.get(&id).filter(|agent| agent.is_alive());
        let Some(brief) = agent.and_then(|agent| agent.brief.clone()) else {
            return Vec::new();
        };
        let mut open = self.requests.values().filter(|it| it.is_open());
        let handed =
            open.any(|it| matches!(it.ask, Ask::Gate { .. }) && it.brief.as_ref() == Some(&brief));
        let checks = matches!(self.progress_of(&brief).step, Work::Handed(_));
        let kept = self.courses.get(&brief).is_some_and(|it| it.kept.is_some());
        let lost = matches!(exit, Exit::Lost);
        if handed || checks || kept || lost || self.life == Life::Closed {
            return Vec::new();
        }
        let why = exit.sentence();
        self.course(&brief, |course| course.failed(&why))
    }

    /// A person who stops an agent does not want the room to start the next one on its brief.
    pub(super) fn stopped(&mut self, by: &Actor, id: AgentId) -> Vec<Touched> {
        let agent = self.agents.get(&id).filter(|agent| agent.is_alive());
        let brief = agent.and_then(|agent| agent.brief.clone());
        let (Some(brief), Actor::Person(by), Life::New | Life::Open) = (brief, by, self.life)
        else {
            return Vec::new();
        };
        let kept = Kept {
            by: by.clone(),
            why: "stopped its agent".to_owned(),
            file: None,
        };
        self.course(&brief, |course| course.kept = Some(kept))
    }

    /// What is decided of a gate, or of a start that the room proposed.
    pub(super) fn decided_of_course(&mut self, id: RequestId, decision: &Decision) -> Vec<Touched> {
        let Some(request) = self.requests.get(&id).filter(|it| it.is_open()) else {
            return Vec::new();
        };
        let Some(brief) = request.brief.clone() else {
            return Vec::new();
        };
        match (&request.ask, &decision.verdict) {
            (Ask::Gate { from, .. }, Verdict::Reject { reason }) => {
                let (stage, by, reason) = (from.stage.clone(), decision.who(), reason.clone());
                self.course(&brief, |course| course.rejected(stage, by, &reason))
            }
            (
                Ask::Matter {
                    about: Matter::Start(proposal),
                    ..
                },
                verdict,
            ) if proposal.is_refused_by(verdict) => {
                let why = match verdict {
                    Verdict::Reject { reason } if !reason.trim().is_empty() => reason.clone(),
                    Verdict::Approve
                    | Verdict::Reject { .. }
                    | Verdict::Reply { .. }
                    | Verdict::Redirect(_) => "did not want it started".to_owned(),
                };
                let kept = Kept {
                    by: decision.by.clone(),
                    why,
                    file: Some(proposal.file),
                };
                self.course(&brief, |course| course.kept = Some(kept))
            }
            (
                Ask::Permission { .. }
                | Ask::Question { .. }
                | Ask::Gate { .. }
                | Ask::Dialog { .. }
                | Ask::Matter { .. },
                _,
            ) => Vec::new(),
        }
    }

    /// A person who moves a brief, or a hand, has looked; a file that is gone has no way any more.
    pub(super) fn moved_by(
        &mut self,
        by: &Actor,
        brief: &BriefId,
        to: Option<&Place>,
    ) -> Vec<Touched> {
        let looked = is_person(by) || matches!(by, Actor::Hand);
        self.course(brief, |course| match to {
            None => *course = Course::default(),
            Some(_) if looked => {
                course.goes_well();
                course.kept = None;
            }
            Some(_) => {}
        })
    }

    /// A brief is new, and an agent's.
    pub(super) fn filed_by(&mut self, by: &Actor, brief: &BriefId) -> Vec<Touched> {
        let Actor::Agent(agent) = by else {
            return Vec::new();
        };
        let known = self.agents.get(agent);
        let name = known.map_or_else(String::new, |agent| agent.name.clone());
        let agent = *agent;
        self.course(brief, |course| course.filed = Some(Filed { agent, name }))
    }

    pub(super) fn paused(&mut self, by: &Actor, track: Option<&Track>) -> Vec<Touched> {
        let Actor::Person(by) = by else {
            return Vec::new();
        };
        self.pauses.pause(track, by);
        vec![Touched::Pauses]
    }
}

fn is_person(by: &Actor) -> bool {
    match by {
        Actor::Person(_) => true,
        Actor::Room | Actor::Agent(_) | Actor::Hand | Actor::Policy { .. } => false,
    }
}
