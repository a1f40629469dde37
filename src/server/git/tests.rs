#![allow(clippy::unwrap_used, clippy::panic)]
use super::*;
use std::fs;
use std::path::PathBuf;

use crate::model::Remains;

mod diffs;

/// A room with a real repository.
struct Room {
    dir: tempfile::TempDir,
    git: GitHandle,
}

impl Room {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let git = start(&fs::canonicalize(dir.path()).unwrap());
        let room = Self { dir, git };
        room.run(&["init", "-q", "-b", "main"]);
        room.run(&["config", "user.name", "Alice"]);
        room.run(&["config", "user.email", "alice@example.com"]);
        room.write("a.txt", "one\ntwo\nthree\n");
        room.write(".gitignore", ".opsroom\n");
        room.commit("first");
        room
    }

    fn path(&self) -> PathBuf {
        fs::canonicalize(self.dir.path()).unwrap()
    }

    fn at(&self, folder: &Path, words: &[&str]) -> String {
        let mut git = std::process::Command::new("git");
        let done = git.arg("-C").arg(folder).args(words).output().unwrap();
        assert!(
            done.status.success(),
            "{words:?}: {}",
            String::from_utf8_lossy(&done.stderr)
        );
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    }

    fn run(&self, words: &[&str]) -> String {
        self.at(&self.path(), words)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path().join(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap()
    }

    fn commit(&self, message: &str) {
        self.run(&["add", "-A"]);
        self.run(&["commit", "-qm", message]);
    }

    async fn made(&self, brief: &str) -> Made {
        self.git.worktree(start_of(brief, None)).await.unwrap()
    }

    /// A brief whose work is committed.
    async fn worked(&self, brief: &str, name: &str, text: &str) -> Made {
        let made = self.made(brief).await;
        fs::write(made.folder.join(name), text).unwrap();
        self.at(&made.folder, &["add", "-A"]);
        self.at(&made.folder, &["commit", "-qm", "the work"]);
        made
    }

    async fn land(&self, made: &Made, way: LandWay) -> Result<Landed, GitFault> {
        self.git.land(landing(made, way, None)).await
    }
}

fn start_of(brief: &str, known: Option<Branch>) -> Start {
    Start {
        brief: brief.into(),
        folder: String::new(),
        known,
    }
}

fn goes_if(landed: &Landed) -> Fate {
    Fate::GoesIfLanded {
        head: landed.head.clone(),
        commit: landed.commit.clone().unwrap(),
    }
}

fn landing(made: &Made, way: LandWay, tree: Option<String>) -> LandOrder {
    LandOrder {
        brief: "0001-x".into(),
        title: "Limit the login".to_owned(),
        branch: made.branch.clone(),
        way,
        tree,
    }
}

#[tokio::test]
async fn a_worktree_is_made_from_the_current_head_and_found_again() {
    let room = Room::new();
    let head = room.run(&["rev-parse", "HEAD"]);
    let made = room.made("0001-x").await;
    assert_eq!(made.branch.name, "opsroom/0001-x");
    assert_eq!(
        (&made.branch.base, made.branch.onto.as_str()),
        (&head, "main")
    );
    assert_eq!(made.folder, room.path().join(".opsroom/worktrees/0001-x"));
    assert_eq!(made.state, Setup::Missing);
    room.git.ready(&made.branch).await.unwrap();
    fs::write(made.folder.join("new.txt"), "not committed").unwrap();
    room.write("a.txt", "main went on\n");
    room.commit("second");
    let again = room.made("0001-x").await;
    assert_eq!((again.state, &again.branch.base), (Setup::Done, &head));
    assert_eq!(again.branch, made.branch);
    assert!(made.folder.join("new.txt").is_file());
    // A folder that somebody removed comes back, with the branch as it is.
    fs::remove_dir_all(&made.folder).unwrap();
    assert_eq!(room.made("0001-x").await.state, Setup::Missing);
    assert_eq!(room.run(&["status", "--porcelain"]), "");
}

