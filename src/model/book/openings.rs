//! What lines of the journal mean for briefs that stages open in other tracks.

use super::{Book, Touched};
use crate::model::opening::{Called, OPENED_KEPT, OPENINGS_KEPT, Opening};
use crate::model::{BriefId, GateReport, Happening, Place, Untrusted, Work};

impl Book {
    /// A gate that was passed opens what its card said: at once, or once the branch landed.
    pub(super) fn opens(
        &mut self,
        brief: &BriefId,
        left: &Place,
        report: Option<&GateReport>,
        handoff: &Untrusted,
    ) {
        let Some((report, to)) = report.and_then(|it| Some((it, it.opens.clone()?))) else {
            return;
        };
        let opening = Opening {
            from: brief.clone(),
            left: left.clone(),
            to,
            handoff: handoff.clone(),
            called: None,
        };
        match report.landing() {
            Some(_) => drop(self.change(brief, |it| it.opens = Some(Box::new(opening)))),
            None => self.owes_opening(opening),
        }
    }

    /// Its branch landed, or a person left it: the stage is left for good.
    pub(super) fn opens_landed(&mut self, brief: &BriefId) -> Vec<Touched> {
        let progress = self.progress_of(brief);
        if let (Work::Lands { .. }, Some(opening)) = (progress.step, progress.opens) {
            self.owes_opening(*opening);
        }
        self.change(brief, |it| it.opens = None)
    }

    /// Once for each passing: a move that failed, and is approved again, is the same one.
    fn owes_opening(&mut self, opening: Opening) {
        let (from, left) = (opening.from.clone(), opening.left.clone());
        if self.progress_of(&from).opened.as_ref() == Some(&left) {
            return;
        }
        drop(self.change(&from, |it| it.opened = Some(left)));
        self.openings.push(opening);
        let surplus = self.openings.len().saturating_sub(OPENINGS_KEPT);
        self.openings.drain(..surplus);
    }

    /// A brief is somewhere else: passing that gate again is another passing.
    pub(super) fn has_left(&mut self, brief: &BriefId) {
        if self.progress.contains_key(brief) {
            drop(self.change(brief, |it| it.opened = None));
        }
    }

    pub(super) fn opening_went_on(&mut self, what: &Happening) -> Vec<Touched> {
        if let Happening::BriefOpened {
            brief,
            from,
            to,
            title,
            ..
        } = what
        {
            let mut waiting = self.openings.iter_mut();
            let waiting =
                waiting.find(|it| &it.from == from && &it.to == to && it.called.is_none());
            if let Some(opening) = waiting {
                let (brief, title) = (brief.clone(), title.clone());
                opening.called = Some(Called { brief, title });
            }
            return self.course(from, |it| it.opened(brief));
        }
        if let Happening::Arrived { brief } = what {
            self.openings.retain(|it| !it.is_called(brief));
        }
        let Happening::Unopened { brief, .. } = what else {
            return Vec::new();
        };
        let Some(opening) = self.openings.iter_mut().find(|it| it.is_called(brief)) else {
            return Vec::new();
        };
        opening.called = None;
        let from = opening.from.clone();
        self.course(&from, |it| it.opened.retain(|it| it != brief))
    }

    /// What is opened under this id and was not seen yet.
    pub(in crate::model) fn opening_of(&self, brief: &BriefId) -> Option<&Opening> {
        self.openings.iter().find(|it| it.is_called(brief))
    }
}

impl Opening {
    pub(in crate::model) fn is_called(&self, brief: &BriefId) -> bool {
        self.called.as_ref().is_some_and(|it| &it.brief == brief)
    }
}

impl crate::model::Course {
    fn opened(&mut self, brief: &BriefId) {
        self.opened.push(brief.clone());
        let surplus = self.opened.len().saturating_sub(OPENED_KEPT);
        self.opened.drain(..surplus);
    }
}
