//! What lines of the journal mean for the gauges: a timer's reading has a line of its own, a gate's stand in its report.

use super::{Book, Touched};
use crate::model::gauge::GAUGES_KEPT;
use crate::model::{Ask, BriefId, Entry, GateReport, GaugeId, Happening, Place, Reading, Time};

impl Book {
    pub(super) fn gauged(&mut self, entry: &Entry) -> Vec<Touched> {
        let at = entry.at;
        let what = &entry.what;
        if let Happening::Measured { gauge, found } = what {
            let found = found.clone();
            let brief = None;
            return self.reads(gauge.clone(), Reading { at, found, brief });
        }
        if let Happening::Asked {
            brief: Some(brief),
            ask:
                Ask::Gate {
                    from,
                    report: Some(report),
                    ..
                },
            ..
        }
        | Happening::Checked {
            brief,
            from,
            report,
            ..
        } = what
        {
            return self.reads_all(brief, from, report, at);
        }
        Vec::new()
    }

    fn reads_all(
        &mut self,
        brief: &BriefId,
        from: &Place,
        report: &GateReport,
        at: Time,
    ) -> Vec<Touched> {
        let mut touched = Vec::new();
        for run in &report.gauges {
            let gauge = GaugeId {
                track: from.track.clone(),
                name: run.name.clone(),
            };
            let reading = Reading {
                at,
                found: run.found.clone(),
                brief: Some(brief.clone()),
            };
            touched.extend(self.reads(gauge, reading));
        }
        touched
    }

    fn reads(&mut self, gauge: GaugeId, reading: Reading) -> Vec<Touched> {
        self.gauges.entry(gauge.clone()).or_default().add(reading);
        if self.gauges.len() > GAUGES_KEPT {
            let others = self.gauges.iter().filter(|(id, _)| **id != gauge);
            let oldest = others.min_by_key(|(_, readings)| readings.newest());
            if let Some(oldest) = oldest.map(|(id, _)| id.clone()) {
                self.gauges.remove(&oldest);
            }
        }
        vec![Touched::Gauge(gauge)]
    }
}
