//! What a request asks, line by line, for the card and for the preview of deciding together. Nothing
//! is shortened here: long lines are broken, and what is there twice is said once.

use crate::config::theme::{Face, Role};
use crate::model::{Ask, Matter, Proposed, Request, Status, Untrusted};
use crate::view::desk::{Desk, Focus, Mode};

use super::ink::{self, Runs};
use super::{gate, words};

/// One line of it.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// What it says.
    pub runs: Runs,
    /// What the whole line stands on, where that is not the card itself.
    pub ground: Option<Face>,
}

/// All of it, in lines of at most so many columns, on the ground of a role.
pub fn lines(desk: &Desk, request: &Request, on: Role, width: u16) -> Vec<Line> {
    let under = desk.theme.face(on);
    match &request.ask {
        Ask::Permission {
            summary, detail, ..
        } => permission(desk, (summary, detail), under, width),
        Ask::Matter {
            text,
            about: Matter::Start(start),
            ..
        } => proposed(desk, text, start, under, width),
        Ask::Question { text, options } | Ask::Matter { text, options, .. } => {
            question(desk, text, options, under, width)
        }
        Ask::Gate {
            handoff, report, ..
        } => gate::lines(desk, report.as_deref(), handoff, on, width),
        Ask::Dialog { rows, .. } => dialog(desk, &request.status, rows, width),
    }
}

/// A dialog as it stands, on its own ground; above it what is not known of the answer that was pressed.
fn dialog(desk: &Desk, status: &Status, rows: &Untrusted, width: u16) -> Vec<Line> {
    let theme = &desk.theme;
    let mut all = Vec::new();
    if let Status::Unsure(decision) = status {
        let text = format!(
            "outcome unknown: {} {} this {}, and it still stands here. Look at its pane, or decide again.",
            decision.by.named(),
            decision.verdict.past(),
            words::ago(desk.now, decision.at)
        );
        let face = theme.on(Role::ToastWarning, theme.face(Role::Card));
        all.extend(
            ink::wrap(&text, width)
                .into_iter()
                .map(|text| plain(text, face)),
        );
    }
    let rows = words::lines(rows);
    let blank = |row: &String| row.len() - row.trim_start_matches(' ').len();
    let written = rows.iter().filter(|row| !row.trim().is_empty());
    let indent = written.map(blank).min().unwrap_or(0);
    for row in &rows {
        let row = row.get(indent..).unwrap_or_default();
        all.extend(detail_lines(desk, row, Diff::No, width));
    }
    all
}

fn permission(
    desk: &Desk,
    (summary, detail): (&Untrusted, &Untrusted),
    under: Face,
    width: u16,
) -> Vec<Line> {
    let theme = &desk.theme;
    let tool = ink::on_ground(theme.face(Role::CardTool), under);
    let same = summary.raw().trim() == detail.raw().trim();
    let mut all = Vec::new();
    if !same && !summary.raw().trim().is_empty() {
        for text in words::lines(summary) {
            all.extend(
                ink::wrap(&text, width)
                    .into_iter()
                    .map(|text| plain(text, tool)),
            );
        }
    }
    let detail = if same { summary } else { detail };
    let details = words::lines(detail);
    let diff = is_diff(&details);
    for text in &details {
        all.extend(detail_lines(desk, text, diff, width));
    }
    all
}

/// A line of the operands, on its own ground; a changed line of a diff in its colour.
pub(super) fn detail_lines(desk: &Desk, text: &str, diff: Diff, width: u16) -> Vec<Line> {
    let theme = &desk.theme;
    let ground = theme.on(Role::CardDetail, theme.face(Role::Card));
    let face = match (diff, text.as_bytes().first()) {
        (Diff::Yes, Some(b'+')) => theme.on(Role::CardDetailAdded, ground),
        (Diff::Yes, Some(b'-')) => theme.on(Role::CardDetailRemoved, ground),
        (Diff::Yes, Some(b'@')) => theme.on(Role::CardMeta, ground),
        (Diff::Yes | Diff::No, _) => ground,
    };
    let dim = theme.on(Role::CardMeta, ground);
    let (head, mut tail) = after_blank(text, width.saturating_sub(2).max(2));
    let mut lines = vec![Line {
        runs: Runs::of(" ", ground).with(head, face),
        ground: Some(ground),
    }];
    while !tail.is_empty() {
        let (more, left) = after_blank(tail, width.saturating_sub(4).max(2));
        tail = left;
        lines.push(Line {
            runs: Runs::of(" ↪ ", dim).with(more, face),
            ground: Some(ground),
        });
    }
    lines
}

