//! An agent's recording as one line of events: where each is, when it came, and when it is played
//! once long silences are shortened. Knows nothing of a person.

use std::borrow::Cow;
use std::ops::Range;

use thiserror::Error;

use crate::model::Time;
use crate::wire::cast::{Event, Segment, Still};

/// A silence longer than this is played in this time, in ms.
pub const SILENCE_MS: u64 = 2_000;

/// Everything that is left of one agent's recording.
#[derive(Clone, Debug, Default)]
pub struct Film {
    reels: Vec<Reel>,
    frames: Vec<Frame>,
}

/// One segment.
#[derive(Clone, Debug)]
pub(super) struct Reel {
    pub segment: Segment,
    /// Its first frame.
    pub first: usize,
    /// The reel to begin with, to see this one rightly: itself, if it begins with a picture.
    head: usize,
}

/// One event.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub reel: usize,
    place: usize,
    at: Time,
    play: u64,
}

/// Why a moment cannot be shown.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Missing {
    /// Nothing is left at all.
    #[error("nothing of its recording is left")]
    All,
    /// It was in a segment that went.
    #[error(
        "that moment's part of the recording is gone (the oldest parts go): what is left begins at {0}; `opsroom journal` still has the words"
    )]
    Gone(String),
    /// The recording ends before it.
    #[error(
        "the recording has no such place; was its file changed or copied while it was written?"
    )]
    NoSuchPlace,
}

impl Film {
    /// The recording of these segments, whatever their order.
    pub fn new(mut segments: Vec<Segment>) -> Self {
        segments.sort_by_key(|segment| segment.number);
        let mut film = Self::default();
        for segment in segments {
            film.add(segment);
        }
        film
    }

    fn add(&mut self, segment: Segment) {
        let reel = self.reels.len();
        let (mut before, mut play) = match self.frames.last() {
            Some(last) => (last.at, last.play),
            None => (
                segment
                    .places()
                    .first()
                    .map_or(segment.began, |first| first.at),
                0,
            ),
        };
        let first = self.frames.len();
        for (place, spot) in segment.places().iter().enumerate() {
            let at = spot.at.max(before);
            play += at.since(before).min(SILENCE_MS);
            before = at;
            self.frames.push(Frame {
                reel,
                place,
                at,
                play,
            });
        }
        let head = match self.reels.last() {
            Some(last) if !stands_alone(&segment) && last.segment.number + 1 == segment.number => {
                last.head
            }
            Some(_) | None => reel,
        };
        self.reels.push(Reel {
            segment,
            first,
            head,
        });
    }

