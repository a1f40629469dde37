//! The card of a dialog that was read from a screen: its keys take options by their words.

use opsroom::model::{Ask, Choice, Fact, Means, Request, Verdict, Wish};
use opsroom::view::desk::Popup;

use crate::play::{Play, card, request, wish, wishes};

fn dialog(yes: Means) -> Request {
    let option = |(label, means): (&str, Means)| Choice {
        label: label.into(),
        means,
    };
    let ask = Ask::Dialog {
        rows: "Go?\n1. Yes\n2. Always\n3. No".into(),
        options: [
            ("Yes", yes),
            ("Always", Means::Other),
            ("No", Means::Reject),
        ]
        .map(option)
        .to_vec(),
    };
    request(1, 1, "dd", ask)
}

fn decide(verdict: Verdict) -> Wish {
    let cards = vec![card(1, "dd")];
    Wish::Decide { cards, verdict }
}

fn shown(yes: Means) -> Play {
    let mut play = Play::new();
    play.fact(Fact::Request(dialog(yes)));
    play.wait(600);
    play
}

#[test]
fn a_dialog_is_approved_with_a_key_or_answered_with_one_of_its_options() {
    let mut play = shown(Means::Approve);
    assert_eq!(wish(&play.keys("a")), decide(Verdict::Approve));
    play.desk.awaited.clear();
    play.keys("w");
    let Some(Popup::Choose(chooser)) = &play.desk.popup else {
        panic!("no options");
    };
    assert_eq!(chooser.entries.len(), 3, "and no words of one's own");
    let text = "Always".to_owned();
    assert_eq!(
        wish(&play.keys("down enter")),
        decide(Verdict::Reply { text })
    );
}

#[test]
fn approving_where_nothing_says_yes_offers_the_options() {
    let mut play = shown(Means::Other);
    assert!(wishes(&play.keys("a")).is_empty());
    assert!(matches!(&play.desk.popup, Some(Popup::Choose(_))));
}

#[test]
fn a_digit_answers_no_dialog() {
    let mut play = shown(Means::Approve);
    assert!(wishes(&play.keys("g w 1 2 3")).is_empty());
}
