//! The decision card: exactly what is asked, by whom, for which brief, why it needs a person, and the
//! keys that decide. What it cannot show it counts.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::keys::KeyTable;
use crate::config::theme::{Face, Role};
use crate::model::{Ask, Asker, Card, Request, Status};
use crate::view::command::Command;
use crate::view::desk::{Desk, Link};

use super::frame::{self, Labels, Weight};
use super::ink::{self, Runs};
use super::{ask, words};
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
    let labels = Labels {
        title: title(desk, request, area.width.saturating_sub(2), face),
        corner: corner(desk, request, face),
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
    let inner = Rect {
        x: inner.x + 1,
        width: inner.width.saturating_sub(2),
        ..inner
    };
    let (body, decide) = cut(inner, keys_rows(desk, keys, request, inner.width));
    draw_keys(desk, keys, request, decide, buf);
    draw_body(desk, keys, request, body, buf);
}

/// Takes rows off the lower end, but never all.
fn cut(area: Rect, rows: u16) -> (Rect, Rect) {
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

/// How many rows a card needs at this width to show everything, its frame included.
pub fn height(desk: &Desk, keys: &Keymap, request: &Request, width: u16) -> u16 {
    let inner = width.saturating_sub(4);
    let lines = ask::lines(desk, request, Role::Card, inner).len();
    let below =
        why(desk, request, inner).len() + usize::from(keys_rows(desk, keys, request, inner));
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
        format!("{} ", words::kind(&request.ask)),
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
        draw_keys(desk, keys, request, last, buf);
    }
}

/// Who asks and what kind of thing; without the profile where there is no room for it.
fn title(desk: &Desk, request: &Request, width: u16, face: Face) -> Runs {
    let agent = request.agent.and_then(|id| desk.facts.agents.get(&id));
    let profile = agent.map_or("", |agent| agent.profile.as_str());
    let full = title_with(desk, request, profile, face);
    match full.columns() <= width {
        true => full,
        false => title_with(desk, request, "", face),
    }
}

fn title_with(desk: &Desk, request: &Request, profile: &str, face: Face) -> Runs {
    let theme = &desk.theme;
    let bold = theme.on(Role::CardTitle, face);
    let soft = theme.on(Role::CardMeta, face);
    let mut runs = Runs::of(" ", face);
    runs.add(words::WAITS, theme.on(Role::StateWaiting, face));
    runs.add(" ", face);
    let agent = request.agent.and_then(|id| desk.facts.agents.get(&id));
    match (agent, request.agent) {
        (Some(agent), _) => runs.add(words::agent(agent), bold),
        (None, Some(id)) => runs.add(format!("agent {id}"), bold),
        (None, None) => runs.add("the room", bold),
    }
    if !profile.is_empty() {
        runs.add(format!("{}{profile}", words::THEN), soft);
    }
    runs.add(" ", face);
    runs.add(wants(&request.ask), bold);
    runs.add(" ", face);
    runs
}

/// What kind of thing is asked, after the asker's name.
fn wants(ask: &Ask) -> String {
    match ask {
        Ask::Permission { tool, .. } => format!("wants to use {}", ink::crop(&tool.shown(), 24)),
        Ask::Question { .. } => "asks".into(),
        Ask::Gate { from, to, .. } => format!("is done with {}: on to {to}?", from.stage),
    }
}

fn corner(desk: &Desk, request: &Request, face: Face) -> Runs {
    let meta = desk.theme.on(Role::CardMeta, face);
    let age = words::age(desk.now, request.opened);
    Runs::of(format!(" {} · {age} ", request.id), meta)
}

