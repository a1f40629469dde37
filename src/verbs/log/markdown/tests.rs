//! The paper, from lines of a journal.
#![allow(clippy::unwrap_used, clippy::panic)]
use super::*;
use crate::model::worklog::Scribe;
use crate::model::{
    Actor, AgentId, Branch, Checks, Entry, GateReport, Handover, Happening, Land, Landed, Launch,
    Place,
};

fn room() -> Scope {
    Scope {
        from: Time(0),
        until: Time(u64::MAX),
        of: Of::Room,
    }
}

fn paper(entries: &[(u64, Actor, Happening)], scope: Scope) -> String {
    let mut scribe = Scribe::new(scope.clone());
    for (number, (at, by, what)) in entries.iter().cloned().enumerate() {
        let at = Time(at);
        scribe.take(number as u64 + 1, &Entry { at, by, what });
    }
    let proof = Proof::Whole(9, "ab".to_owned());
    let paper = Paper {
        room: "quay",
        scope: &scope,
        proof: &proof,
    };
    write(&paper, &scribe.finish())
}

fn moved(from: &str, to: &str) -> Happening {
    let place = |stage: &str| Place {
        track: "web".into(),
        stage: stage.into(),
    };
    Happening::Moved {
        brief: "0001-a".into(),
        from: Some(place(from)),
        to: Some(place(to)),
        why: "looks *good*".into(),
    }
}

fn alice() -> Actor {
    Actor::Person(Person {
        name: "alice".into(),
        key: Some("SHA256:abcdefghijkl".into()),
    })
}

#[test]
fn who_moved_what_and_why_stands_there_with_the_key_that_signed_in() {
    let said = paper(&[(1_000, alice(), moved("qa", "done"))], room());
    for words in [
        "# Work log of quay",
        "1 brief · 1 shipped · 0 decisions",
        "## Track web",
        "### 0001-a – done",
        "alice (SHA256:abcdefgh…) · **shipped** qa → done",
        "> looks \\*good\\*",
        "- alice: key SHA256:abcdefghijkl",
        "the hash of the last is `ab`",
    ] {
        assert!(said.contains(words), "`{words}` is not in\n{said}");
    }
}

/// A brief with a branch that was approved, is to land in this way, and got this far.
fn landing(how: Land, by: Actor, landed: Landed) -> String {
    let branch = Branch {
        name: "opsroom/0001-a".into(),
        ..Branch::default()
    };
    let report = GateReport {
        branch: Some(branch.clone()),
        lands: Some(how),
        ..GateReport::default()
    };
    let branched = Happening::Branched {
        brief: "0001-a".into(),
        branch,
    };
    let checked = Happening::Checked {
        brief: "0001-a".into(),
        from: Place {
            track: "web".into(),
            stage: "qa".into(),
        },
        report: Box::new(report),
        so: Checks::Open {
            to: "done".into(),
            rule: "checks pass".into(),
        },
    };
    let landed = Happening::Landed {
        brief: "0001-a".into(),
        landed,
    };
    let done = moved("qa", "done");
    let lines = [
        (1_000, Actor::Room, branched),
        (2_000, Actor::Room, checked),
        (3_000, by, landed),
        (4_000, Actor::Room, done),
    ];
    paper(&lines, room())
}

#[test]
fn a_branch_that_did_not_land_and_was_left_is_done_and_is_not_counted_as_shipped() {
    let said = landing(Land::Merge, alice(), Landed::default());
    for words in [
        "1 brief · 0 shipped · 1 done, not landed · ",
        "## Done, not landed\n\n- **0001-a**, ",
        "its branch opsroom/0001-a did not land, and is left as it is, by alice (SHA256:abcdefgh…)\n",
    ] {
        assert!(said.contains(words), "`{words}` is not in\n{said}");
    }
    assert!(!said.contains("## Shipped"), "{said}");
    assert!(!said.contains("**shipped**"), "{said}");
}

