//! Ticks of a time scale: round offsets at a minimum distance.

use session::model::Millis;

/// A tick of the scale.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Position on the scale, 0 to 1.
    pub fraction: f64,
    pub label: String,
}

/// At most `max_ticks` ticks at round offsets within those ranges (start and end, in ms from the
/// session's start), in order. `fraction` gives an offset's position on the scale, which ends at
/// `scale_end`.
pub(crate) fn ticks(
    ranges: &[(f64, f64)],
    scale_end: f64,
    max_ticks: usize,
    fraction: impl Fn(f64) -> f64,
) -> Vec<Tick> {
    if max_ticks == 0 {
        return Vec::new();
    }
    let apart = 1.0 / max_ticks as f64;
    let length: f64 = ranges.iter().map(|(from, to)| to - from).sum();
    let width: f64 = ranges.iter().map(|(from, to)| fraction(*to) - fraction(*from)).sum();
    let step = round_step(length / width.max(f64::MIN_POSITIVE) * apart);
    let mut ticks: Vec<Tick> = Vec::new();
    for (from, to) in ranges {
        let first = (from / step).ceil();
        let offsets = (0..=max_ticks).map(|nth| (first + nth as f64) * step);
        for offset in offsets.take_while(|offset| offset <= to) {
            let fraction = fraction(offset);
            if ticks.last().is_none_or(|last| fraction - last.fraction >= apart) {
                ticks.push(Tick { fraction, label: label(offset, step, scale_end) });
            }
        }
    }
    ticks.truncate(max_ticks);
    ticks
}

const SECOND: f64 = 1000.0;
const MINUTE: f64 = 60.0 * SECOND;
const HOUR: f64 = 60.0 * MINUTE;
const DAY: f64 = 24.0 * HOUR;

/// Round steps in ms, up to a quarter of an hour.
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

/// The smallest round step above `min_ms`, so that one tick on each edge still fits the requested
/// number.
fn round_step(min_ms: f64) -> f64 {
    if let Some(step) = STEPS.into_iter().chain(LONG_STEPS).find(|step| *step > min_ms) {
        return step;
    }
    let mut days = DAY;
    while days <= min_ms {
        days *= 10.0;
    }
    days
}

/// `200 ms` on a scale of less than ten seconds with steps under a second; else `0:15`, with as
/// many decimals as the step needs.
fn label(offset: f64, step: f64, scale_end: f64) -> String {
    if step < SECOND && scale_end < 10.0 * SECOND {
        let decimals = if step < 0.1 { 2 } else { usize::from(step < 1.0) };
        return format!("{offset:.decimals$} ms");
    }
    let text = Millis::new(offset).map_or_else(String::new, Millis::offset);
    match text.strip_suffix(".000") {
        Some(seconds) if step >= SECOND => seconds.to_owned(),
        _ => text,
    }
}
