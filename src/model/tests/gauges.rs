//! Gauges: measured when they are due and at gates, kept, shown, and never while their track is paused.

use super::*;

pub(super) fn id(track: &str, name: &str) -> GaugeId {
    GaugeId {
        track: track.into(),
        name: name.to_owned(),
    }
}

pub(super) fn every(seconds: u32) -> GaugeShape {
    GaugeShape {
        name: "tests".to_owned(),
        command: "./count".to_owned(),
        when: GaugeWhen::Every(seconds),
        seconds: 60,
        ..GaugeShape::default()
    }
}

fn at_gates() -> GaugeShape {
    GaugeShape {
        name: "lint".to_owned(),
        command: "make lint".to_owned(),
        reads: Reads::Pass,
        when: GaugeWhen::Gate,
        ..every(0)
    }
}

pub(super) fn settings(gauges: &[GaugeShape]) -> Settings {
    let mut settings = super::settings();
    settings.tracks[0].gauges = gauges.to_vec();
    settings.tracks[0].folder = "api".to_owned();
    settings
}

fn number(value: i64) -> Found {
    Found::Number(Figure {
        thousandths: value * 1_000,
    })
}

/// The gauges that are to be measured, and where.
fn measured(out: &[Effect]) -> Vec<(String, String)> {
    let orders = out.iter().filter_map(|effect| match effect {
        Effect::Measure(order) => Some((order.id.name.clone(), order.folder.clone())),
        _ => None,
    });
    orders.collect()
}

fn lines(out: &[Effect]) -> usize {
    let lines = entries(out).into_iter();
    lines
        .filter(|line| matches!(line.what, Happening::Measured { .. }))
        .count()
}

impl Stage {
    fn measures(&mut self, shape: &GaugeShape, found: Found) -> Vec<Effect> {
        self.take(Event::Measured {
            gauge: id("web", &shape.name),
            shape: Box::new(shape.clone()),
            found,
        })
    }

    fn readings(&self, name: &str) -> Vec<String> {
        let gauge = self.room.gauge(&id("web", name));
        let readings = gauge.map(|it| it.readings).unwrap_or_default();
        readings.iter().map(|it| it.found.sentence()).collect()
    }
}

#[test]
fn without_a_timer_nothing_is_ever_due() {
    let mut stage = Stage::open();
    let out = stage.take(Event::Settings(settings(&[at_gates()])));
    assert!(measured(&out).is_empty());
    assert_eq!(stage.room.next_deadline(), None);
}

#[test]
fn a_timer_measures_at_once_and_then_every_so_often_behind_each_end() {
    let mut stage = Stage::open();
    let shape = every(600);
    let out = stage.take(Event::Settings(settings(std::slice::from_ref(&shape))));
    assert_eq!(measured(&out), [("tests".into(), "api".into())]);
    assert_eq!(stage.room.next_deadline(), None, "while it runs");
    stage.wait(5_000);
    let out = stage.measures(&shape, number(12));
    assert_eq!((lines(&out), measured(&out).len()), (1, 0));
    let due = Time(stage.now.0 + 600_000);
    assert_eq!(stage.room.next_deadline(), Some(due));
    stage.wait(599_999);
    assert!(measured(&stage.take(Event::Tick)).is_empty());
    stage.wait(1);
    assert_eq!(measured(&stage.take(Event::Tick)).len(), 1);
    assert!(measured(&stage.take(Event::Tick)).is_empty(), "it runs");
    stage.measures(&shape, Found::unread("it printed nothing".into()));
    assert_eq!(
        stage.readings("tests"),
        ["12", "no value: it printed nothing"]
    );
}

#[test]
fn a_restart_finds_what_was_measured_and_measures_anew() {
    let mut stage = Stage::open();
    let shape = every(600);
    stage.take(Event::Settings(settings(std::slice::from_ref(&shape))));
    stage.measures(&shape, number(12));
    stage.crash();
    stage.take(Event::Settings(settings(std::slice::from_ref(&shape))));
    assert_eq!(stage.readings("tests"), ["12"]);
    assert_eq!(measured(&stage.take(opened(&[]))).len(), 1);
}

#[test]
fn what_changes_often_is_shown_at_once_and_written_once_a_minute() {
    let mut stage = Stage::open();
    let shape = every(10);
    stage.take(Event::Settings(settings(std::slice::from_ref(&shape))));
    let mut written = 0;
    for value in 0..12 {
        written += lines(&stage.measures(&shape, number(value)));
        assert_eq!(stage.readings("tests").last(), Some(&value.to_string()));
        stage.wait(10_000);
        stage.take(Event::Tick);
    }
    assert_eq!(written, 2);
    assert_eq!(stage.readings("tests"), ["0", "6", "11"]);
    for _ in 0..59 {
        written += lines(&stage.measures(&shape, number(11)));
        stage.wait(10_000);
        stage.take(Event::Tick);
    }
    assert_eq!(written, 3, "what stays the same is written seldom");
}

#[test]
fn so_many_readings_are_kept() {
    let mut stage = Stage::open();
    let shape = every(60);
    stage.take(Event::Settings(settings(std::slice::from_ref(&shape))));
    for value in 0..150 {
        stage.measures(&shape, number(value));
        stage.wait(60_000);
        stage.take(Event::Tick);
    }
    let kept = stage.readings("tests");
    assert_eq!((kept.len(), kept[0].as_str()), (gauge::READINGS_KEPT, "30"));
}

