//! What happened in the room since a person left it, picked from the journal's lines. Pure.

use serde::{Deserialize, Serialize};

use super::{
    Actor, AgentId, Ask, BriefId, Entry, Exit, Happening, Person, Place, RequestId, Time,
    Untrusted, Verdict,
    stays::{Leaving, LeftBy},
};

/// The most that is told; of more, the newest.
const TOLD: usize = 200;

/// Whoever was away for less than this (ms) has missed nothing.
const AWAY_MS: u64 = 5_000;

/// What a person missed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Since {
    /// When they left.
    pub left: Time,
    /// What happened, oldest first.
    pub missed: Vec<Missed>,
    /// How much more there was before that.
    pub before: u32,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missed {
    /// When.
    pub at: Time,
    /// Who did it.
    pub by: Actor,
    /// What.
    pub news: News,
}

/// What is worth telling.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum News {
    /// A request was decided.
    Decided {
        /// Which.
        request: RequestId,
        /// Who had asked, where the lines still say.
        agent: Option<AgentId>,
        /// How.
        verdict: Verdict,
    },
    /// A brief moved.
    Moved {
        /// Which.
        brief: BriefId,
        /// From where.
        from: Option<Place>,
        /// To where.
        to: Option<Place>,
    },
    /// An agent ended.
    Ended {
        /// Which.
        agent: AgentId,
        /// How.
        exit: Exit,
    },
    /// Something was asked.
    Asked {
        /// Its number.
        request: RequestId,
        /// By whom.
        agent: Option<AgentId>,
        /// What, in a line.
        what: Untrusted,
    },
    /// Other rules are in force.
    Policies {
        /// How many there are now.
        rules: u32,
    },
}

/// Whether somebody who left like this can have missed something by now. Where the clock was set back meanwhile, nobody
/// knows how long they were away.
pub fn was_away(left: &Leaving, now: Time) -> bool {
    now.apart(left.at) >= AWAY_MS
}

/// What a person missed who left like this. None where nothing happened. The lines may begin anywhere
/// before it.
pub fn since(entries: &[Entry], person: &Person, left: &Leaving) -> Option<Since> {
    let leaving = |entry: &Entry| entry.is_leaving_of(person, left);
    let from = entries.iter().position(leaving).unwrap_or(0);
    let news = |entry: &Entry| {
        let (at, by) = (entry.at, entry.by.clone());
        let news = news(entry, entries)?;
        let stopped = match &news {
            News::Ended { agent, .. } => stopper(entries, *agent),
            News::Decided { .. }
            | News::Moved { .. }
            | News::Asked { .. }
            | News::Policies { .. } => None,
        };
        Some(match (stopped, news) {
            (Some(by), News::Ended { agent, exit }) => {
                let exit = Exit::Stopped(Box::new(exit));
                let news = News::Ended { agent, exit };
                Missed { at, by, news }
            }
            (_, news) => Missed { at, by, news },
        })
    };
    let mut missed: Vec<Missed> = entries[from..].iter().filter_map(news).collect();
    let over = missed.len().saturating_sub(TOLD);
    missed.drain(..over);
    let before = u32::try_from(over).unwrap_or(u32::MAX);
    (!missed.is_empty()).then_some(Since {
        left: left.at,
        missed,
        before,
    })
}

impl Entry {
    /// Whether this is the line with which a person left like that.
    pub fn is_leaving_of(&self, person: &Person, left: &Leaving) -> bool {
        match left.by {
            LeftBy::Themselves => {
                let theirs = matches!(&self.by, Actor::Person(one) if one == person);
                theirs && self.at == left.at && self.what == Happening::Left
            }
            LeftBy::NextServer(came) => {
                self.at == came && matches!(self.what, Happening::Opened { .. })
            }
        }
    }
}

