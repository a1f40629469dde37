//! The program under watch: this very test, run again as an agent. It shows what it is told to on its control
//! socket, reacts to keys as such programs do, and writes down every byte with what stood on its screen then.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::os::fd::AsFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

/// Where the program finds its folder. Without it, this is no agent.
pub const FOLDER: &str = "ASKER";

/// How one dialog is built and what it does with keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialog {
    pub asks: String,
    pub options: Vec<String>,
    pub kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `1. Yes`: a digit takes it at once.
    Numbered,
    /// A cursor, moved by arrows; a return takes it.
    List,
    /// It takes no key at all.
    Deaf,
    /// `(Y)es/(N)o`: a letter and a return.
    Letters,
}

impl Dialog {
    pub fn new(kind: Kind, asks: &str, options: &[&str]) -> Self {
        Self {
            asks: asks.to_owned(),
            options: options.iter().map(|one| (*one).to_owned()).collect(),
            kind,
        }
    }

    fn line(&self) -> String {
        format!("{:?}|{}|{}", self.kind, self.asks, self.options.join("|"))
    }

    fn parse(line: &str) -> Self {
        let mut parts = line.split('|').map(str::to_owned);
        let kind = match parts.next().unwrap().as_str() {
            "Numbered" => Kind::Numbered,
            "List" => Kind::List,
            "Letters" => Kind::Letters,
            _ => Kind::Deaf,
        };
        let asks = parts.next().unwrap();
        let options = parts.collect();
        Self {
            asks,
            options,
            kind,
        }
    }
}

/// The test's side: how the program is told what to show, and what it wrote down.
pub struct Asker {
    pub folder: PathBuf,
    control: BufReader<UnixStream>,
}

impl Asker {
    /// The command that runs it with its things in this folder.
    pub fn command(folder: &Path) -> Vec<String> {
        let own = std::env::current_exe().unwrap();
        let own = own.to_string_lossy().into_owned();
        let variable = format!("{FOLDER}={}", folder.display());
        let run = ["--exact", "asker::the_program", "--nocapture"];
        [
            vec!["env".to_owned(), variable, own],
            run.map(str::to_owned).to_vec(),
        ]
        .concat()
    }

    /// Takes hold of the program, which listens already.
    pub fn hold(folder: &Path) -> Self {
        let control = UnixStream::connect(folder.join("control")).unwrap();
        Self {
            folder: folder.to_owned(),
            control: BufReader::new(control),
        }
    }

    fn order(&mut self, line: &str) {
        writeln!(self.control.get_mut(), "{line}").unwrap();
        let mut done = String::new();
        self.control.read_line(&mut done).unwrap();
        assert_eq!(done, "done\n");
    }

    /// Shows a dialog; returns once the program has written it.
    pub fn show(&mut self, dialog: &Dialog) {
        self.order(&format!("show {}", dialog.line()));
    }

    /// Draws a dialog as a synchronized update that it does not end by itself.
    pub fn held(&mut self, dialog: &Dialog) {
        self.order(&format!("held {}", dialog.line()));
    }

    /// Shows its prompt, and no dialog.
    pub fn rest(&mut self) {
        self.order("rest");
    }

    /// At the next key, before anything else: shows this instead.
    pub fn then(&mut self, dialog: &Dialog) {
        self.order(&format!("then {}", dialog.line()));
    }

    /// From here on a return at its prompt makes a new line, and hands nothing over.
    pub fn new_lines(&mut self) {
        self.order("new-lines");
    }

    /// Says that it works.
    pub fn work(&mut self) {
        self.order("work");
    }

    /// Once an option is taken, shows this at once.
    pub fn behind(&mut self, dialog: &Dialog) {
        self.order(&format!("behind {}", dialog.line()));
    }

    /// Every byte that it was sent, with what stood there: `31 in Create hello.txt?`, `68 at rest`.
    pub fn keys(&self) -> Vec<String> {
        self.lines("keys")
    }

