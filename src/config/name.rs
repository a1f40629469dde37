//! Names that become folders and files: tracks, stages, briefs; and, for one rule everywhere, roles and agents.

use super::reader::{Placed, Reader};

/// The longest such name, in characters.
const LONGEST: usize = 64;

/// Whether a name can be a folder on every system: 1 to 64 of `a-z`, `0-9`, and after the first also `-` and `_`.
pub fn is_plain(name: &str) -> bool {
    let plain = |one: u8| one.is_ascii_lowercase() || one.is_ascii_digit();
    let mut letters = name.bytes();
    name.len() <= LONGEST
        && letters.next().is_some_and(plain)
        && letters.all(|one| plain(one) || one == b'-' || one == b'_')
}

/// Notes a name that is not plain, with one that is.
pub(super) fn check(kind: &str, name: &Placed<String>, reader: &mut Reader) {
    if is_plain(&name.value) {
        return;
    }
    let near = plain_form(&name.value);
    let hint = if is_plain(&near) {
        format!("write `{near}`: names are a-z, 0-9, - and _")
    } else {
        format!("write 1 to {LONGEST} of a-z, 0-9, - and _, beginning with a letter or digit")
    };
    let what = format!(
        "`{}` cannot be the name of {kind}",
        name.value.escape_debug()
    );
    reader.error(&name.span, what, hint);
}

/// The nearest plain name: empty where nothing of it can stay.
pub fn plain_form(name: &str) -> String {
    let swapped: String = name
        .to_lowercase()
        .chars()
        .map(|one| {
            if one.is_ascii_alphanumeric() || one == '_' {
                one
            } else {
                '-'
            }
        })
        .collect();
    let words: Vec<&str> = swapped.split('-').filter(|word| !word.is_empty()).collect();
    let mut joined = words.join("-");
    joined.truncate(LONGEST);
    joined.trim_matches(['-', '_']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::{is_plain, plain_form};

    #[test]
    fn a_name_that_is_more_than_a_folder_is_refused() {
        for good in ["web", "0012-rate-limit", "a_b", "1"] {
            assert!(is_plain(good), "{good}");
        }
        for bad in [
            "",
            ".",
            "..",
            "a/b",
            "Web",
            "-a",
            "_a",
            "a b",
            "é",
            "a.md",
            &"a".repeat(65),
        ] {
            assert!(!is_plain(bad), "{bad}");
        }
    }

    #[test]
    fn a_title_becomes_a_name() {
        assert_eq!(plain_form("Rate-limit the login!"), "rate-limit-the-login");
        assert_eq!(plain_form("../../etc"), "etc");
        assert!(is_plain(&plain_form(&"long title ".repeat(20))));
        assert_eq!(plain_form("…"), "");
    }
}
