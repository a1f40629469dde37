//! What there is to choose: the entries of choosers, and what follows a choice.

use crate::model::{Agent, Place, RESERVED, StartOn, Wish};
use crate::view::desk::{Chooser, Desk, Entry, Pick, Popup, Then};

use super::screen::{Kept, use_layout};
use super::turn::Turn;
use super::{
    Act, agents, answer, decide, find, focus, fuzzy, people, popup, queue, redirect, review, start,
};

/// All roles.
pub(super) fn roles(desk: &Desk) -> Vec<Entry> {
    let roles = desk.facts.settings.roles.iter();
    roles
        .map(|role| Entry {
            label: role.name.to_string(),
            remark: role.profile.clone(),
            pick: Pick::Role(role.name.clone()),
        })
        .collect()
}

/// Agents, in the order of their tiles.
pub(super) fn agents(desk: &Desk, wanted: impl Fn(&Agent) -> bool) -> Vec<Entry> {
    let agents = desk.order.iter().filter_map(|id| desk.facts.agents.get(id));
    agents
        .filter(|agent| wanted(agent))
        .map(|agent| {
            let brief = agent.brief.as_ref().map(ToString::to_string);
            Entry {
                label: agents::label(agent),
                remark: format!(
                    "{} {}",
                    agent.evidence.state.word(),
                    brief.unwrap_or_default()
                ),
                pick: Pick::Agent(agent.id),
            }
        })
        .collect()
}

/// The track's stages and the reserved ones, without the one it is in.
pub(super) fn stages(desk: &Desk, at: &Place) -> Vec<Entry> {
    let track = desk.facts.settings.track(&at.track);
    let own = track.into_iter().flat_map(|track| {
        track
            .stages
            .iter()
            .map(|stage| (stage.name.clone(), stage.role.to_string()))
    });
    let reserved = RESERVED
        .iter()
        .map(|stage| ((*stage).into(), String::new()));
    own.chain(reserved)
        .filter(|(stage, _)| stage != &at.stage)
        .map(|(stage, remark)| Entry {
            label: stage.to_string(),
            remark,
            pick: Pick::Stage(Place {
                track: at.track.clone(),
                stage,
            }),
        })
        .collect()
}

/// All tracks.
pub(super) fn tracks(desk: &Desk) -> Vec<Entry> {
    let tracks = desk.facts.settings.tracks.iter();
    tracks
        .map(|track| Entry {
            label: track.name.to_string(),
            remark: String::new(),
            pick: Pick::Track(track.name.clone()),
        })
        .collect()
}

/// The entry under the cursor.
pub(super) fn current(chooser: &Chooser) -> Option<&Entry> {
    let choices = fuzzy::choices(chooser);
    chooser.entries.get(*choices.get(chooser.at)?)
}

/// What is seen at once while it is chosen.
#[derive(Clone, Copy)]
enum Preview {
    Theme,
    Layout,
}

/// What a choice lets one see before it is made, and what was in use.
fn preview(then: &Then) -> Option<(Preview, &str)> {
    match then {
        Then::Theme { before } => Some((Preview::Theme, before)),
        Then::Layout { before } => Some((Preview::Layout, before)),
        Then::Reject(_)
        | Then::Reply(_)
        | Then::RedirectUse(_)
        | Then::Redirect(..)
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
        | Then::RejectRound(_)
        | Then::GoHit(_)
        | Then::Person
        | Then::Speak => None,
    }
}

fn try_on(turn: &mut Turn, preview: Preview, name: String) {
    match preview {
        Preview::Theme => turn.acts.push(Act::TryTheme(name)),
        Preview::Layout => use_layout(turn, &name, Kept::No),
    }
}

/// The cursor went to another entry: themes and layouts are seen at once.
pub(super) fn looked_at(turn: &mut Turn) {
    let Some(Popup::Choose(chooser)) = &turn.desk.popup else {
        return;
    };
    let Some(Pick::Name(name)) = current(chooser).map(|entry| entry.pick.clone()) else {
        return;
    };
    if let Some((preview, _)) = preview(&chooser.then) {
        try_on(turn, preview, name);
    }
}

/// The chooser was left without a choice.
pub(super) fn cancelled(turn: &mut Turn, then: Then) {
    if let Some((preview, before)) = preview(&then) {
        try_on(turn, preview, before.to_owned());
    }
}

/// Something was chosen.
pub(super) fn chosen(turn: &mut Turn, then: Then, pick: Pick) {
    match (then, pick) {
        (Then::Theme { before }, Pick::Name(name)) => {
            // what was only looked at goes first: a theme that cannot be read leaves what was in use
            turn.acts.push(Act::TryTheme(before));
            turn.acts.push(Act::UseTheme(name));
        }
        (Then::Layout { .. }, Pick::Name(name)) => use_layout(turn, &name, Kept::Yes),
        (Then::GoFile, Pick::File(file)) => review::to_file(turn, file),
        (Then::GoComment, Pick::Comment(comment)) => review::to_comment(turn, comment),
        (Then::Reply(card), Pick::Option(option)) => {
            let text = option.raw().to_owned();
            decide::decide(turn, vec![card], crate::model::Verdict::Reply { text });
        }
        (Then::Reply(card), Pick::Write) => answer::reply_in_words(turn, card),
        (Then::RedirectUse(target), Pick::Use(which)) => redirect::chosen(turn, target, which),
        (Then::Redirect(target, _), pick) => redirect::named(turn, target, &pick),
        (Then::Start(brief), Pick::Role(role)) => {
            let on = StartOn::Role(role);
            turn.wish(Wish::BriefStart { brief, on }, "");
        }
        (Then::Start(brief), Pick::Agent(agent)) => {
            let on = StartOn::Agent(agent);
            turn.wish(Wish::BriefStart { brief, on }, "");
        }
        (Then::Move(brief, from), Pick::Stage(to)) => queue::move_on(turn, brief, from, to),
        (Then::NewBrief, Pick::Track(track)) => queue::write_for(turn, track),
        (Then::Spawn, Pick::Role(role)) => {
            let launch = agents::launch_role(turn, &role);
            turn.wish(Wish::Spawn(launch), "");
        }
        (Then::Spawn, Pick::Write) => {
            popup::write(turn, "start an agent", "program and arguments", Then::Spawn);
        }
        (Then::Spawn, Pick::Program(profile)) => start::chosen(turn, profile),
        (Then::GoHit(needle), Pick::Hit(agent, place, line)) => {
            find::go_to(turn, agent, (place, line), needle);
        }
        (Then::Go, Pick::Agent(agent)) => focus::agent(turn, agent),
        (Then::Person, Pick::Seat(seat)) => people::person(turn, seat),
        (Then::Person, Pick::Deed(deed)) => people::deed(turn, deed),
        // no chooser offers such a pair
        (
            Then::Theme { .. }
            | Then::Layout { .. }
            | Then::Reject(_)
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
            | Then::RejectRound(_)
            | Then::GoHit(_)
            | Then::Person
            | Then::Speak,
            _,
        ) => {}
    }
}
