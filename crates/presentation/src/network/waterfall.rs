//! The waterfall's scale: which part of the session is shown, where a row's bar is on it, and its
//! ticks. Idle gaps are compressed as on the timeline, so that neither an hour without a request
//! nor one row days away crushes the others.

use std::sync::Arc;

use session::model::{Ending, EpochMs, Millis, Phase, Record, RecordKind, Session};

use crate::time::{Extent, duration_ms, extent, origin};
use crate::time_scale::{CompressedTimeScale, IdleGap, Tick, ticks};

/// A part of the session spread over the width of the waterfall.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    /// The instant that offsets count from: the session's start.
    origin: EpochMs,
    /// The scale of the entire session.
    base: Arc<CompressedTimeScale>,
    /// The visible range: offsets from `origin` in ms, the second one after the first.
    from: f64,
    to: f64,
    /// Their positions on the scale of the entire session.
    left: f64,
    right: f64,
}

/// The side on which a bar is outside the visible range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outside {
    Before,
    After,
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
    /// The row went on when the recording ended, or its close was not recorded: the bar runs to the
    /// session's end.
    pub open_ended: bool,
    /// The share of the bar (0 to 1) up to the last time at which the socket is known to have
    /// existed; 1 for a bar whose end is known.
    pub solid: f64,
    /// The share of the bar (0 to 1) that is a socket's handshake, where its time is known.
    pub handshake: Option<f64>,
    /// The phases of a request.
    pub phases: Vec<PhaseBar>,
    /// Set where the bar is outside the visible range; it is at the nearer edge, without width.
    pub outside: Option<Outside>,
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

/// Shortest range that the waterfall is zoomed to, in ms.
const MIN_SPAN_MS: f64 = 1.0;

impl Scale {
    /// The session, or the selected part of it, on a linear scale. `None` where the session has no
    /// times.
    pub fn of(session: &Session, range: Option<(EpochMs, EpochMs)>) -> Option<Self> {
        let length = duration_ms(session)?;
        Self::compressed(session, Arc::new(CompressedTimeScale::linear(length)), range)
    }

    /// The same on a compressed scale.
    pub fn compressed(
        session: &Session,
        time_scale: Arc<CompressedTimeScale>,
        range: Option<(EpochMs, EpochMs)>,
    ) -> Option<Self> {
        let origin = origin(session)?;
        let (from, to) = match range {
            Some((from, to)) => ((from - origin).ms(), (to - origin).ms()),
            None => (0.0, time_scale.length()),
        };
        Some(Self::of_window(origin, time_scale, from, to.max(from + MIN_SPAN_MS)))
    }

    fn of_window(origin: EpochMs, time_scale: Arc<CompressedTimeScale>, from: f64, to: f64) -> Self {
        let (left, right) = (position(&time_scale, from), position(&time_scale, to));
        Self { origin, base: time_scale, from, to, left, right }
    }

    /// The visible range, as offsets from the session's start in ms.
    pub fn window(&self) -> (f64, f64) {
        (self.from, self.to)
    }

    /// The scale zoomed to a part of what it shows, in ms from the session's start.
    #[must_use]
    pub fn zoomed(&self, (from, to): (f64, f64)) -> Self {
        let from = from.clamp(self.from, (self.to - MIN_SPAN_MS).max(self.from));
        let to = to.clamp(from + MIN_SPAN_MS, self.to.max(from + MIN_SPAN_MS));
        Self::of_window(self.origin, Arc::clone(&self.base), from, to)
    }

    /// The window `factor` times as wide (below 1: zoomed in) that keeps the time at `fraction` (0
    /// to 1) at its position, within `full`.
    pub fn zoom_window(&self, full: &Self, fraction: f64, factor: f64) -> (f64, f64) {
        let (left, right) = full.shares(self);
        let at = left + (right - left) * fraction;
        let width = ((right - left) * factor).min(1.0);
        let left = (at - width * fraction).clamp(0.0, 1.0 - width);
        full.window_of(left, left + width)
    }

    /// The window moved by a share of its width, within `full`.
    pub fn moved_window(&self, full: &Self, by: f64) -> (f64, f64) {
        let (left, right) = full.shares(self);
        let width = right - left;
        let left = (left + width * by).clamp(0.0, 1.0 - width);
        full.window_of(left, left + width)
    }

    /// How many times wider `full` is than this.
    pub fn magnification(&self, full: &Self) -> f64 {
        let (left, right) = full.shares(self);
        if right > left { 1.0 / (right - left) } else { 1.0 }
    }

    /// Where another scale's window is on this one.
    fn shares(&self, part: &Self) -> (f64, f64) {
        (self.fraction_at(part.from), self.fraction_at(part.to))
    }

    fn window_of(&self, left: f64, right: f64) -> (f64, f64) {
        (self.ms_at(left), self.ms_at(right))
    }

    /// Where that instant is, from 0 at the scale's start to 1 at its end; instants outside are on
    /// the nearer edge.
    pub fn fraction(&self, time: EpochMs) -> f64 {
        self.fraction_at((time - self.origin).ms())
    }

