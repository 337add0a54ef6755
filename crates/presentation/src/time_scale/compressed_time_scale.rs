//! A time scale with its idle periods compressed: an hour without activity takes a narrow gap, and
//! the rest of the width goes to what happened.

use session::model::order;

use crate::time_scale::{Tick, ticks};

/// A piecewise linear scale from offsets to positions on the strip, steeper in active parts than in
/// idle gaps.
#[derive(Clone, Debug, PartialEq)]
pub struct CompressedTimeScale {
    /// The session's length in ms, above 0.
    length: f64,
    idle_gaps: Vec<IdleGap>,
    /// Offset in ms and position on the strip, both ascending: the ends of the scale and of each
    /// gap.
    breakpoints: Vec<(f64, f64)>,
}

/// An idle period that is drawn narrower than its duration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IdleGap {
    /// Offset of its start in ms.
    pub from_ms: f64,
    /// Offset of its end in ms.
    pub to_ms: f64,
    /// Left edge, 0 to 1 of the strip.
    pub left: f64,
    /// Width, 0 to 1 of the strip.
    pub width: f64,
}

/// Largest share of the strip for one gap.
const GAP_SHARE: f64 = 0.015;
/// Largest share of the strip for all gaps together.
const MAX_GAPS_SHARE: f64 = 0.25;
/// Largest number of gaps, each an element on the screen; of more idle periods the longest are
/// compressed.
const MAX_IDLE_GAPS: usize = 200;
/// Shortest session that the strip is scaled to, in ms.
const MIN_LENGTH_MS: f64 = 1.0;

impl CompressedTimeScale {
    /// The linear scale of a session of that many ms.
    pub fn linear(length: f64) -> Self {
        Self::of(length, &[])
    }

    /// The scale of a session of that many ms with these idle periods compressed: start and end in
    /// ms, in order and not overlapping, as from [`idle_periods`](crate::time_scale::idle_periods).
    /// Those that are not in order are ignored.
    ///
    /// A gap takes 1.5 % of the strip or its uncompressed width, whichever is less, and all gaps
    /// together at most a quarter. Where nothing would remain between the gaps, nothing is
    /// compressed.
    pub fn of(length: f64, idle_periods: &[(f64, f64)]) -> Self {
        let length = if length.is_finite() { length.max(MIN_LENGTH_MS) } else { MIN_LENGTH_MS };
        let ranges = keep_longest(non_overlapping(length, idle_periods));
        let share = GAP_SHARE.min(MAX_GAPS_SHARE / ranges.len().max(1) as f64);
        let width = |&(from, to): &(f64, f64)| ((to - from) / length).min(share);
        let idle_ms: f64 = ranges.iter().map(|(from, to)| to - from).sum();
        // Share of the strip of an uncompressed ms.
        let slope = (1.0 - ranges.iter().map(width).sum::<f64>()) / (length - idle_ms);
        if !slope.is_finite() || slope <= 0.0 {
            return Self { length, idle_gaps: Vec::new(), breakpoints: vec![(0.0, 0.0), (length, 1.0)] };
        }
        let mut idle_gaps = Vec::with_capacity(ranges.len());
        let mut breakpoints = vec![(0.0, 0.0)];
        let (mut offset, mut position) = (0.0, 0.0);
        for range in ranges {
            let (from_ms, to_ms) = range;
            let (left, width) = (position + (from_ms - offset) * slope, width(&range));
            idle_gaps.push(IdleGap { from_ms, to_ms, left, width });
            (offset, position) = (to_ms, left + width);
            breakpoints.extend([(from_ms, left), (offset, position)]);
        }
        breakpoints.push((length, 1.0));
        Self { length, idle_gaps, breakpoints }
    }

    /// The session's length in ms.
    pub fn length(&self) -> f64 {
        self.length
    }

    /// The compressed gaps from left to right.
    pub fn idle_gaps(&self) -> &[IdleGap] {
        &self.idle_gaps
    }

    /// The gap that contains an offset, its ends included.
    pub fn idle_gap_at(&self, ms: f64) -> Option<&IdleGap> {
        let next = self.idle_gaps.partition_point(|gap| gap.to_ms < ms);
        self.idle_gaps.get(next).filter(|gap| gap.from_ms <= ms)
    }

    /// Position of an offset in ms, from 0 at the session's start to 1 at its end; offsets outside
    /// are clamped. A binary search.
    pub fn fraction(&self, ms: f64) -> f64 {
        along(&self.breakpoints, ms, |breakpoint| breakpoint).clamp(0.0, 1.0)
    }

    /// The offset in ms at that position of the strip, 0 to 1: the inverse of
    /// [`fraction`](Self::fraction).
    pub fn ms_at(&self, fraction: f64) -> f64 {
        along(&self.breakpoints, fraction, |(ms, position)| (position, ms)).clamp(0.0, self.length)
    }

