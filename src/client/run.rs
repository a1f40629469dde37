//! The window's one loop: waits for keys, the server, config files and time, hands each to the desk, does the
//! acts that come back, and draws.

mod look;

use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::sleep_until;

use super::dial::{Destination, Footing};
use super::echo::{Echo, Needs};
use super::gate::Gate;
use super::link::{Came, Line};
use super::reach::{Reached, Reaching};
use super::reload::Reload;
use super::shelf::{Chosen, Shelf};
use super::terminal::Window;
use super::{editor, keys};
use crate::door::Dialing;
use crate::model::{AgentId, Level, SeatRole, Time};
use crate::terminal::Size;
use crate::view::changes::{Changes, Noted, Touched};
use crate::view::desk::Desk;
use crate::view::draw::{draw, draw_touched};
use crate::view::keymap::Keymap;
use crate::view::tiles::plan;
use crate::view::update::{Act, Input, drew, next_deadline, update};
use crate::wire::cast::Still;

/// How many messages of the server are taken in before a frame is drawn all the same.
const BATCH: usize = 256;

/// After so many turns the keys are left alone for one: what is typed without an end keeps nobody else waiting.
const IN_A_ROW: usize = 64;

/// What a guest reads who wants to write a brief in a window that runs on the room's machine.
const NO_EDITOR: &str =
    "guests have no editor on the room's machine: `opsroom attach ssh://…` from your own has yours";

/// How a window is opened.
#[derive(Clone, Debug)]
pub struct Opening {
    /// Which room, and as whom.
    pub destination: Destination,
    /// The theme, where it is not the one chosen last.
    pub theme: Option<String>,
    /// The layout, where it is not the one chosen last.
    pub layout: Option<String>,
}

/// Opens the room's window and stays until the person leaves; gives the sentence they leave with.
///
/// # Errors
/// Where the room cannot be reached the first time, a theme or layout named on the command line cannot be read,
/// or there is no terminal.
pub async fn run(opening: Opening) -> anyhow::Result<String> {
    let line = opening.destination.dial(Dialing::Asking).await?;
    let mut room = Open::new(opening)?;
    room.linked(line);
    room.stay().await
}

/// The window while it is open.
struct Open {
    opening: Opening,
    window: Window,
    desk: Desk,
    keymap: Keymap,
    shelf: Shelf,
    chosen: Chosen,
    reload: Reload,
    gate: Gate,
    echo: Echo,
    changes: Changes,
    /// What was said of the person's files, and when the file was written.
    complaints: BTreeMap<String, Option<SystemTime>>,
    /// When the screen changes by time alone.
    tick: Option<Time>,
    line: Option<Line>,
    leaving: Option<String>,
    /// While the server is gone.
    reaching: Reaching,
}

/// Signals that end the window.
struct Ends {
    terminate: Signal,
    hangup: Signal,
}

impl Open {
    fn new(opening: Opening) -> anyhow::Result<Self> {
        let shelf = match opening.destination.footing() {
            Footing::Own | Footing::Away => Shelf::of_this_person(),
            Footing::Guest => Shelf::of_nobody(),
        };
        // what the command line names is for this window only
        let chosen = shelf.chosen();
        let named = |wanted: &Option<String>, chosen: &Option<String>, first: &str| {
            let name = wanted.as_ref().or(chosen.as_ref());
            name.map_or_else(|| first.to_owned(), Clone::clone)
        };
        let theme = shelf.theme(&named(&opening.theme, &chosen.theme, "opsroom"));
        let layout = shelf.layout(&named(&opening.layout, &chosen.layout, "wall"));
        if opening.theme.is_some() || opening.layout.is_some() {
            theme
                .as_ref()
                .map_err(|error| anyhow::anyhow!("{error:#}"))?;
            layout
                .as_ref()
                .map_err(|error| anyhow::anyhow!("{error:#}"))?;
        }
        let fallback = || shelf.theme("opsroom").unwrap_or_default();
        let desk = Desk::new(
            Size::new(1, 1),
            layout.as_ref().cloned().unwrap_or_default(),
            theme.as_ref().cloned().unwrap_or_else(|_| fallback()),
        );
        let said: Vec<String> = [theme.err(), layout.err()]
            .into_iter()
            .flatten()
            .map(|error| format!("{error:#}"))
            .collect();
        // Made, so that it can be watched: themes, layouts and keys put there are seen at once.
        for folder in ["themes", "layouts"] {
            let _ = std::fs::create_dir_all(shelf.folder.join(folder));
        }
        let reload = Reload::watch(&shelf.folder);
        let window = Window::enter(shelf.terminal())?;
        let mut open = Self {
            opening,
            window,
            desk,
            keymap: Keymap::default(),
            shelf,
            chosen,
            reload,
            gate: Gate::default(),
            echo: Echo::default(),
            changes: Changes::default(),
            complaints: BTreeMap::new(),
            tick: None,
            line: None,
            leaving: None,
            reaching: Reaching::default(),
        };
        open.desk.utc_offset_s = utc_offset_s();
        open.desk.echo = open.chosen.echo.clone();
        let size = keys::size().context("cannot read the terminal's size")?;
        open.take(Input::Resized(size));
        for sentence in said {
            open.take(Input::Notice(Level::Warning, sentence));
        }
        open.read_keys();
        open.read_shelf();
        Ok(open)
    }

