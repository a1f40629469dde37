//! Walks a TOML document, asks for what it may hold, and notes what is wrong on the way.
//!
//! All of a file is read, whatever is found: a person sees every error at once. Keys nobody asked
//! for are errors with a suggestion. It knows no particular file.

use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::gleaned::{Doubt, Gleaned};
use super::nearest::nearest;
use super::{Diagnostic, Parsed, Severity, syntax};

/// So many findings are kept of one file; who wrote more has read enough.
const MOST: usize = 100;

/// A document, and what was found in it so far.
pub(super) struct Reader<'t> {
    path: &'t str,
    text: &'t str,
    part: Range<usize>,
    found: Vec<(usize, Diagnostic)>,
    /// The worst so far, also of findings that were not kept.
    worst: Option<Severity>,
    /// Where what is found may follow from something else.
    doubt: Doubt,
}

/// A table of it. Keys are taken out; [`Table::end`] reports those that are left.
pub(super) struct Table<'t> {
    /// The key that names it, or the table itself.
    pub span: Range<usize>,
    entries: BTreeMap<String, (Range<usize>, Spanned<DeValue<'t>>)>,
    asked: Vec<&'static str>,
}

/// A value with its place.
#[derive(Clone, Debug)]
pub(super) struct Placed<T> {
    /// The value.
    pub value: T,
    /// The bytes it stands at.
    pub span: Range<usize>,
}

/// An entry whose name the writer chose.
pub(super) struct Entry<'t> {
    /// The name.
    pub key: Placed<String>,
    /// What it is set to.
    pub value: Spanned<DeValue<'t>>,
}

impl<'t> Reader<'t> {
    /// A whole file. The path is only used to name it.
    pub fn new(path: &'t str, text: &'t str) -> Self {
        Self::part(path, text, 0..text.len())
    }

    /// The part of a file that is TOML; places are still those of the whole file.
    pub fn part(path: &'t str, text: &'t str, part: Range<usize>) -> Self {
        Self {
            path,
            text,
            part,
            found: Vec::new(),
            worst: None,
            doubt: Doubt::none(),
        }
    }

    /// Reads the document; what cannot be read is noted and left out.
    pub fn document(&mut self) -> Table<'t> {
        let (root, errors) = DeTable::parse_recoverable(&self.text[self.part.clone()]);
        for (span, what, hint) in syntax::explain(&errors) {
            self.error(&span, what, hint);
            let line = self.found.last().map(|(_, one)| one.line);
            self.doubt.lines.extend(line);
        }
        if syntax::does_not_end(&errors) {
            let first = self.doubt.lines.first();
            self.doubt.from = first.copied().unwrap_or(u32::MAX);
        }
        Table::new(0..0, root.into_inner())
    }

    /// Notes an error: the file will not be used.
    pub fn error(&mut self, span: &Range<usize>, what: impl Into<String>, hint: impl Into<String>) {
        self.note(span, Severity::Error, what.into(), hint.into());
    }

    /// Notes something that does not keep the file from being used.
    pub fn warn(&mut self, span: &Range<usize>, what: impl Into<String>, hint: impl Into<String>) {
        self.note(span, Severity::Warning, what.into(), hint.into());
    }

    /// What was found, and the value where there was no error.
    pub fn finish<T>(self, value: impl FnOnce() -> T) -> Parsed<T> {
        let mut found = self.found;
        found.sort_by_key(|(at, _)| *at);
        let diagnostics: Vec<Diagnostic> = found.into_iter().map(|(_, one)| one).collect();
        let is_broken = self.worst == Some(Severity::Error);
        Parsed {
            value: (!is_broken).then(value),
            diagnostics,
        }
    }

    /// What was found, the value where there was no error, and what could be read where there was one.
    pub fn glean<T: Clone>(self, value: T) -> Gleaned<T> {
        let doubt = self.doubt.clone();
        let parsed = self.finish(|| value.clone());
        Gleaned::new(Some(value), parsed, doubt)
    }

    fn is_full(&self) -> bool {
        self.found.len() >= MOST
    }

    fn note(&mut self, span: &Range<usize>, severity: Severity, what: String, hint: String) {
        self.worst = self.worst.max(Some(severity));
        if self.is_full() {
            return;
        }
        let span = span.start + self.part.start..span.end + self.part.start;
        let source = (self.path, self.text);
        let one = Diagnostic::at(source, span.clone(), severity, what, hint);
        if !self.doubt.of(one.line) {
            self.found.push((span.start, one));
        }
    }
}

