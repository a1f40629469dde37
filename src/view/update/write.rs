//! Lines being written and lists being chosen from: their keys, and what sending does.

use crate::config::keys::{ChordKey, KeyTable, Mods};
use crate::model::{Launch, Level, Manner, Verdict, Wish};
use crate::terminal::Key;
use crate::view::command::Command;
use crate::view::desk::{Form, Line, Pick, Popup, Then};
use crate::view::keymap::{Found, chord};
use crate::view::written::Kind;

use super::edit::{Taken, cleaned, flattened};
use super::key::follow;
use super::turn::Turn;
use super::{answer, choose, decide, find, fuzzy, redirect, review, run, start, talk};

/// What a command does.
type Does = fn(&mut Turn<'_>);
/// How a command changes the line.
type Edits = fn(&mut Line);

/// Commands that do something with what is written.
const ACTS: [(Command, Does); 7] = [
    (Command::Submit, submit),
    (Command::Cancel, cancel),
    (Command::Newline, newline),
    (Command::EntryDown, |turn| entries(turn, 1)),
    (Command::EntryUp, |turn| entries(turn, -1)),
    (Command::EntriesDown, |turn| entries(turn, 10)),
    (Command::EntriesUp, |turn| entries(turn, -10)),
];

/// Commands that change the line.
const EDITS: [(Command, Edits); 11] = [
    (Command::CharLeft, Line::left),
    (Command::CharRight, Line::right),
    (Command::WordLeft, Line::word_left),
    (Command::WordRight, Line::word_right),
    (Command::InputStart, Line::home),
    (Command::InputEnd, Line::end),
    (Command::DeleteBack, Line::delete_back),
    (Command::DeleteForward, Line::delete_forward),
    (Command::DeleteWord, Line::delete_word),
    (Command::DeleteToEnd, Line::delete_to_end),
    (Command::DeleteToStart, Line::delete_to_start),
];

/// A key while something is written or chosen.
pub(super) fn key(turn: &mut Turn, key: Key) {
    let Some(chord) = chord(&key) else { return };
    let typed = turn.desk.pending.is_empty();
    match follow(turn, KeyTable::Input, chord) {
        Found::Run(action) => command(turn, action.command),
        Found::Wait(_) => {}
        Found::Pass => {
            if let (ChordKey::Char(one), Mods::NONE, true) = (chord.code, chord.mods, typed) {
                if let Some((then, option)) = answer::offered_at(turn.desk, one) {
                    turn.desk.popup = None;
                    return choose::chosen(turn, then, Pick::Option(option));
                }
                insert(turn, one.encode_utf8(&mut [0; 4]));
            }
        }
    }
}

/// Pasted text.
pub(super) fn paste(turn: &mut Turn, text: &str) {
    let text = match &turn.desk.popup {
        Some(Popup::Write(form)) if takes_lines(&form.then) => cleaned(text),
        Some(Popup::Start(form)) if start::takes_lines(form) => cleaned(text),
        Some(_) | None => flattened(text),
    };
    insert(turn, &text);
}

/// Whether a text may have more than one line.
fn takes_lines(then: &Then) -> bool {
    then.kind() == Kind::Said && *then != Then::Speak
}

/// The line that takes what is typed.
fn line(popup: &mut Option<Popup>) -> Option<&mut Line> {
    match popup.as_mut()? {
        Popup::Help { filter, .. } => Some(filter),
        Popup::Palette { line, .. } => Some(line),
        Popup::Choose(chooser) => Some(&mut chooser.line),
        Popup::Write(form) => Some(&mut form.line),
        Popup::Start(form) => form.field().map(|(_, line)| line),
        Popup::Confirm(_)
        | Popup::Together { .. }
        | Popup::Always(_)
        | Popup::Read { .. }
        | Popup::Detail { .. } => None,
    }
}

fn insert(turn: &mut Turn, text: &str) {
    let Some(line) = line(&mut turn.desk.popup) else {
        return;
    };
    if line.insert(text) == Taken::Nothing {
        return turn.refuse("that is too long to be written here, use a file");
    }
    changed(turn);
}

/// The filter changed: the cursor goes to the best entry.
fn changed(turn: &mut Turn) {
    match &mut turn.desk.popup {
        Some(Popup::Palette { at, .. }) => *at = 0,
        Some(Popup::Choose(chooser)) => {
            chooser.at = 0;
            choose::looked_at(turn);
        }
        Some(Popup::Help { top, .. }) => *top = 0,
        Some(
            Popup::Write(_)
            | Popup::Start(_)
            | Popup::Confirm(_)
            | Popup::Together { .. }
            | Popup::Always(_)
            | Popup::Read { .. }
            | Popup::Detail { .. },
        )
        | None => {}
    }
}

/// One of the commands of writing and choosing.
pub(super) fn command(turn: &mut Turn, command: Command) {
    if let Some((_, act)) = ACTS.iter().find(|(one, _)| *one == command) {
        return act(turn);
    }
    let Some((_, edit)) = EDITS.iter().find(|(one, _)| *one == command) else {
        // a person may have bound any other command here
        return run::run(turn, command.into());
    };
    let Some(line) = line(&mut turn.desk.popup) else {
        return;
    };
    let before = line.text.len();
    edit(line);
    if line.text.len() != before {
        changed(turn);
    }
}

fn newline(turn: &mut Turn) {
    let takes = match &turn.desk.popup {
        Some(Popup::Write(form)) => takes_lines(&form.then),
        Some(Popup::Start(form)) => start::takes_lines(form),
        Some(_) | None => false,
    };
    if let (true, Some(line)) = (takes, line(&mut turn.desk.popup)) {
        let _ = line.insert("\n");
    }
}

/// Goes down (or up) in a list; in a text of several lines, from line to line.
pub(super) fn entries(turn: &mut Turn, by: isize) {
    let moved = |at: usize, count: usize| match count {
        0 => 0,
        count => at.saturating_add_signed(by).min(count - 1),
    };
    let desk = &mut *turn.desk;
    match &mut desk.popup {
        Some(Popup::Help { top, .. }) => *top = moved(*top, Command::ALL.len()),
        Some(Popup::Palette { line, at }) => *at = moved(*at, fuzzy::palette(&line.text).len()),
        Some(Popup::Choose(chooser)) => {
            chooser.at = moved(chooser.at, fuzzy::choices(chooser).len());
            choose::looked_at(turn);
        }
        Some(Popup::Write(form)) if form.then == Then::Speak => {
            let lines = desk.facts.breakroom.len().saturating_mul(4);
            desk.talk.up = desk.talk.up.saturating_add_signed(-by).min(lines);
        }
        Some(Popup::Write(form)) => {
            let cursor = form.line.cursor;
            match by > 0 {
                true => form.line.down(),
                false => form.line.up(),
            }
            // the first or last line: on to what was written before
            let written = desk.written.entry(form.then.kind()).or_default();
            match (form.line.cursor == cursor, by > 0) {
                (true, true) => written.newer(&mut form.line),
                (true, false) => written.older(&mut form.line),
                (false, _) => {}
            }
        }
        Some(Popup::Start(form)) => start::step(form, by),
        Some(
            Popup::Confirm(_)
            | Popup::Together { .. }
            | Popup::Always(_)
            | Popup::Read { .. }
            | Popup::Detail { .. },
        )
        | None => {}
    }
}

/// Closes it; what was only looked at is taken back.
pub(super) fn cancel(turn: &mut Turn) {
    match turn.desk.popup.take() {
        Some(Popup::Choose(chooser)) => choose::cancelled(turn, chooser.then),
        Some(Popup::Write(form)) => keep(turn, &form),
        Some(_) | None => {}
    }
}

/// Sends what was written, or takes the entry under the cursor.
pub(super) fn submit(turn: &mut Turn) {
    match turn.desk.popup.take() {
        Some(Popup::Palette { line, at }) => match fuzzy::palette(&line.text).get(at) {
            Some(entry) => run_with(turn, entry),
            None => turn.refuse(format!("no command is called `{}`", line.text)),
        },
        Some(Popup::Choose(chooser)) => match choose::current(&chooser) {
            Some(entry) => {
                let pick = entry.pick.clone();
                choose::chosen(turn, chooser.then, pick);
            }
            None => turn.desk.popup = Some(Popup::Choose(chooser)),
        },
        Some(Popup::Write(form)) => written(turn, form),
        Some(Popup::Start(form)) => start::send(turn, form),
        Some(
            Popup::Help { .. }
            | Popup::Confirm(_)
            | Popup::Together { .. }
            | Popup::Always(_)
            | Popup::Read { .. }
            | Popup::Detail { .. },
        )
        | None => {}
    }
}

/// Runs a line of the palette. The form that it opens for a text is filled with the words behind its name, and taken.
fn run_with(turn: &mut Turn, entry: &fuzzy::Entry) {
    run::run(turn, entry.action);
    if let (Some(words), Some(Popup::Write(form))) = (&entry.words, &mut turn.desk.popup) {
        form.line = Line::new(words.as_str());
        submit(turn);
    }
}

fn keep(turn: &mut Turn, form: &Form) {
    let written = turn.desk.written.entry(form.then.kind()).or_default();
    written.keep(&form.line.text);
}

fn written(turn: &mut Turn, form: Form) {
    let text = form.line.text.trim().to_owned();
    let may_be_empty = match &form.then {
        Then::Reject(_) | Then::RejectRound(_) => true,
        Then::Redirect(_, which) => *which != crate::view::desk::RedirectUse::Direction,
        Then::Theme { .. }
        | Then::Layout { .. }
        | Then::Reply(_)
        | Then::RedirectUse(_)
        | Then::Say(..)
        | Then::Find(_)
        | Then::Start(_)
        | Then::Move(..)
        | Then::NewBrief
        | Then::Spawn
        | Then::Go
        | Then::FindAll
        | Then::FindInDiff
        | Then::GoFile
        | Then::GoComment
        | Then::Comment(..)
        | Then::Reword(..)
        | Then::GoHit(_)
        | Then::Person
        | Then::Speak => false,
    };
    if text.is_empty() && !may_be_empty {
        turn.say(Level::Note, "write something first, or press escape");
        turn.desk.popup = Some(Popup::Write(form));
        return;
    }
    keep(turn, &form);
    match form.then {
        Then::Reject(cards) => decide::decide(turn, cards, Verdict::Reject { reason: text }),
        Then::Reply(card) => decide::decide(turn, vec![card], Verdict::Reply { text }),
        Then::Redirect(target, which) => redirect::send(turn, target, which, text),
        Then::Say(agent, manner) => {
            let done = match manner {
                Manner::AtRest => format!("agent {agent} is told once it is at rest"),
                Manner::Interrupt => format!("agent {agent} is interrupted"),
            };
            turn.wish(
                Wish::Say {
                    agent,
                    text,
                    manner,
                },
                done,
            );
        }
        Then::Find(agent) => find::search(turn, agent, text),
        Then::FindAll => find::search_all(turn, text),
        Then::Speak => talk::speak(turn, text),
        Then::FindInDiff => review::search(turn, text),
        Then::Comment(brief, anchor, on) => review::write(turn, brief, *anchor, text, on),
        Then::Reword(brief, comment) => review::reword(turn, brief, comment, text),
        Then::RejectRound(card) => review::reject_with(turn, card, text),
        Then::Spawn => match words(&text) {
            Ok(command) => turn.wish(
                Wish::Spawn(Launch {
                    command,
                    ..Launch::default()
                }),
                "",
            ),
            Err(why) => {
                turn.refuse(why);
                turn.desk.popup = Some(Popup::Write(Form {
                    then: Then::Spawn,
                    ..form
                }));
            }
        },
        // these are chosen, never written
        Then::Theme { .. }
        | Then::Layout { .. }
        | Then::RedirectUse(_)
        | Then::Start(_)
        | Then::Move(..)
        | Then::NewBrief
        | Then::Go
        | Then::GoFile
        | Then::GoComment
        | Then::GoHit(_)
        | Then::Person => {}
    }
}

/// A program and its arguments, with quotes as in a shell; nothing is expanded.
fn words(text: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            ('\\', None | Some('"')) => {
                let next = characters.next().ok_or("a backslash ends the line")?;
                word.get_or_insert_default().push(next);
            }
            (c, Some(_)) => word.get_or_insert_default().push(c),
            ('"' | '\'', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (c, None) if c.is_whitespace() => words.extend(word.take()),
            (c, None) => word.get_or_insert_default().push(c),
        }
    }
    if quote.is_some() {
        return Err("a quote is not closed".to_owned());
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn a_command_is_split_as_a_shell_would() {
        let split = |text| words(text).map(|words| words.join("|"));
        assert_eq!(
            split("a  b 'c d' \"e\\\"f\" g\\ h"),
            Ok("a|b|c d|e\"f|g h".to_owned())
        );
        assert_eq!(split("a ''"), Ok("a|".to_owned()));
        assert!(split("a 'b").is_err());
        assert!(split("a \\").is_err());
    }
}
