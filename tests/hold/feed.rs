//! What any bytes are fed to: one function for each door through which bytes come in that somebody else
//! chose. Each fails by panicking. Shared by the deterministic tests and by the fuzz targets.

use std::fmt::Debug;

use opsroom::config::{Parsed, brief, keys, layout, profile, room, theme};
use opsroom::folder::chain::{self, Link};
use opsroom::model::Book;
use opsroom::profile::hook::{self, Decision};
use opsroom::profile::{Hooks, screen as screen_rules};
use opsroom::terminal::{Case, Grid, Limits, Screen, Size};
use opsroom::wire::agent::{Reply, Said, Verb};
use opsroom::wire::cast::{Event, Segment, Still};
use opsroom::wire::{Decoder, Hello, ToClient, ToServer, encode, keeper};
use serde::{Serialize, de::DeserializeOwned};

/// What a screen may hold beside its history and its cells, in bytes.
const HELD: usize = 4 << 20;

/// The scanner and the emulator, and a client's copy of the picture, at sizes that change.
pub fn screen(bytes: &[u8]) {
    let Some((head, output)) = bytes
        .split_first_chunk::<3>()
        .filter(|(_, output)| !output.is_empty())
    else {
        return;
    };
    let [cols, rows, step] = head.map(u16::from);
    let limits = Limits {
        history_bytes: 100_000,
        ..Limits::default()
    };
    let mut screen = Screen::new(Size::new(cols, rows), limits);
    let mut grid = Grid::default();
    for (number, chunk) in output.chunks(usize::from(step) + 1).enumerate() {
        screen.feed(chunk).expect("the screen broke");
        if number % 7 == 6 {
            let odd = u16::from(chunk[0]);
            screen
                .resize(Size::new(odd * 2 % 300, odd % 90))
                .expect("the screen broke");
        }
        let since = (number % 5 != 4).then(|| grid.generation());
        grid.apply(screen.patch_since(since))
            .expect("a patch does not fit");
        let _ = (screen.take_replies(), screen.take_signals());
        assert!(
            screen.held_bytes() < limits.history_bytes + HELD,
            "it holds {} bytes",
            screen.held_bytes()
        );
    }
    assert_eq!(
        grid.rows(),
        screen.rows(0..u16::MAX),
        "a client has another picture"
    );
    assert_eq!((grid.size(), grid.title()), (screen.size(), screen.title()));
    let _ = (
        screen.search("a", Case::Exact, 10),
        screen.scrollback(0, 50, 80),
        screen.bottom(5),
    );
    flood(Size::new(cols, rows), output);
}

/// The same output again and again is a flood, whose lines go by the engine; but not where the program once shifted to
/// another character set, and back to this one. Both make the same screen and the same history.
fn flood(size: Size, output: &[u8]) {
    let all = output.repeat((8 << 10) / output.len() + 1);
    let mut screens = [b"".as_slice(), b"\x0e\x0f"].map(|first| {
        let mut screen = Screen::new(size, Limits::default());
        screen.take_in(first).expect("the screen broke");
        screen
    });
    for screen in &mut screens {
        for piece in all.chunks(3_000) {
            screen.take_in(piece).expect("the screen broke");
        }
    }
    let seen = screens.each_mut().map(|screen| {
        screen.refresh().expect("the screen broke");
        let history = screen.history();
        let lines: Vec<_> = history.lines(0..u64::MAX).collect();
        let numbers = (history.first(), history.total(), history.bytes());
        let rows = screen.rows(0..u16::MAX).to_vec();
        (lines, numbers, rows, screen.cursor(), screen.repaint())
    });
    assert!(seen[0] == seen[1], "a flood makes another screen");
}

/// The operators' frames, in both directions, and the hello.
pub fn wire(bytes: &[u8]) {
    let _ = Hello::read(bytes);
    frames::<ToServer>(bytes);
    frames::<ToClient>(bytes);
}

/// The keeper's frames, in both directions.
pub fn keeper(bytes: &[u8]) {
    keeper_frames::<keeper::ToKeeper>(bytes);
    keeper_frames::<keeper::FromKeeper>(bytes);
}

fn keeper_frames<M: Serialize + DeserializeOwned + PartialEq + Debug>(bytes: &[u8]) {
    let mut decoder = keeper::Decoder::<M>::default();
    for piece in bytes.chunks(1 + bytes.len() / 3) {
        decoder.push(piece);
        while let Ok(Some(message)) = decoder.take() {
            let mut other = keeper::Decoder::default();
            other.push(&keeper::encode(&message).expect("what was read can be said"));
            let again: Option<M> = other.take().expect("it reads back");
            assert_eq!(again, Some(message), "it reads back as something else");
        }
    }
}

/// A segment of a recording: its events stand in order inside it, and all of them can be played.
pub fn cast(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Some(still) = Still::read(text)
    {
        assert_eq!(Still::read(&still.to_string()), Some(still));
    }
    let Some(segment) = Segment::read(1, bytes.to_vec()) else {
        return;
    };
    let mut screen = Screen::new(segment.size, Limits::default());
    let (mut at, mut end) = (segment.began, 0);
    for spot in segment.places() {
        assert!(spot.at >= at, "{spot:?} is before {at:?}");
        assert!(end <= spot.start && spot.start < spot.end && spot.end <= bytes.len());
        (at, end) = (spot.at, spot.end);
        match segment.event(*spot) {
            Some(Event::Output(text)) => screen.feed(text.as_bytes()).expect("the screen broke"),
            Some(Event::Size(size)) => screen.resize(size).expect("the screen broke"),
            Some(Event::Shown | Event::Picture | Event::Torn) | None => {}
        }
    }
}

