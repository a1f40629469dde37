//! When each person last left the room, as the journal tells it: what a person missed begins there.

use std::collections::BTreeMap;

use super::{Person, Time};

/// A stay shorter than this (ms) is a script's: it takes a seat for one wish.
const VISIT_MS: u64 = 2_000;

/// So many people are remembered; of more, those who left last.
const PEOPLE: usize = 1_000;

/// Who is here since when, and who left when.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stays(BTreeMap<Person, Stay>);

#[derive(Clone, Debug, Default, PartialEq)]
struct Stay {
    /// When each seat of theirs was taken.
    here: Vec<Time>,
    left: Option<Time>,
}

impl Stays {
    /// When this person left the room with their last seat, after more than a visit.
    pub fn left(&self, person: &Person) -> Option<Time> {
        self.0.get(person)?.left
    }

    pub(super) fn came(&mut self, person: &Person, at: Time) {
        let known = self.0.entry(person.clone()).or_default();
        known.here.push(at);
        if self.0.len() > PEOPLE {
            self.forget_oldest();
        }
    }

    pub(super) fn went(&mut self, person: &Person, at: Time) {
        let Some(known) = self.0.get_mut(person) else {
            return;
        };
        // The seat that was taken last, whichever of theirs it was: the first one tells how long they stayed.
        let Some(since) = known.here.pop() else {
            return;
        };
        if known.here.is_empty() && at.since(since) >= VISIT_MS {
            known.left = Some(at);
        }
    }

    /// A server came: nobody sits here yet.
    pub(super) fn nobody(&mut self) {
        for known in self.0.values_mut() {
            known.here.clear();
        }
    }

    fn forget_oldest(&mut self) {
        let gone = self.0.iter().filter(|(_, known)| known.here.is_empty());
        let oldest = gone
            .min_by_key(|(_, known)| known.left)
            .map(|(person, _)| person.clone());
        if let Some(person) = oldest {
            self.0.remove(&person);
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

    #[test]
    fn whoever_stayed_and_went_left_then() {
        let mut stays = Stays::default();
        stays.came(&alice(), Time(0));
        assert_eq!(stays.left(&alice()), None);
        stays.went(&alice(), Time(10_000));
        assert_eq!(stays.left(&alice()), Some(Time(10_000)));
    }

    #[test]
    fn a_script_that_takes_a_seat_for_a_wish_does_not_count_as_a_stay() {
        let mut stays = Stays::default();
        stays.came(&alice(), Time(0));
        stays.went(&alice(), Time(10_000));
        stays.came(&alice(), Time(20_000));
        stays.went(&alice(), Time(20_010));
        assert_eq!(stays.left(&alice()), Some(Time(10_000)));
    }

    #[test]
    fn whoever_closes_one_window_of_two_is_still_here() {
        let mut stays = Stays::default();
        stays.came(&alice(), Time(0));
        stays.came(&alice(), Time(5_000));
        stays.went(&alice(), Time(50_000));
        assert_eq!(stays.left(&alice()), None);
        stays.went(&alice(), Time(60_000));
        assert_eq!(stays.left(&alice()), Some(Time(60_000)));
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
        assert_eq!(stays.0.len(), PEOPLE);
        assert!(stays.0.keys().next().unwrap().name.as_str() >= "p0499");
    }
}
