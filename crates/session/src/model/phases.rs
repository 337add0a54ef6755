//! The phases of a request, as offsets from its start.

use super::plausible::is_duration;

/// A phase of an HTTP request, in order of time; the phases of HAR's `timings`, with TLS apart from
/// the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Blocked,
    Dns,
    Connect,
    Tls,
    Send,
    Wait,
    Receive,
}

impl Phase {
    /// All phases, in order.
    pub const ALL: [Self; 7] =
        [Self::Blocked, Self::Dns, Self::Connect, Self::Tls, Self::Send, Self::Wait, Self::Receive];
}

/// One phase: from `start` to `end` in ms since the request's start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PhaseRange {
    pub phase: Phase,
    pub start: f64,
    pub end: f64,
}

/// The recorded phases of one request. A phase that was not recorded, or did not occur, is absent:
/// it is not 0 ms long.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Phases {
    /// Start and end by phase; NaN where absent. 32-bit floats keep 100,000 requests small and are
    /// exact to 1 µs over the first ten seconds of a request.
    ranges: [(f32, f32); 7],
}

impl Default for Phases {
    fn default() -> Self {
        Self { ranges: [(f32::NAN, f32::NAN); 7] }
    }
}

impl Phases {
    /// Sets one phase, in ms since the request's start. Ignored if either is not a plausible
    /// duration, or if the end is before the start.
    pub fn set(&mut self, phase: Phase, start: f64, end: f64) {
        if is_duration(start, None) && is_duration(end, None) && start <= end {
            self.ranges[phase as usize] = (start as f32, end as f32);
        }
    }

    /// The range of a phase; `None` if it was not recorded.
    pub fn get(&self, phase: Phase) -> Option<PhaseRange> {
        let (start, end) = self.ranges[phase as usize];
        (!start.is_nan()).then(|| PhaseRange { phase, start: f64::from(start), end: f64::from(end) })
    }

    /// The recorded phases, in order.
    pub fn iter(&self) -> impl Iterator<Item = PhaseRange> + '_ {
        Phase::ALL.into_iter().filter_map(|phase| self.get(phase))
    }

    /// Whether no phase was recorded.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// The end of the last phase, in ms since the request's start.
    pub fn end(&self) -> Option<f64> {
        self.iter().map(|range| range.end).reduce(f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_implausible_phase_is_not_recorded() {
        let mut phases = Phases::default();
        for end in [1e308, f64::INFINITY, f64::NAN, -1.0, 1_772_359_204_000.0] {
            phases.set(Phase::Wait, 0.0, end);
        }
        assert!(phases.is_empty());
        phases.set(Phase::Wait, 1e9, 1e10);
        assert!(phases.end().is_some_and(f64::is_finite));
    }
}
