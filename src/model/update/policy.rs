//! Policies at work: a permission that a rule decides, rules that are written, rules that are agreed to.
//!
//! Whoever works in the room's folder can write `opsroom.toml`, its agents too. So what tightens counts as
//! soon as it is written, and what loosens once a person has agreed to it, on a card; what was agreed to is in
//! the journal, whole. A rule that was taken out of the file and comes back has to be agreed to again.

use super::request::Opening;
use super::{Checked, Turn};
use crate::model::passing::Begun;
use crate::model::policy::{self, Does, Policy, RULES_MOST, Ruling, Subject};
use crate::model::{
    Actor, AgentId, Answer, Ask, AskKey, Autonomy, BriefId, Card, Decision, Digest, Effect, Fact,
    Gauge, Happening, Level, Matter, Moment, Outcome, Person, Request, RequestId, RoleName, Room,
    SeatId, Settings, Untrusted, Verdict,
};

/// The answer that agrees to rules.
pub(super) const AGREE: &str = "let them hold";
/// The answer that does not.
const LEAVE_OUT: &str = "leave them out";
/// The most sentences about rules on a card; it says how many more there are.
const SENTENCES: usize = 40;

/// Whose matter the room asks about.
pub(super) enum Of {
    /// Its own.
    Room,
    /// An agent's.
    Agent(AgentId),
    /// An agent's, and that of the brief it works on.
    Work(AgentId, BriefId),
    /// A brief's.
    Brief(BriefId),
}

