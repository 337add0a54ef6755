//! What was received, on its way to the catalog.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use catalog::Row;
use store::{BatchSummary, Project};

use crate::rows::{now_ms, row_of_batch};

/// A session that goes on is listed again after this time, so that its row says when it was last heard of.
const REPEAT: Duration = Duration::from_secs(60);
/// Sessions that are remembered; past this, all are listed again.
const MAX_KNOWN: usize = 100_000;

/// Rows that are not in the catalog yet.
#[derive(Debug, Default)]
pub(super) struct Listed(Mutex<Rows>);

#[derive(Debug, Default)]
struct Rows {
    waiting: Vec<Row>,
    /// When a session was listed last, by project and id.
    known: HashMap<(String, String), (Instant, i64)>,
}

impl Listed {
    /// Lists the session of a batch that was stored, unless it has been lately.
    pub(super) fn add(&self, project: &Project, batch: &BatchSummary) {
        let now = now_ms();
        let key = (project.as_str().to_owned(), batch.session().as_str().to_owned());
        let mut rows = self.lock();
        if rows.known.len() > MAX_KNOWN {
            rows.known.clear();
        }
        let known = rows.known.get(&key).copied();
        if known.is_some_and(|(at, _)| at.elapsed() < REPEAT) {
            return;
        }
        let first = known.map_or(now, |(_, first)| first);
        rows.known.insert(key, (Instant::now(), first));
        let mut row = row_of_batch(project, batch, now);
        row.received_first = first;
        rows.waiting.push(row);
    }

    pub(super) fn take(&self) -> Vec<Row> {
        std::mem::take(&mut self.lock().waiting)
    }

    pub(super) fn put_back(&self, rows: Vec<Row>) {
        self.lock().waiting.splice(0..0, rows);
    }

    fn lock(&self) -> MutexGuard<'_, Rows> {
        // A poisoned lock means that another request failed while it held it; the rows are whole all the same.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
