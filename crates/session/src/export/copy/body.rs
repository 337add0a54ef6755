//! Bodies, as commands send them and as they are copied by themselves.

use std::borrow::Cow;

use super::{Content, CopyError, CopyRequest, Remark};
use crate::formats::StoredBody;
use crate::model::{Body, Details, Header};

/// A recorded body.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Recorded<'a> {
    Empty,
    /// The bytes, and whether they are only the beginning.
    Bytes {
        bytes: Cow<'a, [u8]>,
        is_truncated: bool,
    },
    Missing(String),
}

/// The bytes of a body. Those in a file are among the `files`, by their paths.
pub(super) fn recorded<'a>(body: &'a Body, files: &'a [(String, Vec<u8>)]) -> Recorded<'a> {
    let of = |bytes: &'a [u8], is_truncated| Recorded::Bytes { bytes: bytes.into(), is_truncated };
    match body {
        Body::Empty => Recorded::Empty,
        Body::NotRecorded(why) => Recorded::Missing(why.clone()),
        Body::Text { text, is_truncated, .. } => of(text.as_bytes(), *is_truncated),
        Body::Binary { bytes, is_truncated, .. } => of(bytes, *is_truncated),
        Body::InFile { path, .. } => match files.iter().find(|(known, _)| **known == **path) {
            Some((_, bytes)) if bytes.is_empty() => Recorded::Empty,
            Some((_, bytes)) => of(bytes, false),
            None => Recorded::Missing(format!("it is in {path}, next to the recording")),
        },
    }
}

/// The bytes of a request body that was recorded as text without saying so, where what they are
/// proves it; a body that lost bytes when it was recorded as text is remarked.
pub(super) fn stored_bytes(details: &Details, remarks: &mut Vec<Remark>) -> Option<Vec<u8>> {
    let Body::Text { text, .. } = &details.request_body else { return None };
    remarks.extend(text.contains(char::REPLACEMENT_CHARACTER).then_some(Remark::BodyDamaged));
    let stored = StoredBody::of(&details.request_body, details.request_headers.as_deref())?;
    let is_other = stored.bytes() != text.as_bytes();
    remarks.extend(is_other.then_some(Remark::BodyDecoded));
    is_other.then(|| stored.bytes().to_vec())
}

/// A form of which only the fields were recorded.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fields {
    None,
    /// The fields, URL-encoded.
    Encoded(String),
    /// Its boundaries and files are not known.
    Multipart,
}

/// The form of a request, if its body is not known otherwise.
pub(super) fn fields(details: &Details) -> Fields {
    let is_known = !matches!(details.request_body, Body::Empty | Body::NotRecorded(_));
    if is_known || details.form.is_empty() {
        return Fields::None;
    }
    let mime = find(details.request_headers.as_deref().unwrap_or_default(), "content-type");
    if mime.is_some_and(|mime| mime.to_ascii_lowercase().contains("multipart")) {
        return Fields::Multipart;
    }
    let mut encoded = form_urlencoded::Serializer::new(String::new());
    for field in &details.form {
        encoded.append_pair(&field.name, &field.value);
    }
    Fields::Encoded(encoded.finish())
}

/// The MIME type that was recorded with the body.
pub(super) fn mime(body: &Body) -> &str {
    match body {
        Body::Text { mime, .. } | Body::Binary { mime, .. } | Body::InFile { mime, .. } => mime,
        Body::Empty | Body::NotRecorded(_) => "",
    }
}

/// The value of the first header of that name, which is in lower case.
pub(super) fn find<'a>(headers: &'a [Header], name: &str) -> Option<&'a str> {
    let found = headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
    found.map(|header| header.value.as_str())
}

/// The body of the request, as recorded.
pub(super) fn of_request(request: &CopyRequest<'_>) -> Result<(Content, Vec<Remark>), CopyError> {
    match fields(request.details) {
        Fields::Encoded(text) => Ok((Content::Text(text), vec![Remark::BodyFromFields])),
        Fields::Multipart | Fields::None => copied(&request.details.request_body, request),
    }
}

/// The body of the response, as recorded.
pub(super) fn of_response(request: &CopyRequest<'_>) -> Result<(Content, Vec<Remark>), CopyError> {
    copied(&request.details.response_body, request)
}

fn copied(body: &Body, request: &CopyRequest<'_>) -> Result<(Content, Vec<Remark>), CopyError> {
    match recorded(body, request.files) {
        Recorded::Empty => Ok((Content::Text(String::new()), Vec::new())),
        Recorded::Missing(why) => Err(CopyError::Unavailable(format!("The body is missing: {why}"))),
        Recorded::Bytes { bytes, is_truncated } => {
            let remarks = is_truncated.then_some(Remark::BodyTruncated(bytes.len() as u64));
            Ok((content(bytes.into_owned()), remarks.into_iter().collect()))
        }
    }
}

/// Bytes that are UTF-8 are text.
fn content(bytes: Vec<u8>) -> Content {
    String::from_utf8(bytes).map_or_else(|error| Content::Bytes(error.into_bytes()), Content::Text)
}
