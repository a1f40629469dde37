//! A brief meets whoever does it: a new agent of a role, or one that lives.

use super::{Checked, Turn};
use crate::model::{
    Actor, AgentId, Answer, Ask, Brief, BriefId, Launch, RESERVED, RoleName, StartOn, Status,
    Verdict, words,
};

impl Turn<'_> {
    pub(super) fn brief_start(&mut self, by: Actor, id: BriefId, on: StartOn) -> Checked<Answer> {
        let brief = self.startable(&id)?;
        let role = match on {
            StartOn::Stage => self.role_of_stage(brief)?,
            StartOn::Role(role) => role,
            StartOn::Agent(agent) => {
                self.has_no_brief(agent)?;
                let text = self.assignment(brief, "");
                self.can_say(agent, &text)?;
                self.give(by, id, agent, text);
                return Ok(Answer::Agent(agent));
            }
        };
        let launch = self.launch_for(&role, brief, "")?;
        Ok(Answer::Agent(self.spawn(by, launch)))
    }

    /// A brief that may be worked on now.
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

    fn needs_are_done(&self, brief: &Brief) -> Checked<()> {
        let needs = brief.heading().map_or(&[][..], |heading| &heading.needs);
        let open = needs.iter().filter(|id| {
            let known = self.room.briefs.get(id);
            known.is_none_or(|brief| brief.place.stage.as_str() != "done")
        });
        let open: Vec<String> = open.map(BriefId::to_string).collect();
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

    /// How a new agent of a role is started on a brief, if that role has a place free.
    pub(super) fn launch_for(
        &self,
        role: &RoleName,
        brief: &Brief,
        words: &str,
    ) -> Checked<Launch> {
        let Some(shape) = self.room.settings.role(role) else {
            return Err(format!(
                "there is no role {role}; add it to opsroom.toml or name another"
            ));
        };
        let busy = self.room.living().filter(|agent| {
            let other = agent.brief.as_ref().is_some_and(|it| it != &brief.id);
            other && agent.role.as_ref() == Some(role)
        });
        let places = shape.places;
        if busy.count() >= places as usize {
            return Err(format!(
                "no {role} is free: {} taken; wait, or raise places in opsroom.toml",
                words::count_are(places as usize, "place")
            ));
        }
        self.room_for_agent()?;
        self.completed(Launch {
            name: role.to_string(),
            role: Some(role.clone()),
            profile: shape.profile.clone(),
            command: shape.command.clone(),
            cwd: String::new(),
            brief: Some(brief.id.clone()),
            text: self.assignment(brief, words),
            resume: None,
        })
    }

    /// What an agent is told: which brief, where it stands, what was said of it, how to hand it over.
    pub(super) fn assignment(&self, brief: &Brief, words: &str) -> String {
        let title = brief.heading().map(|heading| heading.title.shown());
        let mut text = format!(
            "Brief {}: {}\nIt stands in {} (briefs/{}/{}.md). Read that file first; it says what done looks like.\n",
            brief.id,
            title.unwrap_or_default(),
            brief.place,
            brief.place,
            brief.id
        );
        if let Some(reason) = self.last_rejection(&brief.id) {
            text.push_str(&format!("It was rejected last time: {reason}\n"));
        }
        if !words.trim().is_empty() {
            text.push_str(&format!("{}\n", words.trim()));
        }
        text.push_str(
            "When the work of this stage is done, hand it over: opsroom done --handoff FILE",
        );
        text
    }

    /// Why the latest decided gate of this brief was rejected, where it was.
    fn last_rejection(&self, brief: &BriefId) -> Option<&str> {
        let book = &self.room.book;
        let closed = book
            .closed
            .iter()
            .rev()
            .filter_map(|id| book.requests.get(id));
        let latest = closed
            .filter(|it| it.brief.as_ref() == Some(brief) && matches!(it.ask, Ask::Gate { .. }))
            .find_map(|it| match &it.status {
                Status::Decided(decision) => Some(&decision.verdict),
                Status::Open
                | Status::Answering(_)
                | Status::Unsure(_)
                | Status::Withdrawn { .. } => None,
            })?;
        match latest {
            Verdict::Reject { reason } if !reason.trim().is_empty() => Some(reason),
            Verdict::Reject { .. }
            | Verdict::Approve
            | Verdict::Reply { .. }
            | Verdict::Redirect(_) => None,
        }
    }
}
