//! Bodies of HTTP that are more than one value: calls of gRPC-Web, gRPC and Connect, Protocol
//! Buffers, and operations of GraphQL, as decoded messages.

use std::borrow::Cow;
use std::ops::Range;

use session::encodings::source::{Formatter, Language};
use session::encodings::{
    Compression, EnvelopeKind, GraphQlOperation, Payload, Syntax, envelopes, graphql_of_document,
    graphql_of_query, graphql_operations, grpc_status_name, grpc_web_text,
};
use session::model::{Header, format_bytes};
use session::protocols::{DecodedBody, DecodedField, DecodedMessage, DecodedUnit};

/// Bytes of the largest document of GraphQL that is formatted at once.
const MAX_DOCUMENT: usize = 512 << 10;
/// Envelopes that are shown.
const MAX_UNITS: usize = 200;

/// Whose body it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodySide {
    Request,
    Response,
}

/// How the messages of a call are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MessageEncoding {
    Protobuf,
    Json,
    /// Another one, of which nothing is known.
    Unknown,
}

/// What carries messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Carrier {
    /// One message is the body.
    Whole,
    /// Envelopes.
    Envelopes,
    /// Envelopes in base64.
    EnvelopesInText,
}

/// The body decoded by its MIME type and its content; `None` if the views of the payload show as
/// much. `headers` are those that were sent with it.
pub fn decode_body(
    side: BodySide,
    mime: &str,
    headers: Option<&[Header]>,
    payload: &Payload,
) -> Option<DecodedMessage> {
    let essence = mime.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if let Some((carrier, encoding)) = carrier_of(&essence) {
        return call(carrier, encoding, headers, payload);
    }
    if side == BodySide::Response {
        return None;
    }
    let operations = match payload.tree() {
        Some(tree) => graphql_operations(tree, payload.bytes())?,
        None if essence == "application/graphql" => vec![graphql_of_document(payload.text()?)?],
        None => return None,
    };
    Some(graphql(&operations))
}

/// The operation of GraphQL that the parameters of a URL are.
pub fn decode_query(query: &[Header]) -> Option<DecodedMessage> {
    let parameters = query.iter().map(|field| (field.name.as_str(), field.value.as_str()));
    graphql_of_query(parameters).map(|operation| graphql(&[operation]))
}

/// How a call of gRPC ended, by its headers: a response without a body has its trailers there.
pub fn grpc_status(headers: &[Header]) -> Vec<Header> {
    let is_status = |header: &&Header| is_status_name(&header.name);
    headers.iter().filter(is_status).map(|header| status_field(&header.name, &header.value)).collect()
}

fn carrier_of(essence: &str) -> Option<(Carrier, MessageEncoding)> {
    let name = essence.strip_prefix("application/")?;
    let (name, encoding) = match name.split_once('+') {
        None => (name, MessageEncoding::Protobuf),
        Some((name, "proto")) => (name, MessageEncoding::Protobuf),
        Some((name, "json")) => (name, MessageEncoding::Json),
        Some((name, _)) => (name, MessageEncoding::Unknown),
    };
    let carrier = match name {
        "grpc" | "grpc-web" | "connect" => Carrier::Envelopes,
        "grpc-web-text" => Carrier::EnvelopesInText,
        "proto" | "protobuf" | "x-protobuf" | "x-google-protobuf" | "vnd.google.protobuf" => Carrier::Whole,
        _ => return None,
    };
    Some((carrier, encoding))
}

