//! Gauges: what has a timer is measured when it is due; what comes back is written and shown. Nothing is decided
//! from a reading. What stands at a gate is measured with its checks.

use std::collections::BTreeMap;

use super::Turn;
use crate::model::passing::{Begun, Measure};
use crate::model::{
    Actor, Effect, Found, GateGauge, Gauge, GaugeId, GaugeOrder, GaugeShape, GaugeWhen, Happening,
    Reading, Room, Time, Track, TrackShape,
};

impl Turn<'_> {
    /// What is measured by time follows the settings: what is new there is due now, what is not there any more stops.
    pub(super) fn gauges_read(&mut self) {
        match self.room.passing.begun {
            Begun::Yes => {}
            Begun::NotYet => return,
        }
        let now = self.now;
        let timed: BTreeMap<GaugeId, Time> = self
            .room
            .timed_gauges()
            .map(|(id, _, shape)| (id, next(now, shape)))
            .collect();
        let passing = &mut self.room.passing;
        passing.measures.retain(|id, _| timed.contains_key(id));
        passing.latest.retain(|id, _| timed.contains_key(id));
        for (id, latest) in timed {
            let measure = passing.measures.entry(id).or_insert(Measure::Due(now));
            // One that is measured more often now is due sooner.
            if let Measure::Due(at) = measure {
                *at = latest.min(*at);
            }
        }
        self.measure_due();
    }

    /// Has everything measured that is due.
    pub(super) fn measure_due(&mut self) {
        let due: Vec<GaugeOrder> = self
            .room
            .timed_gauges()
            .filter(|(id, _, _)| self.room.measured_at(id).is_some_and(|at| at <= self.now))
            .map(|(id, track, shape)| GaugeOrder {
                id,
                shape: shape.clone(),
                folder: track.folder.clone(),
            })
            .collect();
        for order in due {
            let measures = &mut self.room.passing.measures;
            measures.insert(order.id.clone(), Measure::Runs(order.shape.clone()));
            self.out.push(Effect::Measure(Box::new(order)));
        }
    }

    /// A gauge was measured. One that is asked for in other words since then, or in none, does not count.
    pub(super) fn measured(&mut self, id: GaugeId, shape: &GaugeShape, found: Found) {
        let runs = self.room.passing.measures.get(&id);
        let same = matches!(runs, Some(Measure::Runs(asked)) if asked == shape);
        let wanted = self.room.timed_gauges().find(|(other, _, _)| other == &id);
        let Some((_, _, wanted)) = wanted.filter(|_| same) else {
            return;
        };
        let counts = wanted == shape;
        let due = match counts {
            true => next(self.now, wanted),
            false => self.now,
        };
        let measures = &mut self.room.passing.measures;
        measures.insert(id.clone(), Measure::Due(due));
        if counts {
            self.reads(id, found);
        }
    }

    fn reads(&mut self, id: GaugeId, found: Found) {
        let before = self.room.gauge(&id).and_then(|it| it.last().cloned());
        let kept = self.room.book.gauges.get(&id);
        if kept.is_none_or(|kept| kept.is_worth_a_line(&found, self.now)) {
            self.room.passing.latest.remove(&id);
            let gauge = id;
            return self.record(Actor::Room, Happening::Measured { gauge, found });
        }
        if before.is_some_and(|before| before.found != found) {
            let reading = Reading {
                at: self.now,
                found,
                brief: None,
            };
            self.room.passing.latest.insert(id.clone(), reading);
            self.show_touched(super::Touched::Gauge(id));
        }
    }
}

/// When a gauge that is measured now is due again.
fn next(now: Time, shape: &GaugeShape) -> Time {
    match shape.when {
        GaugeWhen::Every(seconds) => Time(now.0.saturating_add(u64::from(seconds) * 1_000)),
        GaugeWhen::Gate => now,
    }
}

impl Room {
    /// A gauge that the settings name, with what it said; none where it never said anything.
    pub fn gauge(&self, id: &GaugeId) -> Option<Gauge> {
        let track = self.settings.track(&id.track)?;
        let shape = track.gauges.iter().find(|shape| shape.name == id.name)?;
        let kept = self.book.gauges.get(id);
        let readings = kept.into_iter().flat_map(|kept| match shape.when {
            GaugeWhen::Every(_) => &kept.timed,
            GaugeWhen::Gate => &kept.gated,
        });
        let latest = self.passing.latest.get(id);
        let readings: Vec<Reading> = readings.chain(latest).cloned().collect();
        (!readings.is_empty()).then(|| Gauge {
            id: id.clone(),
            readings,
        })
    }

    /// All of them, in the order of the settings.
    pub fn gauges(&self) -> impl Iterator<Item = Gauge> {
        let ids = self.settings.tracks.iter().flat_map(|track| {
            let names = track.gauges.iter().map(|shape| shape.name.clone());
            names.map(|name| GaugeId {
                track: track.name.clone(),
                name,
            })
        });
        ids.filter_map(|id| self.gauge(&id))
    }

    /// What a gate of a track measures; nothing while the track is paused.
    pub(in crate::model) fn gate_gauges(&self, track: &Track) -> Vec<GateGauge> {
        let shapes = self.settings.track(track).map(|track| &track.gauges);
        let shapes = shapes.filter(|_| self.book.pauses.of(track).is_none());
        let gauge = |shape: &GaugeShape| {
            let id = GaugeId {
                track: track.clone(),
                name: shape.name.clone(),
            };
            let kept = self.book.gauges.get(&id);
            GateGauge {
                shape: shape.clone(),
                before: kept.and_then(|kept| Some(kept.gated.back()?.found.clone())),
            }
        };
        shapes.into_iter().flatten().map(gauge).collect()
    }

    /// When time alone has the next gauge measured.
    pub(in crate::model) fn gauges_due(&self) -> Option<Time> {
        let measures = self.passing.measures.keys();
        measures.filter_map(|id| self.measured_at(id)).min()
    }

    fn timed_gauges(&self) -> impl Iterator<Item = (GaugeId, &TrackShape, &GaugeShape)> {
        self.settings.tracks.iter().flat_map(|track| {
            let timed = track.gauges.iter().filter(|shape| match shape.when {
                GaugeWhen::Every(_) => true,
                GaugeWhen::Gate => false,
            });
            timed.map(move |shape| {
                let id = GaugeId {
                    track: track.name.clone(),
                    name: shape.name.clone(),
                };
                (id, track, shape)
            })
        })
    }

    /// When a gauge is due; never while it runs, or its track is paused.
    fn measured_at(&self, id: &GaugeId) -> Option<Time> {
        if self.book.pauses.of(&id.track).is_some() {
            return None;
        }
        match self.passing.measures.get(id)? {
            Measure::Due(at) => Some(*at),
            Measure::Runs(_) => None,
        }
    }
}
