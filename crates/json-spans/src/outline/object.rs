//! The fast path for fields of a followed object that are complete within one piece, which most
//! are. Everything else is read by the scanner's state machine.

use super::{MAX_KEY, Outline, State, is_unexpected, scalar_len};
use crate::Span;
use crate::event::{Event, NodeId, Route};
use crate::quote::closing_quote;
use crate::space::past_space;

/// A field whose key and the first byte of whose value are in the piece.
struct Begun<'a> {
    key: &'a [u8],
    key_at: usize,
    value_at: usize,
    /// The first byte of the value.
    first: u8,
    route: Route,
}

/// The end of the string, number or literal that begins at `at`; `None` for a container, a value
/// that does not end in the piece, and a number or literal with unexpected bytes in it.
#[inline]
fn simple_end(piece: &[u8], at: usize, first: u8) -> Option<usize> {
    match first {
        b'"' => closing_quote(piece.get(at + 1..)?).ok().map(|len| at + len + 2),
        b'{' | b'[' | b'}' | b']' => None,
        // The first byte belongs to it, whatever it is.
        _ => {
            let rest = piece.get(at + 1..)?;
            let len = scalar_len(rest)?;
            let is_invalid = rest.get(..len)?.iter().any(|byte| is_unexpected(*byte));
            (!is_invalid).then_some(at + 1 + len)
        }
    }
}

impl Outline {
    /// Where a key is expected: reads all complete fields, or takes one step of the state machine.
    pub(super) fn object(&mut self, piece: &[u8], at: usize, base: u64, events: &mut Vec<Event>) -> usize {
        let mut last = None;
        let at = self.complete_fields(piece, at, base, events, &mut last);
        if let Some(key) = last {
            self.key.clear();
            self.key.extend_from_slice(key.get(..key.len().min(MAX_KEY + 1)).unwrap_or_default());
        }
        if self.state == State::Key { self.structure(piece, at, base, events) } else { at }
    }

    /// Reads fields, including those of followed objects within, up to the first that is not
    /// complete or is a list. Afterwards the state says what is expected; `last` is the last key.
    fn complete_fields<'a>(
        &mut self,
        piece: &'a [u8],
        mut at: usize,
        base: u64,
        events: &mut Vec<Event>,
        last: &mut Option<&'a [u8]>,
    ) -> usize {
        let mut node = self.node();
        loop {
            at = past_space(piece, at);
            let Some(Begun { key, key_at, value_at, first, route }) = self.field(piece, at, node) else {
                return at;
            };
            *last = Some(key);
            let value_start = base + value_at as u64;
            self.key_span = Span::between(base + key_at as u64, base + (key_at + key.len()) as u64);
            if let Some(end) = simple_end(piece, value_at, first) {
                self.emit_field(node, route, Span::between(value_start, base + end as u64), events);
                at = end;
            } else {
                self.value_route = route;
                self.state = State::Value;
                if matches!(first, b'}' | b']') {
                    return value_at;
                }
                self.begin_value(first, value_start, events);
                at = value_at + 1;
                match self.state {
                    State::Key => {
                        node = self.node();
                        continue;
                    }
                    State::Opaque => at = self.opaque(piece, at, base, events),
                    _ => return at,
                }
                if self.state != State::After {
                    return at;
                }
            }
            loop {
                at = past_space(piece, at);
                match piece.get(at) {
                    Some(b',') => break,
                    Some(b'}') => {
                        self.end_container(base + at as u64, events);
                        at += 1;
                        if !self.closes(false) {
                            return at;
                        }
                        node = self.node();
                    }
                    _ => {
                        self.state = State::After;
                        return at;
                    }
                }
            }
            self.state = State::Key;
            at += 1;
        }
    }

    /// The field whose key begins at `at`.
    #[inline]
    fn field<'a>(&mut self, piece: &'a [u8], at: usize, node: NodeId) -> Option<Begun<'a>> {
        let Some(cached) = self.predictor.next(node, piece.get(at..)?) else {
            return self.new_field(piece, at, node);
        };
        let key_at = at + 1;
        let value_at = past_space(piece, at + usize::from(cached.len));
        Some(Begun {
            key: piece.get(key_at..key_at + usize::from(cached.key_len))?,
            key_at,
            value_at,
            first: *piece.get(value_at)?,
            route: cached.route,
        })
    }

    /// The field whose key begins at `at`, where another key was predicted.
    fn new_field<'a>(&mut self, piece: &'a [u8], at: usize, node: NodeId) -> Option<Begun<'a>> {
        let key_at = at + 1;
        if piece.get(at) != Some(&b'"') {
            return None;
        }
        let rest = piece.get(key_at..)?;
        let len = closing_quote(rest).ok()?;
        let colon = past_space(piece, key_at + len + 1);
        if piece.get(colon) != Some(&b':') {
            return None;
        }
        let value_at = past_space(piece, colon + 1);
        let (key, first) = (rest.get(..len)?, *piece.get(value_at)?);
        let route = self.route_of(node, key);
        self.predictor.record(node, piece.get(at..)?, len, value_at - at, route);
        Some(Begun { key, key_at, value_at, first, route })
    }

    /// The node of the innermost followed container.
    pub(super) fn node(&self) -> NodeId {
        self.frames.last().map_or(Self::OPAQUE, |frame| frame.node)
    }

    /// Reports the value of the last key, as its route says.
    pub(super) fn emit_field(&self, node: NodeId, route: Route, value: Span, events: &mut Vec<Event>) {
        match route {
            Route::Report => events.push(Event::Field { node, key: self.key_span, value }),
            Route::Capture(slot) => events.push(Event::Captured { slot, value }),
            Route::List { list, .. } => events.push(Event::NotAList { list, value }),
            _ => {}
        }
    }
}
