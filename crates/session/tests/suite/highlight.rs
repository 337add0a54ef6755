//! Highlight's files: several that belong together, spelled as its recorders spelled them over the
//! years.

use crate::common;
use session::formats::{LoadError, LoadStep, MessagesReader, Retry, SessionLoader};
use session::model::{EpochMs, Messages, MessagesFile, Record, Session};

const RESOURCES: &str = "network-resources-compressed";
const MESSAGES: &str = "web-socket-events-compressed";
const EVENTS: &str = "session-contents-compressed";

const ABSOLUTE: &str = r#"[
{"name":"https://a.test/api","initiatorType":"fetch","startTimeAbs":1795269720100,"responseEndAbs":1795269720150,"requestResponsePairs":{"request":{"verb":"POST","headers":{"a":"b"},"body":"{}"},"response":{"status":201,"headers":{},"body":"ok","size":2}}},
{"name":"wss://a.test/one","initiatorType":"websocket","type":"open","socketId":"s1","startTimeAbs":1795269720200},
{"name":"wss://a.test/two","initiatorType":"websocket","type":"open","socketId":"s2","startTimeAbs":1795269720210},
{"name":"wss://a.test/one","initiatorType":"websocket","type":"close","socketId":"s1","responseEndAbs":1795269721200}]"#;

const SOCKET_EVENTS: &str = r#"{"webSocketEvents":[
{"type":"sent","socketId":"s1","name":"wss://a.test/one","timeStamp":1795269720300,"size":2,"message":"hi"},
{"type":"received","socketId":"s2","name":"wss://a.test/two","timeStamp":1795269720310,"size":3,"message":"two"},
{"type":"received","socketId":"s1","name":"wss://a.test/one","timeStamp":1795269720320,"size":5,"message":"there"}]}"#;

fn event(kind: u8, offset: u32) -> String {
    format!(
        r#"{{"type":{kind},"data":{{"href":"https://a.test/"}},"timestamp":{}}}"#,
        1_795_269_720_000_u64 + u64::from(offset)
    )
}

fn open(files: &[(&str, &str)]) -> Session {
    let files = files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect();
    common::open_all(&files, 100).expect("a session")
}

fn messages(session: &Session, url: &str, file: &str) -> Vec<u64> {
    let socket = session.records.iter().find(|record| record.url.ends_with(url)).and_then(Record::socket);
    let Some(Messages::File(named)) = socket.map(|socket| &socket.messages) else {
        panic!("a file of messages")
    };
    assert_eq!(named.path.as_ref(), MESSAGES);
    let mut reader = MessagesReader::new(MessagesFile::clone(named));
    reader.feed(file.as_bytes()).expect("messages");
    reader.finish(None).expect("messages");
    reader.log().columns.iter().filter_map(|message| message.size).collect()
}

#[test]
fn requests_sockets_and_events_are_one_session() {
    let first = format!("[{},{}]", event(4, 0), event(2, 5));
    let second = format!("[{}]", event(3, 900));
    let session = open(&[
        (&format!("{EVENTS}-0001"), &second),
        (&format!("{EVENTS}-0000"), &first),
        (MESSAGES, SOCKET_EVENTS),
        (RESOURCES, ABSOLUTE),
    ]);
    assert_eq!(session.format.name(), "Highlight");
    assert_eq!(session.records.len(), 3);
    assert_eq!(session.dom_events.len(), 3);
    let times: Vec<f64> = session.dom_events.iter().filter_map(|event| event.time).map(EpochMs::ms).collect();
    assert!(times.is_sorted(), "parts are read in the order of their numbers");
    let latency = |index: usize| {
        session.records.get(index).and_then(|record| Some((record.end()? - record.start?).ms()))
    };
    assert_eq!((latency(0), latency(1), latency(2)), (Some(50.0), Some(1000.0), None));
    let details = session.details(&session.records[0]);
    assert_eq!(details.request_headers.map(|headers| headers.len()), Some(1));
    assert_eq!((session.notes.total(), session.truncation), (0, None));
}

#[test]
fn messages_of_all_sockets_in_one_file_are_assigned_by_socket_id() {
    let session = open(&[(RESOURCES, ABSOLUTE), (MESSAGES, SOCKET_EVENTS)]);
    assert_eq!(messages(&session, "/one", SOCKET_EVENTS), [2, 5]);
    assert_eq!(messages(&session, "/two", SOCKET_EVENTS), [3]);
}

