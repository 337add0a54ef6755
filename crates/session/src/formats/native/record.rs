//! A line of `resources.jsonl`, with the keys of older Highlight recorders.

use crate::formats::common::fields::{Object, object};
use crate::formats::common::lenient::{Flag, Number, Text};
use crate::formats::common::size::Size;
use crate::formats::common::values::{ErrorText, Verbatim};
use crate::model::EpochMs;
use crate::model::plausible::{EventClock, TimeUnit, is_date, since};

object! {
    pub(super) struct Resource<'a> {
        pub(super) name: Verbatim<'a> = "name",
        pub(super) initiator_type: Text<'a> = "initiatorType",
        /// `open` or `close`, for sockets.
        pub(super) event: Text<'a> = "type",
        pub(super) socket_id: Text<'a> = "socketId",
        pub(super) page_id: Text<'a> = "pageId",
        pub(super) method: Text<'a> = "method",
        pub(super) start_time_abs: Number = "startTimeAbs",
        pub(super) response_end_abs: Number = "responseEndAbs",
        /// Relative to the page's time origin, in older recordings.
        pub(super) start_time: Number = "startTime",
        pub(super) response_end: Number = "responseEnd",
        pub(super) request_end: Number = "requestEnd",
        pub(super) end_time: Number = "endTime",
        pub(super) fetch_start_abs: Number = "fetchStartAbs",
        pub(super) domain_lookup_start_abs: Number = "domainLookupStartAbs",
        pub(super) domain_lookup_end_abs: Number = "domainLookupEndAbs",
        pub(super) connect_start_abs: Number = "connectStartAbs",
        pub(super) connect_end_abs: Number = "connectEndAbs",
        pub(super) secure_connection_start_abs: Number = "secureConnectionStartAbs",
        pub(super) request_start_abs: Number = "requestStartAbs",
        pub(super) response_start_abs: Number = "responseStartAbs",
        pub(super) transfer_size: Size = "transferSize",
        pub(super) encoded_body_size: Size = "encodedBodySize",
        pub(super) decoded_body_size: Size = "decodedBodySize",
        pub(super) response_status: Number = "responseStatus",
        pub(super) mime_type: Text<'a> = "mimeType",
        pub(super) outcome: Text<'a> = "outcome",
        pub(super) error: ErrorText = "error",
        pub(super) request_response_pairs: Object<Pair<'a>> = "requestResponsePairs",
        // Sockets.
        pub(super) opened_time_abs: Number = "openedTimeAbs",
        pub(super) protocol: Text<'a> = "protocol",
        pub(super) status: Number = "status",
        pub(super) code: Number = "code",
        pub(super) reason: Text<'a> = "reason",
        pub(super) was_clean: Flag = "wasClean",
    }
}

object! {
    /// The fields of a recorded request and response that the table needs.
    pub(super) struct Pair<'a> {
        pub(super) request: Object<PairRequest<'a>> = "request",
        pub(super) response: Object<PairResponse> = "response",
        pub(super) url_blocked: Flag = "urlBlocked",
    }
}

object! {
    pub(super) struct PairRequest<'a> {
        pub(super) verb: Text<'a> = "verb",
    }
}

object! {
    pub(super) struct PairResponse {
        pub(super) status: Number = "status",
        pub(super) size: Size = "size",
    }
}

/// What a line of `resources.jsonl` records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A request. One with a socket id is an event stream whose messages may be in a file.
    Http,
    Open,
    Close,
    /// A message of a socket, which belongs in another file.
    Message,
}

/// How the absolute times of a line were converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Correction {
    None,
    /// They were not in ms.
    Unit,
    /// They were relative to the page's time origin.
    Offset,
}

