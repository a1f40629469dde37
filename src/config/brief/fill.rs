//! A brief made of a dropped file by a template: a text with `{{title}}`, `{{file}}`, `{{date}}`, `{{path}}` and
//! `{{content}}` in it. Reads no file.

use super::{read, split};
use crate::config::source::instead;
use crate::config::{Diagnostic, Severity};
use crate::model::Fault;

/// The longest title that is made of a file's name, in characters.
const TITLE: usize = 120;

/// The templates that come with the program, by name. The first holds where a track names none.
pub const TEMPLATES: [(&str, &str); 2] = [
    ("drop", include_str!("templates/drop.md")),
    ("call", include_str!("templates/call.md")),
];

/// What a template is filled with. Anybody may have written any of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filling {
    /// The file's name.
    pub file: String,
    /// When it was last changed, as people read it.
    pub date: String,
    /// Where it is kept, from the room's folder.
    pub path: String,
    /// What it says, or where it lies.
    pub content: String,
}

/// A title for a file: its name without the end, with spaces.
pub fn title_of(file: &str) -> String {
    let stem = match file.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        Some(_) | None => file,
    };
    let spaced = stem.replace(|c: char| c == '-' || c == '_' || c.is_control(), " ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    match words.join(" ").chars().take(TITLE).collect::<String>() {
        title if title.is_empty() => file.chars().take(TITLE).collect(),
        title => title,
    }
}

/// Fills a template.
///
/// # Errors
/// A placeholder that is none, or what keeps the outcome from being a brief; with its place in the template.
pub fn fill(path: &str, template: &str, with: &Filling) -> Result<String, Fault> {
    let parts = split(path, template).map_err(|wrong| Fault::from(*wrong))?;
    let title = title_of(&with.file);
    let mut text = String::with_capacity(template.len() + with.content.len());
    let mut at = 0;
    while let Some(open) = template[at..].find("{{").map(|found| at + found) {
        text.push_str(&template[at..open]);
        let end = template[open..].find("}}").map(|found| open + found + 2);
        let name = end.map(|end| template[open + 2..end - 2].trim());
        let value = match name {
            Some("title") => &title,
            Some("file") => &with.file,
            Some("date") => &with.date,
            Some("path") => &with.path,
            Some("content") => &with.content,
            Some(other) => return Err(unknown(path, template, open, other)),
            None => return Err(unknown(path, template, open, "{{")),
        };
        match parts.front.contains(&open) {
            true => text.push_str(&in_quotes(value)),
            false => text.push_str(value),
        }
        at = end.unwrap_or(template.len());
    }
    text.push_str(&template[at..]);
    read(path, &text)?;
    Ok(text)
}

fn unknown(path: &str, template: &str, at: usize, name: &str) -> Fault {
    let names = ["title", "file", "date", "path", "content"];
    let what = format!("`{name}` is no placeholder");
    let source = (path, template);
    let hint = instead(name, names);
    Fault::from(Diagnostic::at(source, at..at, Severity::Error, what, hint))
}

/// A text within the quotes of a TOML string.
fn in_quotes(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn filling() -> Filling {
        Filling {
            file: "call_with \"acme\"\\-2026.txt".into(),
            date: "2026-03-31 14:30".into(),
            path: "briefs/sales/drop/taken/0001--call.txt".into(),
            content: "A: hello {{title}}\n+++\nB: bye".into(),
        }
    }

    #[test]
    fn every_built_in_template_makes_a_whole_brief_of_any_file() {
        for (name, template) in TEMPLATES {
            let text = fill(name, template, &filling()).unwrap();
            let title = read(name, &text).unwrap().title;
            assert!(
                title.raw().ends_with("call with \"acme\"\\ 2026"),
                "{title:?}"
            );
            assert!(text.contains("A: hello {{title}}\n+++\nB: bye"), "{text}");
        }
    }

    #[test]
    fn the_templates_lack_nothing_that_lint_asks_for_whatever_was_dropped() {
        for content in ["", "A: hello"] {
            let filling = Filling {
                content: content.to_owned(),
                ..filling()
            };
            for (name, template) in TEMPLATES {
                let text = fill(name, template, &filling).unwrap();
                assert_eq!(read(name, &text).unwrap().lacks, [], "{name}");
            }
        }
    }

    #[test]
    fn a_broken_template_says_where_and_what_to_write() {
        let wrong = |template: &str| {
            let fault = fill("templates/x.md", template, &filling()).unwrap_err();
            format!(
                "{}:{}: {}; {}",
                fault.line, fault.column, fault.what, fault.hint
            )
        };
        assert_eq!(
            wrong("+++\ntitle = \"{{titel}}\"\n+++\n"),
            "2:10: `titel` is no placeholder; did you mean `title`?"
        );
        assert!(wrong("{{content}}").starts_with("1:1: no front matter"));
        assert!(wrong("+++\ntitle = {{title}}\n+++\n").starts_with("2:"));
        assert!(wrong("+++\ntitle = \"x\"\n+++\n{{").starts_with("4:1: `{{` is no placeholder"));
    }

    #[test]
    fn a_files_name_becomes_a_title() {
        for (file, title) in [
            ("call-with_acme.txt", "call with acme"),
            (".hidden", ".hidden"),
            ("---", "---"),
            ("a.b.c", "a.b"),
        ] {
            assert_eq!(title_of(file), title);
        }
    }
}
