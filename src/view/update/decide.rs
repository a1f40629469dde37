//! Approve, reject, reply: only for the card that stands on the screen, once it has settled.

use crate::config::keys::KeyTable;
use crate::model::{Ask, Card, Request, RequestId, Status, Verdict, Wish};
use crate::view::command::Command;
use crate::view::desk::{Awaited, Focus, Mode, Popup, Then};
use crate::view::draw::card_sight;
use crate::view::reading::Reading;
use crate::view::tiles;

use super::focus::{self, Step};
use super::turn::Turn;
use super::{agents, answer, popup, scroll, subject};

/// What is said of such a dialog.
pub(super) const IN_ITS_PANE: &str =
    "no option of this dialog is known; answer it in its pane (enter goes there, and types)";

/// What is said of a card of which part was not on the screen yet.
pub(super) const UNREAD: &str = "part of it was not on the screen yet, read it to the end first";

/// How many lines a key scrolls the card, at most: never further than it shows.
const CARD_LINES: usize = 4;

/// A request as a card names it.
pub(super) fn card_of(request: &Request) -> Card {
    Card {
        request: request.id,
        digest: request.digest.clone(),
    }
}

/// Puts the cursor of the list on a request.
pub(super) fn select(turn: &mut Turn, request: RequestId) {
    if turn.desk.request != Some(request) {
        turn.desk.request = Some(request);
        turn.desk.card_top = 0;
    }
}

/// Goes to the next or the previous one that waits; without requests, to the next agent that needs a look.
/// A card that came up by itself is gone to first: its agent's tile was not looked at yet.
pub(super) fn step(turn: &mut Turn, step: Step) {
    let waiting: Vec<(RequestId, Option<crate::model::AgentId>)> = tiles::waiting(turn.desk)
        .iter()
        .map(|request| (request.id, request.agent))
        .collect();
    if waiting.is_empty() {
        return agents::next_in_need(turn, step);
    }
    let at = waiting
        .iter()
        .position(|(id, _)| Some(*id) == turn.desk.request);
    let here = at.and_then(|at| waiting.get(at));
    let elsewhere = here.filter(|(_, agent)| agent.is_some() && *agent != turn.desk.focused());
    let Some((id, agent)) = elsewhere.or_else(|| focus::beside(&waiting, at, step)) else {
        return;
    };
    select(turn, *id);
    if let Some(agent) = agent {
        scroll::drop_out(turn);
        turn.desk.pane = Some(*agent);
    }
}

/// The card that a decision would be for, or why there is none now.
pub(super) fn ready(turn: &Turn) -> Result<Request, String> {
    let request = turn.desk.card().ok_or("nothing waits on you")?;
    let card = card_of(request);
    if !turn.desk.shown.contains_key(&card) {
        return Err("the card is not in sight, make the terminal larger".to_owned());
    }
    settled(turn, &card)?;
    if let Status::Answering(_) = request.status {
        return Err("it is being answered on its screen; wait a moment".to_owned());
    }
    Ok(request.clone())
}

/// Whether all of a card has been on the screen.
pub(super) fn whole(turn: &Turn, card: &Card) -> bool {
    matches!(turn.desk.read.get(card), Some(Reading::Whole(_)))
}

/// The card that would be granted something, all of which was on the screen. A card that is cut is opened
/// in full instead, and it is said why.
pub(super) fn ready_whole(turn: &mut Turn) -> Option<Request> {
    match ready(turn) {
        Ok(request) if whole(turn, &card_of(&request)) => Some(request),
        Ok(_) => {
            detail(turn);
            turn.note("the card was cut: this is all of it, read it to the end, then decide");
            None
        }
        Err(why) => {
            turn.refuse(why);
            None
        }
    }
}

