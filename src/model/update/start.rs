//! The road on which every brief gets to its agent, whoever sends it there: its papers are read, its assignment is
//! made, and it is given to a new agent or to a living one. What was checked at the beginning is checked again at
//! each step, since a hand's edit wins.

use super::policy::Of;
use super::{Checked, Turn};
use crate::model::assignment::{Assignment, spoken};
use crate::model::passing::{Aim, Recipient, Start, Step};
use crate::model::{
    Actor, AgentId, Answer, Branch, Brief, BriefId, Effect, Happening, Launch, Level, Life,
    Lifetime, Manner, Matter, Papers, Place, Proposed, Role, RoleName, Room, SeatId, StartOn,
    TrackShape, Untrusted, Worktrees, words,
};

/// Who waits for the answer to a wish.
pub(super) type Reply = Option<(SeatId, u32)>;

impl Turn<'_> {
    pub(super) fn brief_start(
        &mut self,
        by: Actor,
        id: BriefId,
        on: StartOn,
        reply: Reply,
    ) -> Checked<Option<Answer>> {
        let brief = self.startable(&id)?.clone();
        let to = self.recipient(&brief, on)?;
        let start = Start {
            by,
            to,
            words: String::new(),
            place: brief.place.clone(),
            aim: Aim::Start,
            reply,
            step: Step::Reading,
            text: String::new(),
        };
        self.can_begin(&brief, &start)?;
        self.begin(id, start);
        Ok(None)
    }

    /// Whether a start may begin, or go on.
    pub(super) fn can_begin(&self, brief: &Brief, start: &Start) -> Checked<()> {
        if brief.place != start.place {
            return Err(format!(
                "brief {} stands in {}, no longer in {}; look again",
                brief.id, brief.place, start.place
            ));
        }
        match &start.aim {
            Aim::Start | Aim::Approved(_) | Aim::Propose => drop(self.startable(&brief.id)?),
            Aim::Take(_) => {
                self.room.settled(&brief.id)?;
                self.does_not_land(&brief.id)?;
            }
        }
        if self.room.passing.starts.contains_key(&brief.id) {
            return Err(format!(
                "brief {} is being started already; wait a moment",
                brief.id
            ));
        }
        self.may_get(brief, &start.to)
    }

    /// Begins. Every check was made before.
    pub(super) fn begin(&mut self, id: BriefId, start: Start) {
        let (_, role) = self.room.stage_acts(&id, &start);
        let constraints = self.room.settings.track(&start.place.track);
        let constraints = constraints.map_or("", |track| track.constraints.as_str());
        let wanted = self.room.briefs.get(&id).and_then(Brief::heading);
        let wanted = wanted.and_then(|heading| heading.skill.clone());
        let gather = Effect::Gather {
            brief: id.clone(),
            place: start.place.clone(),
            skill: wanted.unwrap_or_else(|| role.skill.clone()),
            role: role.name.clone(),
            constraints: constraints.to_owned(),
        };
        self.room.passing.starts.insert(id.clone(), start);
        self.show_start(&id);
        self.out.push(gather);
    }

    /// The papers are there: the assignment can be made.
    pub(super) fn gathered(&mut self, id: &BriefId, papers: Result<Box<Papers>, String>) {
        let Some(start) = self.taken(id) else {
            return;
        };
        let papers = match papers {
            Ok(papers) => papers,
            Err(why) => return self.start_failed(id, &start, &why),
        };
        let brief = match self.go_on(id, &start) {
            Ok(brief) => brief,
            Err(why) => return self.start_failed(id, &start, &why),
        };
        let text = match &start.aim {
            Aim::Approved(text) => text.clone(),
            Aim::Start | Aim::Take(_) | Aim::Propose => self.text_of(&brief, &start, &papers),
        };
        match start.aim {
            Aim::Propose => self.propose(&brief, &start, text),
            Aim::Start | Aim::Approved(_) | Aim::Take(_) => {
                self.bring_to_its_place(&brief, start, text)
            }
        }
        self.deliver_due();
    }

    /// A start that is under way, taken up for its next step.
    fn taken(&mut self, id: &BriefId) -> Option<Start> {
        let start = self.room.passing.starts.remove(id)?;
        self.show_start(id);
        Some(start)
    }

    fn go_on(&self, id: &BriefId, start: &Start) -> Checked<Brief> {
        let brief = self.room.settled(id)?.clone();
        if self.room.book.life == Life::Closed {
            return Err("the room is closed".to_owned());
        }
        self.can_begin(&brief, start)?;
        Ok(brief)
    }

    fn text_of(&self, brief: &Brief, start: &Start, papers: &Papers) -> String {
        let (track, role) = self.room.stage_acts(&brief.id, start);
        let (folder, branch) = match &track.worktrees {
            Worktrees::None => (track.folder.clone(), String::new()),
            Worktrees::Each { .. } => (
                format!(".opsroom/worktrees/{}", brief.id),
                format!("opsroom/{}", brief.id),
            ),
        };
        let course = self.room.book.course_of(&brief.id);
        let mut rejections = course.rejections;
        rejections.retain(|it| it.stage == brief.place.stage);
        let who = match &start.by {
            Actor::Person(person) => Untrusted::new(person.name.as_str()).shown(),
            Actor::Room | Actor::Agent(_) | Actor::Hand | Actor::Policy { .. } => {
                "the room".to_owned()
            }
        };
        Assignment {
            role: &role,
            brief,
            papers,
            rejections: &rejections,
            folder: &folder,
            branch: &branch,
            words: (&who, &start.words),
        }
        .text()
    }

    /// Where the work is done: the track's folder, or a worktree of its own.
    fn bring_to_its_place(&mut self, brief: &Brief, start: Start, text: String) {
        let (track, _) = self.room.stage_acts(&brief.id, &start);
        match track.worktrees.clone() {
            Worktrees::None => self.assign(brief, start, text, track.folder),
            Worktrees::Each { setup } => self.branch_off(brief, start, text, setup),
        }
    }

    /// A brief's own worktree and branch are made, or found. Recorded before, so that no branch is ever unknown.
    fn branch_off(&mut self, brief: &Brief, mut start: Start, text: String, setup: Vec<String>) {
        let (track, _) = self.room.stage_acts(&brief.id, &start);
        let known = self.room.book.progress_of(&brief.id).branch;
        let branch = known.unwrap_or_else(|| {
            let branch = Branch::planned(&brief.id, &track.folder);
            let branched = Happening::Branched {
                brief: brief.id.clone(),
                branch: branch.clone(),
            };
            self.record(start.by.clone(), branched);
            branch
        });
        start.step = Step::Branching;
        start.text = text;
        self.room.passing.starts.insert(brief.id.clone(), start);
        self.show_start(&brief.id);
        self.out.push(Effect::Worktree {
            brief: brief.id.clone(),
            branch,
            setup,
        });
    }

    /// The worktree stands, or does not.
    pub(super) fn stands(&mut self, id: &BriefId, made: Result<(Branch, String), String>) {
        if let Ok((branch, _)) = &made
            && self.room.book.progress_of(id).branch.as_ref() != Some(branch)
        {
            let branched = Happening::Branched {
                brief: id.clone(),
                branch: branch.clone(),
            };
            self.record(Actor::Room, branched);
        }
        let waits = self.room.passing.starts.get(id);
        if waits.is_none_or(|start| start.step != Step::Branching) {
            return;
        }
        let Some(start) = self.taken(id) else {
            return;
        };
        let gone_on = made.and_then(|(_, folder)| Ok((self.go_on(id, &start)?, folder)));
        match gone_on {
            Ok((brief, folder)) => {
                let text = start.text.clone();
                self.assign(&brief, start, text, folder);
            }
            Err(why) => self.start_failed(id, &start, &why),
        }
        self.deliver_due();
    }

    /// The last step: an agent gets the brief.
    fn assign(&mut self, brief: &Brief, start: Start, text: String, folder: String) {
        let Start { by, to, place, .. } = start.clone();
        self.stop_checks(&brief.id);
        // Whoever has it is told in the same breath: one write holds both lines, and no kill falls between them.
        let tell = |turn: &mut Self| {
            if let Aim::Take(Some((from, told))) = &start.aim
                && turn.can_say(*from, told).is_ok()
            {
                turn.message(start.by.clone(), *from, told.clone(), Manner::Interrupt);
            }
        };
        let agent = match to {
            Recipient::New(role) => {
                let folder = self.lives_in(&role, &place, folder);
                let launch = Launch {
                    name: role.to_string(),
                    role: Some(role),
                    cwd: folder,
                    brief: Some(brief.id.clone()),
                    text: text.clone(),
                    ..Launch::default()
                };
                match self.completed(launch) {
                    Ok(launch) => {
                        tell(self);
                        self.spawn(by, launch)
                    }
                    Err(why) => return self.start_failed(&brief.id, &start, &why),
                }
            }
            Recipient::Living(agent) => {
                let words = spoken(&text, brief);
                tell(self);
                self.give(by, brief.id.clone(), agent, words);
                agent
            }
        };
        let kept = Effect::KeepAssignment {
            brief: brief.id.clone(),
            place,
            text,
        };
        // Kept before anybody is told to read it.
        let at = self.out.iter().rposition(|effect| match effect {
            Effect::Spawn { agent: of, .. } => *of == agent,
            _ => false,
        });
        self.out.insert(at.unwrap_or(self.out.len()), kept);
        if let Some((seat, ticket)) = start.reply {
            self.reply(seat, ticket, Ok(Answer::Agent(agent)));
        }
    }

    /// Where a new agent is started: one that stays is not bound to the worktree of its first brief.
    fn lives_in(&self, role: &RoleName, place: &Place, work: String) -> String {
        match self.room.settings.role(role).map(|role| role.lifetime) {
            Some(Lifetime::Track | Lifetime::Room) => {
                let track = self.room.settings.track(&place.track);
                track.map_or(work, |track| track.folder.clone())
            }
            Some(Lifetime::Brief) | None => work,
        }
    }

    /// A person is asked, with the whole assignment before them.
    fn propose(&mut self, brief: &Brief, start: &Start, text: String) {
        let (_, role) = self.room.stage_acts(&brief.id, start);
        let agent = match &start.to {
            Recipient::New(_) => None,
            Recipient::Living(agent) => Some(*agent),
        };
        let on = match agent {
            None => format!("a new {} ({})", role.name, role.profile),
            Some(agent) => format!("{} ({})", self.name(agent), role.profile),
        };
        let title = brief.heading().map(|heading| heading.title.shown());
        let question = format!(
            "start {} in {} on {on}? {}",
            brief.id,
            brief.place,
            title.unwrap_or_default()
        );
        let lacks = self.room.outlook().lacking(brief);
        let about = Matter::Start(Box::new(Proposed {
            place: brief.place.clone(),
            file: brief.changed,
            role: role.name,
            agent,
            text: Untrusted::new(text),
            lacks: lacks.map(Untrusted::new),
        }));
        let options = &[Proposed::GO, Proposed::KEEP];
        let of = Of::Brief(brief.id.clone());
        self.ask_matter("start", &question, options, about, of);
    }

    /// A start that does not happen: whoever wants it is told, and what the room itself began counts.
    pub(super) fn start_failed(&mut self, id: &BriefId, start: &Start, why: &str) {
        match (&start.by, start.reply) {
            (_, Some((seat, ticket))) => self.reply(seat, ticket, Err(why.to_owned())),
            (Actor::Room, None) => self.own_start_failed(id, start, why),
            (Actor::Person(_) | Actor::Agent(_) | Actor::Hand | Actor::Policy { .. }, None) => {
                let text = format!("brief {id} was not started{}", words::followed(why));
                self.notice(Level::Warning, text);
                self.start_lapsed(id, why);
            }
        }
    }

    /// What changed meanwhile is no failure: the room decides anew.
    fn own_start_failed(&mut self, id: &BriefId, start: &Start, why: &str) {
        let brief = self.room.briefs.get(id).cloned();
        let same = brief.is_some_and(|brief| self.can_begin(&brief, start).is_ok());
        if same {
            let (brief, said) = (id.clone(), why.to_owned());
            let failed = Happening::StartFailed { brief, why: said };
            self.record(Actor::Room, failed);
            self.never_started(id, why);
        }
    }

    /// Agents that were started for a brief end when it leaves their stage.
    pub(super) fn retire(&mut self, agents: &[AgentId], why: &str) {
        for agent in agents {
            // gone already, where it is
            let _ended = self.stop_since(Actor::Room, *agent, why.to_owned());
        }
    }
}

