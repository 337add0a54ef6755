//! How a connection ended.

use session::encodings::visible_line;
use session::model::{Close, CloseSource, Ending, MessageColumns, Record, Session};
use session::protocols::Protocol;

use super::{Fact, NOT_RECORDED};
use crate::labels::{
    close_code_description, close_code_meaning, ending_label, first_close_frame, is_local_close_code,
    protocol_close_code, recording_label, refusal_label, side_label,
};

/// Characters of a reason: at most 123 bytes are valid.
const MAX_REASON_CHARS: usize = 2000;

/// The close of a socket: code, who closed, reason. `columns` has the messages as far as they are
/// known, and `protocol` is what is spoken in the socket.
pub fn close_facts(
    session: &Session,
    record: &Record,
    columns: &MessageColumns,
    protocol: Option<&dyn Protocol>,
) -> Vec<Fact> {
    let Some(socket) = record.socket() else { return Vec::new() };
    match &socket.ending {
        Ending::Closed(close) => closed(session, close, columns, protocol),
        _ if socket.is_refused => vec![Fact::new("Close", refusal_label(record))],
        Ending::StillOpen | Ending::NotRecorded => vec![Fact::new("Close", ending_label(session, record))],
    }
}

fn closed(
    session: &Session,
    close: &Close,
    columns: &MessageColumns,
    protocol: Option<&dyn Protocol>,
) -> Vec<Fact> {
    let mut facts = vec![code_fact(close)];
    let meaning = close.code.zip(protocol).and_then(|(code, protocol)| protocol_close_code(protocol, code));
    facts.extend(meaning.map(|meaning| Fact::new("Meaning in the protocol", meaning)));
    facts.push(closer_fact(session, close, columns));
    facts.push(Fact::new("Reason", reason(close)));
    let was_clean = match close.was_clean {
        Some(true) => "Yes: both sides sent a close frame",
        Some(false) => "No: the connection ended without the close frames of both sides",
        None => NOT_RECORDED,
    };
    facts.push(Fact::new("Clean close", was_clean));
    facts
}

fn code_fact(close: &Close) -> Fact {
    match close.code {
        Some(code) => Fact::new("Close code", format!("{code} {}", close_code_meaning(code)))
            .with_note(close_code_description(code)),
        None if close.source == CloseSource::Aborted => {
            Fact::new("Close code", "None: the connection was aborted")
        }
        None if close.source == CloseSource::Frame => Fact::new("Close code", "None in the close frame"),
        None => Fact::new("Close code", NOT_RECORDED),
    }
}

/// Which side sent the first close frame. Only recordings of frames have that: the other side
/// usually echoes the code.
fn closer_fact(session: &Session, close: &Close, columns: &MessageColumns) -> Fact {
    let label = "Closed by";
    if let Some(direction) = first_close_frame(columns) {
        let side = side_label(direction);
        return Fact::new(label, format!("The {side}, which sent the first close frame"));
    }
    match (close.source, close.code) {
        (CloseSource::Aborted, _) => Fact::new(label, "Neither side: the connection was aborted"),
        (_, Some(1010)) => Fact::new(label, "The page: only a client sends this code"),
        (_, Some(code)) if is_local_close_code(code) && code != 1005 => {
            Fact::new(label, "Not recorded: no close frame arrived")
        }
        (CloseSource::Event, _) => Fact::new(label, NOT_RECORDED).with_note(
            "The close event has the code of the last close frame, which usually repeats that of the first. Recordings \
             of frames, such as mitmproxy's, show which side sent it.",
        ),
        (CloseSource::Frame | CloseSource::EntryTime, _) => {
            Fact::new(label, format!("Not recorded {}", recording_label(session)))
        }
    }
}

