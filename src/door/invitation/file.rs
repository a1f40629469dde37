//! The file that sshd reads keys from. Changed whole or not at all, with its mode kept; every line that is not
//! ours stays as it is, byte by byte.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use rustix::fs::{FlockOperation, flock};

use super::{Invitation, PublicKey};

/// The longest file that is read, in bytes.
const LONGEST: u64 = 4 * 1024 * 1024;

/// An `authorized_keys` file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeysFile {
    /// Where it is.
    pub path: PathBuf,
}

impl KeysFile {
    /// The one that sshd reads unless it is told otherwise: `~/.ssh/authorized_keys`.
    ///
    /// # Errors
    /// Where this user has no home.
    pub fn usual() -> anyhow::Result<Self> {
        let home = std::env::home_dir().filter(|home| home.is_absolute());
        let home = home.context("this user has no home; name the file with --file")?;
        Ok(Self::at(home.join(".ssh/authorized_keys")))
    }

    /// The one at this path.
    pub fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// The invitations in it. A file that is not there has none.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn invitations(&self) -> anyhow::Result<Vec<Invitation>> {
        Ok(self.text()?.lines().filter_map(Invitation::read).collect())
    }

    /// Adds a line for this key.
    ///
    /// # Errors
    /// Where the key has a line already, or the file cannot be written.
    pub fn add(&self, line: &str, key: &PublicKey) -> anyhow::Result<()> {
        let _lock = self.lock()?;
        let mut text = self.text()?;
        if let Some(number) = line_of(&text, key) {
            let what = match text.lines().nth(number).and_then(Invitation::read) {
                Some(earlier) => format!(
                    "this key is invited already, as {}: `opsroom revoke {}` first",
                    earlier.name, earlier.name
                ),
                None => "this key signs in already, and sshd takes its first line: take that one out first"
                    .to_owned(),
            };
            bail!("{}:{}: {what}", self.path.display(), number + 1);
        }
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        text.push_str(line);
        text.push('\n');
        self.replace(&text)
    }

    /// Takes the invitations out that are meant; gives them.
    ///
    /// # Errors
    /// Where the file cannot be read or written. Nothing was changed then.
    pub fn take_out(&self, meant: impl Fn(&Invitation) -> bool) -> anyhow::Result<Vec<Invitation>> {
        let text = self.text()?;
        if !text
            .lines()
            .filter_map(Invitation::read)
            .any(|one| meant(&one))
        {
            return Ok(Vec::new());
        }
        let _lock = self.lock()?;
        let text = self.text()?;
        let mut taken = Vec::new();
        let mut kept = String::with_capacity(text.len());
        for line in text.split_inclusive('\n') {
            match Invitation::read(line.trim_end()).filter(&meant) {
                Some(one) => taken.push(one),
                None => kept.push_str(line),
            }
        }
        self.replace(&kept)?;
        Ok(taken)
    }

    fn text(&self) -> anyhow::Result<String> {
        let shown = self.path.display();
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(String::new()),
            Err(error) => return Err(error).with_context(|| format!("cannot read {shown}")),
        };
        let mut text = String::new();
        let read = file.take(LONGEST + 1).read_to_string(&mut text);
        read.with_context(|| format!("cannot read {shown}"))?;
        if text.len() as u64 > LONGEST {
            bail!("{shown} is larger than {LONGEST} bytes; add the line by hand");
        }
        Ok(text)
    }

    /// Nobody else of us changes it until this is dropped. Makes the folder where it is missing.
    fn lock(&self) -> anyhow::Result<File> {
        let folder = self.path.parent().context("the file has no folder")?;
        if !folder.is_dir() {
            let made = DirBuilder::new().mode(0o700).create(folder);
            made.with_context(|| format!("cannot make {}", folder.display()))?;
        }
        let opened = File::open(folder).and_then(|folder| {
            flock(&folder, FlockOperation::LockExclusive)?;
            Ok(folder)
        });
        opened.with_context(|| format!("cannot lock {}", folder.display()))
    }

    fn replace(&self, text: &str) -> anyhow::Result<()> {
        // A link stays one: the file that it leads to is replaced.
        let path = fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
        let known = fs::metadata(&path).ok();
        let mode = known.as_ref().map_or(0o600, |found| found.mode() & 0o7777);
        let aside = path.with_extension(format!("{}.new", std::process::id()));
        let written = || -> io::Result<()> {
            let mut file = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&aside)?;
            file.write_all(text.as_bytes())?;
            let mode = std::os::unix::fs::PermissionsExt::from_mode(mode);
            file.set_permissions(mode)?;
            if let Some(found) = &known {
                std::os::unix::fs::fchown(&file, Some(found.uid()), Some(found.gid()))?;
            }
            file.sync_all()?;
            fs::rename(&aside, &path)
        };
        let written = written();
        if written.is_err() {
            let _never_made = fs::remove_file(&aside);
        }
        written.with_context(|| format!("cannot write {}; nothing was changed", path.display()))
    }
}

