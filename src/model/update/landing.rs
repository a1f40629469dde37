//! The end of a brief's way: its branch lands, and its worktree goes once everything in it is safe.

use super::consequence::Consequence;
use super::policy::Of;
use super::{Checked, Turn};
use crate::model::owed::LAND_AGAIN as AGAIN;
use crate::model::passing::{Begun, Scan};
use crate::model::progress::Work;
use crate::model::{
    Actor, AgentId, BriefId, Cleaned, Effect, Fate, Happening, Landed, Level, Lifetime, Matter,
    Person, Place, Remains, Request, Verdict, words,
};

/// The answers to a landing that failed, before those that name a stage.
const LEAVE: &str = "leave the branch, the brief is done";
/// What an answer that names a stage begins with.
const BACK: &str = "back to ";

impl Turn<'_> {
    /// Has the branch of an approved brief landed. Done again, it finds what was done.
    pub(super) fn order_landing(&mut self, brief: &BriefId) {
        let Work::Lands { landing, .. } = self.room.book.progress_of(brief).step else {
            return;
        };
        let known = self.room.briefs.get(brief).and_then(|it| it.heading());
        let title = known.map_or_else(|| brief.to_string(), |it| it.title.shown());
        self.out.push(Effect::Land {
            brief: brief.clone(),
            title,
            landing,
        });
    }

    pub(super) fn landed(&mut self, brief: &BriefId, result: Result<Landed, String>) {
        let step = self.room.book.progress_of(brief).step;
        match (result, step) {
            (Ok(landed), step) => {
                let how = landed.sentence();
                let line = Happening::Landed {
                    brief: brief.clone(),
                    landed,
                };
                self.record(Actor::Room, line);
                match step {
                    Work::Lands { .. } => self.is_done(Actor::Room, brief, how),
                    Work::Open | Work::Handed(_) => {
                        let text =
                            format!("{brief}: {how}; it was moved meanwhile and stays where it is");
                        self.notice(Level::Warning, text);
                    }
                }
            }
            (Err(why), Work::Lands { from, .. }) => self.ask_about_landing(brief, from, &why),
            (Err(why), Work::Open | Work::Handed(_)) => {
                self.notice(Level::Note, format!("{brief} did not land: {why}"));
            }
        }
    }

    /// What landed, or needs not land, goes to done.
    fn is_done(&mut self, by: Actor, brief: &BriefId, why: String) {
        let Work::Lands { from, .. } = self.room.book.progress_of(brief).step else {
            return;
        };
        let to = Place {
            track: from.track.clone(),
            stage: "done".into(),
        };
        let stands = self.room.settled(brief).map(|it| it.place == from);
        if stands.is_ok_and(|stands| stands) {
            self.order_move(by, brief.clone(), from, to, why);
        }
    }

    fn ask_about_landing(&mut self, brief: &BriefId, from: Place, why: &str) {
        let shape = self.room.settings.track(&from.track);
        let stages = shape.map_or(&[][..], |track| &track.stages);
        let back = stages.iter().map(|stage| format!("{BACK}{}", stage.name));
        let options: Vec<String> = [AGAIN.to_owned(), LEAVE.to_owned()]
            .into_iter()
            .chain(back)
            .collect();
        let options: Vec<&str> = options.iter().map(String::as_str).collect();
        let text = format!("{brief} is approved, and its branch did not land: {why}");
        let about = Matter::Landing { from };
        let of = Of::Brief(brief.clone());
        if self
            .ask_matter("landing", &text, &options, about, of)
            .is_none()
        {
            // With too many cards open it is tried again, and asked again.
            self.room.passing.unasked.insert(brief.clone());
            self.notice(Level::Warning, text);
        }
    }

    /// What the answer to a landing that failed does.
    pub(super) fn after_landing(
        &self,
        request: &Request,
        from: &Place,
        verdict: &Verdict,
    ) -> Checked<Consequence> {
        let brief = request.brief.clone().unwrap_or_default();
        let why = request.ask.line().raw().to_owned();
        let known = self.room.settled(&brief)?;
        if &known.place != from {
            return Err(format!(
                "brief {brief} stands in {}, no longer in {from}; look again",
                known.place
            ));
        }
        let to = |stage: &str| Place {
            track: from.track.clone(),
            stage: stage.into(),
        };
        Ok(match verdict {
            Verdict::Reply { text } if text == AGAIN => Consequence::Land(brief),
            Verdict::Reply { text } if text == LEAVE => Consequence::LeaveBranch(brief),
            Verdict::Reply { text } if text.starts_with(BACK) => Consequence::Unland {
                brief,
                to: to(text.trim_start_matches(BACK)),
                why,
            },
            Verdict::Reject { reason } => Consequence::Unland {
                brief,
                to: from.clone(),
                why: format!("{why}{}", words::followed(reason)),
            },
            Verdict::Approve | Verdict::Reply { .. } | Verdict::Redirect(_) => Consequence::Nothing,
        })
    }

    /// The brief is done, its branch stays as it is.
    pub(super) fn leave_branch(&mut self, person: &Person, brief: &BriefId) {
        let by = Actor::Person(person.clone());
        self.record(
            by.clone(),
            Happening::Landed {
                brief: brief.clone(),
                landed: Landed::default(),
            },
        );
        self.is_done(by, brief, "its branch stays".to_owned());
    }

    /// The brief goes back, with the reason.
    pub(super) fn unland(&mut self, person: &Person, brief: BriefId, to: Place, why: String) {
        let by = Actor::Person(person.clone());
        let Some(from) = self.room.briefs.get(&brief).map(|it| it.place.clone()) else {
            return;
        };
        let line = Happening::Unlanded {
            brief: brief.clone(),
            to: to.stage.clone(),
            why: why.clone(),
        };
        self.record(by.clone(), line);
        if from != to {
            self.order_move(by, brief, from, to, why);
        }
    }

    /// Agents that were started for a brief which is over, and were left with nothing: they end with it.
    pub(super) fn retire_rest(&mut self, id: &BriefId, but: &[AgentId]) {
        let stage = self.room.briefs.get(id).map(|it| it.place.stage.as_str());
        if !matches!(stage, Some("done" | "dropped")) {
            return;
        }
        let stopping = &self.room.book.stopping;
        let idle = self
            .room
            .living()
            .filter(|it| it.brief.is_none() && !stopping.contains(&it.id));
        let made_for_it = idle.filter(|agent| {
            let launch = self.room.book.launches.get(&agent.id);
            let role = agent
                .role
                .as_ref()
                .and_then(|it| self.room.settings.role(it));
            launch.is_some_and(|launch| launch.brief.as_ref() == Some(id))
                && role.is_some_and(|role| role.lifetime == Lifetime::Brief)
                && !but.contains(&agent.id)
        });
        let rest: Vec<AgentId> = made_for_it.map(|it| it.id).collect();
        self.retire(&rest, &format!("brief {id} is over"));
    }

    /// Worktrees of briefs that are done or dropped go, once nobody works there.
    pub(super) fn tidy(&mut self) {
        let ready: Vec<BriefId> = self
            .room
            .book
            .progress
            .keys()
            .filter(|id| self.may_be_cleaned(id))
            .cloned()
            .collect();
        for brief in ready {
            let progress = self.room.book.progress_of(&brief);
            let Some(branch) = progress.branch else {
                continue;
            };
            let fate = match progress.landed {
                Some(Landed {
                    commit: Some(commit),
                    head,
                    ..
                }) => Fate::GoesIfLanded { head, commit },
                Some(Landed { commit: None, .. }) | None => Fate::Stays,
            };
            self.room.passing.cleaning.insert(brief.clone());
            self.out.push(Effect::Clean {
                brief,
                branch,
                fate,
            });
        }
    }

    fn may_be_cleaned(&self, id: &BriefId) -> bool {
        let Ok(brief) = self.room.settled(id) else {
            return false;
        };
        let over = matches!(brief.place.stage.as_str(), "done" | "dropped");
        let progress = self.room.book.progress.get(id);
        let Some((progress, branch)) = progress.and_then(|it| Some((it, it.branch.as_ref()?)))
        else {
            return false;
        };
        let used = self
            .room
            .living()
            .any(|agent| agent.brief.as_ref() == Some(id) || agent.folder.contains(&branch.folder));
        over && !used && progress.step == Work::Open && !self.room.passing.cleaning.contains(id)
    }

    pub(super) fn cleaned(&mut self, brief: &BriefId, result: Result<Cleaned, String>) {
        let progress = self.room.book.progress_of(brief);
        let Some(branch) = progress.branch else {
            return;
        };
        match result {
            Ok(cleaned) => {
                self.room.passing.cleaning.remove(brief);
                let line = Happening::Cleaned {
                    brief: brief.clone(),
                    left: cleaned.branch,
                };
                self.record(Actor::Room, line);
                let saved = match cleaned.saved {
                    0 => String::new(),
                    files => format!(
                        ", with a last commit of {} that nobody had committed",
                        words::count(files as usize, "file")
                    ),
                };
                if cleaned.branch == Remains::Kept {
                    let name = branch.name;
                    self.notice(
                        Level::Note,
                        format!("{brief}: its branch {name} stays{saved}"),
                    );
                }
            }
            Err(why) => {
                let folder = branch.folder;
                let text = format!("{brief}: its worktree stays in {folder}: {why}");
                self.notice(Level::Warning, text);
            }
        }
    }

    /// A server that takes over does again what was under way: nothing of it is done twice.
    pub(super) fn works_again(&mut self) {
        match (self.room.passing.begun, self.room.passing.scan) {
            (Begun::Yes, Scan::Done) => {}
            (Begun::NotYet, _) | (Begun::Yes, Scan::First) => return,
        }
        self.does_what_is_owed();
        self.opens_again();
        // Agents whose brief went on just before.
        let launches = self
            .room
            .living()
            .filter_map(|it| self.room.book.launches.get(&it.id));
        let briefs: Vec<BriefId> = launches.filter_map(|it| it.brief.clone()).collect();
        briefs.iter().for_each(|brief| self.retire_rest(brief, &[]));
        let all: Vec<(BriefId, Work, Option<Landed>)> = self
            .room
            .book
            .progress
            .iter()
            .map(|(id, it)| (id.clone(), it.step.clone(), it.landed.clone()))
            .collect();
        for (brief, step, landed) in all {
            let from = match &step {
                Work::Open => continue,
                Work::Handed(handover) => &handover.from,
                Work::Lands { from, .. } => from,
            };
            let stands = self.room.briefs.get(&brief).map(|it| it.place.clone());
            if stands.as_ref() != Some(from) {
                continue;
            }
            match (&step, landed) {
                (Work::Open, _) => {}
                (Work::Handed(_), _) => self.order_checks(&brief),
                (Work::Lands { .. }, Some(landed)) => {
                    self.is_done(Actor::Room, &brief, landed.sentence());
                }
                (Work::Lands { .. }, None) if self.asks_about_landing(&brief) => {}
                (Work::Lands { .. }, None) => self.order_landing(&brief),
            }
        }
        self.tidy();
    }

    fn asks_about_landing(&self, brief: &BriefId) -> bool {
        let mut open = self.room.open_requests();
        open.any(|it| it.brief.as_ref() == Some(brief) && it.ask.is_about_landing())
    }
}
