//! The agent's end of the agent socket: one line there, one or two lines back.

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::UnixStream;
use tokio::time::{Instant, sleep, timeout_at};

use crate::door::{RoomPaths, runtime_base};
use crate::wire::agent::{self, Reply, Said, Verb};

/// The pauses between two tries to reach a server that is being replaced.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// How long a server that is being replaced is waited for with a word that is answered at once.
const REPLACED: Duration = Duration::from_secs(10);

/// Who this process is to the room, and where the room listens.
#[derive(Clone, Debug)]
pub struct Hatch {
    socket: PathBuf,
    /// The room's folder: its note says where the socket is, where it is not there any more.
    room: Option<PathBuf>,
    agent: u32,
    token: String,
}

/// How long somebody waits for an answer.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For a person, until then.
    pub until: Instant,
    /// For a server that is gone, or was never there.
    pub without_room: Duration,
}

/// Tries to reach a server that is being replaced: ever later, up to a limit.
struct Tries {
    pause: Duration,
    late: Instant,
}

impl Tries {
    fn until(late: Instant) -> Self {
        let pause = FIRST_PAUSE;
        Self { pause, late }
    }

    fn within(limit: Duration) -> Self {
        Self::until(Instant::now() + limit)
    }

    /// Waits for the next one; says no where it would come too late. A socket that is not there has no event to wait on.
    async fn again(&mut self) -> bool {
        if Instant::now() + self.pause >= self.late {
            return false;
        }
        sleep(self.pause).await;
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        true
    }
}

/// How a try to ask ended.
enum Tried {
    Answered(Reply),
    /// There was a server, and it went before it answered.
    Cut,
    NoRoom,
}

impl Hatch {
    /// As the environment of an agent says.
    ///
    /// # Errors
    /// Where this process was not started by a room.
    pub fn from_env() -> anyhow::Result<Self> {
        let get = |name: &str| {
            env::var(name).with_context(|| {
                format!("{name} is not set: only agents that a room started can ask it")
            })
        };
        let agent = get(agent::ENV_AGENT)?;
        Ok(Self {
            socket: get(agent::ENV_SOCKET)?.into(),
            room: env::var_os(agent::ENV_ROOM).map(PathBuf::from),
            agent: agent
                .parse()
                .with_context(|| format!("{}={agent} is no number", agent::ENV_AGENT))?,
            token: get(agent::ENV_TOKEN)?,
        })
    }

