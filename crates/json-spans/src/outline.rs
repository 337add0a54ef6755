//! A push scanner that finds the parts of a JSON text which a reader asked for, and skips the rest by structure alone.

mod key_predictor;
mod object;
pub(super) mod opaque;

use self::key_predictor::KeyPredictor;
use super::event::{ElementEnd, Event, NodeId, Route, ScanEnd};
use super::quote::closing_quote;
use super::space::past_space;
use crate::Span;

/// Number of nested containers whose kinds are checked: deeper than any producer writes. Below that brackets are only
/// counted, which bounds memory on hostile input.
const MAX_DEPTH: usize = 10_000;
/// A key longer than this is none that a reader asks for.
const MAX_KEY: usize = 64;

#[derive(Clone, Copy, Debug)]
struct Frame {
    place: NodeId,
    /// `Some(element place)` for a list.
    list: Option<NodeId>,
    start: u64,
    /// What the surrounding frame asked of this container.
    route: Route,
    key: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// A value is expected, or the end of a list.
    Value,
    /// A key is expected, or the end of an object.
    Key,
    InKey,
    Colon,
    /// A value ended: a comma or the container's end is expected.
    After,
    InString,
    Scalar,
    /// A number or word in which something stood that belongs to no such.
    InvalidScalar,
    /// Within a container that nobody follows.
    Opaque,
    OpaqueString,
    Broken,
}

/// The scanner. `route` tells what is wanted of the value under a key at a place; the top value is at
/// [`Outline::ROOT`], a top array is the list [`Outline::ROOT_LIST`].
#[derive(Debug)]
pub struct Outline {
    route: fn(NodeId, &[u8]) -> Route,
    root_element: NodeId,
    state: State,
    escaped: bool,
    frames: Vec<Frame>,
    /// The closing brackets that an unfollowed container still needs.
    opaque: Vec<u8>,
    /// How many more are open within these, of any kind.
    deeper: u64,
    value_start: u64,
    value_route: Route,
    key: Vec<u8>,
    key_span: Span,
    expected: KeyPredictor,
    start: u64,
    position: u64,
    broken_at: u64,
}

impl Outline {
    pub const ROOT: NodeId = 0;
    /// A top-level array.
    pub const ROOT_LIST: NodeId = 1;
    /// The place of elements whose fields nobody asks for.
    pub const OPAQUE: NodeId = 255;

    /// `root_element` is the place of the elements of a top-level array.
    pub fn new(route: fn(NodeId, &[u8]) -> Route, root_element: NodeId) -> Self {
        Self::starting_at(0, route, root_element)
    }

    /// The first byte that is fed counts as number `start`: for a file that is kept behind another one.
    pub fn starting_at(start: u64, route: fn(NodeId, &[u8]) -> Route, root_element: NodeId) -> Self {
        Self {
            route,
            root_element,
            state: State::Value,
            escaped: false,
            frames: Vec::new(),
            opaque: Vec::new(),
            deeper: 0,
            value_start: 0,
            value_route: Route::Skip,
            key: Vec::new(),
            key_span: Span::default(),
            expected: KeyPredictor::default(),
            start,
            position: start,
            broken_at: 0,
        }
    }

    /// The number of the next byte.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Whether every value that began has ended.
    pub fn at_top(&self) -> bool {
        self.frames.is_empty() && matches!(self.state, State::Value | State::After)
    }

    /// The key of the outermost object whose value is under way, or broken, where that is all that is under way.
    pub fn pending_key(&self) -> Option<&[u8]> {
        let value_begun = matches!(
            self.state,
            State::Value
                | State::Opaque
                | State::OpaqueString
                | State::InString
                | State::Scalar
                | State::Broken
        );
        (self.frames.len() == 1 && value_begun && !self.key.is_empty()).then_some(self.key.as_slice())
    }

    /// Where the value of [`Self::pending_key`] begins, where it has begun.
    pub fn pending_value(&self) -> Option<u64> {
        self.pending_key().filter(|_| self.state != State::Value).map(|_| self.value_start)
    }

    /// Reads the next piece and appends what it found to `events`.
    pub fn feed(&mut self, piece: &[u8], events: &mut Vec<Event>) {
        let base = self.position;
        let mut at = 0;
        while at < piece.len() {
            at = match self.state {
                State::Broken => piece.len(),
                State::InString | State::OpaqueString | State::InKey => self.string(piece, at, base, events),
                State::Opaque => self.opaque(piece, at, base, events),
                State::Scalar | State::InvalidScalar => self.scalar(piece, at, base, events),
                State::Key => self.object(piece, at, base, events),
                _ => self.structure(piece, at, base, events),
            };
        }
        self.position = base + piece.len() as u64;
    }

