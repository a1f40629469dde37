//! Scripts of what is done to briefs.

use opsroom::model::{AgentId, Place, StartOn, Wish};
use opsroom::view::command::Command;
use opsroom::view::desk::{Focus, Popup};
use opsroom::view::update::Act;
use opsroom::wire::ToServer;

use crate::play::{Play, Script, sent, wish, wishes};
use crate::popups;

fn moved(brief: &str, from: &str, to: &str) -> Wish {
    let at = |stage: &str| Place {
        track: "web".into(),
        stage: stage.into(),
    };
    Wish::BriefMove {
        brief: brief.into(),
        from: at(from),
        to: at(to),
        why: String::new(),
    }
}

/// Goes to a brief in the queue.
fn at(p: &mut Play, brief: &str) {
    p.keys("g q");
    p.desk.brief = Some(brief.into());
}

pub const QUEUE: &[Script] = &[
    (Command::NewBrief, |p| {
        p.keys("o");
        p.text("sal");
        assert_eq!(
            p.keys("enter"),
            [Act::NewBrief {
                track: "sales".into(),
                draft: None
            }]
        );
    }),
    (Command::OpenBrief, |p| {
        at(p, "0003-dev");
        p.keys("enter");
        assert_eq!(
            (p.desk.pane, p.desk.focus),
            (Some(AgentId(1)), Focus::Tiles)
        );
        at(p, "0002-prep");
        let acts = p.keys("enter");
        assert!(matches!(sent(&acts)[..], [ToServer::ReadBrief { .. }]));
    }),
    (Command::ReadBrief, |p| {
        at(p, "0003-dev");
        let acts = p.keys("space");
        assert!(matches!(sent(&acts)[..], [ToServer::ReadBrief { .. }]));
        popups::brief_text(p, "0003-dev");
        assert!(matches!(&p.desk.popup, Some(Popup::Read { text, .. }) if text.raw() == "do it"));
    }),
    (Command::EditBrief, |p| {
        at(p, "0003-dev");
        p.keys("E");
        let acts = popups::brief_text(p, "0003-dev");
        let path = "briefs/web/dev/x.md".to_owned();
        assert_eq!(
            acts,
            [Act::Edit {
                brief: "0003-dev".into(),
                path
            }]
        );
    }),
    (Command::SplitBrief, |p| {
        at(p, "0003-dev");
        p.keys("|");
        let acts = popups::brief_text(p, "0003-dev");
        let (brief, path) = ("0003-dev".into(), "briefs/web/dev/x.md".to_owned());
        assert_eq!(acts, [Act::Split { brief, path }]);
    }),
    (Command::Raise, |p| {
        at(p, "0003-dev");
        let brief = "0003-dev".into();
        assert_eq!(
            wish(&p.keys("+")),
            Wish::BriefPriority { brief, priority: 2 }
        );
        // keys are faster than files: it is shown as 3 still
        let brief = "0003-dev".into();
        assert_eq!(
            wish(&p.keys("+")),
            Wish::BriefPriority { brief, priority: 1 }
        );
    }),
    (Command::Lower, |p| {
        at(p, "0003-dev");
        let brief = "0003-dev".into();
        assert_eq!(
            wish(&p.keys("-")),
            Wish::BriefPriority { brief, priority: 4 }
        );
    }),
    (Command::PauseTrack, |p| {
        at(p, "0003-dev");
        assert_eq!(wish(&p.keys("P")), Wish::Pause(Some("web".into())));
    }),
    (Command::PauseAll, |p| {
        assert_eq!(wish(&p.keys("g P")), Wish::Pause(None));
    }),
    (Command::Accept, |p| {
        at(p, "0001-in");
        assert_eq!(wish(&p.keys("c")), moved("0001-in", "inbox", "prep"));
        at(p, "0004-held");
        assert_eq!(wish(&p.keys("c")), moved("0004-held", "hold", "prep"));
        at(p, "0003-dev");
        assert!(wishes(&p.keys("c")).is_empty());
    }),
    (Command::Hold, |p| {
        at(p, "0003-dev");
        // somebody works on it: what ends with that is said first
        assert!(wishes(&p.keys("H")).is_empty());
        let Some(Popup::Confirm(confirm)) = &p.desk.popup else {
            panic!("{:?}", p.desk.popup);
        };
        assert!(confirm.sentence.contains("ends"), "{}", confirm.sentence);
        assert!(wishes(&p.keys("esc H")).is_empty());
        assert_eq!(wish(&p.keys("y")), moved("0003-dev", "dev", "hold"));
    }),
    (Command::Drop, |p| {
        at(p, "0003-dev");
        assert!(wishes(&p.keys("D esc")).is_empty());
        p.keys("D");
        assert_eq!(wish(&p.keys("y")), moved("0003-dev", "dev", "dropped"));
    }),
    (Command::MoveBrief, |p| {
        at(p, "0003-dev");
        p.keys("v");
        p.text("qa");
        assert!(wishes(&p.keys("enter")).is_empty());
        assert_eq!(wish(&p.keys("y")), moved("0003-dev", "dev", "qa"));
    }),
    (Command::Start, |p| {
        at(p, "0002-prep");
        let brief = "0002-prep".into();
        assert_eq!(
            wish(&p.keys("S")),
            Wish::BriefStart {
                brief,
                on: StartOn::Stage
            }
        );
    }),
    (Command::StartOn, |p| {
        at(p, "0002-prep");
        p.keys("ctrl-s");
        p.text("name3");
        let brief = "0002-prep".into();
        let on = StartOn::Agent(AgentId(3));
        assert_eq!(wish(&p.keys("enter")), Wish::BriefStart { brief, on });
    }),
];
