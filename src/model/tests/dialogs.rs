//! Dialogs that are known from a screen alone: shown as they stand, answered once, and never beside their card.

use super::*;

const YES: (&str, Means) = ("Yes", Means::Approve);
const ALWAYS: (&str, Means) = ("Yes, always", Means::Other);
const NO: (&str, Means) = ("No", Means::Reject);

fn create() -> Standing {
    standing("Create hello.txt?", &[YES, ALWAYS, NO])
}

impl Stage {
    fn read(&mut self, agent: AgentId, dialog: Option<Standing>) -> Vec<Effect> {
        let telling = Telling::NeverRest;
        self.take(Event::Read {
            agent,
            dialog,
            telling,
        })
    }

    /// A dialog that stood long enough; its card, if it got one.
    fn stands(&mut self, agent: AgentId, dialog: Standing) -> Option<Card> {
        self.read(agent, Some(dialog));
        self.wait(100);
        self.take(Event::Tick);
        self.dialog(agent)
    }

    fn dialog(&self, agent: AgentId) -> Option<Card> {
        let request = self.room.dialog_card(agent)?;
        Some(Card {
            request: request.id,
            digest: request.digest.clone(),
        })
    }

    /// A dialog on an idle agent's screen, looked at by alice.
    fn shown(&mut self, dialog: Standing) -> (AgentId, Card) {
        let agent = self.agent("scout");
        let card = self.stands(agent, dialog).unwrap();
        self.look(ALICE, &[&card]);
        (agent, card)
    }

    fn became(&mut self, card: &Card, outcome: Pressed) -> Vec<Effect> {
        let request = card.request;
        self.take(Event::Pressed { request, outcome })
    }

    fn status_of(&self, card: &Card) -> Status {
        self.room.book.requests[&card.request].status.clone()
    }
}

fn presses(out: &[Effect]) -> Vec<(AgentId, &Press)> {
    let presses = out.iter().filter_map(|effect| match effect {
        Effect::Press { agent, press, .. } => Some((*agent, press)),
        _ => None,
    });
    presses.collect()
}

fn choose(label: &str) -> Press {
    Press::Choose(Untrusted::new(label))
}

fn unknown() -> Pressed {
    Pressed::Unknown("it still stands there".to_owned())
}

fn withdrawn(status: &Status) -> &str {
    match status {
        Status::Withdrawn { why, .. } => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_dialog_becomes_a_card_once_it_stood_for_a_moment() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.read(agent, Some(create()));
    assert_eq!(stage.dialog(agent), None, "a hook may come yet");
    assert_eq!(stage.room.next_deadline(), Some(Time(stage.now.0 + 100)));
    stage.wait(100);
    stage.take(Event::Tick);
    let card = stage.dialog(agent).unwrap();
    assert_eq!(stage.state(agent), State::Waiting);
    let evidence = stage.room.agent(agent).unwrap().evidence;
    assert_eq!(
        (evidence.source, evidence.detail.raw()),
        (Source::Screen, "Create hello.txt?")
    );
    assert_eq!(stage.room.next_deadline(), None, "it is opened once");
    stage.read(agent, Some(create()));
    assert_eq!(stage.dialog(agent), Some(card));
}

#[test]
fn a_dialog_that_a_hook_asks_has_the_hooks_card_alone() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.read(agent, Some(create()));
    stage.wait(50);
    let card = stage.ask("k", agent, "write hello.txt");
    stage.wait(5_000);
    stage.take(Event::Tick);
    assert_eq!(stage.dialog(agent), None);
    stage.look(ALICE, &[&card]);
    stage.decide(&card, Verdict::Approve);
    assert_eq!(
        stage.room.next_deadline(),
        Some(Time(stage.now.0 + 2_000)),
        "its dialog may take a moment to go"
    );
    stage.read(agent, None);
    stage.wait(3_000);
    stage.take(Event::Tick);
    assert_eq!(stage.dialog(agent), None);
}

#[test]
fn a_hook_that_comes_later_takes_the_screens_card_away() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    let card = stage.stands(agent, create()).unwrap();
    stage.ask("k", agent, "write hello.txt");
    assert!(withdrawn(&stage.status_of(&card)).contains("better way"));
    assert_eq!(stage.dialog(agent), None);
}

#[test]
fn a_dialog_that_goes_by_itself_was_answered_in_its_pane() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    let card = stage.stands(agent, create()).unwrap();
    stage.read(agent, None);
    let status = stage.status_of(&card);
    let why = withdrawn(&status);
    assert_eq!(why, "it is gone from its screen, answered there or not");
    assert_eq!(stage.state(agent), State::Unknown);
}

