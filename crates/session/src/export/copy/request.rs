//! An HTTP request as commands send it: only what HTTP can carry, in the order of the recording.

use std::collections::HashMap;

use super::body::{self, Fields, Recorded};
use super::remark::{Names, Omission, Remark};
use super::url::CleanUrl;
use super::{CopyError, CopyRequest, MAX_COPIED_BYTES};
use crate::encodings::base64;
use crate::model::{Header, Record};
use crate::redact::Redactor;

/// A request without anything that no HTTP client can send.
#[derive(Debug)]
pub(super) struct HttpRequest {
    pub(super) url: CleanUrl,
    /// A token.
    pub(super) method: String,
    /// Names are tokens, values have no control characters except tabs, and no space around them.
    pub(super) headers: Vec<Header>,
    /// Whether the recording has the headers of the request.
    pub(super) has_recorded_headers: bool,
    /// `None` if there is none.
    pub(super) body: Option<Vec<u8>>,
    pub(super) remarks: Vec<Remark>,
}

impl HttpRequest {
    pub(super) fn of(request: &CopyRequest<'_>, record: &Record) -> Result<Self, CopyError> {
        let mut redactor = Redactor::new(request.sanitize);
        let mut remarks = Vec::new();
        let url = clean_url(&redactor.url(&record.url), &mut remarks)?;
        let (body, mime) = body_of(request, &record.method, &mut remarks);
        if body.as_ref().is_some_and(|body| body.len() > MAX_COPIED_BYTES) {
            return Err(CopyError::TooLong);
        }
        let recorded = request.details.request_headers.as_deref();
        let mut headers = recorded.unwrap_or_default().to_vec();
        if let Some(cookies) = &request.details.request_cookies {
            headers.push(Header { name: "Cookie".to_owned(), value: cookies.clone() });
            remarks.push(Remark::CookiesAsHeader);
        }
        redactor.headers(&mut headers);
        remarks.extend((redactor.count() > 0).then(|| Remark::Redacted(redactor.count())));
        remarks.extend((request.sanitize && body.is_some()).then_some(Remark::BodyNotSearched));
        let mut headers = sendable(headers, &mut remarks);
        remove_framing(&mut headers, body.as_deref(), &mut remarks);
        headers.retain(|header| {
            !(header.name.eq_ignore_ascii_case("host") && header.value.eq_ignore_ascii_case(&url.authority))
        });
        if recorded.is_none() {
            remarks.push(Remark::HeadersNotRecorded);
            let is_value = !mime.is_empty() && mime.chars().all(|char| !char.is_control());
            if body.is_some() && is_value {
                headers.push(Header { name: "Content-Type".to_owned(), value: mime.trim().to_owned() });
            }
        }
        add_user_info(&mut headers, &url, &mut remarks);
        let method = method_of(&record.method, body.is_some(), &mut remarks);
        Ok(Self { url, method, headers, has_recorded_headers: recorded.is_some(), body, remarks })
    }

    /// The value of the first header of that name, which is in lower case.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        body::find(&self.headers, name)
    }

    /// Removes headers, and remarks it.
    pub(super) fn omit(&mut self, is_omitted: impl Fn(&Header) -> bool, reason: Omission) {
        omit(&mut self.headers, is_omitted, reason, &mut self.remarks);
    }

    /// Removes the body where the tool sends none with the method.
    pub(super) fn omit_body(&mut self, tool: &'static str, methods: &[&str]) {
        let has_none = methods.iter().any(|method| method.eq_ignore_ascii_case(&self.method));
        if has_none && self.body.take().is_some() {
            self.remarks.push(Remark::BodyOmitted { tool, method: self.method.clone() });
            self.remarks.retain(|remark| *remark != Remark::BodyNotSearched);
        }
    }

    /// Joins the values of headers that occur repeatedly, as RFC 9110, section 5.3 allows; those of
    /// `cookie` as RFC 9113, section 8.2.3.
    pub(super) fn join_repeated(&mut self) {
        let mut first: HashMap<String, usize> = HashMap::new();
        let mut joined: Vec<Header> = Vec::with_capacity(self.headers.len());
        let mut names = Names::default();
        for header in self.headers.drain(..) {
            let key = header.name.to_ascii_lowercase();
            let separator = if key == "cookie" { "; " } else { ", " };
            if let Some(known) = first.get(&key).and_then(|index| joined.get_mut(*index)) {
                names.add(&known.name);
                known.value.push_str(separator);
                known.value.push_str(&header.value);
            } else {
                first.insert(key, joined.len());
                joined.push(header);
            }
        }
        self.headers = joined;
        self.remarks.extend((!names.is_empty()).then_some(Remark::HeadersJoined(names)));
    }

    /// Remarks which of these headers the tool adds, because the recording has none of the name.
    pub(super) fn remark_added(&mut self, tool: &'static str, added: &[&'static [&'static str]]) {
        if !self.has_recorded_headers {
            return;
        }
        for names in added {
            if names.iter().all(|name| self.header(&name.to_ascii_lowercase()).is_none()) {
                self.remarks.push(Remark::HeadersAdded { tool, names });
            }
        }
    }
}

