//! What a load has measured, and whether the server has kept its promises.

use std::time::Duration;

use crate::recorder::Entries;
use crate::server::Usage;

/// Longest time in which 99 of 100 batches are acknowledged.
pub const MAX_P99: Duration = Duration::from_millis(250);
/// Memory that the server may have: the sum of the limits that its settings have for batches on their way, for what is
/// known of batches that wait, for compaction and for the catalog, and as much again for what an allocator keeps.
pub const MAX_RESIDENT: u64 = 1280 << 20;
/// The maximum of the last third of the load may exceed that of the second by a tenth and this.
pub const MAX_GROWTH: u64 = 32 << 20;

/// A moment of the load.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// Since the begin of the load.
    pub at: Duration,
    pub usage: Usage,
}

/// The memory of a server, by thirds of the load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// Maxima in bytes.
    pub thirds: [u64; 3],
}

impl Memory {
    pub fn of(samples: &[Sample], load: Duration) -> Self {
        let mut thirds = [0; 3];
        for sample in samples {
            let third = (3 * sample.at.as_millis() / load.as_millis().max(1)).min(2) as usize;
            thirds[third] = sample.usage.resident.max(thirds[third]);
        }
        Self { thirds }
    }

    pub fn is_flat(self) -> bool {
        self.thirds[2] <= self.thirds[1] + self.thirds[1] / 10 + MAX_GROWTH
    }

    pub fn max(self) -> u64 {
        self.thirds.into_iter().max().unwrap_or_default()
    }
}

/// The duration that a share of all does not exceed.
pub fn percentile(sorted: &[Duration], share: f64) -> Duration {
    let index = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(index.max(1) - 1).copied().unwrap_or_default()
}

/// Latencies in order.
pub fn sorted(latencies: impl Iterator<Item = Duration>) -> Vec<Duration> {
    let mut latencies: Vec<_> = latencies.collect();
    latencies.sort_unstable();
    latencies
}

pub fn megabytes(bytes: u64) -> u64 {
    bytes >> 20
}

/// Figures of the whole load, printed; returns the promises that were broken.
pub fn conclude(entries: &Entries, samples: &[Sample], load: Duration) -> Vec<String> {
    let latencies = sorted(entries.acknowledged.iter().map(|entry| entry.latency));
    let delays = sorted(entries.acknowledged.iter().map(|entry| entry.delay));
    let p99 = percentile(&latencies, 0.99);
    let records: u64 = entries.acknowledged.iter().map(|entry| u64::from(entry.records)).sum();
    let bytes: u64 = entries.acknowledged.iter().map(|entry| u64::from(entry.bytes)).sum();
    let memory = Memory::of(samples, load);
    let processor = samples.last().map_or(0.0, |sample| sample.usage.processor.as_secs_f64());
    let seconds = samples.last().map_or(1.0, |sample| sample.at.as_secs_f64()).max(1.0);
    println!("batches acknowledged   {} ({:.0} a second)", latencies.len(), latencies.len() as f64 / seconds);
    println!("records                {records} ({:.0} a second)", records as f64 / seconds);
    println!("received               {} MB", megabytes(bytes));
    println!("retries                {}", entries.retries);
    println!(
        "acknowledgment         p50 {} ms, p99 {} ms, max {} ms",
        percentile(&latencies, 0.5).as_millis(),
        p99.as_millis(),
        percentile(&latencies, 1.0).as_millis()
    );
    println!("sent later than due    p99 {} ms (of the load itself)", percentile(&delays, 0.99).as_millis());
    println!(
        "memory of the server   {} MB; maxima by thirds {:?} MB",
        megabytes(memory.max()),
        memory.thirds.map(megabytes)
    );
    println!("processor              {processor:.1} s, {:.0} % of one", 100.0 * processor / seconds);

    let mut broken = entries.lost.clone();
    if p99 > MAX_P99 {
        broken.push(format!(
            "p99 of the acknowledgment is {} ms, more than {}",
            p99.as_millis(),
            MAX_P99.as_millis()
        ));
    }
    if memory.max() > MAX_RESIDENT {
        broken.push(format!(
            "the server has {} MB, more than {}",
            megabytes(memory.max()),
            megabytes(MAX_RESIDENT)
        ));
    }
    if !memory.is_flat() {
        broken.push("the memory of the server grows in the last third".to_owned());
    }
    broken
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(at: u64, resident: u64) -> Sample {
        Sample { at: Duration::from_secs(at), usage: Usage { resident, processor: Duration::ZERO } }
    }

    #[test]
    fn memory_that_grows_in_the_last_third_is_not_flat() {
        let memory = |last| {
            Memory::of(
                &[sample(1, 9 << 30), sample(15, 100 << 20), sample(30, last)],
                Duration::from_secs(30),
            )
        };
        assert!(memory(140 << 20).is_flat());
        assert!(!memory(150 << 20).is_flat());
        assert_eq!(memory(1).max(), 9 << 30);
    }

    #[test]
    fn percentiles_are_those_of_the_nearest_rank() {
        let latencies: Vec<_> = (1..=200).map(Duration::from_millis).collect();
        let ranks = [0.5, 0.99, 1.0].map(|share| percentile(&latencies, share).as_millis());
        assert_eq!(ranks, [100, 198, 200]);
        assert_eq!(percentile(&[], 0.99), Duration::ZERO);
    }
}
