//! Coming in: by which key, as whom, and what the journal says of it.

use crate::sshd::Yard;
use crate::support::{PERSON, eventually};

#[test]
fn each_key_is_who_and_what_its_line_says_and_decisions_carry_it() {
    let Some(yard) = Yard::open() else { return };
    yard.invite("bob", "--operator");
    yard.invite("eve", "--observer");
    let alice = yard.place.console(&[], 100, 30);
    alice.card("rm -rf build");
    let mut bob = yard.place.console(&["attach", &yard.url("bob")], 100, 30);
    bob.card("rm -rf build");
    let mut eve = yard
        .place
        .terminal(&yard.key("client/ssh"), &["-t", "eve"], 100, 30);
    eve.sees("rm -rf build");
    alice.until("everybody", |screen| {
        screen.contains("bob") && screen.contains("eve")
    });
    for (name, role) in [("bob", "operator"), ("eve", "observer")] {
        let seats = yard.seats(name);
        assert_eq!(seats.len(), 1, "{seats:?}");
        assert_eq!(seats[0]["role"], role);
        assert_eq!(seats[0]["key"], yard.fingerprint(name));
        assert_eq!(seats[0]["from"], "127.0.0.1");
    }
    assert!(yard.seats(PERSON)[0]["from"].is_null());
    eve.sees("watching: you cannot decide");
    eve.types("a");
    bob.decides("a", "it-was-granted");
    eve.sees("it-was-granted");
    let decided = yard.place.noted("decided");
    assert_eq!(decided.len(), 1);
    assert_eq!(decided[0]["by"]["person"]["name"], "bob");
    assert_eq!(decided[0]["by"]["person"]["key"], yard.fingerprint("bob"));
    let short: String = yard.fingerprint("bob").chars().take(15).collect();
    let said = yard.place.ok(&["journal"]);
    assert!(said.contains(&format!("bob ({short}…)")), "{said}");
    for (name, mut theirs) in [("bob", bob), ("eve", eve)] {
        theirs.types("q");
        theirs.ends();
        yard.has_seats(name, 0);
    }
}

#[test]
fn the_owner_of_the_room_comes_from_elsewhere_with_a_key_of_their_own() {
    let Some(yard) = Yard::open() else { return };
    let _alice = yard.place.console(&[], 100, 30).sees("asker");
    let owner = yard.place.console(&["attach", &yard.url("alice")], 80, 24);
    owner.sees("asker");
    let seats = yard.seats(PERSON);
    let away = seats
        .iter()
        .find(|seat| seat["from"] == "127.0.0.1")
        .unwrap();
    // no line says which key it was: sshd does
    assert_eq!(away["key"], yard.fingerprint("alice"));
    let watching = yard
        .place
        .console(&["attach", "--observer", &yard.url("alice")], 80, 24);
    watching.sees("asker");
    let observers = || {
        yard.seats(PERSON)
            .iter()
            .any(|seat| seat["role"] == "observer")
    };
    assert!(observers());
}

#[test]
fn a_key_that_nobody_invited_does_not_come_in_and_reads_why() {
    let Some(yard) = Yard::open() else { return };
    let _alice = yard.place.console(&[], 100, 30).sees("asker");
    let mallory = yard
        .place
        .console(&["attach", &yard.url("mallory")], 80, 24);
    let screen = mallory.sees("Permission denied");
    assert!(screen.contains("ssh to mallory"), "{screen}");
    assert_ne!(mallory.ends(), 0);
}

#[test]
fn another_version_over_there_says_so_in_a_sentence() {
    let Some(yard) = Yard::open() else { return };
    std::fs::remove_file(yard.key("bin/opsroom")).unwrap();
    yard.place.write(
        "keys/bin/opsroom",
        "#!/bin/sh\necho a login script talks\necho OPSROOM 9999 7.0.0\nexec cat >/dev/null\n",
    );
    std::fs::set_permissions(
        yard.key("bin/opsroom"),
        std::os::unix::fs::PermissionsExt::from_mode(0o755),
    )
    .unwrap();
    let owner = yard.place.console(&["attach", &yard.url("alice")], 80, 24);
    let screen = owner.sees("7.0.0");
    assert!(
        screen.contains("on alice: ") && screen.contains("9999"),
        "{screen}"
    );
    assert_ne!(owner.ends(), 0);
    std::fs::remove_file(yard.key("bin/opsroom")).unwrap();
    let owner = yard.place.console(&["attach", &yard.url("alice")], 80, 24);
    let screen = owner.sees("opsroom: ");
    assert!(screen.contains("has no opsroom on its PATH"), "{screen}");
    owner.ends();
}

