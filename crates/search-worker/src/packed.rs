//! The messages of a session's own bytes, packed for the transfer to the worker.

use session::model::{
    Direction, Encoding, EpochMs, Message, MessageColumns, MessageKind, MessageLog, SegmentedBuffer, Span,
};

use crate::wire::{Malformed, Read, Reader, Writer};

const TRUNCATED: u8 = 1;
const UNICODE_ESCAPES: u8 = 1 << 1;
/// The size of a message whose size is unknown.
const UNKNOWN_SIZE: u64 = u64::MAX;

/// Packs the messages from index `from` on, until there are `max_bytes` of them. Returns the bytes
/// and the index of the next message; no bytes at the end.
pub fn pack(log: MessageLog<'_>, from: usize, max_bytes: usize) -> (Vec<u8>, usize) {
    let mut out = Writer::default();
    let mut index = from;
    while let Some(message) = log.columns.get(index).filter(|_| out.len() < max_bytes) {
        let truncated = if message.is_truncated { TRUNCATED } else { 0 };
        let escapes = if message.has_unicode_escapes { UNICODE_ESCAPES } else { 0 };
        out.byte(kind_code(message.kind)).byte(direction_code(message.direction));
        out.byte(encoding_code(message.encoding)).byte(truncated | escapes);
        out.float(message.time.map(EpochMs::ms)).number(message.size.unwrap_or(UNKNOWN_SIZE));
        out.blob(&log.raw(&message));
        index += 1;
    }
    (out.finish(), index)
}

/// Appends packed messages.
///
/// # Errors
/// If the bytes are something else, or do not fit.
pub(crate) fn unpack(packed: &[u8], bytes: &mut SegmentedBuffer, columns: &mut MessageColumns) -> Read<()> {
    let mut input = Reader::new(packed);
    while !input.is_at_end() {
        let kind = kind_of(input.byte()?)?;
        let direction = direction_of(input.byte()?);
        let encoding = encoding_of(input.byte()?)?;
        let flags = input.byte()?;
        let time = input.float()?.and_then(EpochMs::new);
        let size = Some(input.number()?).filter(|size| *size != UNKNOWN_SIZE);
        let raw = input.blob()?;
        let start = bytes.len();
        bytes.append(raw).map_err(|_| Malformed)?;
        columns.push(Message {
            kind,
            direction,
            time,
            size,
            encoding,
            is_truncated: flags & TRUNCATED != 0,
            has_unicode_escapes: flags & UNICODE_ESCAPES != 0,
            body: Span::between(start, bytes.len()),
        });
    }
    Ok(())
}

pub(crate) fn kind_code(kind: MessageKind) -> u8 {
    match kind {
        MessageKind::Sent => 0,
        MessageKind::Received => 1,
        MessageKind::Error => 2,
        MessageKind::Ping => 3,
        MessageKind::Pong => 4,
        MessageKind::CloseFrame => 5,
    }
}

pub(crate) fn kind_of(code: u8) -> Read<MessageKind> {
    Ok(match code {
        0 => MessageKind::Sent,
        1 => MessageKind::Received,
        2 => MessageKind::Error,
        3 => MessageKind::Ping,
        4 => MessageKind::Pong,
        5 => MessageKind::CloseFrame,
        _ => return Err(Malformed),
    })
}

fn direction_code(direction: Option<Direction>) -> u8 {
    match direction {
        None => 0,
        Some(Direction::Sent) => 1,
        Some(Direction::Received) => 2,
    }
}

fn direction_of(code: u8) -> Option<Direction> {
    match code {
        1 => Some(Direction::Sent),
        2 => Some(Direction::Received),
        _ => None,
    }
}

fn encoding_code(encoding: Encoding) -> u8 {
    match encoding {
        Encoding::Absent => 0,
        Encoding::JsonString => 1,
        Encoding::Base64 => 2,
        Encoding::JsonValue => 3,
    }
}

fn encoding_of(code: u8) -> Read<Encoding> {
    Ok(match code {
        0 => Encoding::Absent,
        1 => Encoding::JsonString,
        2 => Encoding::Base64,
        3 => Encoding::JsonValue,
        _ => return Err(Malformed),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_messages_round_trip_in_parts_of_any_size() {
        let (mut bytes, mut columns) = (SegmentedBuffer::default(), MessageColumns::default());
        bytes.append(b"__one__two").expect("a small file");
        let message = |kind, encoding, start, len| Message {
            kind,
            direction: Some(Direction::Received),
            time: EpochMs::new(1.5),
            size: Some(u64::from(len)),
            encoding,
            is_truncated: len == 3,
            has_unicode_escapes: start == 7,
            body: Span { start, len },
        };
        columns.push(message(MessageKind::Received, Encoding::JsonString, 2, 3));
        columns.push(message(MessageKind::Pong, Encoding::Base64, 7, 3));
        let error = Message {
            direction: None,
            time: None,
            size: None,
            ..message(MessageKind::Error, Encoding::Absent, 0, 0)
        };
        columns.push(error);
        let log = MessageLog { bytes: &bytes, columns: &columns };
        for max_bytes in [1, 40, 4096] {
            let (mut to_bytes, mut to_columns) = (SegmentedBuffer::default(), MessageColumns::default());
            let mut from = 0;
            loop {
                let (packed, next) = pack(log, from, max_bytes);
                if packed.is_empty() {
                    break;
                }
                unpack(&packed, &mut to_bytes, &mut to_columns).expect("it was packed");
                from = next;
            }
            assert_eq!(to_columns.len(), 3);
            let copy = MessageLog { bytes: &to_bytes, columns: &to_columns };
            for (one, other) in columns.iter().zip(to_columns.iter()) {
                assert_eq!(log.raw(&one), copy.raw(&other));
                assert_eq!(
                    Message { body: Span::default(), ..one },
                    Message { body: Span::default(), ..other }
                );
            }
        }
    }

    #[test]
    fn other_bytes_are_rejected() {
        let (mut bytes, mut columns) = (SegmentedBuffer::default(), MessageColumns::default());
        for packed in [&b"\x09"[..], b"\0", &[0xff; 64]] {
            assert!(unpack(packed, &mut bytes, &mut columns).is_err());
        }
    }
}
