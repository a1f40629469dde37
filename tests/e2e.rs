//! The whole program as a person meets it: the binary in a real terminal, real agents, real files.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod support;

#[path = "e2e/decide.rs"]
mod decide;
#[path = "e2e/survive.rs"]
mod survive;

#[path = "e2e/runtime.rs"]
mod runtime;

#[path = "e2e/queue.rs"]
mod queue;

#[path = "e2e/pane.rs"]
mod pane;

#[path = "e2e/looks.rs"]
mod looks;

#[path = "e2e/hostile.rs"]
mod hostile;

#[path = "e2e/people.rs"]
mod people;

#[path = "e2e/fleet.rs"]
mod fleet;

#[path = "e2e/review.rs"]
mod review;

#[path = "e2e/sight.rs"]
mod sight;
