//! The dialog changes between the look and the key, in every order. Nothing is ever delivered to a dialog that
//! was not decided.

use opsroom::model::{Answer, Status};

use crate::asker::{Dialog, Kind};
use crate::stand::{Stand, approve, create, rm, withdrawn};

/// The same words, other numbers: what was 1 is 2.
fn swapped() -> Dialog {
    Dialog::new(
        Kind::Numbered,
        "Create hello.txt?",
        &["Yes, and do not ask again", "Yes", "No"],
    )
}

/// What the program took may only be this, in that dialog.
fn only_took(stand: &Stand, wanted: &[&str]) {
    assert_eq!(stand.asker.taken(), wanted);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dialog_that_changed_after_the_look_is_not_answered_by_the_decision_on_the_first() {
    for other in [rm(), swapped()] {
        let mut stand = Stand::new().await;
        let card = stand.asks(&create()).await;
        stand.asker.show(&other);
        // Whether the room has read the new one yet or not.
        let answer = stand.decide(&card, approve()).await;
        let status = stand.settled(&card).await;
        assert!(!withdrawn(&status).is_empty(), "{answer:?}");
        let again = stand.card(&other.asks).await;
        assert_ne!(again.request, card.request);
        only_took(&stand, &[]);
        assert_eq!(stand.asker.keys(), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dialog_that_changed_and_was_read_before_the_decision_refuses_it() {
    let mut stand = Stand::new().await;
    let card = stand.asks(&create()).await;
    stand.asker.show(&rm());
    stand.card("Run rm -rf build?").await;
    let Answer::Refused(why) = stand.decide(&card, approve()).await else {
        panic!("it was accepted");
    };
    assert!(why.contains("another dialog"), "{why}");
    assert_eq!(stand.asker.keys(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dialog_that_is_gone_gets_no_key() {
    let mut stand = Stand::new().await;
    let card = stand.asks(&create()).await;
    stand.asker.rest();
    stand.decide(&card, approve()).await;
    let status = stand.settled(&card).await;
    withdrawn(&status);
    assert_eq!(stand.asker.keys(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dialog_that_changes_while_the_cursor_walks_gets_no_return() {
    let mut stand = Stand::new().await;
    let list = |asks: &str| Dialog::new(Kind::List, asks, &["Deny", "Later", "Allow once"]);
    let card = stand.asks(&list("First?")).await;
    stand.asker.then(&list("Second?"));
    assert_eq!(stand.decide(&card, approve()).await, Answer::Done);
    let status = stand.settled(&card).await;
    assert!(withdrawn(&status).contains("another dialog"), "{status:?}");
    stand.card("Second?").await;
    let keys = stand.asker.keys();
    assert!(!keys.iter().any(|key| key.starts_with("0d")), "{keys:?}");
    only_took(&stand, &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dialog_that_comes_behind_the_answered_one_gets_nothing_of_its_answer() {
    let mut stand = Stand::new().await;
    for _ in 0..5 {
        let card = stand.asks(&create()).await;
        stand.asker.behind(&rm());
        assert_eq!(stand.decide(&card, approve()).await, Answer::Done);
        let status = stand.settled(&card).await;
        assert!(matches!(status, Status::Decided(_)), "{status:?}");
        stand.card("Run rm -rf build?").await;
        stand.asker.rest();
        stand
            .alice
            .until("nothing waits", |client| {
                client.facts.waiting().count() == 0
            })
            .await;
    }
    let keys = stand.asker.keys();
    assert!(
        keys.iter().all(|key| key == "31 in Create hello.txt?"),
        "{keys:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identical_dialog_behind_the_answered_one_is_not_answered_with_it() {
    let mut stand = Stand::new().await;
    let card = stand.asks(&create()).await;
    stand.asker.behind(&create());
    assert_eq!(stand.decide(&card, approve()).await, Answer::Done);
    // Nobody can see that the first went: it says so, and the second waits for a person.
    assert!(matches!(stand.settled(&card).await, Status::Unsure(_)));
    assert_eq!(stand.asker.keys(), ["31 in Create hello.txt?"]);
    assert_eq!(stand.decide(&card, approve()).await, Answer::Done);
    stand
        .alice
        .until("the answer", |client| client.facts.waiting().count() == 0)
        .await;
    assert_eq!(stand.asker.taken().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_is_not_whole_yet_is_waited_for_before_anything_is_pressed() {
    let mut stand = Stand::new().await;
    let card = stand.asks(&create()).await;
    stand.asker.held(&rm());
    // The room still shows the first; what the program has begun to draw is not shown before it is whole.
    stand.decide(&card, approve()).await;
    let status = stand.settled(&card).await;
    assert!(!withdrawn(&status).is_empty());
    stand.card("Run rm -rf build?").await;
    assert_eq!(stand.asker.keys(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_types_there_is_not_typed_over() {
    let mut stand = Stand::new().await;
    let deaf = Dialog::new(Kind::Deaf, "Hear me?", &["Yes", "No"]);
    let card = stand.asks(&deaf).await;
    // The card has settled and is decided right behind a key.
    let Answer::Refused(_) = stand
        .decide(&card, opsroom::model::Verdict::Reply { text: "x".into() })
        .await
    else {
        panic!("there is no such option");
    };
    stand.alice.types(stand.agent, "x").await;
    stand.alice.ping(1).await;
    assert_eq!(stand.decide(&card, approve()).await, Answer::Done);
    let status = stand.settled(&card).await;
    assert!(withdrawn(&status).contains("somebody typed"), "{status:?}");
    stand.card("Hear me?").await;
    assert_eq!(stand.asker.keys(), ["78 in Hear me?"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_behind_a_decision_presses_nothing_a_second_time() {
    let mut stand = Stand::new().await;
    let deaf = Dialog::new(Kind::Deaf, "Hear me?", &["Yes", "No"]);
    let card = stand.asks(&deaf).await;
    assert_eq!(stand.decide(&card, approve()).await, Answer::Done);
    stand.next_server().await;
    let again = stand.card("Hear me?").await;
    assert_ne!(again.request, card.request, "it is a new card");
    let status = stand.status(card.request).unwrap();
    assert!(withdrawn(&status).contains("not known"));
    let keys = stand.asker.keys();
    assert!(keys.len() <= 1, "{keys:?}");
}
