//! Where the parts of an entry stand that the Network table needs, found while the file is scanned: an entry is read
//! from them without looking at the rest of it again.

use memchr::memmem::Finder;

use super::entry::{CloseField, Content, Entry, Request, RequestHeaders, Response, Timings};
use crate::formats::common::fields::{FromJson, Object};
use crate::formats::common::lenient::{Flag, Number, Text};
use crate::model::Span;
use json_spans::{NodeId, Route};

/// Places of the objects within an entry; those below belong to the HAR around it.
pub(super) const ENTRY: NodeId = 4;
const REQUEST: NodeId = 6;
const RESPONSE: NodeId = 7;
const CONTENT: NodeId = 8;
const TIMINGS: NodeId = 9;

/// The parts, by the number under which the scanner keeps each.
#[derive(Clone, Copy)]
#[repr(u8)]
enum Part {
    Started,
    Time,
    Pageref,
    ResourceType,
    FromCache,
    ViaServiceWorker,
    FetchType,
    EntryError,
    EntryComment,
    Monotonic,
    Close,
    WasAborted,
    Extension,
    Method,
    Url,
    RequestHeaders,
    Status,
    BodySize,
    HeadersSize,
    TransferSize,
    Error,
    FailureText,
    Comment,
    FromDiskCache,
    FromServiceWorker,
    FromPrefetchCache,
    Size,
    Mime,
    File,
    Sha1,
    Blocked,
    Dns,
    Connect,
    Ssl,
    Send,
    Wait,
    Receive,
}

const PARTS: usize = Part::Receive as usize + 1;

/// What is wanted of an entry. It is asked of every key: the place leaves few to compare with.
pub(super) fn route(place: NodeId, key: &[u8]) -> Route {
    let part = match place {
        ENTRY => match key {
            b"request" => return Route::Enter(REQUEST),
            b"response" => return Route::Enter(RESPONSE),
            b"timings" => return Route::Enter(TIMINGS),
            b"startedDateTime" => Part::Started,
            b"time" => Part::Time,
            b"pageref" => Part::Pageref,
            b"_resourceType" => Part::ResourceType,
            b"_fromCache" => Part::FromCache,
            b"_fetchedViaServiceWorker" => Part::ViaServiceWorker,
            b"_fetchType" => Part::FetchType,
            b"_error" | b"error" => Part::EntryError,
            b"comment" => Part::EntryComment,
            b"_monotonicTime" => Part::Monotonic,
            b"_webSocketClose" => Part::Close,
            b"_wasAborted" => Part::WasAborted,
            b"_replayscope" => Part::Extension,
            _ => return Route::Skip,
        },
        REQUEST => match key {
            b"method" => Part::Method,
            b"url" => Part::Url,
            b"headers" => Part::RequestHeaders,
            _ => return Route::Skip,
        },
        RESPONSE => match key {
            b"content" => return Route::Enter(CONTENT),
            b"status" => Part::Status,
            b"bodySize" => Part::BodySize,
            b"headersSize" => Part::HeadersSize,
            b"_transferSize" => Part::TransferSize,
            b"_error" | b"error" => Part::Error,
            b"_failureText" => Part::FailureText,
            b"comment" => Part::Comment,
            b"fromDiskCache" | b"_fromDiskCache" => Part::FromDiskCache,
            b"fromServiceWorker" | b"_fromServiceWorker" => Part::FromServiceWorker,
            b"fromPrefetchCache" | b"_fromPrefetchCache" => Part::FromPrefetchCache,
            _ => return Route::Skip,
        },
        CONTENT => match key {
            b"size" => Part::Size,
            b"mimeType" => Part::Mime,
            b"_file" => Part::File,
            b"_sha1" => Part::Sha1,
            _ => return Route::Skip,
        },
        TIMINGS => match key {
            b"blocked" => Part::Blocked,
            b"dns" => Part::Dns,
            b"connect" => Part::Connect,
            b"ssl" => Part::Ssl,
            b"send" => Part::Send,
            b"wait" => Part::Wait,
            b"receive" => Part::Receive,
            _ => return Route::Skip,
        },
        _ => return Route::Skip,
    };
    Route::Capture(part as u8)
}

