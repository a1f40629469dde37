//! What is no message, on each socket, ends that connection and nothing else.

use opsroom::door::Seating;
use opsroom::model::{AgentId, BriefId, Card, Cover, Crop, Digest, RequestId, Sighting, Wish};
use opsroom::terminal::{Key, KeyCode, Mods, Size};
use opsroom::wire::agent::LONGEST;
use opsroom::wire::{Hello, ToServer, Want, encode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::time::timeout;

use crate::client::{Client, House, sh};
use crate::kit::{Dice, PATIENCE, Pass, permission};

fn frame(message: &ToServer) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode(message, &mut bytes).unwrap();
    bytes
}

/// Messages of every kind that carries something, as a client that means well would send them.
fn sound() -> Vec<Vec<u8>> {
    let agent = AgentId(1);
    let card = Card {
        request: RequestId(1),
        digest: Digest::from("0123456789abcdef"),
    };
    let messages = [
        ToServer::Shown(vec![card; 3]),
        ToServer::LooksAt(Some(agent).into()),
        ToServer::Watch(agent),
        ToServer::Ack {
            agent,
            generation: 1,
        },
        ToServer::Resize {
            agent: AgentId(99),
            size: Size::new(80, 24),
        },
        ToServer::Past {
            ticket: 1,
            agent,
            first: 0,
            count: 9,
        },
        ToServer::Find {
            ticket: 2,
            agent,
            needle: "needle".into(),
        },
        ToServer::ReadBrief {
            ticket: 3,
            brief: BriefId::from("0001-x"),
        },
        ToServer::Keys {
            agent: AgentId(99),
            keys: vec![Key::new(KeyCode::Char('c'), Mods::CTRL); 4],
        },
        ToServer::Ping(5),
    ];
    messages.iter().map(frame).collect()
}

/// Sends these bytes after the hello, closes, and reads all that comes until the server closes too.
async fn sends(house: &House, seating: Seating, bytes: &[u8]) {
    let mut stream = house.stream(seating).await;
    // It may be cut while we still write.
    let _cut = stream.write_all(bytes).await;
    let _cut = stream.shutdown().await;
    let mut rest = Vec::new();
    let _cut = timeout(PATIENCE, stream.read_to_end(&mut rest))
        .await
        .expect("it is never cut");
}

/// The witnesses: a person's client that was there before, and its agent.
async fn all_is_well(alice: &mut Client, agent: AgentId, number: u64) {
    alice.ping(number).await;
    let word = format!("still-{number};");
    alice.types(agent, &word).await;
    alice.sees(agent, &word).await;
    alice.types(agent, "\n").await;
}

/// A wish with what stood before its person.
fn sighted(sightings: Vec<Sighting>) -> ToServer {
    ToServer::Wish {
        ticket: 1,
        wish: Wish::Drive,
        sightings,
    }
}

