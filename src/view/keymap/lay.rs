//! A person's keys, laid over the defaults, with a sentence for each that cannot be as written or takes away more than
//! it says.

use std::collections::BTreeMap;

use crate::config::keys::{Binding, Bound, Chord, KeyTable, Keys, sequence, spell};
use crate::view::command::{Action, Command, table_title};

use super::{Tables, below};

/// The person's own bindings so far, with the names of their commands.
type Mine = BTreeMap<(KeyTable, Vec<Chord>), String>;

/// The defaults with these keys over them, and the sentences.
pub(super) fn over_the_defaults(keys: &Keys) -> (Tables, Vec<String>) {
    let (mut own, mut mine) = (defaults(), Mine::new());
    let (mut faults, mut taken) = (Vec::new(), Vec::new());
    for binding in &keys.bindings {
        taken.extend(Taken::by(&own, &mine, binding));
        lay(&mut own, &mut mine, binding, &mut faults);
    }
    faults.extend(keep_the_way_out(&mut own));
    faults.extend(taken.iter().filter_map(|taken| taken.lost(&own)));
    (own, faults)
}

fn defaults() -> Tables {
    let mut own = Tables::new();
    for command in Command::ALL.iter().copied() {
        for (table, keys) in command.defaults() {
            let bound = own.entry(*table).or_default();
            for (keys, action) in keys.iter().flat_map(|keys| spread(keys, command)) {
                bound.insert(keys, Some(action));
            }
        }
    }
    own
}

/// What a longer or shorter sequence takes the place of, by default bound.
struct Taken {
    table: KeyTable,
    by: Vec<Chord>,
    actions: Vec<Action>,
}

impl Taken {
    /// How many commands a sentence names.
    const NAMED: usize = 3;

    /// What this binding takes away without being written for the same keys.
    fn by(own: &Tables, mine: &Mine, binding: &Binding) -> Option<Self> {
        let (table, keys) = (binding.table, &binding.keys);
        if binding.action == Bound::Nothing {
            return None;
        }
        let there = own.get(&table).into_iter().flatten();
        let taken = there.filter_map(|(bound, action)| {
            let other = bound != keys && (bound.starts_with(keys) || keys.starts_with(bound));
            let by_default = !mine.contains_key(&(table, bound.clone()));
            (other && by_default).then_some((*action)?)
        });
        Some(Self {
            table,
            by: keys.clone(),
            actions: taken.collect(),
        })
    }

    /// The sentence, where one of the commands has no key any more.
    fn lost(&self, own: &Tables) -> Option<String> {
        let bound = |table, action| {
            let keys = own.get(&table);
            keys.is_some_and(|keys| keys.values().any(|bound| *bound == Some(action)))
        };
        let tables: Vec<KeyTable> = [self.table].into_iter().chain(below(self.table)).collect();
        let lost = self
            .actions
            .iter()
            .filter(|action| !tables.iter().any(|table| bound(*table, **action)));
        let names: Vec<String> = lost.map(|action| format!("`{}`", action.name())).collect();
        let others = match names.len().checked_sub(Self::NAMED) {
            None | Some(0) => String::new(),
            Some(more) => format!(" and {more} more"),
        };
        let named = names.get(..Self::NAMED).unwrap_or(&names).join(", ");
        (!names.is_empty()).then(|| {
            format!(
                "keys.toml: in {}, `{}` leaves no key for {named}{others}; give them others",
                table_title(self.table),
                spell(&self.by),
            )
        })
    }
}

/// Whoever is in a pane must be able to leave it: where nothing does that any more, its own key does again. The
/// sentence, where that was so.
fn keep_the_way_out(own: &mut Tables) -> Option<String> {
    let leave = Action::from(Command::LeavePane);
    let pane = own.entry(KeyTable::Pane).or_default();
    if pane.values().any(|bound| *bound == Some(leave)) {
        return None;
    }
    let first = defaults().remove(&KeyTable::Pane)?;
    let (keys, _) = first.into_iter().find(|(_, bound)| *bound == Some(leave))?;
    pane.retain(|bound, _| !(bound.starts_with(&keys) || keys.starts_with(bound)));
    let said = format!(
        "keys.toml: no key leaves a pane, so `{}` does; bind another one to {} first",
        spell(&keys),
        Command::LeavePane.name()
    );
    pane.insert(keys, Some(leave));
    Some(said)
}

/// One default as sequences: `1-9` is nine of them.
pub(super) fn spread(keys: &str, command: Command) -> Vec<(Vec<Chord>, Action)> {
    if command.is_numbered() && keys == "1-9" {
        return ('1'..='9')
            .zip(1..)
            .map(|(one, digit)| (vec![Chord::char(one)], Action { command, digit }))
            .collect();
    }
    let chords = sequence(keys).unwrap_or_default();
    vec![(chords, command.into())]
}

/// Lays one of the person's bindings over what there is. A sequence that begins with another one, or
/// the other way round, takes its place; between two of their own that is worth a sentence.
fn lay(own: &mut Tables, mine: &mut Mine, binding: &Binding, faults: &mut Vec<String>) {
    let Binding {
        table,
        keys,
        action,
    } = binding;
    let title = table_title(*table);
    let action = match action {
        Bound::Nothing => None,
        Bound::Command(name) => {
            let Some(action) = Action::named(name) else {
                faults.push(format!(
                    "keys.toml: no command is called `{name}`, see the help for their names"
                ));
                return;
            };
            Some(action)
        }
    };
    let name = action.map_or_else(|| "none".to_owned(), Action::name);
    let table_keys = own.entry(*table).or_default();
    for ((of, other), what) in mine.iter() {
        let clash = of == table && (other.starts_with(keys) || keys.starts_with(other));
        if clash && *what != name && what != "none" && name != "none" {
            faults.push(format!(
                "keys.toml: in {title}, `{}` for {name} takes the place of `{}` for {what}, give one of them another key",
                spell(keys),
                spell(other),
            ));
        }
    }
    let replaces =
        |bound: &[Chord]| bound.starts_with(keys) || (action.is_some() && keys.starts_with(bound));
    table_keys.retain(|bound, _| !replaces(bound));
    table_keys.insert(keys.clone(), action);
    mine.retain(|(of, other), _| {
        of != table || !(other.starts_with(keys) || keys.starts_with(other))
    });
    mine.insert((*table, keys.clone()), name);
}
