//! What is fuzzed of the crate: any bytes are refused, or are a batch that is read as it was posted, before and after its
//! compaction.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use flate2::read::GzDecoder;
use futures::TryStreamExt;
use serde::Deserialize;
use store::{Batch, Encoding, Limits, SessionKey, Settings, Store};

/// As much as an input of a few kilobytes needs.
const LIMITS: Limits = Limits { batch: 1 << 20, header: 1 << 14, files: 16, depth: 200 };

/// Reads bytes as a batch, as they are and as gzip, and stores what is one.
pub fn batch(input: &[u8]) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    for is_gzip in [false, true] {
        if let Ok(batch) = Batch::parse(input.to_vec().into(), is_gzip, &LIMITS) {
            runtime.block_on(store_and_read(&batch));
        }
    }
}

async fn store_and_read(batch: &Batch) {
    let store = Arc::new(Store::open("memory://", Settings::default()).await.expect("a store"));
    let key = SessionKey::new("shop".parse().expect("a name"), batch.summary().session().clone());
    store.put(&key.project, batch).await.expect("it is stored");
    let live = files(&store, &key).await;
    let lines: u64 = batch.summary().files().map(|(_, tally)| tally.lines).sum();
    assert_eq!(live.values().map(|text| text.lines().count() as u64).sum::<u64>(), lines);
    let later = store.clock().await.expect("a time") + Duration::from_secs(3600);
    let pass = store.compact(later).await.expect("a pass");
    assert_eq!((pass.compacted.len(), pass.failed.len()), (1, 0), "{pass:?}");
    assert!(files(&store, &key).await == live, "compaction changes what is read");
}

/// What is read of a manifest: the rest may be numbers and texts that are valid JSON and that Rust has no type for.
#[derive(Deserialize)]
struct Manifest {
    files: Files,
}

#[derive(Deserialize)]
struct Files {
    resources: Option<File>,
    console: Option<File>,
    events: Option<File>,
    #[serde(default)]
    sockets: BTreeMap<String, File>,
}

#[derive(Deserialize)]
struct File {
    path: String,
}

/// The files of a session, by what its manifest calls them.
async fn files(store: &Arc<Store>, key: &SessionKey) -> BTreeMap<String, String> {
    let view = store.session(key).await.expect("an answer").expect("the session");
    let Manifest { files: named } = serde_json::from_slice(&view.manifest).expect("a manifest is JSON");
    let singles = [("resources", named.resources), ("console", named.console), ("events", named.events)];
    let singles = singles.into_iter().filter_map(|(name, file)| Some((name.to_owned(), file?.path)));
    let sockets = named.sockets.into_iter().map(|(id, file)| (format!("sockets/{id}"), file.path));
    let paths: Vec<(String, String)> = singles.chain(sockets).collect();
    let mut files = BTreeMap::new();
    for (name, path) in paths {
        let file = store.file(key, &path).await.expect("an answer").expect("a file that the manifest names");
        let encoding = file.encoding;
        let bytes = file.body.try_collect::<Vec<_>>().await.expect("its content").concat();
        let mut text = String::new();
        match encoding {
            Encoding::Plain => text = String::from_utf8(bytes).expect("UTF-8"),
            Encoding::Gzip => {
                GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).expect("gzip of UTF-8");
            }
        }
        files.insert(name, text);
    }
    files
}
