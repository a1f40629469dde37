//! A stage is done, says its agent: the handoff is kept, the gate's checks run, and then the gate opens, a person
//! is asked, or the brief goes back to its agent by itself.

use super::{Turn, request::Opening};
use crate::model::progress::{Handover, ROUNDS, Work};
use crate::model::{
    Actor, AgentId, Ask, AskKey, BriefId, CheckOrder, CheckRun, Checker, Checks, Consent, Digest,
    Effect, GateReport, GateShape, Happening, Land, Level, Manner, Matter, Outcome, Place,
    RequestId, Room, Stage, StageShape, Untrusted, words,
};

/// How much of a failed check's output goes back to the agent, in bytes.
const TOLD: usize = 2 * 1024;
/// What a handoff of a checker is asked for, once.
const TRIED: &str = "a handoff of whoever checks says what was tried, also where nothing was found: put it under a heading `## Tried` and hand it over again";

impl Turn<'_> {
    pub(super) fn handed(&mut self, agent: AgentId, key: AskKey, handoff: Untrusted) {
        self.has_read(agent);
        if let Some(known) = self.known_request(&key) {
            if known.agent != Some(agent) {
                let why = "somebody else handed over under that name; use another".to_owned();
                return self.answer(key, Outcome::Refused(why));
            }
            let same =
                matches!(&known.ask, Ask::Gate { handoff: before, .. } if before == &handoff);
            if !known.is_open() || same {
                return self.come_back(&known);
            }
        }
        let (brief, from, to) = match self.room.handover(agent) {
            Ok(place) => place,
            Err(why) => return self.answer(key, Outcome::Refused(why)),
        };
        if self.room.book.progress_of(&brief).last.as_ref() == Some(&key) {
            return;
        }
        if let Err(why) = self.says_what_was_tried(&brief, &from, &handoff) {
            return self.answer(key, Outcome::Refused(why));
        }
        self.withdraw_gates(&brief, None, "it was handed over again");
        let handover = Handover {
            agent,
            key,
            from: from.clone(),
            to,
            handoff: handoff.clone(),
        };
        let handed = Happening::Handed {
            brief: brief.clone(),
            handover: Box::new(handover),
        };
        self.record(Actor::Agent(agent), handed);
        self.out.push(Effect::KeepHandoff {
            brief: brief.clone(),
            place: from,
            text: handoff.raw().to_owned(),
        });
        self.order_checks(&brief);
    }

    /// A checker that does not say what it tried is sent back, once.
    fn says_what_was_tried(
        &mut self,
        brief: &BriefId,
        from: &Place,
        handoff: &Untrusted,
    ) -> Result<(), String> {
        let asked = (brief.clone(), from.stage.clone());
        if self.room.checks(from)
            && !tells_tries(handoff)
            && self.room.passing.untried.insert(asked)
        {
            return Err(TRIED.to_owned());
        }
        Ok(())
    }

    /// Has what was handed over checked, with everything that the room knows of it already.
    pub(super) fn order_checks(&mut self, brief: &BriefId) {
        let progress = self.room.book.progress_of(brief);
        let Work::Handed(handover) = progress.step else {
            return;
        };
        let gate = self.room.gate_at(&handover.from);
        let from = &handover.from;
        let track = self.room.settings.track(&from.track);
        let lands = track
            .filter(|_| handover.to.as_str() == "done" && progress.branch.is_some())
            .map(|track| track.land.clone())
            .filter(|land| land != &Land::Leave);
        let mut gaps = Vec::new();
        if self.room.checks(from) && !tells_tries(&handover.handoff) {
            gaps.push("the handoff does not say what was tried".to_owned());
        }
        let folder = match &progress.branch {
            Some(branch) => branch.place_of_work(),
            None => track.map_or_else(String::new, |track| track.folder.clone()),
        };
        let report = GateReport {
            checklist: gate.checklist.clone(),
            opens: self.room.opens_at(from),
            iteration: self.room.book.progress_of(brief).rounds(&from.stage),
            seconds: self
                .room
                .book
                .progress_of(brief)
                .seconds(&from.stage, self.now),
            usage: Some(self.room.book.spending.of(brief).used)
                .filter(|it| it.tokens() > 0 || it.cost_micros > 0),
            branch: progress.branch,
            lands,
            gaps,
            ..GateReport::default()
        };
        let several = gate.checks.len();
        if several > 0 {
            let text = format!(
                "{brief} was handed over in {from}; {}",
                words::count_run(several, "check")
            );
            self.notice(Level::Note, text);
        }
        self.out.push(Effect::Check(Box::new(CheckOrder {
            brief: brief.clone(),
            key: handover.key,
            from: handover.from.clone(),
            to: handover.to,
            handoff: handover.handoff,
            report,
            checks: gate.checks,
            gauges: self.room.gate_gauges(&from.track),
            runner: self.room.runner_at(from),
            folder,
        })));
    }

    /// The checks are through. `gate` is what its card shows, and `digest` names it.
    pub(super) fn checked(&mut self, brief: &BriefId, key: &AskKey, gate: Ask, digest: Digest) {
        let Work::Handed(handover) = self.room.book.progress_of(brief).step else {
            return;
        };
        let Ask::Gate {
            from,
            to,
            report: Some(report),
            ..
        } = &gate
        else {
            return;
        };
        if &handover.key != key || &handover.from != from {
            return;
        }
        let failed: Vec<&CheckRun> = report.failed().collect();
        if let Some(text) = self.goes_back(brief, &handover, &failed) {
            let why = failed_line(&failed);
            let back = Checks::SendBack { why };
            self.so_checked(brief, from, report, back);
            self.message(Actor::Room, handover.agent, text, Manner::AtRest);
            return self.deliver_due();
        }
        let shape = self.room.gate_at(from);
        let by_itself = failed.is_empty() && report.gaps.is_empty();
        if shape.operator == Consent::Unasked && by_itself && self.room.settled(brief).is_ok() {
            return self.opens_by_itself(brief, from, to, report);
        }
        let opening = Opening {
            key: key.clone(),
            agent: Some(handover.agent),
            brief: Some(brief.clone()),
            ask: gate.clone(),
            digest,
            screen: 0,
        };
        if self.open(opening).is_none() {
            let text = format!(
                "brief {brief} was handed over, but too many cards wait; it is asked again once some are decided"
            );
            self.notice(Level::Warning, text);
            self.room.passing.crowded.insert(brief.clone());
        }
    }

    /// What its agent is told, where failed checks send a brief back without a person.
    fn goes_back(
        &self,
        brief: &BriefId,
        handover: &Handover,
        failed: &[&CheckRun],
    ) -> Option<String> {
        let rounds = self.room.book.progress_of(brief).failed.saturating_add(1);
        if failed.is_empty() || rounds >= ROUNDS {
            return None;
        }
        let agent = self.room.living_agent(handover.agent).ok()?;
        let has_it = agent.brief.as_ref() == Some(brief);
        let text = told(brief, &handover.from, failed);
        (has_it && self.can_say(handover.agent, &text).is_ok()).then_some(text)
    }

    fn so_checked(&mut self, brief: &BriefId, from: &Place, report: &GateReport, so: Checks) {
        let checked = Happening::Checked {
            brief: brief.clone(),
            from: from.clone(),
            report: Box::new(report.clone()),
            so,
        };
        self.record(Actor::Room, checked);
    }

    fn opens_by_itself(&mut self, brief: &BriefId, from: &Place, to: &Stage, report: &GateReport) {
        let why = match report.checks.len() {
            0 => "its gate asks nobody (operator = false)".to_owned(),
            passed => format!(
                "{} passed, and its gate asks nobody (operator = false)",
                words::count(passed, "check")
            ),
        };
        let open = Checks::Open {
            to: to.clone(),
            rule: why.clone(),
        };
        self.so_checked(brief, from, report, open);
        if report.landing().is_some() {
            return self.order_landing(brief);
        }
        let to = Place {
            track: from.track.clone(),
            stage: to.clone(),
        };
        self.order_move(Actor::Room, brief.clone(), from.clone(), to, why);
    }

    /// What was handed over is somewhere else, or is handed over no longer.
    pub(super) fn stop_checks(&mut self, brief: &BriefId) {
        if let Work::Handed(_) = self.room.book.progress_of(brief).step {
            self.out.push(Effect::StopChecks(brief.clone()));
        }
    }

    /// Where a card closed, there is room for one that found none: what it is about is done once more.
    pub(super) fn room_for_cards(&mut self) {
        let limit = self.room.settings.limits.requests as usize;
        if self.room.open_requests().count() >= limit {
            return;
        }
        if let Some(brief) = self.room.passing.crowded.pop_first() {
            self.order_checks(&brief);
        } else if let Some(brief) = self.room.passing.unasked.pop_first() {
            self.order_landing(&brief);
        }
    }

    /// Withdraws the open gates of a brief, except those that still fit the place where it stands; and, where it
    /// left that place, whatever else the room asks of its way there.
    pub(super) fn withdraw_gates(&mut self, brief: &BriefId, stands: Option<&Place>, why: &str) {
        let gates = self.room.open_requests().filter(|it| {
            let from = match &it.ask {
                Ask::Gate { from, .. }
                | Ask::Matter {
                    about: Matter::Landing { from },
                    ..
                } => from,
                // what was said of its way there is past
                Ask::Matter {
                    about: Matter::CutOff(_),
                    ..
                } => return it.brief.as_ref() == Some(brief),
                Ask::Matter {
                    about:
                        Matter::Rules(_)
                        | Matter::Runs(_)
                        | Matter::Budget(_)
                        | Matter::Start(_)
                        | Matter::Left(_),
                    ..
                }
                | Ask::Permission { .. }
                | Ask::Question { .. }
                | Ask::Dialog { .. } => return false,
            };
            it.brief.as_ref() == Some(brief) && Some(from) != stands
        });
        let gates: Vec<RequestId> = gates.map(|gate| gate.id).collect();
        for gate in gates {
            self.withdraw(Actor::Room, gate, why);
        }
    }
}

