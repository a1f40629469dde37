//! One call of `update`: the desk, the keys, and the acts so far. Sentences and wishes go through here.

use crate::model::{Level, Notice, Time, Wish};
use crate::view::desk::{Awaited, Desk, Link, Toast};
use crate::view::keymap::Keymap;
use crate::view::sighting::decides;
use crate::view::tiles::{Plan, plan};
use crate::wire::ToServer;

use super::Act;

/// How long a sentence stands, in ms.
pub(super) const TOAST_MS: u64 = 6_000;
/// How many sentences stand at once; the oldest goes.
const TOASTS: usize = 50;
/// How many sentences are kept to be read again; the oldest goes.
const LOG: usize = 200;
/// How many answers are awaited at once; the oldest is not waited for any more.
const AWAITED: usize = 256;

/// One call of `update`.
pub(super) struct Turn<'t> {
    /// The desk.
    pub desk: &'t mut Desk,
    /// The keys in force.
    pub keymap: &'t Keymap,
    /// What has to be done, in order.
    pub acts: Vec<Act>,
}

impl<'t> Turn<'t> {
    /// Nothing has to be done yet.
    pub fn new(desk: &'t mut Desk, keymap: &'t Keymap) -> Self {
        Self {
            desk,
            keymap,
            acts: Vec::new(),
        }
    }

    /// Where everything is now.
    pub fn plan(&self) -> Plan {
        plan(self.desk)
    }

    /// Something for the server; dropped while there is none.
    pub fn send(&mut self, message: ToServer) {
        if self.desk.link == Link::Live {
            self.acts.push(Act::Send(message));
        }
    }

    /// A new ticket, with what its answer is for.
    pub fn ticket(&mut self, awaited: Awaited) -> u32 {
        let desk = &mut *self.desk;
        desk.last_ticket = desk.last_ticket.wrapping_add(1);
        while desk.awaited.len() >= AWAITED {
            desk.awaited.pop_first();
        }
        desk.awaited.insert(desk.last_ticket, awaited);
        desk.last_ticket
    }

    /// Asks the room to do something; `done` is said when it did, unless it is empty.
    pub fn wish(&mut self, wish: Wish, done: impl Into<String>) {
        let ticket = self.ticket(Awaited::Wish(done.into()));
        self.ask(ticket, wish);
    }

    /// Asks the room to do something; the ticket knows what the answer is for. With a decision it is told what of the
    /// agents stands before the person.
    pub fn ask(&mut self, ticket: u32, wish: Wish) {
        let sightings = match decides(&wish) {
            true => self.desk.in_sight.clone(),
            false => Vec::new(),
        };
        self.send(ToServer::Wish {
            ticket,
            wish,
            sightings,
        });
    }

    /// A sentence on the screen for a while. One that stands already stands longer.
    pub fn say(&mut self, level: Level, text: impl Into<String>) {
        let at = self.desk.now;
        let text = text.into();
        self.toast(Notice { at, level, text });
    }

    /// Good to know.
    pub fn note(&mut self, text: impl Into<String>) {
        self.say(Level::Note, text);
    }

    /// Why a command did nothing, and what to do instead.
    pub fn refuse(&mut self, text: impl Into<String>) {
        self.say(Level::Warning, text);
    }

    /// Somebody's notice as a sentence on the screen.
    pub fn toast(&mut self, notice: Notice) {
        let desk = &mut *self.desk;
        let until = Time(desk.now.0.saturating_add(TOAST_MS));
        // the same again, or a newer word on the same thing (`layout: wall`)
        let about = |text: &str| text.split_once(": ").map(|(about, _)| about.to_owned());
        let news = match notice.level {
            Level::Note => about(&notice.text).filter(|about| !about.contains(' ')),
            Level::Warning | Level::Error => None,
        };
        desk.toasts.retain(|toast| {
            let same = toast.notice.text == notice.text;
            let older = news.is_some() && about(&toast.notice.text) == news;
            toast.notice.level != notice.level || !(same || older)
        });
        if desk.log.last().is_none_or(|last| last.text != notice.text) {
            desk.log.push(notice.clone());
        }
        desk.toasts.push(Toast { notice, until });
        let over = desk.toasts.len().saturating_sub(TOASTS);
        desk.toasts.drain(..over);
        let over = desk.log.len().saturating_sub(LOG);
        desk.log.drain(..over);
    }

    /// Rings, once per call.
    pub fn ring(&mut self) {
        if !self.acts.contains(&Act::Bell) {
            self.acts.push(Act::Bell);
        }
    }
}
