//! The one loop: waits for sockets, signals, terminals and whatever is due, and hands each to who acts.
//! Decides nothing itself but when the keeper is over.

use super::conn::{Conn, Standing};
use super::fleet::Fleet;
use super::home::{self, Home};
use super::options::KeeperOptions;
use super::signals::{self, Signals};
use super::stop::{Outcome, Scope, Stop};
use crate::wire::keeper::{AgentNo, FromKeeper};
use anyhow::Context;
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::fd::{AsFd, BorrowedFd};
use rustix::io::Errno;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::time::{Duration, Instant};

/// How many connections may wait with their `Hello`. Over it, the oldest is closed.
const GUEST_LIMIT: usize = 8;
/// How long the door stays shut when the system has no descriptor for a new connection.
const DEAF: Duration = Duration::from_secs(1);
/// How long processes get when the keeper itself was told to end, or ends.
pub(super) const LAST_GRACE: Duration = Duration::from_secs(2);
/// No keeper waits longer for its first server, whatever it is told.
const LONGEST_PATIENCE: Duration = Duration::from_secs(24 * 60 * 60);
/// How long the last messages to the server may take.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// How long nothing is tried when the system cannot even wait: agents depend on this process not giving up.
const SHORT_OF_MEMORY: Duration = Duration::from_millis(100);
/// Bytes read from a terminal at once.
const BUFFER: usize = 64 * 1024;

/// The whole keeper.
#[derive(Debug)]
pub(super) struct Keeper {
    pub(super) fleet: Fleet,
    /// The one server. While there is one, only it reads the terminals.
    pub(super) server: Option<Conn>,
    pub(super) stops: Vec<Stop>,
    pub(super) phase: Phase,
    guests: BTreeMap<u64, Conn>,
    next_guest: u64,
    home: Home,
    signals: Signals,
    deaf_until: Option<Instant>,
    buffer: Vec<u8>,
}

/// Where the keeper is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// No server came yet.
    Waiting(Instant),
    Serving,
    /// Everything is being ended; no server is welcome.
    Leaving,
    Over,
}

/// Who can be ready.
#[derive(Clone, Copy, Debug)]
enum Source {
    Child,
    End,
    Call,
    Door,
    Guest(u64),
    Server,
    Terminal(AgentNo),
}

impl Keeper {
    pub(super) fn new(
        home: Home,
        signals: Signals,
        options: KeeperOptions,
    ) -> anyhow::Result<Self> {
        #[cfg(target_os = "linux")]
        rustix::process::set_child_subreaper(Some(rustix::process::getpid()))
            .context("cannot become the sub-reaper")?;
        // Hold no folder of the user's busy; every path is absolute by now.
        std::env::set_current_dir("/")?;
        Ok(Self {
            fleet: Fleet::new(home.spool.clone(), options.spool_limit)?,
            server: None,
            stops: Vec::new(),
            phase: Phase::Waiting(Instant::now() + options.patience.min(LONGEST_PATIENCE)),
            guests: BTreeMap::new(),
            next_guest: 0,
            home,
            signals,
            deaf_until: None,
            buffer: vec![0; BUFFER],
        })
    }

    pub(super) fn run(mut self) -> anyhow::Result<()> {
        while self.phase != Phase::Over {
            for source in self.wait()? {
                self.handle(source);
            }
            self.tend(Instant::now());
        }
        self.leave();
        Ok(())
    }

    fn wait(&self) -> anyhow::Result<Vec<Source>> {
        let now = Instant::now();
        let sources = self.sources(now);
        let mut fds: Vec<PollFd<'_>> = sources
            .iter()
            .map(|(_, fd, flags)| PollFd::from_borrowed_fd(*fd, *flags))
            .collect();
        let timeout = self
            .next_due()
            .map(|due| timespec(due.saturating_duration_since(now)));
        match rustix::event::poll(&mut fds, timeout.as_ref()) {
            Ok(_) => {}
            Err(Errno::INTR) => return Ok(Vec::new()),
            Err(error @ (Errno::NOMEM | Errno::AGAIN)) => {
                tracing::warn!(%error, "the system is short of memory");
                std::thread::sleep(SHORT_OF_MEMORY);
                return Ok(Vec::new());
            }
            Err(error) => return Err(error).context("cannot wait for events"),
        }
        let ready = fds
            .iter()
            .zip(&sources)
            .filter(|(fd, _)| !fd.revents().is_empty());
        Ok(ready.map(|(_, (source, _, _))| *source).collect())
    }

