//! Every agent's output, as asciicast v2: `.opsroom/recordings/<agent>-<n>.cast`.
//!
//! Bounded: a few segments of a few MiB for each agent, the oldest goes first, but for those that hold what somebody decided before. Each chunk reaches the
//! file before the next one is taken, so that a server that takes over can show what was there; nothing
//! is synced. Each segment begins with the whole picture, so that it can be played alone; [`tail()`]
//! reads the newest part back.
//!
//! Times never go back: where the wall clock was set back, the recording goes on from where it was until the clock has
//! caught up.
//!
//! Where the disk refuses a chunk, or the file from the beginning, what comes is left out until it takes the whole picture,
//! which is tried once a second where something comes, and now and then where nothing does; nothing that was recorded goes for it.

mod escape;
mod held;
mod shelf;
mod tail;
#[cfg(test)]
mod tests;

pub use held::hold;
pub use shelf::{Keep, Life, keep_to};
pub use tail::{Chunk, Tail, all, path, segments, tail};

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use self::escape::Utf8;
use self::held::Needed;
use crate::model::{AgentId, Time};
use crate::terminal::Size;
use crate::wire::cast;

/// The longest pause (ms) between events that is kept while the wall clock is behind the recording.
const PACE: u64 = 2_000;

/// How long (ms) the disk is left alone after it refused something.
const PAUSE: u64 = 1_000;

/// How large a recording may get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes of one segment; a chunk that passes it ends it.
    pub segment: u64,
    /// Segments of one agent, at least 2, besides those with a picture that somebody decided before; the oldest goes first.
    pub segments: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            segment: 4 * 1024 * 1024,
            segments: 8,
        }
    }
}

/// Records one agent.
#[derive(Debug)]
pub struct Recorder {
    folder: PathBuf,
    agent: AgentId,
    bounds: Bounds,
    size: Size,
    text: Utf8,
    line: Vec<u8>,
    /// None where none could be opened yet.
    segment: Option<Segment>,
    /// When the last event came; not before any other one.
    last: Time,
    /// What the wall clock showed when it was told last.
    wall: Time,
    flow: Flow,
}

/// Whether everything that came is in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    Whole,
    /// The disk refused something, and was asked then for the last time.
    Torn(Time),
}

/// The file that is being written.
#[derive(Debug)]
struct Segment {
    number: u64,
    file: File,
    length: u64,
    began: Time,
}

impl Recorder {
    /// Goes on with an agent's recording, or begins it. `folder` is made where it is missing. Where the system refuses, with
    /// the words behind it, all that comes is missing until [`Recorder::turn`].
    pub fn open(
        folder: &Path,
        agent: AgentId,
        size: Size,
        now: Time,
        bounds: Bounds,
    ) -> (Self, io::Result<()>) {
        let mut recorder = Self {
            folder: folder.to_path_buf(),
            agent,
            bounds,
            size,
            text: Utf8::default(),
            line: Vec::new(),
            segment: None,
            last: now,
            wall: now,
            flow: Flow::Torn(now),
        };
        let opened = recorder.begin(now);
        (recorder, opened)
    }

    fn begin(&mut self, now: Time) -> io::Result<()> {
        let segment = match self.resumed()? {
            Some((segment, last)) => {
                self.last = last;
                segment
            }
            None => self.next_segment(now, b"", self.next_number()?)?,
        };
        (self.segment, self.flow) = (Some(segment), Flow::Whole);
        let size = self.size;
        self.event(now, b'r', |line| push_size(line, size))
    }

