//! The rule that a card leads to: how wide it is, what would be written, and which past requests it would have
//! allowed, those that a person rejected marked.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::room::table;
use crate::config::theme::{Face, Role};
use crate::model::{Policy, Request, Status, Untrusted, Verdict};
use crate::view::desk::{Always, Desk};
use crate::view::update;

use super::ink::{self, Runs};
use super::{decide, over, words};

/// Draws it.
pub fn draw(desk: &Desk, always: &Always, area: Rect, buf: &mut Buffer) {
    let mut foot = match decide::settling(desk, &always.card) {
        Some(mark) => over::note(desk, &format!("{mark} just came")),
        None => over::answers(desk, &[("enter", "adds it and approves")]),
    };
    let keys = [("←", "narrower"), ("→", "wider"), ("esc", "closes")];
    foot.append(over::answers(desk, &keys));
    let inner = over::frame(desk, area, "always like this?", foot, buf);
    let Some(rule) = always.rule() else {
        return;
    };
    let face = desk.theme.face(Role::Popup);
    let head = head(desk, always, rule, inner.width, face);
    let past = past(desk, always, face);
    let room = usize::from(inner.height).saturating_sub(head.len());
    let top = always.top.min(past.len().saturating_sub(room));
    let lines = head.iter().chain(past.iter().skip(top));
    for (row, line) in inner.rows().zip(lines) {
        ink::write(buf, row, line);
    }
}

/// The rule, as it would be written.
fn head(desk: &Desk, always: &Always, rule: &Policy, width: u16, face: Face) -> Vec<Runs> {
    let theme = &desk.theme;
    let (dim, text) = (theme.on(Role::Dim, face), theme.on(Role::PopupText, face));
    let width_of_rule = always.proposals.get(always.at);
    let name = width_of_rule.map_or("", |one| one.width.as_str());
    let count = format!("  ({} of {})", always.at + 1, always.proposals.len());
    let mut lines = vec![
        Runs::of(name, theme.on(Role::PopupTitle, face)).with(count, dim),
        Runs::default(),
    ];
    for line in Untrusted::new(table(rule)).shown_lines() {
        let broken = ink::wrap(&line, width.saturating_sub(2));
        lines.extend(
            broken
                .into_iter()
                .map(|line| Runs::of("  ", face).with(line, text)),
        );
    }
    lines
}

fn past(desk: &Desk, always: &Always, face: Face) -> Vec<Runs> {
    let theme = &desk.theme;
    let dim = theme.on(Role::Dim, face);
    let all = update::past(desk, always);
    let rejected = all.iter().filter(|request| is_rejected(request)).count();
    let said = match all.len() {
        0 => "none of the past requests known here would have been allowed by it".to_owned(),
        many => format!(
            "it would have allowed {} known here, {} of them rejected by a person",
            words::count(many, "past request"),
            match rejected {
                0 => "none".to_owned(),
                rejected => rejected.to_string(),
            }
        ),
    };
    let mut lines = vec![Runs::of(said, theme.on(Role::PopupTitle, face))];
    lines.extend(
        all.into_iter()
            .map(|request| line(desk, request, face, dim)),
    );
    lines
}

fn is_rejected(request: &Request) -> bool {
    match &request.status {
        Status::Decided(decision) => {
            decision.rule.is_none() && decision.verdict != Verdict::Approve
        }
        Status::Open | Status::Answering(_) | Status::Unsure(_) | Status::Withdrawn { .. } => false,
    }
}

fn line(desk: &Desk, request: &Request, face: Face, dim: Face) -> Runs {
    let theme = &desk.theme;
    let agent = request.agent.and_then(|id| desk.facts.agents.get(&id));
    let name = agent.map_or("the room".into(), words::agent);
    let (mark, how) = match &request.status {
        Status::Open | Status::Answering(_) | Status::Unsure(_) => (" ", "waits".to_owned()),
        Status::Decided(decision) => {
            let mark = if is_rejected(request) { "✗" } else { "✓" };
            let word = words::verdict(&decision.verdict);
            (mark, format!("{word} by {}", decision.who()))
        }
        Status::Withdrawn { .. } => (" ", "withdrawn".to_owned()),
    };
    let role = if is_rejected(request) {
        Role::StateWaiting
    } else {
        Role::PopupText
    };
    Runs::of(format!(" {mark} "), theme.on(role, face))
        .with(format!("{} ", request.id), dim)
        .with(words::summary(&request.ask), theme.on(role, face))
        .with(format!("  {name}, {how}"), dim)
}
