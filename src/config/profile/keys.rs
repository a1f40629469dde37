//! The `[keys]` table of a profile: what is pressed, as texts (`"\u001b"` is Esc).

use std::time::Duration;

use toml::Spanned;
use toml::de::DeValue;

use crate::config::reader::{Placed, Reader, Table, list, text};
use crate::profile::{Keys, Paste};

/// The longest press, in bytes: anything longer is a text, and texts are messages.
const LONGEST: usize = 32;
/// The most presses in a row.
const PRESSES: usize = 5;
/// The longest pause before a text is sent, in ms.
const SLOWEST: u64 = 5_000;

/// Changes the keys that the table names.
pub(super) fn read(root: &mut Table, keys: &mut Keys, reader: &mut Reader) {
    let Some(mut table) = root.table("keys", reader) else {
        return;
    };
    if let Some(key) = table.text("reject_key", reader) {
        keys.reject_key = press(key, reader);
    }
    if let Some(entry) = table.take("interrupt") {
        keys.interrupt = presses(entry.value, reader);
    }
    if let Some(key) = table.text("clear_input", reader) {
        // An empty text takes back what the profile below says.
        keys.clear_input = (!key.value.is_empty()).then(|| press(key, reader));
    }
    read_submit(&mut table, keys, reader);
    let pastes = [("bracketed", Paste::Bracketed), ("plain", Paste::Plain)];
    if let Some(paste) = table.choice("paste", &pastes, reader) {
        keys.paste = paste;
    }
    table.end(reader);
}

fn read_submit(table: &mut Table, keys: &mut Keys, reader: &mut Reader) {
    let Some(mut submit) = table.table("submit", reader) else {
        return;
    };
    if let Some(key) = submit.text("key", reader) {
        keys.submit.key = press(key, reader);
    }
    if let Some(delay) = submit.number("delay_ms", 0..=SLOWEST, reader) {
        keys.submit.delay = Duration::from_millis(delay.value);
    }
    submit.end(reader);
}

/// One press, or a list of them; an empty one where nothing interrupts the program.
fn presses(value: Spanned<DeValue>, reader: &mut Reader) -> Vec<String> {
    let one = matches!(value.get_ref(), DeValue::String(_));
    let span = value.span();
    let written = match one {
        true => vec![value],
        false => list(value, "a key, or a list of keys", reader).unwrap_or_default(),
    };
    if written.len() > PRESSES {
        let what = format!("an interrupt is {PRESSES} presses at most");
        reader.error(
            &span,
            what,
            "write \"\\u001b\", or [\"\\u001b\", \"\\u001b\"]; [] where nothing interrupts it",
        );
    }
    let texts = written.into_iter().filter_map(|one| text(one, reader));
    let texts: Vec<Placed<String>> = texts.collect();
    texts.into_iter().map(|one| press(one, reader)).collect()
}

fn press(written: Placed<String>, reader: &mut Reader) -> String {
    if written.value.is_empty() || written.value.len() > LONGEST {
        let what = format!("a key is 1 to {LONGEST} bytes");
        let hint = "write the key's own bytes: \"\\r\" is return, \"\\u001b\" is Esc";
        reader.error(&written.span, what, hint);
    }
    written.value
}
