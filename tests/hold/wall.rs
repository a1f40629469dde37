//! A wall clock that is set under a running server, as the server itself sees it: for cards, recordings, and what is told
//! to those who come back. Another library stands between it and the clock, where it is installed.

use std::path::Path;

use opsroom::model::{AgentId, Answer, Card, News, RequestId, Since, Verdict};
use opsroom::wire::ToClient;
use serde_json::Value;

use crate::client::{Client, sh};
use crate::kit::{Pass, card, decide, look, operator, paths, permission, refusal};
use crate::support::{Place, eventually};

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

    /// The journal's lines, as the program tells them.
    fn told(&self) -> Vec<Value> {
        let journal = self.place.ok(&["journal", "--json"]);
        let lines = journal.lines();
        lines
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect()
    }

    /// When the last line of the journal was written, as the server's clock showed it, in ms.
    fn last_written(&self) -> u64 {
        let last = self.told().pop().expect("a line");
        last["at"].as_u64().expect("a time")
    }

    /// The screen of a recording, as it is printed.
    fn replayed(&self, what: &[&str]) -> String {
        let printed = self.place.ok(&[&["replay", "--print"], what].concat());
        printed.trim_end().to_owned()
    }

    /// The times of an agent's recording, segment by segment, as they are written.
    fn recorded(&self, agent: AgentId) -> Vec<Vec<f64>> {
        let part = |number: usize| {
            let text = self
                .place
                .read(&format!(".opsroom/recordings/{agent}-{number}.cast"));
            let events = text.lines().skip(1).map(|line| {
                let event: Value = serde_json::from_str(line).expect("an event");
                event[0].as_f64().expect("a time")
            });
            events.collect::<Vec<f64>>()
        };
        (1..)
            .map(part)
            .take_while(|events| !events.is_empty())
            .collect()
    }
}

/// An agent that says a step and asks, so many times.
fn stepping(steps: u32, before: &str) -> String {
    format!(
        "{before}; n=1; while [ $n -le {steps} ]; do echo \"step $n\"; \
         \"$OPSROOM_BIN\" ask-permission --tool bash --summary \"step $n\" >answer; \
         n=$((n+1)); done; echo all done; exec cat"
    )
}

/// Decides what is asked behind a step; gives its number, and the screen that was decided before.
async fn decided(person: &mut Client, agent: AgentId, step: u32) -> (RequestId, String) {
    let said = format!("step {step}");
    person.sees(agent, &said).await;
    let card = |client: &Client| {
        let mut waiting = client.facts.waiting();
        let request = waiting.find(|it| it.ask.line().raw().contains(&said))?;
        Some(Card {
            request: request.id,
            digest: request.digest.clone(),
        })
    };
    person.until(&said, |client| card(client).is_some()).await;
    let card = card(person).expect("it waits");
    look(person, &card).await;
    let screen = person.text(agent);
    assert_eq!(decide(person, &card, Verdict::Approve).await, Answer::Done);
    (card.request, screen)
}

/// What a client was told of the time when its person was away.
fn since(client: &Client) -> Option<Since> {
    client.others.iter().find_map(|message| match message {
        ToClient::Since(since) => Some(since.clone()),
        _ => None,
    })
}

/// Somebody takes a seat again, and is told what was decided meanwhile.
async fn comes_back(clocked: &Clocked) -> Vec<RequestId> {
    let mut person = operator(&paths(&clocked.place)).await;
    person
        .until("what happened", |client| since(client).is_some())
        .await;
    // Nothing more comes of it.
    person.ping(1).await;
    let told = person
        .others
        .iter()
        .filter(|it| matches!(it, ToClient::Since(_)));
    assert_eq!(told.count(), 1);
    let missed = since(&person).expect("it was told").missed;
    let decided = missed.iter().filter_map(|missed| match missed.news {
        News::Decided { request, .. } => Some(request),
        _ => None,
    });
    decided.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn recordings_go_forward_and_decisions_show_their_screens_whichever_way_the_clock_is_set() {
    let Some(clocked) = Clocked::room(100) else {
        return;
    };
    let mut alice = operator(&paths(&clocked.place)).await;
    let agent = alice.spawn(sh(&stepping(4, ":"))).await;
    alice.watch(agent).await;
    let mut decisions = Vec::new();
    for (step, by) in [(1, "+0"), (2, "-5h"), (3, "+7h"), (4, "-1h")] {
        // What was asked before the clock is set is decided behind it.
        alice.sees(agent, &format!("step {step}")).await;
        clocked.sets(by);
        decisions.push(decided(&mut alice, agent, step).await);
    }
    alice.sees(agent, "all done").await;
    alice.ping(1).await;
    let last = alice.text(agent);

    let lines = clocked.place.noted("decided");
    let at: Vec<u64> = lines
        .iter()
        .filter_map(|line| line["at"].as_u64())
        .collect();
    assert!(
        at.len() == 4 && at[1] < at[0] && at[0] < at[2] && at[3] < at[0],
        "its clock was not set: {at:?}"
    );
    for line in &lines {
        let seen = line["seen_ms"].as_u64().expect("how long it was seen");
        assert!(seen < 3_600_000, "nobody looked at it for hours: {line}");
        assert_eq!(line["at_screen"]["sight"], "drawn", "{line}");
    }
    for (step, (request, screen)) in decisions.iter().enumerate() {
        let steps: Vec<String> = (0..=step).map(|n| format!("step {}", n + 1)).collect();
        assert_eq!(*screen, steps.join("\n"));
        assert_eq!(clocked.replayed(&["--at", &request.to_string()]), *screen);
    }
    assert!(last.ends_with("all done"), "{last}");
    assert_eq!(clocked.replayed(&[&agent.to_string()]), last);
    let recorded = clocked.recorded(agent);
    assert!(!recorded.is_empty());
    for times in recorded {
        assert!(times.is_sorted(), "{times:?}");
    }

    clocked.place.ok(&["journal", "verify"]);
    let told = clocked.told();
    assert!(!told.is_empty() && told.iter().all(|line| line["at"].as_u64() > Some(0)));
    let listed = clocked.place.ls();
    assert_eq!(listed["requests"], serde_json::json!([]));
    assert_eq!(listed["agents"].as_array().map(Vec::len), Some(2));
    let explained = clocked.place.ok(&["explain", &agent.to_string()]);
    assert!(explained.contains("started     0 s ago"), "{explained}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_left_before_the_clock_was_set_is_told_each_decision_once_whenever_they_come_back()
{
    let Some(clocked) = Clocked::room(100) else {
        return;
    };
    let mut alice = operator(&paths(&clocked.place)).await;
    let script = stepping(3, "sleep 3; echo stayed");
    let agent = alice.spawn(sh(&script)).await;
    alice.watch(agent).await;
    alice.sees(agent, "stayed").await;
    drop(alice);
    eventually("the leaving", || clocked.place.noted("left").pop());
    clocked.sets("-5h");
    let mut other = operator(&paths(&clocked.place)).await;
    other.watch(agent).await;
    let mut meanwhile = vec![decided(&mut other, agent, 1).await.0];
    clocked.sets("+7h");
    meanwhile.push(decided(&mut other, agent, 2).await.0);
    assert_eq!(comes_back(&clocked).await, meanwhile);
    clocked.sets("-5h");
    meanwhile.push(decided(&mut other, agent, 3).await.0);
    assert_eq!(comes_back(&clocked).await, meanwhile);
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
