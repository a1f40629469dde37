//! What git says of every odd kind of change, read as the review reads it.

use super::*;
use crate::diff::parse::parse;
use crate::diff::{Body, Diff, File, LineKind};

/// Settings with which a person's own `git diff` says something else.
const OWN_TASTE: [(&str, &str); 11] = [
    ("diff.noprefix", "true"),
    ("diff.mnemonicPrefix", "true"),
    ("diff.relative", "true"),
    ("diff.submodule", "log"),
    ("diff.ignoreSubmodules", "all"),
    ("diff.renames", "false"),
    ("diff.context", "0"),
    ("diff.interHunkContext", "9"),
    ("diff.external", "false"),
    ("color.diff", "always"),
    ("core.quotePath", "true"),
];

impl Room {
    fn own_taste(&self) {
        for (key, value) in OWN_TASTE {
            self.run(&["config", key, value]);
        }
        self.write(".git/order", "z*\nnew*\n");
        let order = self.path().join(".git/order").display().to_string();
        self.run(&["config", "diff.orderFile", &order]);
    }

    /// A brief's work: what these lines of `sh` do in its worktree, and whatever of it is not committed.
    async fn changed(&self, script: &str) -> (Made, Diff) {
        let made = self.made("0001-x").await;
        sh(&made.folder, script);
        let diff = self.seen(&made).await;
        (made, diff)
    }

    async fn seen(&self, made: &Made) -> Diff {
        let against = Against {
            paths: Vec::new(),
            context: 3,
        };
        let said = self.git.diff(&made.branch, against).await.unwrap();
        let facts = self.git.facts(&made.branch).await.unwrap();
        let diff = parse(said.text.as_bytes());
        assert_eq!(
            facts.files.len(),
            diff.files.len(),
            "the gate's card counts the same files\n{}",
            said.text
        );
        diff
    }

    /// Files before the work.
    fn before(&self, script: &str) {
        sh(&self.path(), script);
        self.commit("before");
    }
}

fn sh(folder: &Path, script: &str) {
    let mut shell = std::process::Command::new("sh");
    let done = shell.args(["-ec", script]).current_dir(folder).output();
    let done = done.unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{script}: {said}");
}

/// One line a file: what became of it, what it was called, what it is called, and what there is to see.
fn told(diff: &Diff) -> Vec<String> {
    let one = |file: &File| {
        let old = file.old_path.as_ref();
        let old = old.map_or_else(String::new, |old| format!("{} → ", old.raw()));
        let modes = file.modes.as_ref();
        let modes = modes.map_or_else(String::new, |(old, new)| {
            format!(" {}→{}", old.raw(), new.raw())
        });
        let (added, removed) = file.stat();
        let body = match file.body {
            Body::Text => format!("+{added} -{removed}"),
            Body::Binary => "binary".to_owned(),
            Body::Submodule => format!("submodule +{added} -{removed}"),
        };
        format!("{:?} {old}{}{modes} {body}", file.status, file.path.raw())
    };
    diff.files.iter().map(one).collect()
}

/// The lines of a file, each with its sign.
fn lines(diff: &Diff, path: &str) -> Vec<String> {
    let file = diff.files.iter().find(|file| file.path.raw() == path);
    let hunks = file.unwrap_or_else(|| panic!("{path} in {:?}", told(diff)));
    let lines = hunks.hunks.iter().flat_map(|hunk| &hunk.lines);
    lines
        .map(|line| format!("{}{}", line.kind.sign(), line.text.raw()))
        .collect()
}

#[tokio::test]
async fn renamed_files_are_one_file_whether_their_text_changed_or_not() {
    let room = Room::new();
    room.before("seq 1 40 > long; seq 50 90 > still");
    room.own_taste();
    let (_, diff) = room
        .changed("mkdir sub; git mv still sub/moved; git mv long longer; sed -i s/20/twenty/ longer; git commit -qam it")
        .await;
    assert_eq!(
        told(&diff),
        [
            "Renamed long → longer +1 -1",
            "Renamed still → sub/moved +0 -0",
        ]
    );
}

#[tokio::test]
async fn names_of_every_kind_are_what_they_are_on_disk() {
    let room = Room::new();
    room.own_taste();
    let names = [
        "\u{fc}ml\u{e4}ut \u{65e5}\u{672c}.txt",
        "a \"quoted\" name",
        "back\\slash",
        "tab\there",
        "two\nlines",
        " blank before",
        "blank behind ",
        "x b/x",
        "--option",
        ":(top)magic",
    ];
    let made = room.made("0001-x").await;
    for name in names {
        let path = made.folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "text\n").unwrap();
        let empty = made.folder.join(format!("{name}.empty"));
        fs::write(empty, "").unwrap();
    }
    let diff = room.seen(&made).await;
    for name in names {
        assert_eq!(lines(&diff, name), ["+text"], "{name:?}");
        assert_eq!(lines(&diff, &format!("{name}.empty")), [""; 0]);
    }
    assert_eq!(diff.files.len(), 2 * names.len());
    sh(&made.folder, "git add -A; git commit -qm all");
    assert_eq!(room.seen(&made).await, diff, "committed or not");
    for name in names {
        let against = Against {
            paths: vec![name.to_owned()],
            context: 3,
        };
        let one = room.git.diff(&made.branch, against).await.unwrap();
        let one = parse(one.text.as_bytes());
        assert_eq!(lines(&one, name), ["+text"]);
        assert_eq!(one.files.len(), 1, "that file alone");
    }
}

