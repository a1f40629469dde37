//! Who is typed to: while a person types, the other panes read a little later, so that no flood of theirs
//! takes the machine away from the echo; and what nobody types to is shown in beats that all panes share, so
//! that sixteen panes of which little comes wake a client a dozen times a second and not once a line. Says when; the panes do it.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use crate::model::AgentId;

/// For so long after a key the other panes give way.
const GIVES_WAY: Duration = Duration::from_millis(300);

/// For so long after a key its pane is shown at once.
const WATCHED: Duration = Duration::from_secs(1);

/// Between two beats.
pub const BEAT: Duration = Duration::from_millis(40);

/// Which beats a pane keeps to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tempo {
    /// All of them: much comes.
    Each,
    /// Every other one: a line now and then, or a sign that turns.
    EveryOther,
}

impl Tempo {
    /// Between two beats of this tempo.
    pub fn between(self) -> Duration {
        match self {
            Tempo::Each => BEAT,
            Tempo::EveryOther => BEAT * 2,
        }
    }
}

/// Known to guests and panes. Nobody waits on it.
#[derive(Clone, Debug)]
pub struct Attention {
    typed: watch::Sender<Option<(AgentId, Instant)>>,
    first_beat: Instant,
}

impl Attention {
    /// Nobody types. Beats are counted from now.
    pub fn new(now: Instant) -> Self {
        Self {
            typed: watch::Sender::new(None),
            first_beat: now,
        }
    }

    /// Somebody typed to this agent.
    pub fn typed(&self, agent: AgentId, now: Instant) {
        self.typed.send_replace(Some((agent, now)));
    }

    /// Whether somebody types to another agent than this one.
    pub fn is_elsewhere(&self, agent: AgentId, now: Instant) -> bool {
        self.typed
            .borrow()
            .is_some_and(|(typed, at)| typed != agent && now < at + GIVES_WAY)
    }

    /// Whether somebody types to this agent.
    pub fn is_here(&self, agent: AgentId, now: Instant) -> bool {
        self.typed
            .borrow()
            .is_some_and(|(typed, at)| typed == agent && now < at + WATCHED)
    }

    /// The first beat at this moment or behind it.
    pub fn beat_from(&self, at: Instant, tempo: Tempo) -> Instant {
        let before = at.checked_sub(Duration::from_nanos(1));
        before.map_or(at, |before| self.next_beat(before, tempo))
    }

    /// The last beat at this moment or before it.
    pub fn last_beat(&self, now: Instant, tempo: Tempo) -> Instant {
        let next = self.next_beat(now, tempo);
        next.checked_sub(tempo.between()).unwrap_or(now)
    }

    /// The next moment at which panes of this tempo show what changed, the same for all of them.
    pub fn next_beat(&self, now: Instant, tempo: Tempo) -> Instant {
        let every = tempo.between();
        let gone = now.saturating_duration_since(self.first_beat).as_millis() / every.as_millis();
        let beats = u32::try_from(gone).unwrap_or(u32::MAX).saturating_add(1);
        self.first_beat + every.saturating_mul(beats)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_others_give_way_for_a_moment_after_each_key() {
        let start = Instant::now();
        let attention = Attention::new(start);
        assert!(!attention.is_elsewhere(AgentId(2), start));
        attention.typed(AgentId(1), start);
        assert!(attention.is_elsewhere(AgentId(2), start));
        assert!(!attention.is_elsewhere(AgentId(1), start));
        assert!(!attention.is_elsewhere(AgentId(2), start + GIVES_WAY));
    }
    #[test]
    fn whoever_is_typed_to_is_shown_at_once_for_a_while() {
        let start = Instant::now();
        let attention = Attention::new(start);
        attention.typed(AgentId(1), start);
        assert!(attention.is_here(AgentId(1), start));
        assert!(!attention.is_here(AgentId(2), start));
        assert!(!attention.is_here(AgentId(1), start + WATCHED));
    }

    #[test]
    fn beats_are_the_same_for_all_and_always_ahead() {
        let (start, each) = (Instant::now(), Tempo::Each);
        let attention = Attention::new(start);
        assert_eq!(attention.next_beat(start, each), start + BEAT);
        let one = attention.next_beat(start + Duration::from_millis(40), each);
        let later = start + Duration::from_millis(60);
        let other = attention.clone().next_beat(later, each);
        assert_eq!((one, other), (start + BEAT * 2, start + BEAT * 2));
        assert_eq!(attention.beat_from(start + BEAT, each), start + BEAT);
        assert_eq!(attention.last_beat(start + BEAT, each), start + BEAT);
        assert_eq!(
            attention.last_beat(start + BEAT * 3 / 2, each),
            start + BEAT
        );
        assert_eq!(attention.beat_from(start + BEAT / 2, each), start + BEAT);
        let late = start + Duration::from_secs(86_400 * 30);
        let next = attention.next_beat(late, each);
        assert!(next > late && next <= late + BEAT);
    }

    #[test]
    fn every_other_beat_is_a_beat() {
        let start = Instant::now();
        let attention = Attention::new(start);
        for ms in [0, 39, 40, 79, 80, 81, 7_000] {
            let now = start + Duration::from_millis(ms);
            let slow = attention.next_beat(now, Tempo::EveryOther);
            assert_eq!(attention.beat_from(slow, Tempo::Each), slow);
            let last = attention.last_beat(now, Tempo::EveryOther);
            assert!(last <= now && last + BEAT * 2 == slow);
        }
    }
}
