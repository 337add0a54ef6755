//! One row of the Network table: a request or a socket.

use std::borrow::Cow;

use super::{EpochMs, MessageColumns, Messages, MessagesFile, Millis, Phases, Socket, Span};

/// A request or a socket, as its source recorded it.
#[derive(Debug)]
pub struct Record {
    /// The number of the record in its source, from 1, before any sorting: the `row` of the URL
    /// state.
    pub number: u32,
    /// The URL as recorded; empty if none was.
    pub url: Box<str>,
    /// The HTTP method; empty if none was recorded.
    pub method: Cow<'static, str>,
    /// When the request began, or the socket was constructed.
    pub start: Option<EpochMs>,
    /// The status as recorded, 100 to 999.
    pub status: Option<u16>,
    /// The producer's text about a failure.
    pub error: Option<Box<str>>,
    /// The span of the record in the session's bytes; empty if it is only known from elsewhere.
    pub source: Span,
    /// The properties of a request or of a socket.
    pub kind: RecordKind,
}

/// Whether a record is a request or a socket, and the properties of either.
#[derive(Debug)]
pub enum RecordKind {
    Http(Http),
    Socket(Box<Socket>),
}

/// The properties of a record that is an HTTP request.
#[derive(Debug)]
pub struct Http {
    /// The kind of resource.
    pub resource_type: ResourceType,
    /// How it ended.
    pub outcome: Outcome,
    /// The time from the start to the last byte; `None` if no end is known.
    pub duration: Option<Millis>,
    /// The duration as recorded, if the producer is known to count a phase twice.
    pub recorded_duration: Option<Millis>,
    /// The phases of its time.
    pub phases: Phases,
    /// Number of bytes transferred, including headers if the producer counts them.
    pub transferred: Option<u64>,
    /// Length of the decoded body in bytes.
    pub body_size: Option<u64>,
    /// The cache that served it, as the producer names it (`memory`, `disk`).
    pub from_cache: Option<Box<str>>,
    /// The location of the messages, if the response is an event stream.
    pub messages: Option<Box<EventStream>>,
}

/// The location of the messages of an event stream.
#[derive(Debug)]
pub enum EventStream {
    /// In the session's own bytes.
    Inline(MessageColumns),
    /// In a file of their own, a sidecar of the manifest; fetched when opened.
    File(MessagesFile),
    /// Only in the response body, as the server sent them: parsed when opened. They have no times.
    Body,
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A response was received, or nothing indicates otherwise.
    Done,
    Failed,
    Canceled,
    Blocked,
    /// No end was recorded.
    Pending,
}

/// The kind of a resource, as in Chrome's `DevTools` protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResourceType {
    Document,
    Stylesheet,
    Script,
    Image,
    Font,
    Media,
    Fetch,
    Xhr,
    EventSource,
    WebSocket,
    Manifest,
    Wasm,
    Ping,
    Preflight,
    Other,
}

impl ResourceType {
    /// The text of the type cell.
    pub fn label(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Stylesheet => "stylesheet",
            Self::Script => "script",
            Self::Image => "image",
            Self::Font => "font",
            Self::Media => "media",
            Self::Fetch => "fetch",
            Self::Xhr => "xhr",
            Self::EventSource => "eventsource",
            Self::WebSocket => "websocket",
            Self::Manifest => "manifest",
            Self::Wasm => "wasm",
            Self::Ping => "ping",
            Self::Preflight => "preflight",
            Self::Other => "other",
        }
    }

    /// The group it belongs to, as in Chrome's Network panel.
    pub fn group(self) -> TypeGroup {
        match self {
            Self::Document => TypeGroup::Doc,
            Self::Stylesheet => TypeGroup::Css,
            Self::Script | Self::Wasm => TypeGroup::Js,
            Self::Image => TypeGroup::Img,
            Self::Font => TypeGroup::Font,
            Self::Media => TypeGroup::Media,
            Self::Fetch | Self::Xhr | Self::EventSource => TypeGroup::Fetch,
            Self::WebSocket => TypeGroup::Ws,
            Self::Manifest | Self::Ping | Self::Preflight | Self::Other => TypeGroup::Other,
        }
    }
}

/// A group of resource types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TypeGroup {
    Fetch,
    Ws,
    Doc,
    Js,
    Css,
    Img,
    Font,
    Media,
    Other,
}

impl TypeGroup {
    /// All groups, in the order of Chrome's Network panel, WebSocket after fetch.
    pub const ALL: [Self; 9] = [
        Self::Fetch,
        Self::Ws,
        Self::Doc,
        Self::Js,
        Self::Css,
        Self::Img,
        Self::Font,
        Self::Media,
        Self::Other,
    ];
}

impl Record {
    /// The socket, if the record is one.
    pub fn socket(&self) -> Option<&Socket> {
        match &self.kind {
            RecordKind::Socket(socket) => Some(socket),
            RecordKind::Http(_) => None,
        }
    }

    /// The location of the messages of an event stream; `None` for any other record.
    pub fn event_stream(&self) -> Option<&EventStream> {
        match &self.kind {
            RecordKind::Http(http) => http.messages.as_deref(),
            RecordKind::Socket(_) => None,
        }
    }

    /// The messages of a socket or an event stream, if they are in the session's own bytes.
    pub fn inline_messages(&self) -> Option<&MessageColumns> {
        match (&self.kind, self.event_stream()) {
            (RecordKind::Socket(socket), _) => match &socket.messages {
                Messages::Inline(columns) => Some(columns),
                Messages::File(_) | Messages::Missing(_) => None,
            },
            (RecordKind::Http(_), Some(EventStream::Inline(columns))) => Some(columns),
            (RecordKind::Http(_), Some(EventStream::File(_) | EventStream::Body) | None) => None,
        }
    }

    /// The file with the messages of a socket or an event stream, if they are in one.
    pub fn messages_file(&self) -> Option<&MessagesFile> {
        match (&self.kind, self.event_stream()) {
            (RecordKind::Socket(socket), _) => match &socket.messages {
                Messages::File(file) => Some(file),
                Messages::Inline(_) | Messages::Missing(_) => None,
            },
            (RecordKind::Http(_), Some(EventStream::File(file))) => Some(file),
            (RecordKind::Http(_), Some(EventStream::Inline(_) | EventStream::Body) | None) => None,
        }
    }

    /// The kind of resource; that of a socket is `WebSocket`.
    pub fn resource_type(&self) -> ResourceType {
        match &self.kind {
            RecordKind::Socket(_) => ResourceType::WebSocket,
            RecordKind::Http(http) => http.resource_type,
        }
    }

    /// When the record ended, if known: the last byte, or the socket's close.
    pub fn end(&self) -> Option<EpochMs> {
        match &self.kind {
            RecordKind::Socket(socket) => socket.close().and_then(|close| close.at),
            RecordKind::Http(http) => Some(self.start? + http.duration?),
        }
    }
}
