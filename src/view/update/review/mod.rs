//! Reading a diff: asking for it, going through it, commenting on it.

mod comment;
mod comments;
mod read;
mod walk;

use crate::model::{Ask, BriefId, Request};
use crate::view::command::Command;
use crate::view::desk::{Desk, Focus, Mode};
use crate::view::review::{Arrival, List, Made, Review, Rows, Shape};
use crate::view::tiles::Plan;
use crate::wire::DiffScope;

use super::decide::card_of;
use super::scroll;
use super::turn::Turn;

pub(super) use comment::{reject_with, reword, write};
pub(super) use comments::to_comment;
pub(super) use read::part;
pub(super) use walk::{click, search, to_file, wheel};

use comment::{ask_reject, ask_words, delete, edit, send, settle_comment};
use read::{again, context, scope, whole};
use walk::walk;

/// Fewer columns than this for two columns of lines, and one is shown.
const SPLIT_FROM: u16 = 70;

/// Opens the diff of the brief that is looked at; one that stands beside the tiles gets the keys.
pub(super) fn open(turn: &mut Turn) {
    let Some(brief) = subject(turn.desk) else {
        return turn.refuse("no brief belongs to it: choose a brief, its agent or its card");
    };
    open_of(turn, brief);
}

/// Opens the diff of this brief.
pub(super) fn open_of(turn: &mut Turn, brief: BriefId) {
    scroll::drop_out(turn);
    let gate = gate_of(turn.desk, &brief);
    let same = turn
        .desk
        .review
        .as_ref()
        .is_some_and(|review| review.brief == brief);
    turn.desk.mode = Mode::Review;
    if same {
        if let Some(review) = turn.desk.review.as_mut() {
            review.gate = gate;
        }
        return;
    }
    let mut review = Review::of(brief, DiffScope::Branch);
    review.gate = gate;
    turn.desk.review = Some(Box::new(review));
    beside_its_agent(turn);
    read::all(turn);
}

/// Where the diff stands beside the tiles, its agent's terminal is the one there.
fn beside_its_agent(turn: &mut Turn) {
    let Some(brief) = turn.desk.review.as_ref().map(|review| &review.brief) else {
        return;
    };
    let agents = turn.desk.facts.agents.values();
    let of_it = agents.filter(|agent| agent.brief.as_ref() == Some(brief));
    let latest = of_it.max_by_key(|agent| (agent.is_alive(), agent.id));
    let latest = latest.map(|agent| agent.id);
    if latest.is_some() && !turn.plan().tiles.is_empty() {
        turn.desk.pane = latest;
    }
}

/// Whose diff `d` opens. A gate's card in sight offers `d` beside the keys that decide it, so it comes before the tile.
fn subject(desk: &Desk) -> Option<BriefId> {
    let of_agent = |agent| desk.facts.agents.get(&agent)?.brief.clone();
    let of_card = || {
        let card = desk.card()?;
        card.brief.clone().or_else(|| of_agent(card.agent?))
    };
    let of_gate = || {
        let card = desk.card()?;
        let in_sight = desk.shown.contains_key(&card_of(card));
        card.brief
            .clone()
            .filter(|_| in_sight && matches!(card.ask, Ask::Gate { .. }))
    };
    match desk.focus {
        Focus::Queue => desk.brief.clone(),
        Focus::Waiting => of_card(),
        Focus::Tiles => {
            let of_tile = || desk.focused().and_then(of_agent);
            of_gate().or_else(of_tile).or_else(of_card)
        }
    }
}

/// The open gate of a brief, where its card can be read now.
fn gate_of(desk: &Desk, brief: &BriefId) -> Option<crate::model::Card> {
    let is_gate =
        |it: &&Request| matches!(it.ask, Ask::Gate { .. }) && it.brief.as_ref() == Some(brief);
    let gate = desk.facts.waiting().find(is_gate)?;
    Some(card_of(gate)).filter(|card| desk.shown.contains_key(card))
}

/// The server is there again: what was on its way is asked for once more.
pub(super) fn linked(turn: &mut Turn) {
    let review = turn.desk.review.as_ref();
    if review.is_some_and(|review| matches!(review.arrival, Arrival::Coming(_))) {
        read::all(turn);
    }
}

