//! A card over a pane, and what is over.

use super::*;
use crate::model::Exit;
use ratatui::style::Modifier;

/// The layout for one thing at a time, with a card over a terminal as large as the tile.
fn overlaid() -> Desk {
    let mut desk = sample::room(80, 24);
    desk.layout = builtin::layout("narrow").unwrap();
    let inner = plan(&desk).tiles[0].inner;
    let lines: Vec<String> = (1..=inner.height).map(|at| format!("line {at}")).collect();
    let pane = crate::view::desk::Pane {
        grid: sample::grid(inner.width, inner.height, &lines.join("\n")),
        ..Default::default()
    };
    desk.panes.insert(AgentId(1), pane);
    desk
}

#[test]
fn above_a_card_that_lies_over_a_pane_its_newest_rows_are_seen() {
    let desk = overlaid();
    let plan = plan(&desk);
    let (card, tile) = (plan.card.unwrap(), plan.tiles[0]);
    let buf = picture(&desk);
    let above = Rect {
        height: card.y - tile.inner.y,
        ..tile.inner
    };
    let seen = text_of(&buf, above);
    let newest = format!("line {}", tile.inner.height);
    assert_eq!(
        seen.lines().last(),
        Some(newest.as_str()),
        "{}",
        text(&desk)
    );
}

#[test]
fn beside_a_card_that_lies_over_a_pane_stands_its_frame_alone() {
    let desk = overlaid();
    let plan = plan(&desk);
    let (card, tile) = (plan.card.unwrap(), plan.tiles[0]);
    assert!(card.x <= tile.inner.x && card.right() >= tile.inner.right());
    let buf = picture(&desk);
    for y in card.y..tile.inner.bottom() {
        assert_eq!(buf[(tile.rect.x, y)].symbol(), "┃");
        assert_eq!(buf[(tile.rect.right() - 1, y)].symbol(), "┃");
    }
}

#[test]
fn what_is_grey_already_is_not_dimmed_again_in_a_tile_that_is_over() {
    let mut desk = sample::room(120, 36);
    desk.theme = builtin::theme("ansi").unwrap();
    let mut agent = desk.facts.agents[&AgentId(1)].clone();
    agent.evidence.state = State::Exited(Exit::Code(1));
    desk.facts.apply(Fact::Agent(agent));
    let pane = crate::view::desk::Pane {
        grid: sample::grid(100, 30, "\x1b[90mgrey\x1b[m plain"),
        ..Default::default()
    };
    desk.panes.insert(AgentId(1), pane);
    let inner = plan(&desk).tile(AgentId(1)).unwrap().inner;
    let buf = picture(&desk);
    let dim = |x: u16| buf[(inner.x + x, inner.y)].modifier.contains(Modifier::DIM);
    assert!(!dim(0) && dim(5), "{}", text_of(&buf, inner));
}

#[test]
fn an_observer_is_not_waited_on() {
    let mut desk = sample::room(120, 40);
    assert!(text(&desk).contains("2 waiting on you"));
    desk.me.role = Some(crate::model::SeatRole::Observer);
    let seen = text(&desk);
    assert!(
        seen.contains("2 waiting ") && !seen.contains("waiting on you"),
        "{seen}"
    );
}
