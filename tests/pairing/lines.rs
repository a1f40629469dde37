//! Lines that are bad, cut or silent: who sees it, and when the seat is free again.

use std::process::Stdio;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use opsroom::wire::{ToClient, ToServer, Want};

use crate::sshd::Yard;
use crate::support::{eventually, kill};

#[test]
fn without_a_terminal_there_is_a_sentence_and_no_window() {
    let Some(yard) = Yard::open() else { return };
    let _alice = yard.place.console(&[], 100, 30).sees("asker");
    yard.invite("eve", "--observer");
    let said = yard.ssh_says(&["-T", "eve"]);
    let words = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(!said.status.success() && said.stdout.is_empty(), "{words}");
    assert!(
        words.contains("needs a terminal") && words.contains("ssh -t"),
        "{words}"
    );
    // a guest has no other command
    assert!(!words.contains("opsroom ls"), "{words}");
}

#[test]
fn a_terminal_that_does_not_know_its_size_gets_a_window_of_the_usual_one() {
    let Some(yard) = Yard::open() else { return };
    let _alice = yard.place.console(&[], 100, 30).sees("asker");
    yard.invite("eve", "--observer");
    let mut eve = yard
        .ssh(&["-tt", "eve"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    use std::io::{Read as _, Write as _};
    let mut screen = vt100::Parser::new(24, 80, 0);
    let mut from = eve.stdout.take().unwrap();
    let mut bytes = [0; 4096];
    while !screen.screen().contents().contains("asker") {
        let read = from.read(&mut bytes).unwrap();
        assert!(read > 0, "it ended: {}", screen.screen().contents());
        screen.process(&bytes[..read]);
    }
    eve.stdin.take().unwrap().write_all(b"q").unwrap();
    let mut rest = Vec::new();
    from.read_to_end(&mut rest).unwrap();
    assert!(eve.wait().unwrap().success());
    yard.has_seats("eve", 0);
}

#[test]
fn a_client_that_is_killed_leaves_its_seat() {
    let Some(yard) = Yard::open() else { return };
    let _alice = yard.place.console(&[], 100, 30).sees("asker");
    yard.invite("eve", "--observer");
    yard.invite("bob", "--operator");
    let bob = yard.place.console(&["attach", &yard.url("bob")], 100, 30);
    bob.sees("asker");
    let eve = yard
        .place
        .terminal(&yard.key("client/ssh"), &["-t", "eve"], 100, 30);
    eve.sees("asker");
    bob.kill();
    eve.kill();
    yard.has_seats("bob", 0);
    yard.has_seats("eve", 0);
}

#[test]
fn a_line_that_is_silent_is_dead_for_both_sides_and_the_client_comes_back_to_the_present() {
    let Some(yard) = Yard::open() else { return };
    let mut alice = yard.place.console(&[], 100, 30);
    alice.card("rm -rf build");
    yard.invite("bob", "--operator");
    let bob = yard.place.console(&["attach", &yard.url("bob")], 100, 30);
    bob.card("rm -rf build");
    yard.has_seats("bob", 1);
    // The network between them: bob's ssh carries nothing any more, and does not end.
    let ssh = eventually("bob's ssh", || child_of(bob.pid(), "ssh"));
    kill_process(Pid::from_raw(ssh).unwrap(), Signal::STOP).unwrap();
    let silent = Instant::now();
    yard.has_seats("bob", 0);
    println!(
        "the seat was free after {:.1} s",
        silent.elapsed().as_secs_f32()
    );
    alice.decides("a", "it-was-granted");
    // bob's client took the line for dead by itself, ended that ssh, and came back.
    bob.sees("it-was-granted");
    println!(
        "the client was back after {:.1} s",
        silent.elapsed().as_secs_f32()
    );
    yard.has_seats("bob", 1);
    eventually("the dead ssh to be gone", || {
        (!crate::support::lives(ssh)).then_some(())
    });
    // A client that is not ours and says nothing loses its seat too.
    let mut mute = yard.wire(&["-T", "bob", "opsroom", "proxy"]);
    mute.send(&ToServer::Attach(Want::Live));
    mute.until(|message| *message == ToClient::Current).unwrap();
    let since = Instant::now();
    while mute.next().is_some() {}
    assert!(
        since.elapsed() > Duration::from_secs(3),
        "it was given no time"
    );
}

#[test]
fn a_server_that_is_killed_is_found_again_from_elsewhere() {
    let Some(yard) = Yard::open() else { return };
    let alice = yard.place.console(&[], 100, 30);
    alice.sees("asker");
    yard.invite("bob", "--operator");
    let bob = yard.place.console(&["attach", &yard.url("bob")], 100, 30);
    bob.sees("asker");
    kill(yard.place.server_pid().unwrap());
    yard.has_seats("bob", 1);
    bob.until("the room again", |screen| {
        screen.contains("asker") && !screen.contains("no server")
    });
}

/// The child of a process with this name, where the system tells.
fn child_of(parent: i32, name: &str) -> Option<i32> {
    let listed = std::fs::read_to_string(format!("/proc/{parent}/task/{parent}/children"));
    let everybody = std::fs::read_dir("/proc").ok()?.flatten();
    let pids = everybody.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    let mut ours = pids.filter(|pid| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let Some((head, tail)) = stat.rsplit_once(')') else {
            return false;
        };
        let by = tail.split_ascii_whitespace().nth(1);
        head.ends_with(&format!("({name}")) && by == Some(parent.to_string().as_str())
    });
    let _not_every_kernel_lists_children = listed;
    ours.next()
}
