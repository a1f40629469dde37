//! Whatever an agent prints, only a known set of bytes reaches the operator's terminal.

use super::support::Place;

/// OSC 52, titles, notifications, a DCS, an APC, a hyperlink, a mode, a reset, C1 in both spellings, bidi,
/// zero width, tags; and a word at the end, so that it is known to have come.
const HOSTILE: &str = r"printf '\033]52;c;c3RvbGVu\007\033]0;pwned title\007\033]2;pwned two\033\\'
printf '\033]9;pwned note\007\033]777;notify;pwned;x\007\033]1337;File=:eA==\007'
printf '\033P+q544e\033\\\033_Gi=1;eA==\033\\\033]8;;http://pwned.example\007link\033]8;;\007'
printf '\033[?1003h\033[?1049h\033[?1049l\033c\033[!p\033[6n\033[c\033[>q\033[21t\033[5i\033#8\033c'
printf '\302\233 31mC1\302\235 52;c;eA==\302\234\233 31m\220 pwned \234'
printf '\342\200\256desrever\342\200\254 \342\200\213zero\342\201\246iso\342\201\251 \363\240\201\201tag\363\240\201\277 \357\273\277bom \302\255shy\n'
printf 'e\314\201\314\201\314\201\314\201\314\201\314\201\314\201\314\201\314\201\314\201\314\201\314\201 zalgo\n'
printf 'all of it came\n'; exec cat";

/// What may leave the program: CSI finals, and the private modes it sets and resets.
const FINALS: &str = "HmKJhlquABCDGdX";
const MODES: [&str; 11] = [
    "1049", "25", "1000", "1002", "1003", "1006", "1015", "1004", "2004", "2026", "12",
];

fn csi<'t>(rest: &'t str, faults: &mut Vec<String>) -> &'t str {
    let end = rest
        .find(|one: char| ('\u{40}'..='\u{7e}').contains(&one))
        .unwrap_or(rest.len() - 1);
    let (parameters, last) = (&rest[..end], &rest[end..=end]);
    let known =
        FINALS.contains(last) && parameters.bytes().all(|byte| (0x20..0x40).contains(&byte));
    let mode = match (parameters.strip_prefix('?'), last) {
        (Some(modes), "h" | "l") => modes.split(';').all(|mode| MODES.contains(&mode)),
        (Some(_), _) | (None, "h" | "l") => false,
        (None, _) => true,
    };
    if !known || !mode {
        faults.push(format!("CSI {parameters}{last}"));
    }
    &rest[end + 1..]
}

/// Only the room's own title, no other OSC.
fn osc<'t>(rest: &'t str, faults: &mut Vec<String>) -> &'t str {
    let end = rest.find(['\u{7}', '\u{1b}']).unwrap_or(rest.len());
    let said = &rest[..end];
    let title = said.strip_prefix("0;").or(said.strip_prefix("2;"));
    if !matches!(title, Some("opsroom" | "quay" | "(1) quay")) {
        faults.push(format!("OSC {said}"));
    }
    rest[end..]
        .trim_start_matches('\u{7}')
        .strip_prefix("\x1b\\")
        .unwrap_or(rest[end..].trim_start_matches('\u{7}'))
}

fn is_shown(one: char) -> bool {
    let invisible = matches!(one,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
    !one.is_control() && !invisible
}

/// Everything in these bytes that is not on the list.
fn faults(bytes: &[u8]) -> Vec<String> {
    let mut faults = Vec::new();
    let text = std::str::from_utf8(bytes).unwrap_or_else(|error| panic!("not UTF-8: {error}"));
    let mut rest = text;
    while let Some(one) = rest.chars().next() {
        rest = &rest[one.len_utf8()..];
        match one {
            '\u{1b}' if rest.starts_with('[') => rest = csi(&rest[1..], &mut faults),
            '\u{1b}' if rest.starts_with(']') => rest = osc(&rest[1..], &mut faults),
            '\u{1b}' => faults.push(format!("ESC {:?}", rest.chars().next())),
            '\r' | '\n' | '\u{8}' | '\u{7}' => {}
            one if is_shown(one) => {}
            one => faults.push(format!("{one:?}")),
        }
    }
    faults.sort();
    faults.dedup();
    faults
}

#[test]
fn only_known_bytes_reach_the_persons_terminal() {
    let place = Place::of(&[
        ("hostile", HOSTILE),
        ("neighbour", "echo 'next door'; exec cat"),
    ]);
    let mut console = place.console(&[], 120, 40);
    console.sees("all of it came");
    console.sees("next door");
    // its past, its evidence and the whole of it large
    console.does("1z", "all of it came");
    console.does("x", "what is known of");
    console.types("q");
    console.no_longer_sees("what is known of");
    console.does("[", " of ");
    console.types("ggq");
    console.sees("all of it came");
    let found = faults(&console.bytes());
    assert!(found.is_empty(), "{found:#?}");
    console.types("q");
    assert_eq!(console.ends(), 0);
}

#[test]
fn hostile_words_in_a_request_are_shown_and_change_nothing() {
    let script = r#""$OPSROOM_BIN" ask-permission --tool "$(printf 'run\033]0;pwned\007')" \
        --summary "$(printf 'rm -rf \342\200\256gnihton\033[2J\302\233 31m')" --detail "$(printf 'a\nb\033]52;c;eA==\007')"; exec cat"#;
    let place = Place::of(&[("hostile", script)]);
    let mut console = place.console(&[], 120, 40);
    let screen = console.card("rm -rf ");
    assert!(screen.contains("hostile"), "{screen}");
    console.does(" ", "╭ 1 hostile · ");
    console.types("q");
    console.no_longer_sees("╭ 1 hostile · ");
    let found = faults(&console.bytes());
    assert!(found.is_empty(), "{found:#?}");
}
