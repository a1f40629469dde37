//! The picture of a diff: its files, its lines, its comments. Costs as much as the screen is large.

mod files;
mod line;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::keys::KeyTable;
use crate::config::theme::{Face, Role, Theme};
use crate::diff::{Body, File, FileStatus, Reach};
use crate::model::{self, Ask, CommentState};
use crate::view::command::Command;
use crate::view::desk::{Desk, Mode};
use crate::view::draw::frame::{self, Labels, Weight};
use crate::view::draw::ink::{self, Runs};
use crate::view::draw::words;
use crate::view::keymap::Keymap;
use crate::view::tiles::ReviewPlan;

use self::line::Lines;
pub(in crate::view) use self::line::found;
use super::{Arrival, Note, Review, Row, Standing};

/// Draws the diff that is read.
pub fn draw(desk: &Desk, keys: &Keymap, plan: &ReviewPlan, buf: &mut Buffer) {
    let Some(review) = &desk.review else { return };
    let theme = &desk.theme;
    let face = theme.face(Role::Diff);
    ink::fill(buf, plan.area, face);
    let (weight, border) = match desk.mode {
        Mode::Review => (Weight::Heavy, Role::PaneBorderFocused),
        Mode::Room | Mode::Pane(_) | Mode::Scroll(_) => (Weight::Thin, Role::PaneBorder),
    };
    let corner = counts(desk, review, face);
    let room = plan.area.width.saturating_sub(2);
    let room = room.saturating_sub(corner.columns().saturating_add(1));
    let labels = Labels {
        title: title(desk, review, room, face),
        corner,
        foot: foot(desk, keys, review, face),
        end: position(theme, review, face),
    };
    frame::draw(buf, plan.area, weight, theme.on(border, face), &labels);
    if let Some(list) = plan.list {
        files::draw(desk, review, list, buf);
    }
    body(desk, keys, review, plan.body, buf);
}

/// Whose work it is, and which; the branch goes first where there is little room and the brief names it.
fn title(desk: &Desk, review: &Review, room: u16, face: Face) -> Runs {
    let own = format!("opsroom/{}", review.brief.as_str());
    let whole = title_of(desk, review, &review.end.title, face);
    match review.end.title.strip_prefix(&own) {
        Some(rest) if whole.columns() > room => title_of(desk, review, rest.trim_start(), face),
        Some(_) | None => whole,
    }
}

fn title_of(desk: &Desk, review: &Review, title: &str, face: Face) -> Runs {
    let theme = &desk.theme;
    let brief = model::Untrusted::new(review.brief.as_str()).shown();
    let mut runs = Runs::of(format!(" {brief} "), theme.on(Role::PaneTitleFocused, face));
    let dim = theme.on(Role::Dim, face);
    if !title.is_empty() {
        let title = model::Untrusted::new(title).shown();
        runs.add(format!("{title} "), dim);
    }
    match &review.arrival {
        Arrival::Coming(_) => runs.add("· reading … ", dim),
        Arrival::Here | Arrival::Failed(_) => {}
    }
    runs
}

fn counts(desk: &Desk, review: &Review, face: Face) -> Runs {
    let theme = &desk.theme;
    let stats = review.rows.stats.iter();
    let (added, removed) = stats.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    let files = review.diff.files.len();
    let dim = theme.on(Role::Dim, face);
    let mut runs = match review.arrival {
        // what could not be read cannot be counted
        Arrival::Failed(_) => Runs::default(),
        Arrival::Coming(_) | Arrival::Here => {
            Runs::of(format!(" {} ", words::count(files, "file")), dim)
                .with(format!("+{added} "), theme.on(Role::DiffAdded, face))
                .with(format!("-{removed} "), theme.on(Role::DiffRemoved, face))
        }
    };
    if let Some(words) = comments(desk, review) {
        runs.add(format!("· {words} "), theme.on(Role::DiffComment, face));
    }
    // a frame has one ground
    runs.on_ground(face)
}

