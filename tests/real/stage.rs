//! A room in which one real program plays, with a home of its own and a model that is a stand-in.

use std::path::{Path, PathBuf};

use opsroom::model::{Agent, AgentId, Delivery, Launch, Request, State};

use crate::client::{Client, House};
use crate::model::{Call, Model};

/// Where a program is installed; says why the test is skipped where it is not.
pub fn installed(name: &str) -> Option<PathBuf> {
    let Ok(folder) = std::env::var("OPSROOM_TEST_AGENTS") else {
        eprintln!(
            "skipped: OPSROOM_TEST_AGENTS names no folder with the agent programs (.ci/run makes one)"
        );
        return None;
    };
    let program = Path::new(&folder).join(name);
    if !program.is_file() {
        eprintln!("skipped: {} is not installed", program.display());
        return None;
    }
    Some(program)
}

/// Variables of whoever runs these tests that would reach the program.
const OTHERS: [&str; 10] = [
    "ANTHROPIC_",
    "CLAUDE",
    "OPENAI_",
    "CODEX_",
    "GEMINI_",
    "GOOGLE_",
    "QWEN_",
    "COPILOT_",
    "OPENCODE_",
    "XDG_",
];

pub struct Stage {
    pub model: Model,
    pub house: House,
    pub alice: Client,
    pub agent: AgentId,
}

/// What is started: the program with its own arguments, and the variables it needs.
pub struct Program {
    pub profile: &'static str,
    pub path: PathBuf,
    pub arguments: Vec<String>,
    pub env: Vec<(&'static str, String)>,
}

impl Stage {
    /// A house in which files of the program's home are made by `home`, given its path, the room's and the port.
    pub async fn set(
        calls: impl FnOnce(&Path) -> Vec<Call>,
        program: impl FnOnce(&Path, &Path, u16) -> Program,
    ) -> Self {
        // some take no settings from below a folder that others write, as the one for temporary files is
        let own = std::env::var_os("HOME").map(PathBuf::from);
        let house = House::below(&own.unwrap_or_else(std::env::temp_dir));
        let room = house.paths.folder.clone();
        let home = room.parent().unwrap().join("home");
        std::fs::create_dir(&home).unwrap();
        let model = Model::plays(calls(&room)).await;
        let program = program(&home, &room, model.port);
        let mut alice = house.operator().await;
        let agent = alice.spawn(launch(&program, &home)).await;
        alice.watch(agent).await;
        Self {
            model,
            house,
            alice,
            agent,
        }
    }

    /// Every state that was shown, in order.
    pub fn states(&self) -> &[State] {
        self.alice
            .states
            .get(&self.agent)
            .map_or(&[], Vec::as_slice)
    }

    /// Takes messages until this holds.
    pub async fn until(&mut self, what: &str, holds: impl Fn(&Self) -> bool) {
        let waiting = async {
            while !holds(self) {
                assert!(
                    self.alice.next().await.is_some(),
                    "the line ended while waiting for {what}"
                );
            }
        };
        let waited = tokio::time::timeout(std::time::Duration::from_secs(240), waiting);
        if waited.await.is_err() {
            panic!(
                "waited for {what}; {:#?}\n{}\n{}",
                self.agent(),
                self.screen(),
                self.house.log()
            );
        }
    }

    pub fn screen(&self) -> String {
        self.alice.text(self.agent)
    }

    pub fn agent(&self) -> &Agent {
        self.alice.agent(self.agent).unwrap()
    }

    /// Waits for its card.
    pub async fn is_asked(&mut self) -> Request {
        self.alice.is_asked(self.agent).await
    }

    /// Waits until the program is at its prompt again.
    pub async fn rests(&mut self) {
        let agent = self.agent;
        self.until("rest", |stage| {
            stage
                .alice
                .agent(agent)
                .is_some_and(|it| it.evidence.state == State::Idle)
        })
        .await;
    }

    /// Waits until the model was told this.
    pub async fn model_hears(&mut self, words: &str) {
        let heard = async {
            while !self.model.heard().contains(words) {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        };
        let heard = tokio::time::timeout(std::time::Duration::from_secs(240), heard).await;
        assert!(
            heard.is_ok(),
            "the model was never told `{words}`\n{}",
            self.screen()
        );
    }

    /// Waits until everything that was said to it was seen to be taken.
    pub async fn everything_said_is_taken(&mut self) {
        let taken = |stage: &Self| {
            let mut all = stage.alice.facts.messages.values();
            all.all(|it| matches!(it.delivery, Delivery::Delivered(_)))
        };
        self.until("all that was said to be seen to be taken", taken)
            .await;
    }

    pub fn file(&self, name: &str) -> Option<String> {
        std::fs::read_to_string(self.house.paths.folder.join(name)).ok()
    }
}

/// In the room's folder, with the program's own home and none of the variables of whoever runs the test.
fn launch(program: &Program, home: &Path) -> Launch {
    let mut command = vec!["env".to_owned()];
    for (name, _) in std::env::vars() {
        if OTHERS.iter().any(|start| name.starts_with(start)) {
            command.extend(["-u".to_owned(), name]);
        }
    }
    command.push(format!("HOME={}", home.display()));
    command.extend(
        program
            .env
            .iter()
            .map(|(name, value)| format!("{name}={value}")),
    );
    command.push(program.path.display().to_string());
    command.extend(program.arguments.iter().cloned());
    Launch {
        profile: program.profile.to_owned(),
        command,
        text: "Do what has to be done.".to_owned(),
        ..Launch::default()
    }
}
