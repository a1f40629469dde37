//! The agents from a script: spawn, ls, stop.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::Args;
use serde_json::json;
use tokio::time::{Instant, sleep};

use super::Json;
use crate::client::Once;
use crate::door::{self, RoomPaths, Seating};
use crate::keeper;
use crate::model::{
    Agent, AgentId, Answer, Ask, BriefId, Exit, Force, Launch, RESERVED, Request, State, Wish,
};
use crate::verbs::columns;
use crate::view::facts::Facts;

/// So long `spawn` waits to see whether there is a process.
const BEGINNING: Duration = Duration::from_secs(5);
/// The pause between its first two looks.
const FIRST_LOOK: Duration = Duration::from_millis(20);

/// `opsroom spawn`
#[derive(Debug, Args)]
pub struct Spawn {
    /// What people call it [default: the command's name]
    #[arg(long)]
    name: Option<String>,
    /// The role whose profile and command are used
    #[arg(long)]
    role: Option<String>,
    /// How it is spoken to, and what is started where no command is given
    #[arg(long)]
    profile: Option<String>,
    /// Where it runs [default: this folder]
    #[arg(long, value_name = "DIR")]
    cwd: Option<std::path::PathBuf>,
    #[command(flatten)]
    how: Json,
    /// The program and its arguments
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<String>,
}

/// `opsroom ls`
#[derive(Debug, Args)]
pub struct Ls {
    #[command(flatten)]
    how: Json,
}

/// `opsroom stop`
#[derive(Debug, Args)]
pub struct Stop {
    /// Agents, by number or name [default: the room]
    agents: Vec<String>,
    /// Do it even where work would be lost
    #[arg(long)]
    force: bool,
}

