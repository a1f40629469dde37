//! What may be done to the queue's files: add, move, change the priority, read. Each is one step on disk,
//! so that a brief is in exactly one folder after any crash. Refusals are sentences for people.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use super::scan::{Found, fault};
use super::{BriefPath, list, load, places, rename, scan};
use crate::config::brief;
use crate::model::{Brief, BriefId, Content, Fault, Place};

/// How often [`add`] tries the next number where somebody else took one.
const TRIES: u32 = 100;

/// Everything in the queue, place by place; an id that stands in two places is there twice, broken.
///
/// # Errors
/// Where a folder cannot be read.
pub fn all(room: &Path) -> io::Result<Vec<Brief>> {
    let mut briefs = Vec::new();
    for place in places(room)? {
        let mut found = list(room, &place)?;
        found.sort_by(|a, b| a.file.cmp(&b.file));
        briefs.extend(found.iter().map(|found| load(room, &place, found)));
    }
    let mut stands: BTreeMap<BriefId, Vec<Place>> = BTreeMap::new();
    for brief in &briefs {
        stands
            .entry(brief.id.clone())
            .or_default()
            .push(brief.place.clone());
    }
    for brief in &mut briefs {
        if let Some(places) = stands.get(&brief.id).filter(|places| places.len() > 1) {
            brief.content = Content::Broken(doubled(&brief.id, places));
        }
    }
    Ok(briefs)
}

/// What is wrong with an id that stands in several places.
pub fn doubled(id: &BriefId, places: &[Place]) -> Fault {
    let files: Vec<String> = places
        .iter()
        .map(|place| format!("briefs/{place}/{id}.md"))
        .collect();
    fault(
        files.first().map_or("", String::as_str),
        &format!(
            "this brief stands in {} places: {}",
            files.len(),
            files.join(", ")
        ),
        "remove or rename all but one",
    )
}

/// Writes a new brief's file and gives its id: the next number in the queue, and its title.
///
/// # Errors
/// A sentence.
pub fn add(room: &Path, place: &Place, text: &str) -> Result<BriefId, String> {
    let heading = brief::read("the new brief", text).map_err(|fault| sentence(&fault))?;
    let mut number = last_number(room).map_err(|why| format!("the queue cannot be read: {why}"))?;
    for _ in 0..TRIES {
        number += 1;
        let id = BriefId::of(number, heading.title.raw());
        match try_write(room, &id, place, text)? {
            Written::Yes => return Ok(id),
            Written::Taken => {}
        }
    }
    Err("others are adding briefs at the same moment; try again".to_owned())
}

/// The ids that briefs of these titles get, one after the other.
///
/// # Errors
/// A sentence, where the queue cannot be read.
pub fn next_ids(room: &Path, titles: &[&str]) -> Result<Vec<BriefId>, String> {
    let last = last_number(room).map_err(|why| format!("the queue cannot be read: {why}"))?;
    let ids = (last + 1..).zip(titles);
    Ok(ids
        .map(|(number, title)| BriefId::of(number, title))
        .collect())
}

fn last_number(room: &Path) -> io::Result<u32> {
    let mut last = 0;
    for place in places(room)? {
        for Found { file, .. } in list(room, &place)? {
            let digits = file.split(['-', '.']).next().unwrap_or_default();
            last = last.max(digits.parse().unwrap_or(0));
        }
    }
    Ok(last)
}

/// Writes a new brief's file under this id.
///
/// # Errors
/// A sentence, where there is one already or it cannot be written.
pub fn write(room: &Path, id: &BriefId, place: &Place, text: &str) -> Result<(), String> {
    match try_write(room, id, place, text)? {
        Written::Yes => Ok(()),
        Written::Taken => Err(format!(
            "briefs/{place}/{id}.md is there already; it stays as it is"
        )),
    }
}

enum Written {
    Yes,
    Taken,
}

fn try_write(room: &Path, id: &BriefId, place: &Place, text: &str) -> Result<Written, String> {
    let path = BriefPath::of(room, id, place)?;
    make_folder(room, place)?;
    match rename::create(&path.path(), text.as_bytes()) {
        Ok(()) => Ok(Written::Yes),
        Err(why) if why.kind() == io::ErrorKind::AlreadyExists => Ok(Written::Taken),
        Err(why) => Err(format!("{} cannot be written: {why}", path.shown)),
    }
}

