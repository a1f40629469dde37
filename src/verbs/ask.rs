//! `ask-permission` and `ask-operator`: a generic blocking hook for any agent or script.
#![allow(clippy::print_stdout)]

use std::io::Read as _;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::Args;
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::Instant;

use super::{Hatch, Patience};
use crate::wire::agent::{Reply, Verb};

/// `opsroom ask-permission`: exit code 0 approved, 1 rejected, 2 redirected, 3 nobody decided, 4 no room
#[derive(Debug, Args)]
pub struct AskPermission {
    /// The tool that would be used
    #[arg(long)]
    tool: String,
    /// One line: exactly what it would do
    #[arg(long)]
    summary: String,
    /// The operands in full (the command, the diff); `-` reads them from standard input
    #[arg(long, default_value = "")]
    detail: String,
    /// Where it would happen [default: this folder]
    #[arg(long)]
    cwd: Option<String>,
    /// How long to wait: 90s, 30m, 2h
    #[arg(long, default_value = "1h", value_parser = duration)]
    timeout: Duration,
}

/// `opsroom ask-operator`: prints the answer; exit code 1 rejected, 2 redirected, 3 nobody answered, 4 no room
#[derive(Debug, Args)]
pub struct AskOperator {
    /// The question
    question: String,
    /// An answer to choose from; may be given several times
    #[arg(long = "option", value_name = "ANSWER")]
    options: Vec<String>,
    /// How long to wait: 90s, 30m, 2h
    #[arg(long, default_value = "1h", value_parser = duration)]
    timeout: Duration,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl AskPermission {
    /// Asks and waits. Prints the decision as one line of JSON.
    ///
    /// # Errors
    /// Where standard input cannot be read, or the answer is none.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let here = || {
            std::env::current_dir()
                .map(|path| path.to_string_lossy().into_owned())
                .unwrap_or_default()
        };
        let verb = Verb::Permission {
            tool: self.tool,
            summary: self.summary,
            detail: text_or_input(self.detail)?,
            cwd: self.cwd.unwrap_or_else(here),
        };
        let answer = Answer::wait(verb, self.timeout).await?;
        println!(
            "{}",
            json!({ "decision": answer.decision, "text": answer.text, "by": answer.by })
        );
        Ok(answer.code())
    }
}

impl AskOperator {
    /// Asks and waits. Prints the answer.
    ///
    /// # Errors
    /// Where the answer is none.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let answer = Answer::wait(
            Verb::Question {
                text: self.question,
                options: self.options,
            },
            self.timeout,
        )
        .await?;
        if self.json {
            println!(
                "{}",
                json!({ "decision": answer.decision, "text": answer.text, "by": answer.by })
            );
        } else {
            println!("{}", answer.text);
        }
        Ok(answer.code())
    }
}

/// What came back, in the words of the agent socket, besides `withdrawn`, `refused` and `no room`.
struct Answer {
    decision: String,
    text: String,
    by: String,
}

impl Answer {
    async fn wait(verb: Verb, limit: Duration) -> anyhow::Result<Self> {
        let hatch = match Hatch::from_env() {
            Ok(hatch) => hatch,
            Err(error) => return Ok(Self::without("no room", format!("{error:#}"))),
        };
        let key = Hatch::key()?;
        let patience = Patience {
            until: Instant::now() + limit,
            without_room: limit,
        };
        tokio::select! {
            reply = hatch.ask(&key, verb, patience) => match reply {
                Ok(reply) => Self::of(reply),
                Err(error) => {
                    let why = format!("{error:#}");
                    take_back(&hatch, &key, &why).await;
                    Ok(Self::without("withdrawn", why))
                }
            },
            signal = stopped() => {
                take_back(&hatch, &key, signal?).await;
                Ok(Self::without("withdrawn", "the asker was stopped".to_owned()))
            }
        }
    }

    fn of(reply: Reply) -> anyhow::Result<Self> {
        match reply {
            Reply::Decided { decision, text, by } => Ok(Self { decision, text, by }),
            Reply::Withdrawn { why } => Ok(Self::without("withdrawn", why)),
            Reply::Refused { why } => Ok(Self::without("refused", why)),
            Reply::Opened { .. } | Reply::Noted | Reply::Filed { .. } => {
                bail!("the room sent no decision")
            }
        }
    }

    fn without(decision: &str, text: String) -> Self {
        Self {
            decision: decision.to_owned(),
            text,
            by: String::new(),
        }
    }

    fn code(&self) -> ExitCode {
        ExitCode::from(match self.decision.as_str() {
            "approve" | "reply" => 0,
            "reject" => 1,
            "redirect" => 2,
            "no room" => 4,
            _ => 3,
        })
    }
}

/// Tells the room that nobody waits any more. A room that is gone needs no telling.
pub(super) async fn take_back(hatch: &Hatch, key: &str, why: &str) {
    let told = hatch.say(
        key,
        Verb::TakeBack {
            why: why.to_owned(),
        },
    );
    let _ = tokio::time::timeout(Duration::from_secs(2), told).await;
}

pub(super) async fn stopped() -> anyhow::Result<&'static str> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    tokio::select! {
        _ = interrupt.recv() => Ok("the asker was interrupted"),
        _ = terminate.recv() => Ok("the asker was stopped"),
        _ = hangup.recv() => Ok("the asker's terminal went"),
    }
}

/// A text from the command line, or all of standard input where it is `-`.
pub(super) fn text_or_input(text: String) -> anyhow::Result<String> {
    if text != "-" {
        return Ok(text);
    }
    let mut input = Vec::new();
    std::io::stdin()
        .read_to_end(&mut input)
        .context("cannot read standard input")?;
    Ok(String::from_utf8_lossy(&input).into_owned())
}

/// `90s`, `30m`, `2h`; a bare number is seconds.
fn duration(text: &str) -> Result<Duration, String> {
    let (number, unit) = text.split_at(
        text.find(|one: char| !one.is_ascii_digit())
            .unwrap_or(text.len()),
    );
    let seconds = match unit {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3_600,
        _ => return Err(format!("`{unit}` is no unit of time: write 90s, 30m or 2h")),
    };
    let number: u64 = number
        .parse()
        .map_err(|_| "write 90s, 30m or 2h".to_owned())?;
    Ok(Duration::from_secs(
        number.saturating_mul(seconds).min(30 * 24 * 3_600),
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn times_are_read_with_their_units() {
        assert_eq!(duration("90"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("30m"), Ok(Duration::from_secs(1_800)));
        assert_eq!(duration("2h"), Ok(Duration::from_secs(7_200)));
        assert!(duration("soon").is_err() && duration("5 days").is_err());
    }
}
