//! One message, as the native format, HAR producers and Playwright's side files write it.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::lenient::{Flag, Number, Text};
use super::salvage::{is_whole_object, raw_fields, salvage};
use crate::decode::base64;
use crate::model::{Direction, Encoding, EpochMs, KeptBytes, Message, MessageKind, Span};
use crate::scan::json_string;

/// Both spellings of a message: `timeStamp`, `message`, `size` natively; `time`, `data` in HAR.
#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Element<'a> {
    #[serde(rename = "type")]
    kind: Text<'a>,
    #[serde(rename = "timeStamp")]
    time_stamp: Number,
    time: Number,
    size: Number,
    opcode: Number,
    encoding: Text<'a>,
    truncated: Flag,
    #[serde(rename = "socketId")]
    socket_id: Text<'a>,
    name: Text<'a>,
    #[serde(borrow)]
    message: Option<&'a RawValue>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
}

/// A message that was read, and what was wrong with it.
#[derive(Debug, PartialEq)]
pub(super) struct ReadMessage {
    pub(super) message: Message,
    pub(super) claim: Claim,
    pub(super) fault: Option<&'static str>,
}

/// The socket whose messages are wanted, as far as elements may name it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Owner<'a> {
    pub(super) socket_id: Option<&'a str>,
    /// Its URL.
    pub(super) name: Option<&'a str>,
}

/// Whose an element is, by what it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    /// It names the URL asked for.
    Ours,
    /// It names nothing that tells.
    Unclaimed,
    /// It names another socket.
    Foreign,
}

impl Owner<'_> {
    fn claim(&self, element: &Element<'_>) -> Claim {
        let is_other_id = self.socket_id.zip(element.socket_id.filled()).is_some_and(|(ours, named)| ours != named);
        match self.name.zip(element.name.filled()) {
            _ if is_other_id => Claim::Foreign,
            Some((ours, named)) if ours != named => Claim::Foreign,
            Some(_) => Claim::Ours,
            None => Claim::Unclaimed,
        }
    }
}

/// A message's body as it stands in the file: a JSON value, and where it begins.
#[derive(Clone, Copy)]
struct RawBody<'a> {
    text: &'a [u8],
    start: u32,
    /// Under the native format's key.
    is_native: bool,
}

/// Reads the element at `span`.
///
/// # Errors
/// Why the element is no message.
pub(super) fn read(kept: &KeptBytes, span: Span, owner: Owner<'_>) -> Result<ReadMessage, String> {
    let text = kept.slice(span);
    let leading = text.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let text = text.trim_ascii();
    let start = span.start + leading as u32;
    if text.first() != Some(&b'{') {
        return Err("it is no JSON object".to_owned());
    }
    match serde_json::from_slice::<Element<'_>>(text) {
        Ok(element) => convert(&element, element.body(text, start), owner),
        Err(_) if is_whole_object(text) => read_slowly(text, start, owner),
        Err(error) => Err(format!("its JSON is broken ({error})")),
    }
}

/// An element that the fast reader refuses: a key stands twice (the last counts), or something in it is broken.
fn read_slowly(text: &[u8], start: u32, owner: Owner<'_>) -> Result<ReadMessage, String> {
    let fields = raw_fields(text);
    let body = |wanted: &str| {
        let (_, raw) = fields.iter().rev().find(|(key, _)| key == wanted)?;
        RawBody::new(raw, text, start, wanted == "message")
    };
    let mut value = salvage(text);
    if let Some(fields) = value.as_object_mut() {
        fields.remove("message");
        fields.remove("data");
    }
    let element = Element::deserialize(&value).map_err(|error| error.to_string())?;
    let mut read = convert(&element, body("message").or_else(|| body("data")), owner)?;
    read.fault = read.fault.or(Some("a key stands twice in it, or something is broken; what could be read is kept"));
    Ok(read)
}

