//! Popups over the sample room.

use crate::config::builtin;
use crate::model::policy::{Does, Policy, Proposal};
use crate::model::{AgentId, Card, RequestId, Untrusted};
use crate::view::popup::{
    Always, Chooser, Confirm, Confirmed, Entry, Form, Heads, Line, Pick, Popup, Then,
};

/// A reason being written.
pub fn form() -> Popup {
    let text = "build/ is shared with the other worktree.\nUse cargo clean -p acme instead";
    Popup::Write(Form {
        title: "reject #14: why?".into(),
        placeholder: "a reason, or nothing".into(),
        line: Line {
            text: text.into(),
            cursor: text.len(),
        },
        then: Then::Reject(Vec::new()),
    })
}

/// A theme being chosen.
pub fn chooser() -> Popup {
    let entries = builtin::THEMES.iter().map(|file| Entry {
        label: file.name.into(),
        remark: "dark".into(),
        pick: Pick::Name(file.name.into()),
    });
    Popup::Choose(Chooser {
        title: "theme".into(),
        entries: entries.collect(),
        at: 2,
        line: Line::default(),
        then: Then::Theme {
            before: "opsroom".into(),
        },
    })
}

/// A question before something is lost.
pub fn confirm() -> Popup {
    Popup::Confirm(Confirm {
        sentence: "Agent 1 builder works on 0012-rate-limit; it and all it started would be stopped, and its turn is lost.".into(),
        then: Confirmed::Stop(AgentId(1)),
    })
}

/// A brief being read.
pub fn reading() -> Popup {
    let text: String = (1..60)
        .map(|n| format!("- point {n} of what done looks like\n"))
        .collect();
    Popup::Read {
        title: "0012-rate-limit".into(),
        text: Untrusted::new(format!(
            "+++\ntitle = \"Rate-limit the login endpoint\"\npriority = 2\n+++\n# Objective\n\nNobody can try more than ten passwords a minute.\n\n# Done\n\n{text}"
        )),
        heads: Heads::Written,
        top: 0,
    }
}

/// A rule that would always allow this command.
pub fn always(command: &str, at: usize) -> Popup {
    let rule = |command: Option<String>| Policy {
        tools: vec!["bash".into()],
        command,
        ..Policy::new(Does::Allow)
    };
    let proposal = |width: &str, rule| Proposal {
        width: width.into(),
        rule,
    };
    Popup::Always(Always {
        card: Card {
            request: RequestId(14),
            digest: "d14".into(),
        },
        proposals: vec![
            proposal("this very command", rule(Some(command.into()))),
            proposal("ANYTHING this tool is asked to do", rule(None)),
        ],
        at,
        top: at,
    })
}
