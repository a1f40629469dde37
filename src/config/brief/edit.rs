//! Texts of briefs that we write: a new one, and one whose priority changes. Every other byte stays.

use std::ops::Range;

use toml::Value;

use super::{Parts, read, split};
use crate::config::reader::Reader;
use crate::model::{BriefId, Fault};

/// A new brief, to be filled in. Line ends and the like in the title become spaces.
pub fn template(title: &str) -> String {
    let quoted = Value::String(title.replace(char::is_control, " ")).to_string();
    include_str!("template.md").replacen("@TITLE@", &quoted, 1)
}

/// The same text with another priority, 1 (first) to 9.
///
/// # Errors
/// The text is no brief (a broken file is never rewritten), or the priority is out of range.
pub fn with_priority(path: &str, text: &str, priority: u8) -> Result<String, Fault> {
    let before = read(path, text)?;
    let parts = split(path, text).map_err(|diagnostic| Fault::from(*diagnostic))?;
    let (at, new) = change(path, text, &parts, ("priority", &priority.to_string()));
    let mut changed = text.to_owned();
    changed.replace_range(at, &new);
    let after = read(path, &changed)?;
    // whatever odd form the file has: no other value may have changed
    if (after.priority, &after.title, &after.needs) != (priority, &before.title, &before.needs) {
        return Err(Fault {
            path: path.to_owned(),
            line: 1,
            column: 1,
            what: "the priority cannot be changed without changing more".to_owned(),
            hint: "change it in an editor".to_owned(),
        });
    }
    Ok(changed)
}

/// The same text with other `needs`.
///
/// # Errors
/// The text is no brief, or would be none any more.
pub(super) fn with_needs(path: &str, text: &str, needs: &[BriefId]) -> Result<String, Fault> {
    let parts = split(path, text).map_err(|diagnostic| Fault::from(*diagnostic))?;
    let (at, new) = change(path, text, &parts, ("needs", &list(needs)));
    let mut changed = text.to_owned();
    changed.replace_range(at, &new);
    read(path, &changed)?;
    Ok(changed)
}

/// Ids as a list in TOML.
pub(super) fn list(ids: &[BriefId]) -> String {
    let ids = ids.iter().map(|id| Value::String(id.0.clone()));
    Value::Array(ids.collect()).to_string()
}

/// Which bytes change, and to what: the value where there is one, else a line after the title's.
fn change(
    path: &str,
    text: &str,
    parts: &Parts,
    (key, value): (&'static str, &str),
) -> (Range<usize>, String) {
    let mut root = Reader::part(path, text, parts.front.clone()).document();
    let place = |span: Range<usize>| span.start + parts.front.start..span.end + parts.front.start;
    if let Some(entry) = root.take(key) {
        return (place(entry.value.span()), value.to_owned());
    }
    let title_end = root
        .take("title")
        .map_or(parts.front.start, |entry| place(entry.value.span()).end);
    let line_end = text[title_end..]
        .find('\n')
        .map_or(parts.front.end, |at| title_end + at + 1);
    let end = if text[..line_end].ends_with("\r\n") {
        "\r\n"
    } else {
        "\n"
    };
    (line_end..line_end, format!("{key} = {value}{end}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use proptest::prelude::*;

    use super::*;
    use crate::model::PRIORITY_DEFAULT;

    #[test]
    fn a_new_brief_parses_and_lacks_what_is_to_be_filled_in() {
        let heading = read("b.md", &template("Say \"hi\"\\")).unwrap();
        assert_eq!(heading.title.raw(), "Say \"hi\"\\");
        assert_eq!(heading.priority, PRIORITY_DEFAULT);
        assert_eq!(heading.lacks.len(), 3, "{:?}", heading.lacks);
        assert_eq!(read("b.md", &template("a\nb")).unwrap().title.raw(), "a b");
    }

    #[test]
    fn only_the_value_changes() {
        let text = "+++\ntitle = \"x\"\npriority   =  5   # for now\n+++\npriority = 5\n";
        assert_eq!(
            with_priority("b.md", text, 1).unwrap(),
            "+++\ntitle = \"x\"\npriority   =  1   # for now\n+++\npriority = 5\n"
        );
    }

    #[test]
    fn a_missing_priority_gets_a_line_after_the_title() {
        let text = "+++\r\n# note\r\ntitle = \"x\" # y\r\nneeds = []\r\n+++\r\nbody";
        assert_eq!(
            with_priority("b.md", text, 9).unwrap(),
            "+++\r\n# note\r\ntitle = \"x\" # y\r\npriority = 9\r\nneeds = []\r\n+++\r\nbody"
        );
    }

    #[test]
    fn a_broken_brief_is_not_rewritten() {
        assert_eq!(
            with_priority("b.md", "+++\ntitle = x\n+++\n", 1)
                .unwrap_err()
                .line,
            2
        );
        assert!(with_priority("b.md", "+++\ntitle = \"x\"\n+++\n", 10).is_err());
    }

    proptest! {
        #[test]
        fn every_other_byte_is_kept(
            comment in "[^\\p{Cc}]{0,12}", space in "[ \t]{0,3}", body in "(?s).{0,60}",
            was in 1..=9_u8, will in 1..=9_u8, end in prop::sample::select(vec!["\n", "\r\n"]),
        ) {
            let head = format!("+++{end}# {comment}{end}title = 'a'{end}{space}priority{space}={space}");
            let tail = format!("{space}# {comment}{end}+++{end}{body}");
            let changed = with_priority("b.md", &format!("{head}{was}{tail}"), will).unwrap();
            prop_assert_eq!(changed, format!("{head}{will}{tail}"));
        }
    }
}
