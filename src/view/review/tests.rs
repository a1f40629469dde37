#![allow(clippy::unwrap_used, clippy::panic)]
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::*;
use crate::diff::{LineKind, parse};
use crate::model::{Anchor, Comment, CommentId, CommentState, Fact, Number, Person, Side, Time};
use crate::view::desk::{Desk, Mode};
use crate::view::draw::{draw, sample};
use crate::view::keymap::Keymap;
use crate::view::tiles::plan;
use crate::view::update::{Input, update};
use crate::wire::{DiffPart, ToClient};

const TEXT: &str = "diff --git a/src/limit.rs b/src/limit.rs\n--- a/src/limit.rs\n+++ b/src/limit.rs\n\
@@ -8,6 +8,8 @@ impl Limit {\n     /// How many tries there are.\n     pub fn left(&self) -> u32 {\n\
-        let limit = parse(text, 10);\n+        let limit = parse(text, base);\n+        // \"never\" below zero\n\
+        let limit = limit.max(0);\n         limit\n     }\n\
diff --git a/logo.png b/logo.png\nnew file mode 100644\nBinary files /dev/null and b/logo.png differ\n\
diff --git a/old.md b/new.md\nsimilarity index 100%\nrename from old.md\nrename to new.md\n";

fn comment(id: u64, line: u32, side: Side, progress: CommentState) -> Comment {
    Comment {
        id: CommentId(id),
        by: Person {
            name: "alice".into(),
            key: None,
        },
        at: Time(0),
        anchor: Anchor::new(&"src/limit.rs".into(), side, (line, line), ["x"]),
        text: "why not zero?".into(),
        on: "d".into(),
        progress,
    }
}

fn comments() -> model::Review {
    let number = |place| Number { round: 1, place };
    model::Review {
        brief: "0007-audit-log".into(),
        rounds: 1,
        comments: vec![
            comment(1, 12, Side::New, CommentState::Draft),
            comment(2, 10, Side::Old, CommentState::Open(number(1))),
            comment(3, 90, Side::New, CommentState::Open(number(2))),
        ],
        touched: Time(0),
    }
}

/// A desk on which this diff is read.
fn desk(cols: u16, rows: u16, text: &str) -> Desk {
    let mut desk = sample::room(cols, rows);
    desk.facts.apply(Fact::Review(comments()));
    desk.mode = Mode::Review;
    let mut review = Review::of("0007-audit-log".into(), DiffScope::Branch);
    review.diff = parse::parse(text.as_bytes());
    review.arrival = Arrival::Here;
    review.end.title = "opsroom/0007-audit-log since 1a2b3c4d".into();
    review.end.outdated = vec![CommentId(3)];
    desk.review = Some(Box::new(review));
    tick(&mut desk);
    desk
}

fn tick(desk: &mut Desk) {
    let now = desk.now;
    update(desk, &Keymap::default(), Input::Tick, now);
}

fn picture(desk: &Desk) -> Vec<String> {
    let size = desk.size;
    let mut buf = Buffer::empty(Rect::new(0, 0, size.cols, size.rows));
    draw(desk, &plan(desk), &Keymap::default(), &mut buf);
    let row = |y| {
        let cells = (0..size.cols).map(|x| buf[(x, y)].symbol());
        cells.collect::<String>().trim_end().to_owned()
    };
    (0..size.rows).map(row).collect()
}

fn rows_of(desk: &Desk) -> &Rows {
    &desk.review.as_ref().unwrap().rows
}

