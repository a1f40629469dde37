//! The end of the room, and the passing of time.

use super::{Checked, Turn};
use crate::model::{Actor, AgentId, Answer, Force, Happening, RequestId, words};

impl Turn<'_> {
    /// The effect that closes comes after the answer; see `wanted`.
    pub(super) fn close_room(&mut self, by: Actor, force: Force) -> Checked<Answer> {
        match force {
            Force::No => self.nothing_lost()?,
            Force::Yes => {}
        }
        self.record(by.clone(), Happening::Closed);
        let living: Vec<AgentId> = self.room.living().map(|agent| agent.id).collect();
        for agent in living {
            self.stop(by.clone(), agent)?;
        }
        Ok(Answer::Done)
    }

    fn nothing_lost(&self) -> Checked<()> {
        let living: Vec<String> = self.room.living().map(|it| it.name.clone()).collect();
        let open = self.room.open_requests().count();
        let mut lost = Vec::new();
        if !living.is_empty() {
            let agents = words::count(living.len(), "living agent");
            lost.push(format!("end {agents} ({})", words::some_of(&living)));
        }
        if open > 0 {
            lost.push(format!("leave {} undecided", words::count(open, "request")));
        }
        match lost.is_empty() {
            true => Ok(()),
            false => Err(format!("closing would {}", lost.join(" and "))),
        }
    }

    pub(super) fn tick(&mut self) {
        let due = self.room.passing.away.iter();
        let due = due.filter(|(_, left)| self.room.back_by(**left) <= self.now);
        let due: Vec<RequestId> = due.map(|(id, _)| *id).collect();
        let limit = words::age(self.room.settings.limits.asker_away_ms);
        for request in due {
            let why = format!("its asker lost its line and did not come back within {limit}");
            self.withdraw(Actor::Room, request, &why);
        }
        self.absent_due();
        self.give_way();
        self.open_dialogs();
        self.deliver_due();
        self.measure_due();
    }
}
