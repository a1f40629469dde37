//! Panes on real terminals and a real disk.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs::File;
use std::io::Write as _;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::thread;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::super::post::Recording;
use super::super::recording::{self, Bounds, Chunk};
use super::*;
use crate::profile::Profiles;
use crate::wire::ToClient;

const AGENT: AgentId = AgentId(7);

/// How long something that must come may take on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A terminal's two ends; the program's one changes nothing of what is written.
pub(super) fn terminal() -> (OwnedFd, File) {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap();
    let program = File::options()
        .read(true)
        .write(true)
        .open(name.to_str().unwrap())
        .unwrap();
    let mut modes = tcgetattr(&program).unwrap();
    modes.make_raw();
    tcsetattr(&program, OptionalActions::Now, &modes).unwrap();
    rustix::io::ioctl_fionbio(&master, true).unwrap();
    (master, program)
}

/// A pane on this terminal that records here, and what it tells the hub.
fn pane(master: OwnedFd, folder: &Path) -> (PaneHandle, mpsc::Receiver<ToHub>) {
    let (post, hub) = mpsc::channel(64);
    let (recorder, opened) =
        Recorder::open(folder, AGENT, SMALLEST, clock::now(), Bounds::default());
    let recorded = Recorded {
        tail: None,
        recorder,
        opened,
    };
    let (_, profiles) = watch::channel(Profiles::default());
    let handle = start(
        AGENT,
        Adopted::new(master, SMALLEST),
        recorded,
        Tongue::new(profiles, ""),
        Attention::new(Instant::now()),
        post,
    );
    (handle, hub)
}

/// Waits until the pane is gone.
async fn ends(mut hub: mpsc::Receiver<ToHub>) {
    let gone = async { while hub.recv().await.is_some() {} };
    timeout(PATIENCE, gone).await.expect("the pane goes on");
}

fn recorded(folder: &Path) -> String {
    let tail = recording::tail(folder, AGENT, usize::MAX).unwrap();
    let output = tail.chunks.into_iter().filter_map(|chunk| match chunk {
        Chunk::Output(text) => Some(text),
        Chunk::Size(_) => None,
    });
    output.collect()
}

#[tokio::test]
async fn what_nobody_had_read_of_a_forgotten_agent_is_recorded() {
    let dir = tempfile::tempdir().unwrap();
    let (master, mut program) = terminal();
    let (handle, hub) = pane(master, dir.path());
    // less than any kernel keeps, so that nobody waits for a reader
    let said = "line\r\n".repeat(100) + "the last words";
    program.write_all(said.as_bytes()).unwrap();
    drop(program);
    drop(handle);
    ends(hub).await;
    assert!(recorded(dir.path()) == said);
}

#[tokio::test]
async fn who_asked_something_of_a_pane_that_is_handed_over_is_answered_still() {
    let dir = tempfile::tempdir().unwrap();
    let (master, _program) = terminal();
    let (handle, hub) = pane(master, dir.path());
    let (let_go, gone) = oneshot::channel();
    let (to, mut answers) = mpsc::channel(1);
    // the pane looks at neither before both are there
    handle.orders.try_send(ToPane::LetGo(let_go)).unwrap();
    let find = ToPane::Find {
        ticket: 3,
        needle: "x".into(),
        to,
    };
    handle.orders.try_send(find).unwrap();
    timeout(PATIENCE, gone).await.unwrap().unwrap();
    let answer = answers.recv().await;
    assert!(
        matches!(answer, Some(ToClient::Found { ticket: 3, .. })),
        "{answer:?}"
    );
    ends(hub).await;
}

#[tokio::test]
async fn programs_that_flood_on_do_not_keep_the_pane_of_a_forgotten_agent() {
    let dir = tempfile::tempdir().unwrap();
    let (master, program) = terminal();
    let (handle, hub) = pane(master, dir.path());
    let floods = [(); 4].map(|()| {
        let mut program = program.try_clone().unwrap();
        thread::spawn(move || while program.write_all(&[b'x'; 4096]).is_ok() {})
    });
    drop(program);
    drop(handle);
    ends(hub).await;
    let read = recorded(dir.path()).len();
    assert!(read <= 1024 * 1024 + CHUNK, "{read}");
    // its terminal is closed
    floods.into_iter().for_each(|flood| flood.join().unwrap());
}

#[test]
fn a_silent_agents_picture_is_tried_again_until_the_disk_takes_it_and_nothing_is_due_then() {
    let dir = tempfile::tempdir().unwrap();
    // a file stands where the folder is to be
    let folder = dir.path().join("recordings");
    std::fs::write(&folder, "").unwrap();
    let (start, at) = (Instant::now(), clock::now());
    let (recorder, opened) = Recorder::open(&folder, AGENT, SMALLEST, at, Bounds::default());
    let mut glass = Glass::new(AGENT, SMALLEST);
    glass.goes_to(recorder, opened);
    glass.feed(b"all it ever says", at);
    glass.fresh();
    assert!(matches!(
        glass.take_recording_news(),
        Some(Recording::Stopped(_))
    ));
    let again = glass.due().unwrap();
    assert!(again > start + Duration::from_secs(5));
    glass.end_overdue(again, at);
    assert_eq!(glass.take_recording_news(), None, "it is told once");
    let later = glass.due().unwrap();
    assert!(later > again);
    std::fs::remove_file(&folder).unwrap();
    glass.end_overdue(later, at);
    assert_eq!(glass.take_recording_news(), Some(Recording::GoesOn));
    assert_eq!(glass.due(), None);
    assert!(recorded(&folder).contains("all it ever says"));
}

#[test]
fn each_file_that_a_recording_goes_on_in_is_told_once() {
    let dir = tempfile::tempdir().unwrap();
    let bounds = Bounds {
        segment: 1,
        segments: 2,
    };
    let at = clock::now();
    let (recorder, opened) = Recorder::open(dir.path(), AGENT, SMALLEST, at, bounds);
    let mut glass = Glass::new(AGENT, SMALLEST);
    assert!(!glass.takes_another_file());
    glass.goes_to(recorder, opened);
    for _ in 0..3 {
        assert!(glass.takes_another_file());
        assert!(!glass.takes_another_file());
        glass.feed(b"more", at);
    }
}
