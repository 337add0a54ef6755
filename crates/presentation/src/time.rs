//! When a row begins and ends, and how long it took, where that takes more than reading a field.

use session::model::plausible::{duration, is_date};
use session::model::{
    Ending, EpochMs, Http, Messages, Millis, Outcome, Record, RecordKind, Session, Socket, order,
};

/// How long a row took.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Latency {
    /// Request: start to last byte. Socket: start to close, handshake included.
    Took(Millis),
    /// A socket without a close: its age when the recording ended, where both times are known.
    Open(Option<Millis>),
    Unknown,
}

/// The instant that offsets count from: the session's start, or its end where that alone is known.
pub(crate) fn origin(session: &Session) -> Option<EpochMs> {
    session.started_at.or_else(|| session.end())
}

/// Offset of an instant from the session's start, in ms; `None` where either is unknown.
pub(crate) fn offset(session: &Session, time: Option<EpochMs>) -> Option<f64> {
    Some((time? - origin(session)?).ms())
}

/// How long the session took, in ms from its start; `None` for a session without times.
pub fn duration_ms(session: &Session) -> Option<f64> {
    offset(session, session.end()).map(|length| length.max(0.0))
}

/// The time zone of wall-clock times.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// Minutes east of UTC at that instant.
    pub offset_minutes: fn(EpochMs) -> i32,
}

impl Clock {
    pub const UTC: Self = Self { offset_minutes: |_| 0 };

    /// `2026-11-21 14:03:22.418 UTC+01:00`: the zone is named, because it is not that of the
    /// recording. A time that is not a plausible date is marked as such.
    pub fn wall_clock(&self, time: EpochMs) -> String {
        let clock = time.wall_clock((self.offset_minutes)(time));
        let doubt = if is_date(time) { "" } else { ", not a plausible date" };
        format!("{clock} {}{doubt}", self.zone(time))
    }

    /// The time of day, `14:03:22.418`.
    pub fn time_of_day(&self, time: EpochMs) -> String {
        let clock = time.wall_clock((self.offset_minutes)(time));
        clock.split_once(' ').map(|(_, time)| time.to_owned()).unwrap_or(clock)
    }

    /// The zone at that instant: `UTC`, `UTC+01:00`.
    pub fn zone(&self, time: EpochMs) -> String {
        let minutes = (self.offset_minutes)(time);
        if minutes == 0 {
            return "UTC".to_owned();
        }
        let sign = if minutes < 0 { '-' } else { '+' };
        format!("UTC{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
    }
}

/// Sort key of a time; rows without one come last.
pub(crate) fn time_rank(time: Option<EpochMs>) -> u64 {
    time.map_or(u64::MAX, |time| order::rank(time.ms()))
}

/// Whether a time is within the range; without a range, every time is.
pub(crate) fn is_within(time: Option<EpochMs>, range: Option<(EpochMs, EpochMs)>) -> bool {
    range.is_none_or(|(from, to)| time.is_some_and(|time| (from..=to).contains(&time)))
}

/// The time range of a row's bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extent {
    pub start: EpochMs,
    /// Where the bar is drawn to; never before `start`.
    pub end: EpochMs,
    /// The end as recorded; `None` where none was.
    pub recorded_end: Option<EpochMs>,
    /// It went on when the recording ended, or its end was not recorded: drawn to the session's
    /// end.
    pub open_ended: bool,
}

/// The time a row is sorted and drawn by: its start; for a socket whose open was not recorded, the
/// first time known of it.
pub fn start_time(record: &Record) -> Option<EpochMs> {
    record.start.or_else(|| first_known(record.socket().filter(|socket| socket.is_orphan)?))
}

fn first_known(socket: &Socket) -> Option<EpochMs> {
    let first_message = match &socket.messages {
        Messages::Inline(columns) => {
            columns.raw_times().iter().copied().find(|time| !time.is_nan()).and_then(EpochMs::new)
        }
        Messages::File(_) | Messages::Missing(_) => None,
    };
    let close = socket.close().and_then(|close| close.at);
    [socket.opened, first_message, close, socket.last_seen]
        .into_iter()
        .flatten()
        .reduce(|first, time| if time < first { time } else { first })
}

/// How long the row took. A socket that never opened, or whose open was not recorded, has no
/// latency.
pub fn latency(session: &Session, record: &Record) -> Latency {
    match &record.kind {
        RecordKind::Http(http) => http.duration.map_or(Latency::Unknown, Latency::Took),
        RecordKind::Socket(socket) => socket_latency(session, record.start, socket),
    }
}

