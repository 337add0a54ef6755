//! Heartbeats that stay visible where heartbeats are hidden, because they show when a connection
//! died.

use crate::model::{Direction, EpochMs, MessageColumns};
use crate::protocols::Analysis;

/// Heartbeat periods without a message that are a silence.
pub const SILENT_PERIODS: f64 = 3.0;
/// Fewest heartbeats that have a period.
const MIN_HEARTBEATS: usize = 3;

/// How a socket ended, as far as that was recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SocketEnd {
    pub is_closed: bool,
    /// When it closed, or when the recording ended with it open.
    pub time: Option<EpochMs>,
}

/// The median time between the heartbeats of a socket, in ms.
pub fn heartbeat_period(columns: &MessageColumns, analysis: &Analysis) -> Option<f64> {
    if analysis.heartbeats() < MIN_HEARTBEATS {
        return None;
    }
    let heartbeats = (0..columns.len() as u32).filter(|index| analysis.is_heartbeat(*index));
    let mut last: [Option<EpochMs>; 2] = [None; 2];
    let mut gaps: Vec<f64> = Vec::new();
    for index in heartbeats {
        let Some(message) = columns.get(index as usize) else { continue };
        let (Some(direction), Some(time)) = (message.direction, message.time) else { continue };
        if let Some(slot) = last.get_mut(usize::from(direction == Direction::Received)) {
            gaps.extend(slot.replace(time).map(|last| (time - last).ms()).filter(|gap| *gap > 0.0));
        }
    }
    let middle = gaps.len() / 2;
    (!gaps.is_empty()).then(|| *gaps.select_nth_unstable_by(middle, f64::total_cmp).1)
}

/// The last heartbeat before each time of over [`SILENT_PERIODS`] without a message, and before the
/// close; ascending.
pub(in crate::protocols) fn last_heartbeats(
    columns: &MessageColumns,
    analysis: &Analysis,
    end: SocketEnd,
) -> Vec<u32> {
    let longest = heartbeat_period(columns, analysis).map_or(f64::INFINITY, |period| period * SILENT_PERIODS);
    let mut kept: Vec<u32> = Vec::new();
    let (mut last_time, mut last_heartbeat): (Option<f64>, Option<u32>) = (None, None);
    for (index, time) in (0_u32..).zip(columns.raw_times().iter().copied()) {
        if !time.is_nan() {
            if last_time.is_some_and(|last| time - last > longest) {
                kept.extend(last_heartbeat);
            }
            last_time = Some(last_time.map_or(time, |last| last.max(time)));
        }
        if analysis.is_heartbeat(index) {
            last_heartbeat = Some(index);
        }
    }
    let is_silent = end.time.zip(last_time).is_some_and(|(end, last)| end.ms() - last > longest);
    if end.is_closed || is_silent {
        kept.extend(last_heartbeat);
    }
    kept.dedup();
    kept
}
