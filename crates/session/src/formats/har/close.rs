//! The close of a socket in a HAR: the close that the entry records, else a close frame, else
//! (Chrome) the end of the entry.

use super::entry::{CloseField, Entry};
use crate::encodings::base64;
use crate::formats::common::http::close_code;
use crate::model::plausible::MessageClock;
use crate::model::{
    Close, CloseSource, Encoding, Ending, EpochMs, Message, MessageKind, Messages, Producer, SegmentedBuffer,
    Socket,
};
use json_spans::json_string;

/// The close as HTTP Toolkit records it, else the end of the entry if Chrome's `receive` shows that
/// the socket lasted beyond its last frame. Close frames are read by [`from_frame`], which needs
/// the bytes.
pub(super) fn of_entry(
    entry: &Entry<'_>,
    start: Option<EpochMs>,
    end: Option<EpochMs>,
    producer: &Producer,
    is_refused: bool,
    clock: Option<&MessageClock>,
) -> Ending {
    match &entry.close {
        CloseField::Recorded { code: number, reason, timestamp, was_clean } => Ending::Closed(Close {
            at: timestamp.get().and_then(|timestamp| close_time(timestamp, start, clock)),
            code: close_code(*number),
            reason: reason.clone(),
            was_clean: was_clean.0,
            source: CloseSource::Event,
        }),
        CloseField::Aborted => Ending::Closed(Close {
            at: None,
            code: None,
            reason: None,
            was_clean: Some(false),
            source: CloseSource::Aborted,
        }),
        CloseField::Absent if is_closed_by_chrome(entry, producer) && !is_refused && start.is_some() => {
            Ending::Closed(Close {
                at: end,
                code: None,
                reason: None,
                was_clean: None,
                source: CloseSource::EntryTime,
            })
        }
        CloseField::Absent => Ending::NotRecorded,
    }
}

/// The time of a close: on the clock of the messages if that is known, else a date near the
/// socket's start.
fn close_time(timestamp: f64, start: Option<EpochMs>, clock: Option<&MessageClock>) -> Option<EpochMs> {
    match clock.filter(|clock| clock.is_estimated()) {
        Some(clock) => clock.time(timestamp),
        None => MessageClock::of(&[timestamp], start, None).as_date(timestamp),
    }
}

fn is_closed_by_chrome(entry: &Entry<'_>, producer: &Producer) -> bool {
    let receive = entry.timings.0.as_ref().and_then(|timings| timings.receive.get());
    producer.name == "WebInspector" && receive.is_some_and(|receive| receive > 0.0)
}

/// Sets the close of a socket by its close frames (opcode 8), if the entry does not record it. The
/// payload is the code in two bytes and the reason. A socket is closed when both sides have sent a
/// frame, so the last one has the time.
pub(super) fn from_frame(socket: &mut Socket, buffer: &SegmentedBuffer) {
    let is_named = socket.close().is_some_and(|close| close.source != CloseSource::EntryTime);
    let Messages::Inline(columns) = &socket.messages else { return };
    let frames = || columns.iter().filter(|message| message.kind == MessageKind::CloseFrame);
    let (Some(first), Some(last)) = (frames().next().filter(|_| !is_named), frames().last()) else { return };
    let (code, reason) = payload(&first, buffer);
    let was_clean = frames().any(|frame| frame.direction != first.direction).then_some(true);
    let at = last.time.or(first.time);
    socket.ending = Ending::Closed(Close { at, code, reason, was_clean, source: CloseSource::Frame });
}

fn payload(frame: &Message, buffer: &SegmentedBuffer) -> (Option<u16>, Option<Box<str>>) {
    let raw = buffer.slice(frame.body);
    let payload = match frame.encoding {
        Encoding::Base64 => base64::decode(json_string::unescape(&raw).as_bytes()).unwrap_or_default(),
        Encoding::JsonString => json_string::unescape(&raw).as_bytes().to_vec(),
        Encoding::Absent | Encoding::JsonValue => Vec::new(),
    };
    let Some((code, reason)) = payload.split_first_chunk::<2>() else { return (None, None) };
    let code = Some(u16::from_be_bytes(*code)).filter(|code| (1000..5000).contains(code));
    let reason = Some(String::from_utf8_lossy(reason).into_owned()).filter(|reason| !reason.is_empty());
    (code, reason.map(String::into_boxed_str).filter(|_| code.is_some()))
}
