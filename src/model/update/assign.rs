//! Whether a brief may meet whoever would do it: a new agent of a role, or one that lives. Checks only; the way
//! there is in `start`.

use super::{Checked, Turn};
use crate::model::passing::{Recipient, Start};
use crate::model::{
    AgentId, Ask, Brief, BriefId, RESERVED, Role, RoleName, Room, StartOn, Work, words,
};

impl Turn<'_> {
    /// Who gets a brief that is started so.
    pub(super) fn recipient(&self, brief: &Brief, on: StartOn) -> Checked<Recipient> {
        Ok(match on {
            StartOn::Stage => {
                let role = self.role_of_stage(brief)?;
                self.room.someone_of(&self.role(&role)?.clone(), brief)
            }
            StartOn::Role(role) => self.room.someone_of(&self.role(&role)?.clone(), brief),
            StartOn::Agent(agent) => Recipient::Living(agent),
        })
    }

    /// A brief that may be worked on now, and that nobody works on.
    pub(super) fn startable(&self, id: &BriefId) -> Checked<&Brief> {
        let brief = self.room.settled(id)?;
        self.needs_are_done(brief)?;
        let stage = brief.place.stage.as_str();
        if stage == "inbox" {
            return Err(format!(
                "brief {id} is only proposed; accept it first by moving it out of the inbox"
            ));
        }
        if RESERVED.contains(&stage) {
            return Err(format!(
                "brief {id} is in {stage}, where nobody works; move it into the pipeline first"
            ));
        }
        self.unassigned(id)?;
        self.no_gate_open(id)?;
        Ok(brief)
    }

    /// Whether this brief may go to whoever should get it, as things are now.
    pub(super) fn may_get(&self, brief: &Brief, to: &Recipient) -> Checked<()> {
        match to {
            Recipient::New(role) => {
                let role = self.role(role)?;
                self.has_place(role, &brief.id)?;
                self.room_for_agent()?;
                self.may_check(brief, role, (None, &role.profile))
            }
            Recipient::Living(agent) => {
                self.has_no_brief(*agent)?;
                self.can_say(*agent, "a brief")?;
                self.is_awaited_by_none(*agent, &brief.id)?;
                let agent = self.room.living_agent(*agent)?;
                let role = agent.role.as_ref();
                match role.and_then(|role| self.room.settings.role(role)) {
                    Some(role) => self.may_check(brief, role, (Some(agent.id), &agent.profile)),
                    // whoever has no role acts for the role of the stage
                    None => match self.room.settings.role_at(&brief.place) {
                        Some(role) => self.may_check(brief, role, (Some(agent.id), &agent.profile)),
                        None => Ok(()),
                    },
                }
            }
        }
    }

    /// The person who checks is never the one who made it.
    pub(super) fn may_check(
        &self,
        brief: &Brief,
        role: &Role,
        who: (Option<AgentId>, &str),
    ) -> Checked<()> {
        let course = self.room.book.courses.get(&brief.id);
        let allowed = course.map_or(Ok(()), |course| {
            course.may_work(&self.room.settings, &brief.place, role, who)
        });
        allowed.map_err(|conflict| format!("brief {}: {}", brief.id, conflict.sentence(role)))
    }

    fn has_place(&self, role: &Role, brief: &BriefId) -> Checked<()> {
        let places = role.places;
        if self.room.busy(&role.name, Some(brief)) >= places as usize {
            return Err(format!(
                "no {} is free: {} taken; wait, or raise places in opsroom.toml",
                role.name,
                words::count_are(places as usize, "place")
            ));
        }
        Ok(())
    }

    /// Whether no other brief is on its way to an agent.
    fn is_awaited_by_none(&self, agent: AgentId, brief: &BriefId) -> Checked<()> {
        let mut starts = self.room.passing.starts.iter();
        let other = starts.find(|(id, it)| *id != brief && it.to == Recipient::Living(agent));
        match other {
            None => Ok(()),
            Some((other, _)) => Err(format!(
                "{} is about to get brief {other}; choose an agent that is free",
                self.name(agent)
            )),
        }
    }

    fn needs_are_done(&self, brief: &Brief) -> Checked<()> {
        let open: Vec<String> = self.room.needs_of(brief).map(BriefId::to_string).collect();
        match open.is_empty() {
            true => Ok(()),
            false => Err(format!(
                "brief {} needs {} first; finish that or take it out of `needs`",
                brief.id,
                words::some_of(&open)
            )),
        }
    }

    pub(super) fn no_gate_open(&self, id: &BriefId) -> Checked<()> {
        if let Work::Handed(_) = self.room.book.progress_of(id).step {
            return Err(format!(
                "brief {id} was handed over, and its checks run; wait for them"
            ));
        }
        self.does_not_land(id)?;
        let mut open = self.room.open_requests();
        let gate =
            open.find(|it| matches!(it.ask, Ask::Gate { .. }) && it.brief.as_ref() == Some(id));
        match gate {
            None => Ok(()),
            Some(gate) => Err(format!(
                "brief {id} was handed over; decide its gate ({}) first",
                gate.id
            )),
        }
    }

    pub(super) fn does_not_land(&self, id: &BriefId) -> Checked<()> {
        match self.room.book.progress_of(id).step {
            Work::Open | Work::Handed(_) => Ok(()),
            Work::Lands { .. } => Err(format!(
                "brief {id} is approved, and its branch lands; wait for that"
            )),
        }
    }

    pub(super) fn unassigned(&self, id: &BriefId) -> Checked<()> {
        let mut living = self.room.living();
        match living.find(|agent| agent.brief.as_ref() == Some(id)) {
            None => Ok(()),
            Some(agent) => Err(format!(
                "{} works on brief {id} already; redirect it, or stop it first",
                agent.name
            )),
        }
    }

    pub(super) fn has_no_brief(&self, id: AgentId) -> Checked<()> {
        let agent = self.room.living_agent(id)?;
        match &agent.brief {
            None => Ok(()),
            Some(brief) => Err(format!(
                "{} works on brief {brief}; choose an agent that is free",
                agent.name
            )),
        }
    }

    pub(super) fn role(&self, name: &RoleName) -> Checked<&Role> {
        self.room.settings.role(name).ok_or_else(|| {
            format!("there is no role {name}; add it to opsroom.toml or name another")
        })
    }

    pub(super) fn role_of_stage(&self, brief: &Brief) -> Checked<RoleName> {
        let wanted = brief.heading().and_then(|heading| heading.role.clone());
        let acts = self.room.settings.role_at(&brief.place);
        wanted
            .or_else(|| acts.map(|role| role.name.clone()))
            .ok_or_else(|| {
                format!(
                    "nobody acts in {}; give the stage a role in opsroom.toml",
                    brief.place
                )
            })
    }
}

