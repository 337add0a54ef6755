//! The spans of an entry's fields, found while the file is scanned, so that an entry is read
//! without a second pass. The fields are those of the rows in `entry.rs`; this file numbers them.

use memchr::memmem::Finder;

use super::entry::{Content, Entry, Request, RequestHeaders, Response, Timings};
use crate::formats::common::fields::{FromJson, FromObject, Object};
use crate::model::Span;
use json_spans::{NodeId, Route};

/// The objects within an entry; smaller ids belong to the HAR around it.
pub(super) const ENTRY: NodeId = 4;
const REQUEST: NodeId = 6;
const RESPONSE: NodeId = 7;
const CONTENT: NodeId = 8;
const TIMINGS: NodeId = 9;

/// The scanner's slot of the first field of each object; the other fields follow in the order of
/// their declaration.
const ENTRY_SLOT: usize = 0;
const REQUEST_SLOT: usize = ENTRY_SLOT + Entry::NONE.len();
const RESPONSE_SLOT: usize = REQUEST_SLOT + Request::NONE.len();
const CONTENT_SLOT: usize = RESPONSE_SLOT + Response::NONE.len();
const TIMINGS_SLOT: usize = CONTENT_SLOT + Content::NONE.len();
const SLOTS: usize = TIMINGS_SLOT + Timings::NONE.len();
/// Slots are numbered by a byte.
const _: () = assert!(SLOTS <= 256);

const HEADERS: &[u8] = b"headers";

/// The route of a value of an entry.
pub(super) fn route(place: NodeId, key: &[u8]) -> Route {
    let (keys, first) = match (place, key) {
        (ENTRY, b"request") => return Route::Enter(REQUEST),
        (ENTRY, b"response") => return Route::Enter(RESPONSE),
        (ENTRY, b"timings") => return Route::Enter(TIMINGS),
        (RESPONSE, b"content") => return Route::Enter(CONTENT),
        (ENTRY, _) => (Entry::KEYS, ENTRY_SLOT),
        (REQUEST, _) => (Request::KEYS, REQUEST_SLOT),
        (RESPONSE, _) => (Response::KEYS, RESPONSE_SLOT),
        (CONTENT, _) => (Content::KEYS, CONTENT_SLOT),
        (TIMINGS, _) => (Timings::KEYS, TIMINGS_SLOT),
        _ => return Route::Skip,
    };
    keys.index_of(key).map_or(Route::Skip, |index| Route::Capture((first + index) as u8))
}

/// The fields of the current entry.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "one for each object, and one for all")]
pub(super) struct EntrySpans {
    fields: [Span; SLOTS],
    has_request: bool,
    has_response: bool,
    has_content: bool,
    has_timings: bool,
    is_faulty: bool,
    /// `Upgrade` and `upgrade` among headers, searched for before they are read one by one.
    upgrade: Finder<'static>,
}

impl Default for EntrySpans {
    fn default() -> Self {
        Self {
            fields: [Span::default(); SLOTS],
            has_request: false,
            has_response: false,
            has_content: false,
            has_timings: false,
            is_faulty: false,
            upgrade: Finder::new("pgrade"),
        }
    }
}

impl EntrySpans {
    /// Begins an object.
    pub(super) fn enter(&mut self, place: NodeId) {
        match place {
            ENTRY => {
                self.fields = [Span::default(); SLOTS];
                self.has_request = false;
                self.has_response = false;
                self.has_content = false;
                self.has_timings = false;
                self.is_faulty = false;
            }
            REQUEST => self.has_request = true,
            RESPONSE => self.has_response = true,
            CONTENT => self.has_content = true,
            TIMINGS => self.has_timings = true,
            _ => {}
        }
    }

    /// Sets the span of a field. Of repeated keys the last counts.
    pub(super) fn set(&mut self, slot: u8, value: Span) {
        if let Some(field) = self.fields.get_mut(usize::from(slot)) {
            *field = value;
        }
    }

    /// Marks the spans as unreliable, after a syntax error within the entry.
    pub(super) fn fault(&mut self) {
        self.is_faulty = true;
    }

    /// Whether the scanner met a syntax error within the entry.
    pub(super) fn is_faulty(&self) -> bool {
        self.is_faulty
    }

    /// The entry; `None` if it has to be read from its text, which begins at `start` of the
    /// session's bytes.
    pub(super) fn entry<'a>(&self, text: &'a [u8], start: u32) -> Option<Entry<'a>> {
        if self.is_faulty {
            return None;
        }
        let mut entry = Entry::from_values(self.values(text, start, ENTRY_SLOT, Entry::NONE));
        entry.request = Object(self.has_request.then(|| self.request(text, start)));
        entry.response = Object(self.has_response.then(|| {
            let mut response = Response::from_values(self.values(text, start, RESPONSE_SLOT, Response::NONE));
            let content = || Content::from_values(self.values(text, start, CONTENT_SLOT, Content::NONE));
            response.content = Object(self.has_content.then(content));
            response
        }));
        let timings = || Timings::from_values(self.values(text, start, TIMINGS_SLOT, Timings::NONE));
        entry.timings = Object(self.has_timings.then(timings));
        Some(entry)
    }

    /// Fills in the values of the fields from `first` on.
    fn values<'a, V: AsMut<[&'a [u8]]>>(&self, text: &'a [u8], start: u32, first: usize, mut values: V) -> V {
        let fields = self.fields.iter().skip(first);
        for (value, span) in values.as_mut().iter_mut().zip(fields) {
            let from = span.start.saturating_sub(start) as usize;
            *value = text.get(from..from + span.len as usize).unwrap_or_default();
        }
        values
    }

    /// The request. Its headers are visited only if they may request an upgrade.
    fn request<'a>(&self, text: &'a [u8], start: u32) -> Request<'a> {
        let mut values = self.values(text, start, REQUEST_SLOT, Request::NONE);
        let headers = Request::KEYS.index_of(HEADERS).and_then(|index| values.get_mut(index));
        let raw = headers.map(std::mem::take).unwrap_or_default();
        let mut request = Request::from_values(values);
        request.headers = match self.upgrade.find(raw) {
            Some(_) => RequestHeaders::from_json(raw),
            None => RequestHeaders { raw, request_upgrade: false },
        };
        request
    }
}
