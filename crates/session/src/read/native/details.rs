//! What the details show of a recorded resource or socket.

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

use crate::model::{Body, Details, Fact, Header, Record, Session};
use crate::read::body;
use crate::read::lenient::{Flag, Object, Text};
use crate::read::salvage::salvage;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
struct Resource<'a> {
    next_hop_protocol: Text<'a>,
    mime_type: Text<'a>,
    initiator_type: Text<'a>,
    request_response_pairs: Object<Pair<'a>>,
    protocol: Text<'a>,
    extensions: Text<'a>,
    requested_protocols: serde_json::Value,
    request_headers: Headers,
    response_headers: Headers,
}

#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Pair<'a> {
    request: Object<Message<'a>>,
    response: Object<Message<'a>>,
}

/// A request or a response, as far as both are alike.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
struct Message<'a> {
    headers: Headers,
    body: Text<'a>,
    body_encoding: Text<'a>,
    body_truncated: Flag,
}

/// Headers as an object whose values are strings or arrays of strings, in the order written.
#[derive(Default)]
struct Headers(Option<Vec<Header>>);

impl<'de> Deserialize<'de> for Headers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Object::<Fields>::deserialize(deserializer)?.0.map(|fields| fields.0)))
    }
}

struct Fields(Vec<Header>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldsVisitor;
        impl<'de> Visitor<'de> for FieldsVisitor {
            type Value = Fields;
            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("headers")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Fields, A::Error> {
                let mut headers = Vec::new();
                while let Some((name, value)) = fields.next_entry::<String, serde_json::Value>()? {
                    match value {
                        serde_json::Value::Array(values) => {
                            headers.extend(
                                values.iter().map(|value| Header { name: name.clone(), value: plain(value) }),
                            );
                        }
                        value => headers.push(Header { name, value: plain(&value) }),
                    }
                }
                Ok(Fields(headers))
            }
        }
        deserializer.deserialize_map(FieldsVisitor)
    }
}

/// A string without its quotes, anything else as JSON.
fn plain(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Reads the record again, this time whole.
pub(in crate::read) fn details(session: &Session, record: &Record) -> Details {
    let text = session.bytes.slice(record.source);
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&text).trim_ascii();
    match serde_json::from_slice::<Resource<'_>>(text) {
        Ok(resource) => convert(&resource, session, record),
        Err(_) => convert(&Resource::deserialize(&salvage(text)).unwrap_or_default(), session, record),
    }
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
    let requested = match &resource.requested_protocols {
        serde_json::Value::Null => None,
        serde_json::Value::Array(list) => Some(list.iter().map(plain).collect::<Vec<_>>().join(", ")),
        other => Some(plain(other)),
    };
    let is_socket = record.socket().is_some();
    let recorded_by = [session.producer.name.as_str(), session.producer.version.as_str()].join(" ");
    let candidates = [
        ("Protocol", resource.next_hop_protocol.filled().map(str::to_owned).filter(|_| !is_socket)),
        ("MIME type", resource.mime_type.filled().map(str::to_owned)),
        ("Initiator", resource.initiator_type.filled().map(str::to_owned).filter(|_| !is_socket)),
        ("Requested subprotocols", requested.filter(|text| !text.is_empty())),
        ("Subprotocol", resource.protocol.filled().map(str::to_owned)),
        ("Extensions", resource.extensions.filled().map(str::to_owned)),
        ("Socket id", record.socket().and_then(|socket| socket.id.as_deref().map(str::to_owned))),
        ("Recorded by", Some(recorded_by.trim().to_owned()).filter(|name| !name.is_empty())),
    ];
    candidates.into_iter().filter_map(|(label, value)| Some(Fact { label, value: value? })).collect()
}
