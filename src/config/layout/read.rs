//! Reads a layout's TOML. What a file leaves out is as in the plain layout.

use toml::de::DeValue;

use super::{
    Arrangement, CardPlace, CardSpot, CardWhen, Extent, Finished, Layout, Order, ReviewSpot, Side,
    Sidebar, Size, Small, Strip,
};
use crate::config::Parsed;
use crate::config::reader::{Reader, Table, number, text};
use crate::config::theme::stem;

const SIDES: [(&str, Side); 3] = [
    ("left", Side::Left),
    ("right", Side::Right),
    ("none", Side::None),
];
const CARD_PLACES: [(&str, CardPlace); 4] = [
    ("bottom", CardPlace::Bottom),
    ("right", CardPlace::Right),
    ("overlay", CardPlace::Overlay),
    ("sidebar", CardPlace::Sidebar),
];
const CARD_WHEN: [(&str, CardWhen); 2] =
    [("always", CardWhen::Always), ("waiting", CardWhen::Waiting)];
const ORDERS: [(&str, Order); 2] = [("number", Order::Number), ("waiting", Order::Waiting)];
const STRIPS: [(&str, Strip); 2] = [("bottom", Strip::Bottom), ("right", Strip::Right)];
const FINISHED: [(&str, Finished); 2] = [("fold", Finished::Fold), ("keep", Finished::Keep)];
const ARRANGEMENTS: [(&str, Kind); 4] = [
    ("grid", Kind::Grid),
    ("focus", Kind::Focus),
    ("triage", Kind::Triage),
    ("stack", Kind::Stack),
];

#[derive(Clone, Copy)]
enum Kind {
    Grid,
    Focus,
    Triage,
    Stack,
}

/// Reads a layout. It is named by its `name`, else by the file.
pub fn parse(path: &str, text: &str) -> Parsed<Layout> {
    let mut reader = Reader::new(path, text);
    let mut root = reader.document();
    let mut layout = Layout::plain();
    layout.name = match root.text("name", &mut reader) {
        Some(name) => name.value,
        None => stem(path).to_owned(),
    };
    layout.about = root
        .text("about", &mut reader)
        .map(|about| about.value)
        .unwrap_or_default();
    if let Some(table) = root.table("sidebar", &mut reader) {
        layout.sidebar = read_sidebar(table, layout.sidebar, &mut reader);
    }
    if let Some(table) = root.table("card", &mut reader) {
        layout.card = read_card(table, layout.card, &mut reader);
    }
    layout.review = root
        .table("review", &mut reader)
        .map(|table| read_review(table, &mut reader));
    if let Some(table) = root.table("tiles", &mut reader) {
        read_tiles(table, &mut layout, &mut reader);
    }
    layout.small = root
        .table("small", &mut reader)
        .and_then(|table| read_small(table, &mut reader));
    root.end(&mut reader);
    reader.finish(|| layout)
}

impl Layout {
    /// What a file that says nothing gives: a grid, the sidebar at the left, cards below.
    pub(in crate::config) fn plain() -> Self {
        Self {
            name: "plain".to_owned(),
            about: String::new(),
            sidebar: Sidebar {
                side: Side::Left,
                width: Extent::Cells(30),
                min_screen_width: 100,
            },
            card: CardSpot {
                place: CardPlace::Bottom,
                size: Extent::Percent(40),
                when: CardWhen::Waiting,
            },
            review: None,
            tiles: Arrangement::Grid { max: None },
            min_tile: Size {
                width: 40,
                height: 8,
            },
            order: Order::Number,
            small: None,
        }
    }
}

fn read_sidebar(mut table: Table, under: Sidebar, reader: &mut Reader) -> Sidebar {
    let sidebar = Sidebar {
        side: table.choice("side", &SIDES, reader).unwrap_or(under.side),
        width: extent(&mut table, "width", reader).unwrap_or(under.width),
        min_screen_width: cells(&mut table, "min_screen_width", 0, reader)
            .unwrap_or(under.min_screen_width),
    };
    table.end(reader);
    sidebar
}

fn read_card(mut table: Table, under: CardSpot, reader: &mut Reader) -> CardSpot {
    let card = CardSpot {
        place: table
            .choice("place", &CARD_PLACES, reader)
            .unwrap_or(under.place),
        size: extent(&mut table, "size", reader).unwrap_or(under.size),
        when: table
            .choice("when", &CARD_WHEN, reader)
            .unwrap_or(under.when),
    };
    table.end(reader);
    card
}

fn read_review(mut table: Table, reader: &mut Reader) -> ReviewSpot {
    let spot = ReviewSpot {
        size: extent(&mut table, "size", reader).unwrap_or(Extent::Percent(58)),
        min_screen_width: cells(&mut table, "min_screen_width", 0, reader).unwrap_or(130),
    };
    table.end(reader);
    spot
}

fn read_tiles(mut table: Table, layout: &mut Layout, reader: &mut Reader) {
    let kind = table
        .choice("arrange", &ARRANGEMENTS, reader)
        .unwrap_or(Kind::Grid);
    layout.tiles = match kind {
        Kind::Grid => Arrangement::Grid {
            max: cells(&mut table, "max", 1, reader),
        },
        Kind::Focus => Arrangement::Focus {
            strip: table.choice("strip", &STRIPS, reader).unwrap_or_default(),
            strip_share: percent(&mut table, "strip_share", reader).unwrap_or(28),
        },
        Kind::Triage => Arrangement::Triage {
            waiting_weight: weight(&mut table, reader).unwrap_or(250),
            finished: table
                .choice("finished", &FINISHED, reader)
                .unwrap_or_default(),
            max: cells(&mut table, "max", 1, reader),
        },
        Kind::Stack => Arrangement::Stack,
    };
    let under = layout.min_tile;
    layout.min_tile = Size {
        width: cells(&mut table, "min_width", 10, reader).unwrap_or(under.width),
        height: cells(&mut table, "min_height", 3, reader).unwrap_or(under.height),
    };
    layout.order = table.choice("order", &ORDERS, reader).unwrap_or_default();
    table.end(reader);
}

