//! Protocols whose messages are pieces of a byte stream: a unit can begin and end anywhere in a
//! message, and can take several messages.

use std::ops::Range;

use super::{Frame, Part, Sample, Unit, Units};
use crate::model::Direction;

/// Bytes of the largest unit that is put together from several messages, in each direction of a
/// socket. The parts of a larger one are malformed.
const MAX_UNIT_BYTES: usize = 64 << 20;
const TOO_LARGE: &str = "Part of a unit of more than 64 MiB, which is not put together";

/// What the bytes at a position of the stream are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    /// A unit of that many bytes.
    Unit(usize),
    /// The beginning of a unit, which takes at least that many bytes: more than there are.
    Incomplete(usize),
    /// So many bytes are not a unit, and why.
    Invalid(usize, &'static str),
}

/// A complete unit.
#[derive(Clone, Debug)]
pub(super) struct StreamUnit<'b> {
    /// All its bytes.
    pub(super) bytes: &'b [u8],
    /// The bytes that it takes in the payload of the last message.
    pub(super) range: Range<usize>,
    /// The message in which it began, if that is an earlier one.
    pub(super) first: Option<u32>,
}

/// What a message brings.
enum Found<'b> {
    Unit(StreamUnit<'b>),
    Invalid {
        range: Range<usize>,
        reason: &'static str,
        /// No unit was found before in this stream.
        is_first: bool,
    },
    Part(Part),
}

/// Both directions of a socket.
#[derive(Clone, Debug, Default)]
pub(super) struct ByteStreams {
    sent: ByteStream,
    received: ByteStream,
}

impl ByteStreams {
    /// Finds the units of a message. `measure` is given bytes, and how many of them it was given
    /// before: their number when it found the same unit to be incomplete. `unit` is called for
    /// complete units; what is no unit is reported.
    pub(super) fn decode(
        &mut self,
        frame: &Frame<'_>,
        units: &mut Units<'_>,
        measure: impl Fn(&[u8], usize) -> Measure,
        mut unit: impl FnMut(StreamUnit<'_>, &mut Units<'_>),
    ) {
        self.of(frame.direction).feed(frame, measure, |found| match found {
            Found::Unit(found) => unit(found, units),
            Found::Part(part) => units.part(part),
            Found::Invalid { range, reason, is_first: false } => {
                units.push_plain(Unit::malformed(range, reason));
            }
            Found::Invalid { range, reason, is_first: true } => {
                let reason = format!("{reason}; the bytes before may not have been recorded");
                units.push_plain(Unit::malformed(range, reason));
            }
        });
    }

    /// Forgets the beginning of a unit, because a message was not recorded.
    pub(super) fn skip(&mut self, direction: Direction) {
        *self.of(direction) = ByteStream::default();
    }

    /// Size of the incomplete units in bytes.
    pub(super) fn len(&self) -> usize {
        self.sent.pending.len() + self.received.pending.len()
    }

    fn of(&mut self, direction: Direction) -> &mut ByteStream {
        if direction == Direction::Sent { &mut self.sent } else { &mut self.received }
    }
}

