//! The words of a shell's line, and the command of a key's line.

/// A text as one word of a shell's line.
pub fn quoted(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-:@+=,".contains(&byte);
    if !text.is_empty() && text.bytes().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// The words of a line, with quotes and backslashes taken off; none where a quote is not closed. Nothing is
/// expanded.
pub(super) fn split(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut rest = line.chars();
    while let Some(one) = rest.next() {
        match one {
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match rest.next()? {
                        '\'' => break,
                        other => word.push(other),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match rest.next()? {
                        '"' => break,
                        '\\' => word.push(rest.next()?),
                        other => word.push(other),
                    }
                }
            }
            '\\' => word.get_or_insert_default().push(rest.next()?),
            one if one.is_whitespace() => words.extend(word.take()),
            one => word.get_or_insert_default().push(one),
        }
    }
    words.extend(word);
    Some(words)
}

/// The command that the options of a line of `authorized_keys` force; none where they force none. (sshd(8):
/// options stand first, separated by commas; within quotes `\"` is a quote.)
pub(super) fn command_option(line: &str) -> Option<String> {
    let mut rest = line.trim_start();
    if rest.starts_with('#') {
        return None;
    }
    loop {
        let name = rest.find(['=', ',', ' ', '\t', '"']).unwrap_or(rest.len());
        let (option, behind) = rest.split_at(name);
        let Some(mut value) = behind.strip_prefix("=\"") else {
            rest = behind.strip_prefix(',')?;
            continue;
        };
        let mut text = String::new();
        loop {
            if let Some(more) = value.strip_prefix("\\\"") {
                text.push('"');
                value = more;
                continue;
            }
            let mut chars = value.chars();
            let one = chars.next()?;
            value = chars.as_str();
            match one {
                '"' => break,
                other => text.push(other),
            }
        }
        if option.eq_ignore_ascii_case("command") {
            return Some(text);
        }
        rest = value.strip_prefix(',')?;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn what_is_quoted_is_one_word_again() {
        for text in ["", "plain", "it's", "a b", "$(x)", "\\", "\"", "a'b'c"] {
            assert_eq!(split(&quoted(text)).unwrap(), [text]);
        }
        assert_eq!(
            split("a  'b c' d\\ e \"f\\\"g\"").unwrap(),
            ["a", "b c", "d e", "f\"g"]
        );
        assert_eq!(split("a 'b"), None);
    }

    #[test]
    fn the_command_is_found_among_other_options() {
        let line = r#"restrict,environment="A=b, c",Command="say \"x, y\"",pty ssh-ed25519 AAAA"#;
        assert_eq!(command_option(line).unwrap(), "say \"x, y\"");
        assert_eq!(
            command_option("restrict,pty ssh-ed25519 AAAA command=\"x\""),
            None
        );
        assert_eq!(command_option("command=\"x"), None);
    }
}
