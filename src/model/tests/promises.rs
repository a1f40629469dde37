//! What holds after every event, whichever it was.

use std::collections::BTreeMap;

use super::*;

/// A client's knowledge: built from facts alone.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Mirror(BTreeMap<String, Fact>);

impl Mirror {
    pub(super) fn apply(&mut self, fact: Fact) {
        let key = match &fact {
            Fact::Settings(_) => {
                self.0.retain(|key, _| !key.starts_with("gauge "));
                "settings".to_owned()
            }
            Fact::Gauge(gauge) => format!("gauge {}/{}", gauge.id.track, gauge.id.name),
            Fact::Policies(rules) if rules.is_empty() => return self.gone("policies".to_owned()),
            Fact::Policies(_) => "policies".to_owned(),
            Fact::Review(review) if review.comments.is_empty() && review.rounds == 0 => {
                return self.gone(format!("review {}", review.brief));
            }
            Fact::Review(review) => format!("review {}", review.brief),
            Fact::Pauses(pauses) if pauses.is_empty() => return self.gone("pauses".to_owned()),
            Fact::Pauses(_) => "pauses".to_owned(),
            Fact::Course { brief, course } if *course == Course::default() => {
                return self.gone(format!("course {brief}"));
            }
            Fact::Course { brief, .. } => format!("course {brief}"),
            Fact::Starting { brief, step: None } => return self.gone(format!("start {brief}")),
            Fact::Starting { brief, .. } => format!("start {brief}"),
            Fact::Faults(all) if all.is_empty() => return self.gone("faults".to_owned()),
            Fact::Faults(_) => "faults".to_owned(),
            Fact::Agent(agent) => format!("agent {}", agent.id),
            Fact::Brief(brief) => format!("brief {}", brief.id),
            Fact::Request(request) => format!("request {}", request.id),
            Fact::Message(message) => format!("message {}", message.id),
            Fact::Seat(seat) => format!("seat {}", seat.id),
            Fact::AgentGone(id) => return self.gone(format!("agent {id}")),
            Fact::BriefGone(id) => return self.gone(format!("brief {id}")),
            Fact::RequestGone(id) => return self.gone(format!("request {id}")),
            Fact::SeatGone(id) => return self.gone(format!("seat {id}")),
            Fact::Spoken(spoken) => {
                self.gone(format!(
                    "spoken {}",
                    spoken.id.saturating_sub(BREAKROOM_KEPT as u64)
                ));
                format!("spoken {}", spoken.id)
            }
            Fact::Notice(_) | Fact::Pointed(_) => return,
        };
        if let Fact::Message(Message { delivery, .. }) = &fact
            && matches!(
                delivery,
                Delivery::Delivered(_) | Delivery::Unseen(_) | Delivery::Dropped(_)
            )
        {
            return self.gone(key);
        }
        self.0.insert(key, fact);
    }

    fn gone(&mut self, key: String) {
        self.0.remove(&key);
    }

    pub(super) fn of(room: &Room) -> Mirror {
        let mut mirror = Mirror::default();
        for fact in room.snapshot() {
            mirror.apply(fact);
        }
        mirror
    }

    pub(super) fn equals(&self, room: &Room) {
        assert_eq!(self, &Mirror::of(room), "a client that listened knows less");
    }
}

/// As the journal's file would give it back.
pub(super) fn through_json(entry: &Entry) -> Entry {
    let line = serde_json::to_string(entry).unwrap();
    let back: Entry = serde_json::from_str(&line).unwrap();
    assert_eq!(&back, entry, "{line}");
    back
}

