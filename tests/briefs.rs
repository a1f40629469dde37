//! The brief folder with real files, a real watcher and real hands in it.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::Duration;

use opsroom::folder::briefs;
use opsroom::model::{Brief, BriefId, Content, Event, Place, StageShape, TrackKind, TrackShape};
use opsroom::server::briefs::{BriefHandle, Order, start};
use tokio::sync::{mpsc, oneshot};

/// Long enough for a slow machine; short of the ten seconds after which all would be seen without a watcher.
const HINTED: Duration = Duration::from_secs(8);
const PATIENCE: Duration = Duration::from_secs(60);

fn place(stage: &str) -> Place {
    Place {
        track: "web".into(),
        stage: stage.into(),
    }
}

fn tracks() -> Vec<TrackShape> {
    let stage = |name: &str| StageShape {
        name: name.into(),
        role: "builder".into(),
        ..StageShape::default()
    };
    vec![TrackShape {
        name: "web".into(),
        kind: TrackKind::Coding,
        stages: vec![stage("dev"), stage("qa")],
        ..TrackShape::default()
    }]
}

fn text(title: &str) -> String {
    format!("+++\ntitle = \"{title}\"\npriority = 2 # soon\n+++\nDo it.\n")
}

struct Room {
    dir: tempfile::TempDir,
}

impl Room {
    fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
        }
    }
    fn path(&self) -> &Path {
        self.dir.path()
    }
    fn file(&self, stage: &str, id: &str) -> PathBuf {
        self.path().join(format!("briefs/web/{stage}/{id}.md"))
    }
    fn put(&self, stage: &str, id: &str, text: &str) -> PathBuf {
        let path = self.file(stage, id);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }
    /// Every file below `briefs`, relative to it.
    fn files(&self) -> BTreeSet<String> {
        fn walk(path: &Path, found: &mut Vec<PathBuf>) {
            for entry in fs::read_dir(path).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(&path, found)
                } else {
                    found.push(path)
                }
            }
        }
        let mut found = Vec::new();
        walk(&self.path().join("briefs"), &mut found);
        let base = self.path().join("briefs");
        found
            .iter()
            .map(|path| path.strip_prefix(&base).unwrap().display().to_string())
            .collect()
    }
    fn watched(&self) -> Watched {
        let (handle, events) = start(self.path(), tracks()).unwrap();
        Watched {
            handle,
            events,
            queue: BTreeMap::new(),
            failed: Vec::new(),
        }
    }
}

/// What a server would know.
struct Watched {
    handle: BriefHandle,
    events: mpsc::Receiver<Event>,
    queue: BTreeMap<BriefId, Brief>,
    failed: Vec<String>,
}

impl Watched {
    async fn next(&mut self, limit: Duration) -> Event {
        let event = tokio::time::timeout(limit, self.events.recv()).await;
        let event = event
            .unwrap_or_else(|_| panic!("nothing came; known: {:#?}", self.queue))
            .unwrap();
        match &event {
            Event::BriefSeen(brief) => drop(self.queue.insert(brief.id.clone(), brief.clone())),
            Event::BriefGone(id) => drop(self.queue.remove(id).expect("what goes was there")),
            Event::BriefFailed { why, .. } => self.failed.push(why.clone()),
            Event::Scanned => {}
            Event::Dropped { .. } => {}
            other => panic!("{other:?}"),
        }
        event
    }

    async fn scanned(mut self) -> Self {
        while self.next(PATIENCE).await != Event::Scanned {}
        self
    }

    async fn until(&mut self, wanted: impl Fn(&BTreeMap<BriefId, Brief>) -> bool) {
        while !wanted(&self.queue) {
            self.next(HINTED).await;
        }
    }

    /// The sentence of the order that fails next.
    async fn refusal(&mut self, order: Order) -> String {
        self.handle.order(order).unwrap();
        let before = self.failed.len();
        while self.failed.len() == before {
            self.next(PATIENCE).await;
        }
        self.failed.pop().unwrap()
    }

    fn stage(&self, id: &str) -> Option<&str> {
        self.queue
            .get(&id.into())
            .map(|brief| brief.place.stage.as_str())
    }

    fn title(&self, id: &str) -> Option<&str> {
        Some(self.queue.get(&id.into())?.heading()?.title.raw())
    }
}

fn stands(queue: &BTreeMap<BriefId, Brief>, id: &str, stage: &str) -> bool {
    queue
        .get(&id.into())
        .is_some_and(|brief| brief.place.stage.as_str() == stage)
}