    fn sources(&self, now: Instant) -> Vec<(Source, BorrowedFd<'_>, PollFlags)> {
        let mut sources = vec![
            (Source::Child, self.signals.child.as_fd(), PollFlags::IN),
            (Source::End, self.signals.end.as_fd(), PollFlags::IN),
            (Source::Call, self.signals.call.as_fd(), PollFlags::IN),
        ];
        if self.deaf_until.is_none() {
            sources.push((Source::Door, self.home.door.as_fd(), PollFlags::IN));
        }
        sources.extend(
            self.guests
                .iter()
                .map(|(no, guest)| (Source::Guest(*no), guest.as_fd(), PollFlags::IN)),
        );
        match &self.server {
            Some(server) if server.has_mail() => sources.push((
                Source::Server,
                server.as_fd(),
                PollFlags::IN | PollFlags::OUT,
            )),
            Some(server) => sources.push((Source::Server, server.as_fd(), PollFlags::IN)),
            None => sources.extend(self.fleet.agents.values().filter_map(|agent| {
                Some((
                    Source::Terminal(agent.no),
                    agent.drainable(now)?,
                    PollFlags::IN,
                ))
            })),
        }
        sources
    }

    /// When something must be done though nothing happens. Usually never.
    fn next_due(&self) -> Option<Instant> {
        let first = match self.phase {
            Phase::Waiting(until) => Some(until),
            Phase::Serving | Phase::Leaving | Phase::Over => None,
        };
        let resting = self
            .fleet
            .agents
            .values()
            .filter(|_| self.server.is_none())
            .filter_map(|agent| agent.wake());
        let stops = self.stops.iter().map(|stop| stop.due);
        first
            .into_iter()
            .chain(self.deaf_until)
            .chain(resting)
            .chain(stops)
            .min()
    }

    fn handle(&mut self, source: Source) {
        let now = Instant::now();
        match source {
            Source::Child => self.children_ended(now),
            Source::End => {
                signals::clear(&self.signals.end);
                self.begin_leaving(LAST_GRACE, now);
            }
            Source::Call => {
                signals::clear(&self.signals.call);
                if let Err(error) = self.home.listen_again() {
                    tracing::warn!("the socket cannot be bound again: {error:#}");
                }
            }
            Source::Door => self.open_door(now),
            Source::Guest(no) => self.hear_guest(no),
            Source::Server => self.hear_server(now),
            // A server may have arrived in this very turn: then the terminal is not ours to read.
            Source::Terminal(no) if self.server.is_none() => {
                if let Some(agent) = self.fleet.agents.get_mut(&no) {
                    agent.drain(&mut self.buffer, now);
                }
            }
            Source::Terminal(_) => {}
        }
    }

    fn children_ended(&mut self, now: Instant) {
        signals::clear(&self.signals.child);
        self.tell_ends();
        for stop in &mut self.stops {
            stop.due = now;
        }
    }

    fn tell_ends(&mut self) {
        for no in self.fleet.reap() {
            let exited = self.fleet.agents.get(&no).and_then(|agent| agent.exited());
            if let Some(exited) = exited {
                self.tell(&FromKeeper::Exited(exited), None);
            }
        }
    }

