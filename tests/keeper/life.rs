//! Who may come, when the keeper goes, and what it tells of agents that ended.

use crate::room::*;
use opsroom::wire::keeper::{
    AgentNo, Cause, FromKeeper, Known, Shutdown, ToKeeper, VERSION, encode,
};
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

#[test]
fn a_second_server_is_refused_while_the_first_lives() {
    let room = Room::new();
    let (mut first, _) = room.connect();
    let mut second = room.knock();
    second.say(&ToKeeper::Hello { version: VERSION });
    let (
        FromKeeper::Refused {
            cause: Cause::Taken,
            why,
        },
        None,
    ) = second.hear()
    else {
        panic!("not refused")
    };
    assert!(
        why.contains(&format!("pid {}", std::process::id())),
        "{why}"
    );
    second.hear_close();
    first.say(&ToKeeper::List);
    assert_eq!(first.hear().0, FromKeeper::Known { agents: Vec::new() });
}

#[test]
fn a_server_of_another_version_is_told_what_to_do() {
    let room = Room::new();
    let mut client = room.knock();
    client.say(&ToKeeper::Hello {
        version: VERSION + 1,
    });
    let (
        FromKeeper::Refused {
            cause: Cause::Version,
            why,
        },
        None,
    ) = client.hear()
    else {
        panic!("not refused")
    };
    assert!(why.contains("agents"), "{why}");
    client.hear_close();
}

#[test]
fn the_keeper_goes_when_nobody_comes() {
    let mut room = Room::with(|options| options.patience = Duration::from_millis(100));
    assert_eq!(room.wait_for_end(), 0);
    assert!(!room.options.socket.exists());
}

#[test]
fn the_keeper_goes_when_it_has_no_agents_and_no_server() {
    let mut room = Room::new();
    let (mut client, _) = room.connect();
    let (agent, terminal) = client.spawn(room.bash(1, "read -r word; exit 0"));
    drop(client);
    let (client, greeting) = room.connect();
    assert_eq!(greeting.here.len(), 1, "an agent keeps the keeper alive");
    drop(client);
    type_into(&terminal, "go\n");
    assert!(wait_for_exit(agent, PATIENCE));
    assert_eq!(room.wait_for_end(), 0);
    assert!(!room.options.socket.exists());
}

#[test]
fn a_keeper_that_goes_takes_what_its_agents_left_behind() {
    let mut room = Room::new();
    let (mut client, _) = room.connect();
    let (_, terminal) = client.spawn(room.bash(
        1,
        "env -i setsid sh -c 'echo up; exec sleep 1000' & read -r word",
    ));
    read_until(&terminal, "up");
    let before = descendants(room.keeper);
    assert_eq!(before.len(), 2);
    type_into(&terminal, "go\n");
    client.hear_exit();
    client.say(&ToKeeper::Bye);
    assert_eq!(room.wait_for_end(), 0);
    assert!(!before.into_iter().any(lives));
}

#[test]
fn exit_codes_and_signals_are_told() {
    let room = Room::new();
    let (mut client, _) = room.connect();
    for (no, script, code, signal) in [
        (1, "exit 0", Some(0), None),
        (2, "exit 7", Some(7), None),
        (3, "kill -9 $$", None, Some("SIGKILL")),
        (4, "kill -SEGV $$", None, Some("SIGSEGV")),
    ] {
        client.spawn(room.bash(no, script));
        let exited = client.hear_exit();
        assert_eq!(
            (exited.agent, exited.code, exited.signal.as_deref()),
            (AgentNo(no), code, signal)
        );
        assert_eq!(exited.left, 0);
    }
}

#[test]
fn what_cannot_start_is_told_and_changes_nothing() {
    let room = Room::new();
    let (mut client, _) = room.connect();
    let mut launch = room.bash(1, "");
    launch.command[0] = "no-such-program".into();
    client.say(&ToKeeper::Spawn(launch));
    let (
        FromKeeper::SpawnFailed {
            agent: AgentNo(1),
            error,
        },
        None,
    ) = client.hear()
    else {
        panic!("started")
    };
    assert!(error.contains("no-such-program"), "{error}");
    client.spawn(room.bash(2, "read -r word"));
    client.say(&ToKeeper::Spawn(room.bash(2, "exit")));
    let (
        FromKeeper::SpawnFailed {
            agent: AgentNo(2),
            error,
        },
        None,
    ) = client.hear()
    else {
        panic!("started twice")
    };
    assert!(error.contains("already runs"), "{error}");
}

