//! The start form: which roles and agent programs there are, and what is said of one before it is started.

use crate::model::{Launch, Wish};
use crate::view::desk::{
    Awaited, Chooser, Entry, Line, Looked, Pick, Popup, Start, StartField, Then,
};
use crate::wire::{FirstText, Presence, Program, ToServer, Versions};

use super::choose;
use super::fuzzy;
use super::turn::Turn;

/// Profiles that start whatever else is named: "a command" does.
const ANYTHING: &str = "generic";

/// Offers the roles, the agent programs that were found, and a command of one's own. They are looked for anew:
/// the names come at once, what they say of their versions a little later.
pub(super) fn offer(turn: &mut Turn) {
    turn.desk.popup = Some(Popup::Choose(Chooser {
        title: "start an agent".to_owned(),
        entries: entries(turn),
        at: 0,
        line: Line::default(),
        then: Then::Spawn,
    }));
    ask(turn, Versions::Left);
    ask(turn, Versions::Asked);
}

fn ask(turn: &mut Turn, versions: Versions) {
    let ticket = turn.ticket(Awaited::Programs);
    turn.send(ToServer::Programs { ticket, versions });
}

/// Asks once which programs there are while there is no agent: the empty room names them.
pub(super) fn look(turn: &mut Turn) {
    let desk = &mut *turn.desk;
    let none = desk.facts.agents.is_empty() && desk.may_act();
    if none && desk.told.programs == Looked::NotYet {
        desk.told.programs = Looked::Already;
        ask(turn, Versions::Left);
    }
}

/// They came. An open list shows them; its cursor stays where it was.
pub(super) fn came(turn: &mut Turn, ticket: u32, programs: Vec<Program>) {
    if turn.desk.awaited.remove(&ticket) != Some(Awaited::Programs) {
        return;
    }
    let before = std::mem::take(&mut turn.desk.programs);
    let known = |program: &Program| {
        let same = before.iter().find(|it| it.profile == program.profile);
        same.filter(|it| it.presence == program.presence)
            .and_then(|it| it.version.clone())
    };
    turn.desk.programs = programs
        .into_iter()
        .map(|program| Program {
            version: program.version.clone().or_else(|| known(&program)),
            ..program
        })
        .collect();
    let entries = entries(turn);
    let Some(Popup::Choose(chooser)) = &mut turn.desk.popup else {
        return;
    };
    if chooser.then != Then::Spawn {
        return;
    }
    let under = choose::current(chooser).map(|entry| entry.pick.clone());
    chooser.entries = entries;
    if chooser.at > 0 {
        let choices = fuzzy::choices(chooser);
        let is_it = |at: &usize| Some(&chooser.entries[*at].pick) == under.as_ref();
        chooser.at = choices.iter().position(is_it).unwrap_or(0);
    }
}

/// Roles first, then the programs that are here, what is here everywhere, and at the end what is missing.
fn entries(turn: &Turn) -> Vec<Entry> {
    let mut entries: Vec<Entry> = choose::roles(turn.desk)
        .into_iter()
        .map(|role| Entry {
            remark: format!("role · {}", role.remark),
            ..role
        })
        .collect();
    let offered = |presence: Presence| {
        let all = turn.desk.programs.iter();
        all.filter(move |it| it.presence == presence && it.profile != ANYTHING)
            .map(entry)
    };
    entries.extend(offered(Presence::Here));
    entries.extend(offered(Presence::Always));
    entries.push(Entry {
        label: "a command".to_owned(),
        remark: "program and arguments".to_owned(),
        pick: Pick::Write,
    });
    entries.extend(offered(Presence::Missing));
    entries
}

fn entry(program: &Program) -> Entry {
    let version = program.version.iter().map(|it| it.shown());
    let missing = program.missing.iter().map(|it| it.shown());
    let about = program.about.shown();
    let about = Some(about).filter(|_| program.missing.is_empty());
    let remark: Vec<String> = version.chain(missing).chain(about).collect();
    Entry {
        label: program.profile.clone(),
        remark: remark.join(" · "),
        pick: Pick::Program(program.profile.clone()),
    }
}

/// A program was chosen: asks what there is to say of it before it is started.
pub(super) fn chosen(turn: &mut Turn, profile: String) {
    let program = turn.desk.programs.iter().find(|it| it.profile == profile);
    let Some(program) = program else {
        return turn.refuse(format!("there is no profile {profile} any more"));
    };
    if program.presence == Presence::Missing {
        let missing: Vec<String> = program.missing.iter().map(|it| it.shown()).collect();
        let why = missing.join("; ");
        turn.refuse(format!("{profile} is not installed here: {why}"));
        return offer(turn);
    }
    let text = match program.first_text {
        FirstText::Taken => Some(StartField::Text),
        FirstText::Ignored => None,
    };
    let fields = text
        .into_iter()
        .chain([StartField::Name, StartField::Folder]);
    turn.desk.popup = Some(Popup::Start(Start {
        fields: fields.map(|field| (field, Line::default())).collect(),
        profile,
        at: 0,
    }));
}

/// Whether the line that is written in may have more than one line.
pub(super) fn takes_lines(form: &Start) -> bool {
    let field = form.fields.get(form.at).map(|(field, _)| *field);
    match field {
        Some(StartField::Text) => true,
        Some(StartField::Name | StartField::Folder) | None => false,
    }
}

/// To another line; within a text of several lines, to another of those first.
pub(super) fn step(form: &mut Start, by: isize) {
    if let Some((_, line)) = form.field() {
        let before = line.cursor;
        let first = line.text[..before].contains('\n');
        let last = line.text[before..].contains('\n');
        if by > 0 && last {
            return line.down();
        }
        if by < 0 && first {
            return line.up();
        }
    }
    let most = form.fields.len().saturating_sub(1);
    form.at = form.at.saturating_add_signed(by.signum()).min(most);
}

/// Starts it with what was written.
pub(super) fn send(turn: &mut Turn, form: Start) {
    let written = |wanted: StartField| {
        let field = form.fields.iter().find(|(field, _)| *field == wanted);
        field.map_or_else(String::new, |(_, line)| line.text.trim().to_owned())
    };
    let launch = Launch {
        name: written(StartField::Name),
        cwd: written(StartField::Folder),
        text: written(StartField::Text),
        profile: form.profile.clone(),
        ..Launch::default()
    };
    turn.wish(Wish::Spawn(launch), "");
}
