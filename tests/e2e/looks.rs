//! Sizes, colours, themes, layouts and keys, in the terminals that people have.

use super::support::{Console, Place, eventually};

fn five() -> Place {
    let ask =
        "echo ready; \"$OPSROOM_BIN\" ask-permission --tool run --summary 'make all'; exec cat";
    let quiet = "echo ready; exec cat";
    Place::of(&[
        ("one", quiet),
        ("two", ask),
        ("three", quiet),
        ("four", quiet),
        ("five", quiet),
    ])
}

fn is_left_top(one: char) -> bool {
    matches!(one, '╭' | '┏' | '╔' | '▛')
}

/// Every frame that begins goes down to its own end: nothing is drawn over another thing.
fn frames_hold(console: &Console) {
    let lines: Vec<Vec<char>> = console
        .lines()
        .iter()
        .map(|line| line.chars().collect())
        .collect();
    let at = |x: usize, y: usize| {
        lines
            .get(y)
            .and_then(|line| line.get(x))
            .copied()
            .unwrap_or(' ')
    };
    let side = |one: char| {
        matches!(
            one,
            '│' | '┃'
                | '║'
                | '├'
                | '┡'
                | '┢'
                | '┞'
                | '┟'
                | '┠'
                | '▌'
                | '▏'
                | '┆'
                | '╎'
                | '┊'
        )
    };
    for (y, line) in lines.iter().enumerate() {
        for (x, _) in line
            .iter()
            .enumerate()
            .filter(|(_, one)| is_left_top(**one))
        {
            let mut down = y + 1;
            while side(at(x, down)) {
                down += 1;
            }
            let end = at(x, down);
            let whole = matches!(end, '╰' | '┗' | '╚' | '▙') && down > y + 1;
            assert!(
                whole,
                "the frame at {x},{y} ends with {end:?} at {x},{down}:\n{}",
                console.text()
            );
        }
    }
}

fn is_whole(console: &Console, cols: u16, rows: u16) {
    let screen = console.until("a whole screen", |screen| screen.contains("make all"));
    assert!(!screen.contains("panicked"), "{screen}");
    assert_eq!(console.with_screen(|screen| screen.size()), (rows, cols));
    frames_hold(console);
}

#[test]
fn the_room_is_whole_at_every_size_and_after_each_resize() {
    let place = five();
    for (cols, rows) in [(80, 24), (200, 60), (40, 12), (100, 30)] {
        let mut console = place.console(&[], cols, rows);
        is_whole(&console, cols, rows);
        console.types("q");
        assert_eq!(console.ends(), 0);
    }
    let mut console = place.console(&[], 120, 40);
    is_whole(&console, 120, 40);
    for (cols, rows) in [
        (80, 24),
        (20, 6),
        (1, 1),
        (200, 60),
        (40, 12),
        (3, 50),
        (300, 2),
        (120, 40),
    ] {
        console.resize(cols, rows);
        console.types("\u{c}");
    }
    console.until("the status line at its place", |screen| {
        screen
            .lines()
            .nth(39)
            .is_some_and(|line| line.starts_with(" ROOM "))
    });
    is_whole(&console, 120, 40);
    console.types("q");
    assert_eq!(console.ends(), 0);
}

/// The parameters of every SGR that the program sent.
fn colours(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let all = text.split("\x1b[").skip(1).filter_map(|rest| {
        let end = rest.find(|one: char| {
            !(one.is_ascii_digit() || matches!(one, ';' | ':' | '?' | '>' | '<'))
        })?;
        rest[end..].starts_with('m').then(|| rest[..end].to_owned())
    });
    all.collect()
}

/// Whether an SGR sets a colour.
fn sets_colour(parameters: &str) -> bool {
    parameters
        .split(';')
        .filter_map(|one| one.parse::<u16>().ok())
        .any(|one| {
            (30..=38).contains(&one)
                || (40..=48).contains(&one)
                || (90..=107).contains(&one)
                || one == 58
        })
}