#[tokio::test]
async fn what_cannot_have_a_worktree_says_why() {
    let dir = tempfile::tempdir().unwrap();
    let git = start(dir.path());
    let refused = |git: GitHandle| async move {
        let made = git.worktree(start_of("0001-x", None)).await;
        made.unwrap_err().to_string()
    };
    assert!(refused(git.clone()).await.contains("in no git repository"));
    let run = |words: &[&str]| {
        let mut git = std::process::Command::new("git");
        assert!(
            git.arg("-C")
                .arg(dir.path())
                .args(words)
                .status()
                .unwrap()
                .success()
        );
    };
    run(&["init", "-q", "-b", "main"]);
    assert!(refused(git).await.contains("no commit yet"));
    let room = Room::new();
    room.run(&["checkout", "-q", "--detach"]);
    assert!(refused(room.git.clone()).await.contains("on no branch"));
    room.run(&["checkout", "-q", "main"]);
    let made = room.made("0002-y").await;
    room.at(&made.folder, &["checkout", "-q", "-b", "aside"]);
    let again = room.git.worktree(start_of("0002-y", None)).await;
    assert!(again.unwrap_err().to_string().contains("it is on aside"));
}

#[tokio::test]
async fn facts_tell_what_was_done_committed_or_not() {
    let room = Room::new();
    let made = room
        .worked("0001-x", "a.txt", "one\n2\nthree\nfour\n")
        .await;
    fs::write(made.folder.join("b.txt"), "new\n").unwrap();
    room.write("other.txt", "main went on\n");
    room.commit("second");
    let facts = room.git.facts(&made.branch).await.unwrap();
    let files: Vec<_> = facts
        .files
        .iter()
        .map(|it| (it.path.raw(), it.added, it.removed))
        .collect();
    assert_eq!(
        files,
        [("a.txt", Some(2), Some(1)), ("b.txt", Some(1), Some(0))]
    );
    assert_eq!((facts.uncommitted, facts.commits.len()), (1, 1));
    assert_eq!(facts.commits[0].1.raw(), "the work");
    // Looking changes nothing: what was not staged is not staged.
    assert_eq!(
        room.at(&made.folder, &["status", "--porcelain"]),
        "?? b.txt"
    );
    let diff = room
        .git
        .diff(
            &made.branch,
            Against {
                paths: vec!["b.txt".to_owned()],
                context: 3,
            },
        )
        .await
        .unwrap();
    assert!(
        diff.text.contains("+new") && !diff.text.contains("four"),
        "{}",
        diff.text
    );
    assert_eq!(diff.tree, facts.tree);
}

#[tokio::test]
async fn a_change_of_the_same_size_and_moment_as_what_git_knows_is_seen() {
    let room = Room::new();
    let made = room.made("0001-x").await;
    let moment = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    let touch = |path: &Path| {
        let file = std::fs::File::options().append(true).open(path).unwrap();
        file.set_modified(moment).unwrap();
    };
    // The moment at which a file's state changed last cannot be set back.
    room.at(&made.folder, &["config", "core.trustctime", "false"]);
    let file = made.folder.join("quick.txt");
    std::fs::write(&file, "one").unwrap();
    touch(&file);
    room.at(&made.folder, &["add", "quick.txt"]);
    let folder = room.at(&made.folder, &["rev-parse", "--absolute-git-dir"]);
    touch(&Path::new(folder.trim()).join("index"));
    std::fs::write(&file, "two").unwrap();
    touch(&file);
    let tree = room.git.facts(&made.branch).await.unwrap().tree;
    let shown = room.at(
        &made.folder,
        &["cat-file", "-p", &format!("{tree}:quick.txt")],
    );
    assert_eq!(shown.trim(), "two");
}

