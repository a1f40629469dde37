//! One line of the work log, from one line of the journal.

use serde::Serialize;

use super::wording::{checks, found, last, one, reviewed, room, some, subject, whither};
use super::{About, Scribe};
use crate::model::{
    Actor, AgentId, Ask, BriefId, CheckRun, Checks, Entry, Happening, Matter, Person, Redirect,
    Remains, Request, RequestId, Time, Verdict,
};

/// Something that was done. Every text in it may be anybody's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Deed {
    /// When.
    pub at: Time,
    /// By whom.
    pub by: Doer,
    /// What it was.
    pub kind: Kind,
    /// In a line.
    pub what: String,
    /// In whose words, where somebody said why, or left some: a few lines of them.
    pub words: Vec<String>,
}

impl Deed {
    /// Whether the line before says this already: the move that an approval is, the message that a rejection becomes.
    /// Words that stand in that line are taken out.
    pub(super) fn only_repeats(&mut self, last: &Deed) -> bool {
        self.words.retain(|words| *words != last.what);
        match (self.kind, last.kind) {
            (Kind::Moved, Kind::Decided | Kind::Passed) => last.what.contains(&self.what),
            (Kind::Told, Kind::Rejected) => (self.at, &self.by) == (last.at, &last.by),
            _ => false,
        }
    }
}

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Doer {
    /// A person, with the key that signed in.
    Person(Person),
    /// An agent.
    Agent {
        /// Its number.
        agent: AgentId,
        /// Its name; empty where the journal does not say.
        name: String,
        /// Its profile.
        profile: String,
    },
    /// The room by itself.
    Room,
    /// Somebody's hand in the folder.
    Hand,
    /// A rule of `opsroom.toml`.
    Rule(String),
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Reached the end of its way, or its branch landed, or stays as its track says.
    Shipped,
    /// Is done, and its branch did not land.
    Unlanded,
    /// A person approved, or answered.
    Decided,
    /// A person said no, or checks did.
    Rejected,
    /// A person sent it another way.
    Redirected,
    /// A gate opened by itself.
    Passed,
    /// A permission that a rule decided.
    ByRule,
    /// Something was asked of a person.
    Asked,
    /// An agent handed its work over.
    Handed,
    /// Came into a track.
    New,
    /// An agent proposed it.
    Filed,
    /// Went to another stage.
    Moved,
    /// Was dropped, or its file is gone.
    Dropped,
    /// Was given to an agent.
    Assigned,
    /// An agent that had a brief ended by itself.
    Ended,
    /// A person ended an agent that worked.
    Stopped,
    /// A person told an agent something.
    Told,
    /// A comment on the work, or what became of it.
    Reviewed,
    /// Something did not go as it should.
    Failed,
    /// Anything else that changes how the room works.
    Changed,
}

impl Kind {
    /// The word before a line.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Shipped => "shipped",
            Kind::Unlanded => "done, not landed",
            Kind::Decided => "decided",
            Kind::Rejected => "rejected",
            Kind::Redirected => "redirected",
            Kind::Passed => "passed",
            Kind::ByRule => "by rule",
            Kind::Asked => "asked",
            Kind::Handed => "handed over",
            Kind::New => "new",
            Kind::Filed => "filed",
            Kind::Moved => "moved",
            Kind::Dropped => "dropped",
            Kind::Assigned => "started",
            Kind::Ended => "ended",
            Kind::Stopped => "stopped",
            Kind::Told => "told",
            Kind::Reviewed => "review",
            Kind::Failed => "failed",
            Kind::Changed => "changed",
        }
    }
}

pub(super) type Told = (About, Kind, String, Vec<String>);

impl Scribe {
    /// What a line of the journal is in the log; nothing where it is not worth telling.
    pub(super) fn deed(&self, entry: &Entry) -> Option<(About, Deed)> {
        let (about, kind, what, words) = self.told(entry)?;
        // an assignment is the agent's line, whoever ordered it
        let by = match &entry.what {
            Happening::Assigned { agent, .. } => self.agent(*agent),
            _ => self.doer(&entry.by),
        };
        let at = entry.at;
        Some((
            about,
            Deed {
                at,
                by,
                kind,
                what,
                words,
            },
        ))
    }

