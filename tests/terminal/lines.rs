//! Lines that scrolled off: kept, found, broken at other widths.

use crate::*;

#[test]
fn lines_that_scroll_off_are_kept_in_order() {
    let lines: Vec<String> = (0..5000).map(|n| format!("line {n}")).collect();
    let screen = fed(lines.join("\r\n"));
    assert_eq!(history(&screen), lines[..4995]);
    assert_eq!(screen.history().total(), 4995);
    assert_eq!(screen.patch_since(None).history_rows, 4995);
}

#[test]
fn the_alternate_screen_leaves_the_history_alone() {
    let screen =
        fed("1\r\n2\r\n3\r\n4\r\n5\r\n6\x1b[?1049h\r\n\r\n\r\nx\r\ny\r\nz\x1b[?1049l\r\n7");
    assert_eq!(history(&screen), ["1", "2"]);
    assert_eq!(texts(&screen), ["3", "4", "5", "6", "7"]);
}

#[test]
fn clearing_the_saved_lines_empties_the_history_and_counts_on() {
    let mut screen = fed("1\r\n2\r\n3\r\n4\r\n5\r\n6\x1b[3J");
    assert_eq!((screen.history().first(), screen.history().total()), (1, 1));
    screen.feed(b"\r\n7").unwrap();
    assert_eq!(history(&screen), ["2"]);
}

#[test]
fn the_scrollback_goes_on_into_the_screen_at_any_width() {
    let screen = fed(format!(
        "{}\r\n{}",
        "0123456789".repeat(5),
        "a\r\nb\r\nc\r\nd"
    ));
    let rows = |cols| {
        screen
            .scrollback(0, 100, cols)
            .iter()
            .map(|row| row.text().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(rows(50)[..2], ["0123456789".repeat(5), "a".into()]);
    assert_eq!(
        rows(30)[..3],
        ["0123456789".repeat(3), "0123456789".repeat(2), "a".into()]
    );
}

#[test]
fn text_is_found_in_history_and_screen() {
    let screen = fed("needle 1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n  needle 7");
    let hits = screen.search("needle", Case::Exact, 10);
    assert_eq!(
        hits.iter()
            .map(|hit| (hit.line, hit.col, hit.columns))
            .collect::<Vec<_>>(),
        [(6, 2, 6), (0, 0, 6)]
    );
    let wrapped = fed("0123456789 word across the edge");
    assert_eq!(
        wrapped.search("across", Case::Exact, 10)[0],
        Hit {
            line: 0,
            col: 16,
            columns: 6
        }
    );
}

#[test]
fn resizing_keeps_every_line() {
    let mut screen = screen(20, 5);
    let lines: Vec<String> = (0..40)
        .map(|n| format!("{n} {}", "x".repeat(n + 1)))
        .collect();
    screen.feed(lines.join("\r\n").as_bytes()).unwrap();
    for size in [(7, 3), (60, 20), (10, 2), (20, 5)] {
        screen.resize(Size::new(size.0, size.1)).unwrap();
    }
    let all: Vec<String> = screen
        .scrollback(0, usize::MAX, 100)
        .iter()
        .map(|row| row.text().to_owned())
        .filter(|text| !text.is_empty())
        .collect();
    assert_eq!(all, lines);
}
