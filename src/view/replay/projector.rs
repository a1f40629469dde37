//! The screen that a film is shown on, with the lines above it. Knows nothing of a person.

use crate::terminal::{Limits, Row, Screen, Size};
use crate::wire::cast::Event;

use super::film::{Film, Frame, Reel};

/// Where only the picture is shown, a short past is enough, in bytes.
const SHORT: usize = 64 * 1024;

/// The screen.
#[derive(Debug)]
pub struct Projector {
    screen: Screen,
    shown: usize,
    /// How many bytes of the next one it has shown.
    within: usize,
    /// The first line of its past that goes on without a gap to the screen.
    whole_from: u64,
    next: Next,
}

/// What the next output is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// What the agent wrote.
    Written,
    /// The whole picture again, of a screen that has it already: shown again it would push lines into the past.
    Known,
    /// The whole picture: what stands above it is not what stood there.
    Whole,
}

/// What is done with a picture that repeats what was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pictures {
    /// It is shown: whatever went wrong before is whole again.
    Shown,
    /// It is left out, as on the screen that was recorded.
    LeftOut,
}

impl Projector {
    /// Nothing is shown yet.
    pub fn new() -> Self {
        Self {
            screen: blank(Size::default(), SHORT),
            shown: 0,
            within: 0,
            whole_from: 0,
            next: Next::Written,
        }
    }

    /// How many events it has shown.
    pub fn shown(&self) -> usize {
        self.shown
    }

    /// How many events it has shown, wholly or a part of them.
    pub fn reached(&self) -> usize {
        self.shown + usize::from(self.within > 0)
    }

    /// The screen.
    pub fn screen(&self) -> &Screen {
        &self.screen
    }

    /// How many lines above the screen are known without a gap.
    pub fn past(&self) -> u64 {
        let history = self.screen.history();
        let first = history.first().max(self.whole_from);
        history.total().saturating_sub(first)
    }

    /// This many rows above the screen, as wide as it is.
    pub fn above(&self, rows: usize) -> Vec<Row> {
        let total = self.screen.history().total();
        let first = total.saturating_sub(rows as u64);
        let mut above = self.screen.scrollback(first, rows, self.screen.size().cols);
        above.resize(rows, Row::plain(""));
        above
    }

    /// Shows exactly this many events: goes on from where it is, or begins at the head of a segment.
    pub fn show(&mut self, film: &Film, shown: usize) {
        let shown = shown.min(film.len());
        self.go(film, shown, shown);
        self.hush();
    }

    /// The same, with so many lines above the screen, as far as the recording still has them.
    pub fn show_below(&mut self, film: &Film, shown: usize, rows: u64) {
        self.show(film, shown);
        let shown = self.shown;
        let mut reel = film.head(shown);
        while self.past() < rows
            && let Some(earlier) = reel.and_then(|reel| film.earlier(reel))
        {
            self.begin(earlier, Limits::default().history_bytes);
            self.play(film, shown, Pictures::LeftOut);
            reel = Some(earlier);
        }
        self.hush();
    }

    /// Shows this many events and so many bytes of the next one's output, also of an update that they leave open.
    pub fn show_within(&mut self, film: &Film, shown: usize, within: usize) {
        let next = film.frames(shown..shown + 1).first();
        let text = next.and_then(|frame| film.output(frame));
        let Some(text) = text.as_deref().and_then(|text| text.get(..within)) else {
            return self.show(film, shown);
        };
        self.go(film, shown, shown + 1);
        self.within = within;
        let _shown_as_broken = self.screen.feed(text.as_bytes());
        if self.screen.synchronized().is_some() {
            let _shown_as_broken = self.screen.end_synchronized();
        }
        self.hush();
    }

    /// Shows this many events, on a screen on which so many can be shown. A part of an event may have shown what is
    /// not shown of the whole, so that what follows it begins at a head, too.
    fn go(&mut self, film: &Film, shown: usize, until: usize) {
        let Some(head) = film.head(until) else {
            return;
        };
        if self.within > 0 || shown < self.shown || self.shown <= head.first {
            self.begin(head, SHORT);
            self.shown = self.shown.min(shown);
        }
        self.play(film, shown, Pictures::Shown);
    }

    fn begin(&mut self, reel: &Reel, history_bytes: usize) {
        *self = Self {
            screen: blank(reel.segment.size, history_bytes),
            shown: reel.first,
            ..Self::new()
        };
    }

    fn play(&mut self, film: &Film, shown: usize, pictures: Pictures) {
        let began = film.frames(self.shown..self.shown + 1).first();
        let began = began.map(|frame| frame.reel);
        for frame in film.frames(self.shown..shown) {
            let picture = match pictures {
                Pictures::Shown => Next::Whole,
                // what it begins with is not known before
                Pictures::LeftOut if began == Some(frame.reel) => Next::Whole,
                Pictures::LeftOut => Next::Known,
            };
            self.take(film, frame, picture);
        }
        self.shown = shown;
    }

    fn hush(&mut self) {
        let _nobody_is_asked = self.screen.take_replies();
        let _nobody_listens = self.screen.take_signals();
    }

    /// What breaks the screen leaves the last picture.
    fn take(&mut self, film: &Film, frame: &Frame, picture: Next) {
        let Some(event) = film.event(frame) else {
            return;
        };
        let _shown_as_broken = match event {
            Event::Output(text) => match std::mem::replace(&mut self.next, Next::Written) {
                Next::Known => Ok(()),
                Next::Written => self.screen.feed(text.as_bytes()),
                Next::Whole => {
                    let done = self.screen.feed(text.as_bytes());
                    self.whole_from = self.screen.history().total();
                    done
                }
            },
            Event::Size(size) => self.screen.resize(size),
            Event::Shown => self.screen.end_synchronized(),
            Event::Picture => {
                self.next = picture;
                Ok(())
            }
            Event::Torn => {
                self.next = Next::Whole;
                Ok(())
            }
        };
    }
}

impl Default for Projector {
    fn default() -> Self {
        Self::new()
    }
}

fn blank(size: Size, history_bytes: usize) -> Screen {
    Screen::new(
        size,
        Limits {
            history_bytes,
            ..Limits::default()
        },
    )
}
