//! What a screen promises, seen from outside: through its bytes, patches, answers and signals.
#![allow(clippy::unwrap_used, clippy::panic)]

use opsroom::terminal::*;
use proptest::prelude::*;

fn screen(cols: u16, rows: u16) -> Screen {
    Screen::new(Size::new(cols, rows), Limits::default())
}

fn fed(bytes: impl AsRef<[u8]>) -> Screen {
    let mut screen = screen(20, 5);
    screen.feed(bytes.as_ref()).unwrap();
    screen
}

fn texts(screen: &Screen) -> Vec<String> {
    screen.rows(0..u16::MAX).iter().map(|row| row.text().trim_end().to_owned()).collect()
}

fn text(screen: &Screen) -> String {
    texts(screen).join("\n").trim_end().to_owned()
}

fn history(screen: &Screen) -> Vec<String> {
    screen.history().lines(0..u64::MAX).map(|row| row.text().to_owned()).collect()
}

fn answers(bytes: impl AsRef<[u8]>) -> String {
    String::from_utf8(fed(bytes).take_replies()).unwrap()
}

fn signals(bytes: impl AsRef<[u8]>) -> Vec<Signal> {
    fed(bytes).take_signals()
}

// ---- streams for the properties

fn token() -> impl Strategy<Value = Vec<u8>> {
    let bytes = |text: String| text.into_bytes();
    let words = ["a", "hello ", "  ", "\r\n", "\n", "\r", "\t", "\x08", "\x0e", "\x0f", "\x0b", "é", "宽", "👩‍👩‍👧", "❤\u{fe0f}", "e\u{301}", "─│", "नमस्ते", "\u{85}", "\u{9b}1m", "🇩🇪", "각", "ｱﾞ"];
    let fixed = ["\x1b7", "\x1b8", "\x1bM", "\x1bD", "\x1bE", "\x1bc", "\x1b(0", "\x1b(B", "\x1b#8", "\x1bH", "\x1b[?1049h", "\x1b[?1049l", "\x1b[?47h", "\x1b[?2026h", "\x1b[?2026l", "\x1b[?25;2004h", "\x1b[!p", "\x1b]0;title\x07", "\x1b]7501;?\x1b\\", "\x1b]8;;x\x1b\\", "\x1bPq#0;2\x1b\\", "\x1b_Ga=T\x1b\\", "\x1b[>1u", "\x1b[<u", "\x1b[4h", "\x1b[4l", "\x1b[?6h", "\x1b[?7l", "\x1b[?7h", "\x1b[?2027l"];
    let finals = "@ABCDEFGHIJKLMPSTXZ`abcdefghlmnqrstux";
    prop_oneof![
        6 => prop::sample::select(words.to_vec()).prop_map(move |t| bytes(t.to_owned())),
        3 => prop::sample::select(fixed.to_vec()).prop_map(move |t| bytes(t.to_owned())),
        5 => (prop::sample::select(finals.chars().collect::<Vec<_>>()), prop::collection::vec(prop_oneof![0u32..12, 0u32..200, Just(99_999_999u32)], 0..3))
            .prop_map(move |(last, numbers)| {
                let numbers: Vec<String> = numbers.iter().map(u32::to_string).collect();
                bytes(format!("\x1b[{}{last}", numbers.join(";")))
            }),
        2 => (0u8..=255, 0u8..=255).prop_map(|(a, b)| format!("\x1b[38;5;{a};48;2;{b};1;2m").into_bytes()),
        1 => prop::collection::vec(any::<u8>(), 1..6),
    ]
}

fn stream() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(token(), 1..80).prop_map(|tokens| tokens.concat())
}

