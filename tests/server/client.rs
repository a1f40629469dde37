//! A person's client and a house for one test's room. The room is closed, by force, when the house falls.
#![allow(dead_code)]

#[path = "cards.rs"]
mod cards;

use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

use opsroom::door::{self, Link, RoomPaths, Seating};
use opsroom::model::{
    Agent, AgentId, Answer, Crop, Fact, Force, Launch, SeatRole, Sighting, State, Wish,
};
use opsroom::terminal::{Grid, Key, KeyCode};
use opsroom::view::facts::Facts;
use opsroom::view::sighting::decides;
use opsroom::wire::{FoundLine, Reach, ToClient, ToServer, Want};
use tokio::net::UnixStream;
use tokio::time::timeout;

/// How long something that must come may take on a slow machine.
const PATIENCE: Duration = Duration::from_secs(240);

/// A room's folder, and where its sockets are.
pub struct House {
    _dir: tempfile::TempDir,
    pub paths: RoomPaths,
}

pub fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_opsroom"))
}

impl House {
    pub fn new() -> Self {
        Self::below(&std::env::temp_dir())
    }

    /// A house in this folder.
    pub fn below(folder: &Path) -> Self {
        let dir = tempfile::Builder::new()
            .prefix("ops")
            .tempdir_in(folder)
            .unwrap();
        for name in ["room", "run"] {
            std::fs::create_dir(dir.path().join(name)).unwrap();
        }
        let paths = RoomPaths::at(&dir.path().join("room"), &dir.path().join("run")).unwrap();
        Self { _dir: dir, paths }
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.paths.folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub async fn stream(&self, seating: Seating) -> UnixStream {
        match timeout(PATIENCE, door::ensure_by(&self.paths, seating, &program()))
            .await
            .unwrap()
        {
            Ok(stream) => stream,
            Err(error) => panic!("{error:#}\n{}", self.log()),
        }
    }

    pub async fn operator(&self) -> Client {
        Client::attach(self.stream(Seating::Operator).await, Want::Live).await
    }

    /// An observer who keeps everything that they are told, from the first message on.
    pub async fn listener(&self) -> Client {
        let stream = self.stream(Seating::Observer).await;
        Client::attach_keeping(stream, Want::Live).await
    }

    pub async fn observer(&self) -> Client {
        Client::attach(self.stream(Seating::Observer).await, Want::Live).await
    }

    pub async fn server_pid(&self) -> i32 {
        door::peer_pid(&self.stream(Seating::Operator).await).unwrap()
    }

    /// `kill -9` of this room's server; returns when it is gone.
    pub async fn kill_server(&self) {
        let stream = self.stream(Seating::Operator).await;
        let pid = rustix::process::Pid::from_raw(door::peer_pid(&stream).unwrap()).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
        let mut link = Link::new(stream);
        while let Ok(Some(_)) = link.receive().await {}
    }

    pub fn journal(&self) -> String {
        std::fs::read_to_string(self.paths.inside("journal.jsonl")).unwrap_or_default()
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.paths.log()).unwrap_or_default()
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let paths = self.paths.clone();
        let closing = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(close(&paths));
        });
        if closing.join().is_err() && !std::thread::panicking() {
            panic!("the room was not closed");
        }
    }
}

async fn close(paths: &RoomPaths) {
    if !paths.keeper_socket().exists() {
        return;
    }
    let Ok(stream) = door::ensure_by(paths, Seating::Operator, &program()).await else {
        return;
    };
    let mut client = Client::attach(stream, Want::Once).await;
    client
        .send(ToServer::Wish {
            ticket: 1,
            wish: Wish::CloseRoom(Force::Yes),
            sightings: Vec::new(),
        })
        .await;
    let gone = async { while let Ok(Some(_)) = client.link.receive().await {} };
    if timeout(PATIENCE, gone).await.is_err() {
        let log = std::fs::read_to_string(paths.log()).unwrap_or_default();
        let journal = std::fs::read_to_string(paths.inside("journal.jsonl")).unwrap_or_default();
        panic!("the room does not close\n{log}\n{journal}");
    }
}

