//! What reaches the operator's own terminal: nothing outside a short list, whatever agents, briefs and
//! settings say.

use std::time::Duration;

use opsroom::model::{Launch, Manner, Wish};
use opsroom::wire::ToServer;
use opsroom::wire::agent::Verb;

use crate::allowed::fault;
use crate::client::{Client, sh};
use crate::kit::{Dice, Pass, operator, paths, permission};
use crate::support::{Place, eventually};
use crate::tty::{Terminal, USUAL};

/// One of everything that a terminal obeys, and of everything that lies.
const HOSTILE: &str = "\u{1b}[2J\u{1b}]52;c;aGVsbG8=\u{7}\u{1b}]0;pwned\u{7}\u{1b}P+q544e\u{1b}\\\u{9b}31mred\u{9d}52;c;AAAA\u{9c}\
    \u{202e}txt.exe\u{2066}\u{200b}\u{feff}\u{e0041}\u{7f}\u{8}\u{8}a\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{1b}[6n\u{1b}]8;;javascript:alert(1)\u{7}js\
    \u{1b}]8;;https://x\u{1b}]52;c;AAAA\u{7}\u{1b}]8;id=\u{1b}[2J;https://\u{202e}x/\u{9c}\u{7}odd\u{1b}c\u{e}\u{f}";

/// Links, good and bad, that stay on the screen; as `printf` writes them.
const LINKS: [&str; 7] = [
    "https://good.example/?a;b",
    "https://good.example/\u{5bbd}\u{202e} odd",
    "javascript:bad.example",
    "file://bad.example/x",
    "data:bad.example",
    "https://bad.example/\u{9c}",
    "https://bad.example/\\001",
];

fn toml(text: &str) -> String {
    let escaped = text.chars().map(|c| {
        if c.is_control() {
            format!("\\u{:04x}", u32::from(c))
        } else {
            c.to_string()
        }
    });
    format!("\"{}\"", escaped.collect::<String>())
}

/// Output that is hostile, again and again, and different each time.
fn output(place: &Place) -> String {
    let mut dice = Dice::new(11);
    let mut bytes = Vec::new();
    for _ in 0..400 {
        match dice.roll(4) {
            0 => bytes.extend_from_slice(HOSTILE.as_bytes()),
            1 => {
                let length = dice.roll(60);
                bytes.extend(dice.bytes(length));
            }
            2 => {
                let introducers = [
                    "\x1b[", "\x1b[?", "\x1b]", "\x1bP", "\x1b_", "\x1b#", "\x1b(", "\u{9b}",
                ];
                bytes.extend_from_slice(introducers[dice.roll(8) as usize].as_bytes());
                bytes.extend(
                    format!(
                        "{};{}{}",
                        dice.roll(3_000),
                        dice.roll(99),
                        char::from(b'@' + dice.roll(63) as u8)
                    )
                    .bytes(),
                );
            }
            _ => {
                let odd = [
                    '\u{202e}',
                    '\u{2067}',
                    '\u{200d}',
                    '\u{200f}',
                    '\u{61c}',
                    '\u{feff}',
                    '\u{e0020}',
                    '\u{fffb}',
                    '\u{2028}',
                    '👩',
                ];
                (0..dice.roll(9))
                    .for_each(|_| bytes.extend(odd[dice.roll(10) as usize].to_string().bytes()));
            }
        }
    }
    let (wild, plain) = (place.room.join("wild.bin"), place.room.join("plain.bin"));
    std::fs::write(&wild, bytes).unwrap();
    // What stays on the screen at the end: without controls, so that nothing wipes it away.
    let stays: String = HOSTILE.chars().filter(|c| !c.is_control()).collect();
    std::fs::write(&plain, format!("{stays}\r\n").repeat(5)).unwrap();
    let (wild, plain) = (wild.display(), plain.display());
    let links = LINKS
        .map(|uri| format!("printf '\\033]8;id=theirs;{uri}\\007leads\\033]8;;\\007 ';"))
        .concat();
    let clean = "printf '\\030\\033\\\\\\033c'";
    format!(
        "stty -echo; cat {wild}; sleep 0.3; {clean}; cat {wild}; {clean}; cat {plain}; {links} echo; echo survived; exec cat > /dev/null"
    )
}