/// The same life for every split: the picture, the answers and the history do not depend on it.
fn life(bytes: &[u8], cuts: &[usize]) -> (Vec<Row>, Cursor, Modes, Vec<u8>, Vec<String>) {
    let mut screen = screen(12, 5);
    let mut from = 0;
    for cut in cuts.iter().map(|cut| cut % (bytes.len() + 1)) {
        if cut > from {
            screen.feed(&bytes[from..cut]).unwrap();
            from = cut;
        }
    }
    screen.feed(&bytes[from..]).unwrap();
    screen.end_synchronized().unwrap();
    let replies = screen.take_replies();
    // A line that went on with a wide character may keep the blank it left at the edge, or not.
    let lines = history(&screen).iter().map(|line| line.trim_end().to_owned()).collect();
    (screen.rows(0..9).to_vec(), screen.cursor(), screen.modes(), replies, lines)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_split_of_a_stream_gives_the_same_screen(bytes in stream(), mut cuts in prop::collection::vec(any::<usize>(), 0..12)) {
        cuts.iter_mut().for_each(|cut| *cut %= bytes.len() + 1);
        cuts.sort_unstable();
        let whole = life(&bytes, &[]);
        prop_assert_eq!(&life(&bytes, &cuts), &whole);
        let single: Vec<usize> = (0..bytes.len()).collect();
        prop_assert_eq!(&life(&bytes, &single), &whole);
    }

    #[test]
    fn patches_reproduce_the_screen(lives in prop::collection::vec((stream(), 0u8..8), 1..12)) {
        let mut screen = screen(12, 5);
        let (mut eager, mut lazy) = (Grid::default(), Grid::default());
        for (bytes, turn) in &lives {
            screen.feed(bytes).unwrap();
            match turn {
                0 => screen.resize(Size::new(8, 4)).unwrap(),
                1 => screen.resize(Size::new(20, 9)).unwrap(),
                2 => lazy.apply(screen.patch_since(Some(lazy.generation()))).unwrap(),
                _ => {}
            }
            eager.apply(screen.patch_since(Some(eager.generation()))).unwrap();
            let mut fresh = Grid::default();
            fresh.apply(screen.patch_since(None)).unwrap();
            prop_assert_eq!(&eager, &fresh);
        }
        lazy.apply(screen.patch_since(Some(lazy.generation()))).unwrap();
        prop_assert_eq!(&lazy, &eager);
    }

    #[test]
    fn no_row_is_wider_than_its_screen(bytes in stream(), cols in 2u16..30) {
        let mut screen = screen(cols, 4);
        screen.feed(&bytes).unwrap();
        for row in screen.rows(0..4) {
            prop_assert!(row.columns() <= usize::from(cols), "{:?}", row);
            prop_assert_eq!(row.cells().map(|cell| cell.text).collect::<String>(), row.text());
        }
        for row in screen.scrollback(0, 1000, cols) {
            prop_assert!(row.columns() <= usize::from(cols), "{:?}", row);
        }
    }
}

// ---- lives of a hostile program

/// A small generator of numbers, so that a failing life can be told by its seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % sides
    }
}

fn soup(dice: &mut Dice) -> Vec<u8> {
    let mut out = Vec::new();
    for _ in 0..dice.roll(120) + 1 {
        match dice.roll(10) {
            0 => out.extend((0..dice.roll(30)).map(|_| b' ' + (dice.roll(95) as u8))),
            1 => out.extend((0..dice.roll(12)).map(|_| dice.roll(256) as u8)),
            2 => out.push(dice.roll(32) as u8),
            3 => {
                let c = [0x301, 0x200d, 0x1f469, 0x5bbd, 0xfe0f, 0x1100, 0x0915, 0x094d, 0x20e3, 0x0600][dice.roll(10) as usize];
                (0..dice.roll(60)).for_each(|_| out.extend(char::from_u32(c).unwrap().to_string().bytes()));
            }
            4 => out.extend([b"\x1b]", b"\x1bP", b"\x1b_", b"\x1b^", b"\x1bX"][dice.roll(5) as usize]),
            5 => out.extend([b"\x1b\\".as_slice(), b"\x07", b"\x18"][dice.roll(3) as usize]),
            6 => out.extend([0x1b, b'0' + dice.roll(78) as u8]),
            _ => {
                out.extend(b"\x1b[");
                if dice.roll(4) == 0 {
                    out.push(b"<=>?"[dice.roll(4) as usize]);
                }
                for _ in 0..dice.roll(4) {
                    let n = [0, 1, 2, 3, 25, 1000, 1049, 2026, 2027, 65535, 4_294_967_296][dice.roll(11) as usize] + dice.roll(3);
                    out.extend(format!("{n};").bytes());
                }
                if dice.roll(12) == 0 {
                    out.push(b" !$'"[dice.roll(4) as usize]);
                }
                out.push(b'@' + dice.roll(63) as u8);
            }
        }
    }
    out
}

fn lives() -> u64 {
    std::env::var("OPSROOM_LIVES").ok().and_then(|n| n.parse().ok()).unwrap_or(300)
}

