//! What is done to briefs. A file that does not parse is only read and edited, never moved.

use crate::config::keys::KeyTable;
use crate::model::{Brief, BriefId, Content, Fault, Place, Stage, StartOn, Track, Wish};
use crate::view::command::Command;
use crate::view::desk::{
    Awaited, Chooser, Confirm, Confirmed, Entry, Line, Link, Pick, Popup, Then,
};
use crate::wire::ToServer;

use super::focus::{self, Step};
use super::turn::Turn;
use super::{Act, Draft, Edited, choose};

/// The brief under the cursor, or why there is none.
fn here(turn: &Turn) -> Result<Brief, String> {
    let desk = &turn.desk;
    let brief = desk.brief.as_ref().and_then(|id| desk.facts.briefs.get(id));
    brief
        .cloned()
        .ok_or_else(|| "no brief is chosen, go to the queue first".to_owned())
}

/// The same, where it can be moved.
fn whole(turn: &Turn) -> Result<Brief, String> {
    let brief = here(turn)?;
    match &brief.content {
        Content::Read(_) => Ok(brief),
        Content::Broken(fault) => Err(format!(
            "{}; mend the file first: {}",
            at_fault(fault),
            fault.hint
        )),
    }
}

/// Where a file is wrong and what is: `briefs/web/dev/0012.md:2:12: not a number`.
fn at_fault(fault: &Fault) -> String {
    format!(
        "{}:{}:{}: {}",
        fault.path, fault.line, fault.column, fault.what
    )
}

/// A brief's text to be read; what is wrong with its file comes first.
pub(super) fn to_read(turn: &Turn, brief: &BriefId, text: String) -> String {
    let brief = turn.desk.facts.briefs.get(brief);
    match brief.map(|brief| &brief.content) {
        Some(Content::Broken(fault)) => {
            format!("✗ {}\n  {}\n\n{text}", at_fault(fault), fault.hint)
        }
        Some(Content::Read(_)) | None => text,
    }
}

/// Goes on with a brief, or says why not.
fn with(turn: &mut Turn, brief: Result<Brief, String>, then: impl FnOnce(&mut Turn, Brief)) {
    match brief {
        Ok(brief) => then(turn, brief),
        Err(why) => turn.refuse(why),
    }
}

/// Writes a new brief: for the only track, or one that is chosen first.
pub(super) fn new(turn: &mut Turn) {
    let entries = choose::tracks(turn.desk);
    match entries.as_slice() {
        [] => turn.refuse("the room has no track, add one to opsroom.toml"),
        [
            Entry {
                pick: Pick::Track(track),
                ..
            },
        ] => {
            let track = track.clone();
            write_for(turn, track);
        }
        _ => {
            turn.desk.popup = Some(Popup::Choose(Chooser {
                title: "a new brief for".to_owned(),
                entries,
                at: 0,
                line: Line::default(),
                then: Then::NewBrief,
            }));
        }
    }
}

/// Writes a new brief for this track: a draft that did not become one is gone on with.
pub(super) fn write_for(turn: &mut Turn, track: Track) {
    let draft = turn.desk.draft.take();
    turn.acts.push(Act::NewBrief { track, draft });
}

/// A new brief did not become one.
pub(super) fn kept(turn: &mut Turn, path: String, why: &str) {
    let key = turn.keymap.hint(KeyTable::Room, Command::NewBrief);
    let goes_on = key.map_or(String::new(), |key| format!(", {key} goes on with it"));
    turn.refuse(format!("{why}; what you wrote is kept in {path}{goes_on}"));
    turn.desk.draft = Some(path);
}

