//! Who may come in over ssh: invite a key, list guests, revoke.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::SystemTime;

use anyhow::{Context as _, bail};
use clap::{ArgGroup, Args};
use serde_json::json;

use super::Json;
use super::fleet::running;
use crate::client::Once;
use crate::door::{self, Invitation, KeysFile, PublicKey, RoomPaths, Seating};
use crate::model::{Origin, Seat, SeatRole, Time, Untrusted, Wish};
use crate::verbs::journal::moment;

/// The longest file that is looked into for a key, in bytes.
const LONGEST: u64 = 64 * 1024;

/// `opsroom invite`
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("role").required(true).args(["observer", "operator"])))]
pub struct Invite {
    /// The public key of whom you invite (a .pub file; - reads standard input)
    #[arg(value_name = "KEY.pub")]
    key: PathBuf,
    /// What they are called in the room and its journal
    #[arg(long = "as", value_name = "NAME")]
    name: String,
    /// They look: nothing they do changes the room
    #[arg(long)]
    observer: bool,
    /// They decide, type and move briefs, as you do
    #[arg(long)]
    operator: bool,
    /// Put the line into the file, instead of printing it
    #[arg(long)]
    add: bool,
    /// The file that sshd reads keys from [default: ~/.ssh/authorized_keys]
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

/// `opsroom guests`
#[derive(Debug, Args)]
pub struct Guests {
    /// The file that sshd reads keys from [default: ~/.ssh/authorized_keys]
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    #[command(flatten)]
    how: Json,
}

/// `opsroom revoke`
#[derive(Debug, Args)]
pub struct Revoke {
    /// Who was invited
    name: String,
    /// The file that sshd reads keys from [default: ~/.ssh/authorized_keys]
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

fn keys_file(named: Option<&Path>) -> anyhow::Result<KeysFile> {
    match named {
        Some(path) => Ok(KeysFile::at(std::path::absolute(path)?)),
        None => KeysFile::usual(),
    }
}

fn now() -> Time {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    Time(u64::try_from(since.unwrap_or_default().as_millis()).unwrap_or(u64::MAX))
}

impl Invite {
    pub fn run(&self, paths: &RoomPaths) -> anyhow::Result<ExitCode> {
        if !door::is_name(&self.name) {
            bail!(
                "--as {:?} is no name: take up to 32 letters, digits, `.`, `_` or `-`",
                self.name
            );
        }
        let shown = self.key.display();
        let text = read_key(&self.key).with_context(|| format!("cannot read {shown}"))?;
        let key = PublicKey::read(&text).with_context(|| format!("{shown} is no public key"))?;
        let file = keys_file(self.file.as_deref())?;
        let room = paths
            .folder
            .to_str()
            .context("the room's path is not UTF-8: sshd cannot be told of it")?;
        if room.contains('\n') {
            bail!("the room's path has a line break: sshd cannot be told of it");
        }
        let invitation = Invitation {
            name: self.name.clone(),
            seating: match self.observer {
                true => Seating::Observer,
                false => Seating::Operator,
            },
            key: Some(key.fingerprint.clone()),
            at: Some(now()),
            room: Some(paths.folder.clone()),
            file: (self.add || self.file.is_some()).then(|| file.path.clone()),
        };
        let theirs = file.invitations()?;
        let theirs = theirs
            .iter()
            .filter(|one| one.name == self.name && to_this_room(one, paths));
        let again = same_person(&invitation, theirs)?;
        let line = invitation.line(&door::own_program()?, &key);
        if !self.add {
            println!("{line}");
            eprintln!(
                "opsroom: put this line into {} (or run this with --add)",
                file.path.display()
            );
            again.iter().for_each(|said| eprintln!("opsroom: {said}"));
            return Ok(ExitCode::SUCCESS);
        }
        file.add(&line, &key)?;
        let role = role_word(invitation.seating);
        println!(
            "{} ({}) is invited as {role}: {}",
            self.name,
            key.fingerprint,
            file.path.display()
        );
        again.iter().for_each(|said| println!("{said}"));
        println!("they come with:  opsroom attach ssh://USER@HOST   or:  ssh -t USER@HOST");
        Ok(ExitCode::SUCCESS)
    }
}

fn read_key(path: &Path) -> std::io::Result<String> {
    use std::io::Read as _;
    let mut text = String::new();
    match path.as_os_str() == "-" {
        true => std::io::stdin().take(LONGEST).read_to_string(&mut text)?,
        false => std::fs::File::open(path)?
            .take(LONGEST)
            .read_to_string(&mut text)?,
    };
    Ok(text)
}

fn role_word(seating: Seating) -> &'static str {
    match seating {
        Seating::Operator => "operator",
        Seating::Observer => "observer",
    }
}

/// A name is one person of the room, with one role: who has it already may come with another key. What is to be
/// said of that.
fn same_person<'i>(
    invitation: &Invitation,
    theirs: impl Iterator<Item = &'i Invitation>,
) -> anyhow::Result<Option<String>> {
    let name = &invitation.name;
    if door::own_names().contains(name) {
        bail!("{name} is your own name in this room: invite them as somebody else");
    }
    let mut keys = Vec::new();
    for other in theirs.filter(|it| it.key != invitation.key) {
        let key = other.key.as_deref().unwrap_or("a line by hand");
        if other.seating != invitation.seating {
            bail!(
                "{name} is another key's name already, as {} ({key}): take another name, or `opsroom revoke {name}` first",
                role_word(other.seating)
            );
        }
        keys.push(key);
    }
    Ok((!keys.is_empty()).then(|| {
        format!(
            "{name} is invited already with {}: it counts as the same person, and `opsroom revoke {name}` takes every key of theirs",
            keys.join(", ")
        )
    }))
}

