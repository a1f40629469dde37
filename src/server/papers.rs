//! What an assignment is made of, read off the hub's thread: skill, constraints, the brief's file, the newest
//! handoff. Judges nothing of it.

use std::path::Path;

use crate::door::RoomPaths;
use crate::folder::{briefs, skills};
use crate::model::{BriefId, Event, PAPER_LONGEST, Papers, Place, RoleName, cut};

use super::handoff;
use super::hub::Hub;
use super::post::ToHub;

/// What is to be read.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub(super) brief: BriefId,
    pub(super) place: Place,
    pub(super) skill: String,
    pub(super) role: RoleName,
    pub(super) constraints: String,
}

impl Hub {
    /// Reads them; the room hears of it as an event.
    pub(super) fn gather(&self, wanted: Wanted) {
        let (paths, post) = (self.paths.clone(), self.post.clone());
        tokio::spawn(async move {
            let brief = wanted.brief.clone();
            let read = tokio::task::spawn_blocking(move || read(&paths, &wanted));
            let papers = match read.await {
                Ok(papers) => papers.map(Box::new),
                Err(why) => Err(format!("its papers could not be read: {why}")),
            };
            // gone: the server is closing, and the next one decides again
            let _closing = post
                .send(ToHub::Event(Event::Gathered { brief, papers }))
                .await;
        });
    }
}

fn read(paths: &RoomPaths, wanted: &Wanted) -> Result<Papers, String> {
    let room = &paths.folder;
    let brief = briefs::text(room, &wanted.brief, &wanted.place)?;
    let handoff = handoff::newest(&paths.inside("handoffs"), &wanted.brief);
    Ok(Papers {
        skill: skill(room, wanted)?,
        constraints: constraints(room, &wanted.constraints)?,
        brief: cut(&brief, PAPER_LONGEST).to_owned(),
        handoff: handoff.map(|kept| (kept.stage, cut(&kept.text, PAPER_LONGEST).to_owned())),
    })
}

/// A skill that is named must be there; that of the role's name may be.
fn skill(room: &Path, wanted: &Wanted) -> Result<String, String> {
    let Wanted { skill, role, .. } = wanted;
    let name = match skill.as_str() {
        "" => role.as_str(),
        name => name,
    };
    match skills::skill(room, name)? {
        Some(found) => Ok(found.text),
        None if skill.is_empty() => Ok(String::new()),
        None => Err(format!(
            "the skill {skill} is not there; write skills/{skill}/SKILL.md, or name another"
        )),
    }
}

fn constraints(room: &Path, file: &str) -> Result<String, String> {
    if file.is_empty() {
        return Ok(String::new());
    }
    skills::paper(&room.join(file)).map_err(|why| {
        format!("the track's constraints, {file}, cannot be read ({why}); write that file, or name another in opsroom.toml")
    })
}
