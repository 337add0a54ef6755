//! What PostHog's recorders and exports mean, rule by rule, and what real recorders wrote.

use std::io::Write;

use super::recordings::{START, duration, event, fact, http, notes, offset, open, read, requests, text};
use session::model::{EpochMs, Outcome, Phase, Record, ResourceType, Session};

mod recorders {
    use super::*;

    const RRWEB: &[u8] = include_bytes!("../../fixtures/rrweb/recorded.jsonl");
    const POSTHOG: &[u8] = include_bytes!("../../fixtures/rrweb/posthog.json");

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
    fn a_real_recording_of_rrweb_and_its_plugins_loads() {
        let session = crate::common::open(("recorded.jsonl", RRWEB), &[], 100).expect("a recording");
        // The navigation was reported twice. One call of `fetch` is missing: the plugin never
        // reported it.
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
        let order = session.details(&session.records[4]);
        assert_eq!(
            (text(&order.request_body), text(&order.response_body)),
            (r#"{"item":"é"}"#, r#"{"items":["é"]}"#)
        );
    }

    #[test]
    fn a_real_recording_of_posthog_loads() {
        let session = crate::common::open(("posthog.json", POSTHOG), &[], 100).expect("a recording");
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
        let shown = session.details(missing);
        assert_eq!(fact(&shown, "Server timing").as_deref(), Some("db: 12 ms"));
        assert_eq!(fact(&shown, "MIME type").as_deref(), Some("text/plain"));
        assert_eq!(text(&shown.response_body), "not here");
    }
}

mod rules {
    use super::*;

    /// A request as posthog-js writes it: rounded start and end, exact timings, its clock's
    /// beginning.
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
    fn a_request_has_its_phases_and_sizes() {
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
        let shown = session.details(record);
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
            let shown = session.details(record).properties();
            shown
                .into_iter()
                .filter(|fact| fact.label == "Server timing")
                .map(|fact| fact.value)
                .collect::<Vec<_>>()
        };
        assert_eq!(timings(&session.records[0]), ["db: 12 ms", "cache: 12 ms"]);
        assert_eq!(timings(&session.records[1]), ["db: 12 ms"]);
        let session = read(&[requests(900.0, &timing("db"))]);
        assert_eq!(notes(&session), ["event 1: request 1 is omitted: a server timing without its request"]);
    }

    #[test]
    fn hidden_sizes_and_phases_are_unknown_rather_than_zero() {
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
    fn a_request_without_a_status_has_no_response() {
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
    fn numeric_keys_of_the_first_plugin_are_accepted() {
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
        assert_eq!(fact(&session.details(record), "Protocol").as_deref(), Some("h2"));
    }

    #[test]
    fn exports_of_both_versions_and_responses_of_the_api_load() {
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
    fn an_object_without_a_list_of_events_is_rejected_by_name() {
        let error =
            crate::common::open(("x.json", br#"{"result":{"a":1}}"#), &[], 9).expect_err("no recording");
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
    fn packed_data_with_more_than_page_events_is_unpacked() {
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
        assert_eq!(fact(&session.details(record), "Server timing").as_deref(), Some("db: 12 ms"));
        assert_eq!(notes(&session).len(), 1);
        assert!(notes(&session)[0].starts_with("event 5: its data is omitted"));
    }
}
