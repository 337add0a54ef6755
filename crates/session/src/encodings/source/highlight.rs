//! Colors of the part of a text that is on screen.

use std::ops::Range;

use super::{Language, Lexer, Piece};

/// Bytes of the largest text that is colored.
pub const MAX_COLORED_BYTES: usize = 32 << 20;

/// Bytes between two positions that are remembered: what is read again at most for each line on
/// screen.
const STEP: usize = 4096;

/// The tokens of a text, found from the nearest remembered position. The text is read once from its
/// beginning, in slices: what has not been read has no tokens yet.
#[derive(Debug)]
pub struct Highlighter {
    /// Ascending by position.
    checkpoints: Vec<Lexer>,
    ahead: Lexer,
}

impl Highlighter {
    pub fn new(language: Language) -> Self {
        let ahead = Lexer::new(language);
        Self { checkpoints: vec![ahead.clone()], ahead }
    }

    /// Reads about `max_bytes` more; returns whether the text, or as much of it as is colored, has
    /// been read.
    pub fn advance(&mut self, text: &str, max_bytes: usize) -> bool {
        let limit = text.len().min(MAX_COLORED_BYTES);
        let stop = limit.min(self.ahead.position().saturating_add(max_bytes));
        while self.ahead.position() < stop {
            let last = self.checkpoints.last().map_or(0, Lexer::position);
            if self.ahead.position() >= last + STEP {
                self.checkpoints.push(self.ahead.clone());
            }
            if self.ahead.next_piece(text).is_none() {
                return true;
            }
        }
        self.ahead.position() >= limit
    }

    /// The number of bytes that have tokens.
    pub fn position(&self) -> usize {
        self.ahead.position()
    }

    /// The pieces of the bytes in `range` that have been read, in order and without gaps. The first
    /// and the last can reach beyond the range.
    pub fn pieces(&self, text: &str, range: Range<usize>) -> Vec<Piece> {
        let end = range.end.min(self.position());
        let nearest = self.checkpoints.partition_point(|lexer| lexer.position() <= range.start);
        let Some(mut lexer) = self.checkpoints.get(nearest.saturating_sub(1)).cloned() else {
            return Vec::new();
        };
        let mut pieces = Vec::new();
        while lexer.position() < end {
            let Some(piece) = lexer.next_piece(text) else { break };
            if piece.end > range.start {
                pieces.push(piece);
            }
        }
        pieces
    }
}
