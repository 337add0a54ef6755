//! When the messages of a socket were, for its bar in the waterfall.

use session::model::{EpochMs, MessageColumns, Record, Session};
use session::protocols::SILENT_PERIODS;

use crate::network::Scale;
use crate::time::extent;

/// Parts of the socket's time whose messages are counted.
const PARTS: usize = 60;
/// Levels of density above none.
const LEVELS: f64 = 3.0;
/// Silences that are drawn.
const MAX_SILENCES: usize = 50;

/// Density and silences of a socket's messages.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Activity {
    /// When the first part begins, in ms since 1970.
    from: f64,
    part_ms: f64,
    /// Messages in each part.
    counts: Vec<u32>,
    /// Times without a message that are longer than heartbeats allow, in ms since 1970.
    silences: Vec<(f64, f64)>,
}

/// A part of a bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stripe {
    /// In % of the bar.
    pub left: f64,
    /// In % of the bar.
    pub width: f64,
    pub kind: StripeKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StripeKind {
    /// From 1, few messages, to 3, nearly as many as in the densest part.
    Density(u8),
    Silence,
}

impl Activity {
    /// The activity of a socket; `period` is that of its heartbeats in ms, if it is known. `None`
    /// without any time.
    pub fn of(
        session: &Session,
        record: &Record,
        columns: &MessageColumns,
        period: Option<f64>,
    ) -> Option<Self> {
        let extent = extent(session, record)?;
        let (from, until) = (extent.start.ms(), extent.end.ms());
        let part_ms = (until - from) / PARTS as f64;
        if columns.is_empty() || part_ms <= 0.0 {
            return None;
        }
        let mut counts = vec![0_u32; PARTS];
        let mut silences = Vec::new();
        let longest = period.map_or(f64::INFINITY, |period| period * SILENT_PERIODS);
        let mut last: Option<f64> = None;
        for time in columns.raw_times().iter().copied().filter(|time| !time.is_nan()) {
            let part = ((time - from) / part_ms).max(0.0) as usize;
            if let Some(count) = counts.get_mut(part.min(PARTS - 1)) {
                *count += 1;
            }
            if let Some(last) = last.filter(|last| time - last > longest) {
                silences.push((last, time));
            }
            last = Some(last.map_or(time, |last| last.max(time)));
        }
        if let Some(last) = last.filter(|last| !extent.open_ended && until - last > longest) {
            silences.push((last, until));
        }
        silences.truncate(MAX_SILENCES);
        Some(Self { from, part_ms, counts, silences })
    }

    /// Number of silences.
    pub fn silences(&self) -> usize {
        self.silences.len()
    }

    /// The parts of the bar on a scale, from left to right: neighbors of the same density are one.
    pub fn stripes(&self, scale: &Scale, session: &Session, record: &Record) -> Vec<Stripe> {
        let max = f64::from(self.counts.iter().copied().max().unwrap_or(0).max(1));
        let stripe = |from: f64, until: f64, kind: StripeKind| {
            let share = |ms: f64| scale.share_of(session, record, EpochMs::new(ms)?);
            let (left, right) = (share(from)? * 100.0, share(until)? * 100.0);
            (right > left).then_some(Stripe { left, width: right - left, kind })
        };
        let level = |count: u32| ((f64::from(count) / max).sqrt() * LEVELS).ceil() as u8;
        let mut stripes = Vec::new();
        let mut at = 0;
        for run in self.counts.chunk_by(|one, other| level(*one) == level(*other)) {
            let (from, until) = (at, at + run.len());
            at = until;
            let density = run.first().map_or(0, |count| level(*count));
            let time = |nth: usize| self.from + nth as f64 * self.part_ms;
            if density > 0 {
                stripes.extend(stripe(time(from), time(until), StripeKind::Density(density)));
            }
        }
        stripes.extend(
            self.silences.iter().filter_map(|(from, until)| stripe(*from, *until, StripeKind::Silence)),
        );
        stripes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{at, closed, columns, session, socket};
    use session::model::Direction;

    const SENT: Option<Direction> = Some(Direction::Sent);

    fn stripes(times: &[f64], period: Option<f64>) -> (Vec<Stripe>, usize) {
        let session = session(vec![closed(socket(1, "wss://a.test/"), 60_000.0, 1000)]);
        let messages: Vec<_> = times.iter().map(|ms| (SENT, Some(*ms), 1)).collect();
        let record = &session.records[0];
        let activity = Activity::of(&session, record, &columns(&messages), period).expect("messages");
        let scale = Scale::of(&session, None).expect("times");
        (activity.stripes(&scale, &session, record), activity.silences())
    }

    #[test]
    fn the_density_is_relative_to_the_densest_part() {
        let mut times = vec![500.0, 1500.0];
        times.extend((0..9).map(|nth| 30_000.0 + f64::from(nth) * 100.0));
        let (stripes, silences) = stripes(&times, None);
        let shown: Vec<_> = stripes
            .iter()
            .map(|stripe| ((stripe.left * 0.6).round(), (stripe.width * 0.6).round(), stripe.kind))
            .collect();
        assert_eq!(shown, [(0.0, 2.0, StripeKind::Density(1)), (30.0, 1.0, StripeKind::Density(3))]);
        assert_eq!(silences, 0);
    }

    #[test]
    fn a_silence_is_longer_than_three_heartbeat_periods() {
        let (stripes, silences) = stripes(&[0.0, 5000.0, 19_000.0, 36_000.0, 45_000.0], Some(5000.0));
        let silent: Vec<_> = stripes.iter().filter(|stripe| stripe.kind == StripeKind::Silence).collect();
        assert_eq!(silences, 1);
        assert!((silent[0].left * 0.6 - 19.0).abs() < 0.1 && (silent[0].width * 0.6 - 17.0).abs() < 0.1);
    }

    #[test]
    fn a_socket_without_messages_has_no_activity() {
        let session = session(vec![closed(socket(1, "wss://a.test/"), 60_000.0, 1000)]);
        assert_eq!(Activity::of(&session, &session.records[0], &columns(&[]), None), None);
        let _ = at(0.0);
    }
}
