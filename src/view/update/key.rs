//! Where a key goes: to a popup, to an agent, or through the tree of keys to a command.
//! What was typed to an agent never becomes a command, even where the agent is gone.

use crate::config::keys::{Chord, KeyTable, spell};
use crate::model::{AgentId, Level};
use crate::terminal::Key;
use crate::view::command::{Command, Group};
use crate::view::desk::{Desk, Focus, Link, Mode, Popup};
use crate::view::keymap::{self, Found, chord};
use crate::wire::ToServer;

use super::run::run;
use super::turn::Turn;
use super::{popup, write};

/// The most text that is pasted to an agent at once, in bytes; a larger one is refused.
const PASTE_MOST: usize = 1024 * 1024;

/// What became of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Went {
    /// On to an agent, and it changed nothing here.
    Through,
    /// Anything else.
    Elsewhere,
}

/// A key was pressed.
pub(super) fn key(turn: &mut Turn, key: Key) -> Went {
    match turn.desk.typed_to() {
        Some(agent) => pane(turn, agent, key),
        None => {
            taken(turn, key);
            Went::Elsewhere
        }
    }
}

fn taken(turn: &mut Turn, key: Key) {
    if turn.desk.popup.is_some() {
        turn.desk.left = None;
        return popup::key(turn, key);
    }
    match turn.desk.mode {
        Mode::Pane(agent) => {
            pane(turn, agent, key);
        }
        Mode::Scroll(_) => command(turn, KeyTable::Scroll, key),
        Mode::Review => command(turn, KeyTable::Review, key),
        Mode::Room => {
            let left = turn.desk.left.take();
            if let Some((agent, leave)) = left
                && leave == key
                && turn.desk.pending.is_empty()
            {
                turn.desk.mode = Mode::Pane(agent);
                to_agent(turn, agent, vec![key]);
                return;
            }
            command(turn, room_table(turn.desk.focus), key);
        }
    }
}

/// The table in force in room mode.
pub(super) fn room_table(focus: Focus) -> KeyTable {
    match focus {
        Focus::Tiles => KeyTable::Room,
        Focus::Waiting => KeyTable::Card,
        Focus::Queue => KeyTable::Queue,
    }
}

/// Text was pasted.
pub(super) fn paste(turn: &mut Turn, text: String) {
    if turn.desk.popup.is_some() {
        return write::paste(turn, &text);
    }
    turn.desk.pending.clear();
    let Mode::Pane(agent) = turn.desk.mode else {
        return turn.refuse("pasted text goes to an agent only while you type to it");
    };
    if text.len() > PASTE_MOST {
        return turn.refuse("that is more than a megabyte, hand it to the agent as a file");
    }
    if may_type(turn, agent) {
        turn.desk.selection = None;
        turn.desk.typed = Some((agent, turn.desk.now));
        turn.send(ToServer::Paste { agent, text });
    }
}

/// Runs what the keys so far come to in a table.
fn command(turn: &mut Turn, table: KeyTable, key: Key) {
    let Some(chord) = chord(&key) else { return };
    let first = turn.desk.pending.is_empty();
    match follow(turn, table, chord) {
        Found::Run(action) => run(turn, action),
        Found::Pass if first => elsewhere(turn, chord),
        Found::Wait(_) | Found::Pass => {}
    }
}

/// A key that counts in the queue only: says where that is.
fn elsewhere(turn: &mut Turn, chord: Chord) {
    let Found::Run(action) = turn.keymap.find(KeyTable::Queue, &[chord]) else {
        let help = turn.keymap.hint(KeyTable::Room, Command::Help);
        let shows = help.map_or(String::new(), |key| format!("; {key} shows those that do"));
        return turn.note(format!("{}: does nothing here{shows}", spell(&[chord])));
    };
    let queue = turn.keymap.hint(KeyTable::Room, Command::GoQueue);
    if let (Group::Queue, Some(queue)) = (action.command.group(), queue) {
        let name = action.command.help();
        turn.note(format!(
            "in the queue this key would {name}; {queue} goes there"
        ));
    }
}

