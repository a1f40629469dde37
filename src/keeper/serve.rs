//! What the keeper does when a connection says something.

use super::conn::{Conn, Standing};
use super::poll::{Keeper, LAST_GRACE, Phase};
use super::stop::{Scope, Stop};
use crate::wire::keeper::{AgentNo, Cause, FromKeeper, Launch, Shutdown, ToKeeper, VERSION};
use rustix::fd::OwnedFd;
use std::time::{Duration, Instant};

impl Keeper {
    /// A connection spoke for the first time: make it the server, or say why not.
    pub(super) fn greet(&mut self, mut guest: Conn, messages: Vec<ToKeeper>, standing: Standing) {
        let mut messages = messages.into_iter();
        let refusal = match messages.next() {
            Some(ToKeeper::Hello { version }) => self.refusal(version),
            Some(_) | None => Some((
                Cause::NoHello,
                "a connection to the keeper starts with hello: update opsroom".to_owned(),
            )),
        };
        if let Some((cause, why)) = refusal {
            tracing::info!(why, "a connection was refused");
            // A fresh socket has room for one sentence; if it has not, nobody reads it.
            let _said = guest.say(&FromKeeper::Refused { cause, why }, None);
            return;
        }
        self.phase = Phase::Serving;
        self.server = Some(guest);
        self.welcome();
        let now = Instant::now();
        messages.for_each(|message| self.obey(message, now));
        if let Standing::Over(why) = standing {
            self.lose_server(&why);
        }
    }

    fn refusal(&self, version: u16) -> Option<(Cause, String)> {
        if version != VERSION {
            let why = format!(
                "this keeper speaks version {VERSION}, not {version}: let its agents finish, or stop the room and open it again"
            );
            return Some((Cause::Version, why));
        }
        if let Some(server) = &self.server {
            let who = server.peer().map_or_else(
                || "another server".to_owned(),
                |pid| format!("the server with pid {pid}"),
            );
            return Some((
                Cause::Taken,
                format!("{who} has this keeper: stop it first"),
            ));
        }
        match self.phase {
            Phase::Waiting(_) | Phase::Serving => None,
            Phase::Leaving | Phase::Over => Some((
                Cause::Leaving,
                "this keeper is leaving: start a new one".to_owned(),
            )),
        }
    }

    /// Tell a new server everything. Nothing is read from a terminal from here on.
    fn welcome(&mut self) {
        let mut here = Vec::new();
        for agent in self.fleet.agents.values_mut() {
            agent.spool.rest();
            match agent.here() {
                Ok(told) => here.extend(told),
                Err(error) => {
                    let why = format!(
                        "the terminal of agent {} cannot be handed over: {error}",
                        agent.no
                    );
                    return self.lose_server(&why);
                }
            }
        }
        let exits = self.fleet.exits();
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let welcome = FromKeeper::Welcome {
            version: VERSION,
            pid: std::process::id(),
            here: count(here.len()),
            ended: count(exits.len()),
            lost: std::mem::take(&mut self.fleet.lost),
        };
        self.tell(&welcome, None);
        for (here, terminal) in here {
            self.tell(&FromKeeper::Here(here), Some(terminal));
        }
        for exited in exits {
            self.tell(&FromKeeper::Exited(exited), None);
        }
    }

    /// Say something to the server, if there is one. What nobody hears is told to the next one.
    pub(super) fn tell(&mut self, message: &FromKeeper, terminal: Option<OwnedFd>) {
        let Some(server) = &mut self.server else {
            return;
        };
        if let Standing::Over(why) = server.say(message, terminal) {
            self.lose_server(&why);
        }
    }

    /// Do what the server asked.
    pub(super) fn obey(&mut self, message: ToKeeper, now: Instant) {
        match message {
            ToKeeper::Hello { .. } => self.lose_server("it said hello twice"),
            ToKeeper::Spawn(launch) => self.spawn(&launch),
            ToKeeper::Stop { agent, grace_ms } => self.stop(agent, millis(grace_ms), now),
            ToKeeper::Taken { agent } => self.fleet.taken(agent),
            ToKeeper::Forget { agent } => self.fleet.forget(agent),
            ToKeeper::List => {
                let agents = self.fleet.known();
                self.tell(&FromKeeper::Known { agents }, None);
            }
            ToKeeper::Shutdown(Shutdown::StopAll { grace_ms }) => {
                self.begin_leaving(millis(grace_ms), now)
            }
            ToKeeper::Shutdown(Shutdown::IfEmpty) => match u32::try_from(self.fleet.running()) {
                Ok(0) => self.begin_leaving(LAST_GRACE, now),
                Ok(agents) => self.tell(&FromKeeper::Busy { agents }, None),
                Err(_) => self.tell(&FromKeeper::Busy { agents: u32::MAX }, None),
            },
            ToKeeper::Bye => self.lose_server("it said goodbye"),
        }
    }

    fn spawn(&mut self, launch: &Launch) {
        let agent = launch.agent;
        let started = match self.phase {
            Phase::Leaving | Phase::Over => {
                Err(anyhow::anyhow!("this keeper is leaving: start a new one"))
            }
            Phase::Waiting(_) | Phase::Serving => self.fleet.start(launch),
        };
        match started {
            Ok((pid, terminal)) => {
                let pid = pid.as_raw_pid().unsigned_abs();
                self.tell(&FromKeeper::Spawned { agent, pid }, Some(terminal));
            }
            Err(error) => {
                let error = format!("{error:#}");
                self.tell(&FromKeeper::SpawnFailed { agent, error }, None);
            }
        }
    }

    fn stop(&mut self, agent: AgentNo, grace: Duration, now: Instant) {
        let scope = Scope::Agent(agent);
        match self.stops.iter_mut().find(|stop| stop.scope == scope) {
            Some(stop) => stop.hurry(grace, now),
            None => self.stops.push(Stop::new(scope, grace, now)),
        }
    }
}

fn millis(number: u32) -> Duration {
    Duration::from_millis(number.into())
}
