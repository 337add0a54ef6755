//! The group of a row.

use session::encodings::{visible_line, visible_url};
use session::model::{EpochMs, PageEventKind, Record, ResourceType, Session};

use super::GroupBy;
use crate::labels::truncated_to;
use crate::network::url_parts::UrlParts;
use crate::network::{IndexedText, RequestIndex};
use crate::time::start_time;

/// Characters of a group's name, and of its tooltip.
const MAX_CHARS: usize = 300;
const MAX_TITLE_CHARS: usize = 2000;
/// Number of leading bytes of a URL that are parsed, or compared: a `data:` URL can have megabytes.
const MAX_KEY_BYTES: usize = 4096;

/// The key of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key<'a> {
    Text(&'a str),
    /// The page that begins at this index of [`KeyReader::page_starts`].
    PageStart(usize),
    NotRecorded,
    /// The details of the row are not read yet.
    NotRead,
}

/// A key, and how it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct GroupName {
    pub(super) key: String,
    pub(super) shown: String,
    pub(super) title: String,
}

/// When a page began, where the recording does not say which page a request belongs to.
#[derive(Clone, Debug)]
struct PageStart {
    at: EpochMs,
    /// The address, and the key of its group.
    url: String,
    key: String,
}

/// Finds the keys of rows.
pub(super) struct KeyReader<'a> {
    session: &'a Session,
    by: GroupBy,
    index: Option<&'a RequestIndex>,
    /// In the order of time; empty where the recording names the pages of its requests.
    page_starts: Vec<PageStart>,
}

impl<'a> KeyReader<'a> {
    pub(super) fn new(session: &'a Session, by: GroupBy, index: Option<&'a RequestIndex>) -> Self {
        let is_inferred = by == GroupBy::Page && session.pages.is_empty();
        let page_starts = if is_inferred { page_starts(session) } else { Vec::new() };
        Self { session, by, index, page_starts }
    }

    /// The key of the record at an index of the session's records.
    pub(super) fn key(&self, row: u32, record: &'a Record) -> Key<'a> {
        match self.by {
            GroupBy::Domain => filled(UrlParts::of(truncated_to(&record.url, MAX_KEY_BYTES)).host),
            GroupBy::Type => Key::Text(record.resource_type().label()),
            GroupBy::Initiator => self.indexed(row, IndexedText::InitiatorUrl),
            GroupBy::Page => match self.indexed(row, IndexedText::Page) {
                Key::NotRecorded => self.page_by_time(record),
                key => key,
            },
        }
    }

    fn indexed(&self, row: u32, text: IndexedText) -> Key<'a> {
        match self.index.filter(|index| (row as usize) < index.len()) {
            Some(index) => filled(index.text(row as usize, text).unwrap_or_default()),
            None => Key::NotRead,
        }
    }

    /// The last page that began before the row.
    fn page_by_time(&self, record: &Record) -> Key<'a> {
        let Some(at) = start_time(record) else { return Key::NotRecorded };
        let after = self.page_starts.partition_point(|start| start.at <= at);
        after.checked_sub(1).map_or(Key::NotRecorded, Key::PageStart)
    }

    /// How a key is shown.
    pub(super) fn label(&self, key: Key<'_>) -> GroupName {
        match key {
            Key::NotRead => named("", "Not read yet", "The details of these rows are still being read"),
            Key::NotRecorded => {
                let (label, title) = match self.by {
                    GroupBy::Domain => ("No domain", "The URL has no host"),
                    GroupBy::Initiator => ("Initiator not recorded", "The recording names no URL"),
                    GroupBy::Type | GroupBy::Page => ("Page not recorded", "The recording names no page"),
                };
                named("", label, title)
            }
            Key::PageStart(nth) => {
                let Some(start) = self.page_starts.get(nth) else { return named("", "", "") };
                let url = visible_url(&start.url, MAX_TITLE_CHARS);
                let title = format!("{url}\nInferred: the last page that began before these requests");
                named(&start.key, &visible_url(&start.url, MAX_CHARS), &title)
            }
            Key::Text(text) => self.text_label(text),
        }
    }

    fn text_label(&self, text: &str) -> GroupName {
        if self.by != GroupBy::Page {
            return named(text, &visible_url(text, MAX_CHARS), &visible_url(text, MAX_TITLE_CHARS));
        }
        let page = self.session.pages.iter().find(|page| page.id == text);
        let Some(page) = page else {
            let label = visible_line(text, MAX_CHARS);
            return named(text, &label, &format!("Page {label}, which the recording does not describe"));
        };
        let title = page.title.as_deref().filter(|title| !title.is_empty());
        // Chrome writes the address as the title.
        let shown = [title, Some(&page.url)].into_iter().flatten().find(|name| !name.is_empty());
        let url = visible_url(&page.url, MAX_TITLE_CHARS);
        named(text, &visible_url(shown.unwrap_or(text), MAX_CHARS), &url)
    }
}

fn filled(text: &str) -> Key<'_> {
    if text.is_empty() { Key::NotRecorded } else { Key::Text(text) }
}

fn named(key: &str, shown: &str, title: &str) -> GroupName {
    GroupName { key: key.to_owned(), shown: shown.to_owned(), title: title.to_owned() }
}

/// The starts of pages: the requests of documents, or the navigations where there are none.
fn page_starts(session: &Session) -> Vec<PageStart> {
    let documents = session.records.iter().filter_map(|record| {
        let is_page = record.resource_type() == ResourceType::Document;
        let url = truncated_to(&record.url, MAX_KEY_BYTES).to_owned();
        let key = format!("document-{}", record.number);
        start_time(record).filter(|_| is_page).map(|at| PageStart { at, url, key })
    });
    let mut starts: Vec<PageStart> = documents.collect();
    if starts.is_empty() {
        let navigations = session.page_events.iter().enumerate();
        starts.extend(navigations.filter_map(|(nth, event)| {
            let at = event.time.filter(|_| event.kind == PageEventKind::Navigation)?;
            let url = truncated_to(&session.page_event_details(event).text, MAX_KEY_BYTES).to_owned();
            Some(PageStart { at, url, key: format!("navigation-{}", nth + 1) })
        }));
    }
    starts.sort_by(|a, b| a.at.ms().total_cmp(&b.at.ms()));
    starts
}
