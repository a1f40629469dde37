//! What the desk never does, and what it always does.

use opsroom::model::{AgentId, Answer, Exit, Fact, SeatRole, State, Status, Wish};
use opsroom::terminal::Size;
use opsroom::view::desk::{Focus, Mode, Popup};
use opsroom::view::update::{Act, Input, next_deadline};
use opsroom::wire::{ToClient, ToServer};

use crate::play::{Play, agent, card, decided, permission, request, sent, shown, wishes};

#[test]
fn keys_before_a_card_settled_send_nothing() {
    let mut p = Play::new();
    p.keys("n N");
    for key in ["a", "r", "e", "A"] {
        assert!(wishes(&p.keys(key)).is_empty(), "{key}");
        assert!(p.desk.popup.is_none(), "{key}");
        assert!(p.said().starts_with("the card came only now"), "{key}");
    }
    assert!(p.desk.settles_at(&card(1, "aa")).is_some());
    p.wait(500);
    assert_eq!(wishes(&p.keys("a")).len(), 1);
}

#[test]
fn the_server_hears_which_cards_are_shown_exactly_when_that_changes() {
    let mut p = Play::new();
    assert_eq!(p.desk.shown.len(), 1);
    assert_eq!(shown(&p.keys("n")), Some(vec![2]));
    assert_eq!(shown(&p.keys("l")), None);
    assert_eq!(
        shown(&p.keys("N A")),
        Some(vec![1]),
        "not settled, so no preview"
    );
    p.wait(600);
    assert_eq!(shown(&p.keys("A")), Some(vec![1, 3]));
    assert_eq!(shown(&p.keys("esc")), Some(vec![1]));
    assert_eq!(
        shown(&p.input(Input::Resized(Size { cols: 20, rows: 4 }))),
        Some(vec![])
    );
}

#[test]
fn a_card_with_other_content_is_another_card() {
    let mut p = Play::new();
    let acts = p.fact(Fact::Request(request(1, 1, "zz", permission("rm -rf /"))));
    assert_eq!(shown(&acts), Some(vec![1]));
    assert!(wishes(&p.keys("a")).is_empty());
    p.wait(600);
    p.read_card();
    let acts = p.keys("a");
    assert!(matches!(wishes(&acts)[..], [Wish::Decide { cards, .. }] if cards[0] == card(1, "zz")));
}

#[test]
fn a_popup_over_the_card_hides_it_and_its_own_form_does_not() {
    let mut p = Play::new();
    p.input(Input::Resized(Size { cols: 70, rows: 14 }));
    p.wait(600);
    assert_eq!(p.desk.shown.len(), 1);
    p.keys("?");
    assert!(p.plan().popup_covers_card());
    assert_eq!(p.desk.shown.len(), 0);
    p.keys("esc");
    assert!(wishes(&p.keys("a")).is_empty(), "it has to settle again");
    p.wait(600);
    p.keys("r");
    assert_eq!(p.desk.shown.len(), 1);
    assert_eq!(wishes(&p.keys("enter")).len(), 1);
}

#[test]
fn a_reason_for_a_request_that_changed_is_not_sent() {
    let mut p = Play::new();
    p.keys("r");
    p.fact(Fact::Request(request(1, 1, "zz", permission("other"))));
    p.text("in a copy");
    assert!(wishes(&p.keys("enter")).is_empty());
    assert!(p.said().contains("changed or closed meanwhile"));
    assert!(
        p.said().contains("up brings your words back"),
        "{}",
        p.said()
    );
    p.wait(600);
    p.read_card();
    p.keys("r up");
    let acts = p.keys("enter");
    let [Wish::Decide { verdict, .. }] = wishes(&acts)[..] else {
        panic!("{acts:?}")
    };
    assert_eq!(verdict.words(), "in a copy");
}

