//! Who comes in: the machine's own user, or whoever the key that signed in belongs to. Only this machine's own
//! processes introduce somebody, and none that runs inside an agent; a client behind them is heard afterwards.

use crate::model::{Arrival, Origin, Person, Right};
use crate::wire::Introduction;

use super::Entrance;

/// The longest name, key and address, in bytes.
const NAME: usize = 64;
const KEY: usize = 80;
const ADDRESS: usize = 64;

/// Whether a caller may say who comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Introduces {
    /// It may.
    Somebody,
    /// It runs inside an agent.
    Nobody,
}

/// How somebody comes in who is introduced like this.
///
/// # Errors
/// Why not, for the log.
pub(super) fn arrival(entrance: &Entrance, said: Introduction) -> Result<Arrival, &'static str> {
    let fits = |text: &Option<String>, most| {
        text.as_ref().is_none_or(|text: &String| {
            (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
        })
    };
    if entrance.introduces == Introduces::Nobody {
        return Err("something inside an agent introduced somebody");
    }
    let name = said.invited.as_ref().map(|invited| invited.name.clone());
    if !fits(&name, NAME) || !fits(&said.key, KEY) || !fits(&said.address, ADDRESS) {
        return Err("somebody was introduced by what is no name, key or address");
    }
    Ok(Arrival {
        person: Person {
            name: name.unwrap_or_else(|| entrance.name.clone()),
            key: said.key,
        },
        role: entrance.role,
        origin: said.address.map_or(Origin::Here, Origin::Ssh),
        right: match said.invited {
            None => Right::Own,
            Some(invited) => Right::Invited(invited.at),
        },
    })
}

/// How somebody comes in whom nobody introduces: the user of this machine.
pub(super) fn own(entrance: &Entrance) -> Arrival {
    Arrival {
        person: Person {
            name: entrance.name.clone(),
            key: None,
        },
        role: entrance.role,
        origin: Origin::Here,
        right: Right::Own,
    }
}
