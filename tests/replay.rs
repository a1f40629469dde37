//! Looking at recordings again: the real binary on what a real server recorded.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "server/client.rs"]
mod client;

use std::process::{Command, Output};
use std::time::Duration;

use client::{Acks, Client, House, sh};
use opsroom::model::{AgentId, Answer, Card, Exit, News, RequestId, Since, Verdict, Wish};
use opsroom::wire::{FoundLine, Reach, ToClient, ToServer, Where};

fn opsroom(house: &House, arguments: &[&str]) -> Output {
    Command::new(client::program())
        .arg("--room")
        .arg(&house.paths.folder)
        .args(arguments)
        .output()
        .unwrap()
}

fn printed(house: &House, arguments: &[&str]) -> String {
    let output = opsroom(house, arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    String::from_utf8_lossy(&output.stdout)
        .trim_end()
        .to_owned()
}

fn refused(house: &House, arguments: &[&str]) -> String {
    let output = opsroom(house, arguments);
    assert!(!output.status.success(), "{arguments:?} was not refused");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Approves the one request that waits, as soon as the room lets it.
async fn approve(client: &mut Client) -> RequestId {
    decide(client, Verdict::Approve).await
}

/// Decides it.
async fn decide(client: &mut Client, verdict: Verdict) -> RequestId {
    client
        .until("the request", |client| client.facts.waiting().count() == 1)
        .await;
    let request = client.facts.waiting().next().unwrap().clone();
    let card = Card {
        request: request.id,
        digest: request.digest,
    };
    client.send(ToServer::Shown(vec![card.clone()])).await;
    let decide = Wish::Decide {
        cards: vec![card],
        verdict,
    };
    while let Answer::Refused(why) = client.wish(decide.clone()).await {
        assert!(why.contains("on your screen"), "{why}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    request.id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_shows_the_picture_that_was_drawn_although_the_agent_went_on() {
    let house = House::new();
    let mut alice = house.operator().await;
    let go = house.paths.folder.join("go");
    let script = format!(
        "printf '\\033[2J\\033[Hframe \\033[1;31mone\\033[0m\\n'; \
         \"$OPSROOM_BIN\" ask-permission --tool bash --summary 'rm -rf build' >asked 2>&1 & \
         while [ ! -e {0} ]; do sleep 0.05; done; printf '\\033[Hframe two'; wait; \
         printf '\\033[Hframe three'; exec cat",
        go.display()
    );
    let agent = alice.spawn(sh(&script)).await;
    alice.watch(agent).await;
    alice.sees(agent, "frame one").await;
    alice.ping(1).await;
    alice.acks = Acks::ByHand;
    let drawn = alice.text(agent);
    std::fs::write(&go, "").unwrap();
    // It came, and was not drawn yet.
    alice.sees(agent, "frame two").await;
    let request = approve(&mut alice).await;
    alice
        .send(ToServer::Ack {
            agent,
            generation: 0,
        })
        .await;
    alice.acks = Acks::AtOnce;
    alice.grids.remove(&agent);
    alice.sees(agent, "frame three").await;
    let number = request.0.to_string();
    assert_eq!(
        printed(&house, &["replay", "--at", &number, "--print"]),
        drawn
    );
    assert_eq!(
        printed(&house, &["replay", &request.to_string(), "--print"]),
        drawn
    );
    let all = printed(&house, &["replay", &agent.0.to_string(), "--print"]);
    assert!(all.starts_with("frame three"), "{all}");
    let line = house.journal();
    assert!(line.contains("\"sight\":\"drawn\""), "{line}");
    let nobody = refused(&house, &["replay", "nobody", "--print"]);
    assert!(nobody.contains("never had an agent"), "{nobody}");
    let undecided = refused(&house, &["replay", "--at", "99", "--print"]);
    assert!(undecided.contains("nobody decided #99"), "{undecided}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_segment_shows_the_picture_although_those_before_it_went() {
    let house = House::new();
    let mut alice = house.operator().await;
    let script = "printf '\\033[2J\\033[Hheading \\033[32mgreen\\033[0m\\033[5;20r\\033[5;1H'; \
                  i=0; while [ $i -lt 60000 ]; do i=$((i+1)); \
                  echo \"$i ....................................................................\"; done; \
                  \"$OPSROOM_BIN\" ask-permission --tool bash --summary go; exec cat";
    let agent = alice.spawn(sh(script)).await;
    alice.watch(agent).await;
    alice.sees(agent, "60000 ..").await;
    alice
        .until("the request", |client| client.facts.waiting().count() == 1)
        .await;
    alice.ping(1).await;
    let drawn = alice.text(agent);
    assert!(drawn.starts_with("heading green"), "{drawn}");
    let request = approve(&mut alice).await.0.to_string();
    let first = house
        .paths
        .inside("recordings")
        .join(format!("{agent}-1.cast"));
    let whole = printed(&house, &["replay", "--at", &request, "--print"]);
    assert_eq!(whole, drawn);
    std::fs::remove_file(first).unwrap();
    let alone = printed(&house, &["replay", "--at", &request, "--print"]);
    assert_eq!(alone, drawn);
    let gone = refused(
        &house,
        &["replay", &agent.0.to_string(), "--at", "1:500", "--print"],
    );
    assert!(
        gone.contains("is gone") && gone.contains("what is left begins at"),
        "{gone}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_decided_before_stays_however_much_its_agent_prints_then() {
    let house = House::new();
    let mut alice = house.operator().await;
    let script = "echo before it floods; \
                  \"$OPSROOM_BIN\" ask-permission --tool bash --summary go >answer; \
                  yes \"$(seq -s ' ' 999)\" | head -c 48000000; echo; echo all told; exec cat";
    let agent = alice.spawn(sh(script)).await;
    alice.watch(agent).await;
    alice.sees(agent, "before it floods").await;
    let request = approve(&mut alice).await.to_string();
    alice.sees(agent, "all told").await;
    let folder = house.paths.inside("recordings");
    assert!(
        !folder.join(format!("{agent}-2.cast")).exists(),
        "nothing had to go"
    );
    assert_eq!(
        printed(&house, &["replay", "--at", &request, "--print"]),
        "before it floods"
    );
    let gone = refused(
        &house,
        &["replay", &agent.0.to_string(), "--at", "2:900", "--print"],
    );
    assert!(gone.contains("is gone"), "{gone}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_was_not_on_the_persons_screen_is_said_to_be_so() {
    let house = House::new();
    let mut alice = house.operator().await;
    let script =
        "echo unseen; \"$OPSROOM_BIN\" ask-permission --tool bash --summary go >asked; exec cat";
    let agent: AgentId = alice.spawn(sh(script)).await;
    let request = approve(&mut alice).await.0.to_string();
    assert!(house.journal().contains("\"sight\":\"elsewhere\""));
    assert_eq!(
        printed(&house, &["replay", "--at", &request, "--print"]),
        "unseen"
    );
    let said = opsroom(&house, &["replay", "--at", &request, "--print"]).stderr;
    let said = String::from_utf8_lossy(&said);
    assert!(
        said.contains("had nothing of this agent in sight"),
        "{said}"
    );
    house.kill_server().await;
    assert_eq!(
        printed(
            &house,
            &["replay", &agent.0.to_string(), "--at", &request, "--print"]
        ),
        "unseen",
        "without a server"
    );
}

/// The screen that one goes to from a line of a recording.
fn picture(house: &House, hit: &FoundLine) -> String {
    let Where::Recording(still) = hit.place else {
        panic!("{hit:?}");
    };
    let (agent, at) = (hit.agent.0.to_string(), still.to_string());
    printed(house, &["replay", &agent, "--at", &at, "--print"])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_through_everything_finds_lines_of_the_living_and_of_those_that_ended() {
    let house = House::new();
    let mut alice = house.operator().await;
    let script = "printf 'one\\n\\033[31mneed\\033[0mle in the haystack\\nthree\\n'";
    let gone = alice.spawn(sh(script)).await;
    let lives = alice.spawn(sh("echo a Needle that lives; exec cat")).await;
    alice.watch(lives).await;
    alice.sees(lives, "that lives").await;
    alice
        .until("the end", |client| {
            client.agent(gone).is_some_and(|agent| !agent.is_alive())
        })
        .await;
    assert_eq!(alice.wish(Wish::Clear(gone)).await, Answer::Done);
    let (hits, reach) = alice.find_all("needle").await;
    assert_eq!(reach, Reach::All);
    let lines: Vec<(AgentId, &str)> = hits.iter().map(|hit| (hit.agent, hit.text.raw())).collect();
    assert_eq!(
        lines,
        [
            (lives, "a Needle that lives"),
            (gone, "needle in the haystack")
        ]
    );
    assert!(
        matches!(hits[0].place, Where::Pane(place) if (place.line, place.column, place.width) == (0, 2, 6))
    );
    let shown = picture(&house, &hits[1]);
    assert_eq!(shown, "one\nneedle in the haystack", "as it was then");
    let (hits, _) = alice.find_all("NEEDLE").await;
    assert_eq!(hits, [], "capitals are meant as such");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_living_agents_pane_holds_no_more_is_found_in_its_recording() {
    let house = House::new();
    let mut alice = house.operator().await;
    let lives = alice
        .spawn(sh(
            "echo a giraffe; yes \"$(seq -s ' ' 60)\" | head -60000; echo all told; exec cat",
        ))
        .await;
    alice.watch(lives).await;
    alice.sees(lives, "all told").await;
    let (hits, reach) = alice.find_all("giraffe").await;
    assert_eq!(reach, Reach::All);
    let [hit] = &hits[..] else {
        panic!("{hits:?}");
    };
    assert_eq!((hit.agent, hit.text.raw()), (lives, "a giraffe"));
    let shown = picture(&house, hit);
    assert!(shown.contains("a giraffe"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_picture_that_a_search_goes_to_has_the_line_however_much_came_with_it() {
    let house = House::new();
    let mut alice = house.operator().await;
    let script = "{ echo BURIEDNEEDLE; seq 1 9000; } >all; cat all; \
                  printf 'FLASHNEEDLE here\\r\\nand there\\033[2J\\033[Hafter'";
    let gone = alice.spawn(sh(script)).await;
    alice.watch(gone).await;
    alice.sees(gone, "after").await;
    let over = |client: &Client| client.agent(gone).is_some_and(|agent| !agent.is_alive());
    alice.until("the end", over).await;
    assert_eq!(alice.wish(Wish::Clear(gone)).await, Answer::Done);
    let (hits, _) = alice.find_all("BURIED").await;
    assert_eq!(picture(&house, &hits[0]), "BURIEDNEEDLE");
    let (hits, _) = alice.find_all("FLASH").await;
    let flash = picture(&house, &hits[0]);
    assert!(flash.ends_with("9000\nFLASHNEEDLE here"), "{flash}");
    let (hits, _) = alice.find_all("4321").await;
    let deep = picture(&house, &hits[0]);
    assert!(deep.ends_with("4320\n4321"), "{deep}");
    let nowhere = refused(
        &house,
        &[
            "replay",
            &gone.0.to_string(),
            "--at",
            "1:0+900000",
            "--print",
        ],
    );
    assert!(nowhere.contains("no such place"), "{nowhere}");
}

/// An agent that ended, and whose recording is what these segments say: of each the number, and kinds and texts.
async fn recorded(
    house: &House,
    alice: &mut Client,
    segments: &[(u64, &[(&str, &str)])],
) -> AgentId {
    let gone = alice.spawn(sh("echo nothing much")).await;
    alice
        .until("the end", |client| {
            client.agent(gone).is_some_and(|agent| !agent.is_alive())
        })
        .await;
    let folder = house.paths.inside("recordings");
    std::fs::remove_file(folder.join(format!("{gone}-1.cast"))).unwrap();
    for (number, events) in segments {
        let mut text = String::from(
            "{\"version\": 2, \"width\": 80, \"height\": 24, \"timestamp\": 1700000000}\n",
        );
        for (kind, what) in *events {
            let what = serde_json::to_string(what).unwrap();
            text.push_str(&format!("[0.000, \"{kind}\", {what}]\n"));
        }
        std::fs::write(folder.join(format!("{gone}-{number}.cast")), text).unwrap();
    }
    gone
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_a_recording_that_cannot_be_read_is_left_out_and_told() {
    let house = House::new();
    let mut alice = house.operator().await;
    let (one, two, three) = ([("o", "one\r\n")], [("o", "two\r\n")], [("o", "three\r\n")]);
    let all: [(u64, &[(&str, &str)]); 3] = [(1, &one), (2, &two), (3, &three)];
    let gone = recorded(&house, &mut alice, &all).await;
    let number = gone.0.to_string();
    let cast = |part: u64| {
        let folder = house.paths.inside("recordings");
        folder.join(format!("{gone}-{part}.cast"))
    };
    std::fs::write(cast(2), "{\"version\": 2, \"wid\n[0.0, \"o\", \"two\"]\n").unwrap();
    std::fs::create_dir(cast(4)).unwrap();
    let output = opsroom(&house, &["replay", &number, "--print"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim_end(), "three");
    for part in [2, 4] {
        let left_out = format!("{} is left out", cast(part).display());
        assert!(said.contains(&left_out), "{said}");
    }
    let piped = refused(&house, &["replay", &number]);
    assert!(piped.contains("--print"), "{piped}");
    for part in [1, 3] {
        std::fs::remove_file(cast(part)).unwrap();
    }
    let nothing = refused(&house, &["replay", &number, "--print"]);
    assert!(nothing.contains("is left out") && nothing.contains("nothing is left of agent"));
}

/// What a search tells of the lines, cut as it is.
async fn told(client: &mut Client, needle: &str) -> Vec<String> {
    let (hits, reach) = client.find_all(needle).await;
    assert_eq!(reach, Reach::All);
    hits.iter()
        .map(|hit| hit.piece.marked(hit.text.raw()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_is_found_however_far_into_a_long_line_and_lines_that_begin_alike_are_two() {
    let house = House::new();
    let mut alice = house.operator().await;
    let script = "f() { head -c $1 /dev/zero | tr '\\0' $2; }; f 1995 x; echo LONGNEEDLE; \
                  f 65530 y; echo FARNEEDLE; \
                  f 1000 a; echo DEEPNEEDLE one; f 1000 a; echo DEEPNEEDLE two";
    let gone = alice.spawn(sh(script)).await;
    let over = |client: &Client| client.agent(gone).is_some_and(|agent| !agent.is_alive());
    alice.until("the end", over).await;
    let dots = |letter: &str| format!("…{}", letter.repeat(20));
    let long = told(&mut alice, "LONGNEEDLE").await;
    assert_eq!(long, [format!("{}LONGNEEDLE", dots("x"))]);
    let far = told(&mut alice, "farneedle").await;
    assert_eq!(far, [format!("{}FARNEEDLE", dots("y"))]);
    let deep = told(&mut alice, "DEEPNEEDLE").await;
    let two = ["two", "one"].map(|one| format!("{}DEEPNEEDLE {one}", dots("a")));
    assert_eq!(deep, two);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_line_in_a_living_agents_pane_is_told_once_and_around_the_text() {
    let house = House::new();
    let mut alice = house.operator().await;
    let script = "f() { head -c $1 /dev/zero | tr '\\0' $2; }; \
                  f 500 a; echo DEEPNEEDLE one; f 500 a; echo DEEPNEEDLE two; echo all told; exec cat";
    let lives = alice.spawn(sh(script)).await;
    alice.watch(lives).await;
    alice.sees(lives, "all told").await;
    let deep = told(&mut alice, "deepneedle").await;
    let two = ["two", "one"].map(|one| format!("…{}DEEPNEEDLE {one}", "a".repeat(20)));
    assert_eq!(deep, two);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_is_found_across_the_segments_of_a_recording_and_once() {
    let house = House::new();
    let mut alice = house.operator().await;
    let picture = "\u{1b}c\u{1b}[1;1Hfirst line\u{1b}[2;1Hsecond NEE";
    recorded(
        &house,
        &mut alice,
        &[
            (1, &[("o", "first line\r\nsecond \u{1b}[1mNEE")]),
            (
                2,
                &[
                    ("r", "80x24"),
                    ("m", "picture"),
                    ("o", picture),
                    ("o", "DLE and more\r\nthird line\r\nlast"),
                ],
            ),
            (3, &[("o", " of "), ("o", "all")]),
        ],
    )
    .await;
    assert_eq!(told(&mut alice, "NEEDLE").await, ["second NEEDLE and more"]);
    assert_eq!(told(&mut alice, "second").await, ["second NEEDLE and more"]);
    assert_eq!(told(&mut alice, "first").await, ["first line"]);
    assert_eq!(told(&mut alice, "last of all").await, ["last of all"]);
    assert_eq!(told(&mut alice, "last").await, ["last of all"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_the_picture_at_the_head_of_the_oldest_segment_shows_is_found() {
    let house = House::new();
    let mut alice = house.operator().await;
    let picture = "\u{1b}c\u{1b}[1;1Hheading NEEDLE\u{1b}[2;1Hmore";
    let events: &[(&str, &str)] = &[
        ("r", "80x24"),
        ("m", "picture"),
        ("o", picture),
        ("o", " of it\r\n"),
    ];
    recorded(&house, &mut alice, &[(5, events), (6, events)]).await;
    assert_eq!(told(&mut alice, "NEEDLE").await, ["heading NEEDLE"]);
}

/// What this client was told of while its person was away.
fn told_since(client: &Client) -> Option<Since> {
    client.others.iter().find_map(|message| match message {
        ToClient::Since(since) => Some(since.clone()),
        _ => None,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_back_is_told_what_another_seat_decided_meanwhile() {
    let house = House::new();
    let mut alice = house.operator().await;
    let script = "sleep 3; echo stayed; sleep 6; \
                  \"$OPSROOM_BIN\" ask-permission --tool bash --summary 'rm -rf build'; echo answered; exec cat";
    let agent = alice.spawn(sh(script)).await;
    alice.watch(agent).await;
    alice.sees(agent, "stayed").await;
    drop(alice);
    let mut bob = house.operator().await;
    bob.watch(agent).await;
    let request = approve(&mut bob).await;
    bob.sees(agent, "answered").await;
    let mut alice = house.operator().await;
    alice
        .until("what happened", |client| told_since(client).is_some())
        .await;
    let since = told_since(&alice).unwrap();
    let decided = since.missed.iter().find_map(|missed| match &missed.news {
        News::Decided {
            request,
            agent,
            verdict,
        } => Some((*request, *agent, verdict.clone())),
        _ => None,
    });
    assert_eq!(decided, Some((request, Some(agent), Verdict::Approve)));
    assert!(
        since
            .missed
            .iter()
            .any(|missed| matches!(missed.news, News::Asked { .. }))
    );
    assert!(
        told_since(&bob).is_none(),
        "bob came when nothing had happened"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_went_with_a_server_that_was_killed_is_told_what_happened_since() {
    let house = House::new();
    let mut alice = house.operator().await;
    let agent = alice
        .spawn(sh("sleep 3; echo stayed; sleep 3; exit 3"))
        .await;
    alice.watch(agent).await;
    alice.sees(agent, "stayed").await;
    house.kill_server().await;
    drop(alice);
    let other = printed(&house, &["spawn", "--", "sh", "-c", "exit 4"]);
    assert!(other.starts_with("agent "), "{other}");
    let both = async {
        while house.journal().matches("\"ended\"").count() < 2 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), both)
        .await
        .unwrap();
    let mut alice = house.operator().await;
    alice
        .until("what happened", |client| told_since(client).is_some())
        .await;
    let since = told_since(&alice).unwrap();
    let ended = since.missed.iter().filter_map(|missed| match &missed.news {
        News::Ended { exit, .. } => Some(exit.clone()),
        _ => None,
    });
    let mut ended: Vec<Exit> = ended.collect();
    ended.sort_by_key(|exit| format!("{exit:?}"));
    assert_eq!(ended, [Exit::Code(3), Exit::Code(4)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_on_a_card_of_the_rooms_own_is_printed_with_all_that_stood_on_it() {
    let house = House::new();
    house.write(
        "opsroom.toml",
        "[tracks.web]\ndispatch = \"ask\"\nstages = [{ name = \"dev\", role = \"builder\" }]\n\
         [roles.builder]\nprofile = \"shell\"\ncommand = [\"cat\"]\n",
    );
    house.write(
        "briefs/web/dev/0001-login.md",
        "+++\ntitle = \"limit logins\"\n+++\nCount the \u{202e}tries. It must not lock people out; done when tests pass.\n",
    );
    let mut alice = house.operator().await;
    let reason = "not before friday".to_owned();
    let request = decide(&mut alice, Verdict::Reject { reason }).await;
    let said = printed(&house, &["replay", "--at", &request.0.to_string()]);
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines[0], format!("decided: {request}"));
    assert!(lines[1].starts_with("rejected by "), "{said}");
    assert!(lines[1].contains("the card had stood there for "), "{said}");
    assert_eq!(lines[2], "not before friday");
    assert_eq!(lines[3], "no terminal stood behind this card");
    assert!(lines[4].starts_with("asked for 0001-login: "), "{said}");
    let rest = lines[5..].join("\n");
    assert!(rest.contains("the assignment:\n"), "{said}");
    assert!(
        rest.contains("Count the ⟨U+202E⟩tries. It must not lock people out"),
        "{said}"
    );
    let again = printed(&house, &["replay", &request.to_string(), "--print"]);
    assert_eq!(again, said);
}
