//! Gauges are measured: by their timers in the track's folder, at gates where the work is. Decides nothing.

use std::path::Path;
use std::time::Duration;

use super::{Tools, of_work, result};
use crate::model::{CheckOrder, Event, Found, GaugeOrder, GaugeRun, GaugeShape, Track};
use crate::server::command::{Command, End, Forsaken, Kept, Kind, Mark, run};
use crate::server::hub::Hub;

/// What is kept of each of a gauge's outputs, in bytes: the end.
const SAID: usize = 4 * 1024;
/// Variable of a gauge: its track.
const ENV_TRACK: &str = "OPSROOM_TRACK";

impl Hub {
    /// A gauge's timer: where it is measured, nobody works.
    pub(in crate::server) fn measure(&mut self, order: GaugeOrder) {
        let tools = self.bench.tools.clone();
        self.bench.errand(async move {
            // The semaphore is never closed.
            let _turn = tools.gauges.acquire().await;
            let gauging = Gauging {
                track: &order.id.track,
                folder: &tools.paths.folder.join(&order.folder),
                runner: &[],
                env: Vec::new(),
            };
            let found = tools.measure(&order.shape, gauging).await;
            Event::Measured {
                gauge: order.id,
                shape: Box::new(order.shape),
                found,
            }
        });
    }
}

impl Tools {
    /// What a gate measures, one after another, in the turns of the checks.
    pub(super) async fn measure_all(&self, order: &mut CheckOrder, folder: &Path) {
        for gauge in order.gauges.clone() {
            // The semaphore is never closed.
            let _turn = self.turns.acquire().await;
            let gauging = Gauging {
                track: &order.from.track,
                folder,
                runner: &order.runner,
                env: of_work(&order.brief, order.report.branch.as_ref()),
            };
            order.report.gauges.push(GaugeRun {
                name: gauge.shape.name.clone(),
                found: self.measure(&gauge.shape, gauging).await,
                before: gauge.before.clone(),
            });
        }
    }

    /// Runs a gauge's command, and says what it found.
    async fn measure(&self, shape: &GaugeShape, gauging: Gauging<'_>) -> Found {
        let words = ["sh".to_owned(), "-c".to_owned(), shape.command.clone()];
        let mut env = gauging.env;
        env.push((ENV_TRACK.to_owned(), gauging.track.to_string()));
        let command = Command {
            words: [gauging.runner, &words].concat(),
            folder: gauging.folder.to_path_buf(),
            env,
            limit: Duration::from_secs(u64::from(shape.seconds)),
            mark: Mark::new(&self.paths.folder, Kind::Other),
            forsaken: Forsaken::Killed,
        };
        let ran = run(&command, Kept::new(0, SAID), Kept::new(0, SAID)).await;
        let (said, wrong) = (ran.out.text(), ran.err.text());
        match &ran.end {
            End::Code(0) => Found::of(shape.reads, 0, &said),
            End::Code(code) => {
                let silent = said.trim().is_empty();
                Found::of(shape.reads, *code, if silent { &wrong } else { &said })
            }
            End::Signal(_) | End::NotStarted(_) | End::TimedOut => {
                Found::unread(result(&ran.end, shape.seconds).sentence())
            }
        }
    }
}

/// Around what a gauge is measured.
struct Gauging<'a> {
    track: &'a Track,
    folder: &'a Path,
    runner: &'a [String],
    env: Vec<(String, String)>,
}
