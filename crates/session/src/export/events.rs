//! The DOM events of a session, for files that other tools read.

use super::json::payload_json;
use crate::formats::{EventData, event_content};
use crate::model::{DomEvent, Session};
use crate::redact::Redactor;

/// What a file of events holds of one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportedEvent {
    /// The id of the page that a recorder of Replayscope names.
    pub page_id: Option<String>,
    /// JSON on one line; `None` if there is none, or if it cannot be unpacked.
    pub data: Option<String>,
    /// There is no event around the data, which is that of a full snapshot.
    pub is_bare: bool,
}

/// Reads an event from the session's bytes and redacts its data like the payload of a message. What
/// posthog-js packed is unpacked, so that credentials in it are found.
pub fn exported_event(session: &Session, event: &DomEvent, redactor: &mut Redactor) -> ExportedEvent {
    let source = session.bytes.slice(event.source);
    let content = event_content(&source);
    let (data, is_bare) = match &content.data {
        EventData::Bare => (Some(&*source), true),
        EventData::Plain(data) => (Some(&**data), false),
        EventData::Unreadable => (None, false),
    };
    let data = data.and_then(|data| payload_json(redactor, data).ok());
    ExportedEvent { page_id: content.page_id, data, is_bare }
}
