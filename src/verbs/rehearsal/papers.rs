//! What an actor reads and writes: its assignment, the brief that a message hands in, a diff.

use std::env;
use std::fs;

use crate::wire::agent::{ENV_ASSIGNMENT, ENV_BRIEF};

/// What it was handed when it was started.
pub(super) fn assignment() -> String {
    let path = env::var(ENV_ASSIGNMENT).ok();
    let text = path.and_then(|path| fs::read_to_string(path).ok());
    text.unwrap_or_default()
}

/// The brief that a message hands in: it begins with its id, and says how to hand it over.
pub(super) fn handed_in(text: &str) -> Option<String> {
    let rest = text.trim_start().strip_prefix("Brief ");
    let rest = rest.or_else(|| text.trim_start().strip_prefix("You get brief "))?;
    let id: String = rest
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c))
        .collect();
    (!id.is_empty() && text.contains("opsroom done --handoff")).then_some(id)
}

/// The brief's id and the first line of its assignment, where there is one.
pub(super) fn brief() -> Option<String> {
    let id = env::var(ENV_BRIEF).ok()?;
    let text = assignment();
    let title = text
        .lines()
        .map(|line| line.trim_start_matches('#').trim())
        .find(|line| !line.is_empty());
    Some(
        title
            .filter(|title| !title.contains(&id))
            .map_or_else(|| id.clone(), |title| format!("{id} {title}")),
    )
}

/// A unified diff of one replacement.
pub(super) fn diff(line: usize, from: &str, to: &str) -> String {
    let mut text = format!(
        "@@ -{line},{} +{line},{} @@\n",
        from.lines().count(),
        to.lines().count()
    );
    let kept = |one: &str| from.lines().any(|line| line == one);
    for one in from
        .lines()
        .filter(|one| !to.lines().any(|line| line == *one))
    {
        text.push_str(&format!("-{one}\n"));
    }
    for one in to.lines() {
        text.push_str(&format!("{}{one}\n", if kept(one) { ' ' } else { '+' }));
    }
    text
}
