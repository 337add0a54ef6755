//! Rage clicks and dead clicks, rule by rule.

use session::elements::ClickMarks;

use super::elements::{change, click, click_at, element, elements, input, moved, snapshot, text};
use super::recordings::event;

fn marks(events: &[String]) -> Vec<ClickMarks> {
    let (session, elements) = elements(events);
    session.page_events.iter().map(|event| elements.marks(event)).collect()
}

const RAGE: ClickMarks = ClickMarks { is_rage: true, is_dead: false };
const DEAD: ClickMarks = ClickMarks { is_rage: false, is_dead: true };
const NONE: ClickMarks = ClickMarks { is_rage: false, is_dead: false };

/// Two buttons, a field and a link.
fn controls() -> String {
    let controls = [
        element(10, "button", "", &text(11, "Pay")),
        element(12, "button", "", &text(13, "Back")),
        element(14, "input", "", ""),
        element(15, "a", r#""href":"https://a.test/""#, &text(16, "Help")),
    ];
    snapshot(0.0, &controls.join(","))
}

#[test]
fn three_clicks_in_short_succession_on_an_element_or_close_to_each_other_are_rage_clicks() {
    let timed = |gap: f64, ids: [u32; 3], far: f64| {
        let clicks = (1_u32..).zip(ids).map(|(nth, id)| {
            let nth = f64::from(nth);
            click_at(nth * gap, id, nth * far, 5.0)
        });
        let events: Vec<String> = [controls()].into_iter().chain(clicks).chain([change(3500.0)]).collect();
        marks(&events)
    };
    assert_eq!(timed(300.0, [10, 10, 11], 200.0), [RAGE; 3]);
    assert_eq!(timed(300.0, [10, 12, 10], 20.0), [RAGE; 3]);
    assert_eq!(timed(300.0, [10, 12, 10], 200.0), [NONE; 3]);
    assert_eq!(timed(1100.0, [10, 10, 10], 0.0), [NONE; 3]);
    assert_eq!(timed(5.0, [10, 10, 10], 0.0), [NONE; 3], "one press");
    assert_eq!(timed(300.0, [14, 14, 14], 0.0), [NONE; 3], "a selection of text");
}

#[test]
fn a_click_on_a_control_without_any_reaction_is_dead() {
    let after = |events: &[String]| {
        let events: Vec<String> =
            [controls(), change(1.0), click(1000.0, 10)].into_iter().chain(events.iter().cloned()).collect();
        marks(&events)[0]
    };
    assert_eq!(after(&[moved(9000.0)]), DEAD);
    assert_eq!(after(&[moved(2000.0), change(8100.0)]), DEAD);
    for reaction in [
        change(7900.0),
        event(3, 1000.0, r#"{"source":3,"id":1,"x":0,"y":10}"#),
        event(3, 2000.0, r#"{"source":14,"ranges":[]}"#),
        event(3, 2000.0, r#"{"source":2,"type":5,"id":14}"#),
        input(3000.0, 14),
        event(4, 2000.0, r#"{"href":"https://a.test/next","width":9,"height":9}"#),
        snapshot(2000.0, ""),
    ] {
        assert_eq!(after(&[reaction.clone(), moved(9000.0)]), NONE, "{reaction}");
    }
}

#[test]
fn a_click_is_not_judged_where_the_recording_does_not_show_what_followed() {
    let dead = |events: &[String]| marks(events).iter().any(|marks| marks.is_dead);
    assert!(!dead(&[controls(), change(1.0), click(1000.0, 10), moved(7000.0)]), "it ended before");
    assert!(!dead(&[controls(), click(1000.0, 10), moved(9000.0)]), "no mutations");
    assert!(!dead(&[click(1000.0, 10), change(1.0), moved(9000.0)]), "no document");
    assert!(!dead(&[controls(), change(1.0), click(1000.0, 3), moved(9000.0)]), "not a control");
    assert!(!dead(&[controls(), change(1.0), click(1000.0, 14), moved(9000.0)]), "a field");
    assert!(!dead(&[controls(), change(1.0), click(1000.0, 15), moved(9000.0)]), "a link elsewhere");
}

#[test]
fn a_request_is_a_reaction() {
    let request = event(
        6,
        9100.0,
        r#"{"plugin":"rrweb/network@1","payload":{"requests":[{"name":"https://a.test/pay","entryType":"resource","initiatorType":"fetch","method":"GET","status":200,"startTime":2000,"endTime":2100,"timeOrigin":1795269720000}]}}"#,
    );
    let (session, elements) = elements(&[controls(), change(1.0), click(1000.0, 10), moved(9000.0), request]);
    let answered = session.records.iter().next().expect("a request").start.expect("a time");
    let clicked = session.page_events[0].time.expect("a time");
    assert!(
        (answered - clicked).ms() > 0.0 && (answered - clicked).ms() < 7000.0,
        "the request follows the click"
    );
    assert_eq!(elements.marks(&session.page_events[0]), NONE);
}
