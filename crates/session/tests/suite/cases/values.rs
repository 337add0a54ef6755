//! Values of unexpected kinds are shown or noted, never lost.

use presentation::network::{Column, RowState};
use presentation::time::Clock;
use session::model::{Body, Details, Header, Http, Millis, Record, RecordKind, ResourceType, Session};

use super::files::case;
use crate::common;

mod bodies;
mod lists;
mod sockets;

/// A HAR from memory by that producer with those entries.
fn har(producer: &str, entries: &str) -> Session {
    let creator = format!(r#"{{"name":"{producer}","version":"1"}}"#);
    let text = format!(r#"{{"log":{{"version":"1.2","creator":{creator},"entries":[{entries}]}}}}"#);
    open(text.as_bytes())
}

/// Loads it in pieces and at once, with the same result.
fn open(bytes: &[u8]) -> Session {
    let whole = common::open(("recording.har", bytes), &[], bytes.len()).expect("a HAR that opens");
    let pieces = common::open(("recording.har", bytes), &[], 7).expect("a HAR that opens");
    let (whole, pieces) = (Ok(whole), Ok(pieces));
    assert_eq!(common::everything::describe(&pieces), common::everything::describe(&whole));
    whole.expect("it opened")
}

/// An entry of that request and response, with more fields of its own.
fn entry(request: &str, response: &str, more: &str) -> String {
    format!(
        r#"{{"startedDateTime":"2026-03-01T10:00:00Z","time":5,"request":{{{request}}},"response":{{{response}}}{more}}}"#
    )
}

const GET: &str = r#""method":"GET","url":"https://a.test/x""#;
const POST: &str = r#""method":"POST","url":"https://a.test/x""#;

/// The only row of a HAR by an unknown producer.
fn one(request: &str, response: &str, more: &str) -> Session {
    har("any", &entry(request, response, more))
}

fn http(record: &Record) -> &Http {
    match &record.kind {
        RecordKind::Http(http) => http,
        RecordKind::Socket(_) => panic!("record {} is a socket", record.number),
    }
}

fn cell(session: &Session, row: usize, column: Column) -> presentation::network::Cell {
    presentation::network::cell(session, &session.records[row], column, &Clock::UTC)
}

fn texts(session: &Session, column: Column) -> Vec<String> {
    (0..session.records.len()).map(|row| cell(session, row, column).text).collect()
}

fn details_of(session: &Session, row: usize) -> Details {
    session.details(&session.records[row])
}

fn lines(headers: &[Header]) -> Vec<String> {
    headers.iter().map(|header| format!("{}: {}", header.name, header.value)).collect()
}

fn notes(session: &Session) -> Vec<String> {
    session.notes.listed().iter().map(|note| format!("{}: {}", note.place, note.text)).collect()
}

fn text_of(body: &Body) -> String {
    match body {
        Body::Text { text, .. } => text.clone(),
        other => format!("{other:?}"),
    }
}

fn fact(details: &Details, label: &str) -> Option<String> {
    details.properties().into_iter().find(|fact| fact.label == label).map(|fact| fact.value)
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
        for (row, words) in [
            (0, "Max redirects exceeded (MAXREDIRECTS)"),
            (1, "net::ERR_CONNECTION_REFUSED"),
            (4, "Upstream connection error: ENOTFOUND"),
            (5, "Unable to resolve host: r.example.test"),
        ] {
            assert!(cell(&session, row, Column::Status).title.contains(words), "row {row}");
            assert_eq!(session.records[row].error.as_deref(), Some(words));
            assert_eq!(presentation::network::row_state(&session.records[row]), RowState::Error);
        }
        let whole = fact(&details_of(&session, 0), "Error as recorded");
        assert!(whole.is_some_and(|error| error.contains(r#""code": "MAXREDIRECTS""#)));
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
        assert_eq!(fact(&details, "Response comment").as_deref(), Some(r#"{"by":"me"}"#));
    }
}

mod fields {
    use super::*;

    #[test]
    fn values_of_other_types_are_shown_as_written() {
        let request = r#""method":{"verb":"GET"},"url":{"host":"a.test"},"httpVersion":2"#;
        let response = r#""status":"404 Not Found","statusText":404,"redirectURL":["/a"]"#;
        let session = one(request, response, r#","serverIPAddress":["1.2.3.4"],"_priority":{"p":1}"#);
        assert_eq!(&*session.records[0].url, r#"{"host":"a.test"}"#);
        assert_eq!(
            (&*session.records[0].method, session.records[0].status),
            (r#"{"verb":"GET"}"#, Some(404))
        );
        let details = details_of(&session, 0);
        for (label, value) in [
            ("Status text", "404"),
            ("Protocol", "2"),
            ("Remote address", r#"["1.2.3.4"]"#),
            ("Priority", r#"{"p":1}"#),
            ("Redirects to", r#"["/a"]"#),
        ] {
            assert_eq!(fact(&details, label).as_deref(), Some(value), "{label}");
        }
    }

    #[test]
    fn a_value_that_should_be_an_object_is_noted_and_shown() {
        let session = har(
            "any",
            r#"{"startedDateTime":"2026-03-01T10:00:00Z","time":5,"request":"GET /a","response":[200]}"#,
        );
        assert!(
            notes(&session)[0].contains("request is not an object, response is not an object"),
            "{:?}",
            notes(&session)
        );
        let details = details_of(&session, 0);
        assert_eq!(fact(&details, "Request as recorded").as_deref(), Some("GET /a"));
        assert_eq!(fact(&details, "Response as recorded").as_deref(), Some("[200]"));
        let missing = har("any", r#"{"request":null}"#);
        assert!(notes(&missing)[0].contains("no request, no response"));
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

mod durations {
    use super::*;

    fn latencies(session: &Session) -> Vec<Option<f64>> {
        session.records.iter().map(|record| http(record).duration.map(Millis::ms)).collect()
    }

    #[test]
    fn a_partial_sum_is_not_a_duration() {
        let Some(bytes) = case("sum-of-unreadable.har") else { return };
        let session = open(&bytes);
        assert_eq!(latencies(&session), [None; 5]);
        assert_eq!(texts(&session, Column::Latency), ["—"; 5]);
    }

    #[test]
    fn nan_and_infinity_are_not_durations() {
        let Some(bytes) = case("nan-literals.har") else { return };
        let session = open(&bytes);
        assert_eq!(latencies(&session), [None, Some(10.0)]);
        assert_eq!(http(&session.records[0]).phases.iter().count(), 1, "what is known is drawn");
    }

    #[test]
    fn phases_are_summed_only_if_all_required_ones_are_present() {
        let summed = |timings: &str| {
            let more = format!(r#","timings":{{{timings}}}"#);
            let text = one(GET, r#""status":200"#, &more);
            let text = text.bytes.slice(text.records[0].source).into_owned();
            let untimed = String::from_utf8_lossy(&text).replace(r#""time":5,"#, "");
            latencies(&har("any", &untimed))[0]
        };
        assert_eq!(
            summed(r#""blocked":-1,"dns":null,"connect":2,"send":1,"wait":"4","receive":3"#),
            Some(10.0)
        );
        for partial in [
            r#""send":1,"wait":4"#,
            r#""send":1,"wait":-Infinity,"receive":3"#,
            r#""send":1,"wait":4,"receive":3,"dns":NaN"#,
            r#""send":-1,"wait":4,"receive":3"#,
            r#""send":1,"wait":4,"receive":{}"#,
        ] {
            assert_eq!(summed(partial), None, "{partial}");
        }
    }

    #[test]
    fn a_partial_sum_is_not_the_duration_of_a_socket() {
        let socket = |timings: &str| {
            let entry = format!(
                r#"{{"startedDateTime":"2026-03-01T10:00:00Z","request":{{"method":"GET","url":"wss://a.test/"}},"response":{{"status":101}},"timings":{{{timings}}}}}"#
            );
            let session = har("WebInspector", &entry);
            let closed =
                session.records[0].socket().and_then(|socket| socket.close()).and_then(|close| close.at);
            closed.zip(session.records[0].start).map(|(closed, start)| (closed - start).ms())
        };
        assert_eq!(socket(r#""send":0,"wait":100,"receive":5"#), Some(105.0));
        assert_eq!(socket(r#""send":0,"wait":null,"receive":5"#), None);
    }
}

mod types {
    use super::*;

    fn types(session: &Session) -> Vec<ResourceType> {
        session.records.iter().map(Record::resource_type).collect()
    }

    #[test]
    fn the_first_request_of_a_page_is_a_document_only_without_other_evidence() {
        let Some(bytes) = case("firefox-xhr-only.har") else { return };
        assert_eq!(types(&open(&bytes)), [ResourceType::Fetch, ResourceType::Fetch, ResourceType::Document]);
    }

    #[test]
    fn evidence_takes_precedence_over_the_position_on_the_page() {
        let first = |request: &str, mime: &str| {
            let response = format!(r#""status":200,"content":{{"mimeType":"{mime}"}}"#);
            types(&har("Firefox", &entry(request, &response, r#","pageref":"p""#)))[0]
        };
        let with = |header: &str| {
            format!(
                r#"{GET},"headers":[{{"name":"{}","value":"{}"}}]"#,
                header.split_once(": ").map_or("", |(name, _)| name),
                header.split_once(": ").map_or("", |(_, value)| value)
            )
        };
        assert_eq!(first(GET, ""), ResourceType::Document);
        assert_eq!(first(GET, "text/plain"), ResourceType::Document);
        assert_eq!(first(&with("Sec-Fetch-Dest: empty"), "text/html"), ResourceType::Fetch);
        assert_eq!(first(&with("X-Requested-With: XMLHttpRequest"), "text/plain"), ResourceType::Xhr);
        assert_eq!(first(&with("Accept: text/event-stream"), ""), ResourceType::EventSource);
        assert_eq!(
            first(&format!(r#"{GET},"headers":{{"sec-fetch-dest":"script"}}"#), ""),
            ResourceType::Script
        );
        assert_eq!(first(POST, ""), ResourceType::Fetch);
        assert_eq!(first(r#""method":"GET","url":"https://a.test/a.css""#, ""), ResourceType::Stylesheet);
    }

    #[test]
    fn the_producer_s_type_takes_precedence_over_all_evidence() {
        let request = format!(r#"{GET},"headers":[{{"name":"sec-fetch-dest","value":"image"}}]"#);
        let session = one(&request, r#""status":200"#, r#","_resourceType":"script","pageref":"p""#);
        assert_eq!(types(&session), [ResourceType::Script]);
    }
}
