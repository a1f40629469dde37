//! The `[[policy]]` tables: read, and written behind what a file holds.

use toml::Value;

use super::roles::Roles;
use crate::config::Parsed;
use crate::config::reader::{Placed, Reader, Table};
use crate::model::policy::{Does, RULES_MOST};
use crate::model::{Policy, RoleName, Settings};

/// The longest pattern and the longest `why`, in bytes.
const LONGEST: usize = 4_096;

const DOES: [(&str, Does); 3] = [
    ("allow", Does::Allow),
    ("ask", Does::Ask),
    ("deny", Does::Deny),
];

pub(super) fn read(root: &mut Table, roles: &Roles, reader: &mut Reader) -> Vec<Policy> {
    let mut rules = Vec::new();
    for (at, from) in root.tables("policy", reader).into_iter().enumerate() {
        if at == RULES_MOST {
            let what = format!("more than {RULES_MOST} policies");
            reader.error(&from.span, what, "join some of them with `*`");
        }
        rules.extend(read_one(from, Some(roles), reader));
    }
    rules
}

/// One rule by itself: the text of a `[[policy]]` table without its heading.
pub fn rule(path: &str, text: &str) -> Parsed<Policy> {
    let mut reader = Reader::new(path, text);
    let root = reader.document();
    let rule = read_one(root, None, &mut reader);
    reader.finish(|| rule.unwrap_or_else(|| Policy::new(Does::Ask)))
}

fn read_one(mut from: Table, roles: Option<&Roles>, reader: &mut Reader) -> Option<Policy> {
    let span = from.span.clone();
    if !from.has("do") {
        reader.error(
            &span,
            "a policy that does nothing",
            "write `do = \"allow\"`, \"ask\" or \"deny\"",
        );
    }
    let does = from.choice("do", &DOES, reader);
    let role = from.text("role", reader);
    let agent = from.text("agent", reader);
    let profile = from.text("profile", reader);
    let tools = read_tools(&mut from, reader);
    let command = from.text("command", reader);
    let path = from.text("path", reader);
    let why = from.text("why", reader);
    from.end(reader);
    if let (Some(role), Some(roles)) = (&role, roles) {
        roles.check(role, reader);
    }
    if let Some(path) = &path {
        check_path(path, reader);
    }
    for text in [&agent, &profile, &command, &path, &why]
        .into_iter()
        .flatten()
    {
        if text.value.len() > LONGEST || text.value.trim().is_empty() {
            let hint = format!("write 1 to {LONGEST} bytes, or leave it out");
            reader.error(&text.span, "too long, or empty", hint);
        }
    }
    let does = does?;
    check_together(does, &span, tools.is_empty(), why.as_ref(), reader);
    let value = |text: Option<Placed<String>>| text.map(|text| text.value);
    Some(Policy {
        does,
        role: value(role).map(RoleName),
        agent: value(agent),
        profile: value(profile),
        tools,
        command: value(command),
        path: value(path),
        why: value(why).unwrap_or_default(),
    })
}

/// `tool = "bash"`, or `tool = ["write", "edit"]`.
fn read_tools(from: &mut Table, reader: &mut Reader) -> Vec<String> {
    let Some(tools) = from.text_or_texts("tool", reader) else {
        return Vec::new();
    };
    if tools.value.is_empty() {
        let hint = "name one, or leave it out for every tool";
        reader.error(&tools.span, "no tool is named", hint);
    }
    for tool in &tools.value {
        if tool.value.trim().is_empty() || tool.value.contains('*') {
            let hint = "write the tool's whole name, or leave it out for every tool";
            reader.error(&tool.span, "not the name of a tool", hint);
        }
    }
    tools.value.into_iter().map(|tool| tool.value).collect()
}

fn check_path(path: &Placed<String>, reader: &mut Reader) {
    let parts: Vec<&str> = path.value.split('/').collect();
    if parts.iter().any(|part| matches!(*part, "." | "..")) || path.value.starts_with('~') {
        let hint = "write it from the agent's folder (`src/**`) or from the root (`/srv/**`)";
        reader.error(
            &path.span,
            "a path is not written with `.`, `..` or `~`",
            hint,
        );
    } else if parts
        .iter()
        .any(|part| part.contains("**") && *part != "**")
    {
        let hint = "write `**` between two `/`; within a name write `*`";
        reader.error(&path.span, "`**` stands for whole folders", hint);
    }
}

fn check_together(
    does: Does,
    span: &std::ops::Range<usize>,
    no_tool: bool,
    why: Option<&Placed<String>>,
    reader: &mut Reader,
) {
    if does == Does::Allow && no_tool {
        let hint = "name the tool: `tool = \"bash\"`";
        reader.error(span, "a policy that allows every tool", hint);
    }
    if let (Does::Allow | Does::Ask, Some(why)) = (does, why) {
        let hint = "remove it: nobody is told why something is allowed or asked";
        reader.warn(&why.span, "`why` is told where something is denied", hint);
    }
}

