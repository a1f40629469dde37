//! What is judged: one permission, who asks it, and which of its texts are operands.

use crate::model::{Agent, Ask, Launch, Request};

/// One permission, as rules look at it. Borrowed from a request and its agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject<'a> {
    /// The asker's role.
    pub role: Option<&'a str>,
    /// The asker's name; empty where nobody is known.
    pub agent: &'a str,
    /// The asker's profile; empty where nobody is known.
    pub profile: &'a str,
    /// The folder in which the asker was started; from the root.
    pub folder: &'a str,
    /// The tool.
    pub tool: &'a str,
    /// One line.
    pub summary: &'a str,
    /// The operands in full; may be empty.
    pub detail: &'a str,
    /// Where a relative path begins, as the asker says.
    pub cwd: &'a str,
}

/// How the lines of a change begin that name a file.
const FILE_LINES: [&str; 6] = [
    "+++ ",
    "--- ",
    "*** Add File: ",
    "*** Update File: ",
    "*** Delete File: ",
    "*** Move to: ",
];

/// How a summary begins that names files.
const FILE_WORDS: [&str; 2] = ["write ", "edit "];

impl<'a> Subject<'a> {
    /// The permission of a request; none where it asks something else.
    pub fn of(request: &'a Request, agent: Option<&'a Agent>) -> Option<Self> {
        let subject = Self::asked(&request.ask)?;
        Some(match agent {
            Some(agent) => Subject {
                role: agent.role.as_ref().map(|role| role.as_str()),
                agent: &agent.name,
                profile: &agent.profile,
                folder: &agent.folder,
                ..subject
            },
            None => subject,
        })
    }

    /// The same from lines of the journal.
    pub fn launched(ask: &'a Ask, launch: Option<&'a Launch>, folder: &'a str) -> Option<Self> {
        let subject = Self::asked(ask)?;
        Some(match launch {
            Some(launch) => Subject {
                role: launch.role.as_ref().map(|role| role.as_str()),
                agent: &launch.name,
                profile: &launch.profile,
                folder,
                ..subject
            },
            None => subject,
        })
    }

    fn asked(ask: &'a Ask) -> Option<Self> {
        let Ask::Permission {
            tool,
            summary,
            detail,
            cwd,
        } = ask
        else {
            return None;
        };
        Some(Subject {
            role: None,
            agent: "",
            profile: "",
            folder: "",
            tool: tool.raw(),
            summary: summary.raw(),
            detail: detail.raw(),
            cwd: cwd.raw(),
        })
    }

    /// The command: the operands in full, or the line where there are none.
    pub fn command(&self) -> &'a str {
        match self.detail.trim() {
            "" => self.summary.trim(),
            detail => detail,
        }
    }

    /// Every text in which something may stand that is refused: whole, and line by line.
    pub fn texts(&self) -> impl Iterator<Item = &'a str> {
        let whole = [self.summary.trim(), self.detail.trim()];
        let lines = [self.summary, self.detail].into_iter();
        let lines = lines.flat_map(str::lines).map(str::trim);
        whole
            .into_iter()
            .chain(lines)
            .filter(|text| !text.is_empty())
    }

    /// Whether it is a change of files, by the tool's name.
    pub fn changes_files(&self) -> bool {
        let tool = self.tool.to_ascii_lowercase();
        let mut words = ["write", "edit", "patch"].iter();
        words.any(|word| tool.contains(word))
    }

    /// The files that it names: those of its change, else those of its line.
    pub fn paths(&self) -> Vec<&'a str> {
        let lines = self.detail.lines();
        let named = lines.filter_map(|line| {
            let mut heads = FILE_LINES.iter();
            heads.find_map(|head| line.strip_prefix(head))
        });
        let named: Vec<&str> = named.map(str::trim).collect();
        match named.is_empty() {
            false => named,
            true => self.paths_of_line(),
        }
    }

    /// `write a (3 lines)`, `edit a, b`, `a  +3 -1`, `a`.
    fn paths_of_line(&self) -> Vec<&'a str> {
        let line = self.summary.trim();
        let mut words = FILE_WORDS.iter();
        let line = words
            .find_map(|word| line.strip_prefix(word))
            .unwrap_or(line);
        let line = line.split("  ").next().unwrap_or_default();
        let line = match line.rsplit_once(" (") {
            Some((path, tail)) if tail.ends_with(')') => path,
            Some(_) | None => line,
        };
        line.split(", ")
            .map(str::trim)
            .filter(|path| !path.is_empty())
            .collect()
    }
}
