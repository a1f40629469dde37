//! Answers a dialog on the screen: looks at it again, leaves it alone if it is not the one that was decided,
//! finds the option by its words, presses once, and watches whether the dialog goes.
//!
//! Must not press anything into a dialog that was not decided, nor anything twice. A program that changes its
//! dialog after the last look and before it reads the key cannot be caught by anybody who only sees its screen;
//! that look is made after everything the program wrote was read, with nothing between it and the key.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::model::{Event, Means, Press, Pressed};
use crate::profile::Profile;
use crate::profile::screen::{Choice, Dialog};
use crate::terminal::{Key, KeyCode, Mods, encode_key};

use super::super::post::PressOrder;
use super::reading::Sight;
use super::tty::{Seen, Tty};
use super::{CHUNK, Pane};

/// A person who pressed a key in the pane this recently is in the middle of something.
const TYPING: Duration = Duration::from_secs(1);
/// How long a picture may be on its way, or a message be written, before the answer is given up.
const STANDSTILL: Duration = Duration::from_secs(1);
/// How long the cursor may take for a step, and a letter to be seen.
const STEP: Duration = Duration::from_millis(500);
/// How long a dialog may take to go.
const GOING: Duration = Duration::from_secs(2);
/// The most output that is read before a look; more, and the screen does not stand still.
const DRAINED: usize = 16 * CHUNK;

/// The answer that is being pressed.
#[derive(Debug)]
pub(super) struct Pressing {
    order: PressOrder,
    begun: Instant,
    stage: Stage,
}

#[derive(Clone, Debug)]
enum Stage {
    /// Nothing was pressed. The picture may not be whole.
    Look,
    /// An arrow was pressed; the cursor goes from one option to another.
    Moving {
        from: usize,
        to: usize,
        until: Instant,
    },
    /// A letter was pressed at a prompt that may want to have it sent, behind this row.
    Typed {
        row: String,
        key: char,
        until: Instant,
    },
    /// The answer was pressed.
    Sent { left: Left, until: Instant },
}

/// What is to go from the screen.
#[derive(Clone, Debug)]
enum Left {
    /// The dialog.
    Dialog,
    /// This row, the last that has text on it.
    Row(String),
}

/// What follows from a look.
enum Next {
    Wait,
    Write(Vec<u8>, Stage),
    Over(Pressed),
}

impl Pressing {
    /// When something is due, should nothing be seen before.
    pub fn due(&self) -> Instant {
        match &self.stage {
            Stage::Look => self.begun + STANDSTILL,
            Stage::Moving { until, .. }
            | Stage::Typed { until, .. }
            | Stage::Sent { until, .. } => *until,
        }
    }
}

impl Pane {
    /// Begins to answer. One dialog stands on a screen, so one answer is pressed at a time.
    pub(super) fn take_press(&mut self, order: PressOrder) {
        if self.pressing.is_some() {
            let why = "another answer is being pressed there".to_owned();
            return self.tell_pressed(order, Pressed::Changed(why));
        }
        // What becomes of it is not to wait for a beat.
        self.read_on();
        self.pressing = Some(Pressing {
            order,
            begun: Instant::now(),
            stage: Stage::Look,
        });
    }

    /// Goes on with the answer, as far as what stands on the screen allows.
    pub(super) fn press_on(&mut self) {
        while let Some(pressing) = self.pressing.take() {
            let profile = self.tongue.profile();
            match self.next_press(&pressing, &profile) {
                Next::Wait => {
                    self.pressing = Some(pressing);
                    return;
                }
                Next::Over(outcome) => self.tell_pressed(pressing.order, outcome),
                Next::Write(bytes, stage) => match self.write(&bytes) {
                    Ok(()) => self.pressing = Some(Pressing { stage, ..pressing }),
                    Err(_full) => {
                        let why = "the agent does not read its input".to_owned();
                        self.tell_pressed(pressing.order, Pressed::Changed(why));
                    }
                },
            }
        }
    }

    /// The terminal is gone, and with it the answer.
    pub(super) fn press_lost(&mut self) {
        let Some(pressing) = self.pressing.take() else {
            return;
        };
        let why = "its terminal was closed".to_owned();
        let outcome = match pressing.stage {
            Stage::Look | Stage::Moving { .. } => Pressed::Changed(why),
            Stage::Typed { .. } | Stage::Sent { .. } => Pressed::Unknown(why),
        };
        self.tell_pressed(pressing.order, outcome);
    }

