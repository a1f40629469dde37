//! The line at the top: the room, what waits, who is here, what time it is. Drops the least important
//! first where there is little room.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::theme::{Face, Role};
use crate::model::{self, Seat, SeatRole, Untrusted};
use crate::view::desk::{Desk, Link};
use crate::view::tiles::queue_lines;

use super::ink::{self, Runs};
use super::{queue, words};

/// What the line says, the least important last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Waiting,
    Own,
    Room,
    Clock,
    Drivers,
    Agents,
    Queued,
    Watchers,
    Product,
}

const PARTS: [Part; 9] = [
    Part::Product,
    Part::Watchers,
    Part::Queued,
    Part::Agents,
    Part::Drivers,
    Part::Clock,
    Part::Room,
    Part::Own,
    Part::Waiting,
];

/// Draws the line.
pub fn draw(desk: &Desk, area: Rect, buf: &mut Buffer) {
    let face = desk.theme.face(Role::Header);
    let area = Rect {
        height: area.height.min(1),
        ..area
    };
    ink::fill(buf, area, face);
    let mut all = PARTS
        .iter()
        .map(|least| (left(desk, *least), right(desk, *least)));
    let fitting = all
        .clone()
        .find(|(left, right)| left.columns().saturating_add(right.columns()) <= area.width);
    let Some((left, right)) = fitting.or_else(|| all.next_back()) else {
        return;
    };
    ink::write(buf, area, &left);
    if left.columns().saturating_add(right.columns()) <= area.width {
        ink::write_right(buf, area, &right);
    }
}

fn left(desk: &Desk, least: Part) -> Runs {
    let theme = &desk.theme;
    let face = theme.face(Role::Header);
    let dim = theme.on(Role::Dim, face);
    let mut runs = Runs::of(" ", face);
    if least >= Part::Product {
        runs.add("opsroom  ", dim);
    }
    if least >= Part::Room {
        runs.add(room(desk), theme.on(Role::HeaderName, face));
        runs.add(" · ", dim);
    }
    if least >= Part::Agents {
        let alive = desk
            .facts
            .agents
            .values()
            .filter(|one| one.is_alive())
            .count();
        runs.add(words::count(alive, "agent"), face);
        runs.add(" · ", dim);
    }
    runs.append(waiting(desk, least, face));
    runs.append(faults(desk, least, face));
    if least >= Part::Queued {
        runs.add(" · ", dim);
        runs.add(format!("{} queued", queued(desk)), face);
    }
    runs.add(" ", face);
    runs
}

fn room(desk: &Desk) -> String {
    let named = &desk.facts.settings.name;
    let folder = desk.me.folder.rsplit('/').next().unwrap_or_default();
    let name = if named.is_empty() { folder } else { named };
    ink::crop(if name.is_empty() { "room" } else { name }, 32)
}

fn waiting(desk: &Desk, least: Part, face: Face) -> Runs {
    let theme = &desk.theme;
    let known = match desk.link {
        Link::Live => "nothing waits",
        Link::Connecting | Link::Lost { .. } => "not known what waits",
    };
    match (desk.facts.waiting().count(), least) {
        (0, _) => Runs::of(known, theme.on(Role::Dim, face)),
        (number, Part::Waiting | Part::Own | Part::Room | Part::Clock) => Runs::of(
            format!(" {} {number} ", words::WAITS),
            theme.on(Role::HeaderWaiting, face),
        ),
        (number, Part::Drivers | Part::Agents | Part::Queued | Part::Watchers | Part::Product) => {
            Runs::of(
                format!(" {} {number} {} ", words::WAITS, words::waiting(desk)),
                theme.on(Role::HeaderWaiting, face),
            )
        }
    }
}

/// That a file of the room is broken: as long as it is, and where.
fn faults(desk: &Desk, least: Part, face: Face) -> Runs {
    let Some(first) = desk.facts.faults.first() else {
        return Runs::default();
    };
    let theme = &desk.theme;
    let place = first
        .split_whitespace()
        .map(|word| word.trim_end_matches(':'))
        .find(|word| word.contains(".toml"));
    let place = place.unwrap_or("a file of the room");
    let more = match desk.facts.faults.len() {
        1 => String::new(),
        all => format!(" +{}", all - 1),
    };
    let text = match least {
        Part::Waiting | Part::Own | Part::Room => " ⚠ ".to_owned(),
        Part::Clock
        | Part::Drivers
        | Part::Agents
        | Part::Queued
        | Part::Watchers
        | Part::Product => format!(" ⚠ {}{more} ", ink::crop(place, 40)),
    };
    Runs::of(" ", face).with(text, theme.on(Role::ToastError, face))
}

