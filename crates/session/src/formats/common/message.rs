//! Reads one message of the native format, of a HAR, or of Playwright's messages files.

use super::lenient::{Flag, Number, Text};
use crate::encodings::base64;
use crate::model::{
    Direction, Encoding, EpochMs, EventFields, Message, MessageKind, NamedShare, SegmentedBuffer, SmallTimes,
    Span, TimeRange,
};
use json_spans::json_string::{self, Measure};
use json_spans::{Field, Fields};
use thiserror::Error;

/// Why an element is not a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(in crate::formats) enum MessageError {
    #[error("it is not a JSON object")]
    NotAnObject,
    #[error("its JSON is broken or cut off")]
    InvalidJson,
    #[error("it has no type, no time and no payload")]
    Empty,
}

/// The fields of a message as written, with the keys of the native format (`timeStamp`, `message`,
/// `size`) and of HAR (`time`, `data`). Missing values are empty; of repeated keys the last counts.
#[derive(Default)]
struct Element<'a> {
    kind: &'a [u8],
    time_stamp: &'a [u8],
    time: &'a [u8],
    size: &'a [u8],
    opcode: &'a [u8],
    encoding: &'a [u8],
    truncated: &'a [u8],
    socket_id: &'a [u8],
    name: &'a [u8],
    event_name: Option<Field<'a>>,
    event_id: Option<Field<'a>>,
    message: Option<Field<'a>>,
    data: Option<Field<'a>>,
}

impl<'a> Element<'a> {
    fn set(&mut self, field: Field<'a>) {
        match field.key {
            b"type" => self.kind = field.value,
            b"timeStamp" => self.time_stamp = field.value,
            b"time" => self.time = field.value,
            b"size" => self.size = field.value,
            b"opcode" => self.opcode = field.value,
            b"encoding" => self.encoding = field.value,
            b"truncated" => self.truncated = field.value,
            b"socketId" => self.socket_id = field.value,
            b"name" => self.name = field.value,
            // `event` is the recorder's, the other two are Chrome's.
            b"event" | b"eventName" => self.event_name = Some(field),
            b"eventId" => self.event_id = Some(field),
            b"message" => self.message = Some(field).filter(|field| field.value != b"null"),
            b"data" => self.data = Some(field).filter(|field| field.value != b"null"),
            _ => {}
        }
    }

    fn body(&self) -> Option<Field<'a>> {
        self.message.or(self.data)
    }

    fn is_native(&self) -> bool {
        !self.time_stamp.is_empty() || self.message.is_some()
    }
}

/// A message that was read, and its fault.
#[derive(Debug, PartialEq)]
pub(in crate::formats) struct ReadMessage {
    pub(in crate::formats) message: Message,
    /// Name and id, for a message of an event stream.
    pub(in crate::formats) event: EventFields,
    pub(in crate::formats) claim: Ownership,
    pub(in crate::formats) fault: Option<&'static str>,
    /// The recorded number of its time, which the clock of the list converts; NaN if missing.
    pub(in crate::formats) recorded_time: f64,
}

/// Selects the messages of one socket, and says how they are read.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::formats) struct MessageFilter<'a> {
    pub(in crate::formats) socket_id: Option<&'a str>,
    /// Its share of the elements with a URL, if other sockets have the same id.
    pub(in crate::formats) named: Option<&'a NamedShare>,
    /// How small times are interpreted.
    pub(in crate::formats) small_times: SmallTimes,
    /// Whether the elements are events of an event stream: received texts without an opcode.
    pub(in crate::formats) is_event_stream: bool,
}

/// Which socket an element belongs to, by its id and URL.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::formats) enum Ownership {
    /// It has the URL of the socket, which has this share of its messages.
    Ours(TimeRange),
    /// It has neither id nor URL.
    Unclaimed,
    /// It belongs to another socket.
    Foreign,
}

impl MessageFilter<'_> {
    fn claim(&self, element: &Element<'_>) -> Ownership {
        if let Some(ours) = self.socket_id
            && Text::from_json(element.socket_id).filled().is_some_and(|id| id != ours)
        {
            return Ownership::Foreign;
        }
        let Some(ours) = self.named else { return Ownership::Unclaimed };
        match Text::from_json(element.name).filled() {
            Some(name) if *name == *ours.name => Ownership::Ours(ours.share),
            Some(name) if ours.names.binary_search_by(|known| known.as_ref().cmp(name)).is_ok() => {
                Ownership::Foreign
            }
            _ => Ownership::Unclaimed,
        }
    }
}

