//! How many messages a socket carried and how many bytes, where the recording tells it without opening them.

use session::model::{Counts, Messages, Socket, format_count, plural};

/// All messages of a socket, errors included; `None` where they have to be opened to be counted.
pub fn message_count(socket: &Socket) -> Option<u64> {
    match &socket.messages {
        Messages::Inline(columns) => Some(columns.len() as u64),
        Messages::File(_) | Messages::Missing(_) => socket.totals.messages,
    }
}

/// Bytes of all messages of a socket, where every one of them is known.
pub fn message_bytes(socket: &Socket) -> Option<u64> {
    match &socket.messages {
        Messages::Inline(columns) => {
            let counts = columns.counts();
            (counts.unsized_messages == 0).then(|| counts.sent_bytes + counts.received_bytes)
        }
        Messages::File(_) | Messages::Missing(_) => socket.totals.bytes,
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
    fn messages_at_hand_are_counted_themselves() {
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
    fn messages_elsewhere_are_known_by_what_the_manifest_says() {
        let totals = Totals { messages: Some(2318), bytes: None };
        let record = with_socket(socket(1, ""), |socket| {
            socket.messages = Messages::File(MessagesFile::default());
            socket.totals = totals;
        });
        let socket = record.socket().expect("a socket");
        assert_eq!((message_count(socket), message_bytes(socket)), (Some(2318), None));
    }
}