/// Settings and briefs that are hostile.
fn hostile_files(place: &Place) {
    let settings = format!("name = {}\n", toml(HOSTILE));
    std::fs::write(place.room.join("opsroom.toml"), settings).unwrap();
    let inbox = place.room.join("briefs/work/inbox");
    std::fs::create_dir_all(&inbox).unwrap();
    let brief = format!("+++\ntitle = {}\n+++\n{HOSTILE}\n", toml(HOSTILE));
    std::fs::write(inbox.join("0001-hostile.md"), brief).unwrap();
    let broken = format!("+++\n{HOSTILE} = {HOSTILE}\n+++\n");
    std::fs::write(inbox.join("0002-broken.md"), broken).unwrap();
    std::fs::write(inbox.join("0003-\u{1b}]0;x\u{7}\u{202e}.md"), HOSTILE).unwrap();
}

async fn in_a_room(place: &Place) -> Client {
    place.ok(&["spawn", "--name", "first", "--", "cat"]);
    operator(&paths(place)).await
}

/// An agent that asks for everything, in hostile words.
async fn hostile_asks(place: &Place, alice: &mut Client) -> Pass {
    let pass = Pass::in_the_folder(&place.room, alice).await;
    let (_one, _) = pass.ask("one", permission(HOSTILE)).await;
    let question = Verb::Question {
        text: HOSTILE.into(),
        options: vec![HOSTILE.into(); 3],
    };
    let (_two, _) = pass.ask("two", question).await;
    let status = Verb::Status {
        state: "working".into(),
        message: HOSTILE.into(),
    };
    let _ = pass.ask("three", status).await;
    pass
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_shown_nothing_outside_the_list_reaches_the_operators_terminal() {
    let place = Place::new();
    hostile_files(&place);
    let (mut alice, house) = (in_a_room(&place).await, paths(&place));
    let launch = Launch {
        name: HOSTILE.into(),
        ..sh(&output(&place))
    };
    let hostile = alice.spawn(launch).await;
    let pass = hostile_asks(&place, &mut alice).await;
    // All of it stands there when the window first draws it: a later change is drawn letter by letter.
    alice.watch(hostile).await;
    alice.sees(hostile, "survived").await;
    let mut window = Terminal::open(&place, &[], USUAL);
    window.sees("waiting on you");
    window.sees("survived");
    // Through the cards, the queue, a brief's text, the help, the palette, every pane, its past, its state, the people,
    // and searches.
    window.presses(&[
        "n", "n", "?", "\x1b", "gq", "j", "\r", "\x1b", ":", "hostile", "\x1b", "1", "z", "z", "2",
        "z", "[", "k", "k", "/red\r", "\x1b", "L", "\x1b", "T", "\x1b", "x", "\x1b", "gp", "\x1b",
        "B", "\x1b", "d", "\x1b", "g/", "txt\r", "j", "\x1b", "gw",
    ]);
    // A reason that was pasted, and comes back in lists, in the journal and where one writes.
    window.settled();
    window.presses(&["r", &format!("\x1b[200~{HOSTILE}"), "\x1b[201~", "\r"]);
    alice
        .until("the rejection", |client| {
            let mut requests = client.facts.requests.values();
            requests.any(|request| !request.is_open())
        })
        .await;
    // Words of the hub itself with names in them, and a refusal that quotes.
    alice
        .send(ToServer::Paste {
            agent: hostile,
            text: HOSTILE.into(),
        })
        .await;
    let _said = alice
        .wish(Wish::Say {
            agent: hostile,
            text: HOSTILE.into(),
            manner: Manner::Interrupt,
        })
        .await;
    let _said = alice.wish(Wish::Stop(hostile)).await;
    window.types("\x1b\x1b\x1b");
    std::fs::write(house.settings(), format!("{HOSTILE} = 1\n")).unwrap();
    alice
        .until("the fault", |client| {
            client.told.iter().any(|said| said.contains("opsroom.toml"))
        })
        .await;
    window.draws_soon(window.frames());
    window.resize((90, 30));
    window.draws_soon(window.frames());
    window.terminate();
    let (_, bytes) = window.ends();
    let text = String::from_utf8_lossy(&bytes);
    // It was all there to be seen: the pane, the card and the title, and how it left.
    for shown in [
        "survived",
        "U+202E",
        "txt.exe",
        "pwned",
        "\x1b[?1049l",
        ";https://good.example/?a;b\x1b\\",
        ";https://good.example/%E5%AE%BD%E2%80%AE%20odd\x1b\\",
    ] {
        assert!(
            text.contains(shown),
            "{shown:?} is not among {} bytes",
            bytes.len()
        );
    }
    let mut links = text.split("\x1b]8;").skip(1);
    let bad = |link: &str| {
        link.split('\x1b')
            .next()
            .unwrap_or(link)
            .contains("bad.example")
    };
    assert!(!links.any(bad), "a bad link got through");
    if let Some(found) = fault(&bytes) {
        panic!("this reached the terminal: {found}");
    }
    // What happens while nobody is there is told to who comes back, if they were there for 2 s and away for 5; and what
    // was seen is looked at again.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let before = place.noted("left").len();
    drop(alice);
    eventually("her leaving in the journal", || {
        (place.noted("left").len() > before).then_some(())
    });
    tokio::time::sleep(Duration::from_secs(6)).await;
    let (_four, _) = pass.ask("four", permission(HOSTILE)).await;
    let mut again = Terminal::open(&place, &[], USUAL);
    again.sees("since you left");
    again.presses(&["j", "\x1b", "gs", "\x1b"]);
    again.terminate();
    let number = hostile.0.to_string();
    let mut replay = Terminal::open(&place, &["replay", &number], USUAL);
    replay.sees("survived");
    replay.presses(&[
        "?", "\x1b", "l", "\x1b", "\x1b[H", " ", " ", "n", "N", "/", "txt\r", "\x1b[F",
    ]);
    replay.terminate();
    for (what, terminal) in [("since", again), ("replay", replay)] {
        let (_, bytes) = terminal.ends();
        assert_eq!(fault(&bytes), None, "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_verbs_print_is_as_harmless_in_a_terminal() {
    let place = Place::new();
    hostile_files(&place);
    let mut alice = in_a_room(&place).await;
    let launch = Launch {
        name: HOSTILE.into(),
        ..sh(&format!("{}; exit 3", output(&place)))
    };
    let hostile = alice.spawn(launch).await;
    let pass = hostile_asks(&place, &mut alice).await;
    alice.watch(hostile).await;
    alice.sees(hostile, "survived").await;
    let said = Verb::Say {
        text: HOSTILE.into(),
    };
    let _ = pass.ask("said", said).await;
    let number = hostile.0.to_string();
    for verb in [
        &["ls"][..],
        &["agents"],
        &["next"],
        &["check"],
        &["guests"],
        &["gauges"],
        &["usage"],
        &["policy", "list"],
        &["policy", "test"],
        &["journal"],
        &["log"],
        &["explain", &number],
        &["replay", &number, "--print"],
        &["brief", "list"],
        &["brief", "show", "0001-hostile"],
        &["brief", "lint"],
        &["doctor"],
        &["stop", HOSTILE],
    ] {
        let (_, said) = Terminal::open(&place, verb, USUAL).ends();
        assert!(!said.is_empty(), "{verb:?} says nothing");
        assert_eq!(fault(&said), None, "{verb:?}");
    }
}
