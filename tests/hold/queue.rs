//! A whole queue at once.

use crate::client::House;

const BRIEFS: usize = 20_000;

#[tokio::test(flavor = "multi_thread")]
async fn twenty_thousand_briefs_that_appear_at_once_are_all_listed() {
    let house = House::new();
    house.write(
        "opsroom.toml",
        "name = \"large\"\n[[tracks]]\nname = \"work\"\n",
    );
    let mut alice = house.operator().await;
    // Made elsewhere and put there in one step, as a checkout or a copy would.
    let elsewhere = house.paths.folder.join("elsewhere/inbox");
    std::fs::create_dir_all(&elsewhere).unwrap();
    for number in 0..BRIEFS {
        let text = format!("+++\ntitle = \"brief {number}\"\n+++\nAll of it.\n");
        std::fs::write(elsewhere.join(format!("{number:05}-x.md")), text).unwrap();
    }
    std::fs::create_dir_all(house.paths.briefs()).unwrap();
    let began = std::time::Instant::now();
    std::fs::rename(
        house.paths.folder.join("elsewhere"),
        house.paths.briefs().join("work"),
    )
    .unwrap();
    alice
        .until("all of them", |client| client.facts.briefs.len() == BRIEFS)
        .await;
    println!("{BRIEFS} briefs after {:?}", began.elapsed());
    // One that comes now is seen too, and somebody who comes now sees all.
    house.write(
        "briefs/work/inbox/99999-x.md",
        "+++\ntitle = \"the last\"\n+++\nAll of it.\n",
    );
    alice
        .until("the last", |client| client.facts.briefs.len() == BRIEFS + 1)
        .await;
    let bob = house.operator().await;
    assert_eq!(bob.facts.briefs, alice.facts.briefs);
    let whole =
        |brief: &opsroom::model::Brief| matches!(brief.content, opsroom::model::Content::Read(_));
    assert!(bob.facts.briefs.values().all(whole));
}
