//! How briefs come into a track that another one opened them in, and how those go who worked on one.

use super::deed::{Deed, Kind, Told};
use super::{About, Scribe};
use crate::model::{Actor, AgentId, Entry, Exit, Happening};

impl Scribe {
    /// What a line says of a second brief: of the one that is opened, where it comes from.
    pub(super) fn opened(&self, entry: &Entry) -> Option<(About, Deed)> {
        let Happening::BriefOpened {
            brief,
            from,
            left,
            to,
            ..
        } = &entry.what
        else {
            return None;
        };
        let deed = Deed {
            at: entry.at,
            by: self.doer(&entry.by),
            kind: Kind::New,
            what: format!("in {}, opened by {from} as it left {left}", to.stage),
            words: Vec::new(),
        };
        Some((About::Brief(brief.clone()), deed))
    }

    /// An agent's end, unless somebody wanted it: then that is told.
    pub(super) fn ended(&self, by: &Actor, agent: AgentId, exit: &Exit) -> Option<Told> {
        let about = self.about(agent);
        let working = match &about {
            About::Brief(brief) => self.working.contains_key(brief),
            About::Agent | About::Room => false,
        };
        let how = match exit {
            Exit::Failed(_) | Exit::Lost => {
                let how = exit.sentence();
                let what = match *by == Actor::Agent(agent) {
                    true => how,
                    false => format!("{}: {how}", self.agent(agent).name()),
                };
                return Some((about, Kind::Failed, what, Vec::new()));
            }
            Exit::Stopped(_) => return None,
            Exit::Code(_) | Exit::Signal(_) if self.book.stopping.contains(&agent) => return None,
            // it handed its work over and went
            Exit::Code(0) if !working => return None,
            Exit::Code(code) => format!("with exit {code}"),
            Exit::Signal(name) => format!("by {name}"),
        };
        let About::Brief(_) = about else { return None };
        let what = match working {
            true => format!("{how}, and handed nothing over"),
            false => how,
        };
        Some((about, Kind::Ended, what, Vec::new()))
    }

    /// A person ended an agent that worked on a brief.
    pub(super) fn stopped(&self, by: &Actor, agent: AgentId) -> Option<Told> {
        let (About::Brief(brief), Actor::Person(_)) = (self.about(agent), by) else {
            return None;
        };
        let what = self.agent(agent).name();
        let worked = self.working.contains_key(&brief);
        worked.then(|| (About::Brief(brief), Kind::Stopped, what, Vec::new()))
    }
}
