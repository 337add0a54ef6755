//! Containers that are not followed: only strings and brackets matter.

use super::{MAX_DEPTH, Outline, State};
use crate::block::{self, Block};
use crate::event::Event;
use crate::quote::{closing_quote, escaped_by};

/// Bytes compared at once: four blocks, one bit each in a 64-bit register.
pub(crate) const WIDE: usize = 4 * block::LEN;

/// The structure of [`WIDE`] bytes, the first of which is outside of strings. The lowest bit of a
/// mask is the first byte.
pub(crate) struct Wide {
    /// Brackets outside of strings.
    pub(crate) brackets: u64,
    /// A string begins here and does not end here.
    pub(crate) is_in_string: bool,
    /// The last byte is a backslash of that string, which escapes the next byte.
    pub(crate) is_escaped: bool,
}

impl Wide {
    /// `None` if there are fewer bytes, or if a backslash is outside of strings, where it escapes
    /// nothing: such bytes are read one by one.
    pub(crate) fn of(text: &[u8]) -> Option<Self> {
        let (mut quotes, mut backslashes, mut brackets) = (0, 0, 0);
        for (at, bytes) in text.get(..WIDE)?.chunks_exact(block::LEN).enumerate() {
            let block = Block::of(bytes)?;
            let shifted = |mask: u32| u64::from(mask) << (at * block::LEN);
            quotes |= shifted(block.equal(b'"'));
            backslashes |= shifted(block.equal(b'\\'));
            brackets |= shifted(block.brackets());
        }
        let escaped = escaped_by(backslashes);
        let strings = between(quotes & !escaped);
        (backslashes & !strings == 0).then_some(Self {
            brackets: brackets & !strings,
            is_in_string: strings >> (WIDE - 1) == 1,
            is_escaped: (backslashes & !escaped) >> (WIDE - 1) == 1,
        })
    }
}

/// The bytes from each odd quote to just before the next even one: a prefix sum without carry.
fn between(mut quotes: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        quotes ^= quotes << shift;
    }
    quotes
}

/// What a bracket does to the container.
enum Nesting {
    Inside,
    Ended,
    Broken,
}

impl Outline {
    /// Skips from `at`, outside of strings, to the end of the container or of the piece; returns
    /// the next offset.
    pub(super) fn opaque(
        &mut self,
        piece: &[u8],
        mut at: usize,
        base: u64,
        events: &mut Vec<Event>,
    ) -> usize {
        // Many containers are empty.
        if matches!(piece.get(at), Some(b'}' | b']')) {
            match self.leave(piece, at, base, events) {
                Some(next) => return next,
                None => at += 1,
            }
        }
        let mut one_by_one = 0;
        while at < piece.len() {
            let wide = if at < one_by_one { None } else { piece.get(at..).and_then(Wide::of) };
            let Some(Wide { mut brackets, is_in_string, is_escaped }) = wide else {
                if at >= one_by_one {
                    one_by_one = at + WIDE;
                }
                at = self.opaque_byte(piece, at, base, events);
                if self.state != State::Opaque {
                    return at;
                }
                continue;
            };
            while brackets != 0 {
                let bracket = at + brackets.trailing_zeros() as usize;
                brackets &= brackets - 1;
                if let Some(next) = self.leave(piece, bracket, base, events) {
                    return next;
                }
            }
            at += WIDE;
            if is_in_string {
                at = self.opaque_string(piece, at, is_escaped);
                if self.state != State::Opaque {
                    return at;
                }
            }
        }
        piece.len()
    }

    /// Skips one byte, or a string.
    fn opaque_byte(&mut self, piece: &[u8], at: usize, base: u64, events: &mut Vec<Event>) -> usize {
        match piece.get(at) {
            Some(b'"') => self.opaque_string(piece, at + 1, false),
            Some(b'{' | b'[' | b'}' | b']') => self.leave(piece, at, base, events).unwrap_or(at + 1),
            _ => at + 1,
        }
    }

    /// Skips from `at`, within a string, past its closing quote. `is_escaped`: the first byte is
    /// escaped.
    fn opaque_string(&mut self, piece: &[u8], at: usize, is_escaped: bool) -> usize {
        let from = at + usize::from(is_escaped);
        match piece.get(from..).map_or(Err(true), closing_quote) {
            Ok(len) => from + len + 1,
            Err(is_escaped) => {
                self.escaped = is_escaped;
                self.state = State::OpaqueString;
                piece.len()
            }
        }
    }

    /// Applies the bracket at `at`; `Some` offset to continue at when the container ends or the
    /// text is broken.
    #[inline]
    fn leave(&mut self, piece: &[u8], at: usize, base: u64, events: &mut Vec<Event>) -> Option<usize> {
        let bracket = *piece.get(at)?;
        let position = base + at as u64;
        match self.nest(bracket) {
            Nesting::Inside => None,
            Nesting::Ended => {
                self.end_value(position + 1, events);
                Some(at + 1)
            }
            Nesting::Broken => Some(self.break_at(position, piece.len())),
        }
    }

    #[inline]
    fn nest(&mut self, bracket: u8) -> Nesting {
        if matches!(bracket, b'{' | b'[') {
            if self.opaque.len() >= MAX_DEPTH {
                self.deeper += 1;
                return Nesting::Inside;
            }
            self.opaque.push(if bracket == b'{' { b'}' } else { b']' });
            return Nesting::Inside;
        }
        if self.deeper > 0 {
            self.deeper -= 1;
            return Nesting::Inside;
        }
        if self.opaque.pop() != Some(bracket) {
            return Nesting::Broken;
        }
        if self.opaque.is_empty() { Nesting::Ended } else { Nesting::Inside }
    }
}
