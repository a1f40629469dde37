//! A full disk: what is decided is refused in a sentence, nothing that was recorded is lost, and with
//! room again it goes on.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use opsroom::model::{Answer, Status, Verdict, Wish};
use opsroom::server::journal::verify;
use opsroom::wire::agent::Reply;

use crate::client::{House, sh};
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
    disk.make_room();
    alice
        .until("the good news", |client| {
            client
                .told
                .iter()
                .any(|said| said.contains("can be written again"))
        })
        .await;
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
