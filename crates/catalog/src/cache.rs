//! Columns in memory, up to a number of bytes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::schema::Column;
use crate::values::Values;

/// Estimate of what an entry takes besides its values, in bytes.
const ENTRY_BYTES: usize = 160;

/// A column of a row group: the file's id, the index of the row group, the column.
pub(crate) type Key = (u64, usize, Column);

#[derive(Debug)]
struct Entry {
    values: Arc<Values>,
    /// The query that used it last.
    used_by: u64,
}

#[derive(Debug, Default)]
struct Contents {
    entries: HashMap<Key, Entry>,
    bytes: usize,
    queries: u64,
}

/// A cache that gives up what has not been used for the most queries.
///
/// What the present query uses stays: a query that reads more than there is room for would
/// otherwise push out each column just before the next query comes back to it.
#[derive(Debug)]
pub(crate) struct Cache {
    max_bytes: usize,
    contents: Mutex<Contents>,
}

impl Cache {
    pub(crate) fn new(max_bytes: usize) -> Self {
        Self { max_bytes, contents: Mutex::default() }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Contents> {
        self.contents.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a query; its number is passed to the other functions.
    pub(crate) fn begin_query(&self) -> u64 {
        let mut contents = self.lock();
        contents.queries += 1;
        contents.queries
    }

    pub(crate) fn get(&self, key: Key, query: u64) -> Option<Arc<Values>> {
        let mut contents = self.lock();
        let entry = contents.entries.get_mut(&key)?;
        entry.used_by = entry.used_by.max(query);
        Some(Arc::clone(&entry.values))
    }

    pub(crate) fn insert(&self, key: Key, values: &Arc<Values>, query: u64) {
        let bytes = entry_bytes(values);
        let mut contents = self.lock();
        if contents.bytes + bytes > self.max_bytes {
            let excess = contents.bytes + bytes - self.max_bytes;
            contents.evict(excess.max(self.max_bytes / 16), query);
        }
        if contents.bytes + bytes <= self.max_bytes {
            let entry = Entry { values: Arc::clone(values), used_by: query };
            let replaced = contents.entries.insert(key, entry);
            contents.bytes += bytes;
            contents.bytes -= replaced.map_or(0, |entry| entry_bytes(&entry.values));
        }
    }

    /// Estimate of the bytes in use.
    pub(crate) fn bytes(&self) -> usize {
        self.lock().bytes
    }
}

impl Contents {
    /// Removes entries of at least `bytes`, the least recently used first, if earlier queries have
    /// that many.
    fn evict(&mut self, bytes: usize, query: u64) {
        let is_earlier = |entry: &Entry| entry.used_by < query;
        let mut earlier: Vec<(u64, Key)> = self
            .entries
            .iter()
            .filter(|(_, entry)| is_earlier(entry))
            .map(|(key, entry)| (entry.used_by, *key))
            .collect();
        earlier.sort_unstable_by_key(|(used_by, _)| *used_by);
        let mut freed = 0;
        for (_, key) in earlier {
            if freed >= bytes {
                break;
            }
            freed += self.entries.remove(&key).map_or(0, |entry| entry_bytes(&entry.values));
        }
        self.bytes -= freed;
    }
}

fn entry_bytes(values: &Values) -> usize {
    values.memory_size() + ENTRY_BYTES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column::Numbers;

    /// Values of 1,000 bytes.
    fn values() -> Arc<Values> {
        Arc::new(Values::Numbers(Numbers::new((0..1_000).map(|n| Some(n % 100)))))
    }

    fn key(file: u64) -> Key {
        (file, 0, Column::Errors)
    }

    fn fill(cache: &Cache, query: u64, files: std::ops::Range<u64>) -> usize {
        files
            .filter(|file| {
                let is_hit = cache.get(key(*file), query).is_some();
                if !is_hit {
                    cache.insert(key(*file), &values(), query);
                }
                is_hit
            })
            .count()
    }

    #[test]
    fn the_cache_stays_within_its_bytes() {
        let cache = Cache::new(10 * (1_000 + ENTRY_BYTES));
        for start in 0..20 {
            fill(&cache, cache.begin_query(), start * 3..start * 3 + 7);
            assert!(cache.bytes() <= 10 * (1_000 + ENTRY_BYTES));
        }
        assert!(cache.get(key(63), 0).is_some());
        assert!(cache.get(key(0), 0).is_none());
    }

    #[test]
    fn a_query_larger_than_the_cache_finds_a_part_of_it_the_next_time() {
        let cache = Cache::new(10 * (1_000 + ENTRY_BYTES));
        assert_eq!(fill(&cache, cache.begin_query(), 0..20), 0);
        assert_eq!(fill(&cache, cache.begin_query(), 0..20), 10);
    }
}
