//! What is found around a message of small sessions.

use super::*;
use crate::testing::{action, closed, columns, console, decoding, http_at, page_event, session, socket};
use session::model::{
    Argument, Capture, ConsoleDetails, ConsoleLevel, Direction, MessageColumns, PageEventDetails,
    PageEventKind, SegmentedBuffer,
};

const SENT: Option<Direction> = Some(Direction::Sent);
const RECEIVED: Option<Direction> = Some(Direction::Received);

fn around(session: &Session, columns: &MessageColumns, index: u32) -> Surroundings {
    let log = MessageLog { bytes: &SegmentedBuffer::default(), columns };
    let record = session.records.get(0).expect("a socket");
    Surroundings::of(session, record, log, index, None).expect("a time")
}

fn lines(found: &Surroundings) -> Vec<String> {
    let line = |item: &SurroundingItem| format!("{} {} {}", item.offset.ms(), item.kind, item.text);
    found.items.iter().map(|item| line(item).trim_end().to_owned()).collect()
}

#[test]
fn everything_within_a_second_is_listed_in_order_of_time() {
    let mut session = session(vec![
        closed(socket(1, "wss://a.test/feed"), 5600.0, 1001),
        http_at(2, "https://a.test/api/orders", 4950.0),
        http_at(3, "https://a.test/late", 6001.0),
        closed(socket(4, "wss://b.test/chat"), 90_000.0, 1000),
    ]);
    session.console = vec![console(ConsoleLevel::Error, 5100.0), console(ConsoleLevel::Log, 3999.0)];
    session.page_events = vec![page_event(PageEventKind::Click, 4900.0)];
    session.actions = vec![action("page.goto", 4800.0, 5000.0)];
    let written = |_: &_| ConsoleDetails {
        arguments: vec![Argument::Text("out of lanterns".to_owned())],
        ..ConsoleDetails::default()
    };
    session.format = decoding(written, |_| PageEventDetails::default());
    let messages = columns(&[
        (SENT, Some(4000.0), 1),
        (RECEIVED, Some(5000.0), 1),
        (SENT, Some(5200.0), 1),
        (RECEIVED, Some(9000.0), 1),
    ]);
    let found = around(&session, &messages, 1);
    assert_eq!(
        lines(&found),
        [
            "-1000 Sent",
            "-200 Action page.goto",
            "-100 Click",
            "-50 Request started GET /api/orders",
            "0 Received",
            "50 Request ended GET /api/orders 200",
            "100 Console error out of lanterns",
            "200 Sent",
            "600 This socket closed /feed · Closed 1001 going away",
        ]
    );
    assert_eq!(found.items[4].subject, Subject::Message(1));
    let errors: Vec<_> = found.items.iter().filter(|item| item.is_error).map(|item| item.subject).collect();
    assert_eq!(errors, [Subject::Console(0)]);
    assert!(found.not_recorded.is_empty());
}

#[test]
fn the_closest_are_listed_and_the_others_counted() {
    let session = session(vec![socket(1, "wss://a.test/feed")]);
    let messages: Vec<_> = (0..1000).map(|nth| (SENT, Some(f64::from(nth)), 1)).collect();
    let found = around(&session, &columns(&messages), 500);
    assert_eq!((found.items.len(), found.further), (MAX_ITEMS, 901));
    assert!(found.items.iter().all(|item| item.offset.ms().abs() <= 50.0));
    assert!(found.items.iter().any(|item| item.subject == Subject::Message(500)));
    // The same time for all of them: the message itself stays in the list.
    let messages: Vec<_> = (0..1000).map(|_| (SENT, Some(7.0), 1)).collect();
    let found = around(&session, &columns(&messages), 900);
    assert!(found.items.iter().any(|item| item.subject == Subject::Message(900)));
    assert!(
        around(&session, &columns(&messages), 0).items.iter().any(|item| item.subject == Subject::Message(0))
    );
}

#[test]
fn a_message_without_a_time_has_no_surroundings() {
    let session = session(vec![socket(1, "wss://a.test/feed")]);
    let messages = columns(&[(SENT, None, 1)]);
    let log = MessageLog { bytes: &SegmentedBuffer::default(), columns: &messages };
    let record = session.records.get(0).expect("a socket");
    assert_eq!(Surroundings::of(&session, record, log, 0, None), None);
    assert_eq!(Surroundings::of(&session, record, log, 7, None), None);
}

#[test]
fn what_was_not_recorded_is_said() {
    let mut session = session(vec![socket(1, "wss://a.test/feed")]);
    let messages = columns(&[(SENT, Some(1.0), 1)]);
    let said = |session: &Session| around(session, &messages, 0).not_recorded.join("; ");
    assert!(said(&session).contains("Console output was not recorded, or there was none"));
    session.capture = Some(Capture::default());
    assert!(said(&session).contains("switched off in the recorder"));
    session.console = vec![console(ConsoleLevel::Log, 90_000.0)];
    assert!(!said(&session).contains("Console"));
}
