//! What an input makes of the desk, and what has to be done because of it. No clock, file or socket:
//! the caller tells the time, does the acts in their order, and draws once after each call.

mod agents;
mod ages;
mod always;
mod answer;
mod choose;
mod decide;
mod edit;
mod find;
mod focus;
mod follow;
mod fuzzy;
mod key;
mod mouse;
mod order;
mod past;
mod people;
mod popup;
mod queue;
mod redirect;
mod review;
mod run;
mod screen;
mod scroll;
mod server;
mod since;
mod start;
mod subject;
mod sync;
mod talk;
mod turn;
mod write;

use crate::config::layout::Layout;
use crate::config::theme::Theme;
use crate::model::{AgentId, BriefId, Level, Time, Track};
use crate::terminal::{Key, MouseEvent, Size};
use crate::wire::cast::Still;
use crate::wire::{ToClient, ToServer};

use super::ahead::LocalEcho;
use super::desk::{Desk, Shelf};
use super::keymap::Keymap;

pub use ages::next_deadline;
pub use always::past;
pub use fuzzy::{choices, palette, score};
pub use key::table;
pub use sync::drew;

use turn::Turn;

/// Something happened to this client.
#[derive(Clone, Debug)]
pub enum Input {
    /// A key was pressed.
    Key(Key),
    /// Text was pasted.
    Paste(String),
    /// The mouse, in cells of the screen.
    Mouse(MouseEvent),
    /// The terminal has another size.
    Resized(Size),
    /// The terminal got the keyboard.
    FocusGained,
    /// The terminal lost the keyboard.
    FocusLost,
    /// The server said something.
    Server(ToClient),
    /// The server can be reached (again). The attach is among the acts.
    Linked,
    /// The server cannot be reached any more; why.
    LinkLost(String),
    /// The moment that [`next_deadline`] named has come.
    Tick,
    /// This theme is to be used.
    Theme(Box<Theme>),
    /// This layout is to be used.
    Layout(Layout),
    /// These are there to choose from. The layout in use is taken anew from among them.
    Shelf(Shelf),
    /// A sentence of the client's own: a file that cannot be read, the log's path.
    Notice(Level, String),
    /// The editor was closed.
    Edited(Edited),
}

/// What came out of the editor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edited {
    /// A brief's file was written where it stands.
    Brief(BriefId),
    /// A new brief was written; no text where the person left without saving.
    New {
        /// For this track.
        track: Track,
        /// The whole file.
        draft: Option<Draft>,
    },
    /// What was written is no brief; why. It is kept in this file.
    Kept {
        /// The file, on the person's machine.
        path: String,
        /// A sentence.
        why: String,
    },
    /// A recording was looked at.
    Looked,
    /// The editor, or what else had the terminal, could not be started, or failed; why.
    Failed(String),
}

/// A text that a person wrote in their editor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The text.
    pub text: String,
    /// The file on the person's machine that holds it until it is discarded.
    pub path: String,
}

/// Something to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// Send it to the server.
    Send(ToServer),
    /// Put it into the person's clipboard.
    Copy(String),
    /// Open the editor on a brief's file; answered with [`Edited::Brief`].
    Edit {
        /// Which.
        brief: BriefId,
        /// Its file, on the server's machine.
        path: String,
    },
    /// Split a brief in the editor; answered with [`Edited::Brief`].
    Split {
        /// Which.
        brief: BriefId,
        /// Its file, on the server's machine.
        path: String,
    },
    /// Look at a recording from this moment on, in the room's place; answered with [`Edited::Looked`].
    Replay {
        /// Whose.
        agent: AgentId,
        /// Which picture of it.
        still: Still,
        /// What is marked there.
        needle: String,
    },
    /// Open the editor on a new brief; answered with [`Edited::New`].
    NewBrief {
        /// For this track.
        track: Track,
        /// A draft that was kept, to go on with.
        draft: Option<String>,
    },
    /// Remove this draft: its text is a brief now.
    Discard(String),
    /// Leave; why, for the line that stays on the person's terminal.
    Quit(String),
    /// Ring the person's terminal.
    Bell,
    /// Tell the person outside of this screen (OSC 9): their terminal is not in front.
    Notify(String),
    /// Draw every cell again.
    Redraw,
    /// Stop this program until the shell continues it.
    Suspend,
    /// The terminal's title.
    SetTitle(String),
    /// Show this theme, until another one is shown; the next window does not have it.
    TryTheme(String),
    /// Read this theme and hand it back as [`Input::Theme`].
    UseTheme(String),
    /// This layout was chosen (it is in use already); to be remembered.
    UseLayout(String),
    /// Letters are shown before their echo from here on, or not (it is so already); to be remembered.
    UseLocalEcho(LocalEcho),
}

/// Takes an input in. The acts are to be done in their order; the caller draws afterwards.
pub fn update(desk: &mut Desk, keymap: &Keymap, input: Input, now: Time) -> Vec<Act> {
    desk.now = now;
    desk.toasts.retain(|toast| toast.until > now);
    desk.marks.retain(|mark| mark.until > now);
    let mut turn = Turn::new(desk, keymap);
    let own = follow::own(turn.desk, &input);
    match input {
        Input::Key(key) => {
            // what nothing here depends on costs nothing here
            if key::key(&mut turn, key) == key::Went::Through && own.is_none() {
                return turn.acts;
            }
        }
        Input::Paste(text) => key::paste(&mut turn, text),
        Input::Mouse(event) => mouse::mouse(&mut turn, event),
        Input::Resized(size) => turn.desk.size = size,
        Input::FocusGained => turn.desk.terminal = super::desk::TerminalFocus::Here,
        Input::FocusLost => turn.desk.terminal = super::desk::TerminalFocus::Elsewhere,
        Input::Server(ToClient::Frame { agent, patch }) => {
            // most of what arrives: rows of a pane, which change nothing but that pane
            if server::frame(&mut turn, agent, patch) == server::Frame::Rows {
                return turn.acts;
            }
        }
        Input::Server(message) => server::message(&mut turn, message),
        Input::Linked => server::linked(&mut turn),
        Input::LinkLost(why) => server::lost(&mut turn, why),
        Input::Tick => {}
        Input::Theme(theme) => turn.desk.theme = *theme,
        Input::Layout(layout) => turn.desk.layout = layout,
        Input::Shelf(shelf) => screen::shelf(&mut turn, shelf),
        Input::Notice(level, text) => turn.say(level, text),
        Input::Edited(edited) => queue::edited(&mut turn, edited),
    }
    follow::moved(&mut turn, own);
    sync::after(&mut turn);
    turn.acts
}
