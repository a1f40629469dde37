//! Claude's status line: its command gets JSON that tells what the session cost and what is left of its context,
//! which no hook tells. Ours stands in the place of the person's own for a launch, so what theirs would print has
//! to be printed. Pure: says what the JSON tells, which files to look into, and what they name.

use serde_json::Value;

use super::json::text;
use super::usage::micros;
use crate::model::UsageWord;

/// Its name in a command line, as if it were a hook.
pub const EVENT: &str = "StatusLine";

/// What it tells of what was used.
pub fn used(payload: &Value) -> Option<UsageWord> {
    let number = |object: &str, name: &str| payload.get(object)?.get(name)?.as_f64();
    let word = UsageWord {
        cost_micros: number("cost", "total_cost_usd").and_then(micros),
        context_left_percent: number("context_window", "remaining_percentage").and_then(percent),
        ..UsageWord::default()
    };
    (word != UsageWord::default()).then_some(word)
}

fn percent(left: f64) -> Option<u8> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it was looked at"
    )]
    (0.0..=100.0).contains(&left).then_some(left as u8)
}

/// The settings that may name the person's own line, the one that counts most first. `personal` is the folder of
/// their own settings.
pub fn settings(payload: &Value, personal: Option<&str>) -> Vec<String> {
    let project = payload
        .get("workspace")
        .map_or("", |it| text(it, "project_dir"));
    let of_project = ["settings.local.json", "settings.json"]
        .iter()
        .filter(|_| project.starts_with('/'))
        .map(|name| format!("{project}/.claude/{name}"));
    let own = personal.map(|folder| format!("{folder}/settings.json"));
    of_project.chain(own).collect()
}

/// The shell line of the person's own status line, where these settings name one. Never ours again.
pub fn own(settings: &str) -> Option<String> {
    let settings: Value = serde_json::from_str(settings).ok()?;
    let line = settings.get("statusLine")?;
    let command = text(line, "command");
    let is_own = text(line, "type") == "command" && !command.is_empty();
    let is_ours = command.ends_with(&format!("hook claude {EVENT}"));
    (is_own && !is_ours).then(|| command.to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use serde_json::json;

    use super::*;

    #[test]
    fn cost_and_context_are_told_and_nothing_where_there_is_none() {
        let told = |cost: Value, left: Value| {
            used(
                &json!({ "cost": { "total_cost_usd": cost }, "context_window": { "remaining_percentage": left } }),
            )
        };
        let word = told(json!(0.00814), json!(99)).unwrap();
        assert_eq!(
            (word.cost_micros, word.context_left_percent),
            (Some(8_140), Some(99))
        );
        assert_eq!((word.input_tokens, word.output_tokens), (None, None));
        assert_eq!(told(json!(0), Value::Null).unwrap().cost_micros, Some(0));
        assert_eq!(told(json!(-1), json!(101)), None);
        assert_eq!(told(json!(1e300), json!("x")), None);
        assert_eq!(used(&json!({ "cost": 3 })), None);
    }

    #[test]
    fn the_settings_that_count_most_are_looked_into_first() {
        let payload = json!({ "workspace": { "project_dir": "/w" } });
        assert_eq!(
            settings(&payload, Some("/home/x/.claude")),
            [
                "/w/.claude/settings.local.json",
                "/w/.claude/settings.json",
                "/home/x/.claude/settings.json"
            ]
        );
        assert_eq!(settings(&json!({}), None), [] as [String; 0]);
    }

    #[test]
    fn only_a_command_of_the_persons_own_is_a_line() {
        let line = |line: Value| own(&json!({ "statusLine": line }).to_string());
        let command =
            |text: &str| line(json!({ "type": "command", "command": text, "padding": 0 }));
        assert_eq!(command("~/line.sh"), Some("~/line.sh".to_owned()));
        assert_eq!(command(""), None);
        assert_eq!(command("/bin/opsroom hook claude StatusLine"), None);
        assert_eq!(line(json!("x")), None);
        assert_eq!(own("{"), None);
        assert_eq!(own("{}"), None);
    }
}