/// The editor was closed.
pub(super) fn edited(turn: &mut Turn, edited: Edited) {
    turn.acts.push(Act::Redraw);
    match edited {
        Edited::Brief(_) | Edited::Looked => {}
        Edited::Failed(why) => turn.refuse(why),
        Edited::Kept { path, why } => kept(turn, path, &why),
        Edited::New { track, draft } => {
            let Some(Draft { text, path }) = draft else {
                return turn.note("nothing was written, so there is no new brief");
            };
            if turn.desk.link != Link::Live {
                return kept(turn, path, "the server is not there");
            }
            let stages = turn.desk.facts.settings.track(&track);
            let first = stages.and_then(|track| track.stages.first());
            let stage = first.map_or(Stage::from("inbox"), |stage| stage.name.clone());
            let ticket = turn.ticket(Awaited::Added(path));
            let wish = Wish::BriefAdd { track, stage, text };
            turn.ask(ticket, wish);
        }
    }
}

/// Goes to the agent that works on the brief; reads it where nobody does.
pub(super) fn open(turn: &mut Turn) {
    let brief = here(turn);
    with(turn, brief, |turn, brief| {
        let workers = turn.desk.facts.workers(&brief.id);
        let worker = workers.map(|agent| agent.id).last();
        match worker {
            Some(agent) => focus::agent(turn, agent),
            None => read(turn),
        }
    });
}

/// Reads the brief.
pub(super) fn read(turn: &mut Turn) {
    let brief = here(turn);
    with(turn, brief, |turn, brief| {
        let ticket = turn.ticket(Awaited::Read(brief.id.clone()));
        let brief = brief.id;
        turn.send(ToServer::ReadBrief { ticket, brief });
    });
}

/// Edits the brief's file, once the server said where it is.
pub(super) fn edit(turn: &mut Turn) {
    let brief = here(turn);
    with(turn, brief, |turn, brief| {
        let ticket = turn.ticket(Awaited::Edit(brief.id.clone()));
        let brief = brief.id;
        turn.send(ToServer::ReadBrief { ticket, brief });
    });
}

/// Splits the brief, once the server said where its file is.
pub(super) fn split(turn: &mut Turn) {
    let brief = whole(turn);
    with(turn, brief, |turn, brief| {
        let ticket = turn.ticket(Awaited::Split(brief.id.clone()));
        let brief = brief.id;
        turn.send(ToServer::ReadBrief { ticket, brief });
    });
}

/// For so long the priority that was wished counts, and not the one that is shown: keys are faster than files.
const WISHED_MS: u64 = 2_000;

/// Priority 1 comes first, so `Previous` raises.
pub(super) fn priority(turn: &mut Turn, step: Step) {
    let brief = whole(turn);
    with(turn, brief, |turn, brief| {
        let wished = turn.desk.priority.take();
        let wished =
            wished.filter(|(id, _, at)| *id == brief.id && turn.desk.now.since(*at) < WISHED_MS);
        let before = wished.map_or(brief.priority(), |(_, priority, _)| priority);
        let priority = match step {
            Step::Previous => before.saturating_sub(1),
            Step::Next => before.saturating_add(1),
        };
        if !(1..=9).contains(&priority) {
            return turn.note(format!("{} has priority {before} already", brief.id));
        }
        let brief = brief.id;
        turn.desk.priority = Some((brief.clone(), priority, turn.desk.now));
        let done = format!("{brief} has priority {priority} now");
        turn.wish(Wish::BriefPriority { brief, priority }, done);
    });
}

/// Accepts a brief that was proposed or held.
pub(super) fn accept(turn: &mut Turn) {
    let brief = whole(turn);
    with(turn, brief, |turn, brief| {
        if !matches!(brief.place.stage.as_str(), "inbox" | "hold") {
            let Brief { id, place, .. } = brief;
            return turn.refuse(format!("{id} is in {} already", place.stage));
        }
        let inbox = Place {
            track: brief.place.track.clone(),
            stage: "inbox".into(),
        };
        match turn.desk.facts.settings.stage_after(&inbox) {
            Some(stage) => send(turn, brief, stage),
            None => turn.refuse(format!("opsroom.toml has no track {}", inbox.track)),
        }
    });
}

/// Puts a brief on hold.
pub(super) fn hold(turn: &mut Turn) {
    let brief = whole(turn);
    with(turn, brief, |turn, brief| send(turn, brief, "hold".into()));
}

