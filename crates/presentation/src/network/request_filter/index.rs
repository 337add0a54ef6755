//! The headers and other details of all rows that the filter and the columns read, each text kept
//! once.

use std::collections::HashMap;
use std::sync::Arc;

use session::model::{Body, Details, Header, Record, Session};

use crate::labels::truncated_to;

/// Number of leading bytes of an initiator's URL that are kept.
const MAX_URL_BYTES: usize = 4096;

/// A text of the index; 0 for none.
type TextId = u32;

/// The headers and other details of the rows that were read so far.
#[derive(Debug, Default)]
pub struct RequestIndex {
    rows: Vec<IndexedRow>,
    /// The headers of all rows, one after the other, as indexes into `headers`.
    lists: Vec<u32>,
    headers: Interned<(String, String)>,
    texts: Interned<String>,
}

/// The details of one row.
#[derive(Clone, Copy, Debug, Default)]
struct IndexedRow {
    /// Where its headers begin in `lists`, and how many the request and the response have.
    first: u32,
    request: u32,
    response: u32,
    texts: [TextId; 8],
    has_body: bool,
}

/// A text of the details.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndexedText {
    Mime,
    Protocol,
    RemoteAddress,
    Priority,
    /// The type of the initiator.
    Initiator,
    Connection,
    /// The document or script that made the browser send the request.
    InitiatorUrl,
    /// The id of the page that the request belongs to.
    Page,
}

/// Whose headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Request,
    Response,
    Both,
}

/// Different values, each kept once.
#[derive(Debug)]
struct Interned<T> {
    values: Vec<Arc<T>>,
    ids: HashMap<Arc<T>, u32>,
}

impl<T> Default for Interned<T> {
    fn default() -> Self {
        Self { values: Vec::new(), ids: HashMap::new() }
    }
}

impl<T: Eq + std::hash::Hash> Interned<T> {
    fn id(&mut self, value: T) -> u32 {
        if let Some(id) = self.ids.get(&value) {
            return *id;
        }
        let (id, value) = (self.values.len() as u32, Arc::new(value));
        self.values.push(Arc::clone(&value));
        self.ids.insert(value, id);
        id
    }
}

impl RequestIndex {
    /// Number of rows that were read.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether no row was read.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Reads the next row; `false` if all are read.
    pub fn read_next(&mut self, session: &Session) -> bool {
        let Some(record) = session.records.get(self.rows.len()) else { return false };
        self.push(record, session.details(record));
        true
    }

    fn push(&mut self, record: &Record, details: Details) {
        let first = self.lists.len() as u32;
        let request = self.push_headers(details.request_headers.unwrap_or_default());
        let response = self.push_headers(details.response_headers.unwrap_or_default());
        let listed_mime = details.mime_type.or(details.body_mime_type);
        let mime = listed_mime.or_else(|| mime_of(&details.response_body)).or_else(|| {
            let mut headers = self.headers_of(first + request, response);
            headers
                .find(|(name, _)| name.eq_ignore_ascii_case("content-type"))
                .map(|(_, value)| value.clone())
        });
        let subprotocol = record.socket().and_then(|socket| socket.protocol.as_deref()).map(str::to_owned);
        let protocol = details.protocol.response.or(details.protocol.request).or(subprotocol);
        let caller = details.caller.unwrap_or_default();
        let initiator_url = caller.source_url().map(|url| truncated_to(url, MAX_URL_BYTES).to_owned());
        let initiator = caller.kind.or(details.initiator);
        let texts = [
            mime,
            protocol,
            details.remote_address,
            details.priority,
            initiator,
            details.connection,
            initiator_url,
            details.page_id,
        ];
        let texts =
            texts.map(|text| text.filter(|text| !text.is_empty()).map_or(0, |text| self.texts.id(text) + 1));
        let has_body = [&details.request_body, &details.response_body].into_iter().any(is_recorded);
        self.rows.push(IndexedRow { first, request, response, texts, has_body });
    }

