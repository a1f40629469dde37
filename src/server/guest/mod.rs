//! One task per client: takes its messages, refuses what its seat may not do before anything of it
//! reaches a pane or the room, and passes the rest on. Its writing half is another task (`outbox`),
//! so that a client that does not read delays nobody.

mod looking;
mod outbox;
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
use crate::model::{AgentId, Answer, Level, Notice, Person, SeatId, SeatRole, Wish};
use crate::wire::{ToClient, ToServer};

use self::looking::Looking;
use self::outbox::Outbox;
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
    /// Who.
    pub person: Person,
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
    let want = match timeout(ATTACH_LIMIT, receiver.receive()).await {
        Ok(Ok(Some(ToServer::Attach(want)))) => want,
        Ok(Ok(Some(_))) => return tracing::info!(%seat, "a client did not attach first"),
        Ok(Ok(None)) => return,
        Ok(Err(error)) => return tracing::info!(%seat, %error, "a client was not understood"),
        Err(_) => return tracing::info!(%seat, "a client said nothing"),
    };
    let (told, facts) = mpsc::channel(FACTS);
    let (answers, replies) = mpsc::channel(ANSWERS);
    let (frames, pictures) = mpsc::channel(looking::FRAMES);
    let (focus, focused) = watch::channel(None);
    let window = Arc::new(Semaphore::new(ANSWERS));
    let seated = ToClient::Seated {
        seat,
        name: entrance.person.name.clone(),
        role: entrance.role,
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
    let (veil, mut seen) = watch::channel(Veil::Closed);
    let line = GuestLine {
        told: told.clone(),
        answers: answers.clone(),
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
        entrance,
    };
    let came = FromGuest::Came {
        person: guest.entrance.person.clone(),
        role: guest.entrance.role,
        want,
        line,
    };
    // Nothing is asked before it is known what this person sees.
    if guest.tell(came).await.is_err() || seen.changed().await.is_err() {
        return;
    }
    let end = tokio::select! {
        end = guest.listen(&mut receiver) => end,
        _ = &mut writing => End::Gone,
    };
    guest.leave(end).await;
    // Where the writing ended first there is nobody to say a last word to.
    if !writing.is_finished() && timeout(FAREWELL, &mut writing).await.is_err() {
        writing.abort();
    }
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
            ToServer::Wish { ticket, wish } => {
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
                    let drawn = match &wish {
                        Wish::Decide { .. } => self.looking.drawn(),
                        _ => Vec::new(),
                    };
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
        if let End::Fault(why) = end {
            tracing::info!(seat = %self.entrance.seat, %why, "a client is sent away");
            let _left_out = self
                .typist
                .told
                .try_send(Told::Message(ToClient::Closing(why)));
        }
        let _server_ends = self.tell(FromGuest::Left).await;
    }
}
