//! The rows of a diff, made once of the whole: so that a picture costs as much as the screen is large.

use std::collections::BTreeMap;

use crate::diff::{Body, Diff, File, Hunk, LineKind};
use crate::model::{self, CommentId, CommentState, Side, Untrusted};
use crate::view::draw::ink;

/// One row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    /// A file's name.
    File(u32),
    /// Something about a file.
    Note(u32, Note),
    /// The head of a hunk: of which file, which.
    Hunk(u32, u32),
    /// A line.
    Line(Cell),
    /// The line before, and the line now.
    Pair(Option<Cell>, Option<Cell>),
    /// A row of a comment: of which box, which.
    Comment(u32, u16),
    /// Nothing.
    Blank,
}

/// A line of a diff.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// Of which file.
    pub file: u32,
    /// Of which hunk.
    pub hunk: u32,
    /// Which line of it.
    pub line: u32,
    /// Its number before; of an added line, that of the next one.
    pub old: u32,
    /// Its number now; of a removed line, that of the next one.
    pub new: u32,
}

/// What is said of a file without lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// It is no text.
    Binary,
    /// It is a commit of another repository.
    Submodule,
    /// It has another mode.
    Mode,
    /// It has another name, and nothing else changed.
    OnlyMoved,
    /// It has no lines.
    Empty,
}

/// One column or two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// As one text, signs in front.
    #[default]
    Unified,
    /// Before at the left, now at the right.
    Split,
}

/// All rows.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// In order.
    pub all: Vec<Row>,
    /// The row of each file's name.
    pub files: Vec<usize>,
    /// Added and removed lines of each file.
    pub stats: Vec<(usize, usize)>,
    /// The rows with the heads of hunks.
    pub hunks: Vec<usize>,
    /// The comments, as they are drawn.
    pub boxes: Vec<CommentBox>,
    /// The first row of each box.
    pub comments: Vec<usize>,
    /// The largest number of a line, in digits.
    pub digits: u16,
}

/// A comment as it is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommentBox {
    /// Which.
    pub id: CommentId,
    /// How far it got, and whether its lines still stand.
    pub standing: Standing,
    /// Its rows; the first says who and how far.
    pub lines: Vec<String>,
}

/// How a comment is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It waits for something.
    Open,
    /// Its lines are others now.
    Outdated,
    /// It is handled.
    Over,
}

/// What stands below which line: by side and number.
type Below<'c> = BTreeMap<(Side, u32), Vec<&'c model::Comment>>;

impl Rows {
    /// The rows of a diff at this width.
    pub fn new(
        diff: &Diff,
        comments: Option<&model::Review>,
        outdated: &[CommentId],
        shape: Shape,
        width: u16,
    ) -> Self {
        let mut making = Making {
            rows: Rows::default(),
            outdated,
            shape,
            width: width.saturating_sub(6).clamp(20, 96),
        };
        let all = comments.map_or(&[][..], |review| &review.comments);
        for (at, file) in (0u32..).zip(&diff.files) {
            let on_it = all.iter().filter(|it| it.anchor.file == file.path);
            making.file(at, file, on_it);
        }
        let known =
            |it: &&model::Comment| diff.files.iter().any(|file| file.path == it.anchor.file);
        for comment in all.iter().filter(|it| !known(it)) {
            making.comment(comment);
        }
        making.rows
    }

    /// The file that a row is in, by its place.
    pub fn file_of(&self, row: usize) -> Option<usize> {
        let behind = self.files.partition_point(|first| *first <= row);
        behind.checked_sub(1)
    }
}

struct Making<'m> {
    rows: Rows,
    outdated: &'m [CommentId],
    shape: Shape,
    width: u16,
}

