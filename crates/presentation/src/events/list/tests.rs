//! What the list of events shows of sessions built by hand.

use super::*;
use crate::testing::{action, at, decoding, page_event, session};
use session::model::ConsoleDetails;

fn session_of(page_events: Vec<PageEvent>, actions: Vec<Action>) -> Session {
    Session { page_events, actions, ..session(Vec::new()) }
}

fn details(text: &str) -> PageEventDetails {
    PageEventDetails { text: text.to_owned(), ..PageEventDetails::default() }
}

/// The kind of an event and its text.
fn line(kind: PageEventKind, details: &PageEventDetails) -> (String, String) {
    let details = details.clone();
    let format = decoding(|_| ConsoleDetails::default(), move |_| details.clone());
    let session = Session { format, ..session_of(vec![page_event(kind, 1500.0)], Vec::new()) };
    let line = event_line(&session, EventRow::Page(0), None).expect("a row");
    assert_eq!((line.offset_ms, line.failed), (Some(1500.0), false));
    (line.kind.into_owned(), line.text)
}

fn pair(kind: &str, text: &str) -> (String, String) {
    (kind.to_owned(), text.to_owned())
}

#[test]
fn events_and_actions_are_merged_in_time_order() {
    let undated = PageEvent { time: None, ..page_event(PageEventKind::Load, 0.0) };
    let click = |ms| page_event(PageEventKind::Click, ms);
    let mut session = session_of(
        vec![undated, click(30.0), click(10.0)],
        vec![action("a", 10.0, 50.0), action("b", 5.0, 9.0)],
    );
    session.format =
        decoding(|_| ConsoleDetails::default(), |_| panic!("nothing is decoded without a query"));
    let rows = filtered_events(&session, &EventFilter::default(), None);
    let page = EventRow::Page;
    assert_eq!(rows, [EventRow::Action(1), page(2), EventRow::Action(0), page(1), page(0)]);
}

#[test]
fn words_are_looked_for_in_kinds_and_texts() {
    let mut session = session_of(
        vec![page_event(PageEventKind::DoubleClick, 0.0), page_event(PageEventKind::Input, 1.0)],
        vec![Action { has_failed: true, ..action("locator.click", 2.0, 3.0) }],
    );
    let details_of =
        |event: &PageEvent| details(if event.kind == PageEventKind::Input { "lanterns" } else { "" });
    session.format = decoding(|_| ConsoleDetails::default(), details_of);
    let found = |query: &str| {
        let filter = EventFilter { query: Query::parse(query), ..EventFilter::default() };
        filtered_events(&session, &filter, None)
    };
    assert_eq!(found("click"), [EventRow::Page(0), EventRow::Action(0)]);
    assert_eq!(found("input LANTERN"), [EventRow::Page(1)]);
    assert_eq!(found("action failed"), [EventRow::Action(0)]);
    assert_eq!(found("-click"), [EventRow::Page(1)]);
}

#[test]
fn a_time_range_includes_actions_that_overlap_it() {
    let undated = PageEvent { time: None, ..page_event(PageEventKind::Load, 0.0) };
    let session = session_of(
        vec![undated, page_event(PageEventKind::Click, 20.0), page_event(PageEventKind::Click, 31.0)],
        vec![
            action("long", 0.0, 25.0),
            action("short", 0.0, 15.0),
            Action { end: None, ..action("cut", 25.0, 0.0) },
        ],
    );
    let filter = EventFilter { range: Some((at(20.0), at(30.0))), ..EventFilter::default() };
    let rows = filtered_events(&session, &filter, None);
    assert_eq!(rows, [EventRow::Action(0), EventRow::Page(1), EventRow::Action(2)]);
}

#[test]
fn events_have_a_kind_and_a_text() {
    let nothing = PageEventDetails::default();
    assert_eq!(
        line(PageEventKind::Navigation, &details("https://a.test/orders")),
        pair("Navigation", "https://a.test/orders")
    );
    assert_eq!(line(PageEventKind::Input, &details("two\nlines")), pair("Input", "two⏎lines"));
    let clicked = PageEventDetails { position: Some((120.4, 33.0)), ..PageEventDetails::default() };
    assert_eq!(line(PageEventKind::Click, &clicked), pair("Click", "at 120, 33"));
    assert_eq!(line(PageEventKind::Load, &nothing), pair("Load", ""));
    assert_eq!(line(PageEventKind::Custom, &nothing), pair("Custom", ""));
}

#[test]
fn the_kind_of_a_custom_event_is_its_name() {
    let payload = Some(br#"{"items":3}"#.to_vec());
    let paid = PageEventDetails { payload, ..details("checkout") };
    assert_eq!(line(PageEventKind::Custom, &paid), pair("checkout", "{items: 3}"));
}

#[test]
fn an_action_has_its_name_and_outcome() {
    let session = session_of(Vec::new(), vec![Action { has_failed: true, ..action("page.goto", 5.0, 9.0) }]);
    let line = event_line(&session, EventRow::Action(0), None);
    let kind = "Action".into();
    assert_eq!(
        line,
        Some(EventLine {
            kind,
            text: "page.goto".to_owned(),
            marks: Vec::new(),
            offset_ms: Some(5.0),
            failed: true
        })
    );
    assert_eq!(event_line(&session, EventRow::Page(0), None), None);
}

#[test]
fn the_summary_counts_listed_and_all_rows() {
    let failed = Action { has_failed: true, ..action("page.goto", 5.0, 9.0) };
    let session = session_of(vec![page_event(PageEventKind::Click, 0.0); 11], vec![failed]);
    let all = filtered_events(&session, &EventFilter::default(), None);
    assert_eq!(events_summary(&session, &all, None), "12 events, 1 failed");
    assert_eq!(events_summary(&session, &all[..3], None), "3 of 12 events");
    assert_eq!(events_summary(&Session::default(), &[], None), "0 events");
}
