//! What reaches the operator's own terminal: nothing outside a short list, whatever agents, briefs and
//! settings say. A strict reader of the client's raw bytes, which knows only what a client may say.

use opsroom::model::Launch;
use opsroom::wire::ToServer;

use crate::client::sh;
use crate::kit::{Dice, Pass, operator, paths, permission};
use crate::support::Place;
use crate::tty::{Terminal, USUAL};

/// Reads the bytes of a terminal, and says the first thing in them that no client of ours may send.
fn fault(bytes: &[u8]) -> Option<String> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            return Some(format!(
                "not UTF-8 at {}: {:?}",
                error.valid_up_to(),
                near(bytes, error.valid_up_to())
            ));
        }
    };
    let mut rest = text;
    let mut leads = false;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '\x1b' => sequence(&rest[1..]).map(|length| length + 1),
            '\r' | '\n' | '\x07' => Some(1),
            c if is_plain(c) => Some(c.len_utf8()),
            _ => None,
        };
        let Some(length) = length else {
            return Some(format!("{:?}", rest.chars().take(40).collect::<String>()));
        };
        if let Some(link) = rest.strip_prefix("\x1b]8;") {
            leads = !link.starts_with(';');
        }
        rest = &rest[length..];
    }
    leads.then(|| "a link that is never closed".to_owned())
}

fn near(bytes: &[u8], at: usize) -> String {
    String::from_utf8_lossy(&bytes[at.saturating_sub(10)..(at + 10).min(bytes.len())]).into_owned()
}

/// A character that can neither act nor hide nor turn the line around.
fn is_plain(c: char) -> bool {
    let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let hides = matches!(c, '\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
    !c.is_control() && !turns && !hides
}

/// The length of what follows an escape, if a client may send it.
fn sequence(rest: &str) -> Option<usize> {
    match rest.as_bytes().first()? {
        b'[' => csi(&rest[1..]).map(|length| length + 1),
        b']' => osc(&rest[1..]).map(|length| length + 1),
        _ => None,
    }
}

/// The modes that a client sets, and resets when it leaves.
const MODES: [&str; 9] = [
    "25", "1000", "1002", "1003", "1004", "1006", "1015", "1049", "2004",
];

fn csi(rest: &str) -> Option<usize> {
    let end = rest
        .bytes()
        .position(|byte| (0x40..=0x7e).contains(&byte))?;
    let (parameters, last) = (&rest[..end], rest.as_bytes()[end]);
    let numbers = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b';' || byte == b':')
    };
    let allowed = match last {
        b'm' | b'H' | b'J' | b'K' => numbers(parameters),
        b'h' | b'l' => parameters
            .strip_prefix('?')
            .is_some_and(|mode| MODES.contains(&mode) || mode == "2026"),
        // The keyboard's own flags, pushed and popped.
        b'u' => {
            matches!(parameters.as_bytes().first(), Some(b'>' | b'<')) && numbers(&parameters[1..])
        }
        // The cursor's shape.
        b'q' => parameters.strip_suffix(' ').is_some_and(numbers),
        _ => false,
    };
    allowed.then_some(end + 1)
}

/// Titles and notifications, of plain characters only, and links. A clipboard is written by a person's own key
/// only, and none is pressed here.
fn osc(rest: &str) -> Option<usize> {
    if let Some(link) = rest.strip_prefix("8;") {
        let end = link.find(|c: char| c.is_control())?;
        let closed = link[end..].starts_with("\x1b\\") && leads_well(&link[..end]);
        return closed.then_some(2 + end + 2);
    }
    let end = rest.find('\x07')?;
    let body = &rest[..end];
    let (command, text) = body.split_once(';')?;
    (matches!(command, "0" | "2" | "9") && text.chars().all(is_plain)).then_some(end + 1)
}

/// Nothing at all, or an id of ours and a URI that a person may follow: of four schemes, printable ASCII, short.
fn leads_well(link: &str) -> bool {
    let Some((id, uri)) = link.split_once(';') else {
        return false;
    };
    if id.is_empty() {
        return uri.is_empty();
    }
    let digits = id.strip_prefix("id=o").unwrap_or("-");
    let schemes = [
        "http://",
        "https://",
        "mailto:",
        "file:///",
        "file://localhost/",
    ];
    let scheme = |uri: &str| {
        schemes
            .iter()
            .any(|scheme| uri.to_ascii_lowercase().starts_with(scheme))
    };
    digits.bytes().all(|byte| byte.is_ascii_hexdigit())
        && uri.len() <= 2_048
        && uri.bytes().all(|byte| byte.is_ascii_graphic())
        && scheme(uri)
}

