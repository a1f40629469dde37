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
use crate::view::keymap::Keymap;
use super::{ask, words};

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
        title: title(desk, request, face),
        corner: corner(desk, request, face),
        ..Labels::default()
    };
    frame::draw(buf, area, Weight::Thin, theme.on(Role::CardBorder, face), &labels);
    let inner = frame::inside(area);
    let padded = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let decide = Rect { y: padded.bottom() - 1, height: 1, ..padded };
    draw_keys(desk, keys, request, decide, buf);
    let body = Rect { height: padded.height - 1, ..padded };
    draw_body(desk, keys, request, body, buf);
}

fn nothing(desk: &Desk, area: Rect, buf: &mut Buffer) {
    let theme = &desk.theme;
    let base = theme.face(Role::Base);
    ink::fill(buf, area, base);
    let middle = Rect { y: area.y.saturating_add(area.height / 2), height: 1, ..area };
    ink::write_centred(buf, middle, &Runs::of("nothing waits on you", theme.on(Role::Dim, base)));
}

/// One line for what is asked and one for the keys, without a frame.
fn small(desk: &Desk, keys: &Keymap, request: &Request, area: Rect, buf: &mut Buffer) {
    let theme = &desk.theme;
    let face = theme.face(Role::Card);
    let mut runs = Runs::of(format!("{} ", words::WAITS), theme.on(Role::StateWaiting, face));
    if let Some(agent) = request.agent {
        runs.add(format!("{agent} "), theme.on(Role::CardTitle, face));
    }
    runs.add(format!("{} ", words::kind(&request.ask)), theme.on(Role::CardTool, face));
    runs.add(words::summary(&request.ask), face);
    ink::write(buf, area, &runs);
    if area.height > 1 {
        let last = Rect { y: area.bottom().saturating_sub(1), height: 1, ..area };
        draw_keys(desk, keys, request, last, buf);
    }
}

fn title(desk: &Desk, request: &Request, face: Face) -> Runs {
    let theme = &desk.theme;
    let bold = theme.on(Role::CardTitle, face);
    let soft = theme.on(Role::CardMeta, face);
    let mut runs = Runs::of(" ", face);
    runs.add(format!("{} ", words::WAITS), theme.on(Role::StateWaiting, face));
    let agent = request.agent.and_then(|id| desk.facts.agents.get(&id));
    match (agent, request.agent) {
        (Some(agent), _) => {
            runs.add(words::agent(agent), bold);
            if !agent.profile.is_empty() {
                runs.add(format!("{}{}", words::THEN, agent.profile), soft);
            }
        }
        (None, Some(id)) => runs.add(format!("agent {id}"), bold),
        (None, None) => runs.add("the room", bold),
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
    let meta = why(desk, request);
    let roomy = area.height >= 4;
    let below = if roomy { 1 } else { 0 };
    let text = Rect { height: area.height.saturating_sub(below), ..area };
    let lines = ask::lines(desk, request, text.width);
    let height = usize::from(text.height);
    let most = lines.len().saturating_sub(height.saturating_sub(1));
    let all = lines.len() <= height;
    let top = if all { 0 } else { desk.card_top.min(most) };
    let room = if all { height } else { height.saturating_sub(1) };
    for (y, line) in (text.y..).zip(lines.iter().skip(top).take(room)) {
        let row = Rect { y, height: 1, ..text };
        if let Some(face) = line.ground {
            ink::fill(buf, row, face);
        }
        ink::write(buf, row, &line.runs);
    }
    if !all {
        let row = Rect { y: text.bottom().saturating_sub(1), height: text.height.min(1), ..text };
        ink::write(buf, row, &rest(desk, keys, lines.len(), top, room));
    }
    if roomy {
        let row = Rect { y: area.bottom() - 1, height: 1, ..area };
        ink::write(buf, row, &meta);
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

/// For which brief, where, and why it cannot go on by itself.
fn why(desk: &Desk, request: &Request) -> Runs {
    let theme = &desk.theme;
    let face = theme.face(Role::Card);
    let meta = theme.on(Role::CardMeta, face);
    let mut runs = Runs::default();
    if let Some(id) = &request.brief {
        runs.add("for ", meta);
        runs.add(words::brief(id).to_owned(), theme.on(Role::CardTitle, face));
        let brief = desk.facts.briefs.get(id);
        if let Some(heading) = brief.and_then(|brief| brief.heading()) {
            runs.add(format!(" {}", ink::crop(&heading.title.shown(), 40)), face);
        }
        runs.add(" · ", meta);
    }
    if let Ask::Permission { cwd, .. } = &request.ask
        && !cwd.raw().is_empty()
    {
        runs.add(format!("in {} · ", ask::folder(desk, cwd)), meta);
    }
    runs.add(reason(desk, request), meta);
    runs
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

fn draw_keys(desk: &Desk, keys: &Keymap, request: &Request, area: Rect, buf: &mut Buffer) {
    let theme = &desk.theme;
    let face = theme.face(Role::Card);
    let card = Card { request: request.id, digest: request.digest.clone() };
    if let Some(sentence) = closed(desk, request) {
        ink::write(buf, area, &Runs::of(sentence, theme.on(Role::CardTitle, face)));
        return;
    }
    let (role, note) = match (desk.may_act(), &desk.link) {
        (false, _) => (Role::CardKeyDisabled, "watching: you cannot decide".to_owned()),
        (true, Link::Connecting | Link::Lost { .. }) => {
            (Role::CardKeyDisabled, "no server: nothing can be decided".to_owned())
        }
        (true, Link::Live) => match settling(desk, &card) {
            Some(mark) => (Role::CardKeyDisabled, format!("{mark} just came")),
            None => (Role::CardKey, like_this(desk, keys, request)),
        },
    };
    let key = theme.on(role, face);
    let soft = theme.on(Role::CardMeta, face);
    let word = if role == Role::CardKey { face } else { soft };
    let note = Runs::of(note, theme.on(Role::CardSettling, face));
    let mut runs = Runs::default();
    for (command, name) in decisions(&request.ask) {
        let Some(spelled) = keys.hint(KeyTable::Card, *command) else { continue };
        let one = Runs::of(spelled, key).with(format!(" {name}"), word).with("   ", face);
        if runs.columns().saturating_add(one.columns()) > area.width.saturating_add(3) {
            break;
        }
        runs.append(one);
    }
    let taken = ink::write(buf, area, &runs);
    if taken.saturating_add(note.columns()) <= area.width {
        ink::write_right(buf, area, &note);
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
    let same = desk.facts.waiting().filter(|one| one.digest == request.digest).count();
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
        Status::Withdrawn { at, why } => {
            Some(format!("withdrawn {} ago: {why}", words::age(desk.now, *at)))
        }
    }
}
