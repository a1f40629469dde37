//! What a gate's card shows: what was found first, then what the agent says of it.

mod gauges;

use crate::config::theme::{Face, Role};
use crate::model::{CheckResult, CheckRun, FileStat, GateReport, Untrusted};
use crate::view::desk::Desk;

use super::ask::{Line, detail_lines, plain};
use super::ink::{self, Runs};
use super::{card, words};

/// Files and commits that stand on the card; the diff has all of them.
const FILES: usize = 8;
const COMMITS: usize = 5;
/// Lines of a failed check's output that stand on the card.
const OUTPUT: usize = 4;
/// The widest bar of changed lines, in columns.
const BAR: u32 = 16;

/// Everything on it, in lines of at most so many columns.
pub fn lines(
    desk: &Desk,
    report: Option<&GateReport>,
    handoff: &Untrusted,
    on: Role,
    width: u16,
) -> Vec<Line> {
    let ink = Pens {
        desk,
        under: desk.theme.face(on),
        width,
        room: match on == Role::Card {
            true => Room::Scarce,
            false => Room::Enough,
        },
    };
    let mut all = Vec::new();
    if let Some(report) = report {
        all.extend(ink.head(report));
        all.extend(report.gaps.iter().flat_map(|gap| ink.warning(gap)));
        all.extend(ink.checks(&report.checks));
        all.extend(ink.gauges(&report.gauges));
        all.extend(ink.course(report));
        all.extend(ink.files(report));
        all.extend(ink.commits(report));
        all.extend(report.checklist.iter().flat_map(|it| ink.question(it)));
    }
    if !all.is_empty() {
        all.push(ink.rule("handoff"));
    }
    all.extend(ink.handoff(handoff));
    all
}

struct Pens<'a> {
    desk: &'a Desk,
    under: Face,
    width: u16,
    room: Room,
}

/// How much room there is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Room {
    /// A card: long lists are cut, and that is counted.
    Scarce,
    /// All of it can be read.
    Enough,
}