impl Spawn {
    pub async fn run(&self, paths: &RoomPaths) -> anyhow::Result<ExitCode> {
        if self.command.is_empty() && self.role.is_none() && self.profile.is_none() {
            bail!("nothing to start: give a command behind `--`, a --profile, or a --role");
        }
        let cwd = self
            .cwd
            .clone()
            .map_or_else(std::env::current_dir, std::path::absolute)?;
        let mut once = Once::attach(door::ensure(paths).await?).await?;
        let launch = Launch {
            name: self.name.clone().unwrap_or_default(),
            role: self.role.as_deref().map(Into::into),
            profile: self.profile.clone().unwrap_or_default(),
            command: self.command.clone(),
            cwd: cwd.to_string_lossy().into_owned(),
            ..Launch::default()
        };
        let Answer::Agent(agent) = once.wish(Wish::Spawn(launch)).await? else {
            bail!("the server did not say which agent it started");
        };
        if self.how.json {
            println!("{}", json!({ "agent": agent.0 }));
        } else {
            println!("agent {agent}");
        }
        begins(paths, agent).await?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Looks until an agent has a process; whoever came for one wish is told nothing of its own accord.
async fn begins(paths: &RoomPaths, agent: AgentId) -> anyhow::Result<()> {
    let (mut pause, late) = (FIRST_LOOK, Instant::now() + BEGINNING);
    loop {
        match begun(look(paths).await?.facts.agents.get(&agent)) {
            Some(Err(why)) => bail!("agent {agent} {why}; `opsroom explain {agent}` says more"),
            Some(Ok(())) => return Ok(()),
            None if Instant::now() + pause > late => return Ok(()),
            None => sleep(pause).await,
        }
        pause *= 2;
    }
}

/// Whether an agent has a process; an error where it never will.
fn begun(agent: Option<&Agent>) -> Option<Result<(), String>> {
    let agent = agent?;
    match &agent.evidence.state {
        State::Exited(exit @ Exit::Failed(_)) => Some(Err(exit.sentence())),
        State::Exited(_) => Some(Ok(())),
        State::Starting
        | State::Working
        | State::Waiting
        | State::Idle
        | State::Unknown
        | State::Stuck
        | State::Limited => agent.pid.map(|_| Ok(())),
    }
}

/// `opsroom say`, by a person.
pub async fn say(paths: &RoomPaths, text: String) -> anyhow::Result<ExitCode> {
    let mut once = Once::attach(door::ensure(paths).await?).await?;
    once.wish(Wish::Speak(text)).await?;
    Ok(ExitCode::SUCCESS)
}

impl Ls {
    pub async fn run(&self, paths: &RoomPaths) -> anyhow::Result<ExitCode> {
        let Some((once, server_pid)) = looking(paths).await? else {
            if self.how.json {
                println!(
                    "{}",
                    json!({ "room": paths.folder, "running": false, "agents": [], "requests": [] })
                );
            } else {
                println!("{}", no_server(paths));
            }
            return Ok(ExitCode::SUCCESS);
        };
        let agents = once.facts.agents.values();
        let requests = once.facts.waiting();
        if self.how.json {
            let agent = |agent: &Agent| agent_json(agent, brief_of(agent, &once.facts));
            let agents: Vec<_> = agents.map(agent).collect();
            let requests: Vec<_> = requests.map(request_json).collect();
            let all = json!({
                "room": paths.folder, "running": true, "server_pid": server_pid, "agents": agents, "requests": requests,
            });
            println!("{all:#}");
            return Ok(ExitCode::SUCCESS);
        }
        println!("{}", paths.folder.display());
        let row = |agent: &Agent| agent_row(agent, brief_of(agent, &once.facts));
        let rows: Vec<[String; 6]> = agents.map(row).collect();
        for line in columns::lines(&rows) {
            println!("{line}");
        }
        let rows = requests.map(|request| {
            let agent = request.agent.and_then(|id| once.facts.agents.get(&id));
            let agent = agent.map_or_else(|| "the room".to_owned(), |it| it.name.clone());
            [
                format!("  waits {}", request.id),
                agent,
                or_dash(request.brief.as_ref()),
                summary(request),
            ]
        });
        for line in columns::lines(&rows.collect::<Vec<_>>()) {
            println!("{line}");
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The brief of an agent; of one that ended only as long as it stands at the stage where that agent had it.
fn brief_of<'f>(agent: &'f Agent, facts: &Facts) -> Option<&'f BriefId> {
    let brief = agent.brief.as_ref()?;
    if agent.is_alive() {
        return Some(brief);
    }
    let stage = &facts.briefs.get(brief)?.place.stage;
    let makers = facts.courses.get(brief).map(|it| it.makers.as_slice());
    let mut had = makers.unwrap_or_default().iter().rev();
    let stays = match had.find(|maker| maker.agent == agent.id) {
        Some(maker) => maker.stage == *stage,
        None => !RESERVED.contains(&stage.as_str()),
    };
    stays.then_some(brief)
}

fn agent_json(agent: &Agent, brief: Option<&BriefId>) -> serde_json::Value {
    json!({
        "agent": agent.id.0, "name": agent.name, "role": agent.role, "profile": agent.profile,
        "command": agent.command, "brief": brief, "state": agent.evidence.state.word(),
        "source": format!("{:?}", agent.evidence.source).to_lowercase(), "pid": agent.pid, "usage": agent.usage,
        "session": agent.session,
    })
}

fn request_json(request: &Request) -> serde_json::Value {
    json!({
        "request": request.id.0, "agent": request.agent, "brief": request.brief, "ask": request.ask,
        "digest": request.digest, "opened": request.opened,
    })
}

fn or_dash(brief: Option<&BriefId>) -> String {
    brief.map_or_else(|| "-".to_owned(), ToString::to_string)
}

fn agent_row(agent: &Agent, brief: Option<&BriefId>) -> [String; 6] {
    [
        agent.id.to_string(),
        agent.name.clone(),
        agent.evidence.state.word().to_owned(),
        agent.profile.clone(),
        or_dash(brief),
        agent
            .pid
            .map_or_else(String::new, |pid| format!("pid {pid}")),
    ]
}

fn summary(request: &Request) -> String {
    match &request.ask {
        Ask::Permission { tool, summary, .. } => format!("{} {}", tool.shown(), summary.shown()),
        Ask::Question { text, .. } | Ask::Matter { text, .. } => {
            format!("question: {}", text.shown())
        }
        Ask::Gate { from, to, .. } => format!("gate {} → {to}", from.stage),
        Ask::Dialog { .. } => format!("dialog: {}", request.ask.line().shown()),
    }
}

/// A line to the server of a room that runs: where only the keeper is left, a server is started to ask it. One whose sockets
/// are not there is waited for.
pub(super) async fn running(
    paths: &RoomPaths,
    seating: Seating,
) -> anyhow::Result<Option<tokio::net::UnixStream>> {
    let paths = &door::settled(paths).await?;
    match door::connect_as(paths, seating).await? {
        Some(stream) => Ok(Some(stream)),
        None if has_keeper(paths) => door::ensure_as(paths, seating).await.map(Some),
        None => Ok(None),
    }
}

fn has_keeper(paths: &RoomPaths) -> bool {
    paths.keeper_socket().exists() || keeper::living(&paths.spools()).is_some()
}

/// A look at a room that runs, or why there is nothing to look at.
pub(super) async fn look(paths: &RoomPaths) -> anyhow::Result<Once> {
    match looking(paths).await? {
        Some((once, _)) => Ok(once),
        None => bail!("{}", no_server(paths)),
    }
}

/// The same, with the server's process; none where no server runs. Who may decide sees what is theirs, hidden tracks
/// too, and takes nothing by it; who runs inside an agent looks as an observer.
async fn looking(paths: &RoomPaths) -> anyhow::Result<Option<(Once, Option<i32>)>> {
    let mut refused = None;
    for seating in [Seating::Operator, Seating::Observer] {
        let attached = async {
            let Some(stream) = running(paths, seating).await? else {
                return Ok(None);
            };
            let server = door::peer_pid(&stream);
            Ok(Some((Once::attach(stream).await?, server)))
        };
        match attached.await {
            Ok(found) => return Ok(found),
            Err(why) => drop(refused.get_or_insert(why)),
        }
    }
    refused.map_or(Ok(None), Err)
}

fn no_server(paths: &RoomPaths) -> String {
    let folder = paths.folder.display();
    format!("no server runs for {folder}; `opsroom` starts one")
}

impl Stop {
    pub async fn run(&self, paths: &RoomPaths) -> anyhow::Result<ExitCode> {
        let Some(stream) = running(paths, Seating::Operator).await? else {
            if let Some(holder) = door::holder(paths) {
                bail!(
                    "{} holds {} and takes nobody in yet; try again in a moment",
                    holder.named(),
                    paths.folder.display()
                );
            }
            println!("nothing runs for {}", paths.folder.display());
            return Ok(ExitCode::SUCCESS);
        };
        let mut once = Once::attach(stream).await?;
        if self.agents.is_empty() {
            let force = if self.force { Force::Yes } else { Force::No };
            once.wish(Wish::CloseRoom(force))
                .await
                .context("the room goes on; --force stops it all the same")?;
            once.closed().await;
            door::freed(paths).await?;
            println!(
                "stopped; nothing of {} runs any more",
                paths.folder.display()
            );
            return Ok(ExitCode::SUCCESS);
        }
        for wanted in &self.agents {
            let agent = once
                .facts
                .agents
                .values()
                .filter(|agent| agent.is_alive())
                .find(|agent| agent.name == *wanted || agent.id.to_string() == *wanted);
            let Some(agent) = agent else {
                bail!("no living agent is called {wanted}; `opsroom ls` lists them");
            };
            if let (Some(lost), false) = (once.facts.lost_with(agent), self.force) {
                bail!("stopping {wanted} would {lost}; --force stops it all the same");
            }
            let agent = agent.id;
            once.wish(Wish::Stop(agent)).await?;
            println!("stopping {wanted}");
        }
        Ok(ExitCode::SUCCESS)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::model::{
        Agent, Brief, Content, Course, Evidence, Heading, Maker, Source, Time, Untrusted,
    };

    #[test]
    fn an_agent_that_ended_has_its_brief_only_until_that_leaves_the_stage() {
        let evidence = |state| Evidence {
            state,
            source: Source::Process,
            at: Time(1),
            detail: Untrusted::new(""),
        };
        let mut agent = Agent {
            id: AgentId(3),
            name: "planner".to_owned(),
            role: None,
            profile: String::new(),
            command: Vec::new(),
            folder: String::new(),
            usage: None,
            brief: Some("0001-a".into()),
            track: None,
            evidence: evidence(State::Exited(Exit::Code(2))),
            known: Vec::new(),
            pid: None,
            started: Time(1),
            session: None,
        };
        let mut facts = Facts::default();
        let maker = Maker {
            agent: agent.id,
            profile: String::new(),
            stage: "prep".into(),
        };
        let course = Course {
            makers: vec![maker],
            ..Course::default()
        };
        facts.courses.insert("0001-a".into(), course);
        let stands = |facts: &mut Facts, stage: &str| {
            let place = crate::model::Place {
                track: "web".into(),
                stage: stage.into(),
            };
            let brief = Brief {
                id: "0001-a".into(),
                place,
                content: Content::Read(Heading::default()),
                changed: Time(1),
            };
            facts.briefs.insert(brief.id.clone(), brief);
        };
        stands(&mut facts, "prep");
        assert_eq!(brief_of(&agent, &facts), Some(&"0001-a".into()));
        for stage in ["dev", "done"] {
            stands(&mut facts, stage);
            assert_eq!(brief_of(&agent, &facts), None, "{stage}");
        }
        agent.evidence = evidence(State::Working);
        assert_eq!(brief_of(&agent, &facts), Some(&"0001-a".into()));
    }
}
