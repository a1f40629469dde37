//! A diff that is read: its keys, its comments, the gate that waits meanwhile.

use opsroom::diff::{parse, pieces};
use opsroom::model::{
    Anchor, Ask, Comment, CommentId, CommentState, Fact, Number, Person, Place, Review, ReviewWish,
    Side, Time, Verdict, Wish,
};
use opsroom::terminal::{MouseAction, Size};
use opsroom::view::command::Command;
use opsroom::view::desk::{Mode, Popup};
use opsroom::view::review::{Arrival, List, Row, Shape};
use opsroom::view::update::Act;
use opsroom::wire::{DiffEnd, DiffPart, DiffScope, ToClient, ToServer};

use crate::play::{Play, Script, request, sent, wish, wishes};

/// Two files; the first has two changes.
fn text() -> String {
    let lines: String = (1..40).map(|line| format!(" line {line}\n")).collect();
    format!(
        "diff --git a/a.rs b/a.rs\n--- a/a.rs\n+++ b/a.rs\n@@ -1,1 +1,3 @@\n-old\n+new\n+more\n+last\n\
@@ -90,39 +92,39 @@ fn far\n{lines}diff --git a/b.rs b/b.rs\n--- a/b.rs\n+++ b/b.rs\n@@ -5,2 +5,1 @@\n keep\n-gone\n"
    )
}

/// Answers the request for a diff that left last.
fn comes(p: &mut Play, text: &str) {
    let ticket = p.desk.last_ticket;
    for part in pieces(parse::parse(text.as_bytes()).files) {
        let part = DiffPart::Pieces(part);
        p.server(ToClient::Diff { ticket, part });
    }
    let end = DiffEnd {
        on: "work1".into(),
        title: "opsroom/0003-dev since 1a2b3c4d".to_owned(),
        ..DiffEnd::default()
    };
    let part = DiffPart::End(end);
    p.server(ToClient::Diff { ticket, part });
}

/// The diff of agent 1's brief is read.
fn opened(p: &mut Play) {
    p.keys("1 d");
    comes(p, &text());
}

fn at(p: &Play) -> usize {
    p.desk.review.as_ref().unwrap().at
}

fn row(p: &Play) -> Row {
    *p.desk.review.as_ref().unwrap().row().unwrap()
}

fn asked(acts: &[Act]) -> Option<(DiffScope, usize, u32)> {
    sent(acts).into_iter().find_map(|message| match message {
        ToServer::ReadDiff { of, .. } => Some((of.scope, of.paths.len(), of.context)),
        _ => None,
    })
}

fn comment(id: u64, line: u32, progress: CommentState) -> Comment {
    Comment {
        id: CommentId(id),
        by: Person {
            name: "alice".to_owned(),
            key: None,
        },
        at: Time(0),
        anchor: Anchor::new(&"a.rs".into(), Side::New, (line, line), ["more"]),
        text: "why?".to_owned(),
        on: "work1".into(),
        progress,
    }
}

fn said(p: &mut Play, comments: Vec<Comment>) {
    p.fact(Fact::Review(Review {
        brief: "0003-dev".into(),
        rounds: 1,
        comments,
        touched: Time(0),
    }));
}

const SENT: Number = Number { round: 1, place: 1 };

fn gate(stage: &str, to: &str) -> Ask {
    Ask::Gate {
        from: Place {
            track: "web".into(),
            stage: stage.into(),
        },
        to: to.into(),
        handoff: "it works".into(),
        report: None,
    }
}

/// A gate of agent 1's brief, whose card was looked at before its diff was opened.
fn at_a_gate(p: &mut Play) {
    p.fact(Fact::Request(request(9, 1, "gg", gate("dev", "qa"))));
    p.desk.request = Some(opsroom::model::RequestId(9));
    p.wait(600);
    p.wait(600);
    opened(p);
}

fn review_wish(acts: &[Act]) -> ReviewWish {
    match wish(acts) {
        Wish::Review { brief, wish } => {
            assert_eq!(brief, "0003-dev".into());
            wish
        }
        other => panic!("{other:?}"),
    }
}

