//! THE HATCH: what agents and scripts run. Each verb asks one thing on the agent socket, or works on the
//! brief folder as a hand would. Knows none of the operator's verbs.

pub mod ask;
pub mod brief;
pub mod columns;
pub mod demo;
pub mod done;
pub mod handled;
mod hatch;
pub mod hook;
pub mod journal;
pub mod log;
mod own_line;
mod record;
pub mod rehearsal;
pub mod say;
mod split;
pub mod status;
pub mod usage;

pub use hatch::{Hatch, Patience};
