//! Why a tile says what it says.

use super::*;
use crate::model::explain::{explain, text};

impl Stage {
    fn explained(&self, agent: AgentId) -> String {
        let agent = self.room.agent(agent).unwrap();
        let book = &self.room.book;
        text(&explain(
            &agent,
            book.requests.values(),
            book.messages.values(),
            self.now,
        ))
    }
}

#[test]
fn every_source_is_there_with_what_became_of_its_word() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.hear(agent, Source::Hook, State::Working);
    stage.wait(3_000);
    stage.hear(agent, Source::Record, State::Unknown);
    stage.hear(agent, Source::Screen, State::Idle);
    let said = stage.explained(agent);
    assert!(
        said.starts_with("# shown\nidle        by its screen, just now\n"),
        "{said}"
    );
    for line in [
        "working     by its hook, 3 s ago\n            began something; the screen, read later, shows another",
        "unknown     by a status record in its output, just now\n            names no state, and steps back",
        "idle        by its screen, just now\n            this is shown",
    ] {
        assert!(said.contains(line), "no `{line}` in:\n{said}");
    }
}

#[test]
fn what_contradicts_is_said_and_why_messages_wait() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.hear(agent, Source::Record, State::Idle);
    stage.wait(1);
    stage.hear(agent, Source::Screen, State::Working);
    stage.wish(Wish::Say {
        agent,
        text: "go on".to_owned(),
        manner: Manner::AtRest,
    });
    let said = stage.explained(agent);
    assert!(
        said.contains("but its screen says working, and said so later"),
        "{said}"
    );
    assert!(said.contains("contradicts what is shown"), "{said}");
    assert!(
        said.contains("held, its sources contradict each other"),
        "{said}"
    );
}

#[test]
fn an_open_request_outranks_what_would_be_shown() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.hear(agent, Source::Record, State::Working);
    stage.ask("k", agent, "rm -rf build");
    let said = stage.explained(agent);
    assert!(
        said.contains("a request of it is open: that outranks every source"),
        "{said}"
    );
    assert!(
        said.contains("would be shown, were no request open"),
        "{said}"
    );
    assert!(
        said.contains("# waits for a person\n#1  bash rm -rf build, for 0 s"),
        "{said}"
    );
}

#[test]
fn a_sentence_that_goes_on_loses_its_full_stop() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.ask("k", agent, "rm -rf build.");
    let said = stage.explained(agent);
    assert!(said.contains("bash rm -rf build, for 0 s"), "{said}");
}

#[test]
fn silence_is_never_said_to_be_idle() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.hear(agent, Source::Silence, State::Idle);
    let said = stage.explained(agent);
    assert!(
        said.contains("no source names a state; that is never shown as idle"),
        "{said}"
    );
    assert!(
        said.contains("silence speaks for no state by itself"),
        "{said}"
    );
}

#[test]
fn a_rehearsal_is_explained_with_the_command_that_ran_whether_its_role_names_the_program_or_not() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    for (written, ran) in [
        (&["opsroom", "rehearsal", "planner"][..], "planner"),
        (&["planner", "--speed", "2"], "planner --speed 2"),
        (&[], "poet"),
    ] {
        let known = stage.room.book.agents.get_mut(&agent).unwrap();
        known.profile = "rehearsal".to_owned();
        known.role = Some("poet".into());
        known.command = written.iter().map(|word| Untrusted::new(*word)).collect();
        let said = stage.explained(agent);
        let line = format!("command     opsroom rehearsal {ran}\n");
        assert!(said.contains(&line), "no `{line}` in:\n{said}");
    }
}