#[test]
fn a_diff_is_read_in_eighty_columns() {
    let desk = desk(80, 24, TEXT);
    let seen = picture(&desk);
    let expected = [
        "┃ M src/limit.rs ─────────────────────────────────────────────────────── +3 -1 ┃",
        "┃    ▎ 1.2 alice · open · outdated: src/limit.rs:90 reads otherwise now        ┃",
        "┃    ▎ why not zero?                                                           ┃",
        "┃  @@ -8 +8 @@ impl Limit {                                                    ┃",
        "┃  8   8       /// How many tries there are.                                   ┃",
        "┃  9   9       pub fn left(&self) -> u32 {                                     ┃",
        "┃ 10     -         let limit = parse(text, 10);                                ┃",
        "┃    ▎ 1.1 alice · open                                                        ┃",
        "┃    ▎ why not zero?                                                           ┃",
        "┃     10 +         let limit = parse(text, base);                              ┃",
        "┃     11 +         // \"never\" below zero                                       ┃",
        "┃     12 +         let limit = limit.max(0);                                   ┃",
        "┃    ▎ alice · not sent                                                        ┃",
        "┃    ▎ why not zero?                                                           ┃",
        "┃ 11  13           limit                                                       ┃",
        "┃ 12  14       }                                                               ┃",
        "┃                                                                              ┃",
        "┃ A logo.png ────────────────────────────────────────────────────────── binary ┃",
        "┃  no text to show: a binary file                                              ┃",
        "┃                                                                              ┃",
    ];
    // the row of the cursor has a mark of its own
    assert!(seen[2].starts_with("┃▌M src/limit.rs"), "{seen:#?}");
    for (row, expected) in seen[3..22].iter().zip(&expected[1..]) {
        assert_eq!(row, expected, "{seen:#?}");
    }
    assert!(seen[1].contains("0007-audit-log"), "{seen:#?}");
}

#[test]
fn before_and_now_stand_beside_each_other_where_there_is_room() {
    let mut desk = desk(140, 30, TEXT);
    desk.review.as_mut().unwrap().shape = Shape::Split;
    tick(&mut desk);
    let seen = picture(&desk);
    let line = seen
        .iter()
        .find(|row| row.contains("parse(text, 10)"))
        .unwrap();
    assert!(line.contains("parse(text, base)"), "{seen:#?}");
    assert!(
        seen.iter()
            .any(|row| row.contains("A logo.png") && row.contains("│"))
    );
    desk.size.cols = 60;
    tick(&mut desk);
    assert_eq!(desk.review.unwrap().made.shape, Shape::Unified);
}

#[test]
fn the_cursor_stays_on_its_line_when_comments_come_and_the_shape_changes() {
    let mut desk = desk(100, 30, TEXT);
    let line = |desk: &Desk| {
        let review = desk.review.as_ref().unwrap();
        let cells = review.cells(review.row().unwrap());
        cells.into_iter().flatten().next_back().map(|cell| cell.new)
    };
    let at = rows_of(&desk)
        .all
        .iter()
        .position(|row| matches!(row, Row::Line(cell) if cell.new == 13));
    desk.review.as_mut().unwrap().at = at.unwrap();
    tick(&mut desk);
    let mut more = comments();
    more.comments
        .push(comment(9, 8, Side::New, CommentState::Draft));
    desk.facts.apply(Fact::Review(more));
    tick(&mut desk);
    assert_eq!(line(&desk), Some(13));
    desk.review.as_mut().unwrap().shape = Shape::Split;
    tick(&mut desk);
    assert_eq!(line(&desk), Some(13));
}

#[test]
fn nothing_that_a_file_holds_reaches_the_screen_unseen() {
    let text = "diff --git a/a\u{202e}b b/a\u{202e}b\n--- a/a\u{202e}b\n+++ b/a\u{202e}b\n@@ -0,0 +1 @@ \u{1b}[2J\n+\tx\u{1b}]0;t\u{7}\u{200b}y\n";
    let seen = picture(&desk(100, 24, text)).join("\n");
    assert!(!seen.contains(['\u{1b}', '\u{7}', '\u{202e}', '\u{200b}']));
    assert!(
        seen.contains("x␛]0;t␇⟨U+200B⟩y") && seen.contains("a⟨U+202E⟩b"),
        "{seen}"
    );
}

