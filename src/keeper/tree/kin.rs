//! Whose a process is, from one look at the process table. Pure.

use super::{Claim, Identity, MainState, Orphans, Owner, Process, State};
use crate::wire::keeper::AgentNo;
use std::collections::{BTreeMap, BTreeSet};

/// Every living descendant of `keeper` in the table, and whose it is.
pub(super) fn attribute(
    table: &[Process],
    keeper: i32,
    claims: &[Claim],
    orphans: Orphans,
    tag: &dyn Fn(&Process) -> Option<AgentNo>,
) -> Vec<(Owner, Process)> {
    let by_pid: BTreeMap<i32, &Process> =
        table.iter().map(|process| (process.pid, process)).collect();
    let living = table
        .iter()
        .filter(|process| process.state == State::Living);
    living
        .filter_map(|process| {
            Some((
                owner(process, &by_pid, keeper, claims, orphans, tag)?,
                *process,
            ))
        })
        .collect()
}

fn owner(
    process: &Process,
    table: &BTreeMap<i32, &Process>,
    keeper: i32,
    claims: &[Claim],
    orphans: Orphans,
    tag: &dyn Fn(&Process) -> Option<AgentNo>,
) -> Option<Owner> {
    let line = lineage(process, table, keeper);
    let runs = |pid: i32| {
        claims
            .iter()
            .find(|c| c.main_state == MainState::Running && c.main.as_raw_pid() == pid)
    };
    if let Some(claim) = line.ancestors.iter().find_map(|process| runs(process.pid)) {
        return Some(Owner::Agent(claim.agent));
    }
    if line.end == End::Elsewhere && orphans == Orphans::ComeToUs {
        return None;
    }
    if let Some(agent) = line.ancestors.iter().find_map(|process| tag(process)) {
        return Some(Owner::Agent(agent));
    }
    if line.end == End::Elsewhere {
        return None;
    }
    let of_session = |session: i32| {
        claims
            .iter()
            .find(|claim| claim.main.as_raw_pid() == session)
    };
    let claim = line
        .ancestors
        .iter()
        .find_map(|process| of_session(process.session));
    Some(claim.map_or(Owner::Unclaimed, |claim| Owner::Agent(claim.agent)))
}

/// A process and its ancestors, up to the keeper.
struct Lineage<'a> {
    ancestors: Vec<&'a Process>,
    end: End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Keeper,
    Elsewhere,
}

fn lineage<'a>(
    process: &'a Process,
    table: &BTreeMap<i32, &'a Process>,
    keeper: i32,
) -> Lineage<'a> {
    let mut ancestors: Vec<&Process> = Vec::new();
    let mut next = Some(process);
    while let Some(process) = next {
        // A table read while processes move may hold a circle; no real line is longer than the table.
        if process.pid <= 1 || process.pid == keeper || ancestors.len() > table.len() {
            break;
        }
        ancestors.push(process);
        if process.parent == keeper {
            return Lineage {
                ancestors,
                end: End::Keeper,
            };
        }
        next = table.get(&process.parent).copied();
    }
    Lineage {
        ancestors,
        end: End::Elsewhere,
    }
}

