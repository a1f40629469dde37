//! "Always like this": the rule that would have allowed what the card asks, made wider or narrower, with the past
//! requests that it would have allowed. Nothing is sent before enter; enter approves the card as well.

use crate::config::keys::{ChordKey, Mods};
use crate::model::policy::{self, Subject};
use crate::model::{Ask, Policy, Request, Wish};
use crate::terminal::Key;
use crate::view::desk::{Always, Desk, Popup};
use crate::view::keymap::chord;

use super::decide;
use super::turn::Turn;

/// Proposes the narrowest rule for the card.
pub(super) fn propose(turn: &mut Turn) {
    let Some(request) = decide::ready_whole(turn) else {
        return;
    };
    let Ask::Permission { .. } = &request.ask else {
        return turn.refuse("a rule decides permissions only, this asks something else");
    };
    let agent = request.agent.and_then(|id| turn.desk.facts.agents.get(&id));
    let subject = Subject::of(&request, agent);
    let proposals = subject.map(|it| policy::proposals(&it)).unwrap_or_default();
    if proposals.is_empty() {
        return turn.refuse("no rule can name this, decide it once");
    }
    turn.desk.popup = Some(Popup::Always(Always {
        card: decide::card_of(&request),
        proposals,
        at: 0,
        top: 0,
    }));
}

/// A key while it stands: left and right make the rule narrower and wider, enter adds it.
pub(super) fn key(turn: &mut Turn, mut always: Always, key: Key) {
    let widest = always.proposals.len().saturating_sub(1);
    let Some(chord) = chord(&key) else {
        turn.desk.popup = Some(Popup::Always(always));
        return;
    };
    match (chord.code, chord.mods) {
        (ChordKey::Right | ChordKey::Char('l' | 'w' | '+'), Mods::NONE) => {
            always.at = (always.at + 1).min(widest);
            always.top = 0;
        }
        (ChordKey::Left | ChordKey::Char('h' | 'n' | '-'), Mods::NONE) => {
            always.at = always.at.saturating_sub(1);
            always.top = 0;
        }
        (ChordKey::Down | ChordKey::Char('j'), Mods::NONE) => {
            let most = past(turn.desk, &always).len().saturating_sub(1);
            always.top = (always.top + 1).min(most);
        }
        (ChordKey::Up | ChordKey::Char('k'), Mods::NONE) => {
            always.top = always.top.saturating_sub(1)
        }
        (ChordKey::Enter, Mods::NONE) => return add(turn, always),
        (ChordKey::Esc | ChordKey::Char('q'), Mods::NONE)
        | (ChordKey::Char('c' | 'g'), Mods::CTRL) => return,
        _ => {}
    }
    turn.desk.popup = Some(Popup::Always(always));
}

/// Scrolls what it would have allowed.
pub(super) fn wheel(desk: &mut Desk, lines: isize) {
    let Some(Popup::Always(always)) = &desk.popup else {
        return;
    };
    let most = past(desk, always).len().saturating_sub(1);
    if let Some(Popup::Always(always)) = &mut desk.popup {
        always.top = always.top.saturating_add_signed(lines).min(most);
    }
}

fn add(turn: &mut Turn, always: Always) {
    let Some(rule) = always.rule().cloned() else {
        return;
    };
    if let Err(why) = decide::undecided(turn, &always.card) {
        return turn.refuse(why);
    }
    let said = format!("approved; from now on: {}", rule.sentence());
    let card = always.card;
    let ticket = turn.ticket(crate::view::desk::Awaited::Decide(vec![card.clone()], said));
    let rule = Box::new(rule);
    turn.ask(ticket, Wish::PolicyAdd { card, rule });
}

/// The permissions known here that the rule would have allowed, the newest first, without the one on the card.
pub fn past<'d>(desk: &'d Desk, always: &Always) -> Vec<&'d Request> {
    let Some(rule) = always.rule() else {
        return Vec::new();
    };
    let requests = desk.facts.requests.values().rev();
    requests
        .filter(|request| request.id != always.card.request && would_allow(desk, rule, request))
        .collect()
}

fn would_allow(desk: &Desk, rule: &Policy, request: &Request) -> bool {
    let agent = request.agent.and_then(|id| desk.facts.agents.get(&id));
    Subject::of(request, agent).is_some_and(|subject| policy::would_allow(rule, &subject))
}