impl Resource<'_> {
    /// Whether it has the fields that a recorder writes.
    pub(super) fn is_genuine(&self) -> bool {
        let has_time = [self.start_time_abs, self.start_time, self.opened_time_abs, self.response_end_abs]
            .into_iter()
            .any(|time| time.get().is_some());
        let is_named = self.name.filled().is_some();
        let is_socket = self.socket_id.filled().is_some() && self.event.filled().is_some();
        is_socket || (is_named && (has_time || self.initiator_type.filled().is_some()))
    }

    /// Its start. `origin` is its page's time origin.
    pub(super) fn start(&self, origin: Option<EpochMs>) -> Option<EpochMs> {
        absolute(self.start_time_abs).or_else(|| relative(self.start_time, origin))
    }

    /// Its end, or the close of the socket.
    pub(super) fn end(&self, origin: Option<EpochMs>) -> Option<EpochMs> {
        absolute(self.response_end_abs)
            .or_else(|| relative(self.response_end, origin))
            .or_else(|| relative(self.request_end, origin))
            .or_else(|| relative(self.end_time, origin))
    }

    /// Converts the absolute times to ms since 1970: from the unit of the file, and from the page's
    /// time origin if they are relative to it.
    pub(super) fn correct_times(&mut self, clock: &mut EventClock, origin: Option<EpochMs>) -> Correction {
        let main = [self.start_time_abs, self.response_end_abs, self.opened_time_abs];
        let is_usual =
            |number: &Number| number.not_negative().is_none_or(|ms| ms == 0.0 || is_usual_date(ms));
        if main.iter().all(is_usual) {
            return Correction::None;
        }
        let mut correction = Correction::None;
        for number in self.absolute_times() {
            let Some(recorded) = number.get().filter(|recorded| *recorded > 0.0) else { continue };
            let offset = since(origin, recorded);
            // A number that is neither is kept as recorded, so that an export, in ms, is read the
            // same.
            let date = || clock.read(recorded).filter(|time| is_date(*time));
            let Some(time) = offset.or_else(date) else { continue };
            if offset.is_some() {
                correction = Correction::Offset;
            } else if (time.ms() - recorded).abs() > 1.0 && correction == Correction::None {
                correction = Correction::Unit;
            }
            *number = Number::Is(time.ms());
        }
        correction
    }

    fn absolute_times(&mut self) -> [&mut Number; 11] {
        [
            &mut self.start_time_abs,
            &mut self.response_end_abs,
            &mut self.opened_time_abs,
            &mut self.fetch_start_abs,
            &mut self.domain_lookup_start_abs,
            &mut self.domain_lookup_end_abs,
            &mut self.connect_start_abs,
            &mut self.connect_end_abs,
            &mut self.secure_connection_start_abs,
            &mut self.request_start_abs,
            &mut self.response_start_abs,
        ]
    }

    pub(super) fn kind(&self) -> Kind {
        let is =
            |name: &str| self.initiator_type.as_str().is_some_and(|found| found.eq_ignore_ascii_case(name));
        if !is("websocket") {
            return Kind::Http;
        }
        match self.event.as_str() {
            Some("close") => Kind::Close,
            Some("sent" | "received" | "error") => Kind::Message,
            // Without a name, the kind is recognized by the times.
            None if self.start_time_abs == Number::Missing && self.response_end_abs != Number::Missing => {
                Kind::Close
            }
            _ => Kind::Open,
        }
    }

    /// Whether its times are relative to its page's time origin.
    pub(super) fn is_relative(&self) -> bool {
        let is_small = |number: Number| number.get().is_some_and(|ms| ms <= 1e11);
        absolute(self.start_time_abs).is_none()
            && absolute(self.response_end_abs).is_none()
            && [self.start_time, self.response_end, self.request_end, self.end_time].into_iter().any(is_small)
    }

    /// Whether one of its times is not a number.
    pub(super) fn has_wrong_time(&self) -> bool {
        let times = [
            self.start_time_abs,
            self.response_end_abs,
            self.opened_time_abs,
            self.start_time,
            self.response_end,
            self.request_end,
            self.end_time,
        ];
        times.contains(&Number::Wrong)
    }
}

fn is_usual_date(ms: f64) -> bool {
    TimeUnit::of_timestamp(ms) == Some(TimeUnit::Milliseconds)
}

/// An epoch time; 0 means "did not happen".
pub(super) fn absolute(number: Number) -> Option<EpochMs> {
    number.get().filter(|ms| *ms > 0.0).and_then(EpochMs::new)
}

/// A time in ms since the page's time origin, or since 1970 if it is too large for that.
fn relative(number: Number, origin: Option<EpochMs>) -> Option<EpochMs> {
    let ms = number.not_negative()?;
    if ms > 1e11 { EpochMs::new(ms) } else { EpochMs::new(origin?.ms() + ms) }
}
