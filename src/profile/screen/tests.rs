//! Rules on small screens: what fits, what does not, and that nothing on a screen can harm the reader.
#![allow(clippy::unwrap_used, clippy::panic)]

use proptest::prelude::*;

use super::*;

fn text(text: &str) -> Test {
    match text.strip_prefix("re:") {
        Some(pattern) => Test::Pattern(Pattern::new(pattern).unwrap()),
        None => Test::Text(text.to_owned()),
    }
}

fn rule(says: Says, all: &[&str]) -> Rule {
    Rule {
        name: "it".to_owned(),
        says,
        region: Region {
            rows: Some(15),
            above: None,
        },
        all: all.iter().map(|one| text(one)).collect(),
        any: Vec::new(),
        none: Vec::new(),
        until: None,
    }
}

fn asks(all: &[&str]) -> Rule {
    rule(Says::Person(Need::Dialog, Shape::default()), all)
}

fn rows(screen: &str) -> Vec<String> {
    screen.lines().map(str::to_owned).collect()
}

fn dialog(screen: &str) -> Option<Dialog> {
    read(&[asks(&[])], &rows(screen)).dialog
}

/// Labels, with the key before and the mark of the cursor.
fn options(screen: &str) -> Vec<String> {
    let told = |one: Choice| {
        let cursor = if one.under_cursor { ">" } else { "" };
        let key = one.key.map(String::from).unwrap_or_default();
        format!("{cursor}{key} {} {:?}", one.label, one.means)
    };
    dialog(screen).map_or(Vec::new(), |open| {
        open.options.into_iter().map(told).collect()
    })
}

#[test]
fn a_screen_that_no_rule_fits_is_unknown_with_its_last_line() {
    let reading = read(
        &[rule(Says::State(State::Idle), &["ready"])],
        &rows("a\nb\n\n──\n"),
    );
    assert_eq!(reading.state, State::Unknown);
    assert_eq!(reading.because, "no rule fits; last line: b");
    assert_eq!(read(&[], &[]).because, "the screen is empty");
}

#[test]
fn the_first_rule_that_fits_speaks_and_says_why() {
    let mut working = rule(Says::State(State::Working), &["re:^[✶✽] .*…"]);
    working.none.push(text("done"));
    let idle = rule(Says::State(State::Idle), &["❯"]);
    let screen = rows("│ ✶ Noodling… │\n❯\n");
    let reading = read(&[working.clone(), idle.clone()], &screen);
    assert_eq!(
        (reading.state, reading.because.as_str()),
        (State::Working, "it: ✶ Noodling…")
    );
    let reading = read(&[working, idle], &rows("✶ Noodling…\ndone\n❯\n"));
    assert_eq!(reading.state, State::Idle);
}

#[test]
fn a_rule_looks_at_the_last_rows_only_and_blank_rows_do_not_count() {
    let mut limited = rule(Says::State(State::Limited), &["limit reached"]);
    limited.region.rows = Some(2);
    limited.until = Some(Pattern::new("resets at (.+)$").unwrap());
    let reading = read(
        &[limited.clone()],
        &rows("limit reached, resets at 10pm\n\n\n>\n\n"),
    );
    assert_eq!(
        reading.because,
        "it: limit reached, resets at 10pm (until 10pm)"
    );
    let reading = read(&[limited], &rows("limit reached\n1\n2\n"));
    assert_eq!(reading.state, State::Unknown);
}

#[test]
fn a_rule_can_look_at_what_stands_above_the_line_that_is_written_to() {
    let mut idle = rule(Says::State(State::Idle), &["re:^Worked for"]);
    idle.region = Region {
        rows: Some(1),
        above: Some(Pattern::new("^›").unwrap()),
    };
    let state = |screen: &str| read(&[idle.clone()], &rows(screen)).state;
    assert_eq!(state("Worked for 3s\n\n› ask\n  hint\n"), State::Idle);
    assert_eq!(
        state("Worked for 3s\n› more\n• words\n› ask\n"),
        State::Unknown
    );
    assert_eq!(state("Worked for 3s\n"), State::Unknown, "no such line");
}

#[test]
fn options_are_found_by_number_letter_or_cursor_and_named_by_their_words() {
    let numbered = " Proceed?\n ❯ 1. Yes\n   2. Yes, and don't ask again (shift+tab)\n   3. No (esc)\n\n Esc to cancel\n";
    assert_eq!(
        options(numbered),
        [
            ">1 Yes Approve",
            "2 Yes, and don't ask again Other",
            "3 No Reject"
        ]
    );
    let boxed = "│ ● 1. Yes, allow once │\n│   2. No               │\n╰──────╯\n";
    assert_eq!(
        options(boxed),
        [">1 Yes, allow once Approve", "2 No Reject"]
    );
    let plain = " ❯ No, exit\n   Yes, I trust this folder\n\n Enter to confirm\n";
    assert_eq!(
        options(plain),
        ["> No, exit Reject", " Yes, I trust this folder Other"]
    );
    let radio = "◆  Allow?\n│  ○ Allow\n│  ● Always Allow\n│  ○ Deny\n└\n";
    assert_eq!(
        options(radio),
        [" Allow Approve", "> Always Allow Other", " Deny Reject"]
    );
    let letters = "Run shell command? (Y)es/(N)o/(D)on't ask again [Yes]:";
    assert_eq!(
        options(letters),
        ["y Yes Approve", "n No Reject", "d Don't ask again Other"]
    );
}

