//! A request as network plugins record it.
//!
//! rrweb's plugin and PostHog's share a name (`rrweb/network@1`) and most keys. PostHog's adds the
//! time origin (`timeOrigin`) and all fields of Resource Timing; PostHog's mobile recorders write
//! `timestamp` and `duration`; its first plugin (`posthog/network@1`) used numbers as keys.

use super::phases::phases;
use crate::formats::common::fields::object;
use crate::formats::common::lenient::{Number, Text};
use crate::formats::common::size::Size;
use crate::formats::common::{http, infer};
use crate::model::plausible::{duration, is_duration};
use crate::model::{EpochMs, Http, Outcome, Record, RecordKind, ResourceType, Span};

object! {
    pub(super) struct CapturedRequest<'a> {
        name: Text<'a> = "name" | "2",
        /// Instead of `name`, in early versions of the plugin.
        url: Text<'a> = "url",
        method: Text<'a> = "method",
        initiator_type: Text<'a> = "initiatorType" | "18",
        entry_type: Text<'a> = "entryType" | "0",
        /// As seen by the wrapped `fetch`.
        status: Number = "status",
        /// As in Resource Timing; 0 if a cross-origin response hides it.
        response_status: Number = "responseStatus" | "21",
        /// In ms since 1970, unlike all other times but `timestamp`.
        time_origin: Number = "timeOrigin" | "1",
        timestamp: Number = "timestamp" | "40",
        start_time: Number = "startTime" | "3",
        end_time: Number = "endTime",
        duration: Number = "duration" | "39",
        pub(super) domain_lookup_start: Number = "domainLookupStart" | "8",
        pub(super) domain_lookup_end: Number = "domainLookupEnd" | "9",
        pub(super) connect_start: Number = "connectStart" | "10",
        pub(super) secure_connection_start: Number = "secureConnectionStart" | "11",
        pub(super) connect_end: Number = "connectEnd" | "12",
        pub(super) request_start: Number = "requestStart" | "13",
        pub(super) response_start: Number = "responseStart" | "14",
        response_end: Number = "responseEnd" | "15",
        transfer_size: Size = "transferSize" | "22",
        encoded_body_size: Size = "encodedBodySize" | "17",
        decoded_body_size: Size = "decodedBodySize" | "16",
        /// Newer browsers give the MIME type.
        content_type: Text<'a> = "contentType",
    }
}

/// The identity of a navigation, which a plugin may report twice.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Navigation {
    url: String,
    origin: Number,
    start: Number,
    end: Number,
}

impl Navigation {
    /// Whether it is the navigation that was reported `before`, perhaps before its end. PostHog
    /// computes the time origin each time, with a difference of up to a millisecond.
    pub(super) fn is(&self, before: &Self) -> bool {
        const JITTER_MS: f64 = 10.0;
        let origins = self.origin.get().zip(before.origin.get());
        let is_same_origin =
            origins.map_or(self.origin == before.origin, |(one, two)| (one - two).abs() < JITTER_MS);
        let had_ended = before.end.get().is_some_and(|end| end > 0.0);
        let is_same_end = self.end == before.end || !had_ended;
        is_same_origin && self.url == before.url && self.start == before.start && is_same_end
    }

    /// Whether it has a time origin, which distinguishes it from a navigation of another page.
    pub(super) fn has_origin(&self) -> bool {
        self.origin.get().is_some()
    }
}

/// What the times of a request are relative to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Clock {
    /// Its time is unknown.
    None,
    /// The request has an absolute time.
    Known(EpochMs),
    /// The time origin of its page, which is not recorded.
    Unknown,
}