/// Writes another text in the place of a brief's; whoever changed the file meanwhile wins.
///
/// # Errors
/// A sentence, where it is gone, or holds something else than `old` by now.
pub fn replace(
    room: &Path,
    id: &BriefId,
    place: &Place,
    old: &str,
    new: &str,
) -> Result<(), String> {
    let path = BriefPath::of(room, id, place)?;
    rename::exchange(&path.path(), old.as_bytes(), new.as_bytes())
        .map_err(|why| format!("{} was not changed: {why}", path.shown))
}

/// Moves a brief's file.
///
/// # Errors
/// A sentence, where it does not stand at `from`, something stands at `to`, or it is broken.
pub fn shift(room: &Path, id: &BriefId, from: &Place, to: &Place) -> Result<(), String> {
    let (old, new) = (BriefPath::of(room, id, from)?, BriefPath::of(room, id, to)?);
    let text = scan::read(&old.path(), &old.shown);
    if !old.path().exists() {
        return Err(format!("{} is not there any more; look again", old.shown));
    }
    if let Err(broken) = text.and_then(|text| brief::read(&old.shown, &text)) {
        return Err(format!(
            "a broken file is not moved ({}); mend it first",
            sentence(&broken)
        ));
    }
    make_folder(room, to)?;
    rename::shift(&old.path(), &new.path()).map_err(|why| match why.kind() {
        io::ErrorKind::NotFound => format!("{} is not there any more; look again", old.shown),
        io::ErrorKind::AlreadyExists => {
            format!(
                "{} is there already; neither file was touched, rename one of them",
                new.shown
            )
        }
        _ => format!("{} cannot be moved to {to}: {why}", old.shown),
    })
}

/// Writes another priority into a brief's front matter; every other byte stays.
///
/// # Errors
/// A sentence, where the file is broken, gone, or was changed at the same moment.
pub fn prioritise(room: &Path, id: &BriefId, place: &Place, priority: u8) -> Result<(), String> {
    let path = BriefPath::of(room, id, place)?;
    let old = scan::read(&path.path(), &path.shown).map_err(|fault| sentence(&fault))?;
    let new =
        brief::with_priority(&path.shown, &old, priority).map_err(|fault| sentence(&fault))?;
    if new == old {
        return Ok(());
    }
    rename::exchange(&path.path(), old.as_bytes(), new.as_bytes()).map_err(|why| match why.kind() {
        io::ErrorKind::NotFound => format!("{} is not there any more; look again", path.shown),
        _ => format!("the priority of {} was not changed: {why}", path.shown),
    })
}

/// The whole text of a brief's file.
///
/// # Errors
/// A sentence.
pub fn text(room: &Path, id: &BriefId, place: &Place) -> Result<String, String> {
    let path = BriefPath::of(room, id, place)?;
    scan::read(&path.path(), &path.shown).map_err(|fault| sentence(&fault))
}

/// Removes what a crash left beside the files: hidden, never part of the queue, older than an hour.
pub fn sweep_asides(room: &Path) {
    for place in places(room).unwrap_or_default() {
        let Ok(entries) = fs::read_dir(super::names::place_path(room, &place)) else {
            continue;
        };
        for entry in entries.flatten() {
            let ours = entry
                .file_name()
                .to_string_lossy()
                .starts_with(rename::ASIDE);
            let age = entry.metadata().and_then(|meta| meta.modified()).ok();
            let old = age.is_some_and(|at| at.elapsed().is_ok_and(|age| age.as_secs() > 3_600));
            if ours && old {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// Makes a place's folder where it is missing.
fn make_folder(room: &Path, place: &Place) -> Result<(), String> {
    let folder = super::names::place_path(room, place);
    let made = |why: io::Error| format!("the folder briefs/{place} cannot be made: {why}");
    if !folder.is_dir() {
        fs::create_dir_all(&folder).map_err(made)?;
        for parent in folder.ancestors().skip(1).take(3) {
            fs::File::open(parent)
                .and_then(|parent| parent.sync_all())
                .map_err(made)?;
        }
    }
    let plain = |path: &Path| fs::symlink_metadata(path).is_ok_and(|meta| meta.is_dir());
    if folder.ancestors().take(3).all(plain) {
        return Ok(());
    }
    Err(format!(
        "the folder briefs/{place} is a link, and links are not followed here"
    ))
}

/// A fault in one line.
pub fn sentence(fault: &Fault) -> String {
    let Fault {
        path,
        line,
        column,
        what,
        hint,
    } = fault;
    format!("{path}:{line}:{column}: {what}; {hint}")
}
