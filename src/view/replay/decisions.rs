//! The decisions of a player: the picture that each was made before, and the ways from one to the next.

use crate::model::{Crop, words};
use crate::terminal::{Key, KeyCode};

use super::{CardPlace, Decided, Look, Missing, Over, Player, picture, stamp};

/// Where a decision is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Behind,
    Before,
}

impl Player {
    /// Goes to the picture that a decision was made before, and pauses. Where the journal names none,
    /// to how it stood at that time.
    ///
    /// # Errors
    /// Where that picture is gone.
    pub fn go_to_decision(&mut self, at: usize) -> Result<(), Missing> {
        let Some(decided) = self.decided.get(at) else {
            return Ok(());
        };
        let shown = self.shown_for(decided)?;
        let crop = decided.moment.as_ref().and_then(|it| it.crop.as_ref());
        let back = crop.map_or(0, picture::back);
        self.show(shown);
        if back > 0 {
            self.projector.show_below(&self.film, shown, back);
        }
        let lost = back.saturating_sub(self.projector.past());
        if lost > 0 {
            let lines = words::count(usize::try_from(lost).unwrap_or(usize::MAX), "line");
            self.note = Some(format!(
                "they had gone back {back} lines; {lines} of that are not in the recording any more"
            ));
        }
        self.card = Some(at);
        self.place = CardPlace::Beside;
        self.look = Look::Follows;
        Ok(())
    }

    /// What of the picture stood before whoever decided, while a decision's picture is shown and the journal says it.
    pub fn crop(&self) -> Option<&Crop> {
        let decided = self.decided.get(self.card?)?;
        decided.moment.as_ref()?.crop.as_ref()
    }

    /// Whether whoever decided had the picture before them, in a sentence, while a decision's picture is shown.
    pub fn sight(&self) -> Option<String> {
        let decided = self.decided.get(self.card?)?;
        Some(decided.sight().trim_end().to_owned())
    }

    pub(super) fn shown_for(&self, decided: &Decided) -> Result<usize, Missing> {
        match &decided.moment {
            Some(moment) => self.film.shown_in(moment.segment, moment.offset),
            None if self.film.is_empty() => Err(Missing::All),
            None => match self.film.shown_by(decided.decision.at) {
                0 => Err(Missing::Gone(stamp(
                    self.film.wall(0, 0),
                    self.utc_offset_s,
                ))),
                shown => Ok(shown),
            },
        }
    }

    /// The events that show each decision's picture, for those that can be shown.
    pub(super) fn places(&self) -> impl DoubleEndedIterator<Item = (usize, usize)> {
        let places = self.decided.iter().enumerate();
        places.filter_map(|(at, decided)| Some((at, self.shown_for(decided).ok()?)))
    }

    pub(super) fn next_decision(&mut self) {
        let (here, card) = (self.projector.shown(), self.card);
        let next = self.places().find(|(at, shown)| match card {
            Some(card) => *at > card,
            None => *shown >= here,
        });
        self.go_or_say(next, Side::Behind);
    }

    pub(super) fn previous_decision(&mut self) {
        let (here, card) = (self.projector.shown(), self.card);
        let before = self.places().rev().find(|(at, shown)| match card {
            Some(card) => *at < card,
            None => *shown < here,
        });
        self.go_or_say(before, Side::Before);
    }

    fn go_or_say(&mut self, found: Option<(usize, usize)>, side: Side) {
        let Some((at, _)) = found else {
            let where_to = match side {
                Side::Behind => "behind",
                Side::Before => "before",
            };
            let gone = self.decided.len() - self.places().count();
            self.note = Some(match gone {
                0 => format!("no decision {where_to} this"),
                _ => format!(
                    "no decision {where_to} this; of {} the picture is gone (tab lists them)",
                    words::count(gone, "other")
                ),
            });
            return;
        };
        self.go_and_say(at);
    }

    fn go_and_say(&mut self, at: usize) {
        if let Err(why) = self.go_to_decision(at) {
            self.note = Some(why.to_string());
        }
    }

    pub(super) fn move_card(&mut self) {
        if self.card.is_none() {
            self.note = Some("no card stands here; `n` goes to the next decision".to_owned());
            return;
        }
        self.place = match self.place {
            CardPlace::Beside => CardPlace::Away,
            CardPlace::Away => CardPlace::Beside,
        };
    }

    pub(super) fn open_list(&mut self) {
        match self.decided.len() {
            0 => self.note = Some("nobody decided anything for this agent".to_owned()),
            some => self.over = Over::List(self.card.unwrap_or(0).min(some - 1)),
        }
    }

    pub(super) fn list_key(&mut self, key: Key, at: usize) {
        let last = self.decided.len().saturating_sub(1);
        self.over = match key.code {
            KeyCode::Char('j' | 'n') | KeyCode::Down => Over::List((at + 1).min(last)),
            KeyCode::Char('k' | 'N') | KeyCode::Up => Over::List(at.saturating_sub(1)),
            KeyCode::Home | KeyCode::Char('g') => Over::List(0),
            KeyCode::End | KeyCode::Char('G') => Over::List(last),
            KeyCode::Enter => {
                self.go_and_say(at);
                Over::Nothing
            }
            KeyCode::Esc | KeyCode::Tab | KeyCode::Char('q' | 'l') => Over::Nothing,
            _ => {
                self.note = Some("enter goes to the decision, esc closes the list".to_owned());
                Over::List(at)
            }
        };
    }
}
