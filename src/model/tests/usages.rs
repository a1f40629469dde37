//! What agents say that they used.

use super::*;

fn used(agent: AgentId, output_tokens: u64) -> Event {
    let usage = Usage {
        output_tokens,
        cost_micros: output_tokens * 10,
        ..Usage::default()
    };
    Event::Used {
        agent,
        word: usage.into(),
    }
}

#[test]
fn a_word_leaves_what_it_does_not_tell_and_cost_and_tokens_begin_anew_each_for_itself() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    let tokens = |count| UsageWord {
        input_tokens: Some(count),
        output_tokens: Some(0),
        ..UsageWord::default()
    };
    let cost = |micros, left| UsageWord {
        cost_micros: Some(micros),
        context_left_percent: Some(left),
        ..UsageWord::default()
    };
    for word in [tokens(100), cost(500, 90), tokens(150)] {
        stage.wait(JOURNALLED);
        stage.take(Event::Used { agent, word });
    }
    let shown = stage.room.agent(agent).and_then(|it| it.usage);
    let expected = Usage {
        input_tokens: 150,
        output_tokens: 0,
        cost_micros: 500,
        context_left_percent: Some(90),
    };
    assert_eq!(shown, Some(expected));
    // a new conversation of the same process: its tokens begin anew, its cost goes on
    for word in [tokens(10), cost(700, 99)] {
        stage.wait(JOURNALLED);
        stage.take(Event::Used { agent, word });
    }
    let all = stage.room.book.spending.all;
    assert_eq!((all.input_tokens, all.cost_micros), (160, 700));
}

/// Longer than words wait to become a line of the journal.
const JOURNALLED: u64 = 61_000;

#[test]
fn what_is_used_is_shown_at_once_and_journalled_once_a_minute_and_at_the_end() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    let lines = |out: &[Effect]| {
        let used = entries(out).into_iter();
        used.filter(|it| matches!(it.what, Happening::Used { .. }))
            .count()
    };
    assert_eq!(lines(&stage.take(used(agent, 1))), 1);
    for tokens in 2..50 {
        stage.wait(1_000);
        assert_eq!(lines(&stage.take(used(agent, tokens))), 0);
        assert_eq!(
            stage
                .room
                .agent(agent)
                .unwrap()
                .usage
                .unwrap()
                .output_tokens,
            tokens
        );
    }
    stage.wait(15_000);
    assert_eq!(lines(&stage.take(used(agent, 50))), 1);
    assert!(
        stage.take(used(agent, 50)).is_empty(),
        "the same again is no news"
    );
    stage.take(used(agent, 51));
    let exit = Exit::Code(0);
    assert_eq!(lines(&stage.take(Event::Ended { agent, exit })), 1);
    assert_eq!(
        stage
            .room
            .agent(agent)
            .unwrap()
            .usage
            .unwrap()
            .output_tokens,
        51
    );
    assert!(
        stage.take(used(agent, 52)).is_empty(),
        "an ended agent uses nothing"
    );
}

#[test]
fn what_is_used_does_not_make_an_agent_busy() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.hear(agent, Source::Record, State::Idle);
    stage.take(used(agent, 1));
    assert_eq!(stage.state(agent), State::Idle);
    let text = "go on".to_owned();
    let manner = Manner::AtRest;
    let (_, out) = stage.wish_of(
        ALICE,
        Wish::Say {
            agent,
            text,
            manner,
        },
    );
    assert_eq!(delivered(&out).len(), 1);
}
