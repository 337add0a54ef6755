//! Recordings of real producers (`tests/fixtures`, made by the scripts in `make/`). The expected values are what the
//! scripts did.

use crate::common;
use std::path::{Path, PathBuf};

use session::formats::MessagesReader;
use session::model::{
    Body, DomEventKind, Ending, Http, Message, MessageColumns, Messages, Missing, Outcome, PageEventKind,
    Phase, Record, RecordKind, Session,
};

fn read_file(path: &str) -> Vec<u8> {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn open(fixture: &str) -> Session {
    let bytes = read_file(&format!("tests/fixtures/{fixture}"));
    let session = common::open((fixture, &bytes), &[], 4096).expect("a session");
    assert_eq!(
        (session.truncation.as_ref(), session.notes.listed()),
        (None, &[][..]),
        "{fixture} is complete and without a fault"
    );
    session
}

/// The row whose URL ends so.
fn row<'a>(session: &'a Session, ending: &str) -> &'a Record {
    session
        .records
        .iter()
        .find(|record| record.url.ends_with(ending))
        .unwrap_or_else(|| panic!("no row {ending}"))
}

fn http<'a>(session: &'a Session, ending: &str) -> &'a Http {
    match &row(session, ending).kind {
        RecordKind::Http(http) => http,
        RecordKind::Socket(_) => panic!("{ending} is a socket"),
    }
}

fn socket<'a>(session: &'a Session, ending: &str) -> &'a session::model::Socket {
    row(session, ending).socket().unwrap_or_else(|| panic!("{ending} is not a socket"))
}

fn counts(session: &Session) -> (usize, usize) {
    let sockets = session.records.iter().filter(|record| record.socket().is_some()).count();
    (session.records.len() - sockets, sockets)
}

fn inline<'a>(session: &'a Session, ending: &str) -> &'a MessageColumns {
    match &socket(session, ending).messages {
        Messages::Inline(columns) => columns,
        other => panic!("{ending}: {other:?}"),
    }
}

/// `sent 5`: which way, and the bytes of the payload.
fn found(columns: &MessageColumns) -> Vec<String> {
    let line = |message: Message| format!("{:?} {}", message.kind, message.size.unwrap_or(0)).to_lowercase();
    columns.iter().map(line).collect()
}

/// Text, text with escapes, and binary, each echoed; Playwright leaves out the empty message between them.
const ECHO: [&str; 6] = ["sent 5", "received 5", "sent 21", "received 21", "sent 300", "received 300"];

mod playwright {
    use super::*;

    #[test]
    fn every_part_of_a_chrome_har_is_loaded() {
        let session = open("playwright/embed.har");
        assert_eq!(session.producer.name, "Playwright");
        assert_eq!(counts(&session), (7, 6));
        assert_eq!(found(inline(&session, "/ws/echo")), ECHO);
        assert_eq!(found(inline(&session, "/ws/feed")), ["received 3", "received 3", "received 5"]);
        assert!(inline(&session, "/ws/silent").is_empty(), "others have messages, so it had none");
        assert_eq!(socket(&session, "/ws/echo").protocol.as_deref(), Some("orders.v2"));
    }

    #[test]
    fn messages_are_between_the_start_of_their_socket_and_the_end_of_the_session() {
        let session = open("playwright/embed.har");
        let (start, end) =
            (row(&session, "/ws/feed").start.expect("a start"), session.end().expect("an end"));
        let times: Vec<f64> = inline(&session, "/ws/feed").raw_times().to_vec();
        assert!(times.iter().all(|time| *time >= start.ms() && *time <= end.ms()), "{times:?}");
        assert!(times[2] - times[0] > 60.0, "sent 40 ms apart: {times:?}");
    }

    #[test]
    fn closes_are_not_recorded_even_if_the_page_requested_them() {
        let session = open("playwright/embed.har");
        for ending in ["/ws/echo", "/ws/leaves", "/ws/silent", "/ws/feed"] {
            let socket = socket(&session, ending);
            assert_eq!((&socket.ending, socket.is_refused), (&Ending::NotRecorded, false), "{ending}");
        }
    }