/// A file with one more rule at its end, below a remark of who wanted it.
///
/// # Errors
/// Where the file cannot be used as it is, or would not be with that rule; what to do about it.
pub fn appended(path: &str, text: &str, rule: &Policy, remark: &str) -> Result<String, String> {
    let whole = |parsed: Parsed<Settings>| match (parsed.value, parsed.diagnostics.first()) {
        (Some(settings), _) => Ok(settings),
        (None, Some(first)) => Err(format!("repair it first: {first}")),
        (None, None) => Err("repair it first".to_owned()),
    };
    let before = whole(super::parse(path, text))?;
    let mut more = text.trim_end().to_owned();
    if !more.is_empty() {
        more.push_str("\n\n");
    }
    let remark = remark.replace(char::is_control, " ");
    more.push_str(&format!("# {remark}\n[[policy]]\n{}", table(rule)));
    let mut after = whole(super::parse(path, &more))?;
    if after.policies.pop().as_ref() != Some(rule) || after != before {
        return Err("its end is not where a table can be added; add the rule by hand".to_owned());
    }
    Ok(more)
}

/// A rule as the lines of its table.
pub fn table(rule: &Policy) -> String {
    let quoted = |text: &str| Value::String(text.to_owned()).to_string();
    let word = DOES.iter().find(|(_, does)| *does == rule.does);
    let does = word.map(|(word, _)| (*word).to_owned());
    let tools: Vec<String> = rule.tools.iter().map(|tool| quoted(tool)).collect();
    let tools = match tools.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        several => Some(format!("[{}]", several.join(", "))),
    };
    let why = Some(&rule.why).filter(|why| !why.is_empty());
    let text = |text: Option<&String>| text.map(|text| quoted(text));
    let lines = [
        ("do", text(does.as_ref())),
        ("role", rule.role.as_ref().map(|role| quoted(role.as_str()))),
        ("agent", text(rule.agent.as_ref())),
        ("profile", text(rule.profile.as_ref())),
        ("tool", tools),
        ("command", text(rule.command.as_ref())),
        ("path", text(rule.path.as_ref())),
        ("why", text(why)),
    ];
    lines
        .into_iter()
        .filter_map(|(key, value)| value.map(|value| format!("{key} = {value}\n")))
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::config::room::parse;

    fn headlines(text: &str) -> Vec<String> {
        let all = parse("o", text).diagnostics;
        all.iter()
            .map(crate::config::Diagnostic::headline)
            .collect()
    }

    const FULL: &str = r#"[[policy]]
do = "allow"
role = "builder"
tool = ["write", "edit"]
path = "src/**"

[[policy]]
do = "deny"
agent = "Scout 2"
profile = "claude"
tool = "bash"
command = "*\"rm\"*"
why = "not here"
"#;

    #[test]
    fn rules_are_read_in_their_order_and_written_as_they_are_read() {
        let parsed = parse("o", FULL);
        assert!(parsed.is_clean(), "{:?}", parsed.diagnostics);
        let rules = parsed.value.unwrap().policies;
        assert_eq!(
            rules[0].sentence(),
            "allow write, edit in src/** for builder"
        );
        assert_eq!(rules[1].command.as_deref(), Some("*\"rm\"*"));
        let odd = Policy {
            tools: vec!["a'b\"c".to_owned()],
            command: Some("one\n  two \u{1b}[31m ''' \"\"\" \\ \t\r\n".to_owned()),
            ..Policy::new(Does::Allow)
        };
        for one in rules.iter().chain([&odd]) {
            let text = table(one);
            assert_eq!(rule("o", &text).value.as_ref(), Some(one), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_rule_is_said_with_its_place() {
        assert_eq!(
            headlines(
                "[[policy]]\ntool = \"bash\"\n[[policy]]\ndo = \"alow\"\n[[policy]]\ndo = \"allow\"\ncommand = \"*\"\n"
            ),
            [
                "o:1:1: a policy that does nothing",
                "o:4:6: `do` cannot be `alow`",
                "o:5:1: a policy that allows every tool"
            ]
        );
        assert_eq!(
            headlines(
                "[[policy]]\ndo = \"deny\"\nrole = \"bilder\"\npath = \"../x\"\n[[policy]]\ndo = \"ask\"\npath = \"a**\"\nwhy = \"x\"\ntool = \"a*\"\ncomand = \"x\"\n"
            ),
            [
                "o:3:8: no role is called `bilder`",
                "o:4:8: a path is not written with `.`, `..` or `~`",
                "o:7:8: `**` stands for whole folders",
                "o:8:7: warning: `why` is told where something is denied",
                "o:9:8: not the name of a tool",
                "o:10:1: unknown key `comand`"
            ]
        );
    }

    #[test]
    fn a_rule_is_added_behind_what_the_file_holds_and_nothing_else_changes() {
        let rule = parse("o", FULL).value.unwrap().policies.remove(1);
        let text = "# mine\nname = \"acme\"   # ours\n";
        let more = appended("o", text, &rule, "alice\n, now").unwrap();
        assert!(
            more.starts_with(
                "# mine\nname = \"acme\"   # ours\n\n# alice , now\n[[policy]]\ndo = "
            )
        );
        assert_eq!(
            parse("o", &more).value.unwrap().policies,
            std::slice::from_ref(&rule)
        );
        assert!(
            appended("o", "", &rule, "x")
                .unwrap()
                .starts_with("# x\n[[policy]]")
        );
        let twice = appended("o", &more, &rule, "again").unwrap();
        assert_eq!(parse("o", &twice).value.unwrap().policies.len(), 2);
    }

    #[test]
    fn a_file_that_cannot_take_a_rule_is_left_alone() {
        let rule = Policy {
            tools: vec!["bash".to_owned()],
            ..Policy::new(Does::Allow)
        };
        for text in ["name = ", "policy = []\n", "[[policy]]\ndo = \"x\"\n"] {
            assert!(appended("o", text, &rule, "x").is_err(), "{text:?}");
        }
    }
}
