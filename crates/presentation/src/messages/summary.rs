//! The summary under the messages table, and the sentence of an empty one.

use session::model::{Counts, MessageColumns, Messages, Record, Session, format_bytes, format_count, plural};

use crate::labels::missing_label;
use crate::network::bytes_by_direction;

/// The summary: `2,318 messages · ↑ 12 sent 1.2 kB · ↓ 2,306 received 240 kB`; with `shown` given,
/// `9 of 2,318 messages`. Sent and received messages are always counted over the entire file.
pub fn messages_summary(columns: &MessageColumns, shown: Option<usize>) -> String {
    let counts = columns.counts();
    let mut parts = vec![how_many(columns, shown)];
    if !columns.is_empty() {
        let complete = counts.unsized_messages == 0;
        parts.push(one_way("↑", "sent", counts.sent, counts.sent_bytes, complete));
        parts.push(one_way("↓", "received", counts.received, counts.received_bytes, complete));
    }
    if counts.errors > 0 {
        parts.push(plural(counts.errors, "error"));
    }
    parts.join(" · ")
}

/// The same summary of an event stream, in which nothing is sent.
pub fn event_stream_summary(columns: &MessageColumns, shown: Option<usize>) -> String {
    let counts = columns.counts();
    if columns.is_empty() || counts.sent > 0 || counts.errors > 0 {
        return messages_summary(columns, shown);
    }
    let is_complete = counts.unsized_messages == 0;
    let received = one_way("↓", "received", counts.received, counts.received_bytes, is_complete);
    format!("{} · {received}", how_many(columns, shown))
}

fn how_many(columns: &MessageColumns, shown: Option<usize>) -> String {
    let all = plural(columns.len() as u64, "message");
    match shown {
        Some(shown) => format!("{} of {all}", format_count(shown as u64)),
        None => all,
    }
}

/// A count with its bytes. If some sizes are unknown the sum is a lower bound; without any known
/// size there is none.
fn one_way(arrow: &str, word: &str, count: u64, bytes: u64, complete: bool) -> String {
    let size = match (count, bytes, complete) {
        (0, ..) | (_, 0, false) => String::new(),
        (_, _, true) => format!(" {}", format_bytes(bytes)),
        (_, _, false) => format!(" at least {}", format_bytes(bytes)),
    };
    format!("{arrow} {} {word}{size}", format_count(count))
}

/// The exact bytes, as the title of the summary.
pub fn messages_summary_title(counts: &Counts) -> String {
    let mut title = bytes_by_direction(counts);
    if counts.unsized_messages > 0 {
        title = format!("{title}\nSize unknown for {}", plural(counts.unsized_messages, "message"));
    }
    title
}

/// The sentence of an empty table: `all` messages in the file, `shown` of them pass the filters.
/// `None` where there are rows.
pub fn empty_label(session: &Session, record: &Record, all: usize, shown: usize) -> Option<String> {
    let socket = record.socket();
    match socket.map(|socket| &socket.messages) {
        Some(Messages::Missing(missing)) => Some(missing_label(session, *missing)),
        Some(_) if all == 0 => Some("No messages were recorded on this socket".to_owned()),
        None if all == 0 => Some("No messages were recorded on this event stream".to_owned()),
        _ if shown == 0 => Some("No message matches the filter".to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{columns, http, session, socket, with_socket};
    use session::model::{Direction, MessagesFile, Missing};

    const SENT: Option<Direction> = Some(Direction::Sent);
    const RECEIVED: Option<Direction> = Some(Direction::Received);

    #[test]
    fn the_summary_counts_every_message_of_the_file() {
        let messages =
            columns(&[(SENT, Some(1.0), 1200), (RECEIVED, Some(2.0), 240_000), (None, Some(3.0), 0)]);
        assert_eq!(
            messages_summary(&messages, None),
            "3 messages · ↑ 1 sent 1.2 kB · ↓ 1 received 240 kB · 1 error"
        );
        assert!(messages_summary(&messages, Some(0)).starts_with("0 of 3 messages · "));
        assert_eq!(messages_summary(&MessageColumns::default(), None), "0 messages");
        assert_eq!(
            messages_summary_title(&messages.counts()),
            "1 sent, 1,200 bytes\n1 received, 240,000 bytes"
        );
    }

    #[test]
    fn an_empty_table_states_the_reason() {
        let mut record = socket(1, "wss://a.test/");
        let session = session(Vec::new());
        let sentence = |record: &Record, all, shown| empty_label(&session, record, all, shown);
        assert_eq!(sentence(&record, 0, 0).as_deref(), Some("Messages of this socket were not recorded"));
        record = with_socket(record, |socket| socket.messages = Messages::File(MessagesFile::default()));
        assert_eq!(sentence(&record, 0, 0).as_deref(), Some("No messages were recorded on this socket"));
        assert_eq!(sentence(&record, 5, 0).as_deref(), Some("No message matches the filter"));
        assert_eq!(sentence(&record, 5, 2), None);
        record = with_socket(record, |socket| socket.messages = Messages::Missing(Missing::NotExported));
        assert_eq!(
            sentence(&record, 0, 0).as_deref(),
            Some("Messages are not exported by the recording tool")
        );
        let request = http(1, "https://a.test/events");
        let none = "No messages were recorded on this event stream";
        assert_eq!(sentence(&request, 0, 0).as_deref(), Some(none));
        assert_eq!(sentence(&request, 5, 0).as_deref(), Some("No message matches the filter"));
        assert_eq!(sentence(&request, 5, 2), None);
    }

    #[test]
    fn an_event_stream_summary_omits_sent_messages() {
        let columns = columns(&[(RECEIVED, Some(1.0), 1), (RECEIVED, None, 1)]);
        assert_eq!(event_stream_summary(&columns, Some(1)), "1 of 2 messages · ↓ 2 received 2 B");
        assert_eq!(event_stream_summary(&MessageColumns::default(), None), "0 messages");
    }
}
