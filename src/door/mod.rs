//! THE DOOR: finds a room, starts its server where there is none, and speaks the first words.
//!
//! Client, verbs and server all come through here. Must not know what is said after the hello.

mod connect;
mod gone;
mod holder;
mod inside;
mod introduce;
mod invitation;
mod link;
mod paths;
mod personal;
mod relay;
mod ssh;
mod start;
mod user;

pub use connect::{Seating, connect_as, connect_existing, greet, is_ours, peer_pid};
pub use holder::{Holder, freed, holder, settled};
pub use introduce::{introduce, introduction};
pub use invitation::{Invitation, KeyFault, KeysFile, PublicKey, is_name};
pub use link::{Link, LinkFault, Receiver, Sender};
pub use paths::{PathFault, RoomPaths, runtime_base};
pub use personal::personal_folder;
pub use relay::{Starting, enter, relay};
pub use ssh::{DialFault, Dialing, FOR_GOOD, PlaceFault, SshPlace, SshStream};
pub use start::{
    READY, complaint, ensure, ensure_as, ensure_by, ensure_for, own_program, upgrade, upgrade_to,
};
pub use user::{own_names, user_name};
