//! The waterfall's scale: which stretch of time is shown, where a row's bar lies on it, and its ticks.

use crate::model::{Ending, EpochMs, Millis, Phase, Record, RecordKind, Session};

use super::times::{Extent, extent};

/// A stretch of time spread over the width of the waterfall, or of the timeline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// The instant that offsets count from: the session's start.
    origin: EpochMs,
    start: EpochMs,
    /// After `start`.
    end: EpochMs,
}

/// The bar of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// The row's start in ms from the session's start.
    pub start_ms: f64,
    /// Its end in ms from the session's start; `None` where none was recorded.
    pub end_ms: Option<f64>,
    /// Where the visible part of the bar begins, in % of the scale.
    pub left: f64,
    /// How wide it is, in % of the scale; 0 for an instant.
    pub width: f64,
    /// The row went on when the recording ended, or its close was not recorded: the bar runs to the session's end.
    pub open_ended: bool,
    /// The share of the bar (0 to 1) up to the last moment at which the socket is known to have been there; 1 for a
    /// bar whose end is known.
    pub solid: f64,
    /// The share of the bar (0 to 1) that is a socket's handshake, where its time is known.
    pub handshake: Option<f64>,
    /// The phases of a request.
    pub phases: Vec<PhaseBar>,
}

/// A phase within a bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PhaseBar {
    pub phase: Phase,
    /// In % of the bar.
    pub left: f64,
    /// In % of the bar.
    pub width: f64,
}

/// A mark on the scale.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Where on the scale, 0 to 1.
    pub fraction: f64,
    pub label: String,
}

/// The shortest stretch that is spread over the whole width, in ms.
const SHORTEST: f64 = 1.0;

impl Scale {
    /// The whole session, or the selected stretch of it. `None` where the session has no times.
    pub fn of(session: &Session, range: Option<(EpochMs, EpochMs)>) -> Option<Self> {
        let end = session.end();
        let origin = session.started_at.or(end)?;
        let (start, end) = range.unwrap_or((origin, end.unwrap_or(origin)));
        let shortest = Millis::new(SHORTEST)?;
        Some(Self { origin, start, end: end.later(start + shortest) })
    }

    pub fn start(&self) -> EpochMs {
        self.start
    }

    pub fn end(&self) -> EpochMs {
        self.end
    }

    /// Where that instant lies, from 0 at the scale's start to 1 at its end; instants outside lie on the nearer edge.
    pub fn fraction(&self, time: EpochMs) -> f64 {
        let span = (self.end - self.start).ms();
        if span <= 0.0 {
            return 0.0;
        }
        ((time - self.start).ms() / span).clamp(0.0, 1.0)
    }

    /// The instant at that fraction of the scale (0 to 1).
    pub fn time_at(&self, fraction: f64) -> EpochMs {
        let span = (self.end - self.start).ms();
        let fraction = if fraction.is_nan() { 0.0 } else { fraction.clamp(0.0, 1.0) };
        Millis::new(span * fraction).map_or(self.start, |length| self.start + length)
    }

    /// The bar of a row; `None` for a row without a time.
    pub fn bar(&self, session: &Session, record: &Record) -> Option<Bar> {
        let extent = extent(session, record)?;
        let left = self.fraction(extent.start);
        let right = self.fraction(extent.end);
        Some(Bar {
            start_ms: (extent.start - self.origin).ms(),
            end_ms: extent.recorded_end.map(|end| (end - self.origin).ms()),
            left: left * 100.0,
            width: (right - left) * 100.0,
            open_ended: extent.open_ended,
            solid: self.solid(record, extent),
            handshake: self.handshake(record, extent),
            phases: self.phases(record, extent),
        })
    }

    /// The share of the bar's visible part that lies before `time`. A bar without width has no shares.
    fn share(&self, extent: Extent, time: EpochMs) -> Option<f64> {
        let left = self.fraction(extent.start);
        let width = self.fraction(extent.end) - left;
        (width > 0.0).then(|| ((self.fraction(time) - left) / width).clamp(0.0, 1.0))
    }

    fn solid(&self, record: &Record, extent: Extent) -> f64 {
        if !extent.open_ended {
            return 1.0;
        }
        // It was there until the recording ended; only a producer that writes no closes leaves that unknown.
        if record.socket().is_some_and(|socket| socket.ending == Ending::StillOpen) {
            return 1.0;
        }
        let last_seen = record.socket().and_then(|socket| socket.last_seen.or(socket.opened));
        self.share(extent, last_seen.unwrap_or(extent.start)).unwrap_or(1.0)
    }

