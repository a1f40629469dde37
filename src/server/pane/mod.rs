//! One task per agent, the sole owner of its screen: reads the terminal, feeds the screen, answers
//! the terminal's questions, records, and gives frames to those who are ready for one.
//!
//! Must not write to the terminal anything but its answers, a person's keys, and recorded messages;
//! and must never wait for a guest or for the hub.

mod deliver;
mod heard;
mod orders;
mod pace;
mod posting;
mod press;
mod pump;
mod reading;
mod reads;
mod screen;
mod sights;
mod silence;
#[cfg(test)]
mod tests;
mod tty;
mod watchers;

use std::future::pending;
use std::io;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::yield_now;
use tokio::time::{Instant, sleep_until};

use crate::model::AgentId;
use crate::terminal::Size;

use self::deliver::Deliveries;
use self::heard::Heard;
use self::pace::{Pace, Rest};
use self::press::Pressing;
use self::reading::Reader;
use self::screen::Glass;
pub use self::sights::Sights;
use self::silence::Silence;
use self::tty::{Full, Tty};
use self::watchers::{Waiting, Watchers};
use super::adopt::{Adopted, Asked, From};
use super::attention::Attention;
use super::clock;
use super::post::{INTO_PANE, PaneHandle, ToHub, ToPane};
use super::profiles::Tongue;
use super::recording::{Recorder, Tail};

/// An agent's terminal is never smaller than this: below it, programs hide their own options.
pub const SMALLEST: Size = Size {
    cols: 100,
    rows: 30,
};

/// The most that is read before orders are looked at again, in bytes.
const CHUNK: usize = 64 * 1024;
/// How long a terminal stays one row shorter when its program is asked to draw anew.
const NUDGE: Duration = Duration::from_millis(50);
/// How often a person is told that an agent does not read.
const COMPLAIN_EVERY: Duration = Duration::from_secs(2);

/// Where a pane's recording is.
#[derive(Debug)]
pub struct Recorded {
    /// What former servers recorded.
    pub tail: Option<Tail>,
    /// Where it goes on.
    pub recorder: Recorder,
    /// Whether it could be opened.
    pub opened: io::Result<()>,
}

/// Starts a pane. It ends when everybody has let go of its handle. What the agent wrote while nobody
/// read is recorded when this returns.
pub fn start(
    agent: AgentId,
    adopted: Adopted,
    recorded: Recorded,
    tongue: Tongue,
    attention: Attention,
    hub: mpsc::Sender<ToHub>,
) -> PaneHandle {
    let (orders, taken) = mpsc::channel(INTO_PANE);
    let (shown, generation) = watch::channel(0);
    let (spots, sights) = watch::channel(Sights::default());
    let Recorded {
        tail,
        recorder,
        opened,
    } = recorded;
    let mut glass = Glass::new(agent, adopted.size);
    match opened {
        Err(error) if adopted.is_over() => {
            tracing::warn!(%agent, %error, "the recording of an agent that ended is left as it is");
        }
        opened => glass.goes_to(recorder, opened),
    }
    glass.record_output(&adopted.missed, clock::now());
    let pane = Pane {
        agent,
        tty: None,
        glass,
        heard: Heard::new(agent),
        watchers: Watchers::default(),
        deliveries: Deliveries::default(),
        reader: Reader::default(),
        silence: Silence::new(Instant::now()),
        pressing: None,
        touched: None,
        tongue,
        nudge: None,
        complained: None,
        shown,
        spots,
        chunk: Vec::new(),
        read: Read::Nothing,
        attention,
        rests: None,
        ebb: None,
        pace: Pace::default(),
        beat: None,
        sent: None,
    };
    tokio::spawn(async move {
        let mut pane = pane;
        pane.adopt(adopted, tail);
        pane.settle();
        pane.run(taken, hub).await;
    });
    PaneHandle {
        orders,
        generation,
        sights,
    }
}

