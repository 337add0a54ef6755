//! Rows and stores for the tests.

// Each test file uses a part of it.
#![allow(dead_code)]

pub mod faulty;

use std::sync::Arc;

use catalog::{Catalog, Row, State};
use futures::TryStreamExt;
use object_store::ObjectStore;
use object_store::memory::InMemory;

/// 2026-11-29, in the morning.
pub const START: i64 = 1_795_940_345_090;
pub const DAY_MS: i64 = 86_400_000;

pub fn in_memory() -> Catalog {
    Catalog::new(Arc::new(InMemory::new()))
}

/// A session whose first batch has arrived.
pub fn live(project: &str, session: &str, received: i64) -> Row {
    Row::new(project, session, received)
}

/// A session that was compacted `generation` times.
pub fn finished(project: &str, session: &str, received: i64, generation: u32) -> Row {
    Row {
        generation,
        state: State::Final,
        received_last: received + i64::from(generation) * 60_000,
        requests: Some(u64::from(generation)),
        ..live(project, session, received)
    }
}

pub fn ids(rows: &[Row]) -> Vec<String> {
    rows.iter().map(|row| row.session.clone()).collect()
}

/// The paths of all objects, sorted.
pub async fn paths(store: &dyn ObjectStore) -> Vec<String> {
    let objects: Vec<_> = store.list(None).try_collect().await.expect("a list");
    let mut paths: Vec<String> = objects.into_iter().map(|object| object.location.to_string()).collect();
    paths.sort();
    paths
}
