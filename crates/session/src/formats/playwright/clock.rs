//! The two clocks of a trace: its events have ms of a monotonic clock, its network entries the time of day.

use crate::model::EpochMs;

/// How one is turned into the other, as soon as a line holds both.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Clock {
    /// The time of day at which the monotonic clock was 0.
    zero: Option<f64>,
}

impl Clock {
    /// Learns from a line that holds both, the first one being as good as any later one.
    pub(super) fn learn(&mut self, wall: Option<f64>, monotonic: Option<f64>) {
        let plausible = wall.filter(|wall| *wall > 0.0).zip(monotonic);
        self.zero = self.zero.or(plausible.map(|(wall, monotonic)| wall - monotonic));
    }

    /// The time of day; `None` where the trace never relates its clocks.
    pub(super) fn time(self, monotonic: Option<f64>) -> Option<EpochMs> {
        EpochMs::new(self.zero? + monotonic?)
    }

    pub(super) fn is_known(self) -> bool {
        self.zero.is_some()
    }
}
