//! Looking at recordings again: the real binary on what a real server recorded.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "server/client.rs"]
mod client;

use std::process::{Command, Output};
use std::time::Duration;

use client::{Acks, Client, House, sh};
use opsroom::model::{AgentId, Answer, Card, RequestId, Verdict, Wish};
use opsroom::wire::ToServer;

fn opsroom(house: &House, arguments: &[&str]) -> Output {
    Command::new(client::program())
        .arg("--room")
        .arg(&house.paths.folder)
        .args(arguments)
        .output()
        .unwrap()
}

fn printed(house: &House, arguments: &[&str]) -> String {
    let output = opsroom(house, arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    String::from_utf8_lossy(&output.stdout)
        .trim_end()
        .to_owned()
}

fn refused(house: &House, arguments: &[&str]) -> String {
    let output = opsroom(house, arguments);
    assert!(!output.status.success(), "{arguments:?} was not refused");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Approves the one request that waits, as soon as the room lets it.
async fn approve(client: &mut Client) -> RequestId {
    client
        .until("the request", |client| client.facts.waiting().count() == 1)
        .await;
    let request = client.facts.waiting().next().unwrap().clone();
    let card = Card {
        request: request.id,
        digest: request.digest,
    };
    client.send(ToServer::Shown(vec![card.clone()])).await;
    let decide = Wish::Decide {
        cards: vec![card],
        verdict: Verdict::Approve,
    };
    while let Answer::Refused(why) = client.wish(decide.clone()).await {
        assert!(why.contains("on your screen"), "{why}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    request.id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_shows_the_picture_that_was_drawn_although_the_agent_went_on() {
    let house = House::new();
    let mut alice = house.operator().await;
    let go = house.paths.folder.join("go");
    let script = format!(
        "printf '\\033[2J\\033[Hframe \\033[1;31mone\\033[0m\\n'; \
         \"$OPSROOM_BIN\" ask-permission --tool bash --summary 'rm -rf build' >asked 2>&1 & \
         while [ ! -e {0} ]; do sleep 0.05; done; printf '\\033[Hframe two'; wait; \
         printf '\\033[Hframe three'; exec cat",
        go.display()
    );
    let agent = alice.spawn(sh(&script)).await;
    alice.watch(agent).await;
    alice.sees(agent, "frame one").await;
    alice.ping(1).await;
    alice.acks = Acks::ByHand;
    let drawn = alice.text(agent);
    std::fs::write(&go, "").unwrap();
    // It came, and was not drawn yet.
    alice.sees(agent, "frame two").await;
    let request = approve(&mut alice).await;
    alice.send(ToServer::Ack { agent, generation: 0 }).await;
    alice.acks = Acks::AtOnce;
    alice.grids.remove(&agent);
    alice.sees(agent, "frame three").await;
    let number = request.0.to_string();
    assert_eq!(printed(&house, &["replay", "--at", &number, "--print"]), drawn);
    assert_eq!(printed(&house, &["replay", &request.to_string(), "--print"]), drawn);
    let all = printed(&house, &["replay", &agent.0.to_string(), "--print"]);
    assert!(all.starts_with("frame three"), "{all}");
    let line = house.journal();
    assert!(line.contains("\"sight\":\"drawn\""), "{line}");
    let nobody = refused(&house, &["replay", "nobody", "--print"]);
    assert!(nobody.contains("never had an agent"), "{nobody}");
    let undecided = refused(&house, &["replay", "--at", "99", "--print"]);
    assert!(undecided.contains("nobody decided #99"), "{undecided}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_segment_shows_the_picture_although_those_before_it_went() {
    let house = House::new();
    let mut alice = house.operator().await;
    let script = "printf '\\033[2J\\033[Hheading \\033[32mgreen\\033[0m\\033[5;20r\\033[5;1H'; \
                  i=0; while [ $i -lt 60000 ]; do i=$((i+1)); \
                  echo \"$i ....................................................................\"; done; \
                  \"$OPSROOM_BIN\" ask-permission --tool bash --summary go; exec cat";
    let agent = alice.spawn(sh(script)).await;
    alice.watch(agent).await;
    alice.sees(agent, "60000 ..").await;
    alice
        .until("the request", |client| client.facts.waiting().count() == 1)
        .await;
    alice.ping(1).await;
    let drawn = alice.text(agent);
    assert!(drawn.starts_with("heading green"), "{drawn}");
    let request = approve(&mut alice).await.0.to_string();
    let first = house.paths.inside("recordings").join(format!("{agent}-1.cast"));
    let whole = printed(&house, &["replay", "--at", &request, "--print"]);
    assert_eq!(whole, drawn);
    std::fs::remove_file(first).unwrap();
    let alone = printed(&house, &["replay", "--at", &request, "--print"]);
    assert_eq!(alone, drawn);
    let gone = refused(&house, &["replay", &agent.0.to_string(), "--at", "1:500", "--print"]);
    assert!(gone.contains("is gone") && gone.contains("what is left begins at"), "{gone}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_was_not_on_the_persons_screen_is_said_to_be_so() {
    let house = House::new();
    let mut alice = house.operator().await;
    let script = "echo unseen; \"$OPSROOM_BIN\" ask-permission --tool bash --summary go >asked; exec cat";
    let agent: AgentId = alice.spawn(sh(script)).await;
    let request = approve(&mut alice).await.0.to_string();
    assert!(house.journal().contains("\"sight\":\"elsewhere\""));
    assert_eq!(printed(&house, &["replay", "--at", &request, "--print"]), "unseen");
    house.kill_server().await;
    assert_eq!(
        printed(&house, &["replay", &agent.0.to_string(), "--at", &request, "--print"]),
        "unseen",
        "without a server"
    );
}
