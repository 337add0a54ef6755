//! Serving over HTTP: connections, headers, and the viewer's own files.

mod assets;
mod host;
mod listener;
mod recorder;
mod viewer;

pub use host::{LOOPBACK_NAMES, only_for_hosts};
pub use listener::{Limits, Listener};
pub use recorder::RecorderScripts;
pub use viewer::{Viewer, viewer_is_embedded};

use std::fmt::Write as _;
use std::io;

use axum::http::header::{self, HeaderName, HeaderValue};
use axum::response::Response;

/// Sent with every response; `docs/deploy.md` says why.
const SECURITY_HEADERS: [(HeaderName, HeaderValue); 3] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
];

/// The policy of the app's own pages, in addition to the one that they carry.
const PAGE_POLICY: HeaderValue = HeaderValue::from_static("frame-ancestors 'self'");

/// The policy of what comes from a recording: if it is opened as a page, it runs nothing, loads nothing and has
/// an origin of its own.
const STORED_POLICY: HeaderValue =
    HeaderValue::from_static("sandbox; default-src 'none'; frame-ancestors 'none'");

/// Changes with a file, and for the page with what is added to it.
fn entity_tag(sha256: &[u8; 32], addition: &str) -> HeaderValue {
    let mut text = String::from("\"");
    for byte in sha256.iter().take(16) {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    if !addition.is_empty() {
        let hash = addition.bytes().fold(0_u64, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into()));
        let _ = write!(text, "-{hash:x}");
    }
    text.push('"');
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("\"\""))
}

/// Adds the headers that every response has.
pub async fn with_security_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in SECURITY_HEADERS {
        headers.insert(name, value);
    }
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(PAGE_POLICY);
    response
}

/// Makes sure that what comes from a recording is never run or shown as a page on the viewer's origin, and is not
/// readable from another one.
pub fn as_stored(response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, STORED_POLICY);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    );
}

/// Text as the value of an attribute.
pub fn attribute(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}

/// Sets up TLS for requests to other hosts. To be called before a client is made.
pub fn set_up_tls() {
    // Fails where it is set up already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// A text of 128 random bits that cannot be guessed.
///
/// # Errors
/// If the system has no random numbers.
pub fn random_token() -> io::Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    }))
}
