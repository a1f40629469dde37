//! What stands over a player: its decisions, its keys.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::theme::Role;
use crate::view::draw::frame;
use crate::view::draw::ink::{self, Runs};

use super::{Player, keys, stamp};

/// The list of decisions.
pub(super) fn list(player: &Player, cursor: usize, body: Rect, buf: &mut Buffer) {
    let theme = &player.theme;
    let face = theme.face(Role::Popup);
    let inner = open(
        player,
        (player.decided.len(), 100),
        ("decisions", " enter goes there · esc closes "),
        body,
        buf,
    );
    let top = cursor.saturating_sub(usize::from(inner.height.saturating_sub(1)));
    let rows = player.decided.iter().enumerate().skip(top);
    for (line, (at, decided)) in inner.rows().zip(rows) {
        let role = if at == cursor {
            Role::PopupSelected
        } else {
            Role::PopupText
        };
        let face = theme.on(role, face);
        ink::fill(buf, line, face);
        let when = stamp(decided.decision.at, player.utc_offset_s);
        let gone = match player.shown_for(decided) {
            Ok(_) => "",
            Err(_) => " · its picture is gone",
        };
        let by = decided.decision.who();
        let text = format!(" {when}  {} · {by}{gone}", decided.title().shown());
        ink::write(buf, line, &Runs::of(text, face));
    }
}

/// All keys.
pub(super) fn keys(player: &Player, top: usize, body: Rect, buf: &mut Buffer) {
    let theme = &player.theme;
    let face = theme.face(Role::Popup);
    let spelled = keys::ALL.iter().map(|it| ink::columns(it.spelled));
    let spelled = spelled.max().unwrap_or(0);
    let what = keys::ALL.iter().map(|it| ink::columns(it.what)).max();
    let width = spelled.saturating_add(what.unwrap_or(0)).saturating_add(7);
    let all = keys::ALL.len();
    let whole = all <= usize::from(body.height.saturating_sub(2));
    let foot = match whole {
        true => " esc closes ",
        false => " j k move · esc closes ",
    };
    let inner = open(player, (all, width), ("keys", foot), body, buf);
    let top = top.min(all.saturating_sub(usize::from(inner.height)));
    for (line, entry) in inner.rows().zip(keys::ALL.iter().skip(top)) {
        let key = ink::pad(entry.spelled, spelled);
        let runs = Runs::of(format!(" {key}  "), theme.on(Role::PopupKey, face))
            .with(entry.what, theme.on(Role::PopupText, face));
        ink::write(buf, line, &runs);
    }
}

/// An empty popup for so many lines of at most that width, in the middle. Returns its inside.
fn open(
    player: &Player,
    (lines, width): (usize, u16),
    (title, foot): (&str, &str),
    body: Rect,
    buf: &mut Buffer,
) -> Rect {
    let theme = &player.theme;
    let face = theme.face(Role::Popup);
    let wanted = u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(2);
    let width = body.width.saturating_sub(4).min(width);
    let height = wanted.max(3).min(body.height);
    let area = Rect {
        x: body.x + (body.width - width) / 2,
        y: body.y + (body.height - height) / 2,
        width,
        height,
    };
    let foot = Runs::of(foot, theme.on(Role::Dim, face));
    frame::popup(theme, area, title, foot, buf);
    frame::inside(area)
}
