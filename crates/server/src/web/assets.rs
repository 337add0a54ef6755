//! Files that are part of the binary, as responses.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

/// Brotli quality of files that are sent to other machines: nearly the size of the best, in a fraction of its time.
const BROTLI_QUALITY: i32 = 9;
const BROTLI_WINDOW_BITS: i32 = 22;
/// Smaller files gain nothing.
const MIN_COMPRESSED_BYTES: usize = 1024;

/// How long a browser may use a file without asking again.
pub(super) const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
pub(super) const ASKED_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// A file that is part of the binary.
pub(super) struct Asset {
    pub(super) name: String,
    pub(super) data: Cow<'static, [u8]>,
    pub(super) etag: HeaderValue,
    pub(super) lifetime: HeaderValue,
}

/// Compressed files by entity tag.
type Compressed = RwLock<HashMap<Vec<u8>, Bytes>>;

/// Sends files; to other machines compressed, once each.
#[derive(Clone, Debug, Default)]
pub(super) struct Assets {
    /// `None` where all are sent as they are.
    compressed: Option<Arc<Compressed>>,
}

impl Assets {
    pub(super) fn compressing() -> Self {
        Self { compressed: Some(Arc::default()) }
    }

    pub(super) async fn respond(&self, asset: Asset, asked: &HeaderMap) -> Response {
        let Asset { name, data, etag, lifetime } = asset;
        let mut response = if asked.get(header::IF_NONE_MATCH) == Some(&etag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            self.content(data, &etag, asked).await
        };
        let headers = response.headers_mut();
        headers.insert(header::ETAG, etag);
        headers.insert(header::CONTENT_TYPE, media_type(&name));
        headers.insert(header::CACHE_CONTROL, lifetime);
        response
    }

    async fn content(&self, data: Cow<'static, [u8]>, etag: &HeaderValue, asked: &HeaderMap) -> Response {
        let data = match data {
            Cow::Borrowed(data) => Bytes::from_static(data),
            Cow::Owned(data) => Bytes::from(data),
        };
        let Some(known) = self.compressed.as_ref().filter(|_| data.len() >= MIN_COMPRESSED_BYTES) else {
            return Body::from(data).into_response();
        };
        let takes_brotli = asked
            .get(header::ACCEPT_ENCODING)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.split(',').any(|coding| coding.trim() == "br"));
        let mut response = if takes_brotli {
            let mut response = Body::from(compressed(known, etag, data).await).into_response();
            response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
            response
        } else {
            Body::from(data).into_response()
        };
        response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        response
    }
}

async fn compressed(known: &Compressed, etag: &HeaderValue, data: Bytes) -> Bytes {
    let key = etag.as_bytes();
    // A poisoned lock means that another request failed while it held it; the map is whole all the same.
    let found = known.read().unwrap_or_else(PoisonError::into_inner).get(key).cloned();
    if let Some(found) = found {
        return found;
    }
    let packed = tokio::task::spawn_blocking(move || brotli(&data)).await.unwrap_or_default();
    let mut known = known.write().unwrap_or_else(PoisonError::into_inner);
    known.entry(key.to_owned()).or_insert(packed).clone()
}

fn brotli(data: &[u8]) -> Bytes {
    let mut packed = Vec::with_capacity(data.len() / 3);
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: BROTLI_QUALITY,
        lgwin: BROTLI_WINDOW_BITS,
        size_hint: data.len(),
        ..Default::default()
    };
    // Neither reading from nor writing to memory fails.
    let _ = brotli::BrotliCompress(&mut &*data, &mut packed, &parameters);
    packed.into()
}

/// With `nosniff` a script or a module of another type would not run.
fn media_type(name: &str) -> HeaderValue {
    HeaderValue::from_static(match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "json" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    })
}
