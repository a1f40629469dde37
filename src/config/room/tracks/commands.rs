//! Shell lines with a name and a time limit: a gate's checks, a track's gauges.

use toml::Spanned;
use toml::de::DeValue;

use crate::config::reader::{Entry, Placed, Reader, Table, list, mismatch, number, table, text};
use crate::model::{COMMAND_SECONDS, GaugeShape, GaugeWhen, Reads};

/// The longest line, in bytes.
pub(super) const LINE_LONGEST: usize = 4_096;

/// The longest name, in characters.
const NAME_LONGEST: usize = 64;

/// The longest a command may be given, in s.
const SECONDS_MOST: u64 = 24 * 3_600;

/// The most gauges of a track.
const GAUGES_MOST: usize = 16;

/// How long it may be between two readings of a gauge, in s.
const EVERY: std::ops::RangeInclusive<u64> = 10..=7 * 24 * 3_600;

const EVERY_HINT: &str = "write it as in \"30s\", \"10m\" or \"2h\", or a number of seconds";

/// What is read of a gauge.
const READS: [(&str, Reads); 2] = [("number", Reads::Number), ("pass", Reads::Pass)];

/// A shell line.
pub(super) struct Line {
    pub(super) name: String,
    pub(super) command: String,
    pub(super) seconds: u32,
}

/// The gauges of a track.
pub(super) fn gauges(entry: Entry, reader: &mut Reader) -> Vec<GaugeShape> {
    let wanted = "a list of gauges, as in [ { name = \"tests\", command = \"./count-tests\" } ]";
    let more = |from: &mut Table, reader: &mut Reader| {
        let when = every(from, reader).map_or(GaugeWhen::Gate, GaugeWhen::Every);
        let reads = from.choice("reads", &READS, reader);
        (when, reads.unwrap_or_default())
    };
    lines(entry, "gauge", wanted, GAUGES_MOST, reader, more)
        .into_iter()
        .map(|(line, (when, reads))| GaugeShape {
            name: line.name,
            command: line.command,
            reads,
            when,
            seconds: line.seconds,
        })
        .collect()
}

/// `every = "10m"`, or a number of seconds.
fn every(from: &mut Table, reader: &mut Reader) -> Option<u32> {
    let entry = from.take("every")?;
    let span = entry.value.span();
    let seconds = match entry.value.get_ref() {
        DeValue::Integer(_) => number(&entry.value, &EVERY, reader)?.value,
        DeValue::String(_) => {
            let written = text(entry.value, reader)?;
            let Some(seconds) = seconds_of(&written.value) else {
                reader.error(&span, "not a time between two readings", EVERY_HINT);
                return None;
            };
            seconds
        }
        other => {
            mismatch(&span, "a time, as in \"10m\"", other, reader);
            return None;
        }
    };
    if !EVERY.contains(&seconds) {
        reader.error(&span, "out of range", "write a time from \"10s\" to \"7d\"");
        return None;
    }
    u32::try_from(seconds).ok()
}

fn seconds_of(written: &str) -> Option<u64> {
    let written = written.trim();
    let unit = written.find(|c: char| !c.is_ascii_digit())?;
    let (figure, unit) = written.split_at(unit);
    let seconds = match unit.trim() {
        "s" => 1,
        "m" | "min" => 60,
        "h" => 3_600,
        "d" => 24 * 3_600,
        _ => return None,
    };
    figure.parse::<u64>().ok()?.checked_mul(seconds)
}

/// A list of lines, each a text or a table; `more` takes what else a table may hold.
pub(super) fn lines<T: Default>(
    entry: Entry,
    kind: &str,
    wanted: &str,
    most: usize,
    reader: &mut Reader,
    more: impl Fn(&mut Table, &mut Reader) -> T,
) -> Vec<(Line, T)> {
    let span = entry.value.span();
    let items = list(entry.value, wanted, reader).unwrap_or_default();
    if items.len() > most {
        let what = format!("more than {most} {kind}s");
        reader.error(&span, what, "join some of them with `&&`");
    }
    let mut read: Vec<(Line, T)> = Vec::new();
    for item in items {
        let Some((name, one, rest)) = read_one(item, kind, reader, &more) else {
            continue;
        };
        if read.iter().any(|(other, _)| other.name == name.value) {
            let what = format!("two {kind}s are called `{}`", name.value.escape_debug());
            reader.error(&name.span, what, "rename one of the two");
        }
        read.push((one, rest));
    }
    read
}

fn read_one<T: Default>(
    item: Spanned<DeValue>,
    kind: &str,
    reader: &mut Reader,
    more: &impl Fn(&mut Table, &mut Reader) -> T,
) -> Option<(Placed<String>, Line, T)> {
    let span = item.span();
    if let DeValue::String(_) = item.get_ref() {
        let command = text(item, reader)?;
        check_line(&command, reader);
        let name: String = command.value.chars().take(NAME_LONGEST).collect();
        let line = Line {
            name: name.clone(),
            command: command.value,
            seconds: COMMAND_SECONDS,
        };
        let name = Placed { value: name, span };
        return Some((name, line, T::default()));
    }
    let key = Placed {
        value: String::new(),
        span: span.clone(),
    };
    let mut from = table(Entry { key, value: item }, reader)?;
    let silent = !from.has("command");
    let name = from.text("name", reader);
    let command = from.text("command", reader);
    let seconds = from.number("seconds", 1..=SECONDS_MOST, reader);
    let rest = more(&mut from, reader);
    from.end(reader);
    if silent {
        let hint = "write `command = \"cargo test\"`, a line for `sh -c`";
        reader.error(&span, format!("a {kind} without a command"), hint);
    }
    let command = command?;
    check_line(&command, reader);
    let name = name.unwrap_or_else(|| Placed {
        value: command.value.chars().take(NAME_LONGEST).collect(),
        span,
    });
    let long = name.value.chars().count() > NAME_LONGEST;
    if long || name.value.trim().is_empty() || name.value.chars().any(char::is_control) {
        let hint = format!("write one line of 1 to {NAME_LONGEST} characters");
        reader.error(&name.span, format!("not a name for a {kind}"), hint);
    }
    let seconds = seconds.and_then(|seconds| u32::try_from(seconds.value).ok());
    let line = Line {
        name: name.value.clone(),
        command: command.value,
        seconds: seconds.unwrap_or(COMMAND_SECONDS),
    };
    Some((name, line, rest))
}

/// Notes a line that no shell would do anything with.
pub(super) fn check_line(line: &Placed<String>, reader: &mut Reader) {
    let empty = line.value.trim().is_empty() || line.value.contains('\0');
    if empty || line.value.len() > LINE_LONGEST {
        let hint = format!("write a line for `sh -c`, 1 to {LINE_LONGEST} bytes");
        reader.error(
            &line.span,
            "an empty command, or one that is too long",
            hint,
        );
    }
}
