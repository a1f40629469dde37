//! What each brief of the queue waits for, and which one is started next. Pure: what stands on the floor in, reasons
//! out; server and clients make the same sentences of the same facts.
//!
//! The order is fixed: priority, then age, then id. What stands in the way of one brief alone is an *obstacle*; what
//! stands in the way of all that wait for the same agents (no place free, paused) is found once for their *lane*.

mod clear;
mod index;
mod wait;

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Agent, AgentId, Ask, Brief, BriefId, Checker, Content, Course, Dispatch, Doing, FAILURES_MOST,
    Lifetime, Matter, Pauses, RESERVED, Request, RequestId, Role, RoleName, Settings, Step, Time,
    Track,
};

pub(super) use index::{Index, Stale};
pub use wait::Wait;

/// Briefs that wait for the same agents.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lane {
    /// Who acts.
    pub role: RoleName,
    /// In which track.
    pub track: Track,
    /// The agent that the brief's writer named; empty for any.
    pub agent: String,
}

/// Where a brief stands among all: who is first is the smallest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    /// 1 first.
    pub priority: u8,
    /// The oldest first.
    pub changed: Time,
    /// The smallest first.
    pub brief: BriefId,
}

/// Who would get a brief.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seat {
    /// A new agent.
    New,
    /// The one that stays.
    Living(AgentId),
}

/// What stands on the floor: everything that decides what is started next.
#[derive(Clone, Debug)]
pub struct Outlook<'a> {
    settings: &'a Settings,
    briefs: &'a BTreeMap<BriefId, Brief>,
    courses: &'a BTreeMap<BriefId, Course>,
    pauses: &'a Pauses,
    /// Living agents, by role.
    staff: BTreeMap<&'a RoleName, Vec<&'a Agent>>,
    named: BTreeMap<&'a str, &'a Agent>,
    work: BTreeMap<&'a BriefId, &'a Agent>,
    cards: BTreeMap<&'a BriefId, &'a Request>,
    /// Approved briefs of which a person is asked why their branch did not land.
    unlanded: BTreeMap<&'a BriefId, RequestId>,
    starts: BTreeMap<&'a BriefId, Step>,
    awaited: BTreeSet<AgentId>,
    moving: BTreeSet<&'a BriefId>,
    /// Starts under way that will take a place, by role.
    starting: BTreeMap<&'a RoleName, usize>,
    /// Starts that a person is asked about, by role.
    asked: BTreeMap<&'a RoleName, usize>,
    living: usize,
    open: usize,
}

impl<'a> Outlook<'a> {
    /// A floor on which nobody is yet.
    pub fn new(
        settings: &'a Settings,
        briefs: &'a BTreeMap<BriefId, Brief>,
        courses: &'a BTreeMap<BriefId, Course>,
        pauses: &'a Pauses,
    ) -> Self {
        Self {
            settings,
            briefs,
            courses,
            pauses,
            staff: BTreeMap::new(),
            named: BTreeMap::new(),
            work: BTreeMap::new(),
            cards: BTreeMap::new(),
            unlanded: BTreeMap::new(),
            starts: BTreeMap::new(),
            awaited: BTreeSet::new(),
            moving: BTreeSet::new(),
            starting: BTreeMap::new(),
            asked: BTreeMap::new(),
            living: 0,
            open: 0,
        }
    }

    /// With these agents; ended ones count for nothing.
    #[must_use]
    pub fn with_agents(mut self, agents: impl IntoIterator<Item = &'a Agent>) -> Self {
        for agent in agents.into_iter().filter(|agent| agent.is_alive()) {
            self.living += 1;
            self.named.insert(&agent.name, agent);
            if let Some(role) = &agent.role {
                self.staff.entry(role).or_default().push(agent);
            }
            if let Some(brief) = &agent.brief {
                self.work.insert(brief, agent);
            }
        }
        self
    }

    /// With these requests; closed ones count for nothing.
    #[must_use]
    pub fn with_requests(mut self, requests: impl IntoIterator<Item = &'a Request>) -> Self {
        for request in requests.into_iter().filter(|request| request.is_open()) {
            self.open += 1;
            let Some(brief) = &request.brief else {
                continue;
            };
            if let Some(start) = request.ask.start() {
                *self.asked.entry(&start.role).or_default() += 1;
                self.cards.entry(brief).or_insert(request);
            } else if matches!(request.ask, Ask::Gate { .. }) {
                self.cards.insert(brief, request);
            } else if matches!(request.ask.about(), Some(Matter::Landing { .. })) {
                self.unlanded.insert(brief, request.id);
            }
        }
        self
    }