fn socket_latency(session: &Session, start: Option<EpochMs>, socket: &Socket) -> Latency {
    if socket.is_refused || socket.is_orphan {
        return Latency::Unknown;
    }
    match &socket.ending {
        Ending::Closed(close) => match (start, close.at) {
            (Some(start), Some(at)) => {
                duration((at - start).ms(), None).map_or(Latency::Unknown, Latency::Took)
            }
            _ => Latency::Unknown,
        },
        Ending::StillOpen | Ending::NotRecorded => {
            Latency::Open(start.zip(session.end()).map(|(start, end)| end - start))
        }
    }
}

/// Where the row's bar begins and ends; `None` for a row without any time.
pub fn extent(session: &Session, record: &Record) -> Option<Extent> {
    let start = start_time(record)?;
    let session_end = session.end().map_or(start, |end| end.later(start));
    let (recorded_end, open_ended) = match &record.kind {
        RecordKind::Http(http) => http_end(record, http),
        RecordKind::Socket(socket) => socket_end(socket),
    };
    let end = match (open_ended, recorded_end) {
        (true, _) => session_end,
        (false, Some(end)) => end.later(start),
        (false, None) => {
            let known = match &record.kind {
                RecordKind::Socket(socket) => socket.last_seen,
                // Without a duration the phases that are known are still drawn.
                RecordKind::Http(http) => {
                    http.phases.end().and_then(Millis::new).map(|length| start + length)
                }
            };
            known.map_or(start, |known| known.later(start))
        }
    };
    Some(Extent { start, end, recorded_end, open_ended })
}

fn http_end(record: &Record, http: &Http) -> (Option<EpochMs>, bool) {
    let end = record.end();
    (end, end.is_none() && http.outcome == Outcome::Pending)
}

fn socket_end(socket: &Socket) -> (Option<EpochMs>, bool) {
    match &socket.ending {
        Ending::Closed(close) => (close.at, false),
        Ending::StillOpen | Ending::NotRecorded if socket.is_refused => (socket.last_seen, false),
        Ending::StillOpen | Ending::NotRecorded => (None, true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{at, closed, http, millis, orphan, refused, session, socket, with_http};
    use session::model::Phase;

    #[test]
    fn a_socket_is_open_from_its_start_to_its_close() {
        let session = session(vec![closed(socket(1, "wss://a.test/"), 41_200.0, 1006)]);
        assert_eq!(latency(&session, &session.records[0]), Latency::Took(millis(41_200.0)));
    }

    #[test]
    fn the_latency_of_an_open_socket_ends_with_the_session() {
        let mut session = session(vec![socket(1, "wss://a.test/")]);
        session.ended_at = Some(at(135_000.0));
        let record = &session.records[0];
        assert_eq!(latency(&session, record), Latency::Open(Some(millis(135_000.0))));
        let extent = extent(&session, record).expect("a start");
        assert!(extent.open_ended && extent.recorded_end.is_none());
        assert_eq!(extent.end, at(135_000.0));
    }

    #[test]
    fn sockets_that_never_opened_have_no_latency() {
        let session =
            session(vec![refused(socket(1, "wss://a.test/"), 403), orphan(socket(2, "wss://b.test/"))]);
        for record in &session.records {
            assert_eq!(latency(&session, record), Latency::Unknown);
        }
    }

    #[test]
    fn an_orphan_starts_at_its_first_known_time() {
        let record = closed(orphan(socket(1, "wss://a.test/")), 7000.0, 1000);
        assert_eq!(record.start, None);
        assert_eq!(start_time(&record), Some(at(7000.0)));
    }

    #[test]
    fn a_socket_without_a_date_has_no_start() {
        let mut record = closed(socket(1, "wss://a.test/"), 7000.0, 1000);
        record.start = None;
        assert_eq!(start_time(&record), None);
    }

    #[test]
    fn a_bar_never_ends_before_it_starts() {
        let mut record = closed(socket(1, "wss://a.test/"), 500.0, 1000);
        record.start = Some(at(900.0));
        let session = session(vec![record]);
        let extent = extent(&session, &session.records[0]).expect("a start");
        assert_eq!((extent.start, extent.end, extent.recorded_end), (at(900.0), at(900.0), Some(at(500.0))));
    }

    #[test]
    fn without_a_duration_the_bar_ends_with_the_last_known_phase() {
        let record = with_http(http(1, "https://a.test/"), |http| {
            http.duration = None;
            http.phases.set(Phase::Wait, 0.0, 30.0);
        });
        let session = session(vec![record]);
        let extent = extent(&session, &session.records[0]).expect("a start");
        assert_eq!((extent.end, extent.recorded_end), (at(30.0), None));
    }

    #[test]
    fn a_request_without_a_date_has_no_bar() {
        let mut record = http(1, "https://a.test/");
        record.start = None;
        let session = session(vec![record]);
        assert_eq!(extent(&session, &session.records[0]), None);
    }
}
