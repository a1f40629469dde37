//! One task per client: takes its messages, refuses what its seat may not do before anything of it
//! reaches a pane or the room, and passes the rest on. Its writing half is another task (`outbox`),
//! so that a client that does not read delays nobody.

mod arrival;
mod looking;
mod outbox;
mod programs;
mod reel;
mod review;
mod search;
mod touch;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::UnixStream;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::time::{Instant, timeout};

use crate::door::{Receiver, Sender, greet};
use crate::model::{AgentId, Answer, Arrival, Level, Notice, SeatId, SeatRole, Wish};
use crate::profile::Profiles;
use crate::wire::{SILENCE_MS, Through, ToClient, ToServer, Want};

pub use self::arrival::Introduces;

use self::looking::Looking;
use self::outbox::Outbox;
use self::review::AbortOnDrop;
use super::attention::Attention;
use super::clock;
use super::post::{ANSWERS, FACTS, FromGuest, GuestLine, Panes, ToHub, ToPane, Told, Typist};
use super::veil::Veil;

/// How long a client may take to say what it wants.
const ATTACH_LIMIT: Duration = Duration::from_secs(10);
/// How long the last words to a client may take.
const FAREWELL: Duration = Duration::from_secs(1);
/// The most characters of a search, and cards on a screen, in one message.
const NEEDLE: usize = 1_000;
const CARDS: usize = 1_000;

/// Who came in by which door, and where everything is.
#[derive(Clone, Debug)]
pub struct Entrance {
    /// Its number.
    pub seat: SeatId,
    /// What people call this machine's own user.
    pub name: String,
    /// Whether the caller may say that somebody else comes.
    pub introduces: Introduces,
    /// What they may do.
    pub role: SeatRole,
    /// The room's folder, as it is told.
    pub folder: String,
    /// The room's private folder.
    pub private: PathBuf,
    /// The hub.
    pub hub: mpsc::Sender<ToHub>,
    /// The panes.
    pub panes: watch::Receiver<Panes>,
    /// Who is typed to.
    pub attention: Attention,
    /// Who drives.
    pub driver: watch::Receiver<Option<SeatId>>,
    /// The profiles in force.
    pub profiles: watch::Receiver<Profiles>,
    /// One list of programs is asked for versions at a time, in the whole room.
    pub asking: Arc<Semaphore>,
}

/// Serves one client until it goes.
pub async fn serve(mut stream: UnixStream, entrance: Entrance) {
    let seat = entrance.seat;
    match greet(&mut stream)
        .await
        .and_then(|hello| Ok(hello.check()?))
    {
        Ok(()) => {}
        // The other side reads our hello and says so to its person.
        Err(error) => return tracing::info!(%seat, %error, "a client was not understood"),
    }
    let (read, write) = stream.into_split();
    let mut receiver = Receiver::new(read);
    let (arrival, want) = match first_words(&entrance, &mut receiver).await {
        Ok(words) => words,
        Err(why) => return tracing::info!(%seat, why, "a client is not let in"),
    };
    let (told, facts) = mpsc::channel(FACTS);
    let (answers, replies) = mpsc::channel(ANSWERS);
    let (frames, pictures) = mpsc::channel(looking::FRAMES);
    let (focus, focused) = watch::channel(None);
    let window = Arc::new(Semaphore::new(ANSWERS));
    let seated = ToClient::Seated {
        seat,
        name: arrival.person.name.clone(),
        role: arrival.role,
        folder: entrance.folder.clone(),
    };
    let outbox = Outbox {
        facts,
        replies,
        pictures,
        focused,
        window: Arc::clone(&window),
    };
    let mut writing = tokio::spawn(outbox.run(Sender::new(write), seated));
    let (away, mut sent_away) = watch::channel(None);
    let (veil, mut seen) = watch::channel(Veil::Closed);
    let line = GuestLine {
        told: told.clone(),
        answers: answers.clone(),
        away,
        veil,
    };
    let mut guest = Guest {
        looking: Looking::new(seat, frames, entrance.panes.clone(), seen.clone()),
        typist: Typist { told },
        answers,
        focus,
        window,
        typed: BTreeMap::new(),
        refused: None,
        searching: None,
        reading: None,
        entrance,
    };
    let came = FromGuest::Came {
        arrival,
        want,
        line,
    };
    if guest.tell(came).await.is_err() {
        return;
    }
    // Nothing is asked before it is known what this person sees.
    let end = match seen.changed().await {
        Ok(()) => tokio::select! {
            end = guest.listen(&mut receiver) => end,
            _ = &mut writing => End::Gone,
            why = away_for(&mut sent_away) => End::SentAway(why),
        },
        Err(_) => {
            let why = sent_away.borrow().clone();
            why.map_or(End::Closed, End::SentAway)
        }
    };
    guest.leave(end).await;
    // Where the writing ended first there is nobody to say a last word to.
    if !writing.is_finished() && timeout(FAREWELL, &mut writing).await.is_err() {
        writing.abort();
    }
}

