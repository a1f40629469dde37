//! The journal on a real disk: what a crash, a full disk and a hand leave of it.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use opsroom::folder::journal::{self, Head, head_path, lines_path, verify};
use opsroom::model::{Actor, AgentId, Entry, Happening, Launch, Manner, Person, Time};
use opsroom::server::journal::{HeadFound, Journal, OpenFault};
use proptest::prelude::*;

fn said(n: u64, text: &str) -> Entry {
    Entry {
        at: Time(1_700_000_000_000 + n),
        by: Actor::Person(Person {
            name: "alice".into(),
            key: None,
        }),
        what: Happening::Messaged {
            message: n,
            agent: AgentId(2),
            text: text.into(),
            manner: Manner::AtRest,
        },
    }
}

/// One entry of several forms, a unit form among them.
fn some() -> Vec<Entry> {
    let entry = |by, what| Entry {
        at: Time(5),
        by,
        what,
    };
    let launch = Launch {
        name: "tests \"é\"\u{1b}[31m".into(),
        command: vec!["cargo".into(), "test".into()],
        ..Launch::default()
    };
    let agent = AgentId(1);
    vec![
        entry(
            Actor::Room,
            Happening::Opened {
                version: "0.1.0".into(),
            },
        ),
        entry(Actor::Room, Happening::Spawned { agent, launch }),
        said(3, "line one\nline two"),
        entry(Actor::Agent(agent), Happening::Typed { agent }),
        entry(Actor::Hand, Happening::Closed),
    ]
}

struct Room {
    dir: tempfile::TempDir,
}

impl Room {
    fn with(entries: &[Entry]) -> Self {
        let room = Self {
            dir: tempfile::tempdir().unwrap(),
        };
        let (mut journal, before, _) = Journal::open(room.path()).unwrap();
        assert!(before.is_empty());
        for entry in entries {
            journal.append(entry).unwrap();
        }
        room
    }
    fn path(&self) -> &Path {
        self.dir.path()
    }
    fn lines(&self) -> PathBuf {
        lines_path(self.path())
    }
    fn bytes(&self) -> Vec<u8> {
        fs::read(self.lines()).unwrap()
    }
    fn put(&self, bytes: &[u8]) {
        fs::write(self.lines(), bytes).unwrap();
    }
    fn head(&self) -> Vec<u8> {
        fs::read(head_path(self.path())).unwrap()
    }
    fn put_head(&self, bytes: &[u8]) {
        fs::write(head_path(self.path()), bytes).unwrap();
    }
    /// Opens it. A process that another test is just starting holds our descriptors until it is another
    /// program, and the lock with them: that moment is waited out.
    fn open(&self) -> (Journal, Vec<Entry>, opsroom::server::journal::Opened) {
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
        loop {
            match Journal::open(self.path()) {
                Err(OpenFault::Taken(_)) if std::time::Instant::now() < deadline => {
                    std::thread::yield_now();
                }
                opened => return opened.unwrap(),
            }
        }
    }
    fn refusal(&self) -> String {
        Journal::open(self.path()).unwrap_err().to_string()
    }
    fn fault(&self) -> (u64, String) {
        let fault = verify(self.path()).unwrap_err();
        (fault.line, fault.what)
    }
}

fn split(bytes: &[u8]) -> Vec<Vec<u8>> {
    bytes
        .split_inclusive(|byte| *byte == b'\n')
        .map(<[u8]>::to_vec)
        .collect()
}

/// The heads that were on disk, one for each number of lines.
fn heads(entries: &[Entry]) -> Vec<Vec<u8>> {
    let room = Room::with(&[]);
    let mut heads = vec![room.head()];
    let (mut journal, _, _) = room.open();
    for entry in entries {
        journal.append(entry).unwrap();
        heads.push(room.head());
    }
    heads
}

