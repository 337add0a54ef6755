//! Time to filter and sort the rows after a keystroke or a click:
//! `cargo bench -p presentation --bench rows`.

#![allow(missing_docs, unreachable_pub)]

#[path = "../../session/benches/common/har.rs"]
mod har;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use presentation::messages::{Lifecycle, MessageList, MessageSort, MessageSorter, SortInput, TimeOrder};
use presentation::network::{
    Evidence, GroupBy, Grouping, RequestFilter, RequestIndex, RowFilter, Sort, filtered_rows,
    filtered_rows_with,
};
use session::model::{
    Direction, Encoding, EpochMs, Message, MessageColumns, MessageKind, MessageLog, SegmentedBuffer, Span,
};

/// Texts, and each key that needs no body.
const FILTERS: [&str; 24] = [
    "",
    "api",
    "orders 404",
    "zzz",
    "-script",
    "status:4xx",
    "method:post",
    "type:fetch",
    "is:third-party",
    "is:slow",
    "domain:*.example.com",
    "path:/api/",
    "query:page=2",
    "scheme:http",
    "mime:json",
    "latency:>1s",
    "ttfb:>200ms",
    "size:>10kB",
    "start:1s..2s",
    "at:5s",
    "header:content-type=json",
    "cookie:session",
    "priority:high",
    "has:body",
];

fn requests(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("filter 100,000 requests");
    group.sample_size(20);
    let session = har::open(&har::har(100_000));
    group.throughput(Throughput::Elements(session.records.len() as u64));
    let mut index = RequestIndex::default();
    while index.read_next(&session) {}
    let evidence = Evidence { index: Some(&index), contents: None };
    for filter in FILTERS {
        let query = RequestFilter::parse(filter).expect("a filter");
        let filter = (filter, RowFilter { query, ..RowFilter::default() });
        group.bench_with_input(BenchmarkId::new("filter", filter.0), &filter.1, |bencher, filter| {
            bencher.iter(|| filtered_rows_with(&session, None, black_box(filter), evidence));
        });
    }
    group.bench_function("index", |bencher| {
        bencher.iter(|| {
            let mut index = RequestIndex::default();
            while index.read_next(&session) {}
            index
        });
    });
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

fn grouped(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("group 100,000 requests");
    group.sample_size(10);
    let session = har::open(&har::har(100_000));
    group.throughput(Throughput::Elements(session.records.len() as u64));
    let rows = filtered_rows(&session, None, &RowFilter::default());
    let mut index = RequestIndex::default();
    while index.read_next(&session) {}
    for by in GroupBy::ALL {
        group.bench_with_input(BenchmarkId::new("by", by.key()), &by, |bencher, by| {
            bencher.iter(|| Grouping::of(&session, &rows, black_box(*by), None, Some(&index)));
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

criterion_group!(benches, requests, sorted, grouped, sorted_messages);
criterion_main!(benches);
