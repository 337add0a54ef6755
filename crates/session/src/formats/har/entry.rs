//! The keys of a HAR entry: those that a row needs are read while the file is scanned, the others
//! when the details open.

use super::extension::ReplayscopeExtension;
use crate::formats::common::fields::{FromJson, FromObject, List, Object, object};
use crate::formats::common::lenient::{Flag, Number, Text};
use crate::formats::common::size::Size;
use crate::formats::common::values::{ErrorText, NameValues, ObjectOr, Verbatim, visit_pairs};

/// Declares the keys of an object once, for the two structs that are read from it: `row` is the
/// type of the value in the Network table, `details` the type in the details. Each struct has only
/// the fields with a type for it, so that a row costs no more than its own fields.
macro_rules! har_object {
    (struct $row:ident<$a:lifetime>, $details:ident<$b:lifetime> { $($fields:tt)* }) => {
        har_object! { @split [$row<$a>] [$details<$b>] [] [] $($fields)* }
    };
    (@split $row:tt $details:tt [$($rows:tt)*] [$($detailed:tt)*]
        $(#[$about:meta])* $field:ident = $key:literal $(| $other:literal)*: row $kind:ty; $($rest:tt)*
    ) => {
        har_object! { @split $row $details
            [$($rows)* $(#[$about])* pub(super) $field: $kind = $key $(| $other)*,]
            [$($detailed)*] $($rest)* }
    };
    (@split $row:tt $details:tt [$($rows:tt)*] [$($detailed:tt)*]
        $(#[$about:meta])* $field:ident = $key:literal $(| $other:literal)*: details $kind:ty; $($rest:tt)*
    ) => {
        har_object! { @split $row $details
            [$($rows)*]
            [$($detailed)* $(#[$about])* pub(super) $field: $kind = $key $(| $other)*,] $($rest)* }
    };
    (@split $row:tt $details:tt [$($rows:tt)*] [$($detailed:tt)*]
        $(#[$about:meta])* $field:ident = $key:literal $(| $other:literal)*:
        row $kind:ty, details $detailed_kind:ty; $($rest:tt)*
    ) => {
        har_object! { @split $row $details
            [$($rows)* $(#[$about])* pub(super) $field: $kind = $key $(| $other)*,]
            [$($detailed)* $(#[$about])* pub(super) $field: $detailed_kind = $key $(| $other)*,] $($rest)* }
    };
    (@split [$($row:tt)*] [$($details:tt)*] [$($rows:tt)*] [$($detailed:tt)*]) => {
        object! { pub(super) struct $($row)* { $($rows)* } }
        object! { pub(super) struct $($details)* { $($detailed)* } }
    };
}

har_object! {
    struct Entry<'a>, EntryDetails<'a> {
        started = "startedDateTime": row Text<'a>;
        time = "time": row Number;
        pageref = "pageref": row Text<'a>, details Text<'a>;
        request = "request": row Object<Request<'a>>, details ObjectOr<'a, RequestDetails<'a>>;
        response = "response": row Object<Response<'a>>, details ObjectOr<'a, ResponseDetails<'a>>;
        timings = "timings": row Object<Timings>;
        server_ip = "serverIPAddress": details Verbatim<'a>;
        connection = "connection": details Verbatim<'a>;
        resource_type = "_resourceType": row Text<'a>;
        priority = "_priority": details Verbatim<'a>;
        initiator = "_initiator": details Object<InitiatorDetails<'a>>;
        /// Chrome: `memory`, `disk`, …
        from_cache = "_fromCache": row Verbatim<'a>;
        /// Chrome.
        via_service_worker = "_fetchedViaServiceWorker": row Flag;
        /// Safari: `Memory Cache`, `Network Load`, …
        fetch_type = "_fetchType": row Text<'a>, details Verbatim<'a>;
        error = "_error" | "error": row ErrorText, details &'a [u8];
        comment = "comment": row Verbatim<'a>, details Verbatim<'a>;
        /// Playwright: the start on the clock of its trace's events, in ms.
        monotonic = "_monotonicTime": row Number;
        /// HTTP Toolkit: an object, or the word `aborted`.
        close = "_webSocketClose": row CloseField;
        was_aborted = "_wasAborted": row Flag;
        extension = "_replayscope":
            row Object<ReplayscopeExtension<'a>>, details Object<ReplayscopeExtension<'a>>;
    }
}

object! {
    /// What made Chrome send the request, as its `DevTools` protocol describes it.
    pub(super) struct InitiatorDetails<'a> {
        pub(super) kind: Text<'a> = "type",
        pub(super) url: Text<'a> = "url",
        pub(super) line: Number = "lineNumber",
        pub(super) stack: Object<StackDetails<'a>> = "stack",
    }
}

object! {
    pub(super) struct StackDetails<'a> {
        pub(super) frames: List<FrameDetails<'a>> = "callFrames",
    }
}

object! {
    pub(super) struct FrameDetails<'a> {
        pub(super) function: Text<'a> = "functionName",
        pub(super) url: Text<'a> = "url",
        pub(super) line: Number = "lineNumber",
        pub(super) column: Number = "columnNumber",
    }
}

/// Where Chrome lists the messages of a socket. They are read one by one, so no struct has this
/// key.
pub(super) const SOCKET_MESSAGES: &[u8] = b"_webSocketMessages";
/// Where Chrome lists the messages of an event stream.
pub(super) const EVENT_MESSAGES: &[u8] = b"_eventSourceMessages";

har_object! {
    struct Request<'a>, RequestDetails<'a> {
        method = "method": row Verbatim<'a>;
        url = "url": row Url<'a>;
        http_version = "httpVersion": details Verbatim<'a>;
        headers = "headers": row RequestHeaders<'a>, details NameValues;
        query = "queryString": details NameValues;
        cookies = "cookies": details NameValues;
        post_data = "postData": details ObjectOr<'a, PostData<'a>>;
        body_size = "bodySize": details Size;
        comment = "comment": details Verbatim<'a>;
    }
}

object! {
    pub(super) struct PostData<'a> {
        pub(super) mime: Verbatim<'a> = "mimeType",
        pub(super) text: Verbatim<'a> = "text",
        pub(super) params: NameValues = "params",
        pub(super) encoding: Verbatim<'a> = "encoding",
        pub(super) file: Text<'a> = "_file",
        pub(super) sha1: Text<'a> = "_sha1",
    }
}

har_object! {
    struct Response<'a>, ResponseDetails<'a> {
        status = "status": row Status;
        status_text = "statusText": details Verbatim<'a>;
        http_version = "httpVersion": details Verbatim<'a>;
        headers = "headers": details NameValues;
        cookies = "cookies": details NameValues;
        content = "content": row Object<Content<'a>>, details ObjectOr<'a, ContentDetails<'a>>;
        redirect_url = "redirectURL": details Verbatim<'a>;
        body_size = "bodySize": row Size, details Size;
        headers_size = "headersSize": row Size;
        transfer_size = "_transferSize": row Size;
        /// Chrome and mitmproxy.
        error = "_error" | "error": row ErrorText, details &'a [u8];
        /// Playwright.
        failure_text = "_failureText": row ErrorText;
        comment = "comment": row Verbatim<'a>, details Verbatim<'a>;
        /// chrome-har, as the two that follow.
        from_disk_cache = "fromDiskCache" | "_fromDiskCache": row Flag;
        from_service_worker = "fromServiceWorker" | "_fromServiceWorker": row Flag;
        from_prefetch_cache = "fromPrefetchCache" | "_fromPrefetchCache": row Flag;
    }
}

har_object! {
    struct Content<'a>, ContentDetails<'a> {
        size = "size": row Size, details Size;
        mime = "mimeType": row Text<'a>, details Verbatim<'a>;
        text = "text": details Verbatim<'a>;
        encoding = "encoding": details Verbatim<'a>;
        /// Playwright: the body, or a socket's messages, in a file of the recording.
        file = "_file": row Text<'a>, details Text<'a>;
        /// Playwright's traces up to version 8: the same, as a bare name under `resources/`.
        sha1 = "_sha1": row Text<'a>, details Text<'a>;
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

object! {
    /// Of a socket's entry, the headers of the response: read on their own, because few entries are
    /// sockets.
    pub(super) struct HandshakeEntry {
        pub(super) response: Object<HandshakeResponse> = "response",
    }
}

object! {
    pub(super) struct HandshakeResponse {
        pub(super) headers: NameValues = "headers",
    }
}

/// The close as HTTP Toolkit records it.
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
        /// An extension of Replayscope.
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

/// A URL, which a few producers write as an object.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Url<'a>(pub(super) Verbatim<'a>);

object! {
    /// A URL as Postman and others write it.
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

/// A status, which a few producers write with its reason phrase: `200 OK`.
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

/// The request headers as written, of any shape. Few rows need them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct RequestHeaders<'a> {
    pub(super) raw: &'a [u8],
    /// Whether they request an upgrade to WebSocket.
    pub(super) request_upgrade: bool,
}

impl<'a> FromJson<'a> for RequestHeaders<'a> {
    fn from_json(raw: &'a [u8]) -> Self {
        let mut request_upgrade = false;
        visit_pairs(raw, &mut |name, value| request_upgrade |= is_upgrade(name, value));
        Self { raw, request_upgrade }
    }
}

/// Whether a header requests or accepts an upgrade to WebSocket.
pub(super) fn is_upgrade(name: &str, value: &str) -> bool {
    name.eq_ignore_ascii_case("upgrade") && value.eq_ignore_ascii_case("websocket")
}
