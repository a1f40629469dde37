//! Opening a room: attach, serve, demo, upgrade.

use std::ffi::OsString;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;

use super::guest::{self, Coming, wants_the_protocol};
use crate::client::{self, Destination, Footing, Once, Opening};
use crate::door::{self, RoomPaths, SshPlace};
use crate::model::{Force, Person, Wish};
use crate::wire::Through;
use crate::{keeper, server, verbs};

/// `opsroom attach`
#[derive(Debug, Default, Args)]
pub struct Attach {
    /// A room on another machine, through your own ssh: `ssh://[user@]host[:port]/path`
    #[arg(value_name = "ssh://HOST/PATH", conflicts_with_all = ["name", "room"])]
    place: Option<SshPlace>,
    #[command(flatten)]
    coming: Coming,
    #[command(flatten)]
    look: Look,
}

/// How the room should look, where it is not as last time.
#[derive(Clone, Debug, Default, Args)]
pub struct Look {
    /// Start with this theme
    #[arg(long, value_name = "NAME")]
    theme: Option<String>,
    /// Start with this layout
    #[arg(long, value_name = "NAME")]
    layout: Option<String>,
}

impl Look {
    /// Whether nothing else is asked for.
    pub fn is_as_last_time(&self) -> bool {
        self.theme.is_none() && self.layout.is_none()
    }
}

impl Attach {
    /// This room, looking like this: what `opsroom` alone does.
    pub fn looking(look: Look) -> Self {
        Self {
            look,
            ..Self::default()
        }
    }
}

/// `opsroom demo`
#[derive(Debug, Args)]
pub struct Demo {
    /// Leave the demo room running when you detach
    #[arg(long)]
    keep: bool,
    #[command(flatten)]
    look: Look,
}

/// `opsroom serve`
#[derive(Debug, Args)]
pub struct Serve {
    /// Say on standard output that the room is open, then go on without a terminal
    #[arg(long, hide = true)]
    detached: bool,
    /// Who of the invited opens the room
    #[arg(long, value_name = "NAME", hide = true)]
    opened_by: Option<String>,
    /// Their key's fingerprint
    #[arg(long, value_name = "SHA256:…", hide = true, requires = "opened_by")]
    opened_with: Option<String>,
}

/// `opsroom keeper`
#[derive(Debug, Args)]
pub struct Keep {
    /// What the server that starts it says
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    options: Vec<OsString>,
}

impl Attach {
    pub fn run(&self, room: Option<&Path>) -> anyhow::Result<ExitCode> {
        let said = match &self.place {
            Some(place) => {
                let destination = Destination::There {
                    place: place.clone(),
                    seating: self.coming.seating(),
                };
                look_at(destination, &self.look)?
            }
            None => {
                if !self.coming.is_invited() {
                    let paths = RoomPaths::find(room)?;
                    has_terminal(Footing::Own)?;
                    let own = self.coming.destination(paths, None, Through::Socket)?;
                    look_at(own, &self.look)?
                } else if wants_the_protocol() {
                    return Ok(guest::proxy(&self.coming, room));
                } else {
                    has_terminal(Footing::Guest)?;
                    let paths = guest::room(&self.coming, room)?;
                    let named = room.map(Path::to_path_buf);
                    let theirs = self.coming.destination(paths, named, Through::Socket)?;
                    look_at(theirs, &self.look)?
                }
            }
        };
        eprintln!("opsroom: {said}");
        Ok(ExitCode::SUCCESS)
    }
}

/// Runs the window until the person leaves; gives the sentence to leave with.
fn look_at(destination: Destination, look: &Look) -> anyhow::Result<String> {
    has_terminal(destination.footing())?;
    // While an editor has the terminal, this thread waits for it: a line through a network beats all the same.
    let mut runtime = match destination.footing() {
        Footing::Own | Footing::Guest => tokio::runtime::Builder::new_current_thread(),
        Footing::Away => {
            let mut runtime = tokio::runtime::Builder::new_multi_thread();
            runtime.worker_threads(1);
            runtime
        }
    };
    let opening = Opening {
        destination,
        theme: look.theme.clone(),
        layout: look.layout.clone(),
    };
    let runtime = runtime.enable_all().build()?;
    let said = runtime.block_on(client::run(opening));
    runtime.shutdown_timeout(Duration::from_millis(200));
    said
}

