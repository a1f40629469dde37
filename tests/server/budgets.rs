//! Budgets with real agents that say what they used, and what a hook reads of a session's record.

use std::process::Command;

use opsroom::model::{Answer, Ask, BriefId, StartOn, State, Verdict, Wish};
use serde_json::{Value, json};

use crate::client::{Client, House, program, sh};

const SETTINGS: &str = "
[tracks.web]
stages = [{ name = \"dev\", role = \"builder\" }]

[roles.builder]
command = [\"sh\", \"play.sh\"]
";

const BRIEF: &str = "+++
title = \"Slow down guessing\"
budget = \"1k tokens\"
+++
It must not slow down people. Done when the test passes.
";

/// Says what it used whenever it reads a figure; says all that it reads.
const PLAY: &str = "
\"$OPSROOM_BIN\" used --output-tokens 900
stty -echo
while read -r line; do
  case $line in [0-9]*) \"$OPSROOM_BIN\" used --output-tokens \"$line\" ;; *) echo \"told: $line\" ;; esac
done
";

/// What `opsroom usage --json` says.
fn usage(house: &House) -> Value {
    let out = Command::new(program())
        .args(["usage", "--json"])
        .current_dir(&house.paths.folder)
        .output()
        .unwrap();
    serde_json::from_slice(&out.stdout).unwrap()
}

async fn builder(alice: &mut Client) -> opsroom::model::AgentId {
    let brief = BriefId::from("0001-a");
    alice
        .until("the brief", |client| {
            client.facts.briefs.contains_key(&brief)
        })
        .await;
    let on = StartOn::Stage;
    let agent = match alice.wish(Wish::BriefStart { brief, on }).await {
        Answer::Agent(agent) => agent,
        other => panic!("not started: {other:?}"),
    };
    alice.watch(agent).await;
    agent
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_that_uses_up_its_brief_is_told_to_wait_until_a_person_grants_more_or_stops_it() {
    let house = House::new();
    house.write("opsroom.toml", SETTINGS);
    house.write("play.sh", PLAY);
    house.write("briefs/web/dev/0001-a.md", BRIEF);
    let mut alice = house.operator().await;
    let agent = builder(&mut alice).await;
    let heard = |client: &Client| client.agent(agent).is_some_and(|it| it.usage.is_some());
    alice.until("the first word", heard).await;
    assert_eq!(alice.facts.waiting().count(), 0);
    alice.types(agent, "1001\n").await;
    let request = alice.is_asked(agent).await;
    let Ask::Matter { text, .. } = &request.ask else {
        panic!("{request:?}");
    };
    assert!(text.raw().contains("may use 1000 tokens"), "{text:?}");
    alice.is_in(agent, State::Waiting).await;
    alice.sees(agent, "budget of brief 0001-a is used up").await;
    alice.decides(&request, Verdict::Approve).await;
    alice.sees(agent, "granted 1000 tokens more").await;
    alice.types(agent, "2001\n").await;
    let again = alice.is_asked(agent).await;
    assert_ne!(again.id, request.id);
    let used = usage(&house);
    assert_eq!(used["briefs"]["0001-a"]["output_tokens"], 2_001, "{used}");
    assert_eq!(used["tracks"]["web"]["output_tokens"], 2_001, "{used}");
    let reason = String::new();
    alice.decides(&again, Verdict::Reject { reason }).await;
    alice
        .until("its end", |client| {
            client.agent(agent).is_some_and(|it| !it.is_alive())
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hook_at_the_end_of_a_turn_tells_what_the_record_of_the_session_says() {
    let house = House::new();
    let line = json!({ "type": "assistant", "message": { "id": "msg_1", "usage": {
        "input_tokens": 3, "cache_read_input_tokens": 1000, "output_tokens": 40
    } } });
    house.write("record.jsonl", &format!("{line}\n{line}\n"));
    let record = house.paths.folder.join("record.jsonl");
    let stop = json!({ "session_id": "s1", "transcript_path": record, "background_tasks": [] });
    house.write("stop", &stop.to_string());
    let mut alice = house.operator().await;
    let play = "\"$OPSROOM_BIN\" hook claude Stop < stop; exec cat";
    let agent = alice.spawn(sh(play)).await;
    alice.is_in(agent, State::Idle).await;
    let usage = alice.agent(agent).unwrap().usage.unwrap();
    assert_eq!((usage.input_tokens, usage.output_tokens), (1_003, 40));
}