/// As much as fits, up to behind a blank where one is not far back. Nothing is left out.
fn after_blank(text: &str, width: u16) -> (&str, &str) {
    let (head, tail) = ink::split(text, width);
    let blank = head
        .rfind(' ')
        .map(|at| at + 1)
        .filter(|at| *at * 2 > head.len());
    match blank {
        Some(at) if !tail.is_empty() && !tail.starts_with(' ') => text.split_at(at),
        Some(_) | None => (head, tail),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Diff {
    Yes,
    No,
}

/// Whether lines read as a diff: most that are not blank begin as a diff's lines do, and some change.
fn is_diff(lines: &[String]) -> Diff {
    let written = lines.iter().filter(|line| !line.trim().is_empty());
    let (mut as_diff, mut changes, mut all) = (0usize, 0usize, 0usize);
    for line in written {
        all += 1;
        let first = line.as_bytes().first().copied().unwrap_or_default();
        let change = matches!(first, b'+' | b'-') && !line.starts_with("- ");
        changes += usize::from(change);
        as_diff += usize::from(change || matches!(first, b' ' | b'@' | b'\\'));
    }
    let headed = lines
        .iter()
        .any(|line| line.starts_with("@@ ") || line.starts_with("--- "));
    match changes > 0 && (headed || as_diff * 4 >= all * 3) {
        true => Diff::Yes,
        false => Diff::No,
    }
}

fn question(
    desk: &Desk,
    text: &Untrusted,
    options: &[Untrusted],
    under: Face,
    width: u16,
) -> Vec<Line> {
    let theme = &desk.theme;
    let bold = ink::on_ground(theme.face(Role::CardTitle), under);
    let mut all = Vec::new();
    for text in words::lines(text) {
        all.extend(
            ink::wrap(&text, width)
                .into_iter()
                .map(|text| plain(text, bold)),
        );
    }
    // elsewhere a digit goes to an agent
    let answers = desk.mode == Mode::Room && desk.focus == Focus::Waiting;
    for (number, option) in (1..).zip(options) {
        let key = theme.face(match number {
            1..=9 if answers => Role::CardKey,
            _ => Role::CardMeta,
        });
        let key = ink::on_ground(key, under);
        let mut lines = words::lines(option).into_iter();
        let first = lines.next().unwrap_or_default();
        let mut wrapped = ink::wrap(&first, width.saturating_sub(5)).into_iter();
        let head = wrapped.next().unwrap_or_default();
        all.push(Line {
            runs: Runs::of(format!("{number:>2}  "), key).with(head, under),
            ground: None,
        });
        let rest = wrapped.chain(lines.flat_map(|line| ink::wrap(&line, width.saturating_sub(5))));
        all.extend(rest.map(|text| plain(format!("    {text}"), under)));
    }
    all
}

/// A start that the room proposes: the question, then the whole assignment as it will be handed over.
fn proposed(desk: &Desk, text: &Untrusted, start: &Proposed, under: Face, width: u16) -> Vec<Line> {
    let mut all = question(desk, text, &[], under, width);
    if let Some(lacks) = &start.lacks {
        let face = desk.theme.on(Role::StateUnknown, under);
        let text = format!("{} {}", words::LACKS, lacks.shown());
        let lines = ink::wrap(&text, width).into_iter();
        all.extend(lines.map(|text| plain(text, face)));
    }
    all.push(Line::default());
    for text in words::lines(&start.text) {
        all.extend(detail_lines(desk, &text, Diff::No, width));
    }
    all
}

pub(super) fn plain(text: String, face: Face) -> Line {
    Line {
        runs: Runs::of(text, face),
        ground: None,
    }
}

/// A folder, as short as can be said: relative to the room's where it is inside.
pub fn folder(desk: &Desk, cwd: &Untrusted) -> String {
    let room = desk.me.folder.trim_end_matches('/');
    let inside = cwd.raw().strip_prefix(room).filter(|_| !room.is_empty());
    match inside {
        Some("" | "/") => "the room's folder".into(),
        Some(rest) if rest.starts_with('/') => Untrusted::new(&rest[1..]).shown(),
        Some(_) | None => cwd.shown(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn diff(text: &str) -> bool {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        is_diff(&lines) == Diff::Yes
    }

    #[test]
    fn a_list_is_not_taken_for_a_diff() {
        assert!(diff("@@ -1,2 +1,2 @@\n-old\n+new\n same"));
        assert!(diff("+only\n+added"));
        assert!(!diff("- one\n- two"));
        assert!(!diff("rm -rf build\n--force"));
        assert!(!diff(""));
    }
}
