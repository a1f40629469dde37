//! From a command to what does it. One arm for each command; who may not run it gets a sentence.

use crate::view::command::{Action, Command, Who};
use crate::view::desk::{Link, Mode};

use super::turn::Turn;
use super::{
    Act, agents, always, answer, decide, find, focus, people, popup, queue, redirect, review,
    screen, scroll, since, start, talk, write,
};

/// Runs a command.
pub(super) fn run(turn: &mut Turn, action: Action) {
    if let Err(why) = allowed(turn, action.command) {
        return turn.refuse(why);
    }
    if review::takes(turn, action.command) {
        return;
    }
    match action.command {
        Command::NextWaiting => decide::step(turn, focus::Step::Next),
        Command::PreviousWaiting => decide::step(turn, focus::Step::Previous),
        Command::Approve => decide::approve(turn),
        Command::ApproveIdentical => decide::together(turn),
        Command::Always => always::propose(turn),
        Command::Reject => decide::reject(turn),
        Command::Redirect => redirect::card(turn),
        Command::Reply => answer::reply(turn),
        Command::Answer => answer::answer(turn, action.digit),
        Command::OpenCard => decide::open(turn),
        Command::Detail => decide::detail(turn),
        Command::Explain => agents::explain(turn),
        Command::CardDown => decide::scroll_card(turn, focus::Step::Next),
        Command::CardUp => decide::scroll_card(turn, focus::Step::Previous),
        Command::Focus => focus::number(turn, action.digit),
        Command::Left => focus::towards(turn, focus::Way::Left),
        Command::Down => focus::towards(turn, focus::Way::Down),
        Command::Up => focus::towards(turn, focus::Way::Up),
        Command::Right => focus::towards(turn, focus::Way::Right),
        Command::NextTile => focus::step(turn, focus::Step::Next),
        Command::PreviousTile => focus::step(turn, focus::Step::Previous),
        Command::FirstTile => focus::end(turn, focus::Step::Previous),
        Command::LastTile => focus::end(turn, focus::Step::Next),
        Command::NextPage => focus::page(turn, focus::Step::Next),
        Command::PreviousPage => focus::page(turn, focus::Step::Previous),
        Command::ListDown => focus::list(turn, focus::Step::Next),
        Command::ListUp => focus::list(turn, focus::Step::Previous),
        Command::ListFirst => focus::list_end(turn, focus::Step::Previous),
        Command::ListLast => focus::list_end(turn, focus::Step::Next),
        Command::GoWaiting => focus::sidebar(turn, crate::view::desk::Focus::Waiting),
        Command::GoQueue => focus::sidebar(turn, crate::view::desk::Focus::Queue),
        Command::GoTiles => turn.desk.focus = crate::view::desk::Focus::Tiles,
        Command::GoAgent => agents::choose(turn),
        Command::Back => focus::back(turn),
        Command::EnterPane => agents::enter(turn),
        Command::LeavePane => leave_pane(turn),
        Command::LocalEcho => screen::local_echo(turn),
        Command::Zoom => screen::zoom(turn),
        Command::Say => agents::say(turn, crate::model::Manner::AtRest),
        Command::Interrupt => agents::say(turn, crate::model::Manner::Interrupt),
        Command::RedirectAgent => redirect::agent(turn),
        Command::Spawn => start::offer(turn),
        Command::Stop => agents::stop(turn),
        Command::Restart => agents::restart(turn),
        Command::Clear => agents::clear(turn),
        Command::ClearAll => agents::clear_all(turn),
        Command::Drive => people::drive(turn),
        Command::People => people::list(turn),
        Command::Follow => people::follow(turn),
        Command::Point => talk::point(turn),
        Command::Breakroom => talk::open(turn),
        Command::NewBrief => queue::new(turn),
        Command::OpenBrief => queue::open(turn),
        Command::ReadBrief => queue::read(turn),
        Command::EditBrief => queue::edit(turn),
        Command::SplitBrief => queue::split(turn),
        Command::Raise => queue::priority(turn, focus::Step::Previous),
        Command::Lower => queue::priority(turn, focus::Step::Next),
        Command::Accept => queue::accept(turn),
        Command::Hold => queue::hold(turn),
        Command::Drop => queue::drop_brief(turn),
        Command::MoveBrief => queue::relocate(turn),
        Command::Start => queue::start(turn),
        Command::PauseTrack => queue::pause_track(turn),
        Command::PauseAll => queue::pause_all(turn),
        Command::StartOn => queue::start_on(turn),
        Command::ScrollMode => scroll::enter(turn),
        Command::Search => find::ask(turn),
        Command::NextHit => find::step(turn, focus::Step::Next),
        Command::PreviousHit => find::step(turn, focus::Step::Previous),
        Command::ScrollUp => scroll::go(turn, scroll::Motion::Lines(-1)),
        Command::ScrollDown => scroll::go(turn, scroll::Motion::Lines(1)),
        Command::ScrollLeft => scroll::go(turn, scroll::Motion::Columns(-1)),
        Command::ScrollRight => scroll::go(turn, scroll::Motion::Columns(1)),
        Command::LineStart => scroll::go(turn, scroll::Motion::LineStart),
        Command::LineEnd => scroll::go(turn, scroll::Motion::LineEnd),
        Command::HalfUp => scroll::go(turn, scroll::Motion::Halves(-1)),
        Command::HalfDown => scroll::go(turn, scroll::Motion::Halves(1)),
        Command::PageUp => scroll::go(turn, scroll::Motion::Halves(-2)),
        Command::PageDown => scroll::go(turn, scroll::Motion::Halves(2)),
        Command::Top => scroll::go(turn, scroll::Motion::Top),
        Command::Bottom => scroll::go(turn, scroll::Motion::Bottom),
        Command::Select => scroll::select(turn),
        Command::Copy => scroll::copy(turn),
        Command::LeaveScroll => scroll::leave(turn),
        Command::Diff => review::open(turn),
        Command::NextHunk
        | Command::PreviousHunk
        | Command::NextFile
        | Command::PreviousFile
        | Command::ChooseFile
        | Command::FileList
        | Command::SideBySide
        | Command::MoreContext
        | Command::LessContext
        | Command::WholeFile
        | Command::Scope
        | Command::Reread
        | Command::Comment
        | Command::EditComment
        | Command::DeleteComment
        | Command::NextComment
        | Command::PreviousComment
        | Command::Comments
        | Command::Settle
        | Command::SendRound
        | Command::RejectRound
        | Command::LeaveReview
        | Command::AsideReview => turn.refuse("no diff is open here"),
        Command::Sidebar => screen::sidebar(turn),
        Command::NextLayout => screen::next_layout(turn),
        Command::ChooseLayout => screen::choose_layout(turn),
        Command::ChooseTheme => screen::choose_theme(turn),
        Command::SearchAll => find::ask_all(turn),
        Command::SinceLeft => since::read(turn),
        Command::Notices => screen::notices(turn),
        Command::Help => popup::help(turn),
        Command::Palette => popup::palette(turn),
        Command::Redraw => turn.acts.push(Act::Redraw),
        Command::Suspend => turn.acts.push(Act::Suspend),
        Command::Quit => turn.acts.push(Act::Quit(screen::farewell(turn.desk))),
        Command::CloseRoom => screen::close_room(turn),
        Command::Submit
        | Command::Cancel
        | Command::Newline
        | Command::EntryDown
        | Command::EntryUp
        | Command::EntriesDown
        | Command::EntriesUp
        | Command::CharLeft
        | Command::CharRight
        | Command::WordLeft
        | Command::WordRight
        | Command::InputStart
        | Command::InputEnd
        | Command::DeleteBack
        | Command::DeleteForward
        | Command::DeleteWord
        | Command::DeleteToEnd
        | Command::DeleteToStart => write::command(turn, action.command),
    }
}

/// Whether this person may run a command now.
fn allowed(turn: &Turn, command: Command) -> Result<(), String> {
    if command.who() == Who::Anyone {
        return Ok(());
    }
    match &turn.desk.link {
        Link::Live => {}
        Link::Connecting => return Err("not connected yet, try again in a moment".to_owned()),
        Link::Lost { why, .. } => {
            return Err(format!("the server is not there ({why}), nothing was done"));
        }
    }
    if !turn.desk.may_act() {
        let what = command.name();
        return Err(format!(
            "you are an observer here, `{what}` is for operators"
        ));
    }
    Ok(())
}

fn leave_pane(turn: &mut Turn) {
    if let Mode::Pane(_) = turn.desk.mode {
        turn.desk.mode = Mode::Room;
    }
}
