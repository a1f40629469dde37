//! What is said in the breakroom, and what is pointed at. Neither reaches an agent, the queue or a size.

use super::{Checked, Turn};
use crate::model::{
    Actor, AgentId, Answer, AskKey, Breakroom, Fact, Happening, Outcome, Person, Pointed, SeatId,
    Spot, Wish,
};

/// The longest line, in characters.
const LONGEST: usize = 2_000;
/// So many lines one may say within the time below (ms).
const LINES: usize = 20;
const WITHIN_MS: u64 = 60_000;

impl Turn<'_> {
    /// An agent says something.
    pub(super) fn agent_spoke(&mut self, agent: AgentId, key: AskKey, text: &str) {
        self.has_read(agent);
        let known = self.room.book.agents.contains_key(&agent);
        let said = match known {
            true => self.speak(Actor::Agent(agent), text),
            false => Err(format!("there is no agent {agent} in this room")),
        };
        let outcome = match said {
            Ok(_) => Outcome::Noted,
            Err(why) => Outcome::Refused(why),
        };
        self.answer(key, outcome);
    }

    /// A line more, unless it is no line or one too many.
    pub(super) fn speak(&mut self, by: Actor, text: &str) -> Checked<Answer> {
        let text = text.trim();
        if text.is_empty() {
            return Err("say something".to_owned());
        }
        if text.chars().count() > LONGEST {
            return Err(format!(
                "a line has at most {LONGEST} characters; put more into a file"
            ));
        }
        let lines = self.room.book.breakroom.iter().rev();
        let of_late = lines.take_while(|line| self.now.since(line.at) < WITHIN_MS);
        if of_late.filter(|line| line.by == by).count() >= LINES {
            return Err(format!("{LINES} lines a minute are enough; say more later"));
        }
        let line = self.room.book.last_spoken + 1;
        let text = text.to_owned();
        self.record(by, Happening::Spoke { line, text });
        Ok(Answer::Done)
    }

    /// The person of a seat that only looks, where this wish is theirs to have all the same.
    pub(super) fn onlooker(&self, seat: SeatId, wish: &Wish) -> Option<Person> {
        match (wish, self.room.settings.breakroom) {
            (Wish::Speak(_), Breakroom::Everyone) => {
                self.room.seats.get(&seat).map(|seat| seat.person.clone())
            }
            (_, Breakroom::Operators | Breakroom::Everyone) => None,
        }
    }

    /// Everybody sees for a moment where somebody points.
    pub(super) fn point(&mut self, seat: SeatId, by: Person, spot: Spot) -> Checked<Answer> {
        let book = &self.room.book;
        let there = match spot {
            Spot::Pane(agent) | Spot::Line { agent, .. } => book.agents.contains_key(&agent),
            Spot::Card(request) => book.requests.contains_key(&request),
        };
        if !there {
            return Err("what you point at is gone".to_owned());
        }
        let at = self.now;
        self.show(Fact::Pointed(Pointed { seat, by, spot, at }));
        Ok(Answer::Done)
    }
}
