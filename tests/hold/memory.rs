//! Memory and speed under floods: a client that stands still delays nobody and costs little, and a string
//! without an end costs next to nothing.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use opsroom::model::{AgentId, Answer, Verdict};
use opsroom::wire::{ToClient, ToServer};
use rustix::process::Signal;
use tokio::time::timeout;

use crate::client::{Client, House, sh};
use crate::figures::rss;
use crate::kit::{Pass, QUICK, card, decide, look, operator, paths, permission, signal};
use crate::support::Place;
use crate::tty::{Terminal, USUAL};

/// What a server may grow by while clients stand still, once its panes' history is full.
const STILL: u64 = 16 << 20;
/// What a hundred megabytes without an end may cost, and eight.
const ENDLESS: u64 = 2 << 20;

/// So many words are typed and seen while others stand still.
const WORDS: usize = 100;
/// Answers of other things that may come before a word's echo, by the median: with nobody in the way it is a handful.
const SOON: u64 = 60;

/// Asks for everything, again and again, and never reads; how often it could.
async fn asks_for_ever(mut deaf: Client, agent: AgentId, asked: Arc<AtomicUsize>) {
    loop {
        let past = ToServer::Past {
            ticket: 1,
            agent,
            first: 0,
            count: 500,
        };
        deaf.send(past).await;
        asked.fetch_add(1, Ordering::Relaxed);
    }
}

/// Types a word and waits for its echo. Meanwhile the server answers this client's pings, one after the other: how
/// many it answered before the echo came.
async fn echo(alice: &mut Client, agent: AgentId, number: &mut usize) -> u64 {
    *number += 1;
    let word = format!("word-{number};");
    alice.types(agent, &word).await;
    let mut pings = 0;
    while !alice.text(agent).contains(&word) {
        pings += 1;
        alice.pongs.clear();
        alice.ping(pings).await;
    }
    if number.is_multiple_of(5) {
        alice.types(agent, "\r\n").await;
    }
    pings
}

/// The numbers of a flood's lines in what a terminal was sent.
fn numbered(bytes: &[u8]) -> BTreeSet<u64> {
    let text = String::from_utf8_lossy(bytes);
    let numbers = text.split("flood ").skip(1).filter_map(|rest| {
        let digits = rest.get(..9)?;
        digits.parse().ok()
    });
    numbers.collect()
}

/// An agent that prints numbered lines from when it is told to go until it is told that it is enough.
struct Flood {
    agent: AgentId,
    go: PathBuf,
    enough: PathBuf,
}

impl Flood {
    /// Its history is full, and this client sees it.
    async fn ready(place: &Place, alice: &mut Client) -> Self {
        let (go, enough) = (place.room.join("go"), place.room.join("enough"));
        let script = format!(
            "lines() {{ seq -f 'flood %09.0f goes on for ever and ever and ever' $1 $2; }}; lines 0 300000; echo warm; \
             while [ ! -e {} ]; do sleep 0.02; done; n=0; \
             while [ ! -e {} ]; do m=$((n+20000)); lines $n $m; n=$m; done; echo all told; exec cat",
            go.display(),
            enough.display()
        );
        let agent = alice.spawn(sh(&script)).await;
        alice.watch(agent).await;
        alice.sees(agent, "warm").await;
        Self { agent, go, enough }
    }
}

/// Types words until this count stands still while twenty of them come back; gives it.
async fn fills(
    alice: &mut Client,
    echoes: AgentId,
    asked: &AtomicUsize,
    word: &mut usize,
) -> usize {
    loop {
        let before = asked.load(Ordering::Relaxed);
        for _ in 0..20 {
            echo(alice, echoes, word).await;
        }
        if before > 0 && asked.load(Ordering::Relaxed) == before {
            return before;
        }
    }
}

