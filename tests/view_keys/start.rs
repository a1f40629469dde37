//! Starting an agent program: what is offered, what is said of it, what an empty room tells.

use opsroom::model::{Launch, SeatRole, Wish};
use opsroom::terminal::Size;
use opsroom::view::desk::Popup;
use opsroom::view::update::Act;
use opsroom::wire::{FirstText, Presence, Program, ToClient, ToServer, Versions};

use crate::play::{Play, sent, wish};

fn program(name: &str, presence: Presence, version: Option<&str>) -> Program {
    Program {
        profile: name.into(),
        about: format!("about {name}").as_str().into(),
        presence,
        first_text: match name {
            "shell" => FirstText::Ignored,
            _ => FirstText::Taken,
        },
        version: version.map(Into::into),
        missing: match presence {
            Presence::Missing => vec![format!("{name} is not on PATH").as_str().into()],
            Presence::Here | Presence::Always => Vec::new(),
        },
    }
}

fn programs(version: Option<&str>) -> Vec<Program> {
    vec![
        program("claude", Presence::Here, version),
        program("gemini", Presence::Missing, None),
        program("generic", Presence::Always, None),
        program("shell", Presence::Always, None),
    ]
}

/// What was asked about programs: tickets, and whether versions were wanted.
fn asked(acts: &[Act]) -> Vec<(u32, Versions)> {
    let asked = sent(acts).into_iter().filter_map(|message| match message {
        ToServer::Programs { ticket, versions } => Some((*ticket, *versions)),
        _ => None,
    });
    asked.collect()
}

fn answer(p: &mut Play, ticket: u32, programs: Vec<Program>) {
    p.server(ToClient::Programs { ticket, programs });
}

/// Opens the list; every question is answered.
fn offered() -> Play {
    let mut p = Play::new();
    let asked = asked(&p.keys("s"));
    let [(names, Versions::Left), (versions, Versions::Asked)] = asked[..] else {
        panic!("{asked:?}")
    };
    answer(&mut p, names, programs(None));
    answer(&mut p, versions, programs(Some("2.1.329")));
    p
}

fn labels(p: &Play) -> Vec<(String, String)> {
    let Some(Popup::Choose(chooser)) = &p.desk.popup else {
        panic!("{:?}", p.desk.popup)
    };
    let entries = chooser.entries.iter();
    entries
        .map(|it| (it.label.clone(), it.remark.clone()))
        .collect()
}

#[test]
fn the_programs_that_are_here_are_offered_with_their_versions_and_the_missing_ones_last() {
    let p = offered();
    let labels = labels(&p);
    let names: Vec<&str> = labels.iter().map(|(label, _)| label.as_str()).collect();
    let behind_roles = names.iter().position(|name| *name == "claude").unwrap();
    assert_eq!(
        names[behind_roles..],
        ["claude", "shell", "a command", "gemini"]
    );
    assert_eq!(labels[behind_roles].1, "2.1.329 · about claude");
    assert_eq!(labels.last().unwrap().1, "gemini is not on PATH");
}

#[test]
fn a_program_is_started_with_two_returns_or_with_a_text_a_name_and_a_folder() {
    let mut p = offered();
    p.text("claude");
    p.keys("enter");
    let plain = Launch {
        profile: "claude".into(),
        ..Launch::default()
    };
    assert_eq!(wish(&p.keys("enter")), Wish::Spawn(plain.clone()));
    p.keys("s");
    p.text("claude");
    p.keys("enter");
    p.text("find");
    p.keys("alt-enter");
    p.text("the leak");
    p.keys("tab");
    p.text("finder");
    p.keys("down");
    p.text("web");
    p.keys("up up up end");
    p.text("!");
    assert_eq!(
        wish(&p.keys("enter")),
        Wish::Spawn(Launch {
            name: "finder".into(),
            cwd: "web".into(),
            text: "find!\nthe leak".into(),
            ..plain
        })
    );
}

#[test]
fn a_program_that_takes_no_text_is_not_asked_for_one_and_a_missing_one_is_not_started() {
    let mut p = offered();
    p.text("shell");
    p.keys("enter");
    p.text("mine");
    let Wish::Spawn(launch) = wish(&p.keys("enter")) else {
        panic!()
    };
    assert_eq!((launch.name.as_str(), launch.text.as_str()), ("mine", ""));
    p.keys("s");
    p.text("gemini");
    let acts = p.keys("enter");
    assert!(
        !sent(&acts)
            .iter()
            .any(|it| matches!(it, ToServer::Wish { .. }))
    );
    assert!(p.said().contains("gemini is not on PATH"), "{}", p.said());
}

#[test]
fn a_list_that_comes_late_leaves_the_cursor_where_it_was() {
    let mut p = Play::new();
    let asked = asked(&p.keys("s end"));
    p.keys("pagedown");
    let chosen = |p: &Play| match &p.desk.popup {
        Some(Popup::Choose(chooser)) => chooser.entries[chooser.at].label.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(chosen(&p), "a command");
    answer(&mut p, asked[0].0, programs(None));
    assert_eq!(chosen(&p), "a command");
    // one that nobody waits for any more opens nothing
    p.keys("esc");
    answer(&mut p, asked[1].0, programs(None));
    assert!(p.desk.popup.is_none());
}

#[test]
fn an_empty_room_names_the_programs_that_were_found_and_the_key_that_starts_one() {
    let size = Size { cols: 80, rows: 24 };
    let mut p = Play::empty(size, SeatRole::Operator);
    let asked = asked(&p.server(ToClient::Current));
    let [(ticket, Versions::Left)] = asked[..] else {
        panic!("{asked:?}")
    };
    answer(&mut p, ticket, programs(None));
    let screen = p.seen();
    assert!(screen.contains("found here: claude"), "{screen}");
    assert!(screen.contains("s   start an agent"), "{screen}");
    let mut q = Play::empty(size, SeatRole::Observer);
    assert!(
        q.server(ToClient::Current)
            .iter()
            .all(|act| !matches!(act, Act::Send(ToServer::Programs { .. })))
    );
}
