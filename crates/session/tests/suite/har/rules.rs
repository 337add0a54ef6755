//! Rows of a HAR, rule by rule. The entries have the shapes that the named producers write, reduced
//! to the rule.

use crate::common;
use crate::common::{har, phase_name};
use har::{notes, offset, read, read_text};
use session::model::{Body, Http, Millis, Outcome, Phase, Record, RecordKind, ResourceType, Session};

const START: &str = "2026-11-21T14:02:00.000Z";

/// An entry answered 200 after 50 ms, with more fields of the entry, its request and its response.
fn entry(url: &str, of_entry: &str, of_response: &str) -> String {
    format!(
        r#"{{"startedDateTime":"{START}","time":50,"request":{{"method":"GET","url":"{url}"}},
        "response":{{"status":200{of_response}}}{of_entry}}}"#
    )
}

/// The only row of a HAR by that producer.
fn row(producer: &str, entry: &str) -> Record {
    read(producer, entry).records.into_iter().next_back().expect("one row")
}

fn http(record: &Record) -> &Http {
    match &record.kind {
        RecordKind::Http(http) => http,
        RecordKind::Socket(_) => panic!("record {} is a socket", record.number),
    }
}

/// `phase start..end`, in ms since the request's start.
fn phases(record: &Record) -> Vec<String> {
    http(record)
        .phases
        .iter()
        .map(|range| format!("{} {:.3}..{:.3}", phase_name(range.phase), range.start, range.end))
        .collect()
}

fn duration(record: &Record) -> Option<f64> {
    http(record).duration.map(|duration| (duration.ms() * 1000.0).round() / 1000.0)
}

mod times {
    use super::*;

    fn at(date: &str, time: &str) -> String {
        format!(
            r#"{{"startedDateTime":{date},"time":{time},"request":{{"method":"GET","url":"https://a.test/"}},"response":{{"status":200}}}}"#
        )
    }

    #[test]
    fn a_session_starts_at_its_earliest_entry_and_ends_at_the_latest_time() {
        let later = at(r#""2026-11-21T15:02:01.500+01:00""#, "250.25");
        let session = read("Charles Proxy", &[later, at(&format!("\"{START}\""), "20")].join(","));
        let starts: Vec<_> = session.records.iter().map(|record| offset(&session, record.start)).collect();
        assert_eq!(starts, [Some(1500.0), Some(0.0)], "rows keep file order, and any zone is read");
        assert_eq!(offset(&session, session.end()), Some(1750.25));
    }

    #[test]
    fn an_entry_without_a_date_has_no_start() {
        for date in ["null", "\"\"", "\"soon\"", "12", "{}"] {
            let record = row("any", &at(date, "5"));
            assert_eq!(record.start, None, "{date}");
            assert_eq!(duration(&record), Some(5.0), "{date}");
        }
        let session = read("any", &at("null", "5"));
        assert_eq!(
            (session.started_at, notes(&session)),
            (None, vec!["entry 1: no startedDateTime".to_owned()])
        );
    }

    #[test]
    fn numbers_can_be_strings_null_missing_or_minus_one() {
        assert_eq!(duration(&row("any", &at("null", "\"12.5\""))), Some(12.5));
        for none in ["null", "-1", "\"\"", "true", "[]", "1e999"] {
            assert_eq!(duration(&row("any", &at("null", none))), None, "{none}");
        }
        let timings =
            r#","timings":{"blocked":null,"dns":"1","connect":-1,"send":"x","wait":2.5,"receive":0}"#;
        let record = row("any", &entry("https://a.test/", timings, ""));
        assert_eq!(phases(&record), ["dns 0.000..1.000", "wait 1.000..3.500", "receive 3.500..3.500"]);
    }

    #[test]
    fn a_missing_time_is_the_sum_of_the_timings() {
        let no_time =
            r#"{"timings":{"blocked":1,"dns":2,"connect":4,"ssl":3,"send":1,"wait":10,"receive":2}}"#;
        assert_eq!(duration(&row("any", no_time)), Some(20.0));
    }

    #[test]
    fn an_entry_of_nulls_is_a_row() {
        let nulls = r#"{"startedDateTime":null,"time":null,"request":{"method":"GET","url":"https://a.test/x"},
            "response":{"status":0,"content":{"mimeType":"x-unknown"}},"timings":{"blocked":null,"dns":-1,"wait":null}}"#;
        let record = row("WebInspector", nulls);
        assert_eq!((record.status, record.start, http(&record).outcome), (None, None, Outcome::Done));
        assert!(phases(&record).is_empty());
    }
}

