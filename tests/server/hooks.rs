//! Hooks of agent programs, from their command line to the card and back. The program is played by a script.

use std::process::{Command, Stdio};

use opsroom::model::{Ask, Launch, State, Verdict};
use serde_json::{Value, json};

use crate::client::{House, program, sh};

/// What Claude Code hands to a hook.
fn payload(event: &str, command: &str) -> Value {
    json!({
        "session_id": "s1", "prompt_id": "p1", "cwd": "/srv/web", "hook_event_name": event,
        "tool_name": "Bash", "tool_input": { "command": command, "description": "Clean" }
    })
}

/// A room whose folder holds these payloads, by their names.
fn house(payloads: &[(&str, Value)]) -> House {
    let house = House::new();
    for (name, payload) in payloads {
        house.write(name, &payload.to_string());
    }
    house
}

fn asks(command: &str) -> (&'static str, Value) {
    ("asks", payload("PermissionRequest", command))
}

/// Asks once, and says how it ended.
const ASKS: &str = "\"$OPSROOM_BIN\" hook claude PermissionRequest < asks; echo \"ended $?\"; ";

fn script(text: &str) -> Launch {
    sh(&format!("{text} exec cat"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hook_becomes_a_card_with_the_exact_operands_and_prints_the_decision() {
    let house = house(&[asks("rm -rf build &&\n echo gone")]);
    let mut alice = house.operator().await;
    let agent = alice.spawn(script(ASKS)).await;
    alice.watch(agent).await;
    let request = alice.is_asked(agent).await;
    let Ask::Permission {
        tool, detail, cwd, ..
    } = &request.ask
    else {
        panic!("{request:?}")
    };
    assert_eq!(
        (tool.raw(), detail.raw(), cwd.raw()),
        ("Bash", "rm -rf build &&\n echo gone", "/srv/web")
    );
    alice.decides(&request, Verdict::Approve).await;
    alice
        .sees(agent, r#""decision":{"behavior":"allow"}"#)
        .await;
    alice.sees(agent, "ended 0").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejection_reaches_the_program_with_its_reason() {
    let house = house(&[asks("make")]);
    let mut alice = house.operator().await;
    let agent = alice.spawn(script(ASKS)).await;
    alice.watch(agent).await;
    let request = alice.is_asked(agent).await;
    let reason = "use cargo".to_owned();
    alice.decides(&request, Verdict::Reject { reason }).await;
    alice
        .sees(agent, r#"{"behavior":"deny","message":"use cargo"}"#)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_is_for_one_call_and_the_same_call_is_asked_about_again() {
    let house = house(&[asks("make")]);
    let mut alice = house.operator().await;
    let agent = alice.spawn(script(&ASKS.repeat(2))).await;
    let first = alice.is_asked(agent).await;
    alice.decides(&first, Verdict::Approve).await;
    let second = alice.is_asked(agent).await;
    assert_ne!(first.id, second.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_ended_in_its_pane_takes_its_card_away_and_its_hook_prints_nothing() {
    let house = house(&[asks("make"), ("over", payload("PostToolUse", "make"))]);
    let mut alice = house.operator().await;
    let play = format!(
        "{{ {ASKS} }} > said & read go; \"$OPSROOM_BIN\" hook claude PostToolUse < over; wait; cat said;"
    );
    let agent = alice.spawn(script(&play)).await;
    alice.watch(agent).await;
    let request = alice.is_asked(agent).await;
    alice.types(agent, "\n").await;
    assert_eq!(
        alice.is_withdrawn(&request).await,
        "it was answered in its pane"
    );
    alice.sees(agent, "ended 0").await;
    assert!(
        !alice.text(agent).contains("behavior"),
        "{}",
        alice.text(agent)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_says_that_it_waits_no_more_takes_its_card_away() {
    let house = house(&[asks("make")]);
    let mut alice = house.operator().await;
    let record = |state: &str| format!("printf '\\033]7501;state={state}\\007';");
    let play = format!(
        "{} {{ {ASKS} }} & read go; {} read go; {} wait;",
        record("working"),
        record("blocked:kind=permission"),
        record("working")
    );
    let agent = alice.spawn(script(&play)).await;
    alice.watch(agent).await;
    let request = alice.is_asked(agent).await;
    alice.types(agent, "\n").await;
    let waits = |client: &crate::client::Client| {
        let known = &client.agent(agent).unwrap().known;
        known.iter().any(|it| it.state == State::Waiting)
    };
    alice.until("the record", waits).await;
    // a record this soon after the request is not believed: what has no event is time
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    alice.types(agent, "\n").await;
    assert_eq!(
        alice.is_withdrawn(&request).await,
        "it was answered in its pane"
    );
    alice.sees(agent, "ended 0").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hook_that_waits_outlives_the_server_and_is_answered_by_the_next() {
    let house = house(&[asks("make")]);
    let mut alice = house.operator().await;
    let agent = alice.spawn(script(ASKS)).await;
    let before = alice.is_asked(agent).await;
    house.kill_server().await;
    let mut alice = house.operator().await;
    alice.watch(agent).await;
    let request = alice.is_asked(agent).await;
    assert_eq!(
        (before.id, before.digest),
        (request.id, request.digest.clone())
    );
    alice.decides(&request, Verdict::Approve).await;
    alice.sees(agent, r#"{"behavior":"allow"}"#).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn turns_begin_and_end_by_the_programs_own_word() {
    let prompt = json!({ "session_id": "s1", "prompt_id": "p1", "prompt": "do it" });
    let stop = json!({ "session_id": "s1", "prompt_id": "p1", "background_tasks": [] });
    let house = house(&[("prompt", prompt), ("stop", stop)]);
    let mut alice = house.operator().await;
    let play = "\"$OPSROOM_BIN\" hook claude UserPromptSubmit < prompt; read go; \"$OPSROOM_BIN\" hook claude Stop < stop;";
    let agent = alice.spawn(script(play)).await;
    alice.is_in(agent, State::Working).await;
    alice.types(agent, "\n").await;
    alice.is_in(agent, State::Idle).await;
}

#[test]
fn a_hook_without_a_room_prints_nothing_and_ends_well() {
    for (input, socket) in [("{}", ""), ("no json", "/nowhere/agent.sock"), ("", "")] {
        let mut command = Command::new(program());
        command.args(["hook", "claude", "PermissionRequest"]);
        command
            .env("OPSROOM_SOCKET", socket)
            .env("OPSROOM_TOKEN", "x");
        if socket.is_empty() {
            command.env_remove("OPSROOM_AGENT");
        } else {
            command.env("OPSROOM_AGENT", "1");
        }
        let piped = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut hook = piped.spawn().unwrap();
        let mut stdin = hook.stdin.take().unwrap();
        // it may be gone already
        let _ = std::io::Write::write_all(&mut stdin, input.as_bytes());
        drop(stdin);
        let out = hook.wait_with_output().unwrap();
        assert!(out.status.success(), "{out:?}");
        assert!(out.stdout.is_empty() && out.stderr.is_empty(), "{out:?}");
    }
}
