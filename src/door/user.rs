//! What a user of this machine is called.

use std::env;

/// What people call this user: as their environment says where it is our own, else as the system lists them.
pub fn user_name(uid: u32) -> String {
    let ours = uid == rustix::process::geteuid().as_raw();
    let told = told_name().filter(|_| ours);
    told.or_else(|| listed_name(uid))
        .unwrap_or_else(|| format!("uid {uid}"))
}

/// Every name that the user who runs this has or may have in a room of theirs.
pub fn own_names() -> Vec<String> {
    let uid = rustix::process::geteuid().as_raw();
    told_name().into_iter().chain(listed_name(uid)).collect()
}

fn told_name() -> Option<String> {
    let names = ["USER", "LOGNAME"].into_iter();
    let mut told = names.filter_map(|name| env::var(name).ok());
    told.next().filter(|name| !name.is_empty())
}

fn listed_name(uid: u32) -> Option<String> {
    let users = std::fs::read_to_string("/etc/passwd").ok()?;
    let line = users
        .lines()
        .find(|line| line.split(':').nth(2) == Some(uid.to_string().as_str()))?;
    line.split(':').next().map(str::to_owned)
}