    /// Tells that no more comes. A number or word at the top ends here.
    pub fn finish(&mut self, events: &mut Vec<Event>) -> ScanEnd {
        if self.state == State::Scalar && self.frames.is_empty() {
            self.end_value(self.position, events);
        }
        match self.state {
            State::Broken => ScanEnd::Broken { byte: self.broken_at },
            _ if self.at_top() => ScanEnd::Complete,
            _ => ScanEnd::Truncated,
        }
    }

    /// The outermost list element that is not complete.
    pub fn open_element(&self) -> Option<ElementEnd> {
        let list = self.frames.iter().position(|frame| frame.list.is_some())?;
        let start = match self.frames.get(list + 1) {
            Some(element) => element.start,
            None if matches!(self.state, State::Value | State::After) => return None,
            None => self.value_start,
        };
        Some(ElementEnd { list: self.frames.get(list)?.place, start })
    }

    /// A string of any role, from `at` up to its closing quote or the end of the piece.
    fn string(&mut self, piece: &[u8], at: usize, base: u64, events: &mut Vec<Event>) -> usize {
        // The character after a backslash that ended the piece before is passed over.
        let from = at + usize::from(std::mem::take(&mut self.escaped));
        let found = closing_quote(piece.get(from..).unwrap_or_default());
        let end = found.map(|len| from + len);
        if self.state == State::InKey {
            let text = piece.get(at..end.unwrap_or(piece.len())).unwrap_or_default();
            let room = (MAX_KEY + 1).saturating_sub(self.key.len());
            self.key.extend_from_slice(text.get(..room.min(text.len())).unwrap_or_default());
        }
        let quote = match end {
            Ok(quote) => quote,
            Err(is_escaped) => {
                self.escaped = is_escaped;
                return piece.len();
            }
        };
        let after = quote + 1;
        match self.state {
            State::InKey => {
                self.key_span = Span::between(self.value_start + 1, base + quote as u64);
                self.state = State::Colon;
            }
            State::InString => self.end_value(base + after as u64, events),
            _ => self.state = State::Opaque,
        }
        after
    }

    /// A number or a word, up to what ends it. What lost its comma goes on with the next field: it is a fault, but one that
    /// need not cost the rest of the object.
    fn scalar(&mut self, piece: &[u8], at: usize, base: u64, events: &mut Vec<Event>) -> usize {
        let text = piece.get(at..).unwrap_or_default();
        let len = scalar_len(text);
        let within = text.get(..len.unwrap_or(text.len())).unwrap_or_default();
        if self.state == State::Scalar
            && self.is_below_list()
            && let Some(unexpected) = within.iter().position(|byte| is_unexpected(*byte))
        {
            events.push(Event::SyntaxError((base + (at + unexpected) as u64) as u32));
            self.state = State::InvalidScalar;
        }
        let Some(len) = len else { return piece.len() };
        self.end_value(base + (at + len) as u64, events);
        at + len
    }

    /// One byte of the structure that is followed, with the space before it.
    fn structure(&mut self, piece: &[u8], at: usize, base: u64, events: &mut Vec<Event>) -> usize {
        let at = past_space(piece, at);
        let Some(&byte) = piece.get(at) else { return piece.len() };
        let position = base + at as u64;
        match (self.state, byte) {
            // A byte order mark.
            (State::Value, 0xEF | 0xBB | 0xBF) if position < self.start + 3 => {}
            (State::Key, b'"') => {
                self.key.clear();
                self.value_start = position;
                self.state = State::InKey;
            }
            (State::Colon, b':') => self.begin_field(),
            (State::After, b',') => {
                let in_object = self.frames.last().is_some_and(|frame| frame.list.is_none());
                self.state = if in_object { State::Key } else { State::Value };
            }
            (State::Key | State::After, b'}') if self.closes(false) => self.end_container(position, events),
            (State::Value | State::After, b']') if self.closes(true) => self.end_container(position, events),
            (State::Value, b'}' | b']') => return self.break_at(position, piece.len()),
            (State::Value, _) => self.begin_value(byte, position, events),
            // At the top, one value follows another in JSON Lines.
            (State::After, _) if self.frames.is_empty() => {
                self.state = State::Value;
                return at;
            }
            _ => return self.recover(piece, at, position, events),
        }
        at + 1
    }

