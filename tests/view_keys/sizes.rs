//! The plan at every size: everything inside the screen, nothing over something else.

use opsroom::config::builtin;
use opsroom::model::{AgentId, Fact, State};
use opsroom::terminal::Size;
use opsroom::view::tiles::{Fold, Plan, crop};
use opsroom::view::update::Input;
use opsroom::wire::ToClient;
use ratatui::layout::Rect;

use crate::play::{Play, agent};

fn inside(outer: Rect, inner: Rect) -> bool {
    inner.is_empty() || outer.intersection(inner) == inner
}

fn check(plan: &Plan, what: &str) {
    let parts = [plan.header, plan.status, plan.card, plan.popup];
    for part in parts.into_iter().flatten().chain([plan.tiles_area]) {
        assert!(inside(plan.screen, part), "{what}: {part:?} in {plan:?}");
    }
    for tile in &plan.tiles {
        assert!(
            inside(plan.tiles_area, tile.rect),
            "{what}: {tile:?} in {plan:?}"
        );
        assert!(inside(tile.rect, tile.inner), "{what}: {tile:?}");
    }
    for (at, one) in plan.tiles.iter().enumerate() {
        for other in &plan.tiles[at + 1..] {
            assert!(
                !one.rect.intersects(other.rect),
                "{what}: {one:?} over {other:?}"
            );
        }
    }
    if let Some(sidebar) = plan.sidebar {
        assert!(
            inside(plan.screen, sidebar.area) && !sidebar.area.intersects(plan.tiles_area),
            "{what}"
        );
        for part in [
            sidebar.waiting,
            sidebar.queue,
            sidebar.waiting_lines,
            sidebar.queue_lines,
        ] {
            assert!(
                inside(sidebar.area, part),
                "{what}: {part:?} in {sidebar:?}"
            );
        }
    }
}

#[test]
fn everything_is_inside_the_screen_at_every_size() {
    let sizes = [
        0, 1, 2, 3, 4, 5, 7, 10, 16, 23, 24, 40, 59, 60, 80, 101, 200, 999,
    ];
    for layout in ["wall", "focus", "triage", "narrow"] {
        for crowd in [0, 1, 4, 30] {
            let mut p = Play::new();
            p.desk.layout = builtin::layout(layout).unwrap();
            let facts = (5..=crowd).map(|id| Fact::Agent(agent(id, State::Working)));
            p.server(ToClient::Facts(facts.collect()));
            if crowd == 0 {
                (1..=4).for_each(|id| drop(p.fact(Fact::AgentGone(AgentId(id)))));
            }
            for (cols, rows) in sizes
                .iter()
                .flat_map(|a| sizes.iter().map(move |b| (*a, *b)))
            {
                p.input(Input::Resized(Size { cols, rows }));
                let plan = p.plan();
                check(&plan, &format!("{layout} {cols}x{rows}, {crowd} agents"));
                let lines = plan.tiles.len() + plan.hidden_before + plan.hidden_after;
                assert_eq!(
                    lines,
                    p.desk.order.len(),
                    "{layout} {cols}x{rows}: everybody is counted"
                );
                for keys in ["b", "b", "z", "z"] {
                    p.keys(keys);
                    check(&p.plan(), &format!("{layout} {cols}x{rows} after {keys}"));
                }
            }
        }
    }
}

#[test]
fn a_small_screen_shows_a_card_and_a_pane() {
    let mut p = Play::new();
    p.input(Input::Resized(Size { cols: 80, rows: 24 }));
    let plan = p.plan();
    assert!(plan.sidebar.is_none(), "it collapses");
    let card = plan.card.unwrap();
    assert!(card.height >= 5 && card.width == 80, "{card:?}");
    assert!(
        plan.tiles.len() >= 2 && plan.tiles.iter().all(|tile| tile.fold == Fold::Full),
        "{plan:?}"
    );
    assert_eq!(p.desk.shown.len(), 1);
}

#[test]
fn a_large_screen_shows_all_side_by_side() {
    let mut p = Play::new();
    p.input(Input::Resized(Size {
        cols: 200,
        rows: 60,
    }));
    let plan = p.plan();
    assert_eq!((plan.tiles.len(), plan.hidden_after), (4, 0));
    let first = plan.tiles[0].rect;
    assert!(
        plan.tiles
            .iter()
            .all(|tile| tile.rect.width.abs_diff(first.width) <= 1)
    );
    assert_eq!(
        (plan.tiles[1].rect.y, plan.tiles[2].rect.x),
        (first.y, first.x),
        "two by two"
    );
}

#[test]
fn the_focused_pane_is_always_on_the_page() {
    for layout in ["wall", "focus", "triage", "narrow"] {
        let mut p = Play::new();
        p.desk.layout = builtin::layout(layout).unwrap();
        let facts = (5..=40).map(|id| Fact::Agent(agent(id, State::Working)));
        p.server(ToClient::Facts(facts.collect()));
        for step in 0..100 {
            p.keys(["tab", "> >", "l", "j", "shift-tab", "<", "G", "h"][step % 8]);
            let focused = p.desk.focused().unwrap();
            assert!(p.plan().tile(focused).is_some(), "{layout}, step {step}");
        }
    }
}

#[test]
fn a_small_tile_shows_where_the_cursor_is() {
    use opsroom::terminal::{Grid, Limits, Screen};
    let grid = |bytes: &str| {
        let mut screen = Screen::new(Size::new(100, 30), Limits::default());
        screen.feed(bytes.as_bytes()).unwrap();
        let mut grid = Grid::default();
        grid.apply(screen.patch_since(None)).unwrap();
        grid
    };
    assert_eq!(crop((100, 30), &grid("hello")), (0, 0));
    assert_eq!(
        crop((50, 10), &grid("hello")),
        (0, 0),
        "what is written is in sight"
    );
    assert_eq!(crop((50, 10), &grid("\x1b[30;1Hbottom")), (20, 0));
    assert_eq!(
        crop((50, 10), &grid("\x1b[29;1Hstatus\x1b[20;90H")),
        (19, 44),
        "the last rows hold the cursor"
    );
    assert_eq!(
        crop((50, 10), &grid("\x1b[30;1Hbottom\x1b[3;1H")).0,
        0,
        "the cursor wins"
    );
    assert_eq!(
        crop((50, 10), &grid("\x1b[?25l\x1b[25;80Hdialog\x1b[1;1H")),
        (15, 0),
        "a hidden cursor does not"
    );
    assert_eq!(crop((0, 0), &grid("x")), (0, 0));
}

#[test]
fn only_the_tile_that_is_typed_into_follows_its_cursor_to_the_side() {
    use opsroom::terminal::{Grid, Limits, Screen};
    use opsroom::view::tiles::window;
    let mut screen = Screen::new(Size::new(100, 30), Limits::default());
    screen.feed(b"\x1b[2;90H").unwrap();
    let mut grid = Grid::default();
    grid.apply(screen.patch_since(None)).unwrap();
    let mut p = Play::new();
    assert_eq!(window(&p.desk, AgentId(1), (50, 30), &grid), (0, 0));
    p.keys("1 i");
    assert_eq!(window(&p.desk, AgentId(1), (50, 30), &grid), (0, 44));
    assert_eq!(window(&p.desk, AgentId(2), (50, 30), &grid), (0, 0));
}
