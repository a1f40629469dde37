//! Prints how long the room takes for an event with a long queue and many agents, with dispatch and without.
//! Run with `cargo bench --bench dispatch`.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use opsroom::config::room;
use opsroom::model::{
    AgentId, Brief, BriefId, Content, Dispatch, Effect, Event, Evidence, Exit, Heading, Papers,
    Place, Room, Settings, Source, State, Time, Untrusted, Usage,
};
use std::time::{Duration, Instant};

const BRIEFS: u32 = 10_000;
const AGENTS: u32 = 500;
/// How often each kind of event is taken.
const ROUNDS: u32 = 2_000;

fn main() {
    println!("{BRIEFS} briefs, {AGENTS} agents; µs an event: middle, 99 of 100, worst");
    for (name, dispatch) in [("off", Dispatch::Off), ("auto", Dispatch::Auto)] {
        let mut hall = Hall::open(dispatch);
        println!("dispatch {name}: {} agents at work", hall.working());
        hall.measure("an agent's state is heard", Hall::heard);
        hall.measure("an agent says what it used", Hall::used);
        hall.measure("a brief's file changes", Hall::changed);
        hall.measure("a brief is moved by hand", Hall::moved);
        if dispatch == Dispatch::Auto {
            hall.measure("an agent ends, the next brief starts", Hall::ended);
        }
    }
}

/// A room with everybody in it.
struct Hall {
    room: Room,
    now: Time,
    seed: u64,
}

impl Hall {
    fn open(dispatch: Dispatch) -> Self {
        let mut hall = Self {
            room: Room::default(),
            now: Time(1_000_000),
            seed: 7,
        };
        // The agents are started by dispatch, whatever it is set to afterwards.
        hall.take(Event::Settings(settings(Dispatch::Auto)));
        for n in 0..BRIEFS {
            let stage = if n % 5 == 0 { "qa" } else { "dev" };
            hall.take(Event::BriefSeen(brief(n, stage, Time(u64::from(n)))));
        }
        hall.take(Event::Scanned);
        let begun = Instant::now();
        hall.take(Event::Opened {
            version: "0".to_owned(),
            alive: Vec::new(),
            by: opsroom::model::Actor::Room,
        });
        let opened = begun.elapsed();
        hall.rest();
        let all = begun.elapsed();
        println!(
            "  opened in {:.1} ms, all started in {:.0} ms",
            millis(opened),
            millis(all)
        );
        hall.take(Event::Settings(settings(dispatch)));
        hall
    }

    /// Takes an event and whatever follows at once; how long the room itself took.
    fn take(&mut self, event: Event) -> Duration {
        self.now = Time(self.now.0 + 1);
        let begun = Instant::now();
        let effects = self.room.update(event, self.now);
        let mut taken = begun.elapsed();
        for effect in effects {
            let follows = match effect {
                Effect::Gather { brief, .. } => Event::Gathered {
                    brief,
                    papers: Ok(Box::new(Papers::default())),
                },
                Effect::Spawn { agent, .. } => Event::Started { agent, pid: 7 },
                _ => continue,
            };
            taken += self.take(follows);
        }
        taken
    }

    fn rest(&mut self) -> Duration {
        let mut taken = Duration::ZERO;
        while self.room.next_deadline().is_some_and(|due| due <= self.now) {
            taken += self.take(Event::Tick);
        }
        taken
    }

    fn working(&self) -> usize {
        self.room.living().filter(|it| it.brief.is_some()).count()
    }

    fn measure(&mut self, what: &str, one: impl Fn(&mut Self) -> Duration) {
        let mut all: Vec<Duration> = (0..ROUNDS).map(|_| one(self)).collect();
        all.sort_unstable();
        let at = |share: usize| millis(all[(all.len() - 1) * share / 100]) * 1_000.0;
        println!(
            "  {what:<40} {:>8.1} {:>8.1} {:>8.1}",
            at(50),
            at(99),
            at(100)
        );
    }

    fn random(&mut self, below: u32) -> u32 {
        self.seed = self
            .seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        u32::try_from((self.seed >> 33) % u64::from(below)).unwrap()
    }

    fn some_agent(&mut self) -> AgentId {
        let living: Vec<AgentId> = self.room.living().map(|it| it.id).collect();
        let n = self.random(u32::try_from(living.len()).unwrap());
        living[n as usize]
    }

    fn heard(&mut self) -> Duration {
        let agent = self.some_agent();
        let states = [State::Working, State::Idle, State::Unknown];
        let evidence = Evidence {
            state: states[self.random(3) as usize].clone(),
            source: Source::Record,
            at: self.now,
            detail: Untrusted::default(),
        };
        self.take(Event::Heard { agent, evidence }) + self.rest()
    }

    fn used(&mut self) -> Duration {
        let agent = self.some_agent();
        let input_tokens = self.now.0;
        let usage = Usage {
            input_tokens,
            ..Usage::default()
        };
        self.now = Time(self.now.0 + 60_000);
        let word = usage.into();
        self.take(Event::Used { agent, word }) + self.rest()
    }

    fn changed(&mut self) -> Duration {
        let n = self.random(BRIEFS);
        let place = self.room.briefs[&id(n)].place.stage.to_string();
        let seen = brief(n, &place, self.now);
        self.take(Event::BriefSeen(seen)) + self.rest()
    }

    fn moved(&mut self) -> Duration {
        let n = self.random(BRIEFS);
        let stages = ["hold", "dev", "qa", "done"];
        let to = stages[self.random(4) as usize];
        let seen = brief(n, to, self.room.briefs[&id(n)].changed);
        self.take(Event::BriefSeen(seen)) + self.rest()
    }

    fn ended(&mut self) -> Duration {
        let agent = self.some_agent();
        let exit = Exit::Code(1);
        self.take(Event::Ended { agent, exit }) + self.rest()
    }
}

fn id(n: u32) -> BriefId {
    BriefId(format!("{n:05}-brief"))
}

fn brief(n: u32, stage: &str, changed: Time) -> Brief {
    Brief {
        id: id(n),
        place: Place {
            track: "web".into(),
            stage: stage.into(),
        },
        changed,
        content: Content::Read(Heading {
            title: Untrusted::new(format!("brief {n}")),
            priority: u8::try_from(n % 9 + 1).unwrap(),
            needs: if n % 10 == 9 {
                vec![id(n - 1)]
            } else {
                Vec::new()
            },
            ..Heading::default()
        }),
    }
}

/// As a file of a room says it.
const ROOM: &str = r#"
[tracks.web]
stages = [ { name = "dev", role = "builder" }, { name = "qa", role = "adversary" } ]
[roles.builder]
command = ["agent"]
[roles.adversary]
command = ["agent"]
checker = "maker"
places = 100
[limits]
agents = 1000
"#;

fn settings(dispatch: Dispatch) -> Settings {
    let mut settings = room::parse("opsroom.toml", ROOM).value.unwrap();
    settings.tracks[0].dispatch = dispatch;
    // more than a file may ask for
    settings.roles[0].places = AGENTS - 100;
    settings
}

fn millis(taken: Duration) -> f64 {
    taken.as_secs_f64() * 1_000.0
}
