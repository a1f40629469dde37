//! What of a changed line is other than before, by words. Bounded work for each pair of lines.

use std::ops::Range;

/// The most words of one line that are compared one by one; in a longer middle everything counts as changed.
const WORDS: usize = 80;

/// The changed bytes of the line before, and of the line now. Nothing is marked where so much differs that
/// marks would not help.
pub fn changed(old: &str, new: &str) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
    let (before, now) = (words(old), words(new));
    let same = |(a, b): &(&Range<usize>, &Range<usize>)| old[(*a).clone()] == new[(*b).clone()];
    let head = before.iter().zip(&now).take_while(same).count();
    let (before, now) = (&before[head..], &now[head..]);
    let tail = before
        .iter()
        .rev()
        .zip(now.iter().rev())
        .take_while(same)
        .count();
    let before = &before[..before.len() - tail];
    let now = &now[..now.len() - tail];
    let kept = common(old, before, new, now);
    let mut old_marks = Vec::new();
    let mut new_marks = Vec::new();
    for (at, word) in before.iter().enumerate() {
        if !kept.iter().any(|(left, _)| *left == at) {
            mark(&mut old_marks, word);
        }
    }
    for (at, word) in now.iter().enumerate() {
        if !kept.iter().any(|(_, right)| *right == at) {
            mark(&mut new_marks, word);
        }
    }
    let much = |text: &str, marks: &[Range<usize>]| {
        let marked: usize = marks.iter().map(ExactSizeIterator::len).sum();
        marked * 10 > text.trim().len() * 7
    };
    if much(old, &old_marks) && much(new, &new_marks) {
        return (Vec::new(), Vec::new());
    }
    (old_marks, new_marks)
}

/// Marks a word, together with the marks right before it.
fn mark(marks: &mut Vec<Range<usize>>, word: &Range<usize>) {
    match marks.last_mut() {
        Some(last) if last.end == word.start => last.end = word.end,
        Some(_) | None => marks.push(word.clone()),
    }
}

/// Pairs of words that both have, in order: the longest such row.
fn common(
    old: &str,
    before: &[Range<usize>],
    new: &str,
    now: &[Range<usize>],
) -> Vec<(usize, usize)> {
    let (rows, columns) = (before.len(), now.len());
    if rows > WORDS || columns > WORDS {
        return Vec::new();
    }
    // longest[a][b]: of what is behind word a and word b
    let mut longest = vec![vec![0u16; columns + 1]; rows + 1];
    let alike = |a: usize, b: usize| old[before[a].clone()] == new[now[b].clone()];
    for a in (0..rows).rev() {
        for b in (0..columns).rev() {
            longest[a][b] = match alike(a, b) {
                true => longest[a + 1][b + 1] + 1,
                false => longest[a + 1][b].max(longest[a][b + 1]),
            };
        }
    }
    let mut pairs = Vec::new();
    let (mut a, mut b) = (0, 0);
    while a < rows && b < columns {
        if alike(a, b) {
            // a blank between two changes is no anchor
            if !old[before[a].clone()].trim().is_empty() {
                pairs.push((a, b));
            }
            (a, b) = (a + 1, b + 1);
        } else if longest[a + 1][b] >= longest[a][b + 1] {
            a += 1;
        } else {
            b += 1;
        }
    }
    pairs
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Letters,
    Blank,
    Sign,
}

/// A text in words, blanks and signs: their bytes.
fn words(text: &str) -> Vec<Range<usize>> {
    let sort = |c: char| match c {
        c if c.is_alphanumeric() || c == '_' => Sort::Letters,
        c if c.is_whitespace() => Sort::Blank,
        _ => Sort::Sign,
    };
    let mut words: Vec<Range<usize>> = Vec::new();
    let mut before = Sort::Sign;
    for (at, c) in text.char_indices() {
        let now = sort(c);
        let end = at + c.len_utf8();
        match words.last_mut() {
            Some(last) if now == before && now != Sort::Sign => last.end = end,
            Some(_) | None => words.push(at..end),
        }
        before = now;
    }
    words
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use proptest::prelude::*;

    use super::*;

    fn marked(text: &str, marks: &[Range<usize>]) -> Vec<String> {
        marks
            .iter()
            .map(|mark| text[mark.clone()].to_owned())
            .collect()
    }

    #[test]
    fn only_the_words_that_differ_are_marked() {
        let (old, new) = (
            "let limit = parse(text, 10);",
            "let limit = parse(text, base);",
        );
        let (before, now) = changed(old, new);
        assert_eq!(marked(old, &before), ["10"]);
        assert_eq!(marked(new, &now), ["base"]);
        let (before, now) = changed("a(b, c)", "a(b, x, c)");
        assert!(before.is_empty());
        assert_eq!(marked("a(b, x, c)", &now).concat().replace(' ', ""), "x,");
    }

    #[test]
    fn two_lines_that_share_nothing_are_not_marked() {
        assert_eq!(changed("alpha beta", "something else"), (vec![], vec![]));
    }

    proptest! {
        #[test]
        fn what_is_not_marked_is_the_same_on_both_sides(old in "[ab (),宽\u{301}]{0,20}", new in "[ab (),宽\u{301}]{0,20}") {
            let (before, now) = changed(&old, &new);
            let rest = |text: &str, marks: &[Range<usize>]| {
                let outside = |at: &usize| !marks.iter().any(|mark| mark.contains(at));
                text.char_indices().filter(|(at, c)| outside(at) && !c.is_whitespace()).map(|(_, c)| c).collect::<String>()
            };
            if !(before.is_empty() && now.is_empty()) {
                prop_assert_eq!(rest(&old, &before), rest(&new, &now));
            }
        }
    }
}
