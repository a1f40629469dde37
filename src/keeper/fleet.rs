//! Every agent the keeper knows: starting, reaping, forgetting. Decides nothing about connections.

use super::agent::{Agent, End, Life};
use super::spool::Spool;
use super::tree::{self, Claim, Owner};
use super::{pty, records};
use crate::wire::keeper::{AgentNo, Exited, Known, Launch};
use anyhow::bail;
use rustix::fd::OwnedFd;
use rustix::process::{Pid, WaitOptions, WaitStatus};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

/// How many agents may run at once.
const RUNNING_LIMIT: usize = 256;
/// How many ends are kept until a server says `Forget`. Over it, the oldest is lost and counted.
const ENDED_LIMIT: usize = 1024;
/// How many ended agents may keep their terminal open, as their descendants can make them.
const ENDED_TERMINALS: usize = 64;

/// The agents, by number.
#[derive(Debug)]
pub(super) struct Fleet {
    pub(super) agents: BTreeMap<AgentNo, Agent>,
    /// What this keeper's agents carry in their environment, and no other keeper's.
    pub(super) word: String,
    /// Ends dropped since the last server was told.
    pub(super) lost: u64,
    dir: PathBuf,
    spool_limit: u64,
    ends: u64,
}

impl Fleet {
    /// The fleet with its spools in `dir`, and the ends a former keeper left there.
    pub(super) fn new(dir: PathBuf, spool_limit: u64) -> anyhow::Result<Self> {
        let mut random = [0u8; 16];
        File::open("/dev/urandom")?.read_exact(&mut random)?;
        let word = random.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut fleet = Self {
            agents: BTreeMap::new(),
            word,
            lost: 0,
            dir,
            spool_limit,
            ends: 0,
        };
        for told in records::load(&fleet.dir) {
            fleet.ends += 1;
            let spool = Spool::adopt(&fleet.dir, told.agent, &told.spool.unwrap_or_default());
            let end = End {
                main: None,
                code: told.code,
                signal: told.signal,
                left: 0,
                order: fleet.ends,
            };
            fleet
                .agents
                .insert(told.agent, Agent::ended(told.agent, end, spool));
        }
        Ok(fleet)
    }

    /// Start an agent; a duplicate of its terminal for the server.
    pub(super) fn start(&mut self, launch: &Launch) -> anyhow::Result<(Pid, OwnedFd)> {
        let no = launch.agent;
        if self.agents.get(&no).is_some_and(Agent::is_running) {
            bail!("agent {no} already runs: choose another number");
        }
        if self.running() >= RUNNING_LIMIT {
            bail!("{RUNNING_LIMIT} agents already run: stop one first");
        }
        let started = pty::start(launch, &self.word)?;
        self.forget(no);
        let spool = Spool::new(&self.dir, no, self.spool_limit);
        self.agents
            .insert(no, Agent::running(no, started.pid, started.terminal, spool));
        Ok((started.pid, started.duplicate))
    }

    /// Reap whatever ended, agents and the orphans they left to us, and say which agents did.
    pub(super) fn reap(&mut self) -> Vec<AgentNo> {
        let mut ended = Vec::new();
        while let Ok(Some((pid, status))) = rustix::process::wait(WaitOptions::NOHANG) {
            ended.extend(self.note_end(pid, status));
        }
        if !ended.is_empty() {
            self.count_left_behind(&ended);
            self.keep_limits();
        }
        ended
    }

    fn note_end(&mut self, pid: Pid, status: WaitStatus) -> Option<AgentNo> {
        let is_main = |agent: &&mut Agent| matches!(agent.life, Life::Running(main) if main == pid);
        let agent = self.agents.values_mut().find(is_main)?;
        self.ends += 1;
        agent.end(status, pid, self.ends);
        Some(agent.no)
    }

    fn count_left_behind(&mut self, ended: &[AgentNo]) {
        let descendants = tree::descendants(&self.claims(), &self.word);
        for no in ended {
            let left = descendants
                .iter()
                .filter(|(owner, _)| *owner == Owner::Agent(*no))
                .count();
            if let Some(Agent {
                life: Life::Ended(end),
                ..
            }) = self.agents.get_mut(no)
            {
                end.left = u32::try_from(left).unwrap_or(u32::MAX);
            }
        }
    }

    fn keep_limits(&mut self) {
        let mut ended: Vec<(u64, AgentNo)> = self
            .agents
            .values()
            .filter_map(|a| Some((order(a)?, a.no)))
            .collect();
        ended.sort_unstable();
        for (_, no) in ended.iter().rev().skip(ENDED_LIMIT) {
            self.lost += 1;
            self.forget(*no);
        }
        let open = |no: &AgentNo| self.agents.get(no).is_some_and(Agent::holds_terminal);
        let open: Vec<AgentNo> = ended
            .iter()
            .rev()
            .map(|(_, no)| *no)
            .filter(open)
            .skip(ENDED_TERMINALS)
            .collect();
        for no in open {
            if let Some(agent) = self.agents.get_mut(&no) {
                agent.close();
            }
        }
    }

    /// The end of this agent was recorded by a server. A running agent is not forgotten.
    pub(super) fn forget(&mut self, no: AgentNo) {
        if self
            .agents
            .get(&no)
            .is_some_and(|agent| !agent.is_running())
            && let Some(mut agent) = self.agents.remove(&no)
        {
            agent.spool.discard();
        }
    }

    /// A server has read this agent's spool.
    pub(super) fn taken(&mut self, no: AgentNo) {
        if let Some(agent) = self.agents.get_mut(&no) {
            agent.spool.discard();
        }
    }

    pub(super) fn running(&self) -> usize {
        self.agents
            .values()
            .filter(|agent| agent.is_running())
            .count()
    }

    pub(super) fn claims(&self) -> Vec<Claim> {
        self.agents.values().filter_map(Agent::claim).collect()
    }

    pub(super) fn known(&self) -> Vec<Known> {
        let pid = |agent: &Agent| agent.pid().filter(|_| agent.is_running());
        let known = |agent: &Agent| Known {
            agent: agent.no,
            pid: pid(agent).map(|p| p.as_raw_pid().unsigned_abs()),
        };
        self.agents.values().map(known).collect()
    }

    /// Every end that was not forgotten, oldest first.
    pub(super) fn exits(&self) -> Vec<Exited> {
        let mut ended: Vec<&Agent> = self
            .agents
            .values()
            .filter(|agent| !agent.is_running())
            .collect();
        ended.sort_unstable_by_key(|agent| order(agent));
        ended.into_iter().filter_map(Agent::exited).collect()
    }

    /// Keep the ends nobody was told of for the next keeper.
    pub(super) fn save(&self) {
        if let Err(error) = records::save(&self.dir, &self.exits()) {
            tracing::warn!(%error, "the ends of agents could not be kept for the next keeper");
        }
    }
}

fn order(agent: &Agent) -> Option<u64> {
    match &agent.life {
        Life::Running(_) => None,
        Life::Ended(end) => Some(end.order),
    }
}
