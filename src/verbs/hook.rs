//! `hook`: what a hook of an agent program runs. Tells the room, and prints the decision where there is one.
//!
//! Whatever goes wrong, it prints nothing and ends well: the program then asks by itself. So nothing that
//! breaks here, or in the room, can approve anything.

use std::io::{Read as _, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use serde_json::Value;
use tokio::time::{Instant, timeout};

use super::ask::{stopped, take_back};
use super::{Hatch, Patience, own_line, record};
use crate::model::UsageWord;
use crate::profile::Hooks;
use crate::profile::hook::{self, Decision, Waits};
use crate::wire::agent::{Reply, Verb};

/// The longest JSON that is read, in bytes. Of a longer one nothing is told.
const LONGEST: u64 = 16 * 1024 * 1024;
/// How long a person may take. The programs are told a day as well.
const DECISION: Duration = Duration::from_secs(86_400);
/// How long a server that is being replaced is waited for.
const REPLACED: Duration = Duration::from_secs(20);
/// How long a room may take to hear what needs no answer.
const TELLING: Duration = Duration::from_secs(5);

/// `opsroom hook`
#[derive(Debug, Args)]
pub struct Hook {
    /// The program
    program: String,
    /// Its name of what happened
    event: String,
}

impl Hook {
    /// Tells, waits where there is something to decide, and prints the decision.
    pub async fn run(self) -> ExitCode {
        if Hooks::named(&self.program) == Hooks::Claude && self.event == hook::status_line::EVENT {
            let printed = match read() {
                Some(text) => status_line(&text).await,
                None => Vec::new(),
            };
            let mut out = std::io::stdout().lock();
            let _ = out.write_all(&printed).and_then(|()| out.flush());
            return ExitCode::SUCCESS;
        }
        if let Some(answer) = self.answer().await {
            let mut out = std::io::stdout().lock();
            // nobody reads it: the program has gone, and nothing is decided
            let _ = writeln!(out, "{answer}").and_then(|()| out.flush());
        }
        ExitCode::SUCCESS
    }

    async fn answer(&self) -> Option<String> {
        let hatch = Hatch::from_env().ok()?;
        let key = Hatch::key().ok()?;
        let payload = hook::without_results(input()?);
        let hooks = Hooks::named(&self.program);
        let verb = Verb::Hook {
            program: self.program.clone(),
            event: self.event.clone(),
            payload: payload.clone(),
        };
        self.tell_used(&hatch, hooks, &payload).await;
        match hook::waits(hooks, &self.event) {
            Waits::No => {
                let _told = timeout(TELLING, hatch.say(&key, verb)).await;
                None
            }
            Waits::ForDecision => {
                let decision = decision(&hatch, &key, verb).await?;
                hook::answer(hooks, &self.event, &payload, &decision)
            }
        }
    }
}

impl Hook {
    /// What the program used so far, where it keeps a record of that. Told before the end of a turn is, so that
    /// nothing more is handed to an agent whose budget is used up.
    async fn tell_used(&self, hatch: &Hatch, hooks: Hooks, payload: &Value) {
        let word = match hook::usage::told(hooks, payload) {
            Some(word) => Some(word),
            None => match hook::usage::record(hooks, &self.event, payload) {
                Some(record) => record::used(hooks, payload, &record).await,
                None => None,
            },
        };
        if let Some(word) = word {
            tell(hatch, word).await;
        }
    }
}

/// Tells what was used.
async fn tell(hatch: &Hatch, word: UsageWord) {
    let Ok(key) = Hatch::key() else {
        return;
    };
    let verb = Verb::Usage {
        input_tokens: word.input_tokens,
        output_tokens: word.output_tokens,
        cost_micros: word.cost_micros,
        context_left_percent: word.context_left_percent,
    };
    let _told = timeout(TELLING, hatch.say(&key, verb)).await;
}

/// The status line of a program that has one: what its JSON tells of the cost is told, and what the person's own
/// line would print is printed.
async fn status_line(text: &[u8]) -> Vec<u8> {
    let Ok(payload) = serde_json::from_slice(text) else {
        return Vec::new();
    };
    let telling = async {
        let word = hook::status_line::used(&payload);
        if let (Some(word), Ok(hatch)) = (word, Hatch::from_env()) {
            tell(&hatch, word).await;
        }
    };
    let ((), printed) = tokio::join!(telling, own_line::print(&payload, text));
    printed
}

/// What is decided. None where nobody did, or this process is stopped.
async fn decision(hatch: &Hatch, key: &str, verb: Verb) -> Option<Decision> {
    let patience = Patience {
        until: Instant::now() + DECISION,
        without_room: REPLACED,
    };
    let reply = tokio::select! {
        reply = hatch.ask(key, verb, patience) => reply.ok()?,
        _ = stopped() => {
            take_back(hatch, key, "its program does not wait any more").await;
            return None;
        }
    };
    match reply {
        Reply::Decided { decision, text, .. } => Decision::said(&decision, text),
        Reply::Withdrawn { .. }
        | Reply::Refused { .. }
        | Reply::Opened { .. }
        | Reply::Noted
        | Reply::Filed { .. } => None,
    }
}

/// The program's JSON. None where there is none, or too much.
fn input() -> Option<Value> {
    serde_json::from_slice(&read()?).ok()
}

fn read() -> Option<Vec<u8>> {
    let mut text = Vec::new();
    std::io::stdin()
        .take(LONGEST + 1)
        .read_to_end(&mut text)
        .ok()?;
    if text.len() as u64 > LONGEST {
        return None;
    }
    Some(text)
}
