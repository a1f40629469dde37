//! What stands in a card's upper edge: who asks, what kind of thing, its number and how long it waits.

use crate::config::theme::{Face, Role};
use crate::model::{Ask, Doubt, Matter, Request, Spot};
use crate::view::desk::Desk;

use super::ink::{self, Runs};
use super::words;

/// Who asks and what kind of thing, and the number with its age, which always stay: the profile goes first where
/// there is little room, then where the request came from, then the longer words.
pub fn labels(desk: &Desk, request: &Request, width: u16, face: Face) -> (Runs, Runs) {
    let agent = request.agent.and_then(|id| desk.facts.agents.get(&id));
    let profile = agent.map_or("", |agent| agent.profile.as_str());
    let wanted = wants(request);
    let (full, number) = (corner(desk, request, face), number(desk, request, face));
    let title = |profile: &str, wanted: &str| title_with(desk, request, (profile, wanted), face);
    let all = [
        (title(profile, &wanted), &full),
        (title("", &wanted), &full),
        (title("", &wanted), &number),
    ];
    let mut all = all.into_iter();
    let fits =
        |(title, corner): &(Runs, &Runs)| title.columns().saturating_add(corner.columns()) < width;
    let (title, corner) = all.find(fits).unwrap_or_else(|| {
        let short = match &request.ask {
            Ask::Gate { .. } => words::summary(&request.ask),
            Ask::Permission { .. }
            | Ask::Question { .. }
            | Ask::Matter { .. }
            | Ask::Dialog { .. } => words::kind(request),
        };
        (title("", &short), &number)
    });
    (title, corner.clone())
}

fn title_with(desk: &Desk, request: &Request, (profile, wanted): (&str, &str), face: Face) -> Runs {
    let theme = &desk.theme;
    let bold = theme.on(Role::CardTitle, face);
    let soft = theme.on(Role::CardMeta, face);
    let mut runs = Runs::of(" ", face);
    runs.add(words::WAITS, theme.on(Role::StateWaiting, face));
    runs.add(" ", face);
    let agent = request.agent.and_then(|id| desk.facts.agents.get(&id));
    match (agent, request.agent) {
        (Some(agent), _) => runs.add(words::agent(agent), bold),
        (None, Some(id)) => runs.add(format!("agent {id}"), bold),
        (None, None) => runs.add("the room", bold),
    }
    if !profile.is_empty() {
        runs.add(format!("{}{profile}", words::THEN), soft);
    }
    runs.add(" ", face);
    runs.add(wanted, bold);
    runs.add(" ", face);
    runs
}

/// What kind of thing is asked, after the asker's name.
fn wants(request: &Request) -> String {
    let ask = &request.ask;
    match ask {
        Ask::Permission { tool, .. } => match words::kind(request).as_str() {
            "run" => "wants to run a command".into(),
            "write" => "wants to change a file".into(),
            "read" => "wants to read a file".into(),
            "fetch" => "wants to reach the network".into(),
            _ => format!("wants to use {}", ink::crop(&tool.shown(), 24)),
        },
        Ask::Matter {
            about: Matter::Left(_),
            ..
        } => match request.agent {
            Some(_) => "left its brief".into(),
            None => "cannot start a brief".into(),
        },
        Ask::Matter {
            about: Matter::CutOff(cut),
            ..
        } => match cut.doubt {
            Doubt::Replaced => "may not have heard it".into(),
            Doubt::Unseen(_) => "was not seen to take it".into(),
        },
        Ask::Question { .. } | Ask::Matter { .. } => "asks".into(),
        Ask::Gate { from, to, .. } => format!("is done with {}: on to {to}?", from.stage),
        Ask::Dialog { .. } => "shows a dialog".into(),
    }
}

fn corner(desk: &Desk, request: &Request, face: Face) -> Runs {
    let meta = desk.theme.on(Role::CardMeta, face);
    let origin = match &request.ask {
        Ask::Permission { tool, .. } if tool.raw() != words::kind(request) => {
            format!("{} · ", ink::crop(&tool.shown(), 24))
        }
        Ask::Dialog { .. } => "read from its screen · ".to_owned(),
        Ask::Permission { .. } | Ask::Question { .. } | Ask::Matter { .. } | Ask::Gate { .. } => {
            String::new()
        }
    };
    let mut runs = Runs::default();
    if let Some(mark) = desk.points_at(|spot| spot == Spot::Card(request.id)) {
        let name = words::points(&ink::crop(&mark.name, 12));
        runs.add(name, desk.theme.on(Role::HeaderDriving, face));
    }
    match origin.is_empty() {
        true => runs,
        false => runs.with(format!(" {}", origin.trim_end()), meta),
    }
    .with_all(number(desk, request, face))
}

/// Its number, and how long it waits.
fn number(desk: &Desk, request: &Request, face: Face) -> Runs {
    let age = words::age(desk.now, request.opened);
    let meta = desk.theme.on(Role::CardMeta, face);
    Runs::of(format!(" {} · {age} ", request.id), meta)
}
