//! Going along with another person's view: which pane, how large, how far back in its past, which card.
//! The own keys that lead elsewhere end it; nothing that arrives does, except that the other one is gone.

use crate::model::{Gaze, Width};
use crate::view::desk::{Desk, Follow, Link, Mode, Zoom};

use super::turn::Turn;
use super::{Input, decide, people, scroll};

/// What this person has before them.
pub(super) fn gaze(desk: &Desk) -> Gaze {
    let pane = desk.focused();
    let scroll = pane
        .filter(|agent| desk.mode == Mode::Scroll(*agent))
        .and_then(|agent| desk.panes.get(&agent)?.scroll.as_ref());
    Gaze {
        pane,
        width: match desk.zoom {
            Zoom::On => Width::Whole,
            Zoom::Off => Width::Tile,
        },
        line: scroll.map(|scroll| scroll.top),
        card: desk.card().map(|request| request.id),
    }
}

/// Where a person is who goes along with somebody, before they do something themselves.
pub(super) struct Own {
    follow: Follow,
    gaze: Gaze,
    mode: Mode,
}

/// Where they are, if this is something of theirs.
pub(super) fn own(desk: &Desk, input: &Input) -> Option<Own> {
    match input {
        Input::Key(_) | Input::Paste(_) | Input::Mouse(_) => Some(Own {
            follow: desk.follow?,
            gaze: gaze(desk),
            mode: desk.mode,
        }),
        Input::Resized(_)
        | Input::FocusGained
        | Input::FocusLost
        | Input::Server(_)
        | Input::Linked
        | Input::LinkLost(_)
        | Input::Tick
        | Input::Theme(_)
        | Input::Layout(_)
        | Input::Shelf(_)
        | Input::Notice(..)
        | Input::Edited(_) => None,
    }
}

/// They went elsewhere: from here on they look for themselves.
pub(super) fn moved(turn: &mut Turn, own: Option<Own>) {
    let Some(own) = own.filter(|own| turn.desk.follow == Some(own.follow)) else {
        return;
    };
    if gaze(turn.desk) != own.gaze || turn.desk.mode != own.mode {
        people::stay(turn);
    }
}

/// Brings this view to where the other one is.
pub(super) fn along(turn: &mut Turn) {
    let Some(gaze) = turn.desk.leader().map(|seat| seat.looks_at) else {
        turn.desk.told.along = None;
        // whoever drives next is followed then; a seat that is empty stays empty
        if let (Some(Follow::Seat(_)), Link::Live) = (turn.desk.follow, &turn.desk.link) {
            people::stay(turn);
        }
        return;
    };
    // a tile that has no picture yet cannot show its past: tried again with what comes
    let stands = gaze.line.is_none() || matches!(turn.desk.mode, Mode::Scroll(_));
    if turn.desk.told.along == Some(gaze) && stands {
        return;
    }
    turn.desk.told.along = Some(gaze);
    if let Mode::Pane(_) = turn.desk.mode {
        turn.desk.mode = Mode::Room;
    }
    let known = |pane: &_| turn.desk.facts.agents.contains_key(pane);
    let pane = gaze.pane.filter(known);
    if let Some(agent) = pane {
        if turn.desk.mode != Mode::Scroll(agent) {
            scroll::drop_out(turn);
        }
        turn.desk.pane = Some(agent);
    }
    turn.desk.zoom = match gaze.width {
        Width::Whole => Zoom::On,
        Width::Tile => Zoom::Off,
    };
    if let Some(card) = gaze.card {
        decide::select(turn, card);
    }
    match (pane, gaze.line) {
        (Some(agent), Some(line)) => back_to(turn, agent, line),
        (Some(_) | None, _) => scroll::drop_out(turn),
    }
}

/// The same line at the top, where there are so many rows.
fn back_to(turn: &mut Turn, agent: crate::model::AgentId, line: u64) {
    let here = turn.desk.panes.get(&agent);
    if here.is_none_or(|pane| pane.grid.generation() == 0) {
        return;
    }
    scroll::enter_at(turn, agent);
    if let Some(scroll) = scroll::scroll_mut(turn.desk, agent) {
        scroll.top = line;
        scroll.at = (line, 0);
    }
    scroll::settle(turn, agent);
}
