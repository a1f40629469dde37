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
    // A client of ours says in a sentence that it waited in vain.
    let said = door::connect_existing(&house.paths)
        .await
        .unwrap_err()
        .to_string();
    assert!(said.contains("said nothing"), "{said}");
    let (spent, wall) = (cpu_ms(server) - before, began.elapsed());
    assert!(
        spent < 150,
        "{spent} ms of processor time in {wall:?}: it spins"
    );
    // Who is there works on, and is told in a sentence what cannot be started.
    alice.types(agent, "still here").await;
    alice.sees(agent, "still here").await;
    // An agent that is started now has a terminal that the server cannot take yet.
    let Answer::Agent(late) = alice.wish(Wish::Spawn(sh("echo late; exec cat"))).await else {
        panic!("it is not even tried");
    };
    limit(server, usual);
    drop(waiting);
    let mut bob = timeout(PATIENCE, house.operator()).await.unwrap();
    bob.watch(agent).await;
    bob.sees(agent, "still here").await;
    let other: Client = house.observer().await;
    drop(other);
    alice.watch(late).await;
    alice.sees(late, "late").await;
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
