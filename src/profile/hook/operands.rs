//! A tool's input as people read it: one line, and in full. Nothing of it is left out of the full text.

use serde_json::{Map, Value};

use super::json::{list, text};

/// The longest one-line summary, in characters. The full text is never cut.
const LINE: usize = 200;

/// What a tool is about to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Operands {
    pub summary: String,
    pub detail: String,
}

/// Of a tool whose input is not known by name: every operand, as JSON.
pub(super) fn any(tool: &str, input: &Value) -> Operands {
    const TELLING: [&str; 9] = [
        "command",
        "file_path",
        "path",
        "url",
        "query",
        "pattern",
        "notebook_path",
        "skill",
        "description",
    ];
    let told = TELLING
        .iter()
        .map(|name| text(input, name))
        .find(|it| !it.is_empty());
    Operands {
        summary: line(told.unwrap_or(tool)),
        detail: serde_json::to_string_pretty(input).unwrap_or_default(),
    }
}

/// Of a command: the command as it is; behind it what else changes how it runs.
pub(super) fn command(input: &Value) -> Option<Operands> {
    let command = text(input, "command");
    if command.trim().is_empty() {
        return None;
    }
    Some(Operands {
        summary: line(command),
        detail: format!("{command}{}", others(input, &["command", "description"])),
    })
}

/// Of a file that is written anew, or over: every line of it.
pub(super) fn write(input: &Value) -> Option<Operands> {
    let path = text(input, "file_path");
    let content = input.get("content")?.as_str()?;
    if path.is_empty() {
        return None;
    }
    let lines = content.lines().count();
    let plural = if lines == 1 { "line" } else { "lines" };
    Some(Operands {
        summary: line(&format!("write {path} ({lines} {plural})")),
        detail: format!(
            "+++ {path}\n{}{}",
            marked('+', content),
            others(input, &["file_path", "content"])
        ),
    })
}

/// Of an edit, or several edits, of one file.
pub(super) fn edit(input: &Value) -> Option<Operands> {
    let path = text(input, "file_path");
    if path.is_empty() {
        return None;
    }
    let one = [input.clone()];
    let edits = match list(input, "edits") {
        [] => &one[..],
        several => several,
    };
    let mut changes = String::new();
    for edit in edits {
        let old = edit.get("old_string")?.as_str()?;
        let new = edit.get("new_string")?.as_str()?;
        let known = ["old_string", "new_string", "file_path", "edits"];
        changes.push_str(&format!(
            "@@\n{}{}{}",
            marked('-', old),
            marked('+', new),
            others(edit, &known)
        ));
    }
    Some(Operands {
        summary: line(&format!("edit {path}")),
        detail: format!("--- {path}\n+++ {path}\n{}", changes.trim_end_matches('\n')),
    })
}

/// Of an edit that comes with its difference.
pub(super) fn diff(input: &Value) -> Option<Operands> {
    let (path, diff) = (text(input, "file_path"), text(input, "diff"));
    if path.is_empty() || diff.trim().is_empty() {
        return None;
    }
    let others = others(input, &["file_path", "diff"]);
    Some(Operands {
        summary: line(&format!("edit {path}")),
        detail: format!("{}{others}", diff.trim_matches('\n')),
    })
}

/// Of a patch: the patch, and the files it names.
pub(super) fn patch(patch: &str) -> Operands {
    let files: Vec<&str> = patch
        .lines()
        .filter_map(|line| {
            let file = line.strip_prefix("*** ")?;
            let of = ["Add File: ", "Update File: ", "Delete File: ", "Move to: "];
            of.iter().find_map(|head| file.strip_prefix(head))
        })
        .collect();
    let summary = match files.is_empty() {
        true => line(patch),
        false => line(&format!("edit {}", files.join(", "))),
    };
    Operands {
        summary,
        detail: patch.to_owned(),
    }
}

/// Every line with a mark in front.
fn marked(mark: char, text: &str) -> String {
    text.split_terminator('\n')
        .map(|line| format!("{mark}{line}\n"))
        .collect()
}

/// Operands besides those that were told, where they say anything.
fn others(input: &Value, told: &[&str]) -> String {
    let none = Map::new();
    let fields = input.as_object().unwrap_or(&none);
    let said = fields.iter().filter(|(name, value)| {
        let empty = value.is_null() || **value == Value::Bool(false);
        !empty && !told.contains(&name.as_str())
    });
    said.map(|(name, value)| format!("\n{name}: {value}"))
        .collect()
}

/// The first line, with a mark where there is more.
pub(super) fn line(text: &str) -> String {
    let mut lines = text.trim_start().lines();
    let first = lines.next().unwrap_or_default();
    let short: String = first.chars().take(LINE).collect();
    let more = short.len() < first.len() || lines.any(|line| !line.trim().is_empty());
    if more { format!("{short} …") } else { short }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use serde_json::json;

    #[test]
    fn a_command_is_told_as_it_is_and_what_changes_how_it_runs_behind_it() {
        let plain = command(
            &json!({ "command": "make all", "description": "Build", "run_in_background": false }),
        );
        assert_eq!(plain.unwrap().detail, "make all");
        let other = command(&json!({ "command": "make\nall", "run_in_background": true })).unwrap();
        assert_eq!(other.summary, "make …");
        assert_eq!(other.detail, "make\nall\nrun_in_background: true");
    }

    #[test]
    fn an_edit_is_told_as_lines_that_go_and_lines_that_come() {
        let told = edit(
            &json!({ "file_path": "/a", "old_string": "x\ny", "new_string": "z", "replace_all": true }),
        );
        assert_eq!(
            told.unwrap().detail,
            "--- /a\n+++ /a\n@@\n-x\n-y\n+z\n\nreplace_all: true"
        );
        let several = edit(&json!({ "file_path": "/a", "edits": [
            { "old_string": "1", "new_string": "2" }, { "old_string": "3", "new_string": "4" }
        ] }));
        assert_eq!(
            several.unwrap().detail,
            "--- /a\n+++ /a\n@@\n-1\n+2\n@@\n-3\n+4"
        );
    }

    #[test]
    fn a_file_that_is_written_is_told_line_by_line() {
        let told = write(&json!({ "file_path": "/a", "content": "x\ny\n" })).unwrap();
        assert_eq!(told.summary, "write /a (2 lines)");
        assert_eq!(told.detail, "+++ /a\n+x\n+y\n");
    }

    #[test]
    fn a_patch_names_its_files() {
        let told =
            patch("*** Begin Patch\n*** Add File: /a\n+x\n*** Update File: /b\n*** End Patch");
        assert_eq!(told.summary, "edit /a, /b");
    }

    #[test]
    fn an_input_without_its_operands_is_not_guessed_at() {
        assert_eq!(write(&json!({ "file_path": "/a" })), None);
        assert_eq!(edit(&json!({ "file_path": "/a", "old_string": "x" })), None);
        assert_eq!(command(&json!({ "command": " " })), None);
    }
}
