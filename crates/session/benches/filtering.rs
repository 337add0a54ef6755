//! Time to filter messages after a keystroke: `cargo bench -p session --bench filtering`.

#![allow(missing_docs, unreachable_pub)]

#[path = "common/messages.rs"]
mod generate;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use session::filter::{MessageFilter, Messages};
use session::model::MessageLog;

fn count(log: MessageLog<'_>, filter: &str) -> usize {
    let start = log.columns.time(0);
    let filter = MessageFilter::parse(filter).unwrap_or_default();
    let matches = filter.matching(Messages { log, analysis: None, start });
    (0..log.len()).filter(|index| matches(*index)).count()
}

/// Terms in every message, in some, in none, one that is written as an escape, and one that is
/// excluded; then columns, paths, and regular expressions with and without a text to search for
/// first.
const MESSAGE_FILTERS: [&str; 17] = [
    "price",
    "LANTERN-42",
    "order-7781",
    "café",
    "price -lantern-4",
    "LANTERN-42 OR order-7781",
    "dir:sent length:>150",
    "time:1:00..2:00",
    "delta:>1ms",
    "path:$.symbol=LANTERN-42",
    "path:$.bid>400",
    "path:$.bid>=0",
    "path:$..bid>400",
    "path:$.flags[0]=b",
    "path:$.missing",
    r"/lantern-4\d/",
    r"/\d{7}x/",
];

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