#[tokio::test]
async fn line_ends_of_windows_are_seen_where_they_changed_and_kept_where_they_did_not() {
    let room = Room::new();
    room.before(r"printf 'one\r\ntwo\r\n' > crlf; printf 'one\ntwo\n' > lf");
    room.own_taste();
    let (_, diff) = room
        .changed(r"printf 'one\r\n2\r\n' > crlf; printf 'one\ntwo\r\n' > lf")
        .await;
    assert_eq!(lines(&diff, "crlf"), [" one\r", "-two\r", "+2\r"]);
    assert_eq!(lines(&diff, "lf"), [" one", "-two", "+two\r"]);
}

#[tokio::test]
async fn where_git_itself_changes_line_ends_only_what_changed_is_told() {
    let room = Room::new();
    room.before(r"printf '* text=auto eol=crlf\n' > .gitattributes; printf 'one\ntwo\n' > lf");
    let (made, diff) = room.changed(r"printf 'one\r\n2\r\n' > lf").await;
    assert_eq!(lines(&diff, "lf"), [" one", "-two", "+2"]);
    assert_eq!(told(&diff).len(), 1);
    let status = room.at(&made.folder, &["status", "--porcelain"]);
    assert_eq!(status, "M lf", "looking staged nothing");
}

#[tokio::test]
async fn binary_deleted_emptied_and_empty_files_say_so() {
    let room = Room::new();
    room.before(
        r"printf '\0\1' > changed.bin; printf '\0\2' > gone.bin; echo text > gone; : > gone.empty; echo text > emptied; printf 'text\n' > turned",
    );
    room.own_taste();
    let (_, diff) = room
        .changed(r"printf '\0\3' > changed.bin; printf '\0\4\5\6\7' > new.bin; rm gone gone.bin gone.empty; : > emptied; : > new.empty; printf '\0' > turned")
        .await;
    assert_eq!(
        told(&diff),
        [
            "Modified changed.bin binary",
            "Modified emptied +0 -1",
            "Deleted gone +0 -1",
            "Deleted gone.bin binary",
            "Deleted gone.empty +0 -0",
            "Added new.bin binary",
            "Added new.empty +0 -0",
            "Modified turned binary",
        ]
    );
}

#[tokio::test]
async fn modes_and_links_are_told_with_and_without_other_changes() {
    let room = Room::new();
    room.before(
        "echo a > plain; echo b > both; echo c > 'with blank'; ln -s plain link; echo d > becomes",
    );
    room.own_taste();
    let (_, diff) = room
        .changed("chmod +x plain both 'with blank'; echo more >> both; ln -sf both link; ln -sf both becomes; ln -s nowhere dangling")
        .await;
    assert_eq!(
        told(&diff),
        [
            "Modified becomes 100644→120000 +1 -1",
            "Modified both 100644→100755 +1 -0",
            "Added dangling +1 -0",
            "Modified link +1 -1",
            "Modified plain 100644→100755 +0 -0",
            "Modified with blank 100644→100755 +0 -0",
        ]
    );
}

#[tokio::test]
async fn a_last_line_without_an_end_is_told() {
    let room = Room::new();
    room.before(r"printf 'one\ntwo' > gains; printf 'one\ntwo\n' > loses");
    room.own_taste();
    let (_, diff) = room
        .changed(r"printf 'one\ntwo\n' > gains; printf 'one\ntwo' > loses; printf 'x' > new")
        .await;
    let no = "\\ No newline at end of file";
    assert_eq!(lines(&diff, "gains"), [" one", "-two", no, "+two"]);
    assert_eq!(lines(&diff, "loses"), [" one", "-two", "+two", no]);
    assert_eq!(lines(&diff, "new"), ["+x", no]);
    let last = diff.files.last().unwrap().hunks[0].lines.last().unwrap();
    assert_eq!(last.kind, LineKind::NoNewline);
}

