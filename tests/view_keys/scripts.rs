//! A script of keys for every command there is. A command without one fails here.

use std::collections::BTreeSet;

use opsroom::model::{
    Actor, AgentId, Force, Missed, News, Person, Place, Redirect, RequestId, Since, Time, Verdict,
    Wish,
};
use opsroom::view::command::{Command, Group};
use opsroom::view::desk::{Mode, Popup, SidebarWish, Zoom};
use opsroom::view::update::Act;
use opsroom::wire::{ToClient, ToServer};

use crate::agents;
use crate::list;
use crate::past;
use crate::people;
use crate::play::{Play, Script, card, wish, wishes};
use crate::popups;
use crate::queue;
use crate::review;

/// What bob did while alice was away.
fn missed() -> Since {
    let bob = Person {
        name: "bob".to_owned(),
        key: None,
    };
    let news = News::Decided {
        request: RequestId(7),
        agent: Some(AgentId(1)),
        verdict: Verdict::Approve,
    };
    let (at, by) = (Time(900_000_000), Actor::Person(bob));
    Since {
        left: Time(800_000_000),
        missed: vec![Missed { at, by, news }],
        before: 0,
    }
}

fn decide(verdict: Verdict) -> Wish {
    Wish::Decide {
        cards: vec![card(1, "aa")],
        verdict,
    }
}

