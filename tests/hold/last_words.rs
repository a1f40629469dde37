//! What an agent wrote last is recorded, however soon it is forgotten.

use std::time::Instant;

use opsroom::model::{Answer, Wish};

use crate::client::{Client, House, sh};
use crate::kit::PATIENCE;

/// How often it is tried: which of the two is first, the reading or the clearing, is up to the machine.
const ROUNDS: u32 = 10;

#[tokio::test(flavor = "multi_thread")]
async fn the_last_words_of_an_agent_that_is_cleared_as_soon_as_it_ended_are_found() {
    let house = House::new();
    let mut alice = house.operator().await;
    let other = alice.spawn(sh("exec cat >/dev/null")).await;
    for round in 0..ROUNDS {
        // While a person types elsewhere, what comes is read in small parts with pauses between them. The burst is
        // what the kernel holds, so that its program ends at once.
        alice.types(other, "x").await;
        let gone = alice
            .spawn(sh(&format!("seq 1 9000; echo LASTWORD{round}")))
            .await;
        let over = |client: &Client| client.agent(gone).is_some_and(|agent| !agent.is_alive());
        alice.until("the end", over).await;
        assert_eq!(alice.wish(Wish::Clear(gone)).await, Answer::Done);
        let by = Instant::now() + PATIENCE;
        loop {
            let (hits, _) = alice.find_all(&format!("LASTWORD{round}")).await;
            if let [hit] = &hits[..] {
                assert_eq!(hit.agent, gone);
                break;
            }
            assert!(Instant::now() < by, "round {round}: it was never recorded");
        }
    }
}