#[test]
fn a_hostile_program_neither_stops_nor_breaks_a_screen() {
    for seed in 1..=lives() {
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut screen = screen(80, 24);
        let mut grid = Grid::default();
        let started = std::time::Instant::now();
        for _ in 0..30 {
            screen.feed(&soup(&mut dice)).unwrap_or_else(|broken| panic!("life {seed}: {broken}"));
            if dice.roll(4) == 0 {
                let size = Size::new(dice.roll(140) as u16, dice.roll(60) as u16);
                screen.resize(size).unwrap_or_else(|broken| panic!("life {seed}, {size:?}: {broken}"));
            }
            grid.apply(screen.patch_since(Some(grid.generation()))).unwrap();
            let _ = (screen.take_replies(), screen.take_signals());
        }
        assert!(started.elapsed().as_secs() < 10, "life {seed} took {:?}", started.elapsed());
    }
}

#[test]
fn an_endless_string_costs_bounded_memory() {
    for opening in ["\x1b]0;", "\x1b]52;c;", "\x1bP+q", "\x1b_G", "\x1bX", "\x1b[1;"] {
        let mut screen = screen(80, 24);
        screen.feed(opening.as_bytes()).unwrap();
        let more = vec![b'4'; 1 << 16];
        for _ in 0..1600 {
            screen.feed(&more).unwrap();
            assert!(screen.held_bytes() < 2 << 20, "{opening:?} holds {}", screen.held_bytes());
        }
        screen.feed(b"\x1b\\\x18seen").unwrap();
        assert!(text(&screen).ends_with("seen"), "{opening:?}: {}", text(&screen));
    }
}

#[test]
fn endless_marks_cost_bounded_memory_even_by_moving_back() {
    for pile in ["\u{301}", "👩\u{200d}", "x\x08\u{301}", "\u{1100}", "\u{0600}", "\u{915}\u{94d}", "\x1b[m\u{301}", "\u{301}\x1b[999b"] {
        let mut screen = screen(20, 3);
        screen.feed(b"a").unwrap();
        screen.feed(pile.repeat(20_000).as_bytes()).unwrap();
        for row in screen.rows(0..3) {
            assert!(row.cells().all(|cell| cell.text.len() <= 127), "{pile:?}");
        }
    }
}

#[test]
fn many_questions_have_bounded_answers() {
    let mut screen = screen(20, 3);
    screen.feed(&b"\x1b[c".repeat(1 << 20)).unwrap();
    assert!(screen.take_replies().len() <= 64 << 10);
    screen.feed(b"\x1b[5n").unwrap();
    assert_eq!(screen.take_replies(), b"\x1b[0n");
    screen.feed(&b"\x1b]9;hello\x07\x07".repeat(10_000)).unwrap();
    assert!(screen.take_signals().len() <= 256);
}

// ---- the picture

#[test]
fn text_colours_and_attributes_reach_the_cells() {
    let screen = fed("a\x1b[1;3;38;2;1;2;3;48;5;200mb\x1b[0;4:3;58;5;9mc\x1b[0;7;31md");
    let cells: Vec<_> = screen.rows(0..1)[0].cells().collect();
    assert_eq!(cells[0].style, Style::default());
    let attrs = Attrs::BOLD.with(Attrs::ITALIC);
    assert_eq!(cells[1].style, Style { fg: Color::Rgb(1, 2, 3), bg: Color::Indexed(200), attrs, ..Style::default() });
    assert_eq!(cells[2].style.underline, Underline::Curly);
    assert_eq!(cells[2].style.underline_color, Color::Indexed(9));
    assert_eq!(cells[3].style, Style { fg: Color::Indexed(1), attrs: Attrs::REVERSE, ..Style::default() });
}

#[test]
fn wide_combined_and_joined_characters_keep_their_cells() {
    let screen = fed("宽e\u{301}👩‍👩‍👧x❤\u{fe0f}y");
    let cells: Vec<_> = screen.rows(0..1)[0].cells().map(|cell| (cell.text, cell.width)).collect();
    assert_eq!(cells, [("宽", 2), ("e\u{301}", 1), ("👩‍👩‍👧", 2), ("x", 1), ("❤\u{fe0f}", 2), ("y", 1)]);
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
    assert_eq!(grid.apply(patch), Err(OutOfStep { from: seen + 7, have: seen }));
    assert_eq!(grid, before);
}

