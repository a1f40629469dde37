//! Memory and speed under floods: a client that stands still delays nobody and costs little, and a string
//! without an end costs next to nothing.

use std::time::{Duration, Instant};

use opsroom::wire::ToServer;
use rustix::process::Signal;
use tokio::sync::oneshot::error::TryRecvError;

use crate::client::{House, sh};
use crate::figures::rss;
use crate::kit::{operator, paths, signal};
use crate::support::Place;

/// What a server may grow by while clients stand still, once its panes' history is full.
const STILL: u64 = 16 << 20;
/// What a hundred megabytes without an end may cost.
const ENDLESS: u64 = 2 << 20;

#[tokio::test(flavor = "multi_thread")]
async fn a_window_and_a_client_that_stand_still_delay_nobody_and_cost_bounded_memory() {
    let place = Place::new();
    place.ok(&["spawn", "--name", "first", "--", "cat"]);
    let paths = paths(&place);
    let mut alice = operator(&paths).await;
    let flood = alice
        .spawn(sh(
            "exec yes 'a line of output that goes on for ever and ever'",
        ))
        .await;
    // Raw: where the terminal echoes as well, its echo and cat's copy of a line may interleave in the middle of a word.
    let echo = alice
        .spawn(sh("stty raw -echo; echo ready; exec cat"))
        .await;
    // A person's own window, stopped in the middle of the flood.
    let window = place.console(&[], 200, 50);
    window.sees("a line of output");
    signal(window.pid(), Signal::STOP);
    // A client that asks for everything and never reads.
    let mut deaf = operator(&paths).await;
    deaf.watch(flood).await;
    deaf.watch(echo).await;
    for ticket in 0..100 {
        deaf.send(ToServer::Past {
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
    let server = place.server_pid().unwrap();
    let began = Instant::now();
    let (mut words, mut before, mut most) = (0, 0, 0);
    let mut slowest = Duration::ZERO;
    // The first second and a half fills the history; the rest is measured.
    while began.elapsed() < Duration::from_secs(4) {
        let word = format!("word-{words};");
        let typed = Instant::now();
        alice.types(echo, &word).await;
        alice.sees(echo, &word).await;
        slowest = slowest.max(typed.elapsed());
        words += 1;
        if words % 5 == 0 {
            alice.types(echo, "\r\n").await;
        }
        let now = rss(server);
        if began.elapsed() < Duration::from_millis(1_500) {
            before = before.max(now);
        }
        most = most.max(now);
    }
    signal(window.pid(), Signal::CONT);
    println!(
        "{words} echoes, the slowest after {slowest:?}; memory {} KiB, then {} KiB",
        before >> 10,
        most >> 10
    );
    assert!(slowest < Duration::from_secs(3), "an echo took {slowest:?}");
    assert!(words > 50, "only {words} echoes in four seconds");
    assert!(most < before + STILL, "memory grew from {before} to {most}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_megabytes_of_one_unfinished_string_cost_under_two() {
    let house = House::new();
    let mut alice = house.operator().await;
    let go = house.paths.folder.join("go");
    // Ordinary output first, until the history is as full as it gets.
    let script = format!(
        "stty -opost; yes 'an ordinary line of output' | head -c 12000000; printf '\\r\\nwarm\\r\\n'; \
         while [ ! -e {} ]; do sleep 0.02; done; \
         printf '\\033]0;'; head -c 100000000 /dev/zero | tr '\\0' x; printf '\\007\\r\\nafter all\\r\\n'; exec cat",
        go.display()
    );
    let agent = alice.spawn(sh(&script)).await;
    alice.watch(agent).await;
    alice.sees(agent, "warm").await;
    let server = house.server_pid().await;
    let before = rss(server);
    let began = Instant::now();
    std::fs::write(&go, "").unwrap();
    let (done, mut ended) = tokio::sync::oneshot::channel::<()>();
    let measuring = tokio::spawn(async move {
        let mut most = 0;
        while ended.try_recv() == Err(TryRecvError::Empty) {
            most = most.max(rss(server));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        most
    });
    alice.sees(agent, "after all").await;
    done.send(()).unwrap();
    let most = measuring.await.unwrap();
    println!(
        "{:?}; memory {} KiB, then at most {} KiB",
        began.elapsed(),
        before >> 10,
        most >> 10
    );
    assert!(
        most < before + ENDLESS,
        "memory grew from {before} to {most}"
    );
}
