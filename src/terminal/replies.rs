//! What a screen answers to a program's questions. Answers come in the order of the questions.
//! Nothing is ever answered that would tell what the operator's own terminal, clipboard or title is.

use super::cell::{Attrs, Color, Size, Style, Underline};
use super::grid::Cursor;
use super::limits::Terminator;

/// Pixels of a cell, told to programs that ask: (width, height).
const CELL: (u32, u32) = (8, 16);
/// Answers beyond this are dropped until the waiting ones are taken.
const CAPACITY: usize = 64 << 10;

/// The answers not yet taken.
#[derive(Debug, Default)]
pub(super) struct Replies {
    waiting: Vec<u8>,
}

impl Replies {
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.waiting)
    }

    fn say(&mut self, answer: &str) {
        self.say_bytes(answer.as_bytes());
    }

    fn say_bytes(&mut self, answer: &[u8]) {
        if self.waiting.len() + answer.len() <= CAPACITY {
            self.waiting.extend_from_slice(answer);
        }
    }

    /// DA1: a VT220 with colour.
    pub fn primary_attributes(&mut self) {
        self.say("\x1b[?62;22c");
    }

    /// DA2.
    pub fn secondary_attributes(&mut self) {
        self.say("\x1b[>1;100;0c");
    }

    /// DA3: no unit has a number of its own.
    pub fn tertiary_attributes(&mut self) {
        self.say("\x1bP!|00000000\x1b\\");
    }

    /// XTVERSION.
    pub fn version(&mut self) {
        self.say(concat!(
            "\x1bP>|opsroom ",
            env!("CARGO_PKG_VERSION"),
            "\x1b\\"
        ));
    }

    /// DSR 5 and 6, and their private forms.
    pub fn status(&mut self, private: u8, number: u16, cursor: Cursor) {
        let (row, col) = (u32::from(cursor.row) + 1, u32::from(cursor.col) + 1);
        match (private, number) {
            (0, 5) => self.say("\x1b[0n"),
            (0, 6) => self.say(&format!("\x1b[{row};{col}R")),
            (b'?', 6) => self.say(&format!("\x1b[?{row};{col};1R")),
            _ => {}
        }
    }

    /// The colour scheme (DSR 996).
    pub fn scheme(&mut self, number: u8) {
        self.say(&format!("\x1b[?997;{number}n"));
    }

    /// DECRQM: 1 set, 2 reset, 0 not known.
    pub fn mode(&mut self, private: u8, number: u16, state: Option<bool>) {
        let value = match state {
            Some(true) => 1,
            Some(false) => 2,
            None => 0,
        };
        let private = if private == b'?' { "?" } else { "" };
        self.say(&format!("\x1b[{private}{number};{value}$y"));
    }

    /// The flags of the kitty keyboard protocol.
    pub fn keyboard(&mut self, flags: u8) {
        self.say(&format!("\x1b[?{flags}u"));
    }

    /// The sizes `CSI t` may ask for.
    pub fn size(&mut self, what: u16, size: Size) {
        let (cols, rows) = (u32::from(size.cols), u32::from(size.rows));
        match what {
            14 => self.say(&format!("\x1b[4;{};{}t", rows * CELL.1, cols * CELL.0)),
            16 => self.say(&format!("\x1b[6;{};{}t", CELL.1, CELL.0)),
            18 => self.say(&format!("\x1b[8;{rows};{cols}t")),
            19 => self.say(&format!("\x1b[9;{rows};{cols}t")),
            _ => {}
        }
    }

    /// Status records (OSC 7501) are read here.
    pub fn status_records(&mut self, end: Terminator) {
        self.say(&format!("\x1b]7501;?{}", end.text()));
    }

    /// A colour that was asked for.
    pub fn colour(&mut self, what: &str, colour: &str, end: Terminator) {
        self.say(&format!("\x1b]{what};{colour}{}", end.text()));
    }

    /// A device control string that asks: DECRQSS for the pen and the cursor, XTGETTCAP for a few names.
    pub fn dcs(&mut self, body: &[u8], pen: Style, cursor_number: u8) {
        match body {
            b"$qm" => self.say(&format!("\x1bP1$r{}m\x1b\\", sgr(pen))),
            b"$q q" => self.say(&format!("\x1bP1$r{cursor_number} q\x1b\\")),
            _ if body.starts_with(b"$q") => self.say("\x1bP0$r\x1b\\"),
            _ => {
                let Some(names) = body.strip_prefix(b"+q") else {
                    return;
                };
                names
                    .split(|b| *b == b';')
                    .take(16)
                    .for_each(|name| self.capability(name));
            }
        }
    }

    fn capability(&mut self, name: &[u8]) {
        let value = match name.to_ascii_uppercase().as_slice() {
            b"544E" => "787465726D2D323536636F6C6F72", // TN: xterm-256color
            b"436F" | b"636F6C6F7273" => "323536",     // Co, colors: 256
            b"524742" => "38",                         // RGB: 8
            _ => return self.say("\x1bP0+r\x1b\\"),
        };
        self.say_bytes(&[b"\x1bP1+r", name, b"=", value.as_bytes(), b"\x1b\\"].concat());
    }
}

/// The SGR numbers that make this style from nothing.
fn sgr(style: Style) -> String {
    let mut numbers = vec!["0".to_owned()];
    let codes = [1, 2, 3, 5, 7, 8, 9];
    let set = Attrs::NAMES
        .iter()
        .zip(codes)
        .filter(|((_, bit), _)| style.attrs.contains(*bit));
    numbers.extend(set.map(|(_, code)| code.to_string()));
    match style.underline {
        Underline::None => {}
        Underline::Single => numbers.push("4".into()),
        Underline::Double => numbers.push("4:2".into()),
        Underline::Curly => numbers.push("4:3".into()),
        Underline::Dotted => numbers.push("4:4".into()),
        Underline::Dashed => numbers.push("4:5".into()),
    }
    for (base, color) in [(38, style.fg), (48, style.bg), (58, style.underline_color)] {
        match color {
            Color::Default => {}
            Color::Indexed(n) => numbers.push(format!("{base}:5:{n}")),
            Color::Rgb(r, g, b) => numbers.push(format!("{base}:2::{r}:{g}:{b}")),
        }
    }
    numbers.join(";")
}
