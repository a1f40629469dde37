//! opsroom: dispatches to the rooms.

use opsroom::keeper::{self, KeeperOptions};

fn main() -> anyhow::Result<()> {
    let mut args = std::env::args_os().skip(1);
    if args.next().is_some_and(|verb| verb == "keeper") {
        keeper::run(KeeperOptions::from_args(args)?)?;
    }
    Ok(())
}