pub const SCRIPTS: &[Script] = &[
    (Command::Diff, |p| {
        let acts = p.keys("1 d");
        assert_eq!(asked(&acts), Some((DiffScope::Branch, 0, 3)));
        assert_eq!(p.desk.mode, Mode::Review);
        p.keys("d");
        assert_eq!(p.desk.mode, Mode::Room);
        // of an agent without a brief: that of the card
        p.keys("3 d");
        assert_eq!(p.desk.review.as_ref().unwrap().brief, "0003-dev".into());
        p.keys("q g q j d");
        let brief = p.desk.review.as_ref().unwrap().brief.clone();
        assert_eq!(Some(brief), p.desk.brief);
    }),
    (Command::NextHunk, |p| {
        opened(p);
        p.keys("] ]");
        assert_eq!(row(p), Row::Hunk(0, 1));
    }),
    (Command::PreviousHunk, |p| {
        opened(p);
        p.keys("] ] [");
        assert_eq!(row(p), Row::Hunk(0, 0));
        p.keys("[");
        assert!(p.said().contains("no change before"));
    }),
    (Command::NextFile, |p| {
        opened(p);
        p.keys("tab");
        assert_eq!(row(p), Row::File(1));
    }),
    (Command::PreviousFile, |p| {
        opened(p);
        p.keys("G shift-tab shift-tab");
        assert_eq!(row(p), Row::File(0));
    }),
    (Command::ChooseFile, |p| {
        opened(p);
        p.keys("f");
        p.text("b.rs");
        p.keys("enter");
        assert_eq!(row(p), Row::File(1));
    }),
    (Command::FileList, |p| {
        opened(p);
        assert!(p.plan().review.unwrap().list.is_some());
        p.keys("b");
        assert!(p.plan().review.unwrap().list.is_none());
        assert_eq!(p.desk.review.as_ref().unwrap().list, List::Hidden);
    }),
    (Command::SideBySide, |p| {
        opened(p);
        p.keys("t");
        assert_eq!(p.desk.review.as_ref().unwrap().made.shape, Shape::Split);
        p.keys("t");
        assert_eq!(p.desk.review.as_ref().unwrap().made.shape, Shape::Unified);
    }),
    (Command::MoreContext, |p| {
        opened(p);
        let acts = p.keys("tab +");
        assert_eq!(asked(&acts), Some((DiffScope::Branch, 1, 15)));
        let wider = "diff --git a/b.rs b/b.rs\n--- a/b.rs\n+++ b/b.rs\n@@ -4,3 +4,2 @@\n above\n keep\n-gone\n";
        comes(p, wider);
        let review = p.desk.review.as_ref().unwrap();
        assert_eq!(review.diff.files.len(), 2);
        assert_eq!(review.diff.files[1].hunks[0].lines.len(), 3);
    }),
    (Command::LessContext, |p| {
        opened(p);
        p.keys("-");
        assert!(p.said().contains("only the changes"));
    }),
    (Command::WholeFile, |p| {
        opened(p);
        let acts = p.keys("w");
        assert_eq!(asked(&acts), Some((DiffScope::Branch, 1, 1_000_000)));
    }),
    (Command::Scope, |p| {
        opened(p);
        let acts = p.keys("u");
        assert_eq!(asked(&acts), Some((DiffScope::Uncommitted, 0, 3)));
    }),
    (Command::Reread, |p| {
        opened(p);
        let acts = p.keys("R");
        assert_eq!(asked(&acts), Some((DiffScope::Branch, 0, 3)));
        let review = p.desk.review.as_ref().unwrap();
        assert!(matches!(review.arrival, Arrival::Coming(_)) && !review.diff.files.is_empty());
    }),
    (Command::Comment, |p| {
        opened(p);
        p.keys("j j j v j c");
        p.text("why two?");
        let acts = p.keys("enter");
        let ReviewWish::Comment { anchor, text, on } = review_wish(&acts) else {
            panic!()
        };
        assert_eq!(
            (anchor.place().as_str(), text.as_str()),
            ("a.rs:1-2", "why two?")
        );
        assert_eq!((anchor.side, on), (Side::New, "work1".into()));
        let lines: Vec<&str> = anchor.lines.iter().map(|line| line.raw()).collect();
        assert_eq!(lines, ["new", "more"]);
    }),
    (Command::EditComment, |p| {
        opened(p);
        said(p, vec![comment(4, 2, CommentState::Draft)]);
        p.keys("m e");
        p.text(" and how?");
        let acts = p.keys("enter");
        let text = "why? and how?".to_owned();
        let comment = CommentId(4);
        assert_eq!(review_wish(&acts), ReviewWish::Reword { comment, text });
    }),
    (Command::DeleteComment, |p| {
        opened(p);
        said(p, vec![comment(4, 2, CommentState::Draft)]);
        let acts = p.keys("m D");
        assert_eq!(review_wish(&acts), ReviewWish::Delete(CommentId(4)));
        said(p, vec![comment(4, 2, CommentState::Open(SENT))]);
        assert!(wishes(&p.keys("D")).is_empty());
    }),
    (Command::NextComment, |p| {
        opened(p);
        said(p, vec![comment(4, 2, CommentState::Open(SENT))]);
        p.keys("m");
        assert!(matches!(row(p), Row::Comment(0, 0)));
    }),
    (Command::PreviousComment, |p| {
        opened(p);
        said(p, vec![comment(4, 2, CommentState::Open(SENT))]);
        p.keys("G M");
        assert!(matches!(row(p), Row::Comment(0, 0)));
    }),
    (Command::Comments, |p| {
        opened(p);
        let acts = p.keys("C");
        assert!(acts.is_empty() && p.said().contains("nobody commented"));
        let by = comment(4, 2, CommentState::Draft).by;
        let handled = CommentState::Handled {
            number: SENT,
            by,
            at: Time(5),
        };
        let second = Number { round: 1, place: 2 };
        let mut elsewhere = comment(4, 2, handled);
        elsewhere.anchor.file = "gone.rs".into();
        said(
            p,
            vec![elsewhere, comment(5, 2, CommentState::Open(second))],
        );
        p.keys("C");
        let Some(Popup::Choose(chooser)) = &p.desk.popup else {
            panic!("no list");
        };
        assert_eq!(chooser.title, "comments: 1 open, 1 handled");
        let labels: Vec<&str> = chooser.entries.iter().map(|it| it.label.as_str()).collect();
        assert_eq!(labels, ["1.2 open: why?", "1.1 handled, says alice: why?"]);
        p.keys("enter");
        assert!(matches!(row(p), Row::Comment(..)), "it is gone to");
        p.keys("C down enter");
        let Some(Popup::Read { title, text, .. }) = &p.desk.popup else {
            panic!("it is read");
        };
        assert_eq!(title, "gone.rs:2");
        assert!(text.raw().contains("why?") && text.raw().contains("handled, says alice"));
    }),
    (Command::Settle, |p| {
        opened(p);
        said(p, vec![comment(4, 2, CommentState::Open(SENT))]);
        let acts = p.keys("m x");
        assert_eq!(review_wish(&acts), ReviewWish::Settle(SENT));
        let by = comment(4, 2, CommentState::Draft).by;
        let at = Time(5);
        said(
            p,
            vec![comment(
                4,
                2,
                CommentState::Handled {
                    number: SENT,
                    by,
                    at,
                },
            )],
        );
        let acts = p.keys("x");
        assert_eq!(review_wish(&acts), ReviewWish::Reopen(SENT));
    }),
    (Command::SendRound, |p| {
        opened(p);
        assert!(wishes(&p.keys("S")).is_empty());
        said(p, vec![comment(4, 2, CommentState::Draft)]);
        assert_eq!(review_wish(&p.keys("S")), ReviewWish::Send);
    }),
    (Command::RejectRound, |p| {
        at_a_gate(p);
        said(p, vec![comment(4, 2, CommentState::Draft)]);
        p.keys("r");
        let acts = p.keys("enter");
        assert!(
            matches!(wish(&acts), Wish::RejectWithRound { card, words } if card.request.0 == 9 && words.is_empty())
        );
    }),
    (Command::LeaveReview, |p| {
        opened(p);
        p.keys("q");
        assert_eq!(p.desk.mode, Mode::Room);
        assert!(p.desk.review.is_none());
    }),
    (Command::AsideReview, |p| {
        beside(p);
        p.keys("ctrl-g");
        assert_eq!(p.desk.mode, Mode::Room);
        assert!(p.plan().review.is_some() && !p.plan().tiles.is_empty());
        p.keys("d j");
        assert_eq!((p.desk.mode, at(p)), (Mode::Review, 1));
    }),
];

