//! A text being written: a reason, a direction, an answer, a message, a search.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::keys::KeyTable;
use crate::view::command::Command;
use crate::view::desk::Desk;
use crate::view::keymap::Keymap;
use crate::view::popup::{Form, Then};
use crate::view::written::Kind;

use super::{CursorAt, breakroom, over};

/// Draws the form.
pub fn draw(
    desk: &Desk,
    keys: &Keymap,
    form: &Form,
    area: Rect,
    buf: &mut Buffer,
) -> Option<CursorAt> {
    let talks = form.then == Then::Speak;
    let second = match talks {
        true => (Command::EntriesUp, "older"),
        false => (Command::Newline, "new line"),
    };
    let mut hints = vec![second, (Command::Cancel, "closes")];
    if !talks || desk.may_speak() {
        hints.insert(0, (Command::Submit, submits(&form.then)));
    }
    let written = desk.written.get(&form.then.kind());
    if !talks && written.is_some_and(|written| !written.is_empty()) {
        hints.push((Command::EntryUp, "earlier words"));
    }
    let inner = over::frame(
        desk,
        area,
        &form.title,
        over::hints(desk, keys, KeyTable::Input, &hints),
        buf,
    );
    if !talks {
        return over::input(desk, &form.line, &form.placeholder, inner, buf);
    }
    let said = Rect {
        height: inner.height.saturating_sub(2),
        ..inner
    };
    breakroom::draw(desk, said, buf);
    let inner = Rect {
        y: said.bottom().saturating_add(1).min(inner.bottom()),
        height: inner.height.saturating_sub(said.height).min(1),
        ..inner
    };
    over::input(desk, &form.line, &form.placeholder, inner, buf)
}

/// What enter does with the text.
fn submits(then: &Then) -> &'static str {
    let of_a_round = matches!(then, Then::Comment(..) | Then::Reword(..));
    match then.kind() {
        Kind::Said if of_a_round => "keeps, until you send the round",
        Kind::Said => "sends",
        Kind::Sought => "searches",
        Kind::Started => "starts",
    }
}
