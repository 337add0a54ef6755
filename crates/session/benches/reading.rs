//! Throughput of loading recordings: `cargo bench -p session --bench reading`.

#![allow(missing_docs, unreachable_pub)]

#[path = "common/har.rs"]
mod har;
#[path = "common/lines.rs"]
mod lines;
#[path = "common/messages.rs"]
mod messages;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

fn reading(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("read a HAR");
    group.sample_size(10);
    for entries in [10_000, 100_000] {
        let har = har::har(entries);
        group.throughput(Throughput::Bytes(har.len() as u64));
        group.bench_with_input(BenchmarkId::from_parameter(entries), &har, |bencher, har| {
            bencher.iter(|| har::open(har));
        });
    }
    group.finish();
}

fn indexing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("index a messages file");
    group.sample_size(10);
    for lines in [100_000, 1_000_000] {
        let text = messages::messages(lines);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::from_parameter(lines), &text, |bencher, text| {
            bencher.iter(|| messages::open_messages(text));
        });
    }
    group.finish();
}

fn elements(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("read 100,000");
    group.sample_size(10);
    let recordings = [
        ("resources", lines::resources(100_000)),
        ("rrweb events", lines::events(100_000)),
        ("lines of a trace", lines::trace(33_333)),
    ];
    for (name, bytes) in &recordings {
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_with_input(BenchmarkId::from_parameter(name), bytes, |bencher, bytes| {
            bencher.iter(|| har::open(bytes));
        });
    }
    group.finish();
}

criterion_group!(benches, reading, indexing, elements);
criterion_main!(benches);
