//! A journal line in words.

use crate::model::words::followed;
use crate::model::{
    Actor, AgentId, Ask, Branch, BriefId, Checks, Entry, GateReport, Happening, Manner, Place,
    Policy, Pressed, Redirect, Remains, RequestId, ReviewStep, SeatRole, Time, Track, Untrusted,
    Verdict,
};

/// What a line is about.
#[derive(Debug, Default)]
pub struct Concerns<'e> {
    pub agent: Option<AgentId>,
    pub brief: Option<&'e BriefId>,
    pub request: Option<RequestId>,
}

/// One line: number, time, who, what.
pub fn line(number: u64, entry: &Entry) -> String {
    format!(
        "{number:>5}  {}  {:<10} {}",
        moment(entry.at),
        who(&entry.by),
        what(&entry.what)
    )
}

/// What a line is about.
pub fn concerns(what: &Happening) -> Concerns<'_> {
    let none = Concerns::default;
    match what {
        Happening::Spawned { agent, launch } => Concerns {
            agent: Some(*agent),
            brief: launch.brief.as_ref(),
            ..none()
        },
        Happening::Started { agent, .. }
        | Happening::Session { agent, .. }
        | Happening::Ended { agent, .. }
        | Happening::Stopped { agent, .. }
        | Happening::Cleared { agent }
        | Happening::Used { agent, .. }
        | Happening::Messaged { agent, .. }
        | Happening::Typed { agent } => Concerns {
            agent: Some(*agent),
            ..none()
        },
        Happening::Asked {
            agent,
            brief,
            request,
            ..
        } => Concerns {
            agent: *agent,
            brief: brief.as_ref(),
            request: Some(*request),
        },
        Happening::Lapsed { request, brief, .. } => Concerns {
            agent: None,
            brief: brief.as_ref(),
            request: Some(*request),
        },
        Happening::Withdrawn { request, .. } | Happening::Pressed { request, .. } => Concerns {
            request: Some(*request),
            ..none()
        },
        Happening::Decided { card, .. } => Concerns {
            request: Some(card.request),
            ..none()
        },
        Happening::Moved { brief, .. }
        | Happening::Reviewed { brief, .. }
        | Happening::Arrived { brief }
        | Happening::StartFailed { brief, .. }
        | Happening::BriefOpened { brief, .. }
        | Happening::Unopened { brief, .. }
        | Happening::Branched { brief, .. }
        | Happening::Checked { brief, .. }
        | Happening::Landed { brief, .. }
        | Happening::Unlanded { brief, .. }
        | Happening::Cleaned { brief, .. }
        | Happening::Changed { brief, .. } => Concerns {
            brief: Some(brief),
            ..none()
        },
        Happening::Handed { brief, handover } => Concerns {
            agent: Some(handover.agent),
            brief: Some(brief),
            ..none()
        },
        Happening::Assigned { brief, agent, .. } => Concerns {
            agent: Some(*agent),
            brief: Some(brief),
            ..none()
        },
        Happening::Opened { .. }
        | Happening::Closed
        | Happening::Delivered { .. }
        | Happening::Written { .. }
        | Happening::Unseen { .. }
        | Happening::Dropped { .. }
        | Happening::Policies { .. }
        | Happening::Runs { .. }
        | Happening::Measured { .. }
        | Happening::Paused { .. }
        | Happening::Resumed { .. }
        | Happening::Joined { .. }
        | Happening::Left
        | Happening::Drove { .. }
        | Happening::Spoke { .. }
        | Happening::Revoked { .. }
        | Happening::Recovered { .. } => none(),
    }
}

/// A moment as people read it.
pub fn moment(at: Time) -> String {
    let millis = i64::try_from(at.0).unwrap_or(i64::MAX);
    match jiff::Timestamp::from_millisecond(millis) {
        Ok(at) => at
            .to_zoned(jiff::tz::TimeZone::system())
            .strftime("%Y-%m-%d %H:%M:%S")
            .to_string(),
        Err(_) => at.0.to_string(),
    }
}

fn who(by: &Actor) -> String {
    match by {
        Actor::Room => "room".to_owned(),
        Actor::Person(person) => person.named(),
        Actor::Agent(agent) => format!("agent {agent}"),
        Actor::Hand => "by hand".to_owned(),
        Actor::Policy { .. } => "policy".to_owned(),
    }
}

