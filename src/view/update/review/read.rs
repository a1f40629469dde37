//! A diff on its way: what is asked for, and what comes.

use crate::diff::{Body, FileStatus, Joined};
use crate::model::Untrusted;
use crate::view::desk::Awaited;
use crate::view::review::{Arrival, CONTEXT, Review};
use crate::wire::{DiffEnd, DiffOf, DiffPart, DiffScope, ToServer};

use super::super::turn::Turn;

/// Asks for the whole diff.
pub(super) fn all(turn: &mut Turn) {
    ask(turn, Vec::new(), CONTEXT[0]);
}

/// Asks for a diff, or for that of one file.
fn ask(turn: &mut Turn, paths: Vec<Untrusted>, context: u32) {
    let Some(review) = turn.desk.review.as_mut() else {
        return;
    };
    review.arrival = Arrival::Coming(Joined::default());
    let (brief, scope) = (review.brief.clone(), review.scope);
    // what was asked for before is not waited for any more
    let others = |awaited: &Awaited| !matches!(awaited, Awaited::Diff(..));
    turn.desk.awaited.retain(|_, awaited| others(awaited));
    let ticket = turn.ticket(Awaited::Diff(brief.clone(), paths.first().cloned()));
    let of = DiffOf {
        scope,
        paths,
        context,
    };
    turn.send(ToServer::ReadDiff { ticket, brief, of });
}

/// Reads it again.
pub(in crate::view::update) fn again(turn: &mut Turn) {
    all(turn);
}

/// Only what is not committed, or all.
pub(in crate::view::update) fn scope(turn: &mut Turn) {
    let Some(review) = turn.desk.review.as_mut() else {
        return;
    };
    review.scope = match review.scope {
        DiffScope::Branch => DiffScope::Uncommitted,
        DiffScope::Uncommitted => DiffScope::Branch,
    };
    let what = match review.scope {
        DiffScope::Branch => "diff: everything since the branch began",
        DiffScope::Uncommitted => "diff: only what is not committed",
    };
    turn.note(what);
    all(turn);
}

/// More lines around the changes of the file, or fewer.
pub(in crate::view::update) fn context(turn: &mut Turn, by: isize) {
    let step = |now: usize| now.saturating_add_signed(by).min(CONTEXT.len() - 1);
    step_context(turn, step);
}

/// The whole file, or only its changes.
pub(in crate::view::update) fn whole(turn: &mut Turn) {
    let last = CONTEXT.len() - 1;
    step_context(turn, |now| if now == last { 0 } else { last });
}

fn step_context(turn: &mut Turn, step: impl FnOnce(usize) -> usize) {
    let Some(review) = turn.desk.review.as_mut() else {
        return;
    };
    if let Arrival::Coming(_) = review.arrival {
        return turn.refuse("the diff is still being read");
    }
    let at = review.file();
    let Some((at, file)) = at.and_then(|at| Some((at, review.diff.files.get(at)?))) else {
        return;
    };
    let has_lines = file.body == Body::Text && !file.hunks.is_empty();
    let all_of_it = matches!(file.status, FileStatus::Added | FileStatus::Deleted);
    let now = review.context.get(at).copied().unwrap_or(0);
    let next = step(now);
    if !has_lines {
        return turn.note("no line of this file changed, so none is shown");
    }
    if next == now || all_of_it {
        let all = now > 0 || all_of_it;
        return turn.note(if all {
            "that is the whole file"
        } else {
            "these are only the changes"
        });
    }
    let paths = std::iter::once(&file.path)
        .chain(&file.old_path)
        .cloned()
        .collect();
    review.context.resize(review.diff.files.len(), 0);
    review.context[at] = next;
    ask(turn, paths, CONTEXT[next]);
}

/// A part of a diff came.
pub(in crate::view::update) fn part(turn: &mut Turn, ticket: u32, part: DiffPart) {
    let Some(Awaited::Diff(brief, file)) = turn.desk.awaited.get(&ticket).cloned() else {
        return;
    };
    let review = turn
        .desk
        .review
        .as_mut()
        .filter(|review| review.brief == brief);
    let Some(review) = review else {
        // it was left meanwhile
        return;
    };
    match part {
        DiffPart::Pieces(pieces) => {
            if let Arrival::Coming(joined) = &mut review.arrival {
                joined.put(pieces);
            }
        }
        DiffPart::End(end) => {
            turn.desk.awaited.remove(&ticket);
            let came = std::mem::take(&mut review.arrival);
            let Arrival::Coming(joined) = came else {
                return;
            };
            match file {
                None => whole_came(review, joined, end),
                Some(path) => file_came(turn, &path, joined, end),
            }
        }
        DiffPart::Failed(why) => {
            turn.desk.awaited.remove(&ticket);
            let shown = !review.diff.files.is_empty();
            review.arrival = if shown {
                Arrival::Here
            } else {
                Arrival::Failed(why.clone())
            };
            turn.refuse(why);
        }
    }
}

fn whole_came(review: &mut Review, joined: Joined, end: DiffEnd) {
    review.diff = joined.diff;
    review.context = vec![0; review.diff.files.len()];
    review.range = None;
    review.end = end;
    review.made.came = 0;
}

/// One file with more or fewer lines around its changes. Where the work changed meanwhile, all is read again.
fn file_came(turn: &mut Turn, path: &Untrusted, joined: Joined, end: DiffEnd) {
    let Some(review) = turn.desk.review.as_mut() else {
        return;
    };
    if end.on != review.end.on {
        turn.note("the work changed meanwhile; the diff was read again");
        return all(turn);
    }
    let came = joined
        .diff
        .files
        .into_iter()
        .find(|file| file.path == *path);
    let known = review.diff.files.iter_mut().find(|file| file.path == *path);
    if let (Some(known), Some(came)) = (known, came) {
        *known = came;
        review.range = None;
        review.made.came = 0;
    }
}
