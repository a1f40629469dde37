//! Keys, pastes and the mouse in a pane; its past.

use super::support::{Console, Place};

fn one(script: &str) -> (Place, Console) {
    let place = Place::of(&[("one", script)]);
    let console = place.console(&[], 120, 40);
    console.sees("ready");
    (place, console)
}

/// A left button's event at a cell, as terminals send it.
fn mouse(button: u8, (col, row): (u16, u16), end: char) -> String {
    format!("\x1b[<{button};{};{}{end}", col + 1, row + 1)
}

fn click(at: (u16, u16)) -> String {
    mouse(0, at, 'M') + &mouse(0, at, 'm')
}

#[test]
fn what_is_typed_into_a_pane_reaches_its_program_and_nothing_else_does() {
    let (_place, mut console) = one("echo ready; exec cat");
    // a room's keys are not the agent's
    console.types("jkz");
    console.does("i", "your keys go here");
    console.types("hello\r");
    console.until("an echo", |screen| screen.matches("hello").count() == 2);
    console.types("\u{7}");
    let screen = console.no_longer_sees("your keys go here");
    assert!(!screen.contains("jkz"), "{screen}");
    console.does("?", "type to filter");
}

#[test]
fn ctrl_g_twice_sends_one_to_the_program() {
    let (_place, mut console) = one("stty -echo; echo ready; exec cat -v");
    console.does("i", "your keys go here");
    console.types("<\u{7}\u{7}>\r");
    console.sees("<^G>");
    console.sees("your keys go here");
}

#[test]
fn a_key_that_a_slow_line_brings_in_parts_reaches_the_program_whole() {
    let place = Place::of(&[("one", "stty raw -echo; echo ready; exec cat -v")]);
    // as long as it may be, so that a busy machine makes no escape of an arrow
    place.write("home/.config/opsroom/keys.toml", "escape_ms = 1000\n");
    let mut console = place.console(&[], 120, 40);
    console.sees("ready");
    console.does("i", "your keys go here");
    for _ in 0..8 {
        console.types_in_parts("\x1b[A");
    }
    console.types_in_parts("\x1b[<0;1;1M\x1b[?62c.");
    console.sees(&format!("{}.", "^[[A".repeat(8)));
    // by itself it is the key of that name, and no part of what comes later
    place.write("home/.config/opsroom/keys.toml", "escape_ms = 20\n");
    console.types("\x1b");
    console.until("an escape", |screen| screen.matches("^[").count() == 9);
    console.does("[A,", "^[[A,");
}

#[test]
fn a_paste_is_marked_only_where_the_program_asked_for_it() {
    let ask = "printf '\\033[?2004h'";
    let place = Place::of(&[
        ("plain", "stty -echo; echo ready; exec cat -v"),
        (
            "asked",
            &format!("stty -echo; {ask}; echo prompt; exec cat -v"),
        ),
    ]);
    let mut console = place.console(&[], 120, 40);
    console.sees("ready");
    console.sees("prompt");
    let paste = "\x1b[200~two words\x1b[201~";
    console.does("1i", "your keys go here");
    console.types(&format!("{paste}\r"));
    console.sees("two words");
    console.types("\u{7}");
    console.no_longer_sees("your keys go here");
    console.does("2i", "your keys go here");
    console.types(&format!("{paste}\r"));
    let screen = console.sees("^[[200~two words^[[201~");
    assert_eq!(screen.matches("200~").count(), 1, "{screen}");
}

#[test]
fn a_panes_past_is_gone_through_and_searched() {
    let script = "i=0; while [ $i -lt 900 ]; do i=$((i+1)); echo \"line number $i.\"; done; echo ready; exec cat";
    let (_place, mut console) = one(script);
    console.does("[", " of ");
    console.does("gg", "line number 1.");
    console.does("G", "ready");
    console.types("q");
    console.types("/");
    console.types("number 42.\r");
    console.sees("1/1");
    console.sees("line number 42.");
    console.types("\u{1b}");
    console.no_longer_sees("line number 42.");
    console.sees("ready");
    // the wheel, too
    let at = console.place_of("ready");
    for _ in 0..40 {
        console.types(&mouse(64, at, 'M'));
    }
    console.sees("▼ 120 below");
    console.sees("line number 753.");
}

#[test]
fn a_click_focuses_and_a_double_click_fills_the_room_with_a_tile() {
    let place = Place::of(&[
        ("left", "echo here left; exec cat"),
        ("right", "echo here right; exec cat"),
    ]);
    let mut console = place.console(&[], 120, 40);
    console.sees("here left");
    console.sees("here right");
    let at = console.place_of("here right");
    console.types(&click(at));
    console.until("the right tile in focus", |screen| {
        screen.contains("┏ 2 right")
    });
    let twice = click(at).repeat(2);
    // two single clicks before were long ago, or count with the first of these: then there are three
    console.types(&twice);
    console.until("only the right tile", |screen| {
        screen.contains("here right") && !screen.contains("here left")
    });
    console.types("z");
    console.sees("here left");
}

#[test]
fn a_drag_selects_and_copies_to_the_persons_clipboard() {
    let (_place, mut console) = one("echo ready; echo 'carry this text away'; exec cat");
    console.sees("carry this text");
    let (col, row) = console.place_of("this text");
    console.types(&mouse(0, (col, row), 'M'));
    console.types(&mouse(32, (col + 3, row), 'M'));
    console.types(&mouse(32, (col + 8, row), 'M'));
    console.types(&mouse(0, (col + 8, row), 'm'));
    // OSC 52 with "this text"
    console.hears(b"\x1b]52;c;dGhpcyB0ZXh0\x07");
    console.sees("copied 1 line");
}

#[test]
fn an_observer_looks_and_cannot_type_or_decide() {
    let script =
        "\"$OPSROOM_BIN\" ask-permission --tool run --summary 'make all'; echo ready; exec cat";
    let place = Place::of(&[("one", script)]);
    let mut owner = place.console(&[], 120, 40);
    owner.card("make all");
    let mut observer = place.console(&["attach", "--observer"], 120, 40);
    observer.sees("watching: you cannot decide");
    observer.types("a");
    observer.does("i", "watching");
    observer.types("xyz\r");
    assert!(place.noted("decided").is_empty());
    owner.sees("make all");
    let screen = owner.decides("a", "ready");
    assert!(!screen.contains("xyz"), "{screen}");
    observer.sees("ready");
}