    fn open_door(&mut self, now: Instant) {
        let stream = match self.home.door.accept() {
            Ok((stream, _)) => stream,
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::WouldBlock | ErrorKind::Interrupted | ErrorKind::ConnectionAborted
                ) =>
            {
                return;
            }
            Err(error) => {
                tracing::warn!(%error, "no connection can be accepted for a while");
                self.deaf_until = Some(now + DEAF);
                return;
            }
        };
        if !home::is_ours(&stream) {
            tracing::warn!("a connection of another user was closed");
            return;
        }
        if let Ok(guest) = Conn::new(stream) {
            self.next_guest += 1;
            self.guests.insert(self.next_guest, guest);
        }
        if self.guests.len() > GUEST_LIMIT {
            self.guests.pop_first();
        }
    }

    fn hear_guest(&mut self, no: u64) {
        let Some(mut guest) = self.guests.remove(&no) else {
            return;
        };
        let (messages, standing) = guest.receive();
        match (messages.is_empty(), standing) {
            (true, Standing::Open) => {
                self.guests.insert(no, guest);
            }
            (true, Standing::Over(why)) => {
                tracing::info!(why, "a connection ended before its hello")
            }
            (false, standing) => self.greet(guest, messages, standing),
        }
    }

    fn hear_server(&mut self, now: Instant) {
        let Some(server) = &mut self.server else {
            return;
        };
        if let Standing::Over(why) = server.flush() {
            self.lose_server(&why);
            return;
        }
        let (messages, standing) = server.receive();
        for message in messages {
            if self.server.is_some() {
                self.obey(message, now);
            }
        }
        if let Standing::Over(why) = standing {
            self.lose_server(&why);
        }
    }

    /// From here on the terminals are drained, until the next server says hello.
    pub(super) fn lose_server(&mut self, why: &str) {
        if self.server.take().is_some() {
            tracing::info!(why, "the server is gone");
        }
    }

    /// Do what is due, and notice when the keeper is over.
    fn tend(&mut self, now: Instant) {
        if self.deaf_until.is_some_and(|until| until <= now) {
            self.deaf_until = None;
        }
        self.press_stops(now);
        let idle = self.server.is_none() && self.stops.is_empty() && self.fleet.running() == 0;
        match self.phase {
            Phase::Waiting(until) if idle && until <= now => self.begin_leaving(LAST_GRACE, now),
            Phase::Serving if idle => self.begin_leaving(LAST_GRACE, now),
            Phase::Waiting(_) | Phase::Serving | Phase::Leaving | Phase::Over => {}
        }
    }

    fn press_stops(&mut self, now: Instant) {
        let claims = if self.stops.iter().any(|stop| stop.due <= now) {
            self.fleet.claims()
        } else {
            return;
        };
        let mut over = Vec::new();
        self.stops.retain_mut(|stop| {
            let outcome = if stop.due <= now {
                stop.look(&claims, &self.fleet.word, now)
            } else {
                Outcome::Going
            };
            match outcome {
                Outcome::Going => true,
                Outcome::Over {
                    ended,
                    killed,
                    left,
                } => {
                    over.push((stop.scope, ended, killed, left));
                    false
                }
            }
        });
        if !over.is_empty() {
            // The last one may have ended in this very turn, and how comes before that all of them did.
            self.tell_ends();
        }
        for (scope, ended, killed, left) in over {
            match scope {
                Scope::Agent(agent) => self.tell(
                    &FromKeeper::Stopped {
                        agent,
                        ended,
                        killed,
                        left,
                    },
                    None,
                ),
                Scope::Everyone => self.phase = Phase::Over,
            }
        }
    }

    /// End everything, then this process.
    pub(super) fn begin_leaving(&mut self, grace: Duration, now: Instant) {
        if self.phase == Phase::Leaving {
            return;
        }
        self.phase = Phase::Leaving;
        self.stops.push(Stop::new(Scope::Everyone, grace, now));
        self.press_stops(now);
    }

    fn leave(&mut self) {
        self.home.leave();
        // The last processes may have ended since the last look.
        self.children_ended(Instant::now());
        self.say_last_words();
        if self.server.is_none() {
            for agent in self.fleet.agents.values_mut() {
                agent.drain_rest(&mut self.buffer);
            }
        }
        self.fleet.save();
        self.home.free();
    }

    fn say_last_words(&mut self) {
        let until = Instant::now() + LAST_WORDS;
        while let Some(server) = self.server.as_mut().filter(|server| server.has_mail()) {
            let left = until.saturating_duration_since(Instant::now());
            let standing = server.flush();
            if left.is_zero() || matches!(standing, Standing::Over(_)) {
                return;
            }
            let mut fds = [PollFd::new(server, PollFlags::OUT)];
            let _ready = rustix::event::poll(&mut fds, Some(&timespec(left)));
        }
    }
}

/// Rounded up, so that what was waited for is due when the wait is over.
fn timespec(duration: Duration) -> Timespec {
    let duration = duration + Duration::from_micros(1);
    Timespec {
        tv_sec: i64::try_from(duration.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: duration.subsec_nanos().into(),
    }
}
