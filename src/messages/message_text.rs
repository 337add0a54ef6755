//! The texts of the selected row in full.

use json_spans::json_string;
use presentation::labels::{UNKNOWN, close_line, open_line};
use presentation::messages::{Lifecycle, MessageRow};
use presentation::network::without_scheme;
use presentation::time::Clock;
use session::encodings::{Payload, base64};
use session::model::{
    Direction, Encoding, Message, MessageKind, MessageLog, Record, Session, format_bytes, plural,
};

use super::row_text::{RowIcon, event_text, icon_of, message_clock, payload_remark, wall_clock};
use crate::store::offset_of;

/// Longest name of a file, without extension.
const MAX_STEM_CHARS: usize = 60;

/// A message in full.
#[derive(Debug)]
pub(super) struct MessageText {
    pub(super) icon: RowIcon,
    /// `Sent`, `Ping received`, `Error`.
    pub(super) direction: String,
    pub(super) time: String,
    pub(super) time_title: String,
    pub(super) size: String,
    pub(super) size_title: String,
    /// That the payload is truncated or invalid; name and id of an event.
    pub(super) remarks: Vec<String>,
    /// The payload, or why there is none.
    pub(super) payload: Result<Payload, &'static str>,
    /// The name of a file that holds the payload, without extension.
    pub(super) file_stem: String,
}

/// The message at `index` of the file.
pub(super) fn message_text(
    session: &Session,
    record: &Record,
    log: MessageLog<'_>,
    index: u32,
    clock: Clock,
) -> Option<MessageText> {
    let message = log.columns.get(index as usize)?;
    let raw = log.raw(&message);
    let payload = Payload::from_message(message.encoding, &raw);
    let number = u64::from(index) + 1;
    Some(MessageText {
        icon: icon_of(MessageRow::Message(index), Some(&message)),
        direction: direction(&message),
        time: offset_of(session, message.time),
        time_title: message_clock(log, message.time, clock),
        size: message.size.map_or_else(|| format!("size {UNKNOWN}"), format_bytes),
        size_title: message.size.map_or_else(|| "Size not recorded".to_owned(), |size| plural(size, "byte")),
        remarks: event_remarks(record, log, index)
            .chain(
                payload.as_ref().map(|payload| payload_remarks(&message, payload, &raw)).unwrap_or_default(),
            )
            .collect(),
        payload: payload.ok_or_else(|| payload_remark(&message)),
        file_stem: format!("{}-message-{number}", stem_of(&record.url)),
    })
}

/// Name and id of an event.
fn event_remarks(record: &Record, log: MessageLog<'_>, index: u32) -> impl Iterator<Item = String> + use<> {
    let event = record.event_stream().map(|_| event_text(log, index));
    event.into_iter().flat_map(|(name, id)| {
        let id = Some(format!("Id {id}")).filter(|_| !id.is_empty());
        [format!("Event {name}")].into_iter().chain(id)
    })
}

fn direction(message: &Message) -> String {
    let direction = match message.direction {
        Some(Direction::Sent) => "sent",
        Some(Direction::Received) => "received",
        None => "",
    };
    let kind = match message.kind {
        MessageKind::Sent => return "Sent".to_owned(),
        MessageKind::Received => return "Received".to_owned(),
        MessageKind::Error => "Error",
        MessageKind::Ping => "Ping",
        MessageKind::Pong => "Pong",
        MessageKind::CloseFrame => "Close frame",
    };
    format!("{kind} {direction}").trim_end().to_owned()
}

fn payload_remarks(message: &Message, payload: &Payload, raw: &[u8]) -> Vec<String> {
    let mut remarks = Vec::new();
    if message.is_truncated {
        let recorded = format_bytes(payload.bytes().len() as u64);
        remarks.push(match message.size {
            Some(size) => format!("Truncated: the first {recorded} of {} were recorded", format_bytes(size)),
            None => format!("Truncated: the first {recorded} were recorded"),
        });
    }
    remarks.extend(payload.guess().map(|guess| format!("{guess} (guessed)")));
    let is_text = payload.text().is_some();
    if message.encoding == Encoding::Base64
        && is_text
        && base64::decode(json_string::unescape(raw).as_bytes()).is_none()
    {
        remarks.push("Not valid base64, although recorded as such: shown as recorded".to_owned());
    }
    remarks
}

/// The open or the close in full.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LifecycleText {
    pub(super) line: String,
    pub(super) time: String,
    pub(super) time_title: String,
}

pub(super) fn lifecycle_text(
    session: &Session,
    record: &Record,
    row: MessageRow,
    clock: Clock,
) -> LifecycleText {
    let ends = Lifecycle::of(session, record);
    let (line, time) = match row {
        MessageRow::Open => (open_line(record), ends.open),
        MessageRow::Message(_) | MessageRow::Close => (close_line(session, record), ends.close),
    };
    LifecycleText { line, time: offset_of(session, time), time_title: wall_clock(time, clock) }
}

/// The path of a URL in characters that every file system accepts: `orders-live` for
/// `wss://a.test/orders/live?x=1`.
pub(super) fn stem_of(url: &str) -> String {
    let address = without_scheme(url).split(['?', '#']).next().unwrap_or_default();
    let (host, path) = address.split_once('/').unwrap_or((address, ""));
    [path, host, "socket"].into_iter().map(slug).find(|slug| !slug.is_empty()).unwrap_or_default()
}

fn slug(text: &str) -> String {
    let parts =
        text.split(|char: char| !char.is_ascii_alphanumeric() && char != '_').filter(|part| !part.is_empty());
    let slug = parts.take(MAX_STEM_CHARS).collect::<Vec<_>>().join("-");
    slug.chars().take(MAX_STEM_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_after_the_path_of_its_socket() {
        assert_eq!(stem_of("wss://shop.example.test/orders/live?token=../x"), "orders-live");
        assert_eq!(stem_of("wss://shop.example.test:8443/"), "shop-example-test-8443");
        assert_eq!(stem_of("wss://shop.example.test"), "shop-example-test");
        assert_eq!(stem_of("/../..\\:"), "socket");
        assert_eq!(stem_of(&format!("wss://a.test/{}", "x".repeat(999))).len(), MAX_STEM_CHARS);
    }
}
