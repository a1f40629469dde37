//! No descriptor left in the server: nobody new gets in, nothing spins, those who are there go on, and
//! once there are some again it is as before.

use std::time::{Duration, Instant};

use opsroom::door;
use opsroom::model::{Answer, Wish};
use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};
use tokio::net::UnixStream;
use tokio::time::{sleep, timeout};

use crate::client::{Client, House, sh};
use crate::figures::{cpu_ms, descriptors};
use crate::kit::{PATIENCE, Pass};

/// Gives a process so many descriptors; says how many it could have before.
fn limit(pid: i32, current: u64) -> u64 {
    // Its upper limit is the one that it got from us.
    let maximum = getrlimit(Resource::Nofile).maximum;
    let before = prlimit(
        Pid::from_raw(pid),
        Resource::Nofile,
        Rlimit {
            current: Some(current),
            maximum,
        },
    )
    .unwrap();
    before.current.unwrap_or(1_024)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_descriptors_refuses_the_new_serves_the_old_and_recovers() {
    let house = House::new();
    let mut alice = house.operator().await;
    let agent = alice.spawn(sh("exec cat")).await;
    alice.watch(agent).await;
    let pass = Pass::of_a_new_agent(&house, &mut alice).await;
    let server = house.server_pid().await;
    sleep(Duration::from_millis(100)).await;
    let usual = limit(server, descriptors(server) as u64);
    // More than one wait at each door, and all of them wait in vain.
    let (rooms, agents) = (house.paths.room_socket(), pass.socket.clone());
    let mut waiting = Vec::new();
    for _ in 0..5 {
        for socket in [&rooms, &agents, &house.paths.observer_socket()] {
            waiting.push(UnixStream::connect(socket).await.unwrap());
        }
    }
    let (before, began) = (cpu_ms(server), Instant::now());
    // Who wants in reads that they waited in vain, and where to look.
    let said = door::connect_existing(&house.paths).await.unwrap_err();
    assert_eq!(
        format!("{said:#}"),
        format!(
            "the server of this room does not let you in; {} may say why: the other side said nothing for 5 s: it may be stopped",
            house.paths.log().display()
        )
    );
    let log = house.log();
    assert!(
        log.contains("nobody can be accepted for now error=Too many open files"),
        "{log}"
    );
    let (spent, wall) = (cpu_ms(server) - before, began.elapsed());
    assert!(
        spent < 150,
        "{spent} ms of processor time in {wall:?}: it spins"
    );
    // Who is there works on, and is told in a sentence what cannot be started.
    alice.types(agent, "still here").await;
    alice.sees(agent, "still here").await;
    let told = |client: &Client, what: &str| {
        let all = client.told.iter();
        all.filter(|one| one.contains(what)).count()
    };
    alice
        .until("the sentence", |client| {
            told(
                client,
                "Warning: nobody new can come in, by a window or a command: Too many open files",
            ) == 1
        })
        .await;
    let Answer::Agent(late) = alice.wish(Wish::Spawn(sh("echo late; exec cat"))).await else {
        panic!("it is not even tried");
    };
    alice
        .until("the end of what cannot be started", |client| {
            client.agent(late).is_some_and(|agent| !agent.is_alive())
        })
        .await;
    let why = &alice.agent(late).unwrap().evidence;
    let why = format!("{:?} {}", why.state, why.detail.raw());
    assert!(
        why.contains(
            "no open files left for another agent; stop one, or start the server with more"
        ),
        "{why}"
    );
    // That cost nobody their terminal, and is said once, however often it is tried.
    alice.types(agent, ", and here").await;
    alice.sees(agent, "still here, and here").await;
    assert_eq!(told(&alice, "nobody new can come in"), 1);
    assert!(!house.log().contains("keeper is gone"), "{}", house.log());
    limit(server, usual);
    drop(waiting);
    let mut bob = timeout(PATIENCE, house.operator()).await.unwrap();
    bob.watch(agent).await;
    bob.sees(agent, "still here").await;
    let other: Client = house.observer().await;
    drop(other);
    alice
        .until("word that it is over", |client| {
            told(client, "Note: people can come in again") == 1
        })
        .await;
    assert_eq!(alice.wish(Wish::Clear(late)).await, Answer::Done);
    let again = alice.spawn(sh("echo again; exec cat")).await;
    alice.watch(again).await;
    alice.sees(again, "again").await;
    let another = Pass::of_a_new_agent(&house, &mut alice).await;
    let (_asker, reply) = another.ask("k", crate::kit::permission("ls")).await;
    assert!(
        matches!(reply, opsroom::wire::agent::Reply::Opened { .. }),
        "{reply:?}"
    );
    assert_eq!(house.server_pid().await, server);
    let complaints = house.log().matches("nobody can be accepted").count();
    assert!(
        complaints <= 4,
        "{complaints} lines in the log say the same"
    );
}
