//! Everything that a client can say, said by an observer, in every order: the room stays as it is. A message or
//! a wish that is new does not compile here until it is listed.

use opsroom::model::policy::{Does, Policy};
use opsroom::model::{AgentId, Gaze, Place};
use opsroom::model::{
    Answer, BriefId, Card, Digest, Force, Launch, Manner, Redirect, RequestId, ReviewWish, SeatId,
    Spot, StartOn, Time, Verdict, Wish,
};
use opsroom::terminal::{Key, KeyCode, Mods, MouseAction, MouseButton, MouseEvent, Size};
use opsroom::wire::{
    DiffOf, DiffScope, FocusChange, Introduction, Invited, Through, ToClient, ToServer, Versions,
    Want,
};

use crate::client::{Client, House, sh};

/// How often each is said.
const ROUNDS: u64 = 12;

/// What a message is, so that none is left out.
fn kind(message: &ToServer) -> usize {
    match message {
        ToServer::Attach(_) => 0,
        ToServer::Wish { .. } => 1,
        ToServer::Shown(_) => 2,
        ToServer::LooksAt(_) => 3,
        ToServer::Watch(_) => 4,
        ToServer::Unwatch(_) => 5,
        ToServer::Ack { .. } => 6,
        ToServer::Keys { .. } => 7,
        ToServer::Paste { .. } => 8,
        ToServer::Mouse { .. } => 9,
        ToServer::Focus { .. } => 10,
        ToServer::Resize { .. } => 11,
        ToServer::Past { .. } => 12,
        ToServer::Find { .. } => 13,
        ToServer::ReadBrief { .. } => 14,
        ToServer::Ping(_) => 15,
        ToServer::FindAll { .. } => 16,
        ToServer::StopSearch => 17,
        ToServer::Follow(_) => 18,
        ToServer::Introduce(_) => 19,
        ToServer::Programs { .. } => 20,
        ToServer::ReadDiff { .. } => 21,
    }
}
const KINDS: usize = 22;

/// The same for wishes.
fn wish_kind(wish: &Wish) -> usize {
    match wish {
        Wish::Decide { .. } => 0,
        Wish::Spawn(_) => 1,
        Wish::Stop(_) => 2,
        Wish::Clear(_) => 3,
        Wish::Restart(_) => 4,
        Wish::Say { .. } => 5,
        Wish::Redirect { .. } => 6,
        Wish::BriefAdd { .. } => 7,
        Wish::BriefMove { .. } => 8,
        Wish::BriefPriority { .. } => 9,
        Wish::BriefStart { .. } => 10,
        Wish::CloseRoom(_) => 11,
        Wish::Drive => 12,
        Wish::HandOver(_) => 13,
        Wish::PolicyAdd { .. } => 14,
        Wish::Revoke { .. } => 15,
        Wish::Pause(_) => 16,
        Wish::Resume(_) => 17,
        Wish::Review { .. } => 18,
        Wish::RejectWithRound { .. } => 19,
        Wish::Speak(_) => 20,
        Wish::Point(_) => 21,
    }
}
const WISHES: usize = 22;

fn wishes(agent: AgentId, card: &Card) -> Vec<Wish> {
    let brief = BriefId::from("0001-x");
    let place = |stage: &str| Place {
        track: "work".into(),
        stage: stage.into(),
    };
    vec![
        Wish::Decide {
            cards: vec![card.clone()],
            verdict: Verdict::Approve,
        },
        Wish::Spawn(Launch {
            command: vec!["true".into()],
            ..Launch::default()
        }),
        Wish::Stop(agent),
        Wish::Clear(agent),
        Wish::Restart(agent),
        Wish::Say {
            agent,
            text: "hello".into(),
            manner: Manner::Interrupt,
        },
        Wish::Redirect {
            agent,
            redirect: Redirect::Direction {
                text: "hello".into(),
            },
        },
        Wish::BriefAdd {
            track: "work".into(),
            stage: "inbox".into(),
            text: "+++\ntitle = \"x\"\n+++\n".into(),
        },
        Wish::BriefMove {
            brief: brief.clone(),
            from: place("inbox"),
            to: place("dropped"),
            why: String::new(),
        },
        Wish::BriefPriority {
            brief: brief.clone(),
            priority: 1,
        },
        Wish::BriefStart {
            brief,
            on: StartOn::Agent(agent),
        },
        Wish::CloseRoom(Force::Yes),
        Wish::Drive,
        Wish::HandOver(Some(SeatId(2))),
        Wish::PolicyAdd {
            card: card.clone(),
            rule: Box::new(Policy::new(Does::Allow)),
        },
        Wish::Revoke {
            name: "alice".into(),
        },
        Wish::Pause(None),
        Wish::Resume(None),
        Wish::Review {
            brief: "0001-x".into(),
            wish: ReviewWish::Send,
        },
        Wish::RejectWithRound {
            card: card.clone(),
            words: "no".into(),
        },
        Wish::Speak("hello".into()),
        Wish::Point(Spot::Pane(agent)),
    ]
}

