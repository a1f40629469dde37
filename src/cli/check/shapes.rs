//! What `opsroom.toml` names outside of itself: profiles, skills, files, folders, programs, a repository, lines for
//! the shell. Whether it is there, and can be what it is said to be. Nothing of it is run.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::config::Diagnostic;
use crate::config::brief::{Filling, fill, read};
use crate::config::source::{Source, instead};
use crate::folder::{drops, skills};
use crate::model::{Dispatch, Land, Role, Settings, TrackShape, Unclear, Worktrees};
use crate::profile::Profiles;
use crate::server::found;

/// Everything that is not there of what could be read of the file.
pub(super) fn outside(
    room: &Path,
    (path, text): (&str, &str),
    settings: &Settings,
    profiles: &Profiles,
) -> Vec<Diagnostic> {
    let look = Look {
        room,
        source: Source::of_toml(path, text),
        profiles,
    };
    let mut found = Vec::new();
    for role in &settings.roles {
        look.role(role, &mut found);
    }
    for (at, agent) in settings.agents.iter().enumerate() {
        let at = at.to_string();
        let keys = ["agents", at.as_str(), "profile"];
        look.profile(&agent.profile, &keys, &mut found);
        let cwd = ["agents", at.as_str(), "cwd"];
        look.folder(&agent.cwd, &cwd, &mut found);
    }
    for runner in &settings.runners {
        let keys = ["runners", &runner.name, "command"];
        look.program(&runner.command, &keys, &mut found);
    }
    for track in &settings.tracks {
        look.track(track, &mut found);
    }
    found
}

struct Look<'l> {
    room: &'l Path,
    source: Source<'l>,
    profiles: &'l Profiles,
}

