//! Effects, done in order. A journal line is on disk before any effect behind it is done; where it
//! cannot be written, nothing behind it is.

use std::io;
use std::time::Duration;

use tokio::task::block_in_place;
use tokio::time::Instant;

use crate::model::{
    AgentId, Effect, Entry, Event, Exit, Fact, Launch, Manner, Policy, Pressed, Wrote,
};
use crate::wire::ToClient;
use crate::wire::keeper::AgentNo;

use super::hub::{Going, Hub};
use super::inject;
use super::launch::{self, Surroundings};
use super::papers::Wanted;
use super::post::{PressOrder, ToPane};

/// How long an agent and all it started may take to end by themselves.
pub(super) const GRACE: Duration = Duration::from_secs(3);
/// How long the keeper may take to end all of them and itself.
const CLOSING: Duration = Duration::from_secs(20);

impl Hub {
    /// Does them. Lines with nothing but facts to show between them are written together, before any of these is
    /// shown, so that what belongs together is on disk as a whole or not at all. The error is the journal's: these
    /// lines and everything behind them was not done.
    pub(super) fn perform(&mut self, effects: Vec<Effect>) -> io::Result<()> {
        let mut effects = effects.into_iter().peekable();
        while let Some(effect) = effects.next() {
            let Effect::Journal(entry) = effect else {
                self.do_one(effect);
                continue;
            };
            let (mut entries, mut shown) = (vec![entry], Vec::new());
            while let Some(next) =
                effects.next_if(|it| matches!(it, Effect::Journal(_) | Effect::Show(_)))
            {
                match next {
                    Effect::Journal(entry) => entries.push(entry),
                    fact => shown.push(fact),
                }
            }
            self.record(&entries)?;
            shown.into_iter().for_each(|fact| self.do_one(fact));
        }
        Ok(())
    }

    /// Writes lines that follow one another, all or none.
    pub(super) fn record(&mut self, entries: &[Entry]) -> io::Result<()> {
        block_in_place(|| self.journal.append_all(entries))?;
        for entry in entries {
            self.durable.apply(entry);
            self.hold_picture(entry);
        }
        Ok(())
    }

    fn do_one(&mut self, effect: Effect) {
        match effect {
            // Recorded by `perform`, which takes them together.
            Effect::Journal(_) => {}
            Effect::Show(fact) => {
                if let Fact::Settings(settings) = &fact {
                    self.outside.settings_changed(settings);
                    self.keep_recordings();
                }
                self.guests.show(fact);
            }
            Effect::Reply {
                seat,
                ticket,
                answer,
            } => self.guests.reply(seat, ticket, answer),
            Effect::Tell { seat, notice } => self.guests.tell(seat, ToClient::Tell(notice)),
            Effect::Answer { key, outcome } => self.outside.answer(key, outcome),
            Effect::Spawn { agent, launch } => self.spawn(agent, &launch),
            Effect::Stop(agent) => self.stop(agent),
            Effect::Forget(agent) => self.forget(agent),
            Effect::Deliver {
                message,
                agent,
                text,
                manner,
            } => self.deliver(message, agent, text, manner),
            Effect::Press {
                request,
                agent,
                digest,
                press,
            } => self.press(
                agent,
                PressOrder {
                    request,
                    digest,
                    press,
                },
            ),
            Effect::BriefWrite {
                brief,
                track,
                stage,
                text,
            } => self.outside.write_brief(brief, track, stage, text),
            Effect::BriefTake { brief, track, file } => self.outside.take_drop(brief, track, file),
            Effect::BriefMove { brief, from, to } => self.outside.move_brief(brief, from, to),
            Effect::BriefPriority {
                brief,
                place,
                priority,
            } => self.outside.set_priority(brief, place, priority),
            Effect::KeepHandoff { brief, place, text } => {
                self.outside.keep_handoff(&brief, &place, &text)
            }
            Effect::Gather {
                brief,
                place,
                skill,
                role,
                constraints,
            } => self.gather(Wanted {
                brief,
                place,
                skill,
                role,
                constraints,
            }),
            Effect::Worktree {
                brief,
                branch,
                setup,
            } => self.make_worktree(brief, branch, setup),
            Effect::Check(order) => self.check(*order),
            Effect::Measure(order) => self.measure(*order),
            Effect::StopChecks(brief) => self.stop_checks(&brief),
            Effect::Land {
                brief,
                title,
                landing,
            } => self.land(brief, title, *landing),
            Effect::Clean {
                brief,
                branch,
                fate,
            } => self.clean(brief, branch, fate),
            Effect::KeepAssignment { brief, place, text } => {
                self.outside.keep_assignment(&brief, &place, &text);
            }
            Effect::Programs(programs) => self.profiles.agree(Some(programs)),
            Effect::PolicyWrite { rule, by } => self.write_policy(&rule, &by),
            Effect::SendAway { name, why } => self.guests.send_away(&name, &why),
            Effect::Close => self.close(),
        }
    }