/// Moves a brief elsewhere, as a person wants it; asks before work on it ends with that.
pub(super) fn move_on(turn: &mut Turn, brief: BriefId, from: Place, to: Place) {
    match turn.desk.facts.lost_with_move(&brief) {
        Some(lost) if from != to => {
            turn.desk.popup = Some(Popup::Confirm(Confirm {
                sentence: format!("move {brief} to {to}? {lost}"),
                then: Confirmed::Move(brief, from, to),
            }));
        }
        Some(_) | None => relocate_to(turn, brief, from, to),
    }
}

fn send(turn: &mut Turn, brief: Brief, stage: Stage) {
    let to = Place {
        track: brief.place.track.clone(),
        stage,
    };
    move_on(turn, brief.id, brief.place, to);
}

/// Moves a brief that stood at `from`.
pub(super) fn relocate_to(turn: &mut Turn, brief: BriefId, from: Place, to: Place) {
    if from == to {
        return turn.refuse(format!("{brief} is in {} already", to.stage));
    }
    let done = format!("moved {brief} to {}/{}", to.track, to.stage);
    let why = String::new();
    let wish = Wish::BriefMove {
        brief,
        from,
        to,
        why,
    };
    turn.wish(wish, done);
}

/// Asks before it drops a brief.
pub(super) fn drop_brief(turn: &mut Turn) {
    let brief = whole(turn);
    with(turn, brief, |turn, brief| {
        let lost = turn.desk.facts.lost_with_move(&brief.id);
        let lost = lost.map_or_else(String::new, |lost| format!(" {lost}"));
        turn.desk.popup = Some(Popup::Confirm(Confirm {
            sentence: format!("drop {} from {}?{lost}", brief.id, brief.place.track),
            then: Confirmed::Drop(brief.id, brief.place),
        }));
    });
}

/// Offers the stages.
pub(super) fn relocate(turn: &mut Turn) {
    let brief = whole(turn);
    with(turn, brief, |turn, brief| {
        turn.desk.popup = Some(Popup::Choose(Chooser {
            title: format!("move {} to", brief.id),
            entries: choose::stages(turn.desk, &brief.place),
            at: 0,
            line: Line::default(),
            then: Then::Move(brief.id, brief.place),
        }));
    });
}

/// Starts the brief on a new agent of its stage's role.
pub(super) fn start(turn: &mut Turn) {
    let brief = whole(turn);
    with(turn, brief, |turn, brief| {
        let wish = Wish::BriefStart {
            brief: brief.id,
            on: StartOn::Stage,
        };
        turn.wish(wish, "");
    });
}

/// Offers roles and living agents.
pub(super) fn start_on(turn: &mut Turn) {
    let brief = whole(turn);
    with(turn, brief, |turn, brief| {
        let mut entries = choose::roles(turn.desk);
        entries.extend(choose::agents(turn.desk, |agent| agent.is_alive()));
        if entries.is_empty() {
            return turn.refuse("there is no role and no agent, add a role to opsroom.toml");
        }
        turn.desk.popup = Some(Popup::Choose(Chooser {
            title: format!("start {} on", brief.id),
            entries,
            at: 0,
            line: Line::default(),
            then: Then::Start(brief.id),
        }));
    });
}

/// Pauses the track of the brief under the cursor, or lets it go on.
pub(super) fn pause_track(turn: &mut Turn) {
    let brief = here(turn);
    with(turn, brief, |turn, brief| {
        let track = brief.place.track;
        if turn.desk.facts.pauses.tracks.contains_key(&track) {
            let done = format!("dispatch of {track} goes on");
            turn.wish(Wish::Resume(Some(track)), done);
        } else {
            let done = format!("dispatch of {track} is paused");
            turn.wish(Wish::Pause(Some(track)), done);
        }
    });
}

/// Pauses all tracks, or lets them go on.
pub(super) fn pause_all(turn: &mut Turn) {
    match turn.desk.facts.pauses.all {
        Some(_) => turn.wish(Wish::Resume(None), "dispatch goes on"),
        None => turn.wish(Wish::Pause(None), "dispatch is paused"),
    }
}
