//! The agent socket with real connections; the hub is played by the test.
#![allow(clippy::unwrap_used, clippy::panic)]

mod refusals;

use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::UnixStream;
use tokio::sync::mpsc;

use super::*;
use crate::model::{Decision, Person, Redirect, Time, Verdict};
use crate::wire::agent::{Said, VERSION};

struct Place {
    dir: tempfile::TempDir,
    tokens: Tokens,
    door: DoorHandle,
    hub: mpsc::Receiver<FromAgent>,
}

fn place(limits: Limits) -> Place {
    let dir = tempfile::tempdir().unwrap();
    let tokens = Tokens::load(&dir.path().join("secret")).unwrap();
    let (hub, heard) = mpsc::channel(16);
    let door = open(&dir.path().join("agent.sock"), tokens.clone(), limits, hub).unwrap();
    Place {
        dir,
        tokens,
        door,
        hub: heard,
    }
}

fn permission() -> Verb {
    Verb::Permission {
        tool: "bash".into(),
        summary: "rm -rf build".into(),
        detail: String::new(),
        cwd: "/".into(),
    }
}

struct Caller {
    stream: BufReader<UnixStream>,
}

impl Caller {
    async fn says_line(&mut self, line: &str) {
        self.stream
            .write_all(format!("{line}\n").as_bytes())
            .await
            .unwrap();
    }
    async fn hears(&mut self) -> Reply {
        let mut line = String::new();
        self.stream.read_line(&mut line).await.unwrap();
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("heard {line:?}"))
    }
    async fn is_closed(&mut self) {
        let mut rest = Vec::new();
        // a reset is a close too
        let _ = self.stream.read_to_end(&mut rest).await;
        assert_eq!(String::from_utf8_lossy(&rest), "");
    }
    async fn is_refused(&mut self, part: &str) {
        let reply = self.hears().await;
        assert!(
            matches!(&reply, Reply::Refused { why } if why.contains(part)),
            "{reply:?}"
        );
        self.is_closed().await;
    }
}

impl Place {
    async fn caller(&self) -> Caller {
        let stream = UnixStream::connect(self.dir.path().join("agent.sock"))
            .await
            .unwrap();
        let stream = BufReader::new(stream);
        Caller { stream }
    }
    fn line(&self, agent: u32, key: &str, verb: Verb) -> String {
        let said = Said {
            v: VERSION,
            agent,
            token: self.tokens.of(AgentId(agent)),
            key: key.into(),
            verb,
        };
        serde_json::to_string(&said).unwrap()
    }
    async fn asks(&self, agent: u32, key: &str, verb: Verb) -> Caller {
        let mut caller = self.caller().await;
        caller.says_line(&self.line(agent, key, verb)).await;
        caller
    }
    async fn hub_hears(&mut self) -> FromAgent {
        tokio::time::timeout(Duration::from_secs(30), self.hub.recv())
            .await
            .unwrap()
            .unwrap()
    }
    async fn hub_hears_says(&mut self, key: &str) -> (AgentId, Verb) {
        match self.hub_hears().await {
            FromAgent::Says {
                agent,
                key: said,
                verb,
                ..
            } if said.as_str() == key => (agent, verb),
            other => panic!("{other:?}"),
        }
    }
}

fn decided(verdict: Verdict) -> Outcome {
    let by = Person {
        name: "alice".into(),
        key: None,
    };
    Outcome::Decided(Decision {
        verdict,
        by,
        at: Time(1),
        rule: None,
    })
}

fn gone(key: &str) -> FromAgent {
    FromAgent::Gone { key: key.into() }
}

#[tokio::test]
async fn a_permission_is_asked_opened_and_answered() {
    let mut place = place(Limits::default());
    let mut caller = place.asks(3, "k", permission()).await;
    assert_eq!(place.hub_hears_says("k").await, (AgentId(3), permission()));
    place.door.opened("k".into(), RequestId(7)).unwrap();
    assert_eq!(caller.hears().await, Reply::Opened { request: 7 });
    let reason = "not today".to_owned();
    place
        .door
        .answer("k".into(), decided(Verdict::Reject { reason }))
        .unwrap();
    let answer = Reply::Decided {
        decision: "reject".into(),
        text: "not today".into(),
        by: "alice".into(),
    };
    assert_eq!(caller.hears().await, answer);
    caller.is_closed().await;
    // an answered line that closes is no news: the next thing the hub hears is another question
    let _other = place.asks(3, "k2", permission()).await;
    place.hub_hears_says("k2").await;
}

