//! Translates a regular expression into states that read bytes of UTF-8.

use super::parse::{Assertion, Class, Syntax};

/// States of the largest program: deciding one byte takes at most as many steps.
const MAX_STATES: usize = 4096;

/// One state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Reads a byte within the bounds, inclusive.
    Byte {
        first: u8,
        last: u8,
        next: u32,
    },
    /// Continues in both.
    Split(u32, u32),
    /// Continues if the assertion holds.
    Assert(Assertion, u32),
    Match,
}

/// A compiled regular expression.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) states: Vec<State>,
    pub(super) start: u32,
}

/// Compiles; the reason if the program would be too large.
pub(super) fn compile(syntax: &Syntax, is_case_sensitive: bool) -> Result<Program, String> {
    let mut compiler = Compiler { states: vec![State::Match], is_case_sensitive };
    let start = compiler.compile(syntax, 0)?;
    Ok(Program { states: compiler.states, start })
}

struct Compiler {
    states: Vec<State>,
    is_case_sensitive: bool,
}

impl Compiler {
    fn push(&mut self, state: State) -> Result<u32, String> {
        if self.states.len() >= MAX_STATES {
            return Err("This regular expression is too large: repeat less, or smaller parts".to_owned());
        }
        self.states.push(state);
        Ok(self.states.len() as u32 - 1)
    }

    /// The state at which `syntax` begins, if `next` follows it.
    fn compile(&mut self, syntax: &Syntax, next: u32) -> Result<u32, String> {
        match syntax {
            Syntax::Char(char) => self.class(Class { ranges: vec![(*char, *char)], is_negated: false }, next),
            Syntax::Class(class) => self.class(class.clone(), next),
            Syntax::Assertion(assertion) => self.push(State::Assert(*assertion, next)),
            Syntax::Concat(parts) => parts.iter().rev().try_fold(next, |next, part| self.compile(part, next)),
            Syntax::Alternatives(alternatives) => {
                let starts = alternatives.iter().map(|alternative| self.compile(alternative, next));
                let starts = starts.collect::<Result<Vec<_>, _>>()?;
                self.any_of(&starts)
            }
            Syntax::Repeat { repeated, min, max } => {
                let rest = if let Some(max) = max {
                    (*min..*max).try_fold(next, |rest, _| {
                        let once = self.compile(repeated, rest)?;
                        self.push(State::Split(once, next))
                    })?
                } else {
                    let again = self.push(State::Split(next, next))?;
                    let once = self.compile(repeated, again)?;
                    if let Some(state) = self.states.get_mut(again as usize) {
                        *state = State::Split(once, next);
                    }
                    again
                };
                (0..*min).try_fold(rest, |rest, _| self.compile(repeated, rest))
            }
        }
    }

    fn any_of(&mut self, starts: &[u32]) -> Result<u32, String> {
        let Some((last, others)) = starts.split_last() else {
            // Nothing matches: a state that reads no byte.
            return self.push(State::Byte { first: 1, last: 0, next: 0 });
        };
        others.iter().rev().try_fold(*last, |rest, start| self.push(State::Split(*start, rest)))
    }

    fn class(&mut self, class: Class, next: u32) -> Result<u32, String> {
        let class = if self.is_case_sensitive { class } else { class.folded() };
        let mut sequences = Vec::new();
        for (first, last) in class.resolved() {
            utf8_sequences(u32::from(first), u32::from(last), &mut sequences);
        }
        let mut starts = Vec::with_capacity(sequences.len());
        for sequence in sequences {
            let start = sequence.iter().rev().try_fold(next, |next, (first, last)| {
                self.push(State::Byte { first: *first, last: *last, next })
            });
            starts.push(start?);
        }
        self.any_of(&starts)
    }
}

/// Ranges of bytes, one after the other.
type Sequence = Vec<(u8, u8)>;

/// The sequences of byte ranges that encode the characters from `first` to `last`, where all text
/// is valid UTF-8.
fn utf8_sequences(first: u32, last: u32, sequences: &mut Vec<Sequence>) {
    // All but ASCII needs no more than the lengths.
    if first == 0x80 && last == 0xd7ff {
        let continuation = (0x80, 0xbf);
        sequences.push(vec![(0xc2, 0xdf), continuation]);
        sequences.push(vec![(0xe0, 0xed), continuation, continuation]);
        return;
    }
    for end in [0x7f, 0x7ff, 0xffff] {
        if first <= end && end < last {
            utf8_sequences(first, end, sequences);
            utf8_sequences(end + 1, last, sequences);
            return;
        }
    }
    let continuation_bytes = match last {
        0..=0x7f => 0,
        0x80..=0x7ff => 1,
        0x800..=0xffff => 2,
        _ => 3,
    };
    for nth in 1..=continuation_bytes {
        let mask = (1 << (6 * nth)) - 1;
        if first & !mask == last & !mask {
            continue;
        }
        let at = if first & mask != 0 {
            (first | mask) + 1
        } else if last & mask != mask {
            last & !mask
        } else {
            continue;
        };
        utf8_sequences(first, at - 1, sequences);
        utf8_sequences(at, last, sequences);
        return;
    }
    let encode =
        |number: u32| char::from_u32(number).map(|char| char.to_string().into_bytes()).unwrap_or_default();
    sequences.push(encode(first).into_iter().zip(encode(last)).collect());
}
