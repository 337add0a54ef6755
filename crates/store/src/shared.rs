//! What others read of a store without a server: signed URLs of files, and the lists that static hosts serve.

use std::time::Duration;

use bytes::Bytes;
use object_store::ObjectStoreExt;
use object_store::signer::Method;
use url::Url;

use crate::error::StoreError;
use crate::layout::{SESSIONS, SessionKey};
use crate::manifest::is_stored_path;
use crate::names::{LIST, Project};
use crate::store::Store;
use crate::view::stored_path;

impl Store {
    /// Whether the store can sign URLs: a bucket can.
    pub fn can_sign(&self) -> bool {
        self.objects.signer.is_some()
    }

    /// A URL by which anyone may read a file of a session for a time of at most a week; `None` where the store cannot
    /// sign, or the file is not stored as it is read. Whether the file exists is not checked.
    ///
    /// # Errors
    /// When the credentials to sign with cannot be had.
    pub async fn signed_url(
        &self,
        key: &SessionKey,
        path: &str,
        lifetime: Duration,
    ) -> Result<Option<Url>, StoreError> {
        let Some(signer) = &self.objects.signer else { return Ok(None) };
        if !is_stored_path(path) || path.ends_with("/index.json.gz") {
            return Ok(None);
        }
        let object = signer.prefix.parts().chain(stored_path(key, path).parts()).collect();
        Ok(Some(signer.bucket.signed_url(Method::GET, &object, lifetime).await?))
    }

    /// Writes the list of a project's sessions, which is next to their folders.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn put_list(&self, project: &Project, list: Bytes) -> Result<(), StoreError> {
        let path = object_store::path::Path::from(format!("{SESSIONS}/{project}/{LIST}"));
        self.objects.requests.put(&path, list.into()).await?;
        Ok(())
    }
}