/// Reads the element at `span`.
///
/// # Errors
/// If the element is not a message.
pub(in crate::formats) fn read(
    buffer: &SegmentedBuffer,
    span: Span,
    owner: MessageFilter<'_>,
) -> Result<ReadMessage, MessageError> {
    let text = buffer.slice(span);
    let leading = text.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let text = text.get(leading..).unwrap_or_default();
    if text.first() != Some(&b'{') {
        return Err(MessageError::NotAnObject);
    }
    let mut fields = Fields::of(text);
    let mut element = Element::default();
    for field in &mut fields {
        element.set(field);
    }
    if !fields.is_complete() {
        return Err(MessageError::InvalidJson);
    }
    let mut read = convert(&element, span.start + leading as u32, owner)?;
    read.claim = owner.claim(&element);
    if fields.has_unexpected() {
        read.fault = Some("its JSON is broken; what could be read of it is kept");
    }
    Ok(read)
}

/// `start` is where the element begins in the file.
fn convert(element: &Element<'_>, start: u32, owner: MessageFilter<'_>) -> Result<ReadMessage, MessageError> {
    let MessageFilter { small_times, is_event_stream, .. } = owner;
    let body = element.body();
    let times = [Number::from_json(element.time_stamp), Number::from_json(element.time)];
    let event = event_fields(element, start);
    let is_blank = element.kind.is_empty() && body.is_none() && times == [Number::Missing; 2];
    if is_blank && event == EventFields::default() {
        return Err(MessageError::Empty);
    }
    let opcode = opcode(element.opcode).filter(|_| !is_event_stream);
    let (kind, direction, is_known) = kind_of(element.kind, opcode);
    let binary = match Text::from_json(element.encoding).as_str() {
        Some(encoding) => encoding.eq_ignore_ascii_case("base64"),
        // HAR: text frames alone are text, everything else is base64. Opcode -1 is an error's.
        None => !element.is_native() && kind != MessageKind::Error && opcode.is_some_and(|code| code != 1),
    };
    // Base64 has no spaces inside a line.
    let binary = binary && !body.and_then(|body| inside(body.value)).is_some_and(base64::has_inner_spaces);
    let is_truncated = Flag::from_json(element.truncated).is_set();
    let measure = body.map(|body| measure(body.value, binary));
    let full_len = measure.filter(|_| !is_truncated).map(|measure| measure.len);
    let given = times[0].get().or(times[1].get());
    let message = Message {
        kind,
        direction,
        time: given.and_then(|time| instant(time, small_times)),
        size: full_len.or(Number::from_json(element.size).as_u64()),
        encoding: body.map_or(Encoding::Absent, |body| encoding_of(body.value, binary)),
        is_truncated,
        has_unicode_escapes: measure.is_some_and(|measure| measure.has_unicode_escapes),
        body: body.map_or(Span::default(), |body| body_span(body, start)),
    };
    let fault = if !(is_known || is_event_stream && element.kind.is_empty()) {
        Some("its type is neither sent nor received; it is listed as received")
    } else if times.contains(&Number::Wrong) {
        Some("its time is not a number")
    } else if small_times == SmallTimes::OfPage(None) && message.time.is_none() && given.is_some() {
        Some("its time counts from when the page began, which is not known")
    } else {
        None
    };
    Ok(ReadMessage {
        message,
        event,
        claim: Ownership::Unclaimed,
        fault,
        recorded_time: given.unwrap_or(f64::NAN),
    })
}

/// The spans of name and id of an event. Values that are not strings are ignored.
fn event_fields(element: &Element<'_>, start: u32) -> EventFields {
    let span = |field: Option<Field<'_>>| {
        let text = field.filter(|field| inside(field.value).is_some_and(|inside| !inside.is_empty()));
        text.map_or(Span::default(), |field| body_span(field, start))
    };
    EventFields { name: span(element.event_name), id: span(element.event_id) }
}

/// An opcode, which has four bits; other numbers are ignored.
fn opcode(raw: &[u8]) -> Option<u64> {
    let code = Number::from_json(raw).get()?;
    ((0.0..16.0).contains(&code) && code.fract() == 0.0).then_some(code as u64)
}