impl<'t> Table<'t> {
    fn new(span: Range<usize>, table: DeTable<'t>) -> Self {
        let entries = table
            .into_iter()
            .map(|(key, value)| {
                let span = key.span();
                (key.into_inner().into_owned(), (span, value))
            })
            .collect();
        Self {
            span,
            entries,
            asked: Vec::new(),
        }
    }

    /// Whether a key is set and was not taken yet.
    pub fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// Takes a value of any kind.
    pub fn take(&mut self, key: &'static str) -> Option<Entry<'t>> {
        self.asked.push(key);
        let (name, (span, value)) = self.entries.remove_entry(key)?;
        let key = Placed { value: name, span };
        Some(Entry { key, value })
    }

    /// Takes all that is left: a table whose names the writer chose. In the order of the file.
    pub fn take_rest(&mut self) -> Vec<Entry<'t>> {
        let mut rest: Vec<Entry<'t>> = std::mem::take(&mut self.entries)
            .into_iter()
            .map(|(value, (span, set))| Entry {
                key: Placed { value, span },
                value: set,
            })
            .collect();
        rest.sort_by_key(|entry| entry.key.span.start);
        rest
    }

    /// Takes a text.
    pub fn text(&mut self, key: &'static str, reader: &mut Reader) -> Option<Placed<String>> {
        let entry = self.take(key)?;
        text(entry.value, reader)
    }

    /// Takes a whole number within a range.
    pub fn number(
        &mut self,
        key: &'static str,
        range: RangeInclusive<u64>,
        reader: &mut Reader,
    ) -> Option<Placed<u64>> {
        let entry = self.take(key)?;
        number(&entry.value, &range, reader)
    }

    /// Takes `true` or `false`.
    pub fn yes_or_no(&mut self, key: &'static str, reader: &mut Reader) -> Option<bool> {
        let entry = self.take(key)?;
        match entry.value.get_ref() {
            DeValue::Boolean(value) => Some(*value),
            other => {
                mismatch(&entry.value.span(), "true or false", other, reader);
                None
            }
        }
    }

