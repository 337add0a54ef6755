//! Rows to copy, built around one request or socket.

use serde_json::{Value, json};
use session::encodings::base64::encode;
use session::export::copy::{Content, Copied, CopyForm, CopyRequest, copy};
use session::model::{Details, Header, Session};

use crate::common::har;

/// A session with one row, and the details of the row, which a test may change.
pub(crate) struct Sample {
    pub(crate) session: Session,
    pub(crate) details: Details,
    pub(crate) files: Vec<(String, Vec<u8>)>,
    pub(crate) sanitize: bool,
}

impl Sample {
    pub(crate) fn request(&self) -> CopyRequest<'_> {
        CopyRequest { files: &self.files, ..CopyRequest::new(&self.session, 0, &self.details, self.sanitize) }
    }

    pub(crate) fn copied(&self, form: CopyForm) -> Copied {
        copy(form, &self.request()).unwrap_or_else(|error| panic!("{form:?}: {error}"))
    }

    pub(crate) fn text(&self, form: CopyForm) -> String {
        text_of(self.copied(form))
    }

    /// The remarks, as they are shown.
    pub(crate) fn remarks(&self, form: CopyForm) -> Vec<String> {
        self.copied(form).remarks.iter().map(ToString::to_string).collect()
    }
}

pub(crate) fn text_of(copied: Copied) -> String {
    match copied.content {
        Content::Text(text) => text,
        Content::Bytes(bytes) => panic!("bytes: {bytes:?}"),
    }
}

/// A request with those headers and that body.
pub(crate) fn http(method: &str, url: &str, headers: &[(&str, &str)], body: Option<&[u8]>) -> Sample {
    let session = session(&[entry(method, url, headers, body)]);
    sample(session)
}

/// A request as a HAR has it.
pub(crate) fn entry(method: &str, url: &str, headers: &[(&str, &str)], body: Option<&[u8]>) -> Value {
    let mut request = json!({ "method": method, "url": url, "headers": pairs(headers), "bodySize": 0 });
    if let Some(body) = body {
        let mime = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        let mime = mime.map_or("", |(_, value)| value);
        request["bodySize"] = body.len().into();
        request["postData"] = match std::str::from_utf8(body) {
            Ok(text) => json!({ "mimeType": mime, "text": text }),
            Err(_) => json!({ "mimeType": mime, "text": encode(body), "encoding": "base64" }),
        };
    }
    json!({
        "startedDateTime": "2026-11-21T14:02:00.100Z",
        "time": 12.5,
        "request": request,
        "response": { "status": 200, "headers": [], "content": { "mimeType": "text/plain", "text": "fine" } },
    })
}

/// A socket as a HAR has it.
pub(crate) fn socket(url: &str, headers: &[(&str, &str)], messages: &Value) -> Sample {
    sample(session(&[json!({
        "startedDateTime": "2026-11-21T14:02:00.100Z",
        "time": 12.5,
        "_resourceType": "websocket",
        "request": { "method": "GET", "url": url, "headers": pairs(headers) },
        "response": { "status": 101, "headers": [] },
        "_webSocketMessages": messages,
    })]))
}

pub(crate) fn session(entries: &[Value]) -> Session {
    let entries: Vec<String> = entries.iter().map(Value::to_string).collect();
    har::read("Chrome", &entries.join(","))
}

pub(crate) fn sample(session: Session) -> Sample {
    let details = session.details(session.records.get(0).expect("a row"));
    Sample { session, details, files: Vec::new(), sanitize: false }
}

fn pairs(headers: &[(&str, &str)]) -> Vec<Value> {
    headers.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect()
}

pub(crate) fn header(name: &str, value: &str) -> Header {
    Header { name: name.to_owned(), value: value.to_owned() }
}
