//! What is run changes by a file: it holds once an operator agreed to it, and not before.

use super::*;

fn written(change: impl FnOnce(&mut Settings)) -> Event {
    let mut settings = settings();
    change(&mut settings);
    Event::Edited(Runs::Settings(Box::new(settings)))
}

fn evil(settings: &mut Settings) {
    settings.roles[0].command = vec!["sh".to_owned(), "-c".to_owned(), "curl evil".to_owned()];
}

fn programs(command: &str) -> Programs {
    let mine = format!("command = [\"{command}\"]\n");
    Programs::from([("mine".to_owned(), mine)])
}

/// A room whose settings and profiles were read when it was opened.
fn stage() -> Stage {
    let mut stage = Stage::open();
    stage.take(written(|_| {}));
    stage.take(Event::Edited(Runs::Programs(programs("mine"))));
    assert_eq!(stage.card_about_runs(), None, "it was opened as it was");
    stage
}

impl Stage {
    fn card_about_runs(&self) -> Option<Card> {
        let mut open = self.room.open_requests();
        let asked = open.find(|it| {
            matches!(
                &it.ask,
                Ask::Matter {
                    about: Matter::Runs(_),
                    ..
                }
            )
        });
        asked.map(|request| Card {
            request: request.id,
            digest: request.digest.clone(),
        })
    }

    fn says_of_runs(&mut self, text: &str) -> Vec<Effect> {
        let card = self.card_about_runs().unwrap();
        self.look(ALICE, &[&card]);
        let text = text.to_owned();
        let (answer, out) = self.decide(&card, Verdict::Reply { text });
        assert_eq!(answer, Answer::Done);
        out
    }

    /// What a builder that is started now is started with.
    fn starts(&mut self, id: &str) -> Vec<String> {
        let agent = self.builder(id);
        let command = self.room.book.launches[&agent].command.clone();
        self.take(Event::Ended {
            agent,
            exit: Exit::Code(0),
        });
        command
    }
}

/// The profiles that are put in force, the last time.
fn in_force(out: &[Effect]) -> Option<&Programs> {
    out.iter().rev().find_map(|it| match it {
        Effect::Programs(programs) => Some(programs),
        _ => None,
    })
}

fn notices(out: &[Effect]) -> Vec<&str> {
    let notices = out.iter().filter_map(|it| match it {
        Effect::Show(Fact::Notice(notice)) => Some(notice.text.as_str()),
        _ => None,
    });
    notices.collect()
}

const OLD: [&str; 2] = ["agent", "builder"];

#[test]
fn a_command_that_a_file_changes_is_not_started_before_an_operator_agreed() {
    let mut stage = stage();
    let out = stage.take(written(evil));
    assert!(notices(&out)[0].contains("stays as it was until"));
    let card = stage.card_about_runs().unwrap();
    let Ask::Matter { text, .. } = &stage.room.book.requests[&card.request].ask else {
        panic!("no matter");
    };
    assert!(
        text.raw()
            .contains("role builder: profile generic `sh` `-c` `curl evil`")
    );
    assert!(
        text.raw()
            .contains("so far: profile generic `agent` `builder`")
    );
    assert_eq!(stage.starts("0001-a"), OLD);
    stage.says_of_runs("let them hold");
    assert_eq!(stage.starts("0002-b"), ["sh", "-c", "curl evil"]);
    assert_eq!(stage.card_about_runs(), None);
}

#[test]
fn a_no_leaves_what_is_run_as_it_was_and_says_so() {
    let mut stage = stage();
    stage.take(written(evil));
    let out = stage.says_of_runs("leave them out");
    assert!(notices(&out)[0].contains("stays as it was"));
    assert_eq!(stage.starts("0001-a"), OLD);
    stage.take(written(evil));
    assert!(
        stage.card_about_runs().is_some(),
        "asked again with the next change"
    );
    stage.take(written(|_| {}));
    assert_eq!(stage.card_about_runs(), None, "the file says what holds");
}

