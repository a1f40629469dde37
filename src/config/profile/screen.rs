//! The `[[screen]]` tables of a profile.

use crate::config::reader::{Reader, Table};
use crate::profile::screen::Rule;

/// The rules in the order of the file.
pub(super) fn read(root: &mut Table, reader: &mut Reader) -> Vec<Rule> {
    let _none_are_known_yet = root.tables("screen", reader);
    Vec::new()
}
