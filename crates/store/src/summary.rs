//! What a catalog needs to know of a session.

use serde::Deserialize;

use crate::json::{RawObject, Text};
use crate::manifest::{Counts, Manifest};

/// What is known of a session without its records. Texts are those of the recorder: they are not
/// checked, and may be long.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SessionSummary {
    pub title: Option<String>,
    /// Epoch milliseconds by the recorder's clock.
    pub started_at: Option<f64>,
    pub ended_at: Option<f64>,
    /// URLs of its pages, in order, at most [`MAX_PAGES`].
    pub page_urls: Vec<String>,
    pub user_agent: Option<String>,
    pub user: Option<String>,
    pub release: Option<String>,
    /// Names and values, as JSON where a value is not a text; at most [`MAX_TAGS`].
    pub tags: Vec<(String, String)>,
    pub counts: Counts,
    /// Bytes of its files, unpacked.
    pub bytes: u64,
    /// Number of compactions; 0 if all its batches wait.
    pub generation: u64,
    /// When its first and last batch were received, epoch milliseconds by the store's clock.
    pub received: [i64; 2],
    /// Ranges of batches that have not been received, from 1 to the last number.
    pub holes: Vec<[u32; 2]>,
}

/// Maximum number of pages of a summary.
pub const MAX_PAGES: usize = 100;
/// Maximum number of tags of a summary.
pub const MAX_TAGS: usize = 100;

#[derive(Deserialize)]
struct Page {
    url: Option<Text>,
}

impl SessionSummary {
    pub(crate) fn of(manifest: &Manifest) -> Self {
        Self {
            counts: manifest.counts(),
            bytes: manifest.files.values().map(|file| file.tally.bytes).sum(),
            generation: manifest.received.generation,
            received: [manifest.received.first, manifest.received.last],
            holes: manifest.received.sequences.holes(),
            ..Self::of_head(&manifest.head)
        }
    }

    fn of_head(head: &RawObject) -> Self {
        let pages = head.value::<Vec<Page>>("pages").unwrap_or_default();
        Self {
            title: head.text("title"),
            started_at: head.value("startedAt"),
            ended_at: head.value("endedAt"),
            page_urls: pages.into_iter().filter_map(|page| Some(page.url?.0)).take(MAX_PAGES).collect(),
            user_agent: head.text("userAgent"),
            user: head.text("user"),
            release: head.text("release"),
            tags: head.value("tags").map(tags).unwrap_or_default(),
            ..Self::default()
        }
    }
}

fn tags(tags: serde_json::Map<String, serde_json::Value>) -> Vec<(String, String)> {
    let text = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    };
    tags.into_iter().take(MAX_TAGS).map(|(name, value)| (name, text(value))).collect()
}