fn broken(queue: &BTreeMap<BriefId, Brief>, id: &str) -> bool {
    queue
        .get(&id.into())
        .is_some_and(|brief| brief.heading().is_none())
}

#[tokio::test]
async fn the_first_brief_is_seen_at_once_where_there_was_no_folder_for_it() {
    let room = Room::new();
    let mut watched = room.watched().scanned().await;
    fs::write(room.path().join("other.txt"), "x").unwrap();
    room.put("dev", "0001-a", &text("A"));
    watched.until(|queue| stands(queue, "0001-a", "dev")).await;
    room.put("qa", "0002-b", &text("B"));
    watched.until(|queue| stands(queue, "0002-b", "qa")).await;
    fs::remove_dir_all(room.path().join("briefs")).unwrap();
    watched.until(BTreeMap::is_empty).await;
    room.put("dev", "0003-c", &text("C"));
    watched.until(|queue| stands(queue, "0003-c", "dev")).await;
}

#[tokio::test]
async fn what_stands_there_is_seen_before_the_scan_is_complete() {
    let room = Room::new();
    room.put("dev", "0001-a", &text("A"));
    room.put("inbox", "0002-b", &text("B"));
    room.put("dev", ".hidden", "x");
    fs::write(room.path().join("briefs/web/dev/notes.txt"), "x").unwrap();
    let watched = room.watched().scanned().await;
    assert_eq!(watched.queue.len(), 2);
    assert_eq!(watched.stage("0001-a"), Some("dev"));
    assert_eq!(watched.title("0002-b"), Some("B"));
}

#[tokio::test]
async fn a_hand_adds_edits_moves_and_removes_and_each_is_seen() {
    let room = Room::new();
    fs::create_dir_all(room.path().join("briefs/web/dev")).unwrap();
    let mut watched = room.watched().scanned().await;
    let path = room.put("dev", "0001-a", &text("first"));
    watched
        .until(|queue| stands(queue, "0001-a", "dev") && !broken(queue, "0001-a"))
        .await;
    fs::write(&path, text("second")).unwrap();
    watched
        .until(|queue| {
            queue
                .values()
                .any(|it| it.heading().is_some_and(|it| it.title.raw() == "second"))
        })
        .await;
    // a stage nobody knew until now, below the watched folder
    fs::create_dir_all(room.path().join("briefs/web/qa")).unwrap();
    fs::rename(&path, room.file("qa", "0001-a")).unwrap();
    watched.until(|queue| stands(queue, "0001-a", "qa")).await;
    fs::remove_file(room.file("qa", "0001-a")).unwrap();
    watched.until(BTreeMap::is_empty).await;
}

#[tokio::test]
async fn a_file_moved_by_hand_is_one_event_and_never_gone_in_between() {
    let room = Room::new();
    room.put("dev", "0001-a", &text("A"));
    fs::create_dir_all(room.path().join("briefs/web/qa")).unwrap();
    let mut watched = room.watched().scanned().await;
    for turn in 0..20 {
        let (from, to) = if turn % 2 == 0 {
            ("dev", "qa")
        } else {
            ("qa", "dev")
        };
        fs::rename(room.file(from, "0001-a"), room.file(to, "0001-a")).unwrap();
        let event = watched.next(HINTED).await;
        let Event::BriefSeen(brief) = event else {
            panic!("{event:?}");
        };
        assert_eq!(brief.place.stage.as_str(), to);
        assert!(brief.heading().is_some(), "{brief:?}");
    }
}

#[tokio::test]
async fn two_thousand_files_at_once_are_all_seen() {
    let room = Room::new();
    fs::create_dir_all(room.path().join("briefs/web/dev")).unwrap();
    let mut watched = room.watched().scanned().await;
    for number in 0..2_000 {
        room.put("dev", &format!("{number:04}-many"), &text("many"));
    }
    watched
        .until(|queue| queue.len() == 2_000 && queue.values().all(|it| it.heading().is_some()))
        .await;
    for number in 0..2_000 {
        fs::rename(
            room.file("dev", &format!("{number:04}-many")),
            room.path().join(format!("{number}")),
        )
        .unwrap();
    }
    watched.until(BTreeMap::is_empty).await;
}

#[tokio::test]
async fn a_room_without_a_folder_gets_one_with_its_first_brief_and_watches_it() {
    let room = Room::new();
    let mut watched = room.watched().scanned().await;
    assert!(!room.path().join("briefs").exists());
    let order = Order::Write {
        brief: "0001-a".into(),
        place: place("inbox"),
        text: text("A"),
    };
    watched.handle.order(order).unwrap();
    watched
        .until(|queue| stands(queue, "0001-a", "inbox"))
        .await;
    assert_eq!(
        room.files(),
        BTreeSet::from(["web/inbox/0001-a.md".to_owned()])
    );
    room.put("inbox", "0002-b", &text("B"));
    watched
        .until(|queue| stands(queue, "0002-b", "inbox"))
        .await;
}

