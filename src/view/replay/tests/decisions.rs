//! Decisions, their cards, and the pictures that they were made before.

use super::*;

/// A gate that was rejected, with checks, files, and a handoff of so many lines, on a screen of 100x30.
fn gate(handoff: usize) -> Player {
    use crate::model::{Ask, CheckResult, CheckRun, FileStat, GateReport, Place};
    let text = format!(
        "{{\"version\": 2, \"width\": 100, \"height\": 30, \"timestamp\": {BEGAN}}}\n[0.000, \"o\", \"work\"]\n"
    );
    let end = text.len() as u64;
    let film = Film::new(vec![Segment::read(1, text.into_bytes()).unwrap()]);
    let check = |name: &str, result| CheckRun {
        name: name.into(),
        result,
        millis: 10,
        tail: Untrusted::new("assertion failed"),
        log: "log".into(),
    };
    let report = GateReport {
        checks: vec![
            check("test", CheckResult::Passed),
            check("lint", CheckResult::Failed(1)),
        ],
        files: vec![FileStat {
            path: "src/login.rs".into(),
            added: Some(12),
            removed: Some(3),
        }],
        commits: vec![("0a1b2c".into(), "limit logins".into())],
        ..GateReport::default()
    };
    let lines: Vec<String> = (1..=handoff).map(|at| format!("line {at} of it")).collect();
    let mut gate = decided(1, 1, end);
    gate.asked = Some(Asked {
        agent: Some(AgentId(3)),
        brief: Some("0001-login".into()),
        ask: Ask::Gate {
            from: Place {
                track: "web".into(),
                stage: "dev".into(),
            },
            to: "qa".into(),
            report: Some(Box::new(report)),
            handoff: Untrusted::new(lines.join("\n")),
        },
    });
    let mut player = player(film, vec![gate]);
    player.go_to_decision(0).unwrap();
    player
}

#[test]
fn the_card_can_be_put_away_so_that_all_of_the_picture_is_seen() {
    let mut player = gate(40);
    let press = |player: &mut Player, key| {
        player.update(
            Input::Key(Key::new(KeyCode::Char(key), Mods::NONE)),
            Time(0),
        );
    };
    let with = drawn(&player, 100, 30);
    press(&mut player, 'c');
    let without = drawn(&player, 100, 30);
    assert!(
        with.contains("rejected by alice") && !without.contains("rejected by alice"),
        "{without}"
    );
    press(&mut player, 'c');
    assert_eq!(drawn(&player, 100, 30), with);
    press(&mut player, '0');
    press(&mut player, 'c');
    assert!(drawn(&player, 100, 30).contains("no card stands here"));
}

#[test]
fn the_decision_stands_first_on_its_card_however_much_was_asked_and_the_rest_is_counted() {
    let player = gate(40);
    let picture = drawn(&player, 100, 30);
    for words in [
        "rejected by alice · 2023-11-14 22:13:50 · the card had stood there for 1.2 s",
        "not that folder",
        "alice's window had drawn this picture, as far as its tile showed it",
        "gate web/dev → qa for 0001-login",
        "checks: test passed, lint failed (exit code 1)",
        "1 file +12 −3, 1 commit",
    ] {
        assert!(picture.contains(words), "{words}: {picture}");
    }
    let whole = player.decided[0].card(0).shown_lines();
    let row = |words: &str| picture.lines().position(|line| line.contains(words));
    let shown = row("more lines").unwrap() - row("rejected by alice").unwrap();
    let more = format!("… {} more lines", whole.len() - shown);
    assert!(picture.contains(&more), "{more}: {picture}");
    assert!(row("rejected by alice") < row("gate web/dev"), "{picture}");
}

#[test]
fn a_card_that_fits_beside_the_picture_is_shown_whole_and_counts_nothing() {
    let picture = drawn(&gate(2), 160, 40);
    for words in [
        "line 2 of it",
        "src/login.rs +12 −3",
        "0a1b2c limit logins",
        "assertion failed",
    ] {
        assert!(picture.contains(words), "{words}: {picture}");
    }
    assert!(!picture.contains("more line"), "{picture}");
}

