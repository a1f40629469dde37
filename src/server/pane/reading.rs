//! Reads the screen by the rules of its profile: once the output has paused for a moment, and while it does
//! not pause a few times a second. A screen that did not change is not read again, and nothing wakes for it.
//!
//! Must not decide what a reading is worth: it tells what stands there.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::model::{Ask, Choice, Digest, Standing, State, Telling, Time, Untrusted};
use crate::profile::Profile;
use crate::profile::screen::{self, Dialog, Reading, Rule, Says, Steady};
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
    /// Whether the rules last named a state.
    spoke: bool,
    /// Which dialog the room was told of, and of which rules; none before the first word.
    told: Option<(Option<Digest>, Telling)>,
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
        if self.told.take().is_some() {
            heard.dialog(None, Telling::NeverRest);
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
        let telling = telling(profile);
        if let Some(told) = self.steady.told() {
            let says = told.state != State::Unknown;
            // That rules for a few dialogs find none says nothing, unless they found one before.
            if says || self.spoke || telling == Telling::Rest {
                heard.read(told.state.clone(), &told.because, at);
            }
            self.spoke = says;
        }
        let digest = sight.digest().cloned();
        let told = (digest, telling);
        if self.told.as_ref() != Some(&told) {
            heard.dialog(sight.standing.clone(), told.1);
            self.told = Some(told);
        }
        Some(sight)
    }
}

pub(super) fn telling(profile: &Profile) -> Telling {
    let idle = |rule: &Rule| rule.says == Says::State(State::Idle);
    match profile.screen.iter().any(idle) {
        true => Telling::Rest,
        false => Telling::NeverRest,
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
        // Words before an option are no mark.
        if head.chars().filter(|c| c.is_alphabetic()).count() <= 1 {
            let head: String = head.chars().map(unmarked).collect();
            rows[at] = head + tail;
        }
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::model::{AgentId, Means};
    use crate::profile::screen::Region;
    use crate::terminal::{Limits, Size};

    const SIZE: Size = Size { cols: 60, rows: 10 };

    fn dialog(rows: &[&str], labels: &[&str]) -> Dialog {
        let option = |label: &&str| screen::Choice {
            label: (*label).to_owned(),
            key: None,
            under_cursor: false,
            means: Means::Other,
        };
        Dialog {
            rows: rows.iter().map(|row| (*row).to_owned()).collect(),
            options: labels.iter().map(option).collect(),
        }
    }

    #[test]
    fn where_the_cursor_stands_is_no_part_of_a_dialog_and_every_other_sign_is() {
        let first = dialog(&["> Go?", "│ ❯ 1. Yes │", "│   2. No  │"], &["Yes", "No"]);
        let second = dialog(&["> Go?", "│   1. Yes │", "│ ❯ 2. No  │"], &["Yes", "No"]);
        let plain = ["> Go?", "│   1. Yes │", "│   2. No  │"];
        assert_eq!(without_cursor(&first), plain);
        assert_eq!(without_cursor(&second), plain);
        let letters = dialog(&["Add it? (Y)es/(N)o [Yes]:"], &["Yes", "No"]);
        assert_eq!(without_cursor(&letters), letters.rows);
        let radio = dialog(&["● Yes", "○ No"], &["Yes", "No"]);
        assert_eq!(without_cursor(&radio), ["  Yes", "  No"]);
    }

    fn busy() -> Arc<Profile> {
        let rule = Rule {
            name: "busy".to_owned(),
            says: Says::State(crate::model::State::Working),
            region: Region {
                rows: None,
                above: None,
            },
            all: Vec::new(),
            any: Vec::new(),
            none: Vec::new(),
            until: None,
        };
        Arc::new(Profile {
            screen: vec![rule],
            ..Profile::default()
        })
    }

    /// How often a screen is read within a second that changes every so many ms.
    fn readings(every: u64) -> usize {
        let (mut reader, mut heard) = (Reader::default(), Heard::new(AgentId(1)));
        let mut screen = Screen::new(SIZE, Limits::default());
        let (profile, start) = (busy(), Instant::now());
        let mut count = 0;
        for ms in 0..1_000 {
            if ms % every == 0 {
                screen.feed(format!("{ms}\r\n").as_bytes()).unwrap();
            }
            let now = start + Duration::from_millis(ms);
            reader.notice(&screen, &profile, now);
            let read = reader.read(&screen, &profile, (now, Time(ms)), &mut heard);
            count += usize::from(read.is_some());
        }
        count
    }

    #[test]
    fn a_flood_is_read_a_few_times_a_second_and_a_still_screen_once() {
        assert!(readings(1) <= 4, "{}", readings(1));
        assert!(readings(70) <= 10, "{}", readings(70));
        assert_eq!(readings(1_000), 1);
    }

    #[test]
    fn a_screen_that_says_idle_is_read_once_more_before_it_is_believed() {
        let (mut reader, mut heard) = (Reader::default(), Heard::new(AgentId(1)));
        let mut screen = Screen::new(SIZE, Limits::default());
        screen.feed(b"done").unwrap();
        let mut profile = Profile::clone(&busy());
        profile.screen[0].says = Says::State(crate::model::State::Idle);
        let (profile, start) = (Arc::new(profile), Instant::now());
        reader.notice(&screen, &profile, start);
        let due = reader.due().unwrap();
        reader.read(&screen, &profile, (due, Time(60)), &mut heard);
        let again = reader.due().unwrap();
        assert!(again > due);
        let later = Time(60 + screen::LINGERS);
        reader.read(&screen, &profile, (again, later), &mut heard);
        assert_eq!(reader.due(), None);
    }

    #[test]
    fn nothing_wakes_for_a_screen_that_was_read_and_did_not_change() {
        let (mut reader, mut heard) = (Reader::default(), Heard::new(AgentId(1)));
        let mut screen = Screen::new(SIZE, Limits::default());
        screen.feed(b"busy").unwrap();
        let (profile, start) = (busy(), Instant::now());
        reader.notice(&screen, &profile, start);
        let due = reader.due().unwrap();
        assert_eq!(due, start + PAUSE);
        assert!(
            reader
                .read(&screen, &profile, (due, Time(60)), &mut heard)
                .is_some()
        );
        reader.notice(&screen, &profile, due);
        assert_eq!(reader.due(), None);
        reader.notice(&screen, &busy(), due);
        assert!(reader.due().is_some(), "other rules read it again");
    }
}