/// The parts of the entry under way.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "an object each that may be there, and whether to trust them"
)]
pub(super) struct EntrySpans {
    parts: [Span; PARTS],
    has_request: bool,
    has_response: bool,
    has_content: bool,
    has_timings: bool,
    is_faulty: bool,
    /// `Upgrade` and `upgrade` among headers, looked for before they are read one by one.
    upgrade: Finder<'static>,
}

impl Default for EntrySpans {
    fn default() -> Self {
        Self {
            parts: [Span::default(); PARTS],
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
    /// An object begins.
    pub(super) fn enter(&mut self, place: NodeId) {
        match place {
            ENTRY => {
                self.parts = [Span::default(); PARTS];
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

    /// Of keys that repeat, the last counts.
    pub(super) fn keep(&mut self, slot: u8, value: Span) {
        if let Some(part) = self.parts.get_mut(usize::from(slot)) {
            *part = value;
        }
    }

    /// The scanner lost track within the entry: its parts are not to be trusted.
    pub(super) fn fault(&mut self) {
        self.is_faulty = true;
    }

    /// Whether the scanner lost track within the entry.
    pub(super) fn is_faulty(&self) -> bool {
        self.is_faulty
    }

    /// The entry; `None` where it has to be read from its text, which begins at `start` of the session's bytes.
    pub(super) fn entry<'a>(&self, text: &'a [u8], start: u32) -> Option<Entry<'a>> {
        if self.is_faulty {
            return None;
        }
        let raw = |part: Part| {
            let span = self.parts.get(part as usize).copied().unwrap_or_default();
            let from = span.start.saturating_sub(start) as usize;
            text.get(from..from + span.len as usize).unwrap_or_default()
        };
        let words = |part: Part| Text::from_json(raw(part));
        let number = |part: Part| Number::from_json(raw(part));
        let request = self.has_request.then(|| Request {
            method: FromJson::from_json(raw(Part::Method)),
            url: FromJson::from_json(raw(Part::Url)),
            headers: self.request_headers(raw(Part::RequestHeaders)),
        });
        let content = self.has_content.then(|| Content {
            size: FromJson::from_json(raw(Part::Size)),
            mime: words(Part::Mime),
            file: words(Part::File),
            sha1: words(Part::Sha1),
        });
        let response = self.has_response.then(|| Response {
            status: FromJson::from_json(raw(Part::Status)),
            body_size: FromJson::from_json(raw(Part::BodySize)),
            headers_size: FromJson::from_json(raw(Part::HeadersSize)),
            transfer_size: FromJson::from_json(raw(Part::TransferSize)),
            content: Object(content),
            error: FromJson::from_json(raw(Part::Error)),
            failure_text: FromJson::from_json(raw(Part::FailureText)),
            comment: FromJson::from_json(raw(Part::Comment)),
            from_disk_cache: Flag::from_json(raw(Part::FromDiskCache)),
            from_service_worker: Flag::from_json(raw(Part::FromServiceWorker)),
            from_prefetch_cache: Flag::from_json(raw(Part::FromPrefetchCache)),
        });
        let timings = self.has_timings.then(|| Timings {
            blocked: number(Part::Blocked),
            dns: number(Part::Dns),
            connect: number(Part::Connect),
            ssl: number(Part::Ssl),
            send: number(Part::Send),
            wait: number(Part::Wait),
            receive: number(Part::Receive),
        });
        Some(Entry {
            started: words(Part::Started),
            time: number(Part::Time),
            pageref: words(Part::Pageref),
            request: Object(request),
            response: Object(response),
            timings: Object(timings),
            resource_type: words(Part::ResourceType),
            from_cache: FromJson::from_json(raw(Part::FromCache)),
            via_service_worker: Flag::from_json(raw(Part::ViaServiceWorker)),
            fetch_type: words(Part::FetchType),
            error: FromJson::from_json(raw(Part::EntryError)),
            comment: FromJson::from_json(raw(Part::EntryComment)),
            monotonic: number(Part::Monotonic),
            close: CloseField::from_json(raw(Part::Close)),
            was_aborted: Flag::from_json(raw(Part::WasAborted)),
            own: Object::from_json(raw(Part::Extension)),
        })
    }

    fn request_headers<'a>(&self, raw: &'a [u8]) -> RequestHeaders<'a> {
        if self.upgrade.find(raw).is_none() {
            return RequestHeaders { raw, ask_for_upgrade: false };
        }
        RequestHeaders::from_json(raw)
    }
}
