//! The decision card: exactly what is asked, by whom, for which brief, why it needs a person, and the
//! keys that decide. What it cannot show it counts.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::keys::KeyTable;
use crate::config::theme::Role;
use crate::model::{Ask, Asker, Request};
use crate::view::command::Command;
use crate::view::desk::Desk;
use crate::view::reading::Sight;

use super::frame::{self, Labels, Weight};
use super::ink::{self, Runs};
use super::{ask, decide, head, words};
use crate::view::keymap::Keymap;

/// Draws the card of the request under the cursor, or that nothing waits.
pub fn draw(desk: &Desk, keys: &Keymap, area: Rect, buf: &mut Buffer) {
    let theme = &desk.theme;
    let face = theme.face(Role::Card);
    let request = desk.request.and_then(|id| desk.facts.requests.get(&id));
    let Some(request) = request else {
        return nothing(desk, area, buf);
    };
    ink::fill(buf, area, face);
    if area.height < 3 || area.width < 8 {
        return small(desk, keys, request, area, buf);
    }
    let (title, corner) = head::labels(desk, request, area.width.saturating_sub(2), face);
    let labels = Labels {
        title,
        corner,
        ..Labels::default()
    };
    frame::draw(
        buf,
        area,
        Weight::Thin,
        theme.on(Role::CardBorder, face),
        &labels,
    );
    let (body, below) = parts(desk, keys, request, area);
    decide::draw(desk, keys, request, below, buf);
    draw_body(desk, keys, request, body, buf);
}

/// Takes rows off the lower end, but never all.
pub fn cut(area: Rect, rows: u16) -> (Rect, Rect) {
    let rows = rows
        .min(area.height.saturating_sub(1))
        .max(area.height.min(1));
    let above = Rect {
        height: area.height - rows,
        ..area
    };
    (
        above,
        Rect {
            y: above.bottom(),
            height: rows,
            ..area
        },
    )
}

/// How many rows a card needs at this width to show everything, its frame included. Keys are taken to
/// be as long as the default ones.
pub fn height(desk: &Desk, request: &Request, width: u16) -> u16 {
    let inner = width.saturating_sub(4);
    let lines = ask::lines(desk, request, Role::Card, inner).len();
    let below = why(desk, request, inner).len() + decide::rows_about(inner);
    u16::try_from(lines + below + 2).unwrap_or(u16::MAX)
}

fn nothing(desk: &Desk, area: Rect, buf: &mut Buffer) {
    let theme = &desk.theme;
    let base = theme.face(Role::Base);
    ink::fill(buf, area, base);
    let middle = Rect {
        y: area.y.saturating_add(area.height / 2),
        height: 1,
        ..area
    };
    ink::write_centred(
        buf,
        middle,
        &Runs::of("nothing waits on you", theme.on(Role::Dim, base)),
    );
}

/// One line for what is asked and one for the keys, without a frame.
fn small(desk: &Desk, keys: &Keymap, request: &Request, area: Rect, buf: &mut Buffer) {
    let theme = &desk.theme;
    let face = theme.face(Role::Card);
    let mut runs = Runs::of(
        format!("{} ", words::WAITS),
        theme.on(Role::StateWaiting, face),
    );
    if let Some(agent) = request.agent {
        runs.add(format!("{agent} "), theme.on(Role::CardTitle, face));
    }
    runs.add(
        format!("{} ", words::kind(request)),
        theme.on(Role::CardTool, face),
    );
    runs.add(words::summary(&request.ask), face);
    ink::write(buf, area, &runs);
    if area.height > 1 {
        let last = Rect {
            y: area.bottom().saturating_sub(1),
            height: 1,
            ..area
        };
        decide::draw(desk, keys, request, last, buf);
    }
}

/// What a card's inside holds, and where.
struct Body {
    text: Rect,
    below: Rect,
    why: Vec<Runs>,
    lines: Vec<ask::Line>,
    sight: Sight,
}

/// What is asked, then for which brief and why it needs a person. What is asked comes before why.
fn body(desk: &Desk, request: &Request, area: Rect) -> Body {
    let why = why(desk, request, area.width);
    let lines = ask::lines(desk, request, Role::Card, area.width);
    let spare = usize::from(area.height).saturating_sub(lines.len());
    let rows = spare.max(usize::from(area.height >= 4)).min(why.len());
    let rows = u16::try_from(rows).unwrap_or(1);
    let (text, below) = match rows {
        0 => (area, Rect { height: 0, ..area }),
        rows => cut(area, rows),
    };
    let height = usize::from(text.height);
    // where it does not fit, the last row counts what is out of sight
    let room = match lines.len() <= height {
        true => height,
        false => height.saturating_sub(1),
    };
    let sight = Sight::new(desk.card_top, room, lines.len());
    Body {
        text,
        below,
        why,
        lines,
        sight,
    }
}

/// Which lines of what is asked are in sight on the card, and how wide they are. `area` is the card, its
/// frame included; a card too small for a frame shows no line.
pub fn sight(desk: &Desk, keys: &Keymap, request: &Request, area: Rect) -> (Sight, u16) {
    if area.height < 3 || area.width < 8 {
        return (Sight::new(0, 0, 1), area.width);
    }
    let (text, _) = parts(desk, keys, request, area);
    (body(desk, request, text).sight, text.width)
}

