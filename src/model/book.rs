//! The book: what survives every crash. It changes only here, one journal line at a time, so that
//! replaying the journal rebuilds it. Nothing in it may depend on anything but those lines.

mod agents;
mod gauges;
mod messages;
mod openings;
mod owed;
mod progress;
mod requests;
mod ways;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{
    Actor, Agent, AgentId, Agreed, AskKey, BriefId, CommentId, Course, Delivery, Entry, Evidence,
    GaugeId, Happening, Launch, Manner, Message, Opening, Owed, Pauses, Person, Place, Policy,
    Progress, Readings, Request, RequestId, Review, Revoked, Served, Source, Spending, Spoken,
    State, Status, Stays, Time, Untrusted,
};

/// How many closed requests are kept; the one that was closed first goes first.
pub(super) const CLOSED_KEPT: usize = 200;

/// What survives every crash: rebuilt by replaying the journal, changed only by [`Book::apply`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Book {
    /// Agents, living and ended, until cleared. Only what the journal knows of them: a living one
    /// stands as `starting` here; [`super::Room::agent`] adds what was heard since.
    pub agents: BTreeMap<AgentId, Agent>,
    /// What each of them was started with.
    pub launches: BTreeMap<AgentId, Launch>,
    /// Requests: all open ones and the latest closed ones. [`super::Room::request`] adds whether
    /// the asker is away.
    pub requests: BTreeMap<RequestId, Request>,
    /// Which request a key names.
    pub keys: BTreeMap<AskKey, RequestId>,
    /// The closed ones of `requests`, in the order in which they were closed.
    pub closed: VecDeque<RequestId>,
    /// Messages that were not delivered yet.
    pub messages: BTreeMap<u64, Message>,
    /// Moves that the room ordered and that were not seen done.
    pub moving: BTreeMap<BriefId, Moving>,
    /// Who came and left when.
    pub stays: Stays,
    /// Which invitations hold no more.
    pub revoked: Revoked,
    /// The rules that a person agreed to, made stricter by what was written since.
    pub policies: Vec<Policy>,
    /// What may be run, as it was agreed to.
    pub agreed: Agreed,
    /// What was said in the breakroom of late.
    pub breakroom: VecDeque<Spoken>,
    /// The number of its last line.
    pub last_spoken: u64,
    /// What every agent ever worked on.
    pub served: Served,
    /// What was used, by brief, and what was granted.
    pub spending: Spending,
    /// Comments on the work of briefs.
    pub reviews: BTreeMap<BriefId, Review>,
    /// The ways of briefs, where there is something to remember of them.
    pub courses: BTreeMap<BriefId, Course>,
    /// How far the work on briefs is, where there is something to remember of it.
    pub progress: BTreeMap<BriefId, Progress>,
    /// What gauges said.
    pub gauges: BTreeMap<GaugeId, Readings>,
    /// What was decided and is not done yet, oldest first.
    pub owed: Vec<Owed>,
    /// Briefs that are to be opened, oldest first.
    pub openings: Vec<Opening>,
    /// Agents that are to be stopped and were not seen ended.
    pub stopping: BTreeSet<AgentId>,
    /// Living agents whose process nobody has seen yet: they are to be started.
    pub starting: BTreeSet<AgentId>,
    /// Living agents that were started with a text which no message said yet. Those whose programs take it with
    /// their start stay here.
    pub untold: BTreeSet<AgentId>,
    /// Where the room starts nothing by itself.
    pub pauses: Pauses,
    /// Whether a server had the room last.
    pub life: Life,
    /// The highest numbers given out so far.
    pub last_agent: AgentId,
    /// See `last_agent`.
    pub last_request: RequestId,
    /// See `last_agent`.
    pub last_message: u64,
    /// See `last_agent`.
    pub last_comment: CommentId,
}

/// A brief on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moving {
    /// Where it stood.
    pub from: Place,
    /// Where it goes.
    pub to: Place,
}

