//! Every command there is, in one table: it feeds the keys, the help, the palette and the README.
//! It says what there is; what a command does is in `update`.

use crate::config::keys::KeyTable;

/// Which heading a command stands under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// What waits, and what to answer.
    Decide,
    /// Where the focus is.
    Move,
    /// Agents and their panes.
    Agents,
    /// Who else is here.
    People,
    /// Briefs.
    Queue,
    /// A pane's past.
    Scroll,
    /// The diff of a brief's work.
    Review,
    /// The screen and the room.
    Room,
    /// Lines being written and lists being chosen from.
    Write,
}

/// Who may run a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Everybody: it changes this screen only.
    Anyone,
    /// It changes the room.
    Operator,
}

/// How a command is bound by default: in which table, to which sequences.
pub type DefaultKeys = (KeyTable, &'static [&'static str]);

macro_rules! commands {
    ($($group:ident { $($variant:ident $name:literal $who:ident $help:literal
        [$($table:ident $keys:expr),* $(,)?])* })*) => {
        /// A command.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Command {
            $($(#[doc = $help] $variant,)*)*
        }

        impl Command {
            /// All of them, in the order of the help.
            pub const ALL: &[Command] = &[$($(Command::$variant,)*)*];

            /// Its name in `keys.toml` and the palette.
            pub const fn name(self) -> &'static str {
                match self { $($(Command::$variant => $name,)*)* }
            }

            /// What it does, in one line.
            pub const fn help(self) -> &'static str {
                match self { $($(Command::$variant => $help,)*)* }
            }

            /// Its heading.
            pub const fn group(self) -> Group {
                match self { $($(Command::$variant => Group::$group,)*)* }
            }

            /// Who may run it.
            pub const fn who(self) -> Who {
                match self { $($(Command::$variant => Who::$who,)*)* }
            }

            /// The keys it has before anybody changes them. `1-9` stands for nine keys.
            pub const fn defaults(self) -> &'static [DefaultKeys] {
                match self { $($(Command::$variant => &[$((KeyTable::$table, &$keys)),*],)*)* }
            }
        }
    };
}

