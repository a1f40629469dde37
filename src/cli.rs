//! The command line: what a person types, handed to the room that does it. Decides nothing itself.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod agents;
mod check;
mod doctor;
mod explain;
mod fleet;
mod gauges;
mod guest;
mod init;
mod next;
mod open;
mod pairing;
mod policy;
mod profile;
mod replay;
mod usage;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory as _, Parser, Subcommand};
use clap_complete::Shell;

use crate::door::RoomPaths;
use crate::model::Untrusted;
use crate::verbs;

/// The control room for a fleet of AI agents, in a terminal.
///
/// Without a command, opens the room of this folder: what is missing (keeper, server) is started.
#[derive(Debug, Parser)]
#[command(name = "opsroom", version, propagate_version = true)]
struct Cli {
    /// The room's folder [default: the nearest parent with an opsroom.toml, else this folder]
    #[arg(long, global = true, value_name = "DIR")]
    room: Option<PathBuf>,

    #[command(flatten)]
    look: open::Look,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Open a room of five rehearsal agents in a throw-away repository: no account, no key
    Demo(open::Demo),
    /// Write a commented opsroom.toml, the pipeline's folders and skills for this folder
    Init(init::Init),
    /// Attach to this room (what `opsroom` alone does), or to one on another machine: ssh://host/path
    Attach(open::Attach),
    /// Invite a colleague's ssh key: print (or --add) the line for authorized_keys
    Invite(pairing::Invite),
    /// List who is here and who is invited
    Guests(pairing::Guests),
    /// Take somebody's invitation back, and send them away at once
    Revoke(pairing::Revoke),
    /// Pass the protocol on (what `opsroom attach ssh://…` runs over there)
    #[command(hide = true)]
    Proxy(guest::Proxy),
    /// Start a command as an agent: opsroom spawn --name tests -- cargo watch -x test
    Spawn(fleet::Spawn),
    /// List the room's agents and open requests
    Ls(fleet::Ls),
    /// List the agent programs that opsroom knows: which are installed, and how each is watched
    Agents(agents::Agents),
    /// Check a profile's file, or show what is in force of a profile
    Profile(profile::ProfileCommand),
    /// Say why an agent's state is shown as it is: every source, its last word, and what became of it
    Explain(explain::Explain),
    /// Stop agents, or (without a name) the whole room; says what would be lost
    Stop(fleet::Stop),
    /// Say what the room starts next, and what every other brief waits for
    Next(next::Next),
    /// Say everything that is wrong with the room's files, with place and hint
    Check(check::Check),
    /// List what is measured of each track: the last value, which way it went, and what it was before
    Gauges(gauges::Gauges),
    /// Let the room start nothing by itself, in a track or in all
    Pause(next::Pausing),
    /// Let it go on
    Resume(next::Pausing),
    /// Work on the queue from scripts: add, list, show, move, split, lint
    Brief(verbs::brief::Brief),
    /// The rules that decide permissions: list them, try them on what was asked
    Policy(policy::PolicyVerb),
    /// Read or verify the journal: who decided what, when
    Journal(verbs::journal::Journal),
    /// Write the work log of a day, a track or the room, in markdown: what was done, decided and by whom
    Log(verbs::log::Log),
    /// Look at an agent's screen again: as it was, or as it stood when something was decided
    Replay(replay::Replay),
    /// Look at what this machine and terminal offer, and what is missing
    Doctor(Json),
    /// Replace the running server by this version; its agents go on
    UpgradeServer,
    /// Print completions for a shell
    Completions {
        /// Which shell
        shell: Shell,
    },
    /// Print the version and the protocols it speaks
    Version(Json),
    /// For agents: ask the operator for permission, and wait
    AskPermission(verbs::ask::AskPermission),
    /// For agents: ask the operator a question, and wait
    AskOperator(verbs::ask::AskOperator),
    /// For agents: hand over what was done at this stage
    Done(verbs::done::Done),
    /// For agents: say that a comment on your work is dealt with
    Handled(verbs::handled::Handled),
    /// What agents have used: tokens and cost, by agent, by brief and by track
    Usage(usage::UsageVerb),
    /// For agents: say what you have used since your start
    Used(verbs::usage::Used),
    /// Say something in the breakroom, where people and agents read it
    Say(verbs::say::Say),
    /// For agents: say what you are doing
    Status(verbs::status::Status),
    /// For agent programs: what their hooks run
    #[command(hide = true)]
    Hook(verbs::hook::Hook),
    /// Act as a scripted agent: what the demo runs
    Rehearsal(verbs::rehearsal::Rehearsal),
    /// Run the server in the foreground
    Serve(open::Serve),
    /// Hold the agents' terminals (the server starts this by itself)
    #[command(hide = true)]
    Keeper(open::Keep),
    /// Print the key tables of the README
    #[command(hide = true)]
    Keys,
}

/// How to print.
#[derive(Clone, Copy, Debug, Args)]
pub struct Json {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Runs the program.
pub fn main() -> ExitCode {
    end_quietly_with_the_reader();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _unread = error.print();
            return usage_code(error.exit_code(), std::env::args());
        }
    };
    match run(cli) {
        Ok(code) => code,
        Err(error) => {
            complain(&error);
            ExitCode::FAILURE
        }
    }
}

