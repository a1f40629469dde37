//! What an observer, or a key that was invited, tries to get more.

use std::process::Stdio;

use opsroom::model::{Answer, Force, SeatRole, Time, Wish};
use opsroom::wire::{Introduction, Invited, Through, ToClient, ToServer, Want};

use crate::sshd::{Wire, Yard};

/// Attaches, and gives what the room says that this is.
fn seated(wire: &mut Wire) -> (String, SeatRole) {
    wire.send(&ToServer::Attach(Want::Live));
    let Some(ToClient::Seated { name, role, .. }) = wire.next() else {
        panic!("no seat");
    };
    (name, role)
}

#[test]
fn an_observer_stays_one_whatever_their_client_their_environment_or_their_command_says() {
    let Some(yard) = Yard::open() else { return };
    let _alice = yard.place.console(&[], 100, 30).card("rm -rf build");
    yard.invite("eve", "--observer");
    let other = yard.key("elsewhere");
    std::fs::create_dir(&other).unwrap();
    let key = std::fs::read_to_string(yard.key("alice.pub")).unwrap();
    yard.place.write("keys/forged", &format!("publickey {key}"));
    let forged = format!(
        "SetEnv=SSH_USER_AUTH={} SSH_ORIGINAL_COMMAND=opsroom SSH_CONNECTION=9.9.9.9 SSH_TTY=/dev/null USER=alice LOGNAME=alice HOME={other} XDG_RUNTIME_DIR={other} XDG_CONFIG_HOME={other} OPSROOM_ROOM={other} EDITOR=sh VISUAL=sh",
        yard.key("forged"),
    );
    let commands: [&[&str]; 7] = [
        &["opsroom", "proxy"],
        &["opsroom", "proxy", "--operator"],
        &["opsroom", "proxy", "--as", "alice", "--operator"],
        &[
            "opsroom",
            "proxy",
            "--as",
            "bob",
            "--key",
            "SHA256:x",
            "--invited",
            "2100-01-01T00:00:00Z",
        ],
        &["opsroom", "proxy", "--room", &other],
        &["opsroom", "proxy", "$(touch", "/tmp/never)"],
        &["/tmp/evil/opsroom", "proxy"],
    ];
    for command in commands {
        for environment in [None, Some(&forged)] {
            let mut all = vec!["-T"];
            if let Some(environment) = environment {
                all.extend(["-o", environment]);
            }
            all.push("eve");
            all.extend(command);
            let mut wire = yard.wire(&all);
            let is = seated(&mut wire);
            assert_eq!(is, ("eve".to_owned(), SeatRole::Observer), "{all:?}");
            wire.send(&ToServer::Wish {
                ticket: 1,
                wish: Wish::CloseRoom(Force::Yes),
                sightings: Vec::new(),
            });
            let answer = wire.until(|message| matches!(message, ToClient::Answer { .. }));
            assert!(
                matches!(
                    answer,
                    Some(ToClient::Answer {
                        answer: Answer::Refused(_),
                        ..
                    })
                ),
                "{all:?}: {answer:?}"
            );
        }
    }
    // Nothing of it is run, and what does not plainly ask for the protocol gets none.
    for command in [
        "opsroom proxy; sh",
        "sh -c 'opsroom proxy; sh'",
        "opsroom attach --operator",
    ] {
        let said = yard.ssh_says(&["-T", "eve", command]);
        assert!(
            !said.status.success() && said.stdout.is_empty(),
            "{command}: {said:?}"
        );
    }
    let seats = yard.seats("eve");
    assert!(
        seats
            .iter()
            .all(|seat| seat["key"] == yard.fingerprint("eve") && seat["from"] == "127.0.0.1"),
        "{seats:?}"
    );
    assert!(!std::path::Path::new("/tmp/never)").exists());
    let lines = yard.place.journal();
    let theirs = lines
        .iter()
        .filter(|line| line["by"]["person"]["name"] == "eve");
    for line in theirs {
        assert!(line["what"] == "joined" || line["what"] == "left", "{line}");
    }
}

