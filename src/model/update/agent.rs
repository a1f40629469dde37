//! Agents: started, heard, ended, stopped, cleared, started again.

use std::collections::BTreeSet;

use super::{Checked, Turn};
use crate::model::{
    Actor, AgentId, Answer, Ask, Effect, Evidence, Exit, Happening, Launch, Manner, RequestId,
    SessionId, Source, State,
    book::process,
    state::{self, Live},
};

/// Ended tiles beyond this are cleared by the room, the lowest number first.
const ENDED_KEPT: usize = 200;
/// An agent that ends badly this soon after it was to go on with a session did not find it, in ms.
const REFUSED_MS: u64 = 10_000;
/// The longest name of an agent, in characters.
const NAME_MAX: usize = 32;

impl Turn<'_> {
    pub(super) fn spawn_wanted(&mut self, by: Actor, launch: Launch) -> Checked<Answer> {
        let launch = self.completed(launch)?;
        self.room_for_agent()?;
        self.brief_of(&launch)?;
        Ok(Answer::Agent(self.spawn(by, launch)))
    }

    /// Whether a launch may have the brief that it names.
    fn brief_of(&self, launch: &Launch) -> Checked<()> {
        let Some(brief) = &launch.brief else {
            return Ok(());
        };
        let brief = self.room.settled(brief)?;
        self.unassigned(&brief.id)?;
        let role = launch.role.as_ref();
        match role.and_then(|role| self.room.settings.role(role)) {
            Some(role) => self.may_check(brief, role, (None, &launch.profile)),
            None => Ok(()),
        }
    }

    /// Whether one more agent may live.
    pub(super) fn room_for_agent(&self) -> Checked<()> {
        let limit = self.room.settings.limits.agents;
        match self.room.living().count() >= limit as usize {
            true => Err(format!(
                "{limit} agents live already, which is the limit; stop one or raise limits.agents"
            )),
            false => Ok(()),
        }
    }

    /// Fills what a launch leaves to its role, and names it.
    pub(super) fn completed(&self, mut launch: Launch) -> Checked<Launch> {
        let role = launch.role.as_ref();
        if let Some(role) = role.and_then(|name| self.room.settings.role(name)) {
            if launch.profile.is_empty() {
                launch.profile = role.profile.clone();
            }
            if launch.command.is_empty() {
                launch.command = role.command.clone();
            }
        }
        if launch.profile.is_empty() && launch.command.is_empty() {
            if let Some(role) = &launch.role {
                return Err(format!(
                    "there is no role {role} in opsroom.toml; name one that is, or a command"
                ));
            }
            return Err("nothing to start: name a command or a profile".to_owned());
        }
        if launch.profile.is_empty() {
            launch.profile = "generic".to_owned();
        }
        launch.name = self.free_name(&wanted_name(&launch));
        Ok(launch)
    }

    /// Starts an agent. Every check was made before; the launch is complete.
    pub(super) fn spawn(&mut self, by: Actor, launch: Launch) -> AgentId {
        let stray = self.room.passing.strays.last().copied().unwrap_or_default();
        let agent = AgentId(self.room.book.last_agent.max(stray).0.saturating_add(1));
        self.begins_to_live(agent);
        let spawned = Happening::Spawned {
            agent,
            launch: launch.clone(),
        };
        self.record(by.clone(), spawned);
        if let Some(brief) = launch.brief.clone() {
            let place = self.room.briefs.get(&brief).map(|it| it.place.clone());
            let assigned = Happening::Assigned {
                brief: brief.clone(),
                agent,
                place,
                told: None,
            };
            self.record(by, assigned);
            self.left_no_more(&brief);
        }
        self.out.push(Effect::Spawn { agent, launch });
        agent
    }

    /// From here on what is heard of it counts.
    pub(super) fn begins_to_live(&mut self, agent: AgentId) {
        let since = self.now;
        let live = Live {
            since,
            ..Live::default()
        };
        self.room.passing.live.insert(agent, live);
    }

    pub(super) fn started(&mut self, agent: AgentId, pid: u32) {
        self.has_process(agent, pid, "started");
        self.deliver_due();
    }

    /// A process is there; what it does is not known yet.
    pub(super) fn has_process(&mut self, agent: AgentId, pid: u32, word: &str) {
        if self.room.living_agent(agent).is_err() {
            return;
        }
        if self.room.book.starting.contains(&agent) {
            self.record(Actor::Room, Happening::Started { agent, pid });
        }
        let live = self.room.passing.live.entry(agent).or_default();
        live.pid = Some(pid);
        live.hear(process(State::Unknown, self.now, word));
        self.show_agent(agent);
    }

    /// An id that is known already is not told again.
    pub(super) fn session(&mut self, agent: AgentId, session: SessionId) {
        let known = self.room.living_agent(agent).map(|it| it.session.clone());
        if known.is_ok_and(|known| known.as_ref() != Some(&session)) {
            let what = Happening::Session { agent, session };
            self.record(Actor::Agent(agent), what);
        }
    }

    /// A message of the room's, held like any other until the agent is at rest.
    pub(super) fn first_text(&mut self, agent: AgentId, text: String) {
        if self.can_say(agent, &text).is_ok() {
            self.message(Actor::Room, agent, text, Manner::AtRest);
        }
    }

    /// Evidence that claims a start or an end is not heard: only the keeper's own word counts for those.
    pub(super) fn heard(&mut self, agent: AgentId, evidence: Evidence) {
        match evidence.state {
            State::Starting | State::Exited(_) => return,
            State::Working
            | State::Waiting
            | State::Idle
            | State::Unknown
            | State::Stuck
            | State::Limited => {}
        }
        if self.room.living_agent(agent).is_err() {
            return;
        }
        if evidence.source == Source::Silence && self.says_nothing(agent, &evidence) {
            return;
        }
        let live = self.room.passing.live.entry(agent).or_default();
        let worked = live.works();
        if live.hear(evidence).is_some() {
            let begins = !worked && live.works();
            let rests = worked && !live.works();
            self.show_agent(agent);
            self.seen_to_take(agent);
            if begins {
                self.took_late(agent);
            }
            if rests {
                self.used_at_last(agent);
            }
            self.deliver_due();
        }
    }

    /// Silence is worth something only beside a program that says it works and waits for nobody; its end, only
    /// where the silence was heard.
    fn says_nothing(&self, agent: AgentId, silence: &Evidence) -> bool {
        let live = self.room.passing.live.get(&agent);
        let known = live.map_or(&[][..], |live| &live.known);
        match silence.state {
            State::Unknown => return known.iter().all(|it| it.source != Source::Silence),
            State::Stuck => {}
            State::Starting
            | State::Working
            | State::Waiting
            | State::Idle
            | State::Limited
            | State::Exited(_) => return false,
        }
        let mut open = self.room.open_requests();
        let waits = open.any(|request| request.agent == Some(agent));
        waits || state::judge(known).is_none_or(|best| best.state != State::Working)
    }

    pub(super) fn ended(&mut self, agent: AgentId, exit: Exit) {
        if self.room.living_agent(agent).is_err() {
            return;
        }
        self.end(Actor::Agent(agent), agent, exit);
        self.tidy();
        self.deliver_due();
    }

    /// An agent is gone: its questions with it, and what was on its way to it. A gate stays: the
    /// work was handed over, and whoever did it need not wait for the verdict.
    pub(super) fn end(&mut self, by: Actor, agent: AgentId, exit: Exit) {
        let why = format!("{} {}", self.name(agent), ended_how(&exit));
        self.used_at_last(agent);
        let worked = self.room.book.agents.get(&agent);
        let worked = worked.and_then(|it| it.brief.clone());
        self.room.passing.live.remove(&agent);
        let stopped = self.room.book.stopping.contains(&agent);
        let left = match (stopped, &exit) {
            (true, _) | (_, Exit::Stopped(_)) => None,
            // the folder may not be known yet
            (false, Exit::Lost) => {
                self.room.passing.lost.extend(worked.map(|it| (agent, it)));
                None
            }
            (false, Exit::Code(_) | Exit::Signal(_) | Exit::Failed(_)) => {
                worked.map(|it| (it, exit.clone()))
            }
        };
        self.record(by, Happening::Ended { agent, exit });
        let asked = self.room.open_requests().filter(|request| {
            let stays = matches!(request.ask, Ask::Gate { .. });
            request.agent == Some(agent) && !stays
        });
        let asked: Vec<RequestId> = asked.map(|request| request.id).collect();
        for request in asked {
            self.withdraw(Actor::Room, request, &why);
        }
        self.drop_messages(agent, &why);
        if let Some((brief, exit)) = left {
            self.left(agent, brief, &exit);
        }
        self.clear_oldest();
    }

    pub(super) fn stop(&mut self, by: Actor, agent: AgentId) -> Checked<Answer> {
        self.stop_since(by, agent, String::new())
    }

    /// Stops one for a reason that the journal keeps.
    pub(super) fn stop_since(&mut self, by: Actor, agent: AgentId, why: String) -> Checked<Answer> {
        self.room.living_agent(agent)?;
        self.record(by, Happening::Stopped { agent, why });
        self.out.push(Effect::Stop(agent));
        Ok(Answer::Done)
    }

    pub(super) fn clear(&mut self, by: Actor, agent: AgentId) -> Checked<Answer> {
        self.ended_agent(agent, "clear")?;
        self.clear_tile(by, agent);
        Ok(Answer::Done)
    }

    /// The session that an ended agent can go on with. One that ended badly right after it was to go on
    /// with it has none: its program may not know that session, and starts anew then.
    fn session_left(&self, agent: AgentId, launch: &Launch) -> Option<SessionId> {
        let ended = self.room.book.agents.get(&agent)?;
        let session = ended.session.as_ref()?;
        let lasted = ended.evidence.at.since(ended.started);
        let refused = match &ended.evidence.state {
            State::Exited(Exit::Failed(_)) => launch.resume.is_none(),
            State::Exited(Exit::Code(code)) => {
                let again = launch.resume.as_ref() == Some(session);
                again && *code != 0 && lasted < REFUSED_MS
            }
            State::Exited(Exit::Signal(_) | Exit::Lost | Exit::Stopped(_))
            | State::Starting
            | State::Working
            | State::Waiting
            | State::Idle
            | State::Unknown
            | State::Stuck
            | State::Limited => false,
        };
        (!refused).then(|| session.clone())
    }

    /// The same launch under a new number, with the same session where that is known; the old tile goes.
    pub(super) fn restart(&mut self, by: Actor, agent: AgentId) -> Checked<Answer> {
        let launch = self.again(agent)?;
        Ok(Answer::Agent(self.restarted(by, agent, launch)))
    }

    /// How an ended agent would be started again, with every check.
    pub(super) fn again(&self, agent: AgentId) -> Checked<Launch> {
        self.ended_agent(agent, "restart")?;
        let Some(launch) = self.room.book.launches.get(&agent).cloned() else {
            return Err(format!(
                "nothing is known of how agent {agent} was started; start a new one"
            ));
        };
        let resume = self.session_left(agent, &launch);
        let launch = self.completed(Launch { resume, ..launch })?;
        self.room_for_agent()?;
        self.brief_of(&launch)?;
        Ok(launch)
    }

    /// Starts an ended agent again, as [`Self::again`] said; the old tile goes.
    pub(super) fn restarted(&mut self, by: Actor, agent: AgentId, launch: Launch) -> AgentId {
        self.clear_tile(by.clone(), agent);
        self.spawn(by, launch)
    }

    /// What people call an agent, living or not.
    pub(super) fn name(&self, agent: AgentId) -> String {
        let known = self.room.book.agents.get(&agent);
        known.map_or_else(|| format!("agent {agent}"), |agent| agent.name.clone())
    }

    fn ended_agent(&self, id: AgentId, verb: &str) -> Checked<()> {
        match self.room.book.agents.get(&id) {
            None => Err(format!("there is no agent {id}; see who is in the room")),
            Some(agent) if agent.is_alive() => Err(format!(
                "{} still runs; stop it, then {verb} it",
                agent.name
            )),
            Some(_) => Ok(()),
        }
    }

    fn clear_tile(&mut self, by: Actor, agent: AgentId) {
        self.record(by, Happening::Cleared { agent });
        self.look_away(agent);
        self.out.push(Effect::Forget(agent));
    }

    fn clear_oldest(&mut self) {
        let agents = self.room.book.agents.values();
        let ended: Vec<AgentId> = agents.filter(|it| !it.is_alive()).map(|it| it.id).collect();
        let surplus = ended.len().saturating_sub(ENDED_KEPT);
        for agent in ended.into_iter().take(surplus) {
            self.clear_tile(Actor::Room, agent);
        }
    }

    fn free_name(&self, wanted: &str) -> String {
        let taken: BTreeSet<&str> = self.room.living().map(|it| it.name.as_str()).collect();
        if !taken.contains(wanted) {
            return wanted.to_owned();
        }
        let mut n = 2_u32;
        loop {
            let name = format!("{wanted}-{n}");
            if !taken.contains(name.as_str()) {
                return name;
            }
            n += 1;
        }
    }
}

/// The name asked for, or the role's, or the program's; one short printable word or two.
fn wanted_name(launch: &Launch) -> String {
    let role = launch.role.as_ref().map_or("", |role| role.as_str());
    let program = launch.command.first().map_or("", String::as_str);
    let program = program.rsplit('/').next().unwrap_or_default();
    [launch.name.as_str(), role, program, launch.profile.as_str()]
        .into_iter()
        .map(printable)
        .find(|name| !name.is_empty())
        .unwrap_or_else(|| "agent".to_owned())
}

fn printable(name: &str) -> String {
    let plain = name
        .chars()
        .filter(|c| c.is_alphanumeric() || " ._-".contains(*c));
    let short: String = plain.take(NAME_MAX).collect();
    short.trim().to_owned()
}

fn ended_how(exit: &Exit) -> String {
    match exit {
        Exit::Code(0) => "ended".to_owned(),
        Exit::Code(_) => format!("ended ({})", exit.sentence()),
        Exit::Signal(_) => format!("was {}", exit.sentence()),
        Exit::Failed(_) => exit.sentence(),
        Exit::Lost => "was gone when the room came back".to_owned(),
        Exit::Stopped(_) => "was stopped".to_owned(),
    }
}