impl Start {
    /// Whether it will take a place of its role. A question takes none.
    pub(in crate::model) fn takes_place(&self) -> bool {
        match self.aim {
            Aim::Start | Aim::Approved(_) | Aim::Take(_) => true,
            Aim::Propose => false,
        }
    }
}

impl Room {
    /// The track of a start, and the role that acts: the recipient's, else that of the stage.
    pub(in crate::model) fn stage_acts(&self, id: &BriefId, start: &Start) -> (TrackShape, Role) {
        let track = self.settings.track(&start.place.track).cloned();
        let named = self.role_of_start(start);
        let named = named.and_then(|name| self.settings.role(&name).cloned());
        let wanted = self.briefs.get(id).and_then(Brief::heading);
        let wanted = wanted.and_then(|heading| heading.role.as_ref());
        let wanted = wanted.and_then(|name| self.settings.role(name));
        let acts = wanted
            .or_else(|| self.settings.role_at(&start.place))
            .cloned();
        let role = named.or(acts).unwrap_or_else(|| Role {
            name: "agent".into(),
            ..Role::default()
        });
        (track.unwrap_or_default(), role)
    }

    /// Who of a role gets a brief, by the lifetime of its agents: a new one, or the one that stays.
    pub(in crate::model) fn someone_of(&self, role: &Role, brief: &Brief) -> Recipient {
        match self.session_of(role, &brief.place.track) {
            Some(agent) => Recipient::Living(agent),
            None => Recipient::New(role.name.clone()),
        }
    }

    /// The agent of a role that stays: in this track, or in the room.
    pub(in crate::model) fn session_of(
        &self,
        role: &Role,
        track: &crate::model::Track,
    ) -> Option<AgentId> {
        let mut living = self
            .living()
            .filter(|it| it.role.as_ref() == Some(&role.name));
        match role.lifetime {
            Lifetime::Brief => None,
            Lifetime::Track => living
                .find(|it| it.track.as_ref().is_none_or(|of| of == track))
                .map(|it| it.id),
            Lifetime::Room => living.next().map(|it| it.id),
        }
    }

    /// Living agents that were started for a brief alone.
    pub(in crate::model) fn made_for(&self, brief: &BriefId) -> Vec<AgentId> {
        let living = self.living().filter(|it| it.brief.as_ref() == Some(brief));
        let fresh = living.filter(|it| {
            let launch = self.book.launches.get(&it.id);
            let for_it = launch.is_some_and(|launch| launch.brief.as_ref() == Some(brief));
            let role = it.role.as_ref().and_then(|role| self.settings.role(role));
            for_it && role.is_some_and(|role| role.lifetime == Lifetime::Brief)
        });
        fresh.map(|it| it.id).collect()
    }
}