impl Room {
    /// What a brief needs that is not done.
    pub(in crate::model) fn needs_of<'a>(
        &'a self,
        brief: &'a Brief,
    ) -> impl Iterator<Item = &'a BriefId> {
        let needs = brief.heading().map_or(&[][..], |heading| &heading.needs);
        needs.iter().filter(|id| {
            let known = self.briefs.get(id);
            known.is_none_or(|brief| brief.place.stage.as_str() != "done")
        })
    }

    /// How many places of a role are taken, besides by this brief.
    pub(in crate::model) fn busy(&self, role: &RoleName, but: Option<&BriefId>) -> usize {
        let working = self.living().filter(|agent| {
            let other = agent.brief.as_ref().is_some_and(|it| Some(it) != but);
            other && agent.role.as_ref() == Some(role)
        });
        let starts = self.passing.starts.iter();
        let starting = starts.filter(|(id, start)| {
            Some(*id) != but
                && start.takes_place()
                && self.role_of_start(start).as_ref() == Some(role)
        });
        working.count() + starting.count()
    }

    /// The role whose place a start takes.
    pub(in crate::model) fn role_of_start(&self, start: &Start) -> Option<RoleName> {
        match &start.to {
            Recipient::New(role) => Some(role.clone()),
            Recipient::Living(agent) => self.book.agents.get(agent)?.role.clone(),
        }
    }
}
