//! What lines of the journal mean for the work on a brief: its branch, its handover, its landing.

use super::{Book, Moving, Touched};
use crate::model::{
    Actor, AgentId, Ask, BriefId, Checks, Course, Decision, Entry, Happening, Landing, Place,
    Progress, Request, RequestId, Stage, Time, Untrusted, Verdict, Work,
};

impl Book {
    /// How far the work on a brief is.
    pub fn progress_of(&self, brief: &BriefId) -> Progress {
        self.progress.get(brief).cloned().unwrap_or_default()
    }

    /// Changes it, and what everybody sees of it. What is as if nothing had happened is not kept.
    pub(super) fn change(
        &mut self,
        brief: &BriefId,
        change: impl FnOnce(&mut Progress),
    ) -> Vec<Touched> {
        let mut progress = self.progress.remove(brief).unwrap_or_default();
        change(&mut progress);
        let doing = progress.step.doing();
        if progress != Progress::default() {
            self.progress.insert(brief.clone(), progress);
        }
        self.course(brief, |it| it.doing = doing)
    }

    /// Handing over goes well, whatever the checks will say: a start that failed before counts no longer.
    pub(super) fn handed(&mut self, entry: &Entry) -> Vec<Touched> {
        let Happening::Handed { brief, handover } = &entry.what else {
            return Vec::new();
        };
        let mut touched = self.change(brief, |it| it.handed(handover, entry.at));
        touched.extend(self.course(brief, |it| it.goes_well()));
        touched
    }

    /// What the checks said, where no card tells it.
    pub(super) fn checked(&mut self, entry: &Entry) -> Vec<Touched> {
        let Happening::Checked {
            brief,
            from,
            report,
            so,
        } = &entry.what
        else {
            return Vec::new();
        };
        let (mut touched, more) = match so {
            Checks::SendBack { why } => {
                let touched = self.change(brief, |it| it.sent_back(entry.at));
                let (stage, by) = (from.stage.clone(), "its checks".to_owned());
                let told = self.course(brief, |it| it.rejected(stage, by, why));
                (touched, told)
            }
            Checks::Open { to, .. } => {
                let handoff = match self.progress_of(brief).step {
                    Work::Handed(handover) => handover.handoff,
                    Work::Open | Work::Lands { .. } => Untrusted::default(),
                };
                let touched = self.change(brief, Progress::checked);
                let more = self.passes(brief, from, to, report.landing());
                self.opens(brief, from, Some(report), &handoff);
                (touched, more)
            }
        };
        touched.extend(more);
        touched
    }

    /// A card shows what was handed over. That goes well too, also where no line told of the handing over.
    pub(super) fn at_its_gate(&mut self, entry: &Entry) -> Vec<Touched> {
        let Happening::Asked {
            brief: Some(brief),
            ask: Ask::Gate { .. },
            ..
        } = &entry.what
        else {
            return Vec::new();
        };
        let mut touched = self.change(brief, Progress::checked);
        touched.extend(self.course(brief, Course::goes_well));
        touched
    }

    /// A gate that is rejected is work again.
    pub(super) fn worked_on_again(
        &mut self,
        id: RequestId,
        decision: &Decision,
        at: Time,
    ) -> Vec<Touched> {
        let Some(Request {
            ask: Ask::Gate { .. },
            brief: Some(brief),
            ..
        }) = self.requests.get(&id).filter(|it| it.is_open())
        else {
            return Vec::new();
        };
        match decision.verdict {
            Verdict::Reject { .. } => self.change(&brief.clone(), |it| it.goes_on(at)),
            Verdict::Approve | Verdict::Reply { .. } | Verdict::Redirect(_) => Vec::new(),
        }
    }

    /// An agent ends: what it had is worked on no more.
    pub(super) fn rests(&mut self, agent: AgentId, at: Time) -> Vec<Touched> {
        let brief = self.agents.get(&agent).and_then(|it| it.brief.clone());
        match brief.filter(|brief| self.progress.contains_key(brief)) {
            Some(brief) => self.change(&brief, |it| it.rests(at)),
            None => Vec::new(),
        }
    }

    /// A gate that is approved is a move by itself, or a landing: a crash behind this very line loses nothing.
    pub(super) fn approved(&mut self, id: RequestId, decision: &Decision) -> Vec<Touched> {
        let request = self.requests.get(&id).filter(|it| it.is_open());
        let Some(Request {
            ask:
                Ask::Gate {
                    from,
                    to,
                    report,
                    handoff,
                },
            brief: Some(brief),
            ..
        }) = request
        else {
            return Vec::new();
        };
        if decision.verdict != Verdict::Approve {
            return Vec::new();
        }
        let (brief, from, to) = (brief.clone(), from.clone(), to.clone());
        let (report, handoff) = (report.clone(), handoff.clone());
        let landing = report.as_ref().and_then(|report| report.landing());
        let touched = self.passes(&brief, &from, &to, landing);
        self.opens(&brief, &from, report.as_deref(), &handoff);
        touched
    }

    fn passes(
        &mut self,
        brief: &BriefId,
        from: &Place,
        to: &Stage,
        landing: Option<Landing>,
    ) -> Vec<Touched> {
        if let Some(landing) = landing {
            return self.change(brief, |it| it.lands(from, &landing));
        }
        let to = Place {
            track: from.track.clone(),
            stage: to.clone(),
        };
        let from = from.clone();
        self.moving.insert(brief.clone(), Moving { from, to });
        Vec::new()
    }

    /// A landing is given up, and its trouble told to whoever works there next.
    pub(super) fn unlanded(&mut self, entry: &Entry) -> Vec<Touched> {
        let Happening::Unlanded { brief, to, why } = &entry.what else {
            return Vec::new();
        };
        let by = match &entry.by {
            Actor::Person(person) => person.name.clone(),
            Actor::Room | Actor::Agent(_) | Actor::Hand | Actor::Policy { .. } => {
                "the room".to_owned()
            }
        };
        if let Work::Lands { from, .. } = self.progress_of(brief).step
            && &from.stage != to
        {
            let to = Place {
                track: from.track.clone(),
                stage: to.clone(),
            };
            self.moving.insert(brief.clone(), Moving { from, to });
        }
        let mut touched = self.change(brief, Progress::checked);
        touched.extend(self.course(brief, |it| it.rejected(to.clone(), by, why)));
        touched
    }

    /// It leaves its stage, by whoever's hand. Of one whose file is gone, nothing is kept but what its branch needs.
    pub(super) fn moves_on(
        &mut self,
        brief: &BriefId,
        from: Option<&Place>,
        to: Option<&Place>,
        at: Time,
    ) -> Vec<Touched> {
        let known = from.filter(|_| self.progress.contains_key(brief));
        let touched = match known {
            Some(from) => self.change(brief, |it| it.left(&from.stage, at)),
            None => Vec::new(),
        };
        if to.is_none() {
            self.is_over(brief);
        }
        touched
    }

    /// It is where the room moved it.
    pub(super) fn arrives(&mut self, brief: &BriefId) {
        let moved = self.moving.remove(brief);
        if moved.is_some() {
            self.has_left(brief);
        }
        if moved.is_some_and(|it| matches!(it.to.stage.as_str(), "done" | "dropped")) {
            self.is_over(brief);
        }
    }

    fn is_over(&mut self, brief: &BriefId) {
        let progress = self.progress.get(brief);
        if progress.is_some_and(|it| it.branch.is_none()) {
            self.progress.remove(brief);
        }
    }
}
