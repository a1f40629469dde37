//! Reviews: comments on lines of a brief's work, sent to its agent in numbered rounds, each open until a
//! person says that it is handled. An agent may say so; then it waits for that person's word.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Actor, AgentId, BriefId, Digest, Person, Time, Untrusted};

/// Comments of one brief that are not handled; one more is refused.
pub const COMMENTS: usize = 200;
/// The longest comment, and the longest note of an agent, in bytes.
pub const COMMENT_LONGEST: usize = 4 * 1024;
/// The lines of a range that a comment keeps; a longer range keeps its first ones.
pub const ANCHOR_LINES: usize = 40;
/// The longest line that a comment keeps, in bytes.
pub const ANCHOR_LINE: usize = 400;
/// Handled comments of one brief that are kept; the oldest goes.
pub(super) const HANDLED_KEPT: usize = 100;
/// Briefs whose comments are kept; the one that was touched first goes, those with nothing open before others.
pub(super) const REVIEWS: usize = 500;

/// One comment of a room. Never used twice.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct CommentId(pub u64);

/// Which side of a diff a line is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// As it was.
    Old,
    /// As it is.
    New,
}

/// What a comment is on: a place, and what stood there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// The file, in the repository.
    pub file: Untrusted,
    /// Which side.
    pub side: Side,
    /// The first line, from 1.
    pub first: u32,
    /// The last line.
    pub last: u32,
    /// The lines as they stood there: the first [`ANCHOR_LINES`], each cut at [`ANCHOR_LINE`].
    pub lines: Vec<Untrusted>,
}

/// A comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// Its name in this room.
    pub id: CommentId,
    /// Who wrote it.
    pub by: Person,
    /// When it was written, or written anew.
    pub at: Time,
    /// What it is on.
    pub anchor: Anchor,
    /// The words.
    pub text: String,
    /// The diff that was looked at.
    pub on: Digest,
    /// How far it got.
    pub progress: CommentState,
}

/// How far a comment got.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommentState {
    /// Not sent; its writer may change it.
    Draft,
    /// Sent, and not handled.
    Open(Number),
    /// Sent; an agent says that it is handled.
    Claimed {
        /// Its number.
        number: Number,
        /// Who says so.
        agent: AgentId,
        /// In its words; may be empty.
        note: Untrusted,
    },
    /// A person says that it is handled.
    Handled {
        /// Its number.
        number: Number,
        /// Who.
        by: Person,
        /// When.
        at: Time,
    },
}

/// What a comment that was sent is called: `3.2` is the second of the third round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Number {
    /// The round, from 1.
    pub round: u32,
    /// Its place in the round, from 1.
    pub place: u32,
}

/// The comments on a brief.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// Which brief.
    pub brief: BriefId,
    /// How many rounds were sent.
    pub rounds: u32,
    /// The comments, oldest first.
    pub comments: Vec<Comment>,
    /// When it last changed.
    pub touched: Time,
}

/// What a person does in a review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReviewWish {
    /// Comment on lines.
    Comment {
        /// Which.
        anchor: Anchor,
        /// The words.
        text: String,
        /// The diff that is looked at.
        on: Digest,
    },
    /// Change the words of an own comment that was not sent.
    Reword {
        /// Which.
        comment: CommentId,
        /// The words.
        text: String,
    },
    /// Delete an own comment that was not sent.
    Delete(CommentId),
    /// Send what was not sent to the brief's agent, as the next round.
    Send,
    /// It is handled.
    Settle(Number),
    /// It is not handled after all.
    Reopen(Number),
}

/// One step of a review, as the journal has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewStep {
    /// A comment was written.
    Commented {
        /// Its name.
        comment: CommentId,
        /// What it is on.
        anchor: Anchor,
        /// The words.
        text: String,
        /// The diff that was looked at.
        on: Digest,
    },
    /// Its words were changed.
    Reworded {
        /// Which.
        comment: CommentId,
        /// The words.
        text: String,
    },
    /// It was deleted before it was sent.
    Deleted {
        /// Which.
        comment: CommentId,
    },
    /// These were sent, in this order.
    Sent {
        /// The round.
        round: u32,
        /// Which.
        comments: Vec<CommentId>,
    },
    /// An agent says that it is handled.
    Claimed {
        /// Which.
        number: Number,
        /// In its words.
        note: Untrusted,
    },
    /// It is handled.
    Settled {
        /// Which.
        number: Number,
    },
    /// It is not handled after all.
    Reopened {
        /// Which.
        number: Number,
    },
}

