//! Values of unexpected kinds are shown or noted, never lost.

use session::model::{Body, Header, Millis, Record, ResourceType, Session};

use crate::common::cases::case;
use crate::common::har_values::{GET, POST, details_of, entry, har, http, one, open, property};

mod bodies;
mod lists;
mod sockets;

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
            assert_eq!(property(&details, label).as_deref(), Some(value), "{label}");
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
        assert_eq!(property(&details, "Request as recorded").as_deref(), Some("GET /a"));
        assert_eq!(property(&details, "Response as recorded").as_deref(), Some("[200]"));
        let missing = har("any", r#"{"request":null}"#);
        assert!(notes(&missing)[0].contains("no request, no response"));
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