    fn told(&self, entry: &Entry) -> Option<Told> {
        let of = |brief: &BriefId| About::Brief(brief.clone());
        Some(match &entry.what {
            Happening::Asked {
                agent, brief, ask, ..
            } => return self.asked(*agent, brief.as_ref(), ask),
            Happening::Decided { card, decision, .. } => {
                let by_rule = decision.rule.is_some();
                return self.decided(card.request, &decision.verdict, By::of(by_rule));
            }
            Happening::Moved {
                brief,
                from,
                to,
                why,
            } => self.moved(&entry.by, brief, (from.as_ref(), to.as_ref()), why),
            Happening::Assigned { brief, place, .. } => {
                let place = place.as_ref().map(|at| format!("in {}", at.stage));
                (
                    of(brief),
                    Kind::Assigned,
                    place.unwrap_or_default(),
                    Vec::new(),
                )
            }
            Happening::Handed { brief, handover } => {
                let what = format!("{} → {}", handover.from.stage, handover.to);
                (of(brief), Kind::Handed, what, some(handover.handoff.raw()))
            }
            Happening::Checked {
                brief,
                from,
                report,
                so,
            } => match so {
                Checks::SendBack { .. } => {
                    let failed: Vec<CheckRun> = report.failed().cloned().collect();
                    let what = format!("in {}: {}", from.stage, checks(&failed));
                    let tail = failed.last().map(|it| it.tail.raw()).unwrap_or_default();
                    (of(brief), Kind::Rejected, what, last(tail))
                }
                Checks::Open { to, rule } => {
                    let what = format!("{} → {to}: {rule}{}", from.stage, found(report));
                    (of(brief), Kind::Passed, what, Vec::new())
                }
            },
            Happening::Landed { brief, landed } => self.landed(&entry.by, brief, landed),
            Happening::BriefOpened {
                brief, from, to, ..
            } => {
                let what = format!("opened {brief} in {to}");
                (of(from), Kind::Changed, what, Vec::new())
            }
            Happening::Unlanded { brief, to, why } => {
                let what = format!("did not land, back to {to}");
                (of(brief), Kind::Rejected, what, some(why))
            }
            Happening::Cleaned {
                brief,
                left: Remains::Kept,
            } => {
                let what = "its worktree is gone, its branch stays".to_owned();
                (of(brief), Kind::Changed, what, Vec::new())
            }
            Happening::Lapsed {
                request,
                brief,
                why,
            } => {
                let about = brief.as_ref().map_or(About::Room, of);
                let what = format!("what was decided on {request} was not done");
                (about, Kind::Failed, what, some(why))
            }
            Happening::StartFailed { brief, why } => {
                let what = "was not started".to_owned();
                (of(brief), Kind::Failed, what, some(why))
            }
            Happening::Changed { brief, how } => {
                (of(brief), Kind::Changed, how.clone(), Vec::new())
            }
            Happening::Reviewed { brief, step } => return reviewed(brief, step),
            Happening::Messaged { agent, text, .. } => {
                let what = self.agent(*agent).name();
                (self.about(*agent), Kind::Told, what, some(text))
            }
            Happening::Typed { agent } => {
                let what = format!("typed into the terminal of {}", self.agent(*agent).name());
                (self.about(*agent), Kind::Told, what, Vec::new())
            }
            Happening::Ended { agent, exit } => return self.ended(&entry.by, *agent, exit),
            Happening::Stopped { agent, .. } => return self.stopped(&entry.by, *agent),
            Happening::Unopened { brief, why } => {
                let what = "was not opened under this name".to_owned();
                (of(brief), Kind::Failed, what, some(why))
            }
            Happening::Runs { runs } => match &entry.by {
                Actor::Person(_) => {
                    let what = format!("what {} runs from here on", runs.file());
                    (About::Room, Kind::Changed, what, Vec::new())
                }
                // as a room was first opened, and what changes nothing of it
                Actor::Room | Actor::Agent(_) | Actor::Hand | Actor::Policy { .. } => return None,
            },
            Happening::Opened { .. }
            | Happening::Closed
            | Happening::Policies { .. }
            | Happening::Paused { .. }
            | Happening::Resumed { .. }
            | Happening::Drove { .. }
            | Happening::Revoked { .. }
            | Happening::Recovered { .. } => return room(&entry.what),
            Happening::Spawned { .. }
            | Happening::Started { .. }
            | Happening::Session { .. }
            | Happening::Cleared { .. }
            | Happening::Withdrawn { .. }
            | Happening::Pressed { .. }
            | Happening::Arrived { .. }
            | Happening::Branched { .. }
            | Happening::Cleaned {
                left: Remains::Gone,
                ..
            }
            | Happening::Delivered { .. }
            | Happening::Written { .. }
            | Happening::Unseen { .. }
            | Happening::Dropped { .. }
            | Happening::Used { .. }
            | Happening::Measured { .. }
            | Happening::Joined { .. }
            | Happening::Left
            | Happening::Spoke { .. } => return None,
        })
    }

