//! Looking at an agent's recording again: a player that keys and time move. Pure: it is told the time,
//! and opens no file.

mod card;
mod decisions;
mod draw;
mod film;
mod keys;
mod picture;
mod popups;
mod projector;
mod story;
#[cfg(test)]
mod tests;

pub use draw::draw;
pub use film::{Film, Missing, SILENCE_MS, stamp};
pub use picture::Corner;
pub use projector::Projector;
pub use story::{Asked, Decided, Story};

use ratatui::layout::Rect;

use crate::config::theme::Theme;
use crate::model::{AgentId, Time};
use crate::terminal::{Case, Key, KeyCode, Mods, Size};

use crate::view::draw::frame;
use crate::wire::cast::Still;

use keys::Deed;

/// The speeds, slowest first.
const SPEEDS: [u64; 5] = [1, 2, 4, 8, 16];

/// The bar moves at least this often while it plays, in ms.
const MOVES_MS: u64 = 100;

/// How far the arrows go, alone and with shift, in ms of playing.
const STEP_MS: u64 = 5_000;
const FAR_MS: u64 = 60_000;

/// Everything that its screen depends on.
#[derive(Debug)]
pub struct Player {
    /// Whose recording.
    pub agent: AgentId,
    /// What people call it.
    pub name: String,
    /// Its decisions, oldest first.
    pub decided: Vec<Decided>,
    /// The terminal's size.
    pub size: Size,
    /// The theme in use.
    pub theme: Theme,
    /// Local time minus UTC, in seconds.
    pub utc_offset_s: i32,
    /// What is marked where it stands on the screen; nothing where that is empty.
    pub marked: String,
    /// What of its recording cannot be read, in sentences; the first is shown until the first key.
    pub faults: Vec<String>,
    film: Film,
    projector: Projector,
    /// Where it is, in ms of playing.
    play: u64,
    run: Run,
    speed: usize,
    /// The decision whose card stands beside the picture.
    card: Option<usize>,
    place: CardPlace,
    look: Look,
    over: Over,
    /// A sentence for the lower edge, until the next key.
    note: Option<String>,
}

/// Whether it plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Run {
    Paused,
    /// It was at this place (ms of playing) at that time.
    Playing(u64, Time),
}

/// Where the card of a decision is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CardPlace {
    /// Beside the picture, or below it.
    Beside,
    /// Nowhere: the picture has all the room.
    Away,
}

/// Which part of a picture that is larger than its tile is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    /// The part that matters.
    Follows,
    /// The part that the person moved to.
    At(Corner),
}

/// What stands over it and takes the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Over {
    Nothing,
    /// The list of decisions, with the cursor's place.
    List(usize),
    /// All keys, from this line on.
    Keys(usize),
}

/// Something happened.
#[derive(Clone, Debug)]
pub enum Input {
    /// A key.
    Key(Key),
    /// The terminal has this size.
    Resized(Size),
    /// Time passed.
    Tick,
}

/// What is left to do outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Leave.
    Quit,
    /// Draw everything again.
    Redraw,
}

impl Player {
    /// A player at the recording's beginning, paused.
    pub fn new(agent: AgentId, name: String, film: Film, mut decided: Vec<Decided>) -> Self {
        decided.retain(|one| one.agent() == Some(agent));
        let mut player = Self {
            agent,
            name,
            decided,
            size: Size::default(),
            theme: Theme::default(),
            utc_offset_s: 0,
            marked: String::new(),
            faults: Vec::new(),
            film,
            projector: Projector::new(),
            play: 0,
            run: Run::Paused,
            speed: 0,
            card: None,
            place: CardPlace::Beside,
            look: Look::Follows,
            over: Over::Nothing,
            note: None,
        };
        player.show(1);
        player
    }

    /// The screen as it stands.
    pub fn screen(&self) -> &crate::terminal::Screen {
        self.projector.screen()
    }

    /// A sentence on what was done last, until the next key.
    pub fn note(&self) -> Option<&String> {
        self.note.as_ref()
    }

