//! The queue: briefs by track, each with its stage. What is over is only counted.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::keys::KeyTable;
use crate::config::theme::{Face, Role};
use crate::model::dispatch::{Outlook, Wait};
use crate::model::{
    Agent, Brief, BriefId, Content, Dispatch, Fault, Filed, Heading, RESERVED, Stage, Track,
    Untrusted,
};
use crate::view::command::Command;
use crate::view::desk::{Desk, Focus};
use crate::view::keymap::Keymap;
use crate::view::tiles::{QueueLine, SidebarPlan};

use super::ink::{self, Runs};
use super::sidebar::{Cursor, ground, item};
use super::{spark, words};

/// So many columns are left to a brief's marks, its number and the beginning of its title.
const TITLE: u16 = 17;

/// The most columns that a stage's name takes.
const STAGE: u16 = 7;

/// Whether a line is a brief's.
pub fn is_brief(line: &QueueLine) -> bool {
    match line {
        QueueLine::Brief(_) => true,
        QueueLine::Track { .. } | QueueLine::Gauge(_) => false,
    }
}

/// Draws the lines in sight.
pub fn draw(desk: &Desk, keys: &Keymap, lines: &[QueueLine], plan: &SidebarPlan, buf: &mut Buffer) {
    let area = plan.queue_lines;
    if !lines.iter().any(is_brief) {
        empty(desk, keys, area, lines.len(), buf);
    }
    let stage = stage_columns(desk, lines);
    let outlook = desk.facts.outlook();
    let mut before: Option<&Stage> = None;
    for (row, at) in area.rows().zip(plan.queue_top..) {
        match lines.get(at) {
            None => return,
            Some(QueueLine::Track {
                track,
                done,
                dropped,
            }) => {
                before = None;
                draw_track(desk, track, (*done, *dropped), row, buf);
            }
            Some(QueueLine::Gauge(id)) => spark::draw(desk, id, row, buf),
            Some(QueueLine::Brief(id)) => {
                let Some(brief) = desk.facts.briefs.get(id) else {
                    continue;
                };
                let named = before != Some(&brief.place.stage);
                let label = if named {
                    brief.place.stage.as_str()
                } else {
                    ""
                };
                let wait = waits(desk, &outlook, brief);
                let word = wait.map(|wait| wait.word()).unwrap_or_default();
                draw_brief(
                    (desk, &outlook),
                    brief,
                    (&ink::pad(label, stage), &word),
                    row,
                    buf,
                );
                before = Some(&brief.place.stage);
            }
        }
    }
}

/// What to do about an empty queue, below its tracks.
fn empty(desk: &Desk, keys: &Keymap, area: Rect, below: usize, buf: &mut Buffer) {
    let theme = &desk.theme;
    let dim = theme.on(Role::Dim, theme.face(Role::Sidebar));
    let rows = area.rows().skip(below);
    let key = keys.hint(KeyTable::Room, Command::NewBrief);
    let how = key.map_or(String::new(), |key| format!(" {key} writes one"));
    for (row, text) in rows.zip([" no briefs yet".to_owned(), how]) {
        ink::write(buf, row, &Runs::of(text, dim));
    }
}

fn stage_columns(desk: &Desk, lines: &[QueueLine]) -> u16 {
    let stages = lines.iter().filter_map(|line| match line {
        QueueLine::Brief(id) => desk
            .facts
            .briefs
            .get(id)
            .map(|brief| brief.place.stage.as_str()),
        QueueLine::Track { .. } | QueueLine::Gauge(_) => None,
    });
    stages.map(ink::columns).max().unwrap_or(0).min(STAGE)
}

/// How a track's briefs are started, where not only people start them.
fn dispatched(desk: &Desk, track: &Track) -> Option<(String, Role)> {
    let facts = &desk.facts;
    let how = match facts.settings.track(track)?.dispatch {
        Dispatch::Off => return None,
        Dispatch::Ask => "asks",
        Dispatch::Auto => "auto",
    };
    Some(match facts.pauses.of(track) {
        Some(_) => ("paused".to_owned(), Role::StateWaiting),
        None => (how.to_owned(), Role::SidebarAge),
    })
}