#[test]
fn a_program_that_the_system_will_not_run_ends_at_once_and_harms_nobody() {
    let room = Room::new();
    let (mut client, _) = room.connect();
    let program = room.path("program");
    fs::write(&program, "#!/no/such/interpreter\n").unwrap();
    fs::set_permissions(&program, PermissionsExt::from_mode(0o700)).unwrap();
    let mut launch = room.bash(1, "");
    launch.command = vec![program.to_str().unwrap().to_owned()];
    client.spawn(launch);
    let exited = client.hear_exit();
    assert_ne!(exited.code, Some(0));
    client.spawn(room.bash(2, "exit 2"));
    assert_eq!(client.hear_exit().code, Some(2));
}

#[test]
fn an_end_is_told_to_every_server_until_it_is_forgotten() {
    let room = Room::new();
    let (mut client, _) = room.connect();
    client.spawn(room.bash(1, "read -r word"));
    let (agent, terminal) = client.spawn(room.bash(2, "read -r word; echo last words; exit 5"));
    drop(client);
    type_into(&terminal, "go\n");
    assert!(wait_for_exit(agent, PATIENCE));
    drop(terminal);

    let mut last = None;
    wait_until("the terminal is drained to its end", || {
        let (_, greeting) = room.connect();
        last = greeting.ended.first().cloned();
        greeting.here.len() == 1
    });
    let exited = last.unwrap();
    assert_eq!((exited.agent, exited.code), (AgentNo(2), Some(5)));
    let spool = exited.spool.unwrap();
    let bytes: Vec<u8> = spool
        .parts
        .iter()
        .flat_map(|part| fs::read(room.options.spool.join(part)).unwrap())
        .collect();
    assert_eq!(String::from_utf8_lossy(&bytes), "go\r\nlast words\r\n");

    let (mut client, _) = room.connect();
    client.say(&ToKeeper::Forget { agent: AgentNo(2) });
    client.say(&ToKeeper::Forget { agent: AgentNo(1) });
    client.say(&ToKeeper::List);
    let (FromKeeper::Known { agents }, None) = client.hear() else {
        panic!("no list")
    };
    assert!(
        matches!(
            agents[..],
            [Known {
                agent: AgentNo(1),
                pid: Some(_)
            }]
        ),
        "a running agent is not forgotten: {agents:?}"
    );
    drop(client);
    assert!(room.connect().1.ended.is_empty());
    assert_eq!(room.spool_size(), 0);
}

#[test]
fn an_end_outlives_the_keeper_itself() {
    let mut room = Room::new();
    let (mut client, _) = room.connect();
    let (_, terminal) = client.spawn(room.bash(1, "read -r word; echo last words; exit 6"));
    drop(client);
    type_into(&terminal, "go\n");
    drop(terminal);
    assert_eq!(room.wait_for_end(), 0);
    room.start();
    let (mut client, greeting) = room.connect();
    assert_eq!(
        (greeting.ended[0].agent, greeting.ended[0].code),
        (AgentNo(1), Some(6))
    );
    let spool = greeting.ended[0].spool.clone().unwrap();
    assert_eq!(
        spool.bytes,
        room.spool_size()
            - fs::metadata(room.options.spool.join("ended.json"))
                .unwrap()
                .len()
    );
    client.say(&ToKeeper::Forget { agent: AgentNo(1) });
    client.say(&ToKeeper::Bye);
    assert_eq!(room.wait_for_end(), 0);
    assert_eq!(room.spool_size(), 0);
}