    /// Where the marked text stands on the screen: row, column, and columns.
    pub fn marks(&self) -> Vec<(u16, u16, u16)> {
        const MOST: usize = 1_000;
        let case = match self.marked.chars().any(char::is_uppercase) {
            true => Case::Exact,
            false => Case::Ignored,
        };
        let above = self.screen().history().total();
        let hits = self.screen().search(&self.marked, case, MOST);
        let shown = hits.iter().filter_map(|hit| {
            let row = u16::try_from(hit.line.checked_sub(above)?).ok()?;
            Some((row, hit.col, hit.columns))
        });
        shown.collect()
    }

    /// The screen as text, a line a row, without blank rows at the end: of a decision's picture what stood before whoever
    /// decided, with `░` for what something lay over.
    pub fn text(&self) -> String {
        let rows = match self.crop() {
            Some(crop) => picture::in_sight(self, crop),
            None => {
                let rows = self.screen().rows(0..u16::MAX).iter();
                rows.map(|row| row.text().to_owned()).collect()
            }
        };
        let lines = rows
            .into_iter()
            .map(|row| crate::model::Untrusted::new(row).shown());
        let text: Vec<String> = lines.map(|line| line.trim_end().to_owned()).collect();
        let text = text.join("\n");
        text.trim_end_matches('\n').to_owned()
    }

    /// Goes to the end.
    pub fn end(&mut self) {
        self.show(self.film.len());
    }

    /// Plays from here on.
    pub fn start(&mut self, now: Time) {
        self.run = Run::Playing(self.play, now);
    }

    /// Goes to the picture at a place of the recording, and pauses.
    ///
    /// # Errors
    /// Where that place is gone.
    pub fn go_to_place(&mut self, still: Still) -> Result<(), Missing> {
        let (shown, within) = self.film.shown_as(still)?;
        self.show(shown);
        self.look = Look::Follows;
        if within > 0 {
            self.projector.show_within(&self.film, shown, within);
            self.play = self.film.play(self.projector.reached());
        }
        Ok(())
    }

    /// Shows exactly this many events, and pauses.
    fn show(&mut self, shown: usize) {
        self.projector.show(&self.film, shown);
        self.play = self.film.play(self.projector.shown());
        self.run = Run::Paused;
        self.card = None;
    }

    /// Takes an input and says what is left to do.
    pub fn update(&mut self, input: Input, now: Time) -> Option<Act> {
        self.advance(now);
        match input {
            Input::Key(key) => {
                self.note = None;
                self.faults.clear();
                self.key(key, now)
            }
            Input::Resized(size) => {
                self.size = size;
                None
            }
            Input::Tick => None,
        }
    }

    /// When it wants to be told of time.
    pub fn next_deadline(&self, now: Time) -> Option<Time> {
        let Run::Playing(from, since) = self.run else {
            return None;
        };
        let next = self
            .film
            .next_play(self.projector.shown())
            .unwrap_or(self.film.length());
        let due = since.0 + next.saturating_sub(from) / SPEEDS[self.speed];
        Some(Time(due.clamp(now.0 + 5, now.0 + MOVES_MS)))
    }

    fn advance(&mut self, now: Time) {
        let Run::Playing(from, since) = self.run else {
            return;
        };
        self.play = from.saturating_add(now.since(since).saturating_mul(SPEEDS[self.speed]));
        let shown = self.film.shown_at(self.play).max(self.projector.shown());
        if shown != self.projector.shown() {
            self.projector.show(&self.film, shown);
            self.card = None;
        }
        if self.play >= self.film.length() {
            self.play = self.film.length();
            self.run = Run::Paused;
        }
    }

    fn key(&mut self, key: Key, now: Time) -> Option<Act> {
        let deed = keys::deed(key);
        let control = key.mods.contains(Mods::CTRL);
        match (self.over, deed) {
            (Over::List(_) | Over::Keys(_), Some(deed @ (Deed::Leave | Deed::Redraw)))
                if control =>
            {
                self.run(deed, key, now)
            }
            (Over::List(at), _) => {
                self.list_key(key, at);
                None
            }
            (Over::Keys(top), _) => {
                self.keys_key(key, top);
                None
            }
            (Over::Nothing, Some(deed)) => self.run(deed, key, now),
            (Over::Nothing, None) => {
                self.note = Some("that key does nothing here; ? shows those that do".to_owned());
                None
            }
        }
    }