/// Says what went wrong. Names and lines of files may stand in it: nothing in it acts on the terminal.
fn complain(error: &anyhow::Error) {
    let said = Untrusted::new(format!("opsroom: {error:#}"));
    eprintln!("{}", said.shown_lines().join("\n"));
}

/// What a command line that was not understood ends with: 2, as usual; 4 where 2 would be read as a decision.
fn usage_code(usual: i32, args: impl Iterator<Item = String>) -> ExitCode {
    let mut asks = args.skip(1);
    let asks = asks.any(|it| matches!(it.as_str(), "ask-permission" | "ask-operator"));
    match (usual, asks) {
        (2, true) => ExitCode::from(4),
        (usual, _) => ExitCode::from(u8::try_from(usual).unwrap_or(2)),
    }
}

/// `opsroom journal | head`: a reader that has had enough is no fault of ours. Printing says so by a panic only.
fn end_quietly_with_the_reader() {
    let earlier = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let text = panic.payload().downcast_ref::<String>();
        if text.is_some_and(|text| text.starts_with("failed printing to stdout: Broken pipe")) {
            std::process::exit(0);
        }
        if let Some(why) = text.and_then(|text| text.strip_prefix("failed printing to stdout: ")) {
            eprintln!("opsroom: the output cannot be written: {why}");
            std::process::exit(1);
        }
        earlier(panic);
    }));
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let paths = || RoomPaths::find(cli.room.as_deref());
    let command = match cli.command {
        None => Command::Attach(open::Attach::looking(cli.look)),
        Some(command) => {
            anyhow::ensure!(
                cli.look.is_as_last_time(),
                "--theme and --layout stand behind the command: `opsroom attach --theme NAME`, `opsroom demo --layout NAME`"
            );
            command
        }
    };
    match command {
        Command::Demo(demo) => demo.run(),
        Command::Init(init) => init.run(cli.room.as_deref()),
        Command::Attach(attach) => attach.run(cli.room.as_deref()),
        Command::Invite(invite) => invite.run(&paths()?),
        Command::Guests(guests) => waiting(guests.run(&paths()?)),
        Command::Revoke(revoke) => waiting(revoke.run(&paths()?)),
        Command::Proxy(proxy) => Ok(proxy.run(cli.room.as_deref())),
        Command::Spawn(spawn) => waiting(spawn.run(&paths()?)),
        Command::Ls(ls) => waiting(ls.run(&paths()?)),
        Command::Agents(agents) => waiting(agents.run(&paths()?)),
        Command::Profile(profile) => profile.run(&paths()?),
        Command::Explain(explain) => waiting(explain.run(&paths()?)),
        Command::Stop(stop) => waiting(stop.run(&paths()?)),
        Command::Next(next) => waiting(next.run(&paths()?)),
        Command::Gauges(gauges) => waiting(gauges.run(&paths()?)),
        Command::Check(check) => check.run(&paths()?),
        Command::Pause(pausing) => waiting(pausing.pause(&paths()?)),
        Command::Resume(pausing) => waiting(pausing.resume(&paths()?)),
        Command::Brief(brief) => brief.run(&paths()?.folder),
        Command::Policy(policy) => policy.run(&paths()?),
        Command::Journal(journal) => journal.run(&paths()?.folder),
        Command::Log(log) => log.run(&paths()?.folder),
        Command::Replay(replay) => replay.run(&paths()?),
        Command::Doctor(how) => waiting(doctor::run(&paths()?, how)),
        Command::UpgradeServer => waiting(open::upgrade(&paths()?)),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "opsroom", &mut script);
            print!("{}", String::from_utf8_lossy(&script));
            Ok(ExitCode::SUCCESS)
        }
        Command::Version(how) => Ok(version(how)),
        Command::AskPermission(ask) => waiting(ask.run()),
        Command::AskOperator(ask) => waiting(ask.run()),
        Command::Done(done) => waiting(done.run()),
        Command::Handled(handled) => waiting(handled.run()),
        Command::Usage(usage) => usage.run(&paths()?),
        Command::Used(used) => waiting(used.run()),
        Command::Say(say) => match std::env::var_os(crate::wire::agent::ENV_AGENT) {
            Some(_) => waiting(say.run()),
            None => waiting(fleet::say(&paths()?, say.text())),
        },
        Command::Status(status) => waiting(status.run()),
        Command::Hook(hook) => waiting(async { Ok(hook.run().await) }),
        Command::Rehearsal(rehearsal) => rehearsal.run(),
        Command::Serve(serve) => serve.run(paths()?),
        Command::Keeper(keep) => keep.run(),
        Command::Keys => {
            print!("{}", crate::view::command::markdown());
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Runs something short that waits, on this thread.
fn waiting(work: impl Future<Output = anyhow::Result<ExitCode>>) -> anyhow::Result<ExitCode> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(work)
}

fn version(how: Json) -> ExitCode {
    let version = env!("CARGO_PKG_VERSION");
    let (wire, agents) = (crate::wire::hello::PROTOCOL, crate::wire::agent::VERSION);
    if how.json {
        println!(
            "{}",
            serde_json::json!({ "version": version, "protocol": wire, "agent_protocol": agents })
        );
    } else {
        println!("opsroom {version} (protocol {wire}, agent protocol {agents})");
    }
    ExitCode::SUCCESS
}