#[test]
fn a_dialog_that_changed_is_another_request() {
    let mut stage = Stage::open();
    let (agent, card) = stage.shown(create());
    stage.read(agent, Some(standing("Run rm -rf?", &[YES, NO])));
    let why = stage.refused(decide(&[&card], Verdict::Approve));
    assert!(why.contains("another dialog"), "{why}");
    stage.wait(100);
    stage.take(Event::Tick);
    assert_ne!(stage.dialog(agent).unwrap().request, card.request);
}

#[test]
fn approving_takes_the_option_that_says_yes_and_closes_once_it_is_gone() {
    let mut stage = Stage::open();
    let (agent, card) = stage.shown(create());
    let (answer, out) = stage.decide(&card, Verdict::Approve);
    assert_eq!(answer, Answer::Done);
    assert_eq!(presses(&out), [(agent, &choose("Yes"))]);
    assert!(matches!(stage.status_of(&card), Status::Answering(_)));
    assert_eq!(stage.state(agent), State::Waiting);
    let (second, out) = stage.wish_of(BOB, decide(&[&card], reject("")));
    assert!(matches!(second, Answer::Refused(_)));
    assert!(presses(&out).is_empty());
    stage.read(agent, None);
    assert!(matches!(stage.status_of(&card), Status::Answering(_)));
    stage.became(&card, Pressed::Cleared);
    assert!(matches!(stage.status_of(&card), Status::Decided(_)));
    stage.wait(10_000);
    stage.take(Event::Tick);
    assert_eq!(stage.dialog(agent), None);
}

#[test]
fn a_dialog_in_which_nothing_plainly_says_yes_is_not_approved() {
    let mut stage = Stage::open();
    let (_, card) = stage.shown(standing("Which?", &[ALWAYS, NO]));
    let why = stage.refused(decide(&[&card], Verdict::Approve));
    assert!(why.contains("none of its options"), "{why}");
    let text = "Yes".to_owned();
    let why = stage.refused(decide(&[&card], Verdict::Reply { text }));
    assert!(why.contains("no option “Yes”"), "{why}");
    let text = "Yes, always".to_owned();
    let (_, out) = stage.decide(&card, Verdict::Reply { text });
    assert_eq!(presses(&out)[0].1, &choose("Yes, always"));
}

#[test]
fn a_dialog_of_which_no_option_is_known_is_answered_in_its_pane_alone() {
    let mut stage = Stage::open();
    let (_, card) = stage.shown(standing("Password:", &[]));
    let text = "x".to_owned();
    for verdict in [Verdict::Approve, reject(""), Verdict::Reply { text }] {
        let why = stage.refused(decide(&[&card], verdict));
        assert!(why.contains("in its pane"), "{why}");
    }
}

#[test]
fn a_reason_waits_until_the_dialog_is_gone_and_the_agent_at_rest() {
    let mut stage = Stage::open();
    let (agent, card) = stage.shown(create());
    let (_, out) = stage.decide(&card, reject("use the other folder"));
    assert_eq!(presses(&out), [(agent, &Press::Refuse)]);
    assert!(delivered(&out).is_empty());
    let out = stage.hear(agent, Source::Record, State::Idle);
    assert!(delivered(&out).is_empty());
    stage.read(agent, None);
    let out = stage.became(&card, Pressed::Cleared);
    assert_eq!(
        delivered(&out),
        [(agent, "alice rejected that: use the other folder")]
    );
}

#[test]
fn new_direction_turns_the_dialog_down_first() {
    let mut stage = Stage::open();
    let (agent, card) = stage.shown(create());
    let text = "write it in German".to_owned();
    let (_, out) = stage.decide(&card, Verdict::Redirect(Redirect::Direction { text }));
    assert_eq!(presses(&out), [(agent, &Press::Refuse)]);
    stage.read(agent, None);
    stage.became(&card, Pressed::Cleared);
    let out = stage.hear(agent, Source::Record, State::Idle);
    assert_eq!(delivered(&out), [(agent, "alice: write it in German")]);
}

#[test]
fn an_answer_that_was_not_sent_brings_the_dialog_back_and_tells_its_person() {
    let mut stage = Stage::open();
    let (agent, card) = stage.shown(create());
    stage.decide(&card, Verdict::Approve);
    let other = standing("Run rm -rf?", &[NO, YES]);
    stage.read(agent, Some(other));
    let out = stage.became(
        &card,
        Pressed::Changed("another dialog stands there".into()),
    );
    let told = out.iter().any(|effect| {
        matches!(effect, Effect::Tell { seat: ALICE, notice } if notice.text.contains("no answer"))
    });
    assert!(told, "{out:?}");
    assert!(withdrawn(&stage.status_of(&card)).contains("another dialog"));
    stage.wait(100);
    stage.take(Event::Tick);
    assert_ne!(stage.dialog(agent).unwrap().request, card.request);
}

