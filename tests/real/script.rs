//! What every program plays alike: it asks, and is approved, rejected, redirected, answered in its pane, interrupted.
//! A part says how one program is started, what its model calls, and what its dialogs look like.

use std::path::{Path, PathBuf};
use std::time::Duration;

use opsroom::model::{Answer, Ask, Redirect, Request, State, Untrusted, Verdict, Wish};
use serde_json::{Value, json};

use crate::client::Client;
use crate::model::{Call, call};
use crate::stage::{Program, Stage, installed};

/// One program's part.
#[derive(Clone, Copy)]
pub struct Part {
    pub name: &'static str,
    /// Given the program, its home, the room and the model's port.
    pub program: fn(PathBuf, &Path, &Path, u16) -> Program,
    /// The call that writes "hello\nyou\n" into hello.txt, given the room.
    pub writes: fn(&Path) -> Call,
    /// What the card of that call shows: the tool, and a text in its detail.
    pub written: fn(&Path) -> (&'static str, String),
    /// The call that runs a command.
    pub runs: fn(String) -> Call,
    /// What stands on the screen while that card waits.
    pub waits: &'static str,
    /// What it presses in its pane to approve.
    pub approve_key: &'static str,
}

impl Part {
    /// A room in which it plays these calls; none where it is not installed.
    pub async fn plays(self, calls: impl FnOnce(&Path) -> Vec<Call>) -> Option<Stage> {
        let path = installed(self.name)?;
        let program = |home: &Path, room: &Path, port| (self.program)(path, home, room, port);
        Some(Stage::set(calls, program).await)
    }

    async fn writing(self) -> Option<Stage> {
        self.plays(|room| vec![(self.writes)(room)]).await
    }

