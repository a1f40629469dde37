//! A dialog is shown as it stands, answered by its words, and seen to go.

use opsroom::model::{Answer, Ask, Delivery, Manner, Means, Request, Status, Verdict};

use crate::asker::{Dialog, Kind};
use crate::client::{House, sh};
use crate::stand::{Stand, approve, create, reject, withdrawn};

fn list() -> Dialog {
    Dialog::new(
        Kind::List,
        "Which way?",
        &["Always allow", "Later", "Allow once", "Deny"],
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dialog_is_shown_as_it_stands_and_approved_by_the_key_of_the_option_that_says_yes() {
    let mut stand = Stand::new().await;
    let card = stand.asks(&create()).await;
    let Ask::Dialog { rows, options } = &stand.alice.facts.requests[&card.request].ask else {
        panic!("no dialog");
    };
    assert!(
        rows.raw().contains("2. Yes, and do not ask again"),
        "{rows:?}"
    );
    let means: Vec<Means> = options.iter().map(|it| it.means).collect();
    assert_eq!(means, [Means::Approve, Means::Other, Means::Reject]);
    assert_eq!(stand.decide(&card, approve()).await, Answer::Done);
    assert!(matches!(stand.settled(&card).await, Status::Decided(_)));
    assert_eq!(stand.asker.taken(), ["Yes in Create hello.txt?"]);
    assert_eq!(stand.asker.keys(), ["31 in Create hello.txt?"]);
    let journal = stand.house.journal();
    let decided = journal.find("\"decided\"").unwrap();
    assert!(decided < journal.find("\"pressed\"").unwrap(), "{journal}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_key_is_shown_the_cursor_is_walked_to_the_option() {
    let mut stand = Stand::new().await;
    let card = stand.asks(&list()).await;
    assert_eq!(stand.decide(&card, approve()).await, Answer::Done);
    assert!(matches!(stand.settled(&card).await, Status::Decided(_)));
    assert_eq!(stand.asker.taken(), ["Allow once in Which way?"]);
    let bytes: Vec<String> = stand.asker.keys();
    let bytes: Vec<&str> = bytes.iter().map(|key| &key[..2]).collect();
    assert_eq!(bytes, ["1b", "5b", "42", "1b", "5b", "42", "0d"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_is_sent_with_a_return_where_it_is_seen_to_stand() {
    let mut stand = Stand::new().await;
    let card = stand
        .asks(&Dialog::new(Kind::Letters, "Add file?", &["Yes", "No"]))
        .await;
    assert_eq!(stand.decide(&card, approve()).await, Answer::Done);
    assert!(matches!(stand.settled(&card).await, Status::Decided(_)));
    assert_eq!(stand.asker.taken(), ["Yes in Add file?"]);
    let card = stand
        .asks(&Dialog::new(Kind::Letters, "Add more?", &["Yes", "No"]))
        .await;
    assert_eq!(stand.decide(&card, reject("")).await, Answer::Done);
    assert!(matches!(stand.settled(&card).await, Status::Decided(_)));
    assert_eq!(stand.asker.taken()[1..], ["No in Add more?"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn any_option_can_be_chosen_by_its_words() {
    let mut stand = Stand::new().await;
    let card = stand.asks(&create()).await;
    let text = "Yes, and do not ask again".to_owned();
    assert_eq!(
        stand.decide(&card, Verdict::Reply { text }).await,
        Answer::Done
    );
    assert!(matches!(stand.settled(&card).await, Status::Decided(_)));
    assert_eq!(
        stand.asker.taken(),
        ["Yes, and do not ask again in Create hello.txt?"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejection_is_an_escape_and_its_reason_comes_when_the_dialog_is_gone() {
    let mut stand = Stand::new().await;
    let card = stand.asks(&create()).await;
    stand.say("an interrupt waits too", Manner::Interrupt).await;
    assert_eq!(stand.decide(&card, reject("not here")).await, Answer::Done);
    assert!(matches!(stand.settled(&card).await, Status::Decided(_)));
    stand
        .alice
        .until("both messages written", |client| {
            let mut all = client.facts.messages.values();
            all.all(|it| matches!(it.delivery, Delivery::Delivered(_)))
        })
        .await;
    let keys = stand.asker.keys();
    let in_dialog: Vec<&String> = keys.iter().filter(|key| key.contains(" in ")).collect();
    assert_eq!(in_dialog, ["1b in Create hello.txt?"]);
    let said = keys.iter().filter_map(|key| key.strip_suffix(" at rest"));
    let said: String = said
        .map(|byte| char::from(u8::from_str_radix(byte, 16).unwrap()))
        .collect();
    assert!(said.contains("rejected that: not here"), "{said:?}");
    assert!(said.contains("an interrupt waits too"), "{said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_in_the_pane_is_no_card_any_more() {
    let mut stand = Stand::new().await;
    let card = stand.asks(&create()).await;
    stand.alice.types(stand.agent, "1").await;
    let status = stand.settled(&card).await;
    let why = withdrawn(&status);
    assert_eq!(why, "it is gone from its screen, answered there or not");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_not_seen_to_arrive_stays_and_says_so() {
    let mut stand = Stand::new().await;
    let deaf = Dialog::new(Kind::Deaf, "Hear me?", &["Yes", "No"]);
    let card = stand.asks(&deaf).await;
    assert_eq!(stand.decide(&card, approve()).await, Answer::Done);
    assert!(matches!(stand.settled(&card).await, Status::Unsure(_)));
    assert_eq!(stand.asker.keys(), ["31 in Hear me?"], "it is sent once");
    assert!(stand.house.journal().contains("\"unknown\""));
    stand.say("hello", Manner::Interrupt).await;
    // A later dialog shows that nothing was typed meanwhile.
    stand.asker.show(&create());
    stand.card("Create hello.txt?").await;
    assert_eq!(stand.asker.keys().len(), 1);
    let status = stand.status(card.request).unwrap();
    assert!(withdrawn(&status).contains("not known"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_nobody_knows_and_that_asks_yes_or_no_gets_the_letter_that_it_shows() {
    let house = House::new();
    let mut alice = house.operator().await;
    let line = "read -r x; echo \"got <$x>\"; exec cat";
    let key = "stty raw -echo; x=$(head -c 1); stty sane; echo \"got <$x>\"; exec cat";
    let yes = || Verdict::Approve;
    for (asks, reads, verdict, got) in [
        ("Proceed? [y/N] ", line, yes(), "got <y>"),
        ("Go on (y/n)? ", line, reject(""), "got <n>"),
        ("Do you want to continue? [Y/n] ", key, yes(), "got <Y>"),
    ] {
        let agent = alice.spawn(sh(&format!("printf '{asks}'; {reads}"))).await;
        alice.watch(agent).await;
        let is_its = |it: &&Request| it.agent == Some(agent) && it.is_open();
        alice
            .until("its card", |client| {
                client.facts.requests.values().any(|it| is_its(&it))
            })
            .await;
        let card = alice.facts.requests.values().find(is_its).unwrap().clone();
        alice.decides(&card, verdict).await;
        alice.sees(agent, got).await;
        let status = &alice.facts.requests[&card.id].status;
        assert!(matches!(status, Status::Decided(_)), "{asks}: {status:?}");
    }
}
