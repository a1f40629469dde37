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
