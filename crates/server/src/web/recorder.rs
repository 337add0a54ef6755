//! The recorder, for pages of any origin.

use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;
use rust_embed::RustEmbed;

use super::assets::{ASKED_AGAIN, Asset, Assets, FOREVER};
use super::entity_tag;

/// The built recorder.
#[derive(RustEmbed)]
#[folder = "../../recorder/dist"]
#[include = "*.js"]
#[exclude = "types/*"]
#[allow_missing = true]
struct Files;

/// The addresses of the recorder's scripts, and their files.
const SCRIPTS: [(&str, &str); 3] = [
    ("replayscope", "replayscope.js"),
    ("replayscope-network", "network.js"),
    ("replayscope-stub", "stub.js"),
];

/// Serves the recorder's scripts.
#[derive(Clone, Debug)]
pub struct RecorderScripts(Assets);

impl Default for RecorderScripts {
    fn default() -> Self {
        Self(Assets::compressing())
    }
}

impl RecorderScripts {
    /// The script at a path: `/replayscope.js` is the newest, `/replayscope-0.1.0.js` stays what it is. `None` for
    /// another path, and where the binary was built without the recorder.
    pub async fn serve(&self, path: &str, asked: &HeaderMap) -> Option<Response> {
        let name = path.strip_prefix('/')?.strip_suffix(".js")?;
        let versioned = name.strip_suffix(concat!("-", env!("CARGO_PKG_VERSION")));
        let (_, file) = SCRIPTS.iter().find(|(script, _)| *script == versioned.unwrap_or(name))?;
        let file = Files::get(file)?;
        let asset = Asset {
            name: path.to_owned(),
            etag: entity_tag(&file.metadata.sha256_hash(), ""),
            data: file.data,
            lifetime: if versioned.is_some() { FOREVER } else { ASKED_AGAIN },
        };
        let mut response = self.0.respond(asset, asked).await;
        // Pages of any origin may load it, also with `integrity` and under a Cross-Origin-Embedder-Policy.
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.insert(
            HeaderName::from_static("cross-origin-resource-policy"),
            HeaderValue::from_static("cross-origin"),
        );
        Some(response)
    }
}