    fn run(&mut self, deed: Deed, key: Key, now: Time) -> Option<Act> {
        match deed {
            Deed::Leave => return Some(Act::Quit),
            Deed::Redraw => return Some(Act::Redraw),
            Deed::Keys => self.over = Over::Keys(0),
            Deed::Pause => self.pause_or_go_on(now),
            Deed::Faster => self.at_speed(self.speed + 1, now),
            Deed::Slower => self.at_speed(self.speed.saturating_sub(1), now),
            Deed::Ahead => self.seek(self.play.saturating_add(STEP_MS), now),
            Deed::Back => self.seek(self.play.saturating_sub(STEP_MS), now),
            Deed::FarAhead => self.seek(self.play.saturating_add(FAR_MS), now),
            Deed::FarBack => self.seek(self.play.saturating_sub(FAR_MS), now),
            Deed::Ends if key.code == KeyCode::Home => self.seek(0, now),
            Deed::Ends => self.end(),
            Deed::OneOn => self.show((self.projector.shown() + 1).min(self.film.len())),
            Deed::OneBack => self.show(self.projector.reached().saturating_sub(1).max(1)),
            Deed::Tenths => {
                let KeyCode::Char(digit) = key.code else {
                    return None;
                };
                let tenths = u64::from(digit.to_digit(10).unwrap_or(0));
                self.seek(self.film.length().saturating_mul(tenths) / 10, now);
            }
            Deed::NextDecision => self.next_decision(),
            Deed::PreviousDecision => self.previous_decision(),
            Deed::Decisions => self.open_list(),
            Deed::Card => self.move_card(),
            Deed::Pan => match key.code {
                KeyCode::Char('h') => self.pan(0, -1),
                KeyCode::Char('l') => self.pan(0, 1),
                KeyCode::Char('k') => self.pan(-1, 0),
                _ => self.pan(1, 0),
            },
        }
        None
    }

    /// Shows another part of a picture that is larger than its tile: a quarter of the tile down, and to the right.
    fn pan(&mut self, down: i64, right: i64) {
        let screen = Rect::new(0, 0, self.size.cols, self.size.rows);
        let inner = frame::inside(draw::tile(self, screen));
        let sheet = picture::Sheet::of(self);
        if sheet.fits(inner) {
            self.note = Some("all of it is shown".to_owned());
            return;
        }
        let corner = sheet.corner(self, inner);
        let col = i64::from(corner.col) + right * i64::from((inner.width / 4).max(1));
        let wanted = Corner {
            row: corner.row + down * i64::from((inner.height / 4).max(1)),
            col: u16::try_from(col.max(0)).unwrap_or(u16::MAX),
        };
        self.look = Look::At(wanted);
        self.look = Look::At(sheet.corner(self, inner));
    }

    fn pause_or_go_on(&mut self, now: Time) {
        self.run = match self.run {
            Run::Playing(..) => Run::Paused,
            Run::Paused if self.play >= self.film.length() => {
                self.show(1);
                Run::Playing(self.play, now)
            }
            Run::Paused => Run::Playing(self.play, now),
        };
    }

    fn at_speed(&mut self, speed: usize, now: Time) {
        self.speed = speed.min(SPEEDS.len() - 1);
        if let Run::Playing(..) = self.run {
            self.run = Run::Playing(self.play, now);
        }
    }

    /// Goes there and goes on as before.
    fn seek(&mut self, play: u64, now: Time) {
        let run = self.run;
        let play = play.min(self.film.length());
        self.show(self.film.shown_at(play).max(1));
        self.play = play;
        if let Run::Playing(..) = run {
            self.run = Run::Playing(play, now);
        }
    }

    fn keys_key(&mut self, key: Key, top: usize) {
        let last = keys::ALL.len() - 1;
        self.over = match key.code {
            KeyCode::Char('j') | KeyCode::Down => Over::Keys((top + 1).min(last)),
            KeyCode::Char('k') | KeyCode::Up => Over::Keys(top.saturating_sub(1)),
            KeyCode::Esc | KeyCode::Enter | KeyCode::Char('q' | '?') => Over::Nothing,
            _ => {
                self.note = Some("esc closes the keys".to_owned());
                Over::Keys(top)
            }
        };
    }
}
