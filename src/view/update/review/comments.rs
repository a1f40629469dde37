//! All comments on a brief's work, in a list: what waits first, then what is handled. One that waits is
//! gone to; one that is handled, of which the diff shows one line, is read.

use crate::model::{Comment, CommentId, CommentState, Untrusted};
use crate::view::desk::{Chooser, Entry, Heads, Line, Pick, Popup, Then};
use crate::view::review::{Review, Row};

use super::super::turn::Turn;
use super::walk::show;

/// Offers the comments.
pub(super) fn list(turn: &mut Turn) {
    let Some(review) = turn.desk.review.as_ref() else {
        return;
    };
    let known = turn.desk.facts.reviews.get(&review.brief);
    let mut all: Vec<&Comment> = known.map_or_else(Vec::new, |it| it.comments.iter().collect());
    if all.is_empty() {
        return turn.note("nobody commented on this work yet");
    }
    all.sort_by_key(|comment| (rank(comment), comment.number(), comment.id));
    let here = review.comment();
    let at = all.iter().position(|comment| Some(comment.id) == here);
    let entries = all.iter().map(|comment| entry(review, comment)).collect();
    turn.desk.popup = Some(Popup::Choose(Chooser {
        title: format!("comments: {}", summary(review, &all)),
        entries,
        at: at.unwrap_or(0),
        line: Line::default(),
        then: Then::GoComment,
    }));
}

const OVER: usize = 3;

/// Not sent, open, said to be handled, handled.
fn rank(comment: &Comment) -> usize {
    match comment.progress {
        CommentState::Draft => 0,
        CommentState::Open(_) => 1,
        CommentState::Claimed { .. } => 2,
        CommentState::Handled { .. } => OVER,
    }
}

/// `1 not sent, 2 open, 1 handled, 1 outdated`.
fn summary(review: &Review, all: &[&Comment]) -> String {
    let words = ["not sent", "open", "said to be handled", "handled"];
    let counts = words.iter().enumerate().map(|(rank_of, word)| {
        let count = all.iter().filter(|it| rank(it) == rank_of).count();
        (count, *word)
    });
    let old = all.iter().filter(|it| is_outdated(review, it)).count();
    let parts = counts.chain([(old, "outdated")]);
    let parts = parts.filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    parts.join(", ")
}

fn is_outdated(review: &Review, comment: &Comment) -> bool {
    let over = matches!(comment.progress, CommentState::Handled { .. });
    !over && review.end.outdated.contains(&comment.id)
}

fn entry(review: &Review, comment: &Comment) -> Entry {
    let state = state(review, comment);
    let mut words = Untrusted::new(comment.text.as_str()).shown_lines();
    let first = match words.is_empty() {
        true => String::new(),
        false => words.remove(0),
    };
    let number = comment
        .number()
        .map_or_else(|| "·".to_owned(), |number| number.to_string());
    Entry {
        label: format!("{number} {state}: {first}"),
        remark: comment.anchor.place(),
        pick: Pick::Comment(comment.id),
    }
}

/// How far it got, and whether its lines still stand.
fn state(review: &Review, comment: &Comment) -> String {
    let state = match &comment.progress {
        CommentState::Draft => "not sent".to_owned(),
        CommentState::Open(_) => "open".to_owned(),
        CommentState::Claimed { agent, .. } => format!("handled, says agent {agent}"),
        CommentState::Handled { by, .. } => {
            let by = Untrusted::new(by.name.as_str()).shown();
            format!("handled, says {by}")
        }
    };
    match is_outdated(review, comment) {
        true => format!("{state}, outdated"),
        false => state,
    }
}

/// Goes to a comment; one that is handled is read.
pub(in crate::view::update) fn to_comment(turn: &mut Turn, id: CommentId) {
    let Some(review) = turn.desk.review.as_ref() else {
        return;
    };
    let known = turn.desk.facts.reviews.get(&review.brief);
    let found = known.and_then(|it| it.comments.iter().find(|it| it.id == id));
    if let Some(comment) = found.filter(|it| rank(it) == OVER) {
        turn.desk.popup = Some(Popup::Read {
            title: comment.anchor.place(),
            text: Untrusted::new(read(review, comment)),
            heads: Heads::Lines(Vec::new()),
            top: 0,
        });
        return;
    }
    let boxed = review.rows.boxes.iter().position(|one| one.id == id);
    let row = boxed.and_then(|at| {
        let is_it = |row: &Row| matches!(row, Row::Comment(of, 0) if *of as usize == at);
        review.rows.all.iter().position(is_it)
    });
    match row {
        Some(row) => show(turn, row),
        None => turn.note("this comment is gone"),
    }
}

/// All that is known of it.
fn read(review: &Review, comment: &Comment) -> String {
    let number = comment
        .number()
        .map_or_else(String::new, |number| format!("{number} "));
    let mut text = format!(
        "{number}{}: {}\n\n{}\n",
        comment.by.name,
        state(review, comment),
        comment.text
    );
    text.push_str("\nIt is on these lines:\n");
    for line in &comment.anchor.lines {
        text.push_str(&format!("  {}\n", line.raw()));
    }
    text
}
