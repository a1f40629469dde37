//! How the window looks, and which keys it knows: read from the person's files, again whenever they change. A broken
//! file keeps what was in use, and says where it is broken.

use super::Open;
use crate::config::keys::{self, Commands};
use crate::model::Level;
use crate::view::command::{Action, Command};
use crate::view::desk;
use crate::view::keymap::Keymap;
use crate::view::update::Input;

impl Open {
    pub(super) fn use_theme(&mut self, name: String) {
        match self.shelf.theme(&name) {
            Ok(theme) => {
                self.chosen.theme = Some(name);
                if let Err(error) = self.shelf.choose(&self.chosen) {
                    tracing::warn!("the choice of theme is not kept: {error}");
                }
                self.take(Input::Theme(Box::new(theme)));
            }
            Err(error) => self.take(Input::Notice(Level::Warning, format!("{error:#}"))),
        }
    }

    /// Reads the theme and layout in use again; a broken file keeps the old one and says where.
    pub(super) fn read_look(&mut self) {
        match self.shelf.theme(&self.desk.theme.name.clone()) {
            Ok(theme) if theme != self.desk.theme => self.take(Input::Theme(Box::new(theme))),
            Ok(_) => {}
            Err(error) => self.take(Input::Notice(Level::Warning, format!("{error:#}"))),
        }
    }

    pub(super) fn read_shelf(&mut self) {
        let layouts: Vec<_> = self
            .shelf
            .layouts()
            .iter()
            .map(|name| self.shelf.layout(name))
            .collect();
        for error in layouts.iter().filter_map(|layout| layout.as_ref().err()) {
            self.take(Input::Notice(Level::Warning, format!("{error:#}")));
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
            layouts: layouts.into_iter().flatten().collect(),
        };
        self.take(Input::Shelf(shelf));
    }

    pub(super) fn read_keys(&mut self) {
        let text = match self.shelf.keys() {
            Ok(text) => text.unwrap_or_default(),
            Err(error) => return self.take(Input::Notice(Level::Warning, format!("{error:#}"))),
        };
        let names: Vec<&str> = Command::ALL.iter().map(|command| command.name()).collect();
        let known = |name: &str| Action::named(name).is_some();
        let parsed = keys::parse(
            "keys.toml",
            &text,
            Commands {
                known: &known,
                names: &names,
            },
        );
        for diagnostic in &parsed.diagnostics {
            self.take(Input::Notice(Level::Warning, diagnostic.to_string()));
        }
        let Some(keys) = parsed.value else {
            return; // the keys in use stay
        };
        let (keymap, faults) = Keymap::new(&keys);
        self.keymap = keymap;
        for fault in faults {
            self.take(Input::Notice(Level::Warning, fault));
        }
    }
}
