//! How a rehearsal looks: every byte it prints is made here. Knows no script.

use std::io::{self, Write as _};

use base64::Engine as _;

/// The colours of a part, as SGR parameters.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Its own colour.
    pub accent: &'static str,
    /// Its sign in the heading.
    pub sign: &'static str,
}

/// What OSC 7501 says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Report<'t> {
    Working,
    Permission(&'t str),
    Question(&'t str),
    Idle,
    Done,
    Error(&'t str),
}

// the sixteen colours only: themes say what they look like, so they can be read on any ground
const DIM: &str = "90";
const TEXT: &str = "0";
const GOOD: &str = "32";
const BAD: &str = "31";
const ADDED: &str = "32";
const REMOVED: &str = "31";

/// The rehearsal's end of its terminal.
pub struct Paint {
    out: io::Stdout,
    look: Look,
    name: String,
}

impl Paint {
    pub fn new(name: &str, look: Look) -> Self {
        Self {
            out: io::stdout(),
            look,
            name: name.to_owned(),
        }
    }

    /// Writes, and lets a terminal that is gone end the process at its next read.
    fn put(&mut self, text: &str) {
        let _ = self.out.write_all(text.as_bytes());
        let _ = self.out.flush();
    }

    fn line(&mut self, style: &str, text: &str) {
        self.put(&format!("\x1b[{style}m{text}\x1b[0m\r\n"));
    }

    /// How wide lines may be, in columns.
    fn width(&self) -> usize {
        crossterm::terminal::size()
            .map_or(100, |(cols, _)| usize::from(cols))
            .clamp(20, 96)
    }

    /// Bracketed paste on, and the title.
    pub fn open(&mut self, brief: Option<&str>) {
        let (accent, sign) = (self.look.accent, self.look.sign);
        let name = self.name.clone();
        self.put(&format!("\x1b[?2004h\x1b]2;{name}\x07"));
        let wide = self.width() - 2;
        let title = format!(" {sign} {name} ");
        let about = brief.map_or_else(|| " no brief ".to_owned(), |brief| format!(" {brief} "));
        let about = cut(&about, wide.saturating_sub(title.chars().count() + 2));
        let fill = wide.saturating_sub(title.chars().count() + about.chars().count() + 2);
        let line = "─".repeat(fill);
        self.put(&format!(
            "\x1b[{accent}m╭─\x1b[1m{title}\x1b[22m{line}\x1b[{DIM}m{about}\x1b[{accent}m─╮\x1b[0m\r\n\r\n"
        ));
    }

    /// One chunk of a thought, as it is thought.
    pub fn thought(&mut self, text: &str) {
        self.put(&format!("\x1b[3;{DIM}m{text}\x1b[0m"));
    }

    pub fn end_of_line(&mut self) {
        self.put("\r\n");
    }

    /// A tool and what it is used on.
    pub fn tool(&mut self, tool: &str, on: &str) {
        let accent = self.look.accent;
        let on = cut(on, self.width().saturating_sub(tool.len() + 6));
        self.put(&format!(
            "\r\n\x1b[{accent}m●\x1b[0m \x1b[1m{tool}\x1b[0m \x1b[{DIM}m{on}\x1b[0m\r\n"
        ));
    }

    /// A line below a tool.
    pub fn below(&mut self, text: &str) {
        let text = cut(text, self.width().saturating_sub(4));
        self.line(DIM, &format!("  │ {text}"));
    }

    pub fn good(&mut self, text: &str) {
        self.line(
            GOOD,
            &format!("  ✓ {}", cut(text, self.width().saturating_sub(4))),
        );
    }

    pub fn bad(&mut self, text: &str) {
        self.line(
            BAD,
            &format!("  ✗ {}", cut(text, self.width().saturating_sub(4))),
        );
    }

    /// What somebody said to the agent.
    pub fn heard(&mut self, who: &str, text: &str) {
        let accent = self.look.accent;
        for (number, line) in text.lines().enumerate() {
            let head = if number == 0 {
                format!("{who}: ")
            } else {
                String::new()
            };
            self.put(&format!(
                "\x1b[{accent}m▌\x1b[0m \x1b[1m{head}\x1b[0m{line}\r\n"
            ));
        }
    }

    /// A diff, line by line.
    pub fn diff(&mut self, diff: &str) {
        let wide = self.width().saturating_sub(4);
        for line in diff.lines() {
            let style = match line.chars().next() {
                Some('+') => ADDED,
                Some('-') => REMOVED,
                _ => DIM,
            };
            let line = cut(line, wide);
            let pad = " ".repeat(wide.saturating_sub(line.chars().count()));
            self.put(&format!("    \x1b[{style}m{line}{pad}\x1b[0m\r\n"));
        }
    }

    /// One line of a log, with its level in colour.
    pub fn log(&mut self, at: u64, level: &str, text: &str) {
        let style = if level == "WARN" { "33" } else { DIM };
        let (minutes, seconds, millis) = (at / 60_000 % 60, at / 1_000 % 60, at % 1_000);
        let text = cut(text, self.width().saturating_sub(18));
        self.put(&format!("\x1b[{DIM}m{minutes:02}:{seconds:02}.{millis:03}\x1b[0m \x1b[{style}m{level:<5}\x1b[0m {text}\r\n"));
    }

    /// A dialog; gives how many lines it took, so that it can be taken away again.
    pub fn dialog(&mut self, title: &str, body: &[String], choices: &[String], at: usize) -> u16 {
        let accent = self.look.accent;
        let wide = self.width() - 2;
        let title = cut(title, wide.saturating_sub(6));
        let fill = wide.saturating_sub(title.chars().count() + 2);
        let mut text = format!(
            "\x1b[{accent}m╭ \x1b[1m{title}\x1b[22m {}╮\x1b[0m\r\n",
            "─".repeat(fill)
        );
        let mut row = |style: &str, line: &str| {
            let line = cut(line, wide.saturating_sub(4));
            let pad = " ".repeat(wide.saturating_sub(2 + line.chars().count()));
            text.push_str(&format!(
                "\x1b[{accent}m│\x1b[0m \x1b[{style}m{line}\x1b[0m{pad} \x1b[{accent}m│\x1b[0m\r\n"
            ));
        };
        for line in body {
            row(TEXT, line);
        }
        row(TEXT, "");
        for (number, choice) in choices.iter().enumerate() {
            let mark = if number == at { "❯" } else { " " };
            row(
                if number == at { accent } else { TEXT },
                &format!("{mark} {}. {choice}", number + 1),
            );
        }
        text.push_str(&format!("\x1b[{accent}m╰{}╯\x1b[0m\r\n", "─".repeat(wide)));
        self.put(&text);
        u16::try_from(body.len() + choices.len() + 3).unwrap_or(u16::MAX)
    }

    /// Takes the last lines away.
    pub fn take_away(&mut self, lines: u16) {
        self.put(&format!("\x1b[{lines}A\r\x1b[J"));
    }

    /// The prompt, with what was typed so far.
    pub fn prompt(&mut self, text: &str) {
        let accent = self.look.accent;
        let shown: String = text
            .chars()
            .map(|one| if one == '\n' { '⏎' } else { one })
            .collect();
        let wide = self.width().saturating_sub(4);
        let from = shown.chars().count().saturating_sub(wide);
        let shown: String = shown.chars().skip(from).collect();
        self.put(&format!("\r\x1b[2K\x1b[{accent}m❯\x1b[0m {shown}"));
    }

    /// Says by OSC 7501 what the rehearsal is doing.
    pub fn report(&mut self, report: Report<'_>) {
        let encode = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
        let said = match report {
            Report::Working => "state=working".to_owned(),
            Report::Permission(text) => {
                format!("state=blocked:kind=permission:msg={}", encode(text))
            }
            Report::Question(text) => format!("state=blocked:kind=question:msg={}", encode(text)),
            Report::Idle => "state=idle".to_owned(),
            Report::Done => "state=done".to_owned(),
            Report::Error(text) => format!("state=error:msg={}", encode(text)),
        };
        self.put(&format!("\x1b]7501;{said}:app=rehearsal\x1b\\"));
    }
}

/// At most so many characters, with an ellipsis where some are missing.
fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{kept}…")
}
