//! What is written of a message besides its payload.

use super::MessageSource;
use crate::export::har::known_date;
use crate::model::{Direction, Encoding, Message, MessageKind, Millis};

/// The fields of a message; `None` and empty texts are not written.
#[derive(Debug)]
pub(super) struct Fields {
    pub(super) message: Message,
    /// From 1, in file order.
    pub(super) number: f64,
    /// The wall clock, `2026-11-21T14:02:00.000Z`.
    pub(super) time: Option<String>,
    /// In ms from the session's start.
    pub(super) offset: Option<f64>,
    pub(super) direction: &'static str,
    /// `data`, `error`, `ping`, `pong` or `close`.
    pub(super) kind: &'static str,
    /// `text` or `binary`, of a data message.
    pub(super) opcode: &'static str,
    /// What the protocol names it, or the type of an event of an event stream.
    pub(super) event: String,
    /// The ID of an event of an event stream.
    pub(super) id: String,
    /// The part of a unit of the protocol that it is, `part 2 of 3 of #17`.
    pub(super) part: Option<String>,
    pub(super) is_heartbeat: bool,
    pub(super) is_malformed: bool,
    /// The number of the other message of an exchange.
    pub(super) pair: Option<f64>,
    /// The time between request and reply in ms, on both.
    pub(super) round_trip: Option<f64>,
    /// Bytes of the complete payload.
    pub(super) length: Option<f64>,
}

impl Fields {
    pub(super) fn of(source: &MessageSource<'_>, index: u32) -> Option<Self> {
        let (log, at) = (source.log, index as usize);
        let message = log.columns.get(at)?;
        let is_event_stream =
            source.session.records.get(source.record).is_some_and(|record| record.event_stream().is_some());
        let (name, id) = if is_event_stream {
            (log.event_name(at), log.event_id(at))
        } else {
            <(String, String)>::default()
        };
        let analysis = source.analysis;
        let event = analysis.and_then(|analysis| analysis.event(index)).map_or(name, str::to_owned);
        let offset = message.time.zip(source.session.started_at).map(|(time, start)| (time - start).ms());
        let round_trip = analysis.and_then(|analysis| analysis.round_trip(log.columns, index));
        Some(Self {
            number: f64::from(index) + 1.0,
            time: known_date(message.time),
            offset,
            direction: match message.direction {
                Some(Direction::Sent) => "sent",
                Some(Direction::Received) => "received",
                None => "",
            },
            kind: kind(&message),
            opcode: opcode(&message),
            event,
            id,
            part: analysis.and_then(|analysis| analysis.part(index)).map(|part| part.label()),
            is_heartbeat: analysis.is_some_and(|analysis| analysis.is_heartbeat(index)),
            is_malformed: analysis.is_some_and(|analysis| analysis.is_malformed(index)),
            pair: analysis.and_then(|analysis| analysis.partner(index)).map(|pair| f64::from(pair) + 1.0),
            round_trip: round_trip.map(Millis::ms),
            length: message.size.map(|size| size as f64),
            message,
        })
    }
}

fn kind(message: &Message) -> &'static str {
    match message.kind {
        MessageKind::Sent | MessageKind::Received => "data",
        MessageKind::Error => "error",
        MessageKind::Ping => "ping",
        MessageKind::Pong => "pong",
        MessageKind::CloseFrame => "close",
    }
}

fn opcode(message: &Message) -> &'static str {
    match (message.kind, message.encoding) {
        (MessageKind::Sent | MessageKind::Received, Encoding::Base64) => "binary",
        (MessageKind::Sent | MessageKind::Received, Encoding::JsonString | Encoding::JsonValue) => "text",
        _ => "",
    }
}