impl Room {
    /// What an agent would hand over, from where and to where; or why it cannot.
    pub(in crate::model) fn handover(
        &self,
        id: AgentId,
    ) -> Result<(BriefId, Place, Stage), String> {
        let agent = self.living_agent(id)?;
        let Some(brief) = &agent.brief else {
            return Err(format!(
                "{} has no brief to hand over; give it one first",
                agent.name
            ));
        };
        let from = self.settled(brief)?.place.clone();
        let Some(to) = self.settings.stage_after(&from) else {
            return Err(format!(
                "brief {brief} stands in {from}, which has no next stage; move it into the pipeline first"
            ));
        };
        Ok((brief.clone(), from, to))
    }

    /// Whether a brief was handed over under this name and its checks run.
    pub fn is_being_checked(&self, key: &AskKey) -> bool {
        let mut all = self.book.progress.values();
        all.any(|it| matches!(&it.step, Work::Handed(handover) if &handover.key == key))
    }

    fn stage_at(&self, place: &Place) -> Option<&StageShape> {
        let stages = &self.settings.track(&place.track)?.stages;
        stages.iter().find(|stage| stage.name == place.stage)
    }

    fn gate_at(&self, place: &Place) -> GateShape {
        let stage = self.stage_at(place);
        stage.map(|stage| stage.gate.clone()).unwrap_or_default()
    }

