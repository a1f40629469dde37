//! What of the room one person sees, where `hide` keeps a track from them: its briefs, the agents that ever worked
//! on one of them (or whose role only works there), their requests, messages and words. What is not known to be
//! harmless is hidden. Reads facts; a fact that is hidden never leaves the server.

mod missed;

use std::collections::{BTreeMap, BTreeSet};

use super::served::{Briefs, Service};
use super::{
    Actor, AgentId, Ask, BriefId, Fact, Gauge, Matter, Message, Person, Place, Policy, Redirect,
    Request, RequestId, RoleName, Room, Seat, SeatRole, Settings, Spot, Status, Track, Verdict,
};

/// In a track's `hide`: everybody who only looks.
pub const OBSERVERS: &str = "observers";

/// What one person sees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Curtain {
    tracks: BTreeSet<Track>,
    roles: BTreeSet<RoleName>,
    /// Names of hidden agents: rules may name them.
    names: BTreeSet<String>,
    agents: BTreeMap<AgentId, Side>,
    briefs: BTreeMap<BriefId, Side>,
    requests: BTreeMap<RequestId, Side>,
}

/// On which side of the curtain something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Before,
    Behind,
}

impl Room {
    /// What is hidden from a person; nothing where no track is.
    pub fn curtain(&self, role: SeatRole, person: &Person) -> Option<Curtain> {
        let from = |name: &String| match (role, name == OBSERVERS) {
            (SeatRole::Observer, true) => true,
            (SeatRole::Operator, true) => false,
            (SeatRole::Observer | SeatRole::Operator, false) => *name == person.name,
        };
        let hidden = self.settings.tracks.iter();
        let tracks: BTreeSet<Track> = hidden
            .filter(|track| track.hide.iter().any(from))
            .map(|track| track.name.clone())
            .collect();
        (!tracks.is_empty()).then(|| self.behind(tracks))
    }

    fn behind(&self, tracks: BTreeSet<Track>) -> Curtain {
        let mut curtain = Curtain {
            roles: roles_of(&self.settings, &tracks),
            tracks,
            ..Curtain::default()
        };
        for brief in self.briefs.values() {
            let side = curtain.side_of(&brief.place);
            curtain.briefs.insert(brief.id.clone(), side);
        }
        self.hide_what_came_of(&mut curtain);
        for (id, service) in self.book.served.all() {
            let side = curtain.side_of_service(service);
            if side == Side::Behind {
                curtain.names.insert(service.name.clone());
            }
            curtain.agents.insert(id, side);
        }
        for request in self.book.requests.values() {
            let side = match curtain.shows(request) {
                true => Side::Before,
                false => Side::Behind,
            };
            curtain.requests.insert(request.id, side);
        }
        curtain
    }

    /// A brief that another one opened says in its title, its file and its assignment what that one brought: where the
    /// one is not seen, or not known any more, neither is the other. So does one that an agent proposed. The journal
    /// knows who opened what, also where a file does not say so any more.
    fn hide_what_came_of(&self, curtain: &mut Curtain) {
        loop {
            let courses = self.book.courses.iter();
            let hidden = courses.filter(|(from, _)| !curtain.shows_brief(from));
            let opened: BTreeSet<&BriefId> = hidden.flat_map(|(_, it)| &it.opened).collect();
            let seen = self.briefs.values();
            let came = seen.filter(|brief| {
                let from = brief.heading().and_then(|heading| heading.from.as_ref());
                let course = self.book.courses.get(&brief.id);
                let by = course.and_then(|course| course.filed.as_ref());
                let by = by.map(|filed| self.book.served.of(filed.agent));
                let hidden = |it: Option<&Service>| {
                    it.is_none_or(|it| curtain.side_of_service(it) == Side::Behind)
                };
                curtain.shows_brief(&brief.id)
                    && (from.is_some_and(|it| !curtain.shows_brief(it))
                        || opened.contains(&brief.id)
                        || by.is_some_and(hidden))
            });
            let came: Vec<BriefId> = came.map(|brief| brief.id.clone()).collect();
            if came.is_empty() {
                return;
            }
            for brief in came {
                curtain.briefs.insert(brief, Side::Behind);
            }
        }
    }
}

/// Roles that only act in these tracks.
fn roles_of(settings: &Settings, tracks: &BTreeSet<Track>) -> BTreeSet<RoleName> {
    let roles = |wanted: bool| -> BTreeSet<RoleName> {
        let some = settings.tracks.iter();
        let some = some.filter(|track| tracks.contains(&track.name) == wanted);
        some.flat_map(|track| &track.stages)
            .map(|stage| stage.role.clone())
            .collect()
    };
    &roles(true) - &roles(false)
}

