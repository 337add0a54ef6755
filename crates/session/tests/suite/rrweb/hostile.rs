//! Recordings of rrweb are hostile input: no bytes make the reader panic, pieces can have any size,
//! and a truncated file keeps its complete elements.

use crate::common;
use crate::edits as damage;
use common::description::describe;
use damage::{edited, edits};
use proptest::prelude::*;
use session::formats::LoadError;
use session::model::Session;

const PACKED: &str = include_str!("../../fixtures/rrweb/packed.json");
const PACKED_LINES: &str = include_str!("../../fixtures/rrweb/packed.jsonl");

/// Every kind of event that becomes more than one, in every dialect.
const EVENTS: [&str; 12] = [
    r#"{"type":4,"data":{"href":"https://a.test/","width":1,"height":2},"timestamp":1795269720000}"#,
    r#"{"type":2,"data":{"node":{"id":1,"childNodes":[{"text":"a]}\"\u00e9"}]},"initialOffset":{}},"timestamp":1795269720010,"windowId":"w"}"#,
    r#"{"type":6,"data":{"plugin":"rrweb/network@1","payload":{"requests":[{"name":"https://a.test/x","startTime":5,"endTime":30},{"name":"https://a.test/y","method":"GET"}],"isInitial":true}},"timestamp":1795269720040}"#,
    r#"{"type":6,"data":{"plugin":"rrweb/network@1","payload":{"requests":[{"name":"https://a.test/z","timeOrigin":1795269720000,"timestamp":1795269720050,"startTime":50,"endTime":60,"requestStart":52,"responseStart":55,"responseEnd":60,"status":200,"requestHeaders":{"a":"b"},"transferSize":0},{"entryType":"serverTiming","name":"db","duration":3,"timestamp":1795269720050}]}},"timestamp":1795269720080,"windowId":7}"#,
    r#"{"type":6,"data":{"plugin":"rrweb/network@1","payload":{"requests":[{"name":"https://a.test/late","startTime":70,"endTime":90}]}},"timestamp":1795269720095}"#,
    r#"{"type":6,"data":{"plugin":"posthog/network@1","payload":{"0":"resource","1":1795269720000,"2":"https://a.test/n","3":9,"15":12,"40":1795269720009}},"timestamp":1795269720082}"#,
    r#"{"type":6,"data":{"plugin":"rrweb/console@1","payload":{"level":"error","payload":["\"a\""],"trace":[]}},"timestamp":1795269720081}"#,
    r#"{"type":5,"timestamp":1795269720.1,"data":{"tag":"performanceSpan","payload":{"op":"resource.fetch","description":"https://a.test/f","startTimestamp":1795269720.1,"endTimestamp":1795269720.2,"data":{"method":"GET","statusCode":0,"response":{"headers":{},"_meta":{"warnings":["URL_SKIPPED"]}}}}}}"#,
    r#"{"type":5,"timestamp":1795269720300,"data":{"tag":"breadcrumb","payload":{"category":"console","level":"warning","message":"m","timestamp":1795269720.3}}}"#,
    r#"{"type":0,"data":{},"timestamp":1795269720400}"#,
    r#"{"cv":"2024-10","type":6,"data":"\u001f\u008b\b\u0000not gzip","timestamp":1795269720500}"#,
    r#"{"type":4,"data":{"href":"https://a.test/two"},"timestamp":1795269720600}"#,
];

fn array() -> String {
    format!("[{}]", EVENTS.join(",\n"))
}

fn lines() -> String {
    EVENTS.map(|event| format!("{event}\n")).concat()
}