/// The diff stands beside the tiles.
fn beside(p: &mut Play) {
    let layouts = &p.desk.shelf.layouts;
    let review = layouts.iter().find(|layout| layout.name == "review");
    p.desk.layout = review.unwrap().clone();
    opened(p);
}

#[test]
fn a_gate_whose_card_was_read_is_approved_from_its_diff() {
    let mut p = Play::new();
    at_a_gate(&mut p);
    assert!(p.plan().card.is_none() && p.plan().tiles.is_empty());
    let Wish::Decide { cards, verdict } = wish(&p.keys("a")) else {
        panic!()
    };
    assert_eq!((cards[0].request.0, verdict), (9, Verdict::Approve));
}

#[test]
fn a_gate_that_was_not_looked_at_is_not_decided_from_a_diff() {
    let mut p = Play::new();
    opened(&mut p);
    assert!(wishes(&p.keys("a")).is_empty());
    assert!(p.said().contains("look at the gate's card"));
    assert!(p.keys("r").is_empty() && p.desk.popup.is_none());
}

#[test]
fn a_gate_that_changes_while_its_diff_is_read_is_not_decided() {
    let mut p = Play::new();
    at_a_gate(&mut p);
    let gate = p.desk.facts.requests[&opsroom::model::RequestId(9)]
        .ask
        .clone();
    p.fact(Fact::Request(request(9, 1, "other", gate)));
    assert!(wishes(&p.keys("a")).is_empty());
}

