//! The demo session, sent in batches, becomes the session that the recorder's own download is.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use common::{key, memory, project, read};
use serde_json::{Value, json};
use store::{Batch, Limits, Settings};

fn demo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../static/sessions/market")
}

/// Records of a batch.
const BATCH: usize = 40;

#[tokio::test]
async fn files_and_counts_are_those_of_the_recorder() {
    let manifest: Value =
        serde_json::from_slice(&fs::read(demo().join("session.json")).expect("a file")).expect("JSON");
    let files: Vec<(String, String)> = common::paths(&manifest)
        .into_iter()
        .map(|(name, path)| (name, fs::read_to_string(demo().join(path)).expect("a file")))
        .collect();
    let mut head = manifest.clone();
    for key in ["counts", "files"] {
        head.as_object_mut().expect("an object").remove(key);
    }
    let lines: Vec<String> = files
        .iter()
        .flat_map(|(name, text)| {
            let touch = json!({"file": name}).to_string();
            let records =
                text.lines().map(move |record| format!("{{\"file\":\"{name}\",\"record\":{record}}}"));
            std::iter::once(touch).chain(records)
        })
        .collect();

    let (_, store) = memory(Settings::default()).await;
    let now = store.clock().await.expect("a time");
    for (index, lines) in lines.chunks(BATCH).enumerate() {
        let header = json!({"session": "market", "sequence": index + 1, "manifest": head});
        let body = format!("{header}\n{}\n", lines.join("\n"));
        let batch = Batch::parse(body.into(), false, &Limits::default()).expect("a batch");
        store.put(&project(), &batch).await.expect("it is stored");
        if index == 30 {
            store.compact(now + Duration::from_secs(180)).await.expect("a pass");
        }
    }
    for is_live in [true, false] {
        let session = read(&store, &key("market")).await.expect("the session");
        assert_eq!(session.is_live, is_live);
        for (name, text) in &files {
            assert_eq!(session.file(name), Some(text.as_str()), "{name}");
        }
        let counts = &session.manifest["counts"];
        for (name, count) in manifest["counts"].as_object().expect("counts") {
            assert_eq!(&counts[name], count, "{name}");
        }
        for (id, file) in manifest["files"]["sockets"].as_object().expect("sockets") {
            let ours = &session.manifest["files"]["sockets"][id];
            for field in ["bytes", "sent", "received", "errors"] {
                assert_eq!(ours[field], file[field], "{field} of {id}");
            }
        }
        for file in ["resources", "console", "events"] {
            assert_eq!(session.manifest["files"][file]["count"], manifest["files"][file]["count"]);
            assert_eq!(session.manifest["files"][file]["bytes"], manifest["files"][file]["bytes"]);
        }
        store.compact(now + Duration::from_secs(180)).await.expect("a pass");
    }
}
