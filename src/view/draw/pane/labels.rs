//! What a tile's frame says: whose it is and what it does, who else looks, and what there is to know about the picture.

use super::Stand;
use crate::config::keys::KeyTable;
use crate::config::theme::Role;
use crate::model::{Agent, Delivery, Source, Spot, State};
use crate::view::command::Command;
use crate::view::desk::{Desk, Pane, Scroll};
use crate::view::draw::frame::Labels;
use crate::view::draw::ink::{self, Runs};
use crate::view::draw::{title, words};
use crate::view::keymap::Keymap;
use crate::view::select;
use crate::view::tiles::{Tile, below};

/// What the frame of an agent's tile says.
pub(super) fn of(desk: &Desk, keys: &Keymap, agent: &Agent, stand: Stand, tile: &Tile) -> Labels {
    let pane = desk.panes.get(&agent.id);
    Labels {
        title: title::tile(desk, agent, stand, tile.inner.width),
        corner: corner(desk, agent, pane),
        foot: foot(desk, keys, agent, pane, stand),
        end: pane.map(|pane| end(desk, pane, tile)).unwrap_or_default(),
    }
}

/// Who else looks at it, and whether it rang just now.
fn corner(desk: &Desk, agent: &Agent, pane: Option<&Pane>) -> Runs {
    const RINGS_MS: u64 = 10_000;
    let theme = &desk.theme;
    let under = theme.face(Role::Pane);
    let mut runs = Runs::default();
    let rang = pane.and_then(|pane| pane.rang);
    if rang.is_some_and(|at| desk.now.since(at) < RINGS_MS) {
        runs.add(" ♪", theme.on(Role::StateWaiting, under));
    }
    let here =
        |spot| matches!(spot, Spot::Pane(at) | Spot::Line { agent: at, .. } if at == agent.id);
    if let Some(mark) = desk.points_at(here) {
        let name = words::points(&ink::crop(&mark.name, 12));
        runs.add(name, theme.on(Role::HeaderDriving, under));
    }
    for seat in desk.facts.seats.values() {
        if seat.id != desk.me.seat && seat.looks_at.pane == Some(agent.id) {
            let name = ink::crop(&seat.person.name, 12);
            runs.add(format!(" {name}"), theme.on(Role::Dim, under));
        }
    }
    if !runs.is_empty() {
        runs.add(" ", under);
    }
    runs
}

/// What there is to know about the picture itself.
fn foot(desk: &Desk, keys: &Keymap, agent: &Agent, pane: Option<&Pane>, stand: Stand) -> Runs {
    let theme = &desk.theme;
    let under = theme.face(Role::Pane);
    let say = |text: String, role: Role| Runs::of(format!(" {text} "), theme.on(role, under));
    if let Some(why) = pane.and_then(|pane| pane.broken.as_deref()) {
        return say(format!("✗ this picture stopped: {why}"), Role::StateFailed);
    }
    if stand == Stand::Typing {
        let leave = keys
            .hint(KeyTable::Pane, Command::LeavePane)
            .unwrap_or_default();
        return say(
            format!("your keys go here · {leave} leaves"),
            Role::PaneBorderTyping,
        );
    }
    if let Some(scroll) = pane.and_then(|pane| pane.scroll.as_ref()) {
        let end = pane.map_or(0, select::end);
        return say(scrolled(scroll, end), Role::PaneHint);
    }
    let mut open = desk.facts.requests.values().filter(|it| it.is_open());
    if open.any(|it| it.agent == Some(agent.id) && it.ask.is_unseen()) {
        return say(
            "a message was not seen to be taken".into(),
            Role::StateWaiting,
        );
    }
    if agent.evidence.state == State::Unknown {
        return say(last_heard(desk, agent), Role::Dim);
    }
    if !agent.is_alive() && stand == Stand::Focused && desk.may_act() {
        let hints = [
            (Command::Restart, "starts it again"),
            (Command::Clear, "clears it"),
        ];
        let hints: Vec<String> = hints
            .into_iter()
            .filter_map(|(command, word)| {
                let key = keys.hint(KeyTable::Room, command)?;
                Some(format!("{key} {word}"))
            })
            .collect();
        return say(hints.join(" · "), Role::Dim);
    }
    let held = desk.facts.messages.values();
    let held = held
        .filter(|one| one.to == agent.id && one.delivery == Delivery::Held)
        .count();
    match held {
        0 => Runs::default(),
        number => say(
            format!("{} held", words::count(number, "message")),
            Role::Dim,
        ),
    }
}

/// Where a view of the past stands, among the past and the screen.
fn scrolled(scroll: &Scroll, end: u64) -> String {
    let place = format!("line {} of {end}", scroll.top.saturating_add(1));
    match (scroll.needle.is_empty(), scroll.hits.len()) {
        (true, _) => place,
        (false, 0) => format!("{place} · no \"{}\"", scroll.needle),
        (false, hits) => {
            let at = hits.min(scroll.hit.saturating_add(1));
            format!("{place} · {at}/{hits} \"{}\"", scroll.needle)
        }
    }
}

fn last_heard(desk: &Desk, agent: &Agent) -> String {
    let heard = agent.known.iter().chain([&agent.evidence]);
    let newest = heard
        .filter(|one| one.source != Source::Silence)
        .max_by_key(|one| one.at);
    match newest {
        None => "nothing heard since it started".into(),
        Some(one) if one.source == Source::Process => "runs, and says nothing of its state".into(),
        Some(one) => {
            let source = words::source(one.source);
            format!("last heard {} from {source}", words::ago(desk.now, one.at))
        }
    }
}

/// What the tile leaves out.
fn end(desk: &Desk, pane: &Pane, tile: &Tile) -> Runs {
    let theme = &desk.theme;
    let under = theme.face(Role::Pane);
    let say = |text: String| Runs::of(format!(" {text} "), theme.on(Role::Dim, under));
    if let Some(scroll) = &pane.scroll {
        let bottom = scroll.top.saturating_add(u64::from(tile.inner.height));
        return match select::end(pane).saturating_sub(bottom) {
            0 => Runs::default(),
            below => say(format!("▼ {below} below")),
        };
    }
    match below(tile.room(), &pane.grid) {
        0 => Runs::default(),
        below => say(format!("▼ {below} below")),
    }
}