#[tokio::test]
async fn an_order_moves_a_brief_and_a_stale_one_is_refused_in_a_sentence() {
    let room = Room::new();
    room.put("dev", "0001-a", &text("A"));
    let mut watched = room.watched().scanned().await;
    let order = || Order::Move {
        brief: "0001-a".into(),
        from: place("dev"),
        to: place("qa"),
    };
    watched.handle.order(order()).unwrap();
    watched.until(|queue| stands(queue, "0001-a", "qa")).await;
    assert_eq!(
        room.files(),
        BTreeSet::from(["web/qa/0001-a.md".to_owned()])
    );
    let why = watched.refusal(order()).await;
    assert_eq!(
        why,
        "briefs/web/dev/0001-a.md is not there any more; look again"
    );
}

#[tokio::test]
async fn a_target_that_is_taken_is_never_replaced() {
    let room = Room::new();
    room.put("dev", "0001-a", &text("A"));
    let before = room.put("qa", "0001-a", "something else");
    let why =
        briefs::shift(room.path(), &"0001-a".into(), &place("dev"), &place("qa")).unwrap_err();
    assert!(
        why.contains("is there already; neither file was touched"),
        "{why}"
    );
    assert_eq!(fs::read_to_string(before).unwrap(), "something else");
    assert_eq!(room.files().len(), 2);
    let why =
        briefs::write(room.path(), &"0001-a".into(), &place("dev"), &text("new")).unwrap_err();
    assert!(why.contains("is there already"), "{why}");
    assert_eq!(
        fs::read_to_string(room.file("dev", "0001-a")).unwrap(),
        text("A")
    );
}

#[tokio::test]
async fn a_broken_brief_is_shown_with_its_place_and_never_moved_or_rewritten() {
    let room = Room::new();
    let bad = "+++\ntitle = A\n+++\nx\n";
    let path = room.put("dev", "0001-a", bad);
    let mut watched = room.watched().scanned().await;
    let Content::Broken(fault) = &watched.queue[&"0001-a".into()].content else {
        panic!("it parsed");
    };
    assert_eq!(
        (fault.path.as_str(), fault.line, fault.column),
        ("briefs/web/dev/0001-a.md", 2, 9)
    );
    assert!(!fault.hint.is_empty());
    let brief = || BriefId::from("0001-a");
    let why = watched
        .refusal(Order::Move {
            brief: brief(),
            from: place("dev"),
            to: place("qa"),
        })
        .await;
    assert!(
        why.contains("a broken file is not moved") && why.contains(":2:9:"),
        "{why}"
    );
    let why = watched
        .refusal(Order::Priority {
            brief: brief(),
            place: place("dev"),
            priority: 1,
        })
        .await;
    assert!(why.contains(":2:9:"), "{why}");
    assert_eq!(fs::read_to_string(&path).unwrap(), bad);
    assert_eq!(room.files().len(), 1);
    // mended by hand, it is a brief again
    fs::write(&path, text("A")).unwrap();
    watched.until(|queue| !broken(queue, "0001-a")).await;
}

#[tokio::test]
async fn an_id_in_two_places_is_broken_and_names_both_until_one_is_gone() {
    let room = Room::new();
    room.put("dev", "0001-a", &text("A"));
    let second = room.put("qa", "0001-a", &text("A again"));
    let mut watched = room.watched().scanned().await;
    let Content::Broken(fault) = &watched.queue[&"0001-a".into()].content else {
        panic!("it should be broken");
    };
    assert!(
        fault
            .what
            .contains("briefs/web/dev/0001-a.md, briefs/web/qa/0001-a.md"),
        "{fault:?}"
    );
    let why = watched
        .refusal(Order::Move {
            brief: "0001-a".into(),
            from: place("dev"),
            to: place("done"),
        })
        .await;
    assert!(why.contains("stands in 2 places"), "{why}");
    let all = briefs::all(room.path()).unwrap();
    assert_eq!(all.len(), 2);
    assert!(all.iter().all(|brief| brief.heading().is_none()));
    fs::remove_file(second).unwrap();
    watched
        .until(|queue| stands(queue, "0001-a", "dev") && !broken(queue, "0001-a"))
        .await;
}

