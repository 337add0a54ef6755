//! What a HAR entry says of a socket.

use serde::Deserialize;

use super::close;
use super::entry::{Entry, NameValue, Timings};
use super::own::Own;
use crate::model::{
    ClockRate, EpochMs, MessageColumns, Messages, MessagesFile, Millis, Missing, Producer, Socket, Totals,
};
use crate::read::lenient::{List, Object};
use crate::read::path::stays_inside;
use crate::read::salvage::salvage;

/// A socket is told by any of its marks; not by status 101 alone, for RFC 8441 sockets come as CONNECT and 200.
pub(super) fn is_socket(entry: &Entry<'_>, url: &str, has_messages: bool) -> bool {
    let scheme = url.get(..6).unwrap_or(url).to_ascii_lowercase();
    has_messages
        || entry.resource_type.as_str().is_some_and(|name| name.eq_ignore_ascii_case("websocket"))
        || scheme.starts_with("ws:")
        || scheme.starts_with("wss:")
        || asks_for_upgrade(entry)
}

fn asks_for_upgrade(entry: &Entry<'_>) -> bool {
    entry.request.0.as_ref().is_some_and(|request| request.headers.0)
}

pub(super) fn socket(
    entry: &Entry<'_>,
    start: Option<EpochMs>,
    status: Option<u16>,
    producer: &Producer,
    mut messages: Option<MessageColumns>,
) -> Socket {
    let clock = start.and_then(|start| slow_clock(producer, start));
    if let Some((columns, clock)) = messages.as_mut().zip(clock) {
        columns.mend_times(clock);
    }
    let entry_end = start.zip(length(entry)).map(|(start, length)| start + length);
    let last_message = messages.as_ref().and_then(|columns| MessageTimes::of(columns, start).last);
    let spoke =
        messages.as_ref().is_some_and(|columns| columns.iter().any(|message| message.direction.is_some()));
    let told = entry.own.0.as_ref().and_then(Own::refused);
    let refused = told.unwrap_or_else(|| is_refused(entry, status, spoke));
    Socket {
        id: None,
        // mitmproxy's `time` is the handshake alone.
        opened: entry_end.filter(|_| producer.name.starts_with("mitmproxy") && !refused),
        protocol: None,
        ending: close::of_entry(entry, start, entry_end, producer, refused),
        orphan: false,
        refused,
        last_seen: later(entry_end, last_message).or(start),
        totals: Totals { messages: messages.as_ref().map(|columns| columns.len() as u64), bytes: None },
        messages: where_messages_are(entry, messages, refused, producer, clock),
    }
}

/// `time`, or the sum of the timings where it is missing.
fn length(entry: &Entry<'_>) -> Option<Millis> {
    let timings = || entry.timings.0.as_ref().and_then(Timings::sum);
    entry.time.not_negative().or_else(timings).and_then(Millis::new)
}

/// Playwright 1.61.0 took the seconds that had passed since the handshake for milliseconds.
fn slow_clock(producer: &Producer, start: EpochMs) -> Option<ClockRate> {
    let is_slow = producer.name == "Playwright" && producer.version == "1.61.0";
    is_slow.then_some(ClockRate { origin: start, rate: 1000.0 })
}

/// 101, or 200 to a CONNECT, or a message that went through, prove that the handshake was done. An upgrade, which is
/// HTTP/1.1, is never answered with 200.
fn is_refused(entry: &Entry<'_>, status: Option<u16>, spoke: bool) -> bool {
    let failed = entry.response.0.as_ref().is_some_and(|response| {
        response.error.filled().is_some() || response.failure_text.filled().is_some()
    });
    match status {
        _ if spoke => false,
        Some(101) => false,
        Some(200..=299) => failed || asks_for_upgrade(entry),
        Some(_) => true,
        None => failed,
    }
}

fn where_messages_are(
    entry: &Entry<'_>,
    messages: Option<MessageColumns>,
    refused: bool,
    producer: &Producer,
    clock: Option<ClockRate>,
) -> Messages {
    let side_file = entry.side_file().filter(|file| stays_inside(file));
    match (messages, side_file) {
        (Some(columns), _) => Messages::Inline(columns),
        // A handshake that failed carried none; what is beside it is the body of the refusal.
        (None, _) if refused => Messages::Inline(MessageColumns::default()),
        (None, Some(file)) => {
            Messages::File(MessagesFile { path: file.into(), clock, ..MessagesFile::default() })
        }
        (None, None) if matches!(producer.spoken(), "Firefox" | "Safari") => {
            Messages::Missing(Missing::NotExported)
        }
        (None, None) => Messages::Missing(Missing::NotRecorded),
    }
}

/// The times of a socket's messages, held against the start of its entry.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct MessageTimes {
    /// The latest that can be true.
    pub(super) last: Option<EpochMs>,
    /// How many cannot be: more than a day before the entry, or a month after it.
    pub(super) unlikely: u64,
}

impl MessageTimes {
    pub(super) fn of(columns: &MessageColumns, start: Option<EpochMs>) -> Self {
        const DAY: f64 = 86_400_000.0;
        let likely = start.map_or(f64::MIN..=f64::MAX, |start| start.ms() - DAY..=start.ms() + 30.0 * DAY);
        let known = || columns.raw_times().iter().copied().filter(|time| !time.is_nan());
        let last = known().filter(|time| likely.contains(time)).reduce(f64::max).and_then(EpochMs::new);
        Self { last, unlikely: known().filter(|time| !likely.contains(time)).count() as u64 }
    }
}

fn later(a: Option<EpochMs>, b: Option<EpochMs>) -> Option<EpochMs> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.later(b)),
        (a, b) => a.or(b),
    }
}

/// What the headers of the answer say, read from the entry a second time, because few entries are sockets.
#[derive(Debug, Default)]
pub(super) struct Answer {
    /// The server agreed to an upgrade to WebSocket.
    pub(super) is_upgrade: bool,
    /// The subprotocol that it chose.
    pub(super) protocol: Option<Box<str>>,
}

#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct AnsweredEntry<'a> {
    response: Object<AnswerHeaders<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct AnswerHeaders<'a> {
    headers: List<NameValue<'a>>,
}

impl Answer {
    pub(super) fn of(entry: &[u8]) -> Self {
        match serde_json::from_slice::<AnsweredEntry<'_>>(entry) {
            Ok(entry) => Self::told_by(entry),
            // Of a damaged entry what can be read counts, as it does for the rest of its row.
            Err(_) => Self::told_by(AnsweredEntry::deserialize(&salvage(entry)).unwrap_or_default()),
        }
    }

    fn told_by(entry: AnsweredEntry<'_>) -> Self {
        let headers = entry.response.0.and_then(|response| response.headers.0).unwrap_or_default();
        let protocol = headers.iter().find(|header| header.is("sec-websocket-protocol"));
        Self {
            is_upgrade: headers.iter().any(NameValue::is_upgrade),
            protocol: protocol.and_then(|header| header.value.boxed()),
        }
    }
}