/// What is asked, then for which brief and why it needs a person.
fn draw_body(desk: &Desk, keys: &Keymap, request: &Request, area: Rect, buf: &mut Buffer) {
    let why = why(desk, request, area.width);
    let lines = ask::lines(desk, request, Role::Card, area.width);
    // what is asked comes before why
    let spare = usize::from(area.height).saturating_sub(lines.len());
    let rows = spare.max(usize::from(area.height >= 4)).min(why.len());
    let rows = u16::try_from(rows).unwrap_or(1);
    let (text, below) = match rows {
        0 => (area, Rect { height: 0, ..area }),
        rows => cut(area, rows),
    };
    for (row, line) in below.rows().zip(&why) {
        ink::write(buf, row, line);
    }
    let height = usize::from(text.height);
    let all = lines.len() <= height;
    let room = if all {
        height
    } else {
        height.saturating_sub(1)
    };
    let top = if all {
        0
    } else {
        desk.card_top.min(lines.len().saturating_sub(room))
    };
    for (row, line) in text.rows().zip(lines.iter().skip(top).take(room)) {
        if let Some(face) = line.ground {
            ink::fill(buf, row, face);
        }
        ink::write(buf, row, &line.runs);
    }
    if !all {
        let (_, row) = cut(text, 1);
        ink::write(buf, row, &rest(desk, keys, lines.len(), top, room));
    }
}

/// How much is above and below, and the keys that bring it.
fn rest(desk: &Desk, keys: &Keymap, all: usize, top: usize, room: usize) -> Runs {
    let theme = &desk.theme;
    let face = theme.face(Role::Card);
    let below = all.saturating_sub(top).saturating_sub(room);
    let text = match (top, below) {
        (0, below) => format!("… {}", words::count(below, "more line")),
        (above, 0) => format!("… {} above", words::count(above, "line")),
        (above, below) => format!("… {above} above, {below} below"),
    };
    let mut runs = Runs::of(text, theme.on(Role::CardSettling, face));
    for (command, word) in [(Command::CardDown, "scrolls"), (Command::Detail, "in full")] {
        if let Some(key) = keys.hint(KeyTable::Room, command) {
            runs.add("   ", face);
            runs.add(key, theme.on(Role::CardKey, face));
            runs.add(format!(" {word}"), theme.on(Role::CardMeta, face));
        }
    }
    runs
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
    parts.push(Runs::of(reason(desk, request), meta));
    flow(parts, &Runs::of(" · ", meta), width)
}

/// Puts parts into lines, as many into each as have room.
fn flow(parts: Vec<Runs>, between: &Runs, width: u16) -> Vec<Runs> {
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
            "its line was cut {} ago; it has a limited time to come back",
            words::age(desk.now, since)
        ),
        (Ask::Permission { .. }, Asker::Waits | Asker::Room) => {
            "it stands still until you decide".into()
        }
        (Ask::Question { .. }, Asker::Waits | Asker::Room) => {
            "it stands still until you answer".into()
        }
        (Ask::Gate { .. }, Asker::Waits | Asker::Room) => "this gate needs a person's yes".into(),
    }
}

/// How a card's keys stand.
enum Keys {
    /// They count; and what else there is to say.
    Count(String),
    /// They do not, and why.
    Refused(String),
    /// Nothing is left to decide.
    Over(String),
}

fn standing(desk: &Desk, keys: &Keymap, request: &Request) -> Keys {
    let card = Card {
        request: request.id,
        digest: request.digest.clone(),
    };
    if let Some(sentence) = closed(desk, request) {
        return Keys::Over(sentence);
    }
    match (desk.may_act(), &desk.link) {
        (false, _) => Keys::Refused("watching: you cannot decide".into()),
        (true, Link::Connecting | Link::Lost { .. }) => {
            Keys::Refused("no server: nothing can be decided".into())
        }
        (true, Link::Live) => match settling(desk, &card) {
            Some(mark) => Keys::Refused(format!("{mark} just came")),
            None => Keys::Count(like_this(desk, keys, request)),
        },
    }
}

