//! "Always like this": the rules that would have allowed a permission, the narrowest first.

use super::pattern::{self, Reach, exactly};
use super::{Does, Policy, Subject, judge};
use crate::model::RoleName;

/// Programs that run whatever they are given: no rule is proposed for all that begins with one of them.
const RUNNERS: [&str; 18] = [
    "bash", "sh", "zsh", "fish", "dash", "env", "sudo", "doas", "su", "xargs", "eval", "exec",
    "nohup", "time", "python", "python3", "node", "perl",
];

/// Tools that run whatever command they are given: no rule is proposed for all of it.
const COMMANDERS: [&str; 9] = [
    "bash",
    "sh",
    "shell",
    "run",
    "exec",
    "execute",
    "command",
    "terminal",
    "run_shell_command",
];

/// A rule that may be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// How wide it is, in a few words.
    pub width: String,
    /// The rule.
    pub rule: Policy,
}

/// Rules that allow this permission, from the narrowest to the widest. Each of them matches it.
pub fn proposals(subject: &Subject) -> Vec<Proposal> {
    let base = for_asker(subject);
    let mut all = Vec::new();
    let mut add = |width: &str, rule: Policy| {
        let known = all.iter().any(|one: &Proposal| one.rule == rule);
        if !known && rule.matches(subject) {
            let width = width.to_owned();
            all.push(Proposal { width, rule });
        }
    };
    for (width, path) in paths(subject) {
        let path = Some(path);
        add(
            width,
            Policy {
                path,
                ..base.clone()
            },
        );
    }
    if subject.changes_files() {
        return all;
    }
    for (width, command) in commands(subject.command()) {
        let command = Some(command);
        add(
            width,
            Policy {
                command,
                ..base.clone()
            },
        );
    }
    // A rule for every command of an agent is written by hand, never by two keys.
    if !COMMANDERS.contains(&subject.tool.trim().to_lowercase().as_str()) {
        add("ANYTHING this tool is asked to do", base);
    }
    all
}

/// This tool, for this role; for this very agent where it has none.
fn for_asker(subject: &Subject) -> Policy {
    let agent = Some(subject.agent).filter(|name| !name.is_empty());
    Policy {
        role: subject.role.map(RoleName::from),
        agent: agent.filter(|_| subject.role.is_none()).map(str::to_owned),
        tools: vec![subject.tool.trim().to_owned()],
        ..Policy::new(Does::Allow)
    }
}

fn commands(command: &str) -> Vec<(&'static str, String)> {
    let mut all = vec![("this very command", exactly(command))];
    let words: Vec<&str> = command.split(' ').collect();
    let simple = pattern::matches("*", command, Reach::OneCommand);
    let program = words
        .first()
        .map_or("", |word| word.rsplit('/').next().unwrap_or_default());
    if !simple || words.contains(&"") || RUNNERS.contains(&program) {
        return all;
    }
    if let [program, verb, ..] = words[..]
        && !verb.starts_with('-')
    {
        all.push((
            "what begins like it",
            format!("{}*", exactly(&format!("{program} {verb}"))),
        ));
    }
    if words.len() > 1 {
        all.push((
            "this program, with any words",
            format!("{} *", exactly(words[0])),
        ));
    }
    all
}

/// The file, its folder, all below that, and all of the agent's folder; a file elsewhere by itself only.
fn paths(subject: &Subject) -> Vec<(&'static str, String)> {
    let named = subject.paths();
    let (Some(first), true) = (named.first(), subject.changes_files()) else {
        return Vec::new();
    };
    let Some(path) = pattern::folders(subject.cwd, first) else {
        return Vec::new();
    };
    let home = pattern::folders("", subject.folder);
    let inside = home.filter(|home| path.starts_with(home) && path.len() > home.len());
    let Some(home) = inside else {
        return vec![("this very file", format!("/{}", exactly(&path.join("/"))))];
    };
    let own = &path[home.len()..];
    let folder = own[..own.len() - 1]
        .iter()
        .map(|name| format!("{}/", exactly(name)));
    let folder: String = folder.collect();
    vec![
        ("this very file", exactly(&own.join("/"))),
        ("files of this folder", format!("{folder}*")),
        ("this folder and all below", format!("{folder}**")),
        ("all of the agent's folder", "**".to_owned()),
    ]
}

/// Which of past permissions a rule would have allowed: itself, whatever else holds.
pub fn would_allow(rule: &Policy, subject: &Subject) -> bool {
    matches!(judge([rule], subject), super::Ruling::By(by) if by.does == Does::Allow)
}
