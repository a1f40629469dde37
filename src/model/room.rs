//! All there is to know: the book (durable) and what is only true now. Reading only: what changes is in `update`.

use std::collections::BTreeMap;

use super::{
    Agent, AgentId, Ask, Asker, Book, Brief, BriefId, Card, Entry, Evidence, Fact, Passing,
    Request, RequestId, Seat, SeatId, Settings, Source, State, Time, settings::from_room, state,
};

/// The room.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Room {
    /// What survives.
    pub book: Book,
    /// What `opsroom.toml` says.
    pub settings: Settings,
    /// The queue, as last read from its folder.
    pub briefs: BTreeMap<BriefId, Brief>,
    /// Who is connected.
    pub seats: BTreeMap<SeatId, Seat>,
    /// Which cards are on whose screen, and since when.
    pub shown: BTreeMap<(SeatId, Card), Time>,
    /// What only this server knows.
    pub passing: Passing,
}

impl Room {
    /// The room that a journal leaves, before anything else is known.
    pub fn replay<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Room {
        let mut room = Room::default();
        for entry in entries {
            room.book.apply(entry);
        }
        room
    }

    /// Who sits here for longer than one wish.
    fn people(&self) -> impl Iterator<Item = &Seat> {
        let visits = &self.passing.visits;
        self.seats
            .values()
            .filter(|seat| !visits.contains(&seat.id))
    }

    /// Everything a new client needs, in an order in which it can be applied.
    pub fn snapshot(&self) -> Vec<Fact> {
        let agents = self.book.agents.keys().filter_map(|id| self.agent(*id));
        let requests = self.book.requests.keys().filter_map(|id| self.request(*id));
        let rules = Some(&self.book.policies).filter(|rules| !rules.is_empty());
        let rules = rules.cloned().map(Fact::Policies);
        let courses = self
            .book
            .courses
            .iter()
            .map(|(brief, course)| Fact::Course {
                brief: brief.clone(),
                course: course.clone(),
            });
        let starts = self
            .passing
            .starts
            .iter()
            .map(|(brief, start)| Fact::Starting {
                brief: brief.clone(),
                step: Some((
                    start.step,
                    self.role_of_start(start).filter(|_| start.takes_place()),
                )),
            });
        let pauses = Some(&self.book.pauses).filter(|pauses| !pauses.is_empty());
        let pauses = pauses.cloned().map(Fact::Pauses);
        let faults = Some(&self.passing.faults).filter(|faults| !faults.is_empty());
        let faults = faults.cloned().map(Fact::Faults);
        std::iter::once(Fact::Settings(self.settings.clone()))
            .chain(agents.map(Fact::Agent))
            .chain(self.briefs.values().cloned().map(Fact::Brief))
            .chain(requests.map(Fact::Request))
            .chain(self.book.messages.values().cloned().map(Fact::Message))
            .chain(self.people().cloned().map(Fact::Seat))
            .chain(rules)
            .chain(self.book.breakroom.iter().cloned().map(Fact::Spoken))
            .chain(courses)
            .chain(starts)
            .chain(pauses)
            .chain(self.book.reviews.values().cloned().map(Fact::Review))
            .chain(faults)
            .chain(self.gauges().map(Fact::Gauge))
            .collect()
    }

    /// When [`super::Event::Tick`] is due, if it ever is: the earliest moment at which time alone changes
    /// something. It may lie in the past; then it is due now.
    pub fn next_deadline(&self) -> Option<Time> {
        let away = self.passing.away.values().map(|at| self.back_by(*at));
        let resting = self.agents_spoken_to().into_iter();
        let dialogs = self.passing.live.keys();
        away.chain(resting.filter_map(|agent| self.rests_at(agent)))
            .chain(dialogs.filter_map(|agent| self.dialog_opens_at(*agent)))
            .chain(self.dispatch_due())
            .chain(self.passing.absent.values().map(|(_, until)| *until))
            .chain(self.gives_way_at())
            .chain(self.gauges_due())
            .min()
    }

