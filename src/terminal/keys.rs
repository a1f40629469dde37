//! Keys as data, and the bytes they send under the modes of a program.
//! Nothing here knows where a key came from.

use super::grid::{ModeSet, Modes};
use serde::{Deserialize, Serialize};

/// The modifiers held with a key, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Mods(u8);

impl Mods {
    /// None.
    pub const NONE: Mods = Mods(0);
    /// Shift.
    pub const SHIFT: Mods = Mods(1);
    /// Alt, also called option or meta.
    pub const ALT: Mods = Mods(1 << 1);
    /// Control.
    pub const CTRL: Mods = Mods(1 << 2);
    /// Super, also called command or windows.
    pub const SUPER: Mods = Mods(1 << 3);

    /// True if every modifier of `other` is held.
    pub fn contains(self, other: Mods) -> bool {
        self.0 & other.0 == other.0
    }

    /// These modifiers and those of `other`.
    #[must_use]
    pub fn with(self, other: Mods) -> Mods {
        Mods(self.0 | other.0)
    }

    /// These modifiers without those of `other`.
    #[must_use]
    pub fn without(self, other: Mods) -> Mods {
        Mods(self.0 & !other.0)
    }

    /// The number xterm and kitty write: 1 for none.
    fn parameter(self) -> u8 {
        self.0 + 1
    }
}

/// Which key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum KeyCode {
    /// A key that writes this character; with shift, the character already shifted.
    Char(char),
    /// Enter.
    Enter,
    /// Tab.
    Tab,
    /// Tab with shift, where the keyboard reports it as one key.
    BackTab,
    /// Backspace.
    Backspace,
    /// Escape.
    Esc,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// Insert.
    Insert,
    /// Delete.
    Delete,
    /// A function key, 1..=35.
    F(u8),
}

/// A key press.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Key {
    /// Which key.
    pub code: KeyCode,
    /// What was held with it.
    pub mods: Mods,
}

impl Key {
    /// A key with modifiers.
    pub fn new(code: KeyCode, mods: Mods) -> Key {
        Key { code, mods }
    }

    /// A key by itself.
    pub fn plain(code: KeyCode) -> Key {
        Key {
            code,
            mods: Mods::NONE,
        }
    }
}

const DISAMBIGUATE: u8 = 1;
const REPORT_ALL: u8 = 8;

/// The bytes a key sends to a program with these modes; empty for a key it cannot be told of.
pub fn encode_key(key: &Key, modes: &Modes) -> Vec<u8> {
    let mut key = *key;
    if key.code == KeyCode::BackTab {
        key = Key {
            code: KeyCode::Tab,
            mods: key.mods.with(Mods::SHIFT),
        };
    }
    if modes.kitty & (DISAMBIGUATE | REPORT_ALL) != 0
        && let Some(bytes) = kitty(key, modes.kitty)
    {
        return bytes;
    }
    legacy(key, modes)
}

/// `CSI u` forms of the kitty protocol; `None` where the legacy form stays in force.
fn kitty(key: Key, flags: u8) -> Option<Vec<u8>> {
    let all = flags & REPORT_ALL != 0;
    let held = key.mods.without(Mods::SHIFT) != Mods::NONE;
    let code = match key.code {
        KeyCode::Esc => 27,
        KeyCode::Enter if all || key.mods != Mods::NONE => 13,
        KeyCode::Tab if all || key.mods != Mods::NONE => 9,
        KeyCode::Backspace if all || key.mods != Mods::NONE => 127,
        KeyCode::Char(c) if all || held => unshifted(c),
        KeyCode::F(n @ 13..=35) => 57376 + u32::from(n) - 13,
        KeyCode::F(_)
        | KeyCode::Enter
        | KeyCode::Tab
        | KeyCode::Backspace
        | KeyCode::Char(_)
        | KeyCode::BackTab
        | KeyCode::Up
        | KeyCode::Down
        | KeyCode::Left
        | KeyCode::Right
        | KeyCode::Home
        | KeyCode::End
        | KeyCode::PageUp
        | KeyCode::PageDown
        | KeyCode::Insert
        | KeyCode::Delete => return None,
    };
    let mods = key.mods.parameter();
    Some(
        if mods == 1 {
            format!("\x1b[{code}u")
        } else {
            format!("\x1b[{code};{mods}u")
        }
        .into_bytes(),
    )
}

/// The key a character is on: the protocol names keys by their unshifted character.
fn unshifted(c: char) -> u32 {
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(only), None) => u32::from(only),
        _ => u32::from(c),
    }
}

