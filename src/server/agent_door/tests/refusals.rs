//! Who is not let in, and what is not understood.

use super::*;

#[tokio::test]
async fn one_connection_above_the_limit_is_told_why() {
    let limits = Limits {
        connections: 2,
        ..Limits::default()
    };
    let mut place = place(limits);
    let _a = place.asks(1, "a", permission()).await;
    place.hub_hears_says("a").await;
    let b = place.asks(1, "b", permission()).await;
    place.hub_hears_says("b").await;
    place.caller().await.is_refused("too many agents").await;
    drop(b);
    assert_eq!(place.hub_hears().await, gone("b"));
    let _c = place.asks(1, "c", permission()).await;
    place.hub_hears_says("c").await;
}

#[tokio::test]
async fn one_agent_cannot_take_all_the_places() {
    let limits = Limits {
        per_agent: 2,
        ..Limits::default()
    };
    let mut place = place(limits);
    let mut held = Vec::new();
    for key in ["a", "b"] {
        held.push(place.asks(1, key, permission()).await);
        place.hub_hears_says(key).await;
    }
    place
        .asks(1, "c", permission())
        .await
        .is_refused("asks too much at once")
        .await;
    let _other = place.asks(2, "d", permission()).await;
    place.hub_hears_says("d").await;
}

#[tokio::test]
async fn a_silent_connection_and_an_endless_line_are_ended() {
    let limits = Limits {
        first_line: Duration::from_millis(50),
        ..Limits::default()
    };
    let quick = place(limits);
    quick.caller().await.is_refused("nothing was said").await;

    let slow = place(Limits::default());
    let mut caller = slow.caller().await;
    let endless = vec![b'x'; crate::wire::agent::LONGEST + 2];
    // it may be closed before all of it is written
    let _ = caller.stream.write_all(&endless).await;
    let reply = caller.hears().await;
    assert!(
        matches!(&reply, Reply::Refused { why } if why.contains("at most")),
        "{reply:?}"
    );
}

#[tokio::test]
async fn a_wrong_token_is_refused_and_the_hub_hears_nothing() {
    let mut place = place(Limits::default());
    let right = place.line(3, "k", permission());
    let theirs = place.tokens.of(AgentId(4));
    for line in [
        right.replace(&place.tokens.of(AgentId(3)), &theirs),
        right.replace(&place.tokens.of(AgentId(3)), ""),
        right.replace("\"agent\":3", "\"agent\":4"),
    ] {
        let mut caller = place.caller().await;
        caller.says_line(&line).await;
        caller.is_refused("wrong token").await;
    }
    assert!(place.hub.try_recv().is_err());
}

#[tokio::test]
async fn another_agent_cannot_take_back_or_take_over_a_key() {
    let mut place = place(Limits::default());
    let mut owner = place.asks(3, "k", permission()).await;
    place.hub_hears_says("k").await;
    let why = String::new();
    for verb in [permission(), Verb::TakeBack { why }] {
        place
            .asks(4, "k", verb)
            .await
            .is_refused("another agent uses this key")
            .await;
    }
    place
        .door
        .answer("k".into(), decided(Verdict::Approve))
        .unwrap();
    assert!(matches!(owner.hears().await, Reply::Decided { .. }));
    assert!(place.hub.try_recv().is_err());
}

#[tokio::test]
async fn it_knows_none_of_the_operators_verbs() {
    let mut place = place(Limits::default());
    let right = place.line(
        3,
        "k",
        Verb::Done {
            handoff: String::new(),
        },
    );
    for verb in [
        "decide",
        "approve",
        "spawn",
        "stop",
        "wish",
        "attach",
        "say",
        "brief_move",
        "close_room",
    ] {
        let mut caller = place.caller().await;
        caller
            .says_line(&right.replace("\"done\"", &format!("\"{verb}\"")))
            .await;
        caller.is_refused("not understood").await;
    }
    // nor does it speak the operator's protocol
    let mut caller = place.caller().await;
    caller.says_line("OPSROOM 1 0.1.0").await;
    caller.is_refused("not understood").await;
    assert!(place.hub.try_recv().is_err());
}

#[tokio::test]
async fn another_version_is_told_so() {
    let place = place(Limits::default());
    let line = place
        .line(3, "k", permission())
        .replace("\"v\":1", "\"v\":99");
    let mut caller = place.caller().await;
    caller.says_line(&line).await;
    caller.is_refused("version 99").await;
}

#[tokio::test]
async fn the_socket_is_its_owners_alone_and_a_left_one_is_replaced() {
    use std::os::unix::fs::MetadataExt as _;
    let first = place(Limits::default());
    let path = first.dir.path().join("agent.sock");
    assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    let (hub, mut heard) = mpsc::channel(4);
    let tokens = Tokens::load(&first.dir.path().join("secret")).unwrap();
    assert_eq!(
        tokens.of(AgentId(3)),
        first.tokens.of(AgentId(3)),
        "a server that takes over knows the tokens"
    );
    let _second = open(&path, tokens, Limits::default(), hub).unwrap();
    let _caller = first.asks(3, "k", permission()).await;
    assert!(matches!(heard.recv().await, Some(FromAgent::Says { .. })));
}