/// How a book was left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Life {
    /// Nobody ever opened it.
    #[default]
    New,
    /// A server has it, or had it and was cut off.
    Open,
    /// It was closed on purpose.
    Closed,
}

/// What one line changed, so that it can be shown.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Touched {
    Agent(AgentId),
    AgentGone(AgentId),
    Request(RequestId),
    RequestGone(RequestId),
    Message(u64),
    MessageDone(Message),
    Policies,
    Spoken(Spoken),
    Review(BriefId),
    Course(BriefId),
    Gauge(GaugeId),
    Pauses,
}

impl Book {
    /// Replays one line. A line that fits nothing (an unknown number) changes nothing.
    pub fn apply(&mut self, entry: &Entry) {
        self.fold(entry);
    }

    /// Replays one line and says what it changed.
    pub(super) fn fold(&mut self, entry: &Entry) -> Vec<Touched> {
        self.owes(entry);
        let mut touched = self.gauged(entry);
        touched.extend(self.opening_went_on(&entry.what));
        touched.extend(self.folded(entry));
        // A server that comes writes that one before it says that it came.
        if !matches!(entry.what, Happening::Recovered { .. }) {
            self.stays.noted(entry.at);
        }
        touched
    }

    fn folded(&mut self, entry: &Entry) -> Vec<Touched> {
        let at = entry.at;
        match &entry.what {
            Happening::Opened { .. } => {
                self.stays.nobody(at);
                self.live(Life::Open)
            }
            Happening::Closed => self.live(Life::Closed),
            Happening::Spawned { agent, launch } => self.spawned(*agent, launch, at),
            Happening::Started { agent, .. } => {
                self.starting.remove(agent);
                Vec::new()
            }
            Happening::Session { agent, session } => self.session(*agent, session),
            Happening::Ended { agent, exit } => {
                let mut touched = self.ended_early(*agent, exit);
                touched.extend(self.rests(*agent, at));
                touched.extend(self.ended(*agent, exit, at));
                touched
            }
            Happening::Cleared { agent } => self.cleared(*agent),
            Happening::Asked { .. } => {
                let mut touched = self.at_its_gate(entry);
                touched.extend(self.asked(entry));
                touched
            }
            Happening::Withdrawn { request, why } => {
                let why = why.clone();
                self.close(*request, Status::Withdrawn { at, why })
            }
            Happening::Decided { card, decision, .. } => {
                let mut touched = self.approved(card.request, decision);
                touched.extend(self.worked_on_again(card.request, decision, at));
                touched.extend(self.decided_of_course(card.request, decision));
                touched.extend(self.decided(card.request, decision));
                touched
            }
            Happening::Pressed { request, outcome } => self.pressed(*request, outcome, at),
            Happening::Moved {
                brief, from, to, ..
            } => {
                if entry.by == Actor::Hand {
                    self.has_left(brief);
                }
                let mut touched = self.moves_on(brief, from.as_ref(), to.as_ref(), at);
                touched.extend(self.moved_by(&entry.by, brief, to.as_ref()));
                if from.is_none() {
                    touched.extend(self.filed_by(&entry.by, brief));
                }
                touched.extend(self.moved(&entry.by, brief, from.as_ref(), to.as_ref()));
                touched
            }
            Happening::Arrived { brief } => {
                self.arrives(brief);
                self.release(brief, None)
            }
            Happening::Assigned {
                brief,
                agent,
                place,
                told,
            } => {
                let mut touched = self.change(brief, |it| it.assigned(at));
                touched.extend(self.given(&entry.by, brief, *agent, place.as_ref()));
                touched.extend(self.assigned(brief, *agent, place.as_ref()));
                let told = told.as_ref().map(|it| (it.message, it.text.as_str()));
                touched.extend(told.map(|it| self.messaged(entry, *agent, it, Manner::AtRest)));
                touched
            }
            Happening::Branched { brief, branch } => {
                self.change(brief, |it| it.branch = Some(branch.clone()))
            }
            Happening::Handed { .. } => self.handed(entry),
            Happening::Checked { .. } => self.checked(entry),
            Happening::Landed { brief, landed } => {
                let mut touched = self.opens_landed(brief);
                touched.extend(self.change(brief, |it| it.landed = Some(landed.clone())));
                touched
            }
            Happening::Unlanded { .. } => self.unlanded(entry),
            Happening::Cleaned { brief, .. } => {
                self.progress.remove(brief);
                Vec::new()
            }
            Happening::StartFailed { brief, why } => self.course(brief, |it| it.failed(why)),
            Happening::Paused { track } => self.paused(&entry.by, track.as_ref()),
            Happening::Resumed { track } => {
                self.pauses.resume(track.as_ref());
                vec![Touched::Pauses]
            }
            Happening::Messaged {
                message,
                agent,
                text,
                manner,
            } => {
                vec![self.messaged(entry, *agent, (*message, text), *manner)]
            }
            Happening::Delivered { message } => self.delivered(*message, at),
            Happening::Written { message } => self.parted(*message, Delivery::Delivered(at)),
            Happening::Unseen { message, why } => {
                self.parted(*message, Delivery::Unseen(why.clone()))
            }
            Happening::Dropped { message, why } => {
                self.parted(*message, Delivery::Dropped(why.clone()))
            }
            Happening::Joined { .. } => self.sat(&entry.by, |stays, by| stays.came(by, at)),
            Happening::Left => self.sat(&entry.by, |stays, by| stays.went(by, at)),
            Happening::Revoked { name } => {
                self.revoked.revoke(name, at);
                Vec::new()
            }
            Happening::Used { agent, usage } => self.used(*agent, *usage),
            Happening::Policies { rules } => {
                self.policies = rules.clone();
                vec![Touched::Policies]
            }
            Happening::Runs { runs } => {
                self.agreed.take(runs.clone());
                Vec::new()
            }
            Happening::Spoke { line, text } => self.spoke(entry, *line, text),
            Happening::Reviewed { brief, step } => {
                let touched = self.reviewed(&entry.by, at, brief, step);
                touched.into_iter().map(Touched::Review).collect()
            }
            Happening::Stopped { agent, .. } => {
                let living = self.agents.get(agent).filter(|it| it.is_alive());
                self.stopping.extend(living.map(|it| it.id));
                self.stopped(&entry.by, *agent)
            }
            Happening::Measured { .. }
            | Happening::BriefOpened { .. }
            | Happening::Unopened { .. }
            | Happening::Changed { .. }
            | Happening::Typed { .. }
            | Happening::Drove { .. }
            | Happening::Lapsed { .. }
            | Happening::Recovered { .. } => Vec::new(),
        }
    }