    fn push_headers(&mut self, headers: Vec<Header>) -> u32 {
        let count = headers.len() as u32;
        for Header { name, value } in headers {
            let id = self.headers.id((name, value));
            self.lists.push(id);
        }
        count
    }

    fn headers_of(&self, first: u32, count: u32) -> impl Iterator<Item = &(String, String)> {
        let ids = self.ids(first, count);
        ids.iter().filter_map(|id| self.headers.values.get(*id as usize)).map(|header| &**header)
    }

    fn ids(&self, first: u32, count: u32) -> &[u32] {
        self.lists.get(first as usize..(first + count) as usize).unwrap_or_default()
    }

    /// A text of the row at `index`; `None` if it was not recorded, or not read.
    pub fn text(&self, index: usize, text: IndexedText) -> Option<&str> {
        let id = self.text_id(index, text)?.checked_sub(1)?;
        self.texts.values.get(id as usize).map(|text| text.as_str())
    }

    /// The first header of that name of the row at `index`; ASCII case is ignored.
    pub fn header(&self, index: usize, side: Side, name: &str) -> Option<&str> {
        let row = self.rows.get(index)?;
        let (first, count) = row.range(side);
        let mut headers = self.headers_of(first, count);
        headers.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    fn text_id(&self, index: usize, text: IndexedText) -> Option<TextId> {
        self.rows.get(index).and_then(|row| row.texts.get(text as usize)).copied()
    }

    /// Whether a body of the row at `index` was recorded; `None` if the row was not read.
    pub(super) fn has_body(&self, index: usize) -> Option<bool> {
        self.rows.get(index).map(|row| row.has_body)
    }

    /// Whether each different header matches, by its number.
    pub(super) fn matching_headers(&self, is_match: impl Fn(&str, &str) -> bool) -> Vec<bool> {
        self.headers.values.iter().map(|header| is_match(&header.0, &header.1)).collect()
    }

    /// Whether each different text matches, by its number; 0 is no text.
    pub(super) fn matching_texts(&self, is_match: impl Fn(&str) -> bool) -> Vec<bool> {
        std::iter::once(false).chain(self.texts.values.iter().map(|text| is_match(text))).collect()
    }

    /// Whether a header of the row at `index` is among those that match; `None` if the row was not
    /// read.
    pub(super) fn has_header(&self, index: usize, side: Side, matching: &[bool]) -> Option<bool> {
        let (first, count) = self.rows.get(index)?.range(side);
        let is_match = |id: &u32| matching.get(*id as usize).copied().unwrap_or(false);
        Some(self.ids(first, count).iter().any(is_match))
    }

    /// Whether a text of the row at `index` is among those that match; `None` if the row was not
    /// read.
    pub(super) fn has_text(&self, index: usize, text: IndexedText, matching: &[bool]) -> Option<bool> {
        self.text_id(index, text).map(|id| matching.get(id as usize).copied().unwrap_or(false))
    }
}

impl IndexedRow {
    fn range(&self, side: Side) -> (u32, u32) {
        match side {
            Side::Request => (self.first, self.request),
            Side::Response => (self.first + self.request, self.response),
            Side::Both => (self.first, self.request + self.response),
        }
    }
}

fn mime_of(body: &Body) -> Option<String> {
    match body {
        Body::Text { mime, .. } | Body::Binary { mime, .. } | Body::InFile { mime, .. } => Some(mime.clone()),
        Body::Empty | Body::NotRecorded(_) => None,
    }
    .filter(|mime| !mime.is_empty())
}

fn is_recorded(body: &Body) -> bool {
    match body {
        Body::Text { text, .. } => !text.is_empty(),
        Body::Binary { bytes, .. } => !bytes.is_empty(),
        Body::InFile { .. } => true,
        Body::Empty | Body::NotRecorded(_) => false,
    }
}
