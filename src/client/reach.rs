//! A line that was cut is made again: at once, then after longer and longer pauses, and over a network not for
//! ever. The window goes on meanwhile.

use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::dial::Destination;
use super::link::Line;
use super::run::until;
use crate::door::{DialFault, Dialing};

/// The pauses between two tries to reach the server again.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// What is done to get a line.
#[derive(Debug, Default)]
pub enum Reaching {
    /// Nothing: there is one.
    #[default]
    Done,
    /// The next try begins at this moment.
    Waiting { at: Instant, lost: Lost },
    /// A try is made.
    Trying {
        tried: oneshot::Receiver<Result<Line, DialFault>>,
        lost: Lost,
    },
}

/// How long there has been no line.
#[derive(Clone, Copy, Debug)]
pub struct Lost {
    since: Instant,
    pause: Duration,
}

/// What came of it.
#[derive(Debug)]
pub enum Reached {
    /// A line.
    Line(Line),
    /// None yet, for this reason.
    Not(String),
    /// None, and none is tried for any more.
    Never(String),
}

impl Reaching {
    /// A line was cut now.
    pub fn begin(now: Instant) -> Self {
        let lost = Lost {
            since: now,
            pause: FIRST_PAUSE,
        };
        Self::Waiting { at: now, lost }
    }

    /// Waits for the next outcome. May be dropped half-way.
    pub async fn next(&mut self, to: &Destination) -> Reached {
        loop {
            match self {
                Self::Done => std::future::pending().await,
                Self::Waiting { at, lost } => {
                    until(Some(*at)).await;
                    let lost = *lost;
                    let (tell, tried) = oneshot::channel();
                    let to = to.clone();
                    tokio::spawn(async move {
                        let _the_window_is_gone = tell.send(to.dial(Dialing::Silent).await);
                    });
                    *self = Self::Trying { tried, lost };
                }
                Self::Trying { tried, lost } => {
                    let outcome = tried.await;
                    let lost = *lost;
                    return self.tried(outcome.ok(), lost, to);
                }
            }
        }
    }

    fn tried(
        &mut self,
        outcome: Option<Result<Line, DialFault>>,
        lost: Lost,
        to: &Destination,
    ) -> Reached {
        let why = match outcome {
            Some(Ok(line)) => {
                *self = Self::Done;
                return Reached::Line(line);
            }
            Some(Err(DialFault::ForGood(why))) => {
                *self = Self::Done;
                return Reached::Never(why);
            }
            Some(Err(DialFault::Passing(why))) => why,
            None => "the try failed".to_owned(),
        };
        let now = Instant::now();
        if let Some(patience) = to.patience()
            && now.duration_since(lost.since) >= patience
        {
            *self = Self::Done;
            let minutes = patience.as_secs() / 60;
            return Reached::Never(format!("no line for {minutes} minutes: {why}"));
        }
        let pause = (lost.pause * 2).min(LONGEST_PAUSE);
        *self = Self::Waiting {
            at: now + lost.pause,
            lost: Lost { pause, ..lost },
        };
        Reached::Not(why)
    }
}