/// One of every kind but those that end the connection.
fn messages(agent: AgentId, card: &Card) -> Vec<ToServer> {
    let key = Key::new(KeyCode::Char('c'), Mods::CTRL);
    let brief = BriefId::from("0001-x");
    let mut all = vec![
        ToServer::Shown(vec![card.clone()]),
        ToServer::LooksAt(Gaze::from(Some(agent))),
        ToServer::Watch(agent),
        ToServer::Unwatch(agent),
        ToServer::Ack {
            agent,
            generation: 1,
        },
        ToServer::Keys {
            agent,
            keys: vec![key; 5],
        },
        ToServer::Paste {
            agent,
            text: "rm -rf /\n".into(),
        },
        ToServer::Mouse {
            agent,
            event: MouseEvent {
                action: MouseAction::Press(MouseButton::Left),
                col: 1,
                row: 1,
                mods: Mods::NONE,
            },
        },
        ToServer::Focus {
            agent,
            change: FocusChange::Gained,
        },
        ToServer::Resize {
            agent,
            size: Size::new(200, 60),
        },
        ToServer::Past {
            ticket: 900,
            agent,
            first: 0,
            count: 10,
        },
        ToServer::Find {
            ticket: 901,
            agent,
            needle: "ready".into(),
        },
        ToServer::ReadBrief { ticket: 902, brief },
        ToServer::Ping(7),
        ToServer::FindAll {
            ticket: 903,
            needle: "ready".into(),
        },
        ToServer::StopSearch,
        ToServer::Follow(Some(SeatId(1))),
        ToServer::Follow(None),
        ToServer::Programs {
            ticket: 904,
            versions: Versions::Asked,
        },
        ToServer::ReadDiff {
            ticket: 905,
            brief: "0001-x".into(),
            of: DiffOf {
                scope: DiffScope::Branch,
                paths: Vec::new(),
                context: 3,
            },
        },
    ];
    let asked = (1..).zip(wishes(agent, card));
    all.extend(asked.map(|(ticket, wish)| ToServer::Wish {
        ticket,
        wish,
        sightings: Vec::new(),
    }));
    all
}

/// Those that end the connection.
fn last_words() -> [ToServer; 2] {
    [
        ToServer::Attach(Want::Live),
        ToServer::Introduce(Introduction {
            invited: Some(Invited {
                name: "alice".into(),
                at: Time(u64::MAX),
            }),
            key: None,
            address: None,
            through: Through::Socket,
        }),
    ]
}

#[test]
fn no_message_and_no_wish_is_left_out() {
    let card = Card {
        request: RequestId(1),
        digest: Digest::from("x"),
    };
    let (all, ends) = (messages(AgentId(1), &card), last_words());
    let said = all.iter().chain(&ends).map(kind);
    let said: std::collections::BTreeSet<usize> = said.collect();
    assert!(said.into_iter().eq(0..KINDS));
    let wanted = wishes(AgentId(1), &card);
    assert!(wanted.iter().map(wish_kind).eq(0..WISHES));
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_an_observer_says_in_whatever_order_the_room_stays_as_it_is() {
    let house = House::new();
    house.write(
        "briefs/work/inbox/0001-x.md",
        "+++\ntitle = \"Do it\"\n+++\nAll of it.\n",
    );
    let mut alice = house.operator().await;
    let agent = alice
        .spawn(sh("stty raw -echo; printf ready; exec od -An -v -tx1 -w1"))
        .await;
    alice.watch(agent).await;
    alice.sees(agent, "ready").await;
    let brief = BriefId::from("0001-x");
    alice
        .until("the brief", |client| {
            client.facts.briefs.contains_key(&brief)
        })
        .await;
    let (size, journal) = (alice.grids[&agent].size(), house.journal());
    let before = (alice.facts.briefs.clone(), alice.facts.requests.clone());
    let card = Card {
        request: RequestId(1),
        digest: Digest::from("x"),
    };
    let all = messages(agent, &card);
    let mut bob = house.observer().await;
    let mut seed = 0x9e37_79b9_u64;
    for round in 0..ROUNDS {
        let mut order: Vec<&ToServer> = all.iter().collect();
        for at in (1..order.len()).rev() {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(round | 1);
            order.swap(at, (seed >> 33) as usize % (at + 1));
        }
        for message in order {
            bob.send(message.clone()).await;
        }
        bob.ping(1_000 + round).await;
        for ticket in 1..=WISHES as u32 {
            // the room itself answers who wants to speak
            let answered = |client: &Client| client.answers.contains_key(&ticket);
            bob.until("an answer", answered).await;
            let answer = bob.answers.remove(&ticket);
            assert!(
                matches!(answer, Some(Answer::Refused(_))),
                "wish {ticket}: {answer:?}"
            );
        }
    }
    for word in last_words() {
        let mut eve = house.observer().await;
        eve.send(word).await;
        eve.ends().await;
        assert!(
            !eve.others
                .iter()
                .any(|one| matches!(one, ToClient::Dismissed(_)))
        );
    }
    // A key of the operator comes after all of that: it is the only byte that the agent got.
    alice.types(agent, "q").await;
    alice.sees(agent, "71").await;
    assert_eq!(alice.text(agent).replace("71", "").trim(), "ready");
    assert_eq!(alice.grids[&agent].size(), size);
    assert_eq!(
        (alice.facts.briefs.clone(), alice.facts.requests.clone()),
        before
    );
    assert_eq!(alice.facts.agents.len(), 1);
    let lines = house.journal();
    let news = lines.strip_prefix(&journal).unwrap().lines();
    for line in news {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let what = line["what"].as_str().unwrap();
        assert!(["joined", "left", "typed"].contains(&what), "{line}");
    }
}
