//! Who else is here: the list of them, going along with one, and who drives.

use crate::config::keys::KeyTable;
use crate::model::{AgentId, Part, Seat, SeatId, SeatRole, Untrusted, Wish};
use crate::view::command::Command;
use crate::view::desk::{Chooser, Deed, Desk, Entry, Follow, Line, Pick, Popup, Then};
use crate::view::draw::words;

use super::turn::Turn;

/// The title of the list.
const TITLE: &str = "who is here";

/// Shows who is here.
pub(super) fn list(turn: &mut Turn) {
    let entries = everybody(turn.desk);
    choose(turn, TITLE.to_owned(), entries);
}

/// Somebody came, went or does something else: a list of them that is open says so.
pub(super) fn renew(turn: &mut Turn) {
    let Some(Popup::Choose(chooser)) = &turn.desk.popup else {
        return;
    };
    if chooser.then == Then::Person && chooser.title == TITLE {
        let entries = everybody(turn.desk);
        if let Some(Popup::Choose(chooser)) = &mut turn.desk.popup {
            chooser.at = chooser.at.min(entries.len().saturating_sub(1));
            chooser.entries = entries;
        }
    }
}

fn choose(turn: &mut Turn, title: String, entries: Vec<Entry>) {
    turn.desk.popup = Some(Popup::Choose(Chooser {
        title,
        entries,
        at: 0,
        line: Line::default(),
        then: Then::Person,
    }));
}

fn everybody(desk: &Desk) -> Vec<Entry> {
    let seats = desk.facts.seats.values();
    seats
        .map(|seat| Entry {
            label: name(seat),
            remark: remark(desk, seat),
            pick: Pick::Seat(seat.id),
        })
        .collect()
}

fn name(seat: &Seat) -> String {
    Untrusted::new(seat.person.name.as_str()).shown()
}

/// What there is to say of somebody, the most wanted first: on a narrow screen the rest is cut.
fn remark(desk: &Desk, seat: &Seat) -> String {
    let mut said = vec![match (seat.part, seat.role) {
        (Part::Drives, _) => "▸driving".to_owned(),
        (Part::Asks, _) => "asks to drive".to_owned(),
        (Part::Rides, SeatRole::Operator) => "operator".to_owned(),
        (Part::Rides, SeatRole::Observer) => "watching".to_owned(),
    }];
    if seat.id == desk.me.seat {
        said.push("you".to_owned());
    }
    said.push(words::age(desk.now, seat.since));
    if let Some(agent) = seat.looks_at.pane {
        said.push(format!("at {}", pane(desk, agent)));
    }
    let followed = seat.follows.and_then(|whom| desk.facts.seats.get(&whom));
    if let Some(followed) = followed {
        said.push(format!("follows {}", name(followed)));
    }
    said.push(format!("from {}", seat.origin.shown()));
    if let Some(key) = &seat.person.key {
        said.push(Untrusted::new(key.as_str()).shown());
    }
    said.join(" · ")
}

fn pane(desk: &Desk, agent: AgentId) -> String {
    let known = desk.facts.agents.get(&agent);
    known.map_or_else(|| agent.to_string(), super::agents::label)
}

/// Somebody was chosen: what is to be done with them. Where only one thing can be, it is done.
pub(super) fn person(turn: &mut Turn, seat: SeatId) {
    let desk = &*turn.desk;
    if seat == desk.me.seat {
        return drive(turn);
    }
    let Some(them) = desk.facts.seats.get(&seat) else {
        return turn.refuse("they are not here any more");
    };
    let entry = |label: &str, remark: &str, deed| Entry {
        label: label.to_owned(),
        remark: remark.to_owned(),
        pick: Pick::Deed(deed),
    };
    let mut deeds = vec![match desk.follow {
        Some(Follow::Seat(followed)) if followed == seat => {
            entry("stop following", "look for yourself again", Deed::Stay)
        }
        Some(_) | None => entry("follow", "look at what they look at", Deed::Follow(seat)),
    }];
    if desk.may_act() && them.role == SeatRole::Operator {
        match (desk.drives(), them.part) {
            (true, _) => deeds.push(entry(
                "hand over",
                "they drive from then on",
                Deed::HandOver(Some(seat)),
            )),
            (false, Part::Drives) => deeds.push(entry("drive", "ask them for it", Deed::Drive)),
            (false, Part::Asks | Part::Rides) => {}
        }
    }
    let title = name(them);
    match &deeds[..] {
        [
            Entry {
                pick: Pick::Deed(only),
                ..
            },
        ] => deed(turn, *only),
        _ => choose(turn, title, deeds),
    }
}