impl Curtain {
    /// An agent is seen where everything is that it ever worked on, and its role.
    fn side_of_service(&self, service: &Service) -> Side {
        let role = service.role.as_ref();
        let by_role = role.is_some_and(|role| self.roles.contains(role));
        let seen = match &service.briefs {
            Briefs::These(briefs) => briefs.iter().all(|brief| self.shows_brief(brief)),
            Briefs::Many => false,
        };
        match !by_role && seen {
            true => Side::Before,
            false => Side::Behind,
        }
    }

    /// Whether an agent is seen: its pane, its past, its recording, its words.
    pub fn shows_agent(&self, agent: AgentId) -> bool {
        self.agents.get(&agent) == Some(&Side::Before)
    }

    /// Whether a brief is seen.
    pub fn shows_brief(&self, brief: &BriefId) -> bool {
        self.briefs.get(brief) == Some(&Side::Before)
    }

    /// Whether a request is seen.
    pub fn shows_request(&self, request: RequestId) -> bool {
        self.requests.get(&request) == Some(&Side::Before)
    }

    /// Whether a track is seen.
    pub fn shows_track(&self, track: &Track) -> bool {
        !self.tracks.contains(track)
    }

    /// Whether a role is seen.
    pub fn shows_role(&self, role: &RoleName) -> bool {
        !self.roles.contains(role)
    }

    /// Whether something went from one side to the other since `before`: facts alone do not tell that.
    pub fn moved_since(&self, before: &Curtain) -> bool {
        fn crossed<K: Ord>(now: &BTreeMap<K, Side>, before: &BTreeMap<K, Side>) -> bool {
            let mut known = now
                .iter()
                .filter_map(|(id, side)| Some((side, before.get(id)?)));
            known.any(|(side, before)| side != before)
        }
        self.tracks != before.tracks
            || self.roles != before.roles
            || crossed(&self.agents, &before.agents)
            || crossed(&self.briefs, &before.briefs)
            || crossed(&self.requests, &before.requests)
    }

    /// What this person is told of a fact, where the room was behind `before` until then.
    pub fn told(&self, before: &Curtain, fact: &Fact) -> Option<Fact> {
        let passes = match fact {
            Fact::Settings(settings) => return Some(Fact::Settings(self.settings(settings))),
            Fact::Policies(rules) => return Some(Fact::Policies(self.rules(rules))),
            Fact::Seat(seat) => return Some(Fact::Seat(self.seat(seat))),
            Fact::SeatGone(_) => true,
            Fact::Agent(agent) => self.shows_agent(agent.id),
            Fact::AgentGone(agent) => self.shows_agent(*agent),
            Fact::Brief(brief) => {
                let shown = self.side_of(&brief.place) == Side::Before;
                let shown = shown && self.shows_brief(&brief.id);
                return shown.then(|| Fact::Brief(brief.clone()));
            }
            Fact::BriefGone(brief) => before.shows_brief(brief),
            Fact::Request(request) => {
                return self
                    .shows(request)
                    .then(|| Fact::Request(self.request(request)));
            }
            Fact::RequestGone(request) => before.shows_request(*request),
            Fact::Message(message) => self.shows_message(message),
            Fact::Course { brief, course } => {
                let mut course = course.clone();
                course.opened.retain(|it| self.shows_brief(it));
                course.makers.retain(|it| self.shows_agent(it.agent));
                let brief = brief.clone();
                return self
                    .shows_brief(&brief)
                    .then_some(Fact::Course { brief, course });
            }
            Fact::Starting { brief, .. } => self.shows_brief(brief),
            Fact::Pauses(pauses) => {
                let mut pauses = pauses.clone();
                pauses.tracks.retain(|track, _| self.shows_track(track));
                return Some(Fact::Pauses(pauses));
            }
            Fact::Gauge(gauge) => {
                let shown = self.shows_track(&gauge.id.track);
                return shown.then(|| Fact::Gauge(self.gauge(gauge)));
            }
            Fact::Review(review) => self.shows_brief(&review.brief),
            Fact::Spoken(spoken) => self.shows_actor(&spoken.by),
            Fact::Pointed(pointed) => match pointed.spot {
                Spot::Pane(agent) | Spot::Line { agent, .. } => self.shows_agent(agent),
                Spot::Card(request) => self.shows_request(request),
            },
            // A sentence for everybody may name anything, and so may a line of a file.
            Fact::Notice(_) | Fact::Faults(_) => false,
        };
        passes.then(|| fact.clone())
    }

    /// The same for all that is true now.
    pub fn told_all(&self, facts: Vec<Fact>) -> Vec<Fact> {
        let told = facts.iter().filter_map(|fact| self.told(self, fact));
        told.collect()
    }

    /// Whether somebody's deeds are seen.
    pub fn shows_actor(&self, by: &Actor) -> bool {
        match by {
            Actor::Agent(agent) => self.shows_agent(*agent),
            // The line of a rule may name a role that is not seen.
            Actor::Policy { .. } => false,
            Actor::Room | Actor::Person(_) | Actor::Hand => true,
        }
    }

