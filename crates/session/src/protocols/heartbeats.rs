//! Heartbeats of a socket whose protocol does not say what they are: small messages that repeat at
//! a regular time and say nothing new.
//!
//! Messages are grouped by their [`Shape`]. A shape is a heartbeat if it recurs over a good part of
//! the socket's time, at a steady period or after a steady silence, and if each number in it is
//! constant, counts by a fixed step, or is the time of the message. A price that is sent every
//! second is none: its number follows no rule. A message that calls itself `ping` may be less
//! regular. The answers to a heartbeat are heartbeats too.

mod kept;
mod rules;
mod shape;

use std::collections::hash_map::Entry;
use std::hash::Hasher;

use rustc_hash::{FxHashMap, FxHasher};

use super::frame::Frame;
use super::{Analysis, Opcode};
use crate::model::{Direction, EpochMs, MessageLog};
use shape::{Number, Shape};

pub(super) use kept::last_heartbeats;
pub use kept::{SILENT_PERIODS, SocketEnd, heartbeat_period};

/// Bytes of the largest message that can be a heartbeat.
const MAX_BYTES: usize = 128;
/// Shapes that are followed at a time. Those that occurred once are dropped first.
const MAX_SHAPES: usize = 4096;
/// Share of the messages from which on messages that do not call themselves heartbeats are only
/// suggested: a socket with hardly anything else may have been opened for them.
const MAX_HIDDEN_SHARE: f64 = 0.9;

/// Collects the shapes of a socket's small messages.
#[derive(Debug, Default)]
pub(super) struct HeartbeatFinder {
    /// By the hash of their text; of text and binary messages that were sent, then of those
    /// received. Of two shapes with the same hash, the first is followed.
    shapes: [FxHashMap<u64, Occurrences>; 4],
    /// Binary messages that occurred once, by the hash of their bytes: few recur, and following one
    /// takes memory of its own.
    once: FxHashMap<(u64, Direction), Sighting>,
    scratch: Shape,
    /// The last time of a message in each direction: sent, received.
    last: [Option<EpochMs>; 2],
    /// The latest time of a message, in ms since 1970.
    end: Option<f64>,
}

/// When a message occurred.
#[derive(Clone, Copy, Debug)]
struct Sighting {
    message: u32,
    time: EpochMs,
    /// Time since the message before it in its direction, in ms; NaN for the first one.
    silence: f32,
}

/// The occurrences of one shape.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts of a shape")]
struct Occurrences {
    text: Box<[u8]>,
    direction: Direction,
    /// It calls itself a heartbeat.
    is_named: bool,
    /// A number follows no rule: it cannot be a heartbeat.
    is_rejected: bool,
    numbers: Vec<NumberRule>,
    has_ids: bool,
    has_changing_ids: bool,
    messages: Vec<Occurrence>,
}

/// One message of a shape.
#[derive(Clone, Copy, Debug)]
struct Occurrence {
    message: u32,
    /// In ms since 1970.
    time: f64,
    /// Time since the message before it in its direction, in ms; NaN for the first one.
    silence: f32,
    /// A hash of its IDs.
    ids: u64,
}

/// What a number in a shape has done so far.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "rules that a number can follow at once")]
struct NumberRule {
    first: f64,
    last: f64,
    /// The difference of the first two.
    step: Option<f64>,
    is_constant: bool,
    has_fixed_step: bool,
    is_epoch: bool,
    is_time: bool,
}

/// The heartbeats that were found, each list in file order.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) heartbeats: Vec<u32>,
    /// Messages that repeat without news, but are nearly all that the socket carries.
    pub(super) suggested: Vec<u32>,
}

impl HeartbeatFinder {
    /// Takes note of the next message of the socket.
    pub(super) fn observe(&mut self, frame: &Frame<'_>) {
        let Some(time) = frame.time else { return };
        let side = usize::from(frame.direction == Direction::Received);
        let before = self.last.get_mut(side).and_then(|last| last.replace(time));
        self.end = Some(self.end.map_or(time.ms(), |end| end.max(time.ms())));
        if frame.data.len() > MAX_BYTES || frame.is_truncated {
            return;
        }
        let is_text = frame.opcode == Opcode::Text;
        self.scratch.read(frame.data, is_text);
        let kind = 2 * side + usize::from(!is_text);
        let silence = before.map_or(f32::NAN, |before| (time - before).ms() as f32);
        let sighting = Sighting { message: frame.index, time, silence };
        let hash = hash(&self.scratch.text);
        let known = self.shapes.get_mut(kind).and_then(|shapes| shapes.get_mut(&hash));
        if let Some(known) = known {
            if !known.is_rejected && equal(&known.text, &self.scratch.text) {
                self.scratch.read_numbers(frame.data);
                known.push(sighting, &self.scratch);
            }
            return;
        }
        let first = if is_text { None } else { self.sighted_once(hash, frame.direction, sighting) };
        if (is_text || first.is_some()) && self.has_space() {
            self.scratch.read_numbers(frame.data);
            let first = first.unwrap_or(sighting);
            let mut occurrences = Occurrences::new(frame.direction, &self.scratch, first.time);
            occurrences.push(first, &self.scratch);
            if !is_text {
                occurrences.push(sighting, &self.scratch);
            }
            if let Some(shapes) = self.shapes.get_mut(kind) {
                shapes.insert(hash, occurrences);
            }
        }
    }

