//! `text/event-stream` as the HTML standard parses it (section 9.2.6, "Interpreting an event
//! stream").

/// Bytes to which event IDs are truncated: an ID applies to all later events, so that a long one
/// would multiply.
const MAX_ID_BYTES: usize = 1024;

/// An event that a browser dispatches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamEvent {
    /// The event's type; empty if the stream names none, which means `message`.
    pub name: String,
    /// The last event ID as of this event: that of the latest `id` line.
    pub id: String,
    /// The event's data: its `data` lines, joined by line feeds.
    pub data: String,
}

/// The contents of a stream other than events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StreamRest {
    /// Number of comments, lines that begin with a colon: servers keep connections alive with them.
    pub comments: u64,
    /// The last reconnection time that the server requested, in milliseconds.
    pub retry: Option<u64>,
    /// The stream ends within an event, which a browser therefore does not dispatch.
    pub has_incomplete_event: bool,
}

/// Parses an event stream in pieces of any size.
#[derive(Debug, Default)]
pub struct EventStreamParser {
    /// The incomplete last line.
    line: Vec<u8>,
    /// The last byte was a carriage return, after which a line feed ends no other line.
    was_cr: bool,
    /// A line was read, so that no byte order mark can follow.
    has_begun: bool,
    name: Vec<u8>,
    id: Vec<u8>,
    /// The event's data, each line with a line feed after it.
    data: Vec<u8>,
    rest: StreamRest,
}

impl EventStreamParser {
    /// Parses the next piece and calls `on_event` for each event that ends in it.
    pub fn feed(&mut self, piece: &[u8], mut on_event: impl FnMut(StreamEvent)) {
        let mut piece = piece;
        if std::mem::take(&mut self.was_cr) {
            match piece.split_first() {
                Some((b'\n', after)) => piece = after,
                Some(_) => {}
                None => self.was_cr = true,
            }
        }
        while let Some(at) = memchr::memchr2(b'\n', b'\r', piece) {
            let (line, tail) = piece.split_at(at);
            self.line.extend_from_slice(line);
            let line = std::mem::take(&mut self.line);
            on_event_of(self.take_line(&line), &mut on_event);
            // Reuse the buffer for the next line.
            self.line = line;
            self.line.clear();
            piece = match tail {
                [b'\r'] => {
                    self.was_cr = true;
                    &[]
                }
                [b'\r', b'\n', after @ ..] | [_, after @ ..] => after,
                [] => &[],
            };
        }
        self.line.extend_from_slice(piece);
    }

    /// Ends the stream. An event without a blank line after it is not dispatched.
    pub fn finish(mut self) -> StreamRest {
        let line = std::mem::take(&mut self.line);
        if !line.is_empty() {
            self.take_line(&line);
        }
        StreamRest { has_incomplete_event: !self.data.is_empty(), ..self.rest }
    }

    fn take_line(&mut self, line: &[u8]) -> Option<StreamEvent> {
        let is_first = !std::mem::replace(&mut self.has_begun, true);
        let line = line.strip_prefix(b"\xEF\xBB\xBF").filter(|_| is_first).unwrap_or(line);
        if line.is_empty() {
            return self.dispatch();
        }
        let (field, value) = match memchr::memchr(b':', line) {
            Some(0) => {
                self.rest.comments += 1;
                return None;
            }
            Some(at) => line.split_at(at),
            None => (line, &b":"[..]),
        };
        let value = value.strip_prefix(b":").unwrap_or(value);
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match field {
            b"event" => {
                self.name.clear();
                self.name.extend_from_slice(value);
            }
            b"data" => {
                self.data.extend_from_slice(value);
                self.data.push(b'\n');
            }
            b"id" if !value.contains(&0) => {
                self.id.clear();
                self.id.extend_from_slice(value.get(..MAX_ID_BYTES).unwrap_or(value));
            }
            b"retry" if value.iter().all(u8::is_ascii_digit) => {
                self.rest.retry = std::str::from_utf8(value).ok().and_then(|digits| digits.parse().ok());
            }
            _ => {}
        }
        None
    }

