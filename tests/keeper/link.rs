//! The server's end of the link, against a real keeper.

use crate::room::{PATIENCE, Room, contains, read_until, type_into};
use opsroom::keeper::spawn_detached;
use opsroom::server::keeper_link::{KeeperError, KeeperEvent, KeeperLink, read_spool};
use opsroom::wire::keeper::{AgentNo, Shutdown};
use std::path::Path;
use std::time::Duration;
use tokio::sync::mpsc::Receiver;

async fn next(events: &mut Receiver<KeeperEvent>) -> KeeperEvent {
    tokio::time::timeout(PATIENCE, events.recv())
        .await
        .unwrap()
        .unwrap()
}

#[tokio::test]
async fn a_link_starts_reads_leaves_and_finds_everything_again() {
    let room = Room::new();
    let never = || panic!("a keeper was there already");
    let socket = &room.options.socket;
    let (link, mut events, returned) = KeeperLink::reach(socket, PATIENCE, || Ok(()))
        .await
        .unwrap();
    assert!(returned.is_empty());
    link.spawn(room.bash(
        1,
        "read -r word; echo \"got<$word>\"; touch done; read -r word; exit 4",
    ))
    .unwrap();
    let KeeperEvent::Spawned {
        agent: AgentNo(1),
        pid,
        terminal,
    } = next(&mut events).await
    else {
        panic!("not started")
    };
    link.leave().await.unwrap();
    assert!(matches!(next(&mut events).await, KeeperEvent::Lost { .. }));
    type_into(&terminal, "go\n");
    drop(terminal);
    while !room.path("done").exists() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }

    let (link, mut events, returned) = KeeperLink::reach(socket, PATIENCE, never).await.unwrap();
    assert_eq!((returned.len(), returned[0].here.pid), (1, pid));
    let spool = returned[0].here.spool.clone().unwrap_or_default();
    let bytes = read_spool(&room.options.spool, &spool).unwrap();
    if !contains(&bytes, "got<go>") {
        read_until(&returned[0].terminal, "got<go>");
    }
    link.taken(AgentNo(1)).unwrap();
    type_into(&returned[0].terminal, "end\n");
    let KeeperEvent::Exited(exited) = next(&mut events).await else {
        panic!("not ended")
    };
    assert_eq!((exited.agent, exited.code), (AgentNo(1), Some(4)));
    link.list().unwrap();
    let KeeperEvent::Known(known) = next(&mut events).await else {
        panic!("no list")
    };
    assert_eq!((known[0].agent, known[0].pid), (AgentNo(1), None));
    link.forget(AgentNo(1)).unwrap();
    link.shutdown(Shutdown::IfEmpty).unwrap();
    assert!(matches!(next(&mut events).await, KeeperEvent::Lost { .. }));
    assert!(matches!(link.list(), Err(KeeperError::Gone)));
}

#[tokio::test]
async fn a_link_starts_a_keeper_where_none_is() {
    let mut room = Room::with(|options| options.patience = Duration::from_millis(1));
    room.wait_for_end();
    assert!(matches!(
        KeeperLink::connect(&room.options.socket).await,
        Err(KeeperError::Absent(_))
    ));
    let exe = Path::new(env!("CARGO_BIN_EXE_opsroom"));
    let (options, log) = (room.options.clone(), room.path("log"));
    let mut started = 0;
    let start = || {
        let mut patient = options.clone();
        patient.patience = PATIENCE;
        started = spawn_detached(exe, &patient, &log)?;
        Ok(())
    };
    let (link, mut events, _) = KeeperLink::reach(&options.socket, PATIENCE, start)
        .await
        .unwrap();
    room.keeper = started;
    link.stop(AgentNo(5), Duration::ZERO).unwrap();
    assert!(matches!(
        next(&mut events).await,
        KeeperEvent::Stopped {
            agent: AgentNo(5),
            ended: 0,
            ..
        }
    ));
}

#[tokio::test]
async fn a_second_link_is_told_who_has_the_keeper() {
    let room = Room::new();
    let socket = &room.options.socket;
    let (_link, _events, _) = KeeperLink::reach(socket, PATIENCE, || Ok(()))
        .await
        .unwrap();
    let error = KeeperLink::connect(socket).await.unwrap_err();
    assert!(error.to_string().contains("stop it first"), "{error}");
}

#[tokio::test]
async fn a_keeper_that_dies_is_an_event() {
    let mut room = Room::new();
    let (link, mut events, _) = KeeperLink::reach(&room.options.socket, PATIENCE, || Ok(()))
        .await
        .unwrap();
    link.shutdown(Shutdown::StopAll { grace_ms: 0 }).unwrap();
    let KeeperEvent::Lost { why } = next(&mut events).await else {
        panic!("not lost")
    };
    assert!(why.contains("the keeper is gone"), "{why}");
    assert_eq!(room.wait_for_end(), 0);
}
