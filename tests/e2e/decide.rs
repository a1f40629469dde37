//! What waits is decided with a key, and the agent hears it.

use super::support::{Console, PERSON, Place, agent, end, eventually, kill, lives};

fn desk(place: &Place) -> Console {
    let console = place.console(&[], 140, 44);
    console.sees("harbour");
    console
}

/// The builder on the brief that is for it, at its first request.
fn builder(place: &Place) -> Console {
    let mut console = desk(place);
    console.chooses("0012");
    console.types("S");
    console.card("sh checks/all.sh");
    console
}

fn order(place: &Place, what: &str, request: u64) -> Option<usize> {
    place.journal().iter().position(|entry| {
        let of = entry["request"]
            .as_u64()
            .or(entry["card"]["request"].as_u64());
        entry["what"] == what && of == Some(request)
    })
}

#[test]
fn the_demo_comes_up_and_goes_without_a_trace() {
    let place = Place::new();
    let mut console = place.console(&["demo"], 140, 44);
    console.until("five agents at work, four of them waiting", |screen| {
        screen.contains("5 agents") && screen.contains("4 waiting on you")
    });
    let folder = place.home.parent().unwrap().join("opsroom-demo-1");
    assert!(folder.join("briefs/web/dev/0012-rate-limit.md").exists());
    console.types("q");
    assert_eq!(console.ends(), 0);
    assert!(!folder.exists(), "the demo's folder is still there");
    eventually("all of the demo's processes to be gone", || {
        place.leftovers().is_empty().then_some(())
    });
}

#[test]
fn an_approved_agent_goes_on_after_the_journal_knows_who_decided() {
    let place = Place::demo();
    let mut console = builder(&place);
    assert!(!place.read("app/login.sh").contains("too many attempts"));
    console.decides("a", &format!("approved by {PERSON}"));
    console.card("app/login.sh  +");
    assert_eq!(place.noted("decided").len(), 1);
    console.decides("a", "git commit");
    let journal = eventually("the edit", || {
        let edited = place.read("app/login.sh").contains("too many attempts");
        edited.then(|| place.journal())
    });
    let decided: Vec<_> = journal
        .iter()
        .filter(|entry| entry["what"] == "decided")
        .collect();
    assert_eq!(decided.len(), 2, "{decided:#?}");
    for entry in &decided {
        assert_eq!(entry["by"]["person"]["name"], PERSON);
        assert_eq!(entry["decision"]["verdict"], "Approve");
        assert!(entry["seen_ms"].as_u64().unwrap() >= 500);
    }
    assert!(order(&place, "asked", 1) < order(&place, "decided", 1));
    assert!(order(&place, "decided", 1) < order(&place, "asked", 2));
    assert!(order(&place, "asked", 2) < order(&place, "decided", 2));
    console.sees(&format!("approved by {}", PERSON));
    place.ok(&["journal", "verify"]);
}

#[test]
fn a_rejection_reaches_the_agent_with_its_reason() {
    let place = Place::demo();
    let mut console = builder(&place);
    console.does("r", "why, in your words");
    console.types("not before noon\r");
    console.sees(&format!("rejected by {}: not before noon", PERSON));
    let decided = place.noted("decided");
    assert_eq!(
        decided[0]["decision"]["verdict"]["Reject"]["reason"],
        "not before noon"
    );
}

#[test]
fn new_direction_reaches_the_agent() {
    let place = Place::demo();
    let mut console = builder(&place);
    console.does("e", "new direction");
    console.does("\r", "what to do instead");
    console.types("count per address\r");
    let noted = eventually("the direction in the agent's file", || {
        Some(place.read("DIRECTION.md")).filter(|text| !text.is_empty())
    });
    assert_eq!(noted, format!("- {}: count per address\n", PERSON));
}

#[test]
fn a_redirect_to_a_stage_moves_the_briefs_file() {
    let place = Place::demo();
    let mut console = builder(&place);
    console.does("e", "another stage");
    console.does("stage", "another stage");
    console.does("\r", "to which stage");
    console.does("prep", "planner");
    console.does("\r", "to stage prep");
    console.types("plan it first\r");
    eventually("the brief in prep", || {
        place
            .room
            .join("briefs/web/prep/0012-rate-limit.md")
            .exists()
            .then_some(())
    });
    assert!(
        !place
            .room
            .join("briefs/web/dev/0012-rate-limit.md")
            .exists()
    );
    console.queue_shows("0012", "prep");
    let moved = place.noted("moved");
    let last = moved.last().unwrap();
    assert_eq!(
        (&last["brief"], &last["to"]["stage"]),
        (&"0012-rate-limit".into(), &"prep".into())
    );
}

#[test]
fn a_question_is_answered_with_an_option_or_in_words() {
    let place = Place::demo();
    let mut console = desk(&place);
    console.chooses("0014");
    console.types("S");
    console.card("Which separator");
    console.does("w", "something else");
    console.does("semi", "semicolon");
    console.types("\r");
    console.sees(&format!("{} answered: semicolon", PERSON));
    console.card("is done with prep");
    console.chooses("0003");
    console.types("S");
    console.sees("question May");
    console.click("question May");
    console.card("writer ▸ rehearsal asks");
    console.does("w", "something else");
    console.does("something", "something else");
    console.does("\r", "your answer");
    console.types("Thursday at noon\r");
    console.sees(&format!("{} answered: Thursday at noon", PERSON));
}

