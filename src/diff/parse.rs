//! Reads git's text of a diff (`git diff` with `a/` and `b/` in front of paths). Never fails: a line that
//! fits nothing is passed over. Lines of a hunk are counted, so that nothing in a file looks like a heading.

use super::{Body, Diff, FILES, File, FileStatus, Hunk, LINE, Line, LineKind, Reach};
use crate::model::Untrusted;

/// Reads a diff. `whole` is all that git wrote, or its beginning.
pub fn parse(whole: &[u8]) -> Diff {
    let mut reader = Reader::default();
    let mut rest = whole;
    while !rest.is_empty() {
        let end = rest.iter().position(|byte| *byte == b'\n');
        let (line, after) = match end {
            Some(end) => (&rest[..end], &rest[end + 1..]),
            None => (rest, &rest[rest.len()..]),
        };
        reader.line(line);
        rest = after;
    }
    reader.end()
}

#[derive(Default)]
struct Reader {
    diff: Diff,
    /// The file being read.
    file: Option<File>,
    /// Its mode, where it is new or gone, and the one of the file above it.
    modes: [Untrusted; 2],
    /// How many lines its hunk still has before and now.
    left: (u32, u32),
    /// Files beyond the limit.
    more: usize,
}

impl Reader {
    fn line(&mut self, line: &[u8]) {
        if self.left != (0, 0) || line.first() == Some(&b'\\') {
            return self.inside(line);
        }
        if let Some(names) = line.strip_prefix(b"diff --git ") {
            self.finish();
            let [above, mode] = &mut self.modes;
            *above = std::mem::take(mode);
            self.file = Some(File {
                path: both(names).unwrap_or_default(),
                ..File::default()
            });
            return;
        }
        if let Some(file) = &mut self.file {
            if let Some((hunk, left)) = hunk(line) {
                file.hunks.push(hunk);
                self.left = left;
            } else if let Some(mode) = heading(file, line) {
                self.modes[1] = mode;
            }
        }
    }

    /// A line of a hunk.
    fn inside(&mut self, line: &[u8]) {
        let kind = match line.first() {
            Some(b'+') => LineKind::Added,
            Some(b'-') => LineKind::Removed,
            Some(b'\\') => LineKind::NoNewline,
            // some programs leave the blank of an empty line out
            Some(b' ') | None => LineKind::Context,
            Some(_) => {
                // no line of a hunk: the numbers lied
                self.left = (0, 0);
                return self.line(line);
            }
        };
        let (old, new) = kind.steps();
        self.left.0 = self.left.0.saturating_sub(old);
        self.left.1 = self.left.1.saturating_sub(new);
        let file = self.file.as_mut();
        let Some(hunk) = file.and_then(|file| file.hunks.last_mut()) else {
            return;
        };
        let text = text(line.get(1..).unwrap_or_default());
        hunk.lines.push(Line { kind, text });
    }

    fn finish(&mut self) {
        self.left = (0, 0);
        let Some(mut file) = self.file.take() else {
            return;
        };
        if file.old_path.as_ref() == Some(&file.path) {
            file.old_path = None;
        }
        if let Some(above) = self.diff.files.last_mut()
            && is_turned(above, &file)
        {
            // A file that became a link, or the other way round, is told as two: gone, and new.
            above.status = FileStatus::Modified;
            above.modes = Some(std::mem::take(&mut self.modes).into());
            above.body = above.body.with(file.body);
            above.hunks.append(&mut file.hunks);
            return;
        }
        match self.diff.files.len() {
            FILES.. => self.more += 1,
            _ => self.diff.files.push(file),
        }
    }

    fn end(mut self) -> Diff {
        self.finish();
        if self.more > 0 {
            self.diff.reach = Reach::Part(format!("{} more files are left out", self.more));
        }
        self.diff
    }
}

/// Whether two entries that follow each other are one path that is of another kind now.
fn is_turned(gone: &File, new: &File) -> bool {
    (gone.status, new.status) == (FileStatus::Deleted, FileStatus::Added) && gone.path == new.path
}

/// A line between `diff --git` and the first hunk. Gives the mode of a file that is new or gone.
fn heading(file: &mut File, line: &[u8]) -> Option<Untrusted> {
    let after = |word: &str| line.strip_prefix(word.as_bytes());
    if let Some(mode) = after("new file mode ") {
        file.status = FileStatus::Added;
        submodule(file, mode);
        return Some(text(mode));
    } else if let Some(mode) = after("deleted file mode ") {
        file.status = FileStatus::Deleted;
        submodule(file, mode);
        return Some(text(mode));
    } else if let Some(mode) = after("old mode ") {
        file.modes = Some((text(mode), Untrusted::default()));
    } else if let Some(mode) = after("new mode ") {
        if let Some((_, new)) = &mut file.modes {
            *new = text(mode);
        }
    } else if let Some(path) = after("rename from ").or_else(|| after("copy from ")) {
        file.old_path = Some(unquoted(path));
    } else if let Some(path) = after("rename to ") {
        file.status = FileStatus::Renamed;
        file.path = unquoted(path);
    } else if let Some(path) = after("copy to ") {
        file.status = FileStatus::Copied;
        file.path = unquoted(path);
    } else if let Some(hashes) = after("index ") {
        if let Some(at) = hashes.iter().position(|byte| *byte == b' ') {
            submodule(file, &hashes[at + 1..]);
        }
    } else if let Some(path) = after("--- ") {
        if let Some(path) = side(path, b"a/").filter(|_| file.status == FileStatus::Deleted) {
            file.path = path;
        }
    } else if let Some(path) = after("+++ ") {
        if let Some(path) = side(path, b"b/") {
            file.path = path;
        }
    } else if line.starts_with(b"Binary files ") || line == b"GIT binary patch" {
        file.body = Body::Binary;
    }
    None
}

