//! Any desk at any size: the picture is always whole, and nothing hostile is in it.
#![allow(clippy::unwrap_used, clippy::panic)]

use proptest::prelude::*;
use ratatui::buffer::CellWidth;

use super::tests::picture_and_cursor;
use super::{popups, sample};
use crate::config::builtin;
use crate::model::{
    AgentId, Ask, Branch, BriefId, Card, CheckResult, CheckRun, Choice, Exit, Fact, FileStat,
    GateReport, Land, Means, Place, RequestId, SeatRole, State, Time, Untrusted,
};
use crate::terminal::Size;
use crate::view::desk::{Desk, Focus, Mode, Pane, Scroll, SelectBy, Selection, Toast, Zoom};
use crate::view::emoji::Emoji;
use crate::view::popup::{Line, Popup};
use crate::view::sweep::{Kind, kind};

/// What makes a desk: a few numbers and texts.
#[derive(Clone, Debug)]
struct Recipe {
    size: (u16, u16),
    agents: u32,
    seed: u64,
    texts: Vec<String>,
}

fn recipe() -> impl Strategy<Value = Recipe> {
    let size = prop_oneof![
        Just((80, 24)),
        Just((40, 12)),
        Just((1, 1)),
        Just((0, 0)),
        Just((200, 60)),
        (0u16..210, 0u16..70),
    ];
    let text = prop_oneof![
        ".{0,40}",
        "\\PC{0,60}",
        "[\u{0}-\u{9f}\n]{0,30}",
        "[宽字👩\u{200d}\u{202e}\u{301}a ]{0,30}"
    ];
    (
        size,
        0u32..40,
        any::<u64>(),
        proptest::collection::vec(text, 1..8),
    )
        .prop_map(|(size, agents, seed, texts)| Recipe {
            size,
            agents,
            seed,
            texts,
        })
}

/// Numbers out of a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n.max(1)
    }

    fn one<T: Clone>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.below(all.len() as u64)).unwrap()].clone()
    }

    fn agent(&mut self) -> AgentId {
        AgentId(u32::try_from(self.below(42)).unwrap())
    }
}

fn cook(recipe: &Recipe) -> Desk {
    let mut dice = Dice(recipe.seed);
    let mut desk = sample::room(recipe.size.0, recipe.size.1);
    desk.size = Size {
        cols: recipe.size.0,
        rows: recipe.size.1,
    };
    let word = |dice: &mut Dice| dice.one(&recipe.texts);
    desk.theme = builtin::theme(dice.one(builtin::THEMES).name).unwrap();
    desk.layout = builtin::layout(dice.one(builtin::LAYOUTS).name).unwrap();
    desk.facts.agents.clear();
    for id in 1..=recipe.agents {
        let states = [
            State::Working,
            State::Waiting,
            State::Unknown,
            State::Idle,
            State::Exited(Exit::Failed(word(&mut dice))),
        ];
        let (name, profile, brief) = (word(&mut dice), word(&mut dice), word(&mut dice));
        let state = dice.one(&states);
        desk.facts.apply(Fact::Agent(sample::agent(
            id,
            &name,
            &profile,
            Some(&brief),
            state,
            u64::from(id),
        )));
        let mut pane = Pane {
            grid: sample::grid(
                2 + u16::try_from(dice.below(130)).unwrap(),
                1 + u16::try_from(dice.below(40)).unwrap(),
                &word(&mut dice).repeat(20),
            ),
            ..Pane::default()
        };
        if dice.below(4) == 0 {
            pane.scroll = Some(scroll(&mut dice, recipe));
        }
        desk.panes.insert(AgentId(id), pane);
    }
    desk.order = desk.facts.agents.keys().copied().collect();
    for id in 30..30 + dice.below(30) {
        let agent = Some(dice.agent().0);
        let ask = ask(&mut dice, recipe);
        desk.facts.apply(Fact::Request(sample::request(
            id,
            agent,
            Some(&word(&mut dice)),
            ask,
            id,
        )));
    }
    for _ in 0..dice.below(40) {
        let (id, track, stage, title) = (
            word(&mut dice),
            word(&mut dice),
            word(&mut dice),
            word(&mut dice),
        );
        desk.facts.apply(Fact::Brief(sample::brief(
            &id, &track, &stage, &title, 2, 5,
        )));
    }
    desk.facts.apply(Fact::Seat(sample::seat(
        9,
        &word(&mut dice),
        SeatRole::Observer,
    )));
    place(&mut desk, &mut dice, recipe);
    desk
}

fn scroll(dice: &mut Dice, recipe: &Recipe) -> Scroll {
    let odd = [0, 1, 50, u64::MAX - 1, u64::MAX];
    let line = dice.one(&odd);
    let hit = crate::wire::Place {
        line,
        column: u16::MAX,
        width: u16::MAX,
    };
    Scroll {
        top: dice.one(&odd),
        total: dice.one(&odd),
        first: dice.one(&odd),
        rows: vec![sample::row("past"); 10],
        needle: dice.one(&recipe.texts),
        hits: vec![hit],
        hit: usize::MAX,
        at: (dice.one(&odd), u16::MAX),
        ..Scroll::default()
    }
}

fn ask(dice: &mut Dice, recipe: &Recipe) -> Ask {
    let text = dice.one(&recipe.texts);
    let more = dice
        .one(&recipe.texts)
        .repeat(usize::try_from(dice.below(30)).unwrap());
    match dice.below(4) {
        3 => Ask::Dialog {
            rows: Untrusted::new(format!("{text}\n{more}")),
            options: vec![
                Choice {
                    label: Untrusted::new(text),
                    means: dice.one(&[Means::Approve, Means::Reject, Means::Other]),
                };
                usize::try_from(dice.below(3)).unwrap()
            ],
        },
        0 => sample::permission(&text, &text, &more),
        1 => Ask::Question {
            text: Untrusted::new(text),
            options: vec![Untrusted::new(more); usize::try_from(dice.below(12)).unwrap()],
        },
        _ => Ask::Gate {
            from: Place {
                track: text.as_str().into(),
                stage: text.as_str().into(),
            },
            to: text.as_str().into(),
            handoff: Untrusted::new(more),
            report: Some(Box::new(report(dice, recipe))),
        },
    }
}