    /// At most `max_ticks` ticks at round offsets, none of them within a gap.
    pub fn ticks(&self, max_ticks: usize) -> Vec<Tick> {
        let ranges: Vec<(f64, f64)> = self.active_ranges().collect();
        ticks(&ranges, self.length, max_ticks, |ms| self.fraction(ms))
    }

    /// The ranges between the gaps, as offsets in ms.
    fn active_ranges(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        let starts = std::iter::once(0.0).chain(self.idle_gaps.iter().map(|gap| gap.to_ms));
        let ends = self.idle_gaps.iter().map(|gap| gap.from_ms).chain(std::iter::once(self.length));
        starts.zip(ends)
    }
}

/// The periods within the session that start after the previous one has ended.
fn non_overlapping(length: f64, idle_periods: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut ranges = Vec::new();
    let mut end = 0.0;
    for &(from, to) in idle_periods.iter().filter(|(_, to)| !to.is_nan()) {
        let to = to.min(length);
        if from >= end && to > from {
            ranges.push((from, to));
            end = to;
        }
    }
    ranges
}

/// The [`MAX_IDLE_GAPS`] longest periods, in order.
fn keep_longest(ranges: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    if ranges.len() <= MAX_IDLE_GAPS {
        return ranges;
    }
    let by_length = order::argsort_by_key(ranges.iter().map(|(from, to)| order::rank(from - to)));
    let mut kept = vec![false; ranges.len()];
    for position in by_length.into_iter().take(MAX_IDLE_GAPS) {
        if let Some(kept) = kept.get_mut(position as usize) {
            *kept = true;
        }
    }
    ranges.into_iter().zip(kept).filter(|(_, kept)| *kept).map(|(range, _)| range).collect()
}

