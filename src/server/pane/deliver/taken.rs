//! Whether a program took what was submitted to it, as far as its pane can see. Pure: what stood there before,
//! what stands there now.
//!
//! Must not take a change of the picture for an answer: a key that only makes a new line in an input, or opens a
//! list above it, changes the picture too.

/// What a look at a pane gives for this.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traces {
    /// The picture's rows, as text.
    pub rows: Vec<String>,
    /// How its terminal hands over what is typed.
    pub input: Input,
}

/// How a terminal hands over what is typed, and whether some of it waits to be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Input {
    /// Whole lines, which the terminal itself edits and shows: a program that read one took it.
    Lines(Unread),
    /// Every key: what becomes of it is the program's.
    Keys(Unread),
    /// Not known.
    #[default]
    Unknown,
}

/// Whether something that was typed waits to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// Nothing does.
    Nothing,
    /// Something does.
    Something,
}

/// What stood there when a message was written and submitted.
#[derive(Debug, Default)]
pub struct Before {
    /// Before its words were pasted.
    empty: Vec<String>,
    /// With them, when it was submitted.
    full: Traces,
    /// How often a line editor was left by then.
    left: u64,
}

impl Before {
    /// The words are about to be pasted.
    pub fn pasting(rows: Vec<String>) -> Self {
        Self {
            empty: rows,
            ..Self::default()
        }
    }

    /// They are about to be submitted.
    pub fn submitting(&mut self, traces: Traces, left: u64) {
        (self.full, self.left) = (traces, left);
    }

    /// Whether they were taken since.
    pub fn taken(&self, now: &Traces, left: u64) -> bool {
        match (self.full.input, now.input) {
            (Input::Lines(_), Input::Lines(unread)) => unread == Unread::Nothing,
            // a line editor turns bracketed paste off when it hands its line over; one that begins may have thrown
            // away what nobody had read
            (Input::Lines(_) | Input::Keys(_) | Input::Unknown, _) => {
                left > self.left || self.is_empty_again(now)
            }
        }
    }

    /// Whether the row that was empty before the words came stands there once more, below them.
    fn is_empty_again(&self, now: &Traces) -> bool {
        let words = missing(&self.full.rows, &self.empty);
        let gone = missing(&self.empty, &self.full.rows);
        let last = now
            .rows
            .iter()
            .rposition(|row| words.contains(&row.as_str()));
        let below = &now.rows[last.map_or(0, |last| last + 1)..];
        let is_input = |row: &&str| words.iter().any(|word| mark(word) == mark(row));
        gone.iter()
            .filter(|row| is_input(row))
            .any(|row| below.iter().any(|it| it == row) && is_more(row, &now.rows, &self.full.rows))
    }

    /// What is to be said where nothing showed that they were taken.
    pub fn why(now: &Traces) -> String {
        match now.input {
            Input::Lines(Unread::Something) | Input::Keys(Unread::Something) => {
                "its program has not read it; it may be busy with something else".to_owned()
            }
            Input::Lines(Unread::Nothing) | Input::Keys(Unread::Nothing) | Input::Unknown => {
                "its program read it, and nothing shows that it took it".to_owned()
            }
        }
    }
}

/// The rows with text that are more often in the one than in the other.
fn missing<'a>(one: &'a [String], other: &[String]) -> Vec<&'a str> {
    let mut rows: Vec<&str> = one
        .iter()
        .filter(|row| !row.trim().is_empty() && is_more(row, one, other))
        .map(String::as_str)
        .collect();
    rows.dedup();
    rows
}

fn is_more(row: &str, one: &[String], other: &[String]) -> bool {
    let count = |rows: &[String]| rows.iter().filter(|it| *it == row).count();
    count(one) > count(other)
}

/// The sign that a row of an input begins with.
fn mark(row: &str) -> Option<char> {
    row.trim_start().chars().next()
}
