//! A full disk: what is decided is refused in a sentence, nothing that was recorded is lost, and with
//! room again it goes on.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use opsroom::model::{Answer, Status, Verdict, Wish};
use opsroom::server::journal::verify;
use opsroom::server::recording;
use opsroom::terminal::{Limits, Screen};
use opsroom::wire::agent::Reply;
use opsroom::wire::cast;

use crate::client::{Client, House, sh};
use crate::kit::{Pass, QUICK, card, decide, look, permission, refusal};

/// A small disk over a folder, for as long as this lives.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// None, with the reason printed, where this user may not mount.
    fn over(folder: &Path) -> Option<Self> {
        if !rustix::process::geteuid().is_root() {
            println!("skipped: only root may mount a small disk");
            return None;
        }
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=4m,mode=700", "tmpfs"])
            .arg(folder)
            .output();
        match mount {
            Ok(output) if output.status.success() => Some(Self(folder.to_path_buf())),
            Ok(output) => {
                println!(
                    "skipped: nothing can be mounted here ({})",
                    String::from_utf8_lossy(&output.stderr).trim()
                );
                None
            }
            Err(error) => {
                println!("skipped: there is no mount program ({error})");
                None
            }
        }
    }

    /// Writes until nothing more fits.
    fn fill(&self) {
        let mut file = std::fs::File::create(self.0.join("filler")).unwrap();
        for size in [64 * 1024, 4096, 1] {
            while file.write_all(&vec![b'x'; size]).is_ok() {}
        }
    }

    fn make_room(&self) {
        std::fs::remove_file(self.0.join("filler")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: the room on it may still be closing.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_decisions_are_refused_nothing_is_lost_and_with_room_it_goes_on() {
    let house = House::new();
    let Some(disk) = SmallDisk::over(&house.paths.folder) else {
        return;
    };
    house.write("opsroom.toml", QUICK);
    house.write(
        "briefs/work/inbox/0001-x.md",
        "+++\ntitle = \"Do it\"\n+++\nAll of it.\n",
    );
    let mut alice = house.operator().await;
    let agent = alice.spawn(sh("exec cat")).await;
    alice.watch(agent).await;
    let pass = Pass::of_a_new_agent(&house, &mut alice).await;
    let (mut first, _) = pass.ask("first", permission("one")).await;
    let (mut second, _) = pass.ask("second", permission("two")).await;
    let (one, two) = (
        card(&mut alice, "first").await,
        card(&mut alice, "second").await,
    );
    look(&mut alice, &one).await;
    assert_eq!(
        decide(&mut alice, &one, Verdict::Approve).await,
        Answer::Done
    );
    assert!(matches!(first.hears().await, Some(Reply::Decided { .. })));
    look(&mut alice, &two).await;
    let lines = house.journal();
    disk.fill();
    // The journal's last block may still have room for a line or two: until it has none.
    let mut said = None;
    for _ in 0..200 {
        match alice.wish(Wish::Spawn(sh("exec sleep 1000"))).await {
            Answer::Refused(why) => {
                said = Some(why);
                break;
            }
            Answer::Agent(_) | Answer::Done | Answer::Brief(_) => {}
        }
    }
    let said = said.expect("the disk is never full");
    assert!(said.contains("disk"), "{said}");
    let said = refusal(decide(&mut alice, &two, Verdict::Approve).await);
    assert!(
        said.contains("the journal cannot be written") && said.contains("try again"),
        "{said}"
    );
    assert!(alice.facts.requests[&two.request].is_open());
    let (_third, reply) = pass.ask("third", permission("three")).await;
    assert!(matches!(reply, Reply::Refused { .. }), "{reply:?}");
    // Bytes do not need the disk.
    alice.types(agent, "echo;").await;
    alice.sees(agent, "echo;").await;
    let again = |client: &Client| {
        let mut told = client.told.iter();
        told.any(|said| said.contains("can be written again"))
    };
    // it is tried once a second
    let tries = Instant::now() + Duration::from_secs(3);
    for number in 0.. {
        alice.ping(number).await;
        if Instant::now() > tries {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(!again(&alice), "the disk is full: {:?}", alice.told);
    disk.make_room();
    alice.until("the good news", again).await;
    assert!(matches!(
        alice.facts.requests[&two.request].status,
        Status::Open
    ));
    look(&mut alice, &two).await;
    assert_eq!(
        decide(
            &mut alice,
            &two,
            Verdict::Reject {
                reason: "no".into()
            }
        )
        .await,
        Answer::Done
    );
    assert!(matches!(second.hears().await, Some(Reply::Decided { text, .. }) if text == "no"));
    alice.types(agent, "\n").await;
    alice
        .until("the line", |client| line(&client.text(agent), "echo;"))
        .await;
    assert!(house.journal().starts_with(&lines));
    verify(&house.paths.private()).unwrap();
    // Full again, and the server dies: all that was recorded is there, also for the next one.
    let lines = house.journal();
    disk.fill();
    house.kill_server().await;
    assert!(house.journal().starts_with(&lines));
    disk.make_room();
    let mut alice = house.operator().await;
    assert!(alice.agent(agent).unwrap().is_alive());
    assert!(matches!(
        alice.facts.requests[&two.request].status,
        Status::Decided(_)
    ));
    alice.watch(agent).await;
    alice.sees(agent, "echo;").await;
    verify(&house.paths.private()).unwrap();
}

/// A whole line among the pane's rows.
fn line(text: &str, wanted: &str) -> bool {
    text.lines().any(|line| line == wanted)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_full_disk_leaves_out_of_a_recording_is_told_and_it_goes_on_with_the_picture() {
    let house = House::new();
    let folder = house.paths.private().join("recordings");
    std::fs::create_dir_all(&folder).unwrap();
    let Some(disk) = SmallDisk::over(&folder) else {
        return;
    };
    let mut alice = house.operator().await;
    let agent = alice.spawn(sh("stty -echo; echo ready; exec cat")).await;
    alice.watch(agent).await;
    alice.sees(agent, "ready").await;
    disk.fill();
    // The last block of the file may have room for a line or two.
    let told = |client: &crate::client::Client, words: &str| {
        client.told.iter().any(|said| said.contains(words))
    };
    let mut lost = 0;
    while !told(&alice, "is not recorded") {
        lost += 1;
        assert!(lost < 2_000, "the disk is never full");
        alice.types(agent, &format!("line {lost}\n")).await;
        alice.sees(agent, &format!("line {lost}")).await;
    }
    assert!(told(&alice, "goes on by itself"), "{:?}", alice.told);
    disk.make_room();
    let by = std::time::Instant::now() + std::time::Duration::from_secs(20);
    let mut again = 0;
    while !told(&alice, "is recorded again") {
        again += 1;
        assert!(std::time::Instant::now() < by, "{:?}", alice.told);
        alice.types(agent, &format!("again {again}\n")).await;
        alice.sees(agent, &format!("again {again}")).await;
    }
    alice.types(agent, "last\n").await;
    alice.sees(agent, "last").await;
    let segments = recording::segments(&folder, agent).unwrap();
    let [(1, path)] = segments.as_slice() else {
        panic!("{segments:?}");
    };
    let (torn, recorded) = played(path);
    assert_eq!(torn, 1);
    assert_eq!(recorded, alice.text(agent).trim_end());
}

/// How often something is missing in a segment, and the screen at its end.
fn played(path: &Path) -> (u32, String) {
    let bytes = std::fs::read(path).unwrap();
    assert!(bytes.ends_with(b"\n"));
    let segment = cast::Segment::read(1, bytes).unwrap();
    let mut screen = Screen::new(segment.size, Limits::default());
    let mut torn = 0;
    for place in segment.places() {
        match segment.event(*place).unwrap() {
            cast::Event::Output(text) => screen.feed(text.as_bytes()).unwrap(),
            cast::Event::Size(size) => screen.resize(size).unwrap(),
            cast::Event::Torn => torn += 1,
            cast::Event::Shown | cast::Event::Picture => {}
        }
    }
    let text = |row: &opsroom::terminal::Row| row.text().trim_end().to_owned();
    let rows: Vec<String> = screen.rows(0..u16::MAX).iter().map(text).collect();
    (torn, rows.join("\n").trim_end().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_that_starts_on_a_full_disk_is_recorded_with_the_picture_once_there_is_room() {
    let house = House::new();
    let folder = house.paths.private().join("recordings");
    std::fs::create_dir_all(&folder).unwrap();
    let Some(disk) = SmallDisk::over(&folder) else {
        return;
    };
    let mut alice = house.operator().await;
    disk.fill();
    let script = "stty -echo; echo ready; exec cat";
    let agent = alice.spawn(sh(script)).await;
    alice.watch(agent).await;
    alice.sees(agent, "ready").await;
    let told = |words: &'static str| {
        move |client: &crate::client::Client| client.told.iter().any(|said| said.contains(words))
    };
    alice.until("the bad news", told("is not recorded")).await;
    assert_eq!(recording::segments(&folder, agent).unwrap(), []);
    disk.make_room();
    // It writes nothing meanwhile.
    alice
        .until("the good news", told("is recorded again"))
        .await;
    let segments = recording::segments(&folder, agent).unwrap();
    let [(1, path)] = segments.as_slice() else {
        panic!("{segments:?}");
    };
    assert_eq!(played(path), (1, "ready".to_owned()));
    alice.types(agent, "more\n").await;
    alice.sees(agent, "more").await;
    assert_eq!(played(path), (1, "ready\nmore".to_owned()));
}
