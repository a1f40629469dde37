//! When to draw: the first change after a quiet moment together with what comes with it, a flood at a steady rate,
//! and what a person waits for (the echo of their key) at once even in a flood.

use std::time::{Duration, Instant};

/// The shortest time between two frames while changes keep coming.
pub const BETWEEN: Duration = Duration::from_millis(16);

/// What comes so soon after a change is drawn with it: sixteen panes that change at the same beat are one frame.
pub const TOGETHER: Duration = Duration::from_millis(3);

/// The shortest time between two frames where one is waited for.
pub const AT_ONCE: Duration = Duration::from_millis(1);

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
    /// Since then.
    Frame(Instant),
    AtOnce,
}

impl Gate {
    /// Something changed that the screen shows.
    pub fn want(&mut self, now: Instant) {
        if self.wanted == Wanted::Nothing {
            self.wanted = Wanted::Frame(now);
        }
    }

    /// Something changed that a person waits for.
    pub fn want_at_once(&mut self) {
        self.wanted = Wanted::AtOnce;
    }

    /// When the next frame is due: [`TOGETHER`] after the first change, and [`BETWEEN`] after the last frame (where one
    /// is waited for: at once, and [`AT_ONCE`]); never, where nothing changed.
    pub fn due(&self, now: Instant) -> Option<Instant> {
        let (from, between) = match self.wanted {
            Wanted::Nothing => return None,
            Wanted::Frame(since) => (since + TOGETHER, BETWEEN),
            Wanted::AtOnce => (now, AT_ONCE),
        };
        Some(self.drawn.map_or(from, |drawn| from.max(drawn + between)))
    }

    /// Whether a frame is due.
    pub fn is_due(&self, now: Instant) -> bool {
        self.due(now).is_some_and(|due| due <= now)
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
        gate.want(start);
        gate.drew(start);
        assert_eq!(gate.due(start + Duration::from_secs(9)), None);
    }

    #[test]
    fn the_first_change_after_a_quiet_moment_is_drawn_with_what_comes_together_with_it() {
        let mut gate = Gate::default();
        let start = Instant::now();
        gate.want(start);
        assert_eq!(gate.due(start), Some(start + TOGETHER));
        gate.drew(start);
        let later = start + Duration::from_millis(100);
        gate.want(later);
        gate.want(later + Duration::from_millis(1));
        assert_eq!(gate.due(later), Some(later + TOGETHER));
    }

    #[test]
    fn a_flood_is_drawn_at_a_steady_rate() {
        let mut gate = Gate::default();
        let start = Instant::now();
        gate.drew(start);
        gate.want(start);
        assert_eq!(
            gate.due(start + Duration::from_millis(1)),
            Some(start + BETWEEN)
        );
    }

    #[test]
    fn what_a_person_waits_for_does_not_wait_for_the_others() {
        let mut gate = Gate::default();
        let start = Instant::now();
        gate.want(start);
        gate.want_at_once();
        gate.want(start);
        assert_eq!(gate.due(start), Some(start));
        gate.drew(start);
        gate.want_at_once();
        assert_eq!(gate.due(start), Some(start + AT_ONCE));
    }
}
