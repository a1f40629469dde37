//! The breakroom: what was said of late, the newest at the bottom, above the line to write in.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::theme::Role;
use crate::model::{Actor, Spoken, Untrusted};
use crate::view::desk::Desk;

use super::ink::{self, Runs};
use super::words;

/// Draws the lines that fit, `up` rows above the newest.
pub fn draw(desk: &Desk, area: Rect, buf: &mut Buffer) {
    let theme = &desk.theme;
    let face = theme.face(Role::Popup);
    let rows: Vec<Runs> = desk
        .facts
        .breakroom
        .iter()
        .flat_map(|line| rows(desk, line, area.width))
        .collect();
    if rows.is_empty() {
        let nothing = Runs::of("nothing was said yet", theme.on(Role::Dim, face));
        ink::write(buf, area, &nothing);
        return;
    }
    let height = usize::from(area.height);
    let up = desk.talk.up.min(rows.len().saturating_sub(height));
    let from = rows.len().saturating_sub(height + up);
    for (row, runs) in area.rows().zip(rows.iter().skip(from)) {
        ink::write(buf, row, runs);
    }
}

fn rows(desk: &Desk, line: &Spoken, width: u16) -> Vec<Runs> {
    let theme = &desk.theme;
    let face = theme.face(Role::Popup);
    let (who, role) = who(desk, &line.by);
    let head = Runs::of(
        words::clock(line.at, desk.utc_offset_s),
        theme.on(Role::Dim, face),
    )
    .with(format!("  {who}  "), theme.on(role, face));
    let indent = head.columns().min(width / 2);
    let text = line.text.shown().replace('\n', " ");
    let wrapped = ink::wrap(&text, width.saturating_sub(indent).max(1));
    let plain = theme.on(Role::PopupText, face);
    wrapped
        .into_iter()
        .enumerate()
        .map(|(at, part)| match at {
            0 => head.clone().with(part, plain),
            _ => Runs::of(" ".repeat(usize::from(indent)), face).with(part, plain),
        })
        .collect()
}

/// Who said it, by the server's word.
fn who(desk: &Desk, by: &Actor) -> (String, Role) {
    match by {
        Actor::Agent(id) => {
            let agent = desk.facts.agents.get(id);
            let name = agent.map_or_else(|| format!("agent {id}"), words::agent);
            (ink::crop(&Untrusted::new(name).shown(), 24), Role::PopupKey)
        }
        Actor::Person(person) => {
            let name = Untrusted::new(person.name.as_str()).shown();
            (ink::crop(&name, 24), Role::PopupTitle)
        }
        Actor::Room | Actor::Hand | Actor::Policy { .. } => ("the room".to_owned(), Role::Dim),
    }
}
