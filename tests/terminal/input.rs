//! Keys, pastes, the mouse and the focus.

use crate::*;

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
    let app = Modes {
        set: ModeSet::APP_CURSOR,
        ..plain
    };
    assert_eq!(key(KeyCode::Up, Mods::NONE, &app), "\x1bOA");
    assert_eq!(key(KeyCode::Up, Mods::CTRL, &app), "\x1b[1;5A");
}

#[test]
fn keys_follow_the_kitty_flags() {
    let kitty = |flags| Modes {
        kitty: flags,
        ..Modes::default()
    };
    let table = [
        (1, KeyCode::Esc, Mods::NONE, "\x1b[27u"),
        (1, KeyCode::Char('a'), Mods::NONE, "a"),
        (1, KeyCode::Char('A'), Mods::SHIFT, "A"),
        (1, KeyCode::Char('c'), Mods::CTRL, "\x1b[99;5u"),
        (
            1,
            KeyCode::Char('C'),
            Mods::CTRL.with(Mods::SHIFT),
            "\x1b[99;6u",
        ),
        (1, KeyCode::Enter, Mods::NONE, "\r"),
        (1, KeyCode::Enter, Mods::SHIFT, "\x1b[13;2u"),
        (1, KeyCode::BackTab, Mods::NONE, "\x1b[9;2u"),
        (1, KeyCode::Up, Mods::NONE, "\x1b[A"),
        (8, KeyCode::Char('a'), Mods::NONE, "\x1b[97u"),
        (8, KeyCode::Enter, Mods::NONE, "\x1b[13u"),
        (1, KeyCode::F(13), Mods::NONE, "\x1b[57376u"),
    ];
    for (flags, code, mods, bytes) in table {
        assert_eq!(
            key(code, mods, &kitty(flags)),
            bytes,
            "{flags} {code:?} {mods:?}"
        );
    }
}

#[test]
fn a_paste_cannot_leave_its_bracket() {
    let bracketed = Modes {
        set: ModeSet::BRACKETED_PASTE,
        ..Modes::default()
    };
    let hostile = "a\x1b[201~\r\nrm -rf /\r\u{9b}201~\x03\tb\u{7f}";
    assert_eq!(
        encode_paste(hostile, &bracketed),
        b"\x1b[200~a[201~\nrm -rf /\n201~\tb\x1b[201~"
    );
    assert_eq!(
        encode_paste(hostile, &Modes::default()),
        b"a[201~\rrm -rf /\r201~\tb"
    );
}

#[test]
fn the_mouse_and_the_focus_are_told_only_to_those_who_asked() {
    let event = |action| MouseEvent {
        action,
        col: 9,
        row: 4,
        mods: Mods::CTRL,
    };
    let press = event(MouseAction::Press(MouseButton::Left));
    let sgr = Modes {
        mouse: MouseProtocol::Drags,
        encoding: MouseEncoding::Sgr,
        ..Modes::default()
    };
    assert_eq!(encode_mouse(&press, &Modes::default()), b"");
    assert_eq!(encode_mouse(&press, &sgr), b"\x1b[<16;10;5M");
    assert_eq!(
        encode_mouse(&event(MouseAction::Release(MouseButton::Left)), &sgr),
        b"\x1b[<16;10;5m"
    );
    assert_eq!(
        encode_mouse(&event(MouseAction::WheelUp), &sgr),
        b"\x1b[<80;10;5M"
    );
    assert_eq!(
        encode_mouse(&event(MouseAction::Drag(MouseButton::Right)), &sgr),
        b"\x1b[<50;10;5M"
    );
    assert_eq!(encode_mouse(&event(MouseAction::Move), &sgr), b"");
    let bytes = Modes {
        mouse: MouseProtocol::Clicks,
        ..Modes::default()
    };
    assert_eq!(encode_mouse(&press, &bytes), [0x1b, b'[', b'M', 48, 42, 37]);
    assert_eq!(encode_mouse(&MouseEvent { col: 300, ..press }, &bytes), b"");
    assert_eq!(encode_focus(Focus::Gained, &Modes::default()), b"");
    let focus = Modes {
        set: ModeSet::FOCUS_EVENTS,
        ..Modes::default()
    };
    assert_eq!(encode_focus(Focus::Lost, &focus), b"\x1b[O");
}
