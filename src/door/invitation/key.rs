//! A public key as OpenSSH writes it: one line of type, base64 and a remark.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

/// The longest line that is read, in bytes (a key of 16,384 bits has less than 3,000).
const LONGEST: usize = 16 * 1024;

/// The types of keys that sign in, as sshd names them.
const TYPES: [&str; 7] = [
    "ssh-ed25519",
    "ssh-rsa",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
];

/// Why a text is no public key.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum KeyFault {
    /// It must stay where it is.
    #[error(
        "this is a private key, which belongs to nobody but its owner; ask for the file that ends in .pub"
    )]
    Private,
    /// Nothing is there.
    #[error("it is empty; a public key is one line, like `ssh-ed25519 AAAA… bob@laptop`")]
    Empty,
    /// More than a key is there.
    #[error("it has {0} keys; give one at a time, so that it is clear who gets which")]
    Several(usize),
    /// A certificate.
    #[error("this is a certificate; give the public key itself")]
    Certificate,
    /// Another type.
    #[error(
        "`{0}` is no type of key that signs in here; an ed25519 key does: `ssh-keygen -t ed25519`"
    )]
    Type(String),
    /// Broken.
    #[error("the key is broken: {0}; copy the whole line of the .pub file")]
    Broken(&'static str),
}

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    /// The line: type, base64, remark.
    pub text: String,
    /// `SHA256:…`, as `ssh-keygen -l` prints it.
    pub fingerprint: String,
    /// The remark; may be empty.
    pub remark: String,
}

impl PublicKey {
    /// Reads a public key's file, or what stands behind `publickey` in the file that sshd exposes.
    ///
    /// # Errors
    /// Why it is none.
    pub fn read(text: &str) -> Result<Self, KeyFault> {
        if text.contains("PRIVATE KEY") {
            return Err(KeyFault::Private);
        }
        let lines = || {
            let lines = text.lines().map(str::trim);
            lines.filter(|line| !line.is_empty() && !line.starts_with('#'))
        };
        let line = lines().next().ok_or(KeyFault::Empty)?;
        match lines().count() {
            1 => {}
            several => return Err(KeyFault::Several(several)),
        }
        if line.len() > LONGEST {
            return Err(KeyFault::Broken("it is too long"));
        }
        let mut words = line.split_ascii_whitespace();
        let kind = words.next().unwrap_or_default();
        if kind.contains("-cert-") {
            return Err(KeyFault::Certificate);
        }
        if !TYPES.contains(&kind) {
            let shown = kind.chars().filter(|one| !one.is_control()).take(40);
            return Err(KeyFault::Type(shown.collect()));
        }
        let body = words
            .next()
            .ok_or(KeyFault::Broken("its base64 is missing"))?;
        let bytes = STANDARD.decode(body);
        let bytes = bytes.map_err(|_| KeyFault::Broken("its base64 cannot be read"))?;
        if !is_of_type(&bytes, kind) {
            return Err(KeyFault::Broken("its two halves are of different types"));
        }
        let remark: Vec<&str> = words.collect();
        let remark: String = remark
            .join(" ")
            .chars()
            .filter(|one| !one.is_control())
            .collect();
        let digest = STANDARD_NO_PAD.encode(Sha256::digest(&bytes));
        Ok(Self {
            text: format!("{kind} {body} {remark}").trim_end().to_owned(),
            fingerprint: format!("SHA256:{digest}"),
            remark,
        })
    }
}

/// A key's bytes begin with the length and the name of its type (RFC 4253, 6.6), and hold more.
fn is_of_type(bytes: &[u8], kind: &str) -> bool {
    let Some((length, rest)) = bytes.split_first_chunk::<4>() else {
        return false;
    };
    let length = u32::from_be_bytes(*length) as usize;
    rest.get(..length)
        .is_some_and(|named| named == kind.as_bytes())
        && rest.len() > length + 4
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    /// Made for this test; its fingerprint is what `ssh-keygen -lf` says.
    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO+V3LKeTetOkojzfYZDdldFSwUEQxzaVlOAh83/bAWH bob@laptop";
    const FINGERPRINT: &str = "SHA256:/sQ4i/wua6OLulewFiq/pxqF5la7R49BREr8UX/QYoA";

    #[test]
    fn a_key_has_the_fingerprint_that_ssh_keygen_prints() {
        let key = PublicKey::read(&format!("\n{KEY}\r\n")).unwrap();
        assert_eq!(key.fingerprint, FINGERPRINT);
        assert_eq!(key.text, KEY);
        assert_eq!(key.remark, "bob@laptop");
    }

    #[test]
    fn what_is_no_public_key_is_refused_for_what_it_is() {
        let body = KEY.split(' ').nth(1).unwrap();
        let cases = [
            ("-----BEGIN OPENSSH PRIVATE KEY-----\nx", "private key"),
            ("", "empty"),
            ("# only a remark\n", "empty"),
            (&format!("{KEY}\n{KEY}\n"), "2 keys"),
            (&format!("ssh-rsa {body}"), "different types"),
            ("ssh-ed25519", "missing"),
            ("ssh-ed25519 AAAA!", "base64"),
            ("ssh-ed25519 AAAA", "different types"),
            (&format!("ssh-dss {body}"), "no type of key"),
            (&format!("command=\"x\" {KEY}"), "no type of key"),
            ("ssh-ed25519-cert-v01@openssh.com AAAA", "certificate"),
        ];
        for (text, word) in cases {
            let said = PublicKey::read(text).unwrap_err().to_string();
            assert!(said.contains(word), "{text}: {said}");
        }
    }
}
