//! A stage that opens a brief in another track: once, whatever happens in between.

use std::collections::BTreeMap;

use super::*;

const BRIEF: &str = "0001-a";

fn settings(gate: GateShape, land: Land) -> Settings {
    let mut settings = gates::settings();
    settings.tracks[0].land = land;
    let dev = &mut settings.tracks[0].stages[0];
    (dev.gate, dev.opens) = (gate, Some(place("sales/inbox")));
    settings.tracks[0].worktrees = Worktrees::None;
    settings.tracks.push(TrackShape {
        name: "sales".into(),
        kind: TrackKind::Workflow,
        stages: vec![StageShape {
            name: "draft".into(),
            role: "builder".into(),
            ..StageShape::default()
        }],
        ..TrackShape::default()
    });
    settings
}

/// A room, its folder, and all that it did.
struct World {
    stage: Stage,
    files: BTreeMap<BriefId, Brief>,
    did: Vec<Effect>,
}

impl World {
    /// A brief that its builder handed over in dev.
    fn handed(gate: GateShape) -> Self {
        let mut stage = Stage::open();
        stage.take(Event::Settings(settings(gate, Land::Leave)));
        let agent = stage.builder(BRIEF);
        let files = stage.room.briefs.clone();
        let did = Vec::new();
        let mut world = Self { stage, files, did };
        let text = "it works\n+++\n\"quoted\"";
        let out = world.stage.hand_over("done", agent, text);
        world.perform(out);
        world
    }

    fn approve(&mut self) {
        let card = self.stage.card("done");
        self.stage.look(ALICE, &[&card]);
        let (answer, out) = self.stage.decide(&card, Verdict::Approve);
        assert_eq!(answer, Answer::Done);
        self.perform(out);
    }

    /// Does what is wanted of the folder, and whatever follows.
    fn perform(&mut self, out: Vec<Effect>) {
        for effect in out {
            self.did.push(effect.clone());
            if let Some(event) = apply(&mut self.files, &effect) {
                let more = self.stage.take(event);
                self.perform(more);
            }
        }
    }

    /// Another server after so many effects.
    fn after(&self, effects: usize, from: &BTreeMap<BriefId, Brief>, before: usize) -> World {
        let did = &self.did[..effects];
        let mut files = from.clone();
        for effect in did {
            apply(&mut files, effect);
        }
        let lines = before + entries(did).len();
        let mut stage = Stage::empty();
        stage.now = Time(self.stage.now.0 + 1_000);
        stage.journal = self.stage.journal[..lines].to_vec();
        stage.room = Room::replay(&stage.journal);
        stage.replayed = stage.room.book.clone();
        stage.mirror = promises::Mirror::of(&stage.room);
        stage.take(Event::Settings(self.stage.room.settings.clone()));
        for file in files.values() {
            stage.take(Event::BriefSeen(file.clone()));
        }
        let mut out = stage.take(Event::Scanned);
        out.extend(stage.take(opened(&[])));
        let did = Vec::new();
        let mut world = World { stage, files, did };
        world.perform(out);
        world
    }

    /// What eve, who looks, is told of all that ever happened.
    fn missed(&self) -> String {
        let all = since(&self.stage.journal, &person("eve"), &Leaving::then(Time(0))).unwrap();
        let curtain = self.stage.room.curtain(SeatRole::Observer, &person("eve"));
        format!("{:?}", curtain.unwrap().missed(all))
    }

    fn opened(&self) -> Vec<&Brief> {
        let opened = self.files.values();
        opened
            .filter(|it| it.heading().is_some_and(|it| it.from == Some(BRIEF.into())))
            .collect()
    }

    /// One brief was opened, it is known, and nothing is left to be done.
    fn opened_once(&self) {
        let opened = self.opened();
        assert_eq!(opened.len(), 1, "{opened:#?}\n{:#?}", self.did);
        assert_eq!(opened[0].place, place("sales/inbox"));
        assert_eq!(self.stage.room.briefs[&opened[0].id], *opened[0]);
        assert!(self.stage.room.book.openings.is_empty());
        let course = self.stage.room.book.course_of(&BRIEF.into());
        assert_eq!(course.opened, [opened[0].id.clone()]);
        assert_eq!(self.files[&BRIEF.into()].place, place("web/qa"));
    }
}

/// What an effect does to the folder, and what is told of it.
fn apply(files: &mut BTreeMap<BriefId, Brief>, effect: &Effect) -> Option<Event> {
    match effect {
        Effect::BriefMove { brief, to, .. } => {
            let file = files.get_mut(brief)?;
            file.place = to.clone();
            Some(Event::BriefSeen(file.clone()))
        }
        Effect::BriefWrite { brief, .. } if files.contains_key(brief) => Some(Event::BriefFailed {
            brief: brief.clone(),
            why: "it is there already".to_owned(),
        }),
        Effect::BriefWrite {
            brief,
            track,
            stage,
            text,
        } => {
            let place = Place {
                track: track.clone(),
                stage: stage.clone(),
            };
            let heading = crate::config::brief::read("b.md", text).unwrap();
            let file = Brief {
                id: brief.clone(),
                place,
                changed: Time(0),
                content: Content::Read(heading),
            };
            files.insert(brief.clone(), file.clone());
            Some(Event::BriefSeen(file))
        }
        _ => None,
    }
}

