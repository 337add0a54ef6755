//! `session.json` as the store writes it: the recorder's manifest, with `counts`, `files` and
//! `received`.

use std::collections::BTreeMap;
use std::time::SystemTime;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::batch::{RESERVED_KEYS, SENT_AT, Tally};
use crate::error::StoreError;
use crate::inbox::{Known, Waiting};
use crate::json::{RawObject, raw};
use crate::names::{CONSOLE, EVENTS, RESOURCES, is_session_file, socket_id};
use crate::sequences::Sequences;

/// Maximum bytes of a manifest: what the viewer reads.
pub(crate) const MAX_MANIFEST: usize = 64 << 20;

/// A manifest.
#[derive(Clone, Debug, Default)]
pub(crate) struct Manifest {
    /// What the recorder wrote.
    pub(crate) head: RawObject,
    /// By the paths that recorders use.
    pub(crate) files: BTreeMap<String, FileEntry>,
    pub(crate) received: Received,
}

/// A file of a session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FileEntry {
    /// Where it is, relative to the manifest.
    pub(crate) path: String,
    pub(crate) tally: Tally,
}

/// Which batches a manifest's files contain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Received {
    /// Number of compactions before and with this one.
    pub(crate) generation: u64,
    /// When the first batch was received, by the store's clock, epoch milliseconds.
    pub(crate) first: i64,
    /// When the last batch was received.
    pub(crate) last: i64,
    pub(crate) sequences: Sequences,
    /// Numbers that came twice with different content, of which the first counts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) twice: Vec<u32>,
    /// Numbers of batches in the store that are not what was written to it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) unreadable: Vec<u32>,
    /// How far the recorder's clock was ahead of the store's when the last batch was sent, in ms;
    /// absent below [`MIN_CLOCK_DIFFERENCE`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) clock_difference: Option<i64>,
    /// Path of the list of batches, relative to the manifest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) index: Option<String>,
}

/// A smaller difference of clocks may be the time that a batch took.
const MIN_CLOCK_DIFFERENCE: i64 = 60_000;

/// Counts of a session, as its manifest has them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Counts {
    /// Resources that are requests.
    pub requests: u64,
    pub sockets: u64,
    /// Messages of all sockets.
    pub messages: u64,
    /// Failed requests and sockets.
    pub errors: u64,
    /// Errors, failed assertions and uncaught exceptions of the console.
    pub console_errors: u64,
}

#[derive(Default, Serialize, Deserialize)]
struct Files {
    #[serde(skip_serializing_if = "Option::is_none")]
    resources: Option<File>,
    #[serde(skip_serializing_if = "Option::is_none")]
    console: Option<File>,
    #[serde(skip_serializing_if = "Option::is_none")]
    events: Option<File>,
    #[serde(default)]
    sockets: BTreeMap<String, SocketFile>,
}

#[derive(Serialize, Deserialize)]
struct File {
    path: String,
    bytes: u64,
    count: u64,
}

#[derive(Serialize, Deserialize)]
struct SocketFile {
    path: String,
    bytes: u64,
    count: u64,
    sent: u64,
    received: u64,
    errors: u64,
}

impl Received {
    /// Batches are among those received.
    pub(crate) fn add<'a>(&mut self, batches: impl Iterator<Item = &'a Waiting> + Clone) {
        for batch in batches.clone() {
            let at = epoch_ms(batch.received);
            self.first = if self.first == 0 { at } else { self.first.min(at) };
            self.last = self.last.max(at);
        }
        self.sequences.extend(&batches.map(|batch| batch.id.sequence).collect());
    }
}

impl Manifest {
    /// Takes over what the recorder wrote with the last batch, which was received then.
    pub(crate) fn set_head(&mut self, head: &RawObject, received: Option<SystemTime>) {
        let sent_at = head.value::<f64>(SENT_AT);
        let difference = sent_at
            .zip(received)
            .map(|(sent_at, received)| (sent_at as i64).saturating_sub(epoch_ms(received)));
        self.received.clock_difference =
            difference.filter(|difference| difference.saturating_abs() >= MIN_CLOCK_DIFFERENCE);
        self.head = head.clone();
        self.head.remove(&[SENT_AT]);
    }
}

