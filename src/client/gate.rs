//! When to draw: the first change after a quiet moment at once, a flood at a steady rate.

use std::time::{Duration, Instant};

/// The shortest time between two frames while changes keep coming.
pub const BETWEEN: Duration = Duration::from_millis(12);

/// Paces frames. Holds no timer: the caller waits until [`Gate::due`].
#[derive(Debug, Default)]
pub struct Gate {
    drawn: Option<Instant>,
    wanted: Wanted,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Wanted {
    #[default]
    Nothing,
    Frame,
}

impl Gate {
    /// Something changed that the screen shows.
    pub fn want(&mut self) {
        self.wanted = Wanted::Frame;
    }

    /// When the next frame is due: at once after a quiet moment, else [`BETWEEN`] after the last one;
    /// never, where nothing changed.
    pub fn due(&self, now: Instant) -> Option<Instant> {
        match self.wanted {
            Wanted::Nothing => None,
            Wanted::Frame => Some(self.drawn.map_or(now, |drawn| now.max(drawn + BETWEEN))),
        }
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