#[test]
fn what_was_written_reads_back() {
    let room = Room::with(&some());
    let (journal, entries, opened) = room.open();
    assert_eq!(entries, some());
    assert_eq!((opened.cut_bytes, opened.head), (0, HeadFound::Whole));
    assert_eq!(journal.lines(), 5);
    let verified = verify(room.path()).unwrap();
    assert_eq!((verified.lines, verified.torn, verified.behind), (5, 0, 0));
    let read = journal::read(room.path()).unwrap();
    assert_eq!(
        read.iter().map(|(n, _)| *n).collect::<Vec<_>>(),
        [1, 2, 3, 4, 5]
    );
    assert_eq!(
        read.into_iter().map(|(_, entry)| entry).collect::<Vec<_>>(),
        some()
    );
}

#[test]
fn every_prefix_of_a_journal_recovers_and_can_be_written_on() {
    // short ones: every byte is a crash, and every crash syncs several times
    let all = [&some()[..1], &[said(2, "é")], &some()[4..]].concat();
    let heads = heads(&all);
    let room = Room::with(&all);
    let bytes = room.bytes();
    for length in 0..=bytes.len() {
        let prefix = &bytes[..length];
        let whole = prefix.iter().filter(|byte| **byte == b'\n').count();
        // the crash came before the head was written, or after
        for head in [whole.saturating_sub(1), whole] {
            room.put(prefix);
            room.put_head(&heads[head]);
            let (mut journal, entries, opened) = room.open();
            assert_eq!(entries, all[..whole], "prefix of {length} bytes");
            let end = prefix
                .iter()
                .rposition(|byte| *byte == b'\n')
                .map_or(0, |at| at + 1);
            assert_eq!(opened.cut_bytes, (length - end) as u64);
            journal.append(&said(9, "after")).unwrap();
            drop(journal);
            assert_eq!(verify(room.path()).unwrap().lines, whole as u64 + 1);
        }
    }
}

#[test]
fn half_of_a_line_that_was_never_acknowledged_is_cut_even_with_rubbish_behind_it() {
    let all = some();
    let heads = heads(&all);
    let room = Room::with(&all);
    let lines = split(&room.bytes());
    let mut torn = lines[..4].concat();
    torn.extend_from_slice(&[0; 100]);
    torn.extend_from_slice(&lines[4][100..]);
    room.put(&torn);
    room.put_head(&heads[4]);
    let (_, entries, opened) = room.open();
    assert_eq!(entries, all[..4]);
    assert!(opened.cut_bytes > 0);
}

#[test]
fn any_changed_byte_is_found() {
    let room = Room::with(&some());
    let bytes = room.bytes();
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        room.put(&changed);
        assert!(
            verify(room.path()).is_err(),
            "byte {at} was changed, and nobody noticed"
        );
    }
}

#[test]
fn a_changed_line_is_named() {
    let room = Room::with(&some());
    let text = String::from_utf8(room.bytes()).unwrap();
    room.put(text.replacen("line one", "line 0ne", 1).as_bytes());
    let (line, what) = room.fault();
    assert_eq!(line, 3);
    assert!(what.contains("was changed"), "{what}");
    let refusal = room.refusal();
    assert!(
        refusal.contains("line 3") && refusal.contains("opsroom journal verify"),
        "{refusal}"
    );
}

#[test]
fn a_removed_swapped_doubled_or_added_line_is_found() {
    let room = Room::with(&some());
    let lines = split(&room.bytes());
    let other = Room::with(&[said(1, "forged")]);
    let cases = [
        ("removed", vec![0, 1, 3, 4], 3),
        ("removed first", vec![1, 2, 3, 4], 1),
        ("swapped", vec![0, 2, 1, 3, 4], 2),
        ("doubled", vec![0, 1, 1, 2, 3, 4], 3),
    ];
    for (what, order, line) in cases {
        room.put(
            &order
                .iter()
                .flat_map(|at| lines[*at].clone())
                .collect::<Vec<u8>>(),
        );
        assert_eq!(room.fault().0, line, "{what}");
        assert!(Journal::open(room.path()).is_err(), "{what}");
    }
    room.put(&[lines.concat(), other.bytes()].concat());
    assert_eq!(room.fault().0, 6);
}