/// How many comments wait for what.
fn comments(desk: &Desk, review: &Review) -> Option<String> {
    let all = &desk.facts.reviews.get(&review.brief)?.comments;
    let count = |is: fn(&CommentState) -> bool| all.iter().filter(|it| is(&it.progress)).count();
    let parts = [
        (count(|it| matches!(it, CommentState::Draft)), "not sent"),
        (count(|it| matches!(it, CommentState::Open(_))), "open"),
        (
            count(|it| matches!(it, CommentState::Claimed { .. })),
            "said to be handled",
        ),
    ];
    let parts = parts.iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// The gate that this work waits at, and the keys that decide it; else what to do with comments.
fn foot(desk: &Desk, keys: &Keymap, review: &Review, face: Face) -> Runs {
    let theme = &desk.theme;
    let key = theme.on(Role::PopupKey, face);
    let dim = theme.on(Role::Dim, face);
    let mut runs = Runs::default();
    let mut offers: Vec<(Command, &str)> = Vec::new();
    let gate = review
        .gate
        .as_ref()
        .and_then(|card| desk.facts.requests.get(&card.request));
    if let Some(gate) = gate.filter(|gate| gate.is_open())
        && let Ask::Gate { from, to, .. } = &gate.ask
    {
        let text = format!(" ◆ {} {}→{to} ", gate.id, from.stage);
        runs.add(text, theme.on(Role::StateWaiting, face));
        if gate.ask.takes_yes() {
            offers.push((Command::Approve, "approve"));
        }
        offers.push((Command::RejectRound, "reject with comments"));
    }
    offers.extend([(Command::Comment, "comment"), (Command::SendRound, "send")]);
    for (command, word) in offers.into_iter().filter(|_| desk.may_act()) {
        if let Some(spelled) = keys.hint(KeyTable::Review, command) {
            runs.add(format!(" {spelled}"), key);
            runs.add(format!(" {word} "), dim);
        }
    }
    runs
}

fn position(theme: &Theme, review: &Review, face: Face) -> Runs {
    let last = review.rows.all.len().saturating_sub(1);
    if last == 0 {
        return Runs::default();
    }
    let part = review.at.min(last) * 100 / last;
    Runs::of(format!(" {part}% "), theme.on(Role::Dim, face))
}

fn body(desk: &Desk, keys: &Keymap, review: &Review, area: Rect, buf: &mut Buffer) {
    let theme = &desk.theme;
    let face = theme.face(Role::Diff);
    if review.rows.all.is_empty() {
        return nothing(desk, keys, review, area, buf);
    }
    let mut lines = Lines::new(desk, review, area.width);
    let range = review
        .range
        .map(|from| from.min(review.at)..=from.max(review.at));
    for (row, at) in area.rows().zip(review.top..) {
        let Some(what) = review.rows.all.get(at) else {
            return rest(theme, review, row, buf);
        };
        let here = at == review.at && desk.mode == Mode::Review;
        let stand = match range.as_ref().is_some_and(|range| range.contains(&at)) {
            _ if here => Stand::Here,
            true => Stand::Marked,
            false => Stand::Plain,
        };
        match what {
            Row::Blank => {}
            Row::File(file) => file_name(theme, review, *file, row, buf),
            Row::Note(file, note) => {
                let text = format!("  {}", said(review, *file, *note));
                ink::write(buf, row, &Runs::of(text, theme.on(Role::Dim, face)));
            }
            Row::Hunk(file, hunk) => hunk_head(theme, review, (*file, *hunk), row, buf),
            Row::Line(cell) => lines.unified(*cell, stand, row, buf),
            Row::Pair(left, right) => lines.split(*left, *right, stand, row, buf),
            Row::Comment(at, line) => comment(theme, review, (*at, *line), row, buf),
        }
        let is_line = matches!(what, Row::Line(_) | Row::Pair(..));
        if here && !is_line {
            let first = Rect {
                width: row.width.min(1),
                ..row
            };
            ink::write(
                buf,
                first,
                &Runs::of("▌", theme.on(Role::PaneBorderFocused, face)),
            );
        }
    }
}

/// How a row stands to the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stand {
    /// The cursor is on it.
    Here,
    /// It is in the range.
    Marked,
    /// Neither.
    Plain,
}

/// What stands where no diff is.
fn nothing(desk: &Desk, keys: &Keymap, review: &Review, area: Rect, buf: &mut Buffer) {
    let theme = &desk.theme;
    let face = theme.face(Role::Diff);
    let key = |command| keys.hint(KeyTable::Review, command).unwrap_or_default();
    let text = match &review.arrival {
        Arrival::Coming(_) => "reading the diff …".to_owned(),
        Arrival::Failed(why) => model::Untrusted::new(why.as_str()).shown(),
        Arrival::Here => format!(
            "nothing is changed here; {} reads it again",
            key(Command::Reread)
        ),
    };
    let lines = ink::wrap(&text, area.width.saturating_sub(4));
    let rows = area.rows().skip(usize::from(area.height / 3));
    for (row, line) in rows.zip(lines) {
        ink::write_centred(buf, row, &Runs::of(line, theme.on(Role::Dim, face)));
    }
}