    /// A reading that was made because the screen stood still: whether the dialog went.
    pub(super) fn press_seen(&mut self, sight: &Sight) {
        let pressing = self.pressing.take();
        match pressing {
            Some(pressing) if self.is_gone(&pressing, sight) => {
                self.tell_pressed(pressing.order, Pressed::Cleared);
            }
            waits => self.pressing = waits,
        }
    }

    fn tell_pressed(&mut self, order: PressOrder, outcome: Pressed) {
        let request = order.request;
        self.heard.event(Event::Pressed { request, outcome });
    }

    fn next_press(&mut self, pressing: &Pressing, profile: &Arc<Profile>) -> Next {
        let now = Instant::now();
        let late = pressing.due() <= now;
        if let Stage::Sent { .. } = pressing.stage {
            return match late {
                true => self.last_look(pressing, profile),
                false => Next::Wait,
            };
        }
        if self.drain() == Drained::Much {
            return changed("its screen does not stand still");
        }
        if self.tty.is_none() {
            return changed("its terminal is closed");
        }
        let quiet = now.checked_sub(TYPING);
        let since = quiet.map_or(pressing.begun, |quiet| quiet.min(pressing.begun));
        if self.touched.is_some_and(|touched| touched > since) {
            return changed("somebody typed in its pane");
        }
        let whole = self.glass.screen().synchronized().is_none();
        if !whole || self.deliveries.is_writing() {
            return match late {
                true => changed("its screen does not stand still"),
                false => Next::Wait,
            };
        }
        if !self.tty.as_ref().is_some_and(Tty::is_flushed) {
            return match late {
                true => changed("the agent does not read its input"),
                false => Next::Wait,
            };
        }
        match &pressing.stage {
            Stage::Typed { row, key, .. } => self.confirm(row, *key, late, profile),
            Stage::Look | Stage::Moving { .. } | Stage::Sent { .. } => {
                self.answer_dialog(pressing, late, profile)
            }
        }
    }

    /// The time is over.
    fn last_look(&mut self, pressing: &Pressing, profile: &Arc<Profile>) -> Next {
        self.drain();
        let sight = self.reader.look(self.glass.screen(), profile).clone();
        match self.is_gone(pressing, &sight) {
            true => Next::Over(Pressed::Cleared),
            false => unknown("the dialog still stands there"),
        }
    }

    /// Whether an answer was sent, and what it was for is not on the screen any more.
    fn is_gone(&self, pressing: &Pressing, sight: &Sight) -> bool {
        match &pressing.stage {
            Stage::Sent {
                left: Left::Dialog, ..
            } => sight.digest() != Some(&pressing.order.digest),
            Stage::Sent {
                left: Left::Row(row),
                ..
            } => self.last_row() != Some(row.as_str()),
            Stage::Look | Stage::Moving { .. } | Stage::Typed { .. } => false,
        }
    }

    /// The picture is whole, and nobody else is at it: what is to be pressed now.
    fn answer_dialog(&mut self, pressing: &Pressing, late: bool, profile: &Arc<Profile>) -> Next {
        let sight = self.reader.look(self.glass.screen(), profile).clone();
        if sight.digest() != Some(&pressing.order.digest) {
            return changed(match sight.standing {
                Some(_) => "another dialog stands there now",
                None => "the dialog is gone",
            });
        }
        let Some(dialog) = &sight.reading.dialog else {
            return changed("the dialog is gone");
        };
        match &pressing.order.press {
            Press::Refuse => match typed_refusal(dialog) {
                Some(label) => self.choose(pressing, label, dialog, late),
                None => sent(profile.keys.reject_key.as_bytes().to_vec()),
            },
            Press::Choose(label) => self.choose(pressing, label.raw(), dialog, late),
        }
    }

    fn choose(&self, pressing: &Pressing, label: &str, dialog: &Dialog, late: bool) -> Next {
        let wanted = dialog.options.iter().position(|it| it.label == label);
        let Some(wanted) = wanted else {
            return changed("that option is not there any more");
        };
        let at = dialog.options.iter().position(|it| it.under_cursor);
        match (dialog.options[wanted].key, at) {
            (Some(key), None) if key.is_alphabetic() => {
                let row = self.last_row().unwrap_or_default().to_owned();
                let until = Instant::now() + STEP;
                Next::Write(
                    key.to_string().into_bytes(),
                    Stage::Typed { row, key, until },
                )
            }
            (Some(key), _) => sent(key.to_string().into_bytes()),
            (None, None) => changed("it shows neither a key nor a cursor"),
            (None, Some(at)) => self.move_to(pressing, wanted, at, dialog, late),
        }
    }

