//! The `[runners.…]` tables: commands in front of agents' commands.

use super::roles::read_command;
use crate::config::name::check;
use crate::config::nearest::nearest;
use crate::config::reader::{Placed, Reader, Table, table};
use crate::model::Runner;

/// The runners of a file.
pub(super) struct Runners {
    /// In the order of the file.
    pub all: Vec<Runner>,
}

impl Runners {
    /// Notes a runner that does not exist.
    pub fn check(&self, name: &Placed<String>, reader: &mut Reader) {
        let names = self.all.iter().map(|runner| runner.name.as_str());
        if names.clone().any(|known| known == name.value) {
            return;
        }
        let hint = match nearest(&name.value, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("add a table `[runners.{}]` with its `command`", name.value),
        };
        let what = format!("no runner is called `{}`", name.value.escape_debug());
        reader.error(&name.span, what, hint);
    }
}

pub(super) fn read(root: &mut Table, reader: &mut Reader) -> Runners {
    let mut all = Vec::new();
    let entries = root
        .table("runners", reader)
        .map(|mut inner| inner.take_rest());
    for entry in entries.unwrap_or_default() {
        check("a runner", &entry.key, reader);
        let name = entry.key.value.clone();
        let Some(mut from) = table(entry, reader) else {
            continue;
        };
        if !from.has("command") {
            let hint =
                "write `command = [\"nice\", \"-n\", \"10\"]`: the agent's own command follows";
            let what = format!("runner `{name}` does not say what to run");
            reader.error(&from.span, what, hint);
        }
        let command = read_command(&mut from, reader).unwrap_or_default();
        from.end(reader);
        all.push(Runner { name, command });
    }
    Runners { all }
}
