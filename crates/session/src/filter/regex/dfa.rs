//! Runs a program over text: each set of states that it can be in is one state of a table, built
//! when first needed.

use std::collections::HashMap;

use super::parse::Assertion;
use super::program::{Program, State};

/// Bytes that the table and its keys may take; beyond, it is built again from the current state.
const MAX_CACHE_BYTES: usize = 2 << 20;

const UNKNOWN: u32 = u32::MAX;
const MATCH: u32 = u32::MAX - 1;

/// What precedes a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Before {
    /// Nothing, or a line end.
    LineEnd,
    Word,
    Other,
}

/// A state of the table: the states of the program before assertions are checked, in order.
type Key = (Before, Vec<u32>);

/// A program with the part of its table that has been needed.
#[derive(Debug)]
pub(super) struct Dfa {
    program: Program,
    has_assertions: bool,
    /// The class of each byte: bytes of a class lead to the same states.
    classes: [u8; 256],
    /// A byte of each class.
    representatives: Vec<u8>,
    /// The next state by state and class; the last column is the end of the text.
    table: Vec<u32>,
    keys: Vec<Key>,
    ids: HashMap<Key, u32>,
    cached_bytes: usize,
    scratch: Scratch,
}

#[derive(Debug, Default)]
struct Scratch {
    stack: Vec<u32>,
    /// Whether a state of the program has been reached.
    is_reached: Vec<bool>,
    reached: Vec<u32>,
}

impl Dfa {
    pub(super) fn new(program: Program) -> Self {
        let has_assertions = program.states.iter().any(|state| matches!(state, State::Assert(..)));
        let (classes, representatives) = byte_classes(&program, has_assertions);
        Self {
            program,
            has_assertions,
            classes,
            representatives,
            table: Vec::new(),
            keys: Vec::new(),
            ids: HashMap::new(),
            cached_bytes: 0,
            scratch: Scratch::default(),
        }
    }

    /// Whether the program matches somewhere in `text`.
    pub(super) fn is_match(&mut self, text: &[u8]) -> bool {
        let columns = self.columns();
        let mut state = self.id((Before::LineEnd, Vec::new()));
        for byte in text {
            let class = self.classes[usize::from(*byte)];
            let known = self.table.get(state as usize * columns + usize::from(class)).copied();
            state = match known {
                Some(next) if next != UNKNOWN => next,
                _ => self.next(state, Some(class)),
            };
            if state == MATCH {
                return true;
            }
        }
        self.next(state, None) == MATCH
    }

    pub(super) fn program(&self) -> &Program {
        &self.program
    }

    /// Number of columns of the table.
    fn columns(&self) -> usize {
        self.representatives.len() + 1
    }

    /// The state with that key.
    fn id(&mut self, key: Key) -> u32 {
        if let Some(id) = self.ids.get(&key) {
            return *id;
        }
        let columns = self.columns();
        let bytes = columns * 4 + key.1.len() * 8 + 96;
        if self.cached_bytes + bytes > MAX_CACHE_BYTES {
            self.table.clear();
            self.keys.clear();
            self.ids.clear();
            self.cached_bytes = 0;
        }
        self.cached_bytes += bytes;
        let id = self.keys.len() as u32;
        self.table.resize(self.table.len() + columns, UNKNOWN);
        self.keys.push(key.clone());
        self.ids.insert(key, id);
        id
    }

    /// The state after a byte of that class, or at the end of the text.
    fn next(&mut self, state: u32, class: Option<u8>) -> u32 {
        let column = class.map_or(self.representatives.len(), usize::from);
        let at = state as usize * self.columns() + column;
        if let Some(next) = self.table.get(at).copied().filter(|next| *next != UNKNOWN) {
            return next;
        }
        let byte = class.and_then(|class| self.representatives.get(usize::from(class)).copied());
        let key = self.step(state, byte);
        let cached = self.keys.len();
        let next = key.map_or(MATCH, |key| self.id(key));
        // If the table has just been built again, the state is not in it.
        if self.keys.len() >= cached
            && let Some(entry) = self.table.get_mut(at)
        {
            *entry = next;
        }
        next
    }

    /// The key of the state after `byte`; `None` if there is a match before it.
    fn step(&mut self, state: u32, byte: Option<u8>) -> Option<Key> {
        let (before, states) = self.keys.get(state as usize)?;
        let Scratch { stack, is_reached, reached } = &mut self.scratch;
        stack.clear();
        stack.extend_from_slice(states);
        // A match can begin everywhere.
        stack.push(self.program.start);
        is_reached.clear();
        is_reached.resize(self.program.states.len(), false);
        reached.clear();
        while let Some(index) = stack.pop() {
            let Some(is_reached) = is_reached.get_mut(index as usize).filter(|is_reached| !**is_reached)
            else {
                continue;
            };
            *is_reached = true;
            match self.program.states.get(index as usize)? {
                State::Match => return None,
                State::Split(one, other) => stack.extend([*one, *other]),
                State::Assert(assertion, next) if holds(*assertion, *before, byte) => stack.push(*next),
                State::Byte { first, last, next }
                    if byte.is_some_and(|byte| (*first..=*last).contains(&byte)) =>
                {
                    reached.push(*next);
                }
                State::Assert(..) | State::Byte { .. } => {}
            }
        }
        reached.sort_unstable();
        reached.dedup();
        let before = if self.has_assertions { Before::of(byte) } else { Before::LineEnd };
        Some((before, reached.clone()))
    }
}

impl Before {
    pub(super) fn of(byte: Option<u8>) -> Self {
        match byte {
            None | Some(b'\n') => Self::LineEnd,
            Some(byte) if is_word(byte) => Self::Word,
            Some(_) => Self::Other,
        }
    }
}

pub(super) fn holds(assertion: Assertion, before: Before, byte: Option<u8>) -> bool {
    let is_boundary = || (before == Before::Word) != byte.is_some_and(is_word);
    match assertion {
        Assertion::LineStart => before == Before::LineEnd,
        Assertion::LineEnd => matches!(byte, None | Some(b'\n')),
        Assertion::WordBoundary => is_boundary(),
        Assertion::NoWordBoundary => !is_boundary(),
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The class of each byte, and a byte of each class.
fn byte_classes(program: &Program, has_assertions: bool) -> ([u8; 256], Vec<u8>) {
    // A class begins at these bytes.
    let mut begins = [false; 257];
    let mut separate = |first: u8, last: u8| {
        begins[usize::from(first)] = true;
        begins[usize::from(last) + 1] = true;
    };
    for state in &program.states {
        if let State::Byte { first, last, .. } = state {
            separate(*first, *last);
        }
    }
    if has_assertions {
        for (first, last) in [(b'\n', b'\n'), (b'0', b'9'), (b'A', b'Z'), (b'_', b'_'), (b'a', b'z')] {
            separate(first, last);
        }
    }
    let mut classes = [0; 256];
    let mut representatives = vec![0];
    for byte in 1..=255_u8 {
        if begins[usize::from(byte)] {
            representatives.push(byte);
        }
        classes[usize::from(byte)] = (representatives.len() - 1) as u8;
    }
    (classes, representatives)
}
