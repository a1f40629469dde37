//! Which invitations hold no more, as the journal tells it: those of a name, made until it was revoked.

use std::collections::BTreeMap;

use super::{Arrival, Right, Time};

/// So many names are remembered; of more, those revoked last. (Their keys are out of the file anyway.)
const NAMES: usize = 1_000;

/// When each name was revoked last.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Revoked(BTreeMap<String, Time>);

impl Revoked {
    /// Whether somebody may come in.
    ///
    /// # Errors
    /// A sentence for them, where their invitation was revoked.
    pub fn admits(&self, arrival: &Arrival) -> Result<(), String> {
        match (arrival.right, self.0.get(&arrival.person.name)) {
            (Right::Invited(at), Some(revoked)) if at <= *revoked => Err(sentence()),
            (Right::Own | Right::Invited(_), _) => Ok(()),
        }
    }

    pub(super) fn revoke(&mut self, name: &str, at: Time) {
        self.0.insert(name.to_owned(), at);
        if self.0.len() > NAMES {
            let oldest = self.0.iter().min_by_key(|(_, at)| **at);
            if let Some(name) = oldest.map(|(name, _)| name.clone()) {
                self.0.remove(&name);
            }
        }
    }
}

/// What somebody is told whose invitation holds no more.
pub(super) fn sentence() -> String {
    "your invitation to this room was revoked; ask its owner for another one".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Origin, Person, SeatRole};

    fn arrival(right: Right) -> Arrival {
        Arrival {
            person: Person {
                name: "bob".into(),
                key: None,
            },
            role: SeatRole::Operator,
            origin: Origin::Here,
            right,
        }
    }

    #[test]
    fn an_invitation_made_after_the_revocation_holds_and_one_before_it_does_not() {
        let mut revoked = Revoked::default();
        let invited = |at| arrival(Right::Invited(Time(at)));
        assert_eq!(revoked.admits(&invited(5)), Ok(()));
        revoked.revoke("bob", Time(10));
        assert!(revoked.admits(&invited(5)).is_err());
        assert!(revoked.admits(&invited(10)).is_err());
        assert_eq!(revoked.admits(&invited(11)), Ok(()));
        assert_eq!(revoked.admits(&arrival(Right::Own)), Ok(()));
    }

    #[test]
    fn only_so_many_names_are_remembered() {
        let mut revoked = Revoked::default();
        for number in 0..NAMES as u64 + 5 {
            revoked.revoke(&format!("n{number}"), Time(number));
        }
        assert_eq!(revoked.0.len(), NAMES);
        assert!(!revoked.0.contains_key("n0"));
    }
}