    fn side_of(&self, place: &Place) -> Side {
        match self.shows_track(&place.track) {
            true => Side::Before,
            false => Side::Behind,
        }
    }

    fn shows(&self, request: &Request) -> bool {
        let agent = request.agent.is_none_or(|agent| self.shows_agent(agent));
        let brief = request.brief.as_ref();
        let brief = brief.is_none_or(|brief| self.shows_brief(brief));
        let decided = match &request.status {
            Status::Answering(decision) | Status::Unsure(decision) | Status::Decided(decision) => {
                self.shows_verdict(&decision.verdict)
            }
            Status::Open | Status::Withdrawn { .. } => true,
        };
        agent && brief && decided && self.shows_ask(&request.ask)
    }

    /// Who or what gets the work may be hidden where the work was not.
    fn shows_verdict(&self, verdict: &Verdict) -> bool {
        match verdict {
            Verdict::Redirect(to) => match to {
                Redirect::Role { role, .. } => self.shows_role(role),
                Redirect::Agent { agent, .. } => self.shows_agent(*agent),
                Redirect::Stage { place, .. } => self.side_of(place) == Side::Before,
                Redirect::Direction { .. } => true,
            },
            Verdict::Approve | Verdict::Reject { .. } | Verdict::Reply { .. } => true,
        }
    }

    fn shows_ask(&self, ask: &Ask) -> bool {
        match ask {
            Ask::Gate { from, .. } => self.side_of(from) == Side::Before,
            Ask::Matter { about, .. } => match about {
                Matter::Rules(rules) => rules.iter().all(|rule| self.shows_rule(rule)),
                // the whole file, which may name what is hidden
                Matter::Runs(_) => false,
                Matter::Budget(overrun) => self.shows_brief(&overrun.brief),
                Matter::Left(left) => self.shows_brief(&left.brief),
                Matter::CutOff(cut) => self.shows_actor(&cut.from),
                Matter::Landing { from } => self.side_of(from) == Side::Before,
                Matter::Start(start) => {
                    let agent = start.agent.is_none_or(|agent| self.shows_agent(agent));
                    agent && self.side_of(&start.place) == Side::Before
                }
            },
            Ask::Permission { .. } | Ask::Question { .. } | Ask::Dialog { .. } => true,
        }
    }

    fn shows_message(&self, message: &Message) -> bool {
        self.shows_agent(message.to) && self.shows_actor(&message.from)
    }

    fn shows_rule(&self, rule: &Policy) -> bool {
        let role = rule.role.as_ref();
        role.is_none_or(|role| self.shows_role(role))
            && rule
                .agent
                .as_ref()
                .is_none_or(|name| !self.names.contains(name))
    }

    fn rules(&self, rules: &[Policy]) -> Vec<Policy> {
        let shown = rules.iter().filter(|rule| self.shows_rule(rule));
        shown.cloned().collect()
    }

    fn seat(&self, seat: &Seat) -> Seat {
        let mut seat = seat.clone();
        let gaze = &mut seat.looks_at;
        gaze.card = gaze.card.filter(|card| self.shows_request(*card));
        if gaze.pane.is_some_and(|pane| !self.shows_agent(pane)) {
            (gaze.pane, gaze.line) = (None, None);
        }
        seat
    }

    /// What was read at the gate of a brief that is not seen is not either: it names the brief.
    fn gauge(&self, gauge: &Gauge) -> Gauge {
        let mut gauge = gauge.clone();
        gauge.readings.retain(|reading| {
            let brief = reading.brief.as_ref();
            brief.is_none_or(|brief| self.shows_brief(brief))
        });
        gauge
    }

    fn request(&self, request: &Request) -> Request {
        let mut request = request.clone();
        if let Ask::Gate {
            report: Some(report),
            ..
        } = &mut request.ask
        {
            let opens = report.opens.take();
            report.opens = opens.filter(|place| self.shows_track(&place.track));
        }
        request
    }

    fn settings(&self, settings: &Settings) -> Settings {
        let mut seen = settings.clone();
        seen.tracks.retain(|track| self.shows_track(&track.name));
        for track in &mut seen.tracks {
            track.hide.clear();
            for stage in &mut track.stages {
                let opens = stage.opens.take();
                stage.opens = opens.filter(|place| self.shows_track(&place.track));
            }
        }
        seen.roles.retain(|role| self.shows_role(&role.name));
        seen.agents.retain(|launch| {
            let role = launch.role.as_ref();
            let brief = launch.brief.as_ref();
            role.is_none_or(|role| self.shows_role(role))
                && brief.is_none_or(|brief| self.shows_brief(brief))
        });
        seen.policies = self.rules(&settings.policies);
        seen
    }
}