#[test]
fn the_card_stays_while_others_come_and_go() {
    let mut p = Play::new();
    p.keys("n");
    p.fact(Fact::Request(request(4, 3, "cc", permission("x"))));
    p.fact(decided(
        &request(3, 1, "aa", permission("rm -rf build")),
        "bob",
    ));
    assert_eq!(p.desk.request.unwrap().0, 2);
    assert_eq!(p.said(), "bob approved 1 name1 · rm -rf build");
    p.fact(decided(&request(2, 2, "bb", permission("y")), "alice"));
    assert_eq!(
        p.desk.request.unwrap().0,
        4,
        "the next oldest, not the first"
    );
    p.fact(decided(&request(4, 3, "cc", permission("x")), "alice"));
    assert_eq!(p.desk.request.unwrap().0, 1, "around the end");
}

#[test]
fn a_withdrawn_request_says_so() {
    let mut p = Play::new();
    let mut gone = request(1, 1, "aa", permission("rm -rf build"));
    gone.status = Status::Withdrawn {
        at: p.now,
        why: "the agent went on".to_owned(),
    };
    p.fact(Fact::Request(gone));
    assert_eq!(
        p.said(),
        "1 name1 · rm -rf build was withdrawn: the agent went on"
    );
}

#[test]
fn typing_goes_on_where_it_was_whatever_arrives() {
    for layout in ["wall", "focus", "triage", "narrow"] {
        let mut p = Play::new();
        p.keys("g l");
        p.text(layout);
        p.keys("enter 3 i");
        let before = p.desk.order.clone();
        p.fact(Fact::Request(request(9, 4, "q", permission("now"))));
        p.fact(Fact::Agent(agent(9, State::Waiting)));
        p.fact(Fact::Agent(agent(1, State::Exited(Exit::Code(1)))));
        assert_eq!(p.desk.mode, Mode::Pane(AgentId(3)), "{layout}");
        assert_eq!(p.desk.focused(), Some(AgentId(3)), "{layout}");
        assert_eq!(
            p.desk.order[..before.len()],
            before,
            "{layout}: no tile moves"
        );
        assert!(p.plan().tile(AgentId(3)).is_some(), "{layout}");
        let acts = p.keys("a");
        assert!(
            matches!(
                sent(&acts)[..],
                [ToServer::Keys {
                    agent: AgentId(3),
                    ..
                }]
            ),
            "{layout}: {acts:?}"
        );
    }
}

#[test]
fn what_is_typed_to_an_agent_that_ended_never_becomes_a_command() {
    let mut p = Play::new();
    p.keys("3 i");
    p.fact(Fact::Agent(agent(3, State::Exited(Exit::Code(0)))));
    let acts = p.text("aqX");
    assert!(acts.is_empty(), "{acts:?}");
    assert!(p.said().starts_with("agent 3 has ended"));
    p.fact(Fact::AgentGone(AgentId(3)));
    assert!(p.text("aqX").is_empty());
    p.input(Input::LinkLost("cut".to_owned()));
    assert!(p.text("aqX").is_empty());
    p.keys("ctrl-g");
    assert_eq!(p.desk.mode, Mode::Room);
}

#[test]
fn triage_folds_what_ended_and_keeps_the_focus() {
    let mut p = Play::new();
    p.keys("3 g l");
    p.text("triage");
    p.keys("enter");
    let plan = p.plan();
    let height = |id| plan.tile(AgentId(id)).unwrap().rect.height;
    assert_eq!(height(4), 1);
    assert_eq!(
        plan.tiles[0].agent,
        AgentId(1),
        "who waits longest is first"
    );
    assert_eq!(p.desk.focused(), Some(AgentId(3)));
    let area = |id: u32| plan.tile(AgentId(id)).unwrap().rect.area();
    assert!(area(1) > area(3), "{plan:?}");
}

#[test]
fn a_new_request_rings_once_and_tells_who_is_elsewhere() {
    let mut p = Play::new();
    p.input(Input::FocusLost);
    let both = vec![
        Fact::Request(request(7, 3, "x", permission("x"))),
        Fact::Request(request(8, 3, "y", permission("y"))),
    ];
    let acts = p.server(ToClient::Facts(both));
    assert_eq!(acts.iter().filter(|act| **act == Act::Bell).count(), 1);
    assert_eq!(
        acts.iter()
            .filter(|act| matches!(act, Act::Notify(_)))
            .count(),
        1
    );
    assert!(acts.contains(&Act::SetTitle("(5) acme".to_owned())));
}

