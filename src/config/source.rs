//! Where in a file a value stands, for whoever finds out later that it cannot be right: that a file it names is
//! missing, say. The file parsed before; this finds its places again.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::brief;
use super::reader::suggest;
use super::{Diagnostic, Severity};
use crate::model::Fault;

/// A file that was read.
#[derive(Clone, Debug)]
pub struct Source<'t> {
    path: &'t str,
    text: &'t str,
    /// The part that is TOML.
    part: Range<usize>,
}

impl<'t> Source<'t> {
    /// A file that is TOML from its beginning to its end.
    pub fn of_toml(path: &'t str, text: &'t str) -> Self {
        let part = 0..text.len();
        Self { path, text, part }
    }

    /// A brief's file.
    pub fn of_brief(path: &'t str, text: &'t str) -> Self {
        let part = brief::split(path, text).map_or(0..0, |parts| parts.front);
        Self { path, text, part }
    }

    /// An error at the value of these keys, each within the one before; in a list that is what is written there, or a
    /// table of that `name` or `command`, else the place as a number. Where a
    /// key is not written, at what is written around it; without keys, at the beginning of the file.
    pub fn error(
        &self,
        keys: &[&str],
        what: impl Into<String>,
        hint: impl Into<String>,
    ) -> Diagnostic {
        self.at(keys, Severity::Error, what.into(), hint.into())
    }

    /// The same as something that keeps nothing from being used.
    pub fn warning(
        &self,
        keys: &[&str],
        what: impl Into<String>,
        hint: impl Into<String>,
    ) -> Diagnostic {
        self.at(keys, Severity::Warning, what.into(), hint.into())
    }

    /// What was found in it before, with the line that it is about.
    pub fn fault(&self, fault: &Fault) -> Diagnostic {
        let line = fault.line.saturating_sub(1) as usize;
        let column = fault.column.saturating_sub(1) as usize;
        let start: usize = self
            .text
            .split_inclusive('\n')
            .take(line)
            .map(str::len)
            .sum();
        let after = self.text[start..].chars().take(column);
        let at = start + after.map(char::len_utf8).sum::<usize>();
        Diagnostic::at(
            (&fault.path, self.text),
            at..at,
            Severity::Error,
            fault.what.as_str(),
            fault.hint.as_str(),
        )
    }

    fn at(&self, keys: &[&str], severity: Severity, what: String, hint: String) -> Diagnostic {
        let span = match keys {
            [] => 0..0,
            keys => self.find(keys),
        };
        Diagnostic::at((self.path, self.text), span, severity, what, hint)
    }

    fn find(&self, keys: &[&str]) -> Range<usize> {
        let (root, _) = DeTable::parse_recoverable(&self.text[self.part.clone()]);
        let mut found = 0..0;
        let mut here = DeValue::Table(root.into_inner());
        for key in keys {
            let Some((span, value)) = step(here, key) else {
                break;
            };
            found = span;
            here = value;
        }
        self.part.start + found.start..self.part.start + found.end
    }
}

/// What to do about a name that is none: the one that was meant, or those that there are.
pub fn instead<'n>(written: &str, names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    suggest(written, &names)
}

/// A table is marked at its name, anything else at its value.
fn step<'v>(value: DeValue<'v>, key: &str) -> Option<(Range<usize>, DeValue<'v>)> {
    let marked = |name: Range<usize>, value: Spanned<DeValue<'v>>| {
        let span = match value.get_ref() {
            DeValue::Table(_) | DeValue::Array(_) => name,
            _ => value.span(),
        };
        (span, value.into_inner())
    };
    match value {
        DeValue::Table(table) => {
            let mut entries = table.into_iter();
            let (name, value) = entries.find(|(name, _)| name.get_ref() == key)?;
            Some(marked(name.span(), value))
        }
        DeValue::Array(items) => {
            let named = items.iter().position(|item| is_called(item.get_ref(), key));
            let at = named.or_else(|| key.parse().ok())?;
            let value = items.into_iter().nth(at)?;
            Some(marked(value.span(), value))
        }
        _ => None,
    }
}

/// Whether an item of a list is this text, or a table that is called so.
fn is_called(item: &DeValue, name: &str) -> bool {
    let is = |value: &DeValue| value.as_str() == Some(name);
    match item {
        DeValue::Table(table) => table.iter().any(|(key, value)| {
            ["name", "command"].contains(&key.get_ref().as_ref()) && is(value.get_ref())
        }),
        item => is(item),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    const TEXT: &str = "[roles.dev]\nskill = \"x\"\n\n[[agents]]\nname = \"a\"\n[[agents]]\nprofile = \"b\"\n[tracks.w]\nstages = [ { gate = { checks = [\"t\"] } } ]\n";

    fn headline(keys: &[&str]) -> String {
        Source::of_toml("o", TEXT)
            .error(keys, "no", "do")
            .headline()
    }

    #[test]
    fn a_value_is_found_where_it_stands_and_what_is_not_written_where_it_would_be() {
        assert_eq!(headline(&["roles", "dev", "skill"]), "o:2:9: no");
        assert_eq!(headline(&["agents", "1", "profile"]), "o:7:11: no");
        let check = ["tracks", "w", "stages", "0", "gate", "checks", "0"];
        assert_eq!(headline(&check), "o:9:33: no");
        assert_eq!(headline(&["agents", "a", "name"]), "o:5:8: no");
        let check = ["tracks", "w", "stages", "0", "gate", "checks", "t"];
        assert_eq!(headline(&check), "o:9:33: no");
        assert_eq!(headline(&["roles", "dev", "profile"]), "o:1:8: no");
        assert_eq!(headline(&["nothing"]), "o:1:1: no");
    }

    #[test]
    fn a_briefs_places_are_those_of_the_whole_file() {
        let text = "+++\ntitle = \"x\"\nneeds = [\"a\", \"b\"]\n+++\ntext";
        let found = Source::of_brief("b.md", text).error(&["needs", "1"], "no", "do");
        assert_eq!(found.headline(), "b.md:3:15: no");
    }

    #[test]
    fn a_fault_gets_its_line_back() {
        let fault = Fault {
            path: "b.md".into(),
            line: 2,
            column: 3,
            what: "no".into(),
            hint: "do".into(),
        };
        let found = Source::of_brief("b.md", "x\nabcd\n").fault(&fault);
        assert_eq!(found.to_string(), "b.md:2:3: no\n  abcd\n    ^ do");
    }
}
