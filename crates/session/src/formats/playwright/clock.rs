//! The two clocks of a trace: events have times of a monotonic clock in ms, network entries
//! wall-clock time.

use crate::model::EpochMs;

/// Converts monotonic times to wall-clock time, once a line with both is known.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Clock {
    /// The wall-clock time at which the monotonic clock was 0.
    zero: Option<f64>,
}

impl Clock {
    /// Sets the offset by a line with both times. The first such line counts.
    pub(super) fn observe(&mut self, wall: Option<f64>, monotonic: Option<f64>) {
        let plausible = wall.filter(|wall| *wall > 0.0).zip(monotonic);
        self.zero = self.zero.or(plausible.map(|(wall, monotonic)| wall - monotonic));
    }

    /// The wall-clock time; `None` if no line had both times.
    pub(super) fn time(self, monotonic: Option<f64>) -> Option<EpochMs> {
        EpochMs::new(self.zero? + monotonic?)
    }

    pub(super) fn is_known(self) -> bool {
        self.zero.is_some()
    }
}