#[test]
fn sentences_go_after_a_while_and_are_bounded() {
    let mut p = Play::new();
    for number in 0..80 {
        p.input(Input::Notice(
            opsroom::model::Level::Note,
            format!("sentence {number}"),
        ));
        p.input(Input::Notice(
            opsroom::model::Level::Note,
            format!("sentence {number}"),
        ));
    }
    assert_eq!(p.desk.toasts.len(), 50);
    let due = next_deadline(&p.desk).unwrap();
    assert!(due > p.now && due.0 <= p.now.0 + 6_000);
    p.wait(6_100);
    assert!(p.desk.toasts.is_empty());
}

#[test]
fn refusals_are_warnings_and_a_new_agent_gets_the_focus() {
    let mut p = Play::new();
    p.keys("g c");
    p.answer(Answer::Refused("it is needed".to_owned()));
    let toast = p.desk.toasts.last().unwrap();
    assert_eq!(
        (toast.notice.level, p.said()),
        (opsroom::model::Level::Warning, "it is needed")
    );
    p.keys("s enter");
    p.answer(Answer::Agent(AgentId(5)));
    p.fact(Fact::Agent(agent(5, State::Starting)));
    assert_eq!(p.desk.focused(), Some(AgentId(5)));
}

#[test]
fn nothing_wakes_a_quiet_room_more_than_once_a_minute() {
    let mut p = Play::empty(
        Size {
            cols: 100,
            rows: 30,
        },
        SeatRole::Operator,
    );
    p.server(ToClient::Current);
    p.wait(10_000);
    let due = next_deadline(&p.desk).unwrap();
    assert_eq!(due.0 % 60_000, 0, "the clock of the header");
    p.input(Input::Resized(Size { cols: 100, rows: 3 }));
    assert_eq!(next_deadline(&p.desk), None);
}

#[test]
fn every_sentence_is_lower_case_and_has_no_full_stop() {
    let mut p = Play::new();
    p.keys("4 i R C 3 R C 9 y > g c");
    for toast in &p.desk.toasts {
        let text = &toast.notice.text;
        assert!(
            !text.ends_with('.') && !text.starts_with(char::is_uppercase),
            "{text}"
        );
    }
    assert!(p.desk.toasts.len() > 3);
}

#[test]
fn a_hidden_sidebar_takes_no_focus() {
    let mut p = Play::new();
    p.keys("g q b");
    assert_eq!(p.desk.focus, Focus::Tiles);
    p.input(Input::Resized(Size { cols: 50, rows: 20 }));
    p.keys("g w");
    assert_eq!(p.desk.focus, Focus::Waiting);
    let plan = p.plan();
    assert!(plan.sidebar.is_some() && plan.tiles.is_empty(), "{plan:?}");
    p.keys("esc esc");
    assert_eq!(p.plan().tiles.len(), 1);
}

#[test]
fn a_brief_that_was_asked_for_does_not_open_over_something_else() {
    let mut p = Play::new();
    p.keys("g q space ?");
    crate::popups::brief_text(&mut p, "0003-dev");
    assert!(matches!(p.desk.popup, Some(Popup::Help { .. })));
}

#[test]
fn a_newer_word_on_the_same_thing_takes_the_place_of_the_older() {
    let mut p = Play::new();
    p.keys("L L L");
    let toasts = p.desk.toasts.iter();
    let layouts = toasts.filter(|toast| toast.notice.text.starts_with("layout: "));
    assert_eq!(layouts.count(), 1);
}

#[test]
fn a_sidebar_that_stands_alone_lists_the_queue_and_no_card_covers_it() {
    let mut p = Play::new();
    p.input(Input::Resized(Size { cols: 50, rows: 15 }));
    assert!(p.plan().card.is_some());
    p.keys("b");
    assert_eq!(p.desk.focus, Focus::Queue);
    assert!(p.plan().sidebar.is_some() && p.plan().card.is_none());
    p.keys("b");
    assert_eq!(p.desk.focus, Focus::Tiles);
    assert!(p.plan().card.is_some());
}

