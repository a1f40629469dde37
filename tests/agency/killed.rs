//! `kill -9` of the server at random points of that run: every brief is in exactly one stage, nothing is lost,
//! nothing is assigned twice.

use std::collections::BTreeMap;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::floor::{BRIEFS, Floor, Operator};
use crate::pipeline::everything_is_merged;

/// Kills in all; a run of the pipeline takes as many as it takes.
const KILLS: usize = 50;

/// Numbers out of a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_at_any_point_loses_no_work_and_does_nothing_twice() {
    let seed = std::env::var("OPSROOM_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| u64::from(std::process::id()));
    println!("OPSROOM_SEED={seed}");
    let mut dice = Dice(seed);
    let mut kills = 0;
    while kills < KILLS {
        let floor = Floor::new();
        kills += one_run(&floor, &mut dice, KILLS - kills).await;
        println!("{kills} kills");
    }
}

/// Once through the pipeline, with a kill after so many lines of the journal, again and again.
async fn one_run(floor: &Floor, dice: &mut Dice, most: usize) -> usize {
    let mut kills = 0;
    loop {
        let mut alice = Operator::sit(floor).await;
        one_place_each(floor);
        let pid = floor.house.server_pid().await;
        let lines = floor.lines().len() + usize::try_from(dice.below(12)).unwrap();
        let kill = async {
            if kills >= most {
                return std::future::pending().await;
            }
            // what has no event: another process writes its journal
            while floor.lines().len() <= lines {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            tokio::time::sleep(Duration::from_micros(dice.below(20_000))).await;
            kill_process(Pid::from_raw(pid).unwrap(), Signal::KILL).unwrap();
        };
        let done = tokio::select! {
            done = alice.works(&BRIEFS) => done,
            () = kill => false,
        };
        if done {
            everything_is_merged(floor);
            nothing_twice(floor);
            the_redirect_happened(floor);
            nobody_is_lost(floor);
            return kills;
        }
        kills += 1;
    }
}

fn one_place_each(floor: &Floor) {
    for brief in BRIEFS {
        // The folders are read one after another: a brief that moves just then is looked at again.
        let stages = (0..100).map(|_| floor.stages_of(brief));
        let found = stages.into_iter().find(|stages| stages.len() == 1);
        assert!(
            found.is_some(),
            "{brief} stands in {:?}",
            floor.stages_of(brief)
        );
    }
}

/// What was decided once was done once.
fn the_redirect_happened(floor: &Floor) {
    let assigned = floor.noted("assigned", "0002-redirected");
    let by_person = assigned.iter().filter(|it| it["by"]["person"].is_object());
    assert_eq!(by_person.count(), 1, "{assigned:#?}");
}

/// The keeper lived through all of it, and what was recorded before it was told of it was started afterwards.
fn nobody_is_lost(floor: &Floor) {
    let lines = floor.lines();
    let lost: Vec<_> = lines.iter().filter(|it| it["exit"] == "lost").collect();
    assert!(lost.is_empty(), "{lost:#?}");
    let numbers = |what: &str| -> Vec<u64> {
        let of = lines.iter().filter(|it| it["what"] == what);
        of.filter_map(|it| it["agent"].as_u64()).collect()
    };
    let mut spawned = numbers("spawned");
    spawned.dedup();
    assert_eq!(spawned.len(), numbers("spawned").len());
    for agent in numbers("started") {
        assert!(spawned.contains(&agent), "agent {agent} was never recorded");
    }
}

/// While a brief has a living agent, nobody else is given it; each approval moved it once.
fn nothing_twice(floor: &Floor) {
    let mut works: BTreeMap<String, u64> = BTreeMap::new();
    for line in floor.lines() {
        let brief = line["brief"].as_str().unwrap_or_default().to_owned();
        let agent = line["agent"].as_u64();
        match line["what"].as_str().unwrap_or_default() {
            "assigned" => {
                let by_person = line["by"]["person"].is_object();
                let before = works.insert(brief.clone(), agent.unwrap());
                assert!(
                    before.is_none() || by_person,
                    "{brief} was assigned twice: {line}"
                );
            }
            "arrived" => drop(works.remove(&brief)),
            "ended" => works.retain(|_, it| Some(*it) != agent),
            _ => {}
        }
    }
}