fn news(entry: &Entry, all: &[Entry]) -> Option<News> {
    Some(match &entry.what {
        Happening::Decided { card, decision, .. } => News::Decided {
            request: card.request,
            agent: asker(all, card.request),
            verdict: decision.verdict.clone(),
        },
        Happening::Moved {
            brief, from, to, ..
        } => News::Moved {
            brief: brief.clone(),
            from: from.clone(),
            to: to.clone(),
        },
        Happening::BriefOpened { brief, to, .. } => News::Moved {
            brief: brief.clone(),
            from: None,
            to: Some(to.clone()),
        },
        Happening::Ended { agent, exit } => News::Ended {
            agent: *agent,
            exit: exit.clone(),
        },
        Happening::Policies { rules } => News::Policies {
            rules: u32::try_from(rules.len()).unwrap_or(u32::MAX),
        },
        Happening::Asked {
            request,
            agent,
            ask,
            ..
        } => News::Asked {
            request: *request,
            agent: *agent,
            what: line(ask),
        },
        Happening::Opened { .. }
        | Happening::Closed
        | Happening::Spawned { .. }
        | Happening::Started { .. }
        | Happening::Session { .. }
        | Happening::Stopped { .. }
        | Happening::Cleared { .. }
        | Happening::Withdrawn { .. }
        | Happening::Pressed { .. }
        | Happening::Arrived { .. }
        | Happening::Changed { .. }
        | Happening::Assigned { .. }
        | Happening::StartFailed { .. }
        | Happening::Lapsed { .. }
        | Happening::Runs { .. }
        | Happening::Measured { .. }
        | Happening::Unopened { .. }
        | Happening::Branched { .. }
        | Happening::Handed { .. }
        | Happening::Checked { .. }
        | Happening::Landed { .. }
        | Happening::Unlanded { .. }
        | Happening::Cleaned { .. }
        | Happening::Paused { .. }
        | Happening::Resumed { .. }
        | Happening::Messaged { .. }
        | Happening::Delivered { .. }
        | Happening::Written { .. }
        | Happening::Unseen { .. }
        | Happening::Dropped { .. }
        | Happening::Typed { .. }
        | Happening::Used { .. }
        | Happening::Reviewed { .. }
        | Happening::Joined { .. }
        | Happening::Left
        | Happening::Drove { .. }
        | Happening::Spoke { .. }
        | Happening::Revoked { .. }
        | Happening::Recovered { .. } => return None,
    })
}

/// Whoever stopped an agent, if somebody did. A number is given once.
fn stopper(all: &[Entry], wanted: AgentId) -> Option<Actor> {
    all.iter().rev().find_map(|entry| match &entry.what {
        Happening::Stopped { agent, .. } if *agent == wanted => Some(entry.by.clone()),
        _ => None,
    })
}

fn asker(all: &[Entry], wanted: RequestId) -> Option<AgentId> {
    all.iter().rev().find_map(|entry| {
        let Happening::Asked { request, agent, .. } = &entry.what else {
            return None;
        };
        agent.filter(|_| *request == wanted)
    })
}