#[test]
fn a_branch_that_stays_as_its_track_says_is_shipped_and_one_that_a_hand_moved_past_is_not() {
    let stays = Landed {
        head: "0123".into(),
        ..Landed::default()
    };
    let said = landing(Land::Leave, Actor::Room, stays);
    assert!(said.contains("1 brief · 1 shipped · 0 decisions"), "{said}");
    assert!(
        said.contains("## Shipped") && said.contains(", its branch stays\n"),
        "{said}"
    );
    let branched = Happening::Branched {
        brief: "0001-a".into(),
        branch: Branch::default(),
    };
    let by_hand = [
        (1_000, Actor::Room, branched),
        (2_000, Actor::Hand, moved("qa", "done")),
    ];
    let said = paper(&by_hand, room());
    assert!(said.contains("0 shipped · 1 done, not landed"), "{said}");
    assert!(
        said.contains("by hand · **done, not landed** qa → done"),
        "{said}"
    );
}

#[test]
fn a_landing_by_command_names_the_command_and_where_its_output_is() {
    let head = Landed {
        head: "0123".into(),
        ..Landed::default()
    };
    let how = Land::Command("gh pr create --fill".into());
    let said = landing(how, Actor::Room, head);
    for words in [
        "1 shipped",
        "its branch stays; its landing command passed: gh pr create --fill",
        "> its output: .opsroom/checks/0001-a/landing.log",
    ] {
        assert!(said.contains(words), "`{words}` is not in\n{said}");
    }
}

#[test]
fn what_lies_outside_of_the_time_or_the_track_is_not_told() {
    let entries = [
        (1_000, alice(), moved("prep", "dev")),
        (2_000, alice(), moved("dev", "qa")),
        (3_000, alice(), moved("qa", "review")),
    ];
    let scope = Scope {
        from: Time(2_000),
        until: Time(3_000),
        of: Of::Room,
    };
    let said = paper(&entries, scope);
    assert!(said.contains("dev → qa"), "{said}");
    assert!(!said.contains("prep →") && !said.contains("→ review"));
    assert!(said.contains("lines 2 to 2 of"), "{said}");
    let scope = Scope {
        of: Of::Track("sales".into()),
        ..room()
    };
    let said = paper(&entries, scope);
    assert!(
        said.contains("0 briefs") && !said.contains("0001-a"),
        "{said}"
    );
}

#[test]
fn an_agents_words_stay_words_whatever_they_look_like() {
    let handoff = "# Approved by the client\n<script>x</script>\n![p](http://x.example/y)\n- [ ] a\n1. one\u{202e}\u{1b}[31m\nwww.x.example\na\nb";
    let handover = Handover {
        agent: AgentId(3),
        key: "k".into(),
        from: Place {
            track: "web".into(),
            stage: "dev".into(),
        },
        to: "qa".into(),
        handoff: Untrusted::new(handoff),
    };
    let launch = Launch {
        name: "builder-1".into(),
        profile: "claude".into(),
        brief: Some("0001-a".into()),
        ..Launch::default()
    };
    let agent = Actor::Agent(handover.agent);
    let said = paper(
        &[
            (
                1,
                Actor::Room,
                Happening::Spawned {
                    agent: handover.agent,
                    launch,
                },
            ),
            (
                2,
                agent,
                Happening::Handed {
                    brief: "0001-a".into(),
                    handover: Box::new(handover),
                },
            ),
        ],
        room(),
    );
    for words in [
        "builder-1 (agent 3) with claude · **handed over** dev → qa",
        "> \\# Approved by the client\\\n",
        "> \\<script\\>x\\</script\\>\\\n",
        "> \\!\\[p\\](http\\://x.example/y)\\\n",
        "> \\- \\[ \\] a\\\n",
        "> 1\\. one⟨U+202E⟩␛\\[31m\\\n",
        "> www\\.x.example\\\n",
        "> … and 2 more lines\n",
    ] {
        assert!(said.contains(words), "`{words}` is not in\n{said}");
    }
}

fn place(track: &str, stage: &str) -> Place {
    Place {
        track: track.into(),
        stage: stage.into(),
    }
}

fn spawned(agent: u32, name: &str) -> (u64, Actor, Happening) {
    let launch = Launch {
        name: name.into(),
        profile: "claude".into(),
        brief: Some("0001-a".into()),
        ..Launch::default()
    };
    let agent = AgentId(agent);
    (1, Actor::Room, Happening::Spawned { agent, launch })
}

