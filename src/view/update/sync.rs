//! What follows from every input: the server learns what is on the screen, and nothing twice.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{AgentId, Card, RequestId, Time};
use crate::terminal::Size;
use crate::view::desk::{Desk, Focus, Link, Mode, Popup, SidebarWish, TerminalFocus, Then};
use crate::view::draw::{card_sight, popup_sight};
use crate::view::keymap::Keymap;
use crate::view::reading::{Reading, Sight, Surface};
use crate::view::sighting::sightings;
use crate::view::tiles::{self, Fold, Plan};
use crate::wire::{FocusChange, ToServer};

use super::Act;
use super::decide::card_of;
use super::turn::Turn;
use super::{follow, order, review, start};

/// No pane is ever asked to be smaller than this, whatever the tile's size.
const LEAST: Size = Size {
    cols: 100,
    rows: 30,
};

/// Brings everything that depends on everything up to date.
pub(super) fn after(turn: &mut Turn) {
    order::follow(turn.desk);
    follow::along(turn);
    title(turn);
    let plan = settled(turn.desk);
    review::settle(turn.desk, &plan);
    if turn.desk.link != Link::Live {
        return;
    }
    watch(turn, &plan);
    looks_at(turn);
    keyboard(turn);
    resize(turn, &plan);
    shown(turn, &plan);
    read(turn, &plan);
    start::look(turn);
}

/// The plan, once a focus on a sidebar that is not there went to the tiles.
fn settled(desk: &mut Desk) -> Plan {
    let mut plan = tiles::plan(desk);
    // a diff over everything leaves the focus where it will be again
    if tiles::needs_sidebar(desk.focus) && plan.sidebar.is_none() && desk.mode != Mode::Review {
        desk.focus = Focus::Tiles;
        if desk.sidebar == SidebarWish::Shown {
            desk.sidebar = SidebarWish::AsLayout;
            plan = tiles::plan(desk);
        }
    }
    desk.panes
        .retain(|agent, _| desk.facts.agents.contains_key(agent) || desk.link != Link::Live);
    plan
}

fn title(turn: &mut Turn) {
    let desk = &mut *turn.desk;
    let name = match desk.facts.settings.name.as_str() {
        "" => "opsroom",
        name => name,
    };
    let title = match desk.facts.waiting().count() {
        0 => name.to_owned(),
        count => format!("({count}) {name}"),
    };
    if title != desk.told.title {
        desk.told.title.clone_from(&title);
        turn.acts.push(Act::SetTitle(title));
    }
}

/// Panes with a tile are watched, others are not: a hidden pane costs nothing.
fn watch(turn: &mut Turn, plan: &Plan) {
    let seen: BTreeSet<AgentId> = plan
        .tiles
        .iter()
        .filter(|tile| tile.fold == Fold::Full && !tile.inner.is_empty())
        .map(|tile| tile.agent)
        .collect();
    let before = std::mem::replace(&mut turn.desk.told.watched, seen.clone());
    for agent in before.difference(&seen) {
        turn.desk.told.acked.remove(agent);
        turn.send(ToServer::Unwatch(*agent));
    }
    for agent in seen.difference(&before) {
        turn.send(ToServer::Watch(*agent));
    }
}

/// What this person looks at; how far back in a pane's past only where somebody goes along.
fn looks_at(turn: &mut Turn) {
    let desk = &*turn.desk;
    let followed = desk.facts.seats.values();
    let followed = followed
        .filter(|seat| seat.follows == Some(desk.me.seat))
        .count();
    let mut now = follow::gaze(desk);
    now.line = now.line.filter(|_| followed > 0);
    if now != turn.desk.told.looks_at {
        turn.desk.told.looks_at = now;
        turn.send(ToServer::LooksAt(now));
    }
    let leader = turn.desk.leader().map(|seat| seat.id);
    if leader != turn.desk.told.follows {
        turn.desk.told.follows = leader;
        turn.send(ToServer::Follow(leader));
    }
}