    /// Takes one of a few words.
    pub fn choice<T: Copy>(
        &mut self,
        key: &'static str,
        choices: &[(&'static str, T)],
        reader: &mut Reader,
    ) -> Option<T> {
        let written = self.text(key, reader)?;
        let found = choices.iter().find(|(name, _)| *name == written.value);
        if found.is_none() {
            let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            let what = format!("`{key}` cannot be `{}`", written.value);
            reader.error(&written.span, what, suggest(&written.value, &names));
        }
        found.map(|(_, value)| *value)
    }

    /// Takes a list of texts.
    pub fn texts(
        &mut self,
        key: &'static str,
        reader: &mut Reader,
    ) -> Option<Placed<Vec<Placed<String>>>> {
        let entry = self.take(key)?;
        let span = entry.value.span();
        let value = list(
            entry.value,
            "a list of texts, as in [\"one\", \"two\"]",
            reader,
        )?
        .into_iter()
        .filter_map(|one| text(one, reader))
        .collect();
        Some(Placed { value, span })
    }

    /// Takes a text, or a list of texts.
    pub fn text_or_texts(
        &mut self,
        key: &'static str,
        reader: &mut Reader,
    ) -> Option<Placed<Vec<Placed<String>>>> {
        let one = self
            .entries
            .get(key)
            .is_some_and(|(_, value)| matches!(value.get_ref(), DeValue::String(_)));
        if !one {
            return self.texts(key, reader);
        }
        let text = self.text(key, reader)?;
        let span = text.span.clone();
        let value = vec![text];
        Some(Placed { value, span })
    }

    /// Takes a table.
    pub fn table(&mut self, key: &'static str, reader: &mut Reader) -> Option<Table<'t>> {
        let entry = self.take(key)?;
        table(entry, reader)
    }

    /// Takes a list of tables: `[[key]]`.
    pub fn tables(&mut self, key: &'static str, reader: &mut Reader) -> Vec<Table<'t>> {
        let Some(entry) = self.take(key) else {
            return Vec::new();
        };
        list(entry.value, "a list of tables", reader)
            .unwrap_or_default()
            .into_iter()
            .filter_map(|one| {
                let key = Placed {
                    value: String::new(),
                    span: one.span(),
                };
                table(Entry { key, value: one }, reader)
            })
            .collect()
    }

    /// Reports the keys that nobody asked for.
    pub fn end(self, reader: &mut Reader) {
        self.report_rest(Severity::Error, reader);
    }

    /// As [`Table::end`], where such a key does no harm.
    pub fn end_softly(self, reader: &mut Reader) {
        self.report_rest(Severity::Warning, reader);
    }

    fn report_rest(self, severity: Severity, reader: &mut Reader) {
        for (key, (span, _)) in self.entries {
            // a suggestion costs more than it is worth when it is not kept
            let hint = if reader.is_full() {
                String::new()
            } else {
                suggest(&key, &self.asked)
            };
            reader.note(&span, severity, format!("unknown key `{key}`"), hint);
        }
    }
}

/// A value as a text.
pub(super) fn text(value: Spanned<DeValue>, reader: &mut Reader) -> Option<Placed<String>> {
    let span = value.span();
    match value.into_inner() {
        DeValue::String(text) => Some(Placed {
            value: text.into_owned(),
            span,
        }),
        other => {
            mismatch(&span, "a text in quotes", &other, reader);
            None
        }
    }
}

/// A value as a table, under the key that names it.
pub(super) fn table<'t>(entry: Entry<'t>, reader: &mut Reader) -> Option<Table<'t>> {
    let span = entry.value.span();
    match entry.value.into_inner() {
        DeValue::Table(inner) => Some(Table::new(entry.key.span, inner)),
        other => {
            mismatch(&span, "a table", &other, reader);
            None
        }
    }
}

/// A value as a list of anything.
pub(super) fn list<'t>(
    value: Spanned<DeValue<'t>>,
    wanted: &str,
    reader: &mut Reader,
) -> Option<Vec<Spanned<DeValue<'t>>>> {
    let span = value.span();
    match value.into_inner() {
        DeValue::Array(items) => Some(items.into_iter().collect()),
        other => {
            mismatch(&span, wanted, &other, reader);
            None
        }
    }
}

/// A value as a whole number within a range.
pub(super) fn number(
    value: &Spanned<DeValue>,
    range: &RangeInclusive<u64>,
    reader: &mut Reader,
) -> Option<Placed<u64>> {
    let span = value.span();
    let DeValue::Integer(written) = value.get_ref() else {
        mismatch(&span, "a whole number", value.get_ref(), reader);
        return None;
    };
    let read = u64::from_str_radix(written.as_str(), written.radix()).ok();
    let Some(value) = read.filter(|value| range.contains(value)) else {
        let hint = format!("write a number from {} to {}", range.start(), range.end());
        reader.error(&span, "out of range", hint);
        return None;
    };
    Some(Placed { value, span })
}

/// Notes that a value is of the wrong kind.
pub(super) fn mismatch(span: &Range<usize>, wanted: &str, value: &DeValue, reader: &mut Reader) {
    reader.error(
        span,
        format!("{} is not {wanted}", kind(value)),
        format!("write {wanted}"),
    );
}

/// "did you mean …", or the list of what there is.
pub(super) fn suggest(written: &str, names: &[&str]) -> String {
    match nearest(written, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if names.is_empty() => "remove it".to_owned(),
        None => {
            let all: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            format!("there is {}", all.join(", "))
        }
    }
}

fn kind(value: &DeValue) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a number",
        DeValue::Float(_) => "a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
