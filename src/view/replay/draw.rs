//! The picture of a player: a line with who, when and how fast; the agent's screen in a tile; the card
//! of a decision beside it; the bar. Reads the player; nothing flows back.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::theme::{Face, Role};
use crate::terminal::{Grid, Visibility};
use crate::view::draw::CursorAt;
use crate::view::draw::cells;
use crate::view::draw::frame::{self, Labels, Weight};
use crate::view::draw::ink::{self, Runs};
use crate::view::sweep::sweep;
use crate::view::tiles::crop;

use crate::model::words;

use super::{List, Player, Run, SPEEDS, stamp};

/// The narrowest and the widest card beside the picture, and the most rows of one below it.
const BESIDE: (u16, u16) = (32, 60);
const BELOW: u16 = 12;

/// What keys do, for the last line.
const KEYS: [(&str, &str); 8] = [
    ("space", "play"),
    ("←→", "5 s"),
    ("⇧←→", "60 s"),
    ("0-9", "tenths"),
    ("+-", "speed"),
    ("n/N", "decision"),
    ("l", "list"),
    ("q", "leave"),
];

/// Draws a player. The terminal's own cursor is not shown.
pub fn draw(player: &Player, buf: &mut Buffer) -> Option<CursorAt> {
    let screen = buf.area;
    ink::fill(buf, screen, player.theme.face(Role::Base));
    let row = |y: u16| {
        Rect {
            y,
            height: 1,
            ..screen
        }
        .intersection(screen)
    };
    header(player, row(screen.y), buf);
    let bottom = screen.bottom();
    if screen.height >= 4 {
        bar(player, row(bottom - 2), buf);
    }
    if screen.height >= 3 {
        keys(player, row(bottom - 1), buf);
    }
    let body = Rect {
        y: screen.y.saturating_add(1),
        height: screen.height.saturating_sub(3),
        ..screen
    };
    let (tile, card) = split(player, body);
    pane(player, tile, buf);
    if let Some(card) = card {
        draw_card(player, card, buf);
    }
    if let List::Open(at) = player.list {
        list(player, at, body, buf);
    }
    sweep(buf);
    None
}

/// The tile's place and, where a card is shown, the card's: beside the picture where that leaves it whole.
fn split(player: &Player, body: Rect) -> (Rect, Option<Rect>) {
    if player.card.is_none() {
        return (body, None);
    }
    let wanted = player.screen().size().cols.saturating_add(2);
    let beside = body.width.saturating_sub(wanted).min(BESIDE.1);
    if beside >= BESIDE.0 {
        let tile = Rect {
            width: body.width - beside,
            ..body
        };
        let card = Rect {
            x: tile.right(),
            width: beside,
            ..body
        };
        return (tile, Some(card));
    }
    let below = BELOW.min(body.height * 2 / 5);
    let tile = Rect {
        height: body.height - below,
        ..body
    };
    let card = Rect {
        y: tile.bottom(),
        height: below,
        ..body
    };
    (tile, Some(card))
}

fn header(player: &Player, area: Rect, buf: &mut Buffer) {
    let theme = &player.theme;
    let face = theme.face(Role::Header);
    ink::fill(buf, area, face);
    let dim = theme.on(Role::Dim, face);
    let wall = player.film.wall(player.projector.shown(), player.play);
    let mut runs = Runs::of(" replay ", dim);
    runs.add("▸ ", dim);
    runs.add(
        format!("{} {} ", player.agent, shown(&player.name)),
        theme.on(Role::HeaderName, face),
    );
    runs.add("▸ ", dim);
    runs.add(
        stamp(wall, player.utc_offset_s),
        theme.on(Role::HeaderClock, face),
    );
    let state = match player.run {
        Run::Paused => "‖ paused",
        Run::Playing(..) => "▶ plays",
    };
    runs.add(" ▸ ", dim);
    runs.add(format!("{state} {}×", SPEEDS[player.speed]), face);
    if let Some(silence) = player.film.silence(player.projector.shown()) {
        runs.add("  ⋯ ", dim);
        runs.add(
            format!("silent for {}, shortened", long(silence)),
            theme.on(Role::StateWaiting, face),
        );
    }
    let taken = ink::write(buf, area, &runs);
    if let Some(note) = &player.note {
        let rest = Rect {
            x: area.x.saturating_add(taken),
            width: area.width.saturating_sub(taken),
            ..area
        };
        let note = Runs::of(format!("  {note}"), theme.on(Role::ToastWarning, face));
        ink::write(buf, rest, &note);
    }
}

fn pane(player: &Player, area: Rect, buf: &mut Buffer) {
    let theme = &player.theme;
    let face = theme.face(Role::Pane);
    ink::fill(buf, area, face);
    let size = player.screen().size();
    let inner = frame::inside(area);
    let title = format!(" {} {} ", player.agent, shown(&player.name));
    let whole = inner.width >= size.cols && inner.height >= size.rows;
    let end = match whole {
        true => String::new(),
        false => format!(" {}x{}, a part of it ", size.cols, size.rows),
    };
    let labels = Labels {
        title: Runs::of(title, theme.on(Role::PaneTitle, face)),
        end: Runs::of(end, theme.on(Role::Dim, face)),
        ..Labels::default()
    };
    frame::draw(
        buf,
        area,
        Weight::Heavy,
        theme.on(Role::PaneBorder, face),
        &labels,
    );
    let mut grid = Grid::default();
    // A whole patch fits every grid.
    let _fits = grid.apply(player.screen().patch_since(None));
    let (top, left) = crop((inner.width, inner.height), &grid);
    let rows = grid.rows().iter().skip(usize::from(top));
    for (line, row) in inner.rows().zip(rows) {
        cells::row(buf, line, row, left, theme);
    }
    let cursor = grid.cursor();
    let place = cursor
        .col
        .checked_sub(left)
        .zip(cursor.row.checked_sub(top));
    if let (Some((x, y)), Visibility::Shown) = (place, cursor.visibility)
        && x < inner.width
        && y < inner.height
    {
        cells::quiet_cursor(buf, inner.x + x, inner.y + y, theme);
    }
}