/// Asked before anything is started or written for a window that cannot be shown.
fn has_terminal(footing: Footing) -> anyhow::Result<()> {
    use std::io::IsTerminal as _;
    if std::io::stdin().is_terminal() && std::io::stdout().is_terminal() {
        return Ok(());
    }
    anyhow::bail!(match footing {
        Footing::Own =>
            "the room's window needs a terminal (over ssh: `ssh -t`); without one, try `opsroom ls` or `opsroom journal`",
        Footing::Away => "the room's window needs a terminal",
        Footing::Guest =>
            "the room's window needs a terminal: `ssh -t` makes one, or run `opsroom attach ssh://USER@HOST` on your own machine",
    })
}

impl Demo {
    pub fn run(&self) -> anyhow::Result<ExitCode> {
        has_terminal(Footing::Own)?;
        let folder = demo_folder()?;
        verbs::demo::prepare(&folder)?;
        let paths = RoomPaths::find(Some(&folder))?;
        super::waiting(begin(&paths))?;
        let own = Coming::default().destination(paths.clone(), None, Through::Socket)?;
        let seen = look_at(own, &self.look);
        if self.keep {
            eprintln!(
                "opsroom: the demo goes on in {0}; come back: opsroom --room {0}",
                folder.display()
            );
            eprintln!(
                "opsroom: end it: opsroom --room {} stop --force",
                folder.display()
            );
            return seen.map(|_| ExitCode::SUCCESS);
        }
        let closed = super::waiting(close(&paths));
        std::fs::remove_dir_all(&folder)
            .with_context(|| format!("cannot remove {}", folder.display()))?;
        seen?;
        closed?;
        eprintln!(
            "opsroom: the demo is over; its room, agents and repository are gone (--keep leaves them)"
        );
        Ok(ExitCode::SUCCESS)
    }
}

fn demo_folder() -> anyhow::Result<PathBuf> {
    let base = std::env::temp_dir();
    for number in 1..1_000 {
        let folder = base.join(format!("opsroom-demo-{number}"));
        match std::fs::DirBuilder::new().mode(0o700).create(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => {
                return Err(error).with_context(|| format!("cannot create {}", folder.display()));
            }
        }
    }
    anyhow::bail!(
        "there are 999 demo rooms below {} already; remove some",
        base.display()
    )
}

/// Sets the demo's agents to work, as an operator would.
async fn begin(paths: &RoomPaths) -> anyhow::Result<ExitCode> {
    let mut once = Once::attach(door::ensure(paths).await?).await?;
    for wish in verbs::demo::first_wishes() {
        once.wish(wish).await?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn close(paths: &RoomPaths) -> anyhow::Result<ExitCode> {
    let paths = &door::settled(paths).await?;
    if let Some(stream) = door::connect_existing(paths).await? {
        let mut once = Once::attach(stream).await?;
        once.wish(Wish::CloseRoom(Force::Yes)).await?;
        once.closed().await;
    }
    Ok(ExitCode::SUCCESS)
}

impl Serve {
    pub fn run(&self, paths: RoomPaths) -> anyhow::Result<ExitCode> {
        let opener = self.opened_by.clone().map(|name| Person {
            name,
            key: self.opened_with.clone(),
        });
        server::serve(server::Serving {
            paths,
            detached: self.detached,
            opener,
        })?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Keep {
    pub fn run(&self) -> anyhow::Result<ExitCode> {
        keeper::run(keeper::KeeperOptions::from_args(
            self.options.iter().cloned(),
        )?)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// `opsroom upgrade-server`
pub async fn upgrade(paths: &RoomPaths) -> anyhow::Result<ExitCode> {
    println!("{}", door::upgrade(paths).await?);
    Ok(ExitCode::SUCCESS)
}
