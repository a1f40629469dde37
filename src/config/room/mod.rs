//! `opsroom.toml` to [`Settings`]. What comes out is valid: every role exists, every name can be a folder.

mod agents;
mod defaults;
mod policies;
mod roles;
mod runners;
mod tracks;

pub use defaults::{Ground, settings as default_settings, template};
pub use policies::{appended, rule, table};
pub(super) use roles::AUTONOMY;

use super::reader::{Reader, Table};
use super::{Gleaned, Parsed};
use crate::model::{Breakroom, RoomLimits, Settings};

const BREAKROOM: [(&str, Breakroom); 2] = [
    ("operators", Breakroom::Operators),
    ("everyone", Breakroom::Everyone),
];

/// The longest name of a room, in characters.
const NAME_LONGEST: usize = 64;

/// Reads a room's settings. The room's name is empty where the file gives none: the caller then takes
/// the folder's. Without `[roles]` or `[tracks]` those of [`default_settings`] hold.
pub fn parse(path: &str, text: &str) -> Parsed<Settings> {
    glean(path, text).parsed
}

/// The same, with what could be read of a file that has errors. Good for finding more of them, and for nothing else.
pub fn glean(path: &str, text: &str) -> Gleaned<Settings> {
    let mut reader = Reader::new(path, text);
    let mut root = reader.document();
    let name = read_name(&mut root, &mut reader);
    let limits = root
        .table("limits", &mut reader)
        .map(|table| read_limits(table, &mut reader))
        .unwrap_or_default();
    let breakroom = root
        .choice("breakroom", &BREAKROOM, &mut reader)
        .unwrap_or_default();
    let runners = runners::read(&mut root, &mut reader);
    let roles = roles::read(&mut root, &runners, &mut reader);
    let tracks = tracks::read(&mut root, &roles, &mut reader);
    let mut policies = roles.rules.clone();
    policies.extend(policies::read(&mut root, &roles, &mut reader));
    let agents = agents::read(&mut root, &roles, limits.agents, &mut reader);
    root.end(&mut reader);
    reader.glean(Settings {
        name,
        tracks,
        roles: roles.all,
        agents,
        limits,
        runners: runners.all,
        policies,
        breakroom,
        ..Settings::default()
    })
}

fn read_name(root: &mut Table, reader: &mut Reader) -> String {
    let Some(name) = root.text("name", reader) else {
        return String::new();
    };
    let long = name.value.chars().count() > NAME_LONGEST;
    if long || name.value.trim().is_empty() || name.value.chars().any(char::is_control) {
        let hint = format!("write one line of 1 to {NAME_LONGEST} characters");
        reader.error(&name.span, "not a name for a room", hint);
    }
    name.value
}

