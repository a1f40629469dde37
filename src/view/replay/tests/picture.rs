//! What of an agent's screen is shown: the part that matters, the part that somebody moves to, and what stood before
//! whoever decided.

use super::*;
use crate::model::{Cover, Crop};

/// A decision with the picture that stands behind so many bytes, of which this was in sight.
fn seen(segment: u64, offset: u64, crop: Crop) -> Decided {
    let mut decided = decided(5, segment, offset);
    decided.moment.as_mut().unwrap().crop = Some(crop);
    decided
}

/// Twelve numbered lines on a screen of four rows: 9, 10, 11 and 12 stand on it.
fn lines() -> (Film, u64) {
    let text: Vec<String> = (1..=12).map(|n| format!("line {n}")).collect();
    let (one, ends) = segment(1, 0, &[(0, "o", &text.join("\r\n"))]);
    (Film::new(vec![one]), ends[0])
}

fn at(player: &mut Player) -> String {
    player.go_to_decision(0).unwrap();
    player.text()
}

/// The letters of a picture that are drawn in other colours than dim ones, with blanks for those.
fn lit(player: &Player, cols: u16, rows: u16) -> Vec<String> {
    let mut buf = Buffer::empty(Rect::new(0, 0, cols, rows));
    draw(player, &mut buf);
    let theme = &player.theme;
    let role = crate::config::theme::Role::Dim;
    let under = theme.face(crate::config::theme::Role::Pane);
    let dim = crate::view::draw::ink::style(theme.on(role, under));
    let inner = frame::inside(super::super::draw::tile(player, buf.area));
    let lines = inner.rows().map(|row| {
        let cells = row.positions().map(|position| &buf[position]);
        let letters = cells.map(|cell| match Some(cell.fg) == dim.fg {
            true => " ",
            false => cell.symbol(),
        });
        letters.collect::<String>().trim_end().to_owned()
    });
    lines.collect()
}

#[test]
fn what_whoever_decided_had_in_sight_is_lit_and_the_rest_is_dim() {
    let (film, end) = lines();
    let crop = Crop {
        top: 1,
        left: 2,
        cols: 5,
        rows: 3,
        covered: vec![Cover {
            col: 3,
            row: 2,
            cols: 9,
            rows: 1,
        }],
    };
    let mut player = player(film, vec![seen(1, end, crop)]);
    player.theme = crate::config::builtin::theme("opsroom").unwrap();
    assert_eq!(at(&mut player), "ne 10\nne 11\nne ░░");
    let lit = lit(&player, 120, 12);
    assert_eq!(lit[..5], ["", "  ne 10", "  ne 11", "  ne", ""]);
    let picture = drawn(&player, 120, 12);
    for stands in [
        "line 9 ",
        "line 12",
        " dim: not in their sight ",
        "what alice had in sight is lit: 5x3, but for what lay",
    ] {
        assert!(picture.contains(stands), "{stands}: {picture}");
    }
    press(&mut player, 0, KeyCode::End);
    let all = drawn(&player, 120, 12);
    assert!(!all.contains("in their sight"), "{all}");
    assert_eq!(player.text(), "line 9\nline 10\nline 11\nline 12");
}

#[test]
fn a_picture_that_was_in_sight_as_a_whole_is_said_to_be_so() {
    let (film, end) = lines();
    let crop = Crop {
        cols: 20,
        rows: 4,
        ..Crop::default()
    };
    let mut player = player(film, vec![seen(1, end, crop)]);
    assert_eq!(at(&mut player), "line 9\nline 10\nline 11\nline 12");
    let picture = drawn(&player, 120, 12);
    assert!(
        picture.contains(" all of it was in their sight "),
        "{picture}"
    );
}

#[test]
fn lines_that_whoever_decided_had_gone_back_to_are_shown_above_the_screen() {
    let (film, end) = lines();
    let crop = Crop {
        top: -3,
        left: 0,
        cols: 20,
        rows: 4,
        covered: Vec::new(),
    };
    let mut player = player(film, vec![seen(1, end, crop)]);
    player.theme = crate::config::builtin::theme("opsroom").unwrap();
    assert_eq!(at(&mut player), "line 6\nline 7\nline 8\nline 9");
    let lit = lit(&player, 120, 12);
    assert_eq!(lit[..5], ["line 6", "line 7", "line 8", "line 9", ""]);
    let picture = drawn(&player, 120, 12);
    assert!(picture.contains("gone back 3 lines"), "{picture}");
    assert!(picture.contains("line 12"), "{picture}");
}

