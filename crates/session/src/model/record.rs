//! One row of the Network table: a request or a socket.

use std::borrow::Cow;

use super::{EpochMs, MessageColumns, Messages, MessagesFile, Millis, Phases, Socket, Span};

/// A request or a socket, as its source recorded it.
#[derive(Debug)]
pub struct Record {
    /// The 1-based number of the record in its source, before any sorting: the `row` of the address.
    pub number: u32,
    /// The URL as recorded; empty where none was.
    pub url: Box<str>,
    /// The verb; empty where none was recorded.
    pub method: Cow<'static, str>,
    /// When the request began, or the socket was constructed.
    pub start: Option<EpochMs>,
    /// The status as recorded, 100 to 999.
    pub status: Option<u16>,
    /// What the producer said of a failure.
    pub error: Option<Box<str>>,
    /// Where the record stands in the session's bytes; empty where it is known from elsewhere only.
    pub source: Span,
    pub kind: RecordKind,
}

#[derive(Debug)]
pub enum RecordKind {
    Http(Http),
    Socket(Box<Socket>),
}

/// What only an HTTP request has.
#[derive(Debug)]
pub struct Http {
    pub resource_type: ResourceType,
    pub outcome: Outcome,
    /// From start to the last byte; `None` where no end is known.
    pub duration: Option<Millis>,
    /// The duration as the producer wrote it, where it is known to count something twice.
    pub recorded_duration: Option<Millis>,
    pub phases: Phases,
    /// Bytes over the wire, headers included where the producer counts them.
    pub transferred: Option<u64>,
    /// Bytes of the decoded body.
    pub body_size: Option<u64>,
    /// Served from a cache, as the producer named it (`memory`, `disk`).
    pub from_cache: Option<Box<str>>,
    /// Where the messages are, where the response is an event stream.
    pub messages: Option<Box<EventStream>>,
}

/// Where the messages of an event stream are.
#[derive(Debug)]
pub enum EventStream {
    /// Found in place, in the session's own bytes.
    Inline(MessageColumns),
    /// In a file beside the manifest; fetched when opened.
    File(MessagesFile),
    /// Only in the response body, as the server wrote them: parsed when opened. They have no times.
    Body,
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// An answer came, or nothing speaks against it.
    Done,
    Failed,
    Canceled,
    Blocked,
    /// No end was recorded.
    Pending,
}

/// What was asked for, in the words of Chrome's debugging protocol.
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

    /// The toggle it belongs to, grouped as Chrome's Network panel does.
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

/// A toggle of the resource types.
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
    /// The socket, where the record is one.
    pub fn socket(&self) -> Option<&Socket> {
        match &self.kind {
            RecordKind::Socket(socket) => Some(socket),
            RecordKind::Http(_) => None,
        }
    }

    /// Where the messages of an event stream are; `None` for everything else.
    pub fn event_stream(&self) -> Option<&EventStream> {
        match &self.kind {
            RecordKind::Http(http) => http.messages.as_deref(),
            RecordKind::Socket(_) => None,
        }
    }

    /// The messages that were found in place, of a socket or an event stream.
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

    /// The file that holds the messages of a socket or an event stream, where they are in one.
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

    pub fn resource_type(&self) -> ResourceType {
        match &self.kind {
            RecordKind::Socket(_) => ResourceType::WebSocket,
            RecordKind::Http(http) => http.resource_type,
        }
    }

    /// When the record ended, where that is known: the last byte, or the socket's close.
    pub fn end(&self) -> Option<EpochMs> {
        match &self.kind {
            RecordKind::Socket(socket) => socket.close().and_then(|close| close.at),
            RecordKind::Http(http) => Some(self.start? + http.duration?),
        }
    }
}
