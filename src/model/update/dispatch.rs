//! The dispatcher: after every event, one action for the first brief that somebody is free for. What is decided is in
//! [`crate::model::dispatch`]; here it is done, and recorded.

use super::{Checked, Turn};
use crate::model::book::Touched;
use crate::model::dispatch::{Index, Outlook, Seat, Stale};
use crate::model::passing::{Aim, Begun, Recipient, Scan, Start, Step};
use crate::model::{
    Actor, Answer, Brief, BriefId, Dispatch, Effect, FAILURES_MOST, Fact, Happening, Life,
    RequestId, Room, Time, Track,
};

impl Turn<'_> {
    /// One action, if there is one. What it changes is looked at in the next turn, which is due at once.
    pub(super) fn dispatch(&mut self) {
        if !self.room.passing.index.is_stale() || !self.room.dispatches() {
            return;
        }
        // A person began something in this very turn: the next turn is due at once.
        if self
            .out
            .iter()
            .any(|it| matches!(it, Effect::Gather { .. }))
        {
            return;
        }
        let mut index = std::mem::take(&mut self.room.passing.index);
        let stale = index.take_stale();
        let outlook = self.room.outlook();
        index.refresh(&stale, &outlook);
        let outdated = outdated(&stale, &outlook, self.room);
        let next = index.next(&outlook);
        self.room.passing.index = index;
        if !outdated.is_empty() {
            for (request, why) in outdated {
                self.withdraw(Actor::Room, request, &why);
            }
            // They made room for others.
            return self.room.passing.index.touch();
        }
        if let Some((brief, lane, seat)) = next {
            let to = match seat {
                Seat::New => Recipient::New(lane.role),
                Seat::Living(agent) => Recipient::Living(agent),
            };
            self.act(&brief, to);
        }
    }

    fn act(&mut self, id: &BriefId, to: Recipient) {
        let Some(brief) = self.room.briefs.get(id).cloned() else {
            return;
        };
        let track = self.room.settings.track(&brief.place.track);
        let aim = match track.map(|track| track.dispatch) {
            None | Some(Dispatch::Off) => return,
            Some(Dispatch::Ask) => Aim::Propose,
            Some(Dispatch::Auto) => Aim::Start,
        };
        let start = Start {
            by: Actor::Room,
            to,
            words: String::new(),
            place: brief.place.clone(),
            aim,
            reply: None,
            step: Step::Reading,
            text: String::new(),
        };
        match self.can_begin(&brief, &start) {
            Ok(()) => self.begin(id.clone(), start),
            // Something that no reason names stands in the way: it counts, so that nothing turns in a circle.
            Err(why) => {
                let brief = id.clone();
                self.record(Actor::Room, Happening::StartFailed { brief, why });
            }
        }
    }

    /// A brief is, or is no longer, on its way to somebody.
    pub(super) fn show_start(&mut self, id: &BriefId) {
        let start = self.room.passing.starts.get(id);
        let step = start.map(|start| {
            let role = self.room.role_of_start(start);
            (start.step, role.filter(|_| start.takes_place()))
        });
        self.room.passing.index.touch_brief(id);
        self.show(Fact::Starting {
            brief: id.clone(),
            step,
        });
    }

    pub(super) fn pause_dispatch(&mut self, by: Actor, track: Option<Track>) -> Checked<Answer> {
        if let Some(track) = &track
            && self.room.settings.track(track).is_none()
        {
            return Err(format!(
                "there is no track {track}; name one of opsroom.toml"
            ));
        }
        self.record(by, Happening::Paused { track });
        Ok(Answer::Done)
    }

    pub(super) fn resume_dispatch(&mut self, by: Actor, track: Option<Track>) -> Checked<Answer> {
        let pauses = &self.room.book.pauses;
        let paused = match &track {
            None => pauses.all.is_some(),
            Some(track) => pauses.tracks.contains_key(track),
        };
        if !paused {
            return Err(match (&track, &pauses.all) {
                (Some(_), Some(_)) => "dispatch is paused everywhere; resume all of it".to_owned(),
                (_, _) => "dispatch is not paused".to_owned(),
            });
        }
        self.record(by, Happening::Resumed { track });
        Ok(Answer::Done)
    }
}

