//! A room with the asking program in it, and a person who decides.

use opsroom::model::{
    AgentId, Answer, Ask, Card, Launch, Manner, Request, RequestId, Status, Verdict, Wish,
};
use opsroom::wire::ToServer;

use crate::asker::{Asker, Dialog, Kind};
use crate::client::{Client, House};

const ROOM: &str = "name = \"quay\"\n[limits]\nsettle_ms = 100\n";

/// What its screen says.
const PROFILE: &str = r#"
about = "asks on its screen"
[[screen]]
name = "asks"
says = "dialog"
any = ['re:\?$', 're:\? \(Y\)es']
[[screen]]
name = "at rest"
says = "idle"
all = ["at rest"]
"#;

pub fn create() -> Dialog {
    Dialog::new(
        Kind::Numbered,
        "Create hello.txt?",
        &["Yes", "Yes, and do not ask again", "No"],
    )
}

pub fn rm() -> Dialog {
    Dialog::new(Kind::Numbered, "Run rm -rf build?", &["No", "Yes"])
}

pub struct Stand {
    pub house: House,
    pub alice: Client,
    pub agent: AgentId,
    pub asker: Asker,
}

impl Stand {
    pub async fn new() -> Self {
        let house = House::new();
        house.write("opsroom.toml", ROOM);
        house.write("profiles/asker.toml", PROFILE);
        let folder = house.paths.folder.join("asker");
        std::fs::create_dir(&folder).unwrap();
        let mut alice = house.operator().await;
        let launch = Launch {
            profile: "asker".into(),
            command: Asker::command(&folder),
            ..Launch::default()
        };
        let agent = alice.spawn(launch).await;
        alice.watch(agent).await;
        alice.sees(agent, "at rest").await;
        let asker = Asker::hold(&folder);
        Self {
            house,
            alice,
            agent,
            asker,
        }
    }

    /// The card that asks this, open.
    pub async fn card(&mut self, asks: &str) -> Card {
        let is_it = |it: &&Request| it.is_open() && it.ask.line().raw().starts_with(asks);
        self.alice
            .until(&format!("a card of `{asks}`"), |client| {
                client.facts.requests.values().any(|it| is_it(&it))
            })
            .await;
        let request = self.alice.facts.requests.values().find(is_it).unwrap();
        assert!(matches!(request.ask, Ask::Dialog { .. }));
        Card {
            request: request.id,
            digest: request.digest.clone(),
        }
    }

    /// A dialog that is shown now, and its card on the person's screen.
    pub async fn asks(&mut self, dialog: &Dialog) -> Card {
        self.asker.show(dialog);
        let card = self.card(&dialog.asks).await;
        self.look(&card).await;
        card
    }

    pub async fn look(&mut self, card: &Card) {
        self.alice.send(ToServer::Shown(vec![card.clone()])).await;
    }

    /// Decides as soon as the card has stood long enough.
    pub async fn decide(&mut self, card: &Card, verdict: Verdict) -> Answer {
        loop {
            let cards = vec![card.clone()];
            let verdict = verdict.clone();
            let answer = self.alice.wish(Wish::Decide { cards, verdict }).await;
            match &answer {
                Answer::Refused(why) if why.contains("look at it and decide again") => {}
                _ => return answer,
            }
        }
    }

    pub fn status(&self, request: RequestId) -> Option<Status> {
        let request = self.alice.facts.requests.get(&request)?;
        Some(request.status.clone())
    }

    /// Waits until the request is closed, or its outcome unknown.
    pub async fn settled(&mut self, card: &Card) -> Status {
        let id = card.request;
        let is_over = |client: &Client| {
            let request = client.facts.requests.get(&id);
            request.is_some_and(|it| !matches!(it.status, Status::Open | Status::Answering(_)))
        };
        self.alice.until("what became of it", is_over).await;
        self.status(id).unwrap()
    }

    pub async fn say(&mut self, text: &str, manner: Manner) {
        let (agent, text) = (self.agent, text.to_owned());
        let said = Wish::Say {
            agent,
            text,
            manner,
        };
        assert_eq!(self.alice.wish(said).await, Answer::Done);
    }

    /// Kills the server and comes back to the next one.
    pub async fn next_server(&mut self) {
        self.house.kill_server().await;
        self.alice = self.house.operator().await;
        self.alice.watch(self.agent).await;
    }
}

pub fn approve() -> Verdict {
    Verdict::Approve
}

pub fn reject(reason: &str) -> Verdict {
    Verdict::Reject {
        reason: reason.into(),
    }
}

pub fn withdrawn(status: &Status) -> &str {
    match status {
        Status::Withdrawn { why, .. } => why,
        other => panic!("not withdrawn: {other:?}"),
    }
}
