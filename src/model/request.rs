//! Requests and decisions: what waits for a person, and what was answered.

use serde::{Deserialize, Serialize};

use super::{
    AgentId, AskKey, BriefId, Choice, Digest, GateReport, Means, Overrun, Person, Place, Policy,
    RequestId, RoleName, Stage, Time, Untrusted, dialog,
};

/// Something an agent or a gate asks of the operator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Its number.
    pub id: RequestId,
    /// What the asker calls it.
    pub key: AskKey,
    /// Who asks.
    pub agent: Option<AgentId>,
    /// For which brief.
    pub brief: Option<BriefId>,
    /// What is asked: everything that the card shows.
    pub ask: Ask,
    /// SHA-256 of `ask`, in hex.
    pub digest: Digest,
    /// When it was asked.
    pub opened: Time,
    /// The generation of the agent's screen when it was asked.
    pub screen: u64,
    /// Whether its asker is connected.
    pub asker: Asker,
    /// Whether it still waits.
    pub status: Status,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ask {
    /// May I do this?
    Permission {
        /// The tool's name (`bash`, `write`, …).
        tool: Untrusted,
        /// One line: exactly what it wants to do.
        summary: Untrusted,
        /// The operands in full: the command, the diff. May be many lines.
        detail: Untrusted,
        /// Where it would happen.
        cwd: Untrusted,
    },
    /// Which of these, or what?
    Question {
        /// The question.
        text: Untrusted,
        /// Answers to choose from; with none, or besides them, the operator writes one.
        options: Vec<Untrusted>,
    },
    /// The brief is ready to leave its stage.
    Gate {
        /// Where it stands.
        from: Place,
        /// Where an approval moves it.
        to: Stage,
        /// What the agent leaves: the handoff's text.
        handoff: Untrusted,
        /// What was found besides; none in lines of older versions.
        #[serde(default)]
        report: Option<Box<GateReport>>,
    },
    /// A dialog on the agent's screen, read there and nowhere else.
    Dialog {
        /// It as it stands, but for where its cursor is.
        rows: Untrusted,
        /// Its options, in order.
        options: Vec<Choice>,
    },
    /// The room itself asks: something of its own needs a person. Answered by one of the options.
    Matter {
        /// The question.
        text: Untrusted,
        /// All answers there are.
        options: Vec<Untrusted>,
        /// What it is about, and so what an answer does.
        about: Matter,
    },
}

/// What the room asks about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matter {
    /// The rules that `opsroom.toml` holds now allow more than was agreed to.
    Rules(Vec<Policy>),
    /// A file says that something else is run than was agreed to.
    Runs(super::Runs),
    /// A brief used more than its budget; its agent was told to wait.
    Budget(Overrun),
    /// A brief could be started.
    Start(Box<Proposed>),
    /// The branch of an approved brief did not land.
    Landing {
        /// The stage that the brief leaves.
        from: Place,
    },
    /// An agent ended and left its brief where it stands.
    Left(super::Left),
    /// Nobody knows whether a message arrived.
    CutOff(Box<super::CutOff>),
}

impl Matter {
    /// Whether both ask about what the same file says.
    pub(super) fn is_like(&self, other: &Matter) -> bool {
        match (self, other) {
            (Matter::Rules(_), Matter::Rules(_)) => true,
            (Matter::Runs(one), Matter::Runs(other)) => one.file() == other.file(),
            (
                Matter::Rules(_)
                | Matter::Runs(_)
                | Matter::Budget(_)
                | Matter::Start(_)
                | Matter::Landing { .. }
                | Matter::Left(_)
                | Matter::CutOff(_),
                _,
            ) => false,
        }
    }
}

/// A start that the room proposes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposed {
    /// Where the brief stands.
    pub place: Place,
    /// The brief's file as it was read: when it was changed.
    pub file: Time,
    /// The role that acts.
    pub role: RoleName,
    /// The living agent that gets it; none for a new one.
    pub agent: Option<AgentId>,
    /// The whole assignment, as it will be handed over.
    pub text: Untrusted,
    /// What the brief lacks, in a few words; nothing where it lacks nothing, or work on it has begun.
    #[serde(default)]
    pub lacks: Option<Untrusted>,
}

impl Proposed {
    /// The answer that starts it.
    pub const GO: &str = "start it";
    /// The answer that does not.
    pub const KEEP: &str = "keep it back";

    /// Whether an answer keeps the brief back.
    pub fn is_refused_by(&self, verdict: &Verdict) -> bool {
        match verdict {
            Verdict::Reject { .. } => true,
            Verdict::Reply { text } => text != Self::GO,
            Verdict::Approve | Verdict::Redirect(_) => false,
        }
    }
}

/// Whether the asker is still on the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Asker {
    /// Connected; it gets the answer at once.
    Waits,
    /// The line was cut at this moment (a restart of the server). It has a limited time to return.
    Away(Time),
    /// Nobody is on a line: the room itself asks (a gate, a dialog that it saw).
    Room,
}

/// Whether a request still waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// It waits for a person.
    Open,
    /// A dialog: decided, and being pressed on its screen.
    Answering(Decision),
    /// A dialog: pressed, and not seen to go. It waits for a person again.
    Unsure(Decision),
    /// Answered.
    Decided(Decision),
    /// The asker took it back, or went.
    Withdrawn {
        /// When.
        at: Time,
        /// Why, for people.
        why: String,
    },
}

