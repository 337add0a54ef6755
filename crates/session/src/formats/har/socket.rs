//! The socket of a HAR entry.

use super::close;
use super::entry::{Entry, HandshakeEntry, is_upgrade};
use super::extension::ReplayscopeExtension;
use crate::formats::common::fields::FromObject;
use crate::formats::common::path::is_within_directory;
use crate::model::plausible::MessageClock;
use crate::model::{
    ClockRate, EpochMs, MessageColumns, Messages, MessagesFile, Millis, Missing, Producer, Socket, Totals,
};

/// Whether an entry is a socket: by its messages, its type, its URL or an upgrade. Status 101 is
/// not required, because sockets of RFC 8441 have CONNECT and 200.
pub(super) fn is_socket(entry: &Entry<'_>, url: &str, has_messages: bool) -> bool {
    let scheme = url.get(..6).unwrap_or(url).to_ascii_lowercase();
    has_messages
        || entry.resource_type.as_str().is_some_and(|name| name.eq_ignore_ascii_case("websocket"))
        || scheme.starts_with("ws:")
        || scheme.starts_with("wss:")
        || requests_upgrade(entry)
}

fn requests_upgrade(entry: &Entry<'_>) -> bool {
    entry.request.0.as_ref().is_some_and(|request| request.headers.request_upgrade)
}

pub(super) fn socket(
    entry: &Entry<'_>,
    start: Option<EpochMs>,
    status: Option<u16>,
    producer: &Producer,
    mut messages: Option<MessageColumns>,
) -> Socket {
    let sidecar = entry.sidecar();
    // An empty list next to a file does not mean that the file is empty.
    messages = messages.filter(|columns| !columns.is_empty() || sidecar.is_none());
    let recorded_clock = messages.as_mut().map(|columns| set_clock(columns, entry, start, producer));
    let clock = start.and_then(|start| slow_clock(producer, start));
    if let Some((columns, clock)) = messages.as_mut().zip(clock) {
        columns.correct_times(clock);
    }
    let entry_end = start.zip(length(entry, producer, clock)).map(|(start, length)| start + length);
    let last_message = messages.as_ref().and_then(last_time);
    let has_sent_or_received =
        messages.as_ref().is_some_and(|columns| columns.iter().any(|message| message.direction.is_some()));
    let recorded = entry.extension.0.as_ref().and_then(ReplayscopeExtension::refused);
    let is_refused = recorded.unwrap_or_else(|| has_failed_handshake(entry, status, has_sent_or_received));
    Socket {
        id: None,
        // mitmproxy's `time` is that of the handshake.
        opened: entry_end.filter(|_| producer.name.starts_with("mitmproxy") && !is_refused),
        protocol: None,
        ending: close::of_entry(entry, start, entry_end, producer, is_refused, recorded_clock.as_ref()),
        is_orphan: false,
        is_refused,
        last_seen: latest(entry_end, last_message).or(start),
        totals: Totals { messages: messages.as_ref().map(|columns| columns.len() as u64), bytes: None },
        messages: message_location(messages, sidecar, is_refused, producer, clock),
    }
}

/// Sets the times of messages by the clock that fits all recorded times, and returns that clock.
pub(super) fn set_clock(
    columns: &mut MessageColumns,
    entry: &Entry<'_>,
    start: Option<EpochMs>,
    producer: &Producer,
) -> MessageClock {
    // mitmproxy's `time` is that of the handshake.
    let duration = length(entry, producer, None).filter(|_| !producer.name.starts_with("mitmproxy"));
    let clock = MessageClock::of(columns.raw_times(), start, duration);
    columns.set_clock(&clock);
    clock
}

pub(super) fn last_time(columns: &MessageColumns) -> Option<EpochMs> {
    let known = columns.raw_times().iter().copied().filter(|time| !time.is_nan());
    known.reduce(f64::max).and_then(EpochMs::new)
}

/// The duration of the entry: `time` (which Playwright computes from the messages), or the sum of
/// the timings if they are complete.
fn length(entry: &Entry<'_>, producer: &Producer, clock: Option<ClockRate>) -> Option<Millis> {
    let rate = clock.map_or(1.0, |clock| clock.rate);
    let time = entry.time.not_negative().map(|time| time * rate);
    let timings = || entry.timings.0.as_ref().and_then(|timings| timings.total(producer));
    time.or_else(timings).and_then(Millis::new)
}

/// The correction of messages of Playwright 1.61.0, which wrote seconds since the handshake as
/// milliseconds, except for Firefox.
pub(super) fn slow_clock(producer: &Producer, start: EpochMs) -> Option<ClockRate> {
    let browser = producer.browser.as_deref().and_then(|browser| browser.get(.."firefox".len()));
    let is_firefox = browser.is_some_and(|browser| browser.eq_ignore_ascii_case("firefox"));
    let is_slow = producer.name == "Playwright" && producer.version == "1.61.0" && !is_firefox;
    is_slow.then_some(ClockRate { origin: start, rate: 1000.0 })
}

/// Whether the handshake failed. Status 101, status 200 of a CONNECT, and a message prove that it
/// did not. An upgrade, which is HTTP/1.1, never has status 200.
fn has_failed_handshake(entry: &Entry<'_>, status: Option<u16>, has_sent_or_received: bool) -> bool {
    let failed = entry.response.0.as_ref().is_some_and(|response| {
        response.error.as_str().is_some() || response.failure_text.as_str().is_some()
    }) || entry.error.as_str().is_some();
    match status {
        _ if has_sent_or_received => false,
        Some(101) => false,
        Some(200..=299) => failed || requests_upgrade(entry),
        Some(_) => true,
        None => failed,
    }
}

fn message_location(
    messages: Option<MessageColumns>,
    sidecar: Option<String>,
    is_refused: bool,
    producer: &Producer,
    clock: Option<ClockRate>,
) -> Messages {
    match (messages, sidecar) {
        (Some(columns), _) => Messages::Inline(columns),
        // After a failed handshake there are no messages, and the file is the body of the response.
        (None, _) if is_refused => Messages::Inline(MessageColumns::default()),
        (None, Some(file)) if !is_within_directory(&file) => Messages::Missing(Missing::OutsideRecording),
        (None, Some(file)) => {
            Messages::File(MessagesFile { path: file.into(), clock, ..MessagesFile::default() })
        }
        (None, None) if matches!(producer.spoken(), "Firefox" | "Safari") => {
            Messages::Missing(Missing::NotExported)
        }
        (None, None) => Messages::Missing(Missing::NotRecorded),
    }
}

pub(super) fn latest(a: Option<EpochMs>, b: Option<EpochMs>) -> Option<EpochMs> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.later(b)),
        (a, b) => a.or(b),
    }
}

/// The response headers of a handshake, read from the entry a second time, because few entries are
/// sockets.
#[derive(Debug, Default)]
pub(super) struct HandshakeResponseHeaders {
    /// Whether the server accepted an upgrade to WebSocket.
    pub(super) is_upgrade: bool,
    /// The selected subprotocol.
    pub(super) protocol: Option<Box<str>>,
}

impl HandshakeResponseHeaders {
    pub(super) fn of(entry: &[u8]) -> Self {
        let headers = HandshakeEntry::from_object(entry).response.0.unwrap_or_default().headers;
        let protocol = headers.find("sec-websocket-protocol").filter(|protocol| !protocol.is_empty());
        Self {
            is_upgrade: headers.list().iter().any(|header| is_upgrade(&header.name, &header.value)),
            protocol: protocol.map(Box::from),
        }
    }
}
