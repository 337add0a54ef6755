//! One input for several files, and how it is cut into pieces.

use std::cell::RefCell;

use session::formats::{LoadError, SessionLoader};
use session::model::Session;

use crate::common;

/// Stands between two files. No text file holds it.
const BETWEEN: u8 = 0x1E;
/// Inputs up to this length come a byte at a time too.
const SMALL: usize = 600;

/// The files of an input: the first one, and those that are brought in the order in which they are first asked for,
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

    pub(crate) fn bring(&self, name: &str) -> Option<&'a [u8]> {
        let mut names = self.names.borrow_mut();
        let known = names.iter().position(|known| known == name);
        let at = known.unwrap_or_else(|| {
            names.push(name.to_owned());
            names.len() - 1
        });
        self.others.get(at).copied()
    }

    /// Opens the session in pieces of that many bytes.
    pub(crate) fn open(&self, opening: SessionLoader, piece: usize) -> Result<Session, LoadError> {
        common::run(opening, Some(self.first), |name| self.bring(name), piece)
    }
}

/// The sizes of pieces to compare with the whole: one that the input tells, and for a small input a single byte.
pub(crate) fn pieces(input: &[u8]) -> Vec<usize> {
    let told = input.iter().rev().take(7).fold(input.len(), |sum, byte| sum * 31 + usize::from(*byte));
    let mut pieces = vec![2 + told % 300];
    if input.len() <= SMALL {
        pieces.push(1);
    }
    pieces
}
