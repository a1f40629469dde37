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

/// A line that is cut sooner than this after it was made counts as a try that failed: a server that sends what cannot
/// be read is not asked again at once, for ever.
const SHORT: Duration = Duration::from_secs(5);

/// What is done to get a line.
#[derive(Debug, Default)]
pub enum Reaching {
    /// Nothing: there is the first one.
    #[default]
    Done,
    /// Nothing: there is one again, since this moment.
    Again { at: Instant, lost: Lost },
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
    pub fn cut(&mut self, now: Instant) {
        *self = match self {
            Self::Again { at, lost } if now.duration_since(*at) < SHORT => Self::Waiting {
                at: now + lost.pause,
                lost: lost.longer(),
            },
            Self::Done | Self::Again { .. } | Self::Waiting { .. } | Self::Trying { .. } => {
                let lost = Lost {
                    since: now,
                    pause: FIRST_PAUSE,
                };
                Self::Waiting { at: now, lost }
            }
        };
    }

    /// Waits for the next outcome. May be dropped half-way.
    pub async fn next(&mut self, to: &Destination) -> Reached {
        loop {
            match self {
                Self::Done | Self::Again { .. } => std::future::pending().await,
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
                let at = Instant::now();
                *self = Self::Again { at, lost };
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
        *self = Self::Waiting {
            at: now + lost.pause,
            lost: lost.longer(),
        };
        Reached::Not(why)
    }
}

impl Lost {
    /// After another try that failed.
    fn longer(self) -> Self {
        let pause = (self.pause * 2).min(LONGEST_PAUSE);
        Self { pause, ..self }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn waits(reaching: &Reaching) -> (Instant, Lost) {
        match reaching {
            Reaching::Waiting { at, lost } => (*at, *lost),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_line_that_is_cut_as_soon_as_it_is_made_is_made_again_ever_later() {
        let (mut reaching, mut now) = (Reaching::default(), Instant::now());
        reaching.cut(now);
        let (at, mut lost) = waits(&reaching);
        assert_eq!(at, now);
        let mut pauses = Vec::new();
        for _ in 0..9 {
            reaching = Reaching::Again { at: now, lost };
            now += Duration::from_millis(5);
            reaching.cut(now);
            let at;
            (at, lost) = waits(&reaching);
            pauses.push(at.duration_since(now));
        }
        assert!(pauses.windows(2).all(|two| two[0] <= two[1]), "{pauses:?}");
        assert_eq!(
            (pauses[0], pauses[8]),
            (FIRST_PAUSE, LONGEST_PAUSE),
            "{pauses:?}"
        );
        // one that held is made again at once
        reaching = Reaching::Again { at: now, lost };
        reaching.cut(now + SHORT);
        assert_eq!(waits(&reaching).0, now + SHORT);
    }
}
