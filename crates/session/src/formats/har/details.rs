//! The details of a HAR entry, decoded when they are opened.

use super::entry::{EntryDetails, FrameDetails, InitiatorDetails, RequestDetails, ResponseDetails};
use crate::formats::common::body;
use crate::formats::common::fields::FromObject;
use crate::formats::common::lenient::{Number, Text};
use crate::formats::common::values::{NameValues, ObjectOr};
use crate::model::{Body, Caller, Details, Header, Protocols, Record, RecordKind, Session, StackFrame};

/// Decodes the details of an entry.
pub(in crate::formats) fn details(session: &Session, record: &Record) -> Details {
    let text = session.bytes.slice(record.source);
    let (entry, fault) = EntryDetails::checked(&text);
    let mut details = convert(&entry, record);
    let damage = fault.map(|_| "The entry's JSON is broken: only the readable part is shown");
    details.push_extra("Damaged", damage);
    details
}

fn convert(entry: &EntryDetails<'_>, record: &Record) -> Details {
    let request = entry.request.object();
    let response = entry.response.object();
    let post = request.and_then(|request| request.post_data.object());
    let content = response.and_then(|response| response.content.object());
    let owned = |value: Option<&str>| value.map(str::to_owned);
    let cache = match &record.kind {
        RecordKind::Http(http) => http.from_cache.as_deref(),
        RecordKind::Socket(_) => None,
    };
    // The body of a socket's response is its messages file.
    let content = content.filter(|_| record.socket().is_none());
    let mut details = Details {
        page_id: owned(entry.pageref.filled()),
        status_text: owned(response.and_then(|response| response.status_text.filled())),
        structured_error: structured_error(entry),
        protocol: Protocols {
            request: owned(request.and_then(|request| request.http_version.filled())),
            response: owned(response.and_then(|response| response.http_version.filled())),
        },
        remote_address: owned(entry.server_ip.filled()),
        connection: owned(entry.connection.filled()),
        priority: owned(entry.priority.filled()),
        cache: owned(cache),
        fetch_type: owned(entry.fetch_type.filled()),
        redirect_url: owned(response.and_then(|response| response.redirect_url.filled())),
        body_mime_type: owned(content.and_then(|content| content.mime.filled())),
        comment: owned(entry.comment.filled()),
        caller: entry.initiator.0.as_ref().and_then(caller),
        request_headers: request.and_then(|request| request.headers.0.clone()),
        response_headers: response.and_then(|response| response.headers.0.clone()),
        request_cookies: request
            .and_then(|request| cookies_without_header(&request.cookies, &request.headers, "cookie")),
        query: request.map(|request| request.query.list().to_vec()).unwrap_or_default(),
        form: post.map(|post| post.params.list().to_vec()).unwrap_or_default(),
        request_body: request_body(request, &record.method),
        response_body: match &entry.response {
            ObjectOr::Object(response) => response_body(response),
            ObjectOr::Absent => Body::NotRecorded("No response was recorded".to_owned()),
            ObjectOr::Value(_) => Body::NotRecorded(
                "The response is not an object: it is listed under General as recorded".to_owned(),
            ),
        },
        ..Details::default()
    };
    list_extra(&mut details, entry);
    if let Some(extension) = entry.extension.0.as_ref() {
        extension.restrict_details(&mut details);
    }
    details
}

/// Stack frames that are read.
const MAX_FRAMES: usize = 200;

/// What made Chrome send the request; `None` if nothing of it is recorded. Chrome counts lines and
/// columns from 0.
fn caller(initiator: &InitiatorDetails<'_>) -> Option<Caller> {
    let text = |text: &Text<'_>| text.filled().map(str::to_owned);
    let place = |number: &Number| number.as_u64().map(|number| number.saturating_add(1));
    let frame = |frame: &FrameDetails<'_>| StackFrame {
        function: text(&frame.function),
        url: text(&frame.url),
        line: place(&frame.line),
        column: place(&frame.column),
    };
    let stack = initiator.stack.0.as_ref().and_then(|stack| stack.frames.0.as_ref());
    let caller = Caller {
        kind: text(&initiator.kind),
        url: text(&initiator.url),
        line: place(&initiator.line),
        frames: stack.into_iter().flatten().take(MAX_FRAMES).map(frame).collect(),
    };
    (caller != Caller::default()).then_some(caller)
}

