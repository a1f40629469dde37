//! The parts that a rehearsal can play, as data. Every command in them is really run, every file really changed.

use std::path::Path;

use super::paint::Look;

/// One part.
#[derive(Debug)]
pub struct Script {
    pub name: &'static str,
    pub look: Look,
    /// A file of the demo's project that it works on; elsewhere the part of a visitor is played.
    pub needs: Option<&'static str>,
    pub steps: &'static [Step],
}

/// One thing that a rehearsal does.
#[derive(Debug)]
pub enum Step {
    /// Reads what it was handed, and shows its beginning.
    Assignment,
    /// Thinks aloud.
    Think(&'static str),
    /// Shows the beginning of a file.
    Read(&'static str),
    /// Runs a command that needs nobody's permission.
    Check(&'static str),
    /// Asks, then runs a command.
    Run(&'static str),
    /// Asks, then replaces a text in a file.
    Edit {
        file: &'static str,
        from: &'static str,
        to: &'static str,
    },
    /// Asks a question, and keeps the answer for the handoff.
    Ask {
        question: &'static str,
        options: &'static [&'static str],
    },
    /// Adds a line to a file of its brief's own, and commits it where there is a repository.
    Work,
    /// Hands over: a heading and what is said below it.
    HandOff(&'static str),
    /// Prints a log for ever, this many lines a second.
    Flood(u64),
    /// Ends with this code, and these last words.
    Fail(i32, &'static str),
}

/// Whether a rehearsal was handed a brief.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handed {
    /// It was.
    Brief,
    /// It was started without one.
    Nothing,
}

/// The part of that name. Where its project is not here, whoever was handed a brief works on it as anybody of that
/// role would; everybody else, and a name that is none, plays a visitor.
pub fn named(name: &str, handed: Handed) -> &'static Script {
    let part = SCRIPTS.iter().find(|script| script.name == name);
    let here = part.filter(|part| part.needs.is_none_or(|file| Path::new(file).exists()));
    match (here, handed) {
        (Some(part), _) => part,
        (None, Handed::Nothing) => &VISITOR,
        (None, Handed::Brief) => WORKERS
            .iter()
            .find(|script| script.name == name)
            .unwrap_or(&WORKER),
    }
}

const PLANS: &[Step] = &[
    Step::Think("Reading what I was handed: the brief, and what holds for its track."),
    Step::Assignment,
    Step::Check("ls | head -8"),
    Step::Think("I plan it so that the next one can build it without asking me."),
    Step::HandOff(
        "The plan: one change, in a file of its own; done is seen by that file, and by the project's own checks.",
    ),
];

/// It commits on a branch that the room made for the brief, and on no other.
const BUILDS: &[Step] = &[
    Step::Think("Reading what I was handed: the brief, the plan, and why it came back, if it did."),
    Step::Assignment,
    Step::Think("I make the smallest change that the brief asks for, where everybody can see it."),
    Step::Run(
        "mkdir -p rehearsal && date '+- worked on, %H:%M:%S' >> \"rehearsal/$OPSROOM_BRIEF.md\"",
    ),
    Step::Run(COMMIT),
    Step::Check("test -s \"rehearsal/$OPSROOM_BRIEF.md\" && echo 'it is there'"),
    Step::HandOff("Made as planned. Seen by its file, which was not there before."),
];

/// One line of `sh`.
const COMMIT: &str = "case \"$(git branch --show-current 2>/dev/null)\" in opsroom/*) git add -A && git commit -qm \"$OPSROOM_BRIEF: a rehearsal of the work\" && git log --oneline -1;; *) echo 'no branch of my own: nothing is committed';; esac";

const DOUBTS: &[Step] = &[
    Step::Think("I did not make this. Reading what was asked, then what was handed over."),
    Step::Assignment,
    Step::Check("git log --oneline 2>/dev/null | head -3"),
    Step::Check("test -s \"rehearsal/$OPSROOM_BRIEF.md\""),
    Step::HandOff(
        "Nothing broke.\n\n## Tried\n\n- that the file is there and not empty\n- that its commit touches nothing else\n- not tried: two at once",
    ),
];

const REVIEWS: &[Step] = &[
    Step::Think("Reading the change as somebody who will live with it."),
    Step::Assignment,
    Step::Check("git log --oneline 2>/dev/null | head -3"),
    Step::HandOff(
        "Keep. It does what the brief says and nothing else.\n\n## Tried\n\nReading all of it against the brief.",
    ),
];

/// Whoever else is handed a brief.
const WORKER: Script = Script {
    name: "worker",
    look: Look {
        accent: "34",
        sign: "◆",
    },
    needs: None,
    steps: BUILDS,
};

/// Asks nobody, and says what it tried.
const SERVES: &[Step] = &[
    Step::Work,
    Step::HandOff(
        "One more line stands in the brief's file below work/.\n\n## Tried\n\nThat the file is there, and that it grew by a line.\n",
    ),
];

/// Who works on any brief, in any folder.
const WORKERS: &[Script] = &[
    Script {
        name: "apprentice",
        look: Look {
            accent: "36",
            sign: "◇",
        },
        needs: None,
        steps: SERVES,
    },
    Script {
        name: "planner",
        look: Look {
            accent: "32",
            sign: "■",
        },
        needs: None,
        steps: PLANS,
    },
    Script {
        name: "builder",
        look: Look {
            accent: "34",
            sign: "◆",
        },
        needs: None,
        steps: BUILDS,
    },
    Script {
        name: "adversary",
        look: Look {
            accent: "35",
            sign: "▲",
        },
        needs: None,
        steps: DOUBTS,
    },
    Script {
        name: "reviewer",
        look: Look {
            accent: "33",
            sign: "★",
        },
        needs: None,
        steps: REVIEWS,
    },
];

pub(super) const BUILDER: &[Step] = &[
    Step::Think("Reading the brief, and the code it speaks of."),
    Step::Read("app/login.sh"),
    Step::Run("sh checks/all.sh"),
    Step::Think(
        "Nothing counts attempts. I count them in a file beside the accounts and refuse the sixth within a minute; the check above is how we will see it.",
    ),
    Step::Edit {
        file: "app/login.sh",
        from: "check_password \"$user\" \"$password\"\n",
        to: "tries=\"$STATE/tries-$user\"\n\
             echo x >> \"$tries\"\n\
             if [ \"$(wc -l < \"$tries\")\" -gt 5 ]; then\n    echo \"too many attempts, wait a minute\"\n    exit 3\nfi\n\
             check_password \"$user\" \"$password\" && rm -f \"$tries\"\n",
    },
    Step::Check("sh checks/all.sh"),
    Step::Run(
        "git commit -qam 'login: refuse the sixth attempt within a minute' && git log --oneline -1",
    ),
    Step::HandOff("The login endpoint refuses the sixth attempt within a minute."),
];

const ADVERSARY: &[Step] = &[
    Step::Think("I did not build this. I try to break it."),
    Step::Read("app/session.sh"),
    Step::Check("sh checks/session.sh"),
    Step::Think(
        "The happy path holds. Now what its maker did not think of: an empty id, a huge one, one that climbs out of the folder.",
    ),
    Step::Check("STATE=$(mktemp -d); export STATE; sh app/session.sh ''"),
    Step::Check(
        "STATE=$(mktemp -d); export STATE; echo hidden > \"$STATE/secret\"; sh app/session.sh ../secret",
    ),
    Step::HandOff(
        "The id `../secret` climbs out of the folder and is followed.\n\n## Tried\n\n- broken: `../secret`\n- held: an empty id is refused\n- not tried: a huge id",
    ),
];

const PLANNER: &[Step] = &[
    Step::Think(
        "The brief says \"export\", and not to whom. Looking at what reads such files today.",
    ),
    Step::Read("README.md"),
    Step::Check("grep -rn export app README.md || true"),
    Step::Think("Two readers want different separators. That is not mine to guess."),
    Step::Ask {
        question: "Which separator should the export use?",
        options: &["comma", "semicolon", "tab"],
    },
    Step::HandOff(
        "The export writes one line an account, with the separator as answered; done is seen by `sh checks/export.sh`.",
    ),
];

const MIGRATOR: &[Step] = &[
    Step::Think("Moving the accounts to the new store. First everything must be green."),
    Step::Run("sh checks/all.sh"),
    Step::Think("Opening the store."),
    Step::Fail(
        3,
        "cannot lock state/accounts.lock: held by another process",
    ),
];

const REVIEWER: &[Step] = &[
    Step::Think("Reading the change as somebody who will live with it."),
    Step::Check("git log --oneline | head -3"),
    Step::Check("git show --stat HEAD | tail -4"),
    Step::Check("sh checks/session.sh"),
    Step::HandOff(
        "Keep. It does what the brief says and nothing else.\n\n## Tried\n\nThe session check, and reading all that the last commit changed.",
    ),
];

const WRITER: &[Step] = &[
    Step::Think("Reading what was promised, and to whom."),
    Step::Read("sales/acme.md"),
    Step::Ask {
        question: "May the answer to Acme name a date?",
        options: &["Friday", "end of the month", "no date"],
    },
    Step::Edit {
        file: "sales/acme.md",
        from: "Waiting for our answer since Tuesday.\n",
        to: "Answer drafted: the export is in planning; we write again when it can be tried.\n",
    },
    Step::HandOff("The answer is drafted in sales/acme.md."),
];

const SCOUT: &[Step] = &[
    Step::Think("Looking around for work worth doing."),
    Step::Check("git log --oneline | head -5"),
    Step::Check("grep -rn TODO app || true"),
    Step::Run("\"$OPSROOM_BIN\" brief add 'Answer the TODO in session.sh' --stage inbox"),
];

const VISITOR: Script = Script {
    name: "visitor",
    look: Look {
        accent: "34",
        sign: "◇",
    },
    needs: None,
    steps: &[
        Step::Think(
            "I am a rehearsal: a scripted agent that needs no account. I look around as a real one would.",
        ),
        Step::Check("ls | head -8"),
        Step::Read("README.md"),
        Step::Run("git status --short --branch | head -5"),
        Step::Ask {
            question: "What should a real agent do here first?",
            options: &["the tests", "the README", "nothing yet"],
        },
        Step::HandOff(
            "Looked around, changed nothing. Put a real agent's profile into opsroom.toml in my place.",
        ),
    ],
};

const DEPLOY: &[Step] = &[
    Step::Think("Following the deployment's log."),
    Step::Flood(120),
];

const SCRIPTS: &[Script] = &[
    Script {
        name: "builder",
        look: Look {
            accent: "34",
            sign: "◆",
        },
        needs: Some("app/login.sh"),
        steps: BUILDER,
    },
    Script {
        name: "adversary",
        look: Look {
            accent: "35",
            sign: "▲",
        },
        needs: Some("app/session.sh"),
        steps: ADVERSARY,
    },
    Script {
        name: "planner",
        look: Look {
            accent: "32",
            sign: "■",
        },
        needs: Some("app/login.sh"),
        steps: PLANNER,
    },
    Script {
        name: "reviewer",
        look: Look {
            accent: "33",
            sign: "★",
        },
        needs: Some("checks/all.sh"),
        steps: REVIEWER,
    },
    Script {
        name: "writer",
        look: Look {
            accent: "33",
            sign: "✎",
        },
        needs: Some("sales/acme.md"),
        steps: WRITER,
    },
    Script {
        name: "migrator",
        look: Look {
            accent: "96",
            sign: "●",
        },
        needs: Some("checks/all.sh"),
        steps: MIGRATOR,
    },
    Script {
        name: "scout",
        look: Look {
            accent: "36",
            sign: "◇",
        },
        needs: Some("app/session.sh"),
        steps: SCOUT,
    },
    Script {
        name: "deploy",
        look: Look {
            accent: "95",
            sign: "▶",
        },
        needs: None,
        steps: DEPLOY,
    },
];