fn export() -> String {
    format!(r#"{{"version":"2023-04-28","data":{{"id":"x","person":{{}},"snapshots":{}}}}}"#, array())
}

fn windows() -> String {
    let map = format!(r#"{{"a b":{}, "c":[{}]}}"#, array(), EVENTS[0]);
    format!(r#"{{"version":"2022-12-02","data":{{"snapshotsByWindowId":{map}}}}}"#)
}

fn segments() -> String {
    format!("[{}, [], {}]", array(), array())
}

fn open(bytes: &[u8], piece: usize) -> Result<Session, LoadError> {
    common::open(("x.json", bytes), &[], piece)
}

/// JSON of the shape that the reader expects, with any values.
fn odd_json() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "null",
        "true",
        "0",
        "2",
        "4",
        "5",
        "6",
        "-1",
        "1e308",
        "1e999",
        "1795269720000",
        "1795269720.5",
        "\"\"",
        "\"rrweb/network@1\"",
        "\"rrweb/console@1\"",
        "\"posthog/network@1\"",
        "\"performanceSpan\"",
        "\"breadcrumb\"",
        "\"console\"",
        "\"resource.fetch\"",
        "\"serverTiming\"",
        "\"navigation\"",
        "\"https://a.test/\"",
        "\"2024-10\"",
        "\"\\u001f\\u008b\\b\"",
        "\"x\\u009c\"",
        "\"\\ud800\"",
    ]);
    let key = prop::sample::select(vec![
        "type",
        "data",
        "timestamp",
        "windowId",
        "cv",
        "href",
        "tag",
        "plugin",
        "payload",
        "requests",
        "name",
        "startTime",
        "endTime",
        "timeOrigin",
        "duration",
        "entryType",
        "op",
        "description",
        "startTimestamp",
        "endTimestamp",
        "category",
        "level",
        "requestHeaders",
        "responseBody",
        "request",
        "response",
        "_meta",
        "warnings",
        "snapshots",
        "snapshotsByWindowId",
        "events",
        "result",
        "version",
        "id",
        "node",
        "initialOffset",
        "2",
        "40",
    ]);
    damage::json_text(leaf, key)
}

#[test]
fn the_generated_recordings_load() {
    for (text, events) in [(array(), 12), (lines(), 12), (export(), 12), (windows(), 13), (segments(), 12)] {
        let session = open(text.as_bytes(), 100).expect("a recording");
        assert_eq!(session.dom_events.len(), events);
        assert_eq!(session.records.len() / 6, events / 12, "{events}");
        assert_eq!(session.console.len() / 2, events / 12);
    }
}

