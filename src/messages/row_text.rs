//! The texts of a row.

use std::borrow::Cow;

use presentation::labels::{UNKNOWN, close_line, open_line};
use presentation::messages::{Lifecycle, MessageList, MessageRow, opcode_label};
use presentation::time::Clock;
use session::encodings::{one_line, preview, visible_line};
use session::model::{
    Direction, Encoding, EpochMs, Message, MessageKind, MessageLog, Millis, Record, Session, format_bytes,
    plural,
};
use session::redact::mask;

use crate::store::offset_of;

/// Longer than the widest cell shows.
const MAX_PREVIEW_CHARS: usize = 240;
const MAX_TITLE_CHARS: usize = 1000;
/// Characters of the name or the id of an event.
const MAX_EVENT_CHARS: usize = 120;

/// The title of a payload with hidden parts.
const HIDDEN_TITLE: &str = "Hidden credential: open the message to show it";

/// Icon of a row: its `data-kind`, the glyph, and the label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RowIcon {
    pub(super) kind: &'static str,
    pub(super) glyph: &'static str,
    pub(super) label: &'static str,
}

/// The texts of a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct RowText {
    pub(super) icon: RowIcon,
    /// The message's number in the file, from 1; the open and the close have none.
    pub(super) number: Option<u32>,
    /// `text`, `binary`, `ping` or `pong`; empty for others.
    pub(super) opcode: &'static str,
    /// Name and id of an event; `None` for a message of a socket.
    pub(super) event: Option<(String, String)>,
    pub(super) data: String,
    /// The complete line, which may not fit the cell.
    pub(super) data_title: String,
    /// That the payload is truncated, empty or not recorded; empty for a complete one.
    pub(super) remark: &'static str,
    pub(super) length: String,
    /// The exact size in bytes, where known.
    pub(super) bytes: Option<u64>,
    pub(super) time: String,
    /// The wall clock; empty where the time is not known.
    pub(super) time_title: String,
    /// The time of day; empty where the time is not known.
    pub(super) clock: String,
    pub(super) delta: String,
}

impl RowText {
    /// The exact size as text; empty where it is not known.
    pub(super) fn length_title(&self) -> String {
        self.bytes.map(|bytes| plural(bytes, "byte")).unwrap_or_default()
    }

    /// The texts without the credentials in the payload.
    pub(super) fn masked(self) -> Self {
        match mask(&self.data) {
            Cow::Owned(data) => Self { data, data_title: HIDDEN_TITLE.to_owned(), ..self },
            Cow::Borrowed(_) => self,
        }
    }
}

/// The rows in the order of the table, and by time: the time since the previous row is the same in
/// every order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lists<'a> {
    pub(super) list: &'a MessageList,
    pub(super) listed: &'a MessageList,
}

/// The texts of the row at a position of the list.
pub(super) fn row_text(
    session: &Session,
    record: &Record,
    log: MessageLog<'_>,
    lists: Lists<'_>,
    position: usize,
    clock: Clock,
) -> Option<RowText> {
    let Lists { list, listed } = lists;
    let ends = Lifecycle::of(session, record);
    let row = list.row(position)?;
    let time = list.time(log.columns, ends, position);
    let by_time = listed.position_of_row(row)?;
    let delta = listed.delta(log.columns, ends, by_time).map(Millis::duration);
    let blank = RowText {
        icon: icon_of(row, None),
        number: None,
        opcode: "",
        event: None,
        data: String::new(),
        data_title: String::new(),
        remark: "",
        length: String::new(),
        bytes: None,
        time: offset_of(session, time),
        time_title: wall_clock(time, clock),
        clock: time.map(|time| clock.time_of_day(time)).unwrap_or_default(),
        delta: delta.unwrap_or_else(|| if by_time == 0 { String::new() } else { UNKNOWN.to_owned() }),
    };
    Some(match row {
        MessageRow::Open => with_line(blank, open_line(record)),
        MessageRow::Close => with_line(blank, close_line(session, record)),
        MessageRow::Message(index) => {
            let event = record.event_stream().map(|_| event_text(log, index));
            RowText { event, time_title: message_clock(log, time, clock), ..of_message(blank, log, index)? }
        }
    })
}

