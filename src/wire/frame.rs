//! Frames: a length (4 bytes, little endian) and a postcard payload. Push bytes, take messages.

use serde::{Serialize, de::DeserializeOwned};
use thiserror::Error;

/// The longest payload, in bytes. A longer one ends the connection.
pub const LONGEST: usize = 8 * 1024 * 1024;

/// Why a connection's bytes make no message. The connection ends; nothing else does.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FrameFault {
    /// The length is above [`LONGEST`].
    #[error("a frame of {0} bytes is longer than the limit of {LONGEST}")]
    TooLong(usize),
    /// The payload is no message.
    #[error("a frame of {0} bytes could not be read as a message")]
    Malformed(usize),
}

/// Appends one message to a buffer.
///
/// # Errors
/// Where the message is longer than [`LONGEST`]; the buffer is then as it was.
pub fn encode<M: Serialize>(message: &M, out: &mut Vec<u8>) -> Result<(), FrameFault> {
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    let filled = postcard::to_extend(message, std::mem::take(out));
    let Ok(mut bytes) = filled else {
        return Err(FrameFault::Malformed(0));
    };
    let length = bytes.len() - start - 4;
    if length > LONGEST {
        bytes.truncate(start);
        *out = bytes;
        return Err(FrameFault::TooLong(length));
    }
    bytes[start..start + 4].copy_from_slice(&(length as u32).to_le_bytes());
    *out = bytes;
    Ok(())
}

/// Collects bytes and gives messages.
#[derive(Debug, Default)]
pub struct Decoder {
    held: Vec<u8>,
    read: usize,
}

impl Decoder {
    /// Adds bytes as they came.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.read > 0 && (self.read == self.held.len() || self.read > 64 * 1024) {
            self.held.drain(..self.read);
            self.read = 0;
        }
        self.held.extend_from_slice(bytes);
    }

    /// The next whole message, if there is one.
    ///
    /// # Errors
    /// Where the bytes make none; the connection should end.
    pub fn take<M: DeserializeOwned>(&mut self) -> Result<Option<M>, FrameFault> {
        let rest = &self.held[self.read..];
        let Some(head) = rest.first_chunk::<4>() else {
            return Ok(None);
        };
        let length = u32::from_le_bytes(*head) as usize;
        if length > LONGEST {
            return Err(FrameFault::TooLong(length));
        }
        let Some(payload) = rest.get(4..4 + length) else {
            return Ok(None);
        };
        let (message, left) =
            postcard::take_from_bytes(payload).map_err(|_| FrameFault::Malformed(length))?;
        if !left.is_empty() {
            return Err(FrameFault::Malformed(length));
        }
        self.read += 4 + length;
        Ok(Some(message))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn messages_come_out_whole_however_the_bytes_were_split() {
        let mut bytes = Vec::new();
        let sent: Vec<String> = (0..50).map(|n| "x".repeat(n * 37)).collect();
        for message in &sent {
            encode(message, &mut bytes).unwrap();
        }
        for step in [1, 2, 3, 7, 4096] {
            let mut decoder = Decoder::default();
            let mut got: Vec<String> = Vec::new();
            for chunk in bytes.chunks(step) {
                decoder.push(chunk);
                while let Some(message) = decoder.take().unwrap() {
                    got.push(message);
                }
            }
            assert_eq!(got, sent, "step {step}");
        }
    }

    #[test]
    fn a_frame_above_the_limit_is_refused_before_it_is_held() {
        let mut decoder = Decoder::default();
        decoder.push(&u32::MAX.to_le_bytes());
        assert_eq!(
            decoder.take::<String>(),
            Err(FrameFault::TooLong(u32::MAX as usize))
        );
    }

    #[test]
    fn a_payload_with_bytes_left_over_is_malformed() {
        let mut decoder = Decoder::default();
        decoder.push(&[3, 0, 0, 0, 0, 0, 0]);
        assert_eq!(decoder.take::<u8>(), Err(FrameFault::Malformed(3)));
    }
}
