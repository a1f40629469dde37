//! The line at the bottom: where keys go, which ones matter here, what was typed so far; the layout
//! and the theme.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::keys::{KeyTable, spell};
use crate::config::theme::{Face, Role};
use crate::model::Untrusted;
use crate::view::command::{Command, Who};
use crate::view::desk::{Desk, Focus, Link, Mode};

use super::ink::{self, Runs};
use super::words;
use crate::view::keymap::Keymap;
use crate::view::tiles::{Plan, layout_for};

/// Draws the line.
pub fn draw(desk: &Desk, plan: &Plan, keys: &Keymap, area: Rect, buf: &mut Buffer) {
    let theme = &desk.theme;
    let face = theme.face(Role::Status);
    let area = Rect {
        height: area.height.min(1),
        ..area
    };
    ink::fill(buf, area, face);
    let mut badge = badge(desk, face);
    if let Some(leader) = desk.leader() {
        let name = Untrusted::new(leader.person.name.as_str()).shown();
        let text = format!("↪ follows {}", ink::crop(&name, 16));
        badge.add(text, theme.on(Role::HeaderDriving, face));
        badge.add("   ", face);
    }
    let taken = ink::write(buf, area, &badge);
    let pages = pages(desk, keys, plan, face);
    let rest = after(area, taken);
    let middle = middle(desk, keys, rest.width, pages.columns(), face);
    let used = ink::write(buf, rest, &middle);
    let rest = after(rest, used);
    let mut right = pages.clone();
    right.append(names(desk, face));
    for right in [right, pages] {
        if right.columns() <= rest.width {
            ink::write_right(buf, rest, &right);
            return;
        }
    }
}

fn after(area: Rect, taken: u16) -> Rect {
    Rect {
        x: area.x.saturating_add(taken),
        width: area.width.saturating_sub(taken),
        ..area
    }
}

fn badge(desk: &Desk, face: Face) -> Runs {
    let (word, role) = match desk.mode {
        Mode::Room => ("ROOM", Role::StatusModeRoom),
        Mode::Pane(_) => ("PANE", Role::StatusModePane),
        Mode::Scroll(_) => ("SCROLL", Role::StatusModeRoom),
        Mode::Review => ("DIFF", Role::StatusModeRoom),
    };
    Runs::of(format!(" {word} "), desk.theme.on(role, face)).with(" ", face)
}

/// How many tiles are on other pages.
fn pages(desk: &Desk, keys: &Keymap, plan: &Plan, face: Face) -> Runs {
    let theme = &desk.theme;
    let mut runs = Runs::default();
    for (hidden, command, where_) in [
        (plan.hidden_before, Command::PreviousPage, "before"),
        (plan.hidden_after, Command::NextPage, "more"),
    ] {
        if hidden > 0 {
            let key = keys.hint(KeyTable::Room, command).unwrap_or_default();
            runs.add(key, theme.on(Role::StatusKey, face));
            runs.add(format!(" {hidden} {where_}   "), face);
        }
    }
    runs
}

/// The layout and the theme, where there is room left for them.
fn names(desk: &Desk, face: Face) -> Runs {
    let theme = &desk.theme;
    let names = format!("{} · {} ", layout_for(desk).name, theme.name);
    Runs::of(names, theme.on(Role::Dim, face))
}

fn middle(desk: &Desk, keys: &Keymap, width: u16, right: u16, face: Face) -> Runs {
    let theme = &desk.theme;
    if let Link::Lost { since, why } = &desk.link {
        let age = words::age(desk.now, *since);
        let text = format!("✗ no server for {age}: {why}; trying again, the agents go on");
        return Runs::of(text, theme.on(Role::ToastError, face));
    }
    if !desk.pending.is_empty() {
        let key = theme.on(Role::StatusKey, face);
        return Runs::of(spell(&desk.pending), key).with(" …", theme.on(Role::Dim, face));
    }
    if desk.popup.is_some() {
        let dim = theme.on(Role::Dim, face);
        return Runs::of("keys go to what is open", dim).with("   ", face);
    }
    hints(desk, keys, width, right, face)
}

