//! A player and its keys, on recordings made here.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use crate::model::{Decision, Digest, Moment, Person, RequestId, Sight, Untrusted, Verdict};
use crate::wire::cast::Segment;
use ratatui::buffer::Buffer;

mod decisions;
mod film;
mod picture;

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
            crop: None,
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
        (KeyCode::Tab, "nobody decided anything for this agent"),
        (KeyCode::Char('n'), "no decision behind this"),
        (
            KeyCode::Char('x'),
            "that key does nothing here; ? shows those that do",
        ),
    ];
    for (key, sentence) in answers {
        press(&mut player, 1_000, key);
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
    press(&mut player, 0, KeyCode::Tab);
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
