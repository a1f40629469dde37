#![allow(clippy::unwrap_used, clippy::panic)]

use crate::config::Diagnostic;
use crate::config::room::parse;
use crate::model::{
    Autonomy, Checker, Consent, Dispatch, GaugeWhen, Land, Lifetime, Place, Policy, Reads,
    RoleName, Settings, Unclear, Worktrees, policy::Does,
};

const FULL: &str = r#"
[tracks.web]
folder = "services/web/"
constraints = "docs/web.md"
dispatch = "ask"
worktrees = { setup = ["npm ci", "cp ../.env ."] }
land = "squash"
gauges = [ { name = "tests", command = "./count", every = "10m", seconds = 30 }, "./todo", { name = "lint", command = "make lint", every = 90, reads = "pass" } ]
stages = [
  { name = "dev", role = "builder", gate = { operator = false, checks = ["cargo test", { name = "lint", command = "cargo clippy", seconds = 60 }] } },
  { name = "qa", role = "adversary", gate = { checklist = ["Was the empty case tried?"] }, opens = "sales/draft" },
]
[tracks.sales]
kind = "workflow"
dispatch = "auto"
unclear = "starts"
stages = [ { name = "draft", role = "writer" } ]
[tracks.ops]
worktrees = true
land = { command = "gh pr create --fill" }
stages = [ { name = "do", role = "builder", gate = { operator = true } } ]
[runners.box]
command = ["bwrap", "--dev", "/dev"]
[roles.builder]
profile = "claude"
skill = "careful"
lifetime = "track"
runner = "box"
autonomy = "edits"
[roles.writer]
profile = "claude"
lifetime = "room"
autonomy = "full"
[roles.adversary]
profile = "codex"
[roles.reviewer]
profile = "claude"
"#;

fn settings(text: &str) -> Settings {
    let parsed = parse("o", text);
    assert!(parsed.is_clean(), "{:?}", parsed.diagnostics);
    parsed.value.unwrap()
}

fn headlines(text: &str) -> Vec<String> {
    let roles = "\n[roles]\nbuilder = { profile = \"x\" }\n";
    let all = parse("o", &format!("{text}{roles}")).diagnostics;
    all.iter().map(Diagnostic::headline).collect()
}

#[test]
fn a_track_says_how_its_work_goes_from_start_to_landing() {
    let all = settings(FULL);
    let [web, sales, ops] = all.tracks.as_slice() else {
        panic!("{:?}", all.tracks);
    };
    assert_eq!(
        (web.folder.as_str(), web.constraints.as_str()),
        ("services/web", "docs/web.md")
    );
    let unclear = [web, sales, ops].map(|track| track.unclear);
    assert_eq!(unclear, [Unclear::Waits, Unclear::Starts, Unclear::Waits]);
    let ways = [web, sales, ops].map(|track| track.dispatch);
    assert_eq!(ways, [Dispatch::Ask, Dispatch::Auto, Dispatch::Off]);
    let setup = vec!["npm ci".to_owned(), "cp ../.env .".to_owned()];
    assert_eq!(web.worktrees, Worktrees::Each { setup });
    assert_eq!(sales.worktrees, Worktrees::None);
    assert_eq!(ops.worktrees, Worktrees::Each { setup: Vec::new() });
    assert_eq!((&web.land, &sales.land), (&Land::Squash, &Land::Leave));
    assert_eq!(ops.land, Land::Command("gh pr create --fill".to_owned()));
    let gauges: Vec<_> = web
        .gauges
        .iter()
        .map(|one| (one.name.as_str(), one.when, one.reads, one.seconds))
        .collect();
    assert_eq!(
        gauges,
        [
            ("tests", GaugeWhen::Every(600), Reads::Number, 30),
            ("./todo", GaugeWhen::Gate, Reads::Number, 600),
            ("lint", GaugeWhen::Every(90), Reads::Pass, 600),
        ]
    );
}

#[test]
fn a_gate_is_a_persons_yes_commands_that_pass_or_both() {
    let all = settings(FULL);
    let [dev, qa] = all.tracks[0].stages.as_slice() else {
        panic!("{:?}", all.tracks[0].stages);
    };
    assert_eq!(dev.gate.operator, Consent::Unasked);
    let checks: Vec<_> = dev
        .gate
        .checks
        .iter()
        .map(|one| (one.name.as_str(), one.command.as_str(), one.seconds))
        .collect();
    assert_eq!(
        checks,
        [
            ("cargo test", "cargo test", 600),
            ("lint", "cargo clippy", 60)
        ]
    );
    assert_eq!(qa.gate.operator, Consent::Needed);
    assert_eq!(qa.gate.checklist, ["Was the empty case tried?"]);
    let opens = Place {
        track: "sales".into(),
        stage: "draft".into(),
    };
    assert_eq!((dev.opens.clone(), qa.opens.clone()), (None, Some(opens)));
}

