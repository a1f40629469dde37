//! Policies: what rules decide, and when rules are in force.

use proptest::prelude::*;

use super::*;
use crate::model::policy::{Does, Policy, Ruling, Subject, in_force, judge, proposals};

fn allow(tool: &str, command: &str) -> Policy {
    Policy {
        tools: vec![tool.to_owned()],
        command: Some(command.to_owned()),
        ..Policy::new(Does::Allow)
    }
}

fn deny(command: &str) -> Policy {
    Policy {
        command: Some(command.to_owned()),
        why: "not here".to_owned(),
        ..Policy::new(Does::Deny)
    }
}

impl Stage {
    /// The file holds these rules.
    fn write(&mut self, rules: &[Policy]) -> Vec<Effect> {
        self.take(Event::Settings(Settings {
            policies: rules.to_vec(),
            ..settings()
        }))
    }

    /// The open question about rules.
    fn rules_card(&self) -> Option<Card> {
        let asked = self
            .room
            .open_requests()
            .find(|it| matches!(it.ask, Ask::Matter { .. }));
        asked.map(|request| Card {
            request: request.id,
            digest: request.digest.clone(),
        })
    }

    /// Alice agrees to the rules that the file holds.
    fn agree(&mut self) {
        let card = self.rules_card().unwrap();
        self.look(ALICE, &[&card]);
        let (answer, _) = self.decide(&card, reply("let them hold"));
        assert_eq!(answer, Answer::Done);
    }

    /// Rules that hold.
    fn rules(&mut self, rules: &[Policy]) {
        self.write(rules);
        if self.rules_card().is_some() {
            self.agree();
        }
        assert_eq!(self.room.book.policies, rules);
    }
}

fn reply(text: &str) -> Verdict {
    Verdict::Reply {
        text: text.to_owned(),
    }
}

#[test]
fn what_a_rule_allows_is_approved_at_once_with_the_rule_in_the_journal() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.rules(&[allow("bash", "cargo test*")]);
    let out = stage.take(asked("k", Some(agent), permission("cargo test -p a")));
    let [("k", Outcome::Decided(decision))] = outcomes(&out)[..] else {
        panic!("{out:?}");
    };
    assert_eq!(decision.verdict, Verdict::Approve);
    assert_eq!(decision.rule.as_deref(), Some("allow bash cargo test*"));
    let lines = entries(&out);
    assert!(matches!(lines[0].what, Happening::Asked { .. }));
    assert!(matches!(&lines[1].by, Actor::Policy { rule } if rule == "allow bash cargo test*"));
    let waits = |effect: &Effect| matches!(effect, Effect::Show(Fact::Request(it)) if it.is_open());
    assert!(!out.iter().any(waits), "nobody is shown a card: {out:?}");
    assert_ne!(stage.state(agent), State::Waiting);
    let again = stage.take(asked("k", Some(agent), permission("cargo test -p a")));
    assert_eq!(
        outcomes(&again).len(),
        1,
        "who lost its line learns it again"
    );
}

#[test]
fn what_a_rule_denies_is_rejected_and_the_agent_is_told_why() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.rules(&[deny("*rm -rf*"), allow("bash", "*")]);
    let out = stage.take(asked("k", Some(agent), permission("rm -rf build")));
    let [("k", Outcome::Decided(decision))] = outcomes(&out)[..] else {
        panic!("{out:?}");
    };
    assert_eq!(decision.verdict, reject("not here"));
    stage.take(asked("k2", Some(agent), permission("ls\nrm -rf build")));
    assert!(
        matches!(stage.status("k2"), Status::Decided(_)),
        "a line of it is enough"
    );
}

#[test]
fn what_no_rule_speaks_of_and_every_question_waits_for_a_person() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.rules(&[allow("bash", "ls*")]);
    for (key, ask) in [
        ("a", permission("pwd")),
        ("b", permission("ls; pwd")),
        ("c", question("ls?")),
    ] {
        stage.take(asked(key, Some(agent), ask));
        assert_eq!(stage.status(key), Status::Open, "{key}");
    }
}

