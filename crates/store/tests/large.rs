//! Sessions that do not fit into the memory that a compaction may use.

mod common;

use std::sync::Arc;
use std::time::Duration;

use common::{batch, expect_compacted, key, memory, project, put_noise, read};
use store::{Settings, Store};

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn many_sockets_are_written_in_groups_of_files() {
    let settings = Settings { buffer: 24 << 20, ..Settings::default() };
    let (_, store) = memory(settings).await;
    let now = store.clock().await.expect("a time");
    for generation in 0..2 {
        for sequence in 1..=5 {
            let sequence = generation * 5 + sequence;
            let record = format!("{{\"type\":\"sent\",\"n\":{sequence}}}");
            let files: Vec<String> = (0..40).map(|id| format!("sockets/{id}.jsonl")).collect();
            let records: Vec<_> = files.iter().map(|file| (file.as_str(), record.as_str())).collect();
            store.put(&project(), &batch("s", sequence, &records)).await.expect("it is stored");
        }
        let live = read(&store, &key("s")).await.expect("the session");
        let pass = store.compact(now + 3 * MINUTE).await.expect("a pass");
        assert!(pass.failed.is_empty(), "{pass:?}");
        let session = read(&store, &key("s")).await.expect("the session");
        assert!(!session.is_live && session.files() == live.files());
        assert_eq!(session.manifest["counts"]["messages"], 40 * 5 * (generation + 1));
    }
}

#[tokio::test]
async fn a_large_file_is_written_in_parts_to_a_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let location = folder.path().display().to_string();
    let store = Arc::new(Store::open(&location, Settings::default()).await.expect("a store"));
    let now = store.clock().await.expect("a time");
    put_noise(&store, 3, 3, 450_000).await;
    expect_compacted(&store, now + 3 * MINUTE).await;
}

#[tokio::test]
async fn what_does_not_fit_into_a_pass_is_left_to_the_next_one() {
    // Less than what is known of two batches.
    let settings = Settings { buffer: 400, ..Settings::default() };
    let (_, store) = memory(settings).await;
    let now = store.clock().await.expect("a time");
    for sequence in 1..=3 {
        store.put(&project(), &batch("s", sequence, &[("console.jsonl", "{}")])).await.expect("it is stored");
    }
    let mut passes = 0;
    while read(&store, &key("s")).await.is_none_or(|session| session.is_live) {
        assert_eq!(store.compact(now + 3 * MINUTE).await.expect("a pass").compacted.len(), 1);
        passes += 1;
    }
    assert!(passes > 1);
    let session = read(&store, &key("s")).await.expect("the session");
    assert_eq!(session.lines("console.jsonl").len(), 3);
}
