//! The window of `opsroom replay`: waits for keys and time, hands both to the player, draws. Needs no server.

use std::time::Instant;

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};

use super::gate::Gate;
use super::keys;
use super::run::{after, now, until, utc_offset_s};
use super::shelf::Shelf;
use super::terminal::Window;
use crate::view::replay::{Act, Input, Player, draw};
use crate::view::update::Input as Typed;

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
    // what is wrong with the file is the room's window's to say
    if let Some(keys) = shelf.parsed_keys().ok().and_then(|parsed| parsed.value) {
        window.wait_for_escape(&keys);
    }
    let size = keys::size().context("cannot read the terminal's size")?;
    player.update(Input::Resized(size), now());
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
                Some(typed) => read(typed, &mut window)?,
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

fn read(typed: Typed, window: &mut Window) -> anyhow::Result<Option<Input>> {
    if let Typed::Resized(size) = typed {
        window.resize(size)?;
        return Ok(Some(Input::Resized(size)));
    }
    let Typed::Key(key) = typed else {
        return Ok(None);
    };
    Ok(Some(Input::Key(key)))
}
