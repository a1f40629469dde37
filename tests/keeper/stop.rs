//! A stop leaves nothing behind, and touches nobody else.

use crate::room::*;
use opsroom::wire::keeper::{AgentNo, Exited, FromKeeper, ToKeeper};

/// Say stop, and take what comes until it is over: the agent's end, if it was running, and the counts.
fn stop(client: &mut Client, agent: u32, grace_ms: u32) -> (Option<Exited>, u32, u32, u32) {
    client.say(&ToKeeper::Stop {
        agent: AgentNo(agent),
        grace_ms,
    });
    let mut exited = None;
    loop {
        match client.hear().0 {
            FromKeeper::Exited(end) => exited = Some(end),
            FromKeeper::Stopped {
                agent: stopped,
                ended,
                killed,
                left,
            } => {
                assert_eq!(stopped, AgentNo(agent));
                return (exited, ended, killed, left);
            }
            other => panic!("{other:?}"),
        }
    }
}

const STUBBORN: &str = r#"
trap '' HUP TERM
setsid sh -c 'echo up 1; exec sleep 1000' &
(setsid sh -c 'sleep 1001 & echo up 2; sleep 1002' &)
env -i setsid sh -c 'echo up 3; exec sleep 1003' &
(trap '' HUP TERM; sh -c 'echo up 4; exec sleep 1004') &
while :; do sleep 1005; done
"#;

#[test]
fn a_stop_leaves_no_descendant_however_it_hides() {
    let room = Room::new();
    let (mut client, _) = room.connect();
    let (bystander, _bystanders) = client.spawn(room.bash(2, "setsid sleep 1006 & read -r word"));
    let (_, terminal) = client.spawn(room.bash(1, STUBBORN));
    read_terminal(&terminal, |all| {
        (1..=4).all(|number| contains(all, &format!("up {number}")))
    });
    wait_until("everything runs", || descendants(room.keeper).len() >= 9);
    let others = descendants(bystander);
    let before: Vec<_> = descendants(room.keeper)
        .into_iter()
        .filter(|p| p.0 != bystander && !others.contains(p))
        .collect();
    assert!(before.len() >= 7, "{before:?}");

    let (exited, ended, killed, left) = stop(&mut client, 1, 200);
    assert_eq!(exited.unwrap().signal.as_deref(), Some("SIGKILL"));
    assert!(ended as usize >= before.len(), "{ended} of {before:?}");
    assert!(killed >= 2, "the stubborn ones were not killed: {killed}");
    assert_eq!(left, 0);
    assert!(!before.into_iter().any(lives));
    assert!(
        others.into_iter().all(lives),
        "another agent's process was ended"
    );
}

#[test]
fn one_that_erased_its_traces_and_does_not_listen_is_found_after_its_parent_is_gone() {
    let room = Room::new();
    let (mut client, _) = room.connect();
    let script = r#"env -i setsid sh -c "trap '' HUP TERM; echo up; while :; do setsid sleep 1000; done" & read -r word"#;
    let (_, terminal) = client.spawn(room.bash(1, script));
    read_until(&terminal, "up");
    let (exited, ended, killed, left) = stop(&mut client, 1, 300);
    assert_eq!(exited.unwrap().signal.as_deref(), Some("SIGHUP"));
    assert!(ended >= 3, "{ended}");
    assert!(killed >= 1, "{killed}");
    assert_eq!(left, 0);
    assert_eq!(descendants(room.keeper), []);
}

/// Whoever is born after this has no parent, no variable and no session of its agent's any more.
#[test]
fn one_whose_parent_was_gone_before_the_stop_is_found_although_it_erased_its_traces() {
    let room = Room::new();
    let (mut client, _) = room.connect();
    let daemon = "env -i setsid sh -c \"(trap '' HUP TERM; echo up; exec sleep 1000) & exit\"";
    let (bystander, theirs) = client.spawn(room.bash(2, &format!("{daemon}; read -r word")));
    let (_, terminal) = client.spawn(room.bash(1, &format!("{daemon}; read -r word")));
    read_until(&theirs, "up");
    read_until(&terminal, "up");
    // both agents, and both orphans, children of the keeper now
    wait_until("the parents to be gone", || {
        descendants(room.keeper).len() == 4 && children(room.keeper) == 4
    });
    let others = descendants(bystander);
    let (_, ended, killed, left) = stop(&mut client, 1, 300);
    assert_eq!((ended, killed, left), (2, 1, 0));
    assert!(others.into_iter().all(lives));
    assert_eq!(descendants(room.keeper).len(), 2);
    let (_, ended, killed, left) = stop(&mut client, 2, 300);
    assert_eq!((ended, killed, left), (2, 1, 0));
    assert_eq!(descendants(room.keeper), []);
}

#[test]
fn an_agent_that_listens_is_not_killed_but_asked() {
    let room = Room::new();
    let (mut client, _) = room.connect();
    let script = "trap 'exit 9' TERM; trap '' HUP; echo up; while :; do sleep 0.02; done";
    let (_, terminal) = client.spawn(room.bash(1, script));
    read_until(&terminal, "up");
    let (exited, ended, killed, left) = stop(&mut client, 1, 15_000);
    assert_eq!(exited.unwrap().code, Some(9));
    assert!(ended >= 1);
    assert_eq!((killed, left), (0, 0));
}

#[test]
fn what_an_ended_agent_left_behind_is_counted_and_can_be_stopped() {
    let room = Room::new();
    let (mut client, _) = room.connect();
    let script = "(setsid sh -c 'echo up; exec sleep 1000' &); read -r word; exit 3";
    let (_, terminal) = client.spawn(room.bash(1, script));
    read_until(&terminal, "up");
    type_into(&terminal, "go\n");
    let exited = client.hear_exit();
    assert_eq!((exited.code, exited.left), (Some(3), 1));
    let before = descendants(room.keeper);
    assert_eq!(before.len(), 1);
    assert_eq!(stop(&mut client, 1, 10_000), (None, 1, 0, 0));
    assert!(!lives(before[0]));
}

#[test]
fn a_stop_of_nobody_is_over_at_once() {
    let room = Room::new();
    let (mut client, _) = room.connect();
    assert_eq!(stop(&mut client, 77, 60_000), (None, 0, 0, 0));
}

#[test]
fn orphans_are_reaped_while_a_server_reads_everything() {
    let room = Room::new();
    let (mut client, _) = room.connect();
    let script =
        "for n in $(seq 50); do (setsid sh -c 'sleep 0.01; exit 1' &); done; echo up; read -r word";
    let (_, terminal) = client.spawn(room.bash(1, script));
    read_until(&terminal, "up");
    wait_until("no zombie is left", || children(room.keeper) == 1);
}

#[test]
fn a_stop_goes_on_when_the_server_dies() {
    let room = Room::new();
    let (mut client, _) = room.connect();
    client.spawn(room.bash(2, "read -r word"));
    let (pid, terminal) =
        client.spawn(room.bash(1, "trap '' HUP TERM; echo up; while :; do sleep 1000; done"));
    read_until(&terminal, "up");
    client.say(&ToKeeper::Stop {
        agent: AgentNo(1),
        grace_ms: 100,
    });
    drop((client, terminal));
    assert!(wait_for_exit(pid, PATIENCE));
    wait_until("the end is told", || {
        let ended = room.connect().1.ended;
        ended
            .iter()
            .any(|end| end.agent == AgentNo(1) && end.signal.as_deref() == Some("SIGKILL"))
    });
}
