//! What was decided and is not done yet: whoever takes the room over in between does it. Begun and ended by lines of
//! the journal alone; part of the [`Book`](super::Book).

use serde::{Deserialize, Serialize};

use super::{
    Actor, AgentId, Ask, BriefId, Decision, GateReport, Happening, Manner, Matter, Place, Redirect,
    Request, RequestId, Verdict, left,
};

/// So many are remembered; the oldest goes.
pub(super) const OWED_KEPT: usize = 200;

/// The answer that lands a branch once more.
pub(super) const LAND_AGAIN: &str = "try again";

/// Something that is still to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Owed {
    /// What a person decided moves, starts, or tells somebody something.
    Decision {
        /// Of what, as it stood.
        request: Box<Request>,
        /// What they decided.
        decision: Box<Decision>,
    },
    /// Failed checks went back to their agent, which is to hear of it.
    Checks {
        /// Of which brief.
        brief: BriefId,
        /// Who handed it over.
        agent: AgentId,
        /// Where it stands.
        from: Place,
        /// What was found.
        report: Box<GateReport>,
    },
}

/// Words of which nobody knows whether they arrived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CutOff {
    /// The number of the message.
    pub message: u64,
    /// Who said it.
    pub from: Actor,
    /// The words.
    pub text: String,
    /// Whether they were to interrupt.
    pub manner: Manner,
    /// Why nobody knows.
    #[serde(default)]
    pub doubt: Doubt,
}

/// Why nobody knows whether words arrived.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Doubt {
    /// The server was replaced while they were being written.
    #[default]
    Replaced,
    /// They were submitted, and their agent was not seen to take them; what was seen instead.
    Unseen(String),
}

impl CutOff {
    /// The answer that says it again.
    pub const AGAIN: &str = "say it again";
    /// The answer that does not.
    pub const LEAVE: &str = "leave it: it arrived, or is not needed any more";
}

impl Owed {
    /// What a decision on this request leaves to be done, if it does not happen with the very line of it.
    pub(super) fn by_decision(request: &Request, decision: &Decision, alive: bool) -> Option<Self> {
        let verdict = &decision.verdict;
        let owes = match (&request.ask, verdict) {
            (
                Ask::Permission { .. }
                | Ask::Question { .. }
                | Ask::Gate { .. }
                | Ask::Dialog { .. },
                Verdict::Redirect(
                    Redirect::Role { .. } | Redirect::Agent { .. } | Redirect::Stage { .. },
                ),
            ) => request.brief.is_some(),
            (
                Ask::Gate { .. },
                Verdict::Reject { .. } | Verdict::Redirect(Redirect::Direction { .. }),
            ) => alive,
            (Ask::Matter { about, .. }, verdict) => owes_of(about, verdict, alive),
            (
                Ask::Permission { .. }
                | Ask::Question { .. }
                | Ask::Gate { .. }
                | Ask::Dialog { .. },
                _,
            ) => false,
        };
        owes.then(|| Owed::Decision {
            request: Box::new(request.clone()),
            decision: Box::new(decision.clone()),
        })
    }

    /// The brief that it is about.
    pub fn brief(&self) -> Option<&BriefId> {
        match self {
            Owed::Decision { request, .. } => request.brief.as_ref(),
            Owed::Checks { brief, .. } => Some(brief),
        }
    }

    /// The request that was decided.
    pub fn request(&self) -> Option<RequestId> {
        match self {
            Owed::Decision { request, .. } => Some(request.id),
            Owed::Checks { .. } => None,
        }
    }

    /// Who is to be told something, where that is all.
    fn listener(&self) -> Option<AgentId> {
        match self {
            Owed::Checks { agent, .. } => Some(*agent),
            Owed::Decision { request, decision } => match (&request.ask, &decision.verdict) {
                (
                    Ask::Gate { .. },
                    Verdict::Reject { .. } | Verdict::Redirect(Redirect::Direction { .. }),
                )
                | (
                    Ask::Matter {
                        about: Matter::CutOff(_),
                        ..
                    },
                    _,
                ) => request.agent,
                (
                    Ask::Permission { .. }
                    | Ask::Question { .. }
                    | Ask::Gate { .. }
                    | Ask::Dialog { .. }
                    | Ask::Matter { .. },
                    _,
                ) => None,
            },
        }
    }

    fn says(&self, by: &Actor) -> bool {
        match (self, by) {
            (Owed::Checks { .. }, by) => by == &Actor::Room,
            (Owed::Decision { decision, .. }, Actor::Person(person)) => person == &decision.by,
            (
                Owed::Decision { .. },
                Actor::Room | Actor::Agent(_) | Actor::Hand | Actor::Policy { .. },
            ) => false,
        }
    }

    /// Whether a line does it, or makes it pointless.
    pub(super) fn ends_with(&self, by: &Actor, what: &Happening) -> bool {
        if let Happening::Messaged { agent, .. } = what {
            return self.listener() == Some(*agent) && self.says(by);
        }
        if let Happening::Ended { agent, .. } = what {
            return self.listener() == Some(*agent);
        }
        if let Happening::Handed { brief, .. } = what {
            return self.listener().is_some() && self.brief() == Some(brief);
        }
        if let Happening::Lapsed { request, .. } = what {
            return self.request() == Some(*request);
        }
        if let Happening::Assigned { brief, .. }
        | Happening::Moved { brief, .. }
        | Happening::Landed { brief, .. }
        | Happening::Unlanded { brief, .. } = what
        {
            return self.brief() == Some(brief);
        }
        false
    }
}

/// The same of what the room asked itself. What it asks again by itself, it does not owe.
fn owes_of(about: &Matter, verdict: &Verdict, alive: bool) -> bool {
    match (about, verdict) {
        (Matter::Rules(_) | Matter::Runs(_) | Matter::Budget(_), _) => false,
        (Matter::Start(start), verdict) => !start.is_refused_by(verdict),
        (Matter::Landing { .. }, Verdict::Reply { text }) => text != LAND_AGAIN,
        (Matter::Landing { .. }, Verdict::Reject { .. }) => true,
        (Matter::Left(_), Verdict::Reply { text }) => text != left::LEAVE,
        (Matter::CutOff(_), Verdict::Reply { text }) => alive && text == CutOff::AGAIN,
        (
            Matter::Landing { .. } | Matter::Left(_) | Matter::CutOff(_),
            Verdict::Approve | Verdict::Reject { .. } | Verdict::Redirect(_),
        ) => false,
    }
}