#[test]
fn a_synchronized_update_is_shown_in_one_piece() {
    let mut screen = fed("old");
    let before = screen.generation();
    screen.feed(b"\x1b[?2026h\x1b[Hn").unwrap();
    assert_eq!((screen.synchronized(), screen.generation()), (Some(1), before));
    assert!(screen.modes().on(ModeSet::SYNC));
    screen.feed(b"ew").unwrap();
    assert_eq!(text(&screen), "old");
    screen.feed(b"\x1b[?2026l\x1b[?2026h\x1b[Hxxx").unwrap();
    assert_eq!((text(&screen).as_str(), screen.synchronized()), ("new", Some(2)));
    screen.end_synchronized().unwrap();
    assert_eq!((text(&screen).as_str(), screen.synchronized()), ("xxx", None));
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
    let modes = fed("\x1b[?1h\x1b[?2004h\x1b[?1004h\x1b[?1002h\x1b[?1006h\x1b[?1049h\x1b=\x1b[>5u").modes();
    for set in [ModeSet::APP_CURSOR, ModeSet::BRACKETED_PASTE, ModeSet::FOCUS_EVENTS, ModeSet::ALT_SCREEN, ModeSet::APP_KEYPAD] {
        assert!(modes.on(set), "{set:?}");
    }
    assert_eq!((modes.mouse, modes.encoding, modes.kitty), (MouseProtocol::Drags, MouseEncoding::Sgr, 5));
}

#[test]
fn the_cursor_has_a_form_and_may_be_hidden() {
    let cursor = fed("ab\x1b[6 q\x1b[?25l").cursor();
    assert_eq!((cursor.col, cursor.row), (2, 0));
    assert_eq!((cursor.shape, cursor.visibility), (CursorShape::Bar, Visibility::Hidden));
}

// ---- history

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
    let screen = fed("1\r\n2\r\n3\r\n4\r\n5\r\n6\x1b[?1049h\r\n\r\n\r\nx\r\ny\r\nz\x1b[?1049l\r\n7");
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
    let screen = fed(format!("{}\r\n{}", "0123456789".repeat(5), "a\r\nb\r\nc\r\nd"));
    let rows = |cols| screen.scrollback(0, 100, cols).iter().map(|row| row.text().to_owned()).collect::<Vec<_>>();
    assert_eq!(rows(50)[..2], ["0123456789".repeat(5), "a".into()]);
    assert_eq!(rows(30)[..3], ["0123456789".repeat(3), "0123456789".repeat(2), "a".into()]);
}

#[test]
fn text_is_found_in_history_and_screen() {
    let screen = fed("needle 1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n  needle 7");
    let hits = screen.search("needle", Case::Exact, 10);
    assert_eq!(hits.iter().map(|hit| (hit.line, hit.col, hit.columns)).collect::<Vec<_>>(), [(6, 2, 6), (0, 0, 6)]);
    let wrapped = fed("0123456789 word across the edge");
    assert_eq!(wrapped.search("across", Case::Exact, 10)[0], Hit { line: 0, col: 16, columns: 6 });
}

#[test]
fn resizing_keeps_every_line() {
    let mut screen = screen(20, 5);
    let lines: Vec<String> = (0..40).map(|n| format!("{n} {}", "x".repeat(n + 1))).collect();
    screen.feed(lines.join("\r\n").as_bytes()).unwrap();
    for size in [(7, 3), (60, 20), (10, 2), (20, 5)] {
        screen.resize(Size::new(size.0, size.1)).unwrap();
    }
    let all: Vec<String> = screen.scrollback(0, usize::MAX, 100).iter().map(|row| row.text().to_owned()).filter(|text| !text.is_empty()).collect();
    assert_eq!(all, lines);
}

// ---- answers

#[test]
fn questions_are_answered_in_their_order() {
    assert_eq!(answers("\x1b]7501;?\x07\x1b[c"), "\x1b]7501;?\x07\x1b[?62;22c");
    assert_eq!(answers("\x1b]7501;?\x1b\\\x1b[c"), "\x1b]7501;?\x1b\\\x1b[?62;22c");
    assert_eq!(answers("\r\nabc\x1b[6nd\x1b[6n"), "\x1b[2;4R\x1b[2;5R");
}