impl Making<'_> {
    fn file<'c>(
        &mut self,
        at: u32,
        file: &File,
        comments: impl Iterator<Item = &'c model::Comment>,
    ) {
        if at > 0 {
            self.rows.all.push(Row::Blank);
        }
        self.rows.files.push(self.rows.all.len());
        self.rows.stats.push(file.stat());
        self.rows.all.push(Row::File(at));
        for note in notes(file) {
            self.rows.all.push(Row::Note(at, note));
        }
        // what stands on lines that are not in sight comes before those that are
        let (below, apart): (Vec<_>, Vec<_>) = comments.partition(|it| has(file, it));
        for comment in apart {
            self.comment(comment);
        }
        let mut places = Below::new();
        for comment in below {
            let place = (comment.anchor.side, comment.anchor.last);
            places.entry(place).or_default().push(comment);
        }
        for (number, hunk) in (0u32..).zip(&file.hunks) {
            self.rows.hunks.push(self.rows.all.len());
            self.rows.all.push(Row::Hunk(at, number));
            match self.shape {
                Shape::Unified => self.unified(cells(at, number, hunk), hunk, &mut places),
                Shape::Split => self.split(cells(at, number, hunk), hunk, &mut places),
            }
        }
    }

    fn unified(&mut self, cells: Vec<Cell>, hunk: &Hunk, below: &mut Below<'_>) {
        for (cell, line) in cells.into_iter().zip(&hunk.lines) {
            self.digits(cell);
            self.rows.all.push(Row::Line(cell));
            self.below(cell, line.kind, below);
        }
    }

    /// Removed lines beside the added ones that took their place.
    fn split(&mut self, cells: Vec<Cell>, hunk: &Hunk, below: &mut Below<'_>) {
        let kind = |at: usize| hunk.lines.get(at).map(|line| line.kind);
        let mut at = 0;
        while let Some(now) = kind(at) {
            let run = |from: usize, of: LineKind| {
                let same = |at: &usize| matches!(kind(*at), Some(kind) if kind == of || kind == LineKind::NoNewline);
                (from..).take_while(same).count()
            };
            if matches!(now, LineKind::Context | LineKind::NoNewline) {
                let cell = cells[at];
                self.pair(Some((cell, now)), Some((cell, now)), below);
                at += 1;
                continue;
            }
            let removed = match now {
                LineKind::Removed => run(at, LineKind::Removed),
                LineKind::Added | LineKind::Context | LineKind::NoNewline => 0,
            };
            let added = run(at + removed, LineKind::Added);
            for row in 0..removed.max(added) {
                let side = |from: usize, count: usize| {
                    let at = from + row;
                    (row < count).then(|| (cells[at], hunk.lines[at].kind))
                };
                self.pair(side(at, removed), side(at + removed, added), below);
            }
            at += (removed + added).max(1);
        }
    }

    fn pair(
        &mut self,
        left: Option<(Cell, LineKind)>,
        right: Option<(Cell, LineKind)>,
        below: &mut Below<'_>,
    ) {
        let row = Row::Pair(left.map(|it| it.0), right.map(|it| it.0));
        self.rows.all.push(row);
        for (cell, kind) in left.into_iter().chain(right.filter(|it| Some(*it) != left)) {
            self.digits(cell);
            self.below(cell, kind, below);
        }
    }

    fn digits(&mut self, cell: Cell) {
        let most = cell.old.max(cell.new).checked_ilog10().unwrap_or(0) + 1;
        self.rows.digits = self.rows.digits.max(u16::try_from(most).unwrap_or(10));
    }

    /// What stands below a line.
    fn below(&mut self, cell: Cell, kind: LineKind, below: &mut Below<'_>) {
        if below.is_empty() {
            return;
        }
        let places: &[(Side, u32)] = match kind {
            LineKind::Context | LineKind::Added => &[(Side::New, cell.new)],
            LineKind::Removed => &[(Side::Old, cell.old)],
            LineKind::NoNewline => &[],
        };
        for place in places {
            for comment in below.remove(place).into_iter().flatten() {
                self.comment(comment);
            }
        }
    }

    fn comment(&mut self, comment: &model::Comment) {
        let at = u32::try_from(self.rows.boxes.len()).unwrap_or(u32::MAX);
        let outdated = self.outdated.contains(&comment.id);
        let made = boxed(comment, outdated, self.width);
        self.rows.comments.push(self.rows.all.len());
        let rows = (0u16..).take(made.lines.len());
        self.rows.all.extend(rows.map(|row| Row::Comment(at, row)));
        self.rows.boxes.push(made);
    }
}

