//! Lines of a pane's past: asked for ahead of the view, joined as they come, bounded.

use crate::model::AgentId;
use crate::terminal::Row;
use crate::view::desk::{Awaited, Fetch, Scroll};
use crate::wire::ToServer;

use super::scroll::{scroll_mut, settle};
use super::turn::Turn;

/// The most lines asked for at once.
const CHUNK: u64 = 500;
/// How many lines before those that are needed are fetched with them.
const AHEAD: u64 = 150;
/// The most lines kept of one pane's past.
const KEPT: usize = 5_000;

/// Asks for the lines around the view that are not here. One question at a time.
pub(super) fn fetch(turn: &mut Turn, agent: AgentId, rows: u64) {
    let Some(scroll) = scroll_mut(turn.desk, agent) else {
        return;
    };
    let Some((first, count)) = missing(scroll, rows) else {
        return;
    };
    match scroll.fetch {
        Fetch::Asked(..) => return,
        Fetch::Got(one, many) if (one, many) == (first, count) => return,
        Fetch::None | Fetch::Got(..) => {}
    }
    scroll.fetch = Fetch::Asked(first, count);
    let ticket = turn.ticket(Awaited::Past(agent));
    turn.send(ToServer::Past {
        ticket,
        agent,
        first,
        count,
    });
}

/// Which lines to ask for: those of a view above and below this one that are not here.
fn missing(scroll: &Scroll, rows: u64) -> Option<(u64, u16)> {
    let from = scroll.top.saturating_sub(rows).max(scroll.oldest);
    let to = scroll.top.saturating_add(2 * rows).min(scroll.total);
    let here = scroll.first..scroll.first + scroll.rows.len() as u64;
    let start = if here.contains(&from) { here.end } else { from };
    if start >= to {
        return None;
    }
    let first = if start > from {
        start
    } else {
        from.saturating_sub(AHEAD).max(scroll.oldest)
    };
    let count = (scroll.total - first).min(CHUNK);
    Some((first, u16::try_from(count).unwrap_or(u16::MAX)))
}

/// Lines of the past came.
pub(super) fn came(
    turn: &mut Turn,
    agent: AgentId,
    (first, oldest, total): (u64, u64, u64),
    rows: Vec<Row>,
) {
    let Some(scroll) = scroll_mut(turn.desk, agent) else {
        return;
    };
    scroll.oldest = oldest;
    scroll.total = scroll.total.max(total);
    scroll.fetch = match scroll.fetch {
        Fetch::Asked(first, count) => Fetch::Got(first, count),
        Fetch::None | Fetch::Got(..) => scroll.fetch,
    };
    join(scroll, first, rows);
    settle(turn, agent);
}

/// Puts fetched lines beside those that are here, where they touch; keeps those nearest to the new ones.
fn join(scroll: &mut Scroll, first: u64, mut rows: Vec<Row>) {
    let end = first + rows.len() as u64;
    let here = scroll.first..scroll.first + scroll.rows.len() as u64;
    let touches = !scroll.rows.is_empty() && first <= here.end && here.start <= end;
    if !touches {
        scroll.first = first;
        scroll.rows = rows;
        return;
    }
    let old = std::mem::take(&mut scroll.rows);
    let before = usize::try_from(first.saturating_sub(here.start)).unwrap_or(0);
    let covered = usize::try_from(end.saturating_sub(here.start)).unwrap_or(0);
    let behind: Vec<Row> = old.iter().skip(covered).cloned().collect();
    let mut joined: Vec<Row> = old.into_iter().take(before).collect();
    scroll.first = here.start.min(first);
    joined.append(&mut rows);
    let upward = first < here.start;
    joined.extend(behind);
    let over = joined.len().saturating_sub(KEPT);
    if upward {
        joined.truncate(KEPT);
    } else {
        joined.drain(..over);
        scroll.first += over as u64;
    }
    scroll.rows = joined;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(range: std::ops::Range<u64>) -> Vec<Row> {
        range.map(|line| Row::plain(&line.to_string())).collect()
    }

    fn window(scroll: &Scroll) -> (u64, Vec<String>) {
        let texts = scroll.rows.iter().map(|row| row.text().to_owned());
        (scroll.first, texts.collect())
    }

    #[test]
    fn fetched_lines_join_those_that_are_here() {
        let mut scroll = Scroll::default();
        join(&mut scroll, 10, rows(10..14));
        join(&mut scroll, 8, rows(8..11));
        join(&mut scroll, 14, rows(14..16));
        join(&mut scroll, 9, rows(9..10));
        let texts: Vec<String> = (8..16).map(|line: u64| line.to_string()).collect();
        assert_eq!(window(&scroll), (8, texts));
        join(&mut scroll, 100, rows(100..102));
        assert_eq!(scroll.first, 100);
    }

    #[test]
    fn the_kept_past_is_bounded_on_both_sides() {
        let mut scroll = Scroll::default();
        join(&mut scroll, 1_000, rows(1_000..5_900));
        join(&mut scroll, 5_900, rows(5_900..6_400));
        assert_eq!((scroll.first, scroll.rows.len()), (1_400, KEPT));
        join(&mut scroll, 1_000, rows(1_000..1_400));
        assert_eq!((scroll.first, scroll.rows.len()), (1_000, KEPT));
    }

    #[test]
    fn lines_above_the_view_are_fetched_ahead() {
        let mut scroll = Scroll {
            top: 1_000,
            total: 1_000,
            first: 1_000,
            ..Scroll::default()
        };
        assert_eq!(missing(&scroll, 30), Some((820, 180)));
        join(&mut scroll, 820, rows(820..1_000));
        assert_eq!(missing(&scroll, 30), None);
        scroll.top = 830;
        assert_eq!(missing(&scroll, 30), Some((650, 350)));
    }
}