struct Pane {
    agent: AgentId,
    /// None once every program let go of it, or while it is somebody else's.
    tty: Option<Tty>,
    glass: Glass,
    heard: Heard,
    watchers: Watchers,
    deliveries: Deliveries,
    reader: Reader,
    silence: Silence,
    /// The answer to a dialog that is being pressed.
    pressing: Option<Pressing>,
    /// When a person last typed or clicked here.
    touched: Option<Instant>,
    /// How its agent is spoken to.
    tongue: Tongue,
    /// When the terminal gets its true size back.
    nudge: Option<Instant>,
    complained: Option<Instant>,
    shown: watch::Sender<u64>,
    spots: watch::Sender<Sights>,
    chunk: Vec<u8>,
    read: Read,
    attention: Attention,
    /// Until when the terminal is not read.
    rests: Option<Rest>,
    /// When a terminal that is read ahead is looked at even where nothing came.
    ebb: Option<Instant>,
    pace: Pace,
    /// When the next frames leave.
    beat: Option<Instant>,
    /// When the last ones left.
    sent: Option<Instant>,
}

/// Whether this turn of the loop read output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Read {
    #[default]
    Nothing,
    Something,
}

impl Pane {
    async fn run(mut self, mut orders: mpsc::Receiver<ToPane>, hub: mpsc::Sender<ToHub>) {
        loop {
            let now = Instant::now();
            // Orders come first, so that no flood of output delays a key.
            tokio::select! {
                biased;
                order = orders.recv() => match order {
                    Some(ToPane::LetGo(done)) => {
                        self.read_to_hand_over();
                        self.answer_the_rest(&mut orders);
                        drop(self);
                        let _nobody_waits_any_more = done.send(());
                        return;
                    }
                    Some(order) => self.obey(order),
                    None => return self.read_the_rest(),
                },
                permit = hub.reserve(), if self.heard.waits(now) => match (permit, self.heard.next(now)) {
                    (Ok(permit), Some(message)) => permit.send(message),
                    (Ok(_), None) => {}
                    (Err(_), _) => return,
                },
                ready = readiness(self.tty.as_ref()), if self.rests.is_none() => match ready {
                    Ok(()) => self.look(),
                    Err(error) => self.hang_up(&format!("its terminal cannot be watched ({error})")),
                },
                () = until(self.due()) => {}
                () = self.tongue.changed() => {}
            }
            self.settle();
            if std::mem::take(&mut self.read) == Read::Something {
                // Without this a flood of output keeps its thread for itself for a hundred reads, and
                // nobody there looks whether another socket has something.
                yield_now().await;
            }
        }
    }

    /// Does what it is time for, and shows what changed.
    fn settle(&mut self) {
        let now = Instant::now();
        self.glass.end_overdue(now, clock::now());
        if let Some(news) = self.glass.take_recording_news() {
            self.heard.recording(news);
        }
        if self.glass.takes_another_file() {
            self.heard.grew();
        }
        if self.rests.is_some_and(|rest| rest.until() <= now) {
            self.read_on();
        }
        if self.ebb.is_some_and(|at| at <= now) {
            self.look();
        }
        if self.nudge.is_some_and(|at| at <= now) {
            self.nudge = None;
            self.resize_terminal(self.glass.screen().size());
        }
        self.press_on();
        self.read_screen(now);
        self.hear_silence(now);
        self.deliver(now);
        self.beat = self.when_to_send(now);
        if self.beat.is_none_or(|at| at <= now) {
            self.show(now);
        }
    }

    /// Tells that nothing, or nothing new, was written for long.
    fn hear_silence(&mut self, now: Instant) {
        let mut news = self.silence.lasts(now);
        if self.silence.wants_to_look(now) {
            let screen = self.glass.screen();
            let rows = screen.rows(0..screen.size().rows).iter();
            news = self.silence.look(rows.map(|row| row.text()), now).or(news);
        }
        let news = news.filter(|_| self.tty.is_some());
        self.heard.silence(news, clock::now());
    }

