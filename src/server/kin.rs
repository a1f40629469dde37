//! Whether a caller runs inside one of the room's agents: it then descends from the keeper, which is their
//! parent and sub-reaper. Such a caller has the agents' own socket, and no seat among the operators.
//!
//! Linux alone tells whose child a process is without unsafe code; elsewhere nobody is taken for an agent.

use std::fs;
use std::os::unix::fs::MetadataExt as _;

/// More generations than this are no family.
const GENERATIONS: usize = 128;

/// Whether `pid` descends from `keeper`, or from the keeper of any other room, as the process table has it now: who
/// is an agent in one room could else have another one started there, and come back as a person.
pub fn descends(pid: i32, keeper: i32) -> bool {
    std::iter::successors(Some(pid), |pid| parent(*pid))
        .take(GENERATIONS)
        .any(|pid| pid == keeper || keeps(pid))
}

/// Whether a process is a keeper: this program, as it is started for that.
fn keeps(pid: i32) -> bool {
    let program = |pid: &str| fs::metadata(format!("/proc/{pid}/exe"));
    let (Ok(ours), Ok(theirs)) = (program("self"), program(&pid.to_string())) else {
        return false;
    };
    let arguments = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let second = arguments.split(|byte| *byte == 0).nth(1);
    let same = (ours.dev(), ours.ino()) == (theirs.dev(), theirs.ino());
    let named = arguments.split(|byte| *byte == 0).next();
    let named = named.is_some_and(|name| name.ends_with(b"opsroom"));
    (same || named) && second == Some(b"keeper")
}

/// The parent of a process (proc(5)): the name in brackets may hold anything, so the end of it counts.
pub fn parent(pid: i32) -> Option<i32> {
    let stat = fs::read(format!("/proc/{pid}/stat")).ok()?;
    let name_end = stat.iter().rposition(|byte| *byte == b')')?;
    let fields = std::str::from_utf8(stat.get(name_end + 1..)?).ok()?;
    let parent = fields.split_ascii_whitespace().nth(1)?.parse().ok()?;
    (parent > 0).then_some(parent)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn a_child_descends_from_us_and_we_not_from_it() {
        let ours = i32::try_from(std::process::id()).unwrap();
        let mut child = std::process::Command::new("sleep")
            .arg("60")
            .spawn()
            .unwrap();
        let theirs = i32::try_from(child.id()).unwrap();
        assert!(descends(theirs, ours) && !descends(ours, theirs));
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
