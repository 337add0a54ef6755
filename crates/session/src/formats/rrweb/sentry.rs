//! The custom events of Sentry's recorder. Their times are in seconds.

use super::event::{Event, sentry_time};
use super::recording::name_producer;
use super::request::{sizes, type_by_initiator};
use crate::formats::common::fields::{Object, object};
use crate::formats::common::http;
use crate::formats::common::lenient::{Number, Text};
use crate::formats::common::part::Part;
use crate::formats::common::size::Size;
use crate::model::plausible::duration;
use crate::model::{
    ConsoleEntry, ConsoleLevel, EpochMs, Http, Millis, Outcome, Phases, Record, RecordKind, ResourceType,
    Session,
};

object! {
    /// A measured time span: a resource, a navigation, a paint, …
    pub(super) struct Span<'a> {
        op: Text<'a> = "op",
        /// The URL.
        description: Text<'a> = "description",
        start_timestamp: Number = "startTimestamp",
        end_timestamp: Number = "endTimestamp",
        data: Object<SpanData<'a>> = "data",
    }
}

object! {
    struct SpanData<'a> {
        method: Text<'a> = "method",
        status_code: Number = "statusCode",
        /// Of resources: `transferSize` of Resource Timing.
        size: Size = "size",
        encoded_body_size: Size = "encodedBodySize",
        decoded_body_size: Size = "decodedBodySize",
        response_body_size: Size = "responseBodySize",
        response: Object<Exchanged> = "response",
    }
}

object! {
    struct Exchanged {
        size: Size = "size",
    }
}

/// The tags of Sentry's recorder.
pub(super) fn is_tag(tag: &str) -> bool {
    matches!(tag, "performanceSpan" | "breadcrumb" | "options" | "sentry")
}

/// Reads a breadcrumb. One of the category `console` is a console entry; others are only replayed.
pub(super) fn breadcrumb(session: &mut Session, event: &Event<'_>) {
    name_producer(session, "Sentry");
    let Some(payload) = event.data.field("payload") else { return };
    let text = |key: &str| payload.field(key).map(Part::as_text).unwrap_or_default();
    if text("category").as_str() != Some("console") {
        return;
    }
    let time = payload.field("timestamp").and_then(|time| time.number().get()).and_then(sentry_time);
    let time = time.or(event.time);
    session.extend_to(time);
    let level = ConsoleLevel::from_name(text("level").as_str().unwrap_or_default());
    session.console.push(ConsoleEntry { time, level, source: event.source });
}

impl Span<'_> {
    /// Whether it is a request: a resource, or the load of a document. `navigation.push` requests
    /// nothing.
    pub(super) fn is_request(&self) -> bool {
        self.op.as_str().is_some_and(|op| op.starts_with("resource.") || is_load(op))
    }

    /// Its row.
    pub(super) fn record(&self, number: u32, source: crate::model::Span) -> Record {
        let fallback = SpanData::default();
        let data = self.data.0.as_ref().unwrap_or(&fallback);
        let op = self.op.as_str().unwrap_or_default();
        let url = self.description.as_str().unwrap_or_default();
        let start = self.start_timestamp.get().and_then(sentry_time);
        let end = self.end_timestamp.get().and_then(sentry_time);
        let resource_type = resource_type(op, url);
        let timed = sizes(data.size, data.encoded_body_size, data.decoded_body_size);
        let captured = data.response.0.as_ref().and_then(|response| response.size.as_u64());
        Record {
            number,
            url: url.into(),
            method: http::method_name(&data.method.owned().to_ascii_uppercase()),
            start,
            status: http::status(data.status_code),
            error: None,
            source,
            kind: RecordKind::Http(Http {
                resource_type,
                outcome: outcome(resource_type, data.status_code),
                duration: length(start, end),
                recorded_duration: None,
                phases: Phases::default(),
                transferred: timed.transferred,
                body_size: timed.body.or(captured).or(data.response_body_size.as_u64()),
                from_cache: None,
                messages: None,
            }),
        }
    }

    /// Whether one of its sizes is not a size.
    pub(super) fn has_wrong_size(&self) -> bool {
        self.data.0.as_ref().is_some_and(|data| {
            let captured = data.response.0.as_ref().map(|response| response.size).unwrap_or_default();
            let timed = [data.size, data.encoded_body_size, data.decoded_body_size];
            timed.into_iter().chain([data.response_body_size, captured]).any(Size::is_wrong)
        })
    }

    /// Whether start and end are known and too far apart for a duration, or in the wrong order.
    pub(super) fn has_implausible_duration(&self) -> bool {
        let time = |number: Number| number.get().and_then(sentry_time);
        let (start, end) = (time(self.start_timestamp), time(self.end_timestamp));
        start.is_some() && end.is_some() && length(start, end).is_none()
    }

    /// Its latest time.
    pub(super) fn end(&self) -> Option<EpochMs> {
        let time = |number: Number| number.get().and_then(sentry_time);
        time(self.end_timestamp).or_else(|| time(self.start_timestamp))
    }
}

fn resource_type(op: &str, url: &str) -> ResourceType {
    if is_load(op) {
        return ResourceType::Document;
    }
    type_by_initiator(op.strip_prefix("resource.").unwrap_or_default(), url)
}

fn is_load(op: &str) -> bool {
    matches!(op, "navigation.navigate" | "navigation.reload" | "navigation.back_forward")
}

fn length(start: Option<EpochMs>, end: Option<EpochMs>) -> Option<Millis> {
    start.zip(end).and_then(|(start, end)| duration((end - start).ms(), None))
}

/// Whether a call got no response: its status is 0. For other resources 0 means that the browser
/// hides the status.
fn outcome(resource_type: ResourceType, status: Number) -> Outcome {
    let is_call = matches!(resource_type, ResourceType::Fetch | ResourceType::Xhr);
    if is_call && status == Number::Is(0.0) { Outcome::Failed } else { Outcome::Done }
}