    /// With these starts under way, and the role whose place each will take.
    #[must_use]
    pub fn with_starts(
        mut self,
        starts: impl IntoIterator<Item = (&'a BriefId, Step, Option<&'a RoleName>)>,
    ) -> Self {
        for (brief, step, role) in starts {
            self.starts.insert(brief, step);
            if let Some(role) = role {
                *self.starting.entry(role).or_default() += 1;
            }
        }
        self
    }

    /// With agents that a brief is on its way to.
    #[must_use]
    pub fn with_awaited(mut self, agents: impl IntoIterator<Item = AgentId>) -> Self {
        self.awaited.extend(agents);
        self
    }

    /// With briefs whose files are being moved.
    #[must_use]
    pub fn with_moving(mut self, briefs: impl IntoIterator<Item = &'a BriefId>) -> Self {
        self.moving.extend(briefs);
        self
    }

    /// What a brief waits for.
    pub fn wait(&self, brief: &Brief) -> Wait {
        if let Some(obstacle) = self.obstacle(brief) {
            return obstacle;
        }
        let Some(lane) = self.lane(brief) else {
            return Wait::NobodyActs;
        };
        match self.opening(&lane) {
            Err(wait) => wait,
            Ok(seat) => self.conflict(&lane, seat, &brief.id).unwrap_or(Wait::Ready),
        }
    }

    /// All briefs in a pipeline, first that which is started first, each with what it waits for.
    pub fn all(&self) -> Vec<(&'a Brief, Wait)> {
        let mut all: Vec<(Rank, &Brief)> = self
            .briefs
            .values()
            .filter(|brief| !RESERVED.contains(&brief.place.stage.as_str()))
            .map(|brief| (Rank::of(brief), brief))
            .collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all.into_iter()
            .map(|(_, brief)| (brief, self.wait(brief)))
            .collect()
    }

    /// What stands in the way of this brief alone.
    pub fn obstacle(&self, brief: &Brief) -> Option<Wait> {
        if let Some(card) = self.cards.get(&brief.id) {
            return Some(match card.ask.start() {
                Some(_) => Wait::Card(card.id),
                None => Wait::Gate(card.id),
            });
        }
        self.obstacle_but_card(brief)
    }

    /// The same, besides a card.
    pub(super) fn obstacle_but_card(&self, brief: &Brief) -> Option<Wait> {
        let Content::Read(heading) = &brief.content else {
            return Some(Wait::Broken);
        };
        let stage = &brief.place.stage;
        if RESERVED.contains(&stage.as_str()) {
            return Some(Wait::Rests(stage.clone()));
        }
        if self.moving.contains(&brief.id) {
            return Some(Wait::Moving);
        }
        match self.courses.get(&brief.id).map(|course| course.doing) {
            Some(Doing::Checks) => return Some(Wait::Checks),
            Some(Doing::Lands) => {
                let asked = self.unlanded.get(&brief.id);
                return Some(asked.map_or(Wait::Lands, |card| Wait::Unlanded(*card)));
            }
            Some(Doing::Nothing) | None => {}
        }
        if let Some(agent) = self.work.get(&brief.id) {
            return Some(Wait::Working(agent.id));
        }
        if let Some(step) = self.starts.get(&brief.id) {
            return Some(Wait::Starting(*step));
        }
        let Some(role) = self.role(brief) else {
            return Some(match &heading.role {
                Some(role) => Wait::NoRole(role.clone()),
                None => Wait::NobodyActs,
            });
        };
        let track = self.settings.track(&brief.place.track);
        if track.is_none_or(|track| track.dispatch == Dispatch::Off) {
            return Some(Wait::ByHand);
        }
        let unclear = || self.unclear(brief);
        let needed = || self.needed(heading);
        self.kept_back(brief, role).or_else(unclear).or_else(needed)
    }

    /// What its way so far says.
    pub(super) fn kept_back(&self, brief: &Brief, role: &Role) -> Option<Wait> {
        let course = self.courses.get(&brief.id)?;
        let kept = course.kept.as_ref();
        if let Some(kept) = kept.filter(|it| it.file.is_none_or(|file| file == brief.changed)) {
            return Some(Wait::Kept(kept.clone()));
        }
        if course.failures >= FAILURES_MOST {
            return Some(Wait::Failed {
                times: course.failures,
                why: course.failure.clone(),
            });
        }
        let who = (None, role.profile.as_str());
        let conflict = course.may_work(self.settings, &brief.place, role, who);
        conflict.err().map(|it| Wait::Checker(it.sentence(role)))
    }

