//! A script of keys for every command there is. A command without one fails here.

use std::collections::BTreeSet;

use opsroom::model::{AgentId, Force, Launch, Manner, Place, Redirect, StartOn, Verdict, Wish};
use opsroom::view::command::{Command, Group};
use opsroom::view::desk::{Focus, Mode, Popup, SidebarWish, Zoom};
use opsroom::view::update::Act;
use opsroom::wire::ToServer;

use crate::list;
use crate::past;
use crate::play::{Play, Script, card, sent, wish, wishes};
use crate::popups;

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
        assert_eq!(
            wish(&p.keys("y")),
            Wish::Decide {
                cards,
                verdict: Verdict::Approve
            }
        );
        assert!(p.desk.popup.is_none());
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
        p.keys("d");
        let Some(Popup::Read { text, .. }) = &p.desk.popup else {
            panic!()
        };
        assert!(text.raw().contains("rm -rf build") && text.raw().contains("detail 39"));
    }),
    (Command::Explain, |p| {
        p.keys("3 x");
        let Some(Popup::Read { text, .. }) = &p.desk.popup else {
            panic!()
        };
        assert!(text.raw().contains("idle says a hook"), "{}", text.raw());
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

const AGENTS: &[Script] = &[
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

fn moved(brief: &str, from: &str, to: &str) -> Wish {
    let at = |stage: &str| Place {
        track: "web".into(),
        stage: stage.into(),
    };
    Wish::BriefMove {
        brief: brief.into(),
        from: at(from),
        to: at(to),
        why: String::new(),
    }
}

/// Goes to a brief in the queue.
fn at(p: &mut Play, brief: &str) {
    p.keys("g q");
    p.desk.brief = Some(brief.into());
}

const QUEUE: &[Script] = &[
    (Command::NewBrief, |p| {
        p.keys("o");
        p.text("sal");
        assert_eq!(
            p.keys("enter"),
            [Act::NewBrief {
                track: "sales".into()
            }]
        );
    }),
    (Command::OpenBrief, |p| {
        at(p, "0003-dev");
        p.keys("enter");
        assert_eq!(
            (p.desk.pane, p.desk.focus),
            (Some(AgentId(1)), Focus::Tiles)
        );
        at(p, "0002-prep");
        let acts = p.keys("enter");
        assert!(matches!(sent(&acts)[..], [ToServer::ReadBrief { .. }]));
    }),
    (Command::ReadBrief, |p| {
        at(p, "0003-dev");
        let acts = p.keys("space");
        assert!(matches!(sent(&acts)[..], [ToServer::ReadBrief { .. }]));
        popups::brief_text(p, "0003-dev");
        assert!(matches!(&p.desk.popup, Some(Popup::Read { text, .. }) if text.raw() == "do it"));
    }),
    (Command::EditBrief, |p| {
        at(p, "0003-dev");
        p.keys("E");
        let acts = popups::brief_text(p, "0003-dev");
        let path = "briefs/web/dev/x.md".to_owned();
        assert_eq!(
            acts,
            [Act::Edit {
                brief: "0003-dev".into(),
                path
            }]
        );
    }),
    (Command::Raise, |p| {
        at(p, "0003-dev");
        let brief = "0003-dev".into();
        assert_eq!(
            wish(&p.keys("+")),
            Wish::BriefPriority { brief, priority: 2 }
        );
    }),
    (Command::Lower, |p| {
        at(p, "0003-dev");
        let brief = "0003-dev".into();
        assert_eq!(
            wish(&p.keys("-")),
            Wish::BriefPriority { brief, priority: 4 }
        );
    }),
    (Command::Accept, |p| {
        at(p, "0001-in");
        assert_eq!(wish(&p.keys("c")), moved("0001-in", "inbox", "prep"));
        at(p, "0004-held");
        assert_eq!(wish(&p.keys("c")), moved("0004-held", "hold", "prep"));
        at(p, "0003-dev");
        assert!(wishes(&p.keys("c")).is_empty());
    }),
    (Command::Hold, |p| {
        at(p, "0003-dev");
        assert_eq!(wish(&p.keys("H")), moved("0003-dev", "dev", "hold"));
    }),
    (Command::Drop, |p| {
        at(p, "0003-dev");
        assert!(wishes(&p.keys("D esc")).is_empty());
        p.keys("D");
        assert_eq!(wish(&p.keys("y")), moved("0003-dev", "dev", "dropped"));
    }),
    (Command::MoveBrief, |p| {
        at(p, "0003-dev");
        p.keys("v");
        p.text("qa");
        assert_eq!(wish(&p.keys("enter")), moved("0003-dev", "dev", "qa"));
    }),
    (Command::Start, |p| {
        at(p, "0002-prep");
        let brief = "0002-prep".into();
        assert_eq!(
            wish(&p.keys("S")),
            Wish::BriefStart {
                brief,
                on: StartOn::Stage
            }
        );
    }),
    (Command::StartOn, |p| {
        at(p, "0002-prep");
        p.keys("ctrl-s");
        p.text("name3");
        let brief = "0002-prep".into();
        let on = StartOn::Agent(AgentId(3));
        assert_eq!(wish(&p.keys("enter")), Wish::BriefStart { brief, on });
    }),
];

const ROOM: &[Script] = &[
    (Command::Sidebar, |p| {
        p.keys("b");
        assert!(p.plan().sidebar.is_none());
        p.keys("b");
        assert!(p.plan().sidebar.is_some());
        assert_eq!(p.desk.sidebar, SidebarWish::Shown);
    }),
    (Command::NextLayout, |p| {
        assert!(p.keys("L").contains(&Act::UseLayout("focus".to_owned())));
        assert_eq!(p.desk.layout.name, "focus");
        p.keys("L L L");
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
        assert_eq!(p.keys("down"), [Act::UseTheme("nord".to_owned())]);
        assert_eq!(p.keys("esc"), [Act::UseTheme("opsroom".to_owned())]);
        p.keys("T down");
        assert_eq!(p.keys("enter"), [Act::UseTheme("nord".to_owned())]);
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
        AGENTS,
        QUEUE,
        past::SCROLL,
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
            .copied();
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
