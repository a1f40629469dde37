//! The list of files beside a diff.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::theme::Role;
use crate::view::desk::Desk;
use crate::view::draw::ink::{self, Runs};
use crate::view::review::Review;
use crate::view::tiles::list_top;

use super::sign;

/// Draws the list; the file of the cursor is always in sight.
pub fn draw(desk: &Desk, review: &Review, area: Rect, buf: &mut Buffer) {
    let theme = &desk.theme;
    let face = theme.face(Role::Diff);
    let line = theme.on(Role::PaneBorder, face);
    let edge = Rect {
        x: area.right().saturating_sub(1),
        width: area.width.min(1),
        ..area
    };
    for row in edge.rows() {
        ink::write(buf, row, &Runs::of("│", line));
    }
    let lines = Rect {
        width: area.width.saturating_sub(1),
        ..area
    };
    let here = review.file().unwrap_or(0);
    let top = list_top(here, review.diff.files.len(), lines.height);
    for (row, at) in lines.rows().zip(top..) {
        let Some(file) = review.diff.files.get(at) else {
            return;
        };
        let ground = match at == here {
            true => theme.face(Role::DiffCursor),
            false => face,
        };
        ink::fill(buf, row, ground);
        let (added, removed) = review.rows.stats.get(at).copied().unwrap_or_default();
        let stat = Runs::of(format!(" +{added}"), theme.on(Role::DiffAdded, face))
            .with(format!(" -{removed}"), theme.on(Role::DiffRemoved, face))
            .on_ground(ground);
        let (sign, role) = sign(file);
        let mut runs = Runs::of(format!(" {sign} "), theme.on(role, face)).on_ground(ground);
        let room = row
            .width
            .saturating_sub(stat.columns())
            .saturating_sub(runs.columns());
        runs.add(end_of(&file.path.shown(), room), ground);
        ink::write(buf, row, &runs);
        ink::write_right(buf, row, &stat);
    }
}

/// A path that is too long loses its beginning: the name is at its end.
fn end_of(path: &str, width: u16) -> String {
    let over = ink::columns(path).saturating_sub(width);
    if over == 0 {
        return path.to_owned();
    }
    let (_, end) = ink::split(path, over + 1);
    format!("{}{end}", ink::CUT)
}
