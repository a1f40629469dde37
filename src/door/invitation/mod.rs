//! Invitations: lines of an `authorized_keys` file (sshd(8)) that let one key in, as one person, in one role.
//!
//! The line is the authority: sshd runs its command whatever the client asks for.

mod file;
mod key;
mod words;

use std::path::{Path, PathBuf};

use anyhow::bail;

pub use file::KeysFile;
pub use key::{KeyFault, PublicKey};
pub use words::quoted;

use super::Seating;
use crate::model::Time;

/// What one key's line says of whoever signs in with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// As whom.
    pub name: String,
    /// As what.
    pub seating: Seating,
    /// The fingerprint of the key that it was made for.
    pub key: Option<String>,
    /// When it was made; none on a line that somebody wrote by hand.
    pub at: Option<Time>,
    /// The room; none where the home is one.
    pub room: Option<PathBuf>,
    /// The file that it stands in, where it was put there by `opsroom invite --add`.
    pub file: Option<PathBuf>,
}

/// Whether somebody can be called that: up to 32 letters, digits, `.`, `_` and `-`, no `.` or `-` first.
pub fn is_name(name: &str) -> bool {
    let mark = |byte: u8| matches!(byte, b'.' | b'_' | b'-');
    (1..=32).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || mark(byte))
        && !name.starts_with(['.', '-'])
}

impl Invitation {
    /// The whole line, for this key, running this program.
    pub fn line(&self, program: &Path, key: &PublicKey) -> String {
        let command = self.command(program);
        let escaped = command.replace('"', "\\\"");
        format!("restrict,pty,command=\"{escaped}\" {}", key.text)
    }

    fn command(&self, program: &Path) -> String {
        let mut words = vec![quoted(&program.to_string_lossy()), "attach".to_owned()];
        let mut say = |flag: &str, value: &str| {
            words.push(flag.to_owned());
            words.push(quoted(value));
        };
        if let Some(room) = &self.room {
            say("--room", &room.to_string_lossy());
        }
        say("--as", &self.name);
        if let Some(key) = &self.key {
            say("--key", key);
        }
        if let Some(at) = self.at {
            say("--invited", &written(at));
        }
        if let Some(file) = &self.file {
            say("--keys-file", &file.to_string_lossy());
        }
        words.push(
            match self.seating {
                Seating::Operator => "--operator",
                Seating::Observer => "--observer",
            }
            .to_owned(),
        );
        words.join(" ")
    }

    /// The invitation in a line of such a file; none where it is another line.
    pub fn read(line: &str) -> Option<Self> {
        let command = words::command_option(line)?;
        let words = words::split(&command)?;
        let (program, rest) = words.split_first()?;
        let is_ours = Path::new(program).file_name()? == "opsroom";
        if !is_ours || !rest.iter().any(|word| word == "attach") {
            return None;
        }
        let value = |flag: &str| {
            let at = rest.iter().position(|word| word == flag)?;
            rest.get(at + 1).cloned()
        };
        Some(Self {
            name: value("--as")?,
            seating: match rest.iter().any(|word| word == "--observer") {
                true => Seating::Observer,
                false => Seating::Operator,
            },
            key: value("--key"),
            at: value("--invited").and_then(|text| read_time(&text)),
            room: value("--room").map(PathBuf::from),
            file: value("--keys-file").map(PathBuf::from),
        })
    }

    /// Whether its line still stands where it was put: a connection that was made before it was taken out
    /// can still begin sessions.
    ///
    /// # Errors
    /// A sentence, where it does not.
    pub fn still_stands(&self) -> anyhow::Result<()> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        let stands = KeysFile::at(file.clone()).invitations()?;
        if stands.iter().any(|one| one == self) {
            return Ok(());
        }
        bail!("your invitation to this room was revoked; ask its owner for another one")
    }
}

/// A moment as it stands on a line.
fn written(at: Time) -> String {
    let millis = i64::try_from(at.0).unwrap_or(i64::MAX);
    jiff::Timestamp::from_millisecond(millis).map_or_else(|_| at.0.to_string(), |at| at.to_string())
}

/// Reads a moment.
pub(super) fn read_time(text: &str) -> Option<Time> {
    let at: jiff::Timestamp = text.parse().ok()?;
    u64::try_from(at.as_millisecond()).ok().map(Time)
}

impl Invitation {
    /// Reads the moment that a line says it was made at.
    pub fn time(text: &str) -> Option<Time> {
        read_time(text)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO+V3LKeTetOkojzfYZDdldFSwUEQxzaVlOAh83/bAWH bob@laptop";

    #[test]
    fn a_line_reads_back_whatever_the_room_is_called() {
        let key = PublicKey::read(KEY).unwrap();
        for room in ["/srv/acme", "/srv/it's \"here\" $(x) \\", "/srv/a b"] {
            let invitation = Invitation {
                name: "bob".into(),
                seating: Seating::Observer,
                key: Some(key.fingerprint.clone()),
                at: Some(Time(1_764_288_000_123)),
                room: Some(room.into()),
                file: Some("/home/a b/.ssh/authorized_keys".into()),
            };
            let line = invitation.line(Path::new("/usr/local/bin/opsroom"), &key);
            assert!(line.starts_with("restrict,pty,command=\""), "{line}");
            assert!(line.ends_with(KEY), "{line}");
            assert_eq!(Invitation::read(&line), Some(invitation), "{line}");
        }
    }

    #[test]
    fn a_line_written_by_hand_is_an_invitation_too() {
        let line = format!("restrict,pty,command=\"opsroom attach --as bob --observer\" {KEY}");
        let read = Invitation::read(&line).unwrap();
        assert_eq!(
            (read.name.as_str(), read.seating),
            ("bob", Seating::Observer)
        );
        assert_eq!((read.key, read.at, read.room), (None, None, None));
    }

    #[test]
    fn other_lines_are_none() {
        for line in [
            KEY.to_owned(),
            String::new(),
            "# command=\"opsroom attach --as bob\" x".to_owned(),
            format!("command=\"backup attach --as bob\" {KEY}"),
            format!("command=\"opsroom attach\" {KEY}"),
            format!("command=\"opsroom 'attach --as bob\" {KEY}"),
        ] {
            assert_eq!(Invitation::read(&line), None, "{line}");
        }
    }

    #[test]
    fn a_name_is_a_plain_word() {
        for name in ["bob", "bob.smith", "b_0-b"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "-bob", ".", "bob smith", "b\"", "bób", &"b".repeat(33)] {
            assert!(!is_name(name), "{name}");
        }
    }
}
