//! How the window looks, and which keys it knows: read from the person's files, again whenever they change. A broken
//! file keeps what was in use, and says where it is broken.

use super::Open;
use crate::model::Level;
use crate::view::desk;
use crate::view::keymap::Keymap;
use crate::view::update::Input;

/// How many sentences about files are remembered; at that, all are forgotten, and may be said again.
const COMPLAINTS: usize = 200;

impl Open {
    pub(super) fn use_theme(&mut self, name: String) {
        self.try_theme(&name);
        if self.desk.theme.name == name {
            self.chosen.theme = Some(name);
            if let Err(error) = self.shelf.choose(&self.chosen) {
                tracing::warn!("the choice of theme is not kept: {error}");
            }
        }
    }

    pub(super) fn try_theme(&mut self, name: &str) {
        match self.shelf.theme(name) {
            Ok(theme) => self.take(Input::Theme(Box::new(theme))),
            Err(error) => self.take(Input::Notice(Level::Warning, format!("{error:#}"))),
        }
    }

    /// Says what is wrong with one of the person's files: once for each time that it was written, however often it
    /// is read because another one was.
    fn complain(&mut self, file: &str, sentence: String) {
        let written = std::fs::metadata(self.shelf.folder.join(file));
        let written = written.and_then(|meta| meta.modified()).ok();
        if self.complaints.len() >= COMPLAINTS {
            self.complaints.clear();
        }
        let before = self.complaints.insert(sentence.clone(), written);
        if written.is_none() || before != Some(written) {
            self.take(Input::Notice(Level::Warning, sentence));
        }
    }

    /// Reads the theme and layout in use again; a broken file keeps the old one and says where.
    pub(super) fn read_look(&mut self) {
        let name = self.desk.theme.name.clone();
        match self.shelf.theme(&name) {
            Ok(theme) if theme != self.desk.theme => self.take(Input::Theme(Box::new(theme))),
            Ok(_) => {}
            Err(error) => self.complain(&format!("themes/{name}.toml"), format!("{error:#}")),
        }
    }

    pub(super) fn read_shelf(&mut self) {
        let mut layouts = Vec::new();
        for name in self.shelf.layouts() {
            match self.shelf.layout(&name) {
                Ok(layout) => layouts.push(layout),
                Err(error) => self.complain(&format!("layouts/{name}.toml"), format!("{error:#}")),
            }
        }
        let themes = self.shelf.themes().into_iter().map(|name| {
            let remark = match self.shelf.theme(&name) {
                Ok(theme) => format!("{:?}", theme.ground).to_lowercase(),
                Err(_) => "broken".to_owned(),
            };
            (name, remark)
        });
        let shelf = desk::Shelf {
            themes: themes.collect(),
            layouts,
        };
        self.take(Input::Shelf(shelf));
    }

    pub(super) fn read_keys(&mut self) {
        let parsed = match self.shelf.parsed_keys() {
            Ok(parsed) => parsed,
            Err(error) => return self.complain("keys.toml", format!("{error:#}")),
        };
        for diagnostic in &parsed.diagnostics {
            self.complain("keys.toml", diagnostic.to_string());
        }
        let Some(keys) = parsed.value else {
            return; // the keys in use stay
        };
        self.window.wait_for_escape(&keys);
        let (keymap, faults) = Keymap::new(&keys);
        self.keymap = keymap;
        for fault in faults {
            self.complain("keys.toml", fault);
        }
    }
}
