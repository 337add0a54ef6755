//! What a store's failures mean for those who use it: nothing is acknowledged that is not stored,
//! nothing is cut short without a word, and afterwards all goes on.

mod common;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use common::failing::{Failing, Failure};
use common::simulated::{Behavior, Simulated};
use common::{Objects, batch, key, memory, names, open, project, read};
use futures::TryStreamExt;
use store::{Cause, Conditions, Settings, Store, StoreError, Unavailable};

const MINUTE: Duration = Duration::from_secs(60);

async fn store() -> (Arc<Failing>, Arc<Store>, SystemTime) {
    let (inner, _) = memory(Settings::default()).await;
    let failing = Failing::new(inner);
    let objects: Objects = failing.clone();
    let store = open(&objects, Settings::default()).await;
    let now = store.clock().await.expect("a time");
    (failing, store, now)
}

fn console(sequence: u32) -> store::Batch {
    batch("s", sequence, &[("console.jsonl", &format!("{{\"n\":{sequence}}}"))])
}

fn cause<T: std::fmt::Debug>(result: Result<T, StoreError>) -> Cause {
    match result {
        Err(StoreError::Unavailable(Unavailable { cause, detail })) => {
            assert!(!detail.contains("SECRET"), "{detail}");
            cause
        }
        other => panic!("not an error of the store: {other:?}"),
    }
}

#[tokio::test]
async fn a_batch_that_cannot_be_stored_is_never_the_recorders_fault() {
    let (failing, store, _) = store().await;
    let failures = [
        (Failure::Unavailable, Cause::Failed),
        (Failure::Denied, Cause::Denied),
        (Failure::Full, Cause::Full),
    ];
    for (failure, expected) in failures {
        failing.set(failure);
        assert_eq!(cause(store.put(&project(), &console(1)).await), expected);
    }
    failing.set(Failure::None);
    assert!(read(&store, &key("s")).await.is_none());
    store.put(&project(), &console(1)).await.expect("it is stored");
    assert_eq!(read(&store, &key("s")).await.expect("the session").lines("console.jsonl").len(), 1);
}

#[tokio::test]
async fn a_session_is_not_shown_without_batches_that_the_store_does_not_give() {
    let (failing, store, _) = store().await;
    for sequence in 1..=3 {
        store.put(&project(), &console(sequence)).await.expect("it is stored");
    }
    failing.set(Failure::CutList);
    cause(store.session(&key("s")).await);
    // A server that has not seen the batches has to read them.
    let objects: Objects = failing.clone();
    failing.set(Failure::None);
    let other = open(&objects, Settings::default()).await;
    failing.set(Failure::CutBody("inbox/"));
    cause(other.session(&key("s")).await);
    let file = store.file(&key("s"), "live/console.jsonl").await.expect("an answer").expect("a file");
    cause(file.body.try_collect::<Vec<_>>().await);
}

#[tokio::test]
async fn a_file_whose_body_is_cut_ends_with_an_error() {
    let (failing, store, now) = store().await;
    store.put(&project(), &console(1)).await.expect("it is stored");
    store.compact(now + 3 * MINUTE).await.expect("a pass");
    store.put(&project(), &console(2)).await.expect("it is stored");
    failing.set(Failure::CutBody("/g1-"));
    let file = store.file(&key("s"), "live/console.jsonl").await.expect("an answer").expect("a file");
    cause(file.body.try_collect::<Vec<_>>().await);
}

#[tokio::test]
async fn a_compaction_that_fails_leaves_everything_where_it_is() {
    let (failing, store, now) = store().await;
    for sequence in [1, 2] {
        store.put(&project(), &console(sequence)).await.expect("it is stored");
    }
    store.compact(now + 3 * MINUTE).await.expect("a pass");
    store.put(&project(), &console(3)).await.expect("it is stored");
    let before = read(&store, &key("s")).await.expect("the session");
    for failure in [Failure::CutBody("inbox/"), Failure::CutBody("/g1-"), Failure::Full, Failure::Unavailable]
    {
        failing.set(failure);
        let compacted = store.compact(now + 3 * MINUTE).await.map_or(0, |pass| pass.compacted.len());
        assert_eq!(compacted, 0, "{failure:?}");
        failing.set(Failure::None);
        assert_eq!(read(&store, &key("s")).await.expect("the session"), before, "{failure:?}");
    }
    assert_eq!(store.compact(now + 3 * MINUTE).await.expect("a pass").compacted.len(), 1);
    let after = read(&store, &key("s")).await.expect("the session");
    assert_eq!((after.is_live, after.files()), (false, before.files()));
}

#[tokio::test]
async fn a_session_that_is_damaged_does_not_hold_up_others() {
    let (objects, store) = memory(Settings::default()).await;
    let now = store.clock().await.expect("a time");
    store.put(&project(), &console(1)).await.expect("it is stored");
    store.compact(now + 3 * MINUTE).await.expect("a pass");
    common::overwrite(&objects, "sessions/shop/s/session.json", b"not a manifest").await;
    store.put(&project(), &console(2)).await.expect("it is stored");
    store.put(&project(), &batch("t", 1, &[])).await.expect("it is stored");
    let pass = store.compact(now + 3 * MINUTE).await.expect("a pass");
    let failed: Vec<_> = pass.failed.iter().map(|(key, _)| key.session.as_str()).collect();
    assert_eq!((pass.compacted.len(), failed), (1, vec!["s"]));
    let swept = store.sweep(now + 30 * MINUTE).await.expect("a sweep");
    assert_eq!(swept.failed.len(), 1);
    assert_eq!(names(&objects).await.iter().filter(|name| name.starts_with("inbox/")).count(), 2);
}

#[tokio::test]
async fn what_a_store_obeys_is_found_out() {
    let of = |conditions| async move {
        let settings = Settings::default();
        let simulated: Objects = Simulated::new(1, Behavior { faults: 0, obeys_conditions: conditions });
        open(&simulated, settings).await.conditions().await.expect("an answer")
    };
    tokio::time::pause();
    assert_eq!(of(true).await, Conditions { create: true, update: true });
    assert_eq!(of(false).await, Conditions { create: false, update: false });
    let folder = tempfile::tempdir().expect("a folder");
    let local =
        Store::open(&folder.path().display().to_string(), Settings::default()).await.expect("a store");
    assert_eq!(local.conditions().await.expect("an answer"), Conditions { create: true, update: false });
}
