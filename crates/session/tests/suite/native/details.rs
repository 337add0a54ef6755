//! What was and what was not recorded of a native session's requests and sockets, rule by rule.

use crate::common::native;
use native::{at, notes, read, read_folder};
use session::model::Details;
use session::model::{Body, Outcome, Phase, Record, RecordKind, Session};

fn http(record: &Record) -> &session::model::Http {
    match &record.kind {
        RecordKind::Http(http) => http,
        RecordKind::Socket(_) => panic!("record {} is a socket", record.number),
    }
}

/// A request of a second that begins at 1 s.
fn request(more: &str) -> String {
    let (start, end) = (at(1000.0), at(2000.0));
    format!(
        r#"{{"name":"https://a.test/x","initiatorType":"fetch","startTimeAbs":{start},"responseEndAbs":{end}{more}}}"#
    )
}

fn shown(session: &Session) -> Details {
    session.details(&session.records[0])
}

fn fact(details: &Details, label: &str) -> Option<String> {
    details.properties().into_iter().find(|fact| fact.label == label).map(|fact| fact.value)
}

fn pair(request: &str, more: &str) -> String {
    format!(
        r#","method":"POST","responseStatus":200,"requestResponsePairs":{{"request":{{"verb":"POST"{request}}},"response":{{"status":200,"headers":{{}},"size":0}}{more}}}"#
    )
}

mod bodies {
    use super::*;

    fn request_body(more: &str) -> Body {
        shown(&read("", &request(more))).request_body
    }

