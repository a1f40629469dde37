//! The work log: what was decided, shipped, rejected, moved and asked, by whom, in a span of time. Made of the
//! journal's lines alone, one after another; pure. What it becomes on paper is for others to say.

mod coming;
mod deed;
mod landing;
mod wording;

pub use deed::{Deed, Doer, Kind};

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::Serialize;

use super::{
    Actor, AgentId, Book, BriefId, Entry, Happening, Launch, Person, Place, SeatRole, Spending,
    Time, Track, Usage,
};

/// So many lines are kept of one brief, or of the room; of more, the newest.
pub const DEEDS_MOST: usize = 2_000;

/// What is wanted of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// From this moment on.
    pub from: Time,
    /// Before this one.
    pub until: Time,
    /// Of what.
    pub of: Of,
}

/// What a log is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Of {
    /// Everything.
    Room,
    /// One track.
    Track(Track),
    /// One brief.
    Brief(BriefId),
}

/// A work log.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct WorkLog {
    /// By track, then by brief; briefs that nothing happened to are not here.
    pub tracks: BTreeMap<Track, BTreeMap<BriefId, BriefLog>>,
    /// What agents without a brief did and were told.
    pub others: Deeds,
    /// What happened to the room itself.
    pub room: Deeds,
    /// Everybody who did something, or was there.
    pub people: BTreeSet<Person>,
    /// What was used in this time, by the briefs of this log.
    pub used: Usage,
    /// How much of each kind.
    pub counts: BTreeMap<Kind, u32>,
    /// The first and the last line of the journal that lie in this time.
    pub lines: Option<(u64, u64)>,
}

/// What happened to one brief.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct BriefLog {
    /// Where it stands at the end of this time.
    pub place: Option<Place>,
    /// Whether it reached `done` in this time, and stayed; with a branch, whether that landed or stays as configured.
    pub shipped: Option<Time>,
    /// Whether it reached `done` in this time, and stayed, and its branch did not land.
    pub unlanded: Option<Time>,
    /// Which agent proposed it, where one did.
    pub filed: Option<Doer>,
    /// Who worked on it.
    pub agents: BTreeSet<Doer>,
    /// How long agents worked on it in this time, in ms.
    pub worked_ms: u64,
    /// What they used in this time.
    pub used: Usage,
    /// What happened.
    pub deeds: Deeds,
}

/// Lines in their order.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Deeds {
    /// The newest of them.
    pub kept: VecDeque<Deed>,
    /// How many older ones are left out.
    pub left_out: u32,
    /// Permissions that a rule decided: counted, not told.
    pub by_rule: u32,
}

impl Deeds {
    fn push(&mut self, mut deed: Deed) {
        if let Some(last) = self.kept.back()
            && deed.only_repeats(last)
        {
            return;
        }
        self.kept.push_back(deed);
        if self.kept.len() > DEEDS_MOST {
            self.kept.pop_front();
            self.left_out = self.left_out.saturating_add(1);
        }
    }

    /// Whether nothing happened.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty() && self.by_rule == 0
    }
}

/// Where a line belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum About {
    Brief(BriefId),
    Agent,
    Room,
}

/// Reads journal lines in their order, and becomes a [`WorkLog`].
#[derive(Debug)]
pub struct Scribe {
    scope: Scope,
    book: Book,
    agents: BTreeMap<AgentId, Doer>,
    places: BTreeMap<BriefId, Place>,
    tracks: BTreeSet<Track>,
    working: BTreeMap<BriefId, Time>,
    briefs: BTreeMap<BriefId, BriefLog>,
    before: Option<Spending>,
    log: WorkLog,
    last: Time,
}

impl Scribe {
    /// Begins.
    pub fn new(scope: Scope) -> Self {
        Self {
            scope,
            book: Book::default(),
            agents: BTreeMap::new(),
            places: BTreeMap::new(),
            tracks: BTreeSet::new(),
            working: BTreeMap::new(),
            briefs: BTreeMap::new(),
            before: None,
            log: WorkLog::default(),
            last: Time(0),
        }
    }

