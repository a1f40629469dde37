//! Small pieces of the sentences that people read: counts, ages, lists of names.

use super::{Exit, Place, Verdict};

/// "1 agent", "3 agents".
pub fn count(n: usize, noun: &str) -> String {
    match n {
        1 => format!("1 {noun}"),
        _ => format!("{n} {noun}s"),
    }
}

/// "1 place is", "3 places are".
pub(super) fn count_are(n: usize, noun: &str) -> String {
    match n {
        1 => format!("1 {noun} is"),
        _ => format!("{n} {noun}s are"),
    }
}

/// "1 check runs", "3 checks run".
pub(super) fn count_run(n: usize, noun: &str) -> String {
    match n {
        1 => format!("1 {noun} runs"),
        _ => format!("{n} {noun}s run"),
    }
}

/// An age in its largest unit: "3 s", "2 min", "5 h", "4 d".
pub fn age(ms: u64) -> String {
    let seconds = ms / 1_000;
    match seconds {
        0..=59 => format!("{seconds} s"),
        60..=3_599 => format!("{} min", seconds / 60),
        3_600..=86_399 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

/// The first few of a list, and how many more there are.
pub(super) fn some_of(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let shown = names[..names.len().min(SHOWN)].join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// The beginning of a text: so many bytes at most, whole characters.
pub fn cut(text: &str, most: usize) -> &str {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// The end of a text: so many bytes at most, whole characters.
pub fn tail(text: &str, most: usize) -> &str {
    let mut from = text.len().saturating_sub(most);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    &text[from..]
}

/// Words that may follow, or nothing.
pub fn followed(words: &str) -> String {
    match words.trim() {
        "" => String::new(),
        words => format!(": {words}"),
    }
}

impl Exit {
    /// How it ended, in a few words.
    pub fn sentence(&self) -> String {
        match self {
            Exit::Code(code) => format!("exit {code}"),
            Exit::Signal(name) => format!("ended by {name}"),
            Exit::Failed(why) => format!("could not be started: {why}"),
            Exit::Lost => "gone when the room came back".to_owned(),
            Exit::Stopped(how) => format!("stopped ({})", how.sentence()),
        }
    }
}

impl Verdict {
    /// The verb of "alice … this".
    pub fn past(&self) -> &'static str {
        match self {
            Verdict::Approve => "approved",
            Verdict::Reject { .. } => "rejected",
            Verdict::Reply { .. } => "answered",
            Verdict::Redirect(_) => "redirected",
        }
    }

    /// The operator's words with it; may be empty.
    pub fn words(&self) -> &str {
        match self {
            Verdict::Approve => "",
            Verdict::Reject { reason: words } | Verdict::Reply { text: words } => words,
            Verdict::Redirect(redirect) => redirect.words(),
        }
    }
}

impl std::fmt::Display for Place {
    /// `track/stage`, as the folders are called.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.track, self.stage)
    }
}
