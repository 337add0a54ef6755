//! Times that cannot be right, and what is made of them.

use session::formats::MessagesReader;
use session::model::{DomEventKind, EpochMs, Messages, Millis, RecordKind, Session};

use crate::common::cases::case;
use crate::common::open;
use crate::common::timed_har::{START, START_MS, entry, har, message, note, notes, read, socket};

/// Messages at those times, in a socket that starts at [`START`] and lasts five seconds.
fn messages_at(times: &[&str]) -> Session {
    har(&[socket(&times.iter().map(|time| message(time)).collect::<Vec<_>>().join(","))])
}

/// Length of the session.
fn duration_ms(session: &Session) -> Option<f64> {
    Some((session.end()? - session.started_at?).ms())
}

/// Duration of the request in a row.
fn request_ms(session: &Session, row: usize) -> Option<f64> {
    match &session.records[row].kind {
        RecordKind::Http(http) => http.duration.map(Millis::ms),
        RecordKind::Socket(_) => panic!("row {row} is a socket"),
    }
}

fn offset(session: &Session, time: Option<EpochMs>) -> Option<f64> {
    Some((time? - session.started_at?).ms().round())
}

fn message_offsets(session: &Session, row: usize) -> Vec<Option<f64>> {
    let Some(Messages::Inline(columns)) = session.records[row].socket().map(|socket| &socket.messages) else {
        panic!("no messages in place")
    };
    columns.iter().map(|message| offset(session, message.time)).collect()
}

fn starts(session: &Session) -> Vec<Option<f64>> {
    session.records.iter().map(|record| offset(session, record.start)).collect()
}

fn event_offsets(session: &Session) -> Vec<Option<f64>> {
    session.dom_events.iter().map(|event| offset(session, event.time)).collect()
}

mod messages_on_another_clock {
    use super::*;

    #[test]
    fn monotonic_times_are_anchored_to_the_start_of_their_socket() {
        let Some(bytes) = case("monotonic-ws-times.har") else { return };
        let session = open(("monotonic-ws-times.har", &bytes), &[], 1000).expect("a HAR");
        assert_eq!(message_offsets(&session, 1), [Some(1000.0), Some(1250.0), Some(2750.0)]);
        assert_eq!(duration_ms(&session), Some(6000.0));
        let note = note(&session);
        assert!(
            note.starts_with("3 messages of 1 socket (first: row 2)") && note.contains("estimated"),
            "{note}"
        );
    }

    #[test]
    fn the_unit_of_a_monotonic_clock_is_the_one_in_which_the_messages_fit_the_socket() {
        for times in [
            ["12345500", "12345750", "12347250"],
            ["12345500000", "12345750000", "12347250000"],
            ["12345500000000", "12345750000000", "12347250000000"],
        ] {
            assert_eq!(
                message_offsets(&messages_at(&times), 0),
                [Some(0.0), Some(250.0), Some(1750.0)],
                "{times:?}"
            );
        }
    }

    #[test]
    fn times_that_count_from_the_socket_are_added_to_its_start() {
        assert_eq!(message_offsets(&messages_at(&["0.5", "0.75"]), 0), [Some(500.0), Some(750.0)]);
        assert_eq!(message_offsets(&messages_at(&["500", "4750"]), 0), [Some(500.0), Some(4750.0)]);
    }

    #[test]
    fn dates_in_any_unit_are_dates_and_not_estimated() {
        for (first, second) in [
            ("1772359200.5", "1772359201"),
            ("1772359200500", "1772359201000"),
            ("1772359200500000", "1772359201000000"),
            ("1772359200500000000", "1772359201000000000"),
        ] {
            let session = messages_at(&[first, second]);
            assert_eq!(message_offsets(&session, 0), [Some(500.0), Some(1000.0)], "{first}");
            assert_eq!(notes(&session), [""; 0], "{first}");
        }
    }

    #[test]
    fn dates_years_from_the_socket_keep_their_intervals() {
        let session = messages_at(&["1600000000", "1600000001.5"]);
        assert_eq!(message_offsets(&session, 0), [Some(0.0), Some(1500.0)]);
        assert!(note(&session).contains("another clock"));
    }

    #[test]
    fn a_few_implausible_times_among_dates_are_unknown() {
        let session = messages_at(&["1772359200", "1772359201", "12.5", "1772359202"]);
        assert_eq!(message_offsets(&session, 0), [Some(0.0), Some(1000.0), None, Some(2000.0)]);
        assert!(note(&session).starts_with("1 message:"));
    }

    #[test]
    fn without_a_start_of_the_socket_other_times_than_dates_are_unknown() {
        let undated = socket(&message("12345.5")).replace(START, "soon");
        let session = har(&[undated, entry(START, "5", "")]);
        assert_eq!(message_offsets(&session, 0), [None]);
    }