/// Behind the last row: what is missing of the diff.
fn rest(theme: &Theme, review: &Review, row: Rect, buf: &mut Buffer) {
    if let Reach::Part(why) = &review.end.reach {
        let face = theme.on(Role::ToastWarning, theme.face(Role::Diff));
        ink::write(buf, row, &Runs::of(format!(" … {why}"), face));
    }
}

/// The sign of what became of a file, and its role.
fn sign(file: &File) -> (&'static str, Role) {
    match file.status {
        FileStatus::Added => ("A", Role::DiffAdded),
        FileStatus::Deleted => ("D", Role::DiffRemoved),
        FileStatus::Modified => ("M", Role::DiffHunk),
        FileStatus::Renamed => ("R", Role::DiffHunk),
        FileStatus::Copied => ("C", Role::DiffHunk),
    }
}

fn file_name(theme: &Theme, review: &Review, at: u32, row: Rect, buf: &mut Buffer) {
    let face = theme.face(Role::Diff);
    let at = at as usize;
    let Some(file) = review.diff.files.get(at) else {
        return;
    };
    let (sign, role) = sign(file);
    let (added, removed) = review.rows.stats.get(at).copied().unwrap_or_default();
    let strong = theme.on(Role::DiffFile, face);
    let dim = theme.on(Role::Dim, face);
    let stat = match file.body {
        Body::Binary => Runs::of(" binary ", dim),
        Body::Text | Body::Submodule => {
            Runs::of(format!(" +{added}"), theme.on(Role::DiffAdded, face))
                .with(format!(" -{removed} "), theme.on(Role::DiffRemoved, face))
        }
    }
    .on_ground(face);
    let mut runs = Runs::of(format!(" {sign} "), theme.on(role, face)).on_ground(face);
    if let Some(old) = &file.old_path {
        runs.add(format!("{} → ", old.shown()), dim);
    }
    runs.add(file.path.shown(), strong);
    runs.add(" ", face);
    let left = Rect {
        width: row.width.saturating_sub(stat.columns()),
        ..row
    };
    let taken = ink::write(buf, left, &runs);
    let line = Rect {
        x: left.x + taken,
        width: left.width - taken,
        ..left
    };
    let dashes = "─".repeat(usize::from(line.width));
    ink::write(
        buf,
        line,
        &Runs::of(dashes, theme.on(Role::PaneBorder, face)),
    );
    ink::write_right(buf, row, &stat);
}

fn said(review: &Review, file: u32, note: Note) -> String {
    let file = review.diff.files.get(file as usize);
    match note {
        Note::Binary => "no text to show: a binary file".to_owned(),
        Note::Submodule => "a commit of another repository".to_owned(),
        Note::OnlyMoved => "moved, and nothing else changed".to_owned(),
        Note::Empty => "an empty file".to_owned(),
        Note::Mode => {
            let modes = file.and_then(|file| file.modes.as_ref());
            modes.map_or(String::new(), |(old, new)| {
                format!("mode {} → {}", old.shown(), new.shown())
            })
        }
    }
}

fn hunk_head(
    theme: &Theme,
    review: &Review,
    (file, hunk): (u32, u32),
    row: Rect,
    buf: &mut Buffer,
) {
    let face = theme.face(Role::Diff);
    let file = review.diff.files.get(file as usize);
    let Some(hunk) = file.and_then(|file| file.hunks.get(hunk as usize)) else {
        return;
    };
    let (old, new) = hunk.first();
    let mut runs = Runs::of(
        format!("  @@ -{old} +{new} @@"),
        theme.on(Role::DiffHunk, face),
    );
    runs.add(
        format!(" {}", hunk.heading.shown()),
        theme.on(Role::Dim, face),
    );
    ink::write(buf, row, &runs.on_ground(face));
}

fn comment(theme: &Theme, review: &Review, (at, line): (u32, u16), row: Rect, buf: &mut Buffer) {
    let face = theme.face(Role::Diff);
    let Some(one) = review.rows.boxes.get(at as usize) else {
        return;
    };
    let Some(text) = one.lines.get(usize::from(line)) else {
        return;
    };
    let bar = match one.standing {
        Standing::Open => theme.on(Role::DiffComment, face),
        Standing::Outdated => theme.on(Role::DiffOutdated, face),
        Standing::Over => theme.on(Role::Dim, face),
    };
    let words = match line {
        0 => bar,
        _ => face,
    };
    let runs = Runs::of("    ▎ ", bar).with(text.clone(), words);
    ink::write(buf, row, &runs.on_ground(face));
}