#[test]
fn a_cut_end_is_found_and_refused() {
    let room = Room::with(&some());
    let lines = split(&room.bytes());
    for kept in 0..5 {
        room.put(&lines[..kept].concat());
        let (_, what) = room.fault();
        assert!(what.contains("the end was cut"), "{what}");
        assert!(room.refusal().contains("the end was cut"));
        assert_eq!(
            room.bytes(),
            lines[..kept].concat(),
            "a refused journal is not touched"
        );
    }
}

#[test]
fn a_chain_that_was_written_anew_is_found_by_its_head() {
    let room = Room::with(&[said(1, "yes"), said(2, "no")]);
    let forged = Room::with(&[said(1, "yes"), said(2, "yes")]);
    room.put(&forged.bytes());
    assert!(room.fault().1.contains("written anew"));
    assert!(Journal::open(room.path()).is_err());
}

#[test]
fn a_missing_or_damaged_head_is_a_fault_and_the_next_start_says_so() {
    let room = Room::with(&some());
    fs::remove_file(head_path(room.path())).unwrap();
    assert!(room.fault().1.contains("journal.head is missing"));
    assert_eq!(room.open().2.head, HeadFound::Missing);
    assert_eq!(verify(room.path()).unwrap().lines, 5);
    room.put_head(b"5 beef\n");
    assert!(room.fault().1.contains("damaged"));
    assert_eq!(room.open().2.head, HeadFound::Unreadable);
    assert_eq!(verify(room.path()).unwrap().lines, 5);
}

#[test]
fn a_second_writer_is_refused_until_the_first_is_gone() {
    let room = Room::with(&some());
    let (first, _, _) = room.open();
    let refused = Journal::open(room.path()).unwrap_err();
    assert!(matches!(refused, OpenFault::Taken(_)), "{refused}");
    assert!(
        refused
            .to_string()
            .contains("another server writes this room's journal")
    );
    drop(first);
    room.open();
}

#[test]
fn an_entry_of_a_newer_version_stops_the_start_and_is_kept() {
    let room = Room::with(&some());
    let text = String::from_utf8(room.bytes()).unwrap();
    // a chain as a newer version would write it: the unknown kind with right hashes
    let newer = rechained(&text.replace("\"what\":\"closed\"", "\"what\":\"teleported\""));
    room.put(newer.as_bytes());
    let last = newer.trim_end().rsplit('\n').next().unwrap();
    room.put_head(format!("{:020} {}\n", 5, hash_in(last)).as_bytes());
    assert_eq!(
        verify(room.path()).unwrap().lines,
        5,
        "the chain itself is whole"
    );
    let refusal = room.refusal();
    assert!(
        refusal.contains("another version of opsroom") && refusal.contains("teleported"),
        "{refusal}"
    );
    assert_eq!(room.bytes(), newer.as_bytes());
    // behind the head, too: it was not written by us, so it is not ours to cut
    room.put_head(&heads(&some())[4]);
    assert!(room.refusal().contains("another version of opsroom"));
    assert_eq!(room.bytes(), newer.as_bytes());
}