    /// Takes the next line, with its number. Lines behind the time that is wanted change nothing.
    pub fn take(&mut self, number: u64, entry: &Entry) {
        let place = stands(entry).map(|(_, place)| place);
        self.tracks.extend(place.map(|place| place.track.clone()));
        if entry.at >= self.scope.until {
            return;
        }
        let within = entry.at >= self.scope.from;
        if within && self.before.is_none() {
            self.before = Some(self.book.spending.clone());
        }
        self.knows(entry);
        if within {
            self.last = self.last.max(entry.at);
            let first = self.log.lines.map_or(number, |(first, _)| first);
            self.log.lines = Some((first, number));
            self.tell(entry);
        }
        self.times(entry);
        self.book.apply(entry);
    }

    /// The tracks in which briefs stood so far.
    pub fn tracks(&self) -> impl Iterator<Item = &Track> {
        self.tracks.iter()
    }

    /// Says what it is about, once the names that there are have been met.
    pub fn narrow(&mut self, of: Of) {
        self.scope.of = of;
    }

    /// The log of what was taken.
    pub fn finish(mut self) -> WorkLog {
        let working: Vec<BriefId> = self.working.keys().cloned().collect();
        for brief in working {
            self.rests(&brief, self.last);
        }
        let before = self.before.take().unwrap_or_default();
        let mut log = self.log;
        for (id, account) in &self.book.spending.briefs {
            let used = account.used.more_than(before.of(id).used);
            if used != Usage::default() {
                self.briefs.entry(id.clone()).or_default().used = used;
            }
        }
        for (id, mut brief) in self.briefs {
            brief.place = self.places.get(&id).cloned();
            let track = brief.place.as_ref().map(|at| at.track.clone());
            let track = track.unwrap_or_default();
            let wanted = match &self.scope.of {
                Of::Room => true,
                Of::Track(only) => *only == track,
                Of::Brief(only) => *only == id,
            };
            if !wanted {
                continue;
            }
            log.used = log.used.and(brief.used);
            count(&mut log.counts, &brief.deeds);
            log.tracks.entry(track).or_default().insert(id, brief);
        }
        if self.scope.of != Of::Room {
            (log.others, log.room) = Default::default();
            log.people = told_of(&log);
        }
        count(&mut log.counts, &log.others);
        count(&mut log.counts, &log.room);
        log
    }

    /// What has to be known of a line to tell those that follow.
    fn knows(&mut self, entry: &Entry) {
        if let Happening::Spawned { agent, launch } = &entry.what {
            self.agents.insert(*agent, doer(*agent, launch));
        }
        if let Some((brief, place)) = stands(entry) {
            self.places.insert(brief.clone(), place.clone());
        }
    }

    fn tell(&mut self, entry: &Entry) {
        self.meets(&entry.by);
        if let Happening::Joined {
            role: SeatRole::Observer | SeatRole::Operator,
        } = entry.what
        {
            return;
        }
        let told = self.deed(entry).into_iter().chain(self.opened(entry));
        for (about, deed) in told.collect::<Vec<_>>() {
            self.keep(about, deed);
        }
    }

    fn keep(&mut self, about: About, deed: Deed) {
        let deeds = match about {
            About::Brief(id) => {
                let brief = self.briefs.entry(id).or_default();
                match deed.kind {
                    Kind::Shipped => {
                        brief.shipped.get_or_insert(deed.at);
                        brief.unlanded = None;
                    }
                    Kind::Unlanded => {
                        brief.unlanded.get_or_insert(deed.at);
                        brief.shipped = None;
                    }
                    Kind::New | Kind::Filed | Kind::Moved | Kind::Dropped => {
                        (brief.shipped, brief.unlanded) = (None, None);
                    }
                    _ => {}
                }
                match (&deed.by, deed.kind) {
                    (Doer::Agent { .. }, Kind::Filed) => brief.filed = Some(deed.by.clone()),
                    // whoever says something to those that work on it does not
                    (Doer::Agent { .. }, Kind::Told) => {}
                    (Doer::Agent { .. }, _) => drop(brief.agents.insert(deed.by.clone())),
                    (Doer::Person(_) | Doer::Room | Doer::Hand | Doer::Rule(_), _) => {}
                }
                &mut brief.deeds
            }
            About::Agent => &mut self.log.others,
            About::Room => &mut self.log.room,
        };
        match deed.kind {
            Kind::ByRule => deeds.by_rule = deeds.by_rule.saturating_add(1),
            _ => deeds.push(deed),
        }
    }