    /// When those who look get what is new: at once while somebody types here and where a beat has gone by since they
    /// got something, else with the next beat. None where there is nothing for anybody.
    fn when_to_send(&self, now: Instant) -> Option<Instant> {
        let generation = self.glass.screen().generation();
        let newest = self.glass.is_fresh().then_some(generation);
        let urgent = match self.watchers.wait_for(newest) {
            Waiting::Nobody => return None,
            Waiting::ForTheFirst => true,
            Waiting::ForNews => {
                let beat = self.attention.last_beat(now, self.pace.tempo());
                self.sent.is_none_or(|sent| sent < beat)
            }
        };
        if urgent || self.attention.is_here(self.agent, now) {
            return Some(now);
        }
        Some(
            self.beat
                .unwrap_or_else(|| self.attention.next_beat(now, self.pace.tempo())),
        )
    }

    /// Tells what stands on the screen, and sends it to whoever is ready for it.
    fn show(&mut self, now: Instant) {
        if self.beat.take().is_some() {
            self.glass.fresh();
            self.sent = Some(now);
        }
        if !self.glass.is_fresh() {
            return;
        }
        let generation = self.glass.screen().generation();
        if *self.shown.borrow() != generation {
            self.shown.send_replace(generation);
        }
        // Before the frames leave, so that whoever hears of a frame finds its place.
        self.spots
            .send_modify(|spots| spots.stands(self.glass.spot()));
        self.watchers
            .send(self.agent, self.glass.screen(), &self.spots);
    }

    fn due(&self) -> Option<Instant> {
        let tempo = self.pace.tempo();
        let dues = [
            // With the beats: sixteen screens are shown and read in one go.
            self.glass
                .due()
                .map(|at| self.attention.beat_from(at, tempo)),
            self.nudge,
            self.rests.map(Rest::until),
            self.ebb,
            self.beat,
            self.deliveries.due(),
            self.reader
                .due()
                .map(|at| self.attention.beat_from(at, tempo)),
            self.pressing.as_ref().map(Pressing::due),
            self.heard.due(),
            self.silence.due(),
        ];
        dues.into_iter().flatten().min()
    }

    /// Reads the screen by the rules of its profile, where there are any and it is time to.
    fn read_screen(&mut self, now: Instant) {
        let profile = self.tongue.profile();
        if profile.screen.is_empty() || self.tty.is_none() {
            return self.reader.stop(&mut self.heard);
        }
        let screen = self.glass.screen();
        self.reader.notice(screen, &profile, now);
        let time = (now, clock::now());
        if let Some(sight) = self.reader.read(screen, &profile, time, &mut self.heard) {
            self.press_seen(&sight);
        }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Full> {
        match &mut self.tty {
            Some(tty) => tty.write(bytes),
            None => Ok(()),
        }
    }

    fn adopt(&mut self, adopted: Adopted, tail: Option<Tail>) {
        if let Some(tail) = tail {
            self.glass.replay(&tail);
        }
        let at = clock::now();
        for status in self.glass.take_standing() {
            self.heard.take(status, at);
        }
        self.glass.show(&adopted.missed);
        if adopted.terminal.is_some() && adopted.from == From::Handover {
            if adopted.unread.is_some() {
                self.glass.misses(at);
            }
            // What was shown again may have begun in the middle: from here on nobody needs to know.
            self.glass.record_picture(at);
        }
        self.hear();
        if adopted.asked == Asked::LongAgo {
            let _not_waited_for = self.glass.take_replies();
        }
        let Some(terminal) = adopted.terminal else {
            return;
        };
        match Tty::new(terminal) {
            Ok(tty) => self.tty = Some(tty),
            Err(error) => {
                return self.hang_up(&format!("its terminal cannot be watched ({error})"));
            }
        }
        if adopted.from == From::Handover {
            let size = self.glass.screen().size();
            self.resize_terminal(Size::new(size.cols, size.rows.saturating_sub(1)));
            self.nudge = Some(Instant::now() + NUDGE);
        }
        let replies = self.glass.take_replies();
        let _ignored_by_an_agent_that_does_not_read = self.write(&replies);
    }
}

async fn readiness(tty: Option<&Tty>) -> io::Result<()> {
    match tty {
        Some(tty) => tty.ready().await,
        None => pending().await,
    }
}

async fn until(due: Option<Instant>) {
    match due {
        Some(at) => sleep_until(at).await,
        None => pending().await,
    }
}
