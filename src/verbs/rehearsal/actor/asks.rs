//! What an actor asks of people, and what it makes of their answers.

use std::env;
use std::fs;
use std::process::ExitCode;

use anyhow::Context as _;

use super::super::dialog::{Answered, Dialog};
use super::super::paint::Report;
use super::{Actor, Next};
use crate::wire::agent::Verb;

impl Actor {
    /// Asks; gives nothing where it may go on, and what comes next where it may not.
    pub(super) async fn permission(
        &mut self,
        tool: &str,
        summary: &str,
        detail: &str,
    ) -> anyhow::Result<Option<Next>> {
        let cwd = env::current_dir()
            .map(|path| path.to_string_lossy().into_owned())
            .unwrap_or_default();
        let dialog = Dialog {
            title: "May I?",
            body: vec![format!("{tool}  {summary}")],
            choices: vec!["Yes".to_owned(), "No (esc)".to_owned()],
            verb: Verb::Permission {
                tool: tool.to_owned(),
                summary: summary.to_owned(),
                detail: detail.to_owned(),
                cwd,
            },
        };
        self.paint
            .report(Report::Permission(&format!("{tool} {summary}")));
        let answered = dialog
            .answer(&mut self.paint, self.hatch.as_ref(), &mut self.keys)
            .await?;
        self.paint.report(Report::Working);
        Ok(match answered {
            Answered::Yes { by } | Answered::Text { by, .. } => {
                self.paint.good(&format!("approved by {by}"));
                self.notes.push(format!("{by} approved: {tool} {summary}"));
                None
            }
            Answered::No { by, why } => {
                let reason = if why.is_empty() {
                    String::new()
                } else {
                    format!(": {why}")
                };
                self.paint.bad(&format!("rejected by {by}{reason}"));
                self.notes
                    .push(format!("{by} rejected: {tool} {summary}{reason}"));
                self.think("Then I leave this out, and say so in the handoff.")
                    .await?;
                Some(Next::Step)
            }
            Answered::Instead { by, text } => {
                self.follow(&by, &text).await?;
                Some(Next::Step)
            }
            Answered::Gone => Some(Next::Leave(ExitCode::SUCCESS)),
        })
    }

    /// Takes a new direction.
    pub(super) async fn follow(&mut self, by: &str, text: &str) -> anyhow::Result<()> {
        self.paint.heard(by, text);
        self.notes.push(format!("{by} directed: {text}"));
        self.think("Understood; I go that way instead, and note it where the next one will look.")
            .await?;
        self.paint.tool("Note", "DIRECTION.md");
        let earlier = fs::read_to_string("DIRECTION.md").unwrap_or_default();
        fs::write("DIRECTION.md", format!("{earlier}- {by}: {text}\n"))
            .context("cannot write DIRECTION.md")?;
        self.paint.good("noted");
        Ok(())
    }

    pub(super) async fn ask(&mut self, question: &str, options: &[&str]) -> anyhow::Result<Next> {
        let options: Vec<String> = options.iter().map(|&option| option.to_owned()).collect();
        let dialog = Dialog {
            title: "A question",
            body: vec![question.to_owned()],
            choices: options.clone(),
            verb: Verb::Question {
                text: question.to_owned(),
                options,
            },
        };
        self.paint.end_of_line();
        self.paint.report(Report::Question(question));
        let answered = dialog
            .answer(&mut self.paint, self.hatch.as_ref(), &mut self.keys)
            .await?;
        self.paint.report(Report::Working);
        match answered {
            Answered::Text { by, text } => {
                self.paint.good(&format!("{by} answered: {text}"));
                self.notes.push(format!("{question} {by}: {text}"));
            }
            Answered::Yes { by } => self.paint.good(&format!("{by}: as you see fit")),
            Answered::No { by, why } => {
                self.paint.bad(&format!("{by} gave no answer {why}"));
                self.notes.push(format!("{question} (no answer: {why})"));
            }
            Answered::Instead { by, text } => self.follow(&by, &text).await?,
            Answered::Gone => return Ok(Next::Leave(ExitCode::SUCCESS)),
        }
        Ok(self.pause(600).await)
    }
}