/// The text between the quotes, if the value is a string.
fn inside(value: &[u8]) -> Option<&[u8]> {
    value.strip_prefix(b"\"")?.strip_suffix(b"\"")
}

fn encoding_of(value: &[u8], binary: bool) -> Encoding {
    match inside(value) {
        Some(_) if binary => Encoding::Base64,
        Some(_) => Encoding::JsonString,
        None => Encoding::JsonValue,
    }
}

/// The length of the payload that a value encodes, in bytes. A text that is marked as base64 and is
/// not is measured as text.
fn measure(value: &[u8], binary: bool) -> Measure {
    match inside(value) {
        Some(inside) if binary => {
            if let Some(len) = base64::decoded_len(inside) {
                return Measure { len, has_unicode_escapes: false };
            }
            // Producers escape the slash, and .NET the plus.
            let len = base64::decoded_len(json_string::unescape(inside).as_bytes());
            let text_measure = json_string::measure(inside);
            Measure { len: len.unwrap_or(text_measure.len), ..text_measure }
        }
        Some(inside) => json_string::measure(inside),
        None => Measure {
            // Invalid UTF-8 is read as replacement characters.
            len: String::from_utf8_lossy(value).len() as u64,
            has_unicode_escapes: json_string::has_unicode_escapes(value),
        },
    }
}

fn body_span(body: Field<'_>, start: u32) -> Span {
    let start = start + body.at as u32;
    match inside(body.value) {
        Some(inside) => Span { start: start + 1, len: inside.len() as u32 },
        None => Span { start, len: body.value.len() as u32 },
    }
}

/// A time since 1970: in ms above 1e11, else in seconds; unknown if not positive. The rule fits all
/// producers.
pub(in crate::formats) fn epoch(time: f64) -> Option<EpochMs> {
    match time {
        time if time > 1e11 => EpochMs::new(time),
        time if time > 0.0 => EpochMs::new(time * 1000.0),
        _ => None,
    }
}

/// The instant of a message.
fn instant(time: f64, small_times: SmallTimes) -> Option<EpochMs> {
    match small_times {
        SmallTimes::OfPage(origin) if (0.0..=1e11).contains(&time) => EpochMs::new(origin?.ms() + time),
        SmallTimes::OfPage(_) | SmallTimes::Seconds => epoch(time),
    }
}

