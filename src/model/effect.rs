//! Everything the room wants done. Plain data; `server/perform` does them, in order.
//!
//! Order is the promise: an [`Effect::Journal`] is on disk before any effect behind it is performed.

use super::{
    AgentId, AskKey, Branch, BriefId, CheckOrder, Digest, Entry, Fact, Fate, GaugeOrder, Landing,
    Launch, Manner, Outcome, Place, Policy, Press, RequestId, RoleName, SeatId, Stage, Track,
};

/// Something to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Write this line and sync it before going on.
    Journal(Entry),
    /// Tell every client.
    Show(Fact),
    /// Answer one person's wish.
    Reply {
        /// Who.
        seat: SeatId,
        /// Which of their wishes.
        ticket: u32,
        /// How it went: a sentence where it did not, or the new id where one was made.
        answer: Answer,
    },
    /// Tell one person something that nobody asked for (their decision came second).
    Tell {
        /// Who.
        seat: SeatId,
        /// What.
        notice: super::Notice,
    },
    /// Answer an asker on the agent socket. Harmless where nobody waits on that key.
    Answer {
        /// Which.
        key: AskKey,
        /// With what.
        outcome: Outcome,
    },
    /// Start a process.
    Spawn {
        /// As whom.
        agent: AgentId,
        /// What.
        launch: Launch,
    },
    /// Stop a process and its descendants.
    Stop(AgentId),
    /// Drop an ended agent's pane.
    Forget(AgentId),
    /// Write a message into a pane and submit it. The pane answers with [`super::Event::Written`].
    Deliver {
        /// Its number.
        message: u64,
        /// Where.
        agent: AgentId,
        /// The words.
        text: String,
        /// Whether to interrupt first.
        manner: Manner,
    },
    /// Answer a dialog on a screen, if it is still the one of this digest. The pane answers with
    /// [`super::Event::Pressed`].
    Press {
        /// Which request.
        request: RequestId,
        /// On whose screen.
        agent: AgentId,
        /// The dialog that was decided.
        digest: Digest,
        /// What.
        press: Press,
    },
    /// Write a new brief's file.
    BriefWrite {
        /// Its id.
        brief: BriefId,
        /// The track.
        track: Track,
        /// The stage.
        stage: Stage,
        /// The whole file.
        text: String,
    },
    /// Make a brief of a file in a track's `drop` folder, in its inbox.
    BriefTake {
        /// Its id.
        brief: BriefId,
        /// The track.
        track: Track,
        /// The file's name.
        file: String,
    },
    /// Move a brief's file. Refused by the folder where it no longer stands at `from`.
    BriefMove {
        /// Which.
        brief: BriefId,
        /// From.
        from: Place,
        /// To.
        to: Place,
    },
    /// Write another priority into a brief's front matter, keeping everything else as it stands.
    BriefPriority {
        /// Which.
        brief: BriefId,
        /// Where it stands.
        place: Place,
        /// 1 to 9.
        priority: u8,
    },
    /// Keep a handoff's text as a file, per brief and stage.
    KeepHandoff {
        /// Which brief.
        brief: BriefId,
        /// Which stage it comes from.
        place: Place,
        /// The text.
        text: String,
    },
    /// Read what an assignment is made of. Answered with [`super::Event::Gathered`].
    Gather {
        /// Which brief.
        brief: BriefId,
        /// Where it stands.
        place: Place,
        /// The skill that must be there; empty for that of the role's name, where there is one.
        skill: String,
        /// Who acts.
        role: RoleName,
        /// The track's constraints: a file, from the room's folder; empty for none.
        constraints: String,
    },
    /// Make, or find, a brief's worktree and branch. Answered with [`super::Event::Worktree`].
    Worktree {
        /// Which brief.
        brief: BriefId,
        /// What is known of its branch.
        branch: Branch,
        /// Lines for `sh -c` in a new one.
        setup: Vec<String>,
    },
    /// Run the checks of a gate and see what was done. Answered with [`super::Event::Checked`].
    Check(Box<CheckOrder>),
    /// Have a gauge measured. Answered with [`super::Event::Measured`].
    Measure(Box<GaugeOrder>),
    /// End the checks of a brief. Harmless where none run.
    StopChecks(BriefId),
    /// Bring a branch to where it goes. Answered with [`super::Event::Landed`].
    Land {
        /// Which brief.
        brief: BriefId,
        /// Its title.
        title: String,
        /// How, and what was approved.
        landing: Box<Landing>,
    },
    /// Remove the worktree of a brief that is over. Answered with [`super::Event::Cleaned`].
    Clean {
        /// Which brief.
        brief: BriefId,
        /// Its branch.
        branch: Branch,
        /// What becomes of it.
        fate: Fate,
    },
    /// Keep an assignment's text as a file, per brief and stage.
    KeepAssignment {
        /// Which brief.
        brief: BriefId,
        /// Which stage it is for.
        place: Place,
        /// The text.
        text: String,
    },
    /// Of the profiles that somebody wrote, these hold.
    Programs(super::Programs),
    /// Write a rule behind what `opsroom.toml` holds.
    PolicyWrite {
        /// The rule.
        rule: Policy,
        /// Who wants it.
        by: String,
    },
    /// Send everybody away who came in by an invitation of this name.
    SendAway {
        /// The name.
        name: String,
        /// What they are told.
        why: String,
    },
    /// Close the server (and the keeper, once its agents are gone).
    Close,
}

/// How a wish went.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Answer {
    /// Done, or on its way.
    Done,
    /// An agent was made.
    Agent(AgentId),
    /// A brief was made.
    Brief(BriefId),
    /// Not done; a sentence that says why and what to do.
    Refused(String),
}