    /// The briefs that wait for the same agents as this one.
    pub fn lane(&self, brief: &Brief) -> Option<Lane> {
        let agent = brief.heading().and_then(|heading| heading.agent.clone());
        Some(Lane {
            role: self.role(brief)?.name.clone(),
            track: brief.place.track.clone(),
            agent: agent.unwrap_or_default(),
        })
    }

    /// Who would get the next brief of a lane, if anybody could now.
    pub fn opening(&self, lane: &Lane) -> Result<Seat, Wait> {
        let Some(role) = self.settings.role(&lane.role) else {
            return Err(Wait::NoRole(lane.role.clone()));
        };
        if let Some(by) = self.pauses.of(&lane.track) {
            return Err(Wait::Paused(by.clone()));
        }
        let seat = match lane.agent.as_str() {
            "" => self.seat(role, &lane.track)?,
            name => match self.named.get(name) {
                Some(agent) => self.free(agent)?,
                None => return Err(Wait::NoAgent(name.to_owned())),
            },
        };
        let asks = self
            .settings
            .track(&lane.track)
            .is_some_and(|track| track.dispatch == Dispatch::Ask);
        let asked = self.asked.get(&role.name).copied().unwrap_or(0);
        let taken = self.busy(&role.name) + if asks { asked } else { 0 };
        if taken >= role.places as usize {
            return Err(Wait::NoPlace {
                role: role.name.clone(),
                places: role.places,
            });
        }
        let limits = &self.settings.limits;
        if seat == Seat::New && self.living + self.all_starting() >= limits.agents as usize {
            return Err(Wait::Full(limits.agents));
        }
        if asks && self.open >= limits.requests as usize {
            return Err(Wait::Cards(limits.requests));
        }
        Ok(seat)
    }

    /// Whether the agent that stays may not work on this very brief.
    pub(super) fn conflict(&self, lane: &Lane, seat: Seat, brief: &BriefId) -> Option<Wait> {
        let Seat::Living(agent) = seat else {
            return None;
        };
        let role = self.settings.role(&lane.role)?;
        match role.checker {
            Checker::Maker => return None,
            Checker::OtherAgent | Checker::OtherProfile => {}
        }
        let course = self.courses.get(brief)?;
        let place = &self.briefs.get(brief)?.place;
        let mut living = self.staff.values().flatten();
        let profile = living.find(|it| it.id == agent)?.profile.as_str();
        let conflict = course.may_work(self.settings, place, role, (Some(agent), profile));
        conflict.err().map(|it| Wait::Checker(it.sentence(role)))
    }

    /// A new agent, or the one that stays in this track or room.
    fn seat(&self, role: &Role, track: &Track) -> Result<Seat, Wait> {
        let staff = self.staff.get(&role.name);
        let mut staff = staff.into_iter().flatten();
        let stays = match role.lifetime {
            Lifetime::Brief => None,
            Lifetime::Track => staff.find(|it| it.track.as_ref().is_none_or(|of| of == track)),
            Lifetime::Room => staff.next(),
        };
        match stays {
            Some(agent) => self.free(agent),
            None if role.lifetime == Lifetime::Brief => Ok(Seat::New),
            // Its first agent is about to be there.
            None if self.starting.contains_key(&role.name) => Err(Wait::NoPlace {
                role: role.name.clone(),
                places: 1,
            }),
            None => Ok(Seat::New),
        }
    }

    fn free(&self, agent: &Agent) -> Result<Seat, Wait> {
        match agent.brief.is_some() || self.awaited.contains(&agent.id) {
            true => Err(Wait::Session(agent.id)),
            false => Ok(Seat::Living(agent.id)),
        }
    }

    fn busy(&self, role: &RoleName) -> usize {
        let staff = self.staff.get(role).into_iter().flatten();
        let working = staff.filter(|agent| agent.brief.is_some()).count();
        working + self.starting.get(role).copied().unwrap_or(0)
    }

    fn all_starting(&self) -> usize {
        self.starting.values().sum()
    }

    /// Who acts on a brief where it stands.
    pub(super) fn role(&self, brief: &Brief) -> Option<&'a Role> {
        match brief.heading().and_then(|heading| heading.role.as_ref()) {
            Some(wanted) => self.settings.role(wanted),
            None => self.settings.role_at(&brief.place),
        }
    }

    pub(super) fn is_done(&self, id: &BriefId) -> bool {
        let known = self.briefs.get(id);
        known.is_some_and(|brief| brief.place.stage.as_str() == "done")
    }
}

impl Rank {
    /// Of a brief.
    pub fn of(brief: &Brief) -> Self {
        Self {
            priority: brief.priority(),
            changed: brief.changed,
            brief: brief.id.clone(),
        }
    }
}
