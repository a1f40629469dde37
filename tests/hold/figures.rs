//! What the system tells of a process.

use std::fs;
use std::path::Path;

/// Memory in use, in bytes.
pub fn rss(pid: i32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .expect("it has memory");
    line.split_whitespace()
        .nth(1)
        .unwrap()
        .parse::<u64>()
        .unwrap()
        * 1024
}

/// Memory that it wrote and shares with nobody, in bytes: its heap and its stacks, without pages of the program's file
/// that are only read.
pub fn written(pid: i32) -> u64 {
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap();
    let line = rollup
        .lines()
        .find(|line| line.starts_with("Private_Dirty:"))
        .expect("it has memory");
    let kib = line.split_whitespace().nth(1).unwrap();
    kib.parse::<u64>().unwrap() * 1024
}

pub fn descriptors(pid: i32) -> usize {
    fs::read_dir(format!("/proc/{pid}/fd")).unwrap().count()
}

pub fn threads(pid: i32) -> usize {
    fs::read_dir(format!("/proc/{pid}/task")).unwrap().count()
}

/// Processor time so far, in ms.
pub fn cpu_ms(pid: i32) -> u64 {
    let fields = stat(Path::new(&format!("/proc/{pid}"))).unwrap();
    let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
    // The system counts hundredths here, whatever its own clock does.
    ticks * 10
}

pub fn parent(pid: i32) -> i32 {
    stat(Path::new(&format!("/proc/{pid}"))).unwrap()[1]
        .parse()
        .unwrap()
}

/// Children that ended and were not asked how.
pub fn zombies(pid: i32) -> usize {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let ended = |fields: &Vec<String>| fields[0] == "Z" && fields[1] == pid.to_string();
    processes
        .filter_map(|process| stat(&process.path()))
        .filter(ended)
        .count()
}

/// The fields of `stat` from the state on.
fn stat(process: &Path) -> Option<Vec<String>> {
    let text = fs::read_to_string(process.join("stat")).ok()?;
    let (_, rest) = text.rsplit_once(')')?;
    Some(rest.split_whitespace().map(str::to_owned).collect())
}
