//! What a session contains, as a hash: the same for a session in a file and for the same one in a store.

use std::io::{self, Write};
use std::sync::Arc;

use flate2::write::MultiGzDecoder;
use futures::StreamExt;
use sha2::{Digest, Sha256};
use store::{Encoding, SessionKey, SessionView, Store, StoreError};

use super::raw::{Head, parts_of, without_own_keys};

/// The member of a manifest in which an imported session has the hash of what it was made from.
pub(super) const MARK: &str = "import";
/// Bytes of the hash that are used.
const LEN: usize = 8;

/// Hashes a session: its manifest, then its files in order of name.
pub(super) struct ContentHash {
    hasher: Sha256,
    last: u8,
}

impl ContentHash {
    /// Begins with a manifest, without what another place may change.
    pub(super) fn new(head: &Head) -> Self {
        let mut hasher = Sha256::new();
        for (name, value) in head.iter().filter(|(name, _)| !matches!(name.as_str(), "id" | MARK)) {
            hasher.update(name);
            hasher.update(value.get());
            hasher.update([b'\n']);
        }
        Self { hasher, last: b'\n' }
    }

    /// Begins a file.
    pub(super) fn begin(&mut self, name: &str) {
        self.end_line();
        self.hasher.update(name);
        self.hasher.update([0]);
    }

    /// The first bytes of the hash, as hexadecimal digits.
    pub(super) fn finish(mut self) -> String {
        self.end_line();
        let digest = self.hasher.finalize();
        digest.iter().take(LEN).fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
    }

    fn end_line(&mut self) {
        if self.last != b'\n' {
            self.hasher.update([b'\n']);
            self.last = b'\n';
        }
    }
}

impl Write for ContentHash {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.hasher.update(bytes);
        self.last = bytes.last().copied().unwrap_or(self.last);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What a session of a store is, compared with one that is imported.
pub(super) struct Stored {
    /// The hash of its content; `None` where it cannot be read.
    pub(super) content: Option<String>,
    /// The hash of what it was made from, if it was imported.
    pub(super) mark: Option<String>,
}

/// Reads a session of a store.
///
/// # Errors
/// When the store does not answer.
pub(super) async fn stored(
    store: &Arc<Store>,
    key: &SessionKey,
    view: &SessionView,
) -> Result<Stored, StoreError> {
    let mut head: Head = serde_json::from_slice(&view.manifest).unwrap_or_default();
    let parts = parts_of(&head);
    without_own_keys(&mut head);
    let mark = head.get(MARK).and_then(|mark| serde_json::from_str(mark.get()).ok());
    let mut hash = ContentHash::new(&head);
    for part in parts {
        hash.begin(&part.name);
        let Some(file) = store.file(key, &part.path).await? else {
            return Ok(Stored { content: None, mark });
        };
        let mut body = file.body;
        let mut unpacked = match file.encoding {
            Encoding::Plain => Unpacked::Plain(hash),
            Encoding::Gzip => Unpacked::Gzip(Box::new(MultiGzDecoder::new(hash))),
        };
        while let Some(bytes) = body.next().await {
            if unpacked.write_all(&bytes?).is_err() {
                return Ok(Stored { content: None, mark });
            }
        }
        match unpacked.finish() {
            Ok(next) => hash = next,
            Err(_) => return Ok(Stored { content: None, mark }),
        }
    }
    Ok(Stored { content: Some(hash.finish()), mark })
}

/// A file that is hashed as it is unpacked.
enum Unpacked {
    Plain(ContentHash),
    Gzip(Box<MultiGzDecoder<ContentHash>>),
}

impl Unpacked {
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(hash) => hash.write_all(bytes),
            Self::Gzip(decoder) => decoder.write_all(bytes),
        }
    }

    fn finish(self) -> io::Result<ContentHash> {
        match self {
            Self::Plain(hash) => Ok(hash),
            Self::Gzip(decoder) => decoder.finish(),
        }
    }
}