commands! {
    Decide {
        NextWaiting "next-waiting" Anyone "go to the next one that waits on you" [Room ["n"]]
        PreviousWaiting "previous-waiting" Anyone "go to the one before" [Room ["N"]]
        Approve "approve" Operator "approve what the card asks, once" [Room ["a"], Review ["a"]]
        ApproveIdentical "approve-identical" Operator "approve all that ask the same, after a look" [Room ["A"]]
        Always "always" Operator "always like this: add a rule, after a look" [Room ["p"]]
        Reject "reject" Operator "reject it, with a reason if you like" [Room ["r"]]
        Redirect "redirect" Operator "redirect: direction, role, agent, stage" [Room ["e"]]
        Reply "reply" Operator "answer the question on the card" [Room ["w"]]
        Answer "answer" Operator "choose that option of the question" [Card ["1-9"]]
        OpenCard "open-card" Anyone "answer it, or go to who asks" [Card ["enter"]]
        Detail "detail" Anyone "read the card in full" [Room ["space"]]
        Explain "explain" Anyone "show why the agent's state is so" [Room ["x"]]
        CardDown "card-down" Anyone "scroll the card down" [Room ["ctrl-d"], Card ["pagedown"]]
        CardUp "card-up" Anyone "scroll the card up" [Room ["ctrl-u"], Card ["pageup"]]
    }
    Move {
        Focus "focus" Anyone "focus the agent of that number" [Room ["1-9"]]
        Left "left" Anyone "focus what is at the left" [Room ["h", "left"]]
        Down "down" Anyone "focus what is below" [Room ["j", "down"]]
        Up "up" Anyone "focus what is above" [Room ["k", "up"]]
        Right "right" Anyone "focus what is at the right" [Room ["l", "right"]]
        NextTile "next-tile" Anyone "focus the next tile" [Room ["tab"]]
        PreviousTile "previous-tile" Anyone "focus the tile before" [Room ["shift-tab"]]
        FirstTile "first-tile" Anyone "focus the first tile" [Room ["g g", "home"]]
        LastTile "last-tile" Anyone "focus the last tile" [Room ["G", "g e", "end"]]
        NextPage "next-page" Anyone "show the tiles that did not fit" [Room [">", "pagedown"]]
        PreviousPage "previous-page" Anyone "show the tiles before" [Room ["<", "pageup"]]
        ListDown "list-down" Anyone "go down in the list" [Queue ["j", "down"], Card ["j", "down"]]
        ListUp "list-up" Anyone "go up in the list" [Queue ["k", "up"], Card ["k", "up"]]
        ListFirst "list-first" Anyone "go to the first of the list" [Queue ["g g", "home"], Card ["g g", "home"]]
        ListLast "list-last" Anyone "go to the last of the list" [Queue ["G", "g e", "end"], Card ["G", "g e", "end"]]
        GoWaiting "go-waiting" Anyone "go to the list of what waits" [Room ["g w"]]
        GoQueue "go-queue" Anyone "go to the queue" [Room ["g q"]]
        GoTiles "go-tiles" Anyone "go to the tiles" [Room ["g t"]]
        GoAgent "go-agent" Anyone "choose an agent by name" [Room ["g a"]]
        Back "back" Anyone "step back: selection, zoom, sidebar" [Room ["esc"]]
    }
    Agents {
        EnterPane "enter-pane" Operator "type to the agent" [Room ["enter", "i"]]
        LeavePane "leave-pane" Anyone "stop typing; twice sends the key on" [Pane ["ctrl-g"]]
        LocalEcho "local-echo" Anyone "show letters before the agent echoes them, or not" [Room ["g u"]]
        Zoom "zoom" Anyone "let one pane fill the place, or go back" [Room ["z"]]
        Say "say" Operator "say something, once it is at rest" [Room ["m"]]
        Interrupt "interrupt" Operator "say something at once" [Room ["M"]]
        RedirectAgent "redirect-agent" Operator "redirect the agent or its brief" [Room ["g r"]]
        Spawn "spawn" Operator "start an agent" [Room ["s"]]
        Stop "stop" Operator "stop the agent and all it started" [Room ["X"]]
        Restart "restart" Operator "start the ended agent again" [Room ["R"]]
        Clear "clear" Operator "clear the ended agent's tile" [Room ["C"]]
        ClearAll "clear-all" Operator "clear all ended tiles" [Room ["g c"]]
    }
    People {
        Drive "drive" Operator "drive: take it or ask for it; hand it over" [Room ["g d"]]
        People "people" Anyone "see who is here, and go along with them" [Room ["g p"]]
        Follow "follow" Anyone "look at what the driver looks at, or stop" [Room ["F"]]
        Point "point" Operator "point at it, for everybody to see" [Room ["P"], Scroll ["P"]]
        Breakroom "breakroom" Anyone "read and write in the breakroom" [Room ["B"]]
    }
    Queue {
        NewBrief "new-brief" Operator "write a new brief" [Room ["o"]]
        OpenBrief "open-brief" Anyone "go to its agent, or read it" [Queue ["enter"]]
        ReadBrief "read-brief" Anyone "read the brief" [Queue ["space"]]
        EditBrief "edit-brief" Operator "edit the brief's file" [Queue ["E"]]
        SplitBrief "split-brief" Operator "split the brief into several, in your editor" [Queue ["|"]]
        Raise "raise" Operator "raise the brief's priority" [Queue ["+", "="]]
        Lower "lower" Operator "lower the brief's priority" [Queue ["-"]]
        Accept "accept" Operator "accept it: out of inbox or hold" [Queue ["c"]]
        Hold "hold" Operator "put the brief on hold" [Queue ["H"]]
        Drop "drop" Operator "drop the brief" [Queue ["D"]]
        MoveBrief "move-brief" Operator "move the brief to another stage" [Queue ["v"]]
        Start "start" Operator "start it on an agent of its stage" [Queue ["S"]]
        PauseTrack "pause-track" Operator "pause or resume dispatch of its track" [Queue ["P"]]
        PauseAll "pause-all" Operator "pause or resume dispatch of all tracks" [Room ["g P"]]
        StartOn "start-on" Operator "start it on a role or agent you choose" [Queue ["ctrl-s"]]
    }
    Scroll {
        ScrollMode "scroll-mode" Anyone "look at the pane's past" [Room ["["], Pane ["shift-pageup"]]
        Search "search" Anyone "search in the pane, or the diff" [Room ["/"], Scroll ["/"], Review ["/"]]
        SearchAll "search-all" Anyone "search all that agents wrote" [Room ["g /"]]
        NextHit "next-hit" Anyone "go to the next hit" [Scroll ["n"], Review ["n"]]
        PreviousHit "previous-hit" Anyone "go to the hit before" [Scroll ["N"], Review ["N"]]
        ScrollUp "scroll-up" Anyone "go up a line" [Scroll ["k", "up"], Review ["k", "up"]]
        ScrollDown "scroll-down" Anyone "go down a line" [Scroll ["j", "down"], Review ["j", "down"]]
        ScrollLeft "scroll-left" Anyone "go left" [Scroll ["h", "left"], Review ["h", "left"]]
        ScrollRight "scroll-right" Anyone "go right" [Scroll ["l", "right"], Review ["l", "right"]]
        LineStart "line-start" Anyone "go to the start of the line" [Scroll ["0"], Review ["0"]]
        LineEnd "line-end" Anyone "go to the end of the line" [Scroll ["$"]]
        HalfUp "half-up" Anyone "go up half a page" [Scroll ["ctrl-u"], Review ["ctrl-u"]]
        HalfDown "half-down" Anyone "go down half a page" [Scroll ["ctrl-d"], Review ["ctrl-d"]]
        PageUp "page-up" Anyone "go up a page" [Scroll ["pageup", "shift-pageup", "ctrl-b"], Review ["pageup", "ctrl-b"]]
        PageDown "page-down" Anyone "go down a page" [Scroll ["pagedown", "shift-pagedown", "ctrl-f", "space"], Review ["pagedown", "ctrl-f", "space"]]
        Top "top" Anyone "go to the oldest line, or the first" [Scroll ["g g", "home"], Review ["g g", "home"]]
        Bottom "bottom" Anyone "go to the present, or the last line" [Scroll ["G", "end"], Review ["G", "end"]]
        Select "select" Anyone "begin to select, or stop" [Scroll ["v"], Review ["v"]]
        Copy "copy" Anyone "copy the selected text" [Room ["y"], Scroll ["y"], Review ["y"]]
        LeaveScroll "leave-scroll" Anyone "back to the present" [Scroll ["q", "esc", "ctrl-c", "ctrl-g"]]
    }
    Review {
        Diff "diff" Anyone "read the diff of the brief's work" [Room ["d"]]
        NextHunk "next-change" Anyone "go to the next change" [Review ["]"]]
        PreviousHunk "previous-change" Anyone "go to the change before" [Review ["["]]
        NextFile "next-file" Anyone "go to the next file" [Review ["tab", "}"]]
        PreviousFile "previous-file" Anyone "go to the file before" [Review ["shift-tab", "{"]]
        ChooseFile "choose-file" Anyone "choose a file by its name" [Review ["f"]]
        FileList "file-list" Anyone "show or hide the list of files" [Review ["b"]]
        SideBySide "side-by-side" Anyone "before and now in two columns, or in one" [Review ["t"]]
        MoreContext "more-context" Anyone "show more lines around the changes of the file" [Review ["+", "="]]
        LessContext "less-context" Anyone "show fewer lines around them" [Review ["-"]]
        WholeFile "whole-file" Anyone "show the whole file, or only its changes" [Review ["w"]]
        Scope "uncommitted" Anyone "show only what is not committed, or all" [Review ["u"]]
        Reread "read-again" Anyone "read the diff again" [Review ["R"]]
        Comment "comment" Operator "comment on the line or the selected lines" [Review ["c", "enter"]]
        EditComment "edit-comment" Operator "write a comment of yours anew, until it is sent" [Review ["e"]]
        DeleteComment "delete-comment" Operator "delete a comment of yours, until it is sent" [Review ["D"]]
        NextComment "next-comment" Anyone "go to the next comment" [Review ["m"]]
        PreviousComment "previous-comment" Anyone "go to the comment before" [Review ["M"]]
        Comments "comments" Anyone "list all comments on the work, handled ones too" [Review ["C"]]
        Settle "handled" Operator "the comment is handled, or open again" [Review ["x"]]
        SendRound "send-round" Operator "send your comments to the agent, as one round" [Review ["S"]]
        RejectRound "reject-round" Operator "reject the gate, with your comments as the reason" [Review ["r"]]
        LeaveReview "leave-review" Anyone "leave the diff" [Review ["q", "esc", "ctrl-c", "d"]]
        AsideReview "aside" Anyone "leave the keys of the diff, which stays beside" [Review ["ctrl-g"]]
    }
    Room {
        Sidebar "sidebar" Anyone "show or hide the sidebar" [Room ["b"]]
        NextLayout "next-layout" Anyone "use the next layout" [Room ["L"]]
        ChooseLayout "choose-layout" Anyone "choose a layout" [Room ["g l"]]
        ChooseTheme "choose-theme" Anyone "choose a theme" [Room ["T"]]
        SinceLeft "since-left" Anyone "read what happened since you left" [Room ["g s"]]
        Notices "notices" Anyone "read what was said of late" [Room ["g n"]]
        Help "help" Anyone "show all keys" [Room ["?", "f1"], Scroll ["?"], Review ["?"]]
        Palette "palette" Anyone "run a command by its name" [Room [":"], Scroll [":"], Review [":"]]
        Redraw "redraw" Anyone "draw everything again" [Room ["ctrl-l"], Scroll ["ctrl-l"], Review ["ctrl-l"]]
        Suspend "suspend" Anyone "pause this program; `fg` resumes it" [Room ["ctrl-z"]]
        Quit "quit" Anyone "leave the room; agents go on" [Room ["q", "ctrl-c"]]
        CloseRoom "close-room" Operator "close the room and stop its agents" [Room ["g X"]]
    }
    Write {
        Submit "submit" Anyone "send it, or choose this" [Input ["enter"]]
        Cancel "cancel" Anyone "close without doing anything" [Input ["esc", "ctrl-c", "ctrl-g"]]
        Newline "newline" Anyone "begin a new line" [Input ["alt-enter", "ctrl-j"]]
        EntryDown "entry-down" Anyone "go to the next entry or line, then to newer words" [Input ["down", "ctrl-n", "tab"]]
        EntryUp "entry-up" Anyone "go to the entry or line before, then to earlier words" [Input ["up", "ctrl-p", "shift-tab"]]
        EntriesDown "entries-down" Anyone "go ten entries down" [Input ["pagedown"]]
        EntriesUp "entries-up" Anyone "go ten entries up" [Input ["pageup"]]
        CharLeft "char-left" Anyone "go left" [Input ["left", "ctrl-b"]]
        CharRight "char-right" Anyone "go right" [Input ["right", "ctrl-f"]]
        WordLeft "word-left" Anyone "go left a word" [Input ["alt-b", "ctrl-left", "alt-left"]]
        WordRight "word-right" Anyone "go right a word" [Input ["alt-f", "ctrl-right", "alt-right"]]
        InputStart "input-start" Anyone "go to the start of the line" [Input ["home", "ctrl-a"]]
        InputEnd "input-end" Anyone "go to the end of the line" [Input ["end", "ctrl-e"]]
        DeleteBack "delete-back" Anyone "delete to the left" [Input ["backspace", "ctrl-h"]]
        DeleteForward "delete-forward" Anyone "delete to the right" [Input ["delete", "ctrl-d"]]
        DeleteWord "delete-word" Anyone "delete the word at the left" [Input ["ctrl-w", "alt-backspace"]]
        DeleteToEnd "delete-to-end" Anyone "delete to the end of the line" [Input ["ctrl-k"]]
        DeleteToStart "delete-to-start" Anyone "delete to the start of the line" [Input ["ctrl-u"]]
    }
}

