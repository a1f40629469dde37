//! The words of an option, and what they mean.

use super::{Means, Shape};

/// The words alone: without what explains them, and without the key that takes them.
pub(super) fn plain(label: &str) -> &str {
    without_hint(words(label))
}

/// What stands in a column of its own behind the words explains them.
fn words(label: &str) -> &str {
    label.split_once("  ").map_or(label, |(words, _)| words)
}

/// A label without the key that is named behind it, as in `Yes, proceed (y)`.
fn without_hint(label: &str) -> &str {
    let Some((words, hint)) = label.rsplit_once(" (") else {
        return label;
    };
    let Some(hint) = hint.strip_suffix(')') else {
        return label;
    };
    let is_key = |part: &str| {
        let part = part.to_lowercase();
        part.chars().count() == 1
            || matches!(part.as_str(), "esc" | "shift" | "tab" | "enter" | "ctrl")
    };
    let keys = hint.split(' ').next().unwrap_or_default();
    match keys.split('+').all(is_key) {
        true => words.trim_end(),
        false => label,
    }
}

/// What an option means, by its label alone. Both a yes and a no is neither.
pub(super) fn means(label: &str, shape: &Shape) -> Means {
    let lower = label.to_lowercase();
    let says_no = match &shape.reject {
        Some(reject) => reject.fits(label),
        None => usually_no(&lower),
    };
    let says_yes = match &shape.approve {
        Some(approve) => approve.fits(label),
        None => usually_yes(&lower),
    };
    match (says_yes, says_no) {
        (true, false) => Means::Approve,
        (false, true) => Means::Reject,
        (true, true) | (false, false) => Means::Other,
    }
}

/// Only what can mean nothing else: whatever says more than this once is not asked for.
fn usually_yes(label: &str) -> bool {
    matches!(
        label,
        "yes"
            | "yes, proceed"
            | "yes, allow once"
            | "allow"
            | "allow once"
            | "approve"
            | "approve once"
            | "accept"
            | "run"
            | "run once"
            | "proceed"
    )
}

fn usually_no(label: &str) -> bool {
    let word = label
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .next();
    matches!(
        word,
        Some("no" | "deny" | "reject" | "cancel" | "decline" | "abort" | "skip")
    )
}
