//! Where the parts of an entry stand that the Network table needs, found while the file is scanned: an entry is read
//! from them without looking at the rest of it again.

use memchr::memmem::Finder;

use super::entry::{CloseField, Content, Entry, Request, Response, Timings, UpgradeHeader};
use crate::model::Span;
use crate::read::fields::{FromJson, Object};
use crate::read::lenient::{Flag, Number, Text};
use crate::scan::{Place, Route};

/// Places of the objects within an entry; those below belong to the HAR around it.
pub(super) const ENTRY: Place = 4;
const REQUEST: Place = 6;
const RESPONSE: Place = 7;
const CONTENT: Place = 8;
const TIMINGS: Place = 9;

/// The parts, by the number under which the scanner keeps each.
#[derive(Clone, Copy)]
#[repr(u8)]
enum Part {
    Started,
    Time,
    Pageref,
    ResourceType,
    FromCache,
    Close,
    WasAborted,
    Own,
    Method,
    Url,
    RequestHeaders,
    Status,
    BodySize,
    HeadersSize,
    TransferSize,
    Error,
    FailureText,
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
pub(super) fn route(place: Place, key: &[u8]) -> Route {
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
            b"_webSocketClose" => Part::Close,
            b"_wasAborted" => Part::WasAborted,
            b"_replayscope" => Part::Own,
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
            b"_error" => Part::Error,
            b"_failureText" => Part::FailureText,
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
    Route::Keep(part as u8)
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
    pub(super) fn enter(&mut self, place: Place) {
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
            method: words(Part::Method),
            url: words(Part::Url),
            headers: self.upgrade_header(raw(Part::RequestHeaders)),
        });
        let content = self.has_content.then(|| Content {
            size: number(Part::Size),
            mime: words(Part::Mime),
            file: words(Part::File),
            sha1: words(Part::Sha1),
        });
        let response = self.has_response.then(|| Response {
            status: number(Part::Status),
            body_size: number(Part::BodySize),
            headers_size: number(Part::HeadersSize),
            transfer_size: number(Part::TransferSize),
            content: Object(content),
            error: words(Part::Error),
            failure_text: words(Part::FailureText),
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
            from_cache: words(Part::FromCache),
            close: CloseField::from_json(raw(Part::Close)),
            was_aborted: Flag::from_json(raw(Part::WasAborted)),
            own: Object::from_json(raw(Part::Own)),
        })
    }

    fn upgrade_header(&self, headers: &[u8]) -> UpgradeHeader {
        if self.upgrade.find(headers).is_none() {
            return UpgradeHeader(false);
        }
        UpgradeHeader::from_json(headers)
    }
}
