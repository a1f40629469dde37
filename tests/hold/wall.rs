//! A wall clock that is set under a running server, as the server itself sees it. Another library stands between it and
//! the clock, where it is installed.

use std::path::Path;

use opsroom::model::{Answer, Verdict};

use crate::client::Client;
use crate::kit::{Pass, card, decide, look, operator, paths, permission, refusal};
use crate::support::Place;

/// Where the library lies.
const FAKETIME: [&str; 3] = [
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib64/faketime/libfaketime.so.1",
];

/// A room whose clock can be set.
struct Clocked {
    place: Place,
}

impl Clocked {
    /// None, with the reason printed, where it cannot be set here.
    fn room(settle_ms: u64) -> Option<Self> {
        let Some(library) = FAKETIME.iter().find(|path| Path::new(path).exists()) else {
            println!("skipped: no libfaketime here, so a server's clock cannot be set");
            return None;
        };
        let mut place = Place::new();
        let file = place.home.join("clock");
        place.env("LD_PRELOAD", library);
        place.env("FAKETIME_TIMESTAMP_FILE", &file.to_string_lossy());
        place.env("FAKETIME_NO_CACHE", "1");
        place.env("DONT_FAKE_MONOTONIC", "1");
        place.settings(&format!(
            "name = \"clocked\"\n[limits]\nsettle_ms = {settle_ms}\n"
        ));
        let clocked = Self { place };
        clocked.sets("+0");
        clocked.place.ok(&["spawn", "--name", "first", "--", "cat"]);
        Some(clocked)
    }

    /// Sets the clock by so much from the true time.
    fn sets(&self, by: &str) {
        self.place.write("home/clock", &format!("{by}\n"));
    }

    async fn asks(&self) -> (Client, Pass) {
        let mut alice = operator(&paths(&self.place)).await;
        let pass = Pass::in_the_folder(&self.place.room, &mut alice).await;
        (alice, pass)
    }

    /// When the last line of the journal was written, as the server's clock showed it, in ms.
    fn last_written(&self) -> u64 {
        let journal = self.place.ok(&["journal", "--json"]);
        let line = journal.lines().last().expect("a line");
        let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
        line["at"].as_u64().expect("a time")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_clock_is_set_back_lets_a_settled_card_be_decided_at_once() {
    let Some(clocked) = Clocked::room(100) else {
        return;
    };
    let (mut alice, pass) = clocked.asks().await;
    let (_asker, _) = pass.ask("one", permission("rm -rf build")).await;
    let asked = card(&mut alice, "one").await;
    look(&mut alice, &asked).await;
    let before = clocked.last_written();
    clocked.sets("-2h");
    assert_eq!(
        decide(&mut alice, &asked, Verdict::Approve).await,
        Answer::Done
    );
    let after = clocked.last_written();
    assert!(
        after + 3_600_000 < before,
        "its clock was not set: {before}, then {after}"
    );
    clocked.place.ok(&["journal", "verify"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_clock_is_set_forward_lets_nobody_decide_what_just_came() {
    let Some(clocked) = Clocked::room(10_000) else {
        return;
    };
    let (mut alice, pass) = clocked.asks().await;
    let (_asker, _) = pass.ask("one", permission("rm -rf build")).await;
    let asked = card(&mut alice, "one").await;
    look(&mut alice, &asked).await;
    let before = clocked.last_written();
    clocked.sets("+2h");
    let why = refusal(decide(&mut alice, &asked, Verdict::Approve).await);
    assert!(why.contains("on your screen"), "{why}");
    let (_asker, _) = pass.ask("two", permission("rm -rf target")).await;
    card(&mut alice, "two").await;
    let after = clocked.last_written();
    assert!(
        before + 3_600_000 < after,
        "its clock was not set: {before}, then {after}"
    );
}