#[test]
fn lines_of_an_earlier_segment_are_shown_above_and_those_that_are_gone_are_counted() {
    let write = |from: u64, to: u64| {
        let lines: Vec<String> = (from..=to).map(|n| format!("line {n}\r\n")).collect();
        lines.concat()
    };
    let (one, _) = segment(1, 0, &[(0, "o", &write(1, 10))]);
    let picture = "\x1b[2J\x1b[Hline 8\r\nline 9\r\nline 10\r\n";
    let events = [
        (0, "r", "20x4"),
        (0, "m", "picture"),
        (0, "o", picture),
        (9, "o", &write(11, 12)),
    ];
    let (two, ends) = segment(2, 60, &events);
    let crop = Crop {
        top: -6,
        left: 0,
        cols: 20,
        rows: 4,
        covered: Vec::new(),
    };
    let decided = seen(2, ends[3], crop);
    let mut whole = player(Film::new(vec![one, two.clone()]), vec![decided.clone()]);
    assert_eq!(at(&mut whole), "line 4\nline 5\nline 6\nline 7");
    assert_eq!(whole.note, None);
    let mut left = player(Film::new(vec![two]), vec![decided]);
    assert_eq!(at(&mut left), "░\n░\n░\n░");
    let note = left.note.as_deref().unwrap();
    assert!(
        note.contains("gone back 6 lines; 4 lines of that are not"),
        "{note}"
    );
}

#[test]
fn lines_before_a_hole_in_a_recording_do_not_stand_above_the_screen() {
    let events = [
        (0, "o", "a\r\nb\r\nc\r\nd\r\ne\r\n"),
        (9, "m", "torn"),
        (9, "o", "\x1b[2J\x1b[Hx\r\ny\r\nz\r\n"),
        (10, "o", "end\r\n"),
    ];
    let (one, ends) = segment(1, 0, &events);
    let crop = Crop {
        top: -2,
        left: 0,
        cols: 20,
        rows: 4,
        covered: Vec::new(),
    };
    let mut player = player(Film::new(vec![one]), vec![seen(1, ends[3], crop)]);
    assert_eq!(at(&mut player), "░\nx\ny\nz");
    assert!(player.note.is_some());
}

#[test]
fn another_part_of_a_picture_larger_than_its_tile_is_moved_to_and_stays() {
    let wide = "\x1b[1;1Htop left\x1b[1;91Htop right\x1b[30;1Hlow left\x1b[30;91Hlow right";
    let events = [(0, "r", "100x30"), (0, "o", wide), (500, "o", "\x1b[20;1H")];
    let (one, _) = segment(1, 0, &events);
    let mut player = player(Film::new(vec![one]), Vec::new());
    player.update(Input::Resized(Size::new(60, 20)), Time(0));
    press(&mut player, 0, KeyCode::End);
    let stands = |player: &Player, text: &str| drawn(player, 60, 20).contains(text);
    assert!(stands(&player, "100x30, a part of it"));
    assert!(stands(&player, "low left"));
    for _ in 0..9 {
        press(&mut player, 0, KeyCode::Char('l'));
    }
    assert!(stands(&player, "low right") && !stands(&player, "low left"));
    for _ in 0..9 {
        press(&mut player, 0, KeyCode::Char('k'));
    }
    assert!(stands(&player, "top right") && !stands(&player, "low right"));
    press(&mut player, 0, KeyCode::Char(','));
    assert!(stands(&player, "top right"), "a step leaves it where it is");
    for key in ['h', 'h', 'h', 'h', 'h', 'j'] {
        press(&mut player, 0, KeyCode::Char(key));
    }
    assert!(!stands(&player, "top left"), "a quarter of the tile down");
    press(&mut player, 0, KeyCode::Char('k'));
    assert!(stands(&player, "top left"));
}