impl CapturedRequest<'_> {
    /// Whether it is a metric of the `Server-Timing` header of the previous request, which PostHog
    /// lists as another entry.
    pub(super) fn is_server_timing(&self) -> bool {
        self.entry_type.as_str() == Some("serverTiming")
    }

    /// Whether it is a performance entry that is not a request: a paint, a long task.
    pub(super) fn is_other_timing(&self) -> bool {
        self.entry_type.filled().is_some_and(|kind| !matches!(kind, "navigation" | "resource"))
    }

    /// Whether a recorder of PostHog wrote it: only these record absolute times.
    pub(super) fn is_posthog(&self) -> bool {
        self.time_origin != Number::Missing || self.timestamp != Number::Missing
    }

    /// The navigation, if it is one. It is reported when the recorder starts, and again when the
    /// page is loaded.
    pub(super) fn navigation(&self) -> Option<Navigation> {
        (self.entry_type.as_str() == Some("navigation")).then(|| Navigation {
            url: self.name.owned(),
            origin: self.time_origin,
            start: self.start_time,
            end: self.end_time,
        })
    }

    pub(super) fn clock(&self) -> Clock {
        let origin = self.time_origin.get().filter(|origin| *origin > 0.0);
        let begun = match (origin, self.start()) {
            (Some(origin), Some(start)) => Some(origin + start),
            // posthog-js writes the start of the page if it does not know that of the request.
            (Some(origin), None) => self.timestamp.get().filter(|time| *time > origin),
            (None, _) => self.timestamp.get().filter(|time| *time > 0.0),
        };
        match begun.and_then(EpochMs::new) {
            Some(time) => Clock::Known(time),
            None if self.is_posthog() || self.latest().is_none() => Clock::None,
            None => Clock::Unknown,
        }
    }

    /// Its start relative to the time origin.
    pub(super) fn start(&self) -> Option<f64> {
        self.start_time.not_negative()
    }

    /// Its end relative to the time origin, exact or rounded.
    fn end(&self) -> Option<f64> {
        let times = [self.response_end, self.end_time];
        times.into_iter().find_map(|time| time.get().filter(|time| *time > 0.0))
    }

    /// Its latest time relative to the time origin.
    pub(super) fn latest(&self) -> Option<f64> {
        [self.start(), self.end()].into_iter().flatten().reduce(f64::max)
    }

    /// Its row.
    pub(super) fn record(&self, number: u32, source: Span, start: Option<EpochMs>) -> Record {
        let url = self.name.filled().or(self.url.filled()).unwrap_or_default();
        let timed = sizes(self.transfer_size, self.encoded_body_size, self.decoded_body_size);
        let resource_type = self.resource_type(url);
        Record {
            number,
            url: url.into(),
            method: http::method_name(&self.method.owned().to_ascii_uppercase()),
            start,
            status: http::status(self.status).or(http::status(self.response_status)),
            error: None,
            source,
            kind: RecordKind::Http(Http {
                resource_type,
                outcome: self.outcome(),
                duration: self.length().and_then(|ms| duration(ms, start)),
                recorded_duration: None,
                phases: self.start().map(|start| phases(self, start, self.end())).unwrap_or_default(),
                transferred: timed.transferred,
                body_size: timed.body,
                from_cache: None,
                messages: infer::event_stream(resource_type, ""),
            }),
        }
    }

    /// Whether one of its sizes is not a size.
    pub(super) fn has_wrong_size(&self) -> bool {
        [self.transfer_size, self.encoded_body_size, self.decoded_body_size].into_iter().any(Size::is_wrong)
    }

    /// Whether its duration is implausible.
    pub(super) fn has_implausible_duration(&self, start: Option<EpochMs>) -> bool {
        self.length().is_some_and(|ms| !is_duration(ms, start))
    }

    /// Its duration in ms. The recorded duration of a resource is exact, while start and end are
    /// rounded; that of a navigation lasts until the page is loaded, not until its last byte.
    fn length(&self) -> Option<f64> {
        let is_navigation = self.entry_type.as_str() == Some("navigation");
        let recorded = self.duration.not_negative().filter(|_| !is_navigation);
        let spanned = self.start().zip(self.end()).map(|(start, end)| end - start);
        recorded.filter(|duration| *duration > 0.0).or(spanned.filter(|length| *length >= 0.0)).or(recorded)
    }

    fn resource_type(&self, url: &str) -> ResourceType {
        if self.entry_type.as_str() == Some("navigation") {
            return ResourceType::Document;
        }
        let named = type_by_initiator(self.initiator_type.as_str().unwrap_or_default(), url);
        match named {
            ResourceType::Other => {
                infer::type_of_mime(self.content_type.as_str().unwrap_or_default()).unwrap_or(named)
            }
            named => named,
        }
    }

    /// Whether a wrapped call got no response: the status is 0 for `XMLHttpRequest`, and missing
    /// for `fetch`. rrweb's plugin also omits it if Resource Timing does not have the request; then
    /// the outcome is unknown.
    fn outcome(&self) -> Outcome {
        let is_wrapped = self.method.filled().is_some();
        let has_none = http::status(self.status).or(http::status(self.response_status)).is_none();
        let is_fetch = self.initiator_type.as_str() == Some("fetch");
        let is_timed = self.is_posthog() || self.entry_type.filled().is_some();
        let is_unanswered = self.status == Number::Is(0.0) || (is_timed && is_fetch && has_none);
        if is_wrapped && is_unanswered { Outcome::Failed } else { Outcome::Done }
    }
}

/// Sizes in bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    pub(super) transferred: Option<u64>,
    pub(super) body: Option<u64>,
}

/// Resource Timing reports all sizes of an opaque cross-origin response as 0: they are unknown, not
/// 0.
pub(super) fn sizes(transferred: Size, encoded: Size, decoded: Size) -> Sizes {
    let timed = [transferred.as_u64(), encoded.as_u64(), decoded.as_u64()];
    let is_hidden = timed.iter().all(|size| size.unwrap_or(0) == 0);
    let [transferred, encoded, decoded] = if is_hidden { [None; 3] } else { timed };
    Sizes { transferred, body: decoded.or(encoded) }
}

/// `initiatorType` is what started the request, not its type: `link` and `css` load style sheets,
/// fonts and images.
pub(super) fn type_by_initiator(initiator: &str, url: &str) -> ResourceType {
    match infer::type_of_name(initiator) {
        unsure @ (ResourceType::Other | ResourceType::Stylesheet) => {
            infer::type_of_url(url).unwrap_or(unsure)
        }
        known => known,
    }
}
