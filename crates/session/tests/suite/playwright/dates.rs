//! Requests of a trace without a date.

use session::model::{EpochMs, Session};

use crate::common::trace::{VERSION_8, open};

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
