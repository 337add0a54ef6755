//! Applies a protocol to the messages of a socket, in slices as they arrive.

mod cursor;

pub use cursor::DecodeCursor;

use super::analysis::{self, Analysis, EventId};
use super::field_pairing::FieldPairing;
use super::frame::{self, Frame, MAX_DECODED_BYTES, Opcode};
use super::generic::Unknown;
use super::heartbeats::{HeartbeatFinder, last_heartbeats};
use super::pairing::Pairing;
use super::unit::{DecodedUnit, Role};
use super::units::{Reported, Scratch, Units};
use super::{Analyze, Decoder, FieldPairs, FieldPath, Handshake, Part, Protocol, Sample, SocketEnd};
use crate::model::{Direction, MessageKind, MessageLog};

/// Fewest messages between two copies of the decoder's state. A message is decoded in full by
/// repeating at most about as many.
const MIN_CHECKPOINT_DISTANCE: u32 = 4096;
/// Bytes of state that are worth the time of repeating one message.
const STATE_PER_MESSAGE: usize = 16;
/// Messages after the open one that are decoded to complete its unit.
const MAX_LOOKAHEAD: u32 = 1024;
/// Units that are named in the event of a message; of more the number is shown.
const MAX_NAMED_UNITS: usize = 4;

/// Decodes the messages of a socket and keeps what its table needs.
#[derive(Debug)]
pub struct Analyzer {
    pass: Pass,
    analysis: Analysis,
    checkpoints: Vec<Checkpoint>,
    buffer: Vec<u8>,
    reported: Reported,
    /// Finds heartbeats by their regularity, where the protocol does not know them.
    heartbeats: Option<HeartbeatFinder>,
    /// Pairs messages by a field that the user selected.
    field_pairing: Option<FieldPairing>,
}

/// The state that decoding the next message depends on.
#[derive(Debug)]
struct Pass {
    decoder: Box<dyn Decoder>,
    pairing: Pairing,
    scratch: Scratch,
}

#[derive(Debug)]
struct Checkpoint {
    message: u32,
    decoder: Box<dyn Decoder>,
    pairing: Pairing,
}

/// One message in full.
#[derive(Clone, Debug, Default)]
pub struct DecodedMessage {
    /// The units in the message, and the unit that it is a part of.
    pub units: Vec<DecodedUnit>,
}

impl DecodedMessage {
    /// Whether a field or a payload of it is a credential.
    pub fn has_credentials(&self) -> bool {
        self.units.iter().any(|unit| {
            unit.fields.iter().any(|field| field.is_credential)
                || unit.bodies.iter().any(|body| body.is_credential)
        })
    }

    /// Whether the units say more than the payload itself.
    pub fn has_content(&self) -> bool {
        let has_content = |unit: &DecodedUnit| {
            !unit.fields.is_empty() || !unit.bodies.is_empty() || unit.problem.is_some() || unit.is_heartbeat
        };
        self.units.len() > 1 || self.units.iter().any(has_content)
    }
}

impl Analyzer {
    /// An analyzer at the beginning of a socket's messages.
    pub fn new(protocol: &dyn Protocol, handshake: &Handshake<'_>, sample: &Sample) -> Self {
        let decoder = protocol.decoder(handshake, sample);
        let pass = Pass { decoder, pairing: Pairing::default(), scratch: Scratch::default() };
        Self {
            pass,
            analysis: Analysis::default(),
            checkpoints: Vec::new(),
            buffer: Vec::new(),
            reported: Reported::default(),
            heartbeats: (!protocol.has_heartbeats()).then(HeartbeatFinder::default),
            field_pairing: None,
        }
    }

    /// The same analyzer, which pairs messages by the value of a field.
    #[must_use]
    pub fn pairing_by(self, path: FieldPath) -> Self {
        Self { field_pairing: Some(FieldPairing::new(path)), ..self }
    }

    /// An analyzer of messages whose protocol is not known: it finds heartbeats, and decodes
    /// nothing.
    pub fn of_unknown(handshake: &Handshake<'_>, sample: &Sample) -> Self {
        Self::new(&Unknown, handshake, sample)
    }

    fn keep_last_heartbeats(&mut self, log: MessageLog<'_>, end: SocketEnd) {
        let kept = last_heartbeats(log.columns, &self.analysis, end);
        self.analysis.keep_visible(kept);
    }

