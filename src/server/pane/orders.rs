//! What a pane is told to do: by people through their guests, and by the hub with recorded messages.
//!
//! Must not decide who may: guests have refused observers before anything comes here.

use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::model::{Level, Manner, Notice};
use crate::terminal::{
    Focus, Key, MouseAction, Size, encode_focus, encode_key, encode_mouse, encode_paste,
};
use crate::wire::{FocusChange, ToClient};

use super::super::clock;
use super::super::post::{ToPane, Told, Typist};
use super::{COMPLAIN_EVERY, Pane, SMALLEST};

impl Pane {
    pub(super) fn obey(&mut self, order: ToPane) {
        match order {
            ToPane::Watch { seat, frames } => self.watchers.watch(seat, frames),
            ToPane::Unwatch(seat) => {
                self.watchers.unwatch(seat);
                self.spots.send_modify(|spots| spots.forgets(seat));
            }
            ToPane::Ack(seat, generation) => self.watchers.ack(seat, generation),
            ToPane::Keys(typist, keys) => self.type_keys(&typist, &keys),
            ToPane::Paste(typist, text) => {
                let bytes = encode_paste(&text, &self.glass.screen().modes());
                self.type_bytes(&typist, &bytes);
            }
            ToPane::Mouse(event) => {
                if event.action != MouseAction::Move {
                    self.touched = Some(Instant::now());
                }
                let bytes = encode_mouse(&event, &self.glass.screen().modes());
                let _ignored_by_an_agent_that_does_not_read = self.write(&bytes);
            }
            ToPane::Focus(change) => {
                let focus = match change {
                    FocusChange::Gained => Focus::Gained,
                    FocusChange::Lost => Focus::Lost,
                };
                let bytes = encode_focus(focus, &self.glass.screen().modes());
                let _ignored_by_an_agent_that_does_not_read = self.write(&bytes);
            }
            ToPane::Resize(size) => self.resize(size),
            ToPane::Past {
                ticket,
                first,
                count,
                to,
            } => {
                answer(&to, self.glass.past(self.agent, ticket, first, count));
            }
            ToPane::Find { ticket, needle, to } => {
                answer(&to, self.glass.find(self.agent, ticket, &needle))
            }
            ToPane::Lines { needle, most, to } => {
                let lives = self.tty.is_some();
                let lines = lives.then(|| self.glass.lines(self.agent, &needle, most));
                let _nobody_waits_any_more = to.send(lines);
            }
            ToPane::Deliver {
                message,
                text,
                manner,
            } => self.take_message(message, text, manner),
            ToPane::Press(order) => self.take_press(order),
            // Taken by `run`, which ends with it.
            ToPane::LetGo(_) => {}
        }
    }

    /// Takes no more orders. Who has asked something gets their answer still; what else was ordered is not done any more.
    pub(super) fn answer_the_rest(&mut self, orders: &mut mpsc::Receiver<ToPane>) {
        orders.close();
        while let Ok(order) = orders.try_recv() {
            if let ToPane::Past { .. } | ToPane::Find { .. } | ToPane::Lines { .. } = order {
                self.obey(order);
            }
        }
    }

    fn take_message(&mut self, message: u64, text: String, manner: Manner) {
        // Whether it may be written is judged by what stands there now.
        self.read_on();
        let refused = self.deliveries.add(message, text, manner, Instant::now());
        if let Some(event) = refused {
            self.heard.event(event);
        }
        if self.tty.is_none() {
            for event in self
                .deliveries
                .abandon("its terminal is closed; start it again first")
            {
                self.heard.event(event);
            }
        }
    }

    fn type_keys(&mut self, typist: &Typist, keys: &[Key]) {
        let modes = self.glass.screen().modes();
        let bytes: Vec<u8> = keys
            .iter()
            .flat_map(|key| encode_key(key, &modes))
            .collect();
        self.type_bytes(typist, &bytes);
    }

    fn type_bytes(&mut self, typist: &Typist, bytes: &[u8]) {
        let now = Instant::now();
        self.deliveries.key_pressed(now);
        self.touched = Some(now);
        // What comes of it is not to wait for a beat.
        self.read_on();
        if self.write(bytes).is_ok() || self.complained.is_some_and(|at| now < at + COMPLAIN_EVERY)
        {
            return;
        }
        self.complained = Some(now);
        let text = format!(
            "agent {} does not read its input; these keys were not sent",
            self.agent
        );
        let notice = Notice {
            at: clock::now(),
            level: Level::Warning,
            text,
        };
        // Full: that person has not read a thousand facts, one sentence more does not help.
        let _told = typist.told.try_send(Told::Message(ToClient::Tell(notice)));
    }

    /// The terminal is as large as the tile of the person who drives, and never too small.
    fn resize(&mut self, tile: Size) {
        let size = Size::new(tile.cols.max(SMALLEST.cols), tile.rows.max(SMALLEST.rows));
        if size != self.glass.screen().size() {
            self.glass.resize(size, clock::now());
            self.sent = None;
            self.nudge = None;
            self.resize_terminal(size);
        }
    }

    pub(super) fn resize_terminal(&self, size: Size) {
        if let Some(tty) = &self.tty {
            tty.resize(size);
        }
    }
}

/// Never full: a guest has room for all answers it may wait for. Gone: it needs none.
fn answer(to: &mpsc::Sender<ToClient>, message: ToClient) {
    let _gone = to.try_send(message);
}