fn clean_url(recorded: &str, remarks: &mut Vec<Remark>) -> Result<CleanUrl, CopyError> {
    let url = CleanUrl::parse(recorded);
    let url = url.ok_or_else(|| CopyError::Unavailable("The URL is not an HTTP address".to_owned()))?;
    remarks.extend(url.is_changed.then_some(Remark::UrlEncoded));
    Ok(url)
}

/// The body, and its MIME type.
fn body_of<'a>(
    request: &CopyRequest<'a>,
    method: &str,
    remarks: &mut Vec<Remark>,
) -> (Option<Vec<u8>>, &'a str) {
    let details = request.details;
    match body::fields(details) {
        Fields::Encoded(text) => {
            remarks.push(Remark::BodyFromFields);
            return (Some(text.into_bytes()), "application/x-www-form-urlencoded");
        }
        Fields::Multipart => {
            remarks.push(Remark::BodyNotRecorded("only the fields of the form were recorded".to_owned()));
            return (None, "");
        }
        Fields::None => {}
    }
    match body::recorded(&details.request_body, request.files) {
        Recorded::Empty => (None, ""),
        Recorded::Missing(why) => {
            let has_none = ["GET", "HEAD", "OPTIONS", "CONNECT", "TRACE"].contains(&method);
            remarks.extend((!has_none).then_some(Remark::BodyNotRecorded(why)));
            (None, "")
        }
        Recorded::Bytes { bytes, is_truncated } => {
            let bytes = body::stored_bytes(details, remarks).unwrap_or_else(|| bytes.into_owned());
            remarks.extend(is_truncated.then_some(Remark::BodyTruncated(bytes.len() as u64)));
            (Some(bytes), body::mime(&details.request_body))
        }
    }
}

fn method_of(recorded: &str, has_body: bool, remarks: &mut Vec<Remark>) -> String {
    if is_token(recorded) {
        return recorded.to_owned();
    }
    remarks.push(if recorded.is_empty() { Remark::MethodNotRecorded } else { Remark::MethodInvalid });
    if has_body { "POST" } else { "GET" }.to_owned()
}

/// Whether the text is a token (RFC 9110, section 5.6.2): the name of a header, or a method.
pub(super) fn is_token(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_part)
}

/// The headers that HTTP can carry. Values with line breaks are how a hostile recording would add
/// headers of its own.
pub(super) fn sendable(mut headers: Vec<Header>, remarks: &mut Vec<Remark>) -> Vec<Header> {
    omit(&mut headers, |header| header.name.starts_with(':'), Omission::Pseudo, remarks);
    omit(&mut headers, |header| !is_token(&header.name), Omission::InvalidName, remarks);
    for header in &mut headers {
        let trimmed = header.value.trim_matches([' ', '\t']);
        if trimmed.len() < header.value.len() {
            header.value = trimmed.to_owned();
        }
    }
    let has_control = |header: &Header| header.value.chars().any(|char| char.is_control() && char != '\t');
    omit(&mut headers, has_control, Omission::InvalidValue, remarks);
    let encoded = headers.iter().filter(|header| !header.value.is_ascii());
    let names: Names = encoded.map(|header| header.name.as_str()).collect();
    remarks.extend((!names.is_empty()).then_some(Remark::HeadersAsUtf8(names)));
    headers
}

/// Removes headers, and remarks it.
pub(super) fn omit(
    headers: &mut Vec<Header>,
    is_omitted: impl Fn(&Header) -> bool,
    reason: Omission,
    remarks: &mut Vec<Remark>,
) {
    let mut names = Names::default();
    headers.retain(|header| {
        let is_omitted = is_omitted(header);
        if is_omitted {
            names.add(&header.name);
        }
        !is_omitted
    });
    remarks.extend((!names.is_empty()).then_some(Remark::HeadersOmitted { names, reason }));
}

/// Removes the headers about the body's length. It is only remarked where they said something else
/// than what is sent.
fn remove_framing(headers: &mut Vec<Header>, body: Option<&[u8]>, remarks: &mut Vec<Remark>) {
    let sent = body.map_or(0, <[u8]>::len);
    headers.retain(|header| {
        let is_length = header.name.eq_ignore_ascii_case("content-length");
        !(is_length && header.value.parse() == Ok(sent))
    });
    let is_framing = |header: &Header| {
        ["content-length", "transfer-encoding"].iter().any(|name| header.name.eq_ignore_ascii_case(name))
    };
    omit(headers, is_framing, Omission::Framing, remarks);
}

/// Sends user and password as browsers do, for each tool alike: `fetch` refuses URLs with them.
fn add_user_info(headers: &mut Vec<Header>, url: &CleanUrl, remarks: &mut Vec<Remark>) {
    let Some(user_info) = &url.user_info else { return };
    if body::find(headers, "authorization").is_some() {
        return;
    }
    let value = format!("Basic {}", base64::encode(user_info));
    headers.push(Header { name: "Authorization".to_owned(), value });
    remarks.push(Remark::UserInfoAsHeader);
}
