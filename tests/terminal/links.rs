//! Text that leads somewhere (OSC 8): which cells do, where they do, and how much of it is kept.

use crate::*;

/// Where each cell of a row leads, `-` for nowhere.
fn leads(row: &Row) -> Vec<&str> {
    row.cells()
        .map(|cell| cell.link.map_or("-", Link::uri))
        .collect()
}

fn open(uri: &str) -> String {
    format!("\x1b]8;;{uri}\x1b\\")
}

const CLOSE: &str = "\x1b]8;;\x1b\\";

#[test]
fn text_between_the_marks_leads_there_and_other_text_does_not() {
    let screen = fed(format!("a{}bc{CLOSE}d", open("https://x/?a=1;2")));
    let x = "https://x/?a=1;2";
    assert_eq!(leads(&screen.rows(0..1)[0]), ["-", x, x, "-"]);
    let named = fed("\x1b]8;id=9:more=1;https://x\x07宽e\u{301}\x1b[1mz\x1b]8;;\x07");
    assert_eq!(leads(&named.rows(0..1)[0]), ["https://x"; 3]);
}

#[test]
fn a_link_goes_on_over_the_edge_and_into_the_history() {
    let mut screen = fed(format!("{}{}{CLOSE}", open("https://x"), "o".repeat(25)));
    assert_eq!(leads(&screen.rows(1..2)[0]), ["https://x"; 5]);
    screen.feed(&b"\r\n".repeat(9)).unwrap();
    let rows: Vec<Row> = screen.history().lines(0..2).collect();
    let past: Vec<_> = rows.iter().flat_map(leads).collect();
    assert_eq!(past, ["https://x"; 25]);
    let wide = screen.scrollback(0, 2, 80);
    assert_eq!(leads(&wide[0]), ["https://x"; 25]);
}

#[test]
fn what_may_not_be_a_link_is_text() {
    let long = format!("https://{}", "a".repeat(URI_BYTES));
    for uri in ["javascript:alert(1)", "file://elsewhere/x", "x", &long] {
        let screen = fed(format!("{}a{}b{CLOSE}", open("https://x"), open(uri)));
        assert_eq!(leads(&screen.rows(0..1)[0]), ["https://x", "-"], "{uri}");
    }
}

#[test]
fn where_new_text_leads_is_not_brought_back_with_the_cursor() {
    let x = open("https://x");
    for (save, restore) in [
        ("\x1b7", "\x1b8"),
        ("\x1b[s", "\x1b[u"),
        ("\x1b[?1048h", "\x1b[?1048l"),
        ("\x1b[?1049h", "\x1b[?1049l"),
    ] {
        let closed = fed(format!("{x}a{save}{CLOSE}{restore}b"));
        assert_eq!(leads(&closed.rows(0..1)[0]), ["https://x", "-"], "{save:?}");
        let opened = fed(format!("a{save}{x}{restore}b"));
        assert_eq!(leads(&opened.rows(0..1)[0]), ["-", "https://x"], "{save:?}");
    }
    assert_eq!(leads(&fed(format!("{x}a\x1bcb")).rows(0..1)[0]), ["-"]);
}

#[test]
fn erased_cells_lead_nowhere() {
    let screen = fed(format!("{}abc\x1b[2K\x1b[1;5Hd", open("https://x")));
    let row = &screen.rows(0..1)[0];
    assert_eq!(leads(row), ["-", "-", "-", "-", "https://x"]);
}

#[test]
fn another_place_behind_the_same_text_is_a_change() {
    let mut screen = fed(format!("{}a", open("https://x")));
    let mut grid = Grid::default();
    grid.apply(screen.patch_since(None)).unwrap();
    screen
        .feed(format!("\r{}a", open("https://y")).as_bytes())
        .unwrap();
    let patch = screen.patch_since(Some(grid.generation()));
    assert_eq!(patch.rows.len(), 1);
    grid.apply(patch).unwrap();
    assert_eq!(leads(&grid.rows()[0]), ["https://y"]);
}

#[test]
fn a_screen_knows_so_many_links_and_those_that_are_gone_make_room() {
    let limits = Limits {
        links: 8,
        ..Limits::default()
    };
    let mut screen = Screen::new(Size::new(20, 5), limits);
    let line = |from: u32, count: u32| -> String {
        let link = |n: u32| format!("{}{}", open(&format!("https://x/{n}")), n % 10);
        (from..from + count).map(link).collect::<String>() + CLOSE
    };
    screen.feed(line(0, 10).as_bytes()).unwrap();
    let row = leads(&screen.rows(0..1)[0]).join(" ");
    assert!(row.ends_with("https://x/7 - -"), "{row}");
    // They scroll off: the history keeps them, the screen has room again.
    for round in 1..200 {
        let more = format!("{}\r\n{}", "\r\n".repeat(300), line(round * 100, 8));
        screen.feed(more.as_bytes()).unwrap();
    }
    let row = leads(&screen.rows(4..5)[0]).join(" ");
    assert!(row.contains("https://x/19907"), "{row}");
    let first = screen.history().lines(0..1).next().unwrap();
    assert_eq!(leads(&first).first(), Some(&"https://x/0"));
}

#[test]
fn links_on_a_covered_screen_are_not_given_to_others() {
    let limits = Limits {
        links: 2,
        ..Limits::default()
    };
    let mut screen = Screen::new(Size::new(20, 5), limits);
    let below = format!("{}ab{CLOSE}\x1b[?1049h", open("https://below"));
    screen.feed(below.as_bytes()).unwrap();
    for n in 0..50 {
        let above = format!("\x1b[H{}x{CLOSE}", open(&format!("https://above/{n}")));
        screen.feed(above.as_bytes()).unwrap();
    }
    screen.feed(b"\x1b[?1049l").unwrap();
    screen.resize(Size::new(21, 5)).unwrap();
    assert_eq!(leads(&screen.rows(0..1)[0]), ["https://below"; 2]);
}

#[test]
fn endless_links_cost_bounded_memory() {
    let mut screen = screen(100, 30);
    let filler = "a".repeat(1_900);
    for n in 0..5_000 {
        let link = format!("{}x", open(&format!("https://{n}/{filler}")));
        screen.feed(link.as_bytes()).unwrap();
    }
    assert!(screen.held_bytes() < 7 << 20, "{}", screen.held_bytes());
    assert!(screen.rows(0..30).iter().all(|row| row.cost() < 16 << 10));
}