fn notes(file: &File) -> Vec<Note> {
    let mut notes = Vec::new();
    match file.body {
        Body::Binary => notes.push(Note::Binary),
        Body::Submodule => notes.push(Note::Submodule),
        Body::Text if !file.hunks.is_empty() => {}
        Body::Text if file.modes.is_some() => {}
        Body::Text if file.old_path.is_some() => notes.push(Note::OnlyMoved),
        Body::Text => notes.push(Note::Empty),
    }
    notes.extend(file.modes.as_ref().map(|_| Note::Mode));
    notes
}

/// Whether the last line of a comment's place is in sight.
fn has(file: &File, comment: &model::Comment) -> bool {
    let (side, number) = (comment.anchor.side, comment.anchor.last);
    let on_it = |(cell, kind): (Cell, LineKind)| match (side, kind) {
        (Side::New, LineKind::Context | LineKind::Added) => cell.new == number,
        (Side::Old, LineKind::Removed) => cell.old == number,
        (Side::New | Side::Old, _) => false,
    };
    file.hunks.iter().any(|hunk| {
        let (old, new) = hunk.first();
        let first = match side {
            Side::Old => old,
            Side::New => new,
        };
        let kinds = hunk.lines.iter().map(|line| line.kind);
        first <= number && cells(0, 0, hunk).into_iter().zip(kinds).any(on_it)
    })
}

/// The lines of a hunk with their numbers.
fn cells(file: u32, number: u32, hunk: &Hunk) -> Vec<Cell> {
    let (mut old, mut new) = hunk.first();
    let numbered = (0u32..).zip(&hunk.lines).map(|(line, it)| {
        let cell = Cell {
            file,
            hunk: number,
            line,
            old,
            new,
        };
        let (before, now) = it.kind.steps();
        old = old.saturating_add(before);
        new = new.saturating_add(now);
        cell
    });
    numbered.collect()
}

fn boxed(comment: &model::Comment, outdated: bool, width: u16) -> CommentBox {
    let by = Untrusted::new(comment.by.name.as_str()).shown();
    let place = comment.anchor.place();
    let (head, note) = match &comment.progress {
        CommentState::Draft => (format!("{by} · not sent"), None),
        CommentState::Open(number) => (format!("{number} {by} · open"), None),
        CommentState::Claimed {
            number,
            agent,
            note,
        } => {
            let head = format!("{number} {by} · agent {agent} says handled");
            (head, Some(note).filter(|note| !note.is_empty()))
        }
        CommentState::Handled {
            number, by: who, ..
        } => {
            let who = Untrusted::new(who.name.as_str()).shown();
            (format!("{number} {by} · handled, says {who}"), None)
        }
    };
    let over = matches!(comment.progress, CommentState::Handled { .. });
    let mut lines = vec![match (outdated && !over, over) {
        (true, _) => format!("{head} · outdated: {place} reads otherwise now"),
        (false, true) => format!("{head}: {}", Untrusted::new(comment.text.as_str()).shown()),
        (false, false) if comment.anchor.first != comment.anchor.last => {
            format!(
                "{head} · lines {}-{}",
                comment.anchor.first, comment.anchor.last
            )
        }
        (false, false) => head,
    }];
    if !over {
        let words = Untrusted::new(comment.text.as_str()).shown_lines();
        lines.extend(words.iter().flat_map(|line| ink::wrap(line, width)));
        if let Some(note) = note {
            let said = note.shown_lines();
            lines.extend(
                said.iter()
                    .flat_map(|line| ink::wrap(&format!("» {line}"), width)),
            );
        }
    }
    CommentBox {
        id: comment.id,
        standing: match (over, outdated) {
            (true, _) => Standing::Over,
            (false, true) => Standing::Outdated,
            (false, false) => Standing::Open,
        },
        lines,
    }
}
