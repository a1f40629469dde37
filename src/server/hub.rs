//! One task, one `select!`: everything that happens comes in here as an event, the room says what
//! follows, and `perform` does it. Must not see a byte of an agent's output, and never waits for a guest.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{mpsc, watch};
use tokio::task::block_in_place;
use tokio::time::{Instant, sleep_until};

use crate::door::RoomPaths;
use crate::model::{
    Agent, AgentId, Book, Effect, Event, Fact, Force, Level, Notice, Room, SeatId, SeatRole,
    Sitting, Time, Wish,
};
use crate::wire::{ToClient, Want};

use super::agent_door::Tokens;
use super::attention::Attention;
use super::bench::Bench;
use super::clock;
use super::guests::{Guests, Place};
use super::hooks::HookRequests;
use super::journal::Journal;
use super::keeper_side::KeeperSide;
use super::outside::Outside;
use super::post::{FromGuest, PaneHandle, Panes, Recording, ToHub};
use super::profiles::ProfileFiles;
use super::settings::SettingsFile;
use super::shelf::Shelf;
use super::sockets::Sockets;

/// How long the journal rests after it could not be written.
const TRY_AGAIN: Duration = Duration::from_secs(1);
/// Events that may wait for the journal. At the limit nothing more is taken in until it can be written.
const STALLED: usize = 1_024;

/// The one who decides what is done next.
pub struct Hub {
    pub(super) paths: RoomPaths,
    pub(super) room: Room,
    /// The book as the journal on disk has it.
    pub(super) durable: Book,
    pub(super) journal: Journal,
    pub(super) tokens: Tokens,
    pub(super) guests: Guests,
    pub(super) panes: BTreeMap<AgentId, PaneHandle>,
    pub(super) published: watch::Sender<Panes>,
    pub(super) attention: Attention,
    /// The seat that drives, for the guests.
    pub(super) driver: watch::Sender<Option<SeatId>>,
    pub(super) keeper: KeeperSide,
    /// Whose output the keeper still has because it could not be read, and what is to be said of it.
    pub(super) unread: BTreeMap<AgentId, String>,
    pub(super) shelf: Shelf,
    pub(super) outside: Outside,
    pub(super) bench: Bench,
    /// Which open requests came by a hook.
    pub(super) hooks: HookRequests,
    pub(super) settings: SettingsFile,
    pub(super) profiles: ProfileFiles,
    /// What is wrong with `opsroom.toml` now: whoever comes is told, not only who was there at the edit.
    pub(super) settings_faults: Vec<String>,
    pub(super) settings_read: SettingsRead,
    pub(super) clock: clock::Watch,
    /// What the hub itself has to tell the room next.
    pub(super) follow_up: VecDeque<Event>,
    /// What waits until the journal can be written.
    pub(super) stalled: VecDeque<Event>,
    pub(super) writing: Writing,
    pub(super) going: Going,
    /// For those who speak to the hub: panes get a copy.
    pub(super) post: mpsc::Sender<ToHub>,
}

/// Why nobody who only looks comes in then.
const UNREAD: &str = "opsroom.toml cannot be read, so it is not known what you may see; come again when it is mended";

/// Whether `opsroom.toml` was read since this server started. Until then nobody knows what is hidden from whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SettingsRead {
    Yes,
    NotYet,
}

/// Whether the journal can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Writing {
    /// It can.
    Well,
    /// It could not; it is tried again then.
    Failing(Instant),
}

/// Whether the server goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Going {
    /// It does.
    On,
    /// The room is closed: agents end, then the server; at this moment it goes in any case.
    Closing(Instant),
}

/// What makes the hub stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Another server may take over; the agents go on.
    HandOver,
    /// The room is closed.
    Closed,
}

/// The process's signals.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
    /// A file grew over this process's limit: the write fails, as on a full disk.
    too_large: Signal,
}

impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hang_up: signal(SignalKind::hangup())?,
            too_large: signal(SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw()))?,
        })
    }

    /// Waits for one that ends the server. A hang-up does not: the server survives every terminal.
    async fn end(&mut self) {
        loop {
            tokio::select! {
                _ = self.terminate.recv() => return,
                _ = self.interrupt.recv() => return,
                _ = self.hang_up.recv() => {}
                _ = self.too_large.recv() => {}
            }
        }
    }
}

