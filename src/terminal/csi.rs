//! Reads one control sequence and says what may happen to it: go to the engine as it is, go
//! with its numbers made harmless, be acted on by the screen itself, or nowhere.
//! Only sequences named here ever reach the engine.

use super::cell::Size;

/// The parts of `ESC [ … final`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Csi<'a> {
    /// One of `< = > ?` before the numbers, or 0.
    pub private: u8,
    params: &'a [u8],
    /// The bytes between the numbers and the final one.
    pub intermediates: &'a [u8],
    /// The byte that names the function.
    pub last: u8,
}

/// What may happen to a sequence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// To the engine as it is.
    Pass,
    /// To the engine in this form.
    Replace(Vec<u8>),
    /// The screen acts on it.
    Hand,
    /// Nowhere.
    Drop,
}

/// Private modes the engine may set and reset by itself.
const ENGINE_MODES: [u16; 13] = [
    1, 7, 9, 12, 25, 1000, 1002, 1003, 1004, 1005, 1006, 1007, 2027,
];
/// A control sequence longer than this is swallowed to its end.
pub(super) const SEQUENCE: usize = 256;
/// More numbers than this in one sequence are not a sequence any more.
const MAX_PARAMS: usize = 32;

impl<'a> Csi<'a> {
    /// Takes the bytes after `ESC [`, the final one included.
    pub fn parse(bytes: &'a [u8]) -> Option<Csi<'a>> {
        let (&last, rest) = bytes.split_last()?;
        let (private, rest) = match rest.split_first() {
            Some((&first @ b'<'..=b'?', rest)) => (first, rest),
            _ => (0, rest),
        };
        let end = rest
            .iter()
            .position(|b| (0x20..=0x2f).contains(b))
            .unwrap_or(rest.len());
        let (params, intermediates) = rest.split_at(end);
        if params.iter().any(|b| !matches!(b, b'0'..=b';'))
            || intermediates.iter().any(|b| *b >= 0x30)
        {
            return None;
        }
        Some(Csi {
            private,
            params,
            intermediates,
            last,
        })
    }

    /// The numbers; empty ones are 0, subparameters are left out, values stop at 65535.
    pub fn numbers(&self) -> impl Iterator<Item = u16> + 'a {
        let params = self.params;
        params
            .split(|b| *b == b';')
            .filter(move |_| !params.is_empty())
            .map(|part| {
                part.iter()
                    .take_while(|b| b.is_ascii_digit())
                    .fold(0u16, |value, b| {
                        value.saturating_mul(10).saturating_add(u16::from(b - b'0'))
                    })
            })
    }

    /// The number at `at`, 0 where there is none.
    pub fn number(&self, at: usize) -> u16 {
        self.numbers().nth(at).unwrap_or(0)
    }

    /// What may happen to this sequence on a screen of this size.
    pub fn verdict(&self, size: Size) -> Verdict {
        match (self.private, self.intermediates, self.last) {
            (0, [], b'm') => self.unless_too_many(match self.with_double_lines() {
                Some(bytes) => Verdict::Replace(bytes),
                None => Verdict::Pass,
            }),
            (0, [], b'b') => self.capped(size.cols),
            (
                0,
                [],
                b'@' | b'A'..=b'G' | b'I' | b'L' | b'P' | b'T' | b'X' | b'Z' | b'`' | b'a' | b'e',
            ) => self.capped(size.cols.max(size.rows)),
            (0, [], b'H' | b'f' | b'd') => self.capped(Size::MAX),
            (b'=' | b'>' | b'<', [], b'u') => self.capped(31),
            (0, [], b'K') => self.only(&[0, 1, 2]),
            (0, [], b'J') if self.number(0) == 0 => self.only(&[0]),
            (0, [], b'J' | b'M' | b'S' | b'c' | b'g' | b'n' | b'r' | b't') => Verdict::Hand,
            (0, [], b's') => Verdict::Pass,
            (0, [], b'u') => Verdict::Hand,
            (0, [], b'h' | b'l') => self.only(&[4, 20]),
            (0, [b' '], b'q') => self.only(&[0, 1, 2, 3, 4, 5, 6]),
            (0, [b'!'], b'p') => Verdict::Replace(SOFT_RESET.to_vec()),
            (b'?', [], b'h' | b'l') if self.numbers().all(|n| ENGINE_MODES.contains(&n)) => {
                self.unless_too_many(Verdict::Pass)
            }
            (b'?', [], b'h' | b'l' | b'u' | b'n') => Verdict::Hand,
            (0 | b'?', [b'$'], b'p') => Verdict::Hand,
            (b'=', [], b'c') | (b'>', [], b'c' | b'q') => Verdict::Hand,
            _ => Verdict::Drop,
        }
    }

