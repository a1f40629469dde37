//! A hostile program: it ends, it costs bounded memory, it breaks nothing.

use crate::*;

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
        match dice.roll(12) {
            0 => out.extend((0..dice.roll(30)).map(|_| b' ' + (dice.roll(95) as u8))),
            1 => out.extend((0..dice.roll(12)).map(|_| dice.roll(256) as u8)),
            2 => out.push(dice.roll(32) as u8),
            3 => {
                let c = [
                    0x301, 0x200d, 0x1f469, 0x5bbd, 0xfe0f, 0x1100, 0x0915, 0x094d, 0x20e3, 0x0600,
                ][dice.roll(10) as usize];
                (0..dice.roll(60))
                    .for_each(|_| out.extend(char::from_u32(c).unwrap().to_string().bytes()));
            }
            4 => out
                .extend([b"\x1b]", b"\x1bP", b"\x1b_", b"\x1b^", b"\x1bX"][dice.roll(5) as usize]),
            5 => out.extend([b"\x1b\\".as_slice(), b"\x07", b"\x18"][dice.roll(3) as usize]),
            6 => out.extend([0x1b, b'0' + dice.roll(78) as u8]),
            7 => {
                let body = [
                    "8;;https://x/1",
                    "8;;",
                    "8;a=b;file:///x",
                    "4;1;#abc",
                    "11;#123456",
                    "104",
                    "8;;http://\x1b",
                ][dice.roll(7) as usize];
                out.extend(format!("\x1b]{body}\x07").bytes());
            }
            _ => {
                out.extend(b"\x1b[");
                if dice.roll(4) == 0 {
                    out.push(b"<=>?"[dice.roll(4) as usize]);
                }
                for _ in 0..dice.roll(4) {
                    let n = [0, 1, 2, 3, 25, 1000, 1049, 2026, 2027, 65535, 4_294_967_296]
                        [dice.roll(11) as usize]
                        + dice.roll(3);
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
    std::env::var("OPSROOM_LIVES")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(300)
}

#[test]
fn a_hostile_program_neither_stops_nor_breaks_a_screen() {
    for seed in 1..=lives() {
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut screen = screen(80, 24);
        let mut grid = Grid::default();
        let started = std::time::Instant::now();
        for _ in 0..30 {
            screen
                .feed(&soup(&mut dice))
                .unwrap_or_else(|broken| panic!("life {seed}: {broken}"));
            if dice.roll(4) == 0 {
                let size = Size::new(dice.roll(140) as u16, dice.roll(60) as u16);
                screen
                    .resize(size)
                    .unwrap_or_else(|broken| panic!("life {seed}, {size:?}: {broken}"));
            }
            grid.apply(screen.patch_since(Some(grid.generation())))
                .unwrap();
            let _ = (screen.take_replies(), screen.take_signals());
        }
        assert!(
            started.elapsed().as_secs() < 10,
            "life {seed} took {:?}",
            started.elapsed()
        );
    }
}

#[test]
fn an_endless_string_costs_bounded_memory() {
    for opening in [
        "\x1b]0;",
        "\x1b]52;c;",
        "\x1bP+q",
        "\x1b_G",
        "\x1bX",
        "\x1b[1;",
    ] {
        let mut screen = screen(80, 24);
        screen.feed(opening.as_bytes()).unwrap();
        let more = vec![b'4'; 1 << 16];
        for _ in 0..1600 {
            screen.feed(&more).unwrap();
            assert!(
                screen.held_bytes() < 2 << 20,
                "{opening:?} holds {}",
                screen.held_bytes()
            );
        }
        screen.feed(b"\x1b\\\x18seen").unwrap();
        assert!(
            text(&screen).ends_with("seen"),
            "{opening:?}: {}",
            text(&screen)
        );
    }
}

#[test]
fn endless_marks_cost_bounded_memory_even_by_moving_back() {
    for pile in [
        "\u{301}",
        "👩\u{200d}",
        "x\x08\u{301}",
        "\u{1100}",
        "\u{0600}",
        "\u{915}\u{94d}",
        "\x1b[m\u{301}",
        "\u{301}\x1b[999b",
    ] {
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
    screen
        .feed(&b"\x1b]9;hello\x07\x07".repeat(10_000))
        .unwrap();
    assert!(screen.take_signals().len() <= 256);
}