    /// Where a brief is opened as another one leaves this place.
    fn opens_at(&self, place: &Place) -> Option<Place> {
        self.stage_at(place)?.opens.clone()
    }

    /// Whether whoever acts there checks the work of others.
    fn checks(&self, place: &Place) -> bool {
        match self.settings.role_at(place).map(|role| role.checker) {
            Some(Checker::OtherAgent | Checker::OtherProfile) => true,
            Some(Checker::Maker) | None => false,
        }
    }

    /// What stands in front of the commands of a stage.
    fn runner_at(&self, place: &Place) -> Vec<String> {
        let role = self.settings.role_at(place);
        role.map_or_else(Vec::new, |role| self.settings.runner_of(role))
    }
}

/// Whether a handoff has a heading `Tried`.
fn tells_tries(handoff: &Untrusted) -> bool {
    handoff.raw().lines().any(|line| {
        let heading = line.trim_start().strip_prefix('#');
        heading.is_some_and(|rest| {
            let words = rest.trim_start_matches('#').trim();
            words.to_lowercase().starts_with("tried")
        })
    })
}

fn failed_line(failed: &[&CheckRun]) -> String {
    let named: Vec<String> = failed
        .iter()
        .map(|it| format!("{} {}", it.name, it.result.sentence()))
        .collect();
    named.join("; ")
}

/// The end of what each failed check printed, for its agent.
pub(super) fn told(brief: &BriefId, from: &Place, failed: &[&CheckRun]) -> String {
    let mut text = format!(
        "The checks of the gate in {from} did not pass for brief {brief}. Mend that and hand it over again."
    );
    let each = TOLD / failed.len().max(1);
    for check in failed {
        let (name, result) = (&check.name, check.result.sentence());
        text.push_str(&format!("\n\n{name} {result} (all of it: {})", check.log));
        let tail = words::tail(check.tail.raw().trim_end(), each);
        if !tail.is_empty() {
            text.push_str(&format!("\n{tail}"));
        }
    }
    text
}