#[test]
fn every_question_has_its_answer() {
    let version = format!("\x1bP>|opsroom {}\x1b\\", env!("CARGO_PKG_VERSION"));
    let table = [
        ("\x1b[c", "\x1b[?62;22c"),
        ("\x1b[0c", "\x1b[?62;22c"),
        ("\x1bZ", "\x1b[?62;22c"),
        ("\x1b[>c", "\x1b[>1;100;0c"),
        ("\x1b[=c", ""),
        ("\x1b[>q", version.as_str()),
        ("\x1b[>0q", version.as_str()),
        ("\x1b[5n", "\x1b[0n"),
        ("\x1b[?996n", "\x1b[?997;1n"),
        ("\x1b[?2026$p", "\x1b[?2026;2$y"),
        ("\x1b[?2004h\x1b[?2004$p", "\x1b[?2004;1$y"),
        ("\x1b[?1049$p", "\x1b[?1049;2$y"),
        ("\x1b[?7$p", "\x1b[?7;1$y"),
        ("\x1b[?31337$p", "\x1b[?31337;0$y"),
        ("\x1b[4$p", "\x1b[4;2$y"),
        ("\x1b[?u", "\x1b[?0u"),
        ("\x1b[>7u\x1b[?u", "\x1b[?7u"),
        ("\x1b]11;?\x07", "\x1b]11;rgb:1818/1818/1818\x07"),
        ("\x1b]10;?;?\x1b\\", "\x1b]10;rgb:d8d8/d8d8/d8d8\x1b\\\x1b]11;rgb:1818/1818/1818\x1b\\"),
        ("\x1b]4;1;?;16;?\x07", "\x1b]4;1;rgb:cccc/6666/6666\x07\x1b]4;16;rgb:0000/0000/0000\x07"),
        ("\x1b[14t", "\x1b[4;80;160t"),
        ("\x1b[16t", "\x1b[6;16;8t"),
        ("\x1b[18t", "\x1b[8;5;20t"),
        ("\x1b[21t", ""),
        ("\x1b]52;c;?\x07", ""),
        ("\x1b[1;31m\x1bP$qm\x1b\\", "\x1bP1$r0;1;38:5:1m\x1b\\"),
        ("\x1bP$qr\x1b\\", "\x1bP0$r\x1b\\"),
        ("\x1bP+q544E\x1b\\", "\x1bP1+r544E=787465726D2D323536636F6C6F72\x1b\\"),
        ("\x1bP+q7878\x1b\\", "\x1bP0+r\x1b\\"),
        ("\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\", ""),
    ];
    for (question, answer) in table {
        assert_eq!(answers(question), answer, "{question:?}");
        assert_eq!(text(&fed(question)), "", "{question:?} left something on the screen");
    }
}

// ---- signals

#[test]
fn programs_are_heard() {
    let notify = |title: &str, body: &str| Signal::Notify { title: title.into(), body: body.into() };
    let table = [
        ("\x1b]0;◐ work\x07", vec![Signal::Title("◐ work".into())]),
        ("\x1b]2;a;b\x1b\\", vec![Signal::Title("a;b".into())]),
        ("\x07\x07", vec![Signal::Bell]),
        ("\x1b]9;Codex wants to edit nn.txt\x07", vec![notify("", "Codex wants to edit nn.txt")]),
        ("\x1b]777;notify;Approval required;x;y\x07", vec![notify("Approval required", "x;y")]),
        ("\x1b]99;i=1:d=0;Claude\x1b\\", vec![notify("Claude", "")]),
        ("\x1b]99;i=1:p=body:e=1;aGk=\x1b\\", vec![notify("", "hi")]),
        ("\x1b]99;i=1:p=?;\x1b\\", vec![]),
        ("\x1b]9;4;3;\x07", vec![Signal::Progress(Progress::Busy)]),
        ("\x1b]9;4;1;250\x07", vec![Signal::Progress(Progress::Percent(100))]),
        ("\x1b]7;file:///tmp\x07", vec![Signal::Cwd("file:///tmp".into())]),
        ("\x1b]52;c;aGVsbG8\x07", vec![Signal::Clipboard(b"hello".to_vec())]),
        ("\x1b]133;A\x07\x1b]133;D;3\x07", vec![Signal::PromptMark(PromptMark::Prompt), Signal::PromptMark(PromptMark::Done(Some(3)))]),
        ("\x1b[?2004h\x1b[?2004l", vec![Signal::BracketedPaste(Switch::On), Signal::BracketedPaste(Switch::Off)]),
        ("\x1b]1337;File=x\x07\x1bkname\x1b\\", vec![]),
    ];
    for (bytes, expected) in table {
        assert_eq!(signals(bytes), expected, "{bytes:?}");
    }
}

fn status(record: &str) -> Option<Status> {
    match signals(format!("\x1b]7501;{record}\x07")).as_slice() {
        [Signal::Status(status)] => Some(status.clone()),
        [] => None,
        other => panic!("{other:?}"),
    }
}

#[test]
fn status_records_are_read() {
    let blocked = status("state=blocked:app=claude-code:kind=permission:msg=YXBwcm92ZSBXcml0ZTogaGVsbG8udHh0").unwrap();
    assert_eq!((blocked.state, blocked.kind), (StatusState::Blocked, Some(BlockKind::Permission)));
    assert_eq!(blocked.app.as_deref(), Some("claude-code"));
    assert_eq!(blocked.message.as_deref(), Some("approve Write: hello.txt"));
    let child = status("state=working:app=claude-code:id=ae35735c3c92b9113:title=d3JpdGUgc3ViIGZpbGU=:progress=40").unwrap();
    assert_eq!((child.id.as_deref(), child.title.as_deref()), (Some("ae35735c3c92b9113"), Some("write sub file")));
    assert_eq!(child.progress, Some(40));
    assert_eq!(status("state=clear:id=x").unwrap().state, StatusState::Clear);
    for state in ["idle", "working", "done", "error"] {
        assert!(status(&format!("state={state}")).is_some());
    }
    assert_eq!(status("state=napping"), None);
    assert_eq!(status("kind=permission"), None);
    assert_eq!(status("state=idle:msg=%%%").unwrap().message, None);
}

#[test]
fn a_large_clipboard_is_taken_and_a_huge_one_is_not() {
    let large = "QUFB".repeat(200_000);
    assert_eq!(signals(format!("\x1b]52;c;{large}\x07")), [Signal::Clipboard(vec![b'A'; 600_000])]);
    assert_eq!(signals(format!("\x1b]52;c;{large}{large}\x07")), []);
    assert_eq!(signals(format!("\x1b]0;{large}\x07")), []);
}

// ---- keys

fn key(code: KeyCode, mods: Mods, modes: &Modes) -> String {
    String::from_utf8(encode_key(&Key::new(code, mods), modes)).unwrap()
}

#[test]
fn keys_send_what_terminals_send() {
    let plain = Modes::default();
    let ctrl_alt = Mods::CTRL.with(Mods::ALT);
    let table = [
        (KeyCode::Char('a'), Mods::NONE, "a"),
        (KeyCode::Char('é'), Mods::ALT, "\x1bé"),
        (KeyCode::Char('c'), Mods::CTRL, "\x03"),
        (KeyCode::Char(' '), Mods::CTRL, "\0"),
        (KeyCode::Char('_'), Mods::CTRL, "\x1f"),
        (KeyCode::Char('x'), ctrl_alt, "\x1b\x18"),
        (KeyCode::Enter, Mods::NONE, "\r"),
        (KeyCode::Enter, Mods::ALT, "\x1b\r"),
        (KeyCode::Tab, Mods::NONE, "\t"),
        (KeyCode::BackTab, Mods::NONE, "\x1b[Z"),
        (KeyCode::Tab, Mods::SHIFT, "\x1b[Z"),
        (KeyCode::Backspace, Mods::NONE, "\x7f"),
        (KeyCode::Backspace, Mods::CTRL, "\x08"),
        (KeyCode::Esc, Mods::NONE, "\x1b"),
        (KeyCode::Up, Mods::NONE, "\x1b[A"),
        (KeyCode::Left, Mods::CTRL, "\x1b[1;5D"),
        (KeyCode::Home, Mods::SHIFT, "\x1b[1;2H"),
        (KeyCode::Delete, Mods::NONE, "\x1b[3~"),
        (KeyCode::PageUp, Mods::ALT, "\x1b[5;3~"),
        (KeyCode::F(1), Mods::NONE, "\x1bOP"),
        (KeyCode::F(4), Mods::CTRL, "\x1b[1;5S"),
        (KeyCode::F(5), Mods::NONE, "\x1b[15~"),
        (KeyCode::F(12), Mods::SHIFT, "\x1b[24;2~"),
        (KeyCode::F(35), Mods::NONE, ""),
    ];
    for (code, mods, bytes) in table {
        assert_eq!(key(code, mods, &plain), bytes, "{code:?} {mods:?}");
    }
    let app = Modes { set: ModeSet::APP_CURSOR, ..plain };
    assert_eq!(key(KeyCode::Up, Mods::NONE, &app), "\x1bOA");
    assert_eq!(key(KeyCode::Up, Mods::CTRL, &app), "\x1b[1;5A");
}

#[test]
fn keys_follow_the_kitty_flags() {
    let kitty = |flags| Modes { kitty: flags, ..Modes::default() };
    let table = [
        (1, KeyCode::Esc, Mods::NONE, "\x1b[27u"),
        (1, KeyCode::Char('a'), Mods::NONE, "a"),
        (1, KeyCode::Char('A'), Mods::SHIFT, "A"),
        (1, KeyCode::Char('c'), Mods::CTRL, "\x1b[99;5u"),
        (1, KeyCode::Char('C'), Mods::CTRL.with(Mods::SHIFT), "\x1b[99;6u"),
        (1, KeyCode::Enter, Mods::NONE, "\r"),
        (1, KeyCode::Enter, Mods::SHIFT, "\x1b[13;2u"),
        (1, KeyCode::BackTab, Mods::NONE, "\x1b[9;2u"),
        (1, KeyCode::Up, Mods::NONE, "\x1b[A"),
        (8, KeyCode::Char('a'), Mods::NONE, "\x1b[97u"),
        (8, KeyCode::Enter, Mods::NONE, "\x1b[13u"),
        (1, KeyCode::F(13), Mods::NONE, "\x1b[57376u"),
    ];
    for (flags, code, mods, bytes) in table {
        assert_eq!(key(code, mods, &kitty(flags)), bytes, "{flags} {code:?} {mods:?}");
    }
}

#[test]
fn a_paste_cannot_leave_its_bracket() {
    let bracketed = Modes { set: ModeSet::BRACKETED_PASTE, ..Modes::default() };
    let hostile = "a\x1b[201~\r\nrm -rf /\r\u{9b}201~\x03\tb\u{7f}";
    assert_eq!(encode_paste(hostile, &bracketed), b"\x1b[200~a[201~\nrm -rf /\n201~\tb\x1b[201~");
    assert_eq!(encode_paste(hostile, &Modes::default()), b"a[201~\rrm -rf /\r201~\tb");
}

#[test]
fn the_mouse_and_the_focus_are_told_only_to_those_who_asked() {
    let event = |action| MouseEvent { action, col: 9, row: 4, mods: Mods::CTRL };
    let press = event(MouseAction::Press(MouseButton::Left));
    let sgr = Modes { mouse: MouseProtocol::Drags, encoding: MouseEncoding::Sgr, ..Modes::default() };
    assert_eq!(encode_mouse(&press, &Modes::default()), b"");
    assert_eq!(encode_mouse(&press, &sgr), b"\x1b[<16;10;5M");
    assert_eq!(encode_mouse(&event(MouseAction::Release(MouseButton::Left)), &sgr), b"\x1b[<16;10;5m");
    assert_eq!(encode_mouse(&event(MouseAction::WheelUp), &sgr), b"\x1b[<80;10;5M");
    assert_eq!(encode_mouse(&event(MouseAction::Drag(MouseButton::Right)), &sgr), b"\x1b[<50;10;5M");
    assert_eq!(encode_mouse(&event(MouseAction::Move), &sgr), b"");
    let bytes = Modes { mouse: MouseProtocol::Clicks, ..Modes::default() };
    assert_eq!(encode_mouse(&press, &bytes), [0x1b, b'[', b'M', 48, 42, 37]);
    assert_eq!(encode_mouse(&MouseEvent { col: 300, ..press }, &bytes), b"");
    assert_eq!(encode_focus(Focus::Gained, &Modes::default()), b"");
    let focus = Modes { set: ModeSet::FOCUS_EVENTS, ..Modes::default() };
    assert_eq!(encode_focus(Focus::Lost, &focus), b"\x1b[O");
}
