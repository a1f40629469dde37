//! The `[roles.…]` tables.

use super::defaults;
use crate::config::name::check;
use crate::config::nearest::nearest;
use crate::config::reader::{Placed, Reader, Table, table};
use crate::model::{Role, RoleName};

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

pub(super) fn read(root: &mut Table, reader: &mut Reader) -> Roles {
    let Some(mut inner) = root.table("roles", reader) else {
        return Roles {
            all: defaults::roles(),
            place: None,
            broken: Vec::new(),
        };
    };
    let mut roles = Roles {
        all: Vec::new(),
        place: Some(inner.span.clone()),
        broken: Vec::new(),
    };
    for entry in inner.take_rest() {
        check("a role", &entry.key, reader);
        let name = entry.key.value.clone();
        match table(entry, reader).and_then(|inner| read_role(&name, inner, reader)) {
            Some(role) => roles.all.push(role),
            None => roles.broken.push(name),
        }
    }
    roles
}

fn read_role(name: &str, mut from: Table, reader: &mut Reader) -> Option<Role> {
    let silent = !from.has("profile") && !from.has("command");
    let profile = from.text("profile", reader);
    let command = read_command(&mut from, reader);
    let places = from.number("places", 1..=256, reader);
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
    Some(Role {
        name: RoleName(name.to_owned()),
        profile,
        command,
        places: places
            .and_then(|places| u32::try_from(places.value).ok())
            .unwrap_or(1),
        ..Role::default()
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