    /// The newest segment, where there is one with room, and when its last event came. Makes the folder.
    fn resumed(&self) -> io::Result<Option<(Segment, Time)>> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.folder)?;
        match tail::segments(&self.folder, self.agent)?.pop() {
            Some((number, path)) => Segment::resume(number, &path, self.bounds),
            None => Ok(None),
        }
    }

    fn next_number(&self) -> io::Result<u64> {
        let newest = tail::segments(&self.folder, self.agent)?.pop();
        Ok(newest.map_or(1, |(number, _)| number + 1))
    }

    fn next_segment(&self, now: Time, lines: &[u8], number: u64) -> io::Result<Segment> {
        Segment::begin(&self.folder, self.agent, number, self.size, now, lines)
    }

    /// Output as it was read. Bytes that end within a character wait for the rest of it.
    ///
    /// # Errors
    /// What the system says; the chunk is lost to the recording, and the file is whole up to the one before.
    pub fn output(&mut self, bytes: &[u8], now: Time) -> io::Result<()> {
        let mut text = std::mem::take(&mut self.text);
        let done = self.event(now, b'o', |line| text.escape(bytes, line));
        self.text = text;
        done
    }

    /// The pane has another size.
    ///
    /// # Errors
    /// As for [`Recorder::output`].
    pub fn resize(&mut self, size: Size, now: Time) -> io::Result<()> {
        self.size = size;
        self.event(now, b'r', |line| push_size(line, size))
    }

    /// An update that was held back too long was shown as it stood.
    ///
    /// # Errors
    /// As for [`Recorder::output`].
    pub fn shown(&mut self, now: Time) -> io::Result<()> {
        self.event(now, b'm', |line| {
            line.extend_from_slice(cast::SHOWN.as_bytes())
        })
    }

    /// Whether the segment is full, or something is missing in it and the disk may be asked again: time for
    /// [`Recorder::turn`].
    pub fn is_over(&self, now: Time) -> bool {
        match self.flow {
            Flow::Whole => {
                let length = self.segment.as_ref().map_or(0, |segment| segment.length);
                length >= self.bounds.segment
            }
            Flow::Torn(asked) => now.apart(asked) >= PAUSE,
        }
    }

    /// Something that came is missing here, and nobody can write it: what comes is left out until [`Recorder::turn`].
    pub fn tear(&mut self, now: Time) {
        self.flow = Flow::Torn(now);
    }

    /// Whether something that came is missing at the end.
    pub fn is_torn(&self) -> bool {
        self.flow != Flow::Whole
    }

    /// Where the recording stands: segment, bytes, and the time of the last event. None where
    /// something is missing in it.
    pub fn position(&self) -> Option<(u64, u64, Time)> {
        let segment = self.segment.as_ref().filter(|_| !self.is_torn())?;
        Some((segment.number, segment.length, self.last))
    }

    /// The number of the file that is written, once there is one.
    pub fn number(&self) -> Option<u64> {
        self.segment.as_ref().map(|segment| segment.number)
    }

    /// Writes one event whole, or nothing of it. What comes while something is missing is left out.
    fn event(&mut self, now: Time, kind: u8, fill: impl FnOnce(&mut Vec<u8>)) -> io::Result<()> {
        if self.is_torn() {
            return Ok(());
        }
        let at = self.steady(now);
        let done = self.try_event(at, kind, fill);
        match done {
            Ok(()) => self.last = at,
            Err(_) => self.flow = Flow::Torn(now),
        }
        done
    }

    /// The time of what comes now: by the wall clock, but never before what came last. While that is behind, it goes on by
    /// what passes there, and less where nothing comes for long, or the clock is set forward again.
    fn steady(&mut self, wall: Time) -> Time {
        let passed = wall.since(self.wall).min(PACE);
        self.wall = wall;
        wall.max(Time(self.last.0.saturating_add(passed)))
    }

    fn try_event(
        &mut self,
        now: Time,
        kind: u8,
        fill: impl FnOnce(&mut Vec<u8>),
    ) -> io::Result<()> {
        let Some(segment) = &mut self.segment else {
            return Ok(());
        };
        self.line.clear();
        push_event(&mut self.line, now.since(segment.began), kind, fill);
        segment.write(&self.line)?;
        if self.line.capacity() > 1024 * 1024 {
            self.line = Vec::new();
        }
        Ok(())
    }

    /// Goes on with the whole picture, as bytes that make it on an empty screen: in the next segment where this one is
    /// full, and the oldest one goes.
    ///
    /// # Errors
    /// What the system says. Where the picture was refused, what comes is left out until it is taken.
    pub fn turn(&mut self, repaint: &[u8], now: Time) -> io::Result<()> {
        let marker = if self.is_torn() {
            cast::TORN
        } else {
            cast::PICTURE
        };
        match self.go_on(marker, repaint, now) {
            Ok(at) => (self.flow, self.last) = (Flow::Whole, at),
            Err(why) => {
                self.flow = Flow::Torn(now);
                return Err(why);
            }
        }
        self.text = Utf8::default();
        self.remove_oldest()
    }

    /// Writes the picture: behind what is there, or as the beginning of the next segment. Gives its time.
    fn go_on(&mut self, marker: &str, repaint: &[u8], wall: Time) -> io::Result<Time> {
        if self.segment.is_none()
            && let Some((segment, last)) = self.resumed()?
        {
            (self.segment, self.last) = (Some(segment), last);
        }
        let now = self.steady(wall);
        let (size, room) = (self.size, self.bounds.segment);
        let picture = |began| picture(size, marker, repaint, now.since(began));
        let number = match &mut self.segment {
            Some(segment) if segment.length < room => {
                segment.write(&picture(segment.began))?;
                return Ok(now);
            }
            Some(segment) => segment.number + 1,
            None => self.next_number()?,
        };
        let lines = picture(Segment::beginning(now));
        self.segment = Some(self.next_segment(now, &lines, number)?);
        Ok(now)
    }

    fn remove_oldest(&self) -> io::Result<()> {
        let kept = self.bounds.segments.max(2);
        let mut free = tail::segments(&self.folder, self.agent)?;
        free.retain(|(_, path)| held::needed(path) == Needed::No);
        let most = free.len().saturating_sub(kept);
        free.iter()
            .take(most)
            .try_for_each(|(_, path)| held::remove(path))
    }
}

