//! Event streams and stored bodies.

use session::decode::Payload;
use session::filter::matching;
use session::log::MessageLog;
use session::model::{Direction, EpochMs, EventStream, Http, Record, RecordKind, ResourceType, Session};
use session::read::{EventStreamReader, MessagesReader};

use crate::common::open;
use crate::files::case;

fn read(har: &[u8]) -> Session {
    open(("recording.har", har), &[], 1000).expect("a HAR that opens")
}

/// A HAR of one request with that content of its response and those further fields of the entry.
fn entry(content: &str, fields: &str) -> String {
    format!(
        r#"{{"startedDateTime":"2026-03-01T10:00:00.000Z","time":4000,"request":{{"method":"GET","url":"https://sse.example.test/stream"}},
"response":{{"status":200,"content":{{{content}}}}}{fields}}}"#
    )
}

fn har(content: &str, fields: &str) -> Session {
    read(format!(r#"{{"log":{{"entries":[{}]}}}}"#, entry(content, fields)).as_bytes())
}

fn http(record: &Record) -> &Http {
    match &record.kind {
        RecordKind::Http(http) => http,
        RecordKind::Socket(_) => panic!("record {} is a socket", record.number),
    }
}

fn log_of<'a>(session: &'a Session, record: &'a Record) -> MessageLog<'a> {
    let columns = record.inline_messages().expect("messages in place");
    MessageLog { bytes: &session.bytes, columns }
}

/// Name, id and data of each event, and its time in ms since the session began.
fn events(session: &Session, log: MessageLog<'_>) -> Vec<(String, String, String, Option<f64>)> {
    let one = |index: usize| {
        let message = log.columns.get(index).expect("an event");
        assert_eq!(message.direction, Some(Direction::Received));
        let payload = Payload::from_message(message.encoding, &log.raw(&message));
        let data = payload.expect("data").text().expect("text").to_owned();
        let time = message.time.zip(session.started_at).map(|(time, start)| (time - start).ms());
        (log.event_name(index), log.event_id(index), data, time)
    };
    (0..log.len()).map(one).collect()
}

fn event(name: &str, id: &str, data: &str, time: Option<f64>) -> (String, String, String, Option<f64>) {
    (name.to_owned(), id.to_owned(), data.to_owned(), time)
}

/// The messages of a body, read in pieces of that size.
fn of_body(body: &[u8], piece: usize) -> MessagesReader {
    let mut reader = EventStreamReader::default();
    for piece in body.chunks(piece) {
        reader.feed(piece).expect("a small body");
    }
    reader.finish().expect("an event stream")
}

#[test]
fn the_events_that_chrome_lists_are_the_messages_of_their_request() {
    let Some(bytes) = case("sse-messages.har") else { return };
    let session = read(&bytes);
    assert_eq!(session.records.len(), 2);
    for record in &session.records {
        assert_eq!(http(record).resource_type, ResourceType::EventSource);
        assert_eq!(
            events(&session, log_of(&session, record)),
            [
                event("update", "7", r#"{"score":3}"#, Some(500.0)),
                event("message", "", "plain", Some(1500.0)),
                event("update", "8", r#"{"score":4}"#, Some(3000.0)),
            ]
        );
    }
    assert!(session.notes.listed().is_empty(), "{:?}", session.notes.listed());
}

#[test]
fn a_fetch_that_read_an_event_stream_has_its_messages_too() {
    // Chrome writes the type of the request; some tools leave out id, name or time.
    let list = r#","_resourceType":"fetch","_eventSourceMessages":[{"eventName":"token","data":"a\"b"},{"data":{"n":1},"time":-1}]"#;
    let session = har(r#""mimeType":"text/event-stream; charset=utf-8""#, list);
    let log = log_of(&session, &session.records[0]);
    assert_eq!(
        events(&session, log),
        [event("token", "", "a\"b", None), event("message", "", r#"{"n":1}"#, None)]
    );
    assert!(session.notes.listed().is_empty(), "{:?}", session.notes.listed());
}

#[test]
fn entries_on_lines_of_their_own_list_events_too() {
    let list = r#","_eventSourceMessages":[{"time":1772359200.25,"eventName":"a","eventId":"1","data":"x"}]"#;
    let line = entry(r#""mimeType":"text/event-stream""#, list).replace('\n', "");
    let session = read(format!("{line}\n{line}\n").as_bytes());
    assert_eq!(session.records.len(), 2);
    for record in &session.records {
        assert_eq!(events(&session, log_of(&session, record)), [event("a", "1", "x", Some(250.0))]);
    }
}

#[test]
fn messages_of_a_stream_reach_the_end_of_the_session() {
    let list = r#","_eventSourceMessages":[{"time":1772359209,"data":"x"}]"#;
    let session = har(r#""mimeType":"text/event-stream""#, list);
    assert_eq!(session.end().zip(session.started_at).map(|(end, start)| (end - start).ms()), Some(9000.0));
}

#[test]
fn without_a_list_the_body_has_the_messages() {
    for fields in ["", r#","_eventSourceMessages":[]"#, r#","_resourceType":"eventsource""#] {
        let content = r#""mimeType":"Text/Event-Stream","size":9,"text":"data: a\n\n""#;
        let session = har(content, fields);
        assert!(matches!(session.records[0].event_stream(), Some(EventStream::Body)), "{fields}");
    }
}

#[test]
fn other_requests_have_no_messages() {
    let session = har(r#""mimeType":"text/plain","text":"data: a\n\n""#, r#","_eventSourceMessages":[]"#);
    assert!(session.records[0].event_stream().is_none());
    let session = har(r#""mimeType":"text/event-stream-like""#, "");
    assert!(session.records[0].event_stream().is_none());
}

#[test]
fn an_empty_list_without_a_body_says_that_there_were_no_messages() {
    let session = har(r#""mimeType":"text/event-stream","size":0"#, r#","_eventSourceMessages":[]"#);
    assert!(log_of(&session, &session.records[0]).is_empty());
}

#[test]
fn the_body_of_a_stream_is_read_as_a_browser_reads_it() {
    let body = "\u{feff}: welcome\r\nretry: 1500\r\n\r\nevent: update\r\nid: 7\r\ndata: {\"score\":3}\r\n\r\ndata: two\r\ndata: lines\r\n\r\ndata: cut off";
    for piece in [1, 7, body.len()] {
        let reader = of_body(body.as_bytes(), piece);
        assert_eq!(
            events(&Session::default(), reader.log()),
            [event("update", "7", r#"{"score":3}"#, None), event("message", "7", "two\nlines", None)]
        );
        let notes: Vec<_> = reader.notes().listed().iter().map(|note| note.text.as_str()).collect();
        assert_eq!(
            notes,
            [
                "the body ends within an event, which a browser does not dispatch: it is not listed",
                "the server asked to reconnect after 1500 ms (retry)",
                "1 comment line is not listed"
            ]
        );
    }
}

#[test]
fn the_events_of_a_body_without_any_are_none() {
    for body in ["", ": ping\n\n", "<!doctype html><p>502</p>", "{\"error\":1}", "\0\u{1}\n\n"] {
        assert!(of_body(body.as_bytes(), 3).log().is_empty(), "{body:?}");
    }
}

#[test]
fn a_filter_finds_events_by_data_name_and_id() {
    let list = r#","_eventSourceMessages":[{"eventName":"update","eventId":"77","data":"apple"},{"eventName":"gone","data":"pear update"}]"#;
    let session = har(r#""mimeType":"text/event-stream""#, list);
    let log = log_of(&session, &session.records[0]);
    let found = |text: &str| (0..log.len()).filter(|index| matching(log, text)(*index)).collect::<Vec<_>>();
    assert_eq!(found("update"), [0, 1]);
    assert_eq!(found("gone"), [1]);
    assert_eq!(found("77 apple"), [0]);
    assert_eq!(found("-update"), [0_usize; 0]);
    assert_eq!(found("-gone"), [0]);
}

#[test]
fn times_of_events_stay_what_they_are() {
    let list = r#","_eventSourceMessages":[{"time":1772359200123.5,"data":"ms"},{"time":0,"data":"none"}]"#;
    let session = har(r#""mimeType":"text/event-stream""#, list);
    let times: Vec<_> =
        log_of(&session, &session.records[0]).columns.iter().map(|event| event.time).collect();
    assert_eq!(times, [EpochMs::new(1_772_359_200_123.5), None]);
}
