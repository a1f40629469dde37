//! One question, asked twice at once: as a dialog on the rehearsal's screen, and on the agent socket. The first
//! answer counts, and takes the other question back.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};

use super::keys::Typed;
use super::paint::Paint;
use crate::verbs::{Hatch, Patience};
use crate::wire::agent::{Reply, Verb};

/// How long a rehearsal waits for a person.
const PATIENCE: Duration = Duration::from_secs(24 * 3_600);

/// How it was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answered {
    /// Yes.
    Yes { by: String },
    /// No, and why.
    No { by: String, why: String },
    /// Something else instead.
    Instead { by: String, text: String },
    /// The answer to a question.
    Text { by: String, text: String },
    /// The terminal closed.
    Gone,
}

/// Whoever answered in the pane itself.
const HERE: &str = "you";

/// What a dialog shows.
pub struct Dialog<'d> {
    pub title: &'d str,
    pub body: Vec<String>,
    pub choices: Vec<String>,
    pub verb: Verb,
}

impl Dialog<'_> {
    /// Shows it, waits for the first answer from either side, and takes it away.
    pub async fn answer(
        &self,
        paint: &mut Paint,
        hatch: Option<&Hatch>,
        keys: &mut mpsc::Receiver<Typed>,
    ) -> anyhow::Result<Answered> {
        let lines = paint.dialog(self.title, &self.body, &self.choices, 0);
        let key = Hatch::key()?;
        let answered = tokio::select! {
            reply = ask(hatch, &key, &self.verb) => from_room(reply?),
            typed = self.typed(keys) => {
                if let Some(hatch) = hatch {
                    let told = hatch.say(&key, Verb::TakeBack { why: "answered in its pane".to_owned() });
                    let _ = timeout(Duration::from_secs(2), told).await;
                }
                typed
            }
        };
        paint.take_away(lines);
        Ok(answered)
    }

    async fn typed(&self, keys: &mut mpsc::Receiver<Typed>) -> Answered {
        let by = HERE.to_owned();
        loop {
            match keys.recv().await {
                None => return Answered::Gone,
                Some(Typed::Escape) => {
                    return Answered::No {
                        by,
                        why: String::new(),
                    };
                }
                Some(Typed::Enter) => return self.chosen(0, by),
                Some(Typed::Text(text)) => {
                    let number = text
                        .chars()
                        .next()
                        .and_then(|one| one.to_digit(10))
                        .unwrap_or(0) as usize;
                    if (1..=self.choices.len()).contains(&number) {
                        return self.chosen(number - 1, by);
                    }
                }
                Some(Typed::Backspace | Typed::ClearLine | Typed::Interrupt) => {}
            }
        }
    }

    fn chosen(&self, number: usize, by: String) -> Answered {
        match (&self.verb, number) {
            (Verb::Question { options, .. }, number) => Answered::Text {
                by,
                text: options.get(number).cloned().unwrap_or_default(),
            },
            (_, 0) => Answered::Yes { by },
            (_, _) => Answered::No {
                by,
                why: String::new(),
            },
        }
    }
}

/// Asks the room; for ever, where there is none, so that the keys decide.
async fn ask(hatch: Option<&Hatch>, key: &str, verb: &Verb) -> anyhow::Result<Reply> {
    match hatch {
        Some(hatch) => {
            let patience = Patience {
                until: Instant::now() + PATIENCE,
                without_room: PATIENCE,
            };
            hatch.ask(key, verb.clone(), patience).await
        }
        None => std::future::pending().await,
    }
}

fn from_room(reply: Reply) -> Answered {
    match reply {
        Reply::Decided { decision, text, by } => match decision.as_str() {
            "approve" => Answered::Yes { by },
            "reply" => Answered::Text { by, text },
            "redirect" => Answered::Instead { by, text },
            _ => Answered::No { by, why: text },
        },
        Reply::Withdrawn { why } | Reply::Refused { why } => Answered::No {
            by: "the room".to_owned(),
            why,
        },
        Reply::Opened { .. } | Reply::Noted | Reply::Filed { .. } => Answered::No {
            by: "the room".to_owned(),
            why: "it sent no decision".to_owned(),
        },
    }
}
