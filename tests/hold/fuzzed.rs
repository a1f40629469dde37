//! The fuzz targets without a fuzzer: what they were fed so far, and a fixed number of changes to it.
//! `OPSROOM_LIVES=100000 cargo test --test hold fuzzed` tries more.

use std::path::Path;

use crate::feed;
use crate::kit::Dice;

/// Changes that are tried, over the whole corpus of a target.
fn lives(usual: u64) -> u64 {
    std::env::var("OPSROOM_LIVES")
        .ok()
        .and_then(|lives| lives.parse().ok())
        .unwrap_or(usual)
}

fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fuzz/corpus")
        .join(target);
    let files = std::fs::read_dir(&folder).unwrap().flatten();
    let read = |file: std::fs::DirEntry| {
        (
            file.file_name().to_string_lossy().into_owned(),
            std::fs::read(file.path()).unwrap(),
        )
    };
    let mut corpus: Vec<_> = files.map(read).collect();
    corpus.sort();
    assert!(!corpus.is_empty(), "{} is empty", folder.display());
    corpus
}

fn changed(dice: &mut Dice, one: &[u8], other: &[u8]) -> Vec<u8> {
    let mut bytes = one.to_vec();
    for _ in 0..=dice.roll(4) {
        let at = dice.roll(bytes.len() as u64 + 1) as usize;
        match dice.roll(7) {
            0 if at < bytes.len() => bytes[at] ^= 1 << dice.roll(8),
            1 => bytes.insert(at, dice.roll(256) as u8),
            2 if at < bytes.len() => drop(bytes.remove(at)),
            3 => bytes.truncate(at),
            4 => {
                let from = dice.roll(other.len() as u64 + 1) as usize;
                let piece = &other[from..(from + dice.roll(40) as usize).min(other.len())];
                bytes.splice(at..at, piece.iter().copied());
            }
            5 => {
                let odd = [
                    &b"\x1b["[..],
                    b"\x1b]",
                    b"+++\n",
                    b"\xff\xff\xff\xff",
                    b"\"\"\"",
                    b"\\u0000",
                    "\u{202e}".as_bytes(),
                    b"[[",
                    b"\r\n",
                    b"99999999999999999999",
                ];
                bytes.splice(at..at, odd[dice.roll(10) as usize].iter().copied());
            }
            _ => {
                let until = (at + dice.roll(30) as usize).min(bytes.len());
                let piece = bytes[at.min(until)..until].to_vec();
                bytes.splice(at..at, piece);
            }
        }
    }
    bytes
}

fn feed_all(target: &str, usual: u64, feed: fn(&[u8])) {
    let corpus = corpus(target);
    for (name, bytes) in &corpus {
        println!("{target}/{name}");
        feed(bytes);
    }
    for life in 0..lives(usual) {
        let mut dice = Dice::new(life);
        let (one, other) = (
            dice.roll(corpus.len() as u64) as usize,
            dice.roll(corpus.len() as u64) as usize,
        );
        let bytes = changed(&mut dice, &corpus[one].1, &corpus[other].1);
        let fed = std::panic::catch_unwind(|| feed(&bytes));
        assert!(
            fed.is_ok(),
            "{target}, life {life}, from {}: {}",
            corpus[one].0,
            bytes.escape_ascii()
        );
    }
}

#[test]
fn any_output_keeps_the_screen_whole() {
    feed_all("screen", 2_000, feed::screen);
}

#[test]
fn any_frame_is_read_or_refused() {
    feed_all("wire", 6_000, feed::wire);
}

#[test]
fn any_frame_of_the_keeper_is_read_or_refused() {
    feed_all("keeper", 6_000, feed::keeper);
}

#[test]
fn any_recording_is_played_or_left_out() {
    feed_all("cast", 3_000, feed::cast);
}

#[test]
fn any_line_of_a_journal_is_read_or_refused() {
    feed_all("journal", 3_000, feed::journal);
}

#[test]
fn any_line_of_an_agent_is_read_or_refused() {
    feed_all("agent_line", 6_000, feed::agent_line);
}

#[test]
fn any_brief_is_read_or_explained() {
    feed_all("brief", 3_000, feed::brief);
}

#[test]
fn any_settings_are_read_or_explained() {
    feed_all("toml", 2_000, feed::toml);
}