const DECIDE: &[Script] = &[
    (Command::NextWaiting, |p| {
        p.keys("n");
        assert_eq!(
            (p.desk.request.unwrap().0, p.desk.pane),
            (2, Some(AgentId(2)))
        );
        p.keys("n n");
        assert_eq!(p.desk.request.unwrap().0, 1);
    }),
    (Command::PreviousWaiting, |p| {
        p.keys("N");
        assert_eq!(p.desk.request.unwrap().0, 3);
    }),
    (Command::Approve, |p| {
        assert_eq!(wish(&p.keys("a")), decide(Verdict::Approve));
        assert!(wishes(&p.keys("a")).is_empty(), "sent twice");
    }),
    (Command::ApproveIdentical, |p| {
        p.keys("A");
        assert!(matches!(&p.desk.popup, Some(Popup::Together { cards, .. }) if cards.len() == 2));
        p.wait(600);
        let cards = vec![card(1, "aa"), card(3, "aa")];
        for other in ["enter", "y", "A"] {
            assert!(wishes(&p.keys(other)).is_empty(), "{other} approved");
            let which = "a approves all of them, r rejects them, esc decides nothing";
            assert_eq!(p.said(), which, "{other}");
            assert!(matches!(p.desk.popup, Some(Popup::Together { .. })));
        }
        for _ in 0..9 {
            p.keys("ctrl-d");
        }
        p.wait(600);
        assert_eq!(
            wish(&p.keys("a")),
            Wish::Decide {
                cards,
                verdict: Verdict::Approve
            }
        );
        assert!(p.desk.popup.is_none());
    }),
    (Command::Always, |p| {
        p.keys("p");
        let rule = |p: &Play| match &p.desk.popup {
            Some(Popup::Always(always)) => always.rule().unwrap().clone(),
            _ => panic!("{:?}", p.desk.popup),
        };
        let narrow = rule(p);
        assert!(narrow.command.as_deref().unwrap().starts_with("detail 0"));
        for other in ["a", "y", "p", "space", "left", "x"] {
            assert!(wishes(&p.keys(other)).is_empty(), "{other} added a rule");
        }
        assert_eq!(rule(p), narrow);
        p.keys("right");
        assert_eq!(
            rule(p),
            narrow,
            "nothing wide is proposed for what runs anything"
        );
        let Wish::PolicyAdd { card: on, rule } = wish(&p.keys("enter")) else {
            panic!()
        };
        assert_eq!((on, *rule), (card(1, "aa"), narrow));
        assert!(p.desk.popup.is_none());
        p.keys("n");
        p.wait(600);
        p.keys("p");
        assert!(
            p.desk.popup.is_none(),
            "a question is not decided by a rule"
        );
    }),
    (Command::Reject, |p| {
        p.keys("r");
        p.text("not in the tree");
        let reason = "not in the tree".to_owned();
        assert_eq!(wish(&p.keys("enter")), decide(Verdict::Reject { reason }));
    }),
    (Command::Redirect, |p| {
        p.keys("e enter");
        p.text("use make clean");
        let text = "use make clean".to_owned();
        let direction = Redirect::Direction { text };
        assert_eq!(wish(&p.keys("enter")), decide(Verdict::Redirect(direction)));
        p.desk.awaited.clear();
        p.keys("e down enter");
        p.text("adv");
        let role = Redirect::Role {
            role: "adversary".into(),
            text: String::new(),
        };
        assert_eq!(
            wish(&p.keys("enter enter")),
            decide(Verdict::Redirect(role))
        );
        p.desk.awaited.clear();
        p.keys("e down down enter enter");
        p.text("go on");
        let other = Redirect::Agent {
            agent: AgentId(2),
            text: "go on".to_owned(),
        };
        assert_eq!(wish(&p.keys("enter")), decide(Verdict::Redirect(other)));
        p.desk.awaited.clear();
        p.keys("e down down down enter");
        p.text("qa");
        let place = Place {
            track: "web".into(),
            stage: "qa".into(),
        };
        let stage = Redirect::Stage {
            place,
            text: String::new(),
        };
        assert_eq!(
            wish(&p.keys("enter enter")),
            decide(Verdict::Redirect(stage))
        );
    }),
    (Command::Reply, |p| {
        p.keys("n");
        p.wait(600);
        p.keys("w");
        let text = "postgres".to_owned();
        let cards = vec![card(2, "bb")];
        let reply = Wish::Decide {
            cards,
            verdict: Verdict::Reply { text },
        };
        assert_eq!(wish(&p.keys("down enter")), reply);
        p.desk.awaited.clear();
        p.keys("w down down enter");
        p.text("neither");
        let Wish::Decide { verdict, .. } = wish(&p.keys("enter")) else {
            panic!()
        };
        assert_eq!(
            verdict,
            Verdict::Reply {
                text: "neither".to_owned()
            }
        );
    }),
    (Command::Answer, |p| {
        p.keys("n g w");
        p.wait(600);
        let Wish::Decide { verdict, .. } = wish(&p.keys("2")) else {
            panic!()
        };
        assert_eq!(
            verdict,
            Verdict::Reply {
                text: "postgres".to_owned()
            }
        );
        p.keys("3");
        assert_eq!(
            p.desk.pane,
            Some(AgentId(3)),
            "no third option, so the third agent"
        );
    }),
    (Command::OpenCard, |p| {
        p.keys("g w enter");
        assert_eq!(p.desk.mode, Mode::Pane(AgentId(1)));
        p.keys("ctrl-g n g w");
        p.wait(600);
        p.keys("enter");
        assert!(matches!(p.desk.popup, Some(Popup::Choose(_))));
    }),
    (Command::Detail, |p| {
        p.keys("space");
        let popup = p.desk.popup.clone().unwrap();
        assert!(matches!(&popup, Popup::Detail { card: it, .. } if *it == card(1, "aa")));
        let lines = opsroom::view::draw::popup_lines_at(&p.desk, &popup, 100);
        assert!(lines > 40, "all forty lines and what they are of: {lines}");
    }),
    (Command::Explain, |p| {
        p.keys("3 x");
        let Some(Popup::Read { text, .. }) = &p.desk.popup else {
            panic!()
        };
        assert!(
            text.raw().contains("idle        by its hook"),
            "{}",
            text.raw()
        );
    }),
    (Command::CardDown, |p| {
        p.keys("ctrl-d");
        assert!(p.desk.card_top > 0);
        p.keys(&"ctrl-d ".repeat(50));
        let end = p.desk.card_top;
        p.keys("ctrl-d");
        assert_eq!(p.desk.card_top, end);
    }),
    (Command::CardUp, |p| {
        p.keys("ctrl-d ctrl-d ctrl-u ctrl-u");
        assert_eq!(p.desk.card_top, 0);
    }),
];

