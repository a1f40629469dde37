//! The first bytes of every connection, in a form that never changes: who speaks, and which protocol.
//!
//! `OPSROOM <protocol> <version>\n`, 64 bytes at most, both ways. Everything behind it may change with
//! the protocol number; this line does not, so that two versions can always tell each other so.

use thiserror::Error;

/// The protocol that this program speaks.
pub const PROTOCOL: u16 = 6;

/// The longest hello line, in bytes, with its newline.
pub const LONGEST: usize = 64;

/// What the other side said first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hello {
    /// Its protocol.
    pub protocol: u16,
    /// Its version, for people.
    pub version: String,
}

/// Why a hello was not understood.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum HelloFault {
    /// It is something else.
    #[error("the other side is not an opsroom (its first line was not a hello)")]
    NotOpsroom,
    /// It is another version.
    #[error(
        "the other side is opsroom {theirs} and speaks protocol {their_protocol}, this is opsroom {ours} with protocol {our_protocol}; nothing was changed: use the same version on both sides, or `opsroom upgrade-server` to move the running server (its agents go on)",
        our_protocol = PROTOCOL
    )]
    OtherVersion {
        /// Their version.
        theirs: String,
        /// Their protocol.
        their_protocol: u16,
        /// Ours.
        ours: String,
    },
}

impl Hello {
    /// Ours.
    pub fn ours() -> Self {
        Self {
            protocol: PROTOCOL,
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    /// The line.
    pub fn line(&self) -> String {
        format!("OPSROOM {} {}\n", self.protocol, self.version)
    }

    /// Reads a line, without its newline.
    ///
    /// # Errors
    /// Where it is no hello.
    pub fn read(line: &[u8]) -> Result<Self, HelloFault> {
        let text = std::str::from_utf8(line).map_err(|_| HelloFault::NotOpsroom)?;
        let mut words = text.trim_end().split(' ');
        let (Some("OPSROOM"), Some(protocol), Some(version), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(HelloFault::NotOpsroom);
        };
        let protocol = protocol.parse().map_err(|_| HelloFault::NotOpsroom)?;
        Ok(Self {
            protocol,
            version: version.to_owned(),
        })
    }

    /// Whether we can speak with them.
    ///
    /// # Errors
    /// A sentence, where we cannot.
    pub fn check(&self) -> Result<(), HelloFault> {
        if self.protocol == PROTOCOL {
            return Ok(());
        }
        Err(HelloFault::OtherVersion {
            theirs: self.version.clone(),
            their_protocol: self.protocol,
            ours: Self::ours().version,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn a_hello_reads_back() {
        let hello = Hello::ours();
        assert_eq!(Hello::read(hello.line().trim_end().as_bytes()), Ok(hello));
    }

    #[test]
    fn another_protocol_is_refused_in_a_sentence_that_names_both_versions() {
        let theirs = Hello {
            protocol: 9_999,
            version: "7.0.0".into(),
        };
        let said = theirs.check().unwrap_err().to_string();
        assert!(
            said.contains("7.0.0") && said.contains(env!("CARGO_PKG_VERSION")),
            "{said}"
        );
    }

    #[test]
    fn anything_else_is_not_an_opsroom() {
        for line in [
            "",
            "GET / HTTP/1.1",
            "OPSROOM x 1",
            "OPSROOM 1",
            "OPSROOM 1 1 1",
        ] {
            assert_eq!(
                Hello::read(line.as_bytes()),
                Err(HelloFault::NotOpsroom),
                "{line}"
            );
        }
    }
}