/// Invitations to this room.
fn to_this_room(invitation: &Invitation, paths: &RoomPaths) -> bool {
    let room = invitation.room.as_ref();
    room.is_none_or(|room| room.canonicalize().is_ok_and(|room| room == paths.folder))
}

impl Guests {
    pub async fn run(&self, paths: &RoomPaths) -> anyhow::Result<ExitCode> {
        if !paths.has_room() {
            bail!(
                "there is no room in {}; `opsroom` opens one there",
                paths.folder.display()
            );
        }
        let invited = keys_file(self.file.as_deref())?.invitations()?;
        let invited: Vec<Invitation> = invited
            .into_iter()
            .filter(|one| to_this_room(one, paths))
            .collect();
        let once = match running(paths, Seating::Observer).await? {
            Some(stream) => Some(Once::attach(stream).await?),
            None => None,
        };
        let seats = once.iter().flat_map(|once| once.facts.seats.values());
        let look = |seat: &Seat| {
            let agents = &once.as_ref()?.facts.agents;
            Some(agents.get(&seat.looks_at.pane?)?.name.clone())
        };
        if self.how.json {
            let seats: Vec<_> = seats.map(|seat| seat_json(seat, look(seat))).collect();
            let invited: Vec<_> = invited.iter().map(invitation_json).collect();
            println!("{:#}", json!({ "seats": seats, "invited": invited }));
            return Ok(ExitCode::SUCCESS);
        }
        let lines: Vec<String> = seats.map(|seat| seat_line(seat, look(seat))).collect();
        match lines.as_slice() {
            [] => println!("nobody is here"),
            lines => println!("here\n{}", lines.join("\n")),
        }
        let lines: Vec<String> = invited.iter().map(invitation_line).collect();
        match lines.as_slice() {
            [] => println!("nobody is invited (`opsroom invite KEY.pub --as NAME --observer`)"),
            lines => println!("invited\n{}", lines.join("\n")),
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn seat_line(seat: &Seat, looks_at: Option<String>) -> String {
    let name = Untrusted::new(seat.person.name.clone()).shown();
    let role = seat_word(seat.role);
    let from = seat.origin.shown();
    let key = seat.person.key.as_deref().unwrap_or("-");
    let looks_at = looks_at.map_or_else(String::new, |agent| {
        format!("  looks at {}", Untrusted::new(agent).shown())
    });
    let since = moment(seat.since);
    format!("  {name:<12} {role}  since {since}  from {from}  {key}{looks_at}")
}

fn seat_word(role: SeatRole) -> &'static str {
    match role {
        SeatRole::Operator => role_word(Seating::Operator),
        SeatRole::Observer => role_word(Seating::Observer),
    }
}

fn seat_json(seat: &Seat, looks_at: Option<String>) -> serde_json::Value {
    let from = match &seat.origin {
        Origin::Here => None,
        Origin::Ssh(address) => Some(address),
    };
    json!({
        "seat": seat.id.0, "name": seat.person.name, "key": seat.person.key, "role": seat_word(seat.role),
        "since": seat.since, "from": from, "looks_at": looks_at,
    })
}

fn invitation_line(one: &Invitation) -> String {
    let since = one.at.map_or_else(|| "by hand".to_owned(), moment);
    let key = one.key.as_deref().unwrap_or("-");
    let name = Untrusted::new(one.name.clone()).shown();
    format!(
        "  {name:<12} {}  since {since}  {key}",
        role_word(one.seating)
    )
}

fn invitation_json(one: &Invitation) -> serde_json::Value {
    json!({
        "name": one.name, "role": role_word(one.seating), "key": one.key, "invited": one.at,
    })
}

impl Revoke {
    pub async fn run(&self, paths: &RoomPaths) -> anyhow::Result<ExitCode> {
        let file = keys_file(self.file.as_deref())?;
        let taken = file.take_out(|one| one.name == self.name && to_this_room(one, paths))?;
        for one in &taken {
            let key = one.key.as_deref().unwrap_or("a key");
            println!(
                "{key} of {} signs in no more ({})",
                self.name,
                file.path.display()
            );
        }
        let closed = match running(paths, Seating::Operator).await? {
            None => 0,
            Some(stream) => {
                let mut once = Once::attach(stream).await?;
                let theirs = once.facts.seats.values();
                let theirs = theirs.filter(|seat| seat.person.name == self.name).count();
                if theirs > 0 || !taken.is_empty() {
                    let name = self.name.clone();
                    once.wish(Wish::Revoke { name }).await?;
                }
                theirs
            }
        };
        if taken.is_empty() && closed == 0 {
            bail!(
                "nobody called {} is invited in {} or sits here; `opsroom guests` lists who is",
                self.name,
                file.path.display()
            );
        }
        match closed {
            0 => println!("{} was not here", self.name),
            1 => println!("{} is sent away", self.name),
            seats => println!("{} is sent away from {seats} seats", self.name),
        }
        Ok(ExitCode::SUCCESS)
    }
}
