//! Every byte of an agent goes to the server or to the spool, in order, and none goes to the agent.

use crate::room::*;
use opsroom::wire::keeper::{AgentNo, ToKeeper};
use rustix::termios::{Winsize, tcsetwinsize};
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// How much a server reads before it is killed.
const BITE: usize = 300_000;

#[test]
fn an_agent_survives_kill_9_of_its_server_under_load_and_no_byte_is_missing() {
    let room = Room::with(|options| options.spool_limit = 1 << 30);
    let (mut client, _) = room.connect();
    let (pid, terminal) = client.spawn(room.bash(1, "i=0; while :; do echo $((i++)); done"));
    let mut all = read_terminal(&terminal, |all| all.len() > BITE);
    drop((client, terminal));
    for round in 0..3 {
        let taken = room.path(&format!("taken-{round}"));
        let mut server = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "bytes::a_server_that_is_killed",
                "--ignored",
                "--nocapture",
                "--test-threads=1",
            ])
            .env("KEEPER_TEST_SOCKET", &room.options.socket)
            .env("KEEPER_TEST_SPOOL", &room.options.spool)
            .env("KEEPER_TEST_TAKEN", &taken)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(server.stdout.take().unwrap()).lines();
        let full = said.map_while(Result::ok).any(|line| line.contains("full"));
        server.kill().unwrap();
        server.wait().unwrap();
        assert!(full, "the server did not get its bytes");
        all.extend(std::fs::read(taken).unwrap());
        wait_until("the keeper drains", || room.spool_size() > BITE as u64);
    }
    let (_client, greeting) = room.connect();
    let (here, terminal) = &greeting.here[0];
    assert_eq!((here.pid, here.spool.as_ref().unwrap().dropped), (pid, 0));
    all.extend(room.spooled(here));
    all.extend(read_terminal(terminal, |all| all.len() > BITE));
    let text = String::from_utf8(all).unwrap();
    let whole = &text[..text.rfind("\r\n").unwrap()];
    for (expected, line) in whole.split("\r\n").enumerate() {
        assert_eq!(
            line.parse::<usize>().ok(),
            Some(expected),
            "a gap before line {expected}: {line:?}"
        );
    }
    assert!(text.len() > 7 * BITE);
}

/// Takes the spool and some more, writes both down, and then waits to be killed while the agent goes on.
#[test]
#[ignore = "a process of its own, started and killed by the test above"]
fn a_server_that_is_killed() {
    let given =
        |name: &str| PathBuf::from(std::env::var_os(name).expect("started by another test"));
    let (socket, spool) = (given("KEEPER_TEST_SOCKET"), given("KEEPER_TEST_SPOOL"));
    let (mut client, greeting) = connect_to(&socket);
    let (here, terminal) = &greeting.here[0];
    let mut taken = File::create(given("KEEPER_TEST_TAKEN")).unwrap();
    for part in here.spool.iter().flat_map(|spool| &spool.parts) {
        taken
            .write_all(&std::fs::read(spool.join(part)).unwrap())
            .unwrap();
    }
    client.say(&ToKeeper::Taken { agent: AgentNo(1) });
    taken
        .write_all(&read_terminal(terminal, |all| all.len() > BITE))
        .unwrap();
    // The answer shows that the spool is gone before this process is.
    client.say(&ToKeeper::List);
    client.hear();
    writeln!(std::io::stdout(), "\nfull").unwrap();
    std::thread::park_timeout(PATIENCE);
    panic!("nobody killed this server");
}

#[test]
fn a_question_receives_no_byte_when_servers_come_and_go() {
    let room = Room::new();
    let (mut client, _) = room.connect();
    let script = "read -r -p 'Go on? [Y/n] ' answer; echo \"got<$answer>\"; read -r answer";
    let (_, terminal) = client.spawn(room.bash(1, script));
    let asked = read_until(&terminal, "[Y/n] ");
    assert!(asked.ends_with(b"[Y/n] "), "{asked:?}");
    drop(terminal);
    for round in 0..6 {
        match round % 3 {
            0 => drop(client),
            1 => client.say(&ToKeeper::Bye),
            _ => client.stream.write_all(b"\x03\0\0\0???").unwrap(),
        }
        let (next, greeting) = room.connect();
        let (here, terminal) = &greeting.here[0];
        assert_eq!(here.spool, None, "the agent said something");
        assert_eq!(read_now(terminal), b"");
        client = next;
    }
    drop(client);
    let (_client, greeting) = room.connect();
    let terminal = &greeting.here[0].1;
    type_into(terminal, "yes\n");
    assert_eq!(
        String::from_utf8_lossy(&read_until(terminal, "got<yes>\r\n")),
        "yes\r\ngot<yes>\r\n"
    );
}

