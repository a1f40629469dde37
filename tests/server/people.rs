//! People and their clients: who may do what, who is slow, and what is no message.

use std::collections::BTreeSet;

use opsroom::door::{self, RoomPaths, Seating};
use opsroom::model::{Answer, BriefId, Card, Digest, Force, Part, RequestId, Spot, Wish};
use opsroom::terminal::{Key, KeyCode, Mods, MouseAction, MouseButton, MouseEvent, Size};
use opsroom::wire::{FocusChange, ToClient, ToServer, Want};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::client::{Client, House, sh};

#[tokio::test(flavor = "multi_thread")]
async fn an_observer_changes_nothing_whatever_it_sends() {
    let house = House::new();
    let mut alice = house.operator().await;
    let agent = alice
        .spawn(sh("stty raw -echo; printf ready; exec od -An -v -tx1 -w1"))
        .await;
    alice.watch(agent).await;
    alice.sees(agent, "ready").await;
    let mut bob = house.observer().await;
    let size = alice.grids[&agent].size();
    let screen = alice.text(agent);
    let journal = house.journal();
    let key = Key::new(KeyCode::Char('c'), Mods::CTRL);
    let click = MouseEvent {
        action: MouseAction::Press(MouseButton::Left),
        col: 1,
        row: 1,
        mods: Mods::NONE,
    };
    let card = Card {
        request: RequestId(1),
        digest: Digest::from("x"),
    };
    let everything = [
        ToServer::Wish {
            ticket: 1,
            wish: Wish::Stop(agent),
            sightings: Vec::new(),
        },
        ToServer::Wish {
            ticket: 2,
            wish: Wish::Spawn(sh("true")),
            sightings: Vec::new(),
        },
        ToServer::Wish {
            ticket: 3,
            wish: Wish::CloseRoom(Force::Yes),
            sightings: Vec::new(),
        },
        ToServer::Wish {
            ticket: 10,
            wish: Wish::Drive,
            sightings: Vec::new(),
        },
        ToServer::Wish {
            ticket: 11,
            wish: Wish::HandOver(None),
            sightings: Vec::new(),
        },
        ToServer::Wish {
            ticket: 12,
            wish: Wish::Speak("hello".into()),
            sightings: Vec::new(),
        },
        ToServer::Wish {
            ticket: 13,
            wish: Wish::Point(Spot::Pane(agent)),
            sightings: Vec::new(),
        },
        ToServer::Shown(vec![card]),
        ToServer::FindAll {
            ticket: 14,
            needle: "ready".into(),
        },
        ToServer::StopSearch,
        ToServer::LooksAt(Some(agent).into()),
        ToServer::Watch(agent),
        ToServer::Keys {
            agent,
            keys: vec![key; 20],
        },
        ToServer::Paste {
            agent,
            text: "rm -rf /\n".into(),
        },
        ToServer::Mouse {
            agent,
            event: click,
        },
        ToServer::Focus {
            agent,
            change: FocusChange::Gained,
        },
        ToServer::Resize {
            agent,
            size: Size::new(200, 60),
        },
        ToServer::Past {
            ticket: 4,
            agent,
            first: 0,
            count: 10,
        },
        ToServer::Find {
            ticket: 5,
            agent,
            needle: "ready".into(),
        },
        ToServer::ReadBrief {
            ticket: 6,
            brief: BriefId::from("0001-x"),
        },
        ToServer::Ack {
            agent,
            generation: 1,
        },
        ToServer::Unwatch(agent),
    ];
    for message in everything {
        bob.send(message).await;
    }
    bob.ping(1).await;
    // These two the hub refuses, and it answers when it comes to them.
    for ticket in [12, 13] {
        bob.until("an answer", |client| client.answers.contains_key(&ticket))
            .await;
    }
    for ticket in (1..=3).chain(10..=13) {
        assert!(
            matches!(bob.answers.get(&ticket), Some(Answer::Refused(_))),
            "ticket {ticket}"
        );
    }
    bob.until("the sentence", |client| {
        client
            .told
            .iter()
            .any(|said| said.contains("only an operator"))
    })
    .await;
    // A key of the operator comes after all of that: it is the only byte that the agent got.
    alice.types(agent, "q").await;
    alice.sees(agent, "71").await;
    assert_eq!(alice.text(agent).replace("71", "").trim(), screen.trim());
    assert_eq!(alice.grids[&agent].size(), size);
    let lines: Vec<String> = house
        .journal()
        .strip_prefix(&journal)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect();
    assert!(
        lines.iter().all(|line| line.contains("\"typed\"")),
        "{lines:#?}"
    );
    assert_eq!(alice.facts.agents.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_who_joins_changes_a_size_or_wraps_the_past_anew() {
    let house = House::new();
    let mut alice = house.operator().await;
    let agent = alice.spawn(sh("seq 1 200; echo ready; exec cat")).await;
    let wide = Size::new(140, 40);
    alice.watch(agent).await;
    alice.send(ToServer::Resize { agent, size: wide }).await;
    alice
        .until("the size", |client| {
            client
                .grids
                .get(&agent)
                .is_some_and(|grid| grid.size() == wide)
        })
        .await;
    alice.sees(agent, "ready").await;
    let past = |ticket| ToServer::Past {
        ticket,
        agent,
        first: 0,
        count: 100,
    };
    let lines = |client: &Client| {
        let past = client.others.iter().find_map(|one| match one {
            ToClient::Past { rows, .. } => Some(rows.clone()),
            _ => None,
        });
        past.unwrap()
    };
    alice.send(past(7)).await;
    alice
        .until("the past", |client| !client.others.is_empty())
        .await;
    // an operator who does not drive, and an observer: each with a screen of their own
    let mut other = house.operator().await;
    let mut bob = house.observer().await;
    for client in [&mut other, &mut bob] {
        client.watch(agent).await;
        let size = Size::new(100, 30);
        client.send(ToServer::Resize { agent, size }).await;
        client.sees(agent, "ready").await;
        assert_eq!(client.grids[&agent].size(), wide);
        client.send(past(7)).await;
        client
            .until("the past", |client| !client.others.is_empty())
            .await;
        assert_eq!(lines(client), lines(&alice));
    }
    let parts = |client: &Client| {
        let seats = client.facts.seats.values();
        seats.filter(|seat| seat.part == Part::Drives).count()
    };
    alice.ping(1).await;
    assert_eq!((parts(&alice), alice.grids[&agent].size()), (1, wide));
    // the same person's other window drives as soon as they type in it, and its size counts then
    other.types(agent, "x").await;
    other.sees(agent, "x").await;
    let small = Size::new(100, 30);
    other.send(ToServer::Resize { agent, size: small }).await;
    other
        .until("the size", |client| client.grids[&agent].size() == small)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_does_not_read_delays_nobody() {
    let house = House::new();
    let mut alice = house.operator().await;
    let flood = alice.spawn(sh("while :; do seq 1 100; done")).await;
    let echo = alice.spawn(sh("echo ready; exec cat")).await;
    // Stopped: attaches, looks at everything, asks much, and never reads a byte again.
    let mut stopped = house.operator().await;
    stopped.watch(flood).await;
    stopped.watch(echo).await;
    for ticket in 0..100 {
        stopped
            .send(ToServer::Past {
                ticket,
                agent: flood,
                first: 0,
                count: 500,
            })
            .await;
    }
    alice.watch(flood).await;
    alice.watch(echo).await;
    alice.sees(echo, "ready").await;
    for word in ["one", "two", "three", "four"] {
        alice.types(echo, word).await;
        alice.sees(echo, word).await;
    }
    drop(stopped);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_too_slow_for_the_facts_gets_them_all_again() {
    let house = House::new();
    let mut alice = house.operator().await;
    let mut slow = house.operator().await;
    let agent = alice.spawn(sh("exec cat")).await;
    // More facts than wait for one client and than its socket holds.
    for round in 0..40_000 {
        let pane = (round % 2 == 0).then_some(agent);
        alice.send(ToServer::LooksAt(pane.into())).await;
    }
    alice.ping(0).await;
    slow.until("the facts again", |client| client.again > 0)
        .await;
    slow.until("the snapshot", |client| {
        client.facts.agents.contains_key(&agent)
    })
    .await;
    let seat = |client: &Client| {
        client
            .facts
            .seats
            .values()
            .any(|seat| seat.looks_at.pane.is_none())
    };
    slow.until("the newest", seat).await;
    slow.ping(1).await;
    // Not what was heard of it: that may come between the two.
    let agents = |client: &Client| {
        let agents = client.facts.agents.values();
        agents
            .map(|agent| (agent.id, agent.name.clone(), agent.pid, agent.started))
            .collect::<Vec<_>>()
    };
    assert_eq!(agents(&slow), agents(&alice));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_version_is_told_so_in_a_sentence() {
    let house = House::new();
    let _alice = house.operator().await;
    let mut stream = tokio::net::UnixStream::connect(house.paths.room_socket())
        .await
        .unwrap();
    stream.write_all(b"OPSROOM 9999 7.0.0\n").await.unwrap();
    let mut said = String::new();
    stream.read_to_string(&mut said).await.unwrap();
    let hello = opsroom::wire::Hello::read(said.trim_end().as_bytes()).unwrap();
    assert_eq!(hello.protocol, opsroom::wire::hello::PROTOCOL);
    // A server of another version: what a client of ours says to its person.
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("run")).unwrap();
    let paths = RoomPaths::at(dir.path(), &dir.path().join("run")).unwrap();
    paths.prepare().unwrap();
    let listener = tokio::net::UnixListener::bind(paths.room_socket()).unwrap();
    let other = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"OPSROOM 9999 7.0.0\n").await.unwrap();
        stream
    });
    let error = door::connect_existing(&paths)
        .await
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("7.0.0") && error.contains("upgrade-server"),
        "{error}"
    );
    other.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_make_no_message_end_that_connection_and_nothing_else() {
    let house = House::new();
    let mut alice = house.operator().await;
    let agent = alice.spawn(sh("echo ready; exec cat")).await;
    let attach = {
        let mut bytes = Vec::new();
        opsroom::wire::encode(&ToServer::Attach(Want::Live), &mut bytes).unwrap();
        bytes
    };
    for rubbish in [
        &[0xff; 64][..],
        &[1, 0, 0, 0, 0xee],
        &[5, 0, 0, 0, 0, 0, 0, 0, 0],
        b"GET / HTTP/1.1\r\n\r\n",
    ] {
        for first in [&b""[..], &attach] {
            let mut stream = house.stream(Seating::Operator).await;
            stream.write_all(first).await.unwrap();
            stream.write_all(rubbish).await.unwrap();
            let mut rest = Vec::new();
            stream.read_to_end(&mut rest).await.unwrap();
        }
    }
    let mut stream = tokio::net::UnixStream::connect(house.paths.room_socket())
        .await
        .unwrap();
    stream.write_all(&[b'x'; 200]).await.unwrap();
    let mut rest = Vec::new();
    let _cut = stream.read_to_end(&mut rest).await;
    alice.watch(agent).await;
    alice.sees(agent, "ready").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_killed_in_the_middle_of_a_message_leaves_the_room_as_it_was() {
    let house = House::new();
    let mut alice = house.operator().await;
    let seats: BTreeSet<_> = alice.facts.seats.keys().copied().collect();
    let bob = house.operator().await;
    alice
        .until("bob", |client| client.facts.seats.len() == 2)
        .await;
    drop(bob);
    alice
        .until("bob's leaving", |client| {
            client.facts.seats.keys().copied().collect::<BTreeSet<_>>() == seats
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_settings_are_read_again_and_a_broken_edit_changes_nothing() {
    let house = House::new();
    house.write("opsroom.toml", "name = \"first\"\n");
    let mut alice = house.operator().await;
    assert_eq!(alice.facts.settings.name, "first");
    house.write("opsroom.toml", "name = \"second\"\n");
    alice
        .until("the new name", |client| {
            client.facts.settings.name == "second"
        })
        .await;
    house.write("opsroom.toml", "name = \n");
    alice
        .until("the place", |client| {
            client
                .told
                .iter()
                .any(|said| said.contains("opsroom.toml:1"))
        })
        .await;
    assert_eq!(alice.facts.settings.name, "second");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_is_told_what_is_wrong_with_the_settings() {
    let told = |word: &'static str| {
        move |client: &Client| client.told.iter().any(|said| said.contains(word))
    };
    let house = House::new();
    house.write("opsroom.toml", "name = \"x\"\n[[tracks\n");
    let mut alice = house.operator().await;
    alice.until("the place", told("opsroom.toml:2")).await;
    house.write("opsroom.toml", "name = \"x\"\nbogus = 3\n");
    alice.until("the odd key", told("bogus")).await;
    // who only looks comes in once the file was read: until then it is not known what is hidden from them
    let mut bob = house.operator().await;
    bob.until("the odd key", told("bogus")).await;
    let stands = |client: &Client| client.facts.faults.iter().any(|it| it.contains("bogus"));
    alice.until("the fault that stands", stands).await;
    bob.until("the fault that stands", stands).await;
    house.write("opsroom.toml", "name = \"whole\"\n");
    let whole = |client: &Client| client.facts.settings.name == "whole";
    alice.until("the mended file", whole).await;
    let mended = |client: &Client| client.facts.faults.is_empty();
    alice.until("that nothing is wrong", mended).await;
    let mut carol = house.observer().await;
    carol.ping(1).await;
    assert!(carol.told.is_empty(), "{:?}", carol.told);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_brief_put_into_the_folder_appears_and_can_be_read() {
    let house = House::new();
    let mut alice = house.operator().await;
    house.write(
        "briefs/work/inbox/0001-x.md",
        "+++\ntitle = \"Do it\"\n+++\nAll of it.\n",
    );
    let brief = BriefId::from("0001-x");
    alice
        .until("the brief", |client| {
            client.facts.briefs.contains_key(&brief)
        })
        .await;
    alice
        .send(ToServer::ReadBrief {
            ticket: 1,
            brief: brief.clone(),
        })
        .await;
    alice
        .until("its text", |client| !client.others.is_empty())
        .await;
    let [
        ToClient::BriefText {
            text: Ok((path, text)),
            ..
        },
    ] = &alice.others[..]
    else {
        panic!("{:?}", alice.others);
    };
    assert!(
        path.ends_with("briefs/work/inbox/0001-x.md") && text.contains("All of it."),
        "{path} {text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_there_is_sent_away_when_the_room_closes_and_does_not_open_it_again() {
    let house = House::new();
    let mut alice = house.operator().await;
    let mut bob = house.observer().await;
    assert_eq!(alice.wish(Wish::CloseRoom(Force::Yes)).await, Answer::Done);
    for person in [&mut alice, &mut bob] {
        person.ends().await;
        let sent_away =
            |one: &ToClient| matches!(one, ToClient::Dismissed(why) if why.contains("closed"));
        assert!(person.others.iter().any(sent_away), "{:?}", person.others);
    }
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn an_agent_gets_no_operators_seat_and_may_look() {
    let house = House::new();
    let mut alice = house.operator().await;
    let (program, room) = (crate::client::program(), house.paths.folder.clone());
    let verb = |verb: &str| format!("{} --room {} {verb}", program.display(), room.display());
    let agent = alice
        .spawn(sh(&format!(
            "({}) 2>&1; (setsid env -i PATH=\"$PATH\" {}) 2>&1; echo; ({}); echo; echo over; exec cat",
            verb("stop --force"),
            verb("spawn -- sleep 77"),
            verb("ls"),
        )))
        .await;
    alice.watch(agent).await;
    alice.sees(agent, "over").await;
    let seen = alice.text(agent);
    assert_eq!(seen.matches("inside an agent").count(), 2, "{seen}");
    assert!(seen.contains("generic"), "{seen}");
    assert_eq!(alice.facts.agents.len(), 1);
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn an_agent_of_another_room_gets_no_operators_seat_either() {
    let (house, other) = (House::new(), House::new());
    let mut alice = house.operator().await;
    let mut bob = other.operator().await;
    let program = crate::client::program();
    let agent = alice
        .spawn(sh(&format!(
            "XDG_RUNTIME_DIR={} {} --room {} spawn -- sleep 77 2>&1; echo; echo over; exec cat",
            other
                .paths
                .runtime
                .parent()
                .unwrap()
                .parent()
                .unwrap()
                .display(),
            program.display(),
            other.paths.folder.display(),
        )))
        .await;
    alice.watch(agent).await;
    alice.sees(agent, "over").await;
    let seen = alice.text(agent);
    assert!(seen.contains("inside an agent"), "{seen}");
    bob.ping(1).await;
    assert!(bob.facts.agents.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_journal_is_deleted_nothing_is_started_and_the_room_can_still_be_closed() {
    let house = House::new();
    let mut alice = house.operator().await;
    std::fs::remove_file(house.paths.inside("journal.jsonl")).unwrap();
    let answer = alice.wish(Wish::Spawn(sh("exec cat"))).await;
    let Answer::Refused(why) = &answer else {
        panic!("{answer:?}");
    };
    assert!(why.contains("journal cannot be written"), "{why}");
    let told = |client: &Client| client.told.iter().any(|said| said.contains("deleted"));
    alice.until("the reason", told).await;
    assert_eq!(alice.wish(Wish::CloseRoom(Force::Yes)).await, Answer::Done);
    alice.ends().await;
    assert!(!house.paths.room_socket().exists());
}
