//! What a brief's branch is made with, and what becomes of it: `worktrees` and `land`.

use toml::de::DeValue;

use super::commands::check_line;
use crate::config::reader::{Entry, Reader, mismatch, suggest, table, text};
use crate::model::{Land, Worktrees};

/// The most lines that set a worktree up.
const SETUP_MOST: usize = 32;

const LANDS: [(&str, Land); 3] = [
    ("leave", Land::Leave),
    ("merge", Land::Merge),
    ("squash", Land::Squash),
];

/// `worktrees = true`, or `{ setup = ["npm ci"] }`.
pub(super) fn worktrees(entry: Entry, reader: &mut Reader) -> Worktrees {
    match entry.value.get_ref() {
        DeValue::Boolean(true) => Worktrees::Each { setup: Vec::new() },
        DeValue::Boolean(false) => Worktrees::None,
        DeValue::Table(_) => {
            let Some(mut from) = table(entry, reader) else {
                return Worktrees::None;
            };
            let setup = from.text_or_texts("setup", reader);
            from.end(reader);
            let lines = setup.map_or_else(Vec::new, |lines| {
                if lines.value.len() > SETUP_MOST {
                    let hint = format!("write at most {SETUP_MOST}, or one script");
                    reader.error(&lines.span, "too many lines", hint);
                }
                lines.value
            });
            lines.iter().for_each(|line| check_line(line, reader));
            Worktrees::Each {
                setup: lines.into_iter().map(|line| line.value).collect(),
            }
        }
        other => {
            let wanted = "true, false, or { setup = [\"npm ci\"] }";
            mismatch(&entry.value.span(), wanted, other, reader);
            Worktrees::None
        }
    }
}

/// `land = "merge"`, or `{ command = "gh pr create --fill" }`.
pub(super) fn land(entry: Entry, reader: &mut Reader) -> Land {
    match entry.value.get_ref() {
        DeValue::String(_) => {
            let Some(word) = text(entry.value, reader) else {
                return Land::Leave;
            };
            let known = LANDS.iter().find(|(name, _)| *name == word.value);
            if let Some((_, land)) = known {
                return land.clone();
            }
            let names = LANDS.map(|(name, _)| name);
            let what = format!("`land` cannot be `{}`", word.value);
            reader.error(&word.span, what, suggest(&word.value, &names));
            Land::Leave
        }
        DeValue::Table(_) => {
            let span = entry.value.span();
            let Some(mut from) = table(entry, reader) else {
                return Land::Leave;
            };
            let command = from.text("command", reader);
            from.end(reader);
            let Some(command) = command else {
                let hint = "write { command = \"gh pr create --fill\" }";
                reader.error(&span, "a landing without a command", hint);
                return Land::Leave;
            };
            check_line(&command, reader);
            Land::Command(command.value)
        }
        other => {
            let wanted = "\"leave\", \"merge\", \"squash\", or { command = \"…\" }";
            mismatch(&entry.value.span(), wanted, other, reader);
            Land::Leave
        }
    }
}