    fn sat(&mut self, by: &Actor, note: impl FnOnce(&mut Stays, &Person)) -> Vec<Touched> {
        if let Actor::Person(person) = by {
            note(&mut self.stays, person);
        }
        Vec::new()
    }

    fn live(&mut self, life: Life) -> Vec<Touched> {
        self.life = life;
        Vec::new()
    }

    /// A hand's move is done already; the room's own is only ordered. One that is taken back
    /// (it failed) ends the order.
    fn moved(
        &mut self,
        by: &Actor,
        brief: &BriefId,
        from: Option<&Place>,
        to: Option<&Place>,
    ) -> Vec<Touched> {
        let ordered = self.moving.remove(brief);
        let (Some(from), Some(to)) = (from, to) else {
            return self.release(brief, None);
        };
        match by {
            Actor::Hand => return self.release(brief, None),
            Actor::Room | Actor::Person(_) | Actor::Agent(_) | Actor::Policy { .. } => {}
        }
        let back = ordered.is_some_and(|it| &it.from == to && &it.to == from);
        if !back {
            let (from, to) = (from.clone(), to.clone());
            self.moving.insert(brief.clone(), Moving { from, to });
        }
        Vec::new()
    }
}

/// What the process itself says.
pub(super) fn process(state: State, at: Time, detail: &str) -> Evidence {
    Evidence {
        state,
        source: Source::Process,
        at,
        detail: Untrusted::new(detail),
    }
}