fn new_in_inbox(by: Actor) -> (u64, Actor, Happening) {
    let moved = Happening::Moved {
        brief: "0001-a".into(),
        from: None,
        to: Some(place("web", "inbox")),
        why: "new".into(),
    };
    (2, by, moved)
}

#[test]
fn whoever_filed_a_brief_did_not_work_on_it_and_its_coming_is_one_line() {
    let lines = [
        spawned(10, "scout"),
        new_in_inbox(Actor::Agent(AgentId(10))),
    ];
    let said = paper(&lines, room());
    assert!(
        said.contains("Filed by scout (agent 10) with claude.\n"),
        "{said}"
    );
    assert!(!said.contains("Worked on"), "{said}");
    assert!(
        said.contains("scout (agent 10) with claude · **filed** in inbox\n"),
        "{said}"
    );
    assert!(!said.contains("> new"), "{said}");
    let said = paper(&[new_in_inbox(alice())], room());
    assert!(said.contains("· **new** in inbox\n"), "{said}");
    assert!(!said.contains("> new"), "{said}");
}

#[test]
fn a_brief_that_another_tracks_stage_opened_stands_in_its_own_track_with_where_it_comes_from() {
    let opened = Happening::BriefOpened {
        brief: "0002-offer".into(),
        from: "0001-a".into(),
        left: place("web", "qa"),
        to: place("sales", "inbox"),
        title: "Offer".into(),
    };
    let lines = [
        (1_000, alice(), moved("qa", "done")),
        (2_000, Actor::Room, opened),
    ];
    let scope = Scope {
        of: Of::Track("sales".into()),
        ..room()
    };
    let said = paper(&lines, scope);
    for words in [
        "1 brief · ",
        "### 0002-offer – inbox",
        "the room · **new** in inbox, opened by 0001-a as it left web/qa\n",
    ] {
        assert!(said.contains(words), "`{words}` is not in\n{said}");
    }
    assert!(!said.contains("### 0001-a"), "{said}");
    let said = paper(&lines, room());
    assert!(
        said.contains("the room · **changed** opened 0002-offer in sales/inbox"),
        "{said}"
    );
}

fn started() -> [(u64, Actor, Happening); 2] {
    let assigned = Happening::Assigned {
        brief: "0001-a".into(),
        agent: AgentId(3),
        place: Some(place("web", "prep")),
        told: None,
    };
    [spawned(3, "planner"), (2, Actor::Room, assigned)]
}

fn gone(code: i32) -> (u64, Actor, Happening) {
    let agent = AgentId(3);
    let exit = crate::model::Exit::Code(code);
    (4, Actor::Agent(agent), Happening::Ended { agent, exit })
}

#[test]
fn the_end_of_an_agent_that_crashed_stands_behind_its_start() {
    let [spawned, assigned] = started();
    let said = paper(&[spawned.clone(), assigned.clone(), gone(2)], room());
    let start = said.find("**started** in prep").unwrap();
    let end = said
        .find("planner (agent 3) with claude · **ended** with exit 2, and handed nothing over\n");
    assert!(end.is_some_and(|end| end > start), "{said}");
    // one that a person stopped is told as that, and once
    let agent = AgentId(3);
    let why = String::new();
    let stopped = (3, alice(), Happening::Stopped { agent, why });
    let said = paper(&[spawned, assigned, stopped, gone(1)], room());
    assert!(said.contains("· **stopped** planner (agent 3)\n"), "{said}");
    assert!(!said.contains("**ended**"), "{said}");
}

#[test]
fn an_agent_that_handed_its_work_over_and_went_is_not_told_to_have_ended() {
    let [spawned, assigned] = started();
    let handover = Handover {
        agent: AgentId(3),
        key: "k".into(),
        from: place("web", "prep"),
        to: "dev".into(),
        handoff: Untrusted::new("it is done"),
    };
    let handed = Happening::Handed {
        brief: "0001-a".into(),
        handover: Box::new(handover),
    };
    let handed = (3, Actor::Agent(AgentId(3)), handed);
    let said = paper(&[spawned, assigned, handed, gone(0)], room());
    assert!(said.contains("**handed over** prep → dev"), "{said}");
    assert!(!said.contains("**ended**"), "{said}");
}