    #[test]
    fn a_request_without_a_body_among_recorded_contents_had_none() {
        assert_eq!(request_body(&pair(r#","headers":{}"#, "")), Body::Empty);
        assert_eq!(request_body(&pair(r#","headers":{"content-length":"0"},"body":null"#, "")), Body::Empty);
        assert_eq!(request_body(&pair(r#","body":"""#, "")), Body::Empty);
    }

    #[test]
    fn a_missing_body_with_a_content_length_was_not_recorded() {
        let body = request_body(&pair(r#","headers":{"Content-Length":"500"},"body":null"#, ""));
        assert!(matches!(body, Body::NotRecorded(_)), "{body:?}");
    }

    #[test]
    fn bodies_are_not_said_to_be_empty_if_contents_were_not_recorded() {
        let manifest = r#"{"format":"replayscope/1","capture":{"headersAndBodies":false},"files":{"resources":{"path":"resources.jsonl"}}}"#;
        let session = read_folder(manifest, &request(&pair(r#","body":null"#, "")));
        let Body::NotRecorded(why) = shown(&session).request_body else { panic!("the body is not recorded") };
        assert!(why.contains("not to capture"), "{why}");
    }

    #[test]
    fn a_body_that_the_page_did_not_read_says_so() {
        let details = |more: &str| {
            let pair = format!(
                r#","requestResponsePairs":{{"request":{{"headers":{{}},"bodyOmitted":"stream"}},"response":{{"status":200,"headers":{{}}{more}}}}}"#
            );
            shown(&read("", &request(&pair)))
        };
        let why = |body: &Body| match body {
            Body::NotRecorded(why) => why.clone(),
            Body::Empty | Body::InFile { .. } | Body::Text { .. } | Body::Binary { .. } => {
                format!("{body:?}")
            }
        };
        let unread = details(r#","bodyOmitted":"not-read""#);
        assert!(why(&unread.response_body).starts_with("Not read by the page"), "{:?}", unread.response_body);
        assert!(why(&unread.request_body).contains("stream"), "{:?}", unread.request_body);
        // Reasons of later versions, and a body with one.
        assert_eq!(why(&details(r#","bodyOmitted":"other""#).response_body), "Body not recorded");
        let recorded = details(r#","body":"text","bodyOmitted":"not-read""#).response_body;
        assert!(matches!(recorded, Body::Text { .. }), "{recorded:?}");
    }

    #[test]
    fn an_excluded_url_has_no_contents_and_no_size() {
        let session = read("", &request(&pair("", r#","urlBlocked":true"#)));
        let details = shown(&session);
        for body in [&details.request_body, &details.response_body] {
            assert!(matches!(body, Body::NotRecorded(why) if why.contains("omit the contents")), "{body:?}");
        }
        assert_eq!(http(&session.records[0]).body_size, None);
    }
}

#[test]
fn an_excluded_url_with_a_response_was_sent() {
    let outcome = |more: &str| http(&read("", &request(more)).records[0]).outcome;
    assert_eq!(outcome(&pair("", r#","urlBlocked":true"#)), Outcome::Done);
    assert_eq!(outcome(r#","requestResponsePairs":{"urlBlocked":true}"#), Outcome::Blocked);
}

#[test]
fn redirects_are_not_part_of_waiting_and_have_their_duration_in_the_details() {
    let (redirected, fetched, requested) = (at(1005.0), at(1505.0), at(1515.0));
    let more = format!(
        r#","redirectStartAbs":{redirected},"redirectEndAbs":{fetched},"fetchStartAbs":{fetched},"requestStartAbs":{requested},"responseStartAbs":{}"#,
        at(1600.0)
    );
    let session = read("", &request(&more));
    let blocked = http(&session.records[0]).phases.get(Phase::Blocked);
    assert_eq!(blocked.map(|range| (range.start, range.end)), Some((505.0, 515.0)));
    assert_eq!(fact(&shown(&session), "Redirects").as_deref(), Some("500 ms"));
}

#[test]
fn redirects_that_did_not_occur_are_at_the_time_origin_or_zero() {
    for none in [at(0.0), "0".to_owned(), "null".to_owned()] {
        let more =
            format!(r#","redirectStartAbs":{none},"redirectEndAbs":{none},"requestStartAbs":{}"#, at(1010.0));
        let session = read("", &request(&more));
        assert_eq!(fact(&shown(&session), "Redirects"), None, "{none}");
        let blocked = http(&session.records[0]).phases.get(Phase::Blocked);
        assert_eq!(blocked.map(|range| (range.start, range.end)), Some((0.0, 10.0)), "{none}");
    }
}

#[test]
fn the_details_of_a_repeated_open_are_those_of_the_more_complete_record() {
    let open = |more: &str| {
        format!(
            r#"{{"initiatorType":"websocket","type":"open","socketId":"s","name":"wss://a.test/","startTimeAbs":{}{more}}}"#,
            at(10.0)
        )
    };
    let found = open(r#","extensions":"permessage-deflate","requestHeaders":{"Origin":"https://a.test"}"#);
    for lines in [[open(""), found.clone()], [found, open("")]] {
        let details = shown(&read("", &lines.join("\n")));
        assert_eq!(fact(&details, "Extensions").as_deref(), Some("permessage-deflate"));
        assert_eq!(details.request_headers.map(|headers| headers.len()), Some(1));
    }
}

#[test]
fn a_socket_without_the_path_of_its_messages_is_noted() {
    let session = read(r#""s":{"bytes":5}"#, &request(""));
    assert!(notes(&session).iter().any(|note| note.contains("files.sockets.s: it has no path")));
}

mod values_of_other_kinds {
    use super::*;

    fn lines(headers: Option<&[session::model::Header]>) -> Vec<String> {
        headers
            .unwrap_or_default()
            .iter()
            .map(|header| format!("{}: {}", header.name, header.value))
            .collect()
    }

    #[test]
    fn a_body_that_is_not_a_string_is_shown_as_json() {
        for (body, text) in [(r#"{"a": 1}"#, r#"{"a": 1}"#), ("[1]", "[1]"), ("false", "false"), ("7", "7")] {
            let session = read("", &request(&pair(&format!(r#","headers":{{}},"body":{body}"#), "")));
            let shown = shown(&session).request_body;
            assert!(matches!(&shown, Body::Text { text: found, .. } if found == text), "{shown:?}");
        }
        let session =
            read("", &request(&pair(r#","headers":{},"body":"e30=","bodyEncoding":" BASE64""#, "")));
        assert!(matches!(shown(&session).request_body, Body::Text { text, .. } if text == "{}"));
    }

    #[test]
    fn headers_of_any_shape_are_listed() {
        for headers in [
            r#"[["a","1"],["b",2]]"#,
            r#"[{"name":"a","value":"1"},{"name":"b","value":2}]"#,
            r#""a: 1\r\nb: 2""#,
        ] {
            let session = read("", &request(&pair(&format!(r#","headers":{headers}"#), "")));
            assert_eq!(lines(shown(&session).request_headers.as_deref()), ["a: 1", "b: 2"], "{headers}");
        }
    }

    #[test]
    fn an_error_object_is_shown_as_text() {
        let session = read("", &request(r#","error":{"message":"blocked by an extension","code":7}"#));
        let record = &session.records[0];
        assert_eq!(record.error.as_deref(), Some("blocked by an extension (7)"));
        assert_eq!(http(record).outcome, Outcome::Blocked);
        assert!(fact(&shown(&session), "Error as recorded").is_some());
    }
}