    #[test]
    fn times_of_a_messages_file_are_checked_against_its_socket() {
        let manifest = format!(
            r#"{{"format":"replayscope/1","startedAt":{START_MS},"files":{{"resources":{{"path":"r.jsonl"}},
                "sockets":{{"s":{{"path":"s.jsonl"}}}}}}}}"#
        );
        let resources = format!(
            "{{\"initiatorType\":\"websocket\",\"type\":\"open\",\"socketId\":\"s\",\"name\":\"wss://a.test/\",\"startTimeAbs\":{START_MS}}}\n\
             {{\"initiatorType\":\"websocket\",\"type\":\"close\",\"socketId\":\"s\",\"name\":\"wss://a.test/\",\"responseEndAbs\":{}}}\n",
            START_MS + 5000.0
        );
        let session = open(("session.json", manifest.as_bytes()), &[("r.jsonl", resources.as_bytes())], 1000);
        let session = session.expect("a session");
        let Some(Messages::File(file)) = session.records[0].socket().map(|socket| &socket.messages) else {
            panic!("messages in a file")
        };
        for piece in [1, 50, 5000] {
            let mut reader = MessagesReader::new(file.clone());
            let line = |at: f64| format!("{{\"type\":\"received\",\"timeStamp\":{at},\"message\":\"x\"}}\n");
            let text = [line(987_654.0), line(987_904.0), line(989_404.0)].concat();
            for bytes in text.as_bytes().chunks(piece) {
                reader.feed(bytes).expect("messages");
            }
            assert_eq!(reader.finish(None), Ok(None));
            let columns = reader.log().columns;
            let offsets: Vec<_> = columns.iter().map(|message| offset(&session, message.time)).collect();
            assert_eq!(offsets, [Some(0.0), Some(250.0), Some(1750.0)], "pieces of {piece}");
            assert!(columns.has_estimated_times());
            assert_eq!(reader.notes().total(), 1);
        }
    }
}

mod event_timestamps {
    use super::*;