impl Hub {
    /// Serves until the room is closed or a signal asks to leave.
    pub(super) async fn run(
        mut self,
        mut inbox: mpsc::Receiver<ToHub>,
        mut sockets: Sockets,
    ) -> anyhow::Result<()> {
        let mut signals = Signals::listen()?;
        self.outside
            .mind(sockets.all(&self.paths), sockets.missing());
        let end = loop {
            self.follow_up();
            if let Going::Closing(latest) = self.going
                && (self.keeper.is_gone() || Instant::now() >= latest)
            {
                break End::Closed;
            }
            let due = self.due();
            let takes_in = self.stalled.len() < STALLED;
            tokio::select! {
                message = inbox.recv(), if takes_in => match message {
                    Some(message) => self.take(message),
                    None => break End::HandOver,
                },
                event = self.keeper.next() => self.keeper_said(event),
                event = self.outside.next(), if takes_in => self.outside_said(event),
                seat = self.guests.caught_up() => self.refresh(seat),
                () = self.settings.changed() => self.reload(),
                () = self.profiles.changed() => self.reload_profiles(),
                () = sockets.may_be_gone() => self.look_at_sockets(&mut sockets),
                () = until(due) => self.time_passed(),
                () = signals.end() => break End::HandOver,
            }
        };
        drop(inbox);
        self.finish(end).await;
        Ok(())
    }

    fn due(&self) -> Option<Instant> {
        let tick = self.room.next_deadline().map(clock::instant_of);
        let next = match self.writing {
            Writing::Well => tick,
            Writing::Failing(again) => Some(again),
        };
        match self.going {
            Going::On => next,
            Going::Closing(latest) => Some(next.map_or(latest, |next| next.min(latest))),
        }
    }

    fn time_passed(&mut self) {
        match self.writing {
            Writing::Well => self.update(Event::Tick),
            Writing::Failing(again) if again <= Instant::now() => self.try_again(),
            Writing::Failing(_) => {}
        }
    }

    /// Events that follow from what was done.
    pub(super) fn follow_up(&mut self) {
        while let Some(event) = self.follow_up.pop_front() {
            self.update(event);
        }
    }

    /// Tells the room and does what follows.
    pub(super) fn update(&mut self, event: Event) {
        if let Writing::Failing(_) = self.writing {
            return self.stall(event);
        }
        let now = self.look_at_the_clock();
        let effects = self.room.update(event.clone(), now);
        self.draw_veils();
        if let Err(why) = self.perform(effects) {
            self.roll_back(&why);
            self.stall(event);
        }
        self.veils_are_drawn();
        self.publish_driver();
    }

    /// Tells the room several things that happened outside, and syncs what it records of them once, before
    /// anything else that follows from them.
    pub(super) fn update_together(&mut self, events: Vec<Event>) {
        if let Writing::Failing(_) = self.writing {
            return events.into_iter().for_each(|event| self.stall(event));
        }
        let now = self.look_at_the_clock();
        let effects: Vec<Effect> = events
            .iter()
            .flat_map(|event| self.room.update(event.clone(), now))
            .collect();
        self.draw_veils();
        let (lines, others): (Vec<Effect>, Vec<Effect>) = effects
            .into_iter()
            .partition(|effect| matches!(effect, Effect::Journal(_)));
        if let Err(why) = self.perform(lines.into_iter().chain(others).collect()) {
            self.roll_back(&why);
            events.into_iter().for_each(|event| self.stall(event));
        }
        self.veils_are_drawn();
    }

    /// The time; where the clock was set, what the room measures goes on where it was.
    fn look_at_the_clock(&mut self) -> Time {
        let (now, set) = self.clock.look();
        if let Some(by) = set {
            tracing::info!(ms = by, "the clock was set, or the machine slept");
            self.room.clock_set(by);
        }
        now
    }

    /// The journal could not be written: nothing behind that line was done, and the room is as the
    /// journal on disk has it.
    fn roll_back(&mut self, why: &std::io::Error) {
        tracing::error!(%why, "the journal cannot be written");
        self.room.put_back(self.durable.clone());
        self.writing = Writing::Failing(Instant::now() + TRY_AGAIN);
        let text = format!(
            "the journal cannot be written ({why}): nothing is decided or started until it can; make room on the disk"
        );
        self.say_all(Level::Error, text);
    }

    /// What a person or an agent wants is refused; what happened waits.
    fn stall(&mut self, event: Event) {
        match event {
            // There must be a way out, recorded or not. Observers were refused before.
            Event::Wanted {
                seat,
                ticket,
                wish: Wish::CloseRoom(Force::Yes),
                ..
            } => {
                self.guests.reply(seat, ticket, crate::model::Answer::Done);
                self.close();
            }
            Event::Wanted { seat, ticket, .. } => {
                let why = "the journal cannot be written, so nothing was done; make room on the disk and try again";
                self.guests
                    .reply(seat, ticket, crate::model::Answer::Refused(why.to_owned()));
            }
            Event::Asked { key, .. }
            | Event::Handed { key, .. }
            | Event::Spoke { key, .. }
            | Event::Filed { key, .. }
            | Event::Claimed { key, .. } => self.asker_refused(key),
            // Whoever wants to drive now is told that they do not.
            Event::Reaches(_) | Event::Tick => {}
            other => self.stalled.push_back(other),
        }
    }