impl Pens<'_> {
    fn face(&self, role: Role) -> Face {
        ink::on_ground(self.desk.theme.face(role), self.under)
    }

    /// How many of a list are shown, where a card has room for so many.
    fn most(&self, on_a_card: usize) -> usize {
        match self.room {
            Room::Scarce => on_a_card,
            Room::Enough => usize::MAX,
        }
    }

    fn flow(&self, parts: Vec<Runs>) -> impl Iterator<Item = Line> {
        let between = Runs::of(" · ", self.face(Role::CardMeta));
        let lines = card::flow(parts, &between, self.width).into_iter();
        lines.map(|runs| Line { runs, ground: None })
    }

    fn wrapped(&self, mark: &str, text: &str, role: Role) -> Vec<Line> {
        let face = self.face(role);
        let indent = u16::try_from(mark.chars().count()).unwrap_or(0);
        let rows = ink::wrap(text, self.width.saturating_sub(indent)).into_iter();
        let blank = " ".repeat(usize::from(indent));
        rows.enumerate()
            .map(|(number, row)| {
                let start = if number == 0 { mark } else { &blank };
                plain(format!("{start}{row}"), face)
            })
            .collect()
    }

    /// How often, how long, how much.
    fn head(&self, report: &GateReport) -> Vec<Line> {
        let (meta, bold) = (self.face(Role::CardMeta), self.face(Role::CardTitle));
        let mut parts = Vec::new();
        if report.iteration > 1 {
            let again = format!("handed over {} times here", report.iteration);
            parts.push(Runs::of(again, bold));
        }
        if report.seconds > 0 {
            parts.push(Runs::of(format!("{} at it", long(report.seconds)), meta));
        }
        if let Some(usage) = &report.usage {
            parts.push(Runs::of(usage.sentence(), meta));
        }
        self.flow(parts).collect()
    }

    fn warning(&self, gap: &str) -> Vec<Line> {
        self.wrapped("! ", &Untrusted::new(gap).shown(), Role::ToastWarning)
    }

    /// Those that passed in as few lines as have room; each that did not with the end of what it printed.
    fn checks(&self, checks: &[CheckRun]) -> Vec<Line> {
        let (passed, failed): (Vec<&CheckRun>, Vec<&CheckRun>) =
            checks.iter().partition(|check| check.result.passed());
        let mut all: Vec<Line> = failed.into_iter().flat_map(|it| self.failed(it)).collect();
        let meta = self.face(Role::CardMeta);
        let parts = passed.into_iter().map(|check| {
            let name = Untrusted::new(check.name.as_str()).shown();
            Runs::of("✓ ", self.face(Role::StateExited))
                .with(name, self.under)
                .with(format!(" {}", took(check.millis)), meta)
        });
        all.extend(self.flow(parts.collect()));
        all
    }

    fn failed(&self, check: &CheckRun) -> Vec<Line> {
        let meta = self.face(Role::CardMeta);
        let name = Untrusted::new(check.name.as_str()).shown();
        let result = match &check.result {
            CheckResult::TimedOut(_) => check.result.sentence(),
            CheckResult::Passed | CheckResult::Failed(_) | CheckResult::Broken(_) => {
                format!("{} · {}", check.result.sentence(), took(check.millis))
            }
        };
        let bad = self.face(Role::StateFailed);
        let runs = Runs::of("✗ ", bad).with(name, bad);
        let mut all = vec![Line {
            runs: runs.with(format!(" {}", Untrusted::new(result).shown()), meta),
            ground: None,
        }];
        let tail = words::lines(&check.tail);
        let from = tail.len().saturating_sub(self.most(OUTPUT));
        for line in tail.iter().skip(from) {
            all.extend(detail_lines(
                self.desk,
                line,
                super::ask::Diff::No,
                self.width,
            ));
        }
        if !check.log.is_empty() {
            all.extend(self.wrapped("  ", &format!("all of it: {}", check.log), Role::CardMeta));
        }
        all
    }

    /// What an approval does.
    fn course(&self, report: &GateReport) -> Vec<Line> {
        let lands = report.landing().map(|landing| landing.sentence());
        let opens = report.opens.as_ref();
        let opens = opens.map(|place| format!("a brief is opened in {place}"));
        lands
            .into_iter()
            .chain(opens)
            .flat_map(|what| self.wrapped("", &format!("on approval: {what}"), Role::CardTool))
            .collect()
    }

    fn files(&self, report: &GateReport) -> Vec<Line> {
        if report.branch.is_none() {
            return Vec::new();
        }
        let count = report.files.len() + report.more_files as usize;
        let sum = |of: fn(&FileStat) -> Option<u32>| -> u64 {
            report.files.iter().filter_map(of).map(u64::from).sum()
        };
        let (added, removed) = (sum(|it| it.added), sum(|it| it.removed));
        let meta = self.face(Role::CardMeta);
        let changed = Runs::of(words::count(count, "file"), self.face(Role::CardTitle))
            .with(format!(" +{added}"), self.added())
            .with(format!(" −{removed}"), self.removed());
        let mut parts = match count {
            0 => vec![Runs::of(
                "nothing was changed",
                self.face(Role::ToastWarning),
            )],
            _ => vec![changed],
        };
        if !report.commits.is_empty() {
            let commits = words::count(report.commits.len(), "commit");
            parts.push(Runs::of(commits, meta));
        }
        if report.uncommitted > 0 {
            let text = format!(
                "{} not committed",
                words::count(report.uncommitted as usize, "file")
            );
            parts.push(Runs::of(text, self.face(Role::ToastWarning)));
        }
        let mut all: Vec<Line> = self.flow(parts).collect();
        let most = report.files.iter().map(lines_of).max().unwrap_or(0);
        all.extend(
            report
                .files
                .iter()
                .take(self.most(FILES))
                .map(|it| self.file(it, most)),
        );
        let more = count.saturating_sub(self.most(FILES).min(report.files.len()));
        if more > 0 {
            let text = format!("  … {}", words::count(more, "more file"));
            all.push(plain(text, meta));
        }
        all
    }

    /// A path, its counts, and a bar that compares it with the others. A long path loses its start.
    fn file(&self, file: &FileStat, most: u32) -> Line {
        let meta = self.face(Role::CardMeta);
        let counts = match (file.added, file.removed) {
            (Some(added), Some(removed)) => (format!("+{added}"), format!(" −{removed}")),
            (None, _) | (_, None) => ("binary".to_owned(), String::new()),
        };
        let bar = match self.width >= 60 {
            true => BAR,
            false => 0,
        };
        let width = self
            .width
            .saturating_sub(2 + 12 + u16::try_from(bar).unwrap_or(0));
        let path = ink::crop_front(&file.path.shown(), width.max(8));
        let pad = usize::from(width.saturating_sub(ink::columns(&path)));
        let mut runs = Runs::of("  ", self.under).with(path, self.under);
        runs.add(" ".repeat(pad + 1), self.under);
        let space = 11_usize.saturating_sub(counts.0.chars().count() + counts.1.chars().count());
        match counts.1.is_empty() {
            true => runs.add(counts.0, meta),
            false => {
                runs.add(counts.0, self.added());
                runs.add(counts.1, self.removed());
            }
        }
        runs.add(" ".repeat(space), self.under);
        let part = |lines: Option<u32>| {
            let lines = lines.unwrap_or(0);
            let scaled = u64::from(lines) * u64::from(bar) / u64::from(most.max(bar).max(1));
            usize::try_from(scaled.max(u64::from(lines.min(1).min(bar)))).unwrap_or(0)
        };
        runs.add("+".repeat(part(file.added)), self.added());
        runs.add("−".repeat(part(file.removed)), self.removed());
        Line { runs, ground: None }
    }

    fn commits(&self, report: &GateReport) -> Vec<Line> {
        let meta = self.face(Role::CardMeta);
        let mut all: Vec<Line> = report
            .commits
            .iter()
            .take(self.most(COMMITS))
            .map(|(hash, subject)| {
                let hash = format!("  {hash} ");
                let room = usize::from(self.width).saturating_sub(hash.chars().count());
                let subject = ink::crop(&subject.shown(), u16::try_from(room).unwrap_or(0));
                Line {
                    runs: Runs::of(hash, meta).with(subject, self.under),
                    ground: None,
                }
            })
            .collect();
        let more = report.commits.len().saturating_sub(self.most(COMMITS));
        if more > 0 {
            let text = format!("  … {}", words::count(more, "more commit"));
            all.push(plain(text, meta));
        }
        all
    }

    fn question(&self, question: &str) -> Vec<Line> {
        self.wrapped("□ ", &Untrusted::new(question).shown(), Role::CardTitle)
    }

    fn rule(&self, word: &str) -> Line {
        let meta = self.face(Role::CardMeta);
        let rest = usize::from(self.width).saturating_sub(word.chars().count() + 4);
        plain(format!("── {word} {}", "─".repeat(rest)), meta)
    }

    fn handoff(&self, handoff: &Untrusted) -> Vec<Line> {
        let lines = words::lines(handoff);
        if lines.is_empty() {
            return vec![plain(
                "it left no handoff".into(),
                self.face(Role::CardMeta),
            )];
        }
        let title = self.face(Role::CardTitle);
        lines
            .iter()
            .flat_map(|line| {
                let face = match line.starts_with('#') {
                    true => title,
                    false => self.under,
                };
                let rows = ink::wrap(line, self.width).into_iter();
                rows.map(move |text| plain(text, face))
            })
            .collect()
    }

    fn added(&self) -> Face {
        self.face(Role::CardDetailAdded)
    }

    fn removed(&self) -> Face {
        self.face(Role::CardDetailRemoved)
    }
}

fn lines_of(file: &FileStat) -> u32 {
    file.added
        .unwrap_or(0)
        .saturating_add(file.removed.unwrap_or(0))
}

/// A duration in ms: `0.3s`, `12s`, `3m`.
fn took(millis: u64) -> String {
    match millis {
        0..10_000 => format!("{}.{}s", millis / 1_000, millis % 1_000 / 100),
        _ => long(millis / 1_000),
    }
}

/// A duration in s: `40s`, `14m`, `2h 5m`.
fn long(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3_600 => format!("{}m", seconds / 60),
        _ => format!("{}h {}m", seconds / 3_600, seconds % 3_600 / 60),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn durations_are_short() {
        assert_eq!(took(340), "0.3s");
        assert_eq!(took(12_400), "12s");
        assert_eq!(long(7_500), "2h 5m");
    }
}
