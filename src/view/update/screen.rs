//! What a person does to their own screen: zoom, sidebar, layout, theme; and leaving it.

use std::fmt::Write;

use crate::config::keys::KeyTable;
use crate::model::{Level, Untrusted, words};
use crate::view::ahead::LocalEcho;
use crate::view::command::Command;
use crate::view::desk::{
    Chooser, Confirm, Confirmed, Desk, Entry, Focus, Heads, Line, Pick, Popup, Shelf, SidebarWish,
    Then, Zoom,
};

use super::Act;
use super::turn::Turn;

/// One pane fills the tiles' place, or the layout is back.
pub(super) fn zoom(turn: &mut Turn) {
    turn.desk.focus = Focus::Tiles;
    let before = turn.plan();
    turn.desk.zoom = match turn.desk.zoom {
        Zoom::On => Zoom::Off,
        Zoom::Off => Zoom::On,
    };
    if turn.desk.zoom == Zoom::On && !before.tiles.is_empty() && turn.plan().tiles == before.tiles {
        turn.desk.zoom = Zoom::Off;
        let hides = turn.keymap.hint(KeyTable::Room, Command::Sidebar);
        let more = match (before.sidebar, hides) {
            (Some(_), Some(key)) => format!("; {key} hides the sidebar"),
            (_, _) => String::new(),
        };
        turn.note(format!("the tile has all the room already{more}"));
    }
}

/// Letters are shown before their echo from here on, or not any more; kept for the next time.
pub(super) fn local_echo(turn: &mut Turn) {
    turn.desk.echo = turn.desk.echo.turned();
    turn.note(match turn.desk.echo {
        LocalEcho::On(_) => "what you type is shown at once, underlined, where the agent echoes",
        LocalEcho::Off => "what you type is shown once the agent echoes it",
    });
    let echo = turn.desk.echo.clone();
    turn.acts.push(Act::UseLocalEcho(echo));
}

/// Shows or hides the sidebar.
pub(super) fn sidebar(turn: &mut Turn) {
    let there = turn.plan().sidebar.is_some();
    if there {
        turn.desk.focus = Focus::Tiles;
    }
    // what the layout does anyway is no wish: a larger screen brings the sidebar back
    turn.desk.sidebar = SidebarWish::AsLayout;
    let by_layout = turn.plan().sidebar.is_some();
    turn.desk.sidebar = match (there, by_layout) {
        (true, true) => SidebarWish::Hidden,
        (false, false) => SidebarWish::Shown,
        (true, false) | (false, true) => SidebarWish::AsLayout,
    };
    let plan = turn.plan();
    if plan.sidebar.is_some() && plan.tiles_area.width == 0 {
        turn.desk.focus = Focus::Queue;
    }
}

/// What there is to choose from was read anew.
pub(super) fn shelf(turn: &mut Turn, shelf: Shelf) {
    let same = |name: &str| shelf.layouts.iter().find(|one| one.name == name).cloned();
    if let Some(layout) = same(&turn.desk.layout.name) {
        turn.desk.layout = layout;
    }
    turn.desk.shelf = shelf;
}

/// Uses the next layout.
pub(super) fn next_layout(turn: &mut Turn) {
    let layouts = &turn.desk.shelf.layouts;
    let at = layouts
        .iter()
        .position(|layout| layout.name == turn.desk.layout.name);
    let next = at.map_or(0, |at| at + 1) % layouts.len().max(1);
    match layouts.get(next).map(|layout| layout.name.clone()) {
        Some(name) => use_layout(turn, &name, Kept::Yes),
        None => turn.refuse("there is no other layout"),
    }
}

/// Whether a choice is made or only looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    Yes,
    No,
}

/// Uses a layout by its name.
pub(super) fn use_layout(turn: &mut Turn, name: &str, kept: Kept) {
    let layouts = &turn.desk.shelf.layouts;
    let Some(layout) = layouts.iter().find(|layout| layout.name == name).cloned() else {
        return;
    };
    turn.desk.layout = layout;
    if kept == Kept::Yes {
        // whoever takes a layout wants its sidebar, not the one wanted before
        turn.desk.sidebar = SidebarWish::AsLayout;
        if turn.plan().sidebar.is_none() {
            turn.desk.focus = Focus::Tiles;
        }
        turn.acts.push(Act::UseLayout(name.to_owned()));
        turn.note(format!("layout: {name}"));
    }
}

/// Offers the layouts; each is seen at once.
pub(super) fn choose_layout(turn: &mut Turn) {
    let before = turn.desk.layout.name.clone();
    let layouts = turn.desk.shelf.layouts.iter();
    let names = layouts.map(|layout| (layout.name.clone(), layout.about.clone()));
    let names = names.collect();
    offer(
        turn,
        "layout",
        names,
        &before.clone(),
        Then::Layout { before },
    );
}

/// Offers the themes; each is seen at once.
pub(super) fn choose_theme(turn: &mut Turn) {
    let before = turn.desk.theme.name.clone();
    let names = turn.desk.shelf.themes.clone();
    offer(
        turn,
        "theme",
        names,
        &before.clone(),
        Then::Theme { before },
    );
}

fn offer(turn: &mut Turn, title: &str, names: Vec<(String, String)>, now: &str, then: Then) {
    if names.is_empty() {
        return turn.refuse(format!("there is no other {title}"));
    }
    let at = names.iter().position(|(name, _)| name == now).unwrap_or(0);
    let entries = names
        .into_iter()
        .map(|(name, remark)| Entry {
            label: name.clone(),
            remark,
            pick: Pick::Name(name),
        })
        .collect();
    turn.desk.popup = Some(Popup::Choose(Chooser {
        title: title.to_owned(),
        entries,
        at,
        line: Line::default(),
        then,
    }));
}

/// Shows what was said of late, newest first.
pub(super) fn notices(turn: &mut Turn) {
    let mut text = String::new();
    for fault in &turn.desk.facts.faults {
        let _ = writeln!(text, "still  {fault}");
    }
    for notice in turn.desk.log.iter().rev() {
        let mark = match notice.level {
            Level::Note => "",
            Level::Warning => "warning: ",
            Level::Error => "error: ",
        };
        let age = words::age(turn.desk.now.since(notice.at));
        let _ = writeln!(text, "{age:>5}  {mark}{}", notice.text);
    }
    if text.is_empty() {
        text.push_str("nothing was said yet");
    }
    turn.desk.popup = Some(Popup::Read {
        title: "what was said of late".to_owned(),
        text: Untrusted::new(text),
        heads: Heads::Lines(Vec::new()),
        top: 0,
    });
}

/// Asks before it closes the room; says what would be lost.
pub(super) fn close_room(turn: &mut Turn) {
    let agents = turn.desk.facts.agents.values();
    let alive = agents.filter(|agent| agent.is_alive()).count();
    let lost = match alive {
        0 => "no agent is alive".to_owned(),
        1 => "one agent is alive and will be stopped".to_owned(),
        many => format!("{many} agents are alive and will be stopped"),
    };
    turn.desk.popup = Some(Popup::Confirm(Confirm {
        sentence: format!("close the room for everybody? {lost}"),
        then: Confirmed::CloseRoom,
    }));
}

/// The line that stays on the person's terminal.
pub(super) fn farewell(desk: &Desk) -> String {
    let agents = desk.facts.agents.values();
    match agents.filter(|agent| agent.is_alive()).count() {
        0 => "you left the room".to_owned(),
        1 => "you left the room; its agent goes on".to_owned(),
        many => format!("you left the room; its {many} agents go on"),
    }
}
