//! Time of filters after a keystroke: `cargo bench -p session --bench filtering`.

#![allow(missing_docs, unreachable_pub)]

mod common;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use presentation::network::{RowFilter, Sort, filtered_rows};
use session::filter::{Query, matching};
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
    let text = common::messages(1_000_000);
    let reader = common::open_messages(&text);
    group.throughput(Throughput::Bytes(text.len() as u64));
    for filter in MESSAGE_FILTERS {
        group.bench_with_input(BenchmarkId::from_parameter(filter), filter, |bencher, filter| {
            bencher.iter(|| count(reader.log(), black_box(filter)));
        });
    }
    group.finish();
}

fn requests(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("filter 100,000 requests");
    group.sample_size(20);
    let session = common::open(&common::har(100_000));
    group.throughput(Throughput::Elements(session.records.len() as u64));
    for filter in ["", "api", "orders 404", "zzz", "-script"] {
        let filter = (filter, RowFilter { query: Query::parse(filter), ..RowFilter::default() });
        group.bench_with_input(BenchmarkId::new("words", filter.0), &filter.1, |bencher, filter| {
            bencher.iter(|| filtered_rows(&session, None, black_box(filter)));
        });
    }
    group.finish();
}

fn sorted(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("sort 100,000 requests");
    group.sample_size(10);
    let session = common::open(&common::har(100_000));
    group.throughput(Throughput::Elements(session.records.len() as u64));
    for sort in ["name", "type", "-size"] {
        group.bench_with_input(BenchmarkId::new("by", sort), &Sort::parse(sort), |bencher, sort| {
            bencher.iter(|| filtered_rows(&session, black_box(*sort), &RowFilter::default()));
        });
    }
    group.finish();
}

criterion_group!(benches, messages, requests, sorted);
criterion_main!(benches);