    fn handshake(&self, record: &Record, extent: Extent) -> Option<f64> {
        let opened = record.socket()?.opened?;
        record.start?;
        self.share(extent, opened)
    }

    fn phases(&self, record: &Record, extent: Extent) -> Vec<PhaseBar> {
        let RecordKind::Http(http) = &record.kind else { return Vec::new() };
        let share = |ms: f64| self.share(extent, extent.start + Millis::new(ms)?);
        http.phases
            .iter()
            .filter_map(|range| {
                let (from, to) = (share(range.start)?, share(range.end)?);
                Some(PhaseBar { phase: range.phase, left: from * 100.0, width: (to - from).max(0.0) * 100.0 })
            })
            .collect()
    }

    /// At most `max_ticks` ticks at round offsets from the session's start.
    pub fn ticks(&self, max_ticks: usize) -> Vec<Tick> {
        let from = (self.start - self.origin).ms();
        let to = (self.end - self.origin).ms();
        if max_ticks == 0 {
            return Vec::new();
        }
        let step = round_step((to - from) / max_ticks as f64);
        let first = (from / step).ceil();
        (0..max_ticks)
            .map(|at| (first + at as f64) * step)
            .take_while(|offset| *offset <= to)
            .map(|offset| Tick {
                fraction: ((offset - from) / (to - from)).clamp(0.0, 1.0),
                label: label(offset, step, to),
            })
            .collect()
    }
}

const SECOND: f64 = 1000.0;
const MINUTE: f64 = 60.0 * SECOND;
const HOUR: f64 = 60.0 * MINUTE;
const DAY: f64 = 24.0 * HOUR;

/// The steps that people count in, up to a day.
const STEPS: [f64; 26] = [
    0.01,
    0.02,
    0.05,
    0.1,
    0.2,
    0.5,
    1.0,
    2.0,
    5.0,
    10.0,
    20.0,
    50.0,
    100.0,
    200.0,
    500.0,
    SECOND,
    2.0 * SECOND,
    5.0 * SECOND,
    10.0 * SECOND,
    15.0 * SECOND,
    30.0 * SECOND,
    MINUTE,
    2.0 * MINUTE,
    5.0 * MINUTE,
    10.0 * MINUTE,
    15.0 * MINUTE,
];
const LONG_STEPS: [f64; 6] = [30.0 * MINUTE, HOUR, 2.0 * HOUR, 6.0 * HOUR, 12.0 * HOUR, DAY];

/// The smallest round step of more than `least` ms, so that one tick on each edge still fits the number asked for.
pub(super) fn round_step(least: f64) -> f64 {
    if let Some(step) = STEPS.into_iter().chain(LONG_STEPS).find(|step| *step > least) {
        return step;
    }
    let mut days = DAY;
    while days <= least {
        days *= 10.0;
    }
    days
}

