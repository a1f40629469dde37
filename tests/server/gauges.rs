//! Gauges of a real room: real commands, on a timer, and what a restart and an observer find of them.

use opsroom::model::{Found, GaugeId};

use crate::client::{Client, House, program};

const SETTINGS: &str = r#"
name = "quay"
[tracks.web]
folder = "api"
stages = [ { name = "dev", role = "builder" } ]
gauges = [
  { name = "lines", command = "echo measuring; wc -l < notes.txt; echo oops >&2", every = "1h" },
  { name = "clean", command = "test ! -e dirt", every = "1h", reads = "pass" },
  { name = "slow", command = "echo 7; exec sleep 600", every = "1h", seconds = 1 },
  { name = "garbage", command = "echo many; echo track $OPSROOM_TRACK${OPSROOM_TOKEN:+ token}", every = "1h" },
  { name = "broken", command = "echo 7; echo no such figure >&2; exit 3", every = "1h" },
  { name = "gate", command = "echo 1" },
]
[tracks.sales]
hide = ["observers"]
stages = [ { name = "draft", role = "builder" } ]
gauges = [ { name = "leads", command = "echo 31", every = "1h" } ]
[roles.builder]
command = ["cat"]
"#;

fn house() -> House {
    let house = House::new();
    house.write("opsroom.toml", SETTINGS);
    house.write("api/notes.txt", "one\ntwo\n");
    house
}

fn said(client: &Client, track: &str, name: &str) -> Option<String> {
    let id = GaugeId {
        track: track.into(),
        name: name.to_owned(),
    };
    let last = client.facts.gauges.get(&id)?.last()?;
    Some(last.found.sentence())
}

async fn all_measured(client: &mut Client) {
    client
        .until("six gauges", |client| client.facts.gauges.len() == 6)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn gauges_with_a_timer_are_measured_in_the_tracks_folder_and_a_restart_finds_them() {
    let house = house();
    let mut alice = house.operator().await;
    all_measured(&mut alice).await;
    let web = |client: &Client, name| said(client, "web", name).unwrap_or_default();
    assert_eq!(web(&alice, "lines"), "2");
    assert_eq!(web(&alice, "clean"), "passed");
    assert_eq!(
        web(&alice, "slow"),
        "no value: took longer than 1 s and was ended"
    );
    assert_eq!(
        web(&alice, "garbage"),
        "no value: its last line is no number: track web"
    );
    assert_eq!(web(&alice, "broken"), "no value: failed (exit code 3): 7");
    assert_eq!(said(&alice, "web", "gate"), None, "no gate was passed");
    let mut bob = house.observer().await;
    bob.ping(1).await;
    assert_eq!(said(&bob, "sales", "leads"), None, "hidden");
    assert_eq!(web(&bob, "lines"), "2");

    // the next server knows them before it measured anything; then it does
    house.write("api/notes.txt", "one\ntwo\nthree\n");
    house.write("api/dirt", "");
    house.kill_server().await;
    let mut alice = house.operator().await;
    assert!(alice.facts.gauges.len() >= 6);
    alice
        .until("what it is now", |client| {
            web(client, "lines") == "3" && web(client, "clean") == "failed (exit code 1)"
        })
        .await;
    let id = GaugeId {
        track: "web".into(),
        name: "lines".to_owned(),
    };
    let readings = &alice.facts.gauges[&id].readings;
    assert!(
        matches!(readings[0].found, Found::Number(_)),
        "{readings:?}"
    );
    let output = std::process::Command::new(program())
        .args(["journal"])
        .current_dir(&house.paths.folder)
        .output()
        .unwrap();
    let journal = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(journal.contains("gauge lines of web: 2"), "{journal}");
}
