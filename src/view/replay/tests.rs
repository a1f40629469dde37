//! A player and its keys, on recordings made here.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use crate::model::{Decision, Digest, Moment, Person, RequestId, Sight, Untrusted, Verdict};
use crate::wire::cast::Segment;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

const BEGAN: u64 = 1_700_000_000;

/// A segment of 20x4 with these events: milliseconds from its beginning, kind, text.
fn segment(number: u64, began_s: u64, events: &[(u64, &str, &str)]) -> (Segment, Vec<u64>) {
    let mut text = format!(
        "{{\"version\": 2, \"width\": 20, \"height\": 4, \"timestamp\": {}}}\n",
        BEGAN + began_s
    );
    let mut ends = Vec::new();
    for (ms, kind, what) in events {
        let what = serde_json::to_string(what).unwrap();
        text.push_str(&format!(
            "[{}.{:03}, \"{kind}\", {what}]\n",
            ms / 1_000,
            ms % 1_000
        ));
        ends.push(text.len() as u64);
    }
    (Segment::read(number, text.into_bytes()).unwrap(), ends)
}

fn counting() -> (Film, Vec<u64>) {
    let events: Vec<(u64, String)> = (0..60)
        .map(|n| (n * 1_000, format!("\r\x1b[2Kframe {n}")))
        .collect();
    let events: Vec<(u64, &str, &str)> = events
        .iter()
        .map(|(ms, text)| (*ms, "o", text.as_str()))
        .collect();
    let (segment, ends) = segment(1, 0, &events);
    (Film::new(vec![segment]), ends)
}

fn decided(request: u64, segment: u64, offset: u64) -> Decided {
    Decided {
        request: RequestId(request),
        asked: Some(Asked {
            agent: Some(AgentId(3)),
            brief: None,
            ask: crate::model::Ask::Permission {
                tool: "bash".into(),
                summary: "rm -rf build".into(),
                detail: Untrusted::new("rm -rf build"),
                cwd: "/tmp".into(),
            },
        }),
        decision: Decision {
            verdict: Verdict::Reject {
                reason: "not that folder".into(),
            },
            by: Person {
                name: "alice".into(),
                key: None,
            },
            at: Time((BEGAN + 30) * 1_000),
            rule: None,
        },
        seen_ms: 1_200,
        moment: Some(Moment {
            agent: AgentId(3),
            segment,
            offset,
            at: Time(0),
            screen: 1,
            sight: Sight::Drawn,
        }),
    }
}

fn player(film: Film, decided: Vec<Decided>) -> Player {
    Player::new(AgentId(3), "scout".into(), film, decided)
}

fn press(player: &mut Player, now: u64, code: KeyCode) -> Option<Act> {
    player.update(Input::Key(Key::new(code, Mods::NONE)), Time(now))
}

fn drawn(player: &Player, cols: u16, rows: u16) -> String {
    let mut buf = Buffer::empty(Rect::new(0, 0, cols, rows));
    draw(player, &mut buf);
    let lines = buf.content.chunks(usize::from(cols));
    lines
        .map(|line| line.iter().map(|cell| cell.symbol()).collect::<String>() + "\n")
        .collect()
}

#[test]
fn it_plays_with_the_clock_and_faster_when_told() {
    let mut player = player(counting().0, Vec::new());
    assert_eq!(player.text(), "frame 0");
    press(&mut player, 0, KeyCode::Char(' '));
    player.update(Input::Tick, Time(3_100));
    assert_eq!(player.text(), "frame 3");
    press(&mut player, 3_100, KeyCode::Char('+'));
    player.update(Input::Tick, Time(5_100));
    assert_eq!(player.text(), "frame 7");
    press(&mut player, 5_100, KeyCode::Char(' '));
    player.update(Input::Tick, Time(50_000));
    assert_eq!(player.text(), "frame 7", "it is paused");
    assert_eq!(player.next_deadline(Time(50_000)), None);
}

#[test]
fn seeking_back_shows_what_stood_there() {
    let mut player = player(counting().0, Vec::new());
    press(&mut player, 0, KeyCode::Char('5'));
    assert_eq!(player.text(), "frame 29");
    press(&mut player, 0, KeyCode::Left);
    assert_eq!(player.text(), "frame 24");
    press(&mut player, 0, KeyCode::Right);
    assert_eq!(player.text(), "frame 29");
    press(&mut player, 0, KeyCode::End);
    assert_eq!(player.text(), "frame 59");
    press(&mut player, 0, KeyCode::Home);
    assert_eq!(player.text(), "frame 0");
    player.update(Input::Key(Key::new(KeyCode::Right, Mods::SHIFT)), Time(0));
    assert_eq!(player.text(), "frame 59");
    press(&mut player, 0, KeyCode::Char(','));
    assert_eq!(player.text(), "frame 58");
    assert_eq!(press(&mut player, 0, KeyCode::Char('q')), Some(Act::Quit));
}

