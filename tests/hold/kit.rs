//! Small parts that several of these tests use: an asker on the agents' socket, and dice.

use std::path::{Path, PathBuf};
use std::time::Duration;

use opsroom::door::{self, RoomPaths};
use opsroom::model::{AgentId, Answer, Card, Verdict, Wish};
use opsroom::wire::agent::{ENV_SOCKET, ENV_TOKEN, Reply, Said, VERSION, Verb};
use opsroom::wire::{ToServer, Want};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;
use tokio::time::{sleep, timeout};

use crate::client::{Client, House, sh};
use crate::support::Place;

/// How long something that must come may take on a slow machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A card counts after this time on a screen, in rooms with [`QUICK`] settings.
pub const SETTLE: Duration = Duration::from_millis(100);
/// Settings of a room in which a card settles fast.
pub const QUICK: &str = "name = \"quick\"\n[limits]\nsettle_ms = 100\n";

/// A small generator of numbers, so that a failing life can be told by its seed.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self((seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % sides
    }

    pub fn bytes(&mut self, length: u64) -> Vec<u8> {
        (0..length).map(|_| self.roll(256) as u8).collect()
    }
}

/// What a process of an agent knows: where to ask, and its token.
#[derive(Clone)]
pub struct Pass {
    pub agent: AgentId,
    pub socket: PathBuf,
    pub token: String,
}

impl Pass {
    /// Starts an agent that only lends its name.
    pub async fn of_a_new_agent(house: &House, client: &mut Client) -> Self {
        Self::in_the_folder(&house.paths.folder, client).await
    }

    pub async fn in_the_folder(folder: &Path, client: &mut Client) -> Self {
        let note = folder.join(format!("pass-{}", client.facts.agents.len()));
        let script = format!(
            "printf '%s\\n' \"${ENV_SOCKET}\" \"${ENV_TOKEN}\" > {0}.new; mv {0}.new {0}; exec cat",
            note.display()
        );
        let agent = client.spawn(sh(&script)).await;
        let written = async {
            while !note.exists() {
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(PATIENCE, written).await.unwrap();
        let text = std::fs::read_to_string(&note).unwrap();
        let (socket, token) = text.trim_end().split_once('\n').unwrap();
        Self {
            agent,
            socket: socket.into(),
            token: token.to_owned(),
        }
    }

    pub fn line(&self, key: &str, verb: Verb) -> String {
        let said = Said {
            v: VERSION,
            agent: self.agent.0,
            token: self.token.clone(),
            key: key.to_owned(),
            verb,
        };
        serde_json::to_string(&said).unwrap() + "\n"
    }

    /// Asks and waits until the request is open, or answered at once.
    pub async fn ask(&self, key: &str, verb: Verb) -> (Asker, Reply) {
        let mut asker = Asker::connect(self).await;
        asker.says(&self.line(key, verb)).await;
        let reply = asker.hears().await.expect("no reply");
        (asker, reply)
    }
}

/// One connection on the agents' socket.
pub struct Asker(BufReader<UnixStream>);

impl Asker {
    pub async fn connect(pass: &Pass) -> Self {
        Self(BufReader::new(
            UnixStream::connect(&pass.socket).await.unwrap(),
        ))
    }

    pub async fn says(&mut self, line: &str) {
        self.0.write_all(line.as_bytes()).await.unwrap();
    }

    /// The next reply; none where the line was cut.
    pub async fn hears(&mut self) -> Option<Reply> {
        let mut text = String::new();
        match timeout(PATIENCE, self.0.read_line(&mut text))
            .await
            .expect("no reply came")
        {
            Ok(0) | Err(_) => None,
            Ok(_) => Some(serde_json::from_str(&text).unwrap()),
        }
    }
}

pub fn permission(what: &str) -> Verb {
    Verb::Permission {
        tool: "bash".into(),
        summary: what.into(),
        detail: what.into(),
        cwd: "/".into(),
    }
}

/// The card of the request with this summary, once the client knows it.
pub async fn card(client: &mut Client, key: &str) -> Card {
    client
        .until("the request", |client| find(client, key).is_some())
        .await;
    find(client, key).unwrap()
}

fn find(client: &Client, key: &str) -> Option<Card> {
    let request = client
        .facts
        .requests
        .values()
        .find(|request| request.key.0.ends_with(key))?;
    Some(Card {
        request: request.id,
        digest: request.digest.clone(),
    })
}

/// Looks at a card for long enough.
pub async fn look(client: &mut Client, card: &Card) {
    client.send(ToServer::Shown(vec![card.clone()])).await;
    client.ping(u64::from(u32::MAX) + card.request.0).await;
    sleep(SETTLE + Duration::from_millis(20)).await;
}

pub async fn decide(client: &mut Client, card: &Card, verdict: Verdict) -> Answer {
    client
        .wish(Wish::Decide {
            cards: vec![card.clone()],
            verdict,
        })
        .await
}

/// The sentence of a refusal.
pub fn refusal(answer: Answer) -> String {
    match answer {
        Answer::Refused(why) => why,
        other => panic!("not refused: {other:?}"),
    }
}

pub fn signal(pid: i32, signal: rustix::process::Signal) {
    rustix::process::kill_process(rustix::process::Pid::from_raw(pid).unwrap(), signal).unwrap();
}

/// The rooms of [`Place`], whose server runs already, for clients that speak the wire.
pub fn paths(place: &Place) -> RoomPaths {
    let paths = RoomPaths::at(&place.room, &place.room).unwrap();
    assert_ne!(
        paths.runtime.parent(),
        Some(place.room.as_path()),
        "its server does not run"
    );
    paths
}

pub async fn operator(paths: &RoomPaths) -> Client {
    let stream = door::connect_existing(paths)
        .await
        .unwrap()
        .expect("its server runs");
    Client::attach(stream, Want::Live).await
}
