//! Pictures of the page, brought from their files when their moment is shown.

use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use leptos::task::spawn_local;
use session::formats::{LoadError, Retry};
use web_sys::{Blob, BlobPropertyBag, Url};

use super::Store;
use crate::source::{Origin, ReadError, TaskGuard, TaskHandle};

/// A picture of a screen is not larger, in bytes.
const MAX_PICTURE: usize = 64 << 20;

/// The picture that is shown, and why the one that is wanted is not.
#[derive(Clone, Debug, Default)]
pub struct ShownPicture {
    /// The address of the picture within the browser; it stays while the next one is brought.
    pub url: Option<String>,
    /// The path of that picture.
    pub path: Option<String>,
    pub fault: Option<LoadError>,
}

impl Store {
    /// Brings the picture at the path that is wanted: one at a time, the newest wins. Leaving the scope stops it.
    pub fn picture(self, wanted: Memo<Option<String>>) -> ReadSignal<ShownPicture, LocalStorage> {
        let (shown, set_shown) = signal_local(ShownPicture::default());
        let guard: StoredValue<Option<TaskGuard>, LocalStorage> = StoredValue::new_local(None);
        Effect::new(move || {
            let Some(path) = wanted.get() else { return };
            let (Some((held, task)), Some(files)) = (TaskGuard::new(), self.files()) else { return };
            guard.set_value(Some(held));
            spawn_local(async move {
                let end = read(&files, &path, &task).await;
                if !task.is_wanted() {
                    return;
                }
                set_shown.update(|shown| match end {
                    Ok(url) => {
                        forget(shown.url.take());
                        *shown = ShownPicture { url: Some(url), path: Some(path), fault: None };
                    }
                    Err(fault) => shown.fault = Some(fault),
                });
            });
        });
        on_cleanup(move || {
            guard.set_value(None);
            forget(shown.try_with_untracked(|shown| shown.url.clone()).flatten());
        });
        shown
    }
}

/// Lets the browser drop a picture.
fn forget(url: Option<String>) {
    if let Some(url) = url {
        // An address that is not known any more is forgotten already.
        let _ = Url::revoke_object_url(&url);
    }
}

async fn read(files: &Origin, path: &str, task: &TaskHandle) -> Result<String, LoadError> {
    let mut stream = files.open(Some(path), task.signal()).await?;
    let bytes = stream.read_all(task, MAX_PICTURE, |_| {}).await.map_err(|unread| match unread {
        ReadError::TooLarge => fault("The picture is larger than 64 MB", path),
        ReadError::Broken(why) => fault(&format!("The picture did not arrive whole: {why}"), path),
        ReadError::Damaged(why) => fault(&format!("The picture is damaged: {why}"), path),
    })?;
    let Some(kind) = kind_of(&bytes) else { return Err(fault("The file is no picture", path)) };
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let parts = Array::of1(&Uint8Array::from(bytes.as_slice()));
    Blob::new_with_u8_array_sequence_and_options(&parts, &options)
        .and_then(|blob| Url::create_object_url_with_blob(&blob))
        .map_err(|_| fault("The browser does not take the picture", path))
}

fn fault(what: &str, path: &str) -> LoadError {
    LoadError::new(what, path, "Record the trace again, or go on without its pictures.", Retry::Useless)
}

/// The MIME type by the first bytes. Anything else is not shown: an SVG would be a document of its own.
fn kind_of(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xFF, 0xD8, 0xFF, ..] => Some("image/jpeg"),
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}
