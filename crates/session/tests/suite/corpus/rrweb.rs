//! Real recordings of rrweb, PostHog and Highlight, where `REPLAYSCOPE_CORPUS` names a folder of
//! them. What the reader counts is held against a count made here with nothing but a JSON parser.

use crate::common;
use crate::common::corpus as files;
use std::collections::BTreeSet;
use std::path::Path;

use files::{bytes_of, corpus, name_of};
use serde_json::Value;
use session::elements::page_elements;
use session::model::{DomEventKind, EpochMs, Session};

fn open(path: &Path, piece: usize) -> (String, Vec<u8>, Session) {
    let (name, bytes) = (name_of(path), bytes_of(path));
    let session = common::open((&name, &bytes), &[], piece).unwrap_or_else(|error| panic!("{name}: {error}"));
    (name, bytes, session)
}

/// All events of a file, wherever its producer put them.
fn events(file: &Value) -> Vec<&Value> {
    let lists: Vec<&Value> = match file {
        Value::Array(_) => vec![file],
        _ if file["data"]["snapshots"].is_array() => vec![&file["data"]["snapshots"]],
        _ if file["result"]["snapshots"].is_array() => vec![&file["result"]["snapshots"]],
        _ => file["snapshot_data_by_window_id"]
            .as_object()
            .map(|map| map.values().collect())
            .unwrap_or_default(),
    };
    if lists.is_empty() {
        return vec![file];
    }
    lists.into_iter().flat_map(|list| list.as_array().expect("events")).collect()
}

fn is_console(event: &Value) -> bool {
    event["type"] == 6 && event["data"]["plugin"] == "rrweb/console@1"
}

#[test]
fn every_recording_opens_with_the_right_number_of_events_and_console_entries() {
    let mut counts = Vec::new();
    for path in [corpus("rrweb"), corpus("posthog"), corpus("highlight")].concat() {
        let (name, bytes, session) = open(&path, 64 << 10);
        let file: Value = serde_json::from_slice(&bytes).expect("JSON");
        let events = events(&file);
        assert_eq!(session.dom_events.len(), events.len(), "{name}");
        assert_eq!(session.console.len(), events.iter().filter(|event| is_console(event)).count(), "{name}");
        assert_eq!((session.format.name(), &session.truncation), ("rrweb", &None), "{name}");
        counts.push((session.dom_events.len(), session.console.len()));
    }
    if !counts.is_empty() {
        assert_eq!(counts, [(1031, 0), (272, 0), (62, 0), (62, 0), (16, 5), (1, 0)]);
    }
}

#[test]
fn every_event_has_its_span_type_time_and_window() {
    for path in [corpus("rrweb"), corpus("posthog")].concat() {
        let (name, bytes, session) = open(&path, 1000);
        let file: Value = serde_json::from_slice(&bytes).expect("JSON");
        for (event, expected) in session.dom_events.iter().zip(events(&file)) {
            let found: Value = serde_json::from_slice(&session.bytes.slice(event.source)).expect("an event");
            assert_eq!(&found, expected, "{name}");
            assert_eq!(event.time.map(EpochMs::ms), expected["timestamp"].as_f64(), "{name}");
            let kind = DomEventKind::from_number(expected["type"].as_f64().expect("a type"));
            assert_eq!(event.kind, kind, "{name}");
            if let Some(window) = expected["windowId"].as_str() {
                assert_eq!(
                    session.dom_events.windows()[usize::from(event.window)].as_ref(),
                    window,
                    "{name}"
                );
            }
        }
        let times = || session.dom_events.iter().filter_map(|event| event.time).map(EpochMs::ms);
        assert_eq!(session.started_at.map(EpochMs::ms), times().reduce(f64::min), "{name}");
        assert_eq!(session.end().map(EpochMs::ms), times().reduce(f64::max), "{name}");
        assert_eq!(session.notes.total(), 0, "{name}: {:?}", session.notes.listed());
    }
}

#[test]
fn the_producer_the_pages_and_the_title_are_known() {
    let all = [corpus("rrweb"), corpus("posthog"), corpus("highlight")].concat();
    let found: Vec<_> = all
        .iter()
        .map(|path| {
            let (_, _, session) = open(path, 1 << 20);
            let pages: Vec<String> = session.pages.iter().map(|page| page.url.clone()).collect();
            (session.producer.name.clone(), session.title.clone(), pages.len(), pages.first().cloned())
        })
        .collect();
    if found.is_empty() {
        return;
    }
    let names: Vec<&str> = found.iter().map(|found| found.0.as_str()).collect();
    assert_eq!(names, ["rrweb", "rrweb", "PostHog", "PostHog", "PostHog", "rrweb"]);
    assert_eq!(found[0].3.as_deref(), Some("https://www.expect.dev/"));
    assert_eq!(found[2].1.as_deref(), Some("Recording derived-hogflix"));
    assert_eq!(found[4].3.as_deref(), Some("www.google.com"));
    assert_eq!(found[5].2, 0);
}

#[test]
fn a_real_recording_loads_the_same_in_pieces_of_any_size() {
    for path in [corpus("posthog"), corpus("highlight")].concat() {
        let (name, bytes, at_once) = open(&path, usize::MAX);
        for piece in [1, 7, 4093] {
            let pieces = common::open((&name, &bytes), &[], piece).expect("a session");
            assert_eq!(format!("{pieces:?}"), format!("{at_once:?}"), "{name} in pieces of {piece}");
        }
    }
}

#[test]
fn real_recordings_name_what_was_touched() {
    let mut counts = Vec::new();
    for path in [corpus("rrweb"), corpus("posthog"), corpus("highlight")].concat() {
        let (name, _, session) = open(&path, 64 << 10);
        let elements = page_elements(&session, 1000);
        let touched: Vec<_> = session.page_events.iter().filter_map(|event| elements.get(event)).collect();
        let named = touched.iter().filter(|touched| touched.name.is_some()).count();
        let labels: BTreeSet<String> =
            touched.iter().filter_map(|touched| Some(touched.name.as_ref()?.label())).collect();
        println!("{name}: {named} of {} named: {labels:?}", touched.len());
        counts.push((touched.len(), named));
    }
    if !counts.is_empty() {
        // The one without a name is in a window of which no full snapshot was recorded.
        assert_eq!(counts, [(6, 6), (3, 3), (5, 4), (4, 4), (0, 0), (0, 0)]);
    }
}
