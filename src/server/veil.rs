//! What each guest sees of the room: made anew after every event where a track is hidden from somebody, and held
//! before facts, frames, searches and answers. What is behind it never leaves this process.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{
    AgentId, BriefId, Card, Curtain, Fact, Force, Launch, Person, Redirect, RequestId, RoleName,
    SeatId, SeatRole, Spot, StartOn, Track, Verdict, Wish,
};

use super::hub::Hub;
use super::post::WorkOf;

/// What one guest sees.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Veil {
    /// Nothing: the hub has not met them.
    #[default]
    Closed,
    /// Everything.
    Open,
    /// What the curtain shows.
    Drawn(Arc<Curtain>),
}

impl Veil {
    /// Whether an agent's pane and recording are seen.
    pub fn shows_agent(&self, agent: AgentId) -> bool {
        match self {
            Veil::Closed => false,
            Veil::Open => true,
            Veil::Drawn(curtain) => curtain.shows_agent(agent),
        }
    }

    /// Whether a brief is seen.
    pub fn shows_brief(&self, brief: &BriefId) -> bool {
        match self {
            Veil::Closed => false,
            Veil::Open => true,
            Veil::Drawn(curtain) => curtain.shows_brief(brief),
        }
    }

    /// The curtain, where there is one.
    pub fn curtain(&self) -> Option<&Curtain> {
        match self {
            Veil::Closed | Veil::Open => None,
            Veil::Drawn(curtain) => Some(curtain),
        }
    }

    /// What is told of a fact, where `before` was held until then.
    pub fn told(&self, before: &Veil, fact: &Arc<Fact>) -> Option<Arc<Fact>> {
        let Veil::Drawn(curtain) = self else {
            return Some(Arc::clone(fact));
        };
        let before = before.curtain().unwrap_or(curtain);
        curtain.told(before, fact).map(Arc::new)
    }

    /// Whether facts alone would leave somebody with more, or less, than they see now.
    pub fn crossed(&self, before: &Veil) -> bool {
        match (self.curtain(), before.curtain()) {
            (Some(now), Some(before)) => now.moved_since(before),
            (None, None) => false,
            (Some(_), None) | (None, Some(_)) => true,
        }
    }
}

impl Hub {
    /// What this person sees now.
    pub(super) fn veil_of(&self, role: SeatRole, person: &Person) -> Veil {
        let curtain = self.room.curtain(role, person);
        curtain.map_or(Veil::Open, |curtain| Veil::Drawn(Arc::new(curtain)))
    }

    /// All that is true now, as far as this person sees it.
    pub(super) fn snapshot_for(&self, veil: &Veil) -> Vec<Fact> {
        let all = self.room.snapshot();
        match veil.curtain() {
            Some(curtain) => curtain.told_all(all),
            None => all,
        }
    }

    /// Draws every guest's veil anew, before anything of what just happened is told.
    pub(super) fn draw_veils(&mut self) {
        let hides = self
            .room
            .settings
            .tracks
            .iter()
            .any(|track| !track.hide.is_empty());
        if !hides && !self.guests.some_are_veiled() {
            return;
        }
        let viewers = self.guests.viewers();
        let veils: BTreeMap<_, _> = viewers
            .into_iter()
            .map(|(role, person)| {
                let veil = self.veil_of(role, &person);
                ((role == SeatRole::Operator, person), veil)
            })
            .collect();
        self.guests.draw(|role, person| {
            let veil = veils.get(&(role == SeatRole::Operator, person.clone()));
            veil.cloned().unwrap_or_default()
        });
    }

    /// Gives everything anew to those for whom something came or went with their veil.
    pub(super) fn veils_are_drawn(&mut self) {
        for seat in self.guests.drawn() {
            if let Some(veil) = self.guests.veil(seat) {
                let snapshot = self.snapshot_for(&veil);
                self.guests.begin_anew(seat, snapshot);
            }
        }
    }
}