#[test]
fn a_rule_speaks_of_its_role_and_its_agent_only() {
    let mut stage = Stage::open();
    let scout = stage.agent("scout");
    let builder = stage.builder("0001-a");
    stage.rules(&[
        Policy {
            role: Some("builder".into()),
            ..allow("bash", "make")
        },
        Policy {
            agent: Some("scout".to_owned()),
            ..allow("bash", "ls")
        },
    ]);
    let asks = [
        (scout, "make", false),
        (builder, "make", true),
        (scout, "ls", true),
        (builder, "ls", false),
    ];
    for (n, (agent, what, decided)) in asks.into_iter().enumerate() {
        let key = format!("k{n}");
        stage.take(asked(&key, Some(agent), permission(what)));
        assert_eq!(
            stage.status(&key) != Status::Open,
            decided,
            "{agent} {what}"
        );
    }
}

#[test]
fn rules_that_loosen_are_not_in_force_until_a_person_agreed() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.write(&[allow("bash", "*")]);
    stage.ask("k", agent, "ls");
    assert_eq!(stage.status("k"), Status::Open);
    let card = stage.rules_card().unwrap();
    stage.look(ALICE, &[&card]);
    let (answer, _) = stage.decide(&card, Verdict::Approve);
    assert!(
        matches!(answer, Answer::Refused(_)),
        "a key that approves agrees to nothing"
    );
    let (answer, _) = stage.decide(&card, reply("yes"));
    assert!(matches!(answer, Answer::Refused(_)));
    let (answer, _) = stage.decide(&card, reply("leave them out"));
    assert_eq!(answer, Answer::Done);
    stage.take(asked("k2", Some(agent), permission("ls")));
    assert_eq!(stage.status("k2"), Status::Open);
    stage.write(&[allow("bash", "*")]);
    stage.agree();
    stage.take(asked("k3", Some(agent), permission("ls")));
    assert!(matches!(stage.status("k3"), Status::Decided(_)));
}

#[test]
fn rules_that_tighten_are_in_force_as_soon_as_they_are_written() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.rules(&[allow("bash", "*")]);
    stage.write(&[allow("bash", "*"), deny("rm*")]);
    assert_eq!(stage.rules_card(), None);
    stage.take(asked("k", Some(agent), permission("rm a")));
    assert!(matches!(stage.status("k"), Status::Decided(_)));
    stage.write(&[]);
    assert!(
        stage.rules_card().is_some(),
        "that nothing is denied any more loosens"
    );
    stage.take(asked("k2", Some(agent), permission("ls")));
    assert_eq!(
        stage.status("k2"),
        Status::Open,
        "nothing is allowed any more"
    );
    stage.write(&[allow("bash", "*"), deny("rm*")]);
    stage.take(asked("k3", Some(agent), permission("ls")));
    assert_eq!(
        stage.status("k3"),
        Status::Open,
        "what comes back is agreed to again"
    );
}

#[test]
fn a_file_that_changes_under_the_question_takes_it_back() {
    let mut stage = Stage::open();
    stage.write(&[allow("bash", "ls")]);
    let old = stage.rules_card().unwrap();
    stage.look(ALICE, &[&old]);
    stage.write(&[allow("bash", "*")]);
    let (answer, _) = stage.decide(&old, reply("let them hold"));
    assert!(matches!(answer, Answer::Refused(_)));
    assert!(stage.room.book.policies.is_empty());
    stage.write(&[]);
    assert_eq!(stage.rules_card(), None, "nothing is left to agree to");
}

#[test]
fn what_was_agreed_to_survives_the_server_and_is_not_asked_again() {
    let mut stage = Stage::open();
    let rules = [allow("bash", "ls"), deny("rm*")];
    stage.rules(&rules);
    stage.room = Room::replay(&stage.journal);
    stage.mirror = promises::Mirror::of(&stage.room);
    let lines = stage.journal.len();
    stage.write(&rules);
    assert_eq!(
        stage.journal.len(),
        lines,
        "nothing is done before the room is open"
    );
    stage.take(opened(&[]));
    assert_eq!(stage.room.book.policies, rules);
    assert_eq!(stage.rules_card(), None);
}