/// The operator's answer to one request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// What was decided.
    pub verdict: Verdict,
    /// Who decided.
    pub by: Person,
    /// When.
    pub at: Time,
    /// The rule that decided, in a line. Then `by` is nobody: see [`Decision::who`].
    #[serde(default)]
    pub rule: Option<String>,
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// Yes, once.
    Approve,
    /// No, and why (may be empty).
    Reject {
        /// For the agent, in the operator's words.
        reason: String,
    },
    /// The answer to a question.
    Reply {
        /// The option's text, or what the operator wrote.
        text: String,
    },
    /// Something else instead.
    Redirect(Redirect),
}

/// The three uses of redirect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Redirect {
    /// New direction for this agent. An open request is rejected with it first.
    Direction {
        /// In the operator's words.
        text: String,
    },
    /// Another role gets the brief.
    Role {
        /// Which.
        role: RoleName,
        /// With these words; may be empty.
        text: String,
    },
    /// Another agent gets the brief.
    Agent {
        /// Which.
        agent: AgentId,
        /// With these words; may be empty.
        text: String,
    },
    /// The brief moves to another stage.
    Stage {
        /// Where.
        place: Place,
        /// With these words; may be empty.
        text: String,
    },
}

impl Decision {
    /// What a rule decided.
    pub fn of_rule(verdict: Verdict, rule: String, at: Time) -> Self {
        let by = Person {
            name: "policy".to_owned(),
            key: None,
        };
        Self {
            verdict,
            by,
            at,
            rule: Some(rule),
        }
    }

    /// Who decided, for people: a person, or the rule.
    pub fn who(&self) -> String {
        match &self.rule {
            Some(rule) => format!("policy ({})", Untrusted::new(rule.as_str()).shown()),
            None => self.by.named(),
        }
    }
}

impl Request {
    /// Whether it still stands: it waits for a person, or for its dialog to go.
    pub fn is_open(&self) -> bool {
        match self.status {
            Status::Open | Status::Answering(_) | Status::Unsure(_) => true,
            Status::Decided(_) | Status::Withdrawn { .. } => false,
        }
    }
}

impl Ask {
    /// What is asked, in the asker's one line: for lists and for evidence.
    pub fn line(&self) -> Untrusted {
        match self {
            Ask::Permission { summary, .. } => summary.clone(),
            Ask::Question { text, .. } | Ask::Matter { text, .. } => text.clone(),
            Ask::Gate { from, to, .. } => Untrusted::new(format!("gate {} to {to}", from.stage)),
            Ask::Dialog { rows, options } => Untrusted::new(dialog::headline(rows.raw(), options)),
        }
    }

    /// The option of a dialog that approving takes, where exactly one plainly says yes.
    pub fn approving(&self) -> Option<&Choice> {
        let Ask::Dialog { options, .. } = self else {
            return None;
        };
        let mut yes = options.iter().filter(|it| it.means == Means::Approve);
        yes.next().filter(|_| yes.next().is_none())
    }

    /// Whether a plain yes answers it.
    pub fn takes_yes(&self) -> bool {
        match self {
            Ask::Permission { .. } => true,
            Ask::Gate { report, .. } => {
                let report = report.as_ref();
                report.is_none_or(|report| report.failed().next().is_none())
            }
            Ask::Dialog { .. } => self.approving().is_some(),
            Ask::Question { .. } => false,
            Ask::Matter { about, .. } => match about {
                Matter::Rules(_)
                | Matter::Runs(_)
                | Matter::Landing { .. }
                | Matter::Left(_)
                | Matter::CutOff(_) => false,
                Matter::Budget(_) | Matter::Start(_) => true,
            },
        }
    }

    /// Whether the room found or asks it itself, so that no asker can take it back or ask in its name.
    pub fn is_the_rooms(&self) -> bool {
        match self {
            Ask::Dialog { .. } | Ask::Matter { .. } => true,
            Ask::Permission { .. } | Ask::Question { .. } | Ask::Gate { .. } => false,
        }
    }

    /// What the room asks about, where it asks.
    pub fn about(&self) -> Option<&Matter> {
        match self {
            Ask::Matter { about, .. } => Some(about),
            Ask::Permission { .. }
            | Ask::Question { .. }
            | Ask::Gate { .. }
            | Ask::Dialog { .. } => None,
        }
    }

    /// The overrun that it is about.
    pub fn overrun(&self) -> Option<&Overrun> {
        let Matter::Budget(overrun) = self.about()? else {
            return None;
        };
        Some(overrun)
    }

    /// The message that it is about, where one may not have arrived.
    pub fn cut_off(&self) -> Option<&super::CutOff> {
        let Matter::CutOff(cut) = self.about()? else {
            return None;
        };
        Some(cut)
    }

    /// Whether it is about a message that its agent was not seen to take.
    pub fn is_unseen(&self) -> bool {
        matches!(self.cut_off(), Some(cut) if cut.doubt != super::Doubt::Replaced)
    }

    /// What was found of the work whose gate it is.
    pub fn report(&self) -> Option<&GateReport> {
        match self {
            Ask::Gate { report, .. } => report.as_deref(),
            Ask::Permission { .. }
            | Ask::Question { .. }
            | Ask::Dialog { .. }
            | Ask::Matter { .. } => None,
        }
    }

    /// Whether it is about a branch that did not land.
    pub fn is_about_landing(&self) -> bool {
        matches!(self.about(), Some(Matter::Landing { .. }))
    }

    /// The start that it proposes.
    pub fn start(&self) -> Option<&Proposed> {
        let Matter::Start(start) = self.about()? else {
            return None;
        };
        Some(start)
    }

    /// Whether its agent stands still until it is answered, and takes no other words.
    pub fn holds_its_agent(&self) -> bool {
        match self {
            Ask::Permission { .. } | Ask::Question { .. } | Ask::Dialog { .. } => true,
            Ask::Gate { .. } | Ask::Matter { .. } => false,
        }
    }
}