    fn closes(&self, list: bool) -> bool {
        self.frames.last().is_some_and(|frame| frame.list.is_some() == list)
    }

    fn begin_field(&mut self) {
        self.value_route = self.route_of(self.place(), &self.key);
        self.state = State::Value;
    }

    fn route_of(&self, place: NodeId, key: &[u8]) -> Route {
        if key.len() > MAX_KEY || place == Self::OPAQUE { Route::Skip } else { (self.route)(place, key) }
    }

    fn begin_value(&mut self, byte: u8, position: u64, events: &mut Vec<Event>) {
        let route = match self.frames.last() {
            None => self.root_route(byte),
            Some(Frame { list: Some(Self::OPAQUE), .. }) => Route::Skip,
            Some(Frame { list: Some(element), .. }) => Route::Enter(*element),
            Some(_) => self.value_route,
        };
        self.value_start = position;
        self.value_route = route;
        match (byte, route) {
            (b'{', Route::Enter(place)) => {
                self.push(place, None, position, route);
                events.push(Event::Enter(place));
                self.state = State::Key;
            }
            (b'[', Route::List { list, element }) => {
                self.push(list, Some(element), position, route);
                events.push(Event::ListStart(list, position as u32));
                self.state = State::Value;
            }
            (b'{' | b'[', _) => {
                self.opaque.push(if byte == b'{' { b'}' } else { b']' });
                self.state = State::Opaque;
            }
            (b'"', _) => self.state = State::InString,
            _ => self.state = State::Scalar,
        }
    }

    fn root_route(&self, byte: u8) -> Route {
        match byte {
            b'[' => Route::List { list: Self::ROOT_LIST, element: self.root_element },
            b'{' => Route::Enter(Self::ROOT),
            _ => Route::Skip,
        }
    }

    fn push(&mut self, place: NodeId, list: Option<NodeId>, start: u64, route: Route) {
        self.frames.push(Frame { place, list, start, route, key: self.key_span });
    }

    fn end_container(&mut self, position: u64, events: &mut Vec<Event>) {
        let Some(frame) = self.frames.pop() else { return };
        self.value_route = frame.route;
        if frame.list.is_some() {
            events.push(Event::ListEnd(frame.place, position as u32 + 1));
            // Nothing more is to be told of it.
            self.value_route = Route::Skip;
        }
        self.value_start = frame.start;
        self.key_span = frame.key;
        self.end_value(position + 1, events);
    }

    /// The value that began at `value_start` ended just before `end`.
    fn end_value(&mut self, end: u64, events: &mut Vec<Event>) {
        let span = Span::between(self.value_start, end);
        match self.frames.last() {
            None => events.push(Event::Root(span)),
            Some(Frame { list: Some(_), place, .. }) => events.push(Event::Element { list: *place, span }),
            Some(frame) => self.tell_field(frame.place, self.value_route, span, events),
        }
        self.state = State::After;
    }

    /// Something stands where the grammar allows nothing. Within an object that is followed, the rest of that object
    /// is read by brackets alone, so that the fault costs it and not the file; elsewhere the text is broken here.
    fn recover(&mut self, piece: &[u8], at: usize, position: u64, events: &mut Vec<Event>) -> usize {
        if !self.is_in_element() {
            return self.break_at(position, piece.len());
        }
        events.push(Event::SyntaxError(position as u32));
        if let Some(frame) = self.frames.pop() {
            self.value_start = frame.start;
            self.value_route = frame.route;
            self.key_span = frame.key;
            self.opaque.push(b'}');
            self.state = State::Opaque;
        }
        at
    }

    /// Whether what is read is an object's, that stands in a list or deeper.
    fn is_in_element(&self) -> bool {
        self.closes(false) && self.is_below_list()
    }

    /// Whether what is read stands in a list, or deeper, that is not itself the whole text.
    fn is_below_list(&self) -> bool {
        self.frames.len() > 1 && self.frames.iter().any(|frame| frame.list.is_some())
    }

    fn break_at(&mut self, byte: u64, rest: usize) -> usize {
        self.broken_at = byte;
        self.state = State::Broken;
        rest
    }
}

/// What does not stand within a number or a word, and does not end it.
fn is_unexpected(byte: u8) -> bool {
    matches!(byte, b'"' | b':' | b'{' | b'[')
}

/// The bytes before that which ends a number or a word.
fn scalar_len(text: &[u8]) -> Option<usize> {
    text.iter().position(|byte| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\r' | b'\n'))
}

#[cfg(test)]
mod reference;
#[cfg(test)]
mod tests;