#[test]
fn an_answer_that_nobody_saw_arrive_stays_and_may_be_given_again() {
    let mut stage = Stage::open();
    let (agent, card) = stage.shown(create());
    stage.decide(&card, Verdict::Approve);
    stage.became(&card, unknown());
    assert!(matches!(stage.status_of(&card), Status::Unsure(_)));
    assert_eq!(stage.state(agent), State::Waiting);
    stage.wish(Wish::Say {
        agent,
        text: "hello".into(),
        manner: Manner::Interrupt,
    });
    let (answer, out) = stage.decide(&card, reject(""));
    assert_eq!(answer, Answer::Done);
    assert_eq!(presses(&out), [(agent, &Press::Refuse)]);
    stage.became(&card, unknown());
    stage.read(agent, None);
    assert!(withdrawn(&stage.status_of(&card)).contains("not known"));
}

#[test]
fn a_server_that_takes_over_presses_nothing_again() {
    let mut stage = Stage::open();
    let (agent, card) = stage.shown(create());
    stage.decide(&card, Verdict::Approve);
    stage.crash();
    let out = stage.take(opened(&[(agent, 7)]));
    assert!(presses(&out).is_empty());
    assert!(withdrawn(&stage.status_of(&card)).contains("not known"));
    let again = stage.stands(agent, create()).unwrap();
    assert_ne!(again.request, card.request);
}

#[test]
fn dialogs_that_show_the_same_are_decided_together() {
    let mut stage = Stage::open();
    let (first, second) = (stage.agent("scout"), stage.agent("builder"));
    let one = stage.stands(first, create()).unwrap();
    let other = stage.stands(second, create()).unwrap();
    stage.look(ALICE, &[&one, &other]);
    let (answer, out) = stage.wish_of(ALICE, decide(&[&one, &other], reject("wait")));
    assert_eq!(answer, Answer::Done);
    assert_eq!(
        presses(&out),
        [(first, &Press::Refuse), (second, &Press::Refuse)]
    );
    assert_eq!(stage.room.book.messages.len(), 2, "each is told why");
}

#[test]
fn nobody_takes_the_card_of_a_screen_back_or_asks_under_its_name() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    let card = stage.stands(agent, create()).unwrap();
    let key = stage.room.book.requests[&card.request].key.clone();
    stage.take(Event::TookBack {
        key: key.clone(),
        why: "never mind".into(),
    });
    let out = stage.take(asked(key.as_str(), Some(agent), permission("ls")));
    assert!(matches!(outcomes(&out)[0].1, Outcome::Refused(_)));
    assert_eq!(stage.dialog(agent), Some(card));
}

#[test]
fn no_place_among_the_requests_is_looked_for_again_later() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    for n in 0..5 {
        stage.take(asked(&format!("k{n}"), None, permission("ls")));
    }
    assert_eq!(stage.stands(agent, create()), None);
    assert!(stage.room.next_deadline() > Some(stage.now));
    stage.take(Event::TookBack {
        key: "k0".into(),
        why: "gone".into(),
    });
    stage.wait(1_000);
    stage.take(Event::Tick);
    assert!(stage.dialog(agent).is_some());
}

#[test]
fn an_agent_whose_screen_is_read_is_not_at_rest_before_something_says_so() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.hear(agent, Source::Screen, State::Unknown);
    stage.take(Event::Read {
        agent,
        dialog: None,
        telling: Telling::Rest,
    });
    let say = Wish::Say {
        agent,
        text: "hello".into(),
        manner: Manner::AtRest,
    };
    stage.wish(say);
    assert_eq!(stage.room.next_deadline(), None);
    stage.wait(60_000);
    assert!(delivered(&stage.take(Event::Tick)).is_empty());
    let out = stage.hear(agent, Source::Screen, State::Idle);
    assert_eq!(delivered(&out), [(agent, "hello")]);
}

#[test]
fn words_for_an_agent_wait_while_a_dialog_stands_even_before_it_has_a_card() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.hear(agent, Source::Record, State::Idle);
    stage.read(agent, Some(create()));
    for manner in [Manner::AtRest, Manner::Interrupt] {
        let text = "hello".to_owned();
        let say = Wish::Say {
            agent,
            text,
            manner,
        };
        let (_, out) = stage.wish_of(ALICE, say);
        assert!(delivered(&out).is_empty());
    }
    let out = stage.read(agent, None);
    assert_eq!(delivered(&out)[0], (agent, "hello"));
}
