//! `kill -9` of the server, again and again, while agents count: what is recorded of each has every number once and in order.
//! What had been read and not recorded when the server died is all that may be missing.

use std::path::{Path, PathBuf};

use opsroom::model::AgentId;
use opsroom::wire::cast::{Event, Segment};
use rustix::process::Signal;
use tokio::time::{Duration, sleep};

use crate::client::{Client, House, process_ends, sh};
use crate::kit::{Dice, signal};
use crate::support::eventually;

/// Servers that are killed.
const LIVES: u64 = 8;
/// Bytes of a line: `n000000001`, and what the terminal ends it with.
const LINE: u64 = 12;
/// What of a flood may be in one server's hands: 192 KiB read ahead and what is just being read, and what is being recorded.
const IN_HAND: u64 = (192 + 16 + 64) * 1024;

/// Prints numbers from 1 on with this between two lots, until it is told that it is enough; then says so.
fn counter(lot: u32, pause: &str, enough: &Path) -> String {
    format!(
        "n=0; while [ ! -e {} ]; do seq -f 'n%09.0f' $((n+1)) $((n+{lot})); n=$((n+{lot})); sleep {pause}; done; \
         echo \"all $n told\"; exec cat",
        enough.display()
    )
}

/// Everything that an agent printed, as its recording has it: the pictures that segments begin with tell again what was told
/// before, and are left out.
fn recorded(folder: &Path, agent: AgentId) -> String {
    let mut text = String::new();
    for number in 1.. {
        let Ok(bytes) = std::fs::read(folder.join(format!("{agent}-{number}.cast"))) else {
            break;
        };
        let segment = Segment::read(number, bytes).expect("a segment");
        let mut again = false;
        for spot in segment.places() {
            match segment.event(*spot).expect("an event") {
                Event::Output(_) if again => again = false,
                Event::Output(output) => text += &output,
                Event::Picture => again = true,
                Event::Torn => panic!("the disk took everything"),
                Event::Size(_) | Event::Shown => {}
            }
        }
    }
    text
}

fn number(line: &str) -> Option<u64> {
    let digits = line.strip_prefix('n').filter(|digits| digits.len() == 9)?;
    digits.parse().ok()
}

/// How many numbers are missing at each hole. No number stands twice or too early; a line may be cut at a hole.
fn holes(text: &str) -> Vec<u64> {
    let (mut last, mut holes, mut cut) = (0, Vec::new(), false);
    let counted = text.lines().take_while(|line| !line.starts_with("all "));
    for line in counted {
        match number(line) {
            Some(next) if next == last + 1 => last = next,
            Some(next) if next > last + 1 => {
                holes.push(next - last - 1);
                last = next;
            }
            Some(again) => panic!("{again} comes behind {last}"),
            None => assert!(!std::mem::replace(&mut cut, true), "{line:?} behind {last}"),
        }
        cut &= number(line).is_none();
    }
    let told = text
        .lines()
        .find_map(|line| line.strip_prefix("all ")?.strip_suffix(" told"));
    assert_eq!(
        told.and_then(|told| told.parse().ok()),
        Some(last),
        "the end"
    );
    holes
}

