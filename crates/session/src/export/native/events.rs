//! A line of `events.jsonl`.

use crate::export::events::exported_event;
use crate::export::json::Json;
use crate::export::pages::PageIds;
use crate::model::{DomEvent, EpochMs, Session};

/// Writes an event with its type and its time as the reader understood them.
pub(super) fn write(json: &mut Json, session: &Session, event: &DomEvent, page_ids: &PageIds) {
    let exported = exported_event(session, event, &mut json.redactor);
    if let Some(snapshot) = exported.data.as_ref().filter(|_| exported.is_bare) {
        json.json(snapshot.as_bytes());
        return json.end_line();
    }
    json.open_object();
    json.number_field("type", f64::from(event.kind.number()));
    json.optional_number_field("timestamp", event.time.map(EpochMs::ms));
    json.optional_field("pageId", exported.page_id.as_deref().map(|id| page_ids.id(id)));
    let window = session.dom_events.windows().get(usize::from(event.window));
    json.optional_field("windowId", window.map(AsRef::as_ref).filter(|id: &&str| !id.is_empty()));
    if let Some(data) = exported.data {
        json.key("data");
        json.json(data.as_bytes());
    }
    json.close_object();
    json.end_line();
}