    fn analyze(&mut self, log: MessageLog<'_>, index: u32) {
        self.checkpoint(index);
        self.reported.clear();
        let Some(frame) = frame::read_frame(log, index, MAX_DECODED_BYTES, &mut self.buffer) else {
            let is_large =
                log.columns.body(index as usize).is_some_and(|body| body.span.len > MAX_DECODED_BYTES);
            self.analysis.push(EventId::NONE, if is_large { analysis::SKIPPED } else { 0 }, None);
            self.pass.skip(log, index);
            return;
        };
        let direction = frame.direction;
        if frame.opcode == Opcode::Binary {
            self.analysis.payloads.push(index, frame.data);
        }
        if let Some(heartbeats) = &mut self.heartbeats {
            heartbeats.observe(&frame);
        }
        let answered = self.field_pairing.as_mut().and_then(|pairing| pairing.record(&frame));
        self.reported = self.pass.decode(&frame, std::mem::take(&mut self.reported), None).0;
        let reported = &self.reported;
        let event = self.analysis.names.intern(&event_name(reported));
        self.analysis.push(event, flags(reported), reported.part);
        self.pass.record(direction, index, reported, |request| self.analysis.pair(request, index));
        if let Some(request) = answered {
            self.analysis.pair_inferred(request, index);
        }
    }

    /// Copies the state where repeating the messages since the last copy would take long.
    fn checkpoint(&mut self, index: u32) {
        let state = self.pass.decoder.state_len() + self.pass.pairing.len() * 64;
        let distance = MIN_CHECKPOINT_DISTANCE.max((state / STATE_PER_MESSAGE) as u32);
        let last = self.checkpoints.last().map(|checkpoint| checkpoint.message);
        if last.is_none_or(|last| index - last >= distance) {
            let (decoder, pairing) = (self.pass.decoder.clone(), self.pass.pairing.clone());
            self.checkpoints.push(Checkpoint { message: index, decoder, pairing });
        }
    }
}

impl Analyze for Analyzer {
    fn field_pairs(&self) -> Option<FieldPairs> {
        self.field_pairing.as_ref().map(FieldPairing::counts)
    }

    fn finish(&mut self, log: MessageLog<'_>, end: SocketEnd) {
        if let Some(heartbeats) = self.heartbeats.take() {
            heartbeats.finish(log, &mut self.analysis);
        }
        if let Some(pairing) = &self.field_pairing {
            pairing.finish(&mut self.analysis);
        }
        self.keep_last_heartbeats(log, end);
    }

    fn accept_suggested_heartbeats(&mut self, log: MessageLog<'_>, end: SocketEnd) {
        self.analysis.accept_suggested_heartbeats();
        self.keep_last_heartbeats(log, end);
    }

    fn analysis(&self) -> &Analysis {
        &self.analysis
    }

    fn label(&self) -> Option<String> {
        self.pass.decoder.label()
    }

    fn advance(&mut self, log: MessageLog<'_>, max_messages: usize) -> bool {
        let end = log.len().min(self.analysis.len().saturating_add(max_messages));
        for index in self.analysis.len()..end {
            self.analyze(log, index as u32);
        }
        end < log.len()
    }

    fn decode(&self, log: MessageLog<'_>, index: u32, max_bytes: u32) -> DecodedMessage {
        let before = self.checkpoints.partition_point(|checkpoint| checkpoint.message <= index);
        let Some(start) = before.checked_sub(1).and_then(|at| self.checkpoints.get(at)) else {
            return DecodedMessage::default();
        };
        let mut pass = Pass {
            decoder: start.decoder.clone(),
            pairing: start.pairing.clone(),
            scratch: Scratch::default(),
        };
        let mut message = DecodedMessage::default();
        let mut buffer = Vec::new();
        let mut is_part = false;
        for at in start.message..index.saturating_add(MAX_LOOKAHEAD) {
            if at > index && !is_part {
                break;
            }
            let limit = if at == index { max_bytes } else { MAX_DECODED_BYTES };
            let Some(frame) = frame::read_frame(log, at, limit, &mut buffer) else {
                pass.skip(log, at);
                continue;
            };
            let wanted = (at >= index).then(Vec::new);
            let (reported, decoded) = pass.decode(&frame, Reported::default(), wanted);
            pass.record(frame.direction, at, &reported, |_| ());
            if at == index {
                let is_last = |part: Part| part.total == Some(part.nth);
                is_part = reported.part.is_some_and(|part| !is_last(part));
            }
            for unit in decoded.into_iter().flatten() {
                let completes = at > index && unit.messages.0 <= index;
                if at == index || completes {
                    message.units.push(unit);
                    is_part &= !completes;
                }
            }
        }
        message
    }