impl Anchor {
    /// A place with what stands there, as much of it as is kept.
    pub fn new<'l>(
        file: &Untrusted,
        side: Side,
        (first, last): (u32, u32),
        lines: impl IntoIterator<Item = &'l str>,
    ) -> Self {
        let lines = lines.into_iter().take(ANCHOR_LINES);
        Self {
            file: file.clone(),
            side,
            first,
            last,
            lines: lines.map(|line| Untrusted::new(kept(line))).collect(),
        }
    }

    /// Whether what it keeps stands at its place in these lines of its file.
    pub fn stands_in<'l>(&self, lines: impl Iterator<Item = &'l str>) -> bool {
        let from = usize::try_from(self.first.saturating_sub(1)).unwrap_or(usize::MAX);
        let mut there = lines.skip(from);
        let same = |line: &Untrusted| there.next().is_some_and(|now| kept(now) == line.raw());
        self.lines.iter().all(same)
    }

    /// Whether what it keeps is the beginning of these lines.
    pub fn begins(&self, lines: &[&str]) -> bool {
        let same = |(line, now): (&Untrusted, &&str)| kept(now) == line.raw();
        lines.len() >= self.lines.len() && self.lines.iter().zip(lines).all(same)
    }

    /// `src/main.rs:12-14`.
    pub fn place(&self) -> String {
        let file = self.file.shown();
        match self.first == self.last {
            true => format!("{file}:{}", self.first),
            false => format!("{file}:{}-{}", self.first, self.last),
        }
    }
}

/// What is kept of a line.
fn kept(line: &str) -> &str {
    let line = line.strip_suffix('\r').unwrap_or(line);
    super::cut(line, ANCHOR_LINE)
}

impl Comment {
    /// Its number, once it was sent.
    pub fn number(&self) -> Option<Number> {
        match &self.progress {
            CommentState::Draft => None,
            CommentState::Open(number)
            | CommentState::Claimed { number, .. }
            | CommentState::Handled { number, .. } => Some(*number),
        }
    }

    /// Whether it was sent and is not handled.
    pub fn is_open(&self) -> bool {
        match &self.progress {
            CommentState::Open(_) | CommentState::Claimed { .. } => true,
            CommentState::Draft | CommentState::Handled { .. } => false,
        }
    }

    /// Whether this person wrote it and did not send it.
    pub fn is_draft_of(&self, person: &Person) -> bool {
        self.progress == CommentState::Draft && self.by == *person
    }
}

impl Review {
    /// The comment of a number.
    pub fn numbered(&self, number: Number) -> Option<&Comment> {
        self.comments.iter().find(|it| it.number() == Some(number))
    }

    /// Those that were sent and are not handled.
    pub fn open(&self) -> impl Iterator<Item = &Comment> {
        self.comments.iter().filter(|it| it.is_open())
    }

    /// What this person wrote and did not send.
    pub fn drafts<'r>(&'r self, person: &'r Person) -> impl Iterator<Item = &'r Comment> {
        self.comments.iter().filter(|it| it.is_draft_of(person))
    }

