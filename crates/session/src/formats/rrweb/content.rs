//! What an event holds, for a file of events that another tool reads: its data unpacked.

use std::borrow::Cow;

use super::packed::unpack_gzip;
use super::recording::inside;
use crate::formats::common::part::Part;
use json_spans::{is_json, json_string};

/// The content of an event.
#[derive(Debug)]
pub(crate) struct EventContent<'a> {
    /// The page that a recorder of Replayscope names.
    pub(crate) page_id: Option<String>,
    pub(crate) data: EventData<'a>,
}

/// The data of an event.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum EventData<'a> {
    /// JSON.
    Plain(Cow<'a, [u8]>),
    /// There is no event around it: the source itself is the data of a full snapshot.
    Bare,
    /// It is packed and cannot be unpacked, or there is none.
    Unreadable,
}

/// The fields of incremental data that posthog-js packs, each by itself.
const PACKED_FIELDS: [&[u8]; 4] = [b"texts", b"attributes", b"removes", b"adds"];

/// Reads the source of an event of any recording.
pub(crate) fn event_content(source: &[u8]) -> EventContent<'_> {
    let event = Part::new(source, 0).trimmed();
    let page_id = event.field("pageId").and_then(|id| id.as_text().filled().map(str::to_owned));
    let is_bare = || event.field("type").is_none() && event.field("node").is_some();
    let data = match event.field("data") {
        None if is_bare() => EventData::Bare,
        None => EventData::Unreadable,
        Some(data) if event.field("cv").is_none() => EventData::Plain(Cow::Borrowed(data.text())),
        Some(data) => unpacked(data).map_or(EventData::Unreadable, EventData::Plain),
    };
    EventContent { page_id, data }
}

/// The data of an event whose fields posthog-js packed.
fn unpacked(data: Part<'_>) -> Option<Cow<'_, [u8]>> {
    if data.is_string() {
        return unpacked_string(data).map(Cow::Owned);
    }
    let mut text = Vec::new();
    let mut copied = 0;
    let start = data.span().start;
    for (key, value) in data.fields() {
        let is_packed = value.is_string() && PACKED_FIELDS.contains(&json_string::unescape(key).as_bytes());
        if is_packed {
            let at = value.span().start.saturating_sub(start) as usize;
            text.extend_from_slice(data.text().get(copied..at)?);
            text.extend_from_slice(&unpacked_string(value)?);
            copied = at + value.text().len();
        }
    }
    text.extend_from_slice(data.text().get(copied..)?);
    Some(Cow::Owned(text))
}

fn unpacked_string(value: Part<'_>) -> Option<Vec<u8>> {
    unpack_gzip(inside(value.text())).ok().filter(|text| is_json(text))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    /// The text as posthog-js packs it, in quotes.
    fn packed(text: &str) -> String {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text.as_bytes()).expect("memory");
        let bytes = encoder.finish().expect("memory");
        let latin1: String = bytes.iter().map(|byte| char::from(*byte)).collect();
        serde_json::to_string(&latin1).expect("a string")
    }

    fn data(source: &str) -> Option<String> {
        match event_content(source.as_bytes()).data {
            EventData::Plain(data) => Some(String::from_utf8_lossy(&data).into_owned()),
            EventData::Bare | EventData::Unreadable => None,
        }
    }

    #[test]
    fn plain_data_stays_as_it_is() {
        let source = r#"{"type":4,"data":{"href":"https://a.test/"},"timestamp":1,"pageId":"p"}"#;
        assert_eq!(data(source).as_deref(), Some(r#"{"href":"https://a.test/"}"#));
        assert_eq!(event_content(source.as_bytes()).page_id.as_deref(), Some("p"));
    }

    #[test]
    fn packed_data_and_packed_fields_are_unpacked() {
        let whole = packed(r#"{"node":{"id":1}}"#);
        let source = format!(r#"{{"type":2,"data":{whole},"cv":"2024-10","timestamp":1}}"#);
        assert_eq!(data(&source).as_deref(), Some(r#"{"node":{"id":1}}"#));
        let (adds, texts) = (packed(r#"[{"id":7}]"#), packed("[]"));
        let fields = format!(r#"{{"source":0,"adds":{adds},"note":"plain","texts":{texts}}}"#);
        let source = format!(r#"{{"type":3,"data":{fields},"cv":"2024-10","timestamp":1}}"#);
        assert_eq!(
            data(&source).as_deref(),
            Some(r#"{"source":0,"adds":[{"id":7}],"note":"plain","texts":[]}"#)
        );
    }

    #[test]
    fn data_that_cannot_be_unpacked_is_unreadable() {
        for source in [
            r#"{"type":3,"data":"no gzip","cv":"2024-10"}"#,
            r#"{"type":3,"data":{"adds":"no gzip"},"cv":"2024-10"}"#,
            r#"{"type":3}"#,
            "",
        ] {
            assert_eq!(event_content(source.as_bytes()).data, EventData::Unreadable, "{source}");
        }
        let bare = br#"{"node":{},"initialOffset":{"left":0,"top":0}}"#;
        assert_eq!(event_content(bare).data, EventData::Bare);
    }
}
