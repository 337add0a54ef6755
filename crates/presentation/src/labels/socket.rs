//! Sentences about the life of a socket.

use session::encodings::visible_line;
use std::borrow::Cow;

use session::model::{
    Close, CloseSource, Direction, Ending, MessageColumns, MessageKind, Messages, Missing, Record, Session,
    Socket,
};
use session::protocols::{self, Handshake, Sample};

use super::close_code::{close_code_meaning, protocol_close_code};
use crate::labels::status_label;
use crate::time::{Latency, latency};

const MAX_QUOTED_CHARS: usize = 500;

/// How the socket ended, in one line: the close with code, meaning and reason, or why there is
/// none.
pub fn ending_label(session: &Session, record: &Record) -> String {
    let Some(socket) = record.socket() else { return String::new() };
    match &socket.ending {
        Ending::Closed(close) => close_parts(record, socket, close).join(" · "),
        _ if socket.is_refused => "Never opened".to_owned(),
        Ending::StillOpen => "Still open when the recording ended".to_owned(),
        Ending::NotRecorded => missing_close_label(session),
    }
}

fn missing_close_label(session: &Session) -> String {
    let format = session.format;
    if format.capabilities().has_socket_closes {
        return "Close not recorded".to_owned();
    }
    format!("Close not recorded {}", recording_label(session))
}

/// `by Chrome's HAR`, or `in this HAR` where the producer is not known.
pub(crate) fn recording_label(session: &Session) -> String {
    match session.producer.name.as_str() {
        "" => format!("in this {}", session.format.noun()),
        _ => format!("by {}'s {}", producer(session), session.format.noun()),
    }
}

fn producer(session: &Session) -> Cow<'_, str> {
    visible_line(session.producer.spoken(), 80)
}

/// `Closed 1006 abnormal closure`, `no close frame`, `"reason"`: the parts of a close that are
/// known.
fn close_parts(record: &Record, socket: &Socket, close: &Close) -> Vec<String> {
    let mut parts = vec![close_title(close)];
    parts.extend(close.code.and_then(|code| meaning_by_handshake(record, code)));
    if close.code == Some(1006) && close.was_clean == Some(false) {
        parts.push("no close frame".to_owned());
    }
    if let Some(reason) = close.reason.as_deref().filter(|reason| !reason.is_empty()) {
        parts.push(format!("\"{}\"", visible_line(reason, MAX_QUOTED_CHARS)));
    }
    if let Some(closer) = closed_by(socket, close) {
        parts.push(format!("closed by the {closer}"));
    }
    if close.code.is_none() && close.source != CloseSource::Aborted {
        parts.push("close code not recorded".to_owned());
    }
    parts
}

fn close_title(close: &Close) -> String {
    match close.code {
        Some(code) => format!("Closed {code} {}", close_code_meaning(code)),
        None if close.source == CloseSource::Aborted => "Connection aborted".to_owned(),
        None => "Closed".to_owned(),
    }
}

/// What the protocol that the handshake shows defines for a close code, if the code of the
/// protocols is loaded.
fn meaning_by_handshake(record: &Record, code: u16) -> Option<String> {
    let library = protocols::installed()?;
    let recognition = library.recognize(&Handshake::of(record)?, &Sample::default())?;
    protocol_close_code(recognition.protocol, code)
}

/// The side that sent the first close frame, where the frames are at hand.
fn closed_by(socket: &Socket, close: &Close) -> Option<&'static str> {
    let Messages::Inline(columns) = &socket.messages else { return None };
    let frame = first_close_frame(columns).filter(|_| close.source == CloseSource::Frame);
    frame.map(side_label)
}

/// The direction of the first close frame among the messages.
pub(crate) fn first_close_frame(columns: &MessageColumns) -> Option<Direction> {
    columns.iter().find(|message| message.kind == MessageKind::CloseFrame)?.direction
}

/// The side that sends in that direction.
pub(crate) fn side_label(direction: Direction) -> &'static str {
    match direction {
        Direction::Sent => "page",
        Direction::Received => "server",
    }
}