fn call(
    carrier: Carrier,
    encoding: MessageEncoding,
    headers: Option<&[Header]>,
    payload: &Payload,
) -> Option<DecodedMessage> {
    let body = match carrier {
        Carrier::Whole => {
            let body = message_payload(encoding, payload.bytes().to_vec());
            let size = format_bytes(body.bytes().len() as u64);
            let mut unit = unit(format!("Message · {size}"), 0..body.bytes().len());
            unit.bodies.push(named("Fields", body));
            return Some(DecodedMessage { units: vec![unit] });
        }
        Carrier::Envelopes => Cow::Borrowed(payload.bytes()),
        Carrier::EnvelopesInText => Cow::Owned(grpc_web_text(payload.bytes())?),
    };
    let mut units = Vec::new();
    let status = headers.map(grpc_status).unwrap_or_default();
    if !status.is_empty() {
        let mut unit = unit("Status in the headers".to_owned(), 0..0);
        unit.fields.extend(status.into_iter().map(|header| field(header.name, header.value)));
        units.push(unit);
    }
    let mut count = 0_usize;
    for envelope in envelopes(&body)?.into_iter().take(MAX_UNITS) {
        let content = body.get(envelope.content.clone()).unwrap_or_default();
        let content = match Compression::of(content).filter(|_| envelope.is_compressed) {
            None if envelope.is_compressed => Err("compressed with an encoding that is not decoded".into()),
            None => Ok(Cow::Borrowed(content)),
            Some(compression) => {
                compression.decompress(content).map(Cow::Owned).map_err(|error| error.to_string())
            }
        };
        let size = format_bytes(envelope.content.len() as u64);
        count += usize::from(envelope.kind == EnvelopeKind::Message);
        let event = match envelope.kind {
            EnvelopeKind::Message => format!("Message {count} · {size}"),
            EnvelopeKind::Trailers => "Trailers".to_owned(),
            EnvelopeKind::EndOfStream => "End of the stream".to_owned(),
        };
        let mut unit = unit(event, envelope.content.clone());
        match (content, envelope.kind) {
            (Err(why), _) => unit.problem = Some(Cow::Owned(why)),
            (Ok(content), EnvelopeKind::Message) => {
                unit.bodies.push(named("Fields", message_payload(encoding, content.into_owned())));
            }
            (Ok(content), EnvelopeKind::Trailers) => unit.fields = trailers(&content),
            (Ok(content), EnvelopeKind::EndOfStream) => {
                unit.bodies.push(named("Metadata", Payload::from_bytes(content.into_owned())));
            }
        }
        if envelope.is_truncated {
            unit.problem = Some(Cow::Borrowed("the body ends within this message"));
        }
        units.push(unit);
    }
    Some(DecodedMessage { units })
}

fn message_payload(encoding: MessageEncoding, bytes: Vec<u8>) -> Payload {
    match encoding {
        MessageEncoding::Protobuf => Payload::of_syntax(Some(Syntax::Protobuf), bytes),
        MessageEncoding::Json => Payload::from_bytes(bytes),
        MessageEncoding::Unknown => Payload::detected(bytes),
    }
}

/// The fields of trailers: lines of headers.
fn trailers(text: &[u8]) -> Vec<DecodedField> {
    let text = String::from_utf8_lossy(text);
    let lines = text.lines().filter_map(|line| line.split_once(':'));
    let fields = lines.map(|(name, value)| status_field(name.trim(), value.trim()));
    fields.map(|header| field(header.name, header.value)).collect()
}

fn is_status_name(name: &str) -> bool {
    name.eq_ignore_ascii_case("grpc-status") || name.eq_ignore_ascii_case("grpc-message")
}

/// A field of a status: the code with its name, the message without its percent-encoding.
fn status_field(name: &str, value: &str) -> Header {
    let value = if name.eq_ignore_ascii_case("grpc-status") {
        let known = value.parse().ok().and_then(grpc_status_name);
        known.map_or_else(|| value.to_owned(), |known| format!("{value} {known}"))
    } else if name.eq_ignore_ascii_case("grpc-message") {
        percent_decoded(value)
    } else {
        value.to_owned()
    };
    Header { name: name.to_owned(), value }
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).filter(|_| *first == b'%');
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        if let Some(byte) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            bytes.push(byte);
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The operations with their documents formatted.
fn graphql(operations: &[GraphQlOperation]) -> DecodedMessage {
    let units = operations.iter().map(|operation| {
        let name = operation.name.as_deref().unwrap_or("(unnamed)");
        let kind = operation.kind.unwrap_or("persisted query");
        let mut unit = unit(format!("{kind} {name}"), 0..0);
        if let Some(hash) = &operation.persisted_hash {
            unit.fields.push(field("SHA-256 of the persisted query".to_owned(), hash.clone()));
        }
        if let Some(document) = &operation.document {
            let formatted =
                (document.len() <= MAX_DOCUMENT).then(|| Formatter::format(Language::GraphQl, document));
            let text = formatted.flatten().unwrap_or_else(|| document.clone());
            unit.bodies.push(named("Document", Payload::source(Language::GraphQl, text)));
        }
        for (name, json) in [("Variables", &operation.variables), ("Extensions", &operation.extensions)] {
            if let Some(json) = json {
                unit.bodies.push(named(name, Payload::from_text(json.clone())));
            }
        }
        unit
    });
    DecodedMessage { units: units.collect() }
}

fn unit(event: String, bytes: Range<usize>) -> DecodedUnit {
    DecodedUnit {
        bytes,
        event,
        is_heartbeat: false,
        problem: None,
        messages: (0, 0),
        fields: Vec::new(),
        bodies: Vec::new(),
    }
}

