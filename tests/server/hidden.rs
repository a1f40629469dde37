//! A track that is hidden from observers: nothing of it is in any message to one.

use opsroom::model::{Answer, BriefId, Gaze, News, Place, StartOn, Wish};
use opsroom::wire::{ToClient, ToServer};

use crate::client::{Client, House, sh};

const SETTINGS: &str = r#"
name = "quay"
[tracks.web]
stages = [ { name = "dev", role = "builder" } ]
[tracks.sales]
hide = ["observers"]
stages = [ { name = "draft", role = "seller" }, { name = "sign", role = "builder" } ]
# stays where its brief leaves the stage: one of lifetime "brief" is stopped then
[roles.builder]
command = ["sh", "-c", "echo at work; exec cat"]
lifetime = "room"
places = 5
[roles.seller]
command = ["sh", "-c", "echo the-price; exec cat"]
"#;

/// What nobody may read who does not see that track.
const SECRETS: [&str; 6] = [
    "sales",
    "0900-deal",
    "seller",
    "the-price",
    "hush",
    "big deal",
];

fn house() -> House {
    let house = House::new();
    house.write("opsroom.toml", SETTINGS);
    house.write(
        "briefs/sales/draft/0900-deal.md",
        "+++\ntitle = \"big deal\"\n+++\nhush\n",
    );
    // what came out of a hidden track tells of it wherever it stands
    house.write(
        "briefs/web/dev/0002-after.md",
        "+++\ntitle = \"after the big deal\"\nfrom = \"0900-deal\"\n+++\nIts handoff: hush\n",
    );
    house.write(
        "briefs/web/dev/0003-later.md",
        "+++\ntitle = \"after that\"\nfrom = \"0002-after\"\n+++\nhush\n",
    );
    house.write(
        "briefs/web/dev/0001-page.md",
        "+++\ntitle = \"a page\"\n+++\nAll of it.\n",
    );
    house
}

async fn start(alice: &mut Client, brief: &str) -> opsroom::model::AgentId {
    let brief = BriefId::from(brief);
    let known = |client: &Client| client.facts.briefs.contains_key(&brief);
    alice.until("the brief", known).await;
    let wish = Wish::BriefStart {
        brief: brief.clone(),
        on: StartOn::Stage,
    };
    let Answer::Agent(agent) = alice.wish(wish).await else {
        panic!("not started");
    };
    agent
}

