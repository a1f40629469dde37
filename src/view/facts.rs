//! What this client knows of the room: the facts it was told, applied in order. Decides nothing.

use std::collections::{BTreeMap, VecDeque};

use crate::model::dispatch::Outlook;
use crate::model::{
    Agent, AgentId, BREAKROOM_KEPT, Brief, BriefId, Course, Fact, Gauge, GaugeId, Message, Notice,
    Pauses, Policy, Request, RequestId, Review, RoleName, Seat, SeatId, Settings, Spoken, Step,
    count,
};

/// The room, as last told.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// The settings in force.
    pub settings: Settings,
    /// Agents, living and ended.
    pub agents: BTreeMap<AgentId, Agent>,
    /// The queue.
    pub briefs: BTreeMap<BriefId, Brief>,
    /// Requests, open and lately closed.
    pub requests: BTreeMap<RequestId, Request>,
    /// Messages on their way.
    pub messages: BTreeMap<u64, Message>,
    /// The rules in force.
    pub policies: Vec<Policy>,
    /// What was said in the breakroom of late, oldest first.
    pub breakroom: VecDeque<Spoken>,
    /// Comments on briefs.
    pub reviews: BTreeMap<BriefId, Review>,
    /// The ways of briefs, where there is something to remember of them.
    pub courses: BTreeMap<BriefId, Course>,
    /// Briefs that are being started: how far, and of which role their agents will be.
    pub starts: BTreeMap<BriefId, (Step, Option<RoleName>)>,
    /// What gauges said.
    pub gauges: BTreeMap<GaugeId, Gauge>,
    /// Where the room starts nothing by itself.
    pub pauses: Pauses,
    /// What is wrong with the room's files.
    pub faults: Vec<String>,
    /// Who is here.
    pub seats: BTreeMap<SeatId, Seat>,
}

impl Facts {
    /// What nobody would go on with if this agent ended. None where nothing would be lost.
    pub fn lost_with(&self, agent: &Agent) -> Option<String> {
        let brief = agent.brief.as_ref();
        let brief = brief.map(|brief| format!("leave brief {brief} unfinished"));
        let open = self.waiting().filter(|it| it.agent == Some(agent.id));
        let open = match open.count() {
            0 => None,
            open => Some(format!("take {} away", count(open, "open request"))),
        };
        let lost: Vec<String> = brief.into_iter().chain(open).collect();
        (!lost.is_empty()).then(|| lost.join(" and "))
    }

    /// Living agents that work on this brief.
    pub fn workers<'f>(&'f self, brief: &'f BriefId) -> impl Iterator<Item = &'f Agent> {
        let all = self.agents.values();
        all.filter(move |agent| agent.is_alive() && agent.brief.as_ref() == Some(brief))
    }

    /// What ends if this brief is moved away from where it stands, in a sentence. None where nobody works on it.
    pub fn lost_with_move(&self, brief: &BriefId) -> Option<String> {
        let agents: Vec<&Agent> = self.workers(brief).collect();
        let names: Vec<String> = agents.iter().map(|it| it.name.clone()).collect();
        let open = self.waiting();
        let open = open.filter(|it| {
            it.brief.as_ref() == Some(brief) || agents.iter().any(|one| it.agent == Some(one.id))
        });
        let open = match open.count() {
            0 => String::new(),
            open => format!(", and {} with it", count(open, "open request")),
        };
        (!names.is_empty()).then(|| format!("The work of {} there ends{open}.", names.join(", ")))
    }

    /// Takes one fact in. A notice is not kept; it is handed back for a toast.
    pub fn apply(&mut self, fact: Fact) -> Option<Notice> {
        match fact {
            // Those that it names are told behind it.
            Fact::Settings(settings) => {
                self.settings = settings;
                self.gauges.clear();
            }
            Fact::Agent(agent) => drop(self.agents.insert(agent.id, agent)),
            Fact::AgentGone(id) => drop(self.agents.remove(&id)),
            Fact::Brief(brief) => drop(self.briefs.insert(brief.id.clone(), brief)),
            Fact::BriefGone(id) => drop(self.briefs.remove(&id)),
            Fact::Request(request) => drop(self.requests.insert(request.id, request)),
            Fact::RequestGone(id) => drop(self.requests.remove(&id)),
            Fact::Message(message) => drop(self.messages.insert(message.id, message)),
            Fact::Seat(seat) => drop(self.seats.insert(seat.id, seat)),
            Fact::SeatGone(id) => drop(self.seats.remove(&id)),
            Fact::Spoken(spoken) => {
                self.breakroom.push_back(spoken);
                if self.breakroom.len() > BREAKROOM_KEPT {
                    self.breakroom.pop_front();
                }
            }
            // For a moment only: whoever draws it takes it before.
            Fact::Pointed(_) => {}
            Fact::Policies(policies) => self.policies = policies,
            Fact::Review(review) if review.comments.is_empty() => {
                drop(self.reviews.remove(&review.brief))
            }
            Fact::Review(review) => drop(self.reviews.insert(review.brief.clone(), review)),
            Fact::Course { brief, course } => match course == Course::default() {
                true => drop(self.courses.remove(&brief)),
                false => drop(self.courses.insert(brief, course)),
            },
            Fact::Starting { brief, step } => match step {
                Some(step) => drop(self.starts.insert(brief, step)),
                None => drop(self.starts.remove(&brief)),
            },
            Fact::Gauge(gauge) => drop(self.gauges.insert(gauge.id.clone(), gauge)),
            Fact::Pauses(pauses) => self.pauses = pauses,
            Fact::Faults(faults) => self.faults = faults,
            Fact::Notice(notice) => return Some(notice),
        }
        None
    }

    /// What stands on the floor: what each brief waits for follows from it.
    pub fn outlook(&self) -> Outlook<'_> {
        let starts = self.starts.iter();
        let starts = starts.map(|(brief, (step, role))| (brief, *step, role.as_ref()));
        Outlook::new(&self.settings, &self.briefs, &self.courses, &self.pauses)
            .with_agents(self.agents.values())
            .with_requests(self.requests.values())
            .with_starts(starts)
    }

    /// Requests that wait for a person, oldest first.
    pub fn waiting(&self) -> impl Iterator<Item = &Request> {
        self.requests.values().filter(|request| request.is_open())
    }
}
