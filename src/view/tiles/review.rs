//! Where a diff goes: beside the tiles where the layout has a place for it, else over everything.

use ratatui::layout::Rect;

use crate::config::layout::Layout;
use crate::view::desk::{Desk, Mode};
use crate::view::review::List;

/// The list of files is this wide.
const LIST: u16 = 34;
/// Inside of fewer columns there is no list.
const LIST_FROM: u16 = 100;
/// The tiles keep at least so many columns beside a diff.
const TILES: u16 = 30;

/// A diff's place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReviewPlan {
    /// All of it, with its frame.
    pub area: Rect,
    /// The list of files.
    pub list: Option<Rect>,
    /// Its rows.
    pub body: Rect,
}

/// What a diff leaves for everything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaves {
    /// This.
    Part(Rect),
    /// Nothing.
    Nothing,
}

/// Takes the diff's place from what there is between header and status line.
pub(super) fn place(desk: &Desk, layout: &Layout, body: Rect) -> (Option<ReviewPlan>, Leaves) {
    let Some(review) = &desk.review else {
        return (None, Leaves::Part(body));
    };
    let spot = layout
        .review
        .filter(|spot| desk.size.cols >= spot.min_screen_width);
    let width = spot.map(|spot| spot.size.of(body.width));
    let width = width.filter(|width| body.width.saturating_sub(*width) >= TILES);
    match (width, desk.mode) {
        (Some(width), _) => {
            let (rest, area) = super::cut_left(body, body.width - width);
            (Some(inside(area, review.list)), Leaves::Part(rest))
        }
        (None, Mode::Review) => (Some(inside(body, review.list)), Leaves::Nothing),
        (None, Mode::Room | Mode::Pane(_) | Mode::Scroll(_)) => (None, Leaves::Part(body)),
    }
}

fn inside(area: Rect, list: List) -> ReviewPlan {
    let inner = Rect {
        x: area.x + 1.min(area.width),
        y: area.y + 1.min(area.height),
        width: area.width.saturating_sub(2),
        height: area.height.saturating_sub(2),
    };
    let (list, body) = match list {
        List::Shown if inner.width >= LIST_FROM => {
            let (list, body) = super::cut_left(inner, LIST);
            (Some(list), body)
        }
        List::Shown | List::Hidden => (None, inner),
    };
    ReviewPlan { area, list, body }
}