fn leaks(client: &Client) {
    let heard = client.heard.as_ref().unwrap();
    assert!(heard.len() > 3);
    for message in heard {
        let text = match message {
            // rows as they read, not cell by cell
            ToClient::Frame { patch, .. } => {
                let rows = patch.rows.iter();
                rows.map(|(_, row)| row.text().to_owned() + "\n").collect()
            }
            other => format!("{other:?}"),
        };
        for secret in SECRETS {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_hidden_track_is_in_any_message_to_an_observer() {
    let house = house();
    let mut alice = house.operator().await;
    let mut bob = house.listener().await;
    let page = start(&mut alice, "0001-page").await;
    let deal = start(&mut alice, "0900-deal").await;
    alice.watch(deal).await;
    alice.sees(deal, "the-price").await;
    alice.types(deal, "hush\n").await;
    alice.sees(deal, "hush").await;
    alice.send(ToServer::LooksAt(Gaze::from(Some(deal)))).await;
    let say = Wish::Say {
        agent: deal,
        text: "hush, now".into(),
        manner: opsroom::model::Manner::AtRest,
    };
    assert_eq!(alice.wish(say).await, Answer::Done);
    let mut late = house.listener().await;
    for client in [&mut bob, &mut late] {
        client.watch(page).await;
        client.sees(page, "at work").await;
        assert_eq!(
            client.facts.agents.keys().copied().collect::<Vec<_>>(),
            [page]
        );
        let everything = [
            ToServer::Watch(deal),
            ToServer::LooksAt(Gaze::from(Some(deal))),
            ToServer::Past {
                ticket: 1,
                agent: deal,
                first: 0,
                count: 50,
            },
            ToServer::Find {
                ticket: 2,
                agent: deal,
                needle: "price".into(),
            },
            ToServer::FindAll {
                ticket: 3,
                needle: "price".into(),
            },
            ToServer::ReadBrief {
                ticket: 4,
                brief: BriefId::from("0900-deal"),
            },
            ToServer::ReadBrief {
                ticket: 5,
                brief: BriefId::from("0002-after"),
            },
            ToServer::ReadBrief {
                ticket: 6,
                brief: BriefId::from("0003-later"),
            },
        ];
        let asked = everything.len() - 2;
        for message in everything {
            client.send(message).await;
        }
        client
            .until("the answers", |client| client.others.len() >= asked)
            .await;
        // the answer names the brief that was asked for, and says what it says of one that is not there
        let heard = client.heard.as_mut().unwrap();
        let texts = heard
            .iter()
            .filter(|one| matches!(one, ToClient::BriefText { .. }))
            .cloned();
        let texts: Vec<ToClient> = texts.collect();
        heard.retain(|one| !matches!(one, ToClient::BriefText { .. }));
        let unknown = |one: &ToClient| matches!(one, ToClient::BriefText { text: Err(why), .. } if why.contains("no brief"));
        assert!(texts.len() == 3 && texts.iter().all(unknown), "{texts:?}");
        for one in &client.others {
            match one {
                ToClient::Past { rows, .. } => assert!(rows.is_empty()),
                ToClient::Found { hits, .. } => assert!(hits.is_empty()),
                ToClient::FoundAll { hits, .. } => assert!(hits.is_empty(), "{hits:?}"),
                _ => {}
            }
        }
    }
    // its recording is no more to be found than its pane was
    assert_eq!(alice.wish(Wish::Stop(deal)).await, Answer::Done);
    alice
        .until("its end", |client| {
            client.agent(deal).is_some_and(|one| !one.is_alive())
        })
        .await;
    late.others.clear();
    late.send(ToServer::FindAll {
        ticket: 9,
        needle: "price".into(),
    })
    .await;
    late.until("the answer", |client| !client.others.is_empty())
        .await;
    assert!(matches!(&late.others[..], [ToClient::FoundAll { hits, .. }] if hits.is_empty()));
    bob.ping(5).await;
    for client in [&bob, &late] {
        leaks(client);
    }
    // alice saw all of it
    assert!(alice.facts.briefs.contains_key(&BriefId::from("0900-deal")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_taken_of_a_hidden_tracks_drops_is_told_to_those_who_see_the_track() {
    let house = house();
    for track in ["sales", "web"] {
        let drop = house.paths.folder.join(format!("briefs/{track}/drop"));
        std::fs::create_dir_all(&drop).unwrap();
        // a link becomes no brief
        std::os::unix::fs::symlink("/dev/null", drop.join("note.txt")).unwrap();
    }
    let mut alice = house.operator().await;
    let mut bob = house.listener().await;
    let [sales, web] = ["sales/drop/note.txt", "web/drop/note.txt"].map(BriefId::from);
    let knows = |client: &Client, id: &BriefId| client.facts.briefs.contains_key(id);
    alice
        .until("both", |it| knows(it, &sales) && knows(it, &web))
        .await;
    bob.until("the one that is told", |it| knows(it, &web))
        .await;
    let link = house.paths.folder.join("briefs/sales/drop/note.txt");
    std::fs::remove_file(link).unwrap();
    alice.until("it to go", |it| !knows(it, &sales)).await;
    bob.ping(5).await;
    assert!(knows(&bob, &web));
    leaks(&bob);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_observer_who_comes_back_is_not_told_of_a_brief_that_came_of_a_hidden_one() {
    let house = house();
    let mut alice = house.operator().await;
    let script = r#"sleep 3; echo stayed; sleep 7; mkdir -p briefs/web/inbox; cd briefs/web/inbox; n=4
        printf '+++\ntitle = "a"\nfrom = "0900-deal"\n+++\nhush\n' >new; mv new 000$n-plan.md
        printf '+++\ntitle = "b"\n+++\nAll.\n' >new; mv new 0005-page.md; echo written; exec cat"#;
    let agent = alice.spawn(sh(script)).await;
    alice.watch(agent).await;
    alice.sees(agent, "stayed").await;
    drop(alice);
    let mut alice = house.operator().await;
    let ids = ["0004-plan", "0005-page"].map(BriefId::from);
    let known = |it: &Client| ids.iter().all(|id| it.facts.briefs.contains_key(id));
    alice.until("both briefs", known).await;
    let mut bob = house.listener().await;
    let missed = |client: &Client| {
        client.others.iter().find_map(|message| match message {
            ToClient::Since(since) => Some(since.missed.clone()),
            _ => None,
        })
    };
    bob.until("what happened", |it| missed(it).is_some()).await;
    let missed = missed(&bob).unwrap();
    let moved = missed.iter().filter_map(|it| match &it.news {
        News::Moved { brief, .. } => Some(brief.as_str()),
        _ => None,
    });
    assert_eq!(moved.collect::<Vec<_>>(), ["0005-page"]);
    let heard = bob.heard.as_ref().unwrap();
    let text = format!("{heard:?}");
    assert!(!text.contains("0004-plan"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_behind_the_curtain_is_gone_for_an_observer_and_what_comes_out_is_there() {
    let house = house();
    let mut alice = house.operator().await;
    let mut bob = house.observer().await;
    let page = start(&mut alice, "0001-page").await;
    bob.watch(page).await;
    bob.sees(page, "at work").await;
    let place = |track: &str, stage: &str| Place {
        track: track.into(),
        stage: stage.into(),
    };
    let moved = |from, to| Wish::BriefMove {
        brief: BriefId::from("0001-page"),
        from,
        to,
        why: String::new(),
    };
    let (web, sales) = (place("web", "dev"), place("sales", "sign"));
    assert_eq!(
        alice.wish(moved(web.clone(), sales.clone())).await,
        Answer::Done
    );
    bob.until("it to be gone", |client| {
        client.again > 0 && client.facts.agents.is_empty()
    })
    .await;
    assert!(bob.facts.briefs.is_empty());
    let before = bob.grids[&page].generation();
    alice.watch(page).await;
    alice.types(page, "hush\n").await;
    alice.sees(page, "hush").await;
    bob.ping(1).await;
    assert_eq!(bob.grids[&page].generation(), before, "no frame came");
    let there = |client: &Client| {
        client
            .facts
            .briefs
            .get(&BriefId::from("0001-page"))
            .map(|one| one.place.clone())
    };
    alice
        .until("the move", |client| there(client) == Some(sales.clone()))
        .await;
    assert_eq!(alice.wish(moved(sales, web.clone())).await, Answer::Done);
    bob.until("it to be back", |client| there(client) == Some(web.clone()))
        .await;
    bob.until("its agent", |client| {
        client.facts.agents.contains_key(&page)
    })
    .await;
    // what was wanted stands: the pane shows itself again
    bob.sees(page, "hush").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_observer_is_let_in_only_once_it_is_known_what_is_hidden() {
    let house = House::new();
    house.write("opsroom.toml", "name = \n");
    let alice = house.operator().await;
    let stream = house.stream(opsroom::door::Seating::Observer).await;
    let mut link = opsroom::door::Link::new(stream);
    let attach = ToServer::Attach(opsroom::wire::Want::Live);
    link.send(&attach).await.unwrap();
    let mut why = None;
    while let Ok(Some(message)) = link.receive().await {
        match message {
            ToClient::Dismissed(reason) => why = Some(reason),
            ToClient::Seated { .. } => {}
            other => panic!("{other:?}"),
        }
    }
    assert!(why.unwrap().contains("opsroom.toml"));
    drop(alice);
    house.write("opsroom.toml", "name = \"mended\"\n");
    let mut alice = house.operator().await;
    alice
        .until("the mended file", |client| {
            client.facts.settings.name == "mended"
        })
        .await;
    let bob = house.observer().await;
    assert_eq!(bob.facts.settings.name, "mended");
}
