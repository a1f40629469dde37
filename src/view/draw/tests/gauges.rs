//! What is measured of a track, below its name and on the card of a gate.

use super::*;
use crate::model::{Figure, Found, Gauge, GaugeId, GaugeRun, GaugeShape, Heading, Reading, Trend};
use crate::view::desk::SidebarWish;
use crate::view::draw::spark;
use crate::view::tiles;

fn id(name: &str) -> GaugeId {
    GaugeId {
        track: "web".into(),
        name: name.to_owned(),
    }
}

fn number(thousandths: i64) -> Found {
    Found::Number(Figure { thousandths })
}

fn gauge(name: &str, said: impl IntoIterator<Item = Found>) -> Fact {
    let reading = |found| Reading {
        at: sample::NOW,
        found,
        brief: None,
    };
    Fact::Gauge(Gauge {
        id: id(name),
        readings: said.into_iter().map(reading).collect(),
    })
}

fn names(desk: &mut Desk, all: &[&str]) {
    let shape = |name: &&str| GaugeShape {
        name: (*name).to_owned(),
        ..GaugeShape::default()
    };
    desk.facts.settings.tracks[0].gauges = all.iter().map(shape).collect();
}

fn measured(cols: u16, rows: u16) -> Desk {
    let mut desk = sample::room(cols, rows);
    names(&mut desk, &["tests", "lint", "leads"]);
    let tests = [380, 380, 386, 390, 401, 398, 412].map(|it| number(it * 1_000));
    let lint = [Found::Passed, Found::Failed(1), Found::Passed];
    let none = Found::unread("its last line is no number: 12 leads".to_owned());
    for fact in [
        gauge("tests", tests),
        gauge("lint", lint),
        gauge("leads", [number(3_500), none]),
    ] {
        desk.facts.apply(fact);
    }
    desk
}

fn queue(desk: &Desk) -> Vec<String> {
    let area = plan(desk).sidebar.unwrap().queue_lines;
    let text = text_of(&picture(desk), area);
    text.lines().map(str::to_owned).collect()
}

#[test]
fn a_sparkline_fits_a_narrow_sidebar_and_a_screen_of_80_by_24() {
    let below = |desk: &Desk| {
        let lines = queue(desk).into_iter();
        let lines = lines.skip_while(|it| !it.contains(" web "));
        lines.skip(1).take(3).collect::<Vec<String>>()
    };
    for (cols, rows) in [(110, 30), (80, 24)] {
        let mut desk = measured(cols, rows);
        desk.sidebar = SidebarWish::Shown;
        assert_eq!(
            below(&desk),
            [
                "  tests ▁▁▂▃▆▅█        412 ▲",
                "  lint  ●○●         passed ▲",
                "  leads ✗ its last line is …",
            ]
        );
    }
}

#[test]
fn where_there_is_little_room_the_newest_bars_stay() {
    let mut desk = measured(160, 45);
    desk.facts.apply(gauge(
        "tests",
        (0..200).map(|it| number(if it == 199 { 9_000 } else { 1_000 })),
    ));
    let lines = queue(&desk);
    let line = lines.iter().find(|it| it.contains("tests")).unwrap();
    assert!(line.contains("▁▁▁█") && line.ends_with("9 ▲"), "{line}");
}

#[test]
fn so_many_stand_below_a_track_and_the_cursor_passes_them_by() {
    let mut desk = measured(160, 45);
    names(&mut desk, &["a", "b", "c", "d", "e"]);
    for name in ["a", "b", "c", "d", "e"] {
        desk.facts.apply(gauge(name, [number(1)]));
    }
    let gauges = tiles::queue_lines(&desk);
    let gauges = gauges
        .iter()
        .filter(|it| matches!(it, tiles::QueueLine::Gauge(_)));
    assert_eq!(gauges.count(), 4);
}

#[test]
fn marks_do_not_live_by_colour_alone() {
    let desk = measured(110, 30);
    let lines = queue(&desk);
    for mark in ["●", "○", "✗", "▲"] {
        assert!(lines.iter().any(|it| it.contains(mark)), "{mark}");
    }
    assert_eq!(spark::arrow(Some(Trend::Down)), " ▼");
    let (buf, area) = (picture(&desk), plan(&desk).sidebar.unwrap().queue_lines);
    let at = |mark: &str| {
        let mut cells = area.positions().map(|at| &buf[at]);
        cells.find(|cell| cell.symbol() == mark).unwrap().fg
    };
    assert!(at("●") != at("○") && at("●") != at("▂") && at("○") != at("✗"));
}

#[test]
fn a_gates_card_says_what_changed_since_the_gate_before() {
    let mut desk = sample::room(120, 36);
    let request = desk.facts.requests[&RequestId(14)].clone();
    let run = |name: &str, found, before| GaugeRun {
        name: name.to_owned(),
        found,
        before,
    };
    let report = crate::model::GateReport {
        gauges: vec![
            run("tests", number(412_000), Some(number(380_500))),
            run("lint", Found::Passed, Some(Found::Failed(1))),
            run("size", number(7_000), Some(number(7_000))),
            run("todo", number(3_000), None),
            run("leads", Found::unread("it printed nothing".into()), None),
        ],
        opens: Some(crate::model::Place {
            track: "sales".into(),
            stage: "inbox".into(),
        }),
        ..crate::model::GateReport::default()
    };
    let ask = Ask::Gate {
        from: crate::model::Place {
            track: "web".into(),
            stage: "dev".into(),
        },
        to: "qa".into(),
        handoff: Untrusted::new("it works"),
        report: Some(Box::new(report)),
    };
    desk.facts.apply(Fact::Request(Request { ask, ..request }));
    let card = card_text(&desk);
    for part in [
        "tests 412 ▲ +31.5",
        "lint passed (before: failed (exit code 1))",
        "size 7 as before",
        "todo 3",
        "✗ leads: no value: it printed nothing",
        "on approval: a brief is opened in sales/inbox",
    ] {
        assert!(card.contains(part), "{part} is not in\n{card}");
    }
}

#[test]
fn a_brief_says_which_one_opened_it_and_which_it_opened() {
    let mut desk = sample::room(160, 45);
    let id = |number: &str| {
        let mut known = desk.facts.briefs.keys();
        known.find(|id| id.as_str().starts_with(number)).cloned()
    };
    let (first, second) = (id("0012").unwrap(), id("0003").unwrap());
    let mut brief = desk.facts.briefs[&second].clone();
    brief.content = crate::model::Content::Read(Heading {
        from: Some(first.clone()),
        ..brief.heading().unwrap().clone()
    });
    desk.facts.apply(Fact::Brief(brief));
    desk.facts.apply(Fact::Course {
        brief: first.clone(),
        course: crate::model::Course {
            opened: vec![second.clone()],
            ..Default::default()
        },
    });
    let all = text(&desk);
    assert!(all.contains('↗') && all.contains('↙'), "{all}");
    desk.focus = Focus::Queue;
    for (at, words) in [(&first, "opened"), (&second, "from")] {
        desk.brief = Some(at.clone());
        let other = if words == "from" { &first } else { &second };
        let number = other.as_str().split('-').next().unwrap();
        let wanted = format!("{words} {number}");
        assert!(text(&desk).contains(&wanted), "{wanted}\n{}", text(&desk));
    }
}