/// Whether a decision on this card is on its way.
pub(super) fn is_sent(turn: &Turn, card: &Card) -> bool {
    turn.desk.awaited.values().any(|awaited| match awaited {
        Awaited::Decide(cards, _) => cards.contains(card),
        Awaited::Wish(_)
        | Awaited::Added(_)
        | Awaited::Past(_)
        | Awaited::Find(_)
        | Awaited::FindAll(_)
        | Awaited::FindLine { .. }
        | Awaited::Diff(..)
        | Awaited::Read(_)
        | Awaited::Edit(_)
        | Awaited::Split(_)
        | Awaited::Programs => false,
    })
}

fn settled(turn: &Turn, card: &Card) -> Result<(), String> {
    if turn.desk.settles_at(card).is_some() {
        return Err("the card came only now, look at it and press again".to_owned());
    }
    if is_sent(turn, card) {
        return Err("your decision is on its way".to_owned());
    }
    Ok(())
}

/// Whether a card that a popup is about can still be decided as it was seen.
pub(super) fn undecided(turn: &Turn, card: &Card) -> Result<(), String> {
    let request = turn.desk.facts.requests.get(&card.request);
    if !request.is_some_and(|request| request.is_open() && request.digest == card.digest) {
        return Err(match request.map(|request| &request.status) {
            Some(Status::Decided(first)) => format!(
                "{} {} this meanwhile, nothing was sent",
                first.who(),
                first.verdict.past()
            ),
            Some(Status::Open | Status::Answering(_) | Status::Unsure(_))
            | Some(Status::Withdrawn { .. })
            | None => "the request changed or closed meanwhile, nothing was sent".to_owned(),
        });
    }
    settled(turn, card)
}

/// Sends a decision for cards that were seen. Says so where a request changed or closed meanwhile.
pub(super) fn decide(turn: &mut Turn, cards: Vec<Card>, verdict: Verdict) {
    if let Err(why) = cards.iter().try_for_each(|card| undecided(turn, card)) {
        let words = !verdict.words().is_empty();
        let key = turn.keymap.hint(KeyTable::Input, Command::EntryUp);
        return turn.refuse(match (words, key) {
            (true, Some(key)) => format!("{why}; {key} brings your words back where you write"),
            (true, None) | (false, _) => why,
        });
    }
    let what = match (&verdict, cards.as_slice()) {
        (_, []) => return,
        (verdict, [card]) => {
            let gate = turn.desk.facts.requests.get(&card.request);
            if let Some(brief) = gate.and_then(|request| request.brief.clone()) {
                turn.desk.brief = Some(brief);
            }
            subject::taken(turn, verdict, card.request)
        }
        (verdict, many) => format!("{} {} requests", verdict.past(), many.len()),
    };
    let ticket = turn.ticket(Awaited::Decide(cards.clone(), what));
    turn.ask(ticket, Wish::Decide { cards, verdict });
}

/// Approves the card; a question is answered instead, and a dialog in which no one option says yes.
pub(super) fn approve(turn: &mut Turn) {
    if turn.desk.card().is_some_and(|card| fails(&card.ask)) {
        let why = check_failed(turn);
        return turn.refuse(why);
    }
    let Some(request) = ready_whole(turn) else {
        return;
    };
    match request.ask.takes_yes() {
        true => decide(turn, vec![card_of(&request)], Verdict::Approve),
        false => answer::reply(turn),
    }
}

/// Whether it is a gate with a failed check: only sent back or moved on.
pub(super) fn fails(ask: &Ask) -> bool {
    matches!(ask, Ask::Gate { .. }) && !ask.takes_yes()
}

/// Why a gate is not approved: a check failed; and what is done with it instead.
pub(super) fn check_failed(turn: &Turn) -> String {
    let key = |command: Command| {
        let key = turn.keymap.hint(KeyTable::Card, command);
        key.unwrap_or_else(|| format!(":{}", command.name()))
    };
    format!(
        "a check failed: {} sends it back, {} moves it on all the same",
        key(Command::Reject),
        key(Command::Redirect)
    )
}