#[test]
fn without_colours_none_is_sent_and_focus_and_waiting_still_stand_out() {
    let mut place = five();
    place.env("NO_COLOR", "1");
    let mut console = place.console(&[], 140, 44);
    console.card("make all");
    console.types("1");
    let screen = console.sees("┏ 1 one");
    assert!(
        screen.contains("╔ 2 two") && screen.contains("◆ waiting") && screen.contains("╭ 3 three"),
        "{screen}"
    );
    console.does("?", "type to filter");
    console.types("q");
    console.no_longer_sees("type to filter");
    let sent = colours(&console.bytes());
    assert!(!sent.is_empty());
    let coloured: Vec<_> = sent.iter().filter(|one| sets_colour(one)).collect();
    assert!(coloured.is_empty(), "{coloured:?}");
}

#[test]
fn a_linux_console_gets_its_sixteen_colours_and_the_characters_of_its_font_only() {
    let mut place = five();
    place.env("TERM", "linux");
    place.env("COLORTERM", "");
    let console = place.console(&[], 140, 44);
    console.card("make all");
    let text = console.text();
    assert!(!text.contains(['╭', '┏', '◆', '●', '▸', '…']), "{text}");
    let sent = colours(&console.bytes());
    assert!(sent.iter().any(|one| sets_colour(one)));
    for one in &sent {
        let numbers: Vec<u16> = one.split(';').filter_map(|one| one.parse().ok()).collect();
        assert!(
            !numbers.windows(2).any(|two| matches!(two, [38 | 48, 2])),
            "{one}"
        );
        let more = numbers
            .windows(3)
            .any(|three| matches!(three, [38 | 48, 5, 16..=u16::MAX]));
        assert!(!more, "{one}");
    }
}

#[test]
fn the_room_works_inside_tmux() {
    let mut place = five();
    let found = std::process::Command::new("tmux").arg("-V").output();
    if !found.is_ok_and(|output| output.status.success()) {
        println!("skipped: there is no tmux here");
        return;
    }
    place.env("LC_ALL", "C.UTF-8");
    place.env("OPSROOM_UNDER_TEST", env!("CARGO_BIN_EXE_opsroom"));
    let socket = place.home.join("tmux").display().to_string();
    let start = [
        "-u",
        "-S",
        &socket,
        "-f",
        "/dev/null",
        "new-session",
        "\"$OPSROOM_UNDER_TEST\"",
    ];
    let mut console = place.terminal("tmux", &start, 140, 44);
    console.card("make all");
    frames_hold(&console);
    console.decides("a", "nothing waits");
    console.does("1i", "your keys go here");
    console.types("hello\r");
    console.until("an echo", |screen| screen.matches("hello").count() == 2);
    console.resize(100, 30);
    console.sees("your keys go here");
    console.types("\u{7}");
    console.no_longer_sees("your keys go here");
    console.types("q");
    assert_eq!(console.ends(), 0);
}

fn ground(console: &Console) -> vt100::Color {
    console.with_screen(|screen| screen.cell(0, 0).unwrap().bgcolor())
}

fn until_ground(console: &Console, what: &str, wanted: vt100::Color) {
    eventually(what, || (ground(console) == wanted).then_some(()));
}

