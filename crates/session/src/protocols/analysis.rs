//! What a protocol says of each message of a socket, in columns: about 7 bytes a message, and the
//! decoded payloads of binary ones.

use std::collections::HashMap;
use std::sync::Arc;

use super::decoded_payloads::DecodedPayloads;
use crate::model::{MessageColumns, Millis};

/// The number of an event name within a socket; 0 for a message without a name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct EventId(pub(super) u16);

impl EventId {
    /// No name.
    pub const NONE: Self = Self(0);
    /// A name beyond the number of names that are stored; decoded when it is shown.
    pub const OTHER: Self = Self(u16::MAX);

    /// The number itself: names are numbered from 1 in the order in which they first occurred.
    pub fn number(self) -> usize {
        usize::from(self.0)
    }
}

/// The event names of a socket.
#[derive(Clone, Debug, Default)]
pub struct EventNames {
    ids: HashMap<Arc<str>, EventId>,
    names: Vec<Arc<str>>,
}

/// Bytes of the longest event name; a longer one is truncated.
const MAX_NAME_LEN: usize = 256;

impl EventNames {
    /// The id of a name; [`EventId::OTHER`] if there are too many.
    pub(super) fn intern(&mut self, name: &str) -> EventId {
        let end = (0..=name.len().min(MAX_NAME_LEN)).rev().find(|end| name.is_char_boundary(*end));
        let name = end.and_then(|end| name.get(..end)).unwrap_or_default();
        if name.is_empty() {
            return EventId::NONE;
        }
        if let Some(id) = self.ids.get(name) {
            return *id;
        }
        let Some(id) = u16::try_from(self.names.len() + 1).ok().filter(|id| *id < u16::MAX) else {
            return EventId::OTHER;
        };
        let name: Arc<str> = name.into();
        self.names.push(Arc::clone(&name));
        self.ids.insert(name, EventId(id));
        EventId(id)
    }

    /// The name with that id.
    pub fn get(&self, id: EventId) -> Option<&str> {
        self.names.get(usize::from(id.0).checked_sub(1)?).map(|name| &**name)
    }

    /// Whether there are no names.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// All names with their ids, in the order in which they first occurred.
    pub fn iter(&self) -> impl Iterator<Item = (EventId, &str)> {
        self.names.iter().zip(1..).map(|(name, id)| (EventId(id), &**name))
    }
}

/// The part of a unit that a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The message in which the unit began.
    pub first: u32,
    /// Which part the message is, from 1.
    pub nth: u32,
    /// Number of parts, if it is known.
    pub total: Option<u32>,
}

/// Properties of one message.
pub(super) const HEARTBEAT: u8 = 1;
pub(super) const MALFORMED: u8 = 1 << 1;
pub(super) const REQUEST: u8 = 1 << 2;
pub(super) const REPLY: u8 = 1 << 3;
/// The message was too large for the pass over all messages.
pub(super) const SKIPPED: u8 = 1 << 4;

const NO_PARTNER: u32 = u32::MAX;

/// What a protocol says of the messages of a socket, by index in file order.
#[derive(Clone, Debug, Default)]
pub struct Analysis {
    pub(super) events: Vec<EventId>,
    pub(super) flags: Vec<u8>,
    partners: Vec<u32>,
    pub(super) names: EventNames,
    /// By message, ascending.
    parts: Vec<(u32, Part)>,
    heartbeats: usize,
    /// Messages that may be heartbeats, ascending.
    suggested: Vec<u32>,
    /// Heartbeats that stay visible, ascending.
    kept: Vec<u32>,
    /// The payloads of binary messages.
    pub(super) payloads: DecodedPayloads,
}

impl Analysis {
    /// Number of messages that are analyzed.
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// Whether no message is analyzed.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// The event name of a message; `None` if it has none, or has not been analyzed.
    pub fn event(&self, index: u32) -> Option<&str> {
        self.names.get(self.event_id(index))
    }

    /// The number of a message's event name.
    pub fn event_id(&self, index: u32) -> EventId {
        self.events.get(index as usize).copied().unwrap_or_default()
    }

    /// The event names of the socket.
    pub fn names(&self) -> &EventNames {
        &self.names
    }

    /// The other message of an exchange: of a request its first reply, of a reply its request.
    pub fn partner(&self, index: u32) -> Option<u32> {
        self.partners.get(index as usize).copied().filter(|partner| *partner != NO_PARTNER)
    }

    /// The time between a request and its first reply, on both; `None` for a message without an
    /// exchange, or if the clock ran backwards.
    pub fn round_trip(&self, columns: &MessageColumns, index: u32) -> Option<Millis> {
        let partner = self.partner(index)?;
        let is_request = self.is_request(index) && !self.is_reply(index);
        let (request, reply) = if is_request { (index, partner) } else { (partner, index) };
        let times = columns.time(request as usize).zip(columns.time(reply as usize));
        times.map(|(request, reply)| reply - request).filter(|duration| duration.ms() >= 0.0)
    }

