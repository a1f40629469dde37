//! Descriptors, threads, ended children and memory, of the server and of the keeper: as many after thousands of
//! rounds as a thousand before.

use std::time::Instant;

use opsroom::door::{self, RoomPaths, Seating};
use opsroom::model::{AgentId, Answer, Launch, Wish};
use opsroom::wire::{ToServer, Want};

use crate::client::{Client, program, sh};
use crate::figures::{descriptors, parent, threads, written, zombies};
use crate::kit::{PATIENCE, operator, paths};
use crate::support::Place;

/// Rounds that come and go.
const CLIENTS: Rounds = Rounds {
    // A heap has free room left from the start: a leak of so many bytes fills it in so many rounds, and shows then.
    warm: 2_000,
    counted: 1_000,
    kept: 200,
};
const AGENTS: Rounds = Rounds {
    warm: 1_000,
    counted: 1_000,
    // Of an agent that was cleared the room remembers what it worked on.
    kept: 800,
};

struct Rounds {
    /// Until everything that is made once is there.
    warm: usize,
    /// Those that are compared with each other.
    counted: usize,
    /// What each of them may cost for ever, in bytes.
    kept: u64,
}

/// So that memory in use is what is in use: one heap for all threads, whose end is given back at once, and nothing
/// large in it that would leave a hole in which a leak has room for thousands of rounds.
const PLAIN_HEAP: [(&str, &str); 4] = [
    ("MALLOC_ARENA_MAX", "1"),
    ("MALLOC_MMAP_THRESHOLD_", "4096"),
    ("MALLOC_TRIM_THRESHOLD_", "0"),
    ("MALLOC_TOP_PAD_", "0"),
];

/// What one process has.
#[derive(Debug, PartialEq, Eq)]
struct Has {
    descriptors: usize,
    threads: usize,
    zombies: usize,
}

fn has(pid: i32) -> Has {
    Has {
        descriptors: descriptors(pid),
        threads: threads(pid),
        zombies: zombies(pid),
    }
}

/// The server, the keeper, and a client that looks on.
struct Counted {
    place: Place,
    paths: RoomPaths,
    alice: Client,
    agent: AgentId,
    server: i32,
    keeper: i32,
    before: Vec<(Has, u64)>,
}

impl Counted {
    async fn new() -> Self {
        let mut place = Place::new();
        for (name, value) in PLAIN_HEAP {
            place.env(name, value);
        }
        place.ok(&["spawn", "--name", "looks-on", "--", "cat"]);
        let paths = paths(&place);
        let mut alice = operator(&paths).await;
        let agent = alice.spawn(sh("exec cat")).await;
        let keeper = parent(alice.agent(agent).unwrap().pid.unwrap() as i32);
        let server = place.server_pid().unwrap();
        Self {
            place,
            paths,
            alice,
            agent,
            server,
            keeper,
            before: Vec::new(),
        }
    }

    async fn guest(&self, seating: Seating) -> Client {
        let stream = door::ensure_by(&self.paths, seating, &program()).await;
        Client::attach(stream.unwrap(), Want::Live).await
    }

    /// Once all is settled: what was closed is closed on the other side too.
    fn figures(&self) -> Vec<(Has, u64)> {
        [self.server, self.keeper]
            .map(|pid| (has(pid), written(pid)))
            .into()
    }

    async fn round(&mut self, number: usize, rounds: &Rounds) {
        if number == rounds.warm {
            self.before = self.settled().await;
        }
    }

    async fn settled(&mut self) -> Vec<(Has, u64)> {
        self.alice
            .until("the others' leaving", |client| {
                client.facts.seats.len() == 1
            })
            .await;
        self.alice.ping(0).await;
        let mut last = self.figures();
        loop {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            let now = self.figures();
            if now
                .iter()
                .map(|(has, _)| has)
                .eq(last.iter().map(|(has, _)| has))
            {
                return now;
            }
            last = now;
        }
    }

    async fn ends(mut self, rounds: &Rounds) {
        let more = |(before, now): (&(Has, u64), &(Has, u64))| now.0.threads > before.0.threads;
        let began = Instant::now();
        let mut after = self.settled().await;
        // Threads for what cannot be awaited (a file, a journal's sync) go some seconds after their work.
        while self.before.iter().zip(&after).any(more) && began.elapsed() < PATIENCE {
            after = self.settled().await;
        }
        println!("before {:?}\nafter  {after:?}", self.before);
        for ((before, memory), (now, grown)) in self.before.iter().zip(&after) {
            assert!(now.threads <= before.threads, "{before:?}, then {now:?}");
            assert_eq!(
                (now.descriptors, now.zombies),
                (before.descriptors, 0),
                "{before:?}, then {now:?}"
            );
            let each = grown.saturating_sub(*memory) / rounds.counted as u64;
            println!("{each} bytes a round");
            assert!(each <= rounds.kept, "each round costs {each} bytes");
        }
        let log = self.place.read(".opsroom/server.log");
        assert!(!log.contains("ERROR"), "{log}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn three_thousand_clients_that_come_and_go_leave_nothing_behind() {
    let mut counted = Counted::new().await;
    let agent = counted.agent;
    for number in 0..CLIENTS.warm + CLIENTS.counted {
        counted.round(number, &CLIENTS).await;
        let seating = match number % 2 {
            0 => Seating::Operator,
            _ => Seating::Observer,
        };
        let mut guest = counted.guest(seating).await;
        guest.watch(agent).await;
        guest.send(ToServer::LooksAt(Some(agent).into())).await;
        if number % 3 == 0 {
            guest.ping(1).await;
        }
    }
    counted.ends(&CLIENTS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_agents_that_start_end_and_are_cleared_leave_nothing_behind() {
    let mut counted = Counted::new().await;
    let others = counted.alice.facts.agents.len();
    for number in 0..AGENTS.warm + AGENTS.counted {
        counted.round(number, &AGENTS).await;
        let alice = &mut counted.alice;
        let launch = Launch {
            command: vec!["true".into()],
            ..Launch::default()
        };
        let Answer::Agent(agent) = alice.wish(Wish::Spawn(launch)).await else {
            panic!("it was not started");
        };
        alice.watch(agent).await;
        alice
            .until("the end", |client| {
                client.agent(agent).is_some_and(|agent| !agent.is_alive())
            })
            .await;
        alice.send(ToServer::Unwatch(agent)).await;
        assert_eq!(alice.wish(Wish::Clear(agent)).await, Answer::Done);
    }
    counted
        .alice
        .until("the last one's leaving", |client| {
            client.facts.agents.len() == others
        })
        .await;
    counted.alice.grids.clear();
    counted.ends(&AGENTS).await;
}