/// A track's name, how it starts briefs, a line, and how much of it is over.
fn draw_track(
    desk: &Desk,
    track: &Track,
    (done, dropped): (usize, usize),
    row: Rect,
    buf: &mut Buffer,
) {
    let theme = &desk.theme;
    let face = theme.face(Role::Sidebar);
    let mut name = Runs::of(format!(" {track} "), theme.on(Role::SidebarTrack, face));
    if let Some((how, role)) = dispatched(desk, track) {
        name.add(format!("{how} "), theme.on(role, face));
    }
    let taken = ink::write(buf, row, &name);
    let mut counts = Runs::default();
    for (count, word) in [(done, "done"), (dropped, "dropped")] {
        if count > 0 {
            counts.add(format!(" {count} {word}"), theme.on(Role::SidebarAge, face));
        }
    }
    let rest = Rect {
        x: row.x.saturating_add(taken),
        width: row.width.saturating_sub(taken),
        ..row
    };
    let line = rest.width.saturating_sub(counts.columns());
    let line = "╌".repeat(usize::from(line));
    ink::write(
        buf,
        rest,
        &Runs::of(line, theme.on(Role::SidebarBorder, face)),
    );
    ink::write_right(buf, rest, &counts);
}

/// What a brief waits for, where its track starts briefs by itself.
fn waits(desk: &Desk, outlook: &Outlook, brief: &Brief) -> Option<Wait> {
    let track = desk.facts.settings.track(&brief.place.track)?;
    match (track.dispatch, &brief.content) {
        (Dispatch::Ask | Dispatch::Auto, Content::Read(_)) => Some(outlook.wait(brief)),
        (Dispatch::Off, _) | (_, Content::Broken(_)) => None,
    }
}

/// What the brief under the cursor waits for, which one opened it and which it opened, for the edge of the queue.
pub fn why(desk: &Desk) -> Option<String> {
    let brief = desk.facts.briefs.get(desk.brief.as_ref()?)?;
    let parts = reasons(desk, brief);
    (!parts.is_empty()).then(|| format!("{} {}", words::brief(&brief.id), parts.join(" · ")))
}

/// Where a file is wrong, and what is.
pub fn place_of(fault: &Fault) -> String {
    let text = format!(
        "{}:{}:{}: {}",
        fault.path, fault.line, fault.column, fault.what
    );
    Untrusted::new(text).shown()
}

/// Which brief opened it, who proposed it, which it opened, what it lacks and what it waits for; of a file that
/// cannot be read, what is wrong and what to do.
pub fn reasons(desk: &Desk, brief: &Brief) -> Vec<String> {
    if let Content::Broken(fault) = &brief.content {
        return vec![place_of(fault), Untrusted::new(fault.hint.as_str()).shown()];
    }
    let outlook = desk.facts.outlook();
    let wait = waits(desk, &outlook, brief);
    let lacks = outlook.lacking(brief);
    // or the wait says so itself
    let lacks = lacks.filter(|_| !wait.as_ref().is_some_and(Wait::is_unclear));
    let wait = wait.map(|wait| wait.sentence());
    let from = opener(brief).map(|from| format!("from {}", words::brief(from)));
    let by = filer(desk, brief).map(|filed| {
        let name = Untrusted::new(filed.name.as_str()).shown();
        format!("by {name} ({})", filed.agent)
    });
    let opened = opened(desk, brief).iter().map(words::brief);
    let opened: Vec<&str> = opened.collect();
    let opened = (!opened.is_empty()).then(|| format!("opened {}", opened.join(" ")));
    let parts = [from, by, opened, lacks, wait];
    parts.into_iter().flatten().collect()
}

/// The mark of a brief that lacks something: quiet, unless nobody can tell what is to be done.
fn lacks_mark(desk: &Desk, outlook: &Outlook, brief: &Brief, under: Face) -> Option<Runs> {
    outlook.lacking(brief)?;
    let unclear = brief.heading()?.unclear().next().is_some();
    let face = match unclear {
        true => desk.theme.on(Role::StateUnknown, under),
        false => ink::part(&desk.theme, Role::SidebarAge, under),
    };
    Some(Runs::of(format!(" {}", words::LACKS), face))
}

/// The brief of another track whose stage opened it.
fn opener(brief: &Brief) -> Option<&BriefId> {
    brief.heading()?.from.as_ref()
}

/// The agent that proposed it.
fn filer<'d>(desk: &'d Desk, brief: &Brief) -> Option<&'d Filed> {
    desk.facts.courses.get(&brief.id)?.filed.as_ref()
}

/// Briefs that its stages opened.
fn opened<'d>(desk: &'d Desk, brief: &Brief) -> &'d [BriefId] {
    let course = desk.facts.courses.get(&brief.id);
    course.map_or(&[], |course| &course.opened)
}

