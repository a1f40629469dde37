//! Plays a script, step by step, and then takes messages at its prompt.

mod asks;

use std::env;
use std::fs;
use std::process::{ExitCode, Output};
use std::time::Duration;

use anyhow::Context as _;
use tokio::process::Command;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};

use super::keys::Typed;
use super::paint::{Paint, Report};
use super::papers::{assignment, brief, diff, handed_in};
use super::script::{Script, Step};
use crate::verbs::Hatch;
use crate::wire::agent::{ENV_BRIEF, Reply, Verb};

/// The longest output of a command that is shown, in lines.
const SHOWN: usize = 8;

/// What a message says that wants the work done once more.
const AGAIN: &str = "hand it over again";
/// How long a server that is being replaced is waited for.
const WITHOUT_ROOM: Duration = Duration::from_secs(60);

/// Somebody plays a part.
pub struct Actor {
    script: &'static Script,
    paint: Paint,
    keys: mpsc::Receiver<Typed>,
    hatch: Option<Hatch>,
    speed: f64,
    /// What people decided and answered, for the handoff.
    notes: Vec<String>,
    /// The brief that it works on; empty for none.
    brief: String,
    /// What it was handed.
    handed: String,
}

/// Whether the play goes on.
enum Next {
    Step,
    Rest,
    Leave(ExitCode),
}

impl Actor {
    pub fn new(script: &'static Script, keys: mpsc::Receiver<Typed>, speed: f64) -> Self {
        let paint = Paint::new(script.name, script.look);
        Self {
            script,
            paint,
            keys,
            hatch: Hatch::from_env().ok(),
            speed,
            notes: Vec::new(),
            brief: env::var(ENV_BRIEF).unwrap_or_default(),
            handed: assignment(),
        }
    }

    /// Plays to the end of the script, then rests at the prompt until the terminal closes.
    pub async fn play(mut self) -> anyhow::Result<ExitCode> {
        self.paint.open(brief().as_deref());
        self.paint.report(Report::Working);
        if let Next::Leave(code) = self.act().await? {
            return Ok(code);
        }
        self.rest().await
    }

    /// The script, once.
    async fn act(&mut self) -> anyhow::Result<Next> {
        for step in self.script.steps {
            match self.step(step).await? {
                Next::Step => {}
                other => return Ok(other),
            }
        }
        Ok(Next::Rest)
    }

    async fn step(&mut self, step: &Step) -> anyhow::Result<Next> {
        match *step {
            Step::Think(text) => self.think(text).await,
            Step::Assignment => self.read_assignment().await,
            Step::Read(file) => self.read(file).await,
            Step::Check(command) => self.check(command).await,
            Step::Run(command) => self.run(command).await,
            Step::Edit { file, from, to } => self.edit(file, from, to).await,
            Step::Ask { question, options } => self.ask(question, options).await,
            Step::Work => self.work().await,
            Step::HandOff(text) => self.hand_off(text).await,
            Step::Flood(a_second) => self.flood(a_second).await,
            Step::Fail(code, words) => self.fail(code, words).await,
        }
    }

    /// A pause of the play: longer or shorter with the speed, ended by escape.
    async fn pause(&mut self, millis: u64) -> Next {
        if self.speed <= 0.0 {
            return Next::Step;
        }
        let until = Instant::now() + Duration::from_millis(millis).div_f64(self.speed);
        loop {
            tokio::select! {
                () = tokio::time::sleep_until(until) => return Next::Step,
                typed = self.keys.recv() => match typed {
                    None => return Next::Leave(ExitCode::SUCCESS),
                    Some(Typed::Escape | Typed::Interrupt) => {
                        self.paint.end_of_line();
                        self.paint.bad("interrupted");
                        return Next::Rest;
                    }
                    Some(_) => {}
                },
            }
        }
    }

    async fn think(&mut self, text: &str) -> anyhow::Result<Next> {
        self.paint.end_of_line();
        for word in text.split_inclusive(' ') {
            self.paint.thought(word);
            match self.pause(45).await {
                Next::Step => {}
                other => return Ok(other),
            }
        }
        self.paint.end_of_line();
        Ok(self.pause(500).await)
    }

