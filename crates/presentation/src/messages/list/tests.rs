//! Tests of the messages table's rows.

use super::*;
use crate::testing::{at, closed, columns, millis, orphan, session, socket, with_socket};

const SENT: Option<Direction> = Some(Direction::Sent);
const RECEIVED: Option<Direction> = Some(Direction::Received);

fn rows(list: &MessageList) -> Vec<MessageRow> {
    (0..list.row_count()).filter_map(|position| list.row(position)).collect()
}

fn listed(columns: &MessageColumns, direction: DirectionFilter) -> Vec<MessageRow> {
    rows(&MessageList::filtered(columns, &TimeOrder::of(columns), direction, |_| true))
}

fn between_ends(messages: &[u32]) -> Vec<MessageRow> {
    let mut rows = vec![MessageRow::Open];
    rows.extend(messages.iter().copied().map(MessageRow::Message));
    rows.push(MessageRow::Close);
    rows
}

#[test]
fn messages_are_in_time_order_between_open_and_close() {
    let in_order = columns(&[(SENT, Some(1.0), 1), (RECEIVED, Some(1.0), 1), (SENT, Some(2.0), 1)]);
    assert_eq!(listed(&in_order, DirectionFilter::All), between_ends(&[0, 1, 2]));
    let mixed = columns(&[(SENT, Some(9.0), 1), (RECEIVED, Some(1.0), 1), (SENT, Some(1.0), 1)]);
    assert_eq!(listed(&mixed, DirectionFilter::All), between_ends(&[1, 2, 0]));
    assert_eq!(rows(&MessageList::all(&TimeOrder::of(&mixed))), between_ends(&[1, 2, 0]));
}

#[test]
fn a_message_without_a_time_stays_behind_the_one_before_it() {
    let messages = columns(&[(SENT, None, 1), (SENT, Some(5.0), 1), (None, None, 0), (SENT, Some(2.0), 1)]);
    assert_eq!(listed(&messages, DirectionFilter::All), between_ends(&[0, 3, 1, 2]));
    let in_order = columns(&[(SENT, None, 1), (SENT, Some(5.0), 1), (None, None, 0)]);
    assert_eq!(TimeOrder::of(&in_order).sorted, None);
}

#[test]
fn a_socket_without_messages_has_open_and_close_rows() {
    let none = MessageColumns::default();
    let list = MessageList::all(&TimeOrder::of(&none));
    assert_eq!(rows(&list), between_ends(&[]));
    assert_eq!(list.row(2), None);
}

#[test]
fn filters_never_hide_open_and_close_rows() {
    let messages = columns(&[
        (SENT, Some(1.0), 1),
        (RECEIVED, Some(2.0), 1),
        (None, Some(3.0), 0),
        (SENT, Some(4.0), 1),
    ]);
    assert_eq!(listed(&messages, DirectionFilter::Sent), between_ends(&[0, 3]));
    assert_eq!(listed(&messages, DirectionFilter::Received), between_ends(&[1]));
    let list =
        MessageList::filtered(&messages, &TimeOrder::of(&messages), DirectionFilter::Sent, |index| index > 0);
    assert_eq!(rows(&list), between_ends(&[3]));
    assert_eq!((list.position_of(3), list.position_of(0)), (Some(1), None));
}

#[test]
fn a_row_is_found_by_its_message() {
    let messages = columns(&[(SENT, Some(9.0), 1), (SENT, Some(1.0), 1), (SENT, Some(2.0), 1)]);
    for list in [
        MessageList::all(&TimeOrder::of(&messages)),
        MessageList::filtered(&messages, &TimeOrder::of(&messages), DirectionFilter::All, |index| index != 1),
    ] {
        for position in 0..list.row_count() {
            if let Some(MessageRow::Message(index)) = list.row(position) {
                assert_eq!(list.position_of(index), Some(position));
            }
        }
        assert_eq!(list.position_of(77), None);
    }
}

#[test]
fn deltas_are_relative_to_the_previous_row() {
    let messages = columns(&[
        (SENT, Some(100.0), 1),
        (RECEIVED, None, 1),
        (SENT, Some(250.0), 1),
        (SENT, Some(260.0), 1),
    ]);
    let list = MessageList::all(&TimeOrder::of(&messages));
    let ends = Lifecycle { open: Some(at(62.0)), close: Some(at(300.0)) };
    let deltas: Vec<_> =
        (0..list.row_count()).map(|position| list.delta(&messages, ends, position)).collect();
    assert_eq!(deltas, [None, Some(millis(38.0)), None, None, Some(millis(10.0)), Some(millis(40.0))]);
}

#[test]
fn open_and_close_rows_have_the_times_of_handshake_and_close() {
    let opened =
        with_socket(closed(socket(1, "wss://a.test/"), 900.0, 1000), |socket| socket.opened = Some(at(62.0)));
    let session =
        session(vec![opened, socket(2, "wss://b.test/"), closed(orphan(socket(3, "")), 50.0, 1000)]);
    let ends: Vec<_> = session.records.iter().map(|record| Lifecycle::of(&session, record)).collect();
    assert_eq!(ends[0], Lifecycle { open: Some(at(62.0)), close: Some(at(900.0)) });
    assert_eq!(ends[1], Lifecycle { open: Some(at(0.0)), close: Some(at(100_000.0)) });
    assert_eq!(ends[2], Lifecycle { open: None, close: Some(at(50.0)) });
}

#[test]
fn an_event_stream_has_no_rows_for_an_open_and_a_close() {
    let columns = columns(&[(Some(Direction::Received), Some(1.0), 1), (Some(Direction::Received), None, 1)]);
    let list = MessageList::all(&TimeOrder::of(&columns)).without_lifecycle();
    let rows: Vec<_> = (0..3).map(|position| list.row(position)).collect();
    assert_eq!(rows, [Some(MessageRow::Message(0)), Some(MessageRow::Message(1)), None]);
    assert_eq!((list.row_count(), list.position_of(1)), (2, Some(1)));
    assert_eq!(list.delta(&columns, Lifecycle::default(), 0), None);
}