#[test]
fn the_spool_is_bounded_and_says_how_much_it_dropped() {
    let room = Room::with(|options| options.spool_limit = 64 * 1024);
    let (mut client, _) = room.connect();
    let script = "read -r word; head -c 1000000 /dev/zero | tr '\\0' x; echo; seq 1000; touch done; read -r word";
    let (_, terminal) = client.spawn(room.bash(1, script));
    drop(client);
    type_into(&terminal, "go\n");
    drop(terminal);
    let mut most = 0;
    wait_until("the agent is done", || {
        most = most.max(room.spool_size());
        room.path("done").exists()
    });
    assert!(most <= 64 * 1024, "{most}");
    let (mut client, greeting) = room.connect();
    let (here, terminal) = &greeting.here[0];
    let spool = here.spool.clone().unwrap();
    let mut kept = room.spooled(here);
    assert_eq!(kept.len() as u64, spool.bytes);
    assert!((32 * 1024..=64 * 1024).contains(&spool.bytes), "{spool:?}");
    if !kept.ends_with(b"\n1000\r\n") {
        kept.extend(read_until(terminal, "\n1000\r\n"));
    }
    let numbers: String = (1..=1000).map(|number| format!("{number}\r\n")).collect();
    assert!(kept.ends_with(format!("x\r\n{numbers}").as_bytes()));
    let written = "go\r\n".len() + 1_000_000 + "\r\n".len() + numbers.len();
    assert_eq!(spool.dropped + kept.len() as u64, written as u64);

    client.say(&ToKeeper::Taken { agent: AgentNo(1) });
    drop(client);
    assert_eq!(room.connect().1.here[0].0.spool, None);
    assert_eq!(room.spool_size(), 0);
}

#[test]
fn a_terminal_that_is_closed_and_opened_again_is_drained_without_spinning() {
    let room = Room::new();
    let (mut client, _) = room.connect();
    let script = "exec <&- >&- 2>&-; touch closed; while [ ! -e go ]; do sleep 0.05; done; echo back >/dev/tty; exec sleep 1000";
    let (pid, terminal) = client.spawn(room.bash(1, script));
    drop((client, terminal));
    wait_until("the terminal is closed", || room.path("closed").exists());
    let before = cpu_time(room.keeper);
    std::thread::sleep(std::time::Duration::from_millis(1200));
    assert!(cpu_time(room.keeper) - before <= 10, "it spins");
    File::create(room.path("go")).unwrap();
    wait_until("the late word is kept", || room.spool_size() > 0);
    let (_client, greeting) = room.connect();
    assert_eq!(greeting.here[0].0.pid, pid);
    assert_eq!(room.spooled(&greeting.here[0].0), b"back\r\n");
}

/// Hundredths of a second.
fn cpu_time(pid: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let fields: Vec<&str> = stat
        .rsplit_once(')')
        .unwrap()
        .1
        .split_whitespace()
        .collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

#[test]
fn a_size_that_the_server_sets_reaches_the_agent_and_the_next_server() {
    let room = Room::new();
    let (mut client, _) = room.connect();
    let script = "trap 'stty size; exit' WINCH; echo up; while :; do sleep 0.02; done";
    let (_, terminal) = client.spawn(room.bash(1, script));
    read_until(&terminal, "up");
    drop(client);
    let (_client, greeting) = room.connect();
    assert_eq!(
        (greeting.here[0].0.cols, greeting.here[0].0.rows),
        (120, 40)
    );
    let size = Winsize {
        ws_row: 50,
        ws_col: 132,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(&greeting.here[0].1, size).unwrap();
    read_until(&greeting.here[0].1, "50 132");
}