/// Briefs that the queue lists: all that are neither done nor dropped.
fn queued(desk: &Desk) -> usize {
    let lines = queue_lines(desk);
    lines.iter().filter(|line| queue::is_brief(line)).count()
}

fn right(desk: &Desk, least: Part) -> Runs {
    let theme = &desk.theme;
    let face = theme.face(Role::Header);
    let mut runs = Runs::default();
    match desk.link {
        Link::Connecting => runs.add("connecting…  ", theme.on(Role::StateStarting, face)),
        Link::Lost { .. } => runs.add("no server  ", theme.on(Role::StateFailed, face)),
        Link::Live => {}
    }
    let unread = desk.unread();
    if unread > 0 && least >= Part::Drivers {
        let face = theme.on(Role::HeaderDriving, face);
        runs.add(format!("{unread} said  "), face);
    }
    if least >= Part::Drivers {
        let (named, others): (Vec<_>, Vec<_>) = people(desk).into_iter().partition(|(seat, _)| {
            seat.part != model::Part::Rides || is_own(desk, seat) || least >= Part::Watchers
        });
        for (seat, windows) in named {
            runs.append(person(desk, seat, windows, face));
        }
        runs.append(more(desk, others.len(), face));
    } else if let (Some(own), true) = (desk.facts.seats.get(&desk.me.seat), least >= Part::Own) {
        let (mark, role) = part(own);
        runs.add(format!("{mark}  "), theme.on(role, face));
        runs.append(more(desk, people(desk).len().saturating_sub(1), face));
    }
    if least >= Part::Clock {
        runs.add(
            words::clock(desk.now, desk.utc_offset_s),
            theme.on(Role::HeaderClock, face),
        );
        runs.add(" ", face);
    }
    runs
}

/// How many are here whose names have no room.
fn more(desk: &Desk, others: usize, face: Face) -> Runs {
    match others {
        0 => Runs::default(),
        others => Runs::of(format!("+{others}  "), desk.theme.on(Role::Dim, face)),
    }
}

/// Everybody once, with how many windows they have: the driver first, then who asks to be it.
fn people(desk: &Desk) -> Vec<(&Seat, usize)> {
    let mut all: Vec<(&Seat, usize)> = Vec::new();
    let mut seats: Vec<&Seat> = desk.facts.seats.values().collect();
    seats.sort_by_key(|seat| match seat.part {
        model::Part::Drives => 0,
        model::Part::Asks => 1,
        model::Part::Rides => 2,
    });
    for seat in seats {
        let known = all
            .iter_mut()
            .find(|(one, _)| (&one.person, one.role) == (&seat.person, seat.role));
        match known {
            Some((_, windows)) => *windows += 1,
            None => all.push((seat, 1)),
        }
    }
    all
}

/// Whether it is the person who sits here, in this window or another.
fn is_own(desk: &Desk, seat: &Seat) -> bool {
    let own = desk.facts.seats.get(&desk.me.seat);
    own.is_some_and(|own| (&own.person, own.role) == (&seat.person, seat.role))
}

/// What somebody does here, and the role of that word.
fn part(seat: &Seat) -> (&'static str, Role) {
    match (seat.part, seat.role) {
        (model::Part::Drives, _) => ("▸driving", Role::HeaderDriving),
        (model::Part::Asks, _) => ("?asks to drive", Role::HeaderDriving),
        (model::Part::Rides, SeatRole::Operator) => ("·operator", Role::Dim),
        (model::Part::Rides, SeatRole::Observer) => ("·watching", Role::Dim),
    }
}

fn person(desk: &Desk, seat: &Seat, windows: usize, face: Face) -> Runs {
    let theme = &desk.theme;
    let name = theme.on(Role::HeaderSeat, face);
    let (mark, role) = part(seat);
    let shown = Untrusted::new(seat.person.name.as_str()).shown();
    let mut runs = Runs::of(format!("{} ", ink::crop(&shown, 16)), name);
    runs.add(mark, theme.on(role, face));
    if windows > 1 {
        runs.add(format!(" ×{windows}"), theme.on(Role::Dim, face));
    }
    runs.with("  ", face)
}