fn what(what: &Happening) -> String {
    match what {
        Happening::Opened { version } => format!("opened the room (opsroom {version})"),
        Happening::Closed => "closed the room".to_owned(),
        Happening::Spawned { agent, launch } => {
            format!(
                "starts agent {agent} {}{}",
                launch.name,
                for_brief(launch.brief.as_ref())
            )
        }
        Happening::Started { agent, pid } => format!("agent {agent} runs as process {pid}"),
        Happening::Session { agent, session } => format!("agent {agent} has session {session}"),
        Happening::Ended { agent, exit } => format!("agent {agent} ended: {}", exit.sentence()),
        Happening::Stopped { agent, why } => {
            let why = shown(why);
            format!("stops agent {agent}{}", followed(&why))
        }
        Happening::Cleared { agent } => format!("cleared agent {agent}"),
        Happening::Asked {
            request,
            brief,
            ask,
            ..
        } => format!("{request} asks {}{}", asks(ask), for_brief(brief.as_ref())),
        Happening::Withdrawn { request, why } => format!("{request} withdrawn: {}", shown(why)),
        Happening::Pressed { request, outcome } => pressed(*request, outcome),
        Happening::Decided {
            card,
            decision,
            seen_ms,
            ..
        } => {
            let done = verdict(&decision.verdict);
            match &decision.rule {
                Some(rule) => format!("{} {done} (by the rule: {})", card.request, shown(rule)),
                None => format!(
                    "{} {done} (seen for {:.1} s)",
                    card.request,
                    *seen_ms as f64 / 1_000.0
                ),
            }
        }
        Happening::Policies { rules } => policies(rules),
        Happening::BriefOpened {
            brief,
            from,
            left,
            to,
            ..
        } => format!("{from} left {left} and opens {brief} in {to}"),
        Happening::Unopened { brief, why } => {
            format!("{brief} is not opened under that name: {}", shown(why))
        }
        Happening::Measured { gauge, found } => format!(
            "gauge {} of {}: {}",
            shown(&gauge.name),
            gauge.track,
            shown(&found.sentence())
        ),
        Happening::Reviewed { brief, step } => reviewed(brief, step),
        Happening::Used { agent, usage } => format!("agent {agent} has used {}", usage.sentence()),
        Happening::Moved {
            brief,
            from,
            to,
            why,
        } => moved(brief, from.as_ref(), to.as_ref(), why),
        Happening::Arrived { brief } => format!("{brief} arrived"),
        Happening::Changed { brief, how } => format!("{brief}: {}", shown(how)),
        Happening::Assigned { brief, agent, .. } => format!("{brief} goes to agent {agent}"),
        Happening::Branched { brief, branch } => branched(brief, branch),
        Happening::Handed { brief, handover } => format!(
            "hands {brief} over in {}: {}",
            handover.from.stage,
            first_line(&handover.handoff)
        ),
        Happening::Checked {
            brief,
            from,
            report,
            so,
        } => checked(brief, from, report, so),
        Happening::Landed { brief, landed } => format!("{brief}: {}", landed.sentence()),
        Happening::Unlanded { brief, to, why } => {
            format!("{brief} goes back to {to}: {}", shown(why))
        }
        Happening::Cleaned { brief, left } => match left {
            Remains::Kept => format!("{brief}: its worktree is gone, its branch stays"),
            Remains::Gone => format!("{brief}: its worktree is gone, and its branch with it"),
        },
        Happening::StartFailed { brief, why } => {
            format!("{brief} was not started: {}", shown(why))
        }
        Happening::Lapsed { request, why, .. } => {
            format!(
                "what was decided on {request} is not done any more: {}",
                shown(why)
            )
        }
        Happening::Runs { runs } => format!("what {} runs holds from here on", runs.file()),
        Happening::Paused { track } => format!("pauses {}", dispatch_of(track.as_ref())),
        Happening::Resumed { track } => format!("resumes {}", dispatch_of(track.as_ref())),
        Happening::Messaged {
            message,
            agent,
            text,
            manner,
        } => {
            let how = match manner {
                Manner::AtRest => "message",
                Manner::Interrupt => "interrupt",
            };
            format!("{how} {message} to agent {agent}: {}", shown(text))
        }
        Happening::Delivered { message } => format!("writes message {message}"),
        Happening::Written { message } => format!("message {message} was taken"),
        Happening::Unseen { message, why } => {
            format!("message {message} was not seen to be taken: {}", shown(why))
        }
        Happening::Dropped { message, why } => format!("message {message} dropped: {}", shown(why)),
        Happening::Typed { agent } => format!("types into agent {agent}"),
        Happening::Joined {
            role: SeatRole::Operator,
        } => "joined as operator".to_owned(),
        Happening::Joined {
            role: SeatRole::Observer,
        } => "joined as observer".to_owned(),
        Happening::Left => "left".to_owned(),
        Happening::Spoke { text, .. } => format!(
            "says: {}",
            crate::model::Untrusted::new(text.as_str()).shown()
        ),
        Happening::Drove { driver, before } => {
            format!("{} drives, no longer {}", driver.name, before.name)
        }
        Happening::Revoked { name } => format!("revoked the invitation of {}", shown(name)),
        Happening::Recovered { cut } => format!("cut {cut} bytes of a torn line"),
    }
}

