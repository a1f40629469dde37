//! Scripts of what is done to agents.

use opsroom::model::{AgentId, Fact, Launch, Manner, Redirect, Wish};
use opsroom::terminal::{Limits, Screen, Size};
use opsroom::view::ahead::LocalEcho;
use opsroom::view::command::Command;
use opsroom::view::desk::{Mode, Zoom};
use opsroom::view::update::Act;
use opsroom::wire::{ToClient, ToServer};

use crate::play::{Play, Script, permission, request, sent, wish, wishes};

pub const AGENTS: &[Script] = &[
    (Command::EnterPane, |p| {
        p.keys("3 enter");
        assert_eq!(p.desk.mode, Mode::Pane(AgentId(3)));
        let acts = p.keys("a");
        assert!(
            matches!(
                sent(&acts)[..],
                [ToServer::Keys {
                    agent: AgentId(3),
                    ..
                }]
            ),
            "{acts:?}"
        );
        p.keys("ctrl-g 4 i");
        assert_eq!(
            (p.desk.mode, p.said()),
            (Mode::Room, "agent 4 has ended, restart it first")
        );
    }),
    (Command::LeavePane, |p| {
        p.keys("3 i ctrl-g");
        assert_eq!(p.desk.mode, Mode::Room);
        let acts = p.keys("ctrl-g");
        assert_eq!(p.desk.mode, Mode::Pane(AgentId(3)));
        let keys: Vec<_> = sent(&acts)
            .into_iter()
            .filter(|message| matches!(message, ToServer::Keys { keys, .. } if keys.len() == 1))
            .collect();
        assert_eq!(keys.len(), 1, "{acts:?}");
        p.keys("ctrl-g z ctrl-g");
        assert_eq!(p.desk.mode, Mode::Room, "another key was between them");
    }),
    (Command::LocalEcho, |p| {
        let turn = |p: &mut Play| {
            p.keys(":");
            p.text("local-echo");
            p.keys("enter")
        };
        let acts = turn(p);
        let kept = Act::UseLocalEcho(LocalEcho::On(None));
        assert!(acts.contains(&kept), "{acts:?}");
        let mut screen = Screen::new(Size::new(100, 30), Limits::default());
        let mut prints = |p: &mut Play, text: &str, seen| {
            screen.feed(text.as_bytes()).unwrap();
            let patch = screen.patch_since(seen);
            let (agent, generation) = (AgentId(3), patch.generation);
            p.server(ToClient::Frame { agent, patch });
            Some(generation)
        };
        let seen = prints(p, "prompt: ", None);
        p.keys("3 enter");
        p.text("ab");
        assert!(!p.seen().contains("prompt: ab"), "{}", p.seen());
        prints(p, "a", seen);
        p.text("c");
        assert!(p.seen().contains("prompt: abc"), "{}", p.seen());
        p.wait(5_000);
        assert!(p.seen().contains("prompt: a "), "{}", p.seen());
        p.keys("ctrl-g");
        let acts = turn(p);
        let kept = Act::UseLocalEcho(LocalEcho::Off);
        assert!(acts.contains(&kept), "{acts:?}");
    }),
    (Command::Zoom, |p| {
        p.keys("z");
        assert_eq!((p.desk.zoom, p.plan().tiles.len()), (Zoom::On, 1));
        p.keys("z");
        assert_eq!((p.desk.zoom, p.plan().tiles.len()), (Zoom::Off, 4));
    }),
    (Command::Say, |p| {
        p.keys("3 m");
        p.text("look");
        p.keys("alt-enter");
        p.text("here");
        let Wish::Say {
            agent,
            text,
            manner,
        } = wish(&p.keys("enter"))
        else {
            panic!()
        };
        assert_eq!(
            (agent, text.as_str(), manner),
            (AgentId(3), "look\nhere", Manner::AtRest)
        );
    }),
    (Command::Interrupt, |p| {
        p.keys("3 M");
        p.text("stop");
        let Wish::Say { manner, .. } = wish(&p.keys("enter")) else {
            panic!()
        };
        assert_eq!(manner, Manner::Interrupt);
    }),
    (Command::RedirectAgent, |p| {
        p.keys("3 g r enter");
        p.text("other way");
        let redirect = Redirect::Direction {
            text: "other way".to_owned(),
        };
        assert_eq!(
            wish(&p.keys("enter")),
            Wish::Redirect {
                agent: AgentId(3),
                redirect
            }
        );
        assert!(wishes(&p.keys("1 g r")).is_empty());
        assert!(p.said().contains("redirect its card"));
    }),
    (Command::Spawn, |p| {
        p.keys("s down");
        let Wish::Spawn(launch) = wish(&p.keys("enter")) else {
            panic!()
        };
        assert_eq!(launch.role, Some("builder".into()));
        assert_eq!(launch.command, ["run", "builder"]);
        p.keys("s up down down down enter");
        p.text("make 'all of it'");
        let command = vec!["make".to_owned(), "all of it".to_owned()];
        let expected = Launch {
            command,
            ..Launch::default()
        };
        assert_eq!(wish(&p.keys("enter")), Wish::Spawn(expected));
    }),
    (Command::Stop, |p| {
        p.keys("3 X");
        assert!(wishes(&p.keys("enter n")).is_empty());
        p.keys("X");
        assert_eq!(wish(&p.keys("y")), Wish::Stop(AgentId(3)));
    }),
    (Command::Restart, |p| {
        assert_eq!(wish(&p.keys("4 R")), Wish::Restart(AgentId(4)));
        assert!(wishes(&p.keys("3 R")).is_empty());
    }),
    (Command::Clear, |p| {
        assert_eq!(wish(&p.keys("4 C")), Wish::Clear(AgentId(4)));
        assert!(wishes(&p.keys("3 C")).is_empty());
    }),
    (Command::ClearAll, |p| {
        assert_eq!(wish(&p.keys("g c")), Wish::Clear(AgentId(4)))
    }),
];

#[test]
fn what_the_room_itself_asks_has_no_agents_evidence() {
    let mut p = Play::new();
    let mut own = request(9, 1, "gg", permission("x"));
    own.agent = None;
    p.fact(Fact::Request(own));
    p.keys("g w");
    p.desk.request = Some(opsroom::model::RequestId(9));
    p.keys("x");
    assert!(p.desk.popup.is_none());
    assert_eq!(p.said(), "no agent asks this, the room does");
}