/// Why a handshake did not succeed: `Handshake refused with 403 Forbidden`, `Handshake failed`, and
/// the error.
pub(crate) fn refusal_label(record: &Record) -> String {
    let mut label = match record.status {
        Some(status) => format!("Handshake refused with {}", status_label(status)),
        None => "Handshake failed".to_owned(),
    };
    if let Some(error) = record.error.as_deref().filter(|error| !error.is_empty()) {
        label = format!("{label} · {}", visible_line(error, MAX_QUOTED_CHARS));
    }
    label
}

/// The first row of a socket's messages: `Open · handshake 62 ms · protocol orders.v2`.
pub fn open_line(record: &Record) -> String {
    let Some(socket) = record.socket() else { return String::new() };
    if socket.is_refused {
        return refusal_label(record);
    }
    if socket.is_orphan {
        return "Open not recorded".to_owned();
    }
    let mut line = "Open".to_owned();
    if let Some(handshake) = socket.handshake(record.start) {
        line = format!("{line} · handshake {}", handshake.duration());
    }
    if let Some(protocol) = socket.protocol.as_deref().filter(|protocol| !protocol.is_empty()) {
        line = format!("{line} · protocol {}", visible_line(protocol, MAX_QUOTED_CHARS));
    }
    line
}

/// The last row of a socket's messages:
/// `Closed 1006 abnormal closure · no close frame · open 41.20 s`, or the reason why none was recorded.
pub fn close_line(session: &Session, record: &Record) -> String {
    let label = ending_label(session, record);
    match latency(session, record) {
        Latency::Took(time) => format!("{label} · open {}", time.duration()),
        Latency::Open(_) | Latency::Unknown => label,
    }
}

