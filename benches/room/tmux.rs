//! The same work in tmux, where it is installed: its own socket, no configuration. Ends it when dropped.

use std::path::{Path, PathBuf};

use crate::console::Console;
use crate::place::Place;

/// A tmux server with one session.
pub struct Tmux<'p> {
    place: &'p Place,
    program: PathBuf,
    socket: String,
}

impl<'p> Tmux<'p> {
    /// A session with this command in its first pane; none where tmux is not installed.
    pub fn start(place: &'p Place, command: &[&str]) -> Option<Self> {
        let path = std::env::var_os("PATH")?;
        let program = std::env::split_paths(&path)
            .map(|folder| folder.join("tmux"))
            .find(|it| it.is_file())?;
        let socket = place
            .room
            .with_file_name("tmux.sock")
            .to_string_lossy()
            .into_owned();
        let tmux = Self {
            place,
            program,
            socket,
        };
        tmux.tell(
            &[
                &[
                    "-f",
                    "/dev/null",
                    "new-session",
                    "-d",
                    "-x",
                    "200",
                    "-y",
                    "60",
                ],
                command,
            ]
            .concat(),
        );
        Some(tmux)
    }

    /// Runs one of its commands.
    pub fn tell(&self, arguments: &[&str]) -> String {
        let output = self
            .place
            .run(&self.program, &[&["-S", &self.socket], arguments].concat());
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Where its server is reached.
    pub fn socket(&self) -> &str {
        &self.socket
    }

    /// Another pane beside the first, which keeps the focus.
    pub fn split(&self, command: &[&str]) {
        self.tell(&[&["split-window", "-d", "-t", ":0.0"], command].concat());
        self.tell(&["select-layout", "-t", ":0", "tiled"]);
    }

    /// Another window, which is not looked at.
    pub fn hidden(&self, command: &[&str]) {
        self.tell(&[&["new-window", "-d"], command].concat());
    }

    /// A terminal that is attached.
    pub fn window(&self) -> Console {
        let mut window = self
            .place
            .console(Path::new(&self.program), &["-S", &self.socket, "attach"]);
        window.sees("[0]");
        window
    }

    /// Its server's process.
    pub fn pid(&self) -> u32 {
        self.tell(&["display-message", "-p", "#{pid}"])
            .trim()
            .parse()
            .unwrap()
    }
}

impl Drop for Tmux<'_> {
    fn drop(&mut self) {
        self.tell(&["kill-server"]);
    }
}