#[test]
fn another_layout_is_seen_as_it_is_and_a_sidebar_that_wants_all_gets_all() {
    let mut p = Play::new();
    p.keys("b b g q");
    while p.desk.layout.name != "narrow" {
        p.keys("L");
    }
    assert!(p.plan().sidebar.is_none());
    assert_eq!(p.desk.focus, Focus::Tiles);
    p.keys("g q");
    let plan = p.plan();
    assert!(plan.sidebar.is_some() && plan.tiles_area.width == 0);
    p.keys("b");
    assert!(p.plan().sidebar.is_none() && p.plan().tiles_area.width > 0);
}

#[test]
fn whoever_may_not_type_any_more_sends_no_key() {
    let mut p = Play::new();
    p.keys("3 i");
    p.desk.me.role = Some(opsroom::model::SeatRole::Observer);
    assert!(
        !sent(&p.text("ls"))
            .iter()
            .any(|one| matches!(one, ToServer::Keys { .. }))
    );
    assert_eq!(p.said(), "you look on here, an operator types");
}

#[test]
fn next_waiting_goes_to_a_card_that_came_up_by_itself_before_the_one_behind_it() {
    let mut p = Play::new();
    p.keys("2");
    p.fact(decided(&request(2, 2, "bb", permission("y")), "alice"));
    let card = p.desk.card().cloned().unwrap();
    assert_ne!(card.agent, p.desk.focused());
    p.keys("n");
    assert_eq!(p.desk.request, Some(card.id));
    assert_eq!(p.desk.focused(), card.agent);
}

#[test]
fn a_key_of_the_queue_pressed_elsewhere_says_where_it_counts() {
    let mut p = Play::new();
    assert!(wishes(&p.keys("S")).is_empty());
    assert!(p.said().ends_with("g q goes there"), "{}", p.said());
    p.keys("g q");
    assert_eq!(wishes(&p.keys("S")).len(), 1);
}

#[test]
fn the_cursor_of_the_queue_stays_on_its_line_when_a_brief_goes() {
    let mut p = Play::new();
    p.keys("g q G");
    let last = p.desk.brief.clone().unwrap();
    p.keys("k");
    let before = p.desk.brief.clone();
    p.keys("j");
    p.fact(Fact::BriefGone(last));
    assert_eq!(p.desk.brief, before);
}

/// A room where request 1 asks something new, of forty lines: more than the card shows.
fn cut() -> Play {
    let mut p = Play::new();
    p.fact(Fact::Request(request(1, 1, "zz", permission("make"))));
    p.wait(600);
    p
}

#[test]
fn an_approval_of_what_the_card_cuts_needs_all_of_it_on_the_screen() {
    let mut p = cut();
    assert!(wishes(&p.keys("a")).is_empty());
    assert!(matches!(p.desk.popup, Some(Popup::Detail { .. })));
    assert!(p.said().starts_with("the card was cut"), "{}", p.said());
    p.wait(600);
    assert!(wishes(&p.keys("a")).is_empty(), "its end was not in sight");
    assert!(
        p.said()
            .starts_with("lines 41 to 44 were not on the screen yet"),
        "{}",
        p.said()
    );
    p.keys("pagedown");
    assert!(wishes(&p.keys("a")).is_empty(), "its end came only now");
    assert!(matches!(p.desk.popup, Some(Popup::Detail { .. })));
    p.wait(600);
    let acts = p.keys("a");
    assert!(matches!(wishes(&acts)[..], [Wish::Decide { cards, .. }] if cards[0] == card(1, "zz")));
    assert!(p.desk.popup.is_none());
}

#[test]
fn a_jump_over_lines_reads_none_of_them_and_a_rejection_needs_none() {
    let mut p = cut();
    p.input(Input::Resized(Size {
        cols: 100,
        rows: 20,
    }));
    p.keys("space G");
    p.wait(600);
    assert!(
        wishes(&p.keys("a")).is_empty(),
        "lines between were jumped over"
    );
    p.keys("r");
    assert_eq!(wishes(&p.keys("enter")).len(), 1);
}

#[test]
fn what_was_read_stays_read_on_a_smaller_screen() {
    let mut p = cut();
    p.read_card();
    p.input(Input::Resized(Size { cols: 80, rows: 24 }));
    p.wait(600);
    assert_eq!(wishes(&p.keys("a")).len(), 1);
}