fn read_limits(mut table: Table, reader: &mut Reader) -> RoomLimits {
    let usual = RoomLimits::default();
    let mut take = |key, range| table.number(key, range, reader).map(|number| number.value);
    let small = |number: u64| u32::try_from(number).ok();
    let limits = RoomLimits {
        agents: take("agents", 1..=4_096)
            .and_then(small)
            .unwrap_or(usual.agents),
        requests: take("requests", 1..=100_000)
            .and_then(small)
            .unwrap_or(usual.requests),
        asker_away_ms: take("asker_away_ms", 1_000..=3_600_000).unwrap_or(usual.asker_away_ms),
        // Whoever works in the folder can lower it. Below a tenth of a second a key that was on its way, or one
        // that repeats, could decide a card that nobody has seen.
        settle_ms: take("settle_ms", 100..=10_000).unwrap_or(usual.settle_ms),
        // That a person types is told every 20 s: a shorter limit would call them idle meanwhile.
        driver_idle_ms: take("driver_idle_ms", 30_000..=3_600_000).unwrap_or(usual.driver_idle_ms),
        // They are what decisions were made before: nobody gets rid of them by a small number.
        recordings_mib: take("recordings_mib", 256..=1_000_000_000).unwrap_or(usual.recordings_mib),
    };
    table.end(reader);
    limits
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::model::{Dispatch, Land, RoleName, Track, TrackKind, Worktrees};

    fn printed(text: &str) -> String {
        let parsed = parse("opsroom.toml", text);
        assert!(parsed.value.is_none());
        let lines = parsed.diagnostics.iter().map(|one| format!("{one}\n"));
        lines.collect()
    }

    fn headlines(text: &str) -> Vec<String> {
        let all = parse("o", text).diagnostics;
        all.iter()
            .map(crate::config::Diagnostic::headline)
            .collect()
    }

    const FULL: &str = r#"
name = "acme"
[tracks.web]
stages = [ { name = "prep", role = "planner" }, { name = "dev", role = "builder" } ]
[tracks.sales]
kind = "workflow"
stages = [ { name = "draft", role = "planner" } ]
[roles.planner]
profile = "claude"
[roles.builder]
command = ["my-agent", "--flag"]
places = 2
[[agents]]
name = "scout"
role = "builder"
[[agents]]
command = ["sh", "-c", "true"]
cwd = "api"
[limits]
agents = 4
"#;

    #[test]
    fn a_whole_file_becomes_settings_in_its_own_order() {
        let parsed = parse("opsroom.toml", FULL);
        assert!(parsed.is_clean(), "{:?}", parsed.diagnostics);
        let settings = parsed.value.unwrap();
        assert_eq!(settings.name, "acme");
        let tracks: Vec<_> = settings
            .tracks
            .iter()
            .map(|one| (one.name.as_str(), one.kind))
            .collect();
        assert_eq!(
            tracks,
            [("web", TrackKind::Coding), ("sales", TrackKind::Workflow)]
        );
        let roles: Vec<_> = settings
            .roles
            .iter()
            .map(|one| (one.name.as_str(), one.profile.as_str(), one.places))
            .collect();
        assert_eq!(roles, [("planner", "claude", 1), ("builder", "generic", 2)]);
        assert_eq!(settings.agents[0].command, ["my-agent", "--flag"]);
        assert_eq!(settings.agents[0].role, Some(RoleName::from("builder")));
        assert_eq!(
            (
                settings.agents[1].profile.as_str(),
                settings.agents[1].cwd.as_str()
            ),
            ("generic", "api")
        );
        assert_eq!(settings.limits.agents, 4);
        assert_eq!(settings.limits.settle_ms, 500);
        assert_eq!(settings.track(&Track::from("web")).unwrap().stages.len(), 2);
    }

    #[test]
    fn the_template_says_what_holds_without_a_file() {
        let parsed = parse("opsroom.toml", &template("acme", Ground::Folder));
        assert!(parsed.is_clean(), "{:?}", parsed.diagnostics);
        let mut settings = parsed.value.unwrap();
        assert_eq!(std::mem::take(&mut settings.name), "acme");
        assert_eq!(settings, default_settings());
        assert_eq!(parse("o", "").value.unwrap(), default_settings());
        let parsed = parse("opsroom.toml", &template("acme", Ground::Repository));
        assert!(parsed.is_clean(), "{:?}", parsed.diagnostics);
        let track = parsed.value.unwrap().tracks.remove(0);
        assert_eq!((track.dispatch, track.land), (Dispatch::Ask, Land::Merge));
        assert_eq!(track.worktrees, Worktrees::Each { setup: Vec::new() });
    }

    #[test]
    fn what_the_template_shows_in_comments_is_right_too() {
        let commented = template("a \"b\"\n", Ground::Folder).replace("\n# [", "\n[");
        let commented: String = commented
            .lines()
            .map(|line| match line.strip_prefix("# ") {
                Some(rest) if rest.contains(" = ") => rest,
                _ => line,
            })
            .flat_map(|line| [line, "\n"])
            .collect();
        let parsed = parse("opsroom.toml", &commented);
        assert!(parsed.is_clean(), "{:?}", parsed.diagnostics);
        let settings = parsed.value.unwrap();
        assert_eq!((settings.tracks.len(), settings.agents.len()), (2, 1));
        assert_eq!(settings.runners.len(), 1);
    }

    #[test]
    fn an_unknown_role_a_reserved_stage_and_a_path_are_all_reported_at_once() {
        let text = r#"[tracks.web]
stages = [
  { name = "inbox", role = "planner" },
  { name = "dev", role = "bilder" },
  { name = "../x", role = "poet" },
  { name = "dev", role = "builder" },
]
[roles]
planner = { profile = "claude" }
builder = { profile = "codex" }
"#;
        assert_eq!(
            printed(text),
            r#"opsroom.toml:3:12: every track has a stage `inbox` by itself
    { name = "inbox", role = "planner" },
             ^ take another name, or leave it out
opsroom.toml:4:26: no role is called `bilder`
    { name = "dev", role = "bilder" },
                           ^ did you mean `builder`?
opsroom.toml:5:12: `../x` cannot be the name of a stage
    { name = "../x", role = "poet" },
             ^ write `x`: names are a-z, 0-9, - and _
opsroom.toml:5:27: no role is called `poet`
    { name = "../x", role = "poet" },
                            ^ add a table `[roles.poet]`
opsroom.toml:6:12: two stages are called `dev`
    { name = "dev", role = "builder" },
             ^ rename one of the two
"#
        );
    }

    #[test]
    fn an_unknown_key_suggests_the_one_that_was_meant() {
        assert_eq!(
            printed("[tracks.web]\nstagse = []\n"),
            "opsroom.toml:1:9: track `web` has no stages\n  [tracks.web]\n          ^ write `stages = [ { name = \"dev\", role = \"builder\" } ]`\n\
             opsroom.toml:2:1: unknown key `stagse`\n  stagse = []\n  ^ did you mean `stages`?\n"
        );
    }

    #[test]
    fn a_role_or_an_agent_that_starts_nothing_is_refused() {
        assert_eq!(
            headlines(
                "[roles]\nplanner = {}\nbuilder = { command = [] }\nadversary = { profile = \"x\", places = 0 }\nreviewer = { command = [\" \"] }\n[[agents]]\nname = \"a\"\n"
            ),
            [
                "o:2:1: role `planner` does not say what to start",
                "o:3:23: an empty command",
                "o:4:39: out of range",
                "o:5:24: an empty command",
                "o:6:1: an agent that does not say what to start",
            ]
        );
    }

    #[test]
    fn agents_have_different_names_and_no_more_than_the_room_may_have() {
        let agents = "[[agents]]\nname = \"a\"\nprofile = \"x\"\n".repeat(2);
        assert_eq!(
            headlines(&format!("limits = {{ agents = 1 }}\n{agents}")),
            [
                "o:5:1: more agents than the room may have (1)",
                "o:6:8: two agents are called `a`"
            ]
        );
    }

    #[test]
    fn roles_of_ones_own_need_tracks_that_use_them() {
        assert_eq!(
            headlines("[roles.poet]\nprofile = \"x\"\n"),
            ["o:1:2: the usual track needs a role `planner`"]
        );
    }

    #[test]
    fn limits_keep_to_their_range() {
        assert_eq!(
            headlines("[limits]\nsettle_ms = 0\nagents = -1\nrequests = \"many\"\n"),
            [
                "o:2:13: out of range",
                "o:3:10: out of range",
                "o:4:12: a text is not a whole number"
            ]
        );
    }
}