    /// The same sequence with every number at most `most`.
    pub fn with_at_most(&self, most: u16) -> Vec<u8> {
        let numbers: Vec<String> = self
            .numbers()
            .take(MAX_PARAMS)
            .map(|n| n.min(most).to_string())
            .collect();
        self.with_numbers(&numbers.join(";"))
    }

    /// The same sequence with other numbers.
    pub fn with_numbers(&self, numbers: &str) -> Vec<u8> {
        let private: &[u8] = if self.private == 0 {
            b""
        } else {
            &[self.private]
        };
        [
            b"\x1b[",
            private,
            numbers.as_bytes(),
            self.intermediates,
            &[self.last],
        ]
        .concat()
    }

    /// The same with `4:2` for 21, which the engine takes for something else; None where that is not in it.
    fn with_double_lines(&self) -> Option<Vec<u8>> {
        let mut parts: Vec<&[u8]> = self.params.split(|byte| *byte == b';').collect();
        let mut at = 0;
        let mut found = false;
        while at < parts.len() {
            // The numbers of a colour are none of their own.
            at += match (parts[at], parts.get(at + 1).copied()) {
                (b"38" | b"48" | b"58", Some(b"2")) => 5,
                (b"38" | b"48" | b"58", Some(b"5")) => 3,
                (b"21", _) => {
                    parts[at] = b"4:2";
                    found = true;
                    1
                }
                (_, _) => 1,
            };
        }
        found.then(|| [b"\x1b[", parts.join(&b';').as_slice(), b"m"].concat())
    }

    /// True if the engine may set or reset this private mode by itself.
    pub fn is_engine_mode(mode: u16) -> bool {
        ENGINE_MODES.contains(&mode)
    }

    fn capped(&self, most: u16) -> Verdict {
        let fits = self.numbers().all(|n| n <= most);
        if fits {
            self.unless_too_many(Verdict::Pass)
        } else {
            Verdict::Replace(self.with_at_most(most))
        }
    }

    fn only(&self, known: &[u16]) -> Verdict {
        if self.numbers().all(|n| known.contains(&n)) {
            return self.unless_too_many(Verdict::Pass);
        }
        Verdict::Drop
    }

    fn unless_too_many(&self, verdict: Verdict) -> Verdict {
        let short = self.params.len() <= MAX_PARAMS;
        let separators = || {
            self.params
                .iter()
                .filter(|b| matches!(b, b';' | b':'))
                .count()
        };
        if short || separators() < MAX_PARAMS {
            verdict
        } else {
            Verdict::Drop
        }
    }
}

/// Where the control sequence that begins at `at` ends, if all of it is there and it is ordinary.
pub(super) fn whole_csi(bytes: &[u8], at: usize) -> Option<usize> {
    let limit = bytes.len().min(at + 2 + SEQUENCE);
    if bytes.get(at + 1) != Some(&b'[') {
        return None;
    }
    let end = at
        + 2
        + bytes[at + 2..limit]
            .iter()
            .position(|b| !(b' '..=b'?').contains(b))?;
    (b'@'..=b'~').contains(&bytes[end]).then_some(end + 1)
}

/// True for the most frequent sequences, which are passed on as they are: a short `…m` of digits and separators,
/// and a cursor that goes to a place on the screen, or erases to the end of its line.
pub(super) fn is_plain(sequence: &[u8], size: Size) -> bool {
    let Some((last, numbers)) = sequence.split_last() else {
        return false;
    };
    match last {
        b'm' => {
            let ordinary = numbers.iter().all(|b| matches!(b, b'0'..=b';'));
            numbers.len() < 32 && ordinary && !numbers.windows(2).any(|two| two == b"21")
        }
        b'K' => numbers.is_empty(),
        b'A'..=b'D' | b'G' => numbers.len() <= 4 && largest(numbers) <= size.cols.max(size.rows),
        b'H' => numbers.len() <= 9 && largest(numbers) <= Size::MAX,
        _ => false,
    }
}