impl Turn<'_> {
    /// The settings were read.
    pub(super) fn settled_anew(&mut self, mut settings: Settings) {
        self.keep_settling(&mut settings);
        self.keep_recordings(&mut settings);
        let moved = self.room.settings.folder != settings.folder;
        self.room.settings = settings.clone();
        self.room.passing.index.touch_all();
        self.show(Fact::Settings(settings));
        // Which gauges there are, the settings say.
        let gauges: Vec<Gauge> = self.room.gauges().collect();
        gauges.into_iter().for_each(|it| self.show(Fact::Gauge(it)));
        let agents: Vec<AgentId> = self.room.book.agents.keys().copied().collect();
        // Where an agent was started is told from the room's folder on.
        agents
            .into_iter()
            .filter(|_| moved)
            .for_each(|id| self.show_agent(id));
        match self.room.passing.begun {
            Begun::Yes => {
                self.rules_read();
                self.gauges_read();
            }
            // What is in force is looked at once the room is open: nothing is asked before.
            Begun::NotYet => {}
        }
    }

    /// Agents can write opsroom.toml, and the time that a card must be seen guards every decision: while the
    /// room is open it does not become shorter, and everybody is told that somebody wants it to.
    fn keep_settling(&mut self, settings: &mut Settings) {
        let (held, wanted) = (
            self.room.settings.limits.settle_ms,
            settings.limits.settle_ms,
        );
        match self.room.passing.begun {
            Begun::Yes if wanted < held => {
                settings.limits.settle_ms = held;
                let text = format!(
                    "opsroom.toml wants cards to count after {wanted} ms; it stays at {held} ms until the server starts anew"
                );
                self.notice(Level::Warning, text);
            }
            Begun::Yes | Begun::NotYet => {}
        }
    }

    /// The same holds for what decisions were made before: nobody rids the room of it by an edit.
    fn keep_recordings(&mut self, settings: &mut Settings) {
        let held = self.room.settings.limits.recordings_mib;
        let wanted = settings.limits.recordings_mib;
        match self.room.passing.begun {
            Begun::Yes if wanted < held => {
                settings.limits.recordings_mib = held;
                let text = format!(
                    "opsroom.toml wants to keep {wanted} MiB of recordings; it stays at {held} MiB until the server starts anew"
                );
                self.notice(Level::Warning, text);
            }
            Begun::Yes | Begun::NotYet => {}
        }
    }

    /// Compares the rules that are written with those that are in force.
    pub(super) fn rules_read(&mut self) {
        let written = self.room.settings.policies.clone();
        let strict = policy::in_force(&self.room.book.policies, &written);
        if strict != self.room.book.policies {
            self.record(Actor::Room, Happening::Policies { rules: strict });
        }
        let more = policy::loosened(&self.room.book.policies, &written);
        let head = "opsroom.toml allows more. May it?";
        self.ask_to_hold(Matter::Rules(written), "opsroom.toml", head, &more);
    }

    /// Asks whether what a file says may hold, unless just that is asked already; what was asked of an older state of
    /// the file is asked no more.
    pub(super) fn ask_to_hold(&mut self, about: Matter, file: &str, head: &str, more: &[String]) {
        let asked = self.room.open_requests().find_map(|request| {
            let Ask::Matter { about: asked, .. } = &request.ask else {
                return None;
            };
            asked.is_like(&about).then(|| (request.id, asked == &about))
        });
        let same = asked.is_some_and(|(_, same)| same);
        if let Some((request, _)) = asked.filter(|_| !same) {
            let why = format!("{file} was changed again");
            self.withdraw(Actor::Room, request, &why);
        }
        if more.is_empty() || same {
            return;
        }
        // What is asked comes first: a small card shows its first lines.
        let mut text = head.to_owned();
        for sentence in more.iter().take(SENTENCES) {
            text.push_str(&format!("\n  {sentence}"));
        }
        if let Some(rest) = more.len().checked_sub(SENTENCES).filter(|rest| *rest > 0) {
            text.push_str(&format!("\n  and {rest} more"));
        }
        self.ask_matter("rules", &text, &[AGREE, LEAVE_OUT], about, Of::Room);
    }

    /// Asks something of the room's own. What is asked under one number never changes, so its digest need only
    /// be different from all others.
    pub(super) fn ask_matter(
        &mut self,
        name: &str,
        text: &str,
        options: &[&str],
        about: Matter,
        of: Of,
    ) -> Option<RequestId> {
        let (agent, brief) = match of {
            Of::Room => (None, None),
            Of::Agent(agent) => (Some(agent), None),
            Of::Work(agent, brief) => (Some(agent), Some(brief)),
            Of::Brief(brief) => (None, Some(brief)),
        };
        let number = self.room.book.last_request.0.saturating_add(1);
        self.open(Opening {
            key: AskKey(format!("room {name} {number}")),
            agent,
            brief,
            ask: Ask::Matter {
                text: Untrusted::new(text),
                options: options.iter().map(|it| Untrusted::new(*it)).collect(),
                about,
            },
            digest: Digest(format!("matter {number}")),
            screen: 0,
        })
    }

    /// Opens a request; where a rule speaks of it, decides it in the same turn, so that it never waits.
    pub(super) fn open_or_judge(&mut self, opening: Opening) -> Option<RequestId> {
        let before = self.out.len();
        let id = self.open(opening)?;
        let Some(decision) = self.ruled(id) else {
            return Some(id);
        };
        // Nobody is shown a card that does not wait: both are shown as they are behind the decision.
        let mut at = 0;
        self.out.retain(|effect| {
            at += 1;
            at <= before || !matches!(effect, Effect::Show(_))
        });
        self.decided_by_rule(id, decision);
        Some(id)
    }

    /// What the rules in force decide of a permission.
    fn ruled(&self, id: RequestId) -> Option<Decision> {
        let request = self.room.book.requests.get(&id)?;
        let agent = request.agent.and_then(|agent| self.room.agent(agent));
        let subject = Subject::of(request, agent.as_ref())?;
        let Ruling::By(rule) = policy::judge(&self.room.book.policies, &subject) else {
            return None;
        };
        if rule.does == Does::Allow && self.room.is_less_free(request, &subject) {
            return None;
        }
        let verdict = match rule.does {
            Does::Allow => Verdict::Approve,
            Does::Ask => return None,
            Does::Deny => Verdict::Reject {
                reason: match rule.why.as_str() {
                    "" => format!("a rule of this room forbids it: {}", rule.sentence()),
                    why => why.to_owned(),
                },
            },
        };
        Some(Decision::of_rule(verdict, rule.sentence(), self.now))
    }

    fn decided_by_rule(&mut self, id: RequestId, decision: Decision) {
        let Some(request) = self.room.book.requests.get(&id) else {
            return;
        };
        let (key, digest) = (request.key.clone(), request.digest.clone());
        let rule = decision.rule.clone().unwrap_or_default();
        let decided = Happening::Decided {
            card: Card {
                request: id,
                digest,
            },
            decision: decision.clone(),
            seen_ms: 0,
            at_screen: None,
        };
        self.record(Actor::Policy { rule }, decided);
        self.answer(key, Outcome::Decided(decision));
    }

    /// "Always like this": a person agrees to a rule, and approves the permission that it came from.
    pub(super) fn policy_add(
        &mut self,
        seat: SeatId,
        person: Person,
        card: Card,
        rule: Policy,
        screens: &[Moment],
    ) -> Checked<Answer> {
        let request = self.decidable(seat, &card)?;
        let agent = request.agent.and_then(|agent| self.room.agent(agent));
        let subject = Subject::of(&request, agent.as_ref());
        if !subject.is_some_and(|subject| policy::would_allow(&rule, &subject)) {
            return Err("this rule would not allow what the card asks; choose another".to_owned());
        }
        let mut rules = self.room.book.policies.clone();
        if rules.len() >= RULES_MOST {
            return Err(format!(
                "there are {RULES_MOST} rules already; take some out of opsroom.toml"
            ));
        }
        let by = Actor::Person(person.clone());
        if !rules.contains(&rule) {
            rules.push(rule.clone());
            self.record(by, Happening::Policies { rules });
        }
        self.decided(seat, &person, &[request], &Verdict::Approve, screens);
        if !self.room.settings.policies.contains(&rule) {
            let by = person.name;
            self.out.push(Effect::PolicyWrite { rule, by });
        }
        Ok(Answer::Done)
    }

    pub(super) fn policy_failed(&mut self, why: &str) {
        let text = format!(
            "the rule could not be written into opsroom.toml ({why}); it goes with the next change of that file"
        );
        self.notice(Level::Error, text);
    }
}

impl Room {
    /// Whether a brief leaves less to its agent than the rules do: the writer said so in its file.
    fn is_less_free(&self, request: &Request, subject: &Subject) -> bool {
        let brief = request.brief.as_ref().and_then(|id| self.briefs.get(id));
        let autonomy = brief.and_then(|brief| brief.heading()?.autonomy);
        match autonomy {
            None | Some(Autonomy::Full) => false,
            Some(Autonomy::Ask) => true,
            Some(Autonomy::Edits) => {
                let role = RoleName::from(subject.role.unwrap_or_default());
                let edits = Autonomy::Edits.rules(&role);
                !edits.iter().any(|rule| rule.matches(subject))
            }
        }
    }
}