    /// How many events there are.
    pub fn len(&self) -> usize {
        self.frames.len()
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// How long playing all of it takes, in ms.
    pub fn length(&self) -> u64 {
        self.frames.last().map_or(0, |last| last.play)
    }

    /// When the event before this many was played, in ms from the beginning.
    pub fn play(&self, shown: usize) -> u64 {
        self.before(shown).map_or(0, |frame| frame.play)
    }

    /// When the next event is played.
    pub fn next_play(&self, shown: usize) -> Option<u64> {
        self.frames.get(shown).map(|frame| frame.play)
    }

    /// How many events were played by then.
    pub fn shown_at(&self, play: u64) -> usize {
        self.frames.partition_point(|frame| frame.play <= play)
    }

    /// How many events came up to a time of the wall clock.
    pub fn shown_by(&self, at: Time) -> usize {
        self.frames.partition_point(|frame| frame.at <= at)
    }

    /// The wall clock at a moment of playing. In a shortened silence it runs faster.
    pub fn wall(&self, shown: usize, play: u64) -> Time {
        let Some(frame) = self.before(shown) else {
            return self.frames.first().map_or(Time(0), |first| first.at);
        };
        let since = play.saturating_sub(frame.play);
        let faster = match self.silence(shown) {
            Some(silence) => silence.saturating_mul(since.min(SILENCE_MS)) / SILENCE_MS,
            None => since,
        };
        Time(frame.at.0.saturating_add(faster))
    }

    /// How long it was silent behind this many events, where that is shortened, in ms.
    pub fn silence(&self, shown: usize) -> Option<u64> {
        let (before, next) = (self.before(shown)?, self.frames.get(shown)?);
        Some(next.at.since(before.at)).filter(|silence| *silence > SILENCE_MS)
    }

    /// Where the shortened silences are, in ms of playing.
    pub fn silences(&self) -> impl Iterator<Item = u64> {
        let pairs = self.frames.iter().zip(self.frames.iter().skip(1));
        pairs
            .filter(|(one, next)| next.at.since(one.at) > SILENCE_MS)
            .map(|(one, _)| one.play)
    }

    /// How many events show the picture that stands at a place.
    ///
    /// # Errors
    /// Where that place is gone.
    pub fn shown_in(&self, number: u64, offset: u64) -> Result<usize, Missing> {
        let oldest = self.reels.first().ok_or(Missing::All)?;
        if number < oldest.segment.number {
            return Err(Missing::Gone(stamp(self.wall(0, 0), 0)));
        }
        let reel = self.reels.iter().find(|reel| reel.segment.number == number);
        let newest = self.reels.last().map_or(0, |last| last.segment.number);
        let reel = match reel {
            Some(reel) => reel,
            None if number < newest => return Err(Missing::Gone(stamp(self.wall(0, 0), 0))),
            None => return Err(Missing::NoSuchPlace),
        };
        let places = reel.segment.places();
        let behind = places.partition_point(|place| place.end as u64 <= offset);
        match places.last() {
            Some(last) if (last.end as u64) < offset => Err(Missing::NoSuchPlace),
            Some(_) | None => Ok(reel.first + behind),
        }
    }

    /// How many events show a picture, and how many bytes of the next one's output.
    ///
    /// # Errors
    /// Where that place is gone.
    pub fn shown_as(&self, still: Still) -> Result<(usize, usize), Missing> {
        let shown = self.shown_in(still.segment, still.offset)?;
        if still.within == 0 {
            return Ok((shown, 0));
        }
        let text = self.frames.get(shown).and_then(|frame| self.output(frame));
        let within = usize::try_from(still.within).ok();
        match (text, within) {
            (Some(text), Some(within)) if text.is_char_boundary(within) => Ok((shown, within)),
            _ => Err(Missing::NoSuchPlace),
        }
    }

    /// What happened at one.
    pub(super) fn event(&self, frame: &Frame) -> Option<Event<'_>> {
        let segment = &self.reels.get(frame.reel)?.segment;
        segment.event(*segment.places().get(frame.place)?)
    }

    /// What one wrote; none where it is something else.
    pub(super) fn output(&self, frame: &Frame) -> Option<Cow<'_, str>> {
        match self.event(frame)? {
            Event::Output(text) => Some(text),
            Event::Size(_) | Event::Shown | Event::Picture | Event::Torn => None,
        }
    }

    /// These events, as far as there are any.
    pub(super) fn frames(&self, range: Range<usize>) -> &[Frame] {
        let end = range.end.min(self.frames.len());
        &self.frames[range.start.min(end)..end]
    }

    fn before(&self, shown: usize) -> Option<&Frame> {
        self.frames.get(shown.checked_sub(1)?)
    }

    /// Where to begin, to see this many events.
    pub(super) fn head(&self, shown: usize) -> Option<&Reel> {
        let reel = self.before(shown).map_or(0, |frame| frame.reel);
        self.reels.get(self.reels.get(reel)?.head)
    }

    /// Where to begin, to see this reel with all that went before the one it follows without a gap.
    pub(super) fn earlier(&self, reel: &Reel) -> Option<&Reel> {
        let at = self.frames.get(reel.first)?.reel;
        let before = self.reels.get(at.checked_sub(1)?)?;
        let joined = before.segment.number + 1 == reel.segment.number;
        joined.then(|| self.reels.get(before.head)).flatten()
    }
}

/// Whether a segment can be played without those before it.
fn stands_alone(segment: &Segment) -> bool {
    let first = segment.places().iter().take(Segment::HEAD);
    segment.number <= 1
        || first
            .into_iter()
            .any(|place| matches!(segment.event(*place), Some(Event::Picture | Event::Torn)))
}

/// A moment of the wall clock as people read it, so many seconds from UTC.
pub fn stamp(at: Time, utc_offset_s: i32) -> String {
    let at = i64::try_from(at.0)
        .ok()
        .and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
    let zone = jiff::tz::Offset::from_seconds(utc_offset_s).unwrap_or(jiff::tz::Offset::UTC);
    at.map_or_else(String::new, |at| {
        zone.to_datetime(at)
            .strftime("%Y-%m-%d %H:%M:%S")
            .to_string()
    })
}
