#![allow(clippy::unwrap_used, clippy::panic)]
use proptest::prelude::*;

use super::super::{Joined, pieces};
use super::*;

fn one(text: &str) -> File {
    let diff = parse(text.as_bytes());
    assert_eq!(diff.files.len(), 1, "{diff:?}");
    diff.files[0].clone()
}

#[test]
fn a_changed_file_is_read_with_its_numbers() {
    let file = one(
        "diff --git a/src/a.rs b/src/a.rs\nindex 1..2 100644\n--- a/src/a.rs\n+++ b/src/a.rs\n\
@@ -3,3 +3,4 @@ fn main() {\n one\n-two\n+2\n+3\n four\n",
    );
    assert_eq!(file.path.raw(), "src/a.rs");
    assert_eq!(file.status, FileStatus::Modified);
    assert_eq!(file.stat(), (2, 1));
    assert_eq!((file.hunks[0].old, file.hunks[0].new), (3, 3));
    assert_eq!(file.hunks[0].heading.raw(), "fn main() {");
}

#[test]
fn a_line_of_a_file_that_looks_like_a_heading_is_a_line() {
    let file = one(
        "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n--- a/y\n+++ b/y\n diff --git a/z b/z\n",
    );
    assert_eq!(file.path.raw(), "x");
    let texts: Vec<&str> = file.hunks[0]
        .lines
        .iter()
        .map(|line| line.text.raw())
        .collect();
    assert_eq!(texts, ["-- a/y", "++ b/y", "diff --git a/z b/z"]);
}

#[test]
fn renames_modes_and_binaries_have_no_lines_and_are_seen() {
    let file = one(
        "diff --git a/old name b/new name\nsimilarity index 100%\nrename from old name\nrename to new name\n",
    );
    assert_eq!(file.status, FileStatus::Renamed);
    assert_eq!(
        (file.path.raw(), file.old_path.unwrap().raw()),
        ("new name", "old name")
    );
    let file = one("diff --git a/run me b/run me\nold mode 100644\nnew mode 100755\n");
    assert_eq!(file.path.raw(), "run me");
    assert_eq!(file.modes, Some(("100644".into(), "100755".into())));
    let file = one(
        "diff --git a/p.png b/p.png\nnew file mode 100644\nindex 0..1\nBinary files /dev/null and b/p.png differ\n",
    );
    assert_eq!((file.body, file.status), (Body::Binary, FileStatus::Added));
}

#[test]
fn a_quoted_path_is_read_as_it_is() {
    let file = one(
        "diff --git \"a/a\\tb\\\"\\303\\266\" \"b/a\\tb\\\"\\303\\266\"\nold mode 100644\nnew mode 100755\n",
    );
    assert_eq!(file.path.raw(), "a\tb\"ö");
}

#[test]
fn a_hunk_without_lines_on_one_side_counts_from_the_line_behind() {
    let file = one(
        "diff --git a/n b/n\nnew file mode 100644\n--- /dev/null\n+++ b/n\n@@ -0,0 +1,2 @@\n+a\n+b\n\\ No newline at end of file\n",
    );
    assert_eq!(file.hunks[0].first(), (1, 1));
    assert_eq!(
        file.hunks[0].lines.last().unwrap().kind,
        LineKind::NoNewline
    );
    let file = one("diff --git a/n b/n\n--- a/n\n+++ b/n\n@@ -5,1 +4,0 @@\n-gone\n");
    assert_eq!(file.hunks[0].first(), (5, 5));
}

#[test]
fn a_long_line_is_cut_and_says_so() {
    let long = "x".repeat(LINE + 10);
    let file = one(&format!(
        "diff --git a/l b/l\n--- a/l\n+++ b/l\n@@ -0,0 +1 @@\n+{long}\n"
    ));
    let text = file.hunks[0].lines[0].text.raw();
    assert!(text.ends_with('…') && text.len() < LINE + 8);
}

fn lines() -> impl Strategy<Value = Vec<Line>> {
    let kind = prop_oneof![
        Just(LineKind::Context),
        Just(LineKind::Added),
        Just(LineKind::Removed)
    ];
    let line = (kind, "[ -~äß宽\t]{0,12}").prop_map(|(kind, text)| Line {
        kind,
        text: text.into(),
    });
    prop::collection::vec(line, 1..8)
}

fn files() -> impl Strategy<Value = Vec<File>> {
    let hunk = (1u32..500, 1u32..500, "[a-z(){} ]{0,9}", lines());
    let file = ("[a-z][a-z/ ü]{0,9}[a-z]", prop::collection::vec(hunk, 1..4));
    let file = file.prop_map(|(path, hunks)| File {
        path: path.into(),
        hunks: hunks
            .into_iter()
            .map(|(old, new, heading, lines)| Hunk {
                old,
                new,
                heading: heading.trim().into(),
                lines,
            })
            .collect(),
        ..File::default()
    });
    prop::collection::vec(file, 0..5)
}

/// As git would write it.
fn written(files: &[File]) -> String {
    let mut text = String::new();
    for file in files {
        let path = file.path.raw();
        text.push_str(&format!(
            "diff --git a/{path} b/{path}\n--- a/{path}\n+++ b/{path}\n"
        ));
        for hunk in &file.hunks {
            let on = |kind| hunk.lines.iter().filter(|line| line.is_on(kind)).count();
            let (old, new) = (on(LineKind::Removed), on(LineKind::Added));
            let heading = hunk.heading.raw();
            text.push_str(&format!(
                "@@ -{},{old} +{},{new} @@ {heading}\n",
                hunk.old, hunk.new
            ));
            for line in &hunk.lines {
                text.push_str(&format!("{}{}\n", line.kind.sign(), line.text.raw()));
            }
        }
    }
    text
}

proptest! {
    #[test]
    fn what_was_written_is_read(files in files()) {
        prop_assert_eq!(parse(written(&files).as_bytes()).files, files);
    }

    #[test]
    fn a_diff_in_pieces_is_put_together_again(files in files()) {
        let mut joined = Joined::default();
        for part in pieces(files.clone()) {
            joined.put(part);
        }
        prop_assert_eq!(joined.diff.files, files);
    }

    #[test]
    fn any_bytes_are_read_without_harm(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse(&bytes);
    }

    #[test]
    fn a_mangled_diff_is_read_without_harm(files in files(), cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let mut bytes = written(&files).into_bytes();
        for (at, byte) in cuts {
            if !bytes.is_empty() {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
        }
        let diff = parse(&bytes);
        let numbers = diff.files.iter().flat_map(|file| &file.hunks).map(Hunk::first);
        prop_assert!(numbers.into_iter().all(|(old, new)| old < u32::MAX / 2 && new < u32::MAX / 2));
    }
}