#[test]
fn who_is_revoked_is_sent_away_at_once_and_comes_in_no_more() {
    let Some(yard) = Yard::open() else { return };
    let alice = yard.place.console(&[], 100, 30);
    alice.sees("asker");
    yard.invite("bob", "--operator");
    // A connection of theirs that stays open, and begins sessions without signing in again.
    let control = yard.key("control");
    let master = ["-M", "-S", &control, "-N", "bob"];
    let mut master = yard.ssh(&master).spawn().unwrap();
    eventually("the open connection", || std::fs::metadata(&control).ok());
    let bob = yard.place.console(&["attach", &yard.url("bob")], 100, 30);
    bob.sees("asker");
    let said = yard.revoke("bob");
    assert!(
        said.contains("signs in no more") && said.contains("is sent away"),
        "{said}"
    );
    bob.sees("was revoked");
    bob.ends();
    yard.has_seats("bob", 0);
    let again = yard.ssh_says(&["-S", &control, "-T", "bob", "opsroom", "proxy"]);
    let said = String::from_utf8_lossy(&again.stderr).into_owned();
    assert!(said.contains("was revoked"), "{said}");
    // Not asked: an ssh that is told to end just before it begins to wait for news goes on waiting.
    master.kill().unwrap();
    master.wait().unwrap();
    let again = yard.place.console(&["attach", &yard.url("bob")], 100, 30);
    again.sees("Permission denied");
    again.ends();
    assert_eq!(yard.place.noted("revoked").len(), 1);
    // invited anew, they are welcome
    yard.invite("bob", "--observer");
    yard.place
        .console(&["attach", &yard.url("bob")], 100, 30)
        .sees("asker");
}

#[test]
fn a_path_without_a_room_makes_none_and_says_what_to_do() {
    let Some(yard) = Yard::open() else { return };
    let empty = yard.key("empty");
    std::fs::create_dir(&empty).unwrap();
    let says = |place: &str| {
        let window = yard.place.console(&["attach", place], 200, 30);
        let screen = window.sees("on alice: ");
        assert_ne!(window.ends(), 0);
        screen
    };
    let screen = says(&format!("ssh://alice{empty}"));
    assert!(screen.contains("there is no room in"), "{screen}");
    assert!(screen.contains("opsroom init"), "{screen}");
    assert_eq!(std::fs::read_dir(&empty).unwrap().count(), 0);
    let screen = says(&format!("ssh://alice{empty}er"));
    assert!(screen.contains("there is no folder"), "{screen}");
    assert!(screen.contains("the path in the address"), "{screen}");
    assert!(!screen.contains("--room"), "{screen}");
    // a room that is closed is opened
    let owner = yard.place.console(&["attach", &yard.url("alice")], 80, 24);
    owner.sees("asker");
    assert_eq!(yard.place.noted("opened")[0]["by"], "room");
}

#[test]
fn an_operator_who_opens_a_closed_room_is_named_by_the_journal_with_their_key() {
    let Some(yard) = Yard::open() else { return };
    yard.invite("bob", "--operator");
    let bob = yard.place.console(&["attach", &yard.url("bob")], 100, 30);
    bob.sees("asker");
    let opened = yard.place.noted("opened");
    assert_eq!(opened.len(), 1);
    assert_eq!(opened[0]["by"]["person"]["name"], "bob");
    assert_eq!(opened[0]["by"]["person"]["key"], yard.fingerprint("bob"));
    let said = yard.place.ok(&["journal"]);
    let line = said.lines().find(|line| line.contains("opened the room"));
    assert!(line.unwrap().contains("bob (SHA256:"), "{said}");
}

#[test]
fn a_name_is_one_person_with_one_role_and_never_the_owners() {
    let Some(yard) = Yard::open() else { return };
    yard.invite("eve", "--observer");
    let (file, bob, mallory) = (
        yard.key("authorized_keys"),
        yard.key("bob.pub"),
        yard.key("mallory.pub"),
    );
    let before = std::fs::read_to_string(&file).unwrap();
    for (name, role, why) in [
        ("eve", "--operator", "as observer"),
        (PERSON, "--observer", "your own name"),
    ] {
        for add in [None, Some("--add")] {
            let mut all = vec!["invite", &bob, "--as", name, role, "--file", &file];
            all.extend(add);
            let said = yard.place.fails(&all);
            assert!(said.contains(why), "{said}");
        }
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), before);
    let second = [
        "invite",
        &mallory,
        "--as",
        "eve",
        "--observer",
        "--add",
        "--file",
        &file,
    ];
    let said = yard.place.ok(&second);
    assert!(
        said.contains("the same person") && said.contains(&yard.fingerprint("eve")),
        "{said}"
    );
}
