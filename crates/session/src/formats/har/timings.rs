//! The timings of an entry: durations of consecutive phases, which producers interpret differently.

use super::entry::{Entry, Timings};
use crate::formats::common::lenient::Number;
use crate::model::plausible::is_duration;
use crate::model::{Millis, Phase, Phases, Producer};

/// The durations of an entry that were dropped.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct DroppedDurations {
    /// At least one was dropped.
    pub(super) is_any: bool,
    /// A phase was dropped, and no total is recorded.
    pub(super) leaves_total_unknown: bool,
}

/// The value of a duration that does not apply.
const NOT_APPLICABLE: Number = Number::Is(-1.0);
/// Shorter durations, in ms, cannot be timestamps: a day.
const MAX_UNCHECKED_MS: f64 = 86_400_000.0;

impl Entry<'_> {
    /// Replaces implausible durations by [`NOT_APPLICABLE`], so that they are unknown.
    pub(super) fn drop_implausible_durations(&mut self) -> DroppedDurations {
        let may_be = |number: &Number| number.get().is_some_and(|ms| ms > MAX_UNCHECKED_MS);
        let has_long_phase = self.timings.0.as_ref().is_some_and(|timings| timings.all().iter().any(may_be));
        if !has_long_phase && !may_be(&self.time) {
            return DroppedDurations::default();
        }
        // A start that is written only because HAR requires it is not that of the recorded
        // duration.
        let has_start = self.extension.0.as_ref().is_none_or(|extension| !extension.not_recorded.start());
        let start = self.started_at().filter(|_| has_start);
        let drop = |number: &mut Number| {
            let is_dropped = may_be(number) && number.get().is_some_and(|ms| !is_duration(ms, start));
            if is_dropped {
                *number = NOT_APPLICABLE;
            }
            is_dropped
        };
        let is_total = drop(&mut self.time);
        let phases = self
            .timings
            .0
            .iter_mut()
            .flat_map(Timings::all_mut)
            .filter_map(|phase| drop(phase).then_some(()));
        let has_dropped_phase = phases.count() > 0;
        let has_total = self.time.not_negative().is_some();
        DroppedDurations {
            is_any: is_total || has_dropped_phase,
            leaves_total_unknown: has_dropped_phase && !has_total,
        }
    }
}

impl Timings {
    fn all(&self) -> [Number; 7] {
        [self.blocked, self.dns, self.connect, self.ssl, self.send, self.wait, self.receive]
    }

    fn all_mut(&mut self) -> [&mut Number; 7] {
        [
            &mut self.blocked,
            &mut self.dns,
            &mut self.connect,
            &mut self.ssl,
            &mut self.send,
            &mut self.wait,
            &mut self.receive,
        ]
    }

    /// The sum of the recorded phases, without `ssl` if it is part of `connect`.
    pub(super) fn sum(&self, producer: &Producer) -> Option<f64> {
        let tls = if excludes_tls(producer) { self.ssl } else { Number::Missing };
        let parts = [self.blocked, self.dns, self.connect, tls, self.send, self.wait, self.receive];
        parts.into_iter().filter_map(Number::not_negative).reduce(|sum, part| sum + part)
    }

    /// [`Self::sum`] if it is the duration of the request: every required phase is recorded, and
    /// none is invalid. `None` otherwise, because a partial sum is not a duration.
    pub(super) fn total(&self, producer: &Producer) -> Option<f64> {
        self.is_complete().then(|| self.sum(producer)).flatten()
    }

    /// Whether `send`, `wait` and `receive` are recorded. The other phases may be missing or -1:
    /// they did not occur.
    pub(super) fn is_complete(&self) -> bool {
        let required = [self.send, self.wait, self.receive];
        required.into_iter().all(|phase| phase.not_negative().is_some()) && !self.any_wrong()
    }

    pub(super) fn any_wrong(&self) -> bool {
        self.all().contains(&Number::Wrong)
    }

    /// Lays out the phases one after the other. `time` is that of the entry.
    ///
    /// In HAR `ssl` is part of `connect`. mitmproxy and Firefox write it in addition to `connect`,
    /// which the sum shows. Playwright writes it as part of `connect`, counts it twice, and also
    /// writes it for connections without TLS: then the corrected duration is returned. Its `send`
    /// is always 0, which is not a measurement. Exported HARs have `ssl` in `connect`.
    pub(super) fn lay_out(
        &self,
        time: Option<f64>,
        url: &str,
        producer: &Producer,
        phases: &mut Phases,
    ) -> Option<Millis> {
        let part = |number: Number| number.not_negative();
        let is_playwright = producer.name == "Playwright";
        let connect = part(self.connect);
        let ssl = part(self.ssl).filter(|ssl| *ssl > 0.0);
        let tls = ssl.filter(|_| !is_plain(url));
        let outside = self.is_tls_outside_connect(tls, time, producer);
        let mut at = 0.0;
        let mut put = |phase: Phase, length: Option<f64>| {
            if let Some(length) = length {
                phases.set(phase, at, at + length);
                at += length;
            }
        };
        put(Phase::Blocked, part(self.blocked));
        put(Phase::Dns, part(self.dns));
        put(
            Phase::Connect,
            connect.map(|connect| (connect - tls.filter(|_| !outside).unwrap_or(0.0)).max(0.0)),
        );
        put(Phase::Tls, tls);
        put(Phase::Send, part(self.send).filter(|send| *send > 0.0 || !is_playwright));
        put(Phase::Wait, part(self.wait));
        put(Phase::Receive, part(self.receive));
        let counts_ssl_too = time.zip(ssl).is_some_and(|(time, ssl)| (time - at - ssl).abs() < 0.5);
        if is_playwright && !outside && counts_ssl_too { Millis::new(at) } else { None }
    }

    fn is_tls_outside_connect(&self, tls: Option<f64>, time: Option<f64>, producer: &Producer) -> bool {
        let Some(tls) = tls else { return false };
        let Some(connect) = self.connect.not_negative() else { return true };
        if tls > connect || excludes_tls(producer) {
            return true;
        }
        let differs = |sum: f64| time.map(|time| (sum - time).abs());
        let sum = self.sum(producer);
        let inside = sum.and_then(differs);
        let outside = sum.and_then(|sum| differs(sum + tls));
        !matches!(producer.name.as_str(), "Playwright" | "Replayscope")
            && outside.zip(inside).is_some_and(|(outside, inside)| outside < inside)
    }
}

/// Whether the producer's `connect` never contains `ssl`.
fn excludes_tls(producer: &Producer) -> bool {
    producer.name.starts_with("mitmproxy")
}

/// Whether the URL is one without TLS.
fn is_plain(url: &str) -> bool {
    let begins =
        |scheme: &str| url.get(..scheme.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(scheme));
    begins("http:") || begins("ws:")
}
