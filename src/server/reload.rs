//! Settings and profiles that were edited while the room runs: what is whole counts, what is broken is told.

use crate::model::{Event, Level, Notice, Runs, SeatId};
use crate::wire::ToClient;

use super::clock;
use super::hub::{Hub, SettingsRead};

/// How many faults are shown at once; the log has all of them.
const FAULTS: usize = 20;

impl Hub {
    pub(super) fn reload(&mut self) {
        self.settings_faults = match self.settings.read() {
            Ok((settings, odd)) => {
                self.settings_read = SettingsRead::Yes;
                self.update(Event::Edited(Runs::Settings(Box::new(settings))));
                odd
            }
            Err(fault) => vec![format!("the settings stay as they were: {fault}")],
        };
        for fault in self.settings_faults.clone() {
            tracing::warn!(%fault, "opsroom.toml");
            self.say_all(Level::Warning, fault);
        }
        self.show_faults();
    }

    /// What is wrong stands on every screen until it is mended.
    pub(super) fn show_faults(&mut self) {
        let profiles = self.profiles.faults().iter();
        let all = self.settings_faults.iter().chain(profiles).cloned();
        let all: Vec<String> = all.take(FAULTS).collect();
        self.update(Event::Faults(all));
    }

    /// What was wrong before is not said again.
    pub(super) fn reload_profiles(&mut self) {
        let before = self.profiles.faults().to_vec();
        self.profiles.read();
        let faults = self.profiles.faults().to_vec();
        for fault in faults.into_iter().filter(|fault| !before.contains(fault)) {
            tracing::warn!(%fault, "profiles");
            self.say_all(Level::Warning, fault);
        }
        self.update(Event::Edited(Runs::Programs(self.profiles.starts())));
        self.show_faults();
    }

    /// Tells somebody who came what is wrong with the settings and profiles.
    pub(super) fn tell_faults(&self, seat: SeatId) {
        if self
            .guests
            .veil(seat)
            .is_some_and(|veil| veil.curtain().is_some())
        {
            // The lines of the file that they show may name what is hidden.
            return;
        }
        let faults = self.settings_faults.iter().chain(self.profiles.faults());
        for text in faults.cloned() {
            let notice = Notice {
                at: clock::now(),
                level: Level::Warning,
                text,
            };
            self.guests.tell(seat, ToClient::Tell(notice));
        }
    }
}
