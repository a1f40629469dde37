//! Three briefs through four stages: one rejected twice, one redirected to another role, one with a failing check.

use crate::floor::{BRIEFS, Floor, Operator};

#[tokio::test(flavor = "multi_thread")]
async fn three_briefs_go_through_four_stages_and_are_merged_and_the_journal_tells_it() {
    let floor = Floor::new();
    let mut alice = Operator::sit(&floor).await;
    assert!(alice.works(&BRIEFS).await, "{}", floor.house.log());
    everything_is_merged(&floor);
    let decided = |brief: &str| {
        let lines = floor.lines().into_iter();
        let gates: Vec<u64> = lines
            .filter(|line| line["what"] == "asked" && line["brief"] == brief)
            .filter_map(|line| line["request"].as_u64())
            .collect();
        let lines = floor.lines().into_iter();
        let decided = lines.filter(move |line| {
            let request = line["card"]["request"].as_u64();
            line["what"] == "decided" && request.is_some_and(|it| gates.contains(&it))
        });
        decided
            .map(|line| line["decision"]["verdict"].to_string())
            .collect::<Vec<String>>()
    };
    let rejected = decided("0001-rejected");
    let so_often = rejected
        .iter()
        .filter(|it| it.contains("too short"))
        .count();
    assert_eq!(so_often, 2, "{rejected:?}");
    let redirected = decided("0002-redirected");
    assert!(
        redirected.iter().any(|it| it.contains("second")),
        "{redirected:?}"
    );
    let failed = floor.noted("checked", "0003-failing");
    let back: Vec<_> = failed
        .iter()
        .filter(|it| it["so"]["send_back"].is_object())
        .collect();
    assert_eq!(back.len(), 1, "{failed:#?}");
    assert!(
        back[0]["report"]["checks"][0]["tail"]
            .as_str()
            .unwrap()
            .contains("too short")
    );
    // Prep asks nobody, and the journal says why.
    for brief in BRIEFS {
        let lines = floor.noted("checked", brief);
        let opened = lines.iter().filter(|it| it["so"]["open"].is_object());
        assert_eq!(opened.count(), 1, "{lines:#?}");
        let handed: Vec<_> = floor.noted("handed", brief);
        let stages: Vec<_> = handed
            .iter()
            .map(|it| it["handover"]["from"]["stage"].as_str().unwrap().to_owned())
            .collect();
        for stage in ["prep", "dev", "qa", "review"] {
            assert!(stages.iter().any(|it| it == stage), "{brief}: {stages:?}");
        }
    }
    let log = String::from_utf8(
        std::process::Command::new(crate::client::program())
            .args(["journal"])
            .current_dir(&floor.house.paths.folder)
            .output()
            .unwrap()
            .stdout,
    )
    .unwrap();
    for words in [
        "hands 0001-rejected over in dev",
        "goes back to its agent in dev",
        "its branch landed as",
    ] {
        assert!(log.contains(words), "`{words}` is not in\n{log}");
    }
    the_gates_measured(&floor);
    the_log_tells_the_whole_story(&floor);
}

/// Each gate's report has what the gauge said of the work, and what it said at the gate before.
fn the_gates_measured(floor: &Floor) {
    let reports: Vec<_> = floor
        .lines()
        .into_iter()
        .flat_map(|line| {
            [
                line["ask"]["Gate"]["report"].clone(),
                line["report"].clone(),
            ]
        })
        .filter(|report| report.is_object())
        .map(|report| report["gauges"][0].clone())
        .collect();
    assert!(reports.len() >= 12, "{reports:#?}");
    let lines = |report: &serde_json::Value| report["found"]["number"]["thousandths"].as_i64();
    assert!(
        reports.iter().all(|it| it["name"] == "lines"),
        "{reports:#?}"
    );
    let counted: Vec<i64> = reports.iter().filter_map(lines).collect();
    assert_eq!(counted.len(), reports.len(), "{reports:#?}");
    assert!(counted.iter().any(|it| *it >= 4_000), "{counted:?}");
    assert!(
        reports.iter().any(|it| it["before"].is_object()),
        "{reports:#?}"
    );
}