/// Does it.
pub(super) fn deed(turn: &mut Turn, deed: Deed) {
    match deed {
        Deed::Follow(seat) => go_along(turn, Follow::Seat(seat)),
        Deed::Stay => stay(turn),
        Deed::Drive => turn.wish(Wish::Drive, ""),
        Deed::HandOver(to) => turn.wish(Wish::HandOver(to), ""),
    }
}

/// Takes the driving, or asks for it; whoever has it chooses who gets it.
pub(super) fn drive(turn: &mut Turn) {
    if !turn.desk.may_act() {
        return turn.refuse("you are an observer here, operators drive");
    }
    if !turn.desk.drives() {
        return turn.wish(Wish::Drive, "");
    }
    let desk = &*turn.desk;
    let others = desk
        .facts
        .seats
        .values()
        .filter(|seat| seat.id != desk.me.seat && seat.role == SeatRole::Operator);
    let mut others: Vec<&Seat> = others.collect();
    others.sort_by_key(|seat| seat.part != Part::Asks);
    let mut entries: Vec<Entry> = others
        .into_iter()
        .map(|seat| Entry {
            label: name(seat),
            remark: remark(desk, seat),
            pick: Pick::Deed(Deed::HandOver(Some(seat.id))),
        })
        .collect();
    if entries.is_empty() {
        return turn.note("you drive, and no other operator is here");
    }
    entries.push(Entry {
        label: "nobody".to_owned(),
        remark: "the next who does something drives".to_owned(),
        pick: Pick::Deed(Deed::HandOver(None)),
    });
    choose(turn, "who drives from here on?".to_owned(), entries);
}

/// Goes along with the driver, or stops.
pub(super) fn follow(turn: &mut Turn) {
    if turn.desk.follow.is_some() {
        return stay(turn);
    }
    if turn.desk.drives() {
        return turn.refuse("you drive, others follow you; `people` lists who can be followed");
    }
    let driver = turn.desk.facts.seats.values();
    match driver.filter(|seat| seat.part == Part::Drives).count() {
        0 => turn.refuse("nobody drives; `people` lists who can be followed"),
        _ => go_along(turn, Follow::Driver),
    }
}

fn go_along(turn: &mut Turn, whom: Follow) {
    turn.desk.follow = Some(whom);
    turn.desk.told.along = None;
    let leader = turn.desk.leader().map(name);
    match leader {
        Some(name) => turn.note(format!("you look at what {name} looks at, until you move")),
        None => stay(turn),
    }
}

/// Looks for oneself again.
pub(super) fn stay(turn: &mut Turn) {
    if turn.desk.follow.take().is_some() {
        turn.desk.told.along = None;
        turn.note("you look for yourself again");
    }
}

/// What a person should hear of somebody who is about to be shown otherwise.
pub(super) fn changed(turn: &mut Turn, seat: &Seat) {
    let desk = &*turn.desk;
    let before = desk.facts.seats.get(&seat.id).map(|seat| seat.part);
    if before == Some(seat.part) {
        return;
    }
    let mine = seat.id == desk.me.seat;
    match (seat.part, mine) {
        (Part::Asks, true) => turn.note("whoever drives was asked, and sees it"),
        (Part::Asks, false) if desk.drives() => {
            let key = turn.keymap.hint(KeyTable::Room, Command::Drive);
            let key = key.unwrap_or_else(|| "`drive`".to_owned());
            turn.refuse(format!("{} asks to drive: {key} hands it over", name(seat)));
            turn.ring();
        }
        (Part::Drives, true) => {
            if turn.desk.follow == Some(Follow::Driver) {
                stay(turn);
            }
        }
        (Part::Asks | Part::Drives | Part::Rides, _) => {}
    }
}
