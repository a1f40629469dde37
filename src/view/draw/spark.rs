//! A gauge in a line: what it said of late as small bars, or as dots where it passes or fails, and its last value.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::theme::{Face, Role};
use crate::model::{Found, Gauge, GaugeId, Reading, Trend, Untrusted};
use crate::view::desk::Desk;
use crate::view::tiles::shown_gauges;

use super::ink::{self, Runs};

/// Bars, lowest first.
const BARS: [&str; 8] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
/// The bar of values that are all the same.
const LEVEL: usize = 3;
/// The most columns of a gauge's name.
const NAME: u16 = 10;
/// The most columns of a value.
const VALUE: u16 = 12;
/// The most bars, and the fewest that say something.
const MOST: u16 = 24;
const FEWEST: u16 = 3;

/// Draws it, below its track.
pub fn draw(desk: &Desk, id: &GaugeId, row: Rect, buf: &mut Buffer) {
    let Some((gauge, last)) = desk
        .facts
        .gauges
        .get(id)
        .and_then(|it| Some((it, it.last()?)))
    else {
        return;
    };
    let face = |role: Role| ink::part(&desk.theme, role, desk.theme.face(Role::Sidebar));
    let names = shown_gauges(&desk.facts, &id.track).map(|it| ink::columns(&name(&it)));
    let columns = names.max().unwrap_or(0).min(NAME);
    let name = ink::pad(&ink::crop(&name(id), columns), columns);
    let mut runs = Runs::of(format!("  {name} "), face(Role::SidebarStage));
    if let Found::Unread(why) = &last.found {
        let why = format!("✗ {}", Untrusted::new(why.as_str()).shown());
        runs.add(why, face(Role::GaugeUnread));
        ink::write(buf, row, &runs);
        return;
    }
    let value = value(gauge, &last.found, face);
    let room = row
        .width
        .saturating_sub(runs.columns() + value.columns() + 1);
    if room >= FEWEST {
        runs.append(line(&gauge.readings, room.min(MOST), face));
    }
    ink::write(buf, row, &runs);
    ink::write_right(buf, row, &value);
}

fn name(id: &GaugeId) -> String {
    Untrusted::new(id.name.as_str()).shown()
}

/// The last value, and which way it went.
fn value(gauge: &Gauge, last: &Found, face: impl Fn(Role) -> Face) -> Runs {
    let role = match last {
        Found::Number(_) => Role::SidebarItem,
        Found::Passed => Role::GaugePassed,
        Found::Failed(_) | Found::Unread(_) => Role::GaugeFailed,
    };
    let text = match last {
        Found::Failed(_) => "failed".to_owned(),
        Found::Number(_) | Found::Passed | Found::Unread(_) => last.sentence(),
    };
    let text = ink::crop(&text, VALUE);
    let value = Runs::of(format!(" {text}"), face(role));
    value.with(arrow(gauge.trend()), face(Role::GaugeTrend))
}

/// Two columns.
pub fn arrow(trend: Option<Trend>) -> &'static str {
    match trend {
        Some(Trend::Up) => " ▲",
        Some(Trend::Down) => " ▼",
        Some(Trend::Level) => " ·",
        None => "  ",
    }
}

/// The newest readings, one column each, the newest last.
fn line(readings: &[Reading], columns: u16, face: impl Fn(Role) -> Face) -> Runs {
    let from = readings.len().saturating_sub(usize::from(columns));
    let shown = readings.get(from..).unwrap_or_default();
    let numbers = shown.iter().filter_map(|it| number(&it.found));
    let (low, high) = numbers.fold((i64::MAX, i64::MIN), |(low, high), it| {
        (low.min(it), high.max(it))
    });
    let mut runs = Runs::default();
    for reading in shown {
        let (mark, role) = match &reading.found {
            Found::Number(figure) => (bar(figure.thousandths, low, high), Role::Gauge),
            Found::Passed => ("●", Role::GaugePassed),
            Found::Failed(_) => ("○", Role::GaugeFailed),
            Found::Unread(_) => ("✗", Role::GaugeUnread),
        };
        runs.add(mark, face(role));
    }
    runs
}

fn number(found: &Found) -> Option<i64> {
    match found {
        Found::Number(figure) => Some(figure.thousandths),
        Found::Passed | Found::Failed(_) | Found::Unread(_) => None,
    }
}

fn bar(value: i64, low: i64, high: i64) -> &'static str {
    let (range, above) = (
        i128::from(high) - i128::from(low),
        i128::from(value) - i128::from(low),
    );
    let top = i128::try_from(BARS.len() - 1).unwrap_or_default();
    let at = match range {
        ..=0 => LEVEL,
        range => usize::try_from((above * top + range / 2) / range).unwrap_or(LEVEL),
    };
    BARS.get(at).copied().unwrap_or(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_reach_from_the_lowest_value_to_the_highest() {
        let bars = |values: &[i64]| -> String {
            let (low, high) = (values.iter().min(), values.iter().max());
            let bar = |it: &i64| bar(*it, *low.unwrap_or(&0), *high.unwrap_or(&0));
            values.iter().map(bar).collect()
        };
        assert_eq!(bars(&[0, 1, 2, 3, 4, 5, 6, 7]), "▁▂▃▄▅▆▇█");
        assert_eq!(bars(&[5, 5, 5]), "▄▄▄");
        assert_eq!(bars(&[-1_000, 0, 1_000]), "▁▅█");
        assert_eq!(bars(&[i64::MIN, i64::MAX]), "▁█");
    }
}
