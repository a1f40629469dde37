//! Saved screens of real agent programs, read by the rules of the built-in profiles.
//!
//! `tests/data/screens/<profile>/<expected>-<what>.txt` is a screen as it stood; `<expected>` is `dialog`,
//! `onboarding`, `signedout`, `working`, `idle`, `limited` or `unknown`; `<expected>-or-unknown-<what>` may be
//! either. Beside a screen with options stands `….options`: cursor, key, meaning and label of each.
//! `OPSROOM_WRITE=1` writes those anew, to be looked at before they are kept.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use opsroom::config::profile::builtin;
use opsroom::model::State;
use opsroom::profile::Profile;
use opsroom::profile::screen::{Choice, Means, Reading, read};
use opsroom::terminal::{Limits, Screen, Size};

const KINDS: [&str; 7] = [
    "dialog",
    "onboarding",
    "signedout",
    "working",
    "idle",
    "limited",
    "unknown",
];

/// A screen of the corpus, and what the rules say of it.
struct Case {
    profile: String,
    file: PathBuf,
    expected: &'static str,
    may_be_unknown: bool,
    reading: Reading,
}

impl Case {
    fn read(profile: &Profile, file: PathBuf) -> Case {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let expected = KINDS
            .into_iter()
            .find(|kind| name.starts_with(&format!("{kind}-")));
        let expected = expected.unwrap_or_else(|| panic!("{} names no state", file.display()));
        let text = fs::read_to_string(&file).unwrap();
        let rows: Vec<String> = text.lines().map(str::to_owned).collect();
        let may_be_unknown = name.starts_with(&format!("{expected}-or-unknown-"));
        Case {
            profile: profile.name.clone(),
            expected,
            may_be_unknown,
            reading: read(&profile.screen, &rows),
            file,
        }
    }

    /// What was read, in the words of the corpus.
    fn said(&self) -> &'static str {
        match &self.reading.state {
            State::Waiting if self.reading.because.starts_with("onboarding: ") => "onboarding",
            State::Waiting if self.reading.because.starts_with("signed out: ") => "signedout",
            State::Waiting => "dialog",
            State::Working => "working",
            State::Idle => "idle",
            State::Limited => "limited",
            State::Unknown => "unknown",
            State::Stuck | State::Starting | State::Exited(_) => panic!("no rule says that"),
        }
    }

    fn is_right(&self) -> bool {
        let said = self.said();
        said == self.expected || (self.may_be_unknown && said == "unknown")
    }

    fn told(&self) -> String {
        let place = Path::new(&self.profile).join(self.file.file_name().unwrap());
        format!(
            "{}: {} ({})",
            place.display(),
            self.said(),
            self.reading.because
        )
    }
}

fn corpus() -> Vec<Case> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/screens");
    let profiles = builtin();
    let mut cases = Vec::new();
    for profile in sorted(&home) {
        let name = profile.file_name().unwrap().to_string_lossy().into_owned();
        let screens = sorted(&profile);
        let screens = screens
            .into_iter()
            .filter(|file| file.extension().unwrap() == "txt");
        cases.extend(screens.map(|file| Case::read(&profiles.named(&name), file)));
    }
    cases
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    all.sort();
    all
}

/// Rows: what a screen is. Columns: what the rules say.
fn table(cases: &[&Case]) -> String {
    let mut counts: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let at = |kind: &str| KINDS.iter().position(|one| *one == kind).unwrap();
    for case in cases {
        *counts
            .entry((at(case.expected), at(case.said())))
            .or_default() += 1;
    }
    let mut text = format!("{:<12}", "");
    for kind in KINDS {
        text += &format!("{kind:>11}");
    }
    for (row, kind) in KINDS.iter().enumerate() {
        if cases.iter().any(|case| case.expected == *kind) {
            text += &format!("\n{kind:<12}");
            for column in 0..KINDS.len() {
                let count = counts.get(&(row, column)).map(ToString::to_string);
                text += &format!("{:>11}", count.unwrap_or_else(|| "·".to_owned()));
            }
        }
    }
    text
}

#[test]
fn every_saved_screen_is_read_as_what_it_is() {
    let cases = corpus();
    let mut profiles: Vec<&str> = cases.iter().map(|case| case.profile.as_str()).collect();
    profiles.dedup();
    for profile in profiles {
        let of = |case: &&Case| case.profile == profile;
        let these: Vec<&Case> = cases.iter().filter(of).collect();
        println!("\n{profile}: {} screens\n{}", these.len(), table(&these));
    }
    let all: Vec<&Case> = cases.iter().collect();
    println!("\nall: {} screens\n{}", all.len(), table(&all));
    let wrong: Vec<String> = cases
        .iter()
        .filter(|case| !case.is_right())
        .map(Case::told)
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cases.len() > 200, "the corpus is there: {}", cases.len());
}

