//! A brief that becomes several: all of it, or nothing. What is to be written is noted first, whole; from then on it is
//! done, by whoever noted it or, where that one died, by the next who looks. A hand's edit of the brief wins all the same:
//! then the parts that nobody touched yet are taken away again.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};
use serde::{Deserialize, Serialize};

use super::{BriefPath, briefs};
use crate::model::{BriefId, Place};

/// Where splits are noted, from the room's folder.
const FOLDER: &str = ".opsroom/splits";
/// A larger note is none of ours, in bytes.
const LARGEST: u64 = 64 << 20;

/// A split, from its beginning to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    /// The brief that is split.
    pub brief: BriefId,
    /// Where it stands.
    pub place: Place,
    /// Its file as it was.
    pub before: String,
    /// Its file behind the split.
    pub after: String,
    /// Where it goes then, where it goes anywhere.
    pub to: Option<Place>,
    /// The parts, which stand beside it: id and file.
    pub parts: Vec<(BriefId, String)>,
}

/// What was found of a split that its writer did not end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finished {
    /// It is done now.
    Done(BriefId),
    /// It did not happen: why.
    Undone(BriefId, String),
}

/// Splits a brief.
///
/// # Errors
/// A sentence; nothing was split then.
pub fn split(room: &Path, split: &Split) -> Result<(), String> {
    let (note, _held) = note(room, split)?;
    let done = carry_out(room, split, Parts::New);
    if done.is_err() {
        take_away(room, split);
    }
    let _again_later = fs::remove_file(note);
    done
}

/// Ends what others began and did not end. Those that live are left alone.
pub fn finish(room: &Path) -> Vec<Finished> {
    let Ok(entries) = fs::read_dir(room.join(FOLDER)) else {
        return Vec::new();
    };
    let notes = entries.flatten().map(|entry| entry.path());
    let notes = notes.filter(|path| path.extension().is_some_and(|end| end == "json"));
    notes.filter_map(|path| finish_one(room, &path)).collect()
}

fn finish_one(room: &Path, path: &Path) -> Option<Finished> {
    let mut file = OpenOptions::new()
        .read(true)
        .custom_flags(no_link())
        .open(path)
        .ok()?;
    flock(&file, FlockOperation::NonBlockingLockExclusive).ok()?;
    // whoever had it may have ended it since it was opened
    let (held, there) = (file.metadata().ok()?, fs::symlink_metadata(path).ok()?);
    if (held.dev(), held.ino()) != (there.dev(), there.ino()) || held.len() > LARGEST {
        return None;
    }
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    let split: Split = serde_json::from_str(&text).ok()?;
    let brief = split.brief.clone();
    let done = carry_out(room, &split, Parts::MayBeThere);
    let finished = match done {
        Ok(()) => Finished::Done(brief),
        Err(why) => {
            take_away(room, &split);
            Finished::Undone(brief, why)
        }
    };
    let _again_later = fs::remove_file(path);
    Some(finished)
}

/// Notes a split, whole, and holds the note.
fn note(room: &Path, split: &Split) -> Result<(PathBuf, File), String> {
    let folder = room.join(FOLDER);
    let path = folder.join(format!("{}.json", split.brief));
    let aside = folder.join(format!(".{}", split.brief));
    let noted = || -> io::Result<File> {
        let mut private = fs::DirBuilder::new();
        private.recursive(true).mode(0o700).create(&folder)?;
        let mut open = OpenOptions::new();
        open.write(true).create(true).truncate(false).mode(0o600);
        let mut file = open.open(&aside)?;
        // one at a time: another one on this brief is still under way
        flock(&file, FlockOperation::NonBlockingLockExclusive)?;
        file.set_len(0)?;
        file.write_all(&serde_json::to_vec(split)?)?;
        file.sync_all()?;
        fs::rename(&aside, &path)?;
        File::open(&folder)?.sync_all()?;
        Ok(file)
    };
    let file = noted().map_err(|why| format!("the split cannot be noted: {why}"))?;
    Ok((path, file))
}

/// Whether files of parts may be there already.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Parts {
    /// One that is there is somebody else's.
    New,
    /// One that is there, here or elsewhere, was written before.
    MayBeThere,
}

/// Step by step; each is done once, however often all of this is.
fn carry_out(room: &Path, split: &Split, parts: Parts) -> Result<(), String> {
    let at = |place: &Place| briefs::text(room, &split.brief, place).ok();
    let moved = split
        .to
        .as_ref()
        .filter(|to| at(to).as_ref() == Some(&split.after));
    let now = at(&split.place);
    let replaced = moved.is_some() || now.as_ref() == Some(&split.after);
    if !replaced && now.as_ref() != Some(&split.before) {
        return Err(format!("{} was changed meanwhile", split.brief));
    }
    for (id, text) in &split.parts {
        let known = parts == Parts::MayBeThere && (replaced || stands(room, id));
        if !known {
            briefs::write(room, id, &split.place, text)?;
        }
    }
    if !replaced {
        let Split { before, after, .. } = split;
        briefs::replace(room, &split.brief, &split.place, before, after)?;
    }
    match &split.to {
        Some(to) if moved.is_none() => briefs::shift(room, &split.brief, &split.place, to),
        Some(_) | None => Ok(()),
    }
}

