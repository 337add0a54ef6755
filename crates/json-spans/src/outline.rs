//! The push scanner: finds the parts of a JSON text that a reader asks for, and skips the rest by
//! its structure alone.

mod key_predictor;
mod object;
pub(super) mod opaque;

use self::key_predictor::KeyPredictor;
use super::event::{ElementEnd, Event, NodeId, Route, ScanEnd};
use super::quote::closing_quote;
use super::space::past_space;
use crate::Span;

/// Number of nested containers whose kinds are checked: deeper than any producer writes. Below that
/// brackets are only counted, which bounds memory on hostile input.
const MAX_DEPTH: usize = 10_000;
/// Bytes of the longest key that a reader can ask for; longer keys are skipped.
const MAX_KEY: usize = 64;

/// A followed container that is open.
#[derive(Clone, Copy, Debug)]
struct Frame {
    node: NodeId,
    /// The node of the elements of a list; `None` for an object.
    list: Option<NodeId>,
    start: u64,
    /// The route of this container in the one around it.
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
    /// A number or literal in which an unexpected byte was found.
    InvalidScalar,
    /// Within a container that is not followed.
    Opaque,
    OpaqueString,
    Broken,
}

/// A push scanner. `route(node, key)` says what is wanted of the value under `key` in the object
/// `node`; the fields of a top-level object are routed under [`Outline::ROOT`], and a top-level
/// array is the list [`Outline::ROOT_LIST`].
#[derive(Debug)]
pub struct Outline {
    route: fn(NodeId, &[u8]) -> Route,
    root_element: NodeId,
    state: State,
    escaped: bool,
    frames: Vec<Frame>,
    /// The closing brackets that the current unfollowed container still needs, at most
    /// [`MAX_DEPTH`].
    opaque: Vec<u8>,
    /// Number of containers open within these, of either kind.
    deeper: u64,
    value_start: u64,
    value_route: Route,
    key: Vec<u8>,
    key_span: Span,
    predictor: KeyPredictor,
    start: u64,
    position: u64,
    broken_at: u64,
}

impl Outline {
    /// The node of a top-level object.
    pub const ROOT: NodeId = 0;
    /// The node of a top-level array.
    pub const ROOT_LIST: NodeId = 1;
    /// The node of elements whose fields are not wanted.
    pub const OPAQUE: NodeId = 255;

    /// A scanner at the start of a text. `root_element` is the node of the elements of a top-level
    /// array.
    pub fn new(route: fn(NodeId, &[u8]) -> Route, root_element: NodeId) -> Self {
        Self::starting_at(0, route, root_element)
    }

    /// A scanner whose spans count from `start`: for a file that is appended to a buffer at that
    /// offset.
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
            predictor: KeyPredictor::default(),
            start,
            position: start,
            broken_at: 0,
        }
    }

    /// Offset of the next byte to feed.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Whether every value that began has ended.
    pub fn at_top(&self) -> bool {
        self.frames.is_empty() && matches!(self.state, State::Value | State::After)
    }

    /// The key in the outermost object whose value has begun and not ended, or is broken, while no
    /// followed container within is open.
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

    /// The position at which the value of [`Self::pending_key`] begins; `None` before its first
    /// byte.
    pub fn pending_value(&self) -> Option<u64> {
        self.pending_key().filter(|_| self.state != State::Value).map(|_| self.value_start)
    }

    /// Scans the next piece of the text, of any size, and appends what it finds to `events`.
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

    /// Ends the text. A top-level number or literal ends here.
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
        Some(ElementEnd { list: self.frames.get(list)?.node, start })
    }

    /// Reads a key or a value that is a string, from `at` to its closing quote or the end of the
    /// piece.
    fn string(&mut self, piece: &[u8], at: usize, base: u64, events: &mut Vec<Event>) -> usize {
        // The byte after a backslash that ended the previous piece is skipped.
        let from = at + usize::from(std::mem::take(&mut self.escaped));
        let found = closing_quote(piece.get(from..).unwrap_or_default());
        let end = found.map(|len| from + len);
        if self.state == State::InKey {
            let text = piece.get(at..end.unwrap_or(piece.len())).unwrap_or_default();
            let free = (MAX_KEY + 1).saturating_sub(self.key.len());
            self.key.extend_from_slice(text.get(..free.min(text.len())).unwrap_or_default());
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

    /// Reads a number or a literal up to its delimiter. One without a comma after it runs into the
    /// next field: that is a syntax error, but one that does not cost the rest of the object.
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

    /// Reads one structural byte of a followed container, with the white space before it.
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
        self.value_route = self.route_of(self.node(), &self.key);
        self.state = State::Value;
    }

    fn route_of(&self, node: NodeId, key: &[u8]) -> Route {
        if key.len() > MAX_KEY || node == Self::OPAQUE { Route::Skip } else { (self.route)(node, key) }
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
            (b'{', Route::Enter(node)) => {
                self.push(node, None, position, route);
                events.push(Event::Enter(node));
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

    fn push(&mut self, node: NodeId, list: Option<NodeId>, start: u64, route: Route) {
        self.frames.push(Frame { node, list, start, route, key: self.key_span });
    }

    fn end_container(&mut self, position: u64, events: &mut Vec<Event>) {
        let Some(frame) = self.frames.pop() else { return };
        self.value_route = frame.route;
        if frame.list.is_some() {
            events.push(Event::ListEnd(frame.node, position as u32 + 1));
            // The list has been reported: its value is not reported again.
            self.value_route = Route::Skip;
        }
        self.value_start = frame.start;
        self.key_span = frame.key;
        self.end_value(position + 1, events);
    }

    /// Reports the value that began at `value_start` and ended just before `end`.
    fn end_value(&mut self, end: u64, events: &mut Vec<Event>) {
        let span = Span::between(self.value_start, end);
        match self.frames.last() {
            None => events.push(Event::Root(span)),
            Some(Frame { list: Some(_), node, .. }) => events.push(Event::Element { list: *node, span }),
            Some(frame) => self.emit_field(frame.node, self.value_route, span, events),
        }
        self.state = State::After;
    }

    /// Recovers from a syntax error. Within a followed object, the rest of that object is skipped
    /// by its brackets, so that the error costs that object and not the file; elsewhere the text is
    /// broken here.
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

    /// Whether the innermost followed container is an object within a list, at any depth.
    fn is_in_element(&self) -> bool {
        self.closes(false) && self.is_below_list()
    }

    /// Whether the innermost followed container is within a list, at any depth.
    fn is_below_list(&self) -> bool {
        self.frames.len() > 1 && self.frames.iter().any(|frame| frame.list.is_some())
    }

    fn break_at(&mut self, byte: u64, rest: usize) -> usize {
        self.broken_at = byte;
        self.state = State::Broken;
        rest
    }
}

/// Whether a byte can neither be part of a number or literal nor end it.
fn is_unexpected(byte: u8) -> bool {
    matches!(byte, b'"' | b':' | b'{' | b'[')
}

/// Number of bytes before the delimiter of a number or literal; `None` if there is none.
fn scalar_len(text: &[u8]) -> Option<usize> {
    text.iter().position(|byte| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\r' | b'\n'))
}

#[cfg(test)]
mod reference;
#[cfg(test)]
mod tests;