#[test]
fn a_line_from_before_there_were_rules_still_reads() {
    let line = r#"{"at":5,"by":{"person":{"name":"alice","key":null}},"what":"decided","card":{"request":1,"digest":"d"},"decision":{"verdict":"Approve","by":{"name":"alice","key":null},"at":5},"seen_ms":600}"#;
    let entry: Entry = serde_json::from_str(line).unwrap();
    let Happening::Decided { decision, .. } = entry.what else {
        panic!("{entry:?}");
    };
    assert_eq!((decision.who().as_str(), decision.rule), ("alice", None));
}

#[test]
fn always_like_this_approves_the_card_agrees_to_the_rule_and_writes_it_down() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    let card = stage.ask("k", agent, "cargo test -p a");
    let rule = allow("bash", "cargo test*");
    let wish = |rule: &Policy| Wish::PolicyAdd {
        card: card.clone(),
        rule: Box::new(rule.clone()),
    };
    assert!(stage.refused(wish(&rule)).contains("not on your screen"));
    stage.look(ALICE, &[&card]);
    assert!(
        stage
            .refused(wish(&allow("bash", "ls")))
            .contains("would not allow")
    );
    assert!(stage.refused(wish(&deny("*"))).contains("would not allow"));
    let (_, out) = stage.wish_of(EVE, wish(&rule));
    assert!(entries(&out).is_empty(), "an observer adds no rule");
    let (answer, out) = stage.wish_of(ALICE, wish(&rule));
    assert_eq!(answer, Answer::Done);
    assert!(matches!(outcomes(&out)[..], [("k", Outcome::Decided(_))]));
    let writes =
        |effect: &Effect| matches!(effect, Effect::PolicyWrite { rule: it, .. } if *it == rule);
    assert!(out.iter().any(writes));
    stage.write(std::slice::from_ref(&rule));
    assert_eq!(
        stage.rules_card(),
        None,
        "a person wanted it: nobody is asked"
    );
    stage.take(asked("k2", Some(agent), permission("cargo test")));
    assert!(matches!(stage.status("k2"), Status::Decided(_)));
}

#[test]
fn a_path_is_followed_before_it_is_judged() {
    let subject = |detail: &'static str, cwd: &'static str| Subject {
        role: None,
        agent: "a",
        profile: "claude",
        folder: "/work",
        tool: "Write",
        summary: "write a file",
        detail,
        cwd,
    };
    let rule = Policy {
        tools: vec!["write".to_owned()],
        path: Some("src/**".to_owned()),
        ..Policy::new(Does::Allow)
    };
    let never = Policy {
        path: Some("src/secret/*".to_owned()),
        ..Policy::new(Does::Deny)
    };
    for (detail, cwd, allowed) in [
        ("+++ /work/src/a.rs\n+x", "/work", true),
        ("+++ a.rs\n+x", "/work/src", true),
        ("+++ src/../../etc/passwd\n+x", "/work", false),
        ("+++ src/a.rs\n+x", "/elsewhere", false),
        (
            "+++ src/a.rs\n--- src/b.rs\n*** Delete File: c",
            "/work",
            false,
        ),
        ("+++ ~/src/a.rs", "/work", false),
        ("+++ ./src/./a.rs\n+x", "/work/x/..", true),
    ] {
        assert_eq!(
            rule.matches(&subject(detail, cwd)),
            allowed,
            "{detail} in {cwd}"
        );
    }
    assert!(never.matches(&subject("+++ src/x/../secret/a", "/work")));
    assert!(
        never.matches(&subject("+++ ~/anything", "/work")),
        "in doubt it is denied"
    );
}

