//! One question and its answer, for the command line.

use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::io::{AsyncRead, AsyncWrite};

use crate::client::link::{self, Came, Line, Pulse};
use crate::model::{AgentId, Answer, Level, Wish};
use crate::terminal::Grid;
use crate::view::facts::Facts;
use crate::wire::{ToClient, ToServer, Want};

/// A connection that asks and goes.
pub struct Once {
    line: Line,
    tickets: u32,
    /// The room, as it was when the connection was made.
    pub facts: Facts,
}

impl Once {
    /// Attaches to a stream that had its hello, and takes the snapshot.
    ///
    /// # Errors
    /// Where the line is cut before the snapshot is whole.
    pub async fn attach<S>(stream: S) -> anyhow::Result<Self>
    where
        S: AsyncRead + AsyncWrite + Send + 'static,
    {
        let line = link::start(stream, Pulse::Silent);
        let mut once = Self {
            line,
            tickets: 0,
            facts: Facts::default(),
        };
        once.send(ToServer::Attach(Want::Once)).await?;
        loop {
            match once.next().await? {
                ToClient::Facts(facts) => {
                    for fact in facts {
                        once.facts.apply(fact);
                    }
                }
                ToClient::Current => return Ok(once),
                ToClient::Again => once.facts = Facts::default(),
                ToClient::Closing(why) => bail!("the server is closing: {why}"),
                ToClient::Dismissed(why) => bail!("{why}"),
                _ => {}
            }
        }
    }

    /// Asks for something and awaits the answer.
    ///
    /// # Errors
    /// Where it was refused, in the server's words, or the line is cut.
    pub async fn wish(&mut self, wish: Wish) -> anyhow::Result<Answer> {
        self.tickets += 1;
        let ticket = self.tickets;
        let sightings = Vec::new(); // nothing is drawn here
        self.send(ToServer::Wish {
            ticket,
            wish,
            sightings,
        })
        .await?;
        loop {
            match self.next().await? {
                ToClient::Answer {
                    ticket: theirs,
                    answer,
                } if theirs == ticket => {
                    return match answer {
                        Answer::Refused(why) => bail!("{why}"),
                        Answer::Done | Answer::Agent(_) | Answer::Brief(_) => Ok(answer),
                    };
                }
                ToClient::Tell(notice) if notice.level == Level::Error => bail!("{}", notice.text),
                _ => {}
            }
        }
    }

    /// The text of each row of an agent's screen, as it stands.
    ///
    /// # Errors
    /// Where it did not come in two seconds, or the line is cut.
    pub async fn screen(&mut self, of: AgentId) -> anyhow::Result<Vec<String>> {
        const LIMIT: Duration = Duration::from_secs(2);
        self.send(ToServer::Watch(of)).await?;
        let frame = async {
            loop {
                if let ToClient::Frame { agent, patch } = self.next().await?
                    && agent == of
                {
                    let mut grid = Grid::default();
                    grid.apply(patch)
                        .context("a first picture that is not whole")?;
                    return Ok(grid
                        .rows()
                        .iter()
                        .map(|row| row.text().to_owned())
                        .collect());
                }
            }
        };
        let came = tokio::time::timeout(LIMIT, frame).await;
        came.context("its screen did not come")?
    }

    /// Waits until the server has gone.
    pub async fn closed(&mut self) {
        while self.next().await.is_ok() {}
    }

    async fn send(&self, message: ToServer) -> anyhow::Result<()> {
        self.line
            .out
            .send(message)
            .await
            .ok()
            .context("the line to the server is cut")
    }

    async fn next(&mut self) -> anyhow::Result<ToClient> {
        match self.line.came.recv().await {
            Some(Came::Message(message)) => Ok(*message),
            Some(Came::Cut(why)) => bail!("{why}"),
            None => bail!("the line to the server is cut"),
        }
    }
}
