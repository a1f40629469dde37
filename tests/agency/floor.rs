//! A room with a real repository, a pipeline of four stages, and an operator who decides as a script says.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use opsroom::model::{
    Answer, Ask, BriefId, Card, CutOff, Place, Redirect, Request, RequestId, Verdict, Wish,
};
use opsroom::wire::ToServer;
use serde_json::Value;

use crate::client::{Client, House};

/// The check of dev fails for the third brief until its second line; it would also fail if it were given the agents'
/// socket.
const TRACK: &str = r#"
name = "quay"

[tracks.web]
dispatch = "auto"
worktrees = { setup = ["echo set-up > .set-up"] }
land = "merge"
gauges = [ { name = "lines", command = "cat work/$OPSROOM_BRIEF.md | wc -l" } ]
stages = [
  { name = "prep", role = "planner", gate = { operator = false, checks = ["test -f README.md"] }, opens = "sales/inbox" },
  { name = "dev", role = "builder", gate = { checks = [ { name = "grown", command = "test -z \"$OPSROOM_TOKEN$OPSROOM_SOCKET\" && { case $OPSROOM_BRIEF in 0003*) test \"$(wc -l < work/$OPSROOM_BRIEF.md)\" -ge 3;; esac; } || { echo too short >&2; exit 1; }" } ] } },
  { name = "qa", role = "adversary", gate = { checklist = ["Was the empty case tried?"] } },
  { name = "review", role = "reviewer", opens = "sales/draft" },
]

[tracks.sales]
stages = [ { name = "draft", role = "second" } ]
"#;
/// Every role is an apprentice, who asks nobody.
const ROLES: [&str; 5] = ["planner", "builder", "adversary", "reviewer", "second"];

fn settings() -> String {
    let role = |name| {
        format!(
            "[roles.{name}]\nprofile = \"rehearsal\"\ncommand = [\"apprentice\", \"--speed\", \"0\"]\nplaces = 3\n"
        )
    };
    format!("{TRACK}\n{}", ROLES.map(role).join("\n"))
}

/// The three briefs.
pub const BRIEFS: [&str; 3] = ["0001-rejected", "0002-redirected", "0003-failing"];

/// A room in a repository.
pub struct Floor {
    pub house: House,
}

impl Floor {
    pub fn new() -> Self {
        let house = House::new();
        let floor = Self { house };
        floor.git(&["init", "-q", "-b", "main"]);
        floor.git(&["config", "user.name", "Alice"]);
        floor.git(&["config", "user.email", "alice@example.com"]);
        floor
            .house
            .write(".gitignore", ".opsroom\nbriefs\n.set-up\n");
        floor.house.write("README.md", "A quay.\n");
        floor.house.write("opsroom.toml", &settings());
        floor.git(&["add", "-A"]);
        floor.git(&["commit", "-qm", "the quay"]);
        for id in BRIEFS {
            floor.brief(id, "prep");
        }
        floor
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.house.paths.folder.join(name)
    }

    pub fn brief(&self, id: &str, stage: &str) {
        let text = format!(
            "+++\ntitle = \"Grow {id}\"\n+++\nObjective: a line more. It must not break. Done when the file is there.\n"
        );
        self.house
            .write(&format!("briefs/web/{stage}/{id}.md"), &text);
    }

    pub fn git(&self, words: &[&str]) -> String {
        let mut git = Command::new("git");
        let done = git.arg("-C").arg(&self.house.paths.folder).args(words);
        let done = done.output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "git {words:?}: {said}");
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    }

    /// The stages in which a brief's file stands.
    pub fn stages_of(&self, id: &str) -> Vec<String> {
        let track = self.path("briefs/web");
        let stages = std::fs::read_dir(track).unwrap().flatten();
        let holds = stages.filter(|stage| stage.path().join(format!("{id}.md")).is_file());
        holds
            .map(|stage| stage.file_name().to_string_lossy().into_owned())
            .collect()
    }

    /// The journal's lines.
    pub fn lines(&self) -> Vec<Value> {
        let journal = self.house.journal();
        let lines = journal.lines().map(serde_json::from_str);
        lines.filter_map(Result::ok).collect()
    }

    /// The journal's lines of one kind about one brief.
    pub fn noted(&self, what: &str, brief: &str) -> Vec<Value> {
        let lines = self.lines().into_iter();
        lines
            .filter(|line| line["what"] == what && line["brief"] == brief)
            .collect()
    }
}

/// What the operator says at each gate: in order, by brief and stage; then yes to everything.
pub struct Script {
    said: Vec<(&'static str, &'static str, Verdict)>,
}

impl Script {
    /// The first is rejected twice, the second redirected to another role.
    pub fn usual() -> Self {
        let reject = |reason: &str| Verdict::Reject {
            reason: reason.to_owned(),
        };
        let redirect = Verdict::Redirect(Redirect::Role {
            role: "second".into(),
            text: "look at it with other eyes".to_owned(),
        });
        Self {
            said: vec![
                ("0001-rejected", "dev", reject("too short")),
                ("0001-rejected", "dev", reject("still too short")),
                ("0002-redirected", "qa", redirect),
            ],
        }
    }

