//! Which change a person waits for: what comes of the key they just typed. A key that goes on to an agent
//! changes nothing on the screen by itself; what its pane shows next does not wait for the next frame.

use std::time::{Duration, Instant};

use crate::model::AgentId;
use crate::view::ahead::LocalEcho;
use crate::view::desk::Desk;
use crate::view::update::{Act, Input};
use crate::wire::{ToClient, ToServer};

/// For so long after a key its echo is awaited.
const AWAITED: Duration = Duration::from_millis(200);

/// So many changes of its pane may be the echo; a pane that floods besides is a flood again behind them.
const CHANGES: u8 = 4;

/// The echo that is awaited.
#[derive(Debug, Default)]
pub struct Echo {
    awaited: Option<(AgentId, Instant, u8)>,
}

/// What an input is, before it is taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Came {
    /// A key while a pane has the keys and nothing else is under way.
    Typed,
    /// A key for the room.
    Key,
    /// A change of the pane that was typed to.
    Echo,
    /// Anything else.
    Other,
}

/// What the screen needs after an input was taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: all of it went to an agent.
    Nothing,
    /// A frame, when it is time for one.
    Frame,
    /// A frame that somebody waits for.
    FrameAtOnce,
}

impl Echo {
    /// Looks at an input before it is taken in.
    pub fn before(&mut self, desk: &Desk, input: &Input, now: Instant) -> Came {
        match input {
            Input::Key(_) => {
                if desk.typed_to().is_some() && desk.echo == LocalEcho::Off {
                    Came::Typed
                } else {
                    Came::Key
                }
            }
            Input::Server(ToClient::Frame { agent, .. }) if self.is_awaited(*agent, now) => {
                Came::Echo
            }
            _ => Came::Other,
        }
    }

    /// Looks at what became of it.
    pub fn after(&mut self, came: Came, acts: &[Act], now: Instant) -> Needs {
        let typed = acts.iter().rev().find_map(|act| match act {
            Act::Send(ToServer::Keys { agent, .. } | ToServer::Paste { agent, .. }) => Some(*agent),
            _ => None,
        });
        if let Some(agent) = typed {
            self.awaited = Some((agent, now, CHANGES));
        }
        match (came, typed) {
            (Came::Typed, Some(_)) if acts.len() == 1 => Needs::Nothing,
            (Came::Typed | Came::Key | Came::Echo, _) => Needs::FrameAtOnce,
            (Came::Other, _) => Needs::Frame,
        }
    }

    fn is_awaited(&mut self, agent: AgentId, now: Instant) -> bool {
        match &mut self.awaited {
            Some((typed, at, left))
                if *typed == agent && *left > 0 && now.saturating_duration_since(*at) < AWAITED =>
            {
                *left -= 1;
                true
            }
            Some(_) | None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::config::layout::Layout;
    use crate::config::theme::Theme;
    use crate::terminal::{Key, KeyCode, Limits, Mods, Screen, Size};
    use crate::view::desk::Mode;

    const AGENT: AgentId = AgentId(1);

    fn desk() -> Desk {
        let mut desk = Desk::new(Size::new(80, 24), Layout::default(), Theme::default());
        desk.mode = Mode::Pane(AGENT);
        desk
    }

    fn key() -> Key {
        Key {
            code: KeyCode::Char('x'),
            mods: Mods::NONE,
        }
    }

    fn sent(agent: AgentId) -> Vec<Act> {
        vec![Act::Send(ToServer::Keys {
            agent,
            keys: vec![key()],
        })]
    }

    fn frame(agent: AgentId) -> Input {
        let patch = Screen::new(Size::new(20, 5), Limits::default()).patch_since(None);
        Input::Server(ToClient::Frame { agent, patch })
    }

    #[test]
    fn a_key_that_goes_on_to_an_agent_needs_no_frame_and_its_echo_one_at_once() {
        let (mut echo, desk, now) = (Echo::default(), desk(), Instant::now());
        let came = echo.before(&desk, &Input::Key(key()), now);
        assert_eq!(echo.after(came, &sent(AGENT), now), Needs::Nothing);
        let came = echo.before(&desk, &frame(AGENT), now);
        assert_eq!(echo.after(came, &[], now), Needs::FrameAtOnce);
    }

    #[test]
    fn another_panes_change_waits_for_the_next_frame() {
        let (mut echo, desk, now) = (Echo::default(), desk(), Instant::now());
        echo.after(Came::Typed, &sent(AGENT), now);
        assert_eq!(echo.before(&desk, &frame(AgentId(2)), now), Came::Other);
        assert_eq!(echo.after(Came::Other, &[], now), Needs::Frame);
    }

    #[test]
    fn a_flood_in_the_pane_that_is_typed_to_is_a_flood_again_soon() {
        let (mut echo, desk, now) = (Echo::default(), desk(), Instant::now());
        echo.after(Came::Typed, &sent(AGENT), now);
        let at_once = (0..20)
            .filter(|_| echo.before(&desk, &frame(AGENT), now) == Came::Echo)
            .count();
        assert_eq!(at_once, usize::from(CHANGES));
        echo.after(Came::Typed, &sent(AGENT), now);
        assert_eq!(
            echo.before(&desk, &frame(AGENT), now + AWAITED),
            Came::Other
        );
    }

    #[test]
    fn a_key_that_changes_the_screen_is_drawn_at_once() {
        let (mut echo, desk, now) = (Echo::default(), desk(), Instant::now());
        let came = echo.before(&desk, &Input::Key(key()), now);
        assert_eq!(echo.after(came, &[], now), Needs::FrameAtOnce);
    }
}
