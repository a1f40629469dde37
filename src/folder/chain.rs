//! One line of the journal as text: its number, the hash of the line before, its own hash, the entry.
//!
//! The form is fixed to the byte, so that a hash covers exactly what stands in the file:
//! `{"n":7,"prev":"<64 hex>","hash":"<64 hex>",…the entry's fields}`. The hash is the SHA-256 of the
//! line without `"hash":"…",` and without its newline. Opens no file.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::model::Entry;

/// The longest line, in bytes, with its newline. A longer entry is refused before it is written.
pub const LONGEST: usize = 8 * 1024 * 1024;

/// Length of a SHA-256 in hex.
const HEX: usize = 64;

/// Where a chain stands: the number and the hash of its last line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Number of the last line; 0 for an empty journal.
    pub n: u64,
    /// Its hash, in hex; 64 zeros for an empty journal.
    pub hash: String,
}

/// A line whose place in the chain was checked. The entry may still be one that this version does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<'t> {
    /// Where the chain stands after it.
    pub link: Link,
    /// The entry's fields, behind the brace that opens them.
    fields: &'t [u8],
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Broken {
    /// Not of this form.
    #[error("it is not a line of a journal")]
    Form,
    /// Another number than the one that follows.
    #[error(
        "it is line {found}, where line {wanted} belongs: lines were removed, added or swapped"
    )]
    Number {
        /// The number that follows.
        wanted: u64,
        /// The number it has.
        found: u64,
    },
    /// It follows another line.
    #[error("it does not follow the line before it: one of the two was changed")]
    Prev,
    /// Its bytes are not those that were written.
    #[error("its content does not match its hash: it was changed")]
    Hash,
    /// The chain is whole, but the entry is not one of ours.
    #[error(
        "it was written by another version of opsroom and is not understood here ({0}); use the version that wrote it, nothing was changed"
    )]
    Unknown(String),
}

impl Default for Link {
    fn default() -> Self {
        Self {
            n: 0,
            hash: "0".repeat(HEX),
        }
    }
}

impl Link {
    /// Appends the line that follows, with its newline, and gives where the chain then stands.
    ///
    /// # Errors
    /// Where the entry makes no line, or one above [`LONGEST`]; the buffer is then as it was.
    pub fn write(&self, entry: &Entry, out: &mut Vec<u8>) -> std::io::Result<Link> {
        let start = out.len();
        let (n, prev) = (self.n + 1, &self.hash);
        let head = format!("{{\"n\":{n},\"prev\":\"{prev}\",");
        let fields = serde_json::to_vec(entry)?;
        let fields = &fields[1..];
        let hash = digest(head.as_bytes(), fields);
        out.extend_from_slice(head.as_bytes());
        out.extend_from_slice(b"\"hash\":\"");
        out.extend_from_slice(hash.as_bytes());
        out.extend_from_slice(b"\",");
        out.extend_from_slice(fields);
        out.push(b'\n');
        if out.len() - start > LONGEST {
            out.truncate(start);
            let why =
                format!("an entry of more than {LONGEST} bytes is not written to the journal");
            return Err(std::io::Error::other(why));
        }
        Ok(Link { n, hash })
    }

    /// Reads the line that follows, without its newline, and checks that it does.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read<'t>(&self, line: &'t [u8]) -> Result<Line<'t>, Broken> {
        let parts = Parts::of(line).ok_or(Broken::Form)?;
        let wanted = self.n + 1;
        if parts.n != wanted {
            let found = parts.n;
            return Err(Broken::Number { wanted, found });
        }
        if parts.prev != self.hash.as_bytes() {
            return Err(Broken::Prev);
        }
        let hash = digest(parts.head, parts.fields);
        if parts.hash != hash.as_bytes() {
            return Err(Broken::Hash);
        }
        Ok(Line {
            link: Link { n: parts.n, hash },
            fields: parts.fields,
        })
    }
}

impl Line<'_> {
    /// The entry.
    ///
    /// # Errors
    /// [`Broken::Unknown`] where this version does not know its kind.
    pub fn entry(&self) -> Result<Entry, Broken> {
        entry(self.fields)
    }
}

/// The entry of a line whose chain nobody asked about.
///
/// # Errors
/// Where it is no line of a journal, or an entry that this version does not know.
pub fn entry_of(line: &[u8]) -> Result<(u64, Entry), Broken> {
    let parts = Parts::of(line).ok_or(Broken::Form)?;
    Ok((parts.n, entry(parts.fields)?))
}

fn entry(fields: &[u8]) -> Result<Entry, Broken> {
    let mut object = Vec::with_capacity(fields.len() + 1);
    object.push(b'{');
    object.extend_from_slice(fields);
    serde_json::from_slice(&object).map_err(|why| Broken::Unknown(why.to_string()))
}

/// A line cut at its fixed places.
struct Parts<'t> {
    head: &'t [u8],
    n: u64,
    prev: &'t [u8],
    hash: &'t [u8],
    fields: &'t [u8],
}

impl<'t> Parts<'t> {
    fn of(line: &'t [u8]) -> Option<Self> {
        let rest = line.strip_prefix(b"{\"n\":")?;
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (number, rest) = rest.split_at_checked(digits)?;
        let n = std::str::from_utf8(number).ok()?.parse().ok()?;
        let rest = rest.strip_prefix(b",\"prev\":\"")?;
        let (prev, rest) = rest.split_at_checked(HEX)?;
        let rest = rest.strip_prefix(b"\",")?;
        let head = &line[..line.len() - rest.len()];
        let rest = rest.strip_prefix(b"\"hash\":\"")?;
        let (hash, rest) = rest.split_at_checked(HEX)?;
        let fields = rest.strip_prefix(b"\",")?;
        Some(Self {
            head,
            n,
            prev,
            hash,
            fields,
        })
    }
}

fn digest(head: &[u8], fields: &[u8]) -> String {
    let mut sha = Sha256::new();
    sha.update(head);
    sha.update(fields);
    let mut hex = String::with_capacity(HEX);
    for byte in sha.finalize() {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}
