//! What follows from an event. One file a subject; this one hands out the events and holds the two
//! verbs that all of them use: `record` (the only way in which the book changes) and `show`.

mod absent;
mod agent;
mod assign;
mod breakroom;
mod brief;
mod budget;
mod close;
mod consequence;
mod decide;
mod dialog;
mod dispatch;
mod drive;
mod filed;
mod gate;
mod gauge;
mod landing;
mod left;
mod message;
mod open;
mod opens;
mod owed;
mod policy;
mod request;
mod review;
mod runs;
mod seat;
mod start;
mod usage;
mod wish;

use super::{
    Actor, AskKey, Effect, Entry, Event, Fact, Happening, Level, Notice, Outcome, Review, Room,
    Time, book::Touched,
};

/// How a wish or a check went: what it gives, or the sentence that refuses it.
type Checked<T> = Result<T, String>;

/// One event being taken: the room, the time, and what is wanted so far.
struct Turn<'a> {
    room: &'a mut Room,
    now: Time,
    out: Vec<Effect>,
}

impl Room {
    /// Takes one event and says what follows, in the order in which it must be done.
    pub fn update(&mut self, event: Event, now: Time) -> Vec<Effect> {
        let mut turn = Turn {
            room: self,
            now,
            out: Vec::new(),
        };
        turn.take(event);
        turn.open_briefs();
        turn.dispatch();
        turn.out
    }
}

impl Turn<'_> {
    fn take(&mut self, event: Event) {
        match event {
            Event::Settings(settings) => self.settled_anew(settings),
            Event::Edited(runs) => self.edited(runs),
            Event::SeatTaken {
                seat,
                arrival,
                sitting,
            } => self.seat_taken(seat, arrival, sitting),
            Event::SeatLeft(seat) => self.seat_left(seat),
            Event::Shown { seat, cards } => self.shown(seat, cards),
            Event::LooksAt { seat, gaze } => self.looks_at(seat, gaze),
            Event::Follows { seat, whom } => self.follows(seat, whom),
            Event::Reaches(seat) => self.reaches(seat),
            Event::Typed { seat, agent } => self.typed(seat, agent),
            Event::Wanted {
                seat,
                ticket,
                wish,
                screens,
            } => self.wanted(seat, ticket, wish, &screens),
            Event::BriefSeen(brief) => self.brief_seen(brief),
            Event::BriefGone(brief) => self.brief_gone(&brief),
            Event::Dropped { track, file, title } => self.dropped(track, file, &title),
            Event::BriefFailed { brief, why } => self.brief_failed(&brief, &why),
            Event::Scanned => self.scanned(),
            Event::Opened { version, alive, by } => self.opened(version, &alive, by),
            Event::Started { agent, pid } => self.started(agent, pid),
            Event::Ended { agent, exit } => self.ended(agent, exit),
            Event::Session { agent, session } => self.session(agent, session),
            Event::FirstText { agent, text } => self.first_text(agent, text),
            Event::Heard { agent, evidence } => self.heard(agent, evidence),
            Event::Read {
                agent,
                dialog,
                telling,
            } => self.read(agent, dialog, telling),
            Event::Pressed { request, outcome } => self.pressed(request, outcome),
            Event::Asked {
                key,
                agent,
                ask,
                digest,
                screen,
            } => self.asked(key, agent, ask, digest, screen),
            Event::TookBack { key, why } => self.took_back(&key, &why),
            Event::AskerGone { key } => self.asker_gone(&key),
            Event::Handed {
                agent,
                key,
                handoff,
            } => self.handed(agent, key, handoff),
            Event::Checked {
                brief,
                key,
                gate,
                digest,
            } => self.checked(&brief, &key, gate, digest),
            Event::Measured {
                gauge,
                shape,
                found,
            } => self.measured(gauge, &shape, found),
            Event::Worktree { brief, made } => self.stands(&brief, made),
            Event::Landed { brief, result } => self.landed(&brief, result),
            Event::Cleaned { brief, result } => self.cleaned(&brief, result),
            Event::Written { message, outcome } => self.written(message, outcome),
            Event::Spoke { agent, key, text } => self.agent_spoke(agent, key, &text),
            Event::Gathered { brief, papers } => self.gathered(&brief, papers),
            Event::Used { agent, word } => self.used(agent, word),
            Event::Filed {
                agent,
                key,
                track,
                text,
            } => self.filed(agent, key, track, text),
            Event::Claimed {
                agent,
                key,
                number,
                note,
            } => self.claimed(agent, key, number, note),
            Event::PolicyFailed { why } => self.policy_failed(&why),
            Event::Faults(faults) => self.faults(faults),
            Event::Tick => self.tick(),
        }
    }

    /// Writes a line, applies it, and shows what it changed. The line comes first.
    fn record(&mut self, by: Actor, what: Happening) {
        let at = self.now;
        let entry = Entry { at, by, what };
        self.note_answer(&entry.what);
        let touched = self.room.book.fold(&entry);
        self.room.touched(&entry.what, &touched);
        self.out.push(Effect::Journal(entry));
        for thing in touched {
            self.show_touched(thing);
        }
    }

    fn show_touched(&mut self, thing: Touched) {
        let fact = match thing {
            Touched::Agent(id) => {
                if let Some(live) = self.room.passing.live.get_mut(&id) {
                    live.since = self.now;
                }
                self.room.agent(id).map(Fact::Agent)
            }
            Touched::AgentGone(id) => Some(Fact::AgentGone(id)),
            Touched::Request(id) => self.room.request(id).map(Fact::Request),
            Touched::RequestGone(id) => Some(Fact::RequestGone(id)),
            Touched::Message(id) => {
                let message = self.room.book.messages.get(&id);
                message.cloned().map(Fact::Message)
            }
            Touched::Course(brief) => Some(Fact::Course {
                course: self.room.book.course_of(&brief),
                brief,
            }),
            Touched::Gauge(id) => self.room.gauge(&id).map(Fact::Gauge),
            Touched::Pauses => Some(Fact::Pauses(self.room.book.pauses.clone())),
            Touched::Policies => Some(Fact::Policies(self.room.book.policies.clone())),
            Touched::Spoken(spoken) => Some(Fact::Spoken(spoken)),
            Touched::Review(brief) => {
                let kept = self.room.book.reviews.get(&brief).cloned();
                Some(Fact::Review(kept.unwrap_or(Review {
                    brief,
                    ..Review::default()
                })))
            }
            Touched::MessageDone(message) => Some(Fact::Message(message)),
        };
        self.out.extend(fact.map(Effect::Show));
    }

    /// What is wrong with the room's files stands on every screen until it is mended.
    fn faults(&mut self, faults: Vec<String>) {
        if self.room.passing.faults != faults {
            self.room.passing.faults.clone_from(&faults);
            self.show(Fact::Faults(faults));
        }
    }

    fn show(&mut self, fact: Fact) {
        self.out.push(Effect::Show(fact));
    }

    /// What an agent used is no sign of what it does: it rests no later for it.
    fn show_agent_as_it_was_heard(&mut self, id: super::AgentId) {
        let fact = self.room.agent(id).map(Fact::Agent);
        self.out.extend(fact.map(Effect::Show));
    }

    fn show_agent(&mut self, id: super::AgentId) {
        self.show_touched(Touched::Agent(id));
    }

    fn notice(&mut self, level: Level, text: String) {
        let at = self.now;
        self.show(Fact::Notice(Notice { at, level, text }));
    }

    fn answer(&mut self, key: AskKey, outcome: Outcome) {
        self.out.push(Effect::Answer { key, outcome });
    }
}