#[test]
fn a_label_goes_on_where_its_row_was_too_narrow() {
    let long = "x".repeat(70);
    let screen = format!(
        "› 1. Yes, proceed (y)\n  2. Always for {long}\n     and more (p)\n  3. No (esc)\n"
    );
    let open = dialog(&screen).unwrap();
    assert_eq!(open.options[1].label, format!("Always for {long} and more"));
    let explained = "❯ 1. Red\n     use red\n  2. Blue\n     use blue\n";
    assert_eq!(options(explained), [">1 Red Other", "2 Blue Other"]);
}

#[test]
fn a_list_without_a_cursor_or_far_above_the_end_is_no_dialog() {
    assert_eq!(options("1. Yes\n2. No\n"), [""; 0]);
    assert_eq!(options("❯ 1. Yes\n  2. No\na\nb\nc\nd\n"), [""; 0]);
    assert_eq!(options("❯ 1. Yes\n❯ 2. No\n"), [""; 0], "two cursors");
    assert_eq!(options("❯ 2. Yes\n  3. No\n"), [""; 0], "no first option");
    assert_eq!(options("❯ 1. Yes\n"), [""; 0], "no choice");
}

#[test]
fn a_dialog_is_shown_from_its_head_to_its_last_option() {
    let screen = "talk\n────────\n Create file\n ╌╌╌╌╌\n 1 hello\n Create it?\n ❯ 1. Yes\n   2. No\n\n ⠋ waiting 3s\n";
    assert_eq!(
        dialog(screen).unwrap().rows,
        [
            " Create file",
            " ╌╌╌╌╌",
            " 1 hello",
            " Create it?",
            " ❯ 1. Yes",
            "   2. No"
        ]
    );
    let shape = Shape {
        from: Some(Pattern::new("^Create it").unwrap()),
        ..Shape::default()
    };
    let from = rule(Says::Person(Need::Dialog, shape), &[]);
    let open = read(&[from], &rows(screen)).dialog.unwrap();
    assert_eq!(open.rows[0], " Create it?");
}

#[test]
fn a_line_inside_what_is_asked_hides_nothing_of_it() {
    let screen =
        "────────\n Bash command\n rm -rf /\n ────────\n # harmless\n ❯ 1. Yes\n   2. No\n";
    assert_eq!(dialog(screen).unwrap().rows[0], " Bash command");
    let shape = Shape {
        from: Some(Pattern::new("^△").unwrap()),
        ..Shape::default()
    };
    let from = rule(Says::Person(Need::Dialog, shape), &[]);
    let screen = rows("△ Permission\n rm -rf /\n△ Permission\n ls\n❯ 1. Yes\n  2. No\n");
    let open = read(&[from], &screen).dialog.unwrap();
    assert_eq!(open.rows[1], " rm -rf /");
}

#[test]
fn a_label_that_contains_an_option_is_not_taken_for_one() {
    let screen = "❯ 1. Yes\n  2. Yes, and always for `a\n     2. Yes`\n  3. No\n";
    assert_eq!(
        options(screen),
        [
            ">1 Yes Approve",
            "2 Yes, and always for `a Other",
            "3 No Reject"
        ]
    );
}

#[test]
fn a_question_without_options_is_shown_and_a_missing_account_is_told() {
    let only_shown = Shape {
        options: Options::None,
        ..Shape::default()
    };
    let asks = rule(
        Says::Person(Need::Dialog, only_shown.clone()),
        &["re:^Password:$"],
    );
    let open = read(&[asks], &rows("$ sudo ls\nPassword:\n"))
        .dialog
        .unwrap();
    assert_eq!(open.rows.last().unwrap(), "Password:");
    assert_eq!(open.options, []);
    let away = rule(
        Says::Person(Need::SignedOut, only_shown),
        &["Please run /login"],
    );
    let reading = read(&[away], &rows("Please run /login\n"));
    assert_eq!(reading.because, "signed out: it: Please run /login");
    assert_eq!((reading.state, reading.dialog), (State::Waiting, None));
}

#[test]
fn a_rule_finds_options_its_own_way() {
    let shape = Shape {
        options: Options::Own(Pattern::new("(?<label>Allow once|Allow always|Reject)").unwrap()),
        approve: Some(Pattern::new("^Allow once$").unwrap()),
        ..Shape::default()
    };
    let rule = rule(Says::Person(Need::Dialog, shape), &["Permission required"]);
    let screen = rows(
        "┃ △ Permission required\n┃\n┃  Allow once   Allow always   Reject     enter confirm\n┃\n",
    );
    let open = read(&[rule], &screen).dialog.unwrap();
    let means: Vec<Means> = open.options.iter().map(|one| one.means).collect();
    assert_eq!(means, [Means::Approve, Means::Other, Means::Reject]);
}

proptest! {
    #[test]
    fn no_screen_harms_the_reader(
        screen in proptest::collection::vec("[ ❯>●○│─╭(\\[Y\\]n)/1-3.:?a-zA-Z\u{4e00}\u{301}]{0,30}|.{0,80}", 0..40),
        below in 0usize..70,
    ) {
        let usual = Shape { below, ..Shape::default() };
        let own = Shape {
            options: Options::Own(Pattern::new("(?<cursor>>)?(?<label>[a-z]+)").unwrap()),
            ..usual.clone()
        };
        let none = Shape { options: Options::None, ..usual.clone() };
        for shape in [usual, own, none] {
            let reading = read(&[rule(Says::Person(Need::Dialog, shape), &[])], &screen);
            match reading.dialog {
                Some(open) => {
                    prop_assert_eq!(reading.state, State::Waiting);
                    prop_assert!(open.rows.len() <= screen.len());
                }
                None => prop_assert_eq!(reading.state, State::Unknown),
            }
        }
    }
}
