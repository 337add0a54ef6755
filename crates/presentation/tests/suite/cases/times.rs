//! Times that cannot be right are not shown as durations, and those outside the session not drawn
//! in it.

use presentation::network::{Column, Scale, cell};
use presentation::time::{Clock, Latency, duration_ms, latency};
use presentation::time_scale::{CompressedTimeScale, idle_periods};
use session::model::{RecordKind, Session};

use crate::common::cases::case;
use crate::common::open;
use crate::common::timed_har::{START, START_MS, entry, har, message, note, notes, read, socket};

fn latency_text(session: &Session, row: usize) -> String {
    cell(session, &session.records[row], Column::Latency, &Clock::UTC).text
}

#[test]
fn a_timestamp_is_not_a_duration() {
    let Some(bytes) = case("epoch-timings.har") else { return };
    let session = open(("epoch-timings.har", &bytes), &[], 1000).expect("a HAR");
    assert_eq!((latency_text(&session, 0), latency_text(&session, 1)), ("30 ms".to_owned(), "—".to_owned()));
    assert_eq!(duration_ms(&session), Some(4000.0));
    assert!(note(&session).starts_with("1 request (first: row 2)"));
}

#[test]
fn a_timestamp_in_seconds_is_recognized_by_the_start_of_its_entry() {
    let session = har(&[entry(START, "20", ""), entry(START, "1772359200", "")]);
    assert_eq!(latency_text(&session, 1), "—");
    assert_eq!(duration_ms(&session), Some(20.0));
}

#[test]
fn a_phase_that_is_a_timestamp_is_dropped_if_the_total_is_given() {
    let timings = r#","timings":{"send":1,"wait":1772359204000,"receive":2}"#;
    let session = har(&[entry(START, "30", timings), entry(START, "null", timings)]);
    assert_eq!((latency_text(&session, 0), latency_text(&session, 1)), ("30 ms".to_owned(), "—".to_owned()));
    let RecordKind::Http(http) = &session.records[0].kind else { panic!("a request") };
    assert_eq!(http.phases.iter().count(), 2);
    assert!(note(&session).starts_with("2 requests"));
}

#[test]
fn other_formats_have_the_same_rule() {
    let native = format!(
        "{{\"initiatorType\":\"fetch\",\"name\":\"https://a.test/\",\"startTimeAbs\":{START_MS},\"responseEndAbs\":{}}}\n",
        START_MS + 2e11
    );
    let posthog = format!(
        r#"[{{"type":6,"timestamp":{START_MS},"data":{{"plugin":"rrweb/network@1","payload":{{"requests":[
            {{"name":"https://a.test/","entryType":"resource","timestamp":{START_MS},"duration":{START_MS}}}]}}}}}}]"#
    );
    for session in [read("resources.jsonl", &native), read("events.json", &posthog)] {
        assert_eq!(latency(&session, &session.records[0]), Latency::Unknown);
        assert!(notes(&session)[0].contains("not a duration"), "{:?}", notes(&session));
    }
}

#[test]
fn long_durations_are_durations() {
    let session = har(&[entry(START, "7200000", "")]);
    assert_eq!((latency_text(&session, 0), notes(&session).len()), ("2 h 00 min".to_owned(), 0));
}

#[test]
fn a_socket_that_closed_before_it_began_has_no_latency() {
    let closed = socket(&message("1772359200")).replace(
        "\"_resourceType\"",
        r#""_webSocketClose":{"code":1000,"timestamp":1772359190},"_resourceType""#,
    );
    let session = har(&[closed]);
    assert_eq!(latency_text(&session, 0), "—");
    assert!(note(&session).starts_with("1 socket (first: row 1): the recorded close is before the start"));
}

#[test]
fn a_duration_of_days_is_shown_in_hours() {
    let session = har(&[entry(START, "500000000", ""), entry(START, "20", ""), entry(START, "30", "")]);
    assert_eq!(duration_ms(&session), Some(30.0));
    assert_eq!(latency_text(&session, 0), "138 h 53 min");
}

#[test]
fn a_duration_in_seconds_is_converted_in_a_native_session() {
    let line = format!(
        "{{\"initiatorType\":\"fetch\",\"name\":\"https://a.test/\",\"startTimeAbs\":{},\"responseEndAbs\":{}}}\n",
        START_MS / 1000.0 + 2.0,
        START_MS / 1000.0 + 3.0
    );
    assert_eq!(latency_text(&read("resources.jsonl", &line), 0), "1.00 s");
}

#[test]
fn a_request_days_older_has_its_bar_outside_the_scale() {
    let Some(bytes) = case("sentry-flat.json") else { return };
    let session = open(("sentry-flat.json", &bytes), &[], 1000).expect("a recording");
    assert_eq!(duration_ms(&session), Some(2250.0));
    let scale =
        Scale::compressed(&session, CompressedTimeScale::of(2250.0, &idle_periods(&session)).into(), None)
            .expect("times");
    let bars: Vec<_> = session.records.iter().filter_map(|record| scale.bar(&session, record)).collect();
    assert!(bars[0].outside.is_some() && bars[2].width > 10.0, "{bars:?}");
}

#[test]
fn a_start_years_away_is_shown_as_recorded() {
    let near = |second: u32| entry(&format!("2026-03-01T10:00:0{second}.000Z"), "100", "");
    for odd in ["1970-01-01T00:00:00.000Z", "2099-12-31T23:59:59.000Z"] {
        let mut entries: Vec<String> = (0..4).map(|_| entry(odd, "100", "")).collect();
        entries.extend((0..5).map(near));
        let session = har(&entries);
        let title = cell(&session, &session.records[0], Column::Start, &Clock::UTC).title;
        assert!(title.starts_with(&odd.replace('T', " ")[..23]), "the time as recorded: {title}");
    }
}
