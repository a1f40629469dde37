//! A screen with its recording: what is shown was recorded first, so that a server that comes after
//! this one can show it again.

use std::io;
use std::time::Duration;

use tokio::time::Instant;

use crate::model::{AgentId, Time};
use crate::terminal::{Case, Limits, Piece, Screen, Signal, Size};
use crate::wire::{Place, ToClient, Where};

use super::super::occurrence::Occurrence;
use super::super::post::Recording;
use super::super::recording::{Chunk, Recorder, Tail};
use super::sights::Spot;

/// How long a synchronized update may hold the picture back.
const HELD_BACK: Duration = Duration::from_millis(150);
/// Lines of the past in one answer.
const PAST: u16 = 500;
/// Places in one answer.
const HITS: usize = 1_000;

/// How long what was taken in may stay unshown while nobody looks at it.
const UNSHOWN: Duration = Duration::from_millis(50);

/// How long a disk that refused is left alone where nothing comes.
const ASK_AGAIN: Duration = Duration::from_secs(10);

/// A screen, its recording, and the update that holds it back.
pub(super) struct Glass {
    agent: AgentId,
    screen: Screen,
    /// None where nothing comes any more, and the disk refused to be written once more.
    recorder: Option<Recorder>,
    /// When the picture is tried again although nothing comes. None where nothing is missing in the recording.
    retry: Option<Instant>,
    /// The number of the open update, and when it ends by force.
    held_back: Option<(u64, Instant)>,
    /// When what was taken in is shown even if nobody looks. None where all of it is.
    unshown: Option<Instant>,
    news: Option<Recording>,
    /// The file that it was recorded in when that was asked last.
    file: Option<u64>,
}

impl Glass {
    /// An empty screen.
    pub(super) fn new(agent: AgentId, size: Size) -> Self {
        let screen = Screen::new(size, Limits::default());
        Self {
            agent,
            screen,
            recorder: None,
            retry: None,
            held_back: None,
            unshown: None,
            news: None,
            file: None,
        }
    }

    /// It is recorded from here on, or once the disk takes it.
    pub(super) fn goes_to(&mut self, recorder: Recorder, opened: io::Result<()>) {
        self.recorder = Some(recorder);
        if let Err(error) = opened {
            self.refused(&error);
        }
    }

    /// Records what is shown later.
    pub(super) fn record_output(&mut self, bytes: &[u8], at: Time) {
        self.record(|recorder| recorder.output(bytes, at));
    }

    /// Shows what was recorded by former servers, and then has the size it is to have now. Nothing of
    /// it is recorded again.
    pub(super) fn replay(&mut self, tail: &Tail) {
        let now = self.screen.size();
        let _shown_as_broken = self.screen.resize(tail.size);
        for chunk in &tail.chunks {
            let _shown_as_broken = match chunk {
                Chunk::Output(text) => self.screen.feed(text.as_bytes()),
                Chunk::Size(size) => self.screen.resize(*size),
            };
        }
        let _shown_as_broken = self.screen.resize(now);
        let _shown_as_broken = self.screen.end_synchronized();
    }

    /// Takes in what is recorded already.
    pub(super) fn show(&mut self, bytes: &[u8]) {
        let _shown_as_broken = self.screen.take_in(bytes);
        self.unshown.get_or_insert_with(|| Instant::now() + UNSHOWN);
        self.note_update();
    }

    /// The screen, for what holds whether or not all of it is shown: its size and modes.
    pub(super) fn screen(&self) -> &Screen {
        &self.screen
    }

    /// The screen with all that was taken in.
    pub(super) fn fresh(&mut self) -> &Screen {
        if self.unshown.take().is_some() {
            let _shown_as_broken = self.screen.refresh();
        }
        &self.screen
    }

    /// Whether all that was taken in is shown.
    pub(super) fn is_fresh(&self) -> bool {
        self.unshown.is_none()
    }

    /// Takes in output. A screen that broke stays as it is; the recording goes on.
    pub(super) fn feed(&mut self, bytes: &[u8], at: Time) {
        if bytes.is_empty() {
            return;
        }
        self.turn_over(at);
        self.record_output(bytes, at);
        self.show(bytes);
    }

