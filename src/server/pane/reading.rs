//! Reads the screen by the rules of its profile: once the output has paused for a moment, and while it does
//! not pause a few times a second. A screen that did not change is not read again, and nothing wakes for it.
//!
//! Must not decide what a reading is worth: it tells what stands there.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::model::{Ask, Choice, Digest, Standing, Time, Untrusted};
use crate::profile::Profile;
use crate::profile::screen::{self, Dialog, Reading, Steady};
use crate::terminal::Screen;

use super::super::digest::digest;
use super::heard::Heard;

/// Output has paused after this long without a change.
const PAUSE: Duration = Duration::from_millis(60);
/// A change waits no longer than this to be read.
const LATEST: Duration = Duration::from_millis(250);
/// Between two readings lies at least this much.
const BETWEEN: Duration = Duration::from_millis(100);

/// What was read of one screen, and when it is read next.
#[derive(Debug, Default)]
pub(super) struct Reader {
    /// The last reading, and of what it was.
    last: Option<Look>,
    /// Changes that were not read.
    unread: Option<Unread>,
    /// The newest generation that was seen, read or not.
    seen: Option<u64>,
    /// When it was read last because it was time for it.
    read: Option<Instant>,
    /// When a reading that was held back holds.
    again: Option<Instant>,
    steady: Steady,
    /// Which dialog the room was told of; none before the first word.
    told: Option<Option<Digest>>,
}

/// A reading of one picture by one profile.
#[derive(Debug)]
struct Look {
    generation: u64,
    profile: Arc<Profile>,
    seen: Sight,
}

/// What one picture says.
#[derive(Clone, Debug)]
pub(super) struct Sight {
    /// By the rules.
    pub reading: Reading,
    /// The dialog, as a card would show it.
    pub standing: Option<Standing>,
}

#[derive(Clone, Copy, Debug)]
struct Unread {
    first: Instant,
    last: Instant,
}

impl Sight {
    /// The digest of the dialog that stands there.
    pub fn digest(&self) -> Option<&Digest> {
        self.standing.as_ref().map(|standing| &standing.digest)
    }
}

impl Reader {
    /// Notices what changed: the picture, or the rules.
    pub fn notice(&mut self, screen: &Screen, profile: &Arc<Profile>, now: Instant) {
        let last = self.last.as_ref();
        let same_rules = last.is_some_and(|last| Arc::ptr_eq(&last.profile, profile));
        let generation = screen.generation();
        if self.seen == Some(generation) && (same_rules || self.unread.is_some()) {
            return;
        }
        self.seen = Some(generation);
        let first = self.unread.map_or(now, |unread| unread.first);
        self.unread = Some(Unread { first, last: now });
    }

    /// Nothing is read there any more: no terminal, or no rules.
    pub fn stop(&mut self, heard: &mut Heard) {
        if self.told.take().flatten().is_some() {
            heard.dialog(None);
        }
        (self.unread, self.again) = (None, None);
    }

    /// When it is time to read, if nothing changes before.
    pub fn due(&self) -> Option<Instant> {
        let paused = self.unread.map(|unread| {
            let at = (unread.last + PAUSE).min(unread.first + LATEST);
            self.read.map_or(at, |read| at.max(read + BETWEEN))
        });
        [paused, self.again].into_iter().flatten().min()
    }

    /// What stands there at this very moment.
    pub fn look(&mut self, screen: &Screen, profile: &Arc<Profile>) -> &Sight {
        let generation = screen.generation();
        let known = self
            .last
            .take()
            .filter(|last| last.generation == generation && Arc::ptr_eq(&last.profile, profile));
        let look = known.unwrap_or_else(|| Look {
            generation,
            profile: profile.clone(),
            seen: sight(screen, profile),
        });
        &self.last.insert(look).seen
    }

    /// Reads, where it is time to, and tells what is new. Says whether it read.
    pub fn read(
        &mut self,
        screen: &Screen,
        profile: &Arc<Profile>,
        (now, at): (Instant, Time),
        heard: &mut Heard,
    ) -> Option<Sight> {
        if self.due().is_none_or(|due| due > now) {
            return None;
        }
        (self.unread, self.again, self.read) = (None, None, Some(now));
        let sight = self.look(screen, profile).clone();
        let again = self.steady.take(sight.reading.clone(), at);
        self.again = again.map(|again| now + Duration::from_millis(again.since(at).max(1)));
        if let Some(told) = self.steady.told() {
            heard.read(told.state.clone(), &told.because, at);
        }
        let digest = sight.digest().cloned();
        if self.told.as_ref() != Some(&digest) {
            self.told = Some(digest);
            heard.dialog(sight.standing.clone());
        }
        Some(sight)
    }
}

fn sight(screen: &Screen, profile: &Profile) -> Sight {
    let size = screen.size();
    let rows = screen.rows(0..size.rows).iter();
    let rows: Vec<String> = rows.map(|row| row.text().to_owned()).collect();
    let reading = screen::read(&profile.screen, &rows);
    let standing = reading
        .dialog
        .as_ref()
        .map(|dialog| standing(dialog, screen.generation()));
    Sight { reading, standing }
}

/// A dialog as a card shows it.
fn standing(dialog: &Dialog, screen: u64) -> Standing {
    let options = dialog.options.iter().map(|option| Choice {
        label: Untrusted::new(option.label.as_str()),
        means: option.means,
    });
    let ask = Ask::Dialog {
        rows: Untrusted::new(without_cursor(dialog).join("\n")),
        options: options.collect(),
    };
    Standing {
        digest: digest(&ask),
        ask,
        screen,
    }
}

/// Its rows without the marks that say where the cursor is: moving it does not make another dialog.
fn without_cursor(dialog: &Dialog) -> Vec<String> {
    let mut rows = dialog.rows.clone();
    let mut from = 0;
    for option in &dialog.options {
        let words: String = option.label.chars().take(12).collect();
        let at = rows[from..].iter().position(|row| row.contains(&words));
        let Some(at) = at.filter(|_| !words.is_empty()).map(|at| from + at) else {
            continue;
        };
        from = at;
        let row = &rows[at];
        let (head, tail) = row.split_at(row.find(&words).unwrap_or(0));
        let head: String = head.chars().map(unmarked).collect();
        rows[at] = head + tail;
    }
    rows
}

fn unmarked(c: char) -> char {
    let frame = ('\u{2500}'..='\u{257f}').contains(&c);
    let number = c.is_alphanumeric() || "|.():[]/,".contains(c);
    if frame || number || c.is_whitespace() {
        c
    } else {
        ' '
    }
}
