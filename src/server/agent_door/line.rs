//! One connection on the agent socket: reads its lines, checks its token, writes its replies.
//! Knows nothing of other connections.

use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

use super::super::clock;
use super::asks::{Asks, asks};
use super::{FromLine, Tokens};
use crate::model::{AgentId, AskKey, Decision, Outcome, Redirect, Verdict};
use crate::wire::agent::{LONGEST, Reply, Said, VERSION, Verb};

/// How long a caller may take to read a reply. Then it gets none.
const READS_WITHIN: Duration = Duration::from_secs(5);

/// How long the room may take for an answer that needs no person.
const SOON: Duration = Duration::from_secs(10);

pub(super) struct Line {
    pub number: u64,
    pub stream: UnixStream,
    pub tokens: Tokens,
    pub first_line: Duration,
    pub door: mpsc::Sender<FromLine>,
    pub replies: mpsc::Receiver<Reply>,
}

impl Line {
    pub async fn serve(self) {
        let (number, door) = (self.number, self.door.clone());
        self.talk().await;
        // the door is gone only when the server is
        let _ = door.send(FromLine::Closed { line: number }).await;
    }

    async fn talk(mut self) {
        let (read, mut write) = self.stream.into_split();
        let mut reader = Reader::new(read);
        let first = timeout(self.first_line, reader.next()).await;
        let Ok(first) = first else {
            let late = format!("nothing was said for {} s", self.first_line.as_secs());
            return say(&mut write, &refused(late)).await;
        };
        let said = match first.map(|text| understand(&text, &self.tokens)) {
            Ok(Ok(said)) => said,
            Ok(Err(why)) | Err(Ended::TooLong(why)) => return say(&mut write, &refused(why)).await,
            Err(Ended::Gone) => return,
        };
        let key = AskKey(said.key.clone());
        let mut stays = match asks(&said.verb) {
            Asks::Decision => Stays::UntilDecided,
            Asks::Opening | Asks::Nothing => Stays::Shortly,
        };
        let mut door = Some(from(self.number, &key, said));
        loop {
            if let Some(said) = door.take()
                && self.door.send(said).await.is_err()
            {
                return;
            }
            tokio::select! {
                reply = self.replies.recv() => {
                    let Some(reply) = reply else { return };
                    say(&mut write, &reply).await;
                    if !(stays == Stays::UntilDecided && matches!(reply, Reply::Opened { .. })) {
                        return;
                    }
                }
                more = reader.next(), if stays == Stays::UntilDecided => {
                    let said = more.ok().and_then(|text| understand(&text, &self.tokens).ok());
                    // the only thing to say while one waits: never mind
                    let never_mind = |said: &Said| said.key == key.as_str() && matches!(said.verb, Verb::TakeBack { .. });
                    let Some(said) = said.filter(never_mind) else {
                        return;
                    };
                    stays = Stays::Shortly;
                    door = Some(from(self.number, &key, said));
                }
                () = sleep(SOON), if stays == Stays::Shortly => return,
            }
        }
    }
}

/// How long a connection stays after it was understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stays {
    /// Until a person decided, or the other side is gone.
    UntilDecided,
    /// Until the room answered at once, which it does; the other side may have stopped talking before.
    Shortly,
}

fn from(line: u64, key: &AskKey, said: Said) -> FromLine {
    FromLine::Said {
        line,
        agent: AgentId(said.agent),
        key: key.clone(),
        at: clock::now(),
        verb: said.verb,
    }
}

/// What a line says, if whoever says it may.
fn understand(text: &[u8], tokens: &Tokens) -> Result<Said, String> {
    #[derive(serde::Deserialize)]
    struct Version {
        v: u32,
    }
    let not_ours = "not understood: a line is one JSON object with v, agent, token, key and a verb that agents have";
    let version: Version = serde_json::from_slice(text).map_err(|_| not_ours.to_owned())?;
    if version.v != VERSION {
        let theirs = version.v;
        return Err(format!(
            "you speak version {theirs} of the agent protocol and this server version {VERSION}; use the same opsroom as the server (OPSROOM_BIN)"
        ));
    }
    let said: Said = serde_json::from_slice(text).map_err(|why| format!("{not_ours} ({why})"))?;
    if !tokens.is_right(AgentId(said.agent), &said.token) {
        return Err("wrong token: only a process that this room started may speak here".to_owned());
    }
    Ok(said)
}

fn refused(why: String) -> Reply {
    Reply::Refused { why }
}

/// The end of a request in the agent's words.
pub(super) fn reply_of(outcome: Outcome) -> Reply {
    match outcome {
        Outcome::Decided(Decision { verdict, by, .. }) => {
            let (decision, text) = words(verdict);
            Reply::Decided {
                decision: decision.to_owned(),
                text,
                by: by.name,
            }
        }
        Outcome::Withdrawn(why) => Reply::Withdrawn { why },
        Outcome::Refused(why) => Reply::Refused { why },
        Outcome::Noted => Reply::Noted,
        Outcome::Filed(brief) => Reply::Filed { brief: brief.0 },
    }
}

fn words(verdict: Verdict) -> (&'static str, String) {
    match verdict {
        Verdict::Approve => ("approve", String::new()),
        Verdict::Reject { reason } => ("reject", reason),
        Verdict::Reply { text } => ("reply", text),
        Verdict::Redirect(redirect) => {
            let text = match redirect {
                Redirect::Direction { text } => text,
                Redirect::Role { role, text } => {
                    elsewhere(&format!("the role {role} takes this over"), &text)
                }
                Redirect::Agent { agent, text } => {
                    elsewhere(&format!("agent {agent} takes this over"), &text)
                }
                Redirect::Stage { place, text } => {
                    elsewhere(&format!("the brief goes to {place}"), &text)
                }
            };
            ("redirect", text)
        }
    }
}

fn elsewhere(what: &str, text: &str) -> String {
    if text.is_empty() {
        what.to_owned()
    } else {
        format!("{what}: {text}")
    }
}

async fn say(write: &mut OwnedWriteHalf, reply: &Reply) {
    let Ok(mut text) = serde_json::to_vec(reply) else {
        return;
    };
    text.push(b'\n');
    // whoever does not read is treated as gone
    let _ = timeout(READS_WITHIN, write.write_all(&text)).await;
}

/// Says a sentence to a connection that gets no task of its own.
pub(super) fn turn_away(stream: &UnixStream, why: &str) {
    if let Ok(mut text) = serde_json::to_vec(&refused(why.to_owned())) {
        text.push(b'\n');
        let _ = stream.try_write(&text);
    }
}

/// Why there is no next line.
enum Ended {
    Gone,
    TooLong(String),
}

/// Lines of at most [`LONGEST`] bytes.
struct Reader {
    read: BufReader<OwnedReadHalf>,
    held: Vec<u8>,
}

impl Reader {
    fn new(read: OwnedReadHalf) -> Self {
        let held = Vec::new();
        let read = BufReader::new(read);
        Self { read, held }
    }

    /// The next line. May be dropped half-way: what was read is kept.
    async fn next(&mut self) -> Result<Vec<u8>, Ended> {
        let room = (LONGEST + 1).saturating_sub(self.held.len()) as u64;
        let read = (&mut self.read)
            .take(room)
            .read_until(b'\n', &mut self.held)
            .await;
        read.map_err(|_| Ended::Gone)?;
        if self.held.len() > LONGEST {
            return Err(Ended::TooLong(format!(
                "a line has at most {LONGEST} bytes"
            )));
        }
        if self.held.pop() != Some(b'\n') {
            return Err(Ended::Gone);
        }
        Ok(std::mem::take(&mut self.held))
    }
}
