//! What is shown, and how it travels.

use crate::*;

#[test]
fn text_colours_and_attributes_reach_the_cells() {
    let screen = fed("a\x1b[1;3;38;2;1;2;3;48;5;200mb\x1b[0;4:3;58;5;9mc\x1b[0;7;31md");
    let cells: Vec<_> = screen.rows(0..1)[0].cells().collect();
    assert_eq!(cells[0].style, Style::default());
    let attrs = Attrs::BOLD.with(Attrs::ITALIC);
    assert_eq!(
        cells[1].style,
        Style {
            fg: Color::Rgb(1, 2, 3),
            bg: Color::Indexed(200),
            attrs,
            ..Style::default()
        }
    );
    assert_eq!(cells[2].style.underline, Underline::Curly);
    assert_eq!(cells[2].style.underline_color, Color::Indexed(9));
    assert_eq!(
        cells[3].style,
        Style {
            fg: Color::Indexed(1),
            attrs: Attrs::REVERSE,
            ..Style::default()
        }
    );
}

#[test]
fn what_is_erased_or_comes_in_empty_keeps_the_ground_of_the_pen_and_nothing_else_of_it() {
    for empty in [
        "\x1b[2J",
        "\x1b[J",
        "\x1b[H\x1b[L",
        "\x1b[H\x1b[M",
        "\x1b[99;1H\n",
        "\x1b[S",
        "\x1b[H\x1bM",
        "\x1b[?1049h",
    ] {
        for line in 0..2 {
            let screen = fed(format!(
                "one\r\ntwo\r\nthree\r\nfour\x1b[{};1H\x1b[4;7;9;44m{empty}",
                line + 1
            ));
            let styles: Vec<Style> = screen
                .rows(0..u16::MAX)
                .iter()
                .flat_map(|row| row.cells().map(|cell| cell.style))
                .collect();
            let ground = Style {
                bg: Color::Indexed(4),
                ..Style::default()
            };
            assert!(styles.contains(&ground), "{empty:?}");
            assert!(
                styles
                    .iter()
                    .all(|style| *style == ground || *style == Style::default()),
                "{empty:?} {styles:?}"
            );
        }
    }
    let screen = fed("\x1b[99;1H\x1b[7mhead\r\n\x1b[27mnext");
    assert_eq!(screen.rows(0..u16::MAX).last().unwrap().cells().count(), 4);
    // Blanks that were written are another matter.
    let screen = fed("\x1b[7m  ");
    assert_eq!(screen.rows(0..1)[0].cells().count(), 2);
}

#[test]
fn everything_up_to_the_cursor_is_erased_in_whichever_row_it_is() {
    for row in 0..3 {
        let screen = fed(format!("one\r\ntwo\r\nthree\x1b[{};2H\x1b[1J", row + 1));
        let mut rows = ["one", "two", "three"].map(String::from);
        rows[..row].fill(String::new());
        rows[row] = format!("  {}", &rows[row][2..]);
        assert_eq!(texts(&screen)[..3], rows);
    }
}

#[test]
fn the_cursor_goes_home_where_rows_are_counted_from_another_one() {
    assert_eq!(texts(&fed("abc\x1b[?6hX"))[0], "Xbc");
    assert_eq!(texts(&fed("abc\r\ndef\x1b[?6lX"))[0], "Xbc");
    assert_eq!(texts(&fed("abc\x1b[2;3r\x1b[?6;7hX"))[..2], ["abc", "X"]);
}

#[test]
fn a_double_underline_leaves_bold_as_it_is() {
    let screen = fed("\x1b[1;21ma");
    let style = screen.rows(0..1)[0].cells().next().unwrap().style;
    assert_eq!(
        (style.attrs, style.underline),
        (Attrs::BOLD, Underline::Double)
    );
}

#[test]
fn wide_combined_and_joined_characters_keep_their_cells() {
    let screen = fed("宽e\u{301}👩‍👩‍👧x❤\u{fe0f}y");
    let cells: Vec<_> = screen.rows(0..1)[0]
        .cells()
        .map(|cell| (cell.text, cell.width))
        .collect();
    assert_eq!(
        cells,
        [
            ("宽", 2),
            ("e\u{301}", 1),
            ("👩‍👩‍👧", 2),
            ("x", 1),
            ("❤\u{fe0f}", 2),
            ("y", 1)
        ]
    );
    assert_eq!(screen.cursor().col, 9);
}

#[test]
fn half_of_a_wide_character_is_never_left() {
    let screen = fed("宽宽\x1b[1;2Hx");
    assert_eq!(texts(&screen)[0], " x宽");
}

#[test]
fn a_wide_character_at_the_edge_moves_to_the_next_row_whole() {
    let mut screen = screen(5, 3);
    screen.feed("abcd宽z".as_bytes()).unwrap();
    assert_eq!(texts(&screen)[..2], ["abcd", "宽z"]);
    assert_eq!(screen.rows(0..1)[0].wrap(), Wrap::Continues);
    assert_eq!(screen.scrollback(0, 3, 20)[0].text(), "abcd宽z");
}