/// No effect goes out before the line that records it.
pub(super) fn journal_comes_first(before: &Room, out: &[Effect]) {
    for (at, effect) in out.iter().enumerate() {
        let recorded = entries(&out[..at]);
        let recorded = recorded.iter().map(|entry| &entry.what);
        let mut recorded = recorded.clone();
        let good = match effect {
            Effect::Journal(_)
            | Effect::Show(_)
            | Effect::Reply { .. }
            | Effect::Tell { .. } => true,
            Effect::Answer { key, outcome } => answered_rightly(before, recorded, key, outcome),
            Effect::Spawn { agent, launch } => {
                let again = before.book.starting.contains(agent)
                    && before.book.launches.get(agent) == Some(launch);
                again
                    || recorded.any(|it| {
                        matches!(it, Happening::Spawned { agent: of, launch: with } if of == agent && with == launch)
                    })
            }
            Effect::Stop(agent) => {
                before.book.stopping.contains(agent)
                    || recorded.any(|it| matches!(it, Happening::Stopped { agent: of, .. } if of == agent))
            }
            Effect::Forget(agent) => {
                recorded.any(|it| matches!(it, Happening::Cleared { agent: of } if of == agent))
            }
            Effect::Deliver { message, .. } => recorded
                .any(|it| matches!(it, Happening::Delivered { message: of } if of == message)),
            Effect::Press { request, .. } => recorded.any(
                |it| matches!(it, Happening::Decided { card, .. } if &card.request == request),
            ),
            Effect::BriefTake { brief, .. } => recorded
                .any(|it| matches!(it, Happening::Moved { brief: of, from: None, .. } if of == brief)),
            Effect::BriefWrite { brief, .. } => {
                before.book.opening_of(brief).is_some()
                    || recorded.any(|it| {
                        matches!(it, Happening::Moved { brief: of, from: None, .. }
                            | Happening::BriefOpened { brief: of, .. } if of == brief)
                    })
            }
            Effect::BriefMove { brief, from, to } => recorded.any(|it| {
                matches!(it, Happening::Moved { brief: of, from: Some(a), to: Some(b), .. }
                    if of == brief && a == from && b == to)
            }),
            Effect::BriefPriority { brief, .. } => recorded
                .any(|it| matches!(it, Happening::Changed { brief: of, .. } if of == brief)),
            Effect::KeepHandoff { brief, .. } => recorded
                .any(|it| matches!(it, Happening::Handed { brief: of, .. } if of == brief)),
            Effect::Worktree { brief, .. } | Effect::Clean { brief, .. } => {
                before.book.progress_of(brief).branch.is_some()
                    || recorded
                        .any(|it| matches!(it, Happening::Branched { brief: of, .. } if of == brief))
            }
            Effect::Check(order) => {
                let again = matches!(before.book.progress_of(&order.brief).step, Work::Handed(_));
                again
                    || recorded.any(
                        |it| matches!(it, Happening::Handed { brief, .. } if brief == &order.brief),
                    )
            }
            Effect::Land { brief, .. } => {
                let again = matches!(before.book.progress_of(brief).step, Work::Lands { .. });
                again
                    || recorded.any(|it| {
                        matches!(
                            it,
                            Happening::Decided { .. }
                                | Happening::Checked {
                                    so: Checks::Open { .. },
                                    ..
                                }
                        )
                    })
            }
            Effect::Programs(programs) => {
                before.book.agreed.programs.as_ref() == Some(programs)
                    || recorded.any(|it| matches!(it, Happening::Runs { runs: Runs::Programs(of) } if of == programs))
            }
            // Ending what is not wanted any more undoes nothing.
            Effect::Measure(_) | Effect::StopChecks(_) => true,
            Effect::PolicyWrite { rule, .. } => {
                before.book.policies.contains(rule)
                    || recorded.any(
                        |it| matches!(it, Happening::Policies { rules } if rules.contains(rule)),
                    )
            }
            Effect::SendAway { name, .. } => recorded
                .any(|it| matches!(it, Happening::Revoked { name: of } if of == name)),
            // Reading is free; what comes of it is recorded.
            Effect::Gather { .. } => true,
            Effect::KeepAssignment { brief, .. } => {
                let starting = &before.book.starting;
                let again = starting.iter().filter_map(|it| before.book.launches.get(it));
                let mut again = again.filter_map(|launch| launch.brief.as_ref());
                again.any(|of| of == brief)
                    || recorded
                        .any(|it| matches!(it, Happening::Assigned { brief: of, .. } if of == brief))
            }
            Effect::Close => recorded.any(|it| matches!(it, Happening::Closed)),
        };
        assert!(good, "not recorded first: {effect:?}");
    }
}

/// No text goes to an agent whose screen shows a dialog.
pub(super) fn nothing_is_said_into_a_dialog(room: &Room, out: &[Effect]) {
    for (agent, text) in delivered(out) {
        let stands = room.passing.live.get(&agent).map(|live| &live.dialog);
        assert_eq!(stands, Some(&None), "{text} was said into a dialog");
        assert!(
            room.dialog_card(agent).is_none(),
            "{text} was said into one"
        );
    }
}

fn answered_rightly<'a>(
    before: &Room,
    mut recorded: impl Iterator<Item = &'a Happening>,
    key: &AskKey,
    outcome: &Outcome,
) -> bool {
    let recorded_now: Vec<&Happening> = recorded.by_ref().collect();
    let asked_now = recorded_now.iter().rev().find_map(|it| match it {
        Happening::Asked {
            request, key: of, ..
        } if of == key => Some(request),
        _ => None,
    });
    let mut recorded = recorded_now.into_iter();
    let known = asked_now.or_else(|| before.book.keys.get(key));
    let status = known
        .and_then(|id| before.book.requests.get(id))
        .map(|it| &it.status);
    match (outcome, status) {
        (Outcome::Refused(_), _) => true,
        (Outcome::Noted, _) => {
            recorded.all(|it| matches!(it, Happening::Reviewed { .. } | Happening::Spoke { .. }))
        }
        (Outcome::Filed(brief), _) => recorded
            .any(|it| matches!(it, Happening::Moved { brief: of, from: None, .. } if of == brief)),
        (Outcome::Decided(decision), Some(Status::Decided(before))) => decision == before,
        (Outcome::Decided(decision), _) => recorded.any(|it| {
            matches!(it, Happening::Decided { card, decision: with, .. }
                if Some(&card.request) == known && with == decision)
        }),
        (Outcome::Withdrawn(_), Some(Status::Withdrawn { .. })) => true,
        (Outcome::Withdrawn(_), _) => recorded
            .any(|it| matches!(it, Happening::Withdrawn { request, .. } if Some(request) == known)),
    }
}
