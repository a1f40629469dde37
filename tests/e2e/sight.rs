//! `opsroom replay --at` shows what the window showed.

use super::support::{Console, PERSON, Place};

/// Twenty-eight rows as wide as the agent's screen, and then it asks.
const ASKS: &str = "i=10; while [ $i -lt 38 ]; do \
     printf 'row %d %s the end of %d\\n' $i '.................................................................' $i; \
     i=$((i+1)); done; \"$OPSROOM_BIN\" ask-permission --tool bash --summary 'go on' >answer; exec cat";

fn asked(cols: u16, rows: u16) -> (Place, Console) {
    let place = Place::of(&[("rower", ASKS)]);
    let console = place.console(&[], cols, rows);
    console.card("go on");
    (place, console)
}

/// The rows of the agent's screen that stand in a text, with where they end in it.
fn rows(text: &str) -> Vec<String> {
    let lines = text.lines().filter_map(|line| {
        let line = &line[line.find("row ")?..];
        let end = line.find(['│', '┃', '║']).unwrap_or(line.len());
        Some(line[..end].trim_end().to_owned())
    });
    lines.collect()
}

fn printed(place: &Place) -> String {
    place.ok(&["replay", "--at", "#1", "--print"])
}

#[test]
fn a_small_windows_decision_is_shown_with_the_rows_and_columns_that_it_had() {
    let (place, mut console) = asked(80, 24);
    let stood = rows(&console.text());
    assert!(!stood.is_empty() && stood.len() < 28, "{stood:#?}");
    console.decides("a", "nothing waits");
    assert_eq!(rows(&printed(&place)), stood);
    let replay = place.console(&["replay", "--at", "#1"], 160, 44);
    replay.sees("dim: not in their sight");
    replay.sees(&format!("what {PERSON} had in sight is lit"));
    let whole = replay.text();
    assert!(
        whole.contains("row 10 ") && whole.contains("the end of 37"),
        "{whole}"
    );
}

#[test]
fn a_large_windows_decision_is_shown_as_seen_whole() {
    let (place, mut console) = asked(170, 60);
    let stood = rows(&console.text());
    assert_eq!(stood.len(), 28, "{stood:#?}");
    console.decides("a", "nothing waits");
    let text = printed(&place);
    assert_eq!(rows(&text), stood);
    assert!(!text.contains('░'), "{text}");
    let replay = place.console(&["replay", "--at", "#1"], 170, 60);
    replay.sees("all of it was in their sight");
}

#[test]
fn what_a_form_covered_when_it_was_sent_is_not_shown_as_seen() {
    let (place, mut console) = asked(170, 60);
    console.does("r", "why, in your words");
    console.does("not today", "not today");
    let window = console.text();
    console.types("\r");
    console.sees("nothing waits");
    let text = printed(&place);
    let covered = text.lines().filter(|line| line.contains('░'));
    assert!(covered.count() >= 3, "{text}");
    for line in text.lines() {
        let parts = line.split('░').map(str::trim);
        for part in parts.filter(|part| !part.is_empty()) {
            assert!(window.contains(part), "{part:?} stood not in\n{window}");
        }
    }
}
