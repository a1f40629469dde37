//! What the server says. It changes what is known, never where the person is.

use crate::model::{AgentId, Answer, Fact, Level, Request, Status, Untrusted};
use crate::terminal::{Patch, PatchKind};
use crate::view::desk::{
    Awaited, Fetch, Heads, Link, Me, Mode, Popup, TerminalFocus, Told, Welcome,
};
use crate::view::facts::Facts;
use crate::wire::{SILENCE_MS, ToClient, ToServer, Want};

use super::turn::Turn;
use super::{Act, find, past, people, queue, review, scroll, since, start, subject, sync, talk};

/// For so long keys may be under way on a line that is cut and not yet seen to be, in ms: twice what either side waits
/// for the other.
const UNHEARD_MS: u64 = 2 * SILENCE_MS;

/// The most characters of an agent's words in a notification.
const NOTIFY_MOST: usize = 200;

/// The server can be reached: asks for everything.
pub(super) fn linked(turn: &mut Turn) {
    turn.desk.link = Link::Connecting;
    forget(turn);
    turn.acts.push(Act::Send(ToServer::Attach(Want::Live)));
}

/// The server cannot be reached any more. What was on its way is not known to have arrived.
pub(super) fn lost(turn: &mut Turn, why: String) {
    let since = match &turn.desk.link {
        Link::Lost { since, .. } => *since,
        Link::Connecting | Link::Live => turn.desk.now,
    };
    let open = turn.desk.awaited.values().any(|awaited| match awaited {
        Awaited::Wish(_) | Awaited::Decide(..) => true,
        // said below, with what is kept
        Awaited::Added(_) => false,
        Awaited::Past(_)
        | Awaited::Find(_)
        | Awaited::FindAll(_)
        | Awaited::Diff(..)
        | Awaited::Read(_)
        | Awaited::Edit(_)
        | Awaited::Split(_)
        | Awaited::FindLine { .. }
        | Awaited::Programs => false,
    });
    let drafts = turn.desk.awaited.values();
    let drafts: Vec<String> = drafts
        .filter_map(|awaited| {
            let Awaited::Added(path) = awaited else {
                return None;
            };
            Some(path.clone())
        })
        .collect();
    turn.desk.link = Link::Lost { since, why };
    turn.desk.welcome = Welcome::Done;
    forget(turn);
    const GONE: &str = "the server went before it answered, look whether it was done";
    if open {
        turn.refuse(GONE);
    }
    for path in drafts {
        queue::kept(turn, path, GONE);
    }
    let typed = turn.desk.typed.take();
    if let Some((agent, at)) = typed
        && turn.desk.now.since(at) < UNHEARD_MS
    {
        turn.refuse(format!(
            "the line to the server was cut; what you typed to agent {agent} last may not have arrived"
        ));
    }
}

/// The next server (or connection) was told nothing yet.
fn forget(turn: &mut Turn) {
    let desk = &mut *turn.desk;
    let title = std::mem::take(&mut desk.told.title);
    desk.told = Told {
        title,
        ..Told::default()
    };
    desk.in_sight.clear();
    desk.shown.clear();
    desk.awaited.clear();
    for pane in desk.panes.values_mut() {
        if let Some(scroll) = &mut pane.scroll {
            scroll.fetch = Fetch::None;
        }
    }
}

