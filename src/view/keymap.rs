//! Which keys run which command: one tree of keys for each table, made of the command table's
//! defaults with the person's own keys over them. It runs nothing.

use std::collections::BTreeMap;

use crate::config::keys::{Binding, Bound, Chord, ChordKey, KeyTable, Keys, Mods, sequence, spell};
use crate::terminal::{Key, KeyCode, Mods as Held};

use super::command::{Action, Command, table_title};

/// What keys mean, by table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keymap {
    /// In the order of `KeyTable::NAMED`: each with what falls through to it laid in.
    tables: BTreeMap<KeyTable, Node>,
    /// Each table's own bindings, for the help.
    own: Tables,
}

/// Each table's bindings; a hole where a person took a key away.
type Tables = BTreeMap<KeyTable, BTreeMap<Vec<Chord>, Option<Action>>>;

/// One place in a tree of keys.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Node {
    Run(Action),
    Then(BTreeMap<Chord, Node>),
}

/// What the keys typed so far come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A command.
    Run(Action),
    /// More keys may follow; these.
    Wait(Vec<(Chord, Next)>),
    /// Nothing is bound to them.
    Pass,
}

/// What a key leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// A command.
    Run(Action),
    /// More keys: so many.
    More(usize),
}

impl Default for Keymap {
    fn default() -> Self {
        Self::new(&Keys::default()).0
    }
}

impl Keymap {
    /// The defaults with these keys over them, and a sentence for each that cannot be as written.
    pub fn new(keys: &Keys) -> (Self, Vec<String>) {
        let mut own = defaults();
        let mut faults = Vec::new();
        let mut mine: BTreeMap<(KeyTable, Vec<Chord>), String> = BTreeMap::new();
        let mut taken = Vec::new();
        for binding in &keys.bindings {
            taken.extend(Taken::by(&own, &mine, binding));
            lay(&mut own, &mut mine, binding, &mut faults);
        }
        faults.extend(keep_the_way_out(&mut own));
        faults.extend(taken.iter().filter_map(|taken| taken.lost(&own)));
        let tables = KeyTable::NAMED
            .iter()
            .map(|(_, table)| (*table, tree(&own, *table)))
            .collect();
        (Self { tables, own }, faults)
    }

    /// What these keys come to in a table.
    pub fn find(&self, table: KeyTable, keys: &[Chord]) -> Found {
        let Some(mut node) = self.tables.get(&table) else {
            return Found::Pass;
        };
        for key in keys {
            node = match node {
                Node::Then(next) => match next.get(key) {
                    Some(next) => next,
                    None => return Found::Pass,
                },
                Node::Run(_) => return Found::Pass,
            };
        }
        match node {
            Node::Run(action) => Found::Run(*action),
            Node::Then(next) if next.is_empty() => Found::Pass,
            Node::Then(next) => {
                Found::Wait(next.iter().map(|(key, node)| (*key, node.next())).collect())
            }
        }
    }

    /// All sequences that run an action in a table itself (nothing that falls through), shortest first.
    pub fn keys_of(&self, table: KeyTable, action: Action) -> Vec<Vec<Chord>> {
        let mut all: Vec<Vec<Chord>> = self
            .own
            .get(&table)
            .into_iter()
            .flatten()
            .filter(|(_, bound)| **bound == Some(action))
            .map(|(keys, _)| keys.clone())
            .collect();
        all.sort_by_key(Vec::len);
        all
    }

    /// How to run a command, for a hint: the first of its keys in a table or what falls through to it,
    /// in the order of the defaults; nothing where it has no key.
    pub fn hint(&self, table: KeyTable, command: Command) -> Option<String> {
        if command.is_numbered() {
            return self.numbered(table, command);
        }
        let action = Action::from(command);
        let written = command
            .defaults()
            .iter()
            .filter(|(of, _)| *of == table || Some(*of) == below(table))
            .flat_map(|(_, keys)| keys.iter())
            .filter_map(|keys| sequence(keys).ok());
        let still = written
            .into_iter()
            .find(|keys| self.find(table, keys) == Found::Run(action));
        still
            .or_else(|| self.keys_of(table, action).into_iter().next())
            .or_else(|| self.keys_of(below(table)?, action).into_iter().next())
            .map(|keys| spell(&keys))
    }

    /// `1-9` while all nine digits are as they were, else the keys there are.
    fn numbered(&self, table: KeyTable, command: Command) -> Option<String> {
        let keys: Vec<String> = (1..=9)
            .filter_map(|digit| {
                self.keys_of(table, Action { command, digit })
                    .into_iter()
                    .next()
            })
            .map(|keys| spell(&keys))
            .collect();
        match keys.len() {
            0 => None,
            9 if keys
                .iter()
                .zip(1..)
                .all(|(key, digit)| *key == digit.to_string()) =>
            {
                Some("1-9".to_owned())
            }
            _ => Some(keys.join(" ")),
        }
    }
}

impl Node {
    fn next(&self) -> Next {
        match self {
            Node::Run(action) => Next::Run(*action),
            Node::Then(next) => Next::More(next.len()),
        }
    }
}

