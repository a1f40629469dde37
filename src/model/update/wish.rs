//! What people want: who may, and who decides it.

use super::{Checked, Turn, drive::Need};
use crate::model::{Actor, Answer, Effect, Moment, Person, ReviewWish, SeatId, Wish};

impl Turn<'_> {
    /// Every wish gets exactly one answer. One that is refused changes nothing.
    pub(super) fn wanted(&mut self, seat: SeatId, ticket: u32, wish: Wish, screens: &[Moment]) {
        let later = Some((seat, ticket));
        let person = self.operator(seat).or_else(|| self.onlooker(seat, &wish));
        let Some(person) = person else {
            let sentence = "you are watching; only an operator can do that".to_owned();
            return self.reply(seat, ticket, Err(sentence));
        };
        let closes = matches!(wish, Wish::CloseRoom(_));
        let need = need(&wish);
        let checked = self.may_want(seat, need).and_then(|()| match wish {
            Wish::BriefStart { brief, on } => {
                let by = Actor::Person(person);
                self.brief_start(by, brief, on, later)
            }
            Wish::Redirect { agent, redirect } => self.redirect(&person, agent, redirect, later),
            wish => self.granted(seat, person, wish, screens).map(Some),
        });
        let done = checked.is_ok();
        if done {
            self.wanted_and_got(seat, need);
        }
        // What is on its way is answered once it is there.
        if let Some(checked) = checked.transpose() {
            self.reply(seat, ticket, checked);
        }
        match (closes, done) {
            (true, true) => self.out.push(Effect::Close),
            (false, true) => self.deliver_due(),
            (_, false) => {}
        }
    }

    fn granted(
        &mut self,
        seat: SeatId,
        person: Person,
        wish: Wish,
        screens: &[Moment],
    ) -> Checked<Answer> {
        let by = Actor::Person(person.clone());
        match wish {
            Wish::Decide { cards, verdict } => self.decide(seat, person, cards, verdict, screens),
            Wish::Spawn(launch) => self.spawn_wanted(by, launch),
            Wish::Stop(agent) => self.stop(by, agent),
            Wish::Clear(agent) => self.clear(by, agent),
            Wish::Restart(agent) => self.restart(by, agent),
            Wish::Say {
                agent,
                text,
                manner,
            } => self.say(by, agent, text, manner),
            Wish::BriefStart { .. } | Wish::Redirect { .. } => Ok(Answer::Done),
            Wish::BriefAdd { track, stage, text } => self.brief_add(by, track, stage, text),
            Wish::BriefMove {
                brief,
                from,
                to,
                why,
            } => self.brief_move(by, brief, from, to, why),
            Wish::BriefPriority { brief, priority } => self.brief_priority(by, brief, priority),
            Wish::Pause(track) => self.pause_dispatch(by, track),
            Wish::Resume(track) => self.resume_dispatch(by, track),
            Wish::Drive => self.drive(seat),
            Wish::HandOver(to) => self.hand_over(seat, to),
            Wish::Speak(text) => self.speak(by, &text),
            Wish::Point(spot) => self.point(seat, person, spot),
            Wish::PolicyAdd { card, rule } => self.policy_add(seat, person, card, *rule, screens),
            Wish::Review { brief, wish } => self.review(&person, brief, wish),
            Wish::RejectWithRound { card, words } => {
                self.reject_with_round(seat, person, card, &words, screens)
            }
            Wish::CloseRoom(force) => self.close_room(by, force),
            Wish::Revoke { name } => self.revoke(by, name),
        }
    }

    pub(super) fn reply(&mut self, seat: SeatId, ticket: u32, checked: Checked<Answer>) {
        let answer = checked.unwrap_or_else(Answer::Refused);
        self.out.push(Effect::Reply {
            seat,
            ticket,
            answer,
        });
    }
}

/// Whether a wish is only the driver's to have. Cards are decided by every operator: the first decision wins.
fn need(wish: &Wish) -> Need {
    match wish {
        Wish::Decide { .. }
        | Wish::RejectWithRound { .. }
        | Wish::PolicyAdd { .. }
        | Wish::Drive
        | Wish::HandOver(_)
        | Wish::Speak(_)
        | Wish::Point(_)
        | Wish::Revoke { .. } => Need::Nothing,
        Wish::Review { wish, .. } => match wish {
            // it is said to an agent
            ReviewWish::Send => Need::Driving,
            ReviewWish::Comment { .. }
            | ReviewWish::Reword { .. }
            | ReviewWish::Delete(_)
            | ReviewWish::Settle(_)
            | ReviewWish::Reopen(_) => Need::Nothing,
        },
        Wish::Spawn(_)
        | Wish::Stop(_)
        | Wish::Clear(_)
        | Wish::Restart(_)
        | Wish::Say { .. }
        | Wish::Redirect { .. }
        | Wish::BriefAdd { .. }
        | Wish::BriefMove { .. }
        | Wish::BriefPriority { .. }
        | Wish::BriefStart { .. }
        | Wish::Pause(_)
        | Wish::Resume(_)
        | Wish::CloseRoom(_) => Need::Driving,
    }
}