/// The server said something.
pub(super) fn message(turn: &mut Turn, message: ToClient) {
    match message {
        ToClient::Seated {
            seat,
            name,
            role,
            folder,
        } => {
            turn.desk.facts = Facts::default();
            turn.desk.me = Me {
                seat,
                name,
                role: Some(role),
                folder,
            };
        }
        ToClient::Facts(facts) => facts.into_iter().for_each(|one| fact(turn, one)),
        ToClient::Current => {
            turn.desk.link = Link::Live;
            talk::arrived(turn);
            review::linked(turn);
            since::welcome(turn);
        }
        ToClient::Again => {
            turn.desk.link = Link::Connecting;
            turn.desk.facts = Facts::default();
            forget(turn);
        }
        ToClient::Frame { agent, patch } => drop(frame(turn, agent, patch)),
        ToClient::Broken { agent, why } => {
            turn.desk.panes.entry(agent).or_default().broken = Some(why);
        }
        ToClient::Answer { ticket, answer } => answered(turn, ticket, answer),
        ToClient::Past {
            ticket,
            agent,
            first,
            oldest,
            total,
            rows,
        } => {
            turn.desk.awaited.remove(&ticket);
            past::came(turn, agent, (first, oldest, total), rows);
        }
        ToClient::Found {
            ticket,
            agent,
            hits,
        } => match turn.desk.awaited.remove(&ticket) {
            Some(Awaited::FindLine { needle, still, .. }) => {
                find::line_found(turn, agent, (needle, still), &hits);
            }
            Some(_) => find::found(turn, agent, hits),
            None => {}
        },
        ToClient::BriefText { ticket, text, .. } => brief(turn, ticket, text),
        ToClient::Tell(notice) => turn.toast(notice),
        ToClient::Rang { agent, text } => {
            let now = turn.desk.now;
            turn.desk.panes.entry(agent).or_default().rang = Some(now);
            if turn.desk.terminal == TerminalFocus::Elsewhere && !text.is_empty() {
                let words: String = text.shown().chars().take(NOTIFY_MOST).collect();
                turn.acts
                    .push(Act::Notify(format!("agent {agent}: {words}")));
            }
            if turn.desk.focused() != Some(agent) || turn.desk.terminal == TerminalFocus::Elsewhere
            {
                turn.ring();
            }
        }
        ToClient::Closing(why) => turn.say(Level::Warning, format!("the server goes: {why}")),
        ToClient::Dismissed(why) => turn.acts.push(Act::Quit(why)),
        ToClient::Pong(_) => {}
        ToClient::FoundAll {
            ticket,
            hits,
            reach,
        } => find::found_all(turn, ticket, hits, reach),
        ToClient::Diff { ticket, part } => review::part(turn, ticket, part),
        ToClient::Programs { ticket, programs } => start::came(turn, ticket, programs),
        ToClient::Since(since) => {
            turn.desk.since = Some(since);
            since::welcome(turn);
        }
    }
}

/// What a patch changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// Rows, the cursor, modes: nothing that anything else depends on.
    Rows,
    /// The size, or the pane has to be asked for anew.
    More,
}

/// Rows of a pane came.
pub(super) fn frame(turn: &mut Turn, agent: AgentId, patch: Patch) -> Frame {
    let full = patch.kind == PatchKind::Full;
    let size = patch.size;
    let pane = turn.desk.panes.entry(agent).or_default();
    let resized = pane.grid.generation() == 0 || pane.grid.size() != size;
    if full {
        pane.broken = None;
    }
    if let Some(scroll) = &mut pane.scroll
        && resized
    {
        // lines are broken anew at another width, so their numbers mean other lines
        scroll.rows.clear();
        scroll.hits.clear();
        scroll.fetch = Fetch::None;
    }
    let lost_hits = resized && pane.scroll.is_some();
    let cursor = pane.grid.cursor();
    if pane.grid.apply(patch).is_err() {
        turn.desk.told.watched.remove(&agent);
        turn.desk.told.acked.remove(&agent);
        turn.send(ToServer::Unwatch(agent));
        return Frame::More;
    }
    if let Some(pane) = turn.desk.panes.get(&agent) {
        turn.desk.echo.came(agent, cursor, &pane.grid);
    }
    if turn.desk.mode == Mode::Scroll(agent) {
        scroll::settle(turn, agent);
    }
    if lost_hits {
        find::again(turn, agent);
    }
    if find::jump(turn, agent) {
        return Frame::More;
    }
    if resized { Frame::More } else { Frame::Rows }
}

fn fact(turn: &mut Turn, fact: Fact) {
    let live = turn.desk.link == Link::Live;
    if let (Fact::Request(request), true) = (&fact, live) {
        changed(turn, request);
    }
    if let (Fact::Seat(seat), true) = (&fact, live) {
        people::changed(turn, seat);
    }
    if let Fact::AgentGone(agent) = &fact {
        turn.desk.panes.remove(agent);
    }
    if let (Fact::Pointed(pointed), true) = (&fact, live) {
        talk::pointed(turn, pointed);
    }
    let said = match &fact {
        Fact::Spoken(line) if live => Some(line.clone()),
        _ => None,
    };
    let seats = matches!(fact, Fact::Seat(_) | Fact::SeatGone(_));
    if let Some(notice) = turn.desk.facts.apply(fact) {
        turn.toast(notice);
    }
    if seats {
        people::renew(turn);
    }
    if let Some(line) = said {
        talk::spoken(turn, &line);
    }
}