/// The age, and before it what the brief waits for, as far as the title keeps some room.
fn at_the_end(word: &str, age: &str, columns: u16) -> String {
    let both = format!(" {word} {age:>3}");
    let one = format!(" {word}");
    match columns {
        _ if word.is_empty() => format!(" {age:>3}"),
        columns if columns >= ink::columns(&both) + TITLE => both,
        columns if columns >= ink::columns(&one) + TITLE => one,
        _ => format!(" {age:>3}"),
    }
}

fn draw_brief(
    (desk, outlook): (&Desk, &Outlook),
    brief: &Brief,
    (stage, word): (&str, &str),
    row: Rect,
    buf: &mut Buffer,
) {
    let theme = &desk.theme;
    let cursor = Cursor::on(desk.brief.as_ref(), &brief.id);
    let under = ground(desk, Focus::Queue, cursor, row, buf);
    let mut runs = Runs::of(cursor.mark(), item(theme, under));
    runs.add(
        format!("{stage} "),
        ink::part(theme, Role::SidebarStage, under),
    );
    let age = words::age(desk.now, brief.changed);
    let mut age = Runs::of(
        at_the_end(word, &age, row.width),
        ink::part(theme, Role::SidebarAge, under),
    );
    if let Some(count) = words::open_comments(desk, &brief.id) {
        let mark = Runs::of(
            format!(" ✎{count}"),
            ink::part(theme, Role::DiffComment, under),
        );
        age = mark.with_all(age);
    }
    let ways = [
        (opener(brief).is_some() || filer(desk, brief).is_some()).then_some(" ↙"),
        (!opened(desk, brief).is_empty()).then_some(" ↗"),
    ];
    for way in ways.into_iter().flatten() {
        let mark = Runs::of(way, ink::part(theme, Role::SidebarAge, under));
        age = mark.with_all(age);
    }
    if let Some(mark) = lacks_mark(desk, outlook, brief, under) {
        age = mark.with_all(age);
    }
    match &brief.content {
        Content::Read(heading) => runs.append(read(desk, brief, heading, under)),
        Content::Broken(fault) => runs.append(broken(desk, &brief.id, fault, under)),
    }
    let left = Rect {
        width: row.width.saturating_sub(age.columns()),
        ..row
    };
    ink::write(buf, left, &runs);
    ink::write_right(buf, row, &age);
}

/// Who works on it, how urgent it is, what it is called.
fn read(desk: &Desk, brief: &Brief, heading: &Heading, under: Face) -> Runs {
    let theme = &desk.theme;
    let at_rest = RESERVED.contains(&brief.place.stage.as_str());
    let title = match at_rest {
        true => ink::part(theme, Role::SidebarStage, under),
        false => item(theme, under),
    };
    let mut runs = match worker(desk, &brief.id) {
        Some(agent) => Runs::of(
            words::mark(&agent.evidence.state),
            theme.on(words::role(&agent.evidence.state), under),
        ),
        None if is_asked_about(desk, &brief.id) => {
            Runs::of(words::WAITS, theme.on(Role::StateWaiting, under))
        }
        None => Runs::of(" ", under),
    };
    let (mark, role) = match heading.priority {
        0 | 1 => ("‼", Role::SidebarPriorityHigh),
        2 => ("!", Role::SidebarPriorityHigh),
        _ => (" ", Role::SidebarPriority),
    };
    runs.add(" ", under);
    runs.add(mark, ink::part(theme, role, under));
    runs.add(
        format!("{} ", words::brief(&brief.id)),
        ink::part(theme, Role::SidebarPriority, under),
    );
    runs.add(heading.title.shown(), title);
    runs
}

/// A file that could not be read, and where.
fn broken(desk: &Desk, id: &BriefId, fault: &Fault, under: Face) -> Runs {
    let theme = &desk.theme;
    let role = ink::part(theme, Role::SidebarBroken, under);
    Runs::of("✗  ", role)
        .with(
            format!("{} ", words::brief(id)),
            ink::part(theme, Role::SidebarPriority, under),
        )
        .with(
            format!("{}:{} {}", fault.line, fault.column, fault.what),
            role,
        )
}

/// Whether a card about it waits for a person.
fn is_asked_about(desk: &Desk, id: &BriefId) -> bool {
    let mut waiting = desk.facts.waiting();
    waiting.any(|request| request.brief.as_ref() == Some(id))
}

/// The living agent that works on a brief.
pub fn worker<'d>(desk: &'d Desk, id: &BriefId) -> Option<&'d Agent> {
    let agents = desk.facts.agents.values();
    agents
        .filter(|agent| agent.is_alive())
        .find(|agent| agent.brief.as_ref() == Some(id))
}