proptest! {
    #[test]
    fn any_bytes_load_or_are_rejected(bytes in prop::collection::vec(any::<u8>(), 0..300), piece in 1_usize..40) {
        describe(&open(&bytes, piece));
        for start in [&b"[{\"type\":3,\"data\":{}},"[..], b"{\"type\":3,\"data\":{}}\n", b"[\"x\xc2\x9c", b"{\"events\":["] {
            let bytes = [start, &bytes].concat();
            prop_assert_eq!(describe(&open(&bytes, piece)), describe(&open(&bytes, usize::MAX)));
        }
    }

    #[test]
    fn any_json_loads_or_is_rejected(json in odd_json(), data in odd_json()) {
        for text in [
            json.clone(),
            format!(r#"[{json},{{"type":6,"data":{data}}}]"#),
            format!(r#"{{"events":[{json},{{"type":5,"timestamp":1,"data":{data}}}]}}"#),
            format!(r#"[{{"type":6,"data":{{"plugin":"rrweb/network@1","payload":{{"requests":[{json},{data}]}}}}}}]"#),
            format!(r#"[{{"type":5,"data":{{"tag":"performanceSpan","payload":{json}}}}},{data}]"#),
        ] {
            prop_assert_eq!(describe(&open(text.as_bytes(), 9)), describe(&open(text.as_bytes(), usize::MAX)));
        }
    }

    #[test]
    fn a_damaged_recording_loads_the_same_in_pieces_of_any_size(
        edits in edits(0..6, &[b"\"x\\u009c\"", b"\xc2\x9c"]),
        text in prop::sample::select(vec![array(), lines(), export(), windows(), segments()]),
        piece in 1_usize..900,
    ) {
        let bytes = edited(&text, &edits);
        prop_assert_eq!(describe(&open(&bytes, piece)), describe(&open(&bytes, usize::MAX)));
    }

    #[test]
    fn damaged_packed_events_load_the_same_in_pieces_of_any_size(
        edits in edits(0..6, &[b"\"x\\u009c\"", b"\xc2\x9c"]), text in prop::sample::select(vec![PACKED, PACKED_LINES]), piece in 1_usize..900,
    ) {
        let bytes = edited(text, &edits);
        prop_assert_eq!(describe(&open(&bytes, piece)), describe(&open(&bytes, usize::MAX)));
    }

    #[test]
    fn a_recording_truncated_anywhere_keeps_its_complete_events_and_names_the_byte(
        at in 30_usize..3900, text in prop::sample::select(vec![array(), export()]),
    ) {
        let untruncated = open(text.as_bytes(), usize::MAX).expect("a recording");
        let spans: Vec<_> = untruncated.dom_events.iter().map(|event| event.source).collect();
        let Ok(session) = open(&text.as_bytes()[..at.min(text.len() - 3)], 100) else {
            return Err(TestCaseError::reject("too short to be recognized"));
        };
        let at = at.min(text.len() - 3);
        let complete = spans.iter().filter(|span| span.end() as usize <= at).count();
        prop_assert_eq!(session.dom_events.len(), complete);
        let cut = session.truncation.expect("a cut");
        prop_assert_eq!((cut.byte, cut.element_name), (at as u64, "event"));
        let has_begun = spans.get(complete).is_some_and(|span| (span.start as usize) < at);
        prop_assert_eq!(cut.element, has_begun.then_some(complete as u64 + 1));
    }
}

mod sizes {
    use super::*;

    #[test]
    fn nesting_of_any_depth_is_bounded() {
        let deep = "[".repeat(300_000);
        describe(&open(format!(r#"[{{"type":6,"data":{deep}"#).as_bytes(), 70_000));
        describe(&open(format!(r#"[[{{"type":6,"data":{{}}}}],{deep}"#).as_bytes(), 70_000));
        let nested = format!("{}{}", r#"{"data":"#.repeat(5000), "}".repeat(5000));
        describe(&open(format!(r#"[{{"type":6,"data":{nested}}},{nested}]"#).as_bytes(), 70_000));
        let requests = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
        let payload =
            format!(r#"{{"plugin":"rrweb/network@1","payload":{{"requests":[{{"a":{requests}}}]}}}}"#);
        let session = open(format!(r#"[{{"type":6,"timestamp":1,"data":{payload}}}]"#).as_bytes(), 70_000)
            .expect("an event");
        assert_eq!(session.records.len(), 1);
    }

    #[test]
    fn many_estimates_windows_and_pages_take_linear_time() {
        let events: Vec<String> = (0..60_000_u32)
            .map(|at| {
                let request = format!(r#"{{"name":"u","startTime":0,"endTime":{}}}"#, at * 2);
                format!(r#"{{"type":6,"timestamp":{},"data":{{"plugin":"rrweb/network@1","payload":{{"requests":[{request}]}}}}}}"#, 1_795_269_720_000_u64 + u64::from(at))
            })
            .collect();
        let session = open(format!("[{}]", events.join(",")).as_bytes(), 1000).expect("a recording");
        assert_eq!((session.records.len(), session.notes.total()), (60_000, 1));
        let starts: Vec<_> = session.records.iter().filter_map(|record| record.start).collect();
        assert!(starts.windows(2).all(|pair| pair[0] == pair[1]), "all count from one estimate");
        assert_eq!(session.started_at, starts.first().copied());

        let events: Vec<String> = (0..60_000)
            .map(|at| format!(r#"{{"type":4,"timestamp":{at},"windowId":{at},"data":{{"href":"/{at}"}}}}"#))
            .collect();
        let session = open(events.join("\n").as_bytes(), 70_000).expect("a recording");
        assert_eq!((session.dom_events.windows().len(), session.pages.len()), (1000, 60_000));
    }

    #[test]
    fn an_event_that_unpacks_beyond_the_bound_is_dropped_alone() {
        let bomb = |len: usize| {
            let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
            let event = format!(r#"{{"type":3,"timestamp":1,"data":{{"source":"{}"}}}}"#, "a".repeat(len));
            std::io::Write::write_all(&mut encoder, event.as_bytes()).expect("memory");
            let text: String = encoder.finish().expect("memory").into_iter().map(char::from).collect();
            serde_json::to_string(&text).expect("a string")
        };
        let text = format!("[{},{},{}]", bomb(10), bomb(100_000_000), bomb(20));
        let session = open(text.as_bytes(), 70_000).expect("a recording");
        assert_eq!((session.dom_events.len(), session.notes.total()), (2, 1));
        assert!(session.notes.listed()[0].text.contains("more than is read"));
        assert!(session.bytes.len() < 1000);
    }
}