impl Group {
    /// All of them, in the order of the help.
    pub const ALL: [Group; 9] = [
        Group::Decide,
        Group::Move,
        Group::Agents,
        Group::People,
        Group::Queue,
        Group::Scroll,
        Group::Review,
        Group::Room,
        Group::Write,
    ];

    /// The heading.
    pub const fn title(self) -> &'static str {
        match self {
            Group::Decide => "decide",
            Group::Move => "move",
            Group::Agents => "agents",
            Group::People => "people",
            Group::Queue => "queue",
            Group::Scroll => "scroll and copy",
            Group::Review => "review a diff",
            Group::Room => "screen and room",
            Group::Write => "write and choose",
        }
    }
}

/// A command as a key runs it: those that stand for nine keys come with the digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Action {
    /// Which.
    pub command: Command,
    /// 1 to 9 for [`Command::is_numbered`]; 0 otherwise.
    pub digit: u8,
}

impl Command {
    /// Whether it stands for nine keys.
    pub const fn is_numbered(self) -> bool {
        matches!(self, Command::Focus | Command::Answer)
    }

    /// Whether the palette takes what is typed behind its name as the text that it would ask for.
    pub const fn takes_words(self) -> bool {
        matches!(self, Command::Search | Command::SearchAll)
    }

    /// The heading's commands.
    pub fn of(group: Group) -> impl Iterator<Item = Command> {
        Self::ALL
            .iter()
            .copied()
            .filter(move |command| command.group() == group)
    }
}