const ROOM: &[Script] = &[
    (Command::Sidebar, |p| {
        p.keys("b");
        assert!(p.plan().sidebar.is_none());
        p.keys("b");
        assert!(p.plan().sidebar.is_some());
        assert_eq!(p.desk.sidebar, SidebarWish::AsLayout);
    }),
    (Command::NextLayout, |p| {
        assert!(p.keys("L").contains(&Act::UseLayout("focus".to_owned())));
        assert_eq!(p.desk.layout.name, "focus");
        p.keys("L L L L");
        assert_eq!(p.desk.layout.name, "wall");
    }),
    (Command::ChooseLayout, |p| {
        p.keys("g l");
        p.text("tri");
        assert_eq!(p.desk.layout.name, "triage", "seen while choosing");
        p.keys("esc");
        assert_eq!(p.desk.layout.name, "wall");
        p.keys("g l down");
        assert!(
            p.keys("enter")
                .contains(&Act::UseLayout("focus".to_owned()))
        );
    }),
    (Command::ChooseTheme, |p| {
        p.keys("T");
        assert_eq!(p.keys("down"), [Act::TryTheme("nord".to_owned())]);
        assert_eq!(p.keys("esc"), [Act::TryTheme("opsroom".to_owned())]);
        p.keys("T down");
        // what was in use comes back first, for where the chosen one cannot be read
        let back = Act::TryTheme("opsroom".to_owned());
        assert_eq!(p.keys("enter"), [back, Act::UseTheme("nord".to_owned())]);
    }),
    (Command::SinceLeft, |p| {
        p.keys("g s");
        assert!(p.said().contains("nothing is known"), "{}", p.said());
        p.server(ToClient::Since(missed()));
        assert!(
            matches!(&p.desk.popup, Some(Popup::Read { .. })),
            "who comes is told at once"
        );
        p.keys("esc");
        assert!(p.desk.popup.is_none());
        p.server(ToClient::Since(missed()));
        assert!(p.desk.popup.is_none(), "and told once");
        p.keys("g s");
        let Some(Popup::Read { text, .. }) = &p.desk.popup else {
            panic!()
        };
        assert!(text.raw().contains("#7 approved by bob"), "{}", text.raw());
    }),
    (Command::Notices, |p| {
        p.keys("4 i g n");
        let Some(Popup::Read { text, .. }) = &p.desk.popup else {
            panic!()
        };
        assert!(text.raw().contains("agent 4 has ended"));
    }),
    (Command::Help, |p| {
        p.keys("?");
        p.text("zoom");
        assert!(matches!(&p.desk.popup, Some(Popup::Help { filter, .. }) if filter.text == "zoom"));
        p.keys("esc");
        assert!(p.desk.popup.is_none());
    }),
    (Command::Palette, |p| {
        p.keys(":");
        p.text("zoom");
        p.keys("enter");
        assert_eq!(p.desk.zoom, Zoom::On);
    }),
    (Command::Redraw, |p| {
        assert_eq!(p.keys("ctrl-l"), [Act::Redraw])
    }),
    (Command::Suspend, |p| {
        assert_eq!(p.keys("ctrl-z"), [Act::Suspend])
    }),
    (Command::Quit, |p| {
        assert_eq!(
            p.keys("q"),
            [Act::Quit(
                "you left the room; its 3 agents go on".to_owned()
            )]
        );
    }),
    (Command::CloseRoom, |p| {
        p.keys("g X");
        assert_eq!(wish(&p.keys("y")), Wish::CloseRoom(Force::Yes));
    }),
];

#[test]
fn every_command_does_what_its_help_says() {
    let all = [
        DECIDE,
        list::MOVE,
        agents::AGENTS,
        people::PEOPLE,
        queue::QUEUE,
        past::SCROLL,
        review::SCRIPTS,
        ROOM,
        popups::WRITE,
    ]
    .concat();
    let mut with_script = BTreeSet::new();
    for (command, script) in all {
        assert!(
            with_script.insert(command),
            "{} has two scripts",
            command.name()
        );
        let mut play = Play::new();
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| script(&mut play)))
            .unwrap_or_else(|_| {
                panic!("the script of {}; it said: {}", command.name(), play.said())
            });
    }
    for command in Command::ALL {
        assert!(
            with_script.contains(command),
            "{} has no script",
            command.name()
        );
    }
}

#[test]
fn every_command_of_the_palette_runs_from_there() {
    for command in Command::ALL
        .iter()
        .filter(|one| one.group() != Group::Write && !one.is_numbered())
    {
        let mut play = Play::new();
        play.keys(":");
        play.text(command.name());
        let first = opsroom::view::update::palette(command.name())
            .first()
            .map(|entry| entry.action);
        assert_eq!(
            first,
            Some((*command).into()),
            "{} is not the first",
            command.name()
        );
        play.keys("enter");
        assert!(
            !matches!(play.desk.popup, Some(Popup::Palette { .. })) || *command == Command::Palette
        );
    }
}

#[test]
fn a_search_through_everything_is_typed_in_one_line_of_the_palette() {
    let mut play = Play::new();
    play.keys(":");
    play.text("search-all Needle in hay");
    let acts = play.keys("enter");
    let needles: Vec<&str> = acts
        .iter()
        .filter_map(|act| match act {
            Act::Send(ToServer::FindAll { needle, .. }) => Some(needle.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(needles, ["Needle in hay"]);
    assert!(play.desk.popup.is_none());
}