/// What a person hands to a client: everything that was decided, shipped, rejected, redirected and checked, by whom.
fn the_log_tells_the_whole_story(floor: &Floor) {
    let print = |words: &[&str]| {
        let mut program = std::process::Command::new(crate::client::program());
        let folder = &floor.house.paths.folder;
        let done = program.arg("log").args(words).current_dir(folder);
        let done = done.output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{said}");
        String::from_utf8(done.stdout).unwrap()
    };
    let log = print(&[]);
    for words in [
        "# Work log of quay",
        "9 briefs · 3 shipped",
        "## Track web",
        "**passed** prep → dev",
        "**asked** dev → qa (grown passed, 1 file +",
        "**rejected** dev → qa\n  > too short\n",
        "> still too short",
        "**redirected** qa → review to the role second\n  > look at it with other eyes",
        "the room · **rejected** in dev: grown failed (exit code 1)\n  > too short",
        "**handed over** review → done",
        "with rehearsal · **started** in qa",
        "**decided** approved review → done",
        "its branch landed as",
        "The journal is whole",
    ] {
        assert!(log.contains(words), "`{words}` is not in\n{log}");
    }
    for brief in BRIEFS {
        assert!(log.contains(&format!("### {brief} – done")), "{log}");
    }
    assert!(
        !log.contains("**moved** dev → qa"),
        "a decision is told once:\n{log}"
    );
    let one = print(&["--brief", BRIEFS[1], "--since", "1d"]);
    assert!(one.contains("1 brief · 1 shipped"), "{one}");
    assert!(!one.contains(BRIEFS[0]), "{one}");
    let json: serde_json::Value = serde_json::from_str(&print(&["--json"])).unwrap();
    let brief = &json["log"]["tracks"]["web"][BRIEFS[0]];
    assert_eq!(brief["place"]["stage"], "done");
    assert_eq!(json["journal"]["whole"], true);
    let nothing = print(&["--until", "2020-01-01"]);
    assert!(nothing.contains("0 briefs · 0 shipped"), "{nothing}");
}

/// Every brief is done, once; its work is in main, in one merge; no worktree and no branch is left.
pub fn everything_is_merged(floor: &Floor) {
    handed_to_sales(floor);
    for brief in BRIEFS {
        assert_eq!(floor.stages_of(brief), ["done"], "{brief}");
        let work = std::fs::read_to_string(floor.path(&format!("work/{brief}.md"))).unwrap();
        assert!(work.lines().count() >= 4, "{brief}: {work}");
        assert_eq!(floor.noted("landed", brief).len(), 1, "{brief}");
    }
    let merges = floor.git(&["log", "--merges", "--format=%s", "main"]);
    assert_eq!(merges.lines().count(), 3, "{merges}");
    assert_eq!(floor.git(&["status", "--porcelain"]), "");
    assert_eq!(floor.git(&["branch", "--list", "opsroom/*"]), "");
    assert_eq!(floor.git(&["worktree", "list"]).lines().count(), 1);
}

/// What a stage opens in another track is there once for each brief, with its handoff: behind a gate that asks nobody,
/// and behind a landing.
fn handed_to_sales(floor: &Floor) {
    for (stage, left) in [("inbox", "prep"), ("draft", "review")] {
        let texts = || -> Vec<String> {
            let folder = std::fs::read_dir(floor.path(&format!("briefs/sales/{stage}")));
            let files = folder.into_iter().flatten().flatten();
            let files = files.filter(|file| !file.file_name().to_string_lossy().starts_with('.'));
            files
                .filter_map(|file| std::fs::read_to_string(file.path()).ok())
                .collect()
        };
        // what has no event here: the last file is written behind the last move
        let patience = std::time::Instant::now() + std::time::Duration::from_secs(60);
        while texts().len() < BRIEFS.len() && std::time::Instant::now() < patience {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        let texts = texts();
        for brief in BRIEFS {
            let from = format!("from = \"{brief}\"");
            let ours: Vec<&String> = texts.iter().filter(|it| it.contains(&from)).collect();
            assert_eq!(ours.len(), 1, "{brief} left {left}: {texts:#?}");
            let handoff = format!("## Handoff of {brief} in web/{left}");
            assert!(ours[0].contains(&handoff), "{}", ours[0]);
        }
        assert_eq!(texts.len(), BRIEFS.len(), "{texts:#?}");
    }
}