fn with_line(blank: RowText, line: String) -> RowText {
    RowText { data_title: visible_line(&line, MAX_TITLE_CHARS).into_owned(), data: line, ..blank }
}

/// Name and id of an event, each on one line.
pub(super) fn event_text(log: MessageLog<'_>, index: u32) -> (String, String) {
    let text = |text: String| one_line(&text, MAX_EVENT_CHARS);
    (text(log.event_name(index as usize)), text(log.event_id(index as usize)))
}

fn of_message(blank: RowText, log: MessageLog<'_>, index: u32) -> Option<RowText> {
    let message = log.columns.get(index as usize)?;
    let raw = log.raw(&message);
    let is_control = matches!(message.kind, MessageKind::Ping | MessageKind::Pong);
    let payload = match message.size {
        Some(0) if is_control => String::new(),
        size => preview(message.encoding, &raw, size, MAX_PREVIEW_CHARS),
    };
    Some(RowText {
        icon: icon_of(MessageRow::Message(index), Some(&message)),
        number: Some(index.saturating_add(1)),
        opcode: opcode_label(&message),
        data: named(message.kind, payload),
        remark: Some(payload_remark(&message))
            .filter(|remark| !is_control || *remark != "Empty")
            .unwrap_or_default(),
        length: length(&message),
        bytes: message.size,
        ..blank
    })
}

/// A ping or a pong is named, because most have no payload.
fn named(kind: MessageKind, payload: String) -> String {
    let name = match kind {
        MessageKind::Ping => "Ping",
        MessageKind::Pong => "Pong",
        _ => return payload,
    };
    if payload.is_empty() { name.to_owned() } else { format!("{name} {payload}") }
}

/// The icon of a row; `message` is the one of a message's row.
pub(super) fn icon_of(row: MessageRow, message: Option<&Message>) -> RowIcon {
    let (kind, label) = match (row, message.map(|message| message.kind)) {
        (MessageRow::Open, _) => ("open", "Open"),
        (MessageRow::Close, _) | (_, Some(MessageKind::CloseFrame)) => ("close", "Close"),
        (_, Some(MessageKind::Sent)) => ("sent", "Sent"),
        (_, Some(MessageKind::Received)) => ("received", "Received"),
        (_, Some(MessageKind::Ping)) => ("ping", "Ping"),
        (_, Some(MessageKind::Pong)) => ("pong", "Pong"),
        (MessageRow::Message(_), Some(MessageKind::Error) | None) => ("error", "Error"),
    };
    let glyph = match (kind, message.and_then(|message| message.direction)) {
        ("open", _) => "○",
        ("close", _) => "✕",
        ("error", _) => "!",
        (_, Some(Direction::Sent)) => "↑",
        (_, Some(Direction::Received)) => "↓",
        (_, None) => "·",
    };
    RowIcon { kind, glyph, label }
}

/// A remark about a payload that is truncated, empty or not recorded; empty for a complete one.
pub(super) fn payload_remark(message: &Message) -> &'static str {
    let is_absent = message.encoding == Encoding::Absent;
    match message.kind {
        MessageKind::Error if is_absent => "The socket reported an error",
        MessageKind::CloseFrame if is_absent => "Close frame",
        _ if is_absent && message.size == Some(0) => "Empty",
        _ if is_absent => "Body not recorded",
        _ if message.is_truncated => "truncated",
        _ if message.body.is_empty() => "Empty",
        _ => "",
    }
}

fn length(message: &Message) -> String {
    // An error carries no payload, whatever size a recorder writes down for it.
    let has_none = message.kind == MessageKind::Error && message.encoding == Encoding::Absent;
    message.size.filter(|_| !has_none).map_or_else(|| UNKNOWN.to_owned(), format_bytes)
}

/// The wall-clock time; empty where it is not known.
pub(super) fn wall_clock(time: Option<EpochMs>, clock: Clock) -> String {
    time.map(|time| clock.wall_clock(time)).unwrap_or_default()
}

/// The same of a message, whose time may be estimated.
pub(super) fn message_clock(log: MessageLog<'_>, time: Option<EpochMs>, clock: Clock) -> String {
    let mut text = wall_clock(time, clock);
    if time.is_some() && log.columns.has_estimated_times() {
        text.push_str("\nEstimated: recorded on another clock, counted from the socket's start");
    }
    text
}
