//! `sessions.json`, the catalog of recorded sessions.

use crate::formats::common::fields::{FromObject, List, Object, object};
use crate::formats::common::lenient::{Number, Text};
use crate::formats::common::part::Part;
use crate::formats::{LoadError, LoadFailure};
use crate::model::EpochMs;
use json_spans::{Elements, syntax_error};

/// Maximum number of entries that are read: each takes about 200 bytes, and a file of 32 MB could
/// list millions.
pub const MAX_CATALOG_ENTRIES: usize = 300_000;

/// The sessions that a catalog lists.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Catalog {
    /// The first [`MAX_CATALOG_ENTRIES`] at most.
    pub entries: Vec<CatalogEntry>,
    /// Number of further entries in the file.
    pub omitted: u64,
    /// Where a server lists sessions in pages: what it is asked for the next one.
    pub next: Option<String>,
}

/// A session that the catalog lists.
#[derive(Clone, Debug, PartialEq)]
pub struct CatalogEntry {
    /// The URL of the manifest, relative to the catalog.
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
    pub user: Option<String>,
    pub project: Option<String>,
    /// Whether it is still recorded.
    pub is_live: bool,
}

object! {
    struct CatalogFile<'a> {
        sessions: &'a [u8] = "sessions",
        next: Text<'a> = "next",
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
        user: Text<'a> = "user",
        project: Text<'a> = "project",
        state: Text<'a> = "state",
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

/// Reads a catalog. The `src` of an entry without one is `<id>/session.json`; entries with neither
/// are omitted.
///
/// # Errors
/// When the text is not a JSON object with a list `sessions`.
pub fn catalog(file: &str, text: &[u8]) -> Result<Catalog, LoadError> {
    let text = Part::new(text, 0).trimmed().text();
    let broken = |why: &str| LoadFailure::BrokenCatalog.at(format!("{file}: {why}"));
    if text.starts_with(b"<") {
        return Err(LoadFailure::WebPage.at(file));
    }
    if let Some(fault) = syntax_error(text) {
        return Err(broken(&fault.to_string()));
    }
    let CatalogFile { sessions, next } = CatalogFile::from_object(text);
    if !sessions.starts_with(b"[") {
        return Err(broken("it has no list “sessions”"));
    }
    let is_object = |element: &&[u8]| element.starts_with(b"{");
    let mut objects = Elements::of(sessions).map(|element| element.value).filter(is_object);
    let listed = objects.by_ref().filter_map(|object| entry(&Listed::from_object(object)));
    let entries = listed.take(MAX_CATALOG_ENTRIES).collect();
    let next = next.filled().map(str::to_owned);
    Ok(Catalog { entries, omitted: objects.count() as u64, next })
}

fn entry(listed: &Listed<'_>) -> Option<CatalogEntry> {
    let src = match (listed.src.filled(), listed.id.filled()) {
        (Some(src), _) => src.to_owned(),
        (None, Some(id)) => format!("{id}/session.json"),
        (None, None) => return None,
    };
    let counts = listed.counts.0.unwrap_or_default();
    let first_page = listed.pages.0.iter().flatten().chain(listed.page.0.iter()).next();
    Some(CatalogEntry {
        src,
        title: listed.title.filled().map(str::to_owned),
        page: first_page.and_then(|page| page.url.filled()).map(str::to_owned),
        started_at: listed.started_at.get().and_then(EpochMs::new),
        ended_at: listed.ended_at.get().and_then(EpochMs::new),
        requests: counts.requests.as_u64(),
        sockets: counts.sockets.as_u64(),
        messages: counts.messages.as_u64(),
        errors: counts.errors.as_u64(),
        user: listed.user.filled().map(str::to_owned),
        project: listed.project.filled().map(str::to_owned),
        is_live: listed.state.filled() == Some("live"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_catalog_is_read_up_to_a_bound_and_the_rest_is_counted() {
        let file = |count: usize| format!(r#"{{"sessions":[{}]}}"#, vec![r#"{"src":"a"}"#; count].join(","));
        let read = |count| catalog("sessions.json", file(count).as_bytes()).expect("a catalog");
        assert_eq!((read(3).entries.len(), read(3).omitted), (3, 0));
        let long = read(MAX_CATALOG_ENTRIES + 7);
        assert_eq!((long.entries.len(), long.omitted), (MAX_CATALOG_ENTRIES, 7));
    }

    #[test]
    fn an_entry_without_src_and_id_is_omitted() {
        let list = catalog("sessions.json", br#"{"sessions":[{},1,{"id":"x"},{"src":"a.har"}]}"#);
        let addresses: Vec<_> = list.expect("a catalog").entries.into_iter().map(|entry| entry.src).collect();
        assert_eq!(addresses, ["x/session.json", "a.har"]);
    }
}
