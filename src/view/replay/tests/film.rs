//! Places of a recording, and the screen that stands there.

use super::*;

#[test]
fn a_picture_within_an_event_is_shown_as_it_stood_and_what_follows_goes_on_from_there() {
    let flash = "one\r\ntwo\x1b[2J\x1b[Hafter";
    let (one, ends) = segment(
        1,
        0,
        &[(0, "o", "zero\r\n"), (9_000, "o", flash), (9_500, "o", "!")],
    );
    let mut player = player(Film::new(vec![one]), Vec::new());
    let still = |within| Still {
        segment: 1,
        offset: ends[0],
        within,
    };
    player.go_to_place(still(8)).unwrap();
    assert_eq!(player.text(), "zero\none\ntwo");
    let picture = drawn(&player, 100, 12);
    assert!(picture.contains("22:13:29"), "{picture}");
    assert!(!picture.contains("silent"), "{picture}");
    press(&mut player, 0, KeyCode::Char('.'));
    assert_eq!(player.text(), "after");
    player.go_to_place(still(8)).unwrap();
    press(&mut player, 0, KeyCode::Char(','));
    assert_eq!(player.text(), "zero");
    player.go_to_place(still(3)).unwrap();
    assert_eq!(player.text(), "zero\none");
    press(&mut player, 0, KeyCode::Char(' '));
    player.update(Input::Tick, Time(600));
    assert_eq!(player.text(), "after!");
    assert_eq!(player.go_to_place(still(500)), Err(Missing::NoSuchPlace));
    let behind = Still {
        within: 1,
        ..Still::behind(1, ends[2])
    };
    assert_eq!(player.go_to_place(behind), Err(Missing::NoSuchPlace));
}

#[test]
fn a_picture_within_an_update_that_is_held_back_shows_it_and_changes_nothing_behind_it() {
    let update = "\x1b[?2026hhidden";
    let events = [
        (0, "o", "a"),
        (1, "o", update),
        (2, "o", "\x1b[2K\rshown\x1b[?2026l"),
    ];
    let (one, ends) = segment(1, 0, &events);
    let film = Film::new(vec![one]);
    let mut projector = Projector::new();
    projector.show_within(&film, 1, update.len() - 3);
    assert_eq!(projector.screen().rows(0..1)[0].text(), "ahid");
    assert_eq!(film.shown_in(1, ends[1]), Ok(2));
    projector.show(&film, 2);
    assert_eq!(
        projector.screen().rows(0..1)[0].text(),
        "a",
        "it is held back"
    );
    projector.show(&film, 3);
    assert_eq!(projector.screen().rows(0..1)[0].text(), "shown");
}

#[test]
fn a_segment_without_a_picture_is_played_from_the_one_before() {
    let (one, _) = segment(1, 0, &[(0, "o", "one ")]);
    let (two, ends) = segment(2, 1, &[(0, "o", "two")]);
    let film = Film::new(vec![two, one]);
    let mut projector = Projector::new();
    projector.show(&film, film.shown_in(2, ends[0]).unwrap());
    assert_eq!(projector.screen().rows(0..1)[0].text(), "one two");
}

#[test]
fn every_place_shows_the_same_whether_it_is_reached_forwards_or_by_a_jump() {
    let (one, _) = segment(
        1,
        0,
        &[
            (0, "o", "a\x1b[31mb"),
            (5, "r", "30x5"),
            (6, "o", "\x1b[3"),
            (7, "o", "2mc"),
        ],
    );
    let again = "\u{1b}c\u{1b}[1;1Ha\u{1b}[31mb\u{1b}[32mc";
    let (two, _) = segment(
        2,
        1,
        &[
            (0, "r", "30x5"),
            (0, "m", "picture"),
            (0, "o", again),
            (9, "o", "d"),
        ],
    );
    let film = Film::new(vec![one, two]);
    let mut forwards = Projector::new();
    for shown in 0..=film.len() {
        forwards.show(&film, shown);
        let mut jumped = Projector::new();
        jumped.show(&film, film.len());
        jumped.show(&film, shown);
        let rows = |it: &Projector| it.screen().rows(0..u16::MAX).to_vec();
        assert_eq!(rows(&forwards), rows(&jumped), "{shown}");
    }
}
