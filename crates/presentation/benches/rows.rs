//! Time to filter and sort the rows after a keystroke or a click:
//! `cargo bench -p presentation --bench rows`.

#![allow(missing_docs, unreachable_pub)]

#[path = "../../session/benches/common/har.rs"]
mod har;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use presentation::messages::{Lifecycle, MessageList, MessageSort, MessageSorter, SortInput, TimeOrder};
use presentation::network::{RowFilter, Sort, filtered_rows};
use session::filter::Query;
use session::model::{
    Direction, Encoding, EpochMs, Message, MessageColumns, MessageKind, MessageLog, SegmentedBuffer, Span,
};

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

/// A message of the benchmark: like the ticks of a market, in the order of time.
fn push_message(bytes: &mut SegmentedBuffer, columns: &mut MessageColumns, nth: u64) {
    let price = nth.wrapping_mul(2_654_435_761) % 100_000;
    let text = format!(r#"{{\"type\":\"tick\",\"symbol\":\"S{}\",\"price\":{price}}}"#, nth % 50);
    let body = Span { start: bytes.len() as u32, len: text.len() as u32 };
    bytes.append(text.as_bytes()).expect("room");
    columns.push(Message {
        kind: MessageKind::Received,
        direction: Some(Direction::Received),
        time: EpochMs::new(1_795_269_720_000.0 + nth as f64),
        size: Some(text.len() as u64),
        encoding: Encoding::JsonString,
        is_truncated: false,
        has_unicode_escapes: false,
        body,
    });
}

fn sorted_messages(criterion: &mut Criterion) {
    const MESSAGES: u64 = 1_000_000;
    let mut group = criterion.benchmark_group("sort 1,000,000 messages");
    group.sample_size(10);
    let (mut bytes, mut columns) = (SegmentedBuffer::default(), MessageColumns::default());
    for nth in 0..MESSAGES {
        push_message(&mut bytes, &mut columns, nth);
    }
    let list = MessageList::all(&TimeOrder::of(&columns));
    let log = MessageLog { bytes: &bytes, columns: &columns };
    let input = SortInput { log, analysis: None, list: &list, ends: Lifecycle::default() };
    group.throughput(Throughput::Elements(MESSAGES));
    for sort in ["-time", "length", "delta", "data"] {
        let Some(order) = MessageSort::parse(sort) else { continue };
        group.bench_with_input(BenchmarkId::new("by", sort), &order, |bencher, order| {
            bencher.iter(|| {
                let mut sorter = MessageSorter::new(&input, *order);
                while sorter.step(&input) {}
                list.in_order(&sorter.finish())
            });
        });
    }
    group.finish();
}

criterion_group!(benches, requests, sorted, sorted_messages);
criterion_main!(benches);