    /// Takes one step in.
    pub(super) fn step(&mut self, by: &Actor, at: Time, step: &ReviewStep) {
        self.touched = at;
        match step {
            ReviewStep::Commented {
                comment,
                anchor,
                text,
                on,
            } => {
                let Actor::Person(by) = by else { return };
                self.comments.push(Comment {
                    id: *comment,
                    by: by.clone(),
                    at,
                    anchor: anchor.clone(),
                    text: text.clone(),
                    on: on.clone(),
                    progress: CommentState::Draft,
                });
            }
            ReviewStep::Reworded { comment, text } => {
                if let Some(one) = self.comments.iter_mut().find(|it| it.id == *comment) {
                    one.text.clone_from(text);
                    one.at = at;
                }
            }
            ReviewStep::Deleted { comment } => self.comments.retain(|it| it.id != *comment),
            ReviewStep::Sent { round, comments } => {
                self.rounds = self.rounds.max(*round);
                for (place, id) in (1..).zip(comments) {
                    let number = Number {
                        round: *round,
                        place,
                    };
                    if let Some(one) = self.comments.iter_mut().find(|it| it.id == *id) {
                        one.progress = CommentState::Open(number);
                    }
                }
            }
            ReviewStep::Claimed { number, note } => {
                let Actor::Agent(agent) = by else { return };
                self.set(*number, |number| CommentState::Claimed {
                    number,
                    agent: *agent,
                    note: note.clone(),
                });
            }
            ReviewStep::Settled { number } => {
                let Actor::Person(by) = by else { return };
                self.set(*number, |number| CommentState::Handled {
                    number,
                    by: by.clone(),
                    at,
                });
                self.forget();
            }
            ReviewStep::Reopened { number } => self.set(*number, CommentState::Open),
        }
    }

    fn set(&mut self, number: Number, progress: impl FnOnce(Number) -> CommentState) {
        let mut comments = self.comments.iter_mut();
        if let Some(one) = comments.find(|it| it.number() == Some(number)) {
            one.progress = progress(number);
        }
    }

    /// Of handled comments only the newest are kept.
    fn forget(&mut self) {
        let handled = |it: &Comment| matches!(it.progress, CommentState::Handled { .. });
        let mut over = self.comments.iter().filter(|it| handled(it)).count();
        self.comments.retain(|it| {
            let goes = handled(it) && over > HANDLED_KEPT;
            over -= usize::from(goes);
            !goes
        });
    }

    /// What the agent is told of a round: every comment with its number, its place, what stands there, and the
    /// words. What is quoted is fenced, and every invisible character in it is visible.
    pub fn round_text(&self, round: u32, drafts: &[&Comment], by: &Person) -> String {
        let count = match drafts.len() {
            1 => "1 comment".to_owned(),
            many => format!("{many} comments"),
        };
        let mut text = format!(
            "Review round {round} of brief {}, by {}: {count}.\n\
Deal with each one. When one is dealt with, run: opsroom handled {round}.1 --note \"what you did\"\n",
            self.brief, by.name
        );
        for (place, comment) in (1u32..).zip(drafts) {
            let anchor = &comment.anchor;
            let side = match anchor.side {
                Side::New => "",
                Side::Old => " (as it was before)",
            };
            let lines: Vec<String> = anchor.lines.iter().map(shown).collect();
            let fence = fence(&lines);
            text.push_str(&format!(
                "\n{round}.{place}  {}{side}\n{fence}\n",
                anchor.place()
            ));
            for line in &lines {
                text.push_str(line);
                text.push('\n');
            }
            let all = u32::try_from(lines.len()).unwrap_or(u32::MAX);
            let more = (anchor.last - anchor.first + 1).saturating_sub(all);
            if more > 0 {
                text.push_str(&format!("… {more} more lines\n"));
            }
            text.push_str(&format!("{fence}\n{}\n", comment.text.trim_end()));
        }
        text
    }
}

/// A line with its tabs as blanks.
fn shown(line: &Untrusted) -> String {
    line.shown_lines().into_iter().next().unwrap_or_default()
}

/// A fence that is in none of these lines.
fn fence(lines: &[String]) -> String {
    let longest = |line: &String| line.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let longest = lines.iter().map(longest).max().unwrap_or(0);
    "`".repeat((longest + 1).max(3))
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.round, self.place)
    }
}

impl FromStr for Number {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let fault = || format!("`{text}` is no comment's number; write it as in the round: 3.2");
        let (round, place) = text.split_once('.').ok_or_else(fault)?;
        let number = |part: &str| {
            part.parse::<u32>()
                .ok()
                .filter(|it| *it > 0)
                .ok_or_else(fault)
        };
        Ok(Number {
            round: number(round)?,
            place: number(place)?,
        })
    }
}