mod phases {
    use super::*;

    #[test]
    fn ssl_is_part_of_connect() {
        // Queueing is a part of `blocked`.
        let timings = r#","time":70,"timings":{"blocked":10,"_blocked_queueing":3,"dns":5,"connect":20,"ssl":8,"send":1,"wait":30,"receive":4}"#;
        let entry =
            format!(r#"{{"request":{{"url":"https://a.test/"}},"response":{{"status":200}}{timings}}}"#);
        let expected = [
            "blocked 0.000..10.000",
            "dns 10.000..15.000",
            "connect 15.000..27.000",
            "tls 27.000..35.000",
            "send 35.000..36.000",
            "wait 36.000..66.000",
            "receive 66.000..70.000",
        ];
        assert_eq!(phases(&row("WebInspector", &entry)), expected);
    }

    #[test]
    fn phases_that_do_not_apply_are_absent_rather_than_zero() {
        let timings = r#","timings":{"blocked":0.758,"dns":-1,"ssl":-1,"connect":-1,"send":0.378,"wait":510.487,"receive":0.725}"#;
        let record = row("WebInspector", &entry("https://a.test/", timings, ""));
        assert_eq!(
            phases(&record),
            ["blocked 0.000..0.758", "send 0.758..1.136", "wait 1.136..511.623", "receive 511.623..512.348"]
        );
        assert_eq!(http(&record).phases.get(Phase::Dns), None);
    }

    fn with_ssl(producer: &str, url: &str, time: f64) -> Record {
        let timings = r#""timings":{"dns":1,"connect":20,"ssl":8,"send":0,"wait":30,"receive":4}"#;
        row(
            producer,
            &format!(
                r#"{{"time":{time},"request":{{"url":"{url}"}},"response":{{"status":200}},{timings}}}"#
            ),
        )
    }

    #[test]
    fn ssl_in_addition_to_connect_is_recognized_by_the_sum() {
        for producer in ["Firefox", "mitmproxy"] {
            let record = with_ssl(producer, "https://a.test/", 63.0);
            assert_eq!(phases(&record)[1..3], ["connect 1.000..21.000", "tls 21.000..29.000"]);
            assert_eq!((duration(&record), http(&record).recorded_duration), (Some(63.0), None));
        }
    }

    #[test]
    fn a_duration_of_playwright_that_counts_ssl_twice_is_corrected() {
        let record = with_ssl("Playwright", "https://a.test/", 63.0);
        assert_eq!(phases(&record)[1..3], ["connect 1.000..13.000", "tls 13.000..21.000"]);
        assert_eq!(duration(&record), Some(55.0));
        assert_eq!(http(&record).recorded_duration.map(Millis::ms), Some(63.0), "what it wrote is kept");
    }

    #[test]
    fn a_plain_connection_of_playwright_has_no_tls_phase() {
        let record = with_ssl("Playwright", "http://a.test/", 63.0);
        assert_eq!((duration(&record), http(&record).phases.get(Phase::Tls)), (Some(55.0), None));
    }
}

mod types {
    use super::*;

