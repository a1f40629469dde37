//! The `[[agents]]` that are started when the room opens.

use super::roles::{GENERIC, Roles, read_command};
use crate::config::name::check;
use crate::config::reader::{Placed, Reader, Table};
use crate::model::{Launch, Role, RoleName};

pub(super) fn read(
    root: &mut Table,
    roles: &Roles,
    limit: u32,
    reader: &mut Reader,
) -> Vec<Launch> {
    let mut launches: Vec<Launch> = Vec::new();
    for (at, from) in root.tables("agents", reader).into_iter().enumerate() {
        if u32::try_from(at).is_ok_and(|at| at == limit) {
            let what = format!("more agents than the room may have ({limit})");
            reader.error(
                &from.span,
                what,
                "remove some, or raise `agents` in `[limits]`",
            );
        }
        let launch = read_agent(from, roles, &launches, reader);
        launches.push(launch);
    }
    launches
}

fn read_agent(mut from: Table, roles: &Roles, before: &[Launch], reader: &mut Reader) -> Launch {
    let silent = !["role", "profile", "command"]
        .iter()
        .any(|key| from.has(key));
    let name = from.text("name", reader);
    let role = from.text("role", reader);
    let profile = from.text("profile", reader);
    let command = read_command(&mut from, reader);
    let cwd = from.text("cwd", reader);
    if silent {
        let hint = "write `role`, `profile`, or `command = [\"my-agent\"]`";
        reader.error(&from.span, "an agent that does not say what to start", hint);
    }
    from.end(reader);
    if let Some(name) = &name {
        check_name(name, before, reader);
    }
    if let Some(role) = &role {
        roles.check(role, reader);
    }
    let shape = role.as_ref().and_then(|role| {
        roles
            .all
            .iter()
            .find(|known| known.name.as_str() == role.value)
    });
    let (profile, command) = start(profile, command, shape);
    Launch {
        name: name.map(|name| name.value).unwrap_or_default(),
        role: role.map(|role| RoleName(role.value)),
        profile,
        command,
        cwd: cwd.map(|cwd| cwd.value).unwrap_or_default(),
        brief: None,
        text: String::new(),
        resume: None,
    }
}

/// What the agent itself says goes before what its role says.
fn start(
    profile: Option<Placed<String>>,
    command: Option<Vec<String>>,
    role: Option<&Role>,
) -> (String, Vec<String>) {
    match (profile, command, role) {
        (Some(profile), command, _) => (profile.value, command.unwrap_or_default()),
        (None, Some(command), role) => {
            let profile = role.map_or(GENERIC, |role| role.profile.as_str());
            (profile.to_owned(), command)
        }
        (None, None, Some(role)) => (role.profile.clone(), role.command.clone()),
        (None, None, None) => (GENERIC.to_owned(), Vec::new()),
    }
}

fn check_name(name: &Placed<String>, before: &[Launch], reader: &mut Reader) {
    check("an agent", name, reader);
    if before.iter().any(|other| other.name == name.value) {
        let what = format!("two agents are called `{}`", name.value);
        reader.error(
            &name.span,
            what,
            "rename one of the two, or leave out its name",
        );
    }
}
