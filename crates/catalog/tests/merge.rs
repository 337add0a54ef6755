//! Merging loses and doubles nothing, wherever it ends and however many run at once.

mod common;

use std::sync::Arc;
use std::time::Duration;

use catalog::{Catalog, MergeReport, MergeSettings, Query, Row, Settings};
use common::faulty::{Effect, FaultyStore};
use common::{DAY_MS, START, finished, live};
use futures::TryStreamExt;
use object_store::memory::InMemory;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};

/// Later than [`MergeSettings::keep_replaced`] after anything that a test writes.
const LATER: i64 = i64::MAX / 2;

/// A catalog that sees at once what others write.
fn open(store: Arc<dyn ObjectStore>) -> Catalog {
    Catalog::with_settings(store, Settings { listing_max_age: Duration::ZERO, ..Settings::default() })
}

async fn merge(catalog: &Catalog, now: i64) -> MergeReport {
    catalog.merge(now, &MergeSettings::default()).await.expect("merged")
}

/// All sessions, sorted by project and id.
async fn sessions(catalog: &Catalog) -> Vec<Row> {
    let (mut rows, mut before) = (Vec::new(), None);
    loop {
        let page = catalog.query(&Query { before, limit: 500, ..Query::default() }).await.expect("a page");
        rows.extend(page.rows);
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    rows.sort_by(|a, b| (&a.project, &a.session).cmp(&(&b.project, &b.session)));
    rows
}

async fn file_count(store: &dyn ObjectStore) -> usize {
    common::paths(store).await.len()
}

/// Appends `files` files, in which sessions start, end, go on, and one is deleted.
async fn append_files(catalog: &Catalog, files: u32) {
    for n in 0..files {
        let received = START + i64::from(n) * 1_000;
        let mut rows = vec![
            live("a", &format!("live-{n}"), received),
            finished("a", &format!("late-{}", n / 2), received, n % 2),
            finished("a", "always", START, n),
        ];
        if n == files / 2 {
            rows.push(live("a", "live-0", START).into_deleted(received));
        }
        catalog.append(rows).await.expect("appended");
    }
}

#[tokio::test]
async fn a_day_of_more_than_sixteen_files_becomes_one() {
    let store = Arc::new(InMemory::new());
    let catalog = open(store.clone());
    append_files(&catalog, 16).await;
    let mut next_day = live("a", "next-day", START + DAY_MS);
    next_day.title = Some("kept".to_owned());
    catalog.append(vec![next_day]).await.expect("appended");
    let before = sessions(&catalog).await;

    let purged = merge(&catalog, START).await;
    assert_eq!((purged.written, purged.replaced), (1, 1), "the file of the deleted session only");

    catalog.append(vec![live("a", "seventeenth", START)]).await.expect("appended");
    let merged = merge(&catalog, START).await;
    assert_eq!((merged.written, merged.replaced, merged.deleted), (1, 17, 0));
    let mut expected = before;
    expected.push(live("a", "seventeenth", START));
    assert_eq!(sessions(&catalog).await, expected);

    // What was replaced stays until the age is reached, and is then deleted.
    assert_eq!(file_count(&*store).await, 20);
    assert_eq!(merge(&catalog, START).await, MergeReport::default());
    assert_eq!(merge(&catalog, LATER).await, MergeReport { deleted: 18, ..MergeReport::default() });
    assert_eq!(file_count(&*store).await, 2);
    assert_eq!(sessions(&catalog).await, expected);
    assert_eq!(merge(&catalog, LATER).await, MergeReport::default());
}

#[tokio::test]
async fn replaced_files_are_kept_by_the_age_of_the_file_that_replaces_them() {
    let store = Arc::new(InMemory::new());
    let catalog = open(store.clone());
    append_files(&catalog, 17).await;
    merge(&catalog, START).await;
    let objects: Vec<_> = store.list(None).try_collect().await.expect("a list");
    let newest = objects.iter().map(|object| object.last_modified.timestamp_millis()).max().expect("files");
    assert_eq!(merge(&catalog, newest + 599_999).await.deleted, 0);
    assert_eq!(merge(&catalog, newest + 600_000).await.deleted, 17);
}

#[tokio::test]
async fn a_merge_that_is_killed_at_any_operation_loses_and_doubles_nothing() {
    for effect in [Effect::None, Effect::Done] {
        for operations in 1.. {
            let store = Arc::new(InMemory::new());
            let catalog = open(store.clone());
            append_files(&catalog, 17).await;
            let expected = sessions(&catalog).await;

            let faulty = Arc::new(FaultyStore::new(store.clone(), operations, effect));
            let doomed = open(faulty.clone());
            for now in [START, LATER, LATER] {
                if doomed.merge(now, &MergeSettings::default()).await.is_err() {
                    break;
                }
            }
            let situation = format!("{effect:?}, killed at operation {operations}");
            assert_eq!(sessions(&open(store.clone())).await, expected, "{situation}");

            let survivor = open(store.clone());
            for now in [START, LATER, LATER] {
                merge(&survivor, now).await;
                assert_eq!(sessions(&survivor).await, expected, "{situation}, then merged");
            }
            assert_eq!(file_count(&*store).await, 1, "{situation}");
            if !faulty.has_failed() {
                assert!(operations > 40, "only {operations} operations");
                break;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn merges_and_appends_at_the_same_time_lose_and_double_nothing() {
    for round in 0..20 {
        let store = Arc::new(InMemory::new());
        let catalogs = [open(store.clone()), open(store.clone()), open(store.clone())];
        append_files(&catalogs[0], 17).await;
        let mut expected = sessions(&catalogs[0]).await;
        let late: Vec<Row> = (0..5).map(|n| live("a", &format!("z-{n}"), START + n)).collect();
        let append = async {
            for row in &late {
                catalogs[2].append(vec![row.clone()]).await.expect("appended");
            }
        };
        let settings = MergeSettings { max_files: 1 + round % 5, ..MergeSettings::default() };
        let merges = |catalog: Catalog| async move {
            for _ in 0..4 {
                catalog.merge(LATER, &settings).await.expect("merged");
            }
        };
        tokio::join!(append, merges(catalogs[0].clone()), merges(catalogs[1].clone()));
        expected.extend(late);
        assert_eq!(sessions(&open(store.clone())).await, expected, "round {round}");

        let last = MergeSettings { max_files: 1, ..MergeSettings::default() };
        for _ in 0..8 {
            catalogs[0].merge(LATER, &last).await.expect("merged");
        }
        assert_eq!(sessions(&catalogs[1]).await, expected, "round {round}");
        assert_eq!(file_count(&*store).await, 1, "round {round}");
    }
}

#[tokio::test]
async fn a_reader_with_an_old_list_finds_the_sessions_of_deleted_files() {
    let store = Arc::new(InMemory::new());
    let settings = Settings { listing_max_age: Duration::from_secs(3_600), cache_bytes: 0 };
    let (reader, merger) = (Catalog::with_settings(store.clone(), settings), open(store.clone()));
    append_files(&merger, 17).await;
    let expected = sessions(&reader).await;
    merge(&merger, START).await;
    assert_eq!(merge(&merger, LATER).await.deleted, 17);
    assert_eq!(sessions(&reader).await, expected);
}

#[tokio::test]
async fn the_content_of_a_deleted_session_leaves_the_store() {
    let store = Arc::new(InMemory::new());
    let catalog = open(store.clone());
    let mut row = finished("a", "s", START, 2);
    row.user = Some("mia.secret@example.test".to_owned());
    catalog.append(vec![row.clone(), live("a", "other", START)]).await.expect("appended");
    let contains_user = async || {
        for path in common::paths(&*store).await {
            let file = store.get(&path.into()).await.expect("a file").bytes().await.expect("bytes");
            if file.windows(6).any(|window| window == b"secret") {
                return true;
            }
        }
        false
    };
    assert!(contains_user().await);
    catalog.append(vec![row.clone().into_deleted(START + 5)]).await.expect("appended");
    merge(&catalog, START).await;
    merge(&catalog, LATER).await;
    assert!(!contains_user().await);
    // A compaction that did not know of it brings the content back, and the next merge removes it.
    row.generation = 3;
    catalog.append(vec![row]).await.expect("appended");
    assert!(contains_user().await);
    assert_eq!(common::ids(&sessions(&catalog).await), ["other"]);
    merge(&catalog, START).await;
    merge(&catalog, LATER).await;
    assert!(!contains_user().await);
    assert_eq!(common::ids(&sessions(&catalog).await), ["other"]);
}

#[tokio::test]
async fn full_files_are_left_as_they_are() {
    let store = Arc::new(InMemory::new());
    let catalog = open(store.clone());
    let settings = MergeSettings { full_rows: 100, max_files: 2, ..MergeSettings::default() };
    for file in 0..5 {
        let rows = (0..60).map(|n| live("a", &format!("{file}-{n}"), START + n)).collect();
        catalog.append(rows).await.expect("appended");
    }
    for _ in 0..4 {
        catalog.merge(LATER, &settings).await.expect("merged");
    }
    // Twice two files of 60 rows were merged, to more than 100 rows each; one is left.
    assert_eq!(file_count(&*store).await, 3);
    assert_eq!(sessions(&catalog).await.len(), 300);
}

#[tokio::test]
async fn a_damaged_file_is_neither_merged_nor_deleted() {
    let store = Arc::new(InMemory::new());
    let catalog = open(store.clone());
    append_files(&catalog, 16).await;
    let healthy = sessions(&catalog).await;
    catalog.append(vec![live("a", "damaged", START)]).await.expect("appended");
    catalog.append(vec![live("a", "fine", START)]).await.expect("appended");
    // The last file but one: damaged in its first column chunk.
    let paths = common::paths(&*store).await;
    let path = find_file_of(&*store, &paths, b"damaged").await;
    let mut bytes = store.get(&path).await.expect("a file").bytes().await.expect("bytes").to_vec();
    bytes[20] ^= 1;
    store.put(&path, PutPayload::from(bytes)).await.expect("stored");

    let report = merge(&open(store.clone()), START).await;
    assert_eq!(report.problems.len(), 1);
    let catalog = open(store.clone());
    catalog.query(&Query::default()).await.expect("a page");
    for now in [START, LATER] {
        merge(&catalog, now).await;
    }
    assert!(common::paths(&*store).await.contains(&path.to_string()));
    let mut expected = healthy;
    expected.push(live("a", "fine", START));
    expected.sort_by(|a, b| a.session.cmp(&b.session));
    assert_eq!(sessions(&catalog).await, expected);
}

async fn find_file_of(store: &dyn ObjectStore, paths: &[String], text: &[u8]) -> object_store::path::Path {
    for path in paths {
        let path = object_store::path::Path::from(path.as_str());
        let file = store.get(&path).await.expect("a file").bytes().await.expect("bytes");
        if file.windows(text.len()).any(|window| window == text) {
            return path;
        }
    }
    panic!("no file has it");
}