impl From<Command> for Action {
    fn from(command: Command) -> Self {
        Self { command, digit: 0 }
    }
}

impl Action {
    /// Reads a name of `keys.toml`: `zoom`, or `focus-3` for the numbered ones.
    pub fn named(name: &str) -> Option<Action> {
        for command in Command::ALL.iter().copied() {
            if !command.is_numbered() {
                if command.name() == name {
                    return Some(command.into());
                }
                continue;
            }
            let digit = name
                .strip_prefix(command.name())
                .and_then(|rest| rest.strip_prefix('-'))
                .and_then(|rest| rest.parse::<u8>().ok());
            if let Some(digit @ 1..=9) = digit {
                return Some(Action { command, digit });
            }
        }
        None
    }

    /// The name that [`Action::named`] reads.
    pub fn name(self) -> String {
        match self.digit {
            0 => self.command.name().to_owned(),
            digit => format!("{}-{digit}", self.command.name()),
        }
    }
}

/// Every name that [`Action::named`] reads: for suggestions where one is misspelt.
pub fn names() -> Vec<String> {
    let digits = |command: Command| if command.is_numbered() { 1..=9 } else { 0..=0 };
    let actions = Command::ALL
        .iter()
        .flat_map(|command| digits(*command).map(|digit| (*command, digit)));
    actions
        .map(|(command, digit)| Action { command, digit }.name())
        .collect()
}