    fn linked(&mut self, line: Line) {
        self.line = Some(line);
        self.take(Input::Linked);
    }

    async fn stay(mut self) -> anyhow::Result<String> {
        let mut ends = Ends {
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
        };
        let mut in_a_row = 0;
        loop {
            if let Some(why) = self.leaving.take() {
                return Ok(why);
            }
            if self.gate.is_due(Instant::now()) {
                self.frame()?;
            }
            let frame = self.gate.due(Instant::now());
            let tick = self.tick.map(|at| after(at, now()));
            let others = in_a_row >= IN_A_ROW;
            in_a_row = if others { 0 } else { in_a_row + 1 };
            tokio::select! {
                biased;
                event = self.window.event(), if !others => match event {
                    Some(event) => {
                        self.event(event)?;
                        // What was typed leaves before anything else is looked at.
                        tokio::task::yield_now().await;
                    }
                    None => return Ok("the terminal is gone".to_owned()),
                },
                _ = ends.terminate.recv() => return Ok("stopped".to_owned()),
                _ = ends.hangup.recv() => return Ok("the terminal is gone".to_owned()),
                came = next(&mut self.line) => self.came(came),
                () = until(frame) => {}
                () = until(tick) => self.take(Input::Tick),
                reached = self.reaching.next(&self.opening.destination) => self.reached(reached),
                () = self.reload.changed() => {
                    self.read_keys();
                    self.read_shelf();
                    self.read_look();
                }
                () = std::future::ready(()), if others => {}
            }
        }
    }

    fn event(&mut self, event: Input) -> anyhow::Result<()> {
        if let Input::Resized(size) = event {
            self.window.resize(size)?;
        }
        self.take(event);
        Ok(())
    }

    /// Takes in what came from the server, and what waits behind it, up to a batch.
    fn came(&mut self, first: Option<Came>) {
        let mut came = first;
        for _ in 0..BATCH {
            match came {
                Some(Came::Message(message)) => self.take(Input::Server(*message)),
                Some(Came::Cut(why)) => return self.cut(why),
                None => return self.cut("the line to the server is cut".to_owned()),
            }
            match self.line.as_mut().map(|line| line.came.try_recv()) {
                Some(Ok(more)) => came = Some(more),
                Some(Err(_)) | None => return,
            }
        }
    }

    fn cut(&mut self, why: String) {
        self.line = None;
        self.take(Input::LinkLost(why));
        self.reaching.cut(Instant::now());
    }

    fn reached(&mut self, reached: Reached) {
        match reached {
            Reached::Line(line) => self.linked(line),
            Reached::Not(why) => self.take(Input::LinkLost(why)),
            Reached::Never(why) => self.leaving = Some(why),
        }
    }

    fn take(&mut self, input: Input) {
        let came = self.echo.before(&self.desk, &input, Instant::now());
        let extent = self.changes.note(&self.desk, &input);
        let acts = update(&mut self.desk, &self.keymap, input, now());
        let needs = self.echo.after(came, &acts, Instant::now());
        match needs {
            Needs::Nothing => {}
            Needs::Frame => self.gate.want(Instant::now()),
            Needs::FrameAtOnce => self.gate.want_at_once(),
        }
        if needs != Needs::Nothing && extent == Noted::Anything {
            self.changes.anything();
            self.tick = next_deadline(&self.desk);
        }
        for act in acts {
            self.perform(act);
        }
    }

    fn perform(&mut self, act: Act) {
        let done = match act {
            Act::Send(message) => return self.send(message),
            Act::Quit(why) => return self.leaving = Some(why),
            Act::Copy(text) => self.window.copy(&text),
            Act::Bell => self.window.bell(),
            Act::Notify(text) => self.window.notify(&text),
            Act::Redraw => self.window.redraw(),
            Act::SetTitle(text) => self.window.title(&text),
            Act::Edit { brief, path } => {
                return match self.opening.destination.footing() {
                    Footing::Own => self.lend(|| editor::open(brief, &path)),
                    Footing::Away | Footing::Guest => {
                        self.refuse(&format!("a brief is edited on the room's machine: {path}"))
                    }
                };
            }
            Act::Split { brief, path } => {
                return match self.opening.destination.footing() {
                    Footing::Own => self.lend(|| editor::split(brief, &path)),
                    Footing::Away | Footing::Guest => {
                        self.refuse(&format!("a brief is split on the room's machine: {path}"))
                    }
                };
            }
            Act::Replay {
                agent,
                still,
                needle,
            } => return self.replay(agent, still, &needle),
            Act::NewBrief { track, draft } => {
                return match self.opening.destination.footing() {
                    Footing::Own | Footing::Away => {
                        self.lend(|| editor::write_new(track, draft.as_deref()))
                    }
                    Footing::Guest => self.refuse(NO_EDITOR),
                };
            }
            Act::Discard(draft) => std::fs::remove_file(draft),
            Act::Suspend => {
                return match self.opening.destination.footing() {
                    Footing::Own | Footing::Away => self.suspend(),
                    Footing::Guest => {
                        self.refuse("there is no shell behind this window; q leaves it")
                    }
                };
            }
            Act::TryTheme(name) => return self.try_theme(&name),
            Act::UseTheme(name) => return self.use_theme(name),
            Act::UseLocalEcho(echo) => {
                self.chosen.echo = echo;
                self.shelf.choose(&self.chosen)
            }
            Act::UseLayout(name) => {
                self.chosen.layout = Some(name);
                self.shelf.choose(&self.chosen)
            }
        };
        if let Err(error) = done {
            tracing::warn!("the terminal or a file refused: {error}");
        }
    }

