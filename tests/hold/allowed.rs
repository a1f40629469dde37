//! A strict reader of the bytes that a client wrote to its terminal: it knows only what a client may say.

/// Reads the bytes of a terminal, and says the first thing in them that no client of ours may send.
pub fn fault(bytes: &[u8]) -> Option<String> {
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