/// Milliseconds since 1970, 0 before.
pub(crate) fn epoch_ms(time: SystemTime) -> i64 {
    time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}

impl Manifest {
    /// Reads a manifest that the store has written.
    ///
    /// # Errors
    /// When it is not one.
    pub(crate) fn parse(key: &str, text: &[u8]) -> Result<Self, StoreError> {
        let damaged = |what: &str| StoreError::damaged(key, what);
        let mut head: RawObject = serde_json::from_slice(text).map_err(|_| damaged("not a manifest"))?;
        let counts: Counts = head.value("counts").ok_or_else(|| damaged("“counts” are not readable"))?;
        let files: Files = head.value("files").ok_or_else(|| damaged("“files” are not readable"))?;
        let received: Received =
            head.value("received").ok_or_else(|| damaged("“received” is not readable"))?;
        head.remove(&RESERVED_KEYS);
        let files = entries(files, counts);
        let paths = files.values().map(|file| &file.path).chain(&received.index);
        if paths.into_iter().any(|path| !is_stored_path(path)) {
            return Err(damaged("a path leads out of the session's folder"));
        }
        Ok(Self { head, files, received })
    }

    /// The manifest as JSON. Equal manifests have equal bytes.
    pub(crate) fn to_bytes(&self) -> Result<Bytes, StoreError> {
        let mut text =
            self.to_json().map_err(|error| StoreError::damaged("session.json", error.to_string()))?;
        text.push(b'\n');
        if text.len() > MAX_MANIFEST {
            return Err(StoreError::TooLarge("its manifest has more than 64 MB"));
        }
        Ok(text.into())
    }

    fn to_json(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut object = self.head.clone();
        object.set("counts", raw(&self.counts())?);
        object.set("files", raw(&self.file_list())?);
        object.set("received", raw(&self.received)?);
        serde_json::to_vec(&object)
    }

    /// The counts of a batch are among those of the files that it writes to, which are at new paths:
    /// those of files that only exist stay as they are.
    pub(crate) fn add(&mut self, batch: &Known, path_of: impl Fn(&str) -> String) {
        for (name, tally) in batch.files.iter() {
            let is_new = !self.files.contains_key(name);
            let file = self.files.entry(name.clone()).or_default();
            file.tally += *tally;
            if is_new || tally.lines > 0 {
                file.path = path_of(name);
            }
        }
    }

    pub(crate) fn counts(&self) -> Counts {
        let tally = |path: &str| self.files.get(path).map_or_else(Tally::default, |file| file.tally);
        let resources = tally(RESOURCES);
        let sockets = self.files.iter().filter(|(path, _)| socket_id(path).is_some());
        Counts {
            requests: resources.requests,
            sockets: resources.sockets,
            messages: sockets.map(|(_, file)| file.tally.lines).sum(),
            errors: resources.errors,
            console_errors: tally(CONSOLE).errors,
        }
    }

    fn file_list(&self) -> Files {
        let mut files = Files::default();
        for (name, FileEntry { path, tally }) in &self.files {
            let path = path.clone();
            let Tally { lines: count, bytes, sent, received, errors, .. } = *tally;
            match (name.as_str(), socket_id(name)) {
                (RESOURCES, _) => files.resources = Some(File { path, bytes, count }),
                (CONSOLE, _) => files.console = Some(File { path, bytes, count }),
                (EVENTS, _) => files.events = Some(File { path, bytes, count }),
                (_, Some(id)) => {
                    let file = SocketFile { path, bytes, count, sent, received, errors };
                    files.sockets.insert(id.to_owned(), file);
                }
                (_, None) => {}
            }
        }
        files
    }
}