#[test]
fn a_card_scrolls_to_its_last_line_and_never_over_one() {
    for (cols, rows) in [(80, 24), (100, 20), (120, 35)] {
        let mut p = cut();
        p.input(Input::Resized(Size { cols, rows }));
        p.wait(600);
        p.read_card();
        assert_eq!(wishes(&p.keys("a")).len(), 1, "{cols}x{rows}: {}", p.said());
    }
}

#[test]
fn deciding_together_needs_all_of_what_they_ask_on_the_screen() {
    let mut p = cut();
    p.fact(Fact::Request(request(3, 3, "zz", permission("make"))));
    p.input(Input::Resized(Size {
        cols: 100,
        rows: 24,
    }));
    p.wait(600);
    p.keys("A");
    p.wait(600);
    assert!(matches!(p.desk.popup, Some(Popup::Together { .. })));
    assert!(wishes(&p.keys("a")).is_empty(), "its end was not in sight");
    for _ in 0..20 {
        p.keys("pagedown");
    }
    p.wait(600);
    let acts = p.keys("a");
    assert!(matches!(wishes(&acts)[..], [Wish::Decide { cards, .. }] if cards.len() == 2));
}

#[test]
fn evidence_is_told_of_the_focused_agent_and_of_the_one_that_asks() {
    let mut p = Play::new();
    p.keys("4 x");
    let Some(Popup::Read { text, .. }) = &p.desk.popup else {
        panic!("nothing to read");
    };
    let of = |agent: u32| format!("{agent} name{agent}");
    assert!(text.raw().starts_with(&of(4)), "{}", text.raw());
    assert!(text.raw().contains(&of(1)), "{}", text.raw());
}

#[test]
fn whoever_answers_with_a_form_reads_who_was_first_while_it_is_open() {
    let mut p = Play::new();
    p.keys("r");
    p.text("no");
    p.fact(decided(
        &request(1, 1, "aa", permission("rm -rf build")),
        "bob",
    ));
    assert!(p.seen().contains("bob approved 1 name1"), "{}", p.seen());
    assert!(wishes(&p.keys("enter")).is_empty());
    assert!(
        p.said()
            .starts_with("bob approved this meanwhile, nothing was sent"),
        "{}",
        p.said()
    );
}

#[test]
fn what_was_typed_as_the_line_was_cut_is_said_to_be_uncertain() {
    const SAID: &str = "what you typed to agent 3 last may not have arrived";
    let mut p = Play::new();
    p.keys("3 enter x");
    p.wait(3_000);
    p.input(Input::LinkLost("gone".to_owned()));
    assert!(p.said().contains(SAID), "{}", p.said());
    // said once, and not of what must have arrived
    let mut p = Play::new();
    p.keys("3 enter x");
    p.wait(20_000);
    p.input(Input::LinkLost("gone".to_owned()));
    assert!(!p.said().contains(SAID), "{}", p.said());
}

#[test]
fn where_not_all_have_a_tile_those_that_ended_have_theirs_last() {
    let mut p = Play::empty(Size { cols: 80, rows: 24 }, SeatRole::Operator);
    for id in 1..=9 {
        let state = match id {
            9 => State::Working,
            _ => State::Exited(Exit::Code(0)),
        };
        p.fact(Fact::Agent(agent(id, state)));
    }
    p.wait(10);
    assert_eq!(p.desk.order.first(), Some(&AgentId(9)));
    // and where all fit, each keeps its place
    p.input(Input::Resized(Size {
        cols: 300,
        rows: 100,
    }));
    assert_eq!(p.desk.order.first(), Some(&AgentId(1)));
}

#[test]
fn a_zoomed_pane_on_a_narrow_screen_stands_alone_until_the_sidebar_is_gone_to() {
    let mut p = Play::new();
    p.input(Input::Resized(Size { cols: 80, rows: 24 }));
    p.keys("b l z");
    assert!(p.plan().sidebar.is_none());
    assert_eq!(p.plan().tiles[0].rect.width, 80);
    p.keys("g q");
    assert!(p.plan().sidebar.is_some());
}

#[test]
fn a_key_without_a_command_says_so() {
    let mut p = Play::new();
    p.keys("Q");
    assert_eq!(p.said(), "Q: does nothing here; ? shows those that do");
}
