//! Recordings on a real disk.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;

const SIZE: Size = Size {
    cols: 100,
    rows: 30,
};
const AGENT: AgentId = AgentId(7);

fn recorder(folder: &Path, bounds: Bounds) -> Recorder {
    let (recorder, opened) = Recorder::open(folder, AGENT, SIZE, Time(1_700_000_000_250), bounds);
    opened.unwrap();
    recorder
}

fn text(tail: &Tail) -> String {
    let texts = tail.chunks.iter().map(|chunk| match chunk {
        Chunk::Output(text) => text.as_str(),
        Chunk::Size(_) => "",
    });
    texts.collect()
}

#[test]
fn the_newest_part_reads_back_as_the_bytes_that_came() {
    let dir = tempfile::tempdir().unwrap();
    let mut recorder = recorder(dir.path(), Bounds::default());
    let output = "\u{1b}[2J\u{1b}[1;31mé 日 \"quoted\" back\\slash\u{1b}[0m\r\n\u{7}";
    for (at, byte) in output.bytes().enumerate() {
        recorder
            .output(&[byte], Time(1_700_000_000_300 + at as u64))
            .unwrap();
    }
    let back = tail(dir.path(), AGENT, 1 << 20).unwrap();
    assert_eq!((back.size, text(&back)), (SIZE, output.to_owned()));
    assert_eq!(tail(dir.path(), AgentId(8), 1 << 20), None);
    assert_eq!(tail(&dir.path().join("nowhere"), AGENT, 1 << 20), None);
}

#[test]
fn every_line_is_asciicast_version_2() {
    let dir = tempfile::tempdir().unwrap();
    let mut recorder = recorder(dir.path(), Bounds::default());
    recorder
        .output(b"hi \x1b[0m\xff", Time(1_700_000_001_750))
        .unwrap();
    recorder
        .resize(Size { cols: 80, rows: 24 }, Time(1_700_000_002_000))
        .unwrap();
    let written = fs::read_to_string(dir.path().join("7-1.cast")).unwrap();
    let lines: Vec<serde_json::Value> = written
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        lines[0],
        serde_json::json!({"version": 2, "width": 100, "height": 30, "timestamp": 1_700_000_000_u64})
    );
    assert_eq!(lines[1], serde_json::json!([0.25, "r", "100x30"]));
    assert_eq!(
        lines[2],
        serde_json::json!([1.75, "o", "hi \u{1b}[0m\u{fffd}"])
    );
    assert_eq!(lines[3], serde_json::json!([2.0, "r", "80x24"]));
}

#[test]
fn sizes_come_back_where_they_changed() {
    let dir = tempfile::tempdir().unwrap();
    let mut recorder = recorder(dir.path(), Bounds::default());
    let small = Size { cols: 80, rows: 24 };
    recorder.output(b"wide", Time(0)).unwrap();
    recorder.resize(small, Time(0)).unwrap();
    recorder.output(b"small", Time(0)).unwrap();
    let back = tail(dir.path(), AGENT, 1 << 20).unwrap();
    let chunks = [
        Chunk::Output("wide".into()),
        Chunk::Size(small),
        Chunk::Output("small".into()),
    ];
    assert_eq!(
        (back.size, back.chunks.as_slice()),
        (SIZE, chunks.as_slice())
    );
    let last = tail(dir.path(), AGENT, 6).unwrap();
    assert_eq!((last.size, text(&last)), (small, "small".to_owned()));
}

#[test]
fn the_oldest_segment_goes_and_the_tail_spans_the_rest() {
    let dir = tempfile::tempdir().unwrap();
    let bounds = Bounds {
        segment: 1_000,
        segments: 3,
    };
    let mut recorder = recorder(dir.path(), bounds);
    for number in 0..500 {
        let now = Time(1_700_000_000_000 + number);
        if recorder.is_over(now) {
            recorder.turn(b"\x1bc", now).unwrap();
        }
        recorder
            .output(format!("line {number}\r\n").as_bytes(), now)
            .unwrap();
    }
    let segments = tail::segments(dir.path(), AGENT).unwrap();
    assert_eq!(segments.len(), 3);
    let size: u64 = segments
        .iter()
        .map(|(_, path)| fs::metadata(path).unwrap().len())
        .sum();
    assert!(size < 3 * 1_100, "{size}");
    let all = text(&tail(dir.path(), AGENT, 1 << 20).unwrap());
    assert!(all.ends_with("line 498\r\nline 499\r\n"));
    let first: u32 = all
        .split_once("line ")
        .unwrap()
        .1
        .split_once('\r')
        .unwrap()
        .0
        .parse()
        .unwrap();
    let expected: String = (first..500)
        .map(|number| format!("line {number}\r\n"))
        .collect();
    assert_eq!(
        all.trim_start_matches("\x1bc"),
        expected,
        "nothing is missing between two segments"
    );
    let short = text(&tail(dir.path(), AGENT, 100).unwrap());
    assert!(
        short.len() <= 100 && short.len() > 80 && all.ends_with(&short),
        "{short:?}"
    );
}

