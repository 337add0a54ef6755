//! Time to filter and sort the rows after a keystroke or a click:
//! `cargo bench -p presentation --bench rows`.

#![allow(missing_docs, unreachable_pub)]

#[path = "../../session/benches/common/har.rs"]
mod har;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use presentation::network::{RowFilter, Sort, filtered_rows};
use session::filter::Query;

fn requests(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("filter 100,000 requests");
    group.sample_size(20);
    let session = har::open(&har::har(100_000));
    group.throughput(Throughput::Elements(session.records.len() as u64));
    for filter in ["", "api", "orders 404", "zzz", "-script"] {
        let filter = (filter, RowFilter { query: Query::parse(filter), ..RowFilter::default() });
        group.bench_with_input(BenchmarkId::new("filter", filter.0), &filter.1, |bencher, filter| {
            bencher.iter(|| filtered_rows(&session, None, black_box(filter)));
        });
    }
    group.finish();
}

fn sorted(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("sort 100,000 requests");
    group.sample_size(10);
    let session = har::open(&har::har(100_000));
    group.throughput(Throughput::Elements(session.records.len() as u64));
    for sort in ["name", "type", "-size"] {
        group.bench_with_input(BenchmarkId::new("by", sort), &Sort::parse(sort), |bencher, sort| {
            bencher.iter(|| filtered_rows(&session, black_box(*sort), &RowFilter::default()));
        });
    }
    group.finish();
}

criterion_group!(benches, requests, sorted);
criterion_main!(benches);