/// A person's client.
pub struct Client {
    pub link: Link,
    pub facts: Facts,
    pub role: SeatRole,
    pub grids: BTreeMap<AgentId, Grid>,
    /// What was drawn of each, whole, when its frame was acknowledged.
    pub drawn: BTreeMap<AgentId, Sighting>,
    pub answers: BTreeMap<u32, Answer>,
    /// Every state of each agent that was shown, in order; the same one after another counts once.
    pub states: BTreeMap<AgentId, Vec<State>>,
    pub told: Vec<String>,
    pub rang: Vec<AgentId>,
    pub again: u32,
    pub closing: Option<String>,
    pub pongs: Vec<u64>,
    pub others: Vec<ToClient>,
    /// Every message since this was begun, as it came.
    pub heard: Option<Vec<ToClient>>,
    /// Frames are acknowledged as they come, unless a test does it itself.
    pub acks: Acks,
    tickets: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Acks {
    AtOnce,
    ByHand,
}

impl Client {
    pub async fn attach(stream: UnixStream, want: Want) -> Self {
        let mut client = Self::attach_keeping(stream, want).await;
        // floods are not kept, unless a test asks for it
        client.heard = None;
        client
    }

    pub async fn attach_keeping(stream: UnixStream, want: Want) -> Self {
        let mut client = Self {
            link: Link::new(stream),
            facts: Facts::default(),
            role: SeatRole::Observer,
            grids: BTreeMap::new(),
            drawn: BTreeMap::new(),
            answers: BTreeMap::new(),
            states: BTreeMap::new(),
            told: Vec::new(),
            rang: Vec::new(),
            again: 0,
            closing: None,
            pongs: Vec::new(),
            others: Vec::new(),
            heard: Some(Vec::new()),
            acks: Acks::AtOnce,
            tickets: 0,
        };
        client.send(ToServer::Attach(want)).await;
        loop {
            match client.next().await {
                Some(ToClient::Current) => break,
                Some(_) => {}
                None => panic!("the line ended before the snapshot: {:?}", client.others),
            }
        }
        client
    }

    pub async fn send(&mut self, message: ToServer) {
        self.link.send(&message).await.unwrap();
    }

    /// Takes the next message in. None where the server closed the line.
    pub async fn next(&mut self) -> Option<ToClient> {
        let message = timeout(PATIENCE, self.link.receive())
            .await
            .expect("nothing came")
            .ok()??;
        if let Some(heard) = &mut self.heard {
            heard.push(message.clone());
        }
        self.take(message.clone()).await;
        Some(message)
    }

    async fn take(&mut self, message: ToClient) {
        match message {
            ToClient::Seated { role, .. } => self.role = role,
            ToClient::Facts(facts) => {
                for fact in facts {
                    if let Fact::Agent(agent) = &fact {
                        let states = self.states.entry(agent.id).or_default();
                        if states.last() != Some(&agent.evidence.state) {
                            states.push(agent.evidence.state.clone());
                        }
                    }
                    if let Some(notice) = self.facts.apply(fact) {
                        self.told
                            .push(format!("{:?}: {}", notice.level, notice.text));
                    }
                }
            }
            ToClient::Current => {}
            ToClient::Again => {
                self.again += 1;
                self.facts = Facts::default();
            }
            ToClient::Frame { agent, patch } => {
                let generation = patch.generation;
                let grid = self.grids.entry(agent).or_default();
                grid.apply(patch).unwrap();
                if self.acks == Acks::AtOnce {
                    self.drawn.insert(agent, whole(agent, &self.grids[&agent]));
                    // The line may be gone: the next receive says so.
                    let _ = self.link.send(&ToServer::Ack { agent, generation }).await;
                }
            }
            ToClient::Answer { ticket, answer } => drop(self.answers.insert(ticket, answer)),
            ToClient::Tell(notice) => self.told.push(notice.text),
            ToClient::Rang { agent, .. } => self.rang.push(agent),
            ToClient::Closing(why) => self.closing = Some(why),
            ToClient::Pong(number) => self.pongs.push(number),
            other => self.others.push(other),
        }
    }

    /// Takes messages until this holds.
    pub async fn until(&mut self, what: &str, holds: impl Fn(&Self) -> bool) {
        let waiting = async {
            while !holds(self) {
                if self.next().await.is_none() {
                    panic!("the line ended while waiting for {what}");
                }
            }
        };
        if timeout(PATIENCE, waiting).await.is_err() {
            panic!(
                "waited for {what}; told: {:?}; screens:\n{}",
                self.told,
                self.screens()
            );
        }
    }

