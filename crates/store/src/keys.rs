//! Ingest keys. A key allows nothing but to post batches to one project; it is in pages, and so
//! public. The store has its hash only.

use std::time::SystemTime;

use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::error::StoreError;
use crate::hex;
use crate::layout::KEYS;
use crate::manifest::epoch_ms;
use crate::names::Project;
use crate::store::{MAX_SMALL, Store};

/// Begins every key, so that scanners of secrets can recognize one.
const PREFIX: &str = "rsk_";
/// Random bytes of a key.
const KEY_BYTES: usize = 32;
/// Random bytes of a key's id.
const ID_BYTES: usize = 8;
/// Requests for keys at a time.
const REQUESTS: usize = 16;

/// What is known of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IngestKey {
    /// Names the key in lists and logs; not secret.
    pub id: String,
    #[serde(with = "project_name")]
    pub project: Project,
    /// Origins of pages that may use it, `https://shop.test`; any if empty.
    #[serde(default)]
    pub origins: Vec<String>,
    #[serde(default)]
    pub quota: Quota,
    /// Epoch milliseconds.
    pub created: i64,
    /// When it was revoked, epoch milliseconds.
    #[serde(default)]
    pub revoked: Option<i64>,
    /// It was revoked for good: recorders that have it are told to stop.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stops: bool,
    /// SHA-256 of the key, as hexadecimal digits.
    hash: String,
}

/// What a key may use in a day; without a number, any amount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Quota {
    pub sessions_per_day: Option<u64>,
    pub bytes_per_day: Option<u64>,
}

/// What a key that a request presents is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup<'a> {
    Valid(&'a IngestKey),
    /// Revoked for good: who has it is to stop.
    Stopped(&'a IngestKey),
    /// Not known, or revoked.
    Invalid,
}

/// Keys in memory, to look up those of requests.
#[derive(Clone, Debug, Default)]
pub struct KeySet(Vec<IngestKey>);

impl KeySet {
    pub fn new(keys: Vec<IngestKey>) -> Self {
        Self(keys)
    }

    /// Whether the store has no keys, revoked ones included.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All keys, revoked ones included.
    pub fn iter(&self) -> impl Iterator<Item = &IngestKey> {
        self.0.iter()
    }

    /// What the key that a request presents is. The time that this takes does not depend on how much of a key is right.
    pub fn find(&self, presented: &str) -> Lookup<'_> {
        let hash = hash(presented);
        let mut found = None;
        for key in &self.0 {
            if bool::from(key.hash.as_bytes().ct_eq(hash.as_bytes())) {
                found = Some(key);
            }
        }
        match found {
            Some(key) if key.revoked.is_none() => Lookup::Valid(key),
            Some(key) if key.stops => Lookup::Stopped(key),
            _ => Lookup::Invalid,
        }
    }
}

impl Store {
    /// Makes a key, and returns it with what is known of it. Only the caller ever has the key.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn key_new(
        &self,
        project: &Project,
        origins: Vec<String>,
        quota: Quota,
    ) -> Result<(String, IngestKey), StoreError> {
        let secret = format!("{PREFIX}{}", hex::random(KEY_BYTES)?);
        let key = IngestKey {
            id: hex::random(ID_BYTES)?,
            project: project.clone(),
            origins,
            quota,
            created: epoch_ms(SystemTime::now()),
            revoked: None,
            stops: false,
            hash: hash(&secret),
        };
        self.put_key(&key).await?;
        Ok((secret, key))
    }

    /// All keys, the oldest first.
    ///
    /// # Errors
    /// When the store does not answer, or a key is damaged.
    pub async fn keys(&self) -> Result<Vec<IngestKey>, StoreError> {
        let listed = self.objects.requests.list(Some(&Path::from(KEYS))).map_err(StoreError::from);
        let read = listed.map_ok(|meta| async move { self.read_key(&meta.location).await });
        let read: Vec<_> = read.try_buffered(REQUESTS).try_collect().await?;
        let mut keys: Vec<IngestKey> = read.into_iter().flatten().collect();
        keys.sort_by(|a, b| (a.created, &a.id).cmp(&(b.created, &b.id)));
        Ok(keys)
    }

    /// Revokes a key, and returns it; `None` if there is no key of that id. Servers that have read
    /// the keys before accept it until they read them again. With `stops`, recorders that have it are
    /// told to stop, and drop what they have not delivered; a key that was revoked before can be
    /// stopped, not the other way round.
    ///
    /// # Errors
    /// When the store does not answer, or the key is damaged.
    pub async fn key_revoke(&self, id: &str, stops: bool) -> Result<Option<IngestKey>, StoreError> {
        let is_id = id.len() == 2 * ID_BYTES && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        let found = if is_id { self.read_key(&key_path(id)).await? } else { None };
        let Some(mut key) = found else { return Ok(None) };
        if key.revoked.is_none() || (stops && !key.stops) {
            key.revoked = key.revoked.or(Some(epoch_ms(SystemTime::now())));
            key.stops |= stops;
            self.put_key(&key).await?;
        }
        Ok(Some(key))
    }

    async fn put_key(&self, key: &IngestKey) -> Result<(), StoreError> {
        let path = key_path(&key.id);
        let text = serde_json::to_vec(key).map_err(|error| StoreError::damaged(&path, error.to_string()))?;
        self.objects.requests.put(&path, text.into()).await?;
        Ok(())
    }

    async fn read_key(&self, path: &Path) -> Result<Option<IngestKey>, StoreError> {
        let Some(object) = self.read(path, MAX_SMALL).await? else { return Ok(None) };
        let key = serde_json::from_slice(&object.bytes);
        key.map(Some).map_err(|_| StoreError::damaged(path, "not a key"))
    }
}

