//! A tile's title: who, what for, and what it does. Says less where there is less room.

use crate::config::theme::{Face, Role};
use crate::model::{Agent, Usage};
use crate::view::desk::Desk;

use super::ink::Runs;
use super::pane::Stand;
use super::words;

/// How much a title says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Say {
    /// Number, name, profile, brief; state with its age; what was used.
    All,
    /// Without what was used.
    NoUsage,
    /// Without the profile.
    NoProfile,
    /// Without the brief too.
    Name,
    /// Of the state, only the mark and the age.
    Mark,
    /// The number and the mark.
    Number,
}

/// The title that fits in so many columns.
pub fn tile(desk: &Desk, agent: &Agent, stand: Stand, width: u16) -> Runs {
    let by_room = [Say::All, Say::NoUsage, Say::NoProfile, Say::Name, Say::Mark];
    by_room
        .into_iter()
        .map(|say| title(desk, agent, stand, say))
        .find(|runs| runs.columns() <= width)
        .unwrap_or_else(|| title(desk, agent, stand, Say::Number))
}

fn title(desk: &Desk, agent: &Agent, stand: Stand, say: Say) -> Runs {
    let theme = &desk.theme;
    let pane = theme.face(Role::Pane);
    let name = theme.on(
        match stand {
            Stand::Focused | Stand::FocusedWaits | Stand::Typing => Role::PaneTitleFocused,
            Stand::Plain | Stand::Waits | Stand::Over => Role::PaneTitle,
        },
        pane,
    );
    let dim = theme.on(Role::Dim, pane);
    let mut runs = match say {
        Say::Number => Runs::of(format!(" {} ", agent.id), name),
        Say::All | Say::NoUsage | Say::NoProfile | Say::Name | Say::Mark => {
            Runs::of(format!(" {} ", words::agent(agent)), name)
        }
    };
    if let Say::All | Say::NoUsage = say
        && !agent.profile.is_empty()
    {
        runs.add("▸ ", dim);
        runs.add(format!("{} ", agent.profile), dim);
    }
    if let (Say::All | Say::NoUsage | Say::NoProfile, Some(brief)) = (say, &agent.brief) {
        runs.add("▸ ", dim);
        runs.add(
            format!("{} ", words::brief(brief)),
            theme.on(Role::PaneTitle, pane),
        );
    }
    runs.append(state(desk, agent, say, pane));
    let used = agent.usage.as_ref().and_then(Usage::word);
    if let (Say::All, Some(used)) = (say, used) {
        runs.add(format!("{used} "), dim);
    }
    runs
}

fn state(desk: &Desk, agent: &Agent, say: Say, pane: Face) -> Runs {
    let theme = &desk.theme;
    let evidence = &agent.evidence;
    let face = theme.on(words::role(&evidence.state), pane);
    let mark = words::mark(&evidence.state);
    let age = words::lasts(desk.now, evidence.at, &evidence.state);
    let mut runs = Runs::of(" ", pane);
    runs.add(
        match say {
            Say::All | Say::NoUsage | Say::NoProfile | Say::Name => {
                format!("{mark} {} {age}", words::state(&evidence.state))
            }
            Say::Mark => format!("{mark} {age}"),
            Say::Number => mark.to_owned(),
        },
        face,
    );
    let oldest = desk.facts.waiting().find(|one| one.agent == Some(agent.id));
    let contradicts = evidence.state != crate::model::State::Waiting && agent.is_alive();
    if let (true, Some(request)) = (contradicts, oldest) {
        let waits = theme.on(Role::StateWaiting, pane);
        runs.add(" ", pane);
        runs.add(
            format!(
                "{} asks {}",
                words::WAITS,
                words::age(desk.now, request.opened)
            ),
            waits,
        );
    }
    runs.add(" ", pane);
    runs
}
