//! Reads the messages of an event stream from the body of its response.

use super::{LoadError, MessagesReader};
use crate::encodings::{EventStreamParser, StreamEvent, StreamRest};
use crate::model::{MessagesFile, counted};
use json_spans::json_string;

/// Reads the messages of an event stream from its body. They have no times, because a body has
/// none.
#[derive(Debug)]
pub struct EventStreamReader {
    parser: EventStreamParser,
    messages: MessagesReader,
}

impl Default for EventStreamReader {
    fn default() -> Self {
        let file =
            MessagesFile { path: "response body".into(), is_event_stream: true, ..MessagesFile::default() };
        Self { parser: EventStreamParser::default(), messages: MessagesReader::new(file) }
    }
}

impl EventStreamReader {
    /// Reads the next piece of the decoded body.
    ///
    /// # Errors
    /// When there are more messages than can be held.
    pub fn feed(&mut self, piece: &[u8]) -> Result<(), LoadError> {
        let mut lines = Vec::new();
        self.parser.feed(piece, |event| push_line(&mut lines, &event));
        self.messages.feed(&lines)
    }

    /// Ends the body. Comments, retry times and an incomplete event are noted.
    ///
    /// # Errors
    /// As [`EventStreamReader::feed`].
    pub fn finish(self) -> Result<MessagesReader, LoadError> {
        let Self { parser, mut messages } = self;
        let StreamRest { comments, retry, has_incomplete_event } = parser.finish();
        messages.finish(None)?;
        if has_incomplete_event {
            messages
                .note("the body ends within an event, which a browser does not dispatch: it is not listed");
        }
        if let Some(retry) = retry {
            messages.note(&format!("the server asked to reconnect after {retry} ms (retry)"));
        }
        if comments > 0 {
            messages
                .note(&format!("{} not listed", counted(comments, "comment line is", "comment lines are")));
        }
        Ok(messages)
    }
}

/// Appends an event as a line of a native messages file, without a time.
fn push_line(lines: &mut Vec<u8>, event: &StreamEvent) {
    lines.extend_from_slice(br#"{"type":"received""#);
    for (key, text) in [("event", &event.name), ("eventId", &event.id), ("message", &event.data)] {
        if key == "message" || !text.is_empty() {
            lines.extend_from_slice(format!(r#","{key}":""#).as_bytes());
            json_string::escape(lines, text.as_bytes());
            lines.push(b'"');
        }
    }
    lines.extend_from_slice(b"}\n");
}