/// Who comes and what they want: what this machine says of them, then the client's own first word.
async fn first_words(
    entrance: &Entrance,
    receiver: &mut Receiver<ToServer>,
) -> Result<(Arrival, Want), &'static str> {
    let mut arrival = None;
    loop {
        let word = match timeout(ATTACH_LIMIT, receiver.receive()).await {
            Ok(Ok(Some(word))) => word,
            Ok(Ok(None)) => return Err("it left"),
            Ok(Err(_)) => return Err("its first word was not understood"),
            Err(_) => return Err("it said nothing"),
        };
        match (word, &arrival) {
            (ToServer::Attach(want), _) => {
                return Ok((arrival.unwrap_or_else(|| arrival::own(entrance)), want));
            }
            (ToServer::Introduce(said), None) => {
                match said.through {
                    Through::Socket => {}
                    Through::Network => receiver.expect_within(Duration::from_millis(SILENCE_MS)),
                }
                arrival = Some(arrival::arrival(entrance, said)?);
            }
            (ToServer::Introduce(_), Some(_)) => return Err("it says that it is somebody else"),
            (_, _) => return Err("it did not attach first"),
        }
    }
}

/// Waits until the room sends this guest away.
async fn away_for(sent_away: &mut watch::Receiver<Option<String>>) -> String {
    if let Ok(why) = sent_away.wait_for(Option::is_some).await
        && let Some(why) = why.clone()
    {
        return why;
    }
    std::future::pending().await
}

/// Says to one who may not come in why, once it said what it wants.
pub async fn turn_away(mut stream: UnixStream, why: &str) {
    if greet(&mut stream).await.is_err() {
        return;
    }
    let (read, write) = stream.into_split();
    let mut receiver = Receiver::<ToServer>::new(read);
    let _whatever_it_wants = timeout(ATTACH_LIMIT, receiver.receive()).await;
    let sent = Sender::new(write);
    let _gone = timeout(
        FAREWELL,
        { sent }.send(&ToClient::Dismissed(why.to_owned())),
    )
    .await;
}

/// How a client ends.
enum End {
    /// It closed, or cannot be written to.
    Gone,
    /// It says what it must not; it is told why.
    Fault(String),
    /// The room wants it gone.
    SentAway(String),
    /// The server ends.
    Closed,
}

/// The hub is gone: the server ends.
struct NoHub;

struct Guest {
    entrance: Entrance,
    looking: Looking,
    typist: Typist,
    answers: mpsc::Sender<ToClient>,
    focus: watch::Sender<Option<AgentId>>,
    /// One permit for each answer that may be outstanding.
    window: Arc<Semaphore>,
    typed: BTreeMap<AgentId, Instant>,
    refused: Option<Instant>,
    /// While this is held, a search goes on.
    searching: Option<watch::Sender<()>>,
    /// The diff that is being read for it. Another one takes its place.
    reading: Option<AbortOnDrop>,
}

impl Guest {
    async fn listen(&mut self, receiver: &mut Receiver<ToServer>) -> End {
        loop {
            let message = tokio::select! {
                message = receiver.receive() => message,
                () = self.looking.changed() => {
                    self.looking.renew().await;
                    continue;
                }
                () = self.entrance.hub.closed() => return End::Closed,
            };
            let done = match message {
                Ok(Some(message)) => self.take(message).await,
                Ok(None) => return End::Gone,
                Err(crate::door::LinkFault::Gone(_)) => return End::Gone,
                Err(crate::door::LinkFault::Frame(fault)) => return End::Fault(fault.to_string()),
            };
            match done {
                Ok(Ok(())) => {}
                Ok(Err(NoHub)) => return End::Closed,
                Err(fault) => return End::Fault(fault),
            }
        }
    }