/// What was found, with whatever an agent may call its files, commits and outputs.
fn report(dice: &mut Dice, recipe: &Recipe) -> GateReport {
    let text = dice.one(&recipe.texts);
    let odd = [0, 1, 7, u32::MAX];
    let results = [
        CheckResult::Passed,
        CheckResult::Failed(-1),
        CheckResult::Broken(text.clone()),
        CheckResult::TimedOut(u32::MAX),
    ];
    let check = CheckRun {
        name: text.clone(),
        result: dice.one(&results),
        millis: dice.one(&[0, 9_999, u64::MAX]),
        tail: Untrusted::new(dice.one(&recipe.texts)),
        log: dice.one(&recipe.texts),
    };
    let file = FileStat {
        path: Untrusted::new(dice.one(&recipe.texts)),
        added: Some(dice.one(&odd)),
        removed: Some(dice.one(&odd)).filter(|removed| *removed != 7),
    };
    GateReport {
        files: vec![file; usize::try_from(dice.below(20)).unwrap()],
        more_files: dice.one(&odd),
        commits: vec![
            (text.clone(), Untrusted::new(text.as_str()));
            usize::try_from(dice.below(9)).unwrap()
        ],
        uncommitted: dice.one(&odd),
        checks: vec![check; usize::try_from(dice.below(4)).unwrap()],
        checklist: vec![text.clone(); usize::try_from(dice.below(3)).unwrap()],
        iteration: dice.one(&odd),
        seconds: dice.one(&[0, u64::MAX]),
        branch: Some(Branch::planned(&BriefId::from(text.as_str()), &text)),
        lands: Some(dice.one(&[
            Land::Leave,
            Land::Merge,
            Land::Squash,
            Land::Command(text.clone()),
        ])),
        gaps: vec![text; usize::try_from(dice.below(3)).unwrap()],
        ..GateReport::default()
    }
}

/// Where the person is on the desk.
fn place(desk: &mut Desk, dice: &mut Dice, recipe: &Recipe) {
    let text = dice.one(&recipe.texts);
    desk.focus = dice.one(&[Focus::Tiles, Focus::Waiting, Focus::Queue]);
    let agent = dice.agent();
    desk.mode = dice.one(&[Mode::Room, Mode::Pane(agent), Mode::Scroll(agent)]);
    desk.zoom = dice.one(&[Zoom::Off, Zoom::On]);
    desk.pane = Some(dice.agent());
    desk.request = Some(RequestId(dice.below(60)));
    desk.brief = Some(BriefId::from(text.as_str()));
    desk.card_top = dice.one(&[0, 3, usize::MAX]);
    desk.first_tile = dice.one(&[0, 7, usize::MAX]);
    desk.utc_offset_s = dice.one(&[0, i32::MIN, i32::MAX]);
    desk.selection = Some(Selection {
        agent,
        from: (dice.below(30), 3),
        to: (dice.one(&[0, 7, u64::MAX]), u16::MAX),
        by: SelectBy::Keys,
    });
    let notice = crate::model::Notice {
        at: desk.now,
        level: crate::model::Level::Error,
        text: text.clone(),
    };
    desk.toasts = vec![
        Toast {
            notice,
            until: Time(u64::MAX)
        };
        usize::try_from(dice.below(6)).unwrap()
    ];
    let line = Line {
        cursor: text.len(),
        text: text.clone(),
    };
    let at = dice.one(&[0, 5, usize::MAX]);
    let mut cards = vec![Card {
        request: RequestId(14),
        digest: "d14".into(),
    }];
    desk.popup = match dice.below(11) {
        0 => Some(Popup::Help {
            top: at,
            filter: line,
        }),
        1 => Some(Popup::Palette { line, at }),
        2 => Some(popups::chooser()),
        3 => Some(popups::form()),
        4 => Some(popups::confirm()),
        5 => Some(Popup::Together { cards, top: at }),
        6 => Some(Popup::Read {
            title: text.clone(),
            text: Untrusted::new(text.repeat(30)),
            heads: crate::view::popup::Heads::Written,
            top: at,
        }),
        7 => Some(popups::always(&text, at)),
        8 => Some(Popup::Detail {
            title: text,
            card: cards.remove(0),
            top: at,
        }),
        _ => None,
    };
    if dice.below(3) == 0 {
        desk.pending = vec![crate::config::keys::Chord::char('g')];
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_desk_at_any_size_is_a_whole_picture_with_nothing_hostile_in_it(recipe in recipe()) {
        let desk = cook(&recipe);
        let (buf, cursor) = picture_and_cursor(&desk);
        let width = usize::from(buf.area.width);
        for row in buf.content.chunks(width.max(1)) {
            let mut at = 0;
            while at < row.len() {
                let symbol = row[at].symbol();
                let plain = symbol.chars().all(|c| kind(c) != Kind::Forbidden);
                prop_assert!(plain || Emoji::whole(symbol).is_some(), "{symbol:?}");
                let columns = usize::from(row[at].cell_width());
                prop_assert!((1..=2).contains(&columns) && at + columns <= width, "{symbol:?}");
                at += columns;
            }
        }
        if let Some(at) = cursor {
            prop_assert!(buf.area.contains((at.x, at.y).into()));
        }
    }
}