    /// A fresh key for a request.
    ///
    /// # Errors
    /// Where the system has no randomness.
    pub fn key() -> anyhow::Result<String> {
        let mut bytes = [0; 16];
        rustix::rand::getrandom(&mut bytes, rustix::rand::GetRandomFlags::empty())
            .context("no randomness")?;
        Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Says something that is answered at once.
    ///
    /// # Errors
    /// Where no server listens, or it goes before it answers.
    pub async fn say(&self, key: &str, verb: Verb) -> anyhow::Result<Reply> {
        let line = self.connect().await.with_context(|| self.nobody())?;
        self.say_on(line, key, verb).await
    }

    /// The same, from somebody who can wait: a server that is being replaced is waited for, ten seconds at most.
    ///
    /// # Errors
    /// Where no server listened for that long, or it went before it answered.
    pub async fn say_patiently(&self, key: &str, verb: Verb) -> anyhow::Result<Reply> {
        let mut tries = Tries::within(REPLACED);
        let line = loop {
            match self.connect().await {
                Ok(line) => break line,
                Err(why) if !tries.again().await => return Err(why).context(self.nobody()),
                Err(_) => {}
            }
        };
        self.say_on(line, key, verb).await
    }

    fn nobody(&self) -> String {
        format!("no room listens at {}", self.socket.display())
    }

    async fn say_on(
        &self,
        mut line: BufReader<UnixStream>,
        key: &str,
        verb: Verb,
    ) -> anyhow::Result<Reply> {
        send(&mut line, &self.said(key, verb)?).await?;
        match receive(&mut line).await? {
            Some(reply) => Ok(reply),
            None => bail!(
                "the room went before it answered; look whether it was heard before you say it again"
            ),
        }
    }

    /// Says something as this process's agent that the room only takes note of.
    ///
    /// # Errors
    /// Where no room listens, or it refuses.
    pub async fn note(verb: Verb) -> anyhow::Result<ExitCode> {
        let (hatch, key) = (Self::from_env()?, Self::key()?);
        match hatch.say_patiently(&key, verb).await? {
            Reply::Noted => Ok(ExitCode::SUCCESS),
            Reply::Refused { why } | Reply::Withdrawn { why } => bail!("{why}"),
            Reply::Opened { .. } | Reply::Decided { .. } | Reply::Filed { .. } => {
                bail!("the room answered something else; another version?")
            }
        }
    }

    /// Says something that is answered at once. A server that is being replaced meanwhile is waited for, and
    /// told again under the same key, under which it is the same word.
    ///
    /// # Errors
    /// Where no server answered for that long, or it sends what is no answer.
    pub async fn say_surely(
        &self,
        key: &str,
        verb: Verb,
        without_room: Duration,
    ) -> anyhow::Result<Reply> {
        let said = self.said(key, verb)?;
        let mut tries = Tries::within(without_room);
        loop {
            if let Ok(mut line) = self.connect().await
                && send(&mut line, &said).await.is_ok()
                && let Some(reply) = receive(&mut line).await?
            {
                return Ok(reply);
            }
            if !tries.again().await {
                bail!("no room answered in time at {}", self.socket.display());
            }
        }
    }

    /// Asks, and waits for a person. A server that goes meanwhile is waited for, and asked again with the same
    /// key, which continues the same request.
    ///
    /// # Errors
    /// Where nobody answered in time, or the room sends what is no answer.
    pub async fn ask(&self, key: &str, verb: Verb, patience: Patience) -> anyhow::Result<Reply> {
        let line = self.said(key, verb)?;
        let latest = |from: Instant| patience.until.min(from + patience.without_room);
        let mut tries = Tries::until(latest(Instant::now()));
        loop {
            let Ok(tried) = timeout_at(patience.until, self.ask_once(&line)).await else {
                bail!("nobody decided in time");
            };
            match tried? {
                Tried::Answered(reply) => return Ok(reply),
                Tried::Cut => tries = Tries::until(latest(Instant::now())),
                Tried::NoRoom => {}
            }
            if !tries.again().await {
                bail!("no room answered in time");
            }
        }
    }

    async fn ask_once(&self, said: &str) -> anyhow::Result<Tried> {
        let Ok(mut line) = self.connect().await else {
            return Ok(Tried::NoRoom);
        };
        if send(&mut line, said).await.is_err() {
            return Ok(Tried::Cut);
        }
        loop {
            match receive(&mut line).await? {
                Some(Reply::Opened { .. }) => {}
                Some(reply) => return Ok(Tried::Answered(reply)),
                None => return Ok(Tried::Cut),
            }
        }
    }

    async fn connect(&self) -> std::io::Result<BufReader<UnixStream>> {
        let met = match UnixStream::connect(&self.socket).await {
            Err(why) => match self.moved() {
                Some(socket) => UnixStream::connect(socket).await,
                None => Err(why),
            },
            met => met,
        };
        met.map(BufReader::new)
    }

    /// Where the socket is, if it is not where it was when this agent was started: its folder went, and the room has another.
    fn moved(&self) -> Option<PathBuf> {
        if self.socket.symlink_metadata().is_ok() {
            return None;
        }
        let room = RoomPaths::at(self.room.as_ref()?, &runtime_base()).ok()?;
        Some(room.agent_socket()).filter(|socket| *socket != self.socket)
    }

    fn said(&self, key: &str, verb: Verb) -> anyhow::Result<String> {
        let said = Said {
            v: agent::VERSION,
            agent: self.agent,
            token: self.token.clone(),
            key: key.to_owned(),
            verb,
        };
        let mut line = serde_json::to_string(&said).context("cannot write the question")?;
        if line.len() >= agent::LONGEST {
            bail!(
                "the question is longer than {} bytes; shorten --detail",
                agent::LONGEST
            );
        }
        line.push('\n');
        Ok(line)
    }
}

async fn send(line: &mut BufReader<UnixStream>, said: &str) -> std::io::Result<()> {
    line.get_mut().write_all(said.as_bytes()).await
}

/// The next reply; none where the line was cut.
async fn receive(line: &mut BufReader<UnixStream>) -> anyhow::Result<Option<Reply>> {
    let mut text = Vec::new();
    match line
        .take(agent::LONGEST as u64)
        .read_until(b'\n', &mut text)
        .await
    {
        Ok(0) | Err(_) => return Ok(None),
        Ok(_) if text.last() != Some(&b'\n') => return Ok(None),
        Ok(_) => {}
    }
    serde_json::from_slice(&text)
        .map(Some)
        .context("the room answered with what is no reply; is it another version?")
}