#[tokio::test]
async fn a_merge_lands_what_was_approved_and_once_only() {
    let room = Room::new();
    let made = room.worked("0001-x", "b.txt", "work\n").await;
    fs::write(made.folder.join("c.txt"), "not committed\n").unwrap();
    room.write("other.txt", "main went on\n");
    room.commit("second");
    let approved = room.git.facts(&made.branch).await.unwrap().tree;
    let order = landing(&made, LandWay::Merge, Some(approved));
    let landed = room.git.land(order.clone()).await.unwrap();
    assert_eq!(
        (room.read("b.txt"), room.read("c.txt")),
        ("work\n".into(), "not committed\n".into())
    );
    assert_eq!(
        (landed.saved, landed.commit.as_deref()),
        (1, Some(room.run(&["rev-parse", "main"]).as_str()))
    );
    let parents = room.run(&["rev-list", "--parents", "-n1", "main"]);
    assert_eq!(parents.split(' ').count(), 3);
    let again = room.git.land(order).await.unwrap();
    assert_eq!(again.commit, landed.commit);
    assert_eq!(room.run(&["status", "--porcelain"]), "");
    let cleaned = room.git.clean(&made.branch, goes_if(&landed)).await;
    let cleaned = cleaned.unwrap();
    assert_eq!((cleaned.branch, cleaned.saved), (Remains::Gone, 0));
    assert!(!made.folder.exists());
    assert_eq!(room.run(&["branch", "--list", "opsroom/*"]), "");
    let cleaned = room.git.clean(&made.branch, goes_if(&landed)).await;
    let cleaned = cleaned.unwrap();
    assert_eq!(cleaned.branch, Remains::Gone);
}

#[tokio::test]
async fn a_squash_is_one_commit_and_done_once_only() {
    let room = Room::new();
    let made = room.worked("0001-x", "b.txt", "work\n").await;
    let landed = room.land(&made, LandWay::Squash).await.unwrap();
    room.write("other.txt", "main went on\n");
    room.commit("second");
    assert_eq!(
        room.land(&made, LandWay::Squash).await.unwrap().commit,
        landed.commit
    );
    assert_eq!(
        room.run(&["log", "--format=%s"]),
        "second\nLimit the login\nfirst"
    );
    let branch = made.branch.name.as_str();
    let cleaned = room.git.clean(&made.branch, goes_if(&landed)).await;
    assert_eq!(cleaned.unwrap().branch, Remains::Gone);
    assert_eq!(room.run(&["branch", "--list", branch]), "");
}

#[tokio::test]
async fn a_squashed_branch_stays_where_it_is_not_exactly_what_landed() {
    let room = Room::new();
    let added = room.worked("0001-added", "b.txt", "work\n").await;
    let landed = room.land(&added, LandWay::Squash).await.unwrap();
    fs::write(added.folder.join("late.txt"), "after it landed\n").unwrap();
    let cleaned = room.git.clean(&added.branch, goes_if(&landed)).await;
    let cleaned = cleaned.unwrap();
    assert_eq!((cleaned.branch, cleaned.saved), (Remains::Kept, 1));
    let late = format!("{}:late.txt", added.branch.name);
    assert_eq!(room.run(&["show", &late]), "after it landed");

    let undone = room.worked("0002-undone", "c.txt", "work\n").await;
    let landed = room.land(&undone, LandWay::Squash).await.unwrap();
    room.run(&["reset", "-q", "--hard", "HEAD~1"]);
    let cleaned = room.git.clean(&undone.branch, goes_if(&landed)).await;
    assert_eq!(cleaned.unwrap().branch, Remains::Kept, "its commit is gone");
}

#[tokio::test]
async fn work_that_changed_after_it_was_approved_does_not_land() {
    let room = Room::new();
    let made = room.worked("0001-x", "b.txt", "work\n").await;
    let approved = room.git.facts(&made.branch).await.unwrap().tree;
    fs::write(made.folder.join("b.txt"), "something else\n").unwrap();
    let order = landing(&made, LandWay::Merge, Some(approved));
    let refused = room.git.land(order).await.unwrap_err();
    assert_eq!(refused, GitFault::Changed("opsroom/0001-x".to_owned()));
    assert_eq!(room.run(&["log", "--format=%s", "main"]), "first");
}