    fn decode_next(
        &self,
        cursor: &mut DecodeCursor,
        log: MessageLog<'_>,
        index: u32,
        max_bytes: u32,
    ) -> DecodedMessage {
        cursor.decode_next(self, log, index, max_bytes)
    }
}

impl Pass {
    /// Calls [`Decoder::skip`] for a message that could not be read, if it is a data message.
    fn skip(&mut self, log: MessageLog<'_>, index: u32) {
        let message = log.columns.get(index as usize);
        let data =
            message.filter(|message| matches!(message.kind, MessageKind::Sent | MessageKind::Received));
        if let Some(direction) = data.and_then(|message| message.direction) {
            self.decoder.skip(direction);
        }
    }

    /// Records the roles of a message's units; `on_reply` is called with the message of each request
    /// that one of them replies to.
    fn record(
        &mut self,
        direction: Direction,
        message: u32,
        reported: &Reported,
        mut on_reply: impl FnMut(u32),
    ) {
        let units = reported.units.iter().enumerate();
        let of_units = units.map(|(nth, unit)| (reported.name(nth), unit.role));
        let further = reported.further_roles.iter().map(|role| ("", *role));
        for (name, role) in of_units.chain(further) {
            if let Some(request) = self.pairing.record(direction, message, name, role) {
                on_reply(request);
            }
        }
    }

    fn decode(
        &mut self,
        frame: &Frame<'_>,
        reported: Reported,
        decoded: Option<Vec<DecodedUnit>>,
    ) -> (Reported, Option<Vec<DecodedUnit>>) {
        let (direction, index, pairing) = (frame.direction, frame.index, &self.pairing);
        let mut units = Units { direction, index, pairing, reported, decoded, enclosing: None };
        self.decoder.decode(frame, &mut self.scratch, &mut units);
        (units.reported, units.decoded)
    }
}

/// The name of a message: of its unit, or `3 frames: SEND, SEND, heartbeat`.
fn event_name(reported: &Reported) -> std::borrow::Cow<'_, str> {
    let count = reported.units.len() + reported.further;
    if count <= 1 {
        return reported.name(0).into();
    }
    let mut name = format!("{count} frames: ");
    for nth in 0..reported.units.len().min(MAX_NAMED_UNITS) {
        if nth > 0 {
            name.push_str(", ");
        }
        let is_heartbeat = reported.units.get(nth).is_some_and(|unit| unit.is_heartbeat);
        name.push_str(if is_heartbeat { "heartbeat" } else { reported.name(nth) });
    }
    if count > MAX_NAMED_UNITS {
        name.push_str(", …");
    }
    name.into()
}

fn flags(reported: &Reported) -> u8 {
    let units = &reported.units;
    let any = |flag: u8, is: fn(Role) -> bool| if units.iter().any(|unit| is(unit.role)) { flag } else { 0 };
    let is_heartbeat = !units.is_empty() && units.iter().all(|unit| unit.is_heartbeat);
    let set = |flag: u8, is_set: bool| if is_set { flag } else { 0 };
    set(analysis::HEARTBEAT, is_heartbeat)
        | set(analysis::MALFORMED, units.iter().any(|unit| unit.is_malformed))
        | any(analysis::REQUEST, |role| matches!(role, Role::Request(_)))
        | any(analysis::REPLY, |role| {
            matches!(role, Role::Reply(_) | Role::PartialReply(_) | Role::ReplyInOrder(_))
        })
}

impl Part {
    /// The part as the event column shows it: `part 2 of 3 of #17`. Messages are numbered from 1.
    pub fn label(&self) -> String {
        let total = self.total.map_or_else(String::new, |total| format!(" of {total}"));
        format!("part {}{total} of #{}", self.nth, self.first.saturating_add(1))
    }
}
