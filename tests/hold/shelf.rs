//! A room that runs for months: its recordings take no more than its settings say.

use std::fs::File;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use opsroom::model::{AgentId, Answer, Verdict, Wish};
use opsroom::server::recording;
use opsroom::wire::Reach;

use crate::client::{Client, House, program, sh};
use crate::kit::{PATIENCE, card, decide, look};

const SMALL: &str = "name = \"small\"\n[limits]\nsettle_ms = 100\nrecordings_mib = 256\n";

/// What `opsroom replay` says where it has nothing to show.
fn refused(house: &House, arguments: &[&str]) -> String {
    let mut replay = Command::new(program());
    replay.arg("--room").arg(&house.paths.folder).arg("replay");
    let said = replay.args(arguments).arg("--print").output().unwrap();
    assert!(!said.status.success(), "{arguments:?}");
    String::from_utf8(said.stderr).unwrap()
}

fn left(folder: &Path, agent: AgentId) -> Vec<u64> {
    let segments = recording::segments(folder, agent).unwrap().into_iter();
    segments.map(|(number, _)| number).collect()
}

/// Waits until only these segments of an agent are left.
async fn until_left(client: &mut Client, (folder, agent): (&Path, AgentId), wanted: &[u64]) {
    let by = Instant::now() + PATIENCE;
    for number in 1.. {
        client.ping(number).await;
        if left(folder, agent) == wanted {
            return;
        }
        assert!(Instant::now() < by, "{:?}", left(folder, agent));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_oldest_recordings_go_and_search_and_replay_say_so_while_the_others_go_on() {
    let house = House::new();
    house.write("opsroom.toml", SMALL);
    let folder = house.paths.inside("recordings");
    let mut alice = house.operator().await;
    let lives = alice.spawn(sh("echo WORDS of the living; exec cat")).await;
    let script = "echo WORDS of old; \"$OPSROOM_BIN\" ask-permission --tool bash --summary go";
    let gone = alice.spawn(sh(script)).await;
    alice.watch(gone).await;
    alice.sees(gone, "WORDS of old").await;
    let asked = loop {
        let waiting = alice
            .facts
            .waiting()
            .next()
            .map(|request| request.key.0.clone());
        match waiting {
            Some(key) => break card(&mut alice, &key).await,
            None => drop(alice.next().await),
        }
    };
    look(&mut alice, &asked).await;
    assert_eq!(
        decide(&mut alice, &asked, Verdict::Approve).await,
        Answer::Done
    );
    let over = |client: &Client| client.agent(gone).is_some_and(|agent| !agent.is_alive());
    alice.until("the end", over).await;
    assert_eq!(alice.wish(Wish::Clear(gone)).await, Answer::Done);
    // As though it had written on for weeks: nothing of it takes room on the disk.
    let large = File::create(folder.join(format!("{gone}-2.cast"))).unwrap();
    large.set_len(300 * 1024 * 1024).unwrap();
    let new = alice.spawn(sh("echo WORDS of the new; exec cat")).await;
    alice.watch(new).await;
    alice.sees(new, "WORDS of the new").await;
    // what was decided before stays while something else can go
    until_left(&mut alice, (&folder, gone), &[1]).await;
    let held = folder.join(format!("{gone}-1.cast"));
    let held = File::options().append(true).open(held).unwrap();
    held.set_len(300 * 1024 * 1024).unwrap();
    let last = alice.spawn(sh("exec cat")).await;
    alice.watch(last).await;
    until_left(&mut alice, (&folder, gone), &[]).await;
    assert_eq!(
        (left(&folder, lives), left(&folder, new)),
        (vec![1], vec![1])
    );
    let (found, reach) = alice.find_all("WORDS").await;
    assert_eq!(reach, Reach::All);
    let found: Vec<AgentId> = found.iter().map(|hit| hit.agent).collect();
    assert_eq!(found, [lives, new]);
    let decision = asked.request.to_string();
    for arguments in [&[&*decision][..], &[&gone.0.to_string()]] {
        let said = refused(&house, arguments);
        assert!(
            said.contains("nothing is left of") && said.contains("recordings_mib"),
            "{said}"
        );
    }
    // Less is kept only from the next start on.
    house.write("opsroom.toml", &SMALL.replace("256", "1000"));
    let told = |words: &'static str| {
        move |client: &Client| client.told.iter().any(|said| said.contains(words))
    };
    alice
        .until("more", |client| {
            client.facts.settings.limits.recordings_mib == 1_000
        })
        .await;
    house.write("opsroom.toml", SMALL);
    alice
        .until("a sentence", told("it stays at 1000 MiB"))
        .await;
    alice.types(lives, "on and on\n").await;
    alice.watch(lives).await;
    alice.sees(lives, "on and on").await;
}