/// Lines of a journal: a chain, and, whether or not they are one, entries that make a book.
pub fn journal(bytes: &[u8]) {
    let mut book = Book::default();
    let (mut stands, mut ours, mut written) = (Link::default(), Link::default(), Vec::new());
    for line in bytes.split(|byte| *byte == b'\n') {
        if let Ok(line) = stands.read(line) {
            stands = line.link;
        }
        let Ok((_, entry)) = chain::entry_of(line) else {
            continue;
        };
        let from = written.len();
        let next = ours
            .write(&entry, &mut written)
            .expect("what was read can be written");
        let ends = written.len() - 1;
        let again = ours
            .read(&written[from..ends])
            .expect("what was written follows");
        assert_eq!(again.link, next);
        assert_eq!(
            again.entry().as_ref(),
            Ok(&entry),
            "it reads back as something else"
        );
        ours = next;
        book.apply(&entry);
    }
}

fn frames<M: Serialize + DeserializeOwned + PartialEq + Debug>(bytes: &[u8]) {
    let mut decoder = Decoder::default();
    for piece in bytes.chunks(1 + bytes.len() / 3) {
        decoder.push(piece);
        while let Ok(Some(message)) = decoder.take::<M>() {
            let mut again = Vec::new();
            encode(&message, &mut again).expect("what was read can be said");
            let mut other = Decoder::default();
            other.push(&again);
            assert_eq!(
                other.take::<M>(),
                Ok(Some(message)),
                "it reads back as something else"
            );
        }
    }
}

/// A line on the agents' socket, and one to an agent.
pub fn agent_line(bytes: &[u8]) {
    if let Ok(said) = serde_json::from_slice::<Said>(bytes) {
        let again = serde_json::to_vec(&said).expect("what was read can be said");
        assert_eq!(
            serde_json::from_slice::<Said>(&again).expect("it reads back"),
            said
        );
        if let Verb::Hook {
            program,
            event,
            payload,
        } = said.verb
        {
            hook(Hooks::named(&program), &event, &payload);
        }
    }
    if let Ok(reply) = serde_json::from_slice::<Reply>(bytes) {
        let again = serde_json::to_vec(&reply).expect("what was read can be said");
        assert_eq!(
            serde_json::from_slice::<Reply>(&again).expect("it reads back"),
            reply
        );
    }
}

/// A hook's JSON: read, and answered with every decision. Only one that says so allows.
fn hook(hooks: Hooks, event: &str, payload: &serde_json::Value) {
    let _ = hook::read(hooks, event, payload);
    let words = || "no, \"behavior\":\"allow\"".to_owned();
    for decision in [
        Decision::Approve,
        Decision::Reply(words()),
        Decision::Reject(words()),
        Decision::Redirect(words()),
    ] {
        let Some(answer) = hook::answer(hooks, event, payload, &decision) else {
            continue;
        };
        let answer: serde_json::Value = serde_json::from_str(&answer).expect("an answer is JSON");
        let nested = answer
            .pointer("/hookSpecificOutput/decision")
            .unwrap_or(&answer);
        match decision {
            Decision::Approve | Decision::Reply(_) => {}
            Decision::Reject(_) | Decision::Redirect(_) => assert_eq!(nested["behavior"], "deny"),
        }
    }
}

/// A brief's file: read, complained about, and its priority changed.
pub fn brief(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    explained(&brief::parse("briefs/x.md", text), text);
    let Ok(heading) = brief::read("briefs/x.md", text) else {
        return;
    };
    let parts = brief::split("briefs/x.md", text).expect("it was read");
    let _ = brief::lint(&heading, &text[parts.body.clone()]);
    if let Ok(changed) = brief::with_priority("briefs/x.md", text, 9) {
        let after = brief::read("briefs/x.md", &changed).expect("a changed brief is a brief");
        assert_eq!(
            (after.priority, &after.title, &after.needs),
            (9, &heading.title, &heading.needs)
        );
        assert!(changed.ends_with(&text[parts.body]), "the body changed");
    }
}

/// Every kind of settings file.
pub fn toml(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    explained(&room::parse("opsroom.toml", text), text);
    explained(&theme::parse("themes/x.toml", text), text);
    explained(&layout::parse("layouts/x.toml", text), text);
    let commands = keys::Commands {
        known: &|name| name.len() % 2 == 0,
        names: &["quit"],
    };
    explained(&keys::parse("keys.toml", text, commands), text);
    let parsed = profile::parse("profiles/x.toml", text);
    explained(&parsed, text);
    if let Some(profile) = parsed.value {
        let rows = ["Proceed? [Y/n]", "", "> "].map(str::to_owned);
        let _ = screen_rules::read(&profile.screen, &rows);
    }
}

/// There is a value or a reason why not, and each reason has a place inside the text.
fn explained<T>(parsed: &Parsed<T>, text: &str) {
    assert!(
        parsed.value.is_some() || !parsed.diagnostics.is_empty(),
        "neither a value nor a reason"
    );
    let lines = text.lines().count() as u32 + 1;
    for diagnostic in &parsed.diagnostics {
        assert!(
            diagnostic.line >= 1 && diagnostic.line <= lines,
            "line {} of {lines}",
            diagnostic.line
        );
        assert!(
            !diagnostic
                .to_string()
                .chars()
                .any(|c| c.is_control() && c != '\n'),
            "a control in {diagnostic:?}"
        );
    }
}