/// Writes the frames and the lines of the corpus anew, when the wire changed.
#[test]
#[ignore = "writes tests/fuzz/corpus/wire and agent_line"]
fn the_corpus_of_the_wire_is_written_anew() {
    use opsroom::model::{
        AgentId, BriefId, Card, Cover, Crop, Digest, Fact, Gaze, Launch, Level, Notice, Origin,
        Part, Person, Redirect, RequestId, Seat, SeatId, SeatRole, Settings, Sighting, Time,
        Verdict, Wish,
    };
    use opsroom::terminal::{Limits, Screen, Size};
    use opsroom::wire::{Hello, ToClient, ToServer, Want, agent, encode};
    use serde_json::json;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus");
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).unwrap();
    let (agent, card) = (
        AgentId(3),
        Card {
            request: RequestId(7),
            digest: Digest::from("0123456789abcdef"),
        },
    );
    let redirect = Verdict::Redirect(Redirect::Direction {
        text: "another way".into(),
    });
    let to_server = [
        ToServer::Attach(Want::Live),
        ToServer::Wish {
            ticket: 1,
            wish: Wish::Decide {
                cards: vec![card.clone()],
                verdict: redirect,
            },
            sightings: vec![Sighting {
                agent,
                screen: 5,
                crop: Crop {
                    top: -2,
                    left: 1,
                    cols: 80,
                    rows: 20,
                    covered: vec![Cover {
                        col: 9,
                        row: 3,
                        cols: 4,
                        rows: 1,
                    }],
                },
            }],
        },
        ToServer::Wish {
            ticket: 2,
            wish: Wish::Spawn(Launch {
                name: "x".into(),
                command: vec!["cat".into()],
                ..Launch::default()
            }),
            sightings: Vec::new(),
        },
        ToServer::Shown(vec![card]),
        ToServer::Paste {
            agent,
            text: "text".into(),
        },
        ToServer::Find {
            ticket: 3,
            agent,
            needle: "x".into(),
        },
        ToServer::ReadBrief {
            ticket: 4,
            brief: BriefId::from("0001-x"),
        },
        ToServer::Ping(9),
    ];
    for (number, message) in to_server.iter().enumerate() {
        let mut bytes = Vec::new();
        encode(message, &mut bytes).unwrap();
        write(&format!("wire/to-server-{number}"), &bytes);
    }
    let mut screen = Screen::new(Size::new(12, 3), Limits::default());
    screen
        .feed("\x1b[31mred\x1b[0m 漢字\r\n\x1b]0;title\x07ok".as_bytes())
        .unwrap();
    let seat = Seat {
        id: SeatId(1),
        person: Person {
            name: "alice".into(),
            key: None,
        },
        role: SeatRole::Operator,
        origin: Origin::Here,
        since: Time(1),
        part: Part::Drives,
        looks_at: Gaze::default(),
        follows: None,
    };
    let notice = Notice {
        at: Time(1),
        level: Level::Note,
        text: "a sentence".into(),
    };
    let to_client = [
        ToClient::Seated {
            seat: SeatId(1),
            name: "alice".into(),
            role: SeatRole::Operator,
            folder: "/".into(),
        },
        ToClient::Facts(vec![
            Fact::Settings(Settings::default()),
            Fact::Seat(seat),
            Fact::Notice(notice),
        ]),
        ToClient::Frame {
            agent,
            patch: screen.patch_since(None),
        },
        ToClient::Closing("why".into()),
    ];
    for (number, message) in to_client.iter().enumerate() {
        let mut bytes = Vec::new();
        encode(message, &mut bytes).unwrap();
        write(&format!("wire/to-client-{number}"), &bytes);
    }
    write("wire/hello", Hello::ours().line().as_bytes());
    let verbs = [
        agent::Verb::Permission {
            tool: "bash".into(),
            summary: "ls".into(),
            detail: "ls -l".into(),
            cwd: "/".into(),
        },
        agent::Verb::Question {
            text: "which".into(),
            options: vec!["one".into(), "two".into()],
        },
        agent::Verb::Done {
            handoff: "all of it".into(),
        },
        agent::Verb::TakeBack {
            why: "answered".into(),
        },
        agent::Verb::Status {
            state: "working".into(),
            message: "on it".into(),
        },
    ];
    for (number, verb) in verbs.into_iter().enumerate() {
        let said = agent::Said {
            v: agent::VERSION,
            agent: 3,
            token: "0123".into(),
            key: "k".into(),
            verb,
        };
        write(
            &format!("agent_line/said-{number}"),
            &serde_json::to_vec(&said).unwrap(),
        );
    }
    let input = json!({ "command": "ls", "file_path": "/a", "content": "x\n", "questions": [{ "question": "which" }] });
    let hooks = [
        ("claude", "PermissionRequest", "Bash"),
        ("claude", "PermissionRequest", "AskUserQuestion"),
        ("codex", "PermissionRequest", "apply_patch"),
        ("copilot", "permissionRequest", "bash"),
        ("qwen", "PermissionRequest", "write_file"),
    ];
    for (number, (program, event, tool)) in hooks.into_iter().enumerate() {
        let said = agent::Said {
            v: agent::VERSION,
            agent: 3,
            token: "0123".into(),
            key: "k".into(),
            verb: agent::Verb::Hook {
                program: program.into(),
                event: event.into(),
                payload: json!({ "tool_name": tool, "tool_input": input, "toolName": tool, "toolInput": input }),
            },
        };
        let line = serde_json::to_vec(&said).unwrap();
        write(&format!("agent_line/hook-{number}"), &line);
    }
    let decided = agent::Reply::Decided {
        decision: "approve".into(),
        text: String::new(),
        by: "alice".into(),
    };
    write("agent_line/decided", &serde_json::to_vec(&decided).unwrap());
}