#[test]
fn the_narrowest_rule_is_proposed_first_and_nothing_wide_for_what_runs_anything() {
    let subject = |tool: &'static str, summary: &'static str, detail: &'static str| Subject {
        role: Some("builder"),
        agent: "a",
        profile: "claude",
        folder: "/work",
        tool,
        summary,
        detail,
        cwd: "/work/src",
    };
    let of = |subject: &Subject| -> Vec<String> {
        proposals(subject)
            .iter()
            .map(|it| it.rule.sentence())
            .collect()
    };
    assert_eq!(
        of(&subject("Bash", "cargo test -p a", "")),
        [
            "allow Bash cargo test -p a for builder",
            "allow Bash cargo test* for builder",
            "allow Bash cargo * for builder"
        ]
    );
    assert_eq!(
        of(&subject("Bash", "", "sh -c 'ls *'")),
        ["allow Bash sh -c 'ls \\*' for builder"]
    );
    assert_eq!(
        of(&subject("Bash", "make && rm a", "")),
        ["allow Bash make && rm a for builder"]
    );
    assert_eq!(
        of(&subject("Write", "write b/a.rs (1 line)", "+++ b/a.rs\n+x")),
        [
            "allow Write in src/b/a.rs for builder",
            "allow Write in src/b/* for builder",
            "allow Write in src/b/** for builder",
            "allow Write in ** for builder"
        ]
    );
    assert_eq!(
        of(&subject("Write", "write /etc/hosts (1 line)", "")),
        ["allow Write in /etc/hosts for builder"]
    );
}

fn any_rule() -> impl Strategy<Value = Policy> {
    let does = prop::sample::select(vec![Does::Allow, Does::Ask, Does::Deny]);
    let tools = prop::sample::select(vec![vec![], vec!["bash"], vec!["write", "Bash"]]);
    let command = prop::sample::select(vec![
        None,
        Some("*"),
        Some("ls*"),
        Some("ls a"),
        Some("*;*"),
    ]);
    let role = prop::sample::select(vec![None, Some("builder"), Some("scout")]);
    let path = prop::sample::select(vec![None, Some("**"), Some("a/*"), Some("/etc/*")]);
    (does, tools, command, role, path).prop_map(|(does, tools, command, role, path)| Policy {
        tools: tools.into_iter().map(str::to_owned).collect(),
        command: command.map(str::to_owned),
        role: role.map(RoleName::from),
        path: path.map(str::to_owned),
        ..Policy::new(does)
    })
}

fn any_subject() -> impl Strategy<Value = Subject<'static>> {
    let tool = prop::sample::select(vec!["bash", "Write"]);
    let text = prop::sample::select(vec![
        "ls",
        "ls a",
        "ls; rm",
        "a/b",
        "+++ a/../../etc/x",
        "/etc/x",
        "",
    ]);
    let role = prop::sample::select(vec![None, Some("builder")]);
    (tool, text.clone(), text, role).prop_map(|(tool, summary, detail, role)| Subject {
        role,
        agent: "a",
        profile: "generic",
        folder: "/work",
        tool,
        summary,
        detail,
        cwd: "/work",
    })
}

fn strictness(rules: &[Policy], subject: &Subject) -> Does {
    match judge(rules, subject) {
        Ruling::By(rule) => rule.does,
        Ruling::NoRule => Does::Ask,
    }
}

proptest! {
    #[test]
    fn a_rule_that_allows_never_loosens_what_another_denies_or_asks(
        rules in prop::collection::vec(any_rule(), 0..6), more in any_rule(), at in 0..6_usize, subject in any_subject()
    ) {
        let ruled = matches!(judge(&rules, &subject), Ruling::By(_));
        let before = strictness(&rules, &subject);
        let mut wider = rules.clone();
        wider.insert(at.min(rules.len()), more.clone());
        let after = strictness(&wider, &subject);
        match more.does {
            Does::Allow if ruled => prop_assert_eq!(before, after),
            Does::Allow => prop_assert!(after <= before),
            Does::Ask | Does::Deny => prop_assert!(after >= before),
        }
        wider.reverse();
        prop_assert_eq!(after, strictness(&wider, &subject), "the order does not matter");
    }

    #[test]
    fn whatever_is_written_nothing_is_allowed_that_was_not_agreed_to(
        agreed in prop::collection::vec(any_rule(), 0..6), written in prop::collection::vec(any_rule(), 0..6), subject in any_subject()
    ) {
        let now = in_force(&agreed, &written);
        prop_assert!(strictness(&now, &subject) >= strictness(&agreed, &subject));
        prop_assert_eq!(in_force(&now, &written), now, "reading it again changes nothing");
    }
}