fn legacy(key: Key, modes: &Modes) -> Vec<u8> {
    let mods = key.mods;
    match key.code {
        KeyCode::Char(c) => character(c, mods),
        KeyCode::Enter => alt(mods, b"\r"),
        KeyCode::Tab if mods.contains(Mods::SHIFT) => alt(mods, b"\x1b[Z"),
        KeyCode::Tab | KeyCode::BackTab => alt(mods, b"\t"),
        KeyCode::Backspace if mods.contains(Mods::CTRL) => alt(mods, b"\x08"),
        KeyCode::Backspace => alt(mods, b"\x7f"),
        KeyCode::Esc => alt(mods, b"\x1b"),
        KeyCode::Up => cursor(b'A', mods, modes),
        KeyCode::Down => cursor(b'B', mods, modes),
        KeyCode::Right => cursor(b'C', mods, modes),
        KeyCode::Left => cursor(b'D', mods, modes),
        KeyCode::Home => cursor(b'H', mods, modes),
        KeyCode::End => cursor(b'F', mods, modes),
        KeyCode::Insert => tilde(2, mods),
        KeyCode::Delete => tilde(3, mods),
        KeyCode::PageUp => tilde(5, mods),
        KeyCode::PageDown => tilde(6, mods),
        KeyCode::F(n) => function(n, mods),
    }
}

fn character(c: char, mods: Mods) -> Vec<u8> {
    let code = if mods.contains(Mods::CTRL) {
        control(c)
    } else {
        None
    };
    match code {
        Some(code) => alt(mods, &[code]),
        None => alt(mods, c.encode_utf8(&mut [0; 4]).as_bytes()),
    }
}

/// The control code of a character, as terminals have always mapped them.
fn control(c: char) -> Option<u8> {
    match c {
        'a'..='z' => Some(c as u8 - b'a' + 1),
        'A'..='Z' => Some(c as u8 - b'A' + 1),
        ' ' | '@' | '2' => Some(0),
        '[' | '3' => Some(27),
        '\\' | '4' => Some(28),
        ']' | '5' => Some(29),
        '^' | '~' | '6' => Some(30),
        '_' | '/' | '7' => Some(31),
        '?' | '8' => Some(127),
        _ => None,
    }
}

fn alt(mods: Mods, bytes: &[u8]) -> Vec<u8> {
    let escape: &[u8] = if mods.contains(Mods::ALT) {
        b"\x1b"
    } else {
        b""
    };
    [escape, bytes].concat()
}

fn cursor(letter: u8, mods: Mods, modes: &Modes) -> Vec<u8> {
    match mods.parameter() {
        1 if modes.on(ModeSet::APP_CURSOR) => vec![0x1b, b'O', letter],
        1 => vec![0x1b, b'[', letter],
        mods => format!("\x1b[1;{mods}{}", char::from(letter)).into_bytes(),
    }
}

fn tilde(number: u8, mods: Mods) -> Vec<u8> {
    match mods.parameter() {
        1 => format!("\x1b[{number}~"),
        mods => format!("\x1b[{number};{mods}~"),
    }
    .into_bytes()
}

fn function(n: u8, mods: Mods) -> Vec<u8> {
    const NUMBERS: [u8; 16] = [
        15, 17, 18, 19, 20, 21, 23, 24, 25, 26, 28, 29, 31, 32, 33, 34,
    ];
    match n {
        1..=4 => match mods.parameter() {
            1 => vec![0x1b, b'O', b'P' + n - 1],
            mods => format!("\x1b[1;{mods}{}", char::from(b'P' + n - 1)).into_bytes(),
        },
        5..=20 => tilde(NUMBERS[usize::from(n - 5)], mods),
        _ => Vec::new(),
    }
}

/// The bytes that tell a program its pane gained or lost the focus; empty if it did not ask.
pub fn encode_focus(focus: Focus, modes: &Modes) -> Vec<u8> {
    match focus {
        _ if !modes.on(ModeSet::FOCUS_EVENTS) => Vec::new(),
        Focus::Gained => b"\x1b[I".to_vec(),
        Focus::Lost => b"\x1b[O".to_vec(),
    }
}

/// A change of focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Focus {
    /// The pane has the focus now.
    Gained,
    /// It has not.
    Lost,
}

/// The bytes of a paste. ESC and every other control but tab and newline are taken out, so that
/// nothing in the text can end the bracket or act as a key. Without brackets a newline is Enter.
pub fn encode_paste(text: &str, modes: &Modes) -> Vec<u8> {
    let bracketed = modes.on(ModeSet::BRACKETED_PASTE);
    let unix = text.replace("\r\n", "\n");
    let safe = unix.chars().filter_map(|c| match c {
        '\n' | '\r' if bracketed => Some('\n'),
        '\n' | '\r' => Some('\r'),
        '\t' => Some('\t'),
        c if c.is_control() => None,
        c => Some(c),
    });
    if bracketed {
        "\x1b[200~"
            .chars()
            .chain(safe)
            .chain("\x1b[201~".chars())
            .collect::<String>()
            .into_bytes()
    } else {
        safe.collect::<String>().into_bytes()
    }
}
