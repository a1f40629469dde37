//! What the journal tells of agents and decisions, for whoever looks at a recording again. Reads
//! entries; opens no journal.

use std::collections::BTreeMap;

use crate::model::{
    AgentId, Ask, BriefId, Decision, Entry, Happening, Moment, RequestId, Untrusted,
};

/// Who was in the room, and what was decided.
#[derive(Clone, Debug, Default)]
pub struct Story {
    /// Every agent there ever was, by its name.
    pub agents: BTreeMap<AgentId, String>,
    /// Every decision, oldest first.
    pub decided: Vec<Decided>,
    open: BTreeMap<RequestId, Asked>,
}

/// One decision, and what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// The request.
    pub request: RequestId,
    /// What was asked; none where the journal does not say.
    pub asked: Option<Asked>,
    /// The decision.
    pub decision: Decision,
    /// How long the card had been on their screen, in ms.
    pub seen_ms: u64,
    /// Where the picture is.
    pub moment: Option<Moment>,
}

/// What was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// By whom.
    pub agent: Option<AgentId>,
    /// For which brief.
    pub brief: Option<BriefId>,
    /// What.
    pub ask: Ask,
}

impl Story {
    /// Takes the journal's lines, oldest first.
    pub fn read<'e>(entries: impl IntoIterator<Item = &'e Entry>) -> Self {
        let mut story = Self::default();
        for entry in entries {
            story.take(entry);
        }
        story
    }

    fn take(&mut self, entry: &Entry) {
        match &entry.what {
            Happening::Spawned { agent, launch } => {
                self.agents.insert(*agent, launch.name.clone());
            }
            Happening::Asked {
                request,
                agent,
                brief,
                ask,
                ..
            } => {
                let (agent, brief, ask) = (*agent, brief.clone(), ask.clone());
                self.open.insert(*request, Asked { agent, brief, ask });
            }
            Happening::Withdrawn { request, .. } => {
                self.open.remove(request);
            }
            Happening::Decided {
                card,
                decision,
                seen_ms,
                at_screen,
            } => self.decided.push(Decided {
                request: card.request,
                asked: self.open.remove(&card.request),
                decision: decision.clone(),
                seen_ms: *seen_ms,
                moment: at_screen.clone(),
            }),
            Happening::Opened { .. }
            | Happening::Closed
            | Happening::Started { .. }
            | Happening::Session { .. }
            | Happening::Ended { .. }
            | Happening::Stopped { .. }
            | Happening::Pressed { .. }
            | Happening::Cleared { .. }
            | Happening::Moved { .. }
            | Happening::Arrived { .. }
            | Happening::Changed { .. }
            | Happening::Assigned { .. }
            | Happening::StartFailed { .. }
            | Happening::Lapsed { .. }
            | Happening::Branched { .. }
            | Happening::Handed { .. }
            | Happening::Checked { .. }
            | Happening::Measured { .. }
            | Happening::BriefOpened { .. }
            | Happening::Unopened { .. }
            | Happening::Landed { .. }
            | Happening::Unlanded { .. }
            | Happening::Cleaned { .. }
            | Happening::Paused { .. }
            | Happening::Resumed { .. }
            | Happening::Messaged { .. }
            | Happening::Delivered { .. }
            | Happening::Written { .. }
            | Happening::Unseen { .. }
            | Happening::Dropped { .. }
            | Happening::Typed { .. }
            | Happening::Policies { .. }
            | Happening::Runs { .. }
            | Happening::Used { .. }
            | Happening::Reviewed { .. }
            | Happening::Joined { .. }
            | Happening::Left
            | Happening::Drove { .. }
            | Happening::Spoke { .. }
            | Happening::Revoked { .. }
            | Happening::Recovered { .. } => {}
        }
    }

    /// The decision of a request.
    pub fn decision(&self, request: RequestId) -> Option<&Decided> {
        self.decided
            .iter()
            .rev()
            .find(|decided| decided.request == request)
    }

    /// The agent of that number or name; of several with one name, the newest.
    pub fn agent(&self, named: &str) -> Option<AgentId> {
        let number = named.parse().ok().map(AgentId);
        let number = number.filter(|number| self.agents.contains_key(number));
        number.or_else(|| {
            let named = self
                .agents
                .iter()
                .rev()
                .find(|(_, name)| name.as_str() == named);
            named.map(|(agent, _)| *agent)
        })
    }
}

impl Decided {
    /// Whose screen it was about.
    pub fn agent(&self) -> Option<AgentId> {
        let asked = self.asked.as_ref().and_then(|asked| asked.agent);
        self.moment.as_ref().map(|moment| moment.agent).or(asked)
    }

    /// In one line.
    pub fn title(&self) -> Untrusted {
        let asks = self
            .asked
            .as_ref()
            .map_or("asked something", |asked| match &asked.ask {
                Ask::Permission { summary, .. } => summary.raw(),
                Ask::Question { text, .. } | Ask::Matter { text, .. } => text.raw(),
                Ask::Gate { .. } => "a gate",
                Ask::Dialog { .. } => "a dialog on its screen",
            });
        let first = asks.lines().next().unwrap_or_default();
        Untrusted::new(format!(
            "{} {} · {first}",
            self.request,
            self.decision.verdict.past()
        ))
    }
}