#[test]
fn the_strict_reader_finds_what_must_not_be_sent() {
    let fine = "\x1b[?1049h\x1b[1;2H\x1b[38;2;1;2;3mplain é 漢 👩‍🚀\x1b[0m\x1b]0;a title\x07\x1b[ q\x1b[>1u\r\n\
        \x1b]8;id=o1f;https://x/?a;b\x1b\\here\x1b]8;id=o2;file:///x\x1b\\there\x1b]8;;\x1b\\";
    assert_eq!(fault(fine.as_bytes()), None);
    let hostile = [
        "\x1bc",
        "\x1b]52;c;AAAA\x07",
        "\x1b]8;;http://x\x07",
        "\x1b]8;id=o1;http://x\x07x\x1b]8;;\x1b\\",
        "\x1b]8;;http://x\x1b\\x\x1b]8;;\x1b\\",
        "\x1b]8;id=theirs;http://x\x1b\\x\x1b]8;;\x1b\\",
        "\x1b]8;id=o1:x=y;http://x\x1b\\x\x1b]8;;\x1b\\",
        "\x1b]8;id=o1;javascript:x\x1b\\x\x1b]8;;\x1b\\",
        "\x1b]8;id=o1;file://there/x\x1b\\x\x1b]8;;\x1b\\",
        "\x1b]8;id=o1;http://é\x1b\\x\x1b]8;;\x1b\\",
        "\x1b]8;id=o1;http://x y\x1b\\x\x1b]8;;\x1b\\",
        "\x1b]8;id=o1;http://x\x1b\\never closed",
        "\x1b]8;id=o1;http://x\x1b]8;;\x1b\\",
        "\x1b[21t",
        "\x1b[6n",
        "\x1b[?9001h",
        "\x1bPq\x1b\\",
        "\x1b]0;a\x1b]52;c;A\x07",
        "\u{9b}31m",
        "\u{202e}",
        "\u{200b}",
        "\x0e",
        "\t",
        "\x1b[>c",
        "\x1b[2i",
        "\x1b[5 @",
        "\x1b[!p",
        "\x1b]0;never ended",
        "\x1b[1;2",
        "\x7f",
    ];
    for text in hostile {
        assert!(fault(text.as_bytes()).is_some(), "{text:?}");
    }
    assert!(fault(b"\xff").is_some());
}

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

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_shown_nothing_outside_the_list_reaches_the_operators_terminal() {
    let place = Place::new();
    std::fs::write(
        place.room.join("opsroom.toml"),
        format!("name = {}\n", toml(HOSTILE)),
    )
    .unwrap();
    let inbox = place.room.join("briefs/work/inbox");
    std::fs::create_dir_all(&inbox).unwrap();
    let brief = format!("+++\ntitle = {}\n+++\n{HOSTILE}\n", toml(HOSTILE));
    std::fs::write(inbox.join("0001-hostile.md"), brief).unwrap();
    std::fs::write(
        inbox.join("0002-broken.md"),
        format!("+++\n{HOSTILE} = {HOSTILE}\n+++\n"),
    )
    .unwrap();
    std::fs::write(inbox.join("0003-\u{1b}]0;x\u{7}\u{202e}.md"), HOSTILE).unwrap();
    place.ok(&["spawn", "--name", "first", "--", "cat"]);
    let (house, mut alice) = (paths(&place), operator(&paths(&place)).await);
    let hostile = alice
        .spawn(Launch {
            name: HOSTILE.into(),
            ..sh(&output(&place))
        })
        .await;
    let pass = Pass::in_the_folder(&place.room, &mut alice).await;
    let (_one, _) = pass.ask("one", permission(HOSTILE)).await;
    let question = opsroom::wire::agent::Verb::Question {
        text: HOSTILE.into(),
        options: vec![HOSTILE.into(); 3],
    };
    let (_two, _) = pass.ask("two", question).await;
    let status = opsroom::wire::agent::Verb::Status {
        state: "working".into(),
        message: HOSTILE.into(),
    };
    let _ = pass.ask("three", status).await;
    // All of it stands there when the window first draws it: a later change is drawn letter by letter.
    alice.watch(hostile).await;
    alice.sees(hostile, "survived").await;
    let mut window = Terminal::open(&place, &[], USUAL);
    window.sees("waiting on you");
    window.sees("survived");
    // Through the cards, the queue, a brief's text, the help, the palette, every pane, its past, and a search.
    let keys = [
        "n", "n", "?", "\x1b", "gq", "j", "\r", "\x1b", ":", "hostile", "\x1b", "1", "z", "z", "2",
        "z", "[", "k", "k", "/red\r", "\x1b", "L", "\x1b", "T", "\x1b", "gw",
    ];
    for key in keys {
        let frames = window.frames();
        window.types(key);
        window.draws_soon(frames);
    }
    // Words of the hub itself with names in them, and a refusal that quotes.
    alice
        .send(ToServer::Paste {
            agent: hostile,
            text: HOSTILE.into(),
        })
        .await;
    let _said = alice
        .wish(opsroom::model::Wish::Say {
            agent: hostile,
            text: HOSTILE.into(),
            manner: opsroom::model::Manner::Interrupt,
        })
        .await;
    let _said = alice.wish(opsroom::model::Wish::Stop(hostile)).await;
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
    // What the verbs print ends in a terminal too.
    for verb in [
        &["ls"][..],
        &["journal"],
        &["brief", "list"],
        &["brief", "show", "0001-hostile"],
        &["brief", "lint"],
        &["doctor"],
    ] {
        let (_, said) = Terminal::open(&place, verb, USUAL).ends();
        assert!(
            !said.is_empty() && fault(&said).is_none(),
            "{verb:?}: {:?}",
            fault(&said)
        );
    }
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
}
