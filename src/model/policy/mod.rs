//! Policies: rules that decide a permission without a person. Pure: rules and a permission in, a ruling out.
//!
//! 1. Deny wins over ask, and ask over allow, whatever their order. No rule means ask.
//! 2. A rule matches where everything that it names matches. Of several operands (the files of a patch) a
//!    rule that allows must match all, a rule that denies or asks any: whatever is in doubt waits for a person.
//! 3. Only a permission is judged. A question wants words, a gate a look; a dialog on a screen has no operands.

mod pattern;
mod propose;
mod subject;
mod trial;

use serde::{Deserialize, Serialize};

use super::RoleName;
use pattern::Reach;
pub use propose::{Proposal, proposals, would_allow};
pub use subject::Subject;
pub use trial::{Trial, Tried};

/// The most rules of a room.
pub const RULES_MOST: usize = 200;
/// The longest command that a rule may allow, in bytes: nobody has read a longer one.
const ALLOWED_LONGEST: usize = 16 * 1024;

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// What it does.
    pub does: Does,
    /// For agents of this role.
    pub role: Option<RoleName>,
    /// For the agent of this name.
    pub agent: Option<String>,
    /// For agents of this profile.
    pub profile: Option<String>,
    /// For these tools; for every tool where none is named. Case does not matter.
    pub tools: Vec<String>,
    /// The whole command, with `*`.
    pub command: Option<String>,
    /// The whole path, with `*` and `**`; relative to the agent's folder, and then never outside it.
    pub path: Option<String>,
    /// Told to an agent that is denied; may be empty.
    pub why: String,
}

/// What a rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Does {
    /// Approves at once.
    Allow,
    /// Leaves it to a person, whatever other rules allow.
    Ask,
    /// Rejects at once.
    Deny,
}

/// What rules say of one permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ruling<'p> {
    /// This rule decides.
    By(&'p Policy),
    /// No rule speaks of it: a person decides.
    NoRule,
}

/// What the rules say. Of several rules that do the same, the first one is named.
pub fn judge<'p>(rules: impl IntoIterator<Item = &'p Policy>, subject: &Subject) -> Ruling<'p> {
    let mut best: Option<&Policy> = None;
    for rule in rules {
        let stricter = best.is_none_or(|best| rule.does > best.does);
        if stricter && rule.matches(subject) {
            best = Some(rule);
        }
    }
    best.map_or(Ruling::NoRule, Ruling::By)
}

/// Of rules that were agreed to and rules that are written now, what holds: what was agreed to, made as strict
/// as what is written. A rule that is written and loosens is not in it.
pub fn in_force(agreed: &[Policy], written: &[Policy]) -> Vec<Policy> {
    let kept = agreed.iter().filter(|rule| match rule.does {
        Does::Allow => written.contains(rule),
        Does::Ask | Does::Deny => true,
    });
    let new = written.iter().filter(|rule| match rule.does {
        Does::Allow => false,
        Does::Ask | Does::Deny => !agreed.contains(rule),
    });
    kept.chain(new).cloned().collect()
}

/// What loosens in the rules that are written now, for people: one sentence each.
pub fn loosened(agreed: &[Policy], written: &[Policy]) -> Vec<String> {
    let more = written.iter().filter(|rule| match rule.does {
        Does::Allow => !agreed.contains(rule),
        Does::Ask | Does::Deny => false,
    });
    let less = agreed.iter().filter(|rule| match rule.does {
        Does::Allow => false,
        Does::Ask | Does::Deny => !written.contains(rule),
    });
    more.map(Policy::sentence)
        .chain(less.map(|rule| format!("no longer: {}", rule.sentence())))
        .collect()
}

impl Policy {
    /// A rule for every permission there is.
    pub fn new(does: Does) -> Self {
        Self {
            does,
            role: None,
            agent: None,
            profile: None,
            tools: Vec::new(),
            command: None,
            path: None,
            why: String::new(),
        }
    }

    /// Whether it speaks of a permission.
    pub fn matches(&self, subject: &Subject) -> bool {
        let is = |wanted: &Option<String>, has: &str| wanted.as_deref().is_none_or(|it| it == has);
        let role = self.role.as_ref().map(RoleName::as_str);
        role.is_none_or(|role| subject.role == Some(role))
            && is(&self.agent, subject.agent)
            && is(&self.profile, subject.profile)
            && self.tool_matches(subject.tool)
            && self.command_matches(subject)
            && self.path_matches(subject)
    }

    fn tool_matches(&self, tool: &str) -> bool {
        let mut tools = self.tools.iter();
        self.tools.is_empty() || tools.any(|it| it.eq_ignore_ascii_case(tool.trim()))
    }

    fn command_matches(&self, subject: &Subject) -> bool {
        let Some(pattern) = &self.command else {
            return true;
        };
        match self.does {
            Does::Allow => {
                let command = subject.command();
                command.len() <= ALLOWED_LONGEST
                    && pattern::matches(pattern, command, Reach::OneCommand)
            }
            Does::Ask | Does::Deny => subject
                .texts()
                .any(|text| pattern::matches(pattern, text, Reach::Anything)),
        }
    }

    fn path_matches(&self, subject: &Subject) -> bool {
        let Some(wanted) = &self.path else {
            return true;
        };
        let home = pattern::folders("", subject.folder);
        let paths = subject.paths();
        let fits = |path: &&str| {
            pattern::folders(subject.cwd, path)
                .is_some_and(|path| pattern::matches_path(wanted, &path, home.as_deref()))
        };
        match self.does {
            Does::Allow => !paths.is_empty() && paths.iter().all(fits),
            // A file whose path cannot be followed may be any file.
            Does::Ask | Does::Deny => paths.iter().any(|path| {
                let lost = pattern::folders(subject.cwd, path).is_none();
                fits(path) || lost && subject.changes_files()
            }),
        }
    }

    /// The rule in a line, for cards, the journal and lists.
    pub fn sentence(&self) -> String {
        let mut text = match self.does {
            Does::Allow => "allow",
            Does::Ask => "ask",
            Does::Deny => "deny",
        }
        .to_owned();
        text.push(' ');
        match self.tools.is_empty() {
            true => text.push_str("every tool"),
            false => text.push_str(&self.tools.join(", ")),
        }
        let parts = [
            (" ", &self.command),
            (" in ", &self.path),
            (" for agent ", &self.agent),
            (" for ", &self.role.as_ref().map(ToString::to_string)),
            (" on ", &self.profile),
        ]
        .map(|(before, part)| part.as_ref().map(|part| format!("{before}{part}")));
        text.extend(parts.into_iter().flatten());
        text
    }
}
