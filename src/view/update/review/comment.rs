//! Comments: written on lines, changed, sent as a round, handled; and the gate that waits meanwhile.

use crate::diff::LineKind;
use crate::model::{
    Anchor, BriefId, Card, CommentId, CommentState, Digest, Number, ReviewWish, Side, Verdict, Wish,
};
use crate::view::desk::{Awaited, Form, Line, Popup, Then};
use crate::view::draw::words;
use crate::view::review::{Arrival, Cell, Review};

use super::super::turn::Turn;
use super::super::{decide, popup};

/// Asks for the words of a comment on the line of the cursor, or on the range.
pub(in crate::view::update) fn ask_words(turn: &mut Turn) {
    let Some(review) = turn.desk.review.as_ref() else {
        return;
    };
    // on a comment of one's own that was not sent: its words
    if review.cells_here().is_empty() && own_draft(turn).is_some() {
        return edit(turn);
    }
    match anchor(review) {
        Ok(anchor) => {
            let title = format!("comment on {}", anchor.place());
            let on = review.end.on.clone();
            let then = Then::Comment(review.brief.clone(), Box::new(anchor), on);
            popup::write(turn, &title, "what is to be done here", then);
        }
        Err(why) => turn.refuse(why),
    }
}

impl Review {
    /// The lines of the range, or of the row of the cursor.
    fn cells_here(&self) -> Vec<Cell> {
        let from = self.range.unwrap_or(self.at);
        let rows = from.min(self.at)..=from.max(self.at);
        let rows = self.rows.all.get(rows).unwrap_or_default();
        let mut cells: Vec<Cell> = rows
            .iter()
            .flat_map(|row| self.cells(row))
            .flatten()
            .collect();
        cells.sort_by_key(|cell| (cell.file, cell.hunk, cell.line));
        cells.dedup();
        cells
    }
}

/// What a comment would be on. The lines as they are now, where there are any; else as they were.
fn anchor(review: &Review) -> Result<Anchor, String> {
    if let Arrival::Coming(_) = review.arrival {
        return Err("the diff is still being read".to_owned());
    }
    let cells = review.cells_here();
    let Some(first) = cells.first().copied() else {
        return Err("there is no line here; a comment stands on lines".to_owned());
    };
    if cells
        .iter()
        .any(|it| (it.file, it.hunk) != (first.file, first.hunk))
    {
        return Err("a comment stands within one change; + shows the lines between".to_owned());
    }
    let lines: Vec<_> = cells
        .iter()
        .filter_map(|it| Some((*it, review.line(*it)?)))
        .collect();
    let now = |kind: LineKind| matches!(kind, LineKind::Added | LineKind::Context);
    let side = match lines.iter().any(|(_, line)| now(line.kind)) {
        true => Side::New,
        false => Side::Old,
    };
    let on_side = lines.iter().filter(|(_, line)| match side {
        Side::New => now(line.kind),
        Side::Old => line.kind == LineKind::Removed,
    });
    let numbered: Vec<(u32, &str)> = on_side
        .map(|(cell, line)| {
            let number = match side {
                Side::New => cell.new,
                Side::Old => cell.old,
            };
            (number, line.text.raw())
        })
        .collect();
    let (Some(from), Some(to)) = (numbered.first(), numbered.last()) else {
        return Err("there is no line here; a comment stands on lines".to_owned());
    };
    let file = review.diff.files.get(first.file as usize);
    let file = file.map(|file| file.path.clone()).unwrap_or_default();
    let texts = numbered.iter().map(|(_, text)| *text);
    Ok(Anchor::new(&file, side, (from.0, to.0), texts))
}

fn wish(turn: &mut Turn, brief: BriefId, wish: ReviewWish, done: &str) {
    turn.wish(Wish::Review { brief, wish }, done);
}

/// A comment was written.
pub(in crate::view::update) fn write(
    turn: &mut Turn,
    brief: BriefId,
    anchor: Anchor,
    text: String,
    on: Digest,
) {
    super::change(turn, |review| review.range = None);
    wish(turn, brief, ReviewWish::Comment { anchor, text, on }, "");
}

/// Other words were written.
pub(in crate::view::update) fn reword(
    turn: &mut Turn,
    brief: BriefId,
    comment: CommentId,
    text: String,
) {
    wish(turn, brief, ReviewWish::Reword { comment, text }, "");
}

/// The comment at the cursor, where it is one's own and was not sent.
fn own_draft(turn: &Turn) -> Option<(BriefId, CommentId, String)> {
    let review = turn.desk.review.as_ref()?;
    let id = review.comment()?;
    let all = &turn.desk.facts.reviews.get(&review.brief)?.comments;
    let comment = all.iter().find(|it| it.id == id)?;
    let own = comment.progress == CommentState::Draft && comment.by.name == turn.desk.me.name;
    own.then(|| (review.brief.clone(), id, comment.text.clone()))
}

const NO_DRAFT: &str = "there is no comment of yours here that was not sent";

/// Asks for other words.
pub(in crate::view::update) fn edit(turn: &mut Turn) {
    let Some((brief, id, text)) = own_draft(turn) else {
        return turn.refuse(NO_DRAFT);
    };
    let cursor = text.len();
    turn.desk.popup = Some(Popup::Write(Form {
        title: "the comment's words".to_owned(),
        placeholder: String::new(),
        line: Line { text, cursor },
        then: Then::Reword(brief, id),
    }));
}