    /// An agent with everything that is known of it now.
    pub fn agent(&self, id: AgentId) -> Option<Agent> {
        let mut agent = self.book.agents.get(&id)?.clone();
        agent.folder = self.folder_of(&agent.folder);
        let Some(live) = self.passing.live.get(&id).filter(|_| agent.is_alive()) else {
            return Some(agent);
        };
        agent.pid = live.pid;
        agent.usage = live.usage.or(agent.usage);
        agent.known = live.known.clone();
        if let Some(waiting) = self.waiting(id) {
            agent.evidence = waiting;
        } else if let Some(best) = state::judge(&live.known) {
            agent.evidence = best.clone();
        }
        Some(agent)
    }

    /// A folder that a launch names, from the root.
    fn folder_of(&self, folder: &str) -> String {
        from_room(&self.settings.folder, folder)
    }

    /// A request with what is known of its asker now.
    pub fn request(&self, id: RequestId) -> Option<Request> {
        let mut request = self.book.requests.get(&id)?.clone();
        if let Some(at) = self.passing.away.get(&id) {
            request.asker = Asker::Away(*at);
        }
        Some(request)
    }

    /// The open requests, oldest first.
    pub fn open_requests(&self) -> impl Iterator<Item = &Request> {
        self.book.requests.values().filter(|it| it.is_open())
    }

    /// The living agents.
    pub fn living(&self) -> impl Iterator<Item = &Agent> {
        self.book.agents.values().filter(|it| it.is_alive())
    }

    /// A living agent, or a sentence.
    pub(super) fn living_agent(&self, id: AgentId) -> Result<&Agent, String> {
        let Some(agent) = self.book.agents.get(&id) else {
            return Err(format!("there is no agent {id}; see who is in the room"));
        };
        if !agent.is_alive() {
            return Err(format!("{} has ended; restart it first", agent.name));
        }
        Ok(agent)
    }

    /// A brief whose file may be acted on: there, readable, and not on its way. Or a sentence.
    pub(super) fn settled(&self, id: &BriefId) -> Result<&Brief, String> {
        let Some(brief) = self.briefs.get(id) else {
            return Err(format!(
                "there is no brief {id}; look in the queue for its id"
            ));
        };
        if let super::Content::Broken(fault) = &brief.content {
            return Err(format!(
                "brief {id} is broken ({}:{}:{}: {}); repair the file first",
                fault.path, fault.line, fault.column, fault.what
            ));
        }
        if self.book.moving.contains_key(id) {
            return Err(format!(
                "brief {id} is being moved; try again when it has arrived"
            ));
        }
        Ok(brief)
    }

    /// The clock was set by so many ms (forward is positive), or the machine slept that long. What is
    /// measured by it goes on where it was: no card has been seen for longer or shorter, and nobody who is
    /// away or at rest is so for longer or shorter, than before. The book stays as it was written.
    pub fn clock_set(&mut self, by: i64) {
        for at in self.shown.values_mut() {
            *at = at.set_by(by);
        }
        self.passing.clock_set(by);
    }

    /// When the asker that left at this moment must be back.
    pub(super) fn back_by(&self, left: Time) -> Time {
        Time(left.0.saturating_add(self.settings.limits.asker_away_ms))
    }

    /// The evidence of an agent's oldest open request.
    fn waiting(&self, id: AgentId) -> Option<Evidence> {
        let request = self.open_requests().find(|it| it.agent == Some(id))?;
        Some(Evidence {
            state: State::Waiting,
            source: match &request.ask {
                Ask::Permission { .. }
                | Ask::Question { .. }
                | Ask::Gate { .. }
                | Ask::Matter { .. } => Source::Hook,
                Ask::Dialog { .. } => Source::Screen,
            },
            at: request.opened,
            detail: request.ask.line(),
        })
    }
}
