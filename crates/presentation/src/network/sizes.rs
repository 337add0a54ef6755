//! Number and bytes of a socket's messages, where the recording has them without its messages file.

use session::model::{Counts, Messages, Record, RecordKind, Socket, format_count, plural};

/// Number of messages of a socket, errors included; `None` where they must be loaded to be counted.
pub fn message_count(socket: &Socket) -> Option<u64> {
    match &socket.messages {
        Messages::Inline(columns) => Some(columns.len() as u64),
        Messages::File(_) | Messages::Missing(_) => socket.totals.messages,
    }
}

/// Bytes of all messages of a socket, where every size is known.
pub fn message_bytes(socket: &Socket) -> Option<u64> {
    match &socket.messages {
        Messages::Inline(columns) => {
            let counts = columns.counts();
            (counts.unsized_messages == 0).then(|| counts.sent_bytes + counts.received_bytes)
        }
        Messages::File(_) | Messages::Missing(_) => socket.totals.bytes,
    }
}

/// Bytes that a row transferred, of a socket those of its messages; `None` where that is not known.
pub fn transferred(record: &Record) -> Option<u64> {
    match &record.kind {
        RecordKind::Http(http) => http.transferred,
        RecordKind::Socket(socket) => message_bytes(socket),
    }
}

/// Exact bytes each way, a line for each.
pub(crate) fn bytes_by_direction(counts: &Counts) -> String {
    format!(
        "{} sent, {}\n{} received, {}",
        format_count(counts.sent),
        plural(counts.sent_bytes, "byte"),
        format_count(counts.received),
        plural(counts.received_bytes, "byte"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{columns, socket, with_socket};
    use session::model::{Direction, MessagesFile, Totals};

    #[test]
    fn inline_messages_are_counted() {
        let inline = columns(&[
            (Some(Direction::Sent), Some(1.0), 20),
            (None, None, 0),
            (Some(Direction::Received), None, 5),
        ]);
        let record = with_socket(socket(1, ""), |socket| socket.messages = Messages::Inline(inline));
        let socket = record.socket().expect("a socket");
        assert_eq!((message_count(socket), message_bytes(socket)), (Some(3), Some(25)));
    }

    #[test]
    fn messages_in_a_file_are_counted_by_the_manifest() {
        let totals = Totals { messages: Some(2318), bytes: None };
        let record = with_socket(socket(1, ""), |socket| {
            socket.messages = Messages::File(MessagesFile::default());
            socket.totals = totals;
        });
        let socket = record.socket().expect("a socket");
        assert_eq!((message_count(socket), message_bytes(socket)), (Some(2318), None));
    }
}