/// Shows all requests of the card's content, to decide them together.
pub(super) fn together(turn: &mut Turn) {
    let request = match ready(turn) {
        Ok(request) => request,
        Err(why) => return turn.refuse(why),
    };
    if let Ask::Question { .. } | Ask::Matter { .. } = request.ask {
        return turn.refuse("a question is answered, not approved");
    }
    let others = tiles::waiting(turn.desk)
        .into_iter()
        .filter(|other| other.digest == request.digest && other.id != request.id);
    let cards: Vec<Card> = std::iter::once(&request)
        .chain(others)
        .map(card_of)
        .collect();
    if cards.len() < 2 {
        return turn.refuse("no other request has this content");
    }
    turn.desk.popup = Some(Popup::Together { cards, top: 0 });
}

/// Whether it is a dialog that can only be answered by hand.
fn nothing_known(ask: &Ask) -> bool {
    match ask {
        Ask::Dialog { options, .. } => options.is_empty(),
        Ask::Permission { .. } | Ask::Question { .. } | Ask::Gate { .. } | Ask::Matter { .. } => {
            false
        }
    }
}

/// Asks for a reason; none is fine.
pub(super) fn reject(turn: &mut Turn) {
    match ready(turn) {
        Ok(request) if nothing_known(&request.ask) => turn.refuse(IN_ITS_PANE),
        Ok(request) => popup::write(
            turn,
            &format!("reject {}", subject::of(turn.desk, &request)),
            "why, in your words; enter without a word is fine",
            Then::Reject(vec![card_of(&request)]),
        ),
        Err(why) => turn.refuse(why),
    }
}

/// Answers a question; else goes into the pane of who asks.
pub(super) fn open(turn: &mut Turn) {
    let Some(request) = turn.desk.card() else {
        turn.desk.focus = Focus::Tiles;
        return;
    };
    let agent = request.agent;
    if let (Ask::Question { .. } | Ask::Matter { .. }, true) = (&request.ask, turn.desk.may_act()) {
        return answer::reply(turn);
    }
    if let Some(agent) = agent.filter(|agent| turn.desk.facts.agents.contains_key(agent)) {
        turn.desk.pane = Some(agent);
    }
    turn.desk.focus = Focus::Tiles;
    if turn.desk.may_act() && agent.is_some() {
        agents::enter(turn);
    }
}

/// Shows all of what is asked.
pub(super) fn detail(turn: &mut Turn) {
    let Some(request) = turn.desk.card() else {
        return turn.refuse("nothing waits on you");
    };
    turn.desk.popup = Some(Popup::Detail {
        title: subject::of(turn.desk, request),
        card: card_of(request),
        top: 0,
    });
}

/// Scrolls the card's text, never over a line.
pub(super) fn scroll_card(turn: &mut Turn, step: Step) {
    let Some(request) = turn.desk.card() else {
        return turn.refuse("nothing waits on you");
    };
    let Some(area) = turn.plan().card else {
        return turn.refuse("the card is not in sight, make the terminal larger");
    };
    let (sight, _) = card_sight(turn.desk, turn.keymap, request, area);
    let by = CARD_LINES.min(sight.rows.max(1));
    turn.desk.card_top = match step {
        Step::Next => sight.top.saturating_add(by).min(sight.most()),
        Step::Previous => sight.top.saturating_sub(by),
    };
}

/// The oldest request of an agent, for whoever goes to its tile.
pub(super) fn select_of(turn: &mut Turn, agent: crate::model::AgentId) {
    let current = turn.desk.card().and_then(|request| request.agent);
    if current == Some(agent) || matches!(turn.desk.mode, Mode::Pane(_)) {
        return;
    }
    let oldest = turn
        .desk
        .facts
        .waiting()
        .find(|request| request.agent == Some(agent))
        .map(|request| request.id);
    if let Some(id) = oldest {
        select(turn, id);
    }
}