#[test]
fn themes_are_switched_by_key_and_read_again_when_their_file_changes() {
    let place = five();
    let theme = |bar: &str| {
        format!(
            "inherits = \"opsroom\"\n[roles]\nheader = {{ fg = \"#ffffff\", bg = \"{bar}\" }}\n"
        )
    };
    place.write("home/.config/opsroom/themes/mine.toml", &theme("#112233"));
    let mut console = place.console(&[], 120, 40);
    console.card("make all");
    let before = ground(&console);
    console.does("T", "mine");
    console.types("mine");
    until_ground(
        &console,
        "the theme under the cursor",
        vt100::Color::Rgb(0x11, 0x22, 0x33),
    );
    console.types("\u{1b}");
    until_ground(&console, "the theme as before", before);
    console.does("T", "mine");
    console.types("mine\r");
    console.no_longer_sees("enter chooses");
    until_ground(
        &console,
        "the chosen theme",
        vt100::Color::Rgb(0x11, 0x22, 0x33),
    );
    place.write("home/.config/opsroom/themes/mine.toml", &theme("#445566"));
    until_ground(
        &console,
        "the file's new colour",
        vt100::Color::Rgb(0x44, 0x55, 0x66),
    );
    place.write(
        "home/.config/opsroom/themes/mine.toml",
        "inherits = \"opsroom\"\n[roles]\nheader = { bg = \"rde\" }\n",
    );
    console.sees("themes/mine.toml:3:");
    assert_eq!(ground(&console), vt100::Color::Rgb(0x44, 0x55, 0x66));
    place.write("home/.config/opsroom/themes/mine.toml", &theme("#778899"));
    until_ground(
        &console,
        "the mended file's colour",
        vt100::Color::Rgb(0x77, 0x88, 0x99),
    );
    console.types("q");
    assert_eq!(console.ends(), 0);
    let again = place.console(&[], 120, 40);
    until_ground(
        &again,
        "the theme that was chosen last",
        vt100::Color::Rgb(0x77, 0x88, 0x99),
    );
}

#[test]
fn layouts_are_switched_by_key_and_read_again_when_their_file_changes() {
    let place = five();
    let wall =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/layouts/wall.toml")).unwrap();
    let right = wall
        .replace("side = \"left\" ", "side = \"right\"")
        .replace("\"wall\"", "\"mine\"");
    place.write("home/.config/opsroom/layouts/mine.toml", &right);
    let mut console = place.console(&[], 140, 44);
    console.card("make all");
    console.types("L");
    console.until("a strip of small tiles", |screen| {
        screen
            .lines()
            .any(|line| line.contains("2 two") && line.contains("4 four"))
    });
    frames_hold(&console);
    console.types("L");
    console.until("the card at the top", |screen| {
        screen
            .lines()
            .nth(1)
            .is_some_and(|line| line.contains("wants to run"))
    });
    frames_hold(&console);
    console.does("gl", "mine");
    console.types("mine\r");
    let sidebar = |console: &Console| console.place_of(" queue ").0;
    eventually("the sidebar at the right", || {
        (sidebar(&console) > 100).then_some(())
    });
    place.write(
        "home/.config/opsroom/layouts/mine.toml",
        &right.replace("side = \"right\"", "side = \"left\" "),
    );
    eventually("the sidebar at the left", || {
        (sidebar(&console) < 30).then_some(())
    });
    place.write(
        "home/.config/opsroom/layouts/mine.toml",
        &right.replace("side = \"right\"", "side = \"top\""),
    );
    console.sees("layouts/mine.toml:");
    assert!(sidebar(&console) < 30);
}

#[test]
fn keys_are_the_persons_own_and_read_again_when_their_file_changes() {
    let place = five();
    place.write(
        "home/.config/opsroom/keys.toml",
        "[room]\nf5 = \"zoom\"\nz = \"none\"\n",
    );
    let mut console = place.console(&[], 120, 40);
    console.card("make all");
    console.types("1z");
    console.types("\x1b[15~");
    console.until("only the first tile", |screen| {
        screen.contains("1 one") && !screen.contains("3 three")
    });
    console.types("\x1b[15~");
    console.sees("3 three");
    place.write("home/.config/opsroom/keys.toml", "[room]\nf5 = \"zom\"\n");
    console.sees("keys.toml:2:");
    place.write(
        "home/.config/opsroom/keys.toml",
        "[room]\nf6 = \"zoom\"\n[rom]\n",
    );
    console.sees("keys.toml:3:");
    place.write(
        "home/.config/opsroom/keys.toml",
        "[room]\nf6 = \"help\"\n\"?\" = \"none\"\nf1 = \"none\"\n",
    );
    console.sees("f6 help");
    console.does("\x1b[17~", "type to filter");
}
