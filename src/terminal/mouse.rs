//! Mouse events as data, and the bytes they send under the modes of a program.

use super::grid::{Modes, MouseEncoding, MouseProtocol};
use super::keys::Mods;
use serde::{Deserialize, Serialize};

/// A mouse button.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MouseButton {
    /// The left one.
    Left,
    /// The middle one.
    Middle,
    /// The right one.
    Right,
}

/// What the mouse did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MouseAction {
    /// A button went down.
    Press(MouseButton),
    /// A button went up.
    Release(MouseButton),
    /// It moved while a button was down.
    Drag(MouseButton),
    /// It moved with no button down.
    Move,
    /// The wheel turned away from the user.
    WheelUp,
    /// The wheel turned towards the user.
    WheelDown,
    /// The wheel was pushed to the left.
    WheelLeft,
    /// The wheel was pushed to the right.
    WheelRight,
}

/// A mouse event in the cells of one screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MouseEvent {
    /// What happened.
    pub action: MouseAction,
    /// Column, 0 is the left one.
    pub col: u16,
    /// Row, 0 is the top one.
    pub row: u16,
    /// What was held with it.
    pub mods: Mods,
}

/// The bytes a mouse event sends to a program with these modes; empty if it did not ask for it.
pub fn encode_mouse(event: &MouseEvent, modes: &Modes) -> Vec<u8> {
    if !wanted(event.action, modes.mouse) {
        return Vec::new();
    }
    let code = code(event, modes);
    match modes.encoding {
        MouseEncoding::Sgr => {
            let last = if matches!(event.action, MouseAction::Release(_)) {
                'm'
            } else {
                'M'
            };
            let (col, row) = (u32::from(event.col) + 1, u32::from(event.row) + 1);
            format!("\x1b[<{code};{col};{row}{last}").into_bytes()
        }
        MouseEncoding::Bytes => match (byte(event.col), byte(event.row)) {
            (Some(col), Some(row)) => vec![0x1b, b'[', b'M', 32 + code, col, row],
            _ => Vec::new(),
        },
        MouseEncoding::Utf8 => {
            let place = |at: u16| char::from_u32(u32::from(at.min(2014)) + 33).unwrap_or('!');
            let written: String = [char::from(32 + code), place(event.col), place(event.row)]
                .iter()
                .collect();
            format!("\x1b[M{written}").into_bytes()
        }
    }
}

fn byte(at: u16) -> Option<u8> {
    u8::try_from(at)
        .ok()
        .filter(|at| *at < 223)
        .map(|at| at + 33)
}

fn wanted(action: MouseAction, protocol: MouseProtocol) -> bool {
    let pressed = !matches!(
        action,
        MouseAction::Release(_) | MouseAction::Drag(_) | MouseAction::Move
    );
    match protocol {
        MouseProtocol::Off => false,
        MouseProtocol::Presses => pressed,
        MouseProtocol::Clicks => pressed || matches!(action, MouseAction::Release(_)),
        MouseProtocol::Drags => action != MouseAction::Move,
        MouseProtocol::Motion => true,
    }
}

fn code(event: &MouseEvent, modes: &Modes) -> u8 {
    let button = |button| match button {
        MouseButton::Left => 0,
        MouseButton::Middle => 1,
        MouseButton::Right => 2,
    };
    let code = match event.action {
        MouseAction::Press(which) => button(which),
        MouseAction::Release(which) if modes.encoding == MouseEncoding::Sgr => button(which),
        MouseAction::Release(_) => 3,
        MouseAction::Drag(which) => 32 + button(which),
        MouseAction::Move => 35,
        MouseAction::WheelUp => 64,
        MouseAction::WheelDown => 65,
        MouseAction::WheelLeft => 66,
        MouseAction::WheelRight => 67,
    };
    let held = [(Mods::SHIFT, 4), (Mods::ALT, 8), (Mods::CTRL, 16)];
    let mods: u8 = held
        .iter()
        .filter(|(m, _)| event.mods.contains(*m))
        .map(|(_, bit)| bit)
        .sum();
    if modes.mouse == MouseProtocol::Presses {
        code
    } else {
        code + mods
    }
}
