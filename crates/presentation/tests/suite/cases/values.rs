//! Statuses and sizes of unexpected kinds are shown or noted, never lost.

use presentation::network::{Column, RowState};
use presentation::time::Clock;
use session::model::Session;

use crate::common::cases::case;
use crate::common::har_values::{GET, details_of, one, open, property};

fn cell(session: &Session, row: usize, column: Column) -> presentation::network::Cell {
    presentation::network::cell(session, &session.records[row], column, &Clock::UTC)
}

fn texts(session: &Session, column: Column) -> Vec<String> {
    (0..session.records.len()).map(|row| cell(session, row, column).text).collect()
}

mod errors {
    use super::*;

    #[test]
    fn an_error_of_any_shape_is_readable_and_decides_the_status() {
        let Some(bytes) = case("error-shapes.har") else { return };
        let session = open(&bytes);
        assert_eq!(
            texts(&session, Column::Status),
            ["302", "(failed)", "(blocked)", "(canceled)", "(failed)", "(failed)"]
        );
        for (row, expected) in [
            (0, "Max redirects exceeded (MAXREDIRECTS)"),
            (1, "net::ERR_CONNECTION_REFUSED"),
            (4, "Upstream connection error: ENOTFOUND"),
            (5, "Unable to resolve host: r.example.test"),
        ] {
            assert!(cell(&session, row, Column::Status).title.contains(expected), "row {row}");
            assert_eq!(session.records[row].error.as_deref(), Some(expected));
            assert_eq!(presentation::network::row_state(&session.records[row]), RowState::Error);
        }
        let recorded = property(&details_of(&session, 0), "Error as recorded");
        assert!(recorded.is_some_and(|error| error.contains(r#""code": "MAXREDIRECTS""#)));
    }

    #[test]
    fn errors_of_other_producers_are_read() {
        for (response, more, status, error) in [
            (
                r#""status":0,"_error":{"errorText":"net::ERR_FAILED","blockedReason":"csp"}"#,
                "",
                "(blocked)",
                "net::ERR_FAILED, blocked: csp",
            ),
            (
                r#""status":0"#,
                r#","_error":{"code":"ECONNABORTED","message":"timeout of 5 ms exceeded"}"#,
                "(failed)",
                "timeout of 5 ms exceeded (ECONNABORTED)",
            ),
            (r#""status":-1"#, r#","error":{"reason":"aborted"}"#, "(canceled)", "aborted"),
            (
                r#""status":null"#,
                r#","comment":"The request was cancelled by the page""#,
                "(canceled)",
                "The request was cancelled by the page",
            ),
            (
                r#""status":0,"_error":["dns failure",{"message":"no route"}]"#,
                "",
                "(failed)",
                "dns failure; no route",
            ),
            (r#""status":0,"_error":-105"#, "", "(failed)", "-105"),
        ] {
            let session = one(GET, response, more);
            assert_eq!(texts(&session, Column::Status), [status], "{response}{more}");
            assert_eq!(session.records[0].error.as_deref(), Some(error));
        }
    }

    #[test]
    fn a_comment_without_a_failure_is_only_a_comment() {
        for (response, more, status) in [
            (r#""status":200,"comment":"failed twice before""#, "", "200"),
            (r#""status":0"#, r#","comment":"[#12]""#, "—"),
            (r#""status":0,"_error":{},"comment":null"#, r#","_error":"""#, "—"),
        ] {
            let session = one(GET, response, more);
            assert_eq!(texts(&session, Column::Status), [status], "{response}{more}");
            assert_eq!(session.records[0].error, None);
        }
        let details = details_of(&one(GET, r#""status":200,"comment":{"by":"me"}"#, ""), 0);
        assert_eq!(property(&details, "Response comment").as_deref(), Some(r#"{"by":"me"}"#));
    }
}

mod sizes {
    use super::*;

    #[test]
    fn sizes_of_every_type_are_parsed() {
        let Some(bytes) = case("sizes.har") else { return };
        let session = open(&bytes);
        assert_eq!(
            texts(&session, Column::Size),
            [
                "16.4 kB",
                "117 B",
                "0 B",
                "(disk cache)",
                "67.0 kB",
                "—",
                "—",
                "5.0 GB",
                "1.2 kB",
                "99 B",
                "(memory cache)"
            ]
        );
    }

    #[test]
    fn sizes_with_units_and_caches_of_other_producers_are_parsed() {
        for (response, more, size) in [
            (r#","_transferSize":"16,435""#, "", "16.4 kB"),
            (r#","bodySize":"1.2 kB","headersSize":"34 bytes""#, "", "1.2 kB"),
            (r#","_transferSize":-1,"bodySize":-1"#, "", "—"),
            (r#","_transferSize":{"n":1}"#, "", "—"),
            (r#","_transferSize":0"#, r#","_fromCache":true"#, "(cache)"),
            (r#","_transferSize":0"#, r#","_fromCache":false"#, "0 B"),
            ("", r#","_fetchType":"Disk Cache""#, "(disk cache)"),
            (r#","bodySize":5"#, r#","_fetchType":"Network Load""#, "5 B"),
            (r#","fromPrefetchCache":true"#, "", "(prefetch cache)"),
            (r#","_transferSize":12"#, r#","_fetchedViaServiceWorker":true"#, "(service worker)"),
        ] {
            let session = one(GET, &format!(r#""status":200{response}"#), more);
            assert_eq!(texts(&session, Column::Size), [size], "{response}{more}");
        }
    }
}

#[test]
fn a_request_without_a_duration_has_no_latency() {
    let Some(bytes) = case("sum-of-unreadable.har") else { return };
    assert_eq!(texts(&open(&bytes), Column::Latency), ["—"; 5]);
}
