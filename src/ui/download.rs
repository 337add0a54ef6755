//! Saving bytes as a file.

use std::time::Duration;

use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// How long a download keeps its URL: some browsers, Safari among them, read it only after the
/// click has returned.
const URL_LIFETIME: Duration = Duration::from_secs(60);

/// Has the browser save `bytes` as a file of that name and media type.
///
/// # Errors
/// The error of a browser that refuses.
pub fn download(name: &str, media_type: &str, bytes: &[u8]) -> Result<(), JsValue> {
    let parts = Array::of1(&Uint8Array::from(bytes));
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    download_blob(name, &Blob::new_with_u8_array_sequence_and_options(&parts, &options)?)
}

/// Has the browser save a blob as a file of that name.
///
/// # Errors
/// The error of a browser that refuses.
pub fn download_blob(name: &str, blob: &Blob) -> Result<(), JsValue> {
    let url = Url::create_object_url_with_blob(blob)?;
    let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    link.set_href(&url);
    link.set_download(name);
    link.click();
    set_timeout(
        move || {
            // A URL that is already gone needs no revoking.
            let _ = Url::revoke_object_url(&url);
        },
        URL_LIFETIME,
    );
    Ok(())
}
