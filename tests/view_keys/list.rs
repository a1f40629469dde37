//! Scripts of the commands that move the focus.

use opsroom::model::{AgentId, Fact, State};
use opsroom::view::command::Command;
use opsroom::view::desk::{Focus, SidebarWish, Zoom};

use crate::play::{Play, Script, agent};

fn pane(p: &Play) -> u32 {
    p.desk.focused().unwrap().0
}

/// Many agents, so that not all fit.
fn crowd(p: &mut Play) {
    let facts = (5..=30).map(|id| Fact::Agent(agent(id, State::Working)));
    p.server(opsroom::wire::ToClient::Facts(facts.collect()));
}

pub const MOVE: &[Script] = &[
    (Command::Focus, |p| {
        p.keys("2");
        assert_eq!(
            (pane(p), p.desk.request.unwrap().0),
            (2, 2),
            "its card comes with it"
        );
        p.keys("9");
        assert_eq!((pane(p), p.said()), (2, "there is no agent 9"));
    }),
    (Command::Left, |p| {
        p.keys("2 h");
        assert_eq!((pane(p), p.desk.focus), (1, Focus::Tiles));
        p.keys("h");
        assert_eq!(p.desk.focus, Focus::Waiting);
    }),
    (Command::Right, |p| {
        p.keys("l");
        assert_eq!(pane(p), 2);
        p.keys("g w right");
        assert_eq!(p.desk.focus, Focus::Tiles);
    }),
    (Command::Down, |p| {
        p.keys("j");
        assert_eq!(pane(p), 3);
        p.keys("j");
        assert_eq!(pane(p), 3, "nothing is below");
    }),
    (Command::Up, |p| {
        p.keys("4 up");
        assert_eq!(pane(p), 2);
    }),
    (Command::NextTile, |p| {
        p.keys("tab");
        assert_eq!(pane(p), 2);
        p.keys("tab tab tab");
        assert_eq!(pane(p), 1);
    }),
    (Command::PreviousTile, |p| {
        p.keys("shift-tab");
        assert_eq!(pane(p), 4);
    }),
    (Command::FirstTile, |p| {
        p.keys("3 g g");
        assert_eq!(pane(p), 1);
    }),
    (Command::LastTile, |p| {
        p.keys("G");
        assert_eq!(pane(p), 4);
        p.keys("home g e");
        assert_eq!(pane(p), 4);
    }),
    (Command::NextPage, |p| {
        p.keys(">");
        assert_eq!(p.said(), "all tiles are in sight");
        crowd(p);
        let before = p.plan();
        assert!(before.hidden_after > 0 && before.hidden_before == 0);
        p.keys(">");
        let after = p.plan();
        assert_eq!(after.hidden_before, before.tiles.len());
        // the one of the four that ended is behind the others now
        let next = p.desk.order[before.tiles.len()];
        assert_eq!(after.tiles[0].agent, next);
        assert_eq!(next, AgentId(before.tiles.len() as u32 + 2));
        assert_eq!(p.desk.order.last(), Some(&AgentId(4)));
        assert!(after.tile(p.desk.focused().unwrap()).is_some());
    }),
    (Command::PreviousPage, |p| {
        crowd(p);
        let before = p.plan();
        p.keys("> pageup");
        assert_eq!(p.plan().tiles, before.tiles);
    }),
    (Command::ListDown, |p| {
        p.keys("g w j");
        assert_eq!(p.desk.request.unwrap().0, 2);
        p.keys("j j");
        assert_eq!(
            (p.desk.focus, p.desk.brief.as_ref().unwrap().as_str()),
            (Focus::Queue, "0003-dev")
        );
        p.keys("j");
        assert_eq!(p.desk.brief.as_ref().unwrap().as_str(), "0002-prep");
    }),
    (Command::ListUp, |p| {
        p.keys("g q k");
        assert_eq!(
            (p.desk.focus, p.desk.request.unwrap().0),
            (Focus::Waiting, 3)
        );
        p.keys("k");
        assert_eq!(p.desk.request.unwrap().0, 2);
    }),
    (Command::ListFirst, |p| {
        p.keys("g w j j g g");
        assert_eq!(p.desk.request.unwrap().0, 1);
    }),
    (Command::ListLast, |p| {
        p.keys("g w G");
        assert_eq!(p.desk.request.unwrap().0, 3);
        p.keys("g q G");
        assert_eq!(p.desk.brief.as_ref().unwrap().as_str(), "0006-offer");
    }),
    (Command::GoWaiting, |p| {
        p.keys("g w");
        assert_eq!(p.desk.focus, Focus::Waiting);
    }),
    (Command::GoQueue, |p| {
        p.keys("b g q");
        assert_eq!(
            (p.desk.focus, p.desk.sidebar),
            (Focus::Queue, SidebarWish::Shown)
        );
    }),
    (Command::GoTiles, |p| {
        p.keys("g q g t");
        assert_eq!(p.desk.focus, Focus::Tiles);
    }),
    (Command::GoAgent, |p| {
        p.keys("g a");
        p.text("name4");
        p.keys("enter");
        assert_eq!(pane(p), 4);
    }),
    (Command::Back, |p| {
        p.keys("z 9");
        assert!(!p.desk.toasts.is_empty());
        p.keys("esc");
        assert!(p.desk.toasts.is_empty());
        assert_eq!(p.desk.zoom, Zoom::On);
        p.keys("esc");
        assert_eq!(p.desk.zoom, Zoom::Off);
        p.keys("g q esc");
        assert_eq!(p.desk.focus, Focus::Tiles);
        p.keys("g q g");
        assert_eq!(p.desk.pending.len(), 1);
        p.keys("esc");
        assert_eq!(
            (p.desk.pending.len(), p.desk.focus),
            (0, Focus::Queue),
            "only the sequence is dropped"
        );
    }),
];