impl Hub {
    /// A brief's work for somebody, as far as they see it. What has no branch lies in a folder with everything else.
    pub(super) fn work_seen(&self, seat: SeatId, brief: &BriefId) -> Result<WorkOf, String> {
        let veil = self.guests.veil(seat).unwrap_or_default();
        if !veil.shows_brief(brief) {
            return Err(format!("there is no brief {brief} any more"));
        }
        let work = self.work_of(brief)?;
        match (veil.curtain(), &work.branch) {
            (Some(_), None) => Err(
                "a part of this room is hidden from you, and this work has no branch that would tell it apart".to_owned(),
            ),
            (None, _) | (Some(_), Some(_)) => Ok(work),
        }
    }
}

/// Why a person who does not see all cannot have a wish; as if what they do not see were not there.
pub fn refuses(curtain: &Curtain, wish: &Wish) -> Result<(), String> {
    let agent = |agent: AgentId| match curtain.shows_agent(agent) {
        true => Ok(()),
        false => Err(format!("there is no agent {agent}; see who is in the room")),
    };
    let brief = |brief: &BriefId| match curtain.shows_brief(brief) {
        true => Ok(()),
        false => Err(format!(
            "there is no brief {brief}; look in the queue for its id"
        )),
    };
    let track = |track: &Track| match curtain.shows_track(track) {
        true => Ok(()),
        false => Err(format!("there is no track {track}")),
    };
    let role = |role: &RoleName| match curtain.shows_role(role) {
        true => Ok(()),
        false => Err(format!("no role is called {role}")),
    };
    let redirect = |redirect: &Redirect| match redirect {
        Redirect::Direction { .. } => Ok(()),
        Redirect::Role { role: to, .. } => role(to),
        Redirect::Agent { agent: to, .. } => agent(*to),
        Redirect::Stage { place, .. } => track(&place.track),
    };
    let launch = |launch: &Launch| {
        launch.role.iter().try_for_each(role)?;
        launch.brief.iter().try_for_each(brief)
    };
    let cards = |cards: &[Card]| {
        cards
            .iter()
            .try_for_each(|card| shown(curtain, card.request))
    };
    match wish {
        Wish::Decide { cards: on, verdict } => {
            cards(on)?;
            match verdict {
                Verdict::Redirect(to) => redirect(to),
                Verdict::Approve | Verdict::Reject { .. } | Verdict::Reply { .. } => Ok(()),
            }
        }
        Wish::Review { brief: which, .. } => brief(which),
        Wish::PolicyAdd { card, .. } | Wish::RejectWithRound { card, .. } => {
            shown(curtain, card.request)
        }
        Wish::Spawn(what) => launch(what),
        Wish::Stop(of) | Wish::Clear(of) | Wish::Restart(of) => agent(*of),
        Wish::Say { agent: to, .. } => agent(*to),
        Wish::Redirect {
            agent: of,
            redirect: to,
        } => agent(*of).and_then(|()| redirect(to)),
        Wish::BriefAdd { track: to, .. } => track(to),
        Wish::BriefMove {
            brief: which, to, ..
        } => brief(which).and_then(|()| track(&to.track)),
        Wish::BriefPriority { brief: which, .. } => brief(which),
        Wish::BriefStart { brief: which, on } => {
            brief(which)?;
            match on {
                StartOn::Stage => Ok(()),
                StartOn::Role(to) => role(to),
                StartOn::Agent(to) => agent(*to),
            }
        }
        Wish::CloseRoom(Force::No | Force::Yes) => Err(
            "a part of this room is hidden from you; somebody who sees all of it may close it"
                .to_owned(),
        ),
        Wish::Pause(of) | Wish::Resume(of) => of.iter().try_for_each(track),
        Wish::Revoke { .. } => Ok(()),
        Wish::Point(Spot::Pane(at) | Spot::Line { agent: at, .. }) => agent(*at),
        Wish::Point(Spot::Card(card)) => shown(curtain, *card),
        Wish::Drive | Wish::HandOver(_) | Wish::Speak(_) => Ok(()),
    }
}

fn shown(curtain: &Curtain, request: RequestId) -> Result<(), String> {
    match curtain.shows_request(request) {
        true => Ok(()),
        false => Err(format!("there is no request {request}")),
    }
}