fn entries(files: Files, counts: Counts) -> BTreeMap<String, FileEntry> {
    let mut entries = BTreeMap::new();
    let mut add = |name: &str, file: Option<File>, more: Tally| {
        if let Some(File { path, bytes, count }) = file {
            let tally = Tally { lines: count, bytes, ..more };
            entries.insert(name.to_owned(), FileEntry { path, tally });
        }
    };
    let Counts { requests, sockets, errors, .. } = counts;
    add(RESOURCES, files.resources, Tally { errors, requests, sockets, ..Tally::default() });
    add(CONSOLE, files.console, Tally { errors: counts.console_errors, ..Tally::default() });
    add(EVENTS, files.events, Tally::default());
    for (id, file) in files.sockets {
        let SocketFile { path, bytes, count, sent, received, errors } = file;
        let tally = Tally { lines: count, bytes, sent, received, errors, ..Tally::default() };
        entries.insert(format!("sockets/{id}.jsonl"), FileEntry { path, tally });
    }
    entries.retain(|name, _| is_session_file(name));
    entries
}

/// Whether a path is one of a generation's files, `g<n>-<random>/…`.
pub(crate) fn is_stored_path(path: &str) -> bool {
    let Some((folder, file)) = path.split_once('/') else { return false };
    let name = file.strip_suffix(".gz").unwrap_or_default();
    generation_of(folder).is_some() && (is_session_file(name) || name == "index.json")
}

/// The number of a generation's folder, `g<n>-<random>`.
pub(crate) fn generation_of(folder: &str) -> Option<u64> {
    let (number, random) = folder.strip_prefix('g')?.split_once('-')?;
    let is_random = !random.is_empty() && random.bytes().all(|byte| byte.is_ascii_hexdigit());
    number.parse().ok().filter(|_| is_random)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        let head = r#"{"format":"replayscope/1","id":"s1","startedAt":1.50}"#;
        let file = |path: &str, tally| FileEntry { path: format!("g1-0a/{path}.gz"), tally };
        let resources = Tally { lines: 4, bytes: 9, requests: 2, sockets: 1, errors: 1, ..Tally::default() };
        let messages = Tally { lines: 3, bytes: 7, sent: 1, received: 1, errors: 1, ..Tally::default() };
        let files = [(RESOURCES, resources), ("sockets/a.jsonl", messages)];
        Manifest {
            head: serde_json::from_str(head).expect("an object"),
            files: files.map(|(path, tally)| (path.to_owned(), file(path, tally))).into(),
            received: Received {
                generation: 1,
                first: 10,
                last: 20,
                sequences: [1, 2, 4].into_iter().collect(),
                index: Some("g1-0a/index.json.gz".to_owned()),
                ..Received::default()
            },
        }
    }

    #[test]
    fn a_manifest_is_read_as_it_was_written() {
        let bytes = manifest().to_bytes().expect("JSON");
        let read = Manifest::parse("session.json", &bytes).expect("a manifest");
        assert_eq!(read.files, manifest().files);
        assert_eq!(read.received, manifest().received);
        assert_eq!(read.to_bytes().expect("JSON"), bytes);
        let text = std::str::from_utf8(&bytes).expect("UTF-8");
        assert!(text.starts_with(r#"{"format":"replayscope/1","id":"s1","startedAt":1.50,"counts":{"requests":2,"sockets":1,"messages":3,"errors":1,"#));
        assert!(
            text.contains(r#""received":{"generation":1,"first":10,"last":20,"sequences":[[1,2],[4,4]],"#)
        );
    }

    #[test]
    fn paths_that_leave_the_folder_are_damage() {
        let text = String::from_utf8(manifest().to_bytes().expect("JSON").to_vec()).expect("UTF-8");
        for path in ["../x", "/x", "g1-0a/../../x", "g1-0a/x", "resources.jsonl"] {
            let text = text.replace("g1-0a/resources.jsonl.gz", path);
            assert!(Manifest::parse("session.json", text.as_bytes()).is_err(), "{path}");
        }
        assert!(Manifest::parse("session.json", b"{}").is_err());
        assert!(Manifest::parse("session.json", b"\xff").is_err());
    }
}