    /// Recordings lie on the room's machine: from another one, what shows it there is copied.
    fn replay(&mut self, agent: AgentId, still: Still, needle: &str) {
        let destination = &self.opening.destination;
        if let (Footing::Own, Destination::Here { paths, .. }) =
            (destination.footing(), destination)
        {
            let room = paths.folder.clone();
            return self.lend(|| editor::replay(&room, agent, still, needle));
        }
        if destination.footing() == Footing::Guest || self.desk.me.role == Some(SeatRole::Observer)
        {
            return self.refuse(
                "its recording is on the room's machine; whoever has the room there can replay it",
            );
        }
        let command = format!("opsroom replay {agent} --at {still}");
        let said = format!("look at it on the room's machine with: {command} (copied)");
        self.take(Input::Notice(Level::Note, said));
        self.perform(Act::Copy(command));
    }

    fn refuse(&mut self, why: &str) {
        self.take(Input::Notice(Level::Warning, why.to_owned()));
    }

    fn send(&mut self, message: crate::wire::ToServer) {
        let Some(line) = &self.line else {
            return; // the desk shows that the server is gone
        };
        // Full: the server does not read. It is cut and reached again, since keys may not be lost silently.
        if line.out.try_send(message).is_err() {
            self.cut("the server does not read what is typed".to_owned());
        }
    }

    fn lend(&mut self, editor: impl FnOnce() -> crate::view::update::Edited) {
        match self.window.lend(editor) {
            Ok(edited) => {
                self.came_back();
                self.take(Input::Edited(edited));
            }
            Err(error) => {
                self.leaving = Some(format!("the terminal could not be taken back: {error:#}"))
            }
        }
    }

    fn suspend(&mut self) {
        let stopped = self.window.lend(|| {
            rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::TSTP)
        });
        match stopped {
            Ok(_) => self.came_back(),
            Err(error) => {
                self.leaving = Some(format!("the terminal could not be taken back: {error:#}"));
            }
        }
    }

    /// The terminal may have another size than when it was lent.
    fn came_back(&mut self) {
        if let Ok(size) = keys::size() {
            self.take(Input::Resized(size));
        }
    }

    fn frame(&mut self) -> anyhow::Result<()> {
        let plan = plan(&self.desk);
        let (desk, keymap) = (&self.desk, &self.keymap);
        let drawn = match self.changes.touched(desk, &plan) {
            None => self.window.draw(|buffer| draw(desk, &plan, keymap, buffer)),
            Some(touched) => self
                .window
                .change(touched.iter().flat_map(Touched::lines), |cursor, buffer| {
                    draw_touched(desk, &touched, keymap, cursor, buffer)
                }),
        };
        drawn.context("the terminal is gone")?;
        // Who carries it to the person's terminal goes first: an acknowledgement wakes the server.
        std::thread::yield_now();
        let told = drew(&mut self.desk, &plan, keymap);
        self.changes.drawn(&self.desk, plan);
        self.gate.drew(Instant::now());
        for message in told {
            self.send(message);
        }
        Ok(())
    }
}

async fn next(line: &mut Option<Line>) -> Option<Came> {
    match line {
        Some(line) => line.came.recv().await,
        None => std::future::pending().await,
    }
}

pub(super) async fn until(at: Option<Instant>) {
    match at {
        Some(at) if at <= Instant::now() => {}
        Some(at) => sleep_until(at.into()).await,
        None => std::future::pending().await,
    }
}

pub(super) fn now() -> Time {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Time(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// When a moment of the wall clock comes.
pub(super) fn after(at: Time, now: Time) -> Instant {
    Instant::now() + Duration::from_millis(at.since(now))
}

/// How far the clock on the wall is from UTC here and now, in seconds.
pub fn utc_offset_s() -> i32 {
    jiff::Zoned::now().offset().seconds()
}
