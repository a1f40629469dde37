//! What is told of the agents' screens with a decision is what stood on the picture.

use opsroom::model::{AgentId, Crop, Sighting, Spot, Wish};
use opsroom::terminal::Row;
use opsroom::view::desk::{Mark, Pane};
use opsroom::view::draw::draw;
use opsroom::view::select::row_at;
use opsroom::view::update::Act;
use opsroom::wire::{ToClient, ToServer};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::play::Play;

/// Every cell that is told to have been in sight stands on the picture as the agent has it.
pub fn is_true(p: &Play) {
    if p.desk.in_sight.is_empty() {
        return;
    }
    let plan = p.plan();
    let size = p.desk.size;
    let mut picture = Buffer::empty(Rect::new(0, 0, size.cols, size.rows));
    draw(&p.desk, &plan, &p.keymap, &mut picture);
    for sighting in &p.desk.in_sight {
        let pane = &p.desk.panes[&sighting.agent];
        let inner = plan.tile(sighting.agent).unwrap().inner;
        assert_eq!(sighting.screen, pane.grid.generation());
        stands(
            pane,
            &sighting.crop,
            inner.intersection(picture.area),
            &picture,
        );
    }
}

fn stands(pane: &Pane, crop: &Crop, inner: Rect, picture: &Buffer) {
    assert!(crop.cols <= inner.width && crop.rows <= inner.height);
    for down in 0..crop.rows {
        let line = pane.grid.history_rows() as i64 + crop.top + i64::from(down);
        let row = u64::try_from(line).ok().and_then(|line| row_at(pane, line));
        let columns = row.map(columns).unwrap_or_default();
        for across in 0..crop.cols {
            let shown = |across: u16| {
                crop.shows(crop.top + i64::from(down), crop.left.saturating_add(across))
            };
            if !shown(across) {
                continue;
            }
            let written = columns.get(usize::from(crop.left) + usize::from(across));
            let wanted = written.map_or(" ", String::as_str);
            // a wide character is drawn where both its columns are
            let next = across + 1 < crop.cols && shown(across + 1);
            if !(wanted.is_ascii() || next) {
                continue;
            }
            let stands = picture[(inner.x + across, inner.y + down)].symbol();
            assert_eq!(stands, wanted, "row {down}, column {across} of {crop:?}");
        }
    }
}

/// What stands in each column: the second one of a wide character is empty, as on a picture.
fn columns(row: &Row) -> Vec<String> {
    let mut columns = Vec::new();
    for cell in row.cells() {
        columns.push(cell.text.to_owned());
        if cell.width == 2 {
            columns.push(" ".to_owned());
        }
    }
    columns
}

fn of(p: &mut Play, agent: u32) -> Sighting {
    p.drew();
    is_true(p);
    let found = p.desk.in_sight.iter().find(|it| it.agent == AgentId(agent));
    found
        .cloned()
        .unwrap_or_else(|| panic!("{:?}", p.desk.in_sight))
}

fn told(acts: &[Act]) -> Option<&[Sighting]> {
    acts.iter().find_map(|act| match act {
        Act::Send(ToServer::Wish {
            wish: Wish::Decide { .. },
            sightings,
            ..
        }) => Some(&sightings[..]),
        _ => None,
    })
}

#[test]
fn a_decision_tells_which_part_of_the_agents_screen_was_drawn_before_it() {
    let mut p = Play::new();
    let agent = p.desk.card().unwrap().agent.unwrap();
    let seen = of(&mut p, agent.0);
    let room = p.plan().tile(agent).unwrap().room();
    assert!(seen.crop.rows >= room.1.min(30) && seen.crop.cols == room.0.min(100));
    // what came since the last frame was not before them
    p.screen(agent.0, 77);
    let acts = p.keys("a");
    assert_eq!(
        told(&acts).unwrap().iter().find(|it| it.agent == agent),
        Some(&seen)
    );
}

#[test]
fn what_somebody_went_back_to_is_told_and_what_had_not_come_is_covered() {
    let mut p = Play::new();
    let agent = p.desk.card().unwrap().agent.unwrap();
    p.desk.pane = Some(agent);
    p.keys("[");
    let pane = p.desk.panes.get_mut(&agent).unwrap();
    let live = pane.grid.history_rows();
    let scroll = pane.scroll.as_mut().expect("it scrolls");
    // five lines back, of which two are still on their way
    scroll.top = live - 5;
    scroll.first = live - 3;
    scroll.rows = ["one", "two", "three"].map(Row::plain).to_vec();
    let seen = of(&mut p, agent.0);
    assert_eq!(seen.crop.top, -5);
    assert_eq!(seen.crop.rows, p.plan().tile(agent).unwrap().inner.height);
    let rows = (-6..0).map(|row| seen.crop.shows(row, 0));
    let rows: Vec<bool> = rows.collect();
    assert_eq!(rows, [false, false, false, true, true, true]);
}

#[test]
fn what_stands_over_an_agents_screen_is_told() {
    let mut p = Play::new();
    let agent = p.desk.card().unwrap().agent.unwrap();
    let free = of(&mut p, agent.0);
    let hidden = |seen: &Sighting| {
        let rows = (0..seen.crop.rows).map(|row| seen.crop.top + i64::from(row));
        let cells = rows.flat_map(|row| (0..seen.crop.cols).map(move |col| (row, col)));
        cells
            .filter(|(row, col)| !seen.crop.shows(*row, seen.crop.left + col))
            .count()
    };
    let line = p.desk.panes[&agent].grid.history_rows() + free.crop.top as u64 + 2;
    p.desk.marks.push(Mark {
        seat: opsroom::model::SeatId(2),
        name: "bob".to_owned(),
        spot: Spot::Line { agent, line },
        until: opsroom::model::Time(p.now.0 + 60_000),
    });
    let pointed = of(&mut p, agent.0);
    assert_eq!(hidden(&pointed), hidden(&free) + " ◀ bob ".chars().count());
    p.keys("?");
    p.drew();
    is_true(&p);
    let over = p
        .desk
        .in_sight
        .iter()
        .find(|it| it.agent == agent)
        .map(hidden);
    assert!(over.is_none_or(|over| over > hidden(&pointed)), "{over:?}");
}

#[test]
fn nothing_is_told_of_agents_that_ask_nothing_and_nothing_by_other_wishes() {
    let mut p = Play::new();
    let acts = p.server(ToClient::Pong(1));
    assert_eq!(told(&acts), None);
    p.drew();
    let asking: Vec<AgentId> = p.desk.facts.waiting().filter_map(|it| it.agent).collect();
    assert!(!p.desk.in_sight.is_empty());
    assert!(p.desk.in_sight.iter().all(|it| asking.contains(&it.agent)));
    for request in p.desk.facts.requests.keys().copied().collect::<Vec<_>>() {
        p.fact(opsroom::model::Fact::RequestGone(request));
    }
    p.drew();
    assert!(p.desk.in_sight.is_empty());
}