#[tokio::test]
async fn a_priority_changes_and_every_other_byte_stays() {
    let room = Room::new();
    let path = room.put("dev", "0001-a", &text("A"));
    let mut watched = room.watched().scanned().await;
    let order = Order::Priority {
        brief: "0001-a".into(),
        place: place("dev"),
        priority: 7,
    };
    watched.handle.order(order).unwrap();
    watched
        .until(|queue| queue.values().all(|brief| brief.priority() == 7))
        .await;
    assert_eq!(
        fs::read_to_string(path).unwrap(),
        text("A").replace("priority = 2", "priority = 7")
    );
    assert_eq!(room.files().len(), 1, "nothing is left beside it");
}

#[tokio::test]
async fn links_pipes_and_odd_names_are_shown_as_broken_and_never_read() {
    let room = Room::new();
    let secret = room.path().join("secret");
    fs::write(&secret, text("secret")).unwrap();
    room.put("dev", "0001-a", &text("A"));
    symlink(&secret, room.file("dev", "0002-link")).unwrap();
    let pipe = room.file("dev", "0003-pipe");
    assert!(
        std::process::Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    room.put("dev", "Has Spaces", &text("x"));
    room.put("dev", "evil\u{1b}[31m", &text("x"));
    fs::write(
        room.file("dev", "0004-bytes"),
        b"+++\ntitle = \"\xff\"\n+++\n",
    )
    .unwrap();
    symlink("/etc", room.path().join("briefs/web/qa")).unwrap();
    let watched = room.watched().scanned().await;
    assert_eq!(watched.queue.len(), 6);
    for (id, brief) in &watched.queue {
        assert_eq!(
            brief.heading().is_some(),
            id.as_str() == "0001-a",
            "{brief:?}"
        );
        assert!(!id.as_str().chars().any(char::is_control));
        assert!(!format!("{brief:?}").contains("secret\""), "{brief:?}");
    }
    let Content::Broken(fault) = &watched.queue[&"0004-bytes".into()].content else {
        panic!("it parsed");
    };
    assert_eq!((fault.line, fault.column), (2, 10));
    let why =
        briefs::shift(room.path(), &"0001-a".into(), &place("dev"), &place("qa")).unwrap_err();
    assert!(why.contains("is a link"), "{why}");
}

#[tokio::test]
async fn a_place_that_the_settings_do_not_know_is_said_until_they_do() {
    let room = Room::new();
    room.put("ship", "0001-a", &text("A"));
    let mut watched = room.watched().scanned().await;
    let lacks = |queue: &BTreeMap<BriefId, Brief>| {
        queue[&"0001-a".into()].heading().unwrap().lacks[0].sentence()
    };
    assert!(lacks(&watched.queue).contains("track web has no `ship`"));
    let mut more = tracks();
    more[0].stages.push(StageShape {
        name: "ship".into(),
        role: "builder".into(),
        ..StageShape::default()
    });
    watched.handle.order(Order::Tracks(more)).unwrap();
    watched.until(|queue| !lacks(queue).contains("ship")).await;
}

#[tokio::test]
async fn a_file_is_read_for_somebody_with_its_path() {
    let room = Room::new();
    let path = room.put("dev", "0001-a", &text("A"));
    let watched = room.watched().scanned().await;
    let ask = async |id: &str| {
        let (reply, answer) = oneshot::channel();
        let brief = id.into();
        watched.handle.order(Order::Read { brief, reply }).unwrap();
        answer.await.unwrap()
    };
    assert_eq!(
        ask("0001-a").await.unwrap(),
        (path.display().to_string(), text("A"))
    );
    assert!(
        ask("0009-x")
            .await
            .unwrap_err()
            .contains("there is no brief 0009-x")
    );
}

#[test]
fn a_new_brief_gets_the_next_number_and_its_title() {
    let room = Room::new();
    room.put("done", "0041-old", &text("old"));
    let add = |title: &str| briefs::add(room.path(), &place("inbox"), &text(title)).unwrap();
    assert_eq!(
        add("Rate-limit the login").as_str(),
        "0042-rate-limit-the-login"
    );
    assert_eq!(add("日本").as_str(), "0043-ri-ben");
    assert!(
        briefs::add(room.path(), &place("inbox"), "no front matter")
            .unwrap_err()
            .contains("1:1")
    );
}

#[test]
fn many_hands_that_add_at_once_lose_nothing() {
    let room = Room::new();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..10 {
                    briefs::add(room.path(), &place("inbox"), &text("same")).unwrap();
                }
            });
        }
    });
    assert_eq!(room.files().len(), 40);
}

