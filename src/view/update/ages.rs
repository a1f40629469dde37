//! When the screen changes by time alone. Nothing wakes up for anything else.

use crate::model::{State, Time};
use crate::view::desk::{Desk, Link};
use crate::view::tiles::plan;

const SECOND: u64 = 1_000;
const MINUTE: u64 = 60 * SECOND;

/// When the screen is due to be drawn again although nothing happened: a sentence goes, a card
/// settles, the age of what waits for a person goes on (each second in its first minute, then each minute), and with
/// each minute of the clock the clock in the header and all other ages, in one go (each's first minute by itself). None where nothing of that is on the
/// screen.
pub fn next_deadline(desk: &Desk) -> Option<Time> {
    let toasts = desk.toasts.iter().map(|toast| toast.until);
    let settling = desk.shown.keys().filter_map(|card| desk.settles_at(card));
    let marks = desk.marks.iter().map(|mark| mark.until);
    toasts
        .chain(marks)
        .chain(desk.echo.until())
        .chain(settling)
        .chain(ages(desk).map(whole_second))
        .filter(|at| *at > desk.now)
        .min()
}

/// Twenty ages on a screen change together, not each by itself.
fn whole_second(at: Time) -> Time {
    Time(at.0.div_ceil(SECOND).saturating_mul(SECOND))
}

/// The next change of each age, and of the clock.
fn ages(desk: &Desk) -> impl Iterator<Item = Time> {
    let plan = plan(desk);
    let mut due = Vec::new();
    let minute = Time(desk.now.0 - desk.now.0 % MINUTE + MINUTE);
    due.extend(plan.header.map(|_| minute));
    for tile in &plan.tiles {
        let agent = desk.facts.agents.get(&tile.agent);
        let evidence = agent.map(|agent| &agent.evidence);
        due.extend(evidence.and_then(|evidence| match evidence.state {
            State::Waiting => Some(next(evidence.at, desk.now)),
            State::Starting
            | State::Working
            | State::Idle
            | State::Unknown
            | State::Stuck
            | State::Limited => Some(minute.min(first(evidence.at, desk.now))),
            State::Exited(_) => None,
        }));
    }
    let listed = plan.sidebar.is_some() || plan.card.is_some();
    if listed {
        due.extend(
            desk.facts
                .waiting()
                .map(|request| next(request.opened, desk.now)),
        );
    }
    if let Link::Lost { since, .. } = &desk.link {
        due.push(next(*since, desk.now));
    }
    due.into_iter()
}

/// When an age since `from` is a minute; after that, much later.
fn first(from: Time, now: Time) -> Time {
    match now.since(from) {
        ..MINUTE => Time(from.0.saturating_add(MINUTE)),
        _ => Time(u64::MAX),
    }
}

/// When an age since `from` reads differently than now.
fn next(from: Time, now: Time) -> Time {
    let age = now.since(from);
    let step = if age < MINUTE { SECOND } else { MINUTE };
    Time(now.0.saturating_add(step - age % step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_changes_each_second_at_first_and_then_each_minute() {
        let next = |now| next(Time(10_000), Time(now));
        assert_eq!(next(12_300), Time(13_000));
        assert_eq!(next(70_000), Time(130_000));
        assert_eq!(next(75_000), Time(130_000));
    }
}
