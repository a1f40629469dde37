//! Reads keys, the mouse, pastes and sizes in a thread of its own, which sleeps until there is one. The library's own
//! stream is not used: whoever asks it fights with its thread for a lock, at each turn of the window's loop.

use std::io;
use std::thread::JoinHandle;
use std::time::Duration;

use crossterm::event::{self, Event, EventStream};
use tokio::sync::mpsc;

/// Events that wait for the window. Full: the terminal keeps what is typed.
const HELD: usize = 256;

/// How long the thread sleeps at most before it looks whether it is still wanted.
const SLEEP: Duration = Duration::from_secs(3_600);

/// What comes from the terminal. Dropping it ends the reading, before it returns.
pub struct Keys {
    came: mpsc::Receiver<io::Result<Event>>,
    /// Never asked: dropping it is the only way to wake the library up.
    wake: Option<EventStream>,
    reading: Option<JoinHandle<()>>,
}

impl Keys {
    /// Starts to read.
    pub fn read() -> Self {
        let (tell, came) = mpsc::channel(HELD);
        let wake = Some(EventStream::new());
        let reading = Some(std::thread::spawn(move || read(&tell)));
        Self {
            came,
            wake,
            reading,
        }
    }

    /// The next event; none where the reading failed, and has said so.
    pub async fn next(&mut self) -> Option<io::Result<Event>> {
        self.came.recv().await
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        self.came.close();
        self.wake = None;
        if let Some(reading) = self.reading.take() {
            let _panicked = reading.join();
        }
    }
}

fn read(tell: &mpsc::Sender<io::Result<Event>>) {
    while !tell.is_closed() {
        let came = match event::poll(SLEEP) {
            Ok(true) => event::read(),
            Ok(false) => continue,
            Err(error) => Err(error),
        };
        let failed = came.is_err();
        if tell.blocking_send(came).is_err() || failed {
            return;
        }
    }
}
