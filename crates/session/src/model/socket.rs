//! A WebSocket: its handshake, its end, and the location of its messages.

use std::sync::Arc;

use super::{EpochMs, MessageColumns, Millis};

/// The properties of a record that is a socket. The record's start is when the socket was
/// constructed.
#[derive(Debug)]
pub struct Socket {
    /// The recorder's ID of the socket, if it assigns one.
    pub id: Option<Box<str>>,
    /// When the handshake was completed.
    pub opened: Option<EpochMs>,
    /// The subprotocol that the server selected.
    pub protocol: Option<Box<str>>,
    /// How it ended.
    pub ending: Ending,
    /// No open was recorded: the row has only a close, or only messages.
    pub is_orphan: bool,
    /// The handshake was refused or failed.
    pub is_refused: bool,
    /// The last instant at which the socket is known to have existed.
    pub last_seen: Option<EpochMs>,
    /// Where its messages are.
    pub messages: Messages,
    /// Counts that are known without the messages.
    pub totals: Totals,
}

/// How a socket ended, according to the recording.
#[derive(Debug, Clone, PartialEq)]
pub enum Ending {
    /// A close was recorded.
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

/// The evidence for a close.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseSource {
    /// The recorder recorded a close event.
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
    /// In the session's own bytes.
    Inline(MessageColumns),
    /// In a file of their own, a sidecar of the manifest or HAR; fetched when opened.
    File(MessagesFile),
    /// Not available.
    Missing(Missing),
}

/// A file with the messages of a socket or an event stream, and which of its elements are theirs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MessagesFile {
    /// The path, relative to the manifest or HAR.
    pub path: Box<str>,
    /// The socket's ID; elements with another ID are excluded.
    pub socket_id: Option<Box<str>>,
    /// If a socket's ID repeats with another URL: which elements with a URL are this socket's.
    pub named: Option<NamedShare>,
    /// If a socket's ID repeats: its messages are those within, apart from those that `named`
    /// selects.
    pub share: TimeRange,
    /// The meaning of small times.
    pub small_times: SmallTimes,
    /// The clock of a producer that is known to record wrong times.
    pub clock: Option<ClockRate>,
    /// When the socket was constructed; the messages' times are checked against it.
    pub start: Option<EpochMs>,
    /// How long the socket was open; the messages' times are checked against it.
    pub length: Option<Millis>,
    /// The messages are events of an event stream.
    pub is_event_stream: bool,
}

/// The meaning of times that are too small for milliseconds since 1970.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub enum SmallTimes {
    /// Seconds since 1970.
    #[default]
    Seconds,
    /// Milliseconds since the page's time origin, if that is known.
    OfPage(Option<EpochMs>),
}

/// The elements of one socket, among those with a URL in a file that several sockets share.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NamedShare {
    /// The socket's URL.
    pub name: Box<str>,
    /// The URLs of all the sockets, sorted. An element with none of these is assigned by its time
    /// alone.
    pub names: Arc<[Box<str>]>,
    /// The socket's time range among the elements with its URL, which other sockets may have too.
    pub share: TimeRange,
}

/// From an instant up to, not including, another; without one, from the beginning or to the end.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct TimeRange {
    pub from: Option<EpochMs>,
    pub until: Option<EpochMs>,
}

impl TimeRange {
    /// Whether it contains an instant. An unknown instant is in the range that contains the
    /// beginning.
    pub fn contains(&self, time: Option<EpochMs>) -> bool {
        let not_before = self.from.is_none_or(|from| time.is_some_and(|time| time >= from));
        let not_after = self.until.zip(time).is_none_or(|(until, time)| time < until);
        not_before && not_after
    }
}

/// A clock that ran at another rate than real time; its times are corrected by scaling them about
/// an instant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClockRate {
    /// The instant at which it was correct.
    pub origin: EpochMs,
    /// Real milliseconds per millisecond of the clock.
    pub rate: f64,
}

impl ClockRate {
    /// The real time at which the clock showed `time`; `None` if out of range.
    pub fn correct(&self, time: EpochMs) -> Option<EpochMs> {
        EpochMs::new(self.origin.ms() + (time - self.origin).ms() * self.rate)
    }
}

/// Why messages are not available.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// The recording has no messages of this socket.
    NotRecorded,
    /// The producer never exports them.
    NotExported,
    /// They are in a file outside of the recording's folder, which is never opened.
    OutsideRecording,
}

/// Totals of a socket's messages, each if it is recorded apart from the messages themselves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Number of messages.
    pub messages: Option<u64>,
    /// Length of all payloads, in bytes.
    pub bytes: Option<u64>,
}

impl Socket {
    /// The recorded close, if any.
    pub fn close(&self) -> Option<&Close> {
        match &self.ending {
            Ending::Closed(close) => Some(close),
            Ending::StillOpen | Ending::NotRecorded => None,
        }
    }

    /// The duration of the handshake.
    pub fn handshake(&self, start: Option<EpochMs>) -> Option<Millis> {
        Some(self.opened? - start?)
    }
}