fn reason(close: &Close) -> String {
    match close.reason.as_deref() {
        Some("") => "Empty".to_owned(),
        Some(reason) => visible_line(reason, MAX_REASON_CHARS).into_owned(),
        None if close.source == CloseSource::Frame => "None in the close frame".to_owned(),
        None => NOT_RECORDED.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{at, closed as closed_at, format_of, refused, session, socket, with_socket};
    use session::model::{Direction, Encoding, Message, MessageKind, Producer, Span};
    use session::protocols::protocol;

    fn facts(record: Record) -> Vec<(&'static str, String)> {
        facts_with(record, &MessageColumns::default(), None)
    }

    fn facts_with(
        record: Record,
        columns: &MessageColumns,
        protocol: Option<&dyn Protocol>,
    ) -> Vec<(&'static str, String)> {
        let session = session(vec![record]);
        let facts = close_facts(&session, &session.records[0], columns, protocol);
        facts.into_iter().map(|fact| (fact.label, fact.value)).collect()
    }

    fn bare(code: u16) -> Record {
        closed_at(socket(1, "wss://a.test/"), 2000.0, code)
    }

    fn with_close(record: Record, edit: impl FnOnce(&mut Close)) -> Record {
        with_socket(record, |socket| {
            if let Ending::Closed(close) = &mut socket.ending {
                edit(close);
            }
        })
    }

    #[test]
    fn a_recorded_close_has_code_closer_reason_and_cleanness() {
        let record = with_close(bare(4401), |close| close.reason = Some("token expired".into()));
        let graphql = protocol("graphql-transport-ws");
        let facts = facts_with(record, &MessageColumns::default(), graphql);
        let labels: Vec<_> = facts.iter().map(|(label, _)| *label).collect();
        assert_eq!(labels, ["Close code", "Meaning in the protocol", "Closed by", "Reason", "Clean close"]);
        assert_eq!(facts[0].1, "4401 application code");
        assert!(facts[1].1.ends_with("Unauthorized"), "{}", facts[1].1);
        assert_eq!((facts[2].1.as_str(), facts[3].1.as_str()), ("Not recorded", "token expired"));
        assert!(facts[4].1.starts_with("Yes"));
    }

    #[test]
    fn the_first_close_frame_shows_who_closed() {
        let mut columns = MessageColumns::default();
        for direction in [Direction::Received, Direction::Sent] {
            columns.push(Message {
                kind: MessageKind::CloseFrame,
                direction: Some(direction),
                time: Some(at(10.0)),
                size: None,
                encoding: Encoding::Absent,
                is_truncated: false,
                has_unicode_escapes: false,
                body: Span::default(),
            });
        }
        let facts = facts_with(bare(1000), &columns, None);
        assert_eq!(facts[1], ("Closed by", "The server, which sent the first close frame".to_owned()));
    }

    #[test]
    fn what_a_format_does_not_record_is_said() {
        let record = with_close(bare(1000), |close| {
            (close.code, close.source, close.was_clean) = (None, CloseSource::EntryTime, None);
        });
        let producer = Producer { name: "WebInspector".to_owned(), ..Producer::default() };
        let har = Session { format: format_of("HAR"), producer, ..session(vec![record]) };
        let facts = close_facts(&har, &har.records[0], &MessageColumns::default(), None);
        let values: Vec<_> = facts.into_iter().map(|fact| fact.value).collect();
        assert_eq!(values, ["Not recorded", "Not recorded by Chrome's HAR", "Not recorded", "Not recorded"]);
    }

    #[test]
    fn a_lost_connection_has_no_side_that_closed() {
        assert_eq!(facts(bare(1006))[1].1, "Not recorded: no close frame arrived");
        let aborted = with_close(bare(1006), |close| {
            (close.code, close.source) = (None, CloseSource::Aborted);
        });
        let facts = facts(aborted);
        assert_eq!(facts[0].1, "None: the connection was aborted");
        assert_eq!(facts[1].1, "Neither side: the connection was aborted");
    }

    #[test]
    fn a_socket_without_a_close_says_why() {
        let open = facts(socket(1, "wss://a.test/"));
        assert_eq!(open, [("Close", "Still open when the recording ended".to_owned())]);
        let refused = facts(refused(socket(1, "wss://a.test/"), 403));
        assert_eq!(refused, [("Close", "Handshake refused with 403 Forbidden".to_owned())]);
    }
}