/// Whether a brief of this id is anywhere in the queue.
fn stands(room: &Path, id: &BriefId) -> bool {
    let places = super::places(room).unwrap_or_default();
    let mut paths = places.iter().map(|place| BriefPath::of(room, id, place));
    paths.any(|path| path.is_ok_and(|path| path.path().exists()))
}

/// Takes away the parts that are as they were written; whatever somebody touched stays.
fn take_away(room: &Path, split: &Split) {
    for (id, text) in &split.parts {
        if briefs::text(room, id, &split.place).as_ref() == Ok(text)
            && let Ok(path) = BriefPath::of(room, id, &split.place)
        {
            let _it_stays = fs::remove_file(path.path());
        }
    }
}

fn no_link() -> i32 {
    i32::try_from(rustix::fs::OFlags::NOFOLLOW.bits()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn place(stage: &str) -> Place {
        Place {
            track: "web".into(),
            stage: stage.into(),
        }
    }

    fn file(title: &str) -> String {
        format!("+++\ntitle = \"{title}\"\n+++\n")
    }

    /// A room with a brief, and a split of it into two, behind which it is dropped.
    fn room() -> (tempfile::TempDir, Split) {
        let room = tempfile::tempdir().unwrap();
        let split = Split {
            brief: "0001-big".into(),
            place: place("dev"),
            before: file("big"),
            after: file("big, split"),
            to: Some(place("dropped")),
            parts: vec![("0002-a".into(), file("a")), ("0003-b".into(), file("b"))],
        };
        briefs::write(room.path(), &split.brief, &split.place, &split.before).unwrap();
        (room, split)
    }

    fn queue(room: &Path) -> Vec<String> {
        let all = briefs::all(room).unwrap().into_iter();
        let mut all: Vec<String> = all.map(|it| format!("{}/{}", it.place, it.id)).collect();
        all.sort();
        all
    }

    const WHOLE: [&str; 3] = ["web/dev/0002-a", "web/dev/0003-b", "web/dropped/0001-big"];

    #[test]
    fn a_split_is_whole_and_leaves_nothing_behind() {
        let (room, one) = room();
        split(room.path(), &one).unwrap();
        assert_eq!(queue(room.path()), WHOLE);
        assert_eq!(finish(room.path()), []);
        assert_eq!(fs::read_dir(room.path().join(FOLDER)).unwrap().count(), 0);
    }

    #[test]
    fn one_that_was_cut_off_behind_any_step_is_ended_by_whoever_looks_next() {
        for steps in 0..=4 {
            let (room, split) = room();
            let room = room.path();
            drop(note(room, &split).unwrap());
            for (id, text) in split.parts.iter().take(steps) {
                briefs::write(room, id, &split.place, text).unwrap();
            }
            if steps >= 3 {
                let Split { before, after, .. } = &split;
                briefs::replace(room, &split.brief, &split.place, before, after).unwrap();
                // a part that is worked on already has moved on
                briefs::shift(room, &"0002-a".into(), &split.place, &place("qa")).unwrap();
            }
            if steps == 4 {
                let to = split.to.as_ref().unwrap();
                briefs::shift(room, &split.brief, &split.place, to).unwrap();
            }
            assert_eq!(finish(room), [Finished::Done(split.brief.clone())]);
            let wanted = match steps {
                0..3 => WHOLE.map(str::to_owned),
                _ => ["web/dev/0003-b", "web/dropped/0001-big", "web/qa/0002-a"].map(str::to_owned),
            };
            assert_eq!(queue(room), wanted, "behind step {steps}");
            assert_eq!(finish(room), []);
        }
    }

    #[test]
    fn a_hand_that_changed_the_brief_meanwhile_wins_and_no_part_stays_beside_it() {
        let (room, split) = room();
        let room = room.path();
        drop(note(room, &split).unwrap());
        let (id, text) = &split.parts[0];
        briefs::write(room, id, &split.place, text).unwrap();
        let edited = file("big, and other");
        briefs::replace(room, &split.brief, &split.place, &split.before, &edited).unwrap();
        assert!(matches!(finish(room).as_slice(), [Finished::Undone(..)]));
        assert_eq!(queue(room), ["web/dev/0001-big"]);
        assert_eq!(
            briefs::text(room, &split.brief, &split.place).unwrap(),
            edited
        );
    }

    #[test]
    fn what_cannot_be_done_is_not_begun() {
        let (room, one) = room();
        let room = room.path();
        briefs::write(room, &"0003-b".into(), &place("dev"), &file("not ours")).unwrap();
        assert!(split(room, &one).unwrap_err().contains("there already"));
        assert_eq!(queue(room), ["web/dev/0001-big", "web/dev/0003-b"]);
        assert_eq!(finish(room), []);
    }

    #[test]
    fn one_that_is_under_way_is_left_to_whoever_does_it() {
        let (room, split) = room();
        let (_path, held) = note(room.path(), &split).unwrap();
        assert_eq!(finish(room.path()), []);
        drop(held);
        assert_eq!(finish(room.path()).len(), 1);
    }
}