    async fn touching(self) -> Option<Stage> {
        self.plays(|room| vec![(self.runs)(touch(room))]).await
    }
}

fn touch(room: &Path) -> String {
    format!("touch {}", room.join("touched").display())
}

pub fn told(request: &Request) -> (&str, &str) {
    match &request.ask {
        Ask::Permission { tool, detail, .. } => (tool.raw(), detail.raw()),
        other => panic!("{other:?}"),
    }
}

/// Brief in, card with the exact operands, approved, file written, at rest.
pub async fn asks_on_a_card_and_writes_the_file_that_was_approved(part: Part) -> Option<Stage> {
    let mut stage = part.writing().await?;
    let request = stage.is_asked().await;
    let (tool, detail) = (part.written)(&stage.house.paths.folder);
    let shown = told(&request);
    assert_eq!(shown.0, tool);
    assert!(shown.1.contains(&detail), "{}", shown.1);
    assert_eq!(stage.file("hello.txt"), None);
    stage.alice.decides(&request, Verdict::Approve).await;
    stage.rests().await;
    assert_eq!(stage.file("hello.txt").unwrap(), "hello\nyou\n");
    assert!(stage.agent().session.is_some());
    eprintln!("{}, approved: {:?}", part.name, stage.states());
    assert!(
        stage.states().contains(&State::Waiting),
        "{:?}",
        stage.states()
    );
    Some(stage)
}

pub async fn is_told_why_it_may_not_and_goes_on(part: Part) -> Option<()> {
    let mut stage = part.touching().await?;
    let request = stage.is_asked().await;
    let room = stage.house.paths.folder.clone();
    assert_eq!(told(&request).1, touch(&room));
    let reason = "this folder is frozen until noon".to_owned();
    let verdict = Verdict::Reject { reason };
    stage.alice.decides(&request, verdict).await;
    stage.model_hears("this folder is frozen until noon").await;
    // what it says may be drawn a moment after its hook tells that the turn ended
    let done = |stage: &Stage| stage.screen().contains("All done.");
    stage.until("its last words", done).await;
    stage.rests().await;
    assert_eq!(stage.file("touched"), None);
    Some(())
}

pub async fn is_redirected_with_words(part: Part) -> Option<()> {
    let mut stage = part.touching().await?;
    let request = stage.is_asked().await;
    let text = "write the tests first".to_owned();
    let verdict = Verdict::Redirect(Redirect::Direction { text });
    stage.alice.decides(&request, verdict).await;
    stage.model_hears("write the tests first").await;
    stage.rests().await;
    assert_eq!(stage.file("touched"), None);
    Some(())
}

pub async fn ends_its_turn_where_it_is_rejected_without_a_word(part: Part) -> Option<()> {
    let mut stage = part.touching().await?;
    let request = stage.is_asked().await;
    let reason = String::new();
    let verdict = Verdict::Reject { reason };
    stage.alice.decides(&request, verdict).await;
    stage.rests().await;
    let heard = stage.model.heard();
    assert_eq!(heard.lines().count(), 1, "{heard}");
    assert_eq!(stage.file("touched"), None);
    Some(())
}

/// `tool` is what the model calls to ask, `several` its word for a question with several answers.
pub async fn gets_the_answer_to_its_question(
    part: Part,
    tool: &'static str,
    several: &str,
) -> Option<()> {
    let mut question = json!({
        "question": "Which colour should the header be?", "header": "Colour",
        "options": [{ "label": "Red", "description": "red" }, { "label": "Blue", "description": "blue" }]
    });
    question[several] = Value::from(false);
    let asks = call(tool, json!({ "questions": [question] }));
    let mut stage = part.plays(|_| vec![asks]).await?;
    let request = stage.is_asked().await;
    let Ask::Question { options, .. } = &request.ask else {
        panic!("{request:?}")
    };
    assert_eq!(options, &[Untrusted::new("Red"), Untrusted::new("Blue")]);
    let text = "Blue".to_owned();
    stage.alice.decides(&request, Verdict::Reply { text }).await;
    let answered = r#"should the header be?\"=\"Blue\""#;
    stage.model_hears(answered).await;
    stage.rests().await;
    Some(())
}

/// Presses a key in its pane while the card waits, and sees the card go; why, it says.
async fn answered_in_its_pane(part: Part, stage: &mut Stage, key: &str) -> String {
    let request = stage.is_asked().await;
    let waits = |stage: &Stage| stage.screen().contains(part.waits);
    stage.until("what it shows while it waits", waits).await;
    // a record that comes at once may be of what stood before; people are slower than that
    tokio::time::sleep(Duration::from_millis(500)).await;
    stage.alice.types(stage.agent, key).await;
    let why = stage.alice.is_withdrawn(&request).await;
    stage.rests().await;
    why
}

pub async fn loses_its_card_when_it_is_approved_in_its_pane(part: Part) -> Option<()> {
    let mut stage = part.writing().await?;
    let why = answered_in_its_pane(part, &mut stage, part.approve_key).await;
    assert_eq!(why, "it was answered in its pane");
    assert_eq!(stage.file("hello.txt").unwrap(), "hello\nyou\n");
    Some(())
}

pub async fn loses_its_card_when_it_is_rejected_in_its_pane(part: Part) -> Option<()> {
    let mut stage = part.touching().await?;
    let why = answered_in_its_pane(part, &mut stage, "\u{1b}").await;
    assert!(
        why.contains("pane") || why.contains("does not wait"),
        "{why}"
    );
    assert_eq!(stage.file("touched"), None);
    Some(())
}

pub async fn is_still_asked_after_the_server_was_killed(part: Part) -> Option<()> {
    let mut stage = part.writing().await?;
    let before = stage.is_asked().await;
    stage.house.kill_server().await;
    stage.alice = stage.house.operator().await;
    stage.alice.watch(stage.agent).await;
    let request = stage.is_asked().await;
    assert_eq!(
        (before.id, before.digest),
        (request.id, request.digest.clone())
    );
    stage.alice.decides(&request, Verdict::Approve).await;
    stage.rests().await;
    assert_eq!(stage.file("hello.txt").unwrap(), "hello\nyou\n");
    Some(())
}

/// In the middle of a turn it is told something else: the turn stops, what it was doing too, and only these words
/// reach it, as its next text.
pub async fn is_interrupted_and_redirected_in_the_middle_of_a_turn(part: Part) -> Option<()> {
    let runs = |room: &Path| {
        let started = room.join("started").display().to_string();
        let command = format!("touch {started}; tail -f /dev/null; {}", touch(room));
        vec![(part.runs)(command)]
    };
    let mut stage = part.plays(runs).await?;
    let request = stage.is_asked().await;
    stage.alice.decides(&request, Verdict::Approve).await;
    while stage.file("started").is_none() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // held until it is at rest, which it is not
    let text = "and then tell me".to_owned();
    let (agent, manner) = (stage.agent, opsroom::model::Manner::AtRest);
    let say = Wish::Say {
        agent,
        text,
        manner,
    };
    assert_eq!(stage.alice.wish(say).await, Answer::Done);
    // What it shows of the question that was just answered may stand on its screen for a moment, and is a card as long:
    // whoever waits for a decision is not redirected.
    let redirect = Redirect::Direction {
        text: "write the tests first".to_owned(),
    };
    let redirect = Wish::Redirect { agent, redirect };
    loop {
        let answered = |client: &Client| client.facts.waiting().all(|it| it.agent != Some(agent));
        stage.alice.until("nothing to be asked", answered).await;
        match stage.alice.wish(redirect.clone()).await {
            Answer::Done => break,
            Answer::Refused(why) => assert!(why.contains("waits for a decision"), "{why}"),
            other => panic!("{other:?}"),
        }
    }
    stage.model_hears("write the tests first").await;
    stage.model_hears("and then tell me").await;
    stage.rests().await;
    stage.everything_said_is_taken().await;
    let mixed = [
        "firstand then",
        "write the tests firstwrite",
        "done.write",
        "mewrite",
    ];
    let heard = stage.model.heard();
    assert!(mixed.iter().all(|text| !heard.contains(text)), "{heard}");
    assert_eq!(stage.file("touched"), None);
    Some(())
}

/// Its brief is typed into it, what it asks stands on its screen and is answered there, the file is written.
pub async fn takes_its_brief_and_is_answered_on_its_screen(part: Part) -> Option<Stage> {
    let mut stage = part.writing().await?;
    let request = stage.alice.shows_a_dialog(stage.agent).await;
    let Ask::Dialog { rows, .. } = &request.ask else {
        panic!("{request:?}")
    };
    let wanted = (part.written)(&stage.house.paths.folder).1;
    assert!(rows.raw().contains(&wanted), "{rows:?}");
    assert_eq!(stage.file("hello.txt"), None);
    stage.alice.decides(&request, Verdict::Approve).await;
    stage.rests().await;
    assert_eq!(stage.file("hello.txt").unwrap(), "hello\nyou\n");
    stage.everything_said_is_taken().await;
    Some(stage)
}
