//! What survives: starts, kills, upgrades, full disks, and the end.

use std::os::unix::fs::PermissionsExt;

use opsroom::door::{self, Link, Seating};
use opsroom::model::{Answer, Card, Exit, Force, State, Verdict, Wish};
use opsroom::wire::{ToServer, Want};

use crate::client::{self, House, sh};

#[tokio::test(flavor = "multi_thread")]
async fn two_starts_at_once_give_one_server() {
    let house = House::new();
    let (one, two, three) =
        tokio::join!(house.server_pid(), house.server_pid(), house.server_pid());
    assert_eq!((one, one), (two, three));
    assert_eq!(
        house.journal().matches("\"opened\"").count(),
        1,
        "{}",
        house.journal()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_cannot_start_says_why() {
    let house = House::new();
    house.paths.prepare().unwrap();
    std::fs::write(
        house.paths.inside("journal.jsonl"),
        "this is no journal\nnor is this\n",
    )
    .unwrap();
    let error = door::ensure_by(&house.paths, Seating::Operator, &client::program())
        .await
        .unwrap_err();
    let said = format!("{error:#}");
    assert!(
        said.contains("could not start") && said.contains("journal"),
        "{said}"
    );
    std::fs::remove_file(house.paths.inside("journal.jsonl")).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_that_finds_the_room_served_by_then_comes_in_all_the_same() {
    let house = House::new();
    // As where whoever started one was ended before it was ready: the next one fails, and the first serves.
    let script = house.paths.runtime.with_file_name("starts-late");
    let text = format!(
        "#!/bin/sh\nmkfifo \"$0.ready\"\n'{}' \"$@\" > \"$0.ready\" &\n\
         read -r _ < \"$0.ready\"\necho 'another server serves it already'\n",
        client::program().display()
    );
    // Written by a process that is gone: a file that this one has open, too, may not be run.
    let draft = script.with_extension("draft");
    std::fs::write(&draft, text).unwrap();
    std::fs::set_permissions(&draft, std::fs::Permissions::from_mode(0o700)).unwrap();
    let copied = std::process::Command::new("cp")
        .args([&draft, &script])
        .status();
    assert!(copied.unwrap().success());
    let stream = door::ensure_by(&house.paths, Seating::Operator, &script).await;
    let mut alice = client::Client::attach(stream.unwrap(), Want::Live).await;
    let agent = alice.spawn(sh("echo here; exec cat")).await;
    alice.watch(agent).await;
    alice.sees(agent, "here").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sockets_and_the_private_folder_are_closed_to_others() {
    let house = House::new();
    let _alice = house.operator().await;
    for path in [house.paths.private(), house.paths.runtime.clone()] {
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}", path.display());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_loses_no_agent_and_no_line_and_its_screens_are_right_again() {
    let house = House::new();
    let mut alice = house.operator().await;
    let busy = alice
        .spawn(sh("n=0; while :; do n=$((n+1)); echo line $n; done"))
        .await;
    let quiet = alice
        .spawn(sh("printf 'first\\n\\033[31mred\\033[0m\\n'; exec cat"))
        .await;
    alice.watch(busy).await;
    alice.watch(quiet).await;
    alice.sees(quiet, "red").await;
    alice.sees(busy, "line 1").await;
    let before = (
        alice.agent(busy).unwrap().pid,
        alice.agent(quiet).unwrap().pid,
    );
    let (screen, lines) = (alice.text(quiet), house.journal().lines().count());
    house.kill_server().await;
    let mut alice = house.operator().await;
    assert_eq!(
        (
            alice.agent(busy).unwrap().pid,
            alice.agent(quiet).unwrap().pid
        ),
        before
    );
    assert!(alice.agent(busy).unwrap().is_alive());
    alice.watch(quiet).await;
    alice.sees(quiet, "red").await;
    assert_eq!(alice.text(quiet), screen);
    assert!(house.journal().lines().count() > lines);
    alice.types(quiet, "still here").await;
    alice.sees(quiet, "still here").await;
    alice.watch(busy).await;
    alice.sees(busy, "line ").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_that_ended_while_no_server_ran_says_its_last_words_and_how_it_ended() {
    let house = House::new();
    let mut alice = house.operator().await;
    let go = house.paths.folder.join("go");
    let script = format!(
        "echo first; while [ ! -e {} ]; do sleep 0.05; done; echo last words; exit 3",
        go.display()
    );
    let agent = alice.spawn(sh(&script)).await;
    alice.watch(agent).await;
    alice.sees(agent, "first").await;
    let pid = alice.agent(agent).unwrap().pid.unwrap();
    house.kill_server().await;
    std::fs::write(&go, "").unwrap();
    client::process_ends(pid).await;
    let mut alice = house.operator().await;
    alice
        .until("the end", |client| {
            client.agent(agent).is_some_and(|agent| !agent.is_alive())
        })
        .await;
    assert_eq!(
        alice.agent(agent).unwrap().evidence.state,
        State::Exited(Exit::Code(3))
    );
    alice.watch(agent).await;
    alice.sees(agent, "last words").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_of_yes_or_no_gets_no_byte_through_attach_detach_kill_and_restart() {
    let house = House::new();
    let mut alice = house.operator().await;
    // Prints every byte that it gets, as soon as it gets it.
    let script = "stty raw -echo; printf 'Proceed? [Y/n] '; exec od -An -v -tx1 -w1";
    let agent = alice.spawn(sh(script)).await;
    alice.watch(agent).await;
    alice.sees(agent, "[Y/n]").await;
    let mut bob = house.observer().await;
    bob.watch(agent).await;
    bob.sees(agent, "[Y/n]").await;
    drop(bob);
    drop(alice);
    house.kill_server().await;
    let mut alice = house.operator().await;
    alice.watch(agent).await;
    alice.sees(agent, "[Y/n]").await;
    door::upgrade_to(&house.paths, &client::program())
        .await
        .unwrap();
    let mut alice = house.operator().await;
    alice.watch(agent).await;
    alice.sees(agent, "[Y/n]").await;
    // Its first byte is the one a person types.
    alice.types(agent, "q").await;
    alice.sees(agent, "71").await;
    let text = alice.text(agent);
    let bytes: Vec<&str> = text
        .split_whitespace()
        .filter(|word| word.len() == 2)
        .collect();
    assert_eq!(bytes, ["71"], "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upgrade_keeps_every_agent_and_gives_another_server() {
    let house = House::new();
    let mut alice = house.operator().await;
    let agent = alice.spawn(sh("echo ready; exec cat")).await;
    alice.watch(agent).await;
    alice.sees(agent, "ready").await;
    let (pid, server) = (alice.agent(agent).unwrap().pid, house.server_pid().await);
    let said = door::upgrade_to(&house.paths, &client::program())
        .await
        .unwrap();
    assert!(said.contains("agents went on"), "{said}");
    alice.ends().await;
    assert!(alice.closing.unwrap().contains("agents go on"));
    let mut alice = house.operator().await;
    assert_ne!(house.server_pid().await, server);
    assert_eq!(alice.agent(agent).unwrap().pid, pid);
    alice.watch(agent).await;
    alice.types(agent, "again").await;
    alice.sees(agent, "again").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_room_leaves_no_process() {
    let house = House::new();
    let mut alice = house.operator().await;
    let agent = alice.spawn(sh("sleep 600 & exec sleep 600")).await;
    let pid = alice.agent(agent).unwrap().pid.unwrap();
    let server = house.server_pid().await;
    assert_eq!(alice.wish(Wish::CloseRoom(Force::Yes)).await, Answer::Done);
    alice.ends().await;
    for pid in [pid, u32::try_from(server).unwrap()] {
        client::process_ends(pid).await;
    }
    assert!(!house.paths.room_socket().exists());
    assert!(
        Link::new(house.stream(Seating::Operator).await)
            .send(&ToServer::Attach(Want::Once))
            .await
            .is_ok()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_outlives_the_server_and_its_asker_gets_the_answer() {
    let house = House::new();
    let mut alice = house.operator().await;
    let script = "echo asking; \"$OPSROOM_BIN\" ask-permission --tool bash --summary 'rm -rf build'; echo code $?; exec cat";
    let agent = alice.spawn(sh(script)).await;
    alice
        .until("the request", |client| client.facts.waiting().count() == 1)
        .await;
    house.kill_server().await;
    let mut alice = house.operator().await;
    alice.watch(agent).await;
    let request = alice
        .facts
        .waiting()
        .next()
        .expect("the request is lost")
        .clone();
    assert_eq!(request.agent, Some(agent));
    let card = Card {
        request: request.id,
        digest: request.digest.clone(),
    };
    alice.send(ToServer::Shown(vec![card.clone()])).await;
    let decide = Wish::Decide {
        cards: vec![card],
        verdict: Verdict::Approve,
    };
    // A card counts only when it has been on the screen for a moment.
    while let Answer::Refused(why) = alice.wish(decide.clone()).await {
        assert!(why.contains("screen") || why.contains("ms"), "{why}");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    alice.sees(agent, "code 0").await;
    let decided = house
        .journal()
        .lines()
        .filter(|line| line.contains("\"decided\""))
        .count();
    assert_eq!(decided, 1);
}

/// The server may write files of 64 KiB at most, as if the disk were full behind that.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_done_while_the_journal_cannot_be_written_and_the_room_says_so() {
    use rustix::process::{Pid, Resource, Rlimit, prlimit};
    let house = House::new();
    let mut alice = house.operator().await;
    let server = Pid::from_raw(house.server_pid().await);
    let limit = |bytes| Rlimit {
        current: bytes,
        maximum: None,
    };
    let length = std::fs::metadata(house.paths.inside("journal.jsonl"))
        .unwrap()
        .len();
    prlimit(server, Resource::Fsize, limit(Some(length))).unwrap();
    let Answer::Refused(why) = alice
        .wish(Wish::Spawn(sh("echo started > proof; exec cat")))
        .await
    else {
        panic!("it was not refused");
    };
    assert!(why.contains("journal") && why.contains("disk"), "{why}");
    alice
        .until("word of it", |client| {
            client
                .told
                .iter()
                .any(|said| said.contains("journal cannot be written"))
        })
        .await;
    assert!(alice.facts.agents.is_empty(), "{:?}", alice.facts.agents);
    prlimit(server, Resource::Fsize, limit(None)).unwrap();
    alice
        .until("the good news", |client| {
            client
                .told
                .iter()
                .any(|said| said.contains("can be written again"))
        })
        .await;
    assert!(!house.paths.folder.join("proof").exists());
    let agent = alice.spawn(sh("echo now; exec cat")).await;
    alice.watch(agent).await;
    alice.sees(agent, "now").await;
}
