//! Opens the object store that a location names.

use std::path::Path as FilePath;
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::gcp::{GoogleCloudStorageBuilder, GoogleConfigKey};
use object_store::limit::LimitStore;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::signer::Signer;
use object_store::{ClientConfigKey, ObjectStore, RetryConfig};
use url::Url;

use crate::error::StoreError;
use crate::local::LocalFolder;
use crate::settings::Settings;

/// The objects of a store.
#[derive(Clone, Debug)]
pub(crate) struct Objects {
    /// For requests that end within the time limit.
    pub(crate) requests: Arc<dyn ObjectStore>,
    /// For reading large objects at the pace of a client.
    pub(crate) streams: Arc<dyn ObjectStore>,
    /// The folder, if it is one.
    pub(crate) folder: Option<LocalFolder>,
    /// Signs URLs of a bucket.
    pub(crate) signer: Option<BucketSigner>,
}

/// Signs URLs of the objects below a prefix.
#[derive(Clone, Debug)]
pub(crate) struct BucketSigner {
    pub(crate) bucket: Arc<dyn Signer>,
    pub(crate) prefix: Path,
}

/// How long a stream may be silent.
#[derive(Clone, Copy)]
enum Pace {
    /// The response must be complete within the time limit.
    Whole,
    /// The time limit is that of each read.
    EachRead,
}

/// Opens a folder, or a URL with the variables of `object_store`: `AWS_…`, `GOOGLE_…`, `AZURE_…`.
///
/// # Errors
/// When the location is not one of a store, or its settings are incomplete.
pub(crate) fn open(location: &str, settings: &Settings) -> Result<Objects, StoreError> {
    let Some(url) = url_of(location) else {
        return open_folder(FilePath::new(location), settings);
    };
    match url.scheme() {
        "file" => {
            let path = url.to_file_path();
            open_folder(&path.map_err(|()| invalid("not the URL of a local folder"))?, settings)
        }
        "memory" => Ok(shared(Arc::new(InMemory::new()))),
        "s3" | "gs" | "az" => {
            // A process has one provider: another one serves as well.
            let _ = rustls::crypto::ring::default_provider().install_default();
            let open = |pace| open_bucket(&url, settings, pace);
            let (requests, _) = open(Pace::Whole)?;
            let (streams, signer) = open(Pace::EachRead)?;
            Ok(Objects { requests, streams, folder: None, signer: Some(signer) })
        }
        _ => Err(invalid("not a folder, nor a URL with file:, s3:, gs: or az:")),
    }
}

/// The same objects for all uses.
pub(crate) fn shared(objects: Arc<dyn ObjectStore>) -> Objects {
    Objects { requests: Arc::clone(&objects), streams: objects, folder: None, signer: None }
}

/// The location as a URL, if it has a scheme. A scheme of one letter is a drive.
fn url_of(location: &str) -> Option<Url> {
    let url = Url::parse(location).ok()?;
    (url.scheme().len() > 1).then_some(url)
}

fn open_folder(path: &FilePath, settings: &Settings) -> Result<Objects, StoreError> {
    let folder = LocalFolder::open(path, settings.fsync)?;
    Ok(Objects {
        requests: limited(Arc::new(folder.clone()), Pace::Whole, settings),
        streams: Arc::new(folder.clone()),
        folder: Some(folder),
        signer: None,
    })
}

fn open_bucket(
    url: &Url,
    settings: &Settings,
    pace: Pace,
) -> Result<(Arc<dyn ObjectStore>, BucketSigner), StoreError> {
    let prefix = Path::from_url_path(url.path()).map_err(|_| invalid("its path is not one of keys"))?;
    let (timeout, retry) = (timeouts(settings.request_timeout, pace), retry(settings.request_timeout));
    // Given to the builders one by one: client options in one piece would replace those of the
    // environment.
    let (objects, signer) = match url.scheme() {
        "s3" => {
            let builder = AmazonS3Builder::from_env().with_url(url.as_str()).with_retry(retry);
            let set = |builder: AmazonS3Builder, (key, value)| {
                builder.with_config(AmazonS3ConfigKey::Client(key), value)
            };
            below(timeout.into_iter().fold(builder, set).build()?, prefix)
        }
        "gs" => {
            let builder = GoogleCloudStorageBuilder::from_env().with_url(url.as_str()).with_retry(retry);
            let set = |builder: GoogleCloudStorageBuilder, (key, value)| {
                builder.with_config(GoogleConfigKey::Client(key), value)
            };
            below(timeout.into_iter().fold(builder, set).build()?, prefix)
        }
        _ => {
            let builder = MicrosoftAzureBuilder::from_env().with_url(url.as_str()).with_retry(retry);
            let set = |builder: MicrosoftAzureBuilder, (key, value)| {
                builder.with_config(AzureConfigKey::Client(key), value)
            };
            below(timeout.into_iter().fold(builder, set).build()?, prefix)
        }
    };
    Ok((limited(objects, pace, settings), signer))
}

/// The objects of a bucket below a prefix, and what signs their URLs.
fn below<T: ObjectStore + Signer + Clone>(bucket: T, prefix: Path) -> (Arc<dyn ObjectStore>, BucketSigner) {
    let signer = BucketSigner { bucket: Arc::new(bucket.clone()), prefix: prefix.clone() };
    (Arc::new(PrefixStore::new(bucket, prefix)), signer)
}

/// Limits requests. Streams are not limited: one that waits for its client, or for the other files
/// of a compaction, would hold up others. There are as many as there are clients.
fn limited(objects: Arc<dyn ObjectStore>, pace: Pace, settings: &Settings) -> Arc<dyn ObjectStore> {
    match pace {
        Pace::Whole => Arc::new(LimitStore::new(objects, settings.max_requests.max(MIN_REQUESTS))),
        Pace::EachRead => objects,
    }
}

/// Some requests are made while a list is read, which counts as one.
const MIN_REQUESTS: usize = 16;

fn timeouts(limit: Duration, pace: Pace) -> [(ClientConfigKey, String); 2] {
    const DAY: &str = "86400 seconds";
    let limit = format!("{} ms", limit.as_millis());
    match pace {
        Pace::Whole => [(ClientConfigKey::Timeout, limit.clone()), (ClientConfigKey::ReadTimeout, limit)],
        Pace::EachRead => [(ClientConfigKey::Timeout, DAY.to_owned()), (ClientConfigKey::ReadTimeout, limit)],
    }
}

fn retry(limit: Duration) -> RetryConfig {
    RetryConfig { retry_timeout: limit, ..RetryConfig::default() }
}

fn invalid(what: &str) -> StoreError {
    StoreError::Location(what.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opens(location: &str) -> bool {
        open(location, &Settings::default()).is_ok()
    }

    #[test]
    fn locations_are_folders_and_urls() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("sessions");
        assert!(opens(&path.display().to_string()) && path.is_dir());
        assert!(opens(&format!("file://{}", path.display())));
        assert!(opens("memory://"));
        assert!(opens("s3://bucket/below/it"));
        for other in ["https://a.test/x", "ftp://a.test", "file://host/x"] {
            assert!(!opens(other), "{other}");
        }
    }

    #[test]
    fn what_is_no_folder_is_not_opened() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        assert!(!opens(&file.path().display().to_string()));
    }
}
