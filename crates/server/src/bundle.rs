//! A session of a store with all its files, one after the other, as they are stored; as a zip archive too.

use std::sync::Arc;

use bytes::Bytes;
use flate2::Crc;
use futures::{Stream, StreamExt, TryStreamExt, future, stream};
use serde_json::Value;
use store::{SessionKey, SessionView, Store, StoreError};

/// The manifest of a session.
pub const MANIFEST: &str = "session.json";

/// A part of a session, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A file begins, at this path.
    File(String),
    /// Bytes of the file that has begun last.
    Bytes(Bytes),
}

/// All files of a session: its manifest first, then those that it names.
pub fn pieces(
    store: Arc<Store>,
    key: SessionKey,
    view: &SessionView,
) -> impl Stream<Item = Result<Piece, StoreError>> + Send + use<> {
    let manifest = [Piece::File(MANIFEST.to_owned()), Piece::Bytes(view.manifest.clone())];
    let files = stream::iter(file_paths(&view.manifest)).then(move |path| {
        let (store, key) = (Arc::clone(&store), key.clone());
        async move {
            // It has been compacted or deleted since the manifest was read.
            let file = store.file(&key, &path).await?.ok_or(StoreError::Conflict)?;
            let begin = stream::once(future::ready(Ok(Piece::File(path))));
            Ok::<_, StoreError>(begin.chain(file.body.map_ok(Piece::Bytes)))
        }
    });
    stream::iter(manifest.map(Ok)).chain(files.try_flatten())
}

/// The paths of the files that a manifest names.
fn file_paths(manifest: &[u8]) -> Vec<String> {
    let manifest: Value = serde_json::from_slice(manifest).unwrap_or_default();
    let path = |file: &Value| file.get("path")?.as_str().map(str::to_owned);
    let files = &manifest["files"];
    let own = ["resources", "console", "events"].into_iter().filter_map(|name| files.get(name));
    let sockets = files["sockets"].as_object().into_iter().flat_map(|sockets| sockets.values());
    own.chain(sockets).filter_map(path).collect()
}

/// The same as the bytes of a zip archive, in which the files are stored as they are: most are gzip.
pub fn zipped(
    pieces: impl Stream<Item = Result<Piece, StoreError>> + Send,
) -> impl Stream<Item = Result<Bytes, StoreError>> + Send {
    let ended = pieces.map_ok(Some).chain(stream::once(future::ready(Ok(None))));
    let mut archive = Zip::default();
    ended.map_ok(move |piece| match piece {
        Some(Piece::File(path)) => archive.begin(path).into(),
        Some(Piece::Bytes(bytes)) => archive.add(bytes),
        None => archive.finish().into(),
    })
}

/// Largest number that a field of 32 bits holds; it says that the number is in the fields of Zip64.
const IN_ZIP64: u32 = u32::MAX;
/// Largest number of members without Zip64.
const MAX_MEMBERS: usize = 0xffff;
/// The version of the format that a reader needs: 4.5, for Zip64.
const VERSION: u16 = 45;
/// The sizes follow the file, and names are UTF-8.
const FLAGS: u16 = 1 << 3 | 1 << 11;
/// 1 January 1980, the first day that the format has.
const DATE: u16 = 1 << 5 | 1;
const ZIP64_TAG: u16 = 1;

/// Writes an archive from its beginning to its end, without going back.
#[derive(Debug, Default)]
struct Zip {
    /// Bytes so far.
    len: u64,
    open: Option<Member>,
    members: Vec<Member>,
    crc: Crc,
}

#[derive(Debug)]
struct Member {
    path: String,
    start: u64,
    size: u64,
    crc: u32,
}

impl Zip {
    /// Begins a file, and ends the one before.
    fn begin(&mut self, path: String) -> Vec<u8> {
        let mut bytes = self.end_file();
        let start = self.len + bytes.len() as u64;
        put(&mut bytes, &[&0x0403_4b50_u32.to_le_bytes()]);
        put_common(&mut bytes, 0);
        // Sizes that follow the file have 64 bits where this field is there.
        put(&mut bytes, &[&IN_ZIP64.to_le_bytes(), &IN_ZIP64.to_le_bytes()]);
        put(&mut bytes, &[&(path.len() as u16).to_le_bytes(), &20_u16.to_le_bytes(), path.as_bytes()]);
        put(&mut bytes, &[&ZIP64_TAG.to_le_bytes(), &16_u16.to_le_bytes(), &[0; 16]]);
        self.open = Some(Member { path, start, size: 0, crc: 0 });
        self.crc.reset();
        self.len += bytes.len() as u64;
        bytes
    }

    /// Adds bytes to the file.
    fn add(&mut self, bytes: Bytes) -> Bytes {
        self.crc.update(&bytes);
        if let Some(open) = &mut self.open {
            open.size += bytes.len() as u64;
        }
        self.len += bytes.len() as u64;
        bytes
    }

    /// What follows a file. The caller counts it.
    fn end_file(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        if let Some(mut member) = self.open.take() {
            member.crc = self.crc.sum();
            let size = member.size.to_le_bytes();
            put(&mut bytes, &[&0x0807_4b50_u32.to_le_bytes(), &member.crc.to_le_bytes(), &size, &size]);
            self.members.push(member);
        }
        bytes
    }