fn submodule(file: &mut File, mode: &[u8]) {
    if mode == b"160000" {
        file.body = Body::Submodule;
    }
}

/// `@@ -1,2 +3,4 @@ heading`: the hunk, and how many lines it has before and now.
fn hunk(line: &[u8]) -> Option<(Hunk, (u32, u32))> {
    let rest = line.strip_prefix(b"@@ -")?;
    let (old, old_count, rest) = range(rest)?;
    let (new, new_count, rest) = range(rest.strip_prefix(b" +")?)?;
    let heading = rest.strip_prefix(b" @@")?;
    let heading = text(heading.strip_prefix(b" ").unwrap_or(heading));
    let lines = Vec::new();
    let hunk = Hunk {
        old,
        new,
        heading,
        lines,
    };
    Some((hunk, (old_count, new_count)))
}

/// `12,3` or `12`, which means one line.
fn range(text: &[u8]) -> Option<(u32, u32, &[u8])> {
    let (first, rest) = number(text)?;
    match rest.strip_prefix(b",") {
        Some(rest) => number(rest).map(|(count, rest)| (first, count, rest)),
        None => Some((first, 1, rest)),
    }
}

fn number(text: &[u8]) -> Option<(u32, &[u8])> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number = std::str::from_utf8(&text[..digits]).ok()?;
    // far from the end of the numbers, so that counting on from here cannot pass it
    let number = number.parse::<u32>().ok()?.min(u32::MAX / 4);
    Some((number, &text[digits..]))
}

/// The path of one side; none for `/dev/null`.
fn side(path: &[u8], prefix: &[u8]) -> Option<Untrusted> {
    // git ends a path that has a blank in it with a tab
    let path = path.strip_suffix(b"\t").unwrap_or(path);
    let raw = bytes_of(path);
    raw.strip_prefix(prefix).map(text)
}

/// The path of `a/PATH b/PATH`, where both are the same: all that names a file without lines.
fn both(names: &[u8]) -> Option<Untrusted> {
    if names.first() == Some(&b'"') {
        let end = closing(names)?;
        return side(&names[..end], b"a/");
    }
    let half = names.len() / 2;
    let (old, new) = (names.get(..half)?, names.get(half + 1..)?);
    let (old, new) = (old.strip_prefix(b"a/")?, new.strip_prefix(b"b/")?);
    (old == new && names.get(half) == Some(&b' ')).then(|| text(old))
}

/// Behind the quote that ends a quoted path.
fn closing(path: &[u8]) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in path.iter().enumerate().skip(1) {
        match (byte, escaped) {
            (_, true) => escaped = false,
            (b'\\', false) => escaped = true,
            (b'"', false) => return Some(at + 1),
            (_, false) => {}
        }
    }
    None
}

fn unquoted(path: &[u8]) -> Untrusted {
    text(&bytes_of(path))
}

/// A path as it is: git puts one with quotes, backslashes or controls into quotes, as C would write it.
fn bytes_of(path: &[u8]) -> Vec<u8> {
    let inner = path.strip_prefix(b"\"");
    let Some(inner) = inner.and_then(|inner| inner.strip_suffix(b"\"")) else {
        return path.to_vec();
    };
    let mut bytes = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'\\' {
            bytes.push(*first);
            continue;
        }
        let octal = rest.get(..3).and_then(|digits| {
            let digits = std::str::from_utf8(digits).ok()?;
            u8::from_str_radix(digits, 8).ok()
        });
        if let Some(byte) = octal {
            bytes.push(byte);
            rest = &rest[3..];
        } else if let Some((named, after)) = rest.split_first() {
            bytes.push(match named {
                b'a' => 7,
                b'b' => 8,
                b't' => b'\t',
                b'n' => b'\n',
                b'v' => 11,
                b'f' => 12,
                b'r' => b'\r',
                other => *other,
            });
            rest = after;
        }
    }
    bytes
}

fn text(bytes: &[u8]) -> Untrusted {
    let Some(head) = bytes.get(..LINE).filter(|_| bytes.len() > LINE) else {
        return Untrusted::new(String::from_utf8_lossy(bytes));
    };
    Untrusted::new(format!("{}…", String::from_utf8_lossy(head)))
}

#[cfg(test)]
mod tests;