/// Adds a key to the sequence and says what it comes to; the sequence goes on only where more may follow.
pub(super) fn follow(turn: &mut Turn, table: KeyTable, chord: Chord) -> Found {
    let mut keys = std::mem::take(&mut turn.desk.pending);
    keys.push(chord);
    let found = turn.keymap.find(table, &keys);
    if let Found::Wait(_) = found {
        turn.desk.pending = keys;
    }
    found
}

fn pane(turn: &mut Turn, agent: AgentId, key: Key) -> Went {
    let Some(one) = chord(&key) else {
        return to_agent(turn, agent, vec![key]);
    };
    let before = turn.desk.pending.clone();
    match follow(turn, KeyTable::Pane, one) {
        Found::Run(action) if action.command == Command::LeavePane => {
            turn.desk.mode = Mode::Room;
            turn.desk.left = before.is_empty().then_some((agent, key));
        }
        Found::Run(action) => run(turn, action),
        Found::Wait(_) => {}
        Found::Pass => {
            let mut keys: Vec<Key> = before.into_iter().map(keymap::key).collect();
            keys.push(key);
            return to_agent(turn, agent, keys);
        }
    }
    Went::Elsewhere
}

fn to_agent(turn: &mut Turn, agent: AgentId, keys: Vec<Key>) -> Went {
    if !may_type(turn, agent) {
        return Went::Elsewhere;
    }
    let desk = &mut *turn.desk;
    desk.selection = None;
    if let Some(pane) = desk.panes.get(&agent) {
        for key in &keys {
            desk.echo.typed(agent, key, &pane.grid, desk.now);
        }
    }
    desk.typed = Some((agent, desk.now));
    turn.send(ToServer::Keys { agent, keys });
    Went::Through
}

/// Why nothing reaches an agent any more.
fn gone(desk: &Desk, agent: AgentId) -> Option<&'static str> {
    match desk.facts.agents.get(&agent) {
        None => Some("is not in your sight any more"),
        Some(one) => (!one.is_alive()).then_some("has ended"),
    }
}

/// Whether keys reach an agent; says why not.
fn may_type(turn: &mut Turn, agent: AgentId) -> bool {
    let keymap = turn.keymap;
    let leave = || {
        keymap
            .hint(KeyTable::Pane, Command::LeavePane)
            .unwrap_or_else(|| "a click elsewhere".to_owned())
    };
    let fault = if !turn.desk.may_act() {
        "you look on here, an operator types".to_owned()
    } else if turn.desk.link != Link::Live {
        format!(
            "the server is not there, what you type is not kept ({} leaves)",
            leave()
        )
    } else if let Some(gone) = gone(turn.desk, agent) {
        format!(
            "agent {agent} {gone}, what you type goes nowhere ({} leaves)",
            leave()
        )
    } else {
        return true;
    };
    turn.say(Level::Warning, fault);
    false
}

/// The table whose keys are in force now: what which-key and hints ask for.
pub fn table(desk: &crate::view::desk::Desk) -> KeyTable {
    match (&desk.popup, &desk.mode) {
        (
            Some(
                Popup::Read { .. }
                | Popup::Detail { .. }
                | Popup::Together { .. }
                | Popup::Confirm(_)
                | Popup::Always(_),
            ),
            _,
        ) => KeyTable::Scroll,
        (
            Some(
                Popup::Help { .. }
                | Popup::Palette { .. }
                | Popup::Choose(_)
                | Popup::Write(_)
                | Popup::Start(_),
            ),
            _,
        ) => KeyTable::Input,
        (None, Mode::Pane(_)) => KeyTable::Pane,
        (None, Mode::Scroll(_)) => KeyTable::Scroll,
        (None, Mode::Review) => KeyTable::Review,
        (None, Mode::Room) => room_table(desk.focus),
    }
}