/// Lists the values that only HARs have.
fn list_extra(details: &mut Details, entry: &EntryDetails<'_>) {
    let (request, response) = (entry.request.object(), entry.response.object());
    let response_cookies = response
        .and_then(|response| cookies_without_header(&response.cookies, &response.headers, "set-cookie"));
    for (label, value) in [
        ("Request as recorded", entry.request.value()),
        ("Response as recorded", entry.response.value()),
        ("Response cookies", response_cookies.as_deref()),
        ("Request comment", request.and_then(|request| request.comment.filled())),
        ("Response comment", response.and_then(|response| response.comment.filled())),
    ] {
        details.push_extra(label, value);
    }
}

/// Cookies that are listed in the entry but not in a header.
fn cookies_without_header(cookies: &NameValues, headers: &NameValues, header: &str) -> Option<String> {
    let pairs = cookies.list().iter().filter(|_| headers.find(header).is_none());
    let pair = |cookie: &Header| match cookie.name.as_str() {
        "" => cookie.value.clone(),
        name => format!("{name}={}", cookie.value),
    };
    let pairs: Vec<String> = pairs.map(pair).collect();
    Some(pairs.join("; ")).filter(|text| !text.is_empty())
}

/// An error that is an object or a list, as JSON.
fn structured_error(entry: &EntryDetails<'_>) -> Option<String> {
    let errors = [entry.response.object().map(|response| response.error), Some(entry.error)];
    let structured = |error: &&[u8]| error.starts_with(b"{") || error.starts_with(b"[");
    let found = errors.into_iter().flatten().find(structured)?;
    Some(String::from_utf8_lossy(found).into_owned())
}

fn request_body(request: Option<&RequestDetails<'_>>, method: &str) -> Body {
    let not_recorded = || Body::NotRecorded("Request body not recorded".to_owned());
    let Some(request) = request else { return not_recorded() };
    let size = request.body_size.as_u64();
    let mime =
        |mime: Option<&str>| mime.or(request.headers.find("content-type")).unwrap_or_default().to_owned();
    let post = match &request.post_data {
        ObjectOr::Object(post) => post,
        ObjectOr::Value(value) if value.filled().is_some() => {
            return body::from_text(&value.owned(), mime(None), None);
        }
        ObjectOr::Value(_) | ObjectOr::Absent => {
            let is_empty = size.map_or_else(|| is_without_body(method), |size| size == 0);
            return if is_empty { Body::Empty } else { not_recorded() };
        }
    };
    let mime = mime(post.mime.filled());
    match (post.text.filled(), body::sidecar(post.file.filled(), post.sha1.filled())) {
        (Some(text), _) => body::from_text(text, mime, post.encoding.filled()),
        (None, Some(file)) => body::in_sidecar(&file, mime),
        // The body is recorded as fields of a form, which are listed.
        (None, None) if !post.params.list().is_empty() => Body::Empty,
        (None, None) if size.is_some_and(|size| size > 0) => not_recorded(),
        (None, None) => Body::Empty,
    }
}

/// Whether requests of that method have no body.
fn is_without_body(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "OPTIONS" | "CONNECT" | "TRACE")
}

fn response_body(response: &ResponseDetails<'_>) -> Body {
    let mime =
        |mime: Option<&str>| mime.or(response.headers.find("content-type")).unwrap_or_default().to_owned();
    let content = match &response.content {
        ObjectOr::Value(value) if value.filled().is_some() => {
            return body::from_text(&value.owned(), mime(None), None);
        }
        content => content.object(),
    };
    let text = content.and_then(|content| content.text.filled());
    let file = content.and_then(|content| body::sidecar(content.file.filled(), content.sha1.filled()));
    let encoding = content.and_then(|content| content.encoding.filled());
    let mime = mime(content.and_then(|content| content.mime.filled()));
    let size = content.and_then(|content| content.size.as_u64()).or(response.body_size.as_u64());
    match (text, file) {
        (Some(text), _) => body::from_text(text, mime, encoding),
        (None, Some(file)) => body::in_sidecar(&file, mime),
        (None, None) if size == Some(0) => Body::Empty,
        (None, None) => Body::NotRecorded("Body not recorded".to_owned()),
    }
}
