//! The picture of a player: a line with who, when and how fast; the agent's screen in a tile; the card
//! of a decision beside it; the bar. Reads the player; nothing flows back.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::theme::{Face, Role};
use crate::view::draw::CursorAt;
use crate::view::draw::frame::{self, Labels, Weight};
use crate::view::draw::ink::{self, Runs};
use crate::view::sweep::sweep;

use crate::model::words;

use super::{CardPlace, Over, Player, Run, SPEEDS, keys, picture, popups, stamp};

/// The narrowest and the widest card beside the picture, and the most rows of one below it.
const BESIDE: (u16, u16) = (32, 60);
const BELOW: u16 = 12;

/// What is always in the last line: how to learn the rest, and the way out.
const ALWAYS: [(&str, &str); 2] = [("?", "keys"), ("q", "leave")];

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
        hints(player, row(bottom - 1), buf);
    }
    let body = body(screen);
    let (tile, card) = split(player, body);
    picture::draw(player, tile, buf);
    if let Some(card) = card {
        draw_card(player, card, buf);
    }
    match player.over {
        Over::List(at) => popups::list(player, at, body, buf),
        Over::Keys(top) => popups::keys(player, top, body, buf),
        Over::Nothing => {}
    }
    if screen.height >= 3 {
        note(player, screen, buf);
    }
    sweep(buf);
    None
}

/// The tile of the agent's screen, on a screen of this size.
pub(super) fn tile(player: &Player, screen: Rect) -> Rect {
    split(player, body(screen)).0
}

/// What is between the first line and the bar.
fn body(screen: Rect) -> Rect {
    Rect {
        y: screen.y.saturating_add(1),
        height: screen.height.saturating_sub(3),
        ..screen
    }
}

/// The tile's place and, where a card is shown, the card's: beside the picture where that leaves it whole.
fn split(player: &Player, body: Rect) -> (Rect, Option<Rect>) {
    if player.card.is_none() || player.place == CardPlace::Away {
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
    let wall = player.film.wall(player.projector.reached(), player.play);
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
    if let Some(silence) = player.film.silence(player.projector.reached()) {
        let mut text = format!("silent for {}, shortened", long(silence));
        let room = area.width.saturating_sub(runs.columns()).saturating_sub(4);
        if ink::columns(&text) > room {
            text = format!("silent {}", long(silence));
        }
        runs.add("  ⋯ ", dim);
        runs.add(text, theme.on(Role::StateWaiting, face));
    }
    ink::write(buf, area, &runs);
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
    let inner = frame::within(area);
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
        let face = theme.on(role, face);
        ink::fill(buf, line, face);
        ink::write(buf, line, &Runs::of(text, face));
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

/// What keys do, as far as there is room; the way out is always there.
fn hints(player: &Player, area: Rect, buf: &mut Buffer) {
    let theme = &player.theme;
    let face = theme.face(Role::Status);
    ink::fill(buf, area, face);
    let always = way_out(player);
    let room = area.width.saturating_sub(always.columns());
    let mut runs = Runs::default();
    for entry in &keys::ALL {
        let Some((keys, word)) = entry.short else {
            continue;
        };
        let more = hint(player, keys, word);
        if runs.columns().saturating_add(more.columns()) <= room {
            runs.append(more);
        }
    }
    ink::write(buf, area, &runs);
    ink::write_right(buf, area, &always);
}

fn way_out(player: &Player) -> Runs {
    let parts = ALWAYS.iter().map(|(key, word)| hint(player, key, word));
    parts.fold(Runs::default(), Runs::with_all)
}

fn hint(player: &Player, key: &str, word: &str) -> Runs {
    let theme = &player.theme;
    let face = theme.face(Role::Status);
    Runs::of(format!(" {key}"), theme.on(Role::StatusKey, face))
        .with(format!(" {word} "), theme.on(Role::Dim, face))
}

/// The sentence that answers a key, whole: in the last line beside the way out, and in the rows above where that is
/// too short.
fn note(player: &Player, screen: Rect, buf: &mut Buffer) {
    let Some(note) = player.note().or(player.faults.first()) else {
        return;
    };
    let theme = &player.theme;
    let face = theme.face(Role::Status);
    let always = way_out(player);
    let room = screen.width.saturating_sub(always.columns());
    let lines = ink::wrap(note, room.saturating_sub(2));
    let rows = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let area = Rect {
        y: screen.bottom().saturating_sub(rows).max(screen.y),
        height: rows.min(screen.height),
        ..screen
    };
    ink::fill(buf, area, face);
    for (row, line) in area.rows().zip(lines) {
        let text = Runs::of(format!(" {line}"), theme.on(Role::ToastWarning, face));
        ink::write(buf, Rect { width: room, ..row }, &text);
    }
    let last = Rect {
        y: area.bottom().saturating_sub(1),
        height: 1,
        ..area
    };
    ink::write_right(buf, last, &always);
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

pub(super) fn shown(name: &str) -> String {
    crate::model::Untrusted::new(name).shown()
}
