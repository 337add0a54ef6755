//! The details of a request that an event recorded, decoded when they are opened.

use super::request::{CapturedRequest, Clock};
use crate::formats::common::fields::{FromJson, FromObject};
use crate::formats::common::part::Part;
use crate::formats::common::values::NameValues;
use crate::model::{Body, Details, Header, Millis, Protocols, Record, ServerTiming, Session, Span};
use json_spans::{Event, Outline, Route};

/// Decodes the details of a record.
pub(super) fn details(session: &Session, record: &Record) -> Details {
    let text = session.bytes.slice(record.source);
    let request = Part::new(&text, record.source.start);
    // Only Sentry's spans have an operation.
    if request.field("op").is_some() { of_span(session, request) } else { of_request(session, request) }
}

fn of_request(session: &Session, request: Part<'_>) -> Details {
    let request_headers = request.field("requestHeaders").and_then(headers);
    let response_headers = request.field("responseHeaders").and_then(headers);
    let request_mime = mime(request_headers.as_deref());
    let response_mime = text_of(request.field("contentType")).unwrap_or(mime(response_headers.as_deref()));
    let is_estimated = CapturedRequest::from_object(request.text()).clock() == Clock::Unknown;
    let estimated =
        is_estimated.then_some("Estimated: the recording does not say when the page's clock began");
    let is_before = request.field("isInitial").is_some_and(|value| value.text() == b"true");
    // The second key is the one of `posthog/network@1`.
    let either = |key: &str, number: &str| text_of(request.field(key).or_else(|| request.field(number)));
    let mut details = Details {
        page_id: text_of(request.field("pageId")),
        protocol: Protocols::both(either("nextHopProtocol", "19")),
        mime_type: text_of(request.field("contentType")),
        initiator: either("initiatorType", "18"),
        server_timing: server_timing(session, request),
        request_headers,
        response_headers,
        request_body: body(request.field("requestBody"), request_mime),
        response_body: body(request.field("responseBody"), response_mime),
        ..Details::default()
    };
    details.push_extra("Times", estimated);
    details.push_extra("Render blocking", either("renderBlockingStatus", "20"));
    details.push_extra("Requested", is_before.then_some("Before the recorder started"));
    details.push_extra("Recorded by", recorded_by(session));
    details
}

fn of_span(session: &Session, span: Part<'_>) -> Details {
    let side = |name: &str| span.field("data").and_then(|data| data.field(name));
    let (request_headers, request_body) = exchanged(side("request"));
    let (response_headers, response_body) = exchanged(side("response"));
    let op = text_of(span.field("op"));
    let is_load = op.as_deref().is_some_and(|op| op.starts_with("navigation."));
    let lasts = is_load.then_some("Until the page was complete, not until its last byte");
    let mut details =
        Details { request_headers, response_headers, request_body, response_body, ..Details::default() };
    details.push_extra("Operation", op);
    details.push_extra("Duration", lasts);
    details.push_extra("Recorded by", recorded_by(session));
    details
}

/// The headers and the body of Sentry's `request` or `response`. `_meta.warnings` says what was
/// omitted or truncated.
fn exchanged(side: Option<Part<'_>>) -> (Option<Vec<Header>>, Body) {
    let field = |key: &str| side.and_then(|side| side.field(key));
    let warnings = field("_meta").and_then(|meta| meta.field("warnings"));
    let warnings: Vec<String> =
        warnings.into_iter().flat_map(Part::elements).map(|warning| warning.as_text().owned()).collect();
    let headers = field("headers").and_then(headers);
    if warnings.iter().any(|warning| warning == "URL_SKIPPED") {
        let why = "The recorder was not configured to capture headers and bodies of this URL";
        return (headers, Body::NotRecorded(why.to_owned()));
    }
    let mime = mime(headers.as_deref());
    let mut body = body(field("body"), mime);
    body.set_truncated(warnings.iter().any(|warning| warning.ends_with("TRUNCATED")));
    (headers, body)
}

fn headers(list: Part<'_>) -> Option<Vec<Header>> {
    NameValues::from_json(list.text()).0
}

/// A text that is not empty.
fn text_of(value: Option<Part<'_>>) -> Option<String> {
    value.and_then(|value| value.as_text().filled().map(str::to_owned))
}

fn mime(headers: Option<&[Header]>) -> String {
    let mut headers = headers.unwrap_or_default().iter();
    let found = headers.find(|header| header.name.eq_ignore_ascii_case("content-type"));
    found.map(|header| header.value.clone()).unwrap_or_default()
}

/// Plugins write `null` both for a body that was not captured and for one that did not exist.
/// Sentry's recorder writes a JSON body as a value.
fn body(value: Option<Part<'_>>, mime: String) -> Body {
    let Some(value) = value.filter(|value| value.text() != b"null") else {
        return Body::NotRecorded("Body not recorded".to_owned());
    };
    let text = value.plain();
    if text.is_empty() { Body::Empty } else { Body::Text { text, mime, is_truncated: false } }
}

/// The server timings of a request. Newer browsers list them in the request's own timings.
fn server_timing(session: &Session, request: Part<'_>) -> Vec<ServerTiming> {
    let listed = request.field("serverTiming").into_iter().flat_map(Part::elements);
    let listed: Vec<ServerTiming> = listed.map(metric).collect();
    if listed.is_empty() { following_timings(session, request.span()) } else { listed }
}

fn recorded_by(session: &Session) -> Option<String> {
    Some(session.producer.name.clone()).filter(|name| !name.is_empty())
}

/// Number of bytes after a request that are searched for its server timings.
const MAX_TIMINGS: u32 = 64 << 10;

/// The server timings that follow a request: posthog-js writes them as elements of their own.
fn following_timings(session: &Session, request: Span) -> Vec<ServerTiming> {
    let after = session.bytes.slice(Span { start: request.end(), len: MAX_TIMINGS });
    let Some(rest) = after.trim_ascii_start().strip_prefix(b",") else { return Vec::new() };
    let mut outline = Outline::new(|_, _| Route::Skip, Outline::OPAQUE);
    let mut events = Vec::new();
    outline.feed(rest, &mut events);
    let elements = events.into_iter().filter_map(|event| match event {
        Event::Root(span) => rest.get(span.start as usize..span.end() as usize),
        _ => None,
    });
    let is_timing =
        |element: &Part<'_>| text_of(element.field("entryType")).as_deref() == Some("serverTiming");
    elements.map(|text| Part::new(text, 0)).take_while(is_timing).map(metric).collect()
}

fn metric(element: Part<'_>) -> ServerTiming {
    let duration = element.field("duration").and_then(|length| length.number().get()).and_then(Millis::new);
    ServerTiming { name: text_of(element.field("name")).unwrap_or_default(), duration }
}