    /// What was chosen: `Yes in Create hello.txt?`.
    pub fn taken(&self) -> Vec<String> {
        self.lines("taken")
    }

    fn lines(&self, name: &str) -> Vec<String> {
        let text = std::fs::read_to_string(self.folder.join(name)).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

/// The program's side.
struct Program {
    folder: PathBuf,
    shown: Option<Dialog>,
    cursor: usize,
    letter: Option<char>,
    next: VecDeque<Dialog>,
    behind: Option<Dialog>,
    escape: Vec<u8>,
    /// What it took at its prompt.
    took: Vec<String>,
    /// What stands in its input.
    input: String,
    returns: Returns,
}

/// What a return at its prompt does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Returns {
    /// It hands over what stands there.
    Submit,
    /// It makes a new line.
    NewLine,
}

/// Runs as an agent where it is started as one; as a test there is nothing to do.
#[test]
fn the_program() {
    let Some(folder) = std::env::var_os(FOLDER) else {
        return;
    };
    Program {
        folder: folder.into(),
        shown: None,
        cursor: 0,
        letter: None,
        next: VecDeque::new(),
        behind: None,
        escape: Vec::new(),
        took: Vec::new(),
        input: String::new(),
        returns: Returns::Submit,
    }
    .run();
}

impl Program {
    fn run(mut self) {
        let tty = OpenOptions::new()
            .read(true)
            .write(true)
            .open("/dev/tty")
            .unwrap();
        let mut raw = tcgetattr(&tty).unwrap();
        raw.make_raw();
        tcsetattr(&tty, OptionalActions::Now, &raw).unwrap();
        let listener = UnixListener::bind(self.folder.join("control")).unwrap();
        self.paint(&tty);
        let (control, _) = listener.accept().unwrap();
        let mut control = BufReader::new(control);
        loop {
            let mut fds = [
                PollFd::new(&tty, PollFlags::IN),
                PollFd::from_borrowed_fd(control.get_ref().as_fd(), PollFlags::IN),
            ];
            poll(&mut fds, None).unwrap();
            let [keys, orders] = fds.map(|fd| !fd.revents().is_empty());
            if keys {
                let mut bytes = [0; 256];
                match rustix::io::read(&tty, &mut bytes) {
                    Ok(0) | Err(_) => return,
                    Ok(length) => self.take(&bytes[..length], &tty),
                }
            }
            if orders {
                let mut line = String::new();
                if control.read_line(&mut line).unwrap_or(0) == 0 {
                    return;
                }
                self.obey(line.trim_end(), &tty);
                control.get_mut().write_all(b"done\n").unwrap();
            }
        }
    }

    fn obey(&mut self, line: &str, tty: &File) {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match verb {
            "show" => self.show(Some(Dialog::parse(rest)), tty),
            "then" => self.next.push_back(Dialog::parse(rest)),
            "held" => {
                (&*tty).write_all(b"\x1b[?2026h").unwrap();
                self.show(Some(Dialog::parse(rest)), tty);
            }
            "new-lines" => self.returns = Returns::NewLine,
            "work" => {
                (&*tty).write_all(b"\x1b]7501;state=working\x07").unwrap();
            }
            "behind" => self.behind = Some(Dialog::parse(rest)),
            _ => self.show(None, tty),
        }
    }

    fn show(&mut self, dialog: Option<Dialog>, tty: &File) {
        (self.shown, self.cursor, self.letter) = (dialog, 0, None);
        self.paint(tty);
    }

