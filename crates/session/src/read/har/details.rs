//! What the details show of a HAR entry, read when they are opened.

use super::entry::NameValue;
use super::own::Own;
use crate::model::{Body, Details, Fact, Header, Record, RecordKind, Session};
use crate::read::body;
use crate::read::fields::{FromObject, List, Object, object};
use crate::read::lenient::{Number, Text};

object! {
    struct Entry<'a> {
        request: Object<Request<'a>> = "request",
        response: Object<Response<'a>> = "response",
        server_ip: Text<'a> = "serverIPAddress",
        connection: Text<'a> = "connection",
        priority: Text<'a> = "_priority",
        fetch_type: Text<'a> = "_fetchType",
        comment: Text<'a> = "comment",
        own: Object<Own<'a>> = "_replayscope",
    }
}

object! {
    struct Request<'a> {
        http_version: Text<'a> = "httpVersion",
        headers: List<NameValue<'a>> = "headers",
        query: List<NameValue<'a>> = "queryString",
        post_data: Object<PostData<'a>> = "postData",
        body_size: Number = "bodySize",
    }
}

object! {
    struct Response<'a> {
        status_text: Text<'a> = "statusText",
        headers: List<NameValue<'a>> = "headers",
        content: Object<Content<'a>> = "content",
        body_size: Number = "bodySize",
        redirect_url: Text<'a> = "redirectURL",
    }
}

object! {
    struct PostData<'a> {
        mime: Text<'a> = "mimeType",
        text: Text<'a> = "text",
        params: List<NameValue<'a>> = "params",
        encoding: Text<'a> = "encoding",
        file: Text<'a> = "_file",
        sha1: Text<'a> = "_sha1",
    }
}

object! {
    struct Content<'a> {
        mime: Text<'a> = "mimeType",
        text: Text<'a> = "text",
        encoding: Text<'a> = "encoding",
        size: Number = "size",
        file: Text<'a> = "_file",
        sha1: Text<'a> = "_sha1",
    }
}

/// Reads the entry again, this time whole.
pub(in crate::read) fn details(session: &Session, record: &Record) -> Details {
    let text = session.bytes.slice(record.source);
    let (entry, fault) = Entry::checked(&text);
    let mut details = convert(&entry, record);
    if fault.is_some() {
        let value = "The entry's JSON is broken: shown is what could be read of it".to_owned();
        details.facts.push(Fact { label: "Damaged", value });
    }
    details
}

fn convert(entry: &Entry<'_>, record: &Record) -> Details {
    let request = entry.request.0.as_ref();
    let response = entry.response.0.as_ref();
    let post = request.and_then(|request| request.post_data.0.as_ref());
    let mut details = Details {
        facts: facts(entry, record),
        request_headers: request.and_then(|request| headers(&request.headers)),
        response_headers: response.and_then(|response| headers(&response.headers)),
        query: request.and_then(|request| headers(&request.query)).unwrap_or_default(),
        form: post.and_then(|post| headers(&post.params)).unwrap_or_default(),
        request_body: request_body(request, post, &record.method),
        response_body: response_body(response),
    };
    if let Some(own) = entry.own.0.as_ref() {
        own.tell_details(&mut details);
    }
    details
}

fn headers(list: &List<NameValue<'_>>) -> Option<Vec<Header>> {
    let list = list.0.as_ref()?;
    Some(
        list.iter().map(|header| Header { name: header.name.owned(), value: header.value.owned() }).collect(),
    )
}

fn facts(entry: &Entry<'_>, record: &Record) -> Vec<Fact> {
    let request = entry.request.0.as_ref();
    let response = entry.response.0.as_ref();
    let cache = match &record.kind {
        RecordKind::Http(http) => http.from_cache.as_deref(),
        RecordKind::Socket(_) => None,
    };
    let candidates = [
        ("Status text", response.and_then(|response| response.status_text.filled())),
        ("Protocol", request.and_then(|request| request.http_version.filled())),
        ("Remote address", entry.server_ip.filled()),
        ("Connection", entry.connection.filled()),
        ("Priority", entry.priority.filled()),
        ("Served from", cache),
        ("Fetch type", entry.fetch_type.filled()),
        ("Redirects to", response.and_then(|response| response.redirect_url.filled())),
        ("Comment", entry.comment.filled()),
    ];
    candidates
        .into_iter()
        .filter_map(|(label, value)| Some(Fact { label, value: value?.to_owned() }))
        .collect()
}

fn request_body(request: Option<&Request<'_>>, post: Option<&PostData<'_>>, method: &str) -> Body {
    let Some(post) = post else {
        let is_empty = |size: Option<u64>| size.map_or_else(|| is_without_body(method), |size| size == 0);
        let recorded_none = request.is_some_and(|request| is_empty(request.body_size.whole()));
        return if recorded_none {
            Body::Empty
        } else {
            Body::NotRecorded("Request body not recorded".to_owned())
        };
    };
    let base64 = post.encoding.as_str() == Some("base64");
    match (post.text.filled(), body::side_file(post.file.filled(), post.sha1.filled())) {
        (Some(text), _) => body::make(text, post.mime.owned(), base64, false),
        (None, Some(file)) => body::in_side_file(&file, post.mime.owned()),
        (None, None) if post.params.0.as_ref().is_some_and(|params| !params.is_empty()) => Body::Empty,
        (None, None)
            if request.is_some_and(|request| request.body_size.whole().is_some_and(|size| size > 0)) =>
        {
            Body::NotRecorded("Request body not recorded".to_owned())
        }
        (None, None) => Body::Empty,
    }
}

/// Whether requests of that method carry no body: nothing is missing where none was recorded.
fn is_without_body(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "OPTIONS" | "CONNECT" | "TRACE")
}

fn response_body(response: Option<&Response<'_>>) -> Body {
    let Some(response) = response else { return Body::NotRecorded("No response was recorded".to_owned()) };
    let content = response.content.0.as_ref();
    let text = content.and_then(|content| content.text.filled());
    let file = content.and_then(|content| body::side_file(content.file.filled(), content.sha1.filled()));
    let mime = content.map(|content| content.mime.owned()).unwrap_or_default();
    let base64 = content.is_some_and(|content| content.encoding.as_str() == Some("base64"));
    let size = content.and_then(|content| content.size.whole()).or(response.body_size.whole());
    match (text, file) {
        (Some(text), _) => body::make(text, mime, base64, false),
        (None, Some(file)) => body::in_side_file(&file, mime),
        (None, None) if size == Some(0) => Body::Empty,
        (None, None) => Body::NotRecorded("Body not recorded".to_owned()),
    }
}