    /// What is said of a request, if it is still to be decided. `decided` is how often gates of that brief and stage were.
    fn verdict(&self, request: &Request, before: usize) -> Option<Verdict> {
        let brief = request.brief.as_ref()?;
        let Ask::Gate { from, .. } = &request.ask else {
            return None;
        };
        let of_it = self
            .said
            .iter()
            .filter(|(id, stage, _)| *id == brief.as_str() && *stage == from.stage.as_str());
        let said = of_it.map(|(_, _, verdict)| verdict.clone()).nth(before);
        Some(said.unwrap_or(Verdict::Approve))
    }
}

/// An operator at this room, who may lose their server at any time.
pub struct Operator<'a> {
    floor: &'a Floor,
    client: Client,
    script: Script,
}

impl<'a> Operator<'a> {
    pub async fn sit(floor: &'a Floor) -> Self {
        let client = floor.house.operator().await;
        let script = Script::usual();
        Self {
            floor,
            client,
            script,
        }
    }

    /// Decides whatever waits until all briefs stand in done, or the line is cut (false).
    pub async fn works(&mut self, briefs: &[&str]) -> bool {
        loop {
            if self.all_are(briefs, "done") {
                if !self.cleaning(briefs) {
                    return true;
                }
                // what has no event: a worktree that is gone
                tokio::time::sleep(Duration::from_millis(20)).await;
                let sent = self.try_send(ToServer::Ping(1)).await;
                if sent.is_err() || self.client.next().await.is_none() {
                    return false;
                }
                continue;
            }
            if let Some(request) = self.waiting() {
                if !self.decides(&request).await {
                    return false;
                }
            } else if self.client.next().await.is_none() {
                return false;
            }
        }
    }

    fn all_are(&self, briefs: &[&str], stage: &str) -> bool {
        briefs.iter().all(|id| {
            let brief = self.client.facts.briefs.get(&BriefId::from(*id));
            brief.is_some_and(|it| it.place.stage.as_str() == stage)
        })
    }

    /// Worktrees go behind the last move.
    fn cleaning(&self, briefs: &[&str]) -> bool {
        let cleaned = |id: &&str| !self.floor.noted("cleaned", id).is_empty();
        !briefs.iter().all(cleaned)
    }

    fn waiting(&self) -> Option<Request> {
        let gate = |it: &&Request| matches!(it.ask, Ask::Gate { .. } | Ask::Matter { .. });
        self.client.facts.waiting().find(gate).cloned()
    }

    /// Says what the script says, once the card has been on the screen for long enough. False where the line is cut.
    async fn decides(&mut self, request: &Request) -> bool {
        let verdict = match &request.ask {
            Ask::Gate { from, .. } => {
                let brief = request.brief.clone().unwrap_or_default();
                let before = self.decided(&brief, from, request.id);
                self.script.verdict(request, before).unwrap()
            }
            // Said again: it may have arrived, and what is handed over twice is asked about once.
            other if other.cut_off().is_some() => Verdict::Reply {
                text: CutOff::AGAIN.to_owned(),
            },
            other => panic!("nobody expected {other:?}"),
        };
        let card = Card {
            request: request.id,
            digest: request.digest.clone(),
        };
        if self
            .try_send(ToServer::Shown(vec![card.clone()]))
            .await
            .is_err()
        {
            return false;
        }
        let ticket = 1_000_000;
        loop {
            let wish = Wish::Decide {
                cards: vec![card.clone()],
                verdict: verdict.clone(),
            };
            if self
                .try_send(ToServer::Wish {
                    ticket,
                    wish,
                    sightings: Vec::new(),
                })
                .await
                .is_err()
            {
                return false;
            }
            self.client.answers.remove(&ticket);
            while !self.client.answers.contains_key(&ticket) {
                if self.client.next().await.is_none() {
                    return false;
                }
            }
            match &self.client.answers[&ticket] {
                Answer::Refused(why) if why.contains("was not on your screen") => {
                    // what has no event: the time for which a card must have been seen
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                Answer::Refused(why) => {
                    // it closed meanwhile, or its brief is on its way: what waits now is looked at again
                    println!("{}: {why}", request.id);
                    return self.client.next().await.is_some();
                }
                _ => return true,
            }
        }
    }

    /// How many gates of a brief at a stage were decided before this one: the journal says so, whoever asked it.
    fn decided(&self, brief: &BriefId, from: &Place, now: RequestId) -> usize {
        let lines = self.floor.lines();
        let gates: Vec<u64> = lines
            .iter()
            .filter(|line| {
                line["what"] == "asked"
                    && line["brief"] == brief.as_str()
                    && line["ask"]["Gate"]["from"]["stage"] == from.stage.as_str()
            })
            .filter_map(|line| line["request"].as_u64())
            .filter(|request| *request != now.0)
            .collect();
        let decided = lines.iter().filter(|line| {
            let request = line["card"]["request"].as_u64();
            line["what"] == "decided" && request.is_some_and(|it| gates.contains(&it))
        });
        decided.count()
    }

    async fn try_send(&mut self, message: ToServer) -> Result<(), ()> {
        self.client.link.send(&message).await.map_err(drop)
    }

    pub fn client(&mut self) -> &mut Client {
        &mut self.client
    }
}