    /// Ends the archive: the directory of its members.
    fn finish(&mut self) -> Vec<u8> {
        let mut bytes = self.end_file();
        let start = self.len + bytes.len() as u64;
        let before = bytes.len();
        for member in &self.members {
            put_entry(&mut bytes, member);
        }
        let len = (bytes.len() - before) as u64;
        let count = self.members.len();
        if count > MAX_MEMBERS || start + len >= u64::from(IN_ZIP64) {
            put_zip64_end(&mut bytes, count as u64, start, len);
        }
        let count = (count.min(MAX_MEMBERS) as u16).to_le_bytes();
        put(&mut bytes, &[&0x0605_4b50_u32.to_le_bytes(), &[0; 4], &count, &count]);
        put(&mut bytes, &[&small(len).to_le_bytes(), &small(start).to_le_bytes(), &[0; 2]]);
        bytes
    }
}

fn put(bytes: &mut Vec<u8>, parts: &[&[u8]]) {
    for part in parts {
        bytes.extend_from_slice(part);
    }
}

/// What a file's header and its entry in the directory have in common.
fn put_common(bytes: &mut Vec<u8>, crc: u32) {
    let (stored, time) = (0_u16, 0_u16);
    for number in [VERSION, FLAGS, stored, time, DATE] {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    bytes.extend_from_slice(&crc.to_le_bytes());
}

/// A number as a field of 32 bits.
fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(IN_ZIP64)
}

fn put_entry(bytes: &mut Vec<u8>, member: &Member) {
    let is_large = member.size >= u64::from(IN_ZIP64) || member.start >= u64::from(IN_ZIP64);
    let field = |number: u64| if is_large { IN_ZIP64 } else { small(number) }.to_le_bytes();
    let size = field(member.size);
    let extra_len: u16 = if is_large { 28 } else { 0 };
    put(bytes, &[&0x0201_4b50_u32.to_le_bytes(), &VERSION.to_le_bytes()]);
    put_common(bytes, member.crc);
    put(bytes, &[&size, &size, &(member.path.len() as u16).to_le_bytes(), &extra_len.to_le_bytes()]);
    // No comment, on the first disk, no attributes.
    put(bytes, &[&[0; 10], &field(member.start), member.path.as_bytes()]);
    if is_large {
        let size = member.size.to_le_bytes();
        put(bytes, &[&ZIP64_TAG.to_le_bytes(), &24_u16.to_le_bytes(), &size, &size]);
        put(bytes, &[&member.start.to_le_bytes()]);
    }
}

fn put_zip64_end(bytes: &mut Vec<u8>, count: u64, start: u64, len: u64) {
    const REST: u64 = 44;
    let place = start + len;
    let version = VERSION.to_le_bytes();
    put(bytes, &[&0x0606_4b50_u32.to_le_bytes(), &REST.to_le_bytes(), &version, &version, &[0; 8]]);
    for number in [count, count, len, start] {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    put(bytes, &[&0x0706_4b50_u32.to_le_bytes(), &[0; 4], &place.to_le_bytes(), &1_u32.to_le_bytes()]);
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use super::*;

    #[test]
    fn another_reader_finds_the_files_of_an_archive() {
        let mut zip = Zip::default();
        let mut bytes = zip.begin("session.json".to_owned());
        bytes.extend(zip.add(Bytes::from_static(b"{}")));
        bytes.extend(zip.begin("g1-ab/empty.gz".to_owned()));
        bytes.extend(zip.begin("sockets/ä.jsonl".to_owned()));
        for part in ["a", "", "bc"] {
            bytes.extend(zip.add(Bytes::from_static(part.as_bytes())));
        }
        bytes.extend(zip.finish());
        let mut read = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
        let mut files = Vec::new();
        for index in 0..read.len() {
            let mut file = read.by_index(index).expect("a file");
            let mut text = String::new();
            file.read_to_string(&mut text).expect("its checksum is right");
            files.push((file.name().to_owned(), text));
        }
        let expected = [("session.json", "{}"), ("g1-ab/empty.gz", ""), ("sockets/ä.jsonl", "abc")];
        assert_eq!(files, expected.map(|(name, text)| (name.to_owned(), text.to_owned())));
    }

    #[test]
    fn an_archive_with_more_members_than_16_bits_count_is_read() {
        let mut zip = Zip::default();
        let mut bytes = Vec::new();
        for number in 0..=MAX_MEMBERS {
            bytes.extend(zip.begin(format!("{number}")));
        }
        bytes.extend(zip.finish());
        let read = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
        assert_eq!(read.len(), MAX_MEMBERS + 1);
    }

    #[test]
    fn files_are_those_of_the_manifest() {
        let manifest =
            br#"{"files":{"resources":{"path":"a"},"events":{"path":"b"},"sockets":{"x":{"path":"c"}}}}"#;
        assert_eq!(file_paths(manifest), ["a", "b", "c"]);
        assert_eq!(file_paths(b"{}"), [""; 0]);
    }
}