    fn try_again(&mut self) {
        if block_in_place(|| self.journal.probe()).is_err() {
            self.writing = Writing::Failing(Instant::now() + TRY_AGAIN);
            return;
        }
        self.writing = Writing::Well;
        let waiting = std::mem::take(&mut self.stalled);
        let had = waiting.len();
        for event in waiting {
            self.update(event);
        }
        if self.writing == Writing::Well {
            tracing::info!(had, "the journal can be written again");
            self.say_all(
                Level::Note,
                "the journal can be written again; the room goes on".to_owned(),
            );
        }
    }

    /// A sentence for everybody.
    pub(super) fn say_all(&mut self, level: Level, text: String) {
        self.guests.show(Fact::Notice(Notice {
            at: clock::now(),
            level,
            text,
        }));
    }

    fn take(&mut self, message: ToHub) {
        match message {
            ToHub::Event(event) => self.told(event),
            ToHub::Guest(seat, said) => self.guest_said(seat, said),
            ToHub::Rang { agent, text } => self.guests.tell_all(&ToClient::Rang { agent, text }),
            ToHub::Recording(agent, news) => self.say_recording(agent, &news),
            ToHub::Grew => self.keep_recordings(),
            ToHub::Entry(entry) => self.say_entry(&entry),
        }
    }

    fn say_recording(&mut self, agent: AgentId, news: &Recording) {
        let known = self.room.book.agents.get(&agent);
        let name = known.map_or_else(|| agent.to_string(), |known| known.name.clone());
        match news {
            Recording::Stopped(why) => self.say_all(
                Level::Warning,
                format!("what `{name}` writes is not recorded: {why}; with room on the disk it goes on by itself"),
            ),
            Recording::GoesOn => {
                self.say_all(Level::Note, format!("what `{name}` writes is recorded again"));
            }
        }
    }

    fn guest_said(&mut self, seat: SeatId, said: FromGuest) {
        match said {
            FromGuest::Came {
                arrival,
                want,
                line,
            } => {
                if let Err(why) = self.room.book.revoked.admits(&arrival) {
                    line.away.send_replace(Some(why));
                    return;
                }
                if (arrival.role, self.settings_read) == (SeatRole::Observer, SettingsRead::NotYet)
                {
                    line.away.send_replace(Some(UNREAD.to_owned()));
                    return;
                }
                // The room hears of it first, so that the snapshot shows who is here.
                if want == Want::Live {
                    self.update(Event::SeatTaken {
                        seat,
                        arrival: arrival.clone(),
                        sitting: Sitting::Stays,
                    });
                }
                let person = arrival.person.clone();
                let veil = self.veil_of(arrival.role, &person);
                let snapshot = self.snapshot_for(&veil);
                self.guests
                    .come(seat, arrival, want, line, (veil, snapshot));
                if want == Want::Live {
                    let _told_already = self.guests.take_seat(seat);
                    self.tell_faults(seat);
                    self.tell_unread(seat);
                    self.tell_since(seat, &person);
                }
            }
            FromGuest::Wish(ticket, wish, screens) => {
                self.seat(seat);
                let wish = self.profiles.completed(wish);
                let seen = self.sees(seat, &wish);
                if let Err(why) = seen.and_then(|()| self.can_be_written(&wish)) {
                    let answer = crate::model::Answer::Refused(why);
                    return self.guests.reply(seat, ticket, answer);
                }
                let screens = self.screens_before(&wish, screens);
                self.update(Event::Wanted {
                    seat,
                    ticket,
                    wish,
                    screens,
                });
            }
            FromGuest::Shown(cards) => self.heard_of(seat, Event::Shown { seat, cards }),
            FromGuest::LooksAt(gaze) => self.heard_of(seat, Event::LooksAt { seat, gaze }),
            FromGuest::Follows(whom) => self.heard_of(seat, Event::Follows { seat, whom }),
            FromGuest::Reaches(to) => {
                self.heard_of(seat, Event::Reaches(seat));
                let _gone = to.send(self.room.reaches(seat));
            }
            FromGuest::Typed(agent) => self.heard_of(seat, Event::Typed { seat, agent }),
            FromGuest::ReadBrief(ticket, brief) => self.read_brief(seat, ticket, brief),
            FromGuest::WorkOf(brief, to) => drop(to.send(self.work_seen(seat, &brief))),
            FromGuest::Left => {
                if self.guests.leave(seat) == Some(Place::Seated) {
                    self.update(Event::SeatLeft(seat));
                }
            }
        }
    }

    /// A pane came or went: everybody who looks for one finds it.
    pub(super) fn publish(&self) {
        self.published.send_replace(Arc::new(self.panes.clone()));
    }

    /// The living agents of the book.
    pub(super) fn living(&self) -> impl Iterator<Item = &Agent> {
        self.room
            .book
            .agents
            .values()
            .filter(|agent| agent.is_alive())
    }
}

async fn until(due: Option<Instant>) {
    match due {
        Some(at) => sleep_until(at).await,
        None => std::future::pending().await,
    }
}