    async fn read(&mut self, file: &str) -> anyhow::Result<Next> {
        self.paint.tool("Read", file);
        match fs::read_to_string(file) {
            Ok(text) => {
                for line in text.lines().take(6) {
                    self.paint.below(line);
                }
                self.paint.good(&format!("{} lines", text.lines().count()));
            }
            Err(error) => self.paint.bad(&format!("{file}: {error}")),
        }
        Ok(self.pause(900).await)
    }

    /// Shows the beginning of what it was handed, and how much there is.
    async fn read_assignment(&mut self) -> anyhow::Result<Next> {
        self.paint.tool("Read", "the assignment");
        for line in self.handed.lines().take(6) {
            self.paint.below(line);
        }
        let papers = self.handed.lines().filter(|line| line.starts_with("## "));
        for line in papers {
            self.paint.below(line);
        }
        self.paint
            .good(&format!("{} lines", self.handed.lines().count()));
        Ok(self.pause(900).await)
    }

    async fn check(&mut self, command: &str) -> anyhow::Result<Next> {
        self.paint.tool("Check", command);
        self.execute(command).await?;
        Ok(self.pause(900).await)
    }

    async fn execute(&mut self, command: &str) -> anyhow::Result<()> {
        let output: Output = Command::new("sh")
            .arg("-c")
            .arg(command)
            .env(ENV_BRIEF, &self.brief)
            .output()
            .await
            .context("cannot start sh")?;
        let text = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
        let text = String::from_utf8_lossy(&text).into_owned();
        let skipped = text.lines().count().saturating_sub(SHOWN);
        if skipped > 0 {
            self.paint.below(&format!("… {skipped} lines"));
        }
        for line in text.lines().skip(skipped) {
            self.paint.below(line);
        }
        match output.status.code() {
            Some(0) => self.paint.good("passed"),
            Some(code) => self.paint.bad(&format!("exit code {code}")),
            None => self.paint.bad("killed"),
        }
        Ok(())
    }

    async fn run(&mut self, command: &str) -> anyhow::Result<Next> {
        self.paint.tool("Run", command);
        match self.permission("run", command, command).await? {
            Some(next) => Ok(next),
            None => {
                self.execute(command).await?;
                Ok(self.pause(700).await)
            }
        }
    }

    async fn edit(&mut self, file: &str, from: &str, to: &str) -> anyhow::Result<Next> {
        let text = match fs::read_to_string(file) {
            Ok(text) if text.contains(from) => text,
            _ => {
                self.paint.tool("Edit", file);
                self.paint.bad("it is not as I expected; I leave it");
                return Ok(Next::Step);
            }
        };
        let line = text
            .find(from)
            .map_or(1, |at| text[..at].matches('\n').count() + 1);
        let diff = diff(line, from, to);
        let (added, removed) = (to.lines().count(), from.lines().count());
        self.paint
            .tool("Edit", &format!("{file}  +{added} -{removed}"));
        self.paint.diff(&diff);
        match self
            .permission("edit", &format!("{file}  +{added} -{removed}"), &diff)
            .await?
        {
            Some(next) => Ok(next),
            None => {
                fs::write(file, text.replacen(from, to, 1))
                    .with_context(|| format!("cannot write {file}"))?;
                self.paint.good(&format!("{file} written"));
                Ok(self.pause(700).await)
            }
        }
    }

    /// A line more in a file of the brief's own, below work/.
    async fn work(&mut self) -> anyhow::Result<Next> {
        let brief = self.brief.clone();
        let file = format!("work/{brief}.md");
        fs::create_dir_all("work").context("cannot make work/")?;
        let before = fs::read_to_string(&file).unwrap_or_default();
        let line = format!("line {}\n", before.lines().count() + 1);
        self.paint.tool("Write", &file);
        fs::write(&file, format!("{before}{line}"))
            .with_context(|| format!("cannot write {file}"))?;
        self.paint.good(line.trim_end());
        self.check(&format!(
            "! git rev-parse --git-dir > /dev/null 2>&1 || {{ git add work && git commit -qm 'work on {brief}'; }}"
        ))
        .await
    }