#[tokio::test]
async fn what_is_committed_staged_changed_and_new_is_one_diff_and_looking_moves_none_of_it() {
    let room = Room::new();
    room.before("printf '*.log\n' >> .gitignore; seq 1 9 > f");
    room.own_taste();
    let script = "sed -i s/1/one/ f; git commit -qam one; sed -i s/2/two/ f; git add f; sed -i s/3/three/ f; \
        echo new > new; mkdir -p a/b; echo deep > a/b/deep; echo no > x.log; echo meant > meant; git add -N meant; git rm -q --cached a.txt";
    let (made, diff) = room.changed(script).await;
    assert_eq!(
        told(&diff),
        [
            "Added a/b/deep +1 -0",
            "Modified f +3 -3",
            "Added meant +1 -0",
            "Added new +1 -0",
        ]
    );
    let status = room.at(&made.folder, &["status", "--porcelain"]);
    assert_eq!(
        status, "D  a.txt\nMM f\n A meant\n?? a.txt\n?? a/\n?? new",
        "as it was"
    );
}

#[tokio::test]
async fn a_submodule_names_its_two_commits_whatever_lies_in_it() {
    let room = Room::new();
    let other = Room::new();
    let url = other.path().display().to_string();
    room.before(&format!(
        "git -c protocol.file.allow=always submodule --quiet add {url} 'sub module'"
    ));
    room.own_taste();
    let first = other.run(&["rev-parse", "HEAD"]);
    other.write("a.txt", "went on\n");
    other.commit("second");
    let second = other.run(&["rev-parse", "HEAD"]);
    let (made, diff) = room.changed("true").await;
    assert_eq!(told(&diff), [""; 0], "one that is not there is no change");
    sh(
        &made.folder,
        "git -c protocol.file.allow=always submodule --quiet update --init; cd 'sub module'; git checkout -q origin/main; \
         cd ..; git config -f .gitmodules 'submodule.sub module.ignore' all",
    );
    let diff = room.seen(&made).await;
    assert_eq!(
        told(&diff),
        [
            "Modified .gitmodules +1 -0",
            "Modified sub module submodule +1 -1"
        ]
    );
    assert_eq!(
        lines(&diff, "sub module"),
        [
            format!("-Subproject commit {first}"),
            format!("+Subproject commit {second}")
        ]
    );
    sh(
        &made.folder,
        "git checkout -q .gitmodules; git rm -qf 'sub module'",
    );
    assert_eq!(
        told(&room.seen(&made).await),
        [
            "Modified .gitmodules +0 -3",
            "Deleted sub module submodule +0 -1"
        ]
    );
}

#[tokio::test]
async fn a_worktree_with_submodules_goes_once_nothing_is_in_them_alone() {
    let room = Room::new();
    let other = Room::new();
    let url = other.path().display().to_string();
    room.before(&format!(
        "git -c protocol.file.allow=always submodule --quiet add {url} module"
    ));
    let (made, _) = room.changed("true").await;
    let module = made.folder.join("module");
    let update = "git -c protocol.file.allow=always submodule --quiet update --init";
    sh(&made.folder, update);
    let only_there = [
        ("echo new > new", "rm new"),
        ("echo more >> a.txt", "git checkout -q a.txt"),
        ("echo more >> a.txt; git stash -q", "git stash drop -q"),
        (
            "git checkout -qb side; git commit -q --allow-empty -m side; git checkout -q --detach HEAD~",
            "git branch -qD side",
        ),
    ];
    for (script, undo) in only_there {
        sh(&module, script);
        let refused = room.git.clean(&made.branch, Fate::Stays).await;
        assert!(refused.is_err() && module.exists(), "{script}");
        sh(&module, undo);
    }
    room.git.clean(&made.branch, Fate::Stays).await.unwrap();
    assert!(!made.folder.exists());
}

#[tokio::test]
async fn a_repository_that_an_agent_made_inside_its_worktree_hides_nothing_else_and_is_not_lost() {
    let room = Room::new();
    let (made, diff) = room
        .changed("echo new > new; git init -q inner; echo x > inner/x")
        .await;
    assert_eq!(told(&diff), ["Added new +1 -0"]);
    let against = Against::default();
    let said = room.git.diff(&made.branch, against).await.unwrap();
    assert!(said.unread.contains("inner/"), "{}", said.unread);
    let landed = Fate::GoesIfLanded {
        head: made.branch.base.clone(),
        commit: made.branch.base.clone(),
    };
    for fate in [Fate::Stays, landed] {
        let refused = room.git.clean(&made.branch, fate).await.unwrap_err();
        assert!(refused.to_string().contains("inner/"), "{refused}");
    }
    let commit = "git -C inner add -A; git -C inner -c user.name=a -c user.email=a commit -qm x";
    sh(&made.folder, commit);
    let diff = room.seen(&made).await;
    assert_eq!(
        told(&diff),
        ["Added inner submodule +1 -0", "Added new +1 -0"]
    );
    let refused = room.git.clean(&made.branch, Fate::Stays).await;
    assert!(refused.is_err(), "its commits are nowhere else");
    assert!(made.folder.join("inner/x").is_file());
}
