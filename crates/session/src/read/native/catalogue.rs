//! `sessions.json`, the catalogue of recorded sessions.

use crate::model::EpochMs;
use crate::read::LoadError;
use crate::read::fields::{FromObject, List, Object, object};
use crate::read::lenient::{Number, Text};
use crate::read::part::Part;
use crate::scan::fault;

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

object! {
    struct Catalogue<'a> {
        sessions: List<Listed<'a>> = "sessions",
    }
}

object! {
    struct Listed<'a> {
        src: Text<'a> = "src",
        id: Text<'a> = "id",
        title: Text<'a> = "title",
        started_at: Number = "startedAt",
        ended_at: Number = "endedAt",
        pages: List<ListedPage<'a>> = "pages",
        page: Object<ListedPage<'a>> = "page",
        counts: Object<Counts> = "counts",
    }
}

object! {
    struct ListedPage<'a> {
        url: Text<'a> = "url",
    }
}

object! {
    #[derive(Clone, Copy)]
    struct Counts {
        requests: Number = "requests",
        sockets: Number = "sockets",
        messages: Number = "messages",
        errors: Number = "errors",
    }
}

/// Reads a catalogue. Entries without `src` are taken to lie at `<id>/session.json`; one with neither is left out.
///
/// # Errors
/// When the text is no JSON object with a list `sessions`.
pub fn catalogue(file: &str, text: &[u8]) -> Result<Vec<CatalogueEntry>, LoadError> {
    let text = Part::new(text, 0).trimmed().text();
    let broken = |why: &str| {
        LoadError::new(
            "The list of sessions cannot be read",
            format!("{file}: {why}"),
            "Check the file.",
            true,
        )
    };
    if text.starts_with(b"<") {
        return Err(LoadError::html(file));
    }
    if let Some(fault) = fault(text) {
        return Err(broken(&fault.words(text)));
    }
    let sessions =
        Catalogue::from_object(text).sessions.0.ok_or_else(|| broken("it has no list “sessions”"))?;
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
