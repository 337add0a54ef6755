//! Hashes of sessions, by which rows of a session are found in other files and rows of the same
//! time are ordered.

use twox_hash::XxHash3_64;

/// Hashes the ids of a project's sessions. The result is a part of cursors, and the same in each
/// process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SessionHasher {
    seed: u64,
}

impl SessionHasher {
    pub(crate) fn new(project: &str) -> Self {
        Self { seed: XxHash3_64::oneshot(project.as_bytes()) }
    }

    pub(crate) fn hash(self, session: &[u8]) -> u64 {
        XxHash3_64::oneshot_with_seed(self.seed, session)
    }
}

/// A few hashes, to be looked for among many: a bit for each value of the upper 16 rules out
/// nearly all others with one access.
#[derive(Debug)]
pub(crate) struct HashSet {
    bits: Box<[u64]>,
    sorted: Vec<u64>,
}

const PREFIX_BITS: u32 = 16;

impl HashSet {
    pub(crate) fn new(mut hashes: Vec<u64>) -> Self {
        let mut bits = vec![0_u64; 1 << (PREFIX_BITS - 6)].into_boxed_slice();
        for hash in &hashes {
            let prefix = hash >> (64 - PREFIX_BITS);
            bits[(prefix >> 6) as usize] |= 1 << (prefix & 63);
        }
        hashes.sort_unstable();
        hashes.dedup();
        Self { bits, sorted: hashes }
    }

    pub(crate) fn contains(&self, hash: u64) -> bool {
        let prefix = hash >> (64 - PREFIX_BITS);
        self.bits[(prefix >> 6) as usize] >> (prefix & 63) & 1 == 1
            && self.sorted.binary_search(&hash).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_the_same_in_each_process() {
        assert_eq!(SessionHasher::new("shop").hash(b"20261129-101532-abc"), 14_304_912_569_293_041_625);
    }

    #[test]
    fn a_set_contains_its_hashes_and_no_others() {
        let hasher = SessionHasher::new("shop");
        let all: Vec<u64> = (0..2_000_u32).map(|n| hasher.hash(&n.to_le_bytes())).collect();
        let set = HashSet::new(all[..1_000].to_vec());
        assert!(all[..1_000].iter().all(|hash| set.contains(*hash)));
        assert!(!all[1_000..].iter().any(|hash| set.contains(*hash)));
    }
}
