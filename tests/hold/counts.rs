//! Descriptors, threads, ended children and memory, of the server and of the keeper: as many after five
//! hundred rounds as after fifty.

use opsroom::model::{Answer, Launch, Wish};
use opsroom::wire::ToServer;

use crate::client::{Client, House, sh};
use crate::figures::{descriptors, parent, rss, threads, zombies};

const WARM: usize = 50;
const ROUNDS: usize = 500;
/// What memory may grow by in four hundred and fifty rounds: the allocator's own habits.
const SLACK: u64 = 2 << 20;

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
    house: House,
    alice: Client,
    server: i32,
    keeper: i32,
    before: Vec<(Has, u64)>,
}

impl Counted {
    async fn new() -> Self {
        let house = House::new();
        let mut alice = house.operator().await;
        let agent = alice.spawn(sh("exec cat")).await;
        let keeper = parent(alice.agent(agent).unwrap().pid.unwrap() as i32);
        let server = house.server_pid().await;
        Self {
            house,
            alice,
            server,
            keeper,
            before: Vec::new(),
        }
    }

    /// Once all is settled: what was closed is closed on the other side too.
    fn figures(&self) -> Vec<(Has, u64)> {
        [self.server, self.keeper]
            .map(|pid| (has(pid), rss(pid)))
            .into()
    }

    async fn round(&mut self, number: usize) {
        if number == WARM {
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

    async fn ends(mut self) {
        let after = self.settled().await;
        println!("before {:?}\nafter  {after:?}", self.before);
        for ((before, memory), (now, grown)) in self.before.iter().zip(&after) {
            // Threads for what cannot be awaited (a file, a journal's sync) come and go with the work.
            assert!(
                now.threads <= before.threads + 2,
                "{before:?}, then {now:?}"
            );
            assert_eq!(
                (now.descriptors, now.zombies),
                (before.descriptors, 0),
                "{before:?}, then {now:?}"
            );
            assert!(
                *grown < memory + SLACK,
                "memory grew from {memory} to {grown}"
            );
        }
        assert!(
            self.house
                .log()
                .lines()
                .filter(|line| line.contains("ERROR"))
                .count()
                == 0,
            "{}",
            self.house.log()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_clients_that_come_and_go_leave_nothing_behind() {
    let mut counted = Counted::new().await;
    let agent = *counted.alice.facts.agents.keys().next().unwrap();
    for number in 0..ROUNDS {
        counted.round(number).await;
        let mut guest = match number % 2 {
            0 => counted.house.operator().await,
            _ => counted.house.observer().await,
        };
        guest.watch(agent).await;
        guest.send(ToServer::LooksAt(Some(agent).into())).await;
        if number % 3 == 0 {
            guest.ping(1).await;
        }
    }
    counted.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_agents_that_start_end_and_are_cleared_leave_nothing_behind() {
    let mut counted = Counted::new().await;
    for number in 0..ROUNDS {
        counted.round(number).await;
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
            client.facts.agents.len() == 1
        })
        .await;
    counted.alice.grids.clear();
    counted.ends().await;
}
