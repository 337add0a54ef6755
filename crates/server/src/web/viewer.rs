//! The viewer's own files, which are part of the binary.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, PoisonError, RwLock};

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use rust_embed::{EmbeddedFile, RustEmbed};

/// The built viewer. A debug build reads the folder when a file is asked for, a release build holds it.
#[derive(RustEmbed)]
#[folder = "../../dist"]
#[allow_missing = true]
struct Files;

const PAGE: &str = "index.html";
/// Brotli quality of files that are sent to other machines: nearly the size of the best, in a fraction of its time.
const BROTLI_QUALITY: i32 = 9;
const BROTLI_WINDOW_BITS: i32 = 22;
/// Smaller files gain nothing.
const MIN_COMPRESSED_BYTES: usize = 1024;

/// Whether the binary was built with the viewer.
pub fn viewer_is_embedded() -> bool {
    Files::get(PAGE).is_some()
}

/// Serves the viewer's files.
#[derive(Clone, Debug, Default)]
pub struct Viewer {
    /// Elements for the page's head.
    head: Arc<str>,
    /// Compressed files by name; `None` where they are sent as they are.
    compressed: Option<Arc<RwLock<HashMap<String, Bytes>>>>,
}

impl Viewer {
    /// A viewer for other machines: its files are compressed as they are asked for, once each.
    pub fn compressing() -> Self {
        Self { compressed: Some(Arc::default()), ..Self::default() }
    }

    /// Adds `<meta name=… content=…>` to the page's head.
    #[must_use]
    pub fn with_meta(mut self, name: &str, content: &str) -> Self {
        let mut head = self.head.to_string();
        // Writing to a string does not fail.
        let _ = write!(head, r#"<meta name="{}" content="{}">"#, attribute(name), attribute(content));
        self.head = head.into();
        self
    }

    /// Answers a request for a file of the viewer; every path of the app is its page.
    pub async fn serve(&self, request: Request) -> Response {
        if request.method() != Method::GET && request.method() != Method::HEAD {
            return StatusCode::METHOD_NOT_ALLOWED.into_response();
        }
        let name = match request.uri().path() {
            "/" | "/session" => PAGE,
            path => path.trim_start_matches('/'),
        };
        match Files::get(name) {
            Some(file) => self.respond(name, file, request.headers()).await,
            None if name == PAGE => (StatusCode::NOT_FOUND, MISSING).into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        }
    }

    async fn respond(&self, name: &str, file: EmbeddedFile, asked: &HeaderMap) -> Response {
        let etag = etag(&file, &self.head);
        let mut response = if asked.get(header::IF_NONE_MATCH) == Some(&etag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else if name == PAGE {
            self.page(&file.data).into_response()
        } else {
            self.content(name, file.data, asked).await
        };
        let headers = response.headers_mut();
        headers.insert(header::ETAG, etag);
        headers.insert(header::CONTENT_TYPE, media_type(name));
        let lifetime = if has_hash(name) { "public, max-age=31536000, immutable" } else { "no-cache" };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(lifetime));
        response
    }

    fn page(&self, html: &[u8]) -> Vec<u8> {
        const MARKER: &str = "</head>";
        let html = String::from_utf8_lossy(html);
        html.replacen(MARKER, &format!("{}{MARKER}", self.head), 1).into_bytes()
    }

    async fn content(&self, name: &str, data: Cow<'static, [u8]>, asked: &HeaderMap) -> Response {
        let data = match data {
            Cow::Borrowed(data) => Bytes::from_static(data),
            Cow::Owned(data) => Bytes::from(data),
        };
        let takes_brotli = asked
            .get(header::ACCEPT_ENCODING)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.split(',').any(|coding| coding.trim() == "br"));
        let Some(known) = self.compressed.as_ref().filter(|_| data.len() >= MIN_COMPRESSED_BYTES) else {
            return Body::from(data).into_response();
        };
        let mut response = if takes_brotli {
            let mut response = Body::from(compressed(known, name, data).await).into_response();
            response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
            response
        } else {
            Body::from(data).into_response()
        };
        response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        response
    }
}

/// What a binary without the viewer answers.
const MISSING: &str =
    "This binary was built without the viewer. Build it with `make install`, or run `make build` first.\n";

async fn compressed(known: &Arc<RwLock<HashMap<String, Bytes>>>, name: &str, data: Bytes) -> Bytes {
    // A poisoned lock means that another request failed while it held it; the map is whole all the same.
    let found = known.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned();
    if let Some(found) = found {
        return found;
    }
    let plain = data.clone();
    let packed = tokio::task::spawn_blocking(move || brotli(&data)).await.unwrap_or_default();
    // A worker that ended early: better uncompressed than nothing.
    if packed.is_empty() {
        return plain;
    }
    known.write().unwrap_or_else(PoisonError::into_inner).entry(name.to_owned()).or_insert(packed).clone()
}

fn brotli(data: &[u8]) -> Bytes {
    let mut packed = Vec::with_capacity(data.len() / 3);
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: BROTLI_QUALITY,
        lgwin: BROTLI_WINDOW_BITS,
        size_hint: data.len(),
        ..Default::default()
    };
    match brotli::BrotliCompress(&mut &*data, &mut packed, &parameters) {
        Ok(_) => packed.into(),
        Err(_) => Bytes::new(),
    }
}

/// Changes with the file, and for the page with what is added to it.
fn etag(file: &EmbeddedFile, head: &str) -> HeaderValue {
    let mut text = String::from("\"");
    for byte in file.metadata.sha256_hash().iter().take(16) {
        let _ = write!(text, "{byte:02x}");
    }
    if !head.is_empty() {
        let hash = head.bytes().fold(0u64, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into()));
        let _ = write!(text, "-{hash:x}");
    }
    text.push('"');
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("\"\""))
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

/// Whether the name changes with the content: `name-<hash>.ext` or `name-<hash>_bg.wasm`, as Trunk names them.
fn has_hash(name: &str) -> bool {
    const MIN_HASH_DIGITS: usize = 14;
    let Some((_, tail)) = name.rsplit_once('-') else { return false };
    let digits = tail.bytes().take_while(u8::is_ascii_hexdigit).count();
    digits >= MIN_HASH_DIGITS && matches!(tail.as_bytes().get(digits), Some(b'.' | b'_' | b'/'))
}

/// Text as the value of an attribute.
fn attribute(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_hash_are_kept_forever() {
        for name in [
            "viewer-f18eb3aebd5b58d7_bg.wasm",
            "ui-d334e14985eb807e.css",
            "message-search-943f7ecf7c4bf42.css",
        ] {
            assert!(has_hash(name), "{name}");
        }
        for name in ["index.html", "search-worker.js", "search-worker_bg.wasm", "rrweb-player.js", "a-b.css"]
        {
            assert!(!has_hash(name), "{name}");
        }
    }

    #[test]
    fn a_meta_element_cannot_end_its_attribute() {
        let viewer = Viewer::default().with_meta("name", r#""><script>"#);
        assert_eq!(&*viewer.head, r#"<meta name="name" content="&quot;>&lt;script>">"#);
    }
}
