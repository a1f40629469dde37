//! When to draw: the first change after a quiet moment at once, a flood at a steady rate, and what a
//! person waits for (the echo of their key) at once even in a flood.

use std::time::{Duration, Instant};

/// The shortest time between two frames while changes keep coming.
pub const BETWEEN: Duration = Duration::from_millis(16);

/// The shortest time between two frames where one is waited for.
pub const AT_ONCE: Duration = Duration::from_millis(1);

/// Paces frames. Holds no timer: the caller waits until [`Gate::due`].
#[derive(Debug, Default)]
pub struct Gate {
    drawn: Option<Instant>,
    wanted: Wanted,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Wanted {
    #[default]
    Nothing,
    Frame,
    AtOnce,
}

impl Gate {
    /// Something changed that the screen shows.
    pub fn want(&mut self) {
        self.wanted = self.wanted.max(Wanted::Frame);
    }

    /// Something changed that a person waits for.
    pub fn want_at_once(&mut self) {
        self.wanted = Wanted::AtOnce;
    }

    /// When the next frame is due: at once after a quiet moment, else [`BETWEEN`] (or [`AT_ONCE`]) after
    /// the last one; never, where nothing changed.
    pub fn due(&self, now: Instant) -> Option<Instant> {
        let between = match self.wanted {
            Wanted::Nothing => return None,
            Wanted::Frame => BETWEEN,
            Wanted::AtOnce => AT_ONCE,
        };
        Some(self.drawn.map_or(now, |drawn| now.max(drawn + between)))
    }

    /// A frame was drawn.
    pub fn drew(&mut self, now: Instant) {
        self.drawn = Some(now);
        self.wanted = Wanted::Nothing;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn nothing_changed_means_no_frame_ever() {
        let mut gate = Gate::default();
        let start = Instant::now();
        assert_eq!(gate.due(start), None);
        gate.want();
        gate.drew(start);
        assert_eq!(gate.due(start + Duration::from_secs(9)), None);
    }

    #[test]
    fn the_first_change_after_a_quiet_moment_is_drawn_at_once() {
        let mut gate = Gate::default();
        let start = Instant::now();
        gate.want();
        assert_eq!(gate.due(start), Some(start));
        gate.drew(start);
        let later = start + Duration::from_millis(100);
        gate.want();
        assert_eq!(gate.due(later), Some(later));
    }

    #[test]
    fn a_flood_is_drawn_at_a_steady_rate() {
        let mut gate = Gate::default();
        let start = Instant::now();
        gate.want();
        gate.drew(start);
        gate.want();
        assert_eq!(
            gate.due(start + Duration::from_millis(1)),
            Some(start + BETWEEN)
        );
    }
}
