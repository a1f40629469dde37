//! What is known of the brief under the queue's cursor, in full: the queue has room for a few letters of it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::theme::Role;
use crate::model::{Brief, Content};
use crate::view::desk::Desk;

use super::frame::{self, Labels, Weight};
use super::ink::{self, Runs};
use super::{queue, words};

/// The most lines of it.
const LINES: usize = 6;

/// How many rows it needs at this width, its frame included; none where there is no brief.
pub fn height(desk: &Desk, width: u16) -> u16 {
    match lines(desk, width.saturating_sub(4)).len() {
        0 => 0,
        lines => u16::try_from(lines + 2).unwrap_or(u16::MAX),
    }
}

/// Draws it.
pub fn draw(desk: &Desk, area: Rect, buf: &mut Buffer) {
    let theme = &desk.theme;
    let face = theme.face(Role::Sidebar);
    let Some(id) = &desk.brief else { return };
    ink::fill(buf, area, face);
    let name = crate::model::Untrusted::new(id.as_str()).shown();
    let labels = Labels {
        title: Runs::of(format!(" {name} "), theme.on(Role::SidebarTitle, face)),
        ..Labels::default()
    };
    let border = theme.on(Role::SidebarBorder, face);
    frame::draw(buf, area, Weight::Thin, border, &labels);
    let inner = frame::inside(area);
    let inner = Rect {
        x: inner.x.saturating_add(1),
        width: inner.width.saturating_sub(2),
        ..inner
    };
    for (row, line) in inner.rows().zip(lines(desk, inner.width)) {
        ink::write(buf, row, &line);
    }
}

/// Its title, where it stands, what it waits for and lacks; of a file that cannot be read, what is wrong.
fn lines(desk: &Desk, width: u16) -> Vec<Runs> {
    let brief = desk.brief.as_ref().and_then(|id| desk.facts.briefs.get(id));
    let Some(brief) = brief else {
        return Vec::new();
    };
    let theme = &desk.theme;
    let face = theme.face(Role::Sidebar);
    let item = theme.on(Role::SidebarItem, face);
    let parts = match &brief.content {
        Content::Read(heading) => vec![
            (heading.title.shown(), item),
            (stands(desk, brief), theme.on(Role::SidebarStage, face)),
            (queue::reasons(desk, brief).join(" · "), item),
        ],
        Content::Broken(fault) => vec![
            (
                format!("✗ {}", queue::place_of(fault)),
                theme.on(Role::SidebarBroken, face),
            ),
            (fault.hint.clone(), item),
        ],
    };
    let parts = parts.into_iter().filter(|(text, _)| !text.is_empty());
    let rows = parts.flat_map(|(text, face)| {
        let rows = ink::wrap(&text, width).into_iter();
        rows.map(move |row| Runs::of(row, face))
    });
    rows.take(LINES).collect()
}

/// Where it stands, how urgent it is, and since when.
fn stands(desk: &Desk, brief: &Brief) -> String {
    let place = &brief.place;
    let age = words::age(desk.now, brief.changed);
    let mut text = format!(
        "{}/{} · priority {} · {age}",
        place.track,
        place.stage,
        brief.priority()
    );
    if let Some(agent) = queue::worker(desk, &brief.id) {
        let state = words::state(&agent.evidence.state);
        text.push_str(&format!(" · {}: {state}", words::agent(agent)));
    }
    text
}