/// The events of a whole picture.
fn picture(size: Size, marker: &str, repaint: &[u8], ms: u64) -> Vec<u8> {
    let mut lines = Vec::new();
    push_event(&mut lines, ms, b'r', |line| push_size(line, size));
    push_event(&mut lines, ms, b'm', |line| {
        line.extend_from_slice(marker.as_bytes())
    });
    push_event(&mut lines, ms, b'o', |line| {
        Utf8::default().escape(repaint, line)
    });
    lines
}

/// One event, so many milliseconds behind the beginning; nothing where there is nothing in it.
fn push_event(lines: &mut Vec<u8>, ms: u64, kind: u8, fill: impl FnOnce(&mut Vec<u8>)) {
    let before = lines.len();
    let head = format!(
        "[{}.{:03}, \"{}\", \"",
        ms / 1_000,
        ms % 1_000,
        kind as char
    );
    lines.extend_from_slice(head.as_bytes());
    let empty = lines.len();
    fill(lines);
    if lines.len() == empty {
        return lines.truncate(before);
    }
    lines.extend_from_slice(b"\"]\n");
}

impl Segment {
    /// Begins one with these lines behind its head; where they are refused there is none.
    fn begin(
        folder: &Path,
        agent: AgentId,
        number: u64,
        size: Size,
        now: Time,
        lines: &[u8],
    ) -> io::Result<Self> {
        let path = tail::path(folder, agent, number);
        let file = OpenOptions::new()
            .append(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)?;
        let mut segment = Self {
            number,
            file,
            length: 0,
            began: Self::beginning(now),
        };
        let Size { cols, rows } = size;
        let head = format!(
            "{{\"version\": 2, \"width\": {cols}, \"height\": {rows}, \"timestamp\": {}}}\n",
            now.0 / 1_000
        );
        if let Err(why) = segment.write(&[head.as_bytes(), lines].concat()) {
            fs::remove_file(path)?;
            return Err(why);
        }
        Ok(segment)
    }

    /// The time that its events are counted from: its head tells whole seconds.
    fn beginning(now: Time) -> Time {
        Time(now.0 / 1_000 * 1_000)
    }

    /// Goes on with a segment that has room, behind its last whole line. Behind it: when its last event came.
    fn resume(number: u64, path: &Path, bounds: Bounds) -> io::Result<Option<(Self, Time)>> {
        let bytes = fs::read(path)?;
        let whole = memchr::memrchr(b'\n', &bytes).map_or(0, |at| at + 1);
        let read = cast::Segment::read(number, bytes);
        let (Some(read), true) = (read, (whole as u64) < bounds.segment) else {
            return Ok(None);
        };
        let began = read.began;
        let last = read.places().last().map_or(began, |event| event.at);
        let file = OpenOptions::new().append(true).open(path)?;
        file.set_len(whole as u64)?;
        let length = whole as u64;
        let segment = Self {
            number,
            file,
            length,
            began,
        };
        Ok(Some((segment, last)))
    }

    fn write(&mut self, line: &[u8]) -> io::Result<()> {
        if let Err(why) = self.file.write_all(line) {
            self.file.set_len(self.length)?;
            return Err(why);
        }
        self.length += line.len() as u64;
        Ok(())
    }
}

fn push_size(line: &mut Vec<u8>, Size { cols, rows }: Size) {
    line.extend_from_slice(format!("{cols}x{rows}").as_bytes());
}
