//! The list of everything that waits for a person, oldest first.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::theme::{Face, Role};
use crate::model::{Ask, Matter, Request};
use crate::view::desk::{Desk, Focus};
use crate::view::tiles::SidebarPlan;

use super::ink::{self, Runs};
use super::sidebar::{Cursor, ground, item};
use super::words;

/// The list's title: the accent is on it only while something waits.
pub fn title(desk: &Desk, waiting: usize, face: Face) -> Runs {
    let theme = &desk.theme;
    match waiting {
        0 => Runs::of(
            format!(" {} ", words::waiting(desk)),
            theme.on(Role::SidebarTitle, face),
        ),
        number => Runs::of(
            format!(" {} {number} {} ", words::WAITS, words::waiting(desk)),
            theme.on(Role::StateWaiting, face),
        ),
    }
}

/// Draws the rows in sight.
pub fn draw(desk: &Desk, all: &[&Request], plan: &SidebarPlan, buf: &mut Buffer) {
    let area = plan.waiting_lines;
    if all.is_empty() {
        let theme = &desk.theme;
        let dim = theme.on(Role::Dim, theme.face(Role::Sidebar));
        ink::write(buf, area, &Runs::of(" nothing", dim));
        return;
    }
    let columns = Columns::of(all);
    for (row, request) in area.rows().zip(all.iter().skip(plan.waiting_top)) {
        draw_row(desk, request, &columns, row, buf);
    }
}

/// Columns that all rows share.
struct Columns {
    agent: u16,
    kind: u16,
}

impl Columns {
    fn of(all: &[&Request]) -> Self {
        let widest = |width: fn(&Request) -> u16| all.iter().map(|one| width(one)).max();
        Self {
            agent: widest(|one| ink::columns(&agent(one))).unwrap_or(1),
            kind: widest(|one| ink::columns(&words::kind(one))).unwrap_or(0),
        }
    }
}

fn agent(request: &Request) -> String {
    request.agent.map_or("·".into(), |id| id.to_string())
}

fn draw_row(desk: &Desk, request: &Request, columns: &Columns, row: Rect, buf: &mut Buffer) {
    let theme = &desk.theme;
    let cursor = Cursor::on(desk.request.as_ref(), &request.id);
    let under = ground(desk, Focus::Waiting, cursor, row, buf);
    let item = item(theme, under);
    let soft = ink::part(theme, Role::SidebarStage, under);
    let age = words::age(desk.now, request.opened);
    let age = Runs::of(
        format!(" {age:>3}"),
        ink::part(theme, Role::SidebarAge, under),
    );
    let number = format!(" {:>1$} ", agent(request), usize::from(columns.agent));
    let left = Rect {
        width: row.width.saturating_sub(age.columns()),
        ..row
    };
    let runs = Runs::of(cursor.mark(), item)
        .with(words::WAITS, theme.on(Role::StateWaiting, under))
        .with(number, item);
    let room = left.width.saturating_sub(runs.columns());
    let (kind, summary) = asked(desk, request, columns.kind, room);
    let runs = runs.with(kind, soft).with(summary, item);
    ink::write(buf, left, &runs);
    ink::write_right(buf, row, &age);
}

/// What is asked: its kind with a blank, and the rest. A gate's target is said wherever it has room: the column
/// of the kinds, the stage it comes from and the kind itself give way to it.
fn asked(desk: &Desk, request: &Request, kinds: u16, room: u16) -> (String, String) {
    let kind = words::kind(request);
    let padded = format!("{} ", ink::pad(&kind, kinds));
    let summary = words::summary(&request.ask);
    let about = request.ask.about();
    if let (Some(Matter::Start(_)), Some(brief)) = (about, &request.brief) {
        let heading = desk.facts.briefs.get(brief).and_then(|it| it.heading());
        let title = heading.map_or_else(String::new, |heading| heading.title.shown());
        return (padded, format!("{} {title}", words::brief(brief)));
    }
    let (Ask::Gate { to, .. }, Some(brief)) = (&request.ask, &request.brief) else {
        return (padded, summary);
    };
    let brief = words::brief(brief);
    let whole = format!("{brief} {summary}");
    let short = format!("{brief} → {to}");
    let all = [
        (padded, whole.clone()),
        (format!("{kind} "), whole.clone()),
        (format!("{kind} "), short.clone()),
        (String::new(), whole),
    ];
    let fits = |(kind, text): &(String, String)| ink::columns(kind) + ink::columns(text) <= room;
    all.into_iter().find(fits).unwrap_or((String::new(), short))
}
