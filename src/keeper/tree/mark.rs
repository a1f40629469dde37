//! A mark on every process of an agent that survives a cleared environment, a new session and the end of its
//! parent: the soft limit on file locks. Linux enforces it no more (getrlimit(2)), every child inherits it, and
//! `/proc` shows it to everybody. Who changes it on purpose is not recognised by it.

use super::AgentNo;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::fs;

/// The number of one agent of the keeper with this word. Of other keepers, another one.
fn number(agent: AgentNo, word: &str) -> Option<u64> {
    let keeper = u64::from_str_radix(word.get(..7)?, 16).ok()?;
    Some((keeper << 32) | u64::from(agent.0))
}

/// Do this, which starts a process, so that the process carries the mark of this agent. Where the system does not
/// allow that, it carries none. Nothing else of this process may start one meanwhile: the keeper has one thread.
pub(in crate::keeper) fn marked<R>(agent: AgentNo, word: &str, start: impl FnOnce() -> R) -> R {
    let before = getrlimit(Resource::Locks);
    let mark = Rlimit {
        current: number(agent, word),
        maximum: before.maximum,
    };
    let _unmarked = setrlimit(Resource::Locks, mark);
    let started = start();
    let _stays = setrlimit(Resource::Locks, before);
    started
}

/// Whose mark a process carries, if that of an agent of the keeper with this word.
pub(super) fn owner(pid: i32, word: &str) -> Option<AgentNo> {
    owner_in(
        &fs::read_to_string(format!("/proc/{pid}/limits")).ok()?,
        word,
    )
}

fn owner_in(limits: &str, word: &str) -> Option<AgentNo> {
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max file locks"))?;
    let soft: u64 = line.split_ascii_whitespace().next()?.parse().ok()?;
    let agent = AgentNo((soft & u64::from(u32::MAX)).try_into().ok()?);
    (number(agent, word)? == soft).then_some(agent)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    const WORD: &str = "00c0ffee00c0ffee";

    #[test]
    fn a_mark_tells_the_agent_to_its_own_keeper_only() {
        let soft = number(AgentNo(12), WORD).unwrap();
        let limits =
            format!("Limit  Soft  Hard\nMax file locks    {soft}    unlimited    locks \n");
        assert_eq!(owner_in(&limits, WORD), Some(AgentNo(12)));
        assert_eq!(owner_in(&limits, "10c0ffee"), None);
        let none = "Max file locks            unlimited            unlimited            locks \n";
        assert_eq!(owner_in(none, WORD), None);
        assert_eq!(owner_in("", WORD), None);
    }
}