/// A request came, closed, or was asked anew: what the person should hear of it.
fn changed(turn: &mut Turn, request: &Request) {
    let before = turn.desk.facts.requests.get(&request.id);
    let was_open = before.is_some_and(Request::is_open);
    if request.is_open() {
        if !was_open {
            came(turn, request);
        }
        return;
    }
    if !was_open {
        return;
    }
    let subject = subject::of(turn.desk, request);
    match &request.status {
        Status::Open | Status::Answering(_) | Status::Unsure(_) => {}
        Status::Decided(decision)
            if decision.rule.is_none() && decision.by.name == turn.desk.me.name => {}
        Status::Decided(decision) => {
            let word = decision.verdict.past();
            let by = decision.who();
            // whoever writes an answer to it should not go on
            let level = match sync::popup_is_about(turn.desk, request.id) {
                true => Level::Warning,
                false => Level::Note,
            };
            turn.say(level, format!("{by} {word} {subject}"));
        }
        Status::Withdrawn { why, .. } => {
            let why = Untrusted::new(why.as_str()).shown();
            turn.note(format!("{subject} was withdrawn: {why}"));
        }
    }
}

fn came(turn: &mut Turn, request: &Request) {
    turn.ring();
    if turn.desk.terminal == TerminalFocus::Elsewhere {
        let who = request
            .agent
            .map_or("the room".to_owned(), |agent| format!("agent {agent}"));
        let room = &turn.desk.facts.settings.name;
        let sentence = format!("{room}: {who} waits on you");
        if !turn.acts.contains(&Act::Notify(sentence.clone())) {
            turn.acts.push(Act::Notify(sentence));
        }
    }
}

fn answered(turn: &mut Turn, ticket: u32, answer: Answer) {
    let awaited = turn.desk.awaited.remove(&ticket);
    let done = match awaited {
        Some(Awaited::Added(path)) => {
            match &answer {
                Answer::Refused(why) => return queue::kept(turn, path, why),
                Answer::Done | Answer::Agent(_) | Answer::Brief(_) => {
                    turn.acts.push(Act::Discard(path));
                }
            }
            String::new()
        }
        Some(Awaited::Wish(done) | Awaited::Decide(_, done)) => done,
        Some(Awaited::FindLine {
            agent,
            needle,
            still,
        }) => {
            // its tile has no pane any more
            return find::replay(turn, agent, still, needle);
        }
        Some(
            Awaited::Past(_)
            | Awaited::Find(_)
            | Awaited::FindAll(_)
            | Awaited::Diff(..)
            | Awaited::Read(_)
            | Awaited::Edit(_)
            | Awaited::Split(_)
            | Awaited::Programs,
        )
        | None => String::new(),
    };
    match answer {
        Answer::Refused(why) => turn.refuse(why),
        Answer::Done if done.is_empty() => {}
        Answer::Done => turn.note(done),
        Answer::Agent(agent) => {
            turn.note(format!("agent {agent} is started"));
            if turn.desk.mode == Mode::Room && turn.desk.popup.is_none() {
                turn.desk.pane = Some(agent);
            }
        }
        Answer::Brief(brief) => {
            turn.note(format!("{brief} is in the queue"));
            turn.desk.brief = Some(brief);
        }
    }
}

fn brief(turn: &mut Turn, ticket: u32, text: Result<(String, String), String>) {
    let awaited = turn.desk.awaited.remove(&ticket);
    let (path, text) = match text {
        Ok(both) => both,
        Err(why) => return turn.refuse(why),
    };
    match awaited {
        Some(Awaited::Split(brief)) => turn.acts.push(Act::Split { brief, path }),
        Some(Awaited::Edit(brief)) => turn.acts.push(Act::Edit { brief, path }),
        Some(Awaited::Read(brief)) if turn.desk.popup.is_none() && turn.desk.mode == Mode::Room => {
            let text = queue::to_read(turn, &brief, text);
            turn.desk.popup = Some(Popup::Read {
                title: brief.to_string(),
                text: Untrusted::new(text),
                heads: Heads::Written,
                top: 0,
            });
        }
        Some(
            Awaited::Read(_)
            | Awaited::Wish(_)
            | Awaited::Added(_)
            | Awaited::Decide(..)
            | Awaited::Past(_)
            | Awaited::Find(_)
            | Awaited::Diff(..)
            | Awaited::FindAll(_)
            | Awaited::FindLine { .. }
            | Awaited::Programs,
        )
        | None => {}
    }
}
