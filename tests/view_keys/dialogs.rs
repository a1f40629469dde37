//! The card of a dialog that was read from a screen: its keys take options by their words.

use opsroom::model::{
    Ask, Budget, Choice, Fact, Matter, Means, Overrun, Request, Usage, Verdict, Wish,
};
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

fn shown_as(ask: Ask) -> Play {
    let mut play = Play::new();
    play.fact(Fact::Request(request(1, 1, "mm", ask)));
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

#[test]
fn a_used_up_budget_is_approved_or_rejected_and_rules_are_answered_in_words() {
    let overrun = Overrun {
        brief: "0003-dev".into(),
        used: Usage::default(),
        budget: Budget::Tokens(1),
        limit: Budget::Tokens(1),
    };
    let matter = |about| Ask::Matter {
        text: "?".into(),
        options: vec!["yes".into(), "no".into()],
        about,
    };
    let mut play = shown_as(matter(Matter::Budget(overrun)));
    let acts = play.keys("a");
    let cards = vec![card(1, "mm")];
    let verdict = Verdict::Approve;
    assert_eq!(wish(&acts), Wish::Decide { cards, verdict });
    let mut play = shown_as(matter(Matter::Rules(Vec::new())));
    assert!(wishes(&play.keys("a")).is_empty());
    assert!(matches!(play.desk.popup, Some(Popup::Choose(_))));
}