#[test]
fn messages_without_a_recorded_socket_are_noted() {
    let found = |files: &[(&str, &str)]| {
        let notes = open(files).notes;
        notes.listed().iter().map(|note| note.place.clone()).collect::<Vec<_>>()
    };
    let events = format!("[{}]", event(4, 0));
    let without_sockets = found(&[(RESOURCES, "[]"), (MESSAGES, SOCKET_EVENTS), (EVENTS, &events)]);
    assert!(without_sockets.iter().any(|place| place == MESSAGES), "{without_sockets:?}");
    assert!(found(&[(RESOURCES, ABSOLUTE), (MESSAGES, SOCKET_EVENTS), (EVENTS, &events)]).is_empty());
}

#[test]
fn without_a_file_of_messages_none_were_recorded() {
    let session = open(&[(RESOURCES, ABSOLUTE), ("timeline-indicator-events", "[]")]);
    let socket = session.records.iter().find_map(Record::socket).expect("a socket");
    assert!(matches!(socket.messages, Messages::Missing(_)));
}

#[test]
fn times_of_older_recorders_count_from_the_first_event() {
    let relative = r#"[
{"name":"https://a.test/a.js","initiatorType":"script","startTime":100,"responseEnd":160.5},
{"name":"https://a.test/b.js","initiatorType":"script","startTime":110,"requestEnd":150},
{"name":"https://a.test/c.js","initiatorType":"script","startTime":120,"endTime":125}]"#;
    let session = open(&[(RESOURCES, relative), (EVENTS, &format!("[{},{}]", event(4, 0), event(2, 7)))]);
    let found: Vec<_> = session
        .records
        .iter()
        .map(|record| {
            (
                record.start.map(|start| start.ms() - 1_795_269_720_000.0),
                record.end().zip(record.start).map(|(end, start)| (end - start).ms()),
            )
        })
        .collect();
    assert_eq!(found, [(Some(100.0), Some(60.5)), (Some(110.0), Some(40.0)), (Some(120.0), Some(5.0))]);
    assert!(session.notes.listed().iter().any(|note| note.text.contains("estimated from the first event")));
}

#[test]
fn rows_that_are_read_again_are_not_duplicated() {
    let relative = r#"[
{"name":"https://a.test/a.js","initiatorType":"script","startTime":100,"responseEnd":160.5},
null,
{"name":"https://a.test/b.js","initiatorType":"script","startTime":100,"responseEnd":60}]"#;
    let plugin = event(6, 500).replace(
        r#"{"href":"https://a.test/"}"#,
        r#"{"plugin":"rrweb/network@1","payload":{"requests":[{"name":"https://a.test/reported","startTime":10,"endTime":20}]}}"#,
    );
    let events = format!("[{},{plugin},{}]", event(4, 0), event(3, 60_000));
    let session = open(&[(RESOURCES, relative), (EVENTS, &events)]);
    let rows: Vec<(u32, &str)> =
        session.records.iter().map(|record| (record.number, record.url.as_ref())).collect();
    assert_eq!(
        rows,
        [(1, "https://a.test/a.js"), (3, "https://a.test/b.js"), (4, "https://a.test/reported")]
    );
    assert_eq!(session.end(), EpochMs::new(1_795_269_780_000.0));
    assert_eq!(session.pages.len(), 1);
    assert_eq!(session.pages[0].url, "https://a.test/");
    let notes = session.notes.listed().iter();
    let of_records: Vec<String> = notes
        .filter(|note| note.place.starts_with("record"))
        .map(|note| format!("{}: {}", note.place, note.text))
        .collect();
    assert_eq!(of_records, ["record 2: dropped: it is not an object", "record 3: it ends before it starts"]);
    assert_eq!(session.notes.total(), session.notes.listed().len() as u64);
}

#[test]
fn times_of_messages_count_from_the_first_event_too() {
    let resources = r#"[{"name":"wss://a.test/one","initiatorType":"WebSocket","type":"open","socketId":"s1","startTime":200}]"#;
    let file =
        r#"[{"type":"sent","socketId":"s1","name":"wss://a.test/one","timeStamp":300.5,"message":"hi"}]"#;
    let read = |events: &[(&str, &str)]| {
        let session = open(&[&[(RESOURCES, resources), (MESSAGES, file)], events].concat());
        let Some(Messages::File(named)) = session.records[0].socket().map(|socket| &socket.messages) else {
            panic!("a file of messages")
        };
        let mut reader = MessagesReader::new(MessagesFile::clone(named));
        reader.feed(file.as_bytes()).expect("messages");
        reader.finish(None).expect("messages");
        let times: Vec<_> = reader.log().columns.iter().map(|message| message.time).collect();
        (times, reader.notes().total())
    };
    let events = format!("[{}]", event(4, 0));
    assert_eq!(read(&[(EVENTS, &events)]), (vec![EpochMs::new(1_795_269_720_300.5)], 0));
    assert_eq!(read(&[]), (vec![None], 1), "unknown, and noted");
}

