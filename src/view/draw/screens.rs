//! What the agents of the sample room have on their screens.

/// An agent's screen.
pub const BUILDER: &str = "\u{1b}[1mbuilder\u{1b}[0m \u{1b}[2m· briefs/web/dev/0012-rate-limit.md\u{1b}[0m

\u{1b}[36m●\u{1b}[0m I read the brief. The login endpoint has no limit; I put a token
  bucket in front of it, keyed by address and account.

\u{1b}[32m●\u{1b}[0m \u{1b}[1mEdit\u{1b}[0m(src/login/limit.rs)
  \u{1b}[2m⎿\u{1b}[0m  Added 41 lines, removed 3
     \u{1b}[2m12\u{1b}[0m  \u{1b}[38;2;140;200;140m+ pub struct Bucket {\u{1b}[0m
     \u{1b}[2m13\u{1b}[0m  \u{1b}[38;2;140;200;140m+     left: u32,\u{1b}[0m
     \u{1b}[2m14\u{1b}[0m  \u{1b}[38;2;140;200;140m+     filled: Instant,\u{1b}[0m
     \u{1b}[2m15\u{1b}[0m  \u{1b}[38;2;220;130;120m- // TODO: limit\u{1b}[0m

\u{1b}[32m●\u{1b}[0m \u{1b}[1mBash\u{1b}[0m(cargo test login)
  \u{1b}[2m⎿\u{1b}[0m  running 14 tests
     \u{1b}[32mtest result: ok.\u{1b}[0m 14 passed; 0 failed

\u{1b}[33m✶\u{1b}[0m \u{1b}[33mWriting the second test…\u{1b}[0m \u{1b}[2m(48s · ↓ 2.1k tokens)\u{1b}[0m

\u{1b}[2m╭──────────────────────────────────────────────────────────────╮\u{1b}[0m
\u{1b}[2m│\u{1b}[0m >                                                            \u{1b}[2m│\u{1b}[0m
\u{1b}[2m╰──────────────────────────────────────────────────────────────╯\u{1b}[0m\u{1b}[1A\u{1b}[60D";

/// An agent's screen.
pub const ADVERSARY: &str = "\u{1b}[1m>_ codex\u{1b}[0m \u{1b}[2m(0009-session-store, qa)\u{1b}[0m

• I try to break the session store: a full disk, a torn write,
  two processes at once.

\u{1b}[31m✗\u{1b}[0m two writers lose an update: \u{1b}[4:3;58;2;240;90;90mstore.rs:88\u{1b}[0m

• I build a release to measure it without debug checks.

\u{1b}[1mWould you like to run the following command?\u{1b}[0m

  \u{1b}[36m$ rm -rf build && cargo build --release\u{1b}[0m

\u{1b}[34;1m› 1. Yes, proceed\u{1b}[0m
  2. Yes, and don't ask again
  3. No, and tell it what to do differently \u{1b}[2m(esc)\u{1b}[0m\u{1b}[?25l";

/// An agent's screen.
pub const SCOUT: &str = "\u{1b}[38;5;141m✦\u{1b}[0m Reading the last mails with Acme…

  They asked for \u{1b}[1mthree\u{1b}[0m things in March: a fixed price for
  two years, a name to call, 宽字 in the invoice.

\u{1b}[48;5;236m\u{1b}[38;5;250m draft.md \u{1b}[0m
  Dear Ms Ito, thank you for your patience…

\u{1b}[38;5;141m✦\u{1b}[0m \u{1b}[3mlooking for the signed offer\u{1b}[0m ";

/// An agent's screen.
pub const REVIEWER: &str = "\u{1b}[1mreviewer\u{1b}[0m

\u{1b}[32m●\u{1b}[0m The log is append-only; every line names who and when.
\u{1b}[32m●\u{1b}[0m 61 tests pass. I handed off.

> ";

/// An agent's screen.
pub const PLANNER: &str = "plan written: briefs/web/prep/0014-csv-export.md
3 steps, 2 questions answered, 0 open

[process ended]";