fn line(ask: &Ask) -> Untrusted {
    const MOST: usize = 200;
    let text = match ask {
        Ask::Permission { .. } | Ask::Question { .. } | Ask::Dialog { .. } | Ask::Matter { .. } => {
            ask.line().raw().to_owned()
        }
        Ask::Gate { from, to, .. } => format!("{from} to {to}"),
    };
    let first = text.lines().next().unwrap_or_default();
    Untrusted::new(first.chars().take(MOST).collect::<String>())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::model::{Card, Decision, Digest, SeatRole};

    fn person(name: &str) -> Person {
        Person {
            name: name.into(),
            key: None,
        }
    }

    fn entry(at: u64, by: &str, what: Happening) -> Entry {
        let (at, by) = (Time(at), Actor::Person(person(by)));
        Entry { at, by, what }
    }

    fn left(at: u64) -> Leaving {
        Leaving::then(Time(at))
    }

    fn came(at: u64, by: &str) -> Entry {
        let role = SeatRole::Operator;
        entry(at, by, Happening::Joined { role })
    }

    fn decided(at: u64, by: &str, request: u64) -> Entry {
        let card = Card {
            request: RequestId(request),
            digest: Digest::from("d"),
        };
        let decision = Decision {
            verdict: Verdict::Approve,
            by: person(by),
            at: Time(at),
            rule: None,
        };
        entry(
            at,
            by,
            Happening::Decided {
                card,
                decision,
                seen_ms: 600,
                at_screen: None,
            },
        )
    }

    #[test]
    fn what_others_did_meanwhile_is_told_and_what_was_before_is_not() {
        let lines = [
            came(0, "alice"),
            decided(9_000, "alice", 1),
            entry(10_000, "alice", Happening::Left),
            decided(11_000, "bob", 2),
        ];
        let told = since(&lines, &person("alice"), &left(10_000)).unwrap();
        assert_eq!((told.left, told.missed.len()), (Time(10_000), 1));
        assert_eq!(told.missed[0].by, Actor::Person(person("bob")));
        let News::Decided { request, .. } = told.missed[0].news else {
            panic!("{told:?}");
        };
        assert_eq!(request, RequestId(2));
    }

    #[test]
    fn whoever_went_with_their_server_is_told_what_the_next_one_wrote_and_nothing_before() {
        let version = "1".to_owned();
        let lines = [
            came(0, "alice"),
            decided(10_000, "alice", 1),
            decided(10_000, "bob", 2),
            entry(50_000, "bob", Happening::Opened { version }),
            decided(51_000, "bob", 3),
            came(60_000, "alice"),
        ];
        let (at, by) = (Time(10_000), LeftBy::NextServer(Time(50_000)));
        let left = Leaving { at, by };
        assert!(was_away(&left, Time(50_100)));
        let told = since(&lines, &person("alice"), &left).unwrap();
        assert_eq!(told.left, Time(10_000));
        let [one] = &told.missed[..] else {
            panic!("{told:?}");
        };
        assert_eq!(one.at, Time(51_000));
    }

    #[test]
    fn who_stopped_an_agent_is_told_and_what_ended_or_moved_by_itself_too() {
        let ended = |n: u32, exit: Exit| Happening::Ended {
            agent: AgentId(n),
            exit,
        };
        let hup = Exit::Signal("SIGHUP".to_owned());
        let to = Some(Place {
            track: "web".into(),
            stage: "dev".into(),
        });
        let moved = Happening::Moved {
            brief: "0001-a".into(),
            from: None,
            to: to.clone(),
            why: String::new(),
        };
        let stopped = Happening::Stopped {
            agent: AgentId(1),
            why: String::new(),
        };
        let lines = [
            entry(10_000, "alice", Happening::Left),
            entry(11_000, "bob", stopped),
            entry(12_000, "bob", ended(1, hup.clone())),
            entry(13_000, "bob", ended(2, hup.clone())),
            entry(14_000, "bob", moved),
        ];
        let told = since(&lines, &person("alice"), &left(10_000)).unwrap();
        let news: Vec<&News> = told.missed.iter().map(|it| &it.news).collect();
        let [first, second, third] = news[..] else {
            panic!("{told:?}");
        };
        assert!(matches!(
            first,
            News::Ended {
                agent: AgentId(1),
                exit: Exit::Stopped(_)
            }
        ));
        assert!(matches!(second, News::Ended { agent: AgentId(2), exit } if *exit == hup));
        assert!(matches!(third, News::Moved { from: None, to: there, .. } if *there == to));
    }

    #[test]
    fn whoever_was_away_for_a_moment_or_missed_nothing_is_told_nothing() {
        let lines = vec![came(0, "alice"), entry(10_000, "alice", Happening::Left)];
        assert_eq!(since(&lines, &person("alice"), &left(10_000)), None);
        assert!(!was_away(&left(10_000), Time(11_000)));
        assert!(was_away(&left(10_000), Time(60_000)));
    }

    #[test]
    fn whoever_comes_back_before_they_left_was_away_while_the_clock_was_set() {
        let hour = 3_600_000;
        assert!(was_away(&left(5 * hour), Time(hour)));
        assert!(!was_away(&left(5 * hour), Time(5 * hour - 10)));
    }

    #[test]
    fn of_very_much_the_newest_is_told_and_the_rest_counted() {
        let mut lines = vec![came(0, "alice"), entry(10_000, "alice", Happening::Left)];
        lines.extend((0..300).map(|n| decided(11_000 + n, "bob", n)));
        let told = since(&lines, &person("alice"), &left(10_000)).unwrap();
        assert_eq!((told.missed.len(), told.before), (200, 100));
        assert_eq!(told.missed[199].at, Time(11_299));
    }
}
