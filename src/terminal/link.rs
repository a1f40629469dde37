//! Where a cell leads (OSC 8). A `Link` exists only if it may be written to a person's terminal: its scheme
//! is one of a few, it is printable ASCII, and it is short. `Links` numbers those of one screen, since the
//! engine keeps a number in each cell and never sees a URI.

use super::limits::URI_BYTES;
use serde::de::{Deserialize, Deserializer, Error, Unexpected};
use serde::{Serialize, Serializer};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// A URI that text leads to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Link(Arc<str>);

impl Link {
    /// The link to a URI as a program wrote it. Blanks and what is beyond ASCII are percent-encoded. `None`
    /// where it is too long, has a control in it, or a scheme that is not http, https, mailto or file; a file
    /// of another host leads nowhere from here.
    pub fn new(uri: &str) -> Option<Link> {
        if uri.len() > URI_BYTES || uri.chars().any(char::is_control) {
            return None;
        }
        let (scheme, rest) = uri.split_once(':')?;
        let known = match scheme.to_ascii_lowercase().as_str() {
            "http" | "https" => rest.starts_with("//") && rest.len() > 2,
            "mailto" => !rest.is_empty(),
            "file" => rest.starts_with("///") || rest.starts_with("//localhost/"),
            _ => false,
        };
        let encoded = encoded(uri);
        (known && encoded.len() <= URI_BYTES).then(|| Link(encoded.into()))
    }

    /// The URI: printable ASCII without blanks.
    pub fn uri(&self) -> &str {
        &self.0
    }
}

fn encoded(uri: &str) -> String {
    let mut out = String::with_capacity(uri.len());
    for byte in uri.bytes() {
        match byte {
            b'!'..=b'~' => out.push(char::from(byte)),
            other => {
                let digit = |n: u8| char::from(b"0123456789ABCDEF"[usize::from(n & 15)]);
                out.extend(['%', digit(other >> 4), digit(other)]);
            }
        }
    }
    out
}

impl Serialize for Link {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Link {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let uri = String::deserialize(deserializer)?;
        let wrong = || D::Error::invalid_value(Unexpected::Str("a URI"), &"one that may be shown");
        Link::new(&uri).ok_or_else(wrong)
    }
}

/// The links of one screen, by the numbers the engine's cells carry.
#[derive(Debug)]
pub(super) struct Links {
    /// Number 1 is at 0.
    known: Vec<Option<Link>>,
    numbers: HashMap<Link, u16>,
    /// Numbers on the screen that is covered, whose cells cannot be looked at.
    covered: HashSet<u16>,
    most: usize,
    /// How many more are refused before it is worth looking again for one that went.
    refuse: usize,
}

impl Links {
    /// Keeps at most `most` of them.
    pub fn new(most: usize) -> Self {
        Links {
            known: Vec::new(),
            numbers: HashMap::new(),
            covered: HashSet::new(),
            most: most.min(usize::from(u16::MAX) - 1),
            refuse: 0,
        }
    }

    /// The link of that number.
    pub fn get(&self, number: u16) -> Option<&Link> {
        self.known
            .get(usize::from(number).checked_sub(1)?)?
            .as_ref()
    }

    /// A number for a link. Where all are taken, those that `live` does not name are given to others;
    /// `None` where no cell let go of one.
    pub fn number(&mut self, link: Link, live: impl FnOnce() -> HashSet<u16>) -> Option<u16> {
        if let Some(number) = self.numbers.get(&link) {
            return Some(*number);
        }
        if self.known.len() < self.most {
            self.known.push(None);
            return Some(self.put(self.known.len(), link));
        }
        let mut free = self.known.iter().position(Option::is_none);
        if free.is_none() && self.refuse == 0 {
            self.sweep(&live());
            free = self.known.iter().position(Option::is_none);
            self.refuse = if free.is_none() { self.most } else { 0 };
        }
        self.refuse = self.refuse.saturating_sub(1);
        free.map(|at| self.put(at + 1, link))
    }

    /// The screen with these numbers is covered, or is seen again.
    pub fn cover(&mut self, numbers: HashSet<u16>) {
        self.covered = numbers;
    }

    /// Forgets all of them.
    pub fn clear(&mut self) {
        *self = Links::new(self.most);
    }

    /// The bytes held now.
    pub fn held(&self) -> usize {
        self.known
            .iter()
            .flatten()
            .map(|link| link.uri().len())
            .sum()
    }

    fn put(&mut self, number: usize, link: Link) -> u16 {
        let small = u16::try_from(number).unwrap_or(u16::MAX);
        self.known[number - 1] = Some(link.clone());
        self.numbers.insert(link, small);
        small
    }

    fn sweep(&mut self, live: &HashSet<u16>) {
        for (number, slot) in (1..=u16::MAX).zip(&mut self.known) {
            if !live.contains(&number)
                && !self.covered.contains(&number)
                && let Some(gone) = slot.take()
            {
                self.numbers.remove(&gone);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn only_a_few_schemes_lead_somewhere() {
        for good in [
            "http://a",
            "https://example.com/x?y=1;2#z",
            "HTTPS://EXAMPLE.COM",
            "mailto:a@example.com",
            "file:///etc/hosts",
            "file://localhost/etc/hosts",
        ] {
            assert_eq!(Link::new(good).unwrap().uri(), good);
        }
        for bad in [
            "",
            "x",
            "http:",
            "http://",
            "javascript:alert(1)",
            "data:text/html,x",
            "ssh://host",
            "vscode://file/x",
            "file://elsewhere/x",
            "file:/x",
            "//example.com",
            "ftp://x",
            " http://x",
            "http://x\u{7}",
            "http://x\u{1b}\\",
            "http://x\u{9c}",
            "http://x\n",
            "http://x\u{7f}",
        ] {
            assert_eq!(Link::new(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn what_is_not_plain_ascii_is_percent_encoded_and_the_length_counts_then() {
        let link = Link::new("https://x/宽 \u{202e}é").unwrap();
        assert_eq!(link.uri(), "https://x/%E5%AE%BD%20%E2%80%AE%C3%A9");
        let long = |filler: &str, times: usize| format!("https://{}", filler.repeat(times));
        assert!(Link::new(&long("a", URI_BYTES - 8)).is_some());
        assert_eq!(Link::new(&long("a", URI_BYTES - 7)), None);
        assert_eq!(Link::new(&long("é", 400)), None);
    }

    #[test]
    fn numbers_are_given_again_only_when_no_cell_has_them() {
        let link = |n: usize| Link::new(&format!("https://x/{n}")).unwrap();
        let mut links = Links::new(3);
        for n in 1..=3 {
            assert_eq!(links.number(link(n), HashSet::new), Some(n as u16));
        }
        assert_eq!(links.number(link(2), || panic!("it is known")), Some(2));
        let all = || HashSet::from([1, 2, 3]);
        assert_eq!(links.number(link(4), all), None);
        let patient = || panic!("it looks again only after a while");
        assert_eq!(links.number(link(4), patient), None);
        assert_eq!(links.number(link(4), patient), None);
        links.cover(HashSet::from([1]));
        assert_eq!(links.number(link(5), || HashSet::from([3])), Some(2));
        assert_eq!(
            (links.get(1), links.get(2)),
            (Some(&link(1)), Some(&link(5)))
        );
    }
}
