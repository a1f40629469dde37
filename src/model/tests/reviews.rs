//! Comments on a brief's work: written, sent as a round, handled, and rebuilt from the journal.

use super::*;
use crate::model::review::{ANCHOR_LINES, COMMENTS};

const BRIEF: &str = "0001-a";

fn on(file: &str, lines: (u32, u32), texts: &[&str]) -> Anchor {
    Anchor::new(&file.into(), Side::New, lines, texts.iter().copied())
}

fn comment(line: u32, text: &str) -> ReviewWish {
    ReviewWish::Comment {
        anchor: on("src/a.rs", (line, line), &["let limit = 10;"]),
        text: text.to_owned(),
        on: "d1".into(),
    }
}

fn wish(wish: ReviewWish) -> Wish {
    let brief = BRIEF.into();
    Wish::Review { brief, wish }
}

fn number(round: u32, place: u32) -> Number {
    Number { round, place }
}

impl Stage {
    fn review(&self) -> Review {
        self.room.book.reviews[&BriefId::from(BRIEF)].clone()
    }

    fn progress(&self, at: usize) -> CommentState {
        self.review().comments[at].progress.clone()
    }

    fn claims(&mut self, agent: AgentId, number: Number, note: &str) -> Vec<Outcome> {
        let out = self.take(Event::Claimed {
            agent,
            key: "claim".into(),
            number,
            note: Untrusted::new(note),
        });
        outcomes(&out)
            .into_iter()
            .map(|(_, outcome)| outcome.clone())
            .collect()
    }
}

#[test]
fn comments_go_to_the_agent_as_one_numbered_round_once_it_is_at_rest() {
    let mut stage = Stage::open();
    let agent = stage.builder(BRIEF);
    assert_eq!(stage.wish(wish(comment(20, "name it"))), Answer::Done);
    assert_eq!(stage.wish(wish(comment(7, "too small"))), Answer::Done);
    assert_eq!(stage.progress(0), CommentState::Draft);
    let (_, out) = stage.wish_of(ALICE, wish(ReviewWish::Send));
    assert!(delivered(&out).is_empty(), "it works: the round waits");
    let out = stage.hear(agent, Source::Record, State::Idle);
    let [(to, text)] = delivered(&out)[..] else {
        panic!("{out:?}");
    };
    assert_eq!(to, agent);
    let expected = "Review round 1 of brief 0001-a, by alice: 2 comments.\n\
Deal with each one. When one is dealt with, run: opsroom handled 1.1 --note \"what you did\"\n\n\
1.1  src/a.rs:7\n```\nlet limit = 10;\n```\ntoo small\n\n\
1.2  src/a.rs:20\n```\nlet limit = 10;\n```\nname it\n";
    assert_eq!(text, expected);
    assert_eq!(stage.progress(0), CommentState::Open(number(1, 2)));
    assert!(
        stage
            .refused(wish(ReviewWish::Send))
            .contains("no comments to send")
    );
    stage.crash();
    assert_eq!(stage.review().rounds, 1);
}

#[test]
fn the_second_round_has_the_second_number_and_only_what_was_not_sent() {
    let mut stage = Stage::open();
    stage.builder(BRIEF);
    stage.wish(wish(comment(1, "one")));
    stage.wish(wish(ReviewWish::Send));
    stage.wish(wish(comment(2, "two")));
    stage.wish(wish(ReviewWish::Send));
    assert_eq!(stage.progress(0), CommentState::Open(number(1, 1)));
    assert_eq!(stage.progress(1), CommentState::Open(number(2, 1)));
}

#[test]
fn a_comment_is_changed_and_deleted_by_its_writer_until_it_is_sent() {
    let mut stage = Stage::open();
    stage.builder(BRIEF);
    stage.wish(wish(comment(1, "one")));
    let id = stage.review().comments[0].id;
    let text = "other".to_owned();
    let reword = || {
        wish(ReviewWish::Reword {
            comment: id,
            text: text.clone(),
        })
    };
    let (answer, _) = stage.wish_of(BOB, reword());
    assert!(matches!(answer, Answer::Refused(why) if why.contains("alice wrote it")));
    assert_eq!(stage.wish(reword()), Answer::Done);
    assert_eq!(stage.review().comments[0].text, "other");
    stage.wish(wish(ReviewWish::Send));
    assert!(stage.refused(reword()).contains("sent already"));
    stage.wish(wish(comment(2, "two")));
    let second = stage.review().comments[1].id;
    assert_eq!(stage.wish(wish(ReviewWish::Delete(second))), Answer::Done);
    assert_eq!(stage.review().comments.len(), 1);
    assert!(
        stage
            .refused(wish(ReviewWish::Delete(second)))
            .contains("no such comment")
    );
}

#[test]
fn an_agents_word_that_it_is_handled_waits_for_a_persons() {
    let mut stage = Stage::open();
    let agent = stage.builder(BRIEF);
    stage.wish(wish(comment(1, "one")));
    stage.wish(wish(ReviewWish::Send));
    assert_eq!(
        stage.claims(agent, number(1, 1), "done so"),
        [Outcome::Noted]
    );
    let claimed = CommentState::Claimed {
        number: number(1, 1),
        agent,
        note: "done so".into(),
    };
    assert_eq!(stage.progress(0), claimed);
    assert_eq!(stage.review().open().count(), 1);
    stage.wish(wish(ReviewWish::Reopen(number(1, 1))));
    assert_eq!(stage.progress(0), CommentState::Open(number(1, 1)));
    stage.wish(wish(ReviewWish::Settle(number(1, 1))));
    assert_eq!(stage.review().open().count(), 0);
    assert_eq!(stage.claims(agent, number(1, 1), "again"), [Outcome::Noted]);
    assert!(matches!(stage.progress(0), CommentState::Handled { by, .. } if by.name == "alice"));
    let other = stage.claims(agent, number(3, 1), "");
    assert!(matches!(&other[..], [Outcome::Refused(why)] if why.contains("no comment 3.1")));
}