    fn screens(&self) -> String {
        let shown = self
            .grids
            .keys()
            .map(|agent| format!("-- {agent}\n{}\n", self.text(*agent)));
        shown.collect()
    }

    pub async fn wish(&mut self, wish: Wish) -> Answer {
        self.tickets += 1;
        let ticket = self.tickets;
        let sightings = match decides(&wish) {
            true => self.drawn.values().cloned().collect(),
            false => Vec::new(),
        };
        self.send(ToServer::Wish {
            ticket,
            wish,
            sightings,
        })
        .await;
        self.until("an answer", |client| client.answers.contains_key(&ticket))
            .await;
        self.answers[&ticket].clone()
    }

    /// Starts an agent and waits for its process.
    pub async fn spawn(&mut self, launch: Launch) -> AgentId {
        let Answer::Agent(agent) = self.wish(Wish::Spawn(launch)).await else {
            panic!("it was not started");
        };
        self.until("the process", |client| {
            client.agent(agent).is_some_and(|agent| agent.pid.is_some())
        })
        .await;
        agent
    }

    pub fn agent(&self, agent: AgentId) -> Option<&Agent> {
        self.facts.agents.get(&agent)
    }

    pub async fn watch(&mut self, agent: AgentId) {
        self.grids.remove(&agent);
        self.send(ToServer::Watch(agent)).await;
    }

    pub async fn types(&mut self, agent: AgentId, text: &str) {
        let keys = text.chars().map(|c| match c {
            '\n' => Key::plain(KeyCode::Enter),
            c => Key::plain(KeyCode::Char(c)),
        });
        let keys = keys.collect();
        self.send(ToServer::Keys { agent, keys }).await;
    }

    pub fn text(&self, agent: AgentId) -> String {
        let rows = self.grids.get(&agent).map(Grid::rows).unwrap_or_default();
        rows.iter()
            .map(|row| row.text().trim_end().to_owned() + "\n")
            .collect::<String>()
            .trim_end()
            .to_owned()
    }

    /// Waits until this text stands in the pane.
    pub async fn sees(&mut self, agent: AgentId, text: &str) {
        self.until(&format!("`{text}`"), |client| {
            client.text(agent).contains(text)
        })
        .await;
    }

    /// Where a text stands in everything that agents wrote, and how far that was looked through.
    pub async fn find_all(&mut self, needle: &str) -> (Vec<FoundLine>, Reach) {
        self.tickets += 1;
        let ticket = self.tickets;
        let needle = needle.to_owned();
        self.send(ToServer::FindAll { ticket, needle }).await;
        let found = |message: &ToClient| match message {
            ToClient::FoundAll {
                ticket: to,
                hits,
                reach,
            } if *to == ticket => Some((hits.clone(), reach.clone())),
            _ => None,
        };
        self.until("what was found", |client| {
            client.others.iter().any(|one| found(one).is_some())
        })
        .await;
        self.others.iter().find_map(found).unwrap()
    }

    pub async fn ping(&mut self, number: u64) {
        self.send(ToServer::Ping(number)).await;
        self.until("a pong", |client| client.pongs.contains(&number))
            .await;
    }

    /// Waits until the server closes the line.
    pub async fn ends(&mut self) {
        while self.next().await.is_some() {}
    }
}

/// All of a screen, as it stands.
fn whole(agent: AgentId, grid: &Grid) -> Sighting {
    let size = grid.size();
    Sighting {
        agent,
        screen: grid.generation(),
        crop: Crop {
            cols: size.cols,
            rows: size.rows,
            ..Crop::default()
        },
    }
}

/// A shell script as an agent.
pub fn sh(script: &str) -> Launch {
    Launch {
        command: vec!["sh".into(), "-c".into(), script.into()],
        ..Launch::default()
    }
}

/// Waits until a process is gone, or only its parent's note of it is left.
pub async fn process_ends(pid: u32) {
    let ended = async {
        while is_running(pid) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(PATIENCE, ended)
        .await
        .unwrap_or_else(|_| panic!("process {pid} goes on"));
}

fn is_running(pid: u32) -> bool {
    let status = std::process::Command::new("ps")
        .args(["-o", "stat=", "-p", &pid.to_string()])
        .output()
        .unwrap();
    let state = String::from_utf8_lossy(&status.stdout).trim().to_owned();
    !state.is_empty() && !state.starts_with('Z')
}
