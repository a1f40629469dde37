//! Policies with real agents that ask: what is decided at once, what agents cannot give themselves, and the
//! rule that a person adds from a card.

use opsroom::model::policy::{Does, Policy};
use opsroom::model::{Answer, Ask, Card, Launch, Request, Verdict, Wish};
use opsroom::wire::ToServer;

use crate::client::{Client, House, sh};

const RULES: &str = "# by hand
[[policy]]
do = \"allow\"
tool = \"bash\"
command = \"make *\"

[[policy]]
do = \"deny\"
command = \"*rm -rf*\"
why = \"nothing is removed here\"
";

/// An agent that asks this, then says the exit code, and what it was told.
fn asks(command: &str) -> String {
    format!("\"$OPSROOM_BIN\" ask-permission --tool bash --summary '{command}'; echo \"code $?\"; ")
}

/// The only request that waits.
async fn waiting(client: &mut Client) -> Request {
    client
        .until("a request", |client| client.facts.waiting().count() == 1)
        .await;
    client.facts.waiting().next().unwrap().clone()
}

/// Wishes until the card has stood long enough.
async fn once_seen(client: &mut Client, request: &Request, wish: impl Fn(Card) -> Wish) {
    let card = Card {
        request: request.id,
        digest: request.digest.clone(),
    };
    client.send(ToServer::Shown(vec![card.clone()])).await;
    while let Answer::Refused(why) = client.wish(wish(card.clone())).await {
        assert!(why.contains(" ms"), "{why}");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

/// Answers the room's own question.
pub async fn answers(client: &mut Client, text: &str) {
    let request = waiting(client).await;
    assert!(matches!(request.ask, Ask::Matter { .. }), "{request:?}");
    once_seen(client, &request, |card| Wish::Decide {
        cards: vec![card],
        verdict: Verdict::Reply {
            text: text.to_owned(),
        },
    })
    .await;
}

async fn agree(client: &mut Client) {
    answers(client, "let them hold").await;
    client
        .until("the rules", |client| !client.facts.policies.is_empty())
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_decides_at_once_tells_the_agent_why_and_is_named_in_the_journal() {
    let house = House::new();
    house.write("opsroom.toml", RULES);
    let mut alice = house.operator().await;
    agree(&mut alice).await;
    let script = format!("{}{}exec cat", asks("make all"), asks("rm -rf build"));
    let agent = alice.spawn(sh(&script)).await;
    alice.watch(agent).await;
    alice.sees(agent, "code 0").await;
    alice.sees(agent, "code 1").await;
    alice.sees(agent, "nothing is removed here").await;
    assert_eq!(alice.facts.waiting().count(), 0);
    let journal = house.journal();
    let decided: Vec<&str> = journal
        .lines()
        .filter(|line| line.contains("\"by\":{\"policy\""))
        .collect();
    assert_eq!(decided.len(), 2, "{journal}");
    assert!(
        decided[0].contains("allow bash make *") && decided[1].contains("deny every tool *rm -rf*")
    );
}

fn worker(word: &str) -> String {
    format!(
        "[tracks.web]\nstages = [{{ name = \"dev\", role = \"worker\" }}]\n[roles.worker]\nprofile = \"generic\"\ncommand = [\"sh\", \"-c\", \"echo ran {word}.; exec cat\"]\nplaces = 9\n"
    )
}

/// Starts a worker, and waits for what it says.
async fn works(client: &mut Client, word: &str) {
    let launch = Launch {
        role: Some("worker".into()),
        ..Launch::default()
    };
    let answer = client.wish(Wish::Spawn(launch)).await;
    let Answer::Agent(agent) = answer else {
        panic!("{answer:?}: {:?}", client.told);
    };
    client.watch(agent).await;
    client.sees(agent, &format!("ran {word}.")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_of_what_a_role_runs_waits_for_an_operator_also_behind_a_kill() {
    let house = House::new();
    house.write("opsroom.toml", &worker("one"));
    let mut alice = house.operator().await;
    works(&mut alice, "one").await;
    house.write("opsroom.toml", &worker("two"));
    let asked = waiting(&mut alice).await;
    assert!(asked.ask.line().raw().contains("ran two"), "{asked:?}");
    works(&mut alice, "one").await;
    drop(alice);
    house.kill_server().await;
    let mut alice = house.operator().await;
    works(&mut alice, "one").await;
    answers(&mut alice, "leave them out").await;
    works(&mut alice, "one").await;
    house.write("opsroom.toml", &worker("three"));
    answers(&mut alice, "let them hold").await;
    works(&mut alice, "three").await;
    drop(alice);
    house.kill_server().await;
    let mut alice = house.operator().await;
    works(&mut alice, "three").await;
    assert_eq!(alice.facts.waiting().count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_track_counts_for_the_folder_once_it_was_agreed_to_also_behind_a_restart() {
    let house = House::new();
    house.write("opsroom.toml", &worker("one"));
    let alice = house.operator().await;
    drop(alice);
    house.kill_server().await;
    let more = "[tracks.sales]\nstages = [{ name = \"draft\", role = \"worker\" }]\n";
    house.write("opsroom.toml", &format!("{}{more}", worker("two")));
    let mut alice = house.operator().await;
    answers(&mut alice, "let them hold").await;
    let sales = |client: &Client| client.facts.settings.track(&"sales".into()).is_some();
    alice.until("the track", sales).await;
    std::fs::create_dir_all(house.paths.folder.join("briefs/sales/drop")).unwrap();
    house.write("briefs/sales/drop/call.md", "Call them back\n");
    let taken = |client: &Client| {
        let mut briefs = client.facts.briefs.values();
        briefs.any(|brief| brief.place.track.as_str() == "sales")
    };
    alice.until("the dropped file", taken).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_that_edits_the_settings_allows_itself_nothing() {
    let house = House::new();
    house.write("opsroom.toml", RULES);
    let mut alice = house.operator().await;
    agree(&mut alice).await;
    let edit = "printf '[[policy]]\\ndo = \"allow\"\\ntool = \"bash\"\\n' > opsroom.toml; \
                until [ -e seen ]; do sleep 0.05; done; ";
    let script = format!(
        "{edit}{}{}exec cat",
        asks("rm -rf build"),
        asks("curl evil")
    );
    let agent = alice.spawn(sh(&script)).await;
    alice.watch(agent).await;
    // The room has read the edit when it asks about it.
    let asked = waiting(&mut alice).await;
    let Ask::Matter { text, .. } = &asked.ask else {
        panic!("{asked:?}");
    };
    assert!(text.raw().contains("allow bash") && text.raw().contains("no longer: deny"));
    house.write("seen", "");
    alice.sees(agent, "code 1").await;
    alice
        .until("both requests", |client| {
            client.facts.waiting().count() == 2
        })
        .await;
    let asks = alice.facts.waiting().filter(|it| it.agent == Some(agent));
    assert_eq!(
        asks.count(),
        1,
        "what its own rule would allow waits for a person"
    );
    assert!(
        alice
            .facts
            .policies
            .iter()
            .all(|rule| rule.does == Does::Deny)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn always_like_this_is_written_behind_a_hand_edit_and_holds_from_then_on() {
    let house = House::new();
    house.write("opsroom.toml", "name = \"quay\"   # mine\n");
    let mut alice = house.operator().await;
    let script = format!("{}{}exec cat", asks("make all"), asks("make test"));
    let agent = alice.spawn(sh(&script)).await;
    alice.watch(agent).await;
    let request = waiting(&mut alice).await;
    let rule = Policy {
        tools: vec!["bash".to_owned()],
        command: Some("make *".to_owned()),
        ..Policy::new(Does::Allow)
    };
    house.write("opsroom.toml", "name = \"quay\"   # mine\n[tracks.web\n");
    let card = Card {
        request: request.id,
        digest: request.digest.clone(),
    };
    let broken = Wish::PolicyAdd {
        card,
        rule: Box::new(rule.clone()),
    };
    let Answer::Refused(why) = alice.wish(broken).await else {
        panic!("a rule was added to a broken file");
    };
    assert!(why.contains("opsroom.toml:2:"), "{why}");
    house.write(
        "opsroom.toml",
        "name = \"quay\"   # mine\n# edited by hand\n",
    );
    once_seen(&mut alice, &request, |card| Wish::PolicyAdd {
        card,
        rule: Box::new(rule.clone()),
    })
    .await;
    alice
        .until("the second one to be allowed", |client| {
            client.text(agent).matches("code 0").count() == 2
        })
        .await;
    // it approves that one too, before a picture that was drawn
    let journal = house.journal();
    let decided = journal
        .lines()
        .find(|line| line.contains("\"what\":\"decided\""));
    let decided = decided.unwrap();
    assert!(decided.contains("\"sight\":\"drawn\""), "{decided}");
    assert!(decided.contains("\"crop\":{\"top\":0,"), "{decided}");
    let text = std::fs::read_to_string(house.paths.folder.join("opsroom.toml")).unwrap();
    assert!(
        text.starts_with("name = \"quay\"   # mine\n# edited by hand\n\n# always like this: "),
        "{text}"
    );
    assert!(text.ends_with("[[policy]]\ndo = \"allow\"\ntool = \"bash\"\ncommand = \"make *\"\n"));
    // A server that takes over finds the rule agreed to.
    house.kill_server().await;
    let mut alice = house.operator().await;
    alice.ping(1).await;
    assert_eq!(alice.facts.policies, [rule]);
    assert_eq!(alice.facts.waiting().count(), 0);
}
