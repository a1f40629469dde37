//! A screen with its recording: what is shown was recorded first, so that a server that comes after
//! this one can show it again.

use std::time::Duration;

use tokio::time::Instant;

use crate::model::{AgentId, Time};
use crate::terminal::{Case, Limits, Screen, Signal, Size};
use crate::wire::{Place, ToClient};

use super::super::recording::Recording;

/// How long a synchronized update may hold the picture back.
const HELD_BACK: Duration = Duration::from_millis(150);
/// Lines of the past in one answer.
const PAST: u16 = 500;
/// Places in one answer.
const HITS: usize = 1_000;

/// A screen, its recording, and the update that holds it back.
pub(super) struct Glass {
    screen: Screen,
    recording: Recording,
    /// The number of the open update, and when it ends by force.
    held_back: Option<(u64, Instant)>,
}

impl Glass {
    /// The screen that the recording leaves.
    pub(super) fn replay(size: Size, mut recording: Recording) -> Self {
        let mut screen = Screen::new(size, Limits::default());
        recording.replay(&mut screen);
        Self { screen, recording, held_back: None }
    }

    pub(super) fn screen(&self) -> &Screen {
        &self.screen
    }

    /// Takes in output. A screen that broke stays as it is; the recording goes on.
    pub(super) fn feed(&mut self, bytes: &[u8], at: Time) {
        if bytes.is_empty() {
            return;
        }
        self.recording.output(at, bytes);
        let _shown_as_broken = self.screen.feed(bytes);
        self.note_update();
    }

    pub(super) fn resize(&mut self, size: Size, at: Time) {
        if size == self.screen.size() {
            return;
        }
        self.recording.resize(at, size);
        let _shown_as_broken = self.screen.resize(size);
    }

    pub(super) fn take_signals(&mut self) -> Vec<Signal> {
        self.screen.take_signals()
    }

    pub(super) fn take_replies(&mut self) -> Vec<u8> {
        self.screen.take_replies()
    }

    /// What still holds of what a replayed recording said: the program's state. Its bells rang
    /// long ago, and its questions were answered.
    pub(super) fn take_standing(&mut self) -> impl Iterator<Item = Signal> {
        let _answered_long_ago = self.screen.take_replies();
        let said = self.screen.take_signals().into_iter();
        said.filter(|signal| matches!(signal, Signal::Status(_)))
    }

    /// When an open update ends by force.
    pub(super) fn due(&self) -> Option<Instant> {
        self.held_back.map(|(_, until)| until)
    }

    pub(super) fn end_overdue(&mut self, now: Instant) {
        if self.held_back.is_some_and(|(_, until)| until <= now) {
            self.held_back = None;
            let _shown_as_broken = self.screen.end_synchronized();
        }
    }

    fn note_update(&mut self) {
        self.held_back = match (self.screen.synchronized(), self.held_back) {
            (Some(open), Some((known, until))) if open == known => Some((open, until)),
            (Some(open), _) => Some((open, Instant::now() + HELD_BACK)),
            (None, _) => None,
        };
    }

    /// Lines of the past.
    pub(super) fn past(&self, agent: AgentId, ticket: u32, first: u64, count: u16) -> ToClient {
        let history = self.screen.history();
        let first = first.max(history.first());
        let rows = self.screen.scrollback(first, usize::from(count.min(PAST)), self.screen.size().cols);
        ToClient::Past { ticket, agent, first, oldest: history.first(), total: history.total(), rows }
    }

    /// Where a text stands. Large letters are meant as such.
    pub(super) fn find(&self, agent: AgentId, ticket: u32, needle: &str) -> ToClient {
        let case = match needle.chars().any(char::is_uppercase) {
            true => Case::Exact,
            false => Case::Ignored,
        };
        let mut hits = self.screen.search(needle, case, HITS);
        hits.reverse();
        let place = |hit: &crate::terminal::Hit| Place { line: hit.line, column: hit.col, width: hit.columns };
        ToClient::Found { ticket, agent, hits: hits.iter().map(place).collect() }
    }
}