    fn paint(&self, mut tty: &File) {
        let mut text = "\x1b[?2004h\x1b[2J\x1b[H".to_owned();
        match &self.shown {
            None => {
                text += "at rest\r\n";
                for took in &self.took {
                    text += &format!("> {took}\r\n");
                }
                text += &format!("> {}", self.input.replace('\n', "\r\n  "));
            }
            Some(dialog) if dialog.kind == Kind::Letters => {
                let options: Vec<String> = dialog
                    .options
                    .iter()
                    .map(|it| format!("({}){}", &it[..1], &it[1..]))
                    .collect();
                let letter = self.letter.map(String::from).unwrap_or_default();
                text += &format!("{} {} [Yes]: {letter}", dialog.asks, options.join("/"));
            }
            Some(dialog) => {
                text += &format!("{}\r\n", dialog.asks);
                for (at, option) in dialog.options.iter().enumerate() {
                    let mark = if at == self.cursor { "❯" } else { " " };
                    let number = match dialog.kind {
                        Kind::Numbered | Kind::Deaf => format!("{}. ", at + 1),
                        Kind::List | Kind::Letters => String::new(),
                    };
                    text += &format!(" {mark} {number}{option}\r\n");
                }
            }
        }
        tty.write_all(text.as_bytes()).unwrap();
    }

    fn note(&self, name: &str, what: &str) {
        let place = match &self.shown {
            Some(dialog) => format!("in {}", dialog.asks),
            None => "at rest".to_owned(),
        };
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.folder.join(name))
            .unwrap();
        writeln!(file, "{what} {place}").unwrap();
    }

    fn take(&mut self, bytes: &[u8], tty: &File) {
        for byte in bytes {
            self.note("keys", &format!("{byte:02x}"));
            if let Some(dialog) = self.next.pop_front() {
                self.show(Some(dialog), tty);
                continue;
            }
            self.escape.push(*byte);
            match self.escape.as_slice() {
                [0x1b, b'['] | [0x1b, b'[', .., b'0'..=b'9'] => continue,
                // An escape is a key by itself unless the rest of a sequence came with it.
                [0x1b] if bytes.len() > 1 => continue,
                _ => {}
            }
            let key = std::mem::take(&mut self.escape);
            self.react(&key, tty);
        }
    }

    fn react(&mut self, key: &[u8], tty: &File) {
        let Some(dialog) = self.shown.clone() else {
            return self.type_at_rest(key, tty);
        };
        let most = dialog.options.len() - 1;
        match (dialog.kind, key) {
            (Kind::Deaf, _) => {}
            (_, [0x1b]) => self.chosen("refused", tty),
            (Kind::List, [0x1b, b'[', b'A']) => self.move_to(self.cursor.saturating_sub(1), tty),
            (Kind::List, [0x1b, b'[', b'B']) => self.move_to((self.cursor + 1).min(most), tty),
            (Kind::List | Kind::Numbered, [b'\r']) => {
                self.chosen(&dialog.options[self.cursor], tty);
            }
            (Kind::Numbered, [digit @ b'1'..=b'9']) => {
                if let Some(option) = dialog.options.get(usize::from(digit - b'1')) {
                    self.chosen(option, tty);
                }
            }
            (Kind::Letters, [b'\r']) => {
                let letter = self.letter.unwrap_or('y');
                let named = |it: &&String| it.to_lowercase().starts_with(letter);
                if let Some(option) = dialog.options.iter().find(named) {
                    self.chosen(option, tty);
                }
            }
            (Kind::Letters, [letter @ b'a'..=b'z']) => {
                self.letter = Some(char::from(*letter));
                self.paint(tty);
            }
            (Kind::List | Kind::Numbered | Kind::Letters, _) => {}
        }
    }

    fn type_at_rest(&mut self, key: &[u8], tty: &File) {
        match (key, self.returns) {
            ([b'\r'], Returns::Submit) => self.took.push(std::mem::take(&mut self.input)),
            ([b'\r'], Returns::NewLine) => self.input.push('\n'),
            ([byte @ b' '..=b'~'], _) => self.input.push(char::from(*byte)),
            _ => return,
        }
        self.paint(tty);
    }

    fn move_to(&mut self, cursor: usize, tty: &File) {
        self.cursor = cursor;
        self.paint(tty);
    }

    fn chosen(&mut self, what: &str, tty: &File) {
        self.note("taken", what);
        let next = self.behind.take();
        self.show(next, tty);
    }
}
