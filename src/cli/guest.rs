//! Who comes in: the flags that a key's line in `authorized_keys` carries, and `opsroom proxy`, which both a
//! person's own key and an invited one end at.
//!
//! Must not take role, name or room from anything that a client can say: those stand on the line. What the
//! client asked for (`SSH_ORIGINAL_COMMAND`) only tells whether it wants the window or the protocol.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use crate::client::Destination;
use crate::door::{self, FOR_GOOD, Invitation, PathFault, RoomPaths, Seating, Starting};
use crate::wire::Through;

/// What a key's line says, and what a person may choose for themselves.
#[derive(Clone, Debug, Default, Args)]
pub struct Coming {
    /// Only look: nothing you do changes the room
    #[arg(long)]
    observer: bool,
    /// Decide, type and move briefs (the default)
    #[arg(long, conflicts_with = "observer")]
    operator: bool,
    /// For lines of authorized_keys: who signs in with this key
    #[arg(long = "as", value_name = "NAME", hide = true)]
    name: Option<String>,
    /// For lines of authorized_keys: the key's fingerprint
    #[arg(long, value_name = "SHA256:…", hide = true, requires = "name")]
    key: Option<String>,
    /// For lines of authorized_keys: when the line was made
    #[arg(long, value_name = "TIME", hide = true, requires = "name")]
    invited: Option<String>,
    /// For lines of authorized_keys: the file that the line stands in
    #[arg(long, value_name = "FILE", hide = true, requires = "name")]
    keys_file: Option<PathBuf>,
}

impl Coming {
    pub fn seating(&self) -> Seating {
        match self.observer {
            true => Seating::Observer,
            false => Seating::Operator,
        }
    }

    /// Whether this is the line of an invited key.
    pub fn is_invited(&self) -> bool {
        self.name.is_some()
    }

    fn invitation(&self, room: Option<PathBuf>) -> anyhow::Result<Option<Invitation>> {
        let Some(name) = self.name.clone() else {
            return Ok(None);
        };
        if !door::is_name(&name) {
            anyhow::bail!("{name:?} is no name: up to 32 letters, digits, dots, dashes");
        }
        let at = self.invited.as_deref().map(|text| {
            Invitation::time(text).ok_or_else(|| anyhow::anyhow!("--invited {text:?} is no time"))
        });
        Ok(Some(Invitation {
            name,
            seating: self.seating(),
            key: self.key.clone(),
            at: at.transpose()?,
            room,
            file: self.keys_file.clone(),
        }))
    }

    /// The room of this machine, for whoever comes in by this line.
    pub fn destination(
        &self,
        paths: RoomPaths,
        named: Option<PathBuf>,
        through: Through,
    ) -> anyhow::Result<Destination> {
        let invitation = self.invitation(named)?;
        let seating = self.seating();
        // An invited observer changes nothing, and opening a room starts its agents. An operator may, as they may
        // start agents; the journal says that they did.
        let starting = match (&invitation, seating) {
            (Some(_), Seating::Observer) => Starting::Never,
            (_, _) => Starting::WhereMissing,
        };
        Ok(Destination::Here {
            who: door::introduction(invitation.as_ref(), through)?,
            paths,
            seating,
            starting,
        })
    }
}

/// Whether the client that signed in wants the protocol and not the window.
pub fn wants_the_protocol() -> bool {
    let asked = std::env::var("SSH_ORIGINAL_COMMAND").unwrap_or_default();
    let words: Vec<&str> = asked.split_ascii_whitespace().collect();
    words
        .windows(2)
        .any(|pair| pair[0].ends_with("opsroom") && pair[1] == "proxy")
}

/// `opsroom proxy`
#[derive(Debug, Args)]
pub struct Proxy {
    #[command(flatten)]
    pub coming: Coming,
}

impl Proxy {
    pub fn run(&self, named: Option<&Path>) -> ExitCode {
        proxy(&self.coming, named)
    }
}

/// The room that is there for whoever comes from another machine. They open rooms, and make none: a path that was
/// mistyped would become one.
pub fn room(coming: &Coming, named: Option<&Path>) -> anyhow::Result<RoomPaths> {
    let found = RoomPaths::find(named);
    if let (Err(PathFault::NoFolder(_)), false) = (&found, coming.is_invited())
        && let Some(folder) = named
    {
        anyhow::bail!(
            "there is no folder {} there: correct the path in the address, or make a room first (`opsroom init`)",
            folder.display()
        );
    }
    let paths = match found {
        Err(PathFault::NoFolder(folder)) => anyhow::bail!(
            "the folder {} is gone: ask whoever invited you",
            folder.display()
        ),
        found => found?,
    };
    if paths.has_room() {
        return Ok(paths);
    }
    let folder = paths.folder.display();
    match (coming.is_invited(), named) {
        (true, _) => anyhow::bail!("there is no room in {folder}: ask whoever invited you"),
        (false, Some(_)) => anyhow::bail!(
            "there is no room in {folder}: correct the path in the address, or make one there first (`cd {folder} && opsroom init`)"
        ),
        (false, None) => anyhow::bail!(
            "there is no room in {folder}: put its path into the address (ssh://HOST/path), or make one first (`opsroom init`)"
        ),
    }
}

/// Passes the protocol on between standard input and output and the room. Says on standard error why not.
pub fn proxy(coming: &Coming, named: Option<&Path>) -> ExitCode {
    let found = room(coming, named);
    let destination = found.and_then(|paths| {
        let named = named.map(Path::to_path_buf);
        coming.destination(paths, named, Through::Network)
    });
    let destination = match destination {
        Ok(destination) => destination,
        // It would be the same the next time: no room is there, the line does not fit the key, or was taken out.
        Err(error) => {
            super::complain(&error);
            return ExitCode::from(FOR_GOOD);
        }
    };
    pass(destination).unwrap_or_else(|error| {
        super::complain(&error);
        ExitCode::FAILURE
    })
}

fn pass(destination: Destination) -> anyhow::Result<ExitCode> {
    let Destination::Here {
        paths,
        seating,
        starting,
        who,
    } = destination
    else {
        anyhow::bail!("a proxy passes on to the room of its own machine");
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let passed = runtime.block_on(async {
        let stream = door::enter(&paths, seating, starting, &who).await?;
        door::relay(stream).await
    });
    // Standard input is read by a thread that nobody can wake.
    runtime.shutdown_background();
    passed.map(|()| ExitCode::SUCCESS)
}
