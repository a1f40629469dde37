//! Dialogs on an agent's screen, from outside: the real server, a real terminal, and a program in it that
//! writes down every byte it is sent and what it showed when it got it.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "dialogs/answers.rs"]
mod answers;
#[path = "dialogs/asker.rs"]
mod asker;
#[path = "server/client.rs"]
mod client;
#[path = "dialogs/race.rs"]
mod race;
#[path = "dialogs/stand.rs"]
mod stand;
#[path = "dialogs/taken.rs"]
mod taken;