fn named(name: &'static str, payload: Payload) -> DecodedBody {
    DecodedBody { name: Cow::Borrowed(name), payload, is_credential: false }
}

fn field(name: String, value: String) -> DecodedField {
    DecodedField { name: Cow::Owned(name), value, is_credential: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(name: &str, value: &str) -> Header {
        Header { name: name.to_owned(), value: value.to_owned() }
    }

    fn response(mime: &str, bytes: &[u8]) -> DecodedMessage {
        decode_body(BodySide::Response, mime, None, &Payload::from_bytes(bytes.to_vec())).expect("a call")
    }

    const GRPC_WEB: &[u8] =
        b"\0\0\0\0\x07\x0a\x05whale\x80\0\0\0\x2egrpc-status: 5\r\ngrpc-message: No%20such%20book";

    #[test]
    fn a_call_of_grpc_web_has_messages_and_a_status() {
        let message = response("application/grpc-web+proto", GRPC_WEB);
        let [book, trailers] = &message.units[..] else { panic!("two units: {message:?}") };
        assert_eq!(book.event, "Message 1 · 7 B");
        assert!(book.bodies[0].payload.tree().is_some_and(|tree| tree.syntax() == Syntax::Protobuf));
        let fields: Vec<_> = trailers.fields.iter().map(|field| field.value.as_str()).collect();
        assert_eq!(fields, ["5 NOT_FOUND", "No such book"]);
    }

    #[test]
    fn grpc_web_text_is_base64() {
        let text = session::encodings::base64::encode(GRPC_WEB);
        assert_eq!(response("application/grpc-web-text", text.as_bytes()).units.len(), 2);
    }

    #[test]
    fn a_stream_of_connect_ends_with_json() {
        let message = response("application/connect+json", b"\0\0\0\0\x07{\"a\":1}\x02\0\0\0\x02{}");
        let [first, end] = &message.units[..] else { panic!("two units") };
        assert_eq!(first.bodies[0].payload.text(), Some("{\"a\":1}"));
        assert_eq!((end.event.as_str(), end.bodies[0].payload.text()), ("End of the stream", Some("{}")));
    }

    #[test]
    fn a_body_can_be_one_message() {
        let message = response("application/x-protobuf", b"\x08\x01");
        assert_eq!(message.units[0].event, "Message · 2 B");
        assert_eq!(message.protobuf_payloads().count(), 1);
    }

    #[test]
    fn a_message_that_cannot_be_read_says_why() {
        let cut = response("application/grpc-web", b"\0\0\0\0\x09\x08\x01");
        assert_eq!(cut.units[0].problem.as_deref(), Some("the body ends within this message"));
        let compressed = response("application/grpc-web", b"\x01\0\0\0\x02\x08\x01");
        assert!(compressed.units[0].problem.is_some());
    }

    #[test]
    fn a_status_can_be_in_the_headers() {
        let headers = [header("grpc-status", "16"), header("Date", "x")];
        let payload = Payload::from_bytes(GRPC_WEB.to_vec());
        let message = decode_body(BodySide::Response, "application/grpc-web", Some(&headers), &payload);
        assert_eq!(message.expect("a call").units[0].fields[0].value, "16 UNAUTHENTICATED");
    }

    #[test]
    fn an_operation_of_graphql_is_formatted() {
        let json = r#"{"query":"query Q($n:Int){a(n:$n){id}}","variables":{"n":1}}"#;
        let payload = Payload::from_text(json.to_owned());
        let message =
            decode_body(BodySide::Request, "application/json", None, &payload).expect("an operation");
        let unit = &message.units[0];
        assert_eq!(unit.event, "query Q");
        assert_eq!(unit.bodies[0].payload.text(), Some("query Q($n: Int) {\n  a(n: $n) {\n    id\n  }\n}"));
        assert_eq!(unit.bodies[0].payload.language(), Some(Language::GraphQl));
        assert!(unit.bodies[1].payload.tree().is_some());
        assert!(decode_body(BodySide::Response, "application/json", None, &payload).is_none());
        assert!(decode_query(&[header("query", "{a}")]).is_some());
    }

    #[test]
    fn other_bodies_are_not_decoded() {
        let decode = |mime: &str, text: &str| {
            decode_body(BodySide::Request, mime, None, &Payload::from_text(text.to_owned())).is_none()
        };
        assert!(decode("application/json", "{}"));
        assert!(decode("text/plain", "query Q { a }"));
        assert!(decode("application/grpc-web", "no envelope"));
        assert!(decode("application/grpc-web-text", "not base64!"));
    }
}
