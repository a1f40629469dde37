//! Agents as the keeper tells of them: processes that start and end, terminals that come and go, and
//! the panes that show them.

use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::model::{AgentId, Event, Exit, Level, Notice, Pressed, SeatId, Status, count};
use crate::wire::ToClient;
use crate::wire::keeper::{AgentNo, Exited};

use super::adopt::Adopted;
use super::clock;
use super::hub::{End, Hub};
use super::keeper_link::{KeeperEvent, Returned};
use super::keeper_side::Heard;
use super::pane::{self, Recorded};
use super::post::{PaneHandle, ToPane};
use super::profiles::Tongue;
use super::recording::{self, Bounds, Recorder};

/// How long panes may take to let go of their terminals.
const LETTING_GO: Duration = Duration::from_secs(2);
/// How much of a recording is shown again, in bytes.
const REPLAYED: usize = 2 * 1024 * 1024;

impl Hub {
    pub(super) fn keeper_said(&mut self, heard: Heard) {
        match heard {
            Heard::Event(event) => self.keeper_event(event),
            Heard::Back(Ok(found)) => {
                let before = self.room.living().count();
                let (returned, ended) = self.keeper.take(found);
                self.take_over(returned, ended);
                self.count_losses();
                let lost = before.saturating_sub(self.room.living().count());
                match lost {
                    0 => self.say_all(Level::Note, "the keeper is there again".to_owned()),
                    lost => self.say_all(
                        Level::Warning,
                        format!(
                            "the keeper was gone, and {} with it; another one is there",
                            count(lost, "agent")
                        ),
                    ),
                }
            }
            Heard::Back(Err(error)) => {
                self.say_all(Level::Error, format!("{error:#}"));
                self.keeper.look(tokio::time::sleep(Duration::from_secs(5)));
            }
        }
    }

    fn keeper_event(&mut self, event: KeeperEvent) {
        match event {
            KeeperEvent::Spawned {
                agent,
                pid,
                terminal,
            } => {
                let id = AgentId(agent.0);
                self.open_pane(id, Adopted::new(terminal, pane::SMALLEST));
                self.publish();
                self.update(Event::Started { agent: id, pid });
            }
            KeeperEvent::Failed { agent, error } => {
                self.ended(AgentId(agent.0), Exit::Failed(error));
            }
            KeeperEvent::Exited(exited) => {
                let agent = AgentId(exited.agent.0);
                // What could not be read when its terminal came is left to the next server: its pane records meanwhile.
                if let Some(spool) = &exited.spool
                    && !self.unread.contains_key(&agent)
                {
                    let folder = self.paths.spools();
                    self.adopt(agent, Adopted::last_words(spool, &folder, pane::SMALLEST));
                    self.publish();
                }
                self.ended(agent, exit(&exited));
            }
            KeeperEvent::Stopped { left: 0, .. }
            | KeeperEvent::Known(_)
            | KeeperEvent::StillBusy { .. } => {}
            KeeperEvent::Stopped { agent, left, .. } => {
                let text = format!(
                    "{left} processes of agent {agent} could not be ended; look for them by hand"
                );
                self.say_all(Level::Warning, text);
            }
            KeeperEvent::Lost { why } => self.keeper_lost(&why),
        }
    }

    /// The room hears of an end; once that is recorded, and what it wrote is, the keeper may forget it.
    fn ended(&mut self, agent: AgentId, exit: Exit) {
        self.update(Event::Ended { agent, exit });
        if !self.unread.contains_key(&agent) {
            self.order_keeper(|link| link.forget(AgentNo(agent.0)));
        }
    }

    /// Shows what the keeper kept of an agent. Once the pane has recorded it, the keeper need not have it any more; what
    /// could not be read stays there for the next server.
    fn adopt(&mut self, agent: AgentId, adopted: Adopted) {
        let unread = adopted.unread.clone();
        self.open_pane(agent, adopted);
        let Some(why) = unread else {
            return self.order_keeper(|link| link.taken(AgentNo(agent.0)));
        };
        let known = self.room.book.agents.get(&agent);
        let name = known.map_or_else(|| agent.to_string(), |known| known.name.clone());
        let text = format!(
            "what `{name}` wrote while no server ran cannot be read: {why}; its recording goes on without it, and the next server tries again"
        );
        tracing::warn!("{text}");
        self.say_all(Level::Warning, text.clone());
        self.unread.insert(agent, text);
    }

    /// Tells somebody who came what is missing in recordings because it could not be read.
    pub(super) fn tell_unread(&self, seat: SeatId) {
        let veil = self.guests.veil(seat).unwrap_or_default();
        let seen = |agent: &AgentId| veil.shows_agent(*agent);
        for (_, text) in self.unread.iter().filter(|(agent, _)| seen(agent)) {
            let notice = Notice {
                at: clock::now(),
                level: Level::Warning,
                text: text.clone(),
            };
            self.guests.tell(seat, ToClient::Tell(notice));
        }
    }