/// Nothing of a screen, with so many things over it.
fn sighting(agent: AgentId, covers: usize) -> Sighting {
    let cover = Cover {
        col: 0,
        row: 0,
        cols: 1,
        rows: 1,
    };
    Sighting {
        agent,
        screen: 0,
        crop: Crop {
            covered: vec![cover; covers],
            ..Crop::default()
        },
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_message_ends_that_connection_and_nothing_else() {
    let house = House::new();
    let mut alice = house.operator().await;
    let agent = alice.spawn(sh("exec cat")).await;
    alice.watch(agent).await;
    let server = house.server_pid().await;
    let facts = alice.facts.agents.len();
    let attach = frame(&ToServer::Attach(Want::Live));
    let sound = sound();
    let mut dice = Dice::new(1);
    let mut attacks: Vec<Vec<u8>> = vec![
        u32::MAX.to_le_bytes().to_vec(),
        (8_u32 << 20).to_le_bytes().to_vec(),
        [(8_u32 << 20) + 1, 0]
            .iter()
            .flat_map(|number| number.to_le_bytes())
            .collect(),
        vec![0; 4],
        vec![0; 4_096],
        // Wrong order: twice attached, or never.
        attach.clone(),
        sound.concat(),
        // Too many of something.
        frame(&ToServer::Keys {
            agent,
            keys: vec![Key::plain(KeyCode::Char('!')); 5_000],
        }),
        frame(&ToServer::Find {
            ticket: 1,
            agent,
            needle: "n".repeat(1_001),
        }),
        frame(&sighted(vec![sighting(agent, 0); 65])),
        frame(&sighted(vec![sighting(agent, 65)])),
    ];
    for round in 0..60 {
        let mut bytes = sound[dice.roll(sound.len() as u64) as usize].clone();
        match round % 4 {
            0 => {
                let length = dice.roll(300);
                bytes = dice.bytes(length);
            }
            1 => bytes.truncate(dice.roll(bytes.len() as u64) as usize),
            2 => {
                let at = dice.roll(bytes.len() as u64) as usize;
                bytes[at] ^= 1 << dice.roll(8);
            }
            // A length that lies, and whatever follows it.
            _ => {
                bytes[..4].copy_from_slice(&(dice.roll(200) as u32).to_le_bytes());
                bytes.extend(sound.concat());
            }
        }
        attacks.push(bytes);
    }
    for (number, attack) in attacks.iter().enumerate() {
        let seating = if number % 2 == 0 {
            Seating::Operator
        } else {
            Seating::Observer
        };
        sends(&house, seating, attack).await;
        sends(&house, seating, &[attach.as_slice(), attack].concat()).await;
        if number % 8 == 0 {
            all_is_well(&mut alice, agent, number as u64).await;
        }
    }
    all_is_well(&mut alice, agent, 1_000).await;
    assert_eq!(
        (
            house.server_pid().await,
            alice.facts.agents.len(),
            alice.again
        ),
        (server, facts, 0)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_hello_is_cut_and_a_hello_in_pieces_is_heard() {
    let house = House::new();
    let mut alice = house.operator().await;
    let mut dice = Dice::new(2);
    for socket in [house.paths.room_socket(), house.paths.observer_socket()] {
        for round in 0..12 {
            let mut stream = UnixStream::connect(&socket).await.unwrap();
            let mut bytes = match round % 3 {
                0 => dice.bytes(200),
                1 => b"OPSROOM 99999999999999 x\n".to_vec(),
                _ => [b"OPSROOM 1 ".as_slice(), &[b'v'; 100]].concat(),
            };
            bytes.push(b'\n');
            let _cut = stream.write_all(&bytes).await;
            let _cut = stream.shutdown().await;
            let mut rest = Vec::new();
            let _cut = timeout(PATIENCE, stream.read_to_end(&mut rest))
                .await
                .expect("it is never cut");
        }
        let mut stream = UnixStream::connect(&socket).await.unwrap();
        for byte in Hello::ours().line().bytes() {
            stream.write_all(&[byte]).await.unwrap();
            tokio::task::yield_now().await;
        }
        let mut theirs = vec![0; Hello::ours().line().len()];
        stream.read_exact(&mut theirs).await.unwrap();
        let _attached = Client::attach(stream, Want::Live).await;
    }
    alice.ping(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_line_of_an_agent_ends_that_connection_and_nothing_else() {
    let house = House::new();
    let mut alice = house.operator().await;
    let agent = alice.spawn(sh("exec cat")).await;
    alice.watch(agent).await;
    let pass = Pass::of_a_new_agent(&house, &mut alice).await;
    let (mut waits, _) = pass.ask("good", permission("ls")).await;
    let good = pass.line("other", permission("rm")).into_bytes();
    let mut dice = Dice::new(3);
    let mut attacks: Vec<Vec<u8>> = vec![
        Vec::new(),
        b"\n".to_vec(),
        b"{}\n".to_vec(),
        b"null\n".to_vec(),
        b"GET / HTTP/1.1\r\n\r\n".to_vec(),
        vec![0; 5_000],
        vec![b'x'; LONGEST + 10],
        [
            b"{\"v\":1,\"agent\":1,\"token\":\"".as_slice(),
            &vec![b't'; LONGEST],
            b"\"}\n",
        ]
        .concat(),
        [b"[".repeat(200_000), b"\n".to_vec()].concat(),
        frame(&ToServer::Attach(Want::Live)),
        Hello::ours().line().into_bytes(),
        // Takes back what nobody asked, and says a second time what it says.
        pass.line(
            "nobody",
            opsroom::wire::agent::Verb::TakeBack { why: "x".into() },
        )
        .into_bytes(),
        String::from_utf8(good.clone())
            .unwrap()
            .replace(&pass.token, "0")
            .into_bytes(),
        String::from_utf8(good.clone())
            .unwrap()
            .replace("\"agent\":2", "\"agent\":1")
            .into_bytes(),
        [good.clone(), good.clone()].concat(),
    ];
    for round in 0..60 {
        let mut bytes = good.clone();
        match round % 3 {
            0 => {
                let length = dice.roll(300);
                bytes = dice.bytes(length);
            }
            1 => bytes.truncate(dice.roll(bytes.len() as u64) as usize),
            _ => {
                let at = dice.roll(bytes.len() as u64 - 1) as usize;
                bytes[at] = dice.roll(256) as u8;
            }
        }
        attacks.push(bytes);
    }
    for (number, attack) in attacks.iter().enumerate() {
        let mut stream = UnixStream::connect(&pass.socket).await.unwrap();
        let _cut = stream.write_all(attack).await;
        let _cut = stream.shutdown().await;
        let mut rest = Vec::new();
        let _cut = timeout(PATIENCE, stream.read_to_end(&mut rest))
            .await
            .expect("it is never cut");
        if number % 15 == 0 {
            all_is_well(&mut alice, agent, number as u64).await;
        }
    }
    all_is_well(&mut alice, agent, 1_000).await;
    // Whoever waited still waits, and can take its request back.
    waits
        .says(&pass.line(
            "good",
            opsroom::wire::agent::Verb::TakeBack { why: "done".into() },
        ))
        .await;
    let reply = waits.hears().await;
    assert!(
        matches!(reply, Some(opsroom::wire::agent::Reply::Withdrawn { .. })),
        "{reply:?}"
    );
}
