//! Screenshots of the page, fetched from their files when they are shown.

use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use session::formats::{LoadError, Retry};
use web_sys::{Blob, BlobPropertyBag, Url};

use super::SessionStore;
use super::resource::resource;
use crate::source::{Origin, ReadError, TaskHandle};

/// Most bytes of a screenshot's file.
const MAX_SCREENSHOT_BYTES: usize = 64 << 20;

/// The screenshot that is shown, and why the one that is wanted is not.
#[derive(Debug, Default)]
pub struct ShownScreenshot {
    /// The object URL of the screenshot; it stays while the next one is fetched.
    pub url: Option<ObjectUrl>,
    /// The path of that screenshot.
    pub path: Option<String>,
    pub error: Option<LoadError>,
}

/// The address of bytes in the browser's memory, which are freed when it is dropped.
#[derive(Debug)]
pub struct ObjectUrl(String);

impl ObjectUrl {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Drop for ObjectUrl {
    fn drop(&mut self) {
        // An address that is not known any more is revoked already.
        let _ = Url::revoke_object_url(&self.0);
    }
}

impl SessionStore {
    /// Fetches the screenshot at the path that is wanted: one at a time, the newest wins.
    pub fn screenshot(self, wanted: Memo<Option<String>>) -> ReadSignal<ShownScreenshot, LocalStorage> {
        let request = move || wanted.get().zip(self.files());
        resource(ShownScreenshot::default(), request, |(path, files), writer| async move {
            let end = read(&files, &path, writer.task()).await;
            writer.update(|shown| match end {
                Ok(url) => *shown = ShownScreenshot { url: Some(url), path: Some(path), error: None },
                Err(error) => shown.error = Some(error),
            });
        })
    }
}

async fn read(files: &Origin, path: &str, task: &TaskHandle) -> Result<ObjectUrl, LoadError> {
    let mut stream = files.open(Some(path), task.signal()).await?;
    let bytes = stream.read_all(task, MAX_SCREENSHOT_BYTES, |_| {}).await.map_err(|error| match error {
        ReadError::TooLarge => failure("The screenshot is larger than 64 MB", path),
        ReadError::Canceled | ReadError::Interrupted(_) => {
            failure(&format!("The screenshot could not be fetched: {error}"), path)
        }
        ReadError::Damaged(why) => failure(&format!("The screenshot is damaged: {why}"), path),
    })?;
    let Some(mime) = mime_of(&bytes) else {
        return Err(failure("The file is not a JPEG, PNG or WebP image", path));
    };
    let options = BlobPropertyBag::new();
    options.set_type(mime);
    let parts = Array::of1(&Uint8Array::from(bytes.as_slice()));
    Blob::new_with_u8_array_sequence_and_options(&parts, &options)
        .and_then(|blob| Url::create_object_url_with_blob(&blob))
        .map(ObjectUrl)
        .map_err(|_| failure("The browser has no memory for the screenshot", path))
}

fn failure(what: &str, path: &str) -> LoadError {
    LoadError::new(what, path, "Record the trace again, or go on without its screenshots.", Retry::Useless)
}

/// The MIME type by the first bytes. Anything else is not shown: an SVG would be a document of its
/// own.
fn mime_of(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xFF, 0xD8, 0xFF, ..] => Some("image/jpeg"),
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}