#[test]
fn the_generation_moves_only_when_something_visible_changes() {
    let mut screen = fed("hello\r\n");
    let before = screen.generation();
    screen.feed(b"\x1b[H\x1b[2Khello\r\n").unwrap();
    screen.feed(b"\x1b]7501;state=working\x07\x1b[c").unwrap();
    assert_eq!(screen.generation(), before);
    screen.feed(b"x").unwrap();
    assert!(screen.generation() > before);
}

#[test]
fn a_patch_carries_only_the_rows_that_changed() {
    let mut screen = fed("one\r\ntwo\r\nthree");
    let seen = screen.generation();
    screen.feed(b"\x1b[2;1HTWO").unwrap();
    let patch = screen.patch_since(Some(seen));
    assert_eq!(patch.rows, [(1, Row::plain("TWO"))]);
    assert_eq!((patch.kind, patch.title), (PatchKind::Since(seen), None));
    assert_eq!(screen.patch_since(Some(screen.generation())).rows, []);
    assert_eq!(screen.patch_since(None).rows.len(), 5);
    assert_eq!(screen.patch_since(Some(seen + 1000)).kind, PatchKind::Full);
}

#[test]
fn a_patch_for_another_picture_is_refused_and_changes_nothing() {
    let mut screen = fed("a");
    let mut grid = Grid::default();
    grid.apply(screen.patch_since(None)).unwrap();
    let before = grid.clone();
    let seen = screen.generation();
    screen.feed(b"b").unwrap();
    let mut patch = screen.patch_since(Some(seen));
    patch.kind = PatchKind::Since(seen + 7);
    assert_eq!(
        grid.apply(patch),
        Err(OutOfStep {
            from: seen + 7,
            have: seen
        })
    );
    assert_eq!(grid, before);
}

#[test]
fn a_synchronized_update_is_shown_in_one_piece() {
    let mut screen = fed("old");
    let before = screen.generation();
    screen.feed(b"\x1b[?2026h\x1b[Hn").unwrap();
    assert_eq!(
        (screen.synchronized(), screen.generation()),
        (Some(1), before)
    );
    assert!(screen.modes().on(ModeSet::SYNC));
    screen.feed(b"ew").unwrap();
    assert_eq!(text(&screen), "old");
    screen.feed(b"\x1b[?2026l\x1b[?2026h\x1b[Hxxx").unwrap();
    assert_eq!(
        (text(&screen).as_str(), screen.synchronized()),
        ("new", Some(2))
    );
    screen.end_synchronized().unwrap();
    assert_eq!(
        (text(&screen).as_str(), screen.synchronized()),
        ("xxx", None)
    );
    screen.feed(b"y").unwrap();
    assert_eq!(text(&screen), "xxxy");
    assert!(answers("\x1b[?2026h\x1b[?2026$p").ends_with("\x1b[?2026;1$y"));
}

#[test]
fn the_bottom_is_the_last_rows_with_text() {
    let screen = fed("a\r\nb\r\nc");
    let bottom: Vec<_> = screen.bottom(2).iter().map(Row::text).collect();
    assert_eq!(bottom, ["b", "c"]);
    assert_eq!(fed("").bottom(3).len(), 0);
}

#[test]
fn modes_are_known() {
    let modes =
        fed("\x1b[?1h\x1b[?2004h\x1b[?1004h\x1b[?1002h\x1b[?1006h\x1b[?1049h\x1b=\x1b[>5u").modes();
    for set in [
        ModeSet::APP_CURSOR,
        ModeSet::BRACKETED_PASTE,
        ModeSet::FOCUS_EVENTS,
        ModeSet::ALT_SCREEN,
        ModeSet::APP_KEYPAD,
    ] {
        assert!(modes.on(set), "{set:?}");
    }
    assert_eq!(
        (modes.mouse, modes.encoding, modes.kitty),
        (MouseProtocol::Drags, MouseEncoding::Sgr, 5)
    );
}

#[test]
fn the_cursor_has_a_form_and_may_be_hidden() {
    let cursor = fed("ab\x1b[6 q\x1b[?25l").cursor();
    assert_eq!((cursor.col, cursor.row), (2, 0));
    assert_eq!(
        (cursor.shape, cursor.visibility),
        (CursorShape::Bar, Visibility::Hidden)
    );
}

#[test]
fn bytes_that_are_no_character_are_shown_as_such() {
    for (bytes, shown) in [
        (b"a\xffb".as_slice(), "a\u{fffd}b"),
        (b"\xe5\xaea", "\u{fffd}a"),
        (b"\xc2\x1b[99h\x80x", "\u{fffd}\u{fffd}x"),
        (b"\x9b1mx", "\u{fffd}1mx"),
        (b"\xc2\x9b1mx", "1mx"),
    ] {
        assert_eq!(text(&fed(bytes)), shown, "{bytes:?}");
    }
}
