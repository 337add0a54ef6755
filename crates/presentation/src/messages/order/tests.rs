//! Tests of the orders of the messages table.

use super::*;
use crate::messages::{MessageColumn, TimeOrder};
use crate::testing::{at, columns};
use session::model::{Direction, Encoding, Message, MessageColumns, MessageKind, SegmentedBuffer, Span};

const SENT: Option<Direction> = Some(Direction::Sent);
const RECEIVED: Option<Direction> = Some(Direction::Received);

fn sorted_of(bytes: &SegmentedBuffer, columns: &MessageColumns, sort: &str) -> Vec<u32> {
    let sort = MessageSort::parse(sort).expect("an order");
    let list = MessageList::all(&TimeOrder::of(columns));
    let ends = Lifecycle { open: Some(at(0.0)), close: None };
    let input = SortInput { log: MessageLog { bytes, columns }, analysis: None, list: &list, ends };
    let mut sorter = MessageSorter::new(&input, sort);
    while sorter.step(&input) {}
    sorter.finish()
}

fn sorted(messages: &[(Option<Direction>, Option<f64>, u64)], sort: &str) -> Vec<u32> {
    sorted_of(&SegmentedBuffer::default(), &columns(messages), sort)
}

#[test]
fn messages_are_sorted_by_numbers_with_ties_in_file_order() {
    let messages =
        [(SENT, Some(10.0), 5), (RECEIVED, Some(11.0), 7), (None, Some(31.0), 5), (SENT, Some(33.0), 1)];
    assert_eq!(sorted(&messages, "length"), [3, 0, 1, 2], "an error has no length");
    assert_eq!(sorted(&messages, "-length"), [1, 0, 3, 2]);
    assert_eq!(sorted(&messages, "delta"), [1, 3, 0, 2]);
    assert_eq!(sorted(&messages, "-delta"), [2, 0, 3, 1]);
    assert_eq!(sorted(&messages, "-number"), [3, 2, 1, 0]);
    assert_eq!(sorted(&messages, "direction"), [0, 3, 1, 2]);
    assert_eq!(sorted(&messages, "-direction"), [1, 0, 3, 2]);
}

#[test]
fn messages_without_a_value_are_last_in_both_directions() {
    let messages = [(SENT, None, 1), (SENT, Some(5.0), 1), (SENT, None, 1), (SENT, Some(9.0), 1)];
    assert_eq!(sorted(&messages, "clock"), [1, 3, 0, 2]);
    assert_eq!(sorted(&messages, "-time"), [3, 1, 0, 2]);
    for column in ["rtt", "-rtt", "event", "-event", "id", "-id", "data", "-data"] {
        assert_eq!(sorted(&messages, column), [0, 1, 2, 3], "{column}");
    }
}

#[test]
fn payloads_are_sorted_as_they_are_read() {
    let texts = ["beta", "Alpha 12345678 b", "", "alpha 12345678 a", "\\u0061lpha 12345678", "beta"];
    let (mut bytes, mut columns) = (SegmentedBuffer::default(), MessageColumns::default());
    for text in texts {
        let body = Span { start: bytes.len() as u32, len: text.len() as u32 };
        bytes.append(text.as_bytes()).expect("room");
        columns.push(Message {
            kind: MessageKind::Sent,
            direction: SENT,
            time: None,
            size: None,
            encoding: Encoding::JsonString,
            is_truncated: false,
            has_unicode_escapes: true,
            body,
        });
    }
    assert_eq!(sorted_of(&bytes, &columns, "data"), [4, 3, 1, 0, 5, 2]);
    assert_eq!(sorted_of(&bytes, &columns, "-data"), [0, 5, 1, 3, 4, 2]);
}

#[test]
fn a_list_is_put_in_an_order_and_newer_messages_follow() {
    let list = MessageList::all(&TimeOrder::of(&columns(&[(SENT, Some(1.0), 1); 4])));
    let rows = |list: MessageList| list.messages().collect::<Vec<_>>();
    assert_eq!(rows(list.in_order(&[2, 0, 9])), [2, 0, 1, 3]);
    assert_eq!(rows(list.clone().without_lifecycle().in_order(&[])), [0, 1, 2, 3]);
    assert_eq!(list.in_order(&[3, 2, 1, 0]).row_count(), 6);
    for column in MessageColumn::ALL {
        assert!(MessageSort::parse(column.key()).is_some());
    }
}
