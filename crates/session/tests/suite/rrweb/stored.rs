//! Events as PostHog stores them: each line is an array of a window's id and an event.

use super::recordings::{event, meta, notes, offset, open};
use session::model::Session;

fn stored(window: &str, event: &str) -> String {
    format!(r#"["{window}", {event}]"#)
}

/// The windows' ids, and which of them each event belongs to.
fn windows(session: &Session) -> (Vec<&str>, Vec<u16>) {
    let ids = session.dom_events.windows().iter().map(AsRef::as_ref).collect();
    (ids, session.dom_events.iter().map(|event| event.window).collect())
}

#[test]
fn each_line_is_an_event_of_its_window() {
    let lines = [
        stored("019a", &meta(0.0, "/a")),
        stored("019b", &meta(5.0, "/b")),
        stored("019a", &event(3, 9.0, "{}")),
    ];
    let session = open(&lines.join("\n"));
    assert_eq!(windows(&session), (vec!["019a", "019b"], vec![0, 1, 0]));
    assert_eq!((session.pages.len(), offset(session.end())), (2, Some(9.0)));
    assert_eq!((session.producer.name.as_str(), notes(&session)), ("PostHog", Vec::new()));
    let last = session.dom_events.get(2).expect("an event");
    assert_eq!(session.bytes.slice(last.source).as_ref(), event(3, 9.0, "{}").as_bytes());
}

#[test]
fn a_single_line_is_enough() {
    assert_eq!(open(&stored("w", &meta(0.0, "/"))).dom_events.len(), 1);
}

#[test]
fn an_invalid_line_is_dropped_alone() {
    let lines =
        [stored("w", &meta(0.0, "/")), stored("w", r#"{"type":3"#), stored("w", &event(3, 2.0, "{}"))];
    let session = open(&lines.join("\n"));
    assert_eq!(session.dom_events.len(), 2);
    assert_eq!(notes(&session).len(), 1, "{:?}", notes(&session));
}

#[test]
fn a_truncated_file_loses_only_its_last_line() {
    let text = [stored("w", &meta(0.0, "/")), stored("w", &event(3, 2.0, "{}"))].join("\n");
    let session = open(&text[..text.len() - 5]);
    assert_eq!((session.dom_events.len(), session.truncation.and_then(|cut| cut.element)), (1, Some(2)));
}

#[test]
fn an_array_of_packed_events_is_not_an_export_of_lines() {
    let packed = String::from_utf8_lossy(include_bytes!("../../fixtures/rrweb/packed.json"));
    assert_eq!(windows(&open(&packed)).0, [""]);
}