/// Linear interpolation at `at` between the breakpoints; `of` returns a breakpoint's position and
/// value.
fn along(breakpoints: &[(f64, f64)], at: f64, of: impl Fn((f64, f64)) -> (f64, f64)) -> f64 {
    let next = breakpoints.partition_point(|breakpoint| of(*breakpoint).0 <= at);
    let (Some(before), after) = (breakpoints.get(next.saturating_sub(1)), breakpoints.get(next)) else {
        return 0.0;
    };
    let (start, value) = of(*before);
    // Past the last breakpoint, and before the first one, the value is that of the breakpoint.
    let Some((end, next_value)) = after.map(|breakpoint| of(*breakpoint)).filter(|_| next > 0) else {
        return value;
    };
    value + (next_value - value) * ((at - start) / (end - start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MINUTE: f64 = 60_000.0;

    fn close_to(value: f64, expected: f64) {
        assert!((value - expected).abs() < 1e-9, "{value} is not {expected}");
    }

    #[test]
    fn without_gaps_the_scale_is_linear() {
        let plain = CompressedTimeScale::linear(200.0);
        assert_eq!((plain.fraction(50.0), plain.ms_at(0.25)), (0.25, 50.0));
        assert_eq!((plain.fraction(-1.0), plain.fraction(1e9)), (0.0, 1.0));
        assert_eq!((plain.ms_at(-1.0), plain.ms_at(2.0)), (0.0, 200.0));
        assert_eq!(plain.idle_gaps(), []);
    }

    #[test]
    fn a_gap_is_narrow_and_active_parts_share_the_rest() {
        let time_scale = CompressedTimeScale::of(100.0 * MINUTE, &[(MINUTE, 99.0 * MINUTE)]);
        let [gap] = time_scale.idle_gaps() else { panic!("one gap") };
        close_to(gap.width, 0.015);
        close_to(gap.left, 0.985 / 2.0);
        close_to(time_scale.fraction(MINUTE), gap.left);
        close_to(time_scale.fraction(99.0 * MINUTE), gap.left + gap.width);
        close_to(time_scale.fraction(50.0 * MINUTE), 0.5);
        assert_eq!((time_scale.fraction(0.0), time_scale.fraction(100.0 * MINUTE)), (0.0, 1.0));
    }

    #[test]
    fn a_gap_is_never_wider_than_its_linear_width() {
        let time_scale = CompressedTimeScale::of(1000.0, &[(100.0, 105.0)]);
        close_to(time_scale.idle_gaps()[0].width, 0.005);
    }

    #[test]
    fn all_gaps_together_take_at_most_a_quarter() {
        let idle_periods: Vec<_> =
            (0..50).map(|at| (f64::from(at) * 100.0, f64::from(at) * 100.0 + 90.0)).collect();
        let time_scale = CompressedTimeScale::of(5000.0, &idle_periods);
        assert_eq!(time_scale.idle_gaps().len(), 50);
        close_to(time_scale.idle_gaps().iter().map(|gap| gap.width).sum(), 0.25);
    }

    #[test]
    fn only_the_longest_of_many_idle_periods_are_compressed() {
        let range =
            |at: i32| (f64::from(at) * 100.0, f64::from(at) * 100.0 + if at % 2 == 0 { 90.0 } else { 10.0 });
        let idle_periods: Vec<_> = (0..400).map(range).collect();
        let time_scale = CompressedTimeScale::of(40_000.0, &idle_periods);
        assert_eq!(time_scale.idle_gaps().len(), MAX_IDLE_GAPS);
        assert!(time_scale.idle_gaps().iter().all(|gap| gap.to_ms - gap.from_ms > 50.0));
        assert!(time_scale.idle_gaps().is_sorted_by(|a, b| a.to_ms <= b.from_ms));
    }

    #[test]
    fn invalid_idle_periods_are_ignored() {
        for idle_periods in
            [(50.0, 50.0), (60.0, 40.0), (-10.0, 20.0), (f64::NAN, 50.0), (10.0, f64::NAN), (200.0, 300.0)]
        {
            assert_eq!(CompressedTimeScale::of(100.0, &[idle_periods]).idle_gaps(), [], "{idle_periods:?}");
        }
        assert_eq!(
            CompressedTimeScale::of(100.0, &[(0.0, 100.0)]),
            CompressedTimeScale::linear(100.0),
            "nothing would remain"
        );
        for length in [f64::NAN, f64::INFINITY, -5.0, 0.0] {
            assert_eq!(CompressedTimeScale::of(length, &[]), CompressedTimeScale::linear(1.0), "{length}");
        }
    }

    #[test]
    fn an_offset_finds_the_gap_that_contains_it() {
        let time_scale = CompressedTimeScale::of(100.0, &[(10.0, 20.0), (50.0, 60.0)]);
        let idle_gap_at = |ms| time_scale.idle_gap_at(ms).map(|gap| gap.from_ms);
        assert_eq!(
            [5.0, 10.0, 20.0, 21.0, 55.0, 61.0].map(idle_gap_at),
            [None, Some(10.0), Some(10.0), None, Some(50.0), None]
        );
    }

    #[test]
    fn ticks_are_at_round_offsets_outside_gaps() {
        let time_scale = CompressedTimeScale::of(100.0 * MINUTE, &[(MINUTE, 99.0 * MINUTE)]);
        let labels: Vec<String> = time_scale.ticks(10).into_iter().map(|tick| tick.label).collect();
        assert_eq!(
            labels,
            ["0:00", "0:15", "0:30", "0:45", "1:00", "1:39:15", "1:39:30", "1:39:45", "1:40:00"]
        );
    }

    /// A session's length and idle periods in it, in order and not overlapping.
    fn ranges() -> impl Strategy<Value = (f64, Vec<(f64, f64)>)> {
        let pieces = proptest::collection::vec((1.0..100_000.0_f64, 1.0..1e7_f64), 0..40);
        (pieces, 1.0..100_000.0_f64).prop_map(|(pieces, rest)| {
            let mut end = 0.0;
            let idle_periods = pieces.into_iter().map(|(active, quiet)| {
                let from = end + active;
                end = from + quiet;
                (from, end)
            });
            let idle_periods: Vec<_> = idle_periods.collect();
            (end + rest, idle_periods)
        })
    }

    proptest! {
        #[test]
        fn positions_and_offsets_are_inverse((length, idle_periods) in ranges(), share in 0.0..=1.0_f64) {
            let time_scale = CompressedTimeScale::of(length, &idle_periods);
            let ms = length * share;
            prop_assert!((time_scale.ms_at(time_scale.fraction(ms)) - ms).abs() <= length * 1e-6);
            prop_assert!((time_scale.fraction(time_scale.ms_at(share)) - share).abs() <= 1e-6);
        }

        #[test]
        fn later_offsets_are_further_right((length, idle_periods) in ranges(), a in 0.0..=1.0_f64, b in 0.0..=1.0_f64) {
            let time_scale = CompressedTimeScale::of(length, &idle_periods);
            let (earlier, later) = (length * a.min(b), length * a.max(b));
            prop_assert!(time_scale.fraction(earlier) <= time_scale.fraction(later) + 1e-12);
        }

        #[test]
        fn ticks_are_bounded_spaced_and_outside_gaps((length, idle_periods) in ranges(), count in 0_usize..30) {
            let time_scale = CompressedTimeScale::of(length, &idle_periods);
            let ticks = time_scale.ticks(count);
            prop_assert!(ticks.len() <= count);
            prop_assert!(ticks.is_sorted_by(|a, b| b.fraction - a.fraction >= 1.0 / count as f64));
            let is_within = |position: f64| {
                time_scale.idle_gaps().iter().any(|gap| position > gap.left + 1e-9 && position < gap.left + gap.width - 1e-9)
            };
            prop_assert!(!ticks.iter().any(|tick| is_within(tick.fraction)));
        }
    }
}