#[test]
fn a_long_silence_is_played_in_two_seconds_and_said() {
    let (one, _) = segment(1, 0, &[(0, "o", "before"), (600_000, "o", " after")]);
    let mut player = player(Film::new(vec![one]), Vec::new());
    press(&mut player, 0, KeyCode::Char(' '));
    player.update(Input::Tick, Time(1_000));
    let picture = drawn(&player, 100, 12);
    assert!(
        picture.contains("silent for 10m00s, shortened"),
        "{picture}"
    );
    assert!(picture.contains("22:18:20"), "halfway through: {picture}");
    player.update(Input::Tick, Time(2_001));
    assert_eq!(player.text(), "before after");
}

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
    press(&mut player, 0, KeyCode::Char('l'));
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
fn a_picture_within_an_event_is_shown_as_it_stood_and_what_follows_goes_on_from_there() {
    let flash = "one\r\ntwo\x1b[2J\x1b[Hafter";
    let (one, ends) = segment(
        1,
        0,
        &[(0, "o", "zero\r\n"), (9_000, "o", flash), (9_500, "o", "!")],
    );
    let mut player = player(Film::new(vec![one]), Vec::new());
    let still = |within| Still {
        segment: 1,
        offset: ends[0],
        within,
    };
    player.go_to_place(still(8)).unwrap();
    assert_eq!(player.text(), "zero\none\ntwo");
    let picture = drawn(&player, 100, 12);
    assert!(picture.contains("22:13:29"), "{picture}");
    assert!(!picture.contains("silent"), "{picture}");
    press(&mut player, 0, KeyCode::Char('.'));
    assert_eq!(player.text(), "after");
    player.go_to_place(still(8)).unwrap();
    press(&mut player, 0, KeyCode::Char(','));
    assert_eq!(player.text(), "zero");
    player.go_to_place(still(3)).unwrap();
    assert_eq!(player.text(), "zero\none");
    press(&mut player, 0, KeyCode::Char(' '));
    player.update(Input::Tick, Time(600));
    assert_eq!(player.text(), "after!");
    assert_eq!(player.go_to_place(still(500)), Err(Missing::NoSuchPlace));
    let behind = Still {
        within: 1,
        ..Still::behind(1, ends[2])
    };
    assert_eq!(player.go_to_place(behind), Err(Missing::NoSuchPlace));
}

#[test]
fn a_picture_within_an_update_that_is_held_back_shows_it_and_changes_nothing_behind_it() {
    let update = "\x1b[?2026hhidden";
    let events = [
        (0, "o", "a"),
        (1, "o", update),
        (2, "o", "\x1b[2K\rshown\x1b[?2026l"),
    ];
    let (one, ends) = segment(1, 0, &events);
    let film = Film::new(vec![one]);
    let mut projector = Projector::new();
    projector.show_within(&film, 1, update.len() - 3);
    assert_eq!(projector.screen().rows(0..1)[0].text(), "ahid");
    assert_eq!(film.shown_in(1, ends[1]), Ok(2));
    projector.show(&film, 2);
    assert_eq!(
        projector.screen().rows(0..1)[0].text(),
        "a",
        "it is held back"
    );
    projector.show(&film, 3);
    assert_eq!(projector.screen().rows(0..1)[0].text(), "shown");
}

#[test]
fn what_was_searched_for_is_marked_on_the_picture() {
    let (one, _) = segment(
        1,
        0,
        &[(0, "o", "a Needle\r\nneedles"), (1, "o", "\x1b[2J")],
    );
    let mut player = player(Film::new(vec![one]), Vec::new());
    player.marked = "needle".into();
    assert_eq!(player.marks(), [(1, 0, 6), (0, 2, 6)]);
    let ground = |player: &Player, word: &str| {
        let mut buf = Buffer::empty(Rect::new(0, 0, 60, 12));
        draw(player, &mut buf);
        let places = (0..12).flat_map(|y| (0..54).map(move |x| (x, y)));
        let mut found = places.filter(|(x, y)| {
            let text: String = (0..6).map(|at| buf[(x + at, *y)].symbol()).collect();
            text == word
        });
        found
            .next()
            .map(|(x, y)| (buf[(x, y)].bg, buf[(x + 6, y)].bg))
    };
    let (marked, beside) = ground(&player, "Needle").unwrap();
    assert_ne!(marked, beside);
    player.marked = "NEEDLE".into();
    assert_eq!(player.marks(), []);
    player.marked = String::new();
    assert_eq!(player.marks(), []);
}

