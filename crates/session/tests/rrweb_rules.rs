//! What the readers of rrweb recordings do, rule by rule. Each is a fact about a producer, or a choice made where a
//! recording says too little.

mod common;

use std::io::Write;

use session::model::{
    Body, ConsoleLevel, Details, DomEventKind, EpochMs, Http, Outcome, Phase, Record, RecordKind,
    ResourceType, Session,
};
use session::read::details;

/// 2026-11-21 14:02:00 UTC.
const START: f64 = 1_795_269_720_000.0;

fn open(text: &str) -> Session {
    common::open(("recording.json", text.as_bytes()), &[], 100).expect("a recording that opens")
}

/// Opens an array of those events.
fn read(events: &[String]) -> Session {
    open(&format!("[{}]", events.join(",")))
}

/// An event of that type, that many ms after the start.
fn event(kind: u8, ms: f64, data: &str) -> String {
    format!(r#"{{"type":{kind},"timestamp":{},"data":{data}}}"#, START + ms)
}

fn meta(ms: f64, href: &str) -> String {
    event(4, ms, &format!(r#"{{"href":"{href}","width":1,"height":1}}"#))
}

/// A plugin event of the network plugin with those requests.
fn requests(ms: f64, requests: &str) -> String {
    event(6, ms, &format!(r#"{{"plugin":"rrweb/network@1","payload":{{"requests":[{requests}]}}}}"#))
}

fn span(ms: f64, span: &str) -> String {
    event(5, ms, &format!(r#"{{"tag":"performanceSpan","payload":{{{span}}}}}"#))
}

fn offset(time: Option<EpochMs>) -> Option<f64> {
    Some(((time?.ms() - START) * 1000.0).round() / 1000.0)
}

fn http(record: &Record) -> &Http {
    let RecordKind::Http(http) = &record.kind else { panic!("record {} is no request", record.number) };
    http
}

fn duration(record: &Record) -> Option<f64> {
    http(record).duration.map(|length| (length.ms() * 1000.0).round() / 1000.0)
}

fn notes(session: &Session) -> Vec<String> {
    session.notes.listed().iter().map(|note| format!("{}: {}", note.place, note.text)).collect()
}

fn fact(details: &Details, label: &str) -> Option<String> {
    details.facts.iter().find(|fact| fact.label == label).map(|fact| fact.value.clone())
}

fn text(body: &Body) -> &str {
    match body {
        Body::Text { text, .. } => text,
        _ => "",
    }
}

mod events {
    use super::*;

    #[test]
    fn every_event_is_kept_in_the_order_of_the_source() {
        let session =
            read(&[meta(20.0, "/"), event(3, 50.0, "{}"), event(2, 10.0, "{}"), event(9, 30.0, "{}")]);
        let told: Vec<_> = session.dom_events.iter().map(|event| (event.kind, offset(event.time))).collect();
        let expected = [
            (DomEventKind::Meta, Some(20.0)),
            (DomEventKind::Incremental, Some(50.0)),
            (DomEventKind::FullSnapshot, Some(10.0)),
            (DomEventKind::Unknown, Some(30.0)),
        ];
        assert_eq!(told, expected);
        assert_eq!((offset(session.started_at), offset(session.end())), (Some(10.0), Some(50.0)));
        assert_eq!(session.producer.name, "rrweb");
    }

    #[test]
    fn lines_wrappers_segments_and_one_event_alone_are_read_alike() {
        let [a, b] = [meta(0.0, "/"), event(3, 5.0, "{}")];
        for text in [
            format!("[{a},{b}]"),
            format!("{a}\n{b}\n"),
            format!("\u{feff}{a}\r\n\r\n{b}"),
            format!(r#"{{"events":[{a},{b}]}}"#),
            format!("[[{a}],[{b}]]"),
            format!(r#"{{"windowId":"w","data":[{a},{b}]}}"#),
            format!(r#"{{"snapshots":[{{"window_id":"w","data":[{a},{b}]}}]}}"#),
        ] {
            let session = open(&text);
            assert_eq!((session.dom_events.len(), session.notes.total()), (2, 0), "{text}");
            assert_eq!((session.pages.len(), &session.cut), (1, &None), "{text}");
        }
        assert_eq!(open(&a).dom_events.len(), 1);
        assert_eq!(open(&a.replace(',', ",\n")).dom_events.len(), 1);
    }

    #[test]
    fn a_bad_event_costs_itself_and_is_named_with_its_place() {
        let [a, b] = [event(3, 0.0, "{}"), event(3, 9.0, "{}")];
        let bad = r#"7,{"timestamp":1,"data":{}},{"type":"x","data":{}},{"type":3,"data":{"a" 1}}"#;
        let session = open(&format!("[{a},{bad},{b}]"));
        assert_eq!(session.dom_events.len(), 2);
        let said = [
            "event 2: dropped: it is no event",
            "event 3: dropped: it has no type",
            "event 4: dropped: its type is no number",
            "event 5: dropped: its JSON is broken (expected `:` at line 1 column 23)",
        ];
        assert_eq!(notes(&session), said);
        assert_eq!(session.notes.listed()[0].byte, Some(a.len() as u64 + 2));
        let session = open(&format!("{a}\n{}\n{b}\n", &a[..30]));
        assert_eq!((session.dom_events.len(), session.notes.total()), (2, 1));
    }

    #[test]
    fn an_event_without_a_time_is_kept_and_named() {
        let session = read(&[meta(0.0, "/"), r#"{"type":3,"data":{}}"#.to_owned()]);
        assert_eq!(session.dom_events.get(1).and_then(|event| event.time), None);
        assert_eq!(notes(&session), ["event 2: no timestamp"]);
    }

    #[test]
    fn a_page_begins_where_a_window_shows_another_address() {
        let windowed = |event: &str, id: &str| event.replacen('{', &format!(r#"{{"windowId":{id},"#), 1);
        let session = read(&[
            windowed(&meta(0.0, "/a"), "\"one\""),
            windowed(&meta(5.0, "/b"), "2"),
            windowed(&meta(10.0, "/a"), "\"one\""),
            windowed(&meta(20.0, "/c"), "\"one\""),
        ]);
        let pages: Vec<_> =
            session.pages.iter().map(|page| (page.url.as_str(), offset(page.started_at))).collect();
        assert_eq!(pages, [("/a", Some(0.0)), ("/b", Some(5.0)), ("/c", Some(20.0))]);
        let windows: Vec<&str> = session.dom_events.windows().iter().map(AsRef::as_ref).collect();
        assert_eq!(windows, ["one", "2"]);
    }

    #[test]
    fn a_full_snapshot_without_its_event_opens_without_a_time() {
        let session = open(r#"{"initialOffset":{"left":0,"top":0},"node":{"childNodes":[]}}"#);
        let event = session.dom_events.get(0).expect("an event");
        assert_eq!((event.kind, event.time), (DomEventKind::FullSnapshot, None));
        assert!(notes(&session)[0].contains("without the event around it"));
    }
}

mod recorders {
    use super::*;

    const RRWEB: &[u8] = include_bytes!("fixtures/rrweb/recorded.jsonl");
    const POSTHOG: &[u8] = include_bytes!("fixtures/rrweb/posthog.json");

    /// The last part of the address, method, status and outcome of each row.
    fn rows(session: &Session) -> Vec<(String, String, Option<u16>, Outcome)> {
        let row = |record: &Record| {
            let name = record.url.rsplit('/').next().unwrap_or_default().to_owned();
            (name, record.method.to_string(), record.status, http(record).outcome)
        };
        session.records.iter().map(row).collect()
    }

    fn row(
        name: &str,
        method: &str,
        status: Option<u16>,
        outcome: Outcome,
    ) -> (String, String, Option<u16>, Outcome) {
        (name.to_owned(), method.to_owned(), status, outcome)
    }

    #[test]
    fn what_rrweb_and_its_plugins_recorded_of_a_real_page() {
        let session = common::open(("recorded.jsonl", RRWEB), &[], 100).expect("a recording");
        // The navigation was told of twice. One call of `fetch` is missing: the plugin never told of it.
        let expected = [
            row("rrweb.html", "", Some(200), Outcome::Done),
            row("record.js", "", Some(200), Outcome::Done),
            row("console.js", "", Some(200), Outcome::Done),
            row("network.js", "", Some(200), Outcome::Done),
            row("orders", "POST", Some(201), Outcome::Done),
            row("missing", "GET", Some(404), Outcome::Done),
            row("refused", "GET", None, Outcome::Failed),
        ];
        assert_eq!(rows(&session), expected);
        assert_eq!((session.console.len(), session.pages.len(), session.notes.total()), (2, 1, 1));
        let starts: Vec<f64> =
            session.records.iter().filter_map(|record| record.start).map(EpochMs::ms).collect();
        assert!(starts.is_sorted() && starts.len() == 7);
        let order = details(&session, &session.records[4]);
        assert_eq!(
            (text(&order.request_body), text(&order.response_body)),
            (r#"{"item":"é"}"#, r#"{"items":["é"]}"#)
        );
    }

    #[test]
    fn what_posthog_recorded_of_a_real_page() {
        let session = common::open(("posthog.json", POSTHOG), &[], 100).expect("a recording");
        // In the order of their events, which is not that of their times.
        let expected = [
            row("posthog.html", "", Some(200), Outcome::Done),
            row("posthog.js", "", Some(200), Outcome::Done),
            row("refused", "GET", None, Outcome::Failed),
            row("missing", "GET", Some(404), Outcome::Done),
            row("items?page=1", "GET", Some(200), Outcome::Done),
            row("orders", "POST", Some(201), Outcome::Done),
        ];
        let found: Vec<_> = rows(&session)
            .into_iter()
            .filter(|row| !row.0.starts_with("config") && !row.0.starts_with("?v="))
            .collect();
        assert_eq!(found, expected);
        assert_eq!(
            (session.producer.name.as_str(), session.notes.total()),
            ("PostHog", 0),
            "{:?}",
            notes(&session)
        );
        assert_eq!(session.console.len(), 2);
        let missing = &session.records[session.records.len() - 3];
        assert!(http(missing).phases.get(Phase::Wait).is_some());
        let shown = details(&session, missing);
        assert_eq!(fact(&shown, "Server timing").as_deref(), Some("db: 12 ms"));
        assert_eq!(fact(&shown, "MIME type").as_deref(), Some("text/plain"));
        assert_eq!(text(&shown.response_body), "not here");
    }
}

mod packed {
    use super::*;

    const ARRAY: &[u8] = include_bytes!("fixtures/rrweb/packed.json");
    const LINES: &[u8] = include_bytes!("fixtures/rrweb/packed.jsonl");

    #[test]
    fn what_the_real_packer_packed_is_kept_unpacked() {
        for file in [ARRAY, LINES] {
            let session = common::open(("packed", file), &[], 77).expect("a recording");
            assert_eq!((session.dom_events.len(), session.console.len(), session.records.len()), (5, 1, 2));
            assert_eq!(notes(&session).len(), 1, "{:?}", notes(&session));
            assert_eq!(session.pages[0].url, "https://a.test/é?q=1");
            let event = session.dom_events.get(1).expect("an event");
            let text = session.bytes.slice(event.source).into_owned();
            assert!(String::from_utf8(text).expect("UTF-8").contains("Grüße 😀"));
            let details = details(&session, &session.records[0]);
            assert_eq!(text_of(&details), (r#"{"item":"é"}"#, "{}"));
            assert!(session.bytes.len() > file.len() as u64 / 2, "only what was unpacked is kept");
        }
    }

    fn text_of(details: &Details) -> (&str, &str) {
        (text(&details.request_body), text(&details.response_body))
    }

    #[test]
    fn a_packed_event_that_is_damaged_costs_itself() {
        let text = String::from_utf8_lossy(LINES);
        let mut lines: Vec<&str> = text.lines().collect();
        lines[1] = "\"x\\u009cnothing\"";
        let session = open(&lines.join("\n"));
        assert_eq!(session.dom_events.len(), 4);
        assert!(notes(&session)[0].starts_with("event 2: dropped: "), "{:?}", notes(&session));
        assert_eq!(session.notes.listed()[0].byte, Some(lines[0].len() as u64 + 1));
    }

    #[test]
    fn packed_events_inside_a_wrapper_are_read_too() {
        let session = open(&format!(r#"{{"events":{}}}"#, String::from_utf8_lossy(ARRAY)));
        assert_eq!((session.dom_events.len(), session.records.len()), (5, 2));
    }

    #[test]
    fn a_packed_file_cut_off_keeps_what_was_complete() {
        let session = common::open(("packed", &ARRAY[..ARRAY.len() - 30]), &[], 77).expect("a recording");
        assert_eq!(session.dom_events.len(), 4);
        let cut = session.cut.expect("a cut");
        assert_eq!((cut.element, cut.byte), (Some(5), ARRAY.len() as u64 - 30));
    }
}

mod console {
    use super::*;

    #[test]
    fn entries_of_the_console_plugin_with_any_payload() {
        let entry = |level: &str, payload: &str| {
            let payload = format!(r#"{{"level":{level},"trace":[],"payload":{payload}}}"#);
            event(6, 1.0, &format!(r#"{{"plugin":"rrweb/console@1","payload":{payload}}}"#))
        };
        let session = read(&[
            entry("\"error\"", r#"["\"a\""]"#),
            entry("\"warn\"", "\"one text\""),
            entry("\"table\"", "null"),
            entry("null", "{}"),
            event(6, 1.0, r#"{"plugin":"rrweb/console@1","payload":null}"#),
        ]);
        let levels: Vec<_> = session.console.iter().map(|entry| entry.level).collect();
        assert_eq!(
            levels,
            [
                ConsoleLevel::Error,
                ConsoleLevel::Warn,
                ConsoleLevel::Log,
                ConsoleLevel::Log,
                ConsoleLevel::Log,
            ]
        );
        let source = session.bytes.slice(session.console[1].source);
        assert!(source.starts_with(b"{\"type\":6") && source.ends_with(b"}"));
    }

    #[test]
    fn breadcrumbs_of_sentry_are_entries_where_they_are_of_the_console() {
        let crumb =
            |payload: &str| event(5, 900.0, &format!(r#"{{"tag":"breadcrumb","payload":{payload}}}"#));
        let session = read(&[
            crumb(r#"{"category":"console","level":"warning","message":"m","timestamp":1795269720.25}"#),
            crumb(r#"{"category":"ui.click","timestamp":1795269720.3}"#),
            crumb(r#"{"category":"console","level":"fatal"}"#),
        ]);
        let told: Vec<_> = session.console.iter().map(|entry| (entry.level, offset(entry.time))).collect();
        assert_eq!(told, [(ConsoleLevel::Warn, Some(250.0)), (ConsoleLevel::Exception, Some(900.0))]);
        assert_eq!((session.dom_events.len(), session.producer.name.as_str()), (3, "Sentry"));
    }
}

mod rrweb_network {
    use super::*;

    #[test]
    fn times_are_estimated_from_the_request_that_was_told_of_soonest() {
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
        assert_eq!(notes(&session).len(), 1, "said once a page");
        assert!(
            fact(&details(&session, &session.records[0]), "Times")
                .is_some_and(|text| text.contains("Estimated"))
        );
        assert_eq!(fact(&details(&session, &session.records[2]), "Times"), None);
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
    fn requests_from_before_the_recorder_started_begin_the_session() {
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
    fn types_statuses_and_addresses() {
        let session = read(&[requests(
            9.0,
            r#"{"name":"/a.css","initiatorType":"link"},{"name":"/a","initiatorType":"xmlhttprequest","method":"post","status":0},
            {"url":"/draft","initiatorType":"fetch","status":404,"method":"GET"},{"name":"/f.woff2","initiatorType":"css","status":0},{"status":200}"#,
        )]);
        let told: Vec<_> = session
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
        assert_eq!(told, expected);
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
        let shown = details(&session, &session.records[0]);
        let names = |headers: &Option<Vec<session::model::Header>>| {
            headers
                .iter()
                .flatten()
                .map(|header| format!("{}: {}", header.name, header.value))
                .collect::<Vec<_>>()
        };
        assert_eq!(names(&shown.request_headers), ["Z: 1", "Content-Type: a/b", "a: 2"]);
        assert_eq!(names(&shown.response_headers), ["X: y", "X: z"]);
        let request = Body::Text { text: "a=é".to_owned(), mime: "a/b".to_owned(), truncated: false };
        assert_eq!(shown.request_body, request);
        assert_eq!(text(&shown.response_body), r#"{"big":1e400}"#, "as written");
        let shown = details(&session, &session.records[1]);
        assert!(matches!(shown.request_body, Body::NotRecorded(_)));
        assert_eq!((shown.response_body, shown.request_headers), (Body::Empty, None));
    }

    #[test]
    fn what_is_no_request_is_named() {
        let session = read(&[
            requests(1.0, r#"7,{"name":"/a"}"#),
            event(6, 2.0, r#"{"plugin":"rrweb/network@1","payload":{}}"#),
        ]);
        assert_eq!(session.records.len(), 1);
        let said =
            ["event 1: request 1 is left out: it is no object", "event 2: its payload has no requests"];
        assert_eq!(notes(&session), said);
    }
}

mod posthog {
    use super::*;

    /// A request as posthog-js writes it: rounded start and end, exact timings, its clock's beginning.
    fn request() -> String {
        format!(
            r#"{{"name":"https://a.test/x","entryType":"resource","startTime":100,"endTime":161,"duration":60.6,"initiatorType":"script",
            "nextHopProtocol":"h2","fetchStart":100.4,"domainLookupStart":101,"domainLookupEnd":104,"connectStart":104,"secureConnectionStart":110,
            "connectEnd":120,"requestStart":121,"responseStart":150,"responseEnd":161,"workerStart":0,"redirectStart":0,"redirectEnd":0,
            "transferSize":1300,"encodedBodySize":1000,"decodedBodySize":3000,"responseStatus":200,"renderBlockingStatus":"blocking",
            "timeOrigin":{START},"timestamp":{},"isInitial":true}}"#,
            START + 100.0
        )
    }

    fn timing(name: &str) -> String {
        format!(
            r#"{{"timeOrigin":{START},"timestamp":{},"startTime":100,"name":"{name}","duration":12.5,"entryType":"serverTiming"}}"#,
            START + 100.0
        )
    }

    #[test]
    fn a_request_with_its_phases_and_sizes() {
        let session = read(&[requests(900.0, &request())]);
        let record = &session.records[0];
        let row = http(record);
        assert_eq!(
            (offset(record.start), duration(record), record.status),
            (Some(100.0), Some(60.6), Some(200))
        );
        assert_eq!(
            (row.transferred, row.body_size, row.resource_type),
            (Some(1300), Some(3000), ResourceType::Script)
        );
        let phases: Vec<_> = row.phases.iter().map(|range| (range.phase, range.start, range.end)).collect();
        let expected = [
            (Phase::Blocked, 0.0, 1.0),
            (Phase::Dns, 1.0, 4.0),
            (Phase::Connect, 4.0, 10.0),
            (Phase::Tls, 10.0, 20.0),
            (Phase::Wait, 21.0, 50.0),
            (Phase::Receive, 50.0, 61.0),
        ];
        assert_eq!(phases, expected);
        let shown = details(&session, record);
        assert_eq!(fact(&shown, "Protocol").as_deref(), Some("h2"));
        assert_eq!(fact(&shown, "Times"), None);
        assert_eq!(fact(&shown, "Requested").as_deref(), Some("Before the recorder started"));
        assert_eq!((session.producer.name.as_str(), session.notes.total()), ("PostHog", 0));
    }

    #[test]
    fn server_timings_belong_to_the_request_before_them() {
        let list = [request(), timing("db"), timing("cache"), request(), timing("db")].join(", ");
        let session = read(&[requests(900.0, &list)]);
        assert_eq!((session.records.len(), session.notes.total()), (2, 0));
        let timings = |record: &Record| {
            let shown = details(&session, record).facts;
            shown
                .into_iter()
                .filter(|fact| fact.label == "Server timing")
                .map(|fact| fact.value)
                .collect::<Vec<_>>()
        };
        assert_eq!(timings(&session.records[0]), ["db: 12 ms", "cache: 12 ms"]);
        assert_eq!(timings(&session.records[1]), ["db: 12 ms"]);
        let session = read(&[requests(900.0, &timing("db"))]);
        assert_eq!(notes(&session), ["event 1: request 1 is left out: a server timing without its request"]);
    }

    #[test]
    fn hidden_sizes_and_phases_are_unknown_not_nothing() {
        let hidden = r#""connectStart":0,"requestStart":0,"responseStart":0,"transferSize":0,"encodedBodySize":0,"decodedBodySize":0,"responseStatus":0"#;
        let session = read(&[requests(
            9.0,
            &format!(
                r#"{{"name":"https://b.test/","startTime":1,"endTime":5,"responseEnd":4.6,"timeOrigin":{START},{hidden}}}"#
            ),
        )]);
        let row = http(&session.records[0]);
        assert_eq!((row.transferred, row.body_size, row.phases.is_empty()), (None, None, true));
        assert_eq!((session.records[0].status, duration(&session.records[0])), (None, Some(3.6)));
    }

    #[test]
    fn a_call_without_a_status_got_no_answer() {
        let call = |more: &str| {
            format!(
                r#"{{"name":"/","initiatorType":"fetch","startTime":1,"endTime":2,"timeOrigin":{START}{more}}}"#
            )
        };
        let list = [call(r#","method":"GET""#), call(""), call(r#","method":"GET","status":204"#)].join(",");
        let session = read(&[requests(9.0, &list)]);
        let outcomes: Vec<_> = session.records.iter().map(|record| http(record).outcome).collect();
        assert_eq!(outcomes, [Outcome::Failed, Outcome::Done, Outcome::Done]);
    }

    #[test]
    fn requests_of_mobile_recorders_have_a_timestamp_and_a_duration() {
        let session = read(&[requests(
            9.0,
            &format!(
                r#"{{"name":"/","method":"GET","responseStatus":200,"timestamp":{},"duration":40,"initiatorType":"fetch","transferSize":7}}"#,
                START + 5.0
            ),
        )]);
        let record = &session.records[0];
        assert_eq!(
            (offset(record.start), duration(record), http(record).transferred),
            (Some(5.0), Some(40.0), Some(7))
        );
    }

    #[test]
    fn the_first_plugin_had_numbers_for_keys() {
        let payload = |kind: &str| {
            format!(
                r#"{{"plugin":"posthog/network@1","payload":{{"0":"{kind}","1":{START},"2":"/n.js","3":20,"15":30,"18":"script","19":"h2","21":200,"22":50,"39":10.5,"40":{}}}}}"#,
                START + 20.0
            )
        };
        let session = read(&[event(6, 40.0, &payload("resource")), event(6, 41.0, &payload("paint"))]);
        let record = &session.records[0];
        assert_eq!((session.records.len(), record.url.as_ref(), record.status), (1, "/n.js", Some(200)));
        assert_eq!((offset(record.start), duration(record)), (Some(20.0), Some(10.5)));
        assert_eq!(fact(&details(&session, record), "Protocol").as_deref(), Some("h2"));
    }

    #[test]
    fn exports_of_both_versions_and_answers_of_the_api() {
        let event = event(3, 0.0, "{}");
        let with_window = event.replacen('{', r#"{"windowId":7,"#, 1);
        for (text, windows) in [
            (
                format!(
                    r#"{{"version":"2023-04-28","data":{{"id":"r1","person":{{"id":9}},"snapshots":[{with_window}]}}}}"#
                ),
                vec!["7"],
            ),
            (
                format!(
                    r#"{{"version":"2022-12-02","data":{{"snapshotsByWindowId":{{"a":[{event}] , "b" : [{event}]}}}}}}"#
                ),
                vec!["a", "b"],
            ),
            (format!(r#"{{"snapshot_data_by_window_id":{{"a":[{event}]}}}}"#), vec!["a"]),
            (format!(r#"{{"result":{{"snapshots":[{event}]}}}}"#), vec![""]),
            (format!(r#"{{"next":null,"snapshots":[{with_window}]}}"#), vec!["7"]),
        ] {
            let session = open(&text);
            assert_eq!(
                session.dom_events.windows().iter().map(AsRef::as_ref).collect::<Vec<&str>>(),
                windows,
                "{text}"
            );
            assert_eq!(session.producer.name, "PostHog");
            let title = text.contains("r1").then(|| "Recording r1".to_owned());
            assert_eq!(session.title, title);
        }
    }

    #[test]
    fn an_object_without_a_list_of_events_is_refused_by_name() {
        let error = common::open(("x.json", br#"{"result":{"a":1}}"#), &[], 9).expect_err("no recording");
        assert!(error.to_string().contains("list of rrweb events"), "{error}");
    }

    /// As posthog-js puts gzip into JSON.
    fn gzip(text: &str) -> String {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(text.as_bytes()).expect("memory");
        let text: String = encoder.finish().expect("memory").into_iter().map(char::from).collect();
        serde_json::to_string(&text).expect("a string")
    }

    #[test]
    fn packed_data_is_unpacked_where_it_holds_more_than_the_page() {
        let packed = |kind: u8, ms: f64, data: &str| {
            event(kind, ms, &gzip(data)).replacen('{', r#"{"cv":"2024-10","#, 1)
        };
        let console = r#"{"plugin":"rrweb/console@1","payload":{"level":"error","payload":["\"é\""]}}"#;
        let network = format!(
            r#"{{"plugin":"rrweb/network@1","payload":{{"requests":[{},{}]}}}}"#,
            request(),
            timing("db")
        );
        let session = read(&[
            packed(4, 0.0, r#"{"href":"https://a.test/"}"#),
            packed(2, 10.0, r#"{"node":{}}"#),
            packed(6, 20.0, console),
            packed(6, 200.0, &network),
            packed(6, 300.0, "[broken"),
        ]);
        assert_eq!((session.dom_events.len(), session.pages.len()), (5, 1));
        let snapshot = session.dom_events.get(1).expect("an event");
        assert!(
            session.bytes.slice(snapshot.source).starts_with(br#"{"cv":"2024-10","type":2"#),
            "kept as it is"
        );
        let entry: serde_json::Value =
            serde_json::from_slice(&session.bytes.slice(session.console[0].source)).expect("an event");
        assert_eq!((&entry["type"], &entry["data"]["payload"]["payload"][0]), (&6.into(), &"\"é\"".into()));
        assert_eq!(entry["timestamp"], START + 20.0);
        let record = &session.records[0];
        assert_eq!((offset(record.start), record.url.as_ref()), (Some(100.0), "https://a.test/x"));
        assert_eq!(fact(&details(&session, record), "Server timing").as_deref(), Some("db: 12 ms"));
        assert_eq!(notes(&session).len(), 1);
        assert!(notes(&session)[0].starts_with("event 5: what it holds is left out"));
    }
}

mod sentry {
    use super::*;

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
        let told: Vec<_> = session
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
        assert_eq!(told, expected);
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
    fn times_in_seconds_are_told_from_milliseconds() {
        let session = open(
            r#"[{"type":5,"timestamp":1795269720.1,"data":{"tag":"performanceSpan","payload":{"op":"memory"}}},{"type":5,"timestamp":1795269720200,"data":{"tag":"breadcrumb","payload":{}}},{"type":5,"timestamp":0,"data":{"tag":"breadcrumb","payload":{}}}]"#,
        );
        let times: Vec<_> = session.dom_events.iter().map(|event| offset(event.time)).collect();
        assert_eq!(times, [Some(100.0), Some(200.0), None]);
    }

    #[test]
    fn headers_and_bodies_and_why_they_are_missing() {
        let exchange = r#""request":{"headers":{"accept":"*/*"},"body":"{\"a\":","_meta":{"warnings":["MAYBE_JSON_TRUNCATED"]}},"response":{"headers":{},"size":9,"_meta":{"warnings":["URL_SKIPPED"]}}"#;
        let session = read(&[span(
            1.0,
            &format!(
                r#""op":"resource.fetch","description":"/","startTimestamp":1795269720,"endTimestamp":1795269721,"data":{{{exchange}}}"#
            ),
        )]);
        let shown = details(&session, &session.records[0]);
        assert!(matches!(&shown.request_body, Body::Text { truncated: true, .. }));
        assert!(
            matches!(&shown.response_body, Body::NotRecorded(why) if why.contains("not told to capture"))
        );
        assert_eq!(shown.request_headers.map(|headers| headers.len()), Some(1));
        assert_eq!(
            fact(&details(&session, &session.records[0]), "Operation").as_deref(),
            Some("resource.fetch")
        );
    }
}
