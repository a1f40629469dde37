//! The column at the side: what waits for a person, and under it the queue, in one frame.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::theme::{Face, Role, Theme};
use crate::view::desk::{Desk, Focus, Mode};
use crate::view::keymap::Keymap;
use crate::view::tiles::{SidebarPlan, queue_lines, waiting};

use super::ink::{self, Runs};
use super::{queue, waits, words};

/// Draws the column.
pub fn draw(desk: &Desk, keys: &Keymap, plan: &SidebarPlan, buf: &mut Buffer) {
    let theme = &desk.theme;
    let face = theme.face(Role::Sidebar);
    ink::fill(buf, plan.area, face);
    let requests = waiting(desk);
    let lines = queue_lines(desk);
    edges(desk, plan, buf);
    let title = waits::title(desk, requests.len(), face);
    label(plan.waiting.upper(), &title, &Runs::default(), buf);
    let briefs = lines.iter().filter(|line| queue::is_brief(line)).count();
    let queue_title = Runs::of(" queue ", theme.on(Role::SidebarTitle, face));
    let count = Runs::of(format!(" {briefs} "), theme.on(Role::Dim, face));
    label(plan.queue.upper(), &queue_title, &count, buf);
    waits::draw(desk, &requests, plan, buf);
    queue::draw(desk, keys, &lines, plan, buf);
    let height = usize::from(plan.queue_lines.height);
    let below = lines
        .len()
        .saturating_sub(plan.queue_top)
        .saturating_sub(height);
    if plan.queue.height < 2 {
        return;
    }
    let row = Rect {
        y: plan.queue.bottom() - 1,
        height: 1,
        ..plan.queue
    };
    let why = queue::why(desk).filter(|_| desk.focus == Focus::Queue);
    let more = match (below, &why) {
        (0, _) => String::new(),
        (below, None) => format!(" ▼ {below} more "),
        (below, Some(_)) => format!(" ▼ {below} "),
    };
    let left = row.width.saturating_sub(ink::columns(&more));
    let why = why.map_or_else(String::new, |why| {
        format!(" {} ", ink::crop(&why, left.saturating_sub(5)))
    });
    let [why, more] = [why, more].map(|text| match text.is_empty() {
        true => Runs::default(),
        false => Runs::of(text, theme.on(Role::Dim, face)),
    });
    label(row, &why, &more, buf);
}

/// The row of a frame's upper edge.
trait Edge {
    fn upper(self) -> Rect;
}

impl Edge for Rect {
    fn upper(self) -> Rect {
        Rect {
            height: self.height.min(1),
            ..self
        }
    }
}

/// Writes into an edge, its corners left out.
fn label(row: Rect, left: &Runs, right: &Runs, buf: &mut Buffer) {
    let row = Rect {
        x: row.x.saturating_add(1),
        width: row.width.saturating_sub(2),
        ..row
    };
    let taken = ink::write(buf, row, left);
    if taken.saturating_add(right.columns()) < row.width {
        ink::write_right(buf, row, right);
    }
}

/// The frame of both parts; heavy around the one with the focus.
fn edges(desk: &Desk, plan: &SidebarPlan, buf: &mut Buffer) {
    let focus = match desk.mode {
        Mode::Room => desk.focus,
        Mode::Pane(_) | Mode::Scroll(_) | Mode::Review => Focus::Tiles,
    };
    let theme = &desk.theme;
    let under = theme.face(Role::Sidebar);
    let thin = theme.on(Role::SidebarBorder, under);
    let heavy = theme.on(Role::PaneBorderFocused, under);
    let (upper, lower) = match focus {
        Focus::Tiles => (thin, thin),
        Focus::Waiting => (heavy, thin),
        Focus::Queue => (thin, heavy),
    };
    let (top, joint, bottom) = match focus {
        Focus::Tiles => (["╭", "─", "╮"], ["├", "─", "┤"], ["╰", "─", "╯"]),
        Focus::Waiting => (["┏", "━", "┓"], ["┡", "━", "┩"], ["╰", "─", "╯"]),
        Focus::Queue => (["╭", "─", "╮"], ["┢", "━", "┪"], ["┗", "━", "┛"]),
    };
    let joint_face = if focus == Focus::Waiting {
        upper
    } else {
        lower
    };
    sides(
        plan.waiting,
        if focus == Focus::Waiting {
            "┃"
        } else {
            "│"
        },
        upper,
        buf,
    );
    sides(
        plan.queue,
        if focus == Focus::Queue { "┃" } else { "│" },
        lower,
        buf,
    );
    across(plan.waiting, plan.waiting.y, top, upper, buf);
    if plan.queue.height > 0 {
        let last = plan.queue.bottom().saturating_sub(1);
        across(plan.queue, plan.queue.y, joint, joint_face, buf);
        if plan.queue.height > 1 {
            across(plan.queue, last, bottom, lower, buf);
        }
    }
}

fn sides(area: Rect, glyph: &str, face: Face, buf: &mut Buffer) {
    if area.width < 2 {
        return;
    }
    for y in area.top()..area.bottom() {
        for x in [area.left(), area.right() - 1] {
            let place = Rect {
                x,
                y,
                width: 1,
                height: 1,
            };
            ink::write(buf, place, &Runs::of(glyph, face));
        }
    }
}

fn across(area: Rect, y: u16, [left, line, right]: [&str; 3], face: Face, buf: &mut Buffer) {
    if area.width < 2 {
        return;
    }
    let middle = line.repeat(usize::from(area.width - 2));
    let row = Rect {
        y,
        height: 1,
        ..area
    };
    ink::write(buf, row, &Runs::of(format!("{left}{middle}{right}"), face));
}

/// Makes the ground of a list's row, and says what its text stands on. The row under the cursor is
/// marked where the list has the focus.
pub fn ground(desk: &Desk, part: Focus, under_cursor: Cursor, row: Rect, buf: &mut Buffer) -> Face {
    let theme = &desk.theme;
    let face = theme.face(Role::Sidebar);
    match under_cursor {
        Cursor::Here if desk.focus == part => {
            let chosen = theme.on(Role::SidebarSelected, face);
            ink::fill(buf, row, chosen);
            chosen
        }
        Cursor::Here | Cursor::Elsewhere => face,
    }
}

/// What an item's text looks like: as itself, or as the marked row that it is.
pub fn item(theme: &Theme, under: Face) -> Face {
    match under == theme.face(Role::Sidebar) {
        true => theme.on(Role::SidebarItem, under),
        false => under,
    }
}

/// Whether a list's cursor is on a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cursor {
    /// On it.
    Here,
    /// On another.
    Elsewhere,
}

impl Cursor {
    /// From a comparison.
    pub fn on<T: PartialEq>(cursor: Option<&T>, row: &T) -> Self {
        match cursor == Some(row) {
            true => Cursor::Here,
            false => Cursor::Elsewhere,
        }
    }

    /// Its mark.
    pub fn mark(self) -> &'static str {
        match self {
            Cursor::Here => words::CURSOR,
            Cursor::Elsewhere => " ",
        }
    }
}
