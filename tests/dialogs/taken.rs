//! A message is delivered once its program was seen to take it; else that is what is said of it.

use opsroom::model::{
    AgentId, Answer, Card, CutOff, Delivery, Manner, Message, Request, Status, Verdict, Wish,
};

use crate::client::{Client, House, sh};
use crate::stand::Stand;

/// Says this to an agent; what became of it.
async fn said(client: &mut Client, agent: AgentId, text: &str) -> Message {
    let (text, manner) = (text.to_owned(), Manner::AtRest);
    let say = Wish::Say {
        agent,
        text: text.clone(),
        manner,
    };
    assert_eq!(client.wish(say).await, Answer::Done);
    let is_it = |it: &&Message| it.text == text && it.to == agent;
    let is_over = |it: &&Message| !matches!(it.delivery, Delivery::Held | Delivery::Sent(_));
    client
        .until("what became of a message", |client| {
            let mut all = client.facts.messages.values();
            all.any(|it| is_it(&it) && is_over(&it))
        })
        .await;
    let mut all = client.facts.messages.values();
    all.find(|it| is_it(it) && is_over(it)).unwrap().clone()
}

fn doubt(client: &Client) -> Option<&Request> {
    let mut all = client.facts.requests.values();
    all.find(|it| it.ask.cut_off().is_some() && it.is_open())
}

fn unseen(message: &Message) -> &str {
    match &message.delivery {
        Delivery::Unseen(why) => why,
        other => panic!("not unseen: {other:?}"),
    }
}

/// How often a return came, and how often a letter.
fn returns(stand: &Stand) -> (usize, usize) {
    let keys = stand.asker.keys();
    let count = |what: &str| keys.iter().filter(|key| key.starts_with(what)).count();
    (count("0d"), count("71"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_stands_in_an_input_is_a_card_until_its_agent_goes_to_work() {
    let mut stand = Stand::new().await;
    let taken = said(&mut stand.alice, stand.agent, "first").await;
    assert!(
        matches!(taken.delivery, Delivery::Delivered(_)),
        "{taken:?}"
    );
    stand.asker.new_lines();
    let stands = said(&mut stand.alice, stand.agent, "q").await;
    assert!(unseen(&stands).contains("nothing shows"), "{stands:?}");
    stand
        .alice
        .until("the card about it", |client| doubt(client).is_some())
        .await;
    let card = doubt(&stand.alice).unwrap().clone();
    assert!(
        card.ask.line().raw().contains("was not seen to take this"),
        "{card:?}"
    );
    assert_eq!(returns(&stand), (2, 1), "it is submitted once");
    assert!(stand.house.journal().contains("\"unseen\""));
    stand.asker.work();
    let over = |client: &Client| {
        let status = client.facts.requests.get(&card.id).map(|it| &it.status);
        matches!(status, Some(Status::Withdrawn { why, .. }) if why.contains("after all"))
    };
    stand.alice.until("the card to go", over).await;
    assert_eq!(returns(&stand), (2, 1), "and never again by itself");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_said_again_only_where_a_person_says_so() {
    let mut stand = Stand::new().await;
    stand.asker.new_lines();
    let stands = said(&mut stand.alice, stand.agent, "q").await;
    unseen(&stands);
    stand
        .alice
        .until("the card about it", |client| doubt(client).is_some())
        .await;
    let card = doubt(&stand.alice).unwrap();
    let card = Card {
        request: card.id,
        digest: card.digest.clone(),
    };
    stand.look(&card).await;
    let text = CutOff::AGAIN.to_owned();
    assert_eq!(
        stand.decide(&card, Verdict::Reply { text }).await,
        Answer::Done
    );
    stand
        .alice
        .until("a second card", |client| {
            doubt(client).is_some_and(|it| it.id != card.request)
        })
        .await;
    assert_eq!(returns(&stand), (2, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_nobody_knows_takes_what_it_reads() {
    let house = House::new();
    let mut alice = house.operator().await;
    for (program, shows) in [
        ("exec cat", "hello"),
        (
            "read -r x; echo \"got <$x>\"; exec sleep 1000",
            "got <hello>",
        ),
        ("stty -echo; read -r x; exec sleep 1000", ""),
    ] {
        let agent = alice.spawn(sh(&format!("echo up; {program}"))).await;
        alice.watch(agent).await;
        alice.sees(agent, "up").await;
        let taken = said(&mut alice, agent, "hello").await;
        assert!(
            matches!(taken.delivery, Delivery::Delivered(_)),
            "{program}: {taken:?}"
        );
        alice.sees(agent, shows).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_does_not_read_is_not_seen_to_take_anything() {
    let house = House::new();
    let mut alice = house.operator().await;
    let agent = alice.spawn(sh("echo up; exec sleep 1000")).await;
    alice.watch(agent).await;
    alice.sees(agent, "up").await;
    let message = said(&mut alice, agent, "hello").await;
    assert!(unseen(&message).contains("has not read it"), "{message:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shell_takes_a_line_whether_or_not_it_says_anything_about_it() {
    let house = House::new();
    let mut alice = house.operator().await;
    let shell = "PS1='$ ' exec bash --noprofile --norc -i";
    let agent = alice.spawn(sh(shell)).await;
    alice.watch(agent).await;
    alice.sees(agent, "$").await;
    for line in ["echo two words", "true", "sleep 1000"] {
        let taken = said(&mut alice, agent, line).await;
        assert!(
            matches!(taken.delivery, Delivery::Delivered(_)),
            "{line}: {taken:?}"
        );
    }
    let stands = said(&mut alice, agent, "echo never").await;
    assert!(unseen(&stands).contains("has not read it"), "{stands:?}");
}