    fn order_keeper(
        &self,
        order: impl FnOnce(
            &super::keeper_link::KeeperLink,
        ) -> Result<(), super::keeper_link::KeeperError>,
    ) {
        // It tells again what it was not told to forget.
        if let Ok(Err(error)) = self.keeper.link().map(order) {
            tracing::warn!(%error, "the keeper did not take an order");
        }
    }

    fn keeper_lost(&mut self, why: &str) {
        tracing::warn!(%why, "the link to the keeper is gone");
        let panes = self.let_go();
        self.keeper.lost(panes);
        self.presses_lost();
    }

    /// The panes that were pressing an answer will not say what became of it.
    fn presses_lost(&mut self) {
        let requests = self.room.open_requests();
        let pressing = requests.filter(|it| matches!(it.status, Status::Answering(_)));
        for request in pressing.map(|it| it.id).collect::<Vec<_>>() {
            let why = "the line to its terminal was lost".to_owned();
            let outcome = Pressed::Unknown(why);
            self.update(Event::Pressed { request, outcome });
        }
    }

    /// What the keeper handed over, shown: terminals, last words, and agents that ended before.
    pub(super) fn take_over(&mut self, returned: Vec<Returned>, ended: Vec<Exited>) {
        let folder = self.paths.spools();
        self.unread.clear();
        for exited in ended {
            self.keeper_event(KeeperEvent::Exited(exited));
        }
        for returned in returned {
            let agent = returned.here.agent;
            let spooled = returned.here.spool.is_some();
            if !self.room.book.agents.contains_key(&AgentId(agent.0)) {
                tracing::warn!(%agent, "the keeper holds an agent that the journal does not know");
            }
            let (id, adopted) = (AgentId(agent.0), Adopted::returned(returned, &folder));
            match spooled {
                true => self.adopt(id, adopted),
                false => self.open_pane(id, adopted),
            }
        }
        self.show_ended();
        self.publish();
    }

    /// Agents that ended keep their last picture.
    fn show_ended(&mut self) {
        let ended = self
            .room
            .book
            .agents
            .values()
            .filter(|agent| !agent.is_alive());
        let missing: Vec<AgentId> = ended
            .map(|agent| agent.id)
            .filter(|id| !self.panes.contains_key(id))
            .collect();
        for agent in missing {
            self.open_pane(agent, Adopted::nothing(pane::SMALLEST));
        }
    }

    /// After the keeper was lost: whoever it no longer has is lost too.
    fn count_losses(&mut self) {
        let lost: Vec<AgentId> = self
            .living()
            .map(|agent| agent.id)
            .filter(|id| !self.panes.contains_key(id))
            .collect();
        for agent in lost {
            self.update(Event::Ended {
                agent,
                exit: Exit::Lost,
            });
        }
        self.show_ended();
        self.publish();
    }

    fn open_pane(&mut self, agent: AgentId, adopted: Adopted) {
        let folder = self.paths.inside("recordings");
        let tail = recording::tail(&folder, agent, REPLAYED);
        let (recorder, opened) = Recorder::open(
            &folder,
            agent,
            adopted.size,
            clock::now(),
            Bounds::default(),
        );
        let recorded = Recorded {
            tail,
            recorder,
            opened,
        };
        self.panes.insert(
            agent,
            pane::start(
                agent,
                adopted,
                recorded,
                self.tongue(agent),
                self.attention.clone(),
                self.post.clone(),
            ),
        );
    }

    /// How an agent is spoken to; one that the journal does not know, as any command.
    fn tongue(&self, agent: AgentId) -> Tongue {
        let known = self.room.book.agents.get(&agent);
        let profile = known.map_or("", |agent| agent.profile.as_str());
        Tongue::new(self.profiles.in_force(), profile)
    }

    /// Every pane lets go of its terminal and ends. The result waits until they have.
    fn let_go(&mut self) -> impl Future<Output = ()> + Send + use<> {
        let panes: Vec<PaneHandle> = std::mem::take(&mut self.panes).into_values().collect();
        self.publish();
        async move {
            for pane in panes {
                let (done, let_go) = oneshot::channel();
                let asked = async {
                    if pane.orders.send(ToPane::LetGo(done)).await.is_ok() {
                        let _ended = let_go.await;
                    }
                };
                if timeout(LETTING_GO, asked).await.is_err() {
                    tracing::error!("a pane does not let go of its terminal");
                }
            }
        }
    }

    /// The last things: people are told, terminals let go of, the keeper left.
    pub(super) async fn finish(mut self, end: End) {
        let why = match end {
            End::HandOver => "this server leaves; the agents go on, and a new one takes over",
            End::Closed => "the room is closed",
        };
        super::door::close(&self.paths);
        self.guests.farewell(why);
        self.bench.stop().await;
        self.let_go().await;
        self.keeper.leave().await;
        match end {
            End::Closed => super::leaving::clear(&self.paths),
            // the next server, and agents meanwhile, find what they know
            End::HandOver => {}
        }
        tracing::info!(?end, "the server ends");
    }
}

fn exit(exited: &Exited) -> Exit {
    match (&exited.code, &exited.signal) {
        (_, Some(signal)) => Exit::Signal(signal.clone()),
        (Some(code), None) => Exit::Code(*code),
        (None, None) => Exit::Lost,
    }
}