#[test]
fn a_limit_says_until_when_where_its_screen_does() {
    let until = |profile: &str, file: &str| {
        let all = corpus();
        let case = all.iter().find(|one| {
            one.profile == profile && one.file.file_name().is_some_and(|name| name == file)
        });
        let because = case.unwrap().reading.because.clone();
        let at = because
            .find("(until ")
            .unwrap_or_else(|| panic!("{because}"));
        because[at..].to_owned()
    };
    assert_eq!(
        until("claude", "limited-session.txt"),
        "(until 10:30pm (Europe/Berlin))"
    );
    assert_eq!(until("codex", "limited-usage.txt"), "(until 2:51 PM)");
    assert_eq!(until("gemini", "limited-capacity.txt"), "(until 53s)");
    assert_eq!(
        until("qwen", "limited-429-tries-again.txt"),
        "(until 32 seconds)"
    );
}

#[test]
fn nothing_but_an_idle_screen_is_read_as_idle() {
    for case in corpus() {
        assert!(
            case.expected == "idle" || case.said() != "idle",
            "{}",
            case.told()
        );
    }
}

fn written(one: &Choice) -> String {
    let cursor = if one.under_cursor { '>' } else { ' ' };
    let means = match one.means {
        Means::Approve => "approve",
        Means::Reject => "reject",
        Means::Other => "other",
    };
    format!(
        "{cursor}{} {means:<7} {}\n",
        one.key.unwrap_or(' '),
        one.label
    )
}

#[test]
fn every_saved_dialog_has_its_options_with_key_cursor_and_meaning() {
    let is_writing = std::env::var_os("OPSROOM_WRITE").is_some();
    let mut wrong = Vec::new();
    for case in corpus() {
        let dialog = case.reading.dialog.as_ref();
        let options: String = dialog.map_or(String::new(), |open| {
            open.options.iter().map(written).collect()
        });
        let beside = case.file.with_extension("options");
        let kept = fs::read_to_string(&beside).unwrap_or_default();
        if is_writing && kept != options {
            fs::write(&beside, &options).unwrap();
        } else if kept != options {
            wrong.push(format!("{}\n{options}kept:\n{kept}", case.told()));
        }
        let is_asked = case.expected == "dialog";
        assert!(
            !is_asked || dialog.is_some(),
            "{} has no dialog",
            case.told()
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_approved_never_says_more_than_this_once() {
    for case in corpus() {
        for one in case.reading.dialog.iter().flat_map(|open| &open.options) {
            let label = one.label.to_lowercase();
            let is_more = ["always", "session", "don't ask", "switch", "auto", "trust"]
                .iter()
                .any(|word| label.contains(word));
            let is_yes = one.means == Means::Approve;
            assert!(!(is_yes && is_more), "{}: {}", case.told(), one.label);
        }
    }
}

/// `OPSROOM_CASTS="a.cast b.cast" OPSROOM_OUT=folder cargo test --test screens -- --ignored`
#[test]
#[ignore = "writes every screen on which a recording stood still, to choose from"]
fn the_screens_of_a_recording() {
    let casts = std::env::var("OPSROOM_CASTS").unwrap();
    let out = PathBuf::from(std::env::var("OPSROOM_OUT").unwrap());
    for cast in casts.split_whitespace() {
        let name = Path::new(cast)
            .file_stem()
            .unwrap()
            .to_string_lossy()
            .into_owned();
        for (at, text) in stills(&String::from_utf8_lossy(&fs::read(cast).unwrap())) {
            fs::write(out.join(format!("{name}-{at:08.2}.txt")), text).unwrap();
        }
    }
}

/// Every distinct screen that stood for a moment, with its time in seconds.
fn stills(cast: &str) -> Vec<(f64, String)> {
    let mut lines = cast
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok());
    let head: serde_json::Value = lines.next().unwrap();
    let side = |name: &str| u16::try_from(head[name].as_u64().unwrap()).unwrap();
    let mut screen = Screen::new(Size::new(side("width"), side("height")), Limits::default());
    let events: Vec<serde_json::Value> = lines.collect();
    let mut found: Vec<(f64, String)> = Vec::new();
    for (number, event) in events.iter().enumerate() {
        if event[1] == "o" {
            screen.feed(event[2].as_str().unwrap().as_bytes()).unwrap();
        }
        let at = event[0].as_f64().unwrap();
        let next = events
            .get(number + 1)
            .map_or(f64::MAX, |next| next[0].as_f64().unwrap());
        let rows = screen.rows(0..screen.size().rows).iter();
        let text: String = rows
            .map(|row| format!("{}\n", row.text().trim_end()))
            .collect();
        if next - at > 0.15 && found.iter().all(|(_, one)| *one != text) {
            found.push((at, text));
        }
    }
    found
}
