//! Batches become files, and what is no longer needed is deleted. Times are given to the store, so
//! that no test waits.

mod common;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use common::{batch, batch_with, content, key, names, project, read};
use serde_json::json;
use store::{Settings, Store, StoreError};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// A store, and the time of its first batch.
async fn store() -> (Arc<Store>, SystemTime) {
    let store = Arc::new(Store::open("memory://", Settings::default()).await.expect("a store"));
    let now = store.clock().await.expect("a time");
    (store, now)
}

async fn put(store: &Store, batches: impl IntoIterator<Item = store::Batch>) {
    for batch in batches {
        store.put(&project(), &batch).await.expect("it is stored");
    }
}

fn record(sequence: u32) -> String {
    format!("{{\"n\":{sequence}}}")
}

fn console(sequence: u32) -> store::Batch {
    batch("s", sequence, &[("console.jsonl", &record(sequence))])
}

/// Numbers of the console's records.
fn numbers(session: &common::Session) -> Vec<u64> {
    let lines = session.lines("console.jsonl");
    lines
        .iter()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON")["n"].as_u64().expect("n"))
        .collect()
}

async fn compact(store: &Store, now: SystemTime) -> usize {
    let pass = store.compact(now).await.expect("a pass");
    assert!(pass.failed.is_empty(), "{:?}", pass.failed);
    pass.compacted.len()
}

