//! The README says what the program does.
#![allow(clippy::unwrap_used, clippy::panic)]

const README: &str = include_str!("../README.md");

#[test]
fn the_readmes_key_tables_are_the_command_tables() {
    let keys = opsroom::view::command::markdown();
    let printed = README
        .split_once("<!-- keys:")
        .and_then(|(_, rest)| rest.split_once("-->"))
        .unwrap()
        .1;
    let printed = printed.split_once("<!-- /keys -->").unwrap().0;
    assert_eq!(
        printed.trim(),
        keys.trim(),
        "run `opsroom keys` and put what it prints into the README"
    );
}

#[test]
fn the_readme_names_every_built_in_theme_and_layout() {
    for file in opsroom::config::builtin::THEMES
        .iter()
        .chain(opsroom::config::builtin::LAYOUTS)
    {
        assert!(
            README.contains(file.name),
            "{} is not in the README",
            file.name
        );
    }
}

#[test]
fn the_readmes_two_commands_are_the_ones_that_ci_runs() {
    assert!(
        README
            .lines()
            .any(|line| line == "cargo run --release -- demo")
    );
    assert!(README.lines().any(|line| line == "cargo test"));
}
