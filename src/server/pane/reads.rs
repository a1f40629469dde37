//! What a pane reads of its terminal, and when it leaves it alone.
//!
//! Must not leave it alone where a person types, a message is written, or an answer pressed.

use std::time::Duration;

use tokio::time::Instant;

use crate::terminal::{Signal, Switch};

use super::super::attention::Tempo;
use super::super::clock;
use super::pace::Rest;
use super::tty::{Seen, Tty};
use super::{CHUNK, Pane, Read};

/// The most that is read while a person types to another agent, and the pause before the next look: a third of a megabyte
/// a second. What programs spend on writing more takes the cores from the echo.
const SMALL_CHUNK: usize = 8 * 1024;
const REST: Duration = Duration::from_millis(24);

/// The most that is read of a terminal that nobody shows any more, in bytes: more than was read ahead and the kernel
/// keeps together. Whoever still writes there is not waited for.
const REST_OF_IT: usize = 1024 * 1024;

/// Whether a program asked something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Talk {
    /// No: it only said something.
    Said,
    /// It asked, and was answered; it may well go on.
    Answered,
}

impl Pane {
    /// Reads what is there and writes what waits.
    pub(super) fn look(&mut self) {
        let Some(tty) = &mut self.tty else {
            return;
        };
        tty.flush();
        let mut chunk = std::mem::take(&mut self.chunk);
        let elsewhere = self.attention.is_elsewhere(self.agent, Instant::now());
        let most = if elsewhere { SMALL_CHUNK } else { CHUNK };
        let ended = match tty.fill(&mut chunk, most) {
            Ok(Seen::Bytes(_) | Seen::Nothing) => None,
            Ok(Seen::HangUp) => Some("its terminal was closed".to_owned()),
            Err(error) => Some(format!("its terminal cannot be read ({error})")),
        };
        let talk = self.take_in(&chunk);
        let read = chunk.len();
        self.chunk = chunk;
        match ended {
            Some(why) => self.hang_up(&why),
            None => self.rest(read, elsewhere.then_some(REST), talk),
        }
    }

    /// Reads what was read ahead, so that nothing is missing for whoever reads the terminal after this server.
    pub(super) fn read_to_hand_over(&mut self) {
        if self.tty.as_ref().is_some_and(Tty::is_read_ahead) {
            let _all_there_was = self.drain();
        }
    }

    /// Records what an agent that is forgotten had written and nobody has read. Whoever it left behind gets no answers.
    pub(super) fn read_the_rest(&mut self) {
        let Some(mut tty) = self.tty.take() else {
            return;
        };
        let mut chunk = vec![0; CHUNK];
        let mut read = 0;
        while let (true, Ok(Seen::Bytes(length))) = (read < REST_OF_IT, tty.read_now(&mut chunk)) {
            read += length;
            self.glass.feed(&chunk[..length], clock::now());
        }
    }

    /// Goes on reading after a rest: at once where nobody says that there is something.
    pub(super) fn read_on(&mut self) {
        if let Some(Rest::Beat(_)) = self.rests.take() {
            self.look();
        }
    }

    /// Leaves the terminal alone for a moment, where that delays nobody.
    fn rest(&mut self, read: usize, elsewhere: Option<Duration>, talk: Talk) {
        let now = Instant::now();
        let slow = self.attention.next_beat(now, Tempo::EveryOther);
        let beat = self.pace.read(read, now, slow);
        let busy = talk == Talk::Answered
            || self.attention.is_here(self.agent, now)
            || self.pressing.is_some()
            || self.deliveries.due().is_some();
        self.rests = match (beat, elsewhere) {
            (Some(beat), _) if !busy => Some(Rest::Beat(beat)),
            (_, Some(pause)) if read > 0 => Some(Rest::Elsewhere(now + pause)),
            _ => None,
        };
        let floods = self.pace.floods();
        let watched = match (&mut self.tty, self.rests) {
            (Some(tty), Some(Rest::Beat(_))) => {
                tty.rest();
                Ok(())
            }
            (Some(tty), None) if floods => {
                tty.read_ahead();
                Ok(())
            }
            (Some(tty), Some(Rest::Elsewhere(_)) | None) => tty.wake(),
            (None, _) => Ok(()),
        };
        // A flood that ends says nothing: it is looked at with each beat whether it goes on.
        let ahead = self.tty.as_ref().is_some_and(Tty::is_read_ahead);
        self.ebb = ahead.then(|| self.attention.next_beat(now, Tempo::Each));
        if !ahead {
            self.chunk.shrink_to(CHUNK);
        }
        if let Err(error) = watched {
            self.hang_up(&format!("its terminal cannot be watched ({error})"));
        }
    }

    pub(super) fn take_in(&mut self, bytes: &[u8]) -> Talk {
        if bytes.is_empty() {
            return Talk::Said;
        }
        self.read = Read::Something;
        self.glass.feed(bytes, clock::now());
        self.hear();
        let wrote = self.silence.broken(Instant::now());
        self.heard.silence(wrote, clock::now());
        let replies = self.glass.take_replies();
        if replies.is_empty() {
            return Talk::Said;
        }
        if self.write(&replies).is_err() {
            tracing::debug!(agent = %self.agent, "an agent that does not read gets no answers");
        }
        Talk::Answered
    }

    pub(super) fn hear(&mut self) {
        let at = clock::now();
        for signal in self.glass.take_signals() {
            if signal == Signal::BracketedPaste(Switch::Off) {
                self.deliveries.editor_left();
            }
            self.heard.take(signal, at);
        }
    }

    pub(super) fn hang_up(&mut self, why: &str) {
        self.tty = None;
        self.nudge = None;
        self.ebb = None;
        for event in self.deliveries.abandon(why) {
            self.heard.event(event);
        }
        self.press_lost();
        self.reader.stop(&mut self.heard);
    }
}
