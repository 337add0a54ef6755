//! Requests of a trace without a date, and what the list of actions says.

use crate::common;
use presentation::events::{EventFilter, EventRow, event_line, filtered_events};
use session::model::{EpochMs, Session};

/// Opens files that were packed together, in pieces of two sizes: both read the same.
fn open(files: &[(&str, &str)]) -> Session {
    let files: common::Files =
        files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect();
    let session = common::open_all(&files, 1000);
    let pieced = common::everything::describe(&common::open_all(&files, 7));
    assert_eq!(pieced, common::everything::describe(&session));
    session.expect("a trace")
}

fn starts(session: &Session) -> Vec<Option<f64>> {
    session.records.iter().map(|record| record.start.map(EpochMs::ms)).collect()
}

fn notes(session: &Session) -> Vec<String> {
    session.notes.listed().iter().map(|note| format!("{}: {}", note.place, note.text)).collect()
}

/// A request with those fields that say when it was.
fn request(when: &str) -> String {
    format!(
        r#"{{"type":"resource-snapshot","snapshot":{{{when}"time":20,"request":{{"method":"GET","url":"https://a.test/"}},"response":{{"status":200}}}}}}"#
    )
}

/// 2026-11-21 14:02:00 UTC.
const WALL: f64 = 1_795_269_720_000.0;

const VERSION_3: &str = r#"{"version":3,"type":"context-options","browserName":"chromium","wallTime":1795269719990,"options":{}}
{"type":"action","metadata":{"id":"call@1","startTime":1000,"endTime":1050,"apiName":"Page.navigate","type":"Frame","method":"goto","params":{"url":"https://a.test/"},"wallTime":1795269720000}}"#;

const VERSION_8: &str =
    r#"{"version":8,"type":"context-options","wallTime":1795269720000,"monotonicTime":1000}"#;

mod requests {
    use super::*;

    #[test]
    fn a_request_without_a_date_starts_by_the_clock_of_its_trace() {
        let undated = r#""startedDateTime":{},"_monotonicTime":1250.5,"#;
        for (version, trace) in [("3", VERSION_3), ("8", VERSION_8)] {
            for when in [
                undated,
                r#""_monotonicTime":1250.5,"#,
                r#""startedDateTime":null,"_monotonicTime":"1250.5","#,
            ] {
                let session = open(&[("trace.trace", trace), ("trace.network", &request(when))]);
                assert_eq!(starts(&session), [Some(WALL + 250.5)], "version {version}, {when}");
                assert_eq!(session.records[0].end().map(EpochMs::ms), Some(WALL + 270.5));
                assert_eq!(
                    notes(&session),
                    [
                        "startedDateTime: the start of 1 request without startedDateTime is taken from the trace's clock"
                    ]
                );
            }
        }
    }

    #[test]
    fn a_request_s_date_takes_precedence_over_the_clock() {
        let dated = request(r#""startedDateTime":"2026-11-21T14:02:09Z","_monotonicTime":1250,"#);
        let session = open(&[("trace.trace", VERSION_8), ("trace.network", &dated)]);
        assert_eq!((starts(&session), notes(&session)), (vec![Some(WALL + 9000.0)], Vec::new()));
    }

    #[test]
    fn every_trace_of_a_test_dates_its_own_network() {
        let other = r#"{"version":8,"type":"context-options","wallTime":1795269720000,"monotonicTime":5000}"#;
        let undated = request(r#""_monotonicTime":6000,"#);
        let session = open(&[
            ("0-trace.trace", VERSION_8),
            ("0-trace.network", &undated),
            ("1-trace.trace", other),
            ("1-trace.network", &undated),
        ]);
        assert_eq!(starts(&session), [Some(WALL + 5000.0), Some(WALL + 1000.0)]);
    }

    #[test]
    fn without_a_clock_in_the_trace_entries_with_both_times_relate_the_clocks() {
        let both = request(r#""startedDateTime":"2026-11-21T14:02:01Z","_monotonicTime":2000,"#);
        let lines = [request(r#""startedDateTime":{},"_monotonicTime":1500,"#), both].join("\n");
        let session = open(&[("trace.network", &lines)]);
        assert_eq!(starts(&session), [Some(WALL + 500.0), Some(WALL + 1000.0)]);
        assert_eq!(session.started_at.map(EpochMs::ms), Some(WALL + 500.0));
    }

    #[test]
    fn a_request_that_cannot_be_dated_is_noted() {
        let lines = [request(r#""_monotonicTime":1500,"#), request("")].join("\n");
        let session = open(&[("trace.network", &lines)]);
        assert_eq!(starts(&session), [None, None]);
        let mut notes = notes(&session);
        notes.sort();
        assert_eq!(notes, ["entry 1: no startedDateTime", "entry 2: no startedDateTime"]);
    }
}

mod actions {
    use super::*;

    fn listed(lines: &[&str]) -> Vec<String> {
        let trace = [&[VERSION_8], lines].concat().join("\n");
        let session = open(&[("trace.trace", &trace)]);
        let said = |row: &EventRow| event_line(&session, *row).expect("a row").text;
        filtered_events(&session, &EventFilter::default()).iter().map(said).collect()
    }

    #[test]
    fn an_action_of_every_version_has_its_selector_or_url() {
        assert_eq!(
            listed(&[
                r##"{"type":"action","metadata":{"startTime":1,"endTime":2,"apiName":"Page.click","params":{"selector":"#a"}}}"##,
                r#"{"type":"before","callId":"b","startTime":3,"apiName":"locator.click","class":"Frame","method":"click","params":{"selector":"internal:role=button","strict":true}}"#,
                r#"{"type":"before","callId":"c","startTime":4,"class":"Frame","method":"goto","params":{"url":"https://a.test/"}}"#,
                r#"{"type":"before","callId":"d","startTime":5,"title":"Navigate to https://a.test/","params":{"url":"https://a.test/"}}"#,
                r##"{"type":"before","callId":"e","startTime":6,"apiName":"page.dragAndDrop","params":{"source":"#a","target":"#b"}}"##,
                r#"{"type":"before","callId":"f","startTime":7,"apiName":"page.waitForURL","params":{"url":{"regexp":"a"}}}"#,
                r#"{"type":"before","callId":"g","startTime":8,"apiName":"Before Hooks","params":{}}"#,
            ]),
            [
                "Page.click #a",
                "locator.click internal:role=button",
                "Frame.goto https://a.test/",
                "Navigate to https://a.test/",
                "page.dragAndDrop #a → #b",
                r#"page.waitForURL {"regexp":"a"}"#,
                "Before Hooks",
            ]
        );
    }

    #[test]
    fn a_long_selector_is_bounded() {
        let line = format!(
            r#"{{"type":"before","callId":"a","startTime":1,"apiName":"x","params":{{"selector":"{}"}}}}"#,
            "s".repeat(100_000)
        );
        assert!(listed(&[&line])[0].len() < 1000);
    }
}
