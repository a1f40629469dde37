//! Agents by keys: started, told, stopped, started again, cleared.

use super::support::{Console, PERSON, Place, eventually, lives};

fn desk(place: &Place) -> Console {
    let console = place.console(&[], 140, 44);
    console.sees("ready");
    console
}

#[test]
fn an_agent_is_stopped_only_after_a_yes_and_can_be_started_again_or_cleared() {
    let place = Place::of(&[("one", "echo ready; sleep 1000 & exec cat")]);
    let mut console = desk(&place);
    let pid = place.so_many_agents(1)[0].1;
    console.does("X", "stop agent 1 one");
    console.types("n");
    console.no_longer_sees("stop agent 1 one");
    assert!(lives(pid));
    console.does("X", "stop agent 1 one");
    console.types("y");
    eventually("the agent to be gone", || (!lives(pid)).then_some(()));
    console.sees("0 agents");
    console.types("R");
    let again = place.so_many_agents(1)[0].1;
    assert_ne!(again, pid);
    console.sees("1 agent ");
    console.does("X", "stop agent 2 one");
    console.types("y");
    eventually("the agent to be gone", || (!lives(again)).then_some(()));
    console.sees("0 agents");
    console.types("gc");
    console.no_longer_sees("2 one");
    eventually("no agent to be listed", || {
        place.ls()["agents"]
            .as_array()
            .unwrap()
            .is_empty()
            .then_some(())
    });
}

#[test]
fn a_word_to_an_agent_at_rest_is_typed_and_sent() {
    let script = "\"$OPSROOM_BIN\" status idle; echo ready; exec cat";
    let place = Place::of(&[("one", script)]);
    let mut console = desk(&place);
    console.does("m", "say");
    console.types("mind the tide\r");
    console.until("the word, and its echo", |screen| {
        screen.matches("mind the tide").count() >= 2
    });
    let said = place.noted("messaged");
    assert_eq!(
        (&said[0]["by"]["person"]["name"], said.len()),
        (&PERSON.into(), 1)
    );
}

#[test]
fn a_brief_goes_to_another_role_with_a_key() {
    let place = Place::demo();
    let mut console = place.console(&[], 140, 44);
    console.chooses("0012");
    console.types("S");
    console.card("sh checks/all.sh");
    console.does("e", "another role");
    console.does("role", "another role");
    console.does("\r", "to which role");
    console.does("reviewer", "reviewer");
    console.does("\r", "to role reviewer");
    console.types("look first\r");
    console.sees("2 reviewer");
    let agents = place.ls()["agents"].clone();
    let reviewer = agents
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["role"] == "reviewer")
        .unwrap()
        .clone();
    assert_eq!(reviewer["brief"], "0012-rate-limit");
}