    /// The first sighting of a binary message, if this is the second.
    fn sighted_once(&mut self, hash: u64, direction: Direction, sighting: Sighting) -> Option<Sighting> {
        if self.once.len() >= MAX_SHAPES {
            self.once.clear();
        }
        match self.once.entry((hash, direction)) {
            Entry::Occupied(first) => Some(first.remove()),
            Entry::Vacant(place) => {
                place.insert(sighting);
                None
            }
        }
    }

    /// Whether another shape can be followed.
    fn has_space(&mut self) -> bool {
        let count = |shapes: &[FxHashMap<_, _>]| shapes.iter().map(FxHashMap::len).sum::<usize>();
        if count(&self.shapes) < MAX_SHAPES {
            return true;
        }
        for shapes in &mut self.shapes {
            shapes.retain(|_, shape| shape.messages.len() > 1);
        }
        count(&self.shapes) < MAX_SHAPES
    }

    /// The heartbeats among the messages observed, of `total` messages.
    fn find(self, total: usize) -> Found {
        let Some(end) = self.end else { return Found::default() };
        let shapes = self.shapes.into_iter().flat_map(FxHashMap::into_values);
        let mut shapes: Vec<_> = shapes.filter(|shape| !shape.is_rejected).collect();
        // The order of a hash map is not the same twice.
        shapes.sort_by_key(|shape| shape.messages.first().map(|first| first.message));
        let heartbeats = rules::select(&shapes, end);
        let messages = |is_named: bool| {
            let chosen = heartbeats.iter().filter(move |found| found.is_named == is_named);
            let mut messages: Vec<_> = chosen
                .filter_map(|found| shapes.get(found.shape))
                .flat_map(|shape| shape.messages.iter().map(|occurrence| occurrence.message))
                .collect();
            messages.sort_unstable();
            messages
        };
        let (named, others) = (messages(true), messages(false));
        if others.len() as f64 > total as f64 * MAX_HIDDEN_SHARE {
            return Found { heartbeats: named, suggested: others };
        }
        let mut heartbeats = named;
        heartbeats.extend(others);
        heartbeats.sort_unstable();
        Found { heartbeats, suggested: Vec::new() }
    }

    /// Marks the heartbeats in the analysis of all messages.
    pub(super) fn finish(self, log: MessageLog<'_>, analysis: &mut Analysis) {
        let found = self.find(log.len());
        for message in found.heartbeats {
            analysis.mark_heartbeat(message);
        }
        analysis.suggest_heartbeats(found.suggested);
    }
}

impl Occurrences {
    fn new(direction: Direction, shape: &Shape, time: EpochMs) -> Self {
        Self {
            text: shape.text.as_slice().into(),
            direction,
            is_named: shape.names_heartbeat(),
            is_rejected: false,
            numbers: shape.numbers.iter().map(|number| NumberRule::new(*number, time)).collect(),
            has_ids: !shape.ids.is_empty(),
            has_changing_ids: false,
            messages: Vec::new(),
        }
    }

    fn push(&mut self, Sighting { message, time, silence }: Sighting, shape: &Shape) {
        if !self.messages.is_empty() {
            for (rule, number) in self.numbers.iter_mut().zip(&shape.numbers) {
                rule.follow(*number, time);
                self.is_rejected |= !(rule.is_followed() || self.is_named && rule.is_time);
            }
        }
        if self.is_rejected {
            self.messages = Vec::new();
            return;
        }
        let ids = if self.has_ids { hash(&shape.ids) } else { 0 };
        self.has_changing_ids |= self.messages.last().is_some_and(|last| last.ids != ids);
        self.messages.push(Occurrence { message, time: time.ms(), silence, ids });
    }
}

impl NumberRule {
    fn new(number: Number, time: EpochMs) -> Self {
        Self {
            first: number.value,
            last: number.value,
            step: None,
            is_constant: !number.value.is_nan(),
            has_fixed_step: number.value.is_finite(),
            is_epoch: number.is_epoch_of(time),
            is_time: number.is_time,
        }
    }

    fn follow(&mut self, number: Number, time: EpochMs) {
        /// Share of the step by which a step may differ: fractions are not exact.
        const TOLERANCE: f64 = 1e-6;
        let step = number.value - self.last;
        let fixed = *self.step.get_or_insert(step);
        self.is_constant &= exactly_equal(number.value, self.first);
        self.has_fixed_step &= (step - fixed).abs() <= fixed.abs() * TOLERANCE;
        self.is_epoch &= number.is_epoch_of(time);
        self.last = number.value;
    }

    fn is_followed(&self) -> bool {
        self.is_constant || self.has_fixed_step || self.is_epoch
    }
}

#[expect(clippy::float_cmp, reason = "a constant is written the same way each time")]
fn exactly_equal(one: f64, other: f64) -> bool {
    one == other
}

fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(bytes);
    hasher.finish()
}

/// Eight bytes at a time: the comparison of slices takes them one by one in WebAssembly.
fn equal(one: &[u8], other: &[u8]) -> bool {
    let ((words, end), (other_words, other_end)) = (one.as_chunks::<8>(), other.as_chunks::<8>());
    one.len() == other.len()
        && words
            .iter()
            .zip(other_words)
            .all(|(one, other)| u64::from_le_bytes(*one) == u64::from_le_bytes(*other))
        && end.iter().zip(other_end).all(|(one, other)| one == other)
}

#[cfg(test)]
mod tests;
