//! The binary messages of Phoenix (serializer 2) and Supabase: a kind, the lengths of the strings
//! in one byte each, the strings, the payload. The layout depends on the direction.

use std::collections::HashSet;
use std::ops::Range;

use super::super::json_message::named;
use super::super::{Unit, Units};
use super::Header;
use crate::encodings::Syntax;
use crate::model::Direction;

/// A binary message.
#[derive(Debug, Default)]
pub(super) struct Message<'a> {
    kind: Kind,
    join_reference: Option<&'a str>,
    reference: Option<&'a str>,
    topic: &'a str,
    /// The event; of a reply its status.
    event: &'a str,
    /// Of a broadcast of Supabase.
    metadata: Option<&'a str>,
    is_json: bool,
    payload: &'a [u8],
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Push,
    Reply,
    Broadcast,
    /// A broadcast of Supabase, in either direction.
    UserBroadcast,
}

impl<'a> Message<'a> {
    /// Reads a message that went in that direction; the error says what is wrong.
    pub(super) fn parse(data: &'a [u8], direction: Direction) -> Result<Self, &'static str> {
        const SHORTER: &str = "Shorter than its lengths say";
        let (kind, rest) = data.split_first().ok_or("An empty message")?;
        let is_sent = direction == Direction::Sent;
        let (kind, lengths) = match (kind, is_sent) {
            // The server's push has no reference.
            (0, true) => (Kind::Push, 4),
            (0, false) => (Kind::Push, 3),
            (1, false) => (Kind::Reply, 4),
            (2, false) => (Kind::Broadcast, 2),
            (3, true) => (Kind::UserBroadcast, 6),
            (4, false) => (Kind::UserBroadcast, 4),
            _ => return Err("A kind of message that this direction does not have"),
        };
        let (lengths, mut rest) = rest.split_at_checked(lengths).ok_or(SHORTER)?;
        let mut next = |nth: usize| {
            let len = lengths.get(nth).copied().map(usize::from).ok_or(SHORTER)?;
            let (text, after) = rest.split_at_checked(len).ok_or(SHORTER)?;
            rest = after;
            std::str::from_utf8(text).map_err(|_| "Not UTF-8")
        };
        let mut message = Self { kind, ..Self::default() };
        let mut at = 0;
        if !matches!((kind, is_sent), (Kind::Broadcast, _) | (Kind::UserBroadcast, false)) {
            message.join_reference = Some(next(at)?).filter(|reference| !reference.is_empty());
            at += 1;
        }
        if matches!((kind, is_sent), (Kind::Reply, _) | (Kind::Push | Kind::UserBroadcast, true)) {
            message.reference = Some(next(at)?).filter(|reference| !reference.is_empty());
            at += 1;
        }
        message.topic = next(at)?;
        message.event = next(at + 1)?;
        if kind == Kind::UserBroadcast {
            message.metadata = Some(next(at + 2)?).filter(|metadata| !metadata.is_empty());
            message.is_json = lengths.get(at + 3) == Some(&1);
        }
        message.payload = rest;
        Ok(message)
    }

    /// Whether only Supabase has messages of the kind.
    pub(super) fn is_of_supabase(&self) -> bool {
        self.kind == Kind::UserBroadcast
    }

    /// Reports the message, which takes `bytes`. In the `unacknowledged` topics broadcasts are not
    /// answered.
    pub(super) fn report(
        &self,
        bytes: Range<usize>,
        unacknowledged: &HashSet<Box<str>>,
        units: &mut Units<'_>,
    ) {
        let event = match self.kind {
            Kind::Push | Kind::Broadcast => self.event.into(),
            Kind::Reply => "phx_reply".into(),
            Kind::UserBroadcast => named("broadcast", Some(self.event)),
        };
        let is_answered = self.kind != Kind::UserBroadcast || !unacknowledged.contains(self.topic);
        let status = (self.kind == Kind::Reply).then_some(self.event);
        let header = Header { topic: self.topic, event, reference: self.reference, status, is_answered };
        let unit = Unit { bytes, ..header.unit(units) };
        units.push(unit, |detail| {
            detail.field("Topic", self.topic).optional("Status", status);
            detail.optional("Reference", self.reference).optional("Join reference", self.join_reference);
            if let Some(metadata) = self.metadata {
                detail.body("Metadata", Some(Syntax::Json), metadata);
            }
            detail.body("Payload", self.is_json.then_some(Syntax::Json), self.payload);
        });
    }
}
