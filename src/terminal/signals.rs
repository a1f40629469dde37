//! What a program says beside its picture: titles, bells, notifications, its state.
//! Everything in a signal is raw text of the program, capped but not cleaned, and can be forged by
//! anything that is printed: it informs, it never authorises.

use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use serde::{Deserialize, Serialize};

/// Something a program said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Signal {
    /// The window title (OSC 0 and 2).
    Title(String),
    /// BEL outside a string.
    Bell,
    /// A notification (OSC 9, 777, 99).
    Notify {
        /// Its title; empty where the form has none.
        title: String,
        /// Its text.
        body: String,
    },
    /// Progress of something (OSC 9;4).
    Progress(Progress),
    /// The working directory as the program wrote it, mostly a file URL (OSC 7).
    Cwd(String),
    /// The program wants this in the clipboard (OSC 52). Reading it is never answered.
    Clipboard(Vec<u8>),
    /// A mark of shell integration (OSC 133).
    PromptMark(PromptMark),
    /// A program status record (OSC 7501).
    Status(Status),
    /// Bracketed paste was turned on or off, written even where it was so already.
    BracketedPaste(Switch),
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}

/// Progress as OSC 9;4 tells it; percentages are 0..=100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Progress {
    /// Nothing is in progress.
    None,
    /// So much is done.
    Percent(u8),
    /// It failed at this point.
    Error(u8),
    /// Busy, no percentage known.
    Busy,
    /// Held up at this point.
    Paused(u8),
}

/// Where in a command line's life a shell is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PromptMark {
    /// A prompt begins.
    Prompt,
    /// The command line begins.
    Command,
    /// The output begins.
    Output,
    /// The command ended, with this exit code if it was told.
    Done(Option<i32>),
}

/// What a program says of itself (program status protocol, OSC 7501).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Its state.
    pub state: StatusState,
    /// What it is blocked on.
    pub kind: Option<BlockKind>,
    /// Which program.
    pub app: Option<String>,
    /// Which part of it, such as a sub-agent; none is the program as a whole.
    pub id: Option<String>,
    /// A title for the work.
    pub title: Option<String>,
    /// A sentence for a person.
    pub message: Option<String>,
    /// Per cent done, 0..=100.
    pub progress: Option<u8>,
}

/// The state in a status record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StatusState {
    /// Waits for work.
    Idle,
    /// Works.
    Working,
    /// Finished a piece of work.
    Done,
    /// Waits for a person.
    Blocked,
    /// Failed.
    Error,
    /// Takes its record back.
    Clear,
}

/// What a blocked program waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BlockKind {
    /// A permission.
    Permission,
    /// An answer.
    Question,
    /// Somebody to sign in.
    Auth,
}

/// Characters of a title, body or message that are kept.
const TEXT: usize = 2048;

/// The signals not yet taken, at most `CAPACITY` of them.
#[derive(Debug, Default)]
pub(super) struct Signals {
    waiting: Vec<Signal>,
}

const CAPACITY: usize = 256;

impl Signals {
    /// Adds a signal. Bells, titles, progress and directories replace one not yet taken; when the
    /// list is full the oldest goes.
    pub fn add(&mut self, signal: Signal) {
        let edge = matches!(
            signal,
            Signal::Bell | Signal::Title(_) | Signal::Progress(_) | Signal::Cwd(_)
        );
        if edge {
            self.waiting
                .retain(|old| std::mem::discriminant(old) != std::mem::discriminant(&signal));
        }
        if matches!(signal, Signal::Clipboard(_)) {
            self.waiting
                .retain(|old| !matches!(old, Signal::Clipboard(_)));
        }
        if self.waiting.len() == CAPACITY {
            self.waiting.remove(0);
        }
        self.waiting.push(signal);
    }

    /// All signals, oldest first.
    pub fn take(&mut self) -> Vec<Signal> {
        std::mem::take(&mut self.waiting)
    }
}

/// The signal in an operating system command, if there is one.
pub(super) fn signal(body: &[u8]) -> Option<Signal> {
    let (code, rest) = split(body, b';');
    match code {
        b"0" | b"2" => Some(Signal::Title(text(rest))),
        b"7" => Some(Signal::Cwd(text(rest))),
        b"9" => osc_9(rest),
        b"52" => clipboard(rest),
        b"99" => kitty_notification(rest),
        b"133" => prompt_mark(rest),
        b"777" => osc_777(rest),
        b"7501" => status(rest).map(Signal::Status),
        _ => None,
    }
}

fn osc_9(rest: &[u8]) -> Option<Signal> {
    let (command, arguments) = split(rest, b';');
    match command {
        b"4" => progress(arguments),
        b"9" => Some(Signal::Cwd(text(arguments))),
        _ if !command.is_empty()
            && command.len() <= 2
            && command.iter().all(u8::is_ascii_digit) =>
        {
            None
        }
        _ => Some(Signal::Notify {
            title: String::new(),
            body: text(rest),
        }),
    }
}

