//! Where things are in a store.
//!
//! ```text
//! replayscope.json                                                 format of the store, id
//! inbox/<shard>/<project>/<session>/<sequence>-<hash>.jsonl.gz     a batch as it came
//! sessions/<project>/<session>/session.json                        manifest
//! sessions/<project>/<session>/g<n>-<random>/<file>.gz             files of generation n
//! sessions/<project>/<session>/g<n>-<random>/index.json.gz         batches of which they are made
//! sessions/<project>/<session>/set-aside/<batch>                   batches that are not in them
//! sessions/<project>/sessions.json                                 list of the project's newest sessions
//! deleted/<project>/<session>                                      mark of a deleted session
//! keys/<id>.json                                                   ingest key
//! ```

use object_store::path::Path;
use sha2::{Digest, Sha256};

use crate::names::{Project, SessionId};

/// Describes the store.
pub(crate) const STORE: &str = "replayscope.json";
pub(crate) const INBOX: &str = "inbox";
pub(crate) const SESSIONS: &str = "sessions";
pub(crate) const DELETED: &str = "deleted";
pub(crate) const KEYS: &str = "keys";
/// Objects by which a server finds out how the store behaves.
pub(crate) const PROBES: &str = "probe";
pub(crate) const MANIFEST: &str = "session.json";
pub(crate) const SET_ASIDE: &str = "set-aside";
pub(crate) const BATCH_SUFFIX: &str = ".jsonl.gz";

/// Session of a project.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionKey {
    pub project: Project,
    pub session: SessionId,
}

impl SessionKey {
    pub fn new(project: Project, session: SessionId) -> Self {
        Self { project, session }
    }

    /// The folder of its manifest and files.
    pub(crate) fn folder(&self) -> Path {
        self.below(SESSIONS)
    }

    pub(crate) fn manifest(&self) -> Path {
        self.folder().join(MANIFEST)
    }

    /// The object that marks it as deleted.
    pub(crate) fn mark(&self) -> Path {
        self.below(DELETED)
    }

    /// The folder of its batches. `shards` is the store's number of prefixes, 1 to 256.
    pub(crate) fn inbox(&self, shards: u16) -> Path {
        let digest = Sha256::digest(format!("{}/{}", self.project, self.session));
        let shard = u16::from(digest[0]) % shards.clamp(1, 256);
        self.below(&format!("{INBOX}/{shard:02x}"))
    }

    fn below(&self, prefix: &str) -> Path {
        Path::from(format!("{prefix}/{}/{}", self.project, self.session))
    }

    /// The session of a key, if its parts after `skipped` ones are a project's and a session's name.
    pub(crate) fn of(key: &Path, skipped: usize) -> Option<Self> {
        let mut parts = key.as_ref().split('/').skip(skipped);
        Some(Self { project: parts.next()?.parse().ok()?, session: parts.next()?.parse().ok()? })
    }
}

/// Names a batch: its number and the hash of its records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct BatchId {
    pub(crate) sequence: u32,
    pub(crate) hash: u64,
}

impl BatchId {
    pub(crate) fn name(self) -> String {
        format!("{:010}-{:016x}{BATCH_SUFFIX}", self.sequence, self.hash)
    }

    /// Reads a name exactly as [`BatchId::name`] writes it.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let (sequence, hash) = name.strip_suffix(BATCH_SUFFIX)?.split_once('-')?;
        let id = Self { sequence: sequence.parse().ok()?, hash: u64::from_str_radix(hash, 16).ok()? };
        (id.name() == name && id.sequence > 0).then_some(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> SessionKey {
        SessionKey::new("shop".parse().expect("a name"), "20261122-x".parse().expect("an id"))
    }

    #[test]
    fn keys_are_those_of_the_layout() {
        assert_eq!(key().manifest().as_ref(), "sessions/shop/20261122-x/session.json");
        assert_eq!(key().inbox(1).as_ref(), "inbox/00/shop/20261122-x");
        assert_eq!(key().mark().as_ref(), "deleted/shop/20261122-x");
        assert_eq!(SessionKey::of(&key().manifest(), 1), Some(key()));
        assert_eq!(SessionKey::of(&key().inbox(256), 2), Some(key()));
        assert_eq!(SessionKey::of(&Path::from("sessions/UPPER/x"), 1), None);
    }

    #[test]
    fn names_of_batches_are_read_only_as_they_are_written() {
        let id = BatchId { sequence: 1 << 31, hash: 0xab };
        assert_eq!(id.name(), "2147483648-00000000000000ab.jsonl.gz");
        assert_eq!(BatchId::parse(&id.name()), Some(id));
        for other in [
            "1-ab.jsonl.gz",
            "0000000000-00000000000000ab.jsonl.gz",
            "x",
            "2147483648-00000000000000AB.jsonl.gz",
        ] {
            assert_eq!(BatchId::parse(other), None, "{other}");
        }
    }
}
