//! Texts to read and all keys, over the room.

use super::*;
use crate::view::popup::Parts;

#[test]
fn what_stands_in_a_part_is_no_heading_whatever_it_begins_with() {
    let mut desk = sample::room(120, 36);
    let mut parts = Parts::default();
    parts.head("waits for a person");
    parts.line("#2  run sh build.sh, for 4 min");
    parts.line("");
    parts.head("how it runs");
    parts.line("+++\nsince ten");
    desk.popup = Some(parts.read("what is known".to_owned()));
    let (buf, area) = (picture(&desk), plan(&desk).popup.unwrap());
    let face = |words: &str| {
        let mut rows = area.rows();
        let row = rows
            .find(|row| text_of(&buf, *row).contains(words))
            .unwrap();
        buf[(row.x + 2, row.y)].fg
    };
    let under = desk.theme.face(Role::Popup);
    let color = |role| ink::color(desk.theme.on(role, under).fg);
    assert_eq!(face("waits for a person"), color(Role::PopupTitle));
    assert_eq!(face("how it runs"), color(Role::PopupTitle));
    assert_eq!(face("#2  run sh"), color(Role::PopupText));
    assert_eq!(face("since ten"), color(Role::PopupText));
}

#[test]
fn the_help_cuts_no_text_and_no_page_ends_with_a_heading() {
    let headings: Vec<String> = crate::view::command::Group::ALL
        .iter()
        .map(|group| group.title().to_owned())
        .collect();
    for (cols, rows) in [(160, 45), (200, 50), (120, 36)] {
        for top in 0..120 {
            let mut desk = sample::room(cols, rows);
            desk.popup = Some(Popup::Help {
                top,
                filter: Line::default(),
            });
            let (buf, area) = (picture(&desk), plan(&desk).popup.unwrap());
            let seen = text_of(&buf, area);
            assert!(!seen.contains('…'), "{cols}x{rows}\n{seen}");
            let last = seen.lines().rev().nth(1).unwrap();
            let alone = |it: &&String| {
                last.split("  ")
                    .any(|part| part.trim_matches([' ', '│', '┃']) == **it)
            };
            assert!(
                !headings.iter().any(|it| alone(&it)),
                "{cols}x{rows}\n{seen}"
            );
        }
    }
}
