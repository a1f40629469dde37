//! Comments on a brief's work: written, sent as a round, said to be handled, and handled.

use super::{Checked, Turn};
use crate::model::review::{COMMENT_LONGEST, COMMENTS};
use crate::model::{
    Actor, AgentId, Anchor, Answer, Ask, AskKey, BriefId, Card, Comment, CommentId, CommentState,
    Happening, Manner, Moment, Number, Outcome, Person, Review, ReviewStep, ReviewWish, SeatId,
    Untrusted, Verdict,
};

impl Turn<'_> {
    pub(super) fn review(
        &mut self,
        person: &Person,
        brief: BriefId,
        wish: ReviewWish,
    ) -> Checked<Answer> {
        let step = match wish {
            ReviewWish::Comment { anchor, text, on } => self.commented(&brief, anchor, text, on)?,
            ReviewWish::Reword { comment, text } => {
                self.own_draft(person, &brief, comment)?;
                let text = worded(text)?;
                ReviewStep::Reworded { comment, text }
            }
            ReviewWish::Delete(comment) => {
                self.own_draft(person, &brief, comment)?;
                ReviewStep::Deleted { comment }
            }
            ReviewWish::Send => return self.send_round(person, brief),
            ReviewWish::Settle(number) => match &self.sent(&brief, number)?.progress {
                CommentState::Handled { .. } => return Ok(Answer::Done),
                CommentState::Draft | CommentState::Open(_) | CommentState::Claimed { .. } => {
                    ReviewStep::Settled { number }
                }
            },
            ReviewWish::Reopen(number) => match &self.sent(&brief, number)?.progress {
                CommentState::Open(_) => return Ok(Answer::Done),
                CommentState::Draft
                | CommentState::Handled { .. }
                | CommentState::Claimed { .. } => ReviewStep::Reopened { number },
            },
        };
        self.record(
            Actor::Person(person.clone()),
            Happening::Reviewed { brief, step },
        );
        Ok(Answer::Done)
    }

    fn commented(
        &self,
        brief: &BriefId,
        anchor: Anchor,
        text: String,
        on: crate::model::Digest,
    ) -> Checked<ReviewStep> {
        if !self.room.briefs.contains_key(brief) {
            return Err(format!("there is no brief {brief}; look in the queue"));
        }
        let handled = |it: &&Comment| matches!(it.progress, CommentState::Handled { .. });
        let review = self.room.book.reviews.get(brief);
        let open = review.map_or(0, |it| it.comments.iter().filter(|it| !handled(it)).count());
        if open >= COMMENTS {
            return Err(format!(
                "{COMMENTS} comments on {brief} are not handled; handle some first"
            ));
        }
        if anchor.first == 0 || anchor.last < anchor.first || anchor.lines.is_empty() {
            return Err("a comment stands on a line of the diff; choose one".to_owned());
        }
        let lines = anchor.lines.iter().map(Untrusted::raw);
        let anchor = Anchor::new(
            &anchor.file,
            anchor.side,
            (anchor.first, anchor.last),
            lines,
        );
        Ok(ReviewStep::Commented {
            comment: CommentId(self.room.book.last_comment.0.saturating_add(1)),
            anchor,
            text: worded(text)?,
            on,
        })
    }

    fn own_draft(&self, person: &Person, brief: &BriefId, id: CommentId) -> Checked<()> {
        let review = self.room.book.reviews.get(brief);
        let comment = review.and_then(|it| it.comments.iter().find(|it| it.id == id));
        match comment {
            None => Err("there is no such comment any more".to_owned()),
            Some(it) if it.progress != CommentState::Draft => {
                Err("it was sent already; write another comment".to_owned())
            }
            Some(it) if !it.is_draft_of(person) => {
                Err(format!("{} wrote it; only they can change it", it.by.name))
            }
            Some(_) => Ok(()),
        }
    }

    fn sent(&self, brief: &BriefId, number: Number) -> Checked<&Comment> {
        let review = self.room.book.reviews.get(brief);
        let comment = review.and_then(|it| it.numbered(number));
        comment.ok_or_else(|| format!("there is no comment {number} on brief {brief}"))
    }

    /// What this person wrote and did not send, as the next round: its text and its step.
    fn next_round(&self, person: &Person, brief: &BriefId) -> Checked<(String, ReviewStep)> {
        let review = self.room.book.reviews.get(brief);
        let nothing = "you have no comments to send; write one on a line first";
        let review = review.ok_or(nothing)?;
        let mut drafts: Vec<&Comment> = review.drafts(person).collect();
        drafts.sort_by_key(|it| (&it.anchor.file, it.anchor.first, it.id));
        if drafts.is_empty() {
            return Err(nothing.to_owned());
        }
        let round = review.rounds.saturating_add(1);
        let text = review.round_text(round, &drafts, person);
        let comments = drafts.iter().map(|it| it.id).collect();
        Ok((text, ReviewStep::Sent { round, comments }))
    }

    fn send_round(&mut self, person: &Person, brief: BriefId) -> Checked<Answer> {
        let (text, step) = self.next_round(person, &brief)?;
        let Some(agent) = self.room.works_on(&brief) else {
            return Err(format!(
                "no agent works on brief {brief}; start it, or reject its gate with this round"
            ));
        };
        self.can_say(agent, &text)?;
        let by = Actor::Person(person.clone());
        self.message(by.clone(), agent, text, Manner::AtRest);
        self.record(by, Happening::Reviewed { brief, step });
        Ok(Answer::Done)
    }

    /// Rejects a gate; the reason is the round, behind these words.
    pub(super) fn reject_with_round(
        &mut self,
        seat: SeatId,
        person: Person,
        card: Card,
        words: &str,
        screens: &[Moment],
    ) -> Checked<Answer> {
        let gate = self.decidable(seat, &card)?;
        let (Ask::Gate { .. }, Some(brief)) = (&gate.ask, gate.brief) else {
            return Err("only a gate is rejected with a round; send the round".to_owned());
        };
        let (text, step) = self.next_round(&person, &brief)?;
        let reason = match words.trim() {
            "" => text,
            words => format!("{words}\n\n{text}"),
        };
        let by = Actor::Person(person.clone());
        let verdict = Verdict::Reject { reason };
        let answer = self.decide(seat, person, vec![card], verdict, screens)?;
        self.record(by, Happening::Reviewed { brief, step });
        Ok(answer)
    }

    /// An agent says that a comment is dealt with. A person agrees or not.
    pub(super) fn claimed(&mut self, agent: AgentId, key: AskKey, number: Number, note: Untrusted) {
        self.has_read(agent);
        let outcome = match self.claim(agent, number, &note) {
            Ok(()) => Outcome::Noted,
            Err(why) => Outcome::Refused(why),
        };
        self.answer(key, outcome);
    }

    fn claim(&mut self, id: AgentId, number: Number, note: &Untrusted) -> Checked<()> {
        let agent = self.room.living_agent(id)?;
        let Some(brief) = agent.brief.clone() else {
            return Err("you work on no brief, so no comment is yours".to_owned());
        };
        if note.raw().len() > COMMENT_LONGEST {
            return Err(format!("the note is longer than {COMMENT_LONGEST} bytes"));
        }
        match &self.sent(&brief, number)?.progress {
            CommentState::Handled { .. } => return Ok(()),
            CommentState::Claimed { note: said, .. } if said == note => return Ok(()),
            CommentState::Draft | CommentState::Open(_) | CommentState::Claimed { .. } => {}
        }
        let note = note.clone();
        let step = ReviewStep::Claimed { number, note };
        self.record(Actor::Agent(id), Happening::Reviewed { brief, step });
        Ok(())
    }
}

