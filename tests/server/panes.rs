//! An agent and its pane: keys, frames, sizes, the past, messages, the environment.

use opsroom::model::{Answer, Manner, Wish};
use opsroom::terminal::Size;
use opsroom::wire::{ToClient, ToServer};

use crate::client::{Acks, Client, House, sh};

#[tokio::test(flavor = "multi_thread")]
async fn a_key_goes_to_the_agent_and_its_echo_comes_back() {
    let house = House::new();
    let mut alice = house.operator().await;
    let cat = alice.spawn(sh("echo ready; exec cat")).await;
    alice.watch(cat).await;
    alice.sees(cat, "ready").await;
    alice.types(cat, "hello there").await;
    alice.sees(cat, "hello there").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_frame_is_in_flight_until_it_was_drawn() {
    let house = House::new();
    let mut alice = house.operator().await;
    let agent = alice.spawn(sh("echo ready; exec cat")).await;
    alice.watch(agent).await;
    alice.sees(agent, "ready").await;
    alice.ping(0).await;
    alice.acks = Acks::ByHand;
    alice.types(agent, "a").await;
    let shown = |client: &Client| client.text(agent).contains("\na");
    alice.until("the echo", shown).await;
    let generation = alice.grids[&agent].generation();
    alice.types(agent, "bcd").await;
    // All of it is on the screen there, and none of it is sent.
    let mut bob = house.observer().await;
    bob.watch(agent).await;
    bob.sees(agent, "abcd").await;
    alice.ping(1).await;
    assert_eq!(alice.grids[&agent].generation(), generation);
    alice.send(ToServer::Ack { agent, generation }).await;
    alice.sees(agent, "abcd").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pane_is_as_large_as_the_operators_tile_and_never_too_small() {
    let house = House::new();
    let mut alice = house.operator().await;
    let agent = alice
        .spawn(sh(
            "trap 'stty size' WINCH; stty size; while :; do sleep 0.05; done",
        ))
        .await;
    alice.watch(agent).await;
    alice.sees(agent, "30 100").await;
    alice
        .send(ToServer::Resize {
            agent,
            size: Size::new(140, 40),
        })
        .await;
    alice.sees(agent, "40 140").await;
    alice
        .until("the size", |client| {
            client.grids[&agent].size() == Size::new(140, 40)
        })
        .await;
    alice
        .send(ToServer::Resize {
            agent,
            size: Size::new(20, 5),
        })
        .await;
    alice
        .until("the smallest size", |client| {
            client.grids[&agent].size() == Size::new(100, 30)
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_past_of_a_pane_can_be_read_and_searched() {
    let house = House::new();
    let mut alice = house.operator().await;
    let agent = alice.spawn(sh("seq 1 1000; echo done; exec cat")).await;
    alice.watch(agent).await;
    alice.sees(agent, "done").await;
    alice
        .send(ToServer::Past {
            ticket: 1,
            agent,
            first: 10,
            count: 5,
        })
        .await;
    alice
        .send(ToServer::Find {
            ticket: 2,
            agent,
            needle: "777".into(),
        })
        .await;
    alice
        .until("both answers", |client| client.others.len() == 2)
        .await;
    let Some(ToClient::Past {
        first: 10, rows, ..
    }) = alice
        .others
        .iter()
        .find(|one| matches!(one, ToClient::Past { .. }))
    else {
        panic!("{:?}", alice.others);
    };
    let rows: Vec<&str> = rows.iter().map(|row| row.text().trim_end()).collect();
    assert_eq!(rows, ["11", "12", "13", "14", "15"]);
    let Some(ToClient::Found { hits, .. }) = alice
        .others
        .iter()
        .find(|one| matches!(one, ToClient::Found { .. }))
    else {
        panic!("{:?}", alice.others);
    };
    assert_eq!(hits.iter().map(|hit| hit.line).collect::<Vec<_>>(), [776]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_pasted_and_submitted_and_not_said_to_be_taken_where_nothing_shows_that() {
    let house = House::new();
    let mut alice = house.operator().await;
    let script = "stty -echo -icanon; printf '\\033[?2004hready\\n'; exec od -An -v -c -w1";
    let agent = alice.spawn(sh(script)).await;
    alice.watch(agent).await;
    alice.sees(agent, "ready").await;
    let said = Wish::Say {
        agent,
        text: "go".into(),
        manner: Manner::Interrupt,
    };
    assert_eq!(alice.wish(said).await, Answer::Done);
    // Nobody knows what interrupts any command, so nothing comes before the words.
    let wanted = "ready 033 [ 2 0 0 ~ g o 033 [ 2 0 1 ~ \\n";
    let shown = |client: &Client| {
        client
            .text(agent)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .contains(wanted)
    };
    alice.until("paste, return", shown).await;
    alice
        .until("its end", |_| house.journal().contains("\"unseen\""))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
#[allow(clippy::print_stdout)]
async fn what_is_said_at_once_to_a_program_that_edits_its_line_arrives_whole() {
    if !std::path::Path::new("/bin/bash").exists() {
        println!("skipped: no bash here");
        return;
    }
    let house = House::new();
    let mut alice = house.operator().await;
    let agent = alice
        .spawn(sh("PS1='ready$ ' exec /bin/bash --norc --noprofile -i"))
        .await;
    alice.watch(agent).await;
    alice.sees(agent, "ready$").await;
    let said = Wish::Say {
        agent,
        text: "echo all of $((40 + 2)) words".into(),
        manner: Manner::Interrupt,
    };
    assert_eq!(alice.wish(said).await, Answer::Done);
    alice.sees(agent, "all of 42 words").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_is_told_where_it_is_and_nothing_of_the_operators_terminal() {
    let house = House::new();
    let mut alice = house.operator().await;
    let agent = alice
        .spawn(sh(
            "env | grep -E '^(TERM|COLORTERM|TMUX|OPSROOM_)' | sort; pwd; exec cat",
        ))
        .await;
    alice.watch(agent).await;
    let folder = house.paths.folder.display().to_string();
    alice
        .until("its folder", |client| {
            client.text(agent).lines().any(|line| line == folder)
        })
        .await;
    let text = alice.text(agent).replace('\n', "");
    for part in [
        "TERM=xterm-256color",
        "COLORTERM=truecolor",
        "OPSROOM_AGENT=1",
        "OPSROOM_TOKEN=",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(
        !text.contains("TMUX") && !text.contains("TERM_PROGRAM"),
        "{text}"
    );
}