    pub(super) fn about(&self, agent: AgentId) -> About {
        self.brief_of(agent).map_or(About::Agent, About::Brief)
    }

    fn about_request(&self, brief: Option<&BriefId>, agent: Option<AgentId>) -> About {
        match (brief, agent) {
            (Some(brief), _) => About::Brief(brief.clone()),
            (None, Some(agent)) => self.about(agent),
            (None, None) => About::Room,
        }
    }

    /// Permissions are told with what was decided; here stands what a person had to think about.
    fn asked(&self, agent: Option<AgentId>, brief: Option<&BriefId>, ask: &Ask) -> Option<Told> {
        let about = self.about_request(brief, agent);
        match ask {
            Ask::Permission { .. } | Ask::Dialog { .. } => None,
            Ask::Question { text, .. } => Some((about, Kind::Asked, one(text.raw()), Vec::new())),
            Ask::Matter {
                text,
                about: matter,
                ..
            } => match matter {
                Matter::Start(_) => None,
                Matter::Rules(_)
                | Matter::Runs(_)
                | Matter::Budget(_)
                | Matter::Landing { .. }
                | Matter::Left(_)
                | Matter::CutOff(_) => Some((about, Kind::Asked, one(text.raw()), Vec::new())),
            },
            Ask::Gate {
                from, to, report, ..
            } => {
                let report = report.as_deref();
                let found = report.map(found).unwrap_or_default();
                let what = format!("{} → {to}{found}", from.stage);
                Some((about, Kind::Asked, what, Vec::new()))
            }
        }
    }

    fn decided(&self, request: RequestId, verdict: &Verdict, by: By) -> Option<Told> {
        let Some(Request {
            ask, brief, agent, ..
        }) = self.book.requests.get(&request)
        else {
            return Some((About::Room, Kind::Decided, request.to_string(), Vec::new()));
        };
        let about = self.about_request(brief.as_ref(), *agent);
        let subject = subject(ask);
        if by == By::Rule {
            return Some((about, Kind::ByRule, subject, Vec::new()));
        }
        let (kind, what, why) = match verdict {
            Verdict::Approve => (Kind::Decided, format!("approved {subject}"), ""),
            Verdict::Reject { reason } => (Kind::Rejected, subject, reason.as_str()),
            Verdict::Reply { text } => {
                (Kind::Decided, format!("answered {subject}"), text.as_str())
            }
            Verdict::Redirect(to) => {
                let (whither, text) = whither(to);
                let whither = match to {
                    Redirect::Agent { agent, .. } => format!("to {}", self.agent(*agent).name()),
                    Redirect::Direction { .. } | Redirect::Role { .. } | Redirect::Stage { .. } => {
                        whither
                    }
                };
                (Kind::Redirected, format!("{subject} {whither}"), text)
            }
        };
        Some((about, kind, what, some(why)))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Person,
    Rule,
}

impl By {
    fn of(rule: bool) -> Self {
        if rule { By::Rule } else { By::Person }
    }
}

impl Doer {
    /// Their name, without a key.
    pub fn name(&self) -> String {
        match self {
            Doer::Person(person) => person.name.clone(),
            Doer::Agent { agent, name, .. } if name.is_empty() => format!("agent {agent}"),
            Doer::Agent { agent, name, .. } => format!("{name} (agent {agent})"),
            Doer::Room => "the room".to_owned(),
            Doer::Hand => "by hand".to_owned(),
            Doer::Rule(_) => "a rule".to_owned(),
        }
    }
}
