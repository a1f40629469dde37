//! Which keys run which command: one tree of keys for each table, made of the command table's
//! defaults with the person's own keys over them. It runs nothing.

mod lay;

use std::collections::BTreeMap;

use crate::config::keys::{Chord, ChordKey, KeyTable, Keys, Mods, sequence, spell};
use crate::terminal::{Key, KeyCode, Mods as Held};

use super::command::{Action, Command};

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
        let (own, faults) = lay::over_the_defaults(keys);
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