#[test]
fn a_decision_opens_on_the_picture_that_stood_there_with_its_card() {
    let (film, ends) = counting();
    let mut player = player(film, vec![decided(5, 1, ends[30]), decided(6, 1, ends[40])]);
    player.go_to_decision(0).unwrap();
    assert_eq!(player.text(), "frame 30");
    let picture = drawn(&player, 120, 30);
    for words in [
        "decided: #5",
        "rm -rf build",
        "rejected by alice",
        "not that folder",
        "frame 30",
        "paused",
    ] {
        assert!(picture.contains(words), "{words}: {picture}");
    }
    press(&mut player, 0, KeyCode::Char('n'));
    assert_eq!(player.text(), "frame 40");
    press(&mut player, 0, KeyCode::Char('n'));
    assert!(drawn(&player, 120, 30).contains("no decision behind this"));
    press(&mut player, 0, KeyCode::Char('N'));
    assert_eq!(player.text(), "frame 30");
    press(&mut player, 0, KeyCode::Left);
    assert!(
        !drawn(&player, 120, 30).contains("decided: #5"),
        "the card goes with the picture"
    );
    press(&mut player, 0, KeyCode::Char('n'));
    assert_eq!(player.text(), "frame 30");
}

#[test]
fn the_list_of_decisions_goes_where_it_says() {
    let (film, ends) = counting();
    let mut player = player(film, vec![decided(5, 1, ends[30]), decided(6, 1, ends[40])]);
    press(&mut player, 0, KeyCode::Tab);
    let picture = drawn(&player, 120, 30);
    assert!(
        picture.contains("#5 rejected") && picture.contains("#6 rejected"),
        "{picture}"
    );
    press(&mut player, 0, KeyCode::Down);
    press(&mut player, 0, KeyCode::Enter);
    assert_eq!(player.text(), "frame 40");
}

#[test]
fn a_moment_in_a_segment_that_went_is_said_in_a_sentence() {
    let picture = "\u{1b}c\u{1b}[1;1Hkept";
    let (two, ends) = segment(
        2,
        100,
        &[(0, "m", "picture"), (0, "o", picture), (10, "o", " on")],
    );
    let mut player = player(
        Film::new(vec![two]),
        vec![decided(5, 1, 200), decided(6, 2, ends[2])],
    );
    let why = player.go_to_decision(0).unwrap_err().to_string();
    assert!(
        why.contains("gone") && why.contains("2023-11-14 22:15:00"),
        "{why}"
    );
    player.go_to_decision(1).unwrap();
    assert_eq!(player.text(), "kept on");
    assert_eq!(
        player.go_to_place(Still::behind(3, 0)),
        Err(Missing::NoSuchPlace)
    );
    assert_eq!(
        player.go_to_place(Still::behind(2, 100_000)),
        Err(Missing::NoSuchPlace)
    );
}

#[test]
fn the_story_finds_agents_by_name_and_decisions_by_request() {
    use crate::model::{Actor, AskKey, Card, Entry, Happening, Launch};
    let entry = |what| Entry {
        at: Time(0),
        by: Actor::Room,
        what,
    };
    let spawned = |agent: u32| {
        let launch = Launch {
            name: "scout".into(),
            ..Launch::default()
        };
        entry(Happening::Spawned {
            agent: AgentId(agent),
            launch,
        })
    };
    let Decided {
        asked, decision, ..
    } = decided(5, 1, 0);
    let asked = asked.unwrap();
    let entries = [
        spawned(1),
        spawned(3),
        entry(Happening::Asked {
            request: RequestId(5),
            key: AskKey::from("k"),
            agent: asked.agent,
            brief: None,
            ask: asked.ask,
            digest: Digest::from("d"),
            screen: 1,
        }),
        entry(Happening::Decided {
            card: Card {
                request: RequestId(5),
                digest: Digest::from("d"),
            },
            decision,
            seen_ms: 900,
            at_screen: None,
        }),
    ];
    let story = Story::read(&entries);
    assert_eq!(story.agent("scout"), Some(AgentId(3)));
    assert_eq!(story.agent("1"), Some(AgentId(1)));
    assert_eq!(story.agent("nobody"), None);
    assert_eq!(
        story.decision(RequestId(5)).unwrap().agent(),
        Some(AgentId(3))
    );
}

#[test]
fn the_rows_of_a_decision_have_one_ground_to_their_end() {
    let player = gate(2);
    let mut buf = Buffer::empty(Rect::new(0, 0, 160, 40));
    draw(&player, &mut buf);
    let row = (0..40).find(|y| {
        let text: String = (0..160).map(|x| buf[(x, *y)].symbol()).collect();
        text.contains("line 2 of it")
    });
    let row = row.unwrap();
    let frames: Vec<u16> = (100..160)
        .filter(|x| buf[(*x, row)].symbol() == "│")
        .collect();
    let [left, right] = frames[..] else {
        panic!("{frames:?}");
    };
    let ground = buf[(left + 2, row)].bg;
    assert!((left + 2..right - 1).all(|x| buf[(x, row)].bg == ground));
    assert_eq!(buf[(left + 1, row)].bg, buf[(right - 1, row)].bg);
}
