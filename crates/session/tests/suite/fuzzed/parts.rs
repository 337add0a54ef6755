//! One input for several files, and its division into pieces.

use std::cell::RefCell;

use session::formats::{LoadError, SessionLoader};
use session::model::Session;

use crate::common;

/// Separates two files. No text file contains it.
const BETWEEN: u8 = 0x1E;
/// Inputs up to this length are also fed a byte at a time.
const SMALL: usize = 600;

/// The files of an input: the first one, and others in the order in which they are first requested,
/// whatever their names.
pub(crate) struct Parts<'a> {
    first: &'a [u8],
    others: Vec<&'a [u8]>,
    names: RefCell<Vec<String>>,
}

impl<'a> Parts<'a> {
    pub(crate) fn of(input: &'a [u8]) -> Self {
        let mut parts = input.split(|byte| *byte == BETWEEN);
        let first = parts.next().unwrap_or_default();
        Self { first, others: parts.collect(), names: RefCell::default() }
    }

    pub(crate) fn first(&self) -> &'a [u8] {
        self.first
    }

    pub(crate) fn read_file(&self, name: &str) -> Option<&'a [u8]> {
        let mut names = self.names.borrow_mut();
        let known = names.iter().position(|known| known == name);
        let at = known.unwrap_or_else(|| {
            names.push(name.to_owned());
            names.len() - 1
        });
        self.others.get(at).copied()
    }

    /// Loads the session in pieces of that many bytes.
    pub(crate) fn open(&self, opening: SessionLoader, piece: usize) -> Result<Session, LoadError> {
        common::run(opening, Some(self.first), |name| self.read_file(name), piece)
    }
}

/// Piece sizes to compare with loading at once: one that depends on the input, and single bytes for
/// a small input.
pub(crate) fn pieces(input: &[u8]) -> Vec<usize> {
    let sum = input.iter().rev().take(7).fold(input.len(), |sum, byte| sum * 31 + usize::from(*byte));
    let mut pieces = vec![2 + sum % 300];
    if input.len() <= SMALL {
        pieces.push(1);
    }
    pieces
}
