//! A person's own files: themes, layouts, keys, and what they chose last. Reads and writes them; what they mean
//! is `config`'s.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::glyphs::Glyphs;
use super::painter::{Knows, Underlines};
use crate::config::Parsed;
use crate::config::builtin::{LAYOUTS, THEMES};
use crate::config::keys::{self, Commands, Keys};
use crate::config::layout::{self, Layout};
use crate::config::theme::{self, ColourDepth, Theme};
use crate::door::personal_folder;
use crate::view::ahead::LocalEcho;
use crate::view::command::{Action, Command};

/// The longest file that is read, in bytes; a longer one is refused.
const LONGEST: u64 = 1024 * 1024;

/// In `chosen.toml`.
const LOCAL_ECHO: &str = "local_echo";

/// Where somebody without a home has nothing, and cannot write.
const NOWHERE: &str = "/dev/null";

/// Where a person's own files are, and how many colours their terminal has.
#[derive(Clone, Debug)]
pub struct Shelf {
    /// `~/.config/opsroom`.
    pub folder: PathBuf,
    /// What themes are reduced to.
    pub depth: ColourDepth,
}

/// What a person chose last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    /// The theme's name.
    pub theme: Option<String>,
    /// The layout's name.
    pub layout: Option<String>,
    /// Whether letters are shown before their echo.
    pub echo: LocalEcho,
}

impl Shelf {
    /// The person's who runs this, as their environment says.
    pub fn of_this_person() -> Self {
        Self {
            folder: personal_folder().unwrap_or_else(|| PathBuf::from(NOWHERE).join("opsroom")),
            depth: depth(),
        }
    }

    /// What the terminal knows, as far as its name and its colours tell.
    pub fn terminal(&self) -> Knows {
        Knows {
            underlines: Underlines::of(self.depth),
            glyphs: Glyphs::of(&term()),
        }
    }

    /// What is built in, for somebody who has no files on this machine.
    pub fn of_nobody() -> Self {
        Self {
            folder: PathBuf::from(NOWHERE).join("opsroom"),
            depth: depth(),
        }
    }

    /// A theme: the person's own file, else the built-in one.
    ///
    /// # Errors
    /// Where there is none of that name, or its file cannot be read or is broken.
    pub fn theme(&self, name: &str) -> anyhow::Result<Theme> {
        let text = self.text(
            "themes",
            name,
            THEMES
                .iter()
                .find(|file| file.name == name)
                .map(|file| file.text),
        )?;
        let text = text.with_context(|| unknown("theme", name, &self.themes()))?;
        let mut theme = whole(theme::parse(&format!("themes/{name}.toml"), &text))?;
        // A copy of another one is called as its file is, whatever it still says inside.
        name.clone_into(&mut theme.name);
        Ok(theme.reduce(self.depth))
    }

    /// A layout: the person's own file, else the built-in one.
    ///
    /// # Errors
    /// Where there is none of that name, or its file cannot be read or is broken.
    pub fn layout(&self, name: &str) -> anyhow::Result<Layout> {
        let text = self.text(
            "layouts",
            name,
            LAYOUTS
                .iter()
                .find(|file| file.name == name)
                .map(|file| file.text),
        )?;
        let text = text.with_context(|| unknown("layout", name, &self.layouts()))?;
        let mut layout = whole(layout::parse(&format!("layouts/{name}.toml"), &text))?;
        name.clone_into(&mut layout.name);
        Ok(layout)
    }

    /// The text of `keys.toml`, where there is one.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn keys(&self) -> anyhow::Result<Option<String>> {
        read(&self.folder.join("keys.toml"))
    }

    /// What keys.toml says, with what is wrong in it. Where there is no such file, nothing is.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn parsed_keys(&self) -> anyhow::Result<Parsed<Keys>> {
        let text = self.keys()?.unwrap_or_default();
        let names: Vec<&str> = Command::ALL.iter().map(|command| command.name()).collect();
        let commands = Commands {
            known: &|name: &str| Action::named(name).is_some(),
            names: &names,
        };
        Ok(keys::parse("keys.toml", &text, commands))
    }

    /// The names of all themes.
    pub fn themes(&self) -> Vec<String> {
        self.names("themes", THEMES.iter().map(|file| file.name))
    }

    /// The names of all layouts.
    pub fn layouts(&self) -> Vec<String> {
        self.names("layouts", LAYOUTS.iter().map(|file| file.name))
    }

    /// What was chosen last. A file that cannot be read is as none.
    pub fn chosen(&self) -> Chosen {
        let text = fs::read_to_string(self.folder.join("chosen.toml")).unwrap_or_default();
        let table: toml::Table = text.parse().unwrap_or_default();
        let name = |key: &str| {
            table
                .get(key)
                .and_then(|value| value.as_str())
                .map(str::to_owned)
        };
        let echo = table.get(LOCAL_ECHO).and_then(toml::Value::as_bool);
        Chosen {
            theme: name("theme"),
            layout: name("layout"),
            echo: match echo {
                Some(true) => LocalEcho::On(None),
                Some(false) | None => LocalEcho::Off,
            },
        }
    }

    /// Keeps what was chosen for the next time.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn choose(&self, chosen: &Chosen) -> io::Result<()> {
        let mut table = toml::Table::new();
        for (key, name) in [("theme", &chosen.theme), ("layout", &chosen.layout)] {
            if let Some(name) = name {
                table.insert(key.to_owned(), toml::Value::String(name.clone()));
            }
        }
        if let LocalEcho::On(_) = chosen.echo {
            table.insert(LOCAL_ECHO.to_owned(), toml::Value::Boolean(true));
        }
        fs::create_dir_all(&self.folder)?;
        let fresh = self.folder.join(".chosen.toml.new");
        fs::write(&fresh, table.to_string())?;
        fs::rename(fresh, self.folder.join("chosen.toml"))
    }

    fn text(
        &self,
        kind: &str,
        name: &str,
        builtin: Option<&str>,
    ) -> anyhow::Result<Option<String>> {
        let own = if is_file_name(name) {
            read(&self.folder.join(kind).join(format!("{name}.toml")))?
        } else {
            None
        };
        Ok(own.or_else(|| builtin.map(str::to_owned)))
    }

    fn names<'n>(&self, kind: &str, builtin: impl Iterator<Item = &'n str>) -> Vec<String> {
        let mut names: Vec<String> = builtin.map(str::to_owned).collect();
        let own: BTreeSet<String> = fs::read_dir(self.folder.join(kind))
            .into_iter()
            .flatten()
            .filter_map(|entry| {
                entry
                    .ok()?
                    .path()
                    .file_name()?
                    .to_str()?
                    .strip_suffix(".toml")
                    .map(str::to_owned)
            })
            .filter(|name| is_file_name(name) && !names.contains(name))
            .collect();
        names.extend(own);
        names
    }
}