/// The largest of some numbers of few digits; more than any size where there is something else.
fn largest(numbers: &[u8]) -> u16 {
    let (mut largest, mut number) = (0, 0_u16);
    for byte in numbers {
        number = match byte {
            b'0'..=b'9' => number
                .saturating_mul(10)
                .saturating_add(u16::from(byte - b'0')),
            b';' => 0,
            _ => return u16::MAX,
        };
        largest = largest.max(number);
    }
    largest
}

/// What DECSTR comes to, in sequences the engine knows.
const SOFT_RESET: &[u8] =
    b"\x1b[?25h\x1b[?7h\x1b[4l\x1b[?6l\x1b[?1l\x1b[r\x1b[0m\x1b>\x1b(B\x1b)B\x0f";

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn verdict(bytes: &str) -> Verdict {
        Csi::parse(bytes.as_bytes()).map_or(Verdict::Drop, |csi| csi.verdict(Size::new(100, 30)))
    }

    fn replaced(bytes: &str) -> String {
        match verdict(bytes) {
            Verdict::Replace(bytes) => String::from_utf8(bytes).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn ordinary_sequences_pass_as_they_are() {
        for bytes in [
            "m",
            "38;2;1;2;3m",
            "4:3m",
            "H",
            "12;40H",
            "K",
            "2K",
            "J",
            "A",
            "5B",
            "?25l",
            "?1;25h",
            "2 q",
            ">1u",
        ] {
            assert_eq!(verdict(bytes), Verdict::Pass, "{bytes}");
        }
    }

    #[test]
    fn huge_numbers_come_down_to_what_the_screen_can_use() {
        assert_eq!(replaced("99999999b"), "\x1b[100b");
        assert_eq!(replaced("65535L"), "\x1b[100L");
        assert_eq!(replaced("65535;7H"), "\x1b[1000;7H");
        assert_eq!(replaced("<65535u"), "\x1b[<31u");
    }

    #[test]
    fn a_double_line_is_asked_for_in_words_that_the_engine_knows() {
        assert_eq!(replaced("1;21;31m"), "\x1b[1;4:2;31m");
        assert_eq!(
            replaced("38;2;21;21;21;48;5;21;21m"),
            "\x1b[38;2;21;21;21;48;5;21;4:2m"
        );
        assert_eq!(verdict("38;5;21m"), Verdict::Pass);
        assert_eq!(verdict("121m"), Verdict::Pass);
    }

    #[test]
    fn queries_and_scrolls_are_handed_to_the_screen() {
        for bytes in [
            "c",
            ">c",
            "=c",
            "u",
            "6n",
            "?6n",
            "?2026$p",
            "4$p",
            ">q",
            "14t",
            "?u",
            "1J",
            "2J",
            "3J",
            "?6h",
            "5S",
            "M",
            "r",
            "2;5r",
            "3g",
            "?1049h",
            "?25;2004h",
        ] {
            assert_eq!(verdict(bytes), Verdict::Hand, "{bytes}");
        }
    }

    #[test]
    fn what_is_plain_would_be_passed_on() {
        let size = Size::new(100, 30);
        let plain = [
            "m",
            "1;31m",
            "K",
            "H",
            "5H",
            "30;30H",
            ";7H",
            "A",
            "12G",
            "1000;200H",
        ];
        for bytes in plain {
            assert!(is_plain(bytes.as_bytes(), size), "{bytes}");
            assert_eq!(verdict(bytes), Verdict::Pass, "{bytes}");
        }
        for bytes in [
            "",
            "21m",
            "?1h",
            "2K",
            "101G",
            "65535H",
            "99999999B",
            "1:2H",
            "?5H",
            "r",
        ] {
            assert!(!is_plain(bytes.as_bytes(), size), "{bytes}");
        }
    }

    #[test]
    fn unknown_sequences_go_nowhere() {
        let many = format!("{}m", "1;".repeat(40));
        for bytes in [
            "z",
            "?5W",
            ">4;2m",
            "7K",
            "1$r",
            "?1r",
            "99h",
            many.as_str(),
        ] {
            assert_eq!(verdict(bytes), Verdict::Drop, "{bytes}");
        }
    }
}