/// Leaves the diff.
pub(super) fn leave(turn: &mut Turn) {
    turn.desk.review = None;
    turn.desk.mode = Mode::Room;
}

/// Leaves its keys; where it stands beside the tiles it stays.
pub(super) fn aside(turn: &mut Turn) {
    turn.desk.mode = Mode::Room;
    if turn.plan().review.is_none() {
        turn.desk.review = None;
    }
}

/// Something about the review, where there is one.
fn change(turn: &mut Turn, change: impl FnOnce(&mut Review)) {
    if let Some(review) = turn.desk.review.as_mut() {
        change(review);
    }
}

/// Two columns, or one.
pub(super) fn side_by_side(turn: &mut Turn) {
    change(turn, |review| {
        review.range = None;
        review.shape = match review.shape {
            Shape::Unified => Shape::Split,
            Shape::Split => Shape::Unified,
        };
    });
    let plan = turn.plan();
    let narrow = plan.review.is_some_and(|plan| plan.body.width < SPLIT_FROM);
    if narrow
        && turn
            .desk
            .review
            .as_ref()
            .is_some_and(|review| review.shape == Shape::Split)
    {
        turn.note("there is no room for two columns; they come on a wider screen");
    }
}

/// The list of files, or none.
pub(super) fn file_list(turn: &mut Turn) {
    change(turn, |review| {
        review.list = match review.list {
            List::Shown => List::Hidden,
            List::Hidden => List::Shown,
        };
    });
    let list = turn.desk.review.as_ref().map(|review| review.list);
    if list == Some(List::Shown) && turn.plan().review.is_some_and(|plan| plan.list.is_none()) {
        let key = turn
            .keymap
            .hint(crate::config::keys::KeyTable::Review, Command::ChooseFile);
        let key = key.unwrap_or_default();
        turn.note(format!(
            "there is no room for the list; {key} chooses a file"
        ));
    }
}

/// Makes the rows anew where what they are made of changed, and keeps the cursor on its line and in sight.
pub(super) fn settle(desk: &mut Desk, plan: &Plan) {
    let Some(review) = desk.review.as_mut() else {
        if desk.mode == Mode::Review {
            desk.mode = Mode::Room;
        }
        return;
    };
    let Some(place) = &plan.review else { return };
    let comments = desk.facts.reviews.get(&review.brief);
    let shape = match place.body.width < SPLIT_FROM {
        true => Shape::Unified,
        false => review.shape,
    };
    let stale = review.made.shape != shape
        || review.made.width != place.body.width
        || review.made.comments.as_ref() != comments
        || review.made.on != review.end.on;
    if stale || review.made.came == 0 {
        let spot = walk::spot(review);
        review.rows = Rows::new(
            &review.diff,
            comments,
            &review.end.outdated,
            shape,
            place.body.width,
        );
        review.made = Made {
            came: 1,
            shape,
            width: place.body.width,
            comments: comments.cloned(),
            on: review.end.on.clone(),
        };
        walk::back_to(review, spot);
    }
    walk::in_sight(review, place.body.height);
}

/// A command that means something else while a diff is read. Whether it did.
pub(super) fn takes(turn: &mut Turn, command: Command) -> bool {
    if turn.desk.mode != Mode::Review {
        return false;
    }
    match command {
        Command::Approve => comment::approve(turn),
        Command::Search => comment::ask_search(turn),
        Command::FileList => file_list(turn),
        Command::SideBySide => side_by_side(turn),
        Command::MoreContext => context(turn, 1),
        Command::LessContext => context(turn, -1),
        Command::WholeFile => whole(turn),
        Command::Scope => scope(turn),
        Command::Reread => again(turn),
        Command::Comment => ask_words(turn),
        Command::EditComment => edit(turn),
        Command::DeleteComment => delete(turn),
        Command::Settle => settle_comment(turn),
        Command::SendRound => send(turn),
        Command::RejectRound => ask_reject(turn),
        Command::Diff | Command::LeaveReview => leave(turn),
        Command::AsideReview => aside(turn),
        other => return walk(turn, other),
    }
    true
}