#[test]
fn a_paused_track_is_not_measured_until_it_goes_on() {
    let mut stage = Stage::open();
    let shape = every(60);
    stage.take(Event::Settings(settings(&[shape.clone(), at_gates()])));
    stage.measures(&shape, number(1));
    stage.wish(Wish::Pause(Some("web".into())));
    stage.wait(600_000);
    assert_eq!(stage.room.next_deadline(), None);
    assert!(measured(&stage.take(Event::Tick)).is_empty());
    let agent = stage.builder("0001-a");
    let out = stage.take(handed("k", agent, "it works"));
    assert!(orders(&out)[0].gauges.is_empty());
    stage.wish(Wish::Resume(Some("web".into())));
    assert!(stage.room.next_deadline().unwrap() <= stage.now);
    assert_eq!(measured(&stage.take(Event::Tick)).len(), 1);
}

#[test]
fn other_words_in_the_file_make_what_still_runs_worthless() {
    let mut stage = Stage::open();
    let (old, new) = (
        every(600),
        GaugeShape {
            command: "./other".into(),
            ..every(600)
        },
    );
    stage.take(Event::Settings(settings(std::slice::from_ref(&old))));
    stage.take(Event::Settings(settings(std::slice::from_ref(&new))));
    assert_eq!(lines(&stage.measures(&old, number(1))), 0);
    assert_eq!(
        measured(&stage.take(Event::Tick)).len(),
        1,
        "the new one at once"
    );
    assert_eq!(lines(&stage.measures(&new, number(2))), 1);
    stage.take(Event::Settings(settings(&[])));
    assert_eq!(stage.room.next_deadline(), None);
    assert!(stage.readings("tests").is_empty());
    assert_eq!(lines(&stage.measures(&new, number(3))), 0);
}

#[test]
fn a_gauge_that_is_measured_more_often_is_due_sooner() {
    let mut stage = Stage::open();
    stage.take(Event::Settings(settings(&[every(86_400)])));
    stage.measures(&every(86_400), number(1));
    stage.take(Event::Settings(settings(&[every(60)])));
    assert_eq!(stage.room.next_deadline(), Some(Time(stage.now.0 + 60_000)));
}

#[test]
fn a_gate_measures_and_compares_with_the_gate_before() {
    let mut stage = Stage::open();
    stage.take(Event::Settings(settings(&[every(600), at_gates()])));
    let mut befores = Vec::new();
    for (key, brief, found) in [
        ("a", "0001-a", Found::Passed),
        ("b", "0002-b", Found::Failed(2)),
    ] {
        let agent = stage.builder(brief);
        let out = stage.take(handed(key, agent, "it works"));
        let mut order = orders(&out).remove(0);
        let names: Vec<&str> = order
            .gauges
            .iter()
            .map(|it| it.shape.name.as_str())
            .collect();
        assert_eq!(names, ["tests", "lint"], "those with a timer too");
        befores.push(order.gauges[1].before.clone());
        order.report.gauges.push(GaugeRun {
            name: "lint".to_owned(),
            found,
            before: order.gauges[1].before.clone(),
        });
        stage.take(checked(order, &[]));
    }
    assert_eq!(befores, [None, Some(Found::Passed)]);
    assert_eq!(stage.readings("lint"), ["passed", "failed (exit code 2)"]);
    let gauge = stage.room.gauge(&id("web", "lint")).unwrap();
    assert_eq!(gauge.trend(), Some(Trend::Down));
    assert_eq!(gauge.last().unwrap().brief, Some("0002-b".into()));
    assert!(
        stage.readings("tests").is_empty(),
        "a branch is not the track"
    );
}

#[test]
fn whoever_does_not_see_a_track_is_told_nothing_of_its_gauges() {
    let mut stage = Stage::open();
    let mut settings = settings(&[every(600)]);
    settings.tracks[0].hide = vec![OBSERVERS.to_owned()];
    stage.take(Event::Settings(settings));
    stage.measures(&every(600), number(7));
    let told = |role, name| {
        let facts = stage.room.snapshot();
        let facts = match stage.room.curtain(role, &person(name)) {
            Some(curtain) => curtain.told_all(facts),
            None => facts,
        };
        format!("{facts:?}").matches("tests").count()
    };
    assert_eq!(told(SeatRole::Observer, "eve"), 0);
    assert!(told(SeatRole::Operator, "alice") > 0);
}

#[test]
fn a_gauge_that_an_agent_writes_is_not_run_until_a_person_agrees() {
    let mut stage = Stage::open();
    let runs = |gauges: &[GaugeShape]| Runs::Settings(Box::new(settings(gauges)));
    stage.take(Event::Edited(runs(&[])));
    let out = stage.take(Event::Edited(runs(&[every(600)])));
    assert!(measured(&out).is_empty());
    assert_eq!(stage.room.next_deadline(), None);
    let card = stage.room.open_requests().next().unwrap();
    let text = format!("{:?}", card.ask);
    assert!(
        text.contains("gauge tests of web") && text.contains("./count"),
        "{text}"
    );
}