#[tokio::test]
async fn a_landing_leaves_alone_what_a_person_has_changed_and_not_committed() {
    let room = Room::new();
    let made = room.worked("0001-x", "b.txt", "work\n").await;
    room.write("a.txt", "half-written by Alice\n");
    room.write("staged.txt", "staged by Alice\n");
    room.run(&["add", "staged.txt"]);
    room.land(&made, LandWay::Merge).await.unwrap();
    assert_eq!(room.read("a.txt"), "half-written by Alice\n");
    assert_eq!(
        room.run(&["status", "--porcelain"]),
        "M a.txt\nA  staged.txt"
    );
    // Where it would have to overwrite, it refuses and changes nothing.
    let other = room.worked("0002-y", "a.txt", "by the agent\n").await;
    let before = room.run(&["rev-parse", "main"]);
    let refused = room.land(&other, LandWay::Merge).await.unwrap_err();
    assert!(
        matches!(&refused, GitFault::InTheWay { said, .. } if said.contains("a.txt")),
        "{refused}"
    );
    assert_eq!(room.run(&["rev-parse", "main"]), before);
    assert_eq!(room.read("a.txt"), "half-written by Alice\n");
}

#[tokio::test]
async fn a_conflict_is_named_and_changes_nothing() {
    let room = Room::new();
    let made = room.worked("0001-x", "a.txt", "by the agent\n").await;
    room.write("a.txt", "by Alice\n");
    room.commit("second");
    let refused = room.land(&made, LandWay::Merge).await.unwrap_err();
    assert!(
        matches!(&refused, GitFault::Conflict { files, .. } if files == "a.txt"),
        "{refused}"
    );
    assert_eq!(room.read("a.txt"), "by Alice\n");
    assert_eq!(room.run(&["status", "--porcelain"]), "");
}

#[tokio::test]
async fn a_branch_that_nobody_has_checked_out_is_landed_on_all_the_same() {
    let room = Room::new();
    let made = room.worked("0001-x", "b.txt", "work\n").await;
    room.run(&["checkout", "-q", "-b", "elsewhere"]);
    room.land(&made, LandWay::Merge).await.unwrap();
    assert!(!room.path().join("b.txt").exists());
    assert_eq!(room.run(&["show", "main:b.txt"]), "work");
}

#[tokio::test]
async fn cleaning_commits_what_was_left_and_keeps_the_branch() {
    let room = Room::new();
    room.run(&["config", "--unset", "user.email"]);
    let made = room.made("0001-x").await;
    fs::write(made.folder.join("b.txt"), "only here\n").unwrap();
    let cleaned = room.git.clean(&made.branch, Fate::Stays).await.unwrap();
    assert_eq!((cleaned.branch, cleaned.saved), (Remains::Kept, 1));
    assert!(!made.folder.exists());
    assert_eq!(room.run(&["show", "opsroom/0001-x:b.txt"]), "only here");
}

#[tokio::test]
async fn a_merge_that_is_under_way_in_a_worktree_is_not_touched() {
    let room = Room::new();
    let made = room.worked("0001-x", "a.txt", "by the agent\n").await;
    room.write("a.txt", "by Alice\n");
    room.commit("second");
    let mut merge = std::process::Command::new("git");
    let merged = merge
        .arg("-C")
        .arg(&made.folder)
        .args(["merge", "-q", "main"])
        .output();
    assert!(!merged.unwrap().status.success());
    let refused = room.git.clean(&made.branch, Fate::Stays).await.unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("a merge with conflicts is under way"),
        "{refused}"
    );
    assert!(made.folder.join("a.txt").exists());
}