impl<'a> Element<'a> {
    fn body(&self, text: &[u8], start: u32) -> Option<RawBody<'a>> {
        let body = |raw: Option<&'a RawValue>, is_native| RawBody::new(raw?.get().as_bytes(), text, start, is_native);
        body(self.message, true).or_else(|| body(self.data, false))
    }
}

impl<'a> RawBody<'a> {
    /// The value `raw`, which is a part of `text`, which begins at `start` in the file; `null` is no body.
    fn new(raw: &'a [u8], text: &[u8], start: u32, is_native: bool) -> Option<Self> {
        let offset = (raw.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
        (raw != b"null").then_some(Self { text: raw, start: start + offset as u32, is_native })
    }

    /// What stands between the quotes, where the value is a string.
    fn inside(self) -> Option<&'a [u8]> {
        let inside = self.text.strip_prefix(b"\"")?;
        Some(inside.strip_suffix(b"\"").unwrap_or(inside))
    }

    fn encoding(self, binary: bool) -> Encoding {
        match self.inside() {
            Some(_) if binary => Encoding::Base64,
            Some(_) => Encoding::JsonString,
            None => Encoding::JsonValue,
        }
    }

    fn span(self) -> Span {
        match self.inside() {
            Some(inside) => Span { start: self.start + 1, len: inside.len() as u32 },
            None => Span { start: self.start, len: self.text.len() as u32 },
        }
    }

    /// Bytes of the payload that it stands for.
    fn payload_len(self, binary: bool) -> u64 {
        match self.inside() {
            Some(inside) if binary => base64::decoded_len(inside),
            Some(inside) => json_string::unescaped_len(inside),
            None => self.text.len() as u64,
        }
    }
}

fn convert(element: &Element<'_>, body: Option<RawBody<'_>>, owner: Owner<'_>) -> Result<ReadMessage, String> {
    let times = [element.time_stamp, element.time];
    if element.kind.as_str().is_none() && body.is_none() && times == [Number::Missing; 2] {
        return Err("it has no type, no time and no payload".to_owned());
    }
    let opcode = element.opcode.whole();
    let (kind, direction, is_known) = kind_of(element.kind.as_str(), opcode);
    let is_native = element.time_stamp != Number::Missing || body.is_some_and(|body| body.is_native);
    let binary = match element.encoding.as_str() {
        Some(encoding) => encoding.eq_ignore_ascii_case("base64"),
        // HAR: text frames alone are text, everything else is base64. Opcode -1 is an error's.
        None => !is_native && kind != MessageKind::Error && opcode.is_some_and(|code| code != 1 && code != 0),
    };
    let truncated = element.truncated.is_set();
    let whole = body.filter(|_| !truncated).map(|body| body.payload_len(binary));
    let time = element.time_stamp.get().or(element.time.get());
    let message = Message {
        kind,
        direction,
        time: time.and_then(epoch),
        size: whole.or(element.size.whole()),
        encoding: body.map_or(Encoding::Absent, |body| body.encoding(binary)),
        truncated,
        body: body.map_or(Span::default(), RawBody::span),
    };
    let fault = if !is_known {
        Some("its type is neither sent nor received; it is listed as received")
    } else if times.contains(&Number::Wrong) {
        Some("its time is no number")
    } else {
        None
    };
    Ok(ReadMessage { message, claim: owner.claim(element), fault })
}

/// One rule fits all producers: above 1e11 a time is in ms, above 0 in seconds, else it is unknown.
pub(super) fn epoch(time: f64) -> Option<EpochMs> {
    match time {
        time if time > 1e11 => EpochMs::new(time),
        time if time > 0.0 => EpochMs::new(time * 1000.0),
        _ => None,
    }
}

