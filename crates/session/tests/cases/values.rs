//! Values of unexpected kinds are shown or noted, never lost.

use session::decode::Payload;
use session::model::{
    Body, Details, Encoding, Header, Http, Messages, Millis, Outcome, Record, RecordKind, ResourceType,
    Session,
};
use session::read::details;
use session::view::{self, Clock, Column, RowState};

use super::common;
use super::files::case;

/// A HAR from memory by that producer with those entries.
fn har(producer: &str, entries: &str) -> Session {
    let creator = format!(r#"{{"name":"{producer}","version":"1"}}"#);
    let text = format!(r#"{{"log":{{"version":"1.2","creator":{creator},"entries":[{entries}]}}}}"#);
    open(text.as_bytes())
}

/// Opens it in pieces and whole: both read the same.
fn open(bytes: &[u8]) -> Session {
    let whole = common::open(("recording.har", bytes), &[], bytes.len()).expect("a HAR that opens");
    let pieces = common::open(("recording.har", bytes), &[], 7).expect("a HAR that opens");
    let (whole, pieces) = (Ok(whole), Ok(pieces));
    assert_eq!(common::everything::told(&pieces), common::everything::told(&whole));
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

fn cell(session: &Session, row: usize, column: Column) -> view::Cell {
    view::cell(session, &session.records[row], column, &Clock::UTC)
}

fn texts(session: &Session, column: Column) -> Vec<String> {
    (0..session.records.len()).map(|row| cell(session, row, column).text).collect()
}

fn details_of(session: &Session, row: usize) -> Details {
    details(session, &session.records[row])
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
    details.facts.iter().find(|fact| fact.label == label).map(|fact| fact.value.clone())
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
            assert_eq!(view::state(&session.records[row]), RowState::Error);
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
    fn a_comment_that_tells_of_no_failure_is_only_a_comment() {
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

mod bodies {
    use super::*;

    #[test]
    fn a_body_of_any_kind_is_shown() {
        let Some(bytes) = case("body-kinds.har") else { return };
        let session = open(&bytes);
        let bodies: Vec<String> =
            (0..9).map(|row| text_of(&details_of(&session, row).response_body)).collect();
        assert_eq!(bodies[..5], [r#"{"a": 1}"#, "[1, 2]", "42", r#"{"ok":true}"#, r#"{"ok":1}"#]);
        assert_eq!(bodies[5], "{\"ok\":\"p\u{7f}?\"}", "in the alphabet of URLs");
        assert_eq!(bodies[6..], [r#"{"ok":true}"#, "<html>not base64</html>", "ok"]);
        assert_eq!(&*session.records[8].url, "https://k.example.test/quoted?q=1");
        assert_eq!(lines(&details_of(&session, 8).query), ["q: 1"]);
    }

    #[test]
    fn contents_that_are_not_objects_are_bodies() {
        for (content, text) in [
            (r#""plain""#, "plain"),
            ("[1,2]", "[1,2]"),
            (r#"{"text":true}"#, "true"),
            (r#"{"text":"e30=","encoding":" Base64 "}"#, "{}"),
            (r#"{"text":"4pyT","encoding":"BASE-64"}"#, "✓"),
            (r#"{"text":"not base","encoding":"base64"}"#, "not base"),
            (r#"{"text":"6869","encoding":"hex"}"#, "6869"),
        ] {
            let session = one(GET, &format!(r#""status":200,"content":{content}"#), "");
            assert_eq!(text_of(&details_of(&session, 0).response_body), text, "{content}");
        }
        let unknown =
            one(GET, r#""status":200,"content":{"text":"6869","encoding":"hex","mimeType":"a/b"}"#, "");
        assert!(
            matches!(details_of(&unknown, 0).response_body, Body::Text { mime, .. } if mime.contains("hex"))
        );
    }

    #[test]
    fn the_type_of_a_body_is_that_of_its_header_where_none_is_given() {
        let response = r#""status":200,"headers":{"content-type":"text/css"},"content":{"text":"a{}"}"#;
        let body = details_of(&one(GET, response, ""), 0).response_body;
        assert!(matches!(body, Body::Text { mime, .. } if mime == "text/css"));
    }

    #[test]
    fn what_was_sent_is_shown_in_every_shape() {
        let Some(bytes) = case("postdata-shapes.har") else { return };
        let session = open(&bytes);
        let sent = |row| {
            let details = details_of(&session, row);
            (lines(&details.form), text_of(&details.request_body))
        };
        let fields = |list: &[&str]| list.iter().map(|&field| field.to_owned()).collect::<Vec<_>>();
        assert_eq!(sent(0), (fields(&["op: login", "u: a b"]), "op=login&u=a%20b".to_owned()));
        assert_eq!(sent(1), (fields(&["QuickJump: ", "user: someone"]), "Empty".to_owned()));
        assert_eq!(sent(2), (Vec::new(), "Empty".to_owned()));
        assert_eq!(sent(3), (Vec::new(), "Empty".to_owned()));
        assert_eq!(sent(4).0, ["file: a.png (image/png)", "note: hi"]);
        assert_eq!(sent(5), (Vec::new(), "Empty".to_owned()));
        assert_eq!(sent(6).1, "param1=value1&param2=value2");
        assert_eq!(sent(7).1, r#"{"title":"foo"}"#);
        assert_eq!(sent(8).1, r#"{"title": "an object, not a string"}"#);
    }

    #[test]
    fn other_shapes_of_what_was_sent_are_shown() {
        for (post, form, text) in [
            (r#""a=1&b=2""#, &[][..], "a=1&b=2"),
            (r#"{"params":{"a":1,"b":[2,3]}}"#, &["a: 1", "b: 2", "b: 3"], "Empty"),
            (r#"{"params":"{\"a\":\"1\"}"}"#, &["a: 1"], "Empty"),
            (r#"{"text":[1,{"b":2}]}"#, &[], r#"[1,{"b":2}]"#),
            (r#"{"params":[{"name":"f","value":"x","fileName":"f.csv"}]}"#, &["f: x · f.csv"], "Empty"),
            ("[7]", &[], "[7]"),
        ] {
            let session = one(&format!(r#"{POST},"postData":{post}"#), r#""status":200"#, "");
            let details = details_of(&session, 0);
            assert_eq!(
                (lines(&details.form), text_of(&details.request_body)),
                (form.iter().map(|&field| field.to_owned()).collect(), text.to_owned()),
                "{post}"
            );
        }
        let unknown = one(POST, r#""status":200"#, "");
        assert!(matches!(details_of(&unknown, 0).request_body, Body::NotRecorded(_)));
    }

    #[test]
    fn a_picture_is_one_with_and_without_the_flag() {
        let Some(bytes) = case("base64-unflagged.har") else { return };
        let session = open(&bytes);
        for row in 0..2 {
            let body = details_of(&session, row).response_body;
            assert!(matches!(&body, Body::Binary { bytes, .. } if bytes.starts_with(b"\x89PNG")), "{body:?}");
        }
        assert!(text_of(&details_of(&session, 2).response_body).starts_with("<svg"));
    }

    #[test]
    fn only_the_bytes_of_a_file_are_decoded_without_a_flag() {
        let body = |mime: &str, text: &str| {
            let content = format!(r#""status":200,"content":{{"mimeType":"{mime}","text":"{text}"}}"#);
            details_of(&one(GET, &content, ""), 0).response_body
        };
        assert!(matches!(body("image/gif", "R0lGODlhAQABAAAAACw="), Body::Binary { .. }));
        assert!(matches!(body("font/woff2", "d09GMgABAAAAAA=="), Body::Binary { .. }));
        assert!(matches!(body("image/jpeg", "data:image/jpeg;base64,/9j/4AAQSkZJRg=="), Body::Binary { .. }));
        assert_eq!(text_of(&body("text/plain", "R0lGODlhAQABAAAAACw=")), "R0lGODlhAQABAAAAACw=");
        assert_eq!(text_of(&body("image/gif", "GIF89a or so")), "GIF89a or so");
        assert_eq!(text_of(&body("image/svg+xml", "<svg></svg>")), "<svg></svg>");
    }
}

mod lists {
    use super::*;

    #[test]
    fn headers_are_listed_in_every_shape() {
        let Some(bytes) = case("headers-object.har") else { return };
        let session = open(&bytes);
        let first = details_of(&session, 0);
        assert_eq!(
            lines(first.request_headers.as_deref().unwrap_or_default()),
            ["Accept: */*", "X-Two: a", "X-Two: b"]
        );
        assert_eq!(
            lines(first.response_headers.as_deref().unwrap_or_default()),
            ["Content-Type: application/json", "Set-Cookie: a=1", "Set-Cookie: b=2"]
        );
        let none = details_of(&session, 1);
        assert_eq!((none.request_headers, none.response_headers), (None, None));
        assert_eq!(
            lines(details_of(&session, 2).request_headers.as_deref().unwrap_or_default()),
            ["Accept: */*", "X: ", ": v", "K: v", "Raw: line"]
        );
        for row in [3, 4] {
            assert!(session.records[row].socket().is_some(), "row {row}");
        }
    }

    #[test]
    fn cookies_that_stand_in_no_header_are_listed() {
        let listed = |headers: &str, cookies: &str| {
            let request = format!(r#"{GET},"headers":{headers},"cookies":{cookies}"#);
            fact(&details_of(&one(&request, r#""status":200"#, ""), 0), "Request cookies")
        };
        assert_eq!(listed("[]", r#"{"a":"1","b":2}"#).as_deref(), Some("a=1; b=2"));
        assert_eq!(listed("null", r#"[["a","1"]]"#).as_deref(), Some("a=1"));
        assert_eq!(listed(r#"["Cookie: a=1"]"#, r#"[{"name":"a","value":"1"}]"#), None);
        assert_eq!(listed("[]", "null"), None);
    }

    #[test]
    fn a_query_is_listed_in_every_shape() {
        for query in [r#"{"q":"1"}"#, r#"[["q",1]]"#, r#"[{"key":"q","value":"1"}]"#, r#""{\"q\":1}""#] {
            let session = one(&format!(r#"{GET},"queryString":{query}"#), r#""status":200"#, "");
            assert_eq!(lines(&details_of(&session, 0).query), ["q: 1"], "{query}");
        }
    }
}

mod fields {
    use super::*;

    #[test]
    fn texts_of_other_kinds_are_shown_as_they_are_written() {
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
    fn what_should_be_an_object_and_is_not_is_noted_and_shown() {
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
    fn sizes_of_every_kind() {
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
    fn sizes_in_words_and_caches_of_other_producers() {
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
    fn numbers_that_json_does_not_have_are_not_durations() {
        let Some(bytes) = case("nan-literals.har") else { return };
        let session = open(&bytes);
        assert_eq!(latencies(&session), [None, Some(10.0)]);
        assert_eq!(http(&session.records[0]).phases.iter().count(), 1, "what is known is drawn");
    }

    #[test]
    fn the_phases_add_up_only_where_all_that_are_required_are_there() {
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
    fn a_partial_sum_does_not_tell_how_long_a_socket_was_open() {
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
    fn the_first_request_of_a_page_is_a_document_only_where_nothing_else_speaks() {
        let Some(bytes) = case("firefox-xhr-only.har") else { return };
        assert_eq!(types(&open(&bytes)), [ResourceType::Fetch, ResourceType::Fetch, ResourceType::Document]);
    }

    #[test]
    fn evidence_goes_before_the_place_on_the_page() {
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
    fn the_producers_word_goes_before_all_evidence() {
        let request = format!(r#"{GET},"headers":[{{"name":"sec-fetch-dest","value":"image"}}]"#);
        let session = one(&request, r#""status":200"#, r#","_resourceType":"script","pageref":"p""#);
        assert_eq!(types(&session), [ResourceType::Script]);
    }
}

mod sockets {
    use super::*;

    #[test]
    fn an_empty_list_of_messages_makes_no_socket() {
        let Some(bytes) = case("ws-null-on-http.har") else { return };
        let session = open(&bytes);
        assert_eq!(session.records.len(), 2);
        for (row, record) in session.records.iter().enumerate() {
            assert_eq!(http(record).outcome, Outcome::Done);
            assert_eq!(text_of(&details_of(&session, row).response_body), r#"{"ok":true}"#);
        }
    }

    #[test]
    fn a_sign_of_a_handshake_makes_a_socket_of_an_empty_list() {
        let is_socket = |request: &str, status: &str, more: &str| {
            let session = one(request, &format!(r#""status":{status}"#), &format!(r#",{more}"#));
            session.records[0].socket().is_some()
        };
        let empty = r#""_webSocketMessages":[]"#;
        assert!(!is_socket(GET, "200", empty) && !is_socket(GET, "404", r#""_webSocketMessages":{}"#));
        assert!(is_socket(GET, "101", empty));
        assert!(is_socket(r#""method":"GET","url":"wss://a.test/""#, "0", empty));
        assert!(is_socket(GET, "200", &format!(r#"{empty},"_resourceType":"websocket""#)));
        assert!(is_socket(&format!(r#"{GET},"headers":{{"Upgrade":"websocket"}}"#), "400", empty));
        assert!(is_socket(
            GET,
            "200",
            r#""_webSocketMessages":[{"type":"send","time":1,"opcode":1,"data":"a"}]"#
        ));
    }

    /// What each message of the first row says.
    fn said(session: &Session) -> Vec<String> {
        let Some(Messages::Inline(columns)) = session.records[0].socket().map(|socket| &socket.messages)
        else {
            panic!("no messages in place");
        };
        let payload =
            |encoding: Encoding, raw: &[u8]| Payload::from_message(encoding, raw).expect("a payload");
        let said = |message: session::model::Message| {
            let payload = payload(message.encoding, &session.bytes.slice(message.body));
            payload.text().map_or_else(|| format!("{:02x?}", payload.bytes()), str::to_owned)
        };
        columns.iter().map(said).collect()
    }

    #[test]
    fn opcodes_out_of_range_leave_texts_readable() {
        let Some(bytes) = case("ws-opcode-range.har") else { return };
        assert_eq!(
            said(&open(&bytes)),
            [
                "three hundred",
                "minus five",
                "one and a half",
                "string one",
                "null",
                "no opcode",
                "huge",
                "last"
            ]
        );
    }

    #[test]
    fn binary_frames_are_base64_unless_they_hold_words() {
        let message = |opcode: &str, data: &str| {
            format!(r#"{{"type":"receive","time":1772359200,"opcode":{opcode},"data":"{data}"}}"#)
        };
        let list =
            [message("2", "AQID"), message("2", "two words"), message("16", "abcd"), message("2.5", "abcd")];
        let more = format!(r#","_webSocketMessages":[{}]"#, list.join(","));
        let session = one(GET, r#""status":101"#, &more);
        assert_eq!(said(&session), ["\u{1}\u{2}\u{3}", "two words", "abcd", "abcd"]);
    }
}
