//! What the track's gauges say of the work, on a gate's card.

use super::{Line, Pens, Runs};
use crate::config::theme::Role;
use crate::model::{Found, GaugeRun, Trend, Untrusted};
use crate::view::draw::spark;

impl Pens<'_> {
    /// What the track's gauges say of the work, and what changed since the gate before.
    pub(super) fn gauges(&self, gauges: &[GaugeRun]) -> Vec<Line> {
        let (values, none): (Vec<&GaugeRun>, Vec<&GaugeRun>) = gauges
            .iter()
            .partition(|gauge| !matches!(gauge.found, Found::Unread(_)));
        let parts = values.into_iter().map(|gauge| self.gauge(gauge));
        let mut all: Vec<Line> = self.flow(parts.collect()).collect();
        for gauge in none {
            let text = format!("{}: {}", gauge.name, gauge.found.sentence());
            let text = Untrusted::new(text).shown();
            all.extend(self.wrapped("✗ ", &text, Role::GaugeUnread));
        }
        all
    }

    fn gauge(&self, gauge: &GaugeRun) -> Runs {
        let meta = self.face(Role::CardMeta);
        let name = Untrusted::new(gauge.name.as_str()).shown();
        let role = match gauge.found {
            Found::Number(_) => Role::CardTitle,
            Found::Passed => Role::GaugePassed,
            Found::Failed(_) | Found::Unread(_) => Role::GaugeFailed,
        };
        let value = gauge.found.sentence();
        let runs = Runs::of(format!("{name} "), meta).with(value, self.face(role));
        let Some(before) = &gauge.before else {
            return runs;
        };
        let trend = gauge.found.trend(before);
        let since = match (trend, gauge.found.change(before)) {
            (Some(Trend::Level), _) => " as before".to_owned(),
            (Some(Trend::Up), Some(change)) => format!("{} +{change}", spark::arrow(trend)),
            (Some(Trend::Down), Some(change)) => format!("{} {change}", spark::arrow(trend)),
            (Some(Trend::Up | Trend::Down), None) | (None, _) => {
                format!(" (before: {})", Untrusted::new(before.sentence()).shown())
            }
        };
        runs.with(since, meta)
    }
}