#[test]
fn an_observer_reads_and_does_not_comment() {
    let mut p = Play::observer();
    opened(&mut p);
    p.keys("j j j c");
    assert!(p.desk.popup.is_none() && p.said().contains("observer"));
}

#[test]
fn a_comment_stands_within_one_change() {
    let mut p = Play::new();
    opened(&mut p);
    p.keys("v G c");
    assert!(p.said().contains("within one change"), "{}", p.said());
    p.keys("v g g c");
    assert!(p.said().contains("no line here"), "{}", p.said());
}

#[test]
fn a_removed_line_is_commented_as_it_was() {
    let mut p = Play::new();
    opened(&mut p);
    p.keys("G c");
    p.text("keep it");
    let ReviewWish::Comment { anchor, .. } = review_wish(&p.keys("enter")) else {
        panic!()
    };
    assert_eq!(
        (anchor.side, anchor.place().as_str()),
        (Side::Old, "b.rs:6")
    );
}

#[test]
fn a_search_goes_from_line_to_line_around_the_ends() {
    let mut p = Play::new();
    opened(&mut p);
    p.keys("/");
    p.text("line 3");
    p.keys("enter");
    let first = at(&p);
    p.keys("n");
    assert!(at(&p) > first);
    p.keys("N");
    assert_eq!(at(&p), first);
    p.keys("/");
    p.text("nowhere");
    p.keys("enter");
    assert!(p.said().contains("`nowhere` is not in this diff"));
}

#[test]
fn work_that_changed_meanwhile_is_read_again_as_a_whole() {
    let mut p = Play::new();
    opened(&mut p);
    p.keys("w");
    let ticket = p.desk.last_ticket;
    let end = DiffEnd {
        on: "work2".into(),
        ..DiffEnd::default()
    };
    let part = DiffPart::End(end);
    let acts = p.server(ToClient::Diff { ticket, part });
    assert_eq!(asked(&acts), Some((DiffScope::Branch, 0, 3)));
}

#[test]
fn the_mouse_goes_to_files_and_lines_and_the_wheel_through_the_diff() {
    let mut p = Play::new();
    opened(&mut p);
    let plan = p.plan().review.unwrap();
    let list = plan.list.unwrap();
    p.click(list.x + 3, list.y + 1);
    assert_eq!(row(&p), Row::File(1));
    p.keys("g g");
    p.click(plan.body.x + 3, plan.body.y + 3);
    assert_eq!(at(&p), 3);
    p.mouse(MouseAction::WheelDown, plan.body.x, plan.body.y);
    assert_eq!(p.desk.review.as_ref().unwrap().top, 3);
}