fn progress(arguments: &[u8]) -> Option<Signal> {
    let (state, percent) = split(arguments, b';');
    let percent = number(percent).unwrap_or(0).min(100) as u8;
    let progress = match state {
        b"0" => Progress::None,
        b"1" => Progress::Percent(percent),
        b"2" => Progress::Error(percent),
        b"3" => Progress::Busy,
        b"4" => Progress::Paused(percent),
        _ => return None,
    };
    Some(Signal::Progress(progress))
}

fn osc_777(rest: &[u8]) -> Option<Signal> {
    let (command, arguments) = split(rest, b';');
    let (title, body) = split(arguments, b';');
    (command == b"notify").then(|| Signal::Notify {
        title: text(title),
        body: text(body),
    })
}

fn kitty_notification(rest: &[u8]) -> Option<Signal> {
    let (about, payload) = split(rest, b';');
    let value = |key: u8| {
        let part = about
            .split(|b| *b == b':')
            .find(|part| part.first() == Some(&key))?;
        part.strip_prefix(&[key, b'='])
    };
    let payload = match value(b'e') {
        Some(b"1") => decode(payload)?,
        _ => payload.to_vec(),
    };
    let said = text(&payload);
    match value(b'p') {
        None | Some(b"title") if !said.is_empty() => Some(Signal::Notify {
            title: said,
            body: String::new(),
        }),
        Some(b"body") if !said.is_empty() => Some(Signal::Notify {
            title: String::new(),
            body: said,
        }),
        _ => None,
    }
}

fn clipboard(rest: &[u8]) -> Option<Signal> {
    let (_, payload) = split(rest, b';');
    if payload == b"?" {
        return None;
    }
    decode(payload).map(Signal::Clipboard)
}

fn prompt_mark(rest: &[u8]) -> Option<Signal> {
    let (mark, arguments) = split(rest, b';');
    let mark = match mark {
        b"A" => PromptMark::Prompt,
        b"B" => PromptMark::Command,
        b"C" => PromptMark::Output,
        b"D" => PromptMark::Done(
            std::str::from_utf8(split(arguments, b';').0)
                .ok()
                .and_then(|code| code.parse().ok()),
        ),
        _ => return None,
    };
    Some(Signal::PromptMark(mark))
}

/// A record such as `state=blocked:app=claude-code:kind=permission:msg=BASE64`. One without a
/// state this version knows says nothing; unknown keys are left for later versions.
fn status(rest: &[u8]) -> Option<Status> {
    let mut state = None;
    let mut said = Status {
        state: StatusState::Clear,
        kind: None,
        app: None,
        id: None,
        title: None,
        message: None,
        progress: None,
    };
    for part in rest.split(|b| *b == b':') {
        let (key, value) = split(part, b'=');
        match key {
            b"state" => state = status_state(value),
            b"kind" => said.kind = block_kind(value),
            b"app" => said.app = Some(text(value)),
            b"id" => said.id = Some(text(value)),
            b"title" => said.title = decode(value).map(|bytes| text(&bytes)),
            b"msg" => said.message = decode(value).map(|bytes| text(&bytes)),
            b"progress" => said.progress = number(value).map(|n| n.min(100) as u8),
            _ => {}
        }
    }
    said.state = state?;
    Some(said)
}

fn status_state(value: &[u8]) -> Option<StatusState> {
    Some(match value {
        b"idle" => StatusState::Idle,
        b"working" => StatusState::Working,
        b"done" => StatusState::Done,
        b"blocked" => StatusState::Blocked,
        b"error" => StatusState::Error,
        b"clear" => StatusState::Clear,
        _ => return None,
    })
}

fn block_kind(value: &[u8]) -> Option<BlockKind> {
    Some(match value {
        b"permission" => BlockKind::Permission,
        b"question" => BlockKind::Question,
        b"auth" => BlockKind::Auth,
        _ => return None,
    })
}

/// The part before the first `at` and the part after it.
pub(super) fn split(bytes: &[u8], at: u8) -> (&[u8], &[u8]) {
    match bytes.iter().position(|b| *b == at) {
        Some(place) => (&bytes[..place], &bytes[place + 1..]),
        None => (bytes, &[]),
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).chars().take(TEXT).collect()
}

fn number(bytes: &[u8]) -> Option<u32> {
    std::str::from_utf8(bytes).ok()?.parse().ok()
}

/// Base64 with or without padding.
fn decode(bytes: &[u8]) -> Option<Vec<u8>> {
    let lenient =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(&base64::alphabet::STANDARD, lenient)
        .decode(bytes)
        .ok()
}