    fn type_of(url: &str, named: &str, mime: &str) -> ResourceType {
        let entry = entry(
            url,
            &format!(r#","_resourceType":{named}"#),
            &format!(r#","content":{{"mimeType":"{mime}"}}"#),
        );
        http(&row("any", &entry)).resource_type
    }

    #[test]
    fn the_resource_type_is_that_of_the_producer_the_mime_type_or_the_extension() {
        assert_eq!(type_of("https://a.test/x.png", "\"xhr\"", "text/css"), ResourceType::Xhr);
        assert_eq!(
            type_of("https://a.test/x.png", "null", "text/css; charset=utf-8"),
            ResourceType::Stylesheet
        );
        assert_eq!(
            type_of("https://a.test/x.PNG?v=1.js", "null", "application/octet-stream"),
            ResourceType::Image
        );
        assert_eq!(type_of("https://a.test/x", "\"\"", ""), ResourceType::Other);
    }

    fn on_page(page: &str, second: u32, named: &str) -> String {
        format!(
            r#"{{"pageref":"{page}","startedDateTime":"2026-11-21T14:02:{second:02}Z","time":1{named},
            "request":{{"method":"GET","url":"https://a.test/"}},"response":{{"status":200,"content":{{"mimeType":"text/plain"}}}}}}"#
        )
    }

    fn types(entries: &[String]) -> Vec<&'static str> {
        read("WebInspector", &entries.join(","))
            .records
            .iter()
            .map(|record| record.resource_type().label())
            .collect()
    }

    #[test]
    fn the_first_untyped_entry_of_a_page_is_its_document() {
        assert_eq!(
            types(&[on_page("p1", 5, ""), on_page("p1", 6, ""), on_page("p2", 7, "")]),
            ["document", "other", "document"]
        );
        assert_eq!(
            types(&[on_page("p1", 5, ""), on_page("p1", 3, "")]),
            ["other", "document"],
            "first by time"
        );
        let document = r#","_resourceType":"document""#;
        assert_eq!(types(&[on_page("p1", 5, document), on_page("p1", 6, "")]), ["document", "other"]);
        let fetch = r#","_resourceType":"fetch""#;
        assert_eq!(
            types(&[on_page("p1", 5, fetch), on_page("p1", 6, "")]),
            ["fetch", "other"],
            "the producer's type takes precedence"
        );
        assert_eq!(types(&[on_page("", 5, "")]), ["other"], "without a page there is no first entry");
    }
}

mod outcomes {
    use super::*;

