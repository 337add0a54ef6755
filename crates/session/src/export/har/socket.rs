//! The messages of a socket, and its close.

use super::{UNKNOWN, seconds};
use crate::export::json::Json;
use crate::export::payload::{self, As};
use crate::model::{
    Close, CloseSource, Direction, Encoding, Ending, EpochMs, Message, MessageKind, MessageLog, Session,
    Socket,
};

/// The messages of one socket, and how they are written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frames<'a> {
    pub(super) log: MessageLog<'a>,
    pub(super) payloads: bool,
    /// The messages that are written; all where it is `None`.
    pub(super) selected: Option<&'a [u32]>,
}

impl Frames<'_> {
    /// Writes the message at `index`. Returns whether it had a payload that was left out.
    pub(super) fn write(self, json: &mut Json, index: usize) -> bool {
        let Some(message) = self.log.columns.get(index) else { return false };
        let has_payload = message.encoding != Encoding::Absent;
        let keeps_payload = has_payload && self.payloads;
        json.open_object();
        json.field("type", type_of(&message));
        json.number_field("time", message.time.and_then(seconds).unwrap_or(UNKNOWN));
        json.optional_number_field("opcode", opcode(&message));
        if keeps_payload {
            json.key("data");
            let form = if is_binary(&message) { As::Base64 } else { As::String };
            payload::write(json, &message, &self.log.raw(&message), form);
            if message.kind == MessageKind::Error && message.encoding == Encoding::Base64 {
                json.field("encoding", "base64");
            }
        }
        // Without its data a message still has its size; a prefix gives that of all of it.
        json.mark("truncated", message.is_truncated && keeps_payload);
        if !keeps_payload || message.is_truncated {
            json.optional_number_field("size", message.size.map(|size| size as f64));
        }
        json.close_object();
        has_payload && !keeps_payload
    }

    /// Whether a close frame among the written messages already contains the close.
    fn has_close_frame(self) -> bool {
        let columns = self.log.columns;
        let is_close = |message: Message| message.kind == MessageKind::CloseFrame;
        self.payloads
            && match self.selected {
                None => columns.iter().any(is_close),
                Some(all) => all.iter().filter_map(|index| columns.get(*index as usize)).any(is_close),
            }
    }
}

pub(super) fn type_of(message: &Message) -> &'static str {
    match (message.kind, message.direction) {
        (MessageKind::Error, _) => "error",
        (_, Some(Direction::Sent)) => "send",
        (_, Some(Direction::Received) | None) => "receive",
    }
}

/// `None` where it was not recorded whether the payload was text.
fn opcode(message: &Message) -> Option<f64> {
    match message.kind {
        MessageKind::Error => Some(-1.0),
        MessageKind::CloseFrame => Some(8.0),
        MessageKind::Ping => Some(9.0),
        MessageKind::Pong => Some(10.0),
        MessageKind::Sent | MessageKind::Received => match message.encoding {
            Encoding::Absent => None,
            Encoding::Base64 => Some(2.0),
            Encoding::JsonString | Encoding::JsonValue => Some(1.0),
        },
    }
}

/// Whether readers take the data for base64, as they do for every opcode but that of text and an
/// error's.
fn is_binary(message: &Message) -> bool {
    opcode(message).is_some_and(|opcode| opcode > 1.0)
}

/// Writes how the socket ended, where that was recorded and no frame among the messages records it.
pub(super) fn write_close(json: &mut Json, socket: &Socket, frames: Option<Frames<'_>>) {
    let Ending::Closed(close) = &socket.ending else { return };
    match close.source {
        CloseSource::Frame if frames.is_some_and(Frames::has_close_frame) => {}
        CloseSource::Aborted => json.field("_webSocketClose", "aborted"),
        CloseSource::Frame | CloseSource::Event | CloseSource::EntryTime => {
            json.key("_webSocketClose");
            self::close(json, close);
        }
    }
}

fn close(json: &mut Json, close: &Close) {
    json.open_object();
    json.optional_number_field("code", close.code.map(f64::from));
    json.optional_field("reason", close.reason.as_deref());
    json.optional_number_field("timestamp", close.at.and_then(seconds));
    if let Some(was_clean) = close.was_clean {
        json.flag_field("wasClean", was_clean);
    }
    json.close_object();
}

/// How long the socket is known to have been there, in ms since its start: to its close, or as long
/// as the recording went on. What is not known, or is before the start, is [`UNKNOWN`].
pub(super) fn time(session: &Session, start: Option<EpochMs>, socket: &Socket) -> f64 {
    let end = match &socket.ending {
        Ending::Closed(close) => close.at.or(socket.last_seen),
        Ending::StillOpen => session.end().or(socket.last_seen),
        Ending::NotRecorded => socket.last_seen,
    };
    let length = start.zip(end).map(|(start, end)| (end - start).ms());
    length.filter(|length| *length >= 0.0).unwrap_or(UNKNOWN)
}