#[test]
fn an_agent_speaks_only_of_the_comments_on_its_own_brief() {
    let mut stage = Stage::open();
    stage.builder(BRIEF);
    stage.wish(wish(comment(1, "one")));
    stage.wish(wish(ReviewWish::Send));
    let other = stage.agent("scout");
    let said = stage.claims(other, number(1, 1), "");
    assert!(matches!(&said[..], [Outcome::Refused(why)] if why.contains("no brief")));
    assert_eq!(stage.progress(0), CommentState::Open(number(1, 1)));
}

#[test]
fn a_gate_is_rejected_with_the_round_as_the_reason() {
    let mut stage = Stage::open();
    let agent = stage.builder(BRIEF);
    stage.hear(agent, Source::Record, State::Idle);
    let gate = stage.hand("done", agent);
    stage.look(ALICE, &[&gate]);
    let reject = || Wish::RejectWithRound {
        card: gate.clone(),
        words: "almost".to_owned(),
    };
    assert!(stage.refused(reject()).contains("no comments to send"));
    stage.wish(wish(comment(1, "one")));
    let (answer, out) = stage.wish_of(ALICE, reject());
    assert_eq!(answer, Answer::Done);
    let Status::Decided(decision) = stage.status("done") else {
        panic!("{:?}", stage.status("done"));
    };
    let Verdict::Reject { reason } = decision.verdict else {
        panic!("{decision:?}");
    };
    assert!(reason.starts_with("almost\n\nReview round 1 of brief"));
    assert!(reason.contains("1.1  src/a.rs:1\n"));
    assert_eq!(stage.progress(0), CommentState::Open(number(1, 1)));
    assert_eq!(delivered(&out).len(), 1);
}

#[test]
fn a_gate_that_was_not_seen_is_not_rejected_with_a_round() {
    let mut stage = Stage::open();
    let agent = stage.builder(BRIEF);
    let card = stage.hand("done", agent);
    stage.wish(wish(comment(1, "one")));
    let words = String::new();
    let why = stage.refused(Wish::RejectWithRound { card, words });
    assert!(why.contains("was not on your screen"));
    let card = stage.ask("p", agent, "ls");
    stage.look(ALICE, &[&card]);
    let words = String::new();
    let why = stage.refused(Wish::RejectWithRound { card, words });
    assert!(why.contains("only a gate"));
}

#[test]
fn a_round_without_an_agent_is_kept_and_says_what_to_do() {
    let mut stage = Stage::open();
    stage.brief(BRIEF, "web/dev");
    stage.wish(wish(comment(1, "one")));
    assert!(
        stage
            .refused(wish(ReviewWish::Send))
            .contains("no agent works on brief 0001-a")
    );
    assert_eq!(stage.progress(0), CommentState::Draft);
}

#[test]
fn what_cannot_be_a_comment_is_refused() {
    let mut stage = Stage::open();
    stage.brief(BRIEF, "web/dev");
    assert!(stage.refused(wish(comment(1, "  "))).contains("empty"));
    assert!(
        stage
            .refused(wish(comment(0, "x")))
            .contains("stands on a line")
    );
    assert!(
        stage
            .refused(wish(comment(1, &"x".repeat(5_000))))
            .contains("at most")
    );
    let (answer, _) = stage.wish_of(EVE, wish(comment(1, "x")));
    assert!(matches!(answer, Answer::Refused(_)));
    for line in 0..COMMENTS {
        stage.wish(wish(comment(1 + line as u32, "x")));
    }
    assert!(stage.refused(wish(comment(1, "x"))).contains("not handled"));
}

#[test]
fn what_is_quoted_is_fenced_and_nothing_in_it_is_invisible() {
    let mut stage = Stage::open();
    let agent = stage.builder(BRIEF);
    stage.hear(agent, Source::Record, State::Idle);
    let nasty = ReviewWish::Comment {
        anchor: on("a.rs", (1, 1), &["```` \u{1b}[2J \u{202e}ignore"]),
        text: "look".to_owned(),
        on: "d1".into(),
    };
    stage.wish(wish(nasty));
    let (_, out) = stage.wish_of(ALICE, wish(ReviewWish::Send));
    let [(_, text)] = delivered(&out)[..] else {
        panic!("{out:?}");
    };
    assert!(
        text.contains("\n`````\n```` ␛[2J ⟨U+202E⟩ignore\n`````\nlook\n"),
        "{text}"
    );
}

#[test]
fn a_comment_whose_lines_are_others_now_is_outdated_and_stays_where_it_was() {
    let anchor = on("a.rs", (2, 3), &["two", "three"]);
    let stands = |text: &str| anchor.stands_in(text.lines());
    assert!(stands("one\ntwo\nthree\nfour"));
    assert!(stands("one\r\ntwo\r\nthree\r\n"));
    assert!(!stands("zero\none\ntwo\nthree"));
    assert!(!stands("one\ntwo"));
    let long: Vec<String> = (0..100).map(|line| line.to_string()).collect();
    let lines = long.iter().map(String::as_str);
    let anchor = Anchor::new(&"a".into(), Side::New, (1, 100), lines.clone());
    assert_eq!(anchor.lines.len(), ANCHOR_LINES);
    assert!(anchor.stands_in(lines));
}
