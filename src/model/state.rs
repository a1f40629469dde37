//! From everything that was heard of an agent to the one state on its tile. Pure: evidence in, evidence out.
//!
//! The rules, in order:
//! 1. A process that ended has ended; nothing that was heard before or after changes that.
//! 2. An agent with an open request waits, whatever any source says.
//! 3. Else the most trusted source that names a state wins. A source that says `unknown` steps back,
//!    as does a source that lost its line: it has to say `unknown` itself.
//! 4. Hooks and notices are edges: they tell when something began, and miss ends (a rejected dialog, an
//!    interrupted turn). Their word falls once the screen, read later, names a state.
//! 5. Silence never speaks for a state; but `stuck`, said later than a `working`, replaces it. A screen that goes on
//!    saying `working` does not take that back: silence itself does, once something new is written.
//! 6. Where nothing names a state it is unknown, with the latest thing heard. Never idle.
//!
//! A lower source that said something else later is a contradiction: the higher one is still shown,
//! the contradiction beside it, and no message is delivered while it lasts.

use super::{Agent, Evidence, Source, Standing, State, Telling, Time, Usage};

/// What is heard of one living agent since this server has it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Live {
    /// The process, once it started.
    pub pid: Option<u32>,
    /// The last evidence of every source, most trusted first.
    pub known: Vec<Evidence>,
    /// When anything was last heard of it or done to it.
    pub since: Time,
    /// What it last said that it used.
    pub usage: Option<Usage>,
    /// When that became a line of the journal.
    pub used: Option<Time>,
    /// When a message was last written to it.
    pub written: Option<Time>,
    /// The message that was submitted to it last and is not known to be taken, and when.
    pub submitted: Option<(u64, Time)>,
    /// What the rules that its screen is read by can tell.
    pub telling: Telling,
    /// The dialog on its screen.
    pub dialog: Option<Seen>,
    /// When a request of it that came by a better way than its screen was last closed.
    pub answered: Option<Time>,
}

/// A dialog that is seen on a screen.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Seen {
    /// What.
    pub standing: Standing,
    /// Since when.
    pub since: Time,
    /// Not before this moment it becomes a card.
    pub opens: Time,
}

impl Live {
    /// Whether it is known to work.
    pub(super) fn works(&self) -> bool {
        judge(&self.known).is_some_and(|best| best.state == State::Working)
    }

    /// Takes evidence. `None` where it says what this source said already and nobody spoke since.
    pub(super) fn hear(&mut self, evidence: Evidence) -> Option<()> {
        let latest = self.known.iter().map(|it| it.at).max();
        match self
            .known
            .iter_mut()
            .find(|it| it.source == evidence.source)
        {
            Some(old) => {
                let same = old.state == evidence.state && old.detail == evidence.detail;
                if same && Some(old.at) >= latest.max(self.written) {
                    return None;
                }
                *old = evidence;
            }
            None => {
                self.known.push(evidence);
                self.known.sort_by_key(|it| it.source);
            }
        }
        Some(())
    }
}

/// The best evidence among what is known, if anything is known at all.
pub(super) fn judge(known: &[Evidence]) -> Option<&Evidence> {
    let screen = known
        .iter()
        .find(|it| it.source == Source::Screen && names_a_state(it));
    let best = known.iter().find(|it| {
        let overtaken = is_edge(it.source) && screen.is_some_and(|screen| screen.at > it.at);
        it.source != Source::Silence && names_a_state(it) && !overtaken
    });
    let silence = known.iter().find(|it| it.source == Source::Silence);
    match (best, silence) {
        (Some(best), Some(silence))
            if best.state == State::Working
                && silence.state == State::Stuck
                && (silence.at > best.at || best.source == Source::Screen) =>
        {
            Some(silence)
        }
        (Some(best), _) => Some(best),
        (None, _) => known
            .iter()
            .filter(|it| it.state == State::Unknown)
            .max_by(|a, b| a.at.cmp(&b.at).then(b.source.cmp(&a.source))),
    }
}

/// What a less trusted source said later, and differently.
pub(super) fn contradiction<'a>(best: &Evidence, known: &'a [Evidence]) -> Option<&'a Evidence> {
    known.iter().find(|it| {
        let speaks = names_a_state(it) && it.source != Source::Silence;
        speaks && it.source > best.source && it.at > best.at && it.state != best.state
    })
}

/// What became of one source's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// It is what is shown.
    Shown,
    /// It names no state.
    StepsBack,
    /// An edge that the screen, read later, has overtaken.
    Overtaken,
    /// This source is trusted more.
    Outranked(Source),
    /// It says otherwise, and said so later.
    Contradicts,
    /// Silence, which speaks for nothing alone.
    Silent,
}

/// What became of the word of a source among what is known.
pub(super) fn word(one: &Evidence, known: &[Evidence]) -> Word {
    let best = judge(known);
    if best == Some(one) {
        return Word::Shown;
    }
    if one.source == Source::Silence {
        return Word::Silent;
    }
    if !names_a_state(one) {
        return Word::StepsBack;
    }
    let mut screens = known
        .iter()
        .filter(|it| it.source == Source::Screen && names_a_state(it));
    if is_edge(one.source) && screens.any(|screen| screen.at > one.at) {
        return Word::Overtaken;
    }
    match best {
        Some(best) if contradiction(best, known) == Some(one) => Word::Contradicts,
        Some(best) => Word::Outranked(best.source),
        None => Word::StepsBack,
    }
}

impl Agent {
    /// What a less trusted source said later, and differently, where one did. Shown beside the state.
    pub fn contradiction(&self) -> Option<&Evidence> {
        contradiction(&self.evidence, &self.known)
    }
}

fn names_a_state(evidence: &Evidence) -> bool {
    match evidence.state {
        State::Working | State::Waiting | State::Idle | State::Stuck | State::Limited => true,
        State::Starting | State::Unknown | State::Exited(_) => false,
    }
}

fn is_edge(source: Source) -> bool {
    match source {
        Source::Hook | Source::Notice => true,
        Source::Process | Source::Api | Source::Record | Source::Screen | Source::Silence => false,
    }
}