#[tokio::test]
async fn an_idle_session_becomes_files_that_are_read_without_a_server() {
    let (objects, store) = common::memory(Settings::default()).await;
    let now = store.clock().await.expect("a time");
    let resource = r#"{"initiatorType":"websocket","type":"open","socketId":"a"}"#;
    put(
        &store,
        [
            batch("s", 1, &[("resources.jsonl", resource), ("sockets/a.jsonl", ""), ("events.jsonl", "")]),
            batch(
                "s",
                2,
                &[("sockets/a.jsonl", r#"{"type":"sent"}"#), ("console.jsonl", r#"{"level":"error"}"#)],
            ),
        ],
    )
    .await;
    let live = read(&store, &key("s")).await.expect("the session");
    assert_eq!(compact(&store, now + MINUTE).await, 0);
    assert_eq!(compact(&store, now + 3 * MINUTE).await, 1);

    let session = read(&store, &key("s")).await.expect("the session");
    assert!(!session.is_live);
    assert_eq!(session.files(), live.files());
    assert_eq!(session.manifest["counts"], live.manifest["counts"]);
    assert_eq!(session.manifest["received"]["sequences"], json!([[1, 2]]));
    assert_eq!(session.manifest["files"]["sockets"]["a"]["sent"], 1);
    let folder = session.manifest["files"]["events"]["path"].as_str().and_then(|path| path.split('/').next());
    let folder = folder.expect("a folder");
    assert!(folder.starts_with("g1-"));
    for name in
        ["resources.jsonl.gz", "console.jsonl.gz", "events.jsonl.gz", "sockets/a.jsonl.gz", "index.json.gz"]
    {
        assert!(names(&objects).await.contains(&format!("sessions/shop/s/{folder}/{name}")), "{name}");
    }
}

#[tokio::test]
async fn a_session_that_has_ended_is_compacted_soon_unless_a_batch_is_missing() {
    let (store, now) = store().await;
    let end = |session, sequence| batch_with(session, sequence, &json!({"endedAt": 7}), &[]);
    put(&store, [end("whole", 2), batch("whole", 1, &[]), end("hole", 3), batch("hole", 1, &[])]).await;
    // After the end the page was reloaded.
    put(&store, [end("resumed", 1), batch("resumed", 2, &[])]).await;
    assert_eq!(compact(&store, now + 10 * SECOND).await, 0);
    let pass = store.compact(now + 20 * SECOND).await.expect("a pass");
    let compacted: Vec<_> =
        pass.compacted.iter().map(|one| (one.key.session.as_str(), one.is_final)).collect();
    assert_eq!(compacted, [("whole", true)]);
    assert_eq!(compact(&store, now + 3 * MINUTE).await, 2);
}

#[tokio::test]
async fn a_session_that_never_rests_is_compacted_when_it_has_waited_long_or_is_large() {
    let settings = Settings {
        schedule: store::Schedule { max_waiting: 1000, ..Default::default() },
        ..Default::default()
    };
    let (_, store) = common::memory(settings).await;
    let now = store.clock().await.expect("a time");
    put(&store, [console(1)]).await;
    assert_eq!(compact(&store, now).await, 0);
    let noise: String = (0..2000_u32).map(|number| number.wrapping_mul(2_654_435_761).to_string()).collect();
    put(&store, [batch("s", 2, &[("console.jsonl", &format!("{{\"n\":2,\"text\":\"{noise}\"}}"))])]).await;
    let pass = store.compact(now).await.expect("a pass");
    assert!(pass.compacted.iter().all(|one| !one.is_final) && pass.compacted.len() == 1);
}

#[tokio::test]
async fn late_batches_are_merged_by_their_numbers() {
    let (store, now) = store().await;
    put(&store, [5, 2, 9].map(console)).await;
    assert_eq!(compact(&store, now + 3 * MINUTE).await, 1);
    put(&store, [1, 7, 10, 3].map(console)).await;
    let live = read(&store, &key("s")).await.expect("the session");
    assert_eq!(numbers(&live), [2, 5, 9, 1, 3, 7, 10]);
    assert_eq!(live.manifest["title"], "after 10");

    let pass = store.compact(now + 3 * MINUTE).await.expect("a pass");
    let [compacted] = &pass.compacted[..] else { panic!("one session: {pass:?}") };
    assert_eq!((compacted.summary.generation, compacted.batches), (2, 4));
    assert_eq!(compacted.summary.holes, [[4, 4], [6, 6], [8, 8]]);
    let session = read(&store, &key("s")).await.expect("the session");
    assert_eq!(numbers(&session), [1, 2, 3, 5, 7, 9, 10]);
    assert_eq!(session.manifest["files"]["console"]["count"], 7);

    put(&store, [console(4)]).await;
    assert_eq!(compact(&store, now + 3 * MINUTE).await, 1);
    let session = read(&store, &key("s")).await.expect("the session");
    assert_eq!(numbers(&session), [1, 2, 3, 4, 5, 7, 9, 10]);
    assert_eq!(session.manifest["title"], "after 10");
}

#[tokio::test]
async fn files_without_new_lines_stay_where_they_are() {
    let (store, now) = store().await;
    put(&store, [batch("s", 1, &[("console.jsonl", "{}"), ("events.jsonl", "{}")])]).await;
    compact(&store, now + 3 * MINUTE).await;
    put(&store, [batch("s", 2, &[("console.jsonl", "{}"), ("events.jsonl", "")])]).await;
    compact(&store, now + 3 * MINUTE).await;
    let session = read(&store, &key("s")).await.expect("the session");
    let path = |file: &str| session.manifest["files"][file]["path"].as_str().expect("a path")[..3].to_owned();
    assert_eq!([path("console"), path("events")], ["g2-", "g1-"]);
    // They are not deleted with their generation.
    store.sweep(now + 20 * MINUTE).await.expect("a sweep");
    assert_eq!(read(&store, &key("s")).await.expect("the session"), session);
}

#[tokio::test]
async fn batches_are_deleted_when_their_manifest_is_old_and_only_those_that_it_names() {
    let (objects, store) = common::memory(Settings::default()).await;
    let now = store.clock().await.expect("a time");
    put(&store, [1, 2].map(console)).await;
    compact(&store, now + 3 * MINUTE).await;
    put(&store, [console(3)]).await;
    store.sweep(now + 5 * MINUTE).await.expect("a sweep");
    let waiting = |names: &[String]| names.iter().filter(|name| name.starts_with("inbox/")).count();
    assert_eq!(waiting(&names(&objects).await), 3);

    let swept = store.sweep(now + 11 * MINUTE).await.expect("a sweep");
    assert_eq!(swept.deleted.objects, 2);
    assert_eq!(waiting(&names(&objects).await), 1);
    compact(&store, now + 11 * MINUTE).await;
    store.sweep(now + 30 * MINUTE).await.expect("a sweep");
    let names = names(&objects).await;
    assert_eq!((waiting(&names), names.iter().any(|name| name.contains("/g1-"))), (0, false));
    let session = read(&store, &key("s")).await.expect("the session");
    assert_eq!(numbers(&session), [1, 2, 3]);
}

#[tokio::test]
async fn a_batch_that_comes_again_after_its_deletion_changes_nothing() {
    let (objects, store) = common::memory(Settings::default()).await;
    let now = store.clock().await.expect("a time");
    put(&store, [1, 2].map(console)).await;
    compact(&store, now + 3 * MINUTE).await;
    store.sweep(now + 20 * MINUTE).await.expect("a sweep");
    let before = read(&store, &key("s")).await.expect("the session");
    put(&store, [console(2)]).await;
    assert_eq!(read(&store, &key("s")).await.expect("the session"), before);
    assert_eq!(compact(&store, now + 25 * MINUTE).await, 0);
    store.sweep(now + 40 * MINUTE).await.expect("a sweep");
    assert!(!names(&objects).await.iter().any(|name| name.starts_with("inbox/")));
    assert_eq!(read(&store, &key("s")).await.expect("the session"), before);
}

#[tokio::test]
async fn other_bytes_with_the_same_number_are_kept_and_told() {
    let (objects, store) = common::memory(Settings::default()).await;
    let now = store.clock().await.expect("a time");
    let other = |n: u32| batch("s", 1, &[("console.jsonl", &record(n))]);
    put(&store, [other(1), other(2), console(5)]).await;
    compact(&store, now + 3 * MINUTE).await;
    put(&store, [other(3), console(2)]).await;
    compact(&store, now + 3 * MINUTE).await;
    store.sweep(now + 30 * MINUTE).await.expect("a sweep");
    let session = read(&store, &key("s")).await.expect("the session");
    assert_eq!(numbers(&session), [1, 2, 5]);
    assert_eq!(session.manifest["received"]["twice"], json!([1]));
    let names = names(&objects).await;
    assert_eq!(names.iter().filter(|name| name.starts_with("sessions/shop/s/set-aside/")).count(), 2);
    assert!(!names.iter().any(|name| name.starts_with("inbox/")));
}

#[tokio::test]
async fn a_batch_that_is_damaged_in_the_store_does_not_hold_up_the_others() {
    let (objects, store) = common::memory(Settings::default()).await;
    let now = store.clock().await.expect("a time");
    put(&store, [1, 2, 3].map(console)).await;
    let second =
        names(&objects).await.into_iter().find(|name| name.contains("/0000000002-")).expect("a batch");
    common::overwrite(&objects, &second, b"no gzip").await;
    // A server that has not seen it.
    let store = common::open(&objects, Settings::default()).await;
    assert_eq!(numbers(&read(&store, &key("s")).await.expect("the session")), [1, 3]);
    compact(&store, now + 3 * MINUTE).await;
    let session = read(&store, &key("s")).await.expect("the session");
    assert_eq!(numbers(&session), [1, 3]);
    assert_eq!(session.manifest["received"]["unreadable"], json!([2]));
    assert_eq!(session.manifest["received"]["sequences"], json!([[1, 1], [3, 3]]));
}

#[tokio::test]
async fn a_deleted_session_is_gone_and_takes_no_more_batches() {
    let (objects, store) = common::memory(Settings::default()).await;
    let now = store.clock().await.expect("a time");
    put(&store, [1, 2].map(console)).await;
    compact(&store, now + 3 * MINUTE).await;
    let deleted = store.delete(&key("s")).await.expect("it is deleted");
    assert_eq!(deleted.objects, 5);
    assert!(read(&store, &key("s")).await.is_none());
    assert!(matches!(store.put(&project(), &console(3)).await, Err(StoreError::Deleted)));
    let left = || async {
        let names = names(&objects).await;
        names.into_iter().filter(|name| name.starts_with("inbox/") || name.starts_with("sessions/")).count()
    };
    assert_eq!(left().await, 0);

    // One that was on its way.
    common::overwrite(&objects, &store_key(&store, &console(3)).await, b"late").await;
    assert!(read(&store, &key("s")).await.is_none());
    store.sweep(now + MINUTE).await.expect("a sweep");
    assert_eq!(left().await, 0);
    store.sweep(now + 29 * DAY).await.expect("a sweep");
    assert!(store.put(&project(), &console(3)).await.is_err());
    store.sweep(now + 31 * DAY).await.expect("a sweep");
    assert!(store.put(&project(), &console(3)).await.is_ok());
}

/// The key under which a batch of another session is stored, as one of the session `s`.
async fn store_key(store: &Store, batch: &store::Batch) -> String {
    let other = common::batch("other", batch.summary().sequence(), &[]);
    let put = store.put(&project(), &other).await.expect("it is stored");
    store.delete(&key("other")).await.expect("it is deleted");
    put.key.replace("/other/", "/s/")
}

#[tokio::test]
async fn sessions_expire_by_the_age_of_their_project() {
    let (store, now) = store().await;
    put(&store, [console(1), batch("t", 1, &[])]).await;
    store.put(&"lab".parse().expect("a project"), &batch("u", 1, &[])).await.expect("it is stored");
    compact(&store, now + 3 * MINUTE).await;
    let max_age = |project: &store::Project| (project.as_str() == "shop").then_some(7 * DAY);
    assert!(store.expire(now + 6 * DAY, max_age).await.expect("an expiry").sessions.is_empty());
    let expired = store.expire(now + 8 * DAY, max_age).await.expect("an expiry").sessions;
    assert_eq!(expired, [key("s"), key("t")]);
    assert!(read(&store, &key("s")).await.is_none());
    let lab = store::SessionKey::new("lab".parse().expect("a project"), "u".parse().expect("a session"));
    assert!(read(&store, &lab).await.is_some());
}

#[tokio::test]
async fn files_without_a_manifest_are_deleted_after_a_day() {
    let (objects, store) = common::memory(Settings::default()).await;
    let now = store.clock().await.expect("a time");
    common::overwrite(&objects, "sessions/shop/s/g1-00/console.jsonl.gz", b"x").await;
    let expire = |now| store.expire(now, |_| None);
    assert_eq!(expire(now + DAY / 2).await.expect("an expiry").leftovers.objects, 0);
    assert_eq!(expire(now + 2 * DAY).await.expect("an expiry").leftovers.objects, 1);
}

#[tokio::test]
async fn files_of_a_compaction_that_is_under_way_are_not_deleted() {
    let (objects, store) = common::memory(Settings::default()).await;
    let now = store.clock().await.expect("a time");
    put(&store, [console(1)]).await;
    compact(&store, now + 3 * MINUTE).await;
    let (next, lost) = ("sessions/shop/s/g2-00/console.jsonl.gz", "sessions/shop/s/g1-00/console.jsonl.gz");
    common::overwrite(&objects, next, b"x").await;
    common::overwrite(&objects, lost, b"x").await;
    store.sweep(now + 20 * MINUTE).await.expect("a sweep");
    let left = names(&objects).await;
    assert!(left.iter().any(|name| name == next) && !left.iter().any(|name| name == lost));
    store.expire(now + 2 * DAY, |_| None).await.expect("an expiry");
    assert!(!names(&objects).await.iter().any(|name| name == next));
    assert!(read(&store, &key("s")).await.is_some());
}

#[tokio::test]
async fn live_paths_are_served_after_the_compaction_too() {
    let (store, now) = store().await;
    put(&store, [console(1)]).await;
    let path = "live/console.jsonl";
    let before = content(&store, &key("s"), path).await;
    compact(&store, now + 3 * MINUTE).await;
    assert_eq!(content(&store, &key("s"), path).await, before);
}

#[tokio::test]
async fn clocks_of_servers_that_are_a_day_apart_change_nothing_but_when() {
    let (objects, store) = common::memory(Settings::default()).await;
    let other = common::open(&objects, Settings::default()).await;
    let now = store.clock().await.expect("a time");
    put(&store, [console(1)]).await;
    assert_eq!(compact(&other, now - DAY).await, 0);
    other.sweep(now - DAY).await.expect("a sweep");
    assert_eq!(compact(&other, now + DAY).await, 1);
    put(&store, [console(2)]).await;
    other.sweep(now + DAY).await.expect("a sweep");
    let session = read(&store, &key("s")).await.expect("the session");
    assert_eq!(numbers(&session), [1, 2]);
}
