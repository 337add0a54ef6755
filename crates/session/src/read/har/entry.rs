//! A HAR entry as far as the Network table needs it. Bodies and headers stay where they are until details ask.

use super::own::Own;
use crate::read::fields::{FromJson, FromObject, List, Object, object};
use crate::read::lenient::{Flag, Number, Text};

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
        pub(super) from_cache: Text<'a> = "_fromCache",
        /// HTTP Toolkit: an object, or the word `aborted`.
        pub(super) close: CloseField = "_webSocketClose",
        pub(super) was_aborted: Flag = "_wasAborted",
        pub(super) own: Object<Own<'a>> = "_replayscope",
    }
}

object! {
    pub(super) struct Request<'a> {
        pub(super) method: Text<'a> = "method",
        pub(super) url: Text<'a> = "url",
        pub(super) headers: UpgradeHeader = "headers",
    }
}

object! {
    pub(super) struct Response<'a> {
        pub(super) status: Number = "status",
        pub(super) body_size: Number = "bodySize",
        pub(super) headers_size: Number = "headersSize",
        pub(super) transfer_size: Number = "_transferSize",
        pub(super) content: Object<Content<'a>> = "content",
        /// Chrome and mitmproxy.
        pub(super) error: Text<'a> = "_error",
        /// Playwright.
        pub(super) failure_text: Text<'a> = "_failureText",
    }
}

object! {
    pub(super) struct Content<'a> {
        pub(super) size: Number = "size",
        pub(super) mime: Text<'a> = "mimeType",
        /// Playwright: the body, or a socket's messages, in a file beside the HAR.
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

/// Whether the request headers ask for an upgrade to WebSocket. The headers themselves are not kept.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct UpgradeHeader(pub(super) bool);

object! {
    pub(super) struct NameValue<'a> {
        pub(super) name: Text<'a> = "name",
        pub(super) value: Text<'a> = "value",
    }
}

impl NameValue<'_> {
    pub(super) fn is(&self, name: &str) -> bool {
        self.name.as_str().is_some_and(|found| found.eq_ignore_ascii_case(name))
    }

    pub(super) fn is_upgrade(&self) -> bool {
        self.is("upgrade") && self.value.as_str().is_some_and(|value| value.eq_ignore_ascii_case("websocket"))
    }
}

impl FromJson<'_> for UpgradeHeader {
    fn from_json(raw: &[u8]) -> Self {
        let headers = List::<NameValue<'_>>::from_json(raw);
        Self(headers.0.iter().flatten().any(NameValue::is_upgrade))
    }
}