/// The highest number on an agent's screen.
fn seen(client: &Client, agent: AgentId) -> u64 {
    let text = client.text(agent);
    text.lines().filter_map(number).max().unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_servers_leave_recordings_in_which_no_number_stands_twice_and_only_what_was_in_hand_is_missing()
 {
    let house = House::new();
    let enough = house.paths.folder.join("enough");
    let mut alice = house.operator().await;
    let mut quiet = Vec::new();
    for pause in ["0.01", "0.02", "0.05"] {
        quiet.push(alice.spawn(sh(&counter(1, pause, &enough))).await);
    }
    // It writes as fast as it can, but not more than a recording keeps.
    let loud = alice.spawn(sh(&counter(60_000, "0.4", &enough))).await;
    let mut dice = Dice::new(11);
    let mut before = vec![0; 4];
    for _ in 0..LIVES {
        let agents: Vec<AgentId> = quiet.iter().copied().chain([loud]).collect();
        for (agent, before) in agents.iter().zip(&mut before) {
            alice.watch(*agent).await;
            let last = *before;
            alice
                .until("the counter to go on", |client| seen(client, *agent) > last)
                .await;
            *before = seen(&alice, *agent);
        }
        sleep(Duration::from_micros(dice.roll(300_000))).await;
        signal(house.server_pid().await, Signal::KILL);
        alice.ends().await;
        // Agents write into the keeper's hands for a moment.
        sleep(Duration::from_micros(dice.roll(200_000))).await;
        alice = house.operator().await;
    }
    std::fs::write(&enough, "").unwrap();
    for agent in quiet.iter().copied().chain([loud]) {
        alice.watch(agent).await;
        alice.sees(agent, " told").await;
    }
    let folder = house.paths.inside("recordings");
    let holes_of = |agent: &AgentId| holes(&recorded(&folder, *agent));
    let silent: Vec<u64> = quiet.iter().flat_map(holes_of).collect();
    let loud = holes_of(&loud);
    println!("missing of the quiet {silent:?}, of the loud {loud:?}");
    // A kill may come right between reading and recording, but not again and again.
    assert!(
        silent.len() <= 1 && silent.iter().all(|lines| *lines < 20),
        "{silent:?}"
    );
    assert!(loud.len() as u64 <= LIVES, "{loud:?}");
    assert!(
        loud.iter().all(|lines| lines * LINE <= IN_HAND + LINE),
        "{loud:?}"
    );
}

/// Prints a word once there is a file `go`, and then does this.
fn says_later(house: &House, word: &str, then: &str) -> String {
    let go = house.paths.folder.join("go");
    format!(
        "while [ ! -e {} ]; do sleep 0.02; done; echo {word}; {then}",
        go.display()
    )
}

/// Where the keeper keeps what an agent writes while no server runs.
fn spool(house: &House, agent: AgentId) -> PathBuf {
    house.paths.spools().join(format!("agent-{agent}.0"))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_cannot_read_of_the_time_before_it_is_told_and_the_next_one_records_it() {
    let house = House::new();
    let mut alice = house.operator().await;
    let mut agents = Vec::new();
    for (word, then) in [
        ("LIVESWORD", "exec cat"),
        ("LASTWORD", ""),
        ("LATERWORD", "read line; echo bye"),
    ] {
        let agent = alice.spawn(sh(&says_later(&house, word, then))).await;
        agents.push((agent, word));
    }
    let [(lives, _), (gone, _), (later, _)] = agents[..] else {
        panic!("three");
    };
    let pid = alice.agent(gone).and_then(|agent| agent.pid);
    house.kill_server().await;
    house.write("go", "");
    for (agent, word) in &agents {
        let path = spool(&house, *agent);
        eventually(word, || {
            let kept = std::fs::read_to_string(&path).ok()?;
            kept.contains(word).then_some(())
        });
    }
    process_ends(pid.expect("it ran")).await;
    let aside = |agent: AgentId| house.paths.folder.join(format!("aside-{agent}"));
    for (agent, _) in &agents {
        let path = spool(&house, *agent);
        std::fs::rename(&path, aside(*agent)).unwrap();
        std::fs::create_dir(path).unwrap();
    }

    let mut alice = house.operator().await;
    alice
        .until("what cannot be read", |client| {
            let unread = |text: &&String| text.contains("while no server ran cannot be read");
            client.told.iter().filter(unread).count() == agents.len()
        })
        .await;
    alice.watch(later).await;
    alice.types(later, "\n").await;
    alice.sees(later, "bye").await;
    let over = |client: &Client, agent| client.agent(agent).is_some_and(|it| !it.is_alive());
    alice
        .until("the ends", |client| {
            over(client, gone) && over(client, later)
        })
        .await;
    let torn = format!("{lives}-1.cast");
    let torn = std::fs::read_to_string(house.paths.inside("recordings").join(torn)).unwrap();
    assert!(torn.contains("\"torn\""), "{torn}");
    for (agent, word) in &agents {
        assert_eq!(alice.find_all(word).await.0, [], "{word}");
        let path = spool(&house, *agent);
        std::fs::remove_dir(&path).unwrap();
        std::fs::rename(aside(*agent), path).unwrap();
    }

    house.kill_server().await;
    let mut alice = house.operator().await;
    for (agent, word) in &agents {
        let (hits, _) = alice.find_all(word).await;
        let found: Vec<AgentId> = hits.iter().map(|hit| hit.agent).collect();
        assert_eq!(found, [*agent], "{word}");
        let path = spool(&house, *agent);
        eventually("it is thrown away", || (!path.exists()).then_some(()));
    }
    assert_eq!(alice.told, Vec::<String>::new());
}