#[test]
fn a_role_says_its_skill_its_lifetime_its_runner_and_whom_it_may_not_check() {
    let all = settings(FULL);
    let role = |name: &str| all.role(&RoleName::from(name)).unwrap();
    let builder = role("builder");
    assert_eq!(
        (
            builder.skill.as_str(),
            builder.lifetime,
            builder.runner.as_str()
        ),
        ("careful", Lifetime::Track, "box")
    );
    assert_eq!(all.runners[0].command, ["bwrap", "--dev", "/dev"]);
    let checkers = ["builder", "writer", "adversary", "reviewer"].map(|name| role(name).checker);
    assert_eq!(
        checkers,
        [
            Checker::Maker,
            Checker::Maker,
            Checker::OtherProfile,
            Checker::OtherAgent
        ]
    );
    let written = settings(&format!("{FULL}checker = \"other-profile\"\n"));
    assert_eq!(
        written.role(&RoleName::from("reviewer")).unwrap().checker,
        Checker::OtherProfile
    );
}

#[test]
fn autonomy_is_rules_for_that_role_alone() {
    let rules = settings(FULL).policies;
    let sentences: Vec<String> = rules.iter().map(Policy::sentence).collect();
    assert_eq!(
        sentences,
        [
            "allow write, edit, multiedit, notebookedit, apply_patch, patch, write_file, replace in ** for builder",
            "allow every tool for writer"
        ]
    );
    assert!(rules.iter().all(|rule| rule.does == Does::Allow));
    assert_eq!(Autonomy::Ask.rules(&RoleName::from("builder")), Vec::new());
}

#[test]
fn what_is_wrong_with_a_track_is_said_with_its_place() {
    let stage = "stages = [ { name = \"dev\", role = \"builder\" } ]";
    let track = |more: &str| headlines(&format!("[tracks.web]\n{stage}\n{more}"));
    assert_eq!(
        track("folder = \"../x\""),
        ["o:3:10: not a path inside the room's folder"]
    );
    assert_eq!(
        track("constraints = \"/etc/x\""),
        ["o:3:15: not a path inside the room's folder"]
    );
    assert_eq!(
        track("dispatch = \"yes\""),
        ["o:3:12: `dispatch` cannot be `yes`"]
    );
    assert_eq!(
        track("worktrees = \"yes\""),
        ["o:3:13: a text is not true, false, or { setup = [\"npm ci\"] }"]
    );
    assert_eq!(
        track("land = \"merge\""),
        ["o:3:8: nothing to land: no brief has a branch here"]
    );
    assert_eq!(
        track("worktrees = true\nland = \"push\""),
        ["o:4:8: `land` cannot be `push`"]
    );
    assert_eq!(
        track("kind = \"workflow\"\nworktrees = true"),
        ["o:4:13: a workflow track works in its folder"]
    );
    assert_eq!(
        track("gauges = [ { name = \"x\" } ]"),
        ["o:3:12: a gauge without a command"]
    );
    for (written, wrong) in [
        ("every = 1", "out of range"),
        ("every = \"8d\"", "out of range"),
        ("every = \"often\"", "not a time between two readings"),
        ("every = true", "true or false is not a time, as in \"10m\""),
    ] {
        assert_eq!(
            track(&format!("gauges = [ {{ command = \"x\", {written} }} ]")),
            [format!("o:3:37: {wrong}")]
        );
    }
    assert_eq!(
        track("gauges = [ { command = \"x\", reads = \"words\" } ]"),
        ["o:3:37: `reads` cannot be `words`"]
    );
}

#[test]
fn a_gate_that_nothing_holds_is_refused() {
    let stage = |more: &str| {
        headlines(&format!(
            "[tracks.web]\nstages = [ {{ name = \"dev\", role = \"builder\", {more} }} ]"
        ))
    };
    assert_eq!(
        stage("gate = { operator = false }"),
        ["o:2:53: a gate that nothing holds"]
    );
    assert_eq!(
        stage("gate = { checks = [\" \"] }"),
        ["o:2:65: an empty command, or one that is too long"]
    );
    assert_eq!(
        stage("gate = { checks = [\"x\", \"x\"] }"),
        ["o:2:70: two checks are called `x`"]
    );
    assert_eq!(
        stage("opens = \"sales\""),
        ["o:2:54: not a place for a brief"]
    );
    assert_eq!(
        stage("opens = \"sales/inbox\""),
        ["o:2:54: no track is called `sales`"]
    );
    assert_eq!(
        stage("opens = \"web/inbox\""),
        ["o:2:54: a stage that opens in its own track"]
    );
}

#[test]
fn an_unknown_runner_or_lifetime_suggests_what_was_meant() {
    let text = "[runners.box]\ncommand = [\"nice\"]\n[roles]\nplanner = { profile = \"x\", runner = \"bix\", lifetime = \"day\" }\n[tracks.a]\nstages = [ { name = \"a\", role = \"planner\" } ]\n";
    let all = parse("o", text).diagnostics;
    let all: Vec<String> = all.iter().map(Diagnostic::headline).collect();
    assert_eq!(
        all,
        [
            "o:4:37: no runner is called `bix`",
            "o:4:55: `lifetime` cannot be `day`"
        ]
    );
    assert_eq!(
        headlines("[runners.box]\n[tracks.a]\nstages = [ { name = \"a\", role = \"builder\" } ]"),
        ["o:1:10: runner `box` does not say what to run"]
    );
}
