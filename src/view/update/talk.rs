//! The breakroom, and pointing: what people show and say to each other beside the work.

use crate::model::{Actor, AgentId, Pointed, Spoken, Spot, Time, Untrusted, Wish};
use crate::view::desk::{Focus, Form, Line, Mark, Mode, Popup, Then};

use super::turn::Turn;

/// How long a mark of somebody who points stands, in ms.
const MARK_MS: u64 = 8_000;
/// So many marks at once; the oldest goes.
const MARKS: usize = 16;

/// Opens the breakroom: what was said is read now.
pub(super) fn open(turn: &mut Turn) {
    turn.desk.talk.up = 0;
    read(turn);
    let placeholder = match turn.desk.may_speak() {
        true => "say something to everybody here",
        false => "operators write here; you read",
    };
    turn.desk.popup = Some(Popup::Write(Form {
        title: "breakroom".to_owned(),
        placeholder: placeholder.to_owned(),
        line: Line::default(),
        then: Then::Speak,
    }));
}

/// Says it; the breakroom stays open.
pub(super) fn speak(turn: &mut Turn, text: String) {
    if turn.desk.may_speak() {
        turn.wish(Wish::Speak(text), "");
    } else {
        turn.refuse("only operators write in this breakroom");
    }
    open(turn);
}

/// All that is there was seen.
pub(super) fn read(turn: &mut Turn) {
    let newest = turn.desk.facts.breakroom.back().map_or(0, |line| line.id);
    turn.desk.talk.read = Some(newest);
}

/// The room is complete: what was said before this person came does not count as new.
pub(super) fn arrived(turn: &mut Turn) {
    if turn.desk.talk.read.is_none() {
        read(turn);
    }
}

/// Something was said, and is known by now.
pub(super) fn spoken(turn: &mut Turn, line: &Spoken) {
    let open = matches!(&turn.desk.popup, Some(Popup::Write(form)) if form.then == Then::Speak);
    if open {
        return read(turn);
    }
    if let Actor::Person(person) = &line.by
        && person.name != turn.desk.me.name
    {
        let name = Untrusted::new(person.name.as_str()).shown();
        turn.note(format!("{name}: {}", line.text.shown()));
    }
}

/// Points at what this person has before them.
pub(super) fn point(turn: &mut Turn) {
    let desk = &*turn.desk;
    let spot = match (desk.mode, desk.focus) {
        (Mode::Scroll(agent), _) => {
            let scroll = desk.panes.get(&agent).and_then(|pane| pane.scroll.as_ref());
            scroll.map(|scroll| Spot::Line {
                agent,
                line: scroll.at.0,
            })
        }
        (Mode::Room | Mode::Pane(_), Focus::Waiting) => {
            desk.card().map(|request| Spot::Card(request.id))
        }
        (Mode::Room | Mode::Pane(_), Focus::Tiles | Focus::Queue) | (Mode::Review, _) => {
            desk.focused().map(Spot::Pane)
        }
    };
    match spot {
        Some(spot) => turn.wish(Wish::Point(spot), ""),
        None => turn.refuse("there is nothing here to point at"),
    }
}

/// Points at a line of a pane, with the mouse.
pub(super) fn point_at(turn: &mut Turn, agent: AgentId, line: u64) {
    if turn.desk.may_act() {
        turn.wish(Wish::Point(Spot::Line { agent, line }), "");
    }
}

/// Somebody points: their mark stands for a while, in the place of their last one.
pub(super) fn pointed(turn: &mut Turn, pointed: &Pointed) {
    let until = Time(turn.desk.now.0.saturating_add(MARK_MS));
    let name = Untrusted::new(pointed.by.name.as_str()).shown();
    if pointed.seat != turn.desk.me.seat {
        turn.note(format!("{name} points at {}", what(pointed.spot)));
    }
    let marks = &mut turn.desk.marks;
    marks.retain(|mark| mark.seat != pointed.seat);
    marks.push(Mark {
        seat: pointed.seat,
        name,
        spot: pointed.spot,
        until,
    });
    let over = marks.len().saturating_sub(MARKS);
    marks.drain(..over);
}

fn what(spot: Spot) -> String {
    match spot {
        Spot::Pane(agent) => format!("agent {agent}"),
        Spot::Line { agent, line } => format!("line {} of agent {agent}", line.saturating_add(1)),
        Spot::Card(request) => format!("card {request}"),
    }
}
