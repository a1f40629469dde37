//! Why a brief is not being worked on, for people.

use crate::model::{
    AgentId, BriefId, Kept, Person, RequestId, RoleName, Stage, Step, Untrusted, words,
};

/// What a brief waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Nothing: it is among the next.
    Ready,
    /// Its file cannot be read.
    Broken,
    /// It stands where nobody works.
    Rests(Stage),
    /// Its file is being moved.
    Moving,
    /// This agent works on it.
    Working(AgentId),
    /// It is being given to somebody.
    Starting(Step),
    /// It was handed over, and its checks run.
    Checks,
    /// It was approved, and its branch lands.
    Lands,
    /// Its branch did not land, and a person is asked.
    Unlanded(RequestId),
    /// It was handed over.
    Gate(RequestId),
    /// A person is asked whether it starts.
    Card(RequestId),
    /// No role acts at its stage.
    NobodyActs,
    /// The role that it names is not there.
    NoRole(RoleName),
    /// Its track starts nothing by itself.
    ByHand,
    /// A person keeps it back.
    Kept(Kept),
    /// It failed too often.
    Failed {
        /// How often in a row.
        times: u32,
        /// Why, the last time.
        why: String,
    },
    /// It does not say enough to be begun without a person: what it lacks.
    Unclear(String),
    /// Others must be done first.
    Needs(Vec<BriefId>),
    /// Whoever would check it made it.
    Checker(String),
    /// A person paused dispatch.
    Paused(Person),
    /// The agent that it names is not there.
    NoAgent(String),
    /// The agent that would get it works on something else.
    Session(AgentId),
    /// All places of the role are taken, or promised.
    NoPlace {
        /// Which role's.
        role: RoleName,
        /// How many there are.
        places: u32,
    },
    /// So many agents live, which is the limit.
    Full(u32),
    /// So many requests are open, which is the limit.
    Cards(u32),
}

impl Wait {
    /// For people: what it waits for, and where it helps, what to do.
    pub fn sentence(&self) -> String {
        match self {
            Wait::Ready => "starts next".to_owned(),
            Wait::Broken => "its file is broken; repair it".to_owned(),
            Wait::Rests(stage) => match stage.as_str() {
                "inbox" => "is only proposed; accept it".to_owned(),
                stage => format!("is in {stage}, where nobody works"),
            },
            Wait::Moving => "is being moved".to_owned(),
            Wait::Working(agent) => format!("agent {agent} works on it"),
            Wait::Starting(Step::Reading) => "is being started: its papers are read".to_owned(),
            Wait::Starting(Step::Branching) => "is being started: its worktree is made".to_owned(),
            Wait::Checks => "was handed over; its checks run".to_owned(),
            Wait::Lands => "is approved; its branch lands".to_owned(),
            Wait::Unlanded(request) => {
                format!("is approved, and its branch did not land; decide {request}")
            }
            Wait::Gate(request) => format!("was handed over; decide its gate ({request})"),
            Wait::Card(request) => format!("a card asks whether to start it ({request})"),
            Wait::NobodyActs => {
                "nobody acts at its stage; give the stage a role in opsroom.toml".to_owned()
            }
            Wait::NoRole(role) => format!("there is no role {role}; add it to opsroom.toml"),
            Wait::ByHand => "its track starts nothing by itself; start it by hand".to_owned(),
            Wait::Kept(kept) => format!(
                "{} keeps it back ({}); start it by hand{}",
                Untrusted::new(kept.by.name.as_str()).shown(),
                Untrusted::new(kept.why.as_str()).shown(),
                if kept.file.is_some() {
                    ", or change its file"
                } else {
                    ""
                }
            ),
            Wait::Failed { times, why } => format!(
                "failed {times} times in a row{}; look at it and start it by hand",
                words::followed(&Untrusted::new(why.as_str()).shown())
            ),
            Wait::Unclear(lacks) => format!(
                "{}; mend its text, or start it by hand",
                Untrusted::new(lacks.as_str()).shown()
            ),
            Wait::Needs(needs) => {
                let needs: Vec<String> = needs.iter().map(BriefId::to_string).collect();
                format!("needs {} first", words::some_of(&needs))
            }
            Wait::Checker(why) => why.clone(),
            Wait::Paused(by) => format!(
                "dispatch is paused by {}",
                Untrusted::new(by.name.as_str()).shown()
            ),
            Wait::NoAgent(name) => format!(
                "no agent is called {}; start it, or take `agent` out of the brief",
                Untrusted::new(name.as_str()).shown()
            ),
            Wait::Session(agent) => format!("waits until agent {agent} is free"),
            Wait::NoPlace { role, places } => format!(
                "no {role} is free: {} taken",
                words::count_are(*places as usize, "place")
            ),
            Wait::Full(limit) => format!("{limit} agents live, which is the limit"),
            Wait::Cards(limit) => format!("{limit} cards wait, which is the limit"),
        }
    }

