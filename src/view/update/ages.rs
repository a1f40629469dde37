//! When the screen changes by time alone. Nothing wakes up for anything else.

use crate::model::{State, Time};
use crate::view::desk::{Desk, Link};
use crate::view::draw::words::step;
use crate::view::tiles::plan;

const SECOND: u64 = 1_000;
const MINUTE: u64 = 60 * SECOND;

/// When the screen is due to be drawn again although nothing happened: a sentence goes, a card
/// settles, an age on the screen goes on (each second or ten in its first minute, then each minute), the
/// clock in the header. None where nothing of that is on the screen.
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
    if plan.header.is_some() {
        due.push(Time(desk.now.0 - desk.now.0 % MINUTE + MINUTE));
    }
    for tile in &plan.tiles {
        let agent = desk.facts.agents.get(&tile.agent);
        let Some(evidence) = agent.map(|agent| &agent.evidence) else {
            continue;
        };
        if !matches!(evidence.state, State::Exited(_)) {
            due.push(next(evidence.at, desk.now, step(&evidence.state)));
        }
    }
    let listed = plan.sidebar.is_some() || plan.card.is_some();
    if listed {
        due.extend(
            desk.facts
                .waiting()
                .map(|request| next(request.opened, desk.now, SECOND)),
        );
    }
    if let Link::Lost { since, .. } = &desk.link {
        due.push(next(*since, desk.now, SECOND));
    }
    due.into_iter()
}

/// When an age since `from` reads differently than now, where it goes on in such steps in its first minute.
fn next(from: Time, now: Time, step: u64) -> Time {
    let age = now.since(from);
    let step = if age < MINUTE { step } else { MINUTE };
    Time(now.0.saturating_add(step - age % step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_changes_each_second_at_first_and_then_each_minute() {
        let next = |now| next(Time(10_000), Time(now), SECOND);
        assert_eq!(next(12_300), Time(13_000));
        assert_eq!(next(70_000), Time(130_000));
        assert_eq!(next(75_000), Time(130_000));
    }

    #[test]
    fn the_age_of_a_state_that_waits_for_nobody_changes_six_times_in_its_first_minute() {
        let next = |now| next(Time(10_000), Time(now), step(&State::Idle));
        assert_eq!(next(12_300), Time(20_000));
        assert_eq!(next(69_000), Time(70_000));
        assert_eq!(next(70_000), Time(130_000));
    }
}
