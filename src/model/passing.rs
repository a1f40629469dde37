//! What is only true while one server runs: what was heard, who is away, what is being written.
//! No line of the journal says it and nothing durable may be decided from it alone.

use std::collections::{BTreeMap, BTreeSet};

use super::dispatch::Index;
use super::{
    Actor, AgentId, BriefId, GaugeId, GaugeShape, Place, Reading, RequestId, RoleName, SeatId,
    Time, driving::Wheel, state::Live,
};

/// What a server that takes over starts without.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Passing {
    /// What was heard of the living agents.
    pub(super) live: BTreeMap<AgentId, Live>,
    /// Open requests whose asker lost its line, and when.
    pub(super) away: BTreeMap<RequestId, Time>,
    /// When a person last typed into a pane.
    pub(super) typed: BTreeMap<(SeatId, AgentId), Time>,
    /// New briefs whose file was not seen yet.
    pub(super) writing: BTreeMap<BriefId, Place>,
    /// Moves of the server before this one that must be done again.
    pub(super) again: BTreeSet<BriefId>,
    /// Numbers of living processes that the journal does not know. Not given out again.
    pub(super) strays: BTreeSet<AgentId>,
    /// Whether this server has the room already.
    pub(super) begun: Begun,
    /// Seats that are taken for one wish: nobody is shown there.
    pub(super) visits: BTreeSet<SeatId>,
    /// What could be started.
    pub(super) index: Index,
    /// Briefs that are being given to somebody.
    pub(super) starts: BTreeMap<BriefId, Start>,
    /// Checkers that were asked once to say what they tried, by brief and stage.
    pub(super) untried: BTreeSet<(BriefId, super::Stage)>,
    /// Briefs whose gate found no room among the cards.
    pub(super) crowded: BTreeSet<BriefId>,
    /// Briefs whose branch did not land, with no room for the card that says so.
    pub(super) unasked: BTreeSet<BriefId>,
    /// Briefs whose worktree is being removed, or could not be.
    pub(super) cleaning: BTreeSet<BriefId>,
    /// Who drives, and who asked to.
    pub(super) wheel: Wheel,
    /// Whether a file that appears is news.
    pub(super) scan: Scan,
    /// Agents that were gone when the room came back, and what they worked on; asked about after the first scan.
    pub(super) lost: Vec<(AgentId, BriefId)>,
    /// Agents that the server before this one recorded and never saw start: started after the first scan.
    pub(super) unstarted: Vec<AgentId>,
    /// Briefs at work whose file is away: where it stood, and until when it is waited for.
    pub(super) absent: BTreeMap<BriefId, (Option<Place>, Time)>,
    /// What is wrong with the room's files now, for people. Bounded by those who read the files.
    pub(super) faults: Vec<String>,
    /// What is measured by time. Empty where no gauge has a timer.
    pub(super) measures: BTreeMap<GaugeId, Measure>,
    /// What gauges say now, where no line says it yet.
    pub(super) latest: BTreeMap<GaugeId, Reading>,
}

/// How far the timer of a gauge is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Measure {
    /// It is measured then.
    Due(Time),
    /// It is being measured, like this.
    Runs(GaugeShape),
}

/// A brief on its way to an agent. The next server decides again.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Start {
    /// Who wants it.
    pub by: Actor,
    /// Who gets it.
    pub to: Recipient,
    /// What a person adds; may be empty.
    pub words: String,
    /// Where the brief stood, and must stand.
    pub place: Place,
    /// What it is for.
    pub aim: Aim,
    /// Who is answered once it happened, or failed.
    pub reply: Option<(SeatId, u32)>,
    /// How far it is.
    pub step: Step,
    /// The assignment, once it is made.
    pub text: String,
}

/// Who gets a brief.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Recipient {
    /// A new agent of this role.
    New(RoleName),
    /// This living one.
    Living(AgentId),
}

/// What a start is for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Aim {
    /// Nobody works on the brief.
    Start,
    /// The same, in these words, which a person approved.
    Approved(String),
    /// It is taken from whoever has it; this agent is then told so in these words.
    Take(Option<(AgentId, String)>),
    /// A person is asked first.
    Propose,
}

/// How far a start is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Step {
    /// What it is made of is being read.
    Reading,
    /// Its worktree is being made.
    Branching,
}

impl Passing {
    /// See [`Room::clock_set`](super::Room::clock_set).
    pub(super) fn clock_set(&mut self, by: i64) {
        for at in self.away.values_mut().chain(self.typed.values_mut()) {
            *at = at.set_by(by);
        }
        for (_, until) in self.absent.values_mut() {
            *until = until.set_by(by);
        }
        self.wheel.clock_set(by);
        for measure in self.measures.values_mut() {
            if let Measure::Due(at) = measure {
                *at = at.set_by(by);
            }
        }
        for live in self.live.values_mut() {
            live.since = live.since.set_by(by);
            live.used = live.used.map(|at| at.set_by(by));
            live.written = live.written.map(|at| at.set_by(by));
            live.submitted = live.submitted.map(|(of, at)| (of, at.set_by(by)));
            live.answered = live.answered.map(|at| at.set_by(by));
            if let Some(seen) = &mut live.dialog {
                seen.since = seen.since.set_by(by);
                seen.opens = seen.opens.set_by(by);
            }
            for evidence in &mut live.known {
                evidence.at = evidence.at.set_by(by);
            }
        }
    }
}

/// Whether a server has the room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Begun {
    /// It is about to.
    #[default]
    NotYet,
    /// It has it.
    Yes,
}

/// How far the folder is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Scan {
    /// What appears was there before.
    #[default]
    First,
    /// What appears is new.
    Done,
}