fn read_small(mut table: Table, reader: &mut Reader) -> Option<Small> {
    let below = Size {
        width: cells(&mut table, "width", 0, reader).unwrap_or(0),
        height: cells(&mut table, "height", 0, reader).unwrap_or(0),
    };
    let layout = table.text("layout", reader);
    let place = table.span.clone();
    table.end(reader);
    if layout.is_none() {
        let hint = "write `layout = \"narrow\"`";
        reader.error(&place, "`small` names no layout", hint);
    }
    Some(Small {
        below,
        layout: layout?.value,
    })
}

/// Cells as a number, or a share as `"30%"`.
fn extent(table: &mut Table, key: &'static str, reader: &mut Reader) -> Option<Extent> {
    let entry = table.take(key)?;
    if let DeValue::Integer(_) = entry.value.get_ref() {
        let cells = number(&entry.value, &(1..=1_000), reader)?;
        return u16::try_from(cells.value).ok().map(Extent::Cells);
    }
    let written = text(entry.value, reader)?;
    let share = written
        .value
        .strip_suffix('%')
        .and_then(|share| share.parse().ok())
        .filter(|share| (1..=100).contains(share));
    if share.is_none() {
        let hint = "write a number of cells, or a share from \"1%\" to \"100%\"";
        reader.error(&written.span, "not a size", hint);
    }
    share.map(Extent::Percent)
}

fn cells(table: &mut Table, key: &'static str, least: u64, reader: &mut Reader) -> Option<u16> {
    let cells = table.number(key, least..=1_000, reader)?;
    u16::try_from(cells.value).ok()
}

fn percent(table: &mut Table, key: &'static str, reader: &mut Reader) -> Option<u8> {
    let share = table.number(key, 10..=60, reader)?;
    u8::try_from(share.value).ok()
}

fn weight(table: &mut Table, reader: &mut Reader) -> Option<u16> {
    let weight = table.number("waiting_weight", 100..=1_000, reader)?;
    u16::try_from(weight.value).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::config::builtin;

    #[test]
    fn a_file_that_says_nothing_is_a_plain_grid_with_its_own_name() {
        let parsed = parse("layouts/mine.toml", "");
        assert!(parsed.is_clean());
        let expected = Layout {
            name: "mine".to_owned(),
            ..Layout::plain()
        };
        assert_eq!(parsed.value, Some(expected));
    }

    #[test]
    fn what_a_file_says_holds() {
        let text = "[sidebar]\nside = \"right\"\nwidth = \"25%\"\n[card]\nplace = \"overlay\"\nsize = 12\nwhen = \"always\"\n\
                    [tiles]\narrange = \"focus\"\nstrip = \"right\"\nstrip_share = 30\nmin_width = 50\n";
        let layout = parse("a", text).value.unwrap();
        assert_eq!(
            (layout.sidebar.side, layout.sidebar.width),
            (Side::Right, Extent::Percent(25))
        );
        assert_eq!(
            (layout.card.place, layout.card.size),
            (CardPlace::Overlay, Extent::Cells(12))
        );
        assert_eq!(
            layout.tiles,
            Arrangement::Focus {
                strip: Strip::Right,
                strip_share: 30
            }
        );
        assert_eq!(
            layout.min_tile,
            Size {
                width: 50,
                height: 8
            }
        );
    }

    #[test]
    fn every_wrong_value_is_reported() {
        let text = "[sidebar]\nwidth = \"120%\"\n[card]\nplace = \"botom\"\n[tiles]\narrange = \"grid\"\nmax = 0\nstrip = \"right\"\n[small]\nwidth = 60\n";
        let shown: Vec<_> = parse("a", text)
            .diagnostics
            .iter()
            .map(|one| format!("{}; {}", one.headline(), one.hint))
            .collect();
        assert_eq!(
            shown,
            [
                "a:2:9: not a size; write a number of cells, or a share from \"1%\" to \"100%\"",
                "a:4:9: `place` cannot be `botom`; did you mean `bottom`?",
                "a:7:7: out of range; write a number from 1 to 1000",
                "a:8:1: unknown key `strip`; there is `arrange`, `max`, `min_width`, `min_height`, `order`",
                "a:9:2: `small` names no layout; write `layout = \"narrow\"`",
            ]
        );
    }

    #[test]
    fn a_small_screen_gets_the_narrow_layout() {
        let wall = builtin::layout("wall").unwrap();
        let at = |width, height| wall.instead_at(Size { width, height });
        assert_eq!(at(80, 24), None);
        assert_eq!(at(59, 24), Some("narrow"));
        assert_eq!(at(80, 15), Some("narrow"));
    }

    #[test]
    fn a_share_is_of_what_there_is_and_never_more() {
        assert_eq!(Extent::Percent(30).of(101), 30);
        assert_eq!(Extent::Cells(30).of(20), 20);
        assert_eq!(Extent::Percent(100).of(u16::MAX), u16::MAX);
    }
}