    /// The payload of a binary message as it was sent; `None` if the message is not binary, was not
    /// analyzed, or is not kept.
    pub(crate) fn decoded_payload(&self, index: usize) -> Option<&[u8]> {
        self.payloads.get(index)
    }

    /// Bytes of the payloads of binary messages that are kept.
    pub fn decoded_bytes(&self) -> usize {
        self.payloads.len()
    }

    /// The part of a unit that the message is, if the unit takes several messages.
    pub fn part(&self, index: u32) -> Option<Part> {
        let at = self.parts.binary_search_by_key(&index, |(message, _)| *message).ok()?;
        self.parts.get(at).map(|(_, part)| *part)
    }

    /// Whether the message only keeps the connection alive.
    pub fn is_heartbeat(&self, index: u32) -> bool {
        self.has(index, HEARTBEAT)
    }

    /// Number of heartbeats among the analyzed messages.
    pub fn heartbeats(&self) -> usize {
        self.heartbeats
    }

    /// Whether the message is hidden where heartbeats are. The last one before the close or before
    /// a silence is not.
    pub fn is_hidden_heartbeat(&self, index: u32) -> bool {
        self.is_heartbeat(index) && self.kept.binary_search(&index).is_err()
    }

    /// Number of heartbeats that are hidden where heartbeats are.
    pub fn hidden_heartbeats(&self) -> usize {
        self.heartbeats.saturating_sub(self.kept.len())
    }

    /// Keeps these heartbeats visible; ascending.
    pub(super) fn keep_visible(&mut self, heartbeats: Vec<u32>) {
        self.kept = heartbeats;
    }

    /// Messages that repeat at a regular time without news, in a socket that carries hardly
    /// anything else. They are heartbeats only if the user says so.
    pub fn suggested_heartbeats(&self) -> &[u32] {
        &self.suggested
    }

    /// Makes the suggested heartbeats heartbeats.
    pub fn accept_suggested_heartbeats(&mut self) {
        for message in std::mem::take(&mut self.suggested) {
            self.mark_heartbeat(message);
        }
    }

    pub(super) fn suggest_heartbeats(&mut self, messages: Vec<u32>) {
        self.suggested = messages;
    }

    /// Marks a message as a heartbeat after it was analyzed.
    pub(super) fn mark_heartbeat(&mut self, index: u32) {
        if let Some(flags) = self.flags.get_mut(index as usize).filter(|flags| **flags & HEARTBEAT == 0) {
            *flags |= HEARTBEAT;
            self.heartbeats += 1;
        }
    }

    /// Whether the message, or a part of it, is not what the protocol allows.
    pub fn is_malformed(&self, index: u32) -> bool {
        self.has(index, MALFORMED)
    }

    /// Whether the message is a request.
    pub fn is_request(&self, index: u32) -> bool {
        self.has(index, REQUEST)
    }

    /// Whether the message is a reply.
    pub fn is_reply(&self, index: u32) -> bool {
        self.has(index, REPLY)
    }

    /// Whether the message is a request for which no reply was recorded.
    pub fn is_unanswered(&self, index: u32) -> bool {
        self.is_request(index) && self.partner(index).is_none()
    }

    /// Whether the message was too large for the pass over all messages.
    pub fn is_skipped(&self, index: u32) -> bool {
        self.has(index, SKIPPED)
    }

    fn has(&self, index: u32, flag: u8) -> bool {
        self.flags.get(index as usize).is_some_and(|flags| flags & flag != 0)
    }

    pub(super) fn push(&mut self, event: EventId, flags: u8, part: Option<Part>) {
        if let Some(part) = part {
            self.parts.push((self.events.len() as u32, part));
        }
        self.heartbeats += usize::from(flags & HEARTBEAT != 0);
        self.events.push(event);
        self.flags.push(flags);
        self.partners.push(NO_PARTNER);
    }

    /// Links two messages of an exchange that is inferred.
    pub(super) fn pair_inferred(&mut self, request: u32, reply: u32) {
        self.pair(request, reply);
        self.mark_request(request);
        if let Some(flags) = self.flags.get_mut(reply as usize) {
            *flags |= REPLY;
        }
    }

    /// Marks a message as a request after it was analyzed.
    pub(super) fn mark_request(&mut self, index: u32) {
        if let Some(flags) = self.flags.get_mut(index as usize) {
            *flags |= REQUEST;
        }
    }

    /// Links a reply with its request. The first partner stays.
    pub(super) fn pair(&mut self, request: u32, reply: u32) {
        for (one, other) in [(request, reply), (reply, request)] {
            if let Some(partner) =
                self.partners.get_mut(one as usize).filter(|partner| **partner == NO_PARTNER)
            {
                *partner = other;
            }
        }
    }
}
