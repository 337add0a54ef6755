//! What the details show of a recorded resource or socket.

use crate::model::{Body, Details, Fact, Header, Record, Session};
use crate::read::body;
use crate::read::fields::{FromJson, FromObject, Object, object};
use crate::read::lenient::{Flag, Text};
use crate::read::part::Part;
use crate::scan::json_string;

object! {
    struct Resource<'a> {
        next_hop_protocol: Text<'a> = "nextHopProtocol",
        mime_type: Text<'a> = "mimeType",
        initiator_type: Text<'a> = "initiatorType",
        request_response_pairs: Object<Pair<'a>> = "requestResponsePairs",
        protocol: Text<'a> = "protocol",
        extensions: Text<'a> = "extensions",
        requested_protocols: &'a [u8] = "requestedProtocols",
        request_headers: Headers = "requestHeaders",
        response_headers: Headers = "responseHeaders",
    }
}

object! {
    struct Pair<'a> {
        request: Object<Message<'a>> = "request",
        response: Object<Message<'a>> = "response",
    }
}

object! {
    /// A request or a response, as far as both are alike.
    struct Message<'a> {
        headers: Headers = "headers",
        body: Text<'a> = "body",
        body_encoding: Text<'a> = "bodyEncoding",
        body_truncated: Flag = "bodyTruncated",
    }
}

/// Headers as an object whose values are strings or arrays of strings, in the order written.
#[derive(Debug, Default)]
struct Headers(Option<Vec<Header>>);

impl FromJson<'_> for Headers {
    fn from_json(raw: &[u8]) -> Self {
        let object = Part::new(raw, 0);
        Self(object.is_object().then(|| {
            let mut headers = Vec::new();
            for (name, value) in object.fields() {
                let name = json_string::unescape(name);
                let mut add =
                    |value: Part<'_>| headers.push(Header { name: name.to_string(), value: value.plain() });
                if value.is_array() {
                    value.elements().for_each(add);
                } else {
                    add(value);
                }
            }
            headers
        }))
    }
}

/// Reads the record again, this time whole.
pub(in crate::read) fn details(session: &Session, record: &Record) -> Details {
    let text = session.bytes.slice(record.source);
    let text = Part::new(&text, record.source.start).trimmed().text();
    convert(&Resource::from_object(text), session, record)
}

fn convert(resource: &Resource<'_>, session: &Session, record: &Record) -> Details {
    let pair = resource.request_response_pairs.0.as_ref();
    let request = pair.and_then(|pair| pair.request.0.as_ref());
    let response = pair.and_then(|pair| pair.response.0.as_ref());
    let why = match session.capture {
        Some(capture) if !capture.headers_and_bodies => {
            "The recorder was told not to capture headers and bodies"
        }
        _ => "Body not recorded",
    };
    Details {
        facts: facts(resource, session, record),
        request_headers: headers(request, &resource.request_headers),
        response_headers: headers(response, &resource.response_headers),
        query: Vec::new(),
        form: Vec::new(),
        request_body: request
            .map_or_else(|| Body::NotRecorded(why.to_owned()), |message| body_of(message, "", true)),
        response_body: response.map_or_else(
            || Body::NotRecorded(why.to_owned()),
            |message| body_of(message, resource.mime_type.as_str().unwrap_or_default(), false),
        ),
    }
}

fn headers(message: Option<&Message<'_>>, beside: &Headers) -> Option<Vec<Header>> {
    message.and_then(|message| message.headers.0.clone()).or_else(|| beside.0.clone())
}

fn body_of(message: &Message<'_>, mime: &str, is_request: bool) -> Body {
    let mime = if mime.is_empty() { content_type(message) } else { mime.to_owned() };
    match message.body.as_str() {
        None if is_request => Body::Empty,
        None => Body::NotRecorded("Body not recorded".to_owned()),
        Some("") => Body::Empty,
        Some(text) => {
            let base64 = message.body_encoding.as_str() == Some("base64");
            body::make(text, mime, base64, message.body_truncated.is_set())
        }
    }
}

fn content_type(message: &Message<'_>) -> String {
    let headers = message.headers.0.iter().flatten();
    let found = headers.into_iter().find(|header| header.name.eq_ignore_ascii_case("content-type"));
    found.map(|header| header.value.clone()).unwrap_or_default()
}

fn facts(resource: &Resource<'_>, session: &Session, record: &Record) -> Vec<Fact> {
    let requested = Part::new(resource.requested_protocols, 0);
    let requested = if requested.is_array() {
        requested.elements().map(Part::plain).collect::<Vec<_>>().join(", ")
    } else if requested.text() == b"null" {
        String::new()
    } else {
        requested.plain()
    };
    let is_socket = record.socket().is_some();
    let recorded_by = [session.producer.name.as_str(), session.producer.version.as_str()].join(" ");
    let candidates = [
        ("Protocol", resource.next_hop_protocol.filled().map(str::to_owned).filter(|_| !is_socket)),
        ("MIME type", resource.mime_type.filled().map(str::to_owned)),
        ("Initiator", resource.initiator_type.filled().map(str::to_owned).filter(|_| !is_socket)),
        ("Requested subprotocols", Some(requested).filter(|text| !text.is_empty())),
        ("Subprotocol", resource.protocol.filled().map(str::to_owned)),
        ("Extensions", resource.extensions.filled().map(str::to_owned)),
        ("Socket id", record.socket().and_then(|socket| socket.id.as_deref().map(str::to_owned))),
        ("Recorded by", Some(recorded_by.trim().to_owned()).filter(|name| !name.is_empty())),
    ];
    candidates.into_iter().filter_map(|(label, value)| Some(Fact { label, value: value? })).collect()
}