#[tokio::test]
async fn a_request_that_is_asked_again_under_its_key_continues_on_the_new_line() {
    let mut place = place(Limits::default());
    let mut first = place.asks(3, "k", permission()).await;
    place.hub_hears_says("k").await;
    let mut second = place.asks(3, "k", permission()).await;
    place.hub_hears_says("k").await;
    first.is_refused("asked again on another line").await;
    place
        .door
        .answer("k".into(), decided(Verdict::Approve))
        .unwrap();
    assert!(matches!(second.hears().await, Reply::Decided { .. }));
    second.is_closed().await;
    // the first line's end was no end of the request
    let last = place.asks(3, "z", permission()).await;
    place.hub_hears_says("z").await;
    drop(last);
    assert_eq!(place.hub_hears().await, gone("z"));
}

#[tokio::test]
async fn a_cut_line_is_gone_and_one_taken_back_is_not() {
    let mut place = place(Limits::default());
    let cut = place.asks(3, "cut", permission()).await;
    place.hub_hears_says("cut").await;
    drop(cut);
    assert_eq!(place.hub_hears().await, gone("cut"));

    let mut back = place.asks(3, "back", permission()).await;
    place.hub_hears_says("back").await;
    let why = "answered in its pane".to_owned();
    back.says_line(&place.line(3, "back", Verb::TakeBack { why: why.clone() }))
        .await;
    assert_eq!(
        place.hub_hears_says("back").await.1,
        Verb::TakeBack { why: why.clone() }
    );
    place
        .door
        .answer("back".into(), Outcome::Withdrawn(why.clone()))
        .unwrap();
    assert_eq!(back.hears().await, Reply::Withdrawn { why });
    back.is_closed().await;
    let _next = place.asks(3, "next", permission()).await;
    place.hub_hears_says("next").await;
}

#[tokio::test]
async fn a_request_is_taken_back_from_another_line() {
    let mut place = place(Limits::default());
    let mut asker = place.asks(3, "k", permission()).await;
    place.hub_hears_says("k").await;
    let why = "changed my mind".to_owned();
    let mut other = place
        .asks(3, "k", Verb::TakeBack { why: why.clone() })
        .await;
    assert!(matches!(
        place.hub_hears_says("k").await.1,
        Verb::TakeBack { .. }
    ));
    assert_eq!(other.hears().await, Reply::Noted);
    place
        .door
        .answer("k".into(), Outcome::Withdrawn(why.clone()))
        .unwrap();
    assert_eq!(asker.hears().await, Reply::Withdrawn { why });
}

#[tokio::test]
async fn what_needs_no_answer_is_noted_at_once_and_a_handoff_ends_with_its_gate() {
    let mut place = place(Limits::default());
    let status = Verb::Status {
        state: "idle".into(),
        message: String::new(),
    };
    let mut says = place.asks(3, "s", status.clone()).await;
    assert_eq!(says.hears().await, Reply::Noted);
    says.is_closed().await;
    assert_eq!(place.hub_hears_says("s").await.1, status);

    let mut done = place
        .asks(
            3,
            "d",
            Verb::Done {
                handoff: "did it".into(),
            },
        )
        .await;
    place.hub_hears_says("d").await;
    place.door.opened("d".into(), RequestId(2)).unwrap();
    assert_eq!(done.hears().await, Reply::Opened { request: 2 });
    done.is_closed().await;
    // nobody waits any more: harmless
    place
        .door
        .answer("d".into(), decided(Verdict::Approve))
        .unwrap();
    let _next = place.asks(3, "next", permission()).await;
    place.hub_hears_says("next").await;
}

#[tokio::test]
async fn a_redirect_reads_as_a_direction() {
    let mut place = place(Limits::default());
    let cases = [
        (
            Redirect::Direction {
                text: "use cargo clean".into(),
            },
            "use cargo clean",
        ),
        (
            Redirect::Role {
                role: "scout".into(),
                text: "look first".into(),
            },
            "the role scout takes this over: look first",
        ),
    ];
    for (redirect, words) in cases {
        let mut caller = place.asks(1, words, permission()).await;
        place.hub_hears_says(words).await;
        place
            .door
            .answer(words.into(), decided(Verdict::Redirect(redirect)))
            .unwrap();
        let reply = caller.hears().await;
        assert!(
            matches!(&reply, Reply::Decided { decision, text, .. } if decision == "redirect" && text == words),
            "{reply:?}"
        );
    }
}