#[test]
fn an_approved_gate_moves_the_briefs_file_to_the_next_stage() {
    let place = Place::demo();
    let mut console = desk(&place);
    console.chooses("0009");
    console.types("S");
    console.card("is followed");
    assert!(
        place
            .room
            .join("briefs/web/qa/0009-session-store.md")
            .exists()
    );
    console.decides("a", "nothing waits");
    eventually("the brief in review", || {
        place
            .room
            .join("briefs/web/review/0009-session-store.md")
            .exists()
            .then_some(())
    });
    assert!(
        !place
            .room
            .join("briefs/web/qa/0009-session-store.md")
            .exists()
    );
    console.queue_shows("0009", "review");
    console.sees("nothing waits");
    assert!(
        place
            .read(".opsroom/handoffs/0009-session-store/001-web.qa.md")
            .contains("climbs out")
    );
}

#[test]
fn identical_requests_are_decided_together_after_a_look_at_them() {
    let ask = "\"$OPSROOM_BIN\" ask-permission --tool run --summary 'make all'; exec cat";
    let place = Place::of(&[("one", ask), ("two", ask), ("three", ask)]);
    let mut console = place.console(&[], 140, 44);
    console.sees("3 waiting on you");
    console.card("make all");
    console.does("A", "decide 3 requests together?");
    console.sees("a approves all");
    assert!(place.noted("decided").is_empty());
    console.decides("a", "nothing waits");
    console.until("three answers", |screen| {
        screen.matches(r#""decision":"approve""#).count() == 3
    });
    assert_eq!(place.noted("decided").len(), 3);
}

#[test]
fn a_key_that_comes_with_the_card_decides_nothing() {
    let script = "until [ -e go ]; do sleep 0.05; done; \
                  \"$OPSROOM_BIN\" ask-permission --tool run --summary 'drop the table'; exec cat";
    let place = Place::new();
    place.settings(&format!(
        "name = \"quay\"\n{}[limits]\nsettle_ms = 4000\n",
        agent("one", script)
    ));
    let mut console = place.console(&[], 140, 44);
    console.sees("1 agent");
    place.write("room/go", "");
    console.sees("drop the table");
    console.does("a", "came only now");
    console.does("r", "just came");
    assert!(place.noted("decided").is_empty());
    assert_eq!(place.ls()["requests"].as_array().unwrap().len(), 1);
    console.card("drop the table");
    console.decides("a", r#""decision":"approve""#);
    assert!(place.noted("decided")[0]["seen_ms"].as_u64().unwrap() >= 4000);
}

const ASKS_BESIDE: &str = "\"$OPSROOM_BIN\" ask-permission --tool run --summary 'make all' & echo $! > asker; wait; exec cat";

/// A room with one card, and the process that asks.
fn asker() -> (Place, Console, i32) {
    let place = Place::new();
    let limits = "[limits]\nasker_away_ms = 1000\n";
    place.settings(&format!(
        "name = \"quay\"\n{}{limits}",
        agent("one", ASKS_BESIDE)
    ));
    let console = place.console(&[], 140, 44);
    console.card("make all");
    let asker = place.read("asker").trim().parse().unwrap();
    (place, console, asker)
}

fn is_withdrawn(place: &Place, console: &mut Console) {
    console.sees("was withdrawn");
    console.sees("nothing waits");
    console.does("a", "nothing waits on you");
    assert!(place.noted("decided").is_empty());
    assert_eq!(place.noted("withdrawn").len(), 1);
    assert_eq!(place.ls()["requests"].as_array().unwrap().len(), 0);
}

#[test]
fn a_request_that_is_taken_back_is_shown_as_such_and_cannot_be_decided() {
    let (place, mut console, asker) = asker();
    end(asker);
    is_withdrawn(&place, &mut console);
}

#[test]
fn a_request_whose_asker_was_killed_is_shown_as_such_and_cannot_be_decided() {
    let (place, mut console, asker) = asker();
    kill(asker);
    eventually("the asker to be gone", || (!lives(asker)).then_some(()));
    is_withdrawn(&place, &mut console);
}

#[test]
fn always_like_this_shows_what_it_would_have_allowed_and_holds_from_then_on() {
    let ask =
        |what: &str| format!("\"$OPSROOM_BIN\" ask-permission --tool run --summary '{what}'; ");
    let script = format!(
        "{}{}{}{}exec cat",
        ask("make all"),
        ask("make clean"),
        ask("make test"),
        ask("make doc")
    );
    let place = Place::of(&[("one", &script)]);
    let mut console = place.console(&[], 140, 44);
    console.card("make all");
    console.decides("a", "make clean");
    console.card("make clean");
    console.does("r", "why");
    console.does("no\r", "make test");
    console.card("make test");
    console.does("p", "always like this?");
    console.sees("none of the past requests known here");
    console.does("l", "what begins like it");
    console.does("l", "this program, with any words");
    console
        .sees("it would have allowed 2 past requests known here, 1 of them rejected by a person");
    console.sees("✗ #2 make clean  1 one, rejected by alice");
    console.does("\r", "nothing waits");
    console.until("all four answers", |screen| {
        screen.matches("approve\"").count() == 3
    });
    assert!(
        place
            .read("opsroom.toml")
            .contains("command = \"make *\"\n")
    );
    let rules: Vec<_> = place
        .noted("decided")
        .iter()
        .map(|line| line["decision"]["rule"].clone())
        .collect();
    assert_eq!(rules[3], "allow run make * for agent one");
    assert!(
        rules[2].is_null(),
        "a person approved the card itself: {rules:?}"
    );
}