fn asks_nobody() -> GateShape {
    GateShape {
        operator: Consent::Unasked,
        ..GateShape::default()
    }
}

#[test]
fn an_approved_gate_opens_a_brief_with_its_handoff() {
    let mut world = World::handed(GateShape::default());
    assert!(world.opened().is_empty(), "not before it is approved");
    world.approve();
    world.opened_once();
    let text = world.did.iter().find_map(|effect| match effect {
        Effect::BriefWrite { text, .. } => Some(text.as_str()),
        _ => None,
    });
    let text = text.unwrap();
    for part in [
        "title = \"the title of 0001-a\"",
        "## Objective",
        "## Constraints",
        "## Done looks like",
        "## Handoff of 0001-a in web/dev\n\nit works\n+++\n\"quoted\"",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    let notices = world.did.iter().filter(
        |effect| matches!(effect, Effect::Show(Fact::Notice(it)) if it.text.contains("opened 0002")),
    );
    assert_eq!(notices.count(), 1);
}

#[test]
fn a_gate_that_asks_nobody_opens_it_too_and_a_hand_does_not() {
    World::handed(asks_nobody()).opened_once();
    let mut world = World::handed(GateShape::default());
    let file = brief(BRIEF, "web/qa", Time(0));
    world.files.insert(BRIEF.into(), file.clone());
    let out = world.stage.take(Event::BriefSeen(file));
    world.perform(out);
    assert!(world.opened().is_empty());
}

#[test]
fn a_server_that_dies_behind_any_effect_opens_it_once() {
    for gate in [GateShape::default(), asks_nobody()] {
        let unasked = gate.operator == Consent::Unasked;
        let mut world = World::handed(gate);
        if !unasked {
            world.approve();
        }
        world.opened_once();
        let lines = entries(&world.did).len();
        let before = world.stage.journal.len() - lines;
        let start = brief(BRIEF, "web/dev", world.files[&BRIEF.into()].changed);
        let start = BTreeMap::from([(BRIEF.into(), start)]);
        let decided = world.did.iter().position(|effect| match effect {
            Effect::Journal(line) => match &line.what {
                Happening::Decided { .. } => true,
                Happening::Checked { .. } => unasked,
                _ => false,
            },
            _ => false,
        });
        for effects in decided.unwrap() + 1..=world.did.len() {
            world.after(effects, &start, before).opened_once();
        }
    }
}

#[test]
fn a_name_that_somebody_takes_meanwhile_is_no_loss() {
    let mut world = World::handed(GateShape::default());
    // put there by a hand, and not seen yet
    let theirs = brief("0002-the-title-of-0001-a", "sales/inbox", Time(9));
    world.files.insert(theirs.id.clone(), theirs.clone());
    let card = world.stage.card("done");
    world.stage.look(ALICE, &[&card]);
    let (_, out) = world.stage.decide(&card, Verdict::Approve);
    let out: Vec<Effect> = out
        .into_iter()
        .flat_map(|effect| match effect {
            // the folder looks before it says that it could not
            Effect::BriefWrite { .. } => {
                let seen = world.stage.take(Event::BriefSeen(theirs.clone()));
                [vec![effect], seen].concat()
            }
            _ => vec![effect],
        })
        .collect();
    world.perform(out);
    world.opened_once();
    assert_eq!(world.files[&theirs.id], theirs);
    assert_eq!(world.opened()[0].id, "0003-the-title-of-0001-a".into());
}

#[test]
fn a_move_that_failed_and_is_approved_again_opens_no_second_brief() {
    let mut world = World::handed(GateShape::default());
    let card = world.stage.card("done");
    world.stage.look(ALICE, &[&card]);
    let (_, out) = world.stage.decide(&card, Verdict::Approve);
    let (moves, rest): (Vec<Effect>, Vec<Effect>) = out
        .into_iter()
        .partition(|effect| matches!(effect, Effect::BriefMove { .. }));
    assert_eq!(moves.len(), 1);
    world.perform(rest);
    assert_eq!(world.opened().len(), 1);
    let out = world.stage.take(Event::BriefFailed {
        brief: BRIEF.into(),
        why: "the disk is full".to_owned(),
    });
    world.perform(out);
    assert_eq!(world.files[&BRIEF.into()].place, place("web/dev"));
    let out = world.stage.hand_over("again", AgentId(1), "it works");
    world.perform(out);
    let card = world.stage.card("again");
    world.stage.look(ALICE, &[&card]);
    let (answer, out) = world.stage.decide(&card, Verdict::Approve);
    assert_eq!(answer, Answer::Done);
    world.perform(out);
    world.opened_once();
    // taken back by a person, it passes the gate another time
    let mut back = world.files[&BRIEF.into()].clone();
    back.place = place("web/dev");
    world.files.insert(back.id.clone(), back.clone());
    world.stage.take(Event::BriefSeen(back));
    let progress = world.stage.room.book.progress_of(&BRIEF.into());
    assert_eq!(progress.opened, None);
}

#[test]
fn a_file_that_cannot_be_written_is_said_and_written_by_the_next_server() {
    let mut world = World::handed(GateShape::default());
    let card = world.stage.card("done");
    world.stage.look(ALICE, &[&card]);
    let (_, out) = world.stage.decide(&card, Verdict::Approve);
    for effect in out {
        let event = match effect {
            Effect::BriefWrite { brief, .. } => Event::BriefFailed {
                brief,
                why: "the disk is full".to_owned(),
            },
            _ => continue,
        };
        let out = world.stage.take(event);
        let said = out.iter().any(
            |it| matches!(it, Effect::Show(Fact::Notice(it)) if it.text.contains("disk is full")),
        );
        assert!(said, "{out:#?}");
    }
    assert_eq!(world.stage.room.book.openings.len(), 1);
    let before = world.stage.journal.len();
    let (files, did) = (world.files.clone(), Vec::new());
    world.did = did;
    world.after(0, &files, before).opened_once();
}

#[test]
fn with_a_branch_it_is_opened_once_that_landed() {
    let mut stage = Stage::open();
    let mut settings = gates::settings();
    settings.tracks[0].stages[1].opens = Some(place("sales/inbox"));
    settings.tracks.push(TrackShape {
        name: "sales".into(),
        ..TrackShape::default()
    });
    stage.take(Event::Settings(settings));
    let (mut stage, card) = gates::that_did_not_land_in(stage);
    assert!(stage.room.book.openings.is_empty(), "it did not land");
    let back = Verdict::Reply {
        text: "try again".to_owned(),
    };
    let (_, out) = stage.decide(&card, back);
    let landing = out.iter().find_map(|effect| match effect {
        Effect::Land { landing, .. } => Some(landing.clone()),
        _ => None,
    });
    let out = stage.take(Event::Landed {
        brief: BRIEF.into(),
        result: Ok(gates::landed(&landing.unwrap())),
    });
    let writes = out
        .iter()
        .filter(|it| matches!(it, Effect::BriefWrite { .. }));
    assert_eq!(writes.count(), 1, "{out:#?}");
}

#[test]
fn whoever_does_not_see_one_of_the_tracks_is_not_told_of_it_in_the_other() {
    let mut world = World::handed(GateShape::default());
    world.approve();
    let new = world.opened()[0].id.clone();
    for (hidden, secrets) in [("web", BRIEF), ("sales", new.as_str())] {
        let mut settings = world.stage.room.settings.clone();
        for track in &mut settings.tracks {
            track.hide.clear();
            if track.name.as_str() == hidden {
                track.hide = vec![OBSERVERS.to_owned()];
            }
        }
        world.stage.take(Event::Settings(settings));
        let curtain = world.stage.room.curtain(SeatRole::Observer, &person("eve"));
        let told = curtain.unwrap().told_all(world.stage.room.snapshot());
        let told: Vec<Fact> = told
            .into_iter()
            .filter(|it| matches!(it, Fact::Brief(_) | Fact::Course { .. } | Fact::Request(_)))
            .collect();
        let text = format!("{told:?}");
        assert!(!text.contains(&format!("BriefId(\"{secrets}\")")), "{text}");
        // what came out of a hidden track says what it brought in every line, and is hidden as a whole
        assert!(!text.contains(new.as_str()), "{text}");
        let missed = world.missed();
        assert!(!missed.contains(new.as_str()), "{missed}");
        assert_eq!(missed.contains(BRIEF), hidden == "sales", "{missed}");
    }
}

#[test]
fn what_a_hidden_track_opened_stays_hidden_when_a_hand_moves_it_breaks_its_file_or_takes_it_away() {
    let mut world = World::handed(GateShape::default());
    world.approve();
    let new = world.opened()[0].clone();
    let mut settings = world.stage.room.settings.clone();
    settings.tracks[0].hide = vec![OBSERVERS.to_owned()];
    world.stage.take(Event::Settings(settings));
    let moved = Brief {
        place: place("sales/draft"),
        ..new.clone()
    };
    let unread = broken(new.id.as_str(), "sales/draft");
    for event in [
        Event::BriefSeen(moved),
        Event::BriefSeen(unread),
        Event::BriefGone(new.id.clone()),
    ] {
        world.stage.take(event.clone());
        world.stage.wait(20_000);
        world.stage.take(Event::Tick);
        let curtain = world.stage.room.curtain(SeatRole::Observer, &person("eve"));
        let told = curtain.unwrap().told_all(world.stage.room.snapshot());
        let text = format!("{told:?} {}", world.missed());
        assert!(!text.contains(new.id.as_str()), "{event:?}: {text}");
    }
    let all = since(
        &world.stage.journal,
        &person("eve"),
        &Leaving::then(Time(0)),
    );
    let all = format!("{all:?}");
    assert!(
        all.contains(&format!("{:?}", place("sales/draft"))),
        "{all}"
    );
}
