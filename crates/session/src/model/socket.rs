//! A WebSocket: its handshake, its end, and where its messages are.

use std::sync::Arc;

use super::{EpochMs, MessageColumns, Millis};

/// What only a socket has. Its `Record::start` is when it was constructed.
#[derive(Debug)]
pub struct Socket {
    /// The recorder's id, where it gives one.
    pub id: Option<Box<str>>,
    /// When the handshake was done.
    pub opened: Option<EpochMs>,
    /// The agreed subprotocol.
    pub protocol: Option<Box<str>>,
    pub ending: Ending,
    /// No open was recorded: the row stands for a close, or for messages, alone.
    pub orphan: bool,
    /// The handshake was refused or failed.
    pub refused: bool,
    /// The latest moment at which the socket is known to have been there.
    pub last_seen: Option<EpochMs>,
    pub messages: Messages,
    pub totals: Totals,
}

/// How the recording says that a socket ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Ending {
    Closed(Close),
    /// The recording ended first.
    StillOpen,
    /// The producer does not record closes, or did not record this one.
    NotRecorded,
}

/// A recorded close.
#[derive(Debug, Clone, PartialEq)]
pub struct Close {
    pub at: Option<EpochMs>,
    /// The close code, 1000 to 4999.
    pub code: Option<u16>,
    pub reason: Option<Box<str>>,
    pub was_clean: Option<bool>,
    pub source: CloseSource,
}

/// What a close is known from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseSource {
    /// The recorder wrote it down.
    Event,
    /// A close frame (opcode 8) among the messages.
    Frame,
    /// The end of the entry's time, as Chrome writes it.
    EntryTime,
    /// The producer says only that the connection was aborted (HTTP Toolkit).
    Aborted,
}

/// Where a socket's messages are.
#[derive(Debug)]
pub enum Messages {
    /// Found in place, in the session's own bytes.
    Inline(MessageColumns),
    /// In a file beside the session's manifest or HAR; fetched when opened.
    File(MessagesFile),
    Missing(Missing),
}

/// A file that holds the messages of a socket or an event stream, and which of its elements are theirs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MessagesFile {
    /// Relative to the manifest or HAR.
    pub path: Box<str>,
    /// Elements that name another socket are left out.
    pub socket_id: Option<Box<str>>,
    /// Where a socket's id repeats with another URL: what elements that name a URL are this socket's.
    pub named: Option<NamedShare>,
    /// Where a socket's id repeats, its messages, but for those that `named` tells of, are those within.
    pub share: TimeRange,
    pub small_times: SmallTimes,
    /// Where the producer wrote the times wrong in a way that is known.
    pub clock: Option<ClockRate>,
    /// When the socket was constructed, and how long it was open: what the messages' times are held against.
    pub start: Option<EpochMs>,
    pub length: Option<Millis>,
    /// The messages are events of an event stream.
    pub is_event_stream: bool,
}

/// What times are that are too small for milliseconds since 1970.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub enum SmallTimes {
    /// Seconds since 1970.
    #[default]
    Seconds,
    /// Milliseconds since the page began, where that is known.
    OfPage(Option<EpochMs>),
}

/// Of the elements that name one of the URLs of sockets that share a file, those of one socket.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NamedShare {
    /// The socket's URL.
    pub name: Box<str>,
    /// The URLs of all of them, in order. An element that names none of these is told by its time alone.
    pub names: Arc<[Box<str>]>,
    /// The socket's share of the elements that name its URL, which others may bear too.
    pub share: TimeRange,
}

/// From an instant up to, not including, another; where there is none, from the beginning or to the end.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct TimeRange {
    pub from: Option<EpochMs>,
    pub until: Option<EpochMs>,
}

impl TimeRange {
    /// Whether it holds the instant. One that is not known lies in the stretch that holds the beginning.
    pub fn holds(&self, time: Option<EpochMs>) -> bool {
        let not_before = self.from.is_none_or(|from| time.is_some_and(|time| time >= from));
        let not_after = self.until.zip(time).is_none_or(|(until, time)| time < until);
        not_before && not_after
    }
}

/// A clock that ran at another rate than real time: what it shows is mended by stretching it about an instant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClockRate {
    /// The instant at which it was right.
    pub origin: EpochMs,
    /// Real milliseconds to one of its own.
    pub rate: f64,
}

impl ClockRate {
    /// The real time at which it showed `time`.
    pub fn correct(&self, time: EpochMs) -> Option<EpochMs> {
        EpochMs::new(self.origin.ms() + (time - self.origin).ms() * self.rate)
    }
}

/// Why there are no messages to open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// The recording names no messages for this socket.
    NotRecorded,
    /// The producer's format never holds them.
    NotExported,
    /// They are in a file that does not lie beside the recording, which is never opened.
    OutsideRecording,
}

/// Counts and bytes over a socket's messages, each only where the recording tells it without opening the messages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    pub messages: Option<u64>,
    /// Bytes of all payloads.
    pub bytes: Option<u64>,
}

impl Socket {
    pub fn close(&self) -> Option<&Close> {
        match &self.ending {
            Ending::Closed(close) => Some(close),
            Ending::StillOpen | Ending::NotRecorded => None,
        }
    }

    /// The time that the handshake took.
    pub fn handshake(&self, start: Option<EpochMs>) -> Option<Millis> {
        Some(self.opened? - start?)
    }
}

/// What a close code means, in the words of RFC 6455 and the IANA registry; `None` for a code nobody defined.
pub fn close_code_meaning(code: u16) -> Option<&'static str> {
    Some(match code {
        1000 => "normal closure",
        1001 => "going away",
        1002 => "protocol error",
        1003 => "unsupported data",
        1005 => "no status received",
        1006 => "abnormal closure",
        1007 => "invalid payload data",
        1008 => "policy violation",
        1009 => "message too big",
        1010 => "mandatory extension missing",
        1011 => "internal error",
        1012 => "service restart",
        1013 => "try again later",
        1014 => "bad gateway",
        1015 => "TLS handshake failed",
        3000 => "unauthorized",
        3003 => "forbidden",
        3008 => "timeout",
        3001 | 3002 | 3004..=3007 | 3009..=3999 => "library code",
        4000..=4999 => "application code",
        _ => return None,
    })
}
