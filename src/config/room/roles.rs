//! The `[roles.…]` tables.

use super::defaults;
use super::runners::Runners;
use crate::config::name::check;
use crate::config::nearest::nearest;
use crate::config::reader::{Placed, Reader, Table, table};
use crate::model::{Autonomy, Checker, Lifetime, Policy, Role, RoleName};

/// How long agents live.
const LIFETIMES: [(&str, Lifetime); 3] = [
    ("brief", Lifetime::Brief),
    ("track", Lifetime::Track),
    ("room", Lifetime::Room),
];

const CHECKERS: [(&str, Checker); 3] = [
    ("maker", Checker::Maker),
    ("other-agent", Checker::OtherAgent),
    ("other-profile", Checker::OtherProfile),
];

/// What agents may do without a person.
pub(in crate::config) const AUTONOMY: [(&str, Autonomy); 3] = [
    ("ask", Autonomy::Ask),
    ("edits", Autonomy::Edits),
    ("full", Autonomy::Full),
];

/// Roles of these names check, unless the file says otherwise.
const CHECKING: [&str; 2] = ["adversary", "reviewer"];

/// What a command without a profile is spoken to with.
pub(super) const GENERIC: &str = "generic";

/// The roles, and where the file speaks of them.
pub(super) struct Roles {
    /// In the order of the file.
    pub all: Vec<Role>,
    /// `[roles]` itself; `None` where the usual ones hold.
    pub place: Option<std::ops::Range<usize>>,
    /// Named in the file, but with an error of their own.
    broken: Vec<String>,
    /// What their autonomy allows them.
    pub rules: Vec<Policy>,
}

impl Roles {
    /// Every name in the file, also of those that have an error.
    pub fn names(&self) -> Vec<&str> {
        let known = self.all.iter().map(|role| role.name.as_str());
        known
            .chain(self.broken.iter().map(String::as_str))
            .collect()
    }

    /// Notes a role that does not exist.
    pub fn check(&self, name: &Placed<String>, reader: &mut Reader) {
        let names = self.names();
        if names.contains(&name.value.as_str()) {
            return;
        }
        let hint = match nearest(&name.value, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("add a table `[roles.{}]`", name.value),
        };
        reader.error(
            &name.span,
            format!("no role is called `{}`", name.value),
            hint,
        );
    }
}

pub(super) fn read(root: &mut Table, runners: &Runners, reader: &mut Reader) -> Roles {
    let Some(mut inner) = root.table("roles", reader) else {
        return Roles {
            all: defaults::roles(),
            place: None,
            broken: Vec::new(),
            rules: Vec::new(),
        };
    };
    let mut roles = Roles {
        all: Vec::new(),
        place: Some(inner.span.clone()),
        broken: Vec::new(),
        rules: Vec::new(),
    };
    let mut unsaid = Vec::new();
    for entry in inner.take_rest() {
        check("a role", &entry.key, reader);
        let name = entry.key.value.clone();
        let read = table(entry, reader).and_then(|inner| read_role(&name, inner, runners, reader));
        let Some(read) = read else {
            roles.broken.push(name);
            continue;
        };
        roles.rules.extend(read.autonomy.rules(&read.role.name));
        if read.checker == Said::Nothing {
            unsaid.push(read.role.name.clone());
        }
        roles.all.push(read.role);
    }
    check_by_name(&mut roles.all, &unsaid);
    roles
}

/// Whether the file says from whom a role must differ.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Said {
    Nothing,
    Something,
}

/// One table.
struct Read {
    role: Role,
    autonomy: Autonomy,
    checker: Said,
}

/// The usual checkers, of those roles that do not say: an adversary and a reviewer never check their own work, nor
/// that of their own profile where theirs is another one than that of everybody who makes.
pub(super) fn check_by_name(roles: &mut [Role], unsaid: &[RoleName]) {
    let checks = |role: &Role| CHECKING.contains(&role.name.as_str());
    let makers = roles.iter().filter(|role| !checks(role));
    let profiles: Vec<String> = makers.map(|role| role.profile.clone()).collect();
    for role in roles.iter_mut() {
        if checks(role) && unsaid.contains(&role.name) {
            role.checker = match profiles.contains(&role.profile) {
                true => Checker::OtherAgent,
                false => Checker::OtherProfile,
            };
        }
    }
}

fn read_role(name: &str, mut from: Table, runners: &Runners, reader: &mut Reader) -> Option<Read> {
    let silent = !from.has("profile") && !from.has("command");
    let profile = from.text("profile", reader);
    let command = read_command(&mut from, reader);
    let places = from.number("places", 1..=256, reader);
    let skill = from.text("skill", reader);
    if let Some(skill) = &skill {
        check("a skill", skill, reader);
    }
    let lifetime = from.choice("lifetime", &LIFETIMES, reader);
    let said = match from.has("checker") {
        true => Said::Something,
        false => Said::Nothing,
    };
    let checker = from.choice("checker", &CHECKERS, reader);
    let runner = from.text("runner", reader);
    if let Some(runner) = &runner {
        runners.check(runner, reader);
    }
    let autonomy = from.choice("autonomy", &AUTONOMY, reader);
    if silent {
        let hint = "write `profile = \"claude\"` or `command = [\"my-agent\"]`";
        let what = format!("role `{name}` does not say what to start");
        reader.error(&from.span, what, hint);
    }
    from.end(reader);
    let command = command.unwrap_or_default();
    let profile = match profile {
        Some(profile) => profile.value,
        None if command.is_empty() => return None,
        None => GENERIC.to_owned(),
    };
    let role = Role {
        name: RoleName(name.to_owned()),
        profile,
        command,
        places: places
            .and_then(|places| u32::try_from(places.value).ok())
            .unwrap_or(1),
        skill: skill.map(|skill| skill.value).unwrap_or_default(),
        lifetime: lifetime.unwrap_or_default(),
        checker: checker.unwrap_or_default(),
        runner: runner.map(|runner| runner.value).unwrap_or_default(),
    };
    Some(Read {
        role,
        autonomy: autonomy.unwrap_or_default(),
        checker: said,
    })
}

/// Program and arguments. Noted where there is no program.
pub(super) fn read_command(from: &mut Table, reader: &mut Reader) -> Option<Vec<String>> {
    let words = from.texts("command", reader)?;
    if words
        .value
        .first()
        .is_none_or(|program| program.value.trim().is_empty())
    {
        let hint = "write the program and its arguments, as in [\"my-agent\", \"--flag\"]";
        reader.error(&words.span, "an empty command", hint);
    }
    Some(words.value.into_iter().map(|word| word.value).collect())
}
