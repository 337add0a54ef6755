//! A record as it is exported: its row, and its details without credentials.

use std::borrow::Cow;
use std::collections::HashMap;

use super::pages::PageIds;
use super::query::query_of;
use crate::formats;
use crate::model::{Body, Details, Header, Record, Session};
use crate::redact::Redactor;

/// What is written of a record, whatever the format.
#[derive(Debug)]
pub(super) struct Exchange<'a> {
    pub(super) record: &'a Record,
    pub(super) url: Cow<'a, str>,
    pub(super) details: Details,
    /// The page that it belongs to.
    pub(super) page_id: Option<String>,
    /// The target of a redirect; empty if the response is none.
    pub(super) redirect: String,
    /// The subprotocol that a socket agreed on.
    pub(super) protocol: Option<String>,
    /// The subprotocols that a socket offered, where the recording lists them outside of the
    /// headers.
    pub(super) requested_protocols: Option<String>,
    /// Number of bodies in files of the recording that were not loaded.
    pub(super) bodies_in_files: u64,
}

impl<'a> Exchange<'a> {
    /// Reads the details of the record. `loaded` are the files of the recording that it may need.
    pub(super) fn of(
        session: &Session,
        record: &'a Record,
        redactor: &mut Redactor,
        page_ids: &PageIds,
        loaded: &LoadedBodies,
    ) -> Self {
        let mut details = session.details(record);
        let bodies = [&mut details.request_body, &mut details.response_body];
        let bodies_in_files = bodies
            .into_iter()
            .map(|body| insert_loaded(body, loaded))
            .filter(|is_missing| *is_missing)
            .count() as u64;
        if details.query.is_empty() {
            details.query = query_of(&record.url);
        }
        let redirect = redirect_of(record, &details);
        let (protocol, requested_protocols) = redact_protocols(record, &mut details, redactor);
        for headers in [&mut details.request_headers, &mut details.response_headers].into_iter().flatten() {
            redactor.headers(headers);
        }
        redactor.parameters(&mut details.query);
        let page_id = details.page_id.as_deref().map(|page| page_ids.id(page).to_owned());
        Self {
            record,
            url: redactor.url(&record.url),
            redirect: redactor.url(&redirect).into_owned(),
            protocol,
            requested_protocols,
            page_id,
            details,
            bodies_in_files,
        }
    }

    /// The MIME type of the response: its body's, else as recorded, else as the answer's header
    /// says.
    pub(super) fn mime(&self) -> &str {
        match &self.details.response_body {
            Body::Text { mime, .. } | Body::Binary { mime, .. } => mime,
            Body::Empty | Body::NotRecorded(_) | Body::InFile { .. } => {
                let header = || header(self.details.response_headers.as_deref(), "content-type");
                self.details
                    .mime_type
                    .as_deref()
                    .or(self.details.body_mime_type.as_deref())
                    .or_else(header)
                    .unwrap_or_default()
            }
        }
    }

    /// The MIME type of a submitted form of which only the fields were recorded.
    pub(super) fn form_mime(&self) -> &str {
        header(self.details.request_headers.as_deref(), "content-type")
            .unwrap_or("application/x-www-form-urlencoded")
    }
}

/// The contents of files of a recording, by their paths.
pub(super) type LoadedBodies = HashMap<String, Vec<u8>>;

/// The files of the recording that hold the bodies of a record.
pub(super) fn body_files(session: &Session, record: &Record) -> Vec<String> {
    // Most records name none, and are not read for that.
    let is_named = || {
        let text = session.bytes.slice(record.source);
        [&b"_file"[..], b"_sha1"].into_iter().any(|key| memchr::memmem::find(&text, key).is_some())
    };
    if !session.format.capabilities().has_body_files || !is_named() {
        return Vec::new();
    }
    let Details { request_body, response_body, .. } = session.details(record);
    let path = |body| if let Body::InFile { path, .. } = body { Some(path.into()) } else { None };
    [request_body, response_body].into_iter().filter_map(path).collect()
}

/// Replaces a body that is in a file of the recording with that file's contents, or with a note
/// that names the file where it was not loaded; returns whether it was not.
fn insert_loaded(body: &mut Body, loaded: &LoadedBodies) -> bool {
    let Body::InFile { path, mime } = body else { return false };
    let found = loaded.get(&**path);
    *body = match found {
        Some(bytes) => formats::body_from_file(bytes.clone(), std::mem::take(mime)),
        None => Body::NotRecorded(format!("The body is in {path}, next to the recording")),
    };
    found.is_none()
}

const PROTOCOL_HEADER: &str = "sec-websocket-protocol";

/// The agreed and the requested subprotocols of a socket, without tokens. A server may agree to a
/// token that was offered, which is recognized by the offer alone: so is the header of its answer,
/// which is redacted here.
fn redact_protocols(
    record: &Record,
    details: &mut Details,
    redactor: &mut Redactor,
) -> (Option<String>, Option<String>) {
    let Some(socket) = record.socket() else { return (None, None) };
    let requested = details.socket.requested_protocols.as_deref();
    let of_headers = details.request_headers.iter().flatten();
    let of_headers = of_headers.filter(|header| header.name.eq_ignore_ascii_case(PROTOCOL_HEADER));
    let offered: Vec<&str> = of_headers.map(|header| header.value.as_str()).chain(requested).collect();
    let offered = offered.join(",");
    for header in details.response_headers.iter_mut().flatten() {
        if header.name.eq_ignore_ascii_case(PROTOCOL_HEADER)
            && let Cow::Owned(redacted) = redactor.agreed_protocol(&header.value, &offered)
        {
            header.value = redacted;
        }
    }
    let requested = requested.map(|list| redactor.protocols(list).into_owned());
    let agreed = socket.protocol.as_deref();
    (agreed.map(|agreed| redactor.agreed_protocol(agreed, &offered).into_owned()), requested)
}

/// As the producer writes it, else as the response's header does.
fn redirect_of(record: &Record, details: &Details) -> String {
    let is_redirect = matches!(record.status, Some(301 | 302 | 303 | 307 | 308));
    let location = || header(details.response_headers.as_deref(), "location").filter(|_| is_redirect);
    details.redirect_url.as_deref().or_else(location).unwrap_or_default().to_owned()
}

fn header<'a>(headers: Option<&'a [Header]>, name: &str) -> Option<&'a str> {
    let found = headers?.iter().find(|header| header.name.eq_ignore_ascii_case(name));
    found.map(|header| header.value.as_str())
}
