//! Batches that have just arrived are read before anything is compacted.

mod common;

use std::sync::Arc;

use common::{batch, batch_with, content, key, project, read};
use serde_json::json;
use store::{Settings, Store, StoreError};
use tempfile::TempDir;

async fn store() -> (TempDir, Arc<Store>) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder).await;
    (folder, store)
}

async fn open(folder: &TempDir) -> Arc<Store> {
    let location = folder.path().display().to_string();
    Arc::new(Store::open(&location, Settings::default()).await.expect("a store"))
}

#[tokio::test]
async fn waiting_batches_are_read_in_order_of_their_numbers() {
    let (folder, store) = store().await;
    let resource = r#"{"initiatorType":"fetch","responseStatus":500}"#;
    for batch in [
        batch("s", 3, &[("console.jsonl", r#"{"n":3}"#), ("sockets/a.jsonl", r#"{"type":"sent"}"#)]),
        batch("s", 1, &[("console.jsonl", r#"{"n":1}"#), ("resources.jsonl", resource)]),
        batch("s", 2, &[("console.jsonl", r#"{"n":2}"#), ("sockets/a.jsonl", ""), ("events.jsonl", "")]),
    ] {
        store.put(&project(), &batch).await.expect("it is stored");
    }
    // Another server knows nothing but what is in the store.
    for store in [store, open(&folder).await] {
        let session = read(&store, &key("s")).await.expect("the session");
        assert!(session.is_live);
        assert_eq!(session.lines("console.jsonl"), [r#"{"n":1}"#, r#"{"n":2}"#, r#"{"n":3}"#]);
        assert_eq!(session.file("events.jsonl"), Some(""));
        assert_eq!(session.file("resources.jsonl"), Some(format!("{resource}\n").as_str()));
        assert_eq!(session.manifest["title"], "after 3");
        assert_eq!(
            session.manifest["counts"],
            json!({"requests": 1, "sockets": 0, "messages": 1, "errors": 1, "consoleErrors": 0})
        );
        assert_eq!(session.manifest["received"]["sequences"], json!([[1, 3]]));
        assert_eq!(session.manifest["files"]["sockets"]["a"]["sent"], 1);
    }
}

#[tokio::test]
async fn the_version_changes_with_each_batch() {
    let (_folder, store) = store().await;
    let mut seen = Vec::new();
    for sequence in [1, 4, 2] {
        let batch = batch("s", sequence, &[("console.jsonl", "{}")]);
        store.put(&project(), &batch).await.expect("it is stored");
        store.put(&project(), &batch).await.expect("it is stored again");
        let session = read(&store, &key("s")).await.expect("the session");
        assert_eq!(session, read(&store, &key("s")).await.expect("the session"));
        assert!(!seen.contains(&session.etag));
        seen.push(session.etag);
    }
    let view = store.session(&key("s")).await.expect("an answer").expect("the session");
    assert_eq!(view.summary.holes, [[3, 3]]);
}

#[tokio::test]
async fn a_number_that_comes_twice_counts_as_it_came_first() {
    let (_folder, store) = store().await;
    for record in [r#"{"n":1}"#, r#"{"n":2}"#] {
        store.put(&project(), &batch("s", 1, &[("console.jsonl", record)])).await.expect("it is stored");
    }
    let session = read(&store, &key("s")).await.expect("the session");
    assert_eq!(session.lines("console.jsonl"), [r#"{"n":1}"#]);
}

#[tokio::test]
async fn only_files_of_a_session_are_given() {
    let (folder, store) = store().await;
    store.put(&project(), &batch("s", 1, &[("console.jsonl", "{}")])).await.expect("it is stored");
    let others = [
        "../s/session.json",
        "live/../x",
        "live/events.jsonl",
        "session.json",
        "",
        "live/",
        "/etc/passwd",
        "g1-00/../x",
    ];
    for path in others {
        assert_eq!(content(&store, &key("s"), path).await, None, "{path}");
    }
    assert!(read(&store, &key("other")).await.is_none());
    assert!(folder.path().join("replayscope.json").exists());
}

#[tokio::test]
async fn the_end_the_user_and_the_tags_are_told() {
    let (_folder, store) = store().await;
    let more = json!({"endedAt": 5, "user": "u-1", "tags": {"plan": "pro", "seats": 3}});
    store.put(&project(), &batch_with("s", 1, &more, &[])).await.expect("it is stored");
    let view = store.session(&key("s")).await.expect("an answer").expect("the session");
    assert_eq!(view.summary.ended_at, Some(5.0));
    assert_eq!(view.summary.user.as_deref(), Some("u-1"));
    assert_eq!(
        view.summary.tags,
        [("plan", "pro"), ("seats", "3")].map(|(a, b)| (a.to_owned(), b.to_owned()))
    );
    assert_eq!(view.summary.page_urls, ["https://a.test/"]);
}

#[tokio::test]
async fn a_store_of_another_format_is_not_opened() {
    let folder = tempfile::tempdir().expect("a folder");
    for text in [r#"{"format":"replayscope-store/2","id":"x","shards":1}"#, "{}", ""] {
        std::fs::write(folder.path().join("replayscope.json"), text).expect("a file");
        let opened = Store::open(&folder.path().display().to_string(), Settings::default()).await;
        assert!(matches!(opened, Err(StoreError::Format(_))), "{text}");
    }
}

#[tokio::test]
async fn servers_of_a_store_have_its_id_and_its_shards() {
    let (folder, store) = store().await;
    let settings = Settings { shards: 16, ..Settings::default() };
    let other = Store::open(&folder.path().display().to_string(), settings).await.expect("a store");
    assert_eq!(store.id(), other.id());
    other.put(&project(), &batch("s", 1, &[("console.jsonl", "{}")])).await.expect("it is stored");
    assert!(read(&store, &key("s")).await.is_some());
}

/// Servers run these as tasks.
#[tokio::test]
async fn all_operations_may_move_between_threads() {
    fn is_send<T: Send>(_: T) {}
    let (_folder, store) = store().await;
    let (key, now) = (key("s"), std::time::SystemTime::now());
    is_send(store.put(&project(), &batch("s", 1, &[])));
    is_send(store.session(&key));
    is_send(store.file(&key, ""));
    is_send(store.compact(now));
    is_send(store.sweep(now));
    is_send(store.expire(now, |_| None));
    is_send(store.delete(&key));
    is_send(store.keys());
    is_send(store.clock());
    is_send(store.conditions());
}
