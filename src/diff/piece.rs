//! A diff on its way: in pieces that are small enough for a frame, and put together again.

use serde::{Deserialize, Serialize};

use super::{Diff, File, Hunk, Line};

/// About how large the pieces of one message are together, in bytes.
pub const PIECE_BYTES: usize = 256 * 1024;
/// What a line takes besides its text, in bytes, at most.
const AROUND: usize = 16;

/// A part of a diff, behind the one before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Piece {
    /// The next file, without hunks.
    File(File),
    /// The next hunk of that file, without lines.
    Hunk(Hunk),
    /// The next lines of that hunk.
    Lines(Vec<Line>),
}

/// The pieces of a diff, in messages of about [`PIECE_BYTES`].
pub fn pieces(files: Vec<File>) -> Vec<Vec<Piece>> {
    let mut all = Vec::new();
    let mut now = Vec::new();
    let mut size = 0;
    let mut put = |piece: Piece, bytes: usize| {
        if size + bytes > PIECE_BYTES && !now.is_empty() {
            all.push(std::mem::take(&mut now));
            size = 0;
        }
        size += bytes;
        now.push(piece);
    };
    for mut file in files {
        let hunks = std::mem::take(&mut file.hunks);
        let names =
            file.path.raw().len() + file.old_path.as_ref().map_or(0, |path| path.raw().len());
        put(Piece::File(file), names + 4 * AROUND);
        for mut hunk in hunks {
            let lines = std::mem::take(&mut hunk.lines);
            let heading = hunk.heading.raw().len();
            put(Piece::Hunk(hunk), heading + AROUND);
            for (lines, bytes) in portions(lines) {
                put(Piece::Lines(lines), bytes);
            }
        }
    }
    if !now.is_empty() {
        all.push(now);
    }
    all
}

/// Lines in portions of a fraction of a message.
fn portions(lines: Vec<Line>) -> Vec<(Vec<Line>, usize)> {
    let mut all = Vec::new();
    let mut now = Vec::new();
    let mut size = 0;
    for line in lines {
        size += line.text.raw().len() + AROUND;
        now.push(line);
        if size > PIECE_BYTES / 8 {
            all.push((std::mem::take(&mut now), std::mem::take(&mut size)));
        }
    }
    if !now.is_empty() {
        all.push((now, size));
    }
    all
}

/// A diff that is being put together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Joined {
    /// What is here so far.
    pub diff: Diff,
}

impl Joined {
    /// Puts pieces behind what is here. One that fits nothing is left out.
    pub fn put(&mut self, pieces: Vec<Piece>) {
        for piece in pieces {
            let file = self.diff.files.last_mut();
            match piece {
                Piece::File(file) => self.diff.files.push(file),
                Piece::Hunk(hunk) => file
                    .into_iter()
                    .for_each(|file| file.hunks.push(hunk.clone())),
                Piece::Lines(lines) => {
                    if let Some(hunk) = file.and_then(|file| file.hunks.last_mut()) {
                        hunk.lines.extend(lines);
                    }
                }
            }
        }
    }
}