fn draw_card(player: &Player, area: Rect, buf: &mut Buffer) {
    let Some(decided) = player.card.and_then(|at| player.decided.get(at)) else {
        return;
    };
    let theme = &player.theme;
    let face = theme.face(Role::Card);
    ink::fill(buf, area, face);
    let labels = Labels {
        title: Runs::of(
            format!(" decided: {} ", decided.request),
            theme.on(Role::CardTitle, face),
        ),
        ..Labels::default()
    };
    frame::draw(
        buf,
        area,
        Weight::Thin,
        theme.on(Role::CardBorder, face),
        &labels,
    );
    let inner = frame::inside(area);
    let text = decided.card(player.utc_offset_s);
    let lines = text.shown_lines();
    let wrapped = lines.iter().flat_map(|line| match line.is_empty() {
        true => vec![String::new()],
        false => ink::wrap(line, inner.width),
    });
    let wrapped: Vec<String> = wrapped.collect();
    let room = usize::from(inner.height);
    let cut = (wrapped.len() > room).then(|| room.saturating_sub(1));
    for (at, (line, text)) in inner.rows().zip(&wrapped).enumerate() {
        let (text, role) = match (at, cut) {
            (at, Some(cut)) if at == cut => {
                let more = words::count(wrapped.len() - cut, "more line");
                (format!("… {more}"), Role::Dim)
            }
            (0, _) => (text.clone(), Role::CardTitle),
            (_, _) => (text.clone(), Role::CardDetail),
        };
        ink::write(buf, line, &Runs::of(text, theme.on(role, face)));
    }
}

/// Where it is in the whole, with every decision and every shortened silence on it.
fn bar(player: &Player, area: Rect, buf: &mut Buffer) {
    let theme = &player.theme;
    let face = theme.face(Role::Status);
    ink::fill(buf, area, face);
    let length = player.film.length();
    let times = format!(" {} / {} ", long(player.play), long(length));
    let taken = ink::write_right(buf, area, &Runs::of(times, theme.on(Role::Dim, face)));
    let track = Rect {
        x: area.x.saturating_add(1),
        width: area.width.saturating_sub(taken.saturating_add(2)),
        ..area
    };
    if track.width == 0 {
        return;
    }
    let at = |play: u64| {
        let most = u64::from(track.width - 1);
        let place = play.min(length) * most / length.max(1);
        u16::try_from(place).unwrap_or(0)
    };
    let (here, done) = (at(player.play), theme.on(Role::StatusKey, face));
    let put = |buf: &mut Buffer, x: u16, mark: &str, face: Face| {
        let place = Rect {
            x: track.x + x,
            width: 1,
            ..track
        };
        ink::write(buf, place, &Runs::of(mark, face));
    };
    for x in 0..track.width {
        let (mark, face) = if x <= here {
            ("━", done)
        } else {
            ("─", theme.on(Role::Dim, face))
        };
        put(buf, x, mark, face);
    }
    for play in player.film.silences() {
        put(buf, at(play), "┄", theme.on(Role::Dim, face));
    }
    for (_, shown) in player.places() {
        put(
            buf,
            at(player.film.play(shown)),
            "◆",
            theme.on(Role::StateWaiting, face),
        );
    }
    put(buf, here, "●", done);
}

fn keys(player: &Player, area: Rect, buf: &mut Buffer) {
    let theme = &player.theme;
    let face = theme.face(Role::Status);
    ink::fill(buf, area, face);
    let mut runs = Runs::default();
    for (key, word) in KEYS {
        runs.add(format!(" {key}"), theme.on(Role::StatusKey, face));
        runs.add(format!(" {word} "), theme.on(Role::Dim, face));
    }
    ink::write(buf, area, &runs);
}

fn list(player: &Player, cursor: usize, body: Rect, buf: &mut Buffer) {
    let theme = &player.theme;
    let face = theme.face(Role::Popup);
    let wanted = u16::try_from(player.decided.len())
        .unwrap_or(u16::MAX)
        .saturating_add(2);
    let width = body.width.saturating_sub(4).min(100);
    let height = wanted
        .min(body.height.saturating_sub(2))
        .max(3)
        .min(body.height);
    let area = Rect {
        x: body.x + (body.width - width) / 2,
        y: body.y + (body.height - height) / 2,
        width,
        height,
    };
    ink::fill(buf, area, face);
    let labels = Labels {
        title: Runs::of(" decisions ", theme.on(Role::PopupTitle, face)),
        foot: Runs::of(" enter goes there · esc closes ", theme.on(Role::Dim, face)),
        ..Labels::default()
    };
    frame::draw(
        buf,
        area,
        Weight::Thin,
        theme.on(Role::PopupBorder, face),
        &labels,
    );
    let inner = frame::inside(area);
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

/// A length of time for people: `7.2s`, `3m12s`, `2h05m`.
fn long(ms: u64) -> String {
    let seconds = ms / 1_000;
    match seconds {
        0..60 => format!("{seconds}.{}s", ms % 1_000 / 100),
        60..3_600 => format!("{}m{:02}s", seconds / 60, seconds % 60),
        _ => format!("{}h{:02}m", seconds / 3_600, seconds % 3_600 / 60),
    }
}

fn shown(name: &str) -> String {
    crate::model::Untrusted::new(name).shown()
}