    fn meets(&mut self, by: &Actor) {
        if let Actor::Person(person) = by {
            self.log.people.insert(person.clone());
        }
    }

    /// How long agents work on what: from a start until it is handed over, moved, or its agent ends.
    fn times(&mut self, entry: &Entry) {
        let at = entry.at;
        if let Happening::Assigned { brief, .. } = &entry.what {
            self.working.entry(brief.clone()).or_insert(at);
        } else if let Happening::Handed { brief, .. } | Happening::Moved { brief, .. } = &entry.what
        {
            self.rests(&brief.clone(), at);
        } else if let Happening::Checked {
            brief,
            so: super::Checks::SendBack { .. },
            ..
        } = &entry.what
        {
            self.working.entry(brief.clone()).or_insert(at);
        } else if let Happening::Decided { card, decision, .. } = &entry.what
            && let super::Verdict::Reject { .. } = decision.verdict
            && let Some(request) = self.book.requests.get(&card.request)
            && let (super::Ask::Gate { .. }, Some(brief)) = (&request.ask, &request.brief)
        {
            self.working.entry(brief.clone()).or_insert(at);
        } else if let Happening::Ended { agent, .. } = &entry.what
            && let Some(brief) = self.brief_of(*agent)
        {
            self.rests(&brief, at);
        }
    }

    fn rests(&mut self, brief: &BriefId, at: Time) {
        let Some(since) = self.working.remove(brief) else {
            return;
        };
        let worked = at.since(since.max(self.scope.from));
        if at > self.scope.from
            && let Some(log) = self.briefs.get_mut(brief)
        {
            log.worked_ms = log.worked_ms.saturating_add(worked);
        }
    }

    /// The brief that an agent works on.
    fn brief_of(&self, agent: AgentId) -> Option<BriefId> {
        self.book.agents.get(&agent)?.brief.clone()
    }

    /// Who did a line.
    fn doer(&self, by: &Actor) -> Doer {
        match by {
            Actor::Room => Doer::Room,
            Actor::Hand => Doer::Hand,
            Actor::Policy { rule } => Doer::Rule(rule.clone()),
            Actor::Person(person) => Doer::Person(person.clone()),
            Actor::Agent(agent) => self.agent(*agent),
        }
    }

    fn agent(&self, agent: AgentId) -> Doer {
        let known = self.agents.get(&agent);
        known.cloned().unwrap_or(Doer::Agent {
            agent,
            name: String::new(),
            profile: String::new(),
        })
    }
}

/// Where a line says that a brief stands.
fn stands(entry: &Entry) -> Option<(&BriefId, &Place)> {
    if let Happening::Moved { brief, to, .. } = &entry.what {
        to.as_ref().map(|to| (brief, to))
    } else if let Happening::Handed { brief, handover } = &entry.what {
        Some((brief, &handover.from))
    } else if let Happening::Assigned { brief, place, .. } = &entry.what {
        place.as_ref().map(|at| (brief, at))
    } else if let Happening::BriefOpened { brief, to, .. } = &entry.what {
        Some((brief, to))
    } else {
        None
    }
}

fn doer(agent: AgentId, launch: &Launch) -> Doer {
    Doer::Agent {
        agent,
        name: launch.name.clone(),
        profile: launch.profile.clone(),
    }
}

fn count(counts: &mut BTreeMap<Kind, u32>, deeds: &Deeds) {
    for deed in &deeds.kept {
        *counts.entry(deed.kind).or_default() += 1;
    }
    if deeds.by_rule > 0 {
        *counts.entry(Kind::ByRule).or_default() += deeds.by_rule;
    }
}

/// Who did something in the lines that are told.
fn told_of(log: &WorkLog) -> BTreeSet<Person> {
    let briefs = log.tracks.values().flat_map(BTreeMap::values);
    let deeds = briefs.flat_map(|brief| &brief.deeds.kept);
    let people = deeds.filter_map(|deed| match &deed.by {
        Doer::Person(person) => Some(person.clone()),
        Doer::Agent { .. } | Doer::Room | Doer::Hand | Doer::Rule(_) => None,
    });
    people.collect()
}
