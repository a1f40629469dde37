//! The terminal library's keys and mouse in the words of this program. Decides nothing.

use crossterm::event::{self, KeyEventKind, KeyModifiers, MouseEventKind};

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

/// The longest paste that is taken, in bytes: a pane takes no more at once from one who types.
const PASTE: usize = 1_000_000;

/// Pasted text, or a sentence where it is more than an agent could take: half of it would be worse than none.
pub fn paste(text: String) -> Input {
    if text.len() <= PASTE {
        return Input::Paste(text);
    }
    let sentence = format!(
        "nothing was pasted: {} kB are more than the 1,000 kB that fit at once; name a file instead",
        text.len() / 1_000
    );
    Input::Notice(Level::Warning, sentence)
}

/// A key press or its repetition; nothing for a release, or a key that no program is sent.
pub fn key(event: event::KeyEvent) -> Option<Key> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let code = match event.code {
        event::KeyCode::Char(one) => KeyCode::Char(one),
        event::KeyCode::Enter => KeyCode::Enter,
        event::KeyCode::Tab => KeyCode::Tab,
        event::KeyCode::BackTab => KeyCode::BackTab,
        event::KeyCode::Backspace => KeyCode::Backspace,
        event::KeyCode::Esc => KeyCode::Esc,
        event::KeyCode::Up => KeyCode::Up,
        event::KeyCode::Down => KeyCode::Down,
        event::KeyCode::Left => KeyCode::Left,
        event::KeyCode::Right => KeyCode::Right,
        event::KeyCode::Home => KeyCode::Home,
        event::KeyCode::End => KeyCode::End,
        event::KeyCode::PageUp => KeyCode::PageUp,
        event::KeyCode::PageDown => KeyCode::PageDown,
        event::KeyCode::Insert => KeyCode::Insert,
        event::KeyCode::Delete => KeyCode::Delete,
        event::KeyCode::F(number) => KeyCode::F(number),
        event::KeyCode::Null
        | event::KeyCode::CapsLock
        | event::KeyCode::ScrollLock
        | event::KeyCode::NumLock
        | event::KeyCode::PrintScreen
        | event::KeyCode::Pause
        | event::KeyCode::Menu
        | event::KeyCode::KeypadBegin
        | event::KeyCode::Media(_)
        | event::KeyCode::Modifier(_) => return None,
    };
    Some(Key {
        code,
        mods: mods(event.modifiers),
    })
}

/// A mouse event, in cells of the screen.
pub fn mouse(event: event::MouseEvent) -> MouseEvent {
    let action = match event.kind {
        MouseEventKind::Down(which) => MouseAction::Press(button(which)),
        MouseEventKind::Up(which) => MouseAction::Release(button(which)),
        MouseEventKind::Drag(which) => MouseAction::Drag(button(which)),
        MouseEventKind::Moved => MouseAction::Move,
        MouseEventKind::ScrollUp => MouseAction::WheelUp,
        MouseEventKind::ScrollDown => MouseAction::WheelDown,
        MouseEventKind::ScrollLeft => MouseAction::WheelLeft,
        MouseEventKind::ScrollRight => MouseAction::WheelRight,
    };
    MouseEvent {
        action,
        col: event.column,
        row: event.row,
        mods: mods(event.modifiers),
    }
}

fn button(which: event::MouseButton) -> MouseButton {
    match which {
        event::MouseButton::Left => MouseButton::Left,
        event::MouseButton::Middle => MouseButton::Middle,
        event::MouseButton::Right => MouseButton::Right,
    }
}

fn mods(held: KeyModifiers) -> Mods {
    let known = [
        (KeyModifiers::SHIFT, Mods::SHIFT),
        (KeyModifiers::ALT, Mods::ALT),
        (KeyModifiers::CONTROL, Mods::CTRL),
        (KeyModifiers::SUPER, Mods::SUPER),
    ];
    let held = known
        .into_iter()
        .filter(|(theirs, _)| held.contains(*theirs));
    held.fold(Mods::NONE, |mods, (_, ours)| mods.with(ours))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn a_paste_that_no_agent_could_take_is_refused_whole() {
        assert!(matches!(paste("x".repeat(PASTE)), Input::Paste(text) if text.len() == PASTE));
        let Input::Notice(Level::Warning, said) = paste("x".repeat(PASTE + 1)) else {
            panic!("it was taken");
        };
        assert!(said.starts_with("nothing was pasted"), "{said}");
    }
}