    fn outcome(of_entry: &str, response: &str) -> (Outcome, Option<u16>) {
        let url = r#""request":{"method":"GET","url":"https://a.test/"}"#;
        let record = row("any", &format!(r#"{{"startedDateTime":"{START}",{url}{of_entry}{response}}}"#));
        (http(&record).outcome, record.status)
    }

    #[test]
    fn a_failure_has_the_producer_s_text() {
        let failed =
            |error: &str| outcome(r#","time":5"#, &format!(r#","response":{{"status":0,{error}}}"#)).0;
        assert_eq!(failed(r#""_error":"net::ERR_NAME_NOT_RESOLVED""#), Outcome::Failed, "Chrome");
        assert_eq!(failed(r#""_error":"net::ERR_BLOCKED_BY_CLIENT""#), Outcome::Blocked);
        assert_eq!(failed(r#""_failureText":"net::ERR_ABORTED""#), Outcome::Canceled, "Playwright");
        assert_eq!(
            outcome(r#","time":5,"_wasAborted":true"#, r#","response":{"status":-1}"#).0,
            Outcome::Canceled
        );
    }

    #[test]
    fn an_entry_without_status_and_error_has_not_failed() {
        assert_eq!(outcome(r#","time":5"#, r#","response":{"status":0}"#), (Outcome::Done, None));
        assert_eq!(outcome(r#","time":5"#, r#","response":{"status":"503"}"#), (Outcome::Done, Some(503)));
    }

    #[test]
    fn an_entry_without_an_end_is_pending() {
        assert_eq!(outcome("", "").0, Outcome::Pending, "no response");
        assert_eq!(
            outcome(r#","time":-1"#, r#","response":{"status":-1}"#).0,
            Outcome::Pending,
            "Playwright"
        );
        assert_eq!(
            outcome(r#","time":-1"#, r#","response":{"status":200}"#).0,
            Outcome::Done,
            "Playwright without timings"
        );
    }
}

mod sizes {
    use super::*;

    fn sizes(of_response: &str) -> (Option<u64>, Option<u64>) {
        let record = row("any", &entry("https://a.test/", "", of_response));
        (http(&record).transferred, http(&record).body_size)
    }

    #[test]
    fn the_transferred_size_is_chrome_s_or_that_of_body_and_headers() {
        assert_eq!(
            sizes(r#","_transferSize":700,"bodySize":1,"headersSize":2,"content":{"size":5000}"#),
            (Some(700), Some(5000))
        );
        assert_eq!(sizes(r#","bodySize":500,"headersSize":80"#), (Some(580), None));
        assert_eq!(sizes(r#","bodySize":500,"headersSize":-1"#), (Some(500), None), "-1 is unknown");
        assert_eq!(sizes(r#","bodySize":-1,"headersSize":80,"content":{"size":-1}"#), (None, None));
        assert_eq!(sizes(r#","bodySize":1e300,"headersSize":1e300,"content":{"size":1e30}"#), (None, None));
    }
}

mod faults {
    use super::*;

    #[test]
    fn an_invalid_entry_is_dropped_and_noted() {
        let good = entry("https://a.test/", "", "");
        let session = read("any", &[good.as_str(), "7", "null", "[{}]", r#"{"time":1}"#, &good].join(","));
        let numbers: Vec<u32> = session.records.iter().map(|record| record.number).collect();
        assert_eq!(numbers, [1, 5, 6], "rows keep the number of their entry");
        assert_eq!(session.records[1].url.as_ref(), "", "no URL");
        let notes = notes(&session);
        assert_eq!(
            notes[..3],
            [
                "entry 2: dropped: it is not an object",
                "entry 3: dropped: it is not an object",
                "entry 4: dropped: it is not an object"
            ]
        );
        assert_eq!(notes[3], "entry 5: no startedDateTime, no request, no response");
        assert_eq!((notes.len(), session.truncation), (4, None));
    }

    #[test]
    fn a_broken_part_of_an_entry_is_dropped_alone() {
        let broken = entry("https://a.test/broken", r#", stray "_x": nan"#, "");
        let twice = entry("https://a.test/twice", r#","comment":1,"comment":2"#, r#","status":404"#);
        let control = entry("https://a.test/control", "", ",\"content\":{\"text\":\"a\u{1}b\nc\"}");
        let session = read("any", &[broken, twice, control].join(","));
        let rows: Vec<_> =
            session.records.iter().map(|record| (record.url.as_ref(), record.status)).collect();
        assert_eq!(
            rows,
            [
                ("https://a.test/broken", Some(200)),
                ("https://a.test/twice", Some(404)),
                ("https://a.test/control", Some(200))
            ]
        );
        let found = notes(&session);
        assert_eq!(found.len(), 1, "a repeated key and an unescaped character lose nothing: {found:?}");
        let damaged = |row: usize| {
            let details = session.details(&session.records[row]);
            details.properties().into_iter().any(|fact| fact.label == "Damaged")
        };
        assert_eq!([damaged(0), damaged(1), damaged(2)], [true, false, true]);
    }

    #[test]
    fn a_lone_surrogate_does_not_hide_the_body() {
        let entry = entry(
            "https://a.test/",
            "",
            r#","headers":[{"name":"a","value":"b"}],"content":{"text":"half \ud83d"}"#,
        );
        let session = read("WebInspector", &entry);
        let details = session.details(&session.records[0]);
        assert_eq!(details.response_headers.map(|headers| headers.len()), Some(1));
        assert!(matches!(details.response_body, Body::Text { text, .. } if text == "half \u{fffd}"));
    }

    #[test]
    fn a_body_outside_of_the_har_s_folder_is_never_opened() {
        let session =
            read("Playwright", &entry("https://a.test/", "", r#","content":{"_file":"../../etc/passwd"}"#));
        assert!(notes(&session)[0].contains("not opened for safety"), "{:?}", notes(&session));
    }
}

mod files {
    use super::*;

    fn error(text: &str) -> String {
        common::open(("x.har", text.as_bytes()), &[], 7).expect_err("not opened").to_string()
    }

    #[test]
    fn an_empty_entries_array_is_a_session_and_a_missing_one_is_an_error() {
        assert!(read("any", "").records.is_empty());
        for text in [r#"{"log":{}}"#, r#"{"log":{"entries":null}}"#, r#"{"log":{"entries":{}}}"#] {
            assert!(error(text).contains("no entries array"), "{text}");
        }
    }

    #[test]
    fn a_truncated_file_keeps_its_complete_entries_and_names_the_byte() {
        let complete = format!(r#"{{"log":{{"entries":[{0},{0},{0}]}}}}"#, entry("https://a.test/", "", ""));
        let text = &complete[..complete.len() - 20];
        let session = read_text(text);
        let cut = session.truncation.expect("a cut");
        assert_eq!(
            (session.records.len(), cut.element, cut.element_name, cut.byte),
            (2, Some(3), "entry", text.len() as u64)
        );
    }

    #[test]
    fn a_broken_file_keeps_the_entries_before_the_error() {
        let session = read_text(r#"{"log":{"entries":[{"timings":{}},{"time":[2}]}}"#);
        let cut = session.truncation.expect("a cut");
        assert_eq!((session.records.len(), cut.element, cut.byte), (1, Some(2), 44));
        assert!(cut.reason.contains("broken"));
    }

    #[test]
    fn a_byte_order_mark_and_any_line_ends_are_accepted() {
        let entry = entry("https://a.test/", "", "").replace('\n', "\r\n");
        assert_eq!(
            read_text(&format!("\u{feff}\r\n{{\"log\" : {{\r\n\"entries\":[\r\n{entry}\r\n]}}}}\r\n"))
                .records
                .len(),
            1
        );
    }

    fn session_by(log: &str) -> Session {
        read_text(&format!(r#"{{"log":{{{log}}}}}"#))
    }

    #[test]
    fn pages_can_be_missing_or_empty_and_titles_can_be_urls() {
        assert!(session_by(r#""entries":[]"#).pages.is_empty());
        assert!(session_by(r#""pages":null,"entries":[]"#).pages.is_empty());
        let session = session_by(
            r#""pages":[{"id":"p","title":"https://a.test/"},{"id":"q","title":"Shop"}],"entries":[]"#,
        );
        let pages: Vec<_> =
            session.pages.iter().map(|page| (page.url.as_str(), page.title.as_deref())).collect();
        assert_eq!(pages, [("https://a.test/", None), ("", Some("Shop"))]);
    }

    #[test]
    fn the_producer_is_found_before_and_after_the_entries() {
        let entries = r#""entries":[{"request":{"url":"wss://a.test/"},"response":{"status":101}}]"#;
        let creator = r#""creator":{"name":"Firefox","version":"111.0"}"#;
        let before = session_by(&format!("{creator},{entries}"));
        let after = session_by(&format!("{entries},{creator}"));
        assert_eq!(format!("{:?}", har::socket(&before.records[0]).messages), "Missing(NotExported)");
        assert_eq!(format!("{:?}", har::socket(&after.records[0]).messages), "Missing(NotExported)");
        assert_eq!(notes(&before), notes(&after));
    }
}
