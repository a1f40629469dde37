//! Files that people put into a track's `drop` folder, and how they become briefs. Nothing is lost: a file is moved to
//! `drop/taken`, and only once its brief stands in the queue.
//!
//! It takes three steps: the file goes to `drop/.taking/<brief>--<file>`, the brief is written, the file goes to
//! `drop/taken`. What a crash leaves half done is finished by [`finish`].

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::scan::{self, fault, open_plain};
use super::{Stamp, briefs, rename};
use crate::config::brief::{Filling, TEMPLATES, fill};
use crate::config::{brief, name::is_plain};
use crate::model::{BriefId, Fault, Place, Time, Track, TrackShape};

/// The folder's name, beside the stages of a track.
pub const DROP: &str = "drop";

/// Where files are while they are taken.
const TAKING: &str = ".taking";
/// Where they stay.
const TAKEN: &str = "taken";

/// Between a brief's id and a file's name.
const MARK: &str = "--";

/// A larger file is named in its brief, not copied into it, in bytes.
pub const COPIED: u64 = 64 * 1024;

/// How the names of files end that some program has not finished.
const UNFINISHED: [&str; 6] = ["~", ".part", ".crdownload", ".tmp", ".swp", ".download"];

/// Something in a drop folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lies {
    /// A plain file.
    File(Stamp),
    /// Something that becomes no brief; why.
    Odd(String),
}

/// Where a track's files are dropped.
pub fn folder(room: &Path, track: &Track) -> PathBuf {
    room.join("briefs").join(track.as_str()).join(DROP)
}