    /// One step of the cursor; a return only where it is seen to stand on the option.
    fn move_to(
        &self,
        pressing: &Pressing,
        wanted: usize,
        at: usize,
        dialog: &Dialog,
        late: bool,
    ) -> Next {
        if let Stage::Moving { from, to, .. } = pressing.stage
            && at != to
        {
            return match (at == from, late) {
                (true, false) => Next::Wait,
                (true, true) => changed("its cursor does not move"),
                (false, _) => changed("its cursor went elsewhere"),
            };
        }
        let modes = self.glass.screen().modes();
        let code = match (at == wanted, is_beside(dialog, at, wanted)) {
            (true, _) => {
                return sent(encode_key(&Key::new(KeyCode::Enter, Mods::NONE), &modes));
            }
            (false, true) if wanted > at => KeyCode::Right,
            (false, true) => KeyCode::Left,
            (false, false) if wanted > at => KeyCode::Down,
            (false, false) => KeyCode::Up,
        };
        let to = if wanted > at { at + 1 } else { at - 1 };
        let until = Instant::now() + STEP;
        let stage = Stage::Moving {
            from: at,
            to,
            until,
        };
        Next::Write(encode_key(&Key::new(code, Mods::NONE), &modes), stage)
    }

    /// A letter at a prompt: sent with a return only where it is seen to stand behind that very row.
    fn confirm(&mut self, row: &str, key: char, late: bool, profile: &Arc<Profile>) -> Next {
        let last = self.last_row().unwrap_or_default();
        let typed = last.strip_prefix(row).map(str::trim);
        if typed.is_some_and(|typed| typed == key.to_string()) {
            let left = Left::Row(last.to_owned());
            let until = Instant::now() + GOING;
            let keys = profile.keys.submit.key.as_bytes().to_vec();
            return Next::Write(keys, Stage::Sent { left, until });
        }
        match (last == row, late) {
            (true, false) => Next::Wait,
            (true, true) => unknown("its key was pressed, and nothing is seen of it"),
            // It took the key alone.
            (false, _) => Next::Over(Pressed::Cleared),
        }
    }

    /// The last row that has text on it.
    fn last_row(&self) -> Option<&str> {
        let rows = self.glass.screen().bottom(1);
        rows.first().map(|row| row.text())
    }

    /// Reads everything that the program has written up to now.
    pub(super) fn drain(&mut self) -> Drained {
        let mut buffer = vec![0; CHUNK];
        let mut read = 0;
        while let Some(tty) = &mut self.tty {
            match tty.read_now(&mut buffer) {
                Ok(Seen::Bytes(length)) => {
                    read += length;
                    let _whether_it_asked = self.take_in(&buffer[..length]);
                }
                Ok(Seen::Nothing) => break,
                // Whoever reads next says so.
                Ok(Seen::HangUp) | Err(_) => break,
            }
            if read >= DRAINED {
                return Drained::Much;
            }
        }
        Drained::All
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Drained {
    All,
    Much,
}

fn sent(bytes: Vec<u8>) -> Next {
    let until = Instant::now() + GOING;
    let left = Left::Dialog;
    Next::Write(bytes, Stage::Sent { left, until })
}

fn changed(why: &str) -> Next {
    Next::Over(Pressed::Changed(why.to_owned()))
}

fn unknown(why: &str) -> Next {
    Next::Over(Pressed::Unknown(why.to_owned()))
}

/// At a prompt that takes letters there is nothing to escape from: the one option that says no.
fn typed_refusal(dialog: &Dialog) -> Option<&str> {
    let typed = |it: &Choice| !it.under_cursor && it.key.is_some_and(char::is_alphabetic);
    if !dialog.options.iter().all(typed) {
        return None;
    }
    let mut no = dialog.options.iter().filter(|it| it.means == Means::Reject);
    no.next()
        .filter(|_| no.next().is_none())
        .map(|it| it.label.as_str())
}

/// Whether two options stand in one row.
fn is_beside(dialog: &Dialog, one: usize, other: usize) -> bool {
    let label = |at: usize| dialog.options.get(at).map_or("", |it: &Choice| &it.label);
    let mut rows = dialog.rows.iter();
    rows.any(|row| row.contains(label(one)) && row.contains(label(other)))
}