/// The table that gets the keys which a table has no use for.
pub fn below(table: KeyTable) -> Option<KeyTable> {
    match table {
        KeyTable::Queue | KeyTable::Card => Some(KeyTable::Room),
        KeyTable::Room | KeyTable::Pane | KeyTable::Scroll | KeyTable::Input | KeyTable::Review => {
            None
        }
    }
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
    fn by(
        own: &Tables,
        mine: &BTreeMap<(KeyTable, Vec<Chord>), String>,
        binding: &Binding,
    ) -> Option<Self> {
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
                "keys: in {}, `{}` leaves no key for {named}{others}; give them others",
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
        "keys: no key leaves a pane, so `{}` does; bind another one to {} first",
        spell(&keys),
        Command::LeavePane.name()
    );
    pane.insert(keys, Some(leave));
    Some(said)
}

/// One default as sequences: `1-9` is nine of them.
fn spread(keys: &str, command: Command) -> Vec<(Vec<Chord>, Action)> {
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
fn lay(
    own: &mut Tables,
    mine: &mut BTreeMap<(KeyTable, Vec<Chord>), String>,
    binding: &Binding,
    faults: &mut Vec<String>,
) {
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
                    "keys: no command is called `{name}`, see the help for their names"
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
                "keys: in {title}, `{}` for {name} takes the place of `{}` for {what}, give one of them another key",
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

/// A table's tree: what falls through to it first, its own over that.
fn tree(own: &Tables, table: KeyTable) -> Node {
    let mut root = BTreeMap::new();
    for table in below(table).into_iter().chain([table]) {
        for (keys, action) in own.get(&table).into_iter().flatten() {
            plant(&mut root, keys, *action);
        }
    }
    Node::Then(root)
}

/// Puts a binding into a tree; a hole takes away what stands there.
fn plant(tree: &mut BTreeMap<Chord, Node>, keys: &[Chord], action: Option<Action>) {
    let Some((first, rest)) = keys.split_first() else {
        return;
    };
    if rest.is_empty() {
        match action {
            Some(action) => drop(tree.insert(*first, Node::Run(action))),
            None => drop(tree.remove(first)),
        }
        return;
    }
    if action.is_none() && !tree.contains_key(first) {
        return;
    }
    let node = tree
        .entry(*first)
        .or_insert_with(|| Node::Then(BTreeMap::new()));
    if let (Node::Run(_), Some(_)) = (&*node, action) {
        *node = Node::Then(BTreeMap::new());
    }
    if let Node::Then(next) = node {
        plant(next, rest, action);
    }
}

/// A key as keys are written; none for a key that cannot be bound.
pub fn chord(key: &Key) -> Option<Chord> {
    if key.mods.contains(Held::SUPER) {
        return None;
    }
    let mut mods = Mods::NONE;
    for (held, one) in [
        (Held::CTRL, Mods::CTRL),
        (Held::ALT, Mods::ALT),
        (Held::SHIFT, Mods::SHIFT),
    ] {
        if key.mods.contains(held) {
            mods |= one;
        }
    }
    let code = match key.code {
        KeyCode::Char(one) => ChordKey::Char(one),
        KeyCode::Enter => ChordKey::Enter,
        KeyCode::Tab => ChordKey::Tab,
        KeyCode::BackTab => {
            mods |= Mods::SHIFT;
            ChordKey::Tab
        }
        KeyCode::Backspace => ChordKey::Backspace,
        KeyCode::Esc => ChordKey::Esc,
        KeyCode::Up => ChordKey::Up,
        KeyCode::Down => ChordKey::Down,
        KeyCode::Left => ChordKey::Left,
        KeyCode::Right => ChordKey::Right,
        KeyCode::Home => ChordKey::Home,
        KeyCode::End => ChordKey::End,
        KeyCode::PageUp => ChordKey::PageUp,
        KeyCode::PageDown => ChordKey::PageDown,
        KeyCode::Insert => ChordKey::Insert,
        KeyCode::Delete => ChordKey::Delete,
        KeyCode::F(number) => ChordKey::F(number),
    };
    Some(Chord::new(code, mods))
}

/// A key from its notation, for those who have only that.
pub fn key(chord: Chord) -> Key {
    let code = match chord.code {
        ChordKey::Char(one) => KeyCode::Char(one),
        ChordKey::Enter => KeyCode::Enter,
        ChordKey::Tab => KeyCode::Tab,
        ChordKey::Backspace => KeyCode::Backspace,
        ChordKey::Esc => KeyCode::Esc,
        ChordKey::Up => KeyCode::Up,
        ChordKey::Down => KeyCode::Down,
        ChordKey::Left => KeyCode::Left,
        ChordKey::Right => KeyCode::Right,
        ChordKey::Home => KeyCode::Home,
        ChordKey::End => KeyCode::End,
        ChordKey::PageUp => KeyCode::PageUp,
        ChordKey::PageDown => KeyCode::PageDown,
        ChordKey::Insert => KeyCode::Insert,
        ChordKey::Delete => KeyCode::Delete,
        ChordKey::F(number) => KeyCode::F(number),
    };
    let mut mods = Held::NONE;
    for (one, held) in [
        (Mods::CTRL, Held::CTRL),
        (Mods::ALT, Held::ALT),
        (Mods::SHIFT, Held::SHIFT),
    ] {
        if chord.mods.contains(one) {
            mods = mods.with(held);
        }
    }
    Key::new(code, mods)
}

#[cfg(test)]
mod tests;