/// Why the messages of a socket cannot be shown.
pub fn missing_label(session: &Session, missing: Missing) -> String {
    let is_disabled = session.capture.is_some_and(|capture| !capture.has_web_sockets);
    match missing {
        Missing::NotRecorded if is_disabled => {
            "Messages were not recorded: the recorder was set not to capture WebSockets".to_owned()
        }
        Missing::NotRecorded => "Messages of this socket were not recorded".to_owned(),
        Missing::NotExported => format!("Messages are not exported by {}", producer(session)),
        Missing::OutsideRecording => {
            "Messages are in a file outside the recording's folder; not opened for safety".to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{at, closed, format_of, http, orphan, refused, session, socket, with_socket};
    use session::model::{Capture, Encoding, Message, MessageColumns, Producer, Span};

    fn bare() -> Record {
        socket(1, "wss://a.test/")
    }

    fn last_line(record: Record) -> String {
        let session = session(vec![record]);
        close_line(&session, &session.records[0])
    }

    fn har_of(producer: &str, record: Record) -> Session {
        let producer = Producer { name: producer.to_owned(), ..Producer::default() };
        Session { format: format_of("HAR"), producer, ..session(vec![record]) }
    }

    #[test]
    fn a_close_has_code_meaning_reason_and_time_open() {
        assert_eq!(
            last_line(closed(bare(), 41_200.0, 1006)),
            "Closed 1006 abnormal closure · no close frame · open 41.20 s"
        );
        let with_reason = with_socket(closed(bare(), 2000.0, 4001), |socket| {
            if let Ending::Closed(close) = &mut socket.ending {
                close.reason = Some("session replaced".into());
            }
        });
        assert_eq!(
            last_line(with_reason),
            "Closed 4001 application code · \"session replaced\" · open 2.00 s"
        );
    }

    #[test]
    fn a_close_code_of_the_subprotocol_has_its_meaning_there() {
        protocols::install(&protocols::AllProtocols);
        let record = with_socket(closed(bare(), 2000.0, 4401), |socket| {
            socket.protocol = Some("graphql-transport-ws".into());
        });
        let line = last_line(record);
        assert!(line.starts_with("Closed 4401 application code · GraphQL"), "{line}");
        assert!(line.contains(": Unauthorized · open"), "{line}");
    }

    #[test]
    fn a_close_without_a_code_is_labeled() {
        let from = |source| {
            with_socket(closed(bare(), 2000.0, 1000), |socket| {
                if let Ending::Closed(close) = &mut socket.ending {
                    (close.code, close.source) = (None, source);
                }
            })
        };
        assert_eq!(last_line(from(CloseSource::EntryTime)), "Closed · close code not recorded · open 2.00 s");
        assert_eq!(last_line(from(CloseSource::Aborted)), "Connection aborted · open 2.00 s");
    }

    #[test]
    fn a_close_frame_identifies_the_closing_side() {
        let mut columns = MessageColumns::default();
        columns.push(Message {
            kind: MessageKind::CloseFrame,
            direction: Some(Direction::Received),
            time: Some(at(10.0)),
            size: None,
            encoding: Encoding::Absent,
            is_truncated: false,
            has_unicode_escapes: false,
            body: Span::default(),
        });
        let record = with_socket(closed(bare(), 10.0, 1001), |socket| {
            socket.messages = Messages::Inline(columns);
            if let Ending::Closed(close) = &mut socket.ending {
                close.source = CloseSource::Frame;
            }
        });
        assert_eq!(last_line(record), "Closed 1001 going away · closed by the server · open 10 ms");
    }

    #[test]
    fn control_characters_of_a_reason_are_escaped() {
        let spoofed = with_socket(closed(bare(), 2000.0, 4001), |socket| {
            if let Ending::Closed(close) = &mut socket.ending {
                close.reason = Some("\u{202e}reversed\n\u{2066}".into());
            }
        });
        assert_eq!(
            last_line(spoofed),
            r#"Closed 4001 application code · "\u{202e}reversed⏎\u{2066}" · open 2.00 s"#
        );
    }

    #[test]
    fn a_missing_close_is_labeled() {
        assert_eq!(last_line(bare()), "Still open when the recording ended");
        let unrecorded = || with_socket(bare(), |socket| socket.ending = Ending::NotRecorded);
        assert_eq!(last_line(unrecorded()), "Close not recorded");
        let cases = [
            ("WebInspector", "Close not recorded by Chrome's HAR"),
            ("Firefox", "Close not recorded by Firefox's HAR"),
            ("", "Close not recorded in this HAR"),
        ];
        for (name, label) in cases {
            let session = har_of(name, unrecorded());
            assert_eq!(close_line(&session, &session.records[0]), label);
        }
    }

    #[test]
    fn the_open_row_describes_the_handshake() {
        assert_eq!(open_line(&bare()), "Open");
        let opened = with_socket(bare(), |socket| {
            socket.opened = Some(at(62.0));
            socket.protocol = Some("orders.v2".into());
        });
        assert_eq!(open_line(&opened), "Open · handshake 62 ms · protocol orders.v2");
        assert_eq!(open_line(&orphan(bare())), "Open not recorded");
    }

    #[test]
    fn a_refused_handshake_is_labeled() {
        let record = Record { error: Some("bad origin".into()), ..refused(bare(), 403) };
        assert_eq!(open_line(&record), "Handshake refused with 403 Forbidden · bad origin");
        assert_eq!(open_line(&Record { status: None, ..refused(bare(), 403) }), "Handshake failed");
        assert_eq!(last_line(record), "Never opened");
    }

    #[test]
    fn missing_messages_state_the_reason() {
        let mut session = har_of("Firefox", bare());
        assert_eq!(missing_label(&session, Missing::NotExported), "Messages are not exported by Firefox");
        assert_eq!(
            missing_label(&session, Missing::NotRecorded),
            "Messages of this socket were not recorded"
        );
        session.capture = Some(Capture::default());
        assert!(missing_label(&session, Missing::NotRecorded).contains("set not to capture"));
    }

    #[test]
    fn a_request_has_no_socket_labels() {
        let session = session(vec![http(1, "https://a.test/")]);
        assert_eq!(ending_label(&session, &session.records[0]), "");
        assert_eq!(open_line(&session.records[0]), "");
    }
}
