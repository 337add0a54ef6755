//! Time to filter messages after a keystroke: `cargo bench -p session --bench filtering`.

#![allow(missing_docs, unreachable_pub)]

#[path = "common/messages.rs"]
mod generate;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use session::filter::matching;
use session::model::MessageLog;

fn count(log: MessageLog<'_>, filter: &str) -> usize {
    let matches = matching(log, filter);
    (0..log.len()).filter(|index| matches(*index)).count()
}

/// Terms in every message, in some, in none, one that is written as an escape, and one that is excluded.
const MESSAGE_FILTERS: [&str; 5] = ["price", "LANTERN-42", "order-7781", "café", "price -lantern-4"];

fn messages(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("filter 1,000,000 messages");
    group.sample_size(10);
    let text = generate::messages(1_000_000);
    let reader = generate::open_messages(&text);
    group.throughput(Throughput::Bytes(text.len() as u64));
    for filter in MESSAGE_FILTERS {
        group.bench_with_input(BenchmarkId::from_parameter(filter), filter, |bencher, filter| {
            bencher.iter(|| count(reader.log(), black_box(filter)));
        });
    }
    group.finish();
}

criterion_group!(benches, messages);
criterion_main!(benches);