#[test]
fn a_narrow_screen_has_the_diff_alone_and_a_wide_one_its_files_beside() {
    let mut p = Play::new();
    opened(&mut p);
    assert!(p.plan().review.unwrap().list.is_some());
    p.input(opsroom::view::update::Input::Resized(Size {
        cols: 80,
        rows: 24,
    }));
    let plan = p.plan();
    assert!(plan.review.unwrap().list.is_none() && plan.header.is_some());
    p.keys("/");
    assert!(matches!(p.desk.popup, Some(Popup::Write(_))));
}

#[test]
fn a_failed_reading_says_why_and_keeps_what_was_there() {
    let mut p = Play::new();
    p.keys("1 d");
    let ticket = p.desk.last_ticket;
    let part = DiffPart::Failed("no repository".to_owned());
    p.server(ToClient::Diff { ticket, part });
    let review = p.desk.review.as_ref().unwrap();
    assert_eq!(review.arrival, Arrival::Failed("no repository".to_owned()));
    p.keys("R");
    comes(&mut p, &text());
    p.keys("R");
    let ticket = p.desk.last_ticket;
    let part = DiffPart::Failed("git is slow".to_owned());
    p.server(ToClient::Diff { ticket, part });
    assert_eq!(p.desk.review.as_ref().unwrap().diff.files.len(), 2);
    assert!(p.said().contains("git is slow"));
}

#[test]
fn the_diff_that_a_gates_card_offers_comes_before_that_of_the_focused_tile() {
    let mut p = Play::new();
    let mut other = request(9, 2, "gg", gate("prep", "dev"));
    other.brief = Some("0002-prep".into());
    p.fact(Fact::Request(other));
    p.keys("1");
    p.desk.request = Some(opsroom::model::RequestId(9));
    p.wait(600);
    assert_eq!(p.desk.focused(), Some(opsroom::model::AgentId(1)));
    p.keys("d");
    assert_eq!(p.desk.review.as_ref().unwrap().brief, "0002-prep".into());
    // its card was in sight, so it is decided from there
    assert!(p.desk.review.as_ref().unwrap().gate.is_some());
}

#[test]
fn a_shorter_diff_leaves_no_rows_empty_below_while_some_are_above() {
    let mut p = Play::new();
    opened(&mut p);
    p.keys("G u");
    let short = "diff --git a/b.rs b/b.rs\n--- a/b.rs\n+++ b/b.rs\n@@ -5,2 +5,1 @@\n keep\n-gone\n";
    comes(&mut p, short);
    assert_eq!(p.desk.review.as_ref().unwrap().top, 0);
    assert!(p.seen().contains("b.rs"), "{}", p.seen());
}

#[test]
fn a_file_without_lines_says_that_there_are_none_and_a_new_one_that_all_are_there() {
    let mut p = Play::new();
    p.keys("1 d");
    let renamed =
        "diff --git a/a.rs b/b.rs\nsimilarity index 100%\nrename from a.rs\nrename to b.rs\n";
    comes(&mut p, renamed);
    for key in ["w", "+", "-"] {
        assert_eq!(asked(&p.keys(key)), None);
        assert!(
            p.said().starts_with("no line of this file changed"),
            "{key}: {}",
            p.said()
        );
    }
    let mut p = Play::new();
    p.keys("1 d");
    let new = "diff --git a/n.rs b/n.rs\nnew file mode 100644\n--- /dev/null\n+++ b/n.rs\n@@ -0,0 +1,2 @@\n+one\n+two\n";
    comes(&mut p, new);
    assert_eq!(asked(&p.keys("w")), None);
    assert_eq!(p.said(), "that is the whole file");
}

#[test]
fn a_diff_beside_the_tiles_stands_beside_its_agents_terminal() {
    let mut p = Play::new();
    let text = include_str!("../../layouts/review.toml");
    let layout = opsroom::config::layout::parse("layouts/review.toml", text);
    p.input(opsroom::view::update::Input::Layout(layout.value.unwrap()));
    p.input(opsroom::view::update::Input::Resized(Size {
        cols: 170,
        rows: 45,
    }));
    p.keys("2");
    let mut gated = request(9, 1, "gg", gate("dev", "qa"));
    gated.brief = Some("0003-dev".into());
    p.fact(Fact::Request(gated));
    p.desk.request = Some(opsroom::model::RequestId(9));
    p.wait(600);
    p.keys("d");
    assert!(p.plan().review.is_some() && !p.plan().tiles.is_empty());
    assert_eq!(p.desk.pane, Some(opsroom::model::AgentId(1)));
}
