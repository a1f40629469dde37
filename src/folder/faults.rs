//! Everything that is wrong with the queue's files: what is broken, what can never be started, and what a brief lacks.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{BriefPath, briefs, skills};
use crate::config::Diagnostic;
use crate::config::brief::glean;
use crate::config::source::{Source, instead};
use crate::model::{Brief, BriefId, Content, Heading, Lack, RESERVED, RoleName, Settings};

/// What is wrong with these briefs of a queue, in their order. What a brief lacks is a warning. Without settings
/// (a broken file) nobody can tell which places and roles there are.
pub fn of_queue(
    room: &Path,
    settings: Option<&Settings>,
    queue: &[Brief],
    wanted: impl Fn(&Brief) -> bool,
) -> Vec<Diagnostic> {
    let circles = circles(queue);
    let wanted = queue.iter().filter(|brief| wanted(brief));
    let found = wanted.flat_map(|brief| of_brief(room, settings, (queue, &circles), brief));
    found.collect()
}

/// All that is wrong with one, in the order of its lines.
fn of_brief(
    room: &Path,
    settings: Option<&Settings>,
    (queue, circles): (&[Brief], &BTreeMap<BriefId, Vec<BriefId>>),
    brief: &Brief,
) -> Vec<Diagnostic> {
    let path = format!("briefs/{}/{}.md", brief.place, brief.id);
    let text = BriefPath::of(room, &brief.id, &brief.place)
        .and_then(|_| briefs::text(room, &brief.id, &brief.place));
    let Ok(text) = text else {
        return match &brief.content {
            Content::Broken(fault) => vec![Source::of_brief(&path, "").fault(fault)],
            // gone meanwhile
            Content::Read(_) => Vec::new(),
        };
    };
    let source = Source::of_brief(&path, &text);
    let gleaned = glean(&path, &text);
    let mut found = Vec::new();
    if let Content::Broken(fault) = &brief.content
        && !gleaned
            .parsed
            .diagnostics
            .iter()
            .any(|one| one.what == fault.what)
    {
        found.push(source.fault(fault));
    }
    if let Some(settings) = settings {
        found.extend(misplaced(settings, brief, &source));
    }
    if let Some(heading) = &gleaned.value {
        found.extend(settings.and_then(|settings| role(settings, heading, &source)));
        found.extend(needs(queue, circles, brief, heading, &source));
        found.extend(skill(room, heading, &source));
        found.extend(heading.lacks.iter().map(|lack| lacking(lack, &source)));
    }
    gleaned.with(found)
}

fn lacking(lack: &Lack, source: &Source<'_>) -> Diagnostic {
    source.warning(&["title"], &lack.what, &lack.hint)
}

/// A place that the settings do not know: nobody acts there.
fn misplaced(settings: &Settings, brief: &Brief, source: &Source<'_>) -> Vec<Diagnostic> {
    let (track, stage) = (brief.place.track.as_str(), brief.place.stage.as_str());
    let Some(shape) = settings.track(&brief.place.track) else {
        let tracks = settings.tracks.iter().map(|one| one.name.as_str());
        let what = format!("there is no track {track}; nobody acts on it there");
        return vec![source.error(&[], what, instead(track, tracks))];
    };
    let stages = shape.stages.iter().map(|one| one.name.as_str());
    let mut stages = stages.chain(RESERVED);
    if stages.clone().any(|one| one == stage) {
        return Vec::new();
    }
    let hint = instead(stage, stages.by_ref());
    let what = format!("track {track} has no stage {stage}; nobody acts on it there");
    vec![source.error(&[], what, hint)]
}

fn needs(
    queue: &[Brief],
    circles: &BTreeMap<BriefId, Vec<BriefId>>,
    brief: &Brief,
    heading: &Heading,
    source: &Source<'_>,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (at, need) in heading.needs.iter().enumerate() {
        let at = at.to_string();
        let keys = ["needs", at.as_str()];
        match queue.iter().find(|other| other.id == *need) {
            None => {
                let what = format!("needs {need}, which is nowhere in the queue");
                let ids = queue.iter().map(|other| other.id.as_str());
                let near = instead(need.as_str(), ids);
                let hint = match near.starts_with("did you mean") {
                    true => near,
                    false => "write it, or take it out of `needs`".to_owned(),
                };
                found.push(source.error(&keys, what, hint));
            }
            Some(other) if other.place.stage.as_str() == "dropped" => {
                let what = format!("needs {need}, which was dropped");
                let hint = "take it out of `needs`, or move that brief back";
                found.push(source.warning(&keys, what, hint));
            }
            Some(_) => {}
        }
    }
    if let Some(circle) = circles.get(&brief.id) {
        let names: Vec<&str> = circle.iter().map(BriefId::as_str).collect();
        let what = format!("waits for itself: {}", names.join(" needs "));
        let hint = "take one of them out of `needs`";
        found.push(source.error(&["needs"], what, hint));
    }
    found
}

/// A role that nobody has.
fn role(settings: &Settings, heading: &Heading, source: &Source<'_>) -> Option<Diagnostic> {
    let unknown = |role: &&RoleName| settings.role(role).is_none();
    let role = heading.role.as_ref().filter(unknown)?;
    let roles = settings.roles.iter().map(|one| one.name.as_str());
    let hint = instead(role.as_str(), roles);
    Some(source.error(&["role"], format!("no role is called `{role}`"), hint))
}

/// A skill that is not there.
fn skill(room: &Path, heading: &Heading, source: &Source<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if let Some(skill) = &heading.skill {
        match skills::skill(room, skill) {
            Ok(Some(_)) => {}
            Ok(None) => {
                let what = format!("the skill `{skill}` is not there");
                let hint = format!("write skills/{skill}/SKILL.md, or name another");
                found.push(source.error(&["skill"], what, hint));
            }
            Err(why) => found.push(source.error(&["skill"], why, "look at that file")),
        }
    }
    found
}

/// Briefs that wait for themselves, each with the way round: the id, what it needs, and so on to the id again.
fn circles(queue: &[Brief]) -> BTreeMap<BriefId, Vec<BriefId>> {
    let needs: BTreeMap<&BriefId, &[BriefId]> = queue
        .iter()
        .filter_map(|brief| Some((&brief.id, brief.heading()?.needs.as_slice())))
        .collect();
    let rounds = needs
        .keys()
        .filter_map(|id| Some(((*id).clone(), round(id, &needs)?)));
    rounds.collect()
}

/// The shortest way from a brief over what it needs back to it.
fn round(id: &BriefId, needs: &BTreeMap<&BriefId, &[BriefId]>) -> Option<Vec<BriefId>> {
    let mut seen = BTreeSet::new();
    let mut ways = vec![vec![id.clone()]];
    while !ways.is_empty() {
        let mut longer = Vec::new();
        for way in ways {
            for next in way
                .last()
                .and_then(|last| needs.get(last))
                .into_iter()
                .flat_map(|it| it.iter())
            {
                let mut way = way.clone();
                way.push(next.clone());
                if next == id {
                    return Some(way);
                }
                if seen.insert(next.clone()) {
                    longer.push(way);
                }
            }
        }
        ways = longer;
    }
    None
}
