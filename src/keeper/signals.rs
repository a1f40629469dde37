//! Signals as readable descriptors, so that one `poll` waits for everything.

use signal_hook::consts::{SIGCHLD, SIGHUP, SIGINT, SIGTERM};
use signal_hook::low_level::pipe;
use std::io::{self, Read};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// The signals the keeper acts on. SIGINT has no effect while this value lives, or after.
#[derive(Debug)]
pub(super) struct Signals {
    /// Readable when a child ended.
    pub(super) child: UnixStream,
    /// Readable when somebody asked the keeper to end.
    pub(super) end: UnixStream,
    /// Readable when somebody called: the socket may be gone. No hang-up ends the keeper.
    pub(super) call: UnixStream,
}

impl Signals {
    pub(super) fn catch() -> io::Result<Self> {
        signal_hook::flag::register(SIGINT, Arc::new(AtomicBool::new(false)))?;
        Ok(Self {
            child: readable_on(SIGCHLD)?,
            end: readable_on(SIGTERM)?,
            call: readable_on(SIGHUP)?,
        })
    }
}

fn readable_on(signal: i32) -> io::Result<UnixStream> {
    let (read, write) = UnixStream::pair()?;
    read.set_nonblocking(true)?;
    pipe::register(signal, write)?;
    Ok(read)
}

/// Forget that a signal came; call it before looking for what it announced.
pub(super) fn clear(mut stream: &UnixStream) {
    let mut bytes = [0; 256];
    while stream
        .read(&mut bytes)
        .is_ok_and(|count| count == bytes.len())
    {}
}

/// The name of a signal as people know it.
pub(super) fn name(signal: i32) -> String {
    use signal_hook::consts as known;
    let name = match signal {
        known::SIGHUP => "SIGHUP",
        known::SIGINT => "SIGINT",
        known::SIGQUIT => "SIGQUIT",
        known::SIGILL => "SIGILL",
        known::SIGTRAP => "SIGTRAP",
        known::SIGABRT => "SIGABRT",
        known::SIGBUS => "SIGBUS",
        known::SIGFPE => "SIGFPE",
        known::SIGKILL => "SIGKILL",
        known::SIGUSR1 => "SIGUSR1",
        known::SIGSEGV => "SIGSEGV",
        known::SIGUSR2 => "SIGUSR2",
        known::SIGPIPE => "SIGPIPE",
        known::SIGALRM => "SIGALRM",
        known::SIGTERM => "SIGTERM",
        known::SIGXCPU => "SIGXCPU",
        known::SIGXFSZ => "SIGXFSZ",
        known::SIGSYS => "SIGSYS",
        other => return format!("signal {other}"),
    };
    name.to_owned()
}
