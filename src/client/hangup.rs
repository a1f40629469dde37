//! Tells when the terminal is gone. The library that reads keys reads a closed terminal for ever, and a process
//! that is not the terminal's own gets no signal: so the end is watched for besides.

use std::io;

use rustix::event::{PollFd, PollFlags, poll};
use tokio::sync::watch;

/// The end of the terminal, awaited by one thread that sleeps until then.
pub struct Hangup(watch::Receiver<Terminal>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Terminal {
    There,
    Gone,
}

impl Hangup {
    /// Watches standard input.
    pub fn watch() -> Self {
        let (tell, told) = watch::channel(Terminal::There);
        std::thread::spawn(move || {
            let input = io::stdin();
            loop {
                // Nothing is asked for: a hang-up and an error are always told.
                let mut terminal = [PollFd::new(&input, PollFlags::empty())];
                match poll(&mut terminal, None) {
                    Err(rustix::io::Errno::INTR) => {}
                    Ok(_) | Err(_) => break,
                }
            }
            let _ = tell.send(Terminal::Gone);
        });
        Self(told)
    }

    /// Waits for the end.
    pub async fn wait(&mut self) {
        if self
            .0
            .wait_for(|terminal| *terminal == Terminal::Gone)
            .await
            .is_err()
        {
            std::future::pending::<()>().await;
        }
    }
}
