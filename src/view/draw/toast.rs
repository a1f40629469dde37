//! Sentences that go by themselves, at the upper right: the newest three, newest first.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::theme::Role;
use crate::model::Level;
use crate::view::desk::{Desk, Toast};

use super::ink::{self, Runs};
use super::words;

/// The most of them at once.
const MOST: usize = 3;
/// The most rows of one.
const ROWS: usize = 3;
/// The most columns of one.
const COLUMNS: u16 = 52;

/// Draws them into the upper right of the area between header and status line. While a window is open, or the keys that may
/// follow stand there, which is being read, the newest stands in the status line instead.
pub fn draw(desk: &Desk, (body, status): (Rect, Option<Rect>), buf: &mut Buffer) {
    if let (true, Some(row)) = (reads(desk), status) {
        return draw_line(desk, row, buf);
    }
    for (toast, lines, area) in placed(desk, body) {
        draw_one(desk, toast, &lines, area, buf);
    }
}

/// Where they are drawn over the area between header and status line.
pub fn areas(desk: &Desk, body: Rect) -> Vec<Rect> {
    match reads(desk) {
        true => Vec::new(),
        false => placed(desk, body).map(|(_, _, area)| area).collect(),
    }
}

/// Whether something is being read that they would cover.
fn reads(desk: &Desk) -> bool {
    desk.popup.is_some() || !desk.pending.is_empty()
}

/// Those that find room, each with its lines and its place.
fn placed(desk: &Desk, body: Rect) -> impl Iterator<Item = (&Toast, Vec<String>, Rect)> {
    let width = COLUMNS.min(body.width.saturating_sub(2));
    let most = if width < 12 { 0 } else { MOST };
    let all: Vec<(&Toast, Vec<String>)> = live(desk)
        .take(most)
        .map(|one| (one, lines(one, width)))
        .collect();
    let wide = all
        .iter()
        .flat_map(|(_, lines)| lines)
        .map(|line| ink::columns(line))
        .max();
    let wide = wide.unwrap_or(0).saturating_add(5);
    let mut y = body.y.saturating_add(1);
    let placed = all.into_iter().map(move |(toast, lines)| {
        let area = Rect {
            x: body.right().saturating_sub(wide.saturating_add(1)),
            y,
            width: wide,
            height: u16::try_from(lines.len()).unwrap_or(1),
        };
        y = area.bottom();
        (toast, lines, area)
    });
    placed.take_while(move |(_, _, area)| area.bottom() <= body.bottom())
}

/// Those that stand, newest first.
fn live(desk: &Desk) -> impl Iterator<Item = &Toast> {
    let all = desk.toasts.iter().rev();
    all.filter(|toast| toast.until > desk.now && may_cover(desk, toast.notice.level))
}

/// The newest in one line.
fn draw_line(desk: &Desk, row: Rect, buf: &mut Buffer) {
    let mut live = live(desk);
    let Some(toast) = live.next() else { return };
    let text = sentence(&toast.notice.text);
    let text = ink::crop(&text, row.width.saturating_sub(4));
    draw_one(desk, toast, &[text], row, buf);
}

/// Over a window that is open only what is wrong is said.
fn may_cover(desk: &Desk, level: Level) -> bool {
    match level {
        Level::Note => desk.popup.is_none(),
        Level::Warning | Level::Error => true,
    }
}

/// What is said, in one line: of what is wrong with a file the place, what is wrong and what to do; the line of
/// that file and the mark below it mean nothing here.
fn sentence(text: &str) -> String {
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default().trim_end();
    let rest = text.lines().skip(1).map(str::trim);
    let hints = rest.clone().filter_map(|line| line.strip_prefix('^'));
    match hints.map(str::trim).find(|hint| !hint.is_empty()) {
        Some(hint) => format!("{first}; {hint}"),
        None => {
            let all = std::iter::once(first).chain(rest);
            all.collect::<Vec<_>>().join(" ")
        }
    }
}

fn lines(toast: &Toast, width: u16) -> Vec<String> {
    let room = width.saturating_sub(5);
    let mut lines = ink::wrap(&sentence(&toast.notice.text), room);
    if lines.len() > ROWS {
        lines.truncate(ROWS);
        if let Some(last) = lines.last_mut() {
            *last = ink::crop(&format!("{last} {}", ink::CUT), room);
        }
    }
    lines
}

fn draw_one(desk: &Desk, toast: &Toast, lines: &[String], area: Rect, buf: &mut Buffer) {
    let theme = &desk.theme;
    let face = theme.face(Role::Toast);
    let (mark, role) = words::notice(toast.notice.level);
    let level = theme.on(role, face);
    ink::fill(buf, area, face);
    for (at, (row, line)) in area.rows().zip(lines).enumerate() {
        let mark = if at == 0 { mark } else { " " };
        let runs = Runs::of("▌", level)
            .with(format!("{mark} "), level)
            .with(line, face);
        ink::write(buf, row, &runs);
    }
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn what_is_wrong_with_a_file_is_said_without_its_line_and_the_mark_below() {
        let said = "keys.toml:4:1: unknown key `rooom`\n  [rooom]\n     ^ did you mean `room`?";
        assert_eq!(
            sentence(said),
            "keys.toml:4:1: unknown key `rooom`; did you mean `room`?"
        );
        assert_eq!(sentence("one\n  two"), "one two");
    }
}