/// Kind and direction, and whether the type is a known one.
fn kind_of(kind: &[u8], opcode: Option<u64>) -> (MessageKind, Option<Direction>, bool) {
    let (direction, known) = match inside(kind) {
        Some(b"sent" | b"send") => (Direction::Sent, true),
        Some(b"received" | b"receive") => (Direction::Received, true),
        Some(b"error") => return (MessageKind::Error, None, true),
        _ => (Direction::Received, false),
    };
    let kind = match (opcode, direction) {
        (Some(8), _) => MessageKind::CloseFrame,
        (Some(9), _) => MessageKind::Ping,
        (Some(10), _) => MessageKind::Pong,
        (_, Direction::Sent) => MessageKind::Sent,
        (_, Direction::Received) => MessageKind::Received,
    };
    (kind, Some(direction), known)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> (ReadMessage, String) {
        let mut buffer = SegmentedBuffer::default();
        buffer.append(text.as_bytes()).expect("a small file");
        let read =
            read(&buffer, Span::between(0, text.len() as u64), MessageFilter::default()).expect("an object");
        let body = String::from_utf8_lossy(&buffer.slice(read.message.body)).into_owned();
        (read, body)
    }

    #[test]
    fn a_native_message() {
        let (read, body) =
            read_text(r#" {"type":"sent","timeStamp":1795300133867.5,"size":99,"message":"h\u00e9llo"}"#);
        assert_eq!(read.message.kind, MessageKind::Sent);
        assert_eq!(read.message.time.map(EpochMs::ms), Some(1_795_300_133_867.5));
        assert_eq!(
            (read.message.size, body.as_str()),
            (Some(6), r"h\u00e9llo"),
            "the length is that of the payload in UTF-8"
        );
    }

    #[test]
    fn a_native_binary_prefix_keeps_the_recorded_size() {
        let (read, _) = read_text(
            r#"{"type":"received","opcode":2,"encoding":"base64","message":"AQID","truncated":true,"size":5000}"#,
        );
        assert_eq!(
            (read.message.encoding, read.message.is_truncated, read.message.size),
            (Encoding::Base64, true, Some(5000))
        );
    }

    #[test]
    fn har_times_in_seconds_and_in_milliseconds() {
        let seconds =
            read_text(r#"{"type":"send","time":1693314240.7948081,"opcode":1,"data":"foo"}"#).0.message;
        assert_eq!(seconds.time.map(|time| time.ms().round()), Some(1_693_314_240_795.0));
        let millis =
            read_text(r#"{"type":"receive","time":1693314240794.8,"opcode":2,"data":"AQIDBA=="}"#).0.message;
        assert_eq!(millis.time.map(EpochMs::ms), Some(1_693_314_240_794.8));
        assert_eq!((millis.encoding, millis.size), (Encoding::Base64, Some(4)));
        assert_eq!(read_text(r#"{"type":"send","time":-1,"opcode":1,"data":""}"#).0.message.time, None);
    }

    #[test]
    fn errors_pings_and_closes_by_opcode() {
        assert_eq!(
            read_text(r#"{"type":"error","time":1,"opcode":-1,"data":"no route"}"#).0.message.direction,
            None
        );
        let kind = |opcode: u8| {
            read_text(&format!(r#"{{"type":"receive","opcode":{opcode},"data":""}}"#)).0.message.kind
        };
        assert_eq!(
            (kind(8), kind(9), kind(10)),
            (MessageKind::CloseFrame, MessageKind::Ping, MessageKind::Pong)
        );
    }

    #[test]
    fn an_opcode_beyond_four_bits_is_ignored() {
        for opcode in ["300", "16", "-5", "1.5", "2.5", "1e40", "null", "{}"] {
            let (read, body) =
                read_text(&format!(r#"{{"type":"send","opcode":{opcode},"data":"textual."}}"#));
            assert_eq!(
                (read.message.encoding, body.as_str()),
                (Encoding::JsonString, "textual."),
                "{opcode}"
            );
        }
    }

    #[test]
    fn text_with_spaces_is_not_base64() {
        for (data, encoding) in [
            ("not base", Encoding::JsonString),
            ("one two three four", Encoding::JsonString),
            ("AQID\\r\\n BAUG", Encoding::Base64),
            (" AQIDBAUG ", Encoding::Base64),
        ] {
            let read = read_text(&format!(r#"{{"type":"send","opcode":2,"data":"{data}"}}"#)).0;
            assert_eq!(read.message.encoding, encoding, "{data}");
        }
    }

    #[test]
    fn a_message_without_its_body_says_so() {
        let read = read_text(r#"{"type":"received","timeStamp":5e12,"size":12}"#).0;
        assert_eq!((read.message.encoding, read.message.size), (Encoding::Absent, Some(12)));
        assert_eq!(read_text(r#"{"type":"received","message":null}"#).0.message.encoding, Encoding::Absent);
        assert_eq!(read_text(r#"{"type":"received","message":{"a":1}}"#).1, r#"{"a":1}"#);
    }

    #[test]
    fn a_value_that_is_no_utf_8_has_the_size_of_the_text_it_is_shown_as() {
        let mut buffer = SegmentedBuffer::default();
        let text = b"{\"type\":\"received\",\"message\":\x89\x89}";
        buffer.append(text).expect("a small file");
        let read = read(&buffer, Span { start: 0, len: text.len() as u32 }, MessageFilter::default());
        assert_eq!(read.expect("a message").message.size, Some(6));
    }

    #[test]
    fn a_fault_is_reported_and_does_not_affect_other_fields() {
        assert!(read_text(r#"{"type":"strange","message":"x"}"#).0.fault.is_some());
        let (read, body) = read_text(r#"{"type":"sent","message":"x","time":1e999,"message":"y\ud800"}"#);
        assert_eq!(
            (read.message.kind, read.message.size, body.as_str()),
            (MessageKind::Sent, Some(4), r"y\ud800")
        );
        assert!(read.fault.is_some());
        let mut buffer = SegmentedBuffer::default();
        buffer.append(b"[1]").expect("a small file");
        assert!(super::read(&buffer, Span { start: 0, len: 3 }, MessageFilter::default()).is_err());
    }
}
