//! What the requests among rrweb's events mean, as its own network plugin and Sentry's recorder
//! write them.

use super::recordings::{duration, event, fact, http, meta, notes, offset, open, read, requests, span, text};
use session::model::{Body, Outcome, ResourceType};

/// Sizes as text, in bytes; `None` where the text is not a size.
const SIZES: [(&str, Option<u64>); 5] = [
    (r#""1234""#, Some(1234)),
    (r#""1.2 kB""#, Some(1200)),
    (r#""2 KiB""#, Some(2048)),
    (r#""many""#, None),
    (r#""12 parsecs""#, None),
];

mod plugin {
    use super::*;

    #[test]
    fn sizes_may_be_text_with_units() {
        for (size, bytes) in SIZES {
            let request = format!(
                r#"{{"name":"/a","startTime":1,"endTime":2,"transferSize":{size},"decodedBodySize":{size}}}"#
            );
            let session = read(&[meta(0.0, "/"), requests(9.0, &request)]);
            let row = http(&session.records[0]);
            assert_eq!((row.transferred, row.body_size), (bytes, bytes), "{size}");
            let noted = "event 2: a size of the request of row 1 is not a number".to_owned();
            assert_eq!(notes(&session).contains(&noted), bytes.is_none(), "{size}");
        }
    }

    #[test]
    fn times_are_estimated_from_the_request_with_the_shortest_delay() {
        let session = read(&[
            meta(0.0, "/"),
            requests(500.0, r#"{"name":"/slow","startTime":100,"endTime":200}"#),
            requests(
                700.0,
                r#"{"name":"/soon","startTime":600,"endTime":650,"duration":49.7,"entryType":"resource"}"#,
            ),
            requests(900.0, r#"{"name":"/none","method":"GET"}"#),
        ]);
        // The page's clock began 50 ms after the session: 700 - 650.
        let starts: Vec<_> = session.records.iter().map(|record| offset(record.start)).collect();
        assert_eq!(starts, [Some(150.0), Some(650.0), None]);
        let durations: Vec<_> = session.records.iter().map(duration).collect();
        assert_eq!(durations, [Some(100.0), Some(49.7), None]);
        assert_eq!(notes(&session).len(), 1, "noted once a page");
        assert!(
            fact(&session.details(&session.records[0]), "Times")
                .is_some_and(|text| text.contains("Estimated"))
        );
        assert_eq!(fact(&session.details(&session.records[2]), "Times"), None);
        let none = &session.records[2];
        assert_eq!((none.status, http(none).outcome, none.method.as_ref()), (None, Outcome::Done, "GET"));
    }

    #[test]
    fn each_page_has_its_own_clock() {
        let session = read(&[
            meta(0.0, "/"),
            requests(100.0, r#"{"name":"/a","startTime":10,"endTime":20}"#),
            meta(5000.0, "/two"),
            requests(5100.0, r#"{"name":"/b","startTime":10,"endTime":20}"#),
            event(0, 9000.0, "{}"),
            meta(9010.0, "/two"),
            requests(9100.0, r#"{"name":"/reloaded","startTime":10,"endTime":20}"#),
        ]);
        let starts: Vec<_> = session.records.iter().map(|record| offset(record.start)).collect();
        assert_eq!(starts, [Some(90.0), Some(5090.0), Some(9090.0)]);
        assert_eq!(notes(&session).len(), 3);
    }

    #[test]
    fn a_reload_requests_its_page_again() {
        let navigation = r#"{"name":"/","entryType":"navigation","startTime":0,"endTime":12}"#;
        let session = read(&[
            meta(0.0, "/"),
            requests(200.0, navigation),
            requests(900.0, navigation),
            event(0, 5000.0, "{}"),
            event(1, 5010.0, "{}"),
            meta(5020.0, "/"),
            requests(5200.0, navigation),
        ]);
        let starts: Vec<_> = session.records.iter().map(|record| offset(record.start)).collect();
        assert_eq!(starts, [Some(188.0), Some(5188.0)]);
    }

    #[test]
    fn a_navigation_that_is_reported_before_its_end_is_one_row() {
        for (origin, start) in [("", 600.0), (r#""timeOrigin":1795269720000,"#, 0.0)] {
            let navigation = |end: &str| {
                format!(r#"{{"name":"/",{origin}"entryType":"navigation","startTime":0,"endTime":{end}}}"#)
            };
            let session = read(&[
                meta(0.0, "/"),
                requests(700.0, &navigation("0")),
                requests(900.0, &navigation("300")),
                requests(950.0, &navigation("300")),
            ]);
            let rows: Vec<_> = session.records.iter().map(|row| (offset(row.start), duration(row))).collect();
            assert_eq!(rows, [(Some(start), Some(300.0))], "{origin}");
        }
    }

    #[test]
    fn requests_before_the_recorder_started_begin_the_session() {
        let event = requests(
            0.0,
            r#"{"name":"/","entryType":"navigation","startTime":0,"endTime":300,"duration":900,"status":200}"#,
        );
        let session = read(&[event.replace(r#""requests""#, r#""isInitial":true,"requests""#)]);
        let record = &session.records[0];
        assert_eq!((offset(record.start), duration(record)), (Some(-300.0), Some(300.0)));
        assert_eq!(offset(session.started_at), Some(-300.0));
        assert_eq!(http(record).resource_type, ResourceType::Document);
    }

    #[test]
    fn types_statuses_and_urls_are_loaded() {
        let session = read(&[requests(
            9.0,
            r#"{"name":"/a.css","initiatorType":"link"},{"name":"/a","initiatorType":"xmlhttprequest","method":"post","status":0},
            {"url":"/draft","initiatorType":"fetch","status":404,"method":"GET"},{"name":"/f.woff2","initiatorType":"css","status":0},{"status":200}"#,
        )]);
        let found: Vec<_> = session
            .records
            .iter()
            .map(|record| {
                (
                    record.number,
                    record.url.as_ref(),
                    http(record).resource_type,
                    record.status,
                    http(record).outcome,
                )
            })
            .collect();
        let expected = [
            (1, "/a.css", ResourceType::Stylesheet, None, Outcome::Done),
            (2, "/a", ResourceType::Xhr, None, Outcome::Failed),
            (3, "/draft", ResourceType::Fetch, Some(404), Outcome::Done),
            (4, "/f.woff2", ResourceType::Font, None, Outcome::Done),
            (5, "", ResourceType::Other, Some(200), Outcome::Done),
        ];
        assert_eq!(found, expected);
        assert_eq!(session.records[1].method, "POST");
        assert_eq!(notes(&session), ["event 1: the request of row 5 has no URL"]);
    }

    #[test]
    fn headers_and_bodies_are_shown_as_recorded() {
        let session = read(&[requests(
            9.0,
            r#"{"name":"/a","requestHeaders":{"Z":"1","Content-Type":"a/b","a":"2"},"responseHeaders":[{"name":"X","value":"y"},{"name":"X","value":"z"}],
            "requestBody":"a=\u00e9","responseBody":{"big":1e400}},{"name":"/b","requestBody":null,"responseBody":""}"#,
        )]);
        let shown = session.details(&session.records[0]);
        let names = |headers: &Option<Vec<session::model::Header>>| {
            headers
                .iter()
                .flatten()
                .map(|header| format!("{}: {}", header.name, header.value))
                .collect::<Vec<_>>()
        };
        assert_eq!(names(&shown.request_headers), ["Z: 1", "Content-Type: a/b", "a: 2"]);
        assert_eq!(names(&shown.response_headers), ["X: y", "X: z"]);
        let request = Body::Text { text: "a=é".to_owned(), mime: "a/b".to_owned(), is_truncated: false };
        assert_eq!(shown.request_body, request);
        assert_eq!(text(&shown.response_body), r#"{"big":1e400}"#, "as written");
        let shown = session.details(&session.records[1]);
        assert!(matches!(shown.request_body, Body::NotRecorded(_)));
        assert_eq!((shown.response_body, shown.request_headers), (Body::Empty, None));
    }

    #[test]
    fn headers_of_any_shape_are_listed() {
        for headers in [r#"[["a","1"]]"#, r#"["a: 1"]"#, r#"[{"key":"a","value":1}]"#, r#""{\"a\":1}""#] {
            let session = read(&[requests(9.0, &format!(r#"{{"name":"/a","responseHeaders":{headers}}}"#))]);
            let headers = session.details(&session.records[0]).response_headers.unwrap_or_default();
            let listed: Vec<_> = headers.iter().map(|header| (&*header.name, &*header.value)).collect();
            assert_eq!(listed, [("a", "1")]);
        }
    }

    #[test]
    fn an_element_that_is_not_a_request_is_noted() {
        let session = read(&[
            requests(1.0, r#"7,{"name":"/a"}"#),
            event(6, 2.0, r#"{"plugin":"rrweb/network@1","payload":{}}"#),
        ]);
        assert_eq!(session.records.len(), 1);
        let said =
            ["event 1: request 1 is omitted: it is not an object", "event 2: its payload has no requests"];
        assert_eq!(notes(&session), said);
    }
}

mod sentry {
    use super::*;

    #[test]
    fn sizes_of_spans_may_be_text_with_units() {
        for (size, bytes) in SIZES {
            for (field, transferred) in [("size", bytes), ("responseBodySize", None)] {
                let span = span(
                    9.0,
                    &format!(r#""op":"resource.fetch","description":"/a","data":{{"{field}":{size}}}"#),
                );
                let session = read(&[meta(0.0, "/"), span]);
                let row = http(&session.records[0]);
                let body_size = bytes.filter(|_| field == "responseBodySize");
                assert_eq!((row.transferred, row.body_size), (transferred, body_size), "{field}: {size}");
                let noted = "event 2: a size of the request of row 1 is not a number".to_owned();
                assert_eq!(notes(&session).contains(&noted), bytes.is_none(), "{field}: {size}");
            }
        }
    }

    #[test]
    fn a_span_without_its_payload_is_noted() {
        let session = read(&[
            event(5, 1.0, r#"{"tag":"performanceSpan"}"#),
            event(5, 2.0, r#"{"tag":"performanceSpan","payload":[]}"#),
        ]);
        let expected = ["event 1: its payload is not an object", "event 2: its payload is not an object"];
        assert_eq!(notes(&session), expected);
    }

    #[test]
    fn spans_of_requests_are_rows_and_others_are_not() {
        let times = r#""startTimestamp":1795269720.1,"endTimestamp":1795269720.35"#;
        let session = read(&[
            span(
                100.0,
                &format!(
                    r#""op":"resource.fetch","description":"/api",{times},"data":{{"method":"get","statusCode":500,"response":{{"size":12}}}}"#
                ),
            ),
            span(
                100.0,
                &format!(
                    r#""op":"navigation.navigate","description":"/",{times},"data":{{"size":1150,"decodedBodySize":3000}}"#
                ),
            ),
            span(100.0, &format!(r#""op":"navigation.push","description":"/two",{times}"#)),
            span(
                100.0,
                &format!(
                    r#""op":"resource.link","description":"/a.css",{times},"data":{{"size":0,"encodedBodySize":0,"decodedBodySize":0,"statusCode":0}}"#
                ),
            ),
            span(100.0, &format!(r#""op":"memory","description":"",{times}"#)),
            span(
                100.0,
                &format!(
                    r#""op":"resource.xhr","description":"/x",{times},"data":{{"method":"POST","statusCode":0}}"#
                ),
            ),
        ]);
        let found: Vec<_> = session
            .records
            .iter()
            .map(|record| {
                (
                    record.url.as_ref(),
                    http(record).resource_type,
                    record.status,
                    http(record).transferred,
                    http(record).body_size,
                    http(record).outcome,
                )
            })
            .collect();
        let expected = [
            ("/api", ResourceType::Fetch, Some(500), None, Some(12), Outcome::Done),
            ("/", ResourceType::Document, None, Some(1150), Some(3000), Outcome::Done),
            ("/a.css", ResourceType::Stylesheet, None, None, None, Outcome::Done),
            ("/x", ResourceType::Xhr, None, None, None, Outcome::Failed),
        ];
        assert_eq!(found, expected);
        assert!(
            session
                .records
                .iter()
                .all(|record| (offset(record.start), duration(record)) == (Some(100.0), Some(250.0)))
        );
        assert_eq!((session.dom_events.len(), session.producer.name.as_str()), (6, "Sentry"));
        assert_eq!(offset(session.end()), Some(350.0));
    }

    #[test]
    fn times_in_seconds_are_distinguished_from_milliseconds() {
        let session = open(
            r#"[{"type":5,"timestamp":1795269720.1,"data":{"tag":"performanceSpan","payload":{"op":"memory"}}},{"type":5,"timestamp":1795269720200,"data":{"tag":"breadcrumb","payload":{}}},{"type":5,"timestamp":0,"data":{"tag":"breadcrumb","payload":{}}}]"#,
        );
        let times: Vec<_> = session.dom_events.iter().map(|event| offset(event.time)).collect();
        assert_eq!(times, [Some(100.0), Some(200.0), None]);
    }

    #[test]
    fn headers_and_bodies_are_shown_or_the_reason_why_they_are_missing() {
        let exchange = r#""request":{"headers":{"accept":"*/*"},"body":"{\"a\":","_meta":{"warnings":["MAYBE_JSON_TRUNCATED"]}},"response":{"headers":{},"size":9,"_meta":{"warnings":["URL_SKIPPED"]}}"#;
        let session = read(&[span(
            1.0,
            &format!(
                r#""op":"resource.fetch","description":"/","startTimestamp":1795269720,"endTimestamp":1795269721,"data":{{{exchange}}}"#
            ),
        )]);
        let shown = session.details(&session.records[0]);
        assert!(matches!(&shown.request_body, Body::Text { is_truncated: true, .. }));
        assert!(
            matches!(&shown.response_body, Body::NotRecorded(why) if why.contains("not configured to capture"))
        );
        assert_eq!(shown.request_headers.map(|headers| headers.len()), Some(1));
        assert_eq!(
            fact(&session.details(&session.records[0]), "Operation").as_deref(),
            Some("resource.fetch")
        );
    }
}
