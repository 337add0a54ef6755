//! Files that are damaged, or of other programs, are passed over and reported.

mod common;

use std::sync::Arc;

use catalog::{Catalog, MAX_PROBLEMS, Page, Query, Row};
use common::{START, finished, live};
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStoreExt, PutPayload};

const FOLDER: &str = "catalog/project=a/day=2026-11-29";

/// Rows with something in most columns.
fn rows() -> Vec<Row> {
    let row = |n: i64| Row {
        title: (n % 2 == 0).then(|| format!("Title {}", n % 3)),
        page_urls: (0..n % 4).map(|page| format!("https://a.example.test/{page}")).collect(),
        tags: (0..n % 2).map(|_| "tag".to_owned()).collect(),
        user: Some(format!("user-{}", n % 5)),
        errors: (n % 3 > 0).then_some(n as u64),
        ..finished("a", &format!("s{n}"), START + n, 1)
    };
    (0..20).map(row).collect()
}

/// The bytes of a file with [`rows`].
async fn file() -> Vec<u8> {
    let store = Arc::new(InMemory::new());
    Catalog::new(store.clone()).append(rows()).await.expect("appended");
    let path = common::paths(&*store).await.remove(0);
    store.get(&path.into()).await.expect("a file").bytes().await.expect("bytes").to_vec()
}

/// The page of a catalog that has a healthy file and one of these bytes.
async fn page_with(name: &str, bytes: Vec<u8>) -> Page {
    let store = Arc::new(InMemory::new());
    let catalog = Catalog::new(store.clone());
    catalog.append(vec![live("a", "healthy", START - 1)]).await.expect("appended");
    store.put(&Path::from(name), PutPayload::from(bytes)).await.expect("stored");
    // With a text that is in each row, so that each of its columns is searched.
    let query = Query { q: Some("a".to_owned()), ..Query::default() };
    let searched = catalog.query(&query).await.expect("a page");
    assert!(searched.rows.iter().any(|row| row.session == "healthy"));
    catalog.query(&Query::default()).await.expect("a page")
}

fn ulid_path() -> String {
    format!("{FOLDER}/01KBBTN4Q00000000000000000.parquet")
}

async fn intact() -> Page {
    let page = page_with(&ulid_path(), file().await).await;
    assert_eq!((page.rows.len(), page.problems.len()), (21, 0));
    page
}

#[tokio::test]
async fn a_flipped_bit_anywhere_is_reported_or_of_no_effect() {
    let (intact, bytes) = (intact().await, file().await);
    let mut without_effect = 0;
    for position in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[position] ^= 1 << (position % 8);
        let page = page_with(&ulid_path(), damaged).await;
        if page.problems.is_empty() {
            assert_eq!(page, intact, "byte {position}");
            without_effect += 1;
        } else {
            assert_eq!(common::ids(&page.rows), ["healthy"], "byte {position}");
            assert_eq!(page.problems[0].path, ulid_path());
        }
    }
    assert_eq!(without_effect, 4, "the magic number at the beginning");
}

#[tokio::test]
async fn a_truncated_file_is_reported() {
    let bytes = file().await;
    for length in (0..bytes.len()).step_by(7) {
        let page = page_with(&ulid_path(), bytes[..length].to_vec()).await;
        assert_eq!(common::ids(&page.rows), ["healthy"], "{length} bytes");
        assert_eq!(page.problems.len(), 1, "{length} bytes");
    }
}

#[tokio::test]
async fn objects_of_other_names_are_reported() {
    for name in [
        "catalog/README.md".to_owned(),
        "catalog/project=a/day=2026-11-29/data.parquet".to_owned(),
        "catalog/project=a/day=yesterday/01KBBTN4Q00000000000000000.parquet".to_owned(),
        format!("{FOLDER}/more/01KBBTN4Q00000000000000000.parquet"),
    ] {
        let page = page_with(&name, file().await).await;
        assert_eq!(common::ids(&page.rows), ["healthy"], "{name}");
        assert_eq!(page.problems[0].path, name);
    }
}

#[tokio::test]
async fn a_page_lists_no_more_than_some_problems() {
    let store = Arc::new(InMemory::new());
    for n in 0..100 {
        let path = Path::from(format!("{FOLDER}/{n:026}.parquet"));
        store.put(&path, PutPayload::from_static(b"PAR1")).await.expect("stored");
    }
    let catalog = Catalog::new(store);
    catalog.append(vec![live("a", "healthy", START)]).await.expect("appended");
    let page = catalog.query(&Query::default()).await.expect("a page");
    assert_eq!((page.rows.len(), page.problems.len()), (1, MAX_PROBLEMS));
}

#[tokio::test]
async fn a_file_that_was_repaired_is_read_again() {
    let store = Arc::new(InMemory::new());
    let (path, bytes) = (Path::from(ulid_path()), file().await);
    let catalog = Catalog::new(store.clone());
    store.put(&path, PutPayload::from(bytes[..bytes.len() - 1].to_vec())).await.expect("stored");
    catalog.append(vec![live("a", "healthy", START)]).await.expect("appended");
    assert_eq!(catalog.query(&Query::default()).await.expect("a page").problems.len(), 1);
    store.put(&path, PutPayload::from(bytes)).await.expect("stored");
    catalog.append(vec![live("a", "later", START)]).await.expect("appended");
    let page = catalog.query(&Query::default()).await.expect("a page");
    assert_eq!((page.rows.len(), page.problems.len()), (22, 0));
}