#[test]
fn bytes_that_are_no_message_close_the_link_and_lose_no_agent() {
    let room = Room::new();
    let (mut client, _) = room.connect();
    let (pid, terminal) =
        client.spawn(room.bash(1, "read -r word; echo \"got<$word>\"; read -r word"));
    drop(terminal);
    let long = u32::MAX.to_le_bytes();
    let nonsense: [&[u8]; 4] = [
        &long,
        b"\x02\0\0\0{}",
        b"\x05\0\0\0\xff\xff\xff\xff\xff",
        &encode(&ToKeeper::List).unwrap(),
    ];
    for bytes in nonsense {
        client.stream.write_all(bytes).unwrap();
        while client.try_hear().is_some() {
            client
                .stream
                .write_all(&encode(&ToKeeper::Hello { version: VERSION }).unwrap())
                .unwrap();
        }
        let mut guest = room.knock();
        guest.stream.write_all(bytes).unwrap();
        while guest.try_hear().is_some() {}
        client = room.connect().0;
    }
    drop(client);
    let (_client, greeting) = room.connect();
    assert_eq!(greeting.here[0].0.pid, pid);
    type_into(&greeting.here[0].1, "yes\n");
    read_until(&greeting.here[0].1, "got<yes>");
}

#[test]
fn a_gentle_shutdown_is_refused_while_agents_live() {
    let mut room = Room::new();
    let (mut client, _) = room.connect();
    client.spawn(room.bash(1, "read -r word"));
    client.say(&ToKeeper::Shutdown(Shutdown::IfEmpty));
    assert_eq!(client.hear().0, FromKeeper::Busy { agents: 1 });
    client.say(&ToKeeper::Shutdown(Shutdown::StopAll { grace_ms: 2000 }));
    assert_eq!(client.hear_exit().signal.as_deref(), Some("SIGHUP"));
    client.hear_close();
    assert_eq!(room.wait_for_end(), 0);
}

#[test]
fn an_idle_keeper_does_not_wake_up() {
    let room = Room::new();
    let (mut client, _) = room.connect();
    let (_, terminal) = client.spawn(room.bash(1, "echo up; read -r word"));
    read_until(&terminal, "up");
    stays_asleep(room.keeper);
    drop(client);
    stays_asleep(room.keeper);
}

/// Its count of waits must stay the same for longer than any timer it has.
fn stays_asleep(pid: u32) {
    let waits = || {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
        status
            .lines()
            .filter(|line| line.contains("ctxt_switches"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let until = Instant::now() + PATIENCE;
    let mut before = waits();
    loop {
        std::thread::sleep(Duration::from_millis(1500));
        let now = waits();
        if now[0] == before[0] {
            return;
        }
        assert!(
            Instant::now() < until,
            "it keeps waking up: {before:?} {now:?}"
        );
        before = now;
    }
}

#[test]
fn an_agent_starts_with_a_clean_slate() {
    let room = Room::new();
    let (mut client, _) = room.connect();
    let mut launch = room.bash(9, "");
    launch.env.push(("GIVEN".into(), "a b".into()));
    launch.command = vec![
        "cat".into(),
        "/proc/self/environ".into(),
        "/proc/self/status".into(),
    ];
    let (_, terminal) = client.spawn(launch);
    let said = String::from_utf8(read_until(&terminal, "SigCgt")).unwrap();
    client.hear_exit();
    let variables = said.split('\0');
    let mut names: Vec<&str> = variables
        .filter_map(|v| Some(v.split_once('=')?.0))
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "GIVEN",
            "LC_ALL",
            "OPSROOM_AGENT",
            "OPSROOM_KEEPER",
            "PATH",
            "SHELL"
        ]
    );
    assert!(
        said.contains("GIVEN=a b\0") && said.contains("OPSROOM_AGENT=9\0"),
        "{said}"
    );
    assert!(said.contains("SigBlk:\t0000000000000000\r\n"), "{said}");
    // Bits 31 and 32 are the C library's own; they are set in whatever it spawns.
    let ignored = said.split_once("SigIgn:\t").unwrap().1.get(..16).unwrap();
    assert_eq!(
        u64::from_str_radix(ignored, 16).unwrap() & !(3 << 31),
        0,
        "{said}"
    );

    let open =
        "for n in $(seq 0 40); do [ -e /proc/$$/fd/$n ] && echo fd $n; done; stty size; echo end.";
    let (_, terminal) = client.spawn(room.bash(10, open));
    let said = String::from_utf8(read_until(&terminal, "end.")).unwrap();
    assert!(
        said.starts_with("fd 0\r\nfd 1\r\nfd 2\r\n40 120\r\nend."),
        "{said}"
    );
}