    /// The same, of an offset from the session's start in ms.
    pub fn fraction_at(&self, ms: f64) -> f64 {
        let width = self.right - self.left;
        if width <= 0.0 { 0.0 } else { ((position(&self.base, ms) - self.left) / width).clamp(0.0, 1.0) }
    }

    /// The offset in ms at that fraction of the scale (0 to 1).
    pub fn ms_at(&self, fraction: f64) -> f64 {
        let fraction = if fraction.is_nan() { 0.0 } else { fraction.clamp(0.0, 1.0) };
        let position = self.left + (self.right - self.left) * fraction;
        let length = self.base.length();
        let ms = if position < 0.0 {
            position * length
        } else if position > 1.0 {
            length + (position - 1.0) * length
        } else {
            self.base.ms_at(position)
        };
        ms.clamp(self.from, self.to)
    }

    /// The instant at that fraction of the scale (0 to 1).
    pub fn time_at(&self, fraction: f64) -> EpochMs {
        Millis::new(self.ms_at(fraction)).map_or(self.origin, |offset| self.origin + offset)
    }

    /// The compressed idle gaps of the visible range, with their positions on this scale, 0 to 1.
    pub fn idle_gaps(&self) -> Vec<IdleGap> {
        let shown = self.base.idle_gaps().iter().filter(|gap| gap.to_ms > self.from && gap.from_ms < self.to);
        let on_scale = |gap: &IdleGap| {
            let left = self.fraction_at(gap.from_ms);
            IdleGap { left, width: self.fraction_at(gap.to_ms) - left, ..*gap }
        };
        shown.map(on_scale).collect()
    }

    /// The bar of a row; `None` for a row without a time.
    pub fn bar(&self, session: &Session, record: &Record) -> Option<Bar> {
        let extent = extent(session, record)?;
        Some(Bar {
            solid: self.solid(record, extent),
            handshake: self.handshake(record, extent),
            phases: self.phases(record, extent),
            ..self.bar_of(extent)
        })
    }

    /// The bar of a time range, without phases.
    pub fn bar_of(&self, extent: Extent) -> Bar {
        let left = self.fraction(extent.start);
        let right = self.fraction(extent.end);
        let outside = match ((extent.start - self.origin).ms(), (extent.end - self.origin).ms()) {
            (_, end) if end < self.from => Some(Outside::Before),
            (start, _) if start > self.to => Some(Outside::After),
            _ => None,
        };
        Bar {
            outside,
            start_ms: (extent.start - self.origin).ms(),
            end_ms: extent.recorded_end.map(|end| (end - self.origin).ms()),
            left: left * 100.0,
            width: (right - left) * 100.0,
            open_ended: extent.open_ended,
            solid: 1.0,
            handshake: None,
            phases: Vec::new(),
        }
    }

    /// The share of the bar's visible part before `time`. A bar without width has no shares.
    fn share(&self, extent: Extent, time: EpochMs) -> Option<f64> {
        let left = self.fraction(extent.start);
        let width = self.fraction(extent.end) - left;
        (width > 0.0).then(|| ((self.fraction(time) - left) / width).clamp(0.0, 1.0))
    }

    /// The share of a row's bar before `time`; `None` for a bar without width.
    pub(crate) fn share_of(&self, session: &Session, record: &Record, time: EpochMs) -> Option<f64> {
        self.share(extent(session, record)?, time)
    }

    fn solid(&self, record: &Record, extent: Extent) -> f64 {
        if !extent.open_ended {
            return 1.0;
        }
        // It was there until the recording ended; only a producer that writes no closes leaves that
        // unknown.
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

    /// At most `max_ticks` ticks at round offsets from the session's start, none within a
    /// compressed gap.
    pub fn ticks(&self, max_ticks: usize) -> Vec<Tick> {
        ticks(&self.legible_stretches(), self.to, max_ticks, |ms| self.fraction_at(ms))
    }

    /// The visible ranges between the compressed gaps. A gap that is zoomed to is legible itself.
    fn legible_stretches(&self) -> Vec<(f64, f64)> {
        let mut ranges = Vec::new();
        let mut from = self.from;
        for gap in self.idle_gaps().into_iter().filter(|gap| gap.width < MAX_GAP_SHARE) {
            if gap.from_ms > from {
                ranges.push((from, gap.from_ms));
            }
            from = gap.to_ms;
        }
        if self.to > from {
            ranges.push((from, self.to));
        }
        ranges
    }
}

/// Position of an offset on the scale of the entire session, which continues linearly beyond its
/// ends.
fn position(time_scale: &CompressedTimeScale, ms: f64) -> f64 {
    let length = time_scale.length();
    if ms < 0.0 {
        ms / length
    } else if ms > length {
        1.0 + (ms - length) / length
    } else {
        time_scale.fraction(ms)
    }
}

/// A compressed gap that takes more of the scale than this has ticks of its own.
const MAX_GAP_SHARE: f64 = 0.25;

#[cfg(test)]
mod tests;