/// The word for a table of keys, for people.
pub const fn table_title(table: KeyTable) -> &'static str {
    match table {
        KeyTable::Room => "room",
        KeyTable::Pane => "pane",
        KeyTable::Scroll => "scroll",
        KeyTable::Queue => "queue",
        KeyTable::Card => "card",
        KeyTable::Input => "input",
        KeyTable::Review => "review",
    }
}

/// The key tables of the README, in Markdown.
pub fn markdown() -> String {
    let mut text = String::new();
    for group in Group::ALL {
        text.push_str(&format!(
            "### {}\n\n| keys | command | what it does |\n|---|---|---|\n",
            group.title()
        ));
        for command in Command::of(group) {
            let keys: Vec<String> = command.defaults().iter().map(spelled).collect();
            text.push_str(&format!(
                "| {} | `{}` | {} |\n",
                keys.join("; "),
                command.name(),
                command.help()
            ));
        }
        text.push('\n');
    }
    text
}

fn spelled((table, keys): &DefaultKeys) -> String {
    let keys: Vec<String> = keys
        .iter()
        .map(|keys| format!("`{}`", keys.replace('|', "\\|")))
        .collect();
    let keys = keys.join(" ");
    match table {
        KeyTable::Room | KeyTable::Input => keys,
        KeyTable::Pane | KeyTable::Scroll | KeyTable::Queue | KeyTable::Card | KeyTable::Review => {
            format!("{keys} ({})", table_title(*table))
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_commands_have_one_name() {
        let names: BTreeSet<_> = Command::ALL.iter().map(|command| command.name()).collect();
        assert_eq!(names.len(), Command::ALL.len());
        for name in names {
            let kebab = name.chars().all(|c| c.is_ascii_lowercase() || c == '-');
            assert!(kebab, "{name}");
        }
    }

    #[test]
    fn numbered_commands_are_named_with_their_digit() {
        let action = Action::named("focus-3").unwrap();
        assert_eq!((action.command, action.digit), (Command::Focus, 3));
        assert_eq!(action.name(), "focus-3");
        assert_eq!(Action::named("focus"), None);
        assert_eq!(Action::named("focus-0"), None);
        assert_eq!(Action::named("zoom"), Some(Command::Zoom.into()));
    }

    #[test]
    fn every_name_that_is_suggested_is_read() {
        let names = names();
        assert_eq!(names.len(), Command::ALL.len() + 16);
        for name in names {
            assert_eq!(Action::named(&name).map(Action::name), Some(name));
        }
    }

    #[test]
    fn the_readme_tables_hold_every_command_once() {
        let text = markdown();
        for command in Command::ALL {
            assert_eq!(
                text.matches(&format!("| `{}` |", command.name())).count(),
                1,
                "{}",
                command.name()
            );
        }
    }
}