#[test]
fn without_events_relative_times_are_unknown_and_noted() {
    for times in [r#""startTime":100,"responseEnd":160"#, r#""requestEnd":150"#] {
        let line = format!(r#"[{{"name":"https://a.test/a.js","initiatorType":"script",{times}}}]"#);
        let session = open(&[(RESOURCES, line.as_str())]);
        assert_eq!(session.records[0].start, None);
        assert!(session.notes.listed().iter().any(|note| note.text.contains("not recorded here")), "{times}");
    }
}

#[test]
fn messages_of_a_repeated_socket_id_are_partitioned_by_time() {
    let resources = r#"[
{"name":"wss://a.test/x","initiatorType":"websocket","type":"open","socketId":"s1","startTimeAbs":1795269720200},
{"name":"wss://a.test/x","initiatorType":"websocket","type":"close","socketId":"s1","responseEndAbs":1795269720400},
{"name":"wss://a.test/x","initiatorType":"websocket","type":"open","socketId":"s1","startTimeAbs":1795269720500}]"#;
    let session = open(&[(RESOURCES, resources), (MESSAGES, SOCKET_EVENTS)]);
    let files: Vec<_> =
        session.records.iter().filter_map(Record::socket).map(|socket| &socket.messages).collect();
    let [Messages::File(first), Messages::File(second)] = files[..] else { panic!("two files") };
    assert_eq!(first.share.until, EpochMs::new(1_795_269_720_500.0));
    assert_eq!(second.share.from, first.share.until);
}

