//! A HAR entry as far as the Network table needs it. Bodies and headers stay where they are until details ask.

use super::extension::ReplayscopeExtension;
use crate::formats::common::fields::{FromJson, FromObject, Object, object};
use crate::formats::common::lenient::{Flag, Number, Text};
use crate::formats::common::size::Size;
use crate::formats::common::values::{ErrorText, Verbatim, visit_pairs};

object! {
    pub(super) struct Entry<'a> {
        pub(super) started: Text<'a> = "startedDateTime",
        pub(super) time: Number = "time",
        pub(super) pageref: Text<'a> = "pageref",
        pub(super) request: Object<Request<'a>> = "request",
        pub(super) response: Object<Response<'a>> = "response",
        pub(super) timings: Object<Timings> = "timings",
        pub(super) resource_type: Text<'a> = "_resourceType",
        /// Chrome: `memory`, `disk`, …
        pub(super) from_cache: Verbatim<'a> = "_fromCache",
        /// Chrome.
        pub(super) via_service_worker: Flag = "_fetchedViaServiceWorker",
        /// Safari: `Memory Cache`, `Network Load`, …
        pub(super) fetch_type: Text<'a> = "_fetchType",
        pub(super) error: ErrorText = "_error" | "error",
        pub(super) comment: Verbatim<'a> = "comment",
        /// Playwright: the start on the clock of its trace's events, in ms.
        pub(super) monotonic: Number = "_monotonicTime",
        /// HTTP Toolkit: an object, or the word `aborted`.
        pub(super) close: CloseField = "_webSocketClose",
        pub(super) was_aborted: Flag = "_wasAborted",
        pub(super) own: Object<ReplayscopeExtension<'a>> = "_replayscope",
    }
}

object! {
    pub(super) struct Request<'a> {
        pub(super) method: Verbatim<'a> = "method",
        pub(super) url: Url<'a> = "url",
        pub(super) headers: RequestHeaders<'a> = "headers",
    }
}

object! {
    pub(super) struct Response<'a> {
        pub(super) status: Status = "status",
        pub(super) body_size: Size = "bodySize",
        pub(super) headers_size: Size = "headersSize",
        pub(super) transfer_size: Size = "_transferSize",
        pub(super) content: Object<Content<'a>> = "content",
        /// Chrome and mitmproxy.
        pub(super) error: ErrorText = "_error" | "error",
        /// Playwright.
        pub(super) failure_text: ErrorText = "_failureText",
        pub(super) comment: Verbatim<'a> = "comment",
        // chrome-har.
        pub(super) from_disk_cache: Flag = "fromDiskCache" | "_fromDiskCache",
        pub(super) from_service_worker: Flag = "fromServiceWorker" | "_fromServiceWorker",
        pub(super) from_prefetch_cache: Flag = "fromPrefetchCache" | "_fromPrefetchCache",
    }
}

object! {
    pub(super) struct Content<'a> {
        pub(super) size: Size = "size",
        pub(super) mime: Text<'a> = "mimeType",
        /// Playwright: the body, or a socket's messages, in a file of the recording.
        pub(super) file: Text<'a> = "_file",
        /// Playwright's traces up to version 8: the same, as a bare name under `resources/`.
        pub(super) sha1: Text<'a> = "_sha1",
    }
}

object! {
    #[derive(Clone, Copy)]
    pub(super) struct Timings {
        pub(super) blocked: Number = "blocked",
        pub(super) dns: Number = "dns",
        pub(super) connect: Number = "connect",
        pub(super) ssl: Number = "ssl",
        pub(super) send: Number = "send",
        pub(super) wait: Number = "wait",
        pub(super) receive: Number = "receive",
    }
}

/// The close as HTTP Toolkit writes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum CloseField {
    #[default]
    Absent,
    Aborted,
    /// Code, reason, and the time in epoch seconds.
    Recorded {
        code: Number,
        reason: Option<Box<str>>,
        timestamp: Number,
        /// Our own addition.
        was_clean: Flag,
    },
}

object! {
    struct CloseParts<'a> {
        code: Number = "code",
        reason: Text<'a> = "reason",
        timestamp: Number = "timestamp",
        was_clean: Flag = "wasClean",
    }
}

impl FromJson<'_> for CloseField {
    fn from_json(raw: &[u8]) -> Self {
        match raw {
            b"\"\"" => Self::Absent,
            [b'"', ..] => Self::Aborted,
            [b'{', ..] => {
                let CloseParts { code, reason, timestamp, was_clean } = CloseParts::from_object(raw);
                Self::Recorded { code, reason: reason.boxed(), timestamp, was_clean }
            }
            _ => Self::Absent,
        }
    }
}

/// An address, which a few producers write as an object.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Url<'a>(pub(super) Verbatim<'a>);

object! {
    /// As Postman and others write one.
    struct UrlParts<'a> {
        raw: Text<'a> = "raw" | "href" | "url",
    }
}

impl<'a> FromJson<'a> for Url<'a> {
    fn from_json(raw: &'a [u8]) -> Self {
        let parts = raw.starts_with(b"{").then(|| UrlParts::from_object(raw).raw);
        Self(match parts.filter(|text| text.filled().is_some()) {
            Some(text) => Verbatim(text),
            None => Verbatim::from_json(raw),
        })
    }
}

/// A status, which a few producers write with its phrase: `200 OK`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Status(pub(super) Number);

impl FromJson<'_> for Status {
    fn from_json(raw: &[u8]) -> Self {
        let number = Number::from_json(raw);
        let code = raw.strip_prefix(b"\"").and_then(|text| text.trim_ascii_start().split_first_chunk::<3>());
        match code {
            Some((code, [b' ', ..])) if number == Number::Wrong => Self(Number::from_json(code)),
            _ => Self(number),
        }
    }
}

/// The request headers as they are written, of any shape. Few entries need them before their details open.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct RequestHeaders<'a> {
    pub(super) raw: &'a [u8],
    /// Whether they ask for an upgrade to WebSocket.
    pub(super) ask_for_upgrade: bool,
}

impl<'a> FromJson<'a> for RequestHeaders<'a> {
    fn from_json(raw: &'a [u8]) -> Self {
        let mut ask_for_upgrade = false;
        visit_pairs(raw, &mut |name, value| ask_for_upgrade |= is_upgrade(name, value));
        Self { raw, ask_for_upgrade }
    }
}

/// Whether a header asks for an upgrade to WebSocket, or agrees to one.
pub(super) fn is_upgrade(name: &str, value: &str) -> bool {
    name.eq_ignore_ascii_case("upgrade") && value.eq_ignore_ascii_case("websocket")
}