/// Number of distinctive units in a sample; 0 if there are bytes that are not a unit.
pub(super) fn count_distinctive(
    sample: &Sample,
    measure: impl Fn(&Frame<'_>, &[u8], usize) -> Measure,
    is_distinctive: impl Fn(&[u8]) -> bool,
) -> usize {
    let mut count = 0;
    let is_valid = each_unit(sample, measure, |unit| count += usize::from(is_distinctive(unit)));
    if is_valid { count } else { 0 }
}

/// Calls `visit` for the complete units of a sample; whether there are no other bytes.
pub(super) fn each_unit(
    sample: &Sample,
    measure: impl Fn(&Frame<'_>, &[u8], usize) -> Measure,
    mut visit: impl FnMut(&[u8]),
) -> bool {
    let (mut streams, mut is_valid) = (ByteStreams::default(), true);
    for frame in sample.frames() {
        let measure = |bytes: &[u8], scanned| measure(&frame, bytes, scanned);
        streams.of(frame.direction).feed(&frame, measure, |found| match found {
            Found::Unit(unit) => visit(unit.bytes),
            Found::Invalid { .. } => is_valid &= frame.is_truncated,
            Found::Part(_) => {}
        });
    }
    is_valid
}

/// One direction.
#[derive(Clone, Debug, Default)]
struct ByteStream {
    /// The beginning of a unit.
    pending: Vec<u8>,
    /// Bytes that the unit takes at least.
    needed: usize,
    /// The message in which it began, and the number of messages that it has taken.
    first: u32,
    parts: u32,
    /// Bytes of a unit that is too large which are still to come.
    skip: usize,
    has_units: bool,
}

impl ByteStream {
    fn feed(
        &mut self,
        frame: &Frame<'_>,
        measure: impl Fn(&[u8], usize) -> Measure,
        mut report: impl FnMut(Found<'_>),
    ) {
        let mut at = self.skip.min(frame.data.len());
        if at > 0 {
            self.skip -= at;
            report(self.invalid(0..at, TOO_LARGE));
        }
        if !self.pending.is_empty() {
            at = self.resume(frame, &measure, &mut report);
        }
        while let Some(rest) = frame.data.get(at..).filter(|rest| !rest.is_empty()) {
            let end = |len: usize| at + len.clamp(1, rest.len());
            match measure(rest, 0) {
                Measure::Unit(len) => {
                    let range = at..end(len);
                    at = range.end;
                    self.has_units = true;
                    let bytes = frame.data.get(range.clone()).unwrap_or_default();
                    report(Found::Unit(StreamUnit { bytes, range, first: None }));
                }
                Measure::Invalid(len, reason) => {
                    let range = at..end(len);
                    at = range.end;
                    report(self.invalid(range, reason));
                }
                Measure::Incomplete(needed) => {
                    (self.first, self.parts) = (frame.index, 1);
                    self.keep(frame, rest.to_vec(), at, needed, &mut report);
                    return;
                }
            }
        }
    }

    /// Continues the incomplete unit with a message; the position after it in the message.
    fn resume(
        &mut self,
        frame: &Frame<'_>,
        measure: &impl Fn(&[u8], usize) -> Measure,
        report: &mut impl FnMut(Found<'_>),
    ) -> usize {
        let mut bytes = std::mem::take(&mut self.pending);
        let before = bytes.len();
        bytes.extend_from_slice(frame.data);
        self.parts = self.parts.saturating_add(1);
        let measured = if bytes.len() < self.needed {
            Measure::Incomplete(self.needed)
        } else {
            measure(&bytes, before)
        };
        let end = |len: usize| len.saturating_sub(before).min(frame.data.len());
        match measured {
            Measure::Unit(len) => {
                self.has_units = true;
                let unit = bytes.get(..len).unwrap_or(&bytes);
                let range = 0..end(len);
                report(Found::Unit(StreamUnit { bytes: unit, range, first: Some(self.first) }));
                report(Found::Part(Part { first: self.first, nth: self.parts, total: Some(self.parts) }));
                end(len)
            }
            Measure::Invalid(len, reason) => {
                report(self.invalid(0..end(len), reason));
                end(len)
            }
            Measure::Incomplete(needed) => {
                self.keep(frame, bytes, 0, needed, report);
                frame.data.len()
            }
        }
    }

    /// Keeps the beginning of a unit, which takes the bytes of the message from `at`.
    fn keep(
        &mut self,
        frame: &Frame<'_>,
        bytes: Vec<u8>,
        at: usize,
        needed: usize,
        report: &mut impl FnMut(Found<'_>),
    ) {
        if frame.is_truncated {
            report(self.invalid(at..frame.data.len(), frame.problem("")));
        } else if needed > MAX_UNIT_BYTES {
            self.skip = needed.saturating_sub(bytes.len());
            report(self.invalid(at..frame.data.len(), TOO_LARGE));
        } else {
            (self.pending, self.needed) = (bytes, needed);
            report(Found::Part(Part { first: self.first, nth: self.parts, total: None }));
        }
    }

    fn invalid(&self, range: Range<usize>, reason: &'static str) -> Found<'static> {
        Found::Invalid { range, reason, is_first: !self.has_units }
    }
}

#[cfg(test)]
mod tests;
