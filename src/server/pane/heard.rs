//! What an agent's output says of its state, on its way to the hub: one piece of evidence per source,
//! the newest, and the same again at most once a second, so that no flood of marks floods the room.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use crate::model::{AgentId, Event, Evidence, Source, Standing, State, Telling, Time, Untrusted};
use crate::terminal::{BlockKind, Signal, Status, StatusState};

use super::super::post::{Recording, ToHub};
use super::silence::{LONG, News, STILL};

/// An agent's bells and notifications are told at most this often.
const RING_EVERY: Duration = Duration::from_secs(1);

/// The same evidence of one source is told at most this often.
const SAME_EVERY: Duration = Duration::from_secs(1);

/// A screen that goes on saying the same state in other words is told at most this often.
const SAME_STATE_EVERY: Duration = Duration::from_secs(5);

/// The longest words that are told, in characters.
const WORDS: usize = 400;

/// Words in front of what a record says, where its state alone does not tell.
const DONE: &str = "done";
const FAILED: &str = "error";

/// What was told last of one source.
#[derive(Debug)]
struct Told {
    state: State,
    detail: Untrusted,
    at: Instant,
}

impl Told {
    /// When this may be told: something else at once, the same not before a second has passed. A screen's
    /// last line changes with every picture: only another state is something else there.
    fn allows(&self, evidence: &Evidence) -> Instant {
        let same_state = self.state == evidence.state;
        if same_state && evidence.source == Source::Screen {
            return self.at + SAME_STATE_EVERY;
        }
        let same = same_state && self.detail == evidence.detail;
        if same { self.at + SAME_EVERY } else { self.at }
    }
}

/// Whether a recording began a file that was not told of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Began {
    #[default]
    None,
    Another,
}

/// What waits to be told to the hub.
#[derive(Debug)]
pub struct Heard {
    agent: AgentId,
    /// The newest of each source that was not told yet.
    pending: BTreeMap<Source, Evidence>,
    /// The last of each source that was told.
    told: BTreeMap<Source, Told>,
    /// The dialog on the screen, where it was not told yet: the newest only.
    dialog: Option<Event>,
    /// Ends of deliveries and presses: at most as many as may wait.
    events: VecDeque<Event>,
    /// What became of the recording last.
    recording: Option<Recording>,
    /// Whether the recording began a file.
    began: Began,
    ring: Option<Untrusted>,
    last_ring: Option<Instant>,
}

impl Heard {
    /// Nothing yet.
    pub fn new(agent: AgentId) -> Self {
        Self {
            agent,
            pending: BTreeMap::new(),
            told: BTreeMap::new(),
            dialog: None,
            events: VecDeque::new(),
            recording: None,
            began: Began::None,
            ring: None,
            last_ring: None,
        }
    }

    /// Takes what the output said.
    pub fn take(&mut self, signal: Signal, at: Time) {
        match signal {
            Signal::Status(status) => self.record(&status, at),
            Signal::Notify { title, body } => self.notified(&title, &body, at),
            Signal::Bell => self.ring = Some(self.ring.take().unwrap_or_default()),
            Signal::Title(_)
            | Signal::Progress(_)
            | Signal::Cwd(_)
            | Signal::Clipboard(_)
            | Signal::PromptMark(_)
            | Signal::BracketedPaste(_) => {}
        }
    }

    /// Takes what became of the recording.
    pub fn recording(&mut self, news: Recording) {
        self.recording = Some(news);
    }

    /// Takes that the recording goes on in another file.
    pub fn grew(&mut self) {
        self.began = Began::Another;
    }

    /// Takes what a screen rule says of the state.
    pub fn read(&mut self, state: State, because: &str, at: Time) {
        self.note(Source::Screen, state, Untrusted::new(short(because)), at);
    }

    /// Takes that it has been silent or still for long, or is not any more.
    pub fn silence(&mut self, news: Option<News>, at: Time) {
        let minutes = |long: Duration| long.as_secs() / 60;
        let (state, words) = match news {
            Some(News::Silent) => (
                State::Stuck,
                format!("it wrote nothing for {} minutes", minutes(LONG)),
            ),
            Some(News::Still) => (
                State::Stuck,
                format!("nothing new on its screen for {} minutes", minutes(STILL)),
            ),
            Some(News::Wrote) => (State::Unknown, "it writes again".to_owned()),
            None => return,
        };
        self.note(Source::Silence, state, Untrusted::new(words), at);
    }

    /// Takes the dialog that stands on the screen now, or that none does.
    pub fn dialog(&mut self, dialog: Option<Standing>, telling: Telling) {
        let agent = self.agent;
        self.dialog = Some(Event::Read {
            agent,
            dialog,
            telling,
        });
    }

    /// Takes an event that must reach the hub.
    pub fn event(&mut self, event: Event) {
        self.events.push_back(event);
    }

    /// Whether something can be told now.
    pub fn waits(&self, now: Instant) -> bool {
        self.dialog.is_some()
            || !self.events.is_empty()
            || self.recording.is_some()
            || self.began == Began::Another
            || self.ripe(now).is_some()
            || self.may_ring(now)
    }

    /// When something that came too early may be told.
    pub fn due(&self) -> Option<Instant> {
        let ring = self.ring.as_ref().map(|_| {
            self.last_ring
                .map_or_else(Instant::now, |last| last + RING_EVERY)
        });
        let evidence = self
            .pending
            .iter()
            .filter_map(|(source, one)| Some(self.told.get(source)?.allows(one)));
        evidence.chain(ring).min()
    }