#[tokio::test]
async fn what_a_crash_left_beside_a_file_is_not_a_brief() {
    // killed between the temporary file and the rename
    let room = Room::new();
    room.put("dev", "0001-a", &text("A"));
    fs::write(
        room.path().join("briefs/web/dev/.opsroom-1-0.new"),
        text("half"),
    )
    .unwrap();
    let watched = room.watched().scanned().await;
    assert_eq!(watched.queue.len(), 1);
    assert_eq!(watched.title("0001-a"), Some("A"));
}

#[test]
fn a_mover_that_is_killed_leaves_the_brief_in_exactly_one_folder() {
    const MOVER: &str = "OPSROOM_TEST_MOVER";
    if let Some(room) = std::env::var_os(MOVER).map(PathBuf::from) {
        for turn in 0_u64.. {
            let (from, to) = if turn % 2 == 0 {
                ("dev", "qa")
            } else {
                ("qa", "dev")
            };
            briefs::shift(&room, &"0001-a".into(), &place(from), &place(to)).unwrap();
            briefs::prioritise(&room, &"0001-a".into(), &place(to), (turn % 9 + 1) as u8).unwrap();
        }
    }
    let me = "a_mover_that_is_killed_leaves_the_brief_in_exactly_one_folder";
    for _ in 0..8 {
        let room = Room::new();
        room.put("dev", "0001-a", &text("A"));
        let mut child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", me])
            .env(MOVER, room.path())
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        // it is at work once the file has left its first place
        while room.file("dev", "0001-a").exists() {
            assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let visible: Vec<String> = room
            .files()
            .into_iter()
            .filter(|file| !file.contains("/."))
            .collect();
        assert_eq!(visible.len(), 1, "{visible:?}");
        let all = briefs::all(room.path()).unwrap();
        assert!(all[0].heading().is_some(), "{all:?}");
    }
}

/// The room says that this file shall become a brief; the folder makes it.
async fn taken(watched: &mut Watched, id: &str) -> String {
    let (track, file) = loop {
        if let Event::Dropped { track, file, .. } = watched.next(HINTED).await {
            break (track, file);
        }
    };
    let order = Order::Take {
        brief: id.into(),
        track,
        file: file.clone(),
    };
    watched.handle.order(order).unwrap();
    watched.until(|queue| queue.contains_key(&id.into())).await;
    file
}

#[tokio::test]
async fn a_file_that_is_still_being_written_is_waited_for_and_then_becomes_one_brief() {
    use std::io::Write as _;
    let room = Room::new();
    fs::create_dir_all(room.path().join("briefs/web/drop")).unwrap();
    let mut watched = room.watched().scanned().await;
    let mut slow = fs::File::create(room.path().join("briefs/web/drop/call.txt")).unwrap();
    slow.write_all(b"A: hel").unwrap();
    // A whole one that came later is news first: by then the unfinished one was looked at, and left alone.
    fs::write(room.path().join("aside"), "x").unwrap();
    let whole = room.path().join("briefs/web/drop/note.txt");
    fs::rename(room.path().join("aside"), whole).unwrap();
    assert_eq!(taken(&mut watched, "0001-note").await, "note.txt");
    slow.write_all(b"lo\n").unwrap();
    drop(slow);
    assert_eq!(taken(&mut watched, "0002-call").await, "call.txt");
    let files = room.files();
    let all = [
        "web/drop/taken/0001-note--note.txt",
        "web/drop/taken/0002-call--call.txt",
        "web/inbox/0001-note.md",
        "web/inbox/0002-call.md",
    ];
    assert_eq!(files, all.map(str::to_owned).into());
    let text = fs::read_to_string(room.file("inbox", "0002-call")).unwrap();
    assert!(text.contains("A: hello\n"), "{text}");
}

#[tokio::test]
async fn what_becomes_no_brief_is_shown_with_its_reason_until_it_is_gone() {
    let room = Room::new();
    let folder = room.path().join("briefs/web/drop");
    fs::create_dir_all(&folder).unwrap();
    symlink("/etc/passwd", folder.join("link")).unwrap();
    let mut watched = room.watched().scanned().await;
    let broken = BriefId::from("web/drop/link");
    let Content::Broken(fault) = &watched.queue[&broken].content else {
        panic!("{:?}", watched.queue);
    };
    assert_eq!(fault.path, "briefs/web/drop/link");
    assert!(fault.what.contains("no plain file"), "{fault:?}");
    fs::remove_file(folder.join("link")).unwrap();
    watched.until(|queue| queue.is_empty()).await;
}
