//! When each person last left the room, as the journal tells it: what a person missed begins there. A server that went
//! without a word took everybody with it who sat there: the next one's first line says so.

use std::collections::BTreeMap;

use super::{Person, Time};

/// A stay shorter than this (ms) is a script's: it takes a seat for one wish. One in which the clock was set back is none.
const VISIT_MS: u64 = 2_000;

/// So many people are remembered; of more, those who left last.
const PEOPLE: usize = 1_000;

/// Who is here since when, and who left when.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stays {
    people: BTreeMap<Person, Stay>,
    /// When the last line was written.
    last: Time,
}

/// How a person left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaving {
    /// When; of one whose server went without a word, the last moment of which the journal tells that they were here.
    pub at: Time,
    /// What ends their stay.
    pub by: LeftBy,
}

/// The line that ends a stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftBy {
    /// Their own.
    Themselves,
    /// The first one of the server that came then: the one before it had said nothing.
    NextServer(Time),
}

impl Leaving {
    /// By themselves, then.
    pub fn then(at: Time) -> Self {
        let by = LeftBy::Themselves;
        Self { at, by }
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Stay {
    /// When each seat of theirs was taken.
    here: Vec<Time>,
    left: Option<Leaving>,
}

impl Stays {
    /// How this person left the room with their last seat, after more than a visit.
    pub fn left(&self, person: &Person) -> Option<Leaving> {
        self.people.get(person)?.left
    }

    /// A line was written then.
    pub(super) fn noted(&mut self, at: Time) {
        self.last = at;
    }

    pub(super) fn came(&mut self, person: &Person, at: Time) {
        let known = self.people.entry(person.clone()).or_default();
        known.here.push(at);
        if self.people.len() > PEOPLE {
            self.forget_oldest();
        }
    }

    pub(super) fn went(&mut self, person: &Person, at: Time) {
        let Some(known) = self.people.get_mut(person) else {
            return;
        };
        // The seat that was taken last, whichever of theirs it was: the first one tells how long they stayed.
        let Some(since) = known.here.pop() else {
            return;
        };
        if known.here.is_empty() && at.apart(since) >= VISIT_MS {
            known.left = Some(Leaving::then(at));
        }
    }

    /// A server came: nobody sits here yet. Whoever sat here went with the server before it: the lines that it wrote they saw,
    /// those that follow they missed. How long they stayed behind its last line nobody knows, so only who sat down right before
    /// was a visit.
    pub(super) fn nobody(&mut self, now: Time) {
        let at = self.last;
        for known in self.people.values_mut() {
            let stayed = known.here.first().map(|since| now.apart(*since));
            known.here.clear();
            if stayed.is_some_and(|stayed| stayed >= VISIT_MS) {
                let by = LeftBy::NextServer(now);
                known.left = Some(Leaving { at, by });
            }
        }
    }

    fn forget_oldest(&mut self) {
        let gone = self
            .people
            .iter()
            .filter(|(_, known)| known.here.is_empty());
        let oldest = gone
            .min_by_key(|(_, known)| known.left.map(|left| left.at))
            .map(|(person, _)| person.clone());
        if let Some(person) = oldest {
            self.people.remove(&person);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn alice() -> Person {
        Person {
            name: "alice".into(),
            key: None,
        }
    }

    /// When alice left.
    fn left(stays: &Stays) -> Option<Time> {
        stays.left(&alice()).map(|left| left.at)
    }

    #[test]
    fn whoever_sat_here_when_the_server_went_left_with_its_last_line() {
        let mut stays = Stays::default();
        stays.came(&alice(), Time(1_000));
        stays.noted(Time(1_000));
        stays.noted(Time(1_500));
        stays.nobody(Time(60_000));
        let by = LeftBy::NextServer(Time(60_000));
        let at = Time(1_500);
        assert_eq!(stays.left(&alice()), Some(Leaving { at, by }));
        // The next server goes too, and nobody had come back.
        stays.noted(Time(60_000));
        stays.nobody(Time(90_000));
        assert_eq!(stays.left(&alice()), Some(Leaving { at, by }));
    }

    #[test]
    fn whoever_had_just_sat_down_when_the_server_went_was_a_visit() {
        let mut stays = Stays::default();
        stays.came(&alice(), Time(0));
        stays.went(&alice(), Time(10_000));
        stays.came(&alice(), Time(20_000));
        stays.noted(Time(20_000));
        stays.nobody(Time(21_000));
        assert_eq!(left(&stays), Some(Time(10_000)));
    }

    #[test]
    fn whoever_had_left_by_themselves_left_then_whatever_became_of_the_server() {
        let mut stays = Stays::default();
        stays.came(&alice(), Time(0));
        stays.went(&alice(), Time(10_000));
        stays.noted(Time(50_000));
        stays.nobody(Time(60_000));
        assert_eq!(stays.left(&alice()), Some(Leaving::then(Time(10_000))));
    }

    #[test]
    fn whoever_stayed_and_went_left_then() {
        let mut stays = Stays::default();
        stays.came(&alice(), Time(0));
        assert_eq!(left(&stays), None);
        stays.went(&alice(), Time(10_000));
        assert_eq!(left(&stays), Some(Time(10_000)));
    }

    #[test]
    fn whoever_stayed_while_the_clock_was_set_back_left_by_the_clock_as_it_is_now() {
        let mut stays = Stays::default();
        stays.came(&alice(), Time(9_000_000));
        stays.went(&alice(), Time(1_000));
        assert_eq!(left(&stays), Some(Time(1_000)));
        stays.came(&alice(), Time(9_000_000));
        stays.noted(Time(9_000_000));
        stays.nobody(Time(2_000));
        assert_eq!(left(&stays), Some(Time(9_000_000)));
    }

    #[test]
    fn a_script_that_takes_a_seat_for_a_wish_does_not_count_as_a_stay() {
        let mut stays = Stays::default();
        stays.came(&alice(), Time(0));
        stays.went(&alice(), Time(10_000));
        stays.came(&alice(), Time(20_000));
        stays.went(&alice(), Time(20_010));
        assert_eq!(left(&stays), Some(Time(10_000)));
    }

    #[test]
    fn whoever_closes_one_window_of_two_is_still_here() {
        let mut stays = Stays::default();
        stays.came(&alice(), Time(0));
        stays.came(&alice(), Time(5_000));
        stays.went(&alice(), Time(50_000));
        assert_eq!(left(&stays), None);
        stays.went(&alice(), Time(60_000));
        assert_eq!(left(&stays), Some(Time(60_000)));
    }

    #[test]
    fn of_very_many_people_those_who_left_last_are_remembered() {
        let mut stays = Stays::default();
        for n in 0..1_500_u64 {
            let person = Person {
                name: format!("p{n:04}"),
                key: None,
            };
            stays.came(&person, Time(n * 10_000));
            stays.went(&person, Time(n * 10_000 + 5_000));
        }
        assert_eq!(stays.people.len(), PEOPLE);
        assert!(stays.people.keys().next().unwrap().name.as_str() >= "p0499");
    }
}
