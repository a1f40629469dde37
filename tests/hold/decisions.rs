//! Decisions when many hurry: the first wins, nobody is early, and what was acknowledged is written.

use std::time::Duration;

use opsroom::model::{Answer, Verdict, Wish};
use opsroom::server::journal::verify;
use opsroom::wire::agent::Reply;
use opsroom::wire::{ToClient, ToServer};
use tokio::time::sleep;

use crate::client::{House, sh};
use crate::kit::{Dice, Pass, QUICK, SETTLE, card, decide, look, permission, refusal, signal};

const CLIENTS: usize = 16;

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_clients_that_decide_one_request_one_wins_and_the_others_read_who() {
    let house = House::new();
    house.write("opsroom.toml", QUICK);
    let mut alice = house.operator().await;
    let pass = Pass::of_a_new_agent(&house, &mut alice).await;
    let (mut asker, _) = pass.ask("k", permission("rm -rf build")).await;
    let card = card(&mut alice, "k").await;
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        clients.push(house.operator().await);
    }
    for client in &mut clients {
        client.send(ToServer::Shown(vec![card.clone()])).await;
        client.ping(1).await;
    }
    sleep(SETTLE + Duration::from_millis(20)).await;
    let verdict = |number: usize| Verdict::Reject {
        reason: format!("reason of client {number};"),
    };
    let wishes = clients.into_iter().enumerate().map(|(number, mut client)| {
        let wish = Wish::Decide {
            cards: vec![card.clone()],
            verdict: verdict(number),
        };
        tokio::spawn(async move { client.wish(wish).await })
    });
    let wishes: Vec<_> = wishes.collect();
    let mut answers = Vec::new();
    for wish in wishes {
        answers.push(wish.await.unwrap());
    }
    let winners: Vec<usize> = (0..CLIENTS)
        .filter(|number| answers[*number] == Answer::Done)
        .collect();
    let [winner] = winners[..] else {
        panic!("{answers:#?}");
    };
    let name = alice
        .facts
        .seats
        .values()
        .next()
        .unwrap()
        .person
        .name
        .clone();
    let reason = format!("reason of client {winner};");
    for (_, answer) in answers
        .into_iter()
        .enumerate()
        .filter(|(number, _)| *number != winner)
    {
        let said = refusal(answer);
        assert!(
            said.starts_with(&format!("{name} rejected this")) && said.contains(&reason),
            "{said}"
        );
    }
    let heard = asker.hears().await;
    assert!(
        matches!(&heard, Some(Reply::Decided { text, .. }) if *text == reason),
        "{heard:?}"
    );
    assert_eq!(asker.hears().await, None, "one answer, and no more");
    assert_eq!(house.journal().matches("\"decided\"").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_ahead_of_a_card_decides_nothing() {
    let house = House::new();
    let mut alice = house.operator().await;
    let pass = Pass::of_a_new_agent(&house, &mut alice).await;
    let (mut asker, _) = pass.ask("k", permission("rm -rf /")).await;
    let card = card(&mut alice, "k").await;
    // Never shown, shown at this very moment, and shown anew after it had gone.
    let mut said = vec![refusal(decide(&mut alice, &card, Verdict::Approve).await)];
    let shown = [vec![card.clone()], vec![], vec![card.clone()]];
    for cards in shown {
        alice.send(ToServer::Shown(cards)).await;
        said.push(refusal(decide(&mut alice, &card, Verdict::Approve).await));
    }
    assert!(
        said.iter()
            .all(|said| said.contains("not on your screen for 500 ms")),
        "{said:#?}"
    );
    assert_eq!(house.journal().matches("\"decided\"").count(), 0);
    // It is the waiting that counts, not the trying.
    sleep(Duration::from_millis(550)).await;
    assert_eq!(
        decide(&mut alice, &card, Verdict::Approve).await,
        Answer::Done
    );
    assert!(matches!(asker.hears().await, Some(Reply::Decided { .. })));
}

/// A server is killed at a moment of the dice's choice after a decision was sent. Whoever was told that it
/// counts (the person, or the agent) was told the truth; and an agent that asks again hears it.
#[tokio::test(flavor = "multi_thread")]
async fn ten_killed_servers_lose_no_agent_and_no_decision() {
    let house = House::new();
    house.write("opsroom.toml", QUICK);
    let mut alice = house.operator().await;
    let counter = "n=0; while :; do n=$((n+1)); echo count $n; sleep 0.01; done";
    let mut counters = Vec::new();
    for _ in 0..3 {
        counters.push(alice.spawn(sh(counter)).await);
    }
    let pass = Pass::of_a_new_agent(&house, &mut alice).await;
    let pids: Vec<_> = counters
        .iter()
        .map(|agent| alice.agent(*agent).unwrap().pid)
        .collect();
    let mut dice = Dice::new(7);
    let (mut told, mut decided_in_time) = (Vec::new(), 0);
    for round in 0..10 {
        let key = format!("round-{round}");
        let (mut asker, _) = pass.ask(&key, permission(&key)).await;
        let card = card(&mut alice, &key).await;
        look(&mut alice, &card).await;
        let server = house.server_pid().await;
        let wish = Wish::Decide {
            cards: vec![card.clone()],
            verdict: Verdict::Reject {
                reason: key.clone(),
            },
        };
        alice
            .send(ToServer::Wish {
                ticket: 1_000,
                wish,
                sightings: Vec::new(),
            })
            .await;
        match round % 3 {
            0 => {
                alice
                    .until("the answer", |client| client.answers.contains_key(&1_000))
                    .await
            }
            _ => sleep(Duration::from_micros(dice.roll(6_000))).await,
        }
        signal(server, rustix::process::Signal::KILL);
        // All that was said before it died.
        while alice.next().await.is_some() {}
        let person = alice.answers.get(&1_000) == Some(&Answer::Done);
        let agent = matches!(asker.hears().await, Some(Reply::Decided { .. }));
        let written = house
            .journal()
            .lines()
            .filter(|line| line.contains("\"decided\"") && line.contains(&key))
            .count();
        assert!(
            written == 1 || (written == 0 && !person && !agent),
            "round {round}: {written} lines, person {person}, agent {agent}"
        );
        decided_in_time += usize::from(person);
        alice = house.operator().await;
        let alive: Vec<_> = counters
            .iter()
            .map(|agent| {
                alice
                    .agent(*agent)
                    .filter(|one| one.is_alive())
                    .and_then(|one| one.pid)
            })
            .collect();
        assert_eq!(alive, pids, "round {round}");
        // Asked again under its key, the request goes on where it was.
        let (_asker, reply) = pass.ask(&key, permission(&key)).await;
        match written {
            1 => assert!(
                matches!(&reply, Reply::Decided { text, .. } if *text == key),
                "round {round}: {reply:?}"
            ),
            _ => assert!(
                matches!(reply, Reply::Opened { .. }),
                "round {round}: {reply:?}"
            ),
        }
        told.push(written);
    }
    assert!(decided_in_time >= 4, "{decided_in_time} of {told:?}");
    for agent in counters {
        alice.watch(agent).await;
        alice.sees(agent, "count ").await;
        let last = last_count(&alice.text(agent));
        alice
            .until("the counter", |client| {
                last_count(&client.text(agent)) > last
            })
            .await;
    }
    assert!(
        !alice
            .others
            .iter()
            .any(|one| matches!(one, ToClient::Broken { .. }))
    );
    verify(&house.paths.private()).unwrap();
}

fn last_count(text: &str) -> u64 {
    let counts = text
        .lines()
        .filter_map(|line| line.strip_prefix("count ")?.parse().ok());
    counts.max().unwrap_or(0)
}
