//! opsroom: dispatches to the rooms.

use std::ffi::OsString;
use std::path::Path;

use opsroom::door::RoomPaths;
use opsroom::keeper::{self, KeeperOptions};
use opsroom::server::{Serving, serve};

fn main() -> anyhow::Result<()> {
    let args: Vec<OsString> = std::env::args_os().skip(1).collect();
    let verb = args.first().and_then(|verb| verb.to_str());
    match verb {
        Some("keeper") => keeper::run(KeeperOptions::from_args(args.into_iter().skip(1))?),
        Some("serve") => {
            let detached = args.iter().any(|arg| arg == "--detached");
            let room = args.iter().position(|arg| arg == "--room").and_then(|at| args.get(at + 1));
            serve(Serving { paths: RoomPaths::find(room.map(Path::new))?, detached })
        }
        Some(_) | None => Ok(()),
    }
}
