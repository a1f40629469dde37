//! The newest part of a recording, read back. Writes nothing.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::model::AgentId;
use crate::terminal::Size;
use crate::wire::cast;

/// The newest part of what an agent wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tail {
    /// The pane's size at its beginning.
    pub size: Size,
    /// What came then, in order.
    pub chunks: Vec<Chunk>,
}

/// One thing that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chunk {
    /// Output.
    Output(String),
    /// The pane got another size.
    Size(Size),
}

/// What a segment holds.
enum Piece {
    /// Something came.
    Came(Chunk),
    /// The whole picture, made of all that came before it: needed only where that is not here.
    Picture(String),
}

/// The last `max_bytes` of an agent's output or a little less, where there is any. Begins with a whole
/// chunk. Lines that cannot be read are left out.
pub fn tail(folder: &Path, agent: AgentId, max_bytes: usize) -> Option<Tail> {
    let mut kept: VecDeque<(Size, Vec<Piece>)> = VecDeque::new();
    let mut room = max_bytes;
    let mut next = None;
    for (number, path) in segments(folder, agent).ok()?.into_iter().rev() {
        // what came before a gap does not go on here
        if next.is_some_and(|next| number + 1 != next) {
            break;
        }
        next = Some(number);
        let Some((size, pieces)) = read(&path) else {
            continue;
        };
        let (size, pieces, filled) = last_of(size, pieces, &mut room);
        kept.push_front((size, pieces));
        if filled {
            break;
        }
    }
    let size = kept.front()?.0;
    let pieces = kept
        .into_iter()
        .flat_map(|(size, pieces)| [Piece::Came(Chunk::Size(size))].into_iter().chain(pieces));
    Some(joined(size, pieces))
}

/// The last of these chunks that fit, the size before them, and whether one did not fit.
fn last_of(mut size: Size, mut pieces: Vec<Piece>, room: &mut usize) -> (Size, Vec<Piece>, bool) {
    let mut first = pieces.len();
    for (at, piece) in pieces.iter().enumerate().rev() {
        if let Piece::Came(Chunk::Output(text)) | Piece::Picture(text) = piece {
            if text.len() > *room {
                break;
            }
            *room -= text.len();
        }
        first = at;
    }
    for piece in &pieces[..first] {
        if let Piece::Came(Chunk::Size(before)) = piece {
            size = *before;
        }
    }
    let filled = first > 0;
    pieces.drain(..first);
    (size, pieces, filled)
}

/// One tail: the size before the first output, and then only sizes that are news.
fn joined(size: Size, pieces: impl Iterator<Item = Piece>) -> Tail {
    let mut tail = Tail {
        size,
        chunks: Vec::new(),
    };
    let mut now = size;
    for piece in pieces {
        let chunk = match piece {
            Piece::Came(chunk) => chunk,
            Piece::Picture(text) if tail.chunks.is_empty() => Chunk::Output(text),
            Piece::Picture(_) => continue,
        };
        match chunk {
            Chunk::Size(size) if tail.chunks.is_empty() => {
                tail.size = size;
                now = size;
            }
            Chunk::Size(size) if size == now => {}
            Chunk::Size(size) => {
                now = size;
                tail.chunks.push(chunk);
            }
            Chunk::Output(_) => tail.chunks.push(chunk),
        }
    }
    tail
}

/// The segments of all agents, by agent and number, oldest first.
///
/// # Errors
/// Where the folder cannot be read.
pub fn all(folder: &Path) -> io::Result<Vec<(AgentId, u64, PathBuf)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let named = name.to_str().and_then(|name| {
            let (agent, number) = name.strip_suffix(".cast")?.split_once('-')?;
            Some((AgentId(agent.parse().ok()?), number.parse().ok()?))
        });
        found.extend(named.map(|(agent, number)| (agent, number, entry.path())));
    }
    found.sort();
    Ok(found)
}

/// An agent's segments by number, oldest first.
///
/// # Errors
/// Where the folder cannot be read.
pub fn segments(folder: &Path, agent: AgentId) -> io::Result<Vec<(u64, PathBuf)>> {
    let all = all(folder)?.into_iter();
    let its = all.filter(|(whose, _, _)| *whose == agent);
    Ok(its.map(|(_, number, path)| (number, path)).collect())
}

/// Where a segment is.
pub fn path(folder: &Path, agent: AgentId, number: u64) -> PathBuf {
    folder.join(format!("{agent}-{number}.cast"))
}

#[derive(Deserialize)]
struct Header {
    width: u16,
    height: u16,
}

fn header(line: &[u8]) -> Option<Header> {
    serde_json::from_slice(line).ok()
}

fn read(path: &Path) -> Option<(Size, Vec<Piece>)> {
    let bytes = fs::read(path).ok()?;
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let Header { width, height, .. } = header(lines.next()?)?;
    let size = Size {
        cols: width,
        rows: height,
    };
    let mut pieces = Vec::new();
    let mut repeats = false;
    for line in lines {
        let Some((kind, text)) = event(line) else {
            continue;
        };
        match (kind.as_ref(), repeats) {
            ("o", true) => {
                repeats = false;
                pieces.push(Piece::Picture(text.into_owned()));
            }
            ("m", _) => repeats = text == cast::PICTURE,
            (kind, _) => pieces.extend(chunk(kind, text).map(Piece::Came)),
        }
    }
    Some((size, pieces))
}

fn event(line: &[u8]) -> Option<(Cow<'_, str>, Cow<'_, str>)> {
    let (_, kind, text): (f64, Cow<str>, Cow<str>) = serde_json::from_slice(line).ok()?;
    Some((kind, text))
}

fn chunk(kind: &str, text: Cow<str>) -> Option<Chunk> {
    match kind {
        "o" => Some(Chunk::Output(text.into_owned())),
        "r" => {
            let (cols, rows) = text.split_once('x')?;
            Some(Chunk::Size(Size {
                cols: cols.parse().ok()?,
                rows: rows.parse().ok()?,
            }))
        }
        _ => None,
    }
}