#[test]
fn nobody_introduces_themselves() {
    let Some(yard) = Yard::open() else { return };
    let _alice = yard.place.console(&[], 100, 30).sees("asker");
    yard.invite("eve", "--observer");
    let claim = ToServer::Introduce(Introduction {
        invited: Some(Invited {
            name: "alice".into(),
            at: Time(u64::MAX),
        }),
        key: Some("SHA256:x".into()),
        address: None,
        through: Through::Socket,
    });
    let mut first = yard.wire(&["-T", "eve", "opsroom", "proxy"]);
    first.send(&claim);
    first.send(&ToServer::Attach(Want::Live));
    assert_eq!(first.next(), None);
    let mut later = yard.wire(&["-T", "eve", "opsroom", "proxy"]);
    assert_eq!(seated(&mut later).0, "eve");
    later.send(&claim);
    let end = later.until(|message| matches!(message, ToClient::Closing(_)));
    assert!(end.is_some());
    while later.next().is_some() {}
}

#[test]
fn an_invited_key_forwards_nothing_copies_nothing_and_runs_nothing() {
    let Some(yard) = Yard::open() else { return };
    let _alice = yard.place.console(&[], 100, 30).sees("asker");
    yard.invite("bob", "--operator");
    let through = format!("127.0.0.1:{}", yard.port());
    let forwarded = yard.ssh_says(&["-W", &through, "bob"]);
    assert!(!forwarded.status.success());
    assert!(
        !String::from_utf8_lossy(&forwarded.stdout).contains("SSH-2.0"),
        "a port was forwarded"
    );
    let remote = yard.ssh_says(&[
        "-o",
        "ExitOnForwardFailure=yes",
        "-R",
        "0:127.0.0.1:1",
        "-N",
        "bob",
    ]);
    assert!(!remote.status.success());
    let copied = yard.ssh_says(&["-s", "bob", "sftp"]);
    assert!(
        !copied.status.success() && copied.stdout.is_empty(),
        "{copied:?}"
    );
    for command in [
        "id",
        "sh -c id",
        "opsroom ls",
        "opsroom stop --force",
        "scp -f /etc/passwd",
    ] {
        let ran = yard.ssh_says(&["-T", "bob", command]);
        assert!(
            !ran.status.success() && ran.stdout.is_empty(),
            "{command}: {ran:?}"
        );
    }
    assert_eq!(yard.place.agents().len(), 1);
}

#[test]
fn a_window_on_the_rooms_machine_gives_its_guest_no_editor_no_shell_and_no_file() {
    let Some(yard) = Yard::open() else { return };
    let _alice = yard.place.console(&[], 100, 30).sees("asker");
    yard.invite("bob", "--operator");
    yard.place.write(
        "room/briefs/work/inbox/0001-x.md",
        "+++\ntitle = \"Do it\"\n+++\nAll.\n",
    );
    let touched = yard.key("touched");
    let environment = format!("SetEnv=EDITOR=touch\\ {touched} VISUAL=touch\\ {touched}");
    let mut bob = yard.place.terminal(
        &yard.key("client/ssh"),
        &["-o", &environment, "-t", "bob"],
        120,
        40,
    );
    bob.sees("asker");
    bob.does("\x1a", "there is no shell behind this window");
    bob.chooses("0001");
    bob.does("E", "edited on the room's machine");
    bob.does("o", "guests have no editor");
    assert!(!std::path::Path::new(&touched).exists());
    bob.types("q");
    bob.ends();
}

#[test]
fn a_line_that_was_given_to_another_key_lets_nobody_in() {
    let Some(yard) = Yard::open() else { return };
    let _alice = yard.place.console(&[], 100, 30).sees("asker");
    yard.invite("bob", "--operator");
    let file = yard.key("authorized_keys");
    let lines = std::fs::read_to_string(&file).unwrap();
    let bobs = std::fs::read_to_string(yard.key("bob.pub")).unwrap();
    let evil = std::fs::read_to_string(yard.key("mallory.pub")).unwrap();
    let body = |key: &str| key.split(' ').nth(1).unwrap().to_owned();
    std::fs::write(&file, lines.replace(&body(&bobs), &body(&evil))).unwrap();
    let said = yard
        .ssh(&["-T", "mallory", "opsroom", "proxy"])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(
        words.contains(&yard.fingerprint("bob")) && words.contains(&yard.fingerprint("mallory")),
        "{words}"
    );
    assert_eq!(said.status.code(), Some(3));
}