    /// The same, where the brief was not named before.
    pub fn of_its_brief(&self) -> String {
        let sentence = self.sentence();
        match self {
            Wait::Ready
            | Wait::Rests(_)
            | Wait::Moving
            | Wait::Starting(_)
            | Wait::Checks
            | Wait::Lands
            | Wait::Unlanded(_)
            | Wait::Gate(_)
            | Wait::Failed { .. }
            | Wait::Needs(_)
            | Wait::Session(_) => format!("its brief {sentence}"),
            Wait::Broken
            | Wait::Working(_)
            | Wait::Card(_)
            | Wait::NobodyActs
            | Wait::NoRole(_)
            | Wait::ByHand
            | Wait::Kept(_)
            | Wait::Unclear(_)
            | Wait::Checker(_)
            | Wait::Paused(_)
            | Wait::NoAgent(_)
            | Wait::NoPlace { .. }
            | Wait::Full(_)
            | Wait::Cards(_) => sentence,
        }
    }

    /// Whether it says what the brief lacks.
    pub fn is_unclear(&self) -> bool {
        matches!(self, Wait::Unclear(_))
    }

    /// Its name, for scripts.
    pub fn kind(&self) -> &'static str {
        match self {
            Wait::Ready => "nothing",
            Wait::Broken => "broken",
            Wait::Rests(_) => "rests",
            Wait::Moving => "moving",
            Wait::Working(_) => "working",
            Wait::Starting(_) => "starting",
            Wait::Checks => "checks",
            Wait::Lands => "lands",
            Wait::Unlanded(_) => "unlanded",
            Wait::Gate(_) => "gate",
            Wait::Card(_) => "card",
            Wait::NobodyActs => "nobody_acts",
            Wait::NoRole(_) => "no_role",
            Wait::ByHand => "by_hand",
            Wait::Kept(_) => "kept_back",
            Wait::Failed { .. } => "failed",
            Wait::Unclear(_) => "unclear",
            Wait::Needs(_) => "needs",
            Wait::Checker(_) => "checker",
            Wait::Paused(_) => "paused",
            Wait::NoAgent(_) => "no_agent",
            Wait::Session(_) => "session",
            Wait::NoPlace { .. } => "no_place",
            Wait::Full(_) => "agents",
            Wait::Cards(_) => "cards",
        }
    }

    /// A word or two, for lists.
    pub fn word(&self) -> String {
        match self {
            Wait::Ready => "next".to_owned(),
            Wait::Broken => "broken".to_owned(),
            Wait::Rests(_) | Wait::ByHand | Wait::Working(_) => String::new(),
            Wait::Moving => "moving".to_owned(),
            Wait::Starting(_) => "starting".to_owned(),
            Wait::Checks => "checks run".to_owned(),
            Wait::Lands => "lands".to_owned(),
            Wait::Unlanded(_) => "not landed".to_owned(),
            Wait::Gate(_) => "gate".to_owned(),
            Wait::Card(_) => "asks".to_owned(),
            Wait::NobodyActs | Wait::NoRole(_) => "nobody acts".to_owned(),
            Wait::Kept(_) => "kept back".to_owned(),
            Wait::Failed { times, .. } => format!("failed {times}×"),
            Wait::Unclear(_) => "unclear".to_owned(),
            Wait::Needs(needs) => match needs.as_slice() {
                [one] => format!("needs {}", number(one)),
                several => format!("needs {}", several.len()),
            },
            Wait::Checker(_) => "no checker".to_owned(),
            Wait::Paused(_) => "paused".to_owned(),
            Wait::NoAgent(_) => "no agent".to_owned(),
            Wait::Session(_) | Wait::NoPlace { .. } | Wait::Full(_) => "no place".to_owned(),
            Wait::Cards(_) => "cards".to_owned(),
        }
    }
}

/// The number that an id begins with, or the id.
fn number(id: &BriefId) -> &str {
    let id = id.as_str();
    id.split('-').next().unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_the_brief_was_not_named_every_sentence_says_whose_it_is_once() {
        let failed = Wait::Failed {
            times: 2,
            why: String::new(),
        };
        for (wait, begins) in [
            (Wait::ByHand, "its track starts nothing"),
            (Wait::Moving, "its brief is being moved"),
            (Wait::Working(AgentId(3)), "agent 3 works"),
            (failed, "its brief failed 2 times"),
        ] {
            let said = wait.of_its_brief();
            assert!(said.starts_with(begins), "{said}");
        }
    }
}
