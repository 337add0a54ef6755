//! `sessions.json`, the catalogue of recorded sessions.

use serde::Deserialize;

use crate::model::EpochMs;
use crate::read::LoadError;
use crate::read::lenient::{List, Number, Object, Text, value_of};

/// A session that the catalogue lists.
#[derive(Clone, Debug, PartialEq)]
pub struct CatalogueEntry {
    /// The manifest's address, relative to the catalogue.
    pub src: String,
    pub title: Option<String>,
    /// The URL of its first page.
    pub page: Option<String>,
    pub started_at: Option<EpochMs>,
    pub ended_at: Option<EpochMs>,
    pub requests: Option<u64>,
    pub sockets: Option<u64>,
    pub messages: Option<u64>,
    pub errors: Option<u64>,
}

#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Catalogue<'a> {
    sessions: List<Listed<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
struct Listed<'a> {
    src: Text<'a>,
    id: Text<'a>,
    title: Text<'a>,
    started_at: Number,
    ended_at: Number,
    pages: List<ListedPage<'a>>,
    page: Object<ListedPage<'a>>,
    counts: Object<Counts>,
}

#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct ListedPage<'a> {
    url: Text<'a>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(default)]
struct Counts {
    requests: Number,
    sockets: Number,
    messages: Number,
    errors: Number,
}

/// Reads a catalogue. Entries without `src` are taken to lie at `<id>/session.json`; one with neither is left out.
///
/// # Errors
/// When the text is no JSON object with a list `sessions`.
pub fn catalogue(file: &str, text: &[u8]) -> Result<Vec<CatalogueEntry>, LoadError> {
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
    let broken = |why: &str| {
        LoadError::new(
            "The list of sessions cannot be read",
            format!("{file}: {why}"),
            "Check the file.",
            true,
        )
    };
    if text.trim_ascii_start().first() == Some(&b'<') {
        return Err(LoadError::html(file));
    }
    let value = value_of(text).map_err(|why| broken(&why))?;
    let catalogue = Catalogue::deserialize(&value).map_err(|why| broken(&why.to_string()))?;
    let sessions = catalogue.sessions.0.ok_or_else(|| broken("it has no list “sessions”"))?;
    Ok(sessions.iter().filter_map(entry).collect())
}

fn entry(listed: &Listed<'_>) -> Option<CatalogueEntry> {
    let src = match (listed.src.filled(), listed.id.filled()) {
        (Some(src), _) => src.to_owned(),
        (None, Some(id)) => format!("{id}/session.json"),
        (None, None) => return None,
    };
    let counts = listed.counts.0.unwrap_or_default();
    let first_page = listed.pages.0.iter().flatten().chain(listed.page.0.iter()).next();
    Some(CatalogueEntry {
        src,
        title: listed.title.filled().map(str::to_owned),
        page: first_page.and_then(|page| page.url.filled()).map(str::to_owned),
        started_at: listed.started_at.get().and_then(EpochMs::new),
        ended_at: listed.ended_at.get().and_then(EpochMs::new),
        requests: counts.requests.whole(),
        sockets: counts.sockets.whole(),
        messages: counts.messages.whole(),
        errors: counts.errors.whole(),
    })
}
