//! What the tests of the store share: batches, and reading a session as a viewer does.
#![allow(dead_code, reason = "each test binary uses a part")]

pub mod failing;
pub mod proxy;
pub mod rng;
pub mod simulated;

use std::io::Read;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use flate2::read::GzDecoder;
use futures::TryStreamExt;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use serde_json::{Value, json};
use store::{Batch, Encoding, Limits, Project, SessionKey, Settings, Store};

pub fn key(session: &str) -> SessionKey {
    SessionKey::new("shop".parse().expect("a project"), session.parse().expect("a session"))
}

pub fn project() -> Project {
    "shop".parse().expect("a project")
}

/// A batch with one record per file, or none where the text is empty.
pub fn batch(session: &str, sequence: u32, records: &[(&str, &str)]) -> Batch {
    batch_with(session, sequence, &json!({}), records)
}

/// A batch whose manifest has additional keys.
pub fn batch_with(session: &str, sequence: u32, more: &Value, records: &[(&str, &str)]) -> Batch {
    let mut manifest = json!({"format": "replayscope/1", "id": session, "title": format!("after {sequence}"),
        "startedAt": 1_795_300_133_000_u64, "pages": [{"id": "page-1", "url": "https://a.test/"}]});
    for (name, value) in more.as_object().expect("an object") {
        manifest[name] = value.clone();
    }
    let header = json!({"session": session, "sequence": sequence, "page": "page-1", "manifest": manifest});
    let lines = records.iter().map(|(file, record)| match *record {
        "" => format!("\n{{\"file\":\"{file}\"}}"),
        record => format!("\n{{\"file\":\"{file}\",\"record\":{record}}}"),
    });
    let body = header.to_string() + &lines.collect::<Vec<_>>().concat() + "\n";
    Batch::parse(body.into(), false, &Limits::default()).expect("a batch")
}

/// A session as a viewer reads it.
#[derive(Debug, PartialEq)]
pub struct Session {
    pub manifest: Value,
    pub is_live: bool,
    pub etag: String,
    store: Vec<(String, String)>,
}

impl Session {
    /// The content of a file, by the path that recorders use.
    pub fn file(&self, name: &str) -> Option<&str> {
        self.store.iter().find(|(path, _)| path == name).map(|(_, text)| text.as_str())
    }

    pub fn lines(&self, name: &str) -> Vec<&str> {
        self.file(name).unwrap_or_default().lines().collect()
    }

    /// All files, by the paths that recorders use.
    pub fn files(&self) -> &[(String, String)] {
        &self.store
    }
}

/// Reads a session with all its files; `None` if it does not exist.
pub async fn read(store: &Arc<Store>, key: &SessionKey) -> Option<Session> {
    let view = store.session(key).await.expect("an answer")?;
    let manifest: Value = serde_json::from_slice(&view.manifest).expect("JSON");
    let mut files = Vec::new();
    for (name, path) in paths(&manifest) {
        let text = String::from_utf8(content(store, key, &path).await.expect("a file")).expect("UTF-8");
        files.push((name, text));
    }
    Some(Session { manifest, is_live: view.is_live, etag: view.etag, store: files })
}

/// The files that a manifest names: the paths that recorders use, and where they are.
pub fn paths(manifest: &Value) -> Vec<(String, String)> {
    let path = |file: &Value| file["path"].as_str().expect("a path").to_owned();
    let mut paths = Vec::new();
    for (kind, file) in manifest["files"].as_object().expect("files") {
        if kind == "sockets" {
            let sockets = file.as_object().expect("sockets").iter();
            paths.extend(sockets.map(|(id, file)| (format!("sockets/{id}.jsonl"), path(file))));
        } else {
            paths.push((format!("{kind}.jsonl"), path(file)));
        }
    }
    paths
}

/// The unpacked content of a file at a path.
pub async fn content(store: &Arc<Store>, key: &SessionKey, path: &str) -> Option<Vec<u8>> {
    let file = store.file(key, path).await.expect("an answer")?;
    let chunks: Vec<Bytes> = file.body.try_collect().await.expect("the whole body");
    let bytes = chunks.concat();
    if file.encoding == Encoding::Plain {
        return Some(bytes);
    }
    assert!(file.size == Some(bytes.len() as u64) && file.is_immutable);
    Some(gunzip(&bytes))
}

pub fn gunzip(packed: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    GzDecoder::new(packed).read_to_end(&mut text).expect("gzip");
    text
}

/// The objects of a store in memory.
pub type Objects = Arc<dyn ObjectStore>;

/// A store in memory, and its objects.
pub async fn memory(settings: Settings) -> (Objects, Arc<Store>) {
    let objects: Objects = Arc::new(InMemory::new());
    let store = open(&objects, settings).await;
    (objects, store)
}

/// Another server of a store.
pub async fn open(objects: &Objects, settings: Settings) -> Arc<Store> {
    Arc::new(Store::open_objects(Arc::clone(objects), settings).await.expect("a store"))
}

/// The keys of all objects, sorted.
pub async fn names(objects: &Objects) -> Vec<String> {
    let metas: Vec<_> = objects.list(None).try_collect().await.expect("a list");
    let mut names: Vec<String> = metas.into_iter().map(|meta| meta.location.to_string()).collect();
    names.sort();
    names
}

/// Puts an object past the store.
pub async fn overwrite(objects: &Objects, key: &str, content: &'static [u8]) {
    objects.put(&Path::from(key), content.into()).await.expect("it is stored");
}

/// Puts batches 1 to `count` of the session `s`, each an event of `words` words that gzip cannot shorten much.
pub async fn put_noise(store: &Store, seed: u64, count: u32, words: usize) {
    let mut rng = rng::Rng::new(seed);
    for sequence in 1..=count {
        let noise: Vec<String> = (0..words).map(|_| format!("{:012x}", rng.next())).collect();
        let record = format!("{{\"n\":{sequence},\"text\":\"{}\"}}", noise.concat());
        let batch = batch("s", sequence, &[("events.jsonl", &record)]);
        store.put(&project(), &batch).await.expect("it is stored");
    }
}

/// Compacts the session `s`, which must then have the lines that it had before.
pub async fn expect_compacted(store: &Arc<Store>, at: SystemTime) {
    let live = read(store, &key("s")).await.expect("the session");
    let pass = store.compact(at).await.expect("a pass");
    assert_eq!(pass.compacted.len(), 1, "{pass:?}");
    let session = read(store, &key("s")).await.expect("the session");
    assert!(!session.is_live && session.files() == live.files());
}