/// Which pane has the keyboard: programs that ask for it are told.
fn keyboard(turn: &mut Turn) {
    let desk = &*turn.desk;
    let now = match (desk.mode, desk.terminal) {
        (Mode::Pane(agent), TerminalFocus::Here) if desk.may_act() && desk.popup.is_none() => {
            Some(agent)
        }
        (
            Mode::Pane(_) | Mode::Room | Mode::Scroll(_) | Mode::Review,
            TerminalFocus::Here | TerminalFocus::Elsewhere,
        ) => None,
    };
    let before = std::mem::replace(&mut turn.desk.told.keyboard, now);
    if before == now {
        return;
    }
    for (agent, change) in [(before, FocusChange::Lost), (now, FocusChange::Gained)] {
        if let Some(agent) = agent {
            turn.send(ToServer::Focus { agent, change });
        }
    }
}

/// The focused pane grows with its tile, and goes back to what its tile needs once it was grown from
/// here. Only who drives asks.
fn resize(turn: &mut Turn, plan: &Plan) {
    let desk = &*turn.desk;
    if !desk.drives() {
        // whoever drives again asks anew
        turn.desk.told.sizes.clear();
        return;
    }
    let Some(agent) = desk.focused() else {
        return;
    };
    let inner = plan.tile(agent).map(|tile| tile.inner);
    let (Some(inner), Some(pane)) = (
        inner.filter(|inner| !inner.is_empty()),
        desk.panes.get(&agent),
    ) else {
        return;
    };
    // before the first patch its size is not known
    if pane.grid.generation() == 0 {
        return;
    }
    let wanted = Size::new(inner.width.max(LEAST.cols), inner.height.max(LEAST.rows));
    let is = pane.grid.size();
    let told = desk.told.sizes.get(&agent).copied();
    let grows = wanted.cols > is.cols || wanted.rows > is.rows;
    if told != Some(wanted) && (grows || told.is_some()) {
        turn.desk.told.sizes.insert(agent, wanted);
        turn.send(ToServer::Resize {
            agent,
            size: wanted,
        });
    }
}

/// The cards that a popup is about.
fn in_popup(desk: &Desk) -> &[Card] {
    match &desk.popup {
        Some(Popup::Together { cards, .. }) => cards,
        Some(Popup::Detail { card, .. }) => std::slice::from_ref(card),
        Some(Popup::Always(always)) => std::slice::from_ref(&always.card),
        Some(Popup::Write(form)) => decides(&form.then),
        Some(Popup::Choose(chooser)) => decides(&chooser.then),
        Some(
            Popup::Help { .. }
            | Popup::Palette { .. }
            | Popup::Start(_)
            | Popup::Confirm(_)
            | Popup::Read { .. },
        )
        | None => &[],
    }
}

/// Whether a popup is about this request.
pub(super) fn popup_is_about(desk: &Desk, request: RequestId) -> bool {
    in_popup(desk).iter().any(|card| card.request == request)
}

/// The cards that can be read on the screen now, with what is decided in a popup of theirs.
fn cards(desk: &Desk, plan: &Plan) -> Vec<Card> {
    let own = desk.card().map(card_of);
    let in_popup = in_popup(desk);
    let is_same = |card: &&Card| {
        let request = desk.facts.requests.get(&card.request);
        request.is_some_and(|request| request.is_open() && request.digest == card.digest)
    };
    let together = matches!(
        desk.popup,
        Some(Popup::Together { .. } | Popup::Detail { .. })
    );
    let mut all: Vec<Card> = in_popup
        .iter()
        .filter(is_same)
        .filter(|card| together || desk.shown.contains_key(card))
        .cloned()
        .collect();
    let in_sight = plan.card.is_some() && !plan.popup_covers_card();
    let gate = desk.review.as_ref().filter(|_| plan.review.is_some());
    let gate = gate.and_then(|review| review.gate.as_ref());
    let gate = gate.filter(|card| is_same(card) && desk.shown.contains_key(card));
    all.extend(gate.filter(|card| !all.contains(card)).cloned());
    all.extend(own.filter(|card| in_sight && !all.contains(card)));
    all
}

