//! Answering a question: its options by their digits or from a list, or words.

use crate::model::{Ask, Card, Untrusted, Verdict};
use crate::view::desk::{Chooser, Desk, Entry, Form, Line, Pick, Popup, Then};

use super::decide::{IN_ITS_PANE, card_of, check_failed, decide, fails, ready_whole};
use super::turn::Turn;
use super::{focus, popup, subject};

/// Offers the options of the question, or asks for words; of a dialog only its options.
pub(super) fn reply(turn: &mut Turn) {
    if turn.desk.card().is_some_and(|card| fails(&card.ask)) {
        let why = check_failed(turn);
        return turn.refuse(why);
    }
    let Some(request) = ready_whole(turn) else {
        return;
    };
    let then = Then::Reply(card_of(&request));
    let title = format!("answer {}", subject::of(turn.desk, &request));
    let entries = match &request.ask {
        Ask::Permission { .. } | Ask::Gate { .. } => {
            return turn.refuse("nothing was asked here, approve or reject it");
        }
        Ask::Question { options, .. } if options.is_empty() => {
            return popup::write(turn, &title, "your answer", then);
        }
        Ask::Dialog { options, .. } if options.is_empty() => {
            return turn.refuse(IN_ITS_PANE);
        }
        Ask::Question { options, .. } => {
            let words = Entry {
                label: "something else".to_owned(),
                remark: "in your words".to_owned(),
                pick: Pick::Write,
            };
            numbered(options).chain([words]).collect()
        }
        // The room's own question has no other answers.
        Ask::Matter { options, .. } => numbered(options).collect(),
        // a dialog's own digits mean something else in every dialog
        Ask::Dialog { options, .. } => {
            let labels = options.iter().map(|it| &it.label);
            labels.map(|it| offered(it.shown(), it)).collect()
        }
    };
    turn.desk.popup = Some(Popup::Choose(Chooser {
        title,
        entries,
        at: 0,
        line: Line::default(),
        then,
    }));
}

/// Options with their digits, as they stand on the card.
fn numbered(options: &[Untrusted]) -> impl Iterator<Item = Entry> {
    let numbers = (1..).map(|number: usize| match number {
        1..=9 => format!("{number}  "),
        _ => "   ".to_owned(),
    });
    let options = options.iter().zip(numbers);
    options.map(|(option, number)| offered(format!("{number}{}", option.shown()), option))
}

fn offered(label: String, option: &Untrusted) -> Entry {
    Entry {
        label,
        remark: String::new(),
        pick: Pick::Option(option.clone()),
    }
}

/// Asks for an answer in words.
pub(super) fn reply_in_words(turn: &mut Turn, card: Card) {
    turn.desk.popup = Some(Popup::Write(Form {
        title: format!("answer {}", card.request),
        placeholder: "your answer".to_owned(),
        line: Line::default(),
        then: Then::Reply(card),
    }));
}

/// The option of a question that a digit stands for.
fn option_at(ask: &Ask, digit: u8) -> Option<Untrusted> {
    match ask {
        Ask::Question { options, .. } | Ask::Matter { options, .. } => {
            options.get(usize::from(digit).checked_sub(1)?).cloned()
        }
        Ask::Permission { .. } | Ask::Gate { .. } | Ask::Dialog { .. } => None,
    }
}

/// The option that a digit stands for while the options of a question are offered and nothing is typed.
pub(super) fn offered_at(desk: &Desk, digit: char) -> Option<(Then, Untrusted)> {
    let Some(Popup::Choose(chooser)) = &desk.popup else {
        return None;
    };
    let (Then::Reply(card), true) = (&chooser.then, chooser.line.text.is_empty()) else {
        return None;
    };
    let request = desk.facts.requests.get(&card.request)?;
    let digit = u8::try_from(digit.to_digit(10)?).ok()?;
    Some((chooser.then.clone(), option_at(&request.ask, digit)?))
}

/// Chooses an option by its digit; a digit that is none of them goes to that agent. A dialog's own digits
/// mean something else in every dialog, so none of them counts here.
pub(super) fn answer(turn: &mut Turn, digit: u8) {
    let card = turn.desk.card();
    let Some(option) = card.and_then(|card| option_at(&card.ask, digit)) else {
        return focus::number(turn, digit);
    };
    if let Some(request) = ready_whole(turn) {
        let text = option.raw().to_owned();
        decide(turn, vec![card_of(&request)], Verdict::Reply { text });
    }
}
