//! What the server counts, as Prometheus reads it.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use store::Capacity;

/// Upper bounds of the classes of a duration, in seconds.
const BOUNDS: [f64; 8] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 10.0];

/// Counters since the start of the server.
#[derive(Debug, Default)]
pub(super) struct Metrics {
    /// Batches that were stored.
    pub stored: AtomicU64,
    /// Batches that will never be accepted.
    pub refused: AtomicU64,
    /// Batches that should come again: the store or this server could not take them.
    pub postponed: AtomicU64,
    /// Batches without a valid key, or over its quota.
    pub unauthorized: AtomicU64,
    /// Bytes of stored batches as they were received.
    pub bytes: AtomicU64,
    /// Sessions compacted.
    pub compacted: AtomicU64,
    /// Failures of the store in the server's own work: compaction, catalog, deletion.
    pub failures: AtomicU64,
    acknowledged: Durations,
}

#[derive(Debug, Default)]
struct Durations {
    /// Counts up to each of [`BOUNDS`], not cumulative.
    classes: [AtomicU64; BOUNDS.len()],
    count: AtomicU64,
    micros: AtomicU64,
}

pub(super) fn count(counter: &AtomicU64) {
    add(counter, 1);
}

pub(super) fn add(counter: &AtomicU64, amount: u64) {
    counter.fetch_add(amount, Ordering::Relaxed);
}

fn value(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

impl Metrics {
    /// Counts the time from a batch's arrival to its acknowledgment.
    pub(super) fn acknowledged(&self, duration: Duration) {
        let seconds = duration.as_secs_f64();
        if let Some(class) = BOUNDS.iter().position(|bound| seconds <= *bound) {
            count(&self.acknowledged.classes[class]);
        }
        count(&self.acknowledged.count);
        add(&self.acknowledged.micros, duration.as_micros() as u64);
    }

    /// The text format of Prometheus, with the room that is left on the disk of a local store.
    pub(super) fn text(&self, capacity: Option<&Capacity>) -> String {
        let mut text = String::new();
        let counters = [
            ("batches_stored_total", "Batches that were stored", &self.stored),
            ("batches_refused_total", "Batches that will never be accepted", &self.refused),
            ("batches_postponed_total", "Batches that were told to come again", &self.postponed),
            (
                "batches_unauthorized_total",
                "Batches without a valid key or over its quota",
                &self.unauthorized,
            ),
            ("batch_bytes_total", "Bytes of stored batches as received", &self.bytes),
            ("sessions_compacted_total", "Sessions compacted", &self.compacted),
            (
                "store_failures_total",
                "Failures of the store in compaction, catalog and deletion",
                &self.failures,
            ),
        ];
        for (name, help, counter) in counters {
            head(&mut text, name, help, "counter");
            let _ = writeln!(text, "replayscope_{name} {}", value(counter));
        }
        if let Some(Capacity { free, total }) = capacity {
            for (name, help, bytes) in [
                ("store_free_bytes", "Bytes that are free on the disk of the store", free),
                ("store_disk_bytes", "Bytes of the disk of the store", total),
            ] {
                head(&mut text, name, help, "gauge");
                let _ = writeln!(text, "replayscope_{name} {bytes}");
            }
        }
        self.acknowledged.write(&mut text);
        text
    }
}

impl Durations {
    fn write(&self, text: &mut String) {
        const NAME: &str = "batch_acknowledgment_seconds";
        head(text, NAME, "Time from a batch's arrival to its acknowledgment", "histogram");
        let mut sum = 0;
        for (bound, class) in BOUNDS.iter().zip(&self.classes) {
            sum += value(class);
            let _ = writeln!(text, "replayscope_{NAME}_bucket{{le=\"{bound}\"}} {sum}");
        }
        let count = value(&self.count);
        let _ = writeln!(text, "replayscope_{NAME}_bucket{{le=\"+Inf\"}} {count}");
        let _ = writeln!(text, "replayscope_{NAME}_sum {}", value(&self.micros) as f64 / 1e6);
        let _ = writeln!(text, "replayscope_{NAME}_count {count}");
    }
}

fn head(text: &mut String, name: &str, help: &str, kind: &str) {
    // Writing to a string does not fail.
    let _ = writeln!(text, "# HELP replayscope_{name} {help}.\n# TYPE replayscope_{name} {kind}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_counted_by_class() {
        let metrics = Metrics::default();
        for millis in [1, 20, 20, 60_000] {
            metrics.acknowledged(Duration::from_millis(millis));
        }
        let text = metrics.text(Some(&Capacity { free: 7, total: 10 }));
        for line in [
            "replayscope_batch_acknowledgment_seconds_bucket{le=\"0.005\"} 1",
            "replayscope_batch_acknowledgment_seconds_bucket{le=\"0.025\"} 3",
            "replayscope_batch_acknowledgment_seconds_bucket{le=\"10\"} 3",
            "replayscope_batch_acknowledgment_seconds_bucket{le=\"+Inf\"} 4",
            "replayscope_batch_acknowledgment_seconds_count 4",
            "replayscope_store_free_bytes 7",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is missing in\n{text}");
        }
    }
}