fn key_path(id: &str) -> Path {
    Path::from(format!("{KEYS}/{id}.json"))
}

fn hash(key: &str) -> String {
    hex::digits(&Sha256::digest(key.as_bytes()))
}

mod project_name {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use crate::names::Project;

    pub(super) fn serialize<S: Serializer>(project: &Project, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(project.as_str())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Project, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    #[tokio::test]
    async fn keys_are_found_until_they_are_revoked() {
        let store = Store::open("memory://", Settings::default()).await.expect("a store");
        let project: Project = "shop".parse().expect("a name");
        let quota = Quota { bytes_per_day: Some(1000), ..Quota::default() };
        let (secret, key) =
            store.key_new(&project, vec!["https://shop.test".into()], quota).await.expect("a key");
        let (other, _) = store.key_new(&project, Vec::new(), Quota::default()).await.expect("a key");
        assert!(secret != other && secret.len() == 4 + 64);

        let keys = KeySet::new(store.keys().await.expect("the keys"));
        assert_eq!(keys.find(&secret), Lookup::Valid(&key));
        for wrong in ["", "rsk_", &secret[..secret.len() - 1], &format!("{secret}0"), &key.hash] {
            assert_eq!(keys.find(wrong), Lookup::Invalid, "{wrong}");
        }

        let revoked = store.key_revoke(&key.id, false).await.expect("an answer").expect("the key");
        assert!(revoked.revoked.is_some());
        let keys = KeySet::new(store.keys().await.expect("the keys"));
        assert_eq!(keys.find(&secret), Lookup::Invalid);
        assert!(matches!(keys.find(&other), Lookup::Valid(_)));

        let stopped = store.key_revoke(&key.id, true).await.expect("an answer").expect("the key");
        assert_eq!(stopped.revoked, revoked.revoked, "it is revoked since then");
        store.key_revoke(&key.id, false).await.expect("an answer");
        let keys = KeySet::new(store.keys().await.expect("the keys"));
        assert_eq!(keys.find(&secret), Lookup::Stopped(&stopped));
    }

    #[tokio::test]
    async fn the_store_does_not_have_the_key_itself() {
        let store = Store::open("memory://", Settings::default()).await.expect("a store");
        let project: Project = "shop".parse().expect("a name");
        let (secret, key) = store.key_new(&project, Vec::new(), Quota::default()).await.expect("a key");
        let stored = store.read(&key_path(&key.id), MAX_SMALL).await.expect("an answer").expect("the key");
        let text = String::from_utf8(stored.bytes.to_vec()).expect("UTF-8");
        assert!(!text.contains(&secret[4..]) && text.contains("\"project\":\"shop\""));
    }

    #[tokio::test]
    async fn only_ids_of_keys_are_revoked() {
        let store = Store::open("memory://", Settings::default()).await.expect("a store");
        for id in ["", "../replayscope", "0123456789abcdef"] {
            assert_eq!(store.key_revoke(id, false).await.expect("an answer"), None, "{id}");
        }
    }
}