/// What lies in a track's drop folder, by name; hidden and unfinished files are none of our business.
///
/// # Errors
/// What the system says.
pub fn list(room: &Path, track: &Track) -> io::Result<Vec<(String, Lies)>> {
    let entries = match fs::read_dir(folder(room, track)) {
        Ok(entries) => entries,
        Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(why) => return Err(why),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let ours = name == TAKEN || name.starts_with(['.', '#']);
        if ours || UNFINISHED.iter().any(|end| name.ends_with(end)) {
            continue;
        }
        let kind = entry.file_type()?;
        let lies = if entry.file_name().to_str().is_none() {
            Lies::Odd("its name is not UTF-8".to_owned())
        } else if kind.is_dir() {
            Lies::Odd("it is a folder".to_owned())
        } else if !kind.is_file() {
            Lies::Odd("it is no plain file".to_owned())
        } else {
            match Stamp::at(&entry.path())? {
                Some(stamp) => Lies::File(stamp),
                None => continue,
            }
        };
        found.push((name, lies));
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(found)
}

/// What is wrong with a file in a drop folder.
pub fn odd(track: &Track, file: &str, why: &str) -> Fault {
    let shown = format!("briefs/{track}/{DROP}/{}", file.escape_debug());
    let what = format!("no brief was made of it: {why}");
    fault(&shown, &what, "mend that, or take the file away")
}

/// The brief that a file would become: its title, or why it becomes none.
///
/// # Errors
/// What is wrong with the file, or with its track's template.
pub fn title(room: &Path, shape: &TrackShape, file: &str) -> Result<String, Fault> {
    let path = folder(room, &shape.name).join(file);
    let text = compose(room, shape, &path, &BriefId::from("0000"), file, "")?;
    let heading = brief::read("the new brief", &text)?;
    Ok(heading.title.raw().to_owned())
}

/// Makes the brief of a file that has not changed since, and moves the file to where it is kept.
///
/// # Errors
/// A sentence; the file then lies where it was dropped, or is taken on by [`finish`].
pub fn take(
    room: &Path,
    shape: &TrackShape,
    id: &BriefId,
    (file, stamp): (&str, Stamp),
    date: impl Fn(Time) -> String,
) -> Result<(), String> {
    let drop = folder(room, &shape.name);
    let lies = drop.join(file);
    if Stamp::at(&lies).ok().flatten() != Some(stamp) {
        return Err(format!(
            "{DROP}/{file} was changed a moment ago; it is looked at again"
        ));
    }
    let text = compose(room, shape, &lies, id, file, &date(stamp.modified()))
        .map_err(|fault| briefs::sentence(&fault))?;
    for name in [TAKING, TAKEN] {
        plain_folder(&drop.join(name))?;
    }
    let name = format!("{id}{MARK}{file}");
    let (taking, taken) = (drop.join(TAKING).join(&name), drop.join(TAKEN).join(&name));
    let moved = |why: io::Error| format!("{DROP}/{file} cannot be moved: {why}");
    rename::shift(&lies, &taking).map_err(moved)?;
    if let Err(why) = briefs::write(room, id, &inbox(&shape.name), &text) {
        // back to where it was: it is shown there, with the reason
        rename::shift(&taking, &lies).map_err(moved)?;
        return Err(why);
    }
    rename::shift(&taking, &taken).map_err(moved)
}

/// Finishes what was begun before a crash. What could not be finished is said.
pub fn finish(room: &Path, shape: &TrackShape, date: impl Fn(Time) -> String) -> Vec<String> {
    let drop = folder(room, &shape.name);
    let Ok(entries) = fs::read_dir(drop.join(TAKING)) else {
        return Vec::new();
    };
    let names = entries
        .flatten()
        .filter_map(|it| it.file_name().into_string().ok());
    let mut names: Vec<String> = names.collect();
    names.sort();
    let stand = briefs::all(room).unwrap_or_default();
    let mut faults = Vec::new();
    for name in names {
        let Some((id, file)) = name.split_once(MARK).filter(|(id, _)| is_plain(id)) else {
            continue;
        };
        let (id, taking) = (BriefId::from(id), drop.join(TAKING).join(&name));
        let stands = stand.iter().any(|brief| brief.id == id);
        let written = || {
            let stamp = Stamp::at(&taking).ok().flatten();
            let date = stamp.map(|it| date(it.modified())).unwrap_or_default();
            let text = compose(room, shape, &taking, &id, file, &date)
                .map_err(|fault| briefs::sentence(&fault))?;
            briefs::write(room, &id, &inbox(&shape.name), &text)
        };
        let done = match stands {
            true => Ok(()),
            false => written(),
        };
        let done = done.and_then(|()| {
            plain_folder(&drop.join(TAKEN))?;
            rename::shift(&taking, &drop.join(TAKEN).join(&name)).map_err(|why| why.to_string())
        });
        if let Err(why) = done {
            faults.push(format!(
                "briefs/{}/{DROP}/{TAKING}/{name}: {why}",
                shape.name
            ));
        }
    }
    faults
}

/// A track's template, with the name it goes by.
///
/// # Errors
/// What is wrong with its file.
pub fn template(room: &Path, name: &str) -> Result<(String, String), Fault> {
    let name = match name {
        "" => TEMPLATES[0].0,
        name => name,
    };
    let shown = format!("templates/{name}.md");
    let path = room.join(&shown);
    if fs::symlink_metadata(&path).is_ok() {
        return scan::read(&path, &shown).map(|text| (shown, text));
    }
    match TEMPLATES.iter().find(|(known, _)| *known == name) {
        Some((_, text)) => Ok((shown, (*text).to_owned())),
        None => Err(fault(
            &shown,
            "this template is not there",
            "write it, or name another in opsroom.toml: `drop` and `call` come with the program",
        )),
    }
}

/// The brief of a file: the file itself, where it is one already; else the template, filled.
fn compose(
    room: &Path,
    shape: &TrackShape,
    path: &Path,
    id: &BriefId,
    file: &str,
    date: &str,
) -> Result<String, Fault> {
    let text = content(path).map_err(|why| odd(&shape.name, file, &why.to_string()))?;
    if let Content::Text(text) = &text
        && file.ends_with(".md")
        && brief::read(file, text).is_ok()
    {
        return Ok(text.clone());
    }
    let kept = format!("briefs/{}/{DROP}/{TAKEN}/{id}{MARK}{file}", shape.name);
    let content = match text {
        Content::Text(text) => text,
        Content::Large(bytes) => {
            format!("It is {} KiB long, and is not copied here.", bytes / 1024)
        }
        Content::Binary => "It is no text, and is not copied here.".to_owned(),
    };
    let (shown, template) = template(room, &shape.template)?;
    let filling = Filling {
        file: file.to_owned(),
        date: date.to_owned(),
        path: kept,
        content,
    };
    fill(&shown, &template, &filling)
}

enum Content {
    Text(String),
    Large(u64),
    Binary,
}

fn content(path: &Path) -> io::Result<Content> {
    let file: File = open_plain(path)?;
    let meta = file.metadata()?;
    if !meta.is_file() {
        return Err(io::Error::other("it is no plain file"));
    }
    let mut bytes = Vec::new();
    file.take(COPIED + 1).read_to_end(&mut bytes)?;
    if bytes.contains(&0) {
        return Ok(Content::Binary);
    }
    if bytes.len() as u64 > COPIED {
        return Ok(Content::Large(meta.len()));
    }
    Ok(String::from_utf8(bytes).map_or(Content::Binary, Content::Text))
}

fn inbox(track: &Track) -> Place {
    Place {
        track: track.clone(),
        stage: "inbox".into(),
    }
}

fn plain_folder(folder: &Path) -> Result<(), String> {
    let wrong = |why: String| format!("{} cannot be made: {why}", folder.display());
    if !folder.is_dir() {
        fs::create_dir(folder).map_err(|why| wrong(why.to_string()))?;
    }
    match fs::symlink_metadata(folder) {
        Ok(meta) if meta.is_dir() => Ok(()),
        Ok(_) => Err(wrong(
            "a link is there, and links are not followed here".to_owned(),
        )),
        Err(why) => Err(wrong(why.to_string())),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn room() -> (tempfile::TempDir, TrackShape) {
        let dir = tempfile::tempdir().unwrap();
        let shape = TrackShape {
            name: "sales".into(),
            template: "call".into(),
            ..TrackShape::default()
        };
        fs::create_dir_all(folder(dir.path(), &shape.name)).unwrap();
        (dir, shape)
    }

    fn put(room: &Path, shape: &TrackShape, file: &str, bytes: &[u8]) -> Stamp {
        let path = folder(room, &shape.name).join(file);
        fs::write(&path, bytes).unwrap();
        Stamp::at(&path).unwrap().unwrap()
    }

    fn date(_: Time) -> String {
        "today".to_owned()
    }

    fn ids(room: &Path) -> Vec<String> {
        let all = briefs::all(room).unwrap();
        all.iter()
            .map(|brief| format!("{}/{}", brief.place, brief.id))
            .collect()
    }

    #[test]
    fn a_transcript_becomes_a_brief_and_the_file_itself_is_kept() {
        let (dir, shape) = room();
        let stamp = put(dir.path(), &shape, "acme.txt", b"A: hello\n");
        assert_eq!(title(dir.path(), &shape, "acme.txt").unwrap(), "Call: acme");
        take(
            dir.path(),
            &shape,
            &"0007-call".into(),
            ("acme.txt", stamp),
            date,
        )
        .unwrap();
        assert_eq!(ids(dir.path()), ["sales/inbox/0007-call"]);
        let inbox = dir.path().join("briefs/sales/inbox/0007-call.md");
        let text = fs::read_to_string(inbox).unwrap();
        let kept = "briefs/sales/drop/taken/0007-call--acme.txt";
        assert!(text.contains("A: hello") && text.contains(kept), "{text}");
        assert_eq!(fs::read(dir.path().join(kept)).unwrap(), b"A: hello\n");
        assert_eq!(list(dir.path(), &shape.name).unwrap(), []);
    }

    #[test]
    fn large_files_and_files_that_are_no_text_are_named_and_not_copied() {
        let (dir, shape) = room();
        for (at, bytes) in [vec![b'x'; 70_000], vec![0, 1], vec![0xff]]
            .iter()
            .enumerate()
        {
            let stamp = put(dir.path(), &shape, "a.bin", bytes);
            let id = BriefId(format!("{at:04}"));
            take(dir.path(), &shape, &id, ("a.bin", stamp), date).unwrap();
            let text = briefs::text(dir.path(), &id, &inbox(&shape.name)).unwrap();
            assert!(
                text.contains("is not copied here") && text.len() < 2_000,
                "{text}"
            );
            let kept = format!("taken/{id}--a.bin");
            let kept = fs::read(folder(dir.path(), &shape.name).join(kept)).unwrap();
            assert_eq!(&kept, bytes);
        }
    }

    #[test]
    fn a_crash_at_any_step_leaves_one_brief_and_one_file() {
        for written in [false, true] {
            let (dir, shape) = room();
            put(dir.path(), &shape, "acme.txt", b"A: hello\n");
            let drop = folder(dir.path(), &shape.name);
            fs::create_dir(drop.join(TAKING)).unwrap();
            let taking = drop.join(TAKING).join("0007-call--acme.txt");
            fs::rename(drop.join("acme.txt"), &taking).unwrap();
            if written {
                let place = "+++\ntitle = \"x\"\n+++\n";
                let dev = Place {
                    track: "sales".into(),
                    stage: "dev".into(),
                };
                briefs::write(dir.path(), &"0007-call".into(), &dev, place).unwrap();
            }
            assert_eq!(finish(dir.path(), &shape, date), Vec::<String>::new());
            assert_eq!(finish(dir.path(), &shape, date), Vec::<String>::new());
            let stage = if written { "dev" } else { "inbox" };
            assert_eq!(ids(dir.path()), [format!("sales/{stage}/0007-call")]);
            assert!(drop.join("taken/0007-call--acme.txt").is_file() && !taking.exists());
        }
    }

    #[test]
    fn what_was_changed_meanwhile_and_what_has_a_broken_template_stays_where_it_is() {
        let (dir, mut shape) = room();
        let before = put(dir.path(), &shape, "a.txt", b"one");
        put(dir.path(), &shape, "a.txt", b"one and two");
        let id = BriefId::from("0001-a");
        let late = take(dir.path(), &shape, &id, ("a.txt", before), date);
        assert!(late.unwrap_err().contains("changed a moment ago"));
        shape.template = "mine".into();
        let fault = title(dir.path(), &shape, "a.txt").unwrap_err();
        assert_eq!(fault.path, "templates/mine.md");
        assert_eq!(list(dir.path(), &shape.name).unwrap().len(), 1);
        assert_eq!(ids(dir.path()), Vec::<String>::new());
    }

    #[test]
    fn a_dropped_brief_stays_as_it_was_written() {
        let (dir, shape) = room();
        let text = b"+++\ntitle = \"mine\"\npriority = 1\n+++\nBody\n";
        let stamp = put(dir.path(), &shape, "own.md", text);
        take(
            dir.path(),
            &shape,
            &"0001-mine".into(),
            ("own.md", stamp),
            date,
        )
        .unwrap();
        let inbox = dir.path().join("briefs/sales/inbox/0001-mine.md");
        assert_eq!(fs::read(inbox).unwrap(), text);
    }

    #[test]
    fn folders_links_and_unfinished_files_become_no_brief() {
        let (dir, shape) = room();
        let drop = folder(dir.path(), &shape.name);
        fs::create_dir(drop.join("folder")).unwrap();
        std::os::unix::fs::symlink("/etc/passwd", drop.join("link")).unwrap();
        for file in [".hidden", "film.part", "text~", "a.crdownload"] {
            fs::write(drop.join(file), "x").unwrap();
        }
        let found = list(dir.path(), &shape.name).unwrap();
        let odd = |name: &str, why: &str| (name.to_owned(), Lies::Odd(why.to_owned()));
        let all = [
            odd("folder", "it is a folder"),
            odd("link", "it is no plain file"),
        ];
        assert_eq!(found, all);
    }
}
