//! The card of a dialog that is known from its screen alone.

use super::*;
use crate::model::{Choice, Decision, Means, Person, Status, Verdict};

const ROWS: &str = " Bash command

   rm -rf build
   Remove the build folder

 Do you want to proceed?
   1. Yes
   2. Yes, and always allow access to build/ from this project
   3. No, and tell Claude what to do differently (esc)";

fn dialog(yes: Means) -> Ask {
    let option = |(label, means): (&str, Means)| Choice {
        label: Untrusted::new(label),
        means,
    };
    let options = [
        ("Yes", yes),
        (
            "Yes, and always allow access to build/ from this project",
            Means::Other,
        ),
        ("No, and tell Claude what to do differently", Means::Reject),
    ];
    Ask::Dialog {
        rows: Untrusted::new(ROWS),
        options: options.map(option).to_vec(),
    }
}

fn decided(desk: &mut Desk, status: fn(Decision) -> Status) {
    let decision = Decision {
        verdict: Verdict::Approve,
        by: Person {
            name: "alice".into(),
            key: None,
        },
        at: sample::ago(3),
        rule: None,
    };
    let request = Request {
        status: status(decision),
        ..desk.facts.requests[&RequestId(14)].clone()
    };
    desk.facts.apply(Fact::Request(request));
}

#[test]
fn a_dialog_is_shown_as_it_stands_with_what_the_keys_take() {
    let mut desk = sample::room(120, 36);
    asks(&mut desk, dialog(Means::Approve));
    let card = card_text(&desk);
    for part in [
        "shows a dialog",
        "rm -rf build",
        "Do you want to proceed?",
        "3. No, and tell",
        "read from its screen",
    ] {
        assert!(card.contains(part), "{part}:\n{card}");
    }
    let mut desk = sample::room(80, 24);
    asks(&mut desk, dialog(Means::Approve));
    let card = card_text(&desk);
    for part in [
        "a takes “Yes”",
        "r reject",
        "w options",
        "read from its screen",
    ] {
        assert!(card.contains(part), "{part}:\n{card}");
    }
}

#[test]
fn a_dialog_in_which_nothing_says_yes_offers_no_approval() {
    let mut desk = sample::room(80, 24);
    asks(&mut desk, dialog(Means::Other));
    let card = card_text(&desk);
    assert!(!card.contains("a approve"), "{card}");
    assert!(card.contains("no option plainly says yes"), "{card}");
}

#[test]
fn an_answer_on_its_way_and_one_that_was_not_seen_to_arrive_say_so() {
    let mut desk = sample::room(80, 24);
    asks(&mut desk, dialog(Means::Approve));
    decided(&mut desk, Status::Answering);
    let card = card_text(&desk);
    assert!(card.contains("being pressed on its screen"), "{card}");
    assert!(!card.contains("r reject"), "{card}");
    decided(&mut desk, Status::Unsure);
    let card = card_text(&desk);
    assert!(card.contains("outcome unknown: alice approved"), "{card}");
    assert!(card.contains("r reject"), "{card}");
}