/// Kind and direction, and whether the type was one that is known.
fn kind_of(kind: Option<&str>, opcode: Option<u64>) -> (MessageKind, Option<Direction>, bool) {
    let (direction, known) = match kind {
        Some("sent" | "send") => (Direction::Sent, true),
        Some("received" | "receive") => (Direction::Received, true),
        Some("error") => return (MessageKind::Error, None, true),
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
        let mut kept = KeptBytes::default();
        kept.append(text.as_bytes()).expect("a small file");
        let read = read(&kept, Span::between(0, text.len() as u64), Owner::default()).expect("an object");
        let body = String::from_utf8_lossy(&kept.slice(read.message.body)).into_owned();
        (read, body)
    }

    #[test]
    fn a_native_message() {
        let (read, body) = read_text(r#" {"type":"sent","timeStamp":1795300133867.5,"size":99,"message":"h\u00e9llo"}"#);
        assert_eq!(read.message.kind, MessageKind::Sent);
        assert_eq!(read.message.time.map(EpochMs::ms), Some(1_795_300_133_867.5));
        assert_eq!((read.message.size, body.as_str()), (Some(6), r"h\u00e9llo"), "the length is that of the payload in UTF-8");
    }

    #[test]
    fn a_native_binary_prefix_keeps_the_recorded_size() {
        let (read, _) = read_text(r#"{"type":"received","opcode":2,"encoding":"base64","message":"AQID","truncated":true,"size":5000}"#);
        assert_eq!((read.message.encoding, read.message.truncated, read.message.size), (Encoding::Base64, true, Some(5000)));
    }

    #[test]
    fn har_times_in_seconds_and_in_milliseconds() {
        let seconds = read_text(r#"{"type":"send","time":1693314240.7948081,"opcode":1,"data":"foo"}"#).0.message;
        assert_eq!(seconds.time.map(|time| time.ms().round()), Some(1_693_314_240_795.0));
        let millis = read_text(r#"{"type":"receive","time":1693314240794.8,"opcode":2,"data":"AQIDBA=="}"#).0.message;
        assert_eq!(millis.time.map(EpochMs::ms), Some(1_693_314_240_794.8));
        assert_eq!((millis.encoding, millis.size), (Encoding::Base64, Some(4)));
        assert_eq!(read_text(r#"{"type":"send","time":-1,"opcode":1,"data":""}"#).0.message.time, None);
    }

    #[test]
    fn errors_pings_and_closes_by_opcode() {
        assert_eq!(read_text(r#"{"type":"error","time":1,"opcode":-1,"data":"no route"}"#).0.message.direction, None);
        let kind = |opcode: u8| read_text(&format!(r#"{{"type":"receive","opcode":{opcode},"data":""}}"#)).0.message.kind;
        assert_eq!((kind(8), kind(9), kind(10)), (MessageKind::CloseFrame, MessageKind::Ping, MessageKind::Pong));
    }

    #[test]
    fn a_message_without_its_body_says_so() {
        let read = read_text(r#"{"type":"received","timeStamp":5e12,"size":12}"#).0;
        assert_eq!((read.message.encoding, read.message.size), (Encoding::Absent, Some(12)));
        assert_eq!(read_text(r#"{"type":"received","message":null}"#).0.message.encoding, Encoding::Absent);
        assert_eq!(read_text(r#"{"type":"received","message":{"a":1}}"#), (read_text(r#"{"type":"received","message":{"a":1}}"#).0, r#"{"a":1}"#.to_owned()));
    }

    #[test]
    fn a_fault_is_named_and_costs_nothing_else() {
        assert!(read_text(r#"{"type":"strange","message":"x"}"#).0.fault.is_some());
        let (read, body) = read_text(r#"{"type":"sent","message":"x","time":1e999,"message":"y\ud800"}"#);
        assert_eq!((read.message.kind, read.message.size, body.as_str()), (MessageKind::Sent, Some(4), r"y\ud800"));
        assert!(read.fault.is_some());
        let mut kept = KeptBytes::default();
        kept.append(b"[1]").expect("a small file");
        assert!(super::read(&kept, Span { start: 0, len: 3 }, Owner::default()).is_err());
    }
}