#[test]
fn a_segment_without_a_picture_is_played_from_the_one_before() {
    let (one, _) = segment(1, 0, &[(0, "o", "one ")]);
    let (two, ends) = segment(2, 1, &[(0, "o", "two")]);
    let film = Film::new(vec![two, one]);
    let mut projector = Projector::new();
    projector.show(&film, film.shown_in(2, ends[0]).unwrap());
    assert_eq!(projector.screen().rows(0..1)[0].text(), "one two");
}

#[test]
fn every_place_shows_the_same_whether_it_is_reached_forwards_or_by_a_jump() {
    let (one, _) = segment(
        1,
        0,
        &[
            (0, "o", "a\x1b[31mb"),
            (5, "r", "30x5"),
            (6, "o", "\x1b[3"),
            (7, "o", "2mc"),
        ],
    );
    let again = "\u{1b}c\u{1b}[1;1Ha\u{1b}[31mb\u{1b}[32mc";
    let (two, _) = segment(
        2,
        1,
        &[
            (0, "r", "30x5"),
            (0, "m", "picture"),
            (0, "o", again),
            (9, "o", "d"),
        ],
    );
    let film = Film::new(vec![one, two]);
    let mut forwards = Projector::new();
    for shown in 0..=film.len() {
        forwards.show(&film, shown);
        let mut jumped = Projector::new();
        jumped.show(&film, film.len());
        jumped.show(&film, shown);
        let rows = |it: &Projector| it.screen().rows(0..u16::MAX).to_vec();
        assert_eq!(rows(&forwards), rows(&jumped), "{shown}");
    }
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
fn no_size_and_no_empty_recording_breaks_the_picture() {
    let (film, ends) = counting();
    let mut full = player(film, vec![decided(5, 1, ends[30])]);
    full.go_to_decision(0).unwrap();
    let mut empty = player(Film::default(), Vec::new());
    press(&mut empty, 0, KeyCode::Char(' '));
    for (cols, rows) in [(1, 1), (2, 3), (10, 4), (40, 10), (300, 100)] {
        drawn(&full, cols, rows);
        drawn(&empty, cols, rows);
    }
}

#[test]
fn at_80_columns_what_answers_a_key_is_whole_and_the_way_out_stays() {
    let (one, _) = segment(1, 0, &[(0, "o", "before"), (600_000, "o", " after")]);
    let mut player = player(Film::new(vec![one]), Vec::new());
    press(&mut player, 0, KeyCode::Char(' '));
    player.update(Input::Tick, Time(1_000));
    let last = |player: &Player| drawn(player, 80, 24).lines().last().unwrap().to_owned();
    assert!(last(&player).trim_end().ends_with("? keys  q leave"));
    let answers = [
        ('l', "nobody decided anything for this agent"),
        ('n', "no decision behind this"),
        ('x', "that key does nothing here; ? shows those that do"),
    ];
    for (key, sentence) in answers {
        press(&mut player, 1_000, KeyCode::Char(key));
        let line = last(&player);
        assert!(line.contains(sentence), "{line}");
        assert!(line.trim_end().ends_with("? keys  q leave"), "{line}");
    }
    let picture = drawn(&player, 80, 24);
    assert!(picture.contains("silent 10m00s"), "{picture}");
}

#[test]
fn a_sentence_longer_than_the_last_line_is_told_in_several() {
    let (film, ends) = counting();
    let mut player = player(film, vec![decided(5, 0, ends[30])]);
    press(&mut player, 0, KeyCode::Char('l'));
    press(&mut player, 0, KeyCode::Enter);
    let why = player.note.clone().unwrap();
    let picture = drawn(&player, 80, 24);
    let told = picture.split_whitespace().collect::<Vec<_>>().join(" ");
    for word in why.split_whitespace() {
        assert!(told.contains(word), "{word}: {picture}");
    }
    assert!(picture.trim_end().ends_with("? keys  q leave"), "{picture}");
}

#[test]
fn all_keys_of_a_player_are_shown_at_80_by_24_and_close_again() {
    let mut player = player(counting().0, Vec::new());
    press(&mut player, 0, KeyCode::Char('?'));
    let picture = drawn(&player, 80, 24);
    for entry in &keys::ALL {
        let said = picture.contains(entry.spelled) && picture.contains(entry.what);
        assert!(said, "{}: {picture}", entry.what);
    }
    assert_eq!(press(&mut player, 0, KeyCode::Esc), None);
    assert!(!drawn(&player, 80, 24).contains("these keys"));
    press(&mut player, 0, KeyCode::Char('?'));
    let control = Key::new(KeyCode::Char('c'), Mods::CTRL);
    assert_eq!(player.update(Input::Key(control), Time(0)), Some(Act::Quit));
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