impl Look<'_> {
    fn role(&self, role: &Role, found: &mut Vec<Diagnostic>) {
        let name = role.name.as_str();
        let known = self.profile(&role.profile, &["roles", name, "profile"], found);
        let profile = self.profiles.0.get(&role.profile).filter(|_| known);
        // what follows a rehearsal's name is a play of ours, no program
        let own = profile.is_some_and(|it| it.name == "rehearsal");
        if !role.command.is_empty() && !own {
            self.program(&role.command, &["roles", name, "command"], found);
        } else if role.command.is_empty()
            && let Some(program) = profile.and_then(|it| found::program(it))
        {
            self.program(&[program], &["roles", name, "profile"], found);
        }
        let keys = ["roles", name, "skill"];
        let named = match role.skill.as_str() {
            "" => name,
            skill => skill,
        };
        match skills::skill(self.room, named) {
            Ok(Some(_)) => {}
            // a skill of the role's own name may be there
            Ok(None) if role.skill.is_empty() => {}
            Ok(None) => {
                let what = format!("the skill `{named}` is not there");
                let hint = format!("write skills/{named}/SKILL.md, or name another");
                found.push(self.source.error(&keys, what, hint));
            }
            Err(why) => found.push(self.source.error(&keys, why, "look at that file")),
        }
    }

    fn profile(&self, name: &str, keys: &[&str], found: &mut Vec<Diagnostic>) -> bool {
        let known = name.is_empty() || self.profiles.0.contains_key(name);
        if !known {
            let hint = instead(name, self.profiles.0.keys().map(String::as_str));
            let what = format!("there is no profile `{name}`");
            found.push(self.source.error(keys, what, hint));
        }
        known
    }

    /// Another machine may have it: a warning.
    fn program(&self, command: &[String], keys: &[&str], found: &mut Vec<Diagnostic>) {
        let Some(program) = command.first().filter(|it| !it.is_empty()) else {
            return;
        };
        let there = match program.contains('/') {
            true => self.room.join(program).exists(),
            false => found::on_path(program).is_some(),
        };
        if !there {
            let what = format!("the program `{program}` is not on this machine");
            let hint = "install it, or name it with its whole path";
            found.push(self.source.warning(keys, what, hint));
        }
    }

    fn folder(&self, folder: &str, keys: &[&str], found: &mut Vec<Diagnostic>) -> bool {
        let there = self.room.join(folder).is_dir();
        if !there {
            let what = format!("the folder `{folder}` is not there");
            let hint = "make it, or name another, from the room's folder";
            found.push(self.source.error(keys, what, hint));
        }
        there
    }

    fn track(&self, track: &TrackShape, found: &mut Vec<Diagnostic>) {
        let name = track.name.as_str();
        let key = |key| ["tracks", name, key];
        let there = self.folder(&track.folder, &key("folder"), found);
        if !track.constraints.is_empty()
            && let Err(why) = skills::paper(&self.room.join(&track.constraints))
        {
            let what = format!("`{}` cannot be read: {why}", track.constraints);
            let hint = "write that file, or name another, from the room's folder";
            found.push(self.source.error(&key("constraints"), what, hint));
        }
        let template = drops::template(self.room, &track.template);
        let usual = Filling {
            file: "call.txt".to_owned(),
            ..Filling::default()
        };
        let filled = template.and_then(|(shown, text)| fill(&shown, &text, &usual));
        let made = filled.and_then(|text| read(&track.template, &text));
        if let Ok(heading) = &made
            && (track.dispatch, track.unclear) == (Dispatch::Auto, Unclear::Waits)
            && let Some(lacks) = heading.unclear_in_words()
        {
            let what = format!("briefs of this template have {lacks}");
            let hint = "say it in the template; they are not started by themselves otherwise";
            found.push(self.source.warning(&key("template"), what, hint));
        }
        if let Err(fault) = made {
            found.push(match fault.line {
                // the file as a whole: what names it is what is wrong
                1 if fault.what.contains("not there") => {
                    self.source.error(&key("template"), fault.what, fault.hint)
                }
                _ => {
                    let text = std::fs::read_to_string(self.room.join(&fault.path));
                    Source::of_brief(&fault.path, &text.unwrap_or_default()).fault(&fault)
                }
            });
        }
        if let Worktrees::Each { setup } = &track.worktrees {
            if there && let Err((what, hint)) = repository(&self.room.join(&track.folder)) {
                found.push(self.source.error(&key("worktrees"), what, hint));
            }
            for line in setup {
                self.line(line, &["tracks", name, "worktrees", "setup", line], found);
            }
        }
        if let Land::Command(line) = &track.land {
            self.line(line, &["tracks", name, "land", "command"], found);
        }
        for gauge in &track.gauges {
            let line = gauge.command.as_str();
            self.line(line, &["tracks", name, "gauges", line, "command"], found);
        }
        for stage in &track.stages {
            for check in &stage.gate.checks {
                let (stage, line) = (stage.name.as_str(), check.command.as_str());
                let keys = [
                    "tracks", name, "stages", stage, "gate", "checks", line, "command",
                ];
                self.line(line, &keys, found);
            }
        }
    }

    /// What `sh` can say of a line without running it.
    fn line(&self, line: &str, keys: &[&str], found: &mut Vec<Diagnostic>) {
        let mut shell = Command::new("sh");
        shell.args(["-n", "-c", line]).stdin(Stdio::null());
        let Ok(said) = shell.output() else { return };
        if said.status.success() {
            return;
        }
        let said = String::from_utf8_lossy(&said.stderr);
        let said = said.lines().next().unwrap_or("it does not say why");
        let what = format!("not a line for `sh`: {said}");
        found.push(
            self.source
                .error(keys, what, "mend its quotes and brackets"),
        );
    }
}

/// Whether briefs can get worktrees here: a repository with a commit, on a branch.
fn repository(folder: &Path) -> Result<(), (String, &'static str)> {
    let git = |words: &[&str]| {
        let mut git = Command::new("git");
        git.arg("-C").arg(folder).args(words).stdin(Stdio::null());
        git.output().map(|said| said.status.success())
    };
    let fault = |what: &str, hint| Err((what.to_owned(), hint));
    match git(&["rev-parse", "--is-inside-work-tree"]) {
        Err(why) => Err((
            format!("git cannot be started: {why}"),
            "install git 2.38 or newer, or take `worktrees` out",
        )),
        Ok(false) => fault(
            "there is no git repository, and so there are no worktrees",
            "run `git init` and make a commit there, or take `worktrees` out",
        ),
        Ok(true)
            if !git(&["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]).unwrap_or(false) =>
        {
            fault("its repository has no commit yet", "make the first one")
        }
        Ok(true) if !git(&["symbolic-ref", "--quiet", "HEAD"]).unwrap_or(false) => fault(
            "its repository is on no branch (detached head)",
            "check out the branch that the work goes back to",
        ),
        Ok(true) => Ok(()),
    }
}