    pub(super) fn resize(&mut self, size: Size, at: Time) {
        if size == self.screen.size() {
            return;
        }
        self.turn_over(at);
        self.record(|recorder| recorder.resize(size, at));
        let _shown_as_broken = self.screen.resize(size);
        self.unshown = None;
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

    /// When an open update ends by force, what nobody looked at is shown, or a disk that refused is asked again.
    pub(super) fn due(&self) -> Option<Instant> {
        let held_back = self.held_back.map(|(_, until)| until);
        let dues = [held_back, self.unshown, self.retry];
        dues.into_iter().flatten().min()
    }

    pub(super) fn end_overdue(&mut self, now: Instant, at: Time) {
        if self.unshown.is_some_and(|until| until <= now) {
            self.fresh();
        }
        if self.held_back.is_some_and(|(_, until)| until <= now) {
            self.held_back = None;
            self.record(|recorder| recorder.shown(at));
            let _shown_as_broken = self.screen.end_synchronized();
        }
        if self.retry.is_some_and(|again| again <= now) {
            self.record_picture(at);
        }
    }

    /// Where this picture stands in the recording, where all of it was recorded and is shown.
    pub(super) fn spot(&self) -> Option<Spot> {
        let (segment, offset, at) = self.recorder.as_ref()?.position()?;
        Some(Spot {
            screen: self.screen.generation(),
            segment,
            offset,
            at,
        })
    }

    /// A full segment ends, and the next one begins with the whole picture, so that it can be played alone. Where output is
    /// missing, the picture goes on in its place.
    fn turn_over(&mut self, at: Time) {
        if self.recorder.as_ref().is_some_and(|one| one.is_over(at)) {
            self.record_picture(at);
        }
    }

    /// Something is missing in the recording here: the picture that comes next says so.
    pub(super) fn misses(&mut self, at: Time) {
        if let Some(recorder) = &mut self.recorder {
            recorder.tear(at);
        }
    }

    /// Records the picture as it stands.
    pub(super) fn record_picture(&mut self, at: Time) {
        let picture = self.screen.repaint();
        self.record(|recorder| recorder.turn(&picture, at));
    }

    /// What the disk refuses is missing in the recording, which goes on with a picture.
    fn record(&mut self, write: impl FnOnce(&mut Recorder) -> io::Result<()>) {
        let Some(recorder) = &mut self.recorder else {
            return;
        };
        let before = recorder.is_torn();
        let done = write(recorder);
        match (before, recorder.is_torn(), done) {
            (false, true, Err(error)) => self.refused(&error),
            (true, true, Err(_)) => self.try_again_later(),
            (true, false, _) => {
                tracing::info!(agent = %self.agent, "output is recorded again");
                self.retry = None;
                self.news = Some(Recording::GoesOn);
            }
            (false, false, Err(error)) => {
                tracing::warn!(agent = %self.agent, %error, "old output was not removed");
            }
            (_, _, Ok(())) => {}
        }
    }

    fn refused(&mut self, error: &io::Error) {
        tracing::warn!(agent = %self.agent, %error, "output is not recorded");
        self.try_again_later();
        self.news = Some(Recording::Stopped(error.to_string()));
    }

    fn try_again_later(&mut self) {
        self.retry = Some(Instant::now() + ASK_AGAIN);
    }

    /// What is to be told of the recording, once.
    pub(super) fn take_recording_news(&mut self) -> Option<Recording> {
        self.news.take()
    }

    /// Whether it is recorded in another file than when this was asked last.
    pub(super) fn takes_another_file(&mut self) -> bool {
        let file = self.recorder.as_ref().and_then(Recorder::number);
        std::mem::replace(&mut self.file, file) != file
    }

    fn note_update(&mut self) {
        self.held_back = match (self.screen.synchronized(), self.held_back) {
            (Some(open), Some((known, until))) if open == known => Some((open, until)),
            (Some(open), _) => Some((open, Instant::now() + HELD_BACK)),
            (None, _) => None,
        };
    }

    /// Lines of the past.
    pub(super) fn past(&mut self, agent: AgentId, ticket: u32, first: u64, count: u16) -> ToClient {
        let screen = self.fresh();
        let history = screen.history();
        let first = first.max(history.first());
        let rows = screen.scrollback(first, usize::from(count.min(PAST)), screen.size().cols);
        ToClient::Past {
            ticket,
            agent,
            first,
            oldest: history.first(),
            total: history.total(),
            rows,
        }
    }

    /// Where a text stands. Large letters are meant as such.
    pub(super) fn find(&mut self, agent: AgentId, ticket: u32, needle: &str) -> ToClient {
        let mut hits = self.fresh().search(needle, case(needle), HITS);
        hits.reverse();
        let place = |hit: &crate::terminal::Hit| Place {
            line: hit.line,
            column: hit.col,
            width: hit.columns,
        };
        ToClient::Found {
            ticket,
            agent,
            hits: hits.iter().map(place).collect(),
        }
    }

    /// The lines where a text stands, newest first, each once.
    pub(super) fn lines(&mut self, agent: AgentId, needle: &str, most: usize) -> Vec<Occurrence> {
        let hits = self.fresh().search(needle, case(needle), most);
        let mut lines: Vec<(u64, Occurrence)> = Vec::new();
        for hit in &hits {
            let (first, text, found) = self.screen.line(hit.line, hit.col);
            if lines.last().is_some_and(|(last, _)| *last == first) {
                continue;
            }
            let place = Where::Pane(Place {
                line: hit.line,
                column: hit.col,
                width: hit.columns,
            });
            let off = text.len() - text.trim_start().len();
            let (text, found) = (text.trim(), found.saturating_sub(off));
            let told = Occurrence::new((agent, None), (text, Piece::Whole), found, place);
            lines.push((first, told));
        }
        lines.into_iter().map(|(_, told)| told).collect()
    }
}

/// Large letters are meant as such.
fn case(needle: &str) -> Case {
    match needle.chars().any(char::is_uppercase) {
        true => Case::Exact,
        false => Case::Ignored,
    }
}