    /// The next thing to tell.
    pub fn next(&mut self, now: Instant) -> Option<ToHub> {
        // The screen first, so that what became of a press is judged by what stands there.
        let event = self.dialog.take().or_else(|| self.events.pop_front());
        if let Some(event) = event {
            return Some(ToHub::Event(event));
        }
        if let Some(news) = self.recording.take() {
            return Some(ToHub::Recording(self.agent, news));
        }
        if std::mem::take(&mut self.began) == Began::Another {
            return Some(ToHub::Grew);
        }
        if let Some(evidence) = self
            .ripe(now)
            .and_then(|source| self.pending.remove(&source))
        {
            let told = Told {
                state: evidence.state.clone(),
                detail: evidence.detail.clone(),
                at: now,
            };
            self.told.insert(evidence.source, told);
            return Some(ToHub::Event(Event::Heard {
                agent: self.agent,
                evidence,
            }));
        }
        if !self.may_ring(now) {
            return None;
        }
        self.last_ring = Some(now);
        self.ring.take().map(|text| ToHub::Rang {
            agent: self.agent,
            text,
        })
    }

    /// A source with something to tell now.
    fn ripe(&self, now: Instant) -> Option<Source> {
        let may = |source: &Source, one: &Evidence| {
            self.told
                .get(source)
                .is_none_or(|told| told.allows(one) <= now)
        };
        self.pending
            .iter()
            .find(|(source, one)| may(source, one))
            .map(|(source, _)| *source)
    }

    fn may_ring(&self, now: Instant) -> bool {
        self.ring.is_some() && self.last_ring.is_none_or(|last| now >= last + RING_EVERY)
    }

    /// A record of a part of the program (a sub-agent) says nothing of the whole.
    fn record(&mut self, status: &Status, at: Time) {
        if status.id.is_some() {
            return;
        }
        let state = match status.state {
            StatusState::Idle | StatusState::Done => State::Idle,
            StatusState::Working => State::Working,
            StatusState::Blocked => State::Waiting,
            StatusState::Error => State::Stuck,
            StatusState::Clear => State::Unknown,
        };
        self.note(Source::Record, state, words(status), at);
    }

    /// A notification is an edge: it says that something happened, not what is. It rings, and stands
    /// in the evidence as `unknown` with its words.
    fn notified(&mut self, title: &str, body: &str, at: Time) {
        let text = match (title.is_empty(), body.is_empty()) {
            (true, _) => body.to_owned(),
            (false, true) => title.to_owned(),
            (false, false) => format!("{title}: {body}"),
        };
        let text = Untrusted::new(short(&text));
        self.ring = Some(text.clone());
        self.note(Source::Notice, State::Unknown, text, at);
    }

    fn note(&mut self, source: Source, state: State, detail: Untrusted, at: Time) {
        self.pending.insert(
            source,
            Evidence {
                state,
                source,
                at,
                detail,
            },
        );
    }
}

fn words(status: &Status) -> Untrusted {
    let kind = status.kind.map(|kind| match kind {
        BlockKind::Permission => "permission",
        BlockKind::Question => "question",
        BlockKind::Auth => "sign-in",
    });
    let outcome = match status.state {
        StatusState::Done => Some(DONE),
        StatusState::Error => Some(FAILED),
        StatusState::Idle | StatusState::Working | StatusState::Blocked | StatusState::Clear => {
            None
        }
    };
    let said = [
        kind.or(outcome),
        status.message.as_deref().or(status.title.as_deref()),
    ];
    let said: Vec<&str> = said.into_iter().flatten().collect();
    Untrusted::new(short(&said.join(": ")))
}

fn short(text: &str) -> String {
    text.chars().take(WORDS).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn status(state: StatusState, message: &str) -> Signal {
        Signal::Status(Status {
            state,
            kind: None,
            app: None,
            id: None,
            title: None,
            message: Some(message.into()),
            progress: None,
        })
    }

    #[test]
    fn only_the_newest_state_is_told_and_the_same_at_most_once_a_second() {
        let now = Instant::now();
        let mut heard = Heard::new(AgentId(1));
        for n in 0..1_000 {
            heard.take(status(StatusState::Working, &format!("step {n}")), Time(n));
        }
        let Some(ToHub::Event(Event::Heard { evidence, .. })) = heard.next(now) else {
            panic!("nothing was told");
        };
        assert_eq!(evidence.detail, Untrusted::new("step 999"));
        heard.take(status(StatusState::Working, "step 999"), Time(2_000));
        assert!(!heard.waits(now));
        assert_eq!(heard.due(), Some(now + SAME_EVERY));
        assert!(heard.waits(now + SAME_EVERY));
    }

    #[test]
    fn bells_are_told_at_most_once_a_second() {
        let now = Instant::now();
        let mut heard = Heard::new(AgentId(1));
        heard.take(Signal::Bell, Time(0));
        assert!(matches!(heard.next(now), Some(ToHub::Rang { .. })));
        heard.take(Signal::Bell, Time(1));
        assert!(heard.next(now).is_none());
        assert_eq!(heard.due(), Some(now + RING_EVERY));
        assert!(matches!(
            heard.next(now + RING_EVERY),
            Some(ToHub::Rang { .. })
        ));
    }

    #[test]
    fn a_record_of_a_sub_agent_does_not_speak_for_the_whole() {
        let mut heard = Heard::new(AgentId(1));
        let Signal::Status(mut part) = status(StatusState::Blocked, "x") else {
            panic!()
        };
        part.id = Some("child".into());
        heard.take(Signal::Status(part), Time(0));
        assert!(!heard.waits(Instant::now()));
    }
}
