//! What the server is told: what is on the screen, nothing twice, and from observers nothing else.

use opsroom::model::{AgentId, Fact, SeatRole};
use opsroom::terminal::Size;
use opsroom::view::command::{Command, Who};
use opsroom::view::desk::{Link, Mode};
use opsroom::view::update::{Act, Input};
use opsroom::wire::{ToClient, ToServer};

use crate::play::{Play, room, sent, shown, wishes};

#[test]
fn an_observer_reads_a_sentence_and_sends_no_wish() {
    for command in Command::ALL.iter().filter(|one| one.who() == Who::Operator) {
        if command.is_numbered() {
            continue;
        }
        let mut p = Play::observer();
        p.keys(":");
        p.text(command.name());
        let acts = p.keys("enter");
        assert!(wishes(&acts).is_empty(), "{}", command.name());
        assert!(
            p.desk.popup.is_none() && p.desk.mode == Mode::Room,
            "{}",
            command.name()
        );
        assert!(
            p.said().starts_with("you are an observer here"),
            "{}: {}",
            command.name(),
            p.said()
        );
    }
}

#[test]
fn an_observer_sends_no_key_no_size_and_no_focus() {
    let mut p = Play::observer();
    let mut acts = p.keys("2 i z g w enter 2 ctrl-g");
    acts.extend(p.input(Input::Paste("x".to_owned())));
    acts.extend(p.input(Input::Resized(Size {
        cols: 300,
        rows: 90,
    })));
    for message in sent(&acts) {
        let harmless = matches!(
            message,
            ToServer::LooksAt(_) | ToServer::Watch(_) | ToServer::Unwatch(_) | ToServer::Shown(_)
        );
        assert!(harmless, "{message:?}");
    }
}

#[test]
fn only_panes_with_a_tile_are_watched() {
    let mut p = Play::new();
    let acts = p.keys("z");
    let unwatched = sent(&acts)
        .iter()
        .filter(|one| matches!(one, ToServer::Unwatch(_)))
        .count();
    assert_eq!(unwatched, 3);
    let acts = p.keys("tab");
    assert!(sent(&acts).contains(&&ToServer::Unwatch(AgentId(1))));
    assert!(sent(&acts).contains(&&ToServer::Watch(AgentId(2))));
    assert_eq!(p.desk.told.watched.len(), 1);
}

#[test]
fn a_pane_is_acknowledged_once_it_was_drawn() {
    let mut p = Play::new();
    assert_eq!(p.drew().len(), 4);
    assert_eq!(p.drew().len(), 0);
    p.screen(2, 3);
    let again = p.drew();
    assert!(
        matches!(
            again[..],
            [ToServer::Ack {
                agent: AgentId(2),
                ..
            }]
        ),
        "{again:?}"
    );
}

#[test]
fn a_patch_out_of_step_asks_for_the_whole_pane() {
    use opsroom::terminal::{Limits, Screen};
    let mut p = Play::new();
    let mut screen = Screen::new(Size::new(100, 30), Limits::default());
    let old = screen.generation();
    screen.feed(b"x").unwrap();
    let mut patch = screen.patch_since(Some(old));
    patch.kind = opsroom::terminal::PatchKind::Since(9_999_999);
    let acts = p.server(ToClient::Frame {
        agent: AgentId(1),
        patch,
    });
    let both = [ToServer::Unwatch(AgentId(1)), ToServer::Watch(AgentId(1))];
    assert_eq!(sent(&acts), both.iter().collect::<Vec<_>>());
}

#[test]
fn the_focused_pane_grows_with_its_tile_and_comes_back() {
    let mut p = Play::new();
    let sizes = |acts: &[Act]| -> Vec<(u32, u16, u16)> {
        let sizes = sent(acts).into_iter().filter_map(|one| match one {
            ToServer::Resize { agent, size } => Some((agent.0, size.cols, size.rows)),
            _ => None,
        });
        sizes.collect()
    };
    assert_eq!(sizes(&p.keys("2 3 1")), [], "small tiles never ask");
    let acts = p.keys("b z");
    assert_eq!(sizes(&acts), [(1, 138, 30)], "{:?}", p.plan().tiles);
    assert_eq!(sizes(&p.keys("1")), []);
    assert_eq!(sizes(&p.keys("z")), [(1, 100, 30)]);
}

#[test]
fn the_link_is_lost_and_comes_back() {
    let mut p = Play::new();
    p.keys("a");
    p.input(Input::LinkLost("server gone".to_owned()));
    assert!(p.said().starts_with("the server went before it answered"));
    assert!(p.keys("n a").is_empty());
    assert!(p.said().contains("server gone"));
    let acts = p.input(Input::Linked);
    assert!(
        matches!(acts[..], [Act::Send(ToServer::Attach(_))]),
        "{acts:?}"
    );
    assert_eq!(p.desk.link, Link::Connecting);
    p.server(ToClient::Seated {
        seat: opsroom::model::SeatId(7),
        name: "alice".to_owned(),
        role: SeatRole::Operator,
        folder: String::new(),
    });
    let request = p.desk.request;
    let is_fourth = |fact: &Fact| matches!(fact, Fact::Agent(one) if one.id == AgentId(4));
    let facts = room().into_iter().filter(|fact| !is_fourth(fact));
    p.server(ToClient::Facts(facts.collect()));
    let acts = p.server(ToClient::Current);
    assert!(
        !p.desk.facts.agents.contains_key(&AgentId(4)),
        "it went meanwhile"
    );
    assert_eq!(p.desk.request, request, "the card is the same one");
    let watched = sent(&acts)
        .iter()
        .filter(|one| matches!(one, ToServer::Watch(_)))
        .count();
    assert_eq!((watched, shown(&acts)), (3, Some(vec![request.unwrap().0])));
}

#[test]
fn whoever_is_sent_away_leaves_with_the_reason_and_does_not_come_back() {
    let mut p = Play::new();
    let acts = p.input(Input::Server(ToClient::Dismissed(
        "the room is closed".to_owned(),
    )));
    assert!(
        acts.contains(&Act::Quit("the room is closed".to_owned())),
        "{acts:?}"
    );
}