    #[test]
    fn refused_and_unreachable_sockets_have_the_browser_s_error() {
        let session = open("playwright/embed.har");
        for (ending, expected) in [("/ws/refused", "403"), ("/ws/unreachable", "ERR_CONNECTION_REFUSED")] {
            let record = row(&session, ending);
            assert!(socket(&session, ending).is_refused && inline(&session, ending).is_empty(), "{ending}");
            assert_eq!(record.status, None);
            assert!(
                record.error.as_deref().is_some_and(|error| error.contains(expected)),
                "{:?}",
                record.error
            );
        }
    }

    #[test]
    fn outcomes_of_requests_are_loaded() {
        let session = open("playwright/embed.har");
        let outcome = |ending: &str| (http(&session, ending).outcome, row(&session, ending).status);
        assert_eq!(outcome("/api/orders"), (Outcome::Done, Some(201)));
        assert_eq!(outcome("/api/missing"), (Outcome::Done, Some(404)));
        assert_eq!(outcome("/api/never"), (Outcome::Pending, None));
        assert_eq!(outcome("/api/never?aborted"), (Outcome::Canceled, None));
        assert_eq!(http(&session, "/api/never").duration, None);
    }

    #[test]
    fn bodies_and_query_are_shown() {
        let session = open("playwright/embed.har");
        let details = session.details(row(&session, "/api/orders"));
        assert!(matches!(details.request_body, Body::Text { text, .. } if text == r#"{"item":1}"#));
        assert!(matches!(details.response_body, Body::Text { text, .. } if text == r#"{"id":7}"#));
        let items = session.details(row(&session, "/api/items?page=1&q=%C3%A9"));
        let query: Vec<_> =
            items.query.iter().map(|pair| (pair.name.as_str(), pair.value.as_str())).collect();
        assert_eq!(query, [("page", "1"), ("q", "é")]);
    }

    #[test]
    fn contents_in_files_next_to_the_har_are_found() {
        let session = open("playwright/attach/attach.har");
        assert_eq!(counts(&session), (7, 6));
        let Messages::File(file) = &socket(&session, "/ws/echo").messages else { panic!("a file") };
        let mut reader = MessagesReader::new(file.clone());
        reader
            .feed(&read_file(&format!("tests/fixtures/playwright/attach/{}", file.path)))
            .expect("messages");
        assert_eq!(reader.finish(None), Ok(None));
        assert_eq!(
            (found(reader.log().columns), reader.notes().total()),
            (ECHO.map(str::to_owned).to_vec(), 0)
        );
        assert!(inline(&session, "/ws/silent").is_empty());
        assert!(inline(&session, "/ws/refused").is_empty());
        let details = session.details(row(&session, "/api/orders"));
        assert!(matches!(details.response_body, Body::InFile { path, .. } if path.ends_with(".json")));
    }

    #[test]
    fn omitted_contents_are_not_recorded() {
        let session = open("playwright/omit.har");
        assert_eq!(counts(&session), (7, 6));
        for ending in ["/ws/echo", "/ws/silent"] {
            assert!(
                matches!(socket(&session, ending).messages, Messages::Missing(Missing::NotRecorded)),
                "{ending}"
            );
        }
    }

    #[test]
    fn tls_is_counted_once() {
        let session = open("playwright/tls.har");
        assert_eq!(counts(&session), (4, 1));
        let page = http(&session, "/");
        let (duration, recorded) =
            (page.duration.expect("a duration"), page.recorded_duration.expect("a correction"));
        let tls = page.phases.get(Phase::Tls).expect("a new connection");
        assert!((recorded.ms() - duration.ms() - (tls.end - tls.start)).abs() < 0.01);
        assert!(
            (page.phases.end().expect("phases") - duration.ms()).abs() < 0.01,
            "the phases fill the duration"
        );
    }

    #[test]
    fn plain_connections_have_no_tls_phase() {
        for fixture in ["playwright/embed.har", "playwright/attach/attach.har", "playwright/omit.har"] {
            for record in &open(fixture).records {
                let RecordKind::Http(http) = &record.kind else { continue };
                assert_eq!(http.phases.get(Phase::Tls), None, "{fixture} {}", record.url);
                let (phases, duration) = (http.phases.end(), http.duration);
                let differs =
                    phases.zip(duration).is_some_and(|(end, duration)| (end - duration.ms()).abs() > 0.01);
                assert!(!differs, "{fixture} {}: {phases:?} {duration:?}", record.url);
            }
        }
    }
}

mod mitmproxy {
    use super::*;

    #[test]
    fn sockets_of_a_client_behind_a_proxy_are_loaded() {
        let session = open("mitmproxy/reverse.har");
        assert_eq!(session.producer.name, "mitmproxy");
        assert_eq!(counts(&session), (3, 3));
        assert_eq!(
            found(inline(&session, "/ws/echo")),
            ["sent 5", "received 5", "sent 11", "received 11", "sent 4", "received 4"]
        );
        assert!(inline(&session, "/ws/leaves").is_empty());
        assert_eq!(socket(&session, "/ws/echo").protocol.as_deref(), Some("orders.v2"));
    }

    #[test]
    fn the_time_of_a_socket_is_its_handshake_and_its_close_is_not_recorded() {
        let session = open("mitmproxy/reverse.har");
        let echo = socket(&session, "/ws/echo");
        let first = inline(&session, "/ws/echo").time(0).expect("a time");
        assert!(echo.opened.is_some_and(|opened| opened <= first), "{:?} {first:?}", echo.opened);
        assert_eq!(echo.ending, Ending::NotRecorded);
        assert_eq!(socket(&session, "/ws/leaves").ending, Ending::NotRecorded);
    }

    #[test]
    fn a_refused_upgrade_is_a_socket_by_its_header_alone() {
        let session = open("mitmproxy/reverse.har");
        let record = row(&session, "/ws/refused");
        assert_eq!(record.status, Some(403));
        assert!(socket(&session, "/ws/refused").is_refused && record.url.starts_with("http:"));
    }
}

mod demo {
    use super::*;

    const FOLDER: &str = "../../static/sessions/market";

    fn demo() -> (Session, serde_json::Value) {
        let manifest = read_file(&format!("{FOLDER}/session.json"));
        let files = ["resources.jsonl", "console.jsonl", "events.jsonl"]
            .map(|name| (name, read_file(&format!("{FOLDER}/{name}"))));
        let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
        let session = common::open(("session.json", &manifest), &files, 4096).expect("a session");
        (session, serde_json::from_slice(&manifest).expect("JSON"))
    }

    #[test]
    fn the_demo_session_loads_without_notes_and_with_the_counts_of_its_manifest() {
        let (session, manifest) = demo();
        assert_eq!((session.truncation.as_ref(), session.notes.listed()), (None, &[][..]));
        let (_, sockets) = counts(&session);
        assert_eq!(sockets as u64, manifest["counts"]["sockets"].as_u64().expect("a count"));
        let messages: u64 =
            session.records.iter().filter_map(|record| record.socket()?.totals.messages).sum();
        assert_eq!(messages, manifest["counts"]["messages"].as_u64().expect("a count"));
        assert!(session.records.iter().filter_map(Record::socket).all(|socket| !socket.is_orphan));
    }

    #[test]
    fn the_demo_session_has_its_console_entries_and_page_events() {
        let (session, manifest) = demo();
        let count = |file: &str| manifest["files"][file]["count"].as_u64().expect("a count");
        assert_eq!(session.console.len() as u64, count("console"));
        assert_eq!(session.dom_events.len() as u64, count("events"));
        let details = |entry| session.console_details(entry);
        assert!(
            session
                .console
                .iter()
                .map(details)
                .all(|details| !details.arguments.is_empty() && details.place.is_some())
        );
        let kinds: Vec<_> = session.page_events.iter().map(|event| event.kind).collect();
        for kind in [PageEventKind::Navigation, PageEventKind::Click, PageEventKind::Input] {
            assert!(kinds.contains(&kind), "{kinds:?}");
        }
        assert_eq!(session.dom_events.windows().len(), 1);
        assert!(session.dom_events.iter().any(|event| event.kind == DomEventKind::FullSnapshot));
        assert_eq!(session.producer.name, "replayscope-recorder");
        assert_eq!(session.pages.len(), 1);
    }

    #[test]
    fn each_messages_file_of_the_demo_session_has_the_counts_of_its_manifest() {
        let (session, _) = demo();
        for socket in session.records.iter().filter_map(Record::socket) {
            let Messages::File(file) = &socket.messages else { panic!("no file: {socket:?}") };
            let mut reader = MessagesReader::new(file.clone());
            reader.feed(&read_file(&format!("{FOLDER}/{}", file.path))).expect("messages");
            assert_eq!(reader.finish(None), Ok(None), "{}", file.path);
            assert_eq!(
                (Some(reader.log().len() as u64), reader.notes().total()),
                (socket.totals.messages, 0),
                "{}",
                file.path
            );
        }
    }
}