/// As many of the keys that matter here as fit; the right end only gives way to the first three.
fn hints(desk: &Desk, keys: &Keymap, width: u16, right: u16, face: Face) -> Runs {
    let theme = &desk.theme;
    let key = theme.on(Role::StatusKey, face);
    let dim = theme.on(Role::Dim, face);
    let mut runs = Runs::default();
    for (at, (commands, word)) in wanted(desk).iter().enumerate() {
        let names: Vec<String> = commands
            .iter()
            .filter(|command| command.who() == Who::Anyone || desk.may_act())
            .filter_map(|command| keys.hint(table(desk), *command))
            .collect();
        if names.is_empty() {
            continue;
        }
        let apart = if names.iter().all(|name| name.len() == 1) {
            ""
        } else {
            ", "
        };
        let one = Runs::of(names.join(apart), key)
            .with(format!(" {word}"), dim)
            .with("   ", face);
        let room = if at < 3 {
            width
        } else {
            width.saturating_sub(right)
        };
        if runs.columns().saturating_add(one.columns()) > room {
            break;
        }
        runs.append(one);
    }
    runs
}

/// The table that keys are looked up in.
pub fn table(desk: &Desk) -> KeyTable {
    match (&desk.mode, desk.focus) {
        (Mode::Pane(_), _) => KeyTable::Pane,
        (Mode::Scroll(_), _) => KeyTable::Scroll,
        (Mode::Review, _) => KeyTable::Review,
        (Mode::Room, Focus::Tiles) => KeyTable::Room,
        (Mode::Room, Focus::Waiting) => KeyTable::Card,
        (Mode::Room, Focus::Queue) => KeyTable::Queue,
    }
}

type Hint = (&'static [Command], &'static str);

/// What matters where the focus is, first what matters most.
fn wanted(desk: &Desk) -> &'static [Hint] {
    use Command as C;
    match (&desk.mode, desk.focus) {
        (Mode::Pane(_), _) => &[
            (&[C::LeavePane], "back to the room"),
            (&[C::ScrollMode], "scroll"),
        ],
        (Mode::Scroll(_), _) => &[
            (&[C::LeaveScroll], "back"),
            (&[C::Search], "search"),
            (&[C::NextHit, C::PreviousHit], "next, previous"),
            (&[C::Select], "select"),
            (&[C::Copy], "copy"),
            (&[C::Top, C::Bottom], "oldest, newest"),
        ],
        (Mode::Review, _) => &[
            (&[C::LeaveReview], "back"),
            (&[C::PreviousHunk, C::NextHunk], "changes"),
            (&[C::NextFile], "next file"),
            (&[C::Help], "help"),
            (&[C::Comment], "comment"),
            (&[C::SendRound], "send"),
            (&[C::SideBySide], "two columns"),
            (&[C::MoreContext], "more around"),
            (&[C::Search], "search"),
            (&[C::Scope], "uncommitted"),
        ],
        (Mode::Room, Focus::Tiles) if desk.facts.agents.is_empty() => &[
            (&[C::Spawn], "start agent"),
            (&[C::NewBrief], "new brief"),
            (&[C::Help], "help"),
            (&[C::GoQueue], "queue"),
            (&[C::Palette], "command"),
            (&[C::Quit], "leave"),
        ],
        (Mode::Room, Focus::Tiles) => &[
            (&[C::EnterPane], "type"),
            (&[C::NextWaiting], "next waiting"),
            (&[C::Help], "help"),
            (&[C::Zoom], "zoom"),
            (&[C::Spawn], "start agent"),
            (&[C::NewBrief], "new brief"),
            (&[C::Say], "say"),
            (&[C::Search], "search"),
            (&[C::Palette], "command"),
            (&[C::Quit], "leave"),
        ],
        (Mode::Room, Focus::Waiting) => &[
            (&[C::ListDown, C::ListUp], "choose"),
            (&[C::OpenCard], "answer"),
            (&[C::Help], "help"),
            (&[C::Detail], "in full"),
            (&[C::Explain], "evidence"),
            (&[C::Back], "tiles"),
        ],
        (Mode::Room, Focus::Queue) => &[
            (&[C::OpenBrief], "open"),
            (&[C::Start], "start"),
            (&[C::Help], "help"),
            (&[C::MoveBrief], "move"),
            (&[C::Accept], "accept"),
            (&[C::Hold], "hold"),
            (&[C::Raise, C::Lower], "priority"),
            (&[C::NewBrief], "new brief"),
            (&[C::Back], "tiles"),
        ],
    }
}