/// `200 ms` on a scale of less than ten seconds with steps under a second; else `0:15`, with as many decimals as the
/// step needs.
pub(super) fn label(offset: f64, step: f64, scale_end: f64) -> String {
    if step < SECOND && scale_end < 10.0 * SECOND {
        let decimals = if step < 0.1 { 2 } else { usize::from(step < 1.0) };
        return format!("{offset:.decimals$} ms");
    }
    let text = Millis::new(offset).map_or_else(String::new, Millis::offset);
    match text.strip_suffix(".000") {
        Some(whole) if step >= SECOND => whole.to_owned(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, closed, http_at, session, socket, with_http, with_socket};
    use super::*;

    fn bar_of(record: Record, range: Option<(f64, f64)>) -> Bar {
        let session = session(vec![record]);
        let scale = Scale::of(&session, range.map(|(from, to)| (at(from), at(to)))).expect("times");
        scale.bar(&session, &session.records[0]).expect("a bar")
    }

    fn close_to(value: f64, expected: f64) {
        assert!((value - expected).abs() < 1e-6, "{value} is not {expected}");
    }

    fn labels(scale_end: f64, max_ticks: usize) -> Vec<String> {
        let mut session = session(Vec::new());
        session.ended_at = Some(at(scale_end));
        let scale = Scale::of(&session, None).expect("times");
        scale.ticks(max_ticks).into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn the_bar_of_a_socket_ends_at_its_close() {
        let bar = bar_of(closed(socket(1, "wss://a.test/"), 25_000.0, 1000), None);
        assert_eq!((bar.start_ms, bar.end_ms), (0.0, Some(25_000.0)));
        assert_eq!((bar.left, bar.width, bar.open_ended, bar.solid), (0.0, 25.0, false, 1.0));
    }

    #[test]
    fn a_bar_without_a_close_runs_to_the_end_and_is_solid_as_far_as_known() {
        let ending_as = |ending: Ending| {
            with_socket(socket(1, "wss://a.test/"), |socket| {
                socket.opened = Some(at(1000.0));
                socket.last_seen = Some(at(40_000.0));
                socket.ending = ending;
            })
        };
        let bar = bar_of(ending_as(Ending::NotRecorded), None);
        assert_eq!((bar.end_ms, bar.open_ended, bar.width), (None, true, 100.0));
        close_to(bar.solid, 0.4);
        close_to(bar.handshake.expect("a handshake"), 0.01);
        let bar = bar_of(ending_as(Ending::StillOpen), None);
        assert!(bar.open_ended);
        close_to(bar.solid, 1.0);
    }

    #[test]
    fn phases_are_shares_of_the_bar() {
        let record = with_http(http_at(1, "https://a.test/", 50_000.0), |http| {
            http.phases.set(Phase::Wait, 20.0, 70.0);
            http.phases.set(Phase::Receive, 70.0, 130.0);
        });
        let bar = bar_of(record, None);
        close_to(bar.left, 50.0);
        close_to(bar.width, 0.1);
        let [wait, receive] = bar.phases[..] else { panic!("two phases") };
        assert!((wait.left - 20.0).abs() < 0.01 && (wait.width - 50.0).abs() < 0.01);
        assert!((receive.left + receive.width - 100.0).abs() < 0.01, "a phase never leaves its bar");
    }

    #[test]
    fn a_selected_range_cuts_the_bar_but_not_its_times() {
        let bar = bar_of(closed(socket(1, "wss://a.test/"), 60_000.0, 1000), Some((30_000.0, 90_000.0)));
        assert_eq!((bar.start_ms, bar.end_ms), (0.0, Some(60_000.0)));
        assert_eq!((bar.left, bar.width), (0.0, 50.0));
    }

    #[test]
    fn an_instant_has_no_width_and_no_shares() {
        let record = with_http(http_at(1, "https://a.test/", 500.0), |http| {
            http.duration = Some(Millis::ZERO);
            http.phases.set(Phase::Wait, 0.0, 0.0);
        });
        let bar = bar_of(record, None);
        assert_eq!((bar.width, bar.phases.len()), (0.0, 0));
    }

    #[test]
    fn fractions_and_times_are_each_others_reverse() {
        let scale = Scale::of(&session(Vec::new()), None).expect("times");
        close_to(scale.fraction(at(25_000.0)), 0.25);
        assert_eq!(scale.time_at(0.25), at(25_000.0));
        assert_eq!((scale.fraction(at(-5.0)), scale.fraction(at(1e9))), (0.0, 1.0));
        assert_eq!(scale.time_at(f64::NAN), at(0.0));
    }

    #[test]
    fn a_session_of_one_instant_still_has_a_scale() {
        let mut session = session(Vec::new());
        session.ended_at = session.started_at;
        let scale = Scale::of(&session, None).expect("times");
        assert_eq!(scale.end(), at(1.0));
        session.started_at = None;
        session.ended_at = None;
        assert_eq!(Scale::of(&session, None), None);
    }

    #[test]
    fn ticks_stand_at_round_offsets() {
        assert_eq!(labels(100_000.0, 8), ["0:00", "0:15", "0:30", "0:45", "1:00", "1:15", "1:30"]);
        assert_eq!(labels(900.0, 5), ["0 ms", "200 ms", "400 ms", "600 ms", "800 ms"]);
        assert_eq!(labels(2.0 * HOUR, 5), ["0:00", "30:00", "1:00:00", "1:30:00", "2:00:00"]);
        assert!(labels(40.0 * DAY, 6).len() > 1);
        assert!(labels(1e12, 0).is_empty());
    }

    #[test]
    fn a_narrow_range_far_from_the_start_keeps_its_offset() {
        let session = session(Vec::new());
        let scale = Scale::of(&session, Some((at(75_000.0), at(75_400.0)))).expect("times");
        let ticks = scale.ticks(4);
        assert_eq!(ticks[0], Tick { fraction: 0.0, label: "1:15.000".to_owned() });
        assert_eq!(ticks[1].label, "1:15.200");
    }
}
