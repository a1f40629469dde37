//! Length-prefixed JSON: messages to bytes, and bytes as they arrive to messages.

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::marker::PhantomData;

/// The largest body of one message, in bytes. A longer one closes the link.
pub const FRAME_LIMIT: usize = 1 << 20;

/// The bytes in front of each body: its length, little-endian.
const HEADER: usize = 4;

/// Why bytes are not a message, or a message cannot become bytes.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The body would be longer than [`FRAME_LIMIT`].
    #[error(
        "a keeper message of {0} bytes is over the limit of {FRAME_LIMIT}: shorten the command or its environment"
    )]
    TooLong(usize),
    /// The body is not one of these messages.
    #[error("not a keeper message ({0}): both ends must be opsroom")]
    Malformed(#[from] serde_json::Error),
}

/// One message as bytes, ready to be sent.
///
/// # Errors
/// When it is longer than [`FRAME_LIMIT`] or holds a path that is not UTF-8.
pub fn encode<M: Serialize>(message: &M) -> Result<Vec<u8>, FrameError> {
    let mut bytes = vec![0; HEADER];
    serde_json::to_writer(&mut bytes, message)?;
    let body = bytes.len() - HEADER;
    match u32::try_from(body) {
        Ok(length) if body <= FRAME_LIMIT => {
            bytes[..HEADER].copy_from_slice(&length.to_le_bytes());
            Ok(bytes)
        }
        Ok(_) | Err(_) => Err(FrameError::TooLong(body)),
    }
}

/// Push bytes as they arrive, take whole messages. Holds at most one frame and what was pushed with it.
#[derive(Debug)]
pub struct Decoder<M> {
    bytes: Vec<u8>,
    message: PhantomData<fn() -> M>,
}

impl<M> Default for Decoder<M> {
    fn default() -> Self {
        Self {
            bytes: Vec::new(),
            message: PhantomData,
        }
    }
}

impl<M: DeserializeOwned> Decoder<M> {
    /// Add what was received. Take every message before pushing again, or the buffer grows.
    pub fn push(&mut self, received: &[u8]) {
        self.bytes.extend_from_slice(received);
    }

    /// The next whole message, if it has arrived.
    ///
    /// # Errors
    /// When the bytes are no message. The stream cannot be read further: close it.
    pub fn take(&mut self) -> Result<Option<M>, FrameError> {
        let Some(header) = self.bytes.first_chunk::<HEADER>() else {
            return Ok(None);
        };
        let body = u32::from_le_bytes(*header) as usize;
        if body > FRAME_LIMIT {
            return Err(FrameError::TooLong(body));
        }
        let Some(frame) = self.bytes.get(HEADER..HEADER + body) else {
            return Ok(None);
        };
        let message = serde_json::from_slice(frame)?;
        self.bytes.drain(..HEADER + body);
        Ok(Some(message))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::wire::keeper::{
        AgentNo, Cause, Exited, FromKeeper, Here, Known, Launch, Spool, ToKeeper, VERSION,
    };

    fn launch() -> ToKeeper {
        ToKeeper::Spawn(Launch {
            agent: AgentNo(7),
            command: vec!["sh".into(), "-c".into(), "echo \u{1f980}".into()],
            cwd: "/tmp".into(),
            env: vec![("PATH".into(), "/bin".into())],
            cols: 120,
            rows: 40,
        })
    }

    #[test]
    fn a_message_arrives_whole_even_byte_by_byte() {
        let sent = [
            ToKeeper::Hello { version: VERSION },
            launch(),
            ToKeeper::Bye,
        ];
        let stream: Vec<u8> = sent.iter().flat_map(|m| encode(m).unwrap()).collect();
        let mut decoder = Decoder::<ToKeeper>::default();
        let mut taken = Vec::new();
        for byte in stream {
            decoder.push(&[byte]);
            while let Some(message) = decoder.take().unwrap() {
                taken.push(message);
            }
        }
        assert_eq!(taken, sent);
    }

    #[test]
    fn every_message_of_the_keeper_survives_the_wire() {
        let spool = Spool {
            parts: vec!["agent-1.0".into()],
            bytes: 5,
            dropped: 9,
        };
        let sent = [
            FromKeeper::Welcome {
                version: 1,
                pid: 2,
                here: 1,
                ended: 1,
                lost: 0,
            },
            FromKeeper::Refused {
                cause: Cause::Taken,
                why: "no".into(),
            },
            FromKeeper::Spawned {
                agent: AgentNo(1),
                pid: 3,
            },
            FromKeeper::SpawnFailed {
                agent: AgentNo(1),
                error: "no".into(),
            },
            FromKeeper::Here(Here {
                agent: AgentNo(1),
                pid: 3,
                cols: 80,
                rows: 24,
                spool: Some(spool.clone()),
            }),
            FromKeeper::Exited(Exited {
                agent: AgentNo(1),
                code: None,
                signal: Some("SIGHUP".into()),
                left: 2,
                spool: Some(spool),
            }),
            FromKeeper::Stopped {
                agent: AgentNo(1),
                ended: 2,
                killed: 1,
                left: 0,
            },
            FromKeeper::Known {
                agents: vec![Known {
                    agent: AgentNo(1),
                    pid: Some(3),
                }],
            },
            FromKeeper::Busy { agents: 1 },
        ];
        let mut decoder = Decoder::default();
        for message in &sent {
            decoder.push(&encode(message).unwrap());
            assert_eq!(decoder.take().unwrap().as_ref(), Some(message));
        }
    }

    #[test]
    fn a_length_over_the_limit_is_refused_before_its_body_arrives() {
        let mut decoder = Decoder::<ToKeeper>::default();
        decoder.push(&u32::MAX.to_le_bytes());
        assert!(matches!(decoder.take(), Err(FrameError::TooLong(_))));
    }

    #[test]
    fn a_message_over_the_limit_is_not_sent() {
        let why = "x".repeat(FRAME_LIMIT);
        assert!(matches!(
            encode(&FromKeeper::Refused {
                cause: Cause::NoHello,
                why
            }),
            Err(FrameError::TooLong(_))
        ));
    }

    #[test]
    fn bytes_that_are_no_message_are_an_error() {
        for body in [
            "",
            "{}",
            "null",
            "{\"say\":\"dance\"}",
            "{\"say\":\"stop\"}",
        ] {
            let mut decoder = Decoder::<ToKeeper>::default();
            decoder.push(&(body.len() as u32).to_le_bytes());
            decoder.push(body.as_bytes());
            assert!(
                matches!(decoder.take(), Err(FrameError::Malformed(_))),
                "{body}"
            );
        }
    }

    #[test]
    fn a_field_of_a_later_version_is_ignored() {
        let body = br#"{"say":"hello","version":1,"colour":"green"}"#;
        let mut decoder = Decoder::default();
        decoder.push(&(body.len() as u32).to_le_bytes());
        decoder.push(body);
        assert_eq!(
            decoder.take().unwrap(),
            Some(ToKeeper::Hello { version: 1 })
        );
    }
}