    fn dispatch(&mut self) -> Option<StreamEvent> {
        let name = std::mem::take(&mut self.name);
        let data = std::mem::take(&mut self.data);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let data = data.strip_suffix(b"\n")?;
        Some(StreamEvent { name: text(&name), id: text(&self.id), data: text(data) })
    }
}

fn on_event_of(event: Option<StreamEvent>, on_event: &mut impl FnMut(StreamEvent)) {
    if let Some(event) = event {
        on_event(event);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(stream: &[u8], piece: usize) -> (Vec<StreamEvent>, StreamRest) {
        let (mut parser, mut events) = (EventStreamParser::default(), Vec::new());
        for piece in stream.chunks(piece.max(1)) {
            parser.feed(piece, |event| events.push(event));
        }
        (events, parser.finish())
    }

    fn event(name: &str, id: &str, data: &str) -> StreamEvent {
        StreamEvent { name: name.to_owned(), id: id.to_owned(), data: data.to_owned() }
    }

    /// The events of the stream, which are the same with each of the three line ends.
    fn events(stream: &str) -> Vec<StreamEvent> {
        let (events, _) = parse(stream.as_bytes(), usize::MAX);
        for line_end in ["\r\n", "\r"] {
            assert_eq!(parse(stream.replace('\n', line_end).as_bytes(), 1).0, events, "with {line_end:?}");
        }
        events
    }

    #[test]
    fn the_examples_of_the_html_standard_are_parsed() {
        assert_eq!(events("data: YHOO\ndata: +2\ndata: 10\n\n"), [event("", "", "YHOO\n+2\n10")]);
        assert_eq!(
            events(
                ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n"
            ),
            [event("", "1", "first event"), event("", "", "second event")],
            "the third is not ended by a blank line"
        );
        assert_eq!(events("data\n\ndata\ndata\n\ndata:"), [event("", "", ""), event("", "", "\n")]);
        assert_eq!(events("data:test\n\ndata: test\n\n"), [event("", "", "test"), event("", "", "test")]);
    }

    #[test]
    fn an_id_applies_to_later_events_and_a_name_to_one() {
        assert_eq!(
            events(
                "event: add\nid: 7\ndata: a\n\ndata: b\n\nid: 8\nevent: gone\n\ndata: c\n\nid: 9\0\ndata: d\n\n"
            ),
            [event("add", "7", "a"), event("", "7", "b"), event("", "8", "c"), event("", "8", "d")],
            "a block without data dispatches nothing, but its id counts; an id with a NUL does not"
        );
    }

    #[test]
    fn a_byte_order_mark_is_not_part_of_the_first_line() {
        assert_eq!(events("\u{feff}data: a\n\n"), [event("", "", "a")]);
        assert_eq!(events("\u{feff}\n\u{feff}data: a\n\n"), []);
    }

    #[test]
    fn comments_reconnection_times_and_a_missing_end_are_counted() {
        let (events, rest) = parse(b": hi\nretry: 3000\nretry: 3s\n:\ndata: incomplete", usize::MAX);
        assert_eq!(events, []);
        assert_eq!(rest, StreamRest { comments: 2, retry: Some(3000), has_incomplete_event: true });
    }

    #[test]
    fn a_long_id_is_truncated() {
        let stream = format!("id: {}\n{}", "x".repeat(100_000), "data\n\n".repeat(1000));
        let total: usize = events(&stream).iter().map(|event| event.id.len()).sum();
        assert_eq!(total, 1000 * MAX_ID_BYTES);
    }

    proptest! {
        #[test]
        fn pieces_of_any_size_give_the_same_events(
            lines in proptest::collection::vec("(data|event|id|retry|: x)?:? ?[a-z0-9é]{0,3}(\n|\r|\r\n)", 0..12),
            piece in 1_usize..9,
        ) {
            let stream = lines.concat();
            prop_assert_eq!(parse(stream.as_bytes(), piece), parse(stream.as_bytes(), usize::MAX));
        }
    }
}