    /// Events of a page that loads, 0 ms, 100 ms and 2 s after the start, with their timestamps as
    /// `stamp` writes them.
    fn recording(stamp: impl Fn(f64) -> String) -> Session {
        let event = |kind: u8, ms: f64, data: &str| {
            // The first one is by what the format is recognized.
            let kind = if kind == 4 { "4".to_owned() } else { format!("\"{kind}\"") };
            format!(r#"{{"type":{kind},"timestamp":{},"data":{data}}}"#, stamp(START_MS + ms))
        };
        let href = r#"{"href":"https://a.test/","width":1,"height":1}"#;
        let events = [event(4, 0.0, href), event(2, 100.0, "{}"), event(3, 2000.0, r#"{"source":0}"#)];
        read("events.json", &format!("[{}]", events.join(",")))
    }

    #[test]
    fn durations_can_be_strings() {
        let Some(bytes) = case("rrweb-string-timestamps.json") else { return };
        let session = open(("events.json", &bytes), &[], 1000).expect("a recording");
        let offsets = [0.0, 100.0, 2000.0 - 800.0, 1500.0, 2000.0].map(Some);
        assert_eq!(event_offsets(&session), offsets);
        assert_eq!(starts(&session), [Some(900.0)], "the time of the event that reports it");
    }

    #[test]
    fn every_unit_and_spelling_gives_the_same_offsets() {
        let spellings: [&dyn Fn(f64) -> String; 6] = [
            &|ms| ms.to_string(),
            &|ms| (ms / 1000.0).to_string(),
            &|ms| (ms * 1000.0).to_string(),
            &|ms| format!("{ms:.0}000000"),
            &|ms| format!("\"{}\"", ms / 1000.0),
            &|ms| format!("\"{}\"", EpochMs::new(ms).and_then(EpochMs::iso8601).expect("a date")),
        ];
        for (number, spelling) in spellings.iter().enumerate() {
            let session = recording(spelling);
            assert_eq!(event_offsets(&session), [Some(0.0), Some(100.0), Some(2000.0)], "spelling {number}");
            assert_eq!(session.started_at, EpochMs::new(START_MS), "spelling {number}");
            let kinds: Vec<_> = session.dom_events.iter().map(|event| event.kind).collect();
            assert_eq!(kinds, [DomEventKind::Meta, DomEventKind::FullSnapshot, DomEventKind::Incremental]);
        }
        assert!(note(&recording(|ms| (ms * 1000.0).to_string())).contains("microseconds"));
    }

    #[test]
    fn a_list_that_does_not_count_from_1970_is_in_milliseconds() {
        let session = recording(|ms| (ms - START_MS + 631_151_999.0).to_string());
        assert_eq!(event_offsets(&session), [Some(0.0), Some(100.0), Some(2000.0)]);
    }

    #[test]
    fn a_second_writer_may_use_another_unit() {
        let text = format!(
            r#"[{{"type":4,"timestamp":{START_MS},"data":{{"href":"https://a.test/"}}}},
                {{"type":5,"timestamp":{},"data":{{"tag":"app.state"}}}}]"#,
            START_MS / 1000.0 + 1.5
        );
        assert_eq!(event_offsets(&read("events.json", &text)), [Some(0.0), Some(1500.0)]);
    }
}

mod far_from_the_rest {
    use super::*;

    #[test]
    fn a_request_days_older_is_listed_and_does_not_begin_the_session() {
        let Some(bytes) = case("sentry-flat.json") else { return };
        let session = open(("sentry-flat.json", &bytes), &[], 1000).expect("a recording");
        assert_eq!(session.started_at, EpochMs::new(START_MS));
        assert_eq!(starts(&session), [-259_200_000.0, 1000.0, 1200.0, 1600.0, 2000.0].map(Some));
        assert_eq!(duration_ms(&session), Some(2250.0));
        assert!(note(&session).starts_with("1 request (first: row 1), 1 event: more than 24 hours"));
    }

    #[test]
    fn times_years_away_are_outside_of_the_session() {
        let near = |ms: u32| entry(&format!("2026-03-01T10:00:0{ms}.000Z"), "100", "");
        for odd in ["1970-01-01T00:00:00.000Z", "2099-12-31T23:59:59.000Z"] {
            let mut entries: Vec<String> = (0..4).map(|_| entry(odd, "100", "")).collect();
            entries.extend((0..5).map(near));
            let session = har(&entries);
            assert_eq!(
                (session.started_at, duration_ms(&session)),
                (EpochMs::new(START_MS), Some(4100.0)),
                "{odd}"
            );
            assert!(note(&session).starts_with("4 requests (first: row 1):"), "{}", note(&session));
            let recorded = session.records[0].start.and_then(EpochMs::iso8601);
            assert_eq!(recorded.as_deref(), Some(odd), "the time as recorded");
        }
    }

    #[test]
    fn an_end_that_is_days_late_does_not_end_the_session() {
        let session = har(&[entry(START, "500000000", ""), entry(START, "20", ""), entry(START, "30", "")]);
        assert_eq!(duration_ms(&session), Some(30.0));
        assert_eq!(request_ms(&session, 0), Some(500_000_000.0));
    }

    #[test]
    fn sessions_of_several_days_are_not_divided() {
        let at = |day: u32| (0..6).map(move |n| entry(&format!("2026-03-0{day}T10:00:0{n}.000Z"), "100", ""));
        let session = har(&at(1).chain(at(4)).collect::<Vec<_>>());
        assert_eq!(duration_ms(&session), Some(3.0 * 86_400_000.0 + 5100.0));
        assert_eq!(notes(&session), [""; 0]);
        let socket = entry(START, "400000000", r#","_resourceType":"websocket""#);
        assert_eq!(
            duration_ms(&har(&[socket, entry(START, "20", "")])),
            Some(400_000_000.0),
            "a socket may last"
        );
    }

    #[test]
    fn native_times_that_count_from_the_page_are_estimated() {
        let manifest = format!(
            r#"{{"format":"replayscope/1","startedAt":{START_MS},"pages":[{{"id":"1","url":"https://a.test/","timeOrigin":{START_MS}}}],
                "files":{{"resources":{{"path":"r.jsonl"}},"console":{{"path":"c.jsonl"}}}}}}"#
        );
        let line = |start: f64, end: f64| {
            format!(
                "{{\"initiatorType\":\"fetch\",\"name\":\"https://a.test/\",\"startTimeAbs\":{start},\"responseEndAbs\":{end}}}\n"
            )
        };
        let resources = [
            line(1200.0, 1300.0),
            line(START_MS + 50.0, START_MS + 60.0),
            line(START_MS / 1000.0 + 2.0, START_MS / 1000.0 + 3.0),
        ];
        let console = "{\"timeStamp\":800,\"level\":\"log\",\"args\":[1]}\n";
        let others = [("r.jsonl", resources.concat().into_bytes()), ("c.jsonl", console.as_bytes().to_vec())];
        let others: Vec<(&str, &[u8])> =
            others.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
        let session = open(("session.json", manifest.as_bytes()), &others, 1000).expect("a session");
        assert_eq!(starts(&session), [Some(1200.0), Some(50.0), Some(2000.0)]);
        assert_eq!(request_ms(&session, 2), Some(1000.0));
        assert_eq!(offset(&session, session.console[0].time), Some(800.0));
        assert_eq!(notes(&session).len(), 3, "{:?}", notes(&session));
    }

    #[test]
    fn a_manifest_s_start_can_be_in_seconds_or_implausible() {
        for (started_at, note_count) in [(START_MS / 1000.0, 0), (1_234_567_890_123.0, 1)] {
            let manifest = format!(
                r#"{{"format":"replayscope/1","startedAt":{started_at},"files":{{"resources":{{"path":"r.jsonl"}}}}}}"#
            );
            let line = format!(
                "{{\"initiatorType\":\"fetch\",\"name\":\"https://a.test/\",\"startTimeAbs\":{START_MS}}}\n"
            );
            let session = open(("session.json", manifest.as_bytes()), &[("r.jsonl", line.as_bytes())], 1000)
                .expect("a session");
            assert_eq!(starts(&session), [Some(0.0)]);
            assert_eq!(notes(&session).len(), note_count);
        }
    }
}
