//! The rows of a session.

use std::ops::Index;

use super::Record;

/// Number of rows per chunk: a list that doubles would copy all rows again and again while they
/// arrive, and block the page each time.
const CHUNK: usize = 1024;

/// All rows of a session, in the order of the source.
#[derive(Debug, Default)]
pub struct Records {
    /// All full but the last.
    chunks: Vec<Vec<Record>>,
}

impl Records {
    /// Number of rows.
    pub fn len(&self) -> usize {
        let full = self.chunks.len().saturating_sub(1) * CHUNK;
        full + self.chunks.last().map_or(0, Vec::len)
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    /// Appends a row.
    pub fn push(&mut self, record: Record) {
        if self.chunks.last().is_none_or(|last| last.len() == CHUNK) {
            // The first chunk grows with its rows, so that a short list stays small.
            let capacity = if self.chunks.is_empty() { 0 } else { CHUNK };
            self.chunks.push(Vec::with_capacity(capacity));
        }
        if let Some(last) = self.chunks.last_mut() {
            last.push(record);
        }
    }

    /// The last row; `None` if there are none.
    pub fn last(&self) -> Option<&Record> {
        self.chunks.last()?.last()
    }

    /// The row at `index`, from 0; `None` past the end.
    pub fn get(&self, index: usize) -> Option<&Record> {
        self.chunks.get(index / CHUNK)?.get(index % CHUNK)
    }

    /// [`Records::get`], mutable.
    pub fn get_mut(&mut self, index: usize) -> Option<&mut Record> {
        self.chunks.get_mut(index / CHUNK)?.get_mut(index % CHUNK)
    }

    /// The rows in order.
    pub fn iter(&self) -> impl Iterator<Item = &Record> {
        self.chunks.iter().flatten()
    }

    /// [`Records::iter`], mutable.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Record> {
        self.chunks.iter_mut().flatten()
    }

    /// The index of the row with that number, by binary search: rows are in ascending order of
    /// their numbers.
    pub(super) fn index_of(&self, number: u32) -> Option<usize> {
        let begins_before = |chunk: &Vec<Record>| chunk.first().is_some_and(|first| first.number <= number);
        let chunk = self.chunks.partition_point(begins_before).checked_sub(1)?;
        let within = self.chunks.get(chunk)?.binary_search_by_key(&number, |record| record.number).ok()?;
        Some(chunk * CHUNK + within)
    }
}

impl Index<usize> for Records {
    type Output = Record;

    fn index(&self, index: usize) -> &Record {
        &self.chunks[index / CHUNK][index % CHUNK]
    }
}

impl Extend<Record> for Records {
    fn extend<I: IntoIterator<Item = Record>>(&mut self, records: I) {
        records.into_iter().for_each(|record| self.push(record));
    }
}

impl FromIterator<Record> for Records {
    fn from_iter<I: IntoIterator<Item = Record>>(records: I) -> Self {
        let mut all = Self::default();
        all.extend(records);
        all
    }
}

impl IntoIterator for Records {
    type Item = Record;
    type IntoIter = std::iter::Flatten<std::vec::IntoIter<Vec<Record>>>;

    fn into_iter(self) -> Self::IntoIter {
        self.chunks.into_iter().flatten()
    }
}

impl<'a> IntoIterator for &'a Records {
    type Item = &'a Record;
    type IntoIter = std::iter::Flatten<std::slice::Iter<'a, Vec<Record>>>;

    fn into_iter(self) -> Self::IntoIter {
        self.chunks.iter().flatten()
    }
}

impl<'a> IntoIterator for &'a mut Records {
    type Item = &'a mut Record;
    type IntoIter = std::iter::Flatten<std::slice::IterMut<'a, Vec<Record>>>;

    fn into_iter(self) -> Self::IntoIter {
        self.chunks.iter_mut().flatten()
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::model::{Http, Outcome, Phases, RecordKind, ResourceType, Span};

    fn record(number: u32) -> Record {
        let http = Http {
            resource_type: ResourceType::Other,
            outcome: Outcome::Done,
            duration: None,
            recorded_duration: None,
            phases: Phases::default(),
            transferred: None,
            body_size: None,
            from_cache: None,
            messages: None,
        };
        Record {
            number,
            url: "".into(),
            method: Cow::Borrowed("GET"),
            start: None,
            status: None,
            error: None,
            source: Span::default(),
            kind: RecordKind::Http(http),
        }
    }

    #[test]
    fn rows_are_found_by_index_and_by_number_across_chunks() {
        let mut records: Records = (1..=2500).map(|number| record(number * 2)).collect();
        assert_eq!((records.len(), records.is_empty()), (2500, false));
        for index in [0, 1023, 1024, 2047, 2048, 2499] {
            let number = (index as u32 + 1) * 2;
            assert_eq!(records.get(index).map(|record| record.number), Some(number));
            assert_eq!(records[index].number, number);
            assert_eq!(records.index_of(number), Some(index));
            assert_eq!(records.index_of(number + 1), None);
        }
        assert!(
            records.get(2500).is_none() && records.index_of(0).is_none() && records.index_of(9000).is_none()
        );
        if let Some(last) = records.get_mut(2499) {
            last.number = 7000;
        }
        assert_eq!(records.iter().map(|record| record.number).max(), Some(7000));
        assert_eq!(records.into_iter().count(), 2500);
    }

    #[test]
    fn a_session_without_rows_has_none_at_any_index() {
        let records = Records::default();
        assert_eq!((records.len(), records.is_empty(), records.index_of(1)), (0, true, None));
        assert!(records.get(0).is_none() && records.iter().next().is_none());
    }
}
