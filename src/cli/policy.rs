//! `policy`: the rules, which of them are in force, and what they would have decided. Changes nothing.

use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use serde_json::json;

use super::Json;
use crate::config::{Parsed, room};
use crate::door::RoomPaths;
use crate::folder::journal;
use crate::model::policy::{Does, Policy, Trial, Tried};
use crate::model::{Ask, Book, Untrusted, Verdict};

/// `opsroom policy`
#[derive(Debug, Args)]
pub struct PolicyVerb {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List the rules: those in force, and those that wait for your yes
    List(Json),
    /// Try rules on everything that was asked, beside what was decided
    Test(Test),
}

/// `opsroom policy test`
#[derive(Debug, Args)]
struct Test {
    /// A rule to try instead of those of opsroom.toml, as a table's lines: 'do = "allow"; tool = "bash"'
    #[arg(long, value_name = "TOML")]
    rule: Vec<String>,
    #[command(flatten)]
    how: Json,
}

impl PolicyVerb {
    pub fn run(&self, paths: &RoomPaths) -> anyhow::Result<ExitCode> {
        match &self.what {
            What::List(how) => list(paths, *how),
            What::Test(test) => test.run(paths),
        }
    }
}

/// The rules of opsroom.toml.
fn written(paths: &RoomPaths) -> anyhow::Result<Vec<Policy>> {
    let path = paths.settings();
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    Ok(valid(room::parse("opsroom.toml", &text))?.policies)
}

fn valid<T>(parsed: Parsed<T>) -> anyhow::Result<T> {
    let found: Vec<String> = parsed.diagnostics.iter().map(ToString::to_string).collect();
    match parsed.value {
        Some(value) => Ok(value),
        None => bail!("{}", found.join("\n")),
    }
}

fn in_force(paths: &RoomPaths) -> anyhow::Result<Vec<Policy>> {
    let mut book = Book::default();
    if !journal::lines_path(&paths.private()).exists() {
        return Ok(Vec::new());
    }
    let mut lines = journal::follow(&paths.private())?;
    while let Some((_, entry)) = lines.next_now()? {
        book.apply(&entry);
    }
    Ok(book.policies)
}

/// Where a rule stands.
fn standing(rule: &Policy, written: &[Policy], in_force: &[Policy]) -> &'static str {
    match (in_force.contains(rule), written.contains(rule), rule.does) {
        (true, true, _) => "in force",
        (true, false, _) => "in force until you agree that it goes",
        (false, _, Does::Allow) => "waits for your yes",
        (false, _, Does::Ask | Does::Deny) => "in force once the room is open",
    }
}

fn list(paths: &RoomPaths, how: Json) -> anyhow::Result<ExitCode> {
    let (written, in_force) = (written(paths)?, in_force(paths)?);
    let gone = in_force.iter().filter(|rule| !written.contains(rule));
    let all: Vec<&Policy> = written.iter().chain(gone).collect();
    if how.json {
        let all: Vec<_> = all
            .iter()
            .map(|rule| json!({ "rule": rule, "standing": standing(rule, &written, &in_force) }))
            .collect();
        println!("{:#}", json!(all));
        return Ok(ExitCode::SUCCESS);
    }
    if all.is_empty() {
        println!(
            "no rules: every permission waits for a person (write [[policy]] in opsroom.toml, or press p on a card)"
        );
    }
    for rule in all {
        let sentence = shown(&rule.sentence());
        println!("{sentence:<60}  {}", standing(rule, &written, &in_force));
    }
    Ok(ExitCode::SUCCESS)
}

impl Test {
    fn run(&self, paths: &RoomPaths) -> anyhow::Result<ExitCode> {
        let rules = match self.rule.is_empty() {
            true => written(paths)?,
            false => self.rules()?,
        };
        let mut all = Vec::new();
        if journal::lines_path(&paths.private()).exists() {
            let mut trial = Trial::new(&rules, &paths.folder.to_string_lossy());
            let mut lines = journal::follow(&paths.private())?;
            while let Some((_, entry)) = lines.next_now()? {
                all.extend(trial.take(&entry));
            }
        }
        match self.how.json {
            true => print_json(&all),
            false => print(&all),
        }
        Ok(ExitCode::SUCCESS)
    }

