//! Two small pattern languages: `*` in a whole text, and `*`, `**` in a path. No shell is spoken here: a
//! text is never split into words, and nothing in it is expanded.
//!
//! In a pattern `*` stands for any run of characters, `\*` for a star, `\\` for a backslash. In a path `*`
//! stays within one folder's name, and `**` stands for any number of folders.

/// What a `*` may stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Anything. For what is refused or shown to a person: too much is better than too little.
    Anything,
    /// Nothing with which a shell begins another command, another file or another text: an approved
    /// `cargo test *` must not approve `cargo test x; rm -rf ~`. Whoever means such a command spells it out.
    OneCommand,
}

impl Reach {
    fn takes(self, c: char) -> bool {
        match self {
            Reach::Anything => true,
            Reach::OneCommand => !c.is_control() && !";&|`$<>()".contains(c),
        }
    }
}

/// Whether a pattern is all of a text.
pub fn matches(pattern: &str, text: &str, reach: Reach) -> bool {
    let parts = parts(pattern);
    let gap = |gap: &str| gap.chars().all(|c| reach.takes(c));
    let Some((first, rest)) = parts.split_first() else {
        return text.is_empty();
    };
    let Some(mut left) = text.strip_prefix(first.as_str()) else {
        return false;
    };
    let Some((last, middle)) = rest.split_last() else {
        return left.is_empty();
    };
    // The first place is always the best one: what a later one would skip, the next star would have to take.
    for part in middle {
        let Some(at) = left.find(part.as_str()).filter(|at| gap(&left[..*at])) else {
            return false;
        };
        left = &left[at + part.len()..];
    }
    left.strip_suffix(last.as_str()).is_some_and(gap)
}

/// The texts between the stars.
fn parts(pattern: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '*' => parts.push(String::new()),
            '\\' => push(&mut parts, chars.next().unwrap_or('\\')),
            c => push(&mut parts, c),
        }
    }
    parts
}

fn push(parts: &mut [String], c: char) {
    if let Some(last) = parts.last_mut() {
        last.push(c);
    }
}

/// The pattern that is this text and no other.
pub fn exactly(text: &str) -> String {
    text.replace('\\', "\\\\").replace('*', "\\*")
}

/// A path as its folders from the root, with `.` and `..` followed as they are written; a relative one
/// begins at `base`. None where it leaves the root, begins at no root, or begins with `~`, which is no path yet.
pub fn folders(base: &str, path: &str) -> Option<Vec<String>> {
    if path.is_empty() || path.starts_with('~') || path.chars().any(char::is_control) {
        return None;
    }
    let whole = match (path.starts_with('/'), base.starts_with('/')) {
        (true, _) => path.to_owned(),
        (false, true) => format!("{base}/{path}"),
        (false, false) => return None,
    };
    let mut folders = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(folders.pop()?),
            name => folders.push(name.to_owned()),
        }
    }
    Some(folders)
}

/// Whether a path pattern is all of a path. A relative pattern begins at `home`, and matches nothing outside it.
pub fn matches_path(pattern: &str, path: &[String], home: Option<&[String]>) -> bool {
    let path = match (pattern.starts_with('/'), home) {
        (true, _) => path,
        (false, Some(home)) if path.starts_with(home) => &path[home.len()..],
        (false, Some(_) | None) => return false,
    };
    let steps: Vec<&str> = pattern.split('/').filter(|step| !step.is_empty()).collect();
    steps_match(&steps, path)
}

/// Goes on from the last `**` where it does not fit: no step is tried more often than there are folders.
fn steps_match(steps: &[&str], path: &[String]) -> bool {
    let (mut step, mut at) = (0, 0);
    let mut again: Option<(usize, usize)> = None;
    while at < path.len() {
        match steps.get(step) {
            Some(&"**") => {
                again = Some((step, at));
                step += 1;
            }
            Some(pattern) if matches(pattern, &path[at], Reach::Anything) => {
                step += 1;
                at += 1;
            }
            Some(_) | None => {
                let Some((any, from)) = again else {
                    return false;
                };
                again = Some((any, from + 1));
                (step, at) = (any + 1, from + 1);
            }
        }
    }
    steps[step..].iter().all(|step| *step == "**")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn one(pattern: &str, text: &str) -> bool {
        matches(pattern, text, Reach::OneCommand)
    }

    #[test]
    fn a_pattern_is_all_of_the_text() {
        assert!(one("cargo test", "cargo test") && !one("cargo test", "cargo tests"));
        assert!(one("cargo *", "cargo test -p a") && !one("cargo *", "xcargo test"));
        assert!(one("*", "") && one("a*", "a") && !one("", "a") && one("", ""));
        assert!(one("a*b*c", "a1b2c") && !one("a*b*c", "a1c2b") && !one("ab*bc", "abc"));
    }

    #[test]
    fn a_star_never_stands_for_a_second_command() {
        for more in [
            "; rm -rf ~",
            "&& x",
            "& x",
            "| sh",
            "`x`",
            "$(x)",
            "${x}",
            "\nx",
            "\rx",
            "> a",
            "< a",
            "(x)",
        ] {
            let text = format!("cargo test a {more}");
            assert!(!one("cargo test*", &text), "{text:?}");
            assert!(matches("cargo test*", &text, Reach::Anything), "{text:?}");
            assert!(one(&exactly(&text), &text), "spelled out: {text:?}");
        }
        assert!(one("make * && make *", "make a && make b"));
        assert!(!one("make * && make *", "make a && make b && rm c"));
        assert!(!one("make *; *", "make a; rm b; rm c"));
    }

    #[test]
    fn a_star_or_a_backslash_can_be_meant_as_such() {
        assert!(one("ls \\*.rs", "ls *.rs") && !one("ls \\*.rs", "ls a.rs"));
        assert!(one("a\\\\b", "a\\b") && one("a\\", "a\\"));
    }

    fn path(pattern: &str, path: &str) -> bool {
        let home = folders("", "/home/x").unwrap();
        folders("/home/x", path).is_some_and(|path| matches_path(pattern, &path, Some(&home)))
    }

    #[test]
    fn a_path_pattern_stays_in_the_agents_folder_whatever_dots_are_in_the_path() {
        assert!(path("src/*", "src/a.rs") && path("src/*", "/home/x/src/./a.rs"));
        assert!(
            !path("src/*", "src/b/a.rs")
                && path("src/**", "src/b/c/a.rs")
                && path("**/*.rs", "a.rs")
        );
        for outside in [
            "../y/src/a.rs",
            "src/../../y",
            "/etc/passwd",
            "~/src/a",
            "src/../../../../..",
            "",
        ] {
            assert!(
                !path("**", outside) && !path("src/**", outside),
                "{outside}"
            );
        }
        assert!(!path("src/**", "src/../Cargo.toml") && path("*", "src/../Cargo.toml"));
        assert!(path("/etc/*", "/etc/hosts") && !path("/etc/*", "etc/hosts"));
    }

    #[test]
    fn two_stars_stand_for_any_number_of_folders() {
        assert!(path("a/**/b/*.rs", "a/b/c.rs") && path("a/**/b/*.rs", "a/x/b/y/b/c.rs"));
        assert!(!path("a/**/b/*.rs", "a/x/c.rs") && path("**", "a/b") && path("a/**", "a"));
        let deep = "a/".repeat(300);
        assert!(
            !path(&"**/a/".repeat(40).replace("a/", "b/"), &deep),
            "in reasonable time"
        );
    }
}
