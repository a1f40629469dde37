//! Text by columns: how wide it is, where it is cut, where it breaks. Draws nothing.

use std::ops::Range;

use crate::view::emoji::{self, Emoji};
use crate::view::sweep::{Kind, MARKS, kind};

/// What stands at the end of text that was cut.
pub const CUT: &str = "…";

/// How many columns a text takes.
pub fn columns(text: &str) -> u16 {
    if text.is_ascii() {
        return u16::try_from(text.len()).unwrap_or(u16::MAX);
    }
    Clusters::of(text).fold(0, |sum: u16, one| sum.saturating_add(one.columns))
}

/// A text cut to so many columns, with [`CUT`] at its end where something is missing.
pub fn crop(text: &str, width: u16) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    if width == 0 {
        return String::new();
    }
    let (head, _) = split(text, width - 1);
    format!("{}{CUT}", head.trim_end())
}

/// A text cut to so many columns at its front, as a path is: its end says most.
pub fn crop_front(text: &str, width: u16) -> String {
    let all = columns(text);
    if all <= width {
        return text.to_owned();
    }
    if width == 0 {
        return String::new();
    }
    let mut left = all;
    for cluster in Clusters::of(text) {
        if left < width {
            return format!("{CUT}{}", &text[cluster.at..]);
        }
        left = left.saturating_sub(cluster.columns);
    }
    CUT.to_owned()
}

/// The same, where it reads as a path; else cut at its end.
pub fn crop_name(text: &str, width: u16) -> String {
    match text.contains('/') && !text.contains(' ') {
        true => crop_front(text, width),
        false => crop(text, width),
    }
}

/// A text made exactly so wide: cut, or filled with blanks.
pub fn pad(text: &str, width: u16) -> String {
    let mut text = crop(text, width);
    let missing = width.saturating_sub(columns(&text));
    text.extend(std::iter::repeat_n(' ', usize::from(missing)));
    text
}

/// The part of a text that fits in so many columns, and the rest.
pub fn split(text: &str, width: u16) -> (&str, &str) {
    let mut taken: u16 = 0;
    for cluster in Clusters::of(text) {
        taken = taken.saturating_add(cluster.columns);
        if taken > width {
            return text.split_at(cluster.at);
        }
    }
    (text, "")
}

/// A text in lines of at most so many columns, broken between words where that can be. Nothing is
/// left out but the blank at a break.
pub fn wrap(text: &str, width: u16) -> Vec<String> {
    let lines = breaks(text, width).into_iter();
    lines.map(|line| text[line].to_owned()).collect()
}

/// Where [`wrap`] breaks a text: each line's bytes.
pub fn breaks(text: &str, width: u16) -> Vec<Range<usize>> {
    let width = width.max(2);
    let mut lines = Vec::new();
    let mut start = 0;
    loop {
        let (head, tail) = split(&text[start..], width);
        if tail.is_empty() {
            lines.push(start..text.len());
            return lines;
        }
        let end = start
            + match head.rfind(' ') {
                _ if tail.starts_with(' ') => head.len(),
                Some(blank) if !head[..blank].trim().is_empty() => blank,
                Some(_) | None => head.len(),
            };
        lines.push(start..end);
        start = end + usize::from(text[end..].starts_with(' '));
    }
}

/// What fills one or two columns.
pub struct Cluster<'a> {
    /// Where it begins, in bytes.
    pub at: usize,
    /// The text; none where something stands for it.
    pub text: Option<&'a str>,
    /// How many.
    pub columns: u16,
}

/// A text, cell by cell: a character with its marks, an emoji, or one replaced.
pub struct Clusters<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Clusters<'a> {
    /// Of this text.
    pub fn of(text: &'a str) -> Self {
        Self { text, at: 0 }
    }
}

impl<'a> Iterator for Clusters<'a> {
    type Item = Cluster<'a>;

    fn next(&mut self) -> Option<Cluster<'a>> {
        let at = self.at;
        let rest = self.text.get(at..)?;
        if let Some(emoji) = Emoji::at_start_of(rest) {
            self.at += emoji.bytes;
            return Some(Cluster {
                at,
                text: rest.get(..emoji.bytes),
                columns: emoji::COLUMNS,
            });
        }
        let mut chars = rest.chars();
        let first = chars.next()?;
        let columns = match kind(first) {
            Kind::Narrow => 1,
            Kind::Wide => 2,
            Kind::Mark | Kind::Forbidden => {
                self.at += first.len_utf8();
                return Some(Cluster {
                    at,
                    text: None,
                    columns: 1,
                });
            }
        };
        let marks: usize = chars
            .take_while(|c| kind(*c) == Kind::Mark)
            .take(MARKS)
            .map(char::len_utf8)
            .sum();
        let end = first.len_utf8() + marks;
        self.at += end;
        Some(Cluster {
            at,
            text: rest.get(..end),
            columns,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn a_text_is_cut_where_it_ends_exactly() {
        assert_eq!(crop("abcdef", 6), "abcdef");
        assert_eq!(crop("abcdefg", 6), "abcde…");
        assert_eq!(crop("宽宽宽", 5), "宽宽…");
        assert_eq!(crop("宽宽宽", 4), "宽…");
        assert_eq!(crop("abc", 0), "");
    }

    #[test]
    fn a_long_path_keeps_its_end() {
        assert_eq!(crop_front("src/a/b/c.rs", 8), "…/b/c.rs");
        assert_eq!(crop_front("c.rs", 8), "c.rs");
        assert_eq!(crop_front("宽宽宽", 4), "…宽");
        assert_eq!(crop_front("abc", 0), "");
        assert_eq!(crop_name("src/a/b/c.rs", 8), "…/b/c.rs");
        assert_eq!(crop_name("either a/b or c", 8), "either…");
    }

    #[test]
    fn an_emoji_of_several_characters_is_one_and_never_cut() {
        assert_eq!(columns("⚠\u{fe0f} 🇩🇪👩\u{200d}👧"), 7);
        assert_eq!(crop("a🇩🇪👩\u{200d}👧", 4), "a🇩🇪…");
    }

    #[test]
    fn a_text_breaks_between_words_and_loses_no_letter() {
        assert_eq!(wrap("to be or not", 5), ["to be", "or", "not"]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrap("", 3), [""]);
        assert_eq!(wrap("  indented words", 10), ["  indented", "words"]);
    }
}
