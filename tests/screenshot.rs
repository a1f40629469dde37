//! The picture in the README, made from a real run: `cargo test --test screenshot -- --ignored`.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;
#[path = "support/svg.rs"]
mod svg;

use support::Place;

#[test]
#[ignore = "writes tests/screens/demo.svg"]
fn the_picture_in_the_readme_is_made_from_a_real_run() {
    let place = Place::new();
    let mut console = place.console(&["demo"], 160, 45);
    console.until("a gate, a question and two permissions", |screen| {
        screen.contains("4 waiting on you") && screen.contains("gate")
    });
    let picture = console.with_screen(svg::picture);
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/screens/demo.svg");
    std::fs::write(file, picture).unwrap();
    console.types("q");
    assert_eq!(console.ends(), 0);
}