#[test]
fn a_diff_comes_in_parts_and_a_lost_link_asks_for_it_again() {
    let mut desk = sample::room(100, 30);
    desk.focus = crate::view::desk::Focus::Queue;
    desk.brief = Some("0012-rate-limit".into());
    let keys = Keymap::default();
    let key = crate::view::keymap::key(crate::config::keys::Chord::char('d'));
    let now = desk.now;
    let acts = update(&mut desk, &keys, Input::Key(key), now);
    let asked = |acts: &[crate::view::update::Act]| {
        let is = |act: &crate::view::update::Act| {
            matches!(
                act,
                crate::view::update::Act::Send(crate::wire::ToServer::ReadDiff { .. })
            )
        };
        acts.iter().filter(|act| is(act)).count()
    };
    assert_eq!((desk.mode, asked(&acts)), (Mode::Review, 1));
    let pieces = crate::diff::pieces(parse::parse(TEXT.as_bytes()).files);
    let ticket = desk.last_ticket;
    for part in pieces {
        let part = DiffPart::Pieces(part);
        update(
            &mut desk,
            &keys,
            Input::Server(ToClient::Diff { ticket, part }),
            now,
        );
    }
    assert!(
        rows_of(&desk).all.is_empty(),
        "nothing is drawn before it is whole"
    );
    update(&mut desk, &keys, Input::LinkLost("gone".into()), now);
    update(&mut desk, &keys, Input::Linked, now);
    let acts = update(&mut desk, &keys, Input::Server(ToClient::Current), now);
    assert_eq!(asked(&acts), 1);
}

fn kinds() -> impl Strategy<Value = Vec<LineKind>> {
    let kind = prop::sample::select(vec![
        LineKind::Context,
        LineKind::Added,
        LineKind::Removed,
        LineKind::NoNewline,
    ]);
    prop::collection::vec(kind, 1..20)
}

proptest! {
    #[test]
    fn every_line_has_its_row_in_both_shapes(kinds in kinds(), width in 20u16..120) {
        let lines = kinds.iter().map(|kind| Line { kind: *kind, text: "x".into() });
        let hunk = crate::diff::Hunk { old: 8, new: 8, lines: lines.collect(), ..Default::default() };
        let file = crate::diff::File { path: "src/limit.rs".into(), hunks: vec![hunk], ..Default::default() };
        let diff = Diff { files: vec![file], ..Diff::default() };
        let (comments, review) = (comments(), Review::default());
        for shape in [Shape::Unified, Shape::Split] {
            let rows = Rows::new(&diff, Some(&comments), &[], shape, width);
            let cells = rows.all.iter().flat_map(|row| review.cells(row)).flatten();
            let mut seen: Vec<u32> = cells.map(|cell| cell.line).collect();
            seen.sort_unstable();
            seen.dedup();
            prop_assert_eq!(seen, (0..kinds.len() as u32).collect::<Vec<_>>());
            prop_assert_eq!(rows.boxes.len(), 3);
            prop_assert!(rows.comments.iter().all(|row| matches!(rows.all[*row], Row::Comment(_, 0))));
            prop_assert!(rows.hunks.iter().all(|row| matches!(rows.all[*row], Row::Hunk(..))));
        }
    }

    #[test]
    fn any_screen_and_any_place_can_be_drawn(cols in 1u16..150, high in 1u16..40, at in 0usize..40, left in 0u16..40, split in any::<bool>(), needle in "(|lim|[a-z])") {
        let mut desk = desk(cols, high, TEXT);
        {
            let review = desk.review.as_mut().unwrap();
            (review.at, review.left, review.needle) = (at, left, needle);
            review.range = Some(at / 2);
            review.shape = if split { Shape::Split } else { Shape::Unified };
        }
        tick(&mut desk);
        let _ = picture(&desk);
    }
}
