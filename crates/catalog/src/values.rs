//! The values of a column, of whichever kind.

use crate::column::{Numbers, TextLists, Texts};
use crate::hash::SessionHasher;
use crate::haystack::Haystack;

/// The ids of sessions, with their hashes.
#[derive(Debug)]
pub(crate) struct Sessions {
    pub(crate) ids: Texts,
    pub(crate) hashes: Box<[u64]>,
}

impl Sessions {
    pub(crate) fn new(ids: Texts, hash: SessionHasher) -> Self {
        let by_row = (0..ids.len()).map(|row| ids.get(row).unwrap_or_default());
        let hashes = by_row.map(|id| hash.hash(id)).collect();
        Self { ids, hashes }
    }
}

/// The values of a column in a row group.
#[derive(Debug)]
pub(crate) enum Values {
    Numbers(Numbers),
    Texts(Texts),
    TextLists(TextLists),
    Sessions(Sessions),
    /// The texts without the rows, which is enough to pass over a row group.
    Haystack(Haystack),
}

impl Values {
    /// Number of rows.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Numbers(numbers) => numbers.len(),
            Self::Texts(texts) => texts.len(),
            Self::TextLists(lists) => lists.len(),
            Self::Sessions(sessions) => sessions.ids.len(),
            Self::Haystack(_) => 0,
        }
    }

    /// Estimate of the bytes on the heap.
    pub(crate) fn memory_size(&self) -> usize {
        match self {
            Self::Numbers(numbers) => numbers.memory_size(),
            Self::Texts(texts) => texts.memory_size(),
            Self::TextLists(lists) => lists.memory_size(),
            Self::Sessions(sessions) => sessions.ids.memory_size() + sessions.hashes.len() * 8,
            Self::Haystack(haystack) => haystack.memory_size(),
        }
    }

    pub(crate) fn number(&self, row: usize) -> Option<i64> {
        match self {
            Self::Numbers(numbers) => numbers.get(row),
            _ => None,
        }
    }

    pub(crate) fn text(&self, row: usize) -> Option<&[u8]> {
        match self {
            Self::Texts(texts) | Self::Sessions(Sessions { ids: texts, .. }) => texts.get(row),
            _ => None,
        }
    }

    pub(crate) fn hashes(&self) -> &[u64] {
        match self {
            Self::Sessions(sessions) => &sessions.hashes,
            _ => &[],
        }
    }
}