/// The keys in as few lines as have room, and the note behind them or below.
fn keys_lines(desk: &Desk, keys: &Keymap, request: &Request, width: u16) -> (Vec<Runs>, Runs) {
    let theme = &desk.theme;
    let face = theme.face(Role::Card);
    let soft = theme.on(Role::CardMeta, face);
    let (key, word, note) = match standing(desk, keys, request) {
        Keys::Over(sentence) => {
            return (
                vec![Runs::of(sentence, theme.on(Role::CardTitle, face))],
                Runs::default(),
            );
        }
        Keys::Count(note) => (Role::CardKey, face, note),
        Keys::Refused(note) => (Role::CardKeyDisabled, soft, note),
    };
    let key = theme.on(key, face);
    let parts = decisions(&request.ask)
        .iter()
        .filter_map(|(command, name)| {
            let spelled = keys.hint(KeyTable::Card, *command)?;
            Some(Runs::of(spelled, key).with(format!(" {name}"), word))
        });
    let lines = flow(parts.collect(), &Runs::of("   ", face), width);
    (lines, Runs::of(note, theme.on(Role::CardSettling, face)))
}

fn keys_rows(desk: &Desk, keys: &Keymap, request: &Request, width: u16) -> u16 {
    let (lines, note) = keys_lines(desk, keys, request, width);
    let last = lines.last().map_or(0, Runs::columns);
    let apart = !note.is_empty() && last.saturating_add(note.columns()).saturating_add(2) > width;
    u16::try_from(lines.len() + usize::from(apart)).unwrap_or(1)
}

fn draw_keys(desk: &Desk, keys: &Keymap, request: &Request, area: Rect, buf: &mut Buffer) {
    let (lines, note) = keys_lines(desk, keys, request, area.width);
    let mut last = 0;
    for (row, line) in area.rows().zip(&lines) {
        last = ink::write(buf, row, line);
    }
    let (_, row) = cut(area, 1);
    let alone = usize::from(area.height) > lines.len();
    if alone || last.saturating_add(note.columns()).saturating_add(2) <= area.width {
        ink::write_right(buf, row, &note);
    }
}

/// The keys that decide, first what is wanted most.
fn decisions(ask: &Ask) -> &'static [(Command, &'static str)] {
    match ask {
        Ask::Permission { .. } | Ask::Gate { .. } => &[
            (Command::Approve, "approve"),
            (Command::Reject, "reject"),
            (Command::Redirect, "redirect"),
            (Command::Explain, "evidence"),
            (Command::Detail, "in full"),
        ],
        Ask::Question { .. } => &[
            (Command::Reply, "answer"),
            (Command::Reject, "reject"),
            (Command::Redirect, "redirect"),
            (Command::Explain, "evidence"),
            (Command::Detail, "in full"),
        ],
    }
}

/// A mark for how far a card has settled; none once it did.
fn settling(desk: &Desk, card: &Card) -> Option<&'static str> {
    const MARKS: [&str; 4] = ["○", "◔", "◑", "◕"];
    let Some(since) = desk.shown.get(card) else {
        return Some(MARKS[0]);
    };
    desk.settles_at(card)?;
    let whole = desk.facts.settings.limits.settle_ms.max(1);
    let quarter = desk.now.since(*since).saturating_mul(4) / whole;
    let at = usize::try_from(quarter).unwrap_or(3).min(3);
    Some(MARKS[at])
}

/// Others that ask for the very same.
fn like_this(desk: &Desk, keys: &Keymap, request: &Request) -> String {
    let same = desk
        .facts
        .waiting()
        .filter(|one| one.digest == request.digest)
        .count();
    let key = keys.hint(KeyTable::Card, Command::ApproveIdentical);
    match (same, key) {
        (0 | 1, _) | (_, None) => String::new(),
        (same, Some(key)) => format!("{same} ask the same: {key} decides together"),
    }
}

/// What became of a request that no longer waits.
fn closed(desk: &Desk, request: &Request) -> Option<String> {
    match &request.status {
        Status::Open => None,
        Status::Decided(decision) => Some(format!(
            "{} by {}, {} ago",
            words::verdict(&decision.verdict),
            decision.by.name,
            words::age(desk.now, decision.at)
        )),
        Status::Withdrawn { at, why } => Some(format!(
            "withdrawn {} ago: {why}",
            words::age(desk.now, *at)
        )),
    }
}