#[test]
fn what_was_agreed_to_survives_a_crash_and_so_does_what_was_not() {
    for agrees in [true, false] {
        let mut stage = stage();
        stage.take(written(evil));
        if agrees {
            stage.says_of_runs("let them hold");
        }
        stage.crash();
        // As the server does: what was agreed to holds until the file is compared with it.
        let agreed = stage.room.book.agreed.settings.clone().unwrap();
        stage.take(Event::Settings(*agreed));
        stage.take(opened(&[]));
        stage.sit(ALICE, "alice", SeatRole::Operator);
        stage.take(written(evil));
        assert_eq!(stage.card_about_runs().is_some(), !agrees);
        let command = stage.starts("0001-a");
        assert_eq!(command == OLD, !agrees, "{command:?}");
    }
}

#[test]
fn gates_setups_landings_runners_and_checkers_are_asked_about_and_places_are_not() {
    let check = |settings: &mut Settings| {
        settings.tracks[0].stages[0].gate.checks = vec![CheckShape::of_line("make evil")];
    };
    let unasked = |settings: &mut Settings| {
        settings.tracks[0].stages[0].gate.operator = Consent::Unasked;
    };
    let setup = |settings: &mut Settings| {
        settings.tracks[0].worktrees = Worktrees::Each {
            setup: vec!["make evil".to_owned()],
        };
    };
    let lands = |settings: &mut Settings| {
        settings.tracks[0].land = Land::Command("git push --force".to_owned());
    };
    let runner = |settings: &mut Settings| {
        settings.roles[0].runner = "box".to_owned();
        settings.runners = vec![Runner {
            name: "box".to_owned(),
            command: vec!["evil".to_owned()],
        }];
    };
    let new_role = |settings: &mut Settings| {
        let role = Role {
            name: "evil".into(),
            ..settings.roles[0].clone()
        };
        settings.roles.push(role);
    };
    let checker = |settings: &mut Settings| settings.roles[1].checker = Checker::OtherAgent;
    let profile = |settings: &mut Settings| settings.roles[1].profile = "mine".to_owned();
    let started = |settings: &mut Settings| settings.agents = vec![launch("evil")];
    let changes: [fn(&mut Settings); 9] = [
        check, unasked, setup, lands, runner, new_role, checker, profile, started,
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let mut stage = stage();
        let before = stage.room.settings.clone();
        stage.take(written(change));
        assert!(
            stage.card_about_runs().is_some(),
            "change {number} is not asked about"
        );
        assert_eq!(stage.room.settings, before, "change {number} holds unasked");
        stage.says_of_runs("let them hold");
        assert_ne!(stage.room.settings, before);
    }
    let mut stage = stage();
    stage.take(written(|settings| settings.roles[0].places = 7));
    assert_eq!(stage.room.settings.roles[0].places, 7);
    assert_eq!(stage.card_about_runs(), None);
}

#[test]
fn rules_that_tighten_hold_though_the_rest_of_their_file_waits() {
    let mut stage = stage();
    let deny = Policy {
        tools: vec!["bash".to_owned()],
        ..Policy::new(policy::Does::Deny)
    };
    stage.take(written(|settings| {
        evil(settings);
        settings.policies = vec![deny.clone()];
    }));
    assert_eq!(stage.room.book.policies, [deny]);
    assert_eq!(stage.starts("0001-a"), OLD);
}

#[test]
fn what_a_profile_starts_is_asked_about_and_what_is_agreed_is_in_force() {
    let mut stage = stage();
    let out = stage.take(Event::Edited(Runs::Programs(programs("evil"))));
    assert_eq!(in_force(&out), Some(&programs("mine")));
    let out = stage.says_of_runs("let them hold");
    assert_eq!(in_force(&out), Some(&programs("evil")));
    assert_eq!(stage.room.book.agreed.programs, Some(programs("evil")));
    // Files and profiles are asked about each by itself, and a change of one leaves the other's card.
    stage.take(Event::Edited(Runs::Programs(programs("worse"))));
    stage.take(written(evil));
    stage.take(written(|_| {}));
    assert!(stage.card_about_runs().is_some());
    stage.take(Event::Edited(Runs::Programs(programs("evil"))));
    assert_eq!(stage.card_about_runs(), None);
}
