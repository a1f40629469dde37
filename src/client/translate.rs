//! What a person typed in the words of this program: whole pieces in, keys and the mouse out. Decides nothing.

use terminput::{Event, KeyEventKind, KeyModifiers, MouseEventKind, ScrollDirection};

use super::typed::{PASTE, Piece};
use crate::model::Level;
use crate::terminal::{Key, KeyCode, Mods, MouseAction, MouseButton, MouseEvent, Size};
use crate::view::update::Input;

/// A terminal's size. One that does not know its own (`ssh -tt` without a terminal) is taken for 80x24.
pub fn size(cols: u16, rows: u16) -> Size {
    match (cols, rows) {
        (0, _) | (_, 0) => Size::new(80, 24),
        (cols, rows) => Size::new(cols, rows),
    }
}

/// What a piece means; nothing for one that no program is sent.
pub fn piece(piece: Piece) -> Option<Input> {
    let warning = |sentence| Input::Notice(Level::Warning, sentence);
    match piece {
        Piece::Key(bytes) => read(&bytes),
        Piece::Paste(text) => Some(Input::Paste(text)),
        // half of it would be worse than none
        Piece::TooLong(length) => Some(warning(format!(
            "nothing was pasted: {} kB are more than the {} kB that fit at once; name a file instead",
            length / 1_000,
            PASTE / 1_000
        ))),
        Piece::Torn(length) => Some(warning(format!(
            "nothing was pasted: {length} bytes of a text came, and its end did not; paste it again"
        ))),
    }
}

fn read(bytes: &[u8]) -> Option<Input> {
    match bytes {
        [ESC, rest @ ..] if with_alt(rest) => match read(rest)? {
            Input::Key(Key { code, mods }) => Some(Input::Key(Key {
                code,
                mods: mods.with(Mods::ALT),
            })),
            _ => None,
        },
        [ESC, b'[', numbers @ .., b'M' | b'm'] if !is_place(numbers) => None,
        [ESC, b'O', held @ (b'0'..=b';'), rest @ ..] => {
            let numbers = [&[ESC, b'[', b'1', b';', *held], rest].concat();
            read(&numbers)
        }
        _ => match Event::parse_from(bytes).ok()?? {
            Event::Key(event) => key(event).map(Input::Key),
            Event::Mouse(event) => mouse(event).map(Input::Mouse),
            Event::FocusGained => Some(Input::FocusGained),
            Event::FocusLost => Some(Input::FocusLost),
            Event::Paste(_) | Event::Resize { .. } => None,
        },
    }
}

const ESC: u8 = 0x1b;

/// Whether what follows an escape is a key of its own, which was held with alt.
fn with_alt(rest: &[u8]) -> bool {
    !matches!(rest, [] | [b'[' | b'O', _, ..])
}

/// Whether these are numbers of the mouse, with a place that is counted from one; or its three bytes of any kind.
fn is_place(numbers: &[u8]) -> bool {
    let numbers = match numbers {
        [b'M', ..] => return true,
        [b'<', numbers @ ..] => numbers,
        numbers => numbers,
    };
    let digits = |number: &[u8]| number.iter().all(u8::is_ascii_digit);
    let counted = |number: &[u8]| number.is_empty() || number.iter().any(|digit| *digit != b'0');
    let mut all = numbers.split(|byte| *byte == b';');
    all.next().is_some_and(digits) && all.all(|number| digits(number) && counted(number))
}

/// A key press or its repetition; nothing for a release, or a key that no program is sent.
fn key(event: terminput::KeyEvent) -> Option<Key> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let mods = mods(event.modifiers);
    let code = match event.code {
        terminput::KeyCode::Char(one) => KeyCode::Char(one),
        terminput::KeyCode::Enter => KeyCode::Enter,
        terminput::KeyCode::Tab if mods.contains(Mods::SHIFT) => KeyCode::BackTab,
        terminput::KeyCode::Tab => KeyCode::Tab,
        terminput::KeyCode::Backspace => KeyCode::Backspace,
        terminput::KeyCode::Esc => KeyCode::Esc,
        terminput::KeyCode::Up => KeyCode::Up,
        terminput::KeyCode::Down => KeyCode::Down,
        terminput::KeyCode::Left => KeyCode::Left,
        terminput::KeyCode::Right => KeyCode::Right,
        terminput::KeyCode::Home => KeyCode::Home,
        terminput::KeyCode::End => KeyCode::End,
        terminput::KeyCode::PageUp => KeyCode::PageUp,
        terminput::KeyCode::PageDown => KeyCode::PageDown,
        terminput::KeyCode::Insert => KeyCode::Insert,
        terminput::KeyCode::Delete => KeyCode::Delete,
        terminput::KeyCode::F(number) => KeyCode::F(number),
        terminput::KeyCode::CapsLock
        | terminput::KeyCode::ScrollLock
        | terminput::KeyCode::NumLock
        | terminput::KeyCode::PrintScreen
        | terminput::KeyCode::Pause
        | terminput::KeyCode::Menu
        | terminput::KeyCode::KeypadBegin
        | terminput::KeyCode::Media(_)
        | terminput::KeyCode::Modifier(_, _) => return None,
    };
    Some(Key { code, mods })
}

/// A mouse event, in cells of the screen; nothing for a button that nobody knows.
fn mouse(event: terminput::MouseEvent) -> Option<MouseEvent> {
    let action = match event.kind {
        MouseEventKind::Down(which) => MouseAction::Press(button(which)?),
        MouseEventKind::Up(which) => MouseAction::Release(button(which)?),
        MouseEventKind::Drag(which) => MouseAction::Drag(button(which)?),
        MouseEventKind::Moved => MouseAction::Move,
        MouseEventKind::Scroll(ScrollDirection::Up) => MouseAction::WheelUp,
        MouseEventKind::Scroll(ScrollDirection::Down) => MouseAction::WheelDown,
        MouseEventKind::Scroll(ScrollDirection::Left) => MouseAction::WheelLeft,
        MouseEventKind::Scroll(ScrollDirection::Right) => MouseAction::WheelRight,
    };
    Some(MouseEvent {
        action,
        col: event.column,
        row: event.row,
        mods: mods(event.modifiers),
    })
}

fn button(which: terminput::MouseButton) -> Option<MouseButton> {
    match which {
        terminput::MouseButton::Left => Some(MouseButton::Left),
        terminput::MouseButton::Middle => Some(MouseButton::Middle),
        terminput::MouseButton::Right => Some(MouseButton::Right),
        terminput::MouseButton::Unknown => None,
    }
}

fn mods(held: KeyModifiers) -> Mods {
    let known = [
        (KeyModifiers::SHIFT, Mods::SHIFT),
        (KeyModifiers::ALT, Mods::ALT),
        (KeyModifiers::CTRL, Mods::CTRL),
        (KeyModifiers::SUPER, Mods::SUPER),
    ];
    let held = known
        .into_iter()
        .filter(|(theirs, _)| held.contains(*theirs));
    held.fold(Mods::NONE, |mods, (_, ours)| mods.with(ours))
}