/// Those of `descendants` that `ours` says belong together, those met before, and whatever is unclaimed
/// but descends from one of them or was born in the session of one.
pub(in crate::keeper) fn family(
    descendants: &[(Owner, Process)],
    ours: impl Fn(Owner) -> bool,
    met: &BTreeSet<Identity>,
) -> Vec<Process> {
    let leaders: BTreeSet<i32> = met.iter().map(|identity| identity.pid).collect();
    let mut pids = BTreeSet::new();
    loop {
        let before = pids.len();
        for (owner, process) in descendants {
            let born_there = pids.contains(&process.parent) || leaders.contains(&process.session);
            if ours(*owner)
                || met.contains(&process.identity())
                || (*owner == Owner::Unclaimed && born_there)
            {
                pids.insert(process.pid);
            }
        }
        if pids.len() == before {
            break;
        }
    }
    let all = descendants.iter().map(|(_, process)| *process);
    all.filter(|process| pids.contains(&process.pid)).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use rustix::process::Pid;

    const KEEPER: i32 = 100;

    fn process(pid: i32, parent: i32, session: i32) -> Process {
        Process {
            pid,
            parent,
            session,
            start: 1,
            state: State::Living,
            tag: None,
        }
    }

    fn claim(agent: u32, main: i32, main_state: MainState) -> Claim {
        Claim {
            agent: AgentNo(agent),
            main: Pid::from_raw(main).unwrap(),
            main_state,
        }
    }

    fn owners(table: &[Process], claims: &[Claim], orphans: Orphans) -> Vec<(i32, Owner)> {
        let found = attribute(table, KEEPER, claims, orphans, &|process| process.tag);
        found
            .into_iter()
            .map(|(owner, process)| (process.pid, owner))
            .collect()
    }

    const ONE: Owner = Owner::Agent(AgentNo(1));
    const TWO: Owner = Owner::Agent(AgentNo(2));

    #[test]
    fn only_what_descends_from_the_keeper_is_ours() {
        let table = [
            process(1, 0, 1),
            process(50, 1, 50),
            process(KEEPER, 50, KEEPER),
            process(110, KEEPER, 110),
            process(111, 110, 110),
        ];
        let mut stranger = process(60, 50, 110);
        stranger.tag = Some(AgentNo(1));
        let table = [&table[..], &[stranger]].concat();
        let found = owners(
            &table,
            &[claim(1, 110, MainState::Running)],
            Orphans::ComeToUs,
        );
        assert_eq!(found, [(110, ONE), (111, ONE)]);
    }

    #[test]
    fn an_orphan_is_found_by_its_variables_or_its_session() {
        let mut daemon = process(120, KEEPER, 120);
        daemon.tag = Some(AgentNo(1));
        let table = [
            daemon,
            process(121, 120, 121),
            process(122, KEEPER, 110),
            process(123, KEEPER, 123),
        ];
        let found = owners(
            &table,
            &[claim(1, 110, MainState::Reaped)],
            Orphans::ComeToUs,
        );
        assert_eq!(
            found,
            [(120, ONE), (121, ONE), (122, ONE), (123, Owner::Unclaimed)]
        );
    }

    #[test]
    fn ancestry_counts_more_than_what_a_process_says_of_itself() {
        let mut pretender = process(111, 110, 110);
        pretender.tag = Some(AgentNo(2));
        let claims = [
            claim(1, 110, MainState::Running),
            claim(2, 130, MainState::Running),
        ];
        assert_eq!(
            owners(
                &[process(110, KEEPER, 110), pretender],
                &claims,
                Orphans::ComeToUs
            ),
            [(110, ONE), (111, ONE)]
        );
    }

    #[test]
    fn a_reaped_agents_pid_in_other_hands_is_not_its_own() {
        let mut reused = process(110, KEEPER, 110);
        reused.tag = Some(AgentNo(2));
        let claims = [
            claim(1, 110, MainState::Reaped),
            claim(2, 130, MainState::Reaped),
        ];
        assert_eq!(owners(&[reused], &claims, Orphans::ComeToUs), [(110, TWO)]);
    }

    #[test]
    fn without_a_sub_reaper_an_orphan_is_ours_only_by_our_word() {
        let mut daemon = process(120, 1, 120);
        daemon.tag = Some(AgentNo(1));
        let found = owners(
            &[daemon, process(121, 1, 110)],
            &[claim(1, 110, MainState::Reaped)],
            Orphans::GoToInit,
        );
        assert_eq!(found, [(120, ONE)]);
    }

    #[test]
    fn a_zombie_is_gone_but_its_children_are_not() {
        let mut main = process(110, KEEPER, 110);
        main.state = State::Zombie;
        let found = owners(
            &[main, process(111, 110, 111)],
            &[claim(1, 110, MainState::Running)],
            Orphans::ComeToUs,
        );
        assert_eq!(found, [(111, ONE)]);
    }

    #[test]
    fn who_was_met_under_an_agent_is_known_with_all_its_children() {
        let met = BTreeSet::from([process(120, KEEPER, 120).identity()]);
        let table = [
            (Owner::Unclaimed, process(122, 121, 122)),
            (Owner::Unclaimed, process(121, 120, 121)),
            (Owner::Unclaimed, process(120, KEEPER, 120)),
            (Owner::Unclaimed, process(123, KEEPER, 120)),
            (Owner::Unclaimed, process(130, KEEPER, 130)),
            (TWO, process(140, 120, 120)),
        ];
        let found = family(&table, |owner| owner == ONE, &met);
        let pids: Vec<i32> = found.iter().map(|process| process.pid).collect();
        assert_eq!(pids, [122, 121, 120, 123]);
    }

    #[test]
    fn a_circle_of_parents_ends() {
        assert_eq!(
            owners(
                &[process(5, 6, 5), process(6, 5, 5)],
                &[],
                Orphans::ComeToUs
            ),
            []
        );
    }
}
