//! Which batches a generation is made of, and how many lines of each file they wrote: so that a late
//! batch is merged where it belongs, and a batch that comes again is told from another one with the
//! same number.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::gzip;
use crate::layout::BatchId;

/// Maximum bytes of an index, unpacked: those of a million batches.
const MAX_INDEX: usize = 48 << 20;

/// The batches of a generation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Index {
    /// By number: the hash, and the lines per file, by the file's number in `files`.
    pub(super) batches: BTreeMap<u32, Taken>,
    /// Paths that recorders use.
    files: Vec<String>,
    numbers: HashMap<String, u32>,
    /// Batches that are kept apart, since another one has their number or they are not readable.
    pub(super) set_aside: BTreeSet<BatchId>,
}

/// A batch that is in the files of a generation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Taken {
    pub(super) hash: u64,
    pub(super) lines: Vec<(u32, u64)>,
}

/// Number, hash, and pairs of a file and its lines.
type WrittenBatch = (u32, String, Vec<(u32, u64)>);

/// As it is stored: arrays instead of objects, since there are many.
#[derive(Serialize, Deserialize)]
struct Written {
    files: Vec<String>,
    batches: Vec<WrittenBatch>,
    #[serde(rename = "setAside")]
    set_aside: Vec<(u32, String)>,
}

impl Index {
    pub(super) fn parse(key: &str, packed: &[u8]) -> Result<Self, StoreError> {
        let damaged = || StoreError::damaged(key, "not an index of batches");
        let text = gzip::unpack(packed, MAX_INDEX).map_err(|_| damaged())?;
        let written: Written = serde_json::from_slice(&text).map_err(|_| damaged())?;
        let files = written.files.len();
        let hash = |text: &str| u64::from_str_radix(text, 16).map_err(|_| damaged());
        let mut index = Self::default();
        for path in &written.files {
            index.file(path);
        }
        for (sequence, text, lines) in written.batches {
            if lines.iter().any(|(file, _)| *file as usize >= files) {
                return Err(damaged());
            }
            index.batches.insert(sequence, Taken { hash: hash(&text)?, lines });
        }
        for (sequence, text) in written.set_aside {
            index.set_aside.insert(BatchId { sequence, hash: hash(&text)? });
        }
        Ok(index)
    }

    /// # Errors
    /// When it lists more batches than are read again.
    pub(super) fn to_bytes(&self) -> Result<Bytes, StoreError> {
        let hex = |hash: u64| format!("{hash:016x}");
        let batches = self.batches.iter();
        let written = Written {
            files: self.files.clone(),
            batches: batches.map(|(number, taken)| (*number, hex(taken.hash), taken.lines.clone())).collect(),
            set_aside: self.set_aside.iter().map(|id| (id.sequence, hex(id.hash))).collect(),
        };
        let text = serde_json::to_vec(&written)
            .map_err(|error| StoreError::damaged("index.json.gz", error.to_string()))?;
        if text.len() > MAX_INDEX {
            return Err(StoreError::TooLarge("too many batches"));
        }
        gzip::pack_fast(&text).map_err(|error| StoreError::damaged("index.json.gz", error.to_string()))
    }

    /// Whether the batch is one of those of the generation, in its files or set aside.
    pub(crate) fn contains(&self, id: BatchId) -> bool {
        self.batches.get(&id.sequence).is_some_and(|taken| taken.hash == id.hash)
            || self.set_aside.contains(&id)
    }

    /// The number of a file, which is added if it is new.
    pub(super) fn file(&mut self, path: &str) -> u32 {
        if let Some(number) = self.numbers.get(path) {
            return *number;
        }
        let number = self.files.len() as u32;
        self.files.push(path.to_owned());
        self.numbers.insert(path.to_owned(), number);
        number
    }

    /// The lines that batches wrote to some files, in order of the batches' numbers.
    pub(super) fn lines_of(&self, paths: &[&str]) -> HashMap<String, VecDeque<(u32, u64)>> {
        let mut lines: HashMap<u32, VecDeque<(u32, u64)>> =
            paths.iter().filter_map(|path| Some((*self.numbers.get(*path)?, VecDeque::new()))).collect();
        for (sequence, taken) in &self.batches {
            for (file, count) in &taken.lines {
                if let Some(of_file) = lines.get_mut(file) {
                    of_file.push_back((*sequence, *count));
                }
            }
        }
        lines.into_iter().map(|(file, lines)| (self.files[file as usize].clone(), lines)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> Index {
        let mut index = Index::default();
        let (console, socket) = (index.file("console.jsonl"), index.file("sockets/a.jsonl"));
        index.batches.insert(9, Taken { hash: 1, lines: vec![(console, 2)] });
        index.batches.insert(3, Taken { hash: u64::MAX, lines: vec![(socket, 1), (console, 5)] });
        index.set_aside.insert(BatchId { sequence: 3, hash: 7 });
        index
    }

    #[test]
    fn an_index_is_read_as_it_was_written() {
        let bytes = index().to_bytes().expect("bytes");
        assert_eq!(Index::parse("x", &bytes).expect("an index"), index());
        assert!(Index::parse("x", b"{}").is_err());
    }

    #[test]
    fn batches_are_known_by_number_and_hash() {
        let id = |sequence, hash| BatchId { sequence, hash };
        assert!(index().contains(id(9, 1)) && index().contains(id(3, 7)));
        assert!(!index().contains(id(9, 2)) && !index().contains(id(4, 1)));
        let lines = index().lines_of(&["console.jsonl", "events.jsonl"]);
        assert_eq!(lines, HashMap::from([("console.jsonl".to_owned(), VecDeque::from([(3, 5), (9, 2)]))]));
    }

    #[test]
    fn files_that_are_not_listed_are_damage() {
        let mut index = index();
        index.files.pop();
        assert!(Index::parse("x", &index.to_bytes().expect("bytes")).is_err());
    }
}
