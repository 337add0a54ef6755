//! The labels of the search over the messages of all sockets.

use session::model::{MessageKind, plural};

/// The summary of a search: `12 messages in 2 of 7 sockets`.
pub fn search_summary(matches: u64, matching_sockets: usize, sockets: usize) -> String {
    let messages = plural(matches, "message");
    format!("{messages} in {matching_sockets} of {}", plural(sockets as u64, "socket"))
}

/// The direction of a message as a glyph, and as a word.
pub fn direction_labels(kind: MessageKind) -> (&'static str, &'static str) {
    match kind {
        MessageKind::Sent => ("↑", "Sent"),
        MessageKind::Received => ("↓", "Received"),
        MessageKind::Ping => ("·", "Ping"),
        MessageKind::Pong => ("·", "Pong"),
        MessageKind::Error => ("!", "Error"),
        MessageKind::CloseFrame => ("✕", "Close"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_counts_messages_and_sockets() {
        assert_eq!(search_summary(1200, 3, 20), "1,200 messages in 3 of 20 sockets");
        assert_eq!(search_summary(1, 1, 1), "1 message in 1 of 1 socket");
        assert_eq!(search_summary(0, 0, 0), "0 messages in 0 of 0 sockets");
    }
}
