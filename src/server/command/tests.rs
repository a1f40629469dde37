#![allow(clippy::unwrap_used, clippy::panic)]
use super::*;

fn sh(line: &str, folder: &std::path::Path, seconds: u64) -> Command {
    Command {
        words: ["sh", "-c", line].map(str::to_owned).to_vec(),
        folder: folder.to_path_buf(),
        env: vec![("BRIEF".to_owned(), "0001".to_owned())],
        limit: Duration::from_secs(seconds),
        mark: Mark::new(folder, Kind::Other),
        forsaken: Forsaken::Killed,
    }
}

async fn ran(line: &str, folder: &std::path::Path) -> Ran {
    let kept = || Kept::new(1_000, 1_000);
    run(&sh(line, folder, 60), kept(), kept()).await
}

#[tokio::test]
async fn a_command_says_how_it_ended_and_what_it_printed() {
    let dir = tempfile::tempdir().unwrap();
    let good = ran("echo $BRIEF; pwd >&2", dir.path()).await;
    assert_eq!(good.end, End::Code(0));
    assert_eq!(good.out.text(), "0001\n");
    let folder = std::fs::canonicalize(dir.path()).unwrap();
    assert_eq!(good.err.text().trim(), folder.to_str().unwrap());
    assert_eq!(ran("exit 7", dir.path()).await.end, End::Code(7));
    assert_eq!(ran("kill -TERM $$", dir.path()).await.end, End::Signal(15));
    let mut missing = sh("", dir.path(), 60);
    missing.words = vec!["/no/such/program".to_owned()];
    let missing = run(&missing, Kept::default(), Kept::default()).await.end;
    assert!(matches!(missing, End::NotStarted(why) if why.contains("/no/such/program")));
}

#[tokio::test]
async fn a_command_at_its_time_limit_is_ended_with_what_left_its_group() {
    let dir = tempfile::tempdir().unwrap();
    let line = "setsid sh -c 'echo $$ > pid.new; mv pid.new pid; exec sleep 1000' & \
                while [ ! -f pid ]; do sleep 0.01; done; echo begun; trap '' TERM; sleep 1000";
    let slow = run(&sh(line, dir.path(), 3), Kept::new(100, 0), Kept::default()).await;
    assert_eq!(slow.end, End::TimedOut);
    assert_eq!(slow.out.text(), "begun\n");
    gone(dir.path()).await;
}

#[tokio::test]
async fn what_a_command_leaves_running_does_not_hold_up_its_end_and_is_ended() {
    let dir = tempfile::tempdir().unwrap();
    let line = "setsid sh -c 'echo $$ > pid.new; mv pid.new pid; exec sleep 1000' & \
                while [ ! -f pid ]; do sleep 0.01; done; echo done";
    let quick = ran(line, dir.path()).await;
    assert_eq!(
        (quick.end, quick.out.text().as_str()),
        (End::Code(0), "done\n")
    );
    gone(dir.path()).await;
}

#[tokio::test]
async fn what_a_killed_server_left_running_is_found_and_ended() {
    let dir = tempfile::tempdir().unwrap();
    let line = "echo $$ > pid.new; mv pid.new pid; exec sleep 1000";
    let mut forsaken = sh(line, dir.path(), 600);
    forsaken.forsaken = Forsaken::Finishes;
    let running = run(&forsaken, Kept::default(), Kept::default());
    let file = dir.path().join("pid");
    tokio::select! {
        _ = running => panic!("it ended by itself"),
        () = async { while !file.exists() { a_moment().await } } => {}
    }
    let other = tempfile::tempdir().unwrap();
    leftovers(other.path()).await;
    assert!(lives(dir.path()), "another room's commands are left alone");
    leftovers(dir.path()).await;
    gone(dir.path()).await;
}

async fn gone(dir: &std::path::Path) {
    let late = Instant::now() + Duration::from_secs(30);
    while lives(dir) {
        assert!(Instant::now() < late, "it was left behind");
        a_moment().await;
    }
}

fn lives(dir: &std::path::Path) -> bool {
    let pid = std::fs::read_to_string(dir.join("pid")).unwrap();
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
    let state = stat.rsplit(')').next().unwrap_or_default();
    !stat.is_empty() && !state.trim_start().starts_with('Z')
}
