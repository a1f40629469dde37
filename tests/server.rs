//! The server from outside: the real binary, real sockets, real terminals. Waits on messages, never
//! for a time to pass.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "server/client.rs"]
mod client;

use client::{Client, House, line, sh};
use opsroom::door::{self, Seating};
use opsroom::model::{Answer, Wish};
use opsroom::wire::{ToServer, Want};

#[tokio::test(flavor = "multi_thread")]
async fn a_key_goes_to_the_agent_and_its_echo_comes_back() {
    let house = House::new();
    let mut alice = house.operator().await;
    let cat = alice.spawn(sh("echo ready; exec cat")).await;
    alice.watch(cat).await;
    alice.sees(cat, "ready").await;
    alice.types(cat, "hello there").await;
    alice.sees(cat, "hello there").await;
}