    fn rules(&self) -> anyhow::Result<Vec<Policy>> {
        let rules = self.rule.iter().map(|text| {
            // A shell's one line: keys may be parted by `;` where that is not within quotes.
            let lines = match text.contains('\n') {
                true => text.clone(),
                false => lines_of(text),
            };
            valid(room::rule("--rule", &lines))
        });
        rules.collect()
    }
}

/// `a = "x;y"; b = 1` as two lines.
fn lines_of(text: &str) -> String {
    let mut quote = None;
    let parted = text.chars().map(|c| match (c, quote) {
        ('"' | '\'', None) => {
            quote = Some(c);
            c
        }
        (c, Some(open)) if c == open => {
            quote = None;
            c
        }
        (';', None) => '\n',
        (c, _) => c,
    });
    parted.collect()
}

fn word(tried: &Tried) -> &'static str {
    match tried.rule.as_ref().map(|rule| rule.does) {
        Some(Does::Allow) => "allow",
        Some(Does::Ask) => "ask",
        Some(Does::Deny) => "deny",
        None => "no rule",
    }
}

fn decided(tried: &Tried) -> String {
    let verdict = &tried.decision.verdict;
    let why = match verdict {
        Verdict::Reject { reason } if !reason.is_empty() => format!(": {}", shown(reason)),
        Verdict::Approve
        | Verdict::Reject { .. }
        | Verdict::Reply { .. }
        | Verdict::Redirect(_) => String::new(),
    };
    format!("{} by {}{why}", verdict.past(), tried.decision.who())
}

fn asked(ask: &Ask) -> (String, String) {
    match ask {
        Ask::Permission { tool, summary, .. } => (tool.shown(), summary.shown()),
        Ask::Question { .. } | Ask::Gate { .. } | Ask::Dialog { .. } | Ask::Matter { .. } => {
            Default::default()
        }
    }
}

fn print(all: &[Tried]) {
    for tried in all.iter().filter(|tried| tried.rule.is_some()) {
        let mark = if tried.differs() { "!" } else { " " };
        let (tool, summary) = asked(&tried.ask);
        let rule = tried
            .rule
            .as_ref()
            .map(Policy::sentence)
            .unwrap_or_default();
        let (request, agent) = (tried.request.to_string(), shown(&tried.agent));
        println!(
            "{mark} {request:<6} {:<5}  {agent} · {tool} {summary}",
            word(tried)
        );
        println!(
            "                 by: {}; was {}",
            shown(&rule),
            decided(tried)
        );
    }
    let count = |word_of: &str| all.iter().filter(|tried| word(tried) == word_of).count();
    let differs = all.iter().filter(|tried| tried.differs()).count();
    let otherwise = match differs {
        0 => "none otherwise than a person decided".to_owned(),
        some => format!("{some} not as a person decided (!)"),
    };
    println!(
        "{} permissions were decided: {} would be allowed, {} denied, {} left to a person; {otherwise}",
        all.len(),
        count("allow"),
        count("deny"),
        count("ask") + count("no rule"),
    );
}

fn print_json(all: &[Tried]) {
    let all: Vec<_> = all
        .iter()
        .map(|tried| {
            json!({
                "request": tried.request.0, "at": tried.at.0, "agent": tried.agent, "ask": tried.ask,
                "does": word(tried), "rule": tried.rule.as_ref().map(Policy::sentence),
                "decision": tried.decision, "differs": tried.differs(),
            })
        })
        .collect();
    println!("{:#}", json!(all));
}

fn shown(text: &str) -> String {
    Untrusted::new(text).shown()
}