    fn write_policy(&mut self, rule: &Policy, by: &str) {
        let remark = policy_remark(by);
        let written = block_in_place(|| self.settings.add_rule(rule, &remark));
        if let Err(why) = written {
            self.follow_up.push_back(Event::PolicyFailed { why });
        }
    }

    fn spawn(&mut self, agent: AgentId, launch: &Launch) {
        let profile = self.profiles.in_force().borrow().named(&launch.profile);
        let around = Surroundings {
            paths: self.paths.clone(),
            token: self.tokens.of(agent),
            session: self.new_session(agent, launch, &profile),
            profile,
            runner: self.runner_of(launch),
        };
        let ordered = launch::order(agent, launch, &around)
            .and_then(|order| Ok(self.keeper.link()?.spawn(order)?));
        if let Err(error) = ordered {
            let exit = Exit::Failed(format!("{error:#}"));
            self.follow_up.push_back(Event::Ended { agent, exit });
            return;
        }
        self.hand_text(agent, launch, &around.profile);
    }

    /// The command in front of an agent's own, where its role has a runner.
    fn runner_of(&self, launch: &Launch) -> Vec<String> {
        let settings = &self.room.settings;
        let role = launch.role.as_ref().and_then(|role| settings.role(role));
        role.map_or_else(Vec::new, |role| settings.runner_of(role))
    }

    fn stop(&mut self, agent: AgentId) {
        let stopped = self
            .keeper
            .link()
            .and_then(|link| Ok(link.stop(AgentNo(agent.0), GRACE)?));
        if let Err(error) = stopped {
            self.say_all(
                crate::model::Level::Error,
                format!("agent {agent} was not stopped ({error:#}); stop it again"),
            );
        }
    }

    fn forget(&mut self, agent: AgentId) {
        self.panes.remove(&agent);
        inject::forget(&self.paths, agent);
        self.publish();
    }

    fn deliver(&mut self, message: u64, agent: AgentId, text: String, manner: Manner) {
        let order = ToPane::Deliver {
            message,
            text,
            manner,
        };
        let sent = match self.panes.get(&agent) {
            Some(pane) => pane
                .orders
                .try_send(order)
                .map_err(|_| "its pane does not keep up; send it again"),
            None => Err("it has no terminal; start it again first"),
        };
        if let Err(why) = sent {
            self.follow_up.push_back(Event::Written {
                message,
                outcome: Wrote::Not(why.to_owned()),
            });
        }
    }

    fn press(&mut self, agent: AgentId, order: PressOrder) {
        let request = order.request;
        let sent = match self.panes.get(&agent) {
            Some(pane) => pane
                .orders
                .try_send(ToPane::Press(order))
                .map_err(|_| "its pane does not keep up"),
            None => Err("it has no terminal"),
        };
        if let Err(why) = sent {
            let outcome = Pressed::Changed(why.to_owned());
            self.follow_up
                .push_back(Event::Pressed { request, outcome });
        }
    }

    pub(super) fn close(&mut self) {
        self.going = Going::Closing(Instant::now() + CLOSING);
        self.guests
            .tell_all(&ToClient::Dismissed("the room is closed".to_owned()));
        self.keeper.close(GRACE);
    }
}

/// Who wanted a rule, and when: the line above it in the file.
fn policy_remark(by: &str) -> String {
    let day = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::system());
    format!("always like this: {by}, {}", day.strftime("%Y-%m-%d %H:%M"))
}