/// A hundred words come back, and a decision counts.
async fn goes_on(alice: &mut Client, echoes: AgentId, pass: &Pass, server: i32, word: &mut usize) {
    let (before, mut most) = (rss(server), 0);
    let mut waited = Vec::new();
    for _ in 0..WORDS {
        waited.push(echo(alice, echoes, word).await);
        most = most.max(rss(server));
    }
    waited.sort_unstable();
    let (_asker, _) = pass.ask("one", permission("rm -rf build")).await;
    let asks = card(alice, "one").await;
    look(alice, &asks).await;
    let decided = decide(alice, &asks, Verdict::Approve).await;
    println!(
        "{WORDS} echoes after {} other answers (median), {} at most; memory {} KiB, then {} KiB",
        waited[WORDS / 2],
        waited[WORDS - 1],
        before >> 10,
        most >> 10
    );
    assert_eq!(decided, Answer::Done);
    assert!(waited[WORDS / 2] < SOON, "{waited:?}");
    assert!(most < before + STILL, "memory grew from {before} to {most}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_and_clients_that_stand_still_delay_nobody_and_come_back_to_the_present() {
    let place = Place::new();
    place.settings(QUICK);
    place.ok(&["spawn", "--name", "first", "--", "cat"]);
    let paths = paths(&place);
    let mut alice = operator(&paths).await;
    let flood = Flood::ready(&place, &mut alice).await;
    // Raw: where the terminal echoes as well, its echo and cat's copy of a line may interleave in the middle of a word.
    let echoes = alice
        .spawn(sh("stty raw -echo; echo ready; exec cat"))
        .await;
    let pass = Pass::in_the_folder(&place.room, &mut alice).await;
    alice.watch(echoes).await;
    alice.sees(echoes, "ready").await;
    let window = Terminal::open(&place, &[], USUAL);
    window.sees("warm");
    // One that reads no more, and one that asks for everything all the while.
    let mut still = operator(&paths).await;
    still.watch(flood.agent).await;
    still.sees(flood.agent, "warm").await;
    still.watch(echoes).await;
    still.sees(echoes, "ready").await;
    std::fs::write(&flood.go, "").unwrap();
    window.sees("flood 0");
    signal(window.pid(), Signal::STOP);
    let (asked, mut word) = (Arc::<AtomicUsize>::default(), 0);
    let mut deaf = operator(&paths).await;
    for agent in [flood.agent, echoes] {
        deaf.watch(agent).await;
    }
    let deaf = tokio::spawn(asks_for_ever(deaf, flood.agent, Arc::clone(&asked)));
    let full = fills(&mut alice, echoes, &asked, &mut word).await;
    let frames = window.frames();
    let server = place.server_pid().unwrap();
    goes_on(&mut alice, echoes, &pass, server, &mut word).await;
    // All of that came about while they stood still.
    assert_eq!(
        (window.frames(), asked.load(Ordering::Relaxed)),
        (frames, full)
    );
    std::fs::write(&flood.enough, "").unwrap();
    alice.sees(flood.agent, "all told").await;
    // The flood is over: what they see now is its end, and the little that was on its way when they stopped.
    let drawn = window.bytes().len();
    signal(window.pid(), Signal::CONT);
    window.sees("all told");
    let late = numbered(&window.bytes()[drawn..]).len();
    assert!(
        late <= 4 * usize::from(USUAL.1),
        "{late} lines of the flood were drawn late"
    );
    still.heard = Some(Vec::new());
    still.sees(flood.agent, "all told").await;
    let heard = still.heard.take().unwrap();
    let of_it =
        |one: &&ToClient| matches!(one, ToClient::Frame { agent, .. } if *agent == flood.agent);
    let frames = heard.iter().filter(of_it).count();
    assert!(frames <= 4, "{frames} frames waited for it");
    assert_eq!(still.text(flood.agent), alice.text(flood.agent));
    deaf.abort();
}

/// What begins something without an end, and the byte that goes on with it; both as `printf` and `tr` read them.
const ENDLESS_KINDS: [(&str, &str, &str, u32); 22] = [
    ("a title", r"\033]0;", "x", LONG),
    ("a window's title", r"\033]2;", "x", SHORT),
    ("a colour", r"\033]4;1;", "x", SHORT),
    ("a folder", r"\033]7;", "x", SHORT),
    ("a link", r"\033]8;;http://", "x", SHORT),
    ("a notification", r"\033]9;", "x", SHORT),
    ("the clipboard", r"\033]52;c;", "x", LONG),
    ("a prompt mark", r"\033]133;", "x", SHORT),
    ("a notification of urxvt", r"\033]777;notify;", "x", SHORT),
    ("a status record", r"\033]7501;", "x", SHORT),
    ("a picture of iTerm", r"\033]1337;File=:", "x", SHORT),
    ("an unknown command", r"\033]99999999;", "x", SHORT),
    ("a command without a number", r"\033]", "9", SHORT),
    ("a device control string", r"\033P+q", "4", LONG),
    ("sixels", r"\033Pq", "~", SHORT),
    ("a picture of kitty", r"\033_G", "x", LONG),
    ("a privacy message", r"\033^", "x", SHORT),
    ("a string", r"\033X", "x", SHORT),
    ("a title of screen", r"\033k", "x", SHORT),
    ("a sequence's numbers", r"\033[", "4", SHORT),
    ("a sequence's empty numbers", r"\033[1", ";", SHORT),
    ("an escape", r"\033", " ", SHORT),
];
/// Eight-bit forms open nothing: what follows is text, and so is what is no whole character. It goes into the history, whose
/// lines take a little more or less of the allocator's room.
const TORN: (&str, &str, &str, u32) = ("characters cut off", r"\235\302\235", r"\342", SHORT);
/// What such text may cost.
const TEXT: u64 = 5 << 20;
const LONG: u32 = 100_000_000;
const SHORT: u32 = 8_000_000;

/// The most that a process has until this is done, or until it is too much.
async fn most_until(pid: i32, done: impl Future<Output = ()>, too_much: u64) -> u64 {
    let mut most = rss(pid);
    let mut done = std::pin::pin!(done);
    while most < too_much && timeout(Duration::from_millis(20), &mut done).await.is_err() {
        most = most.max(rss(pid));
    }
    most.max(rss(pid))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_megabytes_of_anything_without_an_end_cost_under_two() {
    let house = House::new();
    let mut alice = house.operator().await;
    let go = house.paths.folder.join("go");
    // Output of both kinds first, until the history is as full as it gets.
    let mut script = "stty -opost; head -c 4000000 /dev/zero | tr '\\0' '\\342'; yes 'an ordinary line of output' | head -c 12000000; printf '\\r\\nwarm;\\r\\n'; "
        .to_owned();
    let all = ENDLESS_KINDS.iter().map(|kind| (kind, ENDLESS));
    let all = all.chain([(&TORN, TEXT)]).enumerate();
    for (number, ((_, opens, goes_on, bytes), _)) in all.clone() {
        script += &format!(
            "while [ ! -e {go}-{number} ]; do sleep 0.02; done; printf '{opens}'; \
             head -c {bytes} /dev/zero | tr '\\0' '{goes_on}'; printf '\\030\\r\\nafter {number};\\r\\n'; ",
            go = go.display(),
        );
    }
    let agent = alice.spawn(sh(&(script + "exec cat"))).await;
    alice.watch(agent).await;
    alice.sees(agent, "warm;").await;
    let server = house.server_pid().await;
    for (number, ((what, ..), cost)) in all {
        let before = rss(server);
        std::fs::write(format!("{}-{number}", go.display()), "").unwrap();
        let after = format!("after {number};");
        let most = most_until(server, alice.sees(agent, &after), before + cost).await;
        println!(
            "{what}: memory {} KiB, then at most {} KiB",
            before >> 10,
            most >> 10
        );
        assert!(
            most < before + cost,
            "{what} without an end: memory grew from {before} to {most}"
        );
    }
}
