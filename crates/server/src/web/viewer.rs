//! The viewer's own files, which are part of the binary.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::assets::{ASKED_AGAIN, Asset, Assets, FOREVER};
use super::{attribute, entity_tag};

/// The built viewer. A debug build reads the folder when a file is asked for, a release build holds it.
#[derive(RustEmbed)]
#[folder = "../../dist"]
#[allow_missing = true]
struct Files;

const PAGE: &str = "index.html";

/// What a binary without the viewer answers.
const MISSING: &str =
    "This binary was built without the viewer. Build it with `make install`, or run `make build` first.\n";

/// Whether the binary was built with the viewer.
pub fn viewer_is_embedded() -> bool {
    Files::get(PAGE).is_some()
}

/// Serves the viewer's files.
#[derive(Clone, Debug, Default)]
pub struct Viewer {
    /// Elements for the page's head.
    head: Arc<str>,
    assets: Assets,
}

impl Viewer {
    /// A viewer for other machines, whose files are compressed.
    pub fn compressing() -> Self {
        Self { assets: Assets::compressing(), ..Self::default() }
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
            Some(file) => self.assets.respond(self.asset(name, file), request.headers()).await,
            None if name == PAGE => (StatusCode::NOT_FOUND, MISSING).into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        }
    }

    fn asset(&self, name: &str, file: EmbeddedFile) -> Asset {
        let is_page = name == PAGE;
        let (data, head) = if is_page { (self.page(&file.data), &*self.head) } else { (file.data, "") };
        Asset {
            name: name.to_owned(),
            data,
            etag: entity_tag(&file.metadata.sha256_hash(), head),
            lifetime: if has_hash(name) { FOREVER } else { ASKED_AGAIN },
        }
    }

    fn page(&self, html: &[u8]) -> Cow<'static, [u8]> {
        const MARKER: &str = "</head>";
        let html = String::from_utf8_lossy(html);
        html.replacen(MARKER, &format!("{}{MARKER}", self.head), 1).into_bytes().into()
    }
}

/// Whether the name changes with the content: `name-<hash>.ext` or `name-<hash>_bg.wasm`, as Trunk names them.
fn has_hash(name: &str) -> bool {
    const MIN_HASH_DIGITS: usize = 14;
    let Some((_, tail)) = name.rsplit_once('-') else { return false };
    let digits = tail.bytes().take_while(u8::is_ascii_hexdigit).count();
    digits >= MIN_HASH_DIGITS && matches!(tail.as_bytes().get(digits), Some(b'.' | b'_' | b'/'))
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
