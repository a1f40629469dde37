//! Briefs that do not say enough: what is told of them, and whether the room begins them by itself.

use super::{Outlook, Wait};
use crate::model::{Brief, Course, Dispatch, Unclear, Untrusted};

impl Outlook<'_> {
    /// What a brief lacks, in a few words, for people; nothing once somebody works on it, or it is over.
    pub fn lacking(&self, brief: &Brief) -> Option<String> {
        let over = matches!(brief.place.stage.as_str(), "done" | "dropped");
        match over || self.has_begun(brief) {
            true => None,
            false => Some(Untrusted::new(brief.heading()?.lacking()?).shown()),
        }
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
