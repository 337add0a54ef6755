//! A local folder that several servers use.

mod common;

use std::sync::Arc;
use std::time::Duration;

use common::{batch, key, project, read};
use store::{Settings, Store};
use tempfile::TempDir;

const MINUTE: Duration = Duration::from_secs(60);

async fn open(folder: &TempDir) -> Arc<Store> {
    let location = folder.path().display().to_string();
    Arc::new(Store::open(&location, Settings::default()).await.expect("a store"))
}

fn console(sequence: u32) -> store::Batch {
    batch("s", sequence, &[("console.jsonl", &format!("{{\"n\":{sequence}}}"))])
}

#[tokio::test]
async fn a_folder_is_compacted_by_one_process_at_a_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder).await;
    let now = store.clock().await.expect("a time");
    store.put(&project(), &console(1)).await.expect("it is stored");
    let lock = std::fs::File::create(folder.path().join("compact.lock")).expect("a file");
    lock.try_lock().expect("the lock");
    assert!(store.compact(now + 3 * MINUTE).await.expect("a pass").compacted.is_empty());
    drop(lock);
    assert_eq!(store.compact(now + 3 * MINUTE).await.expect("a pass").compacted.len(), 1);
    store.sweep(now + 30 * MINUTE).await.expect("a sweep");
    assert_eq!(read(&store, &key("s")).await.expect("the session").lines("console.jsonl").len(), 1);
    // Folders that are empty are gone, too.
    assert!(!folder.path().join("inbox").exists() && !folder.path().join("probe").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn batches_that_arrive_while_two_servers_compact_and_sweep_are_all_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let servers = [open(&folder).await, open(&folder).await];
    let now = servers[0].clock().await.expect("a time");
    let recorders = (1..=60).map(|sequence| {
        let store = Arc::clone(&servers[sequence as usize % 2]);
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(u64::from(sequence) * 5)).await;
            // The same batch to both, as a page that unloads sends it.
            for _ in 0..2 {
                store.put(&project(), &console(sequence)).await.expect("it is stored");
            }
        })
    });
    let recorders = futures::future::join_all(recorders.collect::<Vec<_>>());
    let compactors = servers.clone().map(|store| {
        tokio::spawn(async move {
            for _ in 0..10 {
                let pass = store.compact(now + 3 * MINUTE).await.expect("a pass");
                assert!(pass.failed.is_empty(), "{pass:?}");
                store.sweep(now).await.expect("a sweep");
            }
        })
    });
    let (recorded, compacted) = tokio::join!(recorders, futures::future::join_all(compactors));
    assert!(recorded.into_iter().all(|task| task.is_ok()) && compacted.into_iter().all(|task| task.is_ok()));
    servers[0].compact(now + 3 * MINUTE).await.expect("a pass");
    servers[1].sweep(now + 30 * MINUTE).await.expect("a sweep");
    let session = read(&servers[1], &key("s")).await.expect("the session");
    let expected: Vec<String> = (1..=60).map(|sequence| format!("{{\"n\":{sequence}}}")).collect();
    assert_eq!(
        (session.is_live, session.lines("console.jsonl")),
        (false, expected.iter().map(String::as_str).collect())
    );
}

#[tokio::test]
async fn what_a_killed_server_was_writing_is_swept_after_an_hour() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder).await;
    let now = store.clock().await.expect("a time");
    store.put(&project(), &console(1)).await.expect("it is stored");
    let staged = folder.path().join("inbox/00/shop/s/x.jsonl.gz#1");
    let file = std::fs::File::create(&staged).expect("a file");
    assert_eq!(store.sweep(now).await.expect("a sweep").staged, 0);
    file.set_modified(now - 61 * MINUTE).expect("a time");
    assert_eq!(read(&store, &key("s")).await.expect("the session").lines("console.jsonl").len(), 1);
    // Not at each sweep.
    assert_eq!(store.sweep(now + MINUTE).await.expect("a sweep").staged, 0);
    assert_eq!(store.sweep(now + 31 * MINUTE).await.expect("a sweep").staged, 1);
    assert!(!staged.exists());
}
