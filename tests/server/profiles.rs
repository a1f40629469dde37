//! Profiles in a room that runs: edits, sessions that go on, and first texts.

use opsroom::model::{AgentId, Answer, Launch, State, Untrusted, Wish};
use opsroom::wire::{FirstText, Presence, Program, ToClient, ToServer, Versions};

use crate::client::{Client, House};
use crate::policies::answers;

const YES: &str = "let them hold";

/// Prints what it was started with, then ends with the first line that it reads.
const TELLS: &str = "echo \"<$* $MARK>\"; read line; echo \"got $line.\"; exit 0";

/// A profile whose program is this script.
fn profile(script: &str, more: &str) -> String {
    let script = toml::Value::String(script.to_owned());
    format!("command = [\"sh\", \"-c\", {script}, \"agent\", \"usual\"]\n{more}")
}

fn launch(text: &str) -> Launch {
    Launch {
        profile: "mine".into(),
        text: text.into(),
        ..Launch::default()
    }
}

/// Starts one, and gives what stands between the brackets.
async fn started(alice: &mut Client, launch: Launch) -> (AgentId, String) {
    let agent = alice.spawn(launch).await;
    alice.watch(agent).await;
    let said = said(alice, agent).await;
    (agent, said)
}

async fn said(alice: &mut Client, agent: AgentId) -> String {
    alice.sees(agent, ">").await;
    // A long line is wrapped: its rows belong together.
    let text = alice.text(agent).replace('\n', "");
    let inside = text
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'));
    inside.unwrap().0.trim().to_owned()
}

async fn ends(alice: &mut Client, agent: AgentId) {
    alice.types(agent, "\n").await;
    alice
        .until("its end", |client| {
            let state = client.agent(agent).map(|agent| &agent.evidence.state);
            matches!(state, Some(State::Exited(_)))
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_profile_counts_once_it_is_agreed_to_and_a_broken_edit_is_told_and_changes_nothing()
 {
    let house = House::new();
    let mut alice = house.operator().await;
    // The folder itself comes while the room runs.
    house.write(
        "profiles/mine.toml",
        &profile(TELLS, "[env]\nMARK = \"one\"\n"),
    );
    alice
        .until("a card", |client| client.facts.waiting().count() == 1)
        .await;
    // Until somebody agreed, a profile of this name is a program that is not there.
    let Answer::Agent(agent) = alice.wish(Wish::Spawn(launch(""))).await else {
        panic!("refused");
    };
    let failed = |client: &Client| client.agent(agent).is_some_and(|agent| !agent.is_alive());
    alice.until("a start that fails", failed).await;
    answers(&mut alice, YES).await;
    assert_eq!(started(&mut alice, launch("")).await.1, "usual one");
    house.write("profiles/mine.toml", "command = [\"sh\"]\nprompt = 3\n");
    let place = |client: &Client| {
        let mut told = client.told.iter();
        told.any(|said| said.contains("profiles/mine.toml:2:10"))
    };
    alice.until("the place", place).await;
    assert_eq!(started(&mut alice, launch("")).await.1, "usual one");
    let mut late = house.operator().await;
    late.until("the place again", place).await;
    drop(late);
    house.write(
        "profiles/mine.toml",
        &profile(TELLS, "[env]\nMARK = \"two\"\n"),
    );
    alice
        .until("a card", |client| client.facts.waiting().count() == 1)
        .await;
    assert_eq!(started(&mut alice, launch("")).await.1, "usual one");
    drop(alice);
    house.kill_server().await;
    let mut alice = house.operator().await;
    assert_eq!(started(&mut alice, launch("")).await.1, "usual one");
    answers(&mut alice, YES).await;
    assert_eq!(started(&mut alice, launch("")).await.1, "usual two");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_that_is_started_again_goes_on_with_its_session() {
    let house = House::new();
    let sessions = "prompt = \"argument\"\nsession = [\"--new\", \"{uuid}\"]\nresume = [\"{command}\", \"--old={session}\"]\n";
    house.write("profiles/mine.toml", &profile(TELLS, sessions));
    let mut alice = house.operator().await;
    let (agent, said_first) = started(&mut alice, launch("the-brief")).await;
    let words: Vec<&str> = said_first.split(' ').collect();
    let ["usual", "--new", id, "the-brief"] = words[..] else {
        panic!("{said_first}");
    };
    let known = |client: &Client, agent: AgentId| {
        let session = client.agent(agent)?.session.as_ref()?;
        Some(session.as_str().to_owned())
    };
    assert_eq!(known(&alice, agent).as_deref(), Some(id));
    assert_eq!(house.journal().matches("\"what\":\"session\"").count(), 1);
    ends(&mut alice, agent).await;
    drop(alice);
    house.kill_server().await;
    let mut alice = house.operator().await;
    let Answer::Agent(again) = alice.wish(Wish::Restart(agent)).await else {
        panic!("not started again");
    };
    alice.watch(again).await;
    assert_eq!(said(&mut alice, again).await, format!("usual --old={id}"));
    assert_eq!(known(&alice, again).as_deref(), Some(id));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_a_program_takes_at_its_prompt_is_typed_once_it_rests() {
    let house = House::new();
    house.write(
        "profiles/mine.toml",
        &profile(TELLS, "prompt = \"typed\"\n"),
    );
    let mut alice = house.operator().await;
    let (agent, said) = started(&mut alice, launch("read the brief")).await;
    assert_eq!(said, "usual");
    alice.sees(agent, "got read the brief.").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_is_told_which_programs_are_here_and_an_observer_of_none() {
    let house = House::new();
    house.write(
        "profiles/mine.toml",
        "command = [\"sh\"]\nversion = [\"-c\", \"echo 4.5.6\"]",
    );
    house.write("profiles/other.toml", "command = [\"/no/such/program\"]");
    let (mut alice, mut bob) = (house.operator().await, house.observer().await);
    let left = programs(&mut alice, Versions::Left).await;
    let mine = named(&left, "mine");
    assert_eq!((mine.presence, &mine.version), (Presence::Here, &None));
    assert_eq!(named(&left, "other").presence, Presence::Missing);
    let shell = named(&left, "shell");
    assert_eq!(
        (shell.presence, shell.first_text),
        (Presence::Always, FirstText::Ignored)
    );
    let asked = programs(&mut alice, Versions::Asked).await;
    assert_eq!(named(&asked, "mine").version, Some(Untrusted::new("4.5.6")));
    assert_eq!(programs(&mut bob, Versions::Asked).await, []);
}

fn named<'p>(programs: &'p [Program], name: &str) -> &'p Program {
    programs.iter().find(|it| it.profile == name).unwrap()
}

async fn programs(client: &mut Client, versions: Versions) -> Vec<Program> {
    let ticket = 77;
    client.send(ToServer::Programs { ticket, versions }).await;
    loop {
        if let Some(ToClient::Programs {
            ticket: 77,
            programs,
        }) = client.next().await
        {
            return programs;
        }
    }
}