    async fn hand_off(&mut self, text: &str) -> anyhow::Result<Next> {
        let mut handoff = format!("{text}\n");
        for note in &self.notes {
            handoff.push_str(&format!("- {note}\n"));
        }
        self.paint.tool("Hand off", "");
        for line in handoff.lines() {
            self.paint.below(line);
        }
        let Some(hatch) = self.hatch.clone() else {
            self.paint.bad("no room to hand over to");
            return Ok(Next::Rest);
        };
        let done = Verb::Done { handoff };
        match hatch.say_surely(&Hatch::key()?, done, WITHOUT_ROOM).await {
            Ok(Reply::Refused { why } | Reply::Withdrawn { why }) => self.paint.bad(&why),
            Ok(
                Reply::Opened { .. } | Reply::Decided { .. } | Reply::Noted | Reply::Filed { .. },
            ) => {
                self.paint.good("handed over; waiting at the gate");
            }
            Err(error) => self.paint.bad(&format!("{error:#}")),
        }
        self.paint.report(Report::Done);
        Ok(Next::Rest)
    }

    async fn flood(&mut self, a_second: u64) -> anyhow::Result<Next> {
        const LINES: [(&str, &str); 6] = [
            ("INFO", "web-3 healthy, 212 requests, p50 4 ms"),
            ("INFO", "pulled image layer 7f3a (12.1 MB)"),
            ("INFO", "web-4 started, waiting for its health check"),
            ("WARN", "web-2 answered after 480 ms"),
            ("INFO", "shifted 5 % of the traffic"),
            ("INFO", "db-1 replication lag 0.2 s"),
        ];
        let mut at = 0;
        loop {
            for _ in 0..10 {
                let (level, text) = LINES[(at as usize * 7 + at as usize / 5) % LINES.len()];
                self.paint.log(at * 1_000 / a_second.max(1), level, text);
                at += 1;
            }
            let paused = if self.speed <= 0.0 {
                sleep(Duration::from_millis(1)).await;
                Next::Step
            } else {
                self.pause(10_000 / a_second.max(1)).await
            };
            match paused {
                Next::Step => {}
                other => return Ok(other),
            }
        }
    }

    async fn fail(&mut self, code: i32, words: &str) -> anyhow::Result<Next> {
        self.paint.bad(words);
        self.paint.report(Report::Error(words));
        match self.pause(800).await {
            Next::Step | Next::Rest => {
                Ok(Next::Leave(ExitCode::from(u8::try_from(code).unwrap_or(1))))
            }
            leave => Ok(leave),
        }
    }

    /// At the prompt: takes what is typed or delivered, and answers it, until the terminal closes.
    async fn rest(mut self) -> anyhow::Result<ExitCode> {
        let mut line = String::new();
        self.paint.end_of_line();
        self.paint.report(Report::Idle);
        self.paint.prompt(&line);
        loop {
            match self.keys.recv().await {
                None => return Ok(ExitCode::SUCCESS),
                Some(Typed::Interrupt) if line.is_empty() => return Ok(ExitCode::SUCCESS),
                Some(Typed::Text(text)) => line.push_str(&text),
                Some(Typed::Backspace) => drop(line.pop()),
                Some(Typed::ClearLine | Typed::Escape | Typed::Interrupt) => line.clear(),
                Some(Typed::Enter) if line.trim().is_empty() => line.clear(),
                Some(Typed::Enter) => {
                    let text = std::mem::take(&mut line);
                    if let Some(brief) = handed_in(&text) {
                        self.brief = brief;
                        self.handed = text;
                        self.notes.clear();
                        self.paint.report(Report::Working);
                        self.paint.heard("message", "the next brief");
                        if let Next::Leave(code) = self.act().await? {
                            return Ok(code);
                        }
                    } else {
                        if let Next::Leave(code) = self.take_message(&text).await? {
                            return Ok(code);
                        }
                    }
                    self.paint.end_of_line();
                    self.paint.report(Report::Idle);
                }
            }
            self.paint.prompt(&line);
        }
    }

    async fn take_message(&mut self, text: &str) -> anyhow::Result<Next> {
        self.paint.report(Report::Working);
        self.paint.prompt("");
        self.paint.heard("message", text);
        if text.to_lowercase().contains(AGAIN) {
            return self.act().await;
        }
        self.think("Thank you. Looking at where things stand.")
            .await?;
        self.check("git status --short | head -5").await
    }
}
