//! The window of `opsroom replay`: waits for keys and time, hands both to the player, draws. Needs no server.

use std::time::Instant;

use anyhow::Context as _;
use crossterm::event::Event;
use tokio::signal::unix::{SignalKind, signal};

use super::gate::Gate;
use super::run::{after, now, until, utc_offset_s};
use super::shelf::Shelf;
use super::terminal::Window;
use super::translate;
use crate::terminal::Size;
use crate::view::replay::{Act, Input, Player, draw};

/// How it opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin {
    /// On one picture.
    Paused,
    /// It plays from where it is.
    Playing,
}

/// Shows a player until the person leaves.
///
/// # Errors
/// Where there is no terminal, or the theme cannot be read.
pub async fn replay(mut player: Player, begin: Begin, theme: Option<&str>) -> anyhow::Result<()> {
    let shelf = Shelf::of_this_person();
    let chosen = shelf.chosen().theme;
    player.theme = match (theme, chosen) {
        (Some(named), _) => shelf.theme(named)?,
        (None, Some(chosen)) => shelf.theme(&chosen).or_else(|_| shelf.theme("opsroom"))?,
        (None, None) => shelf.theme("opsroom")?,
    };
    player.utc_offset_s = utc_offset_s();
    let mut window = Window::enter(shelf.terminal())?;
    let (cols, rows) = crossterm::terminal::size().context("cannot read the terminal's size")?;
    player.update(Input::Resized(Size::new(cols, rows)), now());
    match begin {
        Begin::Paused => {}
        Begin::Playing => player.start(now()),
    }
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    let mut gate = Gate::default();
    gate.want(Instant::now());
    loop {
        let tick = player.next_deadline(now()).map(|at| after(at, now()));
        let input = tokio::select! {
            biased;
            event = window.event() => match event {
                Some(event) => read(event.context("the terminal is gone")?, &mut window)?,
                None => return Ok(()),
            },
            _ = terminate.recv() => return Ok(()),
            _ = hangup.recv() => return Ok(()),
            () = until(gate.due(Instant::now())) => {
                window.draw(|buffer| draw(&player, buffer)).context("the terminal is gone")?;
                gate.drew(Instant::now());
                None
            }
            () = until(tick) => Some(Input::Tick),
        };
        let Some(input) = input else {
            continue;
        };
        match player.update(input, now()) {
            Some(Act::Quit) => return Ok(()),
            Some(Act::Redraw) => window.redraw()?,
            None => {}
        }
        gate.want(Instant::now());
    }
}

fn read(event: Event, window: &mut Window) -> anyhow::Result<Option<Input>> {
    Ok(match event {
        Event::Key(key) => translate::key(key).map(Input::Key),
        Event::Resize(cols, rows) => {
            window.resize(cols, rows)?;
            Some(Input::Resized(Size::new(cols, rows)))
        }
        Event::Mouse(_) | Event::Paste(_) | Event::FocusGained | Event::FocusLost => None,
    })
}
