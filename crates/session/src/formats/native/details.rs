//! The details of a recorded resource or socket.

use crate::formats::common::body;
use crate::formats::common::fields::{FromObject, Object, object};
use crate::formats::common::lenient::{Flag, Number, Text};
use crate::formats::common::part::Part;
use crate::formats::common::values::{NameValues, Verbatim};
use crate::model::{Body, Details, Header, Millis, Protocols, Record, Session, SocketDetails};

object! {
    struct Resource<'a> {
        page_id: Text<'a> = "pageId",
        next_hop_protocol: Text<'a> = "nextHopProtocol",
        mime_type: Text<'a> = "mimeType",
        initiator_type: Text<'a> = "initiatorType",
        request_response_pairs: Object<Pair<'a>> = "requestResponsePairs",
        protocol: Text<'a> = "protocol",
        extensions: Text<'a> = "extensions",
        requested_protocols: &'a [u8] = "requestedProtocols",
        start: Number = "startTimeAbs",
        redirect_start: Number = "redirectStartAbs",
        redirect_end: Number = "redirectEndAbs",
        request_headers: NameValues = "requestHeaders",
        response_headers: NameValues = "responseHeaders",
        error: &'a [u8] = "error",
    }
}

object! {
    struct Pair<'a> {
        request: Object<Message<'a>> = "request",
        response: Object<Message<'a>> = "response",
        url_blocked: Flag = "urlBlocked",
    }
}

object! {
    /// The fields that requests and responses have in common.
    struct Message<'a> {
        headers: NameValues = "headers",
        body: Verbatim<'a> = "body",
        body_encoding: Verbatim<'a> = "bodyEncoding",
        body_truncated: Flag = "bodyTruncated",
        body_omitted: Text<'a> = "bodyOmitted",
    }
}

/// Decodes the details of a record.
pub(in crate::formats) fn details(session: &Session, record: &Record) -> Details {
    let text = session.bytes.slice(record.source);
    let text = Part::new(&text, record.source.start).trimmed().text();
    convert(&Resource::from_object(text), session, record)
}

fn convert(resource: &Resource<'_>, session: &Session, record: &Record) -> Details {
    let pair = resource.request_response_pairs.0.as_ref();
    let request = pair.and_then(|pair| pair.request.0.as_ref());
    let response = pair.and_then(|pair| pair.response.0.as_ref());
    let omission_reason = omission_reason(pair, session);
    let none = || Body::NotRecorded(omission_reason.unwrap_or("Body not recorded").to_owned());
    let owned = |text: &Text<'_>| text.filled().map(str::to_owned);
    let of_request = |text: &Text<'_>| owned(text).filter(|_| record.socket().is_none());
    let recorded_by = [session.producer.name.as_str(), session.producer.version.as_str()].join(" ");
    let recorded_by = Some(recorded_by.trim()).filter(|name| !name.is_empty());
    let mut details = Details {
        page_id: owned(&resource.page_id),
        structured_error: structured(resource.error),
        protocol: Protocols::both(of_request(&resource.next_hop_protocol)),
        redirect_duration: redirects(resource),
        mime_type: owned(&resource.mime_type),
        initiator: of_request(&resource.initiator_type),
        socket: SocketDetails {
            id: record.socket().and_then(|socket| socket.id.as_deref().map(str::to_owned)),
            requested_protocols: requested_protocols(resource),
            protocol: owned(&resource.protocol),
            extensions: owned(&resource.extensions),
        },
        request_headers: headers(request, &resource.request_headers),
        response_headers: headers(response, &resource.response_headers),
        // If the contents of the request were recorded, a missing body is an empty one.
        request_body: request.map_or_else(none, |message| {
            let is_omitted = message.body_omitted.filled().is_some();
            let was_none = omission_reason.is_none() && !is_omitted && !promises_body(message);
            body_of(message, "").unwrap_or_else(|| if was_none { Body::Empty } else { none() })
        }),
        response_body: response
            .and_then(|message| body_of(message, resource.mime_type.as_str().unwrap_or_default()))
            .unwrap_or_else(none),
        ..Details::default()
    };
    details.push_extra("Recorded by", recorded_by);
    details
}

/// Why the recorder was configured not to record bodies; `None` if it was not.
fn omission_reason(pair: Option<&Pair<'_>>, session: &Session) -> Option<&'static str> {
    if pair.is_some_and(|pair| pair.url_blocked.is_set()) {
        return Some("The recorder was configured to omit the contents of this URL");
    }
    let has_contents = session.capture.is_none_or(|capture| capture.has_headers_and_bodies);
    (!has_contents).then_some("The recorder was configured not to capture headers and bodies")
}

/// Whether the headers announce a body.
fn promises_body(message: &Message<'_>) -> bool {
    let len = message.headers.find("content-length");
    len.is_some_and(|len| len.trim().parse().is_ok_and(|len: u64| len > 0))
}

fn headers(message: Option<&Message<'_>>, fallback: &NameValues) -> Option<Vec<Header>> {
    message.and_then(|message| message.headers.0.clone()).or_else(|| fallback.0.clone())
}

fn body_of(message: &Message<'_>, mime: &str) -> Option<Body> {
    let Some(text) = message.body.as_str() else {
        return message.body_omitted.filled().and_then(Body::omitted);
    };
    if text.is_empty() {
        return Some(Body::Empty);
    }
    let mime = if mime.is_empty() { content_type(message) } else { mime.to_owned() };
    let mut body = body::from_text(text, mime, message.body_encoding.filled());
    body.set_truncated(message.body_truncated.is_set());
    Some(body)
}

fn content_type(message: &Message<'_>) -> String {
    message.headers.find("content-type").unwrap_or_default().to_owned()
}

/// The duration of redirects.
fn redirects(resource: &Resource<'_>) -> Option<Millis> {
    let at = |time: Number| time.get().filter(|ms| *ms > 0.0);
    // The times of a redirect that did not occur may be the page's time origin, before the request.
    let from =
        at(resource.redirect_start).filter(|from| at(resource.start).is_some_and(|start| *from >= start))?;
    Millis::new(at(resource.redirect_end)? - from).filter(|length| length.ms() > 0.0)
}

/// An error that is an object or a list, as JSON.
fn structured(error: &[u8]) -> Option<String> {
    let is_structured = error.starts_with(b"{") || error.starts_with(b"[");
    is_structured.then(|| String::from_utf8_lossy(error).into_owned())
}

/// The subprotocols that a socket requested: a list, or a text.
fn requested_protocols(resource: &Resource<'_>) -> Option<String> {
    let requested = Part::new(resource.requested_protocols, 0);
    let text = if requested.is_array() {
        requested.elements().map(Part::plain).collect::<Vec<_>>().join(", ")
    } else if requested.text() == b"null" {
        String::new()
    } else {
        requested.plain()
    };
    Some(text).filter(|text| !text.is_empty())
}
