//! What a person wrote into forms of late, sent or not, to be had again: words for a request that closed meanwhile are
//! not lost. What is said, what is searched and what is started are each remembered apart.

use std::collections::VecDeque;

use super::popup::Line;

/// How many texts are kept; the oldest goes.
const MOST: usize = 50;

/// What a form is for, as far as earlier texts fit in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Words for somebody.
    Said,
    /// Something to look for.
    Sought,
    /// A command to start.
    Started,
}

/// The texts of one kind, and which of them stands in the form.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// Newest last.
    texts: VecDeque<String>,
    /// Which of them was brought back. It counts while the form still holds it as it was.
    at: Option<usize>,
    /// What stood in the form before.
    own: String,
}

impl Written {
    /// Keeps a text. The same again becomes the newest.
    pub fn keep(&mut self, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        self.texts.retain(|one| one != text);
        if self.texts.len() >= MOST {
            self.texts.pop_front();
        }
        self.texts.push_back(text.to_owned());
        self.at = None;
    }

    /// Whether there is one.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Brings back the text before the one that stands there.
    pub fn older(&mut self, line: &mut Line) {
        let before = match self.standing(line) {
            Some(at) => at.checked_sub(1),
            None => {
                self.own.clone_from(&line.text);
                self.texts.len().checked_sub(1)
            }
        };
        self.bring(before, line);
    }

    /// Brings back the text behind the one that stands there; behind the newest, what was being written.
    pub fn newer(&mut self, line: &mut Line) {
        let Some(at) = self.standing(line) else {
            return;
        };
        if at + 1 < self.texts.len() {
            self.bring(Some(at + 1), line);
        } else {
            *line = Line::new(std::mem::take(&mut self.own));
            self.at = None;
        }
    }

    fn standing(&self, line: &Line) -> Option<usize> {
        self.at.filter(|at| self.texts.get(*at) == Some(&line.text))
    }

    fn bring(&mut self, at: Option<usize>, line: &mut Line) {
        if let Some((at, text)) = at.and_then(|at| Some((at, self.texts.get(at)?))) {
            *line = Line::new(text.clone());
            self.at = Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn older_words_come_back_one_by_one_and_behind_the_newest_what_was_being_written() {
        let mut written = Written::default();
        for text in ["one", "two", "  ", "one", "three\n"] {
            written.keep(text);
        }
        let mut line = Line::new("mine");
        let mut seen = Vec::new();
        for _ in 0..4 {
            written.older(&mut line);
            seen.push(line.text.clone());
        }
        assert_eq!(seen, ["three", "one", "two", "two"]);
        for _ in 0..4 {
            written.newer(&mut line);
        }
        assert_eq!(line.text, "mine");
    }

    #[test]
    fn words_that_were_brought_back_and_changed_are_ones_own() {
        let mut written = Written::default();
        written.keep("one");
        written.keep("two");
        let mut line = Line::default();
        written.older(&mut line);
        line = Line::new("two and more");
        written.older(&mut line);
        assert_eq!(line.text, "two");
        written.newer(&mut line);
        assert_eq!(line.text, "two and more");
    }

    #[test]
    fn only_so_many_are_kept() {
        let mut written = Written::default();
        for number in 0..2 * MOST {
            written.keep(&number.to_string());
        }
        assert_eq!(written.texts.len(), MOST);
        assert_eq!(written.texts.back(), Some(&(2 * MOST - 1).to_string()));
    }
}