#[test]
fn a_segment_that_somebody_decided_before_stays_and_the_tail_does_not_go_on_from_it() {
    let dir = tempfile::tempdir().unwrap();
    let bounds = Bounds {
        segment: 1_000,
        segments: 2,
    };
    let mut recorder = recorder(dir.path(), bounds);
    for number in 0..500 {
        let now = Time(1_700_000_000_000 + number);
        if recorder.is_over(now) {
            recorder.turn(b"\x1bc", now).unwrap();
            let (segment, ..) = recorder.position().unwrap();
            if segment == 3 {
                hold(dir.path(), AGENT, segment).unwrap();
            }
        }
        let line = format!("line {number}\r\n");
        recorder.output(line.as_bytes(), now).unwrap();
    }
    let (newest, ..) = recorder.position().unwrap();
    let left = tail::segments(dir.path(), AGENT).unwrap();
    let left: Vec<u64> = left.into_iter().map(|(number, _)| number).collect();
    assert_eq!(left, [3, newest - 1, newest]);
    let all = text(&tail(dir.path(), AGENT, 1 << 20).unwrap());
    assert!(all.starts_with("\x1bc") && all.ends_with("line 499\r\n"));
    assert!(!all.contains("line 99\r\n"), "{all}");
}

#[test]
fn a_server_that_takes_over_goes_on_behind_the_last_whole_line() {
    let dir = tempfile::tempdir().unwrap();
    let mut first = recorder(dir.path(), Bounds::default());
    first.output(b"before", Time(1_700_000_001_000)).unwrap();
    drop(first);
    let path = dir.path().join("7-1.cast");
    let whole = fs::read(&path).unwrap();
    // killed while it wrote
    for torn in [&b"[2.0, \"o\", \"ha"[..], b"", b"["] {
        fs::write(&path, [&whole, torn].concat()).unwrap();
        let mut second = recorder(dir.path(), Bounds::default());
        second.output(b" after", Time(1_700_000_002_000)).unwrap();
        assert_eq!(
            text(&tail(dir.path(), AGENT, 1 << 20).unwrap()),
            "before after"
        );
    }
    assert_eq!(tail::segments(dir.path(), AGENT).unwrap().len(), 1);
    // a segment that cannot be read is left alone
    fs::write(&path, "rubbish").unwrap();
    let mut third = recorder(dir.path(), Bounds::default());
    third.output(b"new", Time(1_700_000_003_000)).unwrap();
    assert_eq!(text(&tail(dir.path(), AGENT, 1 << 20).unwrap()), "new");
    assert_eq!(fs::read_to_string(&path).unwrap(), "rubbish");
}

/// When its events came, in ms from the beginning of its first segment.
fn times(folder: &Path) -> Vec<u64> {
    let written = fs::read_to_string(folder.join("7-1.cast")).unwrap();
    let events = written.lines().skip(1).map(|line| {
        let (at, _, _): (f64, String, String) = serde_json::from_str(line).unwrap();
        (at * 1_000.0).round() as u64
    });
    events.collect()
}

