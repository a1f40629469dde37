//! Files dropped into a track's folder, in a room whose server is killed meanwhile.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::collections::BTreeSet;
use std::path::Path;

use support::{Place, eventually, kill};

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| !name.starts_with('.')).collect()
}

/// Any wish starts a server; whether this one is granted is no matter.
fn start(place: &Place) {
    let _refused_or_not = place.run(&["resume"]);
}

#[test]
fn every_dropped_file_becomes_one_brief_however_often_the_server_is_killed() {
    let place = Place::new();
    place.settings(
        "[tracks.web]\ntemplate = \"call\"\nstages = [ { name = \"dev\", role = \"x\" } ]\n[roles.x]\ncommand = [\"cat\"]\n",
    );
    let drop = place.room.join("briefs/web/drop");
    let recorded = |place: &Place| {
        let moved = place.noted("moved").into_iter();
        let dropped = |line: &serde_json::Value| {
            let why = line["why"].as_str().unwrap_or_default();
            why.starts_with("dropped as ")
        };
        moved.filter(dropped).count()
    };
    let rounds = 8;
    for round in 0..rounds {
        start(&place);
        let before = recorded(&place);
        for file in 0..3 {
            place.write(
                &format!("room/briefs/web/drop/{round}-{file}.txt"),
                "A: hello\n",
            );
        }
        // at another line of another round: just recorded, written, or taken
        let seen = 1 + round % 3;
        eventually("the files are noticed", || {
            (recorded(&place) >= before + seen).then_some(())
        });
        kill(place.server_pid().unwrap());
    }
    start(&place);
    let taken = eventually("every file is taken", || {
        let taken = names(&drop.join("taken"));
        (taken.len() == 3 * rounds && names(&drop).len() == 1).then_some(taken)
    });
    let files: BTreeSet<String> = taken
        .iter()
        .map(|name| name.split_once("--").unwrap().1.to_owned())
        .collect();
    assert_eq!(files.len(), 3 * rounds, "each once: {taken:?}");
    let briefs = names(&place.room.join("briefs/web/inbox"));
    let wanted: BTreeSet<String> = taken
        .iter()
        .map(|name| format!("{}.md", name.split_once("--").unwrap().0))
        .collect();
    assert_eq!(briefs, wanted);
    assert!(names(&drop.join(".taking")).is_empty());
    place.ok(&["journal", "verify"]);
}
