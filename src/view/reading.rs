//! How much of what a card asks has been on this screen. An approval needs all of it: what did not fit is
//! scrolled to, line by line, before it counts. A jump over lines does not read them.

use crate::model::Time;

/// Which lines of a text are in sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sight {
    /// The first line in sight.
    pub top: usize,
    /// How many lines have room.
    pub rows: usize,
    /// How many there are.
    pub all: usize,
}

impl Sight {
    /// From a wanted first line: what is behind the end does not come up.
    pub fn new(top: usize, rows: usize, all: usize) -> Self {
        Self {
            top: top.min(all.saturating_sub(rows)),
            rows,
            all,
        }
    }

    /// The first line where the end is in sight.
    pub fn most(self) -> usize {
        self.all.saturating_sub(self.rows)
    }
}

/// Where a text stands, and how wide: its lines are the same lines only there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// On the card, so many columns wide.
    Card(u16),
    /// In a popup of that width.
    Popup(u16),
    /// In the preview of deciding together.
    Preview(u16),
}

/// How much of a card has been on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// The lines before this one, there.
    UpTo {
        /// Where.
        surface: Surface,
        /// The first line that was not on the screen yet.
        line: usize,
    },
    /// All of it, since then.
    Whole(Time),
}

impl Reading {
    /// The lines that are still to be read before those in sight (behind them where none is), counted from 1;
    /// none once all was on the screen.
    pub fn missing(self, sight: Sight) -> Option<(usize, usize)> {
        let line = match self {
            Self::Whole(_) => return None,
            Self::UpTo { line, .. } => line,
        };
        let until = match sight.top > line {
            true => sight.top,
            false => sight.all,
        };
        Some((line.saturating_add(1), until))
    }

    /// What has been on the screen once this is in sight as well.
    pub fn after(before: Option<Self>, surface: Surface, sight: Sight, now: Time) -> Self {
        let line = match before {
            Some(Self::Whole(since)) => return Self::Whole(since),
            Some(Self::UpTo { surface: at, line }) if at == surface => line,
            Some(Self::UpTo { .. }) | None => 0,
        };
        let line = match sight.top <= line {
            true => line.max(sight.top.saturating_add(sight.rows)),
            false => line,
        };
        match line >= sight.all {
            true => Self::Whole(now),
            false => Self::UpTo { surface, line },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ON_CARD: Surface = Surface::Card(60);

    fn after(sights: &[(Surface, usize)]) -> Option<Reading> {
        let mut reading = None;
        for (surface, top) in sights {
            let sight = Sight::new(*top, 4, 10);
            reading = Some(Reading::after(reading, *surface, sight, Time(7)));
        }
        reading
    }

    #[test]
    fn a_text_is_read_once_every_line_of_it_was_in_sight() {
        let unread = after(&[(ON_CARD, 0), (ON_CARD, 4)]);
        let line = 8;
        assert_eq!(
            unread,
            Some(Reading::UpTo {
                surface: ON_CARD,
                line
            })
        );
        let read = after(&[(ON_CARD, 0), (ON_CARD, 4), (ON_CARD, 6)]);
        assert_eq!(read, Some(Reading::Whole(Time(7))));
    }

    #[test]
    fn a_jump_to_the_end_reads_nothing_between() {
        let jumped = after(&[(ON_CARD, 0), (ON_CARD, 6)]);
        let line = 4;
        assert_eq!(
            jumped,
            Some(Reading::UpTo {
                surface: ON_CARD,
                line
            })
        );
    }

    #[test]
    fn lines_of_another_width_are_other_lines() {
        let wider = Surface::Card(80);
        let turned = after(&[(ON_CARD, 0), (ON_CARD, 4), (wider, 6)]);
        let line = 0;
        assert_eq!(
            turned,
            Some(Reading::UpTo {
                surface: wider,
                line
            })
        );
    }

    #[test]
    fn what_fits_is_read_at_once_and_stays_read() {
        let whole = Reading::after(None, ON_CARD, Sight::new(0, 10, 10), Time(3));
        assert_eq!(whole, Reading::Whole(Time(3)));
        let later = Reading::after(
            Some(whole),
            Surface::Popup(20),
            Sight::new(0, 1, 90),
            Time(9),
        );
        assert_eq!(later, Reading::Whole(Time(3)));
    }
}