/// Cards that propose a start which is no longer what would happen, and why.
fn outdated(stale: &Stale, outlook: &Outlook, room: &Room) -> Vec<(RequestId, String)> {
    let touched = |brief: &BriefId| match stale {
        Stale::All => true,
        Stale::Some(briefs) => briefs.contains(brief),
        Stale::Nothing => false,
    };
    let mut outdated = Vec::new();
    for request in room.open_requests() {
        let (Some(start), Some(id)) = (request.ask.start(), &request.brief) else {
            continue;
        };
        if !touched(id) {
            continue;
        }
        let brief = room.briefs.get(id);
        let why = match brief {
            None => Some("its brief's file is gone".to_owned()),
            Some(brief) if brief.place != start.place => {
                Some(format!("its brief stands in {} now", brief.place))
            }
            Some(brief) if brief.changed != start.file => {
                Some("its brief's file was changed".to_owned())
            }
            Some(brief) => outlook
                .obstacle_but_card(brief)
                .map(|wait| wait.of_its_brief()),
        };
        outdated.extend(why.map(|why| (request.id, why)));
    }
    outdated
}

impl Room {
    /// Whether the room starts anything by itself now, or asks whether it may.
    pub(in crate::model) fn dispatches(&self) -> bool {
        let open = self.book.life == Life::Open && self.passing.begun == Begun::Yes;
        let known = self.passing.scan == Scan::Done;
        open && known && self.proposes_or_starts()
    }

    fn proposes_or_starts(&self) -> bool {
        let mut tracks = self.settings.tracks.iter();
        tracks.any(|track| track.dispatch != Dispatch::Off)
            || self.open_requests().any(|it| it.ask.start().is_some())
    }

    /// What stands on the floor now.
    pub(in crate::model) fn outlook(&self) -> Outlook<'_> {
        let starts = self.passing.starts.iter();
        let awaited = starts.clone().filter_map(|(_, start)| match start.to {
            Recipient::Living(agent) => Some(agent),
            Recipient::New(_) => None,
        });
        let starting = starts.map(|(brief, start)| {
            let role = match &start.to {
                Recipient::New(role) => Some(role),
                Recipient::Living(agent) => {
                    let agent = self.book.agents.get(agent);
                    agent.and_then(|agent| agent.role.as_ref())
                }
            };
            (brief, start.step, role.filter(|_| start.takes_place()))
        });
        Outlook::new(
            &self.settings,
            &self.briefs,
            &self.book.courses,
            &self.book.pauses,
        )
        .with_agents(self.book.agents.values())
        .with_requests(self.open_requests())
        .with_starts(starting)
        .with_awaited(awaited)
        .with_moving(self.book.moving.keys())
    }

    /// Whether the room itself sees to it that work on a brief goes on.
    pub(in crate::model) fn starts_again(&self, brief: &BriefId) -> bool {
        let Some(brief) = self.briefs.get(brief) else {
            return false;
        };
        let track = self.settings.track(&brief.place.track);
        let course = self.book.courses.get(&brief.id);
        let failed = course.is_some_and(|course| course.failures >= FAILURES_MOST);
        match track.map(|track| track.dispatch) {
            None | Some(Dispatch::Off) => false,
            Some(Dispatch::Ask | Dispatch::Auto) => !failed,
        }
    }

    /// What a line changed is looked at again.
    pub(super) fn touched(&mut self, what: &Happening, touched: &[Touched]) {
        let index = &mut self.passing.index;
        for thing in touched {
            match thing {
                Touched::Agent(id) => {
                    index.touch();
                    let brief = self.book.agents.get(id).and_then(|it| it.brief.as_ref());
                    brief.into_iter().for_each(|brief| index.touch_brief(brief));
                }
                Touched::Request(id) => {
                    let request = self.book.requests.get(id);
                    let brief = request.and_then(|it| it.brief.as_ref());
                    brief.into_iter().for_each(|brief| index.touch_brief(brief));
                }
                Touched::Course(brief) => index.touch_brief(brief),
                Touched::AgentGone(_) | Touched::Pauses => index.touch(),
                Touched::RequestGone(_)
                | Touched::Message(_)
                | Touched::MessageDone(_)
                | Touched::Spoken(_)
                | Touched::Review(_)
                | Touched::Gauge(_)
                | Touched::Policies => {}
            }
        }
        if let Happening::Moved { brief, .. }
        | Happening::Arrived { brief }
        | Happening::Assigned { brief, .. } = what
        {
            index.touch_brief(brief);
        }
    }

    /// When the next action is due: at once, where there may be one.
    pub(in crate::model) fn dispatch_due(&self) -> Option<Time> {
        (self.passing.index.is_stale() && self.dispatches()).then_some(Time(0))
    }

    /// The book as it is on disk: what was changed since did not happen.
    pub fn put_back(&mut self, book: crate::model::Book) {
        self.book = book;
        self.passing.index = Index::default();
    }

    /// What a brief waits for.
    pub fn wait_of(&self, brief: &Brief) -> crate::model::dispatch::Wait {
        self.outlook().wait(brief)
    }
}
