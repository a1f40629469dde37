//! What a decision is bound to: the digest of everything that a card shows.

use sha2::{Digest as _, Sha256};

use crate::model::{Ask, Digest};

/// SHA-256 of what a card shows, in hex.
pub fn digest(ask: &Ask) -> Digest {
    // Plain enums and strings: nothing in an ask has no JSON form.
    let canonical = serde_json::to_vec(ask).unwrap_or_default();
    Digest(
        Sha256::digest(canonical)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::model::Untrusted;

    #[test]
    fn a_digest_names_the_whole_content() {
        let ask = |text: &str| Ask::Question {
            text: Untrusted::new(text),
            options: Vec::new(),
        };
        assert_eq!(digest(&ask("a")), digest(&ask("a")));
        assert_ne!(digest(&ask("a")), digest(&ask("b")));
    }
}
