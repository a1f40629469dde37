//! A brief as the room knows it. The folder is the state; this is what was last read there.

use serde::{Deserialize, Serialize};

use super::{Autonomy, BriefId, Budget, RoleName, Stage, Time, Track, Untrusted};

/// The stages that every track has: proposed, held, finished, dropped.
pub const RESERVED: [&str; 4] = ["inbox", "hold", "done", "dropped"];

/// The priority of a brief that names none. 1 comes first.
pub const PRIORITY_DEFAULT: u8 = 3;

/// Where a brief stands: the two folders above its file.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The track.
    pub track: Track,
    /// The stage.
    pub stage: Stage,
}

/// One file in the queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brief {
    /// Its id: the file name without `.md`.
    pub id: BriefId,
    /// Where it stands.
    pub place: Place,
    /// When the file was last changed: its age in the queue.
    pub changed: Time,
    /// What the file says, or why it cannot be read.
    pub content: Content,
}

/// What a brief's file says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Content {
    /// It parsed.
    Read(Heading),
    /// It did not. Such a file is shown, never moved and never rewritten.
    Broken(Fault),
}

/// The front matter, and what the text lacks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// One line.
    pub title: Untrusted,
    /// 1 first.
    pub priority: u8,
    /// Not dispatched before these are done.
    pub needs: Vec<BriefId>,
    /// The brief of another track whose stage opened it.
    pub from: Option<BriefId>,
    /// Who should do it, where the writer said so.
    pub role: Option<RoleName>,
    /// Which living agent should do it, by its name, where the writer said so.
    pub agent: Option<String>,
    /// Less than its role's autonomy, where the writer said so. More is not given by a brief: agents write them.
    pub autonomy: Option<Autonomy>,
    /// What must be seen to pass, in the writer's words. It goes into the assignment and onto the gate's card; it
    /// is never run, since agents write briefs.
    pub checks: Vec<Untrusted>,
    /// Another skill than its role's.
    pub skill: Option<String>,
    /// What all its agents together may use, where the writer said so.
    pub budget: Option<Budget>,
    /// What `lint` misses in it.
    pub lacks: Vec<Lack>,
}

/// Something that is missing in a brief, or odd.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lack {
    /// How much it matters.
    pub weight: Weight,
    /// What it is, lower case, no full stop.
    pub what: String,
    /// What to do about it.
    pub hint: String,
}

/// How much it matters that something is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Weight {
    /// It is good to know.
    Advice,
    /// Nobody can tell what is to be done, or when it is: the room does not start it by itself.
    Unclear,
}

impl Lack {
    /// For people: what is missing, and what to do about it.
    pub fn sentence(&self) -> String {
        format!("{}: {}", self.what, self.hint)
    }
}

/// What is wrong with a file, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Relative to the room's folder.
    pub path: String,
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
    /// What is wrong, lower case, no full stop.
    pub what: String,
    /// What to do about it.
    pub hint: String,
}

impl Heading {
    /// What keeps it from being clear: nothing where it says what is to be done and how that is seen.
    pub fn unclear(&self) -> impl Iterator<Item = &Lack> {
        let lacks = self.lacks.iter();
        lacks.filter(|lack| lack.weight == Weight::Unclear)
    }

    /// All that it lacks, in a few words each; nothing where it lacks nothing.
    pub fn lacking(&self) -> Option<String> {
        in_words(self.lacks.iter())
    }

    /// What keeps it from being clear, in a few words each; nothing where it is.
    pub fn unclear_in_words(&self) -> Option<String> {
        in_words(self.unclear())
    }
}

fn in_words<'l>(lacks: impl Iterator<Item = &'l Lack>) -> Option<String> {
    let whats: Vec<&str> = lacks.map(|lack| lack.what.as_str()).collect();
    (!whats.is_empty()).then(|| whats.join(", "))
}

impl Brief {
    /// The heading, where the file parsed.
    pub fn heading(&self) -> Option<&Heading> {
        match &self.content {
            Content::Read(heading) => Some(heading),
            Content::Broken(_) => None,
        }
    }

    /// The priority it is ordered by; a broken file keeps the default.
    pub fn priority(&self) -> u8 {
        self.heading()
            .map_or(PRIORITY_DEFAULT, |heading| heading.priority)
    }
}

/// The longest part of an id that is made of a title, in characters.
const SLUG_MAX: usize = 40;

impl BriefId {
    /// The id of a new brief: its number, and its title in lower case letters and digits. Letters of other scripts stand
    /// there as they are read in ASCII.
    pub fn of(number: u32, title: &str) -> Self {
        match slug(title) {
            slug if slug.is_empty() => BriefId(format!("{number:04}")),
            slug => BriefId(format!("{number:04}-{slug}")),
        }
    }
}

fn slug(title: &str) -> String {
    let mut slug = String::new();
    for c in deunicode::deunicode(title).chars() {
        match c.to_ascii_lowercase() {
            c if c.is_ascii_alphanumeric() => slug.push(c),
            _ if slug.is_empty() || slug.ends_with('-') => {}
            _ => slug.push('-'),
        }
        if slug.len() >= SLUG_MAX {
            break;
        }
    }
    slug.trim_end_matches('-').to_owned()
}

/// The title in a brief's front matter. Only found, not judged: the folder's reader says what is wrong.
pub fn title_in(text: &str) -> Option<String> {
    let lines = text
        .lines()
        .map(str::trim)
        .skip_while(|line| line.is_empty());
    let lines = lines.enumerate();
    let head = lines.take_while(|(n, line)| *n == 0 || *line != "+++");
    let title = head.filter_map(|(_, line)| {
        let value = line.strip_prefix("title")?.trim_start().strip_prefix('=')?;
        let value = value.trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let inner = value.get(1..)?;
        let end = inner.find(quote)?;
        Some(inner.get(..end)?.trim().to_owned())
    });
    title.into_iter().find(|title| !title.is_empty())
}