/// A comment's words, where they can be taken.
fn worded(text: String) -> Checked<String> {
    match text.trim() {
        "" => Err("the comment is empty; write what is to be done".to_owned()),
        words if words.len() > COMMENT_LONGEST => Err(format!(
            "a comment has at most {COMMENT_LONGEST} bytes; write the rest into a brief"
        )),
        words => Ok(words.to_owned()),
    }
}

impl crate::model::Book {
    /// Takes one step of a review in. At the limit the review that was touched first goes.
    pub(in crate::model) fn reviewed(
        &mut self,
        by: &Actor,
        at: crate::model::Time,
        brief: &BriefId,
        step: &ReviewStep,
    ) -> Vec<BriefId> {
        if let ReviewStep::Commented { comment, .. } = step {
            self.last_comment = self.last_comment.max(*comment);
        }
        let review = self.reviews.entry(brief.clone()).or_insert_with(|| Review {
            brief: brief.clone(),
            ..Review::default()
        });
        review.step(by, at, step);
        if review.comments.is_empty() && review.rounds == 0 {
            self.reviews.remove(brief);
        }
        let mut touched = vec![brief.clone()];
        while self.reviews.len() > crate::model::review::REVIEWS {
            let order = |it: &&Review| {
                let open = it
                    .comments
                    .iter()
                    .any(|it| !matches!(it.progress, CommentState::Handled { .. }));
                (open, it.touched, it.brief.clone())
            };
            let Some(first) = self.reviews.values().min_by_key(order) else {
                break;
            };
            let first = first.brief.clone();
            self.reviews.remove(&first);
            touched.push(first);
        }
        touched
    }
}
