//! `gauges`: what is measured of each track.

use std::process::ExitCode;

use anyhow::bail;
use clap::Args;
use serde_json::{Value, json};

use super::{Json, fleet};
use crate::door::RoomPaths;
use crate::model::{Figure, Found, Gauge, GaugeId, GaugeShape, GaugeWhen, Track, Trend, Untrusted};
use crate::verbs::columns;
use crate::verbs::journal::moment;
use crate::view::facts::Facts;

/// `opsroom gauges`
#[derive(Debug, Args)]
pub struct Gauges {
    /// Only this track
    #[arg(long)]
    track: Option<String>,
    #[command(flatten)]
    how: Json,
}

impl Gauges {
    pub async fn run(&self, paths: &RoomPaths) -> anyhow::Result<ExitCode> {
        let facts = fleet::look(paths).await?.facts;
        let all = all(&facts, self.track.as_deref())?;
        if self.how.json {
            let all: Vec<Value> = all.iter().map(|it| as_json(it.0, it.1, it.2)).collect();
            println!("{:#}", json!({ "gauges": all }));
            return Ok(ExitCode::SUCCESS);
        }
        if all.is_empty() {
            println!("nothing is measured; `gauges` of a track in opsroom.toml says what is to be");
        }
        let rows = all.into_iter().map(|it| row(it.0, it.1, it.2));
        for line in columns::lines(&rows.collect::<Vec<_>>()) {
            println!("{line}");
        }
        Ok(ExitCode::SUCCESS)
    }
}

type Row<'f> = (&'f Track, &'f GaugeShape, Option<&'f Gauge>);

fn all<'f>(facts: &'f Facts, track: Option<&str>) -> anyhow::Result<Vec<Row<'f>>> {
    let settings = &facts.settings;
    if let Some(track) = track
        && settings.track(&Track::from(track)).is_none()
    {
        bail!("no track is called {track}; opsroom.toml names them");
    }
    let tracks = settings.tracks.iter();
    let tracks = tracks.filter(|it| track.is_none_or(|track| it.name.as_str() == track));
    let rows = tracks.flat_map(|it| it.gauges.iter().map(move |shape| (&it.name, shape)));
    Ok(rows
        .map(|(track, shape)| {
            let id = GaugeId {
                track: track.clone(),
                name: shape.name.clone(),
            };
            (track, shape, facts.gauges.get(&id))
        })
        .collect())
}

fn row(track: &Track, shape: &GaugeShape, gauge: Option<&Gauge>) -> [String; 4] {
    let name = Untrusted::new(shape.name.as_str()).shown();
    let last = gauge.and_then(|it| Some((it, it.last()?)));
    let said = last.map_or_else(
        || "not measured yet".to_owned(),
        |(gauge, last)| {
            let trend = match gauge.trend() {
                Some(Trend::Up) => " ▲",
                Some(Trend::Down) => " ▼",
                Some(Trend::Level) | None => "",
            };
            let value = Untrusted::new(last.found.sentence()).shown();
            format!("{value}{trend}  since {}", moment(last.at))
        },
    );
    [track.to_string(), name, when(shape), said]
}

fn when(shape: &GaugeShape) -> String {
    match shape.when {
        GaugeWhen::Gate => "at gates".to_owned(),
        GaugeWhen::Every(seconds) if seconds % 3_600 == 0 => format!("every {}h", seconds / 3_600),
        GaugeWhen::Every(seconds) if seconds % 60 == 0 => format!("every {}m", seconds / 60),
        GaugeWhen::Every(seconds) => format!("every {seconds}s"),
    }
}

fn as_json(track: &Track, shape: &GaugeShape, gauge: Option<&Gauge>) -> Value {
    let readings = gauge.map_or(&[][..], |it| &it.readings);
    let readings: Vec<Value> = readings
        .iter()
        .map(|it| {
            json!({
                "at": it.at, "brief": it.brief, "value": value(&it.found), "what": it.found.sentence(),
            })
        })
        .collect();
    json!({
        "track": track, "gauge": shape.name, "command": shape.command, "when": when(shape),
        "last": readings.last(), "readings": readings,
    })
}

/// A number, true or false; null where there is no value.
fn value(found: &Found) -> Value {
    match found {
        Found::Number(Figure { thousandths }) if thousandths % 1_000 == 0 => {
            json!(thousandths / 1_000)
        }
        Found::Number(Figure { thousandths }) => json!(*thousandths as f64 / 1_000.0),
        Found::Passed => json!(true),
        Found::Failed(_) => json!(false),
        Found::Unread(_) => Value::Null,
    }
}
