//! What is known of batches in the inbox. A batch never changes, so that nothing is ever out of date.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use object_store::path::Path;

use crate::batch::BatchSummary;

/// Summaries by the keys of batches, up to a number of bytes; the oldest ones are dropped first.
#[derive(Debug)]
pub(crate) struct SummaryCache {
    max_bytes: usize,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    by_key: HashMap<Path, Arc<BatchSummary>>,
    order: VecDeque<Path>,
    bytes: usize,
}

impl SummaryCache {
    pub(crate) fn new(max_bytes: usize) -> Self {
        Self { max_bytes, kept: Mutex::default() }
    }

    pub(crate) fn get(&self, key: &Path) -> Option<Arc<BatchSummary>> {
        self.lock().by_key.get(key).cloned()
    }

    pub(crate) fn insert(&self, key: Path, summary: Arc<BatchSummary>) {
        let mut kept = self.lock();
        kept.bytes += size(&key, &summary);
        if let Some(old) = kept.by_key.insert(key.clone(), summary) {
            kept.bytes -= size(&key, &old);
            return;
        }
        kept.order.push_back(key);
        while kept.bytes > self.max_bytes {
            let Some(oldest) = kept.order.pop_front() else { break };
            if let Some(old) = kept.by_key.remove(&oldest) {
                kept.bytes -= size(&oldest, &old);
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn size(key: &Path, summary: &BatchSummary) -> usize {
    2 * key.as_ref().len() + summary.size()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::{Batch, Limits};

    #[test]
    fn the_oldest_summaries_are_dropped_above_the_limit() {
        let body = r#"{"session":"s","sequence":1,"manifest":{"format":"replayscope/1","id":"s"}}"#;
        let batch = Batch::parse(body.into(), false, &Limits::default()).expect("a batch");
        let key = |number: u32| Path::from(format!("inbox/{number}"));
        let one = size(&key(1), batch.summary());
        let cache = SummaryCache::new(one * 2);
        for number in [1, 1, 2, 3] {
            cache.insert(key(number), Arc::clone(batch.summary()));
        }
        let kept: Vec<_> = (1..=3).map(|number| cache.get(&key(number)).is_some()).collect();
        assert_eq!(kept, [false, true, true]);
    }
}
