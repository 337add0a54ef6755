//! Pairs of messages that have the same value in a field that the user selected, for JSON of no
//! known protocol. What this finds is inferred, not known.

use std::borrow::Cow;
use std::collections::HashMap;

use super::generic::json_of;
use super::{Analysis, Frame, PairKey};
use crate::encodings::unquoted;
use crate::model::Direction;
use json_spans::{Elements, Fields, json_string};

/// Steps of the longest path: the work for each message grows with it.
const MAX_STEPS: usize = 32;
/// Bytes of the longest path.
const MAX_PATH_LEN: usize = 1000;
/// Values that are remembered; answered ones are dropped first. About 32 MB.
const MAX_VALUES: usize = 1_000_000;

/// The path to a field of a message, as a tree shows it: `$.meta.id`, `$["request id"]`, `$[0]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldPath(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// The member with that key, as written in JSON.
    Member(String),
    Element(usize),
}

impl FieldPath {
    /// Parses a path; `None` if it is not one, or too long.
    pub fn parse(text: &str) -> Option<Self> {
        let mut rest = text.strip_prefix('$').filter(|_| text.len() <= MAX_PATH_LEN)?;
        let mut steps = Vec::new();
        while !rest.is_empty() {
            let step;
            (step, rest) = first_step(rest)?;
            steps.push(step);
        }
        let is_short = (1..=MAX_STEPS).contains(&steps.len());
        is_short.then_some(Self(steps))
    }

    /// The string or number at the path, as text: `1` and `"1"` are the same.
    fn value<'j>(&self, json: &'j [u8]) -> Option<Cow<'j, str>> {
        let value = self.0.iter().try_fold(json.trim_ascii_start(), |json, step| {
            let found = match step {
                Step::Member(key) if json.starts_with(b"{") => {
                    Fields::of(json).find(|field| has_key(field.key, key)).map(|field| field.value)
                }
                Step::Element(at) if json.starts_with(b"[") => {
                    Elements::of(json).nth(*at).map(|element| element.value)
                }
                Step::Member(_) | Step::Element(_) => None,
            };
            found.map(<[u8]>::trim_ascii)
        })?;
        match value.first()? {
            b'"' => Some(json_string::unescape(unquoted(value))).filter(|text| !text.is_empty()),
            b'-' | b'0'..=b'9' => std::str::from_utf8(value).ok().map(Cow::Borrowed),
            _ => None,
        }
    }
}

fn has_key(written: &[u8], key: &str) -> bool {
    written == key.as_bytes()
        || (written.contains(&b'\\')
            && json_string::unescape(written) == json_string::unescape(key.as_bytes()))
}

/// The first step of the rest of a path, and what follows it.
fn first_step(rest: &str) -> Option<(Step, &str)> {
    if let Some(name) = rest.strip_prefix('.') {
        let end = name.find(['.', '[']).unwrap_or(name.len());
        let (name, rest) = name.split_at_checked(end).filter(|(name, _)| !name.is_empty())?;
        return Some((Step::Member(name.to_owned()), rest));
    }
    let inner = rest.strip_prefix('[')?;
    if let Some(quoted) = inner.strip_prefix('"') {
        let mut is_escaped = false;
        let end = quoted.find(|char| {
            let is_end = char == '"' && !is_escaped;
            is_escaped = char == '\\' && !is_escaped;
            is_end
        })?;
        let (key, rest) = quoted.split_at_checked(end)?;
        return Some((Step::Member(key.to_owned()), rest.strip_prefix("\"]")?));
    }
    let (index, rest) = inner.split_once(']')?;
    Some((Step::Element(index.parse().ok()?), rest))
}

/// How many values of a field were answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FieldPairs {
    /// Pairs of messages.
    pub pairs: usize,
    /// Messages with a value that no message of the other direction has after them.
    pub unpaired: usize,
}

/// Pairs messages by the value of a field: the first message with a value and the first later one
/// of the other direction with the same value.
#[derive(Debug)]
pub(super) struct FieldPairing {
    path: FieldPath,
    values: HashMap<PairKey, Exchange>,
    /// Number of values whose request is not answered.
    open: usize,
    /// Requests whose value was used again before it was answered.
    replaced: Vec<(Direction, u32)>,
    /// Number of pairs, by the direction of the request: sent, received.
    pairs: [usize; 2],
}

/// The last use of a value.
#[derive(Clone, Copy, Debug)]
struct Exchange {
    /// The direction of the request.
    direction: Direction,
    /// The request, until it is answered.
    request: Option<u32>,
}

impl FieldPairing {
    pub(super) fn new(path: FieldPath) -> Self {
        Self { path, values: HashMap::new(), open: 0, replaced: Vec::new(), pairs: [0; 2] }
    }

    pub(super) fn counts(&self) -> FieldPairs {
        FieldPairs { pairs: self.pairs.iter().sum(), unpaired: self.open + self.replaced.len() }
    }

    /// Takes note of the next message; the request that it answers, if it answers one.
    pub(super) fn record(&mut self, frame: &Frame<'_>) -> Option<u32> {
        let (_, json) = json_of(frame)?;
        let key = PairKey::new("field", self.path.value(&json)?);
        let (direction, message) = (frame.direction, frame.index);
        let Some(exchange) = self.values.get_mut(&key) else {
            if self.has_space() {
                self.values.insert(key, Exchange { direction, request: Some(message) });
                self.open += 1;
            }
            return None;
        };
        if exchange.direction == direction {
            // The value is used again.
            match exchange.request.replace(message) {
                None => self.open += 1,
                Some(request) if self.replaced.len() < MAX_VALUES => self.replaced.push((direction, request)),
                Some(_) => {}
            }
            return None;
        }
        let request = exchange.request.take()?;
        self.open -= 1;
        if let Some(pairs) = self.pairs.get_mut(side(exchange.direction)) {
            *pairs += 1;
        }
        Some(request)
    }

    fn has_space(&mut self) -> bool {
        // A pass over the values is worth its time if it drops many.
        if self.values.len() >= MAX_VALUES && self.open <= MAX_VALUES / 2 {
            self.values.retain(|_, exchange| exchange.request.is_some());
        }
        self.values.len() < MAX_VALUES
    }

    /// Marks the requests that were not answered, in a direction in which most were.
    pub(super) fn finish(&self, analysis: &mut Analysis) {
        let open = self.values.values().filter_map(|exchange| Some((exchange.direction, exchange.request?)));
        let unanswered: Vec<_> = open.chain(self.replaced.iter().copied()).collect();
        for direction in [Direction::Sent, Direction::Received] {
            let of_direction = || unanswered.iter().filter(|(found, _)| *found == direction);
            if self.pairs.get(side(direction)).is_some_and(|pairs| *pairs > of_direction().count()) {
                for (_, message) in of_direction() {
                    analysis.mark_request(*message);
                }
            }
        }
    }
}

fn side(direction: Direction) -> usize {
    usize::from(direction == Direction::Received)
}

#[cfg(test)]
mod tests;