/// Deletes a comment that was not sent.
pub(in crate::view::update) fn delete(turn: &mut Turn) {
    match own_draft(turn) {
        Some((brief, id, _)) => wish(
            turn,
            brief,
            ReviewWish::Delete(id),
            "the comment is deleted",
        ),
        None => turn.refuse(NO_DRAFT),
    }
}

/// The comment at the cursor is handled; one that is handled is open again.
pub(in crate::view::update) fn settle_comment(turn: &mut Turn) {
    let found = || {
        let review = turn.desk.review.as_ref()?;
        let id = review.comment()?;
        let all = &turn.desk.facts.reviews.get(&review.brief)?.comments;
        let comment = all.iter().find(|it| it.id == id)?;
        Some((review.brief.clone(), comment.progress.clone()))
    };
    let (brief, progress) = match found() {
        Some(found) => found,
        None => return turn.refuse("there is no comment here; m goes to the next one"),
    };
    let say = |number: Number, word: &str| format!("comment {number} is {word}");
    match progress {
        CommentState::Draft => {
            turn.refuse("it was not sent yet; send the round first, or delete it")
        }
        CommentState::Open(number) | CommentState::Claimed { number, .. } => {
            wish(
                turn,
                brief,
                ReviewWish::Settle(number),
                &say(number, "handled"),
            );
        }
        CommentState::Handled { number, .. } => {
            wish(
                turn,
                brief,
                ReviewWish::Reopen(number),
                &say(number, "open again"),
            );
        }
    }
}

/// How many comments of this person were not sent.
fn drafts(turn: &Turn, brief: &BriefId) -> usize {
    let review = turn.desk.facts.reviews.get(brief);
    let own = review.into_iter().flat_map(|review| &review.comments);
    let own =
        own.filter(|it| it.progress == CommentState::Draft && it.by.name == turn.desk.me.name);
    own.count()
}

/// Sends the comments to the agent.
pub(in crate::view::update) fn send(turn: &mut Turn) {
    let Some(brief) = turn.desk.review.as_ref().map(|review| review.brief.clone()) else {
        return;
    };
    match drafts(turn, &brief) {
        0 => turn.refuse("there are no comments to send; c writes one"),
        count => {
            let go = if count == 1 { "goes" } else { "go" };
            let count = words::count(count, "comment");
            let done = format!("{count} {go} to the agent, once it is at rest");
            wish(turn, brief, ReviewWish::Send, &done);
        }
    }
}

/// The gate that waits, as its card was seen.
fn gate(turn: &Turn) -> Result<Card, String> {
    let review = turn.desk.review.as_ref();
    let card = review.and_then(|review| review.gate.clone());
    let card = card.ok_or("look at the gate's card before you open the diff, to decide it here")?;
    if !turn.desk.shown.contains_key(&card) {
        return Err("this gate changed or is closed; leave the diff and look again".to_owned());
    }
    decide::undecided(turn, &card)?;
    Ok(card)
}

fn checks_failed(turn: &Turn, card: &Card) -> bool {
    let request = turn.desk.facts.requests.get(&card.request);
    request.is_some_and(|request| decide::fails(&request.ask))
}

/// Approves the gate whose work was read.
pub(super) fn approve(turn: &mut Turn) {
    match gate(turn) {
        Ok(card) if checks_failed(turn, &card) => {
            let why = decide::check_failed(turn);
            turn.refuse(why);
        }
        Ok(card) if !decide::whole(turn, &card) => {
            turn.refuse("the gate's card was cut: leave the diff and read it in full, then decide");
        }
        Ok(card) => decide::decide(turn, vec![card], Verdict::Approve),
        Err(why) => turn.refuse(why),
    }
}

/// Asks for words to go before the comments with which the gate is rejected; none is fine.
pub(in crate::view::update) fn ask_reject(turn: &mut Turn) {
    let card = match gate(turn) {
        Ok(card) => card,
        Err(why) => return turn.refuse(why),
    };
    let brief = turn.desk.review.as_ref().map(|review| review.brief.clone());
    let count = brief.map_or(0, |brief| drafts(turn, &brief));
    if count == 0 {
        let title = format!("reject {}, without comments", card.request);
        let then = Then::Reject(vec![card]);
        return popup::write(turn, &title, "why, in your words", then);
    }
    let title = format!(
        "reject {} with {}",
        card.request,
        words::count(count, "comment")
    );
    let placeholder = "what goes before them; enter without a word is fine";
    popup::write(turn, &title, placeholder, Then::RejectRound(card));
}

/// Rejects the gate with the comments.
pub(in crate::view::update) fn reject_with(turn: &mut Turn, card: Card, words: String) {
    if let Err(why) = decide::undecided(turn, &card) {
        return turn.refuse(why);
    }
    let done = format!("rejected {} with your comments", card.request);
    let ticket = turn.ticket(Awaited::Decide(vec![card.clone()], done));
    let wish = Wish::RejectWithRound { card, words };
    turn.ask(ticket, wish);
}

/// Asks what to search for.
pub(super) fn ask_search(turn: &mut Turn) {
    popup::write(
        turn,
        "search in the diff",
        "a text; capitals matter only if there are any",
        Then::FindInDiff,
    );
}