/// Messages of one socket id: of each its text, and the URL that it names.
fn of_repeated_id(resources: &str, lines: &[(&str, &str, u32)]) -> Vec<Vec<String>> {
    let line = |(text, name, ms): &(&str, &str, u32)| {
        let time = 1_795_269_720_000 + u64::from(*ms);
        format!(r#"{{"type":"sent","socketId":"s1","name":"{name}","timeStamp":{time},"message":"{text}"}}"#)
    };
    let file = format!("[{}]", lines.iter().map(line).collect::<Vec<_>>().join(",\n"));
    let session = open(&[(RESOURCES, resources), (MESSAGES, &file)]);
    let shown = |record: &Record| {
        let Messages::File(named) = &record.socket()?.messages else { return None };
        let mut reader = MessagesReader::new(MessagesFile::clone(named));
        reader.feed(file.as_bytes()).expect("messages");
        reader.finish(None).expect("messages");
        let log = reader.log();
        let text = |message| String::from_utf8_lossy(&log.raw(&message)).into_owned();
        Some(log.columns.iter().map(text).collect())
    };
    session.records.iter().filter_map(shown).collect()
}

fn socket_event(kind: &str, url: &str, ms: u32) -> String {
    let (key, time) =
        (if kind == "open" { "startTimeAbs" } else { "responseEndAbs" }, 1_795_269_720_000 + u64::from(ms));
    format!(
        r#"{{"name":"{url}","initiatorType":"websocket","type":"{kind}","socketId":"s1","{key}":{time}}}"#
    )
}

#[test]
fn messages_with_a_url_are_partitioned_among_the_sockets_of_that_url() {
    let resources = [
        socket_event("open", "/a", 0),
        socket_event("open", "/b", 10),
        socket_event("close", "/a", 18),
        socket_event("open", "/a", 20),
    ];
    let lines = [
        ("a5", "/a", 5),
        ("a15", "/a", 15),
        ("b16", "/b", 16),
        ("b25", "/b", 25),
        ("a26", "/a", 26),
        ("?11", "", 11),
        ("x21", "/x", 21),
    ];
    assert_eq!(
        of_repeated_id(&format!("[{}]", resources.join(",")), &lines),
        [vec!["a5", "a15"], vec!["b16", "b25", "?11"], vec!["a26", "x21"]]
    );
}

#[test]
fn each_message_of_a_repeated_id_is_shown_once_even_without_a_close_before_an_orphan() {
    let resources = [
        socket_event("open", "/x", 0),
        socket_event("close", "/x", 10),
        socket_event("open", "/x", 20),
        socket_event("close", "/y", 30),
    ];
    let lines = [("5", "", 5), ("15", "", 15), ("25", "", 25), ("35", "", 35)];
    assert_eq!(
        of_repeated_id(&format!("[{}]", resources.join(",")), &lines),
        [vec!["5", "15"], vec!["25"], vec!["35"]]
    );
}

#[test]
fn events_alone_are_a_session_too() {
    let session = open(&[
        (&format!("{EVENTS}-0000"), &format!("[{}]", event(4, 0))),
        (&format!("{EVENTS}-0001"), &format!("[{}]", event(3, 50))),
    ]);
    assert_eq!((session.records.len(), session.dom_events.len()), (0, 2));
}

/// Opens what begins with `first` and cannot be listed; what is not among the files fails for that
/// reason.
fn requested_files(first: &str, files: &[(&str, &str)], why: &LoadError) -> (Session, Vec<String>) {
    let mut opening = SessionLoader::new(first);
    let mut requested = vec![first.to_owned()];
    loop {
        let name = requested.last().expect("a name");
        let next = match files.iter().find(|(known, _)| known == name) {
            Some((_, text)) => {
                opening.feed(text.as_bytes()).expect("a file");
                opening.finish(None)
            }
            None => opening.missing(why.clone()),
        };
        match next.expect("a session") {
            LoadStep::Read { path } => requested.push(path),
            _ => return (opening.into_session(), requested),
        }
    }
}

fn not_found() -> LoadError {
    LoadError::new("The server answered 404", "x", "Check the address.", Retry::MayAppear)
}

#[test]
fn the_url_of_a_part_is_followed_by_that_of_the_next() {
    let parts = [0, 1].map(|number| (format!("{EVENTS}-{number:04}"), format!("[{}]", event(3, number))));
    let files = parts.each_ref().map(|(name, text)| (name.as_str(), text.as_str()));
    let (session, requested) = requested_files(files[0].0, &files, &not_found());
    assert_eq!(requested, [0, 1, 2].map(|number| format!("{EVENTS}-{number:04}")));
    assert_eq!((session.dom_events.len(), session.notes.total()), (2, 0));
}

#[test]
fn events_in_one_file_and_in_parts_are_read_once() {
    let (complete, part) = (format!("[{},{}]", event(4, 0), event(3, 9)), format!("[{}]", event(4, 0)));
    let first_part = format!("{EVENTS}-0000");
    let files = [(RESOURCES, ABSOLUTE), (EVENTS, complete.as_str()), (first_part.as_str(), part.as_str())];
    for files in [&files[..], &files[1..]] {
        assert_eq!(open(files).dom_events.len(), 2, "listed");
        let (session, requested) = requested_files(files[0].0, files, &not_found());
        assert_eq!((session.dom_events.len(), requested.last().map(String::as_str)), (2, Some(EVENTS)));
    }
    let nothing = "<!doctype html>";
    let files = [(RESOURCES, ABSOLUTE), (EVENTS, nothing), (first_part.as_str(), part.as_str())];
    assert_eq!(open(&files).dom_events.len(), 1, "a file that is not a recording does not replace the parts");
}

#[test]
fn events_that_are_sent_again_in_a_later_part_are_counted_as_duplicates() {
    let names = [0, 1, 2].map(|number| format!("{EVENTS}-{number:04}"));
    let first = format!("[{},{}]", event(4, 0), event(3, 9));
    let second = format!("[{},{},{}]", event(3, 9), event(3, 9), event(3, 10));
    let third = format!("[{},{},{}]", event(4, 0), event(3, 10), event(3, 11));
    let noted = |session: &Session| {
        let notes = session.notes.listed().iter();
        notes.map(|note| format!("{}: {}", note.place, note.text)).collect::<Vec<_>>()
    };
    let ignored =
        |name: &str| format!("{name}: 2 duplicate events ignored: the same events at the same time");
    let session =
        open(&[(RESOURCES, ABSOLUTE), (&names[0], &first), (&names[1], &second), (&names[2], &third)]);
    assert_eq!(session.dom_events.len(), 4);
    assert_eq!(noted(&session), [ignored(&names[1]), ignored(&names[2])]);
    // A part that cannot be read in between changes nothing.
    let session = open(&[(&names[0], &first), (&names[1], "<html>error</html>"), (&names[2], &first)]);
    assert_eq!(session.dom_events.len(), 2);
    assert_eq!(noted(&session).last(), Some(&ignored(&names[2])));
}

#[test]
fn an_unreadable_part_is_noted_and_costs_no_other() {
    let (first, last) = (format!("[{}]", event(4, 0)), format!("[{}]", event(3, 9)));
    let names = [0, 1, 2].map(|number| format!("{EVENTS}-{number:04}"));
    let session = open(&[
        (RESOURCES, ABSOLUTE),
        (&names[0], &first),
        (&names[1], "<html>error</html>"),
        (&names[2], &last),
    ]);
    let notes = session.notes.listed();
    assert_eq!((session.dom_events.len(), notes.len()), (2, 1));
    assert_eq!(notes[0].place, names[1]);
    assert!(notes[0].text.contains("web page"), "{}", notes[0].text);
}

#[test]
fn only_a_missing_part_ends_the_parts_without_a_note() {
    let (name, text) = (format!("{EVENTS}-0000"), format!("[{}]", event(4, 0)));
    let failed = LoadError::new("The server answered 500", "x", "Try again.", Retry::Useful);
    let notes = |why: &LoadError| requested_files(&name, &[(&name, &text)], why).0.notes;
    assert_eq!(notes(&not_found()).total(), 0);
    let notes = notes(&failed);
    let [note] = notes.listed() else { panic!("one note") };
    assert_eq!(note.place, format!("{EVENTS}-0001"));
    assert!(note.text.contains("answered 500"), "{}", note.text);
}

#[test]
fn known_names_are_tried_in_a_folder_that_cannot_be_listed() {
    let not_found =
        |name: &str| LoadError::new("The server answered 404", name, "Check the address.", Retry::MayAppear);
    let mut opening = SessionLoader::in_folder();
    assert_eq!(opening.first(), "session.json");
    assert_eq!(opening.missing(not_found("session.json")), Ok(LoadStep::Try { first: RESOURCES.to_owned() }));
    opening.feed(ABSOLUTE.as_bytes()).expect("resources");
    assert_eq!(opening.finish(None), Ok(LoadStep::Read { path: EVENTS.to_owned() }));
    assert_eq!(opening.missing(not_found(EVENTS)), Ok(LoadStep::Read { path: format!("{EVENTS}-0000") }));
    opening.feed(format!("[{}]", event(4, 0)).as_bytes()).expect("events");
    assert_eq!(opening.finish(None), Ok(LoadStep::Read { path: format!("{EVENTS}-0001") }));
    opening.feed(b"<!doctype html><title>start page</title>").expect("a file that is skipped");
    assert_eq!(opening.finish(None), Ok(LoadStep::Done));
    assert_eq!((opening.session().records.len(), opening.session().dom_events.len()), (3, 1));
}

#[test]
fn a_truncated_file_keeps_its_complete_records() {
    let half = &ABSOLUTE[..ABSOLUTE.len() - 30];
    let session = open(&[(RESOURCES, half), (EVENTS, &format!("[{}]", event(4, 0)))]);
    let cut = session.truncation.expect("a cut");
    assert_eq!((cut.file.as_str(), cut.element), (RESOURCES, Some(4)));
    assert_eq!(session.dom_events.len(), 1);
}

#[test]
fn an_invalid_first_request_is_dropped_alone() {
    let request = r#"{"name":"https://a.test/a.js","initiatorType":"script","startTimeAbs":1795269720001,"responseEndAbs":1795269720002}"#;
    let unnamed = request.replace("initiatorType", "initiator");
    for (first, rows) in [("null", 1), (&unnamed, 2)] {
        let resources = format!("[{first},{request}]");
        let session = open(&[(RESOURCES, &resources), (EVENTS, &format!("[{}]", event(4, 0)))]);
        assert_eq!((session.records.len(), session.dom_events.len()), (rows, 1), "{first}");
        assert_eq!(session.format.name(), "Highlight");
    }
}

#[test]
fn every_truncated_file_is_noted() {
    let part = format!("{EVENTS}-0000");
    let truncated = format!("[{},", event(4, 0));
    let session = open(&[(RESOURCES, &ABSOLUTE[..ABSOLUTE.len() - 30]), (&part, &truncated)]);
    assert_eq!(session.truncation.map(|cut| cut.file).as_deref(), Some(RESOURCES));
    let notes = session.notes.listed();
    assert_eq!(
        (notes.len(), notes[0].place.as_str(), notes[0].byte),
        (1, part.as_str(), Some(truncated.len() as u64))
    );
}
