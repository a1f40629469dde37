//! `opsroom replay`: an agent's recording and the journal, read from the room's private folder. Works
//! without a server; changes nothing.

use std::io::IsTerminal as _;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Args;

use crate::client::{self, Begin};
use crate::door::RoomPaths;
use crate::folder::journal;
use crate::model::{AgentId, RequestId};
use crate::server::recording;
use crate::view::replay::{Decided, Film, Player, Story};
use crate::wire::cast::{Segment, Still};

/// `opsroom replay`
#[derive(Debug, Args)]
pub struct Replay {
    /// An agent, by number or name, or a decision ("#5")
    #[arg(value_name = "AGENT|#DECISION", required_unless_present = "at")]
    what: Option<String>,
    /// Open paused on what stood there: a decision (5 or "#5"), or a place SEGMENT:BYTE, with +BYTES of the output behind it
    #[arg(long, value_name = "DECISION")]
    at: Option<String>,
    /// Mark this text where it stands on the screen; capitals matter only if there are any
    #[arg(long, value_name = "TEXT")]
    mark: Option<String>,
    /// Print the screen as text instead of opening a window
    #[arg(long)]
    print: bool,
    /// Use this theme
    #[arg(long, value_name = "NAME")]
    theme: Option<String>,
}

/// A moment that somebody named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Decision(RequestId),
    Place(Still),
}

impl Replay {
    pub fn run(&self, paths: &RoomPaths) -> anyhow::Result<ExitCode> {
        let entries = journal::read(&paths.private())?;
        let story = Story::read(entries.iter().map(|(_, entry)| entry));
        let at = self.at()?;
        if let (None, Some(At::Decision(request))) = (self.named(), at)
            && let decided = decided(&story, request)?
            && decided.agent().is_none()
        {
            print_card(decided);
            return Ok(ExitCode::SUCCESS);
        }
        let agent = self.agent(&story, at)?;
        let mut player = player(paths, agent, &story)?;
        player.marked = self.mark.clone().unwrap_or_default();
        match at {
            Some(At::Decision(request)) => go_to(&mut player, request)?,
            Some(At::Place(still)) => player.go_to_place(still)?,
            None if self.print => player.end(),
            None => {}
        }
        if self.print {
            println!("{}", player.text());
            if let Some(sight) = player.sight() {
                eprintln!("{sight}");
            }
            for said in player.faults.iter().chain(player.note()) {
                eprintln!("{said}");
            }
            return Ok(ExitCode::SUCCESS);
        }
        if !std::io::stdout().is_terminal() {
            bail!("standard output is no terminal; --print prints the screen as text");
        }
        let begin = match at {
            Some(_) => Begin::Paused,
            None => Begin::Playing,
        };
        super::waiting(async {
            client::replay(player, begin, self.theme.as_deref()).await?;
            Ok(ExitCode::SUCCESS)
        })
    }

    fn at(&self) -> anyhow::Result<Option<At>> {
        let named = self.what.as_deref().filter(|what| what.starts_with('#'));
        self.at.as_deref().or(named).map(moment).transpose()
    }

    fn named(&self) -> Option<&str> {
        self.what.as_deref().filter(|what| !what.starts_with('#'))
    }

    /// The agent that was named, or the one that the decision is about.
    fn agent(&self, story: &Story, at: Option<At>) -> anyhow::Result<AgentId> {
        if let Some(named) = self.named() {
            return story.agent(named).with_context(|| nobody(named, story));
        }
        let Some(At::Decision(request)) = at else {
            bail!("a place is in one agent's recording: name the agent too");
        };
        decided(story, request)?.agent().with_context(|| {
            format!("{request} was asked by no agent, so there is no screen to show")
        })
    }
}

/// A card of the room's own: there is no screen to go with it, so it is printed as the journal holds it.
fn print_card(decided: &Decided) {
    println!("decided: {}", decided.request);
    for line in decided.card(client::utc_offset_s()).shown_lines() {
        println!("{line}");
    }
}

fn moment(text: &str) -> anyhow::Result<At> {
    if let Some(still) = Still::read(text) {
        return Ok(At::Place(still));
    }
    let number = text.strip_prefix('#').unwrap_or(text).parse();
    let number = number.with_context(|| {
        format!("{text:?} is no decision; give its number, such as 5 or \"#5\"")
    })?;
    Ok(At::Decision(RequestId(number)))
}

fn decided(story: &Story, request: RequestId) -> anyhow::Result<&Decided> {
    story.decision(request).with_context(|| {
        format!("nobody decided {request} in this room; `opsroom journal` has the decisions")
    })
}

fn nobody(named: &str, story: &Story) -> String {
    let known = story
        .agents
        .iter()
        .map(|(agent, name)| format!("{agent} {name}"));
    let known: Vec<String> = known.collect();
    format!(
        "this room never had an agent {named:?}; it had: {}",
        known.join(", ")
    )
}

fn player(paths: &RoomPaths, agent: AgentId, story: &Story) -> anyhow::Result<Player> {
    let (film, faults) = film(&paths.inside("recordings"), agent)?;
    let name = story.agents.get(&agent).cloned().unwrap_or_default();
    let mut player = Player::new(agent, name, film, story.decided.clone());
    player.faults = faults;
    Ok(player)
}

/// A segment that goes while it is looked for is left out; one that cannot be read or understood too, and told of.
fn film(folder: &Path, agent: AgentId) -> anyhow::Result<(Film, Vec<String>)> {
    let files = recording::segments(folder, agent)
        .with_context(|| format!("cannot read {}", folder.display()))?;
    let (mut segments, mut faults) = (Vec::new(), Vec::new());
    for (number, path) in files {
        let why = match std::fs::read(&path) {
            Ok(bytes) => match Segment::read(number, bytes) {
                Some(segment) => {
                    segments.push(segment);
                    continue;
                }
                None => "its first line is no head of a recording".to_owned(),
            },
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => continue,
            Err(why) => why.to_string(),
        };
        faults.push(format!(
            "{} is left out, it cannot be read: {why}",
            path.display()
        ));
    }
    let film = Film::new(segments);
    if film.is_empty() {
        faults.push(format!(
            "nothing is left of agent {agent}'s recording in {}: the oldest parts go where all recordings take more than limits.recordings_mib of opsroom.toml; `opsroom journal` still has the words",
            folder.display()
        ));
        bail!("{}", faults.join("\n"));
    }
    Ok((film, faults))
}

fn go_to(player: &mut Player, request: RequestId) -> anyhow::Result<()> {
    let at = player
        .decided
        .iter()
        .rposition(|decided| decided.request == request);
    let at = at.with_context(|| format!("{request} is not about agent {}", player.agent))?;
    Ok(player.go_to_decision(at)?)
}