/// The card's inside: what is asked above, the keys below.
fn parts(desk: &Desk, keys: &Keymap, request: &Request, area: Rect) -> (Rect, Rect) {
    let inner = frame::inside(area);
    let inner = Rect {
        x: inner.x + 1,
        width: inner.width.saturating_sub(2),
        ..inner
    };
    cut(inner, decide::rows(desk, keys, request, inner.width))
}

fn draw_body(desk: &Desk, keys: &Keymap, request: &Request, area: Rect, buf: &mut Buffer) {
    let body = body(desk, request, area);
    for (row, line) in body.below.rows().zip(&body.why) {
        ink::write(buf, row, line);
    }
    let Sight { top, rows, all } = body.sight;
    for (row, line) in body.text.rows().zip(body.lines.iter().skip(top).take(rows)) {
        if let Some(face) = line.ground {
            ink::fill(buf, row, face);
        }
        ink::write(buf, row, &line.runs);
    }
    if all > rows {
        let (_, row) = cut(body.text, 1);
        ink::write(buf, row, &rest(desk, keys, body.sight, row.width));
    }
}

/// How much is above and below, and the keys that bring it: the one that shows all of it, and the one that
/// scrolls where both have room.
fn rest(desk: &Desk, keys: &Keymap, sight: Sight, width: u16) -> Runs {
    let theme = &desk.theme;
    let face = theme.face(Role::Card);
    let Sight { top, rows, all } = sight;
    let below = all.saturating_sub(top).saturating_sub(rows);
    let text = match (top, below) {
        (0, below) => format!("… {}", words::count(below, "more line")),
        (above, 0) => format!("… {} above", words::count(above, "line")),
        (above, below) => format!("… {above} above, {below} below"),
    };
    let counted = Runs::of(text, theme.on(Role::CardSettling, face));
    let hint = |(command, word): (Command, &str)| match keys.hint(KeyTable::Room, command) {
        Some(key) => Runs::of("   ", face)
            .with(key, theme.on(Role::CardKey, face))
            .with(format!(" {word}"), theme.on(Role::CardMeta, face)),
        None => Runs::default(),
    };
    let scrolls = hint((Command::CardDown, "scrolls"));
    let full = hint((Command::Detail, "in full"));
    let both = counted.clone().with_all(scrolls).with_all(full.clone());
    match both.columns() <= width {
        true => both,
        false => counted.with_all(full),
    }
}

/// For which brief, where, and why it cannot go on by itself: in one line, or in several where there
/// is no room for that.
fn why(desk: &Desk, request: &Request, width: u16) -> Vec<Runs> {
    let theme = &desk.theme;
    let face = theme.face(Role::Card);
    let meta = theme.on(Role::CardMeta, face);
    let mut parts = Vec::new();
    if let Some(id) = &request.brief {
        let mut runs = Runs::of("for ", meta);
        runs.add(words::brief(id).to_owned(), theme.on(Role::CardTitle, face));
        let brief = desk.facts.briefs.get(id);
        if let Some(heading) = brief.and_then(|brief| brief.heading()) {
            runs.add(format!(" {}", ink::crop(&heading.title.shown(), 40)), face);
        }
        parts.push(runs);
    }
    if let Ask::Permission { cwd, .. } = &request.ask
        && !cwd.raw().is_empty()
    {
        parts.push(Runs::of(format!("in {}", ask::folder(desk, cwd)), meta));
    }
    if let (Ask::Gate { .. }, Some(brief)) = (&request.ask, &request.brief)
        && let Some(count) = words::open_comments(desk, brief)
    {
        let text = format!("{} not handled", words::count(count, "comment"));
        parts.push(Runs::of(text, theme.on(Role::DiffComment, face)));
    }
    parts.push(Runs::of(reason(desk, request), meta));
    flow(parts, &Runs::of(" · ", meta), width)
}

/// Puts parts into lines, as many into each as have room.
pub fn flow(parts: Vec<Runs>, between: &Runs, width: u16) -> Vec<Runs> {
    let mut lines: Vec<Runs> = Vec::new();
    for part in parts {
        let needed = part.columns().saturating_add(between.columns());
        match lines.last_mut() {
            Some(line) if line.columns().saturating_add(needed) <= width => {
                line.append(between.clone());
                line.append(part);
            }
            Some(_) | None => lines.push(part),
        }
    }
    lines
}

fn reason(desk: &Desk, request: &Request) -> String {
    match (&request.ask, request.asker) {
        (_, Asker::Away(since)) => format!(
            "its line was cut {}; it has a limited time to come back",
            words::ago(desk.now, since)
        ),
        (Ask::Permission { .. }, Asker::Waits | Asker::Room) => {
            "it stands still until you decide".into()
        }
        (Ask::Question { .. }, Asker::Waits | Asker::Room) => {
            "it stands still until you answer".into()
        }
        (Ask::Matter { .. }, Asker::Waits | Asker::Room) => "only a person can settle this".into(),
        (Ask::Gate { .. }, Asker::Waits | Asker::Room) => match request.ask.takes_yes() {
            true => "this gate needs a person's yes".into(),
            false => "a check failed: it is sent back, or moved on all the same".into(),
        },
        (Ask::Dialog { options, .. }, Asker::Waits | Asker::Room) => {
            match (options.is_empty(), request.ask.approving()) {
                (true, _) => "answer it in its pane".into(),
                (false, Some(_)) => "it stands still until you answer".into(),
                (false, None) => "no option plainly says yes".into(),
            }
        }
    }
}
