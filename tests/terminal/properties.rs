//! Properties of any stream: splits, patches, widths.

use crate::*;
use proptest::prelude::*;

fn token() -> impl Strategy<Value = Vec<u8>> {
    let bytes = |text: String| text.into_bytes();
    let words = [
        "a",
        "hello ",
        "  ",
        "\r\n",
        "\n",
        "\r",
        "\t",
        "\x08",
        "\x0e",
        "\x0f",
        "\x0b",
        "é",
        "宽",
        "👩‍👩‍👧",
        "❤\u{fe0f}",
        "e\u{301}",
        "─│",
        "नमस्ते",
        "\u{85}",
        "\u{9b}1m",
        "🇩🇪",
        "각",
        "ｱﾞ",
    ];
    let fixed = [
        "\x1b7",
        "\x1b8",
        "\x1bM",
        "\x1bD",
        "\x1bE",
        "\x1bc",
        "\x1b(0",
        "\x1b(B",
        "\x1b#8",
        "\x1bH",
        "\x1b[?1049h",
        "\x1b[?1049l",
        "\x1b[?47h",
        "\x1b[?2026h",
        "\x1b[?2026l",
        "\x1b[?25;2004h",
        "\x1b[!p",
        "\x1b]0;title\x07",
        "\x1b]7501;?\x1b\\",
        "\x1b]8;;x\x1b\\",
        "\x1b]8;;https://x\x1b\\",
        "\x1b]8;id=1;https://y\x07",
        "\x1b]8;;\x07",
        "\x1b]4;1;#102030\x07",
        "\x1b]11;#304050\x07",
        "\x1b]111\x07",
        "\x1bPq#0;2\x1b\\",
        "\x1b_Ga=T\x1b\\",
        "\x1b[>1u",
        "\x1b[<u",
        "\x1b[4h",
        "\x1b[4l",
        "\x1b[?6h",
        "\x1b[?7l",
        "\x1b[?7h",
        "\x1b[?2027l",
    ];
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
    let lines = history(&screen)
        .iter()
        .map(|line| line.trim_end().to_owned())
        .collect();
    (
        screen.rows(0..9).to_vec(),
        screen.cursor(),
        screen.modes(),
        replies,
        lines,
    )
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