    /// Takes one message. The outer error is a sentence about what no client of ours says.
    async fn take(&mut self, message: ToServer) -> Result<Result<(), NoHub>, String> {
        match message {
            ToServer::Attach(_) => return Err("this client attached twice".to_owned()),
            ToServer::Introduce(_) => return Err("nobody is introduced after they came".to_owned()),
            ToServer::Wish {
                ticket,
                wish,
                sightings,
            } => {
                self.question().await;
                // The room says whether the breakroom is for everyone.
                let speaks = matches!(wish, Wish::Speak(_));
                if self.entrance.role == SeatRole::Observer && !speaks {
                    let why = "you are watching; only an operator can do that".to_owned();
                    self.answer(ToClient::Answer {
                        ticket,
                        answer: Answer::Refused(why),
                    });
                } else {
                    let drawn = self.looking.drawn(&sightings)?;
                    return Ok(self.tell(FromGuest::Wish(ticket, wish, drawn)).await);
                }
            }
            ToServer::Shown(cards) if cards.len() > CARDS => {
                return Err(format!("{} cards are on no screen", cards.len()));
            }
            ToServer::Shown(cards) => match self.entrance.role {
                SeatRole::Operator => return Ok(self.tell(FromGuest::Shown(cards)).await),
                SeatRole::Observer => {}
            },
            ToServer::LooksAt(gaze) => {
                self.focus.send_replace(gaze.pane);
                return Ok(self.tell(FromGuest::LooksAt(gaze)).await);
            }
            ToServer::Follow(whom) => return Ok(self.tell(FromGuest::Follows(whom)).await),
            ToServer::Watch(agent) => {
                if let Err(sentence) = self.looking.watch(agent).await {
                    self.say(sentence);
                }
            }
            ToServer::Unwatch(agent) => self.looking.unwatch(agent).await,
            ToServer::Ack { agent, generation } => self.looking.ack(agent, generation).await,
            ToServer::ReadBrief { ticket, brief } => {
                self.question().await;
                return Ok(self.tell(FromGuest::ReadBrief(ticket, brief)).await);
            }
            ToServer::Past {
                ticket,
                agent,
                first,
                count,
            } => {
                self.question().await;
                let to = self.answers.clone();
                self.ask(
                    ticket,
                    agent,
                    ToPane::Past {
                        ticket,
                        first,
                        count,
                        to,
                    },
                )
                .await;
            }
            ToServer::Find { needle, .. } if needle.len() > NEEDLE => {
                return Err("a search this long finds nothing".to_owned());
            }
            ToServer::Find {
                ticket,
                agent,
                needle,
            } => {
                self.question().await;
                let to = self.answers.clone();
                self.ask(ticket, agent, ToPane::Find { ticket, needle, to })
                    .await;
            }
            ToServer::FindAll { needle, .. } if needle.len() > NEEDLE => {
                return Err("a search this long finds nothing".to_owned());
            }
            ToServer::FindAll { ticket, needle } => {
                self.searching = None;
                self.question().await;
                self.search(ticket, needle);
            }
            ToServer::StopSearch => self.searching = None,
            ToServer::Programs { ticket, versions } => {
                self.question().await;
                self.list_programs(ticket, versions);
            }
            ToServer::ReadDiff { ticket, brief, of } => self.read_diff(ticket, brief, of)?,
            ToServer::Ping(number) => {
                self.question().await;
                self.answer(ToClient::Pong(number));
            }
            ToServer::Keys { .. }
            | ToServer::Paste { .. }
            | ToServer::Mouse { .. }
            | ToServer::Focus { .. }
            | ToServer::Resize { .. } => return self.touch(message).await,
        }
        Ok(Ok(()))
    }

    /// Waits until one more answer may be outstanding. The outbox gives the permit back.
    async fn question(&self) {
        if let Ok(permit) = self.window.acquire().await {
            permit.forget();
        }
    }

    /// There is room: each answer has its permit.
    fn answer(&self, message: ToClient) {
        let _gone = self.answers.try_send(message);
    }

    /// Asks a pane; where there is none the answer is an empty one.
    async fn ask(&mut self, ticket: u32, agent: AgentId, order: ToPane) {
        let nothing = match &order {
            ToPane::Past { .. } => ToClient::Past {
                ticket,
                agent,
                first: 0,
                oldest: 0,
                total: 0,
                rows: Vec::new(),
            },
            _ => ToClient::Found {
                ticket,
                agent,
                hits: Vec::new(),
            },
        };
        if !self.looking.order(agent, order).await {
            self.answer(nothing);
        }
    }

    /// A sentence for this person. Full: a thousand facts wait for them, and it is left out.
    fn say(&self, text: String) {
        let notice = Notice {
            at: clock::now(),
            level: Level::Warning,
            text,
        };
        let _left_out = self
            .typist
            .told
            .try_send(Told::Message(ToClient::Tell(notice)));
    }

    async fn tell(&self, what: FromGuest) -> Result<(), NoHub> {
        self.entrance
            .hub
            .send(ToHub::Guest(self.entrance.seat, what))
            .await
            .map_err(|_| NoHub)
    }

    async fn leave(mut self, end: End) {
        self.looking.nothing().await;
        let last_word = match end {
            End::Gone | End::Closed => None,
            End::Fault(why) => Some(ToClient::Closing(why)),
            End::SentAway(why) => Some(ToClient::Dismissed(why)),
        };
        if let Some(word) = last_word {
            tracing::info!(seat = %self.entrance.seat, ?word, "a client is sent away");
            let _left_out = self.typist.told.try_send(Told::Message(word));
        }
        let _server_ends = self.tell(FromGuest::Left).await;
    }
}
