//! Hands in the folder and in the repository while briefs go their way: what they do wins, and is shown.

use opsroom::model::BriefId;

use crate::floor::{BRIEFS, Floor, Operator};

#[tokio::test(flavor = "multi_thread")]
async fn a_hand_that_moves_edits_or_deletes_wins_and_the_work_stays() {
    let floor = Floor::new();
    let mut alice = Operator::sit(&floor).await;
    let handed = |id: &'static str| {
        move |client: &crate::client::Client| {
            let mut open = client.facts.waiting();
            open.any(|it| it.brief.as_ref().is_some_and(|brief| brief.as_str() == id))
        }
    };
    let client = alice.client();
    for id in ["0001-rejected", "0002-redirected"] {
        client.until("a gate", handed(id)).await;
    }
    // What is away for a moment is not gone: an editor, a checkout or a stash put it back.
    let (file, aside) = (
        floor.path("briefs/web/dev/0001-rejected.md"),
        floor.path("aside.md"),
    );
    let first = BriefId::from("0001-rejected");
    let gates = |client: &crate::client::Client| {
        let open = client.facts.waiting();
        let open = open.filter(|it| it.brief.as_ref() == Some(&first));
        open.map(|it| it.id).collect::<Vec<_>>()
    };
    let before = gates(client);
    std::fs::rename(&file, &aside).unwrap();
    client
        .until("the file to be away", |it| {
            !it.facts.briefs.contains_key(&first)
        })
        .await;
    std::fs::rename(&aside, &file).unwrap();
    client
        .until("it to be back", |it| it.facts.briefs.contains_key(&first))
        .await;
    assert_eq!(gates(client), before);
    // nor is what stands twice
    let copy = floor.path("briefs/web/prep/0001-rejected.md");
    std::fs::create_dir_all(copy.parent().unwrap()).unwrap();
    std::fs::copy(&file, &copy).unwrap();
    let broken = |client: &crate::client::Client| {
        let brief = client.facts.briefs.get(&first);
        brief.is_some_and(|it| it.heading().is_none())
    };
    client.until("it to stand twice", broken).await;
    assert_eq!(gates(client), before);
    std::fs::remove_file(&copy).unwrap();
    client.until("it to stand once", |it| !broken(it)).await;
    assert_eq!(gates(client), before);
    // One is put on hold, one is deleted, one is edited, and the checkout goes to another branch.
    let hold = floor.path("briefs/web/hold");
    std::fs::create_dir_all(&hold).unwrap();
    let from = floor.path("briefs/web/dev/0001-rejected.md");
    std::fs::rename(from, hold.join("0001-rejected.md")).unwrap();
    std::fs::remove_file(floor.path("briefs/web/dev/0002-redirected.md")).unwrap();
    floor.git(&["checkout", "-q", "-b", "elsewhere"]);
    let stage = floor.stages_of(BRIEFS[2]).remove(0);
    let third = format!("briefs/web/{stage}/0003-failing.md");
    let text = std::fs::read_to_string(floor.path(&third)).unwrap();
    floor
        .house
        .write(&third, &text.replace("Grow 0003-failing", "Grown by hand"));
    let client = alice.client();
    client
        .until("the hold, and the gates gone", |client| {
            let held = client.facts.briefs.get(&BriefId::from("0001-rejected"));
            let gone = !client
                .facts
                .briefs
                .contains_key(&BriefId::from("0002-redirected"));
            held.is_some_and(|it| it.place.stage.as_str() == "hold")
                && gone
                && !handed("0001-rejected")(client)
                && !handed("0002-redirected")(client)
        })
        .await;
    assert!(alice.works(&["0003-failing"]).await);
    let titled = floor.git(&["log", "-1", "--format=%B", "main"]);
    assert!(titled.contains("Grown by hand"), "{titled}");
    // It landed on the branch that it came from, not on the one that is checked out now.
    assert!(!floor.path("work/0003-failing.md").exists());
    assert_eq!(
        floor.git(&["rev-parse", "--abbrev-ref", "HEAD"]),
        "elsewhere"
    );
    for id in ["0001-rejected", "0002-redirected"] {
        let work = floor.git(&["show", &format!("opsroom/{id}:work/{id}.md")]);
        assert!(work.lines().count() >= 2, "{id}: {work}");
        assert!(floor.path(&format!(".opsroom/worktrees/{id}")).is_dir());
    }
    let by_hand = floor.noted("moved", "0001-rejected");
    assert!(
        by_hand.iter().any(|line| line["by"] == "hand"),
        "{by_hand:#?}"
    );
}
