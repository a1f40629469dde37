//! The work of a brief is read and commented in a real window, from real git.

use super::support::{Console, Place};

/// The builder of the demo after its first edit, which is not committed.
fn edited(place: &Place) -> Console {
    let mut console = place.console(&[], 140, 44);
    console.sees("harbour");
    console.chooses("0012");
    console.types("S");
    console.card("sh checks/all.sh");
    console.decides("a", "approved by");
    console.card("app/login.sh  +");
    console.decides("a", "git commit");
    console
}

#[test]
fn uncommitted_work_is_read_commented_and_sent_to_the_agent_as_a_round() {
    let place = Place::demo();
    let mut console = edited(&place);
    console.does("d", "M app/login.sh");
    console.sees("too many attempts");
    console.sees("DIFF");
    console.types("/");
    console.types("too many attempts\r");
    console.does("c", "comment on app/login.sh:");
    console.types("say how long to wait\r");
    console.sees("say how long to wait");
    console.sees("not sent");
    console.does("S", "1.1");
    let screen = console.sees("open");
    assert!(screen.contains("▎ 1.1 "), "{screen}");
    let steps = place.noted("reviewed");
    assert_eq!(steps.len(), 2, "{steps:#?}");
    let message = place.noted("messaged");
    let text = message.last().map(|entry| entry["text"].to_string());
    let text = text.unwrap_or_default();
    assert!(text.contains("Review round 1 of brief 0012"), "{text}");
    assert!(text.contains("1.1  app/login.sh:"), "{text}");
    console.types("q");
    console.no_longer_sees("say how long to wait");
    console.sees("✎1");
}

#[test]
fn a_diff_fits_a_terminal_of_80_by_24() {
    let place = Place::demo();
    let mut console = edited(&place);
    console.resize(80, 24);
    console.does("d", "M app/login.sh");
    console.types("t");
    console.sees("too many attempts");
    console.types("q");
    console.no_longer_sees("M app/login.sh");
}
