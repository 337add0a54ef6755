//! Corrections of entries that need all entries, or the fields after them.

use super::convert::{self, EntryContext};
use super::socket;
use crate::model::{
    EpochMs, EventStream, MessageColumns, Messages, Missing, Record, RecordKind, SegmentedBuffer, Session,
    Socket,
};

/// Reads the entries again, because the producer is named after them.
pub(super) fn read_again(session: &mut Session) {
    let buffer = std::mem::take(&mut session.bytes);
    session.last_known = None;
    for mut record in std::mem::take(&mut session.records) {
        let again = read_record(session, &buffer, &mut record, None);
        convert::add(session, again);
    }
    session.bytes = buffer;
}

/// Reads a record again, with a start from another source if its entry has none. Its type stays,
/// because it may depend on other entries.
pub(super) fn read_record(
    session: &Session,
    buffer: &SegmentedBuffer,
    record: &mut Record,
    start: Option<EpochMs>,
) -> Record {
    let text = buffer.slice(record.source);
    let (messages, events) = match &mut record.kind {
        RecordKind::Socket(socket) => (take_inline(socket), None),
        RecordKind::Http(http) => (None, http.messages.take().and_then(|stream| listed_events(*stream))),
    };
    let context = EntryContext {
        number: record.number,
        source: record.source,
        text: &text,
        buffer,
        producer: &session.producer,
        messages,
        events,
        start,
    };
    let mut again = convert::read(context).record;
    if let (RecordKind::Http(old), RecordKind::Http(new)) = (&record.kind, &mut again.kind) {
        new.resource_type = old.resource_type;
    }
    again
}

fn listed_events(stream: EventStream) -> Option<MessageColumns> {
    match stream {
        EventStream::Inline(columns) => Some(columns),
        EventStream::File(_) | EventStream::Body => None,
    }
}

fn take_inline(socket: &mut Socket) -> Option<MessageColumns> {
    match std::mem::replace(&mut socket.messages, Messages::Missing(Missing::NotRecorded)) {
        Messages::Inline(columns) => Some(columns),
        // An empty list next to the file may be what identifies the entry as a socket.
        Messages::File(_) | Messages::Missing(Missing::OutsideRecording) => Some(MessageColumns::default()),
        Messages::Missing(Missing::NotRecorded | Missing::NotExported) => None,
    }
}

/// Notes once that times of messages were corrected, and the possible error.
pub(in crate::formats) fn note_estimated_times(session: &mut Session) {
    let has_corrected_times = |record: &Record| {
        let has_times = record.socket().is_some_and(|socket| match &socket.messages {
            Messages::Inline(columns) => columns.raw_times().iter().any(|time| !time.is_nan()),
            Messages::File(_) => true,
            Messages::Missing(_) => false,
        });
        has_times && record.start.is_some_and(|start| socket::slow_clock(&session.producer, start).is_some())
    };
    if session.records.iter().any(has_corrected_times) {
        let note = "Playwright 1.61.0 wrote the times of messages a thousand times too close together: those shown are \
                    estimated, and may be off by up to a second";
        session.notes.push("messages", None, note);
    }
}

/// Marks sockets without messages as empty instead of not recorded, if Playwright recorded messages
/// of another socket: it writes no list for a socket without messages.
pub(in crate::formats) fn note_silent_sockets(session: &mut Session) {
    if session.producer.name != "Playwright" {
        return;
    }
    let has_messages = |socket: &Socket| match &socket.messages {
        Messages::Inline(columns) => !columns.is_empty(),
        Messages::File(_) => true,
        Messages::Missing(_) => false,
    };
    if !session.records.iter().filter_map(Record::socket).any(has_messages) {
        return;
    }
    for record in &mut session.records {
        if let RecordKind::Socket(socket) = &mut record.kind
            && matches!(socket.messages, Messages::Missing(Missing::NotRecorded))
        {
            socket.messages = Messages::Inline(MessageColumns::default());
            socket.totals.messages = Some(0);
        }
    }
}