fn reviewed(brief: &BriefId, step: &ReviewStep) -> String {
    match step {
        ReviewStep::Commented { anchor, text, .. } => {
            format!("comments on {brief}, {}: {}", anchor.place(), shown(text))
        }
        ReviewStep::Reworded { text, .. } => {
            format!("rewords a comment on {brief}: {}", shown(text))
        }
        ReviewStep::Deleted { .. } => format!("deletes a comment on {brief}"),
        ReviewStep::Sent { round, comments } => {
            format!(
                "sends round {round} of {brief}, comments: {}",
                comments.len()
            )
        }
        ReviewStep::Claimed { number, note } => {
            format!("says that {number} of {brief} is handled: {}", note.shown())
        }
        ReviewStep::Settled { number } => format!("{number} of {brief} is handled"),
        ReviewStep::Reopened { number } => format!("{number} of {brief} is open again"),
    }
}

fn dispatch_of(track: Option<&Track>) -> String {
    track.map_or_else(
        || "dispatch".to_owned(),
        |track| format!("dispatch of {track}"),
    )
}

fn policies(rules: &[Policy]) -> String {
    match rules {
        [] => "no rule is in force".to_owned(),
        rules => {
            let all: Vec<String> = rules.iter().map(|rule| shown(&rule.sentence())).collect();
            format!("in force: {}", all.join("; "))
        }
    }
}

fn asks(ask: &Ask) -> String {
    match ask {
        Ask::Permission { tool, summary, .. } => format!("to {} {}", tool.shown(), summary.shown()),
        Ask::Question { text, .. } | Ask::Matter { text, .. } => format!("“{}”", text.shown()),
        Ask::Gate {
            from, to, report, ..
        } => {
            let failed = report.iter().flat_map(|report| report.failed());
            let failed: Vec<String> = failed.map(|check| shown(&check.name)).collect();
            let failed = match failed.is_empty() {
                true => String::new(),
                false => format!(", with failed checks: {}", failed.join(", ")),
            };
            format!("to pass {} → {to}{failed}", from.stage)
        }
        Ask::Dialog { .. } => format!("on its screen: {}", ask.line().shown()),
    }
}

fn branched(brief: &BriefId, branch: &Branch) -> String {
    let (name, onto) = (&branch.name, &branch.onto);
    match branch.base.get(..10) {
        Some(base) => format!("{brief} has the branch {name}, from {base} of {onto}"),
        None => format!("{brief} gets the branch {name}"),
    }
}

fn checked(brief: &BriefId, from: &Place, report: &GateReport, so: &Checks) -> String {
    match so {
        Checks::SendBack { why } => {
            format!(
                "{brief} goes back to its agent in {}: {}",
                from.stage,
                shown(why)
            )
        }
        Checks::Open { to, rule } => {
            let passed: Vec<String> = report.checks.iter().map(|it| shown(&it.name)).collect();
            let passed = match passed.is_empty() {
                true => String::new(),
                false => format!(" ({})", passed.join(", ")),
            };
            format!("{brief} passes {} → {to}: {rule}{passed}", from.stage)
        }
    }
}

fn first_line(text: &Untrusted) -> String {
    let mut lines = text.raw().lines();
    shown(
        lines
            .find(|line| !line.trim().is_empty())
            .unwrap_or("nothing"),
    )
}

fn pressed(request: RequestId, outcome: &Pressed) -> String {
    match outcome {
        Pressed::Cleared => format!("{request}: the answer was pressed, the dialog is gone"),
        Pressed::Changed(why) => format!("{request}: no answer was sent: {}", shown(why)),
        Pressed::Unknown(why) => format!("{request}: outcome unknown: {}", shown(why)),
    }
}

fn verdict(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Approve => "approved".to_owned(),
        Verdict::Reject { reason } if reason.is_empty() => "rejected".to_owned(),
        Verdict::Reject { reason } => format!("rejected: {}", shown(reason)),
        Verdict::Reply { text } => format!("answered: {}", shown(text)),
        Verdict::Redirect(Redirect::Direction { text }) => format!("redirected: {}", shown(text)),
        Verdict::Redirect(Redirect::Role { role, text }) => {
            format!("redirected to role {role}: {}", shown(text))
        }
        Verdict::Redirect(Redirect::Agent { agent, text }) => {
            format!("redirected to agent {agent}: {}", shown(text))
        }
        Verdict::Redirect(Redirect::Stage { place, text }) => {
            format!("redirected to {place}: {}", shown(text))
        }
    }
}

fn moved(brief: &BriefId, from: Option<&Place>, to: Option<&Place>, why: &str) -> String {
    let why = if why.is_empty() {
        String::new()
    } else {
        format!(": {}", shown(why))
    };
    match (from, to) {
        (Some(from), Some(to)) => format!("{brief}: {from} → {to}{why}"),
        (None, Some(to)) => format!("{brief}: new in {to}{why}"),
        (Some(from), None) => format!("{brief}: gone from {from}{why}"),
        (None, None) => format!("{brief}{why}"),
    }
}

fn for_brief(brief: Option<&BriefId>) -> String {
    brief
        .map(|brief| format!(" for {brief}"))
        .unwrap_or_default()
}

fn shown(text: &str) -> String {
    crate::model::Untrusted::new(text).shown()
}
