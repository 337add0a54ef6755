//! The fields of a followed object that lie wholly in one piece: most of what is followed. They are read in one go,
//! and anything else is left to the scanner's states.

use super::{MAX_KEY, Outline, State, is_unexpected, scalar_len};
use crate::Span;
use crate::event::{Event, NodeId, Route};
use crate::quote::closing_quote;
use crate::space::past_space;

/// A field whose value begins in the piece.
struct Begun<'a> {
    key: &'a [u8],
    key_at: usize,
    value_at: usize,
    /// The first byte of the value.
    first: u8,
    /// What is wanted of the value.
    route: Route,
}

/// Where the string, number or word ends that begins at `at`; `None` for what has brackets, goes on, or holds what belongs
/// to no such.
#[inline]
fn simple_end(piece: &[u8], at: usize, first: u8) -> Option<usize> {
    match first {
        b'"' => closing_quote(piece.get(at + 1..)?).ok().map(|len| at + len + 2),
        b'{' | b'[' | b'}' | b']' => None,
        // Whatever it begins with is its own.
        _ => {
            let rest = piece.get(at + 1..)?;
            let len = scalar_len(rest)?;
            let is_torn = rest.get(..len)?.iter().any(|byte| is_unexpected(*byte));
            (!is_torn).then_some(at + 1 + len)
        }
    }
}

impl Outline {
    /// Where a key is expected: as many fields as come whole, or a step of what comes instead.
    pub(super) fn object(&mut self, piece: &[u8], at: usize, base: u64, events: &mut Vec<Event>) -> usize {
        let mut last = None;
        let at = self.whole_fields(piece, at, base, events, &mut last);
        if let Some(key) = last {
            self.key.clear();
            self.key.extend_from_slice(key.get(..key.len().min(MAX_KEY + 1)).unwrap_or_default());
        }
        if self.state == State::Key { self.structure(piece, at, base, events) } else { at }
    }

    /// Reads fields, those of objects within included, up to the first thing that is not whole, or that is a list's. The
    /// state says what is expected then; `last` becomes the last key.
    fn whole_fields<'a>(
        &mut self,
        piece: &'a [u8],
        mut at: usize,
        base: u64,
        events: &mut Vec<Event>,
        last: &mut Option<&'a [u8]>,
    ) -> usize {
        let mut place = self.place();
        loop {
            at = past_space(piece, at);
            let Some(Begun { key, key_at, value_at, first, route }) = self.field(piece, at, place) else {
                return at;
            };
            *last = Some(key);
            let value_start = base + value_at as u64;
            self.key_span = Span::between(base + key_at as u64, base + (key_at + key.len()) as u64);
            if let Some(end) = simple_end(piece, value_at, first) {
                self.tell_field(place, route, Span::between(value_start, base + end as u64), events);
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
                        place = self.place();
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
                        place = self.place();
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

    /// The field whose key is the next thing at `at`.
    #[inline]
    fn field<'a>(&mut self, piece: &'a [u8], at: usize, place: NodeId) -> Option<Begun<'a>> {
        let Some(known) = self.expected.next(place, piece.get(at..)?) else {
            return self.new_field(piece, at, place);
        };
        let key_at = at + 1;
        let value_at = past_space(piece, at + usize::from(known.len));
        Some(Begun {
            key: piece.get(key_at..key_at + usize::from(known.key_len))?,
            key_at,
            value_at,
            first: *piece.get(value_at)?,
            route: known.route,
        })
    }

    /// The same, where another key was expected.
    fn new_field<'a>(&mut self, piece: &'a [u8], at: usize, place: NodeId) -> Option<Begun<'a>> {
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
        let route = self.route_of(place, key);
        self.expected.record(place, piece.get(at..)?, len, value_at - at, route);
        Some(Begun { key, key_at, value_at, first, route })
    }

    /// The place of the innermost container.
    pub(super) fn place(&self) -> NodeId {
        self.frames.last().map_or(Self::OPAQUE, |frame| frame.place)
    }

    /// The field of the last key has that value.
    pub(super) fn tell_field(&self, place: NodeId, route: Route, value: Span, events: &mut Vec<Event>) {
        match route {
            Route::Report => events.push(Event::Field { place, key: self.key_span, value }),
            Route::Keep(slot) => events.push(Event::Kept { slot, value }),
            Route::List { list, .. } => events.push(Event::NotAList { list, value }),
            _ => {}
        }
    }
}
