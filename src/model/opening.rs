//! A stage that opens a brief in another track as work leaves it. Begun and ended by lines of the journal alone; part
//! of the [`Book`](super::Book).

use super::{BriefId, Place, Untrusted, words};

/// So many wait to be opened; the oldest is opened no more.
pub(super) const OPENINGS_KEPT: usize = 200;
/// So many briefs that one opened are remembered; the oldest go.
pub(super) const OPENED_KEPT: usize = 16;
/// How much of the handoff stands in the new brief, in bytes.
const HANDOFF_LONGEST: usize = 24 * 1024;
/// The longest title, in characters.
const TITLE_LONGEST: usize = 200;

/// A brief that is to be opened, or was and was not seen yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The brief whose gate was passed.
    pub from: BriefId,
    /// The stage that it leaves.
    pub left: Place,
    /// Where the new one is opened.
    pub to: Place,
    /// What was handed over.
    pub handoff: Untrusted,
    /// What the new one is called, once the journal says so.
    pub called: Option<Called>,
}

/// What a brief that is opened is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called {
    /// Its id.
    pub brief: BriefId,
    /// Its title.
    pub title: String,
}

impl Opening {
    /// The file of the new brief.
    pub fn text(&self, title: &str) -> String {
        let Self {
            from,
            left,
            handoff,
            ..
        } = self;
        let said = words::cut(handoff.raw().trim(), HANDOFF_LONGEST);
        let more = match said.len() < handoff.raw().trim().len() {
            true => format!(
                "\n\n(cut here; all of it is kept as the handoff of {from} in {})",
                left.stage
            ),
            false => String::new(),
        };
        let said = if said.is_empty() { "(none)" } else { said };
        let title = quoted(title);
        format!(
            "+++\ntitle = {title}\nfrom = \"{from}\"\n+++\n\n## Objective\n\nTake up what {from} brought when it left {left}; its handoff stands below.\n\n## Constraints\n\nKeep to what the handoff brings; what {from} decided stays as it is.\n<!-- what else must stay as it is, what is off limits -->\n\n## Done looks like\n\nThe next handoff says what was made of it, and how anybody can see that.\n<!-- better: a command that passes, a figure, a page -->\n\n## Handoff of {from} in {left}\n\n{said}{more}\n"
        )
    }
}

/// A text as TOML writes it, on one line.
fn quoted(text: &str) -> String {
    let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let plain: String = plain.take(TITLE_LONGEST).collect();
    format!("\"{}\"", plain.replace('\\', "\\\\").replace('"', "\\\""))
}