fn hash_in(line: &str) -> &str {
    line.split("\"hash\":\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
}

/// The documented form, written down a second time: SHA-256 of the line without its hash.
fn rechained(text: &str) -> String {
    use sha2::Digest as _;
    let mut prev = "0".repeat(64);
    let mut out = String::new();
    for (at, line) in text.lines().enumerate() {
        let fields = line
            .split_once("\"hash\":\"")
            .unwrap()
            .1
            .split_once("\",")
            .unwrap()
            .1;
        let head = format!("{{\"n\":{},\"prev\":\"{prev}\",", at + 1);
        let digest = sha2::Sha256::digest(format!("{head}{fields}"));
        let hash: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        out.push_str(&format!("{head}\"hash\":\"{hash}\",{fields}\n"));
        prev = hash;
    }
    out
}

#[test]
fn the_hash_is_the_documented_one() {
    let room = Room::with(&some());
    let text = String::from_utf8(room.bytes()).unwrap();
    assert_eq!(rechained(&text), text);
}

const FULL: &str = "OPSROOM_TEST_FULL_DISK";

/// The part of the next test that runs where files can only be this long.
#[test]
fn helper_fills_a_disk() {
    let Some(dir) = std::env::var_os(FULL).map(PathBuf::from) else {
        return;
    };
    let (mut journal, _, _) = Journal::open(&dir).unwrap();
    let mut written = 0;
    while journal.append(&said(written, &"x".repeat(300))).is_ok() {
        written += 1;
        assert!(written < 1_000, "the limit did not hold");
    }
    let length = fs::metadata(lines_path(&dir)).unwrap().len();
    let bytes = fs::read(lines_path(&dir)).unwrap();
    assert_eq!(bytes.last(), Some(&b'\n'), "half a line was left");
    // a small one still fits, and is not glued to what failed
    journal.append(&said(written, "")).unwrap();
    assert!(fs::metadata(lines_path(&dir)).unwrap().len() > length);
    fs::write(dir.join("written"), format!("{}", written + 1)).unwrap();
}

#[test]
fn a_full_disk_leaves_whole_lines_and_the_error_is_returned() {
    let dir = tempfile::tempdir().unwrap();
    let test = std::env::current_exe().unwrap();
    // writes beyond the limit fail part-way, as on a full disk
    let output = Command::new("sh")
        .args([
            "-c",
            "trap '' XFSZ; ulimit -f 16; exec \"$0\" --exact helper_fills_a_disk",
        ])
        .arg(test)
        .env(FULL, dir.path())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    let written: u64 = fs::read_to_string(dir.path().join("written"))
        .unwrap()
        .parse()
        .unwrap();
    assert!(written > 5);
    assert_eq!(verify(dir.path()).unwrap().lines, written);
    assert_eq!(Journal::open(dir.path()).unwrap().1.len() as u64, written);
}

#[test]
fn several_lines_are_written_together_or_not_at_all() {
    let room = Room::with(&[]);
    let (mut journal, _, _) = room.open();
    journal.append_all(&some()).unwrap();
    let too_long = said(1, &"x".repeat(opsroom::folder::chain::LONGEST));
    assert!(journal.append_all(&[said(1, "fits"), too_long]).is_err());
    assert_eq!(journal.lines(), 5);
    drop(journal);
    assert_eq!(verify(room.path()).unwrap().lines, 5);
    assert_eq!(Head::read(room.path()).unwrap(), {
        let text = String::from_utf8(room.bytes()).unwrap();
        Head::At(opsroom::folder::chain::Link {
            n: 5,
            hash: hash_in(text.lines().last().unwrap()).to_owned(),
        })
    });
}

#[test]
fn a_follower_sees_each_line_as_it_is_written() {
    let room = Room::with(&some());
    let mut follower = journal::follow(room.path()).unwrap();
    for entry in some() {
        assert_eq!(follower.next_later().unwrap().1, entry);
    }
    assert_eq!(follower.next_now().unwrap(), None);
    let (mut journal, _, _) = room.open();
    let writer = std::thread::spawn(move || journal.append(&said(6, "later")).unwrap());
    assert_eq!(follower.next_later().unwrap(), (6, said(6, "later")));
    writer.join().unwrap();
}

#[test]
fn only_its_owner_can_read_it() {
    use std::os::unix::fs::MetadataExt as _;
    let room = Room::with(&some());
    for path in [room.lines(), head_path(room.path())] {
        assert_eq!(fs::metadata(path).unwrap().mode() & 0o777, 0o600);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_text_comes_back_as_it_was(texts in prop::collection::vec(any::<String>(), 1..6)) {
        let entries: Vec<Entry> = texts.iter().zip(1..).map(|(text, n)| said(n, text)).collect();
        let room = Room::with(&entries);
        prop_assert_eq!(room.open().1, entries);
        prop_assert!(verify(room.path()).is_ok());
    }
}