#[tokio::test]
async fn hooks_of_the_repository_do_not_run() {
    let room = Room::new();
    let hooks = room.path().join(".git/hooks");
    for name in [
        "pre-commit",
        "commit-msg",
        "post-merge",
        "post-checkout",
        "reference-transaction",
    ] {
        let hook = hooks.join(name);
        fs::write(
            &hook,
            "#!/bin/sh\ntouch \"$(git rev-parse --git-common-dir)/hook-ran\"\nexit 1\n",
        )
        .unwrap();
        fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    }
    let made = room.made("0001-x").await;
    fs::write(made.folder.join("b.txt"), "work\n").unwrap();
    room.land(&made, LandWay::Merge).await.unwrap();
    assert!(!room.path().join(".git/hook-ran").exists());
    assert_eq!(room.read("b.txt"), "work\n");
}

/// A brief without a branch, whose track works in this folder.
fn lying_in(folder: &str, paths: &[&str]) -> Reading {
    Reading {
        brief: "0001-x".into(),
        folder: folder.to_owned(),
        against: Against {
            paths: paths.iter().map(|path| (*path).to_owned()).collect(),
            context: 3,
        },
        ..Reading::default()
    }
}

/// The files of a diff.
fn files_in(work: &Work) -> Vec<String> {
    let lines = work.diff.text.lines();
    let files = lines.filter_map(|line| line.strip_prefix("diff --git a/"));
    files
        .filter_map(|line| line.split(' ').next())
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn what_lies_in_a_folder_is_that_folders_alone_and_never_the_queue() {
    let room = Room::new();
    for folder in ["sales", "ops", "briefs/sales/draft", ".opsroom"] {
        fs::create_dir_all(room.path().join(folder)).unwrap();
    }
    room.write("sales/old.md", "old\n");
    room.write("briefs/sales/draft/0001-x.md", "one\n");
    room.commit("before");
    room.write("a.txt", "another brief's\n");
    room.write("ops/run.md", "another track's\n");
    room.run(&["add", "ops"]);
    room.write("sales/old.md", "new\n");
    room.write("sales/mail.md", "Dear Acme\n");
    fs::rename(
        room.path().join("briefs/sales/draft/0001-x.md"),
        room.path().join("briefs/sales/0001-x.md"),
    )
    .unwrap();
    let before = room.run(&["status", "--porcelain"]);

    let work = room.git.read(lying_in("sales", &[])).await.unwrap();
    assert_eq!(files_in(&work), ["sales/mail.md", "sales/old.md"]);
    let other = room.git.read(lying_in("sales", &["a.txt"])).await.unwrap();
    assert_eq!(other.diff.text, "", "no file of another folder is shown");
    let whole = room.git.read(lying_in("", &[])).await.unwrap();
    assert_eq!(
        files_in(&whole),
        ["a.txt", "ops/run.md", "sales/mail.md", "sales/old.md"]
    );
    assert_eq!(room.run(&["status", "--porcelain"]), before);

    room.write("ops/run.md", "on with it\n");
    let again = room.git.read(lying_in("sales", &[])).await.unwrap();
    assert_eq!(
        again.diff.tree, work.diff.tree,
        "what is shown has its name"
    );
}

#[tokio::test]
async fn what_lies_in_a_repository_without_a_commit_is_read_too() {
    let dir = tempfile::tempdir().unwrap();
    let path = fs::canonicalize(dir.path()).unwrap();
    let room = Room {
        dir,
        git: start(&path),
    };
    room.run(&["init", "-q"]);
    for folder in ["sales", "briefs", "empty"] {
        fs::create_dir_all(room.path().join(folder)).unwrap();
    }
    room.write("briefs/0001-x.md", "queue\n");
    room.write("b.txt", "elsewhere\n");
    room.write("sales/mail.md", "Dear Acme\n");
    room.run(&["add", "b.txt"]);
    let work = room.git.read(lying_in("sales", &[])).await.unwrap();
    assert_eq!(files_in(&work), ["sales/mail.md"]);
    let whole = room.git.read(lying_in("", &[])).await.unwrap();
    assert_eq!(files_in(&whole), ["b.txt", "sales/mail.md"]);
    let nothing = room.git.read(lying_in("empty", &[])).await.unwrap();
    assert_eq!(
        (nothing.diff.text.as_str(), nothing.diff.unread.as_str()),
        ("", "")
    );
}
