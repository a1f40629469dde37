//! Briefs that do not say enough: what is told of them, and whether the room begins them by itself.

use super::{Outlook, Wait};
use crate::model::{Brief, BriefId, Course, Dispatch, Heading, Unclear, Untrusted};

impl Outlook<'_> {
    /// What a brief lacks, in a few words, for people; nothing once somebody works on it, or it is over.
    pub fn lacking(&self, brief: &Brief) -> Option<String> {
        let over = matches!(brief.place.stage.as_str(), "done" | "dropped");
        match over || self.has_begun(brief) {
            true => None,
            false => Some(Untrusted::new(brief.heading()?.lacking()?).shown()),
        }
    }

    /// All that a brief waits for, first what it is said to wait for: what has to be settled besides that before it
    /// starts.
    pub fn reasons(&self, brief: &Brief, wait: &Wait) -> Vec<Wait> {
        let mut all = vec![wait.clone()];
        let Some(heading) = brief.heading() else {
            return all;
        };
        let needed = self.needed(heading);
        if *wait == Wait::ByHand {
            all.extend(needed);
        } else if matches!(
            wait,
            Wait::Kept(_) | Wait::Failed { .. } | Wait::Checker(_) | Wait::Unclear(_)
        ) {
            let role = self.role(brief);
            let kept = role.and_then(|role| self.kept_back(brief, role));
            let more = [kept, self.unclear(brief), needed];
            all.extend(more.into_iter().flatten().filter(|it| it != wait));
        }
        all
    }

    /// Briefs that must be done first.
    pub(super) fn needed(&self, heading: &Heading) -> Option<Wait> {
        let needs = heading.needs.iter().filter(|id| !self.is_done(id));
        let needs: Vec<BriefId> = needs.cloned().collect();
        (!needs.is_empty()).then_some(Wait::Needs(needs))
    }

    /// What a brief needs and will not get: those were dropped.
    pub fn needs_dropped(&self, brief: &Brief) -> Vec<BriefId> {
        let needs = brief.heading().map(|it| it.needs.as_slice());
        let dropped = needs.unwrap_or_default().iter().filter(|id| {
            let needed = self.briefs.get(id);
            needed.is_some_and(|it| it.place.stage.as_str() == "dropped")
        });
        dropped.cloned().collect()
    }

    /// A brief that does not say what is to be done is not begun by the room itself.
    pub(super) fn unclear(&self, brief: &Brief) -> Option<Wait> {
        let track = self.settings.track(&brief.place.track)?;
        match (track.dispatch, track.unclear) {
            (Dispatch::Auto, Unclear::Waits) if !self.has_begun(brief) => {}
            (Dispatch::Off | Dispatch::Ask | Dispatch::Auto, Unclear::Waits | Unclear::Starts) => {
                return None;
            }
        }
        brief.heading()?.unclear_in_words().map(Wait::Unclear)
    }

    fn has_begun(&self, brief: &Brief) -> bool {
        let course = self.courses.get(&brief.id);
        course.is_some_and(Course::has_begun)
    }
}
