//! What the source's own element says of a record and neither its row nor its details hold.

use crate::model::{Record, Session, SourceFormat};
use json_spans::{Fields, json_string};

/// What is read from the element itself.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Source {
    /// The page that the record belongs to.
    pub(super) page: Option<String>,
    /// The MIME type of the response, where no body was recorded that would carry it.
    pub(super) mime: Option<String>,
}

pub(super) fn source(session: &Session, record: &Record) -> Source {
    if record.source.is_empty() {
        return Source::default();
    }
    let text = session.bytes.slice(record.source);
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&text).trim_ascii();
    match session.format {
        SourceFormat::Har | SourceFormat::PlaywrightTrace => of_entry(text, record.socket().is_some()),
        SourceFormat::Native | SourceFormat::Highlight | SourceFormat::Rrweb => {
            Source { page: word(value(text, b"pageId")), mime: word(value(text, b"mimeType")) }
        }
    }
}

/// A socket's entry can be as long as its messages, so it is read no further than it must be.
fn of_entry(text: &[u8], is_socket: bool) -> Source {
    let mut source = Source::default();
    for field in Fields::of(text) {
        match field.key {
            b"pageref" => source.page = word(Some(field.value)),
            b"response" if !is_socket => {
                let content = value(field.value, b"content");
                source.mime = content.and_then(|content| word(value(content, b"mimeType")));
            }
            _ => {}
        }
        if is_socket && source.page.is_some() {
            break;
        }
    }
    source
}

/// The value of the last field of that name, where `object` is one.
fn value<'a>(object: &'a [u8], key: &[u8]) -> Option<&'a [u8]> {
    object
        .starts_with(b"{")
        .then(|| Fields::of(object).filter(|field| field.key == key).last())?
        .map(|field| field.value)
}

/// A string that is not empty.
fn word(value: Option<&[u8]>) -> Option<String> {
    let inside = value?.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    Some(json_string::unescape(inside).into_owned()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_and_the_mime_type_of_an_entry() {
        let entry =
            br#"{"pageref":"page_1","response":{"content":{"mimeType":"text\/css","mimeType":"a/b"}}}"#;
        let expected = Source { page: Some("page_1".to_owned()), mime: Some("a/b".to_owned()) };
        assert_eq!(of_entry(entry, false), expected);
        assert_eq!(of_entry(entry, true), Source { mime: None, ..expected });
        for broken in [&b""[..], b"{", br#"{"response":[],"pageref":7}"#, br#"{"response":{"content":"#] {
            assert_eq!(of_entry(broken, false), Source::default());
        }
    }
}
