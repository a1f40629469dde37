//! The lists of the sidebar: what stands in them, in which order, and which lines are in sight.

use std::cmp::Ordering;

use ratatui::layout::Rect;

use crate::model::{Brief, BriefId, GaugeId, RESERVED, Request, Settings, Stage, Track};

use super::SidebarPlan;
use crate::view::desk::Desk;
use crate::view::facts::Facts;

/// So many gauges of a track stand in the queue; `opsroom gauges` lists all of them.
const GAUGES_MOST: usize = 4;

/// One line of the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueueLine {
    /// A track's name, and how many of its briefs are finished or dropped and not listed.
    Track {
        /// Which.
        track: Track,
        /// Briefs in `done`.
        done: usize,
        /// Briefs in `dropped`.
        dropped: usize,
    },
    /// What is measured of the track above.
    Gauge(GaugeId),
    /// A brief.
    Brief(BriefId),
}

/// What waits for a person, in the order of the list: oldest first.
pub fn waiting(desk: &Desk) -> Vec<&Request> {
    desk.facts.waiting().collect()
}

/// The queue line by line: tracks in the order of the settings, in each the latest stage first, then
/// by priority and age. Finished and dropped briefs are only counted.
pub fn queue_lines(desk: &Desk) -> Vec<QueueLine> {
    let settings = &desk.facts.settings;
    let mut tracks: Vec<&Track> = settings.tracks.iter().map(|track| &track.name).collect();
    for brief in desk.facts.briefs.values() {
        if !tracks.contains(&&brief.place.track) {
            tracks.push(&brief.place.track);
        }
    }
    let mut lines = Vec::new();
    for track in tracks {
        let all = desk.facts.briefs.values();
        let (over, mut listed): (Vec<&Brief>, Vec<&Brief>) = all
            .filter(|brief| &brief.place.track == track)
            .partition(|brief| is_over(&brief.place.stage));
        listed.sort_by(|a, b| order(settings, a, b));
        let in_stage = |stage: &str| {
            let of_stage = |brief: &&&Brief| brief.place.stage.as_str() == stage;
            over.iter().filter(of_stage).count()
        };
        lines.push(QueueLine::Track {
            track: track.clone(),
            done: in_stage("done"),
            dropped: in_stage("dropped"),
        });
        let gauges = shown_gauges(&desk.facts, track).take(GAUGES_MOST);
        lines.extend(gauges.map(QueueLine::Gauge));
        lines.extend(
            listed
                .iter()
                .map(|brief| QueueLine::Brief(brief.id.clone())),
        );
    }
    lines
}

/// The gauges of a track that said something, in the order of the settings.
pub fn shown_gauges(facts: &Facts, track: &Track) -> impl Iterator<Item = GaugeId> {
    let shape = facts.settings.track(track);
    let shapes = shape.map_or(&[][..], |shape| &shape.gauges).iter();
    let ids = shapes.map(|shape| GaugeId {
        track: track.clone(),
        name: shape.name.clone(),
    });
    ids.filter(|id| facts.gauges.contains_key(id))
}

fn is_over(stage: &Stage) -> bool {
    matches!(stage.as_str(), "done" | "dropped")
}

fn order(settings: &Settings, a: &Brief, b: &Brief) -> Ordering {
    let key = |brief: &Brief| (stage_rank(settings, brief), brief.priority(), brief.changed);
    key(a).cmp(&key(b)).then_with(|| a.id.cmp(&b.id))
}

/// What is nearest to its end comes first; then the inbox, then what is on hold.
fn stage_rank(settings: &Settings, brief: &Brief) -> usize {
    let reserved = RESERVED
        .iter()
        .position(|stage| *stage == brief.place.stage.as_str());
    if let Some(at) = reserved {
        return 1_000_000 + at;
    }
    let stages = settings
        .track(&brief.place.track)
        .map_or(&[][..], |track| &track.stages);
    stages
        .iter()
        .position(|stage| stage.name == brief.place.stage)
        .map_or(500_000, |at| stages.len() - at)
}

/// Divides the sidebar: what waits above, as high as it needs up to the half, the queue below.
pub(super) fn sidebar(desk: &Desk, area: Rect) -> SidebarPlan {
    let requests = waiting(desk);
    let lines = queue_lines(desk);
    let wanted = u16::try_from(requests.len().max(1)).unwrap_or(u16::MAX);
    let half = (area.height / 2).saturating_sub(1).max(1);
    let waiting_rows = wanted.min(half).saturating_add(1).min(area.height);
    let waiting = Rect {
        height: waiting_rows,
        ..area
    };
    let queue = Rect {
        y: area.y + waiting_rows,
        height: area.height - waiting_rows,
        ..area
    };
    let waiting_lines = inside(waiting, 1, 0);
    let queue_box = inside(queue, 1, 1);
    let at_request = requests
        .iter()
        .position(|request| Some(request.id) == desk.request);
    let at_brief = lines.iter().position(|line| match line {
        QueueLine::Brief(id) => Some(id) == desk.brief.as_ref(),
        QueueLine::Track { .. } | QueueLine::Gauge(_) => false,
    });
    SidebarPlan {
        area,
        waiting,
        waiting_top: top(at_request, requests.len(), waiting_lines.height),
        waiting_lines,
        queue,
        queue_top: top(at_brief, lines.len(), queue_box.height),
        queue_lines: queue_box,
    }
}

fn inside(area: Rect, above: u16, below: u16) -> Rect {
    let sides = if area.width > 2 { 1 } else { 0 };
    Rect {
        x: area.x + sides,
        y: area.y + above.min(area.height),
        width: area.width - 2 * sides,
        height: area.height.saturating_sub(above + below),
    }
}

/// The first line in sight, so that the cursor's line is in the middle where the list is long.
fn top(at: Option<usize>, lines: usize, height: u16) -> usize {
    list_top(at.unwrap_or(0), lines, height)
}

/// The first line in sight of a list, so that the line at `at` is in the middle where it is long.
pub fn list_top(at: usize, lines: usize, height: u16) -> usize {
    let height = usize::from(height);
    let most = lines.saturating_sub(height);
    at.saturating_sub(height / 2).min(most)
}