/// The line (from 0) that has this key, whatever its options and its remark.
fn line_of(text: &str, key: &PublicKey) -> Option<usize> {
    let body = key.text.split(' ').nth(1)?;
    text.lines().position(|line| {
        !line.trim_start().starts_with('#')
            && line.split_ascii_whitespace().any(|word| word == body)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::door::Seating;
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::Path;

    fn key(number: u8) -> PublicKey {
        use base64::Engine as _;
        let mut bytes = b"\0\0\0\x0bssh-ed25519\0\0\0\x20".to_vec();
        bytes.extend([number; 32]);
        let body = base64::engine::general_purpose::STANDARD.encode(bytes);
        PublicKey::read(&format!("ssh-ed25519 {body} n{number}")).unwrap()
    }

    fn line(name: &str, key: &PublicKey) -> String {
        let invitation = Invitation {
            name: name.into(),
            seating: Seating::Operator,
            key: Some(key.fingerprint.clone()),
            at: None,
            room: Some("/r".into()),
            file: None,
        };
        invitation.line(Path::new("/bin/opsroom"), key)
    }

    #[test]
    fn a_line_is_added_once_and_taken_out_again_and_nothing_else_changes() {
        let dir = tempfile::tempdir().unwrap();
        let file = KeysFile::at(dir.path().join(".ssh/authorized_keys"));
        assert_eq!(file.invitations().unwrap(), []);
        file.add(&line("bob", &key(1)), &key(1)).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&file.path), 0o600);
        assert_eq!(mode(file.path.parent().unwrap()), 0o700);
        let said = file
            .add(&line("carl", &key(1)), &key(1))
            .unwrap_err()
            .to_string();
        assert!(
            said.contains(":1: ") && said.contains("opsroom revoke bob"),
            "{said}"
        );
        let others = format!(
            "# mine\n\n{}  \nodd \u{1} line\n{}",
            key(2).text,
            key(3).text
        );
        let text = fs::read_to_string(&file.path).unwrap();
        fs::write(&file.path, format!("{text}{others}")).unwrap();
        fs::set_permissions(&file.path, fs::Permissions::from_mode(0o640)).unwrap();
        file.add(&line("carl", &key(4)), &key(4)).unwrap();
        assert_eq!(mode(&file.path), 0o640);
        let said = file
            .add(&line("eve", &key(3)), &key(3))
            .unwrap_err()
            .to_string();
        assert!(said.contains("signs in already"), "{said}");
        let out = file.take_out(|one| one.name == "bob").unwrap();
        assert_eq!(out.len(), 1);
        file.take_out(|one| one.name == "carl").unwrap();
        assert_eq!(
            fs::read_to_string(&file.path).unwrap(),
            format!("{others}\n")
        );
        assert_eq!(file.take_out(|_| true).unwrap(), []);
        let left: Vec<_> = fs::read_dir(file.path.parent().unwrap()).unwrap().collect();
        assert_eq!(left.len(), 1);
    }
}