/// The card that a form or a list is about: whoever opened it had read the card.
fn decides(then: &Then) -> &[Card] {
    use crate::view::desk::Target;
    match then {
        Then::Reject(cards) => cards,
        Then::Reply(card)
        | Then::RedirectUse(Target::Card(card))
        | Then::Redirect(Target::Card(card), _) => std::slice::from_ref(card),
        Then::RejectRound(card) => std::slice::from_ref(card),
        Then::Theme { .. }
        | Then::Layout { .. }
        | Then::Comment(..)
        | Then::Reword(..)
        | Then::FindInDiff
        | Then::GoFile
        | Then::GoComment
        | Then::RedirectUse(Target::Agent(_))
        | Then::Redirect(Target::Agent(_), _)
        | Then::Say(..)
        | Then::Find(_)
        | Then::Start(_)
        | Then::Move(..)
        | Then::NewBrief
        | Then::Spawn
        | Then::Go
        | Then::FindAll
        | Then::GoHit(_)
        | Then::Person
        | Then::Speak => &[],
    }
}

/// Tells the server which cards are on the screen, when others are.
fn shown(turn: &mut Turn, plan: &Plan) {
    let now = turn.desk.now;
    let cards = cards(turn.desk, plan);
    let since = |card: &Card| turn.desk.shown.get(card).copied().unwrap_or(now);
    let next: BTreeMap<Card, Time> = cards
        .iter()
        .map(|card| (card.clone(), since(card)))
        .collect();
    let changes = !next.keys().eq(turn.desk.shown.keys());
    turn.desk.shown = next;
    if changes {
        let cards = turn.desk.shown.keys().cloned().collect();
        turn.send(ToServer::Shown(cards));
    }
}

/// Keeps how much of each card was on the screen. What was read stays read while the card is open.
fn read(turn: &mut Turn, plan: &Plan) {
    let desk = &mut *turn.desk;
    let requests = &desk.facts.requests;
    desk.read.retain(|card, _| {
        let request = requests.get(&card.request);
        request.is_some_and(|request| request.is_open() && request.digest == card.digest)
    });
    let mut seen: Vec<(Card, Surface, Sight)> = Vec::new();
    if let (Some(popup), Some(area)) = (&desk.popup, plan.popup) {
        let sight = |top: usize| popup_sight(desk, popup, top, area);
        match popup {
            Popup::Together { cards, top } => {
                let sight = sight(*top);
                let preview = Surface::Preview(area.width);
                seen.extend(cards.iter().map(|card| (card.clone(), preview, sight)));
            }
            Popup::Detail { card, top, .. } => {
                seen.push((card.clone(), Surface::Popup(area.width), sight(*top)));
            }
            Popup::Help { .. }
            | Popup::Palette { .. }
            | Popup::Choose(_)
            | Popup::Write(_)
            | Popup::Start(_)
            | Popup::Confirm(_)
            | Popup::Always(_)
            | Popup::Read { .. } => {}
        }
    }
    if let (Some(request), Some(area)) = (desk.card(), plan.card)
        && !plan.popup_covers_card()
        && !matches!(desk.read.get(&card_of(request)), Some(Reading::Whole(_)))
    {
        let (sight, width) = card_sight(desk, turn.keymap, request, area);
        let before = desk.read.get(&card_of(request)).copied();
        // a popup that reads the same card goes on where it is; the card is not in the way
        if !seen.iter().any(|(card, _, _)| *card == card_of(request)) || before.is_none() {
            seen.push((card_of(request), Surface::Card(width), sight));
        }
    }
    for (card, surface, sight) in seen {
        let before = desk.read.get(&card).copied();
        if desk.shown.contains_key(&card) {
            let after = Reading::after(before, surface, sight, desk.now);
            desk.read.insert(card, after);
        }
    }
}

/// A frame was drawn by this plan: notes what of the agents stands before the person, and says what the server is
/// to hear of it, so that it sends what is newer.
pub fn drew(desk: &mut Desk, plan: &Plan, keys: &Keymap) -> Vec<ToServer> {
    desk.in_sight = sightings(desk, plan, keys);
    if desk.link != Link::Live {
        return Vec::new();
    }
    let mut acks = Vec::new();
    for agent in &desk.told.watched {
        let Some(pane) = desk.panes.get(agent) else {
            continue;
        };
        let generation = pane.grid.generation();
        let before = desk.told.acked.get(agent).copied().unwrap_or(0);
        if generation != before {
            desk.told.acked.insert(*agent, generation);
            acks.push(ToServer::Ack {
                agent: *agent,
                generation,
            });
        }
    }
    acks
}