#[test]
fn times_go_on_from_where_they_were_while_the_clock_is_behind_and_then_by_the_clock() {
    const HOUR: u64 = 3_600_000;
    const NOON: u64 = 1_700_000_000_000;
    let dir = tempfile::tempdir().unwrap();
    let mut recorder = recorder(dir.path(), Bounds::default());
    let mut says = |at: u64| recorder.output(b"x", Time(at)).unwrap();
    says(NOON + 5_000);
    for passed in [0, 300, 60_000] {
        says(NOON - HOUR + passed);
    }
    drop(recorder);
    let at = Time(NOON - HOUR + 61_000);
    let (mut recorder, opened) = Recorder::open(dir.path(), AGENT, SIZE, at, Bounds::default());
    opened.unwrap();
    recorder.turn(b"", at).unwrap();
    recorder.output(b"x", Time(NOON + 6_000)).unwrap();
    recorder.output(b"x", Time(NOON + 60_000)).unwrap();
    let gone_on = 5_000 + 300 + PACE;
    let then = [5_000, 5_000, 5_300, gone_on, gone_on, gone_on, gone_on];
    let caught_up = [gone_on + PACE, 60_000];
    assert_eq!(times(dir.path())[1..], [&then[..], &caught_up].concat());
}

#[test]
fn agents_do_not_share_recordings() {
    let dir = tempfile::tempdir().unwrap();
    let mut seven = recorder(dir.path(), Bounds::default());
    let (mut other, _) = Recorder::open(dir.path(), AgentId(77), SIZE, Time(0), Bounds::default());
    seven.output(b"seven", Time(0)).unwrap();
    other.output(b"other", Time(0)).unwrap();
    assert_eq!(text(&tail(dir.path(), AGENT, 1 << 20).unwrap()), "seven");
}

#[test]
fn a_segment_that_begins_with_the_picture_repeats_nothing_in_the_tail() {
    let dir = tempfile::tempdir().unwrap();
    let bounds = Bounds {
        segment: 1,
        segments: 2,
    };
    let mut recorder = recorder(dir.path(), bounds);
    recorder.output(b"one ", Time(0)).unwrap();
    recorder.turn(b"\x1bcone ", Time(1)).unwrap();
    recorder.output(b"two", Time(2)).unwrap();
    assert_eq!(text(&tail(dir.path(), AGENT, 1 << 20).unwrap()), "one two");
    fs::remove_file(dir.path().join("7-1.cast")).unwrap();
    let rest = tail(dir.path(), AGENT, 1 << 20).unwrap();
    assert_eq!(text(&rest), "\u{1b}cone two", "here nothing came before it");
}

#[test]
fn the_position_is_where_the_last_event_ends() {
    let dir = tempfile::tempdir().unwrap();
    let mut recorder = recorder(dir.path(), Bounds::default());
    recorder.output(b"hi", Time(1_700_000_001_000)).unwrap();
    let length = fs::metadata(dir.path().join("7-1.cast")).unwrap().len();
    let position = recorder.position();
    assert_eq!(position, Some((1, length, Time(1_700_000_001_000))));
    recorder.turn(b"hi", Time(1_700_000_002_000)).unwrap();
    let length = fs::metadata(dir.path().join("7-1.cast")).unwrap().len();
    let position = recorder.position();
    assert_eq!(position, Some((1, length, Time(1_700_000_002_000))));
}

#[test]
fn what_could_not_be_opened_begins_with_the_picture_and_the_mark_of_what_is_missing() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("recordings");
    fs::write(&folder, "a file in its place").unwrap();
    let now = Time(1_700_000_000_250);
    let (mut recorder, opened) = Recorder::open(&folder, AGENT, SIZE, now, Bounds::default());
    opened.unwrap_err();
    recorder.output(b"lost", now).unwrap();
    assert_eq!((recorder.is_torn(), recorder.position()), (true, None));
    assert!(!recorder.is_over(now), "the disk is left alone for a while");
    let later = Time(now.0 + PAUSE);
    assert!(recorder.is_over(later));
    recorder.turn(b"lost", later).unwrap_err();
    fs::remove_file(&folder).unwrap();
    recorder.turn(b"picture ", later).unwrap();
    recorder.output(b"and more", later).unwrap();
    let written = fs::read_to_string(folder.join("7-1.cast")).unwrap();
    let kinds: Vec<&str> = written
        .lines()
        .skip(1)
        .map(|line| line.split('"').nth(3).unwrap())
        .collect();
    assert_eq!(kinds, ["100x30", cast::TORN, "picture ", "and more"]);
    // behind what a former server recorded, too
    let (mut next, _) = Recorder::open(&folder, AGENT, SIZE, later, Bounds::default());
    next.output(b" still", later).unwrap();
    assert_eq!(
        text(&tail(&folder, AGENT, 1 << 20).unwrap()),
        "picture and more still"
    );
}