fn whole<T>(parsed: Parsed<T>) -> anyhow::Result<T> {
    let said = parsed
        .diagnostics
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n");
    parsed.value.with_context(|| said)
}

fn unknown(what: &str, name: &str, names: &[String]) -> String {
    format!(
        "there is no {what} `{name}`; there are {}",
        names.join(", ")
    )
}

fn is_file_name(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !name.contains('/')
}

fn read(path: &Path) -> anyhow::Result<Option<String>> {
    match fs::metadata(path) {
        Ok(meta) if meta.len() > LONGEST => {
            anyhow::bail!("{} is longer than 1 MiB", path.display())
        }
        Ok(_) => fs::read_to_string(path)
            .map(Some)
            .with_context(|| format!("cannot read {}", path.display())),
        Err(error) if is_none(&error) => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

fn is_none(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// What the terminal calls itself.
fn term() -> String {
    env::var("TERM").unwrap_or_default()
}

/// How many colours the terminal says it has.
fn depth() -> ColourDepth {
    if env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) {
        return ColourDepth::None;
    }
    let term = term();
    let colourterm = env::var("COLORTERM").unwrap_or_default();
    match (colourterm.as_str(), term.as_str()) {
        ("truecolor" | "24bit", _) => ColourDepth::True,
        (_, term)
            if term.ends_with("-direct") || term.contains("kitty") || term.contains("ghostty") =>
        {
            ColourDepth::True
        }
        (_, term) if term.contains("256color") => ColourDepth::Indexed256,
        (_, "dumb" | "vt100" | "vt220") => ColourDepth::None,
        _ => ColourDepth::Ansi16,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn a_copy_is_called_as_its_file_is_and_so_found_again_when_it_changes() {
        let (_folder, shelf) = shelf();
        for (kind, file) in [("themes", &THEMES[1]), ("layouts", &LAYOUTS[1])] {
            let folder = shelf.folder.join(kind);
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("mine.toml"), file.text).unwrap();
        }
        assert_eq!(shelf.theme("mine").unwrap().name, "mine");
        assert_eq!(shelf.layout("mine").unwrap().name, "mine");
    }

    #[test]
    fn somebody_without_a_home_gets_what_is_built_in() {
        let shelf = Shelf {
            folder: Path::new(NOWHERE).join("opsroom"),
            depth: ColourDepth::True,
        };
        assert!(shelf.theme("opsroom").is_ok() && shelf.layout("wall").is_ok());
        assert!(shelf.keys().unwrap().is_none() && !shelf.themes().is_empty());
        assert!(shelf.choose(&Chosen::default()).is_err());
    }

    fn shelf() -> (tempfile::TempDir, Shelf) {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf {
            folder: folder.path().join("opsroom"),
            depth: ColourDepth::True,
        };
        (folder, shelf)
    }

    #[test]
    fn an_own_theme_stands_before_the_built_in_one_of_its_name() {
        let (_temp, shelf) = shelf();
        let builtin = shelf.theme("nord").unwrap();
        fs::create_dir_all(shelf.folder.join("themes")).unwrap();
        fs::write(
            shelf.folder.join("themes/nord.toml"),
            "[roles]\nbase = { fg = \"#123456\", bg = \"#ffffff\" }\n",
        )
        .unwrap();
        assert_ne!(shelf.theme("nord").unwrap(), builtin);
        fs::write(shelf.folder.join("themes/mine.toml"), "").unwrap();
        assert!(shelf.themes().contains(&"mine".to_owned()));
    }

    #[test]
    fn a_broken_theme_says_where_and_an_unknown_one_says_which_there_are() {
        let (_temp, shelf) = shelf();
        fs::create_dir_all(shelf.folder.join("themes")).unwrap();
        fs::write(
            shelf.folder.join("themes/dusk.toml"),
            "[roles]\npane = { fg = \"rde\" }\n",
        )
        .unwrap();
        let said = format!("{:#}", shelf.theme("dusk").unwrap_err());
        assert!(said.starts_with("themes/dusk.toml:2:"), "{said}");
        let said = format!("{:#}", shelf.theme("dawn").unwrap_err());
        assert!(
            said.contains("no theme `dawn`") && said.contains("nord"),
            "{said}"
        );
    }

    #[test]
    fn what_was_chosen_is_there_the_next_time() {
        let (_temp, shelf) = shelf();
        assert_eq!(shelf.chosen(), Chosen::default());
        let chosen = Chosen {
            theme: Some("nord".into()),
            layout: Some("focus".into()),
            echo: LocalEcho::On(None),
        };
        shelf.choose(&chosen).unwrap();
        assert_eq!(shelf.chosen(), chosen);
    }
}
